"""Is the process live, and is it ready: the answers for a process manager."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from time import monotonic

from bot.context import Context
from store import projects
from store.database import DatabaseError
from store.index import writer
from store.index.version import generation

Check = Callable[[Context], list[str]]

FRESH_SECONDS = 1.0  # a process manager asks often; the answer is looked up at most this often
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


class Health:
    """Runs the checks in order until one finds problems, remembering the outcome for a moment."""

    def __init__(self, context: Context, checks: tuple[Check, ...]) -> None:
        self._context, self._checks = context, checks
        self._looked_at, self._problems = float("-inf"), [""]

    def problems(self) -> list[str]:
        """What is wrong, in one line each; empty when the process is ready."""
        if monotonic() - self._looked_at > FRESH_SECONDS:
            found = (check(self._context) for check in self._checks)
            self._problems = next((problems for problems in found if problems), [])
            self._looked_at = monotonic()
        return self._problems
