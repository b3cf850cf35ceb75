"""The conditions of a question on columns: amounts, choices, wording, and how a cell stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.ask.columns import vocabulary as words
from bot.ask.columns.figures import difference, paired
from bot.ask.columns.naming import GRADES, ColumnNames, Mention, fold, in_kind, of_value
from bot.ask.columns.skeleton import AMOUNT, COLUMN, PROJECT, VALUE, YEAR, Named, Skeleton
from bot.ask.matching import denials
from store.columns.headings import plain_heading
from store.columns.values import NUMERIC, Column
from store.text.asking import denied_behind, left_out_behind

How = Literal[
    "empty", "filled", "zero", "negative", "above mean", "below mean", "grew", "fell", "changed", "in years",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bound:
    """Numbers of a column from `low` to `high`, ends left out where open; in 円 where `is_money`.

    `typed` are the amounts as typed, near to which the numbers are where `is_about`. What `is_denied` has a
    number that is not so.
    """

    columns: tuple[Column, ...]
    low: float | None = None
    high: float | None = None
    is_open: bool = False
    is_money: bool = False
    typed: tuple[str, ...] = ()
    is_about: bool = False
    is_denied: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Projects whose cell of one of the columns is one of the values (folded), or is none of them."""

    columns: tuple[Column, ...]
    values: tuple[str, ...]
    is_denied: bool = False


@dataclass(frozen=True, slots=True)
class Trait:
    """Projects whose cell is empty, is zero, is above the mean of all, or is more than the year before.

    Or says a year between the two `years`, 0 being open.
    Where it `is_denied`, the cell says that it is not so.
    """

    columns: tuple[Column, ...]
    how: How
    was: tuple[str, ...] = ()  # of "changed", the values (folded) before and now: AからCに
    now: tuple[str, ...] = ()
    years: tuple[int, int] = (0, 0)
    is_denied: bool = False


def columns_of(*conditions: Bound | Choice | Trait) -> tuple[Column, ...]:
    """The columns that conditions are on."""
    return tuple(column for condition in conditions for column in condition.columns)


