"""Changes of sheets and deadlines that a person asked for: a line of answer each, and notices to others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.days.calendar import DueDates, format_date, format_due
from bot.days.dates import ParsedDate
from bot.deadlines import workflow
from bot.deadlines.requests import alike_round
from bot.deadlines.session import NOT_YOURS, Actor, Session, Told
from bot.deadlines.views import NewDeadline, confirm_lines, deadline_set
from bot.deadlines.workflow import ChangeRefused, NotAllowed
from bot.messages.digests import EXTENSION, asked_extension, title
from bot.messages.markup import bold, is_user, mention, mrkdwn
from store import projects
from store.database import Database
from store.evaluation import changes, ledger, registry
from store.evaluation.ledger import stamp
from store.evaluation.records import CORRECTION, KINDS, Deadline, SectionContacts, Sheet, SheetState
from store.records import Project
from store.text.display import display
from store.text.numbers import fiscal_year_name

Pick = Callable[[Iterable[Sheet], Sequence[tuple[int, str]]], Sheet | None]


def meant(
    session: Session, numbers: Sequence[str], fiscal_year: int | None, kind: str,
    pick: Pick = workflow.current,
) -> list[Sheet]:  # fmt: skip
    """The sheet that each number names. Raises ChangeRefused when one of them has none."""
    found = [_meant(session, number, fiscal_year, kind, pick) for number in numbers]
    if missing := [number for number, sheet in zip(numbers, found, strict=True) if sheet is None]:
        others = "ほかの番号も、まだ何も変えていません。" if len(missing) < len(numbers) else ""
        raise ChangeRefused(_why_none(session, missing, fiscal_year, kind) + others)
    return [sheet for sheet in found if sheet]


def _meant(session: Session, number: str, fiscal_year: int | None, kind: str, pick: Pick) -> Sheet | None:
    found = [
        sheet
        for sheet in registry.numbered(session.db, number)
        if fiscal_year in (None, sheet.fiscal_year) and kind in ("", sheet.kind)
    ]
    # Who reports a sheet twice means the same round, not the next one that nobody has begun.
    return pick([s for s in found if session.is_begun(s)] or found, registry.rounds(session.db))


def _why_none(session: Session, numbers: Sequence[str], fiscal_year: int | None, kind: str) -> str:
    """There is a sheet where there is a project and a deadline: which of them is lacking."""
    found = {number: projects.find(session.db, number, fiscal_year=fiscal_year) for number in numbers}
    year = fiscal_year_name(fiscal_year) if fiscal_year else ""
    if unknown := [number for number, project in found.items() if project is None]:
        listed = f"{year}の一覧に" if year else ""
        told = f"事業番号「{'、'.join(unknown)}」の事業は{listed}登録されていません。"
        return f"{told}番号をお確かめください。"
    names = "".join(_title(project) for project in found.values() if project)
    of_round = f"{year}{kind}の" if year or kind else ""
    told = f"{names}には、{of_round}締切がまだ設定されていません。"
    return f"{told}締切は、事務局が `/jigyo 締切 設定` で設定します。"


def _title(project: Project) -> str:
    return f"「{project.number} {display(project.name)}」"


def report(session: Session, actor: Actor, sheets: Sequence[Sheet], state: SheetState) -> list[str]:
    """A section reports the state of its sheets."""

    def how(sheet: Sheet) -> Sheet:
        return workflow.reported(sheet, state, by_admin=actor.is_admin)

    return each_of(session, actor, sheets, how, f"「{{}}」を{state}にしました（{{}}）。")


def send_back(session: Session, actor: Actor, sheet: Sheet, reason: str, due: date | None) -> list[str]:
    """The secretariat sends a sheet back; the next tick notifies the section."""

    def how(sheet: Sheet) -> Sheet:
        return workflow.returned(sheet, reason, due, at=session.now)

    until = f"新しい期限は{format_date(due)}です。" if due else ""
    done = f"「{{}}」（{{}}）を差し戻しました。{until}課にお知らせします。"
    return each_of(session, actor, [sheet], how, done)


def ask_extension(
    session: Session, actor: Actor, sheets: Sequence[Sheet], due: date, reason: str
) -> list[str]:
    """A section asks for an extension; the secretariat gets a notice with buttons to decide."""

    def how(sheet: Sheet) -> Sheet:
        return workflow.extension_asked(
            sheet, due, reason, present=session.present_due(sheet), by=actor.user, at=session.now
        )

    def notify(saved: Sheet) -> None:
        why = f"（理由: {reason}）" if reason else ""
        what = f"{saved.section}から「{title(saved)}」の{format_date(due)}までの延長の申請がありました{why}。"
        session.notify(what, key=f"{EXTENSION}{asked_extension(saved).text}")

    done = f"「{{}}」（{{}}）の{format_date(due)}までの延長を申請しました。"
    return each_of(session, actor, sheets, how, done, then=notify)


def decide_extension(
    session: Session, actor: Actor, sheets: Sequence[Sheet], *, approved: bool, reason: str = "",
    asked_at: datetime | None = None,
) -> list[str]:  # fmt: skip
    """The secretariat grants or denies an extension; who asked for it and the section get a notice.

    `asked_at` is when the one request was made that is meant, None for whatever is asked now.
    """
    word = "承認" if approved else "却下"

    def how(sheet: Sheet) -> Sheet:
        return workflow.extension_decided(
            sheet, approved=approved, by=actor.user, at=session.now, asked_at=asked_at
        )

    def done(saved: Sheet) -> str:
        return f"「{title(saved)}」（{saved.kind}）の{_until(saved)}延長を{word}しました。"

    def then(saved: Sheet) -> None:
        tell_decided(session, saved, reason)

    return each_of(session, actor, sheets, how, done, then=then, note=reason)


def tell_decided(session: Session, saved: Sheet, reason: str = "") -> None:
    """Tell who asked for an extension, and the section, what was decided."""
    why = f"理由: {reason}" if reason else ""
    text = f"「{title(saved)}」の{_until(saved)}延長が{saved.extension_state}されました。{why}"
    told = dict.fromkeys((saved.extension_by, *session.recipients_of(saved.department, saved.section)))
    for recipient in filter(None, told):
        key = f"decided {'/'.join(map(str, saved.key))} {saved.version} {recipient}"
        session.notify(text, key=key, recipient=recipient)


def grant_extension(
    session: Session, actor: Actor, sheets: Sequence[Sheet], due: date, reason: str
) -> list[str]:
    """One extension for all of these; each section gets one line."""

    def how(sheet: Sheet) -> Sheet:
        return workflow.extension_given(sheet, due, reason, by=actor.user, at=session.now)

    if due <= session.today:
        raise ChangeRefused("今日より後の日付をお書きください。")
    lines = each_of(session, actor, sheets, how, f"「{{}}」（{{}}）を{format_date(due)}まで延長しました。")
    why = f"理由: {reason}" if reason else ""
    sections: dict[tuple[str, str], list[str]] = {}
    for sheet in sheets:
        sections.setdefault((sheet.department, sheet.section), []).append(sheet.number)
    for (department, section), numbers in sections.items():
        text = (
            f"{section}の{len(numbers)}件（{'、'.join(numbers)}）を{format_date(due)}まで延長しました。{why}"
        )
        for recipient in session.recipients_of(department, section):
            key = f"granted {department}/{section} {due} {recipient} {stamp(session.now)}"
            session.notify(text, key=key, recipient=recipient)
    return lines


def _until(sheet: Sheet) -> str:
    return f"{format_date(sheet.extension_due)}までの" if sheet.extension_due else ""


def set_deadline(session: Session, actor: Actor, new: NewDeadline) -> str:
    """Set or withdraw a deadline; return the line of answer, with weekdays."""
    old, now = change_deadline(session, actor, new)
    return f"{new.kind}（{new.scope}）の締切を取り消しました。" if new.withdrawn else deadline_set(old, now)


def change_deadline(session: Session, actor: Actor, new: NewDeadline) -> tuple[Deadline | None, Deadline]:
    """Set or withdraw a deadline, of which its sections are told; (the one before, the one now)."""
    with session.db.state.writing():
        told = session.told_of(new.fiscal_year, new.kind, new.department, new.section)
        old, now = changes.set_deadline(
            session.db, fiscal_year=new.fiscal_year, kind=new.kind, due=new.due, by=actor.user,
            at=session.now, department=new.department, section=new.section, opens=new.opens, note=new.note,
            withdrawn=new.withdrawn, whence=actor.whence,
        )  # fmt: skip
        if new.withdrawn and old != now:
            tell_withdrawn(session, now, told)
    return old, now


def tell_withdrawn(session: Session, gone: Deadline, told: Iterable[Told]) -> None:
    """Tell everybody who was reminded of a deadline that it counts no more, and which one does instead."""
    left = DueDates(registry.deadlines(session.db), session.calendar, session.reminder_settings)
    lines: dict[str, dict[str, list[str]]] = {}
    for recipient, department, section in told:
        now = left.of_section(gone.fiscal_year, gone.kind, department, section)
        what = f"いまの締切は{format_due(now.due)}です。" if now else "提出の必要はありません。"
        lines.setdefault(recipient, {}).setdefault(what, []).append(section)
    name = f"{fiscal_year_name(gone.fiscal_year)} {gone.kind}"
    for recipient, found in lines.items():
        for what, names in found.items():
            text = f"{name}の締切 {format_date(gone.due)}（{'、'.join(names)}）は取り消されました。{what}"
            session.notify(text, key=f"withdrawn {gone.token} {recipient} {what}", recipient=recipient)


_ROLES = {  # what it means to have it
    "chief": ("課長", "評価シートの締切を、これからお知らせします。"),
    "deputy": ("代理", "課長がご不在のときに、評価シートのお知らせをお送りします。"),
    "director": ("部長", "締切を過ぎた評価シートがあるときに、お知らせします。"),
}
_CONTACTS = {**{role: name for role, (name, _) in _ROLES.items()}, "channel": "チャンネル", "members": "課員"}


def tell_changed_people(
    db: Database,
    before: Iterable[SectionContacts],
    after: Iterable[SectionContacts],
    *,
    by: str,
    at: datetime,
) -> None:
    """Tell those whom a change of a section's people concerns: who goes, who comes, and its chief.

    The first registration of a section tells nobody, and nobody is told what they (`by`) did themselves.
    """
    old = {(each.department, each.section): each for each in before}
    for new in after:
        was = old.get((new.department, new.section))
        if was is None or not (was.chief or was.deputy or was.channel or was.members):
            continue
        lines: dict[str, list[str]] = {}
        for recipient, text in _people_changed(was, new):
            lines.setdefault(recipient, []).append(text)
        for recipient, texts in lines.items():
            if recipient not in ("", by):
                key = f"people {new.department}/{new.section} {recipient} {stamp(at)}"
                ledger.note(db, key=key, text="".join(texts), at=stamp(at), recipient=recipient)


def _people_changed(was: SectionContacts, new: SectionContacts) -> Iterator[tuple[str, str]]:
    """Who is told what; a chief who stays is told what changed around them."""
    section = new.section
    changed = [name for name in _CONTACTS if getattr(was, name) != getattr(new, name)]
    for role, (name, what) in _ROLES.items():
        if role in changed:
            gone, came = getattr(was, role), getattr(new, role)
            instead = f"評価シートのお知らせは、今後は後任の{name}にお送りします。" if came else ""
            yield gone, f"{section}の{name}の登録が外れました。{instead}"
            yield came, f"{section}の{name}として登録されました。{what}"
    if "channel" in changed:
        yield was.channel, f"このチャンネルは、{section}の評価シートのお知らせ先ではなくなりました。"
        yield new.channel, f"このチャンネルを、{section}の評価シートのお知らせ先として登録しました。"
    if changed and "chief" not in changed:
        what = "、".join(_CONTACTS[name] for name in changed)
        yield (
            new.chief,
            f"{section}の{what}の登録が変わりました。`/jigyo 設定 担当 {section}` でご覧になれます。",
        )


def tell_merged(db: Database, gone: SectionContacts, into: SectionContacts, *, by: str, at: datetime) -> None:
    """Tell those of a section that is another's name now where somebody else has their place there."""
    for role, (name, _) in _ROLES.items():
        who, instead = getattr(gone, role), getattr(into, role)
        if who not in ("", instead, by):
            text = (
                f"{gone.section}は{into.section}になりました。評価シートのお知らせは、"
                f"今後は{into.section}の{name}として登録されている方にお送りします。"
            )
            key = f"merged {gone.department}/{gone.section} {who} {stamp(at)}"
            ledger.note(db, key=key, text=text, at=stamp(at), recipient=who)


