"""Secrets are blotted out of every line of the log, tracebacks included."""

import io
import logging

import pytest

from bot.context import BLOT, Blotting

OURS = ("xoxb-1-made-up", "0123456789abcdef0123456789abcdef")


@pytest.fixture
def written() -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Blotting(OURS))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, stream


@pytest.mark.parametrize(
    "secret",
    [
        *OURS,
        "xoxp-somebody-elses",
        "xapp-1-A1-2-made-up",
        "https://hooks.slack.com/commands/T0/1/made-up",
        "v0=" + "a" * 64,
        "token=made-up-verification",
    ],
)
def test_a_secret_is_blotted_out_of_messages_arguments_and_tracebacks(written, secret: str):
    logger, stream = written
    logger.warning("sent %s", {"value": secret})
    try:
        raise ValueError(secret)
    except ValueError:
        logger.exception("failed with %s", secret)
    log = stream.getvalue()
    assert secret not in log
    assert "made-up-verification" not in log
    assert log.count(BLOT) == 3
    assert "Traceback" in log


def test_the_rest_of_the_line_stays(written):
    logger, stream = written
    logger.warning("request 1a2b failed: slash find")
    assert "request 1a2b failed: slash find" in stream.getvalue()
