"""Deadlines, sheets and the audit trail for a terminal. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from bot.days.business_days import Calendar, format_date, format_due
from bot.reminders.due_dates import DueDates
from bot.reminders.tables import stacked, table
from store.evaluation.sheet_records import Deadline, Event, Roll, Sheet
from store.text.wareki import fiscal_year_name

# A sheet's fields in the audit trail -> what they are called.
FIELDS = {
    "state": "状態",
    "returned_reason": "差戻しの理由",
    "returned_due": "再提出の期限",
    "returned_at": "差戻しの日時",
    "extension_state": "延長の状態",
    "extension_due": "延長後の期限",
    "extension_reason": "延長の理由",
    "extension_by": "延長の申請者",
    "extension_at": "延長の申請日時",
    "url": "シートの場所",
}


def deadline_table(deadlines: Iterable[Deadline], calendar: Calendar, roll: Roll) -> Table:
    """For whom, until when (also as rolled), which version."""
    shown = table("番号", "年度", "種類", "対象", "締切", "開始", "版", "備考")
    for each in deadlines:
        due = "（取消済）" if each.withdrawn else format_due(calendar.roll(each.due, roll))
        shown.add_row(
            str(each.id), fiscal_year_name(each.fiscal_year), each.kind, scope(each), due,
            format_date(each.opens) if each.opens else "", str(each.version), each.note,
        )  # fmt: skip
    return shown


def sheet_table(sheets: Iterable[Sheet], dues: DueDates) -> Table:
    """Each sheet with its state and its own due date."""
    shown = table("年度", "種類", "番号", "事業名", "課", "状態", "締切")
    for sheet in sheets:
        owed = dues.of_sheet(sheet)
        shown.add_row(
            fiscal_year_name(sheet.fiscal_year), sheet.kind, sheet.number, sheet.name, sheet.section,
            sheet.state, format_due(owed.due) if owed else "",
        )  # fmt: skip
    return shown


def event_table(events: Iterable[Event]) -> Table:
    """The audit trail."""
    shown = table("日時", "だれが", "何を", "項目", "前", "後")
    for event in events:
        label = FIELDS.get(event.field, event.field)
        shown.add_row(stacked(event.at), event.by, _subject(event), label, event.before, event.after)
    return shown


def _subject(event: Event) -> str:
    """`2021/11/一次評価` as people say it."""
    year, _, rest = event.subject.partition("/")
    return (
        f"{fiscal_year_name(int(year))} {rest.replace('/', ' ')}"
        if year.isdecimal() and rest
        else event.subject
    )


def deadline_set(old: Deadline | None, new: Deadline) -> str:
    """What setting a deadline did, with weekdays."""
    what = f"{fiscal_year_name(new.fiscal_year)} {new.kind}（{scope(new)}）の締切"
    if old == new:
        return f"{what}は、すでに{format_date(new.due)}です。"
    if old is None or old.due == new.due:
        return f"{what}を{format_date(new.due)}に設定しました。"
    return f"{what}を{format_date(old.due)}から{format_date(new.due)}に変更しました。"


def scope(deadline: Deadline) -> str:
    """For whom a deadline is."""
    return f"{deadline.department} {deadline.section}".strip() or "全庁"
