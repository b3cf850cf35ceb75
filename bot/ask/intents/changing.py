"""What a record says differently from the year before: sentences aligned, words marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from bot.ask import subjects, wording
from bot.ask.answers import Answer, Items, Kind, Part, Quote, unknown
from bot.ask.intents import fields, listing
from bot.ask.matching import is_spelled, sentences
from bot.ask.quantities import DATE, asked_figure, figures, year_of
from bot.ask.question import LINEAGE, Asked, Request
from bot.ask.wording import Piece
from store import projects
from store.columns.headings import plain_heading
from store.database import Database
from store.lists.matching import Lineage, Link
from store.records import FIELD_LABELS, Project
from store.search.related import kept_lineage
from store.talk.conversations import Turn
from store.text import asking, lazily
from store.text.asking import COUNT_OF_OFFICE, core
from store.text.display import split
from store.text.morphology import tokenize
from store.text.normalize import one_space
from store.text.numbers import fiscal_year_name, without_years, years_mentioned

FIELDS = ("name", "section", "purpose", "overview", "outcome")
ALIKE = 0.4  # sentences less alike than this are one gone and another new, not one changed
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One sentence then and now ('' where it is new or gone), with the spans of the words that differ."""

    field: str
    before: str
    after: str
    before_spans: Spans = ()
    after_spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A project in two years: what changed, and the fields that were copied without a change."""

    before: Project
    after: Project
    changed: tuple[Changed, ...]
    same: tuple[str, ...]


def compared(before: Project, after: Project) -> Difference:
    """Every sentence that differs between two years of a project."""
    told = [name for name in FIELDS if getattr(before, name) or getattr(after, name)]
    same = tuple(name for name in told if getattr(before, name) == getattr(after, name))
    changed = (change for name in told if name not in same for change in _field(name, before, after))
    return Difference(before, after, tuple(changed), same)


def _field(name: str, before: Project, after: Project) -> Iterator[Changed]:
    old, new = ([sentence.text for sentence in split(getattr(project, name))] for project in (before, after))
    for operation, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation != "equal":
            yield from _pairs(name, old[i:j], new[k:m])


def _pairs(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Changed]:
    """Each new sentence with the old one it is most like; what has no like is gone or new."""
    left = list(old)
    for text in new:
        likest = max(left, key=lambda other: _likeness(other, text), default="")
        if likest and _likeness(likest, text) >= ALIKE:
            left.remove(likest)
            yield Changed(name, likest, text, *_marked(likest, text))
        else:
            yield Changed(name, "", text)
    yield from (Changed(name, text, "") for text in left)


def _likeness(one: str, two: str) -> float:
    return SequenceMatcher(None, one, two, autojunk=False).ratio()


def _marked(old: str, new: str) -> tuple[Spans, Spans]:
    """Spans of the words that only one of two sentences has at a place."""
    then, now = list(tokenize(old)), list(tokenize(new))
    words = SequenceMatcher(
        None, [old[t.start : t.end] for t in then], [new[t.start : t.end] for t in now], autojunk=False
    )
    gone: list[tuple[int, int]] = []
    come: list[tuple[int, int]] = []
    for operation, i, j, k, m in words.get_opcodes():
        if operation != "equal":
            gone += [(then[i].start, then[j - 1].end)] if j > i else []
            come += [(now[k].start, now[m - 1].end)] if m > k else []
    return tuple(gone), tuple(come)


def answer(db: Database, request: Request) -> Answer:
    """Compare the two years named, else the newest two."""
    years = _years(db, request)
    if years is None:
        return unknown(wording.one_year_only(projects.fiscal_years(db)))
    before, after = years
    if request.offices:
        return _of_office(db, request, before, after)
    if not (request.named or request.terms or request.unknown_numbers):
        return _of_all(db, before, after)
    subject = subjects.find(db, Request(request.question, "topic", named=request.named, terms=request.terms))
    if not subject.candidates:
        return fields.nothing(db, subject, request.terms)
    meant = subject.projects[0]
    link = _link(db, meant, before, after)
    if link is None:
        return unknown(wording.not_of_year(meant, before if meant.fiscal_year == after else after))
    then, now = link.earlier, link.later
    goes_on = [wording.went_on(link)] if then.number != now.number or link.is_estimate else []
    head = wording.two_years(now, before, after)
    parts = (head, *goes_on, *_cells(then, now), *_told(compared(then, now)))
    return Answer("compare", parts, (now.key, then.key), why=(wording.WORD_BY_WORD,))


def _link(db: Database, project: Project, before: int, after: int) -> Link | None:
    """The project in both years, under whatever number."""
    known = {project.key, (before, project.number), (after, project.number)}
    links = [link for link in kept_lineage(db, before, after).links if link.relation == "same"]
    own = [link for link in links if project.key in (link.earlier.key, link.later.key)]
    return next(iter(own or [link for link in links if {link.earlier.key, link.later.key} & known]), None)


def in_year(db: Database, project: Project, year: int) -> Project | None:
    """The project as another year's list has it, under whatever number; None where it has none."""
    before, after = sorted((project.fiscal_year, year))
    link = _link(db, project, before, after) if before != after else None
    return (link.later if year == after else link.earlier) if link else None


