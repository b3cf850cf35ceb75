"""The shipped thesaurus: its file, what it finds, and how a city has its own way."""

import csv
import io
import json
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.ask.answers import plain
from bot.ask.engine import answer
from bot.ask.wording import Say
from bot.cli import jigyo
from bot.messages.search_wording import in_detail, in_plain_words
from store.database import Database, open_database
from store.index import synonyms
from store.lists.parsing import parse_list
from store.loader import store_list
from store.records import SearchResult
from store.search.pipeline import search
from store.search.query import parse
from store.talk import conversations
from store.text.normalize import katakana, nfkc

NOW = "2026-11-23T00:00:00+00:00"


def listed(path: Path, *names: str) -> Database:
    rows = [f"2023\t{number}\t{name}\t総務課" for number, name in enumerate(names, 1)]
    text = "\n".join(["年度\t事業番号\t事務事業名\t担当課", *rows])
    parsed = parse_list(text.encode(), fiscal_year=None)
    store_list(open_database(path), parsed, source_name="a.tsv", now=NOW)
    return open_database(path)


def found(db: Database, typed: str) -> list[str]:
    return [hit.project.name for hit in search(db, parse(typed, limit=100)).hits]


def run(path: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(jigyo, ["--db", str(path), "synonyms", *arguments])
    return result.exit_code, result.output


def imported(path: Path, rows: str, *options: str) -> tuple[int, str]:
    file = path.with_suffix(".csv")
    file.write_text(f"語,同義語\n{rows}\n", encoding="utf-8")
    return run(path, "import", str(file), *options)


def why(result: SearchResult) -> str:
    return in_plain_words(result.hits[0].why)


def test_the_file_has_two_columns_and_no_term_twice() -> None:
    lines = files("store.index").joinpath("data/thesaurus.tsv").read_text("utf-8").split("\n")
    assert lines[0] == "語\t根拠"
    assert lines[-1] == ""
    rows = [line.split("\t") for line in lines[1:-1]]
    assert all(len(row) == 2 for row in rows)
    assert all(cell == cell.strip() != "" for row in rows for cell in row)
    every = [term for terms, _ in rows for term in terms.split("＝")]
    assert len({katakana(term) for term in every}) == len(every)
    assert all(nfkc(term) == term and len(term) >= synonyms.SHORTEST for term in every)
    assert all(len(group.terms) >= 2 for group in synonyms.groups())
    assert len(synonyms.groups()) == len(rows) >= 150


def test_the_file_of_related_words_has_three_columns_and_no_row_twice() -> None:
    lines = files("store.index").joinpath("data/related.tsv").read_text("utf-8").split("\n")
    assert lines[0] == "語\t関連語\t関係"
    assert lines[-1] == ""
    rows = [line.split("\t") for line in lines[1:-1]]
    assert all(len(row) == 3 for row in rows)
    assert all(cell == cell.strip() != "" for row in rows for cell in row)
    assert len({katakana(term) for term, _, _ in rows}) == len(rows) == len(synonyms.related_groups())
    for group in synonyms.related_groups():
        keys = [katakana(term) for term in group.terms]
        assert len({*keys}) == len(keys) >= 2, group
        assert all(nfkc(term) == term and len(term) >= synonyms.SHORTEST for term in group.terms), group


def offered(db: Database, typed: str) -> list[str]:
    result = search(db, parse(typed))
    assert result.hits == ()
    return [near.text for near in result.suggestions]


def test_what_has_to_do_with_a_word_that_no_record_has_is_offered_and_is_no_answer(tmp_path: Path) -> None:
    names = "基幹統計調査の実施", "搭乗型移動支援ロボットの実験", "道路の維持", "予算等の要望"
    db = listed(tmp_path / "list.db", *names)
    assert offered(db, "国勢調査")[0] == "基幹統計調査の実施"
    assert offered(db, "セグウェイに乗る")[0] == "搭乗型移動支援ロボットの実験"
    assert offered(db, "県への陳情")[0] == "予算等の要望"
    db = listed(tmp_path / "other.db", "国勢調査の実施", "基幹統計調査の実施")
    assert found(db, "国勢調査") == ["国勢調査の実施"]


def test_who_speaks_of_a_field_says_nothing_of_what_belongs_to_it(tmp_path: Path) -> None:
    db = listed(tmp_path / "list.db", "スポーツ振興の推進", "文書の管理", "道路の維持")
    assert search(db, parse("マラソン大会")).answered_by != "related"
    db = listed(tmp_path / "other.db", "マラソン大会の開催", "文書の管理", "道路の維持")
    assert offered(db, "スポーツ振興") == ["マラソン大会の開催"]


def test_a_city_switches_related_words_off(tmp_path: Path) -> None:
    path = tmp_path / "list.db"
    db = listed(path, "基幹統計調査の実施", "道路の維持")
    assert search(db, parse("経済センサス")).answered_by == "related"
    assert imported(path, "経済センサス,使わない")[0] == 0
    assert search(open_database(path), parse("経済センサス")).answered_by != "related"
    assert "関連: 基幹統計の種類" in run(path, "list", "--json")[1]


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(0, id="the first is on record"),
        pytest.param(1, id="the second is on record", marks=pytest.mark.slow),
    ],
)
def test_every_term_of_a_group_finds_the_record_that_has_another(tmp_path: Path, kept: int) -> None:
    """Every term where the first is on record; where the second is, the first: the way back."""
    groups = synonyms.groups()
    db = listed(tmp_path / "list.db", *(group.terms[kept] for group in groups))
    missed = [
        (typed, group.terms[kept])
        for group in groups
        for typed in (group.terms[1:] if kept == 0 else group.terms[:1])
        if group.terms[kept] not in found(db, typed)
    ]
    assert missed == []


