"""What there is to tell of a word, a project or a set of them: in brief, or summed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.ask import subjects, wording
from bot.ask.answers import Answer, Confidence, Details, Lines, Part, ProjectLine, Quote, Table, unknown
from bot.ask.intents import fields, listing, other_words
from bot.ask.matching import bag, lacking, sentences
from bot.ask.quantities import figures, is_amount
from bot.ask.question import Request
from bot.ask.subjects import Subject
from bot.ask.summaries import COMFORTABLE, Line, Summary, measures, news, summarize
from bot.ask.terms import is_light, names, pieces
from bot.ask.wording import Say
from store import projects
from store.database import Database
from store.records import Project
from store.text import lazily
from store.text.asking import ASKING_WORD, WORK
from store.text.display import bare, split
from store.text.normalize import nfkc

BRIEF = 2  # sentences of the outcome or overview on a card


def about(db: Database, request: Request) -> Answer:
    """A keyword or a name: the project in brief when it is one, else the projects that have the words."""
    if request.unknown_numbers and not (request.named or request.terms):
        return fields.unknown_number(request.unknown_numbers)
    if not (request.named or request.terms):
        return unclear(request)
    subject = subjects.find(db, request)
    if request.unknown_numbers and not subject.candidates:
        return fields.unknown_number(request.unknown_numbers)
    if not subject.candidates:
        return _near_to_a_word(db, request) or fields.nothing(db, subject, request.terms)
    if _lacks_verb(request, subject.projects[0]):
        return fields.nothing(db, subject, request.terms)
    if subject.is_named and subject.is_sure and (lacks := _lacking(request, subject.projects[0])):
        return _without_item(subject, lacks, request.question)
    if subject.is_sure:
        asks_what = ASKING_WORD.search(request.question)  # どんな連携をした asks for more than its name
        return (None if asks_what else _card(subject, request.terms)) or fields.nothing(
            db, subject, request.terms
        )
    return _several(subject, request.terms)


def _near_to_a_word(db: Database, request: Request) -> Answer | None:
    """What is near to a word that is all that was typed (子ども): shown, and no answer."""
    is_alone = request.terms == (request.question.strip(),) and names(request.question)
    near = other_words.near_a_set(db, request, ()) if is_alone else ()
    return replace(listing.told_of_near(near, (), request), kind="none") if near else None


def _lacks_verb(request: Request, project: Project) -> bool:
    """Whether a record does not say what the question says was done (…を辞めた団体)."""
    verbs = [term for term in request.terms if not names(term) and not is_light(term)]
    said = "\n".join(sentence.text for _, sentence in sentences(project)) if verbs else ""
    return bool(lacking(verbs, said, project.name))


def _is_said(project: Project, term: str) -> bool:
    """Whether a sentence or the name of a project says a word."""
    return bag(project.name).holds(term) or any(bag(said.text).holds(term) for _, said in sentences(project))


def _lacking(request: Request, project: Project) -> tuple[str, ...]:
    """What is asked of a project that its record says nothing of (…事業の課題は？)."""
    if any(_is_said(project, term) for term in request.terms):
        return ()
    return tuple(term for term in request.terms if names(term))


def _without_item(subject: Subject, lacks: Sequence[str], question: str) -> Answer:
    """That no such item was read in the record, and what it has of it, or instead."""
    project = subject.projects[0]
    if said := _saying_a_part(project, lacks, question):
        told = (
            wording.no_item(project, lacks),
            wording.MAY_BELONG,
            *said,
            Details((project,), is_named=False),
        )
        given = unknown(*told, shown=(project.key,), why=(subject.candidates[0].why,))
        return replace(given, confidence="unsure")
    has = [part for field in ("purpose", "outcome") for part in _brief(project, field)]
    offers = (wording.RECORD_HAS, *has) if has else ()
    told = (wording.no_item(project, lacks), *offers, Details((project,), is_named=False))
    return unknown(*told, shown=(project.key,), why=(subject.candidates[0].why,))


def _saying_a_part(project: Project, lacks: Sequence[str], question: str) -> list[Part]:
    """The first sentences with the unit, or a word, of what is asked for: 90件, 回収 of 回収方法."""
    units = {figure.unit for figure in figures(nfkc(question)) if is_amount(figure)}
    parts = [part for part in pieces(tuple(lacks)) if len(part) > 1 and not bag(project.name).spells(part)]
    every = [(field, s.text) for field, s in sentences(project)]
    said = [(field, text) for field, text in every if any(figure.unit in units for figure in figures(text))]
    said += [each for each in every if each not in said and any(map(bag(each[1]).spells, parts))]
    return [Quote(project, field, (text,)) for field, text in said[:BRIEF]]


def unclear(request: Request) -> Answer:
    """Nothing to go by: say how to ask."""
    return unknown(wording.UNCLEAR, why=(wording.no_subject(request.question),))


def _card(subject: Subject, terms: Sequence[str]) -> Answer | None:
    """The one project in brief; None where no sentence of it has what its name lacks."""
    project = subject.projects[0]
    parts: list[Part] = [wording.heading(project), wording.office(project)]
    wanted = [term for term in terms if not bag(project.name).holds(term)]
    found = listing.evidence(project, wanted)
    if wanted and not found and not subject.candidates[0].named:
        return None
    said = "\n".join(text for part in found for text in part.sentences)
    others = listing.evidence(project, lacking(wanted, said, project.name)) if found else []
    if found:
        parts += [*found, *others]
    else:
        parts += [part for field in ("purpose", "outcome") for part in _brief(project, field)]
    parts.append(Details((project,), is_named=False))
    parts += fields.earlier_years(subject.candidates[0].older)
    confidence: Confidence = "unsure" if others else "sure"
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
    head = wording.found(len(subject.projects))
    keys = tuple(project.key for project in found)
    why = tuple(wording.of_project(each.project, each.why) for each in subject.candidates[:3])
    return Answer("search", (head, *listing.page(found, terms)), keys, why=why)


_SET = lazily(rf"{WORK}|一覧|全部|すべて|全て")
FEW = 4  # projects that need nothing in front
SENTENCES = {"purpose": 1, "overview": 3, "outcome": 12}


def summary(db: Database, request: Request) -> Answer:
    """Summarize the one project that is meant, else all that the request chooses."""
    if not request.offices and not _SET.search(request.question):
        subject = subjects.find(db, request)
        if subject.is_sure and subject.candidates[0].named:
            given = of_project(subject.projects[0], why=subject.candidates[0].why)
            return given if request.named else _beside(db, request, given)
    if not (request.named or request.offices or request.terms or request.years) and not _SET.search(
        request.question
    ):
        return Answer("help", (wording.OF_WHAT,), confidence="none")
    chosen = _of_topic(db, request)
    also = (
        ()
        if request.offices or not request.terms
        else other_words.near_a_set(db, request, chosen.projects, all_words=True)
    )
    if not chosen.projects or not chosen.is_exact:
        if near := also or other_words.near_a_set(db, request, ()):
            return listing.told_of_near(near, (), request)
        given = fields.nothing(db, Subject(near=chosen.projects), request.terms)
        return given if given.shown else replace(given, parts=(*given.parts, wording.OF_WHAT))
    of_what = listing.of_what(request, chosen)
    name = bag(chosen.projects[0].name)
    is_only_said = chosen.says and not any(name.holds(word) for word in chosen.says)
    # Of one that only says a topic, or is asked for its 影響, the sentence is told alone.
    if len(chosen.projects) == 1 and not (is_only_said or chosen.recorded or request.light):
        given = of_project(chosen.projects[0], why=wording.condition(of_what))
    else:
        about = (*chosen.says, *(said for _, said in chosen.recorded), *request.light) if chosen.says else ()
        given = of_projects(db, chosen.projects, of_what, about)
    if chosen.recorded:  # no record says the word itself
        given = replace(given, confidence="unsure")
    recorded = (wording.recorded_as(chosen.recorded),) if chosen.recorded else ()
    return listing.with_near(replace(given, parts=(*recorded, *given.parts)), also)


def _of_topic(db: Database, request: Request) -> listing.Chosen:
    """The projects to sum up; where few say a topic as typed, those that say what it is made of.

    So オンライン開催 is オンライン, which 「オンラインで開催」 says too. What more than a page of projects
    say (市民 of 市民参加) is no longer the topic.
    """
    chosen = listing.choose(db, request)
    parts = tuple(part for part in pieces(request.terms) if len(part) > 1 and not is_light(part))
    if chosen.says is None or len(chosen.projects) >= FEW or not parts or parts == request.terms:
        return chosen
    wider = listing.choose(db, replace(request, terms=parts))
    is_more = len(chosen.projects) < len(wider.projects) <= listing.PAGE
    return wider if wider.is_exact and is_more else chosen


def _beside(db: Database, request: Request, given: Answer) -> Answer:
    """The one project called by a topic, and what the others that say it (データ) say of it."""
    chosen = _of_topic(db, request)
    others = [project for project in chosen.projects if project.key not in given.shown]
    told = summed(db, others, request.terms).lines if others and chosen.is_exact else ()
    told = tuple(line for line in told if _speaks_of(line, request.terms))[: listing.PAGE]
    if not told:
        return given
    near = tuple(line.project.key for line in told)
    parts = (*given.parts, wording.ALSO_NEAR, Lines(tuple(map(_line, told))))
    return replace(given, parts=parts, shown=(*given.shown, *near), near=near)


def of_projects(db: Database, found: Sequence[Project], of_what: Say, about: Sequence[str] = ()) -> Answer:
    """The summary of several projects under the words that say which they are.

    `about` are the words that they were chosen for: the line of each speaks of these.
    """
    summary = summed(db, found, about)
    # Of so many sections one reads first of each of them, and of their projects then.
    are_many = not about and len(summary.projects) > FEW and len(_sections(summary.lines)) > 1
    told = _by_section(summary) if are_many else _lines(summary, about)
    whole = (Details(tuple(found), is_named=False),) if len(found) == 1 else ()
    parts = (*_frame(summary, of_what, about), *told, *_behind(summary, about), *whole)
    how = wording.sentences_about(about)
    why = (wording.condition(of_what), how, wording.NOT_STOCK, wording.VERBATIM)
    return Answer("summary", parts, tuple(project.key for project in found), why=why)


def summed(db: Database, found: Sequence[Project], about: Sequence[str] = ()) -> Summary:
    """What a summary of projects tells, with what is known of the whole list."""
    among, known = max(projects.count(db), 1), db.snapshot.lexicon
    repeated, ids = db.snapshot.repeated_sentences, frozenset(project.id for project in found)
    return summarize(
        found,
        share=lambda word: min(map(known.in_projects, word.split())) / among,
        about=about,
        said_by=lambda project, text: repeated.get((project.fiscal_year, bare(text)), 1),
        said_in=lambda word: subjects.how_many_say(db, word, ids),
    )


def of_project(project: Project, *, why: Say | None = None) -> Answer:
    """One project: why it is done, what is done, what came of it, and its figures."""
    parts: list[Part] = [wording.heading(project), wording.office(project)]
    for field, most in SENTENCES.items():
        said = tuple(sentence.text for sentence in split(getattr(project, field)))[:most]
        if said:
            quote = Quote(project, field, said, tuple(map(_figure_spans, said)))
            parts += [wording.field_label(field), quote]
    found = measures(project)
    if found:
        rows = ((each.figure, each.phrase) for each in found)
        parts += [wording.FIGURES, Table((wording.FIGURE_HEADS, *rows))]
    parts.append(Details((project,), is_named=False))
    return Answer("summary", tuple(parts), (project.key,), why=(why,) if why else ())


def _frame(summary: Summary, of_what: Say, about: Sequence[str]) -> Iterator[Part]:
    yield wording.summary_of(of_what, len(summary.projects))
    if summary.themes and len(summary.projects) > FEW and not about:
        yield wording.themes(summary.themes)


def _without_outcome(lines: Sequence[Line]) -> Iterator[Part]:
    """Of how many lines are told by another field, and why."""
    if lines:
        stock = Counter(line.stock for line in lines if line.stock)
        yield wording.without_outcome(len(lines) - stock.total(), stock)


def _is_without_outcome(line: Line) -> bool:
    return line.field not in ("", "outcome")


def _sections(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """The lines of each section, those of the largest first."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        office = line.project.section_canonical or line.project.section or line.project.department
        found.setdefault(office.replace("\n", "・"), []).append(line)
    return dict(sorted(found.items(), key=lambda each: -len(each[1])))


