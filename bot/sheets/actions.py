"""Changes of sheets and deadlines that a person asked for: a line of answer each, and notices to others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from bot.days.business_days import format_date
from bot.deadlines import workflow
from bot.deadlines.views import NewDeadline, confirm_lines, deadline_set
from bot.deadlines.workflow import ChangeRefused, title
from bot.reminders.messages import EXTENSION
from bot.sheets.session import Desk, Person, change
from store import projects
from store.database import writing
from store.evaluation import deadlines, sheets
from store.evaluation.records import Sheet, SheetState
from store.records import Project
from store.text.display import display
from store.text.wareki import fiscal_year_name

Pick = Callable[[Iterable[Sheet], Sequence[tuple[int, str]]], Sheet | None]


def meant(
    desk: Desk, numbers: Sequence[str], fiscal_year: int | None, kind: str,
    pick: Pick = workflow.current,
) -> list[Sheet]:  # fmt: skip
    """The sheet that each number names. Raises ChangeRefused when one of them has none."""
    found = [_meant(desk, number, fiscal_year, kind, pick) for number in numbers]
    if missing := [number for number, sheet in zip(numbers, found, strict=True) if sheet is None]:
        others = "ほかの番号も、まだ何も変えていません。" if len(missing) < len(numbers) else ""
        raise ChangeRefused(_why_none(desk, missing, fiscal_year, kind) + others)
    return [sheet for sheet in found if sheet]


def _meant(desk: Desk, number: str, fiscal_year: int | None, kind: str, pick: Pick) -> Sheet | None:
    found = [
        sheet
        for sheet in sheets.numbered(desk.db, number)
        if fiscal_year in (None, sheet.fiscal_year) and kind in ("", sheet.kind)
    ]
    # Who reports a sheet twice means the same round, not the next one that nobody has begun.
    return pick([s for s in found if desk.is_begun(s)] or found, deadlines.rounds(desk.db))


def _why_none(desk: Desk, numbers: Sequence[str], fiscal_year: int | None, kind: str) -> str:
    """There is a sheet where there is a project and a deadline: which of them is lacking."""
    found = {number: projects.find(desk.db, number, fiscal_year=fiscal_year) for number in numbers}
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


def report(desk: Desk, person: Person, sheets: Sequence[Sheet], state: SheetState) -> list[str]:
    """The section says how far its sheets are."""

    def how(sheet: Sheet) -> Sheet:
        return workflow.reported(sheet, state, by_admin=person.is_admin)

    return each_of(desk, person, sheets, how, f"「{{}}」を{state}にしました（{{}}）。")


def send_back(desk: Desk, person: Person, sheet: Sheet, reason: str, due: date | None) -> list[str]:
    """The secretariat sends a sheet back; the next tick tells the section."""

    def how(sheet: Sheet) -> Sheet:
        return workflow.returned(sheet, reason, due, at=desk.now)

    until = f"新しい期限は{format_date(due)}です。" if due else ""
    done = f"「{{}}」（{{}}）を差し戻しました。{until}課にお知らせします。"
    return each_of(desk, person, [sheet], how, done)


def ask_extension(desk: Desk, person: Person, sheets: Sequence[Sheet], due: date, reason: str) -> list[str]:
    """The section asks for more time; the secretariat hears of it, with buttons to decide."""

    def how(sheet: Sheet) -> Sheet:
        return workflow.extension_asked(
            sheet, due, reason, present=desk.present_due(sheet), by=person.user, at=desk.now
        )

    def tell(saved: Sheet) -> None:
        why = f"（理由: {reason}）" if reason else ""
        what = f"{saved.section}から「{title(saved)}」の{format_date(due)}までの延長の申請がありました{why}。"
        key = f"{EXTENSION}{saved.fiscal_year} {saved.number} {saved.kind} {saved.version}"
        desk.tell(f"{what}承認は /jigyo 延長 承認 {saved.number}", key=key)

    done = f"「{{}}」（{{}}）の{format_date(due)}までの延長を申請しました。"
    return each_of(desk, person, sheets, how, done, then=tell)


def decide_extension(
    desk: Desk, person: Person, sheets: Sequence[Sheet], *, approved: bool, reason: str = ""
) -> list[str]:
    """The secretariat grants or denies; whoever asked is told."""
    word = "承認" if approved else "却下"

    def how(sheet: Sheet) -> Sheet:
        return workflow.extension_decided(sheet, approved=approved, at=desk.now)

    def tell(saved: Sheet) -> None:
        until = f"{format_date(saved.extension_due)}までの" if saved.extension_due else ""
        why = f"理由: {reason}" if reason else ""
        key = f"decided {'/'.join(map(str, saved.key))} {saved.version}"
        text = f"「{title(saved)}」の{until}延長が{word}されました。{why}"
        desk.tell(text, key=key, recipient=saved.extension_by)

    return each_of(
        desk, person, sheets, how, f"「{{}}」（{{}}）の延長を{word}しました。", then=tell, note=reason
    )


def set_deadline(desk: Desk, person: Person, new: NewDeadline) -> str:
    """Set or withdraw a deadline; what came of it, with weekdays."""
    old, now = deadlines.set_deadline(
        desk.db, fiscal_year=new.fiscal_year, kind=new.kind, due=new.due, by=person.user, at=desk.now,
        department=new.department, section=new.section, opens=new.opens, note=new.note,
        withdrawn=new.withdrawn,
    )  # fmt: skip
    return f"{new.kind}（{new.scope}）の締切を取り消しました。" if new.withdrawn else deadline_set(old, now)


def confirm_lines_of(desk: Desk, new: NewDeadline) -> str:
    """What is about to be set, and what it replaces."""
    old = deadlines.deadline(desk.db, new.fiscal_year, new.kind, new.department, new.section)
    return confirm_lines(new, old, desk.calendar, desk.ways)


def each_of(
    desk: Desk, person: Person, sheets: Sequence[Sheet], how: Callable[[Sheet], Sheet], done: str, *,
    then: Callable[[Sheet], None] = lambda saved: None, note: str = "",
) -> list[str]:  # fmt: skip
    """Change each sheet and do `then` with it, both or neither; a line for each done and for each refusal."""
    lines: list[str] = []
    refusals: set[str] = set()  # sheets of one section are refused in the same words: they are said once
    for sheet in sheets:
        try:
            with writing(desk.db):
                saved = change(desk, person, sheet.key, how, note=note)
                then(saved)
            lines.append(done.format(title(saved), saved.kind))
        except ChangeRefused as refused:
            if (why := str(refused)) not in refusals:
                refusals.add(why)
                lines.append(why)
    return lines


def every_open(desk: Desk, person: Person, fiscal_year: int | None, kind: str) -> list[Sheet]:
    """Every sheet of the person's sections that is to come in. Raises ChangeRefused when there is none."""
    found = [
        sheet
        for duty in desk.duties
        if (duty.contacts.department, duty.contacts.section) in person.offices
        and fiscal_year in (None, duty.fiscal_year)
        and (kind == duty.kind if kind else duty.begun(desk.now))
        for sheet in duty.sheets
        if not sheet.done
    ]
    if not found:
        raise ChangeRefused("担当の課に、提出を待っている評価シートはありません。")
    return found
