"""Projects of a set that is asked for in words which records do not use: 子ども向け, 紙を減らす, 防災系."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import chain, islice, product

from bot.ask import subjects, wording
from bot.ask.matching import Bag, bag, found_in, is_spelled, sentences
from bot.ask.question import Request
from bot.ask.terms import is_light, names, narrower, pieces, written_for
from bot.ask.wording import Say
from store.database import Database
from store.records import Project
from store.search import meaning, relevance
from store.search.meaning import RankedPassage
from store.search.pipeline import search
from store.search.query import parse
from store.text import lazily
from store.text.display import display
from store.text.morphology import tokenize, words

MOST = 8  # projects that are near to a set and do not say it; more of them say nothing
# 表彰したり賞をあげたり is either; of 動画を作ったり発信したり both are done with one thing.
_OR = lazily(
    "(?:さん|様)?(?:や|とか|か|または|もしくは|あるいは)[、,]?|[(（・/／]"
    "|(?:し|を?(?:あげ|上げ|出し|だし|与え|入れ|組ん|結ん|設け|受け|もらっ))[ただ]り[、,]?"
)
_TURNS = lazily("し?[ただ]り[、,]?")
_AND_SO_ON = lazily("(?:[、やと][^、はがをにの]{1,12}?)*(?:など|等|とか)")  # A、B、Cなどの
_DONE = lazily("を[^、はがを]{1,8}[ただ]り[、,]?")
# What names one body or place is not meant by another that is like it.
_BODY = lazily("(?:委員会|協議会|連合会|センター|[市区町村県課局部館校園])$")
_CLAUSES = lazily("[、，,。;；]")
LOOKED_AT = 40  # hits held against the words


@dataclass(frozen=True, slots=True)
class Near:
    """A project that may be of a set: the sentence that makes it one, the word in it, how it was found.

    `says_all`: one sentence of it says all that is asked for, each in a word of its own.
    """

    project: Project
    field: str
    sentence: str
    said: str
    why: Say
    says_all: bool = False


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that a set is asked by (either of its words where several are joined), and what says it.

    `typed` are its words, `asked` they, what is the same and their verbs written otherwise; `loose` those
    that are narrower, which may be of another thing too: less so those that are `near` in meaning.
    """

    asked: tuple[str, ...]
    loose: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()


def near_a_set(
    db: Database, request: Request, but: Sequence[Project], *, all_words: bool = False
) -> tuple[Near, ...]:
    """The projects that say the words of a question in other words, `but` for those that say them.

    Unless it is to be `all_words`, those that say the nouns will do, or those that are near in meaning.
    """
    terms = [term for term in request.terms if not is_light(term) and not subjects.is_own_city(db, term)]
    if not terms or request.named or any(map(str.isdigit, terms)):
        return ()
    known = {project.key for project in but}
    nouns = list(filter(names, terms))
    things = _things(db, alternatives(request.topic, terms))
    every = (near for near in _in_other_words(db, request, things) if near.project.key not in known)
    found = tuple(sorted(islice(every, 2 * MOST), key=lambda near: not near.says_all))
    if not (found or but or all_words) and nouns and nouns != terms:
        found = tuple(islice(_in_other_words(db, request, _things(db, [(term,) for term in nouns])), MOST))
    return found or (() if but or all_words else tuple(islice(_by_meaning(db, request, terms), MOST)))


_SERIES = lazily(r"(?P<word>[一-龥ァ-ヺー]{2,})(?:し|を[^、はがを]{1,6})[ただ]り")


def with_series(request: Request) -> Request:
    """A request with the general words too that are named beside telling ones: 協力したり支援したり."""
    of_series = [found["word"] for found in _SERIES.finditer(request.topic)]
    more = [word for word in request.light if word in of_series]
    if not more or not any(word in request.terms for word in of_series):
        return request
    every = sorted((*request.terms, *more), key=request.topic.find)
    return replace(request, terms=tuple(every), light=tuple(w for w in request.light if w not in more))


def alternatives(topic: str, terms: Sequence[str]) -> list[tuple[str, ...]]:
    """Terms in groups, those joined by や or とか as one: 機器やサーバ、端末の更新 is any of three, and 更新.

    So are those that each have a verb of their own: 計画を作ったり協定を結んだりした.
    """
    groups: list[tuple[str, ...]] = []
    for term, before in zip(terms, ["", *terms], strict=False):
        rest = topic.partition(before)[2] if before else ""
        between, _, behind = rest.partition(term)
        is_series = any(each.fullmatch(between) and each.match(behind) for each in (_DONE, _TURNS))
        is_series |= between == "、" and (
            bool(_AND_SO_ON.match(behind)) or bool(groups[-1:] and groups[-1][1:])
        )
        if before and (_OR.fullmatch(between) or is_series):
            groups[-1] = (*groups[-1], term)
        else:
            groups.append((term,))
    return groups


