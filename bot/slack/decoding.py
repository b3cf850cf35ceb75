"""What a person typed, out of what Slack made of it. Pure."""

from __future__ import annotations

import re

from bot.messages.markup import unescape

_MAILTO_OR_LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^|<>]*\|([^<>]*)>")
_BARE_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^|<>]*)>")
_NAMED = re.compile(r"<[@#!][^|<>]*\|@?([^<>]*)>")
_NAMELESS = re.compile(r"<[@#!][^|<>]*>")
_SMART = str.maketrans("“”„‟＂‘’‚‛", '"""""\'\'\'\'')
_HALVES = re.compile("[\ud800-\udfff]")  # of pairs: JSON may carry one alone, no text may
_SPACES = re.compile(r"[\s\u200b\ufeff]+")


def as_typed(raw: str) -> str:
    """Undo Slack's escapes: links and names by their label, ids without one gone, smart quotes straight."""
    text = _without_brackets(raw) if "<" in raw else raw
    return _SPACES.sub(" ", unescape(text).translate(_SMART)).strip()


def _without_brackets(raw: str) -> str:
    text = _BARE_LINK.sub(r"\1", _MAILTO_OR_LINK.sub(r"\1", raw))
    return _NAMELESS.sub(" ", _NAMED.sub(r"\1", text))


def without_mention(raw: str, bot_user: str) -> str:
    """The text of a mention without the bot's own name, wherever in the sentence it stands."""
    text = _HALVES.sub("\ufffd", raw)
    return re.sub(rf"<@{re.escape(bot_user)}(\|[^<>]*)?>", " ", text).strip() if bot_user else text.strip()