def _by_section(summary: Summary) -> Iterator[Part]:
    """What happened in each section, in one line each, then its other projects under its name."""
    sections = _sections(summary.lines)
    best = {name: next(iter((*news(lines, 1), _measured(lines)))) for name, lines in sections.items()}
    yield from _without_outcome([*filter(_is_without_outcome, summary.lines)])
    yield wording.BY_SECTION
    yield Lines(tuple(_line(best[name], name, len(lines)) for name, lines in sections.items()))
    for name, lines in sections.items():
        if others := [line for line in lines if line is not best[name]]:
            yield wording.others_of(name)
            yield Lines(tuple(map(_line, others)))


def _measured(lines: Sequence[Line]) -> Line:
    """The first line that tells what came of it, with a figure if one does."""
    return max(lines, key=lambda line: (not _is_without_outcome(line), bool(_figure_spans(line.sentence))))


def _lines(summary: Summary, about: Sequence[str]) -> Iterator[Part]:
    """What happened first, then the other projects, each once, those last whose outcome tells nothing."""
    if about:
        speaking = sorted(summary.lines, key=lambda line: not _speaks_of(line, about))
        yield Lines(tuple(map(_line, speaking)))
        return
    first = news(summary.lines) if len(summary.lines) > FEW else ()
    rest = [line for line in summary.lines if line not in first]
    without = [line for line in rest if _is_without_outcome(line)]
    if first:
        yield wording.NEWS
        yield Lines(tuple(map(_line, first)))
    if others := [line for line in rest if line not in without]:
        yield from (wording.OTHER_PROJECTS,) if first else ()
        yield Lines(tuple(map(_line, others)))
    if without:
        yield from _without_outcome(without)
        yield Lines(tuple(map(_line, without)))


