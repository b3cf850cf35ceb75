"""Query -> SearchResult: STRATEGIES, in this order; the first that finds something answers.

`search` answers a query, `explain` says also how that came about.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate, chain, groupby, starmap
from typing import NamedTuple, TypeVar

from store.database import Database
from store.index import synonyms
from store.index.catalog import OF_SECTIONS
from store.index.snapshot import Memo, once
from store.index.tuning import TUNING
from store.records import (
    FIELDS,
    Attempt,
    MatchType,
    Project,
    Query,
    Reading,
    SearchResult,
    Suggestion,
    TermReadings,
    Trace,
)
from store.search import filtering, meaning, minimum_should_match, relevance, suggestions
from store.search.expansion import Interpretation, QueryTerm, expand, listed_phrases
from store.search.ranking import (
    AnalysedQuery,
    Filters,
    Ranking,
    ScoredHit,
    candidates,
    hits_on_page,
    rank,
    verbatim,
    wording,
)
from store.search.related import similar
from store.search.suggestions import look_alikes, suggest
from store.text.asking import core
from store.text.display import display
from store.text.morphology import units
from store.text.normalize import alnum_key, has_kanji, is_kana, is_latin
from store.text.numbers import fiscal_year_name, number_key

_QUOTES = "'\""
_CODE = set("=<>{};\\`$")  # signs of a program's text, not of a name
_PARTICLES = frozenset("のがでは")  # one of these stands between an office and what is asked of it

Value = TypeVar("Value")


def search(db: Database, query: Query, *, offers_near: bool = True, whole: bool = False) -> SearchResult:
    """Find the projects that answer `query`; `took_ms` is the time spent here.

    Where nothing does, those near in meaning are offered, unless the caller has no use for them. `whole`:
    only what says all of the query is of use, not most of it, and no guesses.
    """
    return _answered(Search(db, query, offers_near=offers_near, whole=whole))


def explain(db: Database, query: Query) -> tuple[SearchResult, Trace]:
    """The same, with the strategies that were tried and what each term was taken to mean."""
    searched = Search(db, query)
    result = _answered(searched)
    with db.reading():
        terms = tuple(
            TermReadings(
                term.text,
                tuple(
                    Reading(by, found.match_type, found.phrases, found.projects)
                    for by, found in zip(term.by, term.interpretations, strict=True)
                ),
            )
            for term in searched.analysed.wanted
        )
    return result, Trace(tuple(starmap(Attempt, searched.attempts)), terms)


def _answered(searched: Search) -> SearchResult:
    started = time.perf_counter()
    db, query = searched.db, searched.query
    with db.reading():
        result = answer(searched)
        if not result.hits:
            is_filtered = query.sections or query.departments or query.fiscal_years or query.in_full
            absent = filtering.unknown(db, query) if is_filtered else ()
            result = replace(result, unknown=absent, listed=db.snapshot.fiscal_years)
    return replace(result, took_ms=(time.perf_counter() - started) * 1000)


class Search:
    """One query while it is answered: what several strategies need is worked out once.

    `words` is the query with numerals in kanji left as words (七): so it is read once no project has that
    number. `attempts` records the strategies tried, with what each found.
    """

    def __init__(self, db: Database, query: Query, *, offers_near: bool = True, whole: bool = False) -> None:
        query = filtering.with_known_columns(db, query) if query.columns else query
        self.db, self.query, self.offers_near, self.whole = db, query, offers_near, whole
        self.words = (
            replace(query, terms=query.as_typed, as_typed=(), number_range=None) if query.as_typed else query
        )
        self.attempts: list[tuple[str, int | None]] = []

    @once
    def asked(self) -> AnalysedQuery:
        """The query's words and filters, looked up."""
        return _of_years(analyse(self.db, self.words))

    @once
    def narrowed(self) -> AnalysedQuery | None:
        """The same with a section named beside other words as a filter; None where none is named."""
        asked = self.asked
        if not asked.query.in_full and len(asked.wanted) < 2 and _PARTICLES.isdisjoint(asked.text):
            return None  # a lone word names nothing beside an office
        return filtering.with_section_as_filter(self.db, asked)

    @once
    def listing(self) -> AnalysedQuery | None:
        """What is asked for by filters alone; None where there are words to look for."""
        asked = self.narrowed or self.asked
        return None if asked.wanted else asked

    @once
    def analysed(self) -> AnalysedQuery:
        """What the strategies of words look for; no words where only filters are meant."""
        return self.listing or self.asked

    @once
    def all_terms(self) -> Ranking | None:
        """The projects that say every term; None where some term is said by none.

        A text that says what only a dictionary calls the same may mean something else (see `otherwise`).
        """
        return None if self.otherwise else self._saying_all

    @once
    def otherwise(self) -> list[int]:
        """Row ids of the projects that say it only as a dictionary does, and answer nothing: else none.

        A word has several senses (タイヤチェーン is a チェーン, ブロックチェーン too), and a text says one in
        passing (くじ引き is a festival's 抽選). They must be near in meaning; of a lone word, one of them
        must be the nearest, whether or not it says so.
        """
        found, asked = self._saying_all, self.analysed
        if (
            not found
            or not found.scored
            or not all(_is_by_dictionary(self.db, term) for term in asked.wanted)
        ):
            return []
        if any({"name", "section"} & {*fields} for fields in found.scored[0].matches):
            return []
        ids = [each.id for each in found.scored]
        alone = None if self.near.is_narrowed else relevance.of_word(self.db, asked.text, ids)
        near = alone or self.near
        is_meant = near.is_offered and (not alone or near.found[0].id in ids)
        return [] if is_meant or not near.found else ids

    @once
    def _saying_all(self) -> Ranking | None:
        """The same, whoever calls the words alike.

        Those that say it in other words only are many a time about something else: meaning has a say in their
        order.
        """
        asked, found = self.analysed, _saying_all(self.db, self.analysed)
        if not found or not all(map(_is_said_otherwise, asked.wanted)):
            return found
        return replace(found, scored=tuple(meaning.reranked(self.db, asked.text, found.scored)))

    @once
    def most(self) -> Ranking | None:
        """The projects that say most of the terms or, of a sentence or a long compound, of their words."""
        asked = self.analysed
        words = minimum_should_match.word_by_word(asked.wanted)
        is_sentence = asked.is_question or len(words) >= TUNING.partial.long_compound
        parts = words if is_sentence else asked.wanted
        return minimum_should_match.most_of(self.db, asked, parts, is_sentence=is_sentence)

    @once
    def wording(self) -> dict[int, float]:
        """How near the wording of projects is that say some of it: 1 for the nearest, which comes first."""
        asked = self.analysed
        parts = minimum_should_match.word_by_word(asked.wanted)
        said = minimum_should_match.nearest_wording(self.db, asked, parts, is_sentence=True)
        return {
            each.id: each.score / (said[0].score or 1.0) for each in said[: TUNING.relevance.said_in_part]
        }

    @once
    def near(self) -> relevance.Nearness:
        """The projects near to it by words and meaning together."""
        asked, query = self.analysed, self.analysed.query
        is_narrowed = bool(query.numbers or query.phrases or query.excluded or asked.filters.sql)
        is_narrowed |= bool(self.db.snapshot.offices.resolver.spans(asked.text))  # an office is no topic
        parts = minimum_should_match.word_by_word(asked.wanted)
        return relevance.nearness(self.db, asked.text, parts, [*self.wording], is_narrowed=is_narrowed)

    @once
    def related(self) -> Related:
        """The projects that say what has to do with a word that none says."""
        return _saying_related(self)


