"""What a question asks of the columns of a list: of which, whose, how worked out, on what conditions. Pure.

A question is read as a skeleton in which each thing named is one sign: 〓 a project, ◎ an office, ◇ a year,
■ a column, ▲ a choice, ● an amount. 「◎の■が●以上の事業は何件？」 is the same question whatever is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from bot.ask.columns import vocabulary as words
from bot.ask.columns.naming import ColumnNames, Mention, find, fold, in_kind, of_value
from bot.ask.lexing import Span
from bot.ask.terms import terms
from store.columns.records import NUMERIC, Column
from store.text import asking
from store.text.fiscal_years import parse_fiscal_year, years_mentioned

if TYPE_CHECKING:
    from store.index.catalog import Catalog, Entry, NamedOffice

Aggregate = Literal[
    "value", "list", "count", "most", "least", "sum", "mean", "median", "share", "compare", "change", "spread"
]
By = Literal["", "section", "department", "organization", "column"]

PROJECT, OFFICE, YEAR, COLUMN, VALUE, AMOUNT = "〓◎◇■▲●"
_SIGNS = PROJECT + OFFICE + YEAR + COLUMN + VALUE + AMOUNT
SHOWN_IN_ORDER = 10  # projects of 多い順, where no number is said
_SHOWN_OF_MANY = 5  # projects of 決算の多い事業
_MOST_SHOWN = 100
_DIGIT = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_SCALE = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "億": 1e8, "兆": 1e12}
_AMOUNT = re.compile(
    r"(?P<number>(?:(?:\d[\d,]*(?:\.\d+)?|[一二三四五六七八九])[十百千万億兆]*|[十百千万億兆]+)+)"
    r"(?P<unit>円|人|名|件|回|%|％|パーセント|日|時間|箇所|校|台|点)?"
)
_PIECE = re.compile(r"(\d[\d,]*(?:\.\d+)?|[一二三四五六七八九])?([十百千万億兆]*)")
_COMPARED = re.compile(rf"\s?(?:{words.OVER}|{words.UNDER}|から|[~〜～-]\s?\d)")
_SIGN_BEFORE = re.compile(r"(?:>=|<=|≧|≦|>|<|=)\s?$|(?:[\d十百千万億円人件%])(?:から|[~〜～-]|以上、?)\s?$")
_SHORT_YEAR = re.compile(
    r"(?<![A-Za-z0-9])[RrHh](?:\d{1,2}|元)(?:年度?)?(?![0-9A-Za-z])|(?:令和|平成)(?:\d{1,2}|元)(?:年度?)?"
)
_LAST_YEAR = re.compile(r"(?:昨年度?|去年度?|前年度)(?=の■|■)")
_PRONOUN = re.compile(
    r"^(?:その|この|あの|上の|さっきの|先ほどの|同じ)(?:事業|やつ|取り?組み?|件)?の?|^(?:それ|これ|あれ)の?"
)
_OF_LIST = re.compile(r"^(?:(?:その|この|上の|前の)(?:うち|中)(?:で|から|の)?)、?")
_LEADING = re.compile(r"^(?:じゃあ|では|それでは|あと|ちなみに|それと|で、)[、\s]*")


@dataclass(frozen=True, slots=True)
class Bound:
    """Numbers of a column from `low` to `high`, ends left out where open; in 円 where `is_money`."""

    columns: tuple[Column, ...]
    low: float | None = None
    high: float | None = None
    is_open: bool = False
    is_money: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Projects whose cell of one of the columns is one of the values (folded), or is none of them.

    Of a column of texts the cells have the value within them: `is_part`.
    """

    columns: tuple[Column, ...]
    values: tuple[str, ...]
    is_denied: bool = False
    is_part: bool = False


