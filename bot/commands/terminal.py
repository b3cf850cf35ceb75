"""A terminal in which what others wrote gives no orders; who uses it, as the trail keeps it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from sqlite_utils import Database

from bot.context import now_in_tokyo
from store.evaluation import trail
from store.evaluation.records import Event, EventKind
from store.text.display import harmless


class Terminal(Console):
    """A console that prints no order to the terminal but its own: texts may hold what others wrote."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is to be written, piece by piece."""
        for segment in super().render(renderable, options):
            shown = segment.text if segment.control else harmless(segment.text)
            yield segment if shown == segment.text else Segment(shown, segment.style)


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
