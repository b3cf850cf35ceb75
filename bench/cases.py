"""A query, the kind of query it is, and the projects a person who read the list would want."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Case:
    """One query; `relevant` are project numbers, empty when nothing must be answered."""

    query: str
    kind: str
    relevant: tuple[str, ...] = ()


def read_cases(path: Path) -> list[Case]:
    """Read a tab-separated file of query, kind and space-separated numbers, with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Case(row["query"], row["kind"], tuple((row["relevant"] or "").split())) for row in rows]


def one_per_query(cases: Iterable[Case]) -> list[Case]:
    """Merge cases of one kind that ask the same thing: every project meant by either is right."""
    merged: dict[tuple[str, str], dict[str, None]] = {}
    for case in cases:
        merged.setdefault((case.kind, case.query), {}).update(dict.fromkeys(case.relevant))
    return [Case(query, kind, tuple(relevant)) for (kind, query), relevant in merged.items()]
