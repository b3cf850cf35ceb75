"""How many and which projects: by section, department, year and word, and these combined."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.ask import subjects, wording
from bot.ask.answers import Answer, Confidence, Items, Key, Kind, Listing, Part, Quote
from bot.ask.checks import TOGETHER, clause_of, holds, says_who_does, values_of
from bot.ask.intents import fields, other_words
from bot.ask.intents.other_words import Near
from bot.ask.matching import TEXT_FIELDS, Bag, bag, denied, is_spelled, lacking, sentences, texts
from bot.ask.question import Kind as KindRead
from bot.ask.question import Request
from bot.ask.subjects import Subject
from bot.ask.terms import DIRECTED, is_light, is_weak, names, pieces, terms
from bot.ask.wording import Say
from store import projects
from store.database import Database
from store.index.catalog import Catalog, Entry, NamedOffice
from store.records import Hit, Project, TermMatch
from store.text import lazily
from store.text.asking import EXCEPT, MASK, OFFICE, WORK, Condition, Said, without_frame
from store.text.display import display, enumerations
from store.text.morphology import tokenize
from store.text.normalize import nfkc, one_space

MOST = 100  # found by words and kept for もっと; the count is of all
PAGE = 10
TABLE_FROM = 5
NEAR = 3
# What denies nothing needs no cutting into words.
_MAY_DENY = lazily("な[いかくけ]|ませ?ん|[ずぬ]|[不未非無]")


@dataclass(frozen=True, slots=True)
class Criteria:
    """By what projects are chosen: years, offices, numbers, and words, of each group one.

    `of_list`: they are those that were listed before, the whole of them or a part; `among` so many of the
    first of that list, where more are not kept. `in_one`: one sentence of each has all the words.
    """

    years: tuple[int, ...] = ()
    offices: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()
    of_list: Literal["", "part", "whole"] = ""
    among: int = 0
    in_one: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The `total` projects that a request asks for.

    All of them say `says`; None where there were no words to say, empty where they are only the nearest.
    `left_out` are words that no record with the others has.
    """

    projects: tuple[Project, ...]
    criteria: Criteria
    total: int
    says: tuple[str, ...] | None = None
    left_out: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()  # of all of them, where only the first are read
    at_least: bool = False  # there are more than `total`, which took too long to count
    apart: tuple[Project, ...] = ()  # that say the words too, but each in a sentence of its own
    recorded: tuple[tuple[str, str], ...] = ()  # a word, and what those that do not spell it say for it
    is_said: bool = False  # they are all that say the very words
    is_loose: bool = False  # some say it by what may be another thing: 委任 for 委託, 新しい for 新規
    is_borne_out: bool = True  # each says each word itself, or what is listed as the same
    spelled: tuple[str, ...] = ()  # other spellings by which some of them do
    beside: tuple[Key, ...] = ()  # that have a word in their office's name or a column alone; none of them
    is_beside: bool = False  # all of them have

    @property
    def is_exact(self) -> bool:
        """Whether they are what was asked for and not only near to it."""
        told = self.says or ()
        return self.says != () and (not self.left_out or (len(told) > 1 and all(map(is_weak, self.left_out))))


def answer(db: Database, request: Request, *, among: Collection[Key] = ()) -> Answer:
    """Count or list what the request asks for, `among` the projects of a list when there was one."""
    if request.unknown_numbers and not (request.named or request.terms or request.offices):
        return fields.unknown_number(request.unknown_numbers)
    request = other_words.with_series(_without_offices_left_out(request))
    if request.but and not (among or request.offices or request.named):
        return _but_for(db, request)
    if given := _of_grade(db, request, among) or _of_denial(db, request, among):
        return given
    chosen = choose(db, request, most=None if among else MOST)
    if among:
        found = tuple(project for project in chosen.projects if project.key in among)
        criteria = replace(chosen.criteria, of_list="part", among=len(among) if len(among) == MOST else 0)
        keys = tuple(key for key in chosen.keys if key in among)
        beside = tuple(key for key in chosen.beside if key in among)
        chosen = replace(chosen, projects=found, keys=keys, criteria=criteria, beside=beside)
        chosen = replace(chosen, total=len(keys or found))
    if request.unknown_numbers and not chosen.projects:
        return fields.unknown_number(request.unknown_numbers)
    exact = chosen.projects if chosen.says != () else ()
    if not exact and any(_LEAVES_OUT.search(term) for term in request.terms):
        return fields.nothing(db, Subject(), request.terms)  # what is near to 市民以外 has 市民
    sure = exact if chosen.is_exact else ()
    also = () if among else other_words.near_a_set(db, request, sure, all_words=bool(exact))
    if also and not (exact and chosen.is_exact):
        return told_of_near(also, exact, request)
    if not exact:
        return fields.nothing(db, Subject(near=chosen.projects), request.terms)
    if chosen.left_out and not among:
        nouns = tuple(term for term in request.terms if term not in chosen.left_out)
        also = other_words.near_a_set(db, replace(request, terms=nouns), exact, all_words=True)
    return told(db, chosen, request, also)


