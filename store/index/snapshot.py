"""What is known of one version of the index of one open database: read once, kept until the next version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlite_utils import Database

from store import projects
from store.columns import catalog
from store.columns.records import Column
from store.index import name_sounds, synonyms, thesaurus
from store.index.bigrams import Bigrams
from store.index.catalog import Catalog, read_catalog
from store.index.characters import read_pairs
from store.index.lexicon import Lexicon
from store.index.meaning import ProjectVectors, read_projects, read_sentences
from store.index.names import Names, Titles, read_names, read_titles
from store.index.offices import Offices, read_offices, read_organizations
from store.index.token_store import IN_MEMORY, TokenStore
from store.index.version import Lookup, Memo, Version, part, read_all
from store.records import Project

Remembered = TypeVar("Remembered", bound=Memo[Any, Any])


class IndexSnapshot:
    """One version of the index; it never changes, and threads share it.

    A part is read when it is first asked for, by the thread that asks, through the connection on which that
    thread is `reading()` this version; the others wait for it. After `warm_up` all of it is in memory.
    """

    def __init__(self, generation: int) -> None:
        self.version = Version(generation)
        self.lexicon = Lexicon(self.version)
        self.bigrams = Bigrams(self.version)
        self.texts = TokenStore(self.version)
        self._some_projects: Lookup[int, Project] = Lookup()
        self._some_sentences: Lookup[int, tuple[bytes, bytes]] = Lookup()
        self._memos: dict[type[Memo[Any, Any]], Memo[Any, Any]] = {}

    @property
    def generation(self) -> int:
        """The number of this version."""
        return self.version.generation

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
    def organizations(self) -> tuple[str, ...]:
        """Every body (府省庁・団体) that has a project."""
        return read_organizations(self._db)

    @part
    def columns(self) -> tuple[Column, ...]:
        """Every column of every list, newest year first, as they were listed."""
        return catalog.columns(self._db)

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
        return name_sounds.read_sounds(self._db)

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
        return frozenset(thesaurus.switched_off(self._db))

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
