"""What goes out to Slack, and the one gate it passes: escaping, limits, unique ids, a plain-text fallback."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.messages import limits
from bot.messages.builders import Block, actions, button, context, section
from bot.messages.markup import cut, escape, plain
from bot.messages.truncation import Sized, fitted

Payload = dict[str, Any]

# Kept free on every page for the line and the button that lead to the next one.
_RESERVED_BLOCKS = 2
_RESERVED_TEXT = 200
_NAMELESS = {"header", "rich_text", "context", "divider"}  # blocks that nobody can press
_LONGEST_IDENTIFIER = limits.IDENTIFIER - 8  # with room for its number


@dataclass(frozen=True, slots=True)
class Message:
    """A reply: `text` is the fallback (notifications, screen readers, terminals), `blocks` Block Kit.

    Strings in both are escaped by the gate unless they are `Mrkdwn`. `in_channel` shows the answer to a
    slash command to everybody in the channel; else only the asker sees it.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    in_channel: bool = False


def noted(message: Message, note: str) -> Message:
    """The message with a small line below; as it is where there is none to add."""
    if not note:
        return message
    blocks = message.blocks or ((section(message.text),) if message.text else ())
    return Message(f"{message.text}\n{note}".lstrip(), (*blocks, context(note)), message.in_channel)


def pages(message: Message) -> tuple[Payload, ...]:
    """The message as one or more payloads `{"text", "blocks"}`, each of which Slack accepts.

    Raises ValueError when a button's value or address is over Slack's limit, for that cannot be shortened.
    """
    blocks = message.blocks or ((section(message.text),) if len(message.text) > limits.MESSAGE_TEXT else ())
    sized = [piece for block in blocks for piece in fitted(block)]
    return tuple(
        _page(part, message.text if number == 0 else "", message.in_channel)
        for number, part in enumerate(_parts(sized))
    )


def view_blocks(blocks: Iterable[Block]) -> list[Block]:
    """The blocks of a modal or of App Home as Slack accepts them, at most as many as a view may have.

    Fields keep their ids, by which their values come back. Raises ValueError when two have the same.
    """
    pieces = [piece for block in blocks for piece, _ in fitted(block)][: limits.BLOCKS_A_VIEW]
    names = [(key, name) for block in pieces for key, name in _field_ids(block)]
    if repeated := {name for key, name in names if names.count((key, name)) > 1}:
        raise ValueError(f"fields of one name: {', '.join(sorted(repeated))}")
    return _numbered(pieces)


def _field_ids(block: Block) -> Iterator[tuple[str, str]]:
    if block["type"] == "input":
        held = (("block_id", block), ("action_id", block["element"]))
        yield from ((key, node[key]) for key, node in held if key in node)


def _page(blocks: list[Block], text: str, in_channel: bool) -> Payload:
    payload: Payload = {"text": cut(escape(text or plain({"blocks": blocks})), limits.MESSAGE_TEXT)}
    if blocks:
        payload["blocks"] = _numbered(blocks)
    return payload | ({"response_type": "in_channel"} if in_channel else {})


def with_more(page: Payload, *, key: str, number: int, of: int, left: int) -> Payload:
    """Page `number` (from 1) of `of` with how many characters are `left` and the button to the next page."""
    told = context(f"長いため {of} ページに分けています（{number}/{of}、残り約{left:,}文字）")
    more = actions(button("続きを見る", action="more", value=f"{key} {number}"))
    lead = [piece for block in (told, more) for piece, _ in fitted(block)]
    return page | {"blocks": [*page["blocks"], *lead]}


def _parts(sized: list[Sized]) -> Iterator[list[Block]]:
    """Blocks in as few messages as the limits allow; one if they fit, else each with room to lead on."""
    if _fits(sized, 0, 0):
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
        len(sized) <= limits.BLOCKS_A_MESSAGE - blocks_kept
        and sum(size for _, size in sized) <= limits.ALL_TEXT_OF_A_MESSAGE - text_kept
        and sum(block["type"] == "table" for block, _ in sized) <= limits.TABLES_A_MESSAGE
    )


def _numbered(blocks: list[Block]) -> list[Block]:
    """The same blocks with `action_id` and `block_id` unique: a second button `detail` becomes `detail#2`.

    The listener of a button knows it by either. What changes is a copy: other messages may show the block.
    """
    seen = {(key, name): 1 for block in blocks for key, name in _field_ids(block)}
    return [block if _is_nameless(block) else _with_own_ids(block, seen) for block in blocks]


def _is_nameless(block: Block) -> bool:
    return block["type"] in _NAMELESS and "block_id" not in block


def _with_own_ids(block: Block, seen: dict[tuple[str, str], int]) -> Block:
    if block["type"] == "input":
        return block
    own = _with_own_id(block, "block_id", seen)
    if "elements" in own:
        own = {**own, "elements": [_with_own_id(item, "action_id", seen) for item in own["elements"]]}
    if "accessory" in own:
        own = {**own, "accessory": _with_own_id(own["accessory"], "action_id", seen)}
    return own


def _with_own_id(item: Block, name: str, seen: dict[tuple[str, str], int]) -> Block:
    if name not in item:
        return item
    identifier = item[name].partition("#")[0][:_LONGEST_IDENTIFIER]
    count = seen[name, identifier] = seen.get((name, identifier), 0) + 1
    return {**item, name: identifier if count == 1 else f"{identifier}#{count}"}


def fits(message: Message) -> bool:
    """Whether the gate has nothing to cut: the message is one page as it stands."""
    whole = [fitted(block) for block in message.blocks]
    untouched = all(
        len(pieces) == 1 and plain({"blocks": [pieces[0][0]]}) == plain({"blocks": [block]})
        for block, pieces in zip(message.blocks, whole, strict=True)
    )
    is_short = len(escape(message.text)) <= limits.MESSAGE_TEXT
    return is_short and untouched and _fits([piece for pieces in whole for piece in pieces], 0, 0)
