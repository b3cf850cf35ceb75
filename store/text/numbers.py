"""Numbers as they are written and typed: eras, fiscal years and dates; projects' numbers and ranges. Pure.

Numerals in kanji are read for both. All are values: nothing here knows what day it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from store.text import lazily
from store.text.normalize import nfkc, spaceless

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
_KANJI_RUN = lazily("[〇零一二三四五六七八九十百千]+")
_UNITS = {"千": 1000, "百": 100, "十": 10}
_SEPARATORS = str.maketrans("‐‑–—―−ー．。、／", "-------..,/")

ERA_PATTERN = r"(?P<era>令和|平成|昭和|大正|明治|令|平|昭|大|明|[RHSTMrhstm])\.?\s*"
_FULL_DATE = lazily(
    rf"(?:{ERA_PATTERN}(?P<era_year>\d{{1,2}}|元)|(?P<year>\d{{4}}))\s*"
    r"(?:年\s*(?P<m1>\d{1,2})\s*月\s*(?P<d1>\d{1,2})\s*日|(?P<sep>[-/.])(?P<m2>\d{1,2})(?P=sep)(?P<d2>\d{1,2}))"
    r"|(?P<compact>(?:19|20|21)\d{6})"
)

EARLIEST, LATEST = 1868, 2100
CENTURY = 2000  # of FY21
_LAST_OF_ERA = {"平": 31, "h": 31, "昭": 64, "s": 64, "大": 15, "t": 15, "明": 45, "m": 45}
_KANJI_DIGITS = "〇零一二三四五六七八九"
_ERA_YEAR = (
    r"(?P<era>令和|平成|昭和|大正|明治|(?<![a-z0-9])[rhstm])\.?\s*"
    rf"(?P<count>元|[0-9]{{1,2}}|[{_KANJI_DIGITS}十]{{1,3}})"
)
_YEAR = rf"(?:{_ERA_YEAR}|(?<![0-9/.-])(?P<western>[0-9]{{4}}|[{_KANJI_DIGITS}]{{4}}))"
# In running text, surest first: a year with 年度, with 年 (no date), an era alone, four digits alone.
_ENDINGS = (r"\s*(?:年\s*度|fy)", rf"\s*年(?!\s*[0-9元{_KANJI_DIGITS}十]+\s*月)", r"(?![0-9a-z年./-])")
_IN_TEXT = tuple(lazily(_YEAR + ending) for ending in _ENDINGS)
_ALONE = lazily(_YEAR + r"\s*(?:年\s*度?|年度分|fy)?")
_ERA_LETTER = lazily(r"^(令|平|昭|大|明)\.?\s*(?=[0-9元])")
_LETTER_ERAS = {"令": "令和", "平": "平成", "昭": "昭和", "大": "大正", "明": "明治"}
_BESIDE = lazily(r"[(]([^()]*)[)]")  # 令和6年度(2024年度), 2024(令和6)年度
_FY_ALONE = lazily(r"fy\s?([0-9]{4}|[0-9]{2})")
# Whose list is asked for: at the head of a text, as a word of its own, or within a sentence. R4 is a year, H2
# hydrogen.
_ANY_YEAR = re.sub(r"\?P<\w+>", "?:", _YEAR)
_FY = r"(?<![a-z0-9])fy\s?(?:[0-9]{4}|[0-9]{2})(?![0-9])"
_JOINS = r"(?:における|[のはにで、,])?"
_GOES_ON = r"(?!年|月|末|初|当初|中|内|以|まで|から|と|より|[〜~・-])"
# Of 2020年 that is no 年度 anything may be said in a text; 2020年の事業 asks for the list. を評価 shows none.
_SHOWN = r"を(?:お?(?:教え|見せ|願い)|一覧|表示|知りた|出して|並べ|ください|下さい)\S{0,12}"
_HOW_MANY = (
    r"(?:は|が|って)?(?:全部で|全体で|合計で?)?"
    r"(?:何件|なん件|いくつ|何個|どのくらい|どれくらい|どれだけ)\S{0,8}"
)
_ALL_PROJECTS = (
    r"の?(?:全|全て|すべて)?の?(?:事務)?事業(?:の?(?:一覧表?|リスト|総?数|件数))?"
    rf"(?:は|{_SHOWN}|{_HOW_MANY})?[?？。]*\s*$"
)
_WHOLE_YEAR = r"(?:年\s*度分?|fy)"
_AT_HEAD = (
    rf"^\s*(?:{_ANY_YEAR}\s*(?:{_WHOLE_YEAR}|年(?={_ALL_PROJECTS}))|{_FY}"
    rf"|r[0-9]{{1,2}}(?=の|[一-龥])){_GOES_ON}"
)
_BY_ITSELF = (
    rf"(?<!\S)(?:{_ANY_YEAR}\s*(?:年\s*度?分?|fy)|{_FY}|(?:令和|平成)(?:元|[0-9{_KANJI_DIGITS}十]{{1,3}})|r[0-9]{{1,2}})"
    rf"(?={_JOINS}(?:\s|$))"
)
# Within a sentence: not what a record speaks of (令和9年度まで, 令和3年度末).
_WITHIN = (
    rf"(?:(?:{_ANY_YEAR}\s*{_WHOLE_YEAR}|{_FY})(?=[のにはで]|[?。\s]*$)|{_ANY_YEAR}年(?={_ALL_PROJECTS})"
    rf"|(?<=[のは])r[0-9]{{1,2}}(?=の|$)){_GOES_ON}"
)
_ASKED = lazily(rf"(?P<said>{_AT_HEAD}|{_BY_ITSELF}|{_WITHIN}){_JOINS}", re.IGNORECASE)
_MENTION = lazily(rf"(?P<said>{_ANY_YEAR}\s*{_WHOLE_YEAR}|{_FY})[のにはでと]?", re.IGNORECASE)
# 令和4年度と6年度, R4〜6年度: the second is of the era of the first.
_JOINED = lazily(
    r"(?P<era>令和|平成|昭和|(?<![A-Za-z0-9])[RHrh](?=[0-9元]))(?P<first>元|[0-9]{1,2})(?P<whole>年度?)?"
    r"\s*(?:から|と|や|、|・|[~〜～-])\s*(?P<next>[0-9]{1,2})年度"
)
_DIGIT = "[0-9０-９]"
WRITTEN = (
    rf"(?:(?:令和|平成|昭和|大正|[RHS](?={_DIGIT}))(?:元|{_DIGIT}{{1,2}})|(?:19|20|１９|２０){_DIGIT}{{2}})"
)
"""The number of a calendar year as records write it, in either width, up to its 年."""
_WRITTEN = lazily(WRITTEN)
_IN_SHORT = lazily(
    r"(?:(?<![A-Za-z0-9])[RrHh](?:[0-9]{1,2}|元)(?:年度?)?(?![0-9A-Za-z])|(?:令和|平成)(?:[0-9]{1,2}|元)(?:年度?)?)"
)
_UNTIL = lazily("[~〜～](?=.)|から(?=.)")
_MONTH = lazily(r"年\s*(\d{1,2})\s*月")
_MAY_BE_YEAR = lazily("年|令和|平成|[rR][0-9]|[fF][yY]")
# In the heading of a column: R6決算, 5年度実績, 前年度. The number of years from that of the list.
_RELATIVE = (
    (lazily("前々年度?|一昨年"), -2),
    (lazily("前年度?|昨年度?"), -1),
    (lazily("翌々年度?"), 2),
    (lazily("翌年度?|来年度?|次年度"), 1),
    (lazily("今年度|本年度|当年度|当該年度|現年度"), 0),
)
_BARE_YEAR = lazily(r"(?<!\d)(\d{1,2})年度")
_IN_HEADING = lazily(
    r"(?:令和|平成|昭和|[RHS])\s?(?:元|\d{1,2})(?:年度?)?|(?:19|20)\d\d(?:年度?)?|(?<!\d)\d{1,2}年度"
    r"|(?:前々|前|昨|翌々|翌|来|次|今|本|当|当該|現)年度?",
    re.IGNORECASE,
)
_FARTHEST = 12  # years from that of its list that a column of 5年度 may speak of


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
    if match := _ALONE.fullmatch(_ERA_LETTER.sub(lambda found: _LETTER_ERAS[found[1]], folded)):
        return _year(match)
    inside, outside = _BESIDE.search(folded), _BESIDE.sub("", folded)
    if not inside or outside == folded:
        return None
    years = {parse_fiscal_year(inside[1]), parse_fiscal_year(outside)}
    return years.pop() if len(years) == 1 else None


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
    """Every fiscal year that a text (in NFKC) names as one (令和3年度, FY2021, 4年度と6年度), in order."""
    if not _MAY_BE_YEAR.search(text):
        return ()
    found = [*filter(None, map(_span, _MENTION.finditer(text)))]
    taken = {span.start for span in found}
    joined = [span for each in _JOINED.finditer(text) for span in _both(each) if span.start not in taken]
    return tuple(sorted([*found, *joined]))


def _both(found: re.Match[str]) -> Iterator[YearSpan]:
    """The two years of 令和4年度と6年度."""
    first, following = (
        _possible(western_year(found["era"], _number(found[each]))) for each in ("first", "next")
    )
    if first and following and first < following:
        yield YearSpan(
            found.start(), found.end("whole" if found["whole"] else "first"), found.start("next"), first
        )
        yield YearSpan(found.start("next"), found.end(), found.end(), following)


def years_in_short(text: str) -> tuple[YearSpan, ...]:
    """Every year that a text (in NFKC) says without more (R6, 令和6), in order."""
    found = ((match, parse_fiscal_year(match[0])) for match in _IN_SHORT.finditer(text))
    return tuple(YearSpan(*match.span(), match.end(), year) for match, year in found if year is not None)


def year_written(text: str) -> int:
    """The first calendar year that is written in a text (令和3年4月, 2021年), 0 where none is."""
    found = _WRITTEN.search(text)
    return (parse_fiscal_year(found[0]) or 0) if found else 0


def last_year_said(text: str) -> int:
    """The fiscal year of the last day or year that a cell says: 2025 of 令和3年度～令和8年3月; 0 for none."""
    last = _UNTIL.split(nfkc(text))[-1]
    with suppress(ValueError):  # no such day
        if day := parse_full_date(last):
            return fiscal_year(day)
    month = _MONTH.search(last)
    year = find_fiscal_year(last) or year_written(last)
    return year - 1 if year and month and int(month[1]) < 4 else year


def year_of_heading(heading: str, fiscal_year: int) -> int | None:
    """The fiscal year that a column's heading (in NFKC) speaks of, `fiscal_year` being that of its list."""
    if year := find_fiscal_year(heading):
        return year
    if found := _BARE_YEAR.search(heading):
        era = "令和" if fiscal_year >= ERAS[0][2].year else "平成"
        year = western_year(era, int(found[1])) if int(found[1]) else 0
        if abs(year - fiscal_year) <= _FARTHEST:
            return year
    return next((fiscal_year + more for said, more in _RELATIVE if said.search(heading)), None)


