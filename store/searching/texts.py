"""A project's words by field as one text, in which a phrase is found by looking for it between spaces."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from store.generations import remembered

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

    def from_rows(some: list[int]) -> dict[int, Text]:
        rows = db.conn.execute(_TEXTS, [json.dumps(some)])
        return {row_id: Text(words, tuple(words.split("\n"))) for row_id, words in rows}

    return remembered(db, "texts", ids, from_rows)
