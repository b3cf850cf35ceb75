"""The process: health, failures with a number, a clean stop, settings told in one line."""

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.context import TOKYO
from bot.messages.builders import button
from bot.playground.slack import Post, Sender, SlackServer
from bot.slack.observing import FRESH_SECONDS
from store.database import open_database
from store.evaluation import changes
from store.evaluation.records import SectionContacts
from tests import forking
from tests.running import Served, environment, serving


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


@pytest.fixture
def served(slack: SlackServer, seeded: Path) -> Iterator[Served]:
    with serving(slack, seeded, "--http", "--no-reminders") as process:
        yield process


def get(served: Served, path: str) -> tuple[int, dict]:
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def test_it_is_live_and_ready_and_says_when_the_index_is_out_of_step(served: Served, seeded: Path):
    assert get(served, "/livez") == (200, {"status": "ok"})
    assert get(served, "/readyz") == (200, {"status": "ok", "problems": []})
    assert get(served, "/nowhere")[0] == 404
    db = sqlite3.connect(seeded)
    db.execute("DELETE FROM search_texts WHERE id = (SELECT min(id) FROM search_texts)")
    db.execute("UPDATE generations SET value = value + 1")
    db.commit()
    time.sleep(FRESH_SECONDS)
    status, told = get(served, "/healthz")
    assert status == 503
    assert told["problems"]
    assert get(served, "/livez")[0] == 200


def test_healthz_tells_of_garbage_in_an_index_that_no_request_looks_for(slack: SlackServer, seeded: Path):
    with sqlite3.connect(seeded) as db:
        db.execute("UPDATE name_characters_data SET block = x'00ff00ff' WHERE id > 10")
    with serving(slack, seeded, "--http", "--no-reminders") as served:
        told = slack.wait_for(lambda: get(served, "/healthz")[1]["problems"], seconds=30)
        assert told == ["検索の索引が壊れています。`jigyo index rebuild` で作り直せます。"]
        assert get(served, "/readyz")[0] == 200  # it answers all the same


def test_a_failure_is_logged_with_a_number_that_the_person_is_told(
    served: Served, slack: SlackServer, seeded: Path
):
    # Each request asks this table for the newest version; rows that answer may be in memory already.
    sqlite3.connect(seeded).execute("ALTER TABLE generations RENAME TO lost")
    reply = Sender(slack, served.url).command("統計")
    told = reply.body["text"]
    assert reply.status == 200
    assert "申し訳ありません" in told
    number = told.split("受付番号 ")[1].split()[0]
    assert number in served.log()
    assert "Traceback" in served.log()
    assert "no such table" in served.log()
    assert "no such table" not in told


def test_a_listener_that_fails_outside_a_handler_tells_the_person_a_number_too(
    served: Served, slack: SlackServer
):
    gone = Post("C0PLAN", "1.1", "x", ephemeral_to="U0STAFF")
    link = button("リンク", action="permalink", value="link")  # to a message that is not there any more
    assert Sender(slack, served.url).action(gone, link).status == 200
    told = slack.posts[-1]
    assert told.ephemeral_to == "U0STAFF"
    assert told.text.split("受付番号 ")[1].split()[0] in served.log()
    assert "message_not_found" in served.log()


def test_sigterm_finishes_what_is_being_answered(served: Served, slack: SlackServer):
    sender = Sender(slack, served.url)
    slack.fail("chat.postMessage", "slow", seconds=1.0)
    replies = []
    asking = threading.Thread(target=lambda: replies.append(sender.mention("統計")))
    asking.start()
    slack.wait_for(lambda: slack.calls("chat.postMessage"))
    assert served.stop() == 0
    asking.join()
    assert [reply.status for reply in replies] == [200]
    assert len(slack.posts) == 1


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_stop_is_logged_when_it_begins_and_when_it_is_done(slack: SlackServer, seeded: Path, workers: str):
    with serving(slack, seeded, "--http", "--no-reminders", "--workers", workers) as served:
        assert get(served, "/livez")[0] == 200
        assert served.stop() == 0
        told = [line["event"] for line in served.lines()]
        assert told[-2:] == ["stopping: finishing what is being answered", "stopped"]


