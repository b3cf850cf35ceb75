"""Counters, and what a question asks to be counted in: 何人, 申請件数, いつ, いくら, どのくらい, 何%."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from bot.ask.terms import names, terms
from store.text import lazily
from store.text.asking import QUESTION
from store.text.display import clauses
from store.text.morphology import units
from store.text.normalize import aligned_fold, nfkc
from store.text.numbers import WRITTEN

DATE: Final = "日付"
MONEY: Final = "金額"
PERCENT: Final = "割合"
PEOPLE: Final = "人数"
DURATION: Final = "期間"
THINGS: Final = "つ"
AGE: Final = "歳"
ORDINAL: Final = "第"

# A class of counters -> the counters as written. What is counted in one may be asked for in another.
_CLASSES = {
    MONEY: "円 千円 万円 百万円 億円 兆円 ドル 百万ドル ユーロ",
    PERCENT: "% ％ パーセント ポイント 割",
    PEOPLE: "人 名 者 人分 名分",
    DURATION: "年 年間 年分 か年 ヵ年 カ年 ヶ年 箇年 か月間 カ月間 ヶ月間 ヵ月間 箇月間 か月 カ月 ヶ月 ヵ月"
    " 箇月 月間 か月分 カ月分 ヶ月分 月分 週間 日間 日分 泊 時間 分間 秒",
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
_HOW_MANY = ("いくつ", "個", "つ")
_NEVER_HOW_MANY = (MONEY, PERCENT, PEOPLE, DURATION, "面積", "距離")
# Counters that are nouns themselves.
_NOUNS = (
    "自治体 団体 事業 世帯 路線 言語 講座 教室 クラス チーム グループ 地区 地域 学区 区画 部会 課題 提案 側面"
)
NOUNS = frozenset(_NOUNS.split())

_END = r"(?=[はがをもって、。？?\s]|$|です|でし|だっ|の?(?:合計|総数|変化|推移)|教え|知り)"
_IN_SUM = "(?:のべ|延べ|累計|合計|総計)"  # 来館数のべ, のべ利用
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
_HOW_FAR = "(?:ど(?:の|れ)(?:くらい|ぐらい|ほど|だけ|程度))"
_RULES: tuple[tuple[str, str], ...] = (
    ("", r"第(?:何|なん)[一-龥]"),
    (DURATION, rf"{_HOW_FAR}の?(?:期間|間|長さ)"),
    ("回", rf"{_HOW_FAR}の?(?:頻度|ペース|間隔)"),
    *(
        (UNITS[unit], rf"(?:何|なん){re.escape(unit)}(?!月)")
        for unit in sorted(UNITS, key=len, reverse=True)
        if unit not in ("年", "個", "つ")
    ),
    (
        DATE,
        r"いつ(?:から|まで|頃|ごろ|の|に)?(?!も)|(?:何年何月(?:何日)?|何月(?:何日)?|何年度?|何日)(?:まで|から)?",
    ),
    (MONEY, r"いくら"),
    ("自治体", r"市町村の?数?(?:は|が|って)?いくつ"),
    ("", rf"{_HOW_FAR}|いくつ|何個|何つ"),
    *((unit, rf"(?=(?:{'|'.join(nouns.split())}){_END})") for unit, nouns in _NAMED.items()),
    *((unit, rf"(?:{'|'.join(nouns.split())}){_END}") for unit, nouns in _BARE.items()),
    (DATE, rf"(?<=開催|締結|実施|開始|終了|施行|公表|策定|更新|稼働|導入|設置)[日月]{_END}"),
    (PERCENT, rf"(?=(?:[^年制程限頻今毎一の]度|[^能効比の]率){_END})"),
    (MONEY, rf"(?=[^金]額{_END})"),
    (PEOPLE, rf"(?<=者)数{_END}"),
    *(
        (UNITS[unit], rf"(?<![来入開閉休]){re.escape(unit)}数{_END}")
        for unit in sorted(UNITS, key=len, reverse=True)
    ),
    (PEOPLE, rf"(?<=[た者るの])人の?数{_END}"),
    ("", rf"の数{_END}|(?<=[^複多少の])数(?:の?{_IN_SUM})?{_END}"),
    ("", rf"(?<=[一-龥ァ-ヺー\sの]){_IN_SUM}(?=は?[?？。\s]*$)|{_IN_SUM}(?=[一-龥]{{2,4}}[?？。\s]*$)"),
)
# Whatever a rule finds has one of these in it. Most texts have none, and need not be tried with each rule.
_NOUNS_OF_RULES = " ".join([*_NAMED.values(), *_BARE.values()]).split()
SIGN = lazily(rf"[何数日月度率額]|{_IN_SUM}|なん|いつ|いくら|いくつ|ど[のれ]|{'|'.join(_NOUNS_OF_RULES)}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure asked for: the class it is counted in ('' for any but a date), and where the question says so.

    `counter` is the counter as asked (何団体); 何日 may be a date and a number of days.
    `span` is what only asks (何人, 件数) and can be taken off the question; it is empty where the question
    names the quantity (予算, 満足度), for then the record has to name it too. `question` is all of it.
    """

    unit: str
    span: tuple[int, int]
    counter: str = ""
    question: str = ""

    @property
    def roles(self) -> frozenset[str]:
        """The roles in which a figure answers (何件増えた, 目標は何件); a level, unless one is named."""
        return _roles_asked(self.part)

    @property
    def part(self) -> str:
        """What asks for this figure, of a question for several at once (何回開かれ、延べ何人が来た)."""
        end, parts = 0, figures_asked_apart(self.question)
        for part in parts if "".join(parts) == self.question else ():
            end += len(part)
            if self.span[0] < end:
                return part
        return self.question

    @property
    def ordinal(self) -> str:
        """The counter of an ordinal asked for (期 of 第何期), '' for none."""
        found = _ORDINAL_ASKED.search(self.question)
        return found["unit"] if found else ""

    @property
    def given(self) -> tuple[str, ...]:
        """The figures that the question itself gives: they are to be confirmed, and answer nothing."""
        return tuple(figure.text for figure in figures(nfkc(self.question)) if self.fits(figure.unit))

    @property
    def is_confirmation(self) -> bool:
        """Whether the question gives the figure itself and only asks whether it is so (86%ですか)."""
        is_open = _INTERROGATIVE.search(self.question)
        text = nfkc(self.question)
        return not is_open and any(_IS_IT.match(text.split(given, 1)[1]) for given in self.given)

    def fits(self, unit: str) -> bool:
        """Whether a figure of this class can be the answer."""
        if self.counter in _EITHER and unit == DURATION:
            return True
        if not self.unit and self.counter in _HOW_MANY and unit in _NEVER_HOW_MANY:
            return False
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
# 何人が参加して、満足度は and 会員は何人、満足度は; no 何人が参加した講座の定員は.
_ENDS_A_PART = lazily("(?:で|て)[、,]?|(?<=何.)[、,]|(?<=何..)[、,]")


