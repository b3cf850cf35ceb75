"""Which project a question is about: named outright, or found by search and held against its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA
from sqlite_utils import Database

from bot.answers.evidence import name_share, says
from bot.answers.reading import Request
from bot.answers.terms import in_katakana, names, pieces
from bot.query import parse
from store import projects
from store.catalog import squash
from store.japanese import words
from store.kana import is_kana
from store.records import Hit, Project, SearchResult, Suggestion
from store.search import search
from store.searching.vocabulary import in_projects

NEAR = 3  # projects named where none holds all words
LOOKED_AT = 10  # hits held against the question's words
EVERY = 2_000  # hits looked through for those of an organization
COMMON = 0.2  # a word in more of the records than this may be missing from the one that is meant
ALIKE = 0.8  # similarity from which a misspelling is worth a guess, 0 to 1
LONG = 6  # letters, kana apart, from which one wrong letter leaves no doubt of the word
LONG_KANA = 7
_HIRAGANA = re.compile("[ぁ-んー]{6,}")
CLEARLY = 0.3  # by how much of the words one name must do better than the next


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may be meant: the share of the question's words in its name, and what it lacks.

    `older` are earlier fiscal years of the same project, which a question without a year does not mean.
    """

    project: Project
    named: float
    missing: tuple[str, ...]
    why: str
    older: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Candidates, the best first, none when nothing fits. `near` are projects that hold some of the words.

    `is_sure`: the first candidate is meant and no other. `is_named`: by its number or full name.
    `guess` is the spelling that was searched instead of the question's.
    """

    candidates: tuple[Candidate, ...] = ()
    is_sure: bool = False
    is_named: bool = False
    near: tuple[Project, ...] = ()
    guess: str = ""

    @property
    def projects(self) -> tuple[Project, ...]:
        """The candidates' projects."""
        return tuple(candidate.project for candidate in self.candidates)


def find(db: Database, request: Request) -> Subject:
    """What a request is about: the projects named in it, else those that hold its words."""
    if not request.named:
        by_terms = by_words(db, request, request.terms)
        return by_terms if by_terms.candidates else _typed_in_kana(db, request) or by_terms
    found = projects.by_ids(db, [entry.id for group in request.named for entry in group])
    why = "事業番号または事業名がそのまま書かれています"
    meant = newest([Candidate(project, 1.0, (), why) for project in found])
    return Subject(meant, len(meant) == 1, is_named=True)


def _typed_in_kana(db: Database, request: Request) -> Subject | None:
    """A loan word typed in hiragana, which the dictionary would cut anywhere (ぱぶりっくこめんと)."""
    typed = (re.sub("[のはがをに]$", "", run) for run in _HIRAGANA.findall(request.topic))
    found = by_words(db, request, tuple(in_katakana(run) for run in typed))
    return found if found.candidates else None


def by_words(db: Database, request: Request, terms: Sequence[str]) -> Subject:
    """Projects that hold all of `terms`; sure when it is one alone, or when one name clearly does better."""
    candidates: list[Candidate] = []
    for spelled in dict.fromkeys((tuple(terms), pieces(tuple(terms)))) if terms else ():
        result = within(db, spelled, request, limit=LOOKED_AT)
        if not result.hits and result.suggestions and result.suggestions[0].score >= ALIKE:
            return _guessed(db, "".join(terms), result.suggestions)
        candidates = [_candidate(db, hit, terms) for hit in result.hits] or candidates
        if whole := newest(
            sorted((c for c in candidates if not c.missing), key=lambda c: -round(c.named, 1))
        ):
            return Subject(_worth_asking(whole), _stands_out(whole))
    near = sorted(candidates, key=lambda c: -c.named)[:NEAR]
    return Subject(near=tuple(candidate.project for candidate in near))


