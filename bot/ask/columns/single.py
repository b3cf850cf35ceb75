"""Answers about single projects: the value of a column, several side by side, one over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.ask.answers import Answer, Confidence, Items, Key, Kind, Part
from bot.ask.columns import wording
from bot.ask.columns.evidence import file_names, in_all_years, rows
from bot.ask.columns.figures import LIKELIEST, Row, likeliness, numbers, unit_said
from bot.ask.columns.naming import ColumnNames, Mention, bare, fold, is_unit
from bot.ask.columns.reading import ColumnQuestion
from bot.ask.columns.scope import Lacking, between, near_of_year, speaking_of, years_lacking
from bot.ask.wording import Say
from bot.messages.charts import charts_of
from store.columns.headings import plain_heading
from store.columns.inference import BASIS_LABELS
from store.columns.values import NUMERIC, Column
from store.database import Database
from store.index.catalog import Entry
from store.text.normalize import one_space

MOST_COLUMNS = 8  # shown for a word that may mean many of them
MOST_PROJECTS = 6


def answer(
    db: Database, question: ColumnQuestion, groups: Sequence[Sequence[Entry]], names: ColumnNames
) -> Answer | None:
    """What the columns say of these projects, each group being one project in its years."""
    match question.aggregate:
        case "change":
            each = [_over_years(db, question, group, names) for group in groups[:MOST_PROJECTS]]
            return together([given for given in each if given])
        case "compare" if len(groups) > 1:
            return _side_by_side(db, question, groups, names)
    return _values(db, question, groups, names)


def together(given: Sequence[Answer]) -> Answer | None:
    """Answers of one sort as one; unsure where one of them is."""
    if len(given) < 2:
        return given[0] if given else None
    shown = tuple(dict.fromkeys(key for each in given for key in (*each.shown, *each.rest)))
    parts = tuple(part for each in given for part in each.parts)
    cells = tuple(dict.fromkeys(cell for each in given for cell in each.cells))
    confidence: Confidence = "unsure" if any(each.confidence != "sure" for each in given) else "sure"
    return replace(
        given[0],
        parts=parts,
        shown=shown[: wording.PAGE],
        rest=shown[wording.PAGE :],
        confidence=confidence,
        cells=cells,
    )


# ------------------------------------------------------------------------------------------------ values
def _values(
    db: Database, question: ColumnQuestion, groups: Sequence[Sequence[Entry]], names: ColumnNames
) -> Answer | None:
    parts: list[Part] = []
    shown: list[Entry] = []
    columns: list[Column] = []
    cells: list[tuple[Key, str]] = []
    is_known = False
    entries = [entry for group in groups for entry in _of_one_year(db, question, group)][:MOST_PROJECTS]
    for entry in entries:
        found, lines = _of_project(db, question, entry, names)
        parts += lines
        columns += [row.column for row in found]
        cells += [(row.entry.key, row.column.heading) for row in found]
        is_known = is_known or bool(found)
        shown.append(entry)
    if not parts:
        return None
    note, is_of_year = _other_year(question, entries) if is_known else ([], True)
    parts[:0] = note
    nearest = [] if is_known else [row for entry in entries for row in _nearest(db, question, entry, names)]
    columns += [row.column for row in nearest]
    if columns:
        parts.append(wording.source(tuple(dict.fromkeys(columns)), file_names(db)))
    parts.append(wording.detail_buttons(shown))
    kind: Kind = "field" if is_known else "none"
    confidence: Confidence = "none" if not is_known else "sure" if is_of_year else "unsure"
    why = (wording.reason("columns", question=question),)
    keys = tuple(each.key for each in shown)
    return Answer(kind, tuple(parts), keys, confidence=confidence, why=why, cells=tuple(cells))


def _other_year(question: ColumnQuestion, entries: Sequence[Entry]) -> tuple[list[Say], bool]:
    """That no column speaks of a year that was asked for, and whether any speaks of another that was."""
    lists = {entry.fiscal_year for entry in entries}
    lacking: list[Lacking] = []
    is_of_year = True
    for mention in question.asked:
        own = [column for column in mention.columns if column.fiscal_year in lists]
        if years := years_lacking(question, mention, own):
            is_of_year = is_of_year and len(years) < len(question.years)
            elsewhere = tuple(year for year in years if speaking_of(mention.columns, [year]))
            nowhere = tuple(year for year in years if year not in elsewhere)
            lacking.append(Lacking((mention.word,), nowhere, elsewhere=elsewhere))
    return ([wording.nearest(lacking, of_each=False)] if lacking else []), is_of_year


def _of_project(
    db: Database, question: ColumnQuestion, entry: Entry, names: ColumnNames
) -> tuple[list[Row], list[Part]]:
    """The cells asked for, and what is said of them and of what the list has no column for."""
    found: list[Row] = []
    parts: list[Part] = []
    lines: list[tuple[Row, str]] = []
    for mention in question.asked:
        cells = _cells(db, question, mention, entry, names)
        if cells:
            found += [row for row, _ in cells if row not in found]
            lines += cells
        else:
            parts.append(wording.list_lacks(mention.word, entry, _near(db, mention, entry, names)))
    for column in between(question, entry.fiscal_year):
        for row in rows(db, [column], [entry]):
            found.append(row)
            parts.append(wording.sentence(row))
    if question.aggregate == "share":
        parts += [share for row in found for share in _share(db, row)]
    if len(lines) == 1 and len(found) == 1:
        unit = cells[0][1] if (cells := _cells(db, question, question.asked[0], entry, names)) else ""
        return found, [replace(wording.sentence(found[0], unit), look="bold"), *parts]
    if lines:
        told = {(row.column.heading, row.cell.text, unit): (row, unit) for row, unit in lines}
        items = tuple((one_space(row.column.heading), wording.cell(row, unit)) for row, unit in told.values())
        return found, [wording.told_of(entry), Items(items), *parts]
    return found, parts


def _share(db: Database, row: Row) -> list[Say]:
    """What part a project's amount is of all of its list; of what is no amount nothing."""
    if row.column.kind not in ("amount", "count") or row.column.topic == "indicator" or not row.cell.number:
        return []
    every = numbers(rows(db, [row.column], db.snapshot.catalog.entries))
    return [wording.part_of_all(row, [number for number, _ in every])]


