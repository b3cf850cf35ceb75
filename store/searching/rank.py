"""Where a project says what was asked, how exactly and how rarely: evidence -> score, fields and reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from store.records import FIELD_LABELS, FIELDS
from store.searching.senses import Clause, Manner
from store.searching.texts import Text

FIELD_WEIGHT = dict(zip(FIELDS, (1.0, 0.6, 0.4, 0.36, 0.32), strict=True))
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


class Evidence(NamedTuple):
    """That a field says a clause: by which phrase of the index, in which manner."""

    phrase: str
    manner: Manner


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


def said_by(text: Text, clause: Clause) -> dict[str, Evidence]:
    """The fields that say the clause, and how."""
    said: dict[str, Evidence] = {}
    for sense in clause.senses:
        for phrase, needle in sense.needles:
            if needle in text.whole:
                for field, words in zip(FIELDS, text.fields, strict=True):
                    if field not in said and needle in words:
                        said[field] = Evidence(phrase, sense.manner)
    for phrase in clause.offices:
        if "section" not in said and f" {phrase} " in text.fields[1]:
            said["section"] = Evidence(phrase, Manner.SYNONYM)
    return said


def judge(
    project_id: int, text: Text, clauses: Sequence[Clause], *, rarities: Sequence[float], text_rank: float
) -> Judged:
    """Score a candidate; `rarities` weigh the clauses, `text_rank` is its share of the best bm25 score."""
    said = tuple([said_by(text, clause) for clause in clauses])
    found = 0.0
    for clause, fields, weight in zip(clauses, said, rarities, strict=True):
        found += weight * _worth(clause, fields)
    cover = _share_of_name(text.fields[0], clauses, said)
    score = found / sum(rarities) + WHOLE_NAME * cover + TEXT_RANK * text_rank
    return Judged(project_id, score, said, cover, text_rank)


def reasons(judged: Judged, clauses: Sequence[Clause], rarities: Sequence[float]) -> tuple[str, ...]:
    """Why a hit stands where it stands, in Japanese lines."""
    lines = []
    for clause, fields, weight in zip(clauses, judged.said, rarities, strict=True):
        where = "、".join(
            f"{FIELD_LABELS[field]}（{MANNER_LABELS[evidence.manner]}）" for field, evidence in fields.items()
        )
        lines.append(f"「{clause.text}」: {where or '見当たりません'}、珍しさ {weight:.2f}")
    share = f"事務事業名に占める割合 {judged.cover:.0%}、文中の出現 {judged.text_rank:.0%}"
    return (*lines, f"{share}、得点 {judged.score:.3f}")


def rarity(projects: int, among: int) -> float:
    """How telling a clause is: high when few of `among` projects can say it, never 0."""
    return math.log1p(among / (max(projects, 1) + 0.5)) + 0.1


def _worth(clause: Clause, said: Said) -> float:
    """The best that a project says of the clause: 0 when nothing, 1 when its name has the very word."""
    worths = [FIELD_WEIGHT[field] * _weight(clause, evidence.manner) for field, evidence in said.items()]
    return max(worths, default=0.0)


def _weight(clause: Clause, manner: Manner) -> float:
    other_word = manner is Manner.SYNONYM and clause.senses[0].manner < Manner.SYNONYM
    return OTHER_WORD if other_word else MANNER_WEIGHT[manner]


def _share_of_name(name: str, clauses: Sequence[Clause], said: Sequence[Said]) -> float:
    """Which part of the name's words was asked for; other words for what some project says itself are not."""
    asked = [
        fields["name"].phrase
        for clause, fields in zip(clauses, said, strict=True)
        if "name" in fields and _weight(clause, fields["name"].manner) > OTHER_WORD
    ]
    if not asked:
        return 0.0
    words, known = name.split(), " ".join(asked).split()
    return len([word for word in words if word in known]) / len(words)
