"""Sentence first: the sentences of records that come nearest to a question, and what may be claimed of them.

They are ranked against the question as it was typed (`store.search.meaning`). One that passes every check
is the answer; else the best are shown as what may belong to the question, and told to be no more than that.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.ask import subjects, wording
from bot.ask.answers import Answer, Details, Part, Quote, unknown
from bot.ask.checks import Claim, failed, passes, role_of
from bot.ask.intents import asides
from bot.ask.intents.fields import is_quantity_alone, names_field
from bot.ask.matching import TEXT_FIELDS, bag, denied, lacking, reading, sentences, texts
from bot.ask.quantities import DATE, Figure, asked_figure, figures, fitting, is_amount, is_of_role
from bot.ask.question import Asked, Request, is_of_another_year
from bot.ask.subjects import Subject, is_common
from bot.ask.terms import by_script, is_light, names, pieces, terms
from bot.ask.wording import Say
from store import projects
from store.database import Database
from store.index.snapshot import Memo
from store.index.tuning import TUNING
from store.records import Project
from store.search import meaning, relevance
from store.search.meaning import Passage, RankedPassage
from store.search.pipeline import search
from store.search.query import parse
from store.text import asking, lazily
from store.text.asking import MASK, tells
from store.text.display import clauses, display, enumerations, split
from store.text.morphology import tokenize
from store.text.normalize import nfkc, one_space
from store.text.numbers import fiscal_year_name, without_years, years_in_short, years_mentioned

YEAR_IN_SHORT = 2  # digits: 3年度
MOST_ITEMS = 6  # of a list that is shown with a sentence of it
MOST = 3  # sentences that are shown: the right one is among them nine times in ten
HALF = 0.5  # of the telling words: a sentence that says so many is near
JUDGED = 6  # sentences that are held against the checks
SAYING = 200  # projects that say a year whose sentences are looked at
NEAREST = 12  # projects near in meaning whose sentences are ranked beside those found by words
TELLING = 2  # words of a question that one sentence must show, or the project named and one word
CLAIMED = 3  # sentences of several projects that all pass
_FAR = 0.55  # of the best sentence's score: one that is farther off is left out
_NEARLY = 0.65  # the same, where it has the figure that is asked for and the best has none
_BESIDE = 0.7  # the same, beside a sentence that answers
_CHANGE = lazily("増[加え]|減[少ら]|拡大|縮小|追加|変更|改正|見直し|新たに|引き続き|[前昨]年度|令和.年度の")
_SIDE_BY_SIDE = ("compare", "changes")
_OF_SENTENCES = ("field", "figure", "topic", "sentence", "list", "count", "which", *_SIDE_BY_SIDE)


class _Ranked(Memo[tuple[str, tuple[int, ...]], tuple[RankedPassage, ...]]):
    """The sentences ranked for a question last asked: a refusal shows what an answer was looked for in."""

    most = 20


@dataclass(frozen=True, slots=True)
class Found:
    """Sentences ranked for a question, and the projects that it names or means, if it does any."""

    ranked: tuple[RankedPassage, ...]
    meant: tuple[Project, ...]


def answer(db: Database, question: str, request: Request) -> Answer | None:
    """The sentence that passes every check, or those of several projects that do; None where none does."""
    return _told(find(db, question, request), question, request)


def _told(found: Found, question: str, request: Request, known: int = 0) -> Answer | None:
    """The answer by the sentences that pass every check; `known` of the telling words are in all of them."""
    passing = [each for each in found.ranked[:JUDGED] if passes(_claim_of(question, request, each))]
    best = meaning.best_by_project(passing)[:CLAIMED]
    if not best:
        return None
    leads_list = len(_with_its_list(best[0].passage, ())) > 1 and best[0] is found.ranked[0]
    if known + len(telling(request)) + len(request.named) < TELLING and not leads_list:
        return None
    is_sure = len(best) == 1
    parts: list[Part] = []
    for each in best:
        project, field = each.passage.project, each.passage.field
        parts.append(wording.stands_in(project, field))
        said = _with_its_list(each.passage, ())
        parts.append(Quote(project, field, said, tuple(_spans(text, request) for text in said)))
    told = {text for part in parts if isinstance(part, Quote) for text in part.sentences}
    unsaid_yet = [each for each in found.ranked if each.passage.text not in told]
    if is_sure and (others := _beside(unsaid_yet, best[0])):
        parts.append(wording.BESIDE)
        parts += [Quote(each.passage.project, each.passage.field, (each.passage.text,)) for each in others]
    keys = tuple(each.passage.project.key for each in best)
    why = tuple(wording.of_project(each.passage.project, wording.ALL_WORDS_HERE) for each in best)
    details = Details(tuple(each.passage.project for each in best))
    return Answer("field", (*parts, details), keys, confidence="sure" if is_sure else "unsure", why=why)


def is_only_of(db: Database, question: str, request: Request, project: Project) -> bool:
    """Whether no sentence of another project bears a question out, be it farther from its words."""
    others = (e for e in find(db, question, request).ranked[:FARTHER] if e.passage.project.key != project.key)
    return not any(passes(_claim_of(question, request, each)) for each in others)


FARTHER = 30  # sentences that are held against the checks where one alone says which project is meant


def is_told_by_another(db: Database, question: str, request: Request, given: Answer) -> bool:
    """Whether a sentence of another project bears a question out as well, with another figure."""
    numbers = {number for _, number in given.shown}
    quotes = [part for part in given.parts if isinstance(part, Quote)]
    bold = (each for quote in quotes for each in zip(quote.sentences, quote.bold, strict=False))
    told = {
        nfkc(figure.text) for text, spans in bold for one in spans for figure in figures(text[slice(*one)])
    }
    return any(
        told.isdisjoint(nfkc(figure.text) for figure in figures(each.passage.text))
        and passes(_claim_of(question, request, each))
        for each in find(db, question, request).ranked[:JUDGED]
        if each.passage.project.number not in numbers
    )


def of_years(
    db: Database, question: str, request: Request, years: Collection[int], refused: Answer
) -> Answer:
    """What records say of years whose lists are not here, or that the projects named are not of.

    The sentence of such a year that passes every check is the answer; else those of the projects named, or
    that say half of the words asked for, are shown with the refusal; as it is, where there are none.
    """
    named = tuple(entry.id for group in request.named for entry in group)
    asked = replace(
        request,
        terms=tuple(filter(None, map(_without_year, request.terms))),
        light=tuple(filter(None, map(_without_year, request.light))),
    )
    if not (named or request.kind == "summary" or any(not is_light(term) for term in asked.terms)):
        return refused
    ids = named or tuple(dict.fromkeys(each for year in years for each in _saying_year(db, year)))
    by_id = db.snapshot.projects(ids)
    saying = [by_id[each] for each in ids if each in by_id]
    of_year = [
        each
        for each in meaning.passages_of(db, saying)
        if any(span.year in years for span in years_mentioned(one_space(each.text)))
    ]
    ranked = tuple(meaning.rank_passages(_without_year(question), of_year))
    if telling(asked) and (given := _told(Found(ranked, ()), question, asked, known=1)):
        return given
    is_all = named or not asked.terms  # 令和2年度のまとめ
    near = ranked if is_all else [each for each in ranked if _said(db, asked, each) >= HALF]
    is_of_set = request.kind in ("list", "count", "summary")  # that is asked of the year's list
    told = [part for part in refused.parts[1:] if isinstance(part, Say) and (named or is_of_set)]
    return _near_ones(near[:MOST], asked, refused, told) if near else refused


def _without_year(text: str) -> str:
    spans = years_mentioned(text)
    return without_years(text, spans or years_in_short(text))


_WESTERN = "{}年度"


def _saying_year(db: Database, year: int) -> Iterator[int]:
    """The projects whose records say a year, as 令和2年度, R2年度 or 2020年度."""
    name = fiscal_year_name(year)
    for written in (name, name.replace("令和", "R").replace("平成", "H"), _WESTERN.format(year)):
        yield from (h.project.id for h in search(db, parse(f'"{written}"', limit=SAYING), whole=True).hits)


def _quotes(shown: Sequence[RankedPassage]) -> Iterator[Quote]:
    """Each sentence of a project that is shown, once; with the list that it leads or that others are of."""
    texts = {each.passage.text for each in shown}
    said: set[str] = set()
    for passage in (each.passage for each in shown):
        if passage.text in said:
            continue
        sentences = _with_its_list(passage, texts)
        said.update(sentences)
        yield Quote(passage.project, passage.field, sentences)


def _of_field(project: Project, field: str) -> list[Quote]:
    """The beginning of the field that is asked for, of the project that may be meant."""
    said = tuple(sentence.text for _, sentence in sentences(project, (field,)))[:SHOWN_OF_FIELD]
    return [Quote(project, field, said)] if said else []


SHOWN_OF_FIELD = 2  # sentences of a field where it is not sure whose is asked for


def _with_its_list(passage: Passage, shown: Collection[str]) -> tuple[str, ...]:
    """A sentence and the list below it; an item with its list, where more of it is `shown`."""
    for listed in enumerations(getattr(passage.project, passage.field)):
        every = tuple(each.text for each in ((listed.lead, *listed.items) if listed.lead else listed.items))
        is_lead = bool(listed.lead and listed.lead.text == passage.text)
        is_of_it = passage.text in every and sum(text in shown for text in every) > 1
        if (is_lead or is_of_it) and len(listed.items) <= MOST_ITEMS:
            return every
    return (passage.text,)


def _beside(ranked: Sequence[RankedPassage], best: RankedPassage) -> list[RankedPassage]:
    """The next best sentences of the project whose sentence answers: it may not be the one that was meant."""
    of_it = [each for each in ranked if each.passage.project.key == best.passage.project.key]
    return [each for each in of_it if each is not best and each.score >= _BESIDE * best.score][: MOST - 1]


def related(db: Database, question: str, request: Request, given: Answer) -> Answer:
    """A refusal with the sentences that may belong to the question; as it is, where none is near."""
    if given.kind != "none" or given.quoted:
        return given
    if not _is_of_records(request):
        return _with_sentences(db, question, request, given) if _is_of_words_alone(request) else given
    about = replace(request, terms=by_script(request.terms))
    out = [question[slice(*part)] for each in asking.left_out(question) for part in each.parts]
    offices = {office.name for word in out for office in db.snapshot.catalog.offices_named(word)}
    about = replace(about, offices=tuple(each for each in about.offices if each.name not in offices))
    if any((p := projects.get(db, *key)) and offices & p.offices for key in given.shown):
        given = unknown(why=given.why)
    found = find(db, question, about, given)
    found = replace(found, ranked=tuple(e for e in found.ranked if not _is_left_out(e.passage, out, offices)))
    shown = _near(db, question, about, found)
    if request.kind == "changes":  # what a record says of itself that has changed
        shown = [each for each in found.ranked if each in shown and _CHANGE.search(each.passage.text)]
    if not shown:
        return _with_sentences(db, question, about, given)
    not_given = given.parts[1:2] if request.kind == "figure" and len(given.shown) == 1 else ()
    texts = "\n".join(each.passage.text for each in shown)
    not_given = tuple(  # sentences stand there instead
        p for p in not_given if p != wording.NEAR_ONES and not wording.is_borne_out_by(p, texts)
    )
    if request.kind in _SIDE_BY_SIDE:  # which year is lacking, which two are to be named
        not_given = tuple(p for p in given.parts if isinstance(p, Say) and p != wording.UNKNOWN)[:1]
    return _near_ones(shown, request, given, not_given)


def _is_left_out(passage: Passage, words: Sequence[str], offices: set[str]) -> bool:
    """Whether a sentence is of what a question leaves out, by its words or its project's office."""
    said = f"{passage.project.name} {passage.text}"
    return bool(offices & passage.project.offices) or any(word in said for word in words)


