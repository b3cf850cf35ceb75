"""What is read for a question about columns: names, cells, projects, indicators, where lists are from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log

from bot.ask.answers import Key
from bot.ask.columns.figures import Derived, Row, derived_cells
from bot.ask.columns.naming import ColumnNames, fold
from bot.ask.quantities import COUNTERS
from bot.ask.terms import is_light
from store.columns.catalog import cells
from store.columns.values import Cell, Column
from store.database import Database
from store.index.catalog import Catalog, Entry, NamedOffice
from store.index.snapshot import Memo
from store.index.tuning import TUNING
from store.lists.matching import Link
from store.search.related import line_of, predecessors
from store.text.morphology import tokenize
from store.text.normalize import alnum_key, has_kanji

_CHOICES = 400  # values of a column that are known by name
_JOINTS = re.compile(r"[\s／/、，,;；]+")
_WITH_DEPARTMENT = re.compile("(.+部)[^部]+[課室]")  # of a joint section: 政策課 教育部総務課
_SHORT = re.compile("(?:(?=.*[一-龥])[一-龥ァ-ヴーa-z]{3,8})|[ァ-ヴーa-z]{4,10}")  # an abbreviation
_OF_DEPARTMENTS = re.compile(r"[\n／/、，,;；]+")


class _Names(Memo[str, ColumnNames]):
    """The names of the columns of this version of the lists."""


class _Cells(Memo[int, Mapping[int, Cell]]):
    """Whole columns, by their ids: the cells by project."""


class _Sources(Memo[str, Mapping[int, str]]):
    """What the files of the lists are called."""


def column_names(db: Database) -> ColumnNames:
    """The columns of every list that give no field of a project, and their choices."""
    memo = db.snapshot.memo(_Names)
    return memo.get("") or memo.keep("", _read_names(db))


def rows(db: Database, columns: Sequence[Column], entries: Iterable[Entry]) -> list[Row]:
    """The cells of these columns for these projects, a project's cells together; none of another list's."""
    whole = [(column, _cells_of(db, column)) for column in columns]
    return [
        Row(entry, column, cell)
        for entry in entries
        for column, found in whole
        if (cell := found.get(entry.id))
    ]


def file_names(db: Database) -> Mapping[int, str]:
    """The names of the files that the lists are from, by the ids of their sources."""
    memo = db.snapshot.memo(_Sources)
    return memo.get("") or memo.keep("", dict(db.conn.execute("SELECT id, name FROM sources").fetchall()))


def of_offices(entries: Iterable[Entry], offices: Sequence[NamedOffice]) -> list[Entry]:
    """The projects of every office named: sections are alternatives, a section and its department are not.

    A project of several sections (A課／B課) is one of each of them.
    """
    found = list(entries)
    kinds = {office.name: office.kind for office in reversed(offices)}  # of one that is both, the first
    for kind in dict.fromkeys(kinds.values()):
        names = {name for name, its_kind in kinds.items() if its_kind == kind}
        found = [entry for entry in found if names & names_of_office(entry)]
    return found


def in_all_years(db: Database, group: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Link, ...]]:
    """A project in all years that are loaded, under whatever number and name, and the links that say so."""
    if not group or len(db.snapshot.fiscal_years) < 2:
        return tuple(group), ()
    newest = max(group, key=lambda entry: entry.fiscal_year)
    links = line_of(db, newest.key)
    keys = {key for link in links for key in (link.earlier.key, link.later.key)}
    entries = {entry.id: entry for entry in (*group, *db.snapshot.catalog.of_keys(keys))}
    return tuple(entries.values()), links


def before_of(db: Database, entries: Sequence[Entry], since: int = 0) -> Mapping[int, Entry]:
    """By the id of each project, the same project in the list of a year, else in the one before its own."""
    years = sorted(db.snapshot.fiscal_years)
    held = {entry.key: entry for entry in db.snapshot.catalog.entries}
    found: dict[int, Entry] = {}
    for year in {entry.fiscal_year for entry in entries}:
        earlier = since if since in years else max((each for each in years if each < year), default=year)
        if earlier >= year:
            continue
        links = predecessors(db, earlier, year)
        for entry in entries:
            if entry.fiscal_year == year and (link := links.get((year, entry.number))):
                found[entry.id] = held[link.earlier.key]
    return found


def names_of_office(entry: Entry, kind: str = "") -> set[str]:
    """The sections, department and organization of a project, or those of one kind."""
    department = entry.department or entry.section  # of a list that gives the department alone
    match kind:
        case "section":
            return set(_several(entry.section))
        case "department":
            return set(_several(department, _OF_DEPARTMENTS))
        case "organization":
            return {entry.organization}
    sections = _several(entry.section)
    above = [part[1] for each in sections if (part := _WITH_DEPARTMENT.fullmatch(each))]
    departments = (department, *_several(department, _OF_DEPARTMENTS), *department.split(), *above)
    return {entry.section, *sections, *departments, entry.organization}


def _several(offices: str, joints: re.Pattern[str] = _JOINTS) -> list[str]:
    """The offices of a cell, whatever else it names: A課／B課, A課・B課 but not 石油・天然ガス課."""
    found: list[str] = []
    for name in filter(None, joints.split(offices)):
        parts = name.split("・")
        found += parts if all(part.endswith(("課", "室", "局", "部", "係")) for part in parts) else [name]
    return found


def _cells_of(db: Database, column: Column) -> Mapping[int, Cell]:
    if isinstance(column, Derived):
        both = (column.one, column.other)
        return derived_cells(column, *(_cells_of(db, each) for each in both if each))
    memo = db.snapshot.memo(_Cells)
    kept = memo.get(column.id)
    if kept is None:
        kept = memo.keep(column.id, {cell.project_id: cell for cell in cells(db, [column.id])})
    return kept


def _read_names(db: Database) -> ColumnNames:
    columns = tuple(column for column in db.snapshot.columns if not column.role)
    choices: dict[int, tuple[str, ...]] = {}
    for column in columns:
        if column.kind == "choice":
            found = db.conn.execute(
                "SELECT DISTINCT text FROM cells WHERE column_id = ? AND state = '' LIMIT ?",
                [column.id, _CHOICES],
            )
            choices[column.id] = tuple(text for (text,) in found)
    return ColumnNames(columns, choices)


# ----------------------------------------------------------------------------------- projects by their names
def named_by(held: Catalog, words: tuple[str, ...], but: Sequence[Entry] = ()) -> tuple[Entry, ...]:
    """The one project, in its years, that has all of these words in its name; () for none or several.

    `but` is a project that is not meant, as it is named beside the one that is.
    """
    wanted = [alnum_key(word) for word in words if not is_light(word)]
    named = [name for name in held.by_name if wanted and all(word in name for word in wanted)]
    if wanted and not named:
        named = [name for name in held.by_name if all(is_named(word, name) for word in wanted)]
    entries = {entry.id: entry for name in named for entry in held.by_name[name] if entry not in but}
    return tuple(entries.values()) if len({entry.name for entry in entries.values()}) == 1 else ()


def is_named(word: str, name: str) -> bool:
    """Whether a name has a word, in full or in short."""
    return word in name or _abbreviates(word, name)


def _abbreviates(short: str, name: str) -> bool:
    """Whether a word is made of the beginnings of two and more words of a name, kanji being left out between.

    Both are folded: ファミサポ of ファミリーサポートセンター, 衆院選 of 衆議院議員選挙.
    """
    letters = iter(name)
    if not _SHORT.fullmatch(short) or not all(letter in letters for letter in short):
        return False
    ends = {(0, 0)}  # how much of it, by how many words
    for token in tokenize(name):
        word = name[token.start : token.end]
        ends |= {
            (at + taken, words + 1)
            for at, words in ends
            for taken in range(1, min(len(short) - at, len(word)) + 1)
            if _begins(short[at : at + taken], word)
        }
    return any(at == len(short) and words > 1 for at, words in ends)


def _begins(part: str, word: str) -> bool:
    if word.startswith(part):
        return has_kanji(part) or len(part) >= TUNING.abbreviating.part
    rest = iter(word)
    return all(map(has_kanji, part)) and part[0] == word[0] and all(letter in rest for letter in part)


def of_key(key: Key, held: Catalog) -> tuple[Entry, ...]:
    """A project in all its years: those of its number that bear its name."""
    same = held.of_number(key[1])
    own = [entry for entry in same if entry.key == key]
    return tuple(entry for entry in same if own and (entry in own or entry.name == own[0].name))


# ---------------------------------------------------------------------------------- what projects measure
_TAIL = re.compile("(?:の?(?:延べ?)?[人件回]?(?:数|率|額|量))$")
_LETTERS = re.compile("[一-龥々ァ-ヴーa-z0-9]+")
_WITH_KANA = re.compile("[一-龥々ァ-ヴーa-z0-9ぁ-ん]+")
_REMARK = re.compile("[(（][^()（）]*[)）]")
UNITS = "トン|キロ|メートル|ヘクタール|リットル|パーセント|%|割"
# 店舗 of 何店舗で, which is no counter; an indicator may be named by it.
COUNTED_NOUN = f"(?!{COUNTERS})[一-龥]{{2}}(?=[はがをでにも、?？]|$)"
ASKING = re.compile(  # says how it is asked
    f"何(?:(?={COUNTED_NOUN})|{UNITS}|[一-龥])?|実際|百?[千万億]?円で?|教え|年間|実績|事業|程度|幾つ|知り|知ら|願い|合計|全部|今年|数字|数値"
    "|値(?![一-龥])|数(?![一-龥])|いくつ|いくら|どの?(?:くらい|ぐらい)|どれ(?:くらい|ぐらい|だけ)|ください|それぞれ"
    "|について|って|され[たてる]|して|てい[たてる]|れた|ました?|でした|です|ますか?|あり|ある|いる"
)
Pairs = frozenset[str]


@dataclass(frozen=True)
class Indicator:
    """What one project measures: its name as published, the column that says it, and their pairs.

    `pairs` are those that the name is known by: without 数 and 率 at its end and hiragana; `core` without
    remarks too. `said` are all of the name, `around` those of the project's name and section.
    """

    entry: Entry
    column: Column
    name: str
    pairs: Pairs
    core: Pairs
    said: Pairs
    around: Pairs


@dataclass(frozen=True)
class Indicators:
    """The indicators of all lists, and how rare a pair of characters is among them."""

    every: tuple[Indicator, ...]
    having: Mapping[str, tuple[int, ...]]  # a pair -> the indicators with it, by their place in `every`
    most: float

    def weight(self, pair: str) -> float:
        """How rare a pair is, from 0; one that no indicator has counts most."""
        return self.most - log(1 + len(self.having.get(pair, ())))

    def of_project(self, key: Key) -> list[Indicator]:
        """Those of one project in one year."""
        return [one for one in self.every if (one.entry.fiscal_year, one.entry.number) == key]

    def own(self, one: Indicator, asked: Pairs) -> float:
        """The part of an indicator's name that is asked for, from 0 to 1."""
        return max(self.share(each, asked) for each in (one.pairs, one.core, one.said))

    def share(self, wanted: Pairs, found: Pairs) -> float:
        """The part of what is wanted that is found, from 0 to 1."""
        whole = fsum(map(self.weight, wanted))  # exact: in whatever order a set has them
        return fsum(map(self.weight, wanted & found)) / whole if whole else 0.0