class Strategy(NamedTuple):
    """A way to answer; `answer` gives None where it does not apply. `reason` says what it is there for."""

    name: str
    answer: Callable[[Search], SearchResult | None]
    reason: str


def answer(search: Search) -> SearchResult:
    """The result of the first strategy that finds projects or guesses; without either when none does."""
    for name, find, _ in STRATEGIES:
        if search.whole and name == IN_PART:
            break
        result = find(search)
        found = None if result is None else result.total or len(result.suggestions)
        search.attempts.append((name, found))
        if result is not None and found:
            return replace(result, answered_by=name)
    return SearchResult(search.words)


def _asking_words_as_words(search: Search) -> SearchResult | None:
    """The answer when the words that ask are looked for too: a name has them, or they may be topics."""
    query = search.query
    if not query.in_full:
        return None
    found = answer(Search(search.db, query.in_full))
    if not found.hits or found.hits[0].missing:
        return None
    name = alnum_key(display(found.hits[0].project.name))
    return found if not query.certain or alnum_key(core(query.text).removesuffix("は")) in name else None


def _year_as_words(search: Search) -> SearchResult | None:
    """The answer with the year as a word, if a project's name, or a passage of it, goes as was typed."""
    query = search.query
    is_listed = not set(query.fiscal_years).isdisjoint(search.db.snapshot.fiscal_years)
    if not query.as_words or not (query.rest or not is_listed):
        return None
    found = answer(Search(search.db, query.as_words))
    typed = alnum_key(query.text)
    if not found.hits:
        return None
    fields = FIELDS if len(typed) > TUNING.reading.passage or not query.rest else ("name",)
    project = found.hits[0].project
    is_said = any(typed in alnum_key(display(getattr(project, field))) for field in fields)
    return replace(found, query=query) if is_said else None


