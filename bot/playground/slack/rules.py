"""What Slack refuses in a message or a view, as its error codes; from its documentation, not our gate."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator
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
    "file", "video", "context_actions", "plan", "task_card", "data_table", "data_visualization",
}  # fmt: skip


def message_problem(message: Json, *, lacking: Collection[str] = ()) -> str | None:
    """Slack's error code for a message it would not take, or None; `lacking` are blocks it has not got."""
    blocks = message.get("blocks") or []
    if not blocks and not message.get("text") and not message.get("attachments"):
        return "no_text"
    if len(message.get("text") or "") > 40_000:
        return "msg_too_long"
    if len(blocks) > 50:
        return "invalid_blocks: over 50 blocks"
    for at, block in enumerate(blocks):
        if block.get("type") in lacking:
            return f"invalid_blocks: unsupported type: {block['type']} [json-pointer:/blocks/{at}/type]"
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
    if sum(block["type"] == "data_visualization" for block in blocks) > 2:
        return "over two charts"
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
    elif kind == "data_table":
        yield from _data_table_problems(block, surface)
    elif kind == "data_visualization":
        yield from _chart_problems(block, surface)
    elif kind == "context_actions":
        yield from _agent_action_problems(block, surface)
    elif kind == "rich_text":
        yield from _rich_problems(block)
    elif kind == "image" and not 1 <= len(block.get("alt_text", "")) <= 2_000:
        yield "alt_text"


def _data_table_problems(block: Json, surface: str) -> Iterator[str]:
    rows = block.get("rows", [])
    if surface != "message":
        yield f"data_table in a {surface}"
    if not block.get("caption"):
        yield "no caption"
    if not 2 <= len(rows) <= 101:
        yield f"{len(rows)} rows"
    if len({len(row) for row in rows}) != 1 or not 1 <= len(rows[0]) <= 20:
        yield "rows of different lengths, or over 20 columns"
    if not 1 <= block.get("page_size", 5) <= 100:
        yield "page_size"
    for number, row in enumerate(rows):
        for cell in row:
            kind = cell.get("type")
            if kind not in ("raw_text", "raw_number", "rich_text") or (number == 0 and kind == "rich_text"):
                yield f"cell of type {kind}"
            elif kind != "rich_text" and not cell.get("text"):
                yield "empty cell"
            elif kind == "raw_number" and not isinstance(cell.get("value"), int | float):
                yield "raw_number without a number"
    if sum(map(_text_size, rows)) > 10_000:
        yield "over 10,000 characters in its cells"


def _chart_problems(block: Json, surface: str) -> Iterator[str]:
    chart = block.get("chart", {})
    if surface != "message":
        yield f"data_visualization in a {surface}"
    if not 1 <= len(block.get("title", "")) <= 50:
        yield "title"
    if chart.get("type") == "pie":
        labels, values = (
            list(each) for each in zip(*((s["label"], s["value"]) for s in chart["segments"]), strict=True)
        )
        if not 1 <= len(labels) <= 6 or any(value <= 0 for value in values):
            yield "segments"
    elif chart.get("type") in ("bar", "line", "area"):
        labels, series = chart["axis_config"]["categories"], chart["series"]
        if not 1 <= len(series) <= 6 or len({each["name"] for each in series}) != len(series):
            yield "series"
        for each in series:
            if [point["label"] for point in each["data"]] != labels or not 1 <= len(each["name"]) <= 20:
                yield "labels of a series that are not the categories, or its name"
    else:
        yield "type of chart"
        return
    if (
        not 1 <= len(labels) <= 20
        or len(set(labels)) != len(labels)
        or any(not 1 <= len(x) <= 20 for x in labels)
    ):
        yield "categories"


def _agent_action_problems(block: Json, surface: str) -> Iterator[str]:
    if surface != "message":
        yield f"context_actions in a {surface}"
    if not 1 <= len(block.get("elements", [])) <= 5:
        yield "elements"
    for element in block["elements"]:
        if element.get("type") not in ("feedback_buttons", "icon_button"):
            yield f"{element.get('type')} in context_actions"
        for name in (
            ("positive_button", "negative_button") if element.get("type") == "feedback_buttons" else ()
        ):
            yield from _text_problems(element[name]["text"], 75, kinds=("plain_text",))
            if len(element[name].get("value", "")) > 2_000:
                yield "value over 2,000"


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
