"""One call of Slack's API at a time, and its outcome: posted, refused for certain, or unknown."""

from __future__ import annotations

import logging
import re
import socket
import urllib.error
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.context import Context
from bot.gateway.client import CALL_ERRORS, ThreadClient
from bot.messages.builders import Block
from bot.messages.message import Message, Payload, pages, with_more
from bot.messages.truncation import text_size
from bot.settings import Settings
from store.talk import conversations

EVENT_TYPE = "jigyo_reminder"  # of the metadata that carries the delivery key
CALL_SECONDS = 10
HISTORY_PAGE = 200
HISTORY_PAGES = 50

log = logging.getLogger(__name__)

# The recipient is gone or unreachable: the message goes to somebody else.
_RECIPIENT = frozenset(
    (
        "account_inactive", "cannot_dm_bot", "channel_not_found", "invalid_user_combination", "is_archived",
        "is_inactive", "messages_tab_disabled", "method_not_supported_for_channel_type", "not_in_channel",
        "restricted_action", "restricted_action_read_only_channel", "user_deactivated", "user_disabled",
        "user_is_bot", "user_not_found", "user_not_visible", "users_not_found",
    )
)  # fmt: skip
# The content is refused; its plain text can still be posted.
_CONTENT = frozenset(
    (
        "block_mismatch", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long",
        "slack_file_not_found",
    )
)  # fmt: skip
# Slack reports a failure, but the message may have been posted.
_UNCERTAIN = frozenset(("fatal_error", "internal_error", "service_unavailable", "request_timeout"))

NO_SCOPE = "missing_scope"
Kind = Literal["recipient", "content", "busy", "other"]
PROCESSING = 2.0  # seconds that Slack takes until a message may show a new picture


