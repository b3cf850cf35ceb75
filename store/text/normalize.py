"""The forms in which texts are compared: width, case, signs, kana and romaji are folded here alone. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Letters of names that are written in two ways, the rarer ones that NFKC leaves as they are. One for one.
_VARIANTS = str.maketrans(
    "髙﨑𠮷德濵瀨黑邉邊嶌栁桒槗曻舘渕塲枩緖敎靑淸橫增寬齋齊澤廣櫻惠眞龍壽榮條圓縣國學會藏濱嶋峯",
    "高崎吉徳浜瀬黒辺辺島柳桑橋昇館淵場松緒教青清横増寛斎斉沢広桜恵真竜寿栄条円県国学会蔵浜島峰",
)
_RARER = re.compile(f"[{''.join(map(chr, _VARIANTS))}]")
_UNIFY = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("〜～", "~"))
_DASH = re.compile("[‐‑‒–—―−〜～]")
_SPACES = re.compile(r"\s+|[\0\u200b\ufeff]")

# A character with the marks behind it that it becomes one with: ﾊﾟ is パ, and no ハ.
_CLUSTER = re.compile(".[ﾞﾟ\u3099\u309a]*", re.DOTALL)

# None of these becomes one with another in NFKC, but for the marks of a cluster: no Hangul, no accents.
_SINGLE = re.compile(
    "[\0-\u02af\u2000-\u20cf\u2100-\u3029\u3030-\u312f\u3190-\u31ff\u3220-\u325f\u3280-\u9fff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff9f\uffe0-\uffe6]*"
)
# What NFKC leaves as it is, whatever stands beside it, but for the marks.
_STAYS = "\0-~\u3001-\u3003\u3005-\u3020ぁ-ゖァ-ヺー一-\u9fff"
_MAY_CHANGE = re.compile(f"[^{_STAYS}]+")
_MARKS = re.compile("[ﾞﾟ\u3099\u309a]")
_NO_ALNUM = re.compile(r"[\W_]+")
_BRACKETS = "[]【】〔〕<>〈〉《》「」■□●○◆◇※*:.・"
_NUMBERING = re.compile(r"^\(?\d{1,2}[).:、]?(?=[^\d年])")


def nfkc(text: str) -> str:
    """Return `text` in Unicode's NFKC: half-width ｶﾅ as カナ, ＡＢ１ as AB1, ㈱ as (株)."""
    if text.isascii():
        return text
    if _MARKS.search(text) or not _SINGLE.fullmatch(text):
        return unicodedata.normalize("NFKC", text)
    return _MAY_CHANGE.sub(_normalized, text)  # a text of which little changes takes a tenth of the time


def _normalized(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0])


def variants_fold(text: str) -> str:
    """The text with the usual letter for each rarer one of names (髙﨑 is 高崎), one for one."""
    return text.translate(_VARIANTS) if _RARER.search(text) else text


def one_space(text: str) -> str:
    """`nfkc` with each run of white space as one space and none at the ends; case stays."""
    return " ".join(nfkc(text).split())


def width_fold(text: str) -> str:
    """`nfkc` in lower case with one kind of dash and one of ~; white space stays."""
    if text.isascii():
        return text.lower()
    text = variants_fold(nfkc(text).lower())
    return text.translate(_UNIFY) if _DASH.search(text) else text


def aligned_fold(text: str) -> str:
    """Lower case and `nfkc`, one character for one, so that positions stay those of `text`."""
    return "".join(folded if len(folded := _folded(character)) == 1 else character for character in text)


def spaceless(text: str) -> str:
    """`nfkc` without white space and characters of no width, caseless: the key of a short cell."""
    return _SPACES.sub("", nfkc(text)).casefold()


def alnum_key(text: str) -> str:
    """The letters and digits of `text`, in `nfkc` and lower case; names that differ in signs are one."""
    if _SINGLE.fullmatch(text):
        return _NO_ALNUM.sub("", variants_fold(nfkc(text).lower()))
    return alnum_places(text)[0]


def alnum_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """`alnum_key` of a text, and for each of its characters the (start, end) in `text` that it comes from."""
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        for part in _folded(cluster[0]):
            if part.isalnum():
                folded.append(part)
                places.append(cluster.span())
    return "".join(folded), places


def header_key(cell: str) -> str:
    """A header's word without what varies between lists: width, case, spaces, brackets, numbering, notes."""
    word = spaceless(cell)
    word = word[: _end_before_notes(word)]
    return _NUMBERING.sub("", word.strip(_BRACKETS)).strip(_BRACKETS)


def _end_before_notes(word: str) -> int:
    """Where the notes begin at the end of a word (`(注)`, `※1`); something stays before them."""
    end = len(word)
    while end > 1:
        if word[end - 1] == ")":
            start = word.rfind("(", 0, end - 1)
            if start < 1 or ")" in word[start : end - 1]:
                return end
        else:
            start = end - 1
            while start > 0 and word[start].isdecimal():
                start -= 1
            if start < 1 or word[start] not in "※*":
                return end
        end = start
    return end


