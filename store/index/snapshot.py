"""What is known of one version of the index of one open database: read once, kept until the next version."""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any, Generic, NamedTuple, TypeVar

import orjson
from sqlite_utils import Database

from store import projects
from store.columns import catalog
from store.columns.catalog import CellTexts, read_texts
from store.columns.values import Column
from store.index import Version, names, part, read_all, synonyms
from store.index.catalog import Catalog, Offices, read_catalog, read_offices
from store.index.meaning import ProjectVectors, read_projects, read_sentences
from store.index.names import Names, Titles, read_names, read_pairs, read_titles
from store.index.vocabulary import Lexicon
from store.records import Project
from store.text.morphology import Text, TokenSet, pairs

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Remembered = TypeVar("Remembered", bound="Memo[Any, Any]")

IN_MEMORY = 1_500  # projects of a list that is kept in memory whole, which spares most searches a read
PAIRS_IN_MEMORY = 80_000  # neighbouring words: those of some 1,500 projects
REMEMBERED = 5_000  # values that a memo keeps at most

_ALL_TEXTS = "SELECT id, words FROM search_texts LIMIT ?"
_TEXTS = "SELECT id, words FROM search_texts WHERE id IN (SELECT value FROM json_each(?))"
_ALL_PAIRS = "SELECT pair, projects, titles FROM word_pairs LIMIT ?"
_PAIRS = "SELECT pair, projects, titles FROM word_pairs WHERE pair IN (SELECT value FROM json_each(?))"


class once(Generic[Value]):  # noqa: N801  # used as `property` is
    """A property worked out at its first use; `cached_property` of 3.11 lets one thread at a time do so."""

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self.make, self.name = make, make.__name__

    def __get__(self, instance: Any, owner: type) -> Value:
        value: Value = self.make(instance)
        instance.__dict__[self.name] = value
        return value


class Memo(Generic[Key, Value]):
    """What was looked up or worked out for single keys; when it is full it begins anew.

    Threads may share it: each step on a dict is one, and a value that two of them made is the same.
    """

    most = REMEMBERED

    def __init__(self) -> None:
        self._kept: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """The value kept for `key`."""
        return self._kept.get(key)

    def keep(self, key: Key, value: Value) -> Value:
        """Keep `value` for `key`, and return it."""
        if len(self._kept) >= self.most:
            self._kept = {}
        self._kept[key] = value
        return value


class Lookup(Generic[Key, Value]):
    """Values by key, read many at a time and remembered, those that are not there too."""

    def __init__(self) -> None:
        self._memo: Memo[Key, tuple[Value | None]] = Memo()

    def all_of(
        self, keys: Iterable[Key], read: Callable[[list[Key]], Mapping[Key, Value]]
    ) -> dict[Key, Value]:
        """The values of `keys`; `read` is given those not remembered, and leaves out what is not there."""
        found: dict[Key, Value] = {}
        missing: list[Key] = []
        for key in keys:
            kept = self._memo.get(key)
            if kept is None:
                missing.append(key)
            elif kept[0] is not None:
                found[key] = kept[0]
        if missing:
            new = read(missing)
            found.update(new)
            for key in missing:
                self._memo.keep(key, (new.get(key),))
        return found


class Said(NamedTuple):
    """In how many projects a pair stands, and in how many of their names or sections' names."""

    projects: int
    titles: int


Following = Mapping[str, Mapping[str, Said]]  # a word -> those that stand after it