def confirm_lines_of(session: Session, new: NewDeadline) -> str:
    """What is about to be set, whom it concerns, and what it replaces. Raises ChangeRefused."""
    old = registry.deadline(session.db, new.fiscal_year, new.kind, new.department, new.section)
    more = [] if new.withdrawn else list(_concerns(session, new, old))
    return confirm_lines(new, old, session.calendar, session.reminder_settings, more)


def undo(session: Session, actor: Actor, found: Sequence[Sheet]) -> list[str]:
    """A section takes back its last report or request, until it is decided."""

    def how(sheet: Sheet) -> Sheet:
        was, at = _before_report(session, sheet)
        return workflow.undone(sheet, was=was, reported_at=at)

    def withdraw(saved: Sheet) -> None:
        before = next((each for each in found if each.key == saved.key), None)
        if before and before.is_pending and not saved.is_pending:
            ledger.forget_note(session.db, f"{EXTENSION}{asked_extension(before).text}")

    def done(saved: Sheet) -> str:
        if saved.done or saved.extension_state in ("申請中",):
            return f"「{title(saved)}」（{saved.kind}）を元に戻しました。"
        return f"「{title(saved)}」（{saved.kind}）を取り消しました。いまは{saved.state}です。"

    return each_of(session, actor, found, how, done, then=withdraw, note="取消")


