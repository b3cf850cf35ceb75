"""What Slack refuses in a message or a view, as its error codes; from its documentation, not our gate."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

ELEMENTS_OF_BLOCK = {"actions": 25, "context": 10}
OPTIONS_OF = {
    "static_select": 100,
    "multi_static_select": 100,
    "overflow": 5,
    "checkboxes": 10,
    "radio_buttons": 10,
}
KNOWN_BLOCKS = {
    "section", "header", "context", "actions", "divider", "image", "input", "rich_text", "markdown", "table",
    "file", "video", "context_actions", "plan", "task_card",
}  # fmt: skip


def message_problem(message: Json) -> str | None:
    """Slack's error code for a message it would not take, or None."""
    blocks = message.get("blocks") or []
    if not blocks and not message.get("text") and not message.get("attachments"):
        return "no_text"
    if len(message.get("text") or "") > 40_000:
        return "msg_too_long"
    if len(blocks) > 50:
        return "invalid_blocks: over 50 blocks"
    if problem := _blocks_problem(blocks, surface="message"):
        return f"invalid_blocks: {problem}"
    if sum(map(_text_size, blocks)) > 10_000:
        return "msg_blocks_too_long"
    metadata = message.get("metadata")
    if metadata and not ("event_type" in metadata and isinstance(metadata.get("event_payload"), dict)):
        return "invalid_metadata_format"
    return None


def sizes(message: Json) -> list[Json]:
    """How much a message has of what Slack limits: {"what", "used", "limit"}, in Japanese."""
    blocks = message.get("blocks") or []
    texts = [len(n["text"]) for n in _walk(blocks) if isinstance(n.get("text"), str)]
    values = [len(n["value"]) for n in _walk(blocks) if isinstance(n.get("value"), str)]
    ids = [len(n[name]) for n in _walk(blocks) for name in ("action_id", "block_id") if name in n]
    pressed = [len(block["elements"]) for block in blocks if block.get("type") == "actions"]
    measured = (
        ("通知の文（文字）", len(message.get("text") or ""), 40_000),
        ("ブロック（個）", len(blocks), 50),
        ("ブロックの文の合計（文字）", sum(map(_text_size, blocks)), 10_000),
        ("いちばん長い文（文字）", max(texts, default=0), 3_000),
        ("いちばん長いボタンの値（文字）", max(values, default=0), 2_000),
        ("一列のボタンの数（個）", max(pressed, default=0), ELEMENTS_OF_BLOCK["actions"]),
        ("いちばん長い ID（文字）", max(ids, default=0), 255),
    )
    return [{"what": what, "used": used, "limit": limit} for what, used, limit in measured]


def view_problem(view: Json) -> str | None:
    """Slack's error code for a modal or Home view it would not take, or None."""
    blocks = view.get("blocks", [])
    if view.get("type") not in ("modal", "home"):
        return "invalid_arguments: type"
    if len(blocks) > 100:
        return "invalid_arguments: over 100 blocks"
    if len(json.dumps(view).encode()) > 250_000:
        return "view_too_large"
    if len(view.get("private_metadata", "")) > 3_000 or len(view.get("callback_id", "")) > 255:
        return "invalid_arguments: private_metadata or callback_id"
    if view["type"] == "modal":
        if "title" not in view:
            return "invalid_arguments: title missing"
        if any(block["type"] == "input" for block in blocks) and "submit" not in view:
            return "invalid_arguments: submit missing"
        if any(len(view[name]["text"]) > 24 for name in ("title", "submit", "close") if name in view):
            return "invalid_arguments: title, submit or close over 24"
        if any(block["type"] == "table" for block in blocks):
            return "invalid_arguments: table in a modal"
    problem = _blocks_problem(blocks, surface=view["type"])
    return f"invalid_arguments: {problem}" if problem else None


