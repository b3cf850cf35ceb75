"""Where a project says what was asked, how exactly and how rarely: evidence -> score, fields and reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from store.index.token_store import Text
from store.records import FIELD_LABELS, FIELDS
from store.search.terms import Clause, Evidence, Manner

FIELD_WEIGHTS = (1.0, 0.6, 0.4, 0.36, 0.32)  # of FIELDS
_WEIGHED = tuple(zip(FIELDS, FIELD_WEIGHTS, strict=True))
MANNER_WEIGHT = {
    Manner.SAME: 1.0,
    Manner.SPELLING: 1.0,
    Manner.SYNONYM: 0.75,  # when nobody says the word itself; else as OTHER_WORD
    Manner.ABBREVIATION: 0.9,
    Manner.PART: 0.6,
    Manner.EDIT: 0.8,
}
OTHER_WORD = 0.3  # of a synonym, when some project says the very word
WHOLE_NAME = 0.3  # added when the words asked for are all of the name; in proportion when they are part of it
TEXT_RANK = 0.08  # added for the best bm25 score among the candidates; in proportion for others

MANNER_LABELS = {
    Manner.SAME: "同じ語",
    Manner.SPELLING: "読み・表記ちがい",
    Manner.SYNONYM: "同義語",
    Manner.ABBREVIATION: "略語",
    Manner.PART: "語の一部",
    Manner.EDIT: "近い綴り",
}


Said = Mapping[str, Evidence]  # field -> what it says


class Judged(NamedTuple):
    """A candidate with its score and, for each clause, the fields that say it (none: it is missing).

    `cover` is the share of its name that was asked for, `text_rank` its share of the best bm25 score.
    """

    id: int
    score: float
    said: tuple[Said, ...]
    cover: float = 0.0
    text_rank: float = 0.0


class Sought(NamedTuple):
    """A clause as it is looked for in many texts; each of its needles with what it is worth in a name.

    `offices` are needles for the field of sections alone; `share` is how much the clause weighs by its
    rarity, all of them together being 1.
    """

    needles: Sequence[tuple[str, Evidence, float]]
    offices: Sequence[tuple[str, Evidence, float]]
    share: float


def sought(clauses: Sequence[Clause], among: int) -> list[Sought]:
    """The clauses ready to be looked for among so many projects."""
    rarities = [rarity(clause.projects, among) for clause in clauses]
    whole = sum(rarities)
    return [
        Sought(_needles(clause), _office_needles(clause), weight / whole)
        for clause, weight in zip(clauses, rarities, strict=True)
    ]


def judge(project_id: int, text: Text, wanted: Sequence[Sought], *, text_rank: float) -> Judged:
    """Score a candidate; `text_rank` is its share of the best bm25 score."""
    whole, fields = text
    name, section, *_ = fields
    score, every, asked = TEXT_RANK * text_rank, [], []
    for each in wanted:
        said: dict[str, Evidence] = {}
        best = 0.0  # what its best field is worth: 1 when its name has the very word
        for needle, evidence, worth in each.needles:
            if needle not in whole:
                continue
            for (field, weight), words in zip(_WEIGHED, fields, strict=True):
                if needle in words and field not in said:
                    said[field] = evidence
                    if weight * worth > best:
                        best = weight * worth
                    if field == "name" and worth > OTHER_WORD:  # another word than was asked for is not
                        asked.append(evidence.phrase)
        for needle, evidence, worth in each.offices:
            if "section" not in said and needle in section:
                said["section"] = evidence
                best = max(best, FIELD_WEIGHTS[1] * worth)
        every.append(said)
        score += each.share * best
    cover = _share_of_name(name, asked) if asked else 0.0
    return Judged(project_id, score + WHOLE_NAME * cover, tuple(every), cover, text_rank)


def reasons(judged: Judged, clauses: Sequence[Clause], among: int) -> tuple[str, ...]:
    """Why a hit stands where it stands, in Japanese lines."""
    lines = []
    for clause, fields in zip(clauses, judged.said, strict=True):
        where = "、".join(
            f"{FIELD_LABELS[field]}（{MANNER_LABELS[evidence.manner]}）" for field, evidence in fields.items()
        )
        lines.append(
            f"「{clause.text}」: {where or '見当たりません'}、珍しさ {rarity(clause.projects, among):.2f}"
        )
    share = f"事務事業名に占める割合 {judged.cover:.0%}、文中の出現 {judged.text_rank:.0%}"
    return (*lines, f"{share}、得点 {judged.score:.3f}")


def rarity(projects: int, among: int) -> float:
    """How telling a clause is: high when few of `among` projects can say it, never 0."""
    return math.log1p(among / (max(projects, 1) + 0.5)) + 0.1


def _needles(clause: Clause) -> list[tuple[str, Evidence, float]]:
    return [
        (needle, evidence, _weight(clause, sense.manner))
        for sense in clause.senses
        for needle, evidence in sense.needles
    ]


def _office_needles(clause: Clause) -> list[tuple[str, Evidence, float]]:
    worth = _weight(clause, Manner.SYNONYM) if clause.offices else 0.0
    return [(f" {phrase} ", Evidence(phrase, Manner.SYNONYM), worth) for phrase in clause.offices]


def _weight(clause: Clause, manner: Manner) -> float:
    other_word = manner is Manner.SYNONYM and clause.senses[0].manner < Manner.SYNONYM
    return OTHER_WORD if other_word else MANNER_WEIGHT[manner]


def _share_of_name(name: str, asked: Sequence[str]) -> float:
    """Which part of the name's words is in the phrases that were asked for."""
    words, known = name.split(), " ".join(asked).split()
    return len([word for word in words if word in known]) / len(words)
