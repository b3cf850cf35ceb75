"""What is kept of those who ask, and for how long: conversations, questions, feedback, tokens of assistants.

What a thread was last shown, so that その成果は？ and 2番目 can be understood; what a person asked lately,
for App Home; values for a later press of a button (pages of a long message, state too long for a button);
the tokens with which other assistants ask over MCP, shown once when made and kept as their hashes.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, NamedTuple

from store.database import Database, Databases, upsert
from store.talk import WriteBehind

Key = tuple[int, str]
RECENT_QUESTIONS = 20  # a person


@dataclass(frozen=True, slots=True)
class Turn:
    """The state of a conversation: the project spoken of, the last list shown, what もっと would show.

    `terms` are the words that list was chosen by, `why` how the last answer was matched. `before` are the
    projects spoken of before, the latest last, `told` the fields of `topic` that were shown, `offices` the
    last two sections whose projects were counted. `within` are the projects that the thread counted before it
    asked of some of them, `within_said` what those are (農林振興課の事業). `sides` are the two things that
    were named side by side, as 前者 and 後者 mean them. `headings` are those of the columns that were told
    last, `columns` of the last told one by one, `ranked` the projects in the order of which the first was
    told, `ranked_said` what those are, '' for all of a list. `said` is the one sentence of `topic` that was
    told last: いつですか asks of it. No question is kept.
    """

    topic: Key | None = None
    listed: tuple[Key, ...] = ()
    rest: tuple[Key, ...] = ()
    terms: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    before: tuple[Key, ...] = ()
    told: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    within: tuple[Key, ...] = ()
    within_said: str = ""
    sides: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    ranked: tuple[Key, ...] = ()
    ranked_said: str = ""
    columns: tuple[str, ...] = ()
    said: str = ""

    @property
    def in_order(self) -> tuple[Key, ...]:
        """The projects among which 2番目 has its place: those put in order last, else those listed."""
        return self.ranked or self.listed

    @property
    def topic_before(self) -> Key | None:
        """The project spoken of before this one."""
        return self.before[-1] if self.before else None


def remember(db: Database, place: str, turn: Turn, *, now: str) -> None:
    """Keep the turn of a place (a thread, or a person in a channel), in place of the one before."""
    db.state.execute(
        upsert("conversations", ("place", "turn", "at"), key=("place",)),
        [place, json.dumps(asdict(turn), ensure_ascii=False), now],
    )


def recall(db: Database, place: str, *, since: str) -> Turn | None:
    """The turn of a place unless it is older than `since`."""
    row = db.state.execute(
        "SELECT turn FROM conversations WHERE place = ? AND at >= ?", [place, since]
    ).fetchone()
    return _turn(json.loads(row[0])) if row else None


def prune(db: Database, *, before: str) -> int:
    """Forget turns older than `before`; how many were forgotten."""
    return db.state.execute("DELETE FROM conversations WHERE at < ?", [before]).rowcount


def _turn(kept: dict[str, Any]) -> Turn:
    return Turn(
        topic=_key(kept["topic"]) if kept["topic"] else None,
        listed=tuple(map(_key, kept["listed"])),
        rest=tuple(map(_key, kept["rest"])),
        terms=tuple(kept["terms"]),
        why=tuple(kept.get("why", ())),
        before=tuple(map(_key, kept.get("before", ()))),
        told=tuple(kept.get("told", ())),
        offices=tuple(kept.get("offices", ())),
        within=tuple(map(_key, kept.get("within", ()))),
        within_said=kept.get("within_said", ""),
        sides=tuple(kept.get("sides", ())),
        headings=tuple(kept.get("headings", ())),
        ranked=tuple(map(_key, kept.get("ranked", ()))),
        ranked_said=kept.get("ranked_said", ""),
        columns=tuple(kept.get("columns", ())),
        said=kept.get("said", ""),
    )


def _key(kept: tuple[int, str]) -> Key:
    year, number = kept
    return year, number


class Recent(NamedTuple):
    """What was typed, and what it was: `search`, `question`, or '' where that was not kept yet."""

    text: str
    kind: str


def remember_question(db: Database, team: str, user: str, question: str, *, kind: str, now: str) -> None:
    """Put a question or a search in front of the person's recent ones."""
    with db.state.writing():
        db.state.execute(
            upsert(
                "recent_questions",
                ("team", "user", "question", "kind", "at"),
                key=("team", "user", "question"),
            ),
            [team, user, question, kind, now],
        )
        db.state.execute(
            """
            DELETE FROM recent_questions WHERE team = ?1 AND "user" = ?2 AND id NOT IN (
                SELECT id FROM recent_questions WHERE team = ?1 AND "user" = ?2 ORDER BY at DESC LIMIT ?3
            )""",
            [team, user, RECENT_QUESTIONS],
        )


