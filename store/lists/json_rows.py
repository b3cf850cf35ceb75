"""JSON with an array of objects as rows, its keys as headings. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from store.lists.limits import ListError

Cells = tuple[str, ...]
_DEEPEST = 4


def json_tables(text: str) -> list[tuple[str, list[Cells]]] | None:
    """Every array of objects in a JSON text, by the key that it stands under; None for what is no JSON.

    The first row of each has the headings. Raises ListError for JSON without such an array.
    """
    if not text.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        return None
    try:
        value = orjson.loads(text.strip("\ufeff \t\r\n"))
    except orjson.JSONDecodeError:
        value = _lines(text)
        if value is None:
            return None
    found = [(name, _table(rows)) for name, rows in _arrays(value, "", 0)]
    if not found:
        raise ListError(
            "JSON ですが、事業の配列（[{…}, {…}] の形）がありません。"
            "事業を1件ずつオブジェクトにした配列で用意してください。"
        )
    return found


def _lines(text: str) -> list[Any] | None:
    """The values of a text with a JSON object a line."""
    try:
        return [orjson.loads(line) for line in text.splitlines() if line.strip()]
    except orjson.JSONDecodeError:
        return None


def _arrays(value: Any, name: str, depth: int) -> Iterator[tuple[str, Sequence[dict[str, Any]]]]:
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        yield name, value
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, inside in value.items():
            yield from _arrays(inside, str(key), depth + 1)


def _table(rows: Sequence[dict[str, Any]]) -> list[Cells]:
    flat = [dict(_flat(row, "", 0)) for row in rows]
    keys = [*dict.fromkeys(key for row in flat for key in row)]
    return [tuple(keys), *(tuple(row.get(key, "") for key in keys) for row in flat)]


def _flat(value: Any, key: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and depth < _DEEPEST:
        for name, inside in value.items():
            yield from _flat(inside, f"{key}／{name}" if key else str(name), depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        yield key, "\n".join(text for each in value for _, text in _flat(each, "", depth + 1))
    else:
        yield key, _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)
