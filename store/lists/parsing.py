"""Department and section told apart where a list writes them in one cell."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from store.columns.records import ListedColumn
from store.lists.cells import Row
from store.lists.headers import (
    LONGEST_HEADER,
    Header,
    Sheet,
    check_mapping,
    first_list,
    read_header,
    whole_header,
)
from store.lists.limits import LIMITS, Limits, ListError, RowRefused, refuse_bytes, shown
from store.records import Project, RejectedRow
from store.text.fiscal_years import find_fiscal_year, fiscal_year_name, parse_fiscal_year
from store.text.normalize import nfkc

# 部 and 局 end a department's name except in these words (内部統制課, 北部事務所, 部活動推進課, 薬局).
_PART = r"(?<![内外全一幹東西南北中])部(?![活落長会門品材分員下隊首])"
_BUREAU = r"(?<![薬当])局(?![長地面員所])"
_OTHERS = r"公室|[市区町村長]長室|知事室|委員会|支所|役所|役場|管理者"
_LETTER = r"(?:[^課係、，,/／\n]|課(?=[税題]))"  # a department's name ends before the first section's
_OFFICE = re.compile(rf"({_LETTER}*(?:{_PART}|{_BUREAU}|{_OTHERS}))[\s・/／]*((?!事務局\s*$)\S.*)", re.DOTALL)
LONGEST_NUMBER = 100  # characters; a longer one is a slip of columns, and could not travel in a button
_PAGE_NUMBER = re.compile(
    r"[-－–—\s]*(?:p\.?\s*)?\d{1,4}(?:\s*[/／]\s*\d{1,4})?\s*(?:ページ|頁)?[-－–—\s]*", re.I
)
SHEET = "シート"  # the key in `extra` for the sheet of a project
_WHY = {
    errno.ENOENT: "ファイルがありません。名前と場所を確かめてください。",
    errno.ENOTDIR: "ファイルがありません。名前と場所を確かめてください。",
    errno.EACCES: "ファイルを読む権限がありません。権限を付けてからもう一度お試しください。",
    errno.EPERM: "ファイルを読む権限がありません。権限を付けてからもう一度お試しください。",
    errno.EISDIR: "ファイルではなくフォルダーです。中のファイルを指定してください。",
    errno.ENAMETOOLONG: "名前が長すぎます。短い名前に変えてください。",
    errno.ELOOP: "リンクが自分自身を指しています。元のファイルを指定してください。",
    errno.ENXIO: "通常のファイルではありません。通常のファイルに保存してから指定してください。",
}
_SPECIAL = _WHY[errno.ENXIO]


@lru_cache(maxsize=4096)
def split_office(cell: str) -> tuple[str, str]:
    """(department, section): 政策部企画課 is 政策部 and 企画課; ('', office) when it names only one."""
    office = cell.strip()
    found = _OFFICE.fullmatch(office)
    return (found[1].strip(), found[2]) if found else ("", office)


def read_row(row: Row, header: Header, *, page_year: int | None, fixed_year: int | None = None) -> Project:
    """Take a row as a project. The year is `fixed_year`, else what its column says, else `page_year`.

    `extra` gets each cell without a field of its own, and each one whose field holds it changed (a year, a
    number with spaces around it, an office that was split). Raises RowRefused, or ListError when the whole
    list says no year.
    """
    cells = {field: cell for field, cell in zip(header.fields, row.cells, strict=False) if field}
    department, section = _office(cells)
    year, number = _year(cells, header, page_year, fixed_year), cells["number"].strip()
    if not number:
        raise RowRefused(header.column("number"), "事業番号が空です。")
    if not any(map(str.isalnum, number)):
        raise RowRefused(
            header.column("number"),
            f"「{shown(number)}」は事業番号ではありません（文字も数字もありません）。",
        )
    if len(number) > LONGEST_NUMBER:
        raise RowRefused(header.column("number"), f"事業番号が{LONGEST_NUMBER}文字を超えています。")
    if not cells["name"].strip():
        raise RowRefused(header.column("name"), "事務事業名が空です。")
    project = Project(
        fiscal_year=year,
        number=number,
        name=cells["name"],
        serial=cells.get("serial", ""),
        organization=cells.get("organization", ""),
        department=department,
        section=section,
        purpose=cells.get("purpose", ""),
        overview=cells.get("overview", ""),
        outcome=cells.get("outcome", ""),
        source_line=row.line,
    )
    return _with_extra(project, row, header)


def check_width(row: Row, header: Header) -> None:
    """Refuse a text's row that has fewer cells than the header, or something beyond its last column.

    Raises ListError when the text ends in a row that began as a project: what would follow it is lost too.
    """
    if len(row.cells) < header.width:
        number = "".join(row.cells[header.column("number") - 1 :][:1])
        if not row.ended and len(row.cells) > 1 and any(map(str.isdigit, number)):
            raise ListError(
                f"最後の行（{row.line}行目）が{len(row.cells)}列目で終わっています（見出しは{header.width}列）。"
                "ファイルが途中で切れていないか確かめてください。"
            )
        reason = f"列が{len(row.cells)}つしかありません（見出しは{header.width}列）。"
        raise RowRefused(len(row.cells) + 1, reason)
    if any(cell.strip() for cell in row.cells[header.width :]):
        raise RowRefused(header.width + 1, f"列が{len(row.cells)}つあります（見出しは{header.width}列）。")


def _year(cells: Mapping[str, str], header: Header, page_year: int | None, fixed_year: int | None) -> int:
    written = cells.get("fiscal_year", "").strip()
    year = fixed_year or (parse_fiscal_year(written) if written else page_year)
    if year is not None:
        return year
    if written:
        raise RowRefused(header.column("fiscal_year"), f"年度「{shown(written)}」を読めません。")
    if column := header.column("fiscal_year"):
        raise RowRefused(column, "年度が空です。")
    raise ListError("年度が題名にも列にもありません。--fiscal-year 2021 のように指定してください。")


def _office(cells: Mapping[str, str]) -> tuple[str, str]:
    department, section = cells.get("department", ""), cells.get("section", "")
    if department.strip() and section.strip():
        return department, section
    found = split_office(section if section.strip() else department)
    if department.strip() and not found[0]:
        return department, section
    return found


def _with_extra(project: Project, row: Row, header: Header) -> Project:
    stored = {field: str(getattr(project, field)) for field in header.fields if field}
    extra = {
        name or f"列{column}": cell
        for column, (field, name, cell) in enumerate(
            zip(header.fields, header.names, row.cells, strict=False), 1
        )
        if cell and stored.get(field) != cell
    }
    return replace(project, extra=extra) if extra else project


@dataclass(frozen=True, slots=True)
class ParsedList:
    """A list as read: projects in order (id 0), refused rows by line, and how it was written."""

    title: str
    format: str  # tsv, csv or xlsx
    encoding: str
    projects: tuple[Project, ...]
    rejected: tuple[RejectedRow, ...]
    unread_sheets: tuple[str, ...] = ()  # of a workbook: they have no header that is one of a list
    sha256: str = ""  # of the file's bytes
    number_column: int = 0  # 1-based, of the last page's header
    columns: tuple[ListedColumn, ...] = ()  # of all pages, in the order of their first header


def parse_list(
    data: bytes,
    *,
    mapping: Mapping[str, str] | None = None,
    fiscal_year: int | None = None,
    limits: Limits = LIMITS,
) -> ParsedList:
    """Read a list from a file's bytes. `mapping` is from `read_mapping`; `fiscal_year` overrules the list.

    Raises ListError when the whole file has to be refused.
    """
    mapping = mapping or {}
    reading, sheets = first_list(data, mapping, limits)
    check_mapping(mapping, sheets)
    parser = _Parser(mapping, fiscal_year, rectangular=reading.format == "xlsx", several=len(sheets) > 1)
    for sheet in sheets:
        parser.read_sheet(sheet)
    if not parser.projects and not parser.rejected:
        raise ListError("見出しの下に事業が1行もありません。")
    projects, rejected = tuple(parser.projects.values()), tuple(parser.rejected)
    read = {sheet.name for sheet in sheets}
    unread = tuple(
        table.name
        for table in reading.tables
        if table.name not in read and any(row.filled for row in table.rows())
    )
    digest = hashlib.sha256(data).hexdigest()
    column = parser.header.column("number")
    return ParsedList(
        parser.title,
        reading.format,
        reading.encoding,
        projects,
        rejected,
        unread,
        digest,
        column,
        tuple(parser.columns.values()),
    )


@dataclass
class _Parser:
    mapping: Mapping[str, str]
    fixed_year: int | None
    rectangular: bool  # all rows of a workbook have as many cells; those of a text may not
    several: bool  # sheets: then each row says which it is from
    sheet: str = ""
    title: str = ""
    preamble: frozenset[str] = frozenset()
    year: int | None = None
    header: Header = field(default_factory=Header)
    projects: dict[tuple[int, str], Project] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    columns: dict[str, ListedColumn] = field(default_factory=dict)

    def read_sheet(self, sheet: Sheet) -> None:
        """Read its pages, one after the other."""
        self._begin(sheet)
        strays: list[Row] = []  # a page's heading if a header follows, otherwise rows as any other
        above: Row | None = sheet.rows[sheet.start]  # the last row, if it was a header
        for row in sheet.rows[sheet.start + 1 :]:
            filled = row.filled
            if above and (header := whole_header(above, row, self.mapping)):
                self._use(header)
                above = None
                continue
            above = None
            if len(filled) == 1 or (filled and filled[0].strip() in self.preamble):
                strays.append(row)
            elif filled and (header := self._header_in(row)):
                self._turn_page(strays, header)
                strays, above = [], row
            elif filled:
                self._take(*strays, row)
                strays = []
        while strays and self._is_page_number(strays[-1]):
            strays.pop()
        self._take(*strays)

    def _begin(self, sheet: Sheet) -> None:
        above = sheet.rows[: sheet.start]
        texts = [" ".join(row.filled).strip() for row in above if row.filled]
        self.preamble = frozenset(cell.strip() for row in above for cell in row.filled)
        self.sheet = sheet.name if self.several else ""
        self._use(sheet.header)
        self.title = self.title or next(filter(find_fiscal_year, texts), "".join(texts[:1]))
        self.year = (
            find_fiscal_year("\n".join(texts)) or _year_of(self.header) or find_fiscal_year(sheet.name)
        )

    def _header_in(self, row: Row) -> Header | None:
        if max(map(len, row.cells)) > LONGEST_HEADER:
            return None
        header = read_header(row.cells, self.mapping)
        return None if header.missing else header

    def _turn_page(self, strays: Sequence[Row], header: Header) -> None:
        for stray in strays:
            cells = [cell.strip() for cell in stray.filled]
            if self._is_page_number(stray) or all(map(self._is_heading, cells)):
                self.year = find_fiscal_year(" ".join(stray.filled)) or self.year
            else:
                self._take(stray)
        self._use(header)

    def _use(self, header: Header) -> None:
        self.header = header
        for column in header.columns:
            self.columns.setdefault(column.key, column)

    def _is_heading(self, cell: str) -> bool:
        """Whether a cell says what stood above the first header, a page of pages, or another year's title."""
        if cell in self.preamble or (_says_page(cell) and not cell.isdecimal()):
            return True
        return "。" not in cell and find_fiscal_year(cell) is not None

    def _is_page_number(self, row: Row) -> bool:
        """Whether a row is only that; a bare number in its column is a project that lost the rest."""
        text = "".join(row.filled).strip()
        is_number = len(row.cells) > 1 and row.cells[self.header.column("number") - 1 :][:1] == (text,)
        return _says_page(text) and not (text.isdecimal() and is_number)

    def _take(self, *rows: Row) -> None:
        for row in rows:
            try:
                self._add(row)
            except RowRefused as refused:
                reason = f"シート「{shown(self.sheet)}」: {refused.reason}" if self.sheet else refused.reason
                self.rejected.append(RejectedRow(row.line, refused.column, reason, "\t".join(row.cells)))

    def _add(self, row: Row) -> None:
        if not self.rectangular:
            check_width(row, self.header)
        project = read_row(row, self.header, page_year=self.year, fixed_year=self.fixed_year)
        key = (project.fiscal_year, nfkc(project.number))
        if first := self.projects.get(key):
            sheet = first.extra.get(SHEET, "")
            there = f"シート「{shown(sheet)}」の" if sheet != self.sheet else ""
            where = f"{there}{first.source_line}行目にもあります（{fiscal_year_name(project.fiscal_year)}）"
            raise RowRefused(self.header.column("number"), f"事業番号 {project.number} は{where}。")
        if self.sheet:
            project = replace(project, extra={**project.extra, SHEET: self.sheet})
            self.columns.setdefault(SHEET, ListedColumn(len(self.columns) + 1, SHEET, (SHEET,)))
        self.projects[key] = project


