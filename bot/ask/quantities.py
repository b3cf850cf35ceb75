"""Counters, and what a question asks to be counted in: 何人, 申請件数, いつ, いくら, どのくらい, 何%."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from store.text import lazily
from store.text.display import clauses
from store.text.normalize import aligned_fold, nfkc
from store.text.numbers import WRITTEN

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
    "件 回 部 社 台 席 校 事業 世帯 戸 頭 羽 匹 隻 両 機 基 路線 便 倍 位 ページ 字 文字 言語 か国語"
    " コース 講座 教室 クラス チーム グループ 組 班 地区 地域 学区 票 通 区画 部会 課題 提案 側面 度 ℃"
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
    (
        DATE,
        r"いつ(?:から|まで|頃|ごろ|の|に)?(?!も)|何年何月(?:何日)?|何月(?:何日)?|何年度?|何日(?:まで|から)?",
    ),
    (MONEY, r"いくら"),
    ("", r"どのくらい|どれくらい|どのぐらい|どれぐらい|どれほど|どれだけ|いくつ|何個|何つ"),
    *((unit, rf"(?=(?:{'|'.join(nouns.split())}){_END})") for unit, nouns in _NAMED.items()),
    *((unit, rf"(?:{'|'.join(nouns.split())}){_END}") for unit, nouns in _BARE.items()),
    (DATE, rf"(?<=開催|締結|実施|開始|終了|施行|公表|策定)日{_END}"),
    (PERCENT, rf"(?=(?:[^年制程限頻今毎一の]度|[^能効比の]率){_END})"),
    (MONEY, rf"(?=[^金]額{_END})"),
    (PEOPLE, rf"(?<=者)数{_END}"),
    *((UNITS[unit], rf"{re.escape(unit)}数{_END}") for unit in sorted(UNITS, key=len, reverse=True)),
    (PEOPLE, rf"(?<=[た者るの])人の?数{_END}"),
    ("", rf"の数{_END}|(?<=[^複多少の])数{_END}"),
)
# Whatever a rule finds has one of these in it. Most texts have none, and need not be tried with each rule.
_NOUNS_OF_RULES = " ".join([*_NAMED.values(), *_BARE.values()]).split()
SIGN = lazily(rf"[何数日度率額]|なん|いつ|いくら|いくつ|ど[のれ]|{'|'.join(_NOUNS_OF_RULES)}")


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
    return tuple((unit, lazily(pattern)) for unit, pattern in _RULES)


def unit_named(text: str) -> str:
    """The class of counters that a noun in a text names (回数, 人数), '' where none does."""
    found = re.search(r"[一-龥]{1,3}数|金額|割合|期間|日程", text)
    asked = asked_figure(f"{found[0]}は") if found else None
    return asked.unit if asked else ""


_BETWEEN_FIGURES = lazily(r"(?:で|、|,|と|が|(?:あ|い)って|して|され|て)+[、,]?")


def figures_asked_apart(question: str) -> tuple[str, ...]:
    """The parts of a question for several figures (応募は何件で採択は何件), one for each; else none."""
    cues = list(_COUNTERS_ASKED.finditer(question))
    if len(cues) < 2:
        return ()
    ends = []
    for one, cue in pairwise(cues):
        if (found := _BETWEEN_FIGURES.search(question, one.end(), cue.start())) is None:
            return ()
        ends.append(found.end())
    starts = [0, *ends]
    return tuple(question[start:end] for start, end in zip(starts, [*ends, len(question)], strict=True))


def asked_figure(question: str) -> Asked | None:
    """What figure a question (in NFKC) asks for, or None."""
    if not SIGN.search(question):
        return None
    for unit, pattern in _patterns():
        if found := pattern.search(question):
            return Asked(unit, found.span(), re.sub("^(?:何|なん)", "", found[0]))
    return None


_COUNTERS_ASKED = lazily(rf"(?:何|なん)(?:{_COUNTERS})(?!月)")
_NUMBER = r"[0-9０-９]+(?:[,，][0-9０-９]{3})*(?:[.．][0-9０-９]+)?"
_SCALED = rf"{_NUMBER}(?:[十百千万億兆]+(?:{_NUMBER}[万千]*)?)*(?:[/／]{_NUMBER})?"
_YEAR = rf"{WRITTEN}年(?:度)?(?:[（(][^（）()]{{1,8}}[)）])?"
_MONTH_DAY = r"[0-9０-９]{1,2}月(?![間号])(?:[0-9０-９]{1,2}日(?!間))?"
COUNTERS = "|".join(
    re.escape(unit)
    + ("(?![A-Za-z])" if unit[-1].isascii() else "(?![局署門会長品屋分隊])" if unit == "部" else "")
    for unit in sorted(UNITS, key=len, reverse=True)
)
DAY = rf"{_YEAR}(?:{_MONTH_DAY})?|(?<![0-9０-９]){_MONTH_DAY}"
AMOUNT = rf"{_SCALED}(?:[～〜~\-－]{_SCALED})?|(?<![一-龥])数[十百千万億]+"
_RATIO = rf"(?<![A-Za-z0-9０-９/／]){_NUMBER}[/／]{_NUMBER}(?![0-9０-９/／])"
_BEFORE = "約|およそ|全|計|最大|過去|今後|[年月週](?=[0-9０-９]+回)"
_NO_REFERENCE = "(?<![A-Za-zＡ-Ｚａ-ｚ0-9０-９第.．,，])(?<![A-Za-z] )"
_FIGURE = lazily(
    rf"(?P<date>{DAY})|(?:{_BEFORE})?{_NO_REFERENCE}(?:{AMOUNT})\s?(?P<unit>{COUNTERS})(?!度)|(?P<ratio>{_RATIO})"
)
NOUN_CHARACTER = "[一-龥々ァ-ヺーA-Za-zＡ-Ｚａ-ｚ「」・/]"
NOUN_PHRASE = lazily(rf"の?({NOUN_CHARACTER}+(?:(?:の|と|及び){NOUN_CHARACTER}+)*[しりみきけえれち]?)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a sentence: `text` verbatim at `[start, end)`, its unit's class, the clause it is in."""

    text: str
    start: int
    end: int
    unit: str
    clause: tuple[int, int]


