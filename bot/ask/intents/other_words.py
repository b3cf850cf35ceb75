"""Projects of a set that is asked for in words which records do not use: 子ども向け, 紙を減らす, 防災系."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import chain, islice

from bot.ask import subjects
from bot.ask.matching import Bag, bag, found_in
from bot.ask.question import Request
from bot.ask.terms import is_light, names, narrower, others
from store.database import Database
from store.records import Project
from store.search import meaning, relevance
from store.search.meaning import RankedPassage
from store.search.pipeline import search
from store.search.query import parse
from store.text import lazily
from store.text.display import display
from store.text.morphology import words

MOST = 8  # projects that are near to a set; more of them say nothing
# 表彰したり賞をあげたり is either; of 動画を作ったり発信したり both are done with one thing.
_OR = lazily(
    "(?:や|とか|か|または|もしくは|あるいは)[、,]?|[(（]"
    "|(?:し|を?(?:あげ|上げ|出し|だし|与え|入れ|組ん|結ん|設け|受け|もらっ))[ただ]り[、,]?"
)
# What names one body or place is not meant by another that is like it.
_BODY = lazily("(?:委員会|協議会|連合会|センター|[市区町村県課局部館校園])$")
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
    why: str
    says_all: bool = False


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
    groups = [tuple(chain.from_iterable(map(_ways, each))) for each in alternatives(request.topic, terms)]
    every = (near for near in _in_other_words(db, request, groups) if near.project.key not in known)
    found = tuple(islice(every, MOST))
    if not (found or but or all_words) and nouns and nouns != terms:
        found = tuple(islice(_in_other_words(db, request, [_ways(term) for term in nouns]), MOST))
    return found or (() if but or all_words else tuple(islice(_by_meaning(db, request, terms), MOST)))


def alternatives(topic: str, terms: Sequence[str]) -> list[tuple[str, ...]]:
    """Terms in groups, those joined by や or とか as one: 機器やサーバの更新 is 機器 or サーバ, and 更新."""
    groups: list[tuple[str, ...]] = []
    for term, before in zip(terms, ["", *terms], strict=False):
        between = topic.partition(before)[2].partition(term)[0] if before else ""
        if before and _OR.fullmatch(between):
            groups[-1] = (*groups[-1], term)
        else:
            groups.append((term,))
    return groups


def saying_one_of_each(
    db: Database, request: Request, groups: Sequence[tuple[str, ...]]
) -> tuple[tuple[Project, ...], bool]:
    """The projects with a sentence that says a word of each group, and whether there may be more."""
    found = tuple(near.project for near in _in_other_words(db, request, groups))
    return found, len(found) >= LOOKED_AT


def _in_other_words(db: Database, request: Request, groups: Sequence[tuple[str, ...]]) -> Iterator[Near]:
    """Projects with a sentence that says one word of each group, where any has more than one.

    Those first whose sentence is nearest to the question; it takes long to look through one.
    """
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
        if saying := _saying(of_project, groups, found[of_project[0].passage.project.key]):
            heappush(chosen, (-saying[0].score, at, _near(*saying, groups)))
    yield from (near for _, _, near in sorted(chosen))


def _saying(
    of_project: Sequence[RankedPassage], groups: Sequence[tuple[str, ...]], found: Collection[str]
) -> tuple[RankedPassage, list[str]] | None:
    """The first passage of a project that says a word of each group, and these; by its letters if any does.

    One that says each thing asked for goes before those that say something narrower. Only those with what
    search `found` are cut into words: that takes far longer.
    """
    texts = [(each, (each.passage.text, display(each.passage.project.name))) for each in of_project]
    some = [pair for pair in texts if any(map(bag(pair[0].passage.text).spells, found))]
    for has, among in ((Bag.shows, texts), (Bag.holds, some)):
        saying = [
            (each, of_each, said)
            for each, of_each in among
            if all(said := [_said(group, of_each, has) for group in groups])
        ]
        if saying:
            of_each_thing = (s for s in saying if _says_each(list(zip(groups, s[2], strict=True)), s[1]))
            each, _, said = next(of_each_thing, saying[0])
            return each, said
    return None


def _by_project(ranked: Iterable[RankedPassage]) -> Iterable[list[RankedPassage]]:
    """The passages of each project, those first whose best is ranked first."""
    found: dict[tuple[int, str], list[RankedPassage]] = {}
    for each in ranked:
        found.setdefault(each.passage.project.key, []).append(each)
    return found.values()


def _near(each: RankedPassage, said: Sequence[str], groups: Sequence[tuple[str, ...]]) -> Near:
    passage = each.passage
    word = next((word for word in said if word in passage.text), "")
    asked = list(zip(groups, said, strict=True))
    why = "、".join(f"「{ways[0]}」に近い「{word}」が記録にあります" for ways, word in asked)
    return Near(
        passage.project,
        passage.field,
        passage.text,
        word,
        why,
        _says_each(asked, (passage.text, display(passage.project.name))),
    )


def _says_each(asked: Sequence[tuple[Sequence[str], str]], texts: Sequence[str]) -> bool:
    """Whether a sentence says two things asked for, each as typed or by its verb: 要望 for お願い.

    What is narrower than a word may be of another thing too.
    """

    def is_meant(ways: Sequence[str], said: str) -> bool:
        loose = narrower(ways[0])
        return said not in loose or any(bag(t).holds(way) for t in texts for way in ways if way not in loose)

    return len(asked) > 1 and all(is_meant(ways, said) for ways, said in asked)


def _ways(term: str) -> tuple[str, ...]:
    """A term, what is narrower than it, and what its verb is written as."""
    parts = words(term)
    verbs = others(parts[0].text) if len(parts) == 1 else frozenset()
    return tuple(dict.fromkeys((term, *narrower(term), *sorted(verbs))))


def _said(ways: Collection[str], texts: Iterable[str], has: Callable[[Bag, str], bool]) -> str:
    """The first of these wordings that one of the texts says."""
    bags = [bag(text) for text in texts]
    return next((way for way in ways if any(has(one, way) for one in bags)), "")


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
        why = f"意味の近さ {each.meaning:.0%}"
        yield Near(each.passage.project, each.passage.field, each.passage.text, "", why)
