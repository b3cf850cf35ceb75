"""Who makes a request about sheets, and what they may do: member of a section, or of the secretariat."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlite_utils import Database

from bot.context import SlackRequest
from bot.deadlines.workflow import ChangeRefused, NotAllowed
from bot.gateway.client import CALL_ERRORS, interactive
from bot.settings import Settings
from bot.sheets.session import Session
from store.evaluation import contacts
from store.evaluation.records import Sheet
from store.talk import seen_requests, workspace

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


@dataclass(frozen=True, slots=True)
class Actor:
    """The user who makes a request: whether of the secretariat, and the sections they may report for."""

    user: str
    is_admin: bool
    offices: tuple[tuple[str, str], ...]

    def may_report(self, sheet: Sheet) -> bool:
        """A section's people report their own section's sheets, admins every section's."""
        return self.is_admin or (sheet.department, sheet.section) in self.offices


def viewer(request: SlackRequest, session: Session) -> Actor:
    """The actor of a request that changes nothing."""
    is_admin = is_secretariat(session.db, session.context.settings, request.user)
    return Actor(request.user, is_admin, tuple(contacts.sections_of(session.db, request.user)))


def editor(request: SlackRequest, session: Session) -> Actor:
    """The actor of a request that changes something; call it once a request.

    Raises ChangeRefused for strangers and guests, and for a request that was seen before.
    """
    actor = viewer(request, session)
    known = actor.is_admin or actor.offices
    if request.stranger or (known and _is_outsider(session, request.user)):
        raise ChangeRefused(STRANGERS)
    refuse_replayed(request, session)
    return actor


def secretariat(request: SlackRequest, session: Session) -> Actor:
    """The actor of a request that only the secretariat may make. Raises ChangeRefused for others."""
    actor = editor(request, session)
    if not actor.is_admin:
        raise NotAllowed(ADMINS_ONLY if session.admins else NO_ADMINS)
    return actor


def refuse_others(actor: Actor, sheets: Sequence[Sheet]) -> None:
    """Raise NotAllowed when the actor may report none of these sheets."""
    if sheets and not any(map(actor.may_report, sheets)):
        raise NotAllowed(NOT_YOURS.format("、".join(dict.fromkeys(sheet.section for sheet in sheets))))


def refuse_replayed(request: SlackRequest, session: Session) -> None:
    """Raise ChangeRefused when this very request was here before, in any process: somebody has a copy."""
    if request.signature and not seen_requests.is_first(session.db, request.signature, now=session.now):
        raise ChangeRefused(REPLAYED)


def _is_outsider(session: Session, user: str) -> bool:
    """Whether a user is a guest or of another workspace; Slack's answer is kept for `ASK_AGAIN`.

    Raises ChangeRefused when Slack does not answer.
    """
    known = workspace.is_outsider(session.db, user, since=session.now - ASK_AGAIN)
    if known is not None:
        return known
    try:
        told = interactive(session.context.settings).users_info(user=user).get("user")
    except CALL_ERRORS as error:
        log.warning("the role of %s could not be asked: %s", user, error)
        told = None
    if not isinstance(told, dict):
        raise ChangeRefused(UNKNOWN_ROLE)
    is_outsider = any(told.get(name) for name in ("is_restricted", "is_ultra_restricted", "is_stranger"))
    workspace.keep_outsider(session.db, user, is_outsider=is_outsider, now=session.now)
    return is_outsider


def is_secretariat(db: Database, settings: Settings, user: str) -> bool:
    """Whether this user may set deadlines, return and settle: by the settings or by the table."""
    return bool(user) and (user in settings.jigyo_admins or user in contacts.admins(db))
