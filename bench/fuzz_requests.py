"""Mutated requests: what Slack sends, changed at random and signed all the same, to the real server.

Nothing may be unhandled (an answer of 500, a traceback), slow, large or alive; what the
server posts is held to Slack's rules by the loopback Slack, which refuses what Slack refuses.
"""

from __future__ import annotations

import copy
import hmac
import http.client
import json
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import psutil

from bench.fuzz_strings import hostile, problems_of
from bot.playground.slack import Post, Sender, SlackServer
from bot.playground.slack.sender import buttons
from bot.playground.slack.state import TEAM
from store.database import open_database
from store.lists import parse_list
from store.loader import store_list
from tests.running import Served, serving
from tests.sheet_city import settled

Json = dict[str, Any]
SEED = Path(__file__).parent.parent / "seeds" / "000_ed97a90ee4f8eb7b.txt"
REFUSED = frozenset((400, 401, 404, 408, 413, 431, 503))
MOST_SECONDS = 10.0  # of wall clock, for an answer on a busy machine
ODD: Sequence[Any] = (
    None, True, False, 0, -1, 1e308, 10**400, "", " ", [], {}, [[]], [None], {"": None}, "null", "\0",
    "\ud800",
    "U0STAFF", "T0OTHER", "C0PLAN", "D0X", "a" * 5000, [{}] * 500, {str(n): n for n in range(500)},
)  # fmt: skip
INTO = (b"\x00", b"\xff", b"%", b"%E3%8", b"&&", b"=", b"{", b"]", b"\xed\xa0\x80")
METADATA = json.dumps(["C0PLAN", "1.1", "[]"])
FORMS = ("filtered", "deadline_form", "deadline_sure", "sheets_submit_form", "sheets_extend_form")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(slots=True)
class Tally:
    """What became of the mutations of one kind of request."""

    name: str
    requests: int = 0
    refused: int = 0
    answered: int = 0
    unhandled: int = 0
    live: int = 0
    over: int = 0
    screen: int = 0
    cpu: float = 0.0  # most seconds of the server's CPU for one, to its clock's hundredth
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wire:
    """A request before it is signed."""

    body: bytes
    headers: Mapping[str, str]


def run(seed: int, numbers: range, *, most_cpu: float, most_mb: float) -> tuple[list[Tally], float]:
    """Send the mutations of these numbers; a tally a kind of request, and the server's MB after them."""
    with tempfile.TemporaryDirectory() as folder, SlackServer() as slack:
        path = Path(folder) / "jigyo.db"
        db = open_database(path)
        store_list(db, parse_list(SEED.read_bytes()), source_name=SEED.name, now="2026-11-23T00:00:00+00:00")
        db.close()
        settled(slack, path)
        with serving(slack, path, "--http", "--no-reminders", "--workers", "1") as served:
            city = _City(slack, served)
            for number in numbers:
                city.send(seed, number, most_cpu=most_cpu)
            tallies, mb = city.tallies(), city.mb
            if mb >= most_mb:
                tallies[0].failures.append(f"the server: {mb:.0f} MB")
            return tallies, mb


