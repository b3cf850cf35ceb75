"""Japanese eras, fiscal years and numerals, as values: nothing here knows what day it is."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from store.text.normalize import nfkc

# Name, the letter people abbreviate it by, first day. Before 1873 the calendar was another one.
ERAS = (
    ("令和", "R", date(2019, 5, 1)),
    ("平成", "H", date(1989, 1, 8)),
    ("昭和", "S", date(1926, 12, 25)),
    ("大正", "T", date(1912, 7, 30)),
    ("明治", "M", date(1873, 1, 1)),
)
MEIJI_OFFSET = 1867  # 明治6年 is 1873: the era began before the calendar did
_FIRST_YEARS = {name: begins.year - 1 for name, _, begins in ERAS} | {"明治": MEIJI_OFFSET}
_NAMES = {letter: name for name, letter, _ in ERAS} | {name[0]: name for name, _, _ in ERAS}

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_KANJI_RUN = re.compile("[〇零一二三四五六七八九十百千]+")
_UNITS = {"千": 1000, "百": 100, "十": 10}
_SEPARATORS = str.maketrans("‐‑–—―−ー．。、／", "-------..,/")

ERA_PATTERN = r"(?P<era>令和|平成|昭和|大正|明治|令|平|昭|大|明|[RHSTMrhstm])\.?\s*"
_FULL_DATE = re.compile(
    rf"(?:{ERA_PATTERN}(?P<era_year>\d{{1,2}}|元)|(?P<year>\d{{4}}))\s*"
    r"(?:年\s*(?P<m1>\d{1,2})\s*月\s*(?P<d1>\d{1,2})\s*日|(?P<sep>[-/.])(?P<m2>\d{1,2})(?P=sep)(?P<d2>\d{1,2}))"
    r"|(?P<compact>(?:19|20|21)\d{6})"
)


def date_fold(text: str) -> str:
    """Fold widths, dashes and 漢数字 so that patterns need to know ASCII digits only; 元年 stays."""
    folded = nfkc(text).translate(_SEPARATORS)
    return _KANJI_RUN.sub(lambda run: str(kanji_number(run[0])), folded).strip()


def kanji_number(text: str) -> int:
    """The value of 二十八, 二八, 二〇二六 or 千九百. Raises ValueError for anything else."""
    if not _KANJI_RUN.fullmatch(text):
        raise ValueError(text)
    if not any(unit in text for unit in _UNITS):
        return int(text.translate(_DIGITS))
    total, digits = 0, ""
    for character in text:
        if character in _UNITS:
            total += int(digits.translate(_DIGITS) or "1") * _UNITS[character]
            digits = ""
        else:
            digits += character
    return total + int(digits.translate(_DIGITS) or "0")


def western_year(era: str, year: int) -> int:
    """The calendar year of an era's year; `era` is 令和, 令 or R. Raises ValueError for another or year 0."""
    name = era if era in _FIRST_YEARS else _NAMES.get(era.upper(), "")
    if not name or year < 1:
        raise ValueError(f"{era}{year}年")
    return _FIRST_YEARS[name] + year


def era_of(day: date) -> tuple[str, int]:
    """The era and its year on a day: 2019-04-30 is 平成 31. Raises ValueError before 1873."""
    for name, _, begins in ERAS:
        if day >= begins:
            return name, day.year - _FIRST_YEARS[name]
    raise ValueError(day)


def wareki(day: date) -> str:
    """A day as 令和8年12月28日, the first year of an era as 元年."""
    era, year = era_of(day)
    return f"{era}{_year_text(year)}年{day.month}月{day.day}日"


def fiscal_year(day: date) -> int:
    """The fiscal year that a day belongs to: it begins on 1 April."""
    return day.year - (day.month < 4)


def fiscal_year_end(year: int) -> date:
    """年度末: 31 March of the next calendar year."""
    return date(year + 1, 3, 31)


@lru_cache(maxsize=256)
def fiscal_year_name(year: int) -> str:
    """A fiscal year as 令和3年度; the one in which an era changed in spring is named by the new era."""
    era, era_year = era_of(date(year, 10, 1))
    return f"{era}{_year_text(era_year)}年度"


def parse_full_date(text: str) -> date | None:
    """A date that names its year (2026-12-28, 2026年12月28日, 20261228, 令和8年12月28日, R8.12.28), or None.

    Raises ValueError when it is written well but there is no such day.
    """
    found = _FULL_DATE.fullmatch(date_fold(text))
    if not found:
        return None
    if compact := found["compact"]:
        return date(int(compact[:4]), int(compact[4:6]), int(compact[6:]))
    return date(_year_of(found), int(found["m1"] or found["m2"]), int(found["d1"] or found["d2"]))


def _year_of(found: re.Match[str]) -> int:
    if found["year"]:
        return int(found["year"])
    return western_year(found["era"], 1 if found["era_year"] == "元" else int(found["era_year"]))


def _year_text(year: int) -> str:
    return "元" if year == 1 else str(year)