def latest_questions(db: Database, team: str, user: str, *, limit: int) -> list[Recent]:
    """The person's last questions and searches, the newest first."""
    rows = db.state.execute(
        'SELECT question, kind FROM recent_questions WHERE team = ? AND "user" = ?'
        " ORDER BY at DESC, id DESC LIMIT ?",
        [team, user, limit],
    )
    return [Recent(*row) for row in rows]


def questions_of_all(db: Database) -> list[str]:
    """What everybody asked lately, the newest first; not who."""
    return [
        row[0] for row in db.state.execute("SELECT question FROM recent_questions ORDER BY at DESC, id DESC")
    ]


def prune_questions(db: Database, *, before: str) -> int:
    """Forget questions asked before this time; how many were forgotten."""
    return db.state.execute("DELETE FROM recent_questions WHERE at < ?", [before]).rowcount


def new_key() -> str:
    """A key for a value, 16 characters nobody can guess."""
    return secrets.token_urlsafe(12)


def keep_value(db: Database, key: str, value: Any, *, now: str) -> None:
    """Store a JSON value under a new key."""
    db.state.execute("INSERT INTO kept VALUES (?, ?, ?)", [key, json.dumps(value, ensure_ascii=False), now])


def recall_value(db: Database, key: str) -> Any | None:
    """The value kept under `key`, or None when it was pruned or never was."""
    row = db.state.execute("SELECT value FROM kept WHERE key = ?", [key]).fetchone()
    return json.loads(row[0]) if row else None


def prune_values(db: Database, *, before: str) -> int:
    """Forget what was kept before this time; how many were forgotten."""
    return db.state.execute("DELETE FROM kept WHERE kept_at < ?", [before]).rowcount


BY_MEANING = "meaning"
"""The kind of a verdict on a project that was offered because it is near in meaning."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's verdict on one answer. `question` and `user` are '' once their days are over."""

    at: str
    is_helpful: bool
    kind: str
    question: str
    citations: tuple[str, ...]
    user: str = ""
    message: str = ""


def add(db: Database, given: Feedback) -> None:
    """Keep a verdict; the same person's earlier one on the same message is replaced."""
    db.state.execute(
        """
        INSERT INTO feedback (at, is_helpful, kind, question, citations, "user", message)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (message, "user") DO UPDATE SET at = excluded.at, is_helpful = excluded.is_helpful""",
        [
            given.at,
            given.is_helpful,
            given.kind,
            given.question,
            json.dumps(given.citations, ensure_ascii=False),
            given.user,
            given.message,
        ],
    )


def listed(db: Database, *, only_wrong: bool = False) -> list[Feedback]:
    """Every verdict, the latest first."""
    rows = db.state.execute(
        "SELECT at, is_helpful, kind, coalesce(question, ''), citations, coalesce(\"user\", ''), message"
        " FROM feedback WHERE is_helpful = 0 OR ? = 0 ORDER BY at DESC, id DESC",
        [only_wrong],
    )
    return [Feedback(at, bool(ok), kind, q, tuple(json.loads(c)), u, m) for at, ok, kind, q, c, u, m in rows]


def confirmed_by_meaning(db: Database) -> dict[str, dict[tuple[int, str], int]]:
    """What was typed -> the projects that people said they meant by it, with by how many, the most first.

    One whom more people say is wrong than right is left out.
    """
    verdicts: Counter[tuple[str, tuple[int, str]]] = Counter()
    for each in listed(db):
        if each.kind == BY_MEANING and each.question and each.citations:
            year, _, number = each.citations[0].partition(" ")
            verdicts[each.question, (int(year), number)] += 1 if each.is_helpful else -1
    found: dict[str, dict[tuple[int, str], int]] = {}
    for (question, project), times in verdicts.most_common():
        if times > 0:
            found.setdefault(question, {})[project] = times
    return found


def forget_feedback(db: Database, *, before: str) -> int:
    """Drop what people typed and who they are from verdicts older than this; the verdict stays."""
    return db.state.execute(
        'UPDATE feedback SET question = NULL, "user" = NULL WHERE at < ? AND question IS NOT NULL', [before]
    ).rowcount


