"""How people spell Japanese: readings by Sudachi, romaji in Hepburn or kunrei, long vowels in every habit.

Nothing here is shared with the engine: sets made with its folding would only test that it agrees with itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Literal

import jaconv
from sudachipy import Dictionary, Morpheme, SplitMode, Tokenizer

System = Literal["hepburn", "kunrei"]
Habit = Literal["typed", "short", "macron", "doubled"]

SYSTEMS: tuple[System, ...] = ("hepburn", "kunrei")
HABITS: tuple[Habit, ...] = ("typed", "short", "macron", "doubled")

_JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa々〆\u4e00-\u9fff]")
_NOUN = re.compile(r"[ァ-ヺー一-鿿々]+")
_NOUNS = frozenset({"名詞", "形状詞", "接頭辞", "接尾辞"})
_MACRON = dict(zip("aiueo", "āīūēō", strict=True))
_PARTICLES = {"ハ": "ワ", "ヘ": "エ", "ヲ": "オ"}


@cache
def tokenizer() -> Tokenizer:
    """Sudachi's tokenizer for the harness (one thread only)."""
    return Dictionary(dict="core").tokenizer()


def readings(text: str) -> Iterator[tuple[str, bool]]:
    """Katakana of each word of `text`, and whether the word is a particle; figures and Latin stay as written.

    Marks that nobody says (brackets, ・) are left out. A word without a known reading keeps its surface.
    """
    for word in tokenizer().tokenize(unicodedata.normalize("NFKC", text)):
        surface = word.surface()
        if _JAPANESE.search(surface):
            yield jaconv.hira2kata(word.reading_form() or surface), word.part_of_speech()[0] == "助詞"
        elif spoken := "".join(c for c in surface if c.isalnum() or c == "ー"):
            yield spoken, False


def compounds(text: str) -> Iterator[str]:
    """Nouns of `text` as people would type them: with their neighbours, without a 等 at the end."""
    run: list[Morpheme] = []
    for word in tokenizer().tokenize(text, SplitMode.A):
        if word.part_of_speech()[0] in _NOUNS and _NOUN.fullmatch(word.surface()):
            run.append(word)
            continue
        yield _trimmed(run)
        run = []
    yield _trimmed(run)


def _trimmed(run: list[Morpheme]) -> str:
    begin = next((at for at, word in enumerate(run) if word.part_of_speech()[0] != "接尾辞"), len(run))
    return "".join(word.surface() for word in run[begin:]).rstrip("等")


def katakana(text: str) -> str:
    """`text` all in katakana, as it is said."""
    return "".join(reading for reading, _ in readings(text))


def hiragana(text: str) -> str:
    """`text` all in hiragana, as it is said."""
    return str(jaconv.kata2hira(katakana(text)))


def half_width(text: str) -> str:
    """Katakana, figures, Latin and marks in half width."""
    return str(jaconv.z2h(text, kana=True, ascii=True, digit=True))


def full_width(text: str) -> str:
    """Katakana, figures, Latin and marks in full width."""
    return str(jaconv.h2z(text, kana=True, ascii=True, digit=True))


def romaji(text: str, *, system: System, habit: Habit, spaced: bool = False) -> str:
    """`text` in Latin letters; long vowels as typed (toukei, suma-to), short, with macrons or doubled."""
    words = (
        (_PARTICLES.get(kana, kana) if particle and habit != "typed" else kana)
        for kana, particle in readings(text)
    )
    latin = (" " if spaced else "").join(_word(kana, system, habit) for kana in words)
    return unicodedata.normalize("NFC", latin.lower())


def _word(kana: str, system: System, habit: Habit) -> str:
    latin = ""
    for mora in _morae(kana):
        if mora == "ー":
            latin += _stretch(latin, habit)
        elif mora in ("ウ", "オ") and _is_long(latin, mora, habit):
            latin = latin[:-1] + _long(latin[-1], habit)
        elif mora.startswith("ッ") and len(mora) > 1:
            following = _table(system)[mora[1:]]
            latin += ("t" if following.startswith("ch") else following[0]) + following
        else:
            latin += _table(system).get(mora, mora)
    return latin


def _is_long(latin: str, mora: str, habit: Habit) -> bool:
    if habit == "typed" or not latin:
        return False
    return latin[-1] == "o" or (latin[-1] == "u" and mora == "ウ")


def _long(vowel: str, habit: Habit) -> str:
    return {"short": vowel, "macron": _MACRON[vowel], "doubled": vowel * 2}[habit]


def _stretch(latin: str, habit: Habit) -> str:
    """What stands for ー after `latin`: nothing, the mark as typed, a macron, or the vowel again."""
    vowel = latin[-1:] if latin[-1:] in _MACRON else ""
    return {"typed": "-", "short": "", "macron": "\u0304" if vowel else "", "doubled": vowel}[habit]


def _morae(kana: str) -> list[str]:
    return re.findall(r"ッ?(?:.[ャュョァィゥェォヮ](?<!ー.)|.)", kana)


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ",
    "h": "ハヒフヘホ", "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ",
    "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_GLIDES = dict(zip("kstnhmrgzbp", "キシチニヒミリギジビピ", strict=True))
_BOTH = _pairs(
    "ヤ ya ユ yu ヨ yo ワ wa ヲ wo ン n ヴ vu ヂ ji ヅ zu ァ a ィ i ゥ u ェ e ォ o ャ ya ュ yu ョ yo "
    "ファ fa フィ fi フェ fe フォ fo フュ fyu ティ ti ディ di トゥ tu ドゥ du テュ tyu デュ dyu "
    "ウィ wi ウェ we ウォ wo ヴァ va ヴィ vi ヴェ ve ヴォ vo ツァ tsa ツィ tsi ツェ tse ツォ tso "
    "イェ ye クォ kuo"
) | {"ッ": ""}
_HEPBURN = _pairs(
    "シ shi チ chi ツ tsu フ fu ジ ji シェ she チェ che ジェ je "
    "シャ sha シュ shu ショ sho チャ cha チュ chu チョ cho ジャ ja ジュ ju ジョ jo"
)
_KUNREI = _pairs("ヂ zi シェ sye チェ tye ジェ zye")

SYLLABLES = tuple(jaconv.kata2hira("".join(_ROWS.values()) + "ヤユヨワン"))
"""Hiragana that made-up words are drawn from."""


@cache
def _table(system: System) -> dict[str, str]:
    plain = (
        (kana, onset + vowel)
        for onset, row in _ROWS.items()
        for kana, vowel in zip(row, "aiueo", strict=True)
    )
    glides = (
        (kana + small, f"{onset}y{vowel}")
        for onset, kana in _GLIDES.items()
        for small, vowel in zip("ャュョ", "auo", strict=True)
    )
    return {**dict(chain(plain, glides)), **_BOTH, **(_HEPBURN if system == "hepburn" else _KUNREI)}
