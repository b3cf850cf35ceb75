"""What a row below a header is, if no project: a total, a note, a heading of the policy tree. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from store.columns.values import read_value
from store.lists.cells import Row
from store.lists.headers import Header
from store.records import Project
from store.text.normalize import header_key, nfkc

RowKind = Literal["total", "note", "heading"]

_SUM = "(?:総?合計|小計|総計|累計|中計|総合計)"
# 合計, 企画課計, 小計（3事業); not 統計, 会計, 国勢統計.
_TOTAL = re.compile(
    rf"[(【〔<]*(?:.{{0,20}}{_SUM}|計|.{{0,15}}(?:部|局|課|室|所|会計|政策|施策|款|項|費|分野|目標|章|節|事業|全体|当該)計)"
    r"[)】〕>]*(?:[(].{0,20}[)])?"
)
_NOTE = re.compile(r"[※＊*]|[(（]?(?:注|備考|出典|資料|凡例|参考)\s*[)）:：\d１-９]|[(（]注[)）]?|注記")
_ORDINAL = "[0-9ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩIVX一二三四五六七八九十]+"
_TREE = (
    "(?:基本|重点|個別|施策の?|分野別|まちづくりの?|取組)?"
    "(?:政策|施策|目標|方針|方向|大綱|柱|章|節|分野|プロジェクト|プラン|体系|項目|款|項|目|会計)"
)
_DEPTHS = ("目標|大綱|柱|章|款", "政策|方針|方向|分野|プラン", "施策|節|項", "プロジェクト|目$|会計")
_MARKS = r"[<【〔(■●◆○□◎]*\s*"
_OF_TREE = re.compile(
    rf"{_MARKS}(?:第?{_ORDINAL}\s*(?P<after>{_TREE})"
    rf"|(?P<before>{_TREE})\s*の?\s*[-:]?\s*(?:{_ORDINAL}|(?=[\s:】〕>)])|$))"
)
_ENUMERATED = re.compile(rf"[<【〔(■●◆○□◎]*\s*(?P<number>{_ORDINAL}(?:[-.−・]{_ORDINAL})*)[)）.．、:：\s　]")
_DITTO = frozenset(["〃", "″", "”", "“", '"', "〟", "同上", "仝", "々", "''"])
LONGEST_TREE = 40  # characters of a heading between rows
OTHER = "見出し"  # the column of headings that don't say what they are
_LEADS = " 　\t"


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is no project and no error: its 1-based line, what it is, its text."""

    line: int
    kind: RowKind
    text: str


def kind_of(row: Row, header: Header, *, padded: bool) -> RowKind | None:
    """What a row is if it is no project; None for one that should be. `padded` if blank cells are written."""
    number, name = (_folded(row, header, name) for name in ("number", "name"))
    filled = [nfkc(cell).strip() for cell in row.filled]
    if not filled:
        return None
    if (
        is_total(number)
        or (is_total(name) and not _has_digit(number))
        or name in ("計", "合計", "小計", "総計")
    ):
        return "total"
    if not number and not name and is_total(_bare(filled[0])):
        return "total"
    if not _has_digit(number[:1]) and (_NOTE.match(filled[0]) or _NOTE.match(name) or _NOTE.match(number)):
        return "note" if len(filled) <= max(2, header.width // 2) or _NOTE.match(filled[0]) else None
    return "heading" if _is_heading(row, header, filled, number, padded) else None


def is_total(text: str) -> bool:
    """Whether a cell (in NFKC, without spaces) says that its row sums others up."""
    return bool(text) and len(text) <= LONGEST_TREE and bool(_TOTAL.fullmatch(text))


def is_ditto(cell: str) -> bool:
    """Whether a cell says that it is as the one above: 〃, 同上."""
    return cell.strip() in _DITTO


def without_marks(cell: str) -> str:
    """A cell without what makes a spreadsheet take it for a text: ="0086", '0087."""
    text = cell.strip()
    if len(text) > 3 and text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    if len(text) > 1 and text[0] == "'" and (text[1].isdecimal() or text[1] in "=+-@"):
        return text[1:]
    return cell


@dataclass(slots=True)
class Tree:
    """The headings that stand between the rows of a list, as columns: the latest of each level."""

    levels: list[str] = field(default_factory=list)
    now: dict[str, str] = field(default_factory=dict)

    def enter(self, row: Row, taken: Sequence[str]) -> None:
        """Take a row as a heading, which ends those of lower levels. `taken` are the list's own columns."""
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


def is_of_tree(row: Row) -> bool:
    """Whether a row is a heading that says which level of the policy tree it is."""
    return bool(row.filled) and len(row.filled) < 3 and bool(_OF_TREE.match(nfkc(row.filled[0]).strip()))


def _depth(level: str) -> int:
    """How deep a level of the policy tree is, from 100; 0 for one whose words don't say."""
    return next((100 + place for place, words in enumerate(_DEPTHS) if re.search(words, level)), 0)


def blocks(rows: Sequence[Row], header: Header) -> tuple[int, ...]:
    """The columns (0-based) before the name in which only the first row of a block of rows is filled.

    That is how a table with merged cells comes out as text: the first row is filled, many others are not, and
    no value follows itself.
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


MADE = "無番-"  # begins a number that was made: the list has none


def restart_in_sections(projects: Sequence[Project]) -> bool:
    """Whether the numbers of one year begin anew in each section: 1, 2 of 企画課, then 1 of 財政課."""
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
    """The number of a project whose section counts on its own: 企画課-1."""
    return f"{' '.join((project.section or project.department).split())}-{project.number}"


def number_in_section(number: str, section: str, department: str) -> str:
    """The number that a section gave, of one made with its name: 1 of 企画課-1; '' for any other."""
    office = " ".join((section or department).split())
    return number.removeprefix(f"{office}-") if office and number.startswith(f"{office}-") else ""


def number_made(projects: Sequence[Project], stored: Iterable[Project] = ()) -> list[Project]:
    """Projects without a number with one: that of the same name and office in `stored`, else a new one."""
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
    """Whether numbers are counted from 1 upwards."""
    if not all(number.isdecimal() for number in numbers):
        return False
    values = [int(number) for number in numbers]
    return min(values) == 1 and values == sorted(values)
