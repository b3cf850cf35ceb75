"""Search by kind of query: the development queries, our own samples, and sets made from the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from bench.cases import Case, read_cases
from bench.generated import MAY_SUGGEST, NOTHING, generate
from bench.listed import listed
from bench.lists import ROOT, Loaded
from bench.report import Row
from bench.scoring import Answer, Scored, by_kind, figures, score
from store.search.pipeline import search
from store.search.query import parse

DATA = ROOT / "tests" / "data"
SAMPLES: Mapping[str, Mapping[str, Path]] = {
    "seed": {"dev": DATA / "search-dev.tsv", "own": DATA / "search-own.tsv"},
    "review": {"own": DATA / "search-own-review.tsv"},
}
"""Hand-written queries of each list."""

PER_KIND = 200
GENERATED = "generated"
DEV_FIRST, GENERATED_FIRST, ABSENT_AS_HITS = 0.97, 0.9, 0.01


def rows(loaded: Loaded) -> Iterator[Row]:
    """Measure every set that belongs to this list."""

    def answer(query: str) -> Answer:
        result = search(loaded.db, parse(query))
        return Answer(
            tuple(hit.project.number for hit in result.hits), tuple(s.number for s in result.suggestions)
        )

    for name, cases in case_sets(loaded).items():
        rows_of = _generated if name == GENERATED else _sampled
        yield from rows_of(f"{loaded.name} {name}", ask(cases, answer))


def case_sets(loaded: Loaded) -> dict[str, list[Case]]:
    """Every set of queries that belongs to this list: written by hand, then made from it."""
    sets = {name: read_cases(path) for name, path in SAMPLES.get(loaded.name, {}).items()}
    return sets | {GENERATED: list(generate(listed(loaded.projects), limit=PER_KIND, seed=loaded.name))}


def ask(cases: Iterable[Case], answer: Callable[[str], Answer]) -> list[Scored]:
    """Put each query to `answer` and score what came back."""
    return [score(case, answer(case.query), may_suggest=case.kind in MAY_SUGGEST) for case in cases]


def _sampled(name: str, scored: list[Scored]) -> Iterator[Row]:
    """Every kind, then all kinds but whole questions together, which is what the target is about."""
    for kind, group in by_kind(scored).items():
        yield _row(name, kind, group, {} if group[0].case.relevant else {"as_hits": 0.0})
    finding = [row for row in scored if row.case.kind not in ("question", "none")]
    yield _row(name, "all but questions", finding, {"first": DEV_FIRST})


def _generated(name: str, scored: list[Scored]) -> Iterator[Row]:
    for kind, group in by_kind(scored).items():
        nothing = {"as_hits": ABSENT_AS_HITS if kind.startswith("absent") else 0.0}
        yield _row(name, kind, group, nothing if kind in NOTHING else {"first": GENERATED_FIRST})


def _row(name: str, kind: str, group: list[Scored], targets: Mapping[str, float]) -> Row:
    return Row(
        name, kind, len(group), figures(group), targets, [_failure(row) for row in group if not row.right]
    )


def _failure(row: Scored) -> str:
    wanted = " ".join(row.case.relevant[:6]) or "nothing"
    hits, offered = " ".join(row.answer.hits[:6]) or "no hits", " ".join(row.answer.suggestions[:3]) or "none"
    return f"{row.case.query}: wanted {wanted}, got {hits}, suggestions {offered}"