def _cells(
    db: Database, question: ColumnQuestion, mention: Mention, entry: Entry, names: ColumnNames
) -> list[tuple[Row, str]]:
    """The cells of a project that a word asks for, each with its unit where another column says it."""
    wanted = _of_years(question, mention, entry, names)
    is_indicator = any(column.topic == "indicator" and column.group_name for column in wanted)
    columns = names.of_group(wanted) if is_indicator else tuple(sorted(wanted, key=_likeliness))
    found = rows(db, columns, [entry])
    if not is_indicator and mention.level != "heading":
        found = found[:MOST_COLUMNS]
    units = {
        row.column.group_name: unit_said(
            row, [each for each in found if each.column.group_name == row.column.group_name]
        )
        for row in found
        if row.column.group_name and is_unit(row.column) and not row.cell.state
    }
    asked = {column.id for column in wanted}
    is_exact = mention.level == "heading" and len(wanted) == 1
    said = [row for row in found if row.cell.state != "empty"]
    is_lacking = all(row.column.id not in asked for row in said)  # 実績は: its name is there, no 実績
    is_told = is_exact or bool(is_lacking and mention.meaning and mention.meaning.bases)
    if said and not (is_exact and is_lacking):
        found = [row for row in found if row.cell.state != "empty" or (is_told and row.column.id in asked)]
    elif not said:
        found = [row for row in found if row.column.id in asked][:1]
    numeric = {row.column.group_name for row in found if row.cell.number is not None}
    return [
        (
            row,
            "" if is_unit(row.column) or row.column.kind == "rate" else units.get(row.column.group_name, ""),
        )
        for row in found
        if not (
            is_unit(row.column)
            and row.column.group_name in numeric
            and not (is_exact and row.column.id in asked)
        )
    ]


