"""The desk at which sheets are asked about and changed: what it knows now, who asks, and what they may do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlite_utils import Database

from bot.context import Context, SlackRequest
from bot.days.business_days import Calendar
from bot.deadlines.due_dates import DueDates
from bot.deadlines.workflow import ChangeRefused, NotAllowed
from bot.deadlines.workload import Duty, duties
from bot.gateway.client import CALL_ERRORS, interactive
from bot.sheets import roles
from store import projects
from store.evaluation import contacts, deadlines, delivery_state, sheets
from store.evaluation.deliveries import stamp
from store.evaluation.records import Deadline, ReminderSettings, SectionContacts, Sheet
from store.talk import people, seen_requests
from store.text.wareki import fiscal_year

ATTEMPTS = 3  # at a change that somebody else was quicker with
ASK_AGAIN = timedelta(hours=12)  # whether a user is a guest
NOT_YOURS = (
    "{}のシートを報告できるのは、その課の課長・課員として登録された方と事務局です。"
    "登録は、事務局にご依頼ください。"
)
ADMINS_ONLY = (
    "締切の設定、差戻し、延長の承認は、事務局として登録された方だけができます。"
    "お手数ですが、事務局にご依頼ください。"
)
NO_ADMINS = (
    "事務局の方がまだ登録されていません。"
    "ボットを動かしている方に、設定 JIGYO_ADMINS への登録をご依頼ください。"
)
STRANGERS = "組織の外の方とゲストの方は、ご覧いただくことだけができます。"

REPLAYED = "この操作は、すでに承っています。"
UNKNOWN_ROLE = (
    "Slack から返事がなく、どなたの操作かを確かめられませんでした。少し時間をおいて、もう一度お試しください。"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """What is known at the moment of asking."""

    context: Context
    now: datetime

    @cached_property
    def db(self) -> Database:
        """This thread's connection."""
        return self.context.databases.get()

    @cached_property
    def ways(self) -> ReminderSettings:
        """Times and offsets."""
        return roles.reminder_settings(self.context.settings)

    @cached_property
    def calendar(self) -> Calendar:
        """When the city hall is open."""
        return roles.calendar(self.context.settings)

    @cached_property
    def deadlines(self) -> list[Deadline]:
        """Every deadline's latest version."""
        return deadlines.deadlines(self.db)

    @cached_property
    def contacts(self) -> list[SectionContacts]:
        """Every section and who answers for it."""
        return contacts.contacts(self.db)

    @cached_property
    def dues(self) -> DueDates:
        """Which deadline governs what."""
        return DueDates(self.deadlines, self.calendar, self.ways)

    @cached_property
    def duties(self) -> list[Duty]:
        """What each section owes; not rounds whose deadline is for other sections."""
        every = duties(sheets.sheets(self.db), self.contacts, self.dues, self.now)
        return [duty for duty in every if duty.owed or any(sheet.version for sheet in duty.sheets)]

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
        return sorted({*self.context.settings.jigyo_admins, *contacts.admins(self.db)})

    @property
    def places(self) -> list[tuple[str, str]]:
        """Sections, then departments (''), as requests may name them."""
        offices = [(each.department, each.section) for each in self.contacts]
        return [*offices, *dict.fromkeys((department, "") for department, _ in offices)]

    def present_due(self, sheet: Sheet) -> date | None:
        """Until when a sheet is to be in now."""
        owed = self.dues.of_sheet(sheet)
        return owed.due.effective if owed else None

    def is_begun(self, sheet: Sheet) -> bool:
        """Whether it is being worked on, or was."""
        owed = self.dues.of_sheet(sheet)
        return sheet.version > 0 or (owed is not None and owed.since <= self.now)

    def tell(self, text: str, *, key: str, recipient: str = "") -> None:
        """Leave a line for somebody (the secretariat by default); the next tick delivers it."""
        delivery_state.note(self.db, key=key, text=text, at=stamp(self.now), recipient=recipient)


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, and what for they answer."""

    user: str
    is_admin: bool
    offices: tuple[tuple[str, str], ...]

    def may_report(self, sheet: Sheet) -> bool:
        """A section's people report their own section's sheets, admins every section's."""
        return self.is_admin or (sheet.department, sheet.section) in self.offices


def desk_of(context: Context) -> Desk:
    """A desk as of now."""
    return Desk(context, context.clock())


def viewer(request: SlackRequest, desk: Desk) -> Person:
    """The person for looking only."""
    is_admin = roles.is_admin(desk.db, desk.context.settings, request.user)
    return Person(request.user, is_admin, tuple(contacts.sections_of(desk.db, request.user)))


def worker(request: SlackRequest, desk: Desk) -> Person:
    """The person for changing something, once a request. Raises ChangeRefused for strangers and guests."""
    person = viewer(request, desk)
    known = person.is_admin or person.offices
    if request.stranger or (known and _is_outsider(desk, request.user)):
        raise ChangeRefused(STRANGERS)
    refuse_replayed(request, desk)
    return person


def admin(request: SlackRequest, desk: Desk) -> Person:
    """The person for what only the secretariat does. Raises ChangeRefused for others."""
    person = worker(request, desk)
    if not person.is_admin:
        raise NotAllowed(ADMINS_ONLY if desk.admins else NO_ADMINS)
    return person


def refuse_others(person: Person, sheets: Sequence[Sheet]) -> None:
    """Raise NotAllowed when none of these sheets is the person's to report."""
    if sheets and not any(map(person.may_report, sheets)):
        raise NotAllowed(NOT_YOURS.format("、".join(dict.fromkeys(sheet.section for sheet in sheets))))


def change(
    desk: Desk, person: Person, key: tuple[int, str, str], how: Callable[[Sheet], Sheet], *, note: str = ""
) -> Sheet:
    """Change a sheet as it is now; when somebody else was quicker, what they left. Raises ChangeRefused."""
    for _ in range(ATTEMPTS):
        sheet = sheets.sheet(desk.db, key)
        if sheet is None:
            raise ChangeRefused("このシートはなくなっています。")
        if not person.may_report(sheet):
            raise NotAllowed(NOT_YOURS.format(sheet.section))
        if saved := sheets.save(desk.db, sheet, how(sheet), by=person.user, at=desk.now, note=note):
            return saved
    raise ChangeRefused("ほかの方が同時に変更しています。少しおいて、もう一度お試しください。")


def refuse_replayed(request: SlackRequest, desk: Desk) -> None:
    """Raise ChangeRefused when this very request was here before, in any process: somebody has a copy."""
    if request.signature and not seen_requests.is_first(desk.db, request.signature, now=desk.now):
        raise ChangeRefused(REPLAYED)


def _is_outsider(desk: Desk, user: str) -> bool:
    """Whether Slack says, or said in the last hours, that a user is a guest or of another workspace.

    Raises ChangeRefused when it can't be asked.
    """
    known = people.is_outsider(desk.db, user, since=desk.now - ASK_AGAIN)
    if known is not None:
        return known
    try:
        told = interactive(desk.context.settings).users_info(user=user).get("user")
    except CALL_ERRORS as error:
        log.warning("the role of %s could not be asked: %s", user, error)
        told = None
    if not isinstance(told, dict):
        raise ChangeRefused(UNKNOWN_ROLE)
    is_outsider = any(told.get(name) for name in ("is_restricted", "is_ultra_restricted", "is_stranger"))
    people.keep(desk.db, user, is_outsider=is_outsider, now=desk.now)
    return is_outsider
