"""Sections said in short, filters as in search, loan words in hiragana: a question gets what search has."""

import pytest
from sqlite_utils import Database

from bot.ask.engine import answer
from bot.commands.ask import asked
from store.search.pipeline import search
from store.search.query import parse


@pytest.mark.parametrize(
    ("question", "kind", "says"),
    [
        ("情政課", "list", "情報政策課の事業は5件です。"),
        ("企画課", "list", "企画経営課の事業は19件です。"),
        ("スタ室", "list", "スタートアップ推進室の事業は1件です。"),
        ("オリパラ室の事業", "list", "オリンピック・パラリンピック推進室の事業は1件です。"),
        ("科技振興課は何件？", "count", "科学技術振興課の事業は8件です。"),
        ("情政課の成果をまとめて", "summary", "情報政策課の事業のまとめ（全5件）"),
    ],
)
def test_a_section_said_in_short_is_that_section(db: Database, question: str, kind: str, says: str):
    given = answer(db, question)
    assert given.kind == kind
    assert given.text.startswith(says)


@pytest.mark.parametrize("question", ["市民課", "財政課の事業は何件？", "担当課", "どの課？"])
def test_a_section_that_has_no_projects_is_not_taken_for_another(db: Database, question: str):
    assert answer(db, question).kind == "none"


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("年度:R3 ロボット", {"97"}),
        ("課：統計・データ活用推進室", {"8", "72", "82", "83", "86", "1088"}),
        ("課:情政課 の事業は何件", {"87", "88", "89", "90", "91"}),
        ("課:科技振興課 年度:令和3 ロボット", {"97"}),
    ],
)
def test_the_filters_of_search_are_understood_in_a_question(db: Database, question: str, numbers: set[str]):
    assert set(answer(db, question).citations) == numbers


@pytest.mark.parametrize(
    ("question", "kind", "number"),
    [
        ("ろぼっと", "search", "97"),
        ("ろぼっとの成果は", "field", "97"),
        ("ろぼっとの担当課は？", "field", "97"),
        ("ぱぶこめ", "search", "75"),
        ("ぱぶりっくこめんとの目的", "field", "75"),
    ],
)
def test_a_loan_word_may_be_typed_in_hiragana(db: Database, question: str, kind: str, number: str):
    given = answer(db, question)
    assert (given.kind, given.citations) == (kind, (number,))


@pytest.mark.parametrize("typed", ["kikaku keiei ka", "会議室の予約", "robotto"])
def test_a_keyword_that_search_finds_whole_is_answered(db: Database, typed: str):
    found = search(db, parse(typed))
    assert [hit.missing for hit in found.hits[:1]] == [()]
    given = asked(db, typed).shown
    assert given.kind == "search"
    assert found.hits[0].project.number in given.citations


@pytest.mark.parametrize("typed", ["宇宙開発", "水道料金", "mizu"])
def test_a_keyword_that_search_only_comes_near_to_is_not_answered(db: Database, typed: str):
    assert answer(db, typed).kind == "none"
