"""The ledger of what was sent: claim before the post, confirm after it, release what was refused.

A post is one message that discharges one or more delivery keys; a key has one live post at most.

    claim -> claimed --confirm--> sent
             claimed --release--> released    Slack certainly does not have it: its keys may be claimed again
             claimed --take_over--> claimed   the lease ran out and its owner is gone: look in Slack's history
             claimed --doubt--> ambiguous     history cannot be read: a person settles it
             ambiguous --settle--> sent, released

`fence` counts takeovers: every step names the fence it was given and does nothing once it has been raised.

Beside the posts stands what the processes that deliver share: the lines that wait for a message (notices),
open conversations, the pace of each channel, heartbeats, and who is alive.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from secrets import token_hex
from typing import Literal, NamedTuple
from uuid import uuid4

from store.database import Database, upsert
from store.evaluation.records import Bundle, Delivered, DeliveryKey, DeliveryStatus, Notice

PostState = Literal["claimed", "sent", "ambiguous", "released"]


@dataclass(frozen=True, slots=True)
class Post:
    """A row of the ledger; times are ISO 8601 in UTC, `ts` is '' until Slack is known to have the message."""

    id: int
    key: str
    state: PostState
    about: str
    recipient: str
    channel: str
    ts: str
    fence: int
    owner: str
    claimed_at: str
    lease_until: str
    updated_at: str
    thread_ts: str = ""


COLUMNS = ", ".join(Post.__slots__)


def claim(
    db: Database, deliveries: Sequence[Delivered], *, about: str, recipient: str, channel: str, owner: str,
    now: str, lease_until: str, thread_ts: str = "",
) -> Post | None:  # fmt: skip
    """Commit the intention to post; None when a key already has a live post (all are claimed, or none)."""
    key = deliveries[0].key.text
    try:
        with db.state.writing():
            row = db.state.execute(
                "INSERT INTO posts (key, state, about, recipient, channel, owner, claimed_at, lease_until,"
                f" updated_at, thread_ts) VALUES (?, 'claimed', ?, ?, ?, ?, ?, ?, ?, ?) RETURNING {COLUMNS}",
                [key, about, recipient, channel, owner, now, lease_until, now, thread_ts],
            ).fetchall()[0]
            post = Post(*row)
            db.state.executemany(
                "INSERT INTO deliveries (post_id, deadline, section, recipient, rule, fiscal_year, kind,"
                " moment, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(post.id, *_columns(delivered)) for delivered in deliveries],
            )
            _record(db, post.id, now, "claim", owner, recipient)
    except sqlite3.IntegrityError:
        return None
    return post


def confirm(db: Database, post: Post, *, ts: str, now: str) -> bool:
    """Slack has the message. False when the post was taken over meanwhile (its new owner finds it too)."""
    with db.state.writing():
        return _step(db, post, "sent", ts=ts, who=post.owner, detail=ts, now=now)


def release(db: Database, post: Post, *, reason: str, now: str) -> bool:
    """Slack certainly does not have the message: free its keys."""
    with db.state.writing():
        return _step(db, post, "released", who=post.owner, detail=reason, now=now)


def doubt(db: Database, post: Post, *, reason: str, now: str) -> bool:
    """Mark a post whose outcome is unknown: a person must settle it."""
    with db.state.writing():
        return _step(db, post, "ambiguous", who=post.owner, detail=reason, now=now)


def settle(db: Database, post: Post, *, sent: bool, who: str, now: str) -> bool:
    """Record a person's finding whether an ambiguous post arrived. False when it is no longer ambiguous."""
    with db.state.writing():
        state: PostState = "sent" if sent else "released"
        return _step(db, post, state, before="ambiguous", who=who, detail="settled", now=now)


