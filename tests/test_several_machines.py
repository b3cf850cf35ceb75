"""Machines that share a city's state: whichever is asked, it is one bot; over HTTP and over Socket Mode."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from bot.messages.markup import plain
from bot.playground.slack import Reply, Sender, SlackServer
from bot.playground.slack.sender import signature
from bot.slack.server import CONNECTIONS
from store.database import Database, open_database
from store.evaluation import changes, registry
from store.state import Location
from tests import postgres
from tests.running import Served, serving
from tests.sheet_city import KIND, remind, said, settled, state, ticked

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def machines(
    slack: SlackServer, seeded_once: Path, tmp_path_factory: pytest.TempPathFactory,
    postgresql: postgres.Server,
) -> tuple[Path, ...]:  # fmt: skip
    """The files of two machines with one state."""
    url, folder = postgresql.city(), tmp_path_factory.mktemp("machines")
    copies = [Path(shutil.copy(seeded_once, folder / name)) for name in ("one.db", "two.db")]
    settled(slack, Location.of(copies[0], url))
    return tuple(Location.of(copy, url) for copy in copies)


@pytest.fixture
def db(machines: tuple[Path, ...]) -> Database:
    return open_database(machines[0])


class Balanced(Sender):
    """Sends every request to the next machine in turn, as a balancer does that keeps nobody to one."""

    def __init__(self, slack: SlackServer, *urls: str) -> None:
        self.machines, self.sent = [Sender(slack, url) for url in urls], 0
        super().__init__(slack, urls[0])

    def raw(self, body: str, *, headers: dict[str, str], path: str = "/slack/events") -> Reply:
        """POST to the next of them."""
        self.sent += 1
        return self.machines[self.sent % len(self.machines)].raw(body, headers=headers, path=path)


@pytest.fixture(scope="module")
def urls(slack: SlackServer, machines: tuple[Path, ...]) -> Iterator[list[str]]:
    """Two bots over HTTP."""
    with ExitStack() as both:
        options = ("--http", "--no-reminders", "--workers", "1")
        yield [both.enter_context(serving(slack, path, *options)).url for path in machines]


@pytest.fixture
def balanced(slack: SlackServer, urls: list[str]) -> Balanced:
    slack.posts.clear()
    slack.workspace.views.clear()
    return Balanced(slack, *urls)


def kept(db: Database, thread: str) -> bool:
    """Whether it is written what a thread is about."""
    rows = db.state.execute("SELECT 1 FROM conversations WHERE place LIKE ?", [f"%{thread}"])
    return rows.fetchone() is not None


def test_a_conversation_goes_on_on_the_other_machine(
    balanced: Balanced, slack: SlackServer, db: Database
) -> None:
    thread = "1795500000.000100"
    asked = [("スマートシティの推進の成果は？", "の成果"), ("その担当課は？", "スマートシティ戦略室")] * 2
    for nth, (question, answer) in enumerate(asked):
        balanced.mention(question, ts=f"1795500000.00010{nth}", **({"thread_ts": thread} if nth else {}))
        slack.wait_for(lambda count=nth + 1: len(slack.posts) == count, seconds=60)
        assert answer in plain(vars(slack.posts[-1]))
        slack.wait_for(lambda: kept(db, thread), seconds=60)  # it is written behind the answer
    assert balanced.sent == len(asked)


def test_a_form_that_one_machine_opened_is_submitted_on_the_other(
    balanced: Balanced, slack: SlackServer, db: Database
) -> None:
    post = remind(slack, db, "科学技術振興課", "C0TEAM")
    balanced.press(post, "提出済にする", user="U0SCIENCE")
    view = slack.wait_for(lambda: list(slack.workspace.views.values()), seconds=60)[-1]
    number = next(s.number for s in registry.sheets(db) if s.section == "科学技術振興課")
    done = balanced.submit(view, user="U0SCIENCE", **ticked(view, number))
    assert "提出済にしました" in done.seen
    assert state(db, number) == "提出済"


def test_a_button_that_is_pressed_on_both_machines_at_once_does_it_once(
    balanced: Balanced, slack: SlackServer, db: Database
) -> None:
    post = remind(slack, db, "スタートアップ推進室", slack.workspace.direct_channel("U0START"))
    presses = [each for each in balanced.machines for _ in range(3)]
    with ThreadPoolExecutor(len(presses)) as pool:
        list(pool.map(lambda send: send.press(post, "提出済にする", user="U0START"), presses))
    slack.wait_for(lambda: "ありがとうございました" in post.text, seconds=60)
    number = next(s.number for s in registry.sheets(db) if s.section == "スタートアップ推進室")
    assert state(db, number) == "提出済"
    assert len(changes.events(db, what="sheet", subject=f"2021/{number}/{KIND}")) == 1


def hears(slack: SlackServer, reply: Reply, words: str) -> None:
    """These words are told at once, or behind the acknowledgement."""
    slack.wait_for(
        lambda: words in said(reply) or any(words in plain(vars(post)) for post in slack.posts), seconds=60
    )


def test_a_request_that_one_machine_took_is_refused_by_the_other(
    balanced: Balanced, slack: SlackServer, db: Database
) -> None:
    body = urlencode(balanced.command_form("提出 57", user="U0CHIEF", channel="C0PLAN"))
    headers = {**signature(body, str(int(time.time()))), "Content-Type": FORM}
    one, other = balanced.machines
    hears(slack, one.raw(body, headers=headers), "提出済にしました")
    hears(slack, other.raw(body, headers=headers), "すでに承っています")
    assert len(changes.events(db, what="sheet", subject=f"2021/57/{KIND}")) == 1


def test_the_same_event_that_comes_to_both_machines_is_answered_once(
    balanced: Balanced, slack: SlackServer
) -> None:
    event = balanced.mention_body("ふるさと納税")["event"]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda send: send.event(event, event_id="EvTWICE"), balanced.machines * 2))
    slack.wait_for(lambda: slack.posts, seconds=60)
    balanced.mention("11", ts="1795500000.000900")  # by when the others would have been answered
    slack.wait_for(lambda: len(slack.posts) > 1, seconds=60)
    assert [post.thread_ts == "1795500000.000900" for post in slack.posts] == [False, True]


def test_a_claim_that_is_slow_to_be_written_is_waited_for(
    balanced: Balanced, slack: SlackServer, machines: tuple[Path, ...]
) -> None:
    event = balanced.mention_body("ふるさと納税")["event"]
    with psycopg.connect(getattr(machines[0], "state", "")) as held:
        held.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        with ThreadPoolExecutor(2) as pool:  # each is acknowledged after two seconds
            list(pool.map(lambda send: send.event(event, event_id="EvSLOW"), balanced.machines))
        assert not slack.posts  # nobody answers before it knows whose the event is
    slack.wait_for(lambda: slack.posts, seconds=60)
    balanced.mention("11", ts="1795500000.000950")
    slack.wait_for(lambda: len(slack.posts) > 1, seconds=60)
    assert [post.thread_ts == "1795500000.000950" for post in slack.posts] == [False, True]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_event_that_comes_over_every_socket_is_answered_once(
    machines: tuple[Path, ...], processes: int
) -> None:
    with SlackServer() as slack, ExitStack() as bots:
        served: list[Served] = [
            bots.enter_context(serving(slack, path, "--socket", "--no-reminders"))
            for path in machines[:processes]
        ]
        sockets = processes * CONNECTIONS
        slack.wait_for(lambda: slack.sockets == sockets, seconds=60)
        sender = Sender(slack, served[0].url)
        for text in ("ふるさと納税", "スマートシティの推進の担当課は？"):
            slack.posts.clear()
            body = {**sender.mention_body(text), "event_id": f"Ev{processes}{text}"}
            with ThreadPoolExecutor(sockets) as pool:
                acks = pool.map(
                    lambda nth, body=body: slack.push("events_api", body, over=nth), range(sockets)
                )
                assert len(list(acks)) == sockets
            slack.wait_for(lambda: slack.posts, seconds=60)
            assert len(slack.posts) == 1
        form = sender.command_form("11", user="U0STAFF", channel="C0PLAN")
        for nth in range(sockets):
            answer = slack.push("slash_commands", form, over=nth)["payload"]
            assert "スマートシティの推進" in plain(answer)
