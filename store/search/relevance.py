"""How near projects are to what was typed, by words and by meaning together; and what near enough is.

A project's nearness is a weighted sum of three figures, fitted on development queries (docs/benchmarks.md):

    cosine of the meanings  +  cover * how well its words cover those typed  +  share * those it says

Of a word that a project says all is covered; of another one, the cosine of the nearest word of the
project. Words are weighed by their rarity in the list, a word that no project has being the rarest: so a
project that says what is left over of a query, and not what it is about, is not near to it.

No fixed nearness carries from list to list. Near enough is nearer than most of several hundred topics of
all kinds that the list does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from store.database import Database
from store.index.meaning import Vector, word_vectors
from store.index.snapshot import Memo
from store.index.tokens import Text
from store.index.tuning import TUNING
from store.search.expansion import QueryTerm
from store.search.meaning import is_understood
from store.search.minimum_should_match import idf
from store.search.ranking import Ranking
from store.text.morphology import units

_TUNED = TUNING.relevance


class AskedWord(NamedTuple):
    """A word typed: how it stands in a text, its weight among those typed, its direction (None: unknown)."""

    patterns: tuple[str, ...]
    weight: float
    vector: Vector | None


class Near(NamedTuple):
    """A project with its nearness, and the share (0 to 1, by rarity) of the words typed that it says."""

    id: int
    score: float
    share: float


class Nearness:
    """The projects near to a query, the nearest first."""

    def __init__(self, db: Database, text: str, found: Sequence[Near], *, is_narrowed: bool) -> None:
        self._db, self._text, self.found, self._is_narrowed = db, text, found, is_narrowed
        self._percentile: float | None = None

    @property
    def percentile(self) -> float:
        """Of how many in 100 topics that the list does not have the best project is less near."""
        if self._percentile is None:
            self._percentile = _percentile(self._db, self.found[0].score) if self.found else 0.0
        return self._percentile

    def is_answer(self, ranking: Ranking) -> bool:
        """Whether the first of a ranking by words is what is meant: by meaning, too, and surely."""
        if not ranking.scored:
            return False
        if self._is_narrowed or not self.found:
            return True
        first = self.found[0]
        says_most = first.share >= _TUNED.said and self.percentile >= _TUNED.answered_if_said
        return first.id == ranking.scored[0].id and (says_most or self.percentile >= _TUNED.answered_from)

    def offered(self) -> list[int]:
        """Row ids of the few projects near enough to be offered; a text that nobody understands has none."""
        if not self.found or self.percentile < _TUNED.offered_from or not is_understood(self._text):
            return []
        least = _TUNED.beside * self.found[0].score
        return [each.id for each in self.found[: _TUNED.offered] if each.score >= least]


class _Topics(Memo[str, Vector]):
    """How near the list's best project stands to topics of all kinds that it does not have."""


def nearness(
    db: Database,
    text: str,
    parts: Iterable[QueryTerm],
    others: Sequence[int] = (),
    *,
    is_narrowed: bool = False,
) -> Nearness:
    """What is near to a query; `others` are projects that say some of it, `parts` its words.

    A query that is narrowed (a filter, a phrase, an exclusion) asks for what is said, and for nothing near.
    """
    words, direction = _asked_words(db, text, parts), word_vectors().of_text(text)
    if direction is None or not words or is_narrowed or not db.snapshot.project_count:
        return Nearness(db, text, (), is_narrowed=is_narrowed)
    return Nearness(db, text, _nearest(db, direction, words, others, _TUNED.looked_at), is_narrowed=False)


