"""Candidates -> hits: scored by what they say and where, the page that was asked for made ready to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import compress
from operator import not_

from store import projects
from store.database import Database
from store.records import FIELDS, Hit, Project
from store.search import highlight
from store.search.highlight import Lazy
from store.search.matching import Candidate
from store.search.ranking import FieldMatches, ScoredHit, explain, score_hit, scoring_terms
from store.search.terms import QueryTerm
from store.text.display import display
from store.text.normalize import width_fold


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


def page(db: Database, ranking: Ranking, *, offset: int, limit: int) -> tuple[Hit, ...]:
    """The hits from `offset` on, at most `limit`, with fields, highlights and what is missing."""
    shown = ranking.scored[offset : offset + limit]
    found = db.snapshot.projects([each.id for each in shown])
    forms = db.snapshot.lexicon.written(_words(shown))
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
        forms = db.snapshot.lexicon.written(evidence.phrase.split())
        if words := _worded(project, forms, field, evidence.phrase):
            return words
    return ""


def _worded(project: Project, forms: highlight.Forms, field: str, phrase: str) -> str:
    """How a field words a phrase of the index where it stands first; '' where it is not found."""
    text = display(getattr(project, field))
    spans = highlight.spans(text, [phrase], forms)
    return text[slice(*spans[0])] if spans else ""


def _text(project: Project) -> str:
    return width_fold("\n".join(display(getattr(project, field)) for field in FIELDS))


def _words(shown: Iterable[ScoredHit]) -> set[str]:
    phrases = {evidence.phrase for each in shown for said in each.matches for evidence in said.values()}
    return {word for phrase in phrases for word in phrase.split()}


def _hit(
    project: Project,
    each: ScoredHit,
    terms: Sequence[QueryTerm],
    among: int,
    forms: highlight.Forms,
) -> Hit:
    found = each.matches[0] if len(each.matches) == 1 else set[str]().union(*each.matches)
    matched = tuple([field for field in FIELDS if field in found])
    missing = (
        () if all(each.matches) else tuple(compress([term.text for term in terms], map(not_, each.matches)))
    )
    highlights = highlight.Highlights(project, matched, partial(_phrases, each), forms)
    worded = partial(_worded, project, forms)
    why = Lazy(lambda: explain(each, terms, among, worded))
    return Hit(project, each.score, matched, highlights, missing, why)


def _phrases(each: ScoredHit, field: str) -> set[str]:
    return {said[field].phrase for said in each.matches if field in said}