def _is_of_words_alone(request: Request) -> bool:
    """Whether it asks by words that say of no thing (寄附金額はいくら), which sentences may have."""
    is_other = request.unknown_numbers or request.other_years or asides.among(request.terms)
    is_told = request.figure is None and tells(request.question)
    return bool(
        request.kind in _OF_SENTENCES and request.terms and not (request.named or is_other or is_told)
    )


LOOKED_AT = 20  # of the sentences ranked, in which a refusal looks for the nouns of a question


def _with_sentences(db: Database, question: str, request: Request, given: Answer) -> Answer:
    """A refusal that has nothing near with the sentences that say its nouns; each title with its best one."""
    nouns = [term for term in request.terms if names(term)]
    ranked = find(db, question, request, given).ranked if nouns else ()
    near = (e for e in ranked[:LOOKED_AT] if any(noun in e.passage.text for noun in nouns))
    says = (e for e in near if not lacking(nouns, e.passage.text, _heading(e.passage.project)))
    saying = [*itertools.islice(says, MOST)]
    titles = [project for key in given.shown[:MOST] if (project := projects.get(db, *key))]
    beside = meaning.rank_passages(question, meaning.passages_of(db, titles)) if titles and not saying else ()
    shown = saying or meaning.best_by_project(list(beside))
    said = [part for part in given.parts[1:] if isinstance(part, Say)]
    told = [
        part for part in said if is_quantity_alone(request) or part.words == wording.perhaps("").words
    ]  # of which project is asked for
    return _near_ones(shown, request, given, told) if shown else given


