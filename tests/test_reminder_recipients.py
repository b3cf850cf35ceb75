"""Who gets a reminder: one message each, a way round for everybody who cannot be reached, the digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from store.evaluation.records import Absence, Nudge, ReminderSettings, SectionContacts, Snooze
from tests.reminder_cases import (
    CHANNEL,
    CHIEF,
    CONTACTS,
    DEPARTMENT,
    DIRECTOR,
    SECRETARIAT,
    SECTION,
    City,
    deadline,
    moment,
    rules_of,
    sheet,
)

WITH_SECRETARIAT = ReminderSettings(secretariat=SECRETARIAT)


@pytest.mark.parametrize(
    ("contacts", "settings", "recipient", "role", "fallback"),
    [
        (CONTACTS, ReminderSettings(), CHIEF, "chief", ""),
        (replace(CONTACTS, chief=""), ReminderSettings(), CHANNEL, "channel", "課長が未登録です"),
        (
            replace(CONTACTS, unreachable=frozenset({CHIEF})), ReminderSettings(), CHANNEL, "channel",
            "課長に届きません",
        ),
        (
            replace(CONTACTS, unreachable=frozenset({CHIEF, CHANNEL})), WITH_SECRETARIAT, SECRETARIAT,
            "secretariat", "課長とチャンネルに届きません",
        ),
        (
            SectionContacts(DEPARTMENT, SECTION), WITH_SECRETARIAT, SECRETARIAT, "secretariat",
            "課長とチャンネルが未登録です",
        ),
        (
            SectionContacts(DEPARTMENT, SECTION), ReminderSettings(), "", "nobody",
            "課長とチャンネルが未登録です",
        ),
        (CONTACTS, ReminderSettings(audience="channel"), CHANNEL, "channel", ""),
        (
            replace(CONTACTS, channel=""), ReminderSettings(audience="channel"), CHIEF, "chief",
            "チャンネルが未登録です",
        ),
    ],
)  # fmt: skip
def test_a_section_is_reminded_through_whoever_can_be_reached(
    contacts: SectionContacts, settings: ReminderSettings, recipient: str, role: str, fallback: str
) -> None:
    city = City([deadline("2026-12-28")], [sheet()], [contacts], settings=settings)
    reminder = city.look(moment("2026-12-14 09:00"))[0]
    assert (reminder.recipient, reminder.role, reminder.fallback) == (recipient, role, fallback)


def test_both_the_chief_and_the_channel_where_the_city_wants_it() -> None:
    city = City([deadline("2026-12-28")], [sheet()], settings=ReminderSettings(audience="both"))
    assert {each.recipient for each in city.look(moment("2026-12-14 09:00"))} == {CHIEF, CHANNEL}


def test_a_chief_who_leaves_is_replaced_by_the_channel_with_the_latest_state() -> None:
    city = City([deadline("2026-12-28")], [sheet()])
    city.run("2026-12-14 08:00", "2026-12-22 20:00")
    city.contacts = [replace(CONTACTS, unreachable=frozenset({CHIEF}))]
    (reminder,) = city.tick(moment("2026-12-23 09:00"))
    assert (reminder.recipient, rules_of([reminder])) == (CHANNEL, ["before:5"])


def test_a_chief_of_two_sections_gets_one_message_with_a_key_for_each() -> None:
    other = SectionContacts(DEPARTMENT, "科学技術振興課", chief=CHIEF)
    sheets = [sheet("11"), replace(sheet("12"), section="科学技術振興課")]
    (reminder,) = City([deadline("2026-12-28")], sheets, [CONTACTS, other]).look(moment("2026-12-14 09:00"))
    assert [key.section for key in reminder.keys] == [
        f"{DEPARTMENT}/企画経営課",
        f"{DEPARTMENT}/科学技術振興課",
    ]
    assert len(set(reminder.keys)) == 2
    assert [each.sheet.number for each in reminder.sheets] == ["11", "12"]


def test_a_message_for_one_section_shows_the_recipients_other_open_sheets_too() -> None:
    other = SectionContacts(DEPARTMENT, "科学技術振興課", chief=CHIEF)
    sheets = [sheet("11"), replace(sheet("12"), section="科学技術振興課")]
    early = deadline("2026-12-21", id=2, department=DEPARTMENT, section="科学技術振興課")
    city = City([deadline("2026-12-28"), early], sheets, [CONTACTS, other])
    city.run("2026-11-30 08:00", "2026-12-14 09:00")
    (reminder,) = city.tick(moment("2026-12-18 09:00"))
    assert [(item.section, item.key.rule) for item in reminder.items] == [("科学技術振興課", "before:1")]
    assert [each.sheet.number for each in reminder.sheets] == ["12", "11"]


def test_the_director_hears_at_plus_three_of_all_late_sections_at_once() -> None:
    other = SectionContacts(DEPARTMENT, "科学技術振興課", chief="UOTHER", director=DIRECTOR)
    sheets = [sheet("11"), replace(sheet("12"), section="科学技術振興課"), sheet("13", "提出済")]
    city = City([deadline("2026-12-28")], sheets, [CONTACTS, other])
    lines = city.run("2026-12-01 08:00", "2027-01-29 20:00")
    told = [line for line in lines if line[1] == DIRECTOR]
    assert told == [("01-06 09:00", DIRECTOR, "director:3", "director:3")]


def test_a_director_who_is_also_a_chief_gets_one_message_with_the_chiefs_buttons() -> None:
    acting = replace(CONTACTS, director=CHIEF)
    lines = City([deadline("2026-12-28")], [sheet()], [acting]).look(moment("2027-01-06 09:00"))
    assert [(each.recipient, each.role, sorted(rules_of([each]))) for each in lines] == [
        (CHIEF, "chief", ["director:3", "overdue:3"])
    ]


def test_the_director_sees_late_sheets_only() -> None:
    extended = sheet(
        "12", extension_state="承認", extension_due=date(2027, 1, 29), extension_at=moment("2026-12-21 15:00")
    )
    city = City([deadline("2026-12-28")], [sheet("11"), extended])
    (told,) = [each for each in city.look(moment("2027-01-06 09:00")) if each.recipient == DIRECTOR]
    assert [(each.sheet.number, each.late) for each in told.sheets] == [("11", 3)]


DEPUTY = "UDEPUTY"
WITH_DEPUTY = replace(CONTACTS, deputy=DEPUTY)


def test_a_deputy_comes_before_the_channel_where_the_chief_has_left() -> None:
    gone = replace(WITH_DEPUTY, unreachable=frozenset({CHIEF}))
    (reminder,) = City([deadline("2026-12-28")], [sheet()], [gone]).look(moment("2026-12-14 09:00"))
    assert (reminder.recipient, reminder.role, reminder.fallback) == (DEPUTY, "deputy", "課長に届きません")


class TestAbsence:
    def test_a_deputy_gets_what_falls_due_while_the_chief_is_away_and_nothing_of_before(self) -> None:
        away = Absence(CHIEF, date(2026, 12, 10), date(2026, 12, 22))
        city = City([deadline("2026-12-28")], [sheet()], [replace(WITH_DEPUTY, absences=(away,))])
        assert list(city.run("2026-11-30 08:00", "2026-12-25 20:00")) == [
            ("11-30 09:00", CHIEF, "opening"),
            ("12-14 09:00", DEPUTY, "before:10"),
            ("12-21 09:00", DEPUTY, "before:5"),
            ("12-23 09:00", CHIEF, "before:5"),  # who is back gets the latest, as it stands then
            ("12-25 09:00", CHIEF, "before:1"),
        ]

    def test_somebody_named_for_the_absence_goes_before_the_sections_own_deputy(self) -> None:
        away = Absence(CHIEF, date(2026, 12, 10), date(2026, 12, 22), "UOTHER")
        city = City([deadline("2026-12-28")], [sheet()], [replace(WITH_DEPUTY, absences=(away,))])
        (reminder,) = city.look(moment("2026-12-14 09:00"))
        until = "課長は2026年12月22日（火）まで不在です"
        assert (reminder.recipient, reminder.role, reminder.fallback) == ("UOTHER", "deputy", until)

    def test_a_deputy_is_told_of_a_deadline_that_is_moved_meanwhile(self) -> None:
        away = Absence(CHIEF, date(2026, 12, 10), date(2026, 12, 22))
        city = City([deadline("2026-12-28")], [sheet()], [replace(WITH_DEPUTY, absences=(away,))])
        city.run("2026-11-30 08:00", "2026-12-11 08:00")
        city.deadlines = [deadline("2027-01-15", version=2, set_at=moment("2026-12-11 13:00"))]
        assert [line[1:] for line in city.run("2026-12-11 13:00", "2026-12-11 20:00")] == [
            (DEPUTY, "opening", "changed:2026-12-11T13:00:00+09:00")
        ]

    @pytest.mark.parametrize("deputy", ["", DEPUTY])
    def test_a_chief_whom_nobody_can_stand_in_for_gets_it_all_the_same(self, deputy: str) -> None:
        both = tuple(Absence(who, date(2026, 12, 10), date(2026, 12, 22)) for who in (CHIEF, DEPUTY))
        contacts = replace(CONTACTS, deputy=deputy, absences=both)
        (reminder,) = City([deadline("2026-12-28")], [sheet()], [contacts]).look(moment("2026-12-14 09:00"))
        assert reminder.recipient == CHIEF


class TestSnooze:
    def test_tomorrow_again_repeats_the_message_on_the_next_open_morning(self) -> None:
        city = City([deadline("2026-12-28")], [sheet()])
        city.run("2026-12-01 08:00", "2026-12-18 09:00")
        city.snoozes = [Snooze(CHIEF, date(2026, 12, 21), moment("2026-12-18 09:10"))]
        assert city.run("2026-12-18 09:30", "2026-12-21 20:00") == [("12-21 09:00", CHIEF, "before:5")]
        city.snoozes = [*city.snoozes, Snooze(CHIEF, date(2026, 12, 22), moment("2026-12-21 09:10"))]
        assert city.run("2026-12-21 09:30", "2026-12-22 20:00") == [
            ("12-22 09:00", CHIEF, "snooze:2026-12-22")
        ]

    def test_it_puts_off_what_falls_due_meanwhile_but_never_the_morning_of_the_day(self) -> None:
        snooze = [Snooze(CHIEF, date(2026, 12, 22), moment("2026-12-21 08:50"))]
        city = City([deadline("2026-12-28")], [sheet()], snoozes=snooze)
        city.delivered = []
        city.run("2026-11-30 08:00", "2026-12-18 20:00")
        assert city.run("2026-12-21 08:00", "2026-12-22 20:00") == [
            ("12-22 09:00", CHIEF, "snooze:2026-12-22")
        ]
        city.snoozes = [Snooze(CHIEF, date(2027, 1, 4), moment("2026-12-28 08:50"))]
        assert city.run("2026-12-28 08:00", "2026-12-28 20:00") == [("12-28 09:00", CHIEF, "day-of")]

    def test_in_an_hour_is_the_same_day_and_after_hours_the_next_morning(self) -> None:
        city = City([deadline("2026-12-28")], [sheet()])
        city.run("2026-12-01 08:00", "2026-12-18 09:00")
        city.snoozes = [Snooze(CHIEF, date(2026, 12, 18), moment("2026-12-18 09:10"), clock=time(10, 10))]
        assert city.run("2026-12-18 09:30", "2026-12-18 20:00") == [
            ("12-18 10:30", CHIEF, "snooze:2026-12-18T10:10")
        ]
        city.snoozes = [Snooze(CHIEF, date(2026, 12, 18), moment("2026-12-18 18:40"), clock=time(19, 40))]
        assert city.run("2026-12-18 19:30", "2026-12-21 20:00")[0][0] == "12-21 09:00"

    def test_the_mornings_offered_end_with_that_of_the_day(self) -> None:
        city = City([deadline("2026-12-28")], [sheet()])
        (reminder,) = city.look(moment("2026-12-23 09:00"))
        assert [day.day for day in reminder.mornings] == [24, 25, 28]

    def test_once_all_are_in_there_is_nothing_to_repeat(self) -> None:
        city = City([deadline("2026-12-28")], [sheet()])
        city.run("2026-12-01 08:00", "2026-12-18 09:00")
        city.snoozes = [Snooze(CHIEF, date(2026, 12, 22), moment("2026-12-21 09:10"))]
        city.sheets = [sheet(state="提出済")]
        assert city.run("2026-12-21 09:30", "2026-12-22 20:00") == []


class TestSendNow:
    def test_a_section_is_reminded_at_once_with_a_line_of_the_secretariats_own(self) -> None:
        sent_now = Nudge(moment("2026-12-16 14:05"), "本日中にお願いします。")
        city = City([deadline("2026-12-28")], [sheet()])
        city.run("2026-12-01 08:00", "2026-12-16 14:00")
        city.contacts = [replace(CONTACTS, nudges=(sent_now,))]
        (reminder,) = city.tick(moment("2026-12-16 14:06"))
        assert rules_of([reminder]) == [f"nudge:{sent_now.at.isoformat()}"]
        assert reminder.items[0].note == "本日中にお願いします。"
        assert city.run("2026-12-16 14:30", "2026-12-18 20:00") == []

    def test_after_hours_it_waits_for_the_next_morning_and_never_longer(self) -> None:
        sent_now = Nudge(moment("2026-12-18 20:05"))
        city = City([deadline("2026-12-28")], [sheet()], [replace(CONTACTS, nudges=(sent_now,))])
        city.run("2026-12-01 08:00", "2026-12-18 19:00")
        city.delivered = [each for each in city.delivered if each.key.rule_kind != "nudge"]
        assert [line[0] for line in city.run("2026-12-18 20:30", "2026-12-21 08:45")] == []
        assert "nudge" in str(rules_of(city.look(moment("2026-12-21 09:00"))))
        assert "nudge" not in str(rules_of(city.look(moment("2026-12-22 09:00"))))


class TestDigest:
    def test_on_open_mornings_with_news_and_every_fifth_until_all_is_in(self) -> None:
        city = City([deadline("2026-12-28")], [sheet("11"), sheet("12")], settings=WITH_SECRETARIAT)
        lines = [line for line in city.run("2026-11-26 08:00", "2026-12-10 20:00") if line[1] == SECRETARIAT]
        assert lines == [
            ("11-30 09:00", SECRETARIAT, "digest:2026-11-30"),
            ("12-07 09:00", SECRETARIAT, "digest:2026-12-07"),  # five working days, and nothing has changed
        ]
        city.sheets = [sheet("11", "作成中", updated_at=moment("2026-12-10 15:00")), sheet("12")]
        assert city.run("2026-12-11 08:00", "2026-12-11 20:00") == [
            ("12-11 09:00", SECRETARIAT, "digest:2026-12-11")
        ]

    @pytest.mark.parametrize(
        "news",
        [
            {"contacts": [replace(CONTACTS, chief="")]},
            {"sheets": [sheet(extension_state="申請中", extension_due=date(2027, 1, 15))]},
            {"deadlines": [deadline("2026-12-28", set_at=moment("2026-12-01 11:00"))]},
        ],
    )
    def test_what_waits_for_a_hand_or_was_moved_is_news(self, news: dict[str, Any]) -> None:
        city = City([deadline("2026-12-28")], [sheet()], settings=WITH_SECRETARIAT)
        city.run("2026-11-30 08:00", "2026-11-30 20:00")
        assert city.look(moment("2026-12-01 08:45")) == []
        told = replace(city, **news).look(moment("2026-12-02 08:45"))
        assert rules_of(told)[0] == "digest:2026-12-02"

    def test_all_in_is_told_as_soon_as_it_is_so(self) -> None:
        city = City([deadline("2026-12-28")], [sheet("11"), sheet("12")], settings=WITH_SECRETARIAT)
        city.run("2026-11-26 08:00", "2026-12-04 20:00")
        city.sheets = [sheet("11", "提出済"), sheet("12", "対象外")]
        (done,) = city.tick(moment("2026-12-07 08:45"))
        assert rules_of([done]) == ["complete"]
        assert done.digest is not None
        assert done.digest.complete
        assert city.run("2026-12-07 09:00", "2026-12-11 20:00") == []

    def test_it_counts_each_section_and_names_the_late_and_the_unreachable(self) -> None:
        sheets = [
            sheet("11"),
            sheet("12", "提出済"),
            sheet("13", "対象外"),
            replace(sheet("14"), section="科学技術振興課"),
        ]
        unknown = SectionContacts(
            DEPARTMENT, "科学技術振興課", chief="UGONE", channel="COTHER", unreachable=frozenset({"UGONE"})
        )
        city = City([deadline("2026-12-28")], sheets, [CONTACTS, unknown], settings=WITH_SECRETARIAT)
        digest = city.look(moment("2027-01-06 09:00"))[-1].digest
        assert digest is not None
        assert [(each.section, each.done, each.total, each.late) for each in digest.progress] == [
            ("企画経営課", 1, 2, 1), ("科学技術振興課", 0, 1, 1),
        ]  # fmt: skip
        assert [(each.sheet.number, each.late) for each in digest.late] == [("11", 3), ("14", 3)]
        assert digest.problems == ("科学技術振興課: 課長に届きません（チャンネルにお送りしています）",)

    def test_a_round_is_not_complete_while_a_section_has_not_begun(self) -> None:
        later = deadline("2027-03-12", id=2, department=DEPARTMENT, section="人事課")
        sheets = [sheet("11"), replace(sheet("12"), section="人事課")]
        city = City([deadline("2026-12-28"), later], sheets, settings=WITH_SECRETARIAT)
        city.run("2026-12-01 08:00", "2026-12-02 20:00")
        city.sheets = [sheet("11", "提出済"), sheets[1]]
        assert city.run("2026-12-03 08:00", "2026-12-04 20:00") == []

    def test_what_is_ambiguous_is_told(self) -> None:
        city = City([deadline("2026-12-28")], [sheet()], settings=WITH_SECRETARIAT)
        city.tick(moment("2026-12-14 09:00"))
        city.delivered[0] = replace(city.delivered[0], status="ambiguous")
        digest = city.look(moment("2026-12-15 09:00"))[-1].digest
        assert digest is not None
        assert digest.ambiguous == (city.delivered[0],)

    def test_after_downtime_there_is_one_and_after_a_clock_set_back_none(self) -> None:
        city = City([deadline("2026-12-28")], [sheet()], settings=WITH_SECRETARIAT)
        city.run("2026-12-14 08:00", "2026-12-14 20:00")
        lines = city.run("2026-12-22 11:00", "2026-12-22 20:00")
        assert [line for line in lines if line[1] == SECRETARIAT] == [
            ("12-22 11:00", SECRETARIAT, "digest:2026-12-22")
        ]
        assert city.run("2026-12-21 08:00", "2026-12-21 20:00") == []