def test_a_term_is_found_within_a_compound_and_a_sentence_and_in_kana(tmp_path: Path) -> None:
    names = "友好都市交流事業", "個人番号カード交付事業", "意見公募の実施", "道路の維持"
    db = listed(tmp_path / "list.db", *names)
    assert found(db, "姉妹都市交流") == ["友好都市交流事業"]
    assert found(db, "姉妹都市との交流は？")[0] == "友好都市交流事業"
    assert found(db, "マイナンバーカードの交付")[0] == "個人番号カード交付事業"
    assert found(db, "ぱぶこめ") == ["意見公募の実施"]


def test_a_term_that_is_part_of_another_word_is_none() -> None:
    assert synonyms.listed_in("マイナス番号", [4, 6]) == []
    assert synonyms.listed_in("PTAI広場", [4, 6]) == []
    (longest,) = synonyms.listed_in("住基ネット接続", [2, 5, 7])
    assert longest.group.terms[0] == "住基ネット"


def test_what_nobody_says_in_any_words_finds_nothing(tmp_path: Path) -> None:
    db = listed(tmp_path / "list.db", "友好都市交流事業", "施設貸出", "道路の維持")
    for nonsense in ("トマホーク", "ひめみやこ", "zzzzzz", "遊園地の観覧車", "マイナンバー", "姉妹店"):
        result = search(db, parse(nonsense))
        assert (result.hits, result.suggestions) == ((), ()), nonsense


def test_the_record_is_said_to_have_the_word_that_it_has(tmp_path: Path) -> None:
    db = listed(tmp_path / "list.db", "友好都市交流事業", "道路の維持")
    result = search(db, parse("姉妹都市"))
    assert why(result) == "「姉妹都市」を言い換えた「友好都市」が事務事業名にあります"
    assert "言い換え「友好都市」" in in_detail(result.hits[0].why)[0]
    in_sentence = search(db, parse("姉妹都市と付き合いがある事業"))
    assert "「姉妹都市」を言い換えた「友好都市」が事務事業名にあります" in why(in_sentence)
    assert in_sentence.hits[0].missing == ("付き合い",)


def test_the_word_itself_goes_before_its_equivalent(tmp_path: Path) -> None:
    db = listed(tmp_path / "list.db", "姉妹都市の紹介", "友好都市の紹介", "姉妹都市の紹介と案内")
    assert found(db, "友好都市")[0] == "友好都市の紹介"
    assert len(found(db, "友好都市")) == 3


def test_a_city_switches_a_group_off_and_on_and_exports_it(tmp_path: Path) -> None:
    path = tmp_path / "list.db"
    listed(path, "友好都市交流事業", "道路の維持")
    status, output = imported(path, "姉妹都市,使わない\n道路,みち")
    assert status == 0
    assert "使わない言葉: 姉妹都市" in output
    assert found(open_database(path), "姉妹都市") == []
    assert synonyms.listed(open_database(path)) == [("道路", "みち")]
    exported = run(path, "export")[1]
    assert "姉妹都市,使わない" in exported
    assert imported(path, "友好都市,使う")[0] == 0
    assert found(open_database(path), "姉妹都市") == ["友好都市交流事業"]
    assert imported(path, exported.partition("\n")[2].strip())[0] == 0
    assert found(open_database(path), "姉妹都市") == []
    assert imported(path, "道路,みち", "--replace")[0] == 0
    assert found(open_database(path), "姉妹都市") == ["友好都市交流事業"]


