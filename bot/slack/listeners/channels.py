"""`/jigyo 設定 チャンネル …`: which section a channel belongs to; and who joins or leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.context import Context, SlackRequest
from bot.days.calendar import format_date
from bot.deadlines.actions import tell_changed_people
from bot.deadlines.requests import (
    LEAVE_EXAMPLE,
    ContactRole,
    SetContact,
    Words,
    read_contact_request,
    read_leave_request,
)
from bot.deadlines.session import Actor, Session, admit, session_of, told_by_event
from bot.deadlines.views import outcome_message
from bot.deadlines.workflow import ChangeRefused, NotAllowed
from bot.messages.markup import bold, channel, join, mention, mrkdwn
from bot.messages.message import Message
from bot.permissions import rule
from bot.slack.dispatch import may_wait
from bot.slack.exchange import patiently
from bot.slack.listeners.sheets import kindly
from store.evaluation import changes, registry
from store.evaluation.records import Absence, Event, SectionContacts
from store.index.catalog import Catalog
from store.talk import conversations

USAGE = (
    "「/jigyo 設定 チャンネル 担当課名」で、このチャンネルの担当課を決められます。「なし」で取り消せます。"
    "「/jigyo 設定 担当 担当課名」で、課長や課員の登録をご覧になれます。"
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
    if word == "担当":
        return _contacts(request, context)
    if word != "チャンネル":
        return Message(USAGE)
    db = context.databases.get()
    if not name.strip():
        held = conversations.section_of(db, request.team, request.channel)
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
    with db.state.writing():
        old = conversations.section_of(db, request.team, request.channel) or ("", "")
        if old == office:
            return
        if office == ("", ""):
            conversations.unset_section(db, request.team, request.channel)
        else:
            by, at = request.user, now.isoformat()
            conversations.set_section(db, request.team, request.channel, *office, by=by, at=at)
        before, after = ("/".join(each).strip("/") for each in (old, office))
        subject = f"{request.team}/{request.channel}"
        changes.record(
            db, Event(now, actor.user, "channel", subject, "section", before, after, whence=actor.whence)
        )


def _sections(held: Catalog, name: str) -> list[tuple[str, str]]:
    """The sections of that name or alias, in whichever departments have one."""
    department, _, bare = name.rpartition(" ")
    named = {office.name for office in held.offices_named(bare) if office.kind == "section"}
    found = dict.fromkeys((e.department, e.section) for e in held.entries if e.section in named)
    return [pair for pair in found if not department or pair[0] == department]


def _contacts(request: SlackRequest, context: Context) -> Message:
    """Show a section's contacts, or set one of them."""
    session = session_of(context)
    _, _, raw = request.raw.strip().partition(" ")
    command = read_contact_request(raw)
    actor = admit(request, session, rule("command", "set_contacts" if command.role else "contacts"))
    places = [each for each in session.places if each[1]]
    place = Words(command.section).take_place(places)
    if place is None or not place[1]:
        raise ChangeRefused(
            f"「{command.section}」という課は登録されていません。一覧のとおりに入力してください。"
        )
    held = registry.contacts_of(session.db, *place)
    if command.role is None:
        return outcome_message(_contact_lines(held))
    _refuse_contact(actor, held, command.role)
    new = replace(held, **{command.role: _replaced(held, command)})  # type: ignore[arg-type]  # each is text
    changed = changes.set_contacts(session.db, new, by=actor.user, at=session.now, whence=actor.whence)
    if changed:
        tell_changed_people(session.db, [held], [new], by=actor.user, at=session.now)
    first = "登録を変えました。" if changed else "すでにそのとおり登録されています。"
    return outcome_message([first, *_contact_lines(new)])


def _refuse_contact(actor: Actor, held: SectionContacts, role: ContactRole) -> None:
    """The secretariat sets everybody; chief and deputy of the section the deputy and the members."""
    office = (held.department, held.section)
    is_own = any(where == office and what in ("chief", "deputy") for where, what in actor.held)
    is_staff = actor.standing == "staff"
    if not (actor.is_admin or (is_staff and is_own and role in ("deputy", "members"))):
        raise NotAllowed(CONTACTS_ONLY)


CONTACTS_ONLY = (
    "締切の設定、差戻し、延長の承認は、事務局として登録された方だけができます。"
    "担当の登録も同じですが、代理と課員は、その課の課長・代理の方も登録できます。"
)


def _replaced(held: SectionContacts, command: SetContact) -> str | tuple[str, ...]:
    if command.role != "members":
        return command.ids[0] if command.adds else ""
    if command.adds:
        return tuple(dict.fromkeys((*held.members, *command.ids)))
    return tuple(each for each in held.members if command.ids and each not in command.ids)


def _contact_lines(held: SectionContacts) -> Iterator[str]:
    yield bold(f"{held.department} {held.section}")
    people = (("課長", held.chief), ("代理", held.deputy), ("部長", held.director))
    for name, user in people:
        yield mrkdwn("{}: {}", name, mention(user) if user else "未登録")
    yield mrkdwn("チャンネル: {}", channel(held.channel) if held.channel else "未登録")
    yield mrkdwn("課員: {}", join(" ", map(mention, held.members)) if held.members else "未登録")


@may_wait
@kindly
def absence(request: SlackRequest, context: Context) -> Message:
    """休暇 12/10〜12/14 代理 @…: the deputy gets what would be theirs; by themselves or the secretariat."""
    session = session_of(context)
    raw = request.raw if request.text else ""  # without a rest it is the whole of what was typed
    command = read_leave_request(raw, session.today, session.calendar)
    does = "absence_of" if command.user not in ("", request.user) else "absence"
    actor = admit(request, session, rule("command", does))
    user = command.user or request.user
    by = {"by": actor.user, "whence": actor.whence}
    if command.is_over:
        ended = changes.end_absences(session.db, user, day=session.today, at=session.now, **by)
        return Message("休暇の登録を取り消しました。" if ended else "休暇の登録はありません。")
    if command.first is None or command.last is None:
        return outcome_message(_absence_lines(session, user))
    if command.last < command.first:
        raise ChangeRefused("休暇の終わりが始まりより前です。日付を確かめてください。")
    if command.deputy == user:
        raise ChangeRefused("代理には、ほかの方を選んでください。")
    own = [each for each in session.contacts if user in (each.chief, each.deputy, each.director)]
    if not (command.deputy or any(each.deputy not in ("", user) for each in own)):
        raise ChangeRefused(f"代理の方を書いてください（例: {LEAVE_EXAMPLE}）。")
    new = Absence(user, command.first, command.last, command.deputy)
    changes.set_absence(session.db, new, at=session.now, **by)
    if new.deputy:
        span = f"{format_date(new.first)}から{format_date(new.last)}まで"
        names = "、".join(each.section for each in own) or "担当の課"
        text = f"{span}、{names}の評価シートのお知らせを、代理として承っていただくことになりました。"
        session.notify(text, key=f"deputy {user} {new.first} {new.deputy}", recipient=new.deputy)
    return outcome_message(["休暇を登録しました。", *_absence_lines(session, user)])


def _absence_lines(session: Session, user: str) -> Iterator[str]:
    found = [each for each in registry.absences(session.db, user) if each.last >= session.today]
    if not found:
        yield f"休暇の登録はありません。{LEAVE_EXAMPLE} のように登録できます。"
    for each in found:
        to = mention(each.deputy) if each.deputy else "課の代理の方"
        days = (format_date(each.first), format_date(each.last))
        yield mrkdwn("• {}〜{}　お知らせは {} にお送りします。", *days, to)
