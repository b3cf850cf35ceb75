"""Filters of search in a question (課:情報政策課 年度:R3), said in words."""

from __future__ import annotations

from store.database import Database
from store.search.offices import sections_meant
from store.search.query import filters_in
from store.text.fiscal_years import parse_fiscal_year
from store.text.wareki import fiscal_year_name


def in_full(db: Database, question: str) -> str:
    """The question with its filters said in words."""
    for start, end, kind, value in reversed(filters_in(question)):
        told = _in_words(db, kind, value)
        if told:
            rest = question[end:].lstrip()
            joins = "の" if rest and not rest.startswith(("の", "は", "を", "が", "で")) else ""
            question = f"{question[:start]}{told}{joins}{rest}"
    return question


def _in_words(db: Database, kind: str, value: str) -> str:
    """A filter as one would say it, '' where it names nothing."""
    if kind == "year":
        year = parse_fiscal_year(value)
        return fiscal_year_name(year) if year else ""
    if kind == "section":
        return "と".join(office.name for office in sections_meant(db, value))
    return value if kind == "department" else ""