_LEAVES_OUT = lazily(f"{EXCEPT}$")
# 図書館以外で, 環境課と土木課以外が担当する: what is behind it is asked of the others.
_BUT_OFFICES = lazily(
    rf"^{MASK}(?:(?:と|や|・|、|及び|および|か){MASK})*(?:の{WORK})?{EXCEPT}"
    rf"(?:の(?:{OFFICE}|{WORK}の中)?|が(?:担当|所管|実施)(?:する|し(?:て(?:い)?)?(?:る|た))?の?)?[でにはの]*[、,]?(?=.)"
)


def _without_offices_left_out(request: Request) -> Request:
    """A request for the projects of all offices but those that it names first, where it names no others."""
    found = _BUT_OFFICES.match(request.question)
    if not found or MASK in request.question[found.end() :] or not request.offices:
        return request
    rest, left = request.question[found.end() :], {MASK, *terms(found[0])[0]}
    words = tuple(term for term in request.terms if term not in left)
    topic = request.topic if request.topic in rest else " ".join(words)
    return replace(request, question=rest, offices=(), but=request.offices, terms=words, topic=topic)


def _but_for(db: Database, request: Request) -> Answer:
    """Those that say what is asked for, but for the projects of the offices that are left out."""
    left = {office.name for office in request.but}
    chosen = choose(db, request) if request.terms else Chosen((), Criteria(), 0, says=())
    kept = tuple(each for each in chosen.projects if not left & each.offices)
    if not kept or not chosen.is_exact or len(chosen.keys or kept) > len(chosen.projects):
        return fields.nothing(db, Subject(), request.terms)
    criteria = replace(chosen.criteria, but=tuple(office.name for office in request.but))
    keys = tuple(each.key for each in kept)
    beside = tuple(
        each.key for key in chosen.beside if (each := projects.get(db, *key)) and not left & each.offices
    )
    apart = tuple(each for each in chosen.apart if not left & each.offices)
    chosen = replace(
        chosen, projects=kept, keys=keys, total=len(kept), criteria=criteria, beside=beside, apart=apart
    )
    return told(db, chosen, request)


def choose(db: Database, request: Request, *, most: int | None = None) -> Chosen:
    """What the request asks for; where it names no year, of the newest year that has any.

    Of a list that no words choose at most the first `most` are read: of 5,000 that takes long.
    """
    if not request.years and not request.named:
        for year in db.snapshot.catalog.years[:-1]:
            chosen = _choose(db, replace(request, years=(year,)), most)
            if chosen.projects and chosen.says != ():
                return chosen
    return _choose(db, request, most)


def of_office(db: Database, request: Request, office: NamedOffice) -> Sequence[Project]:
    """The projects of an office, in the years that the request names, else in the newest."""
    return choose(db, Request("", "list", offices=(office,), years=request.years)).projects


def _choose(db: Database, request: Request, most: int | None) -> Chosen:
    """Projects of the offices and years named that say all words, else all nouns; else the nearest."""
    if request.named and not request.terms:
        ids = [entry.id for group in request.named for entry in group]
        return Chosen(tuple(projects.by_ids(db, ids)), _criteria(request), len(ids))
    words = tuple(term for term in request.terms if not subjects.is_own_city(db, term))
    if not words:
        entries = within(db.snapshot.catalog, request)
        found = projects.by_ids(db, [entry.id for entry in entries[:most]])
        keys = tuple(entry.key for entry in entries)
        return Chosen(tuple(found), _criteria(request), len(entries), keys=keys)
    groups = other_words.alternatives(request.topic, words)
    # デジタル・ガバメント, where a record has that: one noun, and not either of two.
    joined = ["・".join(group) for group in groups if len(group) > 1]
    is_noun = any(each in request.topic and subjects.saying(db, (each,)).ids for each in joined)
    if len(groups) < len(words) and not is_noun:
        either, at_least = other_words.saying_one_of_each(db, request, groups)
        if either:
            said = {
                group: all(any(subjects.says_itself(db, one, word) for word in group) for one in either)
                for group in groups
            }
            loose = any(len(group) > 1 and not is_said for group, is_said in said.items())  # 研修や講座
            rest = [group for group, is_said in said.items() if is_said]
            each = (subjects.saying(db, some).ids for some in itertools.product(*rest)) if rest else ()
            # 若手の研究者を応援: who else says 若手 and 研究者 may do it by another word.
            is_one = len(either) == 1 and len(rest) < len(said)
            may = is_one and frozenset().union(*each) - {one.id for one in either}
            loose = loose or bool(may)
            criteria, borne_out = _criteria(request, groups), all(said.values())
            return Chosen(
                either,
                criteria,
                len(either),
                words,
                at_least=at_least,
                is_borne_out=borne_out,
                is_loose=loose,
            )
    nouns = tuple(filter(names, words))
    near: tuple[Project, ...] = ()
    for wanted in dict.fromkeys((words, nouns)) if nouns else (words,):
        chosen, nearest = _saying(db, request, wanted)
        if chosen and wanted == words and nouns and nouns != words and chosen.total < NEAR:
            return replace(chosen, apart=(*chosen.apart, *_saying_nouns(db, request, nouns, chosen)))
        if chosen:
            return replace(chosen, left_out=tuple(word for word in words if word not in wanted))
        near = near or nearest
    if request.offices and not nouns and not denied(request.question):  # 図書館で終わった事業
        of_office = _choose(db, replace(request, terms=()), most)
        return replace(of_office, left_out=words)
    return Chosen(near, _criteria(request, [(word,) for word in words]), len(near), says=())