def _speaks_of(line: Line, about: Sequence[str]) -> bool:
    """Whether a line has a word itself, and not only its office (防災課) or a word that means the same."""
    return any(bag(text).spells(word) for text in (line.project.name, line.sentence) for word in about)


def _line(line: Line, section: str = "", count: int = 0) -> ProjectLine:
    """A project and its sentence, or our remark where it has none; it may stand for its section."""
    project = line.project
    head = wording.for_section(project, section, count) if section else f"{project.number} {project.name}"
    if line.sentence:
        return head, line.sentence, _figure_spans(line.sentence), ""
    return (
        head,
        "",
        (),
        wording.tells_the_same(line.same_as, line.field) if line.same_as else wording.NO_TEXTS,
    )


def _figure_spans(sentence: str) -> tuple[tuple[int, int], ...]:
    return tuple((figure.start, figure.end) for figure in figures(sentence))


def _behind(summary: Summary, about: Sequence[str]) -> Iterator[Part]:
    """What else happened, and the figures that no line shows, each within the words that tell what it is.

    Of a topic only what speaks of it.
    """
    if summary.events:
        yield wording.OTHER_NEWS
        yield Lines(tuple(map(_line, summary.events)))
    shown = {line.sentence for line in (*summary.lines, *summary.events)}
    # What a purpose counts (3側面) is no figure of what was done.
    measured = [m for m in summary.measured if m.field != "purpose"]
    unshown = [m for m in measured if m.sentence not in shown and not about]
    phrases = {(m.project.key, m.phrase) for m in unshown}
    rows = dict.fromkeys(
        # 延べ164人が利用し: of what, the rest of its sentence tells.
        (m.project.number, m.project.name, m.sentence if len(m.sentence) <= COMFORTABLE else m.phrase)
        for m in unshown
        if not any(key == m.project.key and m.phrase != more and m.phrase in more for key, more in phrases)
    )
    if rows:
        yield wording.OTHER_FIGURES
        yield Table((wording.OTHER_HEADS, *rows))
