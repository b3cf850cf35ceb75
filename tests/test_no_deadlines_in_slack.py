"""Sheets before any deadline is set, over signed HTTP: what is lacking is said, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.playground.slack import Sender, SlackServer
from tests.running import serving
from tests.sheet_city import said


@pytest.fixture(scope="module")
def unmanned(slack: SlackServer, database: Path) -> Iterator[Sender]:
    """Sends to a bot for which nobody is registered as the secretariat."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("JIGYO_ADMINS", raising=False)
        with serving(slack, database, "--http", "--no-reminders") as process:
            yield Sender(slack, process.url)


@pytest.mark.parametrize("user", ["U0STAFF", "U0ADMIN"])
@pytest.mark.parametrize("text", ["提出 11、12", "延長 11、12 12月28日", "差戻し 11 数値がありません"])
def test_a_project_without_a_deadline_is_said_to_have_none(send: Sender, text: str, user: str) -> None:
    told = said(send.command(text, user=user))
    if text.startswith("差戻し") and user == "U0STAFF":
        assert "事務局として登録された方だけ" in told
    else:
        assert "「11 スマートシティの推進」" in told
        assert "締切がまだ設定されていません" in told
        assert told.count("設定されていません") == 1
        assert "番号をお確かめ" not in told


def test_a_number_that_no_project_has_is_said_to_be_none(send: Sender) -> None:
    assert "事業番号「98、99」の事業は登録されていません" in said(send.command("提出 11、98、99"))


def test_where_nobody_is_the_secretariat_it_is_told_how_somebody_becomes_it(unmanned: Sender) -> None:
    told = said(unmanned.command("締切 設定"))
    assert "事務局の方がまだ登録されていません" in told
    assert "JIGYO_ADMINS" in told
