"""`make faults`: everything around the bot broken, one by one: what people see, what mends it, what is lost.

    python -m bench.faults [FAULT…] [--drops 100] [--markdown]

Each fault has a real server, a loopback Slack and a database of its own. While it lasts a search, a question,
a change (提出) and /healthz are asked; then it is mended, and all of them must do, the change be there once,
and reminders that were due have arrived once. What breaks that is printed, and the exit status is 1.
`--markdown` prints the table that stands in docs/faults.md.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.delivery.dispatcher import tick
from bot.messages.markup import plain
from bot.playground.slack import Sender, SlackServer
from bot.playground.slack.sender import signature
from bot.slack.server import CONNECTIONS
from store.database import open_database
from tests.running import Served, environment, serving
from tests.season import TEN_BEFORE, Season, season
from tests.sheet_city import settled

GIVES_UP = 3.0  # seconds that Slack waits
BUSY = 4.0  # times that, on a machine that does other things too
SEED = Path(__file__).parent.parent / "seeds" / "000_ed97a90ee4f8eb7b.txt"
NAME = "スマートシティの推進"
DONE = "提出済にしました"
LOOK = """
import json, sys
from store.database import open_database
from tests.sheet_city import state
db = open_database(sys.argv[1])
sql = "SELECT count(*) FROM trail WHERE after = '提出済' AND subject LIKE ?"
print(json.dumps([state(db, sys.argv[2]), db.execute(sql, [f"%/{sys.argv[2]}/%"]).fetchone()[0]]))
"""
NOTHING = "（なし）"


@dataclass(slots=True)
class Row:
    """What was seen of a fault; `wrong` is what must not be."""

    fault: str
    search: str = ""
    question: str = ""
    change: str = ""
    health: str = ""
    mended: str = ""
    after: str = ""
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class City:
    """A running bot, its Slack, its database."""

    slack: SlackServer
    path: Path
    served: Served
    inside: tuple[str, ...] = ()  # a command that runs another where `path` is

    @property
    def sender(self) -> Sender:
        """Sends as Slack does."""
        return Sender(self.slack, self.served.url)

    def typed(self, text: str, *, user: str = "U0STAFF") -> tuple[str, float]:
        """What `/jigyo text` shows, and after how many seconds."""
        began = time.monotonic()
        reply = self.sender.command(text, user=user)
        shown = plain(reply.body) if reply.body else reply.text
        return (shown if reply.status == 200 else f"HTTP {reply.status}"), time.monotonic() - began

    def said(self, text: str, *, seconds: float = 6.0) -> str:
        """What a mention is answered with, NOTHING when nothing comes in time."""
        before = len(self.slack.posts)
        self.sender.mention(text)
        with contextlib.suppress(TimeoutError):
            self.slack.wait_for(lambda: self._told(before), seconds=seconds)
        return self._told(before) or NOTHING

    def health(self, path: str = "/healthz") -> str:
        """The first line of what is wrong; 'ok' if nothing is."""
        try:
            with urllib.request.urlopen(self.served.url + path, timeout=20) as answer:
                return "ok" if answer.status == 200 else str(answer.status)
        except urllib.error.HTTPError as error:
            return str(json.loads(error.read())["problems"][0])

    def _told(self, before: int) -> str:
        return next((post.text for post in self.slack.posts[before:] if post.via == "chat.postMessage"), "")


Fault = Callable[[Row, Path], None]
FAULTS: dict[str, Fault] = {}


def fault(name: str) -> Callable[[Fault], Fault]:
    """Enter a fault in the table."""

    def enter(function: Fault) -> Fault:
        FAULTS[name] = function
        return function

    return enter


# -- around a running bot -------------------------------------------------------------------------


@contextmanager
def city(folder: Path, *options: str) -> Iterator[City]:
    """A bot with sections, people and a deadline, that has answered once."""
    with SlackServer() as slack:
        path = folder / "jigyo.db"
        command = [sys.executable, "-m", "bot", "--db", str(path), "load", str(SEED)]
        subprocess.run(command, env=environment(slack, path), check=True, capture_output=True)
        settled(slack, path)
        with contextlib.closing(open_database(path)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        options = options or ("--http", "--workers", "1")
        with serving(slack, path, *options, "--no-reminders") as served:
            yield City(slack, path, served)


def observe(row: Row, bot: City, *, change: str = "57") -> None:
    """Ask everything while it is broken."""
    row.search, took = bot.typed("11")
    row.question = bot.said("スマートシティの推進の担当課は？")
    row.change, changed = bot.typed(f"提出 {change}", user="U0CHIEF")
    row.health = bot.health()
    for what, seconds in (("a search", took), ("提出", changed)):
        if seconds > GIVES_UP * BUSY:
            row.wrong.append(f"{what} took {seconds:.1f} s")


def recover(row: Row, bot: City, *, change: str = "57") -> None:
    """All must do again; what was handed in is there, and once."""
    found, _ = bot.typed("11")
    if NAME not in found:
        row.wrong.append(f"after it a search gets {found[:60]!r}")
    if "スマートシティ戦略室" not in (said := bot.said("スマートシティの推進の担当課は？", seconds=20)):
        row.wrong.append(f"after it a question gets {said[:60]!r}")
    if DONE not in row.change:
        told, _ = bot.typed(f"提出 {change}", user="U0CHIEF")
        if DONE not in told and "すでに" not in told and "提出済" not in told:
            row.wrong.append(f"after it 提出 gets {told[:80]!r}")
    look = [*bot.inside, sys.executable, "-c", LOOK, str(bot.path), change]
    found = json.loads(subprocess.run(look, capture_output=True, text=True, check=True).stdout)
    if found != ["提出済", 1]:
        row.wrong.append(f"the sheet is {found[0]}, and the trail has the change {found[1]} times")
    row.after = "すべて元どおり" if not row.wrong else "×"


def jigyo(bot: City, *words: str) -> subprocess.CompletedProcess[str]:
    """A command on the same database."""
    command = [sys.executable, "-m", "bot", "--db", str(bot.path), *words]
    return subprocess.run(command, env=environment(bot.slack, bot.path), capture_output=True, text=True)


def in_namespace(row: Row, folder: Path, mount: str) -> list[str]:
    """A command that runs another after a mount of its own; [] where that can't be had."""
    command = ["unshare", "-m", "sh", "-c", f'{mount} && exec "$@"', "sh"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], capture_output=True).returncode:
        row.after = "no mount namespaces here: not tried"
        return []
    return command


