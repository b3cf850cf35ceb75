"""What a person asks about deadlines and sheets, as text, read into frozen requests. Pure.

The text is what stands after `/jigyo 締切`, `/jigyo 提出` and so on. Words may come in any order unless said
otherwise; every error is one courteous line with an example.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.days.business_days import Calendar
from bot.days.dates import ParsedDate
from bot.deadlines.request_words import Place, RequestError, Words
from store.evaluation.sheet_records import FIRST_EVALUATION, STATES, SheetState

Whose = Literal["mine", "section", "all"]

SET_EXAMPLE = "/jigyo 締切 設定 令和3年度 一次評価 12月28日 企画経営課"
WITHDRAW_EXAMPLE = "/jigyo 締切 取消 令和3年度 一次評価 企画経営課"
PROGRESS_EXAMPLE = "/jigyo 進捗 令和3年度 一次評価"
SUBMIT_EXAMPLE = "/jigyo 提出 11 12"
RETURN_EXAMPLE = "/jigyo 差戻し 11 1月15日まで 成果の数値を確かめてください"
EXTEND_EXAMPLE = "/jigyo 延長 11 1月15日 議会の日程のため"


@dataclass(frozen=True, slots=True)
class SetDeadline:
    """締切 設定: `place` is ('', '') for all; `fiscal_year` None is for the caller to fill in."""

    fiscal_year: int | None
    kind: str
    due: ParsedDate
    place: Place
    opens: ParsedDate | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawDeadline:
    """締切 取消."""

    fiscal_year: int | None
    kind: str
    place: Place


@dataclass(frozen=True, slots=True)
class ShowDeadlines:
    """締切 alone, 締切 課, 締切 すべて, or with a place, a year, a kind."""

    whose: Whose = "mine"
    fiscal_year: int | None = None
    kind: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ReportSheets:
    """提出 NUMBER…: `numbers` as written; empty with `every` for all of one's section."""

    numbers: tuple[str, ...]
    state: SheetState = "提出済"
    every: bool = False
    fiscal_year: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ReturnSheet:
    """差戻し NUMBER 理由, with a new due date where one was written."""

    number: str
    reason: str
    due: ParsedDate | None = None
    fiscal_year: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class AskExtension:
    """延長 NUMBER… 日付 理由."""

    numbers: tuple[str, ...]
    due: ParsedDate
    reason: str = ""
    fiscal_year: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class DecideExtension:
    """延長 承認 NUMBER…, 延長 却下 NUMBER… 理由."""

    numbers: tuple[str, ...]
    approved: bool
    reason: str = ""
    fiscal_year: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ShowProgress:
    """進捗, of a year, a kind, a place where named."""

    fiscal_year: int | None = None
    kind: str = ""
    place: Place | None = None


EVERYWHERE: Place = ("", "")
_WHOSE: dict[str, Whose] = {
    **dict.fromkeys(("自分", "私", "わたし", "mine"), "mine"),
    **dict.fromkeys(("課", "うちの課", "所属", "室", "section"), "section"),
    **dict.fromkeys(("すべて", "全て", "全部", "全体", "一覧", "全庁", "all"), "all"),
}


def read_deadline_request(
    text: str, today: date, calendar: Calendar, places: Sequence[Place]
) -> SetDeadline | WithdrawDeadline | ShowDeadlines:
    """After 締切. Raises RequestError or DateError."""
    words = Words(text)
    match words.take_word(("設定", "変更", "登録", "取消", "取り消し", "削除", "解除")):
        case "":
            return _show(words, places)
        case "設定" | "変更" | "登録":
            return _set(words, today, calendar, places)
        case _:
            return _withdraw(words, places)


def read_report_request(text: str) -> ReportSheets:
    """After 提出: numbers, then a state where it is another one. Raises RequestError."""
    words = Words(text)
    year, kind = words.take_fiscal_year(), words.take_kind()
    every = bool(words.take_word(("全部", "すべて", "全て", "全件")))
    numbers = words.take_numbers()
    state = words.take_word(STATES)
    if bool(numbers) == every:
        raise RequestError(f"どの事業のシートか、番号で書いてください（例: {SUBMIT_EXAMPLE}）。")
    _refuse_rest(words, SUBMIT_EXAMPLE)
    return ReportSheets(numbers, _state(state), every, year, kind)


