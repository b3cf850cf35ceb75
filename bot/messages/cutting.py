"""Cutting text and lists to Slack's sizes without cutting a link, an entity or a sentence in two. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.messages import limits
from bot.messages.markup import Mrkdwn

_CONTAINERS = (dict, list, tuple)
_TOKEN = re.compile(r"<[^<>]*>|&\w{2,4};|.", re.S)  # what must not be cut in two


def cut(text: str, limit: int) -> str:
    """The first `limit` characters at most, ending in `…` when cut."""
    return text if len(text) <= limit else Mrkdwn(_head(text, limit - 1) + "…")


def split(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` characters that together are the text; whole lines or sentences if it can."""
    while len(text) > limit:
        head = _head(text, limit)
        end = max(head.rfind("\n"), head.rfind("。")) + 1
        piece = head[:end] if end > limit // 2 else head
        yield Mrkdwn(piece)
        text = text[len(piece) :]
    yield Mrkdwn(text)


def _head(text: str, limit: int) -> str:
    """The first tokens that fit into `limit` characters; at least one, so that cutting goes on."""
    used = 0
    for token in _TOKEN.finditer(text, 0, limit + limits.URL):
        if token.end() > limit and used:
            break
        used = token.end()
    return text[:used]


def groups(items: Iterable[Any], *, most: int, room: int) -> list[list[Any]]:
    """Items in order, in groups of at most `most` items and `room` characters (one item may be longer)."""
    found: list[list[Any]] = []
    size = 0
    for item in items:
        size += text_size(item)
        if not found or len(found[-1]) == most or size > room:
            found.append([])
            size = text_size(item)
        found[-1].append(item)
    return found


def text_size(node: Any) -> int:
    """How many characters of text Slack would count in a block or a part of one."""
    size = 0
    waiting = [node]
    while waiting:  # a loop, for every message passes here
        item = waiting.pop()
        kind = type(item)
        if kind is dict:
            text = item.get("text")
            if isinstance(text, str):
                size += len(text)
            waiting.extend([v for v in item.values() if type(v) in _CONTAINERS])
        elif kind in _CONTAINERS:
            waiting.extend(item)
    return size