@lru_cache(maxsize=8_192)
def _folded(cluster: str) -> str:
    return variants_fold(unicodedata.normalize("NFKC", cluster).lower())


_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}
_LOOSE = str.maketrans("ァィゥェォッャュョヮヵヶヂヅヴヲ", "アイウエオツヤユヨワカケジズブオ", "ー")
_KANA = re.compile("[ぁ-ゖァ-ヺー]+")
_LATIN = re.compile(r"[\x00-\u024f\u1e00-\u1eff’‘‐]*")
_KANJI = re.compile("[一-鿿々〆]")
_DOUBLED = "aiuenkstpgzdbhmryw"
_LENGTH = re.compile(rf"([{_DOUBLED}])\1+|o[ou]+")
_ROWS = (
    ("", "アイウエオ"), ("k", "カキクケコ"), ("g", "ガギグゲゴ"), ("s", "サシスセソ"), ("z", "ザジズゼゾ"),
    ("t", "タチツテト"), ("d", "ダヂヅデド"), ("n", "ナニヌネノ"), ("h", "ハヒフヘホ"), ("b", "バビブベボ"),
    ("p", "パピプペポ"), ("m", "マミムメモ"), ("r", "ラリルレロ"),
)  # fmt: skip
_ROMAN = {
    kana: consonant + vowel for consonant, row in _ROWS for kana, vowel in zip(row, "aiueo", strict=True)
}
_BEFORE_SMALL = {"フ": "f", "ウ": "w", "イ": "y"}
_SMALL_SOUND = re.compile("(.)([ァィゥェォャュョヮ])")
_SMALL_ROMAN = dict(zip("ァィゥェォャュョヮ", ("a", "i", "u", "e", "o", "ya", "yu", "yo", "wa"), strict=True))
_ENLARGE = str.maketrans("ァィゥェォ", "アイウエオ")
_MORA = re.compile("(?:.[ァィゥェォャュョヮ]?)", re.DOTALL)
_FROM_ROMAN = {
    **{onset + "y" + vowel: kana + small
       for onset, kana in zip("kgszthbpnmrd", "キギシジチヒビピニミリヂ", strict=True)
       for vowel, small in zip("auo", "ャュョ", strict=True)},
    **{latin: kana for kana, latin in reversed(_ROMAN.items()) if latin},
    "wi": "ウィ", "we": "ウェ", "fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ", "n": "ン",
}  # fmt: skip
_ROMAN_PIECE = re.compile("|".join(sorted(_FROM_ROMAN, key=len, reverse=True)) + "|(.)")
_NAMES = {
    "エー": "a", "エイ": "a", "ビー": "b", "シー": "c", "ディー": "d", "デー": "d", "イー": "e",
    "エフ": "f", "ジー": "g", "エッチ": "h", "エイチ": "h", "アイ": "i", "ジェー": "j", "ジェイ": "j",
    "ケー": "k", "ケイ": "k", "エル": "l", "エム": "m", "エヌ": "n", "オー": "o", "ピー": "p", "キュー": "q",
    "アール": "r", "エス": "s", "ティー": "t", "テー": "t", "ユー": "u", "ブイ": "v", "ヴィー": "v",
    "ダブリュー": "w", "ダブル": "w", "エックス": "x", "ワイ": "y", "ゼット": "z",
}  # fmt: skip
_LETTER = re.compile("|".join(sorted(_NAMES, key=len, reverse=True)) + "|(.)", re.DOTALL)


def katakana(text: str) -> str:
    """Fold `text` and write its hiragana as katakana."""
    return width_fold(text).translate(_TO_KATAKANA)


def hiragana(text: str) -> str:
    """Write the katakana of a folded `text` as hiragana."""
    return text.translate(_TO_HIRAGANA)


def kana_key(text: str) -> str:
    """Fold `text` so that small kana, ー, ヂ/ジ, ヅ/ズ, ヴ/ブ and ヲ/オ make no difference."""
    return katakana(text).translate(_LOOSE)


def is_kana(text: str) -> bool:
    """Whether a folded `text` is written in kana alone."""
    return _KANA.fullmatch(text) is not None


def is_latin(text: str) -> bool:
    """Whether `text` is in Latin letters, ō and the like among them, with whatever signs."""
    return _LATIN.fullmatch(text) is not None


