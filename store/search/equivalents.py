"""What a term is called by other names, city's or shipped, where the records call it so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

from store.database import Database
from store.index import thesaurus
from store.index.thesaurus import Listed
from store.records import MatchType
from store.search import substring
from store.search.terms import Interpretation, TokenSet, interpret
from store.text.morphology import units

Ways = Sequence[tuple[str, Sequence[Interpretation]]]  # other terms, and how the records say each


def worded(db: Database, wording: str) -> Iterator[Interpretation]:
    """Another wording of a term, as the records say it."""
    token_sets = _words_of(db, wording)
    occurs = token_sets and all(token_set.projects for token_set in token_sets)
    if occurs and (found := interpret(db, MatchType.SYNONYM, token_sets)):
        yield found
    else:
        for each in substring.as_it_stands(db, wording):
            yield Interpretation(MatchType.SYNONYM, each.token_sets)


def within(db: Database, text: str, ends: Collection[int]) -> dict[int, tuple[TokenSet, int]]:
    """By where it starts: what a listed term that no project says is called there, and where it ends."""
    found: dict[int, tuple[TokenSet, int]] = {}
    for each, others in _unsaid(db, text, ends):
        ways = [way for _, of_other in others for way in of_other]
        phrases = tuple(dict.fromkeys(phrase for way in ways for phrase in way.phrases))
        typed = text[each.start : each.end]
        found[each.start] = TokenSet(phrases, sum(way.projects for way in ways), typed=typed), each.end
    return found


def as_recorded(db: Database, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text with the terms that no project says as the records call them; and each term with that."""
    ends = list(accumulate(sum(unit.lengths) for unit in units(text)))
    said: list[tuple[str, str]] = []
    rest = text
    for each, others in sorted(_unsaid(db, text, ends), key=lambda pair: -pair[0].start):
        other = max(others, key=lambda way: sum(found.projects for found in way[1]))[0]
        rest = rest[: each.start] + other + rest[each.end :]
        said.insert(0, (text[each.start : each.end], other))
    return rest, tuple(said)


def _unsaid(db: Database, text: str, ends: Collection[int]) -> Iterator[tuple[Listed, Ways]]:
    """The shipped thesaurus's terms in a text that no project says, but in other terms of their groups."""
    for each in thesaurus.listed_in(text, ends, db.snapshot.thesaurus_off):
        typed = _words_of(db, text[each.start : each.end])
        occurs = typed and all(word.projects for word in typed)
        if occurs and interpret(db, MatchType.EXACT, typed):
            continue
        if others := [(other, ways) for other in each.others if (ways := list(worded(db, other)))]:
            yield each, others


def _words_of(db: Database, wording: str) -> list[TokenSet]:
    words = [word for unit in units(wording) for word in unit.phrase.split()]
    known = db.snapshot.lexicon.counts(words)
    return [TokenSet((word,) if word in known else (), known.get(word, 0)) for word in words]
