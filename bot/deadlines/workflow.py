"""What may become of a sheet: each change as a function of the sheet, refused in one courteous line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.days.calendar import format_date
from bot.messages.digests import extension_words, title
from store.evaluation.records import STATES, ExtensionState, Sheet, SheetState

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
