"""The projects that a question about columns is of: of which list's year, office and condition."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.ask.columns import wording
from bot.ask.columns.conditions import Bound, Choice, How, Trait, columns_of
from bot.ask.columns.evidence import before_of, column_names, of_offices, rows
from bot.ask.columns.figures import Derived, Row, difference, fits, likeliness, numbers, paired, ratio
from bot.ask.columns.naming import GRADES, ColumnNames, Mention, bare, fold, is_unit
from bot.ask.columns.reading import ColumnQuestion
from bot.ask.columns.skeleton import YEAR
from bot.ask.wording import Say
from store.columns.headings import plain_heading
from store.columns.values import NUMERIC, Column, is_money
from store.database import Database
from store.index.catalog import Entry, NamedOffice
from store.text.normalize import one_space
from store.text.numbers import last_year_said, said_in_heading

_OF_A_LIST = re.compile(f"{YEAR}の?(?:一覧|リスト|表|シート)")
_SAYS_NONE = re.compile("[^0-9。]{0,40}(?:な|無)し")
_NEAR = 3  # amounts of a year that are told where the one asked for is not there


class Lacking(NamedTuple):
    """Words for columns, and the years asked for of which no list has them.

    `near` are columns of these years, `elsewhere` years of which only other projects' lists have them.
    """

    words: tuple[str, ...]
    years: tuple[int, ...]
    near: tuple[Column, ...] = ()
    elsewhere: tuple[int, ...] = ()


@dataclass(frozen=True)
class Scope:
    """The projects that a question is about, of one list's year: of which offices, on what conditions.

    `columns` are those that numbers are taken of, one for each list; `cited` all that conditions read;
    `others` the headings of columns that may be meant too; `lacking` is what is not of the year asked for.
    `uncompared` are columns whose cells are to be held against a year that no list has. `within` is what
    the projects are that the thread counted, where it is of those alone; `whole` are all of the offices.
    """

    entries: tuple[Entry, ...]
    offices: tuple[str, ...] = ()
    conditions: tuple[Say, ...] = ()
    columns: tuple[Column, ...] = ()
    cited: tuple[Column, ...] = ()
    others: tuple[str, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    uncompared: tuple[Column, ...] = ()
    within: str = ""
    whole: tuple[Entry, ...] = ()


def scope_of(
    db: Database, question: ColumnQuestion, every: Sequence[Entry], topic: Say | None
) -> Scope | None:
    """What a question is about; None where no column of it is of any list."""
    question, lacking = _of_near_year(db, question)
    pool = candidates(question)
    year, other = _year(pool, question)
    if year is None:
        return None
    if any(b.is_money and not any(is_money(c.unit) for c in _of_list(b, year)) for b in question.bounds):
        return None  # 円 of what has no unit cannot be told
    held = db.snapshot.catalog
    of_year: Sequence[Entry] = held.by_year.get(year, ())
    if every is not held.entries:
        of_year = [entry for entry in every if entry.fiscal_year == year]
    if question.among and question.aggregate != "share":
        of_year = [entry for entry in of_year if entry.id in question.among]
    measured, others = _measured(question, year)
    scope = Scope(
        tuple(of_year), columns=measured, others=others, lacking=lacking or other, within=question.within
    )
    if question.aggregate == "share":
        return scope
    whole = found = of_offices(of_year, question.offices)
    if question.aggregate == "compare":  # a department beside a section of another
        either = {e.id for office in question.offices for e in of_offices(of_year, [office])}
        whole = found = [entry for entry in of_year if entry.id in either]
    cited: list[Column] = []
    conditions = [topic] if topic else []
    for keeps, columns, condition in conditions_of(db, question, year, found):
        found = [entry for entry in found if keeps(entry)]
        cited += columns
        conditions.append(condition)
    return replace(
        scope,
        entries=tuple(found),
        offices=names_of(question.offices),
        conditions=tuple(conditions),
        cited=tuple(cited),
        uncompared=_uncompared(db, question, year),
        whole=tuple(whole),
    )


def _uncompared(db: Database, question: ColumnQuestion, year: int) -> tuple[Column, ...]:
    """The columns of the first condition that compares with a year before, where no list has one."""
    for trait in question.traits:
        columns = [c for c in trait.columns if c.fiscal_year == year and not is_unit(c)]
        if trait.how in ("grew", "fell", "changed") and columns:
            every = db.snapshot.catalog.by_year.get(year, ())
            if not _before(db, columns, every, question.ends[0]):
                return tuple(columns)
    return ()


def names_of(offices: Iterable[NamedOffice]) -> tuple[str, ...]:
    """The offices that are named, in one line each."""
    return tuple(one_space(office.name) for office in offices)


def speaking_of(columns: Iterable[Column], years: Collection[int]) -> list[Column]:
    """Those of the columns that speak of one of the years."""
    return [column for column in columns if column.year in years]


def years_lacking(question: ColumnQuestion, mention: Mention, columns: Sequence[Column]) -> list[int]:
    """The years asked for that none of these columns, which a word means, speaks of.

    None where the word says its own year (前年度決算), or a list is meant (令和6年度の一覧の決算).
    """
    if not columns or said_in_heading(mention.word) or _OF_A_LIST.search(question.skeleton):
        return []
    return [year for year in question.years if not speaking_of(columns, [year])]


def near_of_year(names: ColumnNames, columns: Sequence[Column], years: Collection[int]) -> list[Column]:
    """The amounts that the same lists give of these years under other names: R6決算見込 for R6決算."""
    if not columns or any(column.topic != "cost" for column in columns):
        return []
    lists = {(column.source_id, column.fiscal_year) for column in columns}
    near = [
        c
        for c in names.columns
        if (c.source_id, c.fiscal_year) in lists and c.value_year in years and c.topic == "cost"
        if c.basis and c.kind in NUMERIC and not likeliness(c)[0]
    ]
    return sorted(near, key=lambda column: (column.basis != "forecast", likeliness(column)))[:_NEAR]


def candidates(question: ColumnQuestion) -> list[Column]:
    """The columns asked for, else those of the conditions, else those that it goes by."""
    asked = [column for mention in question.asked for column in mention.columns]
    if asked:
        return asked
    conditions = columns_of(*question.bounds, *question.choices, *question.traits)
    return list(conditions or question.by_columns)


def _of_near_year(db: Database, question: ColumnQuestion) -> tuple[ColumnQuestion, tuple[Lacking, ...]]:
    """The question of the nearest columns, and what is lacking, where no list has it of the years asked for.

    Of that year a forecast of the same (R6決算見込 for R6決算), else the columns of another year.
    """
    lacking: list[Lacking] = []
    asked: list[Mention] = []
    for mention in question.asked:
        years = years_lacking(question, mention, mention.columns)
        if len(years) < len(question.years) or not years:
            asked.append(mention)
            continue
        near = near_of_year(column_names(db), mention.columns, years)
        heads = {bare(fold(column.heading)) for column in mention.columns}
        forecasts = tuple(
            c for c in near if c.basis == "forecast" and any(head in fold(c.heading) for head in heads)
        )
        asked.append(replace(mention, columns=forecasts) if forecasts else mention)
        lacking.append(Lacking((mention.word,), tuple(years), tuple(near)))
    return replace(question, asked=tuple(asked)), tuple(lacking)


def _year(pool: Sequence[Column], question: ColumnQuestion) -> tuple[int | None, tuple[Lacking, ...]]:
    """The fiscal year of the list that is asked: one that speaks of the year said, else the newest."""
    since, until = question.ends
    years = tuple(filter(None, [until])) if since else question.years  # from a year on: in the newest
    spoken = [c.fiscal_year for c in speaking_of(pool, years)]
    listed = [c.fiscal_year for c in pool if c.fiscal_year in years]
    if spoken or listed:
        is_other = not spoken and not question.asked and not _OF_A_LIST.search(question.skeleton)
        return max(spoken or listed), _no_column(pool, question) if is_other else ()
    newest = max((c.fiscal_year for c in pool), default=None)
    return newest, _no_column(pool, question) if newest is not None and years else ()


def _no_column(pool: Sequence[Column], question: ColumnQuestion) -> tuple[Lacking, ...]:
    words = dict.fromkeys(plain_heading(c.heading) for c in pool)
    return (Lacking(tuple(words)[:3], question.years),)


def _measured(question: ColumnQuestion, year: int) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """The columns of numbers that are added up or put in order: one heading, the likeliest of several."""
    if of_two := between(question, year):
        return of_two, ()
    pool = [c for mention in question.asked for c in mention.columns if c.fiscal_year == year]
    numeric = list(dict.fromkeys(c for c in pool if c.kind in NUMERIC and not is_unit(c)))
    if not numeric:
        return (), ()
    asked = [c for c in numeric if c.year in question.years]
    best = min(asked or numeric, key=likeliness)
    chosen = tuple(c for c in numeric if fold(c.heading) == fold(best.heading))
    others = dict.fromkeys(one_space(c.heading) for c in numeric if fold(c.heading) != fold(best.heading))
    return chosen, tuple(others)


def between(question: ColumnQuestion, year: int) -> tuple[Column, ...]:
    """What is between two columns that are asked for: their difference, or one in percent of the other."""
    if not question.between or len(question.asked) < 2:
        return ()
    one, other = ([c for c in each.columns if c.fiscal_year == year] for each in question.asked[:2])
    if question.between == "difference":
        return tuple(difference(*pair) for pair in paired(one, other))
    first, second = (other, one) if question.between == "second of first" else (one, other)
    return tuple(ratio(*pair) for pair in paired(first, second))


Condition = tuple[Callable[[Entry], bool], list[Column], Say]
"""What a condition keeps, the columns that it looks at, and what it is."""


def conditions_of(
    db: Database, question: ColumnQuestion, year: int, entries: Sequence[Entry]
) -> list[Condition]:
    """Each condition of a question on the projects of a list's year."""
    return [
        *(_of_choice(db, choice, year, entries) for choice in question.choices),
        *(_of_bound(db, bound, year, entries) for bound in question.bounds),
        *(_of_trait(db, trait, year, entries, question.ends) for trait in question.traits),
    ]