def _before_report(session: Session, sheet: Sheet) -> tuple[SheetState | None, datetime | None]:
    """The state that a sheet had before its last report of 提出済, and when that was."""
    subject = "/".join(map(str, sheet.key))
    moves = [
        each for each in changes.events(session.db, what="sheet", subject=subject) if each.field == "state"
    ]
    last = moves[-1] if moves else None
    if last is None or last.after != "提出済":
        return None, None
    return workflow.state_of(last.before) or "未着手", last.at


_FIELDS = {
    "state": "状態", "returned_reason": "差戻しの理由", "returned_due": "再提出の期限",
    "extension_state": "延長", "extension_due": "延長の期限", "extension_reason": "延長の理由",
}  # fmt: skip


def history_lines(session: Session, found: Sequence[Sheet]) -> Iterator[str]:
    """Who changed what of sheets, when, from what to what: a heading a sheet, a line a change."""
    for sheet in found:
        yield bold(f"{title(sheet)}（{fiscal_year_name(sheet.fiscal_year)} {sheet.kind}）")
        subject = "/".join(map(str, sheet.key))
        events = [e for e in changes.events(session.db, what="sheet", subject=subject) if e.field in _FIELDS]
        for each in events[-MOST_EVENTS:]:
            moment = each.at.astimezone(session.now.tzinfo)
            who = mention(each.by) if is_user(each.by) else each.by
            yield mrkdwn(
                "• {}月{}日 {}　{} {}: {} → {}", moment.month, moment.day, f"{moment:%H:%M}", who,
                _FIELDS[each.field], each.before or "なし", each.after or "なし",
            )  # fmt: skip
        if not events:
            yield "まだ変更はありません。"


