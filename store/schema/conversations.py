"""Tables for conversations: what a thread last showed, feedback, a channel's section, recent questions."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

conversations = Migrations("conversations")


@conversations()
def threads_feedback_and_channels(db: Database) -> None:
    """Times are ISO 8601; whatever people typed stands beside the time after which it is forgotten."""
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
