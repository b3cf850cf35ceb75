"""Reading a question: which kind of answer it wants, about which records. Pure given the catalog of names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from bot.answers import cues
from bot.answers.terms import EVENTS, LIGHT, is_light, is_of_office, terms
from bot.answers.units import Asked, asked_figure
from store.catalog import Catalog, Entry, Mention, Office

Kind = Literal["field", "figure", "count", "list", "summary", "compare", "changes", "topic", "sentence"]

_NUMBER = re.compile(
    r"(?:事業番号|事業No\.?|番号|No\.?|№|#)\s*[:：]?\s*([0-9A-Za-z][0-9A-Za-z\-]*)(?:番)?(?:の事業(?!名|番号|費))?"
    r"|(?<![0-9A-Za-z])([0-9]{1,5})(?:番の?事業|番(?![目号一-龥])|(?=の(?:事業|担当|目的|概要|成果|内容))|(?=って|とは))"
)
_CODE = re.compile(r"[0-9]{4}-[^\s\-、。「」]{1,6}-[^\s、。「」のはをがと]*[0-9]")
_YEAR = re.compile(r"(?:(令和|平成|R|H)\s?(元|[0-9]{1,2})|(20[0-9]{2}))年度(?:の|に|は|で)?")
_ANY_YEAR = re.compile(rf"{_YEAR.pattern}と?")
_ERA_START = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}


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
    offices: tuple[Office, ...] = ()
    years: tuple[int, ...] = ()
    other_years: tuple[int, ...] = ()
    topic: str = ""
    terms: tuple[str, ...] = ()
    light: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()


def normal(text: str) -> str:
    """NFKC, one space where there were several."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def read(question: str, held: Catalog) -> Request:
    """Read a question (of any length; the first 500 characters count) against the names that are loaded."""
    typed = normal(question)[:500]
    text, years, other_years = _take_years(typed, held)
    text, named, unknown = _take_numbers(text, held)
    text, mentions = _mask(text, held)
    named = (*named, *(_of_name(m.name, held, years) for m in mentions if m.kind == "project"))
    offices = tuple(dict.fromkeys(office for mention in mentions for office in mention.offices))
    request = Request(
        text,
        "topic",
        named=named,
        unknown_numbers=unknown,
        offices=offices,
        years=years,
        other_years=other_years,
    )
    if cues.TWO_YEARS.search(typed) and cues.COMPARE.search(typed):
        rest = cues.COMPARE.sub(" ", _ANY_YEAR.sub(" ", text)).replace(cues.MASK, " ")
        return replace(request, kind="changes", topic=rest, terms=terms(cues.core(rest))[0])
    return _with_kind(request, cues.core(text), held)


def _with_kind(request: Request, core: str, held: Catalog) -> Request:
    kind, fields, figure, rest = _kind(request, core)
    if kind in ("summary", "compare") and (cue := cues.field_cue(cues.core(rest))):
        rest = _without(cues.core(rest), cue.span)  # 企画経営課の成果をまとめて
        fields = cue.fields
    topic = rest.replace(cues.MASK, " ").strip()
    offices = request.offices
    if (
        not request.named
        and not offices
        and kind in ("count", "list", "summary")
        and (office := held.office_by_stem(re.sub(rf"の?(?:{cues.WORK})?[のをはで]?$", "", topic)))
    ):
        offices, topic = (office,), ""
    found, light = terms(topic, light_words=LIGHT | EVENTS if figure else LIGHT)
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
    """A field of a whole section is its summary or its list; 何件 of one is a count.

    A section with one project (a facility, say) is spoken of as that project.
    """
    if not request.offices or request.named or (request.terms and request.kind != "compare"):
        return request
    if request.kind in ("field", "compare") and (lone := _lone_projects(request, held)):
        return replace(request, named=lone, offices=())
    match request.kind:
        case "field" if set(request.fields) <= {"purpose", "outcome"}:
            return replace(request, kind="summary")
        case "field" | "topic" | "sentence":
            return replace(request, kind="list")
        case "figure" if cues.COUNT_OF_OFFICE.search(request.question):
            return replace(request, kind="count")
    return request


