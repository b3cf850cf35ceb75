"""Loan words typed in hiragana (ろぼっと, ぱぶこめ), which the dictionary would cut anywhere. Pure."""

from __future__ import annotations

import re

from bot.answers import terms

# Up to the particle that joins it to the rest, which is not の in the middle of a word.
_RUN = re.compile(r"(?<![ぁ-ん一-龥])[ぁ-んー]{3,}?(?=(?:とは|って|[のはがをに])?(?![ぁ-んー]))")


def in_katakana(question: str) -> str:
    """The question with what may be loan words in katakana."""
    return _RUN.sub(lambda run: terms.in_katakana(run[0]), question)
