"""A question in, an Answer out: every sentence of a record verbatim and cited, nothing made up."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from itertools import permutations
from typing import Literal

from bot.ask import follow_ups, lexing, subjects, terms, wording
from bot.ask.answers import Answer, Details, Key, Part, Quote, not_loaded, unknown
from bot.ask.checks import came_of, failed, role_of
from bot.ask.columns import evidence, indicators
from bot.ask.columns.answering import answer_columns, lacking, measured_last
from bot.ask.columns.evidence import column_names
from bot.ask.columns.single import together
from bot.ask.intents import asides, briefs, changing, comparing, fields, listing, passages
from bot.ask.matching import bag, sentences, texts
from bot.ask.matching import lacking as words_lacking
from bot.ask.quantities import (
    MONEY,
    as_asked_alone,
    asked_figure,
    figures,
    figures_asked_apart,
    fitting,
    label_asked,
    parts_asked,
)
from bot.ask.quantities import Asked as FigureAsked
from bot.ask.question import (
    HERE,
    INTENTS,
    Asked,
    Intent,
    Kind,
    Request,
    UnclearOffice,
    asked_of,
    is_of_another_year,
    of_named,
    read,
    says_of_what,
)
from bot.ask.terms import is_light
from bot.ask.wording import Say
from store import projects
from store.database import Database
from store.index.catalog import Entry
from store.records import Project
from store.search.expansion import as_recorded
from store.search.pipeline import put_right
from store.talk.conversations import Turn
from store.text import asking, courtesies, lazily
from store.text.display import display
from store.text.normalize import aligned_fold, alnum_key, katakana, nfkc, one_space

__all__ = ["Answer", "answer"]


def answer(
    db: Database,
    question: str,
    *,
    last: Turn | None = None,
    here: str = "",
    with_near: bool = True,
    today: date | None = None,
) -> Answer:
    """Answer a question; `last` is what its thread last showed, `here` the section of its channel.

    昨年度 is the fiscal year before that of `today`, else before that of the newest list.

    Where no record has the answer it has what is near to the question, if it is to be `with_near`:
    that is what takes long. All that it reads is of one version of the lists.
    """
    with db.reading():
        question, called = subjects.in_the_citys_words(db, question)
        given = _first(db, _readings(db, question, last, here, today), with_near=with_near)
        if called and given.kind != "smalltalk":
            given = replace(given, parts=(wording.in_recorded_words(called), *given.parts))
        return replace(given, sides=given.sides or follow_ups.sides_meant(db, question, last))


def _perhaps(given: Answer, meant: tuple[str, ...]) -> Answer:
    """An answer to what a question was meant to ask: it is never sure that it was."""
    confidence = "unsure" if given.confidence == "sure" else given.confidence
    parts, why = (*map(wording.perhaps, meant), *given.parts), tuple(map(wording.spelled_alike, meant))
    return replace(given, parts=parts, confidence=confidence, why=(*why, *given.why), put_right=meant)


def _first(db: Database, readings: Iterable[_Reading], *, with_near: bool) -> Answer:
    """The answer to the first reading that has one, else a refusal, one that shows something first.

    What is put right goes before what was typed even where it only shows something.
    """
    refused: list[tuple[_Reading, Intent, Answer]] = []
    for reading in readings:
        intent, given = decided(db, reading.asked)
        given = _surely_in_full(db, reading.asked, given)
        tells = given.kind not in _TELLS_NOTHING
        if tells or reading.meant:
            given = _looked_at(db, reading, intent, given, with_near=with_near)
            if tells or given.shown:
                return given
        else:
            refused.insert(0, (reading, intent, given))
    every = (_looked_at(db, *each, with_near=with_near) for each in refused)
    first = next(every)
    return first if first.pointers else next((given for given in every if given.pointers), first)


_TELLS_NOTHING = ("none", "smalltalk")


def _looked_at(db: Database, reading: _Reading, intent: Intent, given: Answer, *, with_near: bool) -> Answer:
    """The outcome of the intents, held against how sure the reading is, with what is near to the question."""
    if given.confidence == "sure" and (reading.is_unclear or reading.guess in given.shown):
        given = replace(given, confidence="unsure")
    for step in () if intent.stage == "aside" else EVIDENCE:
        if step.of == "the outcome" and (with_near or step.is_quick):
            given = step.look(db, reading.asked, given) or given
    given = _perhaps(given, reading.meant) if reading.meant else given
    return replace(given, sides=reading.asked.sides)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text as it may be meant; `guess` is a project that is only likely to be the one it speaks of.

    It is unclear what あれ is where nothing is found for what was told before. `meant` are the words in the
    place of those that had slips.
    """

    asked: Asked
    guess: Key | None = None
    is_unclear: bool = False
    meant: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Typed:
    """A text where it is typed, cut into what it tells (`told`) and what it asks (`rest`)."""

    db: Database
    text: str
    told: str
    rest: str
    last: Turn | None
    understands: Callable[[str, Turn | None], Asked]  # where it is typed, and today

    @cached_property
    def context(self) -> Request:
        """What is told, as read."""
        return read(self.told, self.db.snapshot.catalog)

    @cached_property
    def full(self) -> str:
        """What it asks, with the office or the word in 「」 that it leaves out of what is told."""
        offices, own = self.context.offices, read(self.rest, self.db.snapshot.catalog)
        office = offices[0].name if len(offices) == 1 and not own.offices else ""
        is_all = all(map(terms.is_of_office, own.terms)) and not (own.named or own.unknown_numbers)
        is_of_all = own.kind in ("count", "list") and is_all
        if office and is_of_all and self.last is None:
            return f"{office}の{self.rest.lstrip(' 、')}"  # 課のページを作るんで、やってる事業を全部
        return asking.of_what_was_told(self.rest, self.told, office)

    @cached_property
    def whole(self) -> Asked:
        """All of it, as read."""
        return self.understands(self.text, self.last)

    @cached_property
    def alone(self) -> Asked:
        """What it asks, as read without what is told."""
        return self.understands(self.full, self.last)

    @cached_property
    def is_apart(self) -> bool:
        """Whether what it asks may be read alone: not where a year or another place is told of."""
        if not self.told:
            return False
        request = read(self.rest, self.db.snapshot.catalog)
        told = {*self.context.years, *self.context.other_years} - {*request.years, *request.other_years}
        return not told and not subjects.other_places(self.db, self.context)

    @cached_property
    def names_itself(self) -> bool:
        """Whether what it asks names of what, or asks for a set."""
        request = self.alone.request
        of_set = request.kind in ("count", "list", "summary") and self.alone.stands_alone
        return bool(self.full != self.rest or of_set or request.named or request.offices)

    @cached_property
    def meant(self) -> tuple[Key | None, bool]:
        """The project that what is told means, and whether it names it."""
        return subjects.of_statement(self.db, self.told, self.context)

    @cached_property
    def is_unclear(self) -> bool:
        """Whether it points (あれ) at what is told, and that names nothing."""
        goes_on = self.is_apart and not self.names_itself
        return goes_on and bool(asking.points_at(self.rest)) and not self.meant[1]


