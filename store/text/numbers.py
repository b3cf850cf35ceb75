"""Project numbers as people type them, folded to one key."""

from __future__ import annotations

import re

from store.text.normalize import spaceless
from store.text.wareki import kanji_number

_DASHES = re.compile(r"[‐‑‒–—―−]|(?<=\d)[ー一](?=\d)")
_PREFIX = re.compile(r"^(?:(?:事務)?事業)?(?:番号|コード|no[.:]?|n°|#|第)[.:は]?(?=.)")
_WHOLE = re.compile(r"(\d+)\.0")  # as a table that took its numbers for amounts writes them
_LEADING_ZEROS = re.compile(r"(?<![\d.])0+(?=\d)")
_ONE = "一二三四五六七八九"
# A number in kanji as people write it, 七十二 or 七二; no run of signs that is none (十十, 百千).
KANJI_NUMBER = (
    rf"(?:[〇零{_ONE}]{{2,8}}(?![千百十])"
    rf"|(?=[千百十{_ONE}])(?:[{_ONE}]?千)?(?:[{_ONE}]?百)?(?:[{_ONE}]?十)?[{_ONE}]?)"
)
KANJI = re.compile(KANJI_NUMBER)
_SUFFIX = re.compile(rf"(?<=[\d千百十〇零{_ONE}])(?:番|号)$")


def number_key(text: str) -> str:
    """Fold a project number: `0086`, `86.0`, `No.86`, `事業番号八十六` give `86`; '' when nothing is left."""
    folded = spaceless(text)
    bare = in_digits(_SUFFIX.sub("", _PREFIX.sub("", _DASHES.sub("-", folded))))
    whole = _WHOLE.fullmatch(bare)
    return _LEADING_ZEROS.sub("", whole[1] if whole else bare)


def in_digits(text: str) -> str:
    """A number in kanji in digits (`七十二` gives `72`); any other text as it is."""
    return str(kanji_number(text)) if KANJI.fullmatch(text) else text
