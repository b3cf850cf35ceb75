"""What Slack sends to an app: signed commands, events and presses, over HTTP."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from slack_sdk.signature import SignatureVerifier

from bot.playground.slack.methods import Refused
from bot.playground.slack.rules import message_problem
from bot.playground.slack.server import SlackServer
from bot.playground.slack.state import TEAM, Json, Post


@dataclass(frozen=True)
class Reply:
    """What the app answered; `body` is the JSON, {} when empty or not JSON."""

    status: int
    text: str
    body: Json

    @property
    def seen(self) -> str:
        """All the words of the answer, for `in`."""
        return json.dumps(self.body, ensure_ascii=False) if self.body else self.text


class Sender:
    """Sends to the app at `app_url` (its /slack/events), with response_urls of `slack`."""

    def __init__(self, slack: SlackServer, app_url: str) -> None:
        self.slack = slack
        self._address = urlsplit(app_url)

    def raw(self, body: str, *, headers: dict[str, str], path: str = "/slack/events") -> Reply:
        """POST as it is."""
        connection = http.client.HTTPConnection(self._address.hostname or "", self._address.port, timeout=30)
        connection.request("POST", path, body.encode(), headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        is_json = response.headers.get_content_type() == "application/json"
        return Reply(response.status, text, json.loads(text) if is_json and text else {})

    def signed(self, body: str, *, content_type: str, headers: dict[str, str] | None = None) -> Reply:
        """POST with a right signature."""
        timestamp = str(int(time.time()))
        return self.raw(
            body, headers={**signature(body, timestamp), "Content-Type": content_type, **(headers or {})}
        )

    def command(self, text: str, *, user: str = "U0STAFF", channel: str = "C0PLAN", **more: str) -> Reply:
        """`/jigyo text`; an answer in the acknowledgement is held to Slack's rules and shown as a post.

        Raises Refused for an answer that Slack would not take.
        """
        reply = self.signed(
            urlencode(self.command_form(text, user=user, channel=channel, **more)),
            content_type="application/x-www-form-urlencoded",
        )
        if reply.status == 200 and reply.text:
            message = reply.body or {"text": reply.text}
            workspace = self.slack.workspace
            if problem := message_problem(message):
                workspace.refuse("ack", problem, {**message, "channel": channel, "user": user})
                raise Refused(problem)
            post = Post(
                channel, workspace.next_ts(), message.get("text", ""), message.get("blocks", []), via="ack",
                ephemeral_to="" if message.get("response_type") == "in_channel" else user,
                at=workspace.clock(), body=message,
            )  # fmt: skip
            workspace.add(post)
        return reply

    def command_form(self, text: str, *, user: str, channel: str, **more: str) -> dict[str, str]:
        """The fields of a slash command."""
        return {
            "token": "verification-made-up", "team_id": TEAM, "team_domain": "city", "channel_id": channel,
            "channel_name": "plan", "user_id": user, "user_name": "yamada", "command": "/jigyo", "text": text,
            "api_app_id": "A0JIGYO", "response_url": self.slack.response_url(channel, user),
            "trigger_id": self.slack.workspace.trigger(user), **more,
        }  # fmt: skip

    def event(self, event: Json, *, event_id: str = "", retry: int = 0, team: str = TEAM) -> Reply:
        """An Events API request; `retry` is its X-Slack-Retry-Num."""
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        body = self.event_body(event, event_id=event_id, team=team)
        return self.signed(json.dumps(body), content_type="application/json", headers=headers)

    def event_body(self, event: Json, *, event_id: str = "", team: str = TEAM) -> Json:
        """The envelope of an event."""
        return {
            "type": "event_callback", "team_id": team, "api_app_id": "A0JIGYO", "event": event,
            "event_id": event_id or f"Ev{self.slack.workspace.number()}", "event_time": int(time.time()),
            "authorizations": [{"team_id": team, "user_id": "U0BOT", "is_bot": True}],
        }  # fmt: skip

    def mention(self, text: str, *, event_id: str = "", retry: int = 0, **more: Any) -> Reply:
        """A mention of the bot in a channel; `thread_ts=…` for one in a thread."""
        event = self.mention_body(text, **more)["event"]
        return self.event(event, event_id=event_id, retry=retry)

    def mention_body(self, text: str, *, channel: str = "C0PLAN", user: str = "U0STAFF", **more: Any) -> Json:
        """The envelope of a mention."""
        words = {"type": "app_mention", "text": f"<@U0BOT> {text}", "user": user, "channel": channel}
        return self.event_body({**words, "team": TEAM, "ts": self.slack.workspace.next_ts(), **more})

    def direct(self, text: str, *, user: str = "U0STAFF", **more: Any) -> Reply:
        """A direct message to the bot."""
        channel = self.slack.workspace.direct_channel(user)
        words = {
            "type": "message",
            "channel_type": "im",
            "text": text,
            "user": user,
            "channel": channel,
            "team": TEAM,
        }
        return self.event({**words, "ts": self.slack.workspace.next_ts(), **more})

    def press(self, post: Post, label: str, *, user: str = "U0STAFF", **more: Any) -> Reply:
        """Press the button whose text contains `label` on a message."""
        button = next(b for b in buttons(post.blocks) if label in b["text"]["text"])
        return self.action(post, button, user=user, **more)

    def action(self, post: Post, element: Json, *, user: str = "U0STAFF", **more: Any) -> Reply:
        """An interaction with an element of a message (`selected_option=…` and the like in `more`)."""
        return self.interaction(self.action_body(post, element, user=user, **more))

    def interaction(self, body: Json) -> Reply:
        """An interaction's payload as it is."""
        form = urlencode({"payload": json.dumps(body)})
        return self.signed(form, content_type="application/x-www-form-urlencoded")

    def submit(self, view: Json, /, *, user: str = "U0STAFF", **filled: Any) -> Reply:
        """Submit a modal as it was opened, its fields filled in by their labels; see `submitted`."""
        return self.submission(submitted(view, filled), user=user)

    def submission(self, view: Json, *, user: str, team: str = TEAM) -> Reply:
        """Submit a modal with the state that it has."""
        return self.interaction({
            "type": "view_submission", "team": {"id": TEAM}, "user": {"id": user, "team_id": team},
            "view": view, "api_app_id": "A0JIGYO", "trigger_id": self.slack.workspace.trigger(user),
        })  # fmt: skip

    def view_action(self, view: Json, element: Json, *, user: str, team: str = TEAM, **more: Any) -> Reply:
        """An interaction with an element of a modal or of App Home."""
        return self.interaction({
            "type": "block_actions", "user": {"id": user, "team_id": team}, "team": {"id": TEAM},
            "api_app_id": "A0JIGYO", "container": {"type": "view", "view_id": view["id"]}, "view": view,
            "actions": [{**element, "action_ts": "1.1", **more}],
            "trigger_id": self.slack.workspace.trigger(user),
        })  # fmt: skip

    def shortcut(self, post: Post, callback: str, *, user: str, team: str = TEAM) -> Reply:
        """The shortcut of that callback_id, used on a message."""
        return self.interaction({
            "type": "message_action", "callback_id": callback, "user": {"id": user, "team_id": team},
            "team": {"id": TEAM}, "api_app_id": "A0JIGYO", "channel": {"id": post.channel},
            "message": {"ts": post.ts, "text": post.text, "user": post.user},
            "trigger_id": self.slack.workspace.trigger(user),
            "response_url": self.slack.response_url(post.channel, user),
        })  # fmt: skip

    def action_body(
        self, post: Post, element: Json, *, user: str = "U0STAFF", team: str = TEAM, **more: Any
    ) -> Json:
        """The payload of an interaction."""
        container: Json = {"type": "message", "message_ts": post.ts, "channel_id": post.channel}
        container["is_ephemeral"] = bool(post.ephemeral_to)
        if post.thread_ts:
            container["thread_ts"] = post.thread_ts
        message = (
            {}
            if post.ephemeral_to
            else {"message": {"ts": post.ts, "text": post.text, "blocks": post.blocks}}
        )
        return {
            "type": "block_actions", "user": {"id": user, "team_id": team}, "team": {"id": TEAM},
            "api_app_id": "A0JIGYO",
            "container": container, "channel": {"id": post.channel, "name": "plan"}, **message,
            "actions": [{**element, "block_id": "b", "action_ts": "1.1", **more}],
            "trigger_id": self.slack.workspace.trigger(user),
            "response_url": self.slack.response_url(post.channel, user, post),
        }  # fmt: skip


