"""A reminder that is not settled by its time is noticed, and the secretariat hears of it once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.dispatcher import audit, tick
from bot.delivery.reconcile import problems
from store.evaluation import changes, ledger
from tests.season import SECRETARIAT, SET_AT, Season, season, section


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Season]:
    with season(tmp_path / "jigyo.db", sections=2) as city:
        yield city


def test_nothing_is_late_within_the_first_minutes_nor_once_it_is_sent(city: Season) -> None:
    city.now += timedelta(minutes=10)
    assert [line for line in problems(city.context) if "進捗" not in line] == []
    tick(city.delivery())
    city.now += timedelta(minutes=20)
    assert problems(city.context) == []


def test_what_nobody_sends_is_late_after_a_quarter_of_an_hour_and_told_once(city: Season) -> None:
    city.now += timedelta(minutes=16)
    assert sum("課の課長" in line and "予定の時刻" in line for line in problems(city.context)) == 2
    for _ in range(2):
        audit(city.delivery())
    assert len(city.texts(SECRETARIAT)) == 1
    assert "第1課の課長" in city.texts(SECRETARIAT)[0]


def test_a_section_that_nobody_answers_for_is_a_finding(city: Season) -> None:
    nobody = replace(section(1), chief="", deputy="", channel="")
    changes.set_contacts(city.db, nobody, by="operator", at=SET_AT)
    nowhere = city.context.settings.model_copy(update={"jigyo_secretariat": ""})
    city.context = replace(city.context, settings=nowhere)
    tick(city.delivery())
    city.now += timedelta(minutes=16)
    assert [line for line in problems(city.context) if "第1課" in line and "宛先がありません" in line]


def test_a_claim_without_an_outcome_and_an_unknown_outcome_are_findings(city: Season) -> None:
    city.slack.fail("chat.postMessage", "reset_after", channel="D1CHIEF2")
    city.slack.fail("conversations.history", "error", error="missing_scope", times=None)
    tick(city.delivery())
    assert problems(city.context) == []
    city.now += timedelta(minutes=17)
    assert [line for line in problems(city.context) if "まだ確認できていません" in line]
    tick(city.delivery())
    assert [line for line in problems(city.context) if "jigyo deliveries settle" in line]


def test_ticks_that_stopped_coming_are_a_finding(city: Season) -> None:
    tick(city.delivery())
    ledger.beat(city.db, "host:1", now="2026-12-14T00:00:00.000+00:00", ticked=True)
    assert problems(city.context) == []
    city.now += timedelta(minutes=16)
    assert ["動いていません" in line for line in problems(city.context)] == [True]
