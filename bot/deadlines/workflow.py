"""What may become of a sheet, and deadlines.csv and sheets.csv, which people fill in. Pure.

Each change is a function of the sheet, refused in one courteous line. The files are our records and back,
with why a row cannot be taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import TypeVar

from bot.days.calendar import Calendar, format_date
from bot.days.dates import DateError, parse_date
from bot.deadlines.requests import round_name
from bot.messages.digests import extension_words, title
from store.evaluation.records import FIRST_EVALUATION, STATES, Deadline, ExtensionState, Sheet, SheetState
from store.lists import LIMITS, Limits
from store.lists.cells import CellError, Line, each_of, read_lines, write_lines
from store.records import RejectedRow
from store.text.numbers import fiscal_year_name, number_key, parse_fiscal_year, parse_full_date

SECTION_STATES: frozenset[SheetState] = frozenset(("作成中", "課長確認", "提出済"))
RETURNABLE: frozenset[SheetState] = frozenset(("課長確認", "提出済", "確定"))


class ChangeRefused(Exception):  # noqa: N818 - it is an answer, not an error of ours
    """The sheet stays as it is; the message says why to whoever asked, `why` to whoever counts."""

    why = "not possible"


class NotAllowed(ChangeRefused):
    """It is for others to do, the secretariat among them."""

    why = "not allowed"


class NotAMember(ChangeRefused):
    """It is for members of this workspace alone."""

    why = "not allowed"


class SentAgain(ChangeRefused):
    """This very request was here before."""

    why = "sent again"


def reported(sheet: Sheet, state: SheetState, *, by_admin: bool) -> Sheet:
    """A section reports how far its sheet is. Raises ChangeRefused."""
    if sheet.state == state:
        raise ChangeRefused(f"「{title(sheet)}」は、すでに{state}です。")
    if not by_admin and state not in SECTION_STATES:
        raise ChangeRefused(f"{state}にできるのは事務局だけです。")
    if not by_admin and sheet.done:
        raise ChangeRefused(
            f"「{title(sheet)}」は{sheet.state}です。直すには事務局へ差戻しをご依頼ください。"
        )
    return replace(sheet, state=state)


def returned(sheet: Sheet, reason: str, due: date | None, *, at: datetime) -> Sheet:
    """The secretariat sends a sheet back. Raises ChangeRefused."""
    if sheet.state == "差戻し":
        raise ChangeRefused(f"「{title(sheet)}」は、すでに差し戻されています。")
    if sheet.state not in RETURNABLE:
        raise ChangeRefused(f"「{title(sheet)}」は{sheet.state}で、まだ提出されていません。")
    return replace(sheet, state="差戻し", returned_reason=reason, returned_due=due, returned_at=at)


def extension_asked(
    sheet: Sheet, due: date, reason: str, *, present: date | None, by: str, at: datetime
) -> Sheet:
    """A section asks for a later due date than the `present` one. Raises ChangeRefused."""
    if sheet.done:
        raise ChangeRefused(f"「{title(sheet)}」は{sheet.state}ですので、延長は要りません。")
    if present and due <= present:
        raise ChangeRefused(f"今の締切は{format_date(present)}です。それより後の日付をお書きください。")
    if sheet.extension_state == "申請中" and sheet.extension_due == due:
        raise ChangeRefused(f"「{title(sheet)}」は、{format_date(due)}までの延長をすでに申請中です。")
    held_due, held_at = sheet.granted or (None, None)
    return replace(
        sheet,
        held_due=held_due,
        held_at=held_at,
        extension_state="申請中",
        extension_due=due,
        extension_reason=reason,
        extension_by=by,
        extension_at=at,
    )


def extension_given(sheet: Sheet, due: date, reason: str, *, by: str, at: datetime) -> Sheet:
    """The secretariat grants an extension that nobody asked for."""
    return replace(
        sheet, extension_state="承認", extension_due=due, extension_reason=reason, extension_by=by,
        extension_at=at, extension_decided_by=by, held_due=None, held_at=None,
    )  # fmt: skip


def extension_decided(
    sheet: Sheet, *, approved: bool, by: str, at: datetime, asked_at: datetime | None = None
) -> Sheet:
    """The secretariat grants or denies what was asked for, at `asked_at` where only that is meant.

    Raises ChangeRefused, which says what holds today.
    """
    if not sheet.is_pending:
        raise ChangeRefused(extension_words(sheet))
    if asked_at not in (None, sheet.extension_at):
        raise ChangeRefused(f"この申請のあとに、新しい申請が出ています。{extension_words(sheet)}")
    state: ExtensionState = "承認" if approved else "却下"
    if approved:
        sheet = replace(sheet, held_due=None, held_at=None)
    return replace(sheet, extension_state=state, extension_at=at, extension_decided_by=by)


def undone(sheet: Sheet, *, was: SheetState | None, reported_at: datetime | None) -> Sheet:
    """Take back what a section did last and nobody decided yet: a request, or a report. Raises ChangeRefused.

    `was` is the state before it was 提出済, `reported_at` when it became so.
    """
    asked = sheet.extension_at if sheet.is_pending else None
    if sheet.state == "提出済" and was and not (asked and reported_at and asked > reported_at):
        return replace(sheet, state=was)
    if asked:
        if sheet.granted:
            day, at = sheet.granted
            return replace(
                sheet, extension_state="承認", extension_due=day, extension_at=at, held_due=None, held_at=None
            )
        return replace(sheet, extension_state="", extension_due=None, extension_reason="", extension_by="")
    if sheet.state in ("確定", "差戻し") or sheet.extension_state in ("承認", "却下"):
        raise ChangeRefused(f"「{title(sheet)}」はもう{_decided(sheet)}ため、取り消せません。")
    raise ChangeRefused(f"「{title(sheet)}」には、取り消す提出も延長の申請もありません。")


def _decided(sheet: Sheet) -> str:
    if sheet.state in ("確定", "差戻し"):
        return "確定している" if sheet.state == "確定" else "差し戻されている"
    return f"延長が{sheet.extension_state}されている"


def current(sheets: Iterable[Sheet], rounds: Sequence[tuple[int, str]]) -> Sheet | None:
    """Of one project's sheets the one that is meant when no round is named.

    `rounds` are (fiscal year, kind) in the order of their due dates: the first that is still to come in, else
    the last.
    """
    found = _in_order(sheets, rounds)
    return next((sheet for sheet in found if not sheet.done), found[-1] if found else None)


def last_in(sheets: Iterable[Sheet], rounds: Sequence[tuple[int, str]]) -> Sheet | None:
    """Of one project's sheets the one to send back: the last to have come in, else the current one."""
    found = _in_order(sheets, rounds)
    return next((sheet for sheet in reversed(found) if sheet.state in RETURNABLE), current(found, rounds))


