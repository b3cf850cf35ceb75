"""A project as the index holds it: its words by field, their neighbouring pairs, and where it belongs. Pure.

A field is indexed as its words and then its pairs (Lucene: shingles). "学校 教育 推進" is looked for as
学校+教育 followed by 教育+推進, whose lists are short, instead of by three long lists of places. The year,
section and body of a project are words of the index too, so that a rare section and a common word are found
together without looking at every project that has the word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

JOINED = "\ue000"  # between the words of a pair: private use, stands in no text


class Text(NamedTuple):
    """The words of FIELDS with a space around each; `whole` is all of them, a line each."""

    whole: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokenSet:
    """The phrases that may stand at one place of an interpretation; how many projects have any, at most.

    The phrase '' means that nothing need stand there. `typed` is the word that the phrases stand for, where
    they are other words.
    """

    phrases: tuple[str, ...]
    projects: int
    noun: bool = True
    typed: str = field(default="", compare=False)


NOTHING = TokenSet((), 0)


def whole(fields: Iterable[str]) -> str:
    """Fields (words with spaces between) as they are stored."""
    return "\n".join(f" {field} " for field in fields)


def fields(whole: str) -> list[str]:
    """The fields that `whole` was made of."""
    return [line[1:-1] for line in whole.split("\n")]


def pairs(words: Sequence[str]) -> list[str]:
    """Each word with the next one, a space between them."""
    return [f"{one} {other}" for one, other in pairwise(words)]


def searchable(field: str) -> str:
    """What the index holds of a field's words: they themselves, then their pairs."""
    return " ".join([field, *(pair.replace(" ", JOINED) for pair in pairs(field.split()))])


def place(fiscal_year: int, section_id: int, organization: str) -> str:
    """The filter terms of a project: words of the index for where it belongs, which nobody can type."""
    return " ".join(
        (filter_term("y", fiscal_year), filter_term("s", section_id), filter_term("o", organization))
    )


def filter_term(kind: str, value: object) -> str:
    """The word of the index for a year (`y`), a section's id (`s`) or an organization (`o`)."""
    return f"{JOINED}{kind}{''.join(str(value).split())}"