def _numbers(search: Search) -> SearchResult | None:
    query = search.query
    keys = query.numbers or _numbers_typed(query)
    if not keys or (query.numbers and _words_of(query)):
        return None
    return filtering.by_numbers(search.db, query, keys, _only_filters(search).filters)


def _number_range(search: Search) -> SearchResult | None:
    if not search.query.number_range:
        return None
    found = filtering.in_range(search.db, _only_filters(search), *search.query.number_range)
    return replace(found, query=search.query)


def _filters(search: Search) -> SearchResult | None:
    return filtering.by_filters(search.db, search.listing) if search.listing else None


def _section_and_terms(search: Search) -> SearchResult | None:
    if search.listing or not search.narrowed:
        return None
    return _ranked(search, _saying_all(search.db, search.narrowed))


def _section_in_short(search: Search) -> SearchResult | None:
    """The list of a section named in short, unless a project's name or section has the term as typed."""
    is_short = search.analysed.text.endswith(OF_SECTIONS)
    section = filtering.called_in_short(search.db, search.analysed) if is_short else None
    if not section:
        return None
    ranking = search.all_terms
    first = ranking.scored[:1] if ranking else ()
    is_named = any({"name", "section"} & {*fields} for each in first for fields in each.matches)
    return None if is_named else filtering.by_filters(search.db, section)


def _near_sentences(search: Search) -> SearchResult | None:
    """Projects that share a sentence must not hide the one that words it slightly otherwise."""
    found, asked = search.all_terms, search.analysed
    if not found or not found.total or not asked.is_question:
        return None
    if any("name" in fields for each in found.scored for fields in each.matches):
        return None
    parts = minimum_should_match.word_by_word(asked.wanted)
    if len(parts) <= TUNING.partial.full_share_up_to:
        return None
    nearest = minimum_should_match.most_of(search.db, asked, parts, is_sentence=True)
    return _ranked(search, nearest) if nearest and nearest.total > found.total else None


def _all_terms(search: Search) -> SearchResult | None:
    """The projects that have every term; below them those that have one only in another column."""
    result = _ranked(search, search.all_terms)
    if not result or result.at_least or not 0 < result.total <= TUNING.candidates.plain:
        return result
    has_cells = search.db.snapshot.cell_texts.joined
    more = filtering.in_cells(search.db, search.analysed) if has_cells else ()
    if not more:
        return result
    behind = more[max(0, search.words.offset - result.total) :][: search.words.limit - len(result.hits)]
    return replace(
        result, total=result.total + len(more), hits=(*result.hits, *filtering.cell_hits(search.db, behind))
    )


def _column_words(search: Search) -> SearchResult | None:
    found, query = filtering.in_cells(search.db, search.analysed), search.words
    page = found[query.offset : query.offset + query.limit]
    return SearchResult(query, len(found), filtering.cell_hits(search.db, page)) if found else None


def _mark(search: Search) -> SearchResult | None:
    only = not (search.query.alternatives or search.query.phrases or search.query.excluded)
    return filtering.by_mark(search.db, search.analysed) if only else None


def _joined_terms(search: Search) -> SearchResult | None:
    together = _joined(search.db, search.analysed)
    return _ranked(search, _saying_all(search.db, together)) if together else None


def _proximity(search: Search) -> SearchResult | None:
    found = minimum_should_match.near_each_other(search.db, search.analysed)
    if not found or not (found.named or found.said or found.apart):
        return None  # for a slip of spelling nobody needs what is near
    return _ranked(search, search.near.of_compound(found))


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
    if len(search.analysed.wanted) < 2 or search.analysed.is_question or _looks_alike(search):
        return None
    ranking = search.most
    if not ranking or not ranking.scored:
        return None
    terms, best = search.analysed.wanted, ranking.scored[0]
    is_meant = _says_rarest(terms, best) or _is_named_by_rest(terms, best) or search.near.is_answer(ranking)
    return _ranked(search, ranking) if is_meant else None


