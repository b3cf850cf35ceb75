"""Somebody else holds the write lock: questions are answered, nothing that was handed in is lost."""

import json
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.context import THREADS
from bot.messages.builders import button
from bot.messages.markup import plain
from bot.playground.slack import Post, Sender, SlackServer
from bot.playground.slack.sender import buttons, signature
from store.database import open_database
from store.evaluation import registry
from tests.running import Served, serving
from tests.sheet_city import KIND, remind, settled, state, ticked, told

SERVED = ("--http", "--no-reminders", "--workers", "1")


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


@pytest.fixture
def database(slack: SlackServer, seeded: Path) -> Path:
    return settled(slack, seeded)


@pytest.fixture
def served(slack: SlackServer, database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("JIGYO_ADMINS", "U0ADMIN")
    with serving(slack, database, *SERVED, module="tests.short_limits") as process:
        Sender(slack, process.url).command("11")
        yield process


@contextmanager
def locked(path: Path) -> Iterator[None]:
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


def test_questions_and_what_follows_on_them_are_answered_while_it_is_locked(
    served: Served, slack: SlackServer, database: Path
):
    sender = Sender(slack, served.url)
    with locked(database):
        for number in range(6):
            ts = slack.workspace.next_ts()
            assert sender.mention("スマートシティの推進の担当課は？", ts=ts).status == 200
            slack.wait_for(lambda number=number: len(slack.posts) == 2 + 2 * number, seconds=60)
            assert sender.mention("その成果は？", thread_ts=ts).status == 200
            slack.wait_for(lambda number=number: len(slack.posts) == 3 + 2 * number, seconds=60)
            assert "スマートシティの推進" in slack.posts[-1].text
        assert "検索結果" in sender.command("スーパーシティ").seen
        assert sender.command("まとめ 企画経営課").status == 200
        assert "一次評価" in sender.command("締切 すべて").seen
        assert sender.command("R3の事業一覧").status == 200
    db = open_database(database)
    slack.wait_for(lambda: db.execute("SELECT count(*) FROM conversations").fetchone()[0] >= 6, seconds=15)
    assert "Traceback" not in served.log()


def test_an_event_that_slack_sends_again_is_answered_once_while_it_is_locked(
    served: Served, slack: SlackServer, database: Path
):
    sender = Sender(slack, served.url)
    with locked(database):
        for retry in range(3):
            sender.mention("スマートシティの推進の担当課は？", event_id="Ev0SAME", retry=retry)
        slack.wait_for(lambda: len(slack.posts) == 2, seconds=60)
        sender.mention("EBPMの担当課は？")  # once it is answered, so is what came before
        slack.wait_for(lambda: "EBPM" in slack.posts[-1].text, seconds=60)
    assert len(slack.posts) == 3


def test_what_is_handed_in_waits_for_the_lock_and_is_confirmed_once_it_is_written(
    served: Served, slack: SlackServer, database: Path
):
    sender, db = Sender(slack, served.url), open_database(database)
    with locked(database):
        assert "お預かりしました" in sender.command("提出 57", user="U0CHIEF").text
        time.sleep(4)  # longer than a connection usually waits there
        assert state(db, "57") == "未着手"
        assert not any("提出済" in post.text for post in slack.posts)
    slack.wait_for(lambda: "提出済にしました" in slack.posts[-1].text)
    assert state(db, "57") == "提出済"


def test_while_a_dozen_hand_in_everybody_is_answered(served: Served, slack: SlackServer, database: Path):
    sender = Sender(slack, served.url)
    with locked(database):
        people = [threading.Thread(target=sender.command, args=(f"提出 {n}",), kwargs={"user": "U0CHIEF"})
                  for n in range(9, 21)]  # fmt: skip
        for each in people:
            each.start()
        for _ in range(5):
            assert "スマートシティの推進" in told(sender, "11")
            assert "検索結果" in told(sender, "スーパーシティ")
            assert "企画経営課" in told(sender, "まとめ 企画経営課")
    for each in people:
        each.join()


def test_while_calls_of_slack_hang_everybody_is_answered(
    slack: SlackServer, database: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("INTERACTIVE_SECONDS", "300")  # longer than any wait below
    with serving(slack, database, *SERVED, module="tests.short_limits") as served:
        sender = Sender(slack, served.url)
        slack.fail("users.info", "hang", times=None, seconds=300)
        people = ("U0CHIEF", "U0DEPUTY", "U0STAFF", "U0SCIENCE", "U0START", "U0ADMIN")
        asking = [
            threading.Thread(target=sender.command, args=("提出 57",), kwargs={"user": user})
            for user in people
        ]
        for each in asking:
            each.start()
        slack.wait_for(lambda: len(slack.calls("users.info")) > THREADS, seconds=60)
        assert "企画経営課" in told(sender, "まとめ 企画経営課")
        assert "スマートシティの推進" in told(sender, "11")
        for each in asking:
            each.join()


def test_who_is_known_to_slack_is_not_asked_about_again(served: Served, slack: SlackServer, database: Path):
    sender, db = Sender(slack, served.url), open_database(database)
    assert "作成中" in told(sender, "提出 57 作成中", user="U0CHIEF")
    slack.fail("users.info", "hang", times=None)
    assert "確かめられません" in told(sender, "提出 57", user="U0DEPUTY")
    assert "提出済" in told(sender, "提出 57", user="U0CHIEF")
    assert state(db, "57") == "提出済"
    assert len(slack.calls("users.info")) == 2


def wire(fields: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A form and its headers, as Slack sends them."""
    body = urlencode(fields)
    headers = {"Content-Type": "application/x-www-form-urlencoded", **signature(body, str(int(time.time())))}
    return body, headers


def test_a_request_sent_again_changes_nothing_on_any_process(
    slack: SlackServer, database: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("JIGYO_ADMINS", "U0ADMIN")
    with serving(slack, database, "--http", "--no-reminders", "--workers", "2") as served:
        sender, db = Sender(slack, served.url), open_database(database)
        body, headers = wire(sender.command_form("提出 57", user="U0CHIEF", channel="C0PLAN"))
        assert "提出済にしました" in sender.raw(body, headers=headers).text
        sender.command("差戻し 57 数値を確かめてください", user="U0ADMIN")
        assert state(db, "57") == "差戻し"
        for _ in range(8):  # either process
            assert "すでに承っています" in sender.raw(body, headers=headers).text
        assert state(db, "57") == "差戻し"
        search, headers = wire(sender.command_form("スーパーシティ", user="U0CHIEF", channel="C0PLAN"))
        with locked(database):
            for _ in range(3):
                assert "検索結果" in sender.raw(search, headers=headers).text


def test_a_press_sent_again_puts_no_deadline_back(served: Served, slack: SlackServer, database: Path):
    sender, db = Sender(slack, served.url), open_database(database)

    def latest() -> tuple[int, int]:
        return db.execute("SELECT version, withdrawn FROM deadlines ORDER BY id DESC").fetchone()

    sender.command(f"締切 設定 令和3年度 {KIND} 3月1日 企画経営課", user="U0ADMIN")
    confirm = next(each for each in buttons(slack.posts[-1].blocks) if "設定する" in str(each))
    pressed = sender.action_body(slack.posts[-1], confirm, user="U0ADMIN")
    body, headers = wire({"payload": json.dumps(pressed)})
    assert sender.raw(body, headers=headers).status == 200
    assert latest() == (1, 0)
    sender.command(f"締切 取消 令和3年度 {KIND} 企画経営課", user="U0ADMIN")
    sender.press(slack.posts[-1], "取り消す", user="U0ADMIN")
    assert latest() == (2, 1)
    assert sender.raw(body, headers=headers).status == 200
    assert latest() == (2, 1)
    assert "すでに承っています" in slack.posts[-1].text


def test_what_is_shared_is_shared_once(served: Served, slack: SlackServer):
    sender = Sender(slack, served.url)
    sender.command("スーパーシティ")
    share = next(each for each in buttons(slack.posts[-1].blocks) if "共有" in str(each))
    pressed = sender.action_body(slack.posts[-1], share)
    body, headers = wire({"payload": json.dumps(pressed)})
    for _ in range(3):
        assert sender.raw(body, headers=headers).status == 200
    assert [post.ephemeral_to for post in slack.posts].count("") == 1


def test_a_verdict_is_thanked_for_once_it_is_written(served: Served, slack: SlackServer, database: Path):
    sender, db = Sender(slack, served.url), open_database(database)
    value = '1{"k": "field", "q": "担当課は？", "c": ["11"]}'
    shown = Post("C0PLAN", slack.workspace.next_ts(), "x", ephemeral_to="U0STAFF")
    with locked(database):
        assert sender.action(shown, button("役に立った", action="feedback", value=value)).status == 200
        assert not any("ありがとう" in post.text for post in slack.posts)
    slack.wait_for(lambda: any("ありがとう" in post.text for post in slack.posts))
    assert db.execute("SELECT count(*) FROM feedback").fetchone()[0] == 1


def read_only(folder: Path) -> list[str]:
    """A command that runs another where `folder` is on a read-only disk; skips where there is none."""
    mount = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && exec"
    command = ["unshare", "-m", "sh", "-c", f'{mount} "$@"', "sh"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], capture_output=True).returncode:
        pytest.skip("no mount namespaces here")
    return command


def test_on_a_read_only_disk_everything_that_only_reads_is_answered(slack: SlackServer, database: Path):
    under = read_only(database.parent)
    with serving(slack, database, "--http", "--no-reminders", under=under) as served:
        sender = Sender(slack, served.url)
        assert "スマートシティの推進" in sender.command("11").seen
        assert "検索結果" in sender.command("スーパーシティ").seen
        sender.mention("スマートシティの推進の担当課は？")
        assert (
            "スマートシティ戦略室"
            in slack.wait_for(lambda: [p for p in slack.posts if p.via != "ack"])[0].text
        )
        assert "Traceback" not in served.log()
        assert "not written" in served.log()


def test_what_waits_for_the_lock_at_a_stop_is_told_to_be_not_done(
    served: Served, slack: SlackServer, database: Path
):
    with locked(database):
        assert "お預かりしました" in Sender(slack, served.url).command("提出 57", user="U0CHIEF").text
        assert served.stop(seconds=29) == 0  # a process manager kills after 30
    assert "行いませんでした" in slack.posts[-1].text
    assert state(open_database(database), "57") == "未着手"
    assert "Traceback" not in served.log()


def test_what_waits_for_the_lock_at_a_stop_is_done_where_the_lock_is_had_in_time(
    served: Served, slack: SlackServer, database: Path
):
    with locked(database):
        Sender(slack, served.url).command("提出 57", user="U0CHIEF")
        served.process.send_signal(signal.SIGTERM)
        slack.wait_for(lambda: "stopping: " in served.log())
    assert served.process.wait(29) == 0
    assert "提出済にしました" in slack.posts[-1].text
    assert state(open_database(database), "57") == "提出済"


def test_a_form_that_waits_for_the_lock_at_a_stop_says_that_nothing_was_done(
    served: Served, slack: SlackServer, database: Path
):
    sender, db = Sender(slack, served.url), open_database(database)
    sender.press(remind(slack, db, "科学技術振興課", "C0TEAM"), "提出済にする", user="U0SCIENCE")
    view = slack.wait_for(lambda: list(slack.workspace.views.values()))[-1]
    numbers = [sheet.number for sheet in registry.sheets(db) if sheet.section == "科学技術振興課"]
    with locked(database):
        sender.submit(view, user="U0SCIENCE", **ticked(view, *numbers[:2]))
        assert served.stop(seconds=29) == 0
    assert "行いませんでした" in plain(list(slack.workspace.views.values())[-1])
    assert state(db, numbers[0]) == "未着手"


def test_what_is_handed_in_while_the_database_is_gone_is_refused_and_not_lost_in_a_deleted_file(
    served: Served, slack: SlackServer, database: Path
):
    sender, copy = Sender(slack, served.url), database.with_name("copy.db")
    with sqlite3.connect(database) as db, sqlite3.connect(copy) as to:
        db.backup(to)
    for file in database.parent.glob("jigyo.db*"):
        file.unlink()
    told = sender.command("提出 57", user="U0CHIEF").seen
    assert "提出済" not in told
    assert "受付番号" in told
    copy.rename(database)
    if "お預かりしました" in sender.command("提出 57", user="U0CHIEF").seen:  # a busy machine tells it behind
        slack.wait_for(lambda: "提出済にしました" in slack.posts[-1].text)
    assert state(open_database(database), "57") == "提出済"
