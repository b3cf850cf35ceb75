"""The buttons of reminders, deadlines and requests for extensions, and the forms about deadlines and sheets.

All act on today's state.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.context import Context, SlackRequest
from bot.days.calendar import DAY, format_date
from bot.days.dates import DateError, ParsedDate, parse_date
from bot.deadlines import actions, views
from bot.deadlines.requests import Words
from bot.deadlines.session import NOT_YOURS, Actor, Session, admit, refuse_others, session_of
from bot.deadlines.views import CANCEL, CONFIRM, NewDeadline, outcome_message, read_new_deadline
from bot.deadlines.workflow import ChangeRefused, NotAllowed
from bot.delivery.outbox import share_of_key
from bot.messages.digests import APPROVE, DENY, read_asked
from bot.messages.message import Message, filled
from bot.messages.reminders import ALL_IN, EXTEND, HOUR, LATER, SNOOZE, SUBMIT, Share, read_shares, share_of
from bot.permissions import rule
from bot.slack.dispatch import pack, unpack
from bot.slack.exchange import of_form
from bot.slack.listeners.actions import (
    Ack,
    Body,
    FieldError,
    on_form,
    on_press,
    open_view,
    push,
    refresh,
    update,
)
from store.evaluation import changes, ledger, registry
from store.evaluation.records import Event, Sheet, Snooze
from store.text.numbers import parse_fiscal_year

OLD_BUTTON = "このボタンは保存期間を過ぎました。お手数ですが、もう一度お試しください。"
GONE = "このシートはなくなっています。"


def register(app: AsyncApp, context: Context) -> None:
    """Listen for presses."""
    presses: dict[str, Callable[[SlackRequest, Context], Message | None]] = {
        SUBMIT: submit, EXTEND: ask_extension, SNOOZE: snooze, LATER: later, CONFIRM: confirm, CANCEL: cancel,
        views.UNDO: undo, APPROVE: partial(decide, approved=True), DENY: partial(decide, approved=False),
    }  # fmt: skip
    for action, handler in presses.items():
        on_press(app, context, action, handler, replaces=action in (CONFIRM, CANCEL))
    _register_forms(app, context)


def confirm(request: SlackRequest, context: Context) -> Message:
    """設定する: the deadline counts from now on."""
    session = session_of(context)
    actor = admit(request, session, rule("button", CONFIRM))
    packed = unpack(context, request.text)
    if packed is None:
        return Message(OLD_BUTTON)
    return Message(actions.set_deadline(session, actor, read_new_deadline(packed)))


def cancel(request: SlackRequest, context: Context) -> Message:
    """やめる."""
    admit(request, session_of(context), rule("button", CANCEL))
    return Message("設定をやめました。締切はそのままです。")


def submit(request: SlackRequest, context: Context) -> Message | None:
    """提出済にする: the one open sheet at once; of several, a form asks which."""
    session, shares = session_of(context), _shares(request)
    actor = admit(request, session, rule("button", SUBMIT))
    found = _open_sheets(session, actor, shares)
    if len(found) > 1 or (found and not request.channel):  # App Home has no place for an answer
        open_view(session, request, views.sheets_form(views.SUBMIT_FORM, found, _where(request)))
        return None
    lines = actions.report(session, actor, found, "提出済") if found else [ALL_IN]
    refresh(context, request.channel, request.ts, shares)
    return views.undoable_message(lines, found)


def ask_extension(request: SlackRequest, context: Context) -> Message | None:
    """延長を申請: a form asks for which sheets, until when and why."""
    session, shares = session_of(context), _shares(request)
    found = _open_sheets(session, admit(request, session, rule("button", EXTEND)), shares)
    if found:
        open_view(session, request, views.sheets_form(views.EXTEND_FORM, found, _where(request)))
        return None
    refresh(context, request.channel, request.ts, shares)
    return Message(ALL_IN)


def snooze(request: SlackRequest, context: Context) -> Message:
    """明日また: reminded again on the next open morning; pressed twice it counts once."""
    session, shares = session_of(context), _shares(request)
    actor = admit(request, session, rule("button", SNOOZE))
    found = _open_sheets(session, actor, shares)
    if not found:
        refresh(context, request.channel, request.ts, shares)
        return Message(ALL_IN)
    new = Snooze(
        _recipient(request), session.calendar.next_open(session.today + DAY), session.now, request.user
    )
    return _snoozed(request, session, actor, new, shares)


def later(request: SlackRequest, context: Context) -> Message:
    """ほかの時に: in an hour, or on the morning chosen; never after the morning of the day."""
    session = session_of(context)
    keys = ledger.keys_of(session.db, request.channel, request.ts)
    shares = [share_of_key(each) for each in keys if each.key.section]
    actor = admit(request, session, rule("button", LATER))
    if not (actor.is_admin or actor.offices):
        raise NotAllowed(NOT_YOURS.format("課"))
    if not shares:
        return Message(OLD_BUTTON)
    found = _open_sheets(session, actor, shares)
    if not found:
        refresh(context, request.channel, request.ts, shares)
        return Message(ALL_IN)
    by = (session.now, request.user)
    if request.text == HOUR:
        when = session.now + timedelta(hours=1)
        new = Snooze(_recipient(request), when.date(), *by, when.time().replace(second=0, microsecond=0))
    else:
        ahead = [due for each in found if (due := session.present_due(each)) and due > session.today]
        day = min([session.calendar.next_open(date.fromisoformat(request.text)), *ahead])
        new = Snooze(_recipient(request), day, *by)
    return _snoozed(request, session, actor, new, shares)


def _recipient(request: SlackRequest) -> str:
    return request.user if request.channel.startswith("D") else request.channel


def _snoozed(
    request: SlackRequest, session: Session, actor: Actor, new: Snooze, shares: list[Share]
) -> Message:
    with session.db.state.writing():
        is_new = registry.snooze(session.db, new)
        if is_new:
            about = "" if new.recipient == request.user else new.recipient
            event = Event(session.now, actor.user, "snooze", about, "until", "", new.until.isoformat())
            changes.record(session.db, replace(event, whence=actor.whence))
    when = f" {new.clock:%H:%M} ごろ" if new.clock else "の朝"
    again = f"{format_date(new.until)}{when}に、もう一度お知らせします。"
    refresh(session.context, request.channel, request.ts, shares, note=again)
    return Message(again if is_new else f"すでに承っています。{again}")


def undo(request: SlackRequest, context: Context) -> Message:
    """取り消す: what was just reported or asked for; later there is the command for it."""
    session = session_of(context)
    actor = admit(request, session, rule("button", views.UNDO))
    try:
        keys = [(int(year), str(number), str(kind)) for year, number, kind in json.loads(request.text)]
    except (ValueError, TypeError) as error:
        raise ChangeRefused(OLD_BUTTON) from error
    found = [sheet for key in keys if (sheet := registry.sheet(session.db, key))]
    refuse_others(actor, found)
    late = [each for each in found if not each.updated_at or session.now - each.updated_at > UNDO_FOR]
    if late:
        numbers = " ".join(each.number for each in late)
        return Message(
            f"時間がたったため、このボタンでは取り消せません。`/jigyo 取消 {numbers}` でできます。"
        )
    return outcome_message(actions.undo(session, actor, found) or [GONE])


UNDO_FOR = timedelta(minutes=views.UNDO_MINUTES)


def decide(request: SlackRequest, context: Context, *, approved: bool) -> Message:
    """承認する, 却下する: the one request that the button was made for."""
    session = session_of(context)
    actor = admit(request, session, rule("button", APPROVE if approved else DENY))
    asked = read_asked(request.text)
    sheet = registry.sheet(session.db, asked.key)
    lines = actions.decide_extension(
        session, actor, [sheet] if sheet else [], approved=approved, asked_at=asked.asked_at
    )
    refresh(context, request.channel, request.ts)
    return outcome_message(lines or [GONE])


def _open_sheets(session: Session, actor: Actor, shares: Iterable[Share]) -> list[Sheet]:
    """What is still to come in of a message's sections, in its order.

    Raises NotAllowed when none of them is theirs.
    """
    places = {share: place for place, share in enumerate(shares)}
    left = [
        (places[share_of(workload)], sheet)
        for workload in session.workloads
        if share_of(workload) in places
        for sheet in workload.sheets
        if not sheet.done
    ]
    refuse_others(actor, [sheet for _, sheet in left])

    def urgency(each: tuple[int, Sheet]) -> tuple[int, bool, date]:
        due = session.present_due(each[1])
        return each[0], due is None, due or session.today

    def group(each: tuple[int, Sheet]) -> tuple[object, ...]:
        state = "延長申請中" if each[1].is_pending else each[1].state
        return (*urgency(each), state)

    left.sort(key=urgency)
    groups = list(dict.fromkeys(map(group, left)))  # a state stands once below each section
    left.sort(key=lambda each: groups.index(group(each)))
    return [sheet for _, sheet in left if actor.may_report(sheet)]


def _where(request: SlackRequest) -> str:
    return json.dumps([request.channel, request.ts, request.text], ensure_ascii=False)


def _register_forms(app: AsyncApp, context: Context) -> None:
    """Listen for forms."""
    forms: dict[str, Callable[[Body, Context], Ack]] = {
        views.DEADLINE_FORM: deadline_filled, views.DEADLINE_SURE: deadline_sure,
        views.SUBMIT_FORM: sheets_filled, views.EXTEND_FORM: extension_filled,
    }  # fmt: skip
    for callback, taken in forms.items():
        on_form(app, context, callback, taken)


def open_deadline_form(request: SlackRequest, session: Session) -> None:
    """Open the form for a deadline where the command was typed."""
    open_view(session, request, views.deadline_form(session.year))


def deadline_filled(body: Body, context: Context) -> Ack:
    """The form for a deadline: a second look with weekdays, or what cannot be taken."""
    session, values = session_of(context), filled(body["view"])
    admit(of_form(body), session, rule("modal", views.DEADLINE_FORM))
    new = _new_deadline(session, values)
    packed = pack(context, new.text)
    try:
        lines = actions.confirm_lines_of(session, new)
    except ChangeRefused as refused:
        raise FieldError("place" if new.department else "year", str(refused)) from None
    return push(views.deadline_sure(lines, packed))


def deadline_sure(body: Body, context: Context) -> Ack:
    """The second look was confirmed."""
    session = session_of(context)
    actor = admit(of_form(body), session, rule("modal", views.DEADLINE_SURE))
    packed = unpack(context, body["view"].get("private_metadata") or "")
    done = actions.set_deadline(session, actor, read_new_deadline(packed)) if packed else OLD_BUTTON
    return update(views.done_view([done]))


def sheets_filled(body: Body, context: Context) -> Ack:
    """The ticked sheets are in."""
    return _changed(body, context, views.SUBMIT_FORM, _report)


def extension_filled(body: Body, context: Context) -> Ack:
    """More time is asked for the ticked sheets."""
    session, values = session_of(context), filled(body["view"])
    due = _day(session, values, "due")
    if due is None:
        raise FieldError("due", "いつまで延長するか書いてください。")
    day, reason = due.day, actions.with_clock(values.get("reason", ""), due)

    def ask(session: Session, actor: Actor, found: list[Sheet]) -> Iterable[str]:
        for sheet in found:
            present = session.present_due(sheet)
            if present and day <= present:
                told = f"「{sheet.number}」の今の締切は{format_date(present)}です。それより後にしてください。"
                raise FieldError("due", told)
        return actions.ask_extension(session, actor, found, day, reason)

    return _changed(body, context, views.EXTEND_FORM, ask)


def _changed(
    body: Body, context: Context, form: str, work: Callable[[Session, Actor, list[Sheet]], Iterable[str]]
) -> Ack:
    session = session_of(context)
    actor = admit(of_form(body), session, rule("modal", form))
    try:
        channel, ts, shares = _opened_from(body["view"].get("private_metadata") or "")
        keys = views.chosen(body["view"])
    except (ValueError, TypeError) as error:  # a form of an earlier version, open since
        raise ChangeRefused(OLD_BUTTON) from error
    found = [sheet for key in keys if (sheet := registry.sheet(session.db, key))]
    if views.has_all(body["view"]):
        found = _open_sheets(session, actor, shares)
    if not found:
        raise FieldError(f"{views.SHEETS}0", "シートを選んでください。")
    lines = work(session, actor, found)
    refresh(context, channel, ts, shares)
    return update(views.done_view(lines))


def _shares(request: SlackRequest) -> list[Share]:
    """The shares of the pressed button."""
    try:
        return read_shares(request.text)
    except (ValueError, TypeError) as error:
        raise ChangeRefused(OLD_BUTTON) from error


def _opened_from(metadata: str) -> tuple[str, str, list[Share]]:
    """The channel, the time and the shares of the message that a form was opened from."""
    try:
        channel, ts, value = json.loads(metadata)
        return str(channel), str(ts), read_shares(value)
    except (ValueError, TypeError) as error:
        raise ChangeRefused(OLD_BUTTON) from error


def _new_deadline(session: Session, values: dict[str, str]) -> NewDeadline:
    year = parse_fiscal_year(values["year"])
    if year is None:
        raise FieldError("year", "年度が読めません。令和3年度 のように書いてください。")
    words = Words(values.get("place", ""))
    place = words.take_place(session.places) or ("", "")
    if words:
        raise FieldError("place", f"「{words.rest()}」という課や部は登録されていません。")
    due, opens = (_day(session, values, block) for block in ("due", "opens"))
    if due is None:
        raise FieldError("due", "締切を書いてください。")
    if opens and opens.day > due.day:
        raise FieldError("opens", "開始の日が締切より後です。")
    note = actions.with_clock(values.get("note", ""), due)
    return NewDeadline(year, values["kind"], due.day, *place, opens.day if opens else None, note)


def _day(session: Session, values: dict[str, str], block: str) -> ParsedDate | None:
    try:
        return parse_date(values[block], session.today, session.calendar) if values.get(block) else None
    except DateError as error:
        raise FieldError(block, str(error)) from None


def _report(session: Session, actor: Actor, found: list[Sheet]) -> list[str]:
    return actions.report(session, actor, found, "提出済")
