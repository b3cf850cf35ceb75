"""Presses and forms: from Slack to a handler in a worker thread and back, and the message pressed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Context, SlackRequest
from bot.deadlines import views
from bot.deadlines.workflow import ChangeRefused
from bot.gateway.client import CALL_ERRORS, interactive
from bot.gateway.pages import outbound
from bot.messages.builders import action_pattern
from bot.messages.forms import View
from bot.messages.message import Message, Payload
from bot.permissions import rule
from bot.reminders.messages import Share, status_message
from bot.sheets.session import Session, session_of
from bot.slack import requests
from bot.slack.answering import ACK_WITHIN, failed, patiently, within
from bot.slack.listeners.core import send

Body = dict[str, Any]
Ack = dict[str, Any]  # what a form is acknowledged with

WAIT = "お預かりしました。済みしだい、この画面でお知らせします。"
NO_FORM = "Slack から返事がなく、フォームを開けませんでした。少し時間をおいて、もう一度お試しください。"

log = logging.getLogger(__name__)


class FieldError(Exception):
    """What was filled in under `block` cannot be taken; the message says why."""

    def __init__(self, block: str, reason: str) -> None:
        super().__init__(reason)
        self.block = block


def on_press(
    app: AsyncApp,
    context: Context,
    action: str,
    handler: Callable[[SlackRequest, Context], Message | None],
    *,
    replaces: bool,
) -> None:
    """Answer whoever pressed, and nobody else; None when a form was opened instead."""
    rule("button", action)  # which says who may; KeyError where nothing does

    def handle(request: SlackRequest) -> Payload | None:
        try:
            message = handler(request, context)
        except ChangeRefused as refused:
            return outbound(context, Message(str(refused)))  # beside the message: others still need it
        except Exception:
            return failed(f"press {action}")
        return {"replace_original": replaces, **outbound(context, message)} if message else None

    async def work(request: SlackRequest, respond: AsyncRespond) -> None:
        payload = await patiently(context, handle, request)
        if payload:
            await send(respond, {"response_type": "ephemeral", "replace_original": False, **payload})

    @app.action(action_pattern(action))
    async def pressed(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await within(context, work(requests.of_action(body), respond), seconds=ACK_WITHIN)


def on_form(app: AsyncApp, context: Context, callback: str, handler: Callable[[Body, Context], Ack]) -> None:
    """Take a form: another view, or what to correct in which field."""
    rule("modal", callback)  # which says who may; KeyError where nothing does

    def handle(body: Body) -> Ack:
        try:
            return handler(body, context)
        except FieldError as error:
            return {"response_action": "errors", "errors": {error.block: str(error)}}
        except ChangeRefused as refused:
            return update(views.done_view([str(refused)]))
        except Exception:
            return update(views.done_view([failed(f"form {callback}")["text"]]))

    @app.view(callback)
    async def submitted(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        answered: list[Ack] = []
        waits = True

        async def work() -> None:
            answer = await patiently(context, handle, body)
            if waits:
                answered.append(answer)
            else:
                await client.views_update(view_id=body["view"]["id"], view=_as_view(answer))

        if await within(context, work(), seconds=ACK_WITHIN):
            await ack(**answered[0])
        else:
            waits = False
            await ack(**update(views.done_view([WAIT])))


def _as_view(answer: Ack) -> View:
    """What a form is answered with once it was acknowledged: its fields can't be marked any more."""
    if view := answer.get("view"):
        return dict(view)
    return views.done_view([*answer["errors"].values(), "お手数ですが、もう一度入力してください。"])


def open_view(session: Session, request: SlackRequest, view: View) -> None:
    """Open a form where something was pressed or typed."""
    try:
        interactive(session.context.settings).views_open(trigger_id=request.trigger_id, view=view)
    except CALL_ERRORS as error:
        log.warning("a form was not opened: %s", error)
        raise ChangeRefused(NO_FORM) from error


def refresh(context: Context, channel: str, ts: str, shares: list[Share], *, note: str = "") -> None:
    """Show today's state in the message that was pressed; the change stands also when that fails."""
    session = session_of(context)
    payload = outbound(
        context,
        status_message(
            session.workloads, shares, session.due_dates, session.calendar, session.now, note=note
        ),
    )
    try:
        interactive(context.settings).chat_update(channel=channel, ts=ts, **payload)
    except CALL_ERRORS as error:
        log.warning("%s %s was not updated: %s", channel, ts, error)


def update(view: View) -> Ack:
    """Show another view in the place of the form."""
    return {"response_action": "update", "view": view}