@dataclass
class Conditions:
    """What a question's projects must have.

    `used` are the places of signs that are of conditions, `blank` what of the skeleton names no project,
    `denials` where what denies stands that a condition has read.
    """

    skeleton: Skeleton
    names: ColumnNames
    bounds: tuple[Bound, ...] = ()
    choices: tuple[Choice, ...] = ()
    traits: tuple[Trait, ...] = ()
    used: set[int] = field(default_factory=set)
    blank: list[tuple[int, int]] = field(default_factory=list)
    denials: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)  # where the cues end of what they leave out

    def read(self) -> Conditions:
        """Read them all; of a single project there are none."""
        if PROJECT not in self.skeleton.signs:
            self.traits = self._in_years()
            self.bounds = self._bounds()
            self.traits += self._traits()
            self.choices = self._choices()
        return self

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that the conditions are on."""
        return columns_of(*self.bounds, *self.choices, *self.traits)

    def _use(self, place: int, span: tuple[int, int]) -> None:
        self.used.add(place)
        self._read((span[0], min(span[1], len(self.skeleton.signs))))

    def _read(self, span: tuple[int, int]) -> int:
        """Leave a stretch to the conditions; how many denials stand in it."""
        self.blank.append(span)
        inside = {d.start for d in denials(self.skeleton.signs) if span[0] <= d.start < span[1]}
        self.denials |= inside
        return len(inside)

    def _is_left_out(self, at: int) -> bool:
        """Whether what ends at a place is left out or denied behind it: A以外, Aと評価されていない."""
        if cue := left_out_behind(self.skeleton.signs, at):
            self.left_out.add(cue)
            return True
        start, end = denied_behind(self.skeleton.signs, at)
        if end:
            self.denials.add(start)
            self.blank.append((at, end))
        return bool(end)

    def _is_denied(self, match: re.Match[str], own: str | None = "") -> bool:
        """Whether a condition is denied in its match or behind it, but for its `own` (届かない)."""
        inside = self._read(match.span())
        if inside and words.DENIAL_OF_ITS_OWN.search(own or ""):
            inside -= 1
        return (inside + self._is_left_out(match.end() - 1)) % 2 == 1

    def _take(self, match: re.Match[str]) -> list[Mention]:
        """The columns and choices within a match, which is of a condition with all that is named in it."""
        places = [at for at in range(*match.span()) if at in self.skeleton.at]
        self.used.update(places)
        self._read(match.span())
        return [mention for at in places if (mention := self.skeleton.mention(at))]

    def _in_years(self) -> tuple[Trait, ...]:
        """The year that a column of dates says: 令和7年度に終わる事業."""
        found = []
        for match in words.IN_YEAR.finditer(self.skeleton.signs):
            mention = self.skeleton.mention(match.start() + match[0].index(COLUMN))
            year = self.skeleton.at[match.start() + match[0].index(YEAR)].year
            columns = tuple(c for c in mention.columns if c.kind == "date") if mention else ()
            if columns:
                self._take(match)
                said = match["before"] or match["behind"] or ""
                ends = {"以降": (year, 0), "以前": (0, year), "まで": (0, year)}.get(said, (year, year))
                found.append(Trait(columns, "in years", years=ends, is_denied=self._is_denied(match)))
        return tuple(found)

    def _traits(self) -> tuple[Trait, ...]:
        found = self._changes()
        for how, pattern in words.TRAITS:
            for match in pattern.finditer(self.skeleton.signs):
                place = match.start()
                mention = self.skeleton.mention(place)
                if mention is None or place in self.used:
                    continue
                columns = mention.columns
                if how in ("empty", "filled") and of_value("なし", columns, self.names):  # a choice
                    continue
                if how == "empty" and words.GIVEN.search(self.skeleton.signs, 0, place):
                    continue  # Aと評価されていない: another choice may be given
                graded = {plain_heading(c.heading) for c in columns if self._has_grades(c)}
                if how in ("grew", "fell") and graded:
                    columns = tuple(
                        c for c in columns if c.kind == "choice" and plain_heading(c.heading) in graded
                    )
                elif how not in ("empty", "filled", "changed"):
                    columns = tuple(c for c in columns if c.kind in NUMERIC)
                if columns:
                    self._use(place, match.span())
                    is_denied = self._is_denied(match, match[0] if how == "empty" else "")
                    found.append(Trait(columns, how, is_denied=is_denied))  # type: ignore[arg-type]  # the table's keys
        return tuple(found)

    def _changes(self) -> list[Trait]:
        """What changed from one value to another: 評価がAからCに変わった."""
        found: list[Trait] = []
        for match in words.FROM_TO.finditer(self.skeleton.signs):
            mention = self.skeleton.mention(match.start())
            columns = tuple(c for c in mention.columns if c.kind == "choice") if mention else ()
            if columns and match.start() not in self.used:
                was, now = (
                    self._value_at(match.start(part), match[part], columns) for part in ("was", "now")
                )
                self._take(match)
                found.append(Trait(columns, "changed", was, now, is_denied=self._is_denied(match)))
        return found

    def _value_at(self, at: int, text: str, columns: Sequence[Column]) -> tuple[str, ...]:
        """The choices of columns that stand at a place; what stands there, if they have none like it."""
        if self.skeleton.has(at, VALUE) and (mention := self.skeleton.mention(at)):
            values, behind = mention.values, text[1:]
        else:
            values = of_value(text, columns, self.names) or (fold(text),)
            behind = text[len(values[0]) :]
        if not (left_out_behind(behind, 0) or any(denied_behind(behind, 0))):
            return values
        return tuple(sorted(self.names.choices_of(columns) - {*values}))  # C以外から

    def _has_grades(self, column: Column) -> bool:
        """Whether a column's choices are grades: A, B, C."""
        return column.kind == "choice" and len(self.names.choices_of([column]) & set(GRADES)) > 1

    def _bounds(self) -> tuple[Bound, ...]:
        found = self._of_two()
        text = self.skeleton.signs
        for match in [*words.BETWEEN.finditer(text)]:
            low, high = [at for at in range(*match.span()) if text[at] == AMOUNT]
            bound = self._bound(match.start(), low, high=high)
            found.append(replace(bound, is_denied=self._is_denied(match)))
            self.used |= {low, high}
        for match in words.ABOUT.finditer(text):
            at = next(at for at in range(*match.span()) if text[at] == AMOUNT)
            bound = self._bound(match.start(), at, at)
            ends = [(bound.low or 0) * (1 + sign * words.NEAR) for sign in (-1, 1)]
            is_denied = self._is_denied(match)
            found.append(replace(bound, low=ends[0], high=ends[1], is_about=True, is_denied=is_denied))
            self._use(at, match.span())
        for match in words.EXACTLY.finditer(text):
            at = match.start() + match[0].index(AMOUNT)
            if at not in self.used:
                is_denied = self._is_left_out(at + 1)
                found.append(replace(self._bound(match.start(), at, at), is_denied=is_denied))
                self._use(at, match.span())
        for match in words.BOUND.finditer(text):
            at = next(at for at in range(*match.span()) if text[at] == AMOUNT)
            if at in self.used:
                continue
            is_over = bool(match["over"]) or match["sign"] in (">", ">=", "≧", "=")
            is_under = bool(match["under"]) or match["sign"] in ("<", "<=", "≦", "=")
            sign = match["over"] or match["under"] or match["sign"]
            is_open = bool(re.search("超|上回|下回|より|オーバー|未満|^[<>]$", sign))
            ends_at = (at if is_over else None, at if is_under else None)
            bound = self._bound(match.start(), *ends_at, is_open=is_open)
            if self._is_denied(match):  # 百円以上でない: below it
                bound = replace(bound, low=bound.high, high=bound.low, is_open=not bound.is_open)
            found.append(bound)
            self._use(at, match.span())
        return tuple(found)

    def _of_two(self) -> list[Bound]:
        """One column against another of the same list: 決算が予算を上回った事業."""
        found = []
        for match in words.EXCEEDS.finditer(self.skeleton.signs):
            places = [at for at in range(*match.span()) if self.skeleton.has(at, COLUMN)]
            mentions = [mention for at in places if (mention := self.skeleton.mention(at))]
            if len(mentions) != 2:
                continue
            is_second = bool(match["second"] or match["first"])  # 予算より決算が多い
            is_more = bool(match["more"] or match["second"] or match["third"])
            one, other = mentions[::-1] if is_second else mentions
            columns = tuple(difference(*pair) for pair in paired(one.columns, other.columns))
            is_denied = self._is_denied(match, match["less"])
            if columns:
                low, high = (0.0, None) if is_more else (None, 0.0)
                found.append(Bound(columns, low, high, is_open=True, is_denied=is_denied))
            elif trait := _of_two_years(one, other, is_more=is_more):
                self.traits += (replace(trait, is_denied=is_denied),)
            else:
                continue
            self._take(match)
        return found

    def _bound(
        self, start: int, low: int | None = None, high: int | None = None, *, is_open: bool = False
    ) -> Bound:
        before = range(min(start + 1, len(self.skeleton.signs) - 1), -1, -1)
        places = (at for at in (*before, *self.skeleton.at) if self.skeleton.has(at, COLUMN))
        place = next(places, None)
        columns: tuple[Column, ...] = ()
        if place is not None and (mention := self.skeleton.mention(place)):
            columns = tuple(c for c in mention.columns if c.kind in NUMERIC)
            if mention.level != "lacking":  # else it is still to be told that no list has it
                self.used.add(place)
        elif place is None:  # 1億円以上の事業: of its money
            columns = in_kind(self.names.columns, words.EVERYDAY["お金"])
        ends = [self.skeleton.at[at].amount if at is not None else None for at in (low, high)]
        is_money = any(end[1] for end in ends if end)
        typed = tuple(self.skeleton.said(at) for at in dict.fromkeys((low, high)) if at is not None)
        first, last = (end[0] if end else None for end in ends)
        return Bound(columns, first, last, is_open, is_money, typed)

    def _choices(self) -> tuple[Choice, ...]:
        found: list[Choice] = []
        places = [at for at, each in self.skeleton.at.items() if each.sign == VALUE and at not in self.used]
        denied: dict[int, bool] = {}
        for at in reversed(places):  # 縮小と廃止を除く denies both
            joint = words.BETWEEN_CHOICES.match(self.skeleton.signs, at + 1)
            follows = joint.end() if joint and self.skeleton.has(joint.end(), VALUE) else -1
            of = words.BEFORE_ITS_COLUMN.match(self.skeleton.signs, at + 1)
            column = of.end() if of and self.skeleton.has(of.end(), COLUMN) else at  # 防災の分野以外
            own = self._is_left_out(at + 1) or (column > at and self._is_left_out(column + 1))
            denied[at] = own or denied.get(follows, False)
        for at in places:
            if mention := self.skeleton.mention(at):
                found.append(replace(self._choice(at, mention), is_denied=denied[at]))
        for at, each in self.skeleton.at.items():
            if each.sign == COLUMN and at not in self.used and (choice := self._typed_choice(at, each)):
                found.append(choice)
        if not found:
            found += self._held()
        return _alternatives(found)

    def _held(self) -> list[Choice]:
        """What a column with あり and なし is named for: 法定義務の事業, 法律でやらなければならない事業.

        And what it is not: 法定義務じゃないの.
        """
        found = []
        signs = self.skeleton.signs
        held = [(found.start(), found.end(), False) for found in words.HELD.finditer(signs)]
        behind = ((at, denied_behind(signs, at + 1)[1]) for at in self.skeleton.at)
        denied = [(at, end, True) for at, end in behind if end]
        for start, end, is_denied in (*held, *denied):
            mention = self.skeleton.mention(start)
            columns = mention.columns if mention and start not in self.used else ()
            chosen = [column for column in columns if column.kind == "choice"]
            there, missing = (of_value(word, chosen, self.names) for word in ("あり", "なし"))
            if there and missing:
                found.append(Choice(columns, missing if is_denied else there))
                self._use(start, (start, end))
        return found

    def _choice(self, at: int, mention: Mention) -> Choice:
        """A choice that was found by itself, of the column named before it if that has it."""
        columns = mention.columns
        before = self.skeleton.signs[:at].rstrip(f"{words.BETWEEN_COLUMN_AND_CHOICE}、")
        if joint := words.IN_TERMS_OF.search(before, max(0, len(before) - 5)):
            place = joint.start() - 1
        else:
            place = len(self.skeleton.signs[:at].rstrip(words.BETWEEN_COLUMN_AND_CHOICE)) - 1
        behind = at + words.BEFORE_ITS_COLUMN.match(self.skeleton.signs[at + 1 :]).end() + 1  # type: ignore[union-attr]  # of an optional text
        if self.skeleton.has(place, COLUMN) and self.skeleton.has(behind, COLUMN):  # 今後「拡大」と評価
            both = [found.columns for each in (place, behind) if (found := self.skeleton.mention(each))]
            if all(set(each) & set(columns) for each in both):
                self.used.add(behind)
        if not self.skeleton.has(place, COLUMN):  # A評価の事業, 公共交通の分野の事業, 「A」と評価された事業
            place = behind
        if self.skeleton.has(place, COLUMN) and (own := self.skeleton.mention(place)):
            ids = {c.id for c in own.columns}
            if having := tuple(c for c in columns if c.id in ids):
                columns = having
            if having or place < at:
                self.used.add(place)
        elif best := [c for c in columns if c.topic == "evaluation"]:
            columns = tuple(best)
        return Choice(columns, mention.values)

    def _typed_choice(self, at: int, each: Named) -> Choice | None:
        """A choice of a column that stands right behind it, too short or too common to be found alone."""
        if each.mention is None:
            return None
        rest = self.skeleton.text[each.end :]
        joint = re.match(r"(?:が|は|で|:|：|＝|=|\s|「|『)+|の(?=ない|無い|ある)|(?=[A-Za-z○×◎△])", rest)
        if joint is None:
            return None
        behind = rest[joint.end() :]
        if graded := self._grades(at, each, joint.end(), behind):
            return graded
        values = of_value(behind, each.mention.columns, self.names)
        follows = re.match(r"[^\s、。?？]{1,30}", behind)
        if not values or not follows:
            return None
        typed = max((len(v) for v in values if behind.lower().startswith(v)), default=0)
        if not typed:
            run = re.match(r"(?:ない|無い|なし|ある|有る|あり)|[一-龥ァ-ヺーA-Za-z0-9]+", behind)
            typed = len(run[0]) if run else 0
        after = behind[typed:]
        is_before_noun = re.match("ない|無い|ある|有る", behind) and re.match("[一-龥ァ-ヺ]", after)
        if not is_before_noun and not re.match(
            r"」?』?(?:の|な|に|と|で|を|以外|だ|は|が|$|[?？]|事業|もの)", after
        ):
            return None
        self._use(at, (at, at + 1 + joint.end() + typed))
        return Choice(each.mention.columns, values, self._is_left_out(at + 1 + joint.end() + typed))

    def _grades(self, at: int, each: Named, joint: int, behind: str) -> Choice | None:
        """The grades from a letter on, A being the best: B以上."""
        found = re.match(r"([SA-Esa-e])(?:評価|判定|ランク)?(以上|以下|より上|より下|未満)の?", behind)
        if found is None or each.mention is None:
            return None
        grades = self.names.choices_of(each.mention.columns)
        ordered = [grade for grade in GRADES if grade in grades]
        letter = found[1].lower()
        if letter not in ordered:
            return None
        place = ordered.index(letter)
        values = {"以上": ordered[: place + 1], "より上": ordered[:place], "以下": ordered[place:]}.get(
            found[2], ordered[place + 1 :]
        )
        self._use(at, (at, at + 1 + joint + found.end()))
        return Choice(each.mention.columns, tuple(values), self._is_left_out(at + joint + found.end(2)))


def _of_two_years(one: Mention, other: Mention, *, is_more: bool) -> Trait | None:
    """A column of one list against the same of another year's: 令和6年度の決算が令和4年度の決算より多い."""
    first, second = ({c.year for c in each.columns if c.kind in NUMERIC} for each in (one, other))
    heads = [{plain_heading(c.heading) for c in each.columns} for each in (one, other)]
    if not (heads[0] & heads[1] and first and second and not first & second):
        return None
    is_later = max(first) > max(second)
    later = one if is_later else other
    return Trait(later.columns, "grew" if is_later == is_more else "fell")


def _alternatives(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """The choices, those of the same columns as one: 縮小または廃止."""
    found: dict[tuple[tuple[Column, ...], bool], list[str]] = {}
    for choice in choices:
        found.setdefault((choice.columns, choice.is_denied), []).extend(choice.values)
    return tuple(
        Choice(columns, tuple(dict.fromkeys(values)), denied) for (columns, denied), values in found.items()
    )
