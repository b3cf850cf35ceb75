"""Questions asked in English get what they get in Japanese."""

import pytest
from sqlite_utils import Database

from bot.ask.engine import answer
from bot.ask.lexing import in_japanese
from tests.test_follow_ups import talk


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("Tell me about smart city", "smart cityについて教えて"),
        ("Could you please tell me more about the robot project?", "robotについて教えて"),
        ("what is smart city?", "smart cityとは"),
        ("What’s open data about?", "open dataとは"),
        ("who is in charge of smart city", "smart cityの担当課は"),
        ("Which section handles open data?", "open dataの担当課は"),
        ("what is the department in charge of smart city", "smart cityの担当課は"),
        ("What is the purpose of the smart city project?", "smart cityの目的は"),
        ("what were the results of robot projects", "robotの成果は"),
        ("How many projects are there about open data?", "open dataの事業は何件"),
        ("how many projects about open data are there", "open dataの事業は何件"),
        ("which projects are about SDGs?", "SDGsの事業を一覧で"),
        ("list all projects about SDGs", "SDGsの事業を一覧で"),
        ("summarize 企画経営課", "企画経営課をまとめて"),
        ("who is in charge of it?", "その担当課は"),
        ("tell me about this", "それについて教えて"),
        ("smart city", "smart city"),
        ("what is " + "? " * 20_000, "what is " + "? " * 20_000),
        ("open data", "open data"),
        ("What can you do?", "What can you do?"),
        ("Who is Who事業の目的は", "Who is Who事業の目的は"),
    ],
)
def test_a_question_is_put_in_japanese_and_words_alone_are_not(english: str, japanese: str):
    assert in_japanese(english) == japanese


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("Tell me about smart city", "スマートシティについて教えて"),
        ("what is smart city?", "スマートシティとは"),
        ("who is in charge of smart city", "スマートシティの担当課は"),
        ("What is the purpose of the robot project?", "ロボットの目的は"),
    ],
)
def test_it_gets_the_answer_of_the_question_in_japanese(db: Database, english: str, japanese: str):
    given, expected = answer(db, english), answer(db, japanese)
    assert (given.kind, given.citations, given.text) == (expected.kind, expected.citations, expected.text)
    assert given.citations


def test_a_follow_up_in_english_is_of_the_thread(db: Database):
    assert "スマートシティ戦略室" in talk(db, "Tell me about smart city", "who is in charge of it?").text


@pytest.mark.parametrize(
    "english",
    [
        "Tell me about the weather",
        "what is love?",
        "who runs Mars",
        "what is the name of project 11",
        "what's the number of participants in 64",
        "what's new",
    ],
)
def test_what_no_record_knows_is_not_answered_in_english_either(db: Database, english: str):
    given = answer(db, english)
    assert (given.kind, given.citations) == ("none", ())


def test_an_amount_that_a_record_does_not_give_is_not_answered_with_its_overview(db: Database):
    given = answer(db, "what is the budget of 11?")
    assert given.kind == "none"
    assert "お尋ねの数字を読み取れませんでした" in given.text


def test_a_long_run_of_one_word_is_read_at_once():
    """Two ways to read each word would be 2ⁿ ways to read them all."""
    assert in_japanese("more " * 55) == "more " * 55
