"""One pass of `make golden`: everything asked of one tree on every surface, written as JSON Lines.

    python -m bench.golden_pass TREE LIST SOURCE SHARE OUT

It imports nothing of the tree: it runs `python -m bot` with the tree in PYTHONPATH (`load`,
`search --json -`, `ask --json -`, `serve` over signed HTTP with the loopback Slack). Whoever asks in Slack
has a channel of their own, so that no conversation is another's and any number of requests may be under
way. The commands are asked everything; with a SHARE of n, Slack is asked one text in n, drawn by the text.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from bench.golden_compare import Json, Record, message, steady
from bot.playground.slack import Post, Sender, SlackServer
from bot.playground.slack.sender import buttons, signature
from bot.playground.slack.state import TEAM
from bot.slack.requests import BUSY
from tests.running import serving

DATA = Path(__file__).parent.parent / "tests" / "data"
CONNECTIONS = 6
TALKED_ABOUT = 12  # one question in so many is followed up in a thread
PRESSED = 30  # one button in so many is pressed; which ones depends on the text and the button only
ANSWERED_WITHIN = 10.0  # seconds, for what comes after the acknowledgement
TOO_BUSY = json.dumps(BUSY)[1:-1]  # as an acknowledgement has it
TRIES = 60  # a second apart, of what a busy server asks to come again
PATIENCE = 1.5  # seconds until an acknowledgement may be a request for patience
FOLLOW_UPS = (
    "その成果は？", "担当課は？", "2番目は？", "ほかには？", "もっと", "この課の事業は何件？",
    "なぜこの答え？", "前年度は？", "まとめて",
)  # fmt: skip
"""What is said next in a thread, of whatever its first question showed."""

MARKS = {"/jigyo": "S", "mention": "M", "dm": "D"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class Talk:
    """What one person says, turn by turn, in one place of one surface."""

    surface: str
    turns: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """One turn or press: in whose place, after how many messages there, and what came other than messages."""

    surface: str
    asked: tuple[str, ...]
    place: str
    before: int
    status: int
    view: Json | None = None


def main() -> None:
    """Write the records of one tree."""
    tree, name, source, share, out = sys.argv[1:]
    os.environ["PYTHONPATH"] = tree
    db = Path("jigyo.db").absolute()
    _jigyo(db, "load", source)
    alone, talks = read_texts(DATA, name, share=int(share))
    records = _slack(db, talks)
    for surface in ("search --json", "ask --json"):
        records += _command(db, surface, alone)
    with Path(out).open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"list": name, **each}, ensure_ascii=False) + "\n" for each in records)


# -- what is asked --------------------------------------------------------------------------------------


def read_texts(folder: Path, name: str, *, share: int = 1) -> tuple[list[str], list[Talk]]:
    """Each query and question that `folder` has for the list `name`, and everything that is said in Slack.

    That is each of them alone on every surface, then the conversations: written ones (`turns`), and questions
    with the same follow-ups each.
    """
    queries: list[str] = []
    questions: list[str] = []
    written: list[tuple[str, ...]] = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() or ("review" in path.stem) != (name == "review"):
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        if path.suffix == ".tsv" and lines[0].startswith("query\t"):
            queries += [line.split("\t")[0] for line in lines[1:]]
        for held in map(json.loads, lines if path.suffix == ".jsonl" else ()):
            if "turns" in held:
                written.append(tuple(turn["ask"] for turn in held["turns"]))
            elif "ask" in held:
                questions.append(held["ask"])
    alone = list(dict.fromkeys([*queries, *questions]))
    shared = [text for text in alone if drawn(text, share)]
    followed = [question for question in dict.fromkeys(questions) if drawn(question, share * TALKED_ABOUT)]
    written = [turns for turns in written if drawn(turns[0], share)]
    long = [*written, *((question, *FOLLOW_UPS) for question in followed)]
    return alone, [
        *(Talk(surface, (text,)) for surface in MARKS for text in shared),
        *(Talk(surface, turns) for surface in ("mention", "dm") for turns in dict.fromkeys(long)),
    ]


def drawn(text: str, share: int) -> bool:
    """Whether `text` is among one in `share`; the same texts every time, whatever else there is."""
    return not zlib.crc32(text.encode()) % share


# -- the command ----------------------------------------------------------------------------------------


def _jigyo(db: Path, *words: str, said: str = "") -> str:
    command = [sys.executable, "-m", "bot", "--db", str(db), *words]
    done = subprocess.run(command, input=said.encode(), capture_output=True)
    if done.returncode:
        raise RuntimeError(f"jigyo {' '.join(words)}: {done.stderr.decode()[-2000:]}")
    return done.stdout.decode()


def _command(db: Path, surface: str, asked: Sequence[str]) -> list[Record]:
    """The records of a command that reads a text a line and answers with a JSON Line each."""
    lines = _jigyo(db, *surface.split(), "-", said="".join(f"{text}\n" for text in asked)).split("\n")[:-1]
    if len(lines) != len(asked):
        raise RuntimeError(f"jigyo {surface}: {len(lines)} answers to {len(asked)} lines")
    return [
        {"surface": surface, "asked": [text], "got": _of_json(json.loads(line))}
        for text, line in zip(asked, lines, strict=True)
    ]


def _of_json(found: Json) -> Json:
    fields = message(found.get("text", ""), found.pop("blocks")) if "blocks" in found else {}
    return {**fields, **steady(found)}


# -- Slack ----------------------------------------------------------------------------------------------


def _slack(db: Path, talks: Sequence[Talk]) -> list[Record]:
    with SlackServer() as slack:
        with serving(slack, db, "--http", "--no-reminders", "--workers", "1") as served:
            city = City(slack, served.url)
            asyncio.run(city.talk(talks))
            served.stop()
        return list(city.records())


class City:
    """People of a loopback Slack who say what they say, and hear what is answered where they said it."""

    def __init__(self, slack: SlackServer, url: str) -> None:
        self._slack, self._sender, self._url = slack, Sender(slack, url), f"{url}/slack/events"
        self._heard: defaultdict[str, list[Post]] = defaultdict(list)  # by place, as it came
        self._views: dict[str, Json] = {}  # by trigger
        self._said: list[tuple[tuple[int, int], Said]] = []

    async def talk(self, talks: Sequence[Talk]) -> None:
        """Say everything, much of it at once, and press some of the buttons that came."""
        # Kept for less than the server keeps them: it would close one under a request.
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=2))
        numbered = iter(list(enumerate(talks)))

        async def one_of_many() -> None:
            for number, talk in numbered:
                await self._converse(number, talk)

        async with self._session:
            await self._request(*self._wire("/jigyo", "事業", "U0WARM", "C0PLAN"))  # loads dictionaries
            await asyncio.gather(*(one_of_many() for _ in range(CONNECTIONS)))

    def records(self) -> Iterator[Record]:
        """What came, in the order in which it was to be said."""
        self._listen()
        self._said.sort(key=lambda each: each[0])
        following = [said for _, said in self._said[1:]] + [None]
        for (_, said), after in zip(self._said, following, strict=True):
            end = after.before if after and after.place == said.place else None
            posts = self._heard[said.place][said.before : end]
            yield {"surface": said.surface, "asked": list(said.asked), "got": self._got(said, posts)}

    async def _converse(self, number: int, talk: Talk) -> None:
        place = f"{MARKS[talk.surface]}{number}"
        user, workspace = f"U0{place}", self._slack.workspace
        with workspace.lock:
            workspace.add_user(user, "山田")
            channel = workspace.direct_channel(user) if talk.surface == "dm" else f"C0{place}"
            if talk.surface != "dm":
                workspace.add_channel(channel, "企画")
        thread = f"1795400000.{number:06d}"
        surface = talk.surface if len(talk.turns) == 1 else f"{talk.surface}, conversation"
        for turn, text in enumerate(talk.turns):
            before = len(self._heard[place])
            ts = f"{1795400000 + turn}.{number:06d}"
            wire = self._wire(talk.surface, text, user, channel, ts=ts, thread_ts=thread if turn else "")
            status = await self._answered(place, talk.surface, wire)
            said = Said(surface, talk.turns[: turn + 1], place, before, status)
            self._said.append(((number, turn), said))
        if len(talk.turns) == 1 and talk.surface != "mention":  # whose buttons do as those of a command
            await self._press(number, talk, place, user)

    async def _press(self, number: int, talk: Talk, place: str, user: str) -> None:
        """Press the buttons of an answer that fall to it, one after the other."""
        if not self._heard[place]:
            return
        post = self._heard[place][-1]
        for button in buttons(post.blocks):
            pressed = f"[{button['text']['text']} {button['action_id']}]"
            if "url" in button or not drawn(f"{talk.turns[0]} {pressed}", PRESSED):
                continue
            before = len(self._heard[place])
            body = self._sender.action_body(post, button, user=user)
            trigger = body["trigger_id"]
            wire = urlencode({"payload": json.dumps(body)}), FORM
            status = await self._answered(place, "press", wire, trigger)
            asked = (*talk.turns, pressed)
            said = Said(f"{talk.surface}, pressed", asked, place, before, status, self._views.get(trigger))
            self._said.append(((number, len(self._said) + 1), said))

    def _wire(
        self, surface: str, text: str, user: str, channel: str, *, ts: str = "", thread_ts: str = ""
    ) -> tuple[str, str]:
        """What Slack would send for this: a body and its type."""
        if surface == "/jigyo":
            return urlencode(self._sender.command_form(text, user=user, channel=channel)), FORM
        event = {"user": user, "channel": channel, "team": TEAM, "ts": ts}
        if surface == "mention":
            event |= {"type": "app_mention", "text": f"<@U0BOT> {text}"}
            event |= {"thread_ts": thread_ts} if thread_ts else {}
        else:
            event |= {"type": "message", "channel_type": "im", "text": text}
        return json.dumps(self._sender.event_body(event)), JSON

    async def _request(self, body: str, content_type: str) -> tuple[int, str]:
        """Send it signed, as Slack does; the HTTP status and what it was acknowledged with.

        What a busy machine asks to come again, and has not begun, comes again: that is no answer to it.
        """
        for _ in range(TRIES):
            headers = {**signature(body, str(int(time.time()))), "Content-Type": content_type}
            async with self._session.post(self._url, data=body.encode(), headers=headers) as response:
                status, text = response.status, await response.text()
            if status != HTTPStatus.SERVICE_UNAVAILABLE and TOO_BUSY not in text:
                break
            await asyncio.sleep(1)
        return status, text

    async def _answered(self, place: str, surface: str, wire: tuple[str, str], trigger: str = "") -> int:
        """Send it and wait for what is answered there; the HTTP status."""
        before, started = len(self._heard[place]), time.monotonic()
        status, text = await self._request(*wire)
        if surface == "/jigyo" and text:
            told = json.loads(text) if text.startswith("{") else {"text": text}
            self._heard[place].append(self._acknowledged(told, place))
            before += time.monotonic() - started > PATIENCE and not told.get("blocks")
        end = time.monotonic() + ANSWERED_WITHIN
        self._listen()
        while len(self._heard[place]) <= before and trigger not in self._views:
            if status != HTTPStatus.OK or time.monotonic() > end:
                break
            await asyncio.sleep(0.01)
            self._listen()
        return status

    @staticmethod
    def _acknowledged(told: Json, place: str) -> Post:
        to = "" if told.get("response_type") == "in_channel" else f"U0{place}"
        return Post(
            f"C0{place}", "", told.get("text", ""), told.get("blocks", []), ephemeral_to=to, body=told
        )

    def _listen(self) -> None:
        """Take what the loopback Slack was told since."""
        workspace = self._slack.workspace
        with workspace.lock:
            posts, workspace.posts[:] = workspace.posts[:], []
            calls, workspace.calls[:] = workspace.calls[:], []
        for post in posts:
            self._heard[post.channel[2:]].append(post)
        self._views |= {args["trigger_id"]: args["view"] for name, args in calls if name == "views.open"}

    def _got(self, said: Said, posts: Sequence[Post]) -> Json:
        """The fields of all messages that answered one turn, and of the form that opened."""
        if any(post.body.get("replace_original") for post in posts[1:]):
            posts = posts[1:]
        fields: Json = {"status": said.status, "text": "", "shown": [], "buttons": [], "layout": []}
        for post in posts:
            told = message(post.text, post.blocks)
            files = [self._slack.workspace.files[file["id"]] for file in post.files]
            fields |= {
                "text": "\n".join(filter(None, (fields["text"], told.pop("text")))),
                **{name: fields[name] + told.pop(name) for name in ("shown", "buttons", "layout")},
                **told,
                "seen_by": "one"
                if post.ephemeral_to or post.body.get("response_type") == "ephemeral"
                else "all",
                **({"files": [_content(file) for file in files]} if files else {}),
            }
        return {**fields, "form": steady(said.view)} if said.view else fields


def _content(file: Json) -> str:
    """A file's name, and its text (the size, where it is none)."""
    held = bytes(file.get("content") or b"")
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = f"{len(held)} bytes"
    return f"{file.get('name', '')}\n{text}"


if __name__ == "__main__":
    main()
