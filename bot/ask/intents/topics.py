"""Questions that name no field: a keyword alone, or 誰, どこ, どうやって about what the records say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.ask import subjects
from bot.ask.answers import Answer, Choice, Choices, Confidence, Part, Quote, Say, office_line, title, unknown
from bot.ask.intents import fields, listing
from bot.ask.matching import bag, lacking, sentences
from bot.ask.question import Request
from bot.ask.subjects import Subject
from bot.ask.terms import is_light, names
from store.database import Database
from store.records import Project
from store.text import asking

_TOLD_NOT_ASKED = re.compile(
    r"(?:まし?た|ません|ない|てい?(?:る|ます)|まい|った|れた)(?:よ|ね|の|です|んです)*[。!]*$"
)
BRIEF = 2  # sentences of the outcome or overview on a card
TOLD_OF = 2  # words of a question that one sentence must hold to be shown for it


def about(db: Database, request: Request) -> Answer:
    """A keyword or a name: the project in brief when it is one, else the projects that have the words."""
    is_sum = all(term.isdigit() for term in request.terms) and not request.question.isdigit()
    if request.unknown_numbers and not (request.named or request.terms):
        return fields.unknown_number(request.unknown_numbers)
    if not request.named and (not request.terms or is_sum):
        return unclear(request)
    subject = subjects.find(db, request)
    if request.unknown_numbers and not subject.candidates:
        return fields.unknown_number(request.unknown_numbers)
    if not subject.candidates:
        return fields.nothing(db, subject, request.terms)
    if _tells(request) and not all(_is_said(subject.projects[0], term) for term in request.terms):
        return fields.nothing(db, Subject(), request.terms)
    if _lacks_verb(request, subject.projects[0]):
        return fields.nothing(db, subject, request.terms)
    if request.question.rstrip("?").endswith("は") and not _is_told(subject, request.terms):
        return fields.nothing(db, subject, request.terms)
    if subject.is_sure and request.fields:
        return fields.of_subject(db, request, subject)
    if subject.is_named and subject.is_sure and (lacks := _lacking(request, subject.projects[0])):
        return _without_item(subject, lacks)
    if subject.is_sure or subject.guess:
        return _card(subject, request.terms)
    return _several(subject, request.terms)


def _is_told(subject: Subject, terms: Sequence[str]) -> bool:
    """Whether the best name, or one sentence, has all the words; else XのYは？ is not answered."""
    best = subject.candidates[0]
    if best.named or len(terms) < TOLD_OF:
        return True
    return any(all(bag(s.text).holds(term) for term in terms) for _, s in sentences(best.project))


def _lacks_verb(request: Request, project: Project) -> bool:
    """Whether a record does not say what the question says was done (…を辞めた団体)."""
    verbs = [term for term in request.terms if not names(term) and not is_light(term)]
    said = "\n".join(sentence.text for _, sentence in sentences(project)) if verbs else ""
    return bool(lacking(verbs, said, project.name))


def _tells(request: Request) -> bool:
    """Whether something is told and nothing asked (パソコンが壊れました): only its very words count."""
    return is_told_not_asked(request.question) and any(not names(term) for term in request.terms)


def is_told_not_asked(question: str) -> bool:
    """Whether a sentence tells what happened or fails (印刷できません) and asks nothing."""
    is_told = bool(_TOLD_NOT_ASKED.search(question)) and not asking.ASKS.search(question)
    return is_told and not asking.ends_with_particle(question)


def _is_said(project: Project, term: str) -> bool:
    """Whether a sentence or the name of a project says a word."""
    return bag(project.name).holds(term) or any(bag(said.text).holds(term) for _, said in sentences(project))


def _lacking(request: Request, project: Project) -> tuple[str, ...]:
    """What is asked of a project that its record says nothing of (…事業の課題は？)."""
    if any(_is_said(project, term) for term in request.terms):
        return ()
    return tuple(term for term in request.terms if names(term))


def _without_item(subject: Subject, lacks: Sequence[str]) -> Answer:
    """That the record has no such item, and what it has instead."""
    project = subject.projects[0]
    what = "と".join(f"「{term}」" for term in lacks)
    told = f"{title(project)}の記録に{what}についての記載は見つかりませんでした。"
    has = [part for field in ("purpose", "outcome") for part in _brief(project, field)]
    detail = Choices((Choice("詳細", "detail", f"{project.fiscal_year} {project.number}"),))
    offers = (Say("記録にあるのは、次のような内容です。"), *has) if has else ()
    return unknown(Say(told), *offers, detail, shown=(project.key,), why=(subject.candidates[0].why,))


def nothing_said(db: Database, request: Request) -> Answer:
    """What is near to a question that only a sentence can answer (誰が), before sentences are ranked."""
    return fields.nothing(db, subjects.find(db, request), request.terms)


def unclear(request: Request) -> Answer:
    """Nothing to go by: say how to ask."""
    ask = Say(
        "どの事業についてのお尋ねでしょうか。事業名や事業番号、気になる言葉を添えてもう一度お尋ねください。"
    )
    return unknown(ask, why=(f"「{request.question}」から事業を決める言葉を見つけられませんでした",))


def _card(subject: Subject, terms: Sequence[str]) -> Answer:
    project = subject.projects[0]
    asks = (Say(f"もしかして: {subject.guess}"),) if subject.guess else ()
    parts: list[Part] = [*asks, Say(title(project), "bold"), Say(office_line(project))]
    wanted = [term for term in terms if not bag(project.name).holds(term)]
    found = listing.evidence(project, wanted)
    said = "\n".join(text for part in found for text in part.sentences)
    others = listing.evidence(project, lacking(wanted, said, project.name)) if found else []
    if found:
        parts += [*found, *others]
    else:
        parts += [part for field in ("purpose", "outcome") for part in _brief(project, field)]
    parts.append(Choices((Choice("詳細", "detail", f"{project.fiscal_year} {project.number}"),)))
    parts += fields.earlier_years(subject.candidates[0].older)
    confidence: Confidence = "unsure" if subject.guess or others else "sure"
    return Answer(
        "search", tuple(parts), (project.key,), confidence=confidence, why=(subject.candidates[0].why,)
    )


def _brief(project: Project, field: str) -> list[Part]:
    """The first sentences of a field, or of what the list has in its place."""
    told = field if getattr(project, field) else fields.INSTEAD[field]
    said = tuple(s.text for _, s in sentences(project, (told,)))[:BRIEF]
    return [Quote(project, told, said)] if said else []


def _several(subject: Subject, terms: Sequence[str]) -> Answer:
    found = subject.projects[: listing.PAGE]
    head = Say(f"{len(subject.projects)}件の事業が見つかりました。", "bold")
    keys = tuple(project.key for project in found)
    why = tuple(f"事業番号 {c.project.number}: {c.why}" for c in subject.candidates[:3])
    return Answer("search", (head, *listing.page(found, terms)), keys, why=why)
