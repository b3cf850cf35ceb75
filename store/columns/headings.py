"""What a column's heading says, and a project's columns in the order in which people ask. Pure.

A heading tells unit, year, basis, topic, and which columns are about one thing. The words are those that
cities head their columns with; what a column holds is decided by its cells (`inference`) wherever cells can
tell it. A project's facts are cost, evaluation, indicators and staff, then the rest: an indicator, its result
and its unit are one line; money has a readable form beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from store.columns.values import (
    UNITS,
    Basis,
    Column,
    ListedColumn,
    Topic,
    is_money,
    read_value,
    readable,
    unit_name,
)
from store.text import lazily
from store.text.normalize import nfkc
from store.text.numbers import find_fiscal_year, said_in_heading, without_heading_year, year_of_heading

# Basis: what is called that, the more special first (当初予算 is no plain 予算, 決算見込 is no 決算).
_BASES: tuple[tuple[Basis, re.Pattern[str]], ...] = (
    ("forecast", lazily("見込|見通し|(?:決算|執行|支出)額?[(（・]?(?:予定|予測|推計)")),
    ("execution", lazily("執行|不用額|支出済")),
    ("settlement", lazily("決算")),
    ("request", lazily("要求|要望")),
    ("budget_supplementary", lazily("補正")),
    ("budget_initial", lazily("当初")),
    ("budget", lazily("予算")),
    ("target", lazily("目標|KPI目標")),
    ("actual", lazily("実績|実施結果|結果値")),
    ("plan", lazily("計画[値額]?|予定")),
)
# Topic: what people ask a list for.
_TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    ("indicator", lazily("指標|KPI|アウトプット|アウトカム|達成[率度]")),
    ("evaluation", lazily(
        "評価|判定|方向性|ランク|今後の(?:方針|取組|対応|展開)|見直し|総合判断|改善区分|優先度")),
    ("staff", lazily("職員|人員|従事者?|人工|FTE|正規|会計年度任用|再任用|業務量|投入人")),
    ("cost", lazily(
        "予算|決算|執行|事業費|経費|費用|コスト|人件費|財源|支出|歳出|国庫|県費|地方債|費$|額$")),
    ("policy", lazily("施策|政策|基本目標|基本方針|大綱|総合計画|重点|分野|章$|節$|柱$|体系|SDGs")),
    ("law", lazily("法定|法令|根拠|条例|義務")),
)  # fmt: skip
MONEY_HEADING = lazily(
    r"予算|決算|事業費|経費|費用|人件費|コスト|財源|支出|歳出|歳入|執行額|国庫|県支出|地方債|一般会計|[費額](?:$|[(（・／])"
)
COUNT_HEADING = lazily("[数量](?:$|[(（・／])|人員|人工|人数|件数|回数|職員")
RATE_HEADING = lazily("[率比](?:$|[(（・／])|割合|パーセント|[%％]|進捗度|達成度")
DATE_HEADING = lazily("年度$|年月|期日|期限|年月日|開始|終了|期間|時期|年$|日$|始期|終期")
CODE_HEADING = lazily(r"コード|番号|\bNo\b|\bID\b|ｺｰﾄﾞ|No\.|ID$|^ID|№|code", re.IGNORECASE)
CHOICE_HEADING = lazily(
    "評価|判定|区分|有無|種別|種類|施策|政策|分類|方向性|会計|ランク|優先|重点|手法|方法|形態|款|項|目$|分野|義務|類型"
)

# A part of an amount, by where the money is from or what it is for: asked for by its own name.
PART_OF_AMOUNT = re.compile(
    "国庫|[都道府県市町村]支出金|県費|[市地]?方?債|起債|財源|その他|うち|内訳|人件費|補助金|負担金|使用料|繰入"
)

_BRACKETS = lazily(r"[(\[〔【<《]\s*(?:単位\s*[::]?)?\s*([^()\[\]〔〕【】<>《》]{1,10}?)\s*[)\]〕】>》]")
_UNIT_SAID = lazily(r"単位\s*[::]?\s*([^\s()\[\]〕】、。・]{1,8})")
_MONEY_END = lazily(r"(?:百万|千|十億|億|万)?円$")
# Said of a table's amounts; 総額1,200千円 is an amount.
_ABOVE = lazily(
    r"(?<![\d,.十百千万億])((?:百万|千|十億|億|万)?円)(?:単位|です|で(?:表示|記載|表記)|とする|$|(?=[)。、,]))"
)
_BETWEEN_UNITS = re.compile(r"[\s、,，・/／::()\[\]〔〕【】]+|及び|または")
_NO_UNIT = lazily(
    r"\d|^[A-Za-zア-ン+\-*/=]{1,3}$"  # （A）, （B-A）: a letter of a formula
    "|当初|補正|決算|予算|見込|計画|目標|実績|税込|税抜|内訳|再掲|参考|任意|必須|年度|以上|以下|複数|該当|名称|内容|注|別紙|案|円グラフ"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a heading says of its column; `unit` is `sure` where it is written as one."""

    unit: str = ""
    sure: bool = False
    value_year: int | None = None
    basis: Basis = ""
    topic: Topic = ""


