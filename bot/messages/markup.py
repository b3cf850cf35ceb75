"""Slack's mrkdwn as a type, and a payload as plain text. Pure.

`Mrkdwn` is text that is already markup; a plain `str` still needs escaping.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any


class Mrkdwn(str):
    """Markup ready for Slack. A plain `str` is escaped by the gate; a `Mrkdwn` passes as it is.

    An f-string or `+` makes a plain `str` of it: put pieces together with `mrkdwn` and `join`.
    """

    __slots__ = ()


# Slack has no escape for its formatting characters; a zero-width space keeps a pair of them from closing.
_FORMATTING = re.compile(r"[*_~`]")


def escape(text: str) -> Mrkdwn:
    """Escape `&`, `<` and `>`, once: a `Mrkdwn` comes back unchanged."""
    if isinstance(text, Mrkdwn):
        return text
    return Mrkdwn(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def literal(text: str) -> Mrkdwn:
    """Escape `text` and keep its own `*`, `_`, `~` and backquotes from formatting anything."""
    return text if isinstance(text, Mrkdwn) else _literal(text)


@lru_cache(maxsize=8_192)  # of plain text only: to a cache, a Mrkdwn is the same as a str that looks so
def _literal(text: str) -> Mrkdwn:
    return Mrkdwn(_FORMATTING.sub("\\g<0>\u200b", escape(text)))


def mrkdwn(template: str, *values: object) -> Mrkdwn:
    """Fill `{}` of a template of ours with values made literal (a `Mrkdwn` value stays markup)."""
    return Mrkdwn(template.format(*(literal(v if isinstance(v, str) else str(v)) for v in values)))


def join(separator: str, parts: Iterable[str]) -> Mrkdwn:
    """Join parts, each made literal unless it is markup already."""
    return Mrkdwn(separator.join(literal(part) for part in parts))


def bold(text: str) -> Mrkdwn:
    """`text` in bold: a whole line or a word between spaces, for Slack needs a border around the stars.

    Inside the stars it needs letters next to them: a zero-width space is put beside 「 or ）.
    """
    inside = literal(text)
    if not text.strip():
        return inside
    before, after = ("" if end.isalnum() else "\u200b" for end in (text[0], text[-1]))
    return Mrkdwn(f"*{before}{inside}{after}*")


def code(text: str) -> Mrkdwn:
    """`text` as something to type: nothing in it formats, and copying it gives exactly it."""
    return Mrkdwn(f"`{escape(text.replace('`', chr(39)))}`")


def mention(user: str) -> Mrkdwn:
    """A live mention of a user's id (`U…`); nothing else makes one."""
    return Mrkdwn(f"<@{_identifier(user)}>")


def channel(channel_id: str) -> Mrkdwn:
    """A live link to a channel's id (`C…`)."""
    return Mrkdwn(f"<#{_identifier(channel_id)}>")


def link(url: str, label: str) -> Mrkdwn:
    """A live link. Raises ValueError unless `url` is http(s)."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("a link starts with https:// or http://")
    address = escape(url.replace("|", "%7C").replace("\n", ""))
    return Mrkdwn(f"<{address}|{literal(label.replace('|', '｜').replace(chr(10), ' '))}>")


def unescape(text: str) -> str:
    """Back to what a person reads: entities decoded."""
    return html.unescape(text)


def _identifier(text: str) -> str:
    if not (text.isascii() and text.isalnum()):
        raise ValueError("a Slack id has letters and digits only")
    return text


_LINK = re.compile(r"<(?:https?://[^|>]*)\|([^>]*)>")
_BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")


def plain(payload: Mapping[str, Any]) -> str:
    """A payload's blocks (its text when there are none) in words, a block a paragraph, buttons in 【】."""
    blocks = payload.get("blocks") or ()
    paragraphs = [text for text in map(_block, blocks) if text]
    return "\n".join(paragraphs) if paragraphs else markup_to_text(payload.get("text", ""))


def markup_to_text(text: str) -> str:
    """Markup as a person reads it: no stars, no entities, links by their label."""
    shown = _BOLD.sub(r"\1", _LINK.sub(r"\1", text)).replace("\u200b", "")
    return unescape(shown)


def _block(block: Mapping[str, Any]) -> str:
    match block["type"]:
        case "divider":
            return "─" * 20
        case "rich_text":
            return "\n".join(map(_rich, block["elements"]))
        case "actions" | "context":
            return " ".join(map(_element, block["elements"]))
        case "table":
            return "\n".join(" | ".join(map(_element, row)) for row in block["rows"])
        case "image":
            return f"[画像: {block['alt_text']}]"
        case "section":
            return " ".join(_section_parts(block))
        case _:
            return _element(block)


def _section_parts(block: Mapping[str, Any]) -> Sequence[str]:
    texts = [*([block["text"]] if "text" in block else []), *block.get("fields", ())]
    beside = [block["accessory"]] if "accessory" in block else []
    return [_element(item) for item in (*texts, *beside)]


def _element(item: Mapping[str, Any]) -> str:
    kind = item.get("type")
    if kind == "rich_text":
        return "\n".join(map(_rich, item["elements"]))
    text = item.get("text", "")
    if isinstance(text, Mapping):
        shown = _element(text)
        return f"【{shown}】" if kind == "button" else shown
    return text if kind == "raw_text" else markup_to_text(text)


def _rich(element: Mapping[str, Any]) -> str:
    leaves = element["elements"]
    if element["type"] == "rich_text_list":
        return "\n".join(f"・{_rich(leaf)}" for leaf in leaves)
    text = "".join(leaf.get("text", "") for leaf in leaves)
    return (
        "\n".join(f"  {line}" for line in text.split("\n")) if element["type"] == "rich_text_quote" else text
    )
