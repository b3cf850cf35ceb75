"""Read rows of cells from texts without separators: columns aligned by spaces, and JSON. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from store.lists.limits import ListError, Meter

_TOKEN = re.compile(r"\S+(?: \S+)*")  # one space is within a cell, two are between cells
_LEAST = 3  # tokens; a line with fewer does not show the columns
_SHARE = 0.03  # the share of those lines that may cross a gap between columns
_MOST_LINES = 20_000
_LONGEST, _LONGEST_LINE = 4_000_000, 2_000  # characters; printed texts are shorter


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str


def layout_rows(text: str, meter: Meter) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the line number (1-based) and the cells of each line; a continued line is joined.

    A gap between columns is where hardly any line has a letter. A line that crosses a gap (a title) is
    yielded as its tokens.
    """
    if len(text) > _LONGEST:
        return
    lines = [_tokens(line[:_LONGEST_LINE]) for line in text.replace("\f", "\n").split("\n")[:_MOST_LINES]]
    columns = _columns([tokens for tokens in lines if len(tokens) >= _LEAST])
    if len(columns) < _LEAST:
        return
    held: tuple[int, list[str]] | None = None
    after_blank = True
    for number, tokens in enumerate(lines, 1):
        cells = _placed(tokens, columns)
        if not tokens or cells is None:
            if held:
                yield held[0], tuple(held[1])
            held, after_blank = None, True
            if tokens:
                meter.row(len(tokens))
                yield number, tuple(token.text for token in tokens)
            continue
        if held and not after_blank and _goes_on(cells, held[1]):
            held = held[0], [above + below for above, below in zip(held[1], cells, strict=True)]
            continue
        if held:
            yield held[0], tuple(held[1])
        meter.row(len(cells))
        held, after_blank = (number, cells), False
    if held:
        yield held[0], tuple(held[1])


def _tokens(line: str) -> list[_Token]:
    """Return the tokens of a line, by their places on paper, where a wide letter takes two."""
    line = line.replace("\u3000", "  ").rstrip()
    place, places = 0, [0]
    for letter in line:
        place += 2 if unicodedata.east_asian_width(letter) in "WFA" else 1
        places.append(place)
    return [_Token(places[found.start()], places[found.end()], found[0]) for found in _TOKEN.finditer(line)]


def _columns(lines: Sequence[Sequence[_Token]]) -> list[tuple[int, int]]:
    """Return the beginning and the end of each column; only few lines have a letter in the gaps."""
    width = max((tokens[-1].end for tokens in lines), default=0)
    written = [0] * (width + 1)
    for tokens in lines:
        for token in tokens:
            for place in range(token.start, token.end):
                written[place] += 1
    most = int(len(lines) * _SHARE)
    found: list[tuple[int, int]] = []
    start: int | None = None
    for place, count in enumerate(written):
        if count > most and start is None:
            start = place
        elif count <= most and start is not None:
            found.append((start, place))
            start = None
    return found


def _placed(tokens: Sequence[_Token], columns: Sequence[tuple[int, int]]) -> list[str] | None:
    """Return the cells of a line, None if a token crosses two columns."""
    cells = [""] * len(columns)
    for token in tokens:
        under = [at for at, (start, end) in enumerate(columns) if token.start < end and start < token.end]
        if len(under) > 1:
            return None
        at = under[0] if under else _nearest(token, columns)
        cells[at] = f"{cells[at]} {token.text}".strip()
    return cells


def _nearest(token: _Token, columns: Sequence[tuple[int, int]]) -> int:
    return min(
        range(len(columns)),
        key=lambda at: min(abs(columns[at][0] - token.start), abs(columns[at][1] - token.end)),
    )


def _goes_on(cells: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a line continues the one above: its first cell is blank, and few others are filled."""
    filled = [at for at, cell in enumerate(cells) if cell]
    return not cells[0] and len(filled) * 2 <= len(cells) and all(above[at] for at in filled)


Cells = tuple[str, ...]
_DEEPEST = 4
_LONGEST_TITLE, _MOST_TITLES = 80, 5


def json_tables(text: str) -> list[tuple[str, list[Cells]]] | None:
    """Return the arrays of objects in a JSON text, with their keys; None if it is no JSON.

    The first row of each is the header, or else the texts beside the array, its title. Raises ListError for
    JSON without such an array.
    """
    if not text.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        return None
    try:
        value = orjson.loads(text.strip("\ufeff \t\r\n"))
    except orjson.JSONDecodeError:
        value = _lines(text)
        if value is None:
            return None
    title = [(text,) for text in _texts_of(value)]
    found = [(name, [*title, *_table(rows)]) for name, rows in _arrays(value, "", 0)]
    if not found:
        raise ListError(
            "JSON ですが、事業の配列（[{…}, {…}] の形）がありません。"
            "事業を1件ずつオブジェクトにした配列で用意してください。"
        )
    return found


def _lines(text: str) -> list[Any] | None:
    """Return the values of JSON Lines, None if it is none."""
    try:
        return [orjson.loads(line) for line in text.splitlines() if line.strip()]
    except orjson.JSONDecodeError:
        return None


def _texts_of(value: Any) -> list[str]:
    """Return the texts that stand beside the arrays, as a title with its year does."""
    if not isinstance(value, dict):
        return []
    texts = [
        str(each) for each in value.values() if isinstance(each, str) and 0 < len(each) <= _LONGEST_TITLE
    ]
    return texts[:_MOST_TITLES]


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
