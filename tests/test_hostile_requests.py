"""What reaches the port without being Slack's: large, slow, many, malformed; it costs next to nothing."""

import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.playground.slack import Sender, SlackServer
from bot.playground.slack.sender import signature
from bot.slack import http, requests
from bot.slack.observing import Refusals
from bot.slack.requests import BUSY, RECEIVED, SignedRequests
from tests.running import Served

MB = 1_000_000


@contextmanager
def connection(served: Served) -> Iterator[socket.socket]:
    address = urlsplit(served.url)
    with socket.create_connection((address.hostname, address.port), 10) as opened:
        yield opened


def head(*lines: str, path: str = "/slack/events") -> bytes:
    return "\r\n".join((f"POST {path} HTTP/1.1", "Host: x", *lines, "", "")).encode("latin-1")


def status(opened: socket.socket) -> int:
    """The status answered; 0 when the connection was closed without one."""
    try:
        answer = opened.recv(65536)
    except ConnectionError:
        return 0
    return int(answer.split()[1]) if answer else 0


def pour(opened: socket.socket, size: int) -> int:
    """Send as much as is taken of `size` bytes; how much that was."""
    sent = 0
    try:
        while sent < size:
            opened.sendall(b"x" * 65536)
            sent += 65536
    except OSError:
        pass
    return sent


def memory(served: Served) -> int:
    parent = psutil.Process(served.process.pid)
    return sum(each.memory_info().rss for each in (parent, *parent.children()))


def settled_memory(served: Served) -> int:
    """The memory once the processes have read what they keep: for two seconds hardly any more is taken."""
    readings, give_up = [memory(served)], time.monotonic() + 40
    while time.monotonic() < give_up:
        time.sleep(0.5)
        readings.append(memory(served))
        if len(readings) > 4 and max(readings[-5:]) - min(readings[-5:]) < 2 * MB:
            break
    return readings[-1]


def fresh(length: int) -> list[str]:
    """Headers that look right until the body is here."""
    return [
        f"X-Slack-Request-Timestamp: {int(time.time())}", f"X-Slack-Signature: v0={'a' * 64}",
        f"Content-Length: {length}",
    ]  # fmt: skip


def is_answering(slack: SlackServer, served: Served) -> bool:
    return "スマートシティの推進" in Sender(slack, served.url).command("11").seen


@pytest.mark.parametrize("signed", [False, True], ids=["not signed", "with headers that look right"])
def test_a_body_of_600_mb_is_refused_before_it_is_read(slack: SlackServer, served: Served, signed: bool):
    assert is_answering(slack, served)
    before = settled_memory(served)
    with connection(served) as opened:
        opened.sendall(head(*(fresh(600 * MB) if signed else ["Content-Length: 600000000"])))
        assert pour(opened, 600 * MB) < 20 * MB
        assert status(opened) in (413 if signed else 401, 0)
    assert memory(served) - before < 100 * MB  # some is for dictionaries
    assert is_answering(slack, served)


def test_a_body_whose_length_is_not_told_is_read_up_to_a_megabyte(slack: SlackServer, served: Served):
    with connection(served) as opened:
        opened.sendall(head(*fresh(0)[:2], "Transfer-Encoding: chunked"))
        for _ in range(40):
            try:
                opened.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            except OSError:
                break
        assert status(opened) in (413, 0)
    assert is_answering(slack, served)


def test_bodies_of_many_connections_are_kept_up_to_a_limit_together(slack: SlackServer, served: Served):
    before = settled_memory(served)
    with ExitStack() as stack:
        for _ in range(120):
            opened = stack.enter_context(connection(served))
            opened.sendall(head(*fresh(MB)))
            pour(opened, 900_000)
        assert memory(served) - before < 2 * requests.MAX_RECEIVING + 40 * MB  # two processes
        assert is_answering(slack, served)


def test_half_a_request_is_waited_for_some_seconds_and_no_longer(slack: SlackServer, served: Served):
    with connection(served) as nothing, connection(served) as some, connection(served) as half:
        some.sendall(b"POST /slack/events HTTP/1.1\r\nX-A: 1")
        half.sendall(head(*fresh(1000)) + b"x" * 10)
        began = time.monotonic()
        for opened in (nothing, some, half):
            opened.settimeout(20)
            while time.monotonic() - began < 3:
                time.sleep(0.2)
                some.sendall(b"2")  # one byte now and then is no reason to wait on
            assert status(opened) in (408, 0)
        assert time.monotonic() - began < http.RECEIVE_WITHIN + 10
    assert is_answering(slack, served)