class _City:
    """The server, the loopback Slack, and the good requests that are mutated."""

    def __init__(self, slack: SlackServer, served: Served) -> None:
        self._slack, self._served = slack, served
        self._process = psutil.Process(served.process.pid)
        self._sender = Sender(slack, served.url)
        self._good = self._good_requests()
        self._tallies = {name: Tally(name) for name in self._good}
        self._log_seen = self._traces()

    def send(self, seed: int, number: int, *, most_cpu: float) -> None:
        """Send one, and judge all that came of it."""
        chance = random.Random(f"{seed}/request {number}")
        name = list(self._good)[number % len(self._good)]
        tally, which = self._tallies[name], f"--seed {seed} --first {number} --count 1 ({name})"
        wire = _mutated(self._good[name], name, chance, hostile(seed, number))
        posts, before = len(self._slack.posts), self._cpu()
        status, text = self._request(wire)
        tally.requests += 1
        if status == 200:
            tally.answered += 1
        elif status in REFUSED:
            tally.refused += 1
        else:
            tally.unhandled += 1
            tally.failures.append(f"{which}: status {status} {text[:200]!a}")
        for shown in [*_payloads(text), *(_of_post(post) for post in self._slack.posts[posts:])]:
            for kind, problem in problems_of(shown):
                setattr(tally, kind, getattr(tally, kind) + 1)
                tally.failures.append(f"{which}: {problem!a:.300}")
        if (traces := self._traces()) > self._log_seen:
            tally.unhandled += 1
            tally.failures.append(f"{which}: a traceback: {self._last_trace()[-600:]}")
            self._log_seen = traces
        took = self._cpu() - before
        tally.cpu = max(tally.cpu, took)
        if took >= most_cpu:
            tally.failures.append(f"{which}: {took:.2f} s of CPU")

    def tallies(self) -> list[Tally]:
        """All of them, once what was acknowledged is done."""
        time.sleep(1.0)
        found = list(self._tallies.values())
        if self._traces() > self._log_seen:
            found[-1].failures.append(f"a traceback behind an acknowledgement: {self._last_trace()[-600:]}")
        if self._served.process.poll() is not None:
            found[-1].failures.append("the server died")
            return found
        return found

    @property
    def mb(self) -> float:
        """Resident memory of the server."""
        return self._process.memory_info().rss / 2**20

    def _cpu(self) -> float:
        return sum(self._process.cpu_times()[:2])

    def _traces(self) -> int:
        return self._served.log().count("Traceback")

    def _last_trace(self) -> str:
        return next((line for line in reversed(self._served.log().splitlines()) if "Traceback" in line), "")

    def _request(self, wire: Wire) -> tuple[int, str]:
        address = urlsplit(self._served.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=MOST_SECONDS)
        try:
            connection.request("POST", "/slack/events", wire.body, {**_signed(wire.body), **wire.headers})
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            return 0, f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    def _good_requests(self) -> Mapping[str, Json]:
        """One of every kind, with buttons and forms that the server has really shown."""
        sender, slack = self._sender, self._slack
        sender.command("スーパーシティ")
        listed = slack.posts[-1]
        sender.mention("スマートシティの成果は？")
        said = slack.wait_for(lambda: [post for post in slack.posts if post.via != "ack"], seconds=60)[-1]
        sender.command("締切 設定", user="U0ADMIN")
        press = {
            f"press {button['action_id']}": sender.action_body(post, button)
            for post in (listed, said)
            for button in buttons(post.blocks)
        }
        values = {"words": {"words": {"type": "plain_text_input", "value": "市民参加"}}}
        who = {"user": {"id": "U0ADMIN", "team_id": TEAM}, "team": {"id": TEAM}, "trigger_id": "1.1.x"}
        home = {
            "container": {"type": "view", "view_id": "V1"},
            "view": {"id": "V1", "type": "home", "state": {"values": {}}},
        }
        views = {
            f"form {name}": {**who, "type": "view_submission", "view": {
                "id": "V1", "type": "modal", "callback_id": name, "private_metadata": METADATA,
                "state": {"values": values}, "blocks": [],
            }}
            for name in FORMS
        }  # fmt: skip
        opened = {"type": "app_home_opened", "user": "U0STAFF", "channel": "D0X"}
        mention = sender.mention_body("企画経営課の事業は？")
        direct = {**mention["event"], "type": "message", "channel_type": "im", "channel": "D0X"}
        return {
            "command": sender.command_form("スマートシティ", user="U0STAFF", channel="C0PLAN"),
            "command of sheets": sender.command_form("提出 11", user="U0CHIEF", channel="C0PLAN"),
            "mention": mention,
            "direct message": sender.event_body(direct),
            "home": sender.event_body({**opened, "tab": "home"}),
            "agent": sender.event_body({**opened, "tab": "messages"}),
            "home search": {**who, **home, "type": "block_actions", "actions": [
                {"action_id": "home_search", "block_id": "b", "type": "plain_text_input", "value": "市民"},
            ]},
            "shortcut": {
                **who, "type": "message_action", "callback_id": "related_projects",
                "channel": {"id": "C0PLAN"},
                "message": {"text": "スマートシティの話", "ts": "1.1"},
                "response_url": slack.response_url("C0PLAN", "U0STAFF"),
            },
            **press, **views,
        }  # fmt: skip