@lru_cache(maxsize=32_768)
def figures(sentence: str) -> tuple[Figure, ...]:
    """Every figure of a sentence, in order."""
    spans = clauses(sentence)
    return tuple(_figure(match, spans) for match in _FIGURE.finditer(sentence))


def fitting(sentence: str, asked: Asked, words: Sequence[str]) -> list[Figure]:
    """The figures of a sentence in a unit asked for; any word of the question may be one for いくつ."""
    found = [figure for figure in figures(sentence) if _fits(sentence, figure, asked)]
    if asked.unit:
        return found
    # 3側面 are sides, whatever the sentence says they are sides of.
    own = [f for f in found if f.unit not in NOUNS or any(word in f.text for word in words)]
    return [*own, *_counting(sentence, words)]


def _fits(sentence: str, figure: Figure, asked: Asked) -> bool:
    """Whether a figure is in what was asked for: 7つの団体 answers 何団体 too."""
    following = NOUN_PHRASE.match(sentence[figure.end :]) if figure.unit == THINGS else None
    return asked.fits(figure.unit) or bool(following and asked.counter and asked.counter in following[1])


def _counting(sentence: str, words: Sequence[str]) -> list[Figure]:
    """Figures that have a word itself for a counter: 17ゴール."""
    spans, known = clauses(sentence), {figure.start for figure in figures(sentence)}
    return [
        Figure(found[0], found.start(), found.end(), word, _clause(found.start(), spans))
        for word in words
        for found in re.finditer(rf"{_NO_REFERENCE}{_NUMBER}{re.escape(word)}", sentence)
        if found.start() not in known
    ]


def _figure(match: re.Match[str], spans: Sequence[tuple[int, int]]) -> Figure:
    unit = DATE if match["date"] else UNITS[match["unit"]] if match["unit"] else PERCENT
    return Figure(match[0], match.start(), match.end(), unit, _clause(match.start(), spans))


