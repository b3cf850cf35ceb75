"""Parses the commands about deadlines and sheets into frozen requests. Pure.

The text is what follows `/jigyo 締切`, `/jigyo 提出` and so on. Words may come in any order unless said
otherwise; every error is one courteous line with an example.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.days.calendar import Calendar
from bot.days.dates import DateError, ParsedDate, UnreadableDateError, parse_date
from store.evaluation.records import FIRST_EVALUATION, KINDS, STATES, SheetState
from store.text.normalize import one_space
from store.text.numbers import in_digits, parse_fiscal_year, parse_full_date

MOST_DATE_WORDS = 3  # 来週 の 金曜, 12月28日 午後 5時

_SPLIT = re.compile(r"[\s、，]+")
_KIND = re.compile(r".+(?:評価|修正|点検|確認|提出)")
_ORDINAL = re.compile("^([1-5])次")
_NUMBER = re.compile(r"(?:(?:事業)?番号|no[.:]?|#)?[0-9][0-9a-z.\-]*(?:番|号)?|\d{4}-.+-\d+", re.IGNORECASE)
_LABEL = re.compile(r"^(?:新?期限|締切|開始|作成開始|着手)[:：]")
_FROM_TAIL = re.compile(r"(?:から|より|開始)$")
_FROM = re.compile(r"^(?:作成開始|開始|着手):|(?:から|より|開始)$")
_UNTIL = re.compile(r"^(?:新?期限|締切):|(?:まで|までに|迄|迄に|必着)$")
_YEAR_WORD = re.compile(r".*年度|[rhsRHS]\d+")
_EVERYWHERE = frozenset(("全庁", "全課", "全部", "全体", "すべて", "全て", "全部署", "全員"))

Place = tuple[str, str]  # department and section, the section '' for a whole department, both '' for all


class RequestError(Exception):
    """The request can't be understood; the message says what to write, in one line."""


class Words:
    """The words not yet understood, in their order, as they were written."""

    def __init__(self, text: str) -> None:
        self._left = [word for word in _SPLIT.split(text.strip()) if word]

    def __bool__(self) -> bool:
        return bool(self._left)

    def rest(self) -> str:
        """All that is left, as one text; nothing is left then."""
        text, self._left = " ".join(self._left), []
        return text

    def take_word(self, words: Collection[str]) -> str:
        """The first word if it is one of these (folded), else ''."""
        if self._left and one_space(self._left[0]) in words:
            return one_space(self._left.pop(0))
        return ""

    def take_labelled(self, *labels: str) -> str:
        """The text after a label such as `理由:`, up to the end; '' when there is no such label."""
        for index, word in enumerate(self._left):
            label, colon, value = fold_colon(word).partition(":")
            if colon and label in labels:
                taken = [value, *self._left[index + 1 :]] if value else self._left[index + 1 :]
                del self._left[index:]
                return " ".join(taken)
        return ""

    def take_fiscal_year(self, *, anywhere: bool = False) -> int | None:
        """令和3年度, R3 or 2021年度 (a bare 2021 may be a project's number); the first word, or anywhere."""
        for index, word in enumerate(self._left if anywhere else self._left[:1]):
            if _YEAR_WORD.fullmatch(one_space(word)) and (year := parse_fiscal_year(word)):
                del self._left[index]
                return year
        return None

    def take_kind(self, *, anywhere: bool = False) -> str:
        """一次評価 and the like, '' when none is named; the first word, or anywhere."""
        for index, word in enumerate(self._left if anywhere else self._left[:1]):
            if one_space(word) in KINDS or _KIND.fullmatch(one_space(word)):
                return round_name(self._left.pop(index))
        return ""

    def take_place(self, places: Iterable[Place]) -> Place | None:
        """A section or a department by its name or a part that only one has; all for 全庁."""
        known = list(places)
        for index, word in enumerate(self._left):
            if place := _place(one_space(word), known):
                del self._left[index]
                return place
        return None

    def take_numbers(self) -> tuple[str, ...]:
        """Project numbers at the beginning, as they were written."""
        taken = 0
        while taken < len(self._left) and _is_number(self._left[taken]):
            taken += 1
        numbers = tuple(self._left[:taken])
        del self._left[:taken]
        return numbers

    def take_opening(self, today: date, calendar: Calendar) -> ParsedDate | None:
        """The date of 12月1日から or 開始:12月1日. Raises DateError when it is impossible or past."""
        return self._take_date(today, calendar, lambda _, text: bool(_FROM.search(text)))

    def take_due(self, today: date, calendar: Calendar) -> ParsedDate | None:
        """A date that comes first, ends in まで or is labelled 期限:; others belong to the running text."""
        return self._take_date(today, calendar, lambda start, text: start == 0 or bool(_UNTIL.search(text)))

    def take_date(self, today: date, calendar: Calendar) -> ParsedDate | None:
        """The first date, which may be several words. Raises DateError when it is impossible or past."""
        return self._take_date(today, calendar, lambda *_: True)

    def _take_date(
        self, today: date, calendar: Calendar, accept: Callable[[int, str], bool]
    ) -> ParsedDate | None:
        refused: DateError | None = None
        for start, stop in self._spans():
            text = " ".join(self._left[start:stop])
            if not accept(start, one_space(text)):
                continue
            try:
                found = parse_date(_LABEL.sub("", _FROM_TAIL.sub("", text)), today, calendar)
            except UnreadableDateError:
                continue
            except DateError as error:
                refused = refused or error
                continue
            del self._left[start:stop]
            return found
        if refused:
            raise refused
        return None

    def _spans(self) -> Iterator[tuple[int, int]]:
        """Runs of words, the longer first; a number never joins what follows (`1 2月28日` is no 12月)."""
        for start, word in enumerate(self._left):
            longest = 1 if _is_number(word) else MOST_DATE_WORDS
            for stop in range(min(start + longest, len(self._left)), start, -1):
                yield start, stop


