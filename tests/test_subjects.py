"""What a text asks of, without the words that ask: looked for when a question is typed to be searched."""

import pytest
from sqlite_utils import Database

from store.search.pipeline import search
from store.search.query import parse
from store.text.asking import subject_of


@pytest.mark.parametrize(
    ("text", "subject", "certain"),
    [
        ("パブコメの担当課は？", "パブコメ", True),
        ("ﾊﾟﾌﾞｺﾒの目的", "パブコメ", False),
        ("企画経営課の事業は何件ありますか", "企画経営課", True),
        ("企画経営課は何をしている？", "企画経営課", True),
        ("企画経営課の成果をまとめて", "企画経営課", True),
        ("市民参加の事業の一覧を見せてください", "市民参加", True),
        ("水素バスの実験の担当課は", "水素バスの実験", True),
        ("スマートシティについて教えてください", "スマートシティ", True),
        ("お忙しいところ恐れ入ります。学校給食の成果を教えていただけますか。", "学校給食", True),
        ("全事業の一覧を教えて", "", True),
        ("事業一覧", "", True),
    ],
)
def test_what_a_text_asks_of(text: str, subject: str, certain: bool):
    assert subject_of(text) == (subject, certain)


@pytest.mark.parametrize(
    "text",
    [
        "スマートシティ",
        "市民参加",
        "この課の事業は？",
        "それについて教えて",
        "成果物の管理",
        "利用者は何人？",
        "",
    ],
)
def test_what_names_or_points_or_asks_otherwise_is_left_as_it_is(text: str):
    assert subject_of(text) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("パブコメの担当課は？", ["75"]),
        ("ろぼっとの担当課は？", ["97"]),
        ("EBPMはどこの課？", ["1088"]),
        ("パソコンの更新を担当している課はどこですか", ["89"]),
        ("11〜15の事業は何件", ["11", "12"]),
        ("999番の事業の担当課は？", []),
    ],
)
def test_a_question_typed_to_search_finds_what_it_asks_of(db: Database, text: str, numbers: list[str]):
    found = search(db, parse(text))
    assert [hit.project.number for hit in found.hits] == numbers
    assert found.query.text == text


def test_words_that_ask_are_words_where_a_name_has_them(db: Database):
    assert search(db, parse("行政評価事業")).hits[0].project.number == "74"
    assert search(db, parse("アイラブつくばまちづくり事業は？")).hits[0].project.number == "69"
