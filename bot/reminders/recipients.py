"""The recipients of a section's reminders, and who replaces one that cannot be reached. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from store.evaluation.records import Audience, RecipientRole, ReminderSettings, SectionContacts

ROLE_NAMES: dict[RecipientRole, str] = {"chief": "課長", "channel": "チャンネル", "director": "部長"}
_ORDER: dict[Audience, tuple[RecipientRole, ...]] = {
    "chief": ("chief", "channel"),
    "channel": ("channel", "chief"),
    "both": ("chief", "channel"),
}


@dataclass(frozen=True, slots=True)
class Route:
    """One recipient; `fallback` is the reason why it replaces the regular one, '' when it is regular."""

    recipient: str
    role: RecipientRole
    fallback: str = ""


def section_routes(contacts: SectionContacts, settings: ReminderSettings) -> list[Route]:
    """Where a section's reminders go: never nowhere, unless nobody at all is configured."""
    roles = _ORDER[settings.audience]
    reached = [
        route
        for tried, role in enumerate(roles)
        if (route := _reach(contacts, role, missing=_unreached(contacts, roles[:tried])))
    ]
    if not reached:
        return [_last_resort(contacts, roles, settings)]
    return reached if settings.audience == "both" else reached[:1]


def director_route(contacts: SectionContacts, settings: ReminderSettings) -> Route:
    """Where word of late sheets goes above the section."""
    return _reach(contacts, "director") or _last_resort(contacts, ("director",), settings)


def contact_problem(contacts: SectionContacts, settings: ReminderSettings) -> str:
    """One line for the secretariat when the section's first recipient cannot be reached, else ''."""
    routes = section_routes(contacts, settings)
    wanted = _ORDER[settings.audience][: 2 if settings.audience == "both" else 1]
    missing = _unreached(contacts, wanted)
    if not missing:
        return ""
    instead = "・".join(ROLE_NAMES.get(route.role, "事務局") for route in routes)
    where = f"{instead}に送っています" if routes[0].recipient else "どこにも届いていません"
    return f"{contacts.section}: {_why(contacts, missing)}（{where}）"


def _reach(
    contacts: SectionContacts, role: RecipientRole, missing: tuple[RecipientRole, ...] = ()
) -> Route | None:
    recipient = _id(contacts, role)
    if not recipient or recipient in contacts.unreachable:
        return None
    return Route(recipient, role, _why(contacts, missing))


def _unreached(contacts: SectionContacts, roles: tuple[RecipientRole, ...]) -> tuple[RecipientRole, ...]:
    return tuple(role for role in roles if not _reach(contacts, role))


def _last_resort(
    contacts: SectionContacts, roles: tuple[RecipientRole, ...], settings: ReminderSettings
) -> Route:
    role: RecipientRole = "secretariat" if settings.secretariat else "nobody"
    return Route(settings.secretariat, role, _why(contacts, roles))


def _why(contacts: SectionContacts, roles: tuple[RecipientRole, ...]) -> str:
    unknown = "と".join(ROLE_NAMES[role] for role in roles if not _id(contacts, role))
    turned_away = "と".join(ROLE_NAMES[role] for role in roles if _id(contacts, role))
    told = (f"{unknown}が未登録です" if unknown else "", f"{turned_away}に届きません" if turned_away else "")
    return "、".join(filter(None, told))


def _id(contacts: SectionContacts, role: RecipientRole) -> str:
    if role == "chief":
        return contacts.chief
    return contacts.channel if role == "channel" else contacts.director
