"""Which answers are given where words to look for were expected. Pure."""

from bot.answers import Answer


def is_told(given: Answer) -> bool:
    """Whether an answer tells what was asked, and not only where it may stand."""
    return given.confidence == "sure" and given.kind not in ("search", "none")
