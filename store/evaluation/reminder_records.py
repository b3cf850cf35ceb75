"""Frozen records of what is sent about evaluation sheets: keys, what was delivered, reminders, digests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from store.evaluation.sheet_records import Sheet, SheetState

RecipientRole = Literal["chief", "channel", "director", "secretariat", "nobody"]
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
    """明日また: `recipient` asked to be reminded again on the morning of `until`, an open day."""

    recipient: str
    until: date
    pressed_at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A due date before and after the roll, and where it comes from."""

    as_set: date
    effective: date
    source: DueSource = "deadline"


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet that is still to come in; `late` counts working days past its due date, 0 when not late."""

    sheet: Sheet
    due: Due
    late: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One reason why a message is sent: what to claim, and what to keep as Delivered once claimed.

    `due` is what the rule counts from, `section_due` the deadline of the section as a whole (None where no
    deadline governs), and `told` the one this recipient was told last where that was another day.
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

    def as_delivered(self, status: DeliveryStatus = "sent") -> Delivered:
        """What the ledger holds once this item is claimed."""
        due = self.section_due.effective if self.section_due else None
        return Delivered(self.key, self.fiscal_year, self.kind, self.moment, due, status)


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """How far a section is in one round; `total` leaves out 対象外, `late` counts open sheets past due."""

    fiscal_year: int
    kind: str
    department: str
    section: str
    total: int
    done: int
    late: int
    due: Due | None
    states: tuple[tuple[SheetState, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """What the secretariat reads on an open morning: progress, who is late, what needs a hand.

    `problems` are lines on contacts (a chief unknown, left or deactivated, no channel); `ambiguous` are
    deliveries whose outcome is unknown. `complete` when every sheet is in.
    """

    day: date
    progress: tuple[SectionProgress, ...]
    late: tuple[OpenSheet, ...]
    problems: tuple[str, ...] = ()
    ambiguous: tuple[Delivered, ...] = ()
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """One message to one recipient: every open sheet it answers for, and every key to claim for it together.

    `items` are never empty, the most pressing first. `recipient` is '' when nobody at all is configured: that
    is the operator's to hear. `fallback` says why it does not go to the chief (or director), '' when it does.
    `next_open` is the day that 明日また means. `digest` is set on the secretariat's digest only.
    """

    recipient: str
    role: RecipientRole
    items: tuple[Item, ...]
    sheets: tuple[OpenSheet, ...]
    day: date
    next_open: date
    fallback: str = ""
    digest: Digest | None = None

    @property
    def keys(self) -> tuple[DeliveryKey, ...]:
        """What to claim, all or nothing, before this is posted; the first names the message."""
        return tuple(item.key for item in self.items)

    @property
    def moment(self) -> datetime:
        """When the latest of its rules fell due."""
        return max(item.moment for item in self.items)