def _clause(place: int, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return next(span for span in spans if span[0] <= place < span[1] or span == spans[-1])


JOINED = 0.6  # the least closeness at which a figure counts as that of a word
BESIDE = 4  # characters within which a word belongs to the figure right behind it alone
# 17件のうち6件, 17件中6件, 17件あり、うち6件: the second figure is a part of the first …
_PART = lazily(r"^の?(?:うち|内|中)(?![一-龥]{0,2}容)|うち(?!合|出)|^に対し")
# … while 市民100人、学生50人が参加 says of both what stands behind the last.
_LISTED = lazily(r"(?:[、・,，]|と|や|及び|および|並びに|ならびに)(?!し)")
PART_OF = 0.1  # how much less a word joins a part than the whole that it stands beside
_IS_TOPIC = lazily(r"(?:は|について|に関して|においては?|として)$")
_FROM_TO = lazily(r"^(?:から|より|→|⇒)$")
_STARTS_AN_ITEM = lazily(
    r"(?![一-龥々ァ-ヺー]{1,8}(?:する|し[たてま、]|され|。|$))"
    r"(?!及び|並びに|又は|以上|以下|程度|前後|超|余り|分の|等)[一-龥々ァ-ヺーA-Za-z「]"
)


def asked_of(sentence: str, asked: Asked, words: Sequence[str]) -> tuple[tuple[Figure, float], ...]:
    """Figures of `sentence` in a unit that was asked for, with how closely the words join it, best first.

    The score is the mean over `words`: joined directly 1, down to 0.6 in the clause, 0.4 or less elsewhere in
    the sentence or behind another such figure, 0 where the sentence has not got the word.
    """
    among = fitting(sentence, asked, words)
    scored = [(figure, closeness(sentence, figure, among, words)) for figure in among]
    return tuple(sorted(scored, key=lambda pair: (-pair[1], pair[0].start)))


def closeness(sentence: str, figure: Figure, among: Sequence[Figure], words: Sequence[str]) -> float:
    """How closely `words` join a figure of a sentence, 0 to 1; `among` are the figures that may be meant."""
    if not words:
        return 0.5
    folded = aligned_fold(sentence)
    return sum(_joined(folded, figure, among, aligned_fold(word)) for word in words) / len(words)


def _joined(sentence: str, figure: Figure, rivals: Sequence[Figure], word: str) -> float:
    """How closely a word hangs on a figure at the best of its places, 0 to 1."""
    places = [match.start() for match in re.finditer(re.escape(word), sentence)]
    joined = max((_place(sentence, figure, rivals, at, at + len(word)) for at in places), default=0.0)
    whole = _whole(sentence, figure, rivals)
    return max(joined, _joined(sentence, whole, rivals, word) - PART_OF) if whole else joined


def _whole(sentence: str, figure: Figure, rivals: Sequence[Figure]) -> Figure | None:
    """The figure that this one is a part of (17件 of 17件のうち6件)."""
    before = [rival for rival in rivals if rival.end <= figure.start and rival.unit == figure.unit]
    return before[-1] if before and _PART.search(sentence[before[-1].end : figure.start]) else None


def _is_of_next(sentence: str, figure: Figure, rivals: Sequence[Figure], start: int) -> bool:
    """Whether a word between two figures is of the second: behind うち, or behind what lists the two."""
    behind = [rival for rival in rivals if rival.start >= figure.end and rival.unit == figure.unit]
    if not behind or not figure.end <= start < behind[0].start:
        return False
    between = sentence[figure.end : behind[0].start]
    mark = _PART.search(between) or _LISTED.match(between)
    return bool(mark and start >= figure.end + mark.end())


def _listed_with(sentence: str, figure: Figure, rivals: Sequence[Figure]) -> Figure | None:
    """The next figure of the same unit, where the two stand in one list (市民100人、学生50人が)."""
    behind = [rival for rival in rivals if rival.start >= figure.end and rival.unit == figure.unit]
    between = sentence[figure.end : behind[0].start] if behind else ""
    return behind[0] if _LISTED.match(between) and not _PART.search(between) else None


def _place(sentence: str, figure: Figure, rivals: Sequence[Figure], start: int, end: int) -> float:
    if figure.start <= start and end <= figure.end:
        return 1.0  # 自治 of 13自治体
    listed = _listed_with(sentence, figure, rivals)
    if listed and start >= listed.end:
        return _place(sentence, listed, rivals, start, end)
    if _is_of_next(sentence, figure, rivals, start):
        return 0.3
    if not figure.clause[0] <= start < figure.clause[1]:
        return _from_elsewhere(sentence, figure, start)
    if start > figure.start:
        return _from_behind(sentence, figure, rivals, start)
    between = [rival for rival in rivals if end <= rival.start < figure.start]
    if not between:
        return max(0.6, (1.0 if figure.start - end <= 2 else 0.9) - 0.01 * (figure.start - end))
    # 令和2年度の583件から637件: both are counts of what stands before, but 令和2年度 is of 583件 alone.
    is_led = _FROM_TO.match(sentence[between[-1].end : figure.start]) and between[0].start - end > BESIDE
    return 1.0 if is_led else 0.3


def _from_elsewhere(sentence: str, figure: Figure, start: int) -> float:
    """A word outside the figure's clause: of the sentence's topic (Xは、), before it, or after it."""
    topic = clauses(sentence)[0]
    is_topic = topic[0] <= start < topic[1] and _IS_TOPIC.search(sentence[topic[0] : topic[1]])
    return 0.6 if is_topic and start < figure.start else 0.4 if start < figure.start else 0.2


def _from_behind(sentence: str, figure: Figure, rivals: Sequence[Figure], start: int) -> float:
    distance = start - figure.end
    starts_anew = figure.unit not in (DATE, DURATION) and bool(_STARTS_AN_ITEM.match(sentence[figure.end :]))
    if starts_anew or any(figure.end <= rival.start < start for rival in rivals):
        return 0.3
    return max(0.6, (0.95 if distance <= 2 else 0.85) - 0.01 * distance)


# What may stand between a year and the figure that is of it, and behind a year that a whole sentence is of.
_OF_YEAR = lazily(r"(?:末|時点|中)?(?:の|に|は|で|には|では|時点で|[：:、 　])?")
_YEAR_FIRST = lazily(r"(?:末|時点)?(?:は|では|には)")


def is_amount(figure: Figure) -> bool:
    """Whether a figure is a count, an amount or a share; when and how long something was is none."""
    return figure.unit not in (DATE, DURATION, AGE) and nfkc(figure.text) != "1つ"  # 重要施策の1つ


_COMMA = lazily("[、，,](?![0-9０-９])")


def phrase_of(sentence: str, figure: Figure) -> str:
    """The stretch of a sentence between commas that a figure stands in; brackets are not cut: verbatim."""
    cuts = [at.end() for at in _COMMA.finditer(sentence) if _depth(sentence[: at.start()]) == 0]
    start = max((cut for cut in cuts if cut <= figure.start), default=0)
    end = min((cut for cut in cuts if cut > figure.start), default=len(sentence))
    return sentence[start:end].strip(" 、，,・")


def _depth(text: str) -> int:
    """How many brackets are open at the end of a text."""
    return sum(text.count(mark) for mark in "（(「【") - sum(text.count(mark) for mark in "）)」】")


def year_of(sentence: str, figure: Figure) -> str:
    """The year that a sentence gives a figure (令和2年度の583件, 令和3年度は、…), verbatim; '' for none."""
    years = [f for f in figures(sentence) if f.unit == DATE and "年" in f.text and f.end <= figure.start]
    if not years:
        return ""
    last = years[-1]
    is_joined = _OF_YEAR.fullmatch(sentence[last.end : figure.start])
    leads = len(years) == 1 and last.start == 0 and _YEAR_FIRST.match(sentence[last.end :])
    return last.text if is_joined or leads else ""
