"""Text that Slack shows as it was meant, how much of it Slack takes, and what a person meant to type."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from store.text.display import harmless

BLOCKS_A_MESSAGE = 50
BLOCKS_A_VIEW = 100
ALL_TEXT_OF_A_MESSAGE = 10_000  # undocumented: msg_blocks_too_long was seen from 11,341 on
MESSAGE_TEXT = 4_000  # longer is split by Slack
SECTION_TEXT = 3_000
FIELD_TEXT = 2_000
FIELDS = 10
HEADER_TEXT = 150
ACTIONS_ELEMENTS = 25
CONTEXT_ELEMENTS = 10
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
URL = 3_000
IDENTIFIER = 255
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = {
    "static_select": 100,
    "multi_static_select": 100,
    "overflow": 5,
    "checkboxes": 10,
    "radio_buttons": 10,
}
PLACEHOLDER = 150
LABEL = 2_000
ALT_TEXT = 2_000
TABLES_A_MESSAGE = 1
TABLE_ROWS = 100
TABLE_COLUMNS = 20
DATA_TABLE_ROWS = 101  # with the heading row
DATA_CELL = 300
CHART_TITLE, CHART_LABEL = 50, 20
CHART_CATEGORIES, CHART_SERIES, CHARTS_A_MESSAGE = 20, 6, 2
VIEW_BYTES = 250_000
# Slack has no escape for its formatting characters; a zero-width space keeps a pair of them from closing.
_TOKEN = re.compile(r"<[^<>]*>|&\w{2,4};|.", re.S)  # what must not be cut in two
_FORMATTING = re.compile(r"[*_~`]")
_LINK = re.compile(r"<(?:https?://[^|>]*)\|([^>]*)>")
_BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")
_MAILTO_OR_LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^|<>]*\|([^<>]*)>")
_BARE_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^|<>]*)>")
_NAMED = re.compile(r"<[@#!][^|<>]*\|@?([^<>]*)>")
_NAMELESS = re.compile(r"<[@#!][^|<>]*>")
_SMART = str.maketrans("“”„‟＂‘’‚‛", '"""""\'\'\'\'')
_SPACES = re.compile(r"[\s\u200b\ufeff]+")


class _Proof:
    """What shows that a text was escaped or is markup of ours."""


_OURS = _Proof()


class Mrkdwn(str):
    """Markup ready for Slack. A plain `str` is escaped by the gate; a `Mrkdwn` passes as it is.

    An f-string, a slice or `+` makes a plain `str` of it: put pieces together with `mrkdwn` and `join`, take
    pieces with `cut` and `split`.
    """

    __slots__ = ()

    def __new__(cls, text: str, proof: _Proof) -> Mrkdwn:
        """Only for this module. Raises TypeError for anything but its proof."""
        if proof is not _OURS:
            raise TypeError("markup is made by escape, literal, mrkdwn and the like")
        return super().__new__(cls, text)


Text = TypeVar("Text", str, Mrkdwn)


