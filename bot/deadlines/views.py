"""The forms (modals) about deadlines and sheets, and what was filled in. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.messages import kit
from bot.messages.cutting import cut
from bot.messages.message import view_blocks
from store.evaluation.sheet_records import KINDS, Sheet
from store.text.wareki import fiscal_year_name

View = dict[str, Any]
DEADLINE_FORM, DEADLINE_SURE = "deadline_form", "deadline_sure"
SUBMIT_FORM, EXTEND_FORM = "sheets_submit_form", "sheets_extend_form"
CHECKBOXES = 10  # options a group
MOST_SHEETS = 300
OPTION_TEXT = 60  # of 75, for escaping makes some characters longer


def deadline_form(year: int) -> View:
    """Everything a deadline has; the answer is a second look, with weekdays."""
    kinds = [_option(kind, kind) for kind in KINDS]
    return _view(
        DEADLINE_FORM, "締切の設定", "確かめる",
        _text_input("year", "年度", initial=fiscal_year_name(year)),
        {
            "type": "input", "block_id": "kind", "label": _plain("種類"),
            "element": {
                "type": "static_select", "action_id": "kind", "options": kinds, "initial_option": kinds[0],
            },
        },
        _text_input("due", "締切", hint="12月28日、来週金曜、令和8年12月28日 のように"),
        _text_input("place", "対象の課か部", hint="空なら全庁", optional=True),
        _text_input("opens", "開始の日", hint="空なら設定どおり", optional=True),
        _text_input("note", "備考", optional=True),
    )  # fmt: skip


def deadline_sure(lines: str, packed: str) -> View:
    """The second look."""
    return _view(DEADLINE_SURE, "締切の設定", "設定する", kit.section(lines), metadata=packed)


def sheets_form(callback: str, sheets: Sequence[Sheet], metadata: str) -> View:
    """Which of the sheets; for an extension until when and why as well."""
    is_extension = callback == EXTEND_FORM
    more = (
        (
            _text_input("due", "いつまで", hint="1月15日、来週金曜 のように"),
            _text_input("reason", "理由", optional=True),
        )
        if is_extension
        else ()
    )
    title, submit = ("延長の申請", "申請する") if is_extension else ("評価シートの提出", "提出済にする")
    return _view(callback, title, submit, *_choices(sheets), *more, metadata=metadata)


def done_view(lines: Iterable[str]) -> View:
    """What became of a form."""
    view = _view("done", "結果", "", kit.section("\n".join(lines)))
    del view["submit"]
    return view


def filled(body: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by block."""
    values = body["view"]["state"]["values"]
    found: dict[str, str] = {}
    for block, actions in values.items():
        for value in actions.values():
            option = value.get("selected_option") or {}
            found[block] = value.get("value") or option.get("value") or ""
    return found


def chosen(body: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    """The sheets that were ticked, by their keys."""
    values = body["view"]["state"]["values"]
    options = [
        option
        for block, actions in values.items()
        if block.startswith("sheets")
        for value in actions.values()
        for option in value.get("selected_options") or ()
    ]
    keys = (json.loads(option["value"]) for option in options)
    return [(int(year), str(number), str(kind)) for year, number, kind in keys]


def _choices(sheets: Sequence[Sheet]) -> Iterable[View]:
    for start in range(0, min(len(sheets), MOST_SHEETS), CHECKBOXES):
        group = sheets[start : start + CHECKBOXES]
        options = [_sheet_option(sheet) for sheet in group]
        yield {
            "type": "input", "block_id": f"sheets{start}", "optional": True,
            "label": _plain(f"評価シート（{start + 1}〜{start + len(group)}）"),
            "element": {"type": "checkboxes", "action_id": f"sheets{start}", "options": options},
        }  # fmt: skip


def _view(callback: str, title: str, submit: str, *blocks: View, metadata: str = "") -> View:
    return {
        "type": "modal", "callback_id": callback, "title": _plain(title), "submit": _plain(submit or "OK"),
        "close": _plain("閉じる"), "blocks": view_blocks(blocks),
        "private_metadata": metadata,
    }  # fmt: skip


def _text_input(block: str, label: str, *, hint: str = "", initial: str = "", optional: bool = False) -> View:
    element: View = {"type": "plain_text_input", "action_id": block}
    element |= {"initial_value": initial} if initial else {}
    shown: View = {"type": "input", "block_id": block, "label": _plain(label), "element": element}
    return shown | ({"hint": _plain(hint)} if hint else {}) | ({"optional": True} if optional else {})


def _sheet_option(sheet: Sheet) -> View:
    text = f"{sheet.number} {sheet.name}（{sheet.state}）"
    return _option(text, json.dumps(sheet.key, ensure_ascii=False))


def _option(text: str, value: str) -> View:
    return {"text": _plain(cut(text, OPTION_TEXT)), "value": value}


def _plain(text: str) -> View:
    return {"type": "plain_text", "text": text}
