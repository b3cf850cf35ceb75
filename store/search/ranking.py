"""Terms and filters -> candidates, candidates -> scored hits, the page that was asked for -> hits to show.

SQLite chooses the candidates, by BM25 or names first; they are scored by where and how exactly they say each
term, and how rare it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import compress
from operator import not_
from typing import Any, NamedTuple, TypeVar

from store import projects
from store.database import Database
from store.index.tuning import TUNING
from store.records import FIELDS, Explanation, Hit, MatchType, Project, Query, ScoreParts, TermMatch
from store.search.expansion import QueryTerm, TokenMatch, WeighedPattern, any_term, quoted
from store.text.display import Forms, Spans, display, spans
from store.text.morphology import JOINED, Text, filter_term
from store.text.normalize import width_fold

Item = TypeVar("Item")

_SCORED = """
    SELECT rowid, -bm25(search_words, ?2, ?3, ?4, ?5, ?6, ?7) FROM search_words
    WHERE search_words MATCH ?1{filters} ORDER BY 2 DESC"""
_MATCHING = "SELECT rowid FROM search_words WHERE search_words MATCH ?"
_SCORED_NAMES = """
    SELECT rowid, 0.0 FROM search_names WHERE search_names MATCH ?1
    ORDER BY bm25(search_names, 1.0, 0.0) LIMIT ?2"""
_NEWEST = "SELECT rowid, 0.0 FROM {table} WHERE {table} MATCH ?1 ORDER BY rowid DESC LIMIT ?2"
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT ?)"
_WEIGHED = tuple(zip(FIELDS, TUNING.fields.of_term, strict=True))
_SECTION = dict(_WEIGHED)["section"]
_Row = tuple[int, float]
FieldMatches = Mapping[str, TokenMatch]  # field -> what it says


@dataclass(frozen=True, slots=True)
class Filters:
    """Which projects are looked at: None and () mean all."""

    sections: frozenset[int] | None = None
    years: tuple[int, ...] = ()
    departments: frozenset[int] | None = None  # ids of their sections
    organizations: frozenset[str] = frozenset()  # which count as departments too
    numbers: tuple[str, ...] = ()  # keys; no words of the index
    columns: tuple[str, ...] = ()  # conditions on cells, in SQL; no words of the index either

    @property
    def sql(self) -> str:
        """Conditions on the row `p` of projects, joined by AND; its values are numbers and quoted texts."""
        conditions = []
        if self.sections is not None:
            conditions.append(f"p.section_id IN ({','.join(map(str, sorted(self.sections)))})")
        if self.years:
            conditions.append(f"p.fiscal_year IN ({','.join(map(str, self.years))})")
        if self.departments is not None:
            ids = ",".join(map(str, sorted(self.departments)))
            conditions.append(
                f"(p.section_id IN ({ids}) OR p.organization IN ({_texts(self.organizations)}))"
            )
        if self.numbers:
            conditions.append(f"p.number_key IN ({_texts(self.numbers)})")
        conditions += self.columns
        return " AND ".join(conditions)

    def on(self, table: str) -> str:
        """The conditions as a further condition on the rows of an index table."""
        if not (conditions := self.sql):
            return ""
        return f" AND EXISTS (SELECT 1 FROM projects p WHERE p.id = {table}.rowid AND {conditions})"

    def among(self, match: str) -> str:
        """The conditions as a further condition of a MATCH expression."""
        conditions = [match]
        if self.sections is not None:
            conditions.append(_any_place(filter_term("s", section) for section in sorted(self.sections)))
        if self.years:
            conditions.append(_any_place(filter_term("y", year) for year in self.years))
        if self.departments is not None:
            offices = [filter_term("s", section) for section in sorted(self.departments)]
            conditions.append(
                _any_place([*offices, *(filter_term("o", name) for name in sorted(self.organizations))])
            )
        return " AND ".join(f"({condition})" for condition in conditions)


def _texts(texts: Iterable[str]) -> str:
    return ",".join("'" + text.replace("'", "''") + "'" for text in sorted(texts))


def _any_place(words: Iterable[str]) -> str:
    return f"{{place}} : ({' OR '.join(map(quoted, words)) or quoted(JOINED)})"


@dataclass(frozen=True, slots=True)
class AnalysedQuery:
    """What is looked for: all of `wanted` and none of `excluded`, among what `filters` let through."""

    query: Query
    wanted: tuple[QueryTerm, ...]
    excluded: tuple[QueryTerm, ...]
    filters: Filters

    @property
    def text(self) -> str:
        """The words asked for, as typed."""
        return " ".join(term.text for term in self.wanted)

    @property
    def is_question(self) -> bool:
        """Whether any of it is a sentence, so that its words may stand anywhere."""
        return any(term.sentence for term in self.wanted)


class Candidate(NamedTuple):
    """A project's row id and its bm25 score, the higher the better (0 where it was not scored)."""

    id: int
    score: float


