"""A question with a sign in the place of each thing that it names. Pure.

〓 is a project, ◎ an office, ◇ a year, ■ a column, ▲ a choice, ● an amount that something is compared with:
「◎の■が●以上の事業は何件？」 is the same question whatever is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.ask.columns import vocabulary as words
from bot.ask.columns.naming import ColumnNames, Mention, find, numbered
from store.columns.values import NUMERIC
from store.text import asking
from store.text.numbers import years_in_short, years_mentioned

if TYPE_CHECKING:
    from bot.ask.lexing import Span
    from store.columns.values import Column

PROJECT, OFFICE, YEAR, COLUMN, VALUE, AMOUNT = SIGNS = "〓◎◇■▲●"
DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_SCALE = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "億": 1e8, "兆": 1e12}
_AMOUNT = re.compile(
    r"(?P<number>(?:(?:\d[\d,]*(?:\.\d+)?|[一二三四五六七八九])[十百千万億兆]*|[十百千万億兆]+)+)"
    r"(?P<unit>円|人|名|件|回|%|％|パーセント|日|時間|箇所|校|台|点)?"
)
_PIECE = re.compile(r"(\d[\d,]*(?:\.\d+)?|[一二三四五六七八九])?([十百千万億兆]*)")
_COMPARED = re.compile(rf"\s?(?:くらい|ぐらい|程度|前後|ほど|{words.OVER}|{words.UNDER}|から|[~〜～-]\s?\d)")
_SIGN_BEFORE = re.compile(r"(?:>=|<=|≧|≦|>|<|=)\s?$|(?:[\d十百千万億円人件%])(?:から|[~〜～-]|以上、?)\s?$")
# A bare number behind が is what a column says, and no project's: 決算が0の事業.
_SAID_OF = re.compile(r"[がは]\s?$")
_IS_JUST = re.compile(r"(?:額|値)?(?:が|は|も|で|:)?\s?")
_JUST = re.compile(
    "(?:ちょうど|ぴったり|きっかり|丁度)?(?:の|である|だった|であった|となっ|になっ|(?=(?:で|じゃ)は?な))"
)
_JOINS_OFFICES = re.compile("と|や|、|・|か|及び|および|と、|並びに|または|又は")
_FROM_YEAR = re.compile("(?:から|より|以降|[にと]?比べ)")
_BEHIND_WORD = re.compile(r"(?<=[^\d\W])(?P<number>\d{1,3})(?=[のはがでにをと、。?？]|以外|$)")
_OF_A_COLUMN = re.compile(f"{COLUMN}[がはのに:=]$")
_BEFORE = 8  # characters before a number in which such a sign ends


@dataclass(frozen=True, slots=True)
class Named:
    """Something named at `text[start:end]`, by the sign of its kind; `amount` is (number, whether in 円)."""

    start: int
    end: int
    sign: str
    span: Span | None = None
    mention: Mention | None = None
    year: int = 0
    amount: tuple[float, bool] | None = None


@dataclass(frozen=True)
class Skeleton:
    """A text, the same with signs, and what stands at the place of each sign."""

    text: str
    signs: str
    at: dict[int, Named]

    def has(self, place: int, sign: str) -> bool:
        """Whether this sign stands at a place."""
        return place in self.at and self.at[place].sign == sign

    def mention(self, place: int) -> Mention | None:
        """The column or choice at a place."""
        return self.at[place].mention if place in self.at else None

    def said(self, place: int) -> str:
        """What was typed where a sign stands."""
        return self.text[self.at[place].start : self.at[place].end]


def skeleton(
    text: str, spans: Sequence[Span], names: ColumnNames, more: Sequence[Mention] = ()
) -> Skeleton | None:
    """The skeleton of a text (in NFKC, without courtesies before it); None where it names no column.

    `spans` are what `lex` found in it, `more` mentions that were found elsewhere.
    """
    named = _names_in(text, spans, names, more)
    if not any(each.mention or (each.amount and each.amount[1]) for each in named):
        return None
    return Skeleton(text, *_skeleton(text, named))


def without_left_out(found: Skeleton) -> tuple[Skeleton, list[Named], list[str]]:
    """A skeleton without the offices, projects and words that it leaves out (◎と図書館以外の■), and these.

    A column or choice that is left out stays, it is a condition's, and what a column is said to be.
    """
    signs, at = found.signs, dict(found.at)
    named: list[Named] = []
    words: list[str] = []
    for each in asking.left_out(found.signs):
        if not each.parts or _OF_A_COLUMN.search(signs[: each.parts[0][0]]):
            continue  # それ以外, 評価がC以外
        stays = [at[start] for start, end in each.parts if end - start == 1 and start in at]
        stays = [one for one in stays if one.sign not in (OFFICE, PROJECT)]
        if len(stays) == len(each.parts) or any(one.sign != VALUE for one in stays):
            continue
        begin, end = each.parts[0][0], each.parts[-1][1]
        for start, until in each.parts:
            inside = [place for place in range(start, until) if place in at]
            one = at[start] if inside and until - start == 1 else None
            if one is None:
                words.append("".join(found.said(n) if n in at else signs[n] for n in range(start, until)))
            elif one not in stays:
                named.append(one)
        at = {place: one for place, one in at.items() if not begin <= place < end}
        left = "と".join(VALUE for _ in stays)  # ▲と◎以外, ◎と▲以外: right before what leaves it out
        at |= {end - len(left) + 2 * n: one for n, one in enumerate(stays)}
        behind = signs[end : each.end] if stays else " " * (each.end - end)
        signs = f"{signs[:begin]}{' ' * (end - begin - len(left))}{left}{behind}{signs[each.end :]}"
    return replace(found, signs=signs, at=dict(sorted(at.items()))), named, words


def _names_in(text: str, spans: Sequence[Span], names: ColumnNames, more: Sequence[Mention]) -> list[Named]:
    """Everything named, in order and apart: projects, columns and choices, offices, years, amounts."""
    more = [*more, *_numbered(text, names)]
    found = [Named(s.start, s.end, PROJECT, span=s) for s in spans if _names_project(s, text)]
    found = [each for each in found if all(m.start != each.start for m in more)]
    offices = [Named(s.start, s.end, OFFICE, span=s) for s in spans if s.kind == "office"]
    in_full = [*more, *(m for m in find(_without(text, found), names) if m.level == "heading")]
    in_full = [m for m in in_full if not any(_is_within(m, office) for office in offices)]
    in_full = [m for m in in_full if not (m.is_value and _is_joined_office(m, offices, text))]
    found += [Named(m.start, m.end, VALUE if m.is_value else COLUMN, mention=m) for m in in_full]
    found += [each for each in offices if _is_apart(each, found)]
    found += [each for each in _years(text, spans) if _is_apart(each, found)]
    found += [each for each in _amounts(text) if _is_apart(each, found)]
    mentions = [each.mention for each in found if each.sign == COLUMN and each.mention]
    named = [column for mention in mentions for column in mention.columns]
    has_numbers = any(column.kind in NUMERIC for column in named)
    for mention in find(_without(text, found), names, with_phrases=not has_numbers):
        if named and mention.is_phrase and mention.word != "お金":
            continue
        each = Named(mention.start, mention.end, VALUE if mention.is_value else COLUMN, mention=mention)
        if _is_apart(each, found):
            found.append(each)
    found += [each for each in _exact(text, found) if _is_apart(each, found)]
    ordered = sorted(found, key=lambda each: (each.start, each.end))
    return _of_years(_narrowed(ordered, text), text)


def _numbered(text: str, names: ColumnNames) -> Iterable[Mention]:
    """The choices that are named by the number behind their column, which is no project's: 施策35."""
    for mention in find(text, names) if _BEHIND_WORD.search(text) else ():
        found = _BEHIND_WORD.match(text, mention.end)
        if found and (choice := numbered(found["number"], mention, names)):
            yield choice


