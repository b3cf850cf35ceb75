"""Every line of the table of permissions, tried by every role against a running bot; the docs say it too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import permissions
from bot.deadlines import session as roles
from bot.deadlines.views import NewDeadline
from bot.messages.charts import Chart, Series
from bot.permissions import ROLES, RULES, Role, Rule, may, rule
from bot.playground.slack import Post, Sender, SlackServer
from bot.playground.slack.state import TEAM
from bot.slack.listeners.channels import CONTACTS_ONLY
from bot.slack.router import COMMANDS
from store.database import open_database
from store.evaluation import changes, registry
from tests.running import serving
from tests.sheet_city import DUE, KIND, NOW, POLICY, SECTIONS, said, settled, told

OTHER = "T0OTHER"
# Everybody below 事務局 who is no member is registered as one, and as of the secretariat: it must not help.
USERS: dict[Role, str] = {
    "chief": "U0CHIEF", "deputy": "U0DEPUTY", "member": "U0STAFF", "director": "U0DIRECTOR",
    "secretariat": "U0ADMIN", "staff": "U0NOBODY", "guest": "U0GUEST", "stranger": "U0OTHER", "app": "U0APP",
}  # fmt: skip
OUTSIDE: tuple[Role, ...] = ("guest", "stranger", "app")
DOCS = Path(__file__).parent.parent / "docs" / "permissions.md"
REFUSALS = (
    roles.STRANGERS, roles.INSIDE, roles.ADMINS_ONLY, roles.SHARED_CHANNEL, "報告できるのは",
    "確かめられませんでした", CONTACTS_ONLY,
)  # fmt: skip
CHART = "=" + json.dumps([Chart("課ごとの件数", ("企画経営課",), (Series("件数", (19,)),), "件").as_dict()])
SHARES = json.dumps([[2021, KIND, POLICY, "企画経営課"]], ensure_ascii=False)
UNDONE = json.dumps([[2021, "57", KIND]], ensure_ascii=False)
NEW = NewDeadline(2021, KIND, DUE, POLICY, "企画経営課").text
PLACE = json.dumps(["C0PLAN", "1.1", SHARES], ensure_ascii=False)


@pytest.fixture(scope="module")
def database(slack: SlackServer, own_list: Path) -> Path:
    path = settled(slack, own_list)
    slack.workspace.add_user("U0DIRECTOR", "部長")
    slack.workspace.add_user("U0OTHER", "よその方", team_id=OTHER)
    slack.workspace.add_user("U0APP", "よそのアプリ", is_bot=True)
    db = open_database(path)
    members = ("U0STAFF", *(USERS[role] for role in OUTSIDE))
    own = replace(SECTIONS["企画経営課"], director="U0DIRECTOR", members=members)
    changes.set_contacts(db, own, by="operator", at=NOW)
    for role in OUTSIDE:
        changes.set_admin(db, USERS[role], listed=True, by="operator", at=NOW)
    db.close()
    return path


@dataclass
class Trier:
    """Does something as one person, and tells all that came of it."""

    send: Sender
    user: str
    team: str

    def command(self, text: str) -> str:
        return told(self.send, text, user=self.user, team_id=self.team)

    def press(self, action: str, value: str = "", **container: str) -> str:
        post = Post("C0PLAN", self.send.slack.workspace.next_ts(), "x")
        self.send.slack.workspace.posts.append(post)
        before = self._seen()
        element = {"type": "button", "action_id": action, "value": value}
        body = self.send.action_body(post, element, user=self.user)
        body["user"]["team_id"] = self.team
        body["container"].update(container)
        reply = self.send.interaction(body)
        assert reply.status == 200
        if not said(reply):  # it is told behind the acknowledgement
            self.send.slack.wait_for(lambda: self._since(before), seconds=60)
        return said(reply) + self._since(before)

    def drawn(self, value: str) -> str:
        """Press グラフで見る, and wait for the picture, whose drawing takes its time."""
        before = self._seen()
        said_at_once = self.press("chart", value)
        self.send.slack.wait_for(lambda: self._since(before), seconds=60)
        return said_at_once + self._since(before)

    def submit(self, callback: str, values: dict[str, Any], metadata: str = "") -> str:
        fields = {block: {block: field} for block, field in values.items()}
        view = {
            "type": "modal", "id": "V1", "callback_id": callback, "private_metadata": metadata,
            "state": {"values": fields},
        }  # fmt: skip
        return json.dumps(self._interact(type="view_submission", view=view).body, ensure_ascii=False)

    def shortcut(self) -> str:
        before = self._seen()
        hook = self.send.slack.response_url("C0PLAN", self.user)
        self._interact(
            type="message_action", callback_id="related_projects", channel={"id": "C0PLAN"},
            message={"text": "統計の事業", "ts": "1.1"}, response_url=hook,
        )  # fmt: skip
        return self._since(before)

    def opened(self, tab: str) -> str:
        before = self._seen()
        self.send.slack.workspace.homes.pop(self.user, None)
        event = {
            "type": "app_home_opened",
            "user": self.user,
            "channel": "D0X",
            "tab": tab,
            "team": self.team,
        }
        self.send.event(event, team=self.team)
        return self._since(before) + json.dumps(
            self.send.slack.workspace.homes.get(self.user), ensure_ascii=False
        )

    def _interact(self, **body: Any) -> Any:
        person = {"id": self.user, "team_id": self.team}
        trigger = self.send.slack.workspace.trigger()
        return self.send.interaction({"user": person, "team": {"id": TEAM}, "trigger_id": trigger, **body})

    def _seen(self) -> tuple[int, int]:
        return len(self.send.slack.posts), len(self.send.slack.workspace.calls)

    def _since(self, before: tuple[int, int]) -> str:
        posts, calls = self.send.slack.posts[before[0] :], self.send.slack.workspace.calls[before[1] :]
        asked = ("users.info", "auth.test")
        told = [json.dumps(call, ensure_ascii=False) for call in calls if call[0] not in asked]
        shown = [post.text + json.dumps(post.blocks, ensure_ascii=False) for post in posts]
        return "".join([*shown, *told])


def chosen(*numbers: str) -> dict[str, Any]:
    keys = [{"value": json.dumps([2021, number, KIND], ensure_ascii=False)} for number in numbers]
    return {"type": "checkboxes", "selected_options": keys}


def text(value: str) -> dict[str, str]:
    return {"type": "plain_text_input", "value": value}


DEADLINE = {
    "year": text("令和3年度"), "kind": {"type": "static_select", "selected_option": {"value": KIND}},
    "due": text(DUE.isoformat()),
}  # fmt: skip
VERDICT = '1{"k": "field", "q": "担当課は？", "c": ["11"]}'
TRIES: dict[str, Callable[[Trier], str]] = {
    "command usage": lambda one: one.command("使い方"),
    "command search": lambda one: one.command("検索 統計"),
    "command question": lambda one: one.command("質問 11の担当課は？"),
    "command talk": lambda one: one.command("ありがとう"),
    "command similar": lambda one: one.command("似ている 11"),
    "command deadline": lambda one: one.command("締切"),
    "command set_deadline": lambda one: one.command(f"締切 設定 {KIND} {DUE.isoformat()} 企画経営課"),
    "command report": lambda one: one.command("提出 57"),
    "command send_back": lambda one: one.command("差戻し 57 数値がありません"),
    "command extend": lambda one: one.command("延長 58 2031-02-03"),
    "command decide_extension": lambda one: one.command("延長 承認 58"),
    "command progress": lambda one: one.command("進捗"),
    "command settings": lambda one: one.command("設定 チャンネル"),
    "command set_channel": lambda one: one.command("設定 チャンネル 情報政策課"),
    "command contacts": lambda one: one.command("設定 担当 企画経営課"),
    "command set_contacts": lambda one: one.command("設定 担当 企画経営課 課員 <@U0STAFF|山田>"),
    "command absence": lambda one: one.command("休暇 2031-02-03 代理 <@U0START>"),
    "command absence_of": lambda one: one.command("休暇 <@U0SCIENCE> 2031-02-03 代理 <@U0START>"),
    "command send_now": lambda one: one.command("督促 企画経営課 本日中にお願いします"),
    "command undo": lambda one: one.command("取消 57"),
    "command history": lambda one: one.command("履歴 57"),
    "button more": lambda one: one.press("more", "none 1"),
    "button turn": lambda one: one.press("turn", "0 =統計"),
    "button search": lambda one: one.press("search", "=統計"),
    "button detail": lambda one: one.press("detail", "2021 11"),
    "button share": lambda one: one.press("share", "card 2021 11"),
    "button similar": lambda one: one.press("similar", "2021 11"),
    "button usage": lambda one: one.press("usage"),
    "button ask_more": lambda one: one.press("ask_more"),
    "button ask_of": lambda one: one.press("ask_of", "2021 11 purpose"),
    "button why": lambda one: one.press("why", "一つ目\n二つ目"),
    "button share_answer": lambda one: one.press("share_answer", "=11の担当課は？"),
    "button feedback": lambda one: one.press("feedback", VERDICT),
    "button csv": lambda one: one.press("csv", '=[[2021, "11"]]'),
    "button chart": lambda one: one.drawn(CHART),
    "button permalink": lambda one: one.press("permalink"),
    "button filters": lambda one: one.press("filters"),
    "button home_search": lambda one: one.press("home_search", "統計", type="view"),
    "button home_again": lambda one: one.press("home_again", "search 統計", type="view"),
    "button home_detail": lambda one: one.press("home_detail", "2021 11", type="view"),
    "button home_usage": lambda one: one.press("home_usage", type="view"),
    "button deadline_confirm": lambda one: one.press("deadline_confirm", f"={NEW}"),
    "button deadline_cancel": lambda one: one.press("deadline_cancel"),
    "button reminder_submit": lambda one: one.press("reminder_submit", SHARES),
    "button reminder_extend": lambda one: one.press("reminder_extend", SHARES),
    "button reminder_snooze": lambda one: one.press("reminder_snooze", SHARES),
    "button reminder_later": lambda one: one.press("reminder_later", "1h"),
    "button sheets_undo": lambda one: one.press("sheets_undo", UNDONE),
    "button extension_approve": lambda one: one.press("extension_approve", f"2021 58 {KIND} 1"),
    "button extension_deny": lambda one: one.press("extension_deny", f"2021 58 {KIND} 1"),
    "modal filtered": lambda one: one.submit("filtered", {"words": text("統計")}),
    "modal deadline_form": lambda one: one.submit("deadline_form", DEADLINE),
    "modal deadline_sure": lambda one: one.submit("deadline_sure", {}, f"={NEW}"),
    "modal sheets_submit_form": lambda one: one.submit(
        "sheets_submit_form", {"sheets0": chosen("60")}, PLACE
    ),
    "modal sheets_extend_form": lambda one: one.submit(
        "sheets_extend_form", {"sheets0": chosen("61"), "due": text("2031-02-03")}, PLACE
    ),
    "shortcut related_projects": lambda one: one.shortcut(),
    "view home": lambda one: one.opened("home"),
    "view agent": lambda one: one.opened("messages"),
    "view home_sheets": lambda one: one.opened("home"),
}
OWN_SHEETS = "企画経営課の事業"


def test_every_rule_is_tried() -> None:
    assert [each.key for each in RULES] == list(TRIES)
    assert len({each.key for each in RULES}) == len(RULES)


def test_every_command_has_a_rule() -> None:
    assert {f"command {command.does}" for command in COMMANDS.values()} <= {each.key for each in RULES}


def test_the_docs_are_written_from_the_table() -> None:
    assert DOCS.read_text(encoding="utf-8") == permissions.markdown()


@pytest.mark.parametrize("role", [role for role in ROLES if role != "app"])
@pytest.mark.parametrize("each", RULES, ids=lambda each: each.key)
def test_everybody_may_do_what_the_table_says_and_nothing_else(send: Sender, each: Rule, role: Role) -> None:
    came = TRIES[each.key](Trier(send, USERS[role], OTHER if role == "stranger" else TEAM))
    assert "受付番号" not in came
    assert came.strip('"{}nul')
    if each.key == "view home_sheets":
        has_own = role in ("chief", "deputy", "member", *OUTSIDE)
        assert (OWN_SHEETS in came) == (has_own and may(each, [role])), came
    else:
        assert any(map(came.__contains__, REFUSALS)) != may(each, [role]), came


# What reads or writes the state; of a section, on the list of the secretariat, and neither.
IN_POSTGRESQL: tuple[Role, ...] = ("chief", "secretariat", "staff")
OF_STATE = [each for each in RULES if each.changes or each.inside]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True, scope="module")
@pytest.mark.parametrize(
    "role",
    [each if each == "chief" else pytest.param(each, marks=pytest.mark.slow) for each in IN_POSTGRESQL],
)
@pytest.mark.parametrize("each", OF_STATE, ids=lambda each: each.key)
def test_the_table_holds_where_the_state_is_in_postgresql(send: Sender, each: Rule, role: Role) -> None:
    came = TRIES[each.key](Trier(send, USERS[role], TEAM))
    assert "受付番号" not in came
    if each.key == "view home_sheets":
        assert (OWN_SHEETS in came) == (role == "chief"), came
    else:
        assert any(map(came.__contains__, REFUSALS)) != may(each, [role]), came


@pytest.mark.parametrize("each", OF_STATE, ids=lambda each: each.key)
def test_an_app_changes_nothing_and_sees_no_sheets(send: Sender, each: Rule) -> None:
    came = TRIES[each.key](Trier(send, USERS["app"], TEAM))
    refused = OWN_SHEETS not in came if each.way == "view" else any(map(came.__contains__, REFUSALS))
    assert refused, came


def test_an_app_that_speaks_is_not_answered(send: Sender, slack: SlackServer) -> None:
    for said_so in ("統計", "11の担当課は？", "ありがとう", "進捗"):
        send.mention(said_so, user="U0APP", bot_id="B0APP")
    send.mention("使い方", user="U0STAFF")
    slack.wait_for(lambda: slack.posts)
    assert len(slack.posts) == 1


CHANGING = [each for each in RULES if each.changes]


@pytest.mark.parametrize("each", CHANGING, ids=lambda each: each.key)
def test_nobody_comes_in_from_another_workspace_under_an_id_of_ours(send: Sender, each: Rule) -> None:
    one = Trier(send, "U0ADMIN", OTHER)
    assert roles.STRANGERS in TRIES[each.key](one)


@pytest.mark.parametrize("each", CHANGING, ids=lambda each: each.key)
def test_who_cannot_be_asked_about_changes_nothing(
    send: Sender, slack: SlackServer, database: Path, each: Rule
) -> None:
    db = open_database(database)
    db.state.execute("DELETE FROM people")
    slack.fail("users.info", "unavailable", times=None)
    assert "確かめられませんでした" in TRIES[each.key](Trier(send, "U0ADMIN", TEAM))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True, scope="module")
def test_to_look_what_was_last_known_counts_while_slack_is_down(
    send: Sender, slack: SlackServer, database: Path
) -> None:
    db = open_database(database)
    long_ago = NOW - timedelta(days=6)
    for user, standing in (("U0GUEST", "guest"), ("U0CHIEF", "staff")):
        registry.keep_known(db, user, said=registry.Known(standing, TEAM), now=long_ago)
    slack.fail("users.info", "unavailable", times=None)
    assert roles.INSIDE in told(send, "進捗", user="U0GUEST")
    assert "企画経営課" in told(send, "進捗", user="U0CHIEF")


def test_a_channel_shared_with_others_is_told_nothing_of_sheets(send: Sender, slack: SlackServer) -> None:
    for asked in ("進捗", "締切", "提出 11", "差戻し 11 理由"):
        slack.posts.clear()
        body = send.mention_body(asked, user="U0ADMIN") | {"is_ext_shared_channel": True}
        send.signed(json.dumps(body), content_type="application/json")
        assert slack.wait_for(lambda: slack.posts)[-1].text == roles.SHARED_CHANNEL
    slack.posts.clear()
    body = send.mention_body("統計", user="U0OTHER") | {"is_ext_shared_channel": True}
    send.signed(json.dumps(body), content_type="application/json")
    assert "統計" in slack.wait_for(lambda: slack.posts)[-1].text


@pytest.fixture(scope="module")
def opened_up(slack: SlackServer, database: Path) -> Iterator[Sender]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JIGYO_PROGRESS_FOR", "everyone")
        with serving(slack, database, "--http", "--no-reminders") as process:
            yield Sender(slack, process.url)


def test_a_setting_shows_progress_to_guests_and_strangers(opened_up: Sender) -> None:
    assert "企画経営課" in Trier(opened_up, "U0GUEST", TEAM).command("進捗")
    assert "企画経営課" in Trier(opened_up, "U0OTHER", OTHER).command("進捗")
    assert roles.STRANGERS in Trier(opened_up, "U0GUEST", TEAM).command("提出 57")
    assert may(rule("command", "progress"), ["guest"], is_open=True)