class Candidates(NamedTuple):
    """What may answer, the likeliest first, and how many match; `at_least` so many, where there are more."""

    rows: list[Candidate]
    total: int
    at_least: bool = False


def expression(terms: Iterable[QueryTerm], excluded: Iterable[QueryTerm] = (), *, names: bool = False) -> str:
    """The MATCH expression for rows that say every term and nothing excluded."""
    wanted = " AND ".join([f"({term.name_match if names else term.match})" for term in terms])
    unwanted = any_term(excluded)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def candidates(
    db: Database, terms: Sequence[QueryTerm], excluded: Sequence[QueryTerm], filters: Filters, *, wanted: int
) -> Candidates:
    """Projects that say every term; at least `wanted` of them, when there are as many."""
    everywhere = expression(terms, excluded)
    if filters.numbers or filters.columns or min(term.projects for term in terms) <= TUNING.candidates.plain:
        scored = _scored(db, everywhere, terms, filters)
        return Candidates([*map(Candidate._make, scored[:wanted])], len(scored))
    match = filters.among(everywhere)
    found = dict.fromkeys(
        _in_names(db, filters.among(expression(terms, excluded, names=True)), wanted=wanted)
    )
    if len(found) < wanted:
        found |= dict.fromkeys(_newest(db, "search_words", match, wanted))
    rows = [*map(Candidate._make, found)]
    if len(terms) == 1 and not excluded and not filters.sql and (known := terms[0].known_total):
        return Candidates(rows, known)
    most = TUNING.candidates.counted if db.snapshot.project_count > TUNING.candidates.long_list else -1
    total = _count(db, "search_words", match, most)
    return Candidates(rows, total, total == most)


def _scored(db: Database, everywhere: str, terms: Sequence[QueryTerm], filters: Filters) -> list[_Row]:
    """All that match, the best first; common words are asked for, but not scored."""
    sql = _SCORED.format(filters=filters.on("search_words"))
    telling = [term for term in terms if term.projects <= TUNING.candidates.common]
    if filters.numbers or filters.columns or not telling or len(telling) == len(terms):
        return _saying_whole(db, terms, db.conn.execute(sql, [everywhere, *TUNING.fields.bm25]).fetchall())
    matching = {row_id for (row_id,) in db.conn.execute(_MATCHING, [everywhere])}
    by_telling = db.conn.execute(sql, [expression(telling), *TUNING.fields.bm25])
    return [row for row in by_telling if row[0] in matching]


def _saying_whole(db: Database, terms: Sequence[QueryTerm], rows: list[_Row]) -> list[_Row]:
    """Those of `rows` that say each phrase as a whole that was asked for in parts."""
    in_parts = [term for term in terms if term.is_in_parts]
    if not (in_parts and rows):
        return rows
    wanted = scoring_terms(in_parts, 1)
    texts = db.snapshot.texts.read([row[0] for row in rows])
    return [
        row
        for row in rows
        if all(
            any(pattern in texts[row[0]].whole for pattern, *_ in (*each.patterns, *each.offices))
            for each in wanted
        )
    ]


def _in_names(db: Database, match: str, *, wanted: int) -> list[_Row]:
    """Those whose names match: the best, unless there are too many to score."""
    if wanted < _count(db, "search_names", match, TUNING.candidates.plain + 1) <= TUNING.candidates.plain:
        return db.conn.execute(_SCORED_NAMES, [match, wanted]).fetchall()
    return _newest(db, "search_names", match, wanted)


def _count(db: Database, table: str, match: str, most: int) -> int:
    """How many match; no more than `most` are counted, if it is not negative."""
    return int(db.conn.execute(_COUNT.format(table=table), [match, most]).fetchone()[0])


def _newest(db: Database, table: str, match: str, limit: int) -> list[_Row]:
    return db.conn.execute(_NEWEST.format(table=table), [match, limit]).fetchall()


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
    """A term as it is looked for in many texts: see `QueryTerm`.

    `share` is how much the term weighs by its rarity, all of them together being 1.
    """

    patterns: Sequence[WeighedPattern]
    offices: Sequence[WeighedPattern]
    share: float