def _blocks_problem(blocks: list[Json], *, surface: str) -> str | None:
    for block in blocks:
        for problem in _block_problems(block, surface):
            return f"{block.get('type')}: {problem}"
    for name in ("block_id", "action_id"):
        ids = Counter(node[name] for node in _walk(blocks) if name in node)
        if repeated := [i for i, count in ids.items() if count > 1]:
            return f"{name} {repeated[0]} is not unique"
        if any(not 0 < len(i) <= 255 for i in ids):
            return f"{name} over 255"
    if sum(block["type"] == "table" for block in blocks) > 1:
        return "only_one_table_allowed"
    return None


def _block_problems(block: Json, surface: str) -> Iterator[str]:
    kind = block.get("type")
    if kind not in KNOWN_BLOCKS:
        yield "unknown block"
    elif kind == "section":
        yield from _section_problems(block)
    elif kind == "header":
        yield from _text_problems(block["text"], 150, kinds=("plain_text",))
    elif kind in ELEMENTS_OF_BLOCK:
        if not 1 <= len(block["elements"]) <= ELEMENTS_OF_BLOCK[kind]:
            yield f"{len(block['elements'])} elements"
        for element in block["elements"]:
            yield from _element_problems(element)
    elif kind == "input":
        if surface == "message":
            yield "input in a message"
        yield from _text_problems(block["label"], 2_000, kinds=("plain_text",))
        yield from _element_problems(block["element"])
    elif kind == "markdown":
        if not 1 <= len(block["text"]) <= 12_000:
            yield "markdown over 12,000"
    elif kind == "table":
        if len(block["rows"]) > 100 or any(len(row) > 20 for row in block["rows"]):
            yield "table over 100 × 20"
    elif kind == "rich_text":
        yield from _rich_problems(block)
    elif kind == "image" and not 1 <= len(block.get("alt_text", "")) <= 2_000:
        yield "alt_text"


def _section_problems(block: Json) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield "neither text nor fields"
    if "text" in block:
        yield from _text_problems(block["text"], 3_000)
    if len(block.get("fields", [])) > 10:
        yield "over 10 fields"
    for field in block.get("fields", []):
        yield from _text_problems(field, 2_000)
    if "accessory" in block:
        yield from _element_problems(block["accessory"])


def _element_problems(element: Json) -> Iterator[str]:
    kind = element.get("type")
    if kind in ("mrkdwn", "plain_text"):
        yield from _text_problems(element, 3_000)
        return
    if kind == "image":
        return
    if kind == "button":
        yield from _text_problems(element["text"], 75, kinds=("plain_text",))
        if len(element.get("value", "")) > 2_000:
            yield "button value over 2,000"
        if len(element.get("url", "")) > 3_000:
            yield "url over 3,000"
        if element.get("style", "primary") not in ("primary", "danger"):
            yield "style"
    if "placeholder" in element:
        yield from _text_problems(element["placeholder"], 150, kinds=("plain_text",))
    if kind in OPTIONS_OF and "option_groups" not in element:
        options = element.get("options", [])
        if not 1 <= len(options) <= OPTIONS_OF[kind]:
            yield f"{len(options)} options"
        for option in options:
            yield from _text_problems(option["text"], 75)
            if not 1 <= len(option["value"]) <= 150:
                yield "option value over 150"


def _text_problems(
    text: Json, limit: int, *, kinds: tuple[str, ...] = ("mrkdwn", "plain_text")
) -> Iterator[str]:
    if text.get("type") not in kinds:
        yield f"text of type {text.get('type')}"
    if not 1 <= len(text["text"]) <= limit:
        yield f"text of {len(text['text'])} characters, limit {limit}"


def _rich_problems(block: Json) -> Iterator[str]:
    allowed = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
    if not block.get("elements"):
        yield "no elements"
    for element in block["elements"]:
        if element.get("type") not in allowed:
            yield f"{element.get('type')} in rich text"
        for leaf in _walk(element):
            if leaf.get("type") == "text" and not leaf.get("text"):
                yield "empty text in rich text"


def _walk(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value)


def _text_size(node: Any) -> int:
    return sum(len(n["text"]) for n in _walk(node) if isinstance(n.get("text"), str))
