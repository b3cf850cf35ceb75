"""What is known of a list's column, and of one cell of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from store.text.normalize import nfkc

Kind = Literal["amount", "count", "rate", "choice", "date", "code", "text", "number"]
Basis = Literal[
    "", "budget_initial", "budget_supplementary", "budget", "settlement", "execution", "request", "target",
    "actual", "plan", "forecast",
]  # fmt: skip
Topic = Literal["", "cost", "staff", "evaluation", "indicator", "policy", "law"]
State = Literal["", "empty", "none", "withheld"]

NUMERIC: frozenset[Kind] = frozenset({"amount", "count", "rate", "number"})


@dataclass(frozen=True, slots=True)
class ColumnSetting:
    """What a city says of a column; None of what it leaves to us."""

    kind: Kind | None = None
    unit: str | None = None
    value_year: int | None = None
    basis: Basis | None = None
    group_name: str | None = None
    group_part: str | None = None


@dataclass(frozen=True, slots=True)
class ListedColumn:
    """A column as a list has it: `path` are the words of its heading's rows, from the top.

    `key` is the heading made unique in its list, the name of the column in `Project.extra`. `role` is the
    field of a Project that it gives, '' for none.
    """

    position: int  # 1-based
    key: str
    path: tuple[str, ...]
    role: str = ""
    setting: ColumnSetting | None = None

    @property
    def heading(self) -> str:
        """The heading as published, in one line, its rows joined with ／."""
        return "／".join(self.path)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of one list and fiscal year, and what it was taken for.

    `unit` is of its numbers ('' where none is known; in a group it may stand in the column of part 単位).
    `value_year` is the fiscal year it speaks of, None where it says none. `group_name` and `group_part` tie
    together columns that are about one thing (活動指標1: its name, its 実績, its 単位).
    """

    id: int
    source_id: int
    fiscal_year: int
    position: int
    heading: str
    path: tuple[str, ...]
    unit: str = ""
    value_year: int | None = None
    basis: Basis = ""
    kind: Kind = "text"
    role: str = ""
    topic: Topic = ""
    group_name: str = ""
    group_part: str = ""
    key: str = ""

    @property
    def year(self) -> int:
        """The fiscal year that it speaks of, or its list's."""
        return self.value_year or self.fiscal_year


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `text` verbatim, `number` in the column's unit, `state` why it says no value."""

    project_id: int
    column_id: int
    text: str
    number: float | None = None
    state: State = ""


_MONEY = {"円": 1.0, "千円": 1e3, "万円": 1e4, "十万円": 1e5, "百万円": 1e6, "千万円": 1e7, "億円": 1e8,
          "十億円": 1e9, "兆円": 1e12}  # fmt: skip
_SCALES = {"十": 10.0, "百": 100.0, "千": 1e3, "万": 1e4, "億": 1e8, "兆": 1e12}
UNITS = re.compile(
    r"(?:百|千|万)?(?:人|名|件|回|箇所|か所|ヶ所|カ所|ヵ所|所|時間|日|月|年|世帯|戸|台|団体|社|校|園|施設|冊|点|票|枚|本|個|棟|頭|匹|羽"
    r"|区画|地区|路線|組|組織|種類|項目|店|店舗|事業|件数|人数|人工|人日|人月|FTE|ポイント|歳|食|錠|便|ha|a|㎡|m2|m3|㎥|km|m|t|kg"
    r"|kWh|t-CO2|k?L|GB|MW|kW|%|‰|pt|部|円|泊|口|者|号|編|曲|席|床|隻|航海|発|筆|通|巻|袋|箱|家族|クラス|学級|チーム|クラブ)"
    r"(?:/(?:年|月|日|週|人|件|回|世帯|校|箇所|か所|時間|千人|万人|10万人))?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d+)?")
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SIGN = r"[-−–—―▲△▼]"
# 1,250  △1,250千円  約30人  1億2,345万6千円  95.5%(見込)
_NUMBER = re.compile(
    rf"(?:約|およそ|概ね|延べ?|のべ|計|¥|\\)?(?P<sign>{_SIGN})?\s?(?:¥|\\)?"
    rf"(?P<number>(?=\d)(?:(?:{_DIGITS})[十百千万億兆]+)*(?:{_DIGITS})?)"
    r"(?P<space>\s?)(?P<unit>[^\d\s,.()\-~〜から]{0,7}(?:/[^\d\s,.()]{1,4})?)(?:\([^()\d]*\))?"
)
_PART = re.compile(rf"({_DIGITS})([十百千万億兆]*)")
_DASHES = frozenset("-‐‑‒–—―−ーｰ－─…・*＊／/")
# What stands in a cell that has no value; in a column of numbers also what stands for having none to give.
_NONE_WORDS = """
    データなし データ無し 該当なし 該当無し 対象なし 実績なし 設定なし 未設定 未集計 集計中 調査中 算定中
    算出不可 算定不可 測定不可 測定不能 不明 n/a na nan null none #n/a #div/0! #value! #ref!"""
