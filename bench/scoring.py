"""Pure scoring: what was answered against what was wanted, by kind.

For one relevant project: is it first. For several: is one of them first, and how many are in the first ten.
For none: are there no hits. A misspelt word may be answered by もしかして, so for the kinds named in
`may_suggest` a suggestion's project stands in when there are no hits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bench.cases import Case

WRONG_WHEN_HIGHER = frozenset({"as_hits", "as_suggestions"})
"""Figures of nonsense: shares that were answered at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Project numbers in the order shown: the first ten hits, and what もしかして offered."""

    hits: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """One case with what it was answered; `rank` is 1-based, 0 when no relevant project was shown."""

    case: Case
    answer: Answer
    rank: int
    suggested: bool
    recall: float

    @property
    def right(self) -> bool:
        """Whether a person got what they wanted at once (for nonsense: no hits)."""
        return self.rank == 1 if self.case.relevant else not self.answer.hits


def score(case: Case, answer: Answer, *, may_suggest: bool = False) -> Scored:
    """Compare one answer with its case."""
    suggested = may_suggest and not answer.hits
    shown = answer.suggestions if suggested else answer.hits
    wanted = set(case.relevant)
    rank = next((place for place, number in enumerate(shown, 1) if number in wanted), 0)
    found = len(wanted & set(shown[:10]))
    return Scored(case, answer, rank, suggested, found / min(10, len(wanted)) if wanted else 0.0)


def figures(scored: Iterable[Scored]) -> dict[str, float]:
    """Shares over cases of one kind: of wanted projects, or, for nonsense, of answers it got."""
    rows = list(scored)
    if all(row.case.relevant for row in rows):
        return _shares(rows, _FOUND)
    return _shares(rows, _ANSWERED)


def by_kind(scored: Iterable[Scored]) -> Mapping[str, list[Scored]]:
    """Group by kind in the order kinds first occur."""
    groups: dict[str, list[Scored]] = {}
    for row in scored:
        groups.setdefault(row.case.kind, []).append(row)
    return groups


_FOUND: Mapping[str, Callable[[Scored], float]] = {
    "first": lambda row: row.rank == 1,
    "~first_as_hit": lambda row: row.rank == 1 and not row.suggested,
    "in_five": lambda row: 0 < row.rank <= 5,
    "mrr": lambda row: 1 / row.rank if 0 < row.rank <= 10 else 0.0,
    "recall_10": lambda row: row.recall,
}
_ANSWERED: Mapping[str, Callable[[Scored], float]] = {
    "as_hits": lambda row: bool(row.answer.hits),
    "as_suggestions": lambda row: bool(row.answer.suggestions) and not row.answer.hits,
}


def _shares(rows: list[Scored], of: Mapping[str, Callable[[Scored], float]]) -> dict[str, float]:
    return {name: sum(map(measure, rows)) / len(rows) for name, measure in of.items()}
