"""Answers about many projects: which meet a condition, the most and the least, sums, shares, by office."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.ask.answers import Answer, Items, Kind, Part, Say
from bot.ask.columns import wording
from bot.ask.columns.conditions import columns_of
from bot.ask.columns.evidence import file_names, names_of_office, of_offices, rows
from bot.ask.columns.figures import (
    HOW_NAMES,
    WORK,
    Derived,
    Work,
    amount,
    in_order,
    likeliness,
    numbers,
    percent,
)
from bot.ask.columns.naming import bare, fold, is_unit
from bot.ask.columns.reading import ColumnQuestion
from bot.ask.columns.scope import Scope, candidates, conditions_of, is_chosen, scope_of
from bot.ask.columns.single import together
from bot.ask.columns.vocabulary import IN_ORDER, MEAN, MEDIAN
from bot.messages.charts import Chart, Series, charts_of
from store.columns.headings import without_unit
from store.columns.values import NUMERIC, Column, converted
from store.database import Database
from store.index.catalog import Entry, NamedOffice
from store.text.normalize import nfkc, one_space
from store.text.numbers import fiscal_year_name

MOST_LINES = 40  # of a table by office or choice
HOWS: tuple[tuple[Work, re.Pattern[str]], ...] = (
    ("sum", re.compile(r"合計|総額")), ("mean", MEAN), ("median", MEDIAN)
)  # fmt: skip
_OF_EACH = ("sum", "mean", "median", "most", "least")
_BY_NAMES = {"section": "課", "department": "部", "organization": "府省庁・団体", "column": ""}


def answer(
    db: Database, question: ColumnQuestion, entries: Sequence[Entry], which: str = ""
) -> Answer | None:
    """What is asked of all these projects (`which` says of them); None where the columns cannot tell."""
    if question.is_over_years and not question.has_conditions and not which:
        return _over_years(db, question, entries)
    several = [mention for mention in question.asked if any(c.kind in NUMERIC for c in mention.columns)]
    if len(several) > 1 and question.aggregate in _OF_EACH and not question.between:
        each = [_one(db, replace(question, asked=(mention,)), entries, which) for mention in several]
        return together([given for given in each if given])
    return _one(db, question, entries, which)


def _one(db: Database, question: ColumnQuestion, entries: Sequence[Entry], which: str) -> Answer | None:
    scope = scope_of(db, question, entries, which)
    if scope is None:
        return None
    make = _MAKERS.get(question.aggregate)
    given = _share(db, question, scope, which) if question.aggregate == "share" else None
    given = make(db, question, scope) if make else given
    if given is None:
        return None
    year = scope.entries[0].fiscal_year if scope.entries else 0
    more = (*question.by_columns, *columns_of(*question.choices, *question.traits))
    cited = dict.fromkeys((*scope.columns, *scope.cited, *(c for c in more if c.fiscal_year == year)))
    source = [wording.source(cited, file_names(db))] if cited else []
    note = [Say(scope.note, "small")] if scope.note else []
    given = replace(given, parts=(*given.parts, *note, *source))
    if not scope.other_year:
        return given
    return replace(given, parts=(Say(scope.other_year), *given.parts), confidence="unsure")


# --------------------------------------------------------------------------------- lists, counts, extremes
def _list(db: Database, question: ColumnQuestion, scope: Scope) -> Answer:
    """The projects that meet the conditions, each with what it was chosen by."""
    columns = list(dict.fromkeys((*scope.cited, *scope.columns)))[:2]
    entries = _in_order(db, question, scope)
    told = {
        entry.id: "／".join(f"{wording.value(row)}" for row in rows(db, columns, [entry]))
        for entry in entries[: wording.PAGE]
    }
    lines = [(e, f" {wording.office(e)}{f'（{told[e.id]}）' if told.get(e.id) else ''}") for e in entries]
    total = len(lines)
    head = Say(f"{scope.said or '登録されている'}事業は{total:,}件です。", "bold")
    kind: Kind = "count" if question.aggregate == "count" else "list"
    parts = (head, *_each(db, question, scope), *wording.listed(lines), *wording.left_over(total))
    return _answer(kind, parts, entries, f"条件: {scope.said}事業")


def _in_order(db: Database, question: ColumnQuestion, scope: Scope) -> Sequence[Entry]:
    """The projects as listed, or by the numbers that they were chosen by where an order is asked for."""
    asked = IN_ORDER.search(question.skeleton)
    columns = [column for column in scope.cited if column.kind in NUMERIC][:1]
    if not asked or not columns:
        return scope.entries
    ordered = [
        row.entry for _, row in in_order(numbers(rows(db, columns, scope.entries)), most=not asked["least"])
    ]
    return [*ordered, *(entry for entry in scope.entries if entry not in ordered)]


def _each(db: Database, question: ColumnQuestion, scope: Scope) -> list[Part]:
    """How many have each of several choices that were asked for together."""
    told: list[Part] = []
    for choice in question.choices:
        found = [row for row in rows(db, choice.columns, scope.entries) if is_chosen(row, choice)]
        counts = Counter(one_space(row.cell.text) for row in found)
        if len(choice.values) > 1 and len(counts) > 1 and not choice.is_denied:
            told.append(Say("内訳: " + "、".join(f"{value} {n:,}件" for value, n in counts.most_common())))
    return told


def _extreme(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """The projects with the most or the least of a column, equal ones together."""
    if question.by:
        return _by_office(db, question, scope)
    found = numbers(rows(db, scope.columns, scope.entries))
    if not found:
        return None
    is_most = question.aggregate == "most"
    ordered = in_order(found, most=is_most)
    best = ordered[: question.top]
    same = [item for item in ordered if item[0] == best[-1][0] and item not in best]
    which = "多い" if is_most else "少ない"
    head = wording.heading(scope.columns[0])
    among = f"{scope.said}事業のうち、" if scope.is_chosen else scope.said
    left = wording.without_value(len(scope.entries) - len(found))
    if question.top == 1:
        entries = [row.entry for _, row in [*best, *same]]
        said = wording.value(best[0][1])
        first = wording.title(entries[0])
        told = f"{among}{head}が最も{which}事業は、{first}で、{said}です。"
        parts: list[Part] = [Say(told, "bold")]
        if same:
            parts.append(Say(f"同じ値の事業が全部で{len(entries):,}件あります。"))
            parts += wording.listed(
                [(row.entry, f" {wording.office(row.entry)}") for _, row in [*best, *same]]
            )
    else:
        entries = [row.entry for _, row in best]
        parts = [Say(f"{among}{head}が{which}順に{len(best)}件です。", "bold")]
        lines = [
            (f"{n}. {wording.title(row.entry)}", f" {wording.value(row)}")
            for n, (_, row) in enumerate(best, 1)
        ]
        parts.append(Items(tuple(lines)))
        if same:
            parts.append(Say(f"{len(best)}件目と同じ値の事業が、ほかに{len(same):,}件あります。", "small"))
    parts.append(Say(f"値のある{len(found):,}件から選びました。{left}", "small"))
    return _answer("figure", parts, entries, f"{head}の値を比べています")


# ---------------------------------------------------------------------------------- sums, means and shares
def _total(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """The sum, the mean or the middle of a column; by office or choice where that is asked."""
    if question.by:
        return _by_office(db, question, scope)
    how = _how(question)
    found = numbers(rows(db, scope.columns, scope.entries))
    head = wording.heading(scope.columns[0]) if scope.columns else ""
    if not found:
        return None
    of_projects = "事業の" if scope.is_chosen else ""
    if question.aggregate == "value" and (
        of_all := _ratio_of_all(db, scope, f"{scope.said}{of_projects}{head}")
    ):
        return of_all
    unit = found[0][1].column.unit
    values = [number for number, _ in found]
    hows = list(dict.fromkeys((how, *(each for each, said in HOWS if said.search(question.skeleton)))))
    each_told = [(HOW_NAMES[each], amount(WORK[each](values), unit)) for each in hows]
    told = "、".join(f"{name if len(hows) > 1 else ''}{said}" for name, said in each_told)
    of_what = f"{scope.said}{of_projects}{head}{'' if len(hows) > 1 else f'の{HOW_NAMES[how]}'}"
    left = wording.without_value(
        len({row.entry.id for row in rows(db, scope.columns, scope.entries)}) - len(found)
    )
    parts: list[Part] = [
        Say(f"{of_what}は、{told}です。", "bold"),
        Say(f"値のある{len(found):,}件で計算しました。{left}", "small"),
    ]
    return _answer("figure", parts, [row.entry for _, row in found], f"{head}の{HOW_NAMES[how]}です")


def _ratio_of_all(db: Database, scope: Scope, of_what: str) -> Answer | None:
    """One amount in percent of another, of all projects together that have both."""
    derived = [column for column in scope.columns if isinstance(column, Derived) and column.kind == "rate"]
    both = [row.entry for _, row in numbers(rows(db, derived, scope.entries))]
    ones = numbers(rows(db, [each.one for each in derived if each.one], both))
    others = numbers(rows(db, [each.other for each in derived if each.other], both))
    if not ones or not others:
        return None
    first, unit = ones[0][1].column.unit, others[0][1].column.unit
    part, whole = sum(number for number, _ in ones), sum(number for number, _ in others)
    told = (
        f"{amount(whole, unit)}のうち{amount(part, first)}です。値のある{len(both):,}件の合計で計算しました。"
    )
    said = Say(f"{of_what}は、{percent(converted(part, first, unit), whole)}です。", "bold")
    return _answer("figure", [said, Say(told, "small")], both, "2つの列の合計を比べています")


def _over_years(db: Database, question: ColumnQuestion, every: Sequence[Entry]) -> Answer | None:
    """The sum (or mean) of a column year by year, as far as lists or columns speak of several."""
    pool = [c for mention in question.asked for c in mention.columns if c.kind in NUMERIC and not is_unit(c)]
    if not pool:
        return None
    best = bare(fold(min(pool, key=likeliness).heading))
    by_year: dict[int, list[Column]] = {}
    for column in pool:
        year = column.value_year or column.fiscal_year
        if bare(fold(column.heading)) == best and question.speaks_of(year):
            by_year.setdefault(year, []).append(column)
    how, lines, totals = _how(question), [], []
    for year in sorted(by_year):
        newest = max(c.fiscal_year for c in by_year[year])
        columns = [c for c in by_year[year] if c.fiscal_year == newest]
        found = numbers(rows(db, columns, of_offices(every, question.offices)))
        if found:
            total, unit = WORK[how]([number for number, _ in found]), found[0][1].column.unit
            totals.append((year, total, unit))
            lines.append((fiscal_year_name(year), f" {amount(total, unit)}（{len(found):,}件）"))
    if not lines:
        return None
    cited = dict.fromkeys(column for year in by_year for column in by_year[year])
    whose = "・".join(one_space(office.name) for office in question.offices)
    head = f"{whose}の" if whose else ""
    parts: list[Part] = [
        Say(f"{head}「{best}」の{HOW_NAMES[how]}を年度ごとに示します。", "bold"),
        Items(tuple(lines)),
    ]
    for (before, one, unit), (year, two, other) in pairwise(totals):
        change = two - converted(one, unit, other)
        years = f"{fiscal_year_name(before)}から{fiscal_year_name(year)}で"
        rate = f"（{percent(abs(change), abs(two - change))}）" if two != change else ""
        way = f"{amount(abs(change), other)}{'増えました' if change > 0 else '減りました'}{rate}"
        parts.append(Say(f"{years}{way if change else '変わりありません'}。"))
    left = [fiscal_year_name(year) for year in question.years if year not in by_year]
    parts += [Say(f"{'・'.join(left)}の「{best}」は一覧にありません。")] if left else []
    unit = totals[-1][2]
    name = f"{best}の{HOW_NAMES[how]}"
    drawn = {year: converted(total, its, unit) for year, total, its in totals}
    parts += charts_of(f"{head}{name}", [(name, unit, drawn)])
    parts.append(wording.source(cited, file_names(db)))
    given = _answer("figure", parts, [], "年度ごとに計算しています")
    return replace(given, confidence="unsure") if left else given


def _how(question: ColumnQuestion) -> Work:
    return "mean" if question.aggregate == "mean" else "median" if question.aggregate == "median" else "sum"


def _share(db: Database, question: ColumnQuestion, scope: Scope, whose: str) -> Answer | None:
    """What part of all projects, or of all of an amount, some of them are."""
    every = list(scope.entries)
    some = of_offices(every, question.offices)
    if question.among:
        some = [entry for entry in some if entry.id in question.among]
    of_whom = "・".join(one_space(office.name) for office in question.offices)
    said: list[str] = [whose] if whose else []
    year = every[0].fiscal_year if every else 0
    valued: set[int] = {entry.id for entry in every}
    for keeps, columns, told in conditions_of(db, question, year, every):
        some = [entry for entry in some if keeps(entry)]
        valued &= {row.entry.id for row in rows(db, columns, every) if not row.cell.state}
        said.append(told)
    which = f"{f'{of_whom}で、' if of_whom and said else of_whom + 'の' if of_whom else ''}{'、'.join(said)}"
    asks_else = any(mention.columns for mention in question.asked) and not scope.columns
    if asks_else or (not scope.columns and not said and not of_whom):
        return None
    if not scope.columns:
        pool = [
            e for e in (of_offices(every, question.offices) if said and of_whom else every) if e.id in valued
        ]
        told = (
            f"{which}事業は{len(some):,}件で、値のある{len(pool):,}件の{percent(len(some), len(pool))}です。"
        )
        return _answer("figure", [Say(told, "bold")], some, f"条件: {which}事業")
    found = numbers(rows(db, scope.columns, every))
    if not found:
        return None
    ids = {entry.id for entry in some}
    unit = found[0][1].column.unit
    part, whole = sum(v for v, row in found if row.entry.id in ids), sum(v for v, _ in found)
    head = wording.heading(scope.columns[0])
    of_projects = "事業の" if said else ""
    told = f"{which}{of_projects}{head}は{amount(part, unit)}で、"
    told += f"全体の{amount(whole, unit)}の{percent(part, whole)}です。"
    count = len([1 for _, row in found if row.entry.id in ids])
    beside = Say(f"値のある{len(found):,}件のうち{count:,}件の合計です。", "small")
    return _answer("figure", [Say(told, "bold"), beside], some, f"{head}の割合です")


# --------------------------------------------------------------------------------------- by office, choice
def _by_office(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """A line for each office or choice: the sum (or mean) of the column, the largest first."""
    found = numbers(rows(db, scope.columns, scope.entries))
    if not found:
        return None
    how = _how(question)
    groups: defaultdict[str, list[float]] = defaultdict(list)
    labels = _labels(db, question, scope)
    for number, row in found:
        for label in labels(row.entry):
            groups[label].append(number)
    is_least = question.aggregate == "least"
    totals = sorted(
        ((WORK[how](v), name, len(v)) for name, v in groups.items()),
        key=lambda t: t[0] if is_least else -t[0],
    )
    unit = found[0][1].column.unit
    head = wording.heading(scope.columns[0])
    by = _BY_NAMES[question.by] or wording.heads(question.by_columns)
    parts: list[Part] = []
    if question.aggregate in ("most", "least"):
        total, name, count = totals[0]
        which = "少ない" if is_least else "多い"
        parts.append(
            Say(f"{head}の合計が最も{which}のは{name}で、{amount(total, unit)}（{count:,}件）です。", "bold")
        )
    else:
        parts.append(Say(f"{scope.said}{head}の{HOW_NAMES[how]}を、{by}ごとに示します。", "bold"))
    shown = totals[: question.top if question.top > 1 else MOST_LINES]
    parts.append(Items(tuple((name, f" {amount(total, unit)}（{n:,}件）") for total, name, n in shown)))
    if len(shown) == MOST_LINES < len(totals):
        parts.append(Say(f"ほかに{len(totals) - MOST_LINES:,}あります。", "small"))
    left = wording.without_value(len(scope.entries) - len({row.entry.id for _, row in found}))
    parts.append(Say(f"値のある{len(found):,}件で計算しました。{left}", "small"))
    title = f"{scope.said}{without_unit(scope.columns[0].heading)}の{HOW_NAMES[how]}"
    parts += _bars(title, unit, [(name, total) for total, name, _ in shown])
    return _answer("figure", parts, [], f"{head}を{by}ごとに計算しています")


def _bars(title: str, unit: str, found: Sequence[tuple[str, float]]) -> list[Chart]:
    """A chart of an amount of two offices and more."""
    if len(found) < 2:
        return []
    series = Series(title, tuple(value for _, value in found))
    return [Chart(title, tuple(one_space(name) for name, _ in found), (series,), unit, is_over_time=False)]


def _labels(db: Database, question: ColumnQuestion, scope: Scope) -> Callable[[Entry], Iterable[str]]:
    """The group or groups that a project belongs to."""
    if question.by != "column":

        def of_office(entry: Entry) -> Iterable[str]:
            return sorted(filter(None, map(one_space, names_of_office(entry, question.by)))) or [
                "（記載なし）"
            ]

        return of_office
    year = scope.entries[0].fiscal_year if scope.entries else 0
    columns = [c for c in question.by_columns if c.fiscal_year == year]
    told: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows(db, columns, scope.entries):
        told[row.entry.id].append(one_space(row.cell.text) or "（空欄）")
    return lambda entry: told.get(entry.id, ["（空欄）"])


def _spread(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """How many projects have each of the choices, or each office has."""
    if question.by != "column":
        return _counted_by_office(scope.entries, question.by, scope.said)
    columns = [
        c for c in question.by_columns if scope.entries and c.fiscal_year == scope.entries[0].fiscal_year
    ]
    found = rows(db, columns, scope.entries)
    valued = [row for row in found if not row.cell.state]
    if not valued:
        return None
    counts = Counter(one_space(row.cell.text) for row in valued)
    head = wording.heads(columns)
    lines = [(value, f" {n:,}件（{percent(n, len(valued))}）") for value, n in counts.most_common(MOST_LINES)]
    more = (
        [Say(f"ほかに{len(counts) - MOST_LINES:,}通りあります。", "small")]
        if len(counts) > MOST_LINES
        else []
    )
    left = wording.without_value(len(found) - len(valued))
    parts: list[Part] = [
        Say(f"{scope.said}{head}の内訳です。", "bold"),
        Items(tuple(lines)),
        *more,
        Say(f"値のある{len(valued):,}件を数えました。{left}", "small"),
    ]
    return _answer("count", parts, [], f"{head}の値ごとに数えています")


def _counted_by_office(entries: Sequence[Entry], kind: str, said: str = "") -> Answer | None:
    """How many of these projects each office of a kind has; one of several offices counts for each."""
    counts = Counter(
        one_space(name) for entry in entries for name in names_of_office(entry, kind) if name.strip()
    )
    if not counts:
        return None
    by = _BY_NAMES[kind]
    lines = [(name, f" {n:,}件") for name, n in counts.most_common(MOST_LINES)]
    more = len(counts) - len(lines)
    parts: list[Part] = [
        Say(f"{said}事業の数を、{by}ごとに示します（全{len(entries):,}件）。", "bold"),
        Items(tuple(lines)),
        *([Say(f"ほかに{more:,}あります。", "small")] if more else []),
        *_bars(f"{said}事業の数", "件", [(name, float(n)) for name, n in counts.most_common(MOST_LINES)]),
    ]
    return _answer("count", parts, [], f"{by}ごとに数えています")


def _side_by_side(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """Offices side by side: the sum of the column in each, or how many have each choice."""
    head = wording.heading(scope.columns[0]) if scope.columns else ""
    lines: list[tuple[str, str]] = []
    totals: list[tuple[float, str]] = []
    unit = ""
    groups: dict[str, list[NamedOffice]] = {}  # 参事官(外客受入) is one office in whatever width
    for office in question.offices:
        groups.setdefault(one_space(nfkc(office.name)), []).append(office)
    for name, alike in groups.items():
        entries = of_offices(scope.entries, alike)
        found = numbers(rows(db, scope.columns, entries))
        if scope.columns and found:
            unit = found[0][1].column.unit
            total = sum(number for number, _ in found)
            totals.append((total, name))
            mean = amount(total / len(found), unit)
            lines.append((name, f" 合計{amount(total, unit)}（{len(found):,}件、平均{mean}）"))
        elif not scope.columns:
            columns = candidates(question)
            counts = Counter(one_space(r.cell.text) for r in rows(db, columns, entries) if not r.cell.state)
            lines.append((name, " " + "、".join(f"{v} {n:,}件" for v, n in counts.most_common(8))))
            head = wording.heads(columns[:1])
        else:
            lines.append((name, " 値のある事業がありません"))
    parts: list[Part] = [Say(f"{head}を並べます。", "bold"), Items(tuple(lines))]
    if len(totals) > 1:
        ordered = sorted(totals, reverse=True)
        difference = amount(ordered[0][0] - ordered[-1][0], unit)
        parts.append(Say(f"合計が多いのは{ordered[0][1]}で、差は{difference}です。"))
        title = f"{without_unit(scope.columns[0].heading)}の合計"
        parts += _bars(title, unit, [(name, total) for total, name in totals])
    return _answer("compare", parts, [], f"{head}を担当ごとに合計しています")


def _of_office(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """Of an office, or of all: numbers added up and each project with its cell; choices counted."""
    if scope.columns and scope.columns[0].topic == "indicator":
        return _indicators(db, question, scope)
    if scope.columns:
        given = _total(db, question, scope)
        found = in_order(numbers(rows(db, scope.columns, scope.entries)), most=True)
        if given is None or not question.offices:
            return given
        unit = found[0][1].column.unit
        lines = [(row.entry, f" {amount(number, unit)}") for number, row in found]
        parts = (*given.parts, *wording.listed(lines), *wording.left_over(len(lines)))
        return replace(given, parts=parts)
    columns = candidates(question)
    if columns and all(c.kind == "choice" for c in columns):
        return _spread(db, replace(question, by="column", by_columns=tuple(columns)), scope)
    return None


def _indicators(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """What each project is measured by: numbers of different things are not added up."""
    year = scope.entries[0].fiscal_year if scope.entries else 0
    columns = [c for mention in question.asked for c in mention.columns if c.fiscal_year == year]
    lines: list[tuple[Entry, str]] = []
    for entry in scope.entries:
        said = [row.cell.text.strip() for row in rows(db, columns, [entry]) if not row.cell.state]
        if said:
            lines.append((entry, f" {' '.join(said)}"))
    if not lines:
        return None
    head = Say(f"{scope.said}指標の記載がある事業は{len(lines):,}件です。", "bold")
    parts = (head, *wording.listed(lines), *wording.left_over(len(lines)))
    return _answer("list", parts, [entry for entry, _ in lines], "指標の列に記載のある事業です")


def _answer(kind: Kind, parts: Iterable[Part], entries: Iterable[Entry], why: str) -> Answer:
    keys = tuple(dict.fromkeys(map(wording.key, entries)))
    return Answer(kind, tuple(parts), keys[: wording.PAGE], keys[wording.PAGE :], why=(why,))


_MAKERS: dict[str, Callable[[Database, ColumnQuestion, Scope], Answer | None]] = {
    "list": _list,
    "count": _list,
    "most": _extreme,
    "least": _extreme,
    "sum": _total,
    "mean": _total,
    "median": _total,
    "spread": _spread,
    "compare": _side_by_side,
    "value": _of_office,
}