def _of_what_is_told(typed: _Typed) -> _Reading | None:
    """What is told taken as shown, where what is asked leaves out of what, and says what of it."""
    if typed.names_itself:
        return None
    request, (key, is_named) = typed.alone.request, typed.meant
    asks_for_field = request.kind == "field" and not role_of(request.cue)
    says_what = says_of_what(request) or request.figure or asks_for_field
    if key is None or not says_what or not (is_named or typed.last is None):
        return None
    of_it = typed.understands(typed.full, Turn(topic=key))
    return _Reading(
        of_it, None if is_named else key, typed.is_unclear or not (is_named or _has_a_word(request))
    )


def _has_a_word(request: Request) -> bool:
    return any(len(term) > 1 for term in request.terms)  # 年何回 and 何月と何月 say of nothing


def _what_is_asked(typed: _Typed) -> _Reading | None:
    """What is asked without what is told, where it says of what, or nothing is told of any thing."""
    says_what = says_of_what(typed.alone.request) and _has_a_word(typed.alone.request)
    says_itself = typed.names_itself or (typed.alone.stands_alone and says_what)
    return _Reading(typed.alone) if says_itself or not typed.context.terms else None


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read a text; `of` says which texts: those that tell something apart, or any."""

    name: str
    of: Literal["what tells apart", "any"]
    reads: Callable[[_Typed], _Reading | None]


def _of_the_column_before(typed: _Typed) -> _Reading | None:
    """A follow-up that only says of what, asked of the column told last, where that surely has an answer."""
    measured = measured_last(typed.db, typed.last)
    meant = follow_ups.of_the_column(typed.db, typed.whole, typed.last, measured) if typed.last else None
    of_last = (c for c in column_names(typed.db).columns if typed.last and c.heading in typed.last.headings)
    if any(column.topic == "indicator" for column in of_last):
        return None  # of each project it measures another thing
    if meant is None or answer_columns(typed.db, typed.text, last=typed.last):
        return None
    given = answer_columns(typed.db, meant[0], last=meant[1])
    return _Reading(typed.understands(*meant)) if given and given.confidence == "sure" else None


def _put_right(typed: _Typed) -> _Reading | None:
    """The text with the slips in its words put right."""
    text, meant = typed.text, list[str]()
    for word in typed.whole.request.terms[:MOST_SLIPS]:
        at = katakana(aligned_fold(text)).find(katakana(word))  # it may have been read in katakana
        is_number = re.search("[0-9]", aligned_fold(word))  # 100万円 is no slip of 130万円
        right = put_right(typed.db, word) if at >= 0 and terms.names(word) and not is_number else ""
        if right and not any(word in short for short, _ in as_recorded(typed.db, text).in_short):
            text = text[:at] + right + text[at + len(word) :]
            meant.append(right)
    return _Reading(typed.understands(text, typed.last), meant=tuple(meant)) if meant else None


MOST_SLIPS = 8  # words of a question in which a slip is looked for


def _by_its_anchors(typed: _Typed) -> _Reading | None:
    """A set by the words in 「」 and the offices that choose it, where nothing else does."""
    if typed.last is not None:
        return None  # of the list that the thread showed
    text = courtesies.in_plain_words(typed.text)
    offices = [
        (each.start, each.end, each.offices[0].name)
        for each in typed.db.snapshot.catalog.mentions(text)
        if each.offices
    ]
    plain = courtesies.by_its_anchors(text, offices)
    return _Reading(typed.understands(plain, None)) if plain else None


READINGS: tuple[Way, ...] = (
    # 概要んとこに「委託」て書いてるの、どの事業ですかー: whatever the way it is asked in.
    Way("by its anchors", "any", _by_its_anchors),
    # 産業進行センター: what was meant, never sure, before what was typed.
    Way("put right", "any", _put_right),
    # 図書館の決算は, then 病院は or 2つの合計は: of the same column.
    Way("of the column before", "any", _of_the_column_before),
    # プレートがありますよね。申込みは何件ですか: told to say of what is asked.
    Way("of what is told", "what tells apart", _of_what_is_told),
    # 前の市では郵送でした。職員提案は何件ですか: told beside what is asked.
    Way("what is asked", "what tells apart", _what_is_asked),
    # 令和2年度は中止でした。何回開きましたか: told to restrict what is asked; それは本当ですか asks of it.
    Way("all of it", "any", lambda typed: _Reading(typed.whole, is_unclear=typed.is_unclear)),
)
"""In this order: the first that is answered is meant."""


def _readings(
    db: Database, question: str, last: Turn | None, here: str, today: date | None
) -> Iterator[_Reading]:
    """A text as it may be read, by each of READINGS."""
    question = asking.without_preface(one_space(lexing.in_japanese(question)))
    alone = asking.without_turn(question)  # 話は変わりますが、: it asks nothing of the thread
    question, last = (question, last) if alone == question else (alone, None)
    told, rest = asking.parted(courtesies.in_plain_words(question))

    def understands(text: str, shown: Turn | None) -> Asked:
        return understood(db, text, shown, here, today)

    typed = _Typed(db, question, told, rest, last, understands)
    for way in READINGS:
        if (way.of == "any" or typed.is_apart) and (reading := way.reads(typed)):
            yield reading


def understood(db: Database, question: str, last: Turn | None, here: str, today: date | None = None) -> Asked:
    """A question read: in Japanese, this channel's section and この課 by their names, filters in words."""
    held = db.snapshot.catalog
    question = asking.CORRECTS.sub("", courtesies.as_spoken(question), count=1) if last else question
    question = lexing.in_japanese(question)
    question = asking.without_remark(courtesies.in_plain_words(one_space(question)))
    question = HERE.sub(here, question) if here else question
    question = asides.serials_by_number(db, lexing.with_this_year(question, held.years, today))
    question = follow_ups.both_in_full(follow_ups.side_in_full(db, question, last), last)
    question = changing.year_in_full(db, question, last)
    pointed = asides.pointed_office_in_full(
        db, question, last=last, here=here, placed_at=lambda text: follow_ups.at_places(text, last, held)
    )
    if isinstance(pointed, UnclearOffice):
        return asked_of(question, held, last=last, unclear=pointed)
    return _read_in(db, asides.filters_in_words(db, pointed), last)


def _read_in(db: Database, question: str, last: Turn | None) -> Asked:
    """A question in plain words, with what it names and what its thread shows."""
    asked = asked_of(question, db.snapshot.catalog, last=last)
    asked = replace(asked, named=_in_their_year(db, asked.named))
    if last is None:
        return asked
    return replace(
        asked, put_in=lambda request: _in_their_year(db, follow_ups.reread(db, asked.typed, request, last))
    )


def decided(db: Database, asked: Asked) -> tuple[Intent, Answer]:
    """The first of INTENTS that answers, its answer held against the checks; else the first that refuses.

    What columns tell without a noun of the question (発行部数 of another thing) gives way to a sure answer.
    """
    refused: tuple[Intent, Answer] | None = None
    doubted: tuple[Intent, Answer] | None = None
    for intent in INTENTS:
        if not _may_answer(intent, asked, refused) or not intent.reads(asked):
            continue
        given = _ANSWERS[intent.name](db, asked)
        if given is None:
            continue
        looked_at = "columns" if intent.name in _OF_COLUMNS else "each answer"
        for step in () if looked_at == "each answer" and intent.stage in ("aside", "reread") else EVIDENCE:
            given = step.look(db, asked, given) if step.of == looked_at and given else given
        if given and looked_at == "columns" and _lacks_a_noun(given):
            doubted = doubted or (intent, given)
            continue
        if given and (intent.stage == "aside" or given.kind != "none"):
            return (intent, given) if given.confidence == "sure" else doubted or (intent, given)
        refused = refused or ((intent, given) if given else None)
    if doubted:
        return doubted
    assert refused is not None  # noqa: S101 - the last of the records reads anything
    return refused