def _near_ones(
    shown: Sequence[RankedPassage], request: Request, given: Answer, not_given: Sequence[Part]
) -> Answer:
    """A refusal that shows sentences, below what is `not_given`."""
    texts = [each.passage.text for each in shown]
    heading = " ".join(_heading(each.passage.project) for each in shown)
    asks = _what_asks(request.question) or request.question
    terms_asked = [term for term in request.terms if term in asks] or request.terms
    lacks = [term for term in lacking(terms_asked, "\n".join(texts), heading) if names(term)]
    told = [wording.not_shown(lacks)] if wording.whole(lacks) else []
    parts: list[Part] = [wording.UNKNOWN, *not_given, wording.MAY_BELONG]
    every = list({each.passage.project.key: each.passage.project for each in shown}.values())
    is_of_office = "section" in request.fields
    asked = request.fields if request.kind == "field" and (is_of_office or not role_of(request.cue)) else ()
    office = next((field for field in asked if field in ("section", "department")), "")
    for project in every:
        parts.append(wording.item(project, office))
        quotes = list(_quotes([each for each in shown if each.passage.project.key == project.key]))
        if project == every[0] and len(asked) == 1 and asked[0] in TEXT_FIELDS:
            of_field = _of_field(project, asked[0])
            beside = [] if names_field(request.cue) else quotes[:1]  # どうして and 理由 only fit a field
            quotes = list(dict.fromkeys((*beside, *of_field))) if of_field else quotes
        parts += quotes
    parts += [*told, Details(tuple(every))]
    why = (*given.why, *(wording.of_project(each.passage.project, _why(each)) for each in shown))
    return Answer("none", tuple(parts), tuple(p.key for p in every), confidence="unsure", why=why)


