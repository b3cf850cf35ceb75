"""The two tables of search: which strategy answers a query, and which expander reads each term."""

from pathlib import Path

import pytest

from bot.messages import search_wording
from store.database import Database, open_database
from store.lists import parse_list
from store.loader import store_list
from store.records import Query, SearchResult, Trace
from store.search.expansion import EXPANDERS, expand
from store.search.pipeline import STRATEGIES, explain, search
from store.search.query import parse

ANSWERED = {
    "asking words as words": ("アイラブつくばまちづくり事業は？",),
    "numbers": ("11", "No.12、11", "十一"),
    "number range": ("57-60", "No.57から60"),
    "filters": ("課:企画経営課", "令和3年度の事業一覧", "企画経営課の事業一覧"),
    "section and terms": ("企画経営課の交流事業", "ロボット 科学技術振興"),
    "section in short": ("統計課", "データ課"),
    "all terms": ("スマートシティ", "すまーとしてぃ", "統計 調査", "総務課", "七"),
    "joined terms": ("パブ コメ",),
    "proximity": ("幸福実感連合",),
    "number beside words": ("11 スマートシティ",),
    "most terms": ("ドローン ロボット", "市民参加 公表 アンケート ドローン"),
    "best match": ("車のナンバープレートを広める取り組み",),
    "numbers alone": ("番号:11 統計",),
    "other years": ("令和4年度のスマートシティ",),
    "near sentences": ("女性研究者への支援は？",),
    "did you mean": ("パブリックコメソト", "ユニバーサルデサイン"),
    "related": ("国勢調査", "セグウェイみたいなやつ"),
    "meaning": ("市民以外",),
    "part": ("ロボットの修理",),
    "": ("トマホーク", "zzzzzz"),
}

READ = {
    "exact": "統計調査",
    "thesaurus": "看護",
    "equivalents": "姉妹都市",
    "letter by letter": "構造改",
    "name by sound": "zyohotusinnetowakuneigyomu",
    "segments": "すまーとしてぃ",
    "romanised segments": "toukei",
    "part of a word": "税",
    "abbreviation": "イノプラ",
    "English": "roadmap",
    "half in kana": "ふるさとのう税",
    "respelled": "robots",
}


def explained(db: Database, typed: str) -> tuple[SearchResult, Trace]:
    return explain(db, parse(typed))


@pytest.mark.parametrize(
    ("strategy", "typed"), [(name, each) for name, all_of in ANSWERED.items() for each in all_of]
)
def test_a_query_is_answered_by_the_first_strategy_that_finds_something(
    db: Database, strategy: str, typed: str
) -> None:
    result, trace = explained(db, typed)
    assert result.answered_by == strategy
    names = [each.name for each in STRATEGIES]
    tried = [each.strategy for each in trace.attempts]
    assert tried == (names[: names.index(strategy) + 1] if strategy else names)
    found = [each.found for each in trace.attempts]
    assert not any(found[:-1])
    assert bool(found[-1]) is bool(strategy)


@pytest.mark.parametrize(("expander", "typed"), READ.items())
def test_a_term_is_read_by_the_first_expander_that_the_records_bear_out(
    db: Database, expander: str, typed: str
) -> None:
    with db.reading():
        term = expand(db, typed)
    assert expander in term.by
    assert len(term.by) == len(term.interpretations)


def test_an_explained_search_finds_what_a_search_finds(db: Database) -> None:
    for typed in ("統計 調査", "パブリックコメソト", "令和4年度の統計"):
        result, _ = explain(db, parse(typed))
        plain = search(db, parse(typed))
        assert [hit.project for hit in result.hits] == [hit.project for hit in plain.hits]
        assert (result.suggestions, result.answered_by) == (plain.suggestions, plain.answered_by)


def test_the_year_in_a_name_is_a_word(tmp_path: Path) -> None:
    rows = ["2023\t1\t令和4年度の工事\t道路課", "2023\t2\t工事の検査\t道路課"]
    listed = parse_list("\n".join(["年度\t事業番号\t事務事業名\t担当課", *rows]).encode(), fiscal_year=None)
    db = open_database(tmp_path / "list.db")
    store_list(db, listed, source_name="a.tsv", now="2026-11-23T00:00:00+00:00")
    result, _ = explained(db, "令和4年度の工事")
    assert (result.answered_by, [hit.project.number for hit in result.hits]) == ("year as words", ["1"])


def test_nothing_typed_is_answered_by_nothing(db: Database) -> None:
    assert search(db, Query("")).answered_by == ""


def test_every_strategy_and_expander_has_a_name_of_its_own_a_reason_and_words() -> None:
    for table, words in ((STRATEGIES, search_wording.STRATEGIES), (EXPANDERS, search_wording.EXPANDERS)):
        names = [row.name for row in table]
        assert names == list(words)
        assert len(set(names)) == len(names)
        assert all(row.reason for row in table)
