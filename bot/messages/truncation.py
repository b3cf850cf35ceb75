"""How a block is made to fit Slack's limits: escaped once, a text that is too long split or cut. Pure.

A block that is given stays as it is: what is changed is the copy that `Copying` makes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.messages import markup
from bot.messages.builders import Block, Lasting, Newer
from bot.messages.markup import Text, cut, escape, split
from store.text.display import harmless

UNREADABLE = "\ufffd"
_CONTAINERS = (dict, list, tuple)


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
                case "plain_text_input" if "initial_value" in node:
                    return {**self._each(node), "initial_value": harmless(node["initial_value"])}
                case "raw_text" | "raw_number":
                    return {**node, "text": self._sized(harmless(node["text"]))}
                case "rich_text":
                    return {**node, "elements": [self._rich(element) for element in node["elements"]]}
            return self._each(node)
        return [self.copy(item) for item in node] if kind in (list, tuple) else node

    def _each(self, node: Block) -> Block:
        return {k: self.copy(v) if type(v) in _CONTAINERS else v for k, v in node.items()}

    def _escaped(self, text: str) -> str:
        return self._sized(escape(text or UNREADABLE))  # Slack takes no message with an empty text in it

    def _sized(self, text: Text) -> Text:
        self.size += len(text)
        return text

    def _rich(self, element: Block) -> Block:
        """Rich text is literal; it is split before `<`, so that joined as text it makes no mention."""
        parts: list[Block] = []
        for item in element["elements"]:
            if "elements" in item:
                parts.append(self._rich(item))
                continue
            text = self._sized(harmless(item.get("text", "")))
            if "<" in text:
                parts += [{**item, "text": piece} for piece in _BEFORE_LIVE.split(text)]
            else:
                parts.append({**item, "text": text} if text is not item.get("text", "") else item)
        return {**element, "elements": parts}


Sized = tuple[Block, int]  # a block and the characters of text in it

LARGEST_BLOCK = markup.ALL_TEXT_OF_A_MESSAGE // 2  # so that pages can be made of blocks
ANY_NUMBER = 1_000_000


def fitted(block: Block) -> list[Sized]:
    """A block as one or more blocks that Slack takes, each with how much text it has.

    What comes of a lasting block is shown in many messages: nobody writes into it.
    """
    if not isinstance(block, Lasting):
        return _fitted(block)
    if block.fitted is None:
        block.fitted = _fitted({**block})
    return block.fitted


def _fitted(block: Block) -> list[Sized]:
    copying = Copying()
    copy = copying.copy({**block})
    if isinstance(block, Newer):
        if copying.size <= LARGEST_BLOCK and len(block.get("rows", ())) <= markup.DATA_TABLE_ROWS:
            return [(_newer(block, copy), copying.size)]
        return [piece for each in block.older for piece in fitted(each)]
    fitter = FITTERS.get(copy["type"])
    pieces = fitter(copy, copying.size) if fitter else [copy]
    return [(copy, copying.size)] if pieces == [copy] else [(piece, text_size(piece)) for piece in pieces]


def _newer(block: Newer, copy: Block) -> Newer:
    """A newer block within its limits, with its older form, which is fitted too."""
    fitter = FITTERS.get(copy["type"])
    made = Newer((fitter(copy, 0) if fitter else [copy])[0])
    made.older = tuple(piece for each in block.older for piece, _ in fitted(each))
    return made


def _data_table(block: Block, size: int) -> list[Block]:
    rows = [
        [_cell(cell, markup.DATA_CELL) for cell in row] for row in block["rows"][: markup.DATA_TABLE_ROWS]
    ]
    page_size = min(max(block["page_size"], 1), markup.TABLE_ROWS)
    return [{**block, "caption": harmless(block["caption"]), "page_size": page_size, "rows": rows}]


def _data_visualization(block: Block, size: int) -> list[Block]:
    """A chart with its labels cut to what Slack takes, each still a name of its own."""
    drawn, axes = block["chart"], block["chart"]["axis_config"]
    labels = _distinct(axes["categories"][: markup.CHART_CATEGORIES], markup.CHART_LABEL)
    series = drawn["series"][: markup.CHART_SERIES]
    names = _distinct([each["name"] for each in series], markup.CHART_LABEL)
    told = [
        {
            "name": name,
            "data": [{**at, "label": label} for at, label in zip(each["data"], labels, strict=False)],
        }
        for name, each in zip(names, series, strict=True)
    ]
    axes = {**axes, "categories": labels}
    chart = {**drawn, "series": told, "axis_config": axes}
    return [{**block, "title": cut(harmless(block["title"]), markup.CHART_TITLE), "chart": chart}]


def _distinct(names: Iterable[str], most: int) -> list[str]:
    made: list[str] = []
    for name in map(harmless, names):
        short = name if len(name) <= most else f"{name[: most - 1]}…"
        made.append(short if short not in made else f"{name[: most - 3]}…{len(made) + 1}")
    return made


def _text(node: Block, limit: int) -> Block:
    return {**node, "text": cut(node["text"], limit)}


def _section(block: Block, size: int) -> list[Block]:
    if "accessory" in block:
        block["accessory"] = element(block["accessory"])
    if size <= markup.FIELD_TEXT and "fields" not in block:
        return [block]
    first = {**block}
    fields = [_text(field, markup.FIELD_TEXT) for field in first.pop("fields", [])]
    blocks: list[Block] = []
    if "text" in block:
        pieces = [
            {**block["text"], "text": piece} for piece in split(block["text"]["text"], markup.SECTION_TEXT)
        ]
        blocks = [{**first, "text": pieces[0]}, *({"type": "section", "text": piece} for piece in pieces[1:])]
    for number, some in enumerate(groups(fields, most=markup.FIELDS, room=markup.FIELD_TEXT)):
        holder = (
            (blocks.pop(0) if blocks else first) if number == 0 and len(blocks) < 2 else {"type": "section"}
        )
        blocks.append({**holder, "fields": some})
    return blocks


def _header(block: Block, size: int) -> list[Block]:
    return [{**block, "text": _text(block["text"], markup.HEADER_TEXT)}]


def _context(block: Block, size: int) -> list[Block]:
    if size <= markup.SECTION_TEXT and len(block["elements"]) <= markup.CONTEXT_ELEMENTS:
        return [block]
    items = (_text(i, markup.SECTION_TEXT) if "text" in i else i for i in block["elements"])
    return _rows_of(block, groups(items, most=markup.CONTEXT_ELEMENTS, room=LARGEST_BLOCK))


def _actions(block: Block, size: int) -> list[Block]:
    items = block["elements"] = [element(item) for item in block["elements"]]
    if len(items) <= markup.ACTIONS_ELEMENTS:
        return [block]
    return _rows_of(block, groups(items, most=markup.ACTIONS_ELEMENTS, room=LARGEST_BLOCK))


def _rows_of(block: Block, rows: list[list[Block]]) -> list[Block]:
    return [{**block, "elements": row} for row in rows]


def _markdown(block: Block, size: int) -> list[Block]:
    return [{**block, "text": piece} for piece in split(block["text"], LARGEST_BLOCK)]


def _table(block: Block, size: int) -> list[Block]:
    """A table over 100 rows goes on in further tables under the same heading row; long cells are cut."""
    longest = LARGEST_BLOCK // markup.TABLE_COLUMNS
    heading, *body = [[_cell(cell, longest) for cell in row[: markup.TABLE_COLUMNS]] for row in block["rows"]]
    parts = groups(body, most=markup.TABLE_ROWS - 1, room=LARGEST_BLOCK) or [[]]
    return [{**block, "rows": [heading, *part]} for part in parts]


def _cell(cell: Block, limit: int) -> Block:
    return _text(cell, limit) if cell["type"] in ("raw_text", "raw_number") else cell


def _rich_text(block: Block, size: int) -> list[Block]:
    """Rich text over a section's size is spread over blocks, between its elements or inside a long text."""
    if size <= markup.SECTION_TEXT:
        return [block]
    parts = _small_parts(block["elements"])
    return _rows_of(block, groups(parts, most=ANY_NUMBER, room=markup.SECTION_TEXT))


