"""How a query is answered: STRATEGIES, in this order; the first that finds something answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from store import projects
from store.database import Database
from store.records import FIELDS, Attempt, Hit, Listed, Project, Query, SearchResult, Suggestion
from store.search import best_match, hits, meaning, minimum_should_match, proximity
from store.search.analysis import (
    AnalysedQuery,
    analyse,
    called_in_short,
    joined,
    of_years,
    with_section_as_filter,
)
from store.search.did_you_mean import suggest
from store.search.hits import Ranking
from store.search.matching import candidates
from store.search.spelling import look_alikes
from store.search.terms import QueryTerm, any_term
from store.search.tuning import TUNING
from store.text.asking import core
from store.text.display import display
from store.text.normalize import alnum_key
from store.text.numbers import KANJI, are_numbers, in_digits, number_key
from store.text.wareki import fiscal_year_name

_AMOUNT = re.compile(r"\d{1,3}(?:[,，]\d{3})+")  # unless all of them are numbers of projects
_BETWEEN = "p.number_key NOT GLOB '*[^0-9]*' AND CAST(p.number_key AS INTEGER) BETWEEN {:d} AND {:d}"
_NOT_SAYING = "p.id NOT IN (SELECT rowid FROM search_words WHERE search_words MATCH :excluded)"


Value = TypeVar("Value")


class _once(Generic[Value]):  # noqa: N801
    """A property worked out at its first use; `cached_property` of 3.11 lets one thread at a time do so."""

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self.make, self.name = make, make.__name__

    def __get__(self, instance: Any, owner: type) -> Value:
        value: Value = self.make(instance)
        instance.__dict__[self.name] = value
        return value


class Search:
    """One query while it is answered: what several strategies need is worked out once.

    `words` is the query with numerals in kanji left as words (七): so it is read once no project has that
    number. `attempts` records the strategies tried.
    """

    def __init__(self, db: Database, query: Query) -> None:
        self.db, self.query = db, query
        self.words = (
            replace(query, terms=query.as_typed, as_typed=(), number_range=None) if query.as_typed else query
        )
        self.attempts: list[Attempt] = []

    @_once
    def asked(self) -> AnalysedQuery:
        """The query's words and filters, looked up."""
        return of_years(analyse(self.db, self.words))

    @_once
    def narrowed(self) -> AnalysedQuery | None:
        """The same with a section named beside other words as a filter; None where none is named."""
        return with_section_as_filter(self.db, self.asked)

    @_once
    def listing(self) -> AnalysedQuery | None:
        """What is asked for by filters alone; None where there are words to look for."""
        asked = self.narrowed or self.asked
        return None if asked.wanted else asked

    @_once
    def analysed(self) -> AnalysedQuery:
        """What the strategies of words look for; no words where only filters are meant."""
        return self.listing or self.asked

    @_once
    def all_terms(self) -> Ranking | None:
        """The projects that say every term; None where some term is said by none."""
        return _saying_all(self.db, self.analysed)


class Strategy(NamedTuple):
    """A way to answer; `answer` gives None where it does not apply. `reason` says what it is there for."""

    name: str
    answer: Callable[[Search], SearchResult | None]
    reason: str


def answer(search: Search) -> SearchResult:
    """The result of the first strategy that finds projects or guesses; without either when none does."""
    for name, find, _ in STRATEGIES:
        result = find(search)
        found = None if result is None else result.total or len(result.suggestions)
        search.attempts.append(Attempt(name, found))
        if result is not None and found:
            return replace(result, answered_by=name)
    return SearchResult(search.words)


def _asking_words_as_words(search: Search) -> SearchResult | None:
    """The answer with the words that ask, if a name goes so, or if they may as well be words to look for."""
    query = search.query
    if not query.in_full:
        return None
    found = answer(Search(search.db, query.in_full))
    if not found.hits or found.hits[0].missing:
        return None
    name = alnum_key(display(found.hits[0].project.name))
    return found if not query.certain or alnum_key(core(query.text).removesuffix("は")) in name else None


def _with_asking_words(search: Search) -> SearchResult | None:
    """The answer with the words that ask, where what is asked of is no number and of no year."""
    query = search.query
    is_number = query.numbers or query.number_range or are_numbers(query.terms)
    is_elsewhere = search.analysed.filters.sections == frozenset()  # of an office that no list has
    if not query.in_full or is_number or query.fiscal_years or is_elsewhere:
        return None
    found = answer(Search(search.db, query.in_full))
    return found if found.hits else None


def _year_as_words(search: Search) -> SearchResult | None:
    """The answer with the year as a word, if a project's name, or a passage of it, goes as was typed."""
    query = search.query
    if not (query.as_words and query.rest):
        return None
    found = answer(Search(search.db, query.as_words))
    typed = alnum_key(query.text)
    if not found.hits:
        return None
    fields = FIELDS if len(typed) > TUNING.reading.passage else ("name",)
    project = found.hits[0].project
    is_said = any(typed in alnum_key(display(getattr(project, field))) for field in fields)
    return replace(found, query=query) if is_said else None


