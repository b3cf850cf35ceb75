"""Two projects or two sections side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.ask import subjects
from bot.ask.answers import Answer, Choice, Choices, Items, Part, Quote, Say, button_label, title, unknown
from bot.ask.intents import listing
from bot.ask.question import Request
from bot.ask.subjects import Subject
from bot.ask.terms import terms
from store.database import Database
from store.records import FIELD_LABELS, Project
from store.text.sentences import split

_BETWEEN = re.compile(r"と(?:は|の)?|や|、|,|・|／|/|対|および|及び|\bvs\b|\bVS\b|vs\.?|\s+")
FIELDS = ("purpose", "overview", "outcome")
SENTENCES = 3  # of each field; the whole is behind 詳細


def answer(db: Database, request: Request) -> Answer:
    """Compare the two that the request names or describes; else ask which two."""
    if len(request.offices) >= 2:
        return _offices(db, request)
    pair = _pair(db, request)
    if pair is None:
        return _which_two(request)
    one, two = (subject.projects[0] for subject in pair)
    if one.key == two.key:
        return _which_two(request)
    is_sure = all(subject.is_sure for subject in pair)
    why = tuple(subject.candidates[0].why for subject in pair)
    parts = (
        Say(f"{title(one)}と{title(two)}を並べます。", "bold"),
        *_side_by_side(one, two, request.fields),
        _details(one, two),
    )
    return Answer("compare", parts, (one.key, two.key), confidence="sure" if is_sure else "unsure", why=why)


def _pair(db: Database, request: Request) -> tuple[Subject, Subject] | None:
    """The two subjects: by name or number, else split where both halves are found best."""
    named = [subjects.find(db, Request("", "topic", named=(group,))) for group in request.named[:2]]
    if len(named) == 2:
        return named[0], named[1]
    if len(named) == 1 and request.terms:
        others = (_subject(db, request, text) for text in (request.topic, *_BETWEEN.split(request.topic)))
        mine = named[0].projects[0].key
        other = next((one for one in others if one.candidates and one.projects[0].key != mine), None)
        return (named[0], other) if other else None
    catalog = db.snapshot.catalog
    numbers = [entries for text in _BETWEEN.split(request.topic) if (entries := catalog.of_number(text))]
    if len(numbers) >= 2 and not request.named:
        one, two = (subjects.find(db, Request("", "topic", named=(entries[:1],))) for entries in numbers[:2])
        return one, two
    pairs = [pair for pair in _halves(db, request) if pair[0].candidates and pair[1].candidates]
    return max(pairs, key=_fit, default=None)


def _halves(db: Database, request: Request) -> Iterator[tuple[Subject, Subject]]:
    for found in _BETWEEN.finditer(request.topic):
        one, two = request.topic[: found.start()], request.topic[found.end() :]
        if one.strip() and two.strip():
            yield _subject(db, request, one), _subject(db, request, two)


def _subject(db: Database, request: Request, text: str) -> Subject:
    if entries := db.snapshot.catalog.of_number(text.strip()):
        return subjects.find(db, Request("", "topic", named=(entries[:1],)))
    return subjects.by_words(db, request, terms(text)[0])


def _fit(pair: tuple[Subject, Subject]) -> float:
    return sum(subject.candidates[0].named + subject.is_sure for subject in pair)


def _side_by_side(one: Project, two: Project, asked: Sequence[str]) -> Iterator[Part]:
    """The fields that were asked for, else all that tell of a project."""
    yield Items(tuple((f"{title(project)}: ", _office(project)) for project in (one, two)))
    for field in [name for name in FIELDS if name in asked] or ([] if asked else FIELDS):
        if getattr(one, field) or getattr(two, field):
            yield Say(FIELD_LABELS[field], "bold")
            yield from _both(one, two, field)


def _both(one: Project, two: Project, field: str) -> Iterator[Part]:
    if getattr(one, field) == getattr(two, field):
        yield Say(f"どちらも同じ文です（事業番号 {one.number}・{two.number}）。")
        yield Quote(one, field, _some(one, field))
        return
    for project in (one, two):
        said = _some(project, field)
        yield (Quote(project, field, said) if said else Say(f"事業番号 {project.number} のこの欄は空です。"))


def _some(project: Project, field: str) -> tuple[str, ...]:
    return tuple(sentence.text for sentence in split(getattr(project, field)))[:SENTENCES]


def _office(project: Project) -> str:
    return " ".join(filter(None, (project.department, project.section))).replace("\n", "、")


def _details(*both: Project) -> Choices:
    return Choices(tuple(Choice(button_label(p), "detail", f"{p.fiscal_year} {p.number}") for p in both))


def _offices(db: Database, request: Request) -> Answer:
    """Sections side by side: how many projects each has, which, and what outcome each of them gives first."""
    found = [(office, listing.of_office(db, request, office)) for office in request.offices[:2]]
    parts: list[Part] = [Say(f"{found[0][0].name}と{found[1][0].name}を並べます。", "bold")]
    for office, held in found:
        parts.append(Say(f"{office.name}: {len(held):,}件", "bold"))
        parts.append(Items(tuple((title(project), "") for project in held[: listing.PAGE])))
        parts += listing.more_button(len(held) - listing.PAGE)
    keys = tuple(project.key for _, held in found for project in held)
    why = ("担当課・部の欄が一致する事業を並べています",)
    return Answer("compare", tuple(parts), keys, why=why)


def _which_two(request: Request) -> Answer:
    ask = Say(
        "どの2つを比べますか。たとえば「11と97を比べて」のように、事業番号や事業名を2つ書いてください。"
    )
    return unknown(ask, why=(f"比べる2つを「{request.topic}」から決められませんでした",))
