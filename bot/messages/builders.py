"""Block Kit's pieces as functions: short words for what a message is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Block = dict[str, Any]


class Lasting(Block):
    """A block that many messages share and nobody changes.

    The gate keeps its rendering in it.
    """

    fitted: list[tuple[Block, int]] | None = None


def section(text: str, *, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, with a button or the like beside it."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return block | ({"accessory": accessory} if accessory else {})


def header(text: str) -> Block:
    """A large heading of plain text."""
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def context(*texts: str) -> Block:
    """Small grey lines."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text} for text in texts]}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def button(label: str, *, action: str, value: str = "", style: str = "") -> Block:
    """A button; `action` names its listener, `value` (2,000 characters at most) comes back with the press."""
    block: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": label},
        "action_id": action,
    }
    return block | ({"value": value} if value else {}) | ({"style": style} if style else {})


def menu(placeholder: str, options: Iterable[tuple[str, str]], *, action: str) -> Block:
    """A list to choose one of; each option is a label and the value that comes back."""
    return {
        "type": "static_select",
        "placeholder": {"type": "plain_text", "text": placeholder},
        "action_id": action,
        "options": [
            {"text": {"type": "plain_text", "text": label}, "value": value} for label, value in options
        ],
    }


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def rich(*elements: Block) -> Block:
    """Rich text: its text is literal, and bold works inside a Japanese sentence (mrkdwn's does not)."""
    return {"type": "rich_text", "elements": list(elements)}


def words(text: str, *, is_bold: bool = False) -> Block:
    """A stretch of rich text."""
    word: Block = {"type": "text", "text": text}
    if is_bold:
        word["style"] = {"bold": True}
    return word


def line(*elements: Block) -> Block:
    """One run of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: Block) -> Block:
    """A run of rich text with a bar beside it."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def bullets(*lines: Block) -> Block:
    """A list of `line`s."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(lines)}


def action_pattern(action: str) -> re.Pattern[str]:
    """What a listener for `action` matches: the gate numbers a repeated id (`detail`, `detail#2`)."""
    return re.compile(rf"\A{re.escape(action)}(#\d+)?\Z")
