"""The lineage of projects over the years: lists matched two by two, and what people decided of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal

from sqlite_utils import Database as Stored

from store import projects
from store.database import Database
from store.database import writing
from store.index import raise_generation
from store.index.snapshot import Memo
from store.lists.matching import Key, Lineage, Link, match

Verdict = Literal["confirmed", "refused"]


def decide(db: Stored, earlier: Key, later: Key, verdict: Verdict, *, by: str, at: str) -> bool:
    """Record that two projects are one or are not; whether that is new. `at` is ISO 8601."""
    with writing(db):
        before = db.execute(
            "SELECT verdict FROM lineage WHERE earlier_year = ? AND earlier_number = ?"
            " AND later_year = ? AND later_number = ?",
            [*earlier, *later],
        ).fetchone()
        db.execute(
            """
            INSERT OR REPLACE INTO lineage
                (earlier_year, earlier_number, later_year, later_number, verdict, decided_by, decided_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            [*earlier, *later, verdict, by, at],
        )
        raise_generation(db)
    return not before or before[0] != verdict


def decided(db: Stored, verdict: Verdict) -> frozenset[tuple[Key, Key]]:
    """Every pair of (fiscal year, number) with this verdict."""
    rows = db.execute(
        "SELECT earlier_year, earlier_number, later_year, later_number FROM lineage WHERE verdict = ?",
        [verdict],
    )
    return frozenset(((row[0], row[1]), (row[2], row[3])) for row in rows)


class Lineages(Memo[tuple[int, int], Lineage]):
    """The lineages between two years of one version of the index."""


def kept_lineage(db: Database, earlier: int, later: int) -> Lineage:
    """`lineage`, worked out once a version of the index. Inside `reading()`."""
    kept = db.snapshot.memo(Lineages)
    return kept.get((earlier, later)) or kept.keep((earlier, later), lineage(db, earlier, later))


def lineage(db: Stored, earlier: int, later: int) -> Lineage:
    """The projects of two fiscal years, matched; what people decided goes first."""
    return match(
        projects.of_year(db, earlier),
        projects.of_year(db, later),
        confirmed=decided(db, "confirmed"),
        refused=decided(db, "refused"),
    )


def line_of(db: Database, key: Key) -> tuple[Link, ...]:
    """The links of a project through all loaded years, the earliest first. Inside `reading()`."""
    years = sorted(db.snapshot.fiscal_years)
    if key[0] not in years:
        return ()
    at = years.index(key[0])
    before: list[Link] = []
    now = key
    for earlier, later in zip(years[at - 1 :: -1] if at else (), years[at::-1], strict=False):
        found = _links(db, earlier, later)[1].get(now)
        if found is None:
            break
        before.append(found)
        now = found.earlier.key
    after: list[Link] = []
    now = key
    for earlier, later in pairwise(years[at:]):
        found = _links(db, earlier, later)[0].get(now)
        if found is None:
            break
        after.append(found)
        now = found.later.key
    return (*reversed(before), *after)


def predecessors(db: Database, earlier: int, later: int) -> Mapping[Key, Link]:
    """The link of each project of the later year that the earlier one had. Inside `reading()`."""
    return _links(db, earlier, later)[1]


class _Links(Memo[tuple[int, int], tuple[dict[Key, Link], dict[Key, Link]]]):
    """The links between two years by the earlier project, and by the later one."""


def _links(db: Database, earlier: int, later: int) -> tuple[dict[Key, Link], dict[Key, Link]]:
    kept = db.snapshot.memo(_Links)
    if (found := kept.get((earlier, later))) is None:
        same = [link for link in kept_lineage(db, earlier, later).links if link.relation == "same"]
        by_both = {link.earlier.key: link for link in same}, {link.later.key: link for link in same}
        found = kept.keep((earlier, later), by_both)
    return found