class Bigrams:
    """The pairs of one version of the index: all of them in memory, or of a long list those looked up."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self._some: Lookup[str, Said] = Lookup()

    def known(self, wanted: Iterable[str]) -> Following:
        """The pairs among `wanted` that stand somewhere; there may be others with them."""
        if (every := self.every) is not None:
            return every
        return _by_first(self._some.all_of(wanted, self._read).items())

    def ways(self, token_sets: Sequence[TokenSet], *, titles_only: bool, most_ways: int) -> dict[str, int]:
        """The first ways through `token_sets` whose neighbours stand side by side in some project.

        At most `most_ways`, each with the number of projects that can say it at most.
        """
        known = self.known(_neighbours(token_sets))
        where = 1 if titles_only else 0
        reached: dict[str, float] = {"": math.inf}
        for token_set in token_sets:
            onward: dict[str, float] = {}
            only_words = "" not in token_set.phrases and " " not in "".join(token_set.phrases)
            for so_far, most in reached.items():
                last = so_far.rpartition(" ")[2]
                after = known.get(last, {})
                likely = (
                    [each for each in token_set.phrases if each in after]
                    if last and only_words
                    else token_set.phrases
                )
                times: float
                for phrase in likely:
                    if " " in phrase:
                        times = _in_a_row(known, where, last, phrase)
                    elif last and phrase:
                        times = after[phrase][where] if phrase in after else 0
                    else:
                        times = most
                    if times:
                        onward[f"{so_far} {phrase}".strip()] = min(most, token_set.projects, times)
            reached = dict(islice(onward.items(), most_ways))
        return {way: int(most) for way, most in reached.items() if way}

    @part
    def every(self) -> Following | None:
        """All pairs, when they are few enough to be kept in memory."""
        rows = self.version.db.conn.execute(_ALL_PAIRS, [PAIRS_IN_MEMORY + 1]).fetchall()
        if len(rows) > PAIRS_IN_MEMORY:
            return None
        return _by_first((pair, Said(projects, titles)) for pair, projects, titles in rows)

    def _read(self, some: list[str]) -> dict[str, Said]:
        rows = self.version.db.conn.execute(_PAIRS, [orjson.dumps(some).decode()])
        return {pair: Said(projects, titles) for pair, projects, titles in rows}


def _in_a_row(known: Following, where: int, last: str, phrase: str) -> int:
    """In how many projects, at most, the words of `phrase` follow each other, and the word `last` before."""
    found = [
        known.get(one, {}).get(other)
        for one, other in pairwise([last, *phrase.split()] if last else phrase.split())
    ]
    return min([said[where] if said else 0 for said in found])


def _neighbours(token_sets: Sequence[TokenSet]) -> Iterator[str]:
    """Every pair that a way through `token_sets` may have."""
    before: tuple[str, ...] = ("",)
    for token_set in token_sets:
        ends = {phrase.rpartition(" ")[2] for phrase in before}
        yield from (
            pair for last in ends for phrase in token_set.phrases for pair in _new_pairs(last, phrase)
        )
        before = (*token_set.phrases, *(before if "" in token_set.phrases else ()))


def _new_pairs(last: str, phrase: str) -> list[str]:
    """The pairs that `phrase` adds where it follows the word `last`."""
    if " " in phrase:
        return pairs([last, *phrase.split()] if last else phrase.split())
    return [f"{last} {phrase}"] if last and phrase else []


def _by_first(found: Iterable[tuple[str, Said]]) -> Following:
    following: defaultdict[str, dict[str, Said]] = defaultdict(dict)
    for pair, said in found:
        one, _, other = pair.partition(" ")
        following[one][sys.intern(other)] = said
    return dict(following)


class TokenStore:
    """The texts of one version of the index: all of them in memory, or of a long list those looked up."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self._some: Lookup[int, Text] = Lookup()

    def read(self, ids: Sequence[int]) -> dict[int, Text]:
        """The words of each of these projects; those that are gone are left out."""
        if (every := self.every) is not None:
            return {row_id: every[row_id] for row_id in ids if row_id in every}
        return self._some.all_of(ids, self._read)

    @part
    def every(self) -> dict[int, Text] | None:
        """All texts, when they are few enough to be kept in memory."""
        rows = self.version.db.conn.execute(_ALL_TEXTS, [IN_MEMORY + 1]).fetchall()
        return _texts(rows) if len(rows) <= IN_MEMORY else None

    def _read(self, some: list[int]) -> dict[int, Text]:
        return _texts(self.version.db.conn.execute(_TEXTS, [orjson.dumps(some).decode()]))


def _texts(rows: Iterable[tuple[int, str]]) -> dict[int, Text]:
    return {row_id: Text(words, tuple(words.split("\n"))) for row_id, words in rows}