def figures_asked_apart(question: str) -> tuple[str, ...]:
    """The parts of a question for several figures (応募は何件で採択は何件), one for each; else none."""
    if each := _asked_of_each(question):
        return each
    cues = list(_COUNTERS_ASKED.finditer(question))
    if not cues:
        return _labels_asked(question)
    ends = []
    for one, cue in pairwise(cues):
        if (found := _BETWEEN_FIGURES.search(question, one.end(), cue.start())) is None:
            return ()
        ends.append(found.end())
    behind = [found.end() for found in _ENDS_A_PART.finditer(question, cues[-1].end())]
    ends += [end for end in behind if end < len(question) and asked_figure(question[end:])][:1]
    starts = [0, *ends]
    parts = tuple(question[start:end] for start, end in zip(starts, [*ends, len(question)], strict=True))
    return parts if ends else ()


_LABELS = lazily(
    r"^(?P<of>.*の)?(?P<labels>[^のはが、,]+?(?:(?:・|、|と|や|及び)[^のはが、,]+?)+)(?:は|を)?(?:それぞれ)?[?？]?$"
)
_BETWEEN_LABELS = lazily("・|、|と|や|及び")
# 団員の数と火災の件数は, each of its own thing.
_OF_ITS_OWN = lazily(
    "^([^はが、,とや]+の[^はが、,とや]+)(?:と|や|及び)([^はが、,とや]+の[^はが、,とや]+)は[?？]?$"
)
# 保有者と経営者はそれぞれ何名, 大人と子どもは何人ずつ, 園と校はそれぞれ何園・何校.
_OF_EACH = lazily(
    r"^(?P<of>[^とや・、]*の)?(?P<labels>[^はが、]+?(?:(?:・|、|と|や|及び)[^はが、]+?)+)(?:は|が|って|に|を)?"
    r"(?:(?:それぞれ|各々|おのおの)(?P<asks>.*(?:何|なん).+)|(?P<few>(?:何|なん)[^、。]{1,3})ずつ(?P<rest>.*))$"
)


def _asked_of_each(question: str) -> tuple[str, ...]:
    """What is asked of each of several things, one for each; else none."""
    if (found := _OF_EACH.match(question)) is None:
        return ()
    labels = _BETWEEN_LABELS.split(found["labels"])
    every = list(_COUNTERS_ASKED.finditer(found["asks"] or ""))
    asks = [cue[0] for cue in every] if len(every) == len(labels) else []
    asks = asks or [found["asks"] or f"{found['few']}{found['rest']}"] * len(labels)
    return tuple(f"{found['of'] or ''}{label}は{ask}" for label, ask in zip(labels, asks, strict=True))


