"""From what was typed to the message that answers it, on every surface by the same way."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Literal, TypeVar

from bot.ask import follow_ups
from bot.ask.answer_blocks import Below, controls
from bot.ask.answers import Answer
from bot.context import Context, Handler, SlackRequest
from bot.messages.help_blocks import help_message
from bot.messages.message import Message, noted
from bot.messages.result_blocks import (
    PAGE,
    Shown,
    card_message,
    nothing_message,
    result_message,
    with_near,
)
from bot.messages.search_wording import words_for_numbers
from bot.slack import replies, router
from bot.slack.replies import Reply
from bot.slack.requests import pack
from bot.slack.router import Decision
from store import projects
from store.database import Database
from store.index.catalog import Catalog
from store.index.snapshot import IndexSnapshot
from store.records import SearchResult, Suggestion
from store.talk import conversations, workspace
from store.talk.conversations import Turn

log = logging.getLogger(__name__)

Where = Literal["loop", "thread", "patient"]
AnyHandler = TypeVar("AnyHandler", bound=Callable[..., Any])

QUICK_PROJECTS = 20_000
RECENT_TEXT = 200  # characters
REMEMBERED = timedelta(hours=12)  # a thread left for longer starts anew
CLEAR_LEAD = 0.1  # of similarity (0–1): a guess this far before the next one is opened at once

_waiting: set[Callable[..., Any]] = set()


def may_wait(handler: AnyHandler) -> AnyHandler:
    """Declare that a handler calls Slack or confirms what it wrote: it has a thread in which it may wait."""
    _waiting.add(handler)
    return handler


def waits(handler: Callable[..., Any]) -> bool:
    """Whether a handler may wait."""
    return handler in _waiting


@dataclass(frozen=True, eq=False)
class Dispatcher:
    """Decides by the router's rules; `commands` are the handlers of its COMMANDS, by what those do."""

    commands: Mapping[str, Handler]

    def decide(self, request: SlackRequest, context: Context) -> Decision:
        """What was typed: a command, a search, a question or small talk."""
        db = context.databases.get()

        def names() -> Catalog:
            with db.reading() as index:
                return index.catalog

        return router.decide(
            request.text,
            request.surface,
            names,
            raw=request.raw,
            was_shown=lambda: last_turn(db, request, context) is not None,
        )

    def may_wait(self, decision: Decision) -> bool:
        """Whether what was decided may wait for Slack or for the database."""
        return decision.kind == "command" and waits(self.commands[decision.command])

    def where(self, decision: Decision, index: IndexSnapshot) -> Where:
        """Where to run it: a search takes no longer on the loop than its way to a thread, on no long list."""
        if self.may_wait(decision):
            return "patient"
        is_quick = decision.kind == "search" or decision.command == "usage"
        return "loop" if is_quick and index.project_count <= QUICK_PROJECTS else "thread"

    def run(self, decision: Decision, request: SlackRequest, context: Context) -> Message:
        """The message for what was decided."""
        if decision.kind == "command":
            context.metrics.add("jigyo_answers", "command", "found")
            typed = replace(request, text=decision.text, raw=decision.raw)
            return noted(self.commands[decision.command](typed, context), decision.note)
        return noted(respond(decision, request, context), decision.note)

    def __call__(self, request: SlackRequest, context: Context) -> Message:
        """Decide and run: the handler of whatever is typed."""
        return self.run(self.decide(request, context), request, context)


def respond(decision: Decision, request: SlackRequest, context: Context) -> Message:
    """What was decided to be a search, a question or small talk, with what its thread last showed in mind."""
    db = context.databases.get()
    # What is typed to the command stands alone, unless it says that it does not.
    is_alone = decision.kind == "search" and request.surface == "slash"
    with db.reading() as index:
        if not index.project_count:
            return usage(request, context)
        last = last_turn(db, request, context) if decision.goes_on or request.surface != "slash" else None
        here = section_here(db, request) if decision.kind == "question" else ""
        given = replies.reply(db, decision, last=last, here=here, limit=PAGE if is_alone else replies.LISTED)
    count(context, given)
    if not is_alone:
        remember(request, context, last, given.shown)
        note_recent(request, context, decision)
    return _shown(request, context, given)


