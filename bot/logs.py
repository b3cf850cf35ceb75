"""Logging to stderr, with secrets blotted out whatever wrote them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from pydantic import SecretStr

from bot.settings import Settings

# Slack's tokens, response_urls and trigger ids are secrets even when they are not ours.
_SECRET_SHAPES = (
    r"x(?:ox[a-z]|app)-[\w-]+",
    r"https://hooks\.slack\.com/\S+",
    r"v0=[0-9a-f]{64}",
    r"(?<=token=)[\w-]+",
)
BLOT = "［秘密］"


class Blotting(logging.Formatter):
    """A formatter whose whole output, tracebacks included, has its secrets blotted out."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        known = [re.escape(secret) for secret in secrets if secret]
        self._secret = re.compile("|".join([*known, *_SECRET_SHAPES]))

    def format(self, record: logging.LogRecord) -> str:
        """The line as logged, without secrets."""
        return self._secret.sub(BLOT, super().format(record))


def start_logging(settings: Settings) -> None:
    """Send everything from INFO on to stderr; Slack's libraries from WARNING on."""
    handler = logging.StreamHandler()
    values = (getattr(settings, name) for name in type(settings).model_fields)
    handler.setFormatter(Blotting(v.get_secret_value() for v in values if isinstance(v, SecretStr)))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("slack_bolt", "slack_sdk", "apscheduler", "aiohttp", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It would write a line for each malformed request; these are counted (bot.slack.http.Refusals).
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
