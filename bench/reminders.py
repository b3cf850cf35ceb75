"""`make bench-reminders`: 500 reminders fall due in one minute while people type `/jigyo` 50 times a second.

    python -m bench.reminders [--sections 500] [--seconds 60]

A real `jigyo serve` posts to a loopback Slack that answers 429 above one message a second a channel.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from bench.http import distinct_queries
from bench.load_client import latencies, request
from bot.days.calendar import TOKYO
from bot.playground.slack import Sender, SlackServer
from store import projects
from store.database import open_database
from store.evaluation import changes
from store.lists import parse_list
from store.loader import store_list
from tests.running import serving
from tests.season import DEPARTMENT, YEAR, section

RATE = 50.0  # requests a second
ACK_TARGET = 0.5  # seconds, at p99
KIND = "一次評価"


def main() -> int:
    """Print the figures; exit 1 when a reminder is lost or doubled, or the acks take longer than they may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sections", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=60, help="how long people go on typing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, SlackServer() as slack:
        path = Path(folder) / "bench.db"
        _furnish(path, options.sections)
        for number in range(1, options.sections + 1):
            slack.workspace.add_channel(section(number).channel, section(number).section)
        slack.workspace.seconds_between_posts = 1.0
        with patch.dict(os.environ, _any_hour(Path(folder))), serving(slack, path, "--http") as served:
            sender = Sender(slack, served.url)
            _typed(sender, served.url, path, 2)  # the first questions load the dictionaries
            meanwhile = _typed(sender, served.url, path, options.seconds)
            slack.wait_for(lambda: len(_reminders(slack)) >= options.sections, seconds=600)
            time.sleep(2)
            after = _typed(sender, served.url, path, options.seconds // 3)
        return _report(slack, meanwhile, after, options.sections)


def _typed(sender: Sender, url: str, path: Path, seconds: int) -> list[float]:
    queries = itertools.cycle(itertools.islice(distinct_queries(path), 2_000))
    wires = [request(sender, query) for query in itertools.islice(queries, int(RATE * seconds))]
    return latencies(url, wires, rate=RATE)


def _reminders(slack: SlackServer) -> list[float]:
    return [post.at for post in slack.posts if post.metadata]


def _report(slack: SlackServer, meanwhile: list[float], after: list[float], sections: int) -> int:
    posted = _reminders(slack)
    keys = Counter(post.metadata["event_payload"]["key"] for post in slack.posts if post.metadata)
    doubled, lost = sum(count - 1 for count in keys.values()), sections - len(keys)
    span = max(posted) - min(posted)
    refused = len(slack.calls("chat.postMessage")) - len(posted)
    rate = len(posted) / span
    print(f"{len(posted)} reminders in {span:.0f} s, {rate:.1f} a second; {refused} calls refused")
    print(f"{lost} lost, {doubled} doubled")
    for when, took in (("meanwhile", meanwhile), ("once they are out", after)):
        p50, p99, most = (took[int((len(took) - 1) * share)] * 1000 for share in (0.5, 0.99, 1.0))
        print(
            f"/jigyo at {RATE:.0f} a second {when}: ack p50 {p50:.1f}, p99 {p99:.1f}, at most {most:.0f} ms"
        )
    return int(bool(lost or doubled or meanwhile[int(len(meanwhile) * 0.99)] > ACK_TARGET))


def _furnish(path: Path, sections: int) -> None:
    """The list's own projects dealt out to the sections, whose opening notice is due today at midnight."""
    db = open_database(path)
    seed = next((Path(__file__).parent.parent / "seeds").glob("*.txt"))
    store_list(db, parse_list(seed.read_bytes()), source_name=seed.name, now="2026-11-23T00:00:00+00:00")
    real = itertools.cycle(list(projects.every(db)))
    rows = (
        (YEAR, number, project.name, DEPARTMENT, section(number).section, project.purpose, project.overview)
        for number, project in zip(range(1, sections + 1), real, strict=False)
    )
    store_list(db, parse_list(_as_csv(rows)), source_name="sections.csv", now="2026-11-23T00:00:00+00:00")
    now = datetime.now(TOKYO)
    for number in range(1, sections + 1):
        changes.set_contacts(db, replace(section(number), chief=""), by="bench", at=now)
    changes.set_deadline(
        db, fiscal_year=YEAR, kind=KIND, due=now.date() + timedelta(days=60), opens=now.date(), by="bench",
        at=now - timedelta(days=2),
    )  # fmt: skip
    db.close()


def _as_csv(rows: Iterable[tuple[object, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("年度", "事業番号", "事務事業名", "部", "課", "目的", "概要"))
    writer.writerows(rows)
    return out.getvalue().encode()


def _any_hour(folder: Path) -> dict[str, str]:
    """Settings by which the city hall is open whenever this is run."""
    days = (datetime.now(TOKYO).date() + timedelta(days=offset) for offset in range(2))
    calendar = folder / "days.csv"
    calendar.write_text("".join(f"{day.isoformat()},開\n" for day in days), encoding="utf-8")
    hours = {"AT": "00:00", "DAY_OF_AT": "00:00", "FROM": "00:00", "UNTIL": "23:59"}
    return {"JIGYO_CALENDAR": str(calendar), **{f"JIGYO_REMIND_{name}": at for name, at in hours.items()}}


if __name__ == "__main__":
    sys.exit(main())