def saying_one_of_each(
    db: Database, request: Request, groups: Sequence[tuple[str, ...]]
) -> tuple[tuple[Project, ...], bool]:
    """The projects with a sentence that says a word of each group, and whether there may be more."""
    things = [replace(_thing(db, group), loose=()) for group in groups]
    found = tuple(near.project for near in _in_other_words(db, request, things))
    return found, len(found) >= LOOKED_AT


def _in_other_words(db: Database, request: Request, things: Sequence[Thing]) -> Iterator[Near]:
    """Projects with a sentence that says each thing, where any may be said in more ways than one.

    Those first whose sentence is nearest to the question; it takes long to look through one.
    """
    groups = [(*thing.asked, *thing.loose) for thing in things]
    if all(len(group) == 1 for group in groups):
        return
    query = parse(" ".join(group[0] for group in groups if len(group) == 1), limit=LOOKED_AT)
    query = replace(query, alternatives=tuple(group for group in groups if len(group) > 1))
    query = subjects.narrowed(query, request)
    hits = [hit for hit in search(db, query, offers_near=False, whole=True).hits if not hit.missing]
    found = {hit.project.key: {*filter(None, found_in(hit))} for hit in hits}
    ranked = meaning.rank_passages(request.question, meaning.passages_of(db, [hit.project for hit in hits]))
    chosen: list[tuple[float, int, Near]] = []
    for at, of_project in enumerate(_by_project(ranked)):
        while chosen and -chosen[0][0] >= of_project[0].score:  # no other can be nearer
            yield heappop(chosen)[2]
        if near := _saying(of_project, things, found[of_project[0].passage.project.key]):
            heappush(chosen, (-near[0].score, at, near[1]))
    yield from (near for _, _, near in sorted(chosen))


def _saying(
    of_project: Sequence[RankedPassage], things: Sequence[Thing], found: Collection[str]
) -> tuple[RankedPassage, Near] | None:
    """The first passage of a project that says each thing, by its letters if any does.

    One that says all that is asked for goes before those that may be of other things. Only those with what
    search `found` are cut into words: that takes far longer.
    """
    some = [each for each in of_project if any(map(bag(each.passage.text).spells, found))]
    first: tuple[RankedPassage, Near] | None = None
    for has, among in ((Bag.shows, of_project), (Bag.holds, some)):
        for each in among:
            texts = (each.passage.text, display(each.passage.project.name))
            said = [_said(thing, texts, has) for thing in things]
            if all(said):
                near = _near(each, said, things)
                first = first or (each, near)
                if near.says_all:
                    return each, near
    return first


def _by_project(ranked: Iterable[RankedPassage]) -> Iterable[list[RankedPassage]]:
    """The passages of each project, those first whose best is ranked first."""
    found: dict[tuple[int, str], list[RankedPassage]] = {}
    for each in ranked:
        found.setdefault(each.passage.project.key, []).append(each)
    return found.values()


def _near(each: RankedPassage, said: Sequence[str], things: Sequence[Thing]) -> Near:
    passage = each.passage
    word = next((word for word in said if word in passage.text), "")
    texts = (passage.text, display(passage.project.name))
    named = [each if any(_has_word(bag(text), each) for text in texts) else "" for each in said]
    why = wording.said_otherwise([thing.asked[0] for thing in things], named)
    return Near(passage.project, passage.field, passage.text, word, why, _says_all(things, texts))


def _has_word(text: Bag, word: str) -> bool:
    """Whether a text has a word itself, and none that only means the same: 生まれる is no 出産."""
    return text.shows(word) or word in text.words


LIKE = 0.6  # cosine from which a narrower word makes one of a set: スタートアップ for 起業, no 介護 for 医療
NEXT_TO = 2  # words at most between two things that belong together: 機器及びソフトの更新
_WAYS = 200  # of choosing places for two things that are looked at


def saying_all(
    db: Database, request: Request, terms: Sequence[str], found: Sequence[Project]
) -> tuple[tuple[Project, ...], bool]:
    """Of projects that say something for each term, those with a sentence that makes them one.

    Second is whether it was asked for: of one thing no sentence says more, and of many it takes long.
    """
    things = _things(db, alternatives(request.topic, terms))
    if len(things) < 2 or len(found) > LOOKED_AT:
        return tuple(found), False
    members = (
        project
        for project in found
        if all(is_spelled(project, term) for term in terms)
        or any(_says_all(things, (s.text, display(project.name))) for _, s in sentences(project))
    )
    return tuple(members), True


