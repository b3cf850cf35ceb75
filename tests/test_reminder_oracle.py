"""The plan against a plain second reading of the rules, in random seasons; `make oracle` plays 10,000."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.reminder_schedules import compare, fingerprint

ROOT = Path(__file__).parent.parent
SEASONS = range(100, 220)
ZONES = ("UTC", "America/New_York", "Asia/Tokyo")


def test_plan_and_oracle_agree_on_every_message_and_no_key_is_sent_twice() -> None:
    played = [compare(seed) for seed in SEASONS]
    assert [line for each in played for line in each.differences] == []
    rules: Counter[str] = sum((each.rules for each in played), Counter())
    assert set(rules) == {
        "opening", "before", "day-of", "overdue", "weekly", "director", "changed", "returned", "snooze",
        "digest", "complete", "nudge",
    }  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_the_same_is_sent_whatever_the_machines_time_zone(zone: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.reminder_schedules", "10"],
        cwd=ROOT, env=os.environ | {"TZ": zone}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == fingerprint(0, 10)
