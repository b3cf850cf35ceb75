"""Reminders' buttons and the forms of sheets, over signed HTTP against a real `serve`."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.days.calendar import Calendar
from bot.messages.markup import plain
from bot.playground.slack import Sender, SlackServer
from store.database import open_database
from store.evaluation import changes, registry
from tests.sheet_city import (
    DUE,
    KIND,
    POLICY,
    remind,
    settled,
    state,
    ticked,
)


@pytest.fixture(scope="module")
def database(slack: SlackServer, own_list: Path) -> Path:
    return settled(slack, own_list)


@pytest.fixture
def db(database: Path) -> Database:
    return open_database(database)


def test_the_last_open_sheet_is_submitted_by_one_press_and_the_message_says_so(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    post = remind(slack, db, "スタートアップ推進室", slack.workspace.direct_channel("U0START"))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: send.press(post, "提出済にする", user="U0START"), range(2)))
    number = next(s.number for s in registry.sheets(db) if s.section == "スタートアップ推進室")
    slack.wait_for(lambda: "ありがとうございました" in post.text)
    assert state(db, number) == "提出済"
    assert len(changes.events(db, what="sheet", subject=f"2021/{number}/{KIND}")) == 1
    assert post.metadata  # the key stays where a reconciliation looks for it


def test_of_several_sheets_a_form_asks_which(send: Sender, slack: SlackServer, db: Database) -> None:
    post = remind(slack, db, "科学技術振興課", "C0TEAM")
    send.press(post, "提出済にする", user="U0SCIENCE")
    view = slack.wait_for(lambda: list(slack.workspace.views.values()))[-1]
    (sheets,) = [b for b in view["blocks"] if b.get("label", {}).get("text", "").startswith("科学技術振興課")]
    assert sheets["label"]["text"] == "科学技術振興課のシート（未着手）"  # which stands once
    assert "未着手" not in str(sheets["element"])
    numbers = [s.number for s in registry.sheets(db) if s.section == "科学技術振興課"]
    empty = send.submit(view, user="U0SCIENCE")
    assert empty.body["response_action"] == "errors"
    done = send.submit(view, user="U0SCIENCE", **ticked(view, *numbers[:2]))
    assert "提出済にしました" in done.seen
    assert [state(db, number) for number in numbers[:3]] == ["提出済", "提出済", "未着手"]
    shown = [line.split()[1] for line in plain(vars(post)).splitlines() if line.startswith("•")]
    assert numbers[0] not in shown


def test_somebody_else_in_the_channel_cannot_press(send: Sender, slack: SlackServer, db: Database) -> None:
    post = remind(slack, db, "科学技術振興課", "C0TEAM")
    before = post.text
    send.press(post, "明日また", user="U0NOBODY")
    slack.wait_for(lambda: "報告できるのは" in slack.posts[-1].text)
    assert (post.text, registry.snoozes(db)) == (before, [])


def test_tomorrow_again_counts_once_and_shows_in_the_message(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    post = remind(slack, db, "科学技術振興課", "C0TEAM")
    for user in ("U0SCIENCE", "U0ADMIN"):
        send.press(post, "明日また", user=user)
    slack.wait_for(lambda: "すでに承っています" in slack.posts[-1].text)
    [snooze] = registry.snoozes(db)
    assert (snooze.recipient, snooze.by) == ("C0TEAM", "U0SCIENCE")
    assert "もう一度お知らせします" in plain(vars(post))


def test_the_form_for_an_extension_names_the_field_that_cannot_be_read(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    slack.workspace.views.clear()
    post = remind(slack, db, "科学技術振興課", "C0TEAM")
    send.press(post, "延長を申請", user="U0SCIENCE")
    view = slack.wait_for(lambda: list(slack.workspace.views.values()))[-1]
    number = [s.number for s in registry.sheets(db) if s.section == "科学技術振興課"][-1]
    wrong = send.submit(view, user="U0SCIENCE", **{"いつまで": "13月40日"}, **ticked(view, number))
    assert list(wrong.body["errors"]) == ["due"]
    # An answer of errors leaves the form open as it was filled in: ticks and reason are kept.
    early = send.submit(view, user="U0SCIENCE", **{"いつまで": DUE.isoformat()}, **ticked(view, number))
    assert (early.body["response_action"], list(early.body)) == ("errors", ["response_action", "errors"])
    assert "今の締切は" in early.body["errors"]["due"]
    assert registry.sheet(db, (2021, number, KIND)).extension_state == ""
    until = Calendar().next_open(DUE + timedelta(days=10)).isoformat()
    values = {"いつまで": until, "理由": "人手", **ticked(view, number)}
    done = send.submit(view, user="U0SCIENCE", **values)
    assert "申請しました" in done.seen
    assert registry.sheet(db, (2021, number, KIND)).extension_state == "申請中"


def test_the_form_for_a_deadline_is_looked_at_twice(send: Sender, slack: SlackServer, db: Database) -> None:
    slack.workspace.views.clear()
    send.command("締切 設定", user="U0ADMIN")
    view = list(slack.workspace.views.values())[-1]
    day = Calendar().next_open(DUE + timedelta(days=25))
    values = {
        "年度": "令和3年度", "種類": "修正", "締切": day.isoformat(), "対象の課か部": "情報政策課",
    }  # fmt: skip
    late = send.submit(view, user="U0ADMIN", **(values | {"開始の日": (day + timedelta(days=1)).isoformat()}))
    assert list(late.body["errors"]) == ["opens"]
    with_clock = send.submit(view, user="U0ADMIN", **(values | {"締切": f"{day.isoformat()} 17時まで"}))
    assert "17時まで" in json.dumps(with_clock.body["view"], ensure_ascii=False)
    unknown = send.submit(view, user="U0ADMIN", **(values | {"対象の課か部": "無い課"}))
    assert list(unknown.body["errors"]) == ["place"]
    asked = send.submit(view, user="U0ADMIN", **values).body
    sure = asked["view"]
    # Pushed over the form, which is there again, as it was filled in, when the second look is closed.
    assert (asked["response_action"], sure["close"]["text"]) == ("push", "戻る")
    assert not sure.get("clear_on_close")
    assert f"{day.month}月{day.day}日（" in json.dumps(sure, ensure_ascii=False)
    assert registry.deadline(db, 2021, "修正", POLICY, "情報政策課") is None
    assert "設定しました" in send.submit(sure, user="U0ADMIN").seen
    assert registry.deadline(db, 2021, "修正", POLICY, "情報政策課").due == day


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
        slack.wait_for(lambda: "事務局として登録された方だけ" in slack.posts[-1].text)
    assert asked.text == before
    assert registry.deadline(db, 2021, "三次評価") is None
