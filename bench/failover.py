"""`make failover`: a PostgreSQL primary is killed under load, its synchronous standby promoted.

Three processes deliver, one asks for extensions and decides, a bot answers /jigyo meanwhile; then a new
standby is made, and it happens again. Printed: what was lost and doubled, how the bot answered.

python -m bench.failover [--times 5]
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.playground.slack import Sender, SlackServer
from store.state import Location
from tests.crashing import Arena, arena
from tests.postgres import Server
from tests.running import serving
from tests.sheet_city import said

SECTIONS = 8
UNDER_LOAD = (0.5, 4.0)  # seconds from the start of the processes to the kill
DETECTED = 0.5  # seconds from the kill to the promotion
SORRY = "うまくいきませんでした"


class Pair:
    """A primary and its synchronous standby, each in its turn."""

    def __init__(self, folder: Path) -> None:
        self.primary, self.standby = Server(folder, name="one"), Server(folder, name="two")
        self.primary.make()
        self.primary.start()
        self.city = self.primary.city()
        self.follow()

    @property
    def url(self) -> str:
        """Both, of which the one that takes writes is meant."""
        role = self.city.partition("//")[2].partition("@")[0]
        hosts = ",".join(sorted(str(each.socket) for each in (self.primary, self.standby)))
        return f"postgresql://{role}@/postgres?host={hosts}&target_session_attrs=read-write"

    def follow(self) -> None:
        """Make the standby anew, and have every commit wait for it."""
        self.standby.copy_of(self.primary)
        self.standby.start()
        self.primary.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{self.standby.data.name}'")
        self.primary.execute("SELECT pg_reload_conf()")
        while self.primary.execute("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
            time.sleep(0.05)

    def fail_over(self) -> None:
        """Kill the primary and promote the standby, which waits for nobody until it is followed."""
        self.primary.kill()
        time.sleep(DETECTED)
        self.standby.forget_standby()
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary

    def stop(self) -> None:
        """Stop both."""
        for each in (self.standby, self.primary):
            each.stop()


class Asking(threading.Thread):
    """Types /jigyo commands, one after the other, and counts how they were answered."""

    def __init__(self, slack: SlackServer, url: str) -> None:
        super().__init__(daemon=True)
        self.sender, self.counts, self.is_over = Sender(slack, url), Counter[str](), threading.Event()
        self.reached_at, self.longest = time.monotonic(), 0.0

    def run(self) -> None:
        """Until it is over."""
        while not self.is_over.is_set():
            for text, user in (("事業1", "U1CHIEF1"), ("締切", "U1CHIEF1"), ("進捗", "U0ADMIN")):
                reply = self.sender.command(text, user=user)
                told = said(reply)
                kind = (
                    "told that it can't be reached" if "つながりません" in told
                    else "told that it comes" if "お預かり" in told or "お調べ" in told
                    else "FAILED" if reply.status != 200 or SORRY in told
                    else "answered"
                )  # fmt: skip
                if text != "事業1" and kind == "answered":
                    now = time.monotonic()
                    self.longest = max(self.longest, now - self.reached_at)
                    self.reached_at = now
                self.counts[f"{'search' if text == '事業1' else 'state'} {kind}"] += 1


def main() -> int:
    """Fail over, finish, compare; exit 1 when anything was lost, doubled or answered with an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20261214)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    began, chance = time.monotonic(), random.Random(options.seed)
    with _pair() as (pair, folder), SlackServer() as slack:
        path = Location.of(folder / "jigyo.db", pair.url)
        with arena(path, sections=SECTIONS) as it:
            with serving(slack, path, "--http", "--no-reminders", "--workers", "1") as bot:
                asking = Asking(slack, bot.url)
                asking.start()
                times = [_once(it, pair, chance) for _ in range(options.times)]
                asking.is_over.set()
                asking.join()
            lost, doubled = it.outcome()
            made, untold, twice = it.decisions()
            told = ", ".join(f"{each:.1f}" for each in times)
            print(f"{options.times} failovers, writes taken again {told} s after the kill")
            print(f"the bot could not reach the state for {asking.longest:.1f} s at most")
            print(f"{it.arrived().total():,} reminders, {it.rounds} rounds, {lost} lost, {doubled} doubled")
            print(f"{made:,} extensions decided meanwhile, {untold} decisions lost, {twice} doubled")
            for kind, count in sorted(asking.counts.items()):
                print(f"{count:6,} {kind}")
    print(f"{time.monotonic() - began:.0f} s")
    failed = sum(count for kind, count in asking.counts.items() if kind.endswith("FAILED"))
    return int(bool(lost or doubled or untold or twice or failed))


@contextmanager
def _pair() -> Iterator[tuple[Pair, Path]]:
    with tempfile.TemporaryDirectory(prefix="jigyo-pg-") as folder, tempfile.TemporaryDirectory() as other:
        pair = Pair(Path(folder))
        try:
            yield pair, Path(other)
        finally:
            pair.stop()


def _once(it: Arena, pair: Pair, chance: random.Random) -> float:
    """One failover under load; seconds from the kill until something is written again."""
    it.new_round()
    pids = [it.live(chance), it.work(), it.work(), it.work()]
    time.sleep(chance.uniform(*UNDER_LOAD))
    killed_at = time.monotonic()
    pair.fail_over()
    while True:
        try:
            pair.primary.execute("CREATE TEMPORARY TABLE back (id integer)")
            break
        except Exception:  # it is still starting to take writes
            time.sleep(0.02)
    took = time.monotonic() - killed_at
    it.finish(*pids)
    it.finish()
    pair.follow()
    return took


if __name__ == "__main__":
    sys.exit(main())