def test_a_head_without_end_is_refused(slack: SlackServer, served: Served):
    with connection(served) as opened:
        opened.sendall(b"POST /slack/events HTTP/1.1\r\nX-A: ")
        assert pour(opened, 50 * MB) < 20 * MB
        assert status(opened) in (431, 0)
    with connection(served) as opened:
        opened.sendall(head(*(f"X-{n}: {'y' * 100}" for n in range(1000))))
        assert status(opened) in (431, 0)


def test_whoever_holds_connections_open_keeps_nobody_else_out(slack: SlackServer, served: Served):
    with ExitStack() as stack:
        for _ in range(3 * http.MAX_CONNECTIONS):
            opened = stack.enter_context(connection(served))
            opened.sendall(b"POST /slack/events HTTP/1.1\r\nX-A: 1")
        for _ in range(10):
            assert is_answering(slack, served)
        parent = psutil.Process(served.process.pid)
        for worker in parent.children() or [parent]:
            held = [each for each in worker.net_connections() if each.status == psutil.CONN_ESTABLISHED]
            assert len(held) <= http.MAX_CONNECTIONS + 10


@pytest.mark.parametrize(
    "lines",
    [
        ["X-Slack-Signature: \xff\xfe", "X-Slack-Request-Timestamp: 1"],
        ["X-Slack-Signature: v0=\xe3", "X-Slack-Request-Timestamp: \xff"],
        ["X-Slack-Signature: v0=a", "X-Slack-Request-Timestamp: " + "9" * 400],
        ["X-Slack-Signature: v0=a", "X-Slack-Request-Timestamp: 1_0"],
        ["X-A: \xff"],
    ],
)
def test_bad_bytes_in_headers_are_not_signed(served: Served, lines: list[str]):
    with connection(served) as opened:
        opened.sendall(head(*lines, "Content-Length: 0"))
        assert status(opened) == 401
    assert "Traceback" not in served.log()


def test_bad_bytes_in_a_body_are_not_signed_or_if_so_not_readable(served: Served):
    body = b"text=\xff\xfe\x80"
    with connection(served) as opened:
        opened.sendall(head(*fresh(len(body))) + body)
        assert status(opened) == 401
    stamp = str(int(time.time()))
    signed = b"v0:%b:%b" % (stamp.encode(), body)
    proof = "v0=" + hmac.new(SlackServer.signing_secret.encode(), signed, hashlib.sha256).hexdigest()
    lines = (f"X-Slack-Signature: {proof}", f"X-Slack-Request-Timestamp: {stamp}")
    with connection(served) as opened:
        opened.sendall(head(*lines, f"Content-Length: {len(body)}") + body)
        assert status(opened) == 400
    assert "Traceback" not in served.log()


def test_what_is_no_http_is_refused(served: Served):
    for wire in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 100):
        with connection(served) as opened:
            opened.sendall(wire)
            assert status(opened) in (400, 0)
    assert "Traceback" not in served.log()


def test_what_is_refused_is_counted_and_told_once_a_minute(caplog: pytest.LogCaptureFixture):
    refusals = Refusals()
    for _ in range(2):
        for _ in range(300):
            refusals.note("not signed")
        refusals.tell()
    assert caplog.messages == ["refused: not signed 300"]
    refusals.tell(at_once=True)
    assert caplog.messages[1:] == ["refused: not signed 300"]


def test_a_flood_is_a_line_a_minute(slack: SlackServer, served: Served):
    began, lines = time.monotonic(), served.log().count("refused: ")
    for _ in range(300):
        with connection(served) as opened:
            opened.sendall(head("Content-Length: 0"))
            assert status(opened) == 401
    minutes = 1 + int((time.monotonic() - began) / 60)
    processes = 1 + len(psutil.Process(served.process.pid).children())
    slack.wait_for(lambda: "refused: " in served.log(), seconds=30)  # by the next look around
    assert served.log().count("refused: ") - lines <= minutes * processes


def test_deep_json_is_not_readable(slack: SlackServer, served: Served):
    deep = '{"type": "event_callback", "event": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert Sender(slack, served.url).signed(deep, content_type="application/json").status == 400
    assert "Traceback" not in served.log()


def test_a_large_press_of_slack_is_read(slack: SlackServer, served: Served):
    """A message of fifty blocks comes back with each press of a button on it."""
    sender = Sender(slack, served.url)
    sender.command("スーパーシティ")
    shown = slack.posts[-1]
    shown.blocks += [{"type": "section", "text": {"type": "mrkdwn", "text": "あ" * 3000}}] * 30
    shown.ephemeral_to = ""
    assert len(json.dumps(shown.blocks)) > 500_000
    assert sender.press(shown, "詳細").status == 200