@dataclass(frozen=True)
class ColumnQuestion:
    """What is asked. `asked` are the columns it is asked of; `top` how many to show of the most or least.

    `projects` has a group for each one named, one entry a year; `rest` is what else is said, which may be a
    part of a project's name. `is_of_list` where only the list just shown is meant, `has_pronoun` where the
    project is.
    """

    text: str
    skeleton: str
    asked: tuple[Mention, ...] = ()
    aggregate: Aggregate = "value"
    top: int = 0
    is_counted: bool = False
    bounds: tuple[Bound, ...] = ()
    choices: tuple[Choice, ...] = ()
    by: By = ""
    by_columns: tuple[Column, ...] = ()
    projects: tuple[tuple[Entry, ...], ...] = ()
    offices: tuple[NamedOffice, ...] = ()
    years: tuple[int, ...] = ()
    rest: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    has_pronoun: bool = False
    is_of_list: bool = False

    @property
    def lacking(self) -> tuple[Mention, ...]:
        """What is asked for that no column of any list is."""
        return tuple(mention for mention in self.asked if mention.level == "lacking")

    @property
    def is_of_one(self) -> bool:
        """Whether single projects are asked of and not all of a list."""
        return self.aggregate in ("value", "change") or (self.aggregate == "compare" and bool(self.projects))


@dataclass(frozen=True, slots=True)
class _Named:
    start: int
    end: int
    sign: str
    span: Span | None = None
    mention: Mention | None = None
    year: int = 0
    amount: tuple[float, bool] | None = None


def understand(
    text: str, spans: Sequence[Span], held: Catalog, names: ColumnNames, more: Sequence[Mention] = ()
) -> ColumnQuestion | None:
    """What a text (in NFKC, without courtesies before it) asks of columns; None where it names none.

    `spans` are what `lex` found in it, `more` mentions that were found elsewhere.
    """
    named = _names_in(text, spans, names, more)
    if not any(each.mention or (each.amount and each.amount[1]) for each in named):
        return None
    skeleton, order = _skeleton(text, named)
    return _Reader(text, skeleton, order, held, names).read()


# ---------------------------------------------------------------------------------------------- skeleton
def _names_in(text: str, spans: Sequence[Span], names: ColumnNames, more: Sequence[Mention]) -> list[_Named]:
    """Everything named, in order and apart: projects, columns and choices, offices, years, amounts."""
    found = [_Named(s.start, s.end, PROJECT, span=s) for s in spans if s.kind in ("project", "number")]
    offices = [_Named(s.start, s.end, OFFICE, span=s) for s in spans if s.kind == "office"]
    in_full = [*more, *(m for m in find(_without(text, found), names) if m.level == "heading")]
    found += [_Named(m.start, m.end, VALUE if m.is_value else COLUMN, mention=m) for m in in_full]
    found += [each for each in offices if _is_apart(each, found)]
    found += [each for each in _years(text, spans) if _is_apart(each, found)]
    found += [each for each in _amounts(text) if _is_apart(each, found)]
    has_columns = any(each.sign == COLUMN for each in found)
    for mention in find(_without(text, found), names, with_phrases=not has_columns):
        each = _Named(mention.start, mention.end, VALUE if mention.is_value else COLUMN, mention=mention)
        if _is_apart(each, found):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def _years(text: str, spans: Sequence[Span]) -> Iterable[_Named]:
    taken: list[_Named] = []
    said = [(s.start, s.end, s.year) for s in spans if s.kind == "year"]
    said += [(y.start, y.end, y.year) for y in years_mentioned(text)]
    said += [
        (m.start(), m.end(), year) for m in _SHORT_YEAR.finditer(text) if (year := parse_fiscal_year(m[0]))
    ]
    for start, end, year in said:
        each = _Named(start, end, YEAR, year=year)
        if _is_apart(each, taken):
            taken.append(each)
    return taken


def _amounts(text: str) -> Iterable[_Named]:
    for found in _AMOUNT.finditer(text):
        if _COMPARED.match(text, found.end()) or _SIGN_BEFORE.search(text[: found.start()]):
            is_money = found["unit"] == "円" or (
                not found["unit"] and bool(re.search("[万億兆]", found["number"]))
            )
            yield _Named(found.start(), found.end(), AMOUNT, amount=(_number(found["number"]), is_money))