def _labels_asked(question: str) -> tuple[str, ...]:
    """A question for several quantities by their names (理解度・満足度は), one for each."""
    if (of_own := _OF_ITS_OWN.match(question)) and all(asked_figure(f"{each}は") for each in of_own.groups()):
        return tuple(f"{each}は" for each in of_own.groups())
    found = _LABELS.match(question)
    labels = _BETWEEN_LABELS.split(found["labels"]) if found else []
    if found is None or _INTERROGATIVE.search(question):
        return ()
    if not all(len(label) > 1 and asked_figure(f"{label}は") for label in labels):
        return ()
    return tuple(f"{found['of'] or ''}{label}は" for label in labels)


_SENTENCES_ASKED = lazily(r"[?？。]\s*")
_ASKS = lazily(rf"(?:{QUESTION})(?!とか)")
# 何人？幼稚園も行く？: without a word that asks.
_ASKS_TOO = lazily(r"[?？]\s*(?P<part>[^?？。]*[はがをもに][^?？。]*[うくすつぬむるぐぶたい])[?？]")
_LEFT_OPEN = lazily("(?<!で)(?:は|って)$")
_THING = "[^のはがをにでたてるしなとやも、?？]{2,}"
# 宵まつりと産業まつりの人出は, アルファ米や水はどれだけ買った
_OF_TWO_THINGS = lazily(
    rf"^(?:.*の)?(?P<one>{_THING})(?:と(?!か)|や|及び|・)(?P<other>[^のはがをにでたてるしなとやも、?？]+)(?:の{_THING})*(?:は|って)"
    rf"(?:(?:{QUESTION}).*)?[?？]?$"
)


def parts_asked(question: str) -> tuple[str, ...]:
    """The parts of a message that each ask for something, or the two things it asks of; none of one part.

    A part asks with a word for it (何人), or leaves it out at its end (前の年は？).
    """
    every = [part.strip() for part in _SENTENCES_ASKED.split(question.strip())]
    too = {found["part"].strip() for found in _ASKS_TOO.finditer(question)}
    asks = [part for part in every if part in too or _ASKS.search(part) or _LEFT_OPEN.search(part)]
    if len(asks) > 1:
        return tuple(asks)
    *clauses, last = re.split("[、,]", asks[0] if asks else "")
    each = [
        *filter(_ASKS.search, clauses),
        *([last] if _ASKS.search(last) or _LEFT_OPEN.search(last) else []),
    ]
    if len(each) > 1:
        return tuple(each)
    found = _OF_TWO_THINGS.match(question)
    return (found["one"], found["other"]) if found else ()


_GOES_ON = lazily("[、,?？。]*$")


def as_asked_alone(part: str) -> str:
    """One of several figures asked for as it is asked alone: 何件応募があった of 何件応募があって."""
    part = _GOES_ON.sub("", part)
    part = re.sub("て$", "た", re.sub("んで$", "んだ", part))
    return re.sub("で$", "", part)


_BEFORE_IT = lazily("[はがを]?(?:[年月週]|延べ|のべ|全部で|計)?$")


def label_asked(part: str) -> str:
    """The words of a question for one figure that say which: 応募 of 応募は何件, 選手団 of 何人の選手団を.

    Where it has no noun, all from 何 on (何部配った): whole words, as they were typed.
    """
    asked = asked_figure(part)
    if asked is None or asked.span[0] == asked.span[1]:
        return re.sub("は$", "", part)
    behind = part[asked.span[1] :]
    told, light = terms(re.sub("^[のがを]", "", behind))
    nouns = (
        noun
        for noun in (*told, *light)
        if names(noun) and re.match(f"[のがを]?{re.escape(noun)}(?![たてま])", behind)
    )
    before = _BEFORE_IT.sub("", part[: asked.span[0]]).rpartition("は")[2]
    return next(nouns, "" if behind else before) or part[asked.span[0] :].removesuffix("は")


def asked_figure(question: str) -> Asked | None:
    """What figure a question (in NFKC) asks for, or None."""
    if not SIGN.search(question):
        return None
    for unit, pattern in _patterns():
        if found := pattern.search(question):
            return Asked(unit, found.span(), re.sub("^(?:何|なん)", "", found[0]), question)
    return None


_COUNTERS_ASKED = lazily(rf"(?:何|なん)(?:{_COUNTERS}|日)(?!月)")
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
_ORDINAL = lazily(rf"第\s?{_NUMBER}[一-龥]|{_NUMBER}[一-龥]目")
_ORDINAL_ASKED = lazily(r"(?:第(?:何|なん)|(?:何|なん)(?=[一-龥]目))(?P<unit>[一-龥])")
_INTERROGATIVE = lazily("何|なん|いつ|いくつ|いくら|ど[のれう]|どちら|誰")
_IS_IT = lazily("(?:です|でし|だ|で(?:合|あっ|正し|間違|よろ|良|いい)|という|か(?!ら)|ね|よ(?!り)|[?？。]|$)")
HOW_MANY_OF = lazily(r"いくつの([一-龥ァ-ヺー]{2,8})")
NOUN_CHARACTER = "[一-龥々ァ-ヺーA-Za-zＡ-Ｚａ-ｚ「」・/]"
_LETTER = "[一-龥々ァ-ヺーA-Za-zＡ-Ｚａ-ｚ]"
_NOUN_END = f"[しりみきけえれち]?(?!(?!等|程度|以上|以下|以外|前後|全て|全部|中|内|超|余){_LETTER})"
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
    if asked.ordinal:
        return [f for f in _ordinals(sentence) if _fits(sentence, f, asked)]
    if asked.unit:
        return found
    # 3側面 are sides, whatever the sentence says they are sides of.
    own = [f for f in found if f.unit not in NOUNS or any(word in f.text for word in words)]
    return [*own, *_counting(sentence, words)]