def explained(db: Database, question: str, request: Request) -> list[Say]:
    """The best sentences, each with what it was found by and what the checks miss in it."""
    lines = []
    for each in find(db, question, request).ranked[:MOST]:
        misses, of = failed(_claim_of(question, request, each)), each.passage
        lines.append(wording.judged(of.project, of.field, of.text, _why(each), misses))
    return lines


def find(db: Database, question: str, request: Request, given: Answer | None = None) -> Found:
    """The sentences of the projects meant, else of those that say words of the question or are near it."""
    meant = _meant(db, request, given)
    among = meant or tuple(_candidates(db, question, request))
    if not meant and (rest := _what_asks(question)):
        asks = replace(request, terms=tuple(term for term in request.terms if term in rest))
        among = tuple(dict.fromkeys((*among, *_candidates(db, rest, asks))))
    kept, key = db.snapshot.memo(_Ranked), (question, tuple(project.id for project in among))
    ranked = kept.get(key) or kept.keep(key, tuple(_by_what_asks(question, meaning.passages_of(db, among))))
    return Found(ranked, meant)


ASIDE = (
    0.5  # of what is told before a question asks (議会で問われておりまして、…の満足度は), beside what asks
)


def _by_what_asks(question: str, among: Sequence[Passage]) -> list[RankedPassage]:
    """The sentences by all of a question, and once more by the part of it that asks."""
    ranked, rest = meaning.rank_passages(question, among), _what_asks(question)
    if not rest:
        return ranked
    asked = {id(each.passage): each.score for each in meaning.rank_passages(rest, among)}
    both = [(ASIDE * each.score + asked[id(each.passage)]) / (1 + ASIDE) for each in ranked]
    weighed = (replace(each, score=score) for each, score in zip(ranked, both, strict=True))
    return sorted(weighed, key=lambda each: -each.score)


def not_said(request: Request, project: Project, given: Answer) -> list[str]:
    """The words of a question that neither an answer's quotes nor the project's name and office say."""
    quoted = [text for part in given.parts if isinstance(part, Quote) for text in part.sentences]
    lacks = lacking((*telling(request), *_done(request.cue)), "\n".join(quoted), _heading(project))
    name = reading(project.name)
    return [word for word in lacks if reading(word) not in name and not is_light(word)]


