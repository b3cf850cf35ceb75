"""Tables for evaluation sheets: who answers, deadlines, states, snoozes, admins, the trail of changes."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

sheets = Migrations("sheets")


@sheets()
def evaluation_sheets(db: Database) -> None:
    """Moments are ISO 8601 with their offset, days YYYY-MM-DD; sections go by their canonical names."""
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
