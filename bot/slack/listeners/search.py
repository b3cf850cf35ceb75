"""Searching from Slack: `/jigyo ことば`, mentions and direct messages, and every button an answer has."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.context import Context, SlackRequest
from bot.messages.message import Message
from bot.slack.blocks.card_blocks import card_message
from bot.slack.blocks.nothing_found import words_for_numbers
from bot.slack.blocks.result_blocks import PAGE, Shown, nothing_message, result_message
from bot.slack.button_values import pack, unpack
from bot.slack.listeners.core import on_button
from bot.slack.replies import found
from store import projects
from store.database import Database
from store.records import Project, SearchResult, Suggestion

CLEAR_LEAD = 0.1  # of similarity (0–1): a guess this far before the next one is opened at once

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
    return card_message(project, _shown(request)) if project else GONE


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


def _results(request: SlackRequest, context: Context, text: str, offset: int) -> Message:
    return shown(request, context, text, found(context.databases.get(), text, limit=PAGE, offset=offset))


def shown(request: SlackRequest, context: Context, text: str, result: SearchResult) -> Message:
    """A list, the card of the only project that says it all, a guess, or how to ask better."""
    db = context.databases.get()
    is_said = result.hits and not result.hits[0].missing and not words_for_numbers(result)
    if result.total == 1 and is_said:
        (hit,) = result.hits
        return card_message(hit.project, _shown(request), highlights=hit.highlights)
    if result.hits:
        return result_message(result, _shown(request, pack(context, text)))
    guess = clear_guess(result.suggestions)
    project = projects.get(db, guess.fiscal_year, guess.number) if guess else None
    return card_message(project, _shown(request), guess_for=text) if project else nothing_message(result)


def clear_guess(suggestions: tuple[Suggestion, ...]) -> Suggestion | None:
    """The guess that stands clear of the others, if one does."""
    if not suggestions:
        return None
    first = suggestions[0]
    others = (
        s.score for s in suggestions[1:] if (s.fiscal_year, s.number) != (first.fiscal_year, first.number)
    )
    return first if first.score - max(others, default=0.0) >= CLEAR_LEAD else None


def _shown(request: SlackRequest, packed: str = "") -> Shown:
    return Shown(packed, is_private=request.surface != "mention" and not request.channel.startswith("D"))


def project_of(db: Database, key: str) -> Project | None:
    """The project that a button's value names (`year number`); None when it is gone, or names none."""
    year, _, number = key.partition(" ")
    return projects.get(db, int(year), number) if year.isdecimal() and len(year) < 5 else None