def read_heading(path: Sequence[str], fiscal_year: int) -> Said:
    """What a heading says, `fiscal_year` being that of the list (前年度 is the one before)."""
    levels = [nfkc(level) for level in reversed(path)]
    unit, sure = "", False
    for level in levels:
        if not unit:
            unit, sure = unit_of(level)
        if not unit and len(levels) > 1 and level is levels[0] and _is_unit(level):
            unit, sure = unit_name(level), True
    whole = "".join(reversed(levels))
    value_year = next(
        (year for each in levels if (year := year_of_heading(each, fiscal_year)) is not None), None
    )
    return Said(unit, sure, value_year, basis_of(levels), topic_of(whole))


def _is_unit(level: str) -> bool:
    """Whether the lowest row of a heading is nothing but a unit: 決算／千円."""
    return is_money(unit_name(level)) or bool(UNITS.fullmatch(level))


@lru_cache(maxsize=4096)
def unit_of(heading: str) -> tuple[str, bool]:
    """The unit that a heading (in NFKC) writes, and whether it is one for sure; ('', False) for none."""
    if (found := _UNIT_SAID.search(heading)) and not found[1].isdecimal():
        return unit_name(found[1].strip(")]〕】")), True
    for inside in reversed([piece for each in _BRACKETS.findall(heading) for piece in _pieces(each)]):
        unit = unit_name(inside)
        if is_money(unit) or UNITS.fullmatch(inside):
            return unit, True
        if len(inside) <= 5 and not _NO_UNIT.search(inside):
            return unit, False
    bare = _BRACKETS.sub("", heading).strip()
    if (found := _MONEY_END.search(bare)) and found.start() > 0:
        return found[0], True
    return "", False


def unit_above(text: str) -> str:
    """The unit of money that a line above a table gives for its amounts (予算額は千円); or ''.

    Units of counts that it names beside it follow: 千円、人 of （単位：千円、人）.
    """
    line = nfkc(text)
    money = unit_of(line)[0] if "単位" in line else ""
    if not is_money(money):
        found = _ABOVE.search(line)
        money = found[1] if found else ""
    pieces = _BETWEEN_UNITS.split(line.partition("単位")[2]) if money else ()
    return "、".join([money, *(piece for piece in pieces if UNITS.fullmatch(piece) and not is_money(piece))])


def unit_of_count(heading: str, units: Sequence[str]) -> str:
    """Which of the units that a list gives for its counts a heading is of: 人 for 職員数, 件 for 申請件数."""
    for unit in units:
        if unit in heading or (unit == "人" and (topic_of(heading) == "staff" or "員数" in heading)):
            return unit
    return ""


def _pieces(inside: str) -> list[str]:
    """What stands in brackets, whole or else in parts: R5決算・円 may be a unit only in part."""
    return [inside, *(part for part in re.split("[・、,/／]", inside) if is_money(part) and part != inside)]


def basis_of(levels: Sequence[str]) -> Basis:
    """What an amount or a value is: planned, voted, spent; by the lowest row of the heading that says it.

    What is spent under a row that says 見込 is a forecast of it: R6見込 over 決算額.
    """
    said = [found for level in levels if (found := _basis_of(level))]
    if said and said[0] in ("settlement", "execution") and "forecast" in said:
        return "forecast"
    return said[0] if said else ""


def _basis_of(level: str) -> Basis:
    for basis, pattern in _BASES:
        if pattern.search(level):
            return basis
    return ""


def may_be(column: Column, basis: Basis) -> bool:
    """Whether a column may be what a word of a basis asks for: 予算 is any budget, 当初予算 that alone."""
    return not basis or not column.basis or column.basis.startswith(basis)


def topic_of(heading: str) -> Topic:
    """Which of the things that people ask for a heading is about."""
    return next((topic for topic, pattern in _TOPICS if pattern.search(heading)), "")


