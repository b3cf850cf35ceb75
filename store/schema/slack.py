"""Tables of the Slack edge: events and requests seen, values kept for a button, what Slack said of people."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

slack = Migrations("slack")


@slack()
def events_and_kept(db: Database) -> None:
    """Events by Slack's id; kept values by a key of ours. All times ISO 8601."""
    db.conn.execute(
        """
        CREATE TABLE events (
            event_id TEXT PRIMARY KEY,
            claimed_at TEXT NOT NULL,
            answered_at TEXT
        ) WITHOUT ROWID"""
    )
    db.conn.execute("CREATE INDEX events_claimed ON events (claimed_at)")
    db.conn.execute(
        "CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT NOT NULL, kept_at TEXT NOT NULL) WITHOUT ROWID"
    )
    db.conn.execute("CREATE INDEX kept_at ON kept (kept_at)")


@slack()
def seen_requests_and_people(db: Database) -> None:
    """Signatures of requests that changed something; who is a guest. Times are seconds since 1970."""
    db.conn.execute(
        "CREATE TABLE seen_requests (signature TEXT PRIMARY KEY, seen_at REAL NOT NULL) WITHOUT ROWID"
    )
    db.conn.execute("CREATE INDEX seen_requests_at ON seen_requests (seen_at)")
    db.conn.execute(
        """
        CREATE TABLE people (
            user TEXT PRIMARY KEY,
            is_outsider INTEGER NOT NULL,    -- a guest, or of another workspace
            asked_at REAL NOT NULL
        ) WITHOUT ROWID"""
    )