def _of_choice(db: Database, choice: Choice, year: int, entries: Sequence[Entry]) -> Condition:
    columns = [c for c in choice.columns if c.fiscal_year == year]
    found = rows(db, columns, entries)
    meant = [row for row in found if is_chosen(row, choice)]
    having = {row.entry.id for row in meant}
    valued = {row.entry.id for row in found if not row.cell.state}
    ids = valued - having if choice.is_denied else having
    shown = list(dict.fromkeys(row.cell.text.strip() for row in meant))
    told = wording.is_value(columns, shown or choice.values, is_denied=choice.is_denied)
    return (lambda entry: entry.id in ids), columns, told


def is_chosen(row: Row, choice: Choice) -> bool:
    """Whether a cell is one of the choices asked for."""
    return fold(row.cell.text) in choice.values


def _of_bound(db: Database, bound: Bound, year: int, entries: Sequence[Entry]) -> Condition:
    columns = _of_list(bound, year)
    unit = columns[0].unit if columns else ""
    found = rows(db, columns, entries)
    ids = {
        row.entry.id
        for row in found
        if fits(row, bound.low, bound.high, is_open=bound.is_open, yen_of=unit if bound.is_money else "")
    }
    if bound.is_denied:
        ids = {row.entry.id for row in found if row.cell.number is not None and not row.cell.state} - ids
    shown = [c.one if isinstance(c, Derived) and c.one else c for c in columns]  # 決算が予算を超える
    other = next((c.other for c in bound.columns if isinstance(c, Derived)), None)
    return (lambda entry: entry.id in ids), columns, wording.is_within(shown, bound, other)