def test_while_slack_is_out_of_reach_commands_are_answered_all_the_same(served: Served, slack: SlackServer):
    slack.fail("", "reset", times=None)
    sender = Sender(slack, served.url)
    assert sender.command("11").status == 200
    assert "スマートシティの推進" in sender.command("11").seen
    assert "検索結果" in sender.command("スーパーシティ").seen
    assert slack.calls("auth.test") == []
    assert "Traceback" not in served.log()
    slack.heal()
    assert sender.mention("スマートシティの推進").status == 200
    assert "<@U0BOT>" not in slack.posts[-1].text
    assert "スマートシティの推進" in slack.posts[-1].text


def test_a_press_whose_answer_cannot_be_delivered_is_one_line_in_the_log(served: Served, slack: SlackServer):
    sender = Sender(slack, served.url)
    sender.command("スーパーシティ")
    slack.fail("response_url", "reset", times=None)
    assert sender.press(slack.posts[-1], "詳細").status == 200
    slack.wait_for(lambda: "a response_url cannot be reached" in served.log())
    assert "Traceback" not in served.log()


def test_a_failure_that_cannot_be_reported_is_logged_once_and_no_failure_of_the_report(
    served: Served, slack: SlackServer
):
    slack.fail("response_url", "reset", times=None)
    gone = Post("C0PLAN", "1.1", "x", ephemeral_to="U0STAFF")
    link = button("リンク", action="permalink", value="link")
    assert Sender(slack, served.url).action(gone, link).status == 200
    assert sum("failed: " in line["event"] for line in served.lines()) == 1
    assert "chat.getPermalink: message_not_found" in served.log()
    assert "Traceback" not in served.log()
    assert "a response_url cannot be reached" in served.log()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_sigterm_hears_whoever_had_connected(slack: SlackServer, seeded: Path, workers: str):
    with serving(slack, seeded, "--http", "--no-reminders", "--workers", workers) as served:
        heard = []
        for _ in range(16):  # so that every worker has answered one
            assert get(served, "/livez")[0] == 200
        for _ in range(8):
            heard.append(http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=10))
            heard[-1].connect()
            heard[-1].putrequest("GET", "/livez")
        served.process.send_signal(signal.SIGTERM)
        slack.wait_for(lambda: not accepts(served))
        for connection in heard:
            connection.endheaders()
        assert [connection.getresponse().status for connection in heard] == [200] * 8
        assert served.process.wait(30) == 0


def accepts(served: Served) -> bool:
    try:
        socket.create_connection((urlsplit(served.url).hostname, urlsplit(served.url).port), 5).close()
    except OSError:
        return False
    return True


def test_sigterm_finishes_what_was_acknowledged_and_goes_on_behind(served: Served, slack: SlackServer):
    slack.fail("chat.postMessage", "slow", seconds=3.0)
    assert Sender(slack, served.url).mention("統計").status == 200
    assert slack.posts == []
    assert served.stop() == 0
    assert len(slack.posts) == 1


def serve(folder: Path, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "JIGYO_", "PORT"))}
    return forking.run(["serve", *options], env={**clean, **env}, cwd=folder)


MADE_UP = {
    "SLACK_BOT_TOKEN": "xoxb-1-made-up",
    "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
    "SLACK_APP_TOKEN": "xapp-1-made-up",
}


@pytest.mark.parametrize(
    ("missing", "options"),
    [
        ("SLACK_BOT_TOKEN", ["--http"]),
        ("SLACK_SIGNING_SECRET", ["--http"]),
        ("SLACK_APP_TOKEN", ["--socket"]),
    ],
)
def test_a_missing_setting_is_one_line_that_says_which_and_where_to_get_it(
    tmp_path: Path, missing: str, options: list[str]
):
    done = serve(tmp_path, *options, **{k: v for k, v in MADE_UP.items() if k != missing})
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert missing in line
    assert "Slack のアプリ設定" in line


@pytest.mark.parametrize(
    ("option", "other"), [("--http", "SLACK_SIGNING_SECRET"), ("--socket", "SLACK_APP_TOKEN")]
)
def test_everything_that_is_missing_is_named_at_once(tmp_path: Path, option: str, other: str):
    (line,) = serve(tmp_path, option).stderr.strip().splitlines()
    assert f"設定 SLACK_BOT_TOKEN、{other} がありません" in line
    assert line.count("Slack のアプリ設定") == 2


