"""What an answer says: filters, exclusion, phrases, what was missing, where the words stand, and why."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.search_wording import exclusion_missed, hints, sorry_line, words_for_numbers
from store import projects
from store.database import Database, Databases, open_database
from store.lists import parse_list
from store.loader import store_list
from store.records import Hit, SearchResult
from store.search.pipeline import search, similar
from store.search.query import parse
from store.text.display import display


def find(db: Database, typed: str, *, limit: int = 10) -> SearchResult:
    return search(db, parse(typed, limit=limit))


def numbers(result: SearchResult) -> list[str]:
    return [hit.project.number for hit in result.hits]


def marked(hit: Hit, field: str) -> list[str]:
    text = display(getattr(hit.project, field))
    return [text[start:end] for start, end in hit.highlights[field]]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ("すまーとしてぃ", "name", ["スマートシティ"]),
        ("toukei chousain", "name", ["統計調査員"]),
        ("ＳＤＧｓ", "name", ["SDGs"]),
        ("起業", "overview", ["起業", "起業", "起業"]),
        ("オリパラ", "name", ["オリンピック・パラリンピック"]),
        ("寄付", "purpose", ["寄附"]),
    ],
)
def test_words_are_marked_in_the_original_wording(
    db: Database, typed: str, field: str, words: list[str]
) -> None:
    assert marked(find(db, typed).hits[0], field) == words


def test_a_name_goes_before_other_fields(db: Database) -> None:
    result = find(db, "統計")
    in_name = ["name" in hit.matched for hit in result.hits]
    assert in_name == sorted(in_name, reverse=True)


def test_a_section_named_beside_a_word_is_a_filter(db: Database) -> None:
    for typed in ("科学技術振興課 ロボット", "ロボット 科学技術振興", "かがくぎじゅつしんこうか ロボット"):
        assert numbers(find(db, typed)) == ["97"]


def test_an_alias_of_a_section_finds_all_its_projects(db: Database) -> None:
    for name in ("統計・データ利活用推進室", "統計・データ活用推進室", "課:データ活用推進室"):
        assert set(numbers(find(db, name))) == {"8", "72", "82", "83", "86", "1088"}


def test_filters_narrow(db: Database) -> None:
    assert find(db, "年度:令和2年度 統計").total == 0
    assert find(db, "年度:令和3年度 部:政策イノベーション部 統計").total == find(db, "統計").total
    assert find(db, "課:企画経営課").total == 19
    assert find(db, "課:存在しない課").total == 0
    assert find(db, "番号:11 年度:R3").total == 1


def test_filters_alone_leave_out_what_is_excluded(db: Database) -> None:
    left = find(db, "課:企画経営課 -交流", limit=50)
    assert 0 < left.total < find(db, "課:企画経営課").total
    assert left.total == len(left.hits)
    assert not any("交流" in "".join((h.project.name, h.project.overview)) for h in left.hits)
    assert find(db, "課:企画経営課 -it's").total == find(db, "課:企画経営課").total


@pytest.mark.parametrize("typed", ["57-60", "57〜60", "No.57から60", "番号:57〜60", "五十七番から六十番まで"])
def test_a_range_of_numbers_lists_the_projects_that_there_are(db: Database, typed: str) -> None:
    assert numbers(find(db, typed)) == ["57", "58", "59", "60"]
    assert numbers(find(db, f"令和3年度 {typed}", limit=2)) == ["57", "58"]


def test_a_range_is_narrowed_and_a_number_that_looks_like_one_goes_before(tmp_path: Path) -> None:
    rows = ["2021\t1-3\t公園の整備\t公園課", "2021\t2\t図書館\t文化課", "2021\t3\t美術館\t文化課"]
    listed = parse_list("\n".join(["年度\t事業番号\t事務事業名\t担当課", *rows]).encode(), fiscal_year=None)
    made = open_database(tmp_path / "list.db")
    store_list(made, listed, source_name="a.tsv", now="2026-11-23T00:00:00+00:00")
    assert numbers(find(made, "1-3")) == ["1-3"]
    assert numbers(find(made, "1〜3 課:文化課 -美術")) == ["2"]
    assert numbers(find(made, "4〜9")) == []


@pytest.mark.parametrize(
    "typed",
    [
        "12 11",
        "12、11",
        "１２と１１",
        "No.12 No.11",
        "番号:12,11",
        "事業番号12と11",
        "#12・#11",
        "12 011",
        "十二、十一",
    ],
)
def test_several_numbers_are_those_projects_in_that_order(db: Database, typed: str) -> None:
    result = find(db, typed)
    assert (numbers(result), result.total) == (["12", "11"], 2)
    assert all(hit.missing == () for hit in result.hits)


def test_a_number_that_is_nowhere_is_said_to_be_missing(db: Database) -> None:
    for typed in ("11 99999", "No.11、No.99999", "番号:11 99999"):
        (hit,) = find(db, typed).hits
        assert (hit.project.number, hit.missing) == ("11", ("99999",))


def test_a_number_beside_words_is_the_project_that_says_them(db: Database) -> None:
    for typed in ("11 スマートシティ", "スマートシティ 11", "No.11 スマートシティ", "番号:11 スマートシティ"):
        (hit,) = find(db, typed).hits
        assert (hit.project.number, "name" in hit.matched, hit.missing) == ("11", True, ())
    (hit,) = find(db, "番号:11 統計").hits
    assert (hit.project.number, hit.missing) == ("11", ("統計",))


@pytest.mark.parametrize(
    ("typed", "said"), [("七", "七"), ("六", "六"), ("令和3年度 七", "七"), ("三、四", "四")]
)
def test_numerals_in_kanji_are_words_where_no_project_has_the_number(
    db: Database, typed: str, said: str
) -> None:
    result = find(db, typed)
    assert result.hits
    assert all("number" not in hit.matched and not hit.missing for hit in result.hits)
    assert said in result.query.terms
    assert words_for_numbers(result) == ""


def test_a_number_is_told_as_it_was_typed(db: Database) -> None:
    (hit,) = find(db, "九十九、十一").hits
    assert (hit.project.number, hit.missing) == ("11", ("九十九",))
    assert sorry_line(find(db, "九十九")) == "「九十九」に当てはまる事業は見つかりませんでした。"


def test_an_amount_is_no_list_of_numbers(db: Database) -> None:
    assert [hit.matched for hit in find(db, "10,000").hits] == [("outcome",)]


def test_a_filter_by_what_is_not_registered_says_so(db: Database) -> None:
    assert find(db, "課:存在しない課 交流").unknown == ("存在しない課",)
    assert find(db, "年度:令和9年度 部:建設部 統計").unknown == ("建設部", "令和9年度")
    assert find(db, "課:情報政策課 ふるさと納税").unknown == ()


def test_an_office_can_be_left_out(db: Database) -> None:
    left = find(db, "-課:企画経営課 交流").hits
    assert left
    assert "企画経営課" not in {hit.project.section for hit in left}


@pytest.mark.parametrize("typed", ["市民以外", "-市民", "企画経営課以外の事業"])
def test_what_is_advised_to_leave_out_words_finds_projects(db: Database, typed: str) -> None:
    result = find(db, typed)
    told = exclusion_missed(result) or hints(result)[0]
    advised = told.split("`")[1]
    found = find(db, advised)
    assert 0 < found.total < 48
    assert "企画経営課" not in typed or all(hit.project.section != "企画経営課" for hit in found.hits)


def test_exclusion_phrases_and_or(db: Database) -> None:
    assert "68" not in numbers(find(db, "推進 -オリンピック", limit=50))
    assert numbers(find(db, '"聖火リレー"')) == ["68"]
    assert find(db, '"リレー聖火"').total == 0
    either = find(db, "ナッジ または ドローン")
    assert set(numbers(either)) == {"1088", "94"}


def test_what_is_missing_is_said(db: Database) -> None:
    result = find(db, "市民参加 公表 アンケート ドローン")
    assert result.hits[0].missing == ("ドローン",)
    assert all(hit.missing for hit in result.hits)


@pytest.mark.parametrize(
    "typed", ["市民 参加 オンライン ドローン", "中学校の部活動の地域移行", "住民票を機械で出す"]
)
def test_what_has_only_what_is_left_over_of_a_query_is_no_answer(db: Database, typed: str) -> None:
    assert find(db, typed).hits == ()


def test_pages_follow_each_other(db: Database) -> None:
    whole = numbers(search(db, parse("企画経営課", limit=19)))
    paged = [search(db, parse("企画経営課", limit=5, offset=at)) for at in range(0, 19, 5)]
    assert [number for page in paged for number in numbers(page)] == whole
    assert len(set(whole)) == 19


def test_a_misspelling_is_only_ever_suggested(db: Database) -> None:
    result = find(db, "ユニバーサルデサイン")
    assert result.hits == ()
    assert [(near.text, near.number) for near in result.suggestions] == [("ユニバーサルデザイン", "66")]


def test_each_hit_says_why(db: Database) -> None:
    assert all(hit.why for hit in find(db, "統計 調査").hits)


def test_similar_projects_share_words_and_leave_itself_out(db: Database) -> None:
    project = projects.get(db, 2021, "82")
    assert project
    hits = similar(db, project)
    assert {"83", "86"} <= {hit.project.number for hit in hits}
    assert "82" not in {hit.project.number for hit in hits}
    assert all(hit.why and 0 < hit.score <= 1 for hit in hits)


@given(st.text(max_size=60) | st.text(alphabet="\"'*():^-+{} ANDORNEAR市民統計～:｜", max_size=40))
def test_any_text_is_harmless(db: Database, typed: str) -> None:
    result = find(db, typed)
    assert result.total >= len(result.hits)


@pytest.mark.parametrize("piece", ["市民の意見を集める事業は？", "あいうえお", "smart city ", "\"'*", "統計"])
def test_a_very_long_query_is_answered(db: Database, piece: str) -> None:
    assert find(db, (piece * 2000)[:2000]).took_ms > 0


def test_threads_answer_alike(seeded: Path) -> None:
    typed = ["スマートシティ", "とうけいちょうさ", "パブリックコメソト", "市民 参加", "オリパラ", "toukei"]
    databases = Databases(seeded)
    expected = [find(databases.get(), each) for each in typed]
    answers: list[list[SearchResult]] = []

    def ask() -> None:
        answers.append([find(databases.get(), each) for _ in range(3) for each in typed])

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    key = [(numbers(result), result.suggestions) for result in expected] * 3
    assert [[(numbers(result), result.suggestions) for result in each] for each in answers] == [key] * 6