def _of_list(bound: Bound, year: int) -> list[Column]:
    """The columns of a list's year that a bound is on: those of one heading, the likeliest."""
    pool = [c for c in bound.columns if c.fiscal_year == year]
    best = min(pool, key=likeliness) if pool else None
    return [c for c in pool if best and fold(c.heading) == fold(best.heading)]


def _of_trait(
    db: Database, trait: Trait, year: int, entries: Sequence[Entry], ends: tuple[int, int]
) -> Condition:
    if trait.how == "in years":
        return _of_years(db, trait, year, entries)
    since, until = ends
    pool = [c for c in trait.columns if c.fiscal_year == year and not is_unit(c)]
    pool = (speaking_of(pool, [until]) if until else []) or pool
    of_heading: dict[str, list[Column]] = {}
    for column in pool:
        of_heading.setdefault(fold(column.heading), []).append(column)
    if trait.how == "changed" and len(of_heading) > 1 and all(c.kind == "choice" for c in pool):
        each = [replace(trait, columns=tuple(some)) for some in of_heading.values()]
        some = [_of_trait(db, one, year, entries, ends)[0] for one in each]  # 一次評価 or 二次評価
        told = wording.has_trait(pool, trait, since)
        holds = all if trait.is_denied else any
        return (lambda entry: holds(keeps(entry) for keeps in some)), pool, told
    first = min(pool, key=likeliness) if pool else None
    is_said = trait.how in ("empty", "filled")
    columns = [c for c in pool if is_said or (first and fold(c.heading) == fold(first.heading))]
    found = rows(db, columns, entries)
    of_all = [number for number, _ in numbers(found)]
    mean = sum(of_all) / len(of_all) if of_all else 0.0
    before = _before(db, columns, entries, since) if trait.how in ("grew", "fell", "changed") else {}
    ids = {row.entry.id for row in found if _has_trait(row, trait.how, mean, before.get(row.entry.id))}
    if trait.was:
        ids &= {row.entry.id for row in found if _is_from_to(before.get(row.entry.id), row, trait)}
    if trait.how == "empty":  # of several columns all are
        ids -= {row.entry.id for row in found if not _is_empty(row)}
    if trait.is_denied:
        ids = {row.entry.id for row in found if _can_tell(row, trait.how, before)} - ids
    return (lambda entry: entry.id in ids), columns, wording.has_trait(columns, trait, since)


