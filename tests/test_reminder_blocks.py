"""Reminders and digests as messages: every one passes the gate as it stands and says what it must."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.messages.markup import plain
from bot.messages.message import Message, fits, pages
from bot.reminders.messages import EXTEND, SNOOZE, SUBMIT, bar, read_shares, reminder_message
from store.evaluation.records import Reminder, ReminderSettings, SectionContacts, Sheet
from tests.reminder_cases import CHIEF, CONTACTS, DEPARTMENT, SECRETARIAT, City, deadline, moment, sheet
from tests.reminder_schedules import make

WITH_SECRETARIAT = ReminderSettings(secretariat=SECRETARIAT)


def words(reminder: Reminder) -> str:
    message = reminder_message(reminder)
    assert fits(message)
    return plain(pages(message)[0])


def first(city: City, when: str) -> Reminder:
    return city.tick(moment(when))[0]


@pytest.mark.parametrize(
    ("when", "heading"),
    [
        ("2026-11-30 09:00", "評価シートの作成をお願いします（1件）"),
        ("2026-12-14 09:00", "評価シートの締切まで、あと10営業日です"),
        ("2026-12-25 09:00", "評価シートの締切まで、あと1営業日です"),
        ("2026-12-28 09:00", "本日が評価シートの締切です"),
        ("2027-01-06 09:00", "締切を過ぎた評価シートが1件あります"),
    ],
)
def test_the_heading_says_how_far_the_deadline_is(when: str, heading: str) -> None:
    city = City([deadline("2026-12-28")], [sheet()])
    city.run("2026-11-30 08:00", "2026-11-30 09:00")
    city.delivered = city.delivered if when > "2026-12" else []
    message = reminder_message(first(city, when))
    assert plain({"blocks": message.blocks}).splitlines()[0] == heading
    assert message.text.startswith(heading)


def test_the_due_date_has_its_weekday_and_both_dates_where_it_was_moved() -> None:
    text = words(first(City([deadline("2026-12-31")], [sheet()]), "2026-12-14 09:00"))
    assert "締切 2027年1月4日（月）※2026年12月31日（木）は閉庁日のため" in text
    assert "企画経営課　令和8年度 一次評価" in text


def test_each_sheet_has_its_state_and_what_is_special_about_it() -> None:
    sheets = [
        sheet("11", "作成中", url="https://example.com/sheets/11"),
        sheet("12", "差戻し", returned_reason="数値が\nありません", returned_due=date(2027, 1, 9),
              returned_at=moment("2026-12-10 10:00")),
        sheet("13", extension_state="申請中", extension_due=date(2027, 1, 15)),
        sheet("14", extension_state="承認", extension_due=date(2027, 1, 29),
              extension_at=moment("2026-12-10 10:00")),
    ]  # fmt: skip
    reminder = first(City([deadline("2026-12-28")], sheets), "2026-12-14 09:00")
    text = words(reminder)
    assert "• 11 事業11　作成中" in text
    assert (
        "差戻し「数値が ありません」・再提出の期限 2027年1月12日（火）※2027年1月9日（土）は閉庁日のため"
        in text
    )
    assert "• 13 事業13　未着手・2027年1月15日（金）までの延長を申請中" in text
    assert "• 14 事業14　未着手・延長後の締切 2027年1月29日（金）" in text
    assert "<https://example.com/sheets/11|11 事業11>" in str(reminder_message(reminder).blocks)


def test_a_changed_deadline_says_what_it_was_and_why() -> None:
    city = City([deadline("2026-12-28")], [sheet()])
    city.run("2026-11-30 08:00", "2026-12-14 10:00")
    city.deadlines = [
        deadline("2027-01-15", version=2, set_at=moment("2026-12-14 13:00"), note="議会の日程によります。")
    ]
    text = words(first(city, "2026-12-14 13:00"))
    assert text.startswith("評価シートの締切が変わりました")
    assert "変更前の締切は 2026年12月28日（月） でした。" in text
    assert "議会の日程によります。" in text
    assert "締切 2027年1月15日（金）" in text


def test_the_buttons_know_which_rounds_and_sections_they_speak_of() -> None:
    message = reminder_message(first(City([deadline("2026-12-28")], [sheet()]), "2026-12-14 09:00"))
    (row,) = [block for block in message.blocks if block["type"] == "actions"]
    assert [(each["text"]["text"], each["action_id"]) for each in row["elements"]] == [
        ("提出済にする", SUBMIT),
        ("延長を申請", EXTEND),
        ("明日また", SNOOZE),
    ]
    assert read_shares(row["elements"][0]["value"]) == [(2026, "一次評価", DEPARTMENT, "企画経営課")]


def test_a_director_has_nothing_to_press() -> None:
    city = City([deadline("2026-12-28")], [sheet()])
    (told,) = [each for each in city.look(moment("2027-01-06 09:00")) if each.role == "director"]
    assert "actions" not in {block["type"] for block in reminder_message(told).blocks}


def test_it_says_why_it_came_here_instead() -> None:
    city = City([deadline("2026-12-28")], [sheet()], [replace(CONTACTS, chief="")])
    assert "課長が未登録です。本来の宛先に代わって" in words(first(city, "2026-12-14 09:00"))


def test_a_long_list_is_one_page_with_a_count_of_what_is_left() -> None:
    sheets = [
        Sheet(2026, f"2026-総務-{n:04}", "長い名前の事業" * 12, DEPARTMENT, f"第{n % 40}課")
        for n in range(200)
    ]
    contacts = [SectionContacts(DEPARTMENT, f"第{n}課", chief=CHIEF) for n in range(40)]
    reminder = first(City([deadline("2026-12-28")], sheets, contacts), "2026-12-14 09:00")
    text = words(reminder)
    assert text.count("• ") == 30
    assert "ほかに170件あります" in text
    assert len(reminder.keys) == 40


def test_nothing_in_a_record_comes_alive() -> None:
    nasty = sheet(
        "11", name="<!channel> *太字* <https://example.com|x> & `c`", returned_reason="<@U1>", state="差戻し"
    )
    city = City([deadline("2026-12-28")], [nasty])
    payload = str(pages(reminder_message(first(city, "2026-12-14 09:00")))[0])
    assert "<!channel>" not in payload
    assert "<@U1>" not in payload
    assert "<https://example.com" not in payload


@pytest.mark.parametrize("seed", range(20))
def test_every_message_of_a_random_season_passes_the_gate_untouched(seed: int) -> None:
    messages: list[Message] = [
        reminder_message(each) for _, _, reminders in make(seed).play() for each in reminders
    ]
    for message in messages:
        assert fits(message), message.text
        assert len(pages(message)) == 1
        assert "None" not in plain(pages(message)[0])


class TestDigest:
    def test_a_bar_a_section_the_late_and_what_needs_a_hand(self) -> None:
        sheets = [sheet("11"), sheet("12", "提出済"), replace(sheet("13", "提出済"), section="人事課")]
        contacts = [replace(CONTACTS, chief="")]
        city = City([deadline("2026-12-28")], sheets, contacts, settings=WITH_SECRETARIAT)
        text = words(city.look(moment("2027-01-06 09:00"))[-1])
        assert text.splitlines() == [
            "評価シートの進捗 2027年1月6日（水）",
            "令和8年度 一次評価 2/3件（66%）",
            "締切 2026年12月28日（月）",
            "`■■■■■□□□□□` 1/2 企画経営課　遅れ1件",
            "1課はすべて提出済です。",
            "締切を過ぎているシート 1件",
            "• 企画経営課　11 事業11（未着手・3営業日超過）",
            "ご確認をお願いします",
            "• 企画経営課: 課長が未登録です（チャンネルにお送りしています）",
        ]

    def test_when_all_is_in_it_says_so(self) -> None:
        city = City([deadline("2026-12-28")], [sheet()], settings=WITH_SECRETARIAT)
        city.run("2026-12-14 08:00", "2026-12-14 10:00")
        city.sheets = [sheet(state="提出済")]
        assert words(first(city, "2026-12-14 10:30")).startswith("評価シートがすべてそろいました")

    def test_hundreds_of_sections_stay_one_page(self) -> None:
        sheets = [Sheet(2026, str(n), f"事業{n}", DEPARTMENT, f"とても長い名前の第{n}課") for n in range(300)]
        city = City([deadline("2026-12-28")], sheets, (), settings=WITH_SECRETARIAT)
        text = words(city.look(moment("2027-01-06 09:00"))[-1])
        assert text.count("□") == 25 * 10
        assert "ほかに275課が作業中です。" in text
        assert "ほかに290件あります" in text
        assert text.count("課長が未登録です") == 10

    @pytest.mark.parametrize(
        ("done", "total", "shown"),
        [
            (0, 9, "□□□□"),
            (1, 900, "■□□□"),
            (5, 9, "■■□□"),
            (899, 900, "■■■□"),
            (9, 9, "■■■■"),
            (0, 0, "■■■■"),
        ],
    )
    def test_a_bar_is_full_only_when_all_is_in_and_empty_only_when_nothing_is(
        self, done: int, total: int, shown: str
    ) -> None:
        assert bar(done, total, width=4) == shown