def take_over(db: Database, post: Post, *, owner: str, now: str, lease_until: str) -> Post | None:
    """Become the owner of a claim as it was read; None when someone else was first."""
    with db.state.writing():
        rows = db.state.execute(
            f"""
            UPDATE posts SET owner = :owner, lease_until = :until, fence = fence + 1, updated_at = :now,
                claimed_at = CASE WHEN claimed_at < :now THEN claimed_at ELSE :now END
            WHERE id = :id AND fence = :fence AND state = 'claimed' RETURNING {COLUMNS}""",
            {"owner": owner, "until": lease_until, "now": now, "id": post.id, "fence": post.fence},
        ).fetchall()
        if not rows:
            return None
        _record(db, post.id, now, "take over", owner, post.owner)
    return Post(*rows[0])


def renew(db: Database, post: Post, *, now: str, lease_until: str) -> bool:
    """Give a claim more time; False when someone else has taken it over."""
    sql = "UPDATE posts SET lease_until = ?, updated_at = ? WHERE id = ? AND fence = ? AND state = 'claimed'"
    return db.state.execute(sql, [lease_until, now, post.id, post.fence]).rowcount == 1


def unconfirmed(db: Database, now: str) -> list[Post]:
    """Claims whose lease has run out, or that lie in the future because the clock was set back."""
    sql = f"SELECT {COLUMNS} FROM posts WHERE state = 'claimed' AND (lease_until <= ? OR claimed_at > ?)"
    return [Post(*row) for row in db.state.execute(f"{sql} ORDER BY id", [now, now])]


def in_states(db: Database, states: Iterable[PostState]) -> list[Post]:
    """Posts in any of these states, in order of claim."""
    wanted = list(states)
    marks = ",".join("?" * len(wanted))
    rows = db.state.execute(f"SELECT {COLUMNS} FROM posts WHERE state IN ({marks}) ORDER BY id", wanted)
    return [Post(*row) for row in rows]


def get(db: Database, post_id: int) -> Post | None:
    """The post of this id, or None."""
    row = db.state.execute(f"SELECT {COLUMNS} FROM posts WHERE id = ?", [post_id]).fetchone()
    return Post(*row) if row else None


def delivered(db: Database) -> list[Delivered]:
    """Every key that is claimed, sent or ambiguous, in order of claim."""
    rows = db.state.execute(
        """
        SELECT d.deadline, d.section, d.recipient, d.rule, d.fiscal_year, d.kind, d.moment, d.due, p.state
        FROM deliveries d JOIN posts p ON p.id = d.post_id WHERE d.live = 1 ORDER BY p.id, d.rowid"""
    )
    return [_delivered(*row) for row in rows]


def thread_of(db: Database, channel: str, first: Delivered, *, since: str) -> str:
    """The first message of a round's section in a channel, where one was sent since then; its ts, or ''."""
    row = db.state.execute(
        """
        SELECT p.ts FROM posts p JOIN deliveries d ON d.post_id = p.id
        WHERE p.channel = ? AND p.state = 'sent' AND p.thread_ts = '' AND p.ts <> '' AND p.claimed_at > ?
            AND d.live = 1 AND d.section = ? AND d.kind = ? AND d.fiscal_year = ?
        ORDER BY p.id LIMIT 1""",
        [channel, since, first.key.section, first.kind, first.fiscal_year],
    ).fetchone()
    return str(row[0]) if row else ""


def out_of_thread(db: Database, post: Post) -> None:
    """The thread is gone: the message goes to the channel itself, and is looked for there."""
    with db.state.writing():
        sql = "UPDATE posts SET thread_ts = '' WHERE id = ? AND fence = ? AND state = 'claimed'"
        db.state.execute(sql, [post.id, post.fence])


KEPT_CURRENT = timedelta(days=60)  # how long a message follows what it shows


