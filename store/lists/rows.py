"""Read one row under its header: its kind, its project, and the number that the project is given. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from store.columns.values import read_value
from store.lists.cells import Row
from store.lists.headers import Header
from store.lists.limits import ListError, RowRefused, shown
from store.records import Project
from store.text import lazily
from store.text.normalize import header_key, nfkc
from store.text.numbers import find_fiscal_year, parse_fiscal_year

RowKind = Literal["total", "note", "heading"]
_SUM = "(?:総?合計|小計|総計|累計|中計|総合計)"

# 合計, 企画課計, 小計（3事業); not 統計, 会計, 国勢統計.
_TOTAL = lazily(
    rf"[(【〔<]*(?:.{{0,20}}{_SUM}|計|.{{0,15}}(?:部|局|課|室|所|会計|政策|施策|款|項|費|分野|目標|章|節|事業|全体|当該)計)"
    r"[)】〕>]*(?:[(].{0,20}[)])?"
)
_NOTE = lazily(r"[※＊*]|[(（]?(?:注|備考|出典|資料|凡例|参考)\s*[)）:：\d１-９]|[(（]注[)）]?|注記")
_ORDINAL = "[0-9ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩIVX一二三四五六七八九十]+"
_TREE = (
    "(?:基本|重点|個別|施策の?|分野別|まちづくりの?|取組)?"
    "(?:政策|施策|目標|方針|方向|大綱|柱|章|節|分野|プロジェクト|プラン|体系|項目|款|項|目|会計)"
)
_DEPTHS = ("目標|大綱|柱|章|款", "政策|方針|方向|分野|プラン", "施策|節|項", "プロジェクト|目$|会計")
_MARKS = r"[<【〔(■●◆○□◎]*\s*"
_OF_TREE = lazily(
    rf"{_MARKS}(?:第?{_ORDINAL}\s*(?P<after>{_TREE})"
    rf"|(?P<before>{_TREE})\s*の?\s*[-:]?\s*(?:{_ORDINAL}|(?=[\s:】〕>)])|$))"
)
_ENUMERATED = lazily(rf"[<【〔(■●◆○□◎]*\s*(?P<number>{_ORDINAL}(?:[-.−・]{_ORDINAL})*)[)）.．、:：\s　]")
_DITTO = frozenset(["〃", "″", "”", "“", '"', "〟", "同上", "仝", "々", "''"])
LONGEST_TREE = 40  # characters of a heading between rows
LONGEST_LEAD = 400  # characters of a row's first cell that tell a total or a note
LONGEST_DITTO = 20  # characters with the spaces around
_OFFICE_MARKS = lazily(r"[○●◎■□◆◇◯・*【】〔〕〈〉<>\[\]]|^(?:担当|所管|主管)(?:部署|課)?\s*[:：]\s*")
_IS_OFFICE = lazily(r"[^\d。、のをはが]{1,28}(?:[課部局室係]|委員会|事務所|支所|センター|消防署)")
_LONGEST_OFFICE = 30
OTHER = "見出し"  # the column of headings that do not name their level
_LEADS = " 　\t"


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is neither a project nor an error: its 1-based line, its kind and its text."""

    line: int
    kind: RowKind
    text: str


