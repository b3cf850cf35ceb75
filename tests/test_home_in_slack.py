"""App Home, the filter form, the message shortcut and the agent's view over real HTTP."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.context import TOKYO
from bot.messages.home_blocks import Home, MySection, home_view
from bot.messages.markup import plain
from bot.playground.slack import Sender, SlackServer
from bot.playground.slack.state import TEAM
from store.database import open_database
from store.evaluation.changes import save, set_contacts, set_deadline
from store.evaluation.records import SectionContacts
from store.evaluation.registry import sheets as every_sheet
from store.index.catalog import Entry


def interact(send: Sender, **body) -> None:
    payload = {
        "user": {"id": "U0STAFF"},
        "team": {"id": TEAM},
        "trigger_id": send.slack.workspace.trigger(),
        **body,
    }
    assert send.interaction(payload).status == 200


def in_home(slack: SlackServer, words: str) -> str:
    def seen() -> str:
        text = json.dumps(slack.workspace.homes.get("U0STAFF"), ensure_ascii=False)
        return text if words in text else ""

    return slack.wait_for(seen, seconds=5)


def test_the_message_shortcut_finds_projects_that_a_message_speaks_of(send: Sender, slack: SlackServer):
    text = "来月のドローンの実証実験、どこの事業でしたっけ"
    interact(
        send,
        type="message_action",
        callback_id="related_projects",
        channel={"id": "C0PLAN"},
        message={"text": text, "ts": "1.1"},
        response_url=slack.response_url("C0PLAN", "U0STAFF"),
    )
    slack.wait_for(lambda: slack.posts)
    assert "市内大学・研究機関等との連携事業" in plain(vars(slack.posts[-1]))
    assert slack.posts[-1].ephemeral_to == "U0STAFF"


def press_in_home(send: Sender, action: str, value: str) -> None:
    pressed = {"action_id": action, "block_id": "b", "value": value, "type": "button"}
    interact(send, type="block_actions", container={"type": "view"}, actions=[pressed])


def test_home_shows_the_box_then_what_it_found_and_what_was_asked(send: Sender, slack: SlackServer):
    send.event({"type": "app_home_opened", "user": "U0STAFF", "channel": "D0STAFF", "tab": "home"})
    in_home(slack, "事務事業を探す")
    press_in_home(send, "home_search", "ナッジ")
    assert "最近のお尋ね" in in_home(slack, "証拠に基づく政策立案")


def recents(slack: SlackServer) -> dict[str, dict]:
    """The buttons of what was asked lately, by their labels."""
    blocks = slack.workspace.homes["U0STAFF"]["blocks"]
    every = (e for b in blocks if b["type"] == "actions" for e in b["elements"])
    return {e["text"]["text"]: e for e in every if e["action_id"].startswith("home_again")}


def test_what_was_asked_lately_runs_again_as_what_it_was(send: Sender, slack: SlackServer):
    send.command("質問 スマートシティの担当課")
    send.command("検索 スマートシティの担当課はどこ")
    asked = {"スマートシティの担当課", "EBPMの担当課は？"}

    def noted() -> dict[str, dict]:  # what is noted of a command is written after it is answered
        press_in_home(send, "home_search", "EBPMの担当課は？")
        in_home(slack, "統計・データ活用推進室")
        found = recents(slack)
        return found if asked <= set(found) else {}

    held = slack.wait_for(noted, seconds=60)
    assert held["EBPMの担当課は？"]["value"] == "question EBPMの担当課は？"
    again = held["スマートシティの担当課"]
    press_in_home(send, again["action_id"], again["value"])
    assert "検索結果" not in in_home(slack, "スマートシティ戦略室")


def test_home_shows_my_sections_projects_and_deadlines(send: Sender, slack: SlackServer, database: Path):
    db = open_database(database)
    now = datetime(2026, 11, 23, 9, 0, tzinfo=TOKYO)
    mine = SectionContacts("政策イノベーション部", "情報政策課", chief="U0CHIEF")
    set_contacts(db, mine, by="test", at=now)
    set_deadline(db, fiscal_year=2021, kind="一次評価", due=date(2026, 12, 28), by="test", at=now)
    send.event({"type": "app_home_opened", "user": "U0CHIEF", "channel": "D0CHIEF", "tab": "home"})
    home = slack.wait_for(lambda: slack.workspace.homes.get("U0CHIEF"), seconds=5)
    text = json.dumps(home, ensure_ascii=False)
    assert "情報政策課の事業（5件）" in text
    assert "締切 一次評価: 12月28日（月）　未提出 5件" in text


def test_home_says_where_the_projects_are_that_it_has_no_room_for() -> None:
    entries = tuple(
        Entry(number, 2021, str(number), f"事業{number}", "", "政策部", "企画経営課", "企画経営課")
        for number in range(19)
    )
    view = home_view(Home((MySection("企画経営課", entries),)))
    assert "ほかに9件あります。`/jigyo 企画経営課` ですべてご覧いただけます。" in plain(view)


def test_home_tells_what_is_late_and_has_the_buttons(send: Sender, slack: SlackServer, database: Path):
    db, office = open_database(database), ("政策イノベーション部", "科学技術振興課")
    now = datetime.now(TOKYO)
    set_contacts(db, SectionContacts(*office, chief="U0SCIENCE"), by="test", at=now)
    slack.workspace.add_user("U0SCIENCE", "課長")
    own = {"department": office[0], "section": office[1], "by": "test", "at": now - timedelta(days=60)}
    set_deadline(db, fiscal_year=2021, kind="二次評価", due=now.date() - timedelta(days=20), **own)
    sheets = [each for each in every_sheet(db) if (each.section, each.kind) == (office[1], "二次評価")]
    save(db, sheets[0], replace(sheets[0], state="提出済"), by="test", at=now)
    asked = replace(sheets[1], extension_state="申請中", extension_due=now.date() + timedelta(days=9))
    save(db, sheets[1], asked, by="test", at=now)
    send.event({"type": "app_home_opened", "user": "U0SCIENCE", "channel": "D0SCIENCE", "tab": "home"})
    home = slack.wait_for(lambda: slack.workspace.homes.get("U0SCIENCE"), seconds=5)
    text, left = json.dumps(home, ensure_ascii=False), len(sheets) - 1
    assert f"未提出 {left}件（うち締切超過 {left - 1}件）" in text  # what waits for a decision is not late
    [submit, extend] = [
        element
        for block in home["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"].startswith("reminder_") and "二次評価" in element["value"]
    ]
    assert [each["text"]["text"] for each in (submit, extend)] == ["提出済にする", "延長を申請"]
    pressed = {**submit, "block_id": "b"}
    body = {"user": {"id": "U0SCIENCE"}, "container": {"type": "view"}, "actions": [pressed]}
    interact(send, type="block_actions", **body)
    form = slack.wait_for(lambda: slack.calls("views.open"), seconds=5)[-1]["view"]
    assert "科学技術振興課のシート" in json.dumps(form, ensure_ascii=False)


def test_a_project_found_in_home_opens_over_it(send: Sender, slack: SlackServer):
    press_in_home(send, "home_detail", "2021 11")
    opened = slack.wait_for(lambda: slack.calls("views.open"), seconds=5)
    assert "スマートシティの推進" in json.dumps(opened, ensure_ascii=False)


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        ({"ことば": "オンライン", "担当課": "企画経営課", "年度": "令和3年度"}, "5件見つかりました"),
        ({"担当課": "情報政策課"}, "5件見つかりました"),
        ({"ことば": "ナッジ"}, "証拠に基づく政策立案"),
        ({"ことば": "ほげほげ", "担当課": "すべて"}, "条件に合う事業は見つかりませんでした"),
    ],
)
def test_the_modal_finds_by_words_section_and_year(
    send: Sender, slack: SlackServer, filled: dict[str, str], told: str
):
    press_in_home(send, "filters", "")
    view = slack.wait_for(lambda: slack.calls("views.open"))[-1]["view"]
    reply = send.submit(view, **filled)
    assert reply.body["response_action"] == "update"
    assert told in reply.seen


def test_the_agent_view_offers_prompts_that_the_list_can_answer(send: Sender, slack: SlackServer):
    send.event({"type": "app_home_opened", "user": "U0STAFF", "channel": "D0STAFF", "tab": "messages"})
    call = slack.wait_for(lambda: slack.calls("assistant.threads.setSuggestedPrompts"), seconds=5)
    assert "担当課は？" in json.dumps(call, ensure_ascii=False)
    assert "thread_ts" not in call[0]


def test_prompts_that_slack_refuses_do_not_fail_the_event(send: Sender, slack: SlackServer):
    slack.fail("assistant.threads.setSuggestedPrompts", "error", error="not_allowed_token_type")
    opened = {"type": "app_home_opened", "user": "U0STAFF", "channel": "D0STAFF", "tab": "messages"}
    before = len(slack.calls("assistant.threads.setSuggestedPrompts"))
    assert send.event(opened).status == 200
    assert len(slack.calls("assistant.threads.setSuggestedPrompts")) == before + 1


@pytest.mark.parametrize(
    "said", ["お疲れさまです。よろしくお願いします！", "ありがとうございました", "了解です"]
)
def test_small_talk_that_the_shortcut_is_used_on_gets_no_projects(
    send: Sender, slack: SlackServer, said: str
):
    interact(
        send,
        type="message_action",
        callback_id="related_projects",
        channel={"id": "C0PLAN"},
        message={"text": said, "ts": "1.1"},
        response_url=slack.response_url("C0PLAN", "U0STAFF"),
    )
    assert "見つかりませんでした" in slack.posts[-1].text


def test_home_lists_what_was_typed_and_no_presses(send: Sender, slack: SlackServer):
    send.direct("企画経営課の事業一覧", user="U0ADMIN")
    listed = slack.wait_for(lambda: slack.posts, seconds=20)[-1]
    send.press(listed, "なぜ", user="U0ADMIN")
    send.press(listed, "CSV", user="U0ADMIN")
    send.event({"type": "app_home_opened", "user": "U0ADMIN", "channel": "D0ADMIN", "tab": "home"})
    home = slack.wait_for(lambda: slack.workspace.homes.get("U0ADMIN"), seconds=5)
    again = [e for b in home["blocks"] if b["type"] == "actions" for e in b["elements"]]
    texts = [e["text"]["text"] for e in again if e["action_id"].startswith("home_again")]
    assert texts == ["企画経営課の事業一覧"]
