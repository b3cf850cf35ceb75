"""Sentences of records ranked by what a question says as a whole: its letters and its meaning.

No question words are known here: each sentence is scored against the question as it was typed. One part of
the score are the question's character bigrams and trigrams that occur in the sentence or its heading (the
project's name and section), each weighed by its rarity among the sentences; the other is how near the two
are in meaning. The right sentence is among the first three nine times in ten (docs/benchmarks.md), but the
score does not say whether it *answers*.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from store.index.vectors import Vector
from store.records import Project
from store.text.display import display
from store.text.normalize import alnum_key
from store.text.sentences import Sentence, split

BIGRAMS, TRIGRAMS, MEANING = 0.5, 0.5, 0.6  # what each part of the score counts for
OF_SENTENCE, OF_NAME = 0.7, 0.3  # of the meaning: the sentence's, and that of the project's name
TEXT_FIELDS = ("outcome", "overview", "purpose")  # where sentences stand

_HIRAGANA = re.compile("[ぁ-ゖー]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of one field of a project's record."""

    project: Project
    field: str
    sentence: Sentence

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


Meaning = Callable[[str], Vector | None]


def passages(project: Project, fields: Sequence[str] = TEXT_FIELDS) -> list[Passage]:
    """Every sentence of a project, field by field."""
    return [
        Passage(project, field, sentence) for field in fields for sentence in split(getattr(project, field))
    ]


def rank(question: str, found: Iterable[Passage], meaning: Meaning) -> list[RankedPassage]:
    """The passages, the likeliest to speak of what is asked first; `meaning` gives a text's vector."""
    every = list(found)
    grams = _grams(question, 2), _grams(question, 3)
    texts = [alnum_key(f"{each.text}{display(each.project.name)}{each.project.section}") for each in every]
    weights = [_rarity(of_size, texts) for of_size in grams]
    asked = meaning(question)
    ranked: list[RankedPassage] = []
    place = 0
    for _, of_project in groupby(every, key=lambda each: each.project.id):
        some = list(of_project)
        name = _cosine(asked, meaning(display(some[0].project.name)))
        for each in some:
            letters = [_share(rarities, texts[place]) for rarities in weights]
            near = OF_SENTENCE * _cosine(asked, meaning(each.text)) + OF_NAME * name
            score = BIGRAMS * letters[0] + TRIGRAMS * letters[1] + MEANING * near
            ranked.append(RankedPassage(each, score, (letters[0] + letters[1]) / 2, near))
            place += 1
    return sorted(ranked, key=lambda each: -each.score)


def by_project(ranked: Sequence[RankedPassage]) -> list[RankedPassage]:
    """The best passage of each project, in order."""
    first: dict[tuple[int, str], RankedPassage] = {}
    for each in ranked:
        first.setdefault(each.passage.project.key, each)
    return list(first.values())


def _grams(text: str, size: int) -> set[str]:
    """Runs of `size` letters, those of hiragana alone left out: they hold sentences together."""
    letters = alnum_key(text)
    runs = {letters[at : at + size] for at in range(len(letters) - size + 1)}
    return {run for run in runs if not _HIRAGANA.fullmatch(run)}


def _rarity(grams: Iterable[str], texts: Sequence[str]) -> dict[str, float]:
    """How much each run tells: the fewer texts have it, the more."""
    among = len(texts)
    return {gram: math.log1p(among / (sum(gram in text for text in texts) + 0.5)) for gram in grams}


def _share(rarities: dict[str, float], text: str) -> float:
    whole = sum(rarities.values())
    return sum(weight for gram, weight in rarities.items() if gram in text) / whole if whole else 0.0


def _cosine(one: Vector | None, other: Vector | None) -> float:
    return 0.0 if one is None or other is None else float(one @ other)
