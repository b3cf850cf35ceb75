"""What a question asks of the columns of a list: of which, whose, how worked out, under what terms. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from bot.ask.columns import vocabulary as words
from bot.ask.columns.conditions import Bound, Choice, Conditions, Trait, columns_of
from bot.ask.columns.figures import is_part, paired
from bot.ask.columns.naming import ColumnNames, Mention, fold, in_kind, is_grouping
from bot.ask.columns.skeleton import (
    COLUMN,
    DIGITS,
    OFFICE,
    PROJECT,
    SIGNS,
    VALUE,
    YEAR,
    Named,
    Skeleton,
    skeleton,
    without_left_out,
)
from bot.ask.matching import Denial, denials
from bot.ask.terms import terms
from store.columns.values import NUMERIC, Column
from store.text import asking
from store.text.morphology import tokenize

if TYPE_CHECKING:
    from bot.ask.lexing import Span
    from store.index.catalog import Catalog, Entry, NamedOffice

Aggregate = Literal[
    "value", "list", "count", "most", "least", "sum", "mean", "median", "share", "compare", "change", "spread"
]
Between = Literal["", "difference", "first of second", "second of first"]
By = Literal["", "section", "department", "organization", "column"]

_SINCE = re.compile(f"{YEAR}(?:から|より|以降|[にと]?比べ)")
_SERIES = re.compile("推移|経年|変遷|年度?(?:ごと|毎|別)|まで")
SHOWN_IN_ORDER = 10  # projects of 多い順, where no number is said
_JOINED_TO_OTHERS = re.compile(
    f"(?<![{SIGNS}一-龥ァ-ヺー])[一-龥ァ-ヺー]{{2,}}(?=[」』]?[でとに]?も[、,]?[「『]?■?が?[{SIGNS}])"
)
_TEXTS = re.compile("目的|概要|成果|担当課|所管課")
_OFFICE_FIELD = re.compile("担当課|所管課")
_DIFFERENCE = re.compile("■(?:額|値)?(?:と|から|、|-|−)の?■(?:額|値)?(?:と?の?(?:差額?|開き)|を引いた)")
_PART_OF = re.compile("■(?:に対する|に占める|のうち)の?■(?:の?(?:割合|比率|率|比))?")
_PER = re.compile("■(?:は|の)■の(?:何(?:%|パーセント|割)|どのくらいの割合)")
_TAKEN_BACK = re.compile(
    "■(?:額|値)?(?:[.…、。]|\\s)*(?:って|と)?(?:いうか|言うか|じゃなくて|じゃなく|ではなくて?|もとい)、?■"
)
# What is said of a column that is asked for anyway: どの施策にぶら下がってる, 評価は続けるの増やすの.
_ASKS_VALUE = re.compile(
    "(?:どの|どんな|何の|なんの)(?=■)|(?<=どの■)[にがで][一-龥ぁ-ん]+|(?<=どんな■)[にがで][一-龥ぁ-ん]+"
    "|(?<=■)は?(?:[一-龥ぁ-ん]{1,6}[るすくうつむぶ]の?(?:か|、|\\s)?){2}(?=[?？。]|$)"
    "|(?<=■)で(?:いい|良い|よい|OK|ok|大丈夫)[ぁ-ん]*|(?:って|は)(?=[■◎])"
)
_SHOWN_OF_MANY = 5  # projects of 決算の多い事業
_MOST_SHOWN = 100
_PRONOUN = re.compile(
    r"^(?:その|この|あの|上の|さっきの|先ほどの|同じ)(?:事業|やつ|取り?組み?|件)?の?|^(?:それ|これ|あれ)の?"
)
_OF_LIST = re.compile(
    r"^(?:(?:その|この|上の|前の)(?:うち|中)(?:で|から|の)?|(?:(?:それ|これ|あれ)ら|それぞれ|各々)(?:の(?:事業の?)?|で)?"
    r"|(?:その|この|上の|前の)(?:一覧|リスト)(?:の|で)?)、?"
)
_LEADING = re.compile(r"^(?:じゃあ|では|それでは|あと|ちなみに|それと|で、)[、\s]*")


@dataclass(frozen=True)
class LeftOut:
    """Whose projects a question leaves out, which, and those of which words."""

    offices: tuple[NamedOffice, ...] = ()
    projects: tuple[tuple[Entry, ...], ...] = ()
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.offices or self.projects or self.words)


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
    bounds: tuple[Bound, ...] = ()
    choices: tuple[Choice, ...] = ()
    traits: tuple[Trait, ...] = ()
    by: By = ""
    by_columns: tuple[Column, ...] = ()
    projects: tuple[tuple[Entry, ...], ...] = ()
    offices: tuple[NamedOffice, ...] = ()
    but: LeftOut = LeftOut()  # 財政課以外
    years: tuple[int, ...] = ()
    rest: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    has_pronoun: bool = False
    is_of_list: bool = False
    denied: tuple[str, ...] = ()  # what the question denies and no condition of it has read
    among: frozenset[int] = frozenset()  # ids of the only projects meant; all where it is empty
    within: str = ""  # what the only projects meant are, where the thread tells it: 農林振興課の事業
    place: int = 0  # in the order of the most or the least, where one place alone is asked for: 2番目に多い
    is_of_whole: bool = False  # whether the first column is a part of the second: 一般財源の割合

    @property
    def lacking(self) -> tuple[Mention, ...]:
        """What is asked for that no column of any list is."""
        return tuple(mention for mention in self.asked if mention.level == "lacking")

    @property
    def unnamed(self) -> str:
        """What of the text is neither a column nor anything else that was found in it."""
        return re.sub(f"[{SIGNS}]", " ", self.skeleton)

    @property
    def has_conditions(self) -> bool:
        """Whether only some projects are asked of."""
        return bool(self.bounds or self.choices or self.traits)

    @property
    def is_over_years(self) -> bool:
        """Whether all projects are asked of year by year: 決算の推移, 令和5年度と6年度の決算の合計."""
        names_years = len(self.years) > 1 or words.CHANGE.search(self.skeleton)
        is_sum = self.aggregate in ("value", "sum", "mean", "median")
        return bool(names_years) and is_sum and not self.projects

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last year that are compared; 0 for the one before the last, or the newest."""
        if len(self.years) > 1:
            return min(self.years), max(self.years)
        year = self.years[0] if self.years else 0
        return (year, 0) if _SINCE.search(self.skeleton) else (0, year)

    def speaks_of(self, year: int) -> bool:
        """Whether a year is one of two that are compared, or of a series from one to the other."""
        if len(self.years) > 1 and not _SERIES.search(self.skeleton):
            return year in self.years
        first, last = self.ends
        return first <= year and (not last or year <= last)

    @property
    def between(self) -> Between:
        """What is asked for between the first two columns, which no column says: 予算と決算の差."""
        if self.is_of_whole:
            return "first of second"
        if _DIFFERENCE.search(self.skeleton):
            return "difference"
        if _PART_OF.search(self.skeleton):
            return "second of first"
        return "first of second" if _PER.search(self.skeleton) else ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing is said but columns, offices and years, as in 総務課の決算は."""
        return bool(_PLAIN.fullmatch(asking.core(_LEADING.sub("", self.skeleton))))


def understand(
    text: str, spans: Sequence[Span], held: Catalog, names: ColumnNames, more: Sequence[Mention] = ()
) -> ColumnQuestion | None:
    """What a text (in NFKC, without courtesies before it) asks of columns; None where it names none.

    `spans` are what `lex` found in it, `more` mentions that were found elsewhere.
    """
    found = skeleton(text, spans, names, more)
    if found is None:
        return None
    found, but, but_words = without_left_out(found)
    return _Reader(found, held, Conditions(found, names).read(), but, but_words).read()


@dataclass
class _Reader:
    named: Skeleton
    held: Catalog
    conditions: Conditions
    but: Sequence[Named]
    but_words: Sequence[str]
    blank: list[tuple[int, int]] = field(default_factory=list)  # what of the text names no project

    def read(self) -> ColumnQuestion:
        self.skeleton, self.order, self.used = self.named.signs, self.named.at, self.conditions.used
        self.blank += self.conditions.blank
        projects = self._projects(self.order.values())
        of_offices = [(at, n.span) for at, n in self.order.items() if n.sign == OFFICE and n.span]
        but = [o for n in self.but if n.sign == OFFICE and n.span for o in n.span.offices]
        but += [o for at, span in of_offices if self._is_not_of(at + 1) for o in span.offices]
        offices = [o for _, span in of_offices for o in span.offices if o not in but]
        by, by_columns = self._by(projects)
        free = [n for at, n in self.order.items() if at not in self.used]
        asked = [n.mention for n in self._meant(free) if n.mention and n.sign == COLUMN]
        if projects and not asked:  # 防災訓練は縮小ですか: what of it that is a choice of
            asked = [n.mention for n in free if n.mention and n.sign == VALUE]
        is_of_list = bool(_OF_LIST.match(self.skeleton))
        of_whole = self._of_whole(asked)
        question = ColumnQuestion(
            self.named.text,
            self.skeleton,
            of_whole or _without_repeats(asked),
            is_of_whole=bool(of_whole),
            bounds=self.conditions.bounds,
            choices=self.conditions.choices,
            traits=self.conditions.traits,
            by=by,
            by_columns=by_columns,
            projects=projects,
            offices=tuple(dict.fromkeys(offices)),
            but=LeftOut(tuple(dict.fromkeys(but)), self._projects(self.but), tuple(self.but_words)),
            years=tuple(
                dict.fromkeys(
                    n.year for at, n in self.order.items() if n.sign == YEAR and at not in self.used
                )
            ),
            is_of_list=is_of_list,
            has_pronoun=not is_of_list and bool(_PRONOUN.match(_LEADING.sub("", self.skeleton))),
        )
        question = self._with_aggregate(question)
        rest = self._rest(question)
        fields = self._fields(rest)
        if fields and asked:  # 金額、担当課
            rest = _OFFICE_FIELD.sub(" ", rest)
        none_of = NONE_OF.findall(asking.core(self.skeleton)) if self.conditions.columns else []
        denied = (
            *none_of,
            *(d.word for d in self._unread()),
            *self._unread_with_others(),
            *self._not_left_out(),
        )
        if question.but and (question.projects or question.aggregate == "share"):
            denied = (*denied, asking.EXCEPT)
        return replace(question, rest=terms(rest)[0] if rest else (), fields=fields, denied=denied)

    def _unread(self) -> list[Denial]:
        """What the question denies beside its conditions and the words for the least (使っていない)."""
        core = asking.core(self.skeleton)
        read = [found.span() for way in (words.LEAST, words.ANY_LEAST) for found in way.finditer(core)]
        every = [each for each in denials(core) if each.start not in self.conditions.denials]
        return [each for each in every if not any(start <= each.start < end for start, end in read)]

    def _unread_with_others(self) -> list[str]:
        """The words that も joins to what is denied and no condition has read: 休止も▲もされていない."""
        joined = _JOINED_TO_OTHERS.finditer(self.skeleton)
        return [each[0] for each in joined if any(asking.denied_behind(self.skeleton, each.end()))]

    def _not_left_out(self) -> list[str]:
        """The cues by which the question leaves out what no condition has read: 決算以外, 縮小など以外."""
        read = self.conditions.left_out
        if _PRONOUN.match(self.skeleton):  # それ以外
            return []
        every = [each.cue for each in asking.left_out(self.skeleton) if each.cue not in read]
        spans = self.conditions.blank
        return [self.skeleton[:cue] for cue in every if not any(a < cue <= b for a, b in spans)]

    def _is_not_of(self, at: int) -> bool:
        """Whether the office that ends at a place is not meant: 財政課が担当していない."""
        start, end = asking.denied_behind(self.skeleton, at, of_office=True)
        if end:
            self.conditions.denials.add(start)
            self.blank.append((at, end))
        return bool(end)

    def _of_whole(self, asked: Sequence[Mention]) -> tuple[Mention, ...]:
        """A part of an amount and that amount, where its share is asked for: 一般財源の割合."""
        if not words.SHARE.search(self.skeleton) or "全体" in self.skeleton:
            return ()
        money = words.EVERYDAY["お金"]
        costs = [(m, in_kind(m.columns, money)) for m in asked]
        parts = [(m, some) for m, some in costs if some and all(is_part(c) for c in some)]
        wholes = [(m, some) for m, some in costs if some and not any(is_part(c) for c in some)]
        if len(parts) != 1 or len(parts) + len(wholes) < len(asked) or len(wholes) > 1:
            return ()
        (part, own), whole = parts[0], Mention(0, 0, "", "everyday", meaning=money)
        every = [c for c in in_kind(self.conditions.names.columns, money) if not is_part(c)]
        whole, every = (wholes[0][0], list(wholes[0][1])) if wholes else (whole, every)
        years = {c.value_year for c in own}
        pairs = paired(own, [c for c in every if c.value_year in years] or every)
        ones, others = (
            (tuple(dict.fromkeys(each)) for each in zip(*pairs, strict=True)) if pairs else ((), ())
        )
        return (replace(part, columns=ones), replace(whole, columns=others)) if pairs else ()

    def _meant(self, free: Sequence[Named]) -> list[Named]:
        """What is named, without what is taken back at once: 予算、というか決算."""
        taken = {found.start() for found in _TAKEN_BACK.finditer(self.skeleton)}
        return [each for at, each in self.order.items() if each in free and at not in taken]

    def _projects(self, named: Iterable[Named]) -> tuple[tuple[Entry, ...], ...]:
        groups: list[tuple[Entry, ...]] = []
        offices = [o for each in self.order.values() if each.span for o in each.span.offices]
        for each in named:
            if each.sign == PROJECT and each.span:
                span = each.span
                if span.project:
                    groups.append(self.held.of_name(span.project, offices))
                groups += filter(None, map(self.held.of_number, span.numbers))
        is_compared = len(groups) == 1 and words.COMPARE.search(self.skeleton)
        return tuple(_namesakes(groups[0]) if is_compared else groups)

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
                if self.named.has(found.start(), COLUMN)
                else max(
                    (at for at in self.order if at < found.start() and self.named.has(at, COLUMN)), default=-1
                )
            )
            if place >= 0 and (mention := self.named.mention(place)):
                columns = tuple(c for c in mention.columns if c.kind not in NUMERIC)
                if columns:
                    self.used.add(place)
                    self.blank.append(found.span())
                    return "column", columns
        of_two = [c for c in self.conditions.choices if len(c.values) > 1 and not c.is_denied]
        if words.WHICH_MORE.search(text) and len(of_two) == 1 and all(map(is_grouping, of_two[0].columns)):
            return "column", of_two[0].columns
        ranks = (words.MOST, words.LEAST, words.ANY_MOST, words.ANY_LEAST, words.TOP, words.IN_ORDER)
        is_ranked = any(pattern.search(text) for pattern in ranks)
        if is_ranked and not re.search("事業|もの", text) and (found := words.WHICH_OFFICE.search(text)):
            self.blank.append(found.span())
            return _office_kind(found), ()
        if is_ranked and (found := words.WHICH_GROUP.search(text)):
            mention = self.named.mention(found.start())
            columns = tuple(filter(is_grouping, mention.columns)) if mention else ()
            if columns:
                self.used.add(found.start())
                self.blank.append(found.span())
                return "column", columns
        return "", ()

    def _with_aggregate(self, question: ColumnQuestion) -> ColumnQuestion:
        text = self.skeleton
        groups, several = question.projects, len(question.projects) > 1
        if groups and question.between:
            return question
        is_compared = words.COMPARE.search(text) and len(question.years) != 1
        is_of_years = len(question.years) > 1 and len(question.asked) == 1
        if groups and not several and (words.CHANGE.search(text) or is_compared or is_of_years):
            return replace(question, aggregate="change")
        if several and (words.CHANGE.search(text) or len(question.years) > 1) and len(question.asked) == 1:
            return replace(question, aggregate="change")
        if several:
            return replace(question, aggregate="compare" if words.COMPARE.search(text) else "value")
        if groups:
            return replace(
                question, aggregate="share" if words.SHARE.search(text) and question.asked else "value"
            )
        if len(question.offices) > 1 and self._sets_offices_beside(question):
            return replace(question, aggregate="compare")
        asks_columns = any(mention.columns for mention in question.asked)
        if question.by == "column" and not asks_columns:
            return replace(question, aggregate="spread")
        is_measured = asks_columns and all(  # a part of what each project counts by itself is none
            column.topic == "indicator" for mention in question.asked for column in mention.columns
        )
        can_be_part = (asks_columns and not is_measured) or question.has_conditions
        if words.SHARE.search(text) and can_be_part and not question.between:
            return replace(question, aggregate="share")
        if not asks_columns and question.has_conditions and question.by and words.COUNT.search(text):
            return replace(question, aggregate="spread")
        told = [c for c in columns_of(*question.bounds, *question.traits) if c.kind in NUMERIC]
        if told and not asks_columns and _OF_THESE.search(text) and not words.COUNT.search(text):
            asked = Mention(0, 0, "", "everyday", tuple(told))  # 決算が0円の事業を除いた平均
            return self._with_aggregate(replace(question, asked=(asked,)))
        if told and not asks_columns and (ranked := self._ranked_within(question)):
            asked = Mention(0, 0, "", "everyday", tuple(told))  # 決算額が10億円未満で最も大きい
            return replace(ranked, asked=(asked,))
        is_each = _OF_EACH.search(text) and not any(p.search(text) for p in _WORKED_OUT)
        if asks_columns and is_each and not (question.by or question.between or self._ranked(question)):
            return replace(question, aggregate="list")  # 観光の事業とそれぞれの決算
        if not asks_columns and question.has_conditions:
            return replace(question, aggregate="count" if words.COUNT.search(text) else "list")
        if words.MEDIAN.search(text) or words.MEAN.search(text):
            return replace(question, aggregate="median" if words.MEDIAN.search(text) else "mean")
        ranked = self._ranked(question)
        if ranked:
            return ranked
        if words.SUM.search(text) or question.by:
            return replace(question, aggregate="sum")
        return question

    def _sets_offices_beside(self, question: ColumnQuestion) -> bool:
        """Whether sums of offices are held against each other, and not added up: AとBの決算合計は同じ."""
        text = self.skeleton
        if any(pattern.search(text) for pattern in (words.COMPARE, words.WHICH_MORE)):
            return True
        if words.SAME.search(text) and not question.has_conditions:  # 100万円より多い
            return True
        ranked = self._ranked(question) if _TWO_OFFICES.search(text) else None
        is_of_sums = words.SUM.search(text) or (ranked and ranked.top == _SHOWN_OF_MANY)
        is_of_offices = ranked and is_of_sums and not re.search("事業|もの", text)
        return bool(is_of_offices or (question.asked and _EACH_OFFICE.fullmatch(asking.core(text))))

    def _ranked_within(self, question: ColumnQuestion) -> ColumnQuestion | None:
        """What is ranked by a column that the conditions are on, if that is said outside of them."""
        text = self.skeleton
        for start, end in self.blank:
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
        says_so = any(p.search(text) for p in (words.NTH, words.MOST, words.LEAST, words.TOP, words.FROM_TOP))
        return self._ranked(question, text) if says_so else None

    def _ranked(self, question: ColumnQuestion, text: str = "") -> ColumnQuestion | None:
        text = text or self.skeleton
        if found := words.NTH.search(text):
            is_least = bool(found["least"]) if found["n"] else not found["top"]
            place = _shown(found["n"] or found["k"])
            return replace(question, aggregate="least" if is_least else "most", top=1, place=place)
        if found := words.TOP.search(text):
            said = found["most"] or found["least"]
            is_most = bool(found["most"])
            return replace(
                question, aggregate="most" if is_most else "least", top=min(int(said), _MOST_SHOWN)
            )
        if found := words.FROM_TOP.search(text):
            is_least = bool(re.search(words.LEAST_WORDS, text)) != (found["end"] == "下")
            return replace(question, aggregate="least" if is_least else "most", top=_shown(found["n"]))
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
            text = words.HOW_MUCH_USED.sub(" ", text)
            if shown > 1:
                text = words.SPENT.sub(" ", text)
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
        if not (words.MOST.search(text) or words.LEAST.search(text)):
            text = words.SPENT.sub(" ", _ASKS_VALUE.sub(" ", text))
        if question.between:
            for pattern in (_DIFFERENCE, _PART_OF, _PER):
                text = pattern.sub(" ", text)
        text = words.HOW_MUCH_USED.sub(" ", text)
        text = asking.core(re.sub(f"[{SIGNS}]", " ", text))
        text = _GRADED.sub(r"評価\1", text)  # B評価: a letter before a noun would be no word
        for pattern in (*words.ONLY_ASKING, _NOTHING):
            text = _without(pattern, text)
        return " ".join(text.split())

    def _fields(self, rest: str) -> tuple[str, ...]:
        cue = asking.field_cue(rest) if _TEXTS.search(rest) else None
        return cue.fields if cue else ()


_OF_EACH = re.compile("(?:それぞれ|各々|おのおの|[1一]つ[1一]つ|[1一]件ずつ)の?■|■(?:額|値)?をそれぞれ")
_WORKED_OUT = (words.SUM, words.MEAN, words.MEDIAN, words.SHARE, words.COUNT, words.MOST, words.LEAST)
_OF_THESE = re.compile("(?:事業|もの|やつ|のぞ|除).*(?:平均|中央値|合計|総額|総計)")
NONE_OF = re.compile(
    "(?:事業|もの|やつ)が(?:[1一]つも|[1一]件も|まったく|全く)?(?:な|無)(?:い|かった)(?!で|か)"
)
_GRADED = re.compile("(?<![A-Za-z])([A-Z])評価(?![一-龥])")
_TWO_OFFICES = re.compile("◎(?:と|や|、|・|か)◎(?!(?:と|や|、|・)◎)")
_EACH_OFFICE = re.compile(
    "◎(?:(?:と|や|、|・)◎)+(?:の(?:それぞれ|各々))?の■(?:額|は|って)*(?:いくら|それぞれ|何円)?[ぁ-ん]*"
)
_PLAIN = re.compile(
    r"(?:[◎◇](?:全体)?(?:の(?:事業の)?|で|は|、|\s)?)*■(?:(?:と|や|、|・|\s|の)■)*(?:額|は|って|を|が|も)*(?:今|一体|大体)?"
    r"(?:いくら|どの?(?:くらい|ぐらい)|どれ(?:くらい|ぐらい)|何(?:円|人)?|どう(?:なって)?)?[ぁ-ん]*"
)
_NOTHING = re.compile(
    rf"を?グラフ(?:に|で|化)?(?:し|見せ|表示|示し)?[てた]?|{asking.EXCEPT}|以上|以下|未満|いくら(?:です|か)?|どれ(?:くらい|ぐらい|だけ)?|どの(?:くらい|ぐらい|程度)?|どう(?:なって|なった|なり)?[ぁ-ん]*|何(?:円|人|です|か|パーセント|%)?|なに|一覧|リスト(?:アップ)?(?:して)?|並べ(?:て|る)|列挙(?:して)?|挙げて|全体|全部|すべて|事業|もの|やつ"
    r"|なっ(?:た|て)[ぁ-ん]*|され[ぁ-ん]*|判定|区分|順|うち|今年度?|本年度|それぞれ|教えて[ぁ-ん]*|知りたい[ぁ-ん]*|見せて|わかり?ます?か?|分かり?ます?か?"
    r"|(?:ここ|直近|この)?(?<!\d)[0-9一二三四五六七八九十]{1,2}(?:[かヶカケ箇])?年(?:間|度?分)(?:の|で)?|である|の話|について|年度|金額|額(?![一-龥])|値|結果|件|数"
    r"|(?:掲載|登録)され[ぁ-ん]*|の(?:中|なか)(?:で|から)|[千万億]円単位|(?<![一-龥])所管(?=で|の)|及び|並びに|又は"
)


def _without(pattern: re.Pattern[str], text: str) -> str:
    """A text without what only asks, where that is no part of a noun: もの in 子どもの."""
    if not pattern.search(text):
        return text
    nouns = [(token.start, token.end) for token in tokenize(text) if token.word.noun]

    def left(found: re.Match[str]) -> str:
        is_part = any(start < at < end for at in found.span() for start, end in nouns)
        return found[0] if is_part else " "

    return pattern.sub(left, text)


def _namesakes(group: tuple[Entry, ...]) -> list[tuple[Entry, ...]]:
    """The projects of one name, each in its years, where the newest year has several."""
    newest = [entry for entry in group if entry.fiscal_year == group[0].fiscal_year]
    if len(newest) < 2:
        return [group]
    return [tuple(entry for entry in group if entry.number == one.number) for one in newest]


def _office_kind(found: re.Match[str]) -> By:
    said = found.groupdict()
    if said.get("department") or ("部" in found[0][:2] and "部署" not in found[0]):
        return "department"
    if said.get("organization") or "省" in found[0]:
        return "organization"
    return "section"


def _shown(said: str) -> int:
    return min(DIGITS.get(said) or int(said), _MOST_SHOWN)


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
