"""Numbers of projects as lists and people write them: one key each, rows, ranges, in kanji. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from store.text import lazily
from store.text.fiscal_years import kanji_number, parse_fiscal_year
from store.text.normalize import nfkc, spaceless

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
_CALLED = rf"(?<![A-Za-z]){LABEL}(?P<called>{_VALUE})(?:\s?[番号](?![目地線一-龥]))?{_OF_IT}"
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
_CODE = lazily(_AS_CODE)
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
    for found in _CODE.finditer(text, at):
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
