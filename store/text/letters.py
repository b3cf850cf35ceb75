"""Latin letters that are spelled out in kana: イービーピーエム for EBPM. Pure."""

from __future__ import annotations

import re

from store.text.kana import katakana

_NAMES = {
    "エー": "a", "エイ": "a", "ビー": "b", "シー": "c", "ディー": "d", "デー": "d", "イー": "e",
    "エフ": "f", "ジー": "g", "エッチ": "h", "エイチ": "h", "アイ": "i", "ジェー": "j", "ジェイ": "j",
    "ケー": "k", "ケイ": "k", "エル": "l", "エム": "m", "エヌ": "n", "オー": "o", "ピー": "p", "キュー": "q",
    "アール": "r", "エス": "s", "ティー": "t", "テー": "t", "ユー": "u", "ブイ": "v", "ヴィー": "v",
    "ダブリュー": "w", "ダブル": "w", "エックス": "x", "ワイ": "y", "ゼット": "z",
}  # fmt: skip
_LETTER = re.compile("|".join(sorted(_NAMES, key=len, reverse=True)) + "|(.)", re.DOTALL)


def letters_of(text: str) -> str:
    """The letters, lower case, that all of `text` spells out; '' when it is anything else, or one letter."""
    named = list(_LETTER.finditer(katakana(text)))
    if len(named) < 2 or any(each[1] for each in named):
        return ""
    return "".join(_NAMES[each[0]] for each in named)
