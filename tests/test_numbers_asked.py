"""Projects asked about by their numbers: in kanji, and from one to another."""

import pytest
from sqlite_utils import Database

from bot.ask.engine import answer


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("11〜15の事業は何件", ("11", "12")),
        ("11から15までの事業", ("11", "12")),
        ("57~60の成果は？", ("57", "58", "59", "60")),
        ("事業番号七十二の目的", ("72",)),
        ("番号十一番の担当課は？", ("11",)),
    ],
)
def test_each_number_meant_is_answered_for(db: Database, question: str, numbers: tuple[str, ...]):
    assert answer(db, question).citations == numbers


@pytest.mark.parametrize("question", ["番号一覧", "番号一つ", "3月から4月の事業は"])
def test_what_is_no_number_of_a_project_is_not_called_unknown(db: Database, question: str):
    assert "登録されていません" not in answer(db, question).text