def _of_years(named: Sequence[Named], text: str) -> list[Named]:
    """What is named; columns with a year before them, or in a text with one, are those that speak of it.

    Of a project the year says which of its lists is meant, which may have none of them.
    """
    every = [each for each in named if each.sign == YEAR]
    if len({each.year for each in every}) < 2 and any(each.sign == PROJECT for each in named):
        return list(named)
    of_all = every[0].year if len({each.year for each in every}) == 1 else 0
    if any(_FROM_YEAR.match(text, each.end) for each in every):
        of_all = 0
    found: list[Named] = []
    for at, each in enumerate(named):
        mention = each.mention
        years = (_years_before(named[:at], each, text) or {of_all}) if mention else set()
        spoken = [c for c in mention.columns if c.year in years] if mention else []
        found.append(
            replace(each, mention=replace(mention, columns=tuple(spoken))) if mention and spoken else each
        )
    return found


def _narrowed(named: Sequence[Named], text: str) -> list[Named]:
    """What is named; two columns joined by の are those that both name: 令和5年度決算の人件費."""
    found: list[Named] = []
    for each in named:
        before = found[-1] if found else None
        first, second = (before.mention if before else None), each.mention
        joint = text[before.end : each.start].strip() if before else "-"
        both: tuple[Column, ...] = ()
        if first and second and not (first.is_value or second.is_value or second.is_phrase) and joint == "の":
            ids = {column.id for column in first.columns}
            groups = {(c.source_id, c.fiscal_year, c.group_name) for c in first.columns if c.group_name}
            both = tuple(c for c in second.columns if c.id in ids) or tuple(
                c
                for c in second.columns
                if c.group_part and (c.source_id, c.fiscal_year, c.group_name) in groups
            )
        if before and second and both:
            start = before.start
            mention = replace(second, start=start, word=text[start : each.end], columns=both)
            found[-1] = replace(each, start=start, mention=mention)
        else:
            found.append(each)
    return found


