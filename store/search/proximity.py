"""A compound typed as one word whose parts a project says apart: 図柄ナンバー, 創業支援."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from store.database import Database
from store.index.token_store import Text
from store.records import FIELDS
from store.search import best_match, hits
from store.search.analysis import AnalysedQuery
from store.search.hits import Ranking
from store.search.matching import candidates
from store.search.ranking import ScoredHit
from store.search.tuning import TUNING


def near_each_other(db: Database, asked: AnalysedQuery) -> Ranking | None:
    """Projects that say the parts of a compound near each other.

    All of them in a name; or in one text, when so few projects have each that it is no chance.
    """
    if asked.query.phrases or len(asked.wanted) != 1 or asked.wanted[0].sentence:
        return None
    if not all(word.projects for word in asked.wanted[0].words):
        return None
    parts = best_match.part_by_part(asked.wanted[0])
    if len(parts) < 2:
        return None
    found = candidates(db, parts, asked.excluded, asked.filters, wanted=TUNING.candidates.partial)
    scored = hits.rank(db, parts, found.rows[: TUNING.candidates.partial])
    words = db.snapshot.texts.read([each.id for each in scored])
    among = db.snapshot.project_count
    by_chance = among * math.prod(part.projects / among for part in parts)
    if among > TUNING.candidates.small_list or by_chance > TUNING.partial.by_chance:
        together = [
            each for each in scored if _stretch(words[each.id], each, "name") <= TUNING.partial.near_in_name
        ]
    else:
        together = _in_texts(scored, words)
    return Ranking(tuple(parts), tuple(together), len(together))


def _in_texts(scored: Sequence[ScoredHit], words: Mapping[int, Text]) -> list[ScoredHit]:
    """Those that say all parts in one field or some in the name; none if all say them far from each other."""
    said = [each for each in scored if all(each.matches) and (_is_named(each) or _fields(each))]
    meant = any(
        _is_named(each) or _stretch(words[each.id], each, field) <= TUNING.partial.near
        for each in said
        for field in _fields(each) or ("name",)
    )
    return said if meant else []


def _is_named(each: ScoredHit) -> bool:
    """Whether its name says any part."""
    return any("name" in said for said in each.matches)


def _fields(each: ScoredHit) -> list[str]:
    """The fields that say all parts."""
    return [field for field in FIELDS if all(field in said for said in each.matches)]


def _stretch(text: Text, each: ScoredHit, field: str) -> float:
    """How many words of `field` the shortest stretch has in which all parts stand."""
    if field not in _fields(each):
        return math.inf
    words = text.fields[FIELDS.index(field)].split()
    places = [_places(words, said[field].phrase.split()) for said in each.matches]
    starts = sorted(start for each_part in places for start, _ in each_part)
    return min(_end(start, places) - start for start in starts)


def _places(words: Sequence[str], part: Sequence[str]) -> list[tuple[int, int]]:
    return [(at, at + len(part)) for at in range(len(words)) if words[at : at + len(part)] == part]


def _end(start: int, places: Sequence[Sequence[tuple[int, int]]]) -> float:
    """Where the first of each part's places from `start` on have all ended."""
    return max(min((end for at, end in each if at >= start), default=math.inf) for each in places)
