"""The contacts in a sections.csv: Slack ids in the columns 課長, 課長補佐, 部長, チャンネル, 課員. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from store.evaluation.forms import CellError
from store.evaluation.sheet_records import SectionContacts

HEADS = {
    "chief": ("課長", "室長", "所属長"),
    "deputy": ("課長補佐", "補佐", "係長", "代理"),
    "director": ("部長",),
    "channel": ("チャンネル", "channel"),
    "members": ("課員", "担当者", "担当"),
}
CONTACT_HEADS = tuple(heads[0] for heads in HEADS.values())
NOBODY = ("-", "－", "なし")
_USER, _CHANNEL = r"<?@?([UW][A-Z0-9]{2,})(?:\|[^>]*)?>?", r"<?#?([CG][A-Z0-9]{2,})(?:\|[^>]*)?>?"


def contact_cells(each: SectionContacts) -> list[str]:
    """The cells of a section under `CONTACT_HEADS`."""
    return [each.chief, each.deputy, each.director, each.channel, " ".join(each.members)]


def replaced(present: SectionContacts, cells: Mapping[str, str]) -> SectionContacts:
    """The contacts with those of `cells` (by the names in `HEADS`); `なし` removes one. Raises CellError."""
    people = {name: _id(name, cell) for name, cell in cells.items() if name != "members"}
    members = present.members
    if "members" in cells:
        written = re.split(r"[\s,、，]+", cells["members"])
        members = tuple(each for cell in written if (each := _id("members", cell)))
    return replace(present, members=members, **people)  # type: ignore[arg-type]  # each is text


def _id(name: str, cell: str) -> str:
    if cell in NOBODY:
        return ""
    found = re.fullmatch(_CHANNEL if name == "channel" else _USER, cell)
    if not found:
        kind = "チャンネルの ID（C…）" if name == "channel" else "Slack のメンバー ID（U…）"
        raise CellError(name, f"「{cell}」は{kind}ではありません。")
    return found[1]
