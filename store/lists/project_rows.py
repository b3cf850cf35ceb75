"""One row under its header as a project, or why it is none. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from store.lists.cells import Row
from store.lists.headers import Header
from store.lists.limits import ListError, RowRefused, shown
from store.lists.offices import split_office
from store.lists.rows import without_marks
from store.records import Project
from store.text.fiscal_years import find_fiscal_year, parse_fiscal_year
from store.text.normalize import nfkc

LONGEST_YEAR = 16  # characters of a cell in which a year is looked for
LONGEST_NUMBER = 100  # characters; a longer one is a slip of columns, and could not travel in a button


def read_row(row: Row, header: Header, *, page_year: int | None, fixed_year: int | None = None) -> Project:
    """Take a row as a project. The year is `fixed_year`, else what its column says, else `page_year`.

    `extra` gets each cell without a field of its own, and each one whose field holds it changed (a year, a
    number with spaces around it, an office that was split). Raises RowRefused, or ListError when the whole
    list says no year.
    """
    cells = {field: cell for field, cell in zip(header.fields, row.cells, strict=False) if field}
    department, section = _office(cells)
    year, number = _year(cells, header, page_year, fixed_year), without_marks(cells.get("number", "")).strip()
    if not number and header.column("number"):
        raise RowRefused(header.column("number"), "事業番号が空です。")
    if number and not any(map(str.isalnum, number)):
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
        name=without_marks(cells["name"]),
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
    written = without_marks(cells.get("fiscal_year", "")).strip()
    year = fixed_year or (year_of_cell(written) if written else page_year)
    if year is not None:
        return year
    if written:
        raise RowRefused(header.column("fiscal_year"), f"年度「{shown(written)}」を読めません。")
    if column := header.column("fiscal_year"):
        raise RowRefused(column, "年度が空です。")
    raise NoYearError(header)


class NoYearError(ListError):
    """Nothing says of which year a list is; `likeliest` is the latest year in its headings, None for none."""

    def __init__(self, header: Header) -> None:
        years = [year for name in header.names if (year := find_fiscal_year(name))]
        self.likeliest = max(years, default=None)
        super().__init__(self.message(self.likeliest or _EXAMPLE))

    @staticmethod
    def message(year: int) -> str:
        """What to do, with the year that is likeliest meant."""
        return f"年度が題名にも列にもありません。--fiscal-year {year} のように指定してください。"


_EXAMPLE = 2021
BARE_YEAR = re.compile(r"[0-9]{1,2}(?:年度?)?")


def year_of_cell(written: str) -> int | None:
    """The fiscal year that a cell of a column of years says: 令和6年度, 2024, R6, and 6 of this era."""
    if year := parse_fiscal_year(written):
        return year
    if BARE_YEAR.fullmatch(folded := nfkc(written)):
        return parse_fiscal_year(f"令和{folded}")
    return find_fiscal_year(written) if len(written) <= LONGEST_YEAR else None


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