def _best_match(search: Search) -> SearchResult | None:
    if not search.analysed.is_question or _looks_alike(search):
        return None
    return _if_meant(search)


def _numbers_alone(search: Search) -> SearchResult | None:
    query = search.query
    words = _words_of(query)
    if not (query.numbers and words):
        return None
    return filtering.by_numbers_alone(search.db, query, words, _only_filters(search).filters)


def _other_years(search: Search) -> SearchResult | None:
    """Suggestions of other years; without a score, so that none is opened at once: the year was named."""
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


def _is_said(word: QueryTerm) -> bool:
    return bool(word.projects)


def _says_rarest(terms: Sequence[QueryTerm], best: ScoredHit) -> bool:
    """Whether a hit says all but one of several terms that are all said, which is not the rarest."""
    if not all(term.projects for term in terms) or sum(map(bool, best.matches)) < len(terms) - 1:
        return False
    rarest = min(range(len(terms)), key=lambda at: terms[at].projects)
    return bool(best.matches[rarest])


def _is_named_by_rest(terms: Sequence[QueryTerm], best: ScoredHit) -> bool:
    """Whether a hit's name has two terms or more, all that any project says: トマホーク 取得 フラダンス."""
    if len(best.matches) != len(terms):
        return False  # it was ranked by the words of long terms
    said = [fields for term, fields in zip(terms, best.matches, strict=True) if term.projects]
    return len(said) > 1 and all("name" in fields for fields in said)


def _if_meant(search: Search) -> SearchResult | None:
    """The projects that say most of it, if the first is what is meant, and has not only what is left over.

    Else None: those that are near are offered, once it is no slip of spelling either.
    """
    if not search.most or not search.near.is_answer(search.most):
        return None
    ranking = search.near.reordered(search.most)
    if not search.near.is_answer(ranking):
        return None
    found = search.related
    if found.share >= TUNING.relevance.related_tells and ranking.scored[0].id not in found.ids:
        return None  # 陳情 is said by none, and what has to do with it by others
    return _ranked(search, search.near.without_leftovers(ranking))


def _meaning(search: Search) -> SearchResult | None:
    """Without a score, so that none is opened as what was meant: it does not say what was typed."""
    asked = search.analysed
    if not asked.wanted or not search.offers_near:
        return None
    ids = dict.fromkeys([*search.otherwise, *search.near.offered(search.wording)])
    return _near_in_meaning(search, [*ids][: TUNING.relevance.offered], said=search.otherwise)


def _related(search: Search) -> SearchResult | None:
    """The projects that say what has to do with most of what was typed; what is near in meaning behind.

    With less of it only where meaning has one of them among the nearest, too.
    """
    if not search.offers_near:
        return None
    found, near = search.related, search.near
    is_most = found.share >= TUNING.relevance.related_covers
    if not found.ids or not (is_most or _is_near_too(search, found.ids)):
        return None
    ids = dict.fromkeys([*found.ids, *search.otherwise, *near.offered(search.wording)])
    return _near_in_meaning(search, [*ids][: TUNING.relevance.offered], said=[*found.ids, *search.otherwise])


def _is_near_too(search: Search, ids: Collection[int]) -> bool:
    """Whether meaning has one of these projects among the nearest, too."""
    near = search.near
    nearest = {each.id for each in near.found[: TUNING.relevance.offered]}
    return near.is_near(TUNING.relevance.related_if_near) and not nearest.isdisjoint(ids)


class Related(NamedTuple):
    """Projects that say what has to do with a term that none says, the nearest to all that was typed first.

    `share`: of the letters typed, what that term is.
    """

    ids: Sequence[int] = ()
    share: float = 0.0