def _numbers(search: Search) -> SearchResult | None:
    query = search.query
    keys = query.numbers or _numbers_typed(query)
    if not keys or (query.numbers and _words_of(query)):
        return None
    found, absent = _numbered(search, keys)
    if not query.numbers and (not found or (absent and not _surely_numbers(query))):
        return SearchResult(query)
    return _listed_numbers(query, found, tuple(_in_kanji(query).get(key, key) for key in absent))


def _number_range(search: Search) -> SearchResult | None:
    if not search.query.number_range:
        return None
    asked = _only_filters(search)
    where = [_BETWEEN.format(*search.query.number_range), *filter(None, [asked.filters.sql])]
    order = "CAST(p.number_key AS INTEGER), p.id"
    found = _page(search.db, asked, where, order=order, matched="number", by="number range")
    return replace(found, query=search.query)


def _filters(search: Search) -> SearchResult | None:
    return _listed(search.db, search.listing) if search.listing else None


def _section_and_terms(search: Search) -> SearchResult | None:
    if search.listing or not search.narrowed:
        return None
    return _ranked(search, _saying_all(search.db, search.narrowed))


def _section_in_short(search: Search) -> SearchResult | None:
    """Unless a name or a section says it as it is typed, and not only a text."""
    section = called_in_short(search.db, search.analysed)
    if not section:
        return None
    ranking = search.all_terms
    first = ranking.scored[:1] if ranking else ()
    is_named = any({"name", "section"} & {*fields} for each in first for fields in each.matches)
    return None if is_named else _listed(search.db, section)


def _near_sentences(search: Search) -> SearchResult | None:
    """Records share sentences: those that do must not hide the project that words it a little otherwise."""
    found, asked = search.all_terms, search.analysed
    if not found or not found.total or not asked.is_question:
        return None
    if any("name" in fields for each in found.scored for fields in each.matches):
        return None
    parts = best_match.word_by_word(asked.wanted)
    if len(parts) <= TUNING.partial.full_share_up_to:
        return None
    nearest = minimum_should_match.most_of(search.db, asked, parts, is_sentence=True)
    return _ranked(search, nearest) if nearest and nearest.total > found.total else None


def _all_terms(search: Search) -> SearchResult | None:
    return _ranked(search, search.all_terms)


def _joined_terms(search: Search) -> SearchResult | None:
    together = joined(search.db, search.analysed)
    return _ranked(search, _saying_all(search.db, together)) if together else None


def _proximity(search: Search) -> SearchResult | None:
    return _ranked(search, proximity.near_each_other(search.db, search.analysed))


def _number_beside_words(search: Search) -> SearchResult | None:
    """Projects with a number typed among the words, which say the others (`11 スマートシティ`)."""
    query = search.words
    digits = [term for term in query.terms if term.isdecimal()]
    rest = tuple(term for term in query.terms if not term.isdecimal())
    if not (digits and (rest or query.phrases)) or query.numbers:
        return None
    numbers = tuple(map(number_key, digits))
    found = answer(Search(search.db, replace(query, terms=rest, numbers=numbers, as_words=None)))
    return replace(found, query=query) if found.answered_by != NUMBERS_ALONE and found.total else None


def _most_terms(search: Search) -> SearchResult | None:
    asked = search.analysed
    if len(asked.wanted) < 2 or asked.is_question or _looks_alike(search):
        return None
    return _ranked(search, minimum_should_match.most_of(search.db, asked, asked.wanted, is_sentence=False))


def _best_match(search: Search) -> SearchResult | None:
    asked = search.analysed
    if not asked.is_question or _looks_alike(search):
        return None
    parts = best_match.word_by_word(asked.wanted)
    return _ranked(search, minimum_should_match.most_of(search.db, asked, parts, is_sentence=True))


def _numbers_alone(search: Search) -> SearchResult | None:
    query = search.query
    words = _words_of(query)
    if not (query.numbers and words):
        return None
    found, absent = _numbered(search, query.numbers)
    return _listed_numbers(query, found, (*absent, *words))


def _other_years(search: Search) -> SearchResult | None:
    """Without a score, so that none is taken for what was meant: a year was named."""
    query = search.query
    if not query.as_words:
        return None
    offered: list[Suggestion] = []
    for year in search.db.snapshot.fiscal_years:
        if year in query.fiscal_years:
            continue
        other = replace(query, fiscal_years=(year,), limit=1, offset=0, as_words=None)
        found, name = answer(Search(search.db, other)), fiscal_year_name(year)
        if found.hits and not found.hits[0].missing:
            text = f"{name} {query.rest}".strip()
            offered.append(Suggestion(text, found.hits[0].project.number, year, by="year"))
        else:
            near = found.suggestions[:1]
            offered += [replace(guess, text=f"{name} {guess.text}", score=0.0) for guess in near]
    return SearchResult(search.words, suggestions=tuple(offered[: TUNING.reading.other_years]))