def buttons(node: Any) -> list[Json]:
    """Every button in blocks."""
    if isinstance(node, list):
        return [button for item in node for button in buttons(item)]
    if isinstance(node, dict):
        own = [node] if node.get("type") == "button" else []
        return own + [button for value in node.values() for button in buttons(value)]
    return []


def submitted(view: Json, filled: Json) -> Json:
    """The view with the state that Slack makes of what stands in its fields when it is submitted.

    `filled` maps a field's label to what is typed, to the text of the option chosen, or to the texts of the
    boxes ticked. The rest keeps what it was opened with. Raises KeyError for a label or text nobody sees.
    """
    fields = {block["label"]["text"]: block for block in view["blocks"] if block["type"] == "input"}
    if unseen := filled.keys() - fields.keys():
        raise KeyError(unseen)
    values: dict[str, Json] = {}
    for label, block in fields.items():
        element = block["element"]
        values.setdefault(block["block_id"], {})[element["action_id"]] = _value(element, filled.get(label))
    return {**view, "state": {"values": values}}


def _value(element: Json, given: Any) -> Json:
    """What one element holds: as it was opened where nothing is `given`."""
    options = {option["text"]["text"]: option for option in element.get("options", ())}
    match element["type"]:
        case "checkboxes":
            chosen = element.get("initial_options", []) if given is None else [options[t] for t in given]
            return {"type": "checkboxes", "selected_options": chosen}
        case "static_select":
            one = element.get("initial_option") if given is None else options[given]
            return {"type": "static_select", "selected_option": one}
        case kind:
            return {"type": kind, "value": element.get("initial_value") if given is None else given or None}


def signature(body: str, timestamp: str, *, secret: str = SlackServer.signing_secret) -> dict[str, str]:
    """The two headers of a signed request."""
    signed = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"X-Slack-Signature": signed or "", "X-Slack-Request-Timestamp": timestamp}
