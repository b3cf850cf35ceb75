"""A season's calendar: what would be sent when, and the same as an iCalendar file."""

from __future__ import annotations

from datetime import UTC, date, datetime

import icalendar
import pytest

from bot.commands.remind import calendar_text
from bot.days.calendar import Calendar
from bot.reminders.plan import Planned, read_months, season
from store.evaluation.records import ReminderSettings
from tests.reminder_cases import CONTACTS, SECRETARIAT, deadline, line, moment, sheet

STAMP = moment("2026-11-23 12:00")


def planned(months: str, *, secretariat: str = "") -> list[Planned]:
    start, stop = read_months(months)
    return list(
        season(
            [deadline("2026-12-31")], [sheet("11"), sheet("12")], [CONTACTS], Calendar(), [], [],
            ReminderSettings(secretariat=secretariat), start=start, stop=stop,
        )
    )  # fmt: skip


def test_a_season_lists_every_message_at_its_moment() -> None:
    assert [line(now, reminder) for now, reminder in planned("2026-11..2027-01")] == [
        ("12-01 09:00", "UCHIEF", "opening"),
        ("12-15 09:00", "UCHIEF", "before:10"),
        ("12-22 09:00", "UCHIEF", "before:5"),
        ("12-28 09:00", "UCHIEF", "before:1"),
        ("01-04 09:00", "UCHIEF", "day-of"),
        ("01-05 09:00", "UCHIEF", "overdue:1"),
        ("01-07 09:00", "UCHIEF", "overdue:3"),
        ("01-07 09:00", "UDIRECTOR", "director:3"),
        ("01-14 09:00", "UCHIEF", "weekly:1"),
        ("01-21 09:00", "UCHIEF", "weekly:2"),
        ("01-28 09:00", "UCHIEF", "weekly:3"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11..2027-03", (date(2026, 11, 1), date(2027, 3, 31))),
        ("2028-2", (date(2028, 2, 1), date(2028, 2, 29))),
        ("2026-12..2026-12", (date(2026, 12, 1), date(2026, 12, 31))),
    ],
)
def test_months_are_read(text: str, expected: tuple[date, date]) -> None:
    assert read_months(text) == expected


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2027-03..2026-11", "来月", "2026-11..", "0000-01"])
def test_months_that_cannot_be_read_are_refused_in_one_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"2026-11\.\.2027-03 のように書いてください"):
        read_months(text)


def test_the_calendar_file_has_the_due_day_and_the_sendings_in_utc_without_digests() -> None:
    text = calendar_text(planned("2026-12..2027-01", secretariat=SECRETARIAT), made_at=STAMP)
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    days = [each for each in events if not isinstance(each.decoded("dtstart"), datetime)]
    assert [(str(each["summary"]), each.decoded("dtstart"), each.decoded("dtend")) for each in days] == [
        ("【締切】令和8年度 一次評価（企画経営課）", date(2027, 1, 4), date(2027, 1, 5))
    ]
    assert "2026年12月31日（木）は閉庁日のため" in days[0]["description"]
    sendings = {str(each["summary"]): each.decoded("dtstart") for each in events if each not in days}
    assert sendings["締切10開庁日前（企画経営課）"] == datetime(2026, 12, 15, 0, 0, tzinfo=UTC)
    assert not any("事務局" in summary for summary in sendings)
    assert len({str(each["uid"]) for each in events}) == len(events)
    assert all(len(row.encode()) <= 75 for row in text.split("\r\n"))


def test_the_same_season_gives_the_same_file() -> None:
    first, again = (calendar_text(planned("2026-12"), made_at=STAMP) for _ in range(2))
    assert first == again