def _number(said: str) -> float:
    """1億5000万 as 150,000,000; 百万 as 1,000,000; 1,000千 as 1,000,000."""
    total = 0.0
    for number, scales in _PIECE.findall(said):
        if number or scales:
            value = float(_DIGIT.get(number) or number.replace(",", "") or 1)
            for scale in scales:
                value *= _SCALE[scale]
            total += value
    return total


def _without(text: str, named: Iterable[_Named]) -> str:
    for each in named:
        text = f"{text[: each.start]}{PROJECT * (each.end - each.start)}{text[each.end :]}"
    return text


def _is_apart(one: _Named, others: Iterable[_Named]) -> bool:
    return all(one.end <= other.start or other.end <= one.start for other in others)


def _skeleton(text: str, named: Sequence[_Named]) -> tuple[str, dict[int, _Named]]:
    """The text with a sign for each thing named, and what stands at the sign's place."""
    pieces: list[str] = []
    order: dict[int, _Named] = {}
    at = length = 0
    for each in named:
        before = re.sub(f"[{_SIGNS}]", " ", text[at : each.start])
        pieces += [before, each.sign]
        order[length + len(before)] = each
        length += len(before) + 1
        at = each.end
    return "".join([*pieces, re.sub(f"[{_SIGNS}]", " ", text[at:])]), order


