"""Which deadline governs a sheet, when it is due and since when it is to be worked on. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from bot.days.business_days import TOKYO, Calendar
from store.evaluation.records import (
    CORRECTION,
    STATES,
    Deadline,
    Due,
    DueSource,
    OpenSheet,
    ReminderSettings,
    SectionContacts,
    SectionProgress,
    Sheet,
)


@dataclass(frozen=True, slots=True)
class Obligation:
    """A due date, set at `set_at` and to be worked on from `since`; `token` names it in delivery keys."""

    due: Due
    set_at: datetime
    since: datetime
    token: str
    note: str = ""


def at(day: date, clock: time) -> datetime:
    """A moment in Asia/Tokyo, whatever the machine's zone."""
    return datetime.combine(day, clock, TOKYO)


class DueDates:
    """Finds the obligation of a section or a sheet among the deadlines.

    The deadline of the narrowest scope governs; a withdrawn one governs nothing.

    `told` are the (fiscal year, kind, `部/課`) for which a reminder was delivered: their work has begun, also
    where the deadline has since moved so far that it would not have begun.
    """

    def __init__(
        self,
        deadlines: Iterable[Deadline],
        calendar: Calendar,
        settings: ReminderSettings,
        told: Collection[tuple[int, str, str]] = (),
    ) -> None:
        self._calendar, self._settings, self._told = calendar, settings, told
        self._active: dict[tuple[int, str, str, str], Deadline] = {}
        self._withdrawn: dict[tuple[int, str, str, str], datetime] = {}
        self._obligations: dict[tuple[int, str, str, str], Obligation | None] = {}
        for deadline in sorted(deadlines, key=lambda each: (each.set_at, each.id)):
            scope = (deadline.fiscal_year, deadline.kind, deadline.department, deadline.section)
            if deadline.withdrawn:
                self._withdrawn[scope] = deadline.set_at
            else:
                self._active[scope] = deadline

    def of_section(self, fiscal_year: int, kind: str, department: str, section: str) -> Obligation | None:
        """The obligation of a whole section in a round, None where no deadline governs it."""
        key = (fiscal_year, kind, department, section)
        if key not in self._obligations:
            self._obligations[key] = self._govern(key)
        return self._obligations[key]

    def of_sheet(self, sheet: Sheet) -> Obligation | None:
        """The obligation of a sheet: the date of its return or extension goes before its section's."""
        section = (sheet.department, sheet.section)
        governing = self.of_section(sheet.fiscal_year, sheet.kind, *section)
        if own := self._own(sheet, governing):
            return own
        return self._correction(sheet) or governing

    def _correction(self, sheet: Sheet) -> Obligation | None:
        """The obligation by the 修正 deadline, from the return on, also before that deadline opens."""
        if sheet.returned_at is None:
            return None
        obligation = self.of_section(sheet.fiscal_year, CORRECTION, sheet.department, sheet.section)
        if obligation is None:
            return None
        since = max(obligation.set_at, sheet.returned_at)
        return replace(obligation, since=since, token=f"{obligation.token}/{sheet.kind}")

    def _govern(self, key: tuple[int, str, str, str]) -> Obligation | None:
        fiscal_year, kind, department, section = key
        withdrawals: list[datetime] = []
        for scope in ((department, section), (department, ""), ("", "")):
            found = self._active.get((fiscal_year, kind, *scope))
            if found:
                begun = (fiscal_year, kind, f"{department}/{section}") in self._told
                return self._obligation(found, withdrawals, begun=begun)
            if withdrawn := self._withdrawn.get((fiscal_year, kind, *scope)):
                withdrawals.append(withdrawn)  # until then a narrower deadline governed
        return None

    def _obligation(self, deadline: Deadline, withdrawals: list[datetime], *, begun: bool) -> Obligation:
        due = self._calendar.roll(deadline.due, self._settings.roll)
        opens = deadline.opens or self._calendar.add(due.effective, -self._settings.opening)
        begins = at(self._calendar.next_open(opens), self._settings.at)
        set_at = max(deadline.set_at, *withdrawals) if withdrawals else deadline.set_at
        since = set_at if begun else max(begins, set_at)
        return Obligation(due, set_at, since, deadline.token, deadline.note)

    def _own(self, sheet: Sheet, governing: Obligation | None) -> Obligation | None:
        if extension := self._extension(sheet, governing):
            return extension
        if sheet.returned_due and sheet.returned_at:
            return self._dated(sheet, sheet.returned_due, sheet.returned_at, "return", governing)
        return None

    def _extension(self, sheet: Sheet, governing: Obligation | None) -> Obligation | None:
        if sheet.granted is None:
            return None
        day, decided = sheet.granted
        if sheet.returned_due and sheet.returned_at:
            overtaken = sheet.returned_at > decided
        else:  # the deadline itself may since have moved as far
            overtaken = governing is not None and governing.due.as_set >= day
        since = max(decided, governing.since) if governing else decided
        return None if overtaken else self._dated(sheet, day, since, "extension", governing)

    def _dated(
        self, sheet: Sheet, day: date, since: datetime, source: DueSource, governing: Obligation | None
    ) -> Obligation:
        due = self._calendar.roll(day, self._settings.roll)
        name = governing.token if governing else f"{sheet.fiscal_year}/{sheet.kind}"
        own = Due(due.as_set, due.effective, source)
        return Obligation(own, since, since, f"{name}+{day.isoformat()}")


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A sheet that is not submitted and whose work has begun, with its obligation."""

    sheet: Sheet
    obligation: Obligation

    def as_open_sheet(self, calendar: Calendar, today: date) -> OpenSheet:
        """The same for people: with the working days it is late; it is not while an extension is pending."""
        remaining = calendar.between(today, self.obligation.due.effective)
        late = 0 if self.sheet.is_pending else max(0, -remaining)
        return OpenSheet(self.sheet, self.obligation.due, late, remaining)


@dataclass(frozen=True, slots=True)
class SectionWorkload:
    """The sheets of one section in one round.

    `obligation` is that of the whole section; `open_items` are the sheets that are open and begun.
    """

    fiscal_year: int
    kind: str
    contacts: SectionContacts
    obligation: Obligation | None
    sheets: tuple[Sheet, ...]
    open_items: tuple[OpenItem, ...]

    @property
    def section_key(self) -> str:
        """The section as delivery keys name it."""
        return f"{self.contacts.department}/{self.contacts.section}"

    @property
    def counted(self) -> list[Sheet]:
        """Its sheets without 対象外."""
        return [sheet for sheet in self.sheets if sheet.state != "対象外"]

    def begun(self, now: datetime) -> bool:
        """Whether its work has begun, by the section's deadline or by a sheet's own date."""
        return bool(self.open_items) or (self.obligation is not None and self.obligation.since <= now)

    def progress(self, calendar: Calendar, today: date) -> SectionProgress:
        """How far the section is."""
        states = Counter(sheet.state for sheet in self.sheets)
        counted = self.counted
        return SectionProgress(
            self.fiscal_year,
            self.kind,
            self.contacts.department,
            self.contacts.section,
            total=len(counted),
            done=sum(sheet.done for sheet in counted),
            late=sum(
                open_item.obligation.due.effective < today and not open_item.sheet.is_pending
                for open_item in self.open_items
            ),
            pending=sum(sheet.is_pending and not sheet.done for sheet in self.sheets),
            due=self.obligation.due if self.obligation else None,
            states=tuple((state, states[state]) for state in STATES if states[state]),
        )


def workloads(
    sheets: Iterable[Sheet], contacts: Iterable[SectionContacts], due_dates: DueDates, now: datetime
) -> list[SectionWorkload]:
    """The workload of every section in every round, in the order of the sheets; contacts may be missing."""
    known = {(each.department, each.section): each for each in contacts}
    shares: dict[tuple[int, str, str, str], list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        shares[sheet.fiscal_year, sheet.kind, sheet.department, sheet.section].append(sheet)
    return [
        SectionWorkload(
            year,
            kind,
            known.get((department, section), SectionContacts(department, section)),
            due_dates.of_section(year, kind, department, section),
            tuple(share),
            tuple(_open_items(share, due_dates, now)),
        )
        for (year, kind, department, section), share in shares.items()
    ]


def _open_items(share: Iterable[Sheet], due_dates: DueDates, now: datetime) -> Iterable[OpenItem]:
    for sheet in share:
        obligation = None if sheet.done else due_dates.of_sheet(sheet)
        if obligation and obligation.since <= now:
            yield OpenItem(sheet, obligation)