# Kunrei stands for every romanisation: what people type is brought to it step by step, then long vowels go.
_TO_KUNREI = [
    (re.compile(pattern), kunrei)
    for pattern, kunrei in (
        ("[āâ]", "aa"), ("[īî]", "ii"), ("[ūû]", "uu"), ("[ēê]", "ee"), ("[ōô]", "oo"),
        ("[^a-z0-9]", ""),
        ("tch", "tty"), ("cch", "tty"), ("shi", "si"), ("sh", "sy"), ("chi|tyi", "ti"), ("ch", "ty"),
        ("tsu", "tu"), ("ji|di|zyi", "zi"), ("jy?", "zy"), ("du|dzu", "zu"), ("fu", "hu"), ("v", "b"),
        ("l", "r"), ("m(?=[bpm])", "n"), ("oh(?![aiueoy])", "oo"),
    )
]  # fmt: skip


def kunrei(latin: str) -> str:
    """Romaji in any habit, brought to kunrei letters; long sounds stay as long as they were typed."""
    latin = width_fold(latin)
    for pattern, letters in _TO_KUNREI:
        latin = pattern.sub(letters, latin)
    return latin


def shorten(romaji: str) -> str:
    """Kunrei letters with every long vowel and double consonant as a short one."""
    return _LENGTH.sub(lambda match: match[0][0], romaji)


def lengthen(romaji: str, letters: str) -> str:
    """`romaji`, which is `shorten`ed, with the letters of one more sound, shortened too."""
    last, first = romaji[-1:], letters[:1]
    is_long = first in "ou" if last == "o" else first == last and last in _DOUBLED
    if not is_long:
        return romaji + letters
    return romaji + (letters.lstrip("ou") if last == "o" else letters[1:])


def romaji_key(latin: str) -> str:
    """Fold a romanised word: Hepburn or kunrei, long vowels written in any habit or not at all."""
    return shorten(kunrei(latin))


_ROMAN |= {
    "ヤ": "ya",
    "ユ": "yu",
    "ヨ": "yo",
    "ワ": "wa",
    "ヲ": "o",
    "ヴ": "bu",
    "ン": "n",
    "ー": "",
    "ッ": "",
}


def _romanise(reading: str) -> str:
    """Write katakana in kunrei, as `romaji_key` expects it."""
    joined = _SMALL_SOUND.sub(_small_sound, reading)
    return "".join(_ROMAN.get(char, _SMALL_ROMAN.get(char, char)) for char in joined)


def _small_sound(pair: re.Match[str]) -> str:
    kana, small = pair[1], _SMALL_ROMAN[pair[2]]
    consonant = _BEFORE_SMALL.get(kana, _ROMAN.get(kana, kana)[:-1])
    if small in ("e",) and kana in "シジチヂ":
        return consonant + "ye"
    return consonant + small


def sound(text: str) -> str:
    """How `text` in kana and Latin letters sounds, as `romaji_key`."""
    return romaji_key(_romanise(katakana(text)))


class Mora(NamedTuple):
    """A sound: how many characters it has, and its short kunrei, small vowels as small and as large."""

    length: int
    small: str
    large: str


def morae(text: str) -> list[Mora | None]:
    """The sound that starts at each character of a katakana text, None at what is no kana.

    The `shorten`ed kunrei of neighbouring sounds is a `romaji_keys` of them.
    """
    return [
        _mora(text[at : at + 2] if text[at + 1 : at + 2] in _SMALL_ROMAN else char)
        for at, char in enumerate(text)
    ]


@lru_cache(maxsize=4096)
def _mora(text: str) -> Mora | None:
    if not is_kana(text):
        return None
    small, large = (shorten(kunrei(_romanise(each))) for each in (text, text.translate(_ENLARGE)))
    return Mora(len(text), small, large)


def from_romaji(latin: str) -> str:
    """Romaji in any habit as katakana, long vowels and ッ left out; '' for letters that are no romaji."""
    pieces = list(_ROMAN_PIECE.finditer(romaji_key(latin)))
    return "" if any(piece[1] for piece in pieces) else "".join(_FROM_ROMAN[piece[0]] for piece in pieces)


def has_kanji(text: str) -> bool:
    """Whether `text` has any kanji."""
    return _KANJI.search(text) is not None


@lru_cache(maxsize=65_536)
def romaji_keys(reading: str) -> tuple[str, ...]:
    """Every `romaji_key` under which a katakana reading may be typed (ティ as `ti` or `tei`)."""
    if is_kana(reading):  # the same, from letters that are known sound by sound
        sounds = list(filter(None, map(_mora, _MORA.findall(reading))))
        small, large = "".join([each.small for each in sounds]), "".join([each.large for each in sounds])
        spellings = {shorten(small), shorten(large)}
    else:
        spellings = {romaji_key(_romanise(reading)), romaji_key(_romanise(reading.translate(_ENLARGE)))}
    return tuple(sorted(spellings))


def letters_of(text: str) -> str:
    """The letters, lower case, that all of `text` spells out; '' when it is anything else, or one letter."""
    named = list(_LETTER.finditer(katakana(text)))
    if len(named) < 2 or any(each[1] for each in named):
        return ""
    return "".join(_NAMES[each[0]] for each in named)