# ---------------------------------------------------------------------------------------------- reading
@dataclass
class _Reader:
    text: str
    skeleton: str
    order: dict[int, _Named]
    held: Catalog
    names: ColumnNames

    def read(self) -> ColumnQuestion | None:
        self.used: set[int] = set()  # places of signs that are of conditions
        self.blank: list[tuple[int, int]] = []  # what of the skeleton is no part of a project's name
        bounds, choices = self._bounds(), self._choices()
        projects = self._projects()
        years = tuple(dict.fromkeys(n.year for n in self.order.values() if n.sign == YEAR))
        offices = tuple(
            dict.fromkeys(
                o for n in self.order.values() if n.sign == OFFICE and n.span for o in n.span.offices
            )
        )
        by, by_columns = self._by(projects)
        asked = [
            n.mention
            for at, n in self.order.items()
            if n.mention and n.sign == COLUMN and at not in self.used
        ]
        if projects and not asked:  # 防災訓練は縮小ですか: what of it that is a choice of
            asked = [n.mention for n in self.order.values() if n.mention and n.sign == VALUE]
            choices = ()
        question = ColumnQuestion(
            self.text,
            self.skeleton,
            _without_repeats(asked),
            bounds=bounds,
            choices=choices,
            by=by,
            by_columns=by_columns,
            projects=projects,
            offices=offices,
            years=years,
            is_of_list=bool(_OF_LIST.match(self.skeleton)),
            has_pronoun=bool(_PRONOUN.match(_LEADING.sub("", self.skeleton)))
            and not _OF_LIST.match(self.skeleton),
        )
        question = self._with_aggregate(question)
        rest = self._rest(question)
        return replace(question, rest=terms(rest)[0] if rest else (), fields=self._fields(rest))

    # conditions ----------------------------------------------------------------------------------------
    def _bounds(self) -> tuple[Bound, ...]:
        found: list[Bound] = []
        text = self.skeleton
        for match in [*words.BETWEEN.finditer(text)]:
            low, high = [at for at in range(*match.span()) if text[at] == AMOUNT]
            found.append(self._bound(match.start(), low, high=high))
            self.used |= {low, high}
        for match in words.BOUND.finditer(text):
            at = next(at for at in range(*match.span()) if text[at] == AMOUNT)
            if at in self.used:
                continue
            is_over = bool(match["over"]) or match["sign"] in (">", ">=", "≧", "=")
            is_under = bool(match["under"]) or match["sign"] in ("<", "<=", "≦", "=")
            sign = match["over"] or match["under"] or match["sign"]
            is_open = not re.match("以|まで|>=|<=|≧|≦|=", sign)
            found.append(
                self._bound(
                    match.start(),
                    at if is_over else None,
                    at if is_under else None,
                    is_open=is_open,
                    said=_sign_said(match, is_open=is_open),
                )
            )
            self.used.add(at)
            self.blank.append(match.span())
        return tuple(found)

    def _bound(
        self,
        start: int,
        low: int | None = None,
        high: int | None = None,
        *,
        is_open: bool = False,
        said: str = "",
    ) -> Bound:
        place = next(
            (at for at in range(min(start + 1, len(self.skeleton) - 1), -1, -1) if self._is(at, COLUMN)), None
        )
        if place is None:
            place = next((at for at in self.order if self._is(at, COLUMN)), None)
        columns: tuple[Column, ...] = ()
        if place is not None and (mention := self.order[place].mention):
            columns = tuple(c for c in mention.columns if c.kind in NUMERIC)
            self.used.add(place)
        elif place is None:  # 1億円以上の事業: of its money
            columns = in_kind(self.names.columns, words.EVERYDAY["お金"])
        ends = [self.order[at].amount if at is not None else None for at in (low, high)]
        is_money = any(end[1] for end in ends if end)
        at = low if low is not None else high
        each = self.order[at] if at is not None else None
        told = f"{self.text[each.start : each.end]}{said}" if each else ""
        if low is not None and high is not None and low != high:
            first, other = self.order[low], self.order[high]
            told = f"{self.text[first.start : first.end]}から{self.text[other.start : other.end]}までの"
        return Bound(
            columns, ends[0][0] if ends[0] else None, ends[1][0] if ends[1] else None, is_open, is_money, told
        )

    def _is(self, at: int, sign: str) -> bool:
        return at in self.order and self.order[at].sign == sign

    def _choices(self) -> tuple[Choice, ...]:
        found: list[Choice] = []
        for at, each in self.order.items():
            if each.sign == VALUE and each.mention:
                found.append(self._choice(at, each.mention))
        for at, each in self.order.items():
            if each.sign == COLUMN and at not in self.used and (choice := self._typed_choice(at, each)):
                found.append(choice)
        return _alternatives(found)

    def _choice(self, at: int, mention: Mention) -> Choice:
        """A choice that was found by itself, of the column named before it if that has it."""
        columns = mention.columns
        before = self.skeleton[:at]
        stripped = re.sub(rf"(?:{words.CONDITION_BETWEEN.pattern})$", "", before)
        place = len(stripped) - 1
        if self._is(place, COLUMN) and (own := self.order[place].mention):
            ids = {c.id for c in own.columns}
            columns = tuple(c for c in columns if c.id in ids) or columns
            self.used.add(place)
        elif best := [c for c in columns if c.topic == "evaluation"]:
            columns = tuple(best)
        is_denied = bool(words.NOT_BEHIND.match(self.skeleton[at + 1 :]))
        return Choice(columns, mention.values, is_denied)

    def _typed_choice(self, at: int, each: _Named) -> Choice | None:
        """A choice of a column that stands right behind it, too short or too common to be found alone."""
        if each.mention is None:
            return None
        rest = self.text[each.end :]
        joint = re.match(r"(?:が|は|で|:|：|＝|=|\s|「|『)+|の(?=ない|無い|ある)|(?=[A-Za-zＡ-Ｚ○×◎△])", rest)
        if joint is None:
            return None
        ids = {c.id for c in each.mention.columns}
        behind = rest[joint.end() :]
        if all(c.kind == "text" for c in each.mention.columns) and joint[0].strip() in ("が", ":", "：", "="):
            return self._text_choice(at, each, joint.end(), behind)
        values = of_value(behind, ids, self.names)
        follows = re.match(r"[^\s、。?？]{1,30}", behind)
        if not values or not follows:
            return None
        typed = max((len(v) for v in values if behind.lower().startswith(v)), default=0)
        if not typed:
            run = re.match(r"(?:ない|無い|なし|ある|有る|あり)|[一-龥ァ-ヺーA-Za-z0-9]+", behind)
            typed = len(run[0]) if run else 0
        after = behind[typed:]
        if not re.match(r"」?』?(?:の|な|に|と|で|を|以外|だ|は|が|$|[?？]|事業|もの)", after):
            return None
        if any(self._is(place, PROJECT) for place in self.order):
            return None
        self.used.add(at)
        end = at + 1 + joint.end() + typed
        self.blank.append((at, min(end, len(self.skeleton))))
        return Choice(each.mention.columns, values, bool(words.NOT_BEHIND.match(after)))

    def _text_choice(self, at: int, each: _Named, joint: int, behind: str) -> Choice | None:
        """What a text has to say for a project to be meant: 活動指標が受診率の事業."""
        found = re.match(
            r"[「『]?([^\s「」『』。?？が]{1,30}?)[」』]?(?:の(?:事業|もの)|な(?:の|もの)|になって|である|$)",
            behind,
        )
        if found is None or any(self._is(place, PROJECT) for place in self.order) or not each.mention:
            return None
        self.used.add(at)
        self.blank.append((at, min(at + 1 + joint + found.end(1), len(self.skeleton))))
        return Choice(each.mention.columns, (fold(found[1]),), is_part=True)

    # what is asked of ----------------------------------------------------------------------------------
    def _projects(self) -> tuple[tuple[Entry, ...], ...]:
        groups: list[tuple[Entry, ...]] = []
        for each in self.order.values():
            if each.sign == PROJECT and each.span:
                span = each.span
                if span.project:
                    groups.append(self.held.by_name[span.project])
                groups += filter(None, map(self.held.of_number, span.numbers))
        return tuple(groups)

    def _by(self, projects: Sequence[object]) -> tuple[By, tuple[Column, ...]]:
        text = self.skeleton
        if projects:
            return "", ()
        if found := words.BY_OFFICE.search(text):
            self.blank.append(found.span())
            return _office_kind(found), ()
        if found := words.BY_COLUMN.search(text):
            place = (
                found.start()
                if self._is(found.start(), COLUMN)
                else max((at for at in self.order if at < found.start() and self._is(at, COLUMN)), default=-1)
            )
            if place >= 0 and (mention := self.order[place].mention):
                columns = tuple(c for c in mention.columns if c.kind not in NUMERIC)
                if columns:
                    self.used.add(place)
                    self.blank.append(found.span())
                    return "column", columns
        is_ranked = words.MOST.search(text) or words.LEAST.search(text)
        if is_ranked and not re.search("事業|もの", text) and (found := words.WHICH_OFFICE.search(text)):
            self.blank.append(found.span())
            return _office_kind(found), ()
        return "", ()

    def _with_aggregate(self, question: ColumnQuestion) -> ColumnQuestion:
        text = self.skeleton
        groups, several = question.projects, len(question.projects) > 1
        if (
            groups
            and not several
            and (words.CHANGE.search(text) or (words.COMPARE.search(text) and len(question.years) != 1))
        ):
            return replace(question, aggregate="change")
        if several:
            return replace(question, aggregate="compare" if words.COMPARE.search(text) else "value")
        if groups:
            return replace(
                question, aggregate="share" if words.SHARE.search(text) and question.asked else "value"
            )
        if len(question.offices) > 1 and (words.COMPARE.search(text) or words.WHICH_MORE.search(text)):
            return replace(question, aggregate="compare")
        asks_columns = any(mention.columns for mention in question.asked)
        if question.by == "column" and not asks_columns:
            return replace(question, aggregate="spread")
        if words.SHARE.search(text) and (asks_columns or question.choices or question.bounds):
            return replace(question, aggregate="share")
        if not asks_columns and (question.choices or question.bounds):
            return replace(question, aggregate="count" if words.COUNT.search(text) else "list")
        if words.MEDIAN.search(text) or words.MEAN.search(text):
            return replace(question, aggregate="median" if words.MEDIAN.search(text) else "mean")
        ranked = self._ranked(question)
        if ranked:
            return ranked
        if words.SUM.search(text) or question.by:
            return replace(question, aggregate="sum")
        return replace(question, is_counted=bool(words.COUNT.search(text)))

    def _ranked(self, question: ColumnQuestion) -> ColumnQuestion | None:
        text = self.skeleton
        if found := words.TOP.search(text):
            said = found["most"] or found["least"]
            is_most = bool(found["most"])
            return replace(
                question, aggregate="most" if is_most else "least", top=min(int(said), _MOST_SHOWN)
            )
        number = words.HOW_MANY_SHOWN.search(text)
        top = _shown(number["n"]) if number else 0
        if found := words.IN_ORDER.search(text):
            return replace(
                question, aggregate="least" if found["least"] else "most", top=top or SHOWN_IN_ORDER
            )
        for most, least, shown in (
            (words.MOST, words.LEAST, 1),
            (words.ANY_MOST, words.ANY_LEAST, _SHOWN_OF_MANY),
        ):
            if most.search(text) or least.search(text):
                return replace(question, aggregate="most" if most.search(text) else "least", top=top or shown)
        return None

    # what is left --------------------------------------------------------------------------------------
    def _rest(self, question: ColumnQuestion) -> str:
        """What of the text may name a project: no sign, no word that only asks."""
        text = self.skeleton
        for start, end in self.blank:
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
        text = _PRONOUN.sub(" ", _OF_LIST.sub(" ", _LEADING.sub("", text)))
        text = asking.core(re.sub(f"[{_SIGNS}]", " ", text))
        patterns = (
            words.MOST,
            words.LEAST,
            words.IN_ORDER,
            words.TOP,
            words.HOW_MANY_SHOWN,
            words.SUM,
            words.MEAN,
            words.MEDIAN,
            words.SHARE,
            words.COUNT,
            words.COMPARE,
            words.CHANGE,
            words.BY_OFFICE,
            words.BY_COLUMN,
            words.ANY_MOST,
            words.ANY_LEAST,
            _NOTHING,
        )
        for pattern in patterns:
            text = pattern.sub(" ", text)
        return " ".join(text.split())

    def _fields(self, rest: str) -> tuple[str, ...]:
        cue = asking.field_cue(rest) if rest else None
        return cue.fields if cue else ()