def _did_you_mean(search: Search) -> SearchResult | None:
    if search.query.numbers:
        return None  # another number is another thing
    guesses = suggest(search.db, search.analysed.wanted, partial(_best, search.db, search.analysed))
    return SearchResult(search.words, suggestions=guesses)


def _most_words(search: Search) -> SearchResult | None:
    asked = search.analysed
    words = best_match.word_by_word(asked.wanted)
    is_sentence = asked.is_question or len(words) >= TUNING.partial.long_compound
    if not is_sentence and len(asked.wanted) < 2:
        return None
    parts = words if is_sentence else asked.wanted
    return _ranked(search, minimum_should_match.most_of(search.db, asked, parts, is_sentence=is_sentence))


def _meaning(search: Search) -> SearchResult | None:
    """Without a score, so that none is opened as what was meant: no project has the words."""
    query, asked = search.query, search.analysed
    narrows = query.numbers or query.phrases or query.excluded or asked.filters.sql
    text = " ".join(term.text for term in asked.wanted)
    if narrows or not text:
        return None
    near = meaning.offered(search.db, text)
    guesses = [
        Suggestion(
            display(each.project.name),
            each.project.number,
            each.project.fiscal_year,
            by="meaning",
            sentence=each.text,
        )
        for each in near
    ]
    return SearchResult(search.words, suggestions=tuple(guesses))


NUMBERS_ALONE = "numbers alone"

STRATEGIES: tuple[Strategy, ...] = (
    Strategy(
        "asking words as words", _asking_words_as_words, "行政評価の成果 may be a part of a project's name"
    ),
    Strategy("year as words", _year_as_words, "令和4年度 may be part of a project's name"),
    Strategy("numbers", _numbers, "11, No.11, 12と11: those projects, as typed"),
    Strategy("number range", _number_range, "11〜15, unless a project's number looks like that"),
    Strategy("filters", _filters, "課:企画経営課, 企画経営課の事業一覧: the list of what they let through"),
    Strategy(
        "section and terms", _section_and_terms, "情報政策課 電子申請: a section named in full is a filter"
    ),
    Strategy("section in short", _section_in_short, "統計課 is the one section with 統計 in its name"),
    Strategy("near sentences", _near_sentences, "a sentence that records share, and those near to it"),
    Strategy("all terms", _all_terms, "every term is said"),
    Strategy("joined terms", _joined_terms, "パブ コメ is one word"),
    Strategy("proximity", _proximity, "the parts of a compound near each other: 図柄ナンバー"),
    Strategy("number beside words", _number_beside_words, "11 スマートシティ: the words narrow the number"),
    Strategy("most terms", _most_terms, "most of several terms, by rarity"),
    Strategy("best match", _best_match, "most words of a sentence, by rarity, the nearest wording first"),
    Strategy(NUMBERS_ALONE, _numbers_alone, "No.11 統計, which 11 does not say: the words are missing"),
    Strategy("other years", _other_years, "another year has it than the one named"),
    Strategy("with asking words", _with_asking_words, "nobody says what is asked of, but words near to it"),
    Strategy("did you mean", _did_you_mean, "misspelled terms, and names near to what was typed"),
    Strategy("most words", _most_words, "most words of a compound, which is tried last lest it hide a slip"),
    Strategy("meaning", _meaning, "姉妹都市, where no record has the word: projects near in meaning"),
)
"""The ways to answer, the strictest first; the only place that decides how a query is answered."""


def _ranked(search: Search, ranking: Ranking | None) -> SearchResult | None:
    """The page asked for of a ranking."""
    if not ranking or not ranking.total:
        return None if ranking is None else SearchResult(search.words)
    query = search.words
    page = hits.page(search.db, ranking, offset=query.offset, limit=query.limit)
    return SearchResult(query, ranking.total, page, at_least=ranking.at_least)


def _saying_all(db: Database, asked: AnalysedQuery) -> Ranking | None:
    """Projects that say every term; None where some term has no interpretation."""
    if not asked.wanted or not all(term.interpretations for term in asked.wanted):
        return None
    fewest = TUNING.candidates.verified if asked.query.phrases else TUNING.candidates.scored
    wanted = max(fewest, asked.query.offset + asked.query.limit)
    found = candidates(db, asked.wanted, asked.excluded, asked.filters, wanted=wanted)
    scored = hits.rank(db, asked.wanted, found.rows[:wanted])
    if asked.query.phrases:
        scored = hits.verbatim(db, scored, asked.query.phrases)
        return Ranking(asked.wanted, tuple(scored), len(scored))
    return Ranking(asked.wanted, tuple(scored), found.total, found.at_least)