def kind_of(row: Row, header: Header, *, padded: bool) -> RowKind | None:
    """Return the kind of a row that is no project; None for a row that should be one.

    `padded` tells that blank cells at the end of a row are written too.
    """
    number, name = (_folded(row, header, name) for name in ("number", "name"))
    filled = row.filled
    if not filled:
        return None
    first = nfkc(filled[0][:LONGEST_LEAD]).strip()
    if (
        is_total(number)
        or (is_total(name) and not _has_digit(number))
        or name in ("計", "合計", "小計", "総計")
    ):
        return "total"
    if not number and not name and is_total(_bare(first)):
        return "total"
    if not _has_digit(number[:1]) and (_NOTE.match(first) or _NOTE.match(name) or _NOTE.match(number)):
        return "note" if len(filled) <= max(2, header.width // 2) or _NOTE.match(first) else None
    return "heading" if _is_heading(row, header, filled, number, padded) else None


def is_total(text: str) -> bool:
    """Whether a cell (NFKC, no spaces) says that its row is a total."""
    return bool(text) and len(text) <= LONGEST_TREE and bool(_TOTAL.fullmatch(text))


def is_ditto(cell: str) -> bool:
    """Whether a cell stands for the cell above it: 〃, 同上."""
    return len(cell) < LONGEST_DITTO and cell.strip() in _DITTO


def without_marks(cell: str) -> str:
    """Remove the marks by which a spreadsheet keeps a number as text: ="0086", '0087."""
    text = cell.strip()
    if len(text) > 3 and text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    if len(text) > 1 and text[0] == "'" and (text[1].isdecimal() or text[1] in "=+-@"):
        return text[1:]
    return cell


@dataclass(slots=True)
class Tree:
    """The headings between the rows of a list, as columns: the latest heading of each level."""

    levels: list[str] = field(default_factory=list)
    now: dict[str, str] = field(default_factory=dict)

    def enter(self, row: Row, taken: Sequence[str]) -> None:
        """Enter a heading, which ends those of lower levels. `taken` are the names of the list's columns."""
        texts = [" ".join(cell.split()) for cell in row.filled]
        text = " ".join(texts)
        level = self._level(nfkc(text), row)
        while level in taken:
            level += "（見出しの行）"
        if level not in self.levels:
            self.levels.append(level)
        own = self.levels.index(level)
        for place, below in enumerate(self.levels):
            if below == level or (_depth(below) or place) > (_depth(level) or own):
                self.now.pop(below, None)
        self.now[level] = text

    def _level(self, text: str, row: Row) -> str:
        if found := _OF_TREE.match(text):
            return str(found["after"] or found["before"])
        if found := _ENUMERATED.match(text):
            depth = len(re.split("[-.−・]", found["number"]))
            return OTHER if depth == 1 else f"{OTHER}{depth}"
        first = next(cell for cell in row.cells if cell.strip())
        indent = len(first) - len(first.lstrip(_LEADS))
        place = row.cells.index(first)
        return (
            OTHER if not indent and not place else f"{OTHER}{place + 1}{'' if not indent else f'-{indent}'}"
        )


def office_in(row: Row) -> tuple[str, str] | None:
    """Return the (department, section) that a row names alone, as ○総務部総務課 does; None for others."""
    if len(row.filled) != 1:
        return None
    text = _OFFICE_MARKS.sub("", nfkc(row.filled[0])).strip()
    if len(text) > _LONGEST_OFFICE or _OF_TREE.match(text) or not _IS_OFFICE.fullmatch(text):
        return None
    department, section = split_office(text)
    return (section, "") if not department and section.endswith(("部", "局")) else (department, section)


def is_of_tree(row: Row) -> bool:
    """Whether a row is a heading that names its level of the policy tree (施策1, 基本目標)."""
    return bool(row.filled) and len(row.filled) < 3 and bool(_OF_TREE.match(nfkc(row.filled[0]).strip()))


def _depth(level: str) -> int:
    """Return the depth of a level of the policy tree, from 100; 0 if its words do not tell."""
    return next((100 + place for place, words in enumerate(_DEPTHS) if re.search(words, level)), 0)


def blocks(rows: Sequence[Row], header: Header) -> tuple[int, ...]:
    """Return the columns (0-based) before the name in which only the first row of a block of rows is filled.

    A table with merged cells is exported so: the first row is filled, many others are blank, and no value
    follows itself.
    """
    name = header.column("name") - 1
    found = []
    for at in range(name):
        if header.fields[at] in ("number", "serial", "fiscal_year") or not header.names[at]:
            continue
        cells = [row.cells[at].strip() for row in rows if len(row.cells) > name and row.cells[name].strip()]
        filled = [cell for cell in cells if cell]
        if len(cells) < 4 or not filled or not cells[0] or not 0.2 <= 1 - len(filled) / len(cells) <= 0.95:
            continue
        if len(filled) > 1 and all(one != other for one, other in pairwise(filled)):
            found.append(at)
    return tuple(found)


def _is_heading(row: Row, header: Header, filled: Sequence[str], number: str, padded: bool) -> bool:
    first = next(at for at, cell in enumerate(row.cells) if cell.strip())
    if len(filled) > 2 or len(filled) * 2 > header.width or first >= header.column("name"):
        return False
    filled = [nfkc(cell).strip() for cell in filled]
    if any("。" in cell or len(cell) > LONGEST_TREE for cell in filled):
        return False
    has_office = any(
        (at := header.column(field)) and "".join(row.cells[at - 1 : at]).strip()
        for field in ("department", "section")
    )
    if _OF_TREE.match(filled[0]) and (not number or not number[:1].isdecimal()):
        return not has_office
    if len(filled) > 1 or not (padded or _ENUMERATED.match(filled[0])) or len(row.cells) < 2:
        return False
    return not has_office and read_value(filled[0]).number is None and not filled[0].isascii()


def _folded(row: Row, header: Header, name: str) -> str:
    at = header.column(name)
    return _bare(nfkc("".join(row.cells[at - 1 : at]))) if at else ""


def _bare(text: str) -> str:
    return "".join(text.split())


def _has_digit(text: str) -> bool:
    return any(map(str.isdecimal, text))


MADE = "無番-"  # the prefix of a made number, for a list without numbers


def restart_in_sections(projects: Sequence[Project]) -> bool:
    """Whether the numbers of one year restart in each section: 企画課 has 1 and 2, 財政課 has 1 again."""
    by_section: dict[tuple[str, str], list[str]] = defaultdict(list)
    of_number: dict[str, list[Project]] = defaultdict(list)
    for project in projects:
        by_section[project.department, project.section].append(nfkc(project.number))
        of_number[nfkc(project.number)].append(project)
    twice = [same for same in of_number.values() if len(same) > 1]
    if not twice or len(by_section) < 2:
        return False
    if any(len(set(numbers)) < len(numbers) for numbers in by_section.values()):
        return False
    restarted = {(each.department, each.section) for same in twice for each in same}
    return ("", "") not in restarted and all(_counts(by_section[office]) for office in restarted)


def with_section(project: Project) -> str:
    """Return the number of a project whose section numbers its own projects: 企画課-1."""
    return f"{' '.join((project.section or project.department).split())}-{project.number}"


def number_in_section(number: str, section: str, department: str) -> str:
    """Undo `with_section`: 1 of 企画課-1; '' for any other number."""
    office = " ".join((section or department).split())
    return number.removeprefix(f"{office}-") if office and number.startswith(f"{office}-") else ""


def number_made(projects: Sequence[Project], stored: Iterable[Project] = ()) -> list[Project]:
    """Give projects without a number one: that of the same name and office in `stored`, else a new one."""
    known: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    used: dict[int, set[int]] = defaultdict(set)
    for each in stored:
        if each.number.startswith(MADE):
            known[_identity(each)].append(each.number)
            used[each.fiscal_year].add(_count(each.number))
    numbered = []
    for project in projects:
        if project.number:
            numbered.append(project)
            continue
        same = known.get(_identity(project), [])
        number = same.pop(0) if same else _next(used[project.fiscal_year])
        used[project.fiscal_year].add(_count(number))
        numbered.append(replace(project, number=number))
    return numbered


def _identity(project: Project) -> tuple[int, str, str]:
    return project.fiscal_year, header_key(project.name), header_key(project.department + project.section)


def _next(used: set[int]) -> str:
    return f"{MADE}{max(used, default=0) + 1}"


def _count(number: str) -> int:
    digits = number.removeprefix(MADE)
    return int(digits) if digits.isdecimal() else 0


def _counts(numbers: Sequence[str]) -> bool:
    """Whether the numbers count from 1 upwards."""
    if not all(number.isdecimal() for number in numbers):
        return False
    values = [int(number) for number in numbers]
    return min(values) == 1 and values == sorted(values)


# 部 and 局 end the name of a department, except in these words (内部統制課, 北部事務所, 部活動推進課, 薬局).
# 部局外 is what belongs to no 部: it stands in the place of one.
_PART = r"(?<![内外一幹東西南北中])部(?![活落長会門品材分員下隊首]|局外)"
_BUREAU = r"(?<![薬当])局(?![長地面員所]|(?<=部局)外)"

# Departments whose names end in neither 部 nor 局.
_OTHERS = (
    "部局外|公室|[市区町村長]長室|知事室|委員会|支所|役所|役場|管理者|保健所|福祉事務所|土木事務所|消防署|会計室|出納室?"
    "|危機管理[監室]|政策監|技監"
)
_LETTER = r"(?:[^課係、，,/／\n]|課(?=[税題]))"  # a department's name ends before the first section's
_OFFICE = lazily(rf"({_LETTER}*(?:{_PART}|{_BUREAU}|{_OTHERS}))[\s・/／]*((?!事務局\s*$)\S.*)", re.DOTALL)

# A department and its section with a space between: 保健センター　健康増進課; not two sections or a 係.
_APART = lazily(r"(\S*[^課係班\s])\s+(\S+(?:課|室|館|所|センター|事務局))")
_ENDED = r"(?:(?<=[課室局係班館所署園])|(?<=センター)|(?<=グループ)|(?<=チーム)|(?<=委員会))"
_JOINS = lazily(  # ・ stands within names, too: 計画課　海洋・環境課
    rf"{_ENDED}\s*・\s*|\s*[／/、，,&＆\n]\s*|\s+|(?<=[課室])及び|(?<=[課室])と(?=.)"
)
_UNIT = lazily("(?:係|班|グループ|チーム)$")  # part of the section named before it
_OFFICER = lazily(r"(?:官|担当)(?:付|\(.*\))?$")  # beside sections: 施設計画課、施設整備官
_DEPARTMENT = lazily(rf"{_PART}$")
_SECTION = lazily("(?:課|室|局|係|班|館|所|センター|グループ|チーム|委員会|署|園)$")
LONGEST_YEAR = 16  # characters of a cell in which a year is looked for
LONGEST_NUMBER = 100  # characters; a longer one is of another column, and too long for a button


def read_row(row: Row, header: Header, *, page_year: int | None, fixed_year: int | None = None) -> Project:
    """Read a row as a project. The year is `fixed_year`, else that of its column, else `page_year`.

    `extra` gets each cell without a field, and each cell whose field stores it changed (a year, a number with
    spaces around it, a split office). Raises RowRefused, or ListError if the list names no year at all.
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
    name = without_marks(cells["name"])
    stored = {
        **cells, "fiscal_year": str(year), "number": number, "name": name, "department": department,
        "section": section,
    }  # fmt: skip
    return Project(
        fiscal_year=year,
        number=number,
        name=name,
        serial=cells.get("serial", ""),
        organization=cells.get("organization", ""),
        department=department,
        section=section,
        purpose=cells.get("purpose", ""),
        overview=cells.get("overview", ""),
        outcome=cells.get("outcome", ""),
        extra=_extra(stored, row, header),
        source_line=row.line,
    )


def check_width(row: Row, header: Header) -> None:
    """Raise RowRefused for a row of a text with fewer cells than the header, or with cells beyond it.

    Raises ListError if the text ends within a row that began as a project: the rows after it are lost.
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
    """The list names no year. `likeliest` is the latest year in its headings, None if there is none."""

    def __init__(self, header: Header) -> None:
        years = [year for name in header.names if (year := find_fiscal_year(name))]
        self.likeliest = max(years, default=None)
        super().__init__(self.message(self.likeliest or _EXAMPLE))

    @staticmethod
    def message(year: int) -> str:
        """Return what to do, with the likeliest year as the example."""
        return f"年度が題名にも列にもありません。--fiscal-year {year} のように指定してください。"


_EXAMPLE = 2021
BARE_YEAR = lazily(r"[0-9]{1,2}(?:年度?)?")


def year_of_cell(written: str) -> int | None:
    """Read the fiscal year in a cell of a column of years: 令和6年度, 2024, R6, and 6 of the present era."""
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


def _extra(stored: Mapping[str, str], row: Row, header: Header) -> dict[str, str]:
    return {
        name or f"列{column}": cell
        for column, (field, name, cell) in enumerate(
            zip(header.fields, header.names, row.cells, strict=False), 1
        )
        if cell and stored.get(field) != cell
    }


@lru_cache(maxsize=4096)
def split_office(cell: str) -> tuple[str, str]:
    """Split an office into (department, section): 政策部, 企画課 of 政策部企画課; else ('', office)."""
    office = cell.strip()
    if found := _OFFICE.fullmatch(office):
        twice = found[1].split()
        if len(twice) == 2 and twice[0] == twice[1]:  # 教育部 教育部総務課: the section's name has it too
            return twice[0], office.removeprefix(twice[0]).strip()
        return found[1].strip(), found[2]
    if (found := _APART.fullmatch(office)) and not office.startswith(("(", "（")):
        return found[1], found[2]
    return "", office


@lru_cache(maxsize=4096)
def joint_sections(department: str, section: str) -> tuple[tuple[str, str], ...]:
    """Return the (department, section)s of a joint section (A課／B課, A課・B部C課); () for a single one.

    A unit is of the section named before it: 企画課　統計係 is 企画課, and so are its projects. A department
    is that of what follows (林政部　経営課), and an officer beside a section is none.
    """
    names = [part for part in _JOINS.split(section.strip()) if part]
    if len(names) < 2:
        return ()
    if not all(map(_UNIT.search, names)):
        names = [name for name in names if not _UNIT.search(name)]
    found = []
    for name in names:
        if _OFFICER.search(nfkc(name)):
            continue
        if _DEPARTMENT.search(name):
            department = name
            continue
        if len(name) < 2 or not _SECTION.search(nfkc(name)):
            return ()
        own, rest = split_office(name)
        found.append((own or department, rest))
        department = own or department
    return tuple(dict.fromkeys(found))