def said_in_heading(heading: str) -> str:
    """The year in a column's heading as it stands there (R6, 前年度), or ''."""
    found = _IN_HEADING.search(heading)
    return found[0] if found else ""


def without_heading_year(heading: str) -> str:
    """A column's heading without the years in it: 決算 of R6決算."""
    return _IN_HEADING.sub("", heading)


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


_DASHES = lazily(r"[‐‑‒–—―−]|(?<=\d)[ー一](?=\d)")
_PREFIX = lazily(r"^(?:(?:事務)?事業)?(?:番号|コード|no[.:]?|n°|#|第)[.:は]?(?=.)")
_WHOLE = lazily(r"(\d+)\.0")  # as a table that took its numbers for amounts writes them
_LEADING_ZEROS = lazily(r"(?<![\d.])0+(?=\d)")
_ONE = "一二三四五六七八九"
# A number in kanji as people write it, 七十二 or 七二; no run of signs that is none (十十, 百千).
KANJI_NUMBER = (
    rf"(?:[〇零{_ONE}]{{2,8}}(?![千百十])"
    rf"|(?=[千百十{_ONE}])(?:[{_ONE}]?千)?(?:[{_ONE}]?百)?(?:[{_ONE}]?十)?[{_ONE}]?)"
)
KANJI = lazily(KANJI_NUMBER)
_SUFFIX = lazily(rf"(?<=[\d千百十〇零{_ONE}])(?:番|号)$")
# A number's label; rows and ranges of numbers, each with or without one.
LABEL = r"(?:(?:(?:事務)?事業\s?)?(?:番号|no\.?|ｎｏ．?|№)|[#＃])\s?(?:[:は]\s?)?"
DIGITS = r"[0-9０-９][0-9０-９A-Za-z\-]*"
_COUNTED = rf"第?{DIGITS}(?:\s?[番号])?"
_AND = r"(?:\s?(?:[,，、・&＆]|と|及び|および)\s?|\s)"
NUMBERS = lazily(rf"(?:{LABEL})?{_COUNTED}(?:{_AND}(?:{LABEL})?{_COUNTED})*", re.IGNORECASE)
LABELLED = lazily(rf"(?<!\S){LABEL}({DIGITS})(?:\s?[番号])?(?!\S)", re.IGNORECASE)
_PROJECT = r"\s?の(?:事務)?事業"
_OF_PROJECT = lazily(rf"(?<=[0-9０-９番号]){_PROJECT}$")
_HYPHEN = "[-‐‑–—―−ー]"
# A hyphen joins with spaces on both sides or on neither: 11 -15 is 11 without 15.
_TO = rf"(?:\s?(?:[〜~～]|から)\s?|\s{_HYPHEN}\s|(?<!\s){_HYPHEN}(?!\s))"
_END = rf"(?:\s?まで)?(?:{_PROJECT})?"
_LONGEST = 8  # digits of a number that may stand at an end of a range
_BOUND = rf"(?:{LABEL})?([0-9]{{1,{_LONGEST}}})(?:\s?[番号])?"
_RANGE = lazily(rf"{_BOUND}{_TO}{_BOUND}{_END}", re.IGNORECASE)
_ONLY_HYPHEN = lazily(rf"([0-9]+)\s?{_HYPHEN}\s?([0-9]+)")
_LOCAL = lazily(r"[0-9]{3}\D+[0-9]{4}")  # a postal code (305-8555), a telephone number in its town
# Numbers from one to the other that a hyphen alone may ask for: an office has some dozens of projects. What
# is further apart is rather something else with a hyphen in it; 11〜500 and 11番-500番 say that it is not.
WIDEST = 100
# A hyphen in digits is one that joins here (1-02), so that a row of them is read in one way only.
_PLAIN = r"[0-9０-９][0-9０-９A-Za-z]*(?:\s?[番号])?"
# Numerals in kanji are words of names too (一般, 二十歳): they are numbers where nothing else was typed.
_ANY = rf"(?:{LABEL})?(?:第?{KANJI_NUMBER}\s?[番号]|{KANJI_NUMBER}|{_PLAIN})"
_ANY_NUMBERS = lazily(rf"{_ANY}(?:(?:{_AND}|{_TO}){_ANY})*[,，、・ ]*{_END}", re.IGNORECASE)
# Within a sentence: numbers at its head of which something is asked …
_ASKED_OF = r"(?=$|[?。]|(?:の|を|は|が|って|とは|に(?:ついて|関)))"
_HEAD = lazily(rf"(?P<row>{_ANY}(?:(?:{_AND}|{_TO}){_ANY})+)(?:\s?まで)?番?{_ASKED_OF}", re.IGNORECASE)
# … a number that is called one (番号七十二, No.72; no 番号一覧, no 3番目), …
_AS_CODE = r"[0-9]{4}-[^\s\-、。「」]{1,6}-[^\s、。「」のはをがと]*[0-9]"  # 2023-こども-新23-0011
_VALUE = (
    rf"(?:{_AS_CODE}|[0-9][0-9A-Za-z\-]*|[A-Za-z]{{1,4}}-?[0-9][0-9A-Za-z\-]*"
    rf"|{KANJI_NUMBER}(?!(?![番号])[一-龥々つ]))"
)
_OF_IT = r"(?:の(?:事務)?事業(?!名|番号|費|者))?"
_CALLED = rf"(?<![A-Za-z])(?<!通し){LABEL}(?P<called>{_VALUE})(?:\s?[番号](?![目地線一-龥]))?{_OF_IT}"
# … or one that nobody would call anything else: 72番の事業, 72の目的, 72とは; in kanji only with 番 or 号.
_ASKS = r"の(?:事業(?!者)|担当|所管|目的|概要|成果|内容)"
_ONLY = (
    rf"(?<![0-9A-Za-z\-.])第?(?P<only>[0-9]{{1,5}}|[0-9]{{6,8}}(?=[番号]の?(?:事務)?事業))"  # 5.0 is none
    rf"(?:[番号]の?(?:事務)?事業|番(?![目号地線一-龥])|(?={_ASKS})|(?=って|とは))"
)
_KANJI_ONLY = (
    rf"(?<![0-9A-Za-z一-龥々])第?(?P<kanji>(?!一番){KANJI_NUMBER})[番号]"
    rf"(?:の?(?:事務)?事業(?!者)|(?={_ASKS})|(?=って|とは|と[0-9{_ONE}十百第]|[、,][0-9{_ONE}十百第]))"
)
_NAMED = lazily(rf"{_CALLED}|{_ONLY}|{_KANJI_ONLY}", re.IGNORECASE)
# 2023-こども-新23-0011; 93の方は, and no 100の方々: numbers where there are projects with them. 93は is a
# text of its own: 決算トップ3は is none.
_MAYBE = lazily(
    rf"{_AS_CODE}|(?<![0-9A-Za-z\-.])[0-9]{{1,5}}(?=の(?:方|ほう|やつ)(?:[はがをのもに、]|って|だ|詳|$)|だけ詳)"
    r"|^[0-9]{1,5}(?=は$)"
)
_ONE_NUMBER = lazily(rf"(?:{LABEL})?第?[0-9０-９]+\s?[番号]?", re.IGNORECASE)


