"""Frozen records of evaluation sheets (事務事業マネジメントシート), their deadlines and reminders. Pure.

A section is named by `(department, section)` with its canonical name. Dates are `datetime.date`; moments are
aware `datetime`s. Slack ids are `U…` (a person) or `C…`/`G…` (a channel), '' when unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

SheetState = Literal["未着手", "作成中", "課長確認", "提出済", "差戻し", "確定", "対象外"]
STATES: tuple[SheetState, ...] = ("未着手", "作成中", "課長確認", "提出済", "差戻し", "確定", "対象外")
DONE: frozenset[SheetState] = frozenset(("提出済", "確定", "対象外"))

FIRST_EVALUATION = "一次評価"
CORRECTION = "修正"  # a deadline of this kind governs returned sheets that have no due date of their own
KINDS = (FIRST_EVALUATION, CORRECTION, "二次評価")  # offered to people; any other word is a kind too

Scope = Literal["section", "department", "all"]
Roll = Literal["next", "previous", "none"]
Audience = Literal["chief", "channel", "both"]
ExtensionState = Literal["", "申請中", "承認", "却下"]


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from `first` to `last`, both included; `deputy` gets what they would get.

    `deputy` is '' where the section's own deputy does.
    """

    user: str
    first: date
    last: date
    deputy: str = ""

    def covers(self, day: date) -> bool:
        """Whether they are away on a day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Nudge:
    """The secretariat sends a section's reminder now, with a line of its own."""

    at: datetime
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class SectionContacts:
    """The contacts of a section. `unreachable` are its ids that Slack reports as left or deactivated.

    The chief, the deputy and the members may report the section's sheets; reminders go to the chief.
    `reasons` are (id, why it is unreachable, in words); `absences` those of the people in it.
    """

    department: str
    section: str
    chief: str = ""
    deputy: str = ""
    director: str = ""
    channel: str = ""
    members: tuple[str, ...] = ()
    unreachable: frozenset[str] = frozenset()
    reasons: tuple[tuple[str, str], ...] = ()
    absences: tuple[Absence, ...] = ()
    nudges: tuple[Nudge, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """One due date for a fiscal year and kind, for a section, a department or (both empty) for all.

    `due` is the day as set, before any roll. `version` rises whenever `due`, `opens` or `withdrawn` changes,
    and `set_at` is when this version was set. `opens` is the day work begins (None: a setting's number of
    working days before the due date). A withdrawn deadline stays in the list and governs nothing.
    """

    id: int
    fiscal_year: int
    kind: str
    due: date
    set_at: datetime
    department: str = ""
    section: str = ""
    opens: date | None = None
    version: int = 1
    set_by: str = ""
    note: str = ""
    withdrawn: bool = False

    @property
    def scope(self) -> Scope:
        """How far it reaches; the narrower one wins."""
        if self.section:
            return "section"
        return "department" if self.department else "all"

    @property
    def token(self) -> str:
        """The deadline version as delivery keys name it: `7.2` is the second version of deadline 7."""
        return f"{self.id}.{self.version}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The state of one project's evaluation sheet in one kind of evaluation (round) of a fiscal year.

    A project that nobody has touched yet is a Sheet too, 未着手: the store makes one for each project and
    each kind that has a deadline. `returned_*` describe the latest 差戻し, `extension_*` the latest 延長.
    `version` rises with every change: of two changes at once the second is refused.
    """

    fiscal_year: int
    number: str
    name: str
    department: str
    section: str
    kind: str = FIRST_EVALUATION
    state: SheetState = "未着手"
    returned_reason: str = ""
    returned_due: date | None = None
    returned_at: datetime | None = None
    extension_state: ExtensionState = ""
    extension_due: date | None = None
    extension_reason: str = ""
    extension_by: str = ""
    extension_at: datetime | None = None  # when it was decided, or while 申請中 when it was asked for
    extension_decided_by: str = ""
    held_due: date | None = None  # of an earlier extension, approved at held_at: it holds until a new one is
    held_at: datetime | None = None
    url: str = ""
    updated_by: str = ""
    updated_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[int, str, str]:
        """(fiscal year, number, kind): what makes a sheet the same sheet."""
        return (self.fiscal_year, self.number, self.kind)

    @property
    def done(self) -> bool:
        """Whether nobody needs to be reminded of it."""
        return self.state in DONE

    @property
    def granted(self) -> tuple[date, datetime] | None:
        """The day of the extension that holds, and when it was approved."""
        day, decided = self.held_due, self.held_at
        if self.extension_state == "承認":
            day, decided = self.extension_due, self.extension_at
        return (day, decided) if day and decided else None

    @property
    def is_pending(self) -> bool:
        """Whether an extension is asked for and not decided."""
        return self.extension_state == "申請中"


EventKind = Literal[
    "section", "deadline", "sheet", "extension", "delivery", "setting", "channel", "person", "trail",
    "alias", "synonyms", "list", "snooze",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the audit trail: who changed which field of what, when, from what to what.

    `whence` is where it was done, with a person in it as `@person`: `Slack button C0PLAN`, `command @yamada`.
    """

    at: datetime
    by: str
    what: EventKind
    subject: str  # e.g. `2021/11/一次評価`, `政策イノベーション部/企画経営課`, `7.2`
    field: str
    before: str
    after: str
    note: str = ""
    whence: str = ""


@dataclass(frozen=True, slots=True)
class RoundRules:
    """Which reminders one round has, where they are not those of the settings; offsets in working days."""

    fiscal_year: int
    kind: str
    before: tuple[int, ...]
    overdue: tuple[int, ...]
    weekly: bool
    director: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """Times of day in Asia/Tokyo and offsets in working days; what the city may set differently.

    Nothing is sent outside `hours_from` to `hours_to`: what falls due then waits for the next open morning.
    `day_of_at` is the hour on the due date itself; at the same hour as `at`, both are one message.
    `opening` is how long before the due date work begins where a deadline has no opening day.
    """

    at: time = time(9, 0)
    day_of_at: time = time(9, 0)
    digest_at: time = time(8, 45)
    hours_from: time = time(8, 30)
    hours_to: time = time(19, 0)
    opening: int = 20
    before: tuple[int, ...] = (10, 5, 1)
    overdue: tuple[int, ...] = (1, 3)
    weekly: bool = True
    director: tuple[int, ...] = (3,)
    roll: Roll = "next"
    audience: Audience = "chief"
    secretariat: str = ""  # the channel (or person) that gets the digest and what has no other recipient
    rounds: tuple[RoundRules, ...] = ()

    def of(self, fiscal_year: int, kind: str) -> RoundRules:
        """Which reminders a round has."""
        usual = RoundRules(fiscal_year, kind, self.before, self.overdue, self.weekly, self.director)
        own = (each for each in self.rounds if (each.fiscal_year, each.kind) == (fiscal_year, kind))
        return next(own, usual)


RecipientRole = Literal["chief", "deputy", "channel", "director", "secretariat", "nobody"]
DueSource = Literal["deadline", "extension", "return"]
DeliveryStatus = Literal["claimed", "sent", "ambiguous"]


@dataclass(frozen=True, slots=True)
class DeliveryKey:
    """What is sent once and only once: a deadline version, a section, a recipient, a rule.

    `deadline` is `Deadline.token`; `TOKEN/一次評価` for returned sheets that follow a 修正 deadline;
    `TOKEN+2027-01-15` for a due date of a sheet's own (`2021/一次評価+…` where no deadline governs).
    `section` is `部/課`. The digest's are `digest` (or `2021/一次評価` once complete) and ''.
    """

    deadline: str
    section: str
    recipient: str
    rule: str

    @property
    def rule_kind(self) -> str:
        """`before` for the rule `before:10`; the kinds are listed in `bot.reminders.rules`."""
        return self.rule.partition(":")[0]

    @property
    def text(self) -> str:
        """The key in one string, for `metadata`, buttons and logs."""
        return "|".join((self.deadline, self.section, self.recipient, self.rule))


@dataclass(frozen=True, slots=True)
class Delivered:
    """A key that is taken: claimed, sent or of unknown outcome. Released claims are not among them.

    `moment` is when the rule fell due (not when it was posted), `due` the section's due date that the message
    named (after the roll; None for digests).
    """

    key: DeliveryKey
    fiscal_year: int
    kind: str
    moment: datetime
    due: date | None
    status: DeliveryStatus = "sent"


@dataclass(frozen=True, slots=True)
class Snooze:
    """明日また: `recipient` asked to be reminded again on `until`, in the morning or at `clock`."""

    recipient: str
    until: date
    pressed_at: datetime
    by: str = ""
    clock: time | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A due date before and after the roll, and where it comes from."""

    as_set: date
    effective: date
    source: DueSource = "deadline"


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet that is still to come in; `late` counts working days past its due date, 0 when not late.

    `remaining` counts working days until it is due, negative when that is past.
    """

    sheet: Sheet
    due: Due
    late: int = 0
    remaining: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One reason why a message is sent: what to claim, and what to keep as Delivered once claimed.

    `due` is what the rule counts from, `section_due` the deadline of the section as a whole (None where no
    deadline governs), and `told` the one in the last message to this recipient, where it was another day.
    `remaining` counts working days from the day of sending to `due`, negative when it is past.
    """

    key: DeliveryKey
    fiscal_year: int
    kind: str
    department: str
    section: str
    moment: datetime
    due: Due | None = None
    section_due: Due | None = None
    remaining: int = 0
    told: date | None = None
    note: str = ""
    total: int = 0  # sheets of the section's round without 対象外, and how many of them are in
    done: int = 0

    def as_delivered(self, status: DeliveryStatus = "sent") -> Delivered:
        """The row of the ledger once this item is claimed."""
        due = self.section_due.effective if self.section_due else None
        return Delivered(self.key, self.fiscal_year, self.kind, self.moment, due, status)


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """How far a section is in one round; `total` leaves out 対象外.

    `late` counts open sheets past due, `pending` those for which an extension is asked: these are not late.
    """

    fiscal_year: int
    kind: str
    department: str
    section: str
    total: int
    done: int
    late: int
    due: Due | None
    pending: int = 0
    states: tuple[tuple[SheetState, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """What the secretariat reads on an open morning: progress, who is late, what needs a hand.

    `pending` are the sheets with an extension to decide, `problems` lines on contacts (a chief unknown, left
    or deactivated, no channel) and on the clock; `ambiguous` are deliveries whose outcome is unknown.
    `complete` when every sheet is in.
    """

    day: date
    progress: tuple[SectionProgress, ...]
    late: tuple[OpenSheet, ...]
    pending: tuple[Sheet, ...] = ()
    problems: tuple[str, ...] = ()
    ambiguous: tuple[Delivered, ...] = ()
    complete: bool = False
    arrived: tuple[Sheet, ...] = ()  # came in since the last digest
    decided: tuple[Sheet, ...] = ()  # whose request was decided since then


@dataclass(frozen=True, slots=True)
class Reminder:
    """One message to one recipient: every open sheet it answers for, and every key to claim for it together.

    `items` are never empty, the most pressing first. `recipient` is '' when nobody at all is configured:
    the auditor reports that. `fallback` is why it does not go to the chief (or director), '' when it does.
    `next_open` is the day that 明日また means. `digest` is set on the secretariat's digest only, beside which
    may stand what came round to the secretariat.
    """

    recipient: str
    role: RecipientRole
    items: tuple[Item, ...]
    sheets: tuple[OpenSheet, ...]
    day: date
    next_open: date
    fallback: str = ""
    digest: Digest | None = None
    secretariat: str = ""  # whom to ask
    mornings: tuple[date, ...] = ()  # on which it may come again

    @property
    def keys(self) -> tuple[DeliveryKey, ...]:
        """What to claim, all or nothing, before this is posted; the first names the message."""
        return tuple(item.key for item in self.items)

    @property
    def moment(self) -> datetime:
        """When the latest of its rules fell due."""
        return max(item.moment for item in self.items)


@dataclass(frozen=True, slots=True)
class Notice:
    """One line for somebody; `key` is what makes it the same line when it is found again."""

    key: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Lines that go to one recipient ('' is the secretariat) in one message of this name."""

    name: str
    recipient: str
    notices: tuple[Notice, ...]
