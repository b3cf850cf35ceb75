"""App Home: opened, searched in, and its buttons."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.smalltalk import usage
from bot.context import Context, Handler
from bot.deadlines import roles
from bot.messages.forms import modal
from bot.messages.kit import Block, action_pattern
from bot.reminders.due_dates import DueDates
from bot.slack.answering import in_thread
from bot.slack.blocks.card_blocks import card_message
from bot.slack.blocks.home_blocks import Home, MySection, Owed, home_view
from bot.slack.blocks.result_blocks import PAGE, Shown
from bot.slack.listeners.core import attend
from store import projects
from store.database import Database
from store.evaluation import contacts, deadlines, sheets
from store.index.catalog import Entry
from store.search.pipeline import search
from store.search.query import parse
from store.talk import recent_questions

COMMANDS: dict[str, Handler] = {}
RECENT = 5


def register(app: AsyncApp, context: Context) -> None:
    """Publish Home when it is opened, searched in, or an earlier question is pressed."""

    async def publish(client: AsyncWebClient, team: str, user: str, typed: str = "") -> None:
        view = await in_thread(context, view_of, context, team, user, typed)
        await client.views_publish(user_id=user, view=view)

    @app.event("app_home_opened", matchers=[_is_home_tab])
    async def opened(event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        work = publish(client, body.get("team_id", ""), event["user"])
        await attend(context, work, f"App Home of {event['user']}")

    async def searched(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        typed = (body["actions"][0].get("value") or "").strip()
        user = body["user"]["id"]
        work = publish(client, (body.get("team") or {}).get("id", ""), user, typed)
        await attend(context, work, f"App Home of {user}")

    async def pressed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work() -> None:
            view = await in_thread(context, _detail, context, body["actions"][0].get("value") or "")
            await client.views_open(trigger_id=body["trigger_id"], view=view)

        await attend(context, work(), "a view of App Home")

    for name in ("home_search", "home_again"):
        app.action(action_pattern(name))(searched)
    for name in ("home_detail", "home_usage"):
        app.action(action_pattern(name))(pressed)


def view_of(context: Context, team: str, user: str, typed: str = "") -> Block:
    """One person's Home, with what the search box found."""
    db = context.databases.get()
    if typed:
        remember = partial(
            recent_questions.remember, team=team, user=user, question=typed[:200],
            now=context.clock().isoformat(),
        )  # fmt: skip
        context.later.put(("recent", team, user), typed, remember)
    return home_view(
        Home(
            sections=tuple(_sections(db, context, user)),
            recent=tuple(recent_questions.latest(db, team, user, limit=RECENT)),
            result=search(db, parse(typed, limit=PAGE)) if typed else None,
        )
    )


def _detail(context: Context, key: str) -> Block:
    return detail_of(context.databases.get(), key)


def detail_of(db: Database, key: str) -> Block:
    """A modal with a project's card, or with how to ask where no project is named."""
    year, _, number = key.partition(" ")
    project = projects.get(db, int(year), number) if number else None
    said = card_message(project, Shown()) if project else usage(db).message()
    words = [block for block in said.blocks if block["type"] != "actions"]
    title = "事業の詳細" if project else "使い方"
    return modal(title, words)


def _sections(db: Database, context: Context, user: str) -> Iterator[MySection]:
    mine = contacts.sections_of(db, user)
    if not mine:
        return
    settings = context.settings
    due = DueDates(deadlines.deadlines(db), roles.calendar(settings), roles.reminder_settings(settings))
    every = sheets.sheets(db)
    for department, section in mine:
        own = [s for s in every if (s.department, s.section) == (department, section)]
        rounds = sorted({(sheet.fiscal_year, sheet.kind) for sheet in own})
        owed = [
            Owed(
                kind,
                held.due.effective,
                sum(not s.done for s in own if (s.fiscal_year, s.kind) == (year, kind)),
            )
            for year, kind in rounds
            if (held := due.of_section(year, kind, department, section))
        ]
        yield MySection(section, _projects(db, department, section), tuple(owed))


def _projects(db: Database, department: str, section: str) -> tuple[Entry, ...]:
    with db.reading() as index:
        entries = index.catalog.entries
    return tuple(e for e in entries if (e.department, e.section) == (department, section))


async def _is_home_tab(event: dict[str, Any]) -> bool:
    return bool(event.get("tab", "home") == "home")
