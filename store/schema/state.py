"""Tables of the state: evaluation sheets, what was sent about them, the Slack edge and conversations.

Who answers, deadlines, states, snoozes, admins, the trail of changes; the ledger and its trail, pace, notices
to the secretariat, heartbeats; events and requests seen, values kept for a button, guests as Slack reported
them; the last answer of a thread, feedback, the section of a channel, recent questions.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

sheets = Migrations("sheets")


@sheets()
def evaluation_sheets(db: Database) -> None:
    """Create the tables of contacts, deadlines, sheets, the audit trail and admins.

    Moments are ISO 8601 with their offset, days are YYYY-MM-DD, sections have their canonical names.
    """
    db.conn.execute(
        """
        CREATE TABLE section_contacts (
            department TEXT NOT NULL,
            section TEXT NOT NULL,
            chief TEXT NOT NULL DEFAULT '',
            deputy TEXT NOT NULL DEFAULT '',
            director TEXT NOT NULL DEFAULT '',
            channel TEXT NOT NULL DEFAULT '',
            members TEXT NOT NULL DEFAULT '',    -- users, a space between
            PRIMARY KEY (department, section)
        )"""
    )
    db.conn.execute(
        """
        CREATE TABLE deadlines (                 -- the latest version of each; earlier ones are in `changes`
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            fiscal_year INTEGER NOT NULL,
            kind TEXT NOT NULL,
            department TEXT NOT NULL DEFAULT '', -- both empty: for all
            section TEXT NOT NULL DEFAULT '',
            due TEXT NOT NULL,
            opens TEXT,
            note TEXT NOT NULL DEFAULT '',
            withdrawn INTEGER NOT NULL DEFAULT 0,
            version INTEGER NOT NULL DEFAULT 1,
            set_by TEXT NOT NULL,
            set_at TEXT NOT NULL,
            UNIQUE (fiscal_year, kind, department, section)
        )"""
    )
    db.conn.execute(
        """
        CREATE TABLE sheets (                    -- a sheet that nobody has touched has no row: 未着手
            fiscal_year INTEGER NOT NULL,        -- of the deadline
            number TEXT NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('未着手', '作成中', '課長確認', '提出済', '差戻し', '確定', '対象外')),
            returned_reason TEXT NOT NULL DEFAULT '',
            returned_due TEXT,
            returned_at TEXT,
            extension_state TEXT NOT NULL DEFAULT ''
                CHECK (extension_state IN ('', '申請中', '承認', '却下')),
            extension_due TEXT,
            extension_reason TEXT NOT NULL DEFAULT '',
            extension_by TEXT NOT NULL DEFAULT '',
            extension_at TEXT,
            url TEXT NOT NULL DEFAULT '',
            updated_by TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (fiscal_year, number, kind)
        )"""
    )
    db.conn.execute(
        """
        CREATE TABLE changes (                   -- the audit trail: who changed what, when, from what to what
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            "by" TEXT NOT NULL,
            what TEXT NOT NULL,
            subject TEXT NOT NULL,
            field TEXT NOT NULL,
            before TEXT NOT NULL,
            after TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT ''
        )"""
    )
    db.conn.execute("CREATE INDEX changes_subject ON changes (what, subject)")
    db.conn.execute(
        """
        CREATE TABLE snoozes (
            recipient TEXT PRIMARY KEY,
            until TEXT NOT NULL,
            pressed_at TEXT NOT NULL,
            "by" TEXT NOT NULL
        )"""
    )
    db.conn.execute(
        "CREATE TABLE admins (user TEXT PRIMARY KEY, added_at TEXT NOT NULL, added_by TEXT NOT NULL)"
    )


_NAMING = ("chief", "deputy", "director", "members", "extension_by")  # fields of the trail that hold people


@sheets()
def append_only_trail(db: Database) -> None:
    """Make the trail append-only. It names people by a key, so that a name can be erased.

    In texts a person stands as `@key`. Lines may be deleted only once they are older than the horizon, which
    is set for as long as old lines are being dropped, and is never nearer than a year.
    """
    db.conn.execute(
        """
        CREATE TABLE trail_people (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            who TEXT UNIQUE                      -- NULL once forgotten
        )"""
    )
    db.conn.execute(
        """
        CREATE TABLE trail (                     -- who changed what, when, where, from what to what
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            person INTEGER NOT NULL REFERENCES trail_people(key),
            whence TEXT NOT NULL DEFAULT '',
            what TEXT NOT NULL,
            subject TEXT NOT NULL,
            field TEXT NOT NULL,
            before TEXT NOT NULL,
            after TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT ''
        )"""
    )
    _copy_changes(db)
    db.conn.execute("DROP TABLE changes")
    db.conn.execute("CREATE INDEX trail_subject ON trail (what, subject)")
    db.conn.execute(
        "CREATE TABLE trail_horizon (id INTEGER PRIMARY KEY CHECK (id = 1), before TEXT NOT NULL)"
    )
    is_near = "julianday(new.before) IS NULL OR julianday(new.before) > julianday('now', '-365 days')"
    is_kept = "NOT EXISTS (SELECT 1 FROM trail_horizon WHERE julianday(old.at) < julianday(before))"
    for name, when, condition in (
        ("trail_stays", "UPDATE ON trail", "1"),
        ("trail_is_kept", "DELETE ON trail", is_kept),
        ("trail_is_not_replaced", "INSERT ON trail", "EXISTS (SELECT 1 FROM trail WHERE id = new.id)"),
        ("trail_horizon_is_far", "INSERT ON trail_horizon", is_near),
        ("trail_horizon_stays", "UPDATE ON trail_horizon", "1"),
        ("trail_people_stay", "DELETE ON trail_people", "1"),
        ("trail_people_are_not_renamed", "UPDATE ON trail_people",
         "new.key <> old.key OR new.who IS NOT NULL"),
        ("trail_people_are_not_replaced", "INSERT ON trail_people",
         "EXISTS (SELECT 1 FROM trail_people WHERE key = new.key OR who = new.who)"),
    ):  # fmt: skip
        db.conn.execute(
            f"CREATE TRIGGER {name} BEFORE {when} WHEN {condition}"
            " BEGIN SELECT RAISE(ABORT, 'the trail is only added to'); END"
        )


def _copy_changes(db: Database) -> None:
    keys: dict[str, int] = {}

    def key(who: str) -> int:
        if who not in keys:
            keys[who] = db.conn.execute("INSERT INTO trail_people (who) VALUES (?)", [who]).lastrowid or 0
        return keys[who]

    def named(text: str) -> str:
        return " ".join(f"@{key(word)}" for word in text.split())

    rows = db.conn.execute(
        'SELECT at, "by", what, subject, field, before, after, note FROM changes ORDER BY id'
    ).fetchall()
    for at, by, what, subject, field, before, after, note in rows:
        sides = (named(before), named(after)) if field in _NAMING else (before, after)
        whom = named(subject) if what == "setting" else subject
        db.conn.execute(
            "INSERT INTO trail (at, person, what, subject, field, before, after, note)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [at, key(by), what, whom, field, *sides, note],
        )


@sheets()
def absences(db: Database) -> None:
    """Add absences: the first and last day away, and the deputy ('' for the section's own deputy)."""
    db.conn.execute(
        """
        CREATE TABLE absences (
            user TEXT NOT NULL,
            first TEXT NOT NULL,
            last TEXT NOT NULL,
            deputy TEXT NOT NULL DEFAULT '',
            set_by TEXT NOT NULL,
            set_at TEXT NOT NULL,
            PRIMARY KEY (user, first)
        )"""
    )


@sheets()
def extensions_that_hold(db: Database) -> None:
    """Keep an approved extension while a newer request is pending or denied."""
    db.conn.execute("ALTER TABLE sheets ADD COLUMN held_due TEXT")
    db.conn.execute("ALTER TABLE sheets ADD COLUMN held_at TEXT")
    db.conn.execute("ALTER TABLE sheets ADD COLUMN extension_decided_by TEXT NOT NULL DEFAULT ''")


@sheets()
def snoozes_of_an_hour_and_nudges(db: Database) -> None:
    """Give a snooze an hour ('' for the morning), and add the secretariat's immediate reminders (nudges)."""
    db.conn.execute("ALTER TABLE snoozes ADD COLUMN clock TEXT NOT NULL DEFAULT ''")
    db.conn.execute(
        """
        CREATE TABLE nudges (
            department TEXT NOT NULL,
            section TEXT NOT NULL,
            at TEXT NOT NULL,
            note TEXT NOT NULL,
            "by" TEXT NOT NULL,
            PRIMARY KEY (department, section, at)
        )"""
    )


@sheets()
def rules_of_rounds(db: Database) -> None:
    """Add the reminder rules of single rounds that differ from the settings; offsets are space-separated."""
    db.conn.execute(
        """
        CREATE TABLE round_rules (
            fiscal_year INTEGER NOT NULL,
            kind TEXT NOT NULL,
            before TEXT NOT NULL,
            overdue TEXT NOT NULL,
            weekly INTEGER NOT NULL,
            director TEXT NOT NULL,
            PRIMARY KEY (fiscal_year, kind)
        )"""
    )


deliveries = Migrations("deliveries")


@deliveries()
def ledger(db: Database) -> None:
    """Create the ledger of deliveries. Times are ISO 8601 in UTC with milliseconds: they sort as text."""
    db.conn.execute(
        """
        CREATE TABLE posts (                    -- one claim of one message; a retry is a new row
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL,                  -- its first delivery key, in the message's metadata
            state TEXT NOT NULL CHECK (state IN ('claimed', 'sent', 'ambiguous', 'released')),
            about TEXT NOT NULL,                -- what it is, for people
            recipient TEXT NOT NULL,            -- U… or C…
            channel TEXT NOT NULL,              -- the conversation its message is, or would be, in
            ts TEXT NOT NULL DEFAULT '',        -- Slack's name for the message, once known
            fence INTEGER NOT NULL DEFAULT 1,   -- raised by every takeover
            owner TEXT NOT NULL,                -- the poster that holds the claim
            claimed_at TEXT NOT NULL,
            lease_until TEXT NOT NULL,          -- before this, a request may still be on its way
            updated_at TEXT NOT NULL
        )"""
    )
    db.conn.execute("CREATE INDEX posts_state ON posts (state)")
    db.conn.execute(
        """
        CREATE TABLE deliveries (               -- what a message discharges
            post_id INTEGER NOT NULL REFERENCES posts(id),
            deadline TEXT NOT NULL,
            section TEXT NOT NULL,
            recipient TEXT NOT NULL,
            rule TEXT NOT NULL,
            fiscal_year INTEGER NOT NULL,
            kind TEXT NOT NULL,
            moment TEXT NOT NULL,
            due TEXT,
            live INTEGER NOT NULL DEFAULT 1     -- 0 once its post is released
        )"""
    )
    db.conn.execute("CREATE INDEX deliveries_post ON deliveries (post_id)")
    db.conn.execute(
        "CREATE UNIQUE INDEX deliveries_once ON deliveries (deadline, section, recipient, rule) WHERE live"
    )
    db.conn.execute(
        """
        CREATE TABLE post_events (
            id INTEGER PRIMARY KEY,
            post_id INTEGER NOT NULL REFERENCES posts(id),
            at TEXT NOT NULL,
            event TEXT NOT NULL,
            who TEXT NOT NULL,                  -- a poster, or the person who settled it
            detail TEXT NOT NULL
        )"""
    )
    db.conn.execute("CREATE INDEX post_events_post ON post_events (post_id)")
    db.conn.execute(
        """
        CREATE TABLE pace (                     -- '*' is the whole workspace
            channel TEXT PRIMARY KEY,
            free_at REAL NOT NULL,              -- seconds since 1970
            failures INTEGER NOT NULL DEFAULT 0
        )"""
    )
    db.conn.execute("CREATE TABLE direct_channels (user TEXT PRIMARY KEY, channel TEXT NOT NULL)")
    db.conn.execute(
        """
        CREATE TABLE unreachable (              -- recipients that Slack turned away for good
            recipient TEXT PRIMARY KEY,
            reason TEXT NOT NULL,
            since TEXT NOT NULL,
            ask_again_at TEXT NOT NULL
        )"""
    )
    # An outbox: `bundle` is '' until the message with it is made.
    db.conn.execute(
        """
        CREATE TABLE notices (
            key TEXT PRIMARY KEY,
            text TEXT NOT NULL,
            at TEXT NOT NULL,
            bundle TEXT NOT NULL DEFAULT ''
        )"""
    )
    db.conn.execute(
        """
        CREATE TABLE heartbeats (
            owner TEXT PRIMARY KEY,
            started_at TEXT NOT NULL,
            beat_at TEXT NOT NULL,
            ticked_at TEXT NOT NULL DEFAULT ''  -- when its last tick came to its end
        )"""
    )


@deliveries()
def notices_for_anybody(db: Database) -> None:
    """Give a notice a recipient; '' is the secretariat."""
    db.conn.execute("ALTER TABLE notices ADD COLUMN recipient TEXT NOT NULL DEFAULT ''")


@deliveries()
def copies_that_follow(db: Database) -> None:
    """Record since when a posted message shows an old state; '' if it is up to date."""
    db.conn.execute("ALTER TABLE posts ADD COLUMN stale_at TEXT NOT NULL DEFAULT ''")
    db.conn.execute("CREATE INDEX posts_stale ON posts (stale_at) WHERE stale_at <> ''")
    db.conn.execute("CREATE INDEX deliveries_section ON deliveries (section, kind, fiscal_year)")


@deliveries()
def follow_ups_in_threads(db: Database) -> None:
    """Record the thread of a message; '' if it stands in the channel itself."""
    db.conn.execute("ALTER TABLE posts ADD COLUMN thread_ts TEXT NOT NULL DEFAULT ''")


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
