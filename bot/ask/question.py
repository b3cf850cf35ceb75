"""Reading a question: which kind of answer it wants, about which records. Pure given the catalog of names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from bot.ask.lexing import are_compared, lex, masked
from bot.ask.quantities import Asked, asked_figure
from bot.ask.terms import EVENTS, LIGHT, is_light, is_of_office, names, terms
from store.index.catalog import Catalog, Entry
from store.index.offices import NamedOffice
from store.search.tuning import TUNING
from store.text import asking
from store.text.fiscal_years import without_years, years_mentioned
from store.text.normalize import one_space

Kind = Literal["field", "figure", "count", "list", "summary", "compare", "changes", "topic", "sentence"]

WHOLE = ("purpose", "overview", "outcome")  # of a project that one asks to be told of


@dataclass(frozen=True)
class Request:
    """A question as read.

    `named` are the projects named outright, one group a name or number; `terms` what is left to search for,
    `light` words too general for that, `counted` those of them that a figure counts, `topic` the same stretch
    as typed. `years` are loaded ones only: another year stays a word of the topic, and is in `other_years`
    where it says whose list is asked for (令和9年度の事業), not what a record speaks of (令和9年度まで).
    """

    question: str
    kind: Kind
    fields: tuple[str, ...] = ()
    figure: Asked | None = None
    named: tuple[tuple[Entry, ...], ...] = ()
    unknown_numbers: tuple[str, ...] = ()
    offices: tuple[NamedOffice, ...] = ()
    years: tuple[int, ...] = ()
    other_years: tuple[int, ...] = ()
    topic: str = ""
    terms: tuple[str, ...] = ()
    light: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()


_NOTHING_NAMED = Request("", "topic")


def has_cue(question: str, core: str) -> bool:
    """Whether a text has words that ask, though they may be of a name: what has none asks for nothing."""
    return _kind(question, core, _NOTHING_NAMED)[0] != "topic"


def read(question: str, held: Catalog) -> Request:
    """Read a question (its first `TUNING.reading.characters`) against the names that are loaded."""
    typed = asking.without_preface(one_space(question))[: TUNING.reading.characters]
    spans = lex(typed, held)
    asked = tuple(dict.fromkeys(span.year for span in spans if span.kind == "year"))
    years = tuple(year for year in asked if year in held.years)
    numbers = [number for span in spans for number in span.numbers]
    named = (
        *filter(None, map(held.of_number, numbers)),
        *(_of_name(span.project, held, years) for span in spans if span.project),
    )
    text = masked(typed, spans, held.years)
    request = Request(
        text,
        "topic",
        named=named,
        unknown_numbers=tuple(number for number in numbers if not held.of_number(number)),
        offices=tuple(dict.fromkeys(office for span in spans for office in span.offices)),
        years=years,
        other_years=tuple(year for year in asked if year not in held.years),
    )
    if are_compared(typed) and asking.COMPARE.search(typed):
        rest = asking.COMPARE.sub(" ", without_years(text, years_mentioned(text))).replace(asking.MASK, " ")
        return replace(request, kind="changes", topic=rest, terms=terms(asking.core(rest))[0])
    return _with_kind(request, asking.core(text), held)


def _of_name(name: str, held: Catalog, years: tuple[int, ...]) -> tuple[Entry, ...]:
    """The projects of a name, in the years asked for if there are any."""
    entries = held.by_name[name]
    return tuple(entry for entry in entries if not years or entry.fiscal_year in years) or entries


def _with_kind(request: Request, core: str, held: Catalog) -> Request:
    kind, fields, figure, rest = _kind(request.question, core, request)
    if kind in ("summary", "compare") and (cue := asking.field_cue(asking.core(rest))):
        rest = _without(asking.core(rest), cue.span)  # 企画経営課の成果をまとめて
        fields = cue.fields
    if kind == "summary":
        rest = asking.LENGTH.sub(" ", rest)
    topic = rest.replace(asking.MASK, " ").strip()
    offices = request.offices
    if (
        not request.named
        and not offices
        and kind in ("count", "list", "summary")
        and (office := held.offices.by_stem(re.sub(rf"の?(?:{asking.WORK})?[のをはで]?$", "", topic)))
    ):
        offices, topic = (office,), ""
    found, light = terms(topic, light_words=LIGHT | EVENTS if figure else LIGHT)
    if kind == "summary" and offices:
        found = tuple(filter(names, found))  # 簡単に, 短く
    if offices and all(map(is_of_office, found)):
        found, light = (), (*found, *light)  # a section that 持っている, やっている its projects
    read_as = replace(request, kind=kind, fields=fields, figure=figure, offices=offices, topic=topic)
    counted = _counted(core, figure) if figure else ()
    return _office_questions(replace(read_as, terms=found, light=light, counted=counted), held)


def _counted(core: str, figure: Asked) -> tuple[str, ...]:
    """The words that say what a figure counts: those after 何人, else the last before it."""
    start, end = figure.span
    after = re.split(r"[。、?？]", core[end:])[0]
    words, _ = terms(after, light_words=LIGHT | EVENTS)
    told = tuple(word for word in words if not is_light(word))
    return told or terms(core[:start])[0][-1:]


def _office_questions(request: Request, held: Catalog) -> Request:
    """A field of a section is its summary or its list, 何件 of one a count; a year alone is the list of it.

    A section with one project (a facility, say) is spoken of as that project.
    """
    names_nothing = not (request.named or request.terms or request.unknown_numbers)
    if request.years and names_nothing and not request.offices and request.kind == "topic":
        return replace(request, kind="list")
    if not request.offices or request.named or (request.terms and request.kind != "compare"):
        return request
    may_be_one = request.kind == "compare" or (request.kind == "field" and not _asks_what_it_has(request))
    if may_be_one and (lone := _lone_projects(request, held)):
        return replace(request, named=lone, offices=())
    match request.kind:
        case "field" if set(request.fields) <= {"purpose", "outcome"}:
            return replace(request, kind="summary")
        case "field" | "topic" | "sentence":
            return replace(request, kind="list")
        case "figure" if asking.COUNT_OF_OFFICE.search(request.question):
            return replace(request, kind="count")
    return request


def _asks_what_it_has(request: Request) -> bool:
    """Whether 何をしている, 事業名 ask for the projects of a section; a facility is what it does."""
    is_section = any(office.name.endswith(("課", "室", "係", "局", "部")) for office in request.offices)
    return "name" in request.fields or (is_section and not set(request.fields) <= {"purpose", "outcome"})


def _lone_projects(request: Request, held: Catalog) -> tuple[tuple[Entry, ...], ...]:
    """The project of each office named, none unless each has just one."""
    sections = tuple(dict.fromkeys(office.name for office in request.offices if office.kind == "section"))
    found = tuple(
        tuple(e for e in held.entries if e.section == name and e.fiscal_year in (request.years or held.years))
        for name in sections
    )
    is_lone = len(sections) == len(request.offices) and all(len(entries) == 1 for entries in found)
    return found if is_lone else ()


def _kind(question: str, core: str, named: Request) -> tuple[Kind, tuple[str, ...], Asked | None, str]:
    """The kind of answer, the fields or figure asked for, and what is left of the question.

    `named` is the request as far as it is read: what it names.
    """
    if found := asking.CHANGES.search(question):
        return "changes", (), None, question.replace(found[0], " ")
    if (found := asking.COMPARE.search(question)) and not _sets_in_order(question, found):
        topic = core if re.search(asking.VERSUS, core) else asking.COMPARE.split(core)[0]
        return "compare", (), None, topic
    if found := asking.SUMMARY.search(question):
        return "summary", (), None, f"{question[: found.start()]} {asking.untailed(question[found.end() :])}"
    cue, listing, figure = asking.field_cue(core), asking.LIST.search(core), asked_figure(core)
    if (found := asking.COUNT.search(core)) and not (figure and _counts_within(named, core, found)):
        return "count", (), None, _without(core, found.span())
    asks_figure = figure and cue and figure.span[0] >= cue.span[1]
    if cue and not asks_figure and not (listing and listing.end() > cue.span[1]):
        return "field", cue.fields, None, _without(core, cue.span)
    if figure and not (listing and figure.span[1] <= listing.start() and "?" not in core[figure.span[1] :]):
        return "figure", (), figure, _without(core, figure.span)
    if listing:
        return "list", (), None, _without(core, listing.span())
    if asking.ASKS.search(core):
        return "sentence", (), None, asking.ASKS.sub(" ", core)
    if found := asking.TELL.search(core):
        return "field", WHOLE, None, _without(core, found.span())
    return "topic", WHOLE if asking.TOLD.search(question) else (), None, core


def _sets_in_order(question: str, found: re.Match[str]) -> bool:
    """Whether 並べて asks for a list of many and not for two things side by side."""
    return "並べ" in found[0] and not re.search("[とや、・,]", question[: found.start()])


def _counts_within(request: Request, core: str, found: re.Match[str]) -> bool:
    """Whether what is counted is in one project (Xの取組は何件), not the projects themselves."""
    if request.offices:
        return False
    return len(request.named) == 1 or (found[0] == "何事業" and bool(terms(core[: found.start()])[0]))


def _without(text: str, span: tuple[int, int]) -> str:
    """A text less what only asks; って before it would make the last word look like a verb (つくばって)."""
    before, after = text[: span[0]], text[span[1] :]
    return f"{re.sub('って$', '', before)} {after}" if span[0] < span[1] else text