def _of_years(db: Database, trait: Trait, year: int, entries: Sequence[Entry]) -> Condition:
    """A condition on the year that a cell says."""
    columns = [next(c for c in trait.columns if c.fiscal_year == year)]
    low, high = trait.years
    found = {row.entry.id: row.cell for row in rows(db, columns, entries) if not row.cell.state}
    said = {key: its for key, cell in found.items() if (its := last_year_said(cell.text))}
    ids = {key for key, its in said.items() if low <= its and (not high or its <= high)}
    ids = {*said} - ids if trait.is_denied else ids
    return (lambda entry: entry.id in ids), columns, wording.has_trait(columns, trait, 0)


def _has_trait(row: Row, how: How, mean: float, before: Row | None) -> bool:
    number = _rank(row)
    match how:
        case "empty":
            return _is_empty(row)
        case "filled":
            return not _is_empty(row) and number != 0
        case "changed":
            return before is not None and fold(before.cell.text) != fold(row.cell.text)
    if number is None:
        return False
    was = _rank(before) if before else None
    return {
        "zero": number == 0,
        "negative": number < 0,
        "above mean": number > mean,
        "below mean": number < mean,
        "grew": was is not None and number > was,
        "fell": was is not None and number < was,
    }[how]


def _can_tell(row: Row, how: How, before: Mapping[int, Row]) -> bool:
    """Whether a cell can tell that it is not so: one without a value is neither more nor less."""
    if how in ("empty", "filled"):
        return True
    is_known = how == "changed" or _rank(row) is not None
    return is_known and (how not in ("grew", "fell", "changed") or row.entry.id in before)


def _is_empty(row: Row) -> bool:
    """Whether a cell has no value, or only says that there is none: データなし, 成果指標なし."""
    return bool(row.cell.state or _SAYS_NONE.fullmatch(fold(row.cell.text)))


def _is_from_to(before: Row | None, row: Row, trait: Trait) -> bool:
    was = fold(before.cell.text) if before else ""
    return was in trait.was and fold(row.cell.text) in trait.now


def _rank(row: Row) -> float | None:
    """The number of a cell; of a grade its place, A being the best."""
    if row.column.kind == "choice" and len(grade := fold(row.cell.text)) == 1 and grade in GRADES:
        return float(-GRADES.index(grade))
    return row.cell.number


def _before(db: Database, columns: Sequence[Column], entries: Sequence[Entry], since: int) -> dict[int, Row]:
    """By project, the cell that says the same of a year, else of the one before: of this list or another."""
    names = column_names(db)
    earlier = before_of(db, entries, since)
    found: dict[int, Row] = {}
    for column in columns:
        year = column.year
        same = [
            c
            for c in names.columns
            if bare(fold(c.heading)) == bare(fold(column.heading))
            and (c.year == since if since else c.year < year)
            and c.fiscal_year <= column.fiscal_year
        ]
        nearest = max((c.year for c in same), default=0)
        same = [c for c in same if c.year == nearest]
        for entry in entries:
            known = [entry, *([earlier[entry.id]] if entry.id in earlier else [])]
            for row in rows(db, same, known):
                found[entry.id] = Row(entry, row.column, row.cell)
    return found
