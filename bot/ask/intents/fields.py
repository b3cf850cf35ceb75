"""担当課, 目的, 概要, 成果, 番号 … of a project, in the record's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.ask import subjects, wording
from bot.ask.answers import Answer, Choice, Choices, Details, Part, Piece, Quote, button_label, unknown
from bot.ask.intents import asides
from bot.ask.matching import bag, name_share
from bot.ask.question import Request
from bot.ask.subjects import Subject
from bot.ask.terms import terms as words_of
from store.database import Database
from store.records import Project
from store.text import lazily
from store.text.display import display, split

MOST_SENTENCES = 8  # of one field; the rest is a button away
MOST_CANDIDATES = 5
# What answers for a field that a list does not have.
INSTEAD = {"outcome": "overview", "overview": "purpose", "purpose": "overview"}


_NAMES_FIELD = lazily(
    "目的|狙い|ねらい|趣旨|目標|意義|成果|効果|実績|概要|内容|担当|所管|主管|課|部|室|省|庁|番号|名称|名前|年度|詳し|説明"
    "|ついて|こと|話|進捗|状況|目指"
)


def names_field(cue: str) -> bool:
    """Whether words that ask name a field (の目的は), and do not only fit one (何をした, どうなった)."""
    return bool(_NAMES_FIELD.search(cue))


def answer(db: Database, request: Request) -> Answer:
    """The field that was asked for, of the project that was meant; asks back when several may be."""
    subject = subjects.find(db, request)
    if not subject.candidates:
        subject = subjects.by_name_of_each(db, request) or subject
    return of_subject(db, request, subject)


def of_subject(db: Database, request: Request, subject: Subject) -> Answer:
    """The same once the subject is known."""
    if request.unknown_numbers and not subject.candidates:
        return unknown_number(request.unknown_numbers)
    if not subject.candidates:
        return nothing(db, subject, request.terms)
    if subject.is_sure:
        best = subject.candidates[0]
        given = of_project(best.project, request.fields, request.terms, why=best.why)
        return replace(given, parts=(*given.parts, *earlier_years(best.older)))
    if subject.guess:
        return _guess(request, subject)
    told = words_of(request.cue)[0]  # 国や県に何を要望した asks of 国・県に対する予算等要望
    meant = [c for c in subject.candidates if told and name_share(c.project, told) == 1]
    if len(meant) == 1 and not subject.is_named:
        return of_subject(db, request, replace(subject, candidates=tuple(meant), is_sure=True))
    return of_several(request, subject)


def of_project(
    project: Project, fields: Sequence[str], terms: Sequence[str] = (), *, why: Piece = ""
) -> Answer:
    """The fields of one project, the sentences that hold `terms` in front."""
    parts = [part for field in fields for part in _field(project, field, terms)]
    buttons = Details((project,), is_named=False)
    return Answer("field", (*parts, buttons), (project.key,), why=(why,) if why else ())


def earlier_years(years: Sequence[int]) -> tuple[Part, ...]:
    """That there are records of earlier years, where there are any."""
    return (wording.earlier_years(years),) if years else ()


def of_several(request: Request, subject: Subject) -> Answer:
    """Ask which was meant, showing what each would answer."""
    found = subject.projects[:MOST_CANDIDATES]
    offices = set(map(wording.section_of, subject.projects))
    if request.fields == ("section",) and len(offices) == 1:
        return _same_office(subject)
    total = len(subject.projects)
    is_each = subject.is_named and len({project.name for project in subject.projects}) > 1
    is_more = total >= subjects.LOOKED_AT
    parts: list[Part] = [
        wording.several_meant(total, len(found), is_named=subject.is_named, is_each=is_each, is_more=is_more)
    ]
    for project in found:
        parts += _briefly(project, request.fields[0], request.terms)
    choices = tuple(
        Choice(button_label(project), "ask_of", f"{project.fiscal_year} {project.number} {request.fields[0]}")
        for project in found
    )
    keys = tuple(project.key for project in found)
    return Answer(
        "field", (*parts, Choices(choices)), keys, confidence="sure" if is_each else "unsure",
        why=_reasons(subject, len(found)),
    )  # fmt: skip


def nothing(db: Database, subject: Subject, terms: Sequence[str]) -> Answer:
    """No record says what was asked; the nearest projects are named, nothing is answered by a guess."""
    if not subject.guess and (office := asides.among(terms)):
        return asides.refusal(db, office)
    near = subject.projects or subject.near
    is_meant = subject.is_named or subject.guess or not terms
    found = [p for p in near if is_meant or any(subjects.shares(db, p, term) for term in terms)][:3]
    why = (wording.no_record_tells(terms),) if terms else ()
    if not found:
        return unknown(wording.HOW_TO_FIND, why=why)
    asks = wording.perhaps(subject.guess) if subject.guess else wording.NEAR_ONES
    lines = map(wording.item, found)
    return unknown(asks, *lines, Details(tuple(found)), shown=(project.key for project in found), why=why)


def unknown_number(numbers: Sequence[str]) -> Answer:
    """No project bears the number."""
    return unknown(wording.no_such_number(numbers), why=(wording.NUMBER_ASKED,))


def _field(project: Project, field: str, terms: Sequence[str]) -> list[Part]:
    if field in wording.SHORT:
        return [wording.value_of(project, field)]
    if getattr(project, field):
        return [wording.field_follows(project, field), *_sentences(project, field, terms)]
    other = INSTEAD[field]
    if getattr(project, other):
        return [wording.field_is_empty(project, field, other), *_sentences(project, other, terms)]
    return [wording.field_is_empty(project, field)]


def _sentences(project: Project, field: str, terms: Sequence[str]) -> list[Part]:
    said = [sentence.text for sentence in split(getattr(project, field))]
    telling = [
        text for text in said if any(bag(text).holds(term) for term in terms if not _in_name(project, term))
    ]
    shown = said if len(said) <= MOST_SENTENCES else _first(telling, said)
    left = len(said) - len(shown)
    quote = Quote(project, field, tuple(shown), tuple(_spans(text, terms, project) for text in shown))
    return [quote, wording.sentences_left(left)] if left else [quote]


def _first(telling: Sequence[str], said: Sequence[str]) -> list[str]:
    chosen = set([*telling, *said][:MOST_SENTENCES])
    return [text for text in said if text in chosen]


def _in_name(project: Project, term: str) -> bool:
    return bag(display(project.name)).holds(term)


def _spans(text: str, terms: Sequence[str], project: Project) -> tuple[tuple[int, int], ...]:
    """Where the terms that singled out this record stand in a sentence, for bold."""
    places = ((text.find(term), term) for term in terms if not _in_name(project, term))
    return tuple((at, at + len(term)) for at, term in places if at >= 0)


def _briefly(project: Project, field: str, terms: Sequence[str]) -> list[Part]:
    if field in wording.SHORT or not getattr(project, field):
        return [wording.item(project, field if field in wording.SHORT else "section")]
    said = [sentence.text for sentence in split(getattr(project, field))]
    best = max(said, key=lambda text: sum(bag(text).holds(term) for term in terms), default="")
    head = wording.item(project)
    return [head, Quote(project, field, (best,))] if best else [head]


def _same_office(subject: Subject) -> Answer:
    found = subject.projects[:MOST_CANDIDATES]
    parts = (wording.one_section(found[0]), *map(wording.item, found))
    return Answer("field", parts, tuple(p.key for p in found), why=_reasons(subject, len(found)))


def _guess(request: Request, subject: Subject) -> Answer:
    first = of_project(subject.projects[0], request.fields)
    parts = (wording.perhaps(subject.guess), *first.parts)
    return Answer("field", parts, first.shown, confidence="unsure", why=_reasons(subject, 1))


def _reasons(subject: Subject, count: int) -> tuple[Piece, ...]:
    return tuple(wording.of_project(each.project, each.why) for each in subject.candidates[:count])
