"""何人, 何件, 何回, いつ, いくら: the sentence that holds the figure, the figure in bold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.ask import subjects, wording
from bot.ask.answers import Answer, Details, Part, Quote, Say, unknown
from bot.ask.intents import fields
from bot.ask.matching import bag, sentences
from bot.ask.quantities import JOINED, Figure, asked_figure, closeness, fitting
from bot.ask.question import Request
from bot.ask.subjects import Subject
from bot.ask.terms import by_script, pieces
from store.database import Database
from store.records import Project
from store.text.display import display

MOST_NAMED = 4


def not_given(db: Database, request: Request, subject: Subject) -> Answer:
    """Said plainly; the projects that the question is about are named."""
    if is_quantity_alone(request):
        told = (wording.no_figure(request, ()), wording.NAME_THE_PROJECT)
        return unknown(*told, why=(wording.no_figure_near(request),))
    if not subject.candidates:
        return fields.nothing(db, subject, request.terms)
    projects = subject.projects[:MOST_NAMED]
    lines = map(wording.item, projects) if len(projects) > 1 else (Details(projects, is_named=False),)
    keys = [project.key for project in projects]
    why = (subject.candidates[0].why,)
    return unknown(wording.no_figure(request, projects), *lines, shown=keys, why=why)


def is_quantity_alone(request: Request) -> bool:
    """Whether only a quantity is named (予算は？) and nothing whose it is: 予算等要望 is not asked of."""
    names_thing = request.named or request.offices or request.unknown_numbers
    return bool(request.terms) and not names_thing and all(map(_is_quantity, request.terms))


def _is_quantity(term: str) -> bool:
    asked = asked_figure(f"{term}は")
    return asked is not None and asked.span == (0, 0)


BESIDE = 0.7  # so close that the words the figure counts may stand farther off
APART = 0.2  # but in the sentence they must stand
GENERAL = 0.1  # what it adds when it has the general words (何回開催) and there are no others
NAMED_AGAIN = 0.15  # what it adds when a sentence has a word of the question that the project's name has
ABOUT = 0.45  # the least closeness where no word says what is counted
TIED = 0.03  # figures this near to the best in one sentence are shown with it
SPLIT = 0.25  # so much closer to what is counted, a later figure is shown with the best
MOST = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence with the figures in it that answer, and how closely the question's words join them.

    `is_joined`: any do. The others are of a project that the question names with all its words.
    """

    project: Project
    field: str
    sentence: str
    figures: tuple[Figure, ...]
    score: float
    is_joined: bool = True
    is_split: bool = False  # the words of the question stand by different figures


def answer(db: Database, request: Request) -> Answer:
    """The figure asked for, or that the records do not give it."""
    assert request.figure is not None  # noqa: S101 - reading makes a figure request with one
    subject = subjects.find(db, request)
    if request.unknown_numbers and not subject.candidates:
        return fields.unknown_number(request.unknown_numbers)
    if not subject.candidates and (loose := by_script(request.terms)) != request.terms:
        request = replace(request, terms=loose, counted=by_script(request.counted))
        subject = subjects.by_words(db, request, loose)
    if not subject.candidates:
        subject = _apart_from_the_figure(db, request, subject)
    found = _found(subject.projects, request, joined_only=not subject.is_sure)
    if not found:
        found = _found(subject.also, request, joined_only=True)
    return _told(found, subject) if found else not_given(db, request, subject)


def answer_each(db: Database, requests: Sequence[Request]) -> Answer | None:
    """The figures asked for one by one, all of the project that gives the first; None where none does.

    One that stands in another sentence and has no word of its own to tell that it is meant is not sure.
    """
    first = answer(db, requests[0]) if requests[0].figure else None
    if first is None or first.kind == "none" or len(first.shown) != 1:
        return None
    year, number = first.shown[0]
    entries = tuple(e for e in db.snapshot.catalog.of_number(number) if e.fiscal_year == year)
    parts, is_sure, why = _labelled(requests[0], first.parts), first.confidence == "sure", list(first.why)
    for asked in requests[1:]:
        asked = replace(asked, figure=asked.figure or asked_figure(asked.question), named=(entries,))
        given = answer(db, asked) if asked.figure else None
        if given is None or given.kind == "none":
            parts.append(wording.under_its_name(asked, None))
            is_sure = False
            continue
        known = [part.sentences for part in parts if isinstance(part, Quote)]
        new = [part for part in given.parts if not (isinstance(part, Quote) and part.sentences in known)]
        is_same = not any(isinstance(part, Quote) for part in new)
        is_sure = is_sure and given.confidence == "sure" and (is_same or bool(asked.terms))
        parts += _labelled(asked, new)
        why += given.why
    return Answer(
        "figure", tuple(parts), first.shown, confidence="sure" if is_sure else "unsure",
        why=tuple(dict.fromkeys(why)),
    )  # fmt: skip


def _labelled(asked: Request, parts: Sequence[Part]) -> list[Part]:
    first, *others = parts
    return [wording.under_its_name(asked, first) if isinstance(first, Say) else first, *others]


