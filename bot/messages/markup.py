"""Slack's mrkdwn as a type: text that is already markup is told apart from text that still needs escaping."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache


class Mrkdwn(str):
    """Markup ready for Slack. A plain `str` is escaped by the gate; a `Mrkdwn` passes as it is.

    An f-string or `+` makes a plain `str` of it: put pieces together with `mrkdwn` and `join`.
    """

    __slots__ = ()


# Slack has no escape for its formatting characters; a zero-width space keeps a pair of them from closing.
_FORMATTING = re.compile(r"[*_~`]")


def escape(text: str) -> Mrkdwn:
    """Escape `&`, `<` and `>`, once: a `Mrkdwn` comes back unchanged."""
    if isinstance(text, Mrkdwn):
        return text
    return Mrkdwn(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def literal(text: str) -> Mrkdwn:
    """Escape `text` and keep its own `*`, `_`, `~` and backquotes from formatting anything."""
    return text if isinstance(text, Mrkdwn) else _literal(text)


@lru_cache(maxsize=8_192)  # of plain text only: to a cache, a Mrkdwn is the same as a str that looks so
def _literal(text: str) -> Mrkdwn:
    return Mrkdwn(_FORMATTING.sub("\\g<0>\u200b", escape(text)))


def mrkdwn(template: str, *values: object) -> Mrkdwn:
    """Fill `{}` of a template of ours with values made literal (a `Mrkdwn` value stays markup)."""
    return Mrkdwn(template.format(*(literal(v if isinstance(v, str) else str(v)) for v in values)))


def join(separator: str, parts: Iterable[str]) -> Mrkdwn:
    """Join parts, each made literal unless it is markup already."""
    return Mrkdwn(separator.join(literal(part) for part in parts))


def bold(text: str) -> Mrkdwn:
    """`text` in bold: a whole line or a word between spaces, for Slack needs a border around the stars.

    Inside the stars it wants letters next to them: a zero-width space stands in beside 「 or ）.
    """
    inside = literal(text)
    if not text.strip():
        return inside
    before, after = ("" if end.isalnum() else "\u200b" for end in (text[0], text[-1]))
    return Mrkdwn(f"*{before}{inside}{after}*")


def code(text: str) -> Mrkdwn:
    """`text` as something to type: nothing in it formats, and copying it gives exactly it."""
    return Mrkdwn(f"`{escape(text.replace('`', chr(39)))}`")


def mention(user: str) -> Mrkdwn:
    """A live mention of a user's id (`U…`); nothing else makes one."""
    return Mrkdwn(f"<@{_identifier(user)}>")


def channel(channel_id: str) -> Mrkdwn:
    """A live link to a channel's id (`C…`)."""
    return Mrkdwn(f"<#{_identifier(channel_id)}>")


def link(url: str, label: str) -> Mrkdwn:
    """A live link. Raises ValueError unless `url` is http(s)."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("a link starts with https:// or http://")
    address = escape(url.replace("|", "%7C").replace("\n", ""))
    return Mrkdwn(f"<{address}|{literal(label.replace('|', '｜').replace(chr(10), ' '))}>")


def unescape(text: str) -> str:
    """Back to what a person reads: entities decoded."""
    return html.unescape(text)


def _identifier(text: str) -> str:
    if not (text.isascii() and text.isalnum()):
        raise ValueError("a Slack id has letters and digits only")
    return text
