"""From what was typed to the reply that it gets, and the message of it: the same way on every surface."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from bot.ask import wording
from bot.ask.answers import Answer, Below, Confidence, controls, is_told
from bot.ask.intents import asides
from bot.context import Context, Handler, SlackRequest, keep, recall
from bot.messages.home_blocks import help_message
from bot.messages.message import Message, noted
from bot.messages.result_blocks import (
    PAGE,
    Shown,
    card_message,
    nothing_message,
    result_message,
    sorry_for,
    table_message,
    with_near,
)
from bot.messages.search_wording import told_missing, words_for_numbers
from bot.slack import router
from bot.slack.router import Decision
from store import projects
from store.database import Database, StateAwayError
from store.evaluation import registry
from store.index.catalog import Catalog
from store.index.snapshot import IndexSnapshot
from store.records import Hit, Query, SearchResult, Suggestion, TermMatch
from store.search.pipeline import search
from store.search.query import paged, parse
from store.talk import conversations
from store.talk.conversations import Turn
from store.text.morphology import tokenize
from store.text.normalize import one_space

LISTS = ("filters", "number range", "section in short")  # strategies that list and do not rank
MOST_ROWS = 100  # of a table
FEW = 3  # projects shown below a reply that knows no answer
LISTED = 30  # hits remembered of a search, for 2番目 and もっと


@dataclass(frozen=True, slots=True)
class Reply:
    """`answer` is what is said, `result` what is listed: instead of it, or below one that knows nothing."""

    decision: Decision
    answer: Answer | None = None
    result: SearchResult | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found: the records know no answer, or no project has what was looked for."""
        if self.answer is not None:
            return self.answer.kind == "none"
        return not (self.result and self.result.hits)

    @property
    def shown(self) -> Answer:
        """The reply as an answer: what it rests on, and what it shows for a conversation to go on with."""
        if self.answer or not self.result:
            return self.answer or Answer("none", (), confidence="none")
        keys = tuple(hit.project.key for hit in self.result.hits)
        near = (each for each in self.result.suggestions if each.by == "meaning")  # as they are listed
        keys = keys or tuple(dict.fromkeys((each.fiscal_year, each.number) for each in near))
        is_found = is_whole(self.result)
        why = tuple(
            wording.of_project(hit.project, wording.found_words(hit.why)) for hit in self.result.hits[:3]
        )
        confidence: Confidence = "unsure" if self.decision.kind == "question" else "sure"
        return (
            Answer("search", (), keys, confidence=confidence, why=why)
            if is_found
            else Answer("none", (), keys, confidence="none", why=why)
        )


def reply(
    db: Database,
    decision: Decision,
    *,
    last: Turn | None = None,
    here: str = "",
    limit: int = 10,
    today: date | None = None,
) -> Reply:
    """Answer or search as was decided; `limit` is how many hits to list, `today` what 昨年度 counts from.

    A question without a sure answer is searched for where it was none for certain (EBPM 成果), and where the
    records know no answer but say all its words. What a thread's project says goes before what others have.
    Raises ValueError for a command.
    """
    with db.reading():
        match decision.kind:
            case "talk":
                return Reply(decision, asides.courtesies(db, decision.text))
            case "search":
                result = found(db, decision.words, limit=limit, query=decision.query)
                topic = last.topic if last and decision.in_talk else None
                if decision.in_talk and (topic or is_sentence(decision.text) or not _is_by_name(result)):
                    given = answered(db, decision.text, last=last, here=here, today=today)
                    is_of_thread = topic and given.quoted and given.shown == (topic,)
                    if is_of_thread or _tells_more(given, result):
                        return Reply(decision, given)
                return Reply(decision, result=result)
            case "question":
                return _answered(db, decision, last, here, limit, today)
            case "command":
                raise ValueError(decision.command)


if TYPE_CHECKING:
    from bot.ask import engine

    answered = engine.answer
else:

    def answered(*asked, **where):
        """`bot.ask.engine.answer`, which is imported for the first question: a search has no need of it."""
        from bot.ask.engine import answer

        return answer(*asked, **where)


def asks_of_columns(db: Database, text: str) -> bool:
    """Whether a text asks of the lists' own columns; what tells is imported where there are any."""
    with db.reading() as index:
        if not index.has_own_columns:
            return False
        from bot.ask.columns import answering

        return answering.asks_of_columns(db, text)


def found(
    db: Database, words: str, *, limit: int, offset: int = 0, query: Query | None = None
) -> SearchResult:
    """Search for what was typed; `query` where that has been parsed before."""
    return search(db, paged(query or parse(words), limit=limit, offset=offset))


