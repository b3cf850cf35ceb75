"""締切, 提出, 差戻し, 延長 and 進捗 from Slack: as a slash command, in a mention or a direct message."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps

from slack_bolt.async_app import AsyncApp

from bot.context import Context, Handler, SlackRequest
from bot.days.calendar import SectionWorkload
from bot.days.dates import DateError
from bot.deadlines import actions, requests, workflow
from bot.deadlines.actions import meant
from bot.deadlines.requests import (
    AskExtension,
    GrantExtension,
    Place,
    RequestError,
    SetDeadline,
    ShowDeadlines,
    WithdrawDeadline,
)
from bot.deadlines.session import Actor, Session, admit, refuse_others, session_of
from bot.deadlines.views import (
    NewDeadline,
    confirm_message,
    deadlines_message,
    not_allowed_message,
    outcome_message,
    undoable_message,
    workloads_message,
)
from bot.deadlines.workflow import ChangeRefused, NotAllowed
from bot.messages import builders
from bot.messages.builders import Block
from bot.messages.digests import digest_message
from bot.messages.message import Message
from bot.messages.reminders import share_buttons
from bot.permissions import rule
from bot.slack.dispatch import may_wait, pack
from bot.slack.listeners import sheet_actions
from bot.slack.listeners.actions import count_refusal
from store.evaluation import changes, registry
from store.evaluation.records import Digest, Nudge

NO_OFFICE = "担当の課が登録されていないため、全庁の締切をお見せします。"
FORM_OPENED = Message("締切を設定するフォームを開きました。")


def kindly(handler: Handler) -> Handler:
    """What is refused or cannot be read is answered in its own words."""

    @wraps(handler)
    def handle(request: SlackRequest, context: Context) -> Message:
        try:
            return handler(request, context)
        except NotAllowed as refused:
            count_refusal(context, refused)
            # In a channel a mention would call people who were not asked anything.
            named = [] if request.surface == "mention" else session_of(context).admins
            return not_allowed_message(str(refused), named)
        except ChangeRefused as refused:
            count_refusal(context, refused)
            return Message(str(refused))
        except (RequestError, DateError) as error:
            return Message(str(error))

    return handle


@may_wait
@kindly
def deadline(request: SlackRequest, context: Context) -> Message:
    """締切: mine, my section's, all; 設定 and 取消 for admins."""
    session = session_of(context)
    if request.text.strip() in ("設定", "変更", "登録") and request.trigger_id:
        admit(request, session, rule("command", "set_deadline"))
        sheet_actions.open_deadline_form(request, session)
        return FORM_OPENED
    command = requests.read_deadline_request(request.text, session.today, session.calendar, session.places)
    if isinstance(command, ShowDeadlines):
        return _shown(request, session, command, admit(request, session, rule("command", "deadline")))
    admit(request, session, rule("command", "set_deadline"))
    return ask_to_confirm(session, _new(session, command))


@may_wait
@kindly
def report(request: SlackRequest, context: Context) -> Message:
    """提出 NUMBER…: the section says how far its sheets are."""
    session = session_of(context)
    command = requests.read_report_request(request.text)
    actor = admit(request, session, rule("command", "report"))
    sheets = (
        actions.every_open(session, actor, command.fiscal_year, command.kind)
        if command.every
        else meant(session, command.numbers, command.fiscal_year, command.kind)
    )
    refuse_others(actor, sheets)
    lines = actions.report(session, actor, sheets, command.state)
    return undoable_message(
        lines, [s for s in sheets if command.state == "提出済"] if _is_done(lines) else []
    )


@may_wait
@kindly
def send_back(request: SlackRequest, context: Context) -> Message:
    """差戻し NUMBER 理由: the secretariat sends a sheet back."""
    session = session_of(context)
    command = requests.read_return_request(request.text, session.today, session.calendar)
    actor = admit(request, session, rule("command", "send_back"))
    (sheet,) = meant(session, (command.number,), command.fiscal_year, command.kind, workflow.last_in)
    due = command.due.day if command.due else None
    reason = actions.with_clock(command.reason, command.due)
    return outcome_message(actions.send_back(session, actor, sheet, reason, due))