# What any outcome tells of: 何をした, 何ができた.
_OF_ANY_OUTCOME = frozenset(["為る", "遣る", "行う", "出来る", "得る", "達成", "実施", "取り組む", "進む"])


def _done(cue: str) -> list[str]:
    """The verb by which words ask what was done (何を配った)."""
    verbs = (token for token in tokenize(cue) if token.word.content and token.word.kind == "動詞")
    return [cue[token.start : token.end] for token in verbs if token.word.text not in _OF_ANY_OUTCOME]


def unsaid(request: Request, project: Project) -> list[str]:
    """The words of a question that no sentence of a project says, nor its name or office."""
    every = "\n".join(sentence.text for _, sentence in sentences(project))
    return lacking(telling(request), every, _heading(project))


def telling(request: Request) -> tuple[str, ...]:
    """The words of a question that its answer has to show."""
    light = (word for word in request.light if names(word))
    return tuple(word for word in (*request.terms, *light) if not _is_adverb(word))


def _is_adverb(word: str) -> bool:
    """Whether a word only tells how something was done: 新しく."""
    return word.endswith("く") and all(token.word.kind == "形容詞" for token in tokenize(word))


def _claim_of(question: str, request: Request, ranked: RankedPassage) -> Claim:
    passage = ranked.passage
    of_it = claim(question, request, [passage.project], _with_its_list(passage, ()))
    words, nouns = telling(request), tuple(term for term in request.terms if names(term))
    return replace(of_it, words=words, figure=request.figure, counted=request.counted, nouns=nouns)


def claim(question: str, request: Request, of: Sequence[Project], sentences: tuple[str, ...]) -> Claim:
    """What sentences of projects are to bear out, but for the words that others have looked for."""
    name = " ".join(dict.fromkeys(display(project.name) for project in of))
    heading = " ".join(dict.fromkeys(map(_heading, of)))
    masked = request.question
    for term in request.terms:
        masked = masked.replace(term, MASK) if bag(name).has_in_order(term) else masked
    is_named = bool(request.named)
    return Claim(question, name, sentences, heading=heading, masked=masked, is_named=is_named)


def claimed(db: Database, asked: Asked, given: Answer) -> Claim | None:
    """What an answer claims by its quotes; None where nothing that it says has to be borne out.

    Of 〜じゃない方 the one left out was looked for, if the thread has it.
    """
    is_other = bool(asking.NOT_THE_ONE.match(asked.typed_core))
    request = asked.meant if is_other else asked.request
    question = request.question if request is not asked.request else asked.typed
    quotes = [part for part in given.parts if isinstance(part, Quote)]
    of_set = given.kind in ("list", "count") or (given.kind == "search" and len(given.shown) > 1)
    is_any = is_other and asked.meant is asked.request
    project = projects.get(db, *given.shown[0]) if asked.last and len(given.shown) == 1 else None
    lacks = tuple(lacked_nouns(asked, project, given)) if project else _said_elsewhere(db, asked, given)
    is_quoted = given.kind in ("field", "figure", "search") and quotes
    if of_set or not is_quoted:
        lacks = lacks or _done_by_another(db, request, given)
        members = tuple(text for quote in quotes for text in quote.sentences) if of_set else ()
        of_them = Claim(question, "", (), unsaid=lacks, is_any=is_any, of_set=of_set, members=members)
        return of_them if is_any or lacks or (of_set and (request.terms or denied(question))) else None
    quoted = tuple(text for quote in quotes for text in quote.sentences)
    of_quotes = claim(question, request, [quote.project for quote in quotes], quoted)
    lacks = (*lacks, *_years_unsaid(asked.typed, quotes))
    of_figures = _with_figures(db, of_quotes, asked, given, quotes)
    return replace(of_figures, unsaid=lacks, is_any=is_any, is_named=bool(asked.meant.named))


_ANOTHER = lazily("(?:委員会|附属機関|審議会|審査会|[一-龥]{2,}[士師医])(?:が|による|により|において|で)")


def _done_by_another(db: Database, request: Request, given: Answer) -> tuple[str, ...]:
    """What the texts of a project have others do, where its office is told for who does it: 評価は誰が."""
    is_office = given.kind == "field" and len(given.shown) == 1 and role_of(request.cue)
    project = projects.get(db, *given.shown[0]) if is_office else None
    by_others = [s.text for _, s in sentences(project) if _ANOTHER.search(s.text)] if project else []
    return tuple(term for term in request.terms if any(term[-2:] in text for text in by_others))


