"""Where a question's words stand in a record: by wording, normal form or synonym."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

from bot.answers.sentences import Sentence, split
from store.catalog import squash
from store.display import display
from store.japanese import Word, words
from store.records import Project

NEAR = 4  # words within which the parts of a compound stand in a record that has it
TEXT_FIELDS = ("outcome", "overview", "purpose")  # where sentences stand, the most telling first


class Bag:
    """What a text holds: its letters, and its words in normal form with their synonym groups, in order.

    Words are cut only when the letters did not settle it: that is a hundred times slower.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.letters = squash(text)[0]

    @cached_property
    def _words(self) -> tuple[Word, ...]:
        return tuple(words(self._text))

    def spells(self, term: str) -> bool:
        """Whether the text has a term letter for letter, punctuation aside."""
        return squash(term)[0] in self.letters

    def holds(self, term: str) -> bool:
        """Whether the text has a term: as it is, or its words near each other in another spelling."""
        if self.spells(term):
            return True
        places = [self._places(word) for word in words(term)]
        return bool(places) and all(places) and _are_near(places)

    def _places(self, word: Word) -> list[int]:
        return [
            place
            for place, other in enumerate(self._words)
            if other.text == word.text or not set(other.groups).isdisjoint(word.groups)
        ]


def _are_near(places: Sequence[Sequence[int]]) -> bool:
    """Whether one place of each word lies within `NEAR` words of the first's."""
    return any(all(any(abs(at - first) <= NEAR for at in others) for others in places) for first in places[0])


@lru_cache(maxsize=16_384)
def bag(text: str) -> Bag:
    """The bag of a text."""
    return Bag(text)


def holds(project: Project, term: str) -> bool:
    """Whether any field of a project has a term."""
    return any(bag(display(text)).holds(term) for text in texts(project))


def name_share(project: Project, terms: Sequence[str]) -> float:
    """The share of `terms` that a project's name holds, 0 to 1."""
    name = bag(display(project.name))
    return sum(name.holds(term) for term in terms) / len(terms) if terms else 0.0


def texts(project: Project) -> tuple[str, ...]:
    """Every text of a project that a question may speak of."""
    return (
        project.name, project.overview, project.outcome, project.purpose, project.section,
        project.section_canonical, project.department, project.organization,
    )  # fmt: skip


def sentences(project: Project, fields: Sequence[str] = TEXT_FIELDS) -> tuple[tuple[str, Sentence], ...]:
    """Every sentence of a project with its field, the first fields first."""
    return tuple((field, sentence) for field in fields for sentence in split(getattr(project, field)))
