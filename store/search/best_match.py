"""Questions and many words: most of the words will do, and the nearest wording comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from store.database import Database
from store.records import MatchType
from store.search import reranker
from store.search.analysis import AnalysedQuery
from store.search.matching import Candidate
from store.search.terms import Interpretation, QueryTerm, TokenSet, any_term
from store.search.tuning import TUNING
from store.text import morphology

_BEST = f"""
    SELECT rowid, -bm25(search_words, {", ".join(map(str, TUNING.fields.bm25_of_question))}) FROM search_words
    WHERE search_words MATCH ?1{{filters}} ORDER BY 2 DESC LIMIT ?2"""


def word_by_word(terms: Iterable[QueryTerm]) -> list[QueryTerm]:
    """The words of sentences as terms of their own, each once."""
    token_sets = dict.fromkeys(token_set for term in terms for token_set in term.words)
    return [
        QueryTerm(
            token_set.typed or token_set.phrases[0],
            (Interpretation(MatchType.SYNONYM if token_set.typed else MatchType.EXACT, (token_set,)),),
            (token_set,),
        )
        for token_set in token_sets
    ]


def part_by_part(term: QueryTerm) -> list[QueryTerm]:
    """The parts of a compound as terms of their own; 者 or 化 stays with the word before it."""
    parts: list[list[TokenSet]] = []
    for token_set in term.words:
        if parts and len(token_set.phrases[0]) == 1:
            parts[-1].append(token_set)
        else:
            parts.append([token_set])
    return [
        QueryTerm(
            "".join(token_set.phrases[0] for token_set in part),
            (Interpretation(MatchType.PART, tuple(part)),),
        )
        for part in parts
    ]


def telling(terms: Sequence[QueryTerm], among: int, *, sentence: bool) -> list[QueryTerm]:
    """The terms worth looking for, rarest first: no common words, but of a `sentence` the rarest few."""
    known = sorted((term for term in terms if term.projects), key=lambda term: term.projects)
    kept = [
        term
        for term in known[: TUNING.reranking.most_words]
        if term.projects <= TUNING.candidates.common_share * among
    ]
    if sentence or not kept:
        kept += [term for term in known[: TUNING.reranking.kept_words] if term not in kept]
    while len(kept) > 1 and sum(term.projects for term in kept) > TUNING.reranking.postings:
        kept.pop()
    return kept


def nearest(
    db: Database, asked: AnalysedQuery, parts: Sequence[QueryTerm], telling: Sequence[QueryTerm]
) -> list[Candidate]:
    """Projects that say any of `telling`, those whose wording is nearest to what is asked first.

    The index finds the likeliest by their telling words; among those every word of `parts` counts, common
    ones too, and among the best of them how the words follow each other.
    """
    match = _any_clause(telling, asked.excluded)
    sql = _BEST.format(filters=asked.filters.on("search_words"))
    found = [project_id for project_id, _ in db.conn.execute(sql, [match, TUNING.reranking.found])]
    texts = db.snapshot.texts.read(found)
    names = frozenset[str]().union(*map(reranker.name_words, texts.values()))
    among = db.snapshot.project_count
    words = reranker.by_words(parts, texts, db.snapshot.lexicon.counts(names), among)
    best = sorted(words, key=lambda key: -words[key])[: TUNING.reranking.by_characters]
    # From what was typed: `parts` have each word once, and runs would be cut where one comes again.
    typed = "".join(word.text for term in asked.wanted for word in morphology.words(term.text))
    characters = reranker.by_characters(typed, {key: reranker.together(texts[key].whole) for key in best})
    scored = (Candidate(key, words[key] + near) for key, near in characters.items())
    return sorted(scored, key=lambda each: -each.score)


def _any_clause(terms: Sequence[QueryTerm], excluded: Sequence[QueryTerm]) -> str:
    said, unwanted = any_term(terms), any_term(excluded)
    return f"({said}) NOT ({unwanted})" if unwanted else said