@fault("ディスクが一杯")
def disk_full(row: Row, folder: Path) -> None:
    """The database's disk has no room left."""
    disk = folder / "disk"
    disk.mkdir()
    copy = f"mount -t tmpfs -o size=64m tmpfs {disk} && cp {folder}/jigyo.db {disk}/"
    with city(folder) as first:  # makes the database
        first.served.stop()
    if not (under := in_namespace(row, folder, copy)):
        return
    with SlackServer() as slack:
        people(slack)
        with serving(
            slack, disk / "jigyo.db", "--http", "--workers", "1", "--no-reminders", under=under
        ) as served:
            pid = served.process.pid
            bot = City(slack, disk / "jigyo.db", served, ("nsenter", "-t", str(pid), "-m"))
            filler = Path(f"/proc/{pid}/root{disk}/filler")  # where SQLite would not find its way
            with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
                while file.write(b"x" * 65_536):
                    pass
            observe(row, bot)
            filler.unlink()
            row.mended = "空きを作る"
            recover(row, bot)


@fault("ディスクが読み取り専用")
def disk_read_only(row: Row, folder: Path) -> None:
    """The database's disk was mounted read-only, as Linux does when it fails."""
    with city(folder) as first:
        first.served.stop()
    mount = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder}"
    if not (under := in_namespace(row, folder, mount)):
        return
    with SlackServer() as slack:
        people(slack)
        path = folder / "jigyo.db"
        with serving(slack, path, "--http", "--workers", "1", "--no-reminders", under=under) as served:
            observe(row, City(slack, path, served))
        row.mended = "書けるようにして、始め直す"
        with serving(slack, path, "--http", "--workers", "1", "--no-reminders") as served:
            recover(row, City(slack, path, served))


def people(slack: SlackServer) -> None:
    """The Slack side of the sections."""
    for user in ("U0DEPUTY", "U0SCIENCE", "U0START", "U0NOBODY"):
        slack.workspace.add_user(user, user)


