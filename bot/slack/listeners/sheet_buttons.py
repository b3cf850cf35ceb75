"""The buttons of reminders, deadlines and requests for extensions. All act on today's state."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.context import Context, SlackRequest
from bot.days.business_days import DAY, format_date
from bot.deadlines import views
from bot.deadlines.views import CANCEL, CONFIRM, outcome_message, read_new_deadline
from bot.messages.message import Message
from bot.permissions import rule
from bot.reminders.messages import ALL_IN, APPROVE, DENY, EXTEND, SNOOZE, SUBMIT, Share, read_shares, share_of
from bot.sheets import actions
from bot.sheets.roles import Actor, admit, refuse_others
from bot.sheets.session import Session, session_of
from bot.slack.button_values import unpack
from bot.slack.listeners.pressing import on_press, open_view, refresh
from store.database import writing
from store.evaluation import delivery_state, sheets, trail
from store.evaluation.records import Event, Sheet, Snooze

OLD_BUTTON = "このボタンは保存期間を過ぎました。お手数ですが、もう一度お試しください。"
GONE = "このシートはなくなっています。"


def register(app: AsyncApp, context: Context) -> None:
    """Listen for presses."""
    presses: dict[str, Callable[[SlackRequest, Context], Message | None]] = {
        SUBMIT: submit, EXTEND: ask_extension, SNOOZE: snooze, CONFIRM: confirm, CANCEL: cancel,
        APPROVE: partial(decide, approved=True), DENY: partial(decide, approved=False),
    }  # fmt: skip
    for action, handler in presses.items():
        on_press(app, context, action, handler, replaces=action in (CONFIRM, CANCEL))


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
    session, shares = session_of(context), read_shares(request.text)
    actor = admit(request, session, rule("button", SUBMIT))
    found = _open_sheets(session, actor, shares)
    if len(found) > 1:
        open_view(session, request, views.sheets_form(views.SUBMIT_FORM, found, _where(request)))
        return None
    lines = actions.report(session, actor, found, "提出済") if found else [ALL_IN]
    refresh(context, request.channel, request.ts, shares)
    return outcome_message(lines)


def ask_extension(request: SlackRequest, context: Context) -> Message | None:
    """延長を申請: a form asks for which sheets, until when and why."""
    session, shares = session_of(context), read_shares(request.text)
    found = _open_sheets(session, admit(request, session, rule("button", EXTEND)), shares)
    if found:
        open_view(session, request, views.sheets_form(views.EXTEND_FORM, found, _where(request)))
        return None
    refresh(context, request.channel, request.ts, shares)
    return Message(ALL_IN)


def snooze(request: SlackRequest, context: Context) -> Message:
    """明日また: reminded again on the next open morning; pressed twice it counts once."""
    session, shares = session_of(context), read_shares(request.text)
    actor = admit(request, session, rule("button", SNOOZE))
    found = _open_sheets(session, actor, shares)
    if not found:
        refresh(context, request.channel, request.ts, shares)
        return Message(ALL_IN)
    until = session.calendar.next_open(session.today + DAY)
    recipient = request.user if request.channel.startswith("D") else request.channel
    with writing(session.db):
        is_new = delivery_state.snooze(session.db, Snooze(recipient, until, session.now, request.user))
        if is_new:
            about = "" if recipient == request.user else recipient
            event = Event(session.now, actor.user, "snooze", about, "until", "", until.isoformat())
            trail.record(session.db, replace(event, whence=actor.whence))
    again = f"{format_date(until)}の朝に、もう一度お知らせします。"
    refresh(context, request.channel, request.ts, shares, note=again)
    return Message(again if is_new else f"すでに承っています。{again}")


def decide(request: SlackRequest, context: Context, *, approved: bool) -> Message:
    """承認する, 却下する: of one sheet, as it stands today."""
    session = session_of(context)
    actor = admit(request, session, rule("button", APPROVE if approved else DENY))
    year, number, kind, _ = request.text.split(" ")
    sheet = sheets.sheet(session.db, (int(year), number, kind))
    found = [sheet] if sheet else []
    return outcome_message(actions.decide_extension(session, actor, found, approved=approved) or [GONE])


def _open_sheets(session: Session, actor: Actor, shares: Iterable[Share]) -> list[Sheet]:
    """What is still to come in of a message's sections. Raises NotAllowed when none of them is theirs."""
    wanted = set(shares)
    left = [
        sheet
        for workload in session.workloads
        if share_of(workload) in wanted
        for sheet in workload.sheets
        if not sheet.done
    ]
    refuse_others(actor, left)
    return [sheet for sheet in left if actor.may_report(sheet)]


def _where(request: SlackRequest) -> str:
    return json.dumps([request.channel, request.ts, request.text], ensure_ascii=False)