_UNTIL_WHAT = lazily("何[一-龥]{1,2}(?:生)?まで")
_FROM_WHAT = lazily("何[一-龥]{1,2}(?:生)?(?:から|以上)")


def _is_other_end(sentence: str, figure: Figure, asked: Asked) -> bool:
    """Whether a figure is the end of a range that is not asked for: 0歳 of 0歳～3年生 for 何歳まで."""
    begins = _IS_TO.match(sentence[figure.end :]) is not None
    ends = not begins and re.search(f"{_TO}$", sentence[: figure.start]) is not None
    return bool(
        (begins and _UNTIL_WHAT.search(asked.question)) or (ends and _FROM_WHAT.search(asked.question))
    )


def _fits(sentence: str, figure: Figure, asked: Asked) -> bool:
    """Whether a figure is in what was asked for: 7つの団体 answers 何団体 too, 第3期 alone 第何期.

    What a thing is divided by (1か年単位, 5歳ごと) is asked for by that word; 1年を通じて is no length.
    """
    behind = sentence[figure.end :]
    if _is_other_end(sentence, figure, asked):
        return False
    if asked.ordinal:
        return figure.unit == ORDINAL and asked.ordinal in figure.text
    if (each := _DIVIDES.match(behind)) and each["by"] not in asked.question:
        return False
    if figure.unit == DURATION and behind.startswith("を通"):
        return False
    if (noun := HOW_MANY_OF.search(asked.question)) and noun[1] not in sentence[figure.start :]:
        return False
    following = NOUN_PHRASE.match(behind) if figure.unit == THINGS else None
    return asked.fits(figure.unit) or bool(following and asked.counter and asked.counter in following[1])


_DIVIDES = lazily("[一-龥々ァ-ヺー]*?(?P<by>単位|ごと|毎|刻み|おき)")


def _counting(sentence: str, words: Sequence[str]) -> list[Figure]:
    """Figures that have a word itself for a counter (17ゴール, 36の教室), told with all of its compound.

    The word is the compound's head: 110の山城関連自治体 are no 山城, 94の行政手続き are 手続き.
    """
    spans, known = clauses(sentence), {figure.start for figure in figures(sentence)}
    found: dict[int, Figure] = {}
    for word in sorted(words, key=len):
        counted = rf"{_NO_REFERENCE}{_NUMBER}(?:の{_LETTER}*?)?{re.escape(word)}{_NOUN_END}"
        for m in re.finditer(counted, sentence):
            if m.start() not in known:
                figure = Figure(m[0], m.start(), m.end(), word, _clause(m.start(), spans))
                found[m.start()] = figure
    return list(found.values())


