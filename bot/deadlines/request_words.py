"""The words of a request about sheets, taken out one kind at a time: year, kind, place, date. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date

from bot.days.business_days import Calendar
from bot.days.date_spellings import DateError, UnreadableDateError
from bot.days.dates import ParsedDate, parse_date
from store.evaluation.sheet_records import KINDS
from store.text.fiscal_years import parse_fiscal_year
from store.text.normalize import one_space
from store.text.numbers import in_digits
from store.text.wareki import parse_full_date

MOST_DATE_WORDS = 3  # 来週 の 金曜, 12月28日 午後 5時

_SPLIT = re.compile(r"[\s、，]+")
_KIND = re.compile(r".+(?:評価|修正|点検|確認|提出)")
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
        """What stands after `理由:` and the like, up to the end; '' when there is no such label."""
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
                return one_space(self._left.pop(index))
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