class IndexSnapshot:
    """One version of the index; it never changes, and threads share it.

    A part is read when it is first asked for, by the thread that asks, through the connection on which that
    thread is `reading()` this version; the others wait for it. After `warm_up` all of it is in memory.
    """

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.version = Version(generation)
        self.lexicon = Lexicon(self.version)
        self.bigrams = Bigrams(self.version)
        self.texts = TokenStore(self.version)
        self._some_projects: Lookup[int, Project] = Lookup()
        self._some_sentences: Lookup[int, tuple[bytes, bytes]] = Lookup()
        self._memos: dict[type[Memo[Any, Any]], Memo[Any, Any]] = {}

    @property
    def _db(self) -> Database:
        return self.version.db

    @part
    def project_count(self) -> int:
        """How many projects there are, all years together."""
        return projects.count(self._db)

    @part
    def fiscal_years(self) -> tuple[int, ...]:
        """The years that have projects, newest first."""
        return tuple(projects.fiscal_years(self._db))

    @part
    def all_projects(self) -> Mapping[int, Project] | None:
        """All projects by their ids, when they are few enough to be kept in memory."""
        return _by_id(projects.every(self._db)) if self.project_count <= IN_MEMORY else None

    def projects(self, ids: Sequence[int]) -> Mapping[int, Project]:
        """These projects, by their ids; there may be others with them."""
        if (every := self.all_projects) is not None:
            return every
        return self._some_projects.all_of(ids, lambda some: _by_id(projects.by_ids(self._db, some)))

    @part
    def offices(self) -> Offices:
        """Every section with its department and all its names."""
        return read_offices(self._db)

    @part
    def columns(self) -> tuple[Column, ...]:
        """Every column of every list, newest year first, as they were listed."""
        return catalog.columns(self._db)

    @part
    def repeated_sentences(self) -> Mapping[tuple[int, str], int]:
        """The sentences that projects of a year share, bare, and in how many they are."""
        return projects.repeated_sentences(self._db)

    @part
    def has_own_columns(self) -> bool:
        """Whether some list has columns that give no field of a project."""
        return any(not column.role for column in self.columns)

    @part
    def cell_texts(self) -> CellTexts:
        """What the cells of the lists' own columns say in words."""
        return read_texts(self._db)

    @part
    def names(self) -> Names:
        """The newest projects' names, letter by letter."""
        return read_names(self._db)

    @part
    def titles(self) -> Titles:
        """The names of offices and of the newest projects, word by word."""
        return read_titles(self._db, self.offices, self.lexicon)

    @part
    def sounds(self) -> frozenset[int] | None:
        """The sounds of all names, when they are few enough to be kept in memory."""
        return names.read_sounds(self._db)

    @part
    def character_pairs(self) -> frozenset[str] | None:
        """All characters that stand side by side, of a list whose texts are kept in memory."""
        return read_pairs(self._db) if self.project_count <= IN_MEMORY else None

    @part
    def vectors(self) -> ProjectVectors:
        """What every project means."""
        return read_projects(self._db)

    def sentence_vectors(self, ids: Sequence[int]) -> Mapping[int, tuple[bytes, bytes]]:
        """Packed vectors of the name and of the sentences of these projects; those without are left out."""
        return self._some_sentences.all_of(ids, lambda some: read_sentences(self._db, some))

    @part
    def has_synonyms(self) -> bool:
        """Whether the city lists synonyms of its own."""
        return synonyms.are_any(self._db)

    @part
    def thesaurus_off(self) -> frozenset[str]:
        """Keys of the words whose groups of the shipped thesaurus the city does not use."""
        return frozenset(synonyms.switched_off(self._db))

    @part
    def catalog(self) -> Catalog:
        """What the lists call things; only questions ask for it."""
        return read_catalog(self._db, self.offices.resolver)

    def memo(self, kind: type[Remembered]) -> Remembered:
        """This version's memo of a kind: what a layer above has worked out of it."""
        if kind not in self._memos:
            with self.version.lock:
                self._memos.setdefault(kind, kind())
        return self._memos[kind]  # type: ignore[return-value]  # one of each kind

    def warm_up(self) -> None:
        """Read every part, so that no search waits for one.

        Of a list too long to be kept in memory the catalog is left to the first question.
        """
        read_all(self, but=None if self.all_projects else IndexSnapshot.catalog)
        for each in (self.lexicon, self.bigrams, self.texts):
            read_all(each)


def _by_id(found: Iterable[Project]) -> dict[int, Project]:
    return {project.id: project for project in found}
