"""Numbers of projects as people type them: called numbers, in a row, from one to another, in kanji. Pure."""

from __future__ import annotations

import re
import unicodedata

from store import numbers

LABEL = r"(?:(?:(?:事務)?事業\s?)?(?:番号|no\.?|ｎｏ．?|№)|[#＃])\s?(?:[:は]\s?)?"
DIGITS = r"[0-9０-９][0-9０-９A-Za-z\-]*"
_COUNTED = rf"{DIGITS}(?:\s?[番号])?"
_AND = r"(?:\s?(?:[,，、・&＆]|と|及び|および)\s?|\s)"
NUMBERS = re.compile(rf"(?:{LABEL})?{_COUNTED}(?:{_AND}(?:{LABEL})?{_COUNTED})*", re.IGNORECASE)
LABELLED = re.compile(rf"(?<!\S){LABEL}({DIGITS})(?:\s?[番号])?(?!\S)", re.IGNORECASE)
_PROJECT = r"\s?の(?:事務)?事業"
_OF_PROJECT = re.compile(rf"(?<=[0-9０-９番号]){_PROJECT}$")
_TO = r"\s?(?:[-‐‑–—―−ー〜~～]|から)\s?"
_END = rf"(?:\s?まで)?(?:{_PROJECT})?"
_LONGEST = 8  # digits of a number that may stand at an end of a range
_BOUND = rf"(?:{LABEL})?([0-9]{{1,{_LONGEST}}})(?:\s?[番号])?"
_RANGE = re.compile(rf"{_BOUND}{_TO}{_BOUND}{_END}", re.IGNORECASE)
# Numerals in kanji are words of names too (一般, 二十歳): they are numbers where nothing else was typed.
_KANJI = re.compile(numbers.KANJI_NUMBER)
_ANY = rf"(?:{LABEL})?(?:第?{_KANJI.pattern}\s?[番号]|{_KANJI.pattern}|{_COUNTED})"
_ANY_NUMBERS = re.compile(rf"{_ANY}(?:(?:{_AND}|{_TO}){_ANY})*[,，、・ ]*{_END}", re.IGNORECASE)


def in_digits(typed: str) -> str:
    """The text with its numbers in digits (七十二、十一), where numbers are all that was typed."""
    if not (_KANJI.search(typed) and _ANY_NUMBERS.fullmatch(typed)):
        return typed
    return _KANJI.sub(lambda number: numbers.in_digits(number[0]), typed)


def number_range(typed: str) -> tuple[int, int] | None:
    """The first and the last number of 11〜15 or 11番から15番まで, where that is all that was typed.

    Zeros before only one of the two make it something else, such as a telephone number.
    """
    found = _RANGE.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if not found or found[1].startswith("0") != found[2].startswith("0"):
        return None
    first, last = int(found[1]), int(found[2])
    return (first, last) if first < last else None


def without_project(typed: str) -> str:
    """11番の事業 without の事業."""
    return _OF_PROJECT.sub("", typed)
