"""Is the process live, and is it ready: the answers for a process manager."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from slack_sdk.errors import SlackClientError

from bot.context import Context
from bot.delivery import outbox
from bot.gateway.client import INTERACTIVE_SECONDS, TOKEN_ERRORS, SlackClient
from store import projects
from store.database import DatabaseError
from store.evaluation import delivery_state
from store.evaluation.deliveries import stamp
from store.index import writer
from store.index.version import generation

Check = Callable[[Context], list[str]]

FRESH_SECONDS = 1.0  # a process manager asks often; the answer is looked up at most this often
ASK_AGAIN, ASK_IN_TROUBLE = timedelta(seconds=60), timedelta(seconds=5)
LONG_SECONDS = 60.0  # that a write has waited
INDEX_SECONDS = 60.0  # the index is compared with the rows when they changed, and this often


def database_problems(context: Context) -> list[str]:
    """Whether the database is there, opens, is read, and holds a list."""
    if not context.databases.path.exists():  # a connection would go on with a file that was deleted
        return [f"データベース {context.databases.path} がありません。"]
    try:
        if projects.count(context.databases.get()) == 0:
            return ["事業が登録されていません。`jigyo load` で一覧を読み込んでください。"]
    except (DatabaseError, sqlite3.Error) as error:
        return [f"データベースを読めません: {error}"]
    return []


class IndexInStep:
    """Whether the search index is in step with the rows: a look at all of them, so not at every call."""

    def __init__(self) -> None:
        self._looked_at, self._generation, self._problems = float("-inf"), -1, [""]

    def __call__(self, context: Context) -> list[str]:
        """What is out of step, in one line each."""
        db = context.databases.get()
        now = generation(db)
        if now != self._generation or monotonic() - self._looked_at > INDEX_SECONDS:
            self._problems = writer.check(db)
            self._looked_at, self._generation = monotonic(), now
        return self._problems


class SlackAnswers:
    """Whether Slack answers, since when it does not, and how much waits for it."""

    def __init__(self, client: SlackClient) -> None:
        self._client, self._state = client, client.state

    async def ask(self) -> None:
        """Ask Slack who we are, unless a call of the last minute (of the last seconds in trouble) tells."""
        good_for = ASK_IN_TROUBLE if self._state.problem else ASK_AGAIN
        asked_at = self._state.asked_at
        if asked_at and self._state.clock() - asked_at < good_for:
            return
        try:
            async with asyncio.timeout(INTERACTIVE_SECONDS):
                await self._client.auth_test()
        except TimeoutError:
            self._state.found("timeout")
        except SlackClientError:
            return  # the state has it

    def __call__(self, context: Context) -> list[str]:
        """What is wrong, in one line."""
        problem, since = self._state.problem, self._state.since
        if not problem or since is None:
            return []
        what = "Slack のトークンが使えません" if problem in TOKEN_ERRORS else "Slack から返事がありません"
        now = context.clock()
        waiting = len(outbox.due(context, now)) + delivery_state.untold(
            context.databases.get(), before=stamp(now)
        )
        waits = f"お送りするものが{waiting}件待っています。" if waiting else ""
        return [f"{what}（{problem}、{since:%m月%d日 %H:%M:%S} から）。{waits}"]


def notes_problems(context: Context) -> list[str]:
    """Whether what answers leave to be written has waited for long."""
    if context.later.waited < LONG_SECONDS:
        return []
    return [
        f"データベースに書き込めない状態が{context.later.waited:.0f}秒続いています"
        f"（{context.later.waiting}件が待っています）。"
    ]


class Health:
    """Runs the checks in order until one finds problems, remembering the outcome for a moment.

    Once none of `checks` does, all of `more` are run.
    """

    def __init__(self, context: Context, checks: tuple[Check, ...], more: tuple[Check, ...] = ()) -> None:
        self._context, self._checks, self._more = context, checks, more
        self._looked_at, self._problems = float("-inf"), [""]

    def problems(self) -> list[str]:
        """What is wrong, in one line each; empty when the process is ready."""
        if monotonic() - self._looked_at > FRESH_SECONDS:
            found = (check(self._context) for check in self._checks)
            self._problems = next((problems for problems in found if problems), []) or [
                problem for check in self._more for problem in check(self._context)
            ]
            self._looked_at = monotonic()
        return self._problems
