"""Block Kit's pieces as functions: short words for what a message is made of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.messages.markup import BUTTON_VALUE

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


def verdict_buttons(yes: str, question: str, *, kind: str, citations: Sequence[str] = ()) -> Block:
    """Two buttons that say whether what was shown is right (`yes`) or wrong, as Slack draws them for agents.

    What comes back is 1 or 0 and a JSON object: the question, the kind of answer and what it cites.
    """
    value = {"q": question, "k": kind, "c": [*citations]}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(text) >= BUTTON_VALUE:
        text = json.dumps({"q": question[:100], "k": kind, "c": []}, ensure_ascii=False)
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": _verdict(yes, f"1{text}"),
                "negative_button": _verdict("違う", f"0{text}"),
            }
        ],
    }


def _verdict(label: str, value: str) -> Block:
    return {"text": {"type": "plain_text", "text": label}, "value": value, "accessibility_label": label}


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
