"""What people do on the page, as Slack sends it to the app: typed, pressed, filled in; the clock moved."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from bot.context import TOKYO, Context
from bot.days.calendar import DAY, city_calendar, format_date
from bot.delivery.dispatcher import tick
from bot.delivery.outbox import DeliveryContext
from bot.gateway import build_posting_client
from bot.playground.city import City, Person
from bot.playground.slack import Post, Reply, Sender, SlackServer
from bot.playground.slack.methods import Refused, submitted
from bot.playground.slack.rules import message_problem, sizes
from bot.playground.slack.state import BOT_USER, TEAM, Json

COMMAND = "/jigyo"
SHORTCUTS = {"related_projects": "関連する事業を探す"}
FURTHEST = timedelta(days=366)
STEPS = (time(10, 5), time(13, 5), time(16, 5))  # of a day that passes, beside the times of reminders
EVERY = 60.0  # seconds between two ticks while nobody moves the clock


class Mistake(Exception):  # noqa: N818 - of whoever is at the page; nothing is wrong with the program
    """What somebody did on the page cannot be done; the message says why, in one line."""


@dataclass
class Clock:
    """The city's time: the real one, moved forward by `ahead`; or it stands still, at `stands`."""

    ahead: timedelta = timedelta()
    is_moving: bool = False
    stands: datetime | None = None

    def now(self) -> datetime:
        """What time it is in the city."""
        return self.stands or datetime.now(TOKYO) + self.ahead

    def set(self, to: datetime) -> None:
        """Set the clock to `to`; time goes on from there unless the clock stands."""
        if self.stands:
            self.stands = to
        self.ahead = to - datetime.now(TOKYO)