def _ordinals(sentence: str) -> list[Figure]:
    """Which one of many something is (第3期, 2回目): no figure but where that is asked for."""
    spans = clauses(sentence)
    return [
        Figure(m[0], m.start(), m.end(), ORDINAL, _clause(m.start(), spans))
        for m in _ORDINAL.finditer(sentence)
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
IS_TOPIC = lazily(r"(?:は|にて|について|に関して|においては?|として)$")
_FROM_TO = lazily(r"^(?:から|より|→|⇒)$")
_STARTS_AN_ITEM = lazily(
    r"(?![一-龥々ァ-ヺー]{1,8}(?:する|し[たてま、]|され|。|$))"
    r"(?!及び|並びに|又は|以上|以下|程度|前後|超|余り|分の|等)[一-龥々ァ-ヺーA-Za-z「]"
)


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
    whole = whole_of(sentence, figure, rivals)
    return max(joined, _joined(sentence, whole, rivals, word) - PART_OF) if whole else joined


def whole_of(sentence: str, figure: Figure, rivals: Sequence[Figure]) -> Figure | None:
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
    is_topic = topic[0] <= start < topic[1] and IS_TOPIC.search(sentence[topic[0] : topic[1]])
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
_BEFORE_NOUN = lazily(r".*[\s、，,※：:・]")
# What does not end there: 13自治体で構成する協議会が, 3つのホールの運営, and no 5件 or 採択し.
_HANGS = lazily(
    r"(?:が|を|は|に|へ|と|ことで|として|について|により|によって|に対し|に向け|から|(?<![0-9０-９])[^ぁ-ん）)」0-9０-９])$"
)


@lru_cache(maxsize=4_096)
def _is_noun(text: str) -> bool:
    """Whether a text is nouns alone, of which another may follow: うち学生、研究者は約12%."""
    words = [word for unit in units(text) for word in unit.words]
    return (
        bool(words)
        and all(word.content for word in words)
        and words[0].noun
        and not any(map(str.isdigit, text))
    )


def phrase_of(sentence: str, figure: Figure) -> str:
    """The stretch of a sentence between commas that a figure stands in, with what it hangs on: verbatim.

    Brackets are not cut, nor nouns in a row; nor does it end before its verb (13自治体で構成する協議会が).
    """
    cuts = [
        at.end()
        for at in _COMMA.finditer(sentence)
        if _depth(sentence[: at.start()]) == 0 and not _is_noun(_BEFORE_NOUN.sub("", sentence[: at.start()]))
    ]
    start = max((cut for cut in cuts if cut <= figure.start), default=0)
    ends = [cut for cut in cuts if cut > figure.start]
    end = next((cut for cut in ends if not _HANGS.search(sentence[start : cut - 1])), len(sentence))
    return sentence[start:end].strip(" 、，,・")


def _depth(text: str) -> int:
    """How many brackets are open at the end of a text."""
    return sum(text.count(mark) for mark in "（(「【") - sum(text.count(mark) for mark in "）)」】")


def bare_figure(figure: str) -> str:
    """A figure as it may be written anywhere: 10,000件 and １００００件 are one."""
    return re.sub("[,，年月週毎約計全延べのべ]", "", nfkc(figure))


def year_of(sentence: str, figure: Figure) -> str:
    """The year that a sentence gives a figure (令和2年度の583件, 令和3年度は、…), verbatim; '' for none."""
    years = [f for f in figures(sentence) if f.unit == DATE and "年" in f.text and f.end <= figure.start]
    if not years:
        return ""
    last = years[-1]
    is_joined = _OF_YEAR.fullmatch(sentence[last.end : figure.start])
    leads = len(years) == 1 and last.start == 0 and _YEAR_FIRST.match(sentence[last.end :])
    return last.text if is_joined or leads else ""


# -- what a figure is in its sentence, and what is asked for ------------------------------------------

LEVEL: Final = "level"
CHANGE: Final = "change"  # 31件増, 前年度比5%
BEFORE: Final = "before"  # 583件から637件に, 前年度の2億円
TARGET: Final = "target"  # 目標の200件, 10件を予定
CAPACITY: Final = "capacity"  # 定員151名
ADDED: Final = "added"  # 2社追加
EXCEPTION: Final = "exception"  # 適用除外案件（1件）, 欠席3名
PART: Final = "part"  # 100人、うち30人
START: Final = "start"  # 2020年～2024年
END: Final = "end"

_HOW = rf"(?:(?:何|なん)(?:{_COUNTERS})|いくつ|いくら|何個|ど(?:の|れ)(?:くらい|ぐらい|ほど|だけ|程度))"
_TOTAL = "のべ|延べ|全部で|ぜんぶで|全体で|合計|総数|合わせて|あわせて|トータル|計何|計で|累計|通算"
_STATE = rf"{_HOW}(?:です|でし|あり|ある|存在|か[?？。]?$|[?？。]?$|い(?:ます|る))"
# How a question names the roles that answer it; the first that fits, else a figure is asked for as it stands.
_ASKED_ROLES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        lazily(
            rf"{_HOW}(?:ほど|くらい|ぐらい|も|、)?(?:増|減|伸び|上が|下が|上昇|低下|アップ|ダウン|多く|少なく|変わ|変化)"
            r"|(?:増加|減少|増減|上昇|低下|伸び|変化)(?:した)?の?(?:数|件数|人数|回数|額|率|幅|分|量)"
            r"|(?:増え|減っ|増加し|減少し)たのは|(?:増加|減少)は"
        ),
        (CHANGE, ADDED),
    ),
    (lazily(r"(?:前年度?|前回|前の年度?|[一1]年前)(?!か|よ|比|に比|に対|に引)"), (BEFORE,)),
    (lazily("目標|計画[値数額]|予定|見込"), (TARGET, LEVEL, CAPACITY)),
    (lazily("定員|定数|上限|募集|枠|収容|まで(?:入|参加|借|利用)"), (CAPACITY, LEVEL)),
    (lazily("追加|新規|新た|新し|増設|新設|増員|加わ"), (ADDED, LEVEL, CHANGE)),
    (lazily(_TOTAL), ("total",)),
    (lazily("うち|内訳|ほか|中で"), (PART, LEVEL, EXCEPTION)),
    (lazily(_STATE), (LEVEL, PART, EXCEPTION)),
)
ASKED_UNTIL = lazily(r"(?:いつ|何年度?|何月|何日|何時)(?:何[月日])?(?:頃|ごろ)?まで|終期|期限|満了")
ASKED_SINCE = lazily(r"(?:いつ|何年度?|何月|何日|何時)(?:何[月日])?(?:頃|ごろ)?から|始期")


