"""Slack's newer blocks: tables, charts, verdicts; and a workspace that has not got them yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.context import TOKYO
from bot.messages import builders
from bot.messages.charts import Chart, Series, slack_chart
from bot.messages.markup import plain
from bot.messages.message import (
    LINE,
    LINES,
    TAIL,
    Message,
    as_newer,
    as_older,
    folded,
    newer_kinds,
    pages,
    view_blocks,
)
from bot.playground.slack import Post, Sender, SlackServer
from bot.playground.slack.rules import message_problem, view_problem
from bot.playground.slack.sender import buttons
from store.database import Databases, open_database
from store.talk import WriteBehind
from store.talk.conversations import ShownBlocks
from tests.running import Served, serving

LISTED = "企画経営課の事業一覧"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


@pytest.fixture
def served(slack: SlackServer, seeded: Path) -> Iterator[Served]:
    with open_database(seeded).conn as db:  # nothing was ever tried
        db.execute("DELETE FROM workspace_blocks")
    with serving(slack, seeded, "--http", "--no-reminders") as process:
        yield process


def table(blocks: list[dict]) -> dict:
    return next(block for block in blocks if block["type"] == "data_table")


def test_a_sections_list_is_a_table_with_all_its_rows_and_what_they_share_above(
    send: Sender, slack: SlackServer
) -> None:
    send.mention(LISTED)
    slack.wait_for(lambda: slack.posts)
    shown = table(slack.posts[-1].blocks)
    assert [cell["text"] for cell in shown["rows"][0]] == ["番号", "事業名"]
    assert len(shown["rows"]) == 20
    assert shown["caption"] == "令和3年度 企画経営課の事業（19件）"
    assert "企画経営課" not in str(shown["rows"])
    assert "もっと" not in [each["text"]["text"] for each in buttons(slack.posts[-1].blocks)]


def tables(slack: SlackServer) -> list[Post]:
    return [post for post in slack.posts if any(b["type"] == "data_table" for b in post.blocks)]


def test_the_first_command_with_a_table_tries_it_and_later_ones_carry_it(
    send: Sender, slack: SlackServer
) -> None:
    send.command("課:企画経営課")
    (first,) = slack.wait_for(lambda: tables(slack), seconds=30)
    assert (first.via, first.ephemeral_to) == ("response_url", "U0STAFF")
    send.command("課:企画経営課")
    assert slack.wait_for(lambda: len(tables(slack)) == 2, seconds=30)


def test_the_row_of_a_table_opens_as_a_card(send: Sender, slack: SlackServer) -> None:
    send.mention(LISTED)
    slack.wait_for(lambda: slack.posts)
    row = next(block for block in slack.posts[-1].blocks if block["type"] == "actions")
    menu = next(each for each in row["elements"] if each["type"] == "static_select")
    send.action(slack.posts[-1], menu, selected_option=menu["options"][0])
    assert "出典" in plain(vars(slack.posts[-1]))


def test_a_workspace_without_newer_blocks_gets_the_older_and_is_not_asked_again(
    send: Sender, slack: SlackServer, seeded: Path
) -> None:
    slack.workspace.lacking.update(("data_table", "data_visualization", "context_actions"))
    send.mention(LISTED)
    post = slack.wait_for(lambda: slack.posts)[-1]
    assert {block["type"] for block in post.blocks} <= {"rich_text", "context", "actions", "section"}
    (row,) = [block for block in post.blocks if block["type"] == "actions"]
    labels = [(each.get("text") or each["placeholder"])["text"] for each in row["elements"]]
    assert labels[0] == "もっと"
    assert labels[-2:] == ["役に立った", "違う"]
    assert len(slack.calls("chat.postMessage")) == 2

    def kept() -> bool:
        rows = open_database(seeded).execute("SELECT kind FROM workspace_blocks WHERE is_shown = 0")
        return ("data_table",) in rows.fetchall()

    slack.wait_for(kept, seconds=30)
    send.mention(LISTED)
    slack.wait_for(lambda: len(slack.posts) == 2, seconds=30)
    assert len(slack.calls("chat.postMessage")) == 3
    assert "data_table" not in send.command("課:企画経営課").seen
    send.press(post, "役に立った")
    slack.wait_for(lambda: "ご意見" in slack.posts[-1].text, seconds=30)


def test_a_command_in_such_a_workspace_is_answered_at_the_first_try(send: Sender, slack: SlackServer) -> None:
    slack.workspace.lacking.add("data_table")
    send.command("課:企画経営課")

    def answered() -> list[Post]:
        return [post for post in slack.posts if "19件" in plain(vars(post))]

    (shown,) = slack.wait_for(answered, seconds=30)
    assert "data_table" not in {block["type"] for block in shown.blocks}


def test_a_refusal_for_another_reason_is_no_refusal_of_newer_blocks(
    send: Sender, slack: SlackServer, seeded: Path
) -> None:
    slack.fail("chat.postMessage", "error", error="is_archived")
    send.mention(LISTED)
    assert slack.posts == []
    assert open_database(seeded).execute("SELECT count(*) FROM workspace_blocks").fetchone()[0] == 0


def test_what_was_refused_is_tried_again_after_some_days(seeded: Path) -> None:
    with open_database(seeded).conn as db:
        db.execute("DELETE FROM workspace_blocks")
    now = datetime(2026, 11, 23, 9, 0, tzinfo=TOKYO)
    databases = Databases(seeded)

    def shown() -> ShownBlocks:
        return ShownBlocks(databases, WriteBehind(databases), lambda: now)

    held = shown()
    assert not held.shows(["data_table"])
    assert held.shows(["context_actions"])
    held.note(["data_table"], are_shown=False)
    assert held.refuses(["data_table", "context_actions"])
    held._later.close(wait=5)
    assert shown().refuses(["data_table"])
    now += timedelta(days=8)
    assert not held.refuses(["data_table"])
    assert not held.shows(["data_table"])


def test_both_forms_pass_and_the_older_stands_in_views() -> None:
    older = builders.section("・11 スマートシティ")
    message = Message(
        "一覧",
        (
            builders.data_table("一覧", ("番号", "額"), [("11", 1200.5), ("<!channel>", 3)], older),
            builders.chart("推移", ("R2", "R3"), [("予算" * 15, (1.0, 2.5)), ("予算" * 14, (1.0, 2.0))]),
            builders.verdict_buttons("役に立った", "問い", kind="list"),
        ),
    )
    (payload,) = pages(message)
    assert newer_kinds(payload) == {"data_table", "data_visualization", "context_actions"}
    assert message_problem(as_newer(payload)) is None
    assert message_problem(as_older(payload)) is None
    assert [block["type"] for block in as_older(payload)["blocks"]] == ["section", "actions"]
    (cut,) = pages(Message("長い", (builders.data_table("長い", ("番号",), [("あ" * 900,)], older),)))
    assert max(len(cell["text"]) for row in cut["blocks"][0]["rows"] for cell in row) <= 300
    view = {"type": "home", "blocks": view_blocks(message.blocks)}
    assert view_problem(view) is None


def test_a_table_too_large_for_slack_is_shown_in_the_older_form() -> None:
    rows = [(str(number), "長い名前" * 10) for number in range(120)]
    older = builders.section("120件あります。")
    (payload,) = pages(Message("多い", (builders.data_table("多い", ("番号", "名"), rows, older),)))
    assert [block["type"] for block in payload["blocks"]] == ["section"]


@pytest.mark.parametrize(
    ("values", "is_drawn"), [((1.0, 2.0, 3.0), True), ((1.0, None, 3.0), False)], ids=["whole", "with a gap"]
)
def test_amounts_over_years_are_a_chart_of_slacks_where_it_takes_them(
    values: tuple[float | None, ...], is_drawn: bool
) -> None:
    drawn = slack_chart(Chart("予算額", ("R2", "R3", "R4"), (Series("予算", values),), unit="千円"))
    assert (drawn is not None) is is_drawn
    if drawn:
        (payload,) = pages(Message("予算", (drawn,)))
        assert message_problem(as_newer(payload)) is None


def test_what_is_long_stands_behind_a_press_and_nothing_is_lost() -> None:
    lines = [builders.line(builders.words(f"{number} " + "あ" * 80)) for number in range(30)]
    heading = builders.rich(builders.line(builders.words("そのほか", is_bold=True)))
    blocks = (
        builders.section("はじめに"),
        builders.rich(builders.bullets(*lines)),
        heading,
        builders.section("x"),
    )
    first, more = folded(blocks)
    assert plain({"blocks": [*first, *more]}) == plain({"blocks": [*blocks]})
    assert 3 <= len(first[1]["elements"][0]["elements"]) <= 6
    assert folded(blocks[:1]) == (blocks[:1], ())
    pushed = folded((builders.section("い" * 500), heading, builders.section("う" * 300)))
    assert pushed[1][0] == heading  # no heading alone at the end


def test_a_summary_of_nineteen_projects_is_some_twelve_lines_before_the_press(
    send: Sender, slack: SlackServer
) -> None:
    send.command("まとめ 企画経営課")
    told = slack.wait_for(
        lambda: [p for p in slack.posts if "のまとめ（全19件）" in plain(vars(p))], seconds=60
    )
    lines = [line for line in plain(vars(told[-1])).splitlines() if not line.startswith("【")]
    assert sum(1 + len(line) // LINE for line in lines) <= LINES + TAIL
    assert "続きを見る" in plain(vars(told[-1]))


def test_the_way_on_is_in_the_row_of_buttons_there_is() -> None:
    row = builders.actions(builders.button("理由", action="why", value="x"))
    first, _ = pages(Message("長い", (builders.section("初め"), row), more=(builders.section("終わり"),)))
    assert first["blocks"][-1]["type"] == "actions"
