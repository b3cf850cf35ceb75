"""Tables of the Slack edge and of conversations.

Events and requests seen, values kept for a button, guests as Slack reported them; the last answer of a
thread, feedback, the section of a channel, recent questions.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

slack = Migrations("slack")


@slack()
def events_and_kept(db: Database) -> None:
    """Create the tables of events (by Slack's id) and kept values (by our key). Times are ISO 8601."""
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
    """Add the signatures of requests that changed something, and who is a guest. Times are Unix seconds."""
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


@slack()
def standing_of_people(db: Database) -> None:
    """Record the standing of people in a workspace. Slack is asked again for those stored before."""
    db.conn.execute("DROP TABLE people")
    db.conn.execute(
        """
        CREATE TABLE people (
            user TEXT PRIMARY KEY,
            standing TEXT NOT NULL CHECK (standing IN ('staff', 'guest', 'stranger', 'app')),
            own_team TEXT NOT NULL,          -- our workspace when it was asked
            asked_at REAL NOT NULL           -- seconds since 1970
        ) WITHOUT ROWID"""
    )


@slack()
def why_people_are_gone(db: Database) -> None:
    """Record a person's name, and why they would read no message ('' if they would)."""
    db.conn.execute("ALTER TABLE people ADD COLUMN name TEXT NOT NULL DEFAULT ''")
    db.conn.execute("ALTER TABLE people ADD COLUMN gone TEXT NOT NULL DEFAULT ''")
    db.conn.execute("DELETE FROM people WHERE standing <> 'staff'")  # to be asked again: why was not kept


conversations = Migrations("conversations")


@conversations()
def threads_feedback_and_channels(db: Database) -> None:
    """Create the tables of conversations, feedback and recent questions. Times are ISO 8601.

    Whatever people typed has a time, by which it is forgotten.
    """
    db.conn.execute(
        """
        CREATE TABLE conversations (
            place TEXT PRIMARY KEY,         -- team, channel and thread (or person)
            turn TEXT NOT NULL,             -- JSON: keys of projects and search words, no question
            at TEXT NOT NULL
        )"""
    )
    db.conn.execute("CREATE INDEX conversations_at ON conversations (at)")
    db.conn.execute(
        """
        CREATE TABLE feedback (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            is_helpful INTEGER NOT NULL,    -- 1 役に立った, 0 違う
            kind TEXT NOT NULL,
            question TEXT,                  -- NULL once its days are over
            citations TEXT NOT NULL,        -- JSON: project numbers
            user TEXT,                      -- NULL once its days are over
            message TEXT NOT NULL           -- channel and ts; a person's second press replaces the first
        )"""
    )
    db.conn.execute("CREATE UNIQUE INDEX feedback_once ON feedback (message, user)")
    db.conn.execute(
        """
        CREATE TABLE channel_sections (
            team TEXT NOT NULL,
            channel TEXT NOT NULL,
            department TEXT NOT NULL,
            section TEXT NOT NULL,
            set_by TEXT NOT NULL,
            set_at TEXT NOT NULL,
            PRIMARY KEY (team, channel)
        )"""
    )
    db.conn.execute(
        """
        CREATE TABLE recent_questions (
            id INTEGER PRIMARY KEY,
            team TEXT NOT NULL,
            user TEXT NOT NULL,
            question TEXT NOT NULL,
            at TEXT NOT NULL,
            UNIQUE (team, user, question)
        )"""
    )


@conversations()
def kinds_of_recent_questions(db: Database) -> None:
    """Record whether a recent text was a search or a question; for texts stored before it is decided anew."""
    db.conn.execute("ALTER TABLE recent_questions ADD COLUMN kind TEXT NOT NULL DEFAULT ''")


@conversations()
def tokens_and_blocks(db: Database) -> None:
    """Add the tokens for MCP, and which of Slack's newer blocks a workspace shows."""
    db.conn.execute(
        """
        CREATE TABLE mcp_tokens (
            name TEXT PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE,      -- SHA-256 of the token
            user TEXT NOT NULL,             -- Slack id of whom it speaks for, '' for nobody
            added_at TEXT NOT NULL,
            used_on TEXT NOT NULL DEFAULT ''
        )"""
    )
    db.conn.execute(
        """
        CREATE TABLE workspace_blocks (
            kind TEXT PRIMARY KEY,          -- data_table, data_visualization …
            is_shown INTEGER NOT NULL,      -- 0: refused as invalid_blocks
            at TEXT NOT NULL
        )"""
    )


@conversations()
def where_the_state_is(db: Database) -> None:
    """Add whether the state is `here` (as without a row), `arriving` from the other engine, or has `left`."""
    db.conn.execute(
        "CREATE TABLE state_place"
        " (id INTEGER PRIMARY KEY CHECK (id = 1), place TEXT NOT NULL, at TEXT NOT NULL)"
    )
