"""How closely words join a figure of a sentence: by place, by clause, by うち and by lists. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answers.figures import Figure, fitting
from bot.answers.units import DATE, DURATION, Asked
from store.text.normalize import aligned_fold
from store.text.sentences import clauses

BESIDE = 4  # characters within which a word belongs to the figure right behind it alone
# 17件のうち6件, 17件中6件, 17件あり、うち6件: the second figure is a part of the first …
_PART = re.compile(r"^の?(?:うち|内|中)(?![一-龥]{0,2}容)|うち(?!合|出)|^に対し")
# … while 市民100人、学生50人が参加 says of both what stands behind the last.
_LISTED = re.compile(r"(?:[、・,，]|と|や|及び|および|並びに|ならびに)(?!し)")
PART_OF = 0.1  # how much less a word joins a part than the whole that it stands beside
_IS_TOPIC = re.compile(r"(?:は|について|に関して|においては?|として)$")
_FROM_TO = re.compile(r"^(?:から|より|→|⇒)$")
_STARTS_AN_ITEM = re.compile(
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
