"""もしかして: what a query without an answer may have been meant to be, and the project it would find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice, product

from store.database import Database
from store.records import MatchType, Project, Suggestion
from store.search.fuzzy_names import likeness, near_names
from store.search.spelling import corrections
from store.search.terms import QueryTerm
from store.search.tuning import TUNING
from store.text.kana import is_kana, katakana
from store.text.morphology import units

# The project that says all of these best, its score, and how it words each.
Best = Callable[[Sequence[QueryTerm]], tuple[Project, float, Sequence[str]] | None]


def suggest(db: Database, terms: Sequence[QueryTerm], best: Best) -> tuple[Suggestion, ...]:
    """A few guesses, nearest first, each with its best project; none for what resembles nothing."""
    if all(term.interpretations for term in terms):
        return ()  # nothing is misspelled: it is the filters or the exclusions that leave nothing
    typed = "".join(term.text for term in terms)
    if not any(map(str.isalpha, typed)):
        return ()  # another number is another thing
    guesses = near_names(db, typed, limit=TUNING.spelling.guesses)
    if not any(guess.score >= TUNING.spelling.sure for guess in guesses):
        guesses = [*_by_words(db, terms, best), *guesses]
    guesses.sort(key=lambda each: -each.score)
    first: dict[tuple[int, str], Suggestion] = {}
    for each in guesses:
        first.setdefault((each.fiscal_year, each.number), each)
    return tuple(islice(first.values(), TUNING.spelling.guesses))


def _by_words(db: Database, terms: Sequence[QueryTerm], best: Best) -> list[Suggestion]:
    """The query with its unknown words corrected, worded as the project that says so; the nearest first."""
    readings = [_readings(db, term) for term in terms]
    found: list[tuple[float, float, Suggestion]] = []
    for corrected in islice(product(*readings), TUNING.spelling.guesses * TUNING.spelling.corrections):
        if said := best(corrected):
            project, score, wordings = said
            text = " ".join(
                wording if term.interpretations[0].match_type is MatchType.EDIT else term.text
                for term, wording in zip(corrected, wordings, strict=True)
            )
            typed = " ".join(term.text for term in corrected)
            near = _likeness(typed, text)
            if max(near, likeness(_reading(typed), _reading(text))) >= TUNING.spelling.least:
                found.append((near, score, Suggestion(text, project.number, project.fiscal_year, near)))
    return [each for _, _, each in sorted(found, key=lambda each: each[:2], reverse=True)]


def _likeness(typed: str, text: str) -> float:
    one, other = _reading(typed), _reading(text)
    alike = likeness(one, other) if is_kana(katakana(typed)) else float(one == other)
    return max(likeness(typed, text), TUNING.spelling.same_sound * alike)


def _reading(text: str) -> str:
    if is_kana(folded := katakana(text)):
        return folded
    return "".join(word.reading for unit in units(text) for word in unit.words)


def _readings(db: Database, term: QueryTerm) -> list[QueryTerm]:
    if term.interpretations:
        return [term]
    return [
        replace(term, interpretations=(interpretation,))
        for interpretation in corrections(db, term.text, most=TUNING.spelling.corrections)
    ]
