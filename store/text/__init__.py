"""Japanese text: characters, words, numbers, years. Pure."""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class _Uncompiled:
    """Stands in for a pattern until one of its methods is asked for; from then on it has them all."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self.flags)
        vars(self).update({each: getattr(compiled, each) for each in _METHODS})
        return getattr(compiled, name)


def lazily(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """`re.compile`, put off until the pattern is used.

    To compile those that read Japanese takes a fifth of a second of each process, and one command uses few.
    """
    return cast("re.Pattern[str]", _Uncompiled(pattern, flags))
