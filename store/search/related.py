"""Projects related to a given one: those like it, which share its telling words, and itself in other years.

Words that are shared are named as the records write them. A lineage is lists matched two by two, and what
people decided of it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from sqlite_utils import Database as Stored

from store import projects
from store.database import Database, writing
from store.index import raise_generation
from store.index.snapshot import Memo
from store.index.tuning import TUNING
from store.lists.matching import Key, Lineage, Link, match
from store.records import FIELDS, Hit, Project, SharedWords
from store.search.expansion import any_of
from store.search.ranking import rarity
from store.text.display import display, spans
from store.text.morphology import units
from store.text.normalize import is_kana, width_fold

_SHARING = f"""
    SELECT rowid FROM search_words WHERE search_words MATCH ? AND rowid <> ?
    ORDER BY bm25(search_words, {", ".join(map(str, TUNING.fields.of_likeness))}) LIMIT ?"""

Weights = Mapping[str, float]


def similar(db: Database, project: Project, *, limit: int = 5) -> tuple[Hit, ...]:
    """The projects most like `project` in their words, itself in other years left out; score is 0 to 1."""
    with db.reading():
        return _similar(db, project, limit)


def _similar(db: Database, project: Project, limit: int) -> tuple[Hit, ...]:
    among = db.snapshot.project_count
    own = _fields(db, [project.id]).get(project.id)
    weights = _weights(db, own, among) if own else {}
    telling = sorted(weights, key=lambda word: (-weights[word], word))[: TUNING.similarity.telling]
    if not telling:
        return ()
    rows = db.conn.execute(_SHARING, [any_of(telling), project.id, TUNING.candidates.partial]).fetchall()
    scored = []
    for other_id, fields in _fields(db, [row[0] for row in rows]).items():
        other = _weights(db, fields, among)
        if (likeness := _cosine(weights, other)) >= TUNING.similarity.least:
            scored.append((likeness, other_id, _shared(weights, other)))
    scored.sort(key=lambda each: (-each[0], each[1]))
    found = {each.id: each for each in projects.by_ids(db, [each[1] for each in scored])}
    others = [each for each in scored if found[each[1]].number != project.number][:limit]
    return tuple(_hit(db, found[each_id], project, likeness, words) for likeness, each_id, words in others)


def _fields(db: Database, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found = db.snapshot.texts.read(ids)
    return {each: found[each].fields for each in ids if each in found}


def _weights(db: Database, fields: Sequence[str], among: int) -> Weights:
    """tf-idf of a project's telling words, the field they are in weighed in."""
    counts: dict[str, float] = defaultdict(float)
    for text, weight in zip(fields, TUNING.fields.of_likeness, strict=True):
        for word, number in Counter(text.split()).items():
            counts[word] += weight * (1 + math.log(number))
    in_projects = db.snapshot.lexicon.counts
    return {
        word: count * rarity(in_projects.get(word, 1), among)
        for word, count in counts.items()
        if count
        and len(word) > 1
        and in_projects.get(word, 1) <= max(2, TUNING.candidates.common_share * among)
    }


def _cosine(one: Weights, other: Weights) -> float:
    together = sum(weight * other[word] for word, weight in one.items() if word in other)
    lengths = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return together / lengths if lengths else 0.0


def _shared(one: Weights, other: Weights) -> list[str]:
    """The words that make them alike, most first."""
    return sorted((word for word in one if word in other), key=lambda word: -one[word] * other[word])[
        : TUNING.similarity.shared
    ]


def _hit(db: Database, project: Project, other: Project, likeness: float, shared: Sequence[str]) -> Hit:
    forms = db.snapshot.lexicon.written
    gap = TUNING.reading.gap
    places = {field: spans(display(getattr(project, field)), shared, forms, gap=gap) for field in FIELDS}
    found = {field: each for field, each in places.items() if each and field != "section"}
    told = SharedWords(tuple(wordings(shared, project, other)[: TUNING.similarity.shared]))
    return Hit(project, likeness, tuple(found), found, why=(told,))


def wordings(shared: Sequence[str], project: Project, other: Project) -> list[str]:
    """How both projects word each of the words `shared`; those within one told before are left out."""
    told: list[str] = []
    known = width_fold(_text(other))
    ways = _ways(set(shared), _text(project))
    for word in shared:
        both = [way for way in ways.get(word, ()) if width_fold(way) in known]
        way = max(both, key=len, default="")
        if way and not any(way in before for before in told):
            told.append(way)
    return told


def _text(project: Project) -> str:
    return "\n".join(display(getattr(project, field)) for field in FIELDS if field != "section")


def _ways(shared: set[str], text: str) -> Mapping[str, set[str]]:
    """Each word as `text` has it, alone and with its neighbours that are shared too."""
    ways: dict[str, set[str]] = defaultdict(set)
    run: list[tuple[int, set[str]]] = []
    end = 0
    for unit in units(text):
        start, end = end, end + sum(unit.lengths)
        found = {word.text for word in unit.words} & shared
        if not found or (is_kana(text[end - 1]) and not any(word.noun for word in unit.words)):
            run = []
            continue
        run.append((start, found))
        while end - run[0][0] > max(TUNING.similarity.longest_shared, end - start):
            run.pop(0)
        for first, _ in run:
            for word in set[str]().union(*(each for at, each in run if at >= first)):
                ways[word].add(text[first:end])
    return ways


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