def last_changed(sheets: Iterable[Sheet], rounds: Sequence[tuple[int, str]]) -> Sheet | None:
    """Of one project's sheets the one that somebody changed last, else the current one."""
    found = list(sheets)
    touched = [sheet for sheet in found if sheet.updated_at]
    return max(touched, key=lambda sheet: sheet.updated_at or LONG_AGO) if touched else current(found, rounds)


LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _in_order(sheets: Iterable[Sheet], rounds: Sequence[tuple[int, str]]) -> list[Sheet]:
    order = {each: place for place, each in enumerate(rounds)}
    return sorted(sheets, key=lambda sheet: order.get((sheet.fiscal_year, sheet.kind), len(order)))


def state_of(word: str) -> SheetState | None:
    """The state so named (差し戻し and 提出 as well), or None."""
    folded = {"差し戻し": "差戻し", "提出": "提出済", "提出済み": "提出済"}.get(word, word)
    return next((state for state in STATES if state == folded), None)


Office = tuple[str, str]  # department, section; ('', '') is everywhere
YES, NO = ("○", "〇", "はい", "取消", "1", "true", "yes"), ("", "×", "いいえ", "0", "false", "no")


@dataclass(frozen=True, slots=True)
class Read:
    """How a row is read: the year meant where none is written, today, the calendar, the offices there are."""

    year: int
    today: date
    calendar: Calendar
    offices: Sequence[Office]
    aliases: Mapping[str, str]


def year_of(line: Line, how: Read) -> int:
    """The fiscal year of a row, else the one meant. Raises CellError."""
    text = line.cells.get("fiscal_year", "")
    if not text:
        return how.year
    year = parse_fiscal_year(text)
    if year is None:
        raise CellError("fiscal_year", f"年度「{text}」が読めません。令和3年度 のように書いてください。")
    return year


