"""A project's words by field as one text, in which a phrase is found by looking for it between spaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson

from store.index.version import Lookup, Version, part

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
        rows = self.version.db.conn.execute(_ALL, [IN_MEMORY + 1]).fetchall()
        return _texts(rows) if len(rows) <= IN_MEMORY else None

    def _read(self, some: list[int]) -> dict[int, Text]:
        return _texts(self.version.db.conn.execute(_TEXTS, [orjson.dumps(some).decode()]))


def _texts(rows: Iterable[tuple[int, str]]) -> dict[int, Text]:
    return {row_id: Text(words, tuple(words.split("\n"))) for row_id, words in rows}
