"""Answers about many projects: which meet a condition, the most and the least, sums, shares, by office."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.ask.answers import MOST_RANKED, Answer, Items, Kind, Part
from bot.ask.columns import wording
from bot.ask.columns.conditions import Bound, Choice, Trait, columns_of
from bot.ask.columns.evidence import file_names, names_of_office, of_offices, rows
from bot.ask.columns.figures import WORK, Derived, Work, in_order, likeliness, numbers
from bot.ask.columns.naming import bare, fold, is_unit
from bot.ask.columns.reading import ColumnQuestion
from bot.ask.columns.scope import Scope, candidates, conditions_of, is_chosen, names_of, scope_of
from bot.ask.columns.single import together
from bot.ask.columns.vocabulary import COMPARE, IN_ORDER, MEAN, MEDIAN, WHERE
from bot.ask.wording import Piece, Say
from bot.messages.charts import Chart, Series, charts_of
from store.columns.headings import without_unit
from store.columns.values import NUMERIC, Column, converted
from store.database import Database
from store.index.catalog import Entry, NamedOffice
from store.text import asking
from store.text.normalize import nfkc, one_space

MOST_LINES = 40  # of a table by office or choice
HOWS: tuple[tuple[Work, re.Pattern[str]], ...] = (
    ("sum", re.compile(r"合計|総額")), ("mean", MEAN), ("median", MEDIAN)
)  # fmt: skip
_ENDS_IN_COLUMNS = re.compile(
    "(?:事業|もの|やつ|それぞれ)の■(?:(?:と|、)(?:■|担当課?|所管課?))*(?:は|って|も)?$"
)
_ASKS_OFFICE = re.compile("(?:事業|もの|やつ)の(?:担当|所管|部署|課)")
_OF_EACH = ("sum", "mean", "median", "most", "least")


def answer(
    db: Database, question: ColumnQuestion, entries: Sequence[Entry], topic: Say | None = None
) -> Answer | None:
    """What is asked of all these projects, or those of a topic; None where the columns cannot tell."""
    if question.is_over_years and not question.has_conditions and not topic:
        return _over_years(db, question, entries)
    several = [mention for mention in question.asked if any(c.kind in NUMERIC for c in mention.columns)]
    if len(several) > 1 and question.aggregate in _OF_EACH and not question.between:
        each = [_one(db, replace(question, asked=(mention,)), entries, topic) for mention in several]
        return together([given for given in each if given])
    return _one(db, question, entries, topic)


def _one(
    db: Database, question: ColumnQuestion, entries: Sequence[Entry], topic: Say | None
) -> Answer | None:
    scope = scope_of(db, question, entries, topic)
    if scope is None:
        return None
    if scope.uncompared:  # 決算が減った事業, of one year's list: not none of them
        since = question.ends[0]
        head = scope.uncompared[0].heading
        told = wording.not_of_years([since], head) if since else wording.NO_OTHER_YEAR
        parts = (told, wording.source(scope.uncompared[:1], file_names(db)))
        return Answer("none", parts, confidence="none", why=(wording.chosen_by(scope),))
    if not scope.entries and (unsaid := _unsaid(db, question)):  # not none of them: nothing is known
        column, cell = unsaid
        parts = (wording.nothing_said(column, cell), wording.source((column,), file_names(db)))
        return Answer("none", parts, confidence="none", why=(wording.chosen_by(scope),))
    make = _MAKERS.get(question.aggregate)
    given = _share(db, question, scope, topic) if question.aggregate == "share" else None
    given = make(db, question, scope) if make else given
    if given is None:
        return None
    if given.ranked:
        is_of_all = not (scope.conditions or scope.offices or scope.within)
        given = replace(given, ranked_said="" if is_of_all else wording.which_projects(scope))
    year = scope.entries[0].fiscal_year if scope.entries else 0
    more = (*question.by_columns, *columns_of(*question.choices, *question.traits))
    more += tuple(_of_year(question, scope)) if question.aggregate == "list" and question.asked else ()
    more += tuple(_asked_beside(question, scope))
    cited = tuple(dict.fromkeys((*scope.columns, *scope.cited, *(c for c in more if c.fiscal_year == year))))
    source = [wording.source(cited, file_names(db))] if cited else []
    note = [wording.other_columns(scope)] if scope.others else []
    headings = tuple(c.heading for c in (*scope.columns, *scope.cited) if c.kind in NUMERIC)[:1]
    given = replace(given, parts=(*given.parts, *note, *source), headings=headings)
    is_first = question.offices or topic
    if (is_first or _are_of_a_thing(question)) and question.aggregate not in ("share", "compare"):
        said = wording.counted_from(scope, topic).text
        whole = scope.whole if is_first else scope.entries
        given = replace(given, within=tuple(each.key for each in whole), within_said=said)
    if question.aggregate in _OF_EACH and any(c.topic == "indicator" for c in scope.columns):
        remark = wording.of_different_things(0)
        given = replace(given, parts=(*given.parts, remark), confidence="unsure")
    if not scope.lacking:
        return given
    nearest = wording.nearest(scope.lacking, of_each=True)
    return replace(given, parts=(nearest, *given.parts), confidence="unsure")


def _are_of_a_thing(question: ColumnQuestion) -> bool:
    """Whether projects are chosen by what they are of (「分野」が「図書館」), and by no verdict or number."""
    is_alone = question.choices and not (question.bounds or question.traits)
    return bool(is_alone) and all(c.topic != "evaluation" for c in columns_of(*question.choices))


def _unsaid(db: Database, question: ColumnQuestion) -> tuple[Column, str] | None:
    """The first column of the conditions that has no value in its whole list, and what its cells say."""
    held = db.snapshot.catalog
    conditions: list[Bound | Choice | Trait] = [*question.bounds, *question.choices, *question.traits]
    for condition in conditions:
        columns = [c for c in condition.columns if not is_unit(c)]
        year = max((c.fiscal_year for c in columns), default=0)
        of_list = [c for c in columns if c.fiscal_year == year and not isinstance(c, Derived)]
        found = rows(db, of_list, held.by_year.get(year, ()))
        if found and all(row.cell.state for row in found):
            said = {one_space(row.cell.text) for row in found}
            return found[0].column, said.pop() if len(said) == 1 else ""
    return None


# --------------------------------------------------------------------------------- lists, counts, extremes
def _list(db: Database, question: ColumnQuestion, scope: Scope) -> Answer:
    """The projects that meet the conditions, each with what it was chosen by."""
    columns = list(dict.fromkeys((*scope.cited, *scope.columns)))[:2]
    if question.asked:  # 防災の事業とそれぞれの評価
        columns = list(dict.fromkeys((*_of_year(question, scope), *scope.cited)))[:3]
    entries = _in_order(db, question, scope)
    shown = {entry.id for entry in entries[: wording.PAGE]}
    lines = [
        (entry, wording.beside(entry, rows(db, columns, [entry]) if entry.id in shown else ()))
        for entry in entries
    ]
    kind: Kind = "count" if question.aggregate == "count" else "list"
    parts = (wording.counted(scope, len(lines)), *_each(db, question, scope), *wording.listed(lines))
    return _answer(kind, parts, entries, wording.chosen_by(scope))


def _of_year(question: ColumnQuestion, scope: Scope) -> list[Column]:
    """The columns asked for beside what is listed: the one measured, else those of the list's year."""
    year = scope.entries[0].fiscal_year if scope.entries else 0
    return list(scope.columns[:1]) or [c for c in candidates(question) if c.fiscal_year == year]


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
            told.append(wording.of_each(counts.most_common()))
    return told