def _lacks_a_noun(given: Answer) -> bool:
    """Whether an unsure answer says that it does not show a word of its question."""
    lack = wording.not_shown(()).words
    says_so = any(isinstance(part, Say) and part.words is lack for part in given.parts)
    return given.confidence == "unsure" and (says_so or wording.NOT_ALL_TOLD in given.parts)


def _may_answer(intent: Intent, asked: Asked, refused: tuple[Intent, Answer] | None) -> bool:
    """Whether an intent may answer yet, or still: after a refusal only what reads a question again.

    What the thread's project does not say may be asked of the others, if the question says of what.
    """
    if refused is None or intent.stage in ("reread", "again"):
        return (intent.stage in ("reread", "again")) == (refused is not None)
    return refused[0].stage == "thread" and (intent.stage == "thread" or asked.stands_alone)


def _outside_thread(db: Database, asked: Asked, given: Answer) -> Answer:
    """What the thread did not show, in a follow-up that names no project: told where the question means it.

    Nothing is told where the question points at what was shown (それ), where the other project does not say
    a noun of its own figure, nor where the question asks whether something is so, or is a noun alone, and
    no noun of it is in the other's name. As sure only where all are in that name, or say what was counted:
    what a text only mentions may be meant of the thread's own project (お金の支援もあるのですか).
    """
    last, request = asked.last, asked.request
    is_of_many = last and last.topic is None and len(last.listed) > follow_ups.MOST_NEAR
    # 平均は, and not 2番目は
    is_bare = asking.is_noun_alone(asked.typed) and not (asked.meant.named or _names_one(db, request, given))
    if is_of_many and (is_bare or asking.points_at(asked.typed)) and len(given.shown) == 1:
        return replace(given, confidence="unsure") if given.kind != "none" else given
    if last is None or given.kind == "none" or not given.shown or _is_of_thread(last, given, request):
        return given
    if asking.ORDINAL.match(asked.typed_core) and {*given.shown} <= {*last.ranked}:  # 3番目は, of a rank
        return given
    shown = (last.topic,) if last.topic else last.listed
    is_named = request.named or request.offices or request.unknown_numbers
    if is_named or not 0 < len(shown) <= follow_ups.MOST_NEAR:
        return given
    project = projects.get(db, *given.shown[0]) if len(given.shown) == 1 else None
    points = asking.points_at(asked.typed)
    if unsaid := [points] if points else passages.lacked_nouns(asked, project, given) if project else []:
        why = wording.not_borne_out("thread", unsaid)
        return unknown(why, shown=shown, why=(*given.why, why))
    if given.kind in ("summary", "compare") or given.confidence != "sure" or given.cells:
        return given
    nouns = [t for t in request.terms if terms.names(t) and not subjects.is_own_city(db, t)]
    nouns = [t for t in nouns if not re.search(rf"{re.escape(t)}[たてるれらま]", asked.typed)]  # 寄せた
    has = [project is not None and alnum_key(noun) in alnum_key(project.name) for noun in nouns]
    is_short = not nouns or asking.asks_whether(asked.typed) or asking.is_noun_alone(asked.typed)
    if project and is_short and not any(has):
        return unknown(shown=shown, why=given.why)
    is_sure = given.kind not in ("field", "search") or (has and all(has))
    is_sure = is_sure and not asking.PRONOUN.match(one_space(asked.typed).lstrip("、 "))  # その評価は
    return given if is_sure else replace(given, confidence="unsure")


def _names_one(db: Database, request: Request, given: Answer) -> bool:
    """Whether a question names the one project that an answer is of, or a word of its name."""
    nouns = [term for term in request.terms if terms.names(term)]
    return bool(request.named) or _is_named(db, given, nouns)


def _by_sentence(db: Database, asked: Asked, given: Answer) -> Answer:
    """The one sentence of a project that has all that is asked of it, where the field shown lacks some.

    何をした and どうして ask for no field by its name, they only fit one.
    """
    question, request = asked.typed, asked.request
    is_one = given.kind == "field" and request.kind != "sentence" and len(given.shown) == 1
    asks_who = "section" in request.fields and role_of(request.cue) is not None
    if not is_one or not (given.quoted or asks_who) or (fields.names_field(request.cue) and not asks_who):
        return given
    project = projects.get(db, *given.shown[0])
    if project is None or not passages.not_said(request, project, given):
        return given
    of_it = replace(request, named=(db.snapshot.catalog.of_keys(given.shown),))
    found = passages.answer(db, question, of_it)
    if found is None:
        asks_why = request.fields == ("purpose",) and role_of(request.cue)
        return unknown(shown=given.shown, why=given.why) if asks_why else replace(given, confidence="unsure")
    also = asks_who or request.fields == ("purpose",)  # 何のため: the sentence, and the purpose itself
    return replace(found, parts=(*found.parts, *given.parts)) if also else found


def _described(db: Database, asked: Asked, given: Answer) -> Answer:
    """A cell of a project that is only described: never surely of it by a noun that only its office has.

    子ども of こども健康部 and 医療費 of a text are no 医療費 of children.
    """
    request = asked.request
    is_cell = given.kind == "field" and given.confidence == "sure" and len(given.shown) == 1
    is_named = request.named or request.offices or asked.is_of_thread
    if not is_cell or given.quoted or given.cells or is_named or request.kind != "field":
        return given
    project = projects.get(db, *given.shown[0])
    nouns = [term for term in request.terms if terms.names(term) and not is_light(term)]
    said = "\n".join(sentence.text for _, sentence in sentences(project)) if project else ""
    lacks = words_lacking(nouns, said, project.name) if project else []
    of_office = f"{project.section} {project.department}" if project else ""
    return (
        replace(given, confidence="unsure") if set(lacks) - {*words_lacking(lacks, of_office, "")} else given
    )


_MONTH = lazily(r"(?<![0-9])(?P<month>1[0-2]|[1-9])月(?:(?P<day>[0-9]{1,2})日)?(?![間号目])")


