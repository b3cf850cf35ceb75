"""The recipients of a section's reminders, and who replaces one that cannot be reached or is away. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.days.calendar import format_date
from store.evaluation.records import Absence, Audience, RecipientRole, ReminderSettings, SectionContacts

ROLE_NAMES: dict[RecipientRole, str] = {
    "chief": "課長", "deputy": "代理", "channel": "チャンネル", "director": "部長",
}  # fmt: skip
Roles = tuple[RecipientRole, ...]
# One message for each line, to the first of it who can be reached.
_LINES: dict[Audience, tuple[Roles, ...]] = {
    "chief": (("chief", "deputy", "channel"),),
    "channel": (("channel", "chief", "deputy"),),
    "both": (("chief", "deputy"), ("channel",)),
}
UNREACHED = "に届きません"
_GONE = {
    **dict.fromkeys(
        ("deleted", "user_disabled", "user_deactivated", "account_inactive", "is_inactive"),
        "のアカウントが停止されています",
    ),
    **dict.fromkeys(
        ("elsewhere", "user_not_found", "users_not_found", "user_not_visible"),
        "がこのワークスペースに見つかりません",
    ),
    **dict.fromkeys(("app", "user_is_bot", "cannot_dm_bot"), "はアプリのため、お送りできません"),
    "guest": "はゲストのため、お送りできません",
    "is_archived": "はアーカイブされています",
    "channel_not_found": "が見つかりません（ボットが招かれていないかもしれません）",
    "shared_with_others": "は組織の外の方も読むため、評価シートのことはお送りできません",
    "missing_scope": "を組織の外の方も読むか、確かめられません（ボットの権限 channels:read、groups:read）",
    "not_in_channel": "にボットが参加していません",
}
"""What Slack's errors and users.info say of a recipient, after its name."""


def gone_words(why: str, name: str = "") -> str:
    """Why somebody cannot be reached, to stand after 課長 or another role: （田中）のアカウントが…."""
    return f"{name and f'（{name}さん）'}{_GONE.get(why, UNREACHED)}"


@dataclass(frozen=True, slots=True)
class Route:
    """One recipient; `fallback` is the reason why it replaces the regular one, '' when it is regular.

    A deputy for somebody who is away (`instead_of`) gets what falls due from `since` on, nothing of before.
    """

    recipient: str
    role: RecipientRole
    fallback: str = ""
    since: date | None = None
    instead_of: str = ""


def section_routes(contacts: SectionContacts, settings: ReminderSettings, day: date) -> list[Route]:
    """Where a section's reminders go on a day: never nowhere, unless nobody at all is configured."""
    lines = _LINES[settings.audience]
    reached = list(_reached(contacts, lines, day))
    every: Roles = tuple(role for line in lines for role in line)
    return reached or [_last_resort(contacts, every, settings)]


def director_route(contacts: SectionContacts, settings: ReminderSettings, day: date) -> Route:
    """Where word of late sheets goes above the section on a day."""
    return _reach(contacts, "director", day) or _last_resort(contacts, ("director",), settings)


def contact_problems(contacts: SectionContacts, settings: ReminderSettings, day: date) -> Iterator[str]:
    """A line for the secretariat where the section's first recipient, or its director, cannot be reached."""
    routes = section_routes(contacts, settings, day)
    for line in _LINES[settings.audience]:
        if not _is_reachable(contacts, line[0]):
            instead = "・".join(ROLE_NAMES.get(route.role, "事務局") for route in routes)
            where = f"{instead}にお送りしています" if routes[0].recipient else "どこにも届いていません"
            yield f"{contacts.section}: {_why_in_full(contacts, line[0])}（{where}）"
    if contacts.director in contacts.unreachable and contacts.director:
        yield f"{contacts.department}: {_why_in_full(contacts, 'director')}"


def _reached(contacts: SectionContacts, lines: tuple[Roles, ...], day: date) -> Iterator[Route]:
    missing: Roles = ()
    for line in lines:
        for role in line:
            if route := _reach(contacts, role, day, missing=missing):
                yield route
                missing = ()
                break
            missing = (*missing, role)


def _reach(contacts: SectionContacts, role: RecipientRole, day: date, missing: Roles = ()) -> Route | None:
    if not _is_reachable(contacts, role):
        return None
    recipient = _id(contacts, role)
    absence = _absence(contacts, recipient, day)
    if absence and (deputy := _deputy(contacts, role, absence, day)):
        until = f"{ROLE_NAMES[role]}は{format_date(absence.last)}まで不在です"
        as_role: RecipientRole = "director" if role == "director" else "deputy"
        return Route(deputy, as_role, until, absence.first, recipient)
    return Route(recipient, role, _why(contacts, missing))


def _absence(contacts: SectionContacts, who: str, day: date) -> Absence | None:
    away = [each for each in contacts.absences if each.user == who and each.covers(day)]
    return max(away, key=lambda each: (each.last, each.first), default=None)


def _deputy(contacts: SectionContacts, role: RecipientRole, absence: Absence, day: date) -> str:
    """Who stands in; '' where nobody can, and whoever is away gets it all the same."""
    own = contacts.deputy if role == "chief" else ""
    deputy = absence.deputy or own
    is_here = deputy and deputy not in contacts.unreachable and not _absence(contacts, deputy, day)
    return deputy if is_here else ""


def _is_reachable(contacts: SectionContacts, role: RecipientRole) -> bool:
    recipient = _id(contacts, role)
    return bool(recipient) and recipient not in contacts.unreachable


def _last_resort(contacts: SectionContacts, roles: Roles, settings: ReminderSettings) -> Route:
    role: RecipientRole = "secretariat" if settings.secretariat else "nobody"
    return Route(settings.secretariat, role, _why(contacts, roles))


def _why(contacts: SectionContacts, roles: Roles) -> str:
    """In few words, for the message itself; that there is no deputy is no reason."""
    unknown = "と".join(ROLE_NAMES[role] for role in roles if not _id(contacts, role) and role != "deputy")
    turned_away = "と".join(ROLE_NAMES[role] for role in roles if _id(contacts, role))
    told = (f"{unknown}が未登録です" if unknown else "", f"{turned_away}{UNREACHED}" if turned_away else "")
    return "、".join(filter(None, told))


def _why_in_full(contacts: SectionContacts, role: RecipientRole) -> str:
    recipient = _id(contacts, role)
    if not recipient:
        return f"{ROLE_NAMES[role]}が未登録です"
    return f"{ROLE_NAMES[role]}{dict(contacts.reasons).get(recipient, UNREACHED)}"


def _id(contacts: SectionContacts, role: RecipientRole) -> str:
    ids = {
        "chief": contacts.chief, "deputy": contacts.deputy, "channel": contacts.channel,
        "director": contacts.director,
    }  # fmt: skip
    return ids[role]
