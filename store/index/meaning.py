"""What words and texts mean, as vectors: a text is the weighted sum of its words, near texts point alike.

The word vectors are static: distilled once from a sentence model (`data/README.md`), so that a text costs
some microseconds and no model is needed. The package's own file is read once a process.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import as_file, files
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from store.index.tuning import TUNING
from store.records import Project
from store.text.display import display, split
from store.text.morphology import Unit, fields, units
from store.text.normalize import has_kanji

Vector = NDArray[np.float32]  # of length 1, or many of them as rows
Bag = tuple[tuple[int, float], ...]  # rows of the word vectors, and how often each counts

DIMENSIONS = 128
_FILE = "data/words128.npz"
_LOCAL_HEADER, _LENGTHS_AT = 30, 26  # bytes of a ZIP's before a member's name; where those of it and more are
_AT_ONCE = 4_096  # projects that are compared with all topics at once: 8 MB
_NOTHING = (0, 0.0)  # a part of a bag that adds nothing
_NOWHERE = 9.0  # more than any cosine
_STEP = 127  # a coordinate of a stored vector is a whole number of 127ths
TEXTS = ("purpose", "overview", "outcome")  # the fields whose sentences have vectors, in this order
_STORE = "INSERT OR REPLACE INTO project_vectors (project_id, whole, name, sentences) VALUES (?, ?, ?, ?)"
_EVERY = "SELECT project_id, whole FROM project_vectors ORDER BY project_id"
_SENTENCES = """
    SELECT project_id, name, sentences FROM project_vectors
    WHERE project_id IN (SELECT value FROM json_each(?))"""
_WITHOUT = "SELECT id, words FROM search_texts WHERE id NOT IN (SELECT project_id FROM project_vectors)"


class Telling(NamedTuple):
    """A word of a text: its form in the index, its direction (None: unknown) and its weight in the text."""

    word: str
    vector: Vector | None
    weight: float


class WordList:
    """Words and the rows they stand in, as one array: as strings they would take three times the memory.

    Python counts no references in it, so processes that were forked go on sharing all of it.
    """

    def __init__(self, words: Sequence[bytes]) -> None:
        self._words = np.array(words, np.bytes_)
        self._order = self._words.argsort(kind="stable")
        self._compounds = np.array([row for row, word in enumerate(words) if b" " in word], np.int32)

    def get(self, word: str) -> int | None:
        """The row of a word, None when it is not listed."""
        wanted = word.encode(errors="replace")
        if len(wanted) > self._words.itemsize:
            return None  # numpy would make all words as long, at each look
        at = int(self._words.searchsorted(wanted, sorter=self._order))
        if at == len(self._order):
            return None
        row = int(self._order[at])
        return row if self._words[row] == wanted else None

    def rows(self, words: Iterable[str]) -> dict[str, int]:
        """The rows of those words that are listed: looked for together they take a tenth of the time."""
        encoded = {word: word.encode(errors="replace") for word in words}
        short = {word: each for word, each in encoded.items() if len(each) <= self._words.itemsize}
        if not short or not len(self._order):
            return {}
        wanted = np.array(list(short.values()), self._words.dtype)
        at = self._words.searchsorted(wanted, sorter=self._order)
        rows = self._order[np.minimum(at, len(self._order) - 1)]
        is_listed = self._words[rows] == wanted
        return {word: int(row) for word, row, is_it in zip(short, rows, is_listed, strict=True) if is_it}

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def longest_at(self, text: str, start: int) -> tuple[int, int] | None:
        """The longest word that stands at a place of a text, as its row and its end."""
        found = None
        for end in range(start + 1, len(text) + 1):
            wanted = text[start:end].encode(errors="replace")
            if len(wanted) > self._words.itemsize:
                break
            at = int(self._words.searchsorted(wanted, sorter=self._order))
            if at == len(self._order):
                break
            row = int(self._order[at])  # of the first word, in their order, that may begin so
            if not self._words[row].startswith(wanted):
                break
            if len(self._words[row]) == len(wanted):
                found = row, end
        return found

    def compounds(self, most: int) -> dict[str, int]:
        """About `most` of the words that are several, with their rows, spread evenly over the list."""
        return self._spread(self._compounds, most)

    def lone(self, most: int) -> list[str]:
        """The same of words that are one and may be what is asked for, not in hiragana alone."""
        rows = np.delete(np.arange(len(self._words)), self._compounds)
        return [word for word in self._spread(rows, most) if _is_topic(word)]

    def _spread(self, rows: NDArray[np.integer[Any]], most: int) -> dict[str, int]:
        return {self._words[row].decode(): int(row) for row in rows[:: max(1, len(rows) // most)]}


_HIRAGANA = re.compile("[ぁ-ゖー]*")


def _is_topic(word: str) -> bool:
    return len(word) > 1 and not _HIRAGANA.fullmatch(word) and not word.isascii()


class WordVectors:
    """The words that have a vector; what is unknown is put together of its longest known parts."""

    def __init__(self, quantized: NDArray[np.int8], scales: Vector, keys: Sequence[bytes]) -> None:
        self._quantized, self._scales = quantized, scales
        self._rows = WordList(keys)
        self._bags: dict[str, Bag] = {}

    def knows(self, word: str) -> bool:
        """Whether a word in the form of the index has a vector of its own; one kana or letter is no word."""
        return word in self._rows and (len(word) > 1 or has_kanji(word))

    def of_units(self, found: Iterable[Unit]) -> Vector | None:
        """The direction of a text that was split into units; None when it has no known word."""
        return _direction(self._sum(self.bag(found)))

    def bag(self, found: Iterable[Unit]) -> Bag:
        """The rows of the words of a text, and how often each counts in it."""
        return tuple([part for unit in found for part in self._bag(unit.phrase)])

    def of_phrases(self, phrases: Iterable[str]) -> Vector:
        """A row for each phrase of a unit: its words' vectors by their weights, not of length 1."""
        bags = [(_NOTHING, *self._bag(phrase)) for phrase in phrases]
        rows = [row for bag in bags for row, _ in bag]
        weights = np.asarray([weight for bag in bags for _, weight in bag], np.float32) * self._scales[rows]
        starts = np.cumsum([0, *map(len, bags[:-1])]) if bags else np.zeros(0, np.int64)
        parts = self._quantized[rows].astype(np.float32) * weights[:, None]
        return np.asarray(np.add.reduceat(parts, starts, axis=0), np.float32)

    def of_words(self, words: Iterable[str]) -> Vector | None:
        """The direction of words in the form of the index; None when none of them is known."""
        return _direction(self._sum([part for word in words for part in self._word(word)]))

    def rows(self, words: Iterable[str]) -> dict[str, int]:
        """The rows of those words, in the form of the index, that are known."""
        return self._rows.rows(words)

    def directions(self, rows: Sequence[int] | NDArray[np.integer[Any]]) -> Vector:
        """The directions of known words, given by their rows."""
        found = self._quantized[rows].astype(np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    def sample(self, most: int, *, lone: bool = False) -> list[str]:
        """About `most` of the known compounds, or of the `lone` words, spread evenly: topics of all kinds."""
        return self._rows.lone(most) if lone else list(self._rows.compounds(most))

    @cached_property
    def topics(self) -> Vector:
        """The directions of compounds of all kinds, a row each."""
        rows = self._quantized[list(self._rows.compounds(TUNING.relevance.reference).values())]
        found = rows[rows.any(axis=1)].astype(np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)

    def density(self, asked: Vector) -> float:
        """The mean cosine of the topics nearest to a direction, but for the two that may be the very word.

        High where many things lie close together: there, being near says less.
        """
        cosines = self.topics @ asked
        last = min(len(cosines), TUNING.relevance.neighbours + 2)
        nearest = np.sort(np.partition(-cosines, last - 1)[:last])
        return float(-nearest[2:].mean()) if last > 2 else 0.0

    def of_text(self, text: str) -> Vector | None:
        """The direction of a text; None when it has no known word (nothing, digits, signs alone)."""
        return self.of_units(units(text))

    def words_of(self, text: str) -> Iterator[Telling]:
        """The words of a text, a known compound being one, each with its share in what the text means."""
        told: dict[str, Telling] = {}
        for unit in units(text):
            is_whole = " " in unit.phrase and unit.phrase in self._rows
            for word in (unit.phrase,) if is_whole else unit.phrase.split():
                if word not in told:
                    told[word] = self._telling(word, self._word(word))
                yield told[word]

    def _telling(self, word: str, bag: Bag) -> Telling:
        total = self._sum(bag)
        return Telling(word, _direction(total), float(np.linalg.norm(total)))

    def _sum(self, bag: Sequence[tuple[int, float]]) -> Vector:
        if not bag:
            return np.zeros(DIMENSIONS, np.float32)
        rows = [row for row, _ in bag]
        weights = self._scales[rows] * np.asarray([weight for _, weight in bag], np.float32)
        return weights @ self._quantized[rows].astype(np.float32)

    def _bag(self, phrase: str) -> Bag:
        bag = self._bags.get(phrase)
        if bag is None:
            bag = self._bags[phrase] = tuple(self._parts_of(phrase))
        return bag

    def _parts_of(self, phrase: str) -> Iterator[tuple[int, float]]:
        if not phrase:
            return
        whole = self._rows.get(phrase) if " " in phrase else None
        if whole is not None:
            yield whole, TUNING.meaning.of_compound
        for word in phrase.split():
            for row, share in self._word(word):
                yield row, share * (TUNING.meaning.of_its_words if whole is not None else 1.0)

    def _word(self, word: str) -> Bag:
        """The word, or else its longest known parts down to characters, which share its weight."""
        row = self._rows.get(word)
        if row is not None:
            return ((row, 1.0),)
        parts = list(self._known_parts(word))
        return tuple((part, 1.0 / len(parts)) for part in parts)

    def _known_parts(self, word: str) -> Iterator[int]:
        start = 0
        while start < len(word):
            if (found := self._rows.longest_at(word, start)) is not None:
                row, start = found
                yield row
            else:
                start += 1


@lru_cache(maxsize=1)
def word_vectors() -> WordVectors:
    """The vectors that come with the package, the same for all databases; read from its file on first use."""
    with as_file(files("store.index").joinpath(_FILE)) as path:
        return read_vectors(path)


def read_vectors(path: Path) -> WordVectors:
    """The vectors of a file in the form of the package's own.

    The coordinates are left in the file where it is not compressed: the system reads what is looked at, once
    for all processes.
    """
    with np.load(path) as stored:
        quantized = _mapped(path, "q.npy") if _is_stored(path, "q.npy") else stored["q"]
        return WordVectors(quantized, stored["s"].astype(np.float32), stored["keys"].tobytes().split(b"\n"))


def _is_stored(path: Path, member: str) -> bool:
    with ZipFile(path) as archive:
        return archive.getinfo(member).compress_type == ZIP_STORED


def _mapped(path: Path, member: str) -> NDArray[np.int8]:
    """An uncompressed array of an .npz as a part of the file."""
    with ZipFile(path) as archive, archive.open(member) as array, path.open("rb") as file:
        np.lib.format.read_magic(array)
        shape, _, kind = np.lib.format.read_array_header_1_0(array)
        file.seek(archive.getinfo(member).header_offset + _LENGTHS_AT)
        lengths = int.from_bytes(file.read(2), "little") + int.from_bytes(file.read(2), "little")
        start = archive.getinfo(member).header_offset + _LOCAL_HEADER + lengths + array.tell()
    return np.asarray(np.memmap(path, kind, "r", start, shape))  # a memmap itself is slow to index


def packed(vectors: Sequence[Vector | None]) -> bytes:
    """Vectors as they are stored: a byte a coordinate, one vector after the other; None as zeros."""
    return _packed([np.zeros(DIMENSIONS, np.float32) if vector is None else vector for vector in vectors])


def _packed(rows: Sequence[Vector] | Vector) -> bytes:
    return np.rint(np.asarray(rows, np.float32) * _STEP).astype(np.int8).tobytes()


def unpacked(stored: bytes) -> Vector:
    """Stored vectors as rows of a matrix."""
    rows = np.frombuffer(stored, np.int8).reshape(-1, DIMENSIONS).astype(np.float32)
    return np.asarray(rows / _STEP, np.float32)


def _direction(total: Vector) -> Vector | None:
    length = float(np.linalg.norm(total))
    return (total / length).astype(np.float32) if length else None


class StoredMeaning(NamedTuple):
    """A project's vectors as they are stored: of the whole, of its name, and of its sentences in order."""

    whole: bytes
    name: bytes
    sentences: bytes


class ProjectVectors(NamedTuple):
    """One vector a project, by row; `ids` are the projects' row ids.

    `hubness` is how near each is to whatever is asked for: the mean cosine of the topics nearest to it.
    """

    ids: NDArray[np.int64]
    rows: Vector
    hubness: Vector

    def cosines(self, asked: Vector) -> Vector:
        """How near each project is in meaning to a text of that direction."""
        return np.asarray(self.rows @ asked, np.float32)


def meanings_of(every: Sequence[tuple[Project, Mapping[str, Sequence[Unit]]]]) -> list[StoredMeaning]:
    """The vectors of projects, given with the units of their names and texts in display form, by field.

    Each phrase's direction is worked out once for all of them; a sentence is a sum of rows.
    """
    texts = [
        [
            [unit.phrase for unit in found["name"] if unit.phrase],
            *(phrases for field in TEXTS for phrases in _of_sentences(project, field, found[field])),
        ]
        for project, found in every
    ]
    phrases = dict.fromkeys(["", *(phrase for parts in texts for part in parts for phrase in part)])
    rows = {phrase: row for row, phrase in enumerate(phrases)}
    known = word_vectors().of_phrases(phrases)
    return [_meaning([[0, *map(rows.__getitem__, part)] for part in parts], known) for parts in texts]


def _meaning(parts: Sequence[Sequence[int]], known: Vector) -> StoredMeaning:
    """What is stored of a name and sentences, each given as rows of `known`, row 0 being nothing."""
    starts = [0, *accumulate(map(len, parts[:-1]))]
    sums = np.add.reduceat(known[[row for part in parts for row in part]], starts, axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    directions = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
    whole = _whole(directions[0], directions[1:].sum(axis=0))
    return StoredMeaning(_packed(whole), _packed(directions[0]), _packed(directions[1:]))


def store(db: Database, rows: Iterable[tuple[int, StoredMeaning]]) -> None:
    """Keep the vectors of projects, given with their ids. Does not commit."""
    db.conn.executemany(_STORE, ((project_id, *meaning) for project_id, meaning in rows))


def ids_without(db: Database) -> list[int]:
    """Row ids of the projects whose vectors are not stored."""
    return [row_id for row_id, _ in db.conn.execute(_WITHOUT)]


def read_projects(db: Database) -> ProjectVectors:
    """Every project's vector. Those of a database made before there were any are made of its words."""
    stored = db.conn.execute(_EVERY).fetchall()
    without = db.conn.execute(_WITHOUT).fetchall()
    known = unpacked(b"".join(whole for _, whole in stored))
    made = [_of_words(words) for _, words in without]
    rows = np.vstack([known, *([np.asarray(made, np.float32)] if made else [])])
    ids = [project_id for project_id, _ in (*stored, *without)]
    every = np.asarray(rows, np.float32)
    return ProjectVectors(np.asarray(ids, np.int64), every, _hubness(every))


def _hubness(rows: Vector) -> Vector:
    """Of each row; one without any known word is near to nothing."""
    topics = word_vectors().topics[:: TUNING.relevance.every_topic]
    most = max(1, round(len(topics) * TUNING.relevance.nearest_share))
    found = [
        -np.partition(-(rows[start : start + _AT_ONCE] @ topics.T), most - 1, axis=1)[:, :most].mean(axis=1)
        for start in range(0, len(rows), _AT_ONCE)
    ]
    hubness = np.concatenate([*found, np.zeros(0, np.float32)])
    return np.asarray(np.where(rows.any(axis=1), hubness, _NOWHERE), np.float32)


def read_sentences(db: Database, ids: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
    """The packed vector of the name and those of the sentences (of `TEXTS`, in order) of these projects."""
    rows = db.conn.execute(_SENTENCES, [json.dumps([int(each) for each in ids])])
    return {project_id: (name, sentences) for project_id, name, sentences in rows}


def _of_sentences(project: Project, field: str, found: Sequence[Unit]) -> Iterator[list[str]]:
    """The phrases of each sentence of a field, of the units that begin in it: no text is cut twice."""
    cell = getattr(project, field)
    text, phrases = display(cell), [unit.phrase for unit in found]
    starts = [0, *accumulate([unit.length for unit in found])]
    end = 0
    for sentence in split(cell):
        start = text.find(sentence.text, end)
        if start < 0:  # its spaces are shown otherwise
            yield [unit.phrase for unit in units(display(sentence.text)) if unit.phrase]
            continue
        end = start + len(sentence.text)
        yield list(filter(None, phrases[bisect_left(starts, start) : bisect_left(starts, end)]))


def _of_words(words: str) -> Vector:
    none = np.zeros(DIMENSIONS, np.float32)
    found = [word_vectors().of_words(field.split()) for field in fields(words)]
    name, _, *texts = (none if each is None else each for each in found)
    return _whole(name, np.asarray(texts).sum(axis=0))


def _whole(name: Vector, texts: Vector) -> Vector:
    """A name's direction and the sum of those of the texts' sentences, each with its weight."""
    length = float(np.linalg.norm(texts)) or 1.0
    return np.asarray(TUNING.meaning.of_texts * texts / length + TUNING.meaning.of_name * name, np.float32)
