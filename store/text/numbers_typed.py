"""Numbers of projects as people type them: called numbers, in a row, from one to another, in kanji. Pure."""

from __future__ import annotations

import re

from store.text import numbers
from store.text.fiscal_years import parse_fiscal_year
from store.text.normalize import nfkc

LABEL = r"(?:(?:(?:事務)?事業\s?)?(?:番号|no\.?|ｎｏ．?|№)|[#＃])\s?(?:[:は]\s?)?"
DIGITS = r"[0-9０-９][0-9０-９A-Za-z\-]*"
_COUNTED = rf"{DIGITS}(?:\s?[番号])?"
_AND = r"(?:\s?(?:[,，、・&＆]|と|及び|および)\s?|\s)"
NUMBERS = re.compile(rf"(?:{LABEL})?{_COUNTED}(?:{_AND}(?:{LABEL})?{_COUNTED})*", re.IGNORECASE)
LABELLED = re.compile(rf"(?<!\S){LABEL}({DIGITS})(?:\s?[番号])?(?!\S)", re.IGNORECASE)
_PROJECT = r"\s?の(?:事務)?事業"
_OF_PROJECT = re.compile(rf"(?<=[0-9０-９番号]){_PROJECT}$")
_HYPHEN = "[-‐‑–—―−ー]"
# A hyphen joins with spaces on both sides or on neither: 11 -15 is 11 without 15.
_TO = rf"(?:\s?(?:[〜~～]|から)\s?|\s{_HYPHEN}\s|(?<!\s){_HYPHEN}(?!\s))"
_END = rf"(?:\s?まで)?(?:{_PROJECT})?"
_LONGEST = 8  # digits of a number that may stand at an end of a range
_BOUND = rf"(?:{LABEL})?([0-9]{{1,{_LONGEST}}})(?:\s?[番号])?"
_RANGE = re.compile(rf"{_BOUND}{_TO}{_BOUND}{_END}", re.IGNORECASE)
_ONLY_HYPHEN = re.compile(rf"([0-9]+)\s?{_HYPHEN}\s?([0-9]+)")
_LOCAL = re.compile(r"[0-9]{3}\D+[0-9]{4}")  # a postal code (305-8555), a telephone number in its town
# Numbers from one to the other that a hyphen alone may ask for: an office has some dozens of projects. What
# is further apart is rather something else with a hyphen in it; 11〜500 and 11番-500番 say that it is not.
WIDEST = 100
# A hyphen in digits is one that joins here (1-02), so that a row of them is read in one way only.
_PLAIN = r"[0-9０-９][0-9０-９A-Za-z]*(?:\s?[番号])?"
# Numerals in kanji are words of names too (一般, 二十歳): they are numbers where nothing else was typed.
_ANY = rf"(?:{LABEL})?(?:第?{numbers.KANJI.pattern}\s?[番号]|{numbers.KANJI.pattern}|{_PLAIN})"
_ANY_NUMBERS = re.compile(rf"{_ANY}(?:(?:{_AND}|{_TO}){_ANY})*[,，、・ ]*{_END}", re.IGNORECASE)


def in_digits(typed: str) -> str:
    """The text with its numbers in digits (七十二、十一), where numbers are all that was typed."""
    if not (numbers.KANJI.search(typed) and _ANY_NUMBERS.fullmatch(typed)):
        return typed
    return numbers.KANJI.sub(lambda number: numbers.in_digits(number[0]), typed)


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


def without_project(typed: str) -> str:
    """11番の事業 without の事業."""
    return _OF_PROJECT.sub("", typed)
