"""What one request about sheets knows of the database and the settings, read once, as of one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlite_utils import Database

from bot.context import Context
from bot.days.calendar import Calendar, DueDates, SectionWorkload, city_calendar, workloads
from bot.reminders.rules import section_routes
from store import projects
from store.evaluation import ledger, registry
from store.evaluation.ledger import stamp
from store.evaluation.records import Deadline, ReminderSettings, SectionContacts, Sheet
from store.text.fiscal_years import fiscal_year

Told = tuple[str, str, str]  # a recipient, the department and section that it was told about


@dataclass(frozen=True)
class Session:
    """The state at the moment of a request; each part is read when first needed, and once."""

    context: Context
    now: datetime

    @cached_property
    def db(self) -> Database:
        """This thread's connection."""
        return self.context.databases.get()

    @cached_property
    def reminder_settings(self) -> ReminderSettings:
        """Times and offsets."""
        return self.context.reminders

    @cached_property
    def calendar(self) -> Calendar:
        """When the city hall is open."""
        return city_calendar(self.context.settings)

    @cached_property
    def deadlines(self) -> list[Deadline]:
        """Every deadline's latest version."""
        return registry.deadlines(self.db)

    @cached_property
    def contacts(self) -> list[SectionContacts]:
        """Every section and who answers for it."""
        return registry.contacts(self.db)

    @cached_property
    def due_dates(self) -> DueDates:
        """Which deadline governs what."""
        return DueDates(self.deadlines, self.calendar, self.reminder_settings)

    @cached_property
    def workloads(self) -> list[SectionWorkload]:
        """The workload of each section, without rounds whose deadline is for other sections."""
        every = workloads(registry.sheets(self.db), self.contacts, self.due_dates, self.now)
        return [
            workload
            for workload in every
            if workload.obligation or any(sheet.version for sheet in workload.sheets)
        ]

    @property
    def today(self) -> date:
        """The day in Asia/Tokyo."""
        return self.now.date()

    @property
    def year(self) -> int:
        """The fiscal year meant where none is named."""
        return next(iter(projects.fiscal_years(self.db)), fiscal_year(self.today))

    @property
    def admins(self) -> list[str]:
        """Slack ids of the secretariat, by the settings and by the table."""
        return sorted({*self.context.settings.jigyo_admins, *registry.admins(self.db)})

    @property
    def places(self) -> list[tuple[str, str]]:
        """Sections, then departments (''), as requests may name them."""
        offices = [(each.department, each.section) for each in self.contacts]
        return [*offices, *dict.fromkeys((department, "") for department, _ in offices)]

    def present_due(self, sheet: Sheet) -> date | None:
        """Until when a sheet is to be in now."""
        obligation = self.due_dates.of_sheet(sheet)
        return obligation.due.effective if obligation else None

    def is_begun(self, sheet: Sheet) -> bool:
        """Whether it is being worked on, or was."""
        obligation = self.due_dates.of_sheet(sheet)
        return sheet.version > 0 or (obligation is not None and obligation.since <= self.now)

    def recipients_of(self, department: str, section: str) -> list[str]:
        """Where a section's reminders go today; nowhere for one that is not known."""
        gone = dict.fromkeys(registry.gone(self.db, now=self.now), "")
        gone |= ledger.unreachable(self.db, stamp(self.now))
        found = (each for each in registry.contacts(self.db, gone))
        of = next((each for each in found if (each.department, each.section) == (department, section)), None)
        routes = section_routes(of, self.reminder_settings, self.today) if of else []
        return [route.recipient for route in routes if route.recipient]

    def told_of(self, fiscal_year: int, kind: str, department: str, section: str) -> list[Told]:
        """Everybody who got word of a round, of this office or of one within it, by section."""
        found = (
            (each.key.recipient, *each.key.section.split("/", 1))
            for each in ledger.delivered(self.db)
            if (each.fiscal_year, each.kind) == (fiscal_year, kind) and each.key.section
        )
        return [
            (who, part, name)
            for who, part, name in dict.fromkeys(found)
            if department in ("", part) and section in ("", name)
        ]

    def notify(self, text: str, *, key: str, recipient: str = "") -> None:
        """Leave a line for somebody (the secretariat by default); the next tick delivers it."""
        ledger.note(self.db, key=key, text=text, at=stamp(self.now), recipient=recipient)


def session_of(context: Context) -> Session:
    """A session as of now."""
    return Session(context, context.clock())
