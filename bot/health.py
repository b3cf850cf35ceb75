"""Is the process live, and is it ready: the answers for a process manager."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from time import monotonic

from bot.context import Context
from store import projects
from store.database import DatabaseError

Check = Callable[[Context], list[str]]

FRESH_SECONDS = 5.0  # a process manager asks often; the answer is looked up at most this often


def database_problems(context: Context) -> list[str]:
    """Whether the database opens, is read, and holds a list."""
    try:
        if projects.count(context.databases.get()) == 0:
            return ["事業が登録されていません。`jigyo load` で一覧を読み込んでください。"]
    except (DatabaseError, sqlite3.Error) as error:
        return [f"データベースを読めません: {error}"]
    return []


class Health:
    """Runs the checks, remembering the outcome for a few seconds."""

    def __init__(self, context: Context, checks: tuple[Check, ...]) -> None:
        self._context, self._checks = context, checks
        self._looked_at, self._problems = float("-inf"), [""]

    def problems(self) -> list[str]:
        """What is wrong, in one line each; empty when the process is ready."""
        if monotonic() - self._looked_at > FRESH_SECONDS:
            self._problems = [problem for check in self._checks for problem in check(self._context)]
            self._looked_at = monotonic()
        return self._problems
