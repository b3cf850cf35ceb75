"""A block copied so that Slack reads its text as text: escaped once, nothing in it comes alive. Pure."""

from __future__ import annotations

import re
from typing import Any

from bot.messages.kit import Block
from bot.messages.markup import escape

_BEFORE_LIVE = re.compile(r"(?<=<)(?=[!@#h])")


class Copying:
    """A copy of one block in which text is escaped once and nothing comes alive; `size` counts its text."""

    def __init__(self) -> None:
        self.size = 0

    def copy(self, node: Any) -> Any:
        """The copy of a block or of a part of one."""
        kind = type(node)
        if kind is dict:
            match node.get("type"):
                case "mrkdwn":
                    return {"type": "mrkdwn", "text": self._escaped(node["text"]), "verbatim": True}
                case "plain_text":
                    return {"type": "plain_text", "text": self._escaped(node["text"]), "emoji": False}
                case "markdown":
                    return {**node, "text": self._escaped(node["text"])}
                case "raw_text":
                    return {**node, "text": self._literal(node["text"])}
                case "rich_text":
                    return {**node, "elements": [self._rich(element) for element in node["elements"]]}
            return {k: self.copy(v) if type(v) in (dict, list, tuple) else v for k, v in node.items()}
        return [self.copy(item) for item in node] if kind in (list, tuple) else node

    def _escaped(self, text: str) -> str:
        return self._literal(escape(text))

    def _literal(self, text: str) -> str:
        self.size += len(text)
        return text

    def _rich(self, element: Block) -> Block:
        """Rich text is literal, never markup; `<` stands apart lest a flattening of it make a mention."""
        parts: list[Block] = []
        for item in element["elements"]:
            if "elements" in item:
                parts.append(self._rich(item))
                continue
            text = item.get("text", "")
            self.size += len(text)
            if "<" in text:
                parts += [{**item, "text": piece} for piece in _BEFORE_LIVE.split(text)]
            else:
                parts.append(item)
        return {**element, "elements": parts}
