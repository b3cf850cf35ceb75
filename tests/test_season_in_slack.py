"""What people press and type in a season: later, all of them, a way back, late ones in 締切 and Home."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.days.calendar import Calendar
from bot.deadlines.views import UNDO
from bot.messages.markup import plain
from bot.messages.reminders import EXTEND, SNOOZE, SUBMIT
from bot.playground.slack import Post, Sender, SlackServer
from bot.playground.slack.sender import buttons
from store.database import open_database
from store.evaluation import changes, ledger, registry
from store.evaluation.records import Delivered, DeliveryKey
from tests.running import Served
from tests.sheet_city import DUE, KIND, NOW, POLICY, TODAY, remind, said, settled, state

OFFICE = f"{POLICY}/企画経営課"


@pytest.fixture(scope="module")
def database(slack: SlackServer, own_list: Path) -> Path:
    return settled(slack, own_list)


@pytest.fixture
def db(database: Path) -> Database:
    return open_database(database)


def in_ledger(db: Database, channel: str, ts: str) -> None:
    """As if the tick had posted the message."""
    key = DeliveryKey("1.1", OFFICE, channel, f"before:{ts}")
    at = ledger.stamp(NOW)
    post = ledger.claim(
        db, [Delivered(key, 2021, KIND, NOW, DUE)], about="", recipient=channel, channel=channel, owner="t",
        now=at, lease_until=at,
    )  # fmt: skip
    assert post
    ledger.confirm(db, post, ts=ts, now=at)


def test_later_is_an_hour_or_a_morning_and_never_after_the_day(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    post = remind(slack, db, "企画経営課", "C0PLAN")
    in_ledger(db, post.channel, post.ts)
    far = Calendar().next_open(DUE + timedelta(days=20)).isoformat()
    for value, until, has_clock in (("1h", None, True), (far, DUE, False)):
        element = {
            "type": "static_select", "action_id": "reminder_later",
            "selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": value},
        }  # fmt: skip
        reply = send.action(post, element, user="U0CHIEF")
        assert reply.status == 200
        [snooze] = registry.snoozes(db)
        assert (snooze.clock is not None) == has_clock
        assert until in (None, snooze.until)


def test_the_form_offers_all_at_once_and_names_the_section(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    post = remind(slack, db, "科学技術振興課", "C0TEAM")
    before = len(slack.calls("views.open"))
    send.press(post, "延長を申請", user="U0SCIENCE")
    view = slack.wait_for(lambda: slack.calls("views.open")[before:], seconds=60)[-1]["view"]
    view = json.loads(view) if isinstance(view, str) else view
    labels = [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]
    assert labels[0] == "まとめて選ぶ"
    assert labels[1] == "科学技術振興課のシート（未着手）"
    [every] = view["blocks"][0]["element"]["options"]
    ticked = {"まとめて選ぶ": [every["text"]["text"]], labels[1]: [], "いつまで": TODAY.isoformat()}
    early = send.submit(view, user="U0SCIENCE", **ticked)
    assert early.body["response_action"] == "errors"
    until = Calendar().next_open(DUE + timedelta(days=7)).isoformat()
    done = send.submit(view, user="U0SCIENCE", **(ticked | {"いつまで": until}))
    assert "申請しました" in done.seen
    asked = [each for each in registry.sheets(db) if (each.section, each.kind) == ("科学技術振興課", KIND)]
    assert {each.is_pending for each in asked} == {True}


@pytest.mark.parametrize("value", ["", "x", "[[1, 2]]", '{"a": 1}', '[["a", "b", "c", "d"]]', "[null]"])
@pytest.mark.parametrize("action", [SUBMIT, EXTEND, SNOOZE, UNDO])
def test_a_button_whose_value_cannot_be_read_is_told_to_be_an_old_one(
    send: Sender, slack: SlackServer, served: Served, action: str, value: str
) -> None:
    post = slack.workspace.add(Post("C0PLAN", slack.workspace.next_ts(), "x"))
    before = len(slack.posts)
    element = {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": "x"}}
    assert send.action(post, element, user="U0CHIEF", **({"value": value} if value else {})).status == 200
    told = slack.wait_for(lambda: slack.posts[before:], seconds=60)[-1]
    assert "保存期間を過ぎました" in plain(vars(told))
    assert "Traceback" not in served.log()


def test_the_form_has_the_order_of_the_message(send: Sender, slack: SlackServer, db: Database) -> None:
    send.command("提出 58 作成中", user="U0CHIEF")
    send.command("提出 60 作成中", user="U0CHIEF")
    later = Calendar().next_open(DUE + timedelta(days=4)).isoformat()
    send.command(f"延長 59 {later}", user="U0CHIEF")
    send.command("延長 承認 59", user="U0ADMIN")
    post = remind(slack, db, "企画経営課", "C0PLAN")
    in_ledger(db, post.channel, post.ts)
    send.press(post, "明日また", user="U0CHIEF")  # after which it shows what holds now
    shown = slack.wait_for(lambda: (found := numbers_in(post)) and "60" not in found and found)
    before = len(slack.calls("views.open"))
    send.press(post, "延長を申請", user="U0CHIEF")
    view = slack.wait_for(lambda: slack.calls("views.open")[before:], seconds=60)[-1]["view"]
    view = json.loads(view) if isinstance(view, str) else view
    options = [
        option["text"]["text"].split()[0]
        for block in view["blocks"]
        if block["type"] == "input" and block["element"]["type"] == "checkboxes"
        for option in block["element"]["options"]
    ]
    assert options[1:13] == shown  # which are the first twelve
    assert options.index("60") > options.index("64")


def numbers_in(post: Post) -> list[str]:
    """The projects of a message, in its order."""
    return [line.split()[1] for line in plain(vars(post)).splitlines() if line.startswith("•")]


def make_late(db: Database) -> None:
    """A deadline of one section that is over; the same again where another test set it."""
    late = Calendar().previous_open(TODAY - timedelta(days=10))
    changes.set_deadline(
        db, fiscal_year=2021, kind="二次評価", due=late, by="U0ADMIN", at=NOW - timedelta(days=30),
        department=POLICY, section="スタートアップ推進室",
    )  # fmt: skip


def test_deadlines_show_what_is_over_and_the_buttons(send: Sender, db: Database) -> None:
    make_late(db)
    reply = send.command("締切 スタートアップ推進室", user="U0START")
    assert "開庁日超過" in said(reply)
    assert [each["text"]["text"] for each in buttons(reply.body["blocks"])][:2] == [
        "提出済にする", "延長を申請",
    ]  # fmt: skip
    assert not buttons(send.command("締切 スタートアップ推進室", user="U0NOBODY").body["blocks"])


def test_progress_shows_every_late_sheet(send: Sender, db: Database) -> None:
    make_late(db)
    told = said(send.command("進捗 二次評価", user="U0ADMIN"))
    assert "締切を過ぎているシート" in told
    assert "（`/jigyo 進捗`）" not in told


def test_the_secretariat_has_a_section_reminded_now_with_a_line_of_its_own(
    send: Sender, db: Database
) -> None:
    told = said(send.command("督促 企画経営課 本日中にお願いします", user="U0ADMIN"))
    assert "1課（企画経営課）に、これからお知らせします" in told
    assert [nudge.note for nudge in registry.nudges(db)[POLICY, "企画経営課"]] == ["本日中にお願いします"]
    make_late(db)
    late = said(send.command("督促 遅れ 至急お願いします", user="U0ADMIN"))
    assert "スタートアップ推進室" in late
    assert "企画経営課" not in late


def test_a_report_has_a_button_that_takes_it_back(send: Sender, db: Database) -> None:
    reply = send.command("提出 61", user="U0CHIEF")
    [button] = buttons(reply.body["blocks"])
    assert button["text"]["text"] == "取り消す"
    assert state(db, "61") == "提出済"


def test_one_extension_is_given_to_all_that_are_late(send: Sender, db: Database) -> None:
    until = Calendar().next_open(TODAY + timedelta(days=20))
    asked = f"延長 一括 二次評価 {until.isoformat()} 議会の日程のため"
    assert "事務局" in said(send.command(asked, user="U0START"))
    told = said(send.command(asked, user="U0ADMIN"))
    assert "まで延長しました" in told
    assert said(send.command(asked, user="U0ADMIN")) == "締切を過ぎた評価シートはありません。"
    [(recipient, text)] = db.execute(
        "SELECT recipient, text FROM notices WHERE key LIKE 'granted %'"
    ).fetchall()
    assert recipient == "U0START"
    assert "議会の日程のため" in text
