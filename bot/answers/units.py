"""Counters, and what a question asks to be counted in: 何人, 申請件数, いつ, いくら, どのくらい, 何%."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

DATE: Final = "日付"
MONEY: Final = "金額"
PERCENT: Final = "割合"
PEOPLE: Final = "人数"
DURATION: Final = "期間"
THINGS: Final = "つ"
AGE: Final = "歳"

# A class of counters -> the counters as written. What is counted in one may be asked for in another.
_CLASSES = {
    MONEY: "円 千円 万円 百万円 億円 兆円 ドル 百万ドル ユーロ",
    PERCENT: "% ％ パーセント ポイント 割",
    PEOPLE: "人 名 者 人分 名分",
    DURATION: "年 年間 か年 ヵ年 カ年 ヶ年 箇年 か月間 カ月間 ヶ月間 ヵ月間 箇月間 か月 カ月 ヶ月 ヵ月 箇月"
    " 月間 週間 日間 泊 時間 分間 秒",
    "か所": "か所 カ所 ヶ所 ヵ所 箇所 個所 ケ所 拠点 地点 施設 館 園 棟",
    "か国": "か国 カ国 ヶ国 ヵ国 ケ国 箇国",
    "自治体": "自治体 市町村 市区町村 都道府県 都市 市 町 村 県",
    "団体": "団体 機関 法人 組織 組合 大学",
    THINGS: "つ 個 種類 種 項目 点 本 枚 冊 品",
    "面積": "㎡ 平方メートル m2 ha ヘクタール",
    "距離": "km キロ m メートル",
    AGE: "歳 代",
}
_OWN = (
    "件 回 社 台 席 校 事業 世帯 戸 頭 羽 匹 隻 両 機 基 路線 便 倍 位 ページ 字 文字 言語 か国語 コース 講座"
    " 教室 クラス チーム グループ 組 班 地区 地域 学区 票 通 区画 部会 課題 提案 側面 度 ℃"
    " t トン kg g L リットル kWh kW MW GWh GW GB TB"
)
UNITS: dict[str, str] = {
    **{unit: unit for unit in _OWN.split()},
    **{unit: name for name, units in _CLASSES.items() for unit in units.split()},
}

_EITHER = ("日", "年", "月")
# Counters that are nouns themselves.
_NOUNS = (
    "自治体 団体 事業 世帯 路線 言語 講座 教室 クラス チーム グループ 地区 地域 学区 区画 部会 課題 提案 側面"
)
NOUNS = frozenset(_NOUNS.split())

_END = r"(?=[はがをもって、。？?\s]|$|です|でし|だっ|の?(?:合計|総数|変化|推移)|教え|知り)"
_COUNTERS = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
# Nouns that name a quantity, and its class. A named one must stand in the record too (予算, 定員); a bare one
# is only another way of saying 何人 or いつ, and its own word need not occur.
_NAMED = {
    PEOPLE: "人口 定員 人員 定数 職員数",
    MONEY: "予算総額 予算額 予算 決算額 決算 事業費 給料 給与 月給 年収 報酬 税収 売上 収入 支出 財源"
    " 借金 市債 単価 補助上限額 上限額 寄附金額 寄付金額 寄附額 寄付額 手数料 使用料 補助額 補助金額",
    PERCENT: "補助率",
}
_BARE = {
    PEOPLE: "人数 人出",
    MONEY: "総額 金額 費用 経費 料金 値段 価格 コスト",
    PERCENT: "割合 比率 パーセンテージ",
    DURATION: "期間 年数 月数 日数 時間数 所要時間",
    DATE: "時期 期日 期限 日程 日付 年月日 年月",
    "回": "頻度 回数",
    "面積": "面積 広さ",
    "距離": "距離 長さ",
    AGE: "年齢",
    "℃": "気温 温度",
}
_RULES: tuple[tuple[str, str], ...] = (
    (DURATION, r"(?:どのくらい|どれくらい|どれぐらい|どの程度)の?(?:期間|間|長さ)"),
    ("回", r"(?:どのくらい|どれくらい|どの程度)の?頻度"),
    *(
        (UNITS[unit], rf"(?:何|なん){re.escape(unit)}(?!月)")
        for unit in sorted(UNITS, key=len, reverse=True)
        if unit not in ("年", "個", "つ")
    ),
    (DATE, r"いつ(?:から|まで|頃|ごろ|の|に)?(?!も)|何年何月(?:何日)?|何月(?:何日)?|何年度?|何日"),
    (MONEY, r"いくら"),
    ("", r"どのくらい|どれくらい|どのぐらい|どれぐらい|どれほど|どれだけ|いくつ|何個|何つ"),
    *((unit, rf"(?=(?:{'|'.join(nouns.split())}){_END})") for unit, nouns in _NAMED.items()),
    *((unit, rf"(?:{'|'.join(nouns.split())}){_END}") for unit, nouns in _BARE.items()),
    (DATE, rf"(?<=開催|締結|実施|開始|終了|施行|公表|策定)日{_END}"),
    (PERCENT, rf"(?=(?:[^年制程限頻今毎一の]度|[^能効比の]率){_END})"),
    (MONEY, rf"(?=[^金]額{_END})"),
    (PEOPLE, rf"(?<=者)数{_END}"),
    *((UNITS[unit], rf"{re.escape(unit)}数{_END}") for unit in sorted(UNITS, key=len, reverse=True)),
    ("", rf"(?<=[^複多少の])数{_END}"),
)
# Whatever a rule finds has one of these in it. Most texts have none, and need not be tried with each rule.
_NOUNS_OF_RULES = " ".join([*_NAMED.values(), *_BARE.values()]).split()
_SIGN = re.compile(rf"[何数日度率額]|なん|いつ|いくら|いくつ|ど[のれ]|{'|'.join(_NOUNS_OF_RULES)}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure asked for: the class it is counted in ('' for any but a date), and where the question says so.

    `counter` is the counter as asked (何団体); 何日 may be a date and a number of days.
    `span` is what only asks (何人, 件数) and can be taken off the question; it is empty where the question
    names the quantity (予算, 満足度), for then the record has to name it too.
    """

    unit: str
    span: tuple[int, int]
    counter: str = ""

    def fits(self, unit: str) -> bool:
        """Whether a figure of this class can be the answer."""
        if self.counter in _EITHER and unit == DURATION:
            return True
        return unit == self.unit if self.unit else unit != DATE


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The rules, compiled when a question first needs them: they are a tenth of a start."""
    return tuple((unit, re.compile(pattern)) for unit, pattern in _RULES)


def asked_figure(question: str) -> Asked | None:
    """What figure a question (in NFKC) asks for, or None."""
    if not _SIGN.search(question):
        return None
    for unit, pattern in _patterns():
        if found := pattern.search(question):
            return Asked(unit, found.span(), re.sub("^(?:何|なん)", "", found[0]))
    return None
