"""What each section owes now, round by round: its sheets still to come in and its progress. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.days.business_days import Calendar
from bot.deadlines.due_dates import DueDates, Obligation
from store.evaluation.records import STATES, OpenSheet, SectionContacts, SectionProgress, Sheet


@dataclass(frozen=True, slots=True)
class Work:
    """An open sheet whose work has begun, and what is owed for it."""

    sheet: Sheet
    owed: Obligation

    def as_open_sheet(self, calendar: Calendar, today: date) -> OpenSheet:
        """The same for people: with the working days it is late."""
        late = max(0, calendar.between(self.owed.due.effective, today))
        return OpenSheet(self.sheet, self.owed.due, late)


@dataclass(frozen=True, slots=True)
class Duty:
    """One section's share of one round. `owed` is the section's deadline; `works` are open and begun."""

    fiscal_year: int
    kind: str
    contacts: SectionContacts
    owed: Obligation | None
    sheets: tuple[Sheet, ...]
    works: tuple[Work, ...]

    @property
    def section_key(self) -> str:
        """The section as delivery keys name it."""
        return f"{self.contacts.department}/{self.contacts.section}"

    def begun(self, now: datetime) -> bool:
        """Whether its work has begun, by the section's deadline or by a sheet's own date."""
        return bool(self.works) or (self.owed is not None and self.owed.since <= now)

    def progress(self, calendar: Calendar, today: date) -> SectionProgress:
        """How far the section is."""
        states = Counter(sheet.state for sheet in self.sheets)
        counted = [sheet for sheet in self.sheets if sheet.state != "対象外"]
        return SectionProgress(
            self.fiscal_year,
            self.kind,
            self.contacts.department,
            self.contacts.section,
            total=len(counted),
            done=sum(sheet.done for sheet in counted),
            late=sum(work.owed.due.effective < today for work in self.works),
            due=self.owed.due if self.owed else None,
            states=tuple((state, states[state]) for state in STATES if states[state]),
        )


def duties(
    sheets: Iterable[Sheet], contacts: Iterable[SectionContacts], due_dates: DueDates, now: datetime
) -> list[Duty]:
    """Every section's duty in every round, in the order of the sheets; contacts may be missing."""
    known = {(each.department, each.section): each for each in contacts}
    shares: dict[tuple[int, str, str, str], list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        shares[sheet.fiscal_year, sheet.kind, sheet.department, sheet.section].append(sheet)
    return [
        Duty(
            year,
            kind,
            known.get((department, section), SectionContacts(department, section)),
            due_dates.of_section(year, kind, department, section),
            tuple(share),
            tuple(_works(share, due_dates, now)),
        )
        for (year, kind, department, section), share in shares.items()
    ]


def _works(share: Iterable[Sheet], due_dates: DueDates, now: datetime) -> Iterable[Work]:
    for sheet in share:
        owed = None if sheet.done else due_dates.of_sheet(sheet)
        if owed and owed.since <= now:
            yield Work(sheet, owed)