def _small_parts(parts: list[Block]) -> Iterator[Block]:
    for part in parts:
        if text_size(part) <= markup.SECTION_TEXT:
            yield part
        else:
            leaves = _small_leaves(part["elements"])
            yield from _rows_of(part, groups(leaves, most=ANY_NUMBER, room=markup.SECTION_TEXT))


def _small_leaves(leaves: list[Block]) -> Iterator[Block]:
    for leaf in leaves:
        if text_size(leaf) <= markup.SECTION_TEXT:
            yield leaf
        elif "elements" in leaf:
            yield from _small_parts([leaf])
        else:
            yield from ({**leaf, "text": piece} for piece in split(leaf["text"], markup.SECTION_TEXT))


def _image(block: Block, size: int) -> list[Block]:
    return [{**block, "alt_text": harmless(block["alt_text"])[: markup.ALT_TEXT]}]


def _input(block: Block, size: int) -> list[Block]:
    fitted = {**block, "label": _text(block["label"], markup.LABEL), "element": element(block["element"])}
    return [fitted | ({"hint": _text(block["hint"], markup.LABEL)} if "hint" in block else {})]


def element(item: Block) -> Block:
    """An interactive element within its limits. Raises ValueError when a value cannot be shortened."""
    if item["type"] == "button":
        for key, limit in (("value", markup.BUTTON_VALUE), ("url", markup.URL)):
            if len(item.get(key, "")) > limit:
                raise ValueError(f"{item['action_id']}: {key} over {limit} characters")
        item["text"]["text"] = cut(item["text"]["text"], markup.BUTTON_TEXT)
    if "placeholder" in item:
        item["placeholder"] = _text(item["placeholder"], markup.PLACEHOLDER)
    if "options" in item:
        most = markup.OPTIONS.get(item["type"], 100)
        item["options"] = [
            {**o, "text": _text(o["text"], markup.OPTION_TEXT)} for o in item["options"][:most]
        ]
    return item


FITTERS: dict[str, Callable[[Block, int], list[Block]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "markdown": _markdown,
    "table": _table,
    "data_table": _data_table,
    "data_visualization": _data_visualization,
    "rich_text": _rich_text,
    "image": _image,
    "input": _input,
}
