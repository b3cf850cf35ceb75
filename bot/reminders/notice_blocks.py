"""Lines for the secretariat and others as messages. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.messages import kit
from bot.messages.kit import Block
from bot.messages.message import Message
from store.evaluation.watch import Bundle, Notice

APPROVE, DENY = "extension_approve", "extension_deny"
EXTENSION = "extension "  # begins the key of a notice that asks for a decision; the sheet's name follows


def notices_message(bundle: Bundle) -> Message:
    """The lines, each request for an extension with its buttons."""
    lines = [f"・{notice.text}" for notice in bundle.notices]
    if bundle.recipient:
        return Message("\n".join(notice.text for notice in bundle.notices))
    heading = f"事務局へのお知らせが{len(lines)}件あります。"
    blocks = [block for notice in bundle.notices for block in _blocks(notice)]
    return Message("\n".join([heading, *lines]), (kit.section(heading), *blocks))


def _blocks(notice: Notice) -> Iterator[Block]:
    yield kit.section(f"・{notice.text}")
    if notice.key.startswith(EXTENSION):
        value = notice.key.removeprefix(EXTENSION)
        yield kit.actions(
            kit.button("承認する", action=APPROVE, value=value, style="primary"),
            kit.button("却下する", action=DENY, value=value),
        )