def _signed(body: bytes) -> dict[str, str]:
    now = str(int(time.time()))
    digest = hmac.digest(SlackServer.signing_secret.encode(), b"v0:%b:%b" % (now.encode(), body), "sha256")
    return {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={digest.hex()}"}


def _mutated(good: Json, name: str, chance: random.Random, text: str) -> Wire:
    """A request with one change or some: of its values, its shape, its bytes or its headers."""
    body = copy.deepcopy(good)
    if "event_id" in body:  # else it was answered before
        body["event_id"] = f"Ev{chance.random()}"
    for _ in range(chance.choice((0, 1, 1, 2, 4))):
        _change(body, chance, text)
    is_form = name.startswith("command")
    try:
        wire = _form(body) if is_form else _as_slack(body, name)
    except (ValueError, RecursionError):
        wire = b"{}"
    headers = {"Content-Type": FORM if is_form or not _is_event(name) else JSON}
    if chance.random() < 0.2:
        wire = _in_bytes(wire, chance)
    if chance.random() < 0.1:
        headers[chance.choice(("Content-Type", "X-Slack-Retry-Num", "X-Slack-Retry-Reason"))] = chance.choice(
            (
                "text/plain",
                JSON,
                FORM,
                "multipart/form-data",
                "a" * 300,
                "-1",
                "application/json; charset=utf-7",
                "",
            )
        )
    return Wire(wire, headers)


def _is_event(name: str) -> bool:
    return name in ("mention", "direct message", "home", "agent")


def _form(body: Json) -> bytes:
    pairs = ((key, value if isinstance(value, str) else json.dumps(value)) for key, value in body.items())
    return urlencode(
        {k.encode("utf-8", "surrogatepass"): v.encode("utf-8", "surrogatepass") for k, v in pairs}
    ).encode()


def _as_slack(body: Json, name: str) -> bytes:
    text = json.dumps(body)
    return text.encode() if _is_event(name) else f"payload={quote_plus(text)}".encode()


def _change(body: Json, chance: random.Random, text: str) -> None:
    """One value somewhere in the body is another, gone, there twice, or a hostile text."""
    places = list(_places(body))
    holder, key = chance.choice(places)
    match chance.choice(("odd", "text", "text", "text", "gone", "deep", "copy")):
        case "odd":
            holder[key] = copy.deepcopy(chance.choice(ODD))
        case "text":
            strings = [(h, k) for h, k in places if isinstance(h[k], str)]
            read = [(h, k) for h, k in strings if k in ("text", "value")]
            strings = read if read and chance.random() < 0.6 else strings
            holder, key = chance.choice(strings) if strings else (holder, key)
            holder[key] = text
        case "gone":
            del holder[key]
        case "deep":
            deep: Any = "x"
            for _ in range(chance.choice((5, 50, 200))):
                deep = [deep] if chance.random() < 0.5 else {"type": deep}
            holder[key] = deep
        case _:
            other, place = chance.choice(places)
            value = (
                other.get(place) if isinstance(other, dict) else other[place] if place < len(other) else None
            )
            holder[key] = copy.deepcopy(value)


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: what holds it, and under which key."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return [(node, key) for key in keys] + [place for key in keys for place in _places(node[key])]


def _in_bytes(wire: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(wire) + 1)
    changes: Sequence[Callable[[], bytes]] = (
        lambda: wire[:at],
        lambda: wire[at:],
        lambda: wire[:at] + chance.choice(INTO) + wire[at:],
        lambda: wire + b"&" + wire,
        lambda: wire * chance.choice((2, 20)),
        lambda: b"[" * chance.choice((100, 100_000)) + wire,
        lambda: b"payload=" + wire,
        lambda: bytes(chance.randrange(256) for _ in range(200)),
        lambda: b"",
        lambda: b"\xef\xbb\xbf" + wire,
    )  # fmt: skip
    return chance.choice(changes)()


def _payloads(text: str) -> list[Json]:
    """The messages and views in an answer."""
    try:
        told = json.loads(text)
    except ValueError:
        return []
    if not isinstance(told, dict):
        return []
    views = [told["view"]] if isinstance(told.get("view"), dict) else []
    return views or ([told] if "blocks" in told or "text" in told else [])


def _of_post(post: Post) -> Json:
    return {"text": post.text, "blocks": post.blocks}
