"""Fiscal years as lists and people write them: 令和3年度, R3, 平成三十一年度, 2021年度."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from store.text.normalize import nfkc
from store.text.wareki import kanji_number, western_year

EARLIEST, LATEST = 1868, 2100
CENTURY = 2000  # of FY21
_LAST_OF_ERA = {"平": 31, "h": 31, "昭": 64, "s": 64, "大": 15, "t": 15, "明": 45, "m": 45}

_KANJI = "〇零一二三四五六七八九"
_ERA_YEAR = (
    r"(?P<era>令和|平成|昭和|大正|明治|(?<![a-z0-9])[rhstm])\.?\s*"
    rf"(?P<count>元|[0-9]{{1,2}}|[{_KANJI}十]{{1,3}})"
)
_YEAR = rf"(?:{_ERA_YEAR}|(?<![0-9/.-])(?P<western>[0-9]{{4}}|[{_KANJI}]{{4}}))"
# In running text, surest first: a year with 年度, with 年 (no date), an era alone, four digits alone.
_ENDINGS = (r"\s*(?:年\s*度|fy)", rf"\s*年(?!\s*[0-9元{_KANJI}十]+\s*月)", r"(?![0-9a-z年./-])")
_IN_TEXT = tuple(re.compile(_YEAR + ending) for ending in _ENDINGS)
_ALONE = re.compile(_YEAR + r"\s*(?:年\s*度?|年度分|fy)?")
_FY_ALONE = re.compile(r"fy\s?([0-9]{4}|[0-9]{2})")
# Whose list is asked for: at the head of a text, as a word of its own, or within a sentence. R4 is a year, H2
# hydrogen.
_ANY = re.sub(r"\?P<\w+>", "?:", _YEAR)
_FY = r"(?<![a-z0-9])fy\s?(?:[0-9]{4}|[0-9]{2})(?![0-9])"
_JOINS = r"(?:における|[のはにで、,])?"
_GOES_ON = r"(?!年|月|末|初|当初|中|内|以|まで|から|と|より|[〜~・-])"
# Of 2020年 that is no 年度 anything may be said in a text; 2020年の事業 asks for the list. を評価 shows none.
_SHOWN = r"を(?:お?(?:教え|見せ|願い)|一覧|表示|知りた|出して|並べ|ください|下さい)\S{0,12}"
_COUNTED = (
    r"(?:は|が|って)?(?:全部で|全体で|合計で?)?"
    r"(?:何件|なん件|いくつ|何個|どのくらい|どれくらい|どれだけ)\S{0,8}"
)
_PROJECTS = (
    r"の?(?:全|全て|すべて)?の?(?:事務)?事業(?:の?(?:一覧表?|リスト|総?数|件数))?"
    rf"(?:は|{_SHOWN}|{_COUNTED})?[?？。]*\s*$"
)
_WHOLE = r"(?:年\s*度分?|fy)"
_AT_HEAD = rf"^\s*(?:{_ANY}\s*(?:{_WHOLE}|年(?={_PROJECTS}))|{_FY}|r[0-9]{{1,2}}(?=の|[一-龥])){_GOES_ON}"
_BY_ITSELF = (
    rf"(?<!\S)(?:{_ANY}\s*(?:年\s*度?分?|fy)|{_FY}|(?:令和|平成)(?:元|[0-9{_KANJI}十]{{1,3}})|r[0-9]{{1,2}})"
    rf"(?={_JOINS}(?:\s|$))"
)
# Within a sentence: not what a record speaks of (令和9年度まで, 令和3年度末).
_WITHIN = (
    rf"(?:(?:{_ANY}\s*{_WHOLE}|{_FY})(?=[のにはで]|[?。\s]*$)|{_ANY}年(?={_PROJECTS})"
    rf"|(?<=[のは])r[0-9]{{1,2}}(?=の|$)){_GOES_ON}"
)
_ASKED = re.compile(rf"(?P<said>{_AT_HEAD}|{_BY_ITSELF}|{_WITHIN}){_JOINS}", re.IGNORECASE)
_MENTION = re.compile(rf"(?P<said>{_ANY}\s*{_WHOLE}|{_FY})[のにはでと]?", re.IGNORECASE)
_MAY_BE_YEAR = re.compile("年|令和|平成|[rR][0-9]|[fF][yY]")


class YearSpan(NamedTuple):
    """A fiscal year that `text[start:end]` names; `through` is the end of the particle that joins it on."""

    start: int
    end: int
    through: int
    year: int


def parse_fiscal_year(text: str) -> int | None:
    """The fiscal year (2021 for 令和3年度) that a whole cell says, or None if it says no possible one."""
    folded = _fold(text)
    if by_letters := _FY_ALONE.fullmatch(folded):
        year = int(by_letters[1])
        return _possible(year if year > 99 else CENTURY + year)
    match = _ALONE.fullmatch(folded)
    return _year(match) if match else None


def find_fiscal_year(title: str) -> int | None:
    """The fiscal year that a title or a sentence names, the surest spelling first, or None."""
    folded = _fold(title)
    found = (_year(match) for pattern in _IN_TEXT for match in pattern.finditer(folded))
    return next((year for year in found if year is not None), None)


def years_asked(text: str) -> tuple[YearSpan, ...]:
    """The fiscal years whose lists a text asks for, in order: 令和4年度の…, R4, 2021年の事業一覧.

    The text is in NFKC, and so are the places. A year that only belongs to other words (令和3年度末, 2020年の
    オリンピック) is none.
    """
    if not _MAY_BE_YEAR.search(text):
        return ()
    return tuple(filter(None, map(_span, _ASKED.finditer(text))))


def years_mentioned(text: str) -> tuple[YearSpan, ...]:
    """Every fiscal year that a text (in NFKC) names as one (令和3年度, FY2021), in order."""
    if not _MAY_BE_YEAR.search(text):
        return ()
    return tuple(filter(None, map(_span, _MENTION.finditer(text))))


def without_years(text: str, spans: Iterable[YearSpan]) -> str:
    """The text without the years at these places and what joins them to the next word."""
    for span in sorted(spans, reverse=True):
        text = f"{text[: span.start]} {text[span.through :]}"
    return " ".join(text.split())


def _span(found: re.Match[str]) -> YearSpan | None:
    said = found["said"]
    year = parse_fiscal_year(said.strip().removesuffix("分"))
    start = found.start() + len(said) - len(said.lstrip())
    return None if year is None else YearSpan(start, found.start() + len(said), found.end(), year)


def _fold(text: str) -> str:
    return nfkc(text).casefold().strip()


def _year(match: re.Match[str]) -> int | None:
    if western := match["western"]:
        year = _number(western)
    else:
        count = _number(match["count"])
        if not 1 <= count <= _LAST_OF_ERA.get(match["era"][0], count):
            return None
        year = western_year(match["era"], count)
    return _possible(year)


def _possible(year: int) -> int | None:
    return year if EARLIEST <= year <= LATEST else None


def _number(text: str) -> int:
    if text == "元":
        return 1
    return int(text) if text.isascii() else kanji_number(text)
