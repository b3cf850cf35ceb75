"""`jigyo search` and `jigyo similar`: JSON as promised, tables for people, a warm process for many."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import jigyo
from bot.messages.search_wording import shared_words
from store import projects
from store.database import open_database
from store.search.pipeline import similar


def run(path: Path, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(jigyo, ["--db", str(path), *arguments], input=typed)


def test_json_has_the_promised_keys(seeded: Path) -> None:
    found = json.loads(run(seeded, "search", "スマートシティ", "--json").stdout)
    assert list(found) == ["query", "total", "answered_by", "hits", "suggestions", "took_ms"]
    assert list(found["hits"][0]) == [
        "fiscal_year", "number", "name", "department", "section", "score", "matched", "missing",
    ]  # fmt: skip
    assert found["hits"][0]["number"] == "11"


def test_suggestions_are_text_and_number_and_what_differs(seeded: Path) -> None:
    found = json.loads(run(seeded, "search", "パブリックコメソト", "--json").stdout)
    assert found["suggestions"] == [{"text": "パブリックコメント", "number": "75", "by": "spelling"}]


def test_a_query_a_line_is_a_result_a_line(seeded: Path) -> None:
    result = run(seeded, "search", "-", "--limit", "1", typed="統計\n\nzzzzzz\n№60\n")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["query"] for line in lines] == ["統計", "", "zzzzzz", "№60"]
    assert [len(line["hits"]) for line in lines] == [1, 0, 0, 1]


def test_words_that_the_shell_takes_apart_are_one_query(seeded: Path) -> None:
    found = json.loads(run(seeded, "search", "課:企画経営課", "交流", "-国際", "--json").stdout)
    assert found["query"] == "課:企画経営課 交流 -国際"
    assert found["hits"][0]["number"] == "64"


def test_explain_says_how_it_was_found_and_why(seeded: Path) -> None:
    found = json.loads(run(seeded, "search", "創業", "--json", "--explain").stdout)
    assert found["hits"][0]["why"]
    assert found["answered_by"] == "all terms"
    assert found["trace"]["strategies"][-1] == {"strategy": "all terms", "found": found["total"]}
    (term,) = found["trace"]["terms"]
    assert [reading["expander"] for reading in term["readings"]] == ["thesaurus"]
    told = run(seeded, "search", "創業", "--explain").stdout
    for words in ("珍しさ", "事業番号: 対象外", f"すべての言葉: {found['total']}件", "同義語辞書"):
        assert words in told


@pytest.mark.parametrize("query", ["-zzz", "--", "' OR 1=1 --", "*", ""])
def test_signs_are_harmless(seeded: Path, query: str) -> None:
    arguments = ["search", "--json", "--", query] if query == "--" else ["search", query, "--json"]
    assert json.loads(run(seeded, *arguments).stdout)["hits"] == []


def test_a_table_names_every_hit_in_full(seeded: Path) -> None:
    output = run(seeded, "search", "オリパラ").stdout
    assert "68" in output
    assert "1件のうち1件" in output


def test_similar_says_what_is_shared(seeded: Path) -> None:
    found = json.loads(run(seeded, "similar", "82", "--json").stdout)
    assert found["number"] == "82"
    assert {hit["number"] for hit in found["hits"]} >= {"83", "86"}
    assert "共通する言葉" in run(seeded, "similar", "No.82").stdout


@pytest.mark.parametrize(
    ("query", "told", "numbers"),
    [
        ("まとめ 情報政策課", "情報政策課の事業のまとめ（全5件）", ["87", "88", "89", "90", "91"]),
        ("ふるさと納税の成果は？", "ポータルサイトを2社追加", ["69"]),
        ("企画経営課の事業は何件？", "企画経営課の事業は19件です", ["57"]),
        ("パブコメの担当課は？", "企画経営課", ["75"]),
    ],
)
def test_a_question_is_answered_and_lists_the_projects_that_the_answer_rests_on(
    seeded: Path, query: str, told: str, numbers: list[str]
) -> None:
    assert told in run(seeded, "search", query).stdout
    hits = json.loads(run(seeded, "search", query, "--json").stdout)["hits"]
    assert [hit["number"] for hit in hits][: len(numbers)] == numbers


@pytest.mark.parametrize("query", ["スマートシティ", "統計 ほげほげ", "犬の登録", "使い方", "締切"])
def test_words_are_looked_for_also_those_of_a_command(seeded: Path, query: str) -> None:
    explained = json.loads(run(seeded, "search", query, "--json", "--explain").stdout)
    assert explained["read_as"] == "search"
    assert ("jigyo ask 使い方" in run(seeded, "search", query).stdout) == (query == "使い方")


def test_what_is_shared_is_worded_as_in_the_records_each_word_whole(seeded: Path) -> None:
    db = open_database(seeded)
    project = projects.find(db, "11", fiscal_year=None)
    assert project
    shared = [list(shared_words(hit.why)) for hit in similar(db, project)]
    assert "スマートシティ" in shared[0]
    assert [word for word in shared[1] if word.isascii()] == ["AI", "IoT"]
    lines = run(seeded, "similar", "11").stdout.splitlines()
    for word in (word for words in shared for word in words if len(word) < 6):
        assert any(word in line for line in lines)


def test_an_unknown_number_is_refused(seeded: Path) -> None:
    result = run(seeded, "similar", "9999")
    assert result.exit_code == 2
    assert "9999" in result.stderr


def test_nothing_found_says_how_to_ask_better(seeded: Path) -> None:
    lines = run(seeded, "search", "asdf").stdout.splitlines()
    assert lines[0] == "「asdf」に当てはまる事業は見つかりませんでした。"
    assert "・事業番号や、「課:」に続けて担当課の名前でも探せます。" in lines
    assert not any("`" in line or "ことばを減らす" in line for line in lines)
    guessed = run(seeded, "search", "パブリックコメソト").stdout.splitlines()
    assert [line.partition(":")[0][:5] for line in guessed][1] == "もしかして"
    assert "「年度:令和3年度 -ロボット」" in run(seeded, "search", "ロボット 以外").stdout
