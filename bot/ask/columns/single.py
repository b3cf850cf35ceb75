"""Answers about single projects: the value of a column, several side by side, one over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.ask.answers import Answer, Confidence, Items, Key, Kind, Part, Say
from bot.ask.columns import wording
from bot.ask.columns.evidence import file_names, in_all_years, rows
from bot.ask.columns.figures import LIKELIEST, Row, amount, likeliness, numbers, percent, plain_number
from bot.ask.columns.naming import ColumnNames, Mention, bare, fold, is_unit
from bot.ask.columns.reading import ColumnQuestion
from bot.ask.columns.scope import between, near_of_year, speaking_of, told_lacking, years_lacking
from bot.messages.charts import charts_of
from store.columns.headings import plain_heading
from store.columns.inference import BASIS_LABELS
from store.columns.values import NUMERIC, Column, converted
from store.database import Database
from store.index.catalog import Entry
from store.text.normalize import alnum_key, one_space
from store.text.numbers import fiscal_year_name

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
        cells += [(wording.key(row.entry), row.column.heading) for row in found]
        is_known = is_known or bool(found)
        shown.append(entry)
    if not parts:
        return None
    note, is_of_year = _other_year(question, entries) if is_known else ("", True)
    if note:
        parts.insert(0, Say(note))
    nearest = [] if is_known else [row for entry in entries for row in _nearest(db, question, entry, names)]
    columns += [row.column for row in nearest]
    if columns:
        parts.append(wording.source(dict.fromkeys(columns), file_names(db)))
    parts.append(wording.detail_buttons(shown))
    kind: Kind = "field" if is_known else "none"
    confidence: Confidence = "none" if not is_known else "sure" if is_of_year else "unsure"
    why = (f"一覧の列（{_named(question)}）についてのお尋ねと読み取りました",)
    keys = tuple(map(wording.key, shown))
    return Answer(kind, tuple(parts), keys, confidence=confidence, why=why, cells=tuple(cells))


def _other_year(question: ColumnQuestion, entries: Sequence[Entry]) -> tuple[str, bool]:
    """That no column speaks of a year that was asked for, and whether any speaks of another that was."""
    lists = {entry.fiscal_year for entry in entries}
    notes: list[str] = []
    is_of_year = True
    for mention in question.asked:
        own = [column for column in mention.columns if column.fiscal_year in lists]
        if years := years_lacking(question, mention, own):
            is_of_year = is_of_year and len(years) < len(question.years)
            elsewhere = [year for year in years if speaking_of(mention.columns, [year])]
            missing = "・".join(map(fiscal_year_name, elsewhere))
            notes += [f"{missing}の「{mention.word}」は、この事業にはありません。"] if elsewhere else []
            if nowhere := [year for year in years if year not in elsewhere]:
                notes.append(told_lacking(mention, nowhere))
    return (f"{''.join(dict.fromkeys(notes))}近い列でお答えします。" if notes else ""), is_of_year


def _of_project(
    db: Database, question: ColumnQuestion, entry: Entry, names: ColumnNames
) -> tuple[list[Row], list[Part]]:
    """The cells asked for, and what is said of them and of what the list has no column for."""
    found: list[Row] = []
    parts: list[Part] = []
    lines: list[tuple[str, str]] = []
    for mention in question.asked:
        cells = _cells(db, question, mention, entry, names)
        if cells:
            found += [row for row, _ in cells if row not in found]
            lines += [wording.item(row, unit) for row, unit in cells]
        else:
            parts.append(Say(_lacking(db, question, mention, entry, names)))
    for column in between(question, entry.fiscal_year):
        for row in rows(db, [column], [entry]):
            found.append(row)
            parts.append(Say(wording.sentence(row)))
    if question.aggregate == "share":
        parts += [Say(told) for row in found if (told := _share(db, row))]
    if len(lines) == 1 and len(found) == 1:
        unit = cells[0][1] if (cells := _cells(db, question, question.asked[0], entry, names)) else ""
        return found, [Say(wording.sentence(found[0], unit), "bold"), *parts]
    if lines:
        head = Say(f"{wording.title(entry)}の記載です。", "bold")
        return found, [head, Items(tuple(dict.fromkeys(lines))), *parts]
    return found, parts


def _share(db: Database, row: Row) -> str:
    """What part a project's amount is of all of its list; '' for what is no amount."""
    if row.column.kind not in ("amount", "count") or row.column.topic == "indicator" or not row.cell.number:
        return ""
    every = numbers(rows(db, [row.column], db.snapshot.catalog.entries))
    whole = sum(number for number, _ in every)
    of_all = f"{wording.heading(row.column)}の全体（{len(every):,}件で{amount(whole, row.column.unit)}）"
    return f"{of_all}の{percent(row.cell.number, whole)}です。"


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
        row.column.group_name: row.cell.text.strip()
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
def _lacking(
    db: Database, question: ColumnQuestion, mention: Mention, entry: Entry, names: ColumnNames
) -> str:
    """That the list has no such column, and what it has instead, by its own name."""
    told = f"この一覧（{fiscal_year_name(entry.fiscal_year)}）に「{mention.word}」の列はありません。"
    near = _near(db, mention, entry, names)
    if not near:
        return told
    said = "、".join(f"{wording.heading(row.column)}は{wording.value(row)}" for row in near)
    return f"{told}{wording.title(entry)}の近い列では、{said}{'' if near[-1].cell.state else 'です'}。"


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


