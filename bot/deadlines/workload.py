"""The workload of each section in each round: its open sheets and its progress. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.days.business_days import Calendar
from bot.deadlines.due_dates import DueDates, Obligation
from store.evaluation.records import STATES, OpenSheet, SectionContacts, SectionProgress, Sheet


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