@dataclass(frozen=True, slots=True)
class Posted:
    """Slack has the message: its `ts` there."""

    ts: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack certainly does not have the message; `wait` is its Retry-After in seconds where it is busy."""

    reason: str
    kind: Kind
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Unknown:
    """Slack may have the message or not."""

    reason: str


Outcome = Posted | Refused | Unknown


class Unreadable(Exception):  # noqa: N818 - it says what the history is
    """A channel's history cannot be read; `passing` when it may be later, `wait` seconds from now."""

    def __init__(self, reason: str, *, passing: bool, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.passing, self.wait = passing, wait


def build_posting_client(settings: Settings) -> WebClient:
    """A Web API client that never repeats a call by itself: our ledger decides what is repeated."""
    return ThreadClient(settings, timeout=CALL_SECONDS)


GONE_THREAD = frozenset(("thread_not_found", "message_not_found", "cannot_reply_to_message"))


def post(client: WebClient, *, channel: str, payload: Payload, key: str, thread_ts: str = "") -> Outcome:
    """Post a payload that passed the gate, with its delivery key where only we see it."""
    words = {name: payload[name] for name in ("text", "blocks") if name in payload}
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
    try:
        answer = client.chat_postMessage(
            channel=channel, metadata=metadata, thread_ts=thread_ts or None, unfurl_links=False,
            unfurl_media=False, **words,
        )  # fmt: skip
    except CALL_ERRORS as error:
        return outcome_of(error)
    ts = answer.get("ts")
    return Posted(ts) if isinstance(ts, str) else Unknown("an answer without ts")


def change(client: WebClient, *, channel: str, ts: str, payload: Payload) -> Outcome:
    """Show another payload that passed the gate in the place of a message."""
    words = {name: payload[name] for name in ("text", "blocks") if name in payload}
    try:
        client.chat_update(channel=channel, ts=ts, **words)
    except CALL_ERRORS as error:
        return outcome_of(error)
    return Posted(ts)


def open_direct(client: WebClient, user: str) -> str | Refused | Unknown:
    """The conversation with a user, opened if need be; asking twice does no harm."""
    try:
        channel = client.conversations_open(users=user).get("channel")
    except CALL_ERRORS as error:
        return outcome_of(error)
    return str(channel["id"]) if isinstance(channel, dict) and "id" in channel else Unknown("no channel")


def readers(client: WebClient, channel: str) -> Literal["ours", "others"] | Refused | Unknown:
    """Whether people of other organisations read a channel too, or are invited to (Slack Connect).

    Asked before each post to it: a channel may be shared at any time.
    """
    try:
        told = client.conversations_info(channel=channel).get("channel")
    except CALL_ERRORS as error:
        outcome = outcome_of(error)
        return Refused(NO_SCOPE, "recipient") if outcome.reason == NO_SCOPE else outcome
    if not isinstance(told, dict):
        return Unknown("an answer without a channel")
    shared = ("is_ext_shared", "is_pending_ext_shared", "pending_connected_team_ids", "pending_shared")
    return "others" if any(told.get(name) for name in shared) else "ours"


def keys_in(client: WebClient, channel: str, *, oldest: float, thread_ts: str = "") -> Mapping[str, str]:
    """Delivery keys of the messages in a channel since `oldest` (seconds since 1970), each with its ts.

    Of a thread its replies are read: a channel's history has none. Raises Unreadable, also when there is
    more to read than `HISTORY_PAGES`.
    """
    found: dict[str, str] = {}
    cursor = ""
    for _ in range(HISTORY_PAGES):
        page = _history(client, channel, oldest, cursor, thread_ts)
        for message in page["messages"]:
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE:
                found[metadata.get("event_payload", {}).get("key", "")] = message["ts"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return found
    raise Unreadable("履歴が長すぎます", passing=False)


def _history(client: WebClient, channel: str, oldest: float, cursor: str, thread_ts: str) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "channel": channel, "oldest": f"{oldest:.6f}", "inclusive": True, "include_all_metadata": True,
        "limit": HISTORY_PAGE, "cursor": cursor or None,
    }  # fmt: skip
    try:
        if thread_ts:
            answer = client.conversations_replies(ts=thread_ts, **asked)
        else:
            answer = client.conversations_history(**asked)
    except CALL_ERRORS as error:
        outcome = outcome_of(error)
        passing = isinstance(outcome, Unknown) or outcome.kind == "busy"
        wait = outcome.wait if isinstance(outcome, Refused) else 0.0
        raise Unreadable(outcome.reason, passing=passing, wait=wait) from error
    if not isinstance(answer.data, dict) or not isinstance(answer.data.get("messages"), list):
        raise Unreadable("履歴の形が違います", passing=True)
    return dict(answer.data)


def outcome_of(error: Exception) -> Refused | Unknown:
    """Whether a failed call certainly had no effect."""
    if isinstance(error, SlackApiError):
        return _of_answer(error.response.status_code, error.response.headers, error.response.data)
    if isinstance(error, urllib.error.URLError) and isinstance(
        error.reason, ConnectionRefusedError | socket.gaierror
    ):
        return Refused("connection_refused", "other")  # nothing was sent at all
    return Unknown(f"{type(error).__name__}: {error}"[:200])


def _of_answer(status: int, headers: Mapping[str, str], body: Any) -> Refused | Unknown:
    code = str(body.get("error", "")) if isinstance(body, dict) else ""
    if status == 429:
        return Refused("ratelimited", "busy", wait=_retry_after(headers))
    if status >= 500 or code in _UNCERTAIN or not re.fullmatch(r"[a-z_]+", code):
        return Unknown(f"HTTP {status} {code}"[:200])
    if code in _RECIPIENT:
        return Refused(code, "recipient")
    return Refused(code, "content" if code in _CONTENT else "other")


def _retry_after(headers: Mapping[str, str]) -> float:
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(said) if re.fullmatch(r"\d+(\.\d+)?", said) else 30.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG and its words for those who cannot see it."""

    name: str
    png: bytes
    alt: str


def uploaded(client: WebClient, found: list[Picture]) -> list[Block]:
    """Image blocks of pictures that only we can see until they are posted; without those that fail."""
    blocks: list[Block] = []
    for picture in found:
        try:
            answer = client.files_upload_v2(
                content=picture.png, filename=f"{picture.name}.png", title=picture.name, alt_txt=picture.alt
            )
            file = answer["files"][0]["id"]
        except (*CALL_ERRORS, LookupError, TypeError) as error:
            log.warning("the picture %s was not uploaded: %s", picture.name, error)
        else:
            blocks.append({"type": "image", "slack_file": {"id": file}, "alt_text": picture.alt})
    return blocks


def outbound(context: Context, message: Message) -> Payload:
    """A message as one payload, from a worker thread: what is over a page is kept in the database."""
    parts = pages(message)
    return parts[0] if len(parts) == 1 else first_page(context, parts)


def first_page(context: Context, parts: tuple[Payload, ...]) -> Payload:
    """The first page; the others are kept in the database for its button 続きを見る."""
    return page(list(parts), keep(context, list(parts)), 1)


def page(parts: list[Payload], key: str, number: int) -> Payload:
    """Page `number` (from 1) of kept pages, leading to the next one unless it is the last."""
    if number >= len(parts):
        return parts[-1]
    left = sum(text_size(part.get("blocks", [])) for part in parts[number:])
    return with_more(parts[number - 1], key=key, number=number, of=len(parts), left=left)


def keep(context: Context, value: Any) -> str:
    """Keep a JSON value for a later press; its key. It is written when the database is free."""
    key = conversations.new_key()
    write = partial(conversations.keep_value, key=key, value=value, now=context.clock().isoformat())
    context.later.put(("kept", key), value, write)
    return key


def recall(context: Context, key: str) -> Any | None:
    """The value kept under `key`, or None when it was kept too long ago or never was."""
    waiting = context.later.get(("kept", key))
    return conversations.recall_value(context.databases.get(), key) if waiting is None else waiting
