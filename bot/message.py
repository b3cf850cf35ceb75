"""What goes out to Slack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A reply: `text` is the fallback (notifications, screen readers, terminals), `blocks` Block Kit."""

    text: str
    blocks: tuple[Block, ...] = ()