def _years_unsaid(question: str, quotes: Sequence[Quote]) -> list[str]:
    """The years named in short (R4) of which what is quoted is not, and which it does not say."""
    asked = one_space(question)
    texts = [one_space(text) for quote in quotes for text in quote.sentences]
    said = {year.year for text in texts for year in (*years_mentioned(text), *years_in_short(text))}
    said |= {quote.project.fiscal_year for quote in quotes}
    named = [(asked[span.start : span.end], span.year) for span in years_in_short(asked)]
    return [text for text, year in named if year not in said and text.isascii()]


def _with_figures(db: Database, of: Claim, asked: Asked, given: Answer, quotes: Sequence[Quote]) -> Claim:
    """A claim with the figures that an answer says for sure, and the nouns that say what they are of."""
    request = asked.request if asked.request.figure else asked.meant
    if given.kind != "figure" or given.confidence != "sure" or request.figure is None:
        return of
    told = tuple(
        (text, figure)
        for quote in quotes
        for text, bold in zip(quote.sentences, quote.bold, strict=False)
        for start, end in bold
        for figure in _figures_told(text, (start, end), request)
    )
    meant = [term for term in request.terms if term in asked.meant.terms]  # 1番目 is none in a thread
    nouns = tuple(t for t in meant if _tells_which(t, request) and not subjects.is_own_city(db, t))
    is_named = request.figure.span[0] == request.figure.span[1]
    counted = tuple(filter(names, request.terms[-1:] if is_named else request.counted))
    figure = request.figure if told else None
    first = quotes[0].project
    begins = [sentence.text for field in (first.purpose, first.overview) for sentence in split(field)[:1]]
    return replace(
        of,
        told=told, nouns=nouns, figure=figure, counted=counted,
        before=_before(quotes), subject="\n".join(begins),
    )  # fmt: skip


def _tells_which(term: str, request: Request) -> bool:
    """Whether a term is a noun, or says which of those named so is meant (身近な, 見守りの)."""
    is_beside_noun = f"{term}な" in request.question or (
        f"{term}の" in request.question and term.endswith(_NOUN_OF_VERB)
    )
    return not is_light(term) and (names(term) or is_beside_noun)


_NOUN_OF_VERB = tuple("いきぎしちにびみり")  # 見守り of 見守る; 行うの is none


_GOES_ON = lazily("[・\\s]*(?:結果、|[そこ]の|[そこ]れ|本(?![市町村県年庁人来格])|同(?![市町村県様時年じ]))")


def _before(quotes: Sequence[Quote]) -> str:
    """What stands above the sentences quoted and is of them: the lead of their list, what they go on from."""
    found: list[str] = []
    for quote in quotes:
        cell = getattr(quote.project, quote.field)
        every = [sentence.text for sentence in split(cell)]
        for at in (every.index(text) for text in quote.sentences if text in every):
            while at > 0 and _GOES_ON.match(every[at]):
                at -= 1
                found.append(every[at])
        leads = (listed for listed in enumerations(cell) if listed.lead)
        found += [e.lead.text for e in leads if e.lead and any(i.text in quote.sentences for i in e.items)]
    return "\n".join(found)


def _figures_told(text: str, span: tuple[int, int], request: Request) -> list[Figure]:
    """The figures of one value that is told: of a range, the end that is asked for."""
    assert request.figure is not None  # noqa: S101 - a figure is told where one is asked for
    words = (*request.terms, *pieces(request.terms))  # 213店 of 取扱店
    every = [f for f in fitting(text, request.figure, words) if span[0] <= f.start < f.end <= span[1]]
    return [figure for figure in every if is_of_role(text, figure, request.figure)] or every


def lacked_nouns(asked: Asked, project: Project, given: Answer) -> list[str]:
    """The nouns of a follow-up that the project does not say which gives its figure.

    The thread's own may say them anywhere: 基幹系のサーバ is of no project that has another one. Any other
    project must say them in what is quoted.
    """
    if given.kind not in ("figure", "field") or asked.last is None or asked.request.named:
        return []
    both = asking.TOGETHER.search(asked.typed)
    if both and asked.last.topic_before not in (None, asked.last.topic) and not asked.stands_alone:
        return [both[0]]  # the figures of two that the thread showed, which no record adds up
    if given.kind != "figure":
        return []
    is_of_thread = project.key == asked.last.topic or project.key in asked.last.listed
    of_quotes = () if is_of_thread else not_said(asked.meant, project, given)
    return [
        noun
        for noun in of_quotes or unsaid(asked.meant, project)
        if noun in asked.meant.terms and len(noun) > 1 and names(noun) and not is_light(noun)
    ]