def _of_years(question: ColumnQuestion, mention: Mention, entry: Entry, names: ColumnNames) -> list[Column]:
    """The columns of a project's list; those that speak of the years asked for, where there are any.

    Of a year of which there is none those near to it go with them: R6決算見込 beside R5決算.
    """
    own = [column for column in mention.columns if column.fiscal_year == entry.fiscal_year]
    near = near_of_year(names, own, years_lacking(question, mention, own))
    return [*near, *(speaking_of(own, question.years) or own)]


def _of_one_year(db: Database, question: ColumnQuestion, group: Sequence[Entry]) -> list[Entry]:
    """The project in the year asked for, else in the newest whose list has one of the columns."""
    wanted = [column for mention in question.asked for column in mention.columns]
    having = [
        entry
        for entry in group
        if any(row.column.fiscal_year == entry.fiscal_year for row in rows(db, wanted, [entry]))
    ]
    spoken = {column.fiscal_year for column in speaking_of(wanted, question.years)}
    for pool in (
        [e for e in having if e.fiscal_year in spoken],
        [e for e in group if e.fiscal_year in question.years],
        having,
        group,
    ):
        if pool:
            newest = max(entry.fiscal_year for entry in pool)
            return [entry for entry in pool if entry.fiscal_year == newest]
    return []


def _likeliness(column: Column) -> tuple[bool, int, int]:
    place = LIKELIEST.index(column.basis) if column.basis in LIKELIEST else len(LIKELIEST)
    return (likeliness(column)[0], place if column.topic == "cost" else 0, column.position)


# ----------------------------------------------------------------------------------------------- lacking
def _nearest(db: Database, question: ColumnQuestion, entry: Entry, names: ColumnNames) -> list[Row]:
    return [row for mention in question.asked for row in _near(db, mention, entry, names)]


def _near(db: Database, mention: Mention, entry: Entry, names: ColumnNames) -> list[Row]:
    topic = mention.meaning.topic if mention.meaning else next((c.topic for c in mention.columns), "")
    if not topic:
        return []
    columns = [
        c
        for c in names.columns
        if c.topic == topic
        and c.fiscal_year == entry.fiscal_year
        and (topic != "cost" or c.basis in LIKELIEST)
    ]
    if topic == "indicator":
        return []
    if topic != "cost":
        columns = [c for c in columns if c.kind in ("choice", *NUMERIC)]
    said = BASIS_LABELS[mention.meaning.bases[0]] if mention.meaning and mention.meaning.bases else ""
    columns.sort(key=lambda column: (said not in column.heading, _likeliness(column)))
    return rows(db, columns[:3], [entry])


# ------------------------------------------------------------------------------------------- side by side
def _side_by_side(
    db: Database, question: ColumnQuestion, groups: Sequence[Sequence[Entry]], names: ColumnNames
) -> Answer | None:
    entries = [found[0] for group in groups if (found := _of_one_year(db, question, group))]
    parts: list[Part] = []
    columns: dict[Column, None] = {}
    told: list[tuple[Key, str]] = []
    for mention in question.asked:
        by_project = [_cells(db, question, mention, entry, names) for entry in entries]
        if not any(by_project):
            parts.append(wording.list_lacks(mention.word))
            continue
        headings = dict.fromkeys(row.column.heading for cells in by_project for row, _ in cells)
        for head in headings:
            of_head = [
                (row, unit) for cells in by_project for row, unit in cells if row.column.heading == head
            ]
            columns |= dict.fromkeys(row.column for row, _ in of_head)
            told += [(row.entry.key, row.column.heading) for row, _ in of_head]
            lines = tuple((wording.titled(row.entry), wording.cell(row, unit)) for row, unit in of_head)
            parts += [wording.side_by_side([of_head[0][0].column]), Items(lines)]
            parts += _difference([row for row, _ in of_head])
    if not columns:
        return None
    note, is_of_year = _other_year(question, entries)
    parts[:0] = note
    parts.append(wording.source(tuple(columns), file_names(db)))
    parts.append(wording.detail_buttons(entries))
    why = (wording.reason("side by side", question=question),)
    keys = tuple(each.key for each in entries)
    confidence: Confidence = "sure" if is_of_year else "unsure"
    return Answer("compare", tuple(parts), keys, confidence=confidence, why=why, cells=tuple(told))


