"""Reminders and digests as messages: every one passes the gate as it stands and says what it must."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.messages.digests import bar
from bot.messages.markup import plain
from bot.messages.message import Message, as_older, fits, pages
from bot.messages.reminders import EXTEND, SNOOZE, SUBMIT, read_shares, reminder_message
from store.evaluation.records import Reminder, ReminderSettings, SectionContacts, Sheet
from tests.reminder_cases import CHIEF, CONTACTS, DEPARTMENT, SECRETARIAT, City, deadline, moment, sheet
from tests.reminder_schedules import make

WITH_SECRETARIAT = ReminderSettings(secretariat=SECRETARIAT)


def words(reminder: Reminder) -> str:
    message = reminder_message(reminder)
    assert fits(message)
    return plain(as_older(pages(message)[0]))


def first(city: City, when: str) -> Reminder:
    return city.tick(moment(when))[0]


@pytest.mark.parametrize(
    ("when", "heading"),
    [
        ("2026-11-30 09:00", "評価シートの作成をお願いします（1件）"),
        ("2026-12-14 09:00", "評価シート1件の締切まで、あと10開庁日です"),
        ("2026-12-25 09:00", "評価シート1件の締切まで、あと1開庁日です"),
        ("2026-12-28 09:00", "評価シート1件の締切は、本日です"),
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
    assert "作成中　1件\n• 11 事業11\n" in text
    returned = "差戻し・再提出の期限 2027年1月12日（火）※2027年1月9日（土）は閉庁日のため　1件"
    assert f"{returned}\n• 12 事業12　「数値が ありません」" in text
    assert "延長申請中　1件\n• 13 事業13　未着手・2027年1月15日（金）までの延長を申請中" in text
    assert "未着手・延長後の締切 2027年1月29日（金）　1件\n• 14 事業14" in text
    assert "<https://example.com/sheets/11|11 事業11>" in str(reminder_message(reminder).blocks)


def test_the_nearest_date_is_first_and_the_others_are_counted() -> None:
    extended = [
        sheet(str(n), extension_state="承認", extension_due=date(2027, 1, 12),
              extension_at=moment("2026-12-10 10:00"))
        for n in (21, 22)
    ]  # fmt: skip
    sheets = [*extended, sheet("11"), sheet("12"), sheet("13"), sheet("14", "提出済")]
    city = City([deadline("2026-12-28")], sheets)
    city.run("2026-11-30 08:00", "2026-12-18 10:00")
    text = words(first(city, "2026-12-21 09:00"))
    assert text.startswith("評価シート3件の締切まで、あと5開庁日です（ほかに未提出2件）")
    assert "6件中1件提出済" in text
    late = words(first(city, "2027-01-05 09:00"))
    assert late.startswith("締切を過ぎた評価シートが3件あります（ほかに未提出2件）")


def test_a_state_stands_once_and_not_with_each_sheet() -> None:
    city = City([deadline("2026-12-28")], [sheet(str(n)) for n in range(19)])
    text = words(first(city, "2026-12-14 09:00"))
    assert text.count("未着手") == 1
    assert "未着手　19件" in text
    late = words(first(city, "2027-01-05 09:00"))
    assert late.count("開庁日超過") == 1
    assert late.count("• ") == 12
    assert "未着手　19件" in late  # all of them, also those that are a command away


def test_it_says_what_to_do_what_ends_it_and_whom_to_ask() -> None:
    city = City([deadline("2026-12-28")], [sheet()], settings=WITH_SECRETARIAT)
    payload = str(reminder_message(city.look(moment("2026-12-14 09:00"))[0]).blocks)
    assert "作成し、締切までにご提出ください。［提出済にする］で、お知らせは止まります。" in payload
    assert f"<#{SECRETARIAT}>" in payload


def test_nobody_is_asked_to_keep_a_deadline_that_is_over() -> None:
    text = words(first(City([deadline("2026-12-28")], [sheet()]), "2027-01-05 09:00"))
    assert "お早めにご提出ください" in text
    assert "締切までに" not in text


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
    assert [(each["text"]["text"], each["action_id"]) for each in row["elements"] if "text" in each] == [
        ("提出済にする", SUBMIT),
        ("延長を申請", EXTEND),
        ("明日また", SNOOZE),
    ]
    later = row["elements"][3]
    assert [each["text"]["text"] for each in later["options"]][:2] == ["1時間後", "12月15日（火）の朝"]
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
    assert text.count("• ") == 12
    assert "ほかに188件あります" in text
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
            "締切を過ぎているシート 1件",
            "• 企画経営課　1件（最大3開庁日超過）",
            "ご確認をお願いします",
            "• 企画経営課: 課長が未登録です（チャンネルにお送りしています）",
            "`■■■■■□□□□□` 1/2 企画経営課　遅れ1件",
            "1課はすべて提出済です。",
        ]

    def test_it_says_what_came_in_since_the_last_one(self) -> None:
        city = City([deadline("2026-12-28")], [sheet("11"), sheet("12")], settings=WITH_SECRETARIAT)
        city.run("2026-12-14 08:00", "2026-12-14 10:00")
        city.sheets = [sheet("11", "提出済", updated_at=moment("2026-12-14 15:00")), sheet("12")]
        text = words(city.look(moment("2026-12-15 09:00"))[-1])
        assert "前回から 1件が提出済になりました（企画経営課1件）。" in text

    def test_what_comes_round_to_the_secretariat_stands_in_its_digest(self) -> None:
        nobody = SectionContacts(DEPARTMENT, "企画経営課")
        city = City([deadline("2026-12-28")], [sheet()], [nobody], settings=WITH_SECRETARIAT)
        (both,) = city.look(moment("2026-12-14 08:45"))
        text = words(both)
        assert text.startswith("評価シートの進捗 2026年12月14日（月）")
        assert "評価シート1件の締切まで、あと10開庁日です" in text
        assert "課長とチャンネルが未登録です。本来の宛先に代わって" in text

    def test_when_all_is_in_it_says_so(self) -> None:
        city = City([deadline("2026-12-28")], [sheet()], settings=WITH_SECRETARIAT)
        city.run("2026-12-14 08:00", "2026-12-14 10:00")
        city.sheets = [sheet(state="提出済")]
        assert words(first(city, "2026-12-14 10:30")).startswith("評価シートがすべてそろいました")

    def test_hundreds_of_sections_stay_one_page(self) -> None:
        sheets = [Sheet(2026, str(n), f"事業{n}", DEPARTMENT, f"とても長い名前の第{n}課") for n in range(300)]
        city = City([deadline("2026-12-28")], sheets, (), settings=WITH_SECRETARIAT)
        text = words(city.look(moment("2027-01-06 09:00"))[-1])
        assert text.count("□") == 5 * 10
        assert "ほかに295課が作業中です" in text
        assert "ほかに296課あります（`/jigyo 進捗`）" in text
        assert text.count("課長が未登録です") == 10

    def test_it_fits_a_phone_however_much_there_is_to_tell(self) -> None:
        """A phone shows some 17 lines of 20 full-width characters: the first of them has what is late."""
        late = [Sheet(2026, str(n), f"事業{n}", DEPARTMENT, f"第{n % 40}課") for n in range(400)]
        asked = [
            replace(each, extension_state="申請中", extension_due=date(2027, 1, 29)) for each in late[:30]
        ]
        contacts = [
            SectionContacts(DEPARTMENT, f"第{n}課", chief=CHIEF if n > 9 else "", director="UD", channel="C1")
            for n in range(40)
        ]
        city = City([deadline("2026-12-28")], late, contacts, settings=WITH_SECRETARIAT)
        city.run("2026-12-25 08:00", "2026-12-25 10:00")
        came = [replace(each, state="提出済", updated_at=moment("2026-12-28 15:00")) for each in late[30:60]]
        city.sheets = [*asked, *came, *late[60:]]
        message = reminder_message(city.look(moment("2027-01-06 09:00"))[-1])
        text = plain(as_older(pages(message)[0])).splitlines()
        assert len(pages(message)) == 1
        assert len(text) < 50
        assert max(map(len, text)) < 60
        order = ["締切を過ぎているシート 340件", "前回から 30件が提出済", "延長の申請が30件", "ご確認を", "`"]
        places = [next(n for n, line in enumerate(text) if line.startswith(each)) for each in order]
        assert places == sorted(places)
        assert places[0] < 5

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