def scoring_terms(terms: Sequence[QueryTerm], among: int) -> list[ScoringTerm]:
    """The terms ready to be looked for among so many projects."""
    rarities = [rarity(term.projects, among) for term in terms]
    whole = sum(rarities)
    return [
        ScoringTerm(term.patterns, term.office_patterns, weight / whole)
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


def _share_of_name(name: str, asked: Sequence[str]) -> float:
    """Which part of the name's words is in the phrases that were asked for."""
    words, known = name.split(), " ".join(asked).split()
    return len([word for word in words if word in known]) / len(words)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Projects scored by `terms`, best first; `total` (or `at_least` that) may be more than are scored."""

    terms: tuple[QueryTerm, ...]
    scored: tuple[ScoredHit, ...]
    total: int
    at_least: bool = False


def rank(db: Database, terms: Sequence[QueryTerm], found: Sequence[Candidate]) -> list[ScoredHit]:
    """Score the candidates by what they say; best first, the newest first among equals."""
    wanted = scoring_terms(terms, db.snapshot.project_count)
    top = max((each.score for each in found), default=0.0) or 1.0
    words = db.snapshot.texts.read([each.id for each in found])
    scored = [
        score_hit(each.id, words[each.id], wanted, text_rank=each.score / top)
        for each in found
        if each.id in words
    ]
    return sorted(scored, key=lambda each: (-each.score, -each.id))


def hits_on_page(db: Database, ranking: Ranking, *, offset: int, limit: int) -> tuple[Hit, ...]:
    """The hits from `offset` on, at most `limit`, with fields, highlights and what is missing."""
    shown = ranking.scored[offset : offset + limit]
    found = db.snapshot.projects([each.id for each in shown])
    forms = db.snapshot.lexicon.written
    among = db.snapshot.project_count
    return tuple(
        [_hit(found[each.id], each, ranking.terms, among, forms) for each in shown if each.id in found]
    )


def verbatim(db: Database, found: Sequence[ScoredHit], phrases: Iterable[str]) -> list[ScoredHit]:
    """Those whose project has every one of `phrases` as typed, width and case aside."""
    wanted = [width_fold(phrase) for phrase in phrases]
    found_texts = {project.id: _text(project) for project in projects.by_ids(db, [each.id for each in found])}
    return [each for each in found if all(phrase in found_texts.get(each.id, "") for phrase in wanted)]


def wording(db: Database, project: Project, said: FieldMatches) -> str:
    """How the project itself words what `said` has found in it."""
    for field, evidence in said.items():
        if words := _worded(project, db.snapshot.lexicon.written, field, evidence.phrase):
            return words
    return ""


def _worded(project: Project, forms: Forms, field: str, phrase: str) -> str:
    """How a field words a phrase of the index where it stands first; '' where it is not found."""
    text = display(getattr(project, field))
    found = spans(text, [phrase], forms, gap=TUNING.reading.gap)
    return text[slice(*found[0])] if found else ""


def _text(project: Project) -> str:
    return width_fold("\n".join(display(getattr(project, field)) for field in FIELDS))


def _hit(
    project: Project,
    each: ScoredHit,
    terms: Sequence[QueryTerm],
    among: int,
    forms: Forms,
) -> Hit:
    found = each.matches[0] if len(each.matches) == 1 else set[str]().union(*each.matches)
    matched = tuple([field for field in FIELDS if field in found])
    missing = (
        () if all(each.matches) else tuple(compress([term.text for term in terms], map(not_, each.matches)))
    )
    why = Lazy(lambda: explain(each, terms, among, partial(_worded, project, forms)))
    return Hit(project, each.score, matched, Highlights(project, matched, each.matches, forms), missing, why)


class Highlights(Mapping[str, Spans]):
    """Field -> spans in its display form, found when first shown; fields that have none are left out."""

    def __init__(
        self,
        project: Project,
        fields: Sequence[str],
        matches: Sequence[FieldMatches],
        forms: Forms,
    ) -> None:
        self._project, self._fields, self._matches, self._forms = project, fields, matches, forms
        self._found: dict[str, Spans] = {}

    def __getitem__(self, field: str) -> Spans:
        if not (found := self._spans(field)):
            raise KeyError(field)
        return found

    def get(self, field: str, default: Any = None) -> Any:
        """The spans of a field, or `default`."""
        return self._spans(field) or default

    def __contains__(self, field: object) -> bool:
        return field in self._fields and bool(self._spans(str(field)))

    def __iter__(self) -> Iterator[str]:
        return (field for field in self._fields if field in self)

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _spans(self, field: str) -> Spans:
        if field not in self._fields:
            return ()
        if field not in self._found:
            text = display(getattr(self._project, field))
            phrases = {said[field].phrase for said in self._matches if field in said}
            self._found[field] = spans(text, phrases, self._forms, gap=TUNING.reading.gap)
        return self._found[field]


class Lazy(Sequence[Item]):
    """Items that are made when they are first read."""

    def __init__(self, make: Callable[[], Sequence[Item]]) -> None:
        self._make = make

    @cached_property
    def _items(self) -> Sequence[Item]:
        return self._make()

    def __getitem__(self, at: Any) -> Any:
        return self._items[at]

    def __len__(self) -> int:
        return len(self._items)
