"""A delivery key has one live post at most, whoever claims it, and every step is fenced."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from store.database import Database, open_database
from store.evaluation import ledger
from store.evaluation.ledger import Post
from store.evaluation.records import Delivered, DeliveryKey

NINE, TEN, ELEVEN = (f"2026-12-14T0{hour}:00:00.000+00:00" for hour in range(3))
ENGINES = ("sqlite", "postgresql")
MOMENT = datetime(2026, 12, 14, 9, tzinfo=ZoneInfo("Asia/Tokyo"))


def delivered(rule: str) -> Delivered:
    key = DeliveryKey("7.1", "政策イノベーション部/企画経営課", "U1CHIEF", rule)
    return Delivered(key, 2026, "一次評価", MOMENT, date(2026, 12, 28), "claimed")


def claimed(db: Database, *rules: str, owner: str = "first") -> Post | None:
    return ledger.claim(
        db, [delivered(rule) for rule in rules], about="督促", recipient="U1CHIEF", channel="D1CHIEF",
        owner=owner, now=NINE, lease_until=TEN,
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path, placed: Callable[[Path], Path]) -> Path:
    return placed(tmp_path / "jigyo.db")


@pytest.fixture
def db(path: Path) -> Database:
    return open_database(path)


def test_what_is_claimed_cannot_be_claimed_again_not_even_in_part(db: Database) -> None:
    assert claimed(db, "before:10", "opening")
    assert claimed(db, "before:5", "before:10") is None
    assert [d.key.rule for d in ledger.delivered(db)] == ["before:10", "opening"]


def test_of_many_claimants_at_once_exactly_one_wins(path: Path) -> None:
    open_database(path)
    with ThreadPoolExecutor(8) as pool:
        posts = pool.map(lambda n: claimed(open_database(path), "before:10", owner=str(n)), range(24))
        assert sum(post is not None for post in posts) == 1


def test_delivered_keys_come_back_as_they_were_in_order_of_claim(db: Database) -> None:
    claimed(db, "before:10")
    post = claimed(db, "before:5")
    assert post
    ledger.confirm(db, post, ts="1.2", now=NINE)
    statuses = [(d.key.rule, d.status, d.moment, d.due) for d in ledger.delivered(db)]
    assert statuses == [
        ("before:10", "claimed", MOMENT, date(2026, 12, 28)),
        ("before:5", "sent", MOMENT, date(2026, 12, 28)),
    ]


def test_a_released_key_may_be_claimed_again_and_then_counts_as_the_later_claim(db: Database) -> None:
    post = claimed(db, "before:10")
    assert post
    assert ledger.release(db, post, reason="channel_not_found", now=NINE)
    assert ledger.delivered(db) == []
    claimed(db, "before:5")
    assert claimed(db, "before:10")
    assert [d.key.rule for d in ledger.delivered(db)] == ["before:5", "before:10"]


def test_once_taken_over_the_former_owner_can_neither_confirm_nor_release(db: Database) -> None:
    post = claimed(db, "before:10")
    assert post
    taken = ledger.take_over(db, post, owner="second", now=ELEVEN, lease_until=ELEVEN)
    assert taken
    assert ledger.take_over(db, post, owner="third", now=ELEVEN, lease_until=ELEVEN) is None
    assert not ledger.confirm(db, post, ts="1.2", now=ELEVEN)
    assert not ledger.release(db, post, reason="timeout", now=ELEVEN)
    assert ledger.confirm(db, taken, ts="1.2", now=ELEVEN)


def test_a_claim_is_unconfirmed_once_its_lease_ran_out_or_when_it_lies_in_the_future(db: Database) -> None:
    post = claimed(db, "before:10")
    assert ledger.unconfirmed(db, "2026-12-14T00:30:00.000+00:00") == []
    assert ledger.unconfirmed(db, TEN) == [post]
    assert ledger.unconfirmed(db, "2026-12-13T00:30:00.000+00:00") == [post]


@pytest.mark.parametrize(("sent", "left"), [(True, ["before:10"]), (False, [])])
def test_a_person_settles_what_nobody_can_tell(db: Database, *, sent: bool, left: list[str]) -> None:
    post = claimed(db, "before:10")
    assert post
    assert not ledger.settle(db, post, sent=sent, who="U9ADMIN", now=TEN)
    assert ledger.doubt(db, post, reason="missing_scope", now=TEN)
    assert [d.status for d in ledger.delivered(db)] == ["ambiguous"]
    assert ledger.settle(db, post, sent=sent, who="U9ADMIN", now=ELEVEN)
    assert [d.key.rule for d in ledger.delivered(db)] == left
    assert [(event, who) for _, event, who, _ in ledger.events(db, post)] == [
        ("claim", "first"),
        ("ambiguous", "first"),
        ("sent" if sent else "released", "U9ADMIN"),
    ]


def test_what_a_change_outdates_is_looked_up_once_and_not_once_a_message(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    ledger.outdate(db, 2026, "一次評価", "", at=MOMENT, asked_at=MOMENT)
    db.conn.set_trace_callback(None)
    (update,) = (sql for sql in asked if "UPDATE posts" in sql)
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {update}")]
    assert not [step for step in plan if "CORRELATED" in step]