def outdate(
    db: Database, fiscal_year: int, kind: str, office: str, *, at: datetime, asked_at: datetime | None = None
) -> None:
    """Mark the messages of a round's section (`部/課`; a department, or '' for all) as showing an old state.

    `asked_at` is when a request was made that is decided now: the digests and notices since show it.
    """
    db.state.execute(
        """
        UPDATE posts SET stale_at = :at WHERE state = 'sent' AND claimed_at > :since AND (
            id IN (SELECT post_id FROM deliveries WHERE live = 1 AND fiscal_year = :year AND kind = :kind
                AND (:office IN ('', section) OR substr(section, 1, length(:office) + 1) = :office || '/'))
            OR claimed_at >= :asked AND id IN (SELECT post_id FROM deliveries WHERE live = 1
                AND (deadline = 'notice' OR rule LIKE 'digest:%')))""",
        {
            "at": stamp(at), "since": stamp(at - KEPT_CURRENT), "year": fiscal_year, "kind": kind,
            "office": office, "asked": stamp(asked_at) if asked_at else "9999",
        },
    )  # fmt: skip


def outdated(db: Database, *, limit: int) -> list[Post]:
    """Messages that show an old state, the newest first."""
    sql = f"SELECT {COLUMNS} FROM posts WHERE stale_at <> '' AND state = 'sent' AND ts <> ''"
    return [Post(*row) for row in db.state.execute(f"{sql} ORDER BY id DESC LIMIT ?", [limit])]


def is_current(db: Database, channel: str, ts: str, *, since: str) -> None:
    """The message shows what held at `since`; what has changed later stays to be shown."""
    db.state.execute(
        "UPDATE posts SET stale_at = '' WHERE channel = ? AND ts = ? AND stale_at <= ?", [channel, ts, since]
    )


def keys_of(db: Database, channel: str, ts: str) -> list[Delivered]:
    """What a message discharged; nothing for one that is none of ours."""
    rows = db.state.execute(
        """
        SELECT d.deadline, d.section, d.recipient, d.rule, d.fiscal_year, d.kind, d.moment, d.due, p.state
        FROM deliveries d JOIN posts p ON p.id = d.post_id
        WHERE p.channel = ? AND p.ts = ? AND d.live = 1 ORDER BY d.rowid""",
        [channel, ts],
    )
    return [_delivered(*row) for row in rows]


def _step(
    db: Database, post: Post, state: PostState, *, who: str, detail: str, now: str, ts: str = "",
    before: PostState = "claimed",
) -> bool:  # fmt: skip
    done = db.state.execute(
        "UPDATE posts SET state = ?, ts = ?, updated_at = ? WHERE id = ? AND fence = ? AND state = ?",
        [state, ts, now, post.id, post.fence, before],
    )
    if done.rowcount != 1:
        return False
    if state == "released":
        db.state.execute("UPDATE deliveries SET live = 0 WHERE post_id = ?", [post.id])
    _record(db, post.id, now, state, who, detail)
    return True


def _record(db: Database, post_id: int, at: str, event: str, who: str, detail: str) -> None:
    db.state.execute(
        "INSERT INTO post_events (post_id, at, event, who, detail) VALUES (?, ?, ?, ?, ?)",
        [post_id, at, event, who, detail],
    )


def _columns(delivered: Delivered) -> tuple[object, ...]:
    key, due = delivered.key, delivered.due
    return (
        key.deadline, key.section, key.recipient, key.rule, delivered.fiscal_year, delivered.kind,
        delivered.moment.isoformat(), due.isoformat() if due else None,
    )  # fmt: skip


def _delivered(
    deadline: str, section: str, recipient: str, rule: str, fiscal_year: int, kind: str, moment: str,
    due: str | None, state: DeliveryStatus,
) -> Delivered:  # fmt: skip
    return Delivered(
        DeliveryKey(deadline, section, recipient, rule), fiscal_year, kind, datetime.fromisoformat(moment),
        date.fromisoformat(due) if due else None, state,
    )  # fmt: skip