_NO_NUMBER_WORDS = "なし 無し 無 皆減 皆増 未定 未実施 未測定 未確定 対象外 休止 廃止 中止 延期"
_WITHHELD_WORDS = "非公開 非公表 不開示 非開示 秘匿 秘密 x χ ***"
_NONE, _NO_NUMBER, _WITHHELD = (
    frozenset(words.split()) for words in (_NONE_WORDS, _NO_NUMBER_WORDS, _WITHHELD_WORDS)
)


class Value(NamedTuple):
    """What a cell says: a number and the unit written beside it, or a state; neither for other words."""

    number: float | None = None
    unit: str = ""
    state: State = ""


@lru_cache(maxsize=16_384)
def read_value(text: str) -> Value:
    """What a cell's text says as a value: 1,234千円 is (1234, 千円), ― is of state `none`.

    A number is as written but for 1億2千万円, which is 120,000,000 円. Units are in NFKC but for ％.
    """
    if _PLAIN.fullmatch(text):
        return Value(float(text))
    folded = nfkc(text).strip()
    if not folded:
        return Value(state="empty")
    if len(folded) > 40:
        return Value()
    if found := _NUMBER.fullmatch(folded):
        return _number(found)
    key = "".join(folded.split()).strip("()").casefold()
    if key in _WITHHELD or set(key) == {"■"}:
        return Value(state="withheld")
    if key in _NONE or _DASHES.issuperset(key):
        return Value(state="none")
    return Value()


def is_word_for_nothing(text: str) -> bool:
    """Whether a text means no value only where a number is expected: なし is an answer in other columns."""
    return "".join(nfkc(text).split()).strip("()").casefold() in _NO_NUMBER


def converted(number: float, unit: str, to: str) -> float:
    """An amount of money in another unit of money; any other number as it is."""
    if unit == to or unit not in _MONEY or to not in _MONEY:
        return number
    return round(number * _MONEY[unit] / _MONEY[to], 6)


def is_money(unit: str) -> bool:
    """Whether a unit is one of money: 円, 千円, 百万円."""
    return unit in _MONEY


def readable(amount: float, unit: str) -> str:
    """An amount of money as one reads it at once: 約309万円 of 3,089 千円; '' for a small one."""
    yen = abs(amount) * _MONEY.get(unit, 0.0)
    sign = "マイナス" if amount < 0 else ""
    if yen >= 1e8:
        return f"{sign}約{yen / 1e8:,.1f}億円".replace(".0億", "億")
    return f"{sign}約{yen / 1e4:,.0f}万円" if yen >= 1e5 else ""


def unit_name(text: str) -> str:
    """A unit as it is kept: in NFKC, ％ for every sign of percent."""
    unit = nfkc(text).strip()
    return "％" if unit in ("%", "パーセント", "percent") else unit


def _may_be_unit(unit: str, *, apart: bool) -> bool:
    """Whether what stands behind a number is a unit: a known one, or a letter or two right behind it."""
    if not unit or unit in _MONEY or UNITS.fullmatch(unit) or unit == "円":
        return True
    return not apart and len(unit.partition("/")[0]) <= 2


def _number(found: re.Match[str]) -> Value:
    total, scaled = 0.0, False
    unit = unit_name(found["unit"])
    if not _may_be_unit(unit, apart=bool(found["space"])) or re.match(r"0\d", found["number"]):
        return Value()  # 1 防災, 02 総務費: the heading of something, with its number
    parts = _PART.findall(found["number"])
    if len(parts) == 1 and parts[0][1] + unit in _MONEY:  # 1,234千円 is 1,234 of 千円
        unit, parts = parts[0][1] + unit, [(parts[0][0], "")]
    for digits, scales in parts:
        value = float(digits.replace(",", ""))
        for scale in scales:
            value *= _SCALES[scale]
            scaled = True
        total = total + value
    if scaled and unit not in _MONEY and unit.startswith("円"):
        unit = "円"
    return Value(-total if found["sign"] else total, unit)
