"""締切, 提出, 差戻し, 延長, 進捗, reminders' buttons and forms, over signed HTTP against a real `serve`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from sqlite_utils import Database

from bot.days.business_days import Calendar
from bot.messages.message import pages
from bot.messages.transcript import plain
from bot.reminding.posting import build_posting_client
from bot.reminding.reminder_blocks import reminder_message
from store.database import open_database
from store.evaluation import contacts, deadlines, sheets, snoozes, trail, watch
from store.evaluation.reminder_records import DeliveryKey, Due, Item, OpenSheet, Reminder
from store.evaluation.sheet_records import SectionContacts
from tests.running import Served, serving
from tests.season import settings
from tests.slack_server import Post, Reply, Sender, SlackServer
from tests.slack_server.state import TEAM

POLICY = "政策イノベーション部"
NOW = datetime.now(ZoneInfo("Asia/Tokyo"))
TODAY = NOW.date()
DUE = Calendar().next_open(TODAY + timedelta(days=30))
KIND = "一次評価"
SECTIONS = {
    "企画経営課": SectionContacts(POLICY, "企画経営課", "U0CHIEF", "U0DEPUTY", "", "C0PLAN", ("U0STAFF",)),
    "科学技術振興課": SectionContacts(POLICY, "科学技術振興課", "U0SCIENCE", "", "", "C0TEAM", ("U0GUEST",)),
    "スタートアップ推進室": SectionContacts(POLICY, "スタートアップ推進室", "U0START", "", "", "", ()),
}


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        for user in ("U0DEPUTY", "U0SCIENCE", "U0START", "U0NOBODY"):
            server.workspace.add_user(user, user)
        server.workspace.add_user("U0GUEST", "ゲスト", is_restricted=True)
        yield server


@pytest.fixture(scope="module")
def path(seeded_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = Path(shutil.copy(seeded_once, tmp_path_factory.mktemp("sheets") / "jigyo.db"))
    db = open_database(path)
    for section in SECTIONS.values():
        contacts.set_contacts(db, section, by="operator", at=NOW)
    before, opens = NOW - timedelta(days=20), TODAY - timedelta(days=20)
    deadlines.set_deadline(db, fiscal_year=2021, kind=KIND, due=DUE, opens=opens, by="U0ADMIN", at=before)
    db.close()
    return path


@pytest.fixture(scope="module")
def served(slack: SlackServer, path: Path) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JIGYO_ADMINS", "U0ADMIN")
        with serving(slack, path, "--http", "--no-reminders") as process:
            yield process


@pytest.fixture
def send(slack: SlackServer, served: Served) -> Sender:
    return Sender(slack, served.url)


@pytest.fixture
def db(path: Path) -> Database:
    return open_database(path)


def state(db: Database, number: str) -> str:
    sheet = sheets.sheet(db, (2021, number, KIND))
    assert sheet
    return sheet.state


def said(reply: Reply) -> str:
    return plain(reply.body) if reply.body else reply.text


def submit_form(send: Sender, view: dict[str, Any], user: str, **values: Any) -> Reply:
    filled = {block: {block: value} for block, value in values.items()}
    body = {
        "type": "view_submission", "team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM},
        "view": {**view, "state": {"values": filled}}, "api_app_id": "A0JIGYO",
    }  # fmt: skip
    return send.signed(
        urlencode({"payload": json.dumps(body)}), content_type="application/x-www-form-urlencoded"
    )


def ticked(view: dict[str, Any], *numbers: str) -> dict[str, Any]:
    """The choice of the sheets of these numbers."""
    found: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input" and block["element"]["type"] == "checkboxes":
            options = block["element"]["options"]
            chosen = [o for o in options if json.loads(o["value"])[1] in numbers]
            found[block["block_id"]] = {"selected_options": chosen}
    return found


def remind(slack: SlackServer, db: Database, section: str, channel: str) -> Post:
    """A reminder as the tick would post it."""
    mine = [s for s in sheets.sheets(db) if s.section == section]
    item = Item(
        DeliveryKey("1.1", f"{POLICY}/{section}", channel, "before:10"), 2021, KIND, POLICY, section, NOW,
        Due(DUE, DUE), remaining=10,
    )  # fmt: skip
    reminder = Reminder(
        channel, "chief", (item,), tuple(OpenSheet(s, Due(DUE, DUE)) for s in mine), TODAY, TODAY
    )
    client = build_posting_client(settings(slack.api_url, Path("unused")))
    metadata = {"event_type": "jigyo_reminder", "event_payload": {"key": item.key.text}}
    client.chat_postMessage(channel=channel, metadata=metadata, **pages(reminder_message(reminder))[0])
    return slack.posts[-1]


def test_my_deadlines_are_those_of_the_sections_i_answer_for(send: Sender) -> None:
    mine = said(send.command("締切", user="U0START"))
    assert "スタートアップ推進室" in mine
    assert "企画経営課" not in mine
    assert f"{DUE.year}年{DUE.month}月{DUE.day}日" in mine
    assert "企画経営課" in said(send.command("締切 課", user="U0NOBODY", channel="C0PLAN"))
    assert "全庁" in said(send.command("締切 すべて", user="U0NOBODY"))
    assert "担当の課が登録されていない" in said(send.command("締切", user="U0NOBODY"))


def test_a_deadline_counts_only_once_its_echo_is_confirmed(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    day = Calendar().next_open(DUE + timedelta(days=20))
    reply = send.command(f"締切 設定 二次評価 {day.isoformat()} 企画経営課", user="U0ADMIN")
    weekday = "月火水木金土日"[day.weekday()]
    assert f"{day.year}年{day.month}月{day.day}日（{weekday}）" in said(reply)
    assert deadlines.deadline(db, 2021, "二次評価", POLICY, "企画経営課") is None
    send.press(slack.posts[-1], "設定する", user="U0ADMIN")
    assert "設定しました" in slack.posts[-1].text
    assert deadlines.deadline(db, 2021, "二次評価", POLICY, "企画経営課").due == day
    send.command("締切 取消 二次評価 企画経営課", user="U0ADMIN")
    send.press(slack.posts[-1], "取り消す", user="U0ADMIN")
    assert deadlines.deadline(db, 2021, "二次評価", POLICY, "企画経営課").withdrawn


@pytest.mark.parametrize(
    ("text", "user", "told"),
    [
        ("締切 設定 二次評価 12月40日", "U0ADMIN", "日"),
        ("締切 設定 二次評価 2001-01-05", "U0ADMIN", "過ぎて"),
        ("締切 設定 二次評価 来週金曜", "U0CHIEF", "事務局"),
        ("差戻し 57 理由", "U0CHIEF", "事務局"),
        ("提出 57", "U0SCIENCE", "企画経営課のシートを報告できるのは"),
        ("提出 57", "U0NOBODY", "企画経営課のシートを報告できるのは"),
        ("提出 9", "U0GUEST", "ゲスト"),
        ("提出 99999", "U0CHIEF", "ありません"),
        ("提出", "U0CHIEF", "番号"),
    ],
)
def test_what_may_not_or_cannot_be_done_is_refused_kindly(
    send: Sender, db: Database, text: str, user: str, told: str
) -> None:
    before = len(trail.events(db))
    reply = send.command(text, user=user)
    assert told in said(reply)
    assert len(trail.events(db)) == before


def test_a_section_reports_its_own_sheets_and_the_trail_tells_who(send: Sender, db: Database) -> None:
    lines = said(send.command("提出 58 60、59", user="U0STAFF"))
    assert lines.count("提出済にしました") == 2  # 59 belongs to another section
    assert "報告できるのは" in lines
    assert (state(db, "58"), state(db, "60"), state(db, "59")) == ("提出済", "提出済", "未着手")
    event = trail.events(db, what="sheet", subject=f"2021/58/{KIND}")[-1]
    assert (event.by, event.before, event.after) == ("U0STAFF", "未着手", "提出済")
    assert "すでに提出済" in said(send.command("提出 58", user="U0CHIEF"))


def test_a_sheet_is_sent_back_with_its_reason_and_new_due_date(send: Sender, db: Database) -> None:
    send.command("提出 61", user="U0CHIEF")
    until = Calendar().next_open(DUE + timedelta(days=7))
    reply = send.command(f"差戻し 61 {until.isoformat()}まで 成果の数値をご確認ください", user="U0ADMIN")
    assert "差し戻しました" in said(reply)
    sheet = sheets.sheet(db, (2021, "61", KIND))
    assert (sheet.state, sheet.returned_reason, sheet.returned_due) == (
        "差戻し", "成果の数値をご確認ください", until,
    )  # fmt: skip


def test_an_extension_is_asked_for_told_to_the_secretariat_and_decided_once(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    until = Calendar().next_open(DUE + timedelta(days=10))
    reply = send.command(f"延長 62 {until.isoformat()} 議会の日程のため", user="U0CHIEF")
    assert "申請しました" in said(reply)
    assert "それより後" in said(send.command(f"延長 63 {DUE.isoformat()}", user="U0CHIEF"))
    assert "事務局" in said(send.command("延長 承認 62", user="U0CHIEF"))
    watch.bundle(db, "test")
    [bundle] = [each for each in watch.bundles(db) if not each.recipient]
    assert "議会の日程のため" in bundle.notices[0].text
    assert "承認しました" in said(send.command("延長 承認 62", user="U0ADMIN"))
    assert "すでに承認されています" in said(send.command("延長 却下 62", user="U0ADMIN"))
    assert sheets.sheet(db, (2021, "62", KIND)).extension_state == "承認"
    watch.bundle(db, "test2")
    assert [each.recipient for each in watch.bundles(db) if each.recipient] == ["U0CHIEF"]


def test_progress_shows_a_bar_a_section(send: Sender) -> None:
    shown = said(send.command("進捗", user="U0NOBODY"))
    assert "情報政策課" in shown
    assert "□" in shown
    assert "情報政策課" not in said(send.command("進捗 企画経営課", user="U0NOBODY"))


def test_the_last_open_sheet_is_submitted_by_one_press_and_the_message_says_so(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    post = remind(slack, db, "スタートアップ推進室", slack.workspace.direct_channel("U0START"))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: send.press(post, "提出済にする", user="U0START"), range(2)))
    number = next(s.number for s in sheets.sheets(db) if s.section == "スタートアップ推進室")
    slack.wait_for(lambda: "ありがとうございました" in post.text)
    assert state(db, number) == "提出済"
    assert len(trail.events(db, what="sheet", subject=f"2021/{number}/{KIND}")) == 1
    assert post.metadata  # the key stays where a reconciliation looks for it


def test_of_several_sheets_a_form_asks_which(send: Sender, slack: SlackServer, db: Database) -> None:
    post = remind(slack, db, "科学技術振興課", "C0TEAM")
    send.press(post, "提出済にする", user="U0SCIENCE")
    view = slack.wait_for(lambda: list(slack.workspace.views.values()))[-1]
    numbers = [s.number for s in sheets.sheets(db) if s.section == "科学技術振興課"]
    empty = submit_form(send, view, "U0SCIENCE")
    assert empty.body["response_action"] == "errors"
    done = submit_form(send, view, "U0SCIENCE", **ticked(view, *numbers[:2]))
    assert "提出済にしました" in done.seen
    assert [state(db, number) for number in numbers[:3]] == ["提出済", "提出済", "未着手"]
    shown = [line.split()[1] for line in plain(vars(post)).splitlines() if line.startswith("•")]
    assert numbers[0] not in shown


def test_somebody_else_in_the_channel_cannot_press(send: Sender, slack: SlackServer, db: Database) -> None:
    post = remind(slack, db, "科学技術振興課", "C0TEAM")
    before = post.text
    send.press(post, "明日また", user="U0NOBODY")
    slack.wait_for(lambda: "報告できるのは" in slack.posts[-1].text)
    assert (post.text, snoozes.snoozes(db)) == (before, [])


def test_tomorrow_again_counts_once_and_shows_in_the_message(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    post = remind(slack, db, "科学技術振興課", "C0TEAM")
    for user in ("U0SCIENCE", "U0ADMIN"):
        send.press(post, "明日また", user=user)
    slack.wait_for(lambda: "すでに承っています" in slack.posts[-1].text)
    [snooze] = snoozes.snoozes(db)
    assert (snooze.recipient, snooze.by) == ("C0TEAM", "U0SCIENCE")
    assert "もう一度お知らせします" in plain(vars(post))


def test_the_form_for_an_extension_names_the_field_that_cannot_be_read(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    slack.workspace.views.clear()
    post = remind(slack, db, "科学技術振興課", "C0TEAM")
    send.press(post, "延長を申請", user="U0SCIENCE")
    view = slack.wait_for(lambda: list(slack.workspace.views.values()))[-1]
    number = [s.number for s in sheets.sheets(db) if s.section == "科学技術振興課"][-1]
    wrong = submit_form(send, view, "U0SCIENCE", due={"value": "13月40日"}, **ticked(view, number))
    assert list(wrong.body["errors"]) == ["due"]
    until = Calendar().next_open(DUE + timedelta(days=10)).isoformat()
    values = {"due": {"value": until}, "reason": {"value": "人手"}, **ticked(view, number)}
    done = submit_form(send, view, "U0SCIENCE", **values)
    assert "申請しました" in done.seen
    assert sheets.sheet(db, (2021, number, KIND)).extension_state == "申請中"


def test_the_form_for_a_deadline_is_looked_at_twice(send: Sender, slack: SlackServer, db: Database) -> None:
    slack.workspace.views.clear()
    send.command("締切 設定", user="U0ADMIN")
    view = list(slack.workspace.views.values())[-1]
    day = Calendar().next_open(DUE + timedelta(days=25))
    values = {
        "year": {"value": "令和3年度"}, "kind": {"selected_option": {"value": "修正"}},
        "due": {"value": day.isoformat()}, "place": {"value": "情報政策課"}, "opens": {"value": None},
    }  # fmt: skip
    unknown = submit_form(send, view, "U0ADMIN", **(values | {"place": {"value": "無い課"}}))
    assert list(unknown.body["errors"]) == ["place"]
    sure = submit_form(send, view, "U0ADMIN", **values).body["view"]
    assert f"{day.month}月{day.day}日（" in json.dumps(sure, ensure_ascii=False)
    assert deadlines.deadline(db, 2021, "修正", POLICY, "情報政策課") is None
    assert "設定しました" in submit_form(send, sure, "U0ADMIN").seen
    assert deadlines.deadline(db, 2021, "修正", POLICY, "情報政策課").due == day


def test_a_mention_does_what_the_command_does(send: Sender, slack: SlackServer, db: Database) -> None:
    send.mention("提出 64", user="U0CHIEF")
    slack.wait_for(lambda: state(db, "64") == "提出済")


def test_only_an_admin_confirms_what_an_admin_asked_for_in_a_channel(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    day = Calendar().next_open(DUE + timedelta(days=40))
    send.mention(f"締切 設定 三次評価 {day.isoformat()}", user="U0ADMIN")
    asked = slack.wait_for(lambda: next((p for p in slack.posts if "三次評価の締切" in p.text), None))
    before = asked.text
    for label in ("設定する", "やめる"):
        send.press(asked, label, user="U0NOBODY")
        slack.wait_for(lambda: "登録された事務局の方だけ" in slack.posts[-1].text)
    assert asked.text == before
    assert deadlines.deadline(db, 2021, "三次評価") is None