def _cells(then: Project, now: Project) -> Iterator[Part]:
    """What columns of one heading, its year and unit aside, say otherwise in the two years."""
    for _, column, was, is_now in _changes(then, now):
        yield wording.cell_changed(column, was, is_now)


def _changes(then: Project, now: Project) -> Iterator[tuple[str, str, str, str]]:
    """Plain heading, heading, and the cells then and now, of the columns that say otherwise."""
    old, new = ({plain_heading(each): each for each in project.other_columns} for project in (then, now))
    for heading, column in new.items():
        if heading and heading in old:
            was, is_now = then.extra[old[heading]].strip(), now.extra[column].strip()
            if was != is_now:
                yield heading, column, was, is_now


def _years(db: Database, request: Request) -> tuple[int, int] | None:
    loaded = projects.fiscal_years(db)
    named = sorted(request.years or ())
    if len(named) >= 2:
        return named[0], named[-1]
    latest = named[-1] if named else max(loaded, default=0)
    earlier = [year for year in loaded if year < latest]
    return (max(earlier), latest) if earlier else None


def _told(difference: Difference) -> Iterator[Part]:
    for change in difference.changed:
        yield wording.sentence_changed(change.field, was=bool(change.before), now=bool(change.after))
        if change.before:
            yield Quote(difference.before, change.field, (change.before,), (change.before_spans,))
        if change.after:
            yield Quote(difference.after, change.field, (change.after,), (change.after_spans,))
    if difference.same:
        yield wording.fields_unchanged(difference.same, difference.before.fiscal_year)


def _of_office(db: Database, request: Request, before: int, after: int) -> Answer:
    then, now = (_in_year(db, request, year) for year in (before, after))
    links = [
        link
        for link in kept_lineage(db, before, after).links
        if link.relation == "same" and link.earlier.number in then and link.later.number in now
    ]
    both = [compared(link.earlier, link.later) for link in links]
    old, new = ({link.earlier.number for link in links}, {link.later.number for link in links})
    columns = {d.after.key: [*_cells(d.before, d.after)] for d in both}
    changed = [difference for difference in both if difference.changed or columns[difference.after.key]]
    left = len(now.keys() - new), len(then.keys() - old)
    parts: list[Part] = [
        wording.two_years([office.name for office in request.offices], before, after),
        wording.of_office_changed(len(both), len(changed), len(both) - len(changed), *left),
        *_group(wording.NEW, [now[number] for number in now if number not in new]),
        *_group(wording.ENDED, [then[number] for number in then if number not in old]),
        *_group(wording.SAME, [d.after for d in both if d not in changed]),
    ]
    for difference in changed:
        parts += [wording.heading(difference.after), *columns[difference.after.key], *_told(difference)]
    keys = tuple(project.key for project in now.values())
    return Answer("compare", tuple(parts), keys, why=(wording.OFFICES_MATCHED,))


def _of_all(db: Database, before: int, after: int) -> Answer:
    """What became of all projects from one year to another, and in how many each column says otherwise."""
    found = kept_lineage(db, before, after)
    same = [link for link in found.links if link.relation == "same"]
    texts = Counter(
        FIELD_LABELS[name]
        for link in same
        for name in FIELDS
        if getattr(link.earlier, name) != getattr(link.later, name)
    )
    columns = Counter(heading for link in same for heading, *_ in _changes(link.earlier, link.later))
    parts: list[Part] = [
        wording.two_years((), before, after),
        wording.of_all_changed(len(same), len(found.new), len(found.ended)),
    ]
    if told := [*columns.most_common(), *texts.most_common()]:
        counts = Items(tuple((heading, wording.count(number)) for heading, number in told))
        parts += [wording.COLUMNS_CHANGED, counts]
    parts += _group(wording.NEW, found.new, most=listing.PAGE)
    parts += _group(wording.ENDED, found.ended, most=listing.PAGE)
    return Answer("compare", tuple(parts), why=(wording.HOW_MATCHED,))


def _in_year(db: Database, request: Request, year: int) -> dict[str, Project]:
    entries = listing.within(db.snapshot.catalog, Request("", "list", offices=request.offices, years=(year,)))
    return {p.number: p for p in projects.by_ids(db, [entry.id for entry in entries])}


def _group(name: str, found: Sequence[Project], *, most: int = 0) -> list[Part]:
    """Projects under a heading, `most` of them if that is not 0."""
    some = found[: most or None]
    head = wording.group(name, most if len(some) < len(found) else 0)
    return [head, Items(tuple((wording.named(project), "") for project in some))] if found else []


Pair = tuple[Project | None, Project | None]  # of the earlier year and of the later


