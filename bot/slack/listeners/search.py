"""Searching from Slack: `/jigyo ことば`, mentions and direct messages, and every button an answer has."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncApp

from bot.context import Asked, Context
from bot.messages.message import Message
from bot.slack.blocks.asking_words import may_ask
from bot.slack.blocks.card_blocks import card_message
from bot.slack.blocks.nothing_found import words_for_numbers
from bot.slack.blocks.result_blocks import PAGE, Shown, nothing_message, result_message
from bot.slack.listeners import ask, usage
from bot.slack.listeners.core import on_button
from bot.slack.payloads import brought, carried
from bot.slack.tempo import reads_only
from store import projects
from store.database import Database
from store.records import Project, SearchResult, Suggestion
from store.search.pipeline import search
from store.search.query import parse
from store.text import asking

CLEAR_LEAD = 0.1  # of similarity (0–1): a guess this far before the next one is opened at once

_ABOUT = re.compile("の件[でをは]?$")

OLD_BUTTON = Message("このボタンは保存期間を過ぎました。お手数ですが、もう一度お探しください。")
GONE = Message("この事業は一覧からなくなっています。お手数ですが、もう一度お探しください。")


@reads_only
def find(asked: Asked, context: Context) -> Message:
    """Projects for what was typed: a list, the card of the only one, a guess, or how to ask better.

    What is a question and no name is answered as one.
    """
    if not asked.text:
        return usage.usage(asked, context)
    result = _search(context.databases.get(), asked.text, 0)
    # What a question asks of may well be found; it is asked for all the same.
    is_whole = result.hits and not result.hits[0].missing and not result.query.in_full
    # Words set apart are looked for, unless they end as questions do.
    is_one = len(asked.text.split()) == 1
    if (may_ask(asked.text) or (is_one and not is_whole)) and (told := ask.surely(asked, context)):
        return told
    if not is_whole and (bare := untold(asked.text)) != asked.text:
        without = _search(context.databases.get(), bare, 0)
        if without.hits and not without.hits[0].missing:
            return _shown_results(asked, context, bare, without)
    return _shown_results(asked, context, asked.text, result)


def untold(text: str) -> str:
    """A text without the courtesies at its end (について教えて, お願いします)."""
    return _ABOUT.sub("", asking.TELL.sub("", asking.core(" ".join(text.split())))).strip() or text


@reads_only
def turn(asked: Asked, context: Context) -> Message:
    """Another page of results; the button carries its offset and the query."""
    offset, _, packed = asked.text.partition(" ")
    text = brought(context, packed)
    return OLD_BUTTON if text is None else _results(asked, context, text, int(offset))


@reads_only
def suggested(asked: Asked, context: Context) -> Message:
    """Search for a もしかして that was pressed."""
    return _results(asked, context, asked.text.removeprefix("="), 0)


@reads_only
def detail(asked: Asked, context: Context) -> Message:
    """The card of the project a button names (`year number`)."""
    project = named(context.databases.get(), asked.text)
    return card_message(project, _shown(asked)) if project else GONE


def share(asked: Asked, context: Context) -> Message:
    """What a person sees alone, shown to the channel with that person's name."""
    db = context.databases.get()
    kind, _, what = asked.text.partition(" ")
    shown = Shown(sharer=asked.user)
    if kind == "card":
        project = named(db, what)
        return card_message(project, shown) if project else GONE
    offset, _, packed = what.partition(" ")
    text = brought(context, packed)
    return OLD_BUTTON if text is None else result_message(_search(db, text, int(offset)), shown)


COMMANDS = {"検索": find, "さがす": find, "探す": find, "search": find}


def register(app: AsyncApp, context: Context) -> None:
    """Answer the buttons of results and cards."""
    on_button(app, context, "turn", turn, replaces="private")
    on_button(app, context, "search", suggested)
    on_button(app, context, "detail", detail)
    on_button(app, context, "share", share, once=True)


def _results(asked: Asked, context: Context, text: str, offset: int) -> Message:
    return _shown_results(asked, context, text, _search(context.databases.get(), text, offset))


def _shown_results(asked: Asked, context: Context, text: str, result: SearchResult) -> Message:
    db = context.databases.get()
    is_whole = result.hits and not result.hits[0].missing and not words_for_numbers(result)
    if result.total == 1 and is_whole:
        (hit,) = result.hits
        return card_message(hit.project, _shown(asked), highlights=hit.highlights)
    if result.hits:
        packed = carried(context, text)
        return result_message(result, _shown(asked, packed))
    if not projects.count(db):
        return usage.usage(asked, context)
    guess = clear_guess(result.suggestions)
    project = projects.get(db, guess.fiscal_year, guess.number) if guess else None
    return card_message(project, _shown(asked), guess_for=text) if project else nothing_message(result)


def clear_guess(suggestions: tuple[Suggestion, ...]) -> Suggestion | None:
    """The guess that stands clear of the others, if one does."""
    if not suggestions:
        return None
    first = suggestions[0]
    others = (
        s.score for s in suggestions[1:] if (s.fiscal_year, s.number) != (first.fiscal_year, first.number)
    )
    return first if first.score - max(others, default=0.0) >= CLEAR_LEAD else None


def _search(db: Database, text: str, offset: int) -> SearchResult:
    return search(db, parse(text, limit=PAGE, offset=offset))


def _shown(asked: Asked, packed: str = "") -> Shown:
    return Shown(packed, is_private=asked.surface != "mention" and not asked.channel.startswith("D"))


def named(db: Database, key: str) -> Project | None:
    """The project that a button's value names (`year number`); None when it is gone, or names none."""
    year, _, number = key.partition(" ")
    return projects.get(db, int(year), number) if year.isdecimal() and len(year) < 5 else None
