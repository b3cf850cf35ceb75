"""Numbers of columns: added up, put in order, and said so that people can read them. Pure."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.ask import wording
from store.columns.headings import PART_OF_AMOUNT
from store.columns.values import NUMERIC, Basis, Cell, Column, converted, is_money
from store.columns.values import Kind as ColumnKind
from store.text.normalize import nfkc, one_space

if TYPE_CHECKING:
    from store.index.catalog import Entry

_YEN, _MINUS = "円", "マイナス"
_MAN, _OKU, _CHO = 10_000, 100_000_000, 1_000_000_000_000
_LISTED = re.compile(r"[△▲-]?\d{1,3}(?:,\d{3})*(?:\.\d+)?")
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
_ONLY_DIGITS = re.compile(r"-?\d+(?:\.\d+)?")
_ROUNDED, _LARGE = 3, 100  # digits behind the point of a mean, one for large numbers


@dataclass(frozen=True, slots=True)
class Row:
    """A project and its cell of a column."""

    entry: Entry
    column: Column
    cell: Cell
    is_undated: bool = False  # in a list of 令和7年度 with R6決算: of which of the two is not said

    @property
    def year(self) -> int:
        """The fiscal year that the cell speaks of."""
        return self.column.year


@dataclass(frozen=True, slots=True)
class Derived(Column):
    """What no list has as a column and two of its columns tell: one less the other, or in percent of it."""

    one: Column | None = None
    other: Column | None = None


def difference(one: Column, other: Column) -> Derived:
    """One column less another of its list, in the unit of the first."""
    head = wording.difference(one_space(one.heading), one_space(other.heading))
    return _derived(one, other, head, one.unit, "amount" if is_money(one.unit) else "number")


def ratio(one: Column, other: Column) -> Derived:
    """One column in percent of another of its list."""
    return _derived(one, other, wording.ratio(one_space(one.heading), one_space(other.heading)), "％", "rate")


def _derived(one: Column, other: Column, head: str, unit: str, kind: ColumnKind) -> Derived:
    return Derived(
        -(one.id * 1_000_000 + other.id), one.source_id, one.fiscal_year, one.position, head, (head,), unit,
        one.value_year, "", kind, topic=one.topic, one=one, other=other,
    )  # fmt: skip


def derived_cells(
    column: Derived, ones: Mapping[int, Cell], others: Mapping[int, Cell]
) -> Mapping[int, Cell]:
    """The cells of a derived column by project: those of projects that have both numbers."""
    found: dict[int, Cell] = {}
    for project_id, cell in ones.items():
        beside = others.get(project_id)
        if column.one is None or column.other is None or beside is None:
            continue
        if cell.number is None or beside.number is None or cell.state or beside.state:
            continue
        second = converted(beside.number, column.other.unit, column.one.unit)
        if column.kind != "rate":
            number = cell.number - second
        elif second:
            number = 100 * cell.number / second
        else:
            continue
        found[project_id] = Cell(project_id, column.id, plain_number(number), round(number, 6))
    return found


def paired(ones: Iterable[Column], others: Iterable[Column]) -> list[tuple[Column, Column]]:
    """Columns of numbers that can be set against each other: of one group, else the likeliest of a list.

    Units must be of money both, or the same.
    """
    every = [
        (one, other)
        for one in ones
        for other in others
        if (one.source_id, one.fiscal_year) == (other.source_id, other.fiscal_year)
        and one.id != other.id
        and one.kind in NUMERIC
        and other.kind in NUMERIC
        and (one.unit == other.unit or (is_money(one.unit) and is_money(other.unit)))
    ]
    grouped = [(one, other) for one, other in every if one.group_name and one.group_name == other.group_name]
    found: dict[tuple[int, int], tuple[Column, Column]] = {}
    for one, other in sorted(every, key=lambda pair: (likeliness(pair[0]), likeliness(pair[1]))):
        found.setdefault((one.source_id, one.fiscal_year), (one, other))
    return grouped or list(found.values())


# Which amount is the one people mean by the money of a project, the surest first.
LIKELIEST: tuple[Basis, ...] = (
    "settlement", "execution", "budget", "budget_initial", "budget_supplementary", "forecast",
)  # fmt: skip


def is_part(column: Column) -> bool:
    """Whether a column has a part of an amount: 一般財源, うち人件費."""
    return column.topic == "cost" and bool(PART_OF_AMOUNT.search(nfkc(column.path[-1])))


def likeliness(column: Column) -> tuple[bool, int, int, int]:
    """The order in which columns are meant by a word that several have: whole amounts, newest year, kind."""
    place = LIKELIEST.index(column.basis) if column.basis in LIKELIEST else len(LIKELIEST)
    place = place if column.topic == "cost" else 0
    return is_part(column), -(column.value_year or 0), place, column.position


Work = Literal["sum", "mean", "median"]
WORK: dict[Work, Callable[[Sequence[float]], float]] = {
    "sum": lambda numbers: sum(numbers),
    "mean": lambda numbers: sum(numbers) / len(numbers),
    "median": statistics.median,
}


def plain_number(number: float) -> str:
    """A number with commas, without a zero behind the point."""
    digits = _ROUNDED if abs(number) < _LARGE else 1
    rounded = round(number, digits)
    return f"{int(rounded):,}" if rounded == int(rounded) else f"{rounded:,.{digits}f}".rstrip("0")


def with_commas(digits: str) -> str:
    """Digits as listed, with commas before the point: 1234.50 as 1,234.50, 31000.0 as 31,000."""
    whole, _, part = digits.partition(".")
    return f"{int(whole):,}" + (f".{part}" if part.strip("0") else "")


def amount(number: float, unit: str, listed: str = "") -> str:
    """A number (as `listed`) with its unit, and in 万円 and 億円 where that is easier to read.

    3,089千円（約309万円）.
    """
    said = f"{listed or plain_number(number)}{unit}"
    if not is_money(unit):
        return said
    easy = in_yen(converted(number, unit, _YEN))
    return f"{said}（{easy}）" if easy and easy != said else said


def in_yen(yen: float) -> str:
    """An amount in 万円 and 億円, 約 where something is rounded off; '' for less than 1万円."""
    if abs(yen) < _MAN:
        return ""
    man = round(abs(yen) / _MAN)
    about = "" if man * _MAN == round(abs(yen), 3) else "約"
    sign = _MINUS if yen < 0 else ""
    cho, rest = divmod(man, _CHO // _MAN)
    oku, man = divmod(rest, _OKU // _MAN)
    parts = [f"{n:,}{name}" for n, name in ((cho, "兆"), (oku, "億"), (man, "万")) if n]
    return f"{sign}{about}{''.join(parts)}円"


def cell_value(column: Column, cell: Cell, unit: str = "") -> str:
    """A cell as an answer says it: the number with its unit, else the words verbatim."""
    if cell.number is None or column.kind not in NUMERIC:
        text = nfkc(cell.text).strip()
        is_number = cell.number is not None and _ONLY_DIGITS.fullmatch(text)
        return f"{with_commas(text)}{unit}" if is_number and unit else cell.text.strip()
    text = nfkc(cell.text).strip()
    listed = with_commas(text) if _ONLY_DIGITS.fullmatch(text) else text if _LISTED.fullmatch(text) else ""
    return amount(cell.number, column.unit or unit, listed)


def unit_said(row: Row, beside: Iterable[Row]) -> str:
    """The unit that a cell says, without the value beside it that it repeats: 円 of 円120,000,000."""
    text = row.cell.text.strip()
    numbers = {other.cell.number for other in beside if other.column.kind in NUMERIC}
    for said in _NUMBER.findall(nfkc(text)):
        if len(said) > 1 and float(said.replace(",", "")) in numbers:
            return nfkc(text).replace(said, "").strip()
    return text


def numbers(rows: Iterable[Row]) -> list[tuple[float, Row]]:
    """The rows whose cells are numbers, each in the unit of the first one's column."""
    found = [(row.cell.number, row) for row in rows if row.cell.number is not None and not row.cell.state]
    if not found:
        return []
    unit = found[0][1].column.unit
    return [(converted(number, row.column.unit, unit), row) for number, row in found]


def in_order(found: Sequence[tuple[float, Row]], *, most: bool) -> list[tuple[float, Row]]:
    """The rows by their numbers; equal ones stay as they were listed."""
    return sorted(found, key=lambda item: -item[0] if most else item[0])


def fits(row: Row, low: float | None, high: float | None, *, is_open: bool, yen_of: str) -> bool:
    """Whether a row's number is between the two, ends included unless the range is open.

    With `yen_of`, a unit of money, the two are in 円 and the column in that unit.
    """
    number = row.cell.number
    if number is None or row.cell.state:
        return False
    if yen_of:
        number = converted(number, yen_of, _YEN)
    if low is not None and (number < low or (is_open and number == low)):
        return False
    return not (high is not None and (number > high or (is_open and number == high)))


def percent(part: float, whole: float) -> str:
    """A share of a whole in percent, one digit behind the point, two of less than one percent."""
    share = 100 * part / whole if whole else 0.0
    return f"{share:.{1 if abs(share) >= 1 or not share else 2}f}％" if whole else "―"