def _by_month(db: Database, asked: Asked, given: Answer) -> Answer:
    """The sentences of a project that say the month asked for, in whatever field, before a field without it.

    One that says all that is asked is the answer (12月に更新した機器), one with the verb alone is not sure.
    """
    months = [match[0] for match in _MONTH.finditer(nfkc(asked.typed))]
    is_one = given.kind == "field" and len(given.shown) == 1 and asked.request.kind in ("field", "topic")
    if not months or not is_one or not given.quoted or fields.names_field(asked.request.cue):
        return given
    quotes = [text for part in given.parts if isinstance(part, Quote) for text in part.sentences]
    project = projects.get(db, *given.shown[0])
    if project is None or any(_says_months(text, months) for text in quotes):
        return given
    words = [w for w in passages.telling(asked.request) if not _MONTH.search(nfkc(w))]
    every = [(f, s.text) for f, s in sentences(project) if _says_months(s.text, months)]
    doing = [w for w in words if bag(display(project.name)).spells(w) is False]
    said = [each for each in every if not doing or any(bag(each[1]).holds(w) for w in doing)]
    if not said:
        return unknown(shown=given.shown, why=given.why)
    whole = [each for each in said if not words_lacking(words, each[1], project.name)]
    chosen = (whole or said)[:MOST_OF_OUTCOME]
    parts: list[Part] = []
    for field in dict.fromkeys(field for field, _ in chosen):
        parts.append(wording.stands_in(project, field))
        parts.append(Quote(project, field, tuple(text for its, text in chosen if its == field)))
    parts.append(Details((project,), is_named=False))
    is_sure = given.confidence == "sure" and bool(whole)
    return replace(given, parts=tuple(parts), confidence="sure" if is_sure else "unsure")


def _says_months(text: str, months: Sequence[str]) -> bool:
    """Whether a text says every one of the months or days of a month."""
    said = {match[0] for match in _MONTH.finditer(nfkc(text))}
    said |= {f"{match['month']}月" for match in _MONTH.finditer(nfkc(text))}
    return said.issuperset(months)


def _by_what_came(db: Database, asked: Asked, given: Answer) -> Answer:
    """What the outcome says of whether something came about, be it the opposite, before any plan.

    What says neither is not sure.
    """
    is_told = given.kind in ("field", "figure", "search") or (given.kind == "none" and asked.is_of_thread)
    row = came_of(asked.typed) if is_told and len(given.shown) == 1 else frozenset()
    project = projects.get(db, *given.shown[0]) if row else None
    if project is None:
        return given
    told, light = terms.terms(asked.core)
    nouns = [term for term in sorted((*told, *light), key=asked.core.find) if terms.names(term)]
    nouns = [term for term in nouns if term not in row and asking.MASK not in term]
    every = (sentence.text for _, sentence in sentences(project, ("outcome",)))
    said = tuple(text for text in every if _tells_of(text, row, nouns[-1:], project.name))
    if said:
        parts = (
            wording.stands_in(project, "outcome"),
            Quote(project, "outcome", said[:MOST_OF_OUTCOME]),
            Details((project,), is_named=False),
        )
        is_sure = bool(nouns) or len(said) == 1
        return replace(given, kind="field", parts=parts, confidence="sure" if is_sure else "unsure")
    if given.kind in ("figure", "none"):
        return given
    fields_shown = given.quoted.get(project.key, [])
    is_plan = fields_shown and "outcome" not in fields_shown
    note = (wording.only_planned(fields_shown),) if is_plan else ()
    return replace(given, parts=(*note, *given.parts), confidence="unsure")


def _tells_of(text: str, row: frozenset[str], nouns: Sequence[str], name: str) -> bool:
    """Whether a sentence tells what came of a thing: of what its project's name says it has a part."""
    if row.isdisjoint(bag(text).words) or words_lacking(nouns, text, name):
        return False
    return not nouns or any(len(part) > 1 and part in text for part in terms.pieces(tuple(nouns)))


def _borne_out(db: Database, asked: Asked, given: Answer) -> Answer:
    """The answer, if its sentences show all that they must; else that the records do not say it."""
    if given.kind == "none" or not (claim := passages.claimed(db, asked, given)):
        return given
    why = tuple(itertools.starmap(wording.not_borne_out, failed(claim)))
    if not why:
        return given
    shown = () if claim.of_set or claim.is_any else given.shown
    return unknown(*why, shown=shown, why=(*given.why, *why))


def _is_of_thread(last: Turn, given: Answer, request: Request) -> bool:
    """Whether an answer is of a project that the thread showed, or of one in the year that is asked for.

    So are those that it counted and did not show: それ以外は.
    """
    numbers = {number for _, number in filter(None, (last.topic, last.topic_before, *last.listed))}
    is_year_alone = bool(request.years and not request.terms)
    is_left = wording.OF_LIST_BEFORE in given.why
    return is_year_alone or is_left or any(number in numbers for _, number in given.shown)


def _of_its_office(db: Database, asked: Asked, given: Answer) -> Answer:
    """A figure of one project is not surely its office's where others have one too: 市民課の申請件数.

    Nor is one surely meant of two whose records say all that is asked, if none is named.
    """
    request = asked.request
    is_one = given.kind in ("field", "figure") and given.confidence == "sure" and len(given.shown) == 1
    nouns = tuple(t for t in request.terms if terms.names(t) and not is_light(t))
    if not (is_one and nouns and request.figure) or request.named or asked.last:
        return given
    if not request.offices:
        is_others = given.kind == "figure" and passages.is_told_by_another(db, asked.typed, request, given)
        return replace(given, confidence="unsure") if is_others else given
    found = subjects.within(db, nouns, request, limit=listing.PAGE)
    others = [hit.project for hit in found.hits if not hit.missing and hit.project.key not in given.shown]
    is_others = any(_has_figure(project, nouns, request.figure) for project in others)
    return replace(given, confidence="unsure") if is_others else given


_OF_COLUMNS = ("columns", "indicator")


def _leaving_out(_: Database, asked: Asked, given: Answer) -> Answer:
    """What a question leaves out, and no text of the answer, is not surely left out of it: Xのほかに.

    A thread's list without some of it says which they are.
    """
    if given.confidence != "sure" or wording.OF_LIST_BEFORE in given.why:
        return given
    every = asking.left_out(asked.typed)
    said = [asked.typed[each.parts[0][0] if each.parts else 0 : each.cue] for each in every]
    told = [wording.but_for([asked.typed[slice(*part)] for part in each.parts]) for each in every]
    is_told = all(any(way in given.text for way in ways) for ways in zip(said, told, strict=True))
    return given if is_told else replace(given, confidence="unsure")


def _has_figure(project: Project, nouns: Sequence[str], figure: FigureAsked) -> bool:
    """Whether a project is of what is counted by its name, or has such a figure of it."""
    if not words_lacking(nouns, display(project.name), ""):
        return True
    return any(
        fitting(sentence.text, figure, nouns) and not words_lacking(nouns, sentence.text, "")
        for _, sentence in sentences(project)
    )


def _near_sentences(db: Database, asked: Asked, given: Answer) -> Answer:
    """A refusal with the sentences near to the question, read as its thread has it."""
    is_refused = given.kind == "none"
    if is_refused and as_recorded(db, asked.typed).in_short:
        asked = _recorded(db, asked) or asked
    about = follow_ups.near_in_thread(db, asked, asked.last) if asked.last and is_refused else asked.request
    return passages.related(db, asked.typed, about, given)


def _beside_topic(db: Database, asked: Asked, given: Answer) -> Answer:
    """What columns say under a refusal; what only others have (満足度は？) moves no thread to them."""
    told, last = lacking(db, asked.typed, given, last=asked.last), asked.last
    of_columns = [step for step in EVIDENCE if step.of == "columns" and told.cells]
    told = given if any(step.look(db, asked, told) is None for step in of_columns) else told
    is_of_it = last and last.topic and asking.is_noun_alone(asked.typed)
    project = projects.get(db, *last.topic) if is_of_it and last and last.topic else None
    if project is None or told is given or told.kind != "none" or project.key in told.shown:
        return told
    parts = (wording.no_item(project, asked.request.terms), *told.parts)
    return replace(told, parts=parts, shown=(*told.shown, project.key))