# What the columns about one thing are called beside it.
_PARTS = lazily(
    r"(?:の|[\s_\-・／/:(])*(実績値?|目標値?|計画値?|見込値?|予定値?|基準値?|現状値?|最終目標値?|達成[率度]|進捗[率度]|単位"
    r"|名称?|内容|数値|値|結果|説明|定義|算式|計算式|算出方法|推移|理由|コメント|備考|種別|区分|増減)\)?$"
)
_NAMES = ("名", "名称", "指標", "指標名", "項目", "項目名")  # the part that names what the others are of
_LONGEST_PART = 8
_NUMBERED = lazily(r"^[0-9①-⑳]")
_ITEM_SIGN = lazily(r"^\s*[①-⑳㉑-㉟]\s*(?=\S)")
# 指標名1, 目標値1, 単位1: the number of what they are all of stands behind their part.
_NUMBER_LAST = lazily(
    r"(?P<of>.*?)(?P<word>指標)?の?(?P<part>名称?|内容|目標値?|計画値?|実績値?|見込値?|基準値?|達成[率度]|単位|値)?_?(?P<n>\d{1,2})"
)


def groups(columns: Sequence[ListedColumn]) -> dict[str, tuple[str, str]]:
    """By key, the name of the group that a column is of and which part of it; single columns are in none.

    Columns are of one group when one's heading begins another's (活動指標1, 活動指標1実績), when they differ
    only in the word for their part or in their year, when they stand under one heading of two rows, or when
    a bare part (単位, 実績) follows them.
    """
    free = [column for column in columns if not column.role]
    found: dict[str, tuple[str, str]] = {}
    plain = {column.key: without_unit(_ITEM_SIGN.sub("", column.path[-1])) for column in free}
    plain = _with_numbers_before_parts(plain)
    _by_path(free, plain, found)
    _by_beginning(free, plain, found)
    _by_part(free, plain, found)
    _by_place(columns, plain, found)
    _by_year(free, plain, found)
    sizes = Counter(name for name, _ in found.values())
    whole = {name for name, part in found.values() if not part}
    return {
        key: (name, "" if part in _NAMES and name not in whole else part)
        for key, (name, part) in found.items()
        if sizes[name] > 1
    }


def _with_numbers_before_parts(plain: dict[str, str]) -> dict[str, str]:
    """Headings with the number of an indicator before the word for their part: 実績値1 as 指標1実績値."""
    found = {key: match for key, word in plain.items() if (match := _NUMBER_LAST.fullmatch(word))}
    indicators = {(match["of"], match["n"]) for match in found.values() if match["word"]}
    return plain | {
        key: f"{match['of']}指標{match['n']}{match['part'] or ''}"
        for key, match in found.items()
        if (match["of"], match["n"]) in indicators and (match["part"] or match["word"])
    }


def _by_path(free: Sequence[ListedColumn], plain: dict[str, str], found: dict[str, tuple[str, str]]) -> None:
    for column in free:
        if len(column.path) > 1:
            found[column.key] = ("／".join(map(without_unit, column.path[:-1])), plain[column.key])


def _by_beginning(
    free: Sequence[ListedColumn], plain: dict[str, str], found: dict[str, tuple[str, str]]
) -> None:
    names = {plain[column.key]: column.key for column in free if column.key not in found}
    for column in free:
        word = plain[column.key]
        if column.key in found:
            continue
        for end in range(len(word) - 1, 1, -1):
            rest = word[end:]
            if len(rest) > _LONGEST_PART:
                break
            base = word[:end]
            if base in names and not _NUMBERED.match(rest) and len(base) > 1:
                found.setdefault(names[base], (base, ""))
                found[column.key] = (found[names[base]][0], rest.lstrip("のー_ -・／/:"))
                break


def _by_part(free: Sequence[ListedColumn], plain: dict[str, str], found: dict[str, tuple[str, str]]) -> None:
    stems: dict[str, list[tuple[str, str]]] = {}
    for column in free:
        if column.key in found:
            continue
        stem, part = _stem(plain[column.key])
        if stem:
            stems.setdefault(stem, []).append((column.key, part))
    for stem, members in stems.items():
        if len(members) > 1 and len({part for _, part in members}) > 1:
            found |= {key: (stem, part) for key, part in members}


def _by_place(
    columns: Sequence[ListedColumn], plain: dict[str, str], found: dict[str, tuple[str, str]]
) -> None:
    leader = ""
    for column in columns:
        if column.role:
            leader = ""
            continue
        word = plain[column.key]
        if column.key in found:
            leader = found[column.key][0]
            continue
        stem, part = _stem(word)
        if stem or not part:
            leader = word if topic_of(column.heading) == "indicator" else ""
            if leader:
                found[column.key] = (leader, "")
        elif leader:
            found[column.key] = (leader, word)


def _by_year(free: Sequence[ListedColumn], plain: dict[str, str], found: dict[str, tuple[str, str]]) -> None:
    sizes = Counter(name for name, _ in found.values())
    stems: dict[str, list[tuple[str, str]]] = {}
    for column in free:
        word = plain[column.key]
        if sizes[found.get(column.key, ("",))[0]] > 1 or not (year := said_in_heading(word)):
            continue
        if stem := without_heading_year(word).strip("の()_ -・"):
            stems.setdefault(stem, []).append((column.key, year))
    for stem, members in stems.items():
        if len(members) > 1:
            found |= {key: (stem, year) for key, year in members}


