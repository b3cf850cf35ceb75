"""Sheets that are extended or sent back follow a date of their own; the others the deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date

from tests.reminder_cases import City, deadline, moment, sent, sheet

EXTENDED = sheet(
    "12",
    extension_state="承認",
    extension_due=date(2027, 1, 15),
    extension_at=moment("2026-12-21 15:00"),
)


def test_an_extended_sheet_follows_its_own_date_and_the_others_the_deadline() -> None:
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


def test_once_the_others_are_in_only_the_extended_date_counts() -> None:
    city = City([deadline("2026-12-28")], [sheet("11", "提出済"), EXTENDED])
    assert sent(city, "2026-12-22 00:00", "2027-01-16 00:00") == [
        "12-25 09:00 before:10",
        "01-07 09:00 before:5",
        "01-14 09:00 before:1",
        "01-15 09:00 day-of",
    ]


def test_an_extension_that_is_only_asked_for_changes_nothing() -> None:
    asked = replace(EXTENDED, extension_state="申請中")
    assert sent(City([deadline("2026-12-28")], [asked])) == sent(
        City([deadline("2026-12-28")], [sheet("11")])
    )


def test_a_deadline_moved_beyond_an_extension_governs_again() -> None:
    city = City([deadline("2027-01-22")], [EXTENDED])
    (reminder,) = city.look(moment("2027-01-15 09:00"))
    assert reminder.sheets[0].due.effective == date(2027, 1, 22)


def test_a_returned_sheet_is_told_at_once_and_then_followed_to_its_new_date() -> None:
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


def test_a_second_return_is_told_too_and_coming_in_later_does_not_repeat_the_first() -> None:
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


def test_a_return_in_the_evening_is_told_the_next_open_morning() -> None:
    back = sheet("11", "差戻し", returned_due=date(2027, 1, 22), returned_at=moment("2027-01-08 20:00"))
    city = City([deadline("2026-12-28")], [back])
    assert sent(city, "2027-01-08 20:00", "2027-01-12 20:00") == [
        "01-12 09:00 returned:2027-01-08T20:00:00+09:00"
    ]


def test_moments_kept_in_another_zone_are_the_same_moments() -> None:
    evening = moment("2027-01-06 20:00").astimezone(UTC)
    back = sheet("11", "差戻し", returned_due=date(2027, 1, 29), returned_at=evening)
    assert sent(City([deadline("2026-12-28")], [back]), "2027-01-06 20:00", "2027-01-07 20:00") == [
        "01-07 09:00 returned:2027-01-06T20:00:00+09:00"
    ]


def test_a_correction_deadline_gives_returned_sheets_without_a_date_of_their_own_one() -> None:
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