def round_name(word: str) -> str:
    """The name of a round as it is kept: 1次評価 is 一次評価."""
    return _ORDINAL.sub(lambda found: "一二三四五"[int(found[1]) - 1] + "次", one_space(word))


def alike_round(name: str, known: Iterable[str]) -> str:
    """The known round that a new name may be a slip for, one character apart (一時評価); else ''."""
    others = list(known)
    if name in others:
        return ""
    return next(
        (
            each
            for each in others
            if len(each) == len(name) and sum(a != b for a, b in zip(each, name, strict=True)) == 1
        ),
        "",
    )


def _is_number(word: str) -> bool:
    if not _NUMBER.fullmatch(in_digits(one_space(word))):
        return False
    try:
        return parse_full_date(word) is None
    except ValueError:
        return False


def fold_colon(word: str) -> str:
    """A word with a full-width colon made plain, otherwise as it was written."""
    return word.replace("：", ":")


def _place(word: str, places: Sequence[Place]) -> Place | None:
    if word in _EVERYWHERE:
        return ("", "")
    bare = re.sub(r"^(?:課|部|室|担当):", "", word)
    names = {section or department: (department, section) for department, section in places}
    if bare in names:
        return names[bare]
    partly = [place for name, place in names.items() if len(bare) >= 2 and bare in name]
    return partly[0] if len(partly) == 1 else None


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
class GrantExtension:
    """延長 一括 日付 理由: one for all that are late, of a place where one is named."""

    due: ParsedDate
    reason: str = ""
    fiscal_year: int | None = None
    kind: str = ""
    place: Place | None = None


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


def read_extension_request(
    text: str, today: date, calendar: Calendar, places: Sequence[Place] = ()
) -> AskExtension | DecideExtension | GrantExtension:
    """After 延長: numbers, a date, a reason; or 承認, 却下, 一括 first. Raises RequestError or DateError."""
    words = Words(text)
    if words.take_word(("一括", "遅れ", "全員")):
        year, kind = words.take_fiscal_year(), words.take_kind()
        place = words.take_place(places)
        until = words.take_date(today, calendar)
        if until is None:
            raise RequestError("いつまで延長するか、日付を書いてください（例: /jigyo 延長 一括 1月15日）。")
        return GrantExtension(until, words.take_labelled("理由") or words.rest(), year, kind, place)
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
    """After 進捗: a year, a kind and a place, each optional. Raises RequestError."""
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


