"""Which projects are near to a query in meaning, and whether they are near enough to be offered.

No fixed cosine carries from list to list. How near the best project stands is judged by three figures:
its cosine, how far the sixth is behind it, and how well its own words cover each telling word of the
query. They are weighed as fitted on queries made of texts withheld from lists (docs/benchmarks.md). What
is near enough is decided per list: few of several hundred topics of all kinds, which the list does not
have, may seem as near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from store.database import Database
from store.index.vectors import Telling, Vector, word_vectors
from store.index.version import Memo
from store.search import passages
from store.search.passages import Passage, RankedPassage
from store.search.ranking import ScoredHit
from store.search.tuning import TUNING
from store.text.kana import is_kana, katakana


@dataclass(frozen=True, slots=True)
class Nearness:
    """Row ids of projects, the nearest in meaning first, their cosines, and how near the best is."""

    ids: tuple[int, ...]
    cosines: tuple[float, ...]
    score: float


class _Topics(Memo[str, Vector]):
    """How near the list's best project stands to topics of all kinds that it does not have."""


def nearness(db: Database, text: str, *, most: int = 10) -> Nearness | None:
    """The `most` projects nearest to a text; None when no word of it is known or there are no projects."""
    vectors = word_vectors()
    asked = vectors.of_text(text)
    if asked is None or not db.snapshot.project_count:
        return None
    return _nearness(db, asked, list(vectors.words_of(text)), most)


def is_near(db: Database, found: Nearness, percentile: float) -> bool:
    """Whether the best project stands nearer to the query than that percentile of absent topics does."""
    return found.score > float(np.percentile(_background(db), percentile))


def _nearness(db: Database, asked: Vector, words: Sequence[Telling], most: int) -> Nearness:
    known = db.snapshot.vectors
    cosines = known.cosines(asked)
    count = min(max(most, TUNING.meaning.lead_over + 1), len(cosines))
    best = np.argpartition(-cosines, count - 1)[:count]
    best = best[np.argsort(-cosines[best], kind="stable")]
    lead = float(
        cosines[best[0]]
        - cosines[best[-1 if count <= TUNING.meaning.lead_over else TUNING.meaning.lead_over]]
    )
    covered = cover(db, int(known.ids[best[0]]), words)
    score = (
        TUNING.meaning.of_cosine * float(cosines[best[0]])
        + TUNING.meaning.of_lead * lead
        + TUNING.meaning.of_cover * covered
    )
    return Nearness(tuple(map(int, known.ids[best[:most]])), tuple(map(float, cosines[best[:most]])), score)


def cover(db: Database, project_id: int, words: Sequence[Telling]) -> float:
    """The weighted mean, 0 to 1, of how near a word of the project is to each telling word of the query."""
    text = db.snapshot.texts.read([project_id]).get(project_id)
    if text is None or not words:
        return 0.0
    own = word_vectors().directions(dict.fromkeys(text.whole.split()))
    most = TUNING.meaning.common * db.snapshot.project_count
    counts = db.snapshot.lexicon.counts({word for each in words for word in each.word.split()})
    telling = [each for each in words if min(counts.get(w, 0) for w in each.word.split()) <= most] or words
    covered = [0.0 if each.vector is None or not len(own) else _best(own, each.vector) for each in telling]
    weights = [1.0 if each.vector is None else each.weight for each in telling]
    return float(np.average(covered, weights=weights))


def _best(own: Vector, word: Vector) -> float:
    return float((own @ word).max())


def _background(db: Database) -> Vector:
    memo = db.snapshot.memo(_Topics)
    scores = memo.get("scores")
    return memo.keep("scores", _topic_scores(db)) if scores is None else scores


def _topic_scores(db: Database) -> Vector:
    """How near the list stands to compounds of which it lacks a word."""
    vectors = word_vectors()
    most = (
        TUNING.meaning.topics
        if db.snapshot.project_count < TUNING.meaning.many
        else TUNING.meaning.topics_of_many
    )
    scores = []
    for topic in vectors.sample(most):
        counts = db.snapshot.lexicon.counts(topic.split())
        asked = vectors.of_words([topic])
        if asked is not None and not all(counts.get(word) for word in topic.split()):
            scores.append(_nearness(db, asked, [Telling(topic, asked, 1.0)], 1).score)
    return np.asarray(scores or [0.0], np.float32)


def sentences_near(db: Database, question: str) -> list[RankedPassage]:
    """The best sentence of each of the projects nearest in meaning, the likeliest first."""
    found = nearness(db, question, most=TUNING.meaning.looked_at)
    by_id = db.snapshot.projects(found.ids) if found else {}
    near = [by_id[each] for each in found.ids if each in by_id] if found else []
    return passages.by_project(passages.rank(question, passages.of_projects(db, near)))


def offered(db: Database, text: str) -> list[Passage]:
    """The sentence nearest to a text of each of the few projects that are near enough to be offered.

    A text of which not most words are known, but for characters, is near to nothing.
    """
    if not _is_understood(text):
        return []
    found = nearness(db, text, most=TUNING.meaning.offered)
    if found is None or not is_near(db, found, TUNING.meaning.offered_from):
        return []
    least = TUNING.meaning.beside * found.cosines[0]
    ids = [each for each, cosine in zip(found.ids, found.cosines, strict=True) if cosine >= least]
    by_id = db.snapshot.projects(ids)
    near = passages.of_projects(db, [by_id[each] for each in ids if each in by_id])
    best = passages.by_project(passages.rank(text, near))
    return sorted((each.passage for each in best), key=lambda each: ids.index(each.project.id))


def _is_understood(text: str) -> bool:
    """Whether most words of a text are known; kana alone must be one word, for any kana make several."""
    vectors = word_vectors()
    known = [vectors.knows(each.word) for each in vectors.words_of(text)]
    return known == [True] if is_kana(katakana(text)) else 2 * sum(known) > len(known)


def reranked(db: Database, text: str, scored: Sequence[ScoredHit]) -> list[ScoredHit]:
    """Hits that words found in an order that their meaning has a small say in; only the first few move."""
    asked = word_vectors().of_text(text)
    some = scored[: TUNING.meaning.reranked]
    if asked is None or len(some) < 2:
        return list(scored)
    cosines = db.snapshot.vectors.cosines(asked)
    rows = np.searchsorted(db.snapshot.vectors.ids, [each.id for each in some])
    spread = float(cosines.std()) or 1.0
    added = TUNING.meaning.share * (cosines[rows] - float(cosines.mean())) / spread
    moved = [each._replace(score=each.score + float(more)) for each, more in zip(some, added, strict=True)]
    return [*sorted(moved, key=lambda each: -each.score), *scored[len(some) :]]