MOST_OF_OUTCOME = 3  # sentences that tell what came of something


def _each_asked(_: Database, asked: Asked, given: Answer) -> Answer:
    """Of several things asked for at once each is told, or the answer is unsure and says which is not."""
    question = asking.without_frame(one_space(asked.request.question or asked.typed))
    is_of_columns = not any(isinstance(part, Quote) for part in given.parts)
    parts = parts_asked(question) or (figures_asked_apart(question) if is_of_columns else ())
    if len(parts) < 2 or given.confidence != "sure" or given.kind not in ("figure", "field", "search"):
        return given
    told = f"{given.text} {' '.join(heading for _, heading in given.cells)}"
    nouns = [[each for each in terms.terms(p)[0] or (p,) if terms.names(each)] for p in parts]
    of_two = not any(
        asking.ASKING_WORD.search(part) or part.endswith(("は", "って")) for part in parts
    )  # 春祭りと秋祭りの人出は
    if of_two and is_of_columns:
        return given  # each column and indicator asked for is looked for there
    together = (f"{one}{_AND}{two}" for one, two in permutations(map(re.escape, parts), 2))
    is_one = of_two and any(re.search(each, told) for each in together)  # 新設及び修繕14件
    values = _bold(given) if given.kind == "figure" else given.cells
    quoted = [text for part in given.parts if isinstance(part, Quote) for text in part.sentences]
    lacks_figure = given.kind == "field" and any(map(asked_figure, parts)) and not any(map(figures, quoted))
    is_short = lacks_figure or (len(values) < len(parts) and (given.kind == "figure" or given.cells))
    every = [noun for each in nouns for noun in each if len(noun) > 1 and not asking.ASKING_WORD.search(noun)]
    unsaid = words_lacking(every, told, "")
    if not unsaid and (is_one or not is_short):
        return given
    note = wording.not_shown(tuple(unsaid)) if unsaid else wording.NOT_ALL_TOLD
    return replace(given, parts=(note, *given.parts), confidence="unsure")


_AND = "(?:と|や|及び|および|並びに|・|、)"


@dataclass(frozen=True, slots=True)
class Step:
    """A look at what an answer rests on. It chooses no intent: it keeps an answer or makes it say less.

    Each answer of the records is looked at before it counts as one, so is each of columns and indicators,
    the outcome of all intents once.
    """

    name: str
    of: Literal["each answer", "columns", "the outcome"]
    look: Callable[[Database, Asked, Answer], Answer | None]
    is_quick: bool = True


EVIDENCE: tuple[Step, ...] = (
    Step("sentence", "each answer", _by_sentence),
    Step("described", "each answer", _described),
    Step("month", "each answer", _by_month),
    Step("what came of it", "each answer", _by_what_came),
    Step("checks", "each answer", _borne_out),
    Step("another project", "each answer", _outside_thread),
    Step("its office", "each answer", _of_its_office),
    Step("others than shown", "each answer", follow_ups.others),
    Step("what is left out", "each answer", _leaving_out),
    Step("their state", "each answer", partial(evidence.shown, evidence.state_told)),
    Step("its place", "each answer", partial(evidence.shown, evidence.place_of_it)),
    Step("its unit", "each answer", lambda db, _, given: indicators.in_its_unit(db, given)),
    Step("its number", "each answer", partial(evidence.shown, evidence.number_told)),
    *(Step(name, "columns", partial(evidence.shown, check)) for name, check in evidence.SHOWN),
    Step("several", "columns", _each_asked),
    Step("each asked", "the outcome", _each_asked),
    Step("near sentences", "the outcome", _near_sentences, is_quick=False),
    Step("columns", "the outcome", _beside_topic),
)
"""In this order."""


def _in_katakana(db: Database, asked: Asked) -> Answer | None:
    """What a question gets in katakana where it was typed in hiragana."""
    written = terms.loan_words_in_katakana(asked.typed, db.snapshot.lexicon.in_projects)
    return of_request(db, read(written, db.snapshot.catalog)) if written != asked.typed else None


def _in_recorded_words(db: Database, asked: Asked) -> Answer | None:
    """What a question gets in the words that the records have for those typed, or typed in short."""
    recorded = _recorded(db, asked)
    if recorded is None:
        return None
    called = as_recorded(db, asked.typed)
    _, given = decided(db, recorded)
    if given.kind == "none":
        return None
    lists = given.kind in ("count", "list", "compare")
    if not (lists or called.in_short or _is_named(db, given, [other for _, other in called.called])):
        return None
    return replace(given, parts=(wording.in_recorded_words(called.called), *given.parts))


def _surely_in_full(db: Database, asked: Asked, given: Answer) -> Answer:
    """An answer; where it is not sure, the sure one of what is meant by the words typed in short."""
    if given.kind == "none" or given.confidence == "sure" or not as_recorded(db, asked.typed).in_short:
        return given
    other = _in_recorded_words(db, asked)
    return other if other and other.confidence == "sure" else given


def _recorded(db: Database, asked: Asked) -> Asked | None:
    """A question in the records' words; None where it has no others."""
    called = as_recorded(db, asked.typed)
    return replace(_read_in(db, called.text, asked.last), is_reread=True) if called.called else None


def _is_named(db: Database, given: Answer, words: Sequence[str]) -> bool:
    """Whether the project that an answer shows first has one of the words in its name.

    What a text only mentions is not what a question in other words is about.
    """
    project = projects.get(db, *given.shown[0]) if given.shown else None
    return project is not None and any(alnum_key(word) in alnum_key(project.name) for word in words)


@dataclass(frozen=True, slots=True)
class _Part:
    """One of several figures asked for, as it would be asked alone, and the words that name it."""

    text: str
    label: str
    of: str = ""  # whose it is by the first of them: 公用車の of 公用車の点検は何台、車検は何台
    bare: str = ""  # as typed, where that is an amount without a noun: いくら of 助成は何件でいくら

    @property
    def texts(self) -> tuple[str, ...]:
        """It as typed, and as it is of the first one's owner."""
        return (self.text,) if self.text.startswith(self.of) else (self.text, f"{self.of}{self.text}")


MOST_RIVALS = 2  # other projects that may be meant as well where several figures are asked for


