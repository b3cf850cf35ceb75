"""What each strategy and expander of search is worth: every set measured without it.

`make eval` takes `--without NAME` (measures as ever, without it) and `--ablate` (leaves out each in turn).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table

from bench import asked, eval_ask, eval_search
from bench.asked import Question
from bench.cases import Case, read_cases
from bench.generated import MAY_SUGGEST
from bench.lists import Loaded
from bench.scoring import Answer, score
from bot.ask.engine import answer
from store.index import raise_generation
from store.records import SearchResult
from store.search import expansion, pipeline
from store.search.pipeline import search
from store.search.query import parse

PARTS = tuple(row.name for table in (pipeline.STRATEGIES, expansion.EXPANDERS) for row in table)
"""The names of what can be left out."""


Row = TypeVar("Row", pipeline.Strategy, expansion.Expander)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a query or question got: the right thing first, how much of it in the first ten, a refusal."""

    first: int = 0
    in_ten: float = 0.0
    refused: int = 0
    asked: int = 0

    def less(self, other: Outcome) -> Outcome:
        """How much better this is than another outcome."""
        return Outcome(*(one - two for one, two in zip(astuple(self), astuple(other), strict=True)))


Run = Callable[[], Outcome]


@contextmanager
def without(names: Collection[str]) -> Iterator[None]:
    """Inside, search runs without these strategies and expanders. ValueError for a name of none."""
    if unknown := [name for name in names if name not in PARTS]:
        raise ValueError(f"no strategy or expander is called {', '.join(unknown)}: {', '.join(PARTS)}")
    with _tables(
        tuple(row for row in pipeline.STRATEGIES if row.name not in names),
        tuple(row for row in expansion.EXPANDERS if row.name not in names),
    ):
        yield


@contextmanager
def recording(used: set[str]) -> Iterator[None]:
    """Inside, `used` gathers the parts that find something; no term is remembered, so that each is read."""
    remembered = pipeline.Meanings.get
    pipeline.Meanings.get = lambda self, key: None
    try:
        with _tables(
            tuple(_recorded(row, "answer", used, _finds) for row in pipeline.STRATEGIES),
            tuple(_recorded(row, "interpretations", used, bool) for row in expansion.EXPANDERS),
        ):
            yield
    finally:
        pipeline.Meanings.get = remembered


def _recorded(row: Row, name: str, used: set[str], finds: Callable[[Any], bool]) -> Row:
    find = getattr(row, name)

    def recorded(asked: Any) -> Any:
        found = find(asked)
        found = list(found) if isinstance(found, Iterator) else found
        if finds(found):
            used.add(row.name)
        return found

    return row._replace(**{name: recorded})


def _finds(result: SearchResult | None) -> bool:
    return result is not None and bool(result.total or result.suggestions)


@contextmanager
def _tables(
    answering: tuple[pipeline.Strategy, ...], reading: tuple[expansion.Expander, ...]
) -> Iterator[None]:
    every = pipeline.STRATEGIES, expansion.EXPANDERS
    pipeline.STRATEGIES, expansion.EXPANDERS = answering, reading
    try:
        yield
    finally:
        pipeline.STRATEGIES, expansion.EXPANDERS = every


def ablate(loaded: Loaded, console: Console, more: Sequence[Path] = ()) -> None:
    """Print what each part is worth on the sets of a list, and on `more` files of queries for it.

    A part can only matter where it finds something: only that is run again without it.
    """
    cases = [case for each in eval_search.case_sets(loaded).values() for case in each]
    cases += [case for path in more for case in read_cases(path)]
    samples = eval_ask.SAMPLES.get(loaded.name, {}).values()
    questions = [question for path in samples for _, question in asked.read(path)]
    questions += [question for _, question in asked.generated(loaded.projects, seed=loaded.name)]
    # What a question's answer cites should be found by typing the question to search, too.
    cases += [Case(each.text, "question", each.numbers) for each in questions if each.numbers]
    runs: list[Run] = [partial(_searched, loaded, case) for case in cases]
    runs += [partial(_asked, loaded, question) for question in questions]
    whole: list[tuple[Run, Outcome, set[str]]] = []
    for run in runs:
        used: set[str] = set()
        with recording(used):
            whole.append((run, run(), used))
    right = _sum(outcome for _, outcome, _ in whole)
    finding = sum(bool(case.relevant) for case in cases)
    console.print(
        f"{loaded.name}: {right.first} of {finding} first, {right.refused} of {len(cases) - finding} "
        f"refused, {right.asked} of {len(questions)} questions right; each is worth of these"
    )
    table = Table("strategy or expander", "finds something for", "first", "in ten", "refused", "questions")
    for name in PARTS:
        concerned = [(run, outcome) for run, outcome, used in whole if name in used]
        _forget(loaded)
        with without([name]):
            worth = _sum(outcome.less(run()) for run, outcome in concerned)
        table.add_row(name, str(len(concerned)), *(f"{each:+.3g}" if each else "" for each in astuple(worth)))
    _forget(loaded)
    console.print(table)


def _forget(loaded: Loaded) -> None:
    """Let what terms meant be worked out anew."""
    raise_generation(loaded.db)
    loaded.db.conn.commit()


def _sum(outcomes: Iterable[Outcome]) -> Outcome:
    columns = zip(*map(astuple, outcomes), strict=True)
    return Outcome(*map(sum, columns))


def _searched(loaded: Loaded, case: Case) -> Outcome:
    result = search(loaded.db, parse(case.query))
    hits = tuple(hit.project.number for hit in result.hits)
    guesses = tuple(guess.number for guess in result.suggestions)
    if not case.relevant:
        return Outcome(refused=int(not (hits or guesses)))
    scored = score(case, Answer(hits, guesses), may_suggest=case.kind in MAY_SUGGEST)
    return Outcome(first=int(scored.right), in_ten=scored.recall)


def _asked(loaded: Loaded, question: Question) -> Outcome:
    return Outcome(asked=int(eval_ask.is_right(question, answer(loaded.db, question.text))))