MENTION = {"type": "app_mention", "text": "統計", "user": "U0STAFF", "channel": "C0PLAN", "ts": "1.1"}
PERSON = {"id": "U0STAFF", "team_id": "T0CITY"}
PRESS = {
    "type": "block_actions", "user": PERSON, "team": {"id": "T0CITY"}, "trigger_id": "1",
    "actions": [{"action_id": "detail", "value": "2021 11"}], "container": {"channel_id": "C0PLAN"},
}  # fmt: skip
FORM = {
    "type": "view_submission", "user": PERSON, "team": {"id": "T0CITY"},
    "view": {"type": "modal", "callback_id": "filtered", "state": {"values": {"words": {"value": {}}}}},
}  # fmt: skip


def event(said: object) -> dict:
    return {"type": "event_callback", "event_id": "Ev1", "team_id": "T0CITY", "event": said}


@pytest.mark.parametrize(
    "body",
    [
        event(None), event([]), event("app_mention"), event({"type": ["app_mention"]}), event({}),
        event({**MENTION, "channel": None}), event({**MENTION, "text": {}}), event({**MENTION, "user": 1}),
        {**event(MENTION), "event_id": None}, {**event(MENTION), "authorizations": ["U0BOT"]},
        {"type": "block_actions"}, {**PRESS, "actions": []}, {**PRESS, "actions": [None]},
        {**PRESS, "actions": {"action_id": "detail"}}, {**PRESS, "actions": [{"value": "1"}]},
        {**PRESS, "user": None}, {**PRESS, "user": "U0STAFF"}, {**PRESS, "container": []},
        {**PRESS, "team": [1]}, {**PRESS, "view": "x"}, {**PRESS, "message": "x"}, {**PRESS, "type": ["x"]},
        {**FORM, "view": None}, {**FORM, "view": {**FORM["view"], "state": None}},
        {**FORM, "view": {**FORM["view"], "state": {"values": [1]}}},
        {**FORM, "view": {**FORM["view"], "state": {"values": {"words": {"value": []}}}}},
        {"type": "message_action", "user": PERSON, "callback_id": "related_projects"},
        {"no": "type"}, {"type": None},
    ],
)  # fmt: skip
def test_signed_nonsense_is_not_readable(slack: SlackServer, served: Served, body: dict):
    sender = Sender(slack, served.url)
    assert sender.signed(json.dumps(body), content_type="application/json").status == 400
    assert "Traceback" not in served.log()
    if "event" not in body:
        assert sender.interaction(body).status == 400


def test_a_command_of_nobody_is_not_readable(slack: SlackServer, served: Served):
    form = "command=%2Fjigyo&text=11&channel_id=C0PLAN"
    assert (
        Sender(slack, served.url).signed(form, content_type="application/x-www-form-urlencoded").status == 400
    )


@pytest.mark.parametrize("value", ["", "x", "2021", "99999999999999999999 1", "２０２１ 11"])
def test_a_button_that_names_no_project_is_told_so(slack: SlackServer, served: Served, value: str):
    actions = [{"action_id": "detail", "value": value}]
    body = {**PRESS, "actions": actions, "response_url": slack.response_url("C0PLAN", "U0STAFF")}
    assert Sender(slack, served.url).interaction(body).status == 200
    assert "Traceback" not in served.log()


async def test_what_has_waited_too_long_for_its_turn_is_asked_to_come_again_or_sent_again(slack: SlackServer):
    """As on a machine that has more to do than it can: Slack would give up on the answer."""
    begun: list[str] = []

    async def command(body: dict[str, Any]) -> BoltResponse:
        begun.append(body["text"])
        return BoltResponse(status=200, body="")

    sender = Sender(slack, "http://127.0.0.1:1")
    bolt = AsyncApp(signing_secret="s", token="xoxb-1")
    app = SignedRequests(bolt, command, slack.signing_secret, Refusals())
    form = urlencode(sender.command_form("11", user="U0STAFF", channel="C0PLAN"))
    event = json.dumps(sender.mention_body("統計"))
    assert await given(app, form, waited=0.2) == (200, b"")
    status, told = await given(app, form, waited=1.5)
    assert (status, json.loads(told)) == (200, {"text": BUSY})
    assert (await given(app, event, waited=1.5))[0] == 503
    assert (await given(app, "text=11", waited=1.5, secret="f" * 32))[0] == 401
    assert begun == ["11"]


async def given(
    app: SignedRequests, body: str, *, waited: float, secret: str = SlackServer.signing_secret
) -> tuple[int, bytes]:
    """What the application answers to a request that waited so many seconds."""
    signed = signature(body, str(int(time.time())), secret=secret)
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    headers = [(b"content-type", kind.encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in signed.items()]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"method": "POST", "headers": headers, "query_string": b"", RECEIVED: time.monotonic() - waited}
    await app(scope, receive, send)
    return sent[0]["status"], sent[1]["body"]
