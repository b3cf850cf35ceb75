"""What projects and their sentences mean: vectors written with the rows, and read as one matrix a version.

A project has one vector: the mean direction of its sentences and the direction of its name, so that its
cosine with a query is a weighted mean of theirs. Each sentence has one too, read of the projects looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from store.index.token_store import fields
from store.index.vectors import DIMENSIONS, Vector, packed, unpacked, word_vectors
from store.records import Project
from store.text.display import display
from store.text.morphology import Unit
from store.text.sentences import split

OF_TEXT, OF_NAME = 0.7, 0.3  # of a project's vector
TEXTS = ("purpose", "overview", "outcome")  # the fields whose sentences have vectors, in this order

_STORE = "INSERT OR REPLACE INTO project_vectors (project_id, whole, name, sentences) VALUES (?, ?, ?, ?)"
_EVERY = "SELECT project_id, whole FROM project_vectors ORDER BY project_id"
_SENTENCES = """
    SELECT project_id, name, sentences FROM project_vectors
    WHERE project_id IN (SELECT value FROM json_each(?))"""
_WITHOUT = "SELECT id, words FROM search_texts WHERE id NOT IN (SELECT project_id FROM project_vectors)"


class StoredMeaning(NamedTuple):
    """A project's vectors as they are stored: of the whole, of its name, and of its sentences in order."""

    whole: bytes
    name: bytes
    sentences: bytes


class ProjectVectors(NamedTuple):
    """One vector a project, by row; `ids` are the projects' row ids."""

    ids: NDArray[np.int64]
    rows: Vector

    def cosines(self, asked: Vector) -> Vector:
        """How near each project is in meaning to a text of that direction."""
        return np.asarray(self.rows @ asked, np.float32)


def meaning_of(project: Project, found: Mapping[str, Sequence[Unit]]) -> StoredMeaning:
    """The vectors of a project; `found` are the units of its name and texts in display form, by field."""
    vectors = word_vectors()
    sentences = [vector for field in TEXTS for vector in _of_sentences(project, field, found[field])]
    name = vectors.of_units(found["name"])
    return StoredMeaning(packed([_whole(name, sentences)]), packed([name]), packed(sentences))


def store(db: Database, rows: Iterable[tuple[int, StoredMeaning]]) -> None:
    """Keep the vectors of projects, given with their ids. Does not commit."""
    db.conn.executemany(_STORE, ((project_id, *meaning) for project_id, meaning in rows))


def read_projects(db: Database) -> ProjectVectors:
    """Every project's vector. Those of a database made before there were any are made of its words."""
    stored = db.conn.execute(_EVERY).fetchall()
    without = db.conn.execute(_WITHOUT).fetchall()
    known = unpacked(b"".join(whole for _, whole in stored))
    made = [_of_words(words) for _, words in without]
    rows = np.vstack([known, *([np.asarray(made, np.float32)] if made else [])])
    ids = [project_id for project_id, _ in (*stored, *without)]
    return ProjectVectors(np.asarray(ids, np.int64), np.asarray(rows, np.float32))


def read_sentences(db: Database, ids: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
    """The packed vector of the name and those of the sentences (of `TEXTS`, in order) of these projects."""
    rows = db.conn.execute(_SENTENCES, [json.dumps([int(each) for each in ids])])
    return {project_id: (name, sentences) for project_id, name, sentences in rows}


def _of_sentences(project: Project, field: str, found: Sequence[Unit]) -> Iterator[Vector | None]:
    """The direction of each sentence of a field, of the units that begin in it: no text is cut twice."""
    vectors, text = word_vectors(), display(getattr(project, field))
    starts, at = [], 0
    for unit in found:
        starts.append(at)
        at += sum(unit.lengths)
    end = 0
    for sentence in split(getattr(project, field)):
        start = text.find(sentence.text, end)
        if start < 0:  # its spaces are shown otherwise
            yield vectors.of_text(display(sentence.text))
            continue
        end = start + len(sentence.text)
        first, last = np.searchsorted(starts, (start, end))
        yield vectors.of_units(found[first:last])


def _of_words(words: str) -> Vector:
    vectors = word_vectors()
    name, _, *texts = (vectors.of_words(field.split()) for field in fields(words))
    return _whole(name, texts)


def _whole(name: Vector | None, sentences: Iterable[Vector | None]) -> Vector:
    total = np.zeros(DIMENSIONS, np.float32)
    for vector in sentences:
        if vector is not None:
            total += vector
    length = float(np.linalg.norm(total))
    text = total / length if length else np.zeros(DIMENSIONS, np.float32)
    named = np.zeros(DIMENSIONS, np.float32) if name is None else name
    return np.asarray(OF_TEXT * text + OF_NAME * named, np.float32)
