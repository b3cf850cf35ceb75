"""The event loop's client of Slack's Web API, and what an error of any client means.

slack_sdk's own `timeout` does nothing once a session is set.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.gateway.posting import CALL_SECONDS, NoAnswer, is_answer, logged, reason_of
from bot.settings import Settings, require

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
