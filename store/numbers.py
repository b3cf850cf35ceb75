"""Project numbers as people type them, folded to one key."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+|[\0\u200b\ufeff]")
_DASHES = re.compile(r"[‐‑‒–—―−]|(?<=\d)[ー一](?=\d)")
_PREFIX = re.compile(r"^(?:(?:事務)?事業)?(?:番号|コード|no[.:]?|n°|#|第)[.:は]?(?=.)")
_SUFFIX = re.compile(r"(?<=\d)(?:番|号)$")
_WHOLE = re.compile(r"(\d+)\.0")  # as a table that took its numbers for amounts writes them
_LEADING_ZEROS = re.compile(r"(?<![\d.])0+(?=\d)")


def number_key(text: str) -> str:
    """Fold a project number: `0086`, `86.0`, `No.86`, `事業番号８６` give `86`; '' when nothing is left."""
    folded = _SPACES.sub("", unicodedata.normalize("NFKC", text)).casefold()
    bare = _SUFFIX.sub("", _PREFIX.sub("", _DASHES.sub("-", folded)))
    whole = _WHOLE.fullmatch(bare)
    return _LEADING_ZEROS.sub("", whole[1] if whole else bare)