def _figures(db: Database, asked: Asked) -> Answer | None:
    """The figures that are asked for one by one, each as in a thread of the project that tells most of them.

    The thread's own project goes first if it tells any. Where another that says the question's nouns tells
    as many, none is surely meant, and both are shown.
    """
    parts = _asked_apart(db, asked)
    alone = _each_alone(db, asked, parts)
    tried: dict[Key, list[Answer]] = {}
    for key in _may_tell(db, asked, alone):
        answers: list[Answer] = []
        for part, given in zip(parts, alone, strict=True):
            said = next((text for each in answers for text, _ in _bold(each)), "")
            answers.append(_told_of(db, part, given, key, said))
        tried[key] = _of_one_each(parts, answers)
        if asked.last and key == asked.last.topic and any(map(_is_told, tried[key])):
            tried = {key: tried[key]}
            break
    most = max((sum(map(_is_told, each)) for each in tried.values()), default=0)
    best = [key for key, each in tried.items() if most and sum(map(_is_told, each)) == most]
    is_known = asked.meant.named or asked.last
    others = [] if is_known else [key for key in best[1:] if _says_all(db, asked, key)][:MOST_RIVALS]
    labels = [part.label for part in parts]
    if not others:
        return _under_labels(best[0], labels, tried[best[0]]) if best else None
    found = follow_ups.projects_of(db, (best[0], *others))
    every = [_under_labels(p.key, labels, tried[p.key], wording.heading(p)) for p in found]
    return together([replace(each, confidence="unsure") for each in every])


def _asked_apart(db: Database, asked: Asked) -> list[_Part]:
    """What is asked for one by one; what has no noun (何人来た) is of what stands before the first figure."""
    texts = figures_asked_apart(asked.typed_core)
    if len(texts) != len(figures_asked_apart(asking.core(asked.meant.question))):
        return []
    parts = [as_asked_alone(text) for text in texts]
    first = asked_figure(parts[0]) if parts else None
    before = parts[0][: first.span[0]] if first else ""
    held, of = db.snapshot.catalog, "".join(before.rpartition("の")[:2])
    lead = before or f"{label_asked(parts[0])}は" if parts else ""
    leads = ["" if not at or _has_noun(read(text, held)) else lead for at, text in enumerate(parts)]
    amounts = [each is not None and each.unit == MONEY for each in map(asked_figure, parts)]
    labels = [label_asked(text) for text in parts]
    if len({*labels}) < len(labels) or any(label.startswith("の") for label in labels):
        labels = [text.partition("は")[0] for text in parts]  # 団員の数と火災の件数: 件数 says not whose
    return [
        _Part(f"{lead}{text}", label, of, text if lead and is_amount else "")
        for lead, text, label, is_amount in zip(leads, parts, labels, amounts, strict=True)
    ]


def _each_alone(db: Database, asked: Asked, parts: Sequence[_Part]) -> list[Answer]:
    """What each part gets where nothing was shown; none of them is asked so where the project is named."""
    if asked.meant.named:
        return [unknown() for _ in parts]
    return [decided(db, _read_in(db, part.text, None))[1] for part in parts]


def _may_tell(db: Database, asked: Asked, alone: Sequence[Answer]) -> list[Key]:
    """The projects that may tell figures: the one named, the thread's, what the parts or all of it are of."""
    if len(asked.meant.named) > 1 or not alone:
        return []
    if asked.meant.named:
        return [asked.meant.named[0][0].key]
    near = passages.related(db, asked.typed, asked.request, unknown())
    keys = [each.shown[0] for each in alone if each.shown and each.kind in ("figure", "field")]
    thread = [asked.last.topic] if asked.last and asked.last.topic else []
    return list(dict.fromkeys((*thread, *keys, *near.shown[:MOST_RIVALS])))


def _told_of(db: Database, part: _Part, alone: Answer, key: Key, said: str) -> Answer:
    """What a project tells where a figure is asked of it; else a refusal with its nearest sentences.

    An amount without a noun is of the sentence `said` for the part before, if it has one: 3件、9万円を助成.
    """
    every = [_read_in(db, text, Turn(topic=key)) for text in part.texts]
    of_said = [_read_in(db, part.bare, Turn(topic=key, said=said))] if part.bare and said else []
    in_thread = (decided(db, asked)[1] for asked in (*of_said, *every))
    answers = itertools.chain(in_thread, [alone], (_by_its_texts(db, each, key) for each in every[:1]))
    told = (given for given in answers if _is_figure_of(every[0], given, key))
    return next(told, None) or _near_sentences(db, every[0], unknown(shown=(key,)))


def _by_its_texts(db: Database, asked: Asked, key: Key) -> Answer:
    """The figure that the texts of a project give, looked at as each answer is."""
    named = of_named(replace(asked.request, named=(db.snapshot.catalog.of_keys([key]),)))
    given = fields.answer_figure(db, named) if named.figure else unknown()
    of_it = replace(asked, put_in=lambda _: named)
    for step in EVIDENCE:
        given = (step.look(db, of_it, given) if step.of == "each answer" else given) or given
    return given


def _of_one_each(parts: Sequence[_Part], every: Sequence[Answer]) -> list[Answer]:
    """Answers to several figures, none told by two: of 17件のうち6件を採択 the 6件 are of 採択 alone."""
    told = [
        (at, part.label, *each)
        for at, (part, given) in enumerate(zip(parts, every, strict=True))
        for each in _bold(given)
    ]
    own = {(text, span): at for at, label, text, span in told if label in text}
    return [
        _less(given, {each for each, owner in own.items() if owner != at}) for at, given in enumerate(every)
    ]


_Bold = tuple[str, tuple[int, int]]


def _bold(given: Answer) -> list[_Bold]:
    quotes = (part for part in given.parts if isinstance(part, Quote))
    every = (each for quote in quotes for each in zip(quote.sentences, quote.bold, strict=False))
    return [(text, span) for text, spans in every for span in spans]


def _less(given: Answer, taken: Collection[_Bold]) -> Answer:
    """A figure told by one sentence without those that are taken; a refusal where none is left."""
    told, quotes = _bold(given), [part for part in given.parts if isinstance(part, Quote)]
    left = [each for each in told if each not in taken]
    if given.kind != "figure" or len(quotes) != 1 or left == told:
        return given
    quote = replace(quotes[0], bold=(tuple(span for _, span in left),))
    if not left:
        return unknown(quote, shown=given.shown)
    said = wording.figures_in(
        quote.project, quote.field, [text[slice(*span)] for text, span in left], is_one=True
    )
    return replace(given, parts=(said, quote))


def _is_figure_of(asked: Asked, given: Answer, key: Key) -> bool:
    """Whether an answer is a figure of one project: of columns, of its texts, or the sentence that has it."""
    is_sentence = given.kind == "field" and (given.cells or asked.request.kind == "figure")
    return given.shown == (key,) and bool(given.kind == "figure" or is_sentence)


def _is_told(given: Answer) -> bool:
    return given.kind != "none"


def _says_all(db: Database, asked: Asked, key: Key) -> bool:
    """Whether a project says every noun of a question."""
    project = projects.get(db, *key)
    unsaid = passages.unsaid(asked.request, project) if project else [""]
    return not any(terms.names(noun) and not is_light(noun) for noun in unsaid)