@fault("ほかの処理が書き込み中（ロック）")
def locked(row: Row, folder: Path) -> None:
    """Somebody holds the write lock for longer than a connection usually waits."""
    with city(folder) as bot:
        bot.typed("11")
        holder = sqlite3.connect(bot.path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        observe(row, bot)
        time.sleep(11)
        holder.execute("ROLLBACK")
        holder.close()
        row.mended = "終わるのを待つ"
        bot.slack.wait_for(lambda: any(DONE in post.text for post in bot.slack.posts), seconds=30)
        row.change += "／終わると: 提出済にしました"
        recover(row, bot)


@fault("検索の索引が壊れた")
def index_corrupted(row: Row, folder: Path) -> None:
    """A full-text index is garbage."""
    with city(folder) as bot:
        with contextlib.closing(sqlite3.connect(bot.path)) as db, db:
            db.execute("UPDATE search_words_data SET block = x'00ff00ff' WHERE id > 1")
            db.execute("UPDATE generations SET value = value + 1")
        observe(row, bot)
        row.search, _ = bot.typed("市民 交流")
        done = jigyo(bot, "index", "rebuild")
        row.mended = "`jigyo index rebuild`"
        if done.returncode:
            row.wrong.append(done.stderr)
        recover(row, bot)


@fault("データベースのファイルが壊れた")
def file_corrupted(row: Row, folder: Path) -> None:
    """Pages of the file are garbage; there is a backup of before."""
    with city(folder) as bot:
        backup = folder / "backup.db"
        jigyo(bot, "backup", str(backup))
        with contextlib.closing(sqlite3.connect(bot.path)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        bot.served.stop()
        with bot.path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * 200_000)
        with (
            contextlib.suppress(RuntimeError),
            serving(bot.slack, bot.path, "--http", "--workers", "1") as served,
        ):
            observe(row, City(bot.slack, bot.path, served))
        row.search = row.search or "動きません。ログに理由が1行"
        bot.path.rename(folder / "damaged.db")
        for beside in ("-wal", "-shm"):
            Path(f"{bot.path}{beside}").unlink(missing_ok=True)
        done = jigyo(bot, "restore", "--yes", str(backup))
        row.mended = "止めてファイルの名前を変え、`jigyo restore`、始める"
        if done.returncode:
            row.wrong.append(done.stderr)
        with serving(bot.slack, bot.path, "--http", "--workers", "1", "--no-reminders") as served:
            recover(row, City(bot.slack, bot.path, served))


@fault("データベースがなくなった")
def missing(row: Row, folder: Path) -> None:
    """Somebody deleted the file while the bot runs; there is a backup of before."""
    with city(folder) as bot:
        backup = folder / "backup.db"
        jigyo(bot, "backup", str(backup))
        for file in folder.glob("jigyo.db*"):
            file.unlink()
        time.sleep(1.1)
        observe(row, bot)
        if DONE in row.change:
            row.wrong.append("a change was confirmed that nobody has")
        if bot.path.exists():
            row.wrong.append("an empty database was made")
        jigyo(bot, "restore", "--yes", str(backup))
        row.mended = "`jigyo restore`（動いたままで）"
        recover(row, bot)


# -- Slack ---------------------------------------------------------------------------------------


def _slack_fails(name: str, mended: str, **how: Any) -> None:
    def run(row: Row, folder: Path) -> None:
        with city(folder) as bot:
            bot.slack.fail("", times=None, **how)
            observe(row, bot)
            bot.slack.heal()
            row.mended = mended
            bot.health()
            time.sleep(6)  # it asks again after five seconds in trouble
            recover(row, bot)
            if (told := bot.health()) != "ok":
                row.wrong.append(f"after it /healthz says {told}")
        reminders(
            row, folder, lambda city: city.slack.fail("", times=None, **how), lambda city: city.slack.heal()
        )

    run.__doc__ = name
    FAULTS[name] = run


_slack_fails("Slack に届かない", "待つ", kind="reset")
_slack_fails("Slack が返事をしない", "待つ", kind="hang", seconds=30.0)
_slack_fails("Slack から別のもの（HTML）が返る", "待つ", kind="html")
_slack_fails("トークンが無効にされた", "トークンを入れ直す", kind="error", error="token_revoked")


def reminders(
    row: Row, folder: Path, breaks: Callable[[Season], object], mends: Callable[[Season], object]
) -> None:
    """Reminders due while it is broken arrive once it is not, and once."""
    path = folder / "season.db"
    with season(path) as town:
        breaks(town)
        with contextlib.suppress(Exception):
            tick(town.delivery(timeout=1))
        mends(town)
        for _ in range(8):
            town.now += timedelta(minutes=5)
            tick(town.delivery(timeout=5))
        arrived = Counter(town.keys())
        if len(arrived) != 3 or set(arrived.values()) != {1}:
            row.wrong.append(
                f"of 3 reminders {len(arrived)} arrived, {max(arrived.values(), default=0)} times"
            )


@fault("時計が飛んだ（1日戻る、1時間進む）")
def clock_jumps(row: Row, folder: Path) -> None:
    """The machine's clock is set back a day, then on again; then Slack's time is an hour from ours."""

    def back(town: Season) -> None:
        tick(town.delivery())
        town.now = TEN_BEFORE - timedelta(days=1)
        tick(town.delivery())

    reminders(row, folder, back, lambda town: setattr(town, "now", TEN_BEFORE))
    with city(folder) as bot:
        observe(row, bot)
        body = "command=%2Fjigyo&text=11"
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        old = signature(body, str(int(time.time()) - 3600))
        if (status := bot.sender.raw(body, headers={**old, **form}).status) != 401:
            row.wrong.append(f"a signature of an hour ago gets {status}")
        row.search = "1時間ずれている間は拒まれます（401、Slack の時刻の印が古いため）"
        row.mended = "時計を合わせる"
        recover(row, bot)


DROPS = 100


@fault("Socket Mode の接続が切れる")
def socket_dropped(row: Row, folder: Path) -> None:
    """Slack closes the connection a hundred times."""
    with city(folder, "--socket") as bot:
        form = bot.sender.command_form("11", user="U0STAFF", channel="C0PLAN")
        answered = 0
        for _ in range(DROPS):
            bot.slack.wait_for(lambda: bot.slack.sockets, seconds=30)
            bot.slack.hang_up()
            answer = bot.slack.push("slash_commands", form, seconds=30)
            answered += NAME in json.dumps(answer, ensure_ascii=False)
        row.search = f"{DROPS}回切れて{answered}回お答え（つながり次第）"
        row.health = bot.health("/readyz")
        row.mended = "自動でつなぎ直す"
        row.after = "すべて元どおり" if answered == DROPS else "×"
        if answered != DROPS:
            row.wrong.append(f"{answered} of {DROPS} were answered")
        bot.slack.wait_for(lambda: bot.slack.sockets >= CONNECTIONS, seconds=30)
        if bot.slack.sockets > CONNECTIONS:
            row.wrong.append(f"{bot.slack.sockets} connections")


COLUMNS = ("障害", "検索", "質問", "提出", "/healthz", "直し方", "その後")


def main() -> int:
    """Break everything that is asked for, and print the table."""
    global DROPS
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"{'、'.join(FAULTS)}: all")
    parser.add_argument("--drops", type=int, default=DROPS)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    DROPS = options.drops
    rows = [tried(name) for name in options.faults or FAULTS]
    if options.markdown:
        print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
        for row in rows:
            print("| " + " | ".join(_cells(row, 60)) + " |")
    else:
        table = Table(*COLUMNS, show_lines=True)
        for row in rows:
            table.add_row(*_cells(row, 60))
        Console(width=180).print(table)
    for row in rows:
        for line in row.wrong:
            print(f"{row.fault}: {line}", file=sys.stderr)
    return 1 if any(row.wrong for row in rows) else 0


def tried(name: str) -> Row:
    """The row of one fault."""
    row = Row(name)
    with tempfile.TemporaryDirectory(prefix="jigyo-fault-") as folder:
        try:
            FAULTS[name](row, Path(folder))
        except Exception as error:
            row.wrong.append(f"{type(error).__name__}: {error}")
    return row


def _cells(row: Row, most: int) -> list[str]:
    texts = (row.fault, row.search, row.question, row.change, row.health, row.mended, row.after)
    flat = (" ".join(text.replace("|", "｜").split()) for text in texts)
    return [text if len(text) <= most else f"{text[: most - 1]}…" for text in flat]


if __name__ == "__main__":
    sys.exit(main())
