"""Which section a channel belongs to, as an admin set it; never guessed."""

from __future__ import annotations

from sqlite_utils import Database


def section_of(db: Database, team: str, channel: str) -> tuple[str, str] | None:
    """The (department, section) of a channel, or None when nobody set one."""
    row = db.execute(
        "SELECT department, section FROM channel_sections WHERE team = ? AND channel = ?", [team, channel]
    ).fetchone()
    return (row[0], row[1]) if row else None


def set_section(
    db: Database, team: str, channel: str, department: str, section: str, *, by: str, at: str
) -> None:
    """Set a channel's section, in place of any it had."""
    with db.conn:
        db.conn.execute(
            "INSERT OR REPLACE INTO channel_sections VALUES (?, ?, ?, ?, ?, ?)",
            [team, channel, department, section, by, at],
        )


def unset(db: Database, team: str, channel: str) -> bool:
    """Take a channel's section off; whether it had one."""
    with db.conn:
        return bool(
            db.conn.execute(
                "DELETE FROM channel_sections WHERE team = ? AND channel = ?", [team, channel]
            ).rowcount
        )