def section_of(db: Database, team: str, channel: str) -> tuple[str, str] | None:
    """The (department, section) of a channel, or None when nobody set one."""
    row = db.state.execute(
        "SELECT department, section FROM channel_sections WHERE team = ? AND channel = ?", [team, channel]
    ).fetchone()
    return (row[0], row[1]) if row else None


_CHANNEL_SECTION = ("team", "channel", "department", "section", "set_by", "set_at")


def set_section(
    db: Database, team: str, channel: str, department: str, section: str, *, by: str, at: str
) -> None:
    """Set a channel's section, in place of any it had."""
    with db.state.writing():
        db.state.execute(
            upsert("channel_sections", _CHANNEL_SECTION, key=_CHANNEL_SECTION[:2]),
            [team, channel, department, section, by, at],
        )


def unset_section(db: Database, team: str, channel: str) -> bool:
    """Take a channel's section off; whether it had one."""
    with db.state.writing():
        return bool(
            db.state.execute(
                "DELETE FROM channel_sections WHERE team = ? AND channel = ?", [team, channel]
            ).rowcount
        )


def claim(db: Database, event_id: str, *, now: str, abandoned_before: str) -> bool:
    """Whether this process is to answer the event.

    False when it was answered, or another process claimed it after `abandoned_before` (it may still be at
    it; older claims belong to a process that died, and are taken over). Times are ISO 8601 of one zone.
    """
    cursor = db.state.execute(
        """
        INSERT INTO events (event_id, claimed_at) VALUES (?, ?)
        ON CONFLICT (event_id) DO UPDATE SET claimed_at = excluded.claimed_at
        WHERE events.answered_at IS NULL AND events.claimed_at < ?""",
        [event_id, now, abandoned_before],
    )
    return cursor.rowcount == 1


def answered(db: Database, event_id: str, *, now: str) -> None:
    """Record that the event has its answer."""
    db.state.execute("UPDATE events SET answered_at = ? WHERE event_id = ?", [now, event_id])


def release(db: Database, event_id: str) -> None:
    """Give up a claim: whoever gets the event next answers it."""
    db.state.execute("DELETE FROM events WHERE event_id = ? AND answered_at IS NULL", [event_id])


def prune_events(db: Database, *, before: str) -> int:
    """Forget events claimed before this time; how many were forgotten. Slack retries for under an hour."""
    return db.state.execute("DELETE FROM events WHERE claimed_at < ?", [before]).rowcount


KEPT = timedelta(minutes=10)  # a signature is good for 5 minutes before and after its time


def is_first(db: Database, signature: str, *, now: datetime) -> bool:
    """Whether no process has seen this signature before; from now on it was. `now` is aware."""
    with db.state.writing():
        db.state.execute("DELETE FROM seen_requests WHERE seen_at < ?", [(now - KEPT).timestamp()])
        done = db.state.execute(
            "INSERT INTO seen_requests (signature, seen_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [signature, now.timestamp()],
        )
        return done.rowcount == 1


_NAMED = (
    ("deadlines", "set_by"), ("sheets", "updated_by"), ("sheets", "extension_decided_by"),
    ("absences", "set_by"), ("absences", "deputy"), ("nudges", "by"), ("admins", "added_by"),
    ("snoozes", "by"), ("channel_sections", "set_by"),
)  # fmt: skip
_OWN = (
    ("recent_questions", "user"),
    ("people", "user"),
    ("direct_channels", "user"),
    ("mcp_tokens", "user"),
    ("snoozes", "recipient"),
    ("absences", "user"),
    ("mcp_tokens", "user"),
)


def forget(db: Database, user: str) -> int:
    """Empty or delete all that bears the name of a user; how many rows that were.

    Who asked for an extension stays until it is decided, for they are told; the ledger of deliveries keeps
    its recipients, lest something be sent twice.
    """
    with db.state.writing():
        done = sum(
            db.state.execute(f'UPDATE {table} SET "{column}" = \'\' WHERE "{column}" = ?', [user]).rowcount
            for table, column in _NAMED
        )
        done += db.state.execute(
            "UPDATE sheets SET extension_by = '' WHERE extension_by = ? AND extension_state <> '申請中'",
            [user],
        ).rowcount
        done += db.state.execute(
            'UPDATE feedback SET "user" = NULL, question = NULL WHERE "user" = ?', [user]
        ).rowcount
        return done + sum(
            db.state.execute(f'DELETE FROM {table} WHERE "{column}" = ?', [user]).rowcount
            for table, column in _OWN
        )


TRY_AGAIN = timedelta(days=7)  # after a refusal
READ_AGAIN = 60.0  # seconds: another process may have tried
ASSUMED = frozenset(("context_actions",))  # older than the others: shown unless it was refused


