"""Figures with their units in a sentence, and which of them a question asks for.

A figure belongs to the clause it stands in and to the noun it is joined to there: 「提案17件のうち6件を採択」
answers 17件 for 提案 and 6件 for 採択. Ordinals and references (第3期, 29条, Society5.0) are not figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answers.units import DATE, NOUNS, PERCENT, THINGS, UNITS, Asked
from store.text.sentences import clauses

_NUMBER = r"[0-9０-９]+(?:[,，][0-9０-９]{3})*(?:[.．][0-9０-９]+)?"
_SCALED = rf"{_NUMBER}(?:[十百千万億兆]+(?:{_NUMBER}[万千]*)?)*(?:[/／]{_NUMBER})?"
_ERA = r"(?:令和|平成|昭和|大正|[RHS](?=[0-9０-９]))"
_YEAR_NUMBER = rf"(?:{_ERA}(?:元|[0-9０-９]{{1,2}})|(?:19|20|１９|２０)[0-9０-９]{{2}})"
_YEAR = rf"{_YEAR_NUMBER}年(?:度)?(?:[（(][^（）()]{{1,8}}[)）])?"
_MONTH_DAY = r"[0-9０-９]{1,2}月(?![間号])(?:[0-9０-９]{1,2}日(?!間))?"
_UNITS = "|".join(
    re.escape(unit) + ("(?![A-Za-z])" if unit[-1].isascii() else "")
    for unit in sorted(UNITS, key=len, reverse=True)
)
_DAY = rf"{_YEAR}(?:{_MONTH_DAY})?|(?<![0-9０-９]){_MONTH_DAY}"
_AMOUNT = rf"{_SCALED}(?:[～〜~\-－]{_SCALED})?|(?<![一-龥])数[十百千万億]+"
_RATIO = rf"(?<![A-Za-z0-9０-９/／]){_NUMBER}[/／]{_NUMBER}(?![0-9０-９/／])"
_BEFORE = "約|およそ|全|計|最大|過去|今後|[年月週](?=[0-9０-９]+回)"
_NO_REFERENCE = "(?<![A-Za-zＡ-Ｚａ-ｚ0-9０-９第.．,，])(?<![A-Za-z] )"
_FIGURE = re.compile(
    rf"(?P<date>{_DAY})|(?:{_BEFORE})?{_NO_REFERENCE}(?:{_AMOUNT})\s?(?P<unit>{_UNITS})(?!度)|(?P<ratio>{_RATIO})"
)
_NOUN_CHARACTER = "[一-龥々ァ-ヺーA-Za-zＡ-Ｚａ-ｚ「」・/]"
_JOINS = "(?:の|への|との|及び|又は|または)"
_NOUN_PHRASE_END = re.compile(rf"{_NOUN_CHARACTER}+(?:{_JOINS}{_NOUN_CHARACTER}+)*$")
_NOUN_PHRASE_START = re.compile(
    rf"の?({_NOUN_CHARACTER}+(?:(?:の|と|及び){_NOUN_CHARACTER}+)*[しりみきけえれち]?)"
)
# What may stand between a noun and the figure that counts it: particles, 延べ, another figure, a remark.
_BETWEEN = re.compile(
    rf"(?:から|より|うち|中|延べ|計|約|全|及び|ついて|により|における|[はがもをでにの：:（(「、 　]"
    rf"|[（(][^（()）]*[）)]|{_DAY}|(?:{_AMOUNT})(?:{_UNITS}))$"
)


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
    following = _NOUN_PHRASE_START.match(sentence[figure.end :]) if figure.unit == THINGS else None
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


def label(sentence: str, figure: Figure) -> str:
    """The words that say what a figure counts, verbatim, '' when its clause has none."""
    before, after = sentence[figure.clause[0] : figure.start], sentence[figure.end : figure.clause[1]]
    earlier = [other.end for other in figures(sentence) if figure.clause[0] <= other.start < figure.start]
    adjoining = _NOUN_PHRASE_END.search(sentence[max(earlier, default=figure.clause[0]) : figure.start])
    adjoining = None if adjoining and adjoining[0] in ("中", "内") else adjoining  # 4件中4件
    following = _NOUN_PHRASE_START.match(after)
    if following and not adjoining and after.startswith("の"):
        return noun(following[1])
    led = adjoining or _NOUN_PHRASE_END.search(_without_tail(before))
    return noun(led[0] if led else following[1] if following else "")


def noun(phrase: str) -> str:
    """A noun phrase without what joins it to the next word (…社との, 構築し)."""
    return re.sub("(?:(?<=..)[とへ]|(?<=[一-龥])し)$", "", phrase.strip("「」・の"))


def _without_tail(before: str) -> str:
    """The words before a figure without what stands between them and it, piece by piece."""
    while tail := _BETWEEN.search(before):
        before = before[: tail.start()]
    return before


def _figure(match: re.Match[str], spans: Sequence[tuple[int, int]]) -> Figure:
    unit = DATE if match["date"] else UNITS[match["unit"]] if match["unit"] else PERCENT
    return Figure(match[0], match.start(), match.end(), unit, _clause(match.start(), spans))


def _clause(place: int, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return next(span for span in spans if span[0] <= place < span[1] or span == spans[-1])
