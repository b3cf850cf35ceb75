"""The message shortcut 関連する事業を探す: projects that a message in Slack speaks of."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.answers.terms import pieces, terms
from bot.context import Context, SlackRequest
from bot.messages import builders
from bot.messages.message import Message
from bot.permissions import rule
from bot.slack import requests
from bot.slack.answering import ACK_WITHIN, answer, within
from bot.slack.blocks.result_blocks import hit_blocks, hit_line
from bot.slack.listeners.core import send
from store.records import Hit
from store.search.pipeline import search
from store.search.query import parse

MOST = 5
READ = 400  # characters of the message that are looked at
NOTHING = Message("この発言に関連する事業は見つかりませんでした。")


def related(request: SlackRequest, context: Context) -> Message:
    """The projects that share the most telling words with the message `request.text`."""
    db, text = context.databases.get(), request.text[:READ]
    words = " ".join(pieces(terms(text)[0]))
    with db.reading() as index:
        named = [f'"{m.name}"' for m in index.catalog.mentions(text) if m.kind == "project"]
        hits = search(db, parse(" OR ".join(named) or words, limit=MOST)).hits if named or words else ()
    return _listed(hits) if hits else NOTHING


def register(app: AsyncApp, context: Context) -> None:
    """Answer the shortcut to whoever used it, and to nobody else."""

    @app.shortcut(rule("shortcut", "related_projects").name)
    async def used(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()

        async def work() -> None:
            await send(
                respond,
                {"response_type": "ephemeral", **await answer(context, related, requests.of_shortcut(body))},
            )

        await within(context, work(), seconds=ACK_WITHIN)


def _listed(hits: tuple[Hit, ...]) -> Message:
    title = f"この発言に関連しそうな事業が{len(hits)}件あります。"
    blocks = [builders.section(title), *(block for hit in hits for block in hit_blocks(hit))]
    return Message("\n".join((title, *map(hit_line, hits))), tuple(blocks))
