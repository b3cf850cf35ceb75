"""A city's own synonyms and former names, as data: kept in the database, in force at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from sqlite_utils import Database

from store.index import raise_generation
from store.lists.cells import Row, csv_text, first_table, unguarded
from store.lists.limits import LIMITS, Limits, ListError
from store.records import RejectedRow
from store.text.normalize import header_key, katakana, width_fold

REWORDINGS = 8  # other wordings of one term that are tried
EQUIVALENTS = 10  # the same by the shipped thesaurus

_NAMED = """
    SELECT word_key, synonym FROM synonyms WHERE instr(?1, word_key)
    UNION SELECT synonym_key, word FROM synonyms WHERE instr(?1, synonym_key)"""
_FILE = "data/thesaurus.tsv"
_RELATED = "data/related.tsv"
_FIELD = "分野"  # a field of policy and what belongs to it
_EQUALS = "＝"
WORD, SYNONYMS = "語", "同義語"
OFF, ON = "使わない", "使う"  # in place of a synonym: what the shipped thesaurus has of the word
SHORTEST = 2  # characters: one alone is part of too many words
_SEPARATORS = re.compile(r"\s*[、,，;；\n]\s*")
Pair = tuple[str, str]


def rewordings(db: Database, term: str) -> Iterator[str]:
    """`term` with a listed word in it said otherwise, longest listed word first."""
    typed, key_of_typed = width_fold(term), katakana(term)
    rows = sorted(db.conn.execute(_NAMED, [key_of_typed]), key=lambda row: (-len(row[0]), row))
    for key, other in islice(rows, REWORDINGS):
        at = key_of_typed.index(key)
        yield typed[:at] + other + typed[at + len(key) :]


def of_city_in(db: Database, text: str, ends: Collection[int]) -> list[Listed]:
    """The words of the city's own list in a text, each with the others; of two that overlap the longer one.

    They begin and end where a word of the text does: `ends` are those places.
    """
    key, places = katakana(text), {0, *ends}
    found: list[Listed] = []
    others: dict[str, list[str]] = {}
    for word, other in db.conn.execute(_NAMED, [key]) if len(key) == len(text) else ():
        others.setdefault(word, []).append(other)
    for word in sorted(others, key=lambda each: -len(each)):
        at = key.find(word)
        while at >= 0:
            end = at + len(word)
            if {at, end} <= places and all(end <= each.start or each.end <= at for each in found):
                group = Group((text[at:end], *sorted(others[word])), "")
                found.append(Listed(at, end, group, group.terms[1:]))
            at = key.find(word, end)
    return sorted(found)


def are_any(db: Database) -> bool:
    """Whether the city lists synonyms."""
    return db.conn.execute("SELECT 1 FROM synonyms LIMIT 1").fetchone() is not None


def listed(db: Database) -> list[tuple[str, str]]:
    """Every pair, as the city wrote it."""
    return list(db.conn.execute("SELECT word, synonym FROM synonyms ORDER BY word_key, synonym_key"))


def add(db: Database, pairs: Iterable[tuple[str, str]]) -> int:
    """Add pairs that are not listed yet, either way round; return how many were new. Does not commit."""
    before = db.conn.total_changes
    db.conn.executemany(
        """
        INSERT OR IGNORE INTO synonyms (word, synonym, word_key, synonym_key) SELECT ?1, ?2, ?3, ?4
        WHERE NOT EXISTS (SELECT 1 FROM synonyms WHERE word_key = ?4 AND synonym_key = ?3)""",
        ((word, other, katakana(word), katakana(other)) for word, other in pairs),
    )
    if added := db.conn.total_changes - before:
        raise_generation(db)
    return added


def keep_only(db: Database, pairs: Iterable[tuple[str, str]]) -> int:
    """Drop the pairs that are not among these, either way round; return how many. Does not commit."""
    wanted = {frozenset((katakana(word), katakana(other))) for word, other in pairs}
    rows = db.conn.execute("SELECT id, word_key, synonym_key FROM synonyms").fetchall()
    gone = [(row_id,) for row_id, word, other in rows if frozenset((word, other)) not in wanted]
    db.conn.executemany("DELETE FROM synonyms WHERE id = ?", gone)
    if gone:
        raise_generation(db)
    return len(gone)


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that mean the same, the one used most first, and the reason: 略称, 旧称, 法令の用語."""

    terms: tuple[str, ...]
    reason: str


