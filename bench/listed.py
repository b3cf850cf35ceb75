"""A loaded list as the generators see it: numbers, names, how names sound, and everything that is said."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bench import spelling
from store.records import FIELDS, Project
from store.text.display import display


@dataclass(frozen=True)
class Listed:
    """Projects in step: `names` as shown (NFKC), `texts` whole and folded (NFKC, lower case)."""

    numbers: tuple[str, ...]
    names: tuple[str, ...]
    texts: tuple[str, ...]

    @cached_property
    def sounds(self) -> tuple[str, ...]:
        """The names in katakana."""
        return tuple(map(spelling.katakana, self.names))

    @cached_property
    def text(self) -> str:
        """Every record, one after the other."""
        return "\n".join(self.texts)

    def says(self, word: str) -> bool:
        """Whether any record holds `word`, in whatever width and case."""
        return fold(word) in self.text

    def named(self, name: str) -> tuple[str, ...]:
        """Numbers of the projects with exactly this name."""
        return self._by_name[name]

    def sounding(self, sound: str) -> tuple[str, ...]:
        """Numbers of the projects whose whole name is said so."""
        return self._by_sound[sound]

    def with_word(self, word: str) -> tuple[str, ...]:
        """Numbers of the projects whose name holds `word`."""
        return self._where(self.names, lambda name: word in name)

    def with_sound(self, sound: str) -> tuple[str, ...]:
        """Numbers of the projects whose name, said aloud, holds `sound`."""
        return self._where(self.sounds, lambda said: sound in said)

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        return _grouped(self.names, self.numbers)

    @cached_property
    def _by_sound(self) -> dict[str, tuple[str, ...]]:
        return _grouped(self.sounds, self.numbers)

    def _where(self, column: Sequence[str], holds: Callable[[str], bool]) -> tuple[str, ...]:
        return tuple(number for number, value in zip(self.numbers, column, strict=True) if holds(value))


def listed(projects: Sequence[Project]) -> Listed:
    """What the generators need of these projects."""
    return Listed(
        tuple(project.number for project in projects),
        tuple(unicodedata.normalize("NFKC", display(project.name)) for project in projects),
        tuple(fold("\n".join(_fields(project))) for project in projects),
    )


def fold(text: str) -> str:
    """`text` without differences of width and case."""
    return unicodedata.normalize("NFKC", text).casefold()


def _grouped(keys: Iterable[str], numbers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for key, number in zip(keys, numbers, strict=True):
        groups[key] = (*groups.get(key, ()), number)
    return groups


def _fields(project: Project) -> Iterator[str]:
    yield from (display(getattr(project, field)) for field in (*FIELDS, "department", "section_canonical"))
    yield from (display(text) for text in project.extra.values())
