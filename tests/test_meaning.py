"""What is near in meaning although no record has the word, and what is not near enough to be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ask.engine import answer
from store.database import Database, open_database
from store.index.tuning import TUNING
from store.search import relevance
from store.search.pipeline import search
from store.search.query import parse
from store.text.display import display


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("外国の町との親善", "友好都市交流事業"),
        ("会社を興したい人への支援", "スタートアップ推進事業"),
        ("退職した人の活躍の場", "つくば市OB人材活動支援事業"),
    ],
)
def test_a_project_is_among_the_nearest_though_it_is_described_in_other_words(
    db: Database, text: str, name: str
) -> None:
    with db.reading() as index:
        found = relevance.of_text(db, text).found
        first = [each.id for each in found[:3]]
        assert name in [index.projects(first)[each].name for each in first]
        assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_few_of_the_topics_that_a_list_lacks_are_near_by_definition(db: Database) -> None:
    with db.reading():
        seen = [relevance.of_text(db, topic) for topic in ("漁港の浚渫", "火葬炉の更新", "乳牛の飼育")]
        assert not any(each.is_near(TUNING.relevance.offered_from) for each in seen)


@pytest.mark.parametrize(
    ("typed", "number"), [("親善都市", "64"), ("会社設立", "1018"), ("職員のアイデア", "77")]
)
def test_a_search_in_words_that_no_record_has_offers_what_is_near_with_its_sentence(
    db: Database, typed: str, number: str
) -> None:
    found = search(db, parse(typed))
    assert not found.hits
    assert found.answered_by in {"meaning", "related"}
    assert found.suggestions[0].number == number
    for near in found.suggestions:
        assert near.by == "meaning"
        with db.reading() as index:
            project = next(each for each in index.all_projects.values() if each.number == near.number)
        assert near.sentence in display(f"{project.purpose}\n{project.overview}\n{project.outcome}")


@pytest.mark.parametrize("typed", ["火葬場", "漁港の浚渫", "ぬゆねのへふろ", "検策ヌユネン", "xqzjkvwq"])
def test_a_search_for_an_absent_topic_or_nonsense_offers_nothing(db: Database, typed: str) -> None:
    found = search(db, parse(typed))
    assert (found.hits, found.suggestions, found.answered_by) == ((), (), "")


@pytest.mark.parametrize("typed", ["斎場の予約", "市営墓地の使用許可", "成人式の開催"])
def test_a_common_word_of_an_absent_topic_does_not_make_a_project_near_to_it(
    db: Database, typed: str
) -> None:
    found = search(db, parse(typed))
    assert (found.hits, found.suggestions) == ((), ())


def test_what_nobody_says_any_word_of_is_held_against_topics_of_which_nobody_does(db: Database) -> None:
    with db.reading():
        unsaid, in_part = relevance.of_text(db, "セキュリティ"), relevance.of_text(db, "企業誘致")
        assert unsaid.found[0].score < in_part.found[0].score
        assert unsaid.is_offered
        assert not in_part.is_offered


def test_terms_side_by_side_are_no_topic_of_several_words(db: Database) -> None:
    found = search(db, parse("ドローン ロボット"))
    assert {hit.project.number for hit in found.hits} >= {"94", "97"}


@pytest.mark.parametrize("typed", ["親善都市 課:企画経営課", '"親善都市"', "親善都市 -交流"])
def test_what_narrows_a_search_is_not_widened_by_meaning(db: Database, typed: str) -> None:
    assert not any(near.by == "meaning" for near in search(db, parse(typed)).suggestions)


@pytest.mark.parametrize("text", ["", "😀", "12345", "。。。"])
def test_a_text_without_words_is_near_to_nothing(db: Database, text: str) -> None:
    with db.reading():
        assert not relevance.of_text(db, text).found


def test_an_empty_list_has_nothing_near(tmp_path: Path) -> None:
    empty = open_database(tmp_path / "empty.db")
    with empty.reading():
        assert not relevance.of_text(empty, "防災訓練").found


def test_a_question_in_other_words_gets_the_nearest_sentence_and_what_was_not_found(db: Database) -> None:
    given = answer(db, "起業家の作業場所を貸す事業は？")
    assert (given.kind, given.confidence) == ("list", "unsure")
    assert "に関係しそうな事業は" in given.text
    assert "事業番号 1018" in given.text


def test_a_word_alone_that_no_record_has_gets_what_is_near_to_it(db: Database) -> None:
    given = answer(db, "子ども")
    assert (given.kind, given.confidence, given.citations) == ("none", "unsure", ())
    assert given.quoted


@pytest.mark.parametrize("question", ["保育園の待機児童は？", "印刷できません", "水道料金はいくら"])
def test_a_question_that_no_record_is_near_to_gets_no_sentence(db: Database, question: str) -> None:
    given = answer(db, question)
    assert (given.kind, given.confidence) == ("none", "none")
    assert "関係しそうな記載" not in given.text