def _difference(found: Sequence[Row]) -> list[Part]:
    """Which of the numbers is the largest, and by how much."""
    valued = [
        (row.cell.number, row) for row in found if row.cell.number is not None and row.column.kind in NUMERIC
    ]
    if len(valued) < 2:
        return []
    ordered = sorted(valued, key=lambda item: -item[0])
    (most, row), (least, _) = ordered[0], ordered[-1]
    if most == least:
        return [wording.SAME]
    return [wording.larger(row.entry, most - least, row.column.unit)]


# ------------------------------------------------------------------------------------------ over the years
def _over_years(
    db: Database, question: ColumnQuestion, group: Sequence[Entry], names: ColumnNames
) -> Answer | None:
    wanted = tuple(dict.fromkeys(column for mention in question.asked for column in mention.columns))
    if not wanted:
        return None
    group, links = in_all_years(db, group)
    heads = {bare(fold(column.heading)) for column in wanted}
    columns = [c for c in names.columns if bare(fold(c.heading)) in heads]
    series: dict[str, list[Row]] = {}
    for row in rows(db, columns, group):
        series.setdefault(bare(fold(row.column.heading)), []).append(row)
    parts: list[Part] = []
    told: dict[Column, None] = {}
    drawn: list[tuple[str, str, dict[int, float]]] = []
    lacks: list[Part] = []
    for found in series.values():
        by_year = {row.year: row for row in sorted(found, key=lambda row: row.entry.fiscal_year)}
        every = [by_year[year] for year in sorted(by_year)]
        ordered = [row for row in every if question.speaks_of(row.year)] or every
        told |= dict.fromkeys(row.column for row in ordered)
        parts.append(wording.told_of(ordered[-1].entry, ordered[-1].column))
        parts += by_years(ordered, "", names)
        left = [year for year in question.years if year not in by_year]
        lacks += [wording.not_of_years(left, ordered[-1].column.heading)] if left else []
        if ordered[-1].column.kind in NUMERIC:
            valued = numbers(ordered[::-1])
            unit = valued[0][1].column.unit if valued else ""
            head = plain_heading(ordered[-1].column.heading)
            drawn.append((head, unit, {row.year: value for value, row in valued}))
        if len(ordered) == 1:
            parts.append(wording.NO_OTHER_YEAR)
    if not parts:
        return None
    newest = max(group, key=lambda entry: entry.fiscal_year)
    parts += lacks
    of_one = drawn[0][0] if len(drawn) == 1 else ""
    parts += charts_of(wording.chart_title(of_one, of=[one_space(newest.name)]), drawn)
    parts += [
        wording.goes_on(link) for link in links if link.is_estimate or {*link.changes} & {"name", "number"}
    ]
    parts.append(wording.source(tuple(told), file_names(db)))
    parts.append(wording.detail_buttons([newest]))
    why = (wording.reason("over years", question=question),)
    cells = tuple((row.entry.key, row.column.heading) for found in series.values() for row in found)
    confidence: Confidence = "unsure" if lacks or wording.NO_OTHER_YEAR in parts else "sure"
    return Answer("compare", tuple(parts), (newest.key,), confidence=confidence, why=why, cells=cells)


def by_years(ordered: Sequence[Row], unit: str, names: ColumnNames) -> list[Part]:
    """A cell year by year, and how it changed; `unit` is what another column says of its unit."""
    own = {column.source_id for column in names.columns if column.value_year == column.fiscal_year}
    others = {column.source_id for column in names.columns if column.value_year} - own
    ordered = [
        replace(r, is_undated=not r.column.value_year and r.column.source_id in others) for r in ordered
    ]
    lines = tuple((wording.year_of(row), wording.cell(row, unit)) for row in ordered)
    steps = [(one, two) for one, two in pairwise(ordered) if not (one.cell.state or two.cell.state)]
    return [Items(lines), *([wording.changes(steps, unit)] if steps else [])]
