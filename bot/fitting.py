"""Make one block fit Slack's limits: escaped once, too long a text split or cut. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from bot import limits
from bot.markup import Mrkdwn, escape

Block = dict[str, Any]

_TOKEN = re.compile(r"<[^<>]*>|&\w{2,4};|.", re.S)  # what must not be cut in two
_PASSIVE = {"type", "action_id", "block_id", "value", "url", "image_url", "callback_id", "private_metadata"}


def escaped(node: Any) -> Any:
    """A copy of a block in which every text object is escaped once and nothing in it comes alive."""
    if isinstance(node, dict):
        kind = node.get("type")
        if kind == "mrkdwn":
            return {**node, "text": escape(node["text"]), "verbatim": True}
        if kind == "plain_text":
            return {**node, "text": escape(node["text"]), "emoji": False}
        if kind == "markdown":
            return {**node, "text": escape(node["text"])}
        if kind == "rich_text":
            return {**node, "elements": [_rich(element) for element in node["elements"]]}
        return {k: v if k in _PASSIVE else escaped(v) for k, v in node.items()}
    if isinstance(node, list | tuple):
        return [escaped(item) for item in node]
    return node


def _rich(element: Block) -> Block:
    """Rich text is literal, never markup; `<` stands apart so that no flattening of it makes a mention."""
    parts: list[Block] = []
    for item in element["elements"]:
        if "elements" in item:
            parts.append(_rich(item))
        elif item.get("type") == "text" and "<" in item["text"]:
            pieces = re.split(r"(?<=<)(?=[!@#h])", item["text"])
            parts += [{**item, "text": piece} for piece in pieces]
        else:
            parts.append(item)
    return {**element, "elements": parts}


def cut(text: str, limit: int) -> str:
    """The first `limit` characters at most, ending in `…` when cut; no entity or link is cut in two."""
    if len(text) <= limit:
        return text
    kept, used = [], 0
    for token in _TOKEN.findall(text[: limit + limits.URL]):
        if used + len(token) > limit - 1:
            break
        kept.append(token)
        used += len(token)
    return Mrkdwn("".join(kept) + "…")


def split(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` characters that together are the text; whole lines or sentences if it can."""
    while len(text) > limit:
        head = cut(text, limit)[:-1]
        end = max(head.rfind("\n"), head.rfind("。")) + 1
        piece = head[:end] if end > limit // 2 else head
        yield Mrkdwn(piece)
        text = text[len(piece) :]
    yield Mrkdwn(text)


def fit(block: Block) -> list[Block]:
    """An escaped block as one or more blocks within Slack's limits for a block."""
    fitter = FITTERS.get(block["type"])
    return fitter(block) if fitter else [block]


def _text(node: Block, limit: int) -> Block:
    return {**node, "text": cut(node["text"], limit)}


def _section(block: Block) -> list[Block]:
    first = {**block}
    if "accessory" in block:
        first["accessory"] = element(block["accessory"])
    fields = [_text(field, limits.FIELD_TEXT) for field in first.pop("fields", [])]
    pieces = list(split(block["text"]["text"], limits.SECTION_TEXT)) if "text" in block else []
    blocks: list[Block] = []
    if pieces:
        blocks = [{"type": "section", "text": {**block["text"], "text": piece}} for piece in pieces]
        blocks[0] = {**first, "text": blocks[0]["text"]}
    for start in range(0, len(fields), limits.FIELDS):
        some = fields[start : start + limits.FIELDS]
        if start == 0:
            blocks[:1] = [{**(blocks[0] if blocks else first), "fields": some}]
        else:
            blocks.append({"type": "section", "fields": some})
    return blocks


def _header(block: Block) -> list[Block]:
    return [{**block, "text": _text(block["text"], limits.HEADER_TEXT)}]


def _context(block: Block) -> list[Block]:
    items = [_text(i, limits.SECTION_TEXT) if "text" in i else i for i in block["elements"]]
    return _grouped(block, items, limits.CONTEXT_ELEMENTS)


def _actions(block: Block) -> list[Block]:
    return _grouped(block, [element(e) for e in block["elements"]], limits.ACTIONS_ELEMENTS)