def stamp(moment: datetime) -> str:
    """A moment as the ledger writes it: UTC with milliseconds, so that text compares as time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def note(db: Database, *, key: str, text: str, at: str, recipient: str = "") -> bool:
    """Put a line in the outbox once, however often it is found; whether it was new."""
    done = db.state.execute(
        "INSERT INTO notices (key, text, at, recipient) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [key, text, at, recipient],
    )
    return done.rowcount == 1


def forget_note(db: Database, key: str) -> bool:
    """Take a line back that no message has taken up yet; whether it was there."""
    return db.state.execute("DELETE FROM notices WHERE key = ? AND bundle = ''", [key]).rowcount == 1


def bundle(db: Database, name: str) -> None:
    """Bind every line that no message has taken up yet to messages whose names begin so."""
    if db.state.execute("SELECT EXISTS (SELECT 1 FROM notices WHERE bundle = '')").fetchone()[0]:
        with db.state.writing():
            db.state.execute("UPDATE notices SET bundle = ? || ' ' || recipient WHERE bundle = ''", [name])


def bundles(db: Database) -> list[Bundle]:
    """Every message that has no live post yet."""
    rows = db.state.execute(
        """
        SELECT bundle, recipient, key, text, at FROM notices
        WHERE bundle <> '' AND bundle NOT IN (SELECT rule FROM deliveries WHERE live = 1)
        ORDER BY at, key"""
    )
    found: dict[tuple[str, str], tuple[Notice, ...]] = {}
    for name, recipient, *line in rows:
        found[name, recipient] = (*found.get((name, recipient), ()), Notice(*line))
    return [Bundle(*names, notices) for names, notices in found.items()]


def bundle_of(db: Database, name: str) -> Bundle | None:
    """The lines that were sent under this name; None where there are none."""
    rows = db.state.execute(
        "SELECT recipient, key, text, at FROM notices WHERE bundle = ? ORDER BY at, key", [name]
    )
    found = rows.fetchall()
    return Bundle(name, found[0][0], tuple(Notice(*line[1:]) for line in found)) if found else None


def direct_channel(db: Database, user: str) -> str:
    """The conversation with this user as Slack last named it; '' when it was never opened."""
    row = db.state.execute('SELECT channel FROM direct_channels WHERE "user" = ?', [user]).fetchone()
    return str(row[0]) if row else ""


def keep_direct_channel(db: Database, user: str, channel: str) -> None:
    """Remember the conversation with this user."""
    db.state.execute(upsert("direct_channels", ("user", "channel"), key=("user",)), [user, channel])


def forget_direct_channel(db: Database, user: str) -> None:
    """The conversation is of no use any more."""
    db.state.execute('DELETE FROM direct_channels WHERE "user" = ?', [user])


WORKSPACE = "*"
LONGEST_QUEUE = 60.0  # seconds
LONGEST_PAUSE = 3600.0


def slot(db: Database, channel: str, *, now: float, gap: float, patience: float) -> float | None:
    """Take the next moment at which this channel may be posted to; None if it is more than `patience` away.

    Moments are seconds since 1970, `gap` is the seconds a post takes up.
    """
    with db.state.writing():
        row = db.state.execute("SELECT free_at, failures FROM pace WHERE channel = ?", [channel]).fetchone()
        at = _believable(*row, now=now) if row else now
        if at - now > patience:
            return None
        _set_free_at(db, channel, at + gap)
    return at


def pause(db: Database, channel: str, *, until: float) -> None:
    """Post nothing to the channel until then, as Slack demands (Retry-After)."""
    with db.state.writing():
        _set_free_at(db, channel, until)


def count_failure(db: Database, channel: str) -> int:
    """Count one more failure in a row; how many there are now."""
    with db.state.writing():
        return int(
            db.state.execute(
                "INSERT INTO pace (channel, free_at, failures) VALUES (?, 0, 1)"
                " ON CONFLICT (channel) DO UPDATE SET failures = pace.failures + 1 RETURNING failures",
                [channel],
            ).fetchall()[0][0]
        )


def forget_failures(db: Database, channel: str) -> None:
    """Forget the failures of this channel."""
    db.state.execute("UPDATE pace SET failures = 0 WHERE channel = ? AND failures > 0", [channel])


def _believable(free_at: float, failures: int, *, now: float) -> float:
    """When a channel is free; a time that no post or refusal explains is of a clock since set back."""
    longest = LONGEST_PAUSE if failures else LONGEST_QUEUE
    return max(now, free_at) if free_at - now <= longest else now


def _set_free_at(db: Database, channel: str, free_at: float) -> None:
    db.state.execute(
        "INSERT INTO pace (channel, free_at) VALUES (?, ?)"
        " ON CONFLICT (channel) DO UPDATE SET free_at = excluded.free_at",
        [channel, free_at],
    )


@cache
def me() -> str:
    """The name of this bot: of the process that asks first, and of those that it forks."""
    return f"{socket.gethostname()}:{os.getpid()}:{token_hex(3)}"


def beat(db: Database, owner: str, *, now: str, ticked: bool = False) -> None:
    """Record that a bot runs; `ticked` when a tick of its reminders has ended."""
    db.state.execute(
        """
        INSERT INTO heartbeats (owner, started_at, beat_at, ticked_at)
        VALUES (:owner, :now, :now, CASE WHEN :ticked = 1 THEN :now ELSE '' END)
        ON CONFLICT (owner) DO UPDATE SET beat_at = :now,
            ticked_at = CASE WHEN :ticked = 1 THEN :now ELSE heartbeats.ticked_at END""",
        {"owner": owner, "now": now, "ticked": ticked},
    )


def beat_no_more(db: Database, owner: str) -> None:
    """Record that a bot has stopped; when it last ticked is kept."""
    db.state.execute("UPDATE heartbeats SET beat_at = '' WHERE owner = ?", [owner])


def forget_beats(db: Database, *, before: str) -> None:
    """Drop the heartbeats of bots not heard of since `before`."""
    db.state.execute("DELETE FROM heartbeats WHERE beat_at < ?1 AND ticked_at < ?1", [before])


def last_tick(db: Database, *, until: str = "9999") -> str:
    """When any process last finished a tick, by a clock that is not ahead of `until`; '' if none ever did."""
    sql = "SELECT coalesce(max(ticked_at), '') FROM heartbeats WHERE ticked_at <= ?"
    return str(db.state.execute(sql, [until]).fetchone()[0])


def latest_ahead(db: Database, *, after: str) -> str:
    """The latest moment after then by which a tick ended or something was claimed; '' if none was."""
    sql = """
        SELECT coalesce(max(at), '') FROM (
            SELECT ticked_at AS at FROM heartbeats UNION ALL SELECT claimed_at FROM posts) AS moments
        WHERE at > ?"""
    return str(db.state.execute(sql, [after]).fetchone()[0])


def noted_at(db: Database, key: str) -> str:
    """When a line of this key was noted; '' if it never was."""
    row = db.state.execute("SELECT at FROM notices WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else ""


def untold(db: Database, *, before: str) -> int:
    """How many lines noted before then have not reached anybody."""
    sql = """
        SELECT count(*) FROM notices WHERE at < ? AND bundle NOT IN (
            SELECT d.rule FROM deliveries d JOIN posts p ON p.id = d.post_id WHERE p.state = 'sent')"""
    return int(db.state.execute(sql, [before]).fetchone()[0])


def count_by_state(db: Database) -> dict[PostState, int]:
    """How many posts there are in each state."""
    counts: dict[PostState, int] = {"claimed": 0, "sent": 0, "ambiguous": 0, "released": 0}
    counts.update(db.state.execute("SELECT state, count(*) FROM posts GROUP BY state").fetchall())
    return counts


def events(db: Database, post: Post) -> list[tuple[str, str, str, str]]:
    """The trail of one post: (at, event, who, detail), oldest first."""
    sql = "SELECT at, event, who, detail FROM post_events WHERE post_id = ? ORDER BY id"
    return db.state.execute(sql, [post.id]).fetchall()


class Owner(NamedTuple):
    """A poster's identity."""

    id: str


@contextmanager
def poster(db: Database) -> Iterator[Owner]:
    """A new poster, alive until the end of the block or of the process: before any row can name it."""
    owner = Owner(uuid4().hex[:12])
    with db.state.hold(owner.id):
        yield owner


def is_alive(db: Database, owner: str) -> bool:
    """Whether the process that claimed as `owner` still runs (or is stopped, and may run again)."""
    return db.state.is_held(owner)
