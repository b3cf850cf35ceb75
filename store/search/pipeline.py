"""Query -> SearchResult: numbers, words as typed or said otherwise, most of them, and else もしかして."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

from store import projects
from store.database import Database
from store.records import Hit, Listed, Project, Query, SearchResult
from store.search import hits, listing, minimum_should_match, proximity, years
from store.search.analysis import (
    AnalysedQuery,
    analyse,
    called_in_short,
    joined,
    of_years,
    unknown,
    with_section_as_filter,
)
from store.search.did_you_mean import suggest
from store.search.hits import Ranking
from store.search.matching import candidates
from store.search.similar import similar
from store.search.spelling import look_alikes
from store.search.terms import QueryTerm
from store.text.numbers import KANJI, in_digits, number_key

_AMOUNT = re.compile(r"\d{1,3}(?:[,，]\d{3})+")  # unless all of them are numbers of projects
VERIFIED = 200  # candidates whose text is read for a phrase as typed
SCORED = 20  # candidates whose wording is looked at, at least


def search(db: Database, query: Query) -> SearchResult:
    """Find the projects that answer `query`; `took_ms` is the time spent here."""
    started = time.perf_counter()
    with db.reading() as index:
        named = years.named_with_it(query, _found(db, query.as_words)) if query.as_words else None
        result = named or _found(db, query)
        if not result.hits:
            is_filtered = query.sections or query.departments or query.fiscal_years
            absent = unknown(db, query) if is_filtered else ()
            result = replace(result, unknown=absent, listed=index.fiscal_years)
        if not result.hits and query.as_words:
            near = years.elsewhere(db, query, lambda other: _found(db, other))
            result = replace(result, suggestions=near or result.suggestions)
    return replace(result, took_ms=(time.perf_counter() - started) * 1000)


def _found(db: Database, query: Query) -> SearchResult:
    found = _as_read(db, query)
    if not query.as_typed or (found.hits and "number" in found.hits[0].matched):
        return found
    return _as_read(db, replace(query, terms=query.as_typed, as_typed=(), number_range=None))


def _as_read(db: Database, query: Query) -> SearchResult:
    result = _by_number(db, query)
    if query.number_range and not (result and result.hits):
        result = listing.between(db, query, *query.number_range) or result
    result = result or _by_words(db, query)
    is_whole = result.hits and not result.hits[0].missing
    return (not is_whole and _number_beside_words(db, query)) or result


def _by_number(db: Database, query: Query) -> SearchResult | None:
    """Projects with the numbers typed, in that order: called numbers, or all that was typed.

    Words beside them narrow, and are said to be missing where they can't. None when words are meant.
    """
    keys = query.numbers or _numbers_typed(query)
    words = (*query.terms, *chain(*query.alternatives), *query.phrases) if query.numbers else ()
    if not keys:
        return None
    if words and (both := _by_words(db, query)).total:
        return both
    analysed = listing.only_filters(db, query)
    marks = ",".join("?" * len(keys))
    where = " AND ".join(filter(None, (f"p.number_key IN ({marks})", analysed.filters.sql)))
    rows = db.conn.execute(f"{projects.SELECT} WHERE {where}", keys)
    found = sorted(map(projects.from_row, rows), key=lambda each: _place(query, keys, each))
    known = {number_key(project.number) for project in found}
    absent = [key for key in keys if key not in known]
    if not query.numbers and (not found or (absent and not _surely_numbers(query))):
        return None
    missing = (*(_in_kanji(query).get(key, key) for key in absent), *words)
    hits = [Hit(project, 1.0, ("number",), missing=missing, why=(Listed("number"),)) for project in found]
    return SearchResult(query, len(hits), tuple(hits[query.offset : query.offset + query.limit]))


def _in_kanji(query: Query) -> dict[str, str]:
    """The numerals in kanji that were put in digits, by what they were made."""
    typed = KANJI.findall(query.text) if query.as_typed else ()
    return {in_digits(number): number for number in typed}


def _numbers_typed(query: Query) -> tuple[str, ...]:
    """Keys of the words typed, when each of them has a digit in it."""
    only = not (query.alternatives or query.phrases or query.excluded)
    numbers = all(any(map(str.isdigit, term)) for term in query.terms)
    return tuple(dict.fromkeys(map(number_key, query.terms))) if only and numbers else ()


def _surely_numbers(query: Query) -> bool:
    """Whether words with digits are meant as numbers although there is no project for one of them."""
    return all(map(str.isdecimal, query.terms)) and not _AMOUNT.fullmatch(query.text.strip())


def _place(query: Query, keys: Sequence[str], project: Project) -> tuple[int, int, bool, int]:
    """As typed, newest first; of numbers with one key the one that is spelled as typed first."""
    spelled = re.search(rf"(?<![0-9A-Za-z-]){re.escape(project.number)}(?![0-9A-Za-z-])", query.text)
    return keys.index(number_key(project.number)), -project.fiscal_year, not spelled, project.id


def _number_beside_words(db: Database, query: Query) -> SearchResult | None:
    """Projects with a number typed among the words, which say the others (`11 スマートシティ`)."""
    digits = [term for term in query.terms if term.isdecimal()]
    rest = tuple(term for term in query.terms if not term.isdecimal())
    if not (digits and (rest or query.phrases)) or query.numbers:
        return None
    found = _by_words(db, replace(query, terms=rest, numbers=tuple(map(number_key, digits))))
    return replace(found, query=query) if found.total else None


def _by_words(db: Database, query: Query) -> SearchResult:
    analysed = of_years(analyse(db, query))
    narrowed = with_section_as_filter(db, analysed)
    if not analysed.wanted or (narrowed and not narrowed.wanted):
        return listing.listed(db, narrowed or analysed)
    ranking = _ranking(db, analysed, narrowed)
    if not _is_named(ranking) and (section := called_in_short(db, analysed)):
        return listing.listed(db, section)
    if not ranking.total:
        guesses = suggest(db, analysed.wanted, lambda terms: _best(db, analysed, terms))
        if guesses:
            return SearchResult(query, suggestions=guesses)
        ranking = minimum_should_match.most_of(db, analysed, of_compound=True) or ranking
    page = hits.page(db, ranking, offset=query.offset, limit=query.limit)
    return SearchResult(query, ranking.total, page, at_least=ranking.at_least)


def _is_named(ranking: Ranking) -> bool:
    """Whether what was found says it in a name or as its section, and not only in a text."""
    return any({"name", "section"} & {*said} for each in ranking.scored[:1] for said in each.matches)


def _ranking(db: Database, analysed: AnalysedQuery, narrowed: AnalysedQuery | None) -> Ranking:
    """The first of the ways to answer that finds something, the strictest first."""
    ways: tuple[Callable[[], Ranking | None], ...] = (
        lambda: _all_of(db, narrowed) if narrowed else None,
        lambda: minimum_should_match.with_the_nearest(db, analysed, _all_of(db, analysed)),
        lambda: _all_of(db, together) if (together := joined(db, analysed)) else None,
        lambda: proximity.near_each_other(db, analysed),
        lambda: None if _looks_alike(db, analysed) else minimum_should_match.most_of(db, analysed),
    )
    for way in ways:
        if (ranking := way()) and ranking.total:
            return ranking
    return Ranking(analysed.wanted, (), 0)


def _looks_alike(db: Database, analysed: AnalysedQuery) -> bool:
    """Whether a word that nobody says is only typed with characters that look like the right ones."""
    return any(next(look_alikes(db, term.text), None) for term in analysed.wanted if not term.interpretations)


def _all_of(db: Database, analysed: AnalysedQuery) -> Ranking | None:
    """Projects that say every term."""
    if not all(term.interpretations for term in analysed.wanted):
        return None
    fewest = VERIFIED if analysed.query.phrases else SCORED
    wanted = max(fewest, analysed.query.offset + analysed.query.limit)
    found = candidates(db, analysed.wanted, analysed.excluded, analysed.filters, wanted=wanted)
    scored = hits.rank(db, analysed.wanted, found.rows[:wanted])
    if analysed.query.phrases:
        scored = hits.verbatim(db, scored, analysed.query.phrases)
        return Ranking(analysed.wanted, tuple(scored), len(scored))
    return Ranking(analysed.wanted, tuple(scored), found.total, found.at_least)


def _best(
    db: Database, analysed: AnalysedQuery, terms: Sequence[QueryTerm]
) -> tuple[Project, float, list[str]] | None:
    """The project that says all of `terms` best, and how it words each."""
    ranking = _all_of(db, replace(analysed, wanted=tuple(terms)))
    if not ranking or not ranking.scored:
        return None
    best = ranking.scored[0]
    project = db.snapshot.projects([best.id])[best.id]
    return project, best.score, [hits.wording(db, project, said) for said in best.matches]


__all__ = ["search", "similar"]
