"""How near the wording of some candidates is to a question: words, names, runs of characters. Pure.

A candidate scores `by_words` + `by_characters`:

    BM25 / best BM25  +  name * share of its name asked for  +  runs * share of the question's runs it has

BM25 is Robertson's (idf as in Lucene, never negative); a word that is no noun weighs `no_noun` of its idf.
Shares are by rarity. `name`, `runs` and the rest are `TUNING.reranking`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from store.index.token_store import Text
from store.search.terms import QueryTerm
from store.search.tuning import TUNING

_TUNED = TUNING.reranking


@lru_cache(maxsize=65_536)
def rarity(projects: int, among: int) -> float:
    """BM25's weight of a word that `projects` of `among` say; never below 0."""
    return math.log1p((max(among - projects, 0) + 0.5) / (projects + 0.5))


def by_words(
    terms: Sequence[QueryTerm], texts: Mapping[int, Text], counts: Mapping[str, int], among: int
) -> dict[int, float]:
    """BM25 of the terms, 1 for the best text, and the share of its name, by rarity, that they say.

    The name counts twice. `counts` says in how many of `among` projects each word of the names occurs.
    """
    weighed = [(_patterns(term), _weight(term, among)) for term in terms if term.projects]
    lengths = {key: len(text.whole) + len(text.fields[0]) for key, text in texts.items()}
    usual = sum(lengths.values()) / max(len(lengths), 1)
    scores = {key: _bm25(weighed, text, lengths[key] / usual) for key, text in texts.items()}
    top = max(scores.values(), default=0.0) or 1.0
    asked = {word for patterns, _ in weighed for pattern in patterns for word in pattern.split()}
    weights = {word: rarity(count, among) for word, count in counts.items()}
    return {
        key: score / top + _TUNED.name * _share(weights, name_words(texts[key]), asked)
        for key, score in scores.items()
    }


def by_characters(typed: str, texts: Mapping[int, str]) -> dict[int, float]:
    """RUNS times the share, by rarity among the texts, of the runs of `typed` that each text has."""
    runs = _runs(typed)
    said = {key: {run for run in runs if run in text} for key, text in texts.items()}
    counts = Counter(run for found in said.values() for run in found)
    weights = {run: math.log1p(len(texts) / (counts[run] + 0.5)) for run in runs}
    return {key: _TUNED.runs * _share(weights, runs, found) for key, found in said.items()}


def _patterns(term: QueryTerm) -> tuple[str, ...]:
    """What to look for in a text: the term's phrases, a space around each."""
    return tuple(
        dict.fromkeys(
            pattern for interpretation in term.interpretations for pattern, _ in interpretation.patterns
        )
    )


def _weight(term: QueryTerm, among: int) -> float:
    return rarity(term.projects, among) * (1.0 if term.names else _TUNED.no_noun)


def _bm25(weighed: Iterable[tuple[Sequence[str], float]], text: Text, length: float) -> float:
    slow = _TUNED.saturation * (1 - _TUNED.length + _TUNED.length * length)
    score, whole, name = 0.0, text.whole, text.fields[0]
    for patterns, weight in weighed:
        times = 0
        for pattern in patterns:
            if found := whole.count(pattern):
                times += found + name.count(pattern)
        if times:
            score += weight * times / (times + slow)
    return score


def _share(weights: Mapping[str, float], of: Collection[str], said: Collection[str]) -> float:
    """How much of `of`, by weight, is in `said`."""
    total = sum([weights.get(each, 0.0) for each in of])
    return sum([weights.get(each, 0.0) for each in of if each in said]) / total if total else 0.0


def name_words(text: Text) -> frozenset[str]:
    """The words of a project's name."""
    return _words(text.fields[0])


@lru_cache(maxsize=8_192)
def _words(name: str) -> frozenset[str]:
    return frozenset(name.split())


@lru_cache(maxsize=8_192)
def together(words: str) -> str:
    """A text of words without the spaces between them."""
    return words.replace(" ", "")


def _runs(text: str) -> set[str]:
    """Runs of a few characters, without those of hiragana or signs alone."""
    runs = (text[at : at + _TUNED.run] for at in range(len(text) - _TUNED.run + 1))
    return {run for run in runs if run.strip() == run and any(map(_telling, run))}


def _telling(char: str) -> bool:
    return char.isalnum() and not "ぁ" <= char <= "ゟ"
