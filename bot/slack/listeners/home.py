"""App Home: opened, searched in, and its buttons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.ask.intents.asides import usage
from bot.context import Context, SlackRequest
from bot.days.calendar import DueDates, city_calendar
from bot.deadlines.session import admit, session_of
from bot.deadlines.workflow import ChangeRefused
from bot.messages.builders import Block, action_pattern
from bot.messages.builders import context as context_block
from bot.messages.home_blocks import Home, MySection, Owed, found, home_view, said
from bot.messages.message import modal
from bot.messages.result_blocks import PAGE, Shown, card_message
from bot.permissions import rule
from bot.slack import exchange
from bot.slack.dispatch import Dispatcher, count, note_recent, reply
from bot.slack.exchange import in_thread, patiently
from bot.slack.listeners.actions import attend
from bot.slack.router import Decision, as_before
from store import projects
from store.database import Database
from store.evaluation import registry
from store.evaluation.records import Sheet
from store.index.catalog import Entry
from store.talk import MOMENT, conversations

RECENT = 5


def register(app: AsyncApp, context: Context, dispatcher: Dispatcher) -> None:
    """Publish Home when it is opened, typed in, or something earlier is pressed."""

    async def publish(
        client: AsyncWebClient, request: SlackRequest, decision: Decision | None = None
    ) -> None:
        async def work() -> None:
            offices = await patiently(context, _own_offices, context, request)
            view = await in_thread(context, view_of, context, dispatcher, request, decision, offices)
            await client.views_publish(user_id=request.user, view=view)

        await attend(context, work(), f"App Home of {request.user}")

    @app.event("app_home_opened", matchers=[_is_home_tab])
    async def opened(event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        request = SlackRequest("", user=event["user"], team=body.get("team_id") or "", surface="home")
        await publish(client, request)

    @app.action(rule("button", "home_search").name)
    async def typed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await publish(client, exchange.of_home(body))

    @app.action(action_pattern(rule("button", "home_again").name))
    async def again(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        request = exchange.of_home(body)
        kind, _, text = request.text.partition(" ")
        await publish(client, replace(request, text=text, raw=text), as_before(kind, text))

    async def pressed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()

        async def work() -> None:
            view = await in_thread(context, _detail, context, body["actions"][0].get("value") or "")
            await client.views_open(trigger_id=body["trigger_id"], view=view)

        await attend(context, work(), "a view of App Home")

    for name in ("home_detail", "home_usage"):
        app.action(action_pattern(rule("button", name).name))(pressed)


def view_of(
    context: Context,
    dispatcher: Dispatcher,
    request: SlackRequest,
    decision: Decision | None = None,
    offices: Sequence[tuple[str, str]] = (),
) -> Block:
    """One actor's Home, with what was typed and what that got; `decision` where it was made before.

    `offices` are the (department, section)s whose sheets it tells of.
    """
    db = context.databases.get()
    shown: list[Block] = []
    if request.text:
        decision = decision or dispatcher.decide(request, context)
        note_recent(request, context, decision, wait=MOMENT)
        shown = _shown(context, dispatcher, request, decision)
    recent = conversations.latest_questions(db, request.team, request.user, limit=RECENT)
    sections = tuple(_sections(db, context, offices))
    return home_view(Home(sections, tuple(recent), request.text, tuple(shown)))


def _shown(
    context: Context, dispatcher: Dispatcher, request: SlackRequest, decision: Decision
) -> list[Block]:
    if decision.kind == "command":
        message = dispatcher.run(decision, request, context)
        return said((*message.blocks, *message.more))
    given = reply(context.databases.get(), decision, limit=PAGE, today=context.clock().date())
    count(context, given)
    answered = said(given.answer.blocks) if given.answer else []
    note = [context_block(decision.note)] if decision.note else []
    return [*answered, *(found(given.result) if given.result else []), *note]


def _detail(context: Context, key: str) -> Block:
    return detail_of(context.databases.get(), key)


def detail_of(db: Database, key: str) -> Block:
    """A modal with a project's card, or with how to ask where no project is named."""
    year, _, number = key.partition(" ")
    project = projects.get(db, int(year), number) if number else None
    said = card_message(project, Shown()) if project else usage(db).message()
    words = [block for block in (*said.blocks, *said.more) if block["type"] != "actions"]
    title = "事業の詳細" if project else "使い方"
    return modal(title, words)


def _own_offices(context: Context, request: SlackRequest) -> tuple[tuple[str, str], ...]:
    """The sections of whoever looks, if their sheets may be shown to them. Slack may be asked."""
    session = session_of(context)
    if not registry.sections_of(session.db, request.user):
        return ()
    try:
        return admit(request, session, rule("view", "home_sheets")).offices
    except ChangeRefused:
        return ()


def _sections(db: Database, context: Context, mine: Sequence[tuple[str, str]]) -> Iterator[MySection]:
    if not mine:
        return
    due = DueDates(registry.deadlines(db), city_calendar(context.settings), context.reminders)
    every, today = registry.sheets(db), context.clock().date()
    for department, section in mine:
        own = [s for s in every if (s.department, s.section) == (department, section)]
        rounds = sorted({(sheet.fiscal_year, sheet.kind) for sheet in own})
        owed = [
            Owed(
                kind,
                held.due.effective,
                sum(not s.done for s in own if (s.fiscal_year, s.kind) == (year, kind)),
                sum(_is_late(s, due, today) for s in own if (s.fiscal_year, s.kind) == (year, kind)),
                json.dumps([[year, kind, department, section]], ensure_ascii=False),
            )
            for year, kind in rounds
            if (held := due.of_section(year, kind, department, section))
        ]
        yield MySection(section, _projects(db, department, section), tuple(owed))


def _is_late(sheet: Sheet, due: DueDates, today: date) -> bool:
    held = None if sheet.done or sheet.is_pending else due.of_sheet(sheet)
    return held is not None and held.due.effective < today


def _projects(db: Database, department: str, section: str) -> tuple[Entry, ...]:
    with db.reading() as index:
        entries = index.catalog.entries
    return tuple(e for e in entries if (e.department, e.section) == (department, section))


async def _is_home_tab(event: dict[str, Any]) -> bool:
    return bool(event.get("tab", "home") == "home")
