"""Why a project was found, in plain words: what search tells of it, without its scores. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from store.search.ranking import MANNER_LABELS
from store.search.terms import Manner

_LINE = re.compile(r"「(?P<word>.+)」: (?P<where>.+)、[^、]+?[0-9.]+")
_FIELD = re.compile(r"(?P<field>[^、（）]+)（(?P<manner>[^（）]+)）")
_SAID = {
    Manner.SAME: "「{}」という言葉",
    Manner.SPELLING: "「{}」と読みが同じか、書き方の違う言葉",
    Manner.SYNONYM: "「{}」と同じ意味の言葉",
    Manner.ABBREVIATION: "「{}」と略される言葉",
    Manner.PART: "「{}」を含む言葉",
    Manner.EDIT: "「{}」とつづりの近い言葉",
}
_BY_LABEL = {MANNER_LABELS[manner]: said for manner, said in _SAID.items()}


def plain(why: Sequence[str]) -> str:
    """Where each word was found, in a sentence each; the lines as they are when none tells of a word."""
    return "／".join(filter(None, map(_sentence, why))) or "／".join(why)


def _sentence(line: str) -> str:
    found = _LINE.fullmatch(line)
    if not found:
        return ""
    fields: dict[str, list[str]] = {}
    for each in _FIELD.finditer(found["where"]):
        fields.setdefault(_BY_LABEL.get(each["manner"], _SAID[Manner.SAME]), []).append(each["field"])
    said = "、".join(f"{words.format(found['word'])}が{'・'.join(where)}" for words, where in fields.items())
    return f"{said}にあります" if said else f"「{found['word']}」はこの事業の記録にありません"
