"""How many and which projects: by section, department, year and word, and these combined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.answers import fields, subjects
from bot.answers.bags import bag
from bot.answers.candidates import Subject
from bot.answers.evidence import says, sentences
from bot.answers.reading import Request
from bot.answers.replies import Answer, Confidence, Key, Kind, title
from bot.answers.showing import Items, Part, Quote, Say
from bot.answers.terms import names, pieces
from store import projects
from store.database import Database
from store.index.catalog import Catalog, Entry
from store.records import Hit, Project
from store.text.wareki import fiscal_year_name

MOST = 100  # found by words and kept for もっと; the count is of all
PAGE = 10
NEAR = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """The `total` projects that a request asks for.

    All of them say `says`; None where there were no words to say, empty where they are only the nearest.
    `left_out` are words that no record with the others has.
    """

    projects: tuple[Project, ...]
    condition: str
    total: int
    says: tuple[str, ...] | None = None
    left_out: tuple[str, ...] = ()
    at_least: bool = False  # there are more than `total`, which took too long to count

    @property
    def is_exact(self) -> bool:
        """Whether they are what was asked for and not only near to it."""
        return self.says != () and not self.left_out


def answer(db: Database, request: Request, *, among: Collection[Key] = ()) -> Answer:
    """Count or list what the request asks for, `among` the projects of a list when there was one."""
    if request.unknown_numbers and not (request.named or request.terms or request.offices):
        return fields.unknown_number(request.unknown_numbers)
    chosen = choose(db, request)
    if among:
        found = tuple(project for project in chosen.projects if project.key in among)
        chosen = replace(
            chosen, projects=found, total=len(found), condition=f"前の一覧で、{chosen.condition}"
        )
    if request.unknown_numbers and not chosen.projects:
        return fields.unknown_number(request.unknown_numbers)
    if not chosen.projects or chosen.says == ():
        return fields.nothing(db, Subject(near=chosen.projects), request.terms)
    return told(db, chosen, request)


def choose(db: Database, request: Request) -> Chosen:
    """What the request asks for; where it names no year, of the newest year that has any."""
    if not request.years and not request.named:
        for year in db.snapshot.catalog.years[:-1]:
            chosen = _choose(db, replace(request, years=(year,)))
            if chosen.projects and chosen.says != ():
                return chosen
    return _choose(db, request)


def _choose(db: Database, request: Request) -> Chosen:
    """Projects of the offices and years named that say all words, else all nouns; else the nearest."""
    if request.named and not request.terms:
        ids = [entry.id for group in request.named for entry in group]
        return Chosen(tuple(projects.by_ids(db, ids)), describe(request, ()), len(ids))
    words = tuple(term for term in request.terms if not subjects.is_own_city(db, term))
    if not words:
        entries = within(db.snapshot.catalog, request)
        found = projects.by_ids(db, [entry.id for entry in entries])
        return Chosen(tuple(found), describe(request, ()), len(entries))
    nouns = tuple(filter(names, words))
    near: tuple[Project, ...] = ()
    for wanted in dict.fromkeys((words, nouns)) if nouns else (words,):
        chosen, nearest = _saying(db, request, wanted)
        if chosen:
            return replace(chosen, left_out=tuple(word for word in words if word not in wanted))
        near = near or nearest
    return Chosen(near, describe(request, words), len(near), says=())


def _saying(
    db: Database, request: Request, words: Sequence[str]
) -> tuple[Chosen | None, tuple[Project, ...]]:
    """The projects that say all of `words`, each as one or at least in one sentence; else the nearest."""
    near: tuple[Project, ...] = ()
    for spelled in dict.fromkeys((tuple(words), pieces(tuple(words)))):
        result = subjects.within(db, spelled, request, limit=MOST)
        found = tuple(hit.project for hit in result.hits)
        exact = tuple(
            hit.project for hit in result.hits if not hit.missing and all(_has(hit, word) for word in words)
        )
        if exact:
            total = result.total if exact == found else len(exact)
            at_least = result.at_least and exact == found
            return Chosen(exact, describe(request, words), total, says=tuple(words), at_least=at_least), ()
        near = near or found[:NEAR]
    return None, near


def _has(hit: Hit, word: str) -> bool:
    parts = pieces((word,))
    return says(hit, word) or any(
        all(bag(said.text).holds(part) for part in parts) for _, said in sentences(hit.project)
    )


def within(held: Catalog, request: Request) -> list[Entry]:
    """Entries of every office kind and year that the request names; offices of one kind are alternatives."""
    found: Iterable[Entry] = held.entries
    for kind in ("section", "department", "organization"):
        names = {office.name for office in request.offices if office.kind == kind}
        if names:
            found = [entry for entry in found if getattr(entry, kind) in names]
    return [entry for entry in found if not request.years or entry.fiscal_year in request.years]


def describe(request: Request, words: Sequence[str]) -> str:
    """The condition in words: 令和3年度・企画経営課で、「市民」と「参加」が記録にある."""
    quoted = "と".join(f"「{word}」" for word in words)
    parts = [*map(fiscal_year_name, request.years), *(office.name for office in request.offices)]
    said = "・".join(part.replace("\n", " ") for part in parts)
    if not quoted:
        return f"{said}の" if said else "登録されている"
    return f"{said}で、{quoted}が記録にある" if said else f"{quoted}が記録にある"


def told(db: Database, chosen: Chosen, request: Request) -> Answer:
    """The count, then the projects a page at a time, each with the sentence that has the words."""
    keys = tuple(project.key for project in chosen.projects)
    words = chosen.says or ()
    beyond = "以上" if chosen.at_least else ""
    head = Say(f"{chosen.condition}事業は{chosen.total:,}件{beyond}です。", "bold")
    left = f"「{'・'.join(chosen.left_out)}」という言い方は、どの記録にもありません。"
    shown = chosen.projects[:PAGE]
    parts: tuple[Part, ...] = (
        *((Say(left),) if chosen.left_out else ()),
        head,
        *_years(db, chosen.projects, request),
        *page(shown, words),
    )
    more = more_button(chosen.total - len(shown))
    how = "すべての言葉が同じ事業の記録にあるもの" if words else "担当課・部・年度の欄が一致するもの"
    why = (f"条件: {chosen.condition}事業", f"{how}を数えています")
    kind: Kind = "count" if request.kind == "count" else "list"
    confidence: Confidence = "sure" if chosen.is_exact else "unsure"
    return Answer(
        kind, (*parts, *more), keys[:PAGE], keys[PAGE:], confidence=confidence, why=why, terms=words
    )


def page(shown: Sequence[Project], terms: Sequence[str]) -> list[Part]:
    """Projects one a line; where words were asked for, each with its most telling sentence."""
    if not terms:
        return [Items(tuple((title(project), _office(project)) for project in shown))]
    parts: list[Part] = []
    for project in shown:
        parts.append(Items(((title(project), _office(project)),)))
        parts += evidence(project, terms)
    return parts


def more_button(left: int) -> tuple[Part, ...]:
    """How many are left and that もっと shows them."""
    return (Say(f"ほかに{left:,}件あります。「もっと」で続きを表示します。", "small"),) if left > 0 else ()


def _years(db: Database, found: Sequence[Project], request: Request) -> list[Part]:
    """How many there are in other years that are loaded, where only offices are asked for."""
    shown = {project.fiscal_year for project in found}
    counts = Counter(entry.fiscal_year for entry in within(db.snapshot.catalog, request))
    others = [f"{fiscal_year_name(year)}は{counts[year]:,}件" for year in counts if year not in shown]
    if request.years or request.terms or not others:
        return []
    return [Say(f"ほかの年度: {'、'.join(others)}", "small")]


def _office(project: Project) -> str:
    office = project.section_canonical or project.section or project.department
    return f" {office}".replace("\n", "、") if office else ""


def evidence(project: Project, terms: Sequence[str]) -> list[Part]:
    """The sentence that holds most of the words, the outcome's first, unless the name says it all."""
    scored = [
        (sum(bag(s.text).holds(term) for term in terms), field, s.text) for field, s in sentences(project)
    ]
    best = max(scored, key=lambda item: item[0], default=(0, "", ""))
    if not best[0]:
        return []
    spans = tuple((at, at + len(term)) for term in terms if (at := best[2].find(term)) >= 0)
    return [Quote(project, best[1], (best[2],), (spans,))]