def _named(question: ColumnQuestion) -> str:
    return "・".join(f"「{mention.word}」" for mention in question.asked)


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
            parts.append(Say(f"この一覧に「{mention.word}」の列はありません。"))
            continue
        headings = dict.fromkeys(row.column.heading for cells in by_project for row, _ in cells)
        for head in headings:
            of_head = [
                (row, unit) for cells in by_project for row, unit in cells if row.column.heading == head
            ]
            columns |= dict.fromkeys(row.column for row, _ in of_head)
            told += [(wording.key(row.entry), row.column.heading) for row, _ in of_head]
            parts.append(Say(f"{wording.heading(of_head[0][0].column)}を並べます。", "bold"))
            parts.append(
                Items(
                    tuple(
                        (wording.title(row.entry), f": {wording.value(row, unit)}") for row, unit in of_head
                    )
                )
            )
            parts += _difference([row for row, _ in of_head])
    if not columns:
        return None
    note, is_of_year = _other_year(question, entries)
    parts[:0] = [Say(note)] if note else []
    parts.append(wording.source(columns, file_names(db)))
    parts.append(wording.detail_buttons(entries))
    why = (f"事業を並べて、列（{_named(question)}）を比べています",)
    keys = tuple(map(wording.key, entries))
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
        return [Say("同じ値です。")]
    return [Say(f"多いのは{wording.title(row.entry)}で、差は{amount(most - least, row.column.unit)}です。")]


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
    lacks: list[str] = []
    for found in series.values():
        by_year = {year_of(row): row for row in sorted(found, key=lambda row: row.entry.fiscal_year)}
        every = [by_year[year] for year in sorted(by_year)]
        ordered = [row for row in every if question.speaks_of(year_of(row))] or every
        told |= dict.fromkeys(row.column for row in ordered)
        parts.append(
            Say(f"{wording.title(ordered[-1].entry)}の{wording.heading(ordered[-1].column)}です。", "bold")
        )
        parts.append(
            Items(tuple((fiscal_year_name(year_of(row)), f": {wording.value(row)}") for row in ordered))
        )
        parts += steps(ordered)
        left = [fiscal_year_name(year) for year in question.years if year not in by_year]
        lacks += (
            [f"{'・'.join(left)}の{wording.heading(ordered[-1].column)}は一覧にありません。"] if left else []
        )
        if ordered[-1].column.kind in NUMERIC:
            valued = numbers(ordered[::-1])
            unit = valued[0][1].column.unit if valued else ""
            head = plain_heading(ordered[-1].column.heading)
            drawn.append((head, unit, {year_of(row): value for value, row in valued}))
        if len(ordered) == 1:
            parts.append(Say("比べられるほかの年度は、登録されている一覧にありません。"))
    if not parts:
        return None
    newest = max(group, key=lambda entry: entry.fiscal_year)
    parts += [Say(each) for each in dict.fromkeys(lacks)]
    of_one = f"の{drawn[0][0]}" if len(drawn) == 1 else ""
    parts += charts_of(f"{one_space(newest.name)}{of_one}", drawn)
    parts += [Say(said, "small") for link in links if (said := wording.goes_on(link))]
    parts.append(wording.source(told, file_names(db)))
    parts.append(wording.detail_buttons([newest]))
    why = (f"列（{_named(question)}）を年度ごとに並べています",)
    cells = tuple((wording.key(row.entry), row.column.heading) for found in series.values() for row in found)
    confidence: Confidence = "unsure" if lacks else "sure"
    return Answer(
        "compare", tuple(parts), (wording.key(newest),), confidence=confidence, why=why, cells=cells
    )


def year_of(row: Row) -> int:
    """The fiscal year that a cell speaks of."""
    return row.column.value_year or row.column.fiscal_year


def steps(ordered: Sequence[Row], unit_beside: str = "") -> list[Part]:
    """How a cell changed from year to year; `unit_beside` is what another column says of its unit."""
    said = []
    for before, after in pairwise(ordered):
        if before.cell.state or after.cell.state:
            continue
        one, two = before.cell.number, after.cell.number
        if one is None or two is None or after.column.kind not in NUMERIC:
            is_same = alnum_key(before.cell.text) == alnum_key(after.cell.text)
            said.append(
                "変わりありません"
                if is_same
                else f"{before.cell.text.strip()}から{after.cell.text.strip()}に変わりました"
            )
            continue
        change = two - converted(one, before.column.unit, after.column.unit)
        unit = after.column.unit or unit_beside
        rate = f"（{percent(abs(change), abs(one))}）" if one else ""
        way = "増えました" if change > 0 else "減りました" if change < 0 else ""
        years = f"{fiscal_year_name(year_of(before))}から{fiscal_year_name(year_of(after))}"
        said.append(
            f"{years}で{plain_number(abs(change))}{unit}{way}{rate}" if way else f"{years}で変わりありません"
        )
    return [Say("、".join(said) + "。")] if said else []
