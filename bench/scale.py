"""Lists of any size made from real rows: fields of different rows put together, their figures changed.

Vocabulary and shape of the text stay real. Every text is split into words once: a recombined row takes the
words of the rows it is made of, with the same figures changed in text and words alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from random import Random

from sqlite_utils import Database

from store.index import writer
from store.index.writer import IndexRow
from store.records import FIELDS, Project
from store.text.numbers import number_key

BATCH = 10_000
_FIGURES, _WIDE_FIGURES = "0123456789", "０１２３４５６７８９"
_OFFICE = FIELDS.index("section")
_VERBATIM = ("fiscal_year", "number", "serial", "name", "organization", "department", "section", "purpose")
_COLUMNS = (
    "id",
    *_VERBATIM,
    "overview",
    "outcome",
    "source_line",
    "number_key",
    "section_id",
    "source_id",
    "extra",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A made project and its prepared words."""

    project: Project
    words: IndexRow


class Source:
    """An endless list made from `base`, whose texts are split into words once."""

    def __init__(self, base: Sequence[Project], *, seed: int = 1) -> None:
        self._base = [replace(project, id=at) for at, project in enumerate(base, 1)]
        self._prepared = writer.prepare(self._base)
        self._seed = seed

    def rows(self, count: int) -> Iterator[Made]:
        """The first `count` rows, the same every time: `base` as it is, then recombined."""
        yield from islice(map(Made, self._base, self._prepared), count)
        random = Random(self._seed)
        for number in range(len(self._base) + 1, count + 1):
            yield self._recombined(number, random)

    def _recombined(self, number: int, random: Random) -> Made:
        picks = [random.randrange(len(self._base)) for _ in FIELDS]
        figures, office = _other_figures(random), picks[_OFFICE]
        changes = [{} if at == _OFFICE else figures for at in range(len(FIELDS))]
        texts = {
            name: getattr(self._base[pick], name).translate(change)
            for name, pick, change in zip(FIELDS, picks, changes, strict=True)
        }
        words = tuple(self._prepared[pick].fields[at].translate(changes[at]) for at, pick in enumerate(picks))
        project = replace(self._base[office], id=number, number=f"9{number:07}", serial="", **texts)
        made = self._prepared[picks[0]]  # the rows it is made of have brought spellings and synonyms already
        return Made(project, IndexRow(number, words, (), made.sounds, (), made.meaning))


def copy_offices(db: Database, source: Database) -> None:
    """Take over the sources and sections that made projects point at."""
    for table in ("sources", "sections"):
        db.table(table).insert_all(source.table(table).rows)


def insert(db: Database, projects: Iterable[Project], sections: Mapping[tuple[str, str], int]) -> None:
    """Write projects without an index; `sections` are ids by department and name."""
    marks = ", ".join("?" * len(_COLUMNS))
    db.conn.executemany(
        f"INSERT INTO projects ({', '.join(_COLUMNS)}) VALUES ({marks})",
        (
            (
                *(getattr(project, column) for column in _COLUMNS[:-4]),
                number_key(project.number),
                sections.get((project.department, project.section)),
                1,
                json.dumps(dict(project.extra), ensure_ascii=False),
            )
            for project in projects
        ),
    )


def batches(made: Iterable[Made]) -> Iterator[list[Made]]:
    """Rows by the thousand, as many as are written in one transaction."""
    rest = iter(made)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _other_figures(random: Random) -> dict[int, int]:
    """Every figure for another, in either width."""
    others = "".join(random.sample(_FIGURES, len(_FIGURES)))
    return str.maketrans(_FIGURES + _WIDE_FIGURES, others + others)
