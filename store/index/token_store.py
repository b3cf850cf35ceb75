"""A project's words by field as one text, in which a phrase is found by looking for it between spaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson
from sqlite_utils import Database

from store.index.generations import cached, remembered

IN_MEMORY = 1_500  # projects of a list whose texts are all kept, which spares most searches a read

_ALL = "SELECT id, words FROM search_texts LIMIT ?"
_TEXTS = "SELECT id, words FROM search_texts WHERE id IN (SELECT value FROM json_each(?))"


class Text(NamedTuple):
    """The words of FIELDS with a space around each; `whole` is all of them, a line each."""

    whole: str
    fields: tuple[str, ...]


def whole(fields: Iterable[str]) -> str:
    """Fields (words with spaces between) as they are stored."""
    return "\n".join(f" {field} " for field in fields)


def fields(whole: str) -> list[str]:
    """What `whole` was made of."""
    return [line[1:-1] for line in whole.split("\n")]


def read(db: Database, ids: Sequence[int]) -> dict[int, Text]:
    """The words of each of these projects; those that are gone are left out."""
    if (every := cached(db, "all texts", _every)) is not None:
        return {row_id: every[row_id] for row_id in ids if row_id in every}
    return remembered(
        db, "texts", ids, lambda some: _texts(db.conn.execute(_TEXTS, [orjson.dumps(some).decode()]))
    )


def _every(db: Database) -> dict[int, Text] | None:
    """All texts, when they are few enough to be kept in memory."""
    rows = db.conn.execute(_ALL, [IN_MEMORY + 1]).fetchall()
    return _texts(rows) if len(rows) <= IN_MEMORY else None


def _texts(rows: Iterable[tuple[int, str]]) -> dict[int, Text]:
    return {row_id: Text(words, tuple(words.split("\n"))) for row_id, words in rows}