def day_of(line: Line, name: str, how: Read) -> date | None:
    """The day in a cell, None when it is empty. Raises CellError."""
    text = line.cells.get(name, "")
    if not text:
        return None
    try:
        # A date with its year may be past: a file lists earlier deadlines too.
        return parse_full_date(text) or parse_date(text, how.today, how.calendar).day
    except DateError as error:
        raise CellError(name, str(error)) from error
    except ValueError:
        raise CellError(name, f"「{text}」という日はありません。") from None


def office_of(line: Line, how: Read) -> Office:
    """The department and section a row names, or a whole department, or everywhere. Raises CellError."""
    department, section = line.cells.get("department", ""), line.cells.get("section", "")
    section = how.aliases.get(section, section)
    if not section:
        if department and department not in {known for known, _ in how.offices}:
            raise CellError("department", f"「{department}」という部は登録されていません。")
        return department, ""
    found = [office for office in how.offices if office[1] == section and department in ("", office[0])]
    if len(found) == 1:
        return found[0]
    where = f"{department}の" if department else ""
    raise CellError(
        "section",
        f"「{where}{section}」は{'、'.join(each for each, _ in found)}にあります。部を書いてください。"
        if found
        else f"「{where}{section}」という課は登録されていません。",
    )


def yes_of(line: Line, name: str) -> bool:
    """Whether a cell is ticked. Raises CellError."""
    word = line.cells.get(name, "").lower()
    if word not in (*YES, *NO):
        raise CellError(name, f"「{word}」は読めません。○ か空にしてください。")
    return word in YES


Record = TypeVar("Record")

DEADLINES = {
    "fiscal_year": ("年度", "対象年度", "fiscal_year"),
    "kind": ("種類", "種別", "区分", "評価", "kind"),
    "department": ("部", "部局", "部名", "department"),
    "section": ("課", "課室", "課・室", "課名", "section"),
    "due": ("締切", "締切日", "期限", "提出期限", "due"),
    "opens": ("開始", "開始日", "着手日", "opens"),
    "note": ("備考", "メモ", "note"),
    "withdrawn": ("取消", "withdrawn"),
}
SHEETS = {
    "fiscal_year": ("年度", "対象年度", "fiscal_year"),
    "kind": ("種類", "種別", "区分", "評価", "kind"),
    "number": ("事業番号", "番号", "number"),
    "name": ("事務事業名", "事業名", "name"),
    "department": ("部", "部局", "部名", "department"),
    "section": ("課", "課室", "課・室", "課名", "section"),
    "state": ("状態", "state"),
    "returned_reason": ("差戻し理由", "returned_reason"),
    "returned_due": ("再提出期限", "returned_due"),
    "extension_due": ("延長後の締切", "extension_due"),
    "extension_state": ("延長の状態", "extension_state"),
    "url": ("リンク", "URL", "url"),
}
_OF_SHEETS_ALONE = frozenset(
    SHEETS[name][0] for name in ("returned_reason", "returned_due", "extension_due", "extension_state")
)
EXTENSION_STATES: tuple[ExtensionState, ...] = ("申請中", "承認", "却下", "")


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """A deadline as a row sets it."""

    fiscal_year: int
    kind: str
    due: date
    office: Office
    opens: date | None = None
    note: str = ""
    withdrawn: bool = False


def read_deadlines(
    data: bytes, how: Read, limits: Limits = LIMITS
) -> tuple[list[tuple[Line, DeadlineLine]], list[RejectedRow]]:
    """Deadlines of a table headed 締切 at least. Raises ListError when it is none."""
    lines = read_lines(data, DEADLINES, required=("due",), limits=limits)
    return _each(lines, lambda line: _deadline(line, how))


def read_sheets(
    data: bytes, how: Read, sheets: Iterable[Sheet], *, at: datetime, limits: Limits = LIMITS
) -> tuple[list[tuple[Line, tuple[Sheet, Sheet]]], list[RejectedRow]]:
    """(before, after) of each row of a table headed 事業番号 at least. Raises ListError when it is none."""
    known = {(sheet.fiscal_year, number_key(sheet.number), sheet.kind): sheet for sheet in sheets}
    lines = read_lines(data, SHEETS, required=("number",), limits=limits)
    return _each(lines, lambda line: _sheet(line, how, known, at))