def escape(text: str) -> Mrkdwn:
    """Escape `&`, `<` and `>`, once: a `Mrkdwn` comes back unchanged. What gives a screen orders goes."""
    if isinstance(text, Mrkdwn):
        return text
    shown = harmless(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Mrkdwn(shown, _OURS)


def literal(text: str) -> Mrkdwn:
    """Escape `text` and keep its own `*`, `_`, `~` and backquotes from formatting anything."""
    return text if isinstance(text, Mrkdwn) else _literal(text)


@lru_cache(maxsize=8_192)  # of plain text only: to a cache, a Mrkdwn is the same as a str that looks so
def _literal(text: str) -> Mrkdwn:
    return Mrkdwn(_FORMATTING.sub("\\g<0>\u200b", escape(text)), _OURS)


def mrkdwn(template: str, *values: object) -> Mrkdwn:
    """Fill `{}` of a template of ours with values made literal (a `Mrkdwn` value stays markup)."""
    filled = template.format(*(literal(v if isinstance(v, str) else str(v)) for v in values))
    return Mrkdwn(filled, _OURS)


def join(separator: str, parts: Iterable[str]) -> Mrkdwn:
    """Join parts, each made literal unless it is markup already."""
    return Mrkdwn(separator.join(literal(part) for part in parts), _OURS)


def bold(text: str) -> Mrkdwn:
    """`text` in bold: a whole line or a word between spaces, for Slack needs a border around the stars.

    Inside the stars it needs letters next to them: a zero-width space is put beside 「 or ）.
    """
    inside = literal(text)
    if not text.strip():
        return inside
    before, after = ("" if end.isalnum() else "\u200b" for end in (text[0], text[-1]))
    return Mrkdwn(f"*{before}{inside}{after}*", _OURS)


def code(text: str) -> Mrkdwn:
    """`text` as something to type: nothing in it formats, and copying it gives exactly it."""
    return Mrkdwn(f"`{escape(text.replace('`', chr(39)))}`", _OURS)


def mention(user: str) -> Mrkdwn:
    """A live mention of a user's id (`U…`); nothing else makes one."""
    return Mrkdwn(f"<@{_identifier(user)}>", _OURS)


def is_user(text: str) -> bool:
    """Whether a text is a person's id, as a name that was typed or a payload of nobody's is not."""
    return text[:1] in ("U", "W") and text.isascii() and text.isalnum() and text.upper() == text


def channel(channel_id: str) -> Mrkdwn:
    """A live link to a channel's id (`C…`)."""
    return Mrkdwn(f"<#{_identifier(channel_id)}>", _OURS)


def link(url: str, label: str) -> Mrkdwn:
    """A live link. Raises ValueError unless `url` is http(s)."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("a link starts with https:// or http://")
    address = escape(url.replace("|", "%7C").replace("\n", ""))
    return Mrkdwn(f"<{address}|{literal(label.replace('|', '｜').replace(chr(10), ' '))}>", _OURS)


def cut(text: Text, limit: int) -> Text:
    """The first `limit` characters at most, ending in `…` when cut; of markup whole links and entities."""
    return text if len(text) <= limit else _as(text, _head(text, limit - 1) + "…")


def split(text: Text, limit: int) -> Iterator[Text]:
    """Pieces of at most `limit` characters that together are the text; whole lines or sentences if it can."""
    rest: str = text
    while len(rest) > limit:
        head = _head(rest, limit)
        end = max(head.rfind("\n"), head.rfind("。")) + 1
        piece = head[:end] if end > limit // 2 else head
        yield _as(text, piece)
        rest = rest[len(piece) :]
    yield _as(text, rest)


def _as(text: Text, piece: str) -> Text:
    """A piece of `text` as what that is."""
    return Mrkdwn(piece, _OURS) if isinstance(text, Mrkdwn) else piece


def _head(text: str, limit: int) -> str:
    """The first tokens that fit into `limit` characters; at least one, so that cutting goes on."""
    used = 0
    for token in _TOKEN.finditer(text, 0, limit + URL):
        if token.end() > limit and used:
            break
        used = token.end()
    return text[:used]


def unescape(text: str) -> str:
    """Back to what a person reads: entities decoded."""
    return html.unescape(text)


def _identifier(text: str) -> str:
    if not (text.isascii() and text.isalnum()):
        raise ValueError("a Slack id has letters and digits only")
    return text


def plain(payload: Mapping[str, Any]) -> str:
    """A payload's blocks (its text when there are none) in words, a block a paragraph, buttons in 【】."""
    blocks = payload.get("blocks") or ()
    paragraphs = [text for text in map(_block, blocks) if text]
    return "\n".join(paragraphs) if paragraphs else markup_to_text(payload.get("text", ""))


def markup_to_text(text: str) -> str:
    """Markup as a person reads it: no stars, no entities, links by their label."""
    shown = _BOLD.sub(r"\1", _LINK.sub(r"\1", text)).replace("\u200b", "")
    return unescape(shown)


def _block(block: Mapping[str, Any]) -> str:
    match block["type"]:
        case "divider":
            return "─" * 20
        case "rich_text":
            return "\n".join(map(_rich, block["elements"]))
        case "actions" | "context":
            return " ".join(map(_element, block["elements"]))
        case "table":
            return "\n".join(" | ".join(map(_element, row)) for row in block["rows"])
        case "data_table":
            rows = (" | ".join(map(_element, row)) for row in block["rows"])
            return "\n".join((block["caption"], *rows))
        case "data_visualization":
            return f"[グラフ: {block['title']}]"
        case "image":
            return f"[画像: {block['alt_text']}]"
        case "section":
            return " ".join(_section_parts(block))
        case _:
            return _element(block)


def _section_parts(block: Mapping[str, Any]) -> Sequence[str]:
    texts = [*([block["text"]] if "text" in block else []), *block.get("fields", ())]
    beside = [block["accessory"]] if "accessory" in block else []
    return [_element(item) for item in (*texts, *beside)]


def _element(item: Mapping[str, Any]) -> str:
    kind = item.get("type")
    if kind == "rich_text":
        return "\n".join(map(_rich, item["elements"]))
    text = item.get("text", "")
    if isinstance(text, Mapping):
        shown = _element(text)
        return f"【{shown}】" if kind == "button" else shown
    return text if kind in ("raw_text", "raw_number") else markup_to_text(text)


def _rich(element: Mapping[str, Any]) -> str:
    leaves = element["elements"]
    if element["type"] == "rich_text_list":
        return "\n".join(f"・{_rich(leaf)}" for leaf in leaves)
    text = "".join(leaf.get("text", "") for leaf in leaves)
    return (
        "\n".join(f"  {line}" for line in text.split("\n")) if element["type"] == "rich_text_quote" else text
    )


def as_typed(raw: str) -> str:
    """Undo Slack's escapes: links and names by their label, ids without one gone, smart quotes straight."""
    text = _without_brackets(raw) if "<" in raw else raw
    return _SPACES.sub(" ", unescape(text).translate(_SMART)).strip()


def _without_brackets(raw: str) -> str:
    text = _BARE_LINK.sub(r"\1", _MAILTO_OR_LINK.sub(r"\1", raw))
    return _NAMELESS.sub(" ", _NAMED.sub(r"\1", text))


def without_mention(raw: str, bot_user: str) -> str:
    """The text of a mention without the bot's own name, wherever in the sentence it stands."""
    return re.sub(rf"<@{re.escape(bot_user)}(\|[^<>]*)?>", " ", raw).strip() if bot_user else raw.strip()
