"""A question in, an Answer out: every sentence of a record verbatim and cited, nothing made up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.ask import follow_ups, lexing, subjects, terms
from bot.ask.answers import Answer, Quote, Say, not_loaded, unknown
from bot.ask.checks import condition, denied, role_of
from bot.ask.columns import indicators
from bot.ask.columns.answering import answer_columns, lacking
from bot.ask.intents import (
    changing,
    comparing,
    fields,
    listing,
    measures,
    offices,
    passages,
    smalltalk,
    summing,
    topics,
)
from bot.ask.question import Request, read
from bot.ask.terms import is_light
from bot.ask.wanting import HERE
from store import projects
from store.database import Database
from store.index.catalog import Catalog
from store.search.expansion import as_recorded
from store.talk.conversations import Turn
from store.text import asking
from store.text.normalize import alnum_key

__all__ = ["Answer", "answer"]

NO_SECTION_HERE = (
    "このチャンネルの担当課はまだ設定されていません。"
    "事務局が /jigyo 設定 チャンネル 担当課名 と入力すると設定できます。"
)

_ELLIPTIC = re.compile(r"[^\s、。はがをの]{1,12}[はも][?]?")  # 応募は？, asked of what the thread speaks of


def answer(
    db: Database, question: str, *, last: Turn | None = None, here: str = "", with_near: bool = True
) -> Answer:
    """Answer a question; `last` is what its thread last showed, `here` the section of its channel.

    Where no record has the answer it has what is near to the question, if it is to be `with_near`:
    that is what takes long. All that it reads is of one version of the lists.
    """
    with db.reading():
        return _answer(db, question, last, here, with_near)


def _answer(db: Database, question: str, last: Turn | None, here: str, with_near: bool) -> Answer:
    question = follow_ups.without_correction(question) if last else question
    question = lexing.in_japanese(question)
    if said := smalltalk.answer(db, question) or offices.answer(db, question):
        return said
    if HERE.search(question):
        if not here:
            return Answer("help", (Say(NO_SECTION_HERE),), confidence="none")
        question = HERE.sub(here, question)
    held = db.snapshot.catalog
    if said := smalltalk.about_sheets(question, held):
        return said
    pointed = follow_ups.office_in_full(db, question, held, last=last, here=here)
    if isinstance(pointed, Answer):
        return pointed
    question = offices.filters_in_words(db, pointed)
    request = read(question, held)
    if said := offices.refused(db, request.question):
        return said
    if said := answer_columns(db, question, last=last):
        return said
    if last is None and (said := indicators.answer(db, question)):
        return said
    if (chosen := condition(question)) and (said := listing.of_condition(db, chosen)):
        return said
    followed = _followed(db, question, request, last, held) if last else None
    if not followed and asking.is_more(question):
        return topics.unclear(request)
    given = followed or of_request(db, request)
    if followed and asking.is_more(question):
        return given
    if not followed and given.kind == "none":
        given = _otherwise(db, question, request, held) or given
    given = _by_sentence(db, question, request, given)
    given = _borne_out(db, question, request, given)
    if given.kind == "none" and request.kind in ("sentence", "topic", "field") and not request.other_years:
        given = passages.answer(db, question, request) or given
    if with_near:
        about = _about_topic(db, request, last) if last and given.kind == "none" else request
        given = passages.related(db, question, about, given)
    return lacking(db, question, given, last=last)


def _by_sentence(db: Database, question: str, request: Request, given: Answer) -> Answer:
    """The one sentence of a project that has all that is asked of it, where the field shown lacks some.

    何をした and どうして ask for no field by its name, they only fit one.
    """
    is_one = given.kind == "field" and len(given.shown) == 1
    asks_who = "section" in request.fields and role_of(request.cue) is not None
    if not is_one or not (given.quoted or asks_who) or (fields.names_field(request.cue) and not asks_who):
        return given
    project = projects.get(db, *given.shown[0])
    if project is None or not passages.not_said(request, project, given):
        return given
    entries = tuple(e for e in db.snapshot.catalog.of_number(project.number) if e.id == project.id)
    of_it = replace(request, named=(entries,))
    found = passages.answer(db, question, of_it)
    if found is None:
        return given
    return replace(found, parts=(*found.parts, *given.parts)) if asks_who else found


def _borne_out(db: Database, question: str, request: Request, given: Answer) -> Answer:
    """The answer, if its sentences show all that they must; else that the records do not say it."""
    quotes = [part for part in given.parts if isinstance(part, Quote)]
    if given.kind in ("list", "count") and request.terms and (words := denied(question)):
        told = Say(f"「{'・'.join(words)}」の打ち消しに当てはまるかどうかは、記載からは確かめられません。")
        return unknown(told, why=given.why)  # what does not have a word is told by `condition`
    if given.kind not in ("field", "figure", "search") or not quotes:
        return given
    sentences = tuple(text for quote in quotes for text in quote.sentences)
    lacks = passages.lacks(question, request, [quote.project for quote in quotes], sentences)
    if not lacks:
        return given
    why = tuple(f"{what}が、この記載からは確かめられませんでした" for _, what in lacks)
    return unknown(*(Say(each) for each in why), shown=given.shown, why=(*given.why, *why))


def _otherwise(db: Database, question: str, request: Request, held: Catalog) -> Answer | None:
    """What it gets in katakana where it was typed in hiragana, in the records' words, or as a search."""
    if (written := terms.loan_words_in_katakana(question)) != question:
        given = of_request(db, read(written, held))
        if given.kind != "none":
            return given
    recorded, called = as_recorded(db, question)
    if called:
        given = of_request(db, read(recorded, held))
        lists = given.kind in ("count", "list", "compare")
        if given.kind != "none" and (lists or _is_named(db, given, [other for _, other in called])):
            told = "、".join(f"「{typed}」は「{other}」" for typed, other in called)
            note = Say(f"{told}として、記録にある言葉でお答えします。")
            return replace(given, parts=(note, *given.parts))
    return topics.searched(db, request) if request.kind == "topic" else None


