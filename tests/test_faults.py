"""A sample of `make faults`, and the table of all of them in the docs."""

from pathlib import Path

import pytest

from bench import faults


@pytest.mark.slow  # what the bot does then is in test_serving too, mending in test_integrity
@pytest.mark.parametrize("name", ["検索の索引が壊れた", "データベースがなくなった"])
def test_what_is_broken_is_told_mended_and_nothing_is_lost(name: str):
    row = faults.tried(name)
    assert row.wrong == []
    assert row.after == "すべて元どおり"


@pytest.mark.slow  # it waits for the network; test_slack_misbehaves resets connections too
def test_a_dropped_connection_is_made_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(faults, "DROPS", 3)
    assert faults.tried("Socket Mode の接続が切れる").wrong == []


def test_the_docs_have_every_fault():
    table = (Path(__file__).parent.parent / "docs" / "faults.md").read_text(encoding="utf-8")
    assert [name for name in faults.FAULTS if f"| {name} |" not in table] == []
