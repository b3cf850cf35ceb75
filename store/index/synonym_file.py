"""synonyms.csv: a city's own synonyms and former names, a word (語) a row with those like it (同義語).

使わない in place of a synonym switches the word's group of the shipped thesaurus off, 使う on again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import NamedTuple

from store.index import thesaurus
from store.lists.cells import Row, first_table
from store.lists.limits import LIMITS, Limits, ListError
from store.records import RejectedRow
from store.text.kana import katakana
from store.text.normalize import header_key

WORD, SYNONYMS = "語", "同義語"
OFF, ON = "使わない", "使う"  # in place of a synonym: what the shipped thesaurus has of the word
SHORTEST = 2  # characters: one alone is part of too many words

_SEPARATORS = re.compile(r"\s*[、,，;；\n]\s*")

Pair = tuple[str, str]


class Suggested(NamedTuple):
    """A word that was asked for and no record has, and the nearest in meaning that one has; to be judged.

    `project` and `sentence` show where; `asked` is in how many questions the word stood.
    """

    word: str
    synonym: str
    project: str
    sentence: str
    asked: int


def read_synonyms(data: bytes, limits: Limits = LIMITS) -> tuple[list[Pair], list[RejectedRow]]:
    """Pairs and refused rows of a CSV, TSV or XLSX headed 語 and 同義語. Raises ListError for others."""
    rows = first_table(data, lambda cells: {WORD, SYNONYMS} <= set(map(header_key, cells)), limits)
    if rows:
        return _read(rows)
    raise ListError(
        f"1行目に「{WORD}」と「{SYNONYMS}」がありません。jigyo synonyms export の形にしてください。"
    )


def write_synonyms(pairs: Iterable[Pair]) -> str:
    """CSV text that `read_synonyms` reads back."""
    words: dict[str, list[str]] = {}
    for word, synonym in pairs:
        words.setdefault(word, []).append(synonym)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow((WORD, SYNONYMS))
    writer.writerows((word, "、".join(synonyms)) for word, synonyms in words.items())
    return out.getvalue()


def switches(pairs: Iterable[Pair]) -> tuple[list[Pair], list[tuple[str, bool]]]:
    """The pairs, and apart from them the words whose group of the shipped thesaurus goes on (True) or off."""
    every = list(pairs)
    meant = [(word, value == ON) for word, value in every if value in (OFF, ON)]
    return [pair for pair in every if pair[1] not in (OFF, ON)], meant


def write_suggested(found: Iterable[Suggested]) -> str:
    """CSV text that `read_synonyms` takes once it has been judged; what only explains is not read."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow((WORD, SYNONYMS, "近い事業", "近い文", "尋ねられた数"))
    writer.writerows(found)
    return out.getvalue()


def _read(rows: list[Row]) -> tuple[list[Pair], list[RejectedRow]]:
    header = [header_key(cell) for cell in rows[0].cells]
    pairs: list[Pair] = []
    rejected: list[RejectedRow] = []
    for row in rows[1:]:
        cells = dict(zip(header, (cell.strip() for cell in row.cells), strict=False))
        word, synonyms = cells.get(WORD, ""), _SEPARATORS.split(cells.get(SYNONYMS, ""))
        if problem := _problem(word, synonyms):
            column, reason = problem
            if row.filled:
                rejected.append(RejectedRow(row.line, header.index(column) + 1, reason, "\t".join(row.cells)))
        else:
            pairs += [(word, synonym) for synonym in synonyms]
    return pairs, rejected


def _problem(word: str, synonyms: list[str]) -> tuple[str, str] | None:
    """The column and the reason why a row can't be taken, or None."""
    if len(word) < SHORTEST:
        return WORD, f"「{WORD}」には{SHORTEST}文字以上の言葉を書いてください。"
    if any(len(synonym) < SHORTEST for synonym in synonyms):
        return SYNONYMS, f"「{SYNONYMS}」には{SHORTEST}文字以上の言葉を、、で区切って書いてください。"
    if {OFF, ON} & {*synonyms} and not thesaurus.group_of(word):
        return WORD, f"「{word}」は標準の言い換えにありません（jigyo synonyms list で見られます）。"
    if any(katakana(synonym) == katakana(word) for synonym in synonyms):
        return SYNONYMS, f"「{word}」が自分自身の同義語になっています。"
    return None
