"""What somebody is to the workspace: member, guest, stranger or app, by the request and by Slack's word."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.context import Context, SlackRequest
from bot.deadlines.workflow import ChangeRefused
from bot.gateway.client import CALL_ERRORS, interactive
from bot.permissions import Standing
from store.talk import workspace
from store.talk.workspace import Known

ASK_AGAIN = timedelta(hours=12)
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
        known = workspace.known(context.databases.get(), request.user)
    if known is None:
        return "staff"
    return known.standing if not request.team or request.team == known.own_team else "stranger"


def _known(context: Context, user: str, now: datetime) -> Known | None:
    """What Slack says, or said in the last hours; None when it can't be asked."""
    waiting: Known | None = context.later.get(("person", user))
    known = waiting or workspace.known(context.databases.get(), user, since=now - ASK_AGAIN, now=now)
    if known is not None:
        return known
    try:
        known = _asked(context, interactive(context.settings), user, now)
    except (*CALL_ERRORS, LookupError, TypeError) as error:
        log.warning("the role of %s could not be asked: %s", user, error)
        return None
    context.later.put(("person", user), known, partial(workspace.keep_known, user=user, said=known, now=now))
    return known


def asked_whether_here(context: Context, client: WebClient, user: str, now: datetime) -> bool:
    """Whether messages to a user are read by somebody: asked of Slack unless it said so in the last hours.

    Where Slack can't be asked, what it last said counts, and who was never asked about is taken to be here.
    """
    db = context.databases.get()
    known = workspace.known(db, user, since=now - ASK_AGAIN, now=now)
    if known is None:
        try:
            known = _asked(context, client, user, now)
        except (*CALL_ERRORS, LookupError, TypeError) as error:
            log.warning("whether %s is here could not be asked: %s", user, error)
            known = workspace.known(db, user)
        else:
            workspace.keep_known(db, user, said=known, now=now)
    return known is None or not known.gone


def told_by_event(context: Context, told: Mapping[str, Any], own: str, now: datetime) -> None:
    """Keep what an event says of somebody whom we know or who is registered; of others nothing."""
    db, user = context.databases.get(), told.get("id")
    if isinstance(user, str) and own and workspace.is_known(db, user):
        workspace.keep_known(db, user, said=_said(told, own), now=now)


def _asked(context: Context, client: WebClient, user: str, now: datetime) -> Known:
    told: Mapping[str, Any] | None = None
    try:
        told = client.users_info(user=user).get("user")
        if not isinstance(told, Mapping):
            raise LookupError("users.info names no user")
    except SlackApiError as error:
        if error.response.get("error") not in NOT_OURS:
            raise
    own = workspace.own_team(context.databases.get(), since=now - ASK_AGAIN) or str(
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
