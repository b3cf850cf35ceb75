"""Extensions: one holds until another is decided, a button decides its own request, copies follow."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import jigyo
from bot.context import SlackRequest
from bot.deadlines import actions, workflow
from bot.deadlines.session import Actor, session_of
from bot.deadlines.workflow import ChangeRefused
from bot.delivery.dispatcher import tick
from bot.delivery.reconcile import problems
from bot.playground.slack.sender import buttons
from bot.slack.listeners.sheet_actions import undo
from store.evaluation import changes, registry
from store.evaluation.records import Sheet
from tests.reminder_cases import City, deadline, moment, rules_of, sheet
from tests.season import DEPARTMENT, DUE, SECRETARIAT, YEAR, Season, season

ADMIN = Actor("U0ADMIN", "staff", is_admin=True)
KEY = (YEAR, "101", "一次評価")
FIRST, SECOND = date(2027, 1, 15), date(2027, 1, 29)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Season]:
    with season(tmp_path / "jigyo.db", sections=2) as city:
        yield city


def of(city: Season) -> Sheet:
    found = registry.sheet(city.db, KEY)
    assert found
    return found


def ask(city: Season, due: date) -> None:
    actions.ask_extension(session_of(city.context), ADMIN, [of(city)], due, "議会の日程のため")


def decide(city: Season, *, approved: bool) -> list[str]:
    return actions.decide_extension(session_of(city.context), ADMIN, [of(city)], approved=approved)


def due_of(city: Season) -> date | None:
    return session_of(city.context).present_due(of(city))


def test_an_approved_extension_holds_while_another_is_asked_for_and_when_that_is_denied(city: Season) -> None:
    ask(city, FIRST)
    decide(city, approved=True)
    ask(city, SECOND)
    assert due_of(city) == FIRST
    decide(city, approved=False)
    assert due_of(city) == FIRST
    ask(city, SECOND)
    decide(city, approved=True)
    assert due_of(city) == SECOND
    changes.set_deadline(
        city.db, fiscal_year=YEAR, kind="一次評価", due=date(2027, 2, 1), by="U0ADMIN", at=city.now
    )
    assert due_of(city) == date(2027, 2, 1)


def test_the_answer_names_the_day_that_was_decided(city: Season) -> None:
    ask(city, FIRST)
    assert decide(city, approved=True) == [
        "「101 第1課の事業1」（一次評価）の2027年1月15日（金）までの延長を承認しました。"
    ]


def test_a_button_of_an_earlier_request_decides_nothing_and_says_what_holds() -> None:
    asked = workflow.extension_asked(
        sheet("57"), FIRST, "", present=DUE, by="U1", at=moment("2026-12-21 10:00")
    )
    again = workflow.extension_asked(asked, SECOND, "", present=DUE, by="U1", at=moment("2026-12-22 10:00"))
    with pytest.raises(ChangeRefused, match="いま2027年1月29日（金）までの延長を申請中です"):
        workflow.extension_decided(
            again, approved=True, by="U2", at=moment("2026-12-23 10:00"), asked_at=asked.extension_at
        )


def test_a_request_stands_in_every_digest_with_buttons_until_it_is_decided(city: Season) -> None:
    tick(city.delivery())
    ask(city, FIRST)
    for _ in range(3):
        tick(city.delivery())
        city.now += timedelta(days=1)
    with_buttons = [p for p in city.slack.posts if p.channel == SECRETARIAT and buttons(p.blocks)]
    assert len(with_buttons) == 3  # the notice and two digests
    assert all("1/15まで承認する" in str(post.blocks) for post in with_buttons)
    decide(city, approved=True)
    tick(city.delivery())
    for post in with_buttons:
        shown = city.slack.workspace.find(post.channel, post.ts)
        assert shown
        assert not buttons(shown.blocks)
        assert "承認済みです" in str(shown.blocks)  # every copy says what was decided, and who did
        assert "<@U0ADMIN>" in str(shown.blocks)
    notice = next(post for post in with_buttons if "進捗" not in post.text)
    assert "承認済みです" in str(notice.blocks)
    assert "<@U0ADMIN>" in str(notice.blocks)


def test_who_asked_and_the_section_hear_of_the_decision(city: Season) -> None:
    ask(city, FIRST)
    decide(city, approved=True)
    tick(city.delivery())
    assert [text for text in city.texts("D0ADMIN") if "延長が承認されました" in text]
    assert [text for text in city.texts("D1CHIEF1") if "延長が承認されました" in text]


def test_a_sheet_with_a_request_pending_is_not_late_in_what_the_director_and_the_digest_show() -> None:
    asked = sheet(
        "11", extension_state="申請中", extension_due=FIRST, extension_at=moment("2026-12-25 10:00")
    )
    city = City([deadline("2026-12-28")], [asked, sheet("12")])
    (told,) = [each for each in city.look(moment("2027-01-06 09:00")) if each.role == "director"]
    assert [(each.sheet.number, each.late) for each in told.sheets] == [("12", 3), ("11", 0)]
    city.sheets = [asked]
    assert "director:3" not in rules_of(city.look(moment("2027-01-06 09:00")))


def test_every_copy_of_a_reminder_follows_the_state(city: Season) -> None:
    tick(city.delivery())
    (copy,) = [post for post in city.slack.posts if post.channel == "D1CHIEF1"]
    assert "作成中" not in str(copy.blocks)
    sheet = of(city)
    assert changes.save(city.db, sheet, replace(sheet, state="作成中"), by="U4STAFF1", at=city.now)
    tick(city.delivery())
    assert "作成中" in str(copy.blocks)
    assert all(
        label in str(copy.blocks) for label in ("提出済にする", "延長を申請", "明日また")
    )  # still there
    updates = len(city.slack.calls("chat.update"))
    tick(city.delivery())
    assert len(city.slack.calls("chat.update")) == updates  # once, until something changes again


def test_a_withdrawn_deadline_is_told_to_whoever_was_reminded_of_it(city: Season) -> None:
    tick(city.delivery())
    session = session_of(city.context)
    new = actions.NewDeadline(YEAR, "一次評価", DUE, withdrawn=True)
    actions.set_deadline(session, ADMIN, new)
    tick(city.delivery())
    assert city.texts("D1CHIEF1")[-1] == (
        "令和8年度 一次評価の締切 2026年12月28日（月）（第1課）は取り消されました。提出の必要はありません。"
    )


def in_the_night_before(city: Season) -> None:
    city.now = moment("2026-12-11 20:00")  # a Friday; ten working days before is Monday, 9:00
    tick(city.delivery())
    city.slack.posts.clear()


def through_the_morning(city: Season) -> None:
    for clock in ("08:30", "08:31", "08:45", "09:00", "09:05", "09:20"):
        city.now = moment(f"2026-12-14 {clock}")
        tick(city.delivery())
        assert [line for line in problems(city.context) if "お知らせ" in line] == []


def test_what_came_in_the_night_goes_with_the_message_of_the_morning(city: Season) -> None:
    in_the_night_before(city)
    ask(city, FIRST)
    decide(city, approved=False)
    ask(city, SECOND)
    city.now += timedelta(minutes=30)
    assert problems(city.context) == []  # that it waits is as it should be
    through_the_morning(city)
    told = [post for post in city.slack.posts if post.metadata]
    for_secretariat = [post for post in told if post.channel == SECRETARIAT]
    for_chief = [post for post in told if post.channel == "D1CHIEF1"]
    assert [len(for_secretariat), len(for_chief)] == [1, 1]
    assert "評価シートの進捗" in for_secretariat[0].text
    labels = [each["text"]["text"] for each in buttons(for_secretariat[0].blocks)]
    assert labels.count("1/29まで承認する") == 1  # the digest asks, and the line does not ask again
    assert "1月15日（金）までの延長が却下されました" in str(for_chief[0].blocks)
    assert "あと10開庁日です" in for_chief[0].text
    assert len([post for post in told if post.channel == "D0ADMIN"]) == 1  # who has no reminder hears at once


def test_a_copy_keeps_the_lines_that_came_with_it(city: Season) -> None:
    in_the_night_before(city)
    ask(city, FIRST)
    decide(city, approved=False)
    through_the_morning(city)
    (copy,) = [post for post in city.slack.posts if post.channel == "D1CHIEF1"]
    sheet = of(city)
    assert changes.save(city.db, sheet, replace(sheet, state="作成中"), by="U4STAFF1", at=city.now)
    tick(city.delivery())
    assert "作成中" in str(copy.blocks)
    assert "延長が却下されました" in str(copy.blocks)


def pressed_undo(city: Season, key: tuple[int, str, str] = KEY) -> str:
    request = SlackRequest(json.dumps([key]), user="U1CHIEF1", channel="D1CHIEF1", surface="button")
    return undo(request, city.context).text


def test_the_button_takes_a_report_back_for_ten_minutes_and_then_names_the_command(city: Season) -> None:
    chief = Actor("U1CHIEF1", "staff", is_admin=False, held=(((DEPARTMENT, "第1課"), "chief"),))
    for later, told, state in (
        (timedelta(minutes=10), "取り消しました。いまは未着手です。", "未着手"),
        (timedelta(minutes=10, seconds=1), "`/jigyo 取消 101` でできます。", "提出済"),
    ):
        actions.report(session_of(city.context), chief, [of(city)], "提出済")
        city.now += later
        assert told in pressed_undo(city)
        assert of(city).state == state


def imported(city: Season, what: str, text: str) -> None:
    file = city.path.with_name(f"{what}.csv")
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(jigyo, ["--db", str(city.path), what, "import", str(file)])
    assert done.exit_code == 0, done.output


def test_a_deadline_withdrawn_by_a_file_is_told_too(city: Season) -> None:
    tick(city.delivery())
    imported(city, "deadlines", "年度,種類,締切,取消\n2026年度,一次評価,2026-12-28,○\n")
    tick(city.delivery())
    assert "は取り消されました。提出の必要はありません。" in city.texts("D1CHIEF1")[-1]


def test_an_extension_decided_by_a_file_is_told_too(city: Season) -> None:
    ask(city, FIRST)
    imported(city, "sheets", "年度,事業番号,延長の状態\n2026年度,101,却下\n")
    tick(city.delivery())
    told = "「101 第1課の事業1」の2027年1月15日（金）までの延長が却下されました。"
    assert [str(city.texts(who)).count(told) for who in ("D0ADMIN", "D1CHIEF1")] == [1, 1]


class TestClockFarAhead:
    def test_it_silences_nobody_once_it_is_right_again(self) -> None:
        city = City([deadline("2026-12-28")], [sheet()])
        city.tick(moment("2027-06-01 09:00"))
        assert city.run("2026-12-14 08:00", "2026-12-28 20:00")[0][2:] == ("before:10",)

    def test_it_is_said_in_the_digest_and_in_health(self, city: Season) -> None:
        right = city.now
        city.slack.workspace.clock = time.time
        city.now += timedelta(days=200)
        tick(city.delivery())
        city.now = right
        assert [line for line in problems(city.context) if "時計が2027年7月2日" in line]
        tick(city.delivery())
        digest = next(p for p in reversed(city.slack.posts) if p.channel == SECRETARIAT and "進捗" in p.text)
        assert "まで進んでいたとき" in str(digest.blocks)
        assert len([p for p in city.slack.posts if p.channel == "D1CHIEF1"]) == 2