@lru_cache(maxsize=256)
def _roles_asked(question: str) -> frozenset[str]:
    for pattern, roles in _ASKED_ROLES:
        if pattern.search(question):
            return frozenset(roles)
    return frozenset((LEVEL, ADDED, PART, EXCEPTION))


_OF = r"(?:で?ある|とする|である|として)?(?:は|の|を|が|[：:（(])?(?:約|計|各|年間?|月)?$"
_VALUE = "(?:値|額|数|件数|人数|人員|量|回数)"
_LEADS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        CHANGE,
        lazily(
            r"(?:前|昨)年度?(?:同[月期])?(?:比|より|から|に比べ|と比較して|対比)[、\s]?(?:も|約|プラス|マイナス|[+＋△▲])*$"
        ),
    ),
    (BEFORE, lazily(rf"(?:(?:前|昨)年度?|前回|去年)(?:実績|同[月期])?{_OF}")),
    (TARGET, lazily(rf"(?:(?:目標|予定|見込み?|想定){_VALUE}?|計画{_VALUE}){_OF}")),
    (CAPACITY, lazily(rf"(?:定員|定数|上限|収容|募集){_VALUE}?{_OF}")),
    (PART, lazily("(?:うち(?!合)|内訳は?|ほか)[、,は]?(?:に|約)?$")),
    (ADDED, lazily("(?:新規に?|新たに|追加で)(?:約)?$")),
)
_TAILS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        CHANGE,
        lazily(
            "^(?:の|も|ほど|程度|以上|近く|余り?)?(?:大幅)?な?"
            "(?:増(?![員設便台築刷])|減(?![免量塩災税])|アップ|ダウン|上昇|低下|上回|下回|伸び)"
        ),
    ),
    (TARGET, lazily("^(?:程度|以上|以下)?(?:[をが]|と)?(?:目指|予定|見込|[をの]?目標)|^の(?:予定|見込)")),
    (CAPACITY, lazily("^(?:の|[をが])?(?:定員|定数|上限)")),
    (ADDED, lazily("^(?:の|[をが]|程度)?(?:新たに|新規に?)?(?:追加|増設|増員|新設)|^の新規")),
)
_FROM = lazily(r"^(?:程度|余り?)?(?:から|より|→|⇒|だった(?:もの)?が|であった(?:もの)?が)")
_BECAME = lazily(
    "^(?:程度|余り?)?(?:に|へ|と|まで)?(?:[^。、]{0,10})?(?:増|減|拡|伸|上|下|向上|改善|な[っりる]|達|推移|変)"
)
_NOT_OF_IT = lazily(
    "除外|対象外|不採択|不合格|不参加|不在|欠席|欠員|未(?![来満然])[一-龥]|中止|休止|取り?消|取り?下げ|辞退|却下|除く"
)
_LABEL = lazily(
    rf"(?:{NOUN_CHARACTER}+(?:(?:の|及び|や|と){NOUN_CHARACTER}+)*)[（(：:\s]{{0,2}}(?:約|延べ|計|年|全)?$"
)
_IN_ALL = lazily(rf"(?:{_TOTAL}|計|総[一-龥]{{1,3}}|全体|延べ|のべ)(?:で|は|が|[：:（(])?(?:約)?$")
_ALL = lazily("^(?:全|計)")
_SUMMED = lazily("のべ|延べ|総額|合計額|総計")
# Of a list of last year it may be the list's own, of its sentences it is none.
_LAST_YEAR = lazily("[昨前]年度?|去年")
_LEFT_OUT = lazily("外れ|外し|外さ|除|な(?:い|かった|く)|ません")


@lru_cache(maxsize=8_192)
def role_in(sentence: str, figure: Figure) -> str:
    """What a figure is in its sentence: a level, a change of one, what it was before, a target."""
    lead, tail = sentence[max(0, figure.start - 24) : figure.start], sentence[figure.end : figure.end + 16]
    if figure.unit in (DATE, DURATION, ORDINAL):
        return LEVEL
    for role, pattern in _TAILS[:1] + _LEADS[:1]:
        if pattern.search(tail if (role, pattern) in _TAILS else lead):
            return role
    if _FROM.match(tail) and _has_become(sentence, figure):
        return BEFORE
    for role, pattern in _LEADS[1:]:
        if pattern.search(lead):
            return role
    for role, pattern in _TAILS[1:]:
        if pattern.search(tail):
            return role
    label = _LABEL.search(lead)
    after = NOUN_PHRASE.match(sentence, figure.end)
    is_exception = any(_NOT_OF_IT.search(found[0]) for found in (label, after) if found)
    return EXCEPTION if is_exception else LEVEL


