"""Deadlines and sheets as messages and as forms (modals), and the line that answers a change. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.days.calendar import Calendar, SectionWorkload, format_date, format_due
from bot.messages import builders
from bot.messages.builders import Block
from bot.messages.markup import Mrkdwn, bold, join, link, mention, mrkdwn
from bot.messages.message import Message, View, checkboxes_field, modal, select_field, text_field, ticked
from store.evaluation.records import KINDS, Deadline, Due, ReminderSettings, Sheet
from store.text.numbers import fiscal_year_name

CONFIRM, CANCEL = "deadline_confirm", "deadline_cancel"
MOST_SHEETS = 40
TABLE_FROM = 9  # open sheets of a section
NO_DEADLINES = "締切はまだ設定されていません。事務局の方は `/jigyo 締切 設定` で設定できます。"


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """A deadline as it is about to be set; `text` packs it for a button or a form."""

    fiscal_year: int
    kind: str
    due: date
    department: str = ""
    section: str = ""
    opens: date | None = None
    note: str = ""
    withdrawn: bool = False

    @property
    def text(self) -> str:
        """The same as JSON."""
        return json.dumps(
            [self.fiscal_year, self.kind, self.due.isoformat(), self.department, self.section,
             self.opens.isoformat() if self.opens else "", self.note, self.withdrawn],
            ensure_ascii=False,
        )  # fmt: skip

    @property
    def scope(self) -> str:
        """For whom."""
        return f"{self.department} {self.section}".strip() or "全庁"


def read_new_deadline(text: str) -> NewDeadline:
    """What `NewDeadline.text` packed."""
    year, kind, due, department, section, opens, note, withdrawn = json.loads(text)
    begins = date.fromisoformat(opens) if opens else None
    return NewDeadline(year, kind, date.fromisoformat(due), department, section, begins, note, withdrawn)


def confirm_lines(
    new: NewDeadline,
    old: Deadline | None,
    calendar: Calendar,
    reminder_settings: ReminderSettings,
    more: Iterable[str] = (),
) -> str:
    """What is about to be set, with weekdays, as rolled, and what it replaces; `more` is whom it concerns."""
    due = calendar.roll(new.due, reminder_settings.roll)
    lines = [mrkdwn("{} {}（{}）", fiscal_year_name(new.fiscal_year), new.kind, new.scope)]
    if new.withdrawn:
        lines.append(mrkdwn("締切 {} を取り消します。", format_due(due)))
    else:
        lines.append(mrkdwn("締切 {}", format_due(due)))
    if new.opens and not new.withdrawn:
        lines.append(mrkdwn("開始 {}", format_date(new.opens)))
    if new.note:
        lines.append(mrkdwn("備考 {}", new.note))
    if old and not old.withdrawn and old.due != new.due:
        lines.append(mrkdwn("今の締切は {} です。", format_date(old.due)))
    lines.extend(mrkdwn("{}", line) for line in more)
    return join("\n", lines)


def confirm_message(new: NewDeadline, lines: str, packed: str) -> Message:
    """The question whether to set it so."""
    what, yes = ("取り消しますか", "取り消す") if new.withdrawn else ("設定しますか", "設定する")
    return Message(
        f"{new.kind}の締切 {format_date(new.due)}（{new.scope}）を{what}？",
        (
            builders.section(f"この内容で{what}？"),
            builders.section(lines),
            builders.actions(
                builders.button(yes, action=CONFIRM, value=packed, style="primary"),
                builders.button("やめる", action=CANCEL),
            ),
        ),
    )


def deadlines_message(
    deadlines: Sequence[Deadline], calendar: Calendar, reminder_settings: ReminderSettings
) -> Message:
    """Every deadline in force."""
    shown = [each for each in deadlines if not each.withdrawn]
    if not shown:
        return Message(NO_DEADLINES)
    lines = [_deadline_line(each, calendar, reminder_settings) for each in shown]
    return Message(
        f"評価シートの締切 {len(shown)}件",
        (builders.header("評価シートの締切"), builders.section(join("\n", lines))),
    )


def workloads_message(
    workloads: Sequence[SectionWorkload],
    due_dates: dict[tuple[int, str, str], Due],
    calendar: Calendar,
    today: date,
    buttons: Callable[[SectionWorkload], Sequence[Block]] = lambda workload: (),
) -> Message:
    """The workload of each section: due date and open sheets by round; `due_dates` are by sheet key.

    `buttons` are what may be pressed for a section that has open sheets.
    """
    blocks: list[Block] = [builders.header("評価シートの締切と状態")]
    room = MOST_SHEETS
    for workload in workloads:
        open_sheets = [sheet for sheet in workload.sheets if not sheet.done]
        blocks.append(builders.section(join("\n", _workload_heading(workload, len(open_sheets)))))
        if shown := open_sheets[:room]:
            states = [_state_words(s, due_dates.get(s.key), calendar, today) for s in shown]
            blocks.append(_sheets_block(shown, states, is_alone=len(workloads) == 1))
            if may_press := buttons(workload):
                blocks.append(builders.actions(*may_press))
            room -= len(shown)
    left = sum(not sheet.done for workload in workloads for sheet in workload.sheets)
    if left > MOST_SHEETS:
        blocks.append(
            builders.context(f"ほかに{left - MOST_SHEETS}件あります。`/jigyo 締切 課名` で絞れます。")
        )
    return Message(f"評価シートの締切と状態（未提出 {left}件）", tuple(blocks))


def _sheets_block(sheets: Sequence[Sheet], states: Sequence[str], *, is_alone: bool) -> Block:
    """Sheets with their states: a line each, below the state where all have one; many alone as a table."""
    is_one_state = len({*states}) == 1 and len(sheets) > 1
    above = [f"{states[0]}　{len(sheets)}件"] if is_one_state else []
    shown = [""] * len(sheets) if is_one_state else states
    listed = builders.section(join("\n", [*above, *map(_sheet_line, sheets, shown)]))
    if not is_alone or len(sheets) < TABLE_FROM or any(map(_has_link, sheets)):  # a table has no links
        return listed
    head = ("番号", "事業名", *(() if is_one_state else ("状態",)))
    rows = [
        (sheet.number, sheet.name, *((state,) if state else ()))
        for sheet, state in zip(sheets, shown, strict=True)
    ]
    return builders.data_table(
        above[0] if above else f"未提出　{len(sheets)}件", head, rows, listed, page_size=8
    )


def _sheet_line(sheet: Sheet, state: str) -> Mrkdwn:
    title = f"{sheet.number} {sheet.name}"
    return mrkdwn("• {}{}", link(sheet.url, title) if _has_link(sheet) else title, state and f"　{state}")


def _has_link(sheet: Sheet) -> bool:
    return sheet.url.startswith(("https://", "http://"))


def _state_words(sheet: Sheet, due: Due | None, calendar: Calendar, today: date) -> str:
    """The state of a sheet, its own due date where it has one, how late it is."""
    own = f"・{format_due(due)}まで" if due and due.source != "deadline" else ""
    asked = "・延長を申請中" if sheet.is_pending else ""
    late = calendar.between(due.effective, today) if due else 0
    over = f"・{late}開庁日超過" if late > 0 and not sheet.is_pending else ""
    return f"{sheet.state}{own}{asked}{over}"


def outcome_message(lines: Iterable[str]) -> Message:
    """What became of a request, a line each."""
    shown = list(lines)
    return Message("\n".join(shown), (builders.section(join("\n", shown)),))


UNDO = "sheets_undo"
UNDO_MINUTES = 10


def undoable_message(lines: Iterable[str], sheets: Iterable[Sheet]) -> Message:
    """What became of a request, with a button that takes it back for some minutes."""
    message = outcome_message(lines)
    value = json.dumps([sheet.key for sheet in sheets], ensure_ascii=False)
    if value == "[]" or len(value) > MOST_VALUE:
        return message
    return Message(message.text, (*message.blocks, builders.actions(
        builders.button("取り消す", action=UNDO, value=value))))  # fmt: skip


MOST_VALUE = 1_900


def not_allowed_message(reason: str, admins: Iterable[str]) -> Message:
    """Why somebody may not do what was asked for, and who is the secretariat, where that is known."""
    named = [mention(user) for user in admins if user.isascii() and user.isalnum()]
    if not named:
        return Message(reason)
    return Message(
        reason, (builders.section(reason), builders.context(mrkdwn("事務局: {}", join(" ", named))))
    )


def _workload_heading(workload: SectionWorkload, left: int) -> Iterable[str]:
    counted = len(workload.counted)
    done = f"{counted}件中{counted - left}件提出済"
    yield mrkdwn(
        "{}　{} {}　{}",
        bold(workload.contacts.section),
        fiscal_year_name(workload.fiscal_year),
        workload.kind,
        done,
    )
    if workload.obligation:
        yield f"締切 {format_due(workload.obligation.due)}"


def _deadline_line(each: Deadline, calendar: Calendar, reminder_settings: ReminderSettings) -> Mrkdwn:
    due, what = (
        format_due(calendar.roll(each.due, reminder_settings.roll)),
        f"{fiscal_year_name(each.fiscal_year)} {each.kind}",
    )
    return mrkdwn("• {}　{}（{}）{}", bold(due), what, scope(each), each.note and f"　{each.note}")


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


DEADLINE_FORM, DEADLINE_SURE = "deadline_form", "deadline_sure"
SUBMIT_FORM, EXTEND_FORM = "sheets_submit_form", "sheets_extend_form"
CHECKBOXES = 10  # options a group
MOST_CHOICES = 300
SHEETS = "sheets"  # how the names of the groups begin
EVERY = "every"


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
    told = (builders.section(lines),)
    return modal("締切の設定", told, callback=DEADLINE_SURE, submit="設定する", metadata=packed, close="戻る")


def sheets_form(callback: str, sheets: Sequence[Sheet], metadata: str) -> View:
    """Which of the sheets; for an extension until when and why as well."""
    choices = tuple(_choices(sheets))
    if len(sheets) > 1:
        whole = checkboxes_field(EVERY, "まとめて選ぶ", [(f"すべて（{len(sheets)}件）", EVERY)])
        choices = (whole, *choices)
    if callback != EXTEND_FORM:
        return modal("評価シートの提出", choices, callback=callback, submit="提出済にする", metadata=metadata)
    more = (
        text_field("due", "いつまで", hint="1月15日、来週金曜 のように"),
        text_field("reason", "理由", optional=True),
    )
    return modal("延長の申請", (*choices, *more), callback=callback, submit="申請する", metadata=metadata)


def done_view(lines: Iterable[str]) -> View:
    """What became of a form."""
    return modal("結果", (builders.section("\n".join(lines)),)) | {"clear_on_close": True}


def chosen(view: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    """The sheets that were ticked in a submitted view, by their keys."""
    keys = map(json.loads, ticked(view, SHEETS))
    return [(int(year), str(number), str(kind)) for year, number, kind in keys]


def _choices(sheets: Sequence[Sheet]) -> Iterator[Block]:
    """The sheets below their sections, in the order given, ten a field."""
    sections: dict[tuple[int, str, str], list[Sheet]] = {}
    for sheet in sheets[:MOST_CHOICES]:
        sections.setdefault((sheet.fiscal_year, sheet.kind, sheet.section), []).append(sheet)
    field = 0
    rounds = {(year, kind) for year, kind, _ in sections}
    for (_, kind, section), found in sections.items():
        name = f"{section} {kind}" if len(rounds) > 1 else section
        states = {sheet.state for sheet in found}
        shared = f"（{found[0].state}）" if len(found) > 1 and len(states) == 1 else ""  # stands once
        for start in range(0, len(found), CHECKBOXES):
            label = f"{name}のシート{shared}" + ("　続き" if start else "")
            group = (_sheet_option(sheet, shared) for sheet in found[start : start + CHECKBOXES])
            yield checkboxes_field(f"{SHEETS}{field}", label, group)
            field += 1


def has_all(view: Mapping[str, Any]) -> bool:
    """Whether すべて was ticked in a submitted view."""
    return bool(ticked(view, EVERY))


def _sheet_option(sheet: Sheet, shared: str) -> tuple[str, str]:
    state = "" if shared else f"（{sheet.state}）"
    return f"{sheet.number} {sheet.name}{state}", json.dumps(sheet.key, ensure_ascii=False)
