"""When no project says all of it as typed: most of its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress

from sqlite_utils import Database

from store import projects
from store.index.generations import cached
from store.records import MatchType
from store.search import best_match, hits
from store.search.analysis import Asked
from store.search.hits import Ranking
from store.search.ranking import Judged, rarity
from store.search.terms import Clause
from store.text.kana import has_kanji, is_kana, is_latin

ENOUGH = 0.4  # share of what was asked, by rarity, that a project must say to answer at all
MANY = 7  # words of a compound, of which most will do
LONG = 3  # words, beyond which a share as large is too much to expect
FEW = 5  # nouns of a sentence, each of which may be what it is about
JUDGED = 60


def most_of(db: Database, asked: Asked, *, of_compound: bool = False) -> Ranking | None:
    """Projects that say most of what was asked, by rarity: of several words or of a sentence.

    `of_compound`: of a long term without particles, which must not hide that it is only misspelled.
    """
    lone = len(asked.wanted) == 1 and not asked.is_question
    if lone and not (of_compound and len(asked.wanted[0].words) >= MANY):
        return None
    by_sound = is_latin(asked.text) or is_kana("".join(asked.text.split()))
    if asked.query.phrases or (by_sound and not all(map(_is_said, asked.wanted))):
        return None  # letters that the dictionary makes nothing of: half of them says nothing
    words = best_match.word_by_word(asked.wanted)
    sentence = lone or asked.is_question or (of_compound and len(words) >= MANY)
    parts = words if sentence else list(asked.wanted)
    among = cached(db, "count", projects.count)
    telling = best_match.telling(parts, among, sentence=sentence)
    if not telling:
        return None
    nearest = best_match.nearest(db, asked, parts, telling)
    judged = hits.judged(db, parts, nearest)
    order = {each.id: each.score for each in nearest}
    share = _shares(judged, parts, among)
    enough = [each for each in judged if share[each.id] >= ENOUGH * min(1, LONG / len(parts))]
    if sentence and has_kanji(asked.text):
        enough = _saying_what_is_named(enough, parts, among)
    best = sorted(enough, key=lambda each: -order[each.id])
    return Ranking(tuple(parts), tuple(each._replace(score=order[each.id]) for each in best), len(best))


def with_the_nearest(db: Database, asked: Asked, found: Ranking | None) -> Ranking | None:
    """`found`, or all that is near a long sentence too, when it is said word for word but in no name.

    Records share sentences: those that do must not hide the project that words it a little otherwise.
    """
    if not found or not found.total or not asked.is_question:
        return found
    if any("name" in said for each in found.judged for said in each.said):
        return found
    if len(best_match.word_by_word(asked.wanted)) <= LONG:
        return found
    nearest = most_of(db, asked)
    return nearest if nearest and nearest.total > found.total else found


def _is_said(clause: Clause) -> bool:
    """Whether some project says the very word."""
    return bool(clause.senses) and clause.senses[0].match_type is MatchType.EXACT


def _shares(judged: Iterable[Judged], parts: Sequence[Clause], among: int) -> dict[int, float]:
    """How much of what was asked each says; an unknown word counts only when it names something."""
    weights = [_weight(part, among) for part in parts]
    total = sum(weights) or 1.0
    return {each.id: sum(compress(weights, each.said)) / total for each in judged}


def _weight(part: Clause, among: int) -> float:
    """How much it counts that a project says it."""
    said_in = max((sense.projects for sense in part.senses), default=0)
    return rarity(said_in, among) if said_in or part.names else 0.0


def _saying_what_is_named(found: list[Judged], parts: Sequence[Clause], among: int) -> list[Judged]:
    """Those that say most of a sentence's nouns, when no project has some of them: 犬の登録 is about 犬.

    Most by number, or by how rare they are. A long sentence has enough to be told by without them.
    """
    nouns = [part.names for part in parts]
    if sum(nouns) > FEW or all(part.projects for part in compress(parts, nouns)):
        return found
    weights = [rarity(part.projects, among) for part in compress(parts, nouns)]
    said = [[bool(fields) for fields in compress(each.said, nouns)] for each in found]
    return [
        each
        for each, says in zip(found, said, strict=True)
        if 2 * sum(says) > len(says) or 2 * sum(compress(weights, says)) > sum(weights)
    ]
