"""The forms in which texts are compared: no other module folds widths, case or signs. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters of names that are written in two ways, the rarer ones that NFKC leaves as they are. One for one.
_VARIANTS = str.maketrans(
    "髙﨑𠮷德濵瀨黑邉邊嶌栁桒槗曻舘渕塲枩緖敎靑淸橫增寬齋齊澤廣櫻惠眞龍壽榮條圓縣國學會藏濱嶋峯",
    "高崎吉徳浜瀬黒辺辺島柳桑橋昇館淵場松緒教青清横増寛斎斉沢広桜恵真竜寿栄条円県国学会蔵浜島峰",
)
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
_NO_ALNUM = re.compile(r"[\W_]+")
_BRACKETS = "[]【】〔〕<>〈〉《》「」■□●○◆◇※*:.・"
_NUMBERING = re.compile(r"^\(?\d{1,2}[).:、]?(?=[^\d年])")


def nfkc(text: str) -> str:
    """Return `text` in Unicode's NFKC: half-width ｶﾅ as カナ, ＡＢ１ as AB1, ㈱ as (株)."""
    if text.isascii() or unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", text)


def variants_fold(text: str) -> str:
    """The text with the usual letter for each rarer one of names (髙﨑 is 高崎), one for one."""
    return text if text.isascii() else text.translate(_VARIANTS)


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