def is_of_sheets(headings: Iterable[str]) -> bool:
    """Whether these are the headings of `write_sheets`, which names projects too, and not those of a list."""
    return frozenset(headings) >= _OF_SHEETS_ALONE


def write_deadlines(deadlines: Iterable[Deadline]) -> str:
    """CSV text of deadlines."""
    return write_lines(
        DEADLINES,
        (
            {
                "fiscal_year": str(each.fiscal_year), "kind": each.kind, "department": each.department,
                "section": each.section, "due": each.due.isoformat(), "note": each.note,
                "opens": each.opens.isoformat() if each.opens else "", "withdrawn": YES[0] * each.withdrawn,
            }
            for each in deadlines
        ),
    )  # fmt: skip


def write_sheets(sheets: Iterable[Sheet]) -> str:
    """CSV text of sheets."""
    return write_lines(SHEETS, ({name: _text(getattr(sheet, name)) for name in SHEETS} for sheet in sheets))


def _each(
    lines: Iterable[Line], read: Callable[[Line], Record]
) -> tuple[list[tuple[Line, Record]], list[RejectedRow]]:
    taken, rejected = [], []
    for line in lines:
        try:
            taken.append((line, read(line)))
        except CellError as error:
            rejected.append(line.rejected(error))
    return taken, rejected


def _deadline(line: Line, how: Read) -> DeadlineLine:
    due, opens, year, office, withdrawn = each_of(
        partial(_due, line, how), partial(day_of, line, "opens", how), partial(year_of, line, how),
        partial(office_of, line, how), partial(yes_of, line, "withdrawn"),
    )  # fmt: skip
    if opens and opens > due:
        raise CellError("opens", "開始が締切より後です。")
    kind = round_name(line.cells.get("kind", FIRST_EVALUATION))
    return DeadlineLine(year, kind, due, office, opens, line.cells.get("note", ""), withdrawn)


def _due(line: Line, how: Read) -> date:
    due = day_of(line, "due", how)
    if due is None:
        raise CellError("due", "締切が空です。")
    return due


def _sheet(
    line: Line, how: Read, known: Mapping[tuple[int, str, str], Sheet], at: datetime
) -> tuple[Sheet, Sheet]:
    number = line.cells.get("number", "")
    if not number:
        raise CellError("number", "事業番号が空です。")
    year, kind = year_of(line, how), round_name(line.cells.get("kind", FIRST_EVALUATION))
    sheet = known.get((year, number_key(number), kind))
    if sheet is None:
        raise CellError(
            "number", f"{fiscal_year_name(year)} {kind} に事業番号「{number}」のシートはありません。"
        )
    state, returned_due, *_ = each_of(
        partial(_state, line, sheet), partial(day_of, line, "returned_due", how),
        partial(_extended, line, how, sheet, at),
    )  # fmt: skip
    given = {name: line.cells[name] for name in ("returned_reason", "url") if name in line.cells}
    new = replace(sheet, state=state, **given)  # type: ignore[arg-type]  # each is text
    new = replace(new, returned_due=returned_due or sheet.returned_due)
    if new.state == "差戻し" != sheet.state:
        new = replace(new, returned_at=at)
    return sheet, _extended(line, how, new, at)


def _state(line: Line, sheet: Sheet) -> SheetState:
    word = line.cells.get("state", sheet.state)
    state = state_of(word)
    if state is None:
        raise CellError("state", f"状態「{word}」は読めません。")
    return state


def _extended(line: Line, how: Read, sheet: Sheet, at: datetime) -> Sheet:
    due = day_of(line, "extension_due", how) or sheet.extension_due
    word = line.cells.get("extension_state", "承認" if due != sheet.extension_due else sheet.extension_state)
    found = next((state for state in EXTENSION_STATES if state == word), None)
    if found is None:
        raise CellError("extension_state", f"延長の状態「{word}」は読めません。")
    if found and due is None:
        raise CellError("extension_due", "延長後の締切が空です。")
    if (found, due) == (sheet.extension_state, sheet.extension_due):
        return sheet
    held_due, held_at = (sheet.granted if found != "承認" else None) or (None, None)
    return replace(
        sheet, extension_state=found, extension_due=due, extension_at=at, extension_decided_by="",
        held_due=held_due, held_at=held_at,
    )  # fmt: skip


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