MOST_EVENTS = 30
FAR_AHEAD = timedelta(days=400)


def _concerns(session: Session, new: NewDeadline, old: Deadline | None) -> Iterator[str]:
    """How many sheets of which sections a deadline is for, and what about it is unusual.

    Raises ChangeRefused for one that is for nobody, or that ends before it begins.
    """
    if new.opens and new.opens > new.due:
        raise ChangeRefused(
            f"開始の日（{format_date(new.opens)}）が締切（{format_date(new.due)}）より後です。"
            "日付を確かめてください。"
        )
    year, concerned = registry.projects_of(session.db, new.fiscal_year, new.department, new.section)
    name = fiscal_year_name(new.fiscal_year)
    if year is None:
        raise ChangeRefused(f"{name}までの事業の一覧がありません。年度を確かめてください。")
    if not concerned:
        raise ChangeRefused(f"{new.scope}には{name}の事業がありません。課や部の名前を確かめてください。")
    told = "差し戻されたシートだけ" if new.kind == CORRECTION else f"評価シート{sum(concerned.values())}件"
    yield f"対象は{len(concerned)}課の{told}です。"
    if year != new.fiscal_year:
        yield f"{name}の一覧はまだないため、{fiscal_year_name(year)}の一覧の事業が対象です。"
    if new.due - session.today > FAR_AHEAD:
        yield f"締切は{(new.due - session.today).days // 365}年以上先です。"
    elif new.due.year != session.today.year:
        yield f"締切は{new.due.year}年です。"
    rounds = {kind for _, kind in registry.rounds(session.db)} | set(KINDS)
    if old is None and (alike := alike_round(new.kind, rounds)):
        yield f"「{new.kind}」という回は初めてです。「{alike}」のことではありませんか。"


