"""Sentences of records ranked by what a question says, and hits in an order that meaning has a say in.

Sentences are ranked by what a question says as a whole, no question words are known here. One part of the
score are the question's pairs and triples of letters that occur in the sentence or its heading (the project's
name and section), each weighed by its rarity among the sentences; the other is how near the two are in
meaning. The score does not say whether a sentence *answers*.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from store.database import Database
from store.index.meaning import TEXTS, Vector, unpacked, word_vectors
from store.index.tuning import TUNING
from store.records import Project
from store.search.ranking import ScoredHit
from store.text.display import Sentence, display, split
from store.text.morphology import units
from store.text.normalize import alnum_key, is_kana, katakana

_HIRAGANA = re.compile("[ぁ-ゖー]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of one field of a project's record; `key` are the letters of it and of its heading.

    `vector` and `name` are what the sentence and the project's name mean.
    """

    project: Project
    field: str
    sentence: Sentence
    key: str = dataclasses.field(default="", compare=False, repr=False)
    vector: Vector | None = dataclasses.field(default=None, compare=False, repr=False)
    name: Vector | None = dataclasses.field(default=None, compare=False, repr=False)

    @property
    def text(self) -> str:
        """The sentence, verbatim but for markup."""
        return self.sentence.text


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage with its score; `letters` (0 to 1) and `meaning` (a cosine) are what the score is made of."""

    passage: Passage
    score: float
    letters: float
    meaning: float


def passages_of(db: Database, projects: Iterable[Project]) -> list[Passage]:
    """Every sentence of these projects, ready to be ranked. Inside `db.reading()`."""
    every = list(projects)
    stored = db.snapshot.sentence_vectors([project.id for project in every])
    return [passage for project in every for passage in _of_project(project, stored.get(project.id))]


def rank_passages(question: str, found: Sequence[Passage]) -> list[RankedPassage]:
    """The passages, the likeliest to speak of what is asked first."""
    rarities = [_rarities(letter_grams(question, size), found) for size in (2, 3)]
    asked = word_vectors().of_text(question)
    return sorted((_ranked(each, rarities, asked) for each in found), key=lambda each: -each.score)


def best_by_project(ranked: Sequence[RankedPassage]) -> list[RankedPassage]:
    """The best passage of each project, in order."""
    first: dict[tuple[int, str], RankedPassage] = {}
    for each in ranked:
        first.setdefault(each.passage.project.key, each)
    return list(first.values())


def _of_project(project: Project, stored: tuple[bytes, bytes] | None) -> Iterator[Passage]:
    heading = alnum_key(f"{display(project.name)}{project.section}")
    sentences = [(name, sentence) for name in TEXTS for sentence in split(getattr(project, name))]
    name, vectors = _vectors(project, [sentence.text for _, sentence in sentences], stored)
    for (of_field, sentence), vector in zip(sentences, vectors, strict=True):
        yield Passage(project, of_field, sentence, f"{alnum_key(sentence.text)}\n{heading}", vector, name)


def _vectors(
    project: Project, texts: Sequence[str], stored: tuple[bytes, bytes] | None
) -> tuple[Vector | None, Sequence[Vector | None]]:
    if stored:
        name, sentences = map(unpacked, stored)
        if len(sentences) == len(texts):
            return name[0], list(sentences)
    vectors = word_vectors()  # of a database made before vectors were stored
    return vectors.of_text(display(project.name)), [vectors.of_text(text) for text in texts]


def _ranked(
    passage: Passage, rarities: Sequence[tuple[dict[str, float], float]], asked: Vector | None
) -> RankedPassage:
    tuned = TUNING.passages
    two, three = (_share(weights, whole, passage.key) for weights, whole in rarities)
    near = tuned.of_sentence * _cosine(asked, passage.vector) + tuned.of_name * _cosine(asked, passage.name)
    score = tuned.bigrams * two + tuned.trigrams * three + tuned.meaning * near
    return RankedPassage(passage, score, (two + three) / 2, near)


def letter_grams(text: str, size: int) -> set[str]:
    """Runs of `size` letters, those of hiragana alone left out: they hold sentences together."""
    letters = alnum_key(text)
    runs = {letters[at : at + size] for at in range(len(letters) - size + 1)}
    return {run for run in runs if not _HIRAGANA.fullmatch(run)}


def _rarities(grams: Iterable[str], found: Sequence[Passage]) -> tuple[dict[str, float], float]:
    """How much each run tells, the more the fewer passages have it; and how much all of them do."""
    keys = [passage.key for passage in found]
    weights = {gram: math.log1p(len(keys) / (sum([gram in key for key in keys]) + 0.5)) for gram in grams}
    return weights, sum(weights.values())


def _share(weights: dict[str, float], whole: float, key: str) -> float:
    return sum([weight for gram, weight in weights.items() if gram in key]) / whole if whole else 0.0


def _cosine(one: Vector | None, other: Vector | None) -> float:
    return 0.0 if one is None or other is None else float(one @ other)


def sentences_of(db: Database, text: str, ids: Sequence[int]) -> list[Passage]:
    """The sentence nearest to a text of each of these projects, in their order."""
    by_id = db.snapshot.projects(ids)
    near = passages_of(db, [by_id[each] for each in ids if each in by_id])
    best = best_by_project(rank_passages(text, near))
    return sorted((each.passage for each in best), key=lambda each: ids.index(each.project.id))


def is_understood(text: str) -> bool:
    """Whether most words of a text are known, a lone kanji by half; kana alone must be one whole word.

    Any kana make several words, and any kanji stand for something.
    """
    vectors = word_vectors()
    words = list(vectors.words_of(text))
    known = sum([min(len(each.word), 2) / 2 for each in words if vectors.knows(each.word)])
    return known == len(list(units(text))) == 1 if is_kana(katakana(text)) else 2 * known > len(words)


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
