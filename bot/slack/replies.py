"""What a decision gets: an answer, the result of a search, or both. For Slack and the terminal alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.ask.answers import Answer, is_told
from bot.ask.engine import answer
from bot.ask.intents import smalltalk
from bot.messages.search_wording import in_plain_words, told_missing
from bot.slack.router import Decision
from store import projects
from store.database import Database
from store.records import Hit, Query, SearchResult
from store.search.pipeline import search
from store.search.query import paged, parse
from store.talk.conversations import Turn

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
        is_found = is_whole(self.result)
        why = tuple(
            f"事業番号 {hit.project.number}: {in_plain_words(hit.why)}" for hit in self.result.hits[:3]
        )
        return (
            Answer("search", (), keys, why=why)
            if is_found
            else Answer("none", (), keys, confidence="none", why=why)
        )


def reply(
    db: Database, decision: Decision, *, last: Turn | None = None, here: str = "", limit: int = 10
) -> Reply:
    """Answer or search as was decided; `limit` is how many hits to list.

    A question without a sure answer is searched for where it was none for certain (EBPM 成果), and where the
    records know no answer but say all its words. Raises ValueError for a command.
    """
    with db.reading():
        match decision.kind:
            case "talk":
                return Reply(decision, smalltalk.answer(db, decision.text))
            case "search":
                result = found(db, decision.words, limit=limit, query=decision.query)
                if decision.in_talk and not (result.hits or result.suggestions):
                    given = answer(db, decision.text, last=last, here=here)
                    if given.kind != "none" or given.quoted:
                        return Reply(decision, given)
                return Reply(decision, result=result)
            case "question":
                return _answered(db, decision, last, here, limit)
            case "command":
                raise ValueError(decision.command)


def found(
    db: Database, words: str, *, limit: int, offset: int = 0, query: Query | None = None
) -> SearchResult:
    """Search for what was typed; `query` where that has been parsed before."""
    return search(db, paged(query or parse(words), limit=limit, offset=offset))


def is_whole(result: SearchResult) -> bool:
    """Whether the first hit says all that was looked for, words that only ask aside."""
    return bool(result.hits) and not told_missing(result.hits[0].missing, result.query.text)


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


def _answered(db: Database, decision: Decision, last: Turn | None, here: str, limit: int) -> Reply:
    """What is no question for certain gets what is near to it only if it is not searched for."""
    given = answer(db, decision.text, last=last, here=here, with_near=decision.certain)
    knows_nothing = given.kind == "none"
    is_set = given.kind in ("list", "count")  # with the sentences that make each a member
    if is_told(given) or is_set or (decision.certain and not knows_nothing):
        return Reply(decision, given)
    result = found(db, decision.words, limit=limit)
    if decision.certain:
        return Reply(decision, given, None if given.shown else _near(result))
    is_words = is_whole(result) and not (knows_nothing and decision.wants == "figure")
    if is_words or (knows_nothing and not result.hits and result.suggestions):
        return Reply(decision, None, result)
    near = answer(db, decision.text, last=last, here=here)
    is_near = near.kind != "none" or near.quoted
    return Reply(decision, near) if is_near or (last and not result.hits) else Reply(decision, None, result)


def _near(result: SearchResult) -> SearchResult | None:
    """The few projects that say all the words of a question nobody answers; None where many do, or none."""
    near = tuple(hit for hit in result.hits if not told_missing(hit.missing, result.query.text))
    return replace(result, hits=near, total=len(near)) if 0 < len(near) <= FEW else None
