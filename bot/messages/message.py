"""What goes out to Slack, and the one gate it passes: escaping, limits, unique ids, a plain-text fallback."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import is_not
from typing import Any

from bot.messages import markup
from bot.messages.builders import Block, Newer, actions, button, context, section
from bot.messages.markup import OPTION_VALUE, OPTIONS, cut, escape, plain
from bot.messages.truncation import Sized, fitted, text_size

Payload = dict[str, Any]
OLDER = "older blocks"  # a key of a payload with newer blocks: what it has instead where these are refused

# Kept free on every page for the line and the button that lead to the next one.
_RESERVED_BLOCKS = 2
_RESERVED_TEXT = 200
_SHORT_VIEW = 20_000  # characters of text, which fit into a view whatever they are
_RESERVED_BYTES = 20_000  # of a view, for what is around its blocks
CUT_SHORT = "長いため、ここまでをお見せしています。続きは、メッセージでお尋ねください。"
_NAMELESS = {"header", "rich_text", "context", "divider"}  # blocks that nobody can press
_LONGEST_IDENTIFIER = markup.IDENTIFIER - 8  # with room for its number
View = Block
Option = tuple[str, str]  # label, value


@dataclass(frozen=True, slots=True)
class Message:
    """A reply: `text` is the fallback (notifications, screen readers, terminals), `blocks` Block Kit.

    Strings in both are escaped by the gate unless they are `Mrkdwn`. `in_channel` shows the answer to a
    slash command to everybody in the channel; else only the asker sees it.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    in_channel: bool = False
    more: tuple[Block, ...] = ()  # behind 続きを見る, however short the rest is


def noted(message: Message, note: str) -> Message:
    """The message with a small line below; as it is where there is none to add."""
    if not note:
        return message
    blocks = message.blocks or ((section(message.text),) if message.text else ())
    text = f"{message.text}\n{note}".lstrip()
    return Message(text, (*blocks, context(note)), message.in_channel, message.more)


LINES, LINE = 12, 44  # of a message before 続きを見る, and characters of a line
TAIL = 4  # lines that are not worth another press