def listed(db: Database, request: Request, typed: str) -> Answer | None:
    """The projects that are new, ended, merged, split, or have another number, name or section."""
    years = _years(db, request)
    what = next((each for each, pattern in LINEAGE.items() if pattern.search(typed)), None)
    if years is None or what is None or request.named:
        return None
    before, after = years
    found = kept_lineage(db, before, after)
    offices = {office.name for office in request.offices}
    pairs = [
        (one, other)
        for one, other in _CHOOSE[what](found)
        if not offices or any(offices & each.offices for each in (one, other) if each)
    ]
    head = wording.became(what, len(pairs), [office.name for office in request.offices], before, after)
    shown = pairs[: listing.PAGE]
    left = len(pairs) - len(shown)
    lines = Items(tuple(map(_pair_line, shown)))
    parts: tuple[Part, ...] = (head, wording.HOW_MATCHED_BELOW, lines, *listing.more_button(left))
    keys = tuple(each.key for one, other in pairs if (each := other or one))
    kind: Kind = "count" if COUNT_OF_OFFICE.search(typed) else "list"
    return Answer(kind, parts, keys[: listing.PAGE], keys[listing.PAGE :], why=(wording.HOW_MATCHED_BELOW,))


def _pair_line(pair: Pair) -> tuple[Piece, Piece]:
    one, other = pair
    if one and other:
        return wording.named(one), wording.later_one(other)
    only = one or other
    return (wording.named(only), f" {only.section}".replace("\n", "、")) if only else ("", "")


def _linked(relation: str, change: str = "") -> Callable[[Lineage], list[Pair]]:
    """The pairs of a relation; of those that are the same, those with that `change`."""
    return lambda found: [
        (link.earlier, link.later)
        for link in found.links
        if link.relation == relation and (not change or change in link.changes)
    ]


_CHOOSE: Mapping[str, Callable[[Lineage], list[Pair]]] = {
    "merged": _linked("merged"),
    "split": _linked("split"),
    "number": _linked("same", "number"),
    "name": _linked("same", "name"),
    "section": _linked("same", "section"),
    "new": lambda found: [(None, project) for project in found.new],
    "ended": lambda found: [(project, None) for project in found.ended],
}


# What only asks, behind a year or a place of a list: 前の年は何件でしたか.
ONLY_ASKS = lazily(r"[のは、?\s]*(?:どう|いくつ|何[件人回名台社]|どれくらい)?(?:だった|でした|ですか)?[は?]*")


def of_year_before(db: Database, question: Asked, last: Turn) -> Answer | None:
    """The figure that the record of the thread's project gives for another year (前の年は, 令和2年度は).

    Without one what it says of that year is shown.
    """
    asked = question.typed_core
    project = projects.get(db, *last.topic) if last.topic else None
    before = asking.YEAR_BEFORE.match(asked)
    years = [span.year for span in years_mentioned(asked)]
    rest = asked[before.end() :] if before else without_years(asked, years_mentioned(asked))
    if project is None or not (before or years) or not ONLY_ASKS.fullmatch(rest):
        return None
    year = years[0] if years else project.fiscal_year - 1
    own = (entry.fiscal_year for entry in db.snapshot.catalog.of_number(project.number))
    if year != project.fiscal_year and year in own:
        return None  # that year's record tells it
    for field, sentence in sentences(project):
        for figure in figures(sentence.text):
            said = year_of(sentence.text, figure)
            if figure.unit != DATE and said and year in [span.year for span in years_mentioned(said)]:
                told = wording.figures_in(project, field, (figure.text,), is_one=True)
                quote = Quote(project, field, (sentence.text,), (((figure.start, figure.end),),))
                return Answer("figure", (told, quote), (project.key,), why=(wording.figure_of(said),))
    speaking = [
        Quote(project, field, (each.text,))
        for field, each in sentences(project)
        if year in [span.year for span in years_mentioned(each.text)]
    ]
    shown = unknown(wording.MAY_BELONG, *speaking, shown=(project.key,))
    return replace(shown, confidence="unsure") if speaking else None


_OF_YEAR_BEFORE = lazily(rf"(?P<noun>[^、。]{{2,20}})の(?:{asking.YEAR_BEFORE.pattern})は?")


def year_in_full(db: Database, question: str, last: Turn | None) -> str:
    """前の年は with that year, the one before the record's that is spoken of, or the newest list's.

    So is that of a figure (前年度の申請件数は), unless the record itself speaks of 前年度.
    """
    asked = core(one_space(question))
    if last is None or not (last.topic or last.listed):
        return question
    said = fiscal_year_name((last.topic[0] if last.topic else max(year for year, _ in last.listed)) - 1)
    before, behind = asking.YEAR_BEFORE.match(asked), _OF_YEAR_BEFORE.fullmatch(asked)
    rest = asked[before.end() :] if before else f"の{behind['noun']}は" if behind else ""
    if before and ONLY_ASKS.fullmatch(rest) and not COUNT_OF_OFFICE.search(rest):
        return f"{said}は"
    if not (last.topic and rest.startswith("の") and asked_figure(rest)):
        return question
    project = projects.get(db, *last.topic)
    return question if project and is_spelled(project, "前年度") else f"{said}{rest}"
