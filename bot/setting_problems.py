"""What is wrong with a setting, in words that never repeat its value. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rapidfuzz import fuzz, process

# How Slack's tokens begin -> what they are.
_TOKENS = {
    "xoxb-": "ボットのトークン",
    "xoxp-": "ユーザーのトークン",
    "xapp-": "アプリレベルのトークン",
    "xoxe": "更新用のトークン",
    "xoxc-": "ブラウザーのトークン",
    "xoxs-": "ブラウザーのトークン",
}
_QUOTES = "\"'“”‘’「」＂＇"
# The kinds of error that pydantic tells apart -> what people would say.
_WORDS = {
    "int_parsing": "整数ではありません",
    "greater_than_equal": "小さすぎます",
    "less_than_equal": "大きすぎます",
    "time_parsing": "時刻として読めません",
    "bool_parsing": "true か false ではありません",
    "literal_error": "選べる値のどれでもありません",
}
ALIKE = 80  # percent: BEFOR for BEFORE, REMAIND for REMIND
_OURS = "JIGYO_"


def wrong_secret(value: str, pattern: str) -> str:
    """Why a secret doesn't have the form `pattern` (a prefix and characters, or hexadecimal digits)."""
    if value[0] in _QUOTES or value[-1] in _QUOTES:
        return "前後に引用符が残っています"
    if re.search(r"[^\x21-\x7e]", value):
        return "途中に空白や全角の文字があります"
    begins = next(filter(value.startswith, _TOKENS), "")
    wanted = next((start for start in _TOKENS if pattern.startswith(start)), "")
    if wanted and value.startswith(wanted):
        return f"{wanted} の後がないか、使えない記号があります"
    if begins:
        return f"{begins} で始まるのは{_TOKENS[begins]}です"
    return f"{wanted} で始まっていません" if wanted else f"32 桁の 16 進数ではありません（{len(value)}文字）"


def wrong_value(error: Mapping[str, Any]) -> str:
    """An error of pydantic's in a few Japanese words."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return _WORDS.get(error["type"], "形が違います")


def unknown_names(names: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Variables that look like ours and are not, each with the one that may be meant ('' if none)."""
    ours = list(known)
    for name in sorted({name.upper() for name in names} - set(ours)):
        found = process.extractOne(name, ours, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if name.startswith(_OURS):
            yield name, found[0] if found else ""
