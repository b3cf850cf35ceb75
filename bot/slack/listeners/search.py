"""Searching from Slack: results and cards with their buttons, projects like one, of a message, by a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.ask.columns.figures import likeliness
from bot.ask.columns.naming import is_unit
from bot.context import Context, SlackRequest
from bot.messages import builders, search_wording
from bot.messages.builders import Block, action_pattern
from bot.messages.markup import code, mrkdwn
from bot.messages.message import Message, View, filled, modal, noted, select_field, text_field
from bot.messages.result_blocks import (
    PAGE,
    Shown,
    card_message,
    hit_blocks,
    result_message,
    similar_message,
)
from bot.messages.search_wording import hit_line, typed
from bot.permissions import rule
from bot.slack import exchange
from bot.slack.dispatch import found, found_message, shown_to, unpack
from bot.slack.exchange import ACK_WITHIN, in_thread, send, within
from bot.slack.listeners.actions import Ack, Body, FieldError, attend, on_button, on_form, update
from bot.slack.requests import answer
from bot.slack.router import decide, named
from store import projects
from store.columns.catalog import choices, is_bound
from store.columns.values import Column, Topic
from store.database import Database
from store.records import Hit, Project, SearchResult
from store.search.pipeline import similar
from store.search.query import LONGEST_LABEL
from store.text.normalize import alnum_key, one_space
from store.text.numbers import fiscal_year_name

OLD_BUTTON = Message("このボタンは保存期間を過ぎました。お手数ですが、もう一度お探しください。")
GONE = Message("この事業は一覧からなくなっています。お手数ですが、もう一度お探しください。")


def turn(request: SlackRequest, context: Context) -> Message:
    """Another page of results; the button carries its offset and the query."""
    offset, _, packed = request.text.partition(" ")
    text = unpack(context, packed)
    return OLD_BUTTON if text is None else _results(request, context, text, int(offset))


def suggested(request: SlackRequest, context: Context) -> Message:
    """Search for a もしかして that was pressed."""
    return _results(request, context, request.text.removeprefix("="), 0)


def detail(request: SlackRequest, context: Context) -> Message:
    """The card of the project a button names (`year number`)."""
    project = project_of(context.databases.get(), request.text)
    return card_message(project, shown_to(request)) if project else GONE


def share(request: SlackRequest, context: Context) -> Message:
    """What a person sees alone, shown to the channel with that person's name."""
    db = context.databases.get()
    kind, _, what = request.text.partition(" ")
    shown = Shown(sharer=request.user)
    if kind == "card":
        project = project_of(db, what)
        return card_message(project, shown) if project else GONE
    offset, _, packed = what.partition(" ")
    text = unpack(context, packed)
    if text is None:
        return OLD_BUTTON
    return result_message(found(db, text, limit=PAGE, offset=int(offset)), shown)


def register(app: AsyncApp, context: Context) -> None:
    """Answer the buttons of results and cards."""
    on_button(app, context, "turn", turn, replaces="private")
    on_button(app, context, "search", suggested)
    on_button(app, context, "detail", detail)
    on_button(app, context, "share", share, once=True)
    _register_similar(app, context)
    _register_shortcut(app, context)
    _register_form(app, context)


def _results(request: SlackRequest, context: Context, text: str, offset: int) -> Message:
    return found_message(
        request, context, text, found(context.databases.get(), text, limit=PAGE, offset=offset)
    )


def project_of(db: Database, key: str) -> Project | None:
    """The project that a button's value names (`year number`); None when it is gone, or names none."""
    year, _, number = key.partition(" ")
    return projects.get(db, int(year), number) if year.isdecimal() and len(year) < 5 else None


def like(request: SlackRequest, context: Context) -> Message:
    """Projects like the one of that number or name."""
    db = context.databases.get()
    with db.reading() as index:
        meant = named(request.text, index.catalog) if request.text else []
    if len(meant) != 1:
        return _unknown(db, request.text)
    (project,) = projects.by_ids(db, [meant[0].id])
    return similar_message(project, similar(db, project))


def similar_pressed(request: SlackRequest, context: Context) -> Message:
    """Projects like the one a button names."""
    db = context.databases.get()
    project = project_of(db, request.text)
    return similar_message(project, similar(db, project)) if project else GONE


def _register_similar(app: AsyncApp, context: Context) -> None:
    """Answer the button 似ている事業."""
    on_button(app, context, "similar", similar_pressed)


def _unknown(db: Database, text: str) -> Message:
    examples = projects.examples(db, limit=1)
    way = code(f"/jigyo 似ている {examples[0].number if examples else '11'}")
    told = f"「{typed(text)}」がどの事業か分かりませんでした。" if text else ""
    line = mrkdwn("{}似ている事業は、{} のように、事業番号を続けるとお探しできます。", told, way)
    return Message(line, (builders.section(line),))


RELATED = 5
NOTHING_RELATED = Message("この発言に関連する事業は見つかりませんでした。")


def related(request: SlackRequest, context: Context) -> Message:
    """The projects that share the most telling words with the message `request.text`."""
    db = context.databases.get()
    with db.reading() as index:
        decision = decide(request.text, request.surface, lambda: index.catalog)
        hits = found(db, decision.words, limit=RELATED).hits if decision.kind == "search" else ()
    return noted(_listed(hits) if hits else NOTHING_RELATED, decision.note)


