"""The modal 条件を付けて探す: words, section, fiscal year; the results take its place."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Context, Handler
from bot.messages import kit
from bot.messages.kit import Block, action_pattern
from bot.messages.limits import OPTION_TEXT, OPTIONS, PLACEHOLDER
from bot.messages.message import view_blocks
from bot.slack.blocks.result_blocks import hit_blocks
from store.index.catalog import catalog
from store.records import Query, SearchResult
from store.search.pipeline import search
from store.search.query import parse
from store.text.wareki import fiscal_year_name

COMMANDS: dict[str, Handler] = {}
ANY = "all"
RESULTS = 10
TITLE = "条件を付けて探す"


def register(app: AsyncApp, context: Context) -> None:
    """Open the modal from a button; answer what is submitted."""

    @app.action(action_pattern("filters"))
    async def pressed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form(context))

    @app.view("filtered")
    async def submitted(ack: AsyncAck, view: dict[str, Any]) -> None:
        await ack(response_action="update", view=results(context, view["state"]["values"]))


def form(context: Context, *, words: str = "") -> Block:
    """The empty modal."""
    held = catalog(context.databases.get())
    sections = list(dict.fromkeys(entry.section for entry in held.entries if entry.section))
    blocks = [
        _input("words", "ことば", _text(words)),
        _input("section", "担当課", _select([(name, name) for name in sections])),
        _input("year", "年度", _select([(fiscal_year_name(year), str(year)) for year in held.years])),
    ]
    return _modal(blocks) | {"callback_id": "filtered", "submit": _plain("探す")}


def results(context: Context, values: dict[str, Any]) -> Block:
    """The modal with what was found."""
    result = search(context.databases.get(), query_of(values))
    return _modal(_found(result))


def query_of(values: dict[str, Any]) -> Query:
    """The query that the modal's fields make."""
    words = values["words"]["value"].get("value") or ""
    section, year = (_chosen(values, name) for name in ("section", "year"))
    filters = [f'課:"{section}"' if section else "", f"年度:{year}" if year else ""]
    return parse(" ".join(filter(None, (words, *filters))), limit=RESULTS)


def _chosen(values: dict[str, Any], name: str) -> str:
    option = values[name]["value"].get("selected_option") or {}
    value = str(option.get("value", ANY))
    return "" if value == ANY else value


def _found(result: SearchResult) -> list[Block]:
    if not result.hits:
        maybe = "、".join(suggestion.text for suggestion in result.suggestions)
        told = f"条件に合う事業は見つかりませんでした。{f'もしかして: {maybe}' if maybe else ''}"
        return [kit.section(told)]
    shown = len(result.hits)
    more = f"（はじめの{shown}件）" if result.total > shown else ""
    blocks = [kit.section(f"{result.count}見つかりました。{more}")]
    for hit in result.hits:
        blocks += [{k: v for k, v in block.items() if k != "accessory"} for block in hit_blocks(hit)]
    return [*blocks, kit.context("詳細は /jigyo に続けて事業番号を入力するとご覧になれます。")]


def _modal(blocks: list[Block]) -> Block:
    view = {"type": "modal", "title": _plain(TITLE), "close": _plain("閉じる")}
    return view | {"blocks": view_blocks(blocks)}


def _input(name: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "optional": True, "label": _plain(label), "element": element}


def _text(words: str) -> Block:
    hint = _plain("例: 市民参加")
    given = {"initial_value": words} if words else {}
    return {"type": "plain_text_input", "action_id": "value", "placeholder": hint} | given


def _select(choices: list[tuple[str, str]]) -> Block:
    """A choice of at most 100; a value over Slack's 150 characters is left to the words."""
    offered = [(label, value) for label, value in choices if len(value) <= PLACEHOLDER]
    every = [("すべて", ANY), *offered][: OPTIONS["static_select"]]
    options = [{"text": _plain(label[:OPTION_TEXT]), "value": value} for label, value in every]
    return {
        "type": "static_select",
        "action_id": "value",
        "placeholder": _plain("すべて"),
        "options": options,
    }


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