def _asked_words(db: Database, text: str, parts: Iterable[QueryTerm]) -> list[AskedWord]:
    """The words of a query, each weighed by its rarity; one that is no noun says how, and not what.

    A suffix is one word with what it stands behind: 認知 alone is not 認知症.
    """
    vectors, among = word_vectors(), db.snapshot.project_count
    behind = set(pairwise(_words_and_suffixes(text)))
    found: list[AskedWord] = []
    last: QueryTerm | None = None
    for part in parts:
        if last is not None and (last.text, f"-{part.text}") in behind:
            pair = f"{last.text} {part.text}"
            said = db.snapshot.bigrams.known([pair]).get(last.text, {}).get(part.text)
            weight = idf(min(said[0], among) if said else 0, among)
            found[-1] = AskedWord((f" {pair} ",), weight, vectors.of_words([last.text, part.text]))
        else:
            weight = idf(min(part.projects, among), among)
            patterns = (pattern for way in part.interpretations for pattern, _ in way.patterns)
            found.append(
                AskedWord(
                    tuple(dict.fromkeys(patterns)),
                    weight * (1.0 if part.names else TUNING.reranking.no_noun),
                    vectors.of_words([part.text]),
                )
            )
        last = part
    return found


def _words_and_suffixes(text: str) -> Iterator[str]:
    """The words of a text in the form of the index, a hyphen before a suffix."""
    for unit in units(text):
        for word in unit.words:
            yield f"-{word.text}" if word.kind == "接尾辞" else word.text


def _nearest(
    db: Database, asked: Vector, words: Sequence[AskedWord], others: Sequence[int], most: int
) -> list[Near]:
    """The projects nearest in meaning, `most` of them, and `others`, in the order of their nearness."""
    known = db.snapshot.vectors
    cosines = known.cosines(asked)
    count = min(most, len(cosines))
    rows = {int(row) for row in np.argpartition(-cosines, count - 1)[:count]}
    rows |= {int(row) for row in np.searchsorted(known.ids, others)}
    texts = db.snapshot.texts.read([int(known.ids[row]) for row in rows])
    total = sum(word.weight for word in words) or 1.0
    found = []
    for row in rows:
        project_id = int(known.ids[row])
        if (text := texts.get(project_id)) is not None:
            said, covered = _said(words, text)
            score = float(cosines[row]) + (_TUNED.cover * covered + _TUNED.share * said) / total
            found.append(Near(project_id, score, said / total))
    return sorted(found, key=lambda each: (-each.score, -each.id))


def _said(words: Sequence[AskedWord], text: Text) -> tuple[float, float]:
    """The weight of the words typed that a text says, and of all of them as far as its words cover them."""
    said = [any(pattern in text.whole for pattern in word.patterns) for word in words]
    weight = sum(word.weight for word, is_said in zip(words, said, strict=True) if is_said)
    vectors = [
        (word.weight, word.vector)
        for word, is_said in zip(words, said, strict=True)
        if not is_said and word.vector is not None
    ]
    own = word_vectors().directions(dict.fromkeys(text.whole.split())) if vectors else ()
    if not len(own):
        return weight, weight
    best = (own @ np.asarray([vector for _, vector in vectors]).T).max(axis=0)
    return weight, weight + sum(each * float(near) for (each, _), near in zip(vectors, best, strict=True))


def _percentile(db: Database, score: float) -> float:
    memo = db.snapshot.memo(_Topics)
    scores = memo.get("scores")
    if scores is None:
        scores = memo.keep("scores", _topic_scores(db))
    return 100 * float(np.searchsorted(scores, score)) / len(scores)


def _topic_scores(db: Database) -> Vector:
    """How near the list stands to compounds of which it lacks a word; in order."""
    vectors, among = word_vectors(), db.snapshot.project_count
    counts = db.snapshot.lexicon.counts
    scores = []
    for topic in vectors.sample(_TUNED.topics if among < _TUNED.many else _TUNED.topics_of_many):
        asked = vectors.of_words([topic])
        said = {word: min(counts.get(word, 0), among) for word in topic.split()}
        if asked is not None and not all(said.values()):
            words = [
                AskedWord((f" {word} ",), idf(times, among), vectors.of_words([word]))
                for word, times in said.items()
            ]
            scores.append(_nearest(db, asked, words, (), _TUNED.looked_at_of_topic)[0].score)
    return np.sort(np.asarray(scores or [0.0], np.float32))
