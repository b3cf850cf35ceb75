"""One request about sheets: what it knows of the database, read once as of one moment, and who asks.

Who somebody is to the workspace is known by the request and by Slack's word, to a section by its contacts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import permissions
from bot.context import Context, SlackRequest
from bot.days.calendar import Calendar, DueDates, SectionWorkload, city_calendar, workloads
from bot.deadlines.workflow import ChangeRefused, NotAllowed, NotAMember, SentAgain
from bot.gateway import CALL_ERRORS, interactive
from bot.permissions import Role, Rule, Standing
from bot.reminders.rules import section_routes
from store import projects
from store.database import Database
from store.evaluation import ledger, registry
from store.evaluation.ledger import stamp
from store.evaluation.records import Deadline, ReminderSettings, SectionContacts, Sheet
from store.evaluation.registry import Known
from store.talk import conversations
from store.text.numbers import fiscal_year

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
        gone |= registry.unreachable(self.db, stamp(self.now))
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


KNOWN_FOR = timedelta(hours=12)  # then Slack is asked again who somebody is
UNKNOWN_ROLE = (
    "Slack から返事がなく、どなたの操作かを確かめられませんでした。少し時間をおいて、もう一度お試しください。"
)
NOT_OURS = frozenset(("user_not_found", "user_not_visible"))  # what Slack says of strangers
log = logging.getLogger(__name__)


def standing(context: Context, request: SlackRequest, now: datetime, *, for_certain: bool) -> Standing:
    """What whoever asks is to the workspace.

    Raises ChangeRefused when that must be known `for_certain` and Slack can't be asked; else what was last
    known counts, and who was never asked about is what the request says.
    """
    if request.stranger:
        return "stranger"
    known = _known(context, request.user, now)
    if known is None and for_certain:
        raise ChangeRefused(UNKNOWN_ROLE)
    if known is None:
        known = registry.known(context.databases.get(), request.user)
    if known is None:
        return "staff"
    return known.standing if not request.team or request.team == known.own_team else "stranger"


def _known(context: Context, user: str, now: datetime) -> Known | None:
    """What Slack says, or said in the last hours; None when it can't be asked."""
    waiting: Known | None = context.later.get(("person", user))
    known = waiting or registry.known(context.databases.get(), user, since=now - KNOWN_FOR, now=now)
    if known is not None:
        return known
    try:
        known = _asked(context, interactive(context.settings), user, now)
    except (*CALL_ERRORS, LookupError, TypeError) as error:
        log.warning("the role of %s could not be asked: %s", user, error)
        return None
    context.later.put(("person", user), known, partial(registry.keep_known, user=user, said=known, now=now))
    return known


def ask_whether_here(context: Context, client: WebClient, user: str, now: datetime) -> bool:
    """Ask Slack whether messages to a user are read by somebody, and keep its answer.

    Where Slack can't be asked, what it last said counts, and who was never asked about is taken to be here.
    """
    db = context.databases.get()
    known: Known | None
    try:
        known = _asked(context, client, user, now)
    except (*CALL_ERRORS, LookupError, TypeError) as error:
        log.warning("whether %s is here could not be asked: %s", user, error)
        known = registry.known(db, user)
    else:
        registry.keep_known(db, user, said=known, now=now)
    return known is None or not known.gone


def told_by_event(context: Context, told: Mapping[str, Any], own: str, now: datetime) -> None:
    """Keep what an event says of somebody whom we know or who is registered; of others nothing."""
    db, user = context.databases.get(), told.get("id")
    if isinstance(user, str) and own and registry.is_known(db, user):
        registry.keep_known(db, user, said=_said(told, own), now=now)


def _asked(context: Context, client: WebClient, user: str, now: datetime) -> Known:
    told: Mapping[str, Any] | None = None
    try:
        told = client.users_info(user=user).get("user")
        if not isinstance(told, Mapping):
            raise LookupError("users.info names no user")
    except SlackApiError as error:
        if error.response.get("error") not in NOT_OURS:
            raise
    own = registry.own_team(context.databases.get(), since=now - KNOWN_FOR) or str(
        client.auth_test()["team_id"]
    )
    return Known("stranger", own, gone="user_not_found") if told is None else _said(told, own)


def _said(told: Mapping[str, Any], own: str) -> Known:
    """What users.info says of somebody, for the workspace `own`."""
    profile = told.get("profile")
    names = (told, profile if isinstance(profile, Mapping) else {})
    name = next((str(each["real_name"]) for each in names if each.get("real_name")), "")
    standing = _standing(told, own)
    why = {"staff": "", "guest": "guest", "app": "app", "stranger": "elsewhere"}[standing]
    return Known(standing, own, name, "deleted" if told.get("deleted") else why)


