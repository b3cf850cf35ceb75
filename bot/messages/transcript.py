"""A payload as plain text: for terminals, for the fallback text, for people who read logs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.messages.markup import unescape

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