def count(context: Context, given: Reply) -> None:
    """Count what was typed by what it was taken for, and whether anything was found."""
    kind, outcome = given.decision.kind, "empty" if given.is_empty else "found"
    context.metrics.add("jigyo_answers", kind, outcome)
    if log.isEnabledFor(logging.DEBUG):
        by = given.result.answered_by if given.result else given.answer.kind if given.answer else ""
        log.debug("answered", extra={"kind": kind, "outcome": outcome, "by": by})


def _shown(request: SlackRequest, context: Context, given: Reply) -> Message:
    result = replies.first_page(given.result, PAGE) if given.result else None
    if given.answer is None:
        return found_message(request, context, given.decision.words, result) if result else Message("")
    said = answer_message(request, context, given.answer, given.decision.text)
    if result is None:
        return said
    return with_near(said, result)


def found_message(request: SlackRequest, context: Context, text: str, result: SearchResult) -> Message:
    """A list, the card of the only project that says it all, a guess, or how to ask better."""
    db = context.databases.get()
    is_said = result.hits and not result.hits[0].missing and not words_for_numbers(result)
    if result.total == 1 and is_said:
        (hit,) = result.hits
        return card_message(hit.project, shown_to(request), highlights=hit.highlights)
    if result.hits:
        return result_message(result, shown_to(request, pack(context, text)))
    guess = clear_guess(result.suggestions)
    project = projects.get(db, guess.fiscal_year, guess.number) if guess else None
    return card_message(project, shown_to(request), guess_for=text) if project else nothing_message(result)


def clear_guess(suggestions: tuple[Suggestion, ...]) -> Suggestion | None:
    """The guess that stands clear of the others, if one does."""
    if not suggestions:
        return None
    first = suggestions[0]
    others = (
        s.score for s in suggestions[1:] if (s.fiscal_year, s.number) != (first.fiscal_year, first.number)
    )
    return first if first.score - max(others, default=0.0) >= CLEAR_LEAD else None


def shown_to(request: SlackRequest, packed: str = "") -> Shown:
    """How a result is shown where it was asked for; `packed` is the query, for its buttons."""
    return Shown(packed, is_private=request.surface != "mention" and not request.channel.startswith("D"))


def section_here(db: Database, request: SlackRequest) -> str:
    """The section of the channel, '' where none is set."""
    held = workspace.section_of(db, request.team, request.channel)
    return held[1] if held else ""


def last_turn(db: Database, request: SlackRequest, context: Context) -> Turn | None:
    """What was last shown where the request was made; None where that is too long ago."""
    waiting: Turn | None = context.later.get(("turn", place(request)))
    since = (context.clock() - REMEMBERED).isoformat()
    return waiting or conversations.recall(db, place(request), since=since)


def remember(request: SlackRequest, context: Context, last: Turn | None, given: Answer) -> None:
    """Leave what this place was shown to be written."""
    turn = follow_ups.next_turn(last, given)
    if turn and turn != last:
        now = context.clock().isoformat()
        write = partial(conversations.remember, place=place(request), turn=turn, now=now)
        context.later.put(("turn", place(request)), turn, write)


def note_recent(request: SlackRequest, context: Context, decision: Decision, *, wait: float = 0) -> None:
    """Put what was typed among the person's recent ones, with what it was."""
    if request.user and decision.kind in ("search", "question"):
        text = decision.text[:RECENT_TEXT]
        write = partial(
            conversations.remember_question, team=request.team, user=request.user, question=text,
            kind=decision.kind, now=context.clock().isoformat(),
        )  # fmt: skip
        context.later.put(("recent", request.team, request.user, text), True, write, wait=wait)


def place(request: SlackRequest) -> str:
    """Where a conversation goes on: a thread, a direct message, or one person's asking in a channel."""
    is_shared = request.thread_ts or request.channel.startswith("D")
    return f"{request.team} {request.channel} {request.thread_ts if is_shared else request.user}"


def answer_message(request: SlackRequest, context: Context, given: Answer, question: str) -> Message:
    """The answer with its buttons."""
    keys = json.dumps([*given.shown, *given.rest], ensure_ascii=False)
    in_channel = request.surface == "mention" or request.channel.startswith("D")
    packed, listed = (pack(context, value) for value in (question, keys))
    return given.message(*controls(given, Below(question, packed, listed, is_private=not in_channel)))


def usage(request: SlackRequest, context: Context) -> Message:
    """How to ask, by example."""
    db = context.databases.get()
    return help_message(projects.count(db), projects.fiscal_years(db), projects.examples(db))
