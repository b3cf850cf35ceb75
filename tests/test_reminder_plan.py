"""What is sent when, as tables: the clock ticks every half hour and each message is taken as delivered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.days.calendar import Calendar
from store.evaluation.records import ReminderSettings, RoundRules, SheetState
from tests.reminder_cases import (
    CONTACTS,
    DEPARTMENT,
    TWO_SHEETS,
    City,
    deadline,
    moment,
    rules_of,
    sent,
    sheet,
)


@pytest.mark.parametrize(
    ("due", "changes", "expected"),
    [
        (
            "2026-12-28",
            {},
            [
                "11-30 09:00 opening",
                "12-14 09:00 before:10",
                "12-21 09:00 before:5",
                "12-25 09:00 before:1",
                "12-28 09:00 day-of",
                "01-04 09:00 overdue:1",
                "01-06 09:00 overdue:3",
                "01-13 09:00 weekly:1",
                "01-20 09:00 weekly:2",
                "01-27 09:00 weekly:3",
            ],
        ),
        (
            "2026-12-31",  # closed: rolls over the new year
            {},
            [
                "12-01 09:00 opening",
                "12-15 09:00 before:10",
                "12-22 09:00 before:5",
                "12-28 09:00 before:1",
                "01-04 09:00 day-of",
                "01-05 09:00 overdue:1",
                "01-07 09:00 overdue:3",
                "01-14 09:00 weekly:1",
                "01-21 09:00 weekly:2",
                "01-28 09:00 weekly:3",
            ],
        ),
        (
            "2026-12-31",
            {"roll": "previous"},
            [
                "11-30 09:00 opening",
                "12-14 09:00 before:10",
                "12-21 09:00 before:5",
                "12-25 09:00 before:1",
                "12-28 09:00 day-of",
                "01-04 09:00 overdue:1",
                "01-06 09:00 overdue:3",
                "01-13 09:00 weekly:1",
                "01-20 09:00 weekly:2",
                "01-27 09:00 weekly:3",
            ],
        ),
        (
            "2026-12-31",  # not rolled: there is no open morning of the day
            {"roll": "none"},
            [
                "12-01 09:00 opening",
                "12-15 09:00 before:10",
                "12-22 09:00 before:5",
                "12-28 09:00 before:1",
                "01-04 09:00 overdue:1",
                "01-06 09:00 overdue:3",
                "01-13 09:00 weekly:1",
                "01-20 09:00 weekly:2",
                "01-27 09:00 weekly:3",
            ],
        ),
        (
            "2026-11-30",  # the month's end; work had begun long before the clock started
            {},
            [
                "11-20 09:00 before:5",
                "11-27 09:00 before:1",
                "11-30 09:00 day-of",
                "12-01 09:00 overdue:1",
                "12-03 09:00 overdue:3",
                "12-10 09:00 weekly:1",
                "12-17 09:00 weekly:2",
                "12-24 09:00 weekly:3",
                "01-04 09:00 weekly:4",
                "01-07 09:00 weekly:5",
                "01-14 09:00 weekly:6",
                "01-21 09:00 weekly:7",
                "01-28 09:00 weekly:8",
            ],
        ),
        (
            "2027-02-28",  # a Sunday at a month's end
            {},
            ["01-28 09:00 opening"],
        ),
        (
            "2026-12-28",
            {
                "before": (3,),
                "overdue": (2,),
                "weekly": False,
                "opening": 5,
                "at": time(10),
                "day_of_at": time(8, 30),
            },
            ["12-21 10:00 opening", "12-23 10:00 before:3", "12-28 08:30 day-of", "01-05 10:00 overdue:2"],
        ),
    ],
)
def test_a_season_without_any_sheet_coming_in(
    due: str, changes: dict[str, object], expected: list[str]
) -> None:
    settings = ReminderSettings(**changes)  # type: ignore[arg-type]
    assert sent(City([deadline(due)], TWO_SHEETS, settings=settings)) == expected


def test_what_is_left_over_from_an_earlier_day_goes_at_the_hour_of_the_day() -> None:
    city = City([deadline("2026-11-30")], TWO_SHEETS)
    assert rules_of(city.tick(moment("2026-11-24 08:30"))) == []
    assert rules_of(city.tick(moment("2026-11-24 09:00"))) == ["before:5"]


def test_nothing_is_sent_on_closed_days_or_outside_the_hours() -> None:
    city = City([deadline("2026-12-28")], TWO_SHEETS)
    for closed in ("2026-12-27 09:00", "2026-12-29 09:00", "2027-01-01 09:00", "2027-01-11 09:00"):
        assert city.look(moment(closed)) == []
    assert city.look(moment("2026-12-28 08:29")) == []
    assert city.look(moment("2026-12-28 19:00")) == []
    assert city.look(moment("2026-12-28 18:59"))


def test_the_citys_own_closed_days_move_what_falls_on_them() -> None:
    calendar = Calendar(closed=frozenset({date(2026, 12, 25)}), opened=frozenset({date(2026, 12, 26)}))
    times = sent(City([deadline("2026-12-28")], TWO_SHEETS, calendar=calendar))
    assert "12-26 09:00 before:1" in times


def test_nothing_is_sent_before_work_begins() -> None:
    city = City([deadline("2026-12-28", opens=date(2026, 12, 19))], TWO_SHEETS)
    assert sent(city)[:3] == ["12-21 09:00 opening", "12-25 09:00 before:1", "12-28 09:00 day-of"]


def test_a_deadline_set_late_opens_when_it_is_set() -> None:
    city = City([deadline("2026-12-28", set_at=moment("2026-12-24 15:10"))], TWO_SHEETS)
    assert sent(city)[:3] == ["12-24 15:30 opening", "12-25 09:00 before:1", "12-28 09:00 day-of"]


def test_one_message_lists_all_open_sheets_and_only_those() -> None:
    states: tuple[SheetState, ...] = ("未着手", "作成中", "課長確認", "提出済", "差戻し", "確定", "対象外")
    sheets = [sheet(str(10 + n), state) for n, state in enumerate(states)]
    (reminder,) = City([deadline("2026-12-28")], sheets).look(moment("2026-12-14 09:00"))
    assert [each.sheet.state for each in reminder.sheets] == ["未着手", "作成中", "課長確認", "差戻し"]
    assert reminder.items[0].remaining == 10


def test_half_of_them_in_the_rest_is_listed_and_all_in_nothing_is_sent() -> None:
    city = City([deadline("2026-12-28")], [sheet("11", "提出済"), sheet("12")])
    (reminder,) = city.tick(moment("2026-12-14 09:00"))
    assert [each.sheet.number for each in reminder.sheets] == ["12"]
    city.sheets = [sheet("11", "提出済"), sheet("12", "提出済")]
    assert sent(city, "2026-12-14 09:30") == []


def test_a_sheet_that_comes_back_is_reminded_of_again_from_its_next_rule() -> None:
    city = City([deadline("2026-12-28")], [sheet("11", "提出済")])
    assert sent(city, end="2026-12-24 18:00") == []
    city.sheets = [sheet("11", "作成中")]
    assert sent(city, "2026-12-24 18:30", "2026-12-28 12:00") == [
        "12-24 18:30 before:5",
        "12-25 09:00 before:1",
        "12-28 09:00 day-of",
    ]


@pytest.mark.parametrize(
    ("back_at", "expected"),
    [
        ("2026-12-21 10:00", ["12-21 10:00 before:5"]),  # an hour's downtime: late, but sent
        ("2026-12-22 09:00", ["12-22 09:00 before:5"]),  # a day
        ("2026-12-24 09:00", ["12-24 09:00 before:5"]),  # 72 hours
        ("2026-12-25 09:00", ["12-25 09:00 before:1"]),  # what is now due says it all
        ("2026-12-26 03:00", ["12-28 09:00 day-of"]),  # over a weekend with both rules missed
        ("2027-01-05 12:00", ["01-05 12:00 overdue:1"]),
    ],
)
def test_after_downtime_there_is_one_message_with_the_latest_state(back_at: str, expected: list[str]) -> None:
    city = City([deadline("2026-12-28")], TWO_SHEETS)
    assert sent(city, end="2026-12-21 08:30")[-1] == "12-14 09:00 before:10"
    end = expected[-1][:5]
    year = "2027" if end.startswith("01") else "2026"
    assert sent(city, back_at, f"{year}-{end} 20:00") == expected


def test_a_clock_set_back_a_day_sends_nothing_twice_and_then_goes_on() -> None:
    city = City([deadline("2026-12-28")], TWO_SHEETS)
    sent(city, end="2026-12-25 10:00")
    assert sent(city, "2026-12-24 08:00", "2026-12-25 20:00") == []
    assert sent(city, "2026-12-28 08:00", "2026-12-28 20:00") == ["12-28 09:00 day-of"]


def test_a_clock_set_back_after_downtime_does_not_bring_up_what_was_passed_over() -> None:
    city = City([deadline("2026-12-28")], TWO_SHEETS)
    sent(city, end="2026-12-14 10:00")
    assert sent(city, "2026-12-25 09:00", "2026-12-25 09:00") == ["12-25 09:00 before:1"]
    assert sent(city, "2026-12-22 09:00", "2026-12-25 20:00") == []


def test_a_clock_an_hour_fast_sends_early_and_not_again() -> None:
    city = City([deadline("2026-12-28")], TWO_SHEETS)
    sent(city, end="2026-12-25 10:00")
    assert sent(city, "2026-12-28 09:00", "2026-12-28 09:00") == ["12-28 09:00 day-of"]
    assert sent(city, "2026-12-28 08:00", "2026-12-28 20:00") == []


def test_a_second_round_starts_from_nothing_although_the_first_is_in() -> None:
    second = deadline("2027-02-26", id=5, kind="二次評価", opens=date(2027, 2, 1))
    sheets = [sheet("11", "提出済"), sheet("11", kind="二次評価")]
    city = City([deadline("2026-12-28"), second], sheets)
    assert sent(city, end="2027-02-01 20:00") == ["02-01 09:00 opening"]


@pytest.mark.parametrize("minutes", [3, 17, 60])
def test_how_often_the_clock_ticks_makes_no_difference(minutes: int) -> None:
    city, other = (City([deadline("2026-12-31")], TWO_SHEETS) for _ in range(2))
    city.run("2026-12-24 08:00", "2027-01-05 20:00", timedelta(minutes=minutes))
    other.run("2026-12-24 08:00", "2027-01-05 20:00")
    assert [each.key for each in city.delivered] == [each.key for each in other.delivered]


def test_what_falls_due_at_nine_goes_along_with_what_falls_due_at_half_past_eight() -> None:
    other = replace(CONTACTS, section="人事課")
    sheets = [sheet("11"), replace(sheet("12"), section="人事課")]
    later = deadline("2027-01-08", id=2, department=DEPARTMENT, section="人事課")  # five working days on
    settings = ReminderSettings(day_of_at=time(8, 30))
    city = City([deadline("2026-12-28"), later], sheets, [CONTACTS, other], settings=settings)
    city.run("2026-11-30 08:00", "2026-12-26 20:00")
    assert city.run("2026-12-28 08:00", "2026-12-28 20:00") == [
        ("12-28 08:30", "UCHIEF", "day-of", "before:5")
    ]


def test_a_round_may_have_reminders_of_its_own() -> None:
    own = RoundRules(2026, "一次評価", (3,), (2,), weekly=False, director=())
    city = City([deadline("2026-12-28")], [sheet()], settings=ReminderSettings(rounds=(own,)))
    assert sent(city) == [
        "11-30 09:00 opening",
        "12-23 09:00 before:3",
        "12-28 09:00 day-of",
        "01-05 09:00 overdue:2",
    ]