def read_return_request(text: str, today: date, calendar: Calendar) -> ReturnSheet:
    """After 差戻し: a number, then the reason, a due date (1月15日まで). Raises RequestError or DateError."""
    words = Words(text)
    year, kind = words.take_fiscal_year(), words.take_kind()
    numbers = words.take_numbers()
    if len(numbers) != 1:
        raise RequestError(f"差し戻すシートの番号を1つ書いてください（例: {RETURN_EXAMPLE}）。")
    due = words.take_due(today, calendar)
    reason = words.take_labelled("理由") or words.rest()
    if not reason:
        raise RequestError(f"差し戻す理由を書いてください（例: {RETURN_EXAMPLE}）。")
    return ReturnSheet(numbers[0], reason, due, year, kind)


def read_extension_request(text: str, today: date, calendar: Calendar) -> AskExtension | DecideExtension:
    """After 延長: numbers, a date, a reason; or 承認 or 却下 first. Raises RequestError or DateError."""
    words = Words(text)
    decision = words.take_word(("承認", "許可", "却下", "不承認"))
    year, kind = words.take_fiscal_year(), words.take_kind()
    numbers = words.take_numbers()
    if not numbers:
        raise RequestError(f"延長するシートの番号を書いてください（例: {EXTEND_EXAMPLE}）。")
    if decision:
        approved = decision in ("承認", "許可")
        return DecideExtension(numbers, approved, words.take_labelled("理由") or words.rest(), year, kind)
    due = words.take_date(today, calendar)
    if due is None:
        raise RequestError(f"いつまで延長するか、日付を書いてください（例: {EXTEND_EXAMPLE}）。")
    return AskExtension(numbers, due, words.take_labelled("理由") or words.rest(), year, kind)


def read_progress_request(text: str, places: Sequence[Place]) -> ShowProgress:
    """After 進捗: a year, a kind, a place, each where wanted. Raises RequestError."""
    words = Words(text)
    year, kind = words.take_fiscal_year(anywhere=True), words.take_kind(anywhere=True)
    place = words.take_place(places)
    _refuse_rest(words, PROGRESS_EXAMPLE)
    return ShowProgress(year, kind, place)


def _show(words: Words, places: Sequence[Place]) -> ShowDeadlines:
    year, kind = words.take_fiscal_year(anywhere=True), words.take_kind(anywhere=True)
    word = words.take_word(_WHOSE)
    place = words.take_place(places)
    _refuse_rest(words, SET_EXAMPLE)
    whose: Whose = "all" if place else _WHOSE.get(word, "mine")
    return ShowDeadlines(whose, year, kind, place)


def _set(words: Words, today: date, calendar: Calendar, places: Sequence[Place]) -> SetDeadline:
    note = words.take_labelled("備考", "理由", "メモ")
    year, kind = words.take_fiscal_year(anywhere=True), words.take_kind(anywhere=True)
    opens = words.take_opening(today, calendar)
    place = words.take_place(places)
    due = words.take_date(today, calendar)
    _refuse_rest(words, SET_EXAMPLE)
    if due is None:
        raise RequestError(f"締切の日付を書いてください（例: {SET_EXAMPLE}）。")
    if opens and opens.day > due.day:
        raise RequestError(
            f"開始の日（{opens.echo}）が締切（{due.echo}）より後です。日付を確かめてください。"
        )
    return SetDeadline(year, kind or FIRST_EVALUATION, due, place or EVERYWHERE, opens, note)


def _withdraw(words: Words, places: Sequence[Place]) -> WithdrawDeadline:
    year, kind = words.take_fiscal_year(anywhere=True), words.take_kind(anywhere=True)
    place = words.take_place(places)
    _refuse_rest(words, WITHDRAW_EXAMPLE)
    return WithdrawDeadline(year, kind or FIRST_EVALUATION, place or EVERYWHERE)


def _refuse_rest(words: Words, example: str) -> None:
    if words:
        raise RequestError(f"「{words.rest()}」が読み取れませんでした。{example} のように書いてください。")


def _state(word: str) -> SheetState:
    return next((state for state in STATES if state == word), "提出済")