LEAVE_EXAMPLE = "/jigyo 休暇 12/10〜12/14 代理 @田中"
CONTACTS_EXAMPLE = "/jigyo 設定 担当 企画経営課 課長 @田中"
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^<>]*)?>")
_AS_DEPUTY = re.compile(r"代理(?:者)?[は:：]?\s*<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>(?:さん)?")
_SPAN = re.compile(r"\s*(?:〜|～|~|から)\s*")
_DAY_ALONE = re.compile(r"\d{1,2}日?")
_NONE = ("取消", "取り消し", "やめる", "なし", "終了", "解除")
ContactRole = Literal["chief", "deputy", "director", "channel", "members"]
_CONTACT_ROLES: dict[str, ContactRole] = {
    "課長": "chief", "室長": "chief", "所長": "chief", "代理": "deputy", "課長補佐": "deputy",
    "補佐": "deputy", "部長": "director", "チャンネル": "channel", "課員": "members", "担当者": "members",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TakeLeave:
    """休暇: `user` is '' for whoever asks; without days it shows, `is_over` takes it back."""

    user: str = ""
    first: date | None = None
    last: date | None = None
    deputy: str = ""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class SetContact:
    """設定 担当: which section's which role is to be who; `ids` empty removes, `adds` None shows."""

    section: str
    role: ContactRole | None = None
    ids: tuple[str, ...] = ()
    adds: bool | None = None


def read_leave_request(raw: str, today: date, calendar: Calendar) -> TakeLeave:
    """After 休暇, with Slack's mentions still in it. Raises RequestError or DateError."""
    deputy = _AS_DEPUTY.search(raw)
    rest = _AS_DEPUTY.sub(" ", raw)
    others = _MENTION.findall(rest)
    rest = _MENTION.sub(" ", rest).replace("さん", " ").strip()
    if "代理" in rest or len(others) > 1 or "@" in rest:
        raise RequestError(f"代理の方は、@ で選んで書いてください（例: {LEAVE_EXAMPLE}）。")
    user = others[0] if others else ""
    if not rest or rest in _NONE:
        return TakeLeave(user, is_over=bool(rest))
    begins, *more = _SPAN.split(rest, maxsplit=1)
    first = parse_date(begins, today, calendar).day
    last = first
    if more and (ends := more[0].strip()):
        bare = ends.removesuffix("まで").strip()
        last = parse_date(f"{first.month}月{bare.rstrip('日')}日" if _DAY_ALONE.fullmatch(bare) else ends,
                          first, calendar).day  # fmt: skip
    return TakeLeave(user, first, last, deputy[1] if deputy else "")


def read_contact_request(raw: str) -> SetContact:
    """After 設定 担当, with Slack's mentions still in it. Raises RequestError."""
    words = _SPLIT.split(_CHANNEL.sub(" ", _MENTION.sub(" ", raw)).strip())
    section, *rest = words
    if not section:
        raise RequestError(f"課の名前を書いてください（例: {CONTACTS_EXAMPLE}）。")
    rest = [word for word in rest if word]
    if not rest:
        return SetContact(section)
    role = _CONTACT_ROLES.get(one_space(rest[0]))
    if role is None:
        raise RequestError(
            f"「{rest[0]}」は読み取れませんでした。{CONTACTS_EXAMPLE} のように書いてください。"
        )
    ids = tuple((_CHANNEL if role == "channel" else _MENTION).findall(raw))
    removes = bool(rest[1:]) and rest[1] in ("削除", "外す", *_NONE)
    if not ids and not removes:
        what = "# でチャンネル" if role == "channel" else "@ で方"
        raise RequestError(f"{what}を選んで書いてください（例: {CONTACTS_EXAMPLE}）。")
    return SetContact(section, role, ids, not removes)


UNDO_EXAMPLE = "/jigyo 取消 57"
HISTORY_EXAMPLE = "/jigyo 履歴 57"


def read_numbers(text: str, example: str) -> tuple[tuple[str, ...], int | None, str]:
    """Project numbers, with a year and a round where named. Raises RequestError."""
    words = Words(text)
    year, kind = words.take_fiscal_year(), words.take_kind()
    numbers = words.take_numbers()
    if not numbers:
        raise RequestError(f"事業の番号を書いてください（例: {example}）。")
    _refuse_rest(words, example)
    return numbers, year, kind
