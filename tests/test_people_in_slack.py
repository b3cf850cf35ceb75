"""休暇, 設定 担当, 取消 and 履歴 in Slack: who is away, who answers for a section, what is taken back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.days.calendar import Calendar
from bot.deadlines.requests import RequestError, read_contact_request, read_leave_request
from bot.messages.markup import plain
from bot.playground.slack import Sender, SlackServer
from store.database import open_database
from store.evaluation import registry
from tests.sheet_city import DUE, KIND, POLICY, TODAY, said, settled, state

NEXT_MONTH = TODAY + timedelta(days=30)
SPAN = f"{NEXT_MONTH.isoformat()}〜{(NEXT_MONTH + timedelta(days=4)).isoformat()}"


@pytest.fixture(scope="module")
def database(slack: SlackServer, own_list: Path) -> Path:
    return settled(slack, own_list)


@pytest.fixture
def db(database: Path) -> Database:
    return open_database(database)


@pytest.mark.parametrize(
    ("raw", "first", "last", "deputy", "user"),
    [
        ("12/10〜12/14 代理 <@U2|田中>", date(2026, 12, 10), date(2026, 12, 14), "U2", ""),
        ("12/10〜14 代理 <@U2>", date(2026, 12, 10), date(2026, 12, 14), "U2", ""),
        ("12月10日から12月14日まで 代理は<@U2>さん", date(2026, 12, 10), date(2026, 12, 14), "U2", ""),
        ("<@U9|山田> 12/28~1/5", date(2026, 12, 28), date(2027, 1, 5), "", "U9"),
        ("12/10", date(2026, 12, 10), date(2026, 12, 10), "", ""),
    ],
)
def test_days_deputy_and_person_are_read_in_any_order(
    raw: str, first: date, last: date, deputy: str, user: str
) -> None:
    read = read_leave_request(raw, date(2026, 11, 24), Calendar())
    assert (read.first, read.last, read.deputy, read.user) == (first, last, deputy, user)


@pytest.mark.parametrize("raw", ["12/10 代理 田中", "12/10 @田中", "<@U1> <@U2> 12/10"])
def test_a_deputy_who_is_not_chosen_by_mention_is_refused(raw: str) -> None:
    with pytest.raises(RequestError, match="@ で選んで"):
        read_leave_request(raw, date(2026, 11, 24), Calendar())


def test_members_are_added_and_removed_and_a_channel_is_named_by_mention() -> None:
    assert read_contact_request("企画経営課 課員 追加 <@U1|a> <@U2|b>").ids == ("U1", "U2")
    assert read_contact_request("企画経営課 課員 削除 <@U1|a>").adds is False
    assert read_contact_request("企画経営課 チャンネル <#C1|kikaku>").ids == ("C1",)
    assert read_contact_request("企画経営課 代理 なし").ids == ()


def test_a_chief_names_a_deputy_for_an_absence_who_then_may_report(
    send: Sender, slack: SlackServer, db: Database
) -> None:
    told = said(send.command(f"休暇 {TODAY.isoformat()} 代理 <@U0START|s>", user="U0CHIEF"))
    assert "休暇を登録しました" in told
    assert "<@U0START>" in told
    assert "にしました" in said(send.command("提出 57", user="U0START"))
    assert "取り消しました" in said(send.command("休暇 取消", user="U0CHIEF"))
    assert "登録はありません" in said(send.command("休暇", user="U0CHIEF"))
    assert "報告できるのは" in said(send.command("提出 58", user="U0START"))


def test_the_secretariat_registers_an_absence_of_somebody_else(send: Sender, db: Database) -> None:
    asked = f"休暇 <@U0SCIENCE|k> {SPAN} 代理 <@U0START>"
    assert "事務局" in said(send.command(asked, user="U0CHIEF"))
    assert "登録しました" in said(send.command(asked, user="U0ADMIN"))
    [away] = registry.absences(db, "U0SCIENCE")
    assert (away.first, away.deputy) == (NEXT_MONTH, "U0START")


def test_contacts_are_shown_and_set_by_whoever_may(send: Sender, db: Database) -> None:
    shown = said(send.command("設定 担当 企画経営課", user="U0NOBODY"))
    assert "課長: <@U0CHIEF>" in shown
    assert "変えました" in said(send.command("設定 担当 企画経営課 課員 追加 <@U0START>", user="U0CHIEF"))
    assert registry.contacts_of(db, POLICY, "企画経営課").members == ("U0STAFF", "U0START")
    assert "変えました" in said(send.command("設定 担当 企画経営課 課員 削除 <@U0START>", user="U0ADMIN"))
    refused = said(send.command("設定 担当 企画経営課 課長 <@U0START>", user="U0CHIEF"))
    assert "代理と課員は" in refused
    assert "変えました" in said(send.command("設定 担当 企画経営課 課長 <@U0START>", user="U0ADMIN"))
    assert "変えました" in said(send.command("設定 担当 企画経営課 課長 <@U0CHIEF>", user="U0ADMIN"))


def test_a_report_is_taken_back_by_the_command_until_it_is_decided(send: Sender, db: Database) -> None:
    send.command("提出 62 作成中", user="U0CHIEF")
    send.command("提出 62", user="U0CHIEF")
    assert "取り消しました。いまは作成中です" in said(send.command("取消 62", user="U0STAFF"))
    assert state(db, "62") == "作成中"
    send.command("提出 62", user="U0CHIEF")
    send.command("提出 62 確定", user="U0ADMIN")
    assert "もう確定しているため、取り消せません" in said(send.command("取消 62", user="U0CHIEF"))


def test_a_request_is_taken_back_and_the_secretariat_never_hears_of_it(send: Sender, db: Database) -> None:
    until = Calendar().next_open(DUE + timedelta(days=10))
    send.command(f"延長 63 {until.isoformat()} 議会", user="U0CHIEF")
    assert "取り消しました" in said(send.command("取消 63", user="U0CHIEF"))
    sheet = registry.sheet(db, (2021, "63", KIND))
    assert sheet
    assert (sheet.extension_state, sheet.extension_due) == ("", None)
    waiting = db.execute("SELECT text FROM notices WHERE bundle = '' AND text LIKE '%63 %'").fetchall()
    assert waiting == []


def test_the_history_names_who_changed_what_from_what(send: Sender, db: Database) -> None:
    send.command("提出 60 作成中", user="U0CHIEF")
    send.command("提出 60", user="U0CHIEF")
    told = said(send.command("履歴 60", user="U0NOBODY"))
    assert "<@U0CHIEF> 状態: 作成中 → 提出済" in told


def test_a_chief_who_asks_for_a_summary_gets_that_of_their_section(send: Sender, slack: SlackServer) -> None:
    said_before = len(slack.posts)
    send.command(
        "まとめ", user="U0SCIENCE", channel="C0DATA"
    )  # where it takes a while, later in two messages
    slack.wait_for(
        lambda: "科学技術振興課の事業のまとめ" in "".join(plain(vars(p)) for p in slack.posts[said_before:]),
        seconds=60,
    )