def _saying_related(search: Search) -> Related:
    db, asked, tuned = search.db, search.analysed, TUNING.relevance
    if not asked.wanted or search.near.is_narrowed:
        return Related()
    typed = list(units(asked.text))
    ends = [*accumulate(chain.from_iterable(unit.lengths for unit in typed))]
    few = max(tuned.related_few, tuned.related_share * db.snapshot.project_count)
    named: dict[int, float] = {}
    covered = 0
    for each in synonyms.listed_in(asked.text, ends, db.snapshot.thesaurus_off, synonyms.related()):
        term = expand(db, asked.text[each.start : each.end])
        if term.interpretations and not (search.otherwise and _is_by_dictionary(db, term)):
            continue
        covered += each.end - each.start
        for other in each.others:
            found = _saying_all(db, replace(asked, wanted=(_as_written(expand(db, other)),)))
            for hit in found.scored if found and found.total <= few else ():
                is_named = any("name" in fields for fields in hit.matches)
                named[hit.id] = max(named.get(hit.id, 0.0), tuned.named if is_named else 0.0)
    if not named:
        return Related()
    parts = minimum_should_match.word_by_word(asked.wanted)
    near = relevance.nearness(db, asked.text, parts, [*named]).found
    scores = {each.id: each.score + named[each.id] for each in near if each.id in named}
    letters = sum(len(word.surface) for unit in typed for word in unit.words if word.content)
    best = sorted(scores, key=lambda each: -scores[each])[: tuned.offered]
    return Related(best, covered / max(letters, 1))


def _as_written(term: QueryTerm) -> QueryTerm:
    """A term by its own words and their synonyms alone, not by what looks or sounds like it."""
    kinds = (MatchType.EXACT, MatchType.SYNONYM)
    return replace(
        term, interpretations=tuple(way for way in term.interpretations if way.match_type in kinds)
    )


def _near_in_meaning(search: Search, ids: Sequence[int], said: Collection[int] = ()) -> SearchResult:
    """These as もしかして, each with the sentence that is nearest; without one only those of `said`."""
    near = meaning.sentences_of(search.db, search.analysed.text, ids)
    sentences, known = {each.project.id: each.text for each in near}, search.db.snapshot.projects(ids)
    guesses = [
        Suggestion(
            display(known[each].name),
            known[each].number,
            known[each].fiscal_year,
            by="meaning",
            sentence=sentences.get(each, ""),
        )
        for each in ids
        if each in sentences or each in said
    ]
    return SearchResult(search.words, suggestions=tuple(guesses))


def _part(search: Search) -> SearchResult | None:
    """The few projects that are named after a part of what was typed, or say several words of it as one.

    A lone short word in a text would be chance: 道路 of 道路の穴. Where others say the rest, only what that
    belongs to counts: ロボット of ロボットの修理. In a long list somebody is named after nearly any part, and
    meaning must have one of them near, too. What is nearest in meaning is offered beside.
    """
    asked, tuned = search.analysed, TUNING.partial
    if not search.offers_near or search.near.is_narrowed:
        return None
    words = minimum_should_match.word_by_word(asked.wanted)
    belongs_to, *rest = asked.text.split("の")
    spans = [belongs_to] if rest else []
    is_said = all(word.projects for word in words if word.names)
    is_small = search.db.snapshot.project_count <= TUNING.candidates.small_list
    if not is_said:
        runs = ("".join(word.text for word in run) for said, run in groupby(words, _is_said) if said)
        spans = [*sorted(runs, key=len, reverse=True)[:1], belongs_to, *rest]
        spans += [] if rest else _ends(asked.text)
    for span in dict.fromkeys(spans):
        if span not in asked.text:
            continue
        term = expand(search.db, span)
        is_in_short = bool(rest) and span == belongs_to and (is_latin(span) or is_kana(span[:1]))
        ways = tuple(
            way
            for way in term.interpretations
            if way.match_type is MatchType.EXACT or (is_in_short and way.match_type in _IN_SHORT)
        )
        others = len(asked.text.replace("の", "")) - len(span)
        if _letters(span, ways) < tuned.half * (_letters(span, ways) + others):
            continue
        found = _saying_all(search.db, replace(asked, wanted=(replace(term, interpretations=ways),)))
        if found and 0 < found.total <= tuned.few:
            parts = minimum_should_match.part_by_part(term) if is_said else term.words
            is_telling = len(parts) > 1 or (not is_said and _letters(span, ways) >= tuned.telling)
            named = [each.id for each in found.scored if is_telling or "name" in each.matches[0]]
            if not (is_small or is_said or _is_near_too(search, named)):
                return None
            near = search.near.first_of(TUNING.relevance.related_from)
            return _offered(search, dict.fromkeys([*named, *near])) if named else None
    return None


_IN_SHORT = (MatchType.SYNONYM, MatchType.ABBREVIATION)