class NumberSpan(NamedTuple):
    """Numbers of projects named at `text[start:end]`, or those `between` two, the ends included.

    Where they are not `is_called` so they are numbers only if there are projects with them (2と3の違い).
    """

    start: int
    end: int
    numbers: tuple[str, ...]
    between: tuple[int, int] | None = None
    is_called: bool = True


def numbers_named(text: str) -> tuple[NumberSpan, ...]:
    """The numbers of projects that a sentence (in NFKC) names, in order; rows and ranges at its head."""
    spans = [span] if (span := _at_head(text)) else []
    at = spans[0].end if spans else 0
    for found in _NAMED.finditer(text, at):
        value = found["called"] or found["only"] or found["kanji"]
        spans.append(NumberSpan(*found.span(), (in_digits(value),)))
    for found in _MAYBE.finditer(text, at):
        if all(found.end() <= span.start or span.end <= found.start() for span in spans):
            spans.append(NumberSpan(*found.span(), (found[0],), is_called=False))
    return tuple(sorted(spans))


def _at_head(text: str) -> NumberSpan | None:
    """The numbers that a sentence begins with: 11と12の…, 十一〜十五の…, 番号11、12 …."""
    if not (found := _HEAD.match(text)):
        return None
    row = row_in_digits(found["row"])
    numbers = tuple(dict.fromkeys(re.findall(DIGITS, row)))
    is_called = bool(re.search(rf"{LABEL}|番", row, re.IGNORECASE))
    return NumberSpan(0, found.end(), numbers, number_range(row), is_called)