def _has_become(sentence: str, figure: Figure) -> bool:
    """Whether a later figure of the same unit is what this one became: 583件から637件に増加."""
    later = [f for f in figures(sentence) if f.unit == figure.unit and 0 < f.start - figure.end <= 24]
    return bool(
        later and (_BECAME.match(sentence[later[0].end :]) or not sentence[later[0].end :].strip("。 "))
    )


_NOUNS_BEFORE = lazily(f"{NOUN_CHARACTER}*$")


def _is_total(sentence: str, figure: Figure, role: str, asked: Asked) -> bool:
    """Whether a figure may be of all there is: it says so, or is no part or item, and of no month alone."""
    if _ALL.match(figure.text) or _IN_ALL.search(sentence[: figure.start]):
        return True
    before = [each for each in figures(sentence) if each.start < figure.start]
    is_of_month = any(each.unit == DATE and "月" in each.text for each in before)
    alike = (each for each in figures(sentence) if each.unit == figure.unit and each != figure)
    beside = (sorted((each, figure), key=lambda one: one.start) for each in alike)
    said = PARTS.findall(asked.question)
    nouns = _NOUNS_BEFORE.search(sentence[: figure.start])
    parts = PARTS.findall(nouns[0]) if nouns else []
    is_its_own = any(part in asked.question or any(word in part for word in said) for part in parts)
    is_one_of = not is_its_own and any(
        are_listed(sentence, two) or _from_one_to_the_other(sentence, *two) for two in beside
    )
    return role == LEVEL and not is_of_month and not is_one_of and not whole_of(sentence, figure, before)


def _from_one_to_the_other(sentence: str, one: Figure, two: Figure) -> bool:
    return bool(_FROM_TO.match(sentence[one.end : two.start]))


def is_of_role(sentence: str, figure: Figure, asked: Asked) -> bool:
    """Whether a figure has the role that is asked for; a question that says its own word for one has it."""
    if not asked.is_confirmation and nfkc(figure.text) in asked.given:
        return False
    if _SUMMED.search(asked.part):
        is_summed = _SUMMED.search(sentence, max(0, figure.start - 8), figure.start)
        return bool(is_summed or _ALL.match(figure.text) or _IN_ALL.search(sentence[: figure.start]))
    if figure.unit == DATE:
        return _is_end_asked(sentence, figure, asked)
    if figure.unit in (DURATION, ORDINAL, "倍"):
        return True
    if is_only_put_down(asked.question, _said_beside(sentence, figure)):
        return False
    role, roles = role_in(sentence, figure), asked.roles
    if "total" in roles:
        return _is_total(sentence, figure, role, asked)
    if _LAST_YEAR.search(asked.question) and _LAST_YEAR.search(sentence):
        return role == BEFORE
    if role == EXCEPTION:
        words = _NOT_OF_IT.findall(sentence)
        return bool(_LEFT_OUT.search(asked.question)) or any(word in asked.question for word in words)
    if role == CAPACITY and figure.unit == MONEY:
        return not roles <= {CHANGE, ADDED, BEFORE}  # the most that is paid is what is paid
    return role in roles or (role == BEFORE and is_before_asked(sentence, figure, asked))


PUT_DOWN = lazily("申し?込|応募|予約|登録|エントリー|抽選|招待|案内")
_TAKE_PART = lazily(
    "[来き](?:た|て|ま|場|館|庁|所|訪)|参加|訪[れ問]|出席|集ま|入場|入館|利用|使っ|受講|体験|乗[っり車]|泊"
)
_APPLY, _HELPED = lazily("申し?[請込]|応募|要望|希望"), lazily("補助|助成|支給|交付|給付|貸与")
_BESIDE = lazily("^[^、。，,0-9０-９]{0,12}")


def is_only_put_down(asked: str, said: str) -> bool:
    """Whether who came is asked, and what is said is of those who are put down for it: 参加申込, 登録者数.

    Nor are those who applied (補助には21人から要望があった) those who were helped.
    """
    pairs = ((PUT_DOWN, _TAKE_PART), (_APPLY, _HELPED))
    return any(only.search(said) and had.search(asked) and not only.search(asked) for only, had in pairs)


def _said_beside(sentence: str, figure: Figure) -> str:
    """What a figure is said to be of: the noun before it and what stands right behind it."""
    behind = _BESIDE.search(sentence[figure.end :])
    return f"{label_of(sentence, figure, with_particle=True)} {behind[0] if behind else ''}"


_OF_BEFORE = lazily("([一-龥ァ-ヺー]*(?:[時前初末]|現在))の$")


def is_before_asked(sentence: str, figure: Figure, asked: Asked) -> bool:
    """Whether a question says of when an earlier figure is (令和2年度の583件から, 認可時の1,700人から)."""
    year, when = year_of(sentence, figure), _OF_BEFORE.search(sentence, 0, figure.start)
    told = [nfkc(each) for each in (year, when[1] if when else "") if each]
    return role_in(sentence, figure) == BEFORE and any(
        each in nfkc(asked.question) or each[-3:] in nfkc(asked.question) for each in told
    )


