"""Parse a published file into projects: each row is read under the header above it. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from store.columns.headings import DATE_HEADING, unit_above
from store.columns.values import ColumnSetting, ListedColumn
from store.lists.cells import Reading, Row, readings
from store.lists.forms import Entry, above_form, read_form
from store.lists.headers import (
    LONGEST_HEADER,
    Header,
    Sheet,
    check_mapping,
    first_list,
    header_at,
    is_short,
)
from store.lists.limits import LIMITS, Limits, ListError, NotAListError, RowRefused, shown
from store.lists.rows import (
    BARE_YEAR,
    LONGEST_YEAR,
    SkippedRow,
    Tree,
    blocks,
    check_width,
    is_ditto,
    is_of_tree,
    kind_of,
    number_made,
    office_in,
    read_row,
    restart_in_sections,
    with_section,
)
from store.records import SHEET, Project, RejectedRow
from store.text.normalize import header_key, nfkc
from store.text.numbers import find_fiscal_year, fiscal_year_name

_PAGE_NUMBER = re.compile(
    r"[-－–—\s]*(?:p\.?\s*)?\d{1,4}(?:\s*[/／]\s*\d{1,4})?\s*(?:ページ|頁)?[-－–—\s]*", re.I
)


@dataclass(frozen=True, slots=True)
class ParsedList:
    """A parsed list: projects in order (id 0), rejected rows by line, the format and the encoding.

    `skipped` are totals, notes and headings between rows. `notes` tell, in Japanese, what was decided.
    `has_made_numbers` if the list has no numbers, so that they were made.
    """

    title: str
    format: str  # tsv, csv, csv (;), xlsx, json or txt
    encoding: str
    projects: tuple[Project, ...]
    rejected: tuple[RejectedRow, ...]
    unread_sheets: tuple[str, ...] = ()  # of a workbook, those without the header of a list
    sha256: str = ""  # of the file's bytes
    number_column: int = 0  # 1-based, in the header of the last page
    columns: tuple[ListedColumn, ...] = ()  # of all pages, in order of appearance
    skipped: tuple[SkippedRow, ...] = ()
    notes: tuple[str, ...] = ()
    has_made_numbers: bool = False
    unit: str = ""  # of all amounts, if it is named above the table


def parse_list(
    data: bytes,
    *,
    mapping: Mapping[str, str] | None = None,
    fiscal_year: int | None = None,
    limits: Limits = LIMITS,
    file_name: str = "",
    settings: Mapping[str, ColumnSetting] | None = None,
) -> ParsedList:
    """Parse the bytes of a file. `mapping` is of `read_mapping`; `fiscal_year` overrides the list's year.

    A list that names no year has that of `file_name`. `settings` (by folded heading) are those of columns
    without a field. Raises ListError if the whole file is refused.
    """
    mapping = mapping or {}
    try:
        reading, sheets = first_list(data, mapping, limits)
    except NotAListError as error:
        parsed = _forms(error, data, mapping, fiscal_year, limits, file_name)
        return _with_settings(parsed, settings or {})
    check_mapping(mapping, sheets)
    parser = _Parser(
        mapping, fiscal_year, rectangular=reading.is_rectangular, several=len(sheets) > 1,
        file_year=find_fiscal_year(file_name),
    )  # fmt: skip
    for sheet in sheets:
        parser.read_sheet(sheet)
    if not parser.projects and not parser.rejected:
        raise ListError("見出しの下に事業が1行もありません。")
    parser.finish()
    _check_formulas(reading, parser)
    parsed = parser.parsed(reading, [sheet.name for sheet in sheets], hashlib.sha256(data).hexdigest())
    return _with_settings(parsed, settings or {})


def _with_settings(parsed: ParsedList, settings: Mapping[str, ColumnSetting]) -> ParsedList:
    """Return the list with the settings of its columns, and a note for each heading that it does not have."""
    if not settings:
        return parsed
    columns = [
        replace(
            column, setting=settings.get(header_key(column.key)) or settings.get(header_key(column.heading))
        )
        for column in parsed.columns
    ]
    known = {key for column in columns for key in (header_key(column.key), header_key(column.heading))}
    lost = [f"指定された列「{word}」は見出しにありません。" for word in settings if word not in known]
    return replace(parsed, columns=tuple(columns), notes=(*parsed.notes, *lost))


def _forms(
    error: NotAListError,
    data: bytes,
    mapping: Mapping[str, str],
    fiscal_year: int | None,
    limits: Limits,
    file_name: str,
) -> ParsedList:
    """Parse a file whose sheets are forms of one project each. Raises `error` if none is."""
    for reading in readings(data, limits):
        try:
            found = [(table, read_form(table.rows(), mapping)) for table in reading.tables]
        except ListError:  # `error` tells the reason
            continue
        forms = [(table, entries) for table, entries in found if entries]
        if not forms:
            continue
        reading.check()
        parser = _Parser(
            mapping, fiscal_year, rectangular=True, several=len(reading.tables) > 1,
            file_year=find_fiscal_year(file_name),
        )  # fmt: skip
        for table, entries in forms:
            parser.read_form(table.name, table.rows(), entries)
        parser.notes.append(f"1事業1枚の評価シートとして、項目名とその右の欄を読みました（{len(forms)}枚）。")
        parser.finish()
        _check_formulas(reading, parser)
        return parser.parsed(reading, [table.name for table, _ in forms], hashlib.sha256(data).hexdigest())
    raise error


def _check_formulas(reading: Reading, parser: _Parser) -> None:
    """Raise ListError if formulas without a stored value left numbers or names empty; else note them."""
    count, cell = reading.formulas
    if not count:
        return
    says = (
        f"計算結果が保存されていない式のセルが{count}個あります（{cell} など）。"
        "Excel で開いて上書き保存してから読み込んでください。"
    )
    if parser.rejected:
        raise ListError(says)
    parser.notes.append(says)


@dataclass
class _Parser:
    mapping: Mapping[str, str]
    fixed_year: int | None
    rectangular: bool  # whether all rows have the same number of cells
    several: bool  # whether there are several sheets, so that a project keeps the name of its sheet
    file_year: int | None = None
    sheet: str = ""
    title: str = ""
    preamble: frozenset[str] = frozenset()
    year: int | None = None
    unit: str = ""
    header: Header = field(default_factory=Header)
    words: Mapping[str, str] = field(default_factory=dict)  # the field of each heading, for later pages
    projects: list[Project] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)  # of the projects
    rejected: list[RejectedRow] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    columns: dict[str, ListedColumn] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)
    blocks: tuple[int, ...] = ()
    above: dict[int, str] = field(
        default_factory=dict
    )  # the last cells of columns, for those that repeat them
    counts: Counter[str] = field(default_factory=Counter)
    made: bool = False
    office: tuple[str, str] = ("", "")  # that the rows are of, where rows between them name it

    def read_sheet(self, sheet: Sheet) -> None:
        """Read the pages of a sheet."""
        self._begin(sheet)
        strays: list[Row] = []  # the title of a page if a header follows, else ordinary rows
        at = sheet.start + sheet.header.depth
        while at < len(sheet.rows):
            row = sheet.rows[at]
            at += 1
            filled = row.filled
            if len(filled) == 1 or (filled and filled[0].strip() in self.preamble):
                strays.append(row)
            elif filled and (header := self._header_in(sheet.rows, at - 1)):
                self._turn_page(strays, header)
                strays, at = [], at - 1 + header.depth
            elif filled:
                self._take(*strays, row)
                strays = []
        while strays and self._is_page_number(strays[-1]):
            strays.pop()
        self._take(*strays)

    def read_form(self, name: str, rows: Sequence[Row], entries: Sequence[Entry]) -> None:
        """Read a form as one row under a header of its labels."""
        texts = above_form(rows, entries)
        self.sheet = name if self.several else ""
        self.title = self.title or next(iter(texts), "")
        said = (
            entry.value for entry in entries if not entry.field and YEAR_ALONE.fullmatch(nfkc(entry.value))
        )
        self.year = find_fiscal_year("\n".join(texts)) or find_fiscal_year(name) or self.file_year
        self.year = self.year or find_fiscal_year(next(said, ""))
        labels = tuple(entry.label for entry in entries)
        header = Header(
            tuple(entry.field for entry in entries),
            labels,
            tuple(tuple(label.split("／")) for label in labels),
        )
        self._use(header)
        line = next(entry.line for entry in entries if entry.field == "name")
        self._take(Row(line, tuple(entry.value for entry in entries)))

    def finish(self) -> None:
        """Settle what only all rows together tell: numbers that restart, are missing or are repeated."""
        years = {project.fiscal_year for project in self.projects}
        restarted = {
            year
            for year in years
            if restart_in_sections([each for each in self.projects if each.fiscal_year == year])
        }
        column = next((each.key for each in self.columns.values() if each.role == "number"), "事業番号")
        self._join_branches(column)
        if restarted:
            self.projects = [
                replace(each, number=with_section(each), extra={column: each.number, **each.extra})
                if each.fiscal_year in restarted
                else each
                for each in self.projects
            ]
            first = next(each.number for each in self.projects if each.fiscal_year in restarted)
            self.notes.append(f"事業番号が課ごとに1から始まるので、課名を付けて「{first}」のようにしました。")
        if self.made:
            self.projects = number_made(self.projects)
            self.notes.append(
                "事業番号の列がないので、事業名ごとに「無番-1」からの番号を付けました（読み直しても変わりません）。"
                "番号に当たる列があれば --map 列名=number で指定してください。"
            )
        self._refuse_repeated()
        self._tell_dates()
        for what, count in self.counts.items():
            self.notes.append(f"{what}（{count}か所）。")
        self.notes = [*dict.fromkeys(self.notes)]

    def parsed(self, reading: Reading, read: Sequence[str], digest: str) -> ParsedList:
        """Return the list, once all of it is read."""
        unread = tuple(
            table.name
            for table in reading.tables
            if table.name not in read and any(row.filled for row in table.rows())
        )
        return ParsedList(
            self.title,
            reading.format,
            reading.encoding,
            tuple(self.projects),
            tuple(sorted(self.rejected, key=lambda row: row.line) if not self.several else self.rejected),
            unread,
            digest,
            self.header.column("number"),
            tuple(self.columns.values()),
            tuple(self.skipped),
            tuple(self.notes),
            self.made,
            self.unit,
        )

    def _begin(self, sheet: Sheet) -> None:
        above = sheet.rows[: sheet.start]
        texts = [" ".join(row.filled).strip() for row in above if row.filled]
        self.preamble = frozenset(cell.strip() for row in above for cell in row.filled)
        self.sheet = sheet.name if self.several else ""
        self.tree = Tree()
        self.above = {}
        self._use(sheet.header)
        self.words = sheet.header.settled(self.mapping)
        self.notes += sheet.header.notes
        self.office = ("", "")
        if self._has_no_office() and any(map(office_in, sheet.rows[sheet.start :])):
            self._enter_offices(above)
        self.blocks = blocks(sheet.rows[sheet.start + sheet.header.depth :], sheet.header)
        for row in filter(is_of_tree, above):
            self.tree.enter(row, sheet.header.names)
        for text in texts:
            self.unit = self.unit or unit_above(text)
        self.title = self.title or next(filter(find_fiscal_year, texts), "".join(texts[:1]))
        said = find_fiscal_year("\n".join(texts)) or _year_of(self.header) or find_fiscal_year(sheet.name)
        self.year = said or self.file_year
        if said and not find_fiscal_year("\n".join(texts)) and "fiscal_year" not in self.header.fields:
            where = "見出し" if _year_of(self.header) else "シート名"
            self._tell_year(where, said)
        if self.year and not said and "fiscal_year" not in self.header.fields:
            self._tell_year("ファイル名", self.year)

    def _tell_year(self, where: str, year: int) -> None:
        if not self.fixed_year:
            self.notes.append(f"年度は、{where}から{fiscal_year_name(year)}としました。")

    def _header_in(self, rows: Sequence[Row], at: int) -> Header | None:
        if not is_short(rows[at].cells) or not self._is_like_header(rows[at]):
            return None
        header = header_at(rows, at, self.words)
        if header.missing and not (self.header.missing and header.makes_numbers):
            return None
        return header

    def _is_like_header(self, row: Row) -> bool:
        """Whether a row may repeat the header: it has a word of it."""
        return any(
            "".join(cell.split()) in self.header_words
            for cell in row.cells
            if 0 < len(cell) <= LONGEST_YEAR * 2
        )

    def _use(self, header: Header) -> None:
        self.header = header
        self.header_words = {"".join(word.split()) for path in header.paths for word in path}
        for column in header.columns:
            self.columns.setdefault(column.key, column)

    def _turn_page(self, strays: Sequence[Row], header: Header) -> None:
        for stray in strays:
            cells = [cell.strip() for cell in stray.filled]
            if self._is_page_number(stray) or all(map(self._is_heading, cells)):
                self.year = find_fiscal_year(" ".join(stray.filled)) or self.year
            else:
                self._take(stray)
        self._use(header)

    def _is_heading(self, cell: str) -> bool:
        """Whether a cell repeats the title, counts pages (1/3), or is the title of another year."""
        if cell in self.preamble or (_says_page(cell) and not cell.isdecimal()):
            return True
        return "。" not in cell and find_fiscal_year(cell) is not None

    def _is_page_number(self, row: Row) -> bool:
        """Whether a row is a page number; a bare number in the column of numbers is a damaged project."""
        text = "".join(row.filled).strip()
        is_number = len(row.cells) > 1 and row.cells[self.header.column("number") - 1 :][:1] == (text,)
        return _says_page(text) and not (text.isdecimal() and is_number)

    def _take(self, *rows: Row) -> None:
        for row in rows:
            kind = kind_of(row, self.header, padded=self.rectangular or len(row.cells) >= self.header.width)
            if kind in (None, "heading") and self._has_no_office() and self._enter_offices([row]):
                self.skipped.append(SkippedRow(row.line, "heading", shown(" ".join(row.filled))))
                continue
            if kind:
                if kind == "heading":
                    self.tree.enter(row, self.header.names)
                if kind == "note":
                    self.unit = self.unit or unit_above(" ".join(row.filled))
                self.skipped.append(SkippedRow(row.line, kind, shown(" ".join(row.filled))))
                continue
            try:
                self._add(row)
            except RowRefused as refused:
                self._refuse(row, refused)

    def _has_no_office(self) -> bool:
        return not (self.header.column("section") or self.header.column("department"))

    def _enter_offices(self, rows: Sequence[Row]) -> bool:
        """Take the offices that rows name for those of the rows below; whether there is one."""
        found = [office for row in rows if (office := office_in(row))]
        for department, section in found:
            self.office = (department or (self.office[0] if section else ""), section)
        return bool(found)

    def _refuse(self, row: Row, refused: RowRefused) -> None:
        reason = f"シート「{shown(self.sheet)}」: {refused.reason}" if self.sheet else refused.reason
        self.rejected.append(RejectedRow(row.line, refused.column, reason, "\t".join(row.cells)))

    def _add(self, row: Row) -> None:
        if not self.rectangular:
            check_width(row, self.header)
        whole = self._filled_in(row)
        project = read_row(whole, self.header, page_year=self.year, fixed_year=self.fixed_year)
        written = "".join(whole.cells[self.header.column("fiscal_year") - 1 :][:1]).strip()
        if self.header.column("fiscal_year") and not self.fixed_year and BARE_YEAR.fullmatch(nfkc(written)):
            self.counts[f"年度の「{written}」は{fiscal_year_name(project.fiscal_year)}としました"] += 1
        if whole is not row:
            project = self._with_verbatim(project, row)
        if any(self.office) and self._has_no_office():
            project = replace(project, department=self.office[0], section=self.office[1])
            self.counts["行の間にある課名を、その下の行の担当課としました"] += 1
        more = dict(self.tree.now)
        if self.sheet:
            more[SHEET] = self.sheet
        for key in more:
            self.columns.setdefault(key, ListedColumn(len(self.columns) + 1, key, (key,)))
        if more:
            project = replace(project, extra={**project.extra, **more})
        self.made |= not project.number
        self.projects.append(project)
        self.rows.append(row)

    def _filled_in(self, row: Row) -> Row:
        """Return the row with the cells above for 〃 and 同上, and for blank cells that were merged."""
        cells: list[str] | None = None
        for at, cell in enumerate(row.cells):
            if is_ditto(cell) and self.above.get(at):
                cells = cells or [*row.cells]
                cells[at] = self.above[at]
                self.counts["〃・同上の欄は上の行の値としました"] += 1
            elif at in self.blocks and not cell.strip() and self.above.get(at):
                cells = cells or [*row.cells]
                cells[at] = self.above[at]
                self.counts[
                    f"「{self.header.names[at]}」の空欄は、結合されたセルとして上の行の値としました"
                ] += 1
            elif cell.strip():
                self.above[at] = cell
        return replace(row, cells=tuple(cells)) if cells else row

    def _with_verbatim(self, project: Project, row: Row) -> Project:
        """Return the project with the verbatim cells of its fields in `extra`."""
        listed = {
            name: cell
            for field, name, cell in zip(self.header.fields, self.header.names, row.cells, strict=False)
            if field and is_ditto(cell)
        }
        return replace(project, extra={**project.extra, **listed}) if listed else project

    def _join_branches(self, column: str) -> None:
        """Join the number of a branch to a number that several projects have: 5 and 枝番 1 are 5-1."""
        branch = next((each.key for each in self.columns.values() if _BRANCH.fullmatch(nfkc(each.key))), "")
        times = Counter((each.fiscal_year, each.number) for each in self.projects)
        if not branch or max(times.values(), default=0) < 2:
            return
        self.projects = [
            replace(each, number=f"{each.number}-{own}", extra={column: each.number, **each.extra})
            if (own := each.extra.get(branch, "").strip())
            else each
            for each in self.projects
        ]
        self.notes.append(f"同じ事業番号が複数あるので、「{branch}」を付けて「5-1」のような番号にしました。")

    def _refuse_repeated(self) -> None:
        """Reject a project whose year and number an earlier row has."""
        first: dict[tuple[int, str], Project] = {}
        kept = []
        for project, row in zip(self.projects, self.rows, strict=True):
            same = first.setdefault((project.fiscal_year, nfkc(project.number)), project)
            if same is project:
                kept.append(project)
                continue
            sheet, own = same.extra.get(SHEET, ""), project.extra.get(SHEET, "")
            there = f"シート「{shown(sheet)}」の" if sheet != own else ""
            where = f"{there}{same.source_line}行目にもあります（{fiscal_year_name(project.fiscal_year)}）"
            reason = f"事業番号 {project.number} は{where}。"
            self.sheet = own
            self._refuse(row, RowRefused(self.header.column("number"), reason))
        self.projects = kept

    def _tell_dates(self) -> None:
        """Note numbers and dates that a spreadsheet has changed."""
        dates = [project.number for project in self.projects if _DATE_NUMBER.fullmatch(nfkc(project.number))]
        if dates:
            self.notes.append(
                f"事業番号が日付の形です（{len(dates)}件、「{dates[0]}」など）。表計算ソフトが 1-4 のような"
                "番号を日付に変えたのかもしれません。元の一覧で、番号の列を文字列にして保存し直してください。"
            )
        for key, column in self.columns.items():
            if column.role or not DATE_HEADING.search(nfkc(column.heading)):
                continue
            serials = [
                text for each in self.projects if _SERIAL.fullmatch(text := each.extra.get(key, "").strip())
            ]
            if serials:
                day = (_DAY_0 + timedelta(days=int(serials[0]))).isoformat()
                self.notes.append(
                    f"「{column.heading}」に日付の通し番号が{len(serials)}件あります"
                    f"（{serials[0]} は {day} です）。"
                    "元の一覧で日付の書式にすると、日付として読めます。"
                )


# 1月4日, 2026-01-04, 4-Jan, Jan-04: a spreadsheet writes 1-4 so. In lists 2023-1-4 may be a number.
_DATE_NUMBER = re.compile(
    r"\d{1,2}月\d{1,2}日|(?:19|20)\d\d-\d\d-\d\d|(?:19|20)\d\d/\d{1,2}/\d{1,2}|(?:19|20)\d\d年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{1,2}"
)
_BRANCH = re.compile("(?:事業)?(?:枝番号?|枝|枝No.?|細番号?|サブ番号|補助番号)", re.IGNORECASE)
YEAR_ALONE = re.compile(r"\s*\S{2,4}\d{0,2}年度\s*")
_SERIAL = re.compile("[345][0-9]{4}")  # the serial of a day between 1982 and 2064
_DAY_0 = date(1899, 12, 30)  # of the serial days of a spreadsheet


def _says_page(text: str) -> bool:
    """Whether a text is a page number. The pattern takes quadratic time, so that a long text is none."""
    return len(text) <= LONGEST_HEADER and bool(_PAGE_NUMBER.fullmatch(text))


def _year_of(header: Header) -> int | None:
    """Return the year of the headings if they name one only, as a column 令和7年度 does."""
    years = {find_fiscal_year(name) for name in header.names} - {None}
    return years.pop() if len(years) == 1 else None