def _years_before(named: Sequence[Named], each: Named, text: str) -> set[int]:
    """The years that stand right before something named: 令和4年度と令和6年度の決算."""
    found: set[int] = set()
    follows, joints = each, ["", "の"]
    for before in reversed(named):
        if before.sign != YEAR or text[before.end : follows.start].strip() not in joints:
            break
        found.add(before.year)
        follows, joints = before, ["", "と", "や", "、", "・", "から", "~", "〜", "-"]
    return found


def _is_within(mention: Mention, office: Named) -> bool:
    """Whether a name is only a part of an office's: 子育て of 子育て支援課."""
    is_in = office.start <= mention.start and mention.end <= office.end
    return is_in and mention.end - mention.start < office.end - office.start


def _is_joined_office(mention: Mention, offices: Sequence[Named], text: str) -> bool:
    """Whether a choice is an office too, and stands beside another office: 図書館と公民館の決算の合計."""
    if not any((each.start, each.end) == (mention.start, mention.end) for each in offices):
        return False
    others = [each for each in offices if each.start >= mention.end or each.end <= mention.start]
    joints = (text[mention.end : each.start] or text[each.end : mention.start] for each in others)
    return any(map(_JOINS_OFFICES.fullmatch, joints))


def _names_project(span: Span, text: str) -> bool:
    if span.kind == "number":
        return not (
            _SAID_OF.search(text[max(0, span.start - _BEFORE) : span.start])
            and text[span.start : span.end].isdecimal()
        )
    return span.kind == "project"


def _years(text: str, spans: Sequence[Span]) -> Iterable[Named]:
    taken = bytearray(len(text))
    found: list[Named] = []
    said = [(s.start, s.end, s.year) for s in spans if s.kind == "year"]
    said += [(y.start, y.end, y.year) for y in (*years_mentioned(text), *years_in_short(text))]
    for start, end, year in said:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(Named(start, end, YEAR, year=year))
    return found


def _amounts(text: str) -> Iterable[Named]:
    for found in _AMOUNT.finditer(text):
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        if _COMPARED.match(text, found.end()) or _SIGN_BEFORE.search(before):
            is_money = found["unit"] == "円" or (
                not found["unit"] and bool(re.search("[万億兆]", found["number"]))
            )
            yield Named(found.start(), found.end(), AMOUNT, amount=(number_said(found["number"]), is_money))


def _exact(text: str, named: Sequence[Named]) -> Iterable[Named]:
    """The amounts right behind a column of numbers that a cell is said to be: 決算額が820千円の事業."""
    for each in named:
        if (
            each.sign != COLUMN
            or not each.mention
            or all(c.kind not in NUMERIC for c in each.mention.columns)
        ):
            continue
        joint = _IS_JUST.match(text, each.end)
        found = _AMOUNT.match(text, joint.end()) if joint else None
        number = number_said(found["number"]) if found else 0.0  # of none it is said in TRAITS
        if found and number and _JUST.match(text, found.end()):
            is_money = found["unit"] == "円" or bool(re.search("[万億兆]", found["number"]))
            yield Named(found.start(), found.end(), AMOUNT, amount=(number, is_money))


def number_said(said: str) -> float:
    """1億5000万 as 150,000,000; 百万 as 1,000,000; 1,000千 as 1,000,000."""
    total = 0.0
    for number, scales in _PIECE.findall(said):
        if number or scales:
            value = float(DIGITS.get(number) or number.replace(",", "") or 1)
            for scale in scales:
                value *= _SCALE[scale]
            total += value
    return total


def _without(text: str, named: Iterable[Named]) -> str:
    for each in named:
        text = f"{text[: each.start]}{PROJECT * (each.end - each.start)}{text[each.end :]}"
    return text


def _is_apart(one: Named, others: Iterable[Named]) -> bool:
    return all(one.end <= other.start or other.end <= one.start for other in others)


def _skeleton(text: str, named: Sequence[Named]) -> tuple[str, dict[int, Named]]:
    """The text with a sign for each thing named, and what stands at the sign's place."""
    pieces: list[str] = []
    order: dict[int, Named] = {}
    at = length = 0
    for each in named:
        before = re.sub(f"[{SIGNS}]", " ", text[at : each.start])
        pieces += [before, each.sign]
        order[length + len(before)] = each
        length += len(before) + 1
        at = each.end
    return "".join([*pieces, re.sub(f"[{SIGNS}]", " ", text[at:])]), order
