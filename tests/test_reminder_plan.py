"""What is sent when, as tables: the clock ticks every half hour and each message is taken as delivered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, time, timedelta

import pytest

from bot.business_days import Calendar
from store.sheet_records import ReminderSettings, SheetState
from tests.reminder_cases import CHIEF, City, deadline, moment, rules_of, sheet

SEASON = ("2026-11-20 00:00", "2027-01-31 23:30")
TWO_SHEETS = (sheet("11"), sheet("12"))
EXTENDED = sheet(
    "12",
    extension_state="承認",
    extension_due=date(2027, 1, 15),
    extension_at=moment("2026-12-21 15:00"),
)


def sent(city: City, start: str = SEASON[0], end: str = SEASON[1]) -> list[str]:
    """`12-14 09:00 before:10` for all that the chief gets."""
    return [f"{line[0]} {' '.join(line[2:])}" for line in city.run(start, end) if line[1] == CHIEF]


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


class TestChangedDeadlines:
    def test_a_moved_deadline_tells_what_it_was_and_goes_on_from_the_new_one(self) -> None:
        city = City([deadline("2026-12-28")], TWO_SHEETS)
        sent(city, end="2026-12-14 10:00")
        city.deadlines = [deadline("2027-01-15", version=2, set_at=moment("2026-12-14 13:00"))]
        (told,) = city.tick(moment("2026-12-14 13:00"))
        assert rules_of([told]) == ["changed:2026-12-14T13:00:00+09:00"]
        assert told.items[0].told == date(2026, 12, 28)
        assert told.items[0].due is not None
        assert told.items[0].due.effective == date(2027, 1, 15)
        assert sent(city, "2026-12-14 13:30")[:4] == [
            "12-25 09:00 before:10",
            "01-07 09:00 before:5",
            "01-14 09:00 before:1",
            "01-15 09:00 day-of",
        ]

    def test_a_deadline_moved_so_far_that_work_would_not_have_begun_is_told_all_the_same(self) -> None:
        city = City([deadline("2026-12-28")], TWO_SHEETS)
        sent(city, end="2026-12-14 10:00")
        city.deadlines = [deadline("2027-03-26", version=2, set_at=moment("2026-12-15 10:00"))]
        assert sent(city, "2026-12-15 10:00", "2027-03-12 12:00") == [
            "12-15 10:00 changed:2026-12-15T10:00:00+09:00",
            "03-11 09:00 before:10",
        ]

    def test_a_change_and_a_rule_missed_in_downtime_are_one_message(self) -> None:
        city = City([deadline("2026-12-28")], TWO_SHEETS)
        sent(city, end="2026-12-14 10:00")
        city.deadlines = [deadline("2026-12-25", version=2, set_at=moment("2026-12-14 13:00"))]
        (reminder,) = city.tick(moment("2026-12-18 09:00"))
        assert rules_of([reminder]) == ["before:5", "changed:2026-12-14T13:00:00+09:00"]
        assert {item.told for item in reminder.items} == {date(2026, 12, 28)}
        assert city.tick(moment("2026-12-18 09:30")) == []

    def test_before_anybody_was_told_a_change_is_just_the_opening(self) -> None:
        city = City([deadline("2027-01-15", version=2, set_at=moment("2026-11-25 10:00"))], TWO_SHEETS)
        assert sent(city)[0] == "12-11 09:00 opening"

    def test_a_narrower_deadline_that_appears_or_goes_is_a_change_for_its_section_alone(self) -> None:
        other = replace(sheet("13"), section="人事課")
        general = deadline("2026-12-28")
        own = deadline("2027-01-15", id=2, department="政策イノベーション部", section="企画経営課")
        city = City([general], [sheet("11"), other])
        city.run(SEASON[0], "2026-12-14 10:00")
        city.deadlines = [general, replace(own, set_at=moment("2026-12-14 15:00"))]
        assert [item.section for each in city.tick(moment("2026-12-14 15:00")) for item in each.items] == [
            "企画経営課"
        ]
        city.deadlines = [general, replace(own, withdrawn=True, version=2, set_at=moment("2026-12-16 15:00"))]
        (back,) = city.tick(moment("2026-12-16 15:00"))
        assert back.items[0].key.rule_kind == "changed"
        assert back.items[0].told == date(2027, 1, 15)

    def test_section_wins_over_department_wins_over_all(self) -> None:
        part = "政策イノベーション部"
        every = [
            deadline("2026-12-28"),
            deadline("2026-12-21", id=2, department=part),
            deadline("2026-12-18", id=3, department=part, section="企画経営課"),
        ]
        sheets = [
            sheet("11"),
            replace(sheet("12"), section="科学技術振興課"),
            replace(sheet("13"), department="総務部"),
        ]
        city = City(every, sheets, contacts=())
        dues = {
            each.sheet.number: each.due.effective.day
            for reminder in city.look(moment("2026-12-14 09:00"))
            for each in reminder.sheets
        }
        assert dues == {"11": 18, "12": 21, "13": 28}


class TestSheetsWithDatesOfTheirOwn:
    def test_an_extended_sheet_follows_its_own_date_and_the_others_the_deadline(self) -> None:
        city = City([deadline("2026-12-28")], [sheet("11"), EXTENDED])
        assert sent(city)[3:] == [
            "12-25 09:00 before:1",
            "12-28 09:00 day-of",
            "01-04 09:00 overdue:1",
            "01-06 09:00 overdue:3",
            "01-07 09:00 before:5",
            "01-13 09:00 weekly:1",
            "01-14 09:00 before:1",
            "01-15 09:00 day-of",
            "01-18 09:00 overdue:1",
            "01-20 09:00 weekly:2",
            "01-27 09:00 weekly:3",
        ]

    def test_once_the_others_are_in_only_the_extended_date_counts(self) -> None:
        city = City([deadline("2026-12-28")], [sheet("11", "提出済"), EXTENDED])
        assert sent(city, "2026-12-22 00:00", "2027-01-16 00:00") == [
            "12-25 09:00 before:10",
            "01-07 09:00 before:5",
            "01-14 09:00 before:1",
            "01-15 09:00 day-of",
        ]

    def test_an_extension_that_is_only_asked_for_changes_nothing(self) -> None:
        asked = replace(EXTENDED, extension_state="申請中")
        assert sent(City([deadline("2026-12-28")], [asked])) == sent(
            City([deadline("2026-12-28")], [sheet("11")])
        )

    def test_a_deadline_moved_beyond_an_extension_governs_again(self) -> None:
        city = City([deadline("2027-01-22")], [EXTENDED])
        (reminder,) = city.look(moment("2027-01-15 09:00"))
        assert reminder.sheets[0].due.effective == date(2027, 1, 22)

    def test_a_returned_sheet_is_told_at_once_and_then_followed_to_its_new_date(self) -> None:
        city = City([deadline("2026-12-28")], [sheet("11", "提出済")])
        assert sent(city, end="2027-01-06 13:00") == []
        city.sheets = [
            sheet(
                "11",
                "差戻し",
                returned_due=date(2027, 1, 15),
                returned_at=moment("2027-01-06 13:00"),
                returned_reason="数値",
            )
        ]
        times = sent(city, "2027-01-06 13:00", "2027-01-20 20:00")
        assert times == [
            "01-06 13:00 returned:2027-01-06T13:00:00+09:00",
            "01-07 09:00 before:5",
            "01-14 09:00 before:1",
            "01-15 09:00 day-of",
            "01-18 09:00 overdue:1",
            "01-20 09:00 overdue:3",
        ]

    def test_a_second_return_is_told_too_and_coming_in_later_does_not_repeat_the_first(self) -> None:
        first = sheet("11", "差戻し", returned_due=date(2027, 1, 29), returned_at=moment("2027-01-06 13:00"))
        second = sheet("12", "差戻し", returned_due=date(2027, 1, 29), returned_at=moment("2027-01-06 15:00"))
        city = City([deadline("2026-12-28")], [first, sheet("12", "提出済")])
        assert sent(city, "2027-01-06 13:00", "2027-01-06 14:30") == [
            "01-06 13:00 returned:2027-01-06T13:00:00+09:00"
        ]
        city.sheets = [first, second]
        assert sent(city, "2027-01-06 15:00", "2027-01-06 16:00") == [
            "01-06 15:00 returned:2027-01-06T15:00:00+09:00"
        ]
        city.sheets = [first, sheet("12", "提出済")]
        assert sent(city, "2027-01-06 16:30", "2027-01-07 20:00") == []

    def test_a_return_in_the_evening_is_told_the_next_open_morning(self) -> None:
        back = sheet("11", "差戻し", returned_due=date(2027, 1, 22), returned_at=moment("2027-01-08 20:00"))
        city = City([deadline("2026-12-28")], [back])
        assert sent(city, "2027-01-08 20:00", "2027-01-12 20:00") == [
            "01-12 09:00 returned:2027-01-08T20:00:00+09:00"
        ]

    def test_moments_kept_in_another_zone_are_the_same_moments(self) -> None:
        evening = moment("2027-01-06 20:00").astimezone(UTC)
        back = sheet("11", "差戻し", returned_due=date(2027, 1, 29), returned_at=evening)
        assert sent(City([deadline("2026-12-28")], [back]), "2027-01-06 20:00", "2027-01-07 20:00") == [
            "01-07 09:00 returned:2027-01-06T20:00:00+09:00"
        ]

    def test_a_correction_deadline_gives_returned_sheets_without_a_date_of_their_own_one(self) -> None:
        back = sheet("11", "差戻し", returned_at=moment("2027-01-06 13:00"))
        correction = deadline("2027-01-22", id=9, kind="修正", set_at=moment("2027-01-05 10:00"))
        city = City([deadline("2026-12-28"), correction], [back, sheet("12", "提出済")])
        assert sent(city, "2027-01-06 13:00", "2027-01-22 20:00") == [
            "01-06 13:00 returned:2027-01-06T13:00:00+09:00",
            "01-07 09:00 before:10",
            "01-15 09:00 before:5",
            "01-21 09:00 before:1",
            "01-22 09:00 day-of",
        ]


def test_two_rounds_under_one_correction_deadline_have_keys_of_their_own() -> None:
    back = [
        sheet("11", "差戻し", kind=kind, returned_at=moment("2027-01-06 13:00"))
        for kind in ("一次評価", "二次評価")
    ]
    correction = deadline("2027-01-22", id=9, kind="修正", set_at=moment("2027-01-05 10:00"))
    (reminder,) = City([deadline("2026-12-28"), correction], back).look(moment("2027-01-15 09:00"))
    assert len(set(reminder.keys)) == len(reminder.keys) == 4


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
