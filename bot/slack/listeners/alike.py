"""Projects like another one: `/jigyo 似ている 11`, and the button of a card."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.context import Asked, Context
from bot.messages import kit
from bot.messages.markup import code, mrkdwn
from bot.messages.message import Message
from bot.slack.blocks.nothing_found import numbers_typed, typed
from bot.slack.blocks.result_blocks import similar_message
from bot.slack.listeners.ask import ask
from bot.slack.listeners.core import on_button
from bot.slack.listeners.search import GONE, find, named
from store import projects
from store.database import Database
from store.records import Project, SearchResult
from store.search.pipeline import search, similar
from store.search.query import parse
from store.text.display import display
from store.text.normalize import alnum_key
from store.text.numbers import number_key

AMONG = 5  # hits for a name; more of them say parts of it


def like(asked: Asked, context: Context, *, word: str) -> Message:
    """Projects like the one that is named by its number or name after the command's `word`.

    Where what follows names no project, the word is one of those to look for (類似 団体 比較).
    """
    db = context.databases.get()
    if not asked.text:
        return _unknown(db, "")
    if project := projects.find(db, asked.text):
        return similar_message(project, similar(db, project))
    result = search(db, parse(asked.text, limit=AMONG))
    named_so = _named(result, asked.text)
    if len(named_so) == 1:
        return similar_message(named_so[0], similar(db, named_so[0]))
    if named_so or numbers_typed(result.query):
        return _unknown(db, asked.text)
    whole = replace(asked, text=f"{word} {asked.text}", raw=f"{word} {asked.raw}")
    return find(whole, context) if asked.surface == "slash" else ask(whole, context)


def pressed(asked: Asked, context: Context) -> Message:
    """Projects like the one a button names."""
    db = context.databases.get()
    project = named(db, asked.text)
    return similar_message(project, similar(db, project)) if project else GONE


WORDS = ("似ている", "似ている事業", "似た事業", "類似", "類似事業")
COMMANDS = {word: partial(like, word=word) for word in WORDS}


def register(app: AsyncApp, context: Context) -> None:
    """Answer the button 似ている事業."""
    on_button(app, context, "similar", pressed)


def _named(result: SearchResult, text: str) -> list[Project]:
    """The projects of just this name, or else with it in theirs, each in its latest year."""
    typed_name = alnum_key(text)
    names = [(hit.project, alnum_key(display(hit.project.name))) for hit in result.hits]
    same = [project for project, name in names if name == typed_name]
    within = [project for project, name in names if typed_name and typed_name in name]
    latest: dict[str, Project] = {}
    for project in same[:1] or sorted(within, key=lambda each: -each.fiscal_year):
        latest.setdefault(number_key(project.number), project)
    return list(latest.values())


def _unknown(db: Database, text: str) -> Message:
    examples = projects.examples(db, limit=1)
    way = code(f"/jigyo 似ている {examples[0].number if examples else '11'}")
    told = f"「{typed(text)}」がどの事業か分かりませんでした。" if text else ""
    line = mrkdwn("{}似ている事業は、{} のように、事業番号を続けるとお探しできます。", told, way)
    return Message(line, (kit.section(line),))
