"""Where a question's words stand in a record: by wording, normal form or synonym."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

from bot.answers.sentences import Sentence, split
from store.catalog import squash
from store.display import display
from store.japanese import Word, words
from store.records import Project

TEXT_FIELDS = ("outcome", "overview", "purpose")  # where sentences stand, the most telling first


class Bag:
    """What a text holds: its letters, its words in normal form and their synonym groups.

    Words are cut only when the letters did not settle it: that is a hundred times slower.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.letters = squash(text)[0]

    @cached_property
    def words(self) -> frozenset[str]:
        """Words in normal form."""
        return frozenset(word.text for word in self._found)

    @cached_property
    def groups(self) -> frozenset[int]:
        """Synonym groups of the words."""
        return frozenset(group for word in self._found for group in word.groups)

    @cached_property
    def _found(self) -> tuple[Word, ...]:
        return tuple(words(self._text))

    def spells(self, term: str) -> bool:
        """Whether the text has a term letter for letter, punctuation aside."""
        return squash(term)[0] in self.letters

    def holds(self, term: str) -> bool:
        """Whether the text has a term: as it is, or every word of it in another spelling or a synonym."""
        if self.spells(term):
            return True
        found = words(term)
        return bool(found) and all(
            word.text in self.words or not self.groups.isdisjoint(word.groups) for word in found
        )


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
