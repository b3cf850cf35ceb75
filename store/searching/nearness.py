"""How near the wording of some candidates is to a question: words, names, runs of characters. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from store.searching.senses import Clause

# BM25's: how soon a word said again counts no more, and how much a long text is discounted.
SATURATION, LENGTH = 2.0, 0.9
# What counts beside 1 for the words.
NAME = 0.3
RUNS = {2: 0.3, 3: 0.5, 4: 0.8}  # of so many characters

Texts = Mapping[int, Sequence[str]]  # project -> words of FIELDS, space separated


def rarity(projects: int, among: int) -> float:
    """BM25's weight of a word that `projects` of `among` say; never below 0."""
    return math.log1p((max(among - projects, 0) + 0.5) / (projects + 0.5))


def by_words(
    clauses: Sequence[Clause], texts: Texts, counts: Mapping[str, int], among: int
) -> dict[int, float]:
    """BM25 of the clauses, 1 for the best text, and the share of its name, by rarity, that they say.

    The name counts twice. `counts` says in how many of `among` projects each word of the names occurs.
    """
    weighed = [(_phrases(clause), rarity(clause.projects, among)) for clause in clauses if clause.projects]
    spaced = {key: _spaced(" ".join([fields[0], *fields])) for key, fields in texts.items()}
    usual = sum(map(len, spaced.values())) / max(len(spaced), 1)
    scores = {key: _bm25(weighed, text, len(text) / usual) for key, text in spaced.items()}
    top = max(scores.values(), default=0.0) or 1.0
    asked = {word for phrases, _ in weighed for phrase in phrases for word in phrase.split()}
    weights = {word: rarity(count, among) for word, count in counts.items()}
    return {
        key: score / top + NAME * _share(weights, set(texts[key][0].split()), asked)
        for key, score in scores.items()
    }


def by_characters(typed: str, texts: Mapping[int, str]) -> dict[int, float]:
    """The shares of the runs of characters of `typed` that each text has, by rarity."""
    shares = dict.fromkeys(texts, 0.0)
    for length, weight in RUNS.items():
        grams = _grams(typed, length)
        found = {key: {gram for gram in grams if gram in text} for key, text in texts.items()}
        counts = Counter(gram for said in found.values() for gram in said)
        weights = {gram: math.log1p(len(texts) / (counts[gram] + 0.5)) for gram in grams}
        for key, said in found.items():
            shares[key] += weight * _share(weights, grams, said)
    return shares


def _phrases(clause: Clause) -> list[str]:
    phrases = dict.fromkeys(phrase for sense in clause.senses for phrase in sense.phrases)
    return [_spaced(phrase) for phrase in phrases]


def _spaced(words: str) -> str:
    """The words, each with spaces of its own, so that neighbours are counted apart."""
    return f" {words.replace(' ', '  ')} "


def _bm25(weighed: Iterable[tuple[Sequence[str], float]], text: str, length: float) -> float:
    slow = SATURATION * (1 - LENGTH + LENGTH * length)
    score = 0.0
    for phrases, weight in weighed:
        if times := sum(map(text.count, phrases)):
            score += weight * times / (times + slow)
    return score


def _share(weights: Mapping[str, float], of: Collection[str], said: Collection[str]) -> float:
    """How much of `of`, by weight, is in `said`."""
    total = sum(weights.get(each, 0.0) for each in of)
    return sum(weights.get(each, 0.0) for each in of if each in said) / total if total else 0.0


def _grams(text: str, length: int) -> set[str]:
    """Runs of `length` characters, without those of hiragana or signs alone."""
    runs = (text[at : at + length] for at in range(len(text) - length + 1))
    return {run for run in runs if run.strip() == run and any(map(_telling, run))}


def _telling(char: str) -> bool:
    return char.isalnum() and not "ぁ" <= char <= "ゟ"
