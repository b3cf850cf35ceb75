"""Modals and their fields: what a person fills in, and what they filled in. Pure.

A field has one name, which is the id of its block and of its element. Slack wants both unique in a view, and
the submitted state has the values under both: the state is read by the names that the view was opened with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.messages.builders import Block
from bot.messages.limits import OPTION_VALUE, OPTIONS
from bot.messages.message import view_blocks

View = Block
Option = tuple[str, str]  # label, value


def modal(
    title: str, blocks: Iterable[Block], *, callback: str = "", submit: str = "", metadata: str = ""
) -> View:
    """A modal; without `submit` it only shows text. Raises ValueError when two fields have one name."""
    view = {"type": "modal", "title": _plain(title), "close": _plain("閉じる")}
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
