"""The event loop's client of Slack's Web API, and work beside the loop: in threads, within Slack's time.

slack_sdk's own `timeout` does nothing once a session is set.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp import ClientError
from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.context import Context, carried
from bot.gateway import CALL_SECONDS, INVALID_BLOCKS, NoAnswer, is_answer, logged, reason_of
from bot.messages.message import Payload, as_newer, as_older, newer_kinds
from bot.settings import Settings, require
from store.database import DatabaseError, Patience
from store.talk.conversations import ShownBlocks

log = logging.getLogger(__name__)

WITH_RETRIES = 40.0  # seconds of a call, its retries after 429 included

# Slack's errors for what may be taken later.
PASSING = frozenset(
    (
        "fatal_error",
        "internal_error",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    )
)

# Slack's errors for a token that is not valid any more.
TOKEN_ERRORS = frozenset(("account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"))


@dataclass
class SlackState:
    """Whether Slack answers, as the last call of this process found; `since` is when that began."""

    clock: Callable[[], datetime]
    problem: str = ""
    since: datetime | None = None
    asked_at: datetime | None = None

    def found(self, problem: str) -> None:
        """Take note of a call; `problem` is '' where Slack answered."""
        self.asked_at = self.clock()
        if bool(problem) != bool(self.problem):
            self.since = self.asked_at
        self.problem = problem


class SlackClient(AsyncWebClient):
    """The event loop's client: it waits when told to (429) and never sends twice when a connection breaks.

    Use `session()` around its calls. Raises SlackApiError when Slack refuses, NoAnswer when it gives none.
    """

    def __init__(self, settings: Settings, state: SlackState) -> None:
        super().__init__(
            token=require(settings, "slack_bot_token"),
            base_url=settings.slack_api_url,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
        )
        self.state = state

    async def api_call(self, api_method: str, **more: Any) -> AsyncSlackResponse:
        """Call a method, within its time."""
        try:
            with logged(api_method):
                async with asyncio.timeout(WITH_RETRIES):
                    answer = await super().api_call(api_method, **more)
        except SlackApiError as error:
            if not is_answer(error.response):
                raise self._none(api_method, error) from error
            self.state.found(token_problem(error))
            raise
        except (aiohttp.ClientError, OSError, ValueError, AttributeError, LookupError) as error:
            raise self._none(api_method, error) from error
        self.state.found("")
        return answer

    def _none(self, method: str, error: Exception) -> NoAnswer:
        reason = reason_of(error)
        self.state.found(reason)
        return NoAnswer(f"{method}: {reason}", is_unsent=isinstance(error, aiohttp.ClientConnectorError))


def session() -> aiohttp.ClientSession:
    """What a client's calls are made in; each has `CALL_SECONDS`."""
    return aiohttp.ClientSession(trust_env=True, timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))


def in_a_line(error: BaseException | None) -> str:
    """An error of a call in a line, without its traceback: the cause is at Slack's. '' for other errors."""
    if isinstance(error, SlackApiError):
        method = str(getattr(error.response, "api_url", "")).rpartition("/")[2]
        return f"{method}: {reason_of(error)}"
    return str(error) if isinstance(error, NoAnswer) else ""


def is_for_good(error: BaseException) -> bool:
    """Whether Slack refused a call for a reason that stays: asked again, it would say the same."""
    if not isinstance(error, SlackApiError) or not is_answer(error.response):
        return False
    return str(error.response["error"]) not in PASSING


def token_problem(error: SlackApiError) -> str:
    """The error's name if it is about our token, else ''."""
    data = getattr(error.response, "data", None)
    name = str(data.get("error", "")) if isinstance(data, Mapping) else ""
    return name if name in TOKEN_ERRORS else ""


PATIENCE = 30 * 60.0  # seconds for whoever writes to the database; a load of a million rows takes minutes
ACK_WITHIN = 2.0  # seconds; Slack gives up after 3


async def patiently(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    """Run what may wait for Slack or for the database in a thread of those that may."""
    return await asyncio.get_running_loop().run_in_executor(
        context.patient, carried(_with_patience, context, function, *args)
    )


def _with_patience(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    with suppress(DatabaseError, sqlite3.Error):  # of which the handler will tell
        context.databases.get().patience = Patience(PATIENCE, context.stopping)
    return function(*args)


async def in_thread(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    """Run blocking work in a worker thread."""
    return await asyncio.get_running_loop().run_in_executor(context.pool, carried(function, *args))


async def within(context: Context, work: Coroutine[Any, Any, Any], *, seconds: float) -> bool:
    """Start `work`, wait for it a while; whether it is done. If not it goes on, and a stop waits for it."""
    task = asyncio.ensure_future(work)
    context.unfinished.add(task)
    task.add_done_callback(context.unfinished.discard)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if done:
        task.result()
    else:
        task.add_done_callback(_log_failure)
    return bool(done)


def _log_failure(task: asyncio.Future[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        what = "an answer given after its acknowledgement failed"
        log.error("%s: %s", what, in_a_line(error) or error, exc_info=None if in_a_line(error) else error)


async def send(respond: AsyncRespond, body: Payload, shown: ShownBlocks | None = None) -> bool:
    """Post to a response_url; whether it took it: it may have expired (five uses, thirty minutes).

    Newer blocks are sent where they are `shown`, or may be; what they are is kept.
    """
    if not respond.response_url:
        log.warning("there is no response_url to answer to")
        return False
    kinds = newer_kinds(body)
    if kinds and shown and not shown.refuses(kinds):
        answer = await _sent(respond, as_newer(body))
        if answer is None or INVALID_BLOCKS not in answer:
            if answer == "":
                shown.note(kinds, are_shown=True)
            return answer == ""
        if await _sent(respond, as_older(body)) != "":
            return False
        shown.note(kinds, are_shown=False)
        return True
    return await _sent(respond, as_older(body)) == ""


async def _sent(respond: AsyncRespond, body: Payload) -> str | None:
    """What a response_url says of a post: '' where it took it, None where there is no answer."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            answer = await respond(body)
    except (ClientError, OSError, ValueError) as error:  # among them TimeoutError
        log.warning("a response_url cannot be reached: %r", error)
        return None
    if answer.status_code != HTTPStatus.OK:
        log.warning("a response_url took no answer: %s %s", answer.status_code, answer.body[:200])
        return answer.body[:200] or str(answer.status_code)
    return ""