def _ends(text: str) -> list[str]:
    """Its beginnings and ends that the dictionary cuts through, longest first: 研修会 of 研修|会費|用.

    Only between kanji: a piece of a word in kana or Latin letters is none. What is too long for a compound
    has none.
    """
    if len(text) > TUNING.partial.cut_up_to:
        return []
    places = {*accumulate(chain.from_iterable(unit.lengths for unit in units(text)))}
    sizes = range(len(text) - 1, max(2, math.ceil(TUNING.partial.half * len(text))) - 1, -1)
    cuts = (pair for size in sizes for pair in ((size, text[:size]), (len(text) - size, text[-size:])))
    return [part for cut, part in cuts if cut not in places and all(map(has_kanji, text[cut - 1 : cut + 1]))]


def _letters(typed: str, ways: Sequence[Interpretation]) -> int:
    """The letters of what was typed or, if there are more, of the shortest name that it is short for (UD)."""
    if not ways or ways[0].match_type is MatchType.EXACT:
        return len(typed)
    return max(len(typed), min(len(phrase.replace(" ", "")) for phrase in ways[0].phrases))


def _offered(search: Search, ids: Iterable[int]) -> SearchResult:
    """These projects as もしかして."""
    ids = list(ids)[: TUNING.relevance.offered]
    known = search.db.snapshot.projects(ids)
    named = [(known[each], display(known[each].name)) for each in ids]
    guesses = (Suggestion(name, project.number, project.fiscal_year, by="part") for project, name in named)
    return SearchResult(search.words, suggestions=tuple(guesses))


NUMBERS_ALONE = "numbers alone"
IN_PART = "most terms"  # from here on strategies find what says a part of a query, or guess

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
    Strategy("column words", _column_words, "拡充: only a column of the list's own, 評価, says it"),
    Strategy("mark", _mark, "(株), ㈱: a letter in brackets, which is no word of the index"),
    Strategy("joined terms", _joined_terms, "パブ コメ is one word"),
    Strategy("proximity", _proximity, "the parts of a compound near each other: 図柄ナンバー"),
    Strategy("number beside words", _number_beside_words, "11 スマートシティ: the words narrow the number"),
    Strategy(IN_PART, _most_terms, "most of several terms, by rarity"),
    Strategy("best match", _best_match, "most words of a sentence, by rarity, the nearest wording first"),
    Strategy(NUMBERS_ALONE, _numbers_alone, "No.11 統計, which 11 does not say: the words are missing"),
    Strategy("other years", _other_years, "another year has it than the one named"),
    Strategy("did you mean", _did_you_mean, "misspelled terms, and names near to what was typed"),
    Strategy("related", _related, "セグウェイ is a 搭乗型移動支援ロボット, by the shipped thesaurus"),
    Strategy("meaning", _meaning, "姉妹都市, where no record has the word: projects near in meaning"),
    Strategy("part", _part, "荒川区の駐車場: one project has 荒川区, none 駐車場"),
)
"""The ways to answer, the strictest first; the only place that decides how a query is answered."""


def _ranked(search: Search, ranking: Ranking | None) -> SearchResult | None:
    """The page asked for of a ranking."""
    if not ranking or not ranking.total:
        return None if ranking is None else SearchResult(search.words)
    query = search.words
    page = hits_on_page(search.db, ranking, offset=query.offset, limit=query.limit)
    return SearchResult(query, ranking.total, page, at_least=ranking.at_least)


def _saying_all(db: Database, asked: AnalysedQuery) -> Ranking | None:
    """Projects that say every term; None where some term has no interpretation."""
    if not asked.wanted or not all(term.interpretations for term in asked.wanted):
        return None
    fewest = TUNING.candidates.verified if asked.query.phrases else TUNING.candidates.scored
    wanted = max(fewest, asked.query.offset + asked.query.limit)
    found = candidates(db, asked.wanted, asked.excluded, asked.filters, wanted=wanted)
    scored = rank(db, asked.wanted, found.rows[:wanted])
    if asked.query.phrases:
        scored = verbatim(db, scored, asked.query.phrases)
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
    return project, best.score, [wording(db, project, fields) for fields in best.matches]


class _PutRight(Memo[str, str]):
    """What words were meant to be."""


def put_right(db: Database, typed: str) -> str:
    """What a word with a slip was meant to be, as the records have it; '' where it has none."""
    kept = db.snapshot.memo(_PutRight)
    if (found := kept.get(typed)) is not None:
        return found
    asked = AnalysedQuery(Query(typed, (typed,)), (_meaning_of(db, typed),), (), Filters(None, ()))
    return kept.keep(typed, suggestions.put_right(db, asked.wanted[0], partial(_best, db, asked)))