def _saying_nouns(
    db: Database, request: Request, nouns: Sequence[str], chosen: Chosen
) -> tuple[Project, ...]:
    """The projects that say what is asked for and not what was done with it: セミナー, and no 開く."""
    also, _ = _saying(db, request, nouns)
    known = {project.key for project in (*chosen.projects, *chosen.apart)}
    return tuple(each for each in also.projects if each.key not in known) if also else ()


def _saying(
    db: Database, request: Request, words: Sequence[str]
) -> tuple[Chosen | None, tuple[Project, ...]]:
    """The projects that say all of `words`, each as one or at least in one sentence; else the nearest.

    Of nouns those that have the very words, and no other, where there are any.
    """
    near: tuple[Project, ...] = ()
    if all(map(names, words)) and (chosen := _as_typed(db, request, words)):
        return chosen, ()
    cuts = [*dict.fromkeys((tuple(words), pieces(tuple(words))))]
    for spelled in cuts:
        result = subjects.within(db, spelled, request, limit=MOST, whole=spelled is not cuts[-1])
        found = tuple(hit.project for hit in result.hits)
        every = tuple(hit.project for hit in result.hits if not hit.missing)
        if spelled is not cuts[0]:
            every = tuple(each for each in every if all(_says_parts(each, word) for word in words))
        exact, is_judged = other_words.saying_all(db, request, words, every)
        itself = {
            p.key: all(subjects.says_itself(db, p, word) for word in words)
            for p in exact[: other_words.LOOKED_AT]
        }
        if 1 < sum(itself.values()) < len(exact) <= 2 * PAGE:  # what only means the same is no more than near
            exact = tuple(each for each in exact if itself[each.key])
        if exact:
            is_all = exact == found
            recorded = _recorded(result.hits, exact, words)
            unsaid = [(w, other) for w, other in recorded if not any(is_spelled(each, w) for each in exact)]
            is_borne_out = len(exact) == len(itself) and all(itself[each.key] for each in exact)
            is_whole = is_borne_out or (len(exact) == len(every) > 1 and (is_judged or bool(unsaid)))
            return Chosen(
                exact, _criteria(request, [(word,) for word in words]),
                result.total if is_all else len(exact), tuple(words), at_least=result.at_least and is_all,
                apart=tuple(each for each in every if each not in exact), recorded=recorded,
                is_loose=not (is_whole and all(subjects.are_the_same(db, *pair) for pair in unsaid)),
                is_borne_out=is_borne_out,
            ), ()  # fmt: skip
        near = near or found[:NEAR]
    return None, near


