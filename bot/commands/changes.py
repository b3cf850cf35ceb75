"""Who changes something by a command, and the line in the trail that tells of it."""

from __future__ import annotations

import getpass
import os

from sqlite_utils import Database

from bot.context import now_in_tokyo
from store.evaluation import trail
from store.evaluation.records import Event, EventKind


def system_user() -> str:
    """The operating system's name of the user, whatever the environment says; the number of one without."""
    try:
        from pwd import getpwuid

        return getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return getpass.getuser() if os.name == "nt" else str(os.getuid())


def note_change(
    db: Database, what: EventKind, subject: str, field: str, *, before: str = "", after: str = ""
) -> None:
    """Add a line about what a command does to the trail, inside the transaction of the change."""
    line = Event(now_in_tokyo(), system_user(), what, subject, field, before, after, whence=whence())
    trail.record(db, line)


def whence() -> str:
    """Where a command's change comes from, as the trail keeps it: the system's user, whatever `--by` says."""
    return f"command @{system_user()}"