def _is_said_otherwise(term: QueryTerm) -> bool:
    """Whether projects say a term in other words only; of alternatives, none of them as it is."""
    ways = [each.match_type for each in term.interpretations]
    return bool(ways) and ways[0] is MatchType.SYNONYM and MatchType.EXACT not in ways


def _is_by_dictionary(db: Database, term: QueryTerm) -> bool:
    """Whether projects say only what a dictionary calls the same, and neither the city nor the thesaurus."""
    return _is_said_otherwise(term) and listed_phrases(db, term).isdisjoint(term.phrases)


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


def _only_filters(search: Search) -> AnalysedQuery:
    """The query's filters without its words and numbers."""
    bare = replace(search.query, terms=(), alternatives=(), phrases=(), numbers=())
    return analyse(search.db, bare)


class Meanings(Memo[str, QueryTerm]):
    """What each term means."""


def analyse(db: Database, query: Query) -> AnalysedQuery:
    """Look up the query's words and filters in the database."""
    typed = _words(query.terms)
    terms = [_meaning_of(db, term) for term in typed]
    terms += [_either(db, group) for group in query.alternatives]
    terms += [expand(db, phrase) for phrase in _words(query.phrases)]
    named = query.sections or query.departments
    filters = (
        filtering.filters_of(db, query) if named else Filters(None, query.fiscal_years, numbers=query.numbers)
    )
    if query.columns:
        filters = replace(filters, columns=tuple(filtering.conditions(db, query)))
    excluded = tuple(expand(db, term) for term in _words(query.excluded))
    return AnalysedQuery(query, tuple(terms), excluded, filters)


def _of_years(asked: AnalysedQuery) -> AnalysedQuery:
    """The same without 事業一覧 and the like beside a year: that asks for no more than the year's list."""
    if not asked.filters.years:
        return asked
    telling = [term for term in asked.wanted if not filtering.EVERYTHING.fullmatch(term.text)]
    return replace(asked, wanted=tuple(telling))


def _joined(db: Database, asked: AnalysedQuery) -> AnalysedQuery | None:
    """The same with its terms written together (パブ コメ); None when they are one already, or sentences."""
    if len(asked.wanted) < 2 or asked.query.alternatives or asked.query.phrases:
        return None
    together = "".join(term.text for term in asked.wanted)
    if asked.is_question and has_kanji(together):
        return None
    return replace(asked, wanted=(_meaning_of(db, together),))


def _words(terms: Sequence[str]) -> list[str]:
    """The terms that have any letter or digit, and are not code: a=1, '1', or a lone letter."""
    if not terms:
        return []
    found = [term for term in terms if any(map(str.isalnum, term)) and not _is_code(term)]
    return [
        term
        for term in found
        if len(term) > 1 or not term.isascii() or len(found) >= TUNING.expansion.lone_letters
    ]


def _is_code(term: str) -> bool:
    """Whether it is a piece of a program's text."""
    if not term.isascii():
        return False
    quoted = term[0] in _QUOTES or term[-1] in _QUOTES
    return bool(_CODE & {*term}) or (quoted and not term.strip(_QUOTES).isalpha())


def _meaning_of(db: Database, typed: str) -> QueryTerm:
    meanings = db.snapshot.memo(Meanings)
    return meanings.get(typed) or meanings.keep(typed, _meant(db, typed))


def _meant(db: Database, typed: str) -> QueryTerm:
    """What a term means, with the other names of a section that it names."""
    term = expand(db, typed)
    known = db.snapshot.offices
    if known.renamed_words.isdisjoint(
        [word for found in term.interpretations for word in " ".join(found.phrases).split()]
    ):
        return term
    others = known.other_names(term.phrases)
    return replace(term, offices=tuple(others)) if others else term


def _either(db: Database, group: Sequence[str]) -> QueryTerm:
    terms = [expand(db, typed) for typed in _words(group)]
    return QueryTerm(
        " または ".join(group),
        tuple(interpretation for term in terms for interpretation in term.interpretations),
        tuple(word for term in terms for word in term.words),
        by=tuple(chain(*(term.by for term in terms))),
    )


__all__ = ["explain", "put_right", "search", "similar"]