def _lone_projects(request: Request, held: Catalog) -> tuple[tuple[Entry, ...], ...]:
    """The project of each office named, none unless each has just one."""
    sections = {office.name for office in request.offices if office.kind == "section"}
    found = tuple(
        tuple(e for e in held.entries if e.section == name and e.fiscal_year in (request.years or held.years))
        for name in sections
    )
    is_lone = len(sections) == len(request.offices) and all(len(entries) == 1 for entries in found)
    return found if is_lone else ()


def _kind(request: Request, core: str) -> tuple[Kind, tuple[str, ...], Asked | None, str]:
    """The kind of answer, the fields or figure asked for, and what is left of the question."""
    question = request.question
    if found := cues.CHANGES.search(question):
        return "changes", (), None, question.replace(found[0], " ")
    if cues.COMPARE.search(question):
        topic = core if re.search(cues.VERSUS, core) else cues.COMPARE.split(core)[0]
        return "compare", (), None, topic
    if found := cues.SUMMARY.search(question):
        return "summary", (), None, f"{question[: found.start()]} {cues.untailed(question[found.end() :])}"
    cue, listing, figure = cues.field_cue(core), cues.LIST.search(core), asked_figure(core)
    if (found := cues.COUNT.search(core)) and not (figure and _counts_within(request, core, found)):
        return "count", (), None, _without(core, found.span())
    asks_figure = figure and cue and figure.span[0] >= cue.span[1]
    if cue and not asks_figure and not (listing and listing.end() > cue.span[1]):
        return "field", cue.fields, None, _without(core, cue.span)
    if figure and not (listing and figure.span[1] <= listing.start() and "?" not in core[figure.span[1] :]):
        return "figure", (), figure, _without(core, figure.span)
    if listing:
        return "list", (), None, _without(core, listing.span())
    if cues.ASKS.search(core):
        return "sentence", (), None, cues.ASKS.sub(" ", core)
    if found := cues.TELL.search(core):
        return "field", ("purpose", "overview", "outcome"), None, _without(core, found.span())
    return "topic", (), None, core


def _counts_within(request: Request, core: str, found: re.Match[str]) -> bool:
    """Whether what is counted is in one project (Xの取組は何件), not the projects themselves."""
    if request.offices:
        return False
    return len(request.named) == 1 or (found[0] == "何事業" and bool(terms(core[: found.start()])[0]))


def _without(text: str, span: tuple[int, int]) -> str:
    """A text less what only asks; って before it would make the last word look like a verb (つくばって)."""
    before, after = text[: span[0]], text[span[1] :]
    return f"{re.sub('って$', '', before)} {after}" if span[0] < span[1] else text


def _take_years(text: str, held: Catalog) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """The text without the loaded fiscal years that it names, those, and the others that it asks of."""
    years: list[int] = []
    others: list[int] = []

    def take(found: re.Match[str]) -> str:
        year = (
            int(found[3]) if found[3] else _ERA_START[found[1]] + (1 if found[2] == "元" else int(found[2]))
        )
        if year in held.years:
            years.append(year)
            return " "
        if found[0][-1] in "のは" or found.end() == len(text):
            others.append(year)
        return found[0]

    rest = _YEAR.sub(take, text)
    return rest, tuple(dict.fromkeys(years)), tuple(dict.fromkeys(others))


def _take_numbers(text: str, held: Catalog) -> tuple[str, tuple[tuple[Entry, ...], ...], tuple[str, ...]]:
    """Projects named by number, numbers that no project has, and the text with them masked."""
    named: list[tuple[Entry, ...]] = []
    unknown: list[str] = []

    def take(found: re.Match[str]) -> str:
        number = next(group for group in (*found.groups(), found[0]) if group)
        if entries := held.of_number(number):
            named.append(entries)
        else:
            unknown.append(number)
        return cues.MASK

    text = _CODE.sub(lambda found: take(found) if held.of_number(found[0]) else found[0], text)
    return _NUMBER.sub(take, text), tuple(named), tuple(unknown)


def _mask(text: str, held: Catalog) -> tuple[str, list[Mention]]:
    mentions = held.mentions(text)
    for mention in reversed(mentions):
        text = f"{text[: mention.start]}{cues.MASK}{text[mention.end :]}"
    return text, mentions


def _of_name(name: str, held: Catalog, years: tuple[int, ...]) -> tuple[Entry, ...]:
    entries = held.by_name[name]
    return tuple(entry for entry in entries if not years or entry.fiscal_year in years) or entries