def _says_all(things: Sequence[Thing], texts: tuple[str, str]) -> bool:
    """Whether texts that have a way of each thing say it of one matter, not all of it by what is narrower.

    What is said by another word than was typed stands in a clause with another of the things, few words
    between them: 入れ替えた was the 機器 in 機器の更新, and not what stands elsewhere in the sentence.
    """
    said, clauses = [bag(text) for text in texts], [bag(text) for text in _CLAUSES.split("。".join(texts))]
    otherwise = [one for one in things if not any(_has_word(*each) for each in product(said, one.typed))]
    loosely = [one for one in otherwise if not any(each.holds(way) for each in said for way in one.asked)]
    if len(things) < 2 or len(loosely) == len(things):
        return False
    return all(any(_stands_by(each, things, clause) for clause in clauses) for each in otherwise)


def _stands_by(thing: Thing, things: Sequence[Thing], clause: Bag) -> bool:
    """Whether a clause has a thing and another one near to it."""
    others = chain.from_iterable(_places(clause, each) for each in things if each is not thing)
    pairs = islice(product(_places(clause, thing), others), _WAYS)
    spans = (sorted((*one, *two))[1:3] for one, two in pairs)
    return any(len(words(clause.text[slice(*between)])) <= NEXT_TO for between in spans)


def _places(clause: Bag, thing: Thing) -> list[tuple[int, int]]:
    """Where a clause says a thing: by synonyms too, but of what is narrower only the very words.

    Who does it is another thing: 保護者 for 守る.
    """
    asked = chain.from_iterable(map(clause.places, thing.asked))
    near = chain.from_iterable(clause.places(way, by_synonym=False) for way in thing.near)
    return [span for span in chain(asked, near) if not clause.text.startswith(("者", "員"), span[1])]


def _things(db: Database, groups: Sequence[Sequence[str]]) -> list[Thing]:
    """The things that groups of terms ask for; of ベンチャー応援 two, for another verb may be written."""
    found: list[tuple[str, ...]] = []
    for group in groups:
        parts = pieces(tuple(group)) if len(group) == 1 else ()
        is_parted = len(parts) > 1 and written_for(parts[-1])
        found += [(group[0].removesuffix(parts[-1]),), parts[-1:]] if is_parted else [tuple(group)]
    return [_thing(db, group) for group in dict.fromkeys(found)]


def _thing(db: Database, terms: Sequence[str]) -> Thing:
    """What says a term or one of several: itself, what is listed as the same, its verb, what is narrower."""
    same = (way for term in terms for way in subjects.wordings(db, term))
    asked = dict.fromkeys((*terms, *same, *chain.from_iterable(map(_by_verbs, terms))))
    both = [(term, way) for term in terms for way in narrower(term) if way not in asked]
    near = dict.fromkeys(way for term, way in both if subjects.likeness(term, way) >= LIKE)
    return Thing(tuple(asked), tuple(dict.fromkeys(way for _, way in both)), tuple(near), tuple(terms))


def _by_verbs(term: str) -> Iterator[str]:
    """A term with its verb, or the noun of one, written otherwise: フォーム作り is フォーム作成."""
    tokens = [token for token in tokenize(term) if token.word.content]
    if tokens and tokens[-1].end == len(term):
        before = term[tokens[0].start : tokens[-1].start]
        yield from (before + way for way in sorted(written_for(tokens[-1].word.text)))


def _said(thing: Thing, texts: Iterable[str], has: Callable[[Bag, str], bool]) -> str:
    """The first wording of a thing that one of the texts says, a narrower one only as the very word."""
    bags = [bag(text) for text in texts]
    asked = (way for way in thing.asked if any(has(one, way) for one in bags))
    loose = (way for way in thing.loose if any(_has_word(one, way) for one in bags))
    return next(chain(asked, loose), "")


def _by_meaning(db: Database, request: Request, terms: Sequence[str]) -> Iterator[Near]:
    """The few projects nearest in meaning, where they are nearer than to topics that the list has not."""
    if request.offices or any(map(_BODY.search, terms)):
        return
    ids = relevance.of_text(db, " ".join(terms)).offered()
    by_id = db.snapshot.projects(ids)
    near = [by_id[each] for each in ids if each in by_id]
    near = [project for project in near if not request.years or project.fiscal_year in request.years]
    best = meaning.best_by_project(meaning.rank_passages(request.question, meaning.passages_of(db, near)))
    for each in best:
        why = wording.near_in_meaning(each.meaning)
        yield Near(each.passage.project, each.passage.field, each.passage.text, "", why)