def _under_labels(key: Key, labels: Sequence[str], each: Sequence[Answer], *heading: Part) -> Answer:
    """The figures told of a project, each under its words; of one that is not told, what may be near it."""
    parts = [*heading]
    for label, given in zip(labels, each, strict=True):
        quotes = [part for part in given.parts if isinstance(part, Quote) and part.project.key == key]
        is_sentence = given.kind == "field" and not given.cells
        says = [part for part in given.parts if isinstance(part, Say) and part.look != "small"]
        first = next(iter(says), None) if _is_told(given) else None
        others = (
            [part for part in given.parts if part is not first] if first and not is_sentence else quotes[:1]
        )
        known = [] if is_sentence else [part.sentences for part in parts if isinstance(part, Quote)]
        parts.append(wording.under_its_name(label, first))
        parts += [
            part
            for part in others
            if part not in parts and not (isinstance(part, Quote) and part.sentences in known)
        ]
    is_sure = all(_is_told(given) and given.confidence == "sure" for given in each)
    return Answer(
        "figure", tuple(parts), (key,), confidence="sure" if is_sure else "unsure",
        why=tuple(dict.fromkeys(why for given in each for why in given.why)),
        cells=tuple(dict.fromkeys(cell for given in each for cell in given.cells)),
    )  # fmt: skip


def _indicators(db: Database, asked: Asked) -> Answer | None:
    """The indicators that a question names, of several figures one where the texts may tell the others."""
    given = indicators.answer(db, asked.typed, last=asked.last)
    if given and _asked_apart(db, asked):
        return replace(given, confidence="unsure")
    return given and _of_its_office(db, asked, given)


def _has_noun(request: Request) -> bool:
    """Whether a question says of what it asks: 何人来た and 延べ何人が参加した do not, 参加者は何人 does."""
    before = request.question[: request.figure.span[0]] if request.figure else ""
    is_named = any(map(terms.names, itertools.chain(*terms.terms(before.replace("延べ", "")))))
    return is_named or any(
        terms.names(term) and not is_light(term) and term != "延べ" for term in request.terms
    )


def of_request(db: Database, request: Request) -> Answer:
    """Answer a question that has been read."""
    loaded = db.snapshot.catalog.years
    absent = _not_of_its_year(db, request) if set(request.other_years) & {*loaded} else None
    if absent or is_of_another_year(request):
        refused = absent or not_loaded(request.other_years, loaded)
        return passages.of_years(db, request.question, request, request.other_years, refused)
    return _OF_RECORDS[request.kind](db, request)


def _not_of_its_year(db: Database, request: Request) -> Answer | None:
    """That the project named is in no list of the year asked for; which one bears its number there."""
    entry, year = request.named[0][0], request.other_years[0]
    project = projects.get(db, *entry.key)
    if project is None or request.kind in ("changes", "compare", "which"):
        return None
    told = [wording.not_of_year(project, year)]
    same = projects.get(db, year, project.number)
    told += [wording.number_of_year(same)] if same else []
    return unknown(*told, Details((project,), is_named=False), shown=(project.key,))


def _in_their_year(db: Database, named: Request) -> Request:
    """What is named, each project as the list of the one year asked for has it, under whatever number.

    The year of one that this list does not have is another year.
    """
    if len(named.years) != 1 or not named.named:
        return named
    (year,) = named.years
    groups = tuple(_in_year(db, group, year) for group in named.named)
    if len(groups) == 1 and all(entry.fiscal_year != year for entry in groups[0]):
        return replace(named, years=(), other_years=(year,))
    return named if groups == named.named else replace(named, named=groups)


def _in_year(db: Database, group: tuple[Entry, ...], year: int) -> tuple[Entry, ...]:
    if of_it := tuple(entry for entry in group if entry.fiscal_year == year):
        return of_it
    project = projects.get(db, *group[0].key)
    later = changing.in_year(db, project, year) if project else None
    return (db.snapshot.catalog.of_keys([later.key]) if later else ()) or group


def _of_subject(answers: _Answers) -> _Answers:
    """The answer where a question names a thing: 受けた and 支援 alone are none."""

    def given(db: Database, request: Request) -> Answer:
        is_named = request.named or request.unknown_numbers
        has_subject = is_named or any(not is_light(term) for term in request.terms)
        return answers(db, request) if has_subject else briefs.unclear(request)

    return given


_KIND_OF_WORK = lazily(r"(?P<thing>[一-龥々ァ-ヺー・]+事業)(?:は|って|が)?[、,]?(?:全部で|合計で?)?何件")


# Works that the records speak of: the objects of a scheme or an act, and no rows of the list.
_WORKS_SPOKEN_OF = lazily(
    rf"対象(?:となる|となった|になった|の)?{asking.WORK}"
    rf"|(?<!を)(?:評価|採択|選定|選考|審査|認定|承認|指定|公表|検証|点検|表彰|提案|廃止|見直し?)(?:され|し)?た{asking.WORK}"
)


def _count(db: Database, request: Request) -> Answer:
    """How many projects there are; never surely where works are asked for of which the records tell."""
    given = _counted(db, request)
    is_other = given.kind == "count" and _WORKS_SPOKEN_OF.search(request.question)
    return replace(given, confidence="unsure") if is_other and given.confidence == "sure" else given


def _counted(db: Database, request: Request) -> Answer:
    """How many projects there are, unless one counts such things itself: 啓発事業を5件実施し."""
    given = listing.answer(db, request)
    asks = _KIND_OF_WORK.search(request.question)
    if asks is None and (own := _works_of_one(db, request, given)):
        return own
    if of_works := _counting_works(db, request, given):
        return of_works
    if asks is None or given.confidence != "sure" or request.offices or request.named or given.rest:
        return given
    said = lazily(
        rf"{re.escape(asks['thing'])}(?:[をはが:：、]|の件?数[はが]?)?(?:延べ|合計|約|計)?[0-9０-９,，]+件"
    )
    counting = [
        project
        for project in follow_ups.projects_of(db, given.shown)
        if any(said.search(sentence.text) for _, sentence in sentences(project))
    ]
    figure = asked_figure(request.question)
    if len(counting) != 1 or figure is None:
        return replace(given, confidence="unsure") if counting else given
    entries = db.snapshot.catalog.of_keys([counting[0].key])
    read_as = replace(request, kind="figure", figure=figure, named=(entries,), counted=request.terms[-1:])
    told = fields.answer_figure(db, read_as)
    return told if told.kind == "figure" else replace(given, confidence="unsure")


_OF_MANY = lazily("状況|取り?組")


def _field(db: Database, request: Request) -> Answer:
    """A field of the project that is meant; of a topic that many tell of (コロナの状況) a summary."""
    given = fields.answer(db, request)
    is_of_many = len(given.shown) > 1 and given.confidence == "unsure" and _OF_MANY.search(request.cue)
    if not is_of_many or request.named or request.offices:
        return given
    return briefs.summary(db, replace(request, kind="summary"))


_MANY_WORKS = lazily("(?<![0-9０-９.．])[0-9０-９,，]+事業(?!所|者|団)")
LOOKED_INTO = 1_500  # projects of which every text is looked into for a figure
# What one project did to others: 大規模事業評価で評価した事業は何件.
_DONE_TO_WORKS = lazily(rf"で[^、。はがを]{{1,8}}た{asking.WORK}")