def _best(
    db: Database, asked: AnalysedQuery, terms: Sequence[QueryTerm]
) -> tuple[Project, float, list[str]] | None:
    """The project that says all of `terms` best, its score, and how it words each."""
    ranking = _saying_all(db, replace(asked, wanted=tuple(terms)))
    if not ranking or not ranking.scored:
        return None
    best = ranking.scored[0]
    project = db.snapshot.projects([best.id])[best.id]
    return project, best.score, [hits.wording(db, project, fields) for fields in best.matches]


def _looks_alike(search: Search) -> bool:
    """Whether a term that nobody says is only typed with characters that look like the right ones."""
    unsaid = (term.text for term in search.analysed.wanted if not term.interpretations)
    return any(next(look_alikes(search.db, text), None) for text in unsaid)


def _words_of(query: Query) -> tuple[str, ...]:
    return (*query.terms, *chain(*query.alternatives), *query.phrases)


def _numbers_typed(query: Query) -> tuple[str, ...]:
    """Keys of the words typed, when each of them has a digit in it."""
    only = not (query.alternatives or query.phrases or query.excluded)
    numbers = all(any(map(str.isdigit, term)) for term in query.terms)
    return tuple(dict.fromkeys(map(number_key, query.terms))) if only and numbers else ()


def _surely_numbers(query: Query) -> bool:
    """Whether words with digits are meant as numbers although there is no project for one of them."""
    return all(map(str.isdecimal, query.terms)) and not _AMOUNT.fullmatch(query.text.strip())


def _in_kanji(query: Query) -> dict[str, str]:
    """The numerals in kanji that were put in digits, by what they were made."""
    typed = KANJI.findall(query.text) if query.as_typed else ()
    return {in_digits(number): number for number in typed}


def _numbered(search: Search, keys: Sequence[str]) -> tuple[list[Project], list[str]]:
    """The projects with these number keys that the filters let through, as typed; the keys of none."""
    marks = ",".join("?" * len(keys))
    where = " AND ".join(filter(None, (f"p.number_key IN ({marks})", _only_filters(search).filters.sql)))
    rows = search.db.conn.execute(f"{projects.SELECT} WHERE {where}", keys)
    found = sorted(map(projects.from_row, rows), key=partial(_place, search.query, keys))
    known = {number_key(project.number) for project in found}
    return found, [key for key in keys if key not in known]


def _place(query: Query, keys: Sequence[str], project: Project) -> tuple[int, int, bool, int]:
    """As typed, newest first; of numbers with one key the one that is spelled as typed first."""
    spelled = re.search(rf"(?<![0-9A-Za-z-]){re.escape(project.number)}(?![0-9A-Za-z-])", query.text)
    return keys.index(number_key(project.number)), -project.fiscal_year, not spelled, project.id


def _listed_numbers(query: Query, found: Sequence[Project], missing: tuple[str, ...]) -> SearchResult:
    by_number = [Hit(each, 1.0, ("number",), missing=missing, why=(Listed("number"),)) for each in found]
    return SearchResult(query, len(found), tuple(by_number[query.offset : query.offset + query.limit]))


def _only_filters(search: Search) -> AnalysedQuery:
    """The query's filters without its words and numbers."""
    bare = replace(search.query, terms=(), alternatives=(), phrases=(), numbers=())
    return analyse(search.db, bare)


def _listed(db: Database, asked: AnalysedQuery) -> SearchResult:
    """What the filters let through, less what is excluded."""
    filters = asked.filters
    if not filters.sql:
        return SearchResult(asked.query)
    field = "section" if filters.sections is not None else "fiscal_year"
    return _page(db, asked, [filters.sql], order="p.id", matched=field, by="filters")


def _page(
    db: Database,
    asked: AnalysedQuery,
    conditions: Sequence[str],
    *,
    order: str,
    matched: str,
    by: Literal["number range", "filters"],
) -> SearchResult:
    """The page asked for of the projects that meet all conditions and say nothing excluded, newest first."""
    excluded = any_term(asked.excluded)
    where = " AND ".join([*conditions, *([_NOT_SAYING] if excluded else [])])
    given, query = {"excluded": excluded}, asked.query
    (total,) = db.conn.execute(f"SELECT count(*) FROM projects p WHERE {where}", given).fetchone()
    rows = db.conn.execute(
        f"{projects.SELECT} WHERE {where} ORDER BY p.fiscal_year DESC, {order} LIMIT :limit OFFSET :offset",
        {**given, "limit": query.limit, "offset": query.offset},
    )
    listed = tuple(Hit(projects.from_row(row), 1.0, (matched,), why=(Listed(by),)) for row in rows)
    return SearchResult(query, total, listed)