@may_wait
@kindly
def extend(request: SlackRequest, context: Context) -> Message:
    """延長 NUMBER… 日付 理由: the section asks; 延長 承認 and 却下: the secretariat decides."""
    session = session_of(context)
    command = requests.read_extension_request(request.text, session.today, session.calendar, session.places)
    does = "extend" if isinstance(command, AskExtension) else "decide_extension"
    actor = admit(request, session, rule("command", does))
    if isinstance(command, GrantExtension):
        return _granted(session, actor, command)
    sheets = meant(session, command.numbers, command.fiscal_year, command.kind)
    if isinstance(command, AskExtension):
        due = command.due.day
        refuse_others(actor, sheets)
        reason = actions.with_clock(command.reason, command.due)
        lines = actions.ask_extension(session, actor, sheets, due, reason)
        return undoable_message(lines, sheets if _is_done(lines) else [])
    approved = command.approved
    return outcome_message(
        actions.decide_extension(session, actor, sheets, approved=approved, reason=command.reason)
    )


def _granted(session: Session, actor: Actor, command: GrantExtension) -> Message:
    late = [
        each.sheet
        for workload in _of(session.workloads, command.place)
        if command.fiscal_year in (None, workload.fiscal_year) and command.kind in ("", workload.kind)
        for each in workload.open_items
        if each.obligation.due.effective < session.today
    ]
    if not late:
        return Message("締切を過ぎた評価シートはありません。")
    reason = actions.with_clock(command.reason, command.due)
    return outcome_message(actions.grant_extension(session, actor, late, command.due.day, reason))


def _is_done(lines: Sequence[str]) -> bool:
    """Whether anything was done: refusals say otherwise."""
    return any("しました" in line for line in lines)


@may_wait
@kindly
def send_now(request: SlackRequest, context: Context) -> Message:
    """督促 課名 ひとこと, 督促 遅れ ひとこと: reminders go out now, with a line of the secretariat's own."""
    session = session_of(context)
    words = requests.Words(request.text)
    late = bool(words.take_word(("遅れ", "遅れている課", "超過", "全員")))
    place = None if late else words.take_place(session.places)
    actor = admit(request, session, rule("command", "send_now"))
    if not late and (place is None or place == ("", "")):
        raise RequestError(
            "課の名前か「遅れ」を書いてください（例: /jigyo 督促 企画経営課 本日中にお願いします）。"
        )
    note = words.rest()
    wanted = [
        workload
        for workload in _of(session.workloads, place)
        if workload.open_items and (not late or workload.progress(session.calendar, session.today).late)
    ]
    offices = list(dict.fromkeys((w.contacts.department, w.contacts.section) for w in wanted))
    if not offices:
        return Message(
            "未提出の評価シートがある課はありません。" if not late else "遅れている課はありません。"
        )
    for office in offices:
        nudge = Nudge(session.now, note, actor.user)
        changes.add_nudge(session.db, office, nudge, whence=actor.whence)
    names = "、".join(section for _, section in offices)
    return Message(f"{len(offices)}課（{names}）に、これからお知らせします。")


@may_wait
@kindly
def undo(request: SlackRequest, context: Context) -> Message:
    """取消 NUMBER…: the section takes back its last report or request, until it is decided."""
    session = session_of(context)
    numbers, year, kind = requests.read_numbers(request.text, requests.UNDO_EXAMPLE)
    actor = admit(request, session, rule("command", "undo"))
    found = meant(session, numbers, year, kind, workflow.last_changed)
    refuse_others(actor, found)
    return outcome_message(actions.undo(session, actor, found))


@may_wait
@kindly
def history(request: SlackRequest, context: Context) -> Message:
    """履歴 NUMBER…: who changed what of a sheet, when."""
    session = session_of(context)
    admit(request, session, rule("command", "history"))
    numbers, year, kind = requests.read_numbers(request.text, requests.HISTORY_EXAMPLE)
    found = meant(session, numbers, year, kind, workflow.last_changed)
    return outcome_message(actions.history_lines(session, found))


