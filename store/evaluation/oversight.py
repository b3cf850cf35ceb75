"""What is asked of the ledger by whoever watches over it: heartbeats, counts, the events of a post."""

from __future__ import annotations

from sqlite_utils import Database

from store.evaluation.ledger import Post, PostState


def beat(db: Database, owner: str, *, now: str, ticked: bool = False) -> None:
    """Record a heartbeat of this process; `ticked` when a tick has ended."""
    db.execute(
        """
        INSERT INTO heartbeats (owner, started_at, beat_at, ticked_at)
        VALUES (:owner, :now, :now, CASE WHEN :ticked THEN :now ELSE '' END)
        ON CONFLICT (owner) DO UPDATE SET beat_at = :now,
            ticked_at = CASE WHEN :ticked THEN :now ELSE ticked_at END""",
        {"owner": owner, "now": now, "ticked": ticked},
    )


def forget_beats(db: Database, *, before: str) -> None:
    """Drop the heartbeats of processes not heard of since `before`."""
    db.execute("DELETE FROM heartbeats WHERE beat_at < ?", [before])


def last_tick(db: Database, *, until: str = "9999") -> str:
    """When any process last finished a tick, by a clock that is not ahead of `until`; '' if none ever did."""
    sql = "SELECT coalesce(max(ticked_at), '') FROM heartbeats WHERE ticked_at <= ?"
    return str(db.execute(sql, [until]).fetchone()[0])


def latest_ahead(db: Database, *, after: str) -> str:
    """The latest moment after then by which a tick ended or something was claimed; '' if none was."""
    sql = """
        SELECT coalesce(max(at), '') FROM (
            SELECT ticked_at AS at FROM heartbeats UNION ALL SELECT claimed_at FROM posts) WHERE at > ?"""
    return str(db.execute(sql, [after]).fetchone()[0])


def noted_at(db: Database, key: str) -> str:
    """When a line of this key was noted; '' if it never was."""
    row = db.execute("SELECT at FROM notices WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else ""


def untold(db: Database, *, before: str) -> int:
    """How many lines noted before then have not reached anybody."""
    sql = """
        SELECT count(*) FROM notices WHERE at < ? AND bundle NOT IN (
            SELECT d.rule FROM deliveries d JOIN posts p ON p.id = d.post_id WHERE p.state = 'sent')"""
    return int(db.execute(sql, [before]).fetchone()[0])


def count_by_state(db: Database) -> dict[PostState, int]:
    """How many posts there are in each state."""
    counts: dict[PostState, int] = {"claimed": 0, "sent": 0, "ambiguous": 0, "released": 0}
    counts.update(db.execute("SELECT state, count(*) FROM posts GROUP BY state").fetchall())
    return counts


def events(db: Database, post: Post) -> list[tuple[str, str, str, str]]:
    """The trail of one post: (at, event, who, detail), oldest first."""
    sql = "SELECT at, event, who, detail FROM post_events WHERE post_id = ? ORDER BY id"
    return db.execute(sql, [post.id]).fetchall()
