"""The modal 条件を付けて探す: words, section, fiscal year; the results take its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Context
from bot.messages import builders, search_wording
from bot.messages.builders import Block, action_pattern
from bot.messages.forms import View, filled, modal, select_field, text_field
from bot.permissions import rule
from bot.slack.answering import in_thread
from bot.slack.blocks.result_blocks import hit_blocks
from bot.slack.listeners.core import attend
from bot.slack.listeners.pressing import Ack, Body, on_form, update
from bot.slack.replies import found
from bot.slack.router import decide
from store.records import SearchResult
from store.text.wareki import fiscal_year_name

ANY = "all"  # Slack takes no empty value
RESULTS = 10
TITLE, CALLBACK = "条件を付けて探す", "filtered"


def register(app: AsyncApp, context: Context) -> None:
    """Open the modal from a button; answer what is submitted."""

    @app.action(action_pattern(rule("button", "filters").name))
    async def pressed(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()

        async def work() -> None:
            view = await in_thread(context, form, context)
            await client.views_open(trigger_id=body["trigger_id"], view=view)

        await attend(context, work(), "the form to search with", respond)

    on_form(app, context, CALLBACK, submitted)


def form(context: Context) -> View:
    """The empty modal."""
    with context.databases.get().reading() as index:
        held = index.catalog
    sections = dict.fromkeys(entry.section for entry in held.entries if entry.section)
    every = [("すべて", ANY)]
    fields = (
        text_field("words", "ことば", placeholder="例: 市民参加", optional=True),
        select_field("section", "担当課", [*every, *((s, s) for s in sections)], optional=True),
        select_field(
            "year", "年度", [*every, *((fiscal_year_name(y), str(y)) for y in held.years)], optional=True
        ),
    )
    return modal(TITLE, fields, callback=CALLBACK, submit="探す")


def submitted(body: Body, context: Context) -> Ack:
    """The modal with what was found."""
    db = context.databases.get()
    with db.reading() as index:
        decision = decide(text_of(filled(body["view"])), "modal", lambda: index.catalog)
        result = found(db, decision.words, limit=RESULTS)
    note = [builders.context(decision.note)] if decision.note else []
    return update(modal(TITLE, [*_found(result), *note]))


def text_of(chosen: Mapping[str, str]) -> str:
    """The modal's fields as one would type them."""
    words, section, year = (chosen.get(name, "") for name in ("words", "section", "year"))
    filters = [
        f'課:"{section}"' if section not in ("", ANY) else "",
        f"年度:{year}" if year not in ("", ANY) else "",
    ]
    return " ".join(filter(None, (words, *filters)))


def _found(result: SearchResult) -> list[Block]:
    if not result.hits:
        maybe = "、".join(suggestion.text for suggestion in result.suggestions)
        told = f"条件に合う事業は見つかりませんでした。{f'もしかして: {maybe}' if maybe else ''}"
        return [builders.section(told)]
    shown = len(result.hits)
    more = f"（はじめの{shown}件）" if result.total > shown else ""
    blocks = [builders.section(f"{search_wording.count(result)}見つかりました。{more}")]
    for hit in result.hits:
        blocks += [{k: v for k, v in block.items() if k != "accessory"} for block in hit_blocks(hit)]
    return [*blocks, builders.context("詳細は /jigyo に続けて事業番号を入力するとご覧になれます。")]