def _grouped(block: Block, items: list[Block], size: int) -> list[Block]:
    groups = [items[i : i + size] for i in range(0, len(items), size)]
    return [{**block, "elements": group} for group in groups]


def _markdown(block: Block) -> list[Block]:
    # Half the budget a piece, so that pages can be made of them.
    return [
        {**block, "text": str(piece)} for piece in split(block["text"], limits.ALL_TEXT_OF_A_MESSAGE // 2)
    ]


def _table(block: Block) -> list[Block]:
    """A table over 100 rows goes on in further tables, each under the same heading row."""
    heading, *body = [row[: limits.TABLE_COLUMNS] for row in block["rows"]]
    size = limits.TABLE_ROWS - 1
    groups = [body[i : i + size] for i in range(0, len(body), size)] or [[]]
    return [{**block, "rows": [heading, *group]} for group in groups]


def _rich_text(block: Block) -> list[Block]:
    """Rich text over a section's size is spread over blocks, between its elements or inside a long text."""
    blocks: list[list[Block]] = [[]]
    room = limits.SECTION_TEXT
    for part in _small_parts(block["elements"]):
        size = text_size(part)
        if size > room and blocks[-1]:
            blocks.append([])
            room = limits.SECTION_TEXT
        blocks[-1].append(part)
        room -= size
    rest = {k: v for k, v in block.items() if k not in ("elements", "block_id")}
    return [{**(block if i == 0 else rest), "elements": parts} for i, parts in enumerate(blocks) if parts]


def _small_parts(parts: list[Block]) -> Iterator[Block]:
    for part in parts:
        if text_size(part) <= limits.SECTION_TEXT:
            yield part
            continue
        group: list[Block] = []
        room = limits.SECTION_TEXT
        for leaf in _small_leaves(part["elements"]):
            size = text_size(leaf)
            if size > room and group:
                yield {**part, "elements": group}
                group, room = [], limits.SECTION_TEXT
            group.append(leaf)
            room -= size
        yield {**part, "elements": group}


def _small_leaves(leaves: list[Block]) -> Iterator[Block]:
    for leaf in leaves:
        if text_size(leaf) <= limits.SECTION_TEXT:
            yield leaf
        elif "elements" in leaf:
            yield from _small_parts([leaf])
        else:
            yield from ({**leaf, "text": str(p)} for p in split(leaf["text"], limits.SECTION_TEXT))


def _image(block: Block) -> list[Block]:
    return [{**block, "alt_text": block["alt_text"][: limits.ALT_TEXT]}]


def _input(block: Block) -> list[Block]:
    fitted = {**block, "label": _text(block["label"], limits.LABEL), "element": element(block["element"])}
    return [fitted | ({"hint": _text(block["hint"], limits.LABEL)} if "hint" in block else {})]


def element(item: Block) -> Block:
    """An interactive element within its limits. Raises ValueError when a value cannot be shortened."""
    fitted = {**item}
    for key, limit in (("value", limits.BUTTON_VALUE), ("url", limits.URL)):
        if len(item.get(key, "")) > limit and item["type"] == "button":
            raise ValueError(
                f"{item.get('action_id')}: {key} is {len(item[key])} characters, {limit} may pass"
            )
    if item["type"] == "button":
        fitted["text"] = _text(item["text"], limits.BUTTON_TEXT)
    if "placeholder" in item:
        fitted["placeholder"] = _text(item["placeholder"], limits.PLACEHOLDER)
    if "options" in item:
        most = limits.OPTIONS.get(item["type"], 100)
        fitted["options"] = [
            {**option, "text": _text(option["text"], limits.OPTION_TEXT)} for option in item["options"][:most]
        ]
    return fitted


def text_size(node: Any) -> int:
    """How many characters of text Slack would count in a block or a part of one."""
    if isinstance(node, dict):
        own = node["text"] if isinstance(node.get("text"), str) else ""
        return len(own) + sum(text_size(v) for v in node.values() if isinstance(v, dict | list | tuple))
    if isinstance(node, list | tuple):
        return sum(map(text_size, node))
    return 0


FITTERS: dict[str, Callable[[Block], list[Block]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "markdown": _markdown,
    "table": _table,
    "rich_text": _rich_text,
    "image": _image,
    "input": _input,
}