def test_while_no_way_is_chosen_what_either_needs_is_named(tmp_path: Path):
    (line,) = serve(tmp_path).stderr.strip().splitlines()
    assert all(name in line for name in MADE_UP)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-a-users-token"),
        ("SLACK_SIGNING_SECRET", "far too short"),
        ("SLACK_APP_TOKEN", "xoxb-mistaken"),
        ("PORT", "八〇八〇番"),
        ("PORT", "70000"),
    ],
)
def test_a_malformed_setting_is_named_and_never_repeated(tmp_path: Path, name: str, value: str):
    done = serve(tmp_path, **{**MADE_UP, name: value})
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert name in line
    assert value not in line


def test_a_port_in_use_is_one_line(slack: SlackServer, seeded: Path):
    env = environment(slack, seeded)
    done = serve(seeded.parent, "--http", "--port", str(slack.port), **env)
    assert done.returncode == 2
    assert f"{slack.port}" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("body", ["{", "[]", "null", "{}"])
def test_what_is_not_signed_is_refused_before_it_is_read(slack: SlackServer, served: Served, body: str):
    json_type = {"Content-Type": "application/json"}
    for headers in ({}, {"X-Slack-Request-Timestamp": "abc", "X-Slack-Signature": "v0=1"}):
        assert Sender(slack, served.url).raw(body, headers={**json_type, **headers}).status == 401
    assert "Traceback" not in served.log()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("{", "application/json"),
        ("[]", "application/json"),
        ("null", "application/json"),
        ("payload=%7B", "application/x-www-form-urlencoded"),
    ],
)
def test_what_cannot_be_read_is_no_failure_of_ours(
    slack: SlackServer, served: Served, body: str, content_type: str
):
    assert Sender(slack, served.url).signed(body, content_type=content_type).status == 400
    assert "Traceback" not in served.log()


def test_before_the_list_is_loaded_every_surface_says_so(slack: SlackServer, tmp_path: Path):
    with serving(slack, tmp_path / "new.db", "--http", "--no-reminders") as served:
        sender = Sender(slack, served.url)
        for words in ("", "スマートシティ", "11"):
            assert "一覧がまだ登録されていません" in sender.command(words).seen
        assert f"事業がまだ登録されていません（{tmp_path / 'new.db'}）" in served.log()
        sender.mention("スマートシティの成果は？")
        assert (
            "一覧がまだ登録されていません"
            in slack.wait_for(lambda: [p for p in slack.posts if p.via != "ack"])[0].text
        )
        assert get(served, "/readyz")[0] == 503


def test_a_database_that_was_deleted_is_not_made_anew(served: Served, slack: SlackServer, seeded: Path):
    assert get(served, "/readyz")[0] == 200
    for file in seeded.parent.glob("jigyo.db*"):
        file.unlink()
    time.sleep(FRESH_SECONDS)
    status, told = get(served, "/readyz")
    assert status == 503
    assert "がありません" in told["problems"][0]
    Sender(slack, served.url).command("まとめ 企画経営課")
    assert not seeded.exists()


def test_doctor_names_the_channels_that_the_bot_is_to_write_to_and_is_not_in(
    slack: SlackServer, seeded: Path
):
    db = open_database(seeded)
    for section, channel in (("企画経営課", "C0PLAN"), ("情報政策課", "C0DATA"), ("統計課", "C0GONE")):
        held = SectionContacts("政策イノベーション部", section, channel=channel)
        changes.set_contacts(db, held, by="test", at=datetime(2026, 11, 23, 9, 0, tzinfo=TOKYO))
    db.close()
    slack.workspace.add_channel("C0OFFICE", "事務局", is_archived=True)
    slack.workspace.channels["C0DATA"]["is_member"] = False
    variables = {**environment(slack, seeded), "JIGYO_SECRETARIAT": "C0OFFICE"}
    told = json.loads(forking.run(["doctor", "--json"], env=variables).stdout)
    channels = {each["detail"]: each["level"] for each in told if each["subject"] == "チャンネル"}
    levels = {words.split(":")[0]: level for words, level in channels.items()}
    assert levels["事務局の C0OFFICE"] == "error"
    assert levels["情報政策課の C0DATA"] == "warning"
    assert any("/invite @jigyo" in words for words in channels if "C0DATA" in words)
    assert any("1 個のチャンネル" in words for words in channels)
