"""締切, 提出, 差戻し, 延長 and 進捗 from Slack: as a slash command, in a mention or a direct message."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps

from slack_bolt.async_app import AsyncApp

from bot.context import Asked, Context, Handler
from bot.days.dates import DateError
from bot.deadlines import requests, sheet_work, workflow
from bot.deadlines.named_sheets import meant
from bot.deadlines.request_words import Place, RequestError
from bot.deadlines.requests import AskExtension, SetDeadline, ShowDeadlines, WithdrawDeadline
from bot.deadlines.session import Desk, Person, admin, desk_of, refuse_others, viewer, worker
from bot.deadlines.sheet_blocks import (
    NewDeadline,
    confirm_message,
    deadlines_message,
    duties_message,
    not_allowed_message,
    outcome_message,
)
from bot.deadlines.workflow import ChangeRefused, NotAllowed
from bot.messages import kit
from bot.messages.message import Message
from bot.reminders.digest_blocks import digest_message
from bot.reminders.duties import Duty
from bot.slack.answering import may_wait
from bot.slack.listeners import sheet_buttons, sheet_forms
from bot.slack.payloads import carried
from store.evaluation import deadlines
from store.evaluation.reminder_records import Digest

NO_OFFICE = "担当の課が登録されていないため、全庁の締切をお見せします。"
FORM_OPENED = Message("締切を設定するフォームを開きました。")


def kindly(handler: Handler) -> Handler:
    """What is refused or cannot be read is answered in its own words."""

    @wraps(handler)
    def handle(asked: Asked, context: Context) -> Message:
        try:
            return handler(asked, context)
        except NotAllowed as refused:
            # In a channel a mention would call people who were not asked anything.
            named = [] if asked.surface == "mention" else desk_of(context).admins
            return not_allowed_message(str(refused), named)
        except (ChangeRefused, RequestError, DateError) as error:
            return Message(str(error))

    return handle


@may_wait
@kindly
def deadline(asked: Asked, context: Context) -> Message:
    """締切: mine, my section's, all; 設定 and 取消 for admins."""
    desk = desk_of(context)
    if asked.text.strip() in ("設定", "変更", "登録") and asked.trigger_id:
        admin(asked, desk)
        sheet_forms.open_deadline_form(asked, desk)
        return FORM_OPENED
    request = requests.read_deadline_request(asked.text, desk.today, desk.calendar, desk.places)
    if isinstance(request, ShowDeadlines):
        return _shown(asked, desk, request)
    admin(asked, desk)
    return ask_to_confirm(desk, _new(desk, request))


@may_wait
@kindly
def report(asked: Asked, context: Context) -> Message:
    """提出 NUMBER…: the section says how far its sheets are."""
    desk = desk_of(context)
    request = requests.read_report_request(asked.text)
    person = worker(asked, desk)
    sheets = (
        sheet_work.every_open(desk, person, request.fiscal_year, request.kind)
        if request.every
        else meant(desk, request.numbers, request.fiscal_year, request.kind)
    )
    refuse_others(person, sheets)
    return outcome_message(sheet_work.report(desk, person, sheets, request.state))


@may_wait
@kindly
def send_back(asked: Asked, context: Context) -> Message:
    """差戻し NUMBER 理由: the secretariat sends a sheet back."""
    desk = desk_of(context)
    request = requests.read_return_request(asked.text, desk.today, desk.calendar)
    person = admin(asked, desk)
    (sheet,) = meant(desk, (request.number,), request.fiscal_year, request.kind, workflow.last_in)
    due = request.due.day if request.due else None
    return outcome_message(sheet_work.send_back(desk, person, sheet, request.reason, due))


@may_wait
@kindly
def extend(asked: Asked, context: Context) -> Message:
    """延長 NUMBER… 日付 理由: the section asks; 延長 承認 and 却下: the secretariat decides."""
    desk = desk_of(context)
    request = requests.read_extension_request(asked.text, desk.today, desk.calendar)
    sheets = meant(desk, request.numbers, request.fiscal_year, request.kind)
    if isinstance(request, AskExtension):
        person, due = worker(asked, desk), request.due.day
        refuse_others(person, sheets)
        return outcome_message(sheet_work.ask_extension(desk, person, sheets, due, request.reason))
    person, approved = admin(asked, desk), request.approved
    return outcome_message(
        sheet_work.decide_extension(desk, person, sheets, approved=approved, reason=request.reason)
    )


@kindly
def progress(asked: Asked, context: Context) -> Message:
    """進捗: each section's bar, and who is late."""
    desk = desk_of(context)
    request = requests.read_progress_request(asked.text, desk.places)
    wanted = [
        duty
        for duty in _of(desk.duties, request.place)
        if request.fiscal_year in (None, duty.fiscal_year) and request.kind in ("", duty.kind)
    ]
    if not wanted:
        return Message("当てはまる評価シートはありません。締切が設定されると、事業ごとに1枚できます。")
    works = (work.as_open_sheet(desk.calendar, desk.today) for duty in wanted for work in duty.works)
    late = tuple(sorted((each for each in works if each.late), key=lambda each: -each.late))
    bars = tuple(duty.progress(desk.calendar, desk.today) for duty in wanted)
    return digest_message(Digest(desk.today, bars, late))


def ask_to_confirm(desk: Desk, new: NewDeadline) -> Message:
    """Echo a deadline with its weekday: it counts once the button is pressed."""
    packed = carried(desk.context, new.text)
    return confirm_message(new, sheet_work.confirm_lines_of(desk, new), packed)


COMMANDS = {
    "締切": deadline, "締め切り": deadline, "〆切": deadline, "提出": report, "差戻し": send_back,
    "差し戻し": send_back, "延長": extend, "進捗": progress,
}  # fmt: skip


def _shown(asked: Asked, desk: Desk, request: ShowDeadlines) -> Message:
    person = viewer(asked, desk)
    if request.whose == "all" and request.place in (None, ("", "")):
        return deadlines_message(desk.deadlines, desk.calendar, desk.ways)
    offices = [request.place] if request.place else _offices(asked, desk, person, request.whose)
    wanted = [
        duty
        for office in offices
        for duty in _of(desk.duties, office)
        if request.fiscal_year in (None, duty.fiscal_year) and request.kind in ("", duty.kind)
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


def _offices(asked: Asked, desk: Desk, person: Person, whose: str) -> list[Place]:
    """The sections a person answers for; of 課, also that of the channel in which it is asked."""
    here = [
        (each.department, each.section)
        for each in desk.contacts
        if whose == "section" and asked.channel and asked.channel == each.channel
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


def _new(desk: Desk, request: SetDeadline | WithdrawDeadline) -> NewDeadline:
    year = request.fiscal_year or desk.year
    if isinstance(request, SetDeadline):
        opens = request.opens.day if request.opens else None
        return NewDeadline(year, request.kind, request.due.day, *request.place, opens, request.note)
    found = deadlines.deadline(desk.db, year, request.kind, *request.place)
    if found is None or found.withdrawn:
        raise ChangeRefused("取り消す締切がありません。`/jigyo 締切 すべて` で一覧をご覧いただけます。")
    return NewDeadline(year, found.kind, found.due, *request.place, found.opens, found.note, withdrawn=True)