def newest(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Each project once, in its newest fiscal year, where the first of its years stood."""
    groups: list[list[Candidate]] = []
    for candidate in found:
        same = (group for group in groups if any(_is_same(candidate, other) for other in group))
        group = next(same, None)
        if group is None:
            groups.append([candidate])
        else:
            group.append(candidate)
    return tuple(map(_newest_of, groups))


def _newest_of(group: Sequence[Candidate]) -> Candidate:
    best = max(group, key=lambda candidate: candidate.project.fiscal_year)
    years = {candidate.project.fiscal_year for candidate in group} - {best.project.fiscal_year}
    return replace(best, named=max(c.named for c in group), older=tuple(sorted(years, reverse=True)))


def _is_same(one: Candidate, other: Candidate) -> bool:
    """Whether two records are one project in different years."""
    a, b = one.project, other.project
    return a.fiscal_year != b.fiscal_year and (a.number == b.number or a.name == b.name)


def _worth_asking(whole: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Once some names hold the words, projects that only mention them are not meant."""
    best = whole[0].named if whole else 0.0
    return tuple(c for c in whole if best < CLEARLY or c.named > best - CLEARLY)


def within(db: Database, words: Sequence[str], request: Request, *, limit: int) -> SearchResult:
    """Search for words among the sections, departments, organizations and years that the question names."""
    organizations = {office.name for office in request.offices if office.kind == "organization"}
    query = replace(
        parse(" ".join(words), limit=EVERY if organizations else limit),
        sections=tuple(office.name for office in request.offices if office.kind == "section"),
        departments=tuple(office.name for office in request.offices if office.kind == "department"),
        fiscal_years=request.years,
    )
    result = search(db, query)
    if not organizations:
        return result
    # Search knows sections and departments only.
    hits = tuple(hit for hit in result.hits if hit.project.organization in organizations)
    return replace(result, hits=hits[:limit], total=len(hits))


def _candidate(db: Database, hit: Hit, terms: Sequence[str]) -> Candidate:
    # What a question tells of a thing may be said in another way: あいおいニッセイと協定を結んだ.
    wanted = [term for term in terms if names(term)] or terms
    missing = tuple(term for term in wanted if not says(hit, term) and not is_common(db, term))
    named = name_share(hit.project, terms)
    if wanted == terms and not named and not any(map(names, terms)):
        missing = tuple(terms)  # no thing is named at all
    return Candidate(hit.project, named, missing, _why(hit, terms))


def is_common(db: Database, term: str) -> bool:
    """Whether a word is in so many records that it hardly tells them apart."""
    said = words(term)
    return len(said) < 2 and all(in_projects(db, word.text) > COMMON * projects.count(db) for word in said)


def _stands_out(whole: Sequence[Candidate]) -> bool:
    return len(whole) == 1 or (len(whole) > 1 and whole[0].named - whole[1].named >= CLEARLY)


def _guessed(db: Database, typed: str, suggestions: Sequence[Suggestion]) -> Subject:
    """The projects of もしかして: never sure, and only near where the word typed may well be another one."""
    best = suggestions[0]
    found = [projects.get(db, s.fiscal_year, s.number) for s in suggestions if s.text == best.text]
    meant = tuple(project for project in found if project)
    if not _is_slip(squash(typed)[0], squash(best.text)[0]):
        return Subject(near=meant[:NEAR], guess=best.text)
    why = f"入力に近いつづりの「{best.text}」で探しました"
    return Subject(tuple(Candidate(project, 0.5, (), why) for project in meant), guess=best.text)


def _is_slip(typed: str, meant: str) -> bool:
    """Whether one letter of a long word is wrong, or two of a very long one; never a word more or less."""
    is_other_word = typed in meant or meant in typed
    long = LONG_KANA if is_kana(typed) else LONG
    return not is_other_word and OSA.distance(typed, meant) <= len(typed) // long


def _why(hit: Hit, terms: Sequence[str]) -> str:
    """Where the words were found, without the search's own scores."""
    said = (re.sub("、[^、]+[0-9.]+$", "", line) for line in hit.why if line.startswith("「"))
    return "／".join(said) or "／".join(hit.why) or f"{'・'.join(terms)} が記録にあります"
