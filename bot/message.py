"""What goes out to Slack, and the one gate it passes: escaping, limits, unique ids, a plain-text fallback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot import limits
from bot.cutting import cut, text_size
from bot.fitting import Block, escaped, fit
from bot.kit import actions, button, context, section
from bot.markup import escape
from bot.transcript import plain

Payload = dict[str, Any]

# Kept free on every page for the line and the button that lead to the next one.
_RESERVED_BLOCKS = 2
_RESERVED_TEXT = 200


@dataclass(frozen=True, slots=True)
class Message:
    """A reply: `text` is the fallback (notifications, screen readers, terminals), `blocks` Block Kit.

    Strings in both are escaped by the gate unless they are `Mrkdwn`. `in_channel` shows the answer to a
    slash command to everybody in the channel; else only the asker sees it.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    in_channel: bool = False


def pages(message: Message) -> tuple[Payload, ...]:
    """The message as one or more payloads `{"text", "blocks"}`, each of which Slack accepts.

    Raises ValueError when a button's value or address is over Slack's limit, for that cannot be shortened.
    """
    blocks = message.blocks or ((section(message.text),) if len(message.text) > limits.MESSAGE_TEXT else ())
    fitted = [piece for block in blocks for piece in fit(escaped(block))]
    shape: Payload = {"response_type": "in_channel"} if message.in_channel else {}
    parts = [shape | {"blocks": list(part)} if part else shape for part in _parts(fitted)]
    texts = [escape(message.text or plain({"blocks": parts[0].get("blocks", ())}))]
    texts += [escape(plain(part)) for part in parts[1:]]
    return tuple(
        part | {"text": cut(text, limits.MESSAGE_TEXT)} | _unique(part)
        for part, text in zip(parts, texts, strict=True)
    )


def with_more(page: Payload, *, key: str, number: int, of: int, left: int) -> Payload:
    """Page `number` (from 1) of `of` with how many characters are `left` and the button to the next page."""
    told = context(f"長いため {of} ページに分けています（{number}/{of}、残り約{left:,}文字）")
    more = actions(button("続きを見る", action="more", value=f"{key} {number}"))
    blocks = [*page["blocks"], *(escaped(block) for block in (told, more))]
    return page | _unique({"blocks": blocks})


def _parts(blocks: list[Block]) -> Iterator[list[Block]]:
    """Blocks in as few messages as the limits allow; one if they fit, else each with room to lead on."""
    if _fits(blocks, 0, 0):
        yield blocks
        return
    part: list[Block] = []
    for block in blocks:
        if part and not _fits([*part, block], _RESERVED_BLOCKS, _RESERVED_TEXT):
            yield part
            part = []
        part.append(block)
    yield part


def _fits(blocks: list[Block], blocks_kept: int, text_kept: int) -> bool:
    tables = sum(block["type"] == "table" for block in blocks)  # Slack takes one table a message
    return (
        len(blocks) <= limits.BLOCKS_A_MESSAGE - blocks_kept
        and text_size(blocks) <= limits.ALL_TEXT_OF_A_MESSAGE - text_kept
        and tables <= 1
    )


def _unique(part: Mapping[str, Any]) -> Payload:
    """The same blocks with `action_id` and `block_id` unique: a second `detail` becomes `detail#2`."""
    seen: dict[tuple[str, str], int] = {}
    return {"blocks": unique_ids(part["blocks"], seen)} if "blocks" in part else {}


def unique_ids(node: Any, seen: dict[tuple[str, str], int]) -> Any:
    """A copy of blocks with every repeated id numbered; `seen` counts across calls."""
    if isinstance(node, list):
        return [unique_ids(item, seen) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {k: unique_ids(v, seen) if isinstance(v, dict | list) else v for k, v in node.items()}
    for name in ("action_id", "block_id"):
        if name in copy:
            identifier = copy[name][: limits.IDENTIFIER - 8]
            count = seen[name, identifier] = seen.get((name, identifier), 0) + 1
            copy[name] = identifier if count == 1 else f"{identifier}#{count}"
    return copy


def fits(message: Message) -> bool:
    """Whether the gate has nothing to cut: the message is one page as it stands."""
    blocks = [escaped(block) for block in message.blocks]
    return (
        len(escape(message.text)) <= limits.MESSAGE_TEXT
        and _fits(blocks, 0, 0)
        and all(fit(block) == [block] for block in blocks)
    )
