"""The forms about deadlines and sheets, once they are filled in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date

from slack_bolt.async_app import AsyncApp

from bot.context import Context, SlackRequest
from bot.days.dates import DateError, parse_date
from bot.deadlines import views
from bot.deadlines.requests import Words
from bot.deadlines.views import NewDeadline, read_new_deadline
from bot.messages.forms import filled
from bot.permissions import rule
from bot.reminders.messages import read_shares
from bot.sheets import actions
from bot.sheets.roles import Actor, admit
from bot.sheets.session import Session, session_of
from bot.slack.button_values import pack, unpack
from bot.slack.listeners.pressing import Ack, Body, FieldError, on_form, open_view, refresh, update
from bot.slack.listeners.sheet_buttons import OLD_BUTTON
from bot.slack.requests import of_form
from store.evaluation import sheets
from store.evaluation.records import Sheet
from store.text.fiscal_years import parse_fiscal_year


def register(app: AsyncApp, context: Context) -> None:
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
    return update(views.deadline_sure(actions.confirm_lines_of(session, new), packed))


def deadline_sure(body: Body, context: Context) -> Ack:
    """The second look was confirmed."""
    session = session_of(context)
    actor = admit(of_form(body), session, rule("modal", views.DEADLINE_SURE))
    packed = unpack(context, body["view"]["private_metadata"])
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
    reason = values.get("reason", "")
    return _changed(
        body, context, views.EXTEND_FORM,
        lambda session, actor, found: actions.ask_extension(session, actor, found, due, reason),
    )  # fmt: skip


def _changed(
    body: Body, context: Context, form: str, work: Callable[[Session, Actor, list[Sheet]], Iterable[str]]
) -> Ack:
    session = session_of(context)
    actor = admit(of_form(body), session, rule("modal", form))
    found = [sheet for key in views.chosen(body["view"]) if (sheet := sheets.sheet(session.db, key))]
    if not found:
        raise FieldError(f"{views.SHEETS}0", "シートを選んでください。")
    lines = work(session, actor, found)
    channel, ts, value = json.loads(body["view"]["private_metadata"])
    refresh(context, channel, ts, read_shares(value))
    return update(views.done_view(lines))


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
    if opens and opens > due:
        raise FieldError("opens", "開始の日が締切より後です。")
    return NewDeadline(year, values["kind"], due, *place, opens, values.get("note", ""))


def _day(session: Session, values: dict[str, str], block: str) -> date | None:
    try:
        return parse_date(values[block], session.today, session.calendar).day if values.get(block) else None
    except DateError as error:
        raise FieldError(block, str(error)) from None


def _report(session: Session, actor: Actor, found: list[Sheet]) -> list[str]:
    return actions.report(session, actor, found, "提出済")