def folded(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The blocks that stand in the message, some twelve lines of them, and those behind 続きを見る."""
    if sum(map(_lines, blocks)) <= LINES + TAIL:
        return tuple(blocks), ()
    room, first = LINES, list[Block]()
    for at, block in enumerate(blocks):
        size = _lines(block)
        if size <= room:
            first.append(block)
            room -= size
            continue
        head, tail = _divided(block, room) if size > TAIL else (None, block)
        if head is None and not first:
            head, tail = block, None
        more = (*((tail,) if tail else ()), *blocks[at + 1 :])
        if head is None and len(first) > 1 and _is_heading(first[-1]):
            more = (first.pop(), *more)
        return (*first, *((head,) if head else ())), more
    return tuple(blocks), ()


def _lines(block: Block) -> int:
    """How many lines a block takes on a screen between a phone's and a desk's."""
    match block["type"]:
        case "data_table":
            return 2 + min(len(block["rows"]) - 1, int(block["page_size"]))
        case "data_visualization" | "image":
            return 6
        case "table":
            return len(block["rows"])
        case "actions" | "context_actions" | "divider":
            return 0
        case "rich_text":
            return sum(_rich_lines(element) for element in block["elements"])
    texts = plain({"blocks": [block]}).split("\n")
    return sum(1 + len(text) // LINE for text in texts)


def _is_heading(block: Block) -> bool:
    """Whether a block is a line in bold, which heads what comes after it."""
    leaves = [leaf for element in block.get("elements", ()) for leaf in element.get("elements", ())]
    return block["type"] == "rich_text" and all((leaf.get("style") or {}).get("bold") for leaf in leaves)


def _rich_lines(element: Block) -> int:
    if element["type"] == "rich_text_list":
        return sum(_rich_lines(item) for item in element["elements"])
    text = "".join(leaf.get("text", "") for leaf in element["elements"])
    return sum(1 + len(line) // LINE for line in text.split("\n"))


def _divided(block: Block, room: int) -> tuple[Block | None, Block | None]:
    """A list or quotes of rich text as much as there is room for, and the rest; (None, it) else."""
    if block["type"] != "rich_text":
        return None, block
    elements = block["elements"]
    if len(elements) == 1 and elements[0]["type"] == "rich_text_list":
        items = elements[0]["elements"]
        most = _as_many(items, room)
        parts = (items[:most], items[most:])
        made = (
            {**block, "elements": [{**elements[0], "elements": part}]} if part else None for part in parts
        )
    else:
        most = _as_many(elements, room)
        parts = (elements[:most], elements[most:])
        made = ({**block, "elements": part} if part else None for part in parts)
    head, tail = made
    return head, tail


def _as_many(items: Sequence[Block], room: int) -> int:
    for number, item in enumerate(items):
        room -= _rich_lines(item)
        if room < 0:
            return number
    return len(items)


def pages(message: Message) -> tuple[Payload, ...]:
    """The message as one or more payloads `{"text", "blocks"}`, each of which Slack accepts.

    Raises ValueError when a button's value or address is over Slack's limit, for that cannot be shortened.
    """
    is_long = len(message.text) > markup.MESSAGE_TEXT or bool(message.more)  # a page with a button has blocks
    blocks = message.blocks or ((section(message.text),) if is_long else ())
    parts = [
        part
        for some in ((blocks, message.more) if message.more else (blocks,))
        for part in _parts([*chain.from_iterable(map(fitted, some))], leads_on=bool(message.more))
    ]
    return tuple(
        _page(part, message.text if number == 0 else "", message.in_channel)
        for number, part in enumerate(parts)
    )


def view_blocks(blocks: Iterable[Block]) -> list[Block]:
    """The blocks of a modal or of App Home as Slack accepts them, as many as a view may have; a line says so.

    Fields keep their ids, by which their values come back. Raises ValueError when two have the same.
    """
    pieces = _in_a_view([piece for block in blocks for piece in _for_a_view(block)])
    names = [(key, name) for block in pieces for key, name in _field_ids(block)]
    if repeated := {name for key, name in names if names.count((key, name)) > 1}:
        raise ValueError(f"fields of one name: {', '.join(sorted(repeated))}")
    return _numbered(pieces)


def _for_a_view(block: Block) -> list[Sized]:
    """A view has no data tables, nor buttons for agents."""
    return (
        [piece for each in block.older for piece in fitted(each)]
        if isinstance(block, Newer)
        else fitted(block)
    )


def _in_a_view(sized: Sequence[Sized]) -> list[Block]:
    """The blocks that fit into a view: Slack counts the bytes of its JSON, six for a Japanese character."""
    if len(sized) < markup.BLOCKS_A_VIEW and sum(size for _, size in sized) < _SHORT_VIEW:
        return [block for block, _ in sized]
    room, kept = markup.VIEW_BYTES - _RESERVED_BYTES, list[Block]()
    for block, _ in sized:
        room -= len(json.dumps(block))
        if room < 0 or len(kept) == markup.BLOCKS_A_VIEW - 1:
            return [*kept, *(piece for piece, _ in fitted(context(CUT_SHORT)))]
        kept.append(block)
    return kept


def _field_ids(block: Block) -> Iterator[tuple[str, str]]:
    if block["type"] == "input":
        held = (("block_id", block), ("action_id", block["element"]))
        yield from ((key, node[key]) for key, node in held if key in node)


def _page(blocks: list[Block], text: str, in_channel: bool) -> Payload:
    payload: Payload = {"text": cut(escape(text or plain({"blocks": blocks})), markup.MESSAGE_TEXT)}
    if blocks:
        payload["blocks"] = _numbered(blocks)
    if any(isinstance(block, Newer) for block in blocks):
        payload[OLDER] = _numbered(_older(blocks))
    return payload | ({"response_type": "in_channel"} if in_channel else {})


def _older(blocks: Iterable[Block]) -> list[Block]:
    """The same with what stands for newer blocks, as much as a message takes; rows of buttons are one."""
    pieces: list[Block] = []
    for block in blocks:
        for piece in block.older if isinstance(block, Newer) else (block,):
            before = pieces[-1] if pieces else None
            if before and before["type"] == piece["type"] == "actions":
                pieces[-1] = {**before, "elements": [*before["elements"], *piece["elements"]]}
            else:
                pieces.append(piece)
    return next(_parts([(piece, text_size(piece)) for piece in pieces]), [])


def newer_kinds(payload: Payload) -> frozenset[str]:
    """The types of the newer blocks of a payload, none where it has none."""
    return (
        frozenset(b["type"] for b in payload["blocks"] if b["type"] in NEWER)
        if OLDER in payload
        else frozenset()
    )


NEWER = ("data_table", "data_visualization", "context_actions")


def as_newer(payload: Payload) -> Payload:
    """The payload with its newer blocks."""
    return {key: value for key, value in payload.items() if key != OLDER}


def as_older(payload: Payload) -> Payload:
    """The payload for a workspace that refuses newer blocks."""
    return as_newer(payload) | ({"blocks": payload[OLDER]} if OLDER in payload else {})


def with_more(page: Payload, *, key: str, number: int, of: int, left: int) -> Payload:
    """Page `number` (from 1) of `of` with how many characters are `left` and the button to the next page.

    The button stands in the last row of buttons that there is.
    """
    more = button(
        f"続きを見る（残り約{_about(left):,}文字）", action="more", value=f"{key} {number}", style="primary"
    )
    led = {name: _led_on(page[name], more) for name in ("blocks", OLDER) if name in page}
    return page | led


def _about(left: int) -> int:
    """A number of characters as one says it with 約: 1,600 for 1,572, 60 for 57."""
    return round(left, -2 if left >= 1_000 else -1) or left


def _led_on(blocks: list[Block], more: Block) -> list[Block]:
    (row,) = (piece for piece, _ in fitted(actions(more)))
    at = next((n for n in reversed(range(len(blocks))) if blocks[n]["type"] == "actions"), None)
    if at is None or len(blocks[at]["elements"]) == markup.ACTIONS_ELEMENTS:
        return [*blocks, row]
    joined = {**blocks[at], "elements": [*row["elements"], *blocks[at]["elements"]]}
    return [*blocks[:at], joined, *blocks[at + 1 :]]


def _parts(sized: list[Sized], *, leads_on: bool = False) -> Iterator[list[Block]]:
    """Blocks in as few messages as the limits allow; one if they fit, else each with room to lead on."""
    if not leads_on and _fits(sized, 0, 0):
        yield [block for block, _ in sized]
        return
    part: list[Sized] = []
    for piece in sized:
        if part and not _fits([*part, piece], _RESERVED_BLOCKS, _RESERVED_TEXT):
            yield [block for block, _ in part]
            part = []
        part.append(piece)
    yield [block for block, _ in part]


def _fits(sized: list[Sized], blocks_kept: int, text_kept: int) -> bool:
    return (
        len(sized) <= markup.BLOCKS_A_MESSAGE - blocks_kept
        and sum([size for _, size in sized]) <= markup.ALL_TEXT_OF_A_MESSAGE - text_kept
        and (kinds := [block["type"] for block, _ in sized]).count("table") <= markup.TABLES_A_MESSAGE
        and kinds.count("data_visualization") <= markup.CHARTS_A_MESSAGE
    )


def _numbered(blocks: list[Block]) -> list[Block]:
    """The same blocks with `action_id` and `block_id` unique: a second button `detail` becomes `detail#2`.

    The listener of a button knows it by either. What changes is a copy: other messages may show the block.
    """
    seen = {(key, name): 1 for block in blocks if block["type"] == "input" for key, name in _field_ids(block)}
    return [block if _is_nameless(block) else _with_own_ids(block, seen) for block in blocks]


def _is_nameless(block: Block) -> bool:
    return block["type"] in _NAMELESS and "block_id" not in block


def _with_own_ids(block: Block, seen: dict[tuple[str, str], int]) -> Block:
    if block["type"] == "input":
        return block
    own = _with_own_id(block, "block_id", seen)
    if "elements" in own:
        items = [_with_own_id(item, "action_id", seen) for item in own["elements"]]
        if any(map(is_not, items, own["elements"])):
            own = {**own, "elements": items}
    if "accessory" in own:
        beside = _with_own_id(own["accessory"], "action_id", seen)
        if beside is not own["accessory"]:
            own = {**own, "accessory": beside}
    return own


def _with_own_id(item: Block, name: str, seen: dict[tuple[str, str], int]) -> Block:
    if name not in item:
        return item
    identifier = item[name].partition("#")[0][:_LONGEST_IDENTIFIER]
    count = seen[name, identifier] = seen.get((name, identifier), 0) + 1
    if count > 1:
        identifier = f"{identifier}#{count}"
    return item if item[name] == identifier else {**item, name: identifier}


def fits(message: Message) -> bool:
    """Whether the gate has nothing to cut: the message is one page as it stands."""
    whole = [fitted(block) for block in message.blocks]
    untouched = all(
        len(pieces) == 1 and plain({"blocks": [pieces[0][0]]}) == plain({"blocks": [block]})
        for block, pieces in zip(message.blocks, whole, strict=True)
    )
    is_short = len(escape(message.text)) <= markup.MESSAGE_TEXT
    return is_short and untouched and _fits([piece for pieces in whole for piece in pieces], 0, 0)


def modal(
    title: str, blocks: Iterable[Block], *, callback: str = "", submit: str = "", metadata: str = "",
    close: str = "閉じる",
) -> View:  # fmt: skip
    """A modal; without `submit` it only shows text. Raises ValueError when two fields have one name."""
    view = {"type": "modal", "title": _plain(title), "close": _plain(close)}
    named = {"callback_id": callback, "private_metadata": metadata}
    sent = {"submit": _plain(submit)} if submit else {}
    return view | {key: text for key, text in named.items() if text} | sent | {"blocks": view_blocks(blocks)}


def text_field(
    name: str, label: str, *, placeholder: str = "", hint: str = "", initial: str = "", optional: bool = False
) -> Block:
    """A line to type."""
    element: Block = {"type": "plain_text_input"}
    element |= {"placeholder": _plain(placeholder)} if placeholder else {}
    element |= {"initial_value": initial} if initial else {}
    return _field(name, label, element, hint=hint, optional=optional)


def select_field(
    name: str, label: str, options: Iterable[Option], *, initial: str = "", optional: bool = False
) -> Block:
    """One of at most 100 options; `initial` is the value of the one chosen beforehand.

    Left out are options whose value is over Slack's 150 characters.
    """
    offered = [_option(text, value) for text, value in options if len(value) <= OPTION_VALUE]
    element: Block = {"type": "static_select", "options": offered[: OPTIONS["static_select"]]}
    chosen = next((option for option in element["options"] if option["value"] == initial), None)
    element |= {"initial_option": chosen} if chosen else {}
    return _field(name, label, element, optional=optional)


def checkboxes_field(name: str, label: str, options: Iterable[Option]) -> Block:
    """Any of at most ten options."""
    element: Block = {"type": "checkboxes", "options": [_option(*option) for option in options]}
    return _field(name, label, element, optional=True)


def filled(view: Mapping[str, Any]) -> dict[str, str]:
    """What was typed or chosen in a submitted view, by the field's name; '' where nothing was."""
    return {
        name: value.get("value") or (value.get("selected_option") or {}).get("value") or ""
        for name, value in _values(view)
    }


def ticked(view: Mapping[str, Any], prefix: str) -> list[str]:
    """The values of all boxes ticked in the fields whose names begin with `prefix`."""
    return [
        option["value"]
        for name, value in _values(view)
        if name.startswith(prefix)
        for option in value.get("selected_options") or ()
    ]


def _values(view: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for name, elements in view["state"]["values"].items():
        yield from ((name, value) for value in elements.values())


def _field(name: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    field: Block = {"type": "input", "block_id": name, "label": _plain(label)}
    more = ({"hint": _plain(hint)} if hint else {}) | ({"optional": True} if optional else {})
    return field | {"element": element | {"action_id": name}} | more


def _option(label: str, value: str) -> Block:
    return {"text": _plain(label), "value": value}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}
