"""Rows as CSV text that a spreadsheet opens safely, and its cells back as they were. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from store.text.display import harmless

_FORMULA = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV, lines ended as spreadsheets end them; every cell is `guarded`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([guarded(str(cell)) for cell in row] for row in rows)
    return text.getvalue()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that looks so gets an apostrophe in front.

    Control and bidi characters are left out.
    """
    shown = harmless(cell)
    return f"'{shown}" if _is_formula(shown) else shown


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    return cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA)