def _said_elsewhere(db: Database, asked: Asked, given: Answer) -> tuple[str, ...]:
    """The compounds of a question that other records have as one, the project of its figure only in parts.

    相談 of one thing and 支援 of another are no 相談支援.
    """
    request = asked.meant
    is_told = given.kind in ("figure", "field") and given.confidence == "sure" and given.quoted
    if not is_told or request.figure is None or len(given.shown) != 1:
        return ()
    project = projects.get(db, *given.shown[0])
    typed = [f"{term}{light}" for term in request.terms for light in request.light]
    every = (*request.terms, *(each for each in typed if each in request.question))
    nouns = [each for each in every if names(each) and len(pieces((each,))) > 1]
    said = [*texts(project), *project.other_columns.values()] if project else []
    quoted = [text for part in given.parts if isinstance(part, Quote) for text in part.sentences]
    stretches = [text[start:end] for text in quoted for start, end in clauses(text)]
    return tuple(
        noun
        for noun in nouns
        if project and not any(bag(text).has_in_order(noun) for text in (project.name, *stretches))
        if not any(bag(text).holds(noun) for text in said)
        and search(db, parse(f'"{noun}"', limit=1), whole=True).hits
    )


def _heading(project: Project) -> str:
    return " ".join((display(project.name), project.section, project.section_canonical, project.department))


def _meant(db: Database, request: Request, given: Answer | None) -> tuple[Project, ...]:
    """The projects that the question names, or the one that the refusal is about, if its name is meant."""
    ids = [entry.id for group in request.named for entry in group]
    if ids:
        found = db.snapshot.projects(ids)
        return tuple(found[each] for each in ids if each in found)
    one = projects.get(db, *given.shown[0]) if given and len(given.shown) == 1 else None
    return (one,) if one and _is_by_name(db, request, one) else ()


def _what_asks(question: str) -> str:
    """The part of a question that asks, where another only tells of something; '' where all of it asks."""
    told, rest = asking.parted(question)
    nouns = [term for term in terms(rest)[0] if names(term) and not is_light(term)] if told else []
    return rest if len(nouns) >= TELLING else ""  # どちらの団体とですか is of what was told


def _is_by_name(db: Database, request: Request, project: Project) -> bool:
    name, asks = bag(display(project.name)), _what_asks(request.question)
    said = [term for term in request.terms if term in asks] if asks else request.terms
    return any(name.holds(term) and not is_common(db, term) for term in said)


def _candidates(db: Database, question: str, request: Request) -> Iterable[Project]:
    """Projects that say words of the question, and those nearest to it in meaning, each once."""
    near = [each.id for each in relevance.of_text(db, question).found[:NEAREST]]
    by_id = db.snapshot.projects(near)
    by_meaning = [by_id[each] for each in near if each in by_id]
    found = _by_words(db, request) if request.terms else Subject()
    every = (*found.projects, *found.near, *found.also, *by_meaning)
    meant = {office.name for office in request.offices}
    for project in {each.key: each for each in every}.values():
        is_of_year = not request.years or project.fiscal_year in request.years
        if is_of_year and (not meant or meant & project.offices):
            yield project


def _by_words(db: Database, request: Request) -> Subject:
    found = subjects.by_words(db, request, request.terms)
    if found.candidates or found.near:
        return found
    rest = tuple(term for term in request.terms if not is_light(term))
    return subjects.by_words(db, request, rest[:1]) if len(rest) > 1 else found


def _near(db: Database, question: str, request: Request, found: Found) -> list[RankedPassage]:
    """The best sentences, where their projects are meant, they say telling words, or are near."""
    best = _with_what_is_asked(db, question, request, found)
    if found.meant or not best:
        return best
    said = max(_said(db, request, each) for each in best)
    if said >= HALF:
        return best
    percentile = TUNING.relevance.related_from if said else TUNING.relevance.certain_from
    return best if relevance.of_text(db, question).is_near(percentile) else []