class Listed(NamedTuple):
    """A term of the thesaurus at its place in a text: its group, and the others of it.

    One typed in other letters is among the others as it is written: がばめんとくらうど is ガバメントクラウド.
    """

    start: int
    end: int
    group: Group
    others: tuple[str, ...]


class Terms(NamedTuple):
    """Groups by the keys of their terms, and the keys by their first two characters, the longest first."""

    by_key: Mapping[str, Group]
    by_beginning: Mapping[str, Sequence[str]]


@lru_cache(maxsize=1)
def groups() -> tuple[Group, ...]:
    """Every group, in the order of the file; read once a process."""
    return tuple(Group(tuple(terms.split(_EQUALS)), reason) for terms, reason in _lines(_FILE))


def _lines(name: str) -> list[list[str]]:
    text = files(__package__).joinpath(name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


@lru_cache(maxsize=1)
def by_key() -> Mapping[str, Group]:
    """The groups by the folded keys of their terms."""
    return {katakana(term): group for group in groups() for term in group.terms}


@lru_cache(maxsize=1)
def by_beginning() -> Mapping[str, Sequence[str]]:
    """The keys of terms by their first two characters, the longest first."""
    return _by_beginning(by_key())


def _by_beginning(keys: Iterable[str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for key in sorted(keys, key=len, reverse=True):
        found.setdefault(key[:2], []).append(key)
    return found


@lru_cache(maxsize=1)
def related() -> Terms:
    """What has to do with a term (its kinds, parts, means) and is no equivalent, and the other way round.

    Who speaks of a field of policy as a whole says nothing of what belongs to it: スポーツ振興 is no プール.
    An equivalent of a term has to do with the same. Of a group the first is the term itself.
    """
    found: dict[str, dict[str, str]] = {}
    for (term, *others), reason in ((each.terms, each.reason) for each in related_groups()):
        for other in others:
            for one, to in ((term, other),) if reason == _FIELD else ((term, other), (other, term)):
                group = group_of(one)
                for each in group.terms if group else (one,):
                    found.setdefault(katakana(each), {each: reason})[to] = reason
    groups_by_key = {key: Group((*terms,), next(iter(terms.values()))) for key, terms in found.items()}
    return Terms(groups_by_key, _by_beginning(groups_by_key))


@lru_cache(maxsize=1)
def related_groups() -> tuple[Group, ...]:
    """A term and what has to do with it, in the order of the file; the reason says how."""
    return tuple(Group((term, *others.split(_EQUALS)), reason) for term, others, reason in _lines(_RELATED))


def group_of(term: str) -> Group | None:
    """The group that has this term, however its width, case and kana are written."""
    return by_key().get(katakana(term))


def listed_in(
    text: str, ends: Collection[int], off: Collection[str] = (), terms: Terms | None = None
) -> list[Listed]:
    """The terms of the thesaurus in a text, the longest first, none that is part of another.

    A term begins and ends where a word of the text does: `ends` are those places. `off` are keys of terms
    whose groups are not in use, `terms` those that are looked for: else the equivalents.
    """
    among, key = terms or Terms(by_key(), by_beginning()), katakana(text)
    if (whole := among.by_key.get(key)) is not None:
        return [] if _is_off(whole, off, terms) else [Listed(0, len(text), whole, _others(whole, text))]
    if len(key) != len(text):
        return []  # a place in one is none in the other
    places = {0, *ends}
    found: list[Listed] = []
    covered = 0  # what ends before here is part of a term already found
    for start in sorted(places):
        for listed in among.by_beginning.get(key[start : start + 2], ()):
            end = start + len(listed)
            if end > covered and end in places and key.startswith(listed, start):
                group = among.by_key[listed]
                covered = end
                if not _is_off(group, off, terms):
                    found.append(Listed(start, end, group, _others(group, text[start:end])))
                break
    return sorted(found, key=lambda each: each.start - each.end)


def equivalents(text: str, ends: Collection[int], off: Collection[str] = ()) -> Iterator[str]:
    """`text` with a term of the thesaurus in it said otherwise, the longest term first; a few of them."""
    typed = width_fold(text)
    return islice(
        (
            typed[: each.start] + other + typed[each.end :] if each.end - each.start < len(text) else other
            for each in listed_in(text, ends, off)
            for other in each.others
        ),
        EQUIVALENTS,
    )


def _others(group: Group, typed: str) -> tuple[str, ...]:
    key, folded = katakana(typed), width_fold(typed)
    itself = [term for term in group.terms if katakana(term) == key and width_fold(term) != folded]
    return (*itself, *(term for term in group.terms if katakana(term) != key))


def _is_off(group: Group, off: Collection[str], terms: Terms | None = None) -> bool:
    """Whether the city has switched a group off; one of related words only by its own term."""
    return bool(off) and any(katakana(term) in off for term in group.terms[: 1 if terms else None])


def switched_off(db: Database) -> dict[str, str]:
    """Key -> word, of the words whose groups the city has switched off."""
    return dict(db.conn.execute("SELECT word_key, word FROM thesaurus_off ORDER BY word_key"))


def switch(db: Database, words: Iterable[tuple[str, bool]], *, only: bool = False) -> None:
    """Switch the group of each word on (True) or off; with `only`, all others on. Does not commit."""
    before = switched_off(db)
    now = {} if only else dict(before)
    for word, is_on in words:
        group = group_of(word)
        keys = [katakana(term) for term in group.terms] if group else [katakana(word)]
        for key in keys:
            now.pop(key, None)
        if not is_on:
            now[katakana(word)] = word
    if now == before:
        return
    db.conn.execute("DELETE FROM thesaurus_off")
    db.conn.executemany("INSERT INTO thesaurus_off (word_key, word) VALUES (?, ?)", now.items())
    raise_generation(db)


class Suggested(NamedTuple):
    """A word that was asked for and no record has, and the nearest in meaning that one has; to be judged.

    `project` and `sentence` show where; `asked` is in how many questions the word stood, `confirmed` how many
    people said that the project is what they meant.
    """

    word: str
    synonym: str
    project: str
    sentence: str
    asked: int
    confirmed: int = 0


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
    return csv_text([(WORD, SYNONYMS), *((word, "、".join(synonyms)) for word, synonyms in words.items())])


def switches(pairs: Iterable[Pair]) -> tuple[list[Pair], list[tuple[str, bool]]]:
    """The pairs, and apart from them the words whose group of the shipped thesaurus goes on (True) or off."""
    every = list(pairs)
    meant = [(word, value == ON) for word, value in every if value in (OFF, ON)]
    return [pair for pair in every if pair[1] not in (OFF, ON)], meant


def write_suggested(found: Iterable[Suggested]) -> str:
    """CSV text that `read_synonyms` takes once it has been judged; what only explains is not read."""
    return csv_text([(WORD, SYNONYMS, "近い事業", "近い文", "尋ねられた数", "合っているとされた数"), *found])


def _read(rows: list[Row]) -> tuple[list[Pair], list[RejectedRow]]:
    header = [header_key(cell) for cell in rows[0].cells]
    pairs: list[Pair] = []
    rejected: list[RejectedRow] = []
    for row in rows[1:]:
        cells = dict(zip(header, (unguarded(cell.strip()) for cell in row.cells), strict=False))
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
    if {OFF, ON} & {*synonyms} and not group_of(word) and katakana(word) not in related().by_key:
        return WORD, f"「{word}」は標準の言い換えにありません（jigyo synonyms list で見られます）。"
    if any(katakana(synonym) == katakana(word) for synonym in synonyms):
        return SYNONYMS, f"「{word}」が自分自身の同義語になっています。"
    return None