def _found(among: Sequence[Project], request: Request, *, joined_only: bool) -> list[Found]:
    """The sentences of these projects that give the figure, the closest first."""
    found = [hit for project in among for hit in _measured(project, request)]
    return sorted((hit for hit in found if hit.is_joined or not joined_only), key=lambda hit: -hit.score)


def _apart_from_the_figure(db: Database, request: Request, subject: Subject) -> Subject:
    """Whose figure it is, where no record has the figure's own word (スマートシティの予算)."""
    rest = tuple(term for term in request.terms if term not in request.counted)
    apart = subjects.by_words(db, request, rest, whole=True)
    return apart if apart.is_sure else subject


def _measured(project: Project, request: Request) -> list[Found]:
    """Sentences of a project that give the figure, joined there by the question's words."""
    assert request.figure is not None  # noqa: S101 - as above
    name = bag(display(project.name))
    of_name = [term for term in request.terms if _is_of_name(project, term)]
    words = [word for word in pieces(_without(request.terms, of_name)) if not name.spells(word)]
    counted = [word for word in pieces(request.counted) if word in words]
    found = []
    for field, sentence in sentences(project):
        # General words alone (開催) tell figures apart only where nothing else does.
        told = [*words, *(word for word in request.light if word in sentence.text)] if words else []
        among = fitting(sentence.text, request.figure, [*told, *pieces(tuple(of_name))])
        scored = [
            (figure, closeness(sentence.text, figure, among, told))
            for figure in among
            if _answers(
                {word: closeness(sentence.text, figure, among, (word,)) for word in told}, request, counted
            )
        ]
        if scored:
            best = max(score for _, score in scored)
            tied = tuple(figure for figure, score in scored if best - score <= TIED)
            apart = _split(sentence.text, tied[0], among, words, counted)
            figures = tuple(figure for figure in among if figure in (*tied, *apart))
            again = NAMED_AGAIN * _share(sentence.text, pieces(tuple(of_name)))
            again += GENERAL * (0 if words else _share(sentence.text, request.light))
            found.append(Found(project, field, sentence.text, figures, best + again, bool(told), bool(apart)))
    return found


def _split(
    text: str, best: Figure, among: Sequence[Figure], words: Sequence[str], counted: Sequence[str]
) -> tuple[Figure, ...]:
    """Later figures of the same unit to which what is counted is clearly closer than to the best.

    提案は何件採択された, where the record says 提案17件から6件を採択: which of them, the reader must see.
    """
    if not set(words) - set(counted):
        return ()
    own = closeness(text, best, among, counted)
    return tuple(
        figure
        for figure in among
        if figure.unit == best.unit
        and figure.start >= best.end
        and any(word in text[figure.end :] for word in counted)
        and closeness(text, figure, among, counted) - own >= SPLIT
    )


def _is_of_name(project: Project, term: str) -> bool:
    """Whether a term only says which project is meant: its name has it, and no sentence has it otherwise."""
    name = bag(display(project.name))
    if name.spells(term):
        return True
    return name.has_in_order(term) and not any(term in said.text for _, said in sentences(project))


def _share(text: str, words: Sequence[str]) -> float:
    return sum(word in text for word in words) / len(words) if words else 0.0


def _without(terms: Sequence[str], some: Sequence[str]) -> tuple[str, ...]:
    return tuple(term for term in terms if term not in some)


def _answers(each: Mapping[str, float], request: Request, counted: Sequence[str]) -> bool:
    """Whether a figure is that of the words it should count, or at least of the words asked about.

    `each` is how closely each word of the question joins it.
    """
    if not each:
        return True
    if not counted:
        return sum(each.values()) / len(each) >= ABOUT
    if not each[counted[-1]]:
        return False  # 団体会員数 is none of 7つの団体
    joined = sum(each[word] for word in counted) / len(counted)
    nearest = max(close for word, close in each.items() if word not in request.light)
    return joined >= JOINED or (joined >= APART and nearest >= BESIDE)


def _told(found: Sequence[Found], subject: Subject) -> Answer:
    best = found[0]
    chosen = [hit for hit in found if best.score - hit.score <= TIED][:MOST]
    parts: list[Part] = [part for hit in chosen for part in _said(hit, is_one=len(chosen) == 1)]
    if len(chosen) > 1:
        parts.insert(0, wording.several_fit(len(chosen)))
    why = (wording.figure_stands_near(hit.project, hit.field, is_joined=hit.is_joined) for hit in chosen)
    is_one = subject.is_sure or len({hit.project.key for hit in chosen}) == 1
    sure = is_one and not any(hit.is_split for hit in chosen)
    keys = tuple(dict.fromkeys(hit.project.key for hit in chosen))
    older = subject.candidates[0].older if len(keys) == 1 and subject.candidates else ()
    parts += fields.earlier_years(older)
    return Answer(
        "figure", tuple(parts), keys, confidence="sure" if sure else "unsure", why=tuple(dict.fromkeys(why))
    )


def _said(hit: Found, *, is_one: bool) -> list[Say | Quote]:
    told = tuple(dict.fromkeys(figure.text for figure in hit.figures))
    bold = tuple((figure.start, figure.end) for figure in hit.figures)
    head = wording.figures_in(hit.project, hit.field, told, is_split=hit.is_split, is_one=is_one)
    return [head, Quote(hit.project, hit.field, (hit.sentence,), (bold,))]