def _with_what_is_asked(db: Database, question: str, request: Request, found: Found) -> list[RankedPassage]:
    """The best sentence, and beside it those that have what is asked for: a figure in its unit, a role."""
    ranked = [each for each in found.ranked if each.score >= _FAR * found.ranked[0].score][:MOST]
    of = {each.key for each in found.meant} or {each.passage.project.key for each in ranked[:1]}
    fits = [e for e in found.ranked if e.passage.project.key in of and _fits(question, request, e)]
    if request.figure and request.figure.unit and not (fits or found.meant):
        near = (e for e in found.ranked if e.score >= _NEARLY * ranked[0].score)
        says = (e for e in near if _fits(question, request, e) and _said(db, request, e))
        fits = [*itertools.islice(says, 1)]  # another project's, which has such a figure
    first = [each for each in ranked[:1] if each not in fits]
    best = [*first, *fits[: MOST - len(first)]] if request.figure else [*ranked[: MOST - 1], *fits[:1]]
    if len(found.meant) > 1:
        best = meaning.best_by_project([*fits, *found.ranked])
    chosen = list(dict.fromkeys((*best, *ranked)))[:MOST]
    if request.figure or (
        request.kind == "which" and _COMPARED.search(question)
    ):  # of another project too what has such a figure
        its = {e.passage.project.key: e for e in reversed(found.ranked) if _fits(question, request, e)}
        chosen = [
            *dict.fromkeys(
                e if e.passage.project.key in of else its.get(e.passage.project.key, e) for e in chosen
            )
        ]
    return sorted(chosen, key=lambda each: (each not in fits, -each.score))


_COMPARED = lazily(
    "[多少](?:い|か|く)|(?P<when>(?:どちら|どっち)が?(?:先|早|後|遅)|(?:先|早い|後|遅い)のは?(?:どちら|どっち))"
)


def _fits(question: str, request: Request, ranked: RankedPassage) -> bool:
    text = ranked.passage.text
    if request.figure:
        return bool(fitting(text, request.figure, request.counted))
    # A number to be confirmed (4回開催ですか): what the records count in that unit, be it another number.
    given = {figure.unit for figure in figures(nfkc(question)) if is_amount(figure)}
    if given:
        return any(is_amount(figure) and figure.unit in given for figure in figures(text))
    compared = _COMPARED.search(question) if request.kind == "which" else None
    if compared and compared["when"]:
        return any(figure.unit == DATE for figure in figures(text))
    if compared:
        asked = asked_figure(re.sub("が?(?:多|少).*", "は", question))
        units = {figure.unit for figure in figures(text) if is_amount(figure)}
        return bool(units if asked is None or not asked.unit else asked.unit in units)
    role = role_of(question)
    return bool(role and role.shown.search(text))


def _said(db: Database, request: Request, ranked: RankedPassage) -> float:
    """The share of the question's telling nouns that a sentence or its project's name says, 0 to 1."""
    text, name = bag(ranked.passage.text), bag(display(ranked.passage.project.name))
    terms = [term for term in request.terms if names(term) and not is_light(term) and not is_common(db, term)]
    parts = {term: [word for word in pieces((term,)) if len(word) > 1] for term in terms}
    said = [
        name.sounds(term) or all(text.holds(word) or name.holds(word) for word in words)
        for term, words in parts.items()
        if words
    ]
    return sum(said) / len(said) if said else 0.0


def _is_of_records(request: Request) -> bool:
    """Whether the records may speak of it: an unknown number or a list that is not here is another matter."""
    by_words = any(not is_light(term) for term in request.terms)
    says_something = by_words or bool(request.named)
    amounts = {nfkc(each.text) for each in figures(nfkc(request.question)) if is_amount(each)}
    digits = [t for t in request.terms if t.isdigit() and len(t) > YEAR_IN_SHORT]
    has_number = request.unknown_numbers or any(not any(t in each for each in amounts) for t in digits)
    is_elsewhere = has_number or is_of_another_year(request)
    is_told = request.figure is None and tells(request.question)
    is_other = is_elsewhere or is_told or is_quantity_alone(request)
    is_office = bool(asides.among(request.terms))  # 財政課: there is none, and that was said
    return request.kind in _OF_SENTENCES and says_something and not (is_other or is_office)


def _spans(text: str, request: Request) -> tuple[tuple[int, int], ...]:
    places: Iterator[tuple[int, str]] = ((text.find(term), term) for term in request.terms)
    return tuple((at, at + len(term)) for at, term in places if at >= 0)


def _why(each: RankedPassage) -> Say:
    return wording.nearness(each.letters, each.meaning)