def _is_named(db: Database, given: Answer, words: Sequence[str]) -> bool:
    """Whether the project that an answer shows first has one of the words in its name.

    What a text only mentions is not what a question in other words is about.
    """
    project = projects.get(db, *given.shown[0]) if given.shown else None
    return project is not None and any(alnum_key(word) in alnum_key(project.name) for word in words)


def _followed(db: Database, question: str, request: Request, last: Turn, held: Catalog) -> Answer | None:
    """The answer to a follow-up; None when the question stands on its own."""
    if told := (
        follow_ups.answer_why(question, last)
        or follow_ups.in_full(db, question, last)
        or follow_ups.answer_more(db, question, last)
        or follow_ups.similar_to_topic(db, question, last)
        or follow_ups.of_year_before(db, question, last)
        or follow_ups.of_list(db, question, request, last)
    ):
        return told
    meant = follow_ups.reread(question, request, last, held)
    if isinstance(meant, Answer):
        return meant
    lacks = follow_ups.lacks_subject(request)
    if meant is request:
        if lacks and last.listed:
            return follow_ups.which_one(db, request, last)
        return _of_topic(db, question, request, last)
    given = of_request(db, meant)
    if given.kind == "none" and meant.kind in ("sentence", "topic", "field"):
        given = passages.answer(db, question, meant) or given
    if lacks or given.kind != "none" or not request.terms:
        return given
    alone = of_request(db, request)  # 予算は？ may leave the thread's project, but not for nothing
    return given if alone.kind == "none" else alone


def _about_topic(db: Database, request: Request, last: Turn) -> Request:
    """A question that names nothing is of the thread's project, when sentences near to it are looked for."""
    if not last.topic or request.named or request.offices or request.unknown_numbers or request.other_years:
        return request
    if request.kind not in ("field", "figure", "sentence", "topic"):
        return request
    found = subjects.by_words(db, request, request.terms)
    if any(each.named for each in found.candidates):
        return request
    entries = db.snapshot.catalog.of_number(last.topic[1])
    of_it = tuple(entry for entry in entries if entry.fiscal_year == last.topic[0])
    return replace(request, named=(of_it,)) if of_it else request


def _of_topic(db: Database, question: str, request: Request, last: Turn) -> Answer | None:
    """The answer from the thread's project, where its record says all the words that the question has."""
    project = projects.get(db, *last.topic) if last.topic else None
    is_short = request.terms and not (request.named or request.offices or request.other_years)
    if project is None or not is_short or request.kind not in ("field", "sentence", "topic"):
        return None
    entries = tuple(e for e in db.snapshot.catalog.of_number(project.number) if e.id == project.id)
    if passages.unsaid(request, project):
        is_elliptic = _ELLIPTIC.fullmatch(request.question.strip())
        about = _about_topic(db, request, last) if is_elliptic else request
        return unknown(shown=(project.key,)) if about.named else None
    return passages.answer(db, question, replace(request, named=(entries,)))


def of_request(db: Database, request: Request) -> Answer:
    """Answer a question that has been read."""
    if request.other_years and not request.years and request.kind not in ("figure", "changes", "sentence"):
        return not_loaded(request.other_years, db.snapshot.catalog.years)
    match request.kind:
        case "field":
            return fields.answer(db, request) if _has_subject(request) else topics.unclear(request)
        case "figure":
            return _figure(db, request) if _has_subject(request) else topics.unclear(request)
        case "count" | "list":
            return listing.answer(db, request)
        case "which":
            return comparing.answer_which(db, request)
        case "compare":
            return comparing.answer(db, request)
        case "changes":
            return changing.answer(db, request)
        case "summary":
            return summing.answer(db, request)
        case "sentence":
            return topics.nothing_said(db, request)
        case "topic":
            return topics.about(db, request)


def _figure(db: Database, request: Request) -> Answer:
    """The figure; where no record gives how many 事業 something has, those that speak of it are counted."""
    given = measures.answer(db, request)
    counts = request.figure is not None and request.figure.unit == "事業" and not request.named
    return listing.answer(db, replace(request, kind="count")) if counts and given.kind == "none" else given


def _has_subject(request: Request) -> bool:
    """Whether a question names a thing: 受けた and 支援 alone are none."""
    return bool(request.named or request.unknown_numbers or any(not is_light(term) for term in request.terms))


def trace(db: Database, question: str) -> tuple[str, ...]:
    """How a question is read, which sentences come nearest to it, and what each of them does not show."""
    with db.reading():
        request = read(lexing.in_japanese(question), db.snapshot.catalog)
        named = [entry.number for group in request.named for entry in group[:1]]
        read_as = (
            ("お尋ねの種類", request.kind), ("欄", "・".join(request.fields)), ("手がかり", request.cue),
            ("事業番号", "・".join(named)), ("課・部", "・".join(office.name for office in request.offices)),
            ("年度", "・".join(map(str, (*request.years, *request.other_years)))),
            ("言葉", "・".join(request.terms)), ("一般的な言葉", "・".join(request.light)),
        )  # fmt: skip
        steps = [f"{name}: {value}" for name, value in read_as if value]
        return (*steps, *passages.explained(db, question, request))
