"""Where a project says what was asked, how exactly and how rarely: evidence -> score and explanation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from store.index.token_store import Text
from store.records import FIELDS, Explanation, MatchType, ScoreParts, TermMatch
from store.search.terms import Clause, Evidence

FIELD_WEIGHTS = (1.0, 0.6, 0.4, 0.36, 0.32)  # of FIELDS
_WEIGHED = tuple(zip(FIELDS, FIELD_WEIGHTS, strict=True))
MATCH_WEIGHT = {
    MatchType.EXACT: 1.0,
    MatchType.SPELLING: 1.0,
    MatchType.SYNONYM: 0.75,  # when nobody says the word itself; else as OTHER_WORD
    MatchType.ABBREVIATION: 0.9,
    MatchType.PART: 0.6,
    MatchType.EDIT: 0.8,
}
OTHER_WORD = 0.3  # of a synonym, when some project says the very word
WHOLE_NAME = 0.3  # added when the words asked for are all of the name; in proportion when they are part of it
TEXT_RANK = 0.08  # added for the best bm25 score among the candidates; in proportion for others

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


def explain(judged: Judged, clauses: Sequence[Clause], among: int) -> tuple[Explanation, ...]:
    """Why a hit stands where it stands: what it says of each clause, and what the rest added to its score."""
    terms = [
        TermMatch(
            clause.text,
            tuple((field, evidence.match_type) for field, evidence in fields.items()),
            rarity(clause.projects, among),
        )
        for clause, fields in zip(clauses, judged.said, strict=True)
    ]
    return (*terms, ScoreParts(judged.cover, judged.text_rank, judged.score))


def rarity(projects: int, among: int) -> float:
    """How telling a clause is: high when few of `among` projects can say it, never 0."""
    return math.log1p(among / (max(projects, 1) + 0.5)) + 0.1


def _needles(clause: Clause) -> list[tuple[str, Evidence, float]]:
    return [
        (needle, evidence, _weight(clause, sense.match_type))
        for sense in clause.senses
        for needle, evidence in sense.needles
    ]


def _office_needles(clause: Clause) -> list[tuple[str, Evidence, float]]:
    worth = _weight(clause, MatchType.SYNONYM) if clause.offices else 0.0
    return [(f" {phrase} ", Evidence(phrase, MatchType.SYNONYM), worth) for phrase in clause.offices]


def _weight(clause: Clause, match_type: MatchType) -> float:
    other_word = match_type is MatchType.SYNONYM and clause.senses[0].match_type < MatchType.SYNONYM
    return OTHER_WORD if other_word else MATCH_WEIGHT[match_type]


def _share_of_name(name: str, asked: Sequence[str]) -> float:
    """Which part of the name's words is in the phrases that were asked for."""
    words, known = name.split(), " ".join(asked).split()
    return len([word for word in words if word in known]) / len(words)
