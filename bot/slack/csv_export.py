"""Projects as a CSV file that a spreadsheet opens safely: UTF-8 with a BOM, and no live formulas. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from store.records import FIELD_LABELS, Project

COLUMNS = (
    "fiscal_year", "number", "name", "organization", "department", "section",
    "purpose", "overview", "outcome",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def as_csv(projects: Iterable[Project]) -> bytes:
    """The projects with every published column, worded exactly as published but for the guard below."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(FIELD_LABELS[name] for name in COLUMNS)
    for project in projects:
        writer.writerow(safe(str(getattr(project, name))) for name in COLUMNS)
    return text.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that looks so gets an apostrophe in front."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(_FORMULA) else cell
