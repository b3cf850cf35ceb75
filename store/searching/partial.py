"""When no project says all of it as typed: its words near each other, or most of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import compress

from sqlite_utils import Database

from store import projects
from store.generations import cached
from store.kana import is_kana, is_latin
from store.records import FIELDS
from store.searching import hits, questions, texts
from store.searching.asking import Asked
from store.searching.hits import Ranking
from store.searching.match import candidates
from store.searching.rank import Judged, rarity
from store.searching.senses import Clause
from store.searching.texts import Text

ENOUGH = 0.4  # share of what was asked, by rarity, that a project must say to answer at all
MANY = 7  # words of a compound, of which most will do
LONG = 3  # words, beyond which a share as large is too much to expect
JUDGED = 60
SMALL = 1000  # projects; among more, words that stand apart are no compound
CLOSE = 10  # words of a field within which its parts stand where they mean one thing
CHANCE = 1.0  # projects that would say all parts of a compound if they fell anywhere


def near_each_other(db: Database, asked: Asked) -> Ranking | None:
    """A compound typed as one word whose parts a project says apart: 図柄ナンバー, 創業支援.

    All of them in its name; or somewhere, when so few projects have each that it is no chance.
    """
    if asked.query.phrases or len(asked.wanted) != 1 or asked.wanted[0].sentence:
        return None
    parts = questions.part_by_part(asked.wanted[0])
    if len(parts) < 2 or not all(part.projects for part in parts):
        return None
    found = candidates(db, parts, asked.excluded, asked.filters, wanted=JUDGED)
    judged = hits.judged(db, parts, found.rows[:JUDGED])
    among = cached(db, "count", projects.count)
    by_chance = among * math.prod(part.projects / among for part in parts)
    in_name = among > SMALL or by_chance > CHANCE
    together = tuple(each for each in judged if _says_all(each, in_name=in_name))
    words = texts.read(db, [each.id for each in together])
    meant = in_name or any(_named(each) or _are_close(words[each.id], each, CLOSE) for each in together)
    return Ranking(tuple(parts), together if meant else (), len(together) if meant else 0)


def most_of(db: Database, asked: Asked, *, of_compound: bool = False) -> Ranking | None:
    """Projects that say most of what was asked, by rarity: of several words or of a sentence.

    `of_compound`: of a long term without particles, which must not hide that it is only misspelled.
    """
    if asked.query.phrases or is_latin(asked.text) or is_kana("".join(asked.text.split())):
        return None  # letters that the dictionary makes nothing of: half of them says nothing
    words = questions.word_by_word(asked.wanted)
    sentence = asked.is_question or (of_compound and len(words) >= MANY)
    if len(asked.wanted) == 1 and not sentence:
        return None
    parts = words if sentence else list(asked.wanted)
    among = cached(db, "count", projects.count)
    telling = questions.telling(parts, among)
    if not telling:
        return None
    nearest = questions.nearest(db, asked, parts, telling)
    judged = hits.judged(db, parts, nearest)
    order = {each.id: each.score for each in nearest}
    share = _shares(judged, parts, among)
    enough = [each for each in judged if share[each.id] >= ENOUGH * min(1, LONG / len(parts))]
    best = sorted(enough, key=lambda each: -order[each.id])
    return Ranking(tuple(parts), tuple(each._replace(score=order[each.id]) for each in best), len(best))


def _shares(judged: Iterable[Judged], parts: Sequence[Clause], among: int) -> dict[int, float]:
    """How much of what was asked each says; an unknown word counts only when it names something."""
    weights = [rarity(part.projects, among) if part.projects or part.names else 0.0 for part in parts]
    total = sum(weights) or 1.0
    return {each.id: sum(compress(weights, each.said)) / total for each in judged}


def _named(each: Judged) -> bool:
    """Whether its name says any part."""
    return any("name" in said for said in each.said)


def _are_close(text: Text, each: Judged, most: int) -> bool:
    """Whether some field has all parts within `most` words."""
    return any(
        all(field in said for said in each.said)
        and _stretch(words.split(), [said[field].phrase.split() for said in each.said]) <= most
        for field, words in zip(FIELDS, text.fields, strict=True)
    )


def _stretch(words: Sequence[str], parts: Sequence[Sequence[str]]) -> float:
    """How many words the shortest stretch has in which all `parts` stand."""
    places = [
        [(at, at + len(part)) for at in range(len(words)) if words[at : at + len(part)] == part]
        for part in parts
    ]
    starts = sorted(start for each in places for start, _ in each)
    return min((_reach(start, places) - start for start in starts), default=math.inf)


def _reach(start: int, places: Sequence[Sequence[tuple[int, int]]]) -> float:
    """Where the first of each part's places from `start` on have all ended."""
    ends = (min((end for at, end in each if at >= start), default=math.inf) for each in places)
    return max(ends)


def _says_all(each: Judged, *, in_name: bool) -> bool:
    """Whether it says every part: in its name, or (unless that is asked for) near each other."""
    fields = ("name",) if in_name else FIELDS
    if any(all(field in said for said in each.said) for field in fields):
        return True
    return not in_name and all(each.said) and _named(each)
