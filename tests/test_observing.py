"""The bot seen from outside: one id from a request to its reply and its database work, and /metrics."""

import http.client
import os
import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.context import Metrics
from bot.playground.slack import Sender, SlackServer
from bot.playground.slack.sender import signature
from tests.running import Served, serving


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def served(slack: SlackServer, database: Path, port: int) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JIGYO_LOG", "debug")
        environment.setenv("JIGYO_METRICS_PORT", str(port))
        with serving(slack, database, "--http", "--workers", "2") as process:
            yield process


def page(port: int, path: str = "/metrics") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


def values(port: int) -> dict[str, float]:
    """Every sample by its name and the values of its labels, in the order of these."""
    return {
        " ".join([sample.name, *(value for _, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(page(port)[1])
        for sample in family.samples
    }


def of_request(served: Served, number: str) -> list[str]:
    return [line["event"] for line in served.lines() if line.get("request") == number]


def test_the_lines_of_a_command_and_its_answer_carry_one_id(served: Served, slack: SlackServer):
    sender = Sender(slack, served.url)
    body = urlencode(sender.command_form("スマートシティ", user="U0STAFF", channel="C0PLAN"))
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=10)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/slack/events", body, {**signature(body, str(int(time.time()))), **form})
    number = connection.getresponse().headers["x-request-id"]
    lines = slack.wait_for(lambda: (found := of_request(served, number))[-1:] == ["acknowledged"] and found)
    assert {"read", "answered"} <= set(lines)
    assert all(line["surface"] == "slash" for line in served.lines() if line.get("request") == number)


def test_what_a_mention_has_written_and_posted_behind_threads_carries_its_id(
    served: Served, slack: SlackServer
):
    Sender(slack, served.url).mention("企画経営課の事業は？")

    def posted() -> set[str]:
        return {line["request"] for line in served.lines() if line.get("method") == "chat.postMessage"}

    (number,) = slack.wait_for(posted)
    slack.wait_for(lambda: "wrote behind" in of_request(served, number))
    assert {"read", "answered", "wrote behind", "Slack called"} <= set(of_request(served, number))


def test_requests_answers_and_refusals_of_all_processes_are_counted(
    served: Served, slack: SlackServer, port: int
):
    before, sender = values(port), Sender(slack, served.url)
    for text in ("スマートシティ", "スマートシティ", "ぬるぽきゃらめるぽん", "統計") * 4:
        sender.command(text)
    for _ in range(4):
        sender.raw("{}", headers={"Content-Type": "application/json"})
    now = values(port)
    grown = {name: value - before[name] for name, value in now.items() if value != before.get(name)}
    assert grown["jigyo_requests_total ok slash"] == 16
    assert grown["jigyo_request_seconds_count slash"] == 16
    assert 0 < grown["jigyo_request_seconds_sum slash"] < 16 * 10
    assert grown["jigyo_answers_total search empty"] == 4
    assert grown["jigyo_refusals_total not signed"] == 4


def test_the_page_tells_of_index_snapshot_heartbeat_and_deliveries(
    served: Served, slack: SlackServer, port: int, database: Path
):
    slack.wait_for(lambda: "jigyo_heartbeat_age_seconds" in values(port), seconds=30)
    slack.wait_for(lambda: values(port)["jigyo_snapshot_age_seconds"] > 0)  # it was read
    told = values(port)
    assert told["jigyo_projects"] == 48
    assert told["jigyo_index_in_step"] == told["jigyo_slack_answers"] == told["jigyo_database_readable"] == 1
    assert told["jigyo_processes"] == 2
    assert 0 <= told["jigyo_heartbeat_age_seconds"] < 120
    assert 0 <= told["jigyo_snapshot_age_seconds"] < 120
    assert told["jigyo_index_age_seconds"] > 0
    for state in ("claimed", "sent", "ambiguous", "released"):
        assert told[f"jigyo_deliveries {state}"] == 0
    with sqlite3.connect(database) as db:
        db.execute("UPDATE generations SET value = value + 3")
    assert values(port)["jigyo_snapshot_behind"] == 3


def test_every_metric_that_the_manual_tells_to_alarm_on_is_there(served: Served, port: int):
    manual = (Path(__file__).parent.parent / "docs" / "operate.md").read_text(encoding="utf-8")
    named = set(
        re.findall(r"\b(jigyo_[a-z_]+)\b", manual.split("## Metrics and alarms")[1].split("\n## ")[0])
    )
    there = {name.split()[0] for name in values(port)}
    assert len(named) > 15
    assert named <= there


def test_it_is_on_its_own_port_alone(served: Served, port: int):
    assert page(urlsplit(served.url).port or 0)[0] == 404
    assert page(port, "/readyz")[0] == 404


def test_a_port_that_is_taken_is_one_line_that_names_the_setting(
    slack: SlackServer, database: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JIGYO_METRICS_PORT", str(slack.port))
    with pytest.raises(RuntimeError, match="JIGYO_METRICS_PORT"), serving(slack, database):
        pass


def test_processes_add_up_and_each_has_its_own_gauge():
    metrics = Metrics()
    first, second = (metrics.worker(number, of=2) for number in range(2))
    if (child := os.fork()) == 0:
        second.add("jigyo_refusals", "not signed", by=3)
        second.set("jigyo_notes_waiting", 5)
        os._exit(0)
    os.waitpid(child, 0)
    first.add("jigyo_refusals", "not signed")
    assert first.total("jigyo_refusals", "not signed") == 4
    assert first.each("jigyo_notes_waiting") == [0, 5]


def test_a_label_nobody_laid_out_is_counted_as_other():
    metrics = Metrics()
    metrics.add("jigyo_refusals", "because of the weather")
    assert metrics.total("jigyo_refusals", "other") == 1
