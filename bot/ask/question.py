"""Reading a question: which kind of answer it wants, about which records. Pure given the catalog of names."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from bot.ask.lexing import are_compared, lex, masked
from bot.ask.quantities import Asked, asked_figure
from bot.ask.terms import EVENTS, LIGHT, is_light, is_of_office, names, terms
from store.index.catalog import Catalog, Entry, NamedOffice
from store.index.tuning import TUNING
from store.text import asking
from store.text.fiscal_years import without_years, years_mentioned
from store.text.normalize import one_space

Kind = Literal[
    "which", "field", "figure", "count", "list", "summary", "compare", "changes", "topic", "sentence"
]

WHOLE = ("purpose", "overview", "outcome")  # of a project that one asks to be told of


@dataclass(frozen=True)
class Request:
    """A question as read.

    `named` are the projects named outright, one group a name or number; `terms` what is left to search for,
    `light` words too general for that, `counted` those of them that a figure counts, `topic` the same stretch
    as typed. `years` are loaded ones only: another year stays a word of the topic, and is in `other_years`
    where it says whose list is asked for (令和9年度の事業), not what a record speaks of (令和9年度まで).
    `cue` are the words by which it asks.
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
    cue: str = ""


_NOTHING_NAMED = Request("", "topic")


def has_cue(question: str, core: str) -> bool:
    """Whether a text has words that ask, though they may be of a name: what has none asks for nothing."""
    return _intent(_Asked(question, core, _NOTHING_NAMED))[0] != "topic"


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
    kind, wants = _intent(_Asked(request.question, core, request))
    fields, figure, rest = wants.fields, wants.figure, wants.rest
    if kind in ("summary", "compare") and (cue := asking.field_cue(asking.core(rest))):
        rest = _without(asking.core(rest), cue.span)  # 企画経営課の成果をまとめて
        fields = cue.fields
    if kind == "summary":
        rest = asking.LENGTH.sub(" ", rest)
    topic = rest if kind == "which" else rest.replace(asking.MASK, " ").strip()
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
    read_as = replace(
        request, kind=kind, fields=fields, figure=figure, offices=offices, topic=topic, cue=wants.cue
    )
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
    is_of_more = request.named or (request.terms and request.kind != "compare") or request.kind == "which"
    if not request.offices or is_of_more:
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


@dataclass(frozen=True)
class _Asked:
    """A question with its core (no courtesies), and the request as far as it is read: what it names."""

    text: str
    core: str
    named: Request

    @cached_property
    def cue(self) -> asking.FieldCue | None:
        return asking.field_cue(self.core)

    @cached_property
    def figure(self) -> Asked | None:
        return asked_figure(self.core)

    @cached_property
    def listing(self) -> re.Match[str] | None:
        return asking.LIST.search(self.core)


@dataclass(frozen=True, slots=True)
class _Wants:
    """What a question wants, by which words (`cue`), and what is left of it."""

    rest: str
    fields: tuple[str, ...] = ()
    figure: Asked | None = None
    cue: str = ""


def _wants_changes(asked: _Asked) -> _Wants | None:
    found = asking.CHANGES.search(asked.text)
    return _Wants(asked.text.replace(found[0], " ")) if found else None


def _wants_which(asked: _Asked) -> _Wants | None:
    found = asking.WHICH.search(asked.core)
    return _Wants(asked.core, cue=found[0]) if found and _is_of_two(asked, found) else None


def _is_of_two(asked: _Asked, found: re.Match[str]) -> bool:
    """Whether which of two is asked for: どっち says so, 長いのは only behind AとB."""
    before = asked.core[: found.start()]
    return "どっち" in found[0] or "どちら" in found[0] or bool(re.search(r".と[^、,\s]+[、,\s]", before))


def _wants_comparison(asked: _Asked) -> _Wants | None:
    found = asking.COMPARE.search(asked.text)
    if not found or _sets_in_order(asked.text, found):
        return None
    return _Wants(asked.core if re.search(asking.VERSUS, asked.core) else asking.COMPARE.split(asked.core)[0])


def _wants_summary(asked: _Asked) -> _Wants | None:
    if not (found := asking.SUMMARY.search(asked.text)):
        return None
    return _Wants(f"{asked.text[: found.start()]} {asking.untailed(asked.text[found.end() :])}")


def _wants_count(asked: _Asked) -> _Wants | None:
    found = asking.COUNT.search(asked.core)
    if not found or (asked.figure and _counts_within(asked.named, asked.core, found)):
        return None
    return _Wants(_without(asked.core, found.span()))


def _wants_field(asked: _Asked) -> _Wants | None:
    cue, figure, listing = asked.cue, asked.figure, asked.listing
    if not cue or (figure and figure.span[0] >= cue.span[1]) or (listing and listing.end() > cue.span[1]):
        return None
    return _Wants(_without(asked.core, cue.span), cue.fields, cue=asked.core[slice(*cue.span)])


def _wants_figure(asked: _Asked) -> _Wants | None:
    core, figure, listing = asked.core, asked.figure, asked.listing
    if not figure or (listing and figure.span[1] <= listing.start() and "?" not in core[figure.span[1] :]):
        return None
    return _Wants(_without(core, figure.span), figure=figure)


def _wants_list(asked: _Asked) -> _Wants | None:
    return _Wants(_without(asked.core, asked.listing.span())) if asked.listing else None


def _wants_sentence(asked: _Asked) -> _Wants | None:
    found = asking.ASKS.search(asked.core)
    return _Wants(asking.ASKS.sub(" ", asked.core), cue=found[0]) if found else None


def _wants_to_be_told(asked: _Asked) -> _Wants | None:
    found = asking.TELL.search(asked.core)
    return _Wants(_without(asked.core, found.span()), WHOLE, cue=found[0]) if found else None


def _wants_what_there_is(asked: _Asked) -> _Wants | None:
    return _Wants(asked.core, WHOLE if asking.TOLD.search(asked.text) else ())


INTENTS: tuple[tuple[Kind, Callable[[_Asked], _Wants | None]], ...] = (
    ("changes", _wants_changes),
    ("which", _wants_which),
    ("compare", _wants_comparison),
    ("summary", _wants_summary),
    ("count", _wants_count),
    ("field", _wants_field),
    ("figure", _wants_figure),
    ("list", _wants_list),
    ("sentence", _wants_sentence),
    ("field", _wants_to_be_told),
    ("topic", _wants_what_there_is),
)
"""What a question may want, in order of precedence: the first that reads it decides."""


def _intent(asked: _Asked) -> tuple[Kind, _Wants]:
    return next((kind, wants) for kind, reads in INTENTS if (wants := reads(asked)))


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
