"""One row under its header as a project, or why it is none; whose it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from store.lists.cells import Row
from store.lists.headers import Header
from store.lists.limits import ListError, RowRefused, shown
from store.lists.rows import without_marks
from store.records import Project
from store.text.fiscal_years import find_fiscal_year, parse_fiscal_year
from store.text.normalize import nfkc

# 部 and 局 end a department's name except in these words (内部統制課, 北部事務所, 部活動推進課, 薬局).
_PART = r"(?<![内外一幹東西南北中])部(?![活落長会門品材分員下隊首])"
_BUREAU = r"(?<![薬当])局(?![長地面員所])"
# What stands for a department without its ending in 部 or 局.
_OTHERS = (
    "公室|[市区町村長]長室|知事室|委員会|支所|役所|役場|管理者|保健所|福祉事務所|土木事務所|消防署|会計室|出納室?"
    "|危機管理[監室]|政策監|技監"
)
_LETTER = r"(?:[^課係、，,/／\n]|課(?=[税題]))"  # a department's name ends before the first section's
_OFFICE = re.compile(rf"({_LETTER}*(?:{_PART}|{_BUREAU}|{_OTHERS}))[\s・/／]*((?!事務局\s*$)\S.*)", re.DOTALL)
# Two names with a space between them: 保健センター　健康増進課; not two sections, nor a section and its 係.
_APART = re.compile(r"(\S*[^課係班\s])\s+(\S+(?:課|室|館|所|センター|事務局))")
_JOINS = re.compile(r"\s*[／/、，,・&＆\n]\s*|\s+|(?<=[課室])及び|(?<=[課室])と(?=.)")
_UNIT = re.compile("(?:係|班|グループ|チーム)$")  # of the section before it
_SECTION = re.compile("(?:課|室|局|係|班|館|所|センター|グループ|チーム|委員会|署|園)$")
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


@lru_cache(maxsize=4096)
def split_office(cell: str) -> tuple[str, str]:
    """(department, section): 政策部企画課 is 政策部 and 企画課; ('', office) when it names only one."""
    office = cell.strip()
    if found := _OFFICE.fullmatch(office):
        return found[1].strip(), found[2]
    if (found := _APART.fullmatch(office)) and not office.startswith(("(", "（")):
        return found[1], found[2]
    return "", office


@lru_cache(maxsize=4096)
def joint_sections(department: str, section: str) -> tuple[tuple[str, str], ...]:
    """Department and name of each section of a joint one (A課／B課, A課・B部C課); () for one section."""
    names = [part for part in _JOINS.split(section.strip()) if part]
    units = [name for name in names if _UNIT.search(name)]
    if (
        len(names) < 2
        or 0 < len(units) < len(names)
        or not all(_SECTION.search(nfkc(name)) and len(name) > 1 for name in names)
    ):
        return ()
    found = []
    for name in names:
        own, rest = split_office(name)
        found.append((own or department, rest))
        department = own or department
    return tuple(dict.fromkeys(found))