_TO = r"\s?(?:[～〜~―–－\-]|から|より)\s?"
_IS_TO = lazily(_TO)
_LIMIT = lazily("^(?:末|頃|ごろ)?(?:まで|を?(?:期限|終期)|(?:に|で|をもって)(?:終了|完了|満了|廃止|閉|終わ))")
_LIMIT_LEADS = lazily("(?:期限|終期|満了|終了(?:日|年|年度|時期))(?:は|が|を|[：:（])?$")
# What stands behind a figure and is of its value: 268件以上, 6,000人を超え.
_BOUND = lazily(
    "^(?:末|頃|ごろ|[上中下]旬|[前後]半|以上|以下|未満|以内|超(?![過音高])|強(?![化い靭靱制力み調])|弱(?![いめ者体点])|余り?(?![剰裕暇])|あまり(?!に)|程度|前後|近く"
    "|を上限|を(?:大きく|大幅に)?(?:超|越|上回|下回)(?:え?る?|[りっ])(?:た)?)"
)
_ABOUT = lazily(
    "(?:上限(?:額)?|少なくとも|おおむね|概ね|ほぼ|延べ|のべ"
    "|(?:[一1１][人名社件回校戸台団体世帯日]{1,2})(?:当たり|あたり|当り|につき)(?:平均|約)?)$"
)


def range_of(sentence: str, figure: Figure) -> tuple[Figure, Figure] | None:
    """The two ends of the range that a figure is an end of (10月から1月), None where it is of none."""
    every = [each for each in figures(sentence) if each.unit == figure.unit]
    for one, two in pairwise(every):
        if figure in (one, two) and _IS_TO.fullmatch(sentence[one.end : two.start]):
            return None if role_in(sentence, one) == BEFORE else (one, two)
    return None


def _is_end_asked(sentence: str, figure: Figure, asked: Asked) -> bool:
    """Whether a date is the end of a period that is asked for (いつまで, いつから)."""
    since, until = ASKED_SINCE.search(asked.question), ASKED_UNTIL.search(asked.question)
    ends = range_of(sentence, figure)
    if since and until:
        return ends is not None
    is_limit = _LIMIT.match(sentence[figure.end :]) or _LIMIT_LEADS.search(sentence[: figure.start])
    is_end = bool(is_limit) if ends is None else figure == ends[1]
    return is_end if until else not (since and is_end)


def in_full(sentence: str, figure: Figure, asked: Asked) -> tuple[int, int]:
    """Where the whole value stands that a figure is of: with its range, 以上 behind it, 延べ before it."""
    start, end = figure.start, figure.end
    ends = range_of(sentence, figure)
    is_one_end = ASKED_UNTIL.search(asked.question) and not ASKED_SINCE.search(asked.question)
    if ends and not is_one_end:
        start, end = ends[0].start, ends[1].end
    about, bound = _ABOUT.search(sentence[:start]), _BOUND.match(sentence[end:])
    return about.start() if about else start, end + (bound.end() if bound else 0)


def levels_changed(sentence: str, among: Sequence[Figure]) -> tuple[Figure, Figure] | None:
    """What something was and what it became (583件から637件に増加, 前年度の2億円から), in that order."""
    before = [figure for figure in among if role_in(sentence, figure) == BEFORE]
    now = [f for f in among if f.unit == before[0].unit and role_in(sentence, f) == LEVEL] if before else []
    return (before[0], now[0]) if len(before) == len(now) == 1 else None


def label_of(sentence: str, figure: Figure, *, with_particle: bool = False) -> str:
    """The noun that a figure stands right behind (認知度62%, 認知度は62%), '' for none."""
    found = (_TOPIC_LABEL if with_particle else _DIRECT).search(sentence, 0, figure.start)
    return found["noun"] if found else ""


NOUN = "[一-龥々ァ-ヺーA-Za-zＡ-Ｚａ-ｚ]"
_DIRECT = lazily(rf"(?P<noun>{NOUN}+(?:・{NOUN}+)*)[（(：:]?(?:約|延べ|計)?$")
_TOPIC_LABEL = lazily(rf"(?P<noun>{NOUN}+(?:・{NOUN}+)*)[（(：:はがも]?(?:約|延べ|計)?$")
PARTS = lazily("[ァ-ヺー]{2,}|[一-龥]{2,}|[A-Za-z]{2,}")


_NEXT_ITEM = lazily(r"[）)、,，・\s]*[①-⑳]?[^、。はがをでに]{1,16}[（(：:]?(?:約|延べ|計)?")


def are_listed(sentence: str, told: Sequence[Figure]) -> bool:
    """Whether figures are items of one list, each with its name (実験走行6日間、本走行2日間)."""
    first: dict[str, Figure] = {}
    for figure in told:
        first.setdefault(figure.text, figure)
    each = list(first.values())
    return all(
        not _PART.search(between) and _NEXT_ITEM.fullmatch(between)
        for one, two in pairwise(each)
        for between in [sentence[one.end : two.start]]
    )
