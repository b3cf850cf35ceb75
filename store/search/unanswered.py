"""Words that were asked for and no record has, each with what the records may call it, to be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from store import projects
from store.database import Database
from store.index.meaning import Vector, word_vectors
from store.index.synonyms import SHORTEST, Suggested
from store.index.tuning import TUNING
from store.records import Project
from store.search import meaning, relevance
from store.search.expansion import expand
from store.search.minimum_should_match import word_by_word
from store.text.asking import subject_of
from store.text.display import display
from store.text.morphology import Unit, units

Confirmed = Mapping[str, Mapping[tuple[int, str], int]]  # what was typed -> the projects meant -> by how many


def suggest(
    db: Database, questions: Iterable[str], confirmed: Confirmed | None = None, *, most: int = 100
) -> list[Suggested]:
    """Synonyms that the records bear out, for words in `questions` that none of them has; most asked first.

    Before them what people have `confirmed`: that they meant a project which does not have their words. A
    word is left out where no project is near to it in meaning. Inside `db.reading()`.
    """
    asked = Counter(word for question in questions for word in dict.fromkeys(_nouns(question)))
    sure = confirmed or {}
    words = [*sure, *(word for word, _ in asked.most_common() if word not in sure)]
    unsaid = [word for word in words if _is_unsaid_word(db, word)]
    found = (_nearest(db, word, asked[word], sure.get(word, {})) for word in unsaid)
    return [each for each in found if each][:most]


def _is_unsaid_word(db: Database, word: str) -> bool:
    term = expand(db, word)
    return not term.interpretations and not term.sentence


def _nouns(question: str) -> Iterator[str]:
    """The compounds of a question, without the words that ask."""
    subject = subject_of(question)
    for compound in _compounds(subject.text if subject else question):
        text = "".join(map(_surface, compound))
        if len(text) >= SHORTEST and any(word.noun for unit in compound for word in unit.words):
            yield text


def _compounds(text: str) -> Iterator[Sequence[Unit]]:
    """The stretches of dictionary words of meaning that stand side by side."""
    for has_meaning, stretch in groupby(units(text), key=lambda unit: bool(unit.phrase)):
        if has_meaning:
            yield list(stretch)


def _nearest(db: Database, word: str, asked: int, meant: Mapping[tuple[int, str], int]) -> Suggested | None:
    near = _ids(db, meant) or relevance.nearness(db, word, word_by_word([expand(db, word)])).offered()
    direction = word_vectors().of_text(word)
    if not near or direction is None:
        return None
    likeness, synonym, best = max(
        (
            (likeness, synonym, each)
            for each in meaning.sentences_of(db, word, near)
            for likeness, synonym in _likenesses(each.project, each.text, direction)
            if synonym not in word  # 調査 is no other word for 人口動態調査
        ),
        key=lambda each: each[0],
        default=(0.0, "", None),
    )
    if best is None or (likeness < TUNING.meaning.proposed_from and not meant):
        return None
    project = f"{best.project.number} {display(best.project.name)}"
    return Suggested(word, synonym, project, best.text, asked, meant.get(best.project.key, 0))


def _ids(db: Database, keys: Iterable[tuple[int, str]]) -> list[int]:
    found = (projects.get(db, *key) for key in keys)
    return [project.id for project in found if project]


def _likenesses(project: Project, sentence: str, direction: Vector) -> Iterator[tuple[float, str]]:
    """How near each compound of a project's name and of the sentence is to a word."""
    vectors = word_vectors()
    for text in (display(project.name), sentence):
        for compound in _compounds(text):
            for start in range(len(compound)):
                for end in range(start + 1, min(start + TUNING.meaning.proposed_words, len(compound)) + 1):
                    part = compound[start:end]
                    words = "".join(map(_surface, part))
                    of_part = vectors.of_units(part)
                    if of_part is not None and len(words) >= SHORTEST:
                        yield float(direction @ of_part), words


def _surface(unit: Unit) -> str:
    return "".join(word.surface for word in unit.words)