def _register_shortcut(app: AsyncApp, context: Context) -> None:
    """Answer the shortcut to whoever used it, and to nobody else."""

    @app.shortcut(rule("shortcut", "related_projects").name)
    async def used(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()

        async def work() -> None:
            told = await answer(context, related, exchange.of_shortcut(body))
            await send(respond, {"response_type": "ephemeral", **told}, context.shown)

        await within(context, work(), seconds=ACK_WITHIN)


def _listed(hits: tuple[Hit, ...]) -> Message:
    title = f"この発言に関連しそうな事業が{len(hits)}件あります。"
    blocks = [builders.section(title), *(block for hit in hits for block in hit_blocks(hit))]
    return Message("\n".join((title, *map(hit_line, hits))), tuple(blocks))


ANY = "all"  # Slack takes no empty value
OF_COLUMN, OF_AMOUNT = "column ", "amount "  # before a column's heading, in the name of its field
MOST_COLUMNS = 8
MOST_CHOICES = 99  # beside すべて
MOST_TEXT = 20_000  # characters of all choices: Slack counts six bytes for each, of a view's 250,000
LONGEST_VALUE = 60  # characters of a choice in its filter
_TOPICS: tuple[Topic, ...] = ("evaluation", "policy", "law", "")
FORM_RESULTS = 10
TITLE, CALLBACK = "条件を付けて探す", "filtered"


def _register_form(app: AsyncApp, context: Context) -> None:
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
    """The empty modal; what can be chosen is what the lists have."""
    db = context.databases.get()
    with db.reading() as index:
        held = index.catalog
        columns = _column_fields(db)
    sections = dict.fromkeys(entry.section for entry in held.entries if entry.section)
    every = [("すべて", ANY)]
    fields = (
        text_field("words", "ことば", placeholder="例: 市民参加", optional=True),
        select_field("section", "担当課", [*every, *((s, s) for s in sections)], optional=True),
        select_field(
            "year", "年度", [*every, *((fiscal_year_name(y), str(y)) for y in held.years)], optional=True
        ),
        *columns,
    )
    return modal(TITLE, fields, callback=CALLBACK, submit="探す")


def _column_fields(db: Database) -> list[Block]:
    """The columns of choices of the newest lists, what people ask for first, and their likeliest amount.

    A field is called by its heading, so that the form means the same when another list is loaded meanwhile.
    """
    listed = db.snapshot.columns
    newest = [column for column in listed if column.fiscal_year == listed[0].fiscal_year and not column.role]
    by_label: dict[str, list[Column]] = {}
    for column in sorted(newest, key=_asked_for):
        if column.kind == "choice" and column.topic in _TOPICS and not is_unit(column):
            by_label.setdefault(alnum_key(column.heading), []).append(column)
    fields: list[Block] = []
    room = MOST_TEXT
    for label, columns in by_label.items():
        found = choices(db, [column.id for column in columns], limit=MOST_CHOICES)
        options = [("すべて", ANY), *((one_space(text), _as_value(text)) for text in found)]
        size = sum(len(text) + len(value) for text, value in options)
        if len(found) > 1 and len(label) < LONGEST_LABEL - 3 and len(fields) < MOST_COLUMNS and size <= room:
            room -= size
            name = f"{OF_COLUMN}{label}"
            fields.append(select_field(name, one_space(columns[0].heading), options, optional=True))
    amounts = [c for c in newest if c.kind == "amount" and len(alnum_key(c.heading)) < LONGEST_LABEL - 3]
    if amounts:
        best = min(amounts, key=likeliness)
        name, heading = f"{OF_AMOUNT}{alnum_key(best.heading)}", one_space(best.heading)
        fields.append(text_field(name, heading, placeholder="例: 1000万円以上", optional=True))
    return fields


def _asked_for(column: Column) -> tuple[int, int]:
    place = _TOPICS.index(column.topic) if column.topic in _TOPICS else len(_TOPICS)
    return place, column.position


def _as_value(text: str) -> str:
    """A choice as its filter has it: a long one by its beginning."""
    return one_space(text).replace('"', " ")[:LONGEST_VALUE]


def submitted(body: Body, context: Context) -> Ack:
    """The modal with what was found."""
    db, chosen = context.databases.get(), filled(body["view"])
    for name, value in chosen.items():
        if name.startswith(OF_AMOUNT) and value and not is_bound(value):
            raise FieldError(name, "「1000万円以上」「500万〜1000万円」のように入力してください。")
    with db.reading() as index:
        decision = decide(text_of(chosen), "modal", lambda: index.catalog)
        result = found(db, decision.words, limit=FORM_RESULTS)
    note = [builders.context(decision.note)] if decision.note else []
    return update(modal(TITLE, [*_found(result), *note]))


def text_of(chosen: Mapping[str, str]) -> str:
    """The modal's fields as one would type them."""
    words, section, year = (chosen.get(name, "") for name in ("words", "section", "year"))
    filters = [
        f'課:"{section}"' if section not in ("", ANY) else "",
        f"年度:{year}" if year not in ("", ANY) else "",
    ]
    for name, value in chosen.items():
        if name.startswith((OF_COLUMN, OF_AMOUNT)) and value not in ("", ANY):
            filters.append(f'{name.partition(" ")[2]}:"{value.strip()}"')
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