def test_only_a_word_of_the_thesaurus_is_switched(tmp_path: Path) -> None:
    path = tmp_path / "list.db"
    listed(path, "道路の維持")
    status, output = imported(path, "ほげほげ,使わない")
    assert status == 1
    assert "標準の言い換えにありません" in output


def test_what_the_city_lists_is_found_beside_the_standard(tmp_path: Path) -> None:
    path = tmp_path / "list.db"
    listed(path, "友好都市交流事業", "きょうだい都市の集い")
    imported(path, "姉妹都市,きょうだい都市")
    assert set(found(open_database(path), "姉妹都市")) == {"友好都市交流事業", "きょうだい都市の集い"}


def test_the_list_shows_the_standard_groups_beside_the_city_own(tmp_path: Path) -> None:
    path = tmp_path / "list.db"
    listed(path, "道路の維持")
    imported(path, "道路,みち\nDX,使わない")
    records = json.loads(run(path, "list", "--json")[1])
    assert records[0] == {"word": "道路", "synonym": "みち", "standard": False, "reason": "", "off": False}
    assert {each["word"] for each in records if each["off"]} == {"DX"}
    assert any(each["word"] == "姉妹都市" and each["standard"] and each["reason"] for each in records)
    shown = run(path, "list")[1]
    assert "登録" in shown
    assert "標準（使わない）" in shown


def test_what_was_asked_in_vain_is_proposed_with_what_the_records_call_it(seeded: Path) -> None:
    db = open_database(seeded)
    conversations.remember_question(db, "T1", "U1", "統計の調査", kind="question", now=NOW)
    for user in ("U1", "U2"):
        conversations.remember_question(
            db, "T1", user, "人口動態調査を教えてください", kind="question", now=NOW
        )
    conversations.add(
        db, conversations.Feedback(NOW, False, "search", "トマホークはありますか", (), "U1", "C1:1")
    )
    status, output = run(seeded, "suggest")
    assert status == 0
    (row,) = csv.DictReader(io.StringIO(output))
    assert (row["語"], row["同義語"], row["尋ねられた数"]) == ("人口動態調査", "人口推計", "2")
    assert row["近い事業"].startswith("8 ")
    file = seeded.with_suffix(".csv")
    assert run(seeded, "suggest", str(file))[0] == run(seeded, "import", str(file))[0] == 0
    assert found(open_database(seeded), "人口動態調査")[0] == "保有データの活用環境整備"
    assert list(csv.DictReader(io.StringIO(run(seeded, "suggest")[1]))) == []


def test_a_question_is_answered_in_the_words_of_the_records_and_says_so(seeded: Path) -> None:
    db = open_database(seeded)
    for question, told in (
        ("姉妹都市の担当課は？", "「姉妹都市」は「友好都市」として、記録にある言葉でお答えします。"),
        ("姉妹都市の事業はいくつありますか", "「姉妹都市」に当たる記載がある事業は1件です。"),
    ):
        given = answer(db, question)
        assert given.shown == ((2021, "64"),)
        assert plain(given.parts[0]) == [told]
    assert answer(db, "マイナンバーの担当課は？").kind == "none"  # 番号制度 is only mentioned
    itself = answer(db, "友好都市の担当課は？")
    assert itself.shown == ((2021, "64"),)
    assert all("として、記録にある" not in part.text for part in itself.parts if isinstance(part, Say))


def test_what_people_confirmed_is_proposed_first_with_the_project_they_meant(seeded: Path) -> None:
    db = open_database(seeded)
    conversations.remember_question(db, "T1", "U1", "人口動態調査を教えてください", kind="question", now=NOW)
    for user, is_right in (("U1", True), ("U2", True), ("U3", False)):
        given = conversations.Feedback(
            NOW, is_right, conversations.BY_MEANING, "親善都市", ("2021 64",), user, "C1 1 2021 64"
        )
        conversations.add(db, given)
    wrong = conversations.Feedback(
        NOW, False, conversations.BY_MEANING, "貸館", ("2021 104",), "U1", "C1 2 2021 104"
    )
    conversations.add(db, wrong)
    first, *others = csv.DictReader(io.StringIO(run(seeded, "suggest")[1]))
    assert (first["語"], first["近い事業"].split()[0], first["合っているとされた数"]) == (
        "親善都市",
        "64",
        "1",
    )
    assert {each["合っているとされた数"] for each in others} == {"0"}
