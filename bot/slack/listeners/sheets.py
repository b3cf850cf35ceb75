"""締切, 提出, 差戻し, 延長 and 進捗 from Slack: as a slash command, in a mention or a direct message."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps

from slack_bolt.async_app import AsyncApp

from bot.context import Context, Handler, SlackRequest
from bot.days.dates import DateError
from bot.deadlines import requests, workflow
from bot.deadlines.requests import (
    AskExtension,
    Place,
    RequestError,
    SetDeadline,
    ShowDeadlines,
    WithdrawDeadline,
)
from bot.deadlines.views import (
    NewDeadline,
    confirm_message,
    deadlines_message,
    duties_message,
    not_allowed_message,
    outcome_message,
)
from bot.deadlines.workflow import ChangeRefused, NotAllowed
from bot.deadlines.workload import Duty
from bot.messages import kit
from bot.messages.message import Message
from bot.reminders.messages import digest_message
from bot.sheets import actions
from bot.sheets.actions import meant
from bot.sheets.session import Desk, Person, admin, desk_of, refuse_others, viewer, worker
from bot.slack.answering import may_wait
from bot.slack.button_values import pack
from bot.slack.listeners import sheet_buttons, sheet_forms
from store.evaluation import deadlines
from store.evaluation.records import Digest

NO_OFFICE = "担当の課が登録されていないため、全庁の締切をお見せします。"
FORM_OPENED = Message("締切を設定するフォームを開きました。")


def kindly(handler: Handler) -> Handler:
    """What is refused or cannot be read is answered in its own words."""

    @wraps(handler)
    def handle(request: SlackRequest, context: Context) -> Message:
        try:
            return handler(request, context)
        except NotAllowed as refused:
            # In a channel a mention would call people who were not asked anything.
            named = [] if request.surface == "mention" else desk_of(context).admins
            return not_allowed_message(str(refused), named)
        except (ChangeRefused, RequestError, DateError) as error:
            return Message(str(error))

    return handle


@may_wait
@kindly
def deadline(request: SlackRequest, context: Context) -> Message:
    """締切: mine, my section's, all; 設定 and 取消 for admins."""
    desk = desk_of(context)
    if request.text.strip() in ("設定", "変更", "登録") and request.trigger_id:
        admin(request, desk)
        sheet_forms.open_deadline_form(request, desk)
        return FORM_OPENED
    command = requests.read_deadline_request(request.text, desk.today, desk.calendar, desk.places)
    if isinstance(command, ShowDeadlines):
        return _shown(request, desk, command)
    admin(request, desk)
    return ask_to_confirm(desk, _new(desk, command))


@may_wait
@kindly
def report(request: SlackRequest, context: Context) -> Message:
    """提出 NUMBER…: the section says how far its sheets are."""
    desk = desk_of(context)
    command = requests.read_report_request(request.text)
    person = worker(request, desk)
    sheets = (
        actions.every_open(desk, person, command.fiscal_year, command.kind)
        if command.every
        else meant(desk, command.numbers, command.fiscal_year, command.kind)
    )
    refuse_others(person, sheets)
    return outcome_message(actions.report(desk, person, sheets, command.state))


@may_wait
@kindly
def send_back(request: SlackRequest, context: Context) -> Message:
    """差戻し NUMBER 理由: the secretariat sends a sheet back."""
    desk = desk_of(context)
    command = requests.read_return_request(request.text, desk.today, desk.calendar)
    person = admin(request, desk)
    (sheet,) = meant(desk, (command.number,), command.fiscal_year, command.kind, workflow.last_in)
    due = command.due.day if command.due else None
    return outcome_message(actions.send_back(desk, person, sheet, command.reason, due))


