"""A deadline moved, narrowed or withdrawn: told at once with what it was, then followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.reminder_cases import SEASON, TWO_SHEETS, City, deadline, moment, rules_of, sent, sheet


def test_a_moved_deadline_tells_what_it_was_and_goes_on_from_the_new_one() -> None:
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


def test_a_deadline_moved_so_far_that_work_would_not_have_begun_is_told_all_the_same() -> None:
    city = City([deadline("2026-12-28")], TWO_SHEETS)
    sent(city, end="2026-12-14 10:00")
    city.deadlines = [deadline("2027-03-26", version=2, set_at=moment("2026-12-15 10:00"))]
    assert sent(city, "2026-12-15 10:00", "2027-03-12 12:00") == [
        "12-15 10:00 changed:2026-12-15T10:00:00+09:00",
        "03-11 09:00 before:10",
    ]


def test_a_change_and_a_rule_missed_in_downtime_are_one_message() -> None:
    city = City([deadline("2026-12-28")], TWO_SHEETS)
    sent(city, end="2026-12-14 10:00")
    city.deadlines = [deadline("2026-12-25", version=2, set_at=moment("2026-12-14 13:00"))]
    (reminder,) = city.tick(moment("2026-12-18 09:00"))
    assert rules_of([reminder]) == ["before:5", "changed:2026-12-14T13:00:00+09:00"]
    assert {item.told for item in reminder.items} == {date(2026, 12, 28)}
    assert city.tick(moment("2026-12-18 09:30")) == []


def test_before_anybody_was_told_a_change_is_just_the_opening() -> None:
    city = City([deadline("2027-01-15", version=2, set_at=moment("2026-11-25 10:00"))], TWO_SHEETS)
    assert sent(city)[0] == "12-11 09:00 opening"


def test_a_narrower_deadline_that_appears_or_goes_is_a_change_for_its_section_alone() -> None:
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


def test_section_wins_over_department_wins_over_all() -> None:
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
