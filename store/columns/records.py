"""What is known of a list's column, and of one cell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["amount", "count", "rate", "choice", "date", "code", "text", "number"]
Basis = Literal[
    "", "budget_initial", "budget_supplementary", "budget", "settlement", "execution", "request", "target",
    "actual", "plan", "forecast",
]  # fmt: skip
Topic = Literal["", "cost", "staff", "evaluation", "indicator", "policy", "law"]
State = Literal["", "empty", "none", "withheld"]

NUMERIC: frozenset[Kind] = frozenset({"amount", "count", "rate", "number"})


@dataclass(frozen=True, slots=True)
class ColumnSetting:
    """What a city says of a column; None of what it leaves to us."""

    kind: Kind | None = None
    unit: str | None = None
    value_year: int | None = None
    basis: Basis | None = None
    group_name: str | None = None
    group_part: str | None = None


@dataclass(frozen=True, slots=True)
class ListedColumn:
    """A column as a list has it: `path` are the words of its heading's rows, from the top.

    `key` is the heading made unique in its list, the name of the column in `Project.extra`. `role` is the
    field of a Project that it gives, '' for none.
    """

    position: int  # 1-based
    key: str
    path: tuple[str, ...]
    role: str = ""
    setting: ColumnSetting | None = None

    @property
    def heading(self) -> str:
        """The heading as published, in one line, its rows joined with ／."""
        return "／".join(self.path)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of one list and fiscal year, and what it was taken for.

    `unit` is of its numbers ('' where none is known; in a group it may stand in the column of part 単位).
    `value_year` is the fiscal year it speaks of, None where it says none. `group_name` and `group_part` tie
    together columns that are about one thing (活動指標1: its name, its 実績, its 単位).
    """

    id: int
    source_id: int
    fiscal_year: int
    position: int
    heading: str
    path: tuple[str, ...]
    unit: str = ""
    value_year: int | None = None
    basis: Basis = ""
    kind: Kind = "text"
    role: str = ""
    topic: Topic = ""
    group_name: str = ""
    group_part: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `text` verbatim, `number` in the column's unit, `state` why it says no value."""

    project_id: int
    column_id: int
    text: str
    number: float | None = None
    state: State = ""
