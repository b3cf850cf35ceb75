"""Logging to stderr: JSON lines, each with its request's id; secrets are blotted out whatever wrote them.

`traced` begins what has an id of its own: a request of Slack's, a tick of the reminders. Whatever is logged
until its end carries the id, in the threads and tasks to which it hands work too.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, TypeVar

import orjson
import structlog
from pydantic import SecretStr
from structlog.contextvars import bound_contextvars, get_contextvars
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from bot.settings import Settings
from store.text.display import HARMFUL

# Slack's tokens, response_urls and trigger ids are secrets even when they are not ours.
_SECRET_SHAPES = (
    r"x(?:ox[a-z]|app)-[\w-]+",
    r"https://hooks\.slack\.com/[^\s\"'\\<>]+",
    r"v0=[0-9a-f]{64}",
    r"(?<=token=)[\w-]+",
)
BLOT = "［秘密］"
REQUEST = "request"  # the id's name in a line

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def _to_json(event: EventDict, **_: Any) -> str:
    try:
        return orjson.dumps(event, default=str).decode()
    except TypeError:  # half a character, which has no UTF-8, or a number too large
        return orjson.dumps({key: ascii(value) for key, value in event.items()}).decode()


_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_LAST: tuple[Processor, ...] = (
    ProcessorFormatter.remove_processors_meta,
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(serializer=_to_json),
)


class Blotting(ProcessorFormatter):
    """A formatter of JSON lines whose whole output, tracebacks included, has its secrets blotted out."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(foreign_pre_chain=_SHARED, processors=_LAST)
        known = [re.escape(secret) for secret in secrets if secret]
        self._secret = re.compile("|".join([*known, *_SECRET_SHAPES]))

    def format(self, record: logging.LogRecord) -> str:
        """The line as logged, without secrets."""
        line = HARMFUL.sub(lambda each: f"\\u{ord(each[0]):04x}", super().format(record))
        return self._secret.sub(BLOT, line)


def start_logging(settings: Settings) -> None:
    """Send everything from JIGYO_LOG's level on to stderr; Slack's libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    values = (getattr(settings, name) for name in type(settings).model_fields)
    handler.setFormatter(Blotting(v.get_secret_value() for v in values if isinstance(v, SecretStr)))
    logging.basicConfig(level=settings.jigyo_log.upper(), handlers=[handler], force=True)
    for noisy in ("slack_bolt", "slack_sdk", "apscheduler", "aiohttp", "uvicorn", "asyncio", "matplotlib"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It would write a line for each malformed request; these are counted (bot.slack.observing.Refusals).
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


def new_id() -> str:
    """An id of eight characters, which a person can read out."""
    return secrets.token_hex(4)


def traced(**values: str) -> AbstractContextManager[None]:
    """Inside, every line that is logged carries these values, a new id among them if none is given."""
    return bound_contextvars(**{REQUEST: new_id(), **values})


def current_id() -> str:
    """The id of what is being done; a new one outside of `traced`."""
    return str(get_contextvars().get(REQUEST) or new_id())


def carried(
    function: Callable[Parameters, Result], *args: Parameters.args, **more: Parameters.kwargs
) -> Callable[[], Result]:
    """The call for another thread, which logs as this one does."""
    return partial(copy_context().run, partial(function, *args, **more))