class _Known(Memo[str, Indicators]):
    """The indicators of this version of the lists."""


def pairs(text: str, *, with_kana: bool = False) -> Pairs:
    """The pairs of neighbouring characters in the words of a folded text, hiragana left out or not."""
    runs = (_WITH_KANA if with_kana else _LETTERS).findall(text)
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1))


def known_indicators(db: Database) -> Indicators:
    """The indicators of all lists that are loaded."""
    memo = db.snapshot.memo(_Known)
    return memo.get("") or memo.keep("", _read(db))


def _read(db: Database) -> Indicators:
    names = column_names(db)
    said = [
        c for c in names.columns if c.topic == "indicator" and c.group_name and c.kind in ("text", "choice")
    ]
    said = [c for c in said if not c.group_part and len(names.of_group([c])) > 1]
    every = tuple(_indicators(db, said))
    having: dict[str, list[int]] = {}
    for at, one in enumerate(every):
        for pair in one.said | one.around:
            having.setdefault(pair, []).append(at)
    return Indicators(every, {pair: tuple(places) for pair, places in having.items()}, log(2 + len(every)))


def _indicators(db: Database, columns: Iterable[Column]) -> Iterable[Indicator]:
    entries = db.snapshot.catalog.entries
    for column in columns:
        for row in rows(db, [column], [e for e in entries if e.fiscal_year == column.fiscal_year]):
            name = ASKING.sub(" ", fold(row.cell.text))
            bare, short = (_TAIL.sub("", text) for text in (name, _REMARK.sub("", name)))
            own = pairs(bare) or pairs(name) or pairs(bare, with_kana=True)
            if not row.cell.state and own:
                around = pairs(ASKING.sub(" ", fold(row.entry.name)), with_kana=True)
                around |= pairs(fold(row.entry.section))
                said = own | pairs(name, with_kana=True)
                yield Indicator(
                    row.entry, column, row.cell.text.strip(), own, pairs(short) or own, said, around
                )
