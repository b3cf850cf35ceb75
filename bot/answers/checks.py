"""What a sentence must show before it may be claimed as the answer: CHECKS, each a named function. Pure.

A check returns what the sentences fail to show, in the words of the question, or '' when they show it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answers.polarity import denied
from store.text.morphology import tokenize
from store.text.normalize import one_space

_RELATIVE_YEAR = re.compile(
    "再来年度?|来年度?|翌年度|次年度|来月|今後の(?:予定|計画|見通し)|将来の(?:予定|計画)"
)
_WHY = re.compile("なぜ|何故|どうして|なんで|(?:理由|原因|要因)(?:は|が|を|って|$|[?？])")
_HAPPENED = re.compile("(?:た|だ)(?:の|ん|こと|理由|原因|要因|のは)")
_CAUSE = re.compile(
    "ため|により|によって|によるもの|影響|ことから|ので|から、|を受け|に伴|結果|理由|原因|要因"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A question, and the sentences by which it would be answered (with the name of their project)."""

    question: str
    name: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """All that may bear the claim out."""
        return one_space("\n".join((self.name, *self.sentences)))


Check = Callable[[Claim], str]


def polarity(claim: Claim) -> str:
    """A denied word must be denied in the sentence too: 4件を採択 does not tell how many were 不採択."""
    asked = denied(claim.question)
    if not asked:
        return ""
    said = {word for sentence in claim.sentences for word in denied(sentence)}
    return "、".join(f"「{word}」の打ち消し" for word in asked if word not in said)


def relative_year(claim: Claim) -> str:
    """来年度の予定 is not in a record of this year unless the record says so."""
    found = _RELATIVE_YEAR.search(one_space(claim.question))
    return f"「{found[0]}」" if found and found[0] not in claim.text else ""


def reason(claim: Claim) -> str:
    """Why something happened is told by a sentence that has it and a cause; a purpose is no reason."""
    question = one_space(claim.question)
    if not (_WHY.search(question) and _HAPPENED.search(question)):
        return ""
    what = [t.word.text for t in tokenize(question) if t.word.kind == "動詞" and t.word.content]
    for sentence in claim.sentences:
        said = {t.word.text for t in tokenize(one_space(sentence))}
        if _CAUSE.search(sentence) and (not what or said & {*what}):
            return ""
    return "その理由"


CHECKS: tuple[tuple[str, Check], ...] = (
    ("polarity", polarity),
    ("relative year", relative_year),
    ("reason", reason),
)
"""In this order; every one must hold."""


def failed(claim: Claim) -> Sequence[tuple[str, str]]:
    """The checks that do not hold, with what is not shown."""
    return [(name, lacks) for name, check in CHECKS if (lacks := check(claim))]
