"""`/jigyo 設定 チャンネル …`: which section a channel belongs to; and who joins or leaves."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.context import Context, SlackRequest
from bot.messages.message import Message
from bot.permissions import rule
from bot.sheets.roles import Actor, admit
from bot.sheets.session import session_of
from bot.sheets.standing import told_by_event
from bot.slack.answering import patiently
from bot.slack.dispatch import may_wait
from bot.slack.listeners.sheets import kindly
from store.database import writing
from store.evaluation import trail
from store.evaluation.records import Event
from store.index.catalog import Catalog
from store.talk import workspace

USAGE = (
    "「/jigyo 設定 チャンネル 担当課名」で、このチャンネルの担当課を決められます。「なし」で取り消せます。"
)


def register(app: AsyncApp, context: Context) -> None:
    """Take note of people who join, leave, or become guests, where Slack tells."""

    @app.event("team_join")
    @app.event("user_change")
    async def changed(event: dict[str, Any], body: dict[str, Any]) -> None:
        own = str(body.get("team_id") or "")
        await patiently(context, told_by_event, context, event["user"], own, context.clock())


@may_wait
@kindly
def settings(request: SlackRequest, context: Context) -> Message:
    """Show, set or take off this channel's section."""
    word, _, name = request.text.partition(" ")
    if word != "チャンネル":
        return Message(USAGE)
    db = context.databases.get()
    if not name.strip():
        held = workspace.section_of(db, request.team, request.channel)
        return Message(
            f"このチャンネルの担当課は {held[1]} です。" if held else f"まだ設定されていません。{USAGE}"
        )
    actor = admit(request, session_of(context), rule("command", "set_channel"))
    return _set(request, context, actor, name.strip())


def _set(request: SlackRequest, context: Context, actor: Actor, name: str) -> Message:
    db = context.databases.get()
    with db.reading() as index:
        held = index.catalog
    if name in ("なし", "解除", "取消"):
        _write(request, context, actor, ("", ""))
        return Message("このチャンネルの担当課の設定を取り消しました。")
    found = _sections(held, name)
    if len(found) != 1:
        near = "、".join(section for _, section in found[:5])
        return Message(
            f"{name} に当たる担当課が{len(found)}つあります。{near}" if found
            else f"{name} という担当課は一覧にありません。一覧のとおりに入力してください。"
        )  # fmt: skip
    department, section = found[0]
    _write(request, context, actor, (department, section))
    return Message(f"このチャンネルの担当課を {department} {section} にしました。", in_channel=True)


def _write(request: SlackRequest, context: Context, actor: Actor, office: tuple[str, str]) -> None:
    """Set the channel's section, or take it off (''), with a line in the trail if that changes it."""
    db, now = context.databases.get(), context.clock()
    with writing(db):
        old = workspace.section_of(db, request.team, request.channel) or ("", "")
        if old == office:
            return
        if office == ("", ""):
            workspace.unset_section(db, request.team, request.channel)
        else:
            by, at = request.user, now.isoformat()
            workspace.set_section(db, request.team, request.channel, *office, by=by, at=at)
        before, after = ("/".join(each).strip("/") for each in (old, office))
        subject = f"{request.team}/{request.channel}"
        trail.record(
            db, Event(now, actor.user, "channel", subject, "section", before, after, whence=actor.whence)
        )


def _sections(held: Catalog, name: str) -> list[tuple[str, str]]:
    """The sections of that name or alias, in whichever departments have one."""
    department, _, bare = name.rpartition(" ")
    named = {office.name for office in held.offices_named(bare) if office.kind == "section"}
    found = dict.fromkeys((e.department, e.section) for e in held.entries if e.section in named)
    return [pair for pair in found if not department or pair[0] == department]