def _says_page(text: str) -> bool:
    """Whether a text is a page's number; the pattern takes the square of a long text's time."""
    return len(text) <= LONGEST_HEADER and bool(_PAGE_NUMBER.fullmatch(text))


def _year_of(header: Header) -> int | None:
    """The year that the headers agree on: a column `令和7年度` says it where no title does."""
    years = {find_fiscal_year(name) for name in header.names} - {None}
    return years.pop() if len(years) == 1 else None


def read_file(path: Path, limits: Limits = LIMITS) -> bytes:
    """The bytes of a plain file. Raises ListError for what is none, can't be read, or is too large.

    It never waits: opening a named pipe, or reading a terminal, would.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise ListError(_WHY[errno.EISDIR] if stat.S_ISDIR(mode) else _SPECIAL)
            data = file.read(limits.bytes + 1)
    except OSError as error:
        raise ListError(why_unreadable(error)) from error
    if len(data) > limits.bytes:
        raise refuse_bytes(limits, packed=False)
    return data


def why_unreadable(error: OSError) -> str:
    """What is wrong with a file or a folder that the system wouldn't open, and what to do."""
    return _WHY.get(error.errno or 0, f"ファイルを読めません（{error.strerror}）。")


def path_text(path: Path | str) -> str:
    """A path or a name as a line of text that can be printed and stored; bytes of CP932 are read as that."""
    raw = os.fsencode(path)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp932", "replace")
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
