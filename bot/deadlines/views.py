"""The forms (modals) about deadlines and sheets. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.messages import kit
from bot.messages.forms import View, checkboxes_field, modal, select_field, text_field, ticked
from bot.messages.kit import Block
from store.evaluation.sheet_records import KINDS, Sheet
from store.text.wareki import fiscal_year_name

DEADLINE_FORM, DEADLINE_SURE = "deadline_form", "deadline_sure"
SUBMIT_FORM, EXTEND_FORM = "sheets_submit_form", "sheets_extend_form"
CHECKBOXES = 10  # options a group
MOST_SHEETS = 300
SHEETS = "sheets"  # how the names of the groups begin


def deadline_form(year: int) -> View:
    """Everything a deadline has; the answer is a second look, with weekdays."""
    fields = (
        text_field("year", "年度", initial=fiscal_year_name(year)),
        select_field("kind", "種類", [(kind, kind) for kind in KINDS], initial=KINDS[0]),
        text_field("due", "締切", hint="12月28日、来週金曜、令和8年12月28日 のように"),
        text_field("place", "対象の課か部", hint="空なら全庁", optional=True),
        text_field("opens", "開始の日", hint="空なら設定どおり", optional=True),
        text_field("note", "備考", optional=True),
    )
    return modal("締切の設定", fields, callback=DEADLINE_FORM, submit="確かめる")


def deadline_sure(lines: str, packed: str) -> View:
    """The second look."""
    told = (kit.section(lines),)
    return modal("締切の設定", told, callback=DEADLINE_SURE, submit="設定する", metadata=packed)


def sheets_form(callback: str, sheets: Sequence[Sheet], metadata: str) -> View:
    """Which of the sheets; for an extension until when and why as well."""
    choices = tuple(_choices(sheets))
    if callback != EXTEND_FORM:
        return modal("評価シートの提出", choices, callback=callback, submit="提出済にする", metadata=metadata)
    more = (
        text_field("due", "いつまで", hint="1月15日、来週金曜 のように"),
        text_field("reason", "理由", optional=True),
    )
    return modal("延長の申請", (*choices, *more), callback=callback, submit="申請する", metadata=metadata)


def done_view(lines: Iterable[str]) -> View:
    """What became of a form."""
    return modal("結果", (kit.section("\n".join(lines)),))


def chosen(view: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    """The sheets that were ticked in a submitted view, by their keys."""
    keys = map(json.loads, ticked(view, SHEETS))
    return [(int(year), str(number), str(kind)) for year, number, kind in keys]


def _choices(sheets: Sequence[Sheet]) -> Iterator[Block]:
    for start in range(0, min(len(sheets), MOST_SHEETS), CHECKBOXES):
        group = sheets[start : start + CHECKBOXES]
        label = f"評価シート（{start + 1}〜{start + len(group)}）"
        yield checkboxes_field(f"{SHEETS}{start}", label, map(_sheet_option, group))


def _sheet_option(sheet: Sheet) -> tuple[str, str]:
    return f"{sheet.number} {sheet.name}（{sheet.state}）", json.dumps(sheet.key, ensure_ascii=False)