def _stem(word: str) -> tuple[str, str]:
    """A heading without its year and the words for its part, and these as written."""
    stem, part = without_heading_year(word), ""
    while found := _PARTS.search(stem):
        part = found[1] + part
        stem = stem[: found.start()]
    stem = stem.strip("の()_ -・／/:")
    return stem, said_in_heading(word) + part


def plain_heading(heading: str) -> str:
    """A heading without its unit and its year: R6決算(千円) is 決算."""
    return without_heading_year(without_unit(heading)).strip("の()_ -・／/:")


@lru_cache(maxsize=4096)
def without_unit(heading: str) -> str:
    """A heading's words without the unit in brackets."""
    word = "".join(nfkc(heading).split())
    for found in reversed([*_BRACKETS.finditer(word)]):
        if unit_of(found[0])[0]:
            word = word[: found.start()] + word[found.end() :]
    return word


LEADING: tuple[Topic, ...] = ("cost", "evaluation", "indicator", "staff")
LONGEST_FACT = 60  # characters of a value that still is a fact; a longer one is a text
MOST_OF_TOPIC = 8
_UNIT = "単位"
_RATE = re.compile("[率度]$")


@dataclass(frozen=True, slots=True)
class Fact:
    """A line about a project: `label` is a heading or what a group is about, `text` what the list says."""

    label: str
    text: str
    topic: Topic


def facts(extra: Mapping[str, str]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """What people ask for first, and the rest, of a project's columns by heading; empty ones are left out."""
    columns = [ListedColumn(place, key, tuple(key.split("／"))) for place, key in enumerate(extra, 1)]
    tied = groups(columns)
    found: list[Fact] = []
    done: set[str] = set()
    for column in columns:
        if column.key in done:
            continue
        name, _ = tied.get(column.key, ("", ""))
        members = [each for each in columns if name and tied.get(each.key, ("", ""))[0] == name]
        parts = {tied[each.key][1]: extra[each.key] for each in members}
        if "" in parts and topic_of(nfkc(name)) == "indicator":
            done.update(each.key for each in members)
            found += _indicator(name, parts)
            continue
        if extra[column.key].strip():
            found.append(_fact(column, extra[column.key]))
    first = [fact for topic in LEADING for fact in _leading(found, topic)]
    return tuple(first), tuple(fact for fact in found if fact not in first)


def _leading(found: Sequence[Fact], topic: Topic) -> list[Fact]:
    of_topic = [fact for fact in found if fact.topic == topic and len(fact.text) <= LONGEST_FACT * 2]
    if topic == "cost" and len(of_topic) > MOST_OF_TOPIC:  # whole amounts and the newest years first
        chosen = sorted(of_topic, key=_rank)[:MOST_OF_TOPIC]
        return [fact for fact in of_topic if fact in chosen]
    return of_topic[:MOST_OF_TOPIC]


def _rank(fact: Fact) -> tuple[bool, int]:
    heading = nfkc(fact.label)
    return bool(PART_OF_AMOUNT.search(heading)), -(find_fiscal_year(heading) or 0)


def _fact(column: ListedColumn, text: str) -> Fact:
    value, heading = read_value(text), nfkc(column.heading)
    unit = value.unit or unit_of(nfkc(column.path[-1]))[0] or unit_of(heading)[0]
    shown = text
    if value.number is not None and (near := readable(value.number, unit)):
        amount = f"{value.number:,.10g}{unit}" if text.strip().isdecimal() else text.strip()
        shown = f"{amount}（{near}）"
    topic = topic_of(heading) if len(text) <= LONGEST_FACT else ""
    return Fact(column.heading, shown, topic)


def _indicator(name: str, parts: Mapping[str, str]) -> Iterable[Fact]:
    """One line of an indicator: 訓練回数　実績 3回、目標 4回; none for one that the list leaves out."""
    about, unit = parts.get("", "").strip(), parts.get(_UNIT, "").strip()
    values = [
        f"{part} {_with_unit(text.strip(), '' if _RATE.search(part) else unit)}"
        for part, text in parts.items()
        if part not in ("", _UNIT) and text.strip() and not read_value(text).state
    ]
    if read_value(about).state and not values:
        return
    yield Fact(name, f"{about}　{'、'.join(values)}".strip(), "indicator")


def _with_unit(text: str, unit: str) -> str:
    """A value with its unit, where it is a number that has none: 100.0 of ％ is 100％."""
    value = read_value(text)
    if value.number is None or value.unit:
        return text
    return f"{value.number:,.10g}{unit}"