def number_key(text: str) -> str:
    """Fold a project number: `0086`, `86.0`, `No.86`, `事業番号八十六` give `86`; '' when nothing is left."""
    folded = spaceless(text)
    bare = in_digits(_SUFFIX.sub("", _PREFIX.sub("", _DASHES.sub("-", folded))))
    whole = _WHOLE.fullmatch(bare)
    return _LEADING_ZEROS.sub("", whole[1] if whole else bare)


def in_digits(text: str) -> str:
    """A number in kanji in digits (`七十二` gives `72`); any other text as it is."""
    return str(kanji_number(text)) if KANJI.fullmatch(text) else text


def row_in_digits(typed: str) -> str:
    """The text with its numbers in digits (七十二、十一), where numbers are all that was typed."""
    if not (KANJI.search(typed) and _ANY_NUMBERS.fullmatch(typed)):
        return typed
    return KANJI.sub(lambda number: in_digits(number[0]), typed)


def number_range(typed: str) -> tuple[int, int] | None:
    """The first and the last number of 11〜15 or 11番から15番まで, where that is all that was typed.

    Zeros before only one of the two make it something else, such as a telephone number.
    """
    folded = nfkc(typed).strip()
    found = _RANGE.fullmatch(folded)
    if not found or found[1].startswith("0") != found[2].startswith("0") or _is_something_else(folded):
        return None
    first, last = int(found[1]), int(found[2])
    return (first, last) if first < last else None


def _is_something_else(folded: str) -> bool:
    """Whether digits around a hyphen, and no word, are rather a postal code, years or a telephone number."""
    if not (found := _ONLY_HYPHEN.fullmatch(folded)):
        return False
    are_years = all(map(parse_fiscal_year, found.groups()))
    return are_years or bool(_LOCAL.fullmatch(folded)) or int(found[2]) - int(found[1]) > WIDEST


def are_numbers(terms: Sequence[str]) -> bool:
    """Whether words are numbers of projects and nothing else (72番, 第72号), one at least."""
    return bool(terms) and all(_ONE_NUMBER.fullmatch(term) for term in terms)


def without_project(typed: str) -> str:
    """11番の事業 without の事業."""
    return _OF_PROJECT.sub("", typed)
