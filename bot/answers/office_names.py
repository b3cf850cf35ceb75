"""Offices as people write them: in short (情政課), or as a filter of search (課:情報政策課 年度:R3)."""

from __future__ import annotations

import re

from store.database import Database
from store.index.catalog import Catalog
from store.records import Query
from store.search.pipeline import search
from store.search.query import filters_in
from store.text.fiscal_years import parse_fiscal_year
from store.text.wareki import fiscal_year_name

_SHORT = re.compile(
    r"[一-龥々ァ-ヺーA-Za-z・]{1,12}?(?:課(?![題程税長金外員])|室(?![内外長温員])|係(?![数員長]))"
)
NO_NAME = re.compile(
    "(?:担当|所管|主管|関係|他|各|全|当|本|同|何|原|前|新|両|別|複数|.*会議|.*教|.*待合)(?:課室?|室|係)"
)
MOST = 50  # projects of a section looked at


def in_full(db: Database, question: str, held: Catalog) -> str:
    """The question with filters said in words and offices by their full names."""
    return _offices_in_full(db, _filters_in_words(db, question), held)


def _filters_in_words(db: Database, question: str) -> str:
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
        return "と".join(_sections(db, value))
    return value if kind == "department" else ""


def _offices_in_full(db: Database, question: str, held: Catalog) -> str:
    known = [(mention.start, mention.end) for mention in held.mentions(question)]
    for found in reversed(list(_SHORT.finditer(question))):
        is_known = any(start < found.end() and found.start() < end for start, end in known)
        if is_known or NO_NAME.fullmatch(found[0]):
            continue
        if len(sections := _sections(db, found[0])) == 1:
            question = f"{question[: found.start()]}{sections[0]}{question[found.end() :]}"
    return question


def _sections(db: Database, name: str) -> list[str]:
    """The sections that search understands by a name."""
    hits = search(db, Query(name, sections=(name,), limit=MOST)).hits
    names = (hit.project.section_canonical or hit.project.section for hit in hits)
    return list(dict.fromkeys(name for name in names if name))
