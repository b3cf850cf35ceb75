"""The lines that tell what became of each sheet of a request."""

from types import SimpleNamespace

import pytest

from bot.deadlines import actions
from bot.deadlines.workflow import ChangeRefused
from store.database import open_database
from store.evaluation.records import Sheet

NAMED_ALIKE = [Sheet(2021, "11", "公園", "建設部", section) for section in ("公園課", "道路課")]


@pytest.mark.parametrize(("is_refused", "told"), [(False, 2), (True, 1)])
def test_every_change_is_told_and_one_refusal_once(tmp_path, monkeypatch, is_refused: bool, told: int):
    def change(session, actor, key, how, *, note):
        if is_refused:
            raise ChangeRefused("できません。")
        return NAMED_ALIKE[0]

    monkeypatch.setattr(actions, "change", change)
    session = SimpleNamespace(db=open_database(tmp_path / "jigyo.db"))
    lines = actions.each_of(
        session, None, NAMED_ALIKE, lambda sheet: sheet, "「{}」（{}）を提出済にしました。"
    )
    assert len(lines) == told