def _asked_beside(question: ColumnQuestion, scope: Scope) -> list[Column]:
    """The columns without numbers that are asked for behind the one that is put in order.

    What stands before it is said of the projects (評価された事業で決算が一番多いのは).
    """
    if question.by or not _ENDS_IN_COLUMNS.search(asking.core(question.skeleton)):
        return []
    year = scope.entries[0].fiscal_year if scope.entries else 0
    every = (column for mention in question.asked for column in mention.columns if column.fiscal_year == year)
    told = dict.fromkeys(
        c for c in every if c.kind not in NUMERIC and c.topic != "indicator" and not is_unit(c)
    )
    return list(told) if question.aggregate in ("most", "least") else []


def _extreme(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """The projects with the most or the least of a column, equal ones together."""
    labels = _labels(db, question, scope)
    offices = {label for entry in scope.entries for label in labels(entry)}
    is_of_one = len(offices) == 1 and len(scope.entries) > 1 and WHERE.search(question.text)
    if question.by and not is_of_one:  # どこ among the projects of one office is none of offices
        return _by_office(db, question, scope)
    found = numbers(rows(db, scope.columns, scope.entries))
    if not found or (len(found) < 2 and COMPARE.search(question.skeleton)):
        return None  # the only one is not the greater of two
    is_most = question.aggregate == "most"
    ordered = in_order(found, most=is_most)
    if question.place > len(ordered):
        told = wording.no_such_place(scope, question.place, len(ordered))
        return Answer("none", (told,), confidence="none", why=(wording.chosen_by(scope),))
    first = max(question.place - 1, 0)
    best = ordered[first : first + question.top]
    same = [item for item in ordered if item[0] == best[-1][0] and item not in best]
    others = _asked_beside(question, scope)
    if question.top == 1:
        entries = [row.entry for _, row in [*best, *same]]
        parts: list[Part] = [wording.extreme(scope, best[0][1], is_most=is_most, place=question.place)]
        if same:
            parts.append(wording.same_in_all(len(entries)))
        if same and not others:  # else they are told below
            parts += wording.listed([(entry, wording.beside(entry)) for entry in entries], tells_left=False)
    else:
        entries = [row.entry for _, row in best]
        parts = [wording.in_order(scope, len(best), is_most=is_most)]
        lines = [
            (wording.titled(row.entry, place), wording.in_place(row))
            for place, (_, row) in enumerate(best, 1)
        ]
        parts.append(Items(tuple(lines)))
        if same:
            parts.append(wording.same_as_last(len(best), len(same)))
    if others or _ASKS_OFFICE.search(question.text):  # 決算が最も多い事業の担当課と評価は
        lines_of = [(entry, wording.beside(entry, rows(db, others, [entry]))) for entry in entries]
        parts += wording.listed(lines_of, tells_left=False)
    parts.append(wording.of_valued(len(found), len(scope.entries) - len(found), "chosen"))
    given = _answer("figure", parts, entries, wording.reason("in order", scope.columns[:1]))
    is_told_in_order = question.top > 1 or not same
    ranked = tuple(dict.fromkeys(row.entry.key for _, row in ordered[:MOST_RANKED]))
    return replace(given, ranked=ranked if is_told_in_order else ())


# ---------------------------------------------------------------------------------- sums, means and shares
def _total(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """The sum, the mean or the middle of a column; by office or choice where that is asked."""
    if question.by:
        return _by_office(db, question, scope)
    how = _how(question)
    found = numbers(rows(db, scope.columns, scope.entries))
    if not found:
        return None
    if question.aggregate == "value" and (of_all := _ratio_of_all(db, scope)):
        return of_all
    unit = found[0][1].column.unit
    values = [number for number, _ in found]
    hows = list(dict.fromkeys((how, *(each for each, said in HOWS if said.search(question.skeleton)))))
    left = len({row.entry.id for row in rows(db, scope.columns, scope.entries)}) - len(found)
    parts = (
        wording.worked_out(scope, unit, {each: WORK[each](values) for each in hows}),
        wording.of_valued(len(found), left, "computed"),
    )
    why = wording.reason("worked out", scope.columns[:1], how=how)
    return _answer("figure", parts, [row.entry for _, row in found], why)


def _ratio_of_all(db: Database, scope: Scope) -> Answer | None:
    """One amount in percent of another, of all projects together that have both."""
    derived = [column for column in scope.columns if isinstance(column, Derived) and column.kind == "rate"]
    both = [row.entry for _, row in numbers(rows(db, derived, scope.entries))]
    ones = numbers(rows(db, [each.one for each in derived if each.one], both))
    others = numbers(rows(db, [each.other for each in derived if each.other], both))
    if not ones or not others:
        return None
    first, unit = ones[0][1].column.unit, others[0][1].column.unit
    part, whole = sum(number for number, _ in ones), sum(number for number, _ in others)
    parts = (
        wording.ratio_of_all(scope, converted(part, first, unit), whole),
        wording.part_and_whole((part, first), (whole, unit), len(both)),
    )
    return _answer("figure", parts, both, wording.reason("ratio"))


def _over_years(db: Database, question: ColumnQuestion, every: Sequence[Entry]) -> Answer | None:
    """The sum (or mean) of a column year by year, as far as lists or columns speak of several."""
    pool = [c for mention in question.asked for c in mention.columns if c.kind in NUMERIC and not is_unit(c)]
    if not pool:
        return None
    best = bare(fold(min(pool, key=likeliness).heading))
    by_year: dict[int, list[Column]] = {}
    for column in pool:
        year = column.year
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
            lines.append((wording.year(year), wording.total(total, unit, len(found))))
    if not lines:
        return None
    cited = tuple(dict.fromkeys(column for year in by_year for column in by_year[year]))
    whose = names_of(question.offices) or tuple(filter(None, [question.within]))
    parts: list[Part] = [wording.year_by_year(whose, best, how), Items(tuple(lines))]
    parts += [wording.total_changed(before, after) for before, after in pairwise(totals)]
    left = [year for year in question.years if year not in by_year]
    parts += [wording.not_of_years(left, best)] if left else []
    unit = totals[-1][2]
    drawn = {year: converted(total, its, unit) for year, total, its in totals}
    series = (wording.chart_title(best, how), unit, drawn)
    parts += charts_of(wording.chart_title(best, how, of=whose), [series])
    parts.append(wording.source(cited, file_names(db)))
    given = _answer("figure", parts, [], wording.reason("by year"))
    return replace(given, confidence="unsure") if left else given


def _how(question: ColumnQuestion) -> Work:
    return "mean" if question.aggregate == "mean" else "median" if question.aggregate == "median" else "sum"


def _share(db: Database, question: ColumnQuestion, scope: Scope, topic: Say | None) -> Answer | None:
    """What part of all projects, or of all of an amount, some of them are; not office by office."""
    if question.by:
        return None
    every = list(scope.entries)
    some = of_offices(every, question.offices)
    if question.among:
        some = [entry for entry in some if entry.id in question.among]
    conditions = [topic] if topic else []
    year = every[0].fiscal_year if every else 0
    valued: set[int] = {entry.id for entry in every}
    for keeps, columns, condition in conditions_of(db, question, year, every):
        some = [entry for entry in some if keeps(entry)]
        valued &= {row.entry.id for row in rows(db, columns, every) if not row.cell.state}
        conditions.append(condition)
    scope = replace(scope, offices=names_of(question.offices), conditions=tuple(conditions))
    asks_else = any(mention.columns for mention in question.asked) and not scope.columns
    if asks_else or not (scope.columns or conditions or question.offices):
        return None
    if not scope.columns:
        pool = of_offices(every, question.offices) if conditions else every
        told = wording.share_of_projects(scope, len(some), len([e for e in pool if e.id in valued]))
        return _answer("figure", [told], some, wording.chosen_by(scope))
    found = numbers(rows(db, scope.columns, every))
    if not found:
        return None
    ids = {entry.id for entry in some}
    unit = found[0][1].column.unit
    part, whole = sum(v for v, row in found if row.entry.id in ids), sum(v for v, _ in found)
    count = len([1 for _, row in found if row.entry.id in ids])
    parts = (wording.share_of_amount(scope, part, whole, unit), wording.some_added_up(count, len(found)))
    return _answer("figure", parts, some, wording.reason("share", scope.columns[:1]))


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
    parts: list[Part] = []
    if question.place > len(totals):
        return None
    if question.aggregate in ("most", "least"):
        first = totals[max(question.place - 1, 0)]
        parts.append(wording.first_group(scope, question, first, unit, is_most=not is_least))
    else:
        parts.append(wording.by_group(scope, question, how))
    shown = totals[: question.top if question.top > 1 else MOST_LINES]
    lines = [(wording.group(name, question), wording.total(total, unit, n)) for total, name, n in shown]
    parts.append(Items(tuple(lines)))
    if len(shown) == MOST_LINES < len(totals):
        parts.append(wording.more_groups(len(totals) - MOST_LINES))
    left = len(scope.entries) - len({row.entry.id for _, row in found})
    parts.append(wording.of_valued(len(found), left, "computed"))
    title = wording.chart_title(without_unit(scope.columns[0].heading), how, scope=scope)
    parts += _bars(title, unit, [(wording.group(name, question).text, total) for total, name, _ in shown])
    return _answer("figure", parts, [], wording.reason("by group", scope.columns[:1], question))


def _bars(title: str, unit: str, found: Sequence[tuple[str, float]]) -> list[Chart]:
    """A chart of an amount of two offices and more."""
    if len(found) < 2:
        return []
    series = Series(title, tuple(value for _, value in found))
    return [Chart(title, tuple(one_space(name) for name, _ in found), (series,), unit, is_over_time=False)]


def _labels(db: Database, question: ColumnQuestion, scope: Scope) -> Callable[[Entry], Iterable[str]]:
    """The group or groups that a project belongs to, '' where it is in none."""
    if question.by != "column":

        def of_office(entry: Entry) -> Iterable[str]:
            return sorted(filter(None, map(one_space, names_of_office(entry, question.by)))) or [""]

        return of_office
    year = scope.entries[0].fiscal_year if scope.entries else 0
    columns = [c for c in question.by_columns if c.fiscal_year == year]
    told: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows(db, columns, scope.entries):
        told[row.entry.id].append(one_space(row.cell.text))
    return lambda entry: told.get(entry.id, [""])


def _spread(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """How many projects have each of the choices, or each office has."""
    if question.by != "column":
        return _counted_by_office(question, scope)
    columns = [
        c for c in question.by_columns if scope.entries and c.fiscal_year == scope.entries[0].fiscal_year
    ]
    found = rows(db, columns, scope.entries)
    valued = [row for row in found if not row.cell.state]
    if not valued:
        return None
    counts = Counter(one_space(row.cell.text) for row in valued)
    lines = [(value, wording.projects(n, len(valued))) for value, n in counts.most_common(MOST_LINES)]
    more = len(counts) - len(lines)
    parts: list[Part] = [wording.spread(scope, columns), Items(tuple(lines))]
    parts += [wording.more_groups(more, of_choices=True)] if more else []
    parts.append(wording.of_valued(len(valued), len(found) - len(valued), "counted"))
    return _answer("count", parts, [], wording.reason("spread", columns))


def _counted_by_office(question: ColumnQuestion, scope: Scope) -> Answer | None:
    """How many of these projects each office of a kind has; one of several offices counts for each."""
    offices = (name for entry in scope.entries for name in names_of_office(entry, question.by))
    counts = Counter(one_space(name) for name in offices if name.strip())
    if not counts:
        return None
    shown = counts.most_common(MOST_LINES)
    more = len(counts) - len(shown)
    lines = tuple((name, wording.projects(n)) for name, n in shown)
    parts: list[Part] = [wording.counted_by_office(scope, question), Items(lines)]
    parts += [wording.more_groups(more)] if more else []
    parts += _bars(wording.chart_of_counts(scope), wording.COUNTER, [(name, float(n)) for name, n in shown])
    return _answer("count", parts, [], wording.reason("by office", question=question))


def _side_by_side(db: Database, question: ColumnQuestion, scope: Scope) -> Answer | None:
    """Offices side by side: the sum of the column in each, or how many have each choice."""
    lines: list[tuple[Piece, Piece]] = []
    totals: list[tuple[float, str]] = []
    unit = ""
    groups: dict[str, list[NamedOffice]] = {}  # 参事官(外客受入) is one office in whatever width
    for office in question.offices:
        groups.setdefault(one_space(nfkc(office.name)), []).append(office)
    columns = scope.columns or (tuple(candidates(question)) if groups else ())
    for name, alike in groups.items():
        entries = of_offices(scope.entries, alike)
        found = numbers(rows(db, scope.columns, entries))
        if scope.columns and found:
            unit = found[0][1].column.unit
            total = sum(number for number, _ in found)
            totals.append((total, name))
            lines.append((name, wording.total_and_mean(total, unit, len(found))))
        elif not scope.columns:
            counts = Counter(one_space(r.cell.text) for r in rows(db, columns, entries) if not r.cell.state)
            lines.append((name, wording.of_each(counts.most_common(8), of_office=True)))
        else:
            lines.append((name, wording.NO_AMOUNT))
    parts: list[Part] = [wording.side_by_side(columns[:1]), Items(tuple(lines))]
    if len(totals) > 1:
        ordered = sorted(totals, reverse=True)
        more = ordered[0][0] - ordered[-1][0]
        parts.append(wording.larger(ordered[0][1], more, unit) if more else wording.SAME)
        title = wording.chart_title(without_unit(scope.columns[0].heading), "sum")
        parts += _bars(title, unit, [(name, total) for total, name in totals])
    return _answer("compare", parts, [], wording.reason("of offices", columns[:1]))


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
        lines = [(row.entry, wording.total(number, unit)) for number, row in found]
        return replace(given, parts=(*given.parts, *wording.listed(lines)))
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
    parts = (wording.counted(scope, len(lines), with_indicators=True), *wording.listed(lines))
    return _answer("list", parts, [entry for entry, _ in lines], wording.reason("has indicators"))


def _answer(kind: Kind, parts: Iterable[Part], entries: Iterable[Entry], why: Say) -> Answer:
    keys = tuple(dict.fromkeys(each.key for each in entries))
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