_NOTHING = re.compile(
    r"いくら(?:です|か)?|どれ(?:くらい|ぐらい|だけ)?|どの(?:くらい|ぐらい|程度)?|どう(?:なって|なった|なり)?[ぁ-ん]*|何(?:円|人|です|か|パーセント|%)?|なに|一覧|リスト|全体|全部|すべて|事業|もの|やつ"
    r"|なっ(?:た|て)[ぁ-ん]*|され[ぁ-ん]*|判定|区分|順|うち|今年度?|本年度|それぞれ|教えて[ぁ-ん]*|知りたい[ぁ-ん]*|見せて|わかり?ます?か?|分かり?ます?か?"
    r"|である|の話|について|年度|金額|額|値|結果|件|数"
)


def _sign_said(match: re.Match[str], *, is_open: bool) -> str:
    """A bound's sign as an answer says it, before a noun."""
    if match["sign"] == "=":
        return "の"
    if match["over"] or (match["sign"] or "")[:1] in (">", "≧"):
        return "を超える" if is_open else "以上の"
    return "未満の" if is_open else "以下の"


def _alternatives(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices, those of the same columns as one: 縮小または廃止."""
    found: dict[tuple[tuple[Column, ...], bool, bool], list[str]] = {}
    for choice in choices:
        found.setdefault((choice.columns, choice.is_denied, choice.is_part), []).extend(choice.values)
    return tuple(
        Choice(columns, tuple(dict.fromkeys(values)), denied, part)
        for (columns, denied, part), values in found.items()
    )


def _office_kind(found: re.Match[str]) -> By:
    said = found.groupdict()
    if said.get("department") or ("部" in found[0][:2] and "部署" not in found[0]):
        return "department"
    if said.get("organization") or "省" in found[0]:
        return "organization"
    return "section"


def _shown(said: str) -> int:
    return min(_DIGIT.get(said) or int(said), _MOST_SHOWN)


def _without_repeats(asked: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions, of 成果指標の実績 only the first: it is shown with all that belongs to it."""
    kept: list[Mention] = []
    for mention in asked:
        if kept and mention.meaning and mention.meaning.bases in (("target",), ("actual",)):
            groups = {c.group_name for before in kept for c in before.columns if c.topic == "indicator"}
            if groups - {""}:
                continue
        if any(fold(mention.word) == fold(before.word) for before in kept):
            continue
        kept.append(mention)
    return tuple(kept)
