"""Department and section told apart where a list writes them in one cell."""

from __future__ import annotations

import re
from functools import lru_cache

# 部 and 局 end a department's name except in these words (内部統制課, 北部事務所, 部活動推進課, 薬局).
_PART = r"(?<![内外全一幹東西南北中])部(?![活落長会門品材分員下隊首])"
_BUREAU = r"(?<![薬当])局(?![長地面員所])"
_OTHERS = r"公室|[市区町村長]長室|知事室|委員会|支所|役所|役場|管理者"
_LETTER = r"(?:[^課係、，,/／\n]|課(?=[税題]))"  # a department's name ends before the first section's
_OFFICE = re.compile(rf"({_LETTER}*(?:{_PART}|{_BUREAU}|{_OTHERS}))[\s・/／]*((?!事務局\s*$)\S.*)", re.DOTALL)


@lru_cache(maxsize=4096)
def split_office(cell: str) -> tuple[str, str]:
    """(department, section): 政策部企画課 is 政策部 and 企画課; ('', office) when it names only one."""
    office = cell.strip()
    found = _OFFICE.fullmatch(office)
    return (found[1].strip(), found[2]) if found else ("", office)
