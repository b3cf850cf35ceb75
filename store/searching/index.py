"""The search index, written in the loader's transaction so that it never falls out of step with the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from sqlite_utils import Database

from store import projects
from store.display import display
from store.generations import raise_generation
from store.japanese import Word, units
from store.records import FIELDS, Project
from store.searching import sounds, vocabulary

BATCH = 1000

_STORED = "SELECT name, section, purpose, overview, outcome FROM search_words WHERE rowid = ?"
_INSERT = """
    INSERT INTO search_words (rowid, name, section, purpose, overview, outcome) VALUES (?, ?, ?, ?, ?, ?)"""
_MISSING = """
    SELECT count(*) FROM projects
    WHERE id NOT IN (SELECT rowid FROM search_words) OR id NOT IN (SELECT rowid FROM search_names)"""
_ORPHANS = """
    SELECT (SELECT count(*) FROM search_words WHERE rowid NOT IN (SELECT id FROM projects))
         + (SELECT count(*) FROM search_names WHERE rowid NOT IN (SELECT id FROM projects))"""


class IndexRow(NamedTuple):
    """A project's words by field, in order, and every word as it was spelled there."""

    project_id: int
    fields: tuple[str, ...]  # as `FIELDS`: words separated by spaces
    spellings: tuple[Word, ...]
    sounds: tuple[int, ...]  # of the name
    synonyms: tuple[tuple[int, str], ...]  # Sudachi's group, and the words in it


def prepare(rows: Sequence[Project]) -> list[IndexRow]:
    """Split stored projects into words. Pure and picklable: may run in other processes."""
    return [_index_row(project) for project in rows]


def write(db: Database, rows: Iterable[IndexRow]) -> None:
    """Add projects to the index (`remove` a changed one first) and tell the caches. Does not commit."""
    rows = list(rows)
    db.conn.executemany(_INSERT, ((row.project_id, *row.fields) for row in rows))
    db.conn.executemany(
        "INSERT INTO search_names (rowid, name) VALUES (?, ?)",
        ((row.project_id, row.fields[0]) for row in rows),
    )
    counts = Counter(word for row in rows for word in _distinct(row.fields))
    in_names = Counter(word for row in rows for word in _distinct(row.fields[:1]))
    vocabulary.count(db, counts, in_names)
    vocabulary.learn(db, {word for row in rows for word in row.spellings})
    sounds.store(db, ((row.project_id, row.sounds) for row in rows))
    vocabulary.relate(db, {pair for row in rows for pair in row.synonyms})
    raise_generation(db)


def remove(db: Database, project_ids: Iterable[int]) -> None:
    """Take projects out of the index and tell the caches. Does not commit."""
    keys = [(project_id,) for project_id in project_ids]
    stored = [row for key in keys if (row := db.execute(_STORED, key).fetchone())]
    counts, in_names = Counter[str](), Counter[str]()
    for row in stored:
        counts.subtract(_distinct(row))
        in_names.subtract(_distinct(row[:1]))
    db.conn.executemany("DELETE FROM search_words WHERE rowid = ?", keys)
    db.conn.executemany("DELETE FROM search_names WHERE rowid = ?", keys)
    db.conn.executemany("DELETE FROM name_sounds WHERE project_id = ?", keys)
    vocabulary.count(db, counts, in_names)
    vocabulary.forget(db)
    raise_generation(db)


def check(db: Database) -> list[str]:
    """What is wrong with the index, one Japanese line a problem; empty when it is in step with the rows."""
    missing, orphans = _number(db, _MISSING), _number(db, _ORPHANS)
    problems = [f"検索の索引に {missing} 件の事業が入っていません。"] if missing else []
    return problems + ([f"検索の索引に、今はない事業の語が {orphans} 件残っています。"] if orphans else [])


def rebuild(db: Database) -> None:
    """Make the whole index anew from the stored projects. Does not commit."""
    db.conn.execute("DELETE FROM search_words")
    db.conn.execute("DELETE FROM search_names")
    db.conn.execute("DELETE FROM name_sounds")
    vocabulary.clear(db)
    every = projects.every(db)
    while batch := list(islice(every, BATCH)):
        write(db, prepare(batch))
    raise_generation(db)


def _index_row(project: Project) -> IndexRow:
    fields, spellings, synonyms = [], dict[Word, None](), dict[tuple[int, str], None]()
    for text in _texts(project):
        found = list(units(display(text)))
        spellings.update((word, None) for unit in found for word in unit.words)
        synonyms.update((pair, None) for unit in found for pair in unit.synonyms)
        fields.append(" ".join(unit.phrase for unit in found if unit.phrase))
    named = [word for unit in units(display(project.name)) for word in unit.words]
    return IndexRow(project.id, tuple(fields), tuple(spellings), sounds.name_sounds(named), tuple(synonyms))


def _texts(project: Project) -> Iterator[str]:
    """The texts of `FIELDS`; whose it is counts as section: every name of the office, each once."""
    office = (project.organization, project.department, project.section, project.section_canonical)
    for field in FIELDS:
        yield " ".join(dict.fromkeys(filter(None, office))) if field == "section" else getattr(project, field)


def _distinct(fields: Iterable[str]) -> set[str]:
    return {word for field in fields for word in field.split()}


def _number(db: Database, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])