def is_whole(result: SearchResult) -> bool:
    """Whether the first hit says all that was looked for, words that only ask aside."""
    return bool(result.hits) and not told_missing(result.hits[0].missing, result.query.text)


def is_sentence(text: str) -> bool:
    """Whether a text says something by a verb: what is told of a project asks for more than its name."""
    kinds = {token.word.kind for token in tokenize(one_space(text))}
    return bool(kinds & {"動詞", "助動詞"})


def _is_by_name(result: SearchResult) -> bool:
    """Whether titles tell what was looked for: theirs have all of it, or there are many that say it all."""
    saying = [hit for hit in result.hits if not told_missing(hit.missing, result.query.text)]
    said_in = [
        fields
        for match in (saying[0].why if saying else ())
        if isinstance(match, TermMatch) and (fields := {field for field, _ in match.fields})
    ]
    return len(saying) > FEW or (bool(saying) and all(fields & {"name", "section"} for fields in said_in))


def _tells_more(given: Answer, result: SearchResult) -> bool:
    """Whether an answer is shown instead of what was found for words in a conversation.

    Where few records have the words, or none, the sentence that has them is shown, and never a title alone.
    """
    return bool(given.quoted) or (given.kind != "none" and not result.hits)


def first_page(result: SearchResult, size: int) -> SearchResult:
    """The result with its first hits only."""
    if result.query.limit == size:
        return result
    return replace(result, hits=result.hits[:size], query=replace(result.query, limit=size))


def as_result(db: Database, given: Reply, *, limit: int) -> SearchResult:
    """The reply as the result of a search: the projects that the answer rests on, or what was found.

    Behind those of a list that was chosen by words stand the others that the words find. The limit of the
    query is how many hits there are at most, `total` counts them all.
    """
    if given.answer is None or not is_told(given.answer):
        return given.result or found(db, given.decision.words, limit=limit)
    answer = given.answer
    quoted = {key: tuple(fields) for key, fields in answer.quoted.items()}
    keys = dict.fromkeys((*answer.shown, *answer.rest))
    rests_on = (project for key in keys if (project := projects.get(db, *key)))
    hits = [Hit(project, 1.0, quoted.get(project.key, ())) for project in rests_on]
    others = found(db, given.decision.words, limit=limit) if answer.terms else None
    hits += [hit for hit in (others.hits if others else ()) if hit.project.key not in keys]
    total = len(keys) + (max(0, others.total - len(keys)) if others else 0)
    return SearchResult(parse(given.decision.text, limit=limit), total, tuple(hits[:limit]))


def _answered(
    db: Database, decision: Decision, last: Turn | None, here: str, limit: int, today: date | None
) -> Reply:
    """What is no question for certain gets what is near to it only if it is not searched for."""
    given = answered(db, decision.text, last=last, here=here, with_near=decision.certain, today=today)
    knows_nothing = given.kind == "none"
    is_set = given.kind in ("list", "count", "summary")  # with the sentences that make each a member
    if is_told(given) or is_set or ((decision.certain or given.put_right) and not knows_nothing):
        return Reply(decision, given)
    result = found(db, decision.words, limit=limit)
    if decision.certain:
        return Reply(decision, given, None if given.shown else _near(result))
    is_words = is_whole(result) and not (
        knows_nothing and decision.wants in ("figure", "sentence", "summary")
    )
    if is_words and not decision.in_talk:
        return Reply(decision, None, result)
    near = answered(db, decision.text, last=last, here=here, today=today)
    is_near = near.kind != "none" or near.quoted
    return Reply(decision, near) if is_near or (last and not result.hits) else Reply(decision, None, result)


def _near(result: SearchResult) -> SearchResult | None:
    """The few projects that say all the words of a question nobody answers; None where many do, or none."""
    near = tuple(hit for hit in result.hits if not told_missing(hit.missing, result.query.text))
    return replace(result, hits=near, total=len(near)) if 0 < len(near) <= FEW else None


log = logging.getLogger(__name__)

Where = Literal["loop", "thread", "patient"]
AnyHandler = TypeVar("AnyHandler", bound=Callable[..., Any])

QUICK_PROJECTS = 20_000
RECENT_TEXT = 200  # characters
REMEMBERED = timedelta(hours=12)  # a thread left for longer starts anew
CLEAR_LEAD = 0.1  # of similarity (0–1): a guess this far before the next one is opened at once

