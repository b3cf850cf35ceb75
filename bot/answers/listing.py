"""How many and which projects: by section, department, year and word, and these combined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from bot.answers import fields, subjects
from bot.answers.evidence import bag, sentences
from bot.answers.reading import Request
from bot.answers.replies import Answer, Kind, title
from bot.answers.showing import Choice, Choices, Items, Part, Quote, Say
from bot.answers.subjects import Subject
from bot.answers.terms import pieces
from store import projects
from store.catalog import Catalog, Entry, catalog
from store.records import Project
from store.wareki import fiscal_year_name

MOST = 100  # found by words and kept for もっと; the count is of all
PAGE = 10
NEAR = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """The `total` projects that a request asks for; not `is_exact`: only the nearest to its words."""

    projects: tuple[Project, ...]
    condition: str
    total: int
    is_exact: bool = True


def answer(db: Database, request: Request) -> Answer:
    """Count or list what the request asks for."""
    chosen = choose(db, request)
    if request.unknown_numbers and not chosen.projects:
        return fields.unknown_number(request.unknown_numbers)
    if not chosen.projects:
        return fields.nothing(Subject(), request.terms)
    if not chosen.is_exact:
        return _near(chosen, request)
    return told(chosen, request)


def choose(db: Database, request: Request) -> Chosen:
    """The projects of the offices and years named that hold all the words; else the nearest to the words."""
    condition = describe(request)
    if request.named and not request.terms:
        ids = [entry.id for group in request.named for entry in group]
        return Chosen(tuple(projects.by_ids(db, ids)), condition, len(ids))
    if not request.terms:
        entries = within(catalog(db), request)
        return Chosen(tuple(projects.by_ids(db, [entry.id for entry in entries])), condition, len(entries))
    near: tuple[Project, ...] = ()
    for terms in dict.fromkeys((request.terms, pieces(request.terms))):
        result = subjects.within(db, terms, request, limit=MOST)
        found = tuple(hit.project for hit in result.hits)
        if exact := tuple(hit.project for hit in result.hits if not hit.missing):
            return Chosen(exact, condition, result.total if exact == found else len(exact))
        near = near or found[:NEAR]
    return Chosen(near, condition, len(near), is_exact=False)


def within(held: Catalog, request: Request) -> list[Entry]:
    """Entries of every office kind and year that the request names; offices of one kind are alternatives."""
    found: Iterable[Entry] = held.entries
    for kind in ("section", "department", "organization"):
        names = {office.name for office in request.offices if office.kind == kind}
        if names:
            found = [entry for entry in found if getattr(entry, kind) in names]
    return [entry for entry in found if not request.years or entry.fiscal_year in request.years]


def describe(request: Request) -> str:
    """The condition in words: 令和3年度・企画経営課・「市民」「参加」."""
    words = "と".join(f"“{term}”" for term in request.terms)
    parts = [*map(fiscal_year_name, request.years), *(office.name for office in request.offices)]
    said = "・".join(part.replace("\n", " ") for part in parts)
    if not words:
        return f"{said}の" if said else "登録されている"
    return f"{said}で、{words} が記録にある" if said else f"{words} が記録にある"


def told(chosen: Chosen, request: Request) -> Answer:
    """The count, then the projects a page at a time, each with the sentence that has the words."""
    keys = tuple(project.key for project in chosen.projects)
    head = Say(f"{chosen.condition}事業は {chosen.total:,}件 です。", "bold")
    shown = chosen.projects[:PAGE]
    parts: tuple[Part, ...] = (head, *_years(chosen.projects, request), *page(shown, request.terms))
    more = more_button(chosen.total - len(shown))
    how = "すべての言葉が同じ事業の記録にあるもの" if request.terms else "担当課・部・年度の欄が一致するもの"
    why = (f"条件: {chosen.condition}事業", f"{how}を数えています")
    kind: Kind = "count" if request.kind == "count" else "list"
    return Answer(kind, (*parts, *more), keys[:PAGE], keys[PAGE:], why=why, terms=request.terms)


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


def _years(found: Sequence[Project], request: Request) -> list[Part]:
    years = sorted({project.fiscal_year for project in found}, reverse=True)
    if len(years) < 2:
        return []
    counts = [f"{fiscal_year_name(year)} {sum(p.fiscal_year == year for p in found):,}件" for year in years]
    return [Say(f"年度別: {'、'.join(counts)}", "small")]


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


def _near(chosen: Chosen, request: Request) -> Answer:
    head = Say("条件のすべてに当てはまる事業は見つかりませんでした。近い事業はこちらです。")
    keys = tuple(project.key for project in chosen.projects)
    choices = Choices(
        tuple(Choice(fields.label(p), "detail", f"{p.fiscal_year} {p.number}") for p in chosen.projects)
    )
    why = (f"{'・'.join(request.terms)} の一部を含む、似た事業を順に並べています",)
    return Answer(
        "list", (head, *page(chosen.projects, request.terms), choices), keys, confidence="unsure", why=why
    )