@dataclass
class Playground:
    """One city, its Slack, the app behind `send`, and the clock. Its methods wait for the app."""

    slack: SlackServer
    city: City
    send: Sender
    context: Context
    clock: Clock
    stopping: threading.Event = field(default_factory=threading.Event)
    _ticking: threading.Lock = field(default_factory=threading.Lock)

    def act(self, kind: str, told: Json) -> Json:
        """Do one thing as `told["as"]`. Raises Mistake, KeyError and TypeError for what cannot be done."""
        if kind == "clock":
            return self.move(datetime.fromisoformat(told["to"]))
        person = self.city.people[told["as"]]
        acts: Mapping[str, Callable[[Person, Json], Json]] = {
            "say": self.say, "press": self.press, "submit": self.submit, "close": self.close,
            "shortcut": self.shortcut, "open": self.open,
        }  # fmt: skip
        return acts[kind](person, told)

    # -- typed -----------------------------------------------------------------------------------------

    def say(self, person: Person, told: Json) -> Json:
        """Type into a channel, a direct message or a thread; {"ts"} of what others see of it."""
        channel, text, thread = str(told["channel"]), str(told["text"]).strip(), str(told.get("thread") or "")
        if not text:
            raise Mistake("何か入力してください。")
        if text.startswith("/"):
            return self._command(person, channel, text, thread)
        post = Post(
            channel, self.slack.workspace.next_ts(), self.escaped(text), user=person.id, thread_ts=thread,
            via="person", at=self.clock.now().timestamp(),
        )  # fmt: skip
        self.slack.workspace.add(post)
        event: Json = {"text": post.text, "user": person.id, "channel": channel, "ts": post.ts}
        event |= {"team": person.team, "user_team": person.team} | ({"thread_ts": thread} if thread else {})
        event |= {"bot_id": "B0APP", "subtype": "bot_message"} if person.is_app else {}
        if channel.startswith("D"):
            self._event({**event, "type": "message", "channel_type": "im"}, channel)
        elif f"<@{BOT_USER}>" in post.text:
            self._event({**event, "type": "app_mention"}, channel)
        return {"ts": post.ts}

    def _command(self, person: Person, channel: str, text: str, thread: str) -> Json:
        word, _, rest = text.replace("\u3000", " ", 1).partition(" ")
        if word != COMMAND:
            raise Mistake(f"{word} というコマンドはありません。使えるのは {COMMAND} です。")
        if thread:
            raise Mistake("Slack では、スレッドの中でコマンドを使えません。@jigyo に続けて入力してください。")
        if person.is_app:
            raise Mistake("アプリはコマンドを使えません。")
        self.slack.workspace.add(
            Post(
                channel, self.slack.workspace.next_ts(), f"{word} {rest}".strip(), user=person.id,
                ephemeral_to=person.id, via="typed", at=self.clock.now().timestamp(),
            )
        )  # fmt: skip
        try:
            self._taken(
                self.send.command(
                    self.escaped(rest.strip(), with_names=True), user=person.id, channel=channel,
                    team_id=person.team, user_name=person.name,
                )
            )  # fmt: skip
        except Refused:
            return {}  # the page shows it among what was refused
        return {}

    def _event(self, event: Json, channel: str) -> None:
        body = self.send.event_body(event)
        if self.slack.workspace.channels[channel].get("is_ext_shared"):
            body["is_ext_shared_channel"] = True
        self._taken(self.send.signed(json.dumps(body), content_type="application/json"))

    def escaped(self, text: str, *, with_names: bool = False) -> str:
        """What was typed as Slack sends it: `&`, `<`, `>` escaped, names of people and channels as ids."""
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        people = {
            f"@{name}": f"<@{user}|{name}>" if with_names else f"<@{user}>"
            for name, user in self.city.named().items()
        }
        rooms = {
            f"#{each['name']}": f"<#{each['id']}|{each['name']}>"
            for each in self.slack.workspace.channels.values()
            if each["name"]
        }
        known = people | rooms
        longest = sorted(known, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, longest)), lambda found: known[found[0]], text)

    # -- pressed, filled in --------------------------------------------------------------------------

    def press(self, person: Person, told: Json) -> Json:
        """Use an element of a message, a modal or App Home: `told` names it by its action_id."""
        shown = self._shown(person, told)
        blocks = shown.blocks if isinstance(shown, Post) else shown["blocks"]
        block, element = _element(blocks, str(told["action"]))
        kept: Json = {key: element[key] for key in ("type", "action_id", "text", "style") if key in element}
        chosen = _chosen(element, told.get("value"))
        where: Json = {"block_id": block.get("block_id", "b"), "user": person.id, "team": person.team}
        if isinstance(shown, Post):
            self._taken(self.send.action(shown, kept, **where, **chosen))
        else:
            self._taken(self.send.view_action(shown, kept, **where, **chosen))
        return {}

    def _shown(self, person: Person, told: Json) -> Post | Json:
        if "post" in told:
            return self._post(int(told["post"]))
        view: str = told["view"]
        if view == "home":
            return self.slack.workspace.homes[person.id]
        return self.slack.workspace.views[view]

    def _post(self, key: int) -> Post:
        found = next((each for each in self.slack.posts if each.key == key), None)
        if found is None or found.is_gone:
            raise Mistake("このメッセージは、もうありません。")
        return found

    def submit(self, person: Person, told: Json) -> Json:
        """Submit a modal: `told["values"]` are the fields' by block_id; {"errors"} where some are wrong."""
        workspace = self.slack.workspace
        view = workspace.views[told["view"]]
        values = {
            block["block_id"]: {block["element"]["action_id"]: _filled(block["element"], value)}
            for block in view["blocks"]
            if block["type"] == "input"
            for value in [told["values"].get(block["block_id"])]
        }
        filled = {**view, "state": {"values": values}}
        reply = self._taken(self.send.submission(filled, user=person.id, team=person.team))
        try:
            return {"errors": submitted(workspace, person.id, told["view"], reply.body)}
        except Refused as refusal:
            workspace.refuse("view_submission", refusal.error, {**reply.body, "user": person.id})
            raise Mistake(f"Slack が画面を受け取りませんでした（{refusal.error}）。") from refusal

    def close(self, person: Person, told: Json) -> Json:
        """Close the modal on top."""
        stack = self.slack.workspace.stacks.get(person.id, [])
        if stack and stack[-1] == told["view"]:
            stack.pop()
            self.slack.workspace.changed()
        return {}

    def shortcut(self, person: Person, told: Json) -> Json:
        """Use a message's shortcut."""
        if told["callback"] not in SHORTCUTS:
            raise Mistake("そのショートカットはありません。")
        post = self._post(int(told["post"]))
        self._taken(self.send.shortcut(post, told["callback"], user=person.id, team=person.team))
        return {}

    def open(self, person: Person, told: Json) -> Json:
        """Open a tab of the app: `home` or `messages`."""
        channel = self.slack.workspace.direct_channel(person.id)
        if person.is_app:
            return {"channel": channel}
        event = {"type": "app_home_opened", "user": person.id, "channel": channel, "tab": told["tab"]}
        self._taken(self.send.event({**event, "team": person.team}, team=person.team))
        return {"channel": channel}

    @staticmethod
    def _taken(reply: Reply) -> Reply:
        if reply.status != 200:
            raise Mistake(f"ボットが受け取りませんでした（HTTP {reply.status}）。")
        return reply

    # -- the clock -----------------------------------------------------------------------------------

    def move(self, to: datetime) -> Json:
        """Let time pass until `to` (aware), behind this call: each step of the way ticks the reminders."""
        now = self.clock.now()
        if self.clock.is_moving:
            raise Mistake("いま時計を進めています。少しお待ちください。")
        if to <= now:
            raise Mistake("時計は戻せません。今より後の日時を選んでください。")
        if to - now > FURTHEST:
            raise Mistake(f"{format_date((now + FURTHEST).date())}より先には進められません。")
        self.clock.is_moving = True
        self.slack.workspace.changed()
        threading.Thread(target=self._pass, args=(now, to), name="clock", daemon=True).start()
        return {}

    def _pass(self, now: datetime, to: datetime) -> None:
        try:
            for moment in (*self._moments(now, to), to):
                if self.stopping.is_set():
                    return
                self.clock.set(moment)
                self.tick()
                self.slack.workspace.changed()
        finally:
            self.clock.is_moving = False
            self.slack.workspace.changed()

    def _moments(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """When reminders may be due on the business days between two moments."""
        settings = self.context.reminders
        calendar = city_calendar(self.context.settings)
        times = sorted({settings.digest_at, settings.day_of_at, settings.at, *STEPS})
        day = after.date()
        while day <= until.date():
            for each in times if calendar.is_open(day) else ():
                if after < (moment := datetime.combine(day, each, TOKYO)) < until:
                    yield moment
            day += DAY

    def tick(self) -> None:
        """What the scheduler does once a minute; a tick at a time, without its pauses between posts."""
        with self._ticking:
            client = build_posting_client(self.context.settings)
            tick(DeliveryContext(self.context, client, gap=0.0, workspace_gap=0.0, threads=1))

    def keep_ticking(self) -> None:
        """Tick every minute until the playground stops."""
        while not self.stopping.wait(EVERY):
            if not self.clock.is_moving:
                self.tick()

    # -- what there is to see ------------------------------------------------------------------------

    def since(self, revision: int) -> Json:
        """What changed after `revision` (0: everything there is), with the revision it leads to."""
        workspace = self.slack.workspace
        with workspace.lock:
            return {
                "revision": workspace.revision,
                "now": self.clock.now().isoformat(), "moving": self.clock.is_moving,
                "posts": [_post(each) for each in workspace.posts if each.revision > revision],
                "refused": [vars(each) for each in workspace.refusals if each.revision > revision],
                "homes": workspace.homes,
                "views": {
                    user: [*map(workspace.views.__getitem__, stack)]
                    for user, stack in workspace.stacks.items()
                },
                "prompts": workspace.prompts,
                "statuses": [
                    {"channel": channel, "thread": thread, "text": text}
                    for (channel, thread), text in workspace.statuses.items()
                    if text
                ],
            }  # fmt: skip

    def place(self) -> Json:
        """What does not change: the people, the channels, the shortcuts and the deadline."""
        workspace = self.slack.workspace
        rooms = (each for each in workspace.channels.values() if not each.get("is_im"))
        return {
            "bot": BOT_USER, "team": TEAM, "people": [vars_of(each) for each in self.city.people.values()],
            "channels": list(rooms), "shortcuts": SHORTCUTS, "due": self.city.due.isoformat(),
            "example": self.city.example,
        }  # fmt: skip

    def message(self, key: int) -> Json:
        """A message's JSON, its size against each of Slack's limits, and what Slack says of it."""
        post = self._post(key)
        shown = {"channel": post.channel, "text": post.text, "blocks": post.blocks}
        more = {"thread_ts": post.thread_ts, "metadata": post.metadata}
        message = shown | {name: value for name, value in more.items() if value}
        return {"json": message, "sizes": sizes(message), "problem": message_problem(message) or ""}


def vars_of(person: Person) -> Json:
    """A person as the page is told of them."""
    return {name: getattr(person, name) for name in person.__slots__}


def _post(post: Post) -> Json:
    told = {name: value for name, value in vars(post).items() if name not in ("body", "metadata")}
    return told | {"files": [{k: v for k, v in file.items() if k != "content"} for file in post.files]}


def _element(blocks: list[Json], action: str) -> tuple[Json, Json]:
    for block in blocks:
        held = (*block.get("elements", ()), block.get("accessory", {}), block.get("element", {}))
        for element in held:
            if element.get("action_id") == action:
                return block, element
    raise Mistake("その部品は、もうありません。")


def _chosen(element: Json, value: Any) -> Json:
    """What Slack adds to an element that was used."""
    match element["type"]:
        case "button" | "icon_button":
            return {"value": element["value"]} if "value" in element else {}
        case "feedback_buttons":
            side = "positive_button" if value == "positive" else "negative_button"
            return {"value": element[side]["value"], "text": element[side]["text"]}
        case "overflow":
            return {"selected_option": _option(element, value)}
        case _:
            return _filled(element, value)


def _filled(element: Json, value: Any) -> Json:
    """The state of a field: of what was typed or chosen in it, None where nothing was."""
    kind = element["type"]
    match kind:
        case "checkboxes" | "multi_static_select":
            return {"type": kind, "selected_options": [_option(element, each) for each in value or ()]}
        case "static_select" | "radio_buttons":
            return {"type": kind, "selected_option": _option(element, value) if value else None}
        case "datepicker":
            return {"type": kind, "selected_date": value or None}
        case "timepicker":
            return {"type": kind, "selected_time": value or None}
        case "users_select":
            return {"type": kind, "selected_user": value or None}
        case "conversations_select" | "channels_select":
            return {"type": kind, f"selected_{kind.partition('s_')[0]}": value or None}
        case _:
            return {"type": kind, "value": value or None}


def _option(element: Json, value: Any) -> Json:
    groups = element.get("option_groups", ())
    options = [*element.get("options", ()), *(each for group in groups for each in group["options"])]
    found = next((each for each in options if each["value"] == value), None)
    if found is None:
        raise Mistake("その選択肢は、もうありません。")
    return dict(found)