def with_clock(note: str, due: ParsedDate | None) -> str:
    """A note that keeps the time of day that was written beside a date: 17時まで."""
    if due is None or due.clock is None:
        return note
    minutes = f"{due.clock.minute:02d}分" if due.clock.minute else ""
    return "。".join(filter(None, (f"{due.clock.hour}時{minutes}まで", note)))


def each_of(
    session: Session, actor: Actor, sheets: Sequence[Sheet], how: Callable[[Sheet], Sheet],
    done: str | Callable[[Sheet], str], *, then: Callable[[Sheet], None] = lambda saved: None, note: str = "",
) -> list[str]:  # fmt: skip
    """Change each sheet and do `then` with it, both or neither; a line for each done and for each refusal."""
    lines: list[str] = []
    refusals: set[str] = set()  # sheets of one section are refused in the same words: one line is enough
    for sheet in sheets:
        try:
            with session.db.state.writing():
                saved = change(session, actor, sheet.key, how, note=note)
                then(saved)
            lines.append(done.format(title(saved), saved.kind) if isinstance(done, str) else done(saved))
        except ChangeRefused as refused:
            if (why := str(refused)) not in refusals:
                refusals.add(why)
                lines.append(why)
    return lines


def every_open(session: Session, actor: Actor, fiscal_year: int | None, kind: str) -> list[Sheet]:
    """Every open sheet of the actor's sections. Raises ChangeRefused when there is none."""
    found = [
        sheet
        for workload in session.workloads
        if (workload.contacts.department, workload.contacts.section) in actor.offices
        and fiscal_year in (None, workload.fiscal_year)
        and (kind == workload.kind if kind else workload.begun(session.now))
        for sheet in workload.sheets
        if not sheet.done
    ]
    if not found:
        raise ChangeRefused("担当の課に、提出を待っている評価シートはありません。")
    return found


ATTEMPTS = 3  # at a change that somebody else was quicker with


def change(
    session: Session,
    actor: Actor,
    key: tuple[int, str, str],
    how: Callable[[Sheet], Sheet],
    *,
    note: str = "",
) -> Sheet:
    """Change a sheet as it is now; when somebody else was quicker, what they left. Raises ChangeRefused."""
    for _ in range(ATTEMPTS):
        sheet = registry.sheet(session.db, key)
        if sheet is None:
            raise ChangeRefused("このシートはなくなっています。")
        if not actor.may_report(sheet):
            raise NotAllowed(NOT_YOURS.format(sheet.section))
        done_by = {"by": actor.user, "whence": actor.whence}
        if saved := changes.save(session.db, sheet, how(sheet), at=session.now, note=note, **done_by):
            return saved
    raise ChangeRefused("ほかの方が同時に変更しています。少しおいて、もう一度お試しください。")
