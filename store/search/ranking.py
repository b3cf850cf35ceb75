"""Where a project says what was asked, how exactly and how rarely: evidence -> score and explanation."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from store.index.token_store import Text
from store.records import FIELDS, Explanation, MatchType, ScoreParts, TermMatch
from store.search.terms import QueryTerm, TokenMatch
from store.search.tuning import TUNING

_WEIGHED = tuple(zip(FIELDS, TUNING.fields.of_term, strict=True))
_SECTION = dict(_WEIGHED)["section"]

FieldMatches = Mapping[str, TokenMatch]  # field -> what it says


class ScoredHit(NamedTuple):
    """A candidate with its score and, for each term, the fields that say it (none: it is missing).

    `cover` is the share of its name that was asked for, `text_rank` its share of the best bm25 score.
    """

    id: int
    score: float
    matches: tuple[FieldMatches, ...]
    cover: float = 0.0
    text_rank: float = 0.0


class ScoringTerm(NamedTuple):
    """A term as it is looked for in many texts; each of its patterns with what it is worth in a name.

    `offices` are patterns for the field of sections alone; `share` is how much the term weighs by its
    rarity, all of them together being 1.
    """

    patterns: Sequence[tuple[str, TokenMatch, float]]
    offices: Sequence[tuple[str, TokenMatch, float]]
    share: float


def scoring_terms(terms: Sequence[QueryTerm], among: int) -> list[ScoringTerm]:
    """The terms ready to be looked for among so many projects."""
    rarities = [rarity(term.projects, among) for term in terms]
    whole = sum(rarities)
    return [
        ScoringTerm(_patterns(term), _office_patterns(term), weight / whole)
        for term, weight in zip(terms, rarities, strict=True)
    ]


def score_hit(project_id: int, text: Text, wanted: Sequence[ScoringTerm], *, text_rank: float) -> ScoredHit:
    """Score a candidate; `text_rank` is its share of the best bm25 score."""
    whole, fields = text
    name, section, *_ = fields
    score, every, asked = TUNING.scoring.text_rank * text_rank, [], []
    for each in wanted:
        said: dict[str, TokenMatch] = {}
        best = 0.0  # what its best field is worth: 1 when its name has the very word
        for pattern, evidence, worth in each.patterns:
            if pattern not in whole:
                continue
            for (field, weight), words in zip(_WEIGHED, fields, strict=True):
                if pattern in words and field not in said:
                    said[field] = evidence
                    if weight * worth > best:
                        best = weight * worth
                    if (
                        field == "name" and worth > TUNING.scoring.other_word
                    ):  # another word than was asked for is not
                        asked.append(evidence.phrase)
        for pattern, evidence, worth in each.offices:
            if "section" not in said and pattern in section:
                said["section"] = evidence
                best = max(best, _SECTION * worth)
        every.append(said)
        score += each.share * best
    cover = _share_of_name(name, asked) if asked else 0.0
    return ScoredHit(project_id, score + TUNING.scoring.whole_name * cover, tuple(every), cover, text_rank)


def explain(
    scored: ScoredHit, terms: Sequence[QueryTerm], among: int, wording: Callable[[str, str], str]
) -> tuple[Explanation, ...]:
    """Why a hit stands where it stands: what it says of each term, and what the rest added to its score.

    `wording` gives a field's own words for a phrase of the index, '' where they are not found.
    """
    matches = [
        TermMatch(
            term.text,
            tuple((field, evidence.match_type) for field, evidence in fields.items()),
            rarity(term.projects, among),
            {
                field: words
                for field, evidence in fields.items()
                if evidence.match_type is MatchType.SYNONYM and (words := wording(field, evidence.phrase))
            },
        )
        for term, fields in zip(terms, scored.matches, strict=True)
    ]
    return (*matches, ScoreParts(scored.cover, scored.text_rank, scored.score))


def rarity(projects: int, among: int) -> float:
    """How telling a term is: high when few of `among` projects can say it, never 0."""
    return math.log1p(among / (max(projects, 1) + 0.5)) + TUNING.scoring.floor_of_rarity


def _patterns(term: QueryTerm) -> list[tuple[str, TokenMatch, float]]:
    return [
        (pattern, evidence, _weight(term, interpretation.match_type))
        for interpretation in term.interpretations
        for pattern, evidence in interpretation.patterns
    ]


def _office_patterns(term: QueryTerm) -> list[tuple[str, TokenMatch, float]]:
    worth = _weight(term, MatchType.SYNONYM) if term.offices else 0.0
    return [(f" {phrase} ", TokenMatch(phrase, MatchType.SYNONYM), worth) for phrase in term.offices]


def _weight(term: QueryTerm, match_type: MatchType) -> float:
    other_word = match_type is MatchType.SYNONYM and term.interpretations[0].match_type < MatchType.SYNONYM
    return TUNING.scoring.other_word if other_word else TUNING.scoring.match[match_type]


def _share_of_name(name: str, asked: Sequence[str]) -> float:
    """Which part of the name's words is in the phrases that were asked for."""
    words, known = name.split(), " ".join(asked).split()
    return len([word for word in words if word in known]) / len(words)