def _counting_works(db: Database, request: Request, given: Answer) -> Answer | None:
    """A count with the records' own sentences before it that count such works: 516事業の行政評価を実施.

    Where none does, the one project that the question names is no count of what was done to others by it.
    """
    loaded = db.snapshot.fiscal_years
    is_of_grade = listing.GRADE.search(request.question)  # B評価の事業は何件: the projects' own
    if given.kind != "count" or request.offices or request.named or not request.terms or is_of_grade:
        return None
    entries = listing.within(db.snapshot.catalog, replace(request, years=request.years or loaded[:1]))
    every = db.snapshot.projects([entry.id for entry in entries]) if len(entries) <= LOOKED_INTO else {}
    counting = [
        (project, field, sentence.text)
        for project in (every[entry.id] for entry in entries if entry.id in every)
        if any(map(_MANY_WORKS.search, texts(project)))
        for field, sentence in sentences(project)
        if _MANY_WORKS.search(sentence.text) and not words_lacking(request.terms, sentence.text, project.name)
    ]
    if not counting:
        is_one = given.confidence == "sure" and len(given.shown) - len(given.near) == 1
        done = is_one and _DONE_TO_WORKS.search(request.question) and _is_named(db, given, request.terms)
        return replace(given, confidence="unsure") if done else None
    parts: list[Part] = []
    for project, field, text in counting[:1]:
        bold = tuple(found.span() for found in _MANY_WORKS.finditer(text))
        parts += [wording.counts_works(project), Quote(project, field, (text,), (bold,))]
    shown = tuple(dict.fromkeys((*given.shown, counting[0][0].key)))
    return replace(given, parts=(*parts, *given.parts), shown=shown)


_WORKS = lazily("事業の?総?数")


def _works_of_one(db: Database, request: Request, given: Answer) -> Answer | None:
    """How many works the one project counts that a question names: 公約ロードマップ 事業数 is its 135事業."""
    works = _WORKS.search(request.question)
    figure = asked_figure(works[0].replace("総", "")) if works else None
    is_one = given.confidence == "sure" and len(given.shown) == 1 and not (given.rest or request.offices)
    if not is_one or figure is None or not _is_named(db, given, request.terms):
        return None
    named = (db.snapshot.catalog.of_keys(given.shown),)
    told = fields.answer_figure(db, replace(request, kind="figure", figure=figure, named=named, terms=()))
    return told if told.kind == "figure" else None


def _of_last(
    tells: Callable[[Database, Asked, Turn], Answer | None],
) -> Callable[[Database, Asked], Answer | None]:
    return lambda db, asked: tells(db, asked, asked.last) if asked.last else None


_NAMES_ONE = lazily("目的|狙い|ねらい|趣旨|担当|所管|主管|概要|成果|(?:部署|課|室)名?$|事業名|番号")


def _by_passage(db: Database, asked: Asked) -> Answer | None:
    """The sentence that has all that is asked; for a field (返礼品を送るやつの担当) that of its project."""
    given, request = passages.answer(db, asked.typed, asked.request), asked.request
    asks_for_field = request.kind == "field" and _NAMES_ONE.search(request.cue) and not role_of(request.cue)
    project = projects.get(db, *given.shown[0]) if given and asks_for_field else None
    if given is None or project is None or given.confidence != "sure":
        return given
    told = fields.of_project(project, request.fields, request.terms, why=given.why[0])
    is_one = passages.is_only_of(db, asked.typed, request, project)
    return told if is_one else replace(told, confidence="unsure")


def _sentence_of_figure(db: Database, asked: Asked) -> Answer | None:
    """The one sentence with a figure; of an office that no list has, only one that says it."""
    given = passages.answer(db, asked.typed, asked.request)
    return given if given and asides.among(asked.request.terms) in given.text else None


_Answers = Callable[[Database, Request], Answer]
_OF_RECORDS: Mapping[Kind, _Answers] = {
    "changes": changing.answer,
    "which": comparing.answer_which,
    "compare": comparing.answer,
    "summary": briefs.summary,
    "count": _count,
    "field": _of_subject(_field),
    "figure": _of_subject(fields.answer_figure),
    "list": listing.answer,
    "sentence": lambda db, asked: fields.nothing(db, subjects.find(db, asked), asked.terms),
    "topic": briefs.about,
}
_ANSWERS: Mapping[str, Callable[[Database, Asked], Answer | None]] = {
    "courtesy": lambda db, asked: asides.courtesies(db, asked.typed),
    "offices": asides.offices,
    "here": lambda *_: Answer("help", (wording.NO_SECTION_HERE,), confidence="none"),
    "sheets": lambda *_: Answer("none", wording.SHEETS_POINTER, confidence="none"),
    "which office": lambda db, asked: (
        asides.which_office(asked.unclear, db.snapshot.catalog) if asked.unclear else None
    ),
    "unknown office": lambda db, asked: asides.refused(db, asked.text),
    "beyond the list": _of_last(follow_ups.beyond_list),
    "columns": lambda db, asked: answer_columns(db, asked.typed, last=asked.last),
    "indicator": _indicators,
    "not worked out": _of_last(follow_ups.not_worked_out),
    "lineage": lambda db, asked: changing.listed(db, asked.request, asked.typed),
    "condition": lambda db, asked: (
        listing.of_condition(db, chosen) if (chosen := asking.condition(asked.typed)) else None
    ),
    "why": _of_last(follow_ups.answer_why),
    "in full": _of_last(follow_ups.in_full),
    "more": lambda db, asked: _of_last(follow_ups.answer_more)(db, asked) or briefs.unclear(asked.request),
    "similar": _of_last(follow_ups.similar_to_topic),
    "year before": _of_last(changing.of_year_before),
    "other of two": _of_last(follow_ups.other_of_two),
    "of the list": _of_last(follow_ups.of_list),
    "figures": _figures,
    "place": _of_last(follow_ups.at_place),
    "thread": lambda db, asked: of_request(db, follow_ups.in_thread(asked)),
    "thread's sentence": lambda db, asked: passages.answer(db, asked.typed, follow_ups.in_thread(asked)),
    "thread's words": _of_last(follow_ups.said_in_thread),
    "left out": _of_last(follow_ups.not_of_thread),
    **dict.fromkeys((*_OF_RECORDS, "another year"), lambda db, asked: of_request(db, asked.request)),
    "in katakana": _in_katakana,
    "in the records' words": _in_recorded_words,
    "counted": lambda db, asked: listing.answer(db, replace(asked.request, kind="count")),
    "passage": lambda db, asked: None if follow_ups.saying_the_noun(db, asked) else _by_passage(db, asked),
    "figure's sentence": _sentence_of_figure,
}


_TOLD = {intent.name: intent.told for intent in reversed(INTENTS)}


def trace(db: Database, question: str) -> tuple[Say, ...]:
    """How a question is read, which intent answered or refused it, and the sentences nearest to it."""
    with db.reading():
        asked = understood(db, subjects.in_the_citys_words(db, question)[0], None, "")
        request = asked.request
        read_as: Mapping[str, Sequence[object]] = {
            "kind": (_TOLD[request.kind],), "fields": request.fields, "cue": (request.cue,),
            "named": [entry.number for group in request.named for entry in group[:1]],
            "offices": [office.name for office in request.offices],
            "years": (*request.years, *request.other_years), "terms": request.terms, "light": request.light,
        }  # fmt: skip
        steps = [wording.read_as(part, values) for part, values in read_as.items() if any(values)]
        intent, given = decided(db, asked)
        steps.append(wording.decided(intent.told, is_answered=given.kind != "none"))
        return (*steps, *passages.explained(db, asked.typed, request))