@may_wait
@kindly
def progress(request: SlackRequest, context: Context) -> Message:
    """進捗: each section's bar, and who is late."""
    session = session_of(context)
    admit(request, session, rule("command", "progress"))
    command = requests.read_progress_request(request.text, session.places)
    wanted = [
        workload
        for workload in _of(session.workloads, command.place)
        if command.fiscal_year in (None, workload.fiscal_year) and command.kind in ("", workload.kind)
    ]
    if not wanted:
        return Message("当てはまる評価シートはありません。締切が設定されると、事業ごとに1枚できます。")
    open_items = (
        open_item.as_open_sheet(session.calendar, session.today)
        for workload in wanted
        for open_item in workload.open_items
    )
    late = tuple(sorted((each for each in open_items if each.late), key=lambda each: -each.late))
    bars = tuple(workload.progress(session.calendar, session.today) for workload in wanted)
    return digest_message(Digest(session.today, bars, late), in_full=True)


def ask_to_confirm(session: Session, new: NewDeadline) -> Message:
    """Echo a deadline with its weekday: it counts once the button is pressed."""
    packed = pack(session.context, new.text)
    return confirm_message(new, actions.confirm_lines_of(session, new), packed)


def _shown(request: SlackRequest, session: Session, command: ShowDeadlines, actor: Actor) -> Message:
    if command.whose == "all" and command.place in (None, ("", "")):
        return deadlines_message(session.deadlines, session.calendar, session.reminder_settings)
    offices = [command.place] if command.place else _offices(request, session, actor, command.whose)
    wanted = [
        workload
        for office in offices
        for workload in _of(session.workloads, office)
        if command.fiscal_year in (None, workload.fiscal_year) and command.kind in ("", workload.kind)
    ]
    if not wanted:
        every = deadlines_message(session.deadlines, session.calendar, session.reminder_settings)
        return (
            every
            if offices or not session.deadlines
            else Message(f"{NO_OFFICE}{every.text}", (builders.context(NO_OFFICE), *every.blocks))
        )
    obligations = {
        sheet.key: session.due_dates.of_sheet(sheet) for workload in wanted for sheet in workload.sheets
    }
    due_dates = {key: each.due for key, each in obligations.items() if each}

    def buttons(workload: SectionWorkload) -> Sequence[Block]:
        office = (workload.contacts.department, workload.contacts.section)
        return share_buttons(workload) if office in actor.offices or actor.is_admin else ()

    return workloads_message(wanted, due_dates, session.calendar, session.today, buttons)


def _offices(request: SlackRequest, session: Session, actor: Actor, whose: str) -> list[Place]:
    """The sections a actor answers for; of 課, also that of the channel in which it is asked."""
    here = [
        (each.department, each.section)
        for each in session.contacts
        if whose == "section" and request.channel and request.channel == each.channel
    ]
    return list(dict.fromkeys([*here, *actor.offices]))


def register(app: AsyncApp, context: Context) -> None:
    """Answer the forms and the buttons of deadlines and reminders."""
    sheet_actions.register(app, context)


def _of(workloads: Sequence[SectionWorkload], place: Place | None) -> list[SectionWorkload]:
    department, section = place or ("", "")
    return [
        workload
        for workload in workloads
        if department in ("", workload.contacts.department) and section in ("", workload.contacts.section)
    ]


def _new(session: Session, command: SetDeadline | WithdrawDeadline) -> NewDeadline:
    year = command.fiscal_year or session.year
    if isinstance(command, SetDeadline):
        opens = command.opens.day if command.opens else None
        note = actions.with_clock(command.note, command.due)
        return NewDeadline(year, command.kind, command.due.day, *command.place, opens, note)
    found = registry.deadline(session.db, year, command.kind, *command.place)
    if found is None or found.withdrawn:
        raise ChangeRefused("取り消す締切がありません。`/jigyo 締切 すべて` で一覧をご覧いただけます。")
    return NewDeadline(year, found.kind, found.due, *command.place, found.opens, found.note, withdrawn=True)
