"""Deadlines, sheets and what became of a request, as messages. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.days.business_days import Calendar, format_date, format_due
from bot.deadlines.sheet_tables import scope
from bot.messages import kit
from bot.messages.kit import Block
from bot.messages.markup import Mrkdwn, bold, join, link, mention, mrkdwn
from bot.messages.message import Message
from bot.reminders.duties import Duty
from store.evaluation.reminder_records import Due
from store.evaluation.sheet_records import Deadline, ReminderSettings, Sheet
from store.text.wareki import fiscal_year_name

CONFIRM, CANCEL = "deadline_confirm", "deadline_cancel"
MOST_SHEETS = 40
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


def confirm_lines(new: NewDeadline, old: Deadline | None, calendar: Calendar, ways: ReminderSettings) -> str:
    """What is about to be set, with weekdays, as rolled, and what it replaces."""
    due = calendar.roll(new.due, ways.roll)
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
    return join("\n", lines)


def confirm_message(new: NewDeadline, lines: str, packed: str) -> Message:
    """The question whether to set it so."""
    what, yes = ("取り消しますか", "取り消す") if new.withdrawn else ("設定しますか", "設定する")
    return Message(
        f"{new.kind}の締切 {format_date(new.due)}（{new.scope}）を{what}？",
        (
            kit.section(f"この内容で{what}？"),
            kit.section(lines),
            kit.actions(
                kit.button(yes, action=CONFIRM, value=packed, style="primary"),
                kit.button("やめる", action=CANCEL),
            ),
        ),
    )


def deadlines_message(deadlines: Sequence[Deadline], calendar: Calendar, ways: ReminderSettings) -> Message:
    """Every deadline in force."""
    shown = [each for each in deadlines if not each.withdrawn]
    if not shown:
        return Message(NO_DEADLINES)
    lines = [_deadline_line(each, calendar, ways) for each in shown]
    return Message(
        f"評価シートの締切 {len(shown)}件", (kit.header("評価シートの締切"), kit.section(join("\n", lines)))
    )


def duties_message(duties: Sequence[Duty], dues: dict[tuple[int, str, str], Due]) -> Message:
    """What sections owe: each round's due date and sheets; `dues` are by sheet key."""
    blocks: list[Block] = [kit.header("評価シートの締切と状態")]
    room = MOST_SHEETS
    for duty in duties:
        open_sheets = [sheet for sheet in duty.sheets if not sheet.done]
        blocks.append(kit.section(join("\n", _duty_heading(duty, len(open_sheets)))))
        if shown := open_sheets[:room]:
            blocks.append(
                kit.section(join("\n", (sheet_line(sheet, dues.get(sheet.key)) for sheet in shown)))
            )
            room -= len(shown)
    left = sum(not sheet.done for duty in duties for sheet in duty.sheets)
    if left > MOST_SHEETS:
        blocks.append(kit.context(f"ほかに{left - MOST_SHEETS}件あります。`/jigyo 締切 課名` で絞れます。"))
    return Message(f"評価シートの締切と状態（未提出 {left}件）", tuple(blocks))


def sheet_line(sheet: Sheet, due: Due | None) -> Mrkdwn:
    """A sheet: number, name, state, its own due date where it has one."""
    title = f"{sheet.number} {sheet.name}"
    named = link(sheet.url, title) if sheet.url.startswith(("https://", "http://")) else title
    own = f"・{format_due(due)}まで" if due and due.source != "deadline" else ""
    asked = "・延長を申請中" if sheet.extension_state == "申請中" else ""
    return mrkdwn("• {}　{}{}{}", named, sheet.state, own, asked)


def outcome_message(lines: Iterable[str]) -> Message:
    """What became of a request, a line each."""
    shown = list(lines)
    return Message("\n".join(shown), (kit.section(join("\n", shown)),))


def not_allowed_message(reason: str, admins: Iterable[str]) -> Message:
    """Why somebody may not do what was asked for, and who is the secretariat, where that is known."""
    named = [mention(user) for user in admins if user.isascii() and user.isalnum()]
    if not named:
        return Message(reason)
    return Message(reason, (kit.section(reason), kit.context(mrkdwn("事務局: {}", join(" ", named)))))


def _duty_heading(duty: Duty, left: int) -> Iterable[str]:
    done = f"{len(duty.sheets) - left}/{len(duty.sheets)}件 提出済"
    yield mrkdwn(
        "{}　{} {}　{}", bold(duty.contacts.section), fiscal_year_name(duty.fiscal_year), duty.kind, done
    )
    if duty.owed:
        yield f"締切 {format_due(duty.owed.due)}"


def _deadline_line(each: Deadline, calendar: Calendar, ways: ReminderSettings) -> Mrkdwn:
    due, what = (
        format_due(calendar.roll(each.due, ways.roll)),
        f"{fiscal_year_name(each.fiscal_year)} {each.kind}",
    )
    return mrkdwn("• {}　{}（{}）{}", bold(due), what, scope(each), each.note and f"　{each.note}")
