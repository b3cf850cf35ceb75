"""締切, 提出, 差戻し, 延長, 進捗 as typed, over signed HTTP against a real `serve`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.days.calendar import Calendar
from bot.messages.markup import plain
from bot.playground.slack import Sender, SlackServer
from store.database import open_database
from store.evaluation import changes, ledger, registry
from tests.season import wait_until
from tests.sheet_city import (
    DUE,
    KIND,
    POLICY,
    said,
    settled,
    state,
    told,
)

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="module")
def database(slack: SlackServer, own_list: Path) -> Path:
    return settled(slack, own_list)


@pytest.fixture
def db(database: Path) -> Database:
    return open_database(database)


def test_my_deadlines_are_those_of_the_sections_i_answer_for(send: Sender) -> None:
    mine = told(send, "締切", user="U0START")
    assert "スタートアップ推進室" in mine
    assert "企画経営課" not in mine
    assert f"{DUE.year}年{DUE.month}月{DUE.day}日" in mine
    assert "企画経営課" in told(send, "締切 課", user="U0NOBODY", channel="C0PLAN")
    assert "全庁" in told(send, "締切 すべて", user="U0NOBODY")
    assert "担当の課が登録されていない" in told(send, "締切", user="U0NOBODY")


def test_many_sheets_of_a_section_are_a_table_below_the_state_that_they_share(
    send: Sender, slack: SlackServer
) -> None:
    before = len(slack.posts)
    send.command("締切", user="U0CHIEF")

    def tables() -> list[dict[str, Any]]:
        blocks = [block for post in slack.posts[before:] for block in post.blocks]
        return [block for block in blocks if block["type"] == "data_table"]

    table = slack.wait_for(tables)[-1]
    assert table["caption"] == "未着手　19件"
    assert [cell["text"] for cell in table["rows"][0]] == ["番号", "事業名"]
    assert len(table["rows"]) == 20
    slack.workspace.lacking.add("data_table")
    try:
        listed = plain(vars(slack.posts[-1])) if send.command("締切 企画経営課", user="U0NOBODY") else ""
    finally:
        slack.workspace.lacking.clear()
    assert listed.count("未着手") == 1


def test_a_deadline_counts_only_once_its_echo_is_confirmed(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    day = Calendar().next_open(DUE + timedelta(days=20))
    reply = send.command(f"締切 設定 二次評価 {day.isoformat()} 企画経営課", user="U0ADMIN")
    weekday = "月火水木金土日"[day.weekday()]
    assert f"{day.year}年{day.month}月{day.day}日（{weekday}）" in said(reply)
    assert registry.deadline(db, 2021, "二次評価", POLICY, "企画経営課") is None
    send.press(slack.posts[-1], "設定する", user="U0ADMIN")
    assert "設定しました" in slack.posts[-1].text
    assert registry.deadline(db, 2021, "二次評価", POLICY, "企画経営課").due == day
    send.command("締切 取消 二次評価 企画経営課", user="U0ADMIN")
    send.press(slack.posts[-1], "取り消す", user="U0ADMIN")
    assert registry.deadline(db, 2021, "二次評価", POLICY, "企画経営課").withdrawn


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
        ("提出 11、9", "U0STAFF", "登録は、事務局にご依頼ください。\n事務局: <@U0ADMIN>"),
        ("延長 11 12月28日", "U0STAFF", "登録は、事務局にご依頼ください。\n事務局: <@U0ADMIN>"),
        ("締切 設定", "U0STAFF", "事務局にご依頼ください。\n事務局: <@U0ADMIN>"),
        ("提出 99999", "U0CHIEF", "事業番号「99999」の事業は登録されていません"),
        ("提出 57 99999", "U0CHIEF", "ほかの番号も、まだ何も変えていません"),
        ("提出 令和2年度 11", "U0CHIEF", "令和2年度の一覧に登録されていません"),
        ("提出 特別点検 11、12", "U0CHIEF", "には、特別点検の締切がまだ設定されていません"),
        ("提出", "U0CHIEF", "番号"),
    ],
)
def test_what_may_not_or_cannot_be_done_is_refused_kindly(
    send: Sender, db: Database, text: str, user: str, told: str
) -> None:
    before = len(changes.events(db))
    reply = send.command(text, user=user)
    assert told in said(reply)
    assert len(changes.events(db)) == before


def test_what_is_anothers_to_report_is_said_once_a_section(send: Sender) -> None:
    for text in ("提出 11、12", "提出 11、12、9"):
        assert told(send, text, user="U0STAFF").count("報告できるのは") == 1
    mixed = told(send, "提出 11、12、64", user="U0STAFF")
    assert mixed.count("報告できるのは") == 1
    assert "「64 友好都市交流事業」を提出済にしました" in mixed


def test_in_a_channel_nobody_is_called_by_a_refusal(send: Sender, slack: SlackServer) -> None:
    send.mention("締切 設定 二次評価 来週金曜", user="U0STAFF")
    post = slack.wait_for(lambda: slack.posts and slack.posts[-1])
    assert "事務局にご依頼ください" in post.text
    assert "<@U0ADMIN>" not in str(post.body)


def test_a_section_reports_its_own_sheets_and_the_trail_tells_who(send: Sender, db: Database) -> None:
    lines = told(send, "提出 58 60、59", user="U0STAFF")
    assert lines.count("提出済にしました") == 2  # 59 belongs to another section
    assert "報告できるのは" in lines
    assert (state(db, "58"), state(db, "60"), state(db, "59")) == ("提出済", "提出済", "未着手")
    event = changes.events(db, what="sheet", subject=f"2021/58/{KIND}")[-1]
    assert (event.by, event.before, event.after) == ("U0STAFF", "未着手", "提出済")
    assert event.whence == "Slack slash C0PLAN"
    assert "すでに提出済" in told(send, "提出 58", user="U0CHIEF")


def test_a_sheet_is_sent_back_with_its_reason_and_new_due_date(send: Sender, db: Database) -> None:
    send.command("提出 61", user="U0CHIEF")
    until = Calendar().next_open(DUE + timedelta(days=7))
    reply = send.command(f"差戻し 61 {until.isoformat()}まで 成果の数値をご確認ください", user="U0ADMIN")
    assert "差し戻しました" in said(reply)
    sheet = registry.sheet(db, (2021, "61", KIND))
    assert (sheet.state, sheet.returned_reason, sheet.returned_due) == (
        "差戻し", "成果の数値をご確認ください", until,
    )  # fmt: skip


def test_an_extension_is_asked_for_told_to_the_secretariat_and_decided_once(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    until = Calendar().next_open(DUE + timedelta(days=10))
    reply = send.command(f"延長 62 {until.isoformat()} 議会の日程のため", user="U0CHIEF")
    assert "申請しました" in said(reply)
    assert "それより後" in told(send, f"延長 63 {DUE.isoformat()}", user="U0CHIEF")
    assert "事務局" in told(send, "延長 承認 62", user="U0CHIEF")
    ledger.bundle(db, "test")
    [bundle] = [each for each in ledger.bundles(db) if not each.recipient]
    assert "議会の日程のため" in bundle.notices[0].text
    assert "承認しました" in told(send, "延長 承認 62", user="U0ADMIN")
    assert "承認済みです" in told(send, "延長 却下 62", user="U0ADMIN")
    assert registry.sheet(db, (2021, "62", KIND)).extension_state == "承認"
    ledger.bundle(db, "test2")
    assert [each.recipient for each in ledger.bundles(db) if each.recipient] == ["U0CHIEF"]


def test_progress_shows_a_row_a_section(send: Sender) -> None:
    # A table goes to a response_url first; where that takes too long (a busy machine) it is said in lines.
    wait_until(lambda: "情報政策課 | 0 | 5 | 0" in told(send, "進捗", user="U0NOBODY"))
    assert "情報政策課" not in told(send, "進捗 企画経営課", user="U0NOBODY")
