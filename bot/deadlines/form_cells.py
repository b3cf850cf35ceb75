"""Cells that people fill in: fiscal years, days, offices, ticks. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.days.business_days import Calendar
from bot.days.dates import DateError, parse_date
from store.evaluation.forms import CellError, Line
from store.text.fiscal_years import parse_fiscal_year
from store.text.wareki import parse_full_date

Office = tuple[str, str]  # department, section; ('', '') is everywhere
YES, NO = ("○", "〇", "はい", "取消", "1", "true", "yes"), ("", "×", "いいえ", "0", "false", "no")


@dataclass(frozen=True, slots=True)
class Read:
    """How a row is read: the year meant where none is written, today, the calendar, the offices there are."""

    year: int
    today: date
    calendar: Calendar
    offices: Sequence[Office]
    aliases: Mapping[str, str]


def year_of(line: Line, how: Read) -> int:
    """The fiscal year of a row, else the one meant. Raises CellError."""
    text = line.cells.get("fiscal_year", "")
    if not text:
        return how.year
    year = parse_fiscal_year(text)
    if year is None:
        raise CellError("fiscal_year", f"年度「{text}」が読めません。令和3年度 のように書いてください。")
    return year


def day_of(line: Line, name: str, how: Read) -> date | None:
    """The day in a cell, None when it is empty. Raises CellError."""
    text = line.cells.get(name, "")
    if not text:
        return None
    try:
        # A date with its year may be past: a file tells of earlier deadlines too.
        return parse_full_date(text) or parse_date(text, how.today, how.calendar).day
    except DateError as error:
        raise CellError(name, str(error)) from error
    except ValueError:
        raise CellError(name, f"「{text}」という日はありません。") from None


def office_of(line: Line, how: Read) -> Office:
    """The department and section a row names, or a whole department, or everywhere. Raises CellError."""
    department, section = line.cells.get("department", ""), line.cells.get("section", "")
    section = how.aliases.get(section, section)
    if not section:
        if department and department not in {known for known, _ in how.offices}:
            raise CellError("department", f"「{department}」という部は登録されていません。")
        return department, ""
    found = [office for office in how.offices if office[1] == section and department in ("", office[0])]
    if len(found) == 1:
        return found[0]
    where = f"{department}の" if department else ""
    raise CellError(
        "section",
        f"「{where}{section}」は{'、'.join(each for each, _ in found)}にあります。部を書いてください。"
        if found
        else f"「{where}{section}」という課は登録されていません。",
    )


def yes_of(line: Line, name: str) -> bool:
    """Whether a cell is ticked. Raises CellError."""
    word = line.cells.get(name, "").lower()
    if word not in (*YES, *NO):
        raise CellError(name, f"「{word}」は読めません。○ か空にしてください。")
    return word in YES