LONGEST_VALUE = 1_500  # characters of a button's 2,000

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
            asks_of_columns=lambda text: asks_of_columns(db, text),
            limit=PAGE if request.surface == "slash" else LISTED,
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
        limit, today = PAGE if is_alone else LISTED, context.clock().date()
        given = reply(db, decision, last=last, here=here, limit=limit, today=today)
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
    result = first_page(given.result, PAGE) if given.result else None
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
    is_list = result.answered_by in LISTS or all(hit.matched == ("section",) for hit in result.hits)
    if is_list and result.total > PAGE and not result.query.offset:
        whole = found(db, text, limit=MOST_ROWS)
        return table_message(whole, shown_to(request, pack(context, text)))
    if result.hits:
        return result_message(result, shown_to(request, pack(context, text)))
    guess = clear_guess(result.suggestions)
    with db.reading():
        is_office = bool(guess and db.snapshot.catalog.offices_named(guess.text))
    if guess and is_office:
        return _office_meant(request, context, text, guess.text)
    project = projects.get(db, guess.fiscal_year, guess.number) if guess else None
    return card_message(project, shown_to(request), guess_for=text) if project else nothing_message(result)


def _office_meant(request: SlackRequest, context: Context, text: str, office: str) -> Message:
    """The projects of an office whose name was mistyped, below what it is taken for."""
    result = found(context.databases.get(), office, limit=PAGE)
    listed = result_message(result, shown_to(request, pack(context, office)))
    meant = sorry_for(text)
    return replace(listed, text=f"もしかして: {listed.text}", blocks=(meant, *listed.blocks))


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
    """The section of the channel; where none is set, those that whoever asks answers for; else ''."""
    try:
        held = conversations.section_of(db, request.team, request.channel)
        return held[1] if held else "と".join(name for _, name in registry.sections_of(db, request.user))
    except StateAwayError:  # the lists are here all the same
        return ""


def last_turn(db: Database, request: SlackRequest, context: Context) -> Turn | None:
    """What was last shown where the request was made; None where that is too long ago."""
    since = (context.clock() - REMEMBERED).isoformat()
    for where in places(request):
        waiting: Turn | None = context.later.get(("turn", where))
        try:
            if turn := waiting or conversations.recall(db, where, since=since):
                return turn
        except StateAwayError:
            return None
    return None


def remember(request: SlackRequest, context: Context, last: Turn | None, given: Answer) -> None:
    """Leave what this place was shown to be written."""
    from bot.ask.follow_ups import next_turn

    turn = next_turn(last, given)
    if turn and (turn != last or len(places(request)) > 1):  # the last turn may be another thread's
        now = context.clock().isoformat()
        for where in places(request):
            write = partial(conversations.remember, place=where, turn=turn, now=now)
            context.later.put(("turn", where), turn, write)


def note_recent(request: SlackRequest, context: Context, decision: Decision, *, wait: float = 0) -> None:
    """Put what was typed among the person's recent ones, with what it was."""
    if request.user and decision.kind in ("search", "question"):
        text = decision.text[:RECENT_TEXT]
        write = partial(
            conversations.remember_question, team=request.team, user=request.user, question=text,
            kind=decision.kind, now=context.clock().isoformat(),
        )  # fmt: skip
        context.later.put(("recent", request.team, request.user, text), True, write, wait=wait)


def places(request: SlackRequest) -> tuple[str, ...]:
    """Where a conversation goes on: a thread, or one person's asking in a channel.

    A direct message that opens a thread goes on with what was last said in any other: people type
    その成果は？ below an answer as well as beside it.
    """
    is_direct = request.channel.startswith("D")
    here = f"{request.team} {request.channel}"
    thread = request.thread_ts or ("" if is_direct else request.user)
    opens = is_direct and request.thread_ts == request.ts
    return (f"{here} {thread}", f"{here} ") if opens else (f"{here} {thread}",)


def answer_message(request: SlackRequest, context: Context, given: Answer, question: str) -> Message:
    """The answer with its buttons."""
    keys = json.dumps([*given.shown, *given.rest], ensure_ascii=False)
    in_channel = request.surface == "mention" or request.channel.startswith("D")
    packed, listed = (pack(context, value) for value in (question, keys))
    drawn = json.dumps([chart.as_dict() for chart in given.charts], ensure_ascii=False)
    charts = pack(context, drawn) if given.charts else ""
    return given.message(*controls(given, Below(question, packed, listed, charts, is_private=not in_channel)))


def usage(request: SlackRequest, context: Context) -> Message:
    """How to ask, by example."""
    db = context.databases.get()
    return help_message(projects.count(db), projects.fiscal_years(db), projects.examples(db))


def pack(context: Context, text: str) -> str:
    """`text` as a button can carry it, in at most 1,501 characters."""
    return f"={text}" if len(text) <= LONGEST_VALUE else f"@{keep(context, text)}"


def unpack(context: Context, value: str) -> str | None:
    """The text that `pack` packed; None when it was kept too long ago."""
    if value.startswith("="):
        return value[1:]
    text = recall(context, value[1:])
    return text if isinstance(text, str) else None