class ShownBlocks:
    """What was tried, kept in the database, read again once a minute."""

    def __init__(self, databases: Databases, later: WriteBehind, clock: Callable[[], datetime]) -> None:
        self._databases, self._later, self._clock = databases, later, clock
        self._tried: dict[str, tuple[bool, datetime]] = {}
        self._read_at = float("-inf")

    def refuses(self, kinds: Collection[str]) -> bool:
        """Whether any of these was refused in the last days."""
        since, tried = self._clock() - TRY_AGAIN, self._read()
        return any(kind in tried and not tried[kind][0] and tried[kind][1] > since for kind in kinds)

    def shows(self, kinds: Collection[str]) -> bool:
        """Whether all of these are sure to be shown: taken when last sent, and not refused since."""
        tried = self._read()
        known = all(kind in ASSUMED or tried.get(kind, (False,))[0] for kind in kinds)
        return known and not self.refuses(kinds)

    def note(self, kinds: Collection[str], *, are_shown: bool) -> None:
        """Keep whether Slack took a message with these."""
        now, tried = self._clock(), self._read()
        for kind in kinds:
            before = tried.get(kind)
            self._tried[kind] = (are_shown, now)
            if before is None or before[0] != are_shown or before[1] < now - TRY_AGAIN:
                self._later.put(("block", kind), are_shown, _write(kind, are_shown, now), wait=0)

    def _read(self) -> dict[str, tuple[bool, datetime]]:
        """What is known; no answer waits for a database that is elsewhere."""
        if monotonic() - self._read_at > READ_AGAIN:
            db = self._databases.get()
            if db.state_is_elsewhere:
                self._read_at = monotonic()
                self._later.put(("blocks",), None, self.load, wait=0)
            else:
                self.load(db)
        return self._tried

    def load(self, db: Database) -> None:
        """Read what all processes tried."""
        rows = db.state.execute("SELECT kind, is_shown, at FROM workspace_blocks")
        stored = {kind: (bool(shown), datetime.fromisoformat(at)) for kind, shown, at in rows}
        newer = {
            kind: each
            for kind, each in self._tried.items()
            if kind not in stored or stored[kind][1] < each[1]
        }
        self._tried, self._read_at = stored | newer, monotonic()


def _write(kind: str, is_shown: bool, now: datetime) -> Callable[[Database], None]:
    def write(db: Database) -> None:
        with db.state.writing():
            db.state.execute(
                upsert("workspace_blocks", ("kind", "is_shown", "at"), key=("kind",)),
                [kind, is_shown, now.isoformat()],
            )

    return write


TOKEN_PREFIX = "jigyo_"  # noqa: S105 - with which each begins
_TOKEN_BYTES = 32  # of chance: nobody guesses one, so that a plain hash is enough


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; `user` is the Slack id of whom it speaks for, '' for nobody."""

    name: str
    user: str
    added_at: str
    used_on: str = ""  # the last day, ISO 8601


def add_token(db: Database, name: str, *, user: str, now: str) -> str | None:
    """Make a token of that name, and return it: this once. None where there is one of that name."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    with db.state.writing():
        made = db.state.execute(
            'INSERT INTO mcp_tokens (name, hash, "user", added_at) VALUES (?, ?, ?, ?)'
            " ON CONFLICT DO NOTHING",
            [name, _token_hash(token), user, now],
        ).rowcount
    return token if made else None


def tokens(db: Database) -> list[Token]:
    """Every token, by name."""
    rows = db.state.execute('SELECT name, "user", added_at, used_on FROM mcp_tokens ORDER BY name')
    return [Token(*row) for row in rows]


def revoke_token(db: Database, name: str) -> bool:
    """Make the token of that name worth nothing; whether there was one."""
    with db.state.writing():
        return bool(db.state.execute("DELETE FROM mcp_tokens WHERE name = ?", [name]).rowcount)


def token_holder(db: Database, token: str) -> Token | None:
    """The token as it was made, or None for what is none of ours, or not any more."""
    row = db.state.execute(
        'SELECT name, "user", added_at, used_on FROM mcp_tokens WHERE hash = ?', [_token_hash(token)]
    ).fetchone()
    return Token(*row) if row else None


def note_token_used(db: Database, name: str, *, on: str) -> None:
    """Note the day on which a token was used last."""
    with db.state.writing():
        db.state.execute("UPDATE mcp_tokens SET used_on = ? WHERE name = ? AND used_on <> ?", [on, name, on])


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
