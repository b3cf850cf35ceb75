"""Presses of buttons and forms, from Slack to a handler in a thread and back; what is sent in answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Literal

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Context, SlackRequest, outbound, page, recall
from bot.deadlines import views
from bot.deadlines.session import REPLAYED, Session, session_of
from bot.deadlines.workflow import ChangeRefused
from bot.delivery.outbox import shown_now
from bot.gateway import CALL_ERRORS, INVALID_BLOCKS, Posted, change, interactive, reason_of
from bot.messages.builders import action_pattern
from bot.messages.message import Message, Payload, View, as_older, newer_kinds
from bot.messages.reminders import Share
from bot.permissions import rule
from bot.slack import exchange
from bot.slack.dispatch import may_wait
from bot.slack.exchange import ACK_WITHIN, patiently, send, within
from bot.slack.requests import Answerer, answer, failed
from store.evaluation import ledger
from store.evaluation.ledger import stamp
from store.talk import conversations

log = logging.getLogger(__name__)

Replaces = Literal["never", "private", "always"]

GONE = Message("この続きは保存期間を過ぎました。お手数ですが、もう一度お尋ねください。")


async def post(
    context: Context, client: AsyncWebClient, payload: Payload, *, channel: str, thread_ts: str = ""
) -> None:
    """Post a payload that passed the gate, its newer blocks where the workspace may have them.

    Raises SlackApiError when Slack refuses it.
    """

    async def sent(form: Payload) -> None:
        words = {key: form[key] for key in ("text", "blocks") if key in form}
        await client.chat_postMessage(
            channel=channel, thread_ts=thread_ts or None, unfurl_links=False, unfurl_media=False, **words
        )

    kinds = newer_kinds(payload)
    if not kinds or context.shown.refuses(kinds):
        await sent(as_older(payload))
        return
    try:
        await sent(payload)
    except SlackApiError as error:
        if reason_of(error) != INVALID_BLOCKS:
            raise
        await sent(as_older(payload))
        context.shown.note(kinds, are_shown=False)
    else:
        context.shown.note(kinds, are_shown=True)


def register(app: AsyncApp, context: Context) -> None:
    """Answer the button 続きを見る."""
    on_button(app, context, "more", further_page)


def on_button(
    app: AsyncApp,
    context: Context,
    action: str,
    handler: Answerer,
    *,
    replaces: Replaces = "never",
    once: bool = False,
) -> None:
    """Answer presses of `action` with what the handler makes of the button's value (`request.text`).

    In a direct message the answer is posted; in a channel only the actor who pressed sees it (unless it is
    `in_channel`). It may replace the message the button was on: always, or when nobody else sees that one.
    `once` is for what others see, or what is written: the same request sent again does nothing.
    """
    rule("button", action)  # which says who may; KeyError where nothing does
    answerer = do_once(handler) if once else handler

    @app.action(action_pattern(action))
    async def pressed(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        request = exchange.of_action(body)
        work = _answer_press(client, respond, context, answerer, request, replaces=replaces, body=body)
        await within(context, work, seconds=ACK_WITHIN)


def do_once(handler: Answerer) -> Answerer:
    """A handler that answers one request once, however often somebody who has a copy sends it."""

    def answer_once(request: SlackRequest, context: Context) -> Message | Payload:
        if is_replayed(context, request):
            return Message(REPLAYED)
        return handler(request, context)

    return may_wait(wraps(handler)(answer_once))


def is_replayed(context: Context, request: SlackRequest) -> bool:
    """Whether this very request was here before, in any process. Waits for the database."""
    db, now = context.databases.get(), context.clock()
    is_first = not request.signature or conversations.is_first(db, request.signature, now=now)
    if not is_first:
        context.metrics.add("jigyo_refusals", "sent again")
    return not is_first


async def _answer_press(
    client: AsyncWebClient,
    respond: AsyncRespond,
    context: Context,
    handler: Answerer,
    request: SlackRequest,
    *,
    replaces: Replaces,
    body: dict[str, Any],
) -> None:
    payload = await answer(context, handler, request)
    is_ephemeral = bool((body.get("container") or {}).get("is_ephemeral"))
    is_dm = request.channel.startswith("D")
    does_replace = replaces == "always" or (replaces == "private" and (is_ephemeral or is_dm))
    if is_dm and not is_ephemeral and not does_replace:
        thread_ts = request.thread_ts or request.ts
        await post(context, client, payload, channel=request.channel, thread_ts=thread_ts)
        return
    where = {"thread_ts": request.thread_ts} if request.thread_ts else {}
    told = {"response_type": "ephemeral", "replace_original": does_replace, **where, **payload}
    await send(respond, told, context.shown)


async def attend(
    context: Context, work: Coroutine[Any, Any, Any], doing: str, respond: AsyncRespond | None = None
) -> None:
    """Do what a press asks of Slack; after `ACK_WITHIN` it goes on behind its acknowledgement.

    Whoever pressed is told when it fails, where there is a way to tell.
    """

    async def told() -> None:
        try:
            await work
        except Exception as error:
            payload = failed(context, doing, error)
            if respond:
                await send(respond, {"response_type": "ephemeral", "replace_original": False, **payload})

    await within(context, told(), seconds=ACK_WITHIN)


def further_page(request: SlackRequest, context: Context) -> Message | Payload:
    """The kept page after the one whose button was pressed."""
    key, _, number = request.text.partition(" ")
    parts = recall(context, key)
    return page(parts, key, int(number) + 1) if parts else GONE


Body = dict[str, Any]
Ack = dict[str, Any]  # what a form is acknowledged with

WAIT = "お預かりしました。済みしだい、この画面でお知らせします。"
NO_FORM = "Slack から返事がなく、フォームを開けませんでした。少し時間をおいて、もう一度お試しください。"


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
            count_refusal(context, refused)
            return outbound(context, Message(str(refused)))  # beside the message: others still need it
        except Exception:
            return failed(context, f"press {action}")
        return {"replace_original": replaces, **outbound(context, message)} if message else None

    async def work(request: SlackRequest, respond: AsyncRespond) -> None:
        payload = await patiently(context, handle, request)
        if payload:
            told = {"response_type": "ephemeral", "replace_original": False, **payload}
            await send(respond, told, context.shown)

    @app.action(action_pattern(action))
    async def pressed(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await within(context, work(exchange.of_action(body), respond), seconds=ACK_WITHIN)


def on_form(app: AsyncApp, context: Context, callback: str, handler: Callable[[Body, Context], Ack]) -> None:
    """Take a form: another view, or what to correct in which field."""
    rule("modal", callback)  # which says who may; KeyError where nothing does

    def handle(body: Body) -> Ack:
        try:
            return handler(body, context)
        except FieldError as error:
            return {"response_action": "errors", "errors": {error.block: str(error)}}
        except ChangeRefused as refused:
            count_refusal(context, refused)
            return update(views.done_view([str(refused)]))
        except Exception:
            return update(views.done_view([failed(context, f"form {callback}")["text"]]))

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


def count_refusal(context: Context, refused: ChangeRefused) -> None:
    """Count a change that was refused, by why."""
    context.metrics.add("jigyo_refusals", refused.why)


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


def refresh(
    context: Context, channel: str, ts: str, shares: list[Share] | None = None, *, note: str = ""
) -> None:
    """Show today's state in the message that was pressed; the change stands also when that fails.

    `shares` are what its buttons name; without them the ledger knows. Other copies follow with the next tick.
    """
    if not channel or not ts:  # App Home
        return
    session = session_of(context)
    message = shown_now(context, channel, ts, shares or (), note=note)
    if message is None:
        return
    payload = outbound(context, message)
    outcome = change(
        interactive(context.settings), channel=channel, ts=ts, payload=payload, shown=context.shown
    )
    if isinstance(outcome, Posted):
        ledger.is_current(session.db, channel, ts, since=stamp(session.now))
    else:
        log.warning("%s %s was not updated: %s", channel, ts, outcome.reason)


def push(view: View) -> Ack:
    """Show another view over the form, which is there again when that is closed."""
    return {"response_action": "push", "view": view}


def update(view: View) -> Ack:
    """Show another view in the place of the form."""
    return {"response_action": "update", "view": view}
