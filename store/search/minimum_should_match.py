"""When no project says all of it as typed: most of its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress

from store.database import Database
from store.records import MatchType
from store.search import best_match, hits, meaning
from store.search.analysis import AnalysedQuery
from store.search.hits import Ranking
from store.search.ranking import ScoredHit, rarity
from store.search.terms import QueryTerm
from store.search.tuning import TUNING
from store.text.kana import has_kanji, is_kana, is_latin


def most_of(
    db: Database, asked: AnalysedQuery, parts: Sequence[QueryTerm], *, is_sentence: bool
) -> Ranking | None:
    """Projects that say most of `parts`, by rarity: the terms asked for or, of a sentence, its words."""
    by_sound = is_latin(asked.text) or is_kana("".join(asked.text.split()))
    if asked.query.phrases or (by_sound and not all(map(_is_said, asked.wanted))):
        return None  # letters that the dictionary makes nothing of: half of them says nothing
    among = db.snapshot.project_count
    telling = best_match.telling(parts, among, sentence=is_sentence)
    if not telling:
        return None
    nearest = best_match.nearest(db, asked, parts, telling)
    scored = hits.rank(db, parts, nearest)
    order = {each.id: each.score for each in nearest}
    share = _shares(scored, parts, among)
    enough = [
        each
        for each in scored
        if share[each.id] >= TUNING.partial.enough * min(1, TUNING.partial.full_share_up_to / len(parts))
    ]
    if is_sentence and has_kanji(asked.text):
        enough = _saying_what_is_named(enough, parts, among)
    best = sorted(enough, key=lambda each: -order[each.id])
    ordered = [each._replace(score=order[each.id]) for each in best]
    if is_sentence:
        ordered = meaning.reranked(db, asked.text, ordered)
    return Ranking(tuple(parts), tuple(ordered), len(ordered))


def _is_said(term: QueryTerm) -> bool:
    """Whether some project says the very word."""
    return bool(term.interpretations) and term.interpretations[0].match_type is MatchType.EXACT


def _shares(scored: Iterable[ScoredHit], parts: Sequence[QueryTerm], among: int) -> dict[int, float]:
    """How much of what was asked each says; an unknown word counts only when it names something."""
    weights = [_weight(part, among) for part in parts]
    total = sum(weights) or 1.0
    return {each.id: sum(compress(weights, each.matches)) / total for each in scored}


def _weight(part: QueryTerm, among: int) -> float:
    """How much it counts that a project says it."""
    said_in = max((interpretation.projects for interpretation in part.interpretations), default=0)
    return rarity(said_in, among) if said_in or part.names else 0.0


def _saying_what_is_named(found: list[ScoredHit], parts: Sequence[QueryTerm], among: int) -> list[ScoredHit]:
    """Those that say most of a sentence's nouns, when no project has some of them: 犬の登録 is about 犬.

    Most by number, or by how rare they are. A long sentence has enough to be told by without them.
    """
    nouns = [part.names for part in parts]
    if sum(nouns) > TUNING.partial.topics or all(part.projects for part in compress(parts, nouns)):
        return found
    weights = [rarity(part.projects, among) for part in compress(parts, nouns)]
    said = [[bool(fields) for fields in compress(each.matches, nouns)] for each in found]
    return [
        each
        for each, says in zip(found, said, strict=True)
        if 2 * sum(says) > len(says) or 2 * sum(compress(weights, says)) > sum(weights)
    ]