def _recorded(
    hits: Sequence[Hit], exact: Sequence[Project], words: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """The records' own words for those of a question that they do not spell: 友好都市 for 姉妹都市."""
    said = Counter(
        (match.term, other)
        for hit in hits
        for match in hit.why
        if hit.project in exact and isinstance(match, TermMatch) and match.term in words
        if not is_spelled(hit.project, match.term)
        for other in filter(names, dict.fromkeys(match.said.values()))
    )
    return tuple(pair for pair, _ in said.most_common(NEAR))


def _as_typed(db: Database, request: Request, words: Sequence[str]) -> Chosen | None:
    """All projects that have the very words, in the order of search; `apart` is what else that finds.

    Where none has, those that have what is listed as the same. Those whose office's name or a column has a
    word, and not their own texts, are counted only where there are no others.
    """
    said = subjects.saying(db, words)
    recorded: tuple[tuple[str, str], ...] = ()
    every = within(db.snapshot.catalog, request)
    if said.ids.isdisjoint(entry.id for entry in every):
        ids, recorded = subjects.saying_the_same(db, words)
        said = subjects.Saying(ids)
    known = said.ids.intersection(entry.id for entry in every)
    is_of_texts = not (recorded or _OF_THE_OFFICE.search(request.question))
    aside = subjects.beside_their_texts(db, words, known) if is_of_texts else frozenset[int]()
    beside: tuple[Key, ...] = ()
    if aside and aside != known:
        beside = tuple(entry.key for entry in every if entry.id in aside)
        said = subjects.saying(db, words, known - aside)
    entries = [entry for entry in every if entry.id in said.ids]
    if not entries:
        return None
    hits = subjects.within(db, words, request, limit=MOST, whole=True).hits
    rank = {hit.project.id: at for at, hit in enumerate(hits)}
    entries.sort(key=lambda entry: rank.get(entry.id, len(rank)))
    found = tuple(projects.by_ids(db, [entry.id for entry in entries[:MOST]]))
    near = tuple(hit.project for hit in hits if not hit.missing and hit.project.id not in said.ids)
    criteria = _criteria(request, [(word,) for word in words])
    in_one = [each for each in found if _has_sentence(each, words)] if len(words) > 1 else []
    if 0 < len(in_one) < len(entries) <= MOST:  # several words meet by chance in a record
        near = (*(each for each in found if each not in in_one), *near)
        found, criteria = tuple(in_one), replace(criteria, in_one=True)
        entries = [entry for entry in entries if any(entry.key == each.key for each in found)]
    keys = tuple((entry.fiscal_year, entry.number) for entry in entries)
    near = tuple(each for each in near if each.id not in aside)
    is_beside = bool(aside) and not beside
    chosen = Chosen(
        found, criteria, len(keys), tuple(words), keys=keys, apart=near, beside=beside, is_beside=is_beside
    )
    if not recorded:
        return replace(chosen, is_said=True, spelled=said.spelled)
    hits = subjects.within(db, pieces(tuple(words)), request, limit=MOST, whole=True).hits
    may = [hit.project for hit in hits if hit.project.id not in said.ids and _may_say(hit.project, words)]
    return replace(chosen, recorded=recorded, is_loose=bool(may), apart=(*may, *near))


# 統計を担当している課の事業, 統計の部署がやっている事業
_OF_THE_OFFICE = lazily(
    rf"{OFFICE}(?:の|が(?:や|持|も|担当し|所管し)っ?て(?:い)?る|が(?:担当|所管)する)(?:{WORK}|もの|やつ|の(?!は))"
)


def _may_say(project: Project, words: Sequence[str]) -> bool:
    """Whether a noun of a project may be cut short to each word: 市民意見アンケート to 市民アンケート."""
    said = [bag(display(text)) for text in texts(project) if text]
    return all(any(one.shortens_to(word) for one in said) for word in words)


def _says_parts(project: Project, word: str) -> bool:
    """Whether one sentence has each word of a compound; 課 of 財政課 is in many."""
    parts = pieces((word,))
    return all(len(part) > 1 for part in parts) and any(
        all(map(bag(sentence.text).holds, parts)) for _, sentence in sentences(project)
    )


def _has_sentence(project: Project, words: Sequence[str]) -> bool:
    heading = display(f"{project.name}\n{project.section}")
    return any(not lacking(words, sentence.text, heading) for _, sentence in sentences(project))


_JOINED = lazily(f"{MASK}(?:と|や|及び|および|並びに){MASK}")


def within(held: Catalog, request: Request) -> list[Entry]:
    """Entries of every office kind and year that the request names; offices of one kind are alternatives.

    So are a department and a section that と joins: 政策部と広報課の事業.
    """
    years = [year for year in held.years if not request.years or year in request.years]
    found: Iterable[Entry] = itertools.chain.from_iterable(held.by_year[year] for year in years)
    is_joined = len(request.offices) == 2 and not request.named and _JOINED.search(request.question)
    if is_joined and len({office.kind for office in request.offices}) > 1:
        each = [[*within(held, replace(request, offices=(office,)))] for office in request.offices]
        either = {entry.id for entries in each for entry in entries}
        return [entry for entry in found if entry.id in either]
    for kind in ("section", "department", "organization"):
        names = {office.name for office in request.offices if office.kind == kind}
        if names:
            at = 1 if kind == "section" else 0
            joint = held.joint if kind != "organization" else {}
            of_joint = {key for key, each in joint.items() if any(part[at] in names for part in each)}
            found = [e for e in found if getattr(e, kind) in names or e.id in of_joint]
    return list(found)


def _criteria(request: Request, words: Sequence[tuple[str, ...]] = ()) -> Criteria:
    numbers = dict.fromkeys(entry.number for group in request.named for entry in group)
    offices = tuple(office.name for office in request.offices)
    return Criteria(request.years, offices, numbers=tuple(numbers), words=tuple(words))


def told(db: Database, chosen: Chosen, request: Request, also: Sequence[Near] = ()) -> Answer:
    """The count, then the projects a page at a time, each with the sentence that has the words.

    Behind them, where they are all shown, stand those that say it in other words (`also`).
    """
    keys = chosen.keys or tuple(project.key for project in chosen.projects)
    words = chosen.says or ()
    of = of_what(request, chosen)
    shown = chosen.projects[:PAGE]
    unsaid = _directions_unsaid(request, chosen)
    parts: tuple[Part, ...] = (
        *((wording.left_out(unsaid),) if unsaid else ()),
        *((wording.left_out(chosen.left_out),) if chosen.left_out and not chosen.is_exact else ()),
        wording.counted(of, chosen.total, at_least=chosen.at_least),
        *((wording.recorded_as(chosen.recorded),) if chosen.recorded else ()),
        *((wording.beside_their_texts(words, len(chosen.beside)),) if chosen.beside else ()),
        *((wording.all_beside_their_texts(words),) if chosen.is_beside else ()),
        *_years(db, chosen.projects, request),
        *(() if _is_table(chosen) else page(shown, words, [other for _, other in chosen.recorded])),
    )
    more: tuple[Part, ...] = more_button(chosen.total - len(shown))
    if _is_table(chosen):
        items = _lines(shown)
        more = (Listing(chosen.projects[:MOST], (items, *more_button(chosen.total - len(shown)))),)
    why = (wording.condition(of), wording.ALL_WORDS_COUNTED if words else wording.CELLS_COUNTED)
    kind = _kind(request.kind)
    is_sure = chosen.is_exact and not (chosen.is_loose or unsaid) and (kind == "list" or chosen.is_borne_out)
    members = [text for part in parts if isinstance(part, Quote) for text in part.sentences]
    # 福祉の部署がやってるの, where no one office is called so: what says 福祉 is not all its own.
    is_sure = is_sure and not (_OF_THE_OFFICE.search(request.question) and not request.offices)
    is_sure = is_sure and all(says_who_does(request.question, text, is_strict=True) for text in members)
    confidence: Confidence = "sure" if is_sure else "unsure"
    known = {each.project.key for each in also}
    is_first = (chosen.criteria.offices or words) and not chosen.criteria.of_list
    is_kept = is_first and is_sure and len(keys) > 1 and len(keys) >= chosen.total
    within, within_said = (keys, of.text) if is_kept else ((), "")
    others: list[Near | Project] = [*also, *(each for each in chosen.apart[:NEAR] if each.key not in known)]
    others = others[: PAGE - len(keys)] if len(keys) <= PAGE - NEAR else []
    parts = (*parts, *(more if not others else (wording.ALSO_NEAR,)))
    for each in others:
        parts += tuple(_near_lines([each])) if isinstance(each, Near) else tuple(page([each], words))
    near = tuple(each.project.key if isinstance(each, Near) else each.key for each in others)
    offices = tuple(office.name for office in request.offices)
    return Answer(
        kind, parts, (*keys[:PAGE], *near), keys[PAGE:], confidence=confidence, why=why, terms=words,
        offices=offices, near=near, within=within, within_said=within_said,
    )  # fmt: skip


def _directions_unsaid(request: Request, chosen: Chosen) -> list[str]:
    """The light verbs of a set that say which way a thing goes, where not every member says so of it.

    Of 一緒に, that it is done together.
    """
    is_either = any(len(group) > 1 for group in chosen.criteria.words)  # 賞を出したり表彰したり
    if not chosen.says or is_either or len(chosen.projects) > other_words.LOOKED_AT:
        return []
    asked = [word for word in request.light if any(t.word.text in DIRECTED for t in tokenize(word))]
    unsaid = [w for w in asked if not all(_has_sentence(p, (*chosen.says, w)) for p in chosen.projects)]
    typed = (re.search(rf"{re.escape(word)}[ぁ-ん]*", request.question) for word in unsaid)
    told = [found[0] for found in typed if found]
    if (found := _ASKED_TOGETHER.search(request.question)) and not all(
        any(TOGETHER.search(s.text) and not lacking(chosen.says, s.text, "") for _, s in sentences(p))
        for p in chosen.projects
    ):
        told.append(found[0])
    return told


_ASKED_TOGETHER = lazily("一緒に|(?<!で)(?:とも|共)に")


def of_what(request: Request, chosen: Chosen) -> Say:
    """Which projects these are: that they have the very words, or what answers to them."""
    is_whole = chosen.total == len(chosen.projects)  # 実施 is said by all of 40 only with what means the same
    is_spelled = is_whole and all(_is_spelled(request, chosen.says or (), each) for each in chosen.projects)
    is_spelled = is_spelled or chosen.is_said
    own = bool(chosen.beside)
    return wording.chosen(chosen.criteria, is_spelled=is_spelled, spelled=chosen.spelled, in_own_texts=own)


def with_near(given: Answer, also: Sequence[Near]) -> Answer:
    """An answer, and behind it those that say what is asked for in other words."""
    near = tuple(each.project.key for each in also[:NEAR])
    if not near:
        return given
    parts = (*given.parts, wording.ALSO_NEAR, *_near_lines(also[:NEAR]))
    return replace(given, parts=parts, shown=(*given.shown, *near), near=near)


def of_keys(db: Database, head: Say, keys: Sequence[Key], kind: KindRead) -> Answer:
    """Projects that a thread tells, a page at a time under the words that say which they are."""
    shown = [project for key in keys[:PAGE] if (project := projects.get(db, *key))]
    parts = (head, *page(shown, ()), *more_button(len(keys) - PAGE))
    return Answer(_kind(kind), parts, tuple(keys[:PAGE]), tuple(keys[PAGE:]), why=(wording.OF_LIST_BEFORE,))


def _is_spelled(request: Request, words: Sequence[str], project: Project) -> bool:
    """Whether a project has a word of each group letter for letter: else it says it in other words."""
    groups = other_words.alternatives(request.topic, words)
    return all(any(is_spelled(project, word) for word in group) for group in groups)


def _is_table(chosen: Chosen) -> bool:
    """Whether they are many and none is shown with a sentence of its own."""
    return len(chosen.projects) > TABLE_FROM and not chosen.says


def told_of_near(near: Sequence[Near], others: Sequence[Project], request: Request) -> Answer:
    """Projects that say what is asked for in other words only, then those that say some of the words.

    Where one sentence of each says all of it, they are counted; else they are only shown.
    """
    is_sure = len(near) > 1 and all(each.says_all for each in near) and request.kind != "count"
    known = {each.project.key for each in near}
    some = [p for p in others if p.key not in known][: 0 if is_sure else max(0, PAGE - len(near))]
    groups = other_words.alternatives(request.topic, request.terms)
    told = wording.near_set(groups, len(near) + len(some), is_sure=is_sure)
    why = tuple(wording.of_project(each.project, each.why) for each in near[:PAGE])
    return _of_members(
        near, (told, wording.how_near(groups, is_sure=is_sure)), request,
        others=some, confidence="sure" if is_sure else "unsure", why=why,
    )  # fmt: skip


def _near_lines(near: Sequence[Near]) -> Iterator[Part]:
    for each in near:
        yield _lines([each.project])
        at = each.sentence.find(each.said) if each.said else -1
        bold = ((at, at + len(each.said)),) if at >= 0 else ()
        yield Quote(each.project, each.field, (each.sentence,), (bold,))


def page(shown: Sequence[Project], terms: Sequence[str], recorded: Sequence[str] = ()) -> list[Part]:
    """Projects one a line; where words were asked for, each with its most telling sentence.

    `recorded` are the records' own words for these.
    """
    if not terms:
        return [_lines(shown)]
    parts: list[Part] = []
    for project in shown:
        parts.append(_lines([project]))
        parts += evidence(project, terms) or evidence(project, recorded)
    return parts


def more_button(left: int) -> tuple[Say, ...]:
    """How many are left and that もっと shows them."""
    return (wording.more(left),) if left > 0 else ()


def _years(db: Database, found: Sequence[Project], request: Request) -> list[Part]:
    """How many there are in other years that are loaded, where only offices are asked for."""
    if request.years or request.terms or len(db.snapshot.fiscal_years) < 2:
        return []
    shown = {project.fiscal_year for project in found}
    counts = Counter(entry.fiscal_year for entry in within(db.snapshot.catalog, request))
    others = tuple((year, count) for year, count in counts.items() if year not in shown)
    return [wording.other_years(others)] if others else []


def _lines(shown: Sequence[Project]) -> Items:
    """Projects one a line, each with its office."""
    offices = (each.section_canonical or each.section or each.department for each in shown)
    told = (f" {office}".replace("\n", "、") if office else "" for office in offices)
    return Items(tuple(zip(map(wording.named, shown), told, strict=True)))


def evidence(project: Project, terms: Sequence[str]) -> list[Quote]:
    """The sentence that holds most of the words, or else of their parts (水素燃料バス for 水素バス)."""
    said = [(field, s.text) for field, s in sentences(project)]
    best = _most_telling(said, terms)
    if not best[0]:
        terms = [part for part in pieces(tuple(terms)) if len(part) > 1]
        best = _most_telling(said, terms)
    if not best[0]:
        return []
    spans = tuple((at, at + len(term)) for term in terms if (at := best[2].find(term)) >= 0)
    items = _pointed_at(project, best[1], best[2])
    return [Quote(project, best[1], (best[2], *items), (spans, *((),) * len(items)))]


def _pointed_at(project: Project, field: str, sentence: str) -> tuple[str, ...]:
    """The items that a sentence only points at (以下の事項)."""
    listed = enumerations(getattr(project, field)) if _POINTS.search(sentence) else ()
    items = (each.items for each in listed if each.lead and each.lead.text == sentence)
    return tuple(item.text for item in next(items, ()))


_POINTS = lazily("(?:以下|下記|次)の")


def _most_telling(said: Sequence[tuple[str, str]], terms: Sequence[str]) -> tuple[int, str, str]:
    """How many of the words the first sentence holds that holds most of them; its field, and it."""
    best = (0, "", "")
    for has in (Bag.shows, Bag.holds):  # letters first: to cut all sentences into words takes far longer
        if best[0] < len(terms):
            scored = ((sum(has(bag(text), term) for term in terms), field, text) for field, text in said)
            best = max(scored, key=lambda item: item[0], default=best)
    return best


def _of_denial(db: Database, request: Request, among: Collection[Key]) -> Answer | None:
    """Those with a sentence that denies what the question denies and says the rest of it, if there are any.

    実施できなかった: what was held and what was not say the same word.
    """
    denies = set(denied(without_frame(one_space(request.question))))
    if not denies:
        return None
    words = tuple(term for term in request.terms if term not in denies and not is_light(term))
    chosen = choose(db, replace(request, terms=words or tuple(denies)), most=MOST)
    found = [
        Near(project, field, sentence.text, "", wording.DENIES_TOO, says_all=True)
        for project in chosen.projects
        if not among or project.key in among
        for field, sentence in sentences(project)
        if _MAY_DENY.search(sentence.text)
        and denies <= set(denied(sentence.text))
        and not lacking(words, sentence.text, project.name)
    ]
    members = tuple({each.project.key: each for each in reversed(found)}.values())[::-1]
    if not members:
        return None
    head = wording.denied_of(words, tuple(sorted(denies)), len(members))
    is_sure = all(_denies_in_one_breath(each, words, denies) for each in members)
    how: dict[str, Any] = {} if is_sure else {"confidence": "unsure"}
    return _of_members(members, (head,), request, why=(wording.DENIES_TOO,), terms=words, **how)


_CONTRASTS = lazily("が、|ものの、|けれども?、|一方で?、")


def _denies_in_one_breath(each: Near, words: Sequence[str], denies: Collection[str]) -> bool:
    """Whether what is denied stands with the words, and not 会議はできなかったが、オンラインで開いた."""
    sides = _CONTRASTS.split(each.sentence)
    denying = [side for side in sides if {*denies} <= {*denied(side)}]
    return len(sides) == 1 or any(not lacking(words, side, each.project.name) for side in denying)


def _of_members(
    near: Sequence[Near],
    head: Sequence[Part],
    request: Request,
    *,
    others: Sequence[Project] = (),
    **how: Any,
) -> Answer:
    """Projects by the sentence that makes each one, then others, a page at a time under what is told."""
    keys = (*(each.project.key for each in near), *(project.key for project in others))
    parts = (*head, *_near_lines(near[:PAGE]), *page(others, request.terms), *more_button(len(keys) - PAGE))
    return Answer(_kind(request.kind), parts, keys[:PAGE], keys[PAGE:], **how)


def _kind(asked: KindRead) -> Kind:
    return "count" if asked == "count" else "list"


_GRADED = "(?:評価|判定|ランク|等級|段階)"
# 評価B, 評価がB, B評価, B判定: a grade of one letter with the word for it before or behind.
GRADE = lazily(
    rf"{_GRADED}[はがもの]?「?(?P<behind>[A-E])(?![A-Za-z0-9])|(?<![A-Za-z0-9])(?P<before>[A-E])」?[のと]?{_GRADED}"
)
_OF_GRADE = lazily(rf"(?:{_GRADED}|[A-E])+")
_FORMS_OF_GRADE = (
    rf"{_GRADED}(?:結果|段階|区分)?(?:として|において|に|は|が|の|を|で|も|:|「|『|\(|、)*{{0}}(?![A-Za-z0-9])"
    rf"|(?<![A-Za-z0-9]){{0}}[」』)]?(?:の|という|と)?{_GRADED}"
)


def _of_grade(db: Database, request: Request, among: Collection[Key]) -> Answer | None:
    """Those with a sentence that gives the grade asked for, whichever of letter and 評価 it says first.

    A grade may be told in still other ways: they are at least so many.
    """
    asked = GRADE.search(nfkc(request.question))
    if asked is None or request.named or request.unknown_numbers:
        return None
    newest = db.snapshot.fiscal_years[:1]
    entries = within(db.snapshot.catalog, replace(request, years=request.years or newest))
    if len(entries) > LONGEST:
        return None
    form = re.compile(_FORMS_OF_GRADE.format(asked["behind"] or asked["before"]))
    words = [w for w in request.terms if not _OF_GRADE.fullmatch(nfkc(w))]
    found: list[Near] = []
    for project in projects.by_ids(db, [entry.id for entry in entries]):
        said = [(field, s.text) for field, s in sentences(project)]
        every = [(field, text) for field, text in said if form.search(nfkc(text))]
        whole = "\n".join(text for _, text in said)
        if every and not lacking(words, whole, project.name) and (not among or project.key in among):
            field, text = next((each for each in every if each[0] == "outcome"), every[0])
            found.append(Near(project, field, text, "", wording.ALL_WORDS_COUNTED, says_all=True))
    if not found:  # 評価C is none of B, which search would leave out
        return fields.nothing(db, Subject(), ())
    grade = (nfkc(asked[0]).replace("「", "").replace("」", ""),)
    of_list: Literal["", "part"] = "part" if among else ""
    criteria = replace(_criteria(request, [grade, *((word,) for word in words)]), of_list=of_list)
    of = wording.chosen(criteria, is_spelled=False)
    head = wording.counted(of, len(found), at_least=True)
    return _of_members(found, (head,), request, why=(wording.condition(of),), terms=(*grade, *words))


LONGEST = 6_000  # projects whose every text is looked into for a word


def of_condition(db: Database, condition: Condition) -> Answer | None:
    """Those of the newest year that meet the condition, and how they were counted; None if none can tell."""
    year = next(iter(db.snapshot.fiscal_years), None)
    if not condition.parts:
        return Answer("none", (wording.CONDITIONS_UNREAD,), confidence="none")
    if _AN_OFFICE.search(condition.scope) and not [*db.snapshot.catalog.mentions(condition.scope)]:
        return None  # 統計関係の室が持つ事業で: whose that are, no name tells
    named = not condition.but or any(each.offices for each in db.snapshot.catalog.mentions(condition.but))
    if not named and not subjects.saying(db, (condition.but,)).ids:
        return None
    if year is not None and (called := _by_name(db, year, condition)):
        return _told(condition, called, [called], len(db.snapshot.catalog.by_year[year]), ())
    every = _in_scope(db, list(projects.of_year(db, year)) if year is not None else [], condition)
    if not every or len(every) > LONGEST:
        return None
    offices = {
        office.name: None for each in db.snapshot.catalog.mentions(condition.scope) for office in each.offices
    }
    said = "・".join(terms(condition.scope)[0])
    condition = replace(condition, scope="・".join(offices) or (said and f"{said}の事業"))
    read = [_settled(db, part, every) for part in condition.parts]
    settled = [each for each in read if each]
    if len(settled) < len(read):
        return Answer("none", (wording.CONDITIONS_UNREAD,), confidence="none") if len(read) > 1 else None
    condition = replace(condition, parts=tuple(part for part, _ in settled))
    holds_all = all if condition.joint == "all" else any
    of_each = [({p.key for p in having}, part.how == "saying") for part, having in settled]
    chosen = [p for p in every if holds_all((p.key in keys) == wanted for keys, wanted in of_each)]
    aside = _by_office_alone(condition, every, [having for _, having in settled])
    return _told(condition, chosen, [having for _, having in settled], len(every), aside)


def _by_office_alone(
    condition: Condition, every: Sequence[Project], having: Sequence[Sequence[Project]]
) -> tuple[str, ...]:
    """The words that only the office's name of some of these projects has: those are not said to say them."""
    words = [
        part.word
        for part, said in zip(condition.parts, having, strict=True)
        if part.how != "except" and not (part.fields or part.clause or part.is_value)
        for own in ({p.key for p in said},)
        if any(p.key not in own and holds(part, f"{p.department} {p.section}") for p in every)
    ]
    return tuple(dict.fromkeys(words))


def _settled(db: Database, part: Said, every: Sequence[Project]) -> tuple[Said, list[Project]] | None:
    """A condition as it can be told of these projects, and those that have what it is about; else None."""
    is_word = part.how == "except" and not _offices(db, part.word)
    part = replace(part, how="not saying") if is_word else part  # SDGs以外の事業
    having = _having(db, part, every)
    ids = subjects.saying(db, (part.word,)).ids if is_word else frozenset[int]()
    if is_word and (not having or subjects.beside_their_texts(db, (part.word,), ids)):
        return None  # a choice of a column (改善), or whose projects they are
    clause = () if having else clause_of(part)
    if clause and _EITHER.search(part.word):
        return None  # 機器やシステムの更新: one sentence need not have both
    if clause:
        part = replace(part, clause=clause)
        having = _having(db, part, every)
    is_phrase = len(terms(part.word)[0]) > 1  # コロナやオンライン
    if not having and (part.how == "except" or clause or part.or_words or is_phrase):
        return None  # of what no record says in these words, nothing is told by its opposite
    return part, having


_EITHER = lazily("(?<=[^、])(?:や|とか|または|もしくは)(?=[^、])")


def _by_name(db: Database, year: int, condition: Condition) -> Sequence[Project]:
    """Those whose names have a word, where that is all that is asked: the others need not be read."""
    part = condition.parts[0]
    is_all = len(condition.parts) == 1 and part.how == "saying" and not (condition.scope or condition.but)
    if part.fields != ("name",) or not is_all:
        return ()
    entries = db.snapshot.catalog.by_year[year]
    return projects.by_ids(db, [entry.id for entry in entries if holds(part, display(entry.name))])


def _told(
    condition: Condition,
    chosen: Sequence[Project],
    having: Sequence[Sequence[Project]],
    among: int,
    aside: tuple[str, ...],
) -> Answer:
    found = [project.key for project in chosen]
    how = wording.how_met(condition, among, [len(each) for each in having])
    parts: list[Part] = [wording.meeting(condition, len(chosen)), how]
    parts += [wording.in_offices_alone(aside)] if aside else []
    for project in chosen[:PAGE]:
        parts.append(_lines([project]))
        said = (_said(part, project) for part in condition.parts if part.how == "saying")
        parts += [*dict.fromkeys(itertools.chain.from_iterable(said))]
    parts += more_button(max(0, len(chosen) - PAGE))
    kind: Kind = "count" if condition.is_counted else "list"
    is_value = any(part.is_value for part in condition.parts)
    confidence: Confidence = "unsure" if is_value else "sure"
    rest = tuple(found[PAGE:])
    return Answer(kind, tuple(parts), tuple(found[:PAGE]), rest, confidence=confidence, why=(how,))


def _in_scope(db: Database, every: Sequence[Project], condition: Condition) -> list[Project]:
    """The projects that a condition is asked of: of its office or with its words, but for those left out."""
    left_out = _with(db, every, condition.but) if condition.but else []
    return [p for p in _with(db, every, condition.scope) if p not in left_out]


def _with(db: Database, every: Sequence[Project], scope: str) -> list[Project]:
    """The projects of an office, or with words; all, where none are named."""
    offices = {office.name for each in db.snapshot.catalog.mentions(scope) for office in each.offices}
    if offices or not (words := terms(scope)[0]):
        return [p for p in every if not offices or offices & p.offices]
    return [p for p in every if not lacking(words, "\n".join(s.text for _, s in sentences(p)), p.name)]


def _having(db: Database, part: Said, every: Sequence[Project]) -> list[Project]:
    """Those that say it in their own texts: the name of their office is asked only where it is meant."""
    if part.how == "except":
        offices = _offices(db, part.word)
        return [p for p in every if offices & p.offices]
    fields = part.fields or ("name", *TEXT_FIELDS)
    if not (part.clause or part.is_value):
        return [p for p in every if any(holds(part, display(getattr(p, each))) for each in fields)]
    return [p for p in every if any(holds(part, s.text) for _, s in sentences(p, _texts(part)))]


def _offices(db: Database, said: str) -> set[str]:
    """The offices that are named, one or several (企画課と市民課); none where a word beside them is none."""
    held = db.snapshot.catalog
    each = (
        [held.offices_named(said)]
        if held.offices_named(said)
        else [*map(held.offices_named, _APART.split(said))]
    )
    return {office.name for offices in each for office in offices} if all(each) else set()


_APART = lazily("[とや、・,]+")
_AN_OFFICE = lazily("(?:課|室|部署|部局)(?=の|が|で)")


def _texts(part: Said) -> list[str]:
    return [each for each in part.fields or TEXT_FIELDS if each in TEXT_FIELDS]


def _said(part: Said, project: Project) -> list[Part]:
    """The first sentence of a project that meets a condition, none where its name alone does."""
    for field, sentence in sentences(project, _texts(part)):
        if holds(part, sentence.text):
            at = sentence.text.find(part.word)
            of_word = [(at, at + len(part.word))] if at >= 0 else []
            of_values = [(figure.start, figure.end) for figure in values_of(part, sentence.text)]
            bold = tuple(of_values if part.is_value else of_word)
            return [Quote(project, field, (sentence.text,), (bold,))]
    return []