def _standing(told: Mapping[str, Any], own: str) -> Standing:
    if told.get("is_bot"):
        return "app"
    organisation = told.get("enterprise_user")
    teams = organisation.get("teams") if isinstance(organisation, Mapping) else None
    is_elsewhere = told.get("team_id", own) != own and own not in (teams or ())
    if told.get("is_stranger") or told.get("deleted") or is_elsewhere:
        return "stranger"
    return "guest" if told.get("is_restricted") or told.get("is_ultra_restricted") else "staff"


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
STRANGERS = "評価シートや締切、チャンネルの設定を変えられるのは、この組織の方（ゲストを除く）だけです。"
INSIDE = "評価シートの締切と進捗は、この組織の方（ゲストを除く）だけにお答えしています。"
REPLAYED = "この操作は、すでに承っています。"
SHARED_CHANNEL = (
    "このチャンネルは組織の外の方もご覧になるため、評価シートのことはお答えできません。"
    "`/jigyo 締切` のように入力すると、ご自分だけにお答えします。"
)
REPORT = permissions.rule("command", "report")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: what they are to the workspace, and what they are registered as, of which office."""

    user: str
    standing: Standing
    is_admin: bool
    held: tuple[tuple[tuple[str, str], Role], ...] = ()
    whence: str = ""

    @property
    def offices(self) -> tuple[tuple[str, str], ...]:
        """The sections whose sheets are theirs to report."""
        return tuple(dict.fromkeys(office for office, role in self.held if role in permissions.SECTION))

    @property
    def roles(self) -> frozenset[Role]:
        """All that they are; a guest, a stranger or an app is nothing else, whatever is registered."""
        return self._roles(role for _, role in self.held)

    def may_report(self, sheet: Sheet) -> bool:
        """Whether a section's sheet is theirs to report."""
        office = (sheet.department, sheet.section)
        return permissions.may(REPORT, self._roles(role for where, role in self.held if where == office))

    def _roles(self, held: Iterable[Role]) -> frozenset[Role]:
        if self.standing != "staff":
            return frozenset((self.standing,))
        return frozenset((*held, "staff", *(("secretariat",) if self.is_admin else ())))


def admit(request: SlackRequest, session: Session, rule: Rule) -> Actor:
    """Whoever asks, if the table of permissions lets them do what the rule is about.

    For a rule about `own` sheets, anybody of the workspace comes in: `refuse_others` and `change` look whose
    each sheet is. Raises ChangeRefused for those who may not, or whom Slack does not know just now, and for a
    change that this very request has made before.
    """
    acting = registry.stands_in_for(session.db, request.user, session.today)
    held: tuple[tuple[tuple[str, str], Role], ...] = (
        *registry.roles_of(session.db, request.user), *((office, "deputy") for office in acting),
    )  # fmt: skip
    actor = Actor(request.user, "staff", request.user in session.admins, held, _whence(request))
    is_open = session.context.settings.jigyo_progress_for == "everyone"
    # Whoever may not in any case is told so without asking Slack.
    if request.stranger or rule.own or permissions.may(rule, actor.roles, is_open=is_open):
        is_ = standing(session.context, request, session.now, for_certain=rule.changes)
        actor = replace(actor, standing=is_)
    if actor.standing != "staff" and not permissions.may(rule, actor.roles, is_open=is_open):
        raise NotAMember(STRANGERS if rule.changes else INSIDE)
    if rule.changes or rule.inside:
        _refuse_to_show(request, is_open=is_open)
    if not (rule.own or permissions.may(rule, actor.roles, is_open=is_open)):
        raise NotAllowed(ADMINS_ONLY if session.admins else NO_ADMINS)
    if rule.changes:
        refuse_replayed(request, session)
    return actor


def _whence(request: SlackRequest) -> str:
    """Where a request came from, as the trail keeps it; of a direct message not with whom."""
    place = "" if request.channel.startswith("D") else request.channel
    return f"Slack {request.surface} {place}".rstrip()


def _refuse_to_show(request: SlackRequest, *, is_open: bool) -> None:
    """Raise ChangeRefused where people of other organisations would read the answer."""
    if request.is_shared and request.surface == "mention" and not is_open:
        raise NotAMember(SHARED_CHANNEL)


def refuse_others(actor: Actor, sheets: Sequence[Sheet]) -> None:
    """Raise NotAllowed when the actor may report none of these sheets."""
    if sheets and not any(map(actor.may_report, sheets)):
        raise NotAllowed(NOT_YOURS.format("、".join(dict.fromkeys(sheet.section for sheet in sheets))))


def refuse_replayed(request: SlackRequest, session: Session) -> None:
    """Raise ChangeRefused when this very request was here before, in any process: somebody has a copy."""
    if request.signature and not conversations.is_first(session.db, request.signature, now=session.now):
        raise SentAgain(REPLAYED)
