"""A list made ready to search: what searches keep in memory is read before anybody waits for it."""

from __future__ import annotations

from sqlite_utils import Database

from store.index import bigrams
from store.index.generations import cached, settled
from store.records import Query
from store.search import hits
from store.search.hits import Ranking
from store.search.pipeline import search

_NOTHING = ("ぬゆねのへふろ", "検策ヌユネン", "鬱鬱", "xqzjkvwq", "nuyunenoheburo")


def get_ready(db: Database) -> None:
    """Read it, if the projects have changed since the last time."""
    with settled(db):
        cached(db, "ready", _read_all)


def _read_all(db: Database) -> bool:
    """Search for what no project says, in each kind of letters: every step reads what it needs."""
    bigrams.known(db, ())
    hits.page(db, Ranking((), tuple(hits.rank(db, (), ())), 0), offset=0, limit=0)
    for text in _NOTHING:
        search(db, Query(text, (text,)))
    return True
