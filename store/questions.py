"""Questions and many words: most of the words will do, and the nearest wording comes first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlite_utils import Database

from store import projects
from store.display import display
from store.kana import fold
from store.match import Candidate, Filters
from store.records import Project
from store.senses import Clause, Manner, Sense, Slot, any_of

COMMON = 0.1  # a word in more projects than this share tells little
AT_LEAST = 3  # words that are kept, the rarest, however common
POSTINGS = 20_000  # rows that one question may make the index score
MOST_WORDS = 40
RERANKED = 30  # candidates whose wording is compared
BIGRAMS, TRIGRAMS = 0.5, 0.5  # weight of each, beside 1 for bm25

_BEST = """
    SELECT rowid, -bm25(search_words, 2.0, 1.0, 1.0, 1.0, 1.0) FROM search_words
    WHERE search_words MATCH ?1{filters} ORDER BY 2 DESC LIMIT ?2"""


def word_by_word(clause: Clause) -> list[Clause]:
    """The words of a sentence as clauses of their own."""
    return [Clause(slot.phrases[0], (Sense(Manner.SAME, (slot,)),), (slot,)) for slot in clause.words]


def part_by_part(clause: Clause) -> list[Clause]:
    """The parts of a compound as clauses of their own; 者 or 化 stays with the word before it."""
    parts: list[list[Slot]] = []
    for slot in clause.words:
        if parts and len(slot.phrases[0]) == 1:
            parts[-1].append(slot)
        else:
            parts.append([slot])
    return [
        Clause("".join(slot.phrases[0] for slot in part), (Sense(Manner.PART, tuple(part)),))
        for part in parts
    ]


def telling(clauses: Sequence[Clause], among: int) -> list[Clause]:
    """The clauses worth looking for, rarest first: no common words beyond the rarest few."""
    known = sorted((clause for clause in clauses if clause.projects), key=lambda clause: clause.projects)
    kept = [clause for clause in known[:MOST_WORDS] if clause.projects <= COMMON * among]
    kept += [clause for clause in known[:AT_LEAST] if clause not in kept]
    while len(kept) > 1 and sum(clause.projects for clause in kept) > POSTINGS:
        kept.pop()
    return kept


def nearest(
    db: Database, text: str, clauses: Sequence[Clause], excluded: Sequence[Clause], filters: Filters
) -> list[Candidate]:
    """Projects that say any of `clauses`, those whose wording is nearest to `text` first."""
    match = _any_clause(clauses, excluded)
    sql = _BEST.format(filters=filters.on("search_words"))
    found = [Candidate(*row) for row in db.conn.execute(sql, [match, RERANKED])]
    texts = {project.id: _text(project) for project in projects.by_ids(db, [each.id for each in found])}
    return _reranked(fold(text), found, texts)


def _any_clause(clauses: Sequence[Clause], excluded: Sequence[Clause]) -> str:
    said = any_of(phrase for clause in clauses for sense in clause.senses for phrase in sense.phrases)
    unwanted = any_of(phrase for clause in excluded for sense in clause.senses for phrase in sense.phrases)
    return f"({said}) NOT ({unwanted})" if unwanted else said


def _text(project: Project) -> str:
    fields = (project.name, project.section, project.purpose, project.overview, project.outcome)
    return fold("\n".join(map(display, fields)))


def _reranked(typed: str, found: Sequence[Candidate], texts: Mapping[int, str]) -> list[Candidate]:
    top = max((each.score for each in found), default=1.0) or 1.0
    bigrams, trigrams = _grams(typed, 2), _grams(typed, 3)
    weights = [(grams, _rarities(grams, texts.values())) for grams in (bigrams, trigrams)]

    def score(each: Candidate) -> float:
        text = texts.get(each.id, "")
        (two, rare_two), (three, rare_three) = weights
        shares = BIGRAMS * _share(two, rare_two, text) + TRIGRAMS * _share(three, rare_three, text)
        return each.score / top + shares

    return sorted((Candidate(each.id, score(each)) for each in found), key=lambda each: -each.score)


def _grams(text: str, length: int) -> set[str]:
    """Runs of `length` characters, without those of hiragana or signs alone."""
    runs = (text[at : at + length] for at in range(len(text) - length + 1))
    return {run for run in runs if run.strip() == run and any(_telling(char) for char in run)}


def _telling(char: str) -> bool:
    return char.isalnum() and not "ぁ" <= char <= "ゟ"


def _rarities(grams: Iterable[str], texts: Iterable[str]) -> Mapping[str, float]:
    listed = list(texts)
    counts = Counter(gram for gram in grams for text in listed if gram in text)
    return {gram: math.log1p(len(listed) / (counts[gram] + 0.5)) for gram in grams}


def _share(grams: set[str], weights: Mapping[str, float], text: str) -> float:
    total = sum(weights.values())
    return sum(weights[gram] for gram in grams if gram in text) / total if total else 0.0
