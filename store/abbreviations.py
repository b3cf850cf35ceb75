"""Compounds said in short: オリパラ for オリンピック・パラリンピック, パブコメ for パブリックコメント."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from sqlite_utils import Database

from store import lexicon
from store.kana import is_kana, katakana
from store.lexicon import Entry
from store.senses import Manner, Sense, Slot, any_of

SHORTEST, LONGEST = 4, 9  # characters of an abbreviation
PART = 2  # characters of the shortest beginning it keeps of a word
CANDIDATES = 40  # words looked at for one beginning
ROWS = 50


def expand(db: Database, term: str) -> list[Sense]:
    """The compounds of projects that `term`, typed in kana, is made of the beginnings of."""
    typed = "".join(char for char in katakana(term) if char.isalnum() or char == "ー")
    if not (SHORTEST <= len(typed) <= LONGEST and is_kana(typed)):
        return []
    for beginnings in _splits(typed):
        words = [_words(db, beginning) for beginning in beginnings]
        if all(words) and (sense := _compound(db, words)):
            return [sense]
    return []


def _splits(typed: str) -> Iterator[tuple[str, ...]]:
    """Two beginnings, evenest first, then three."""
    length = len(typed)
    for at in sorted(range(PART, length - PART + 1), key=lambda at: abs(2 * at - length)):
        yield typed[:at], typed[at:]
    for first in range(PART, length - 2 * PART + 1):
        for second in range(first + PART, length - PART + 1):
            yield typed[:first], typed[first:second], typed[second:]


def _words(db: Database, beginning: str) -> list[Entry]:
    """Words written in kana that begin so and go on."""
    found = lexicon.starting(db, beginning, limit=CANDIDATES)
    return list(dict.fromkeys(entry for entry, form in found if form != beginning and is_kana(form)))


def _compound(db: Database, words: Sequence[Sequence[Entry]]) -> Sense | None:
    """The sense of the first way in which one word of each place stands next to each other in a project."""
    everywhere = " AND ".join(f"({any_of(entry.word for entry in entries)})" for entries in words)
    rows = db.conn.execute(
        """
        SELECT name, section, purpose, overview, outcome FROM search_words
        WHERE search_words MATCH ? LIMIT ?""",
        [everywhere, ROWS],
    )
    texts = [f" {field} " for row in rows for field in row]
    phrases = (" ".join(entry.word for entry in way) for way in product(*words))
    said = [phrase for phrase in phrases if any(f" {phrase} " in text for text in texts)]
    if not said:
        return None
    projects = max(entry.projects for entries in words for entry in entries)
    return Sense(Manner.ABBREVIATION, (Slot(tuple(said), projects),))
