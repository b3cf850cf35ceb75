"""Fiscal years as lists and people write them: 令和3年度, R3, 平成三十一年度, 2021年度."""

from __future__ import annotations

import re

from store.text.normalize import nfkc
from store.text.wareki import kanji_number, western_year

EARLIEST, LATEST = 1868, 2100
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
_ALONE = re.compile(_YEAR + r"\s*(?:年\s*度?|年度分)?")
# Among words to look for: at the head of the text, or as a word of its own. R4 is a year, H2 hydrogen.
_ANY = re.sub(r"\?P<\w+>", "?:", _YEAR)
_JOINS = r"(?:における|[のはにで、,])?"
_GOES_ON = r"(?!年|月|末|初|当初|中|内|以|まで|から|と|より|[〜~・-])"
# 2020年の… may be said of anything in a text; 2020年の事業 asks for the list.
_SHOWN = r"を(?:お?(?:教え|見せ|願い)|一覧|表示|知りた|出して|並べ|ください|下さい)\S*"  # を評価 is no list
_PROJECTS = rf"の?(?:全|全て|すべて)?の?(?:事務)?事業(?:の?(?:一覧表?|リスト))?(?:は|{_SHOWN})?[?？。]*\s*$"
_AT_HEAD = rf"^\s*(?:{_ANY}\s*(?:年\s*度分?|fy|年(?={_PROJECTS}))|r[0-9]{{1,2}}(?=の|[一-龥])){_GOES_ON}"
_BY_ITSELF = (
    rf"(?<!\S)(?:{_ANY}\s*(?:年\s*度?分?|fy)|(?:令和|平成)(?:元|[0-9{_KANJI}十]{{1,3}})|r[0-9]{{1,2}})"
    rf"(?={_JOINS}(?:\s|$))"
)
_LIST_OF = re.compile(rf"(?P<said>{_AT_HEAD}|{_BY_ITSELF}){_JOINS}", re.IGNORECASE)
_MAY_BE_YEAR = re.compile("年|令和|平成|[rRｒＲ][0-9０-９]|[fFｆＦ][yYｙＹ]")
LONGEST_QUERY = 60  # characters; in what is longer, a passage of a record, a year is one of its words


def parse_fiscal_year(text: str) -> int | None:
    """The fiscal year (2021 for 令和3年度) that a whole cell says, or None if it says no possible one."""
    match = _ALONE.fullmatch(_fold(text))
    return _year(match) if match else None


def find_fiscal_year(title: str) -> int | None:
    """The fiscal year that a title or a sentence names, the surest spelling first, or None."""
    folded = _fold(title)
    found = (_year(match) for pattern in _IN_TEXT for match in pattern.finditer(folded))
    return next((year for year in found if year is not None), None)


def take_fiscal_years(query: str) -> tuple[tuple[int, ...], str]:
    """The fiscal years whose lists a query asks for in plain words (令和4年度の…, R4), and the rest of it."""
    if len(query) > LONGEST_QUERY or not _MAY_BE_YEAR.search(query):
        return (), query
    years: list[int] = []

    def take(found: re.Match[str]) -> str:
        said = found["said"].strip().removesuffix("分")
        year = parse_fiscal_year(re.sub("fy$", "年度", said, flags=re.IGNORECASE))
        if year is None:
            return found[0]
        years.append(year)
        return " "

    rest = _LIST_OF.sub(take, nfkc(query))
    return tuple(dict.fromkeys(years)), " ".join(rest.split()) if years else query


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
    return year if EARLIEST <= year <= LATEST else None


def _number(text: str) -> int:
    if text == "元":
        return 1
    return int(text) if text.isascii() else kanji_number(text)