@may_wait
@kindly
def extend(request: SlackRequest, context: Context) -> Message:
    """延長 NUMBER… 日付 理由: the section asks; 延長 承認 and 却下: the secretariat decides."""
    desk = desk_of(context)
    command = requests.read_extension_request(request.text, desk.today, desk.calendar)
    sheets = meant(desk, command.numbers, command.fiscal_year, command.kind)
    if isinstance(command, AskExtension):
        person, due = worker(request, desk), command.due.day
        refuse_others(person, sheets)
        return outcome_message(actions.ask_extension(desk, person, sheets, due, command.reason))
    person, approved = admin(request, desk), command.approved
    return outcome_message(
        actions.decide_extension(desk, person, sheets, approved=approved, reason=command.reason)
    )


@kindly
def progress(request: SlackRequest, context: Context) -> Message:
    """進捗: each section's bar, and who is late."""
    desk = desk_of(context)
    command = requests.read_progress_request(request.text, desk.places)
    wanted = [
        duty
        for duty in _of(desk.duties, command.place)
        if command.fiscal_year in (None, duty.fiscal_year) and command.kind in ("", duty.kind)
    ]
    if not wanted:
        return Message("当てはまる評価シートはありません。締切が設定されると、事業ごとに1枚できます。")
    works = (work.as_open_sheet(desk.calendar, desk.today) for duty in wanted for work in duty.works)
    late = tuple(sorted((each for each in works if each.late), key=lambda each: -each.late))
    bars = tuple(duty.progress(desk.calendar, desk.today) for duty in wanted)
    return digest_message(Digest(desk.today, bars, late))


def ask_to_confirm(desk: Desk, new: NewDeadline) -> Message:
    """Echo a deadline with its weekday: it counts once the button is pressed."""
    packed = pack(desk.context, new.text)
    return confirm_message(new, actions.confirm_lines_of(desk, new), packed)


def _shown(request: SlackRequest, desk: Desk, command: ShowDeadlines) -> Message:
    person = viewer(request, desk)
    if command.whose == "all" and command.place in (None, ("", "")):
        return deadlines_message(desk.deadlines, desk.calendar, desk.ways)
    offices = [command.place] if command.place else _offices(request, desk, person, command.whose)
    wanted = [
        duty
        for office in offices
        for duty in _of(desk.duties, office)
        if command.fiscal_year in (None, duty.fiscal_year) and command.kind in ("", duty.kind)
    ]
    if not wanted:
        every = deadlines_message(desk.deadlines, desk.calendar, desk.ways)
        return (
            every
            if offices or not desk.deadlines
            else Message(f"{NO_OFFICE}{every.text}", (kit.context(NO_OFFICE), *every.blocks))
        )
    owed = {sheet.key: desk.dues.of_sheet(sheet) for duty in wanted for sheet in duty.sheets}
    return duties_message(wanted, {key: each.due for key, each in owed.items() if each})


def _offices(request: SlackRequest, desk: Desk, person: Person, whose: str) -> list[Place]:
    """The sections a person answers for; of 課, also that of the channel in which it is asked."""
    here = [
        (each.department, each.section)
        for each in desk.contacts
        if whose == "section" and request.channel and request.channel == each.channel
    ]
    return list(dict.fromkeys([*here, *person.offices]))


def register(app: AsyncApp, context: Context) -> None:
    """Answer the forms and the buttons of deadlines and reminders."""
    sheet_buttons.register(app, context)
    sheet_forms.register(app, context)


def _of(duties: Sequence[Duty], place: Place | None) -> list[Duty]:
    department, section = place or ("", "")
    return [
        duty
        for duty in duties
        if department in ("", duty.contacts.department) and section in ("", duty.contacts.section)
    ]


def _new(desk: Desk, command: SetDeadline | WithdrawDeadline) -> NewDeadline:
    year = command.fiscal_year or desk.year
    if isinstance(command, SetDeadline):
        opens = command.opens.day if command.opens else None
        return NewDeadline(year, command.kind, command.due.day, *command.place, opens, command.note)
    found = deadlines.deadline(desk.db, year, command.kind, *command.place)
    if found is None or found.withdrawn:
        raise ChangeRefused("取り消す締切がありません。`/jigyo 締切 すべて` で一覧をご覧いただけます。")
    return NewDeadline(year, found.kind, found.due, *command.place, found.opens, found.note, withdrawn=True)
