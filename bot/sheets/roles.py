"""Who makes a request about sheets, and what they may do: member of a section, or of the secretariat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot import permissions
from bot.context import SlackRequest
from bot.deadlines.workflow import NotAllowed, NotAMember, SentAgain
from bot.permissions import Role, Rule, Standing
from bot.sheets.session import Session
from bot.sheets.standing import standing
from store.evaluation import contacts
from store.evaluation.records import Sheet
from store.talk import seen_requests

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
    acting = contacts.stands_in_for(session.db, request.user, session.today)
    held: tuple[tuple[tuple[str, str], Role], ...] = (
        *contacts.roles_of(session.db, request.user), *((office, "deputy") for office in acting),
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
    if request.signature and not seen_requests.is_first(session.db, request.signature, now=session.now):
        raise SentAgain(REPLAYED)
