"""Questions and many words: most of the words will do, and the nearest wording comes first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, compress
from typing import NamedTuple

from store.database import Database
from store.index.snapshot import Memo
from store.index.tuning import TUNING
from store.records import FIELDS, MatchType
from store.search import meaning
from store.search.expansion import Interpretation, QueryTerm, any_term
from store.search.ranking import AnalysedQuery, Candidate, Ranking, ScoredHit, candidates, rank, rarity
from store.text import morphology
from store.text.display import display
from store.text.morphology import Text, TokenSet
from store.text.normalize import alnum_key, has_kanji, is_kana, is_latin

_BEST = f"""
    SELECT rowid, -bm25(search_words, {", ".join(map(str, TUNING.fields.bm25_of_question))}) FROM search_words
    WHERE search_words MATCH ?1{{filters}} ORDER BY 2 DESC LIMIT ?2"""
_TUNED = TUNING.reranking


class _Letters(Memo[int, str]):
    """The letters of a project's texts, by its row id."""


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


def telling_terms(terms: Sequence[QueryTerm], among: int, *, sentence: bool) -> list[QueryTerm]:
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


def nearest_wording(
    db: Database, asked: AnalysedQuery, parts: Sequence[QueryTerm], *, is_sentence: bool
) -> list[Candidate]:
    """Projects that say any telling part, those whose wording is nearest to what is asked first.

    The index finds the likeliest by their telling words; among those every word of `parts` counts, common
    ones too, and among the best of them how the words follow each other.
    """
    telling = telling_terms(parts, db.snapshot.project_count, sentence=is_sentence)
    if not telling:
        return []
    match = _any_clause(telling, asked.excluded)
    sql = _BEST.format(filters=asked.filters.on("search_words"))
    found = [project_id for project_id, _ in db.conn.execute(sql, [match, TUNING.reranking.found])]
    texts = db.snapshot.texts.read(found)
    names = frozenset[str]().union(*map(name_words, texts.values()))
    among, counts = db.snapshot.project_count, db.snapshot.lexicon.counts
    words = by_words(parts, texts, {word: counts[word] for word in names if word in counts}, among)
    best = sorted(words, key=lambda key: -words[key])[: TUNING.reranking.by_characters]
    # From what was typed: `parts` have each word once, and runs would be cut where one comes again.
    typed = "".join(word.text for term in asked.wanted for word in morphology.words(term.text))
    characters = by_characters(typed, {key: together(texts[key].whole) for key in best})
    letters = by_letters(asked.text, _letters(db, best))
    scored = (Candidate(key, words[key] + characters[key] + letters[key]) for key in best)
    return sorted(scored, key=lambda each: -each.score)


def _letters(db: Database, ids: Sequence[int]) -> dict[int, str]:
    """The letters and digits of what each project says, as it is shown, one field a line."""
    memo = db.snapshot.memo(_Letters)
    found = {each: memo.get(each) for each in ids}
    if missing := [each for each, kept in found.items() if kept is None]:
        for key, project in db.snapshot.projects(missing).items():
            if key in found and found[key] is None:
                text = "\n".join(alnum_key(display(getattr(project, field))) for field in FIELDS)
                found[key] = memo.keep(key, text)
    return {key: text or "" for key, text in found.items()}


def _any_clause(terms: Sequence[QueryTerm], excluded: Sequence[QueryTerm]) -> str:
    said, unwanted = any_term(terms), any_term(excluded)
    return f"({said}) NOT ({unwanted})" if unwanted else said


def most_of(
    db: Database, asked: AnalysedQuery, parts: Sequence[QueryTerm], *, is_sentence: bool
) -> Ranking | None:
    """Projects that say most of `parts`, by rarity: the terms asked for or, of a sentence, its words."""
    by_sound = is_latin(asked.text) or is_kana("".join(asked.text.split()))
    if asked.query.phrases or (by_sound and not all(map(_is_said, asked.wanted))):
        return None  # letters that the dictionary makes nothing of: half of them says nothing
    among = db.snapshot.project_count
    nearest = nearest_wording(db, asked, parts, is_sentence=is_sentence)
    if not nearest:
        return None
    scored = rank(db, parts, nearest)
    order = {each.id: each.score for each in nearest}
    share = _shares(scored, parts, among)
    enough = [
        each
        for each in scored
        if share[each.id] >= TUNING.partial.enough * min(1, TUNING.partial.full_share_up_to / len(parts))
    ]
    if is_sentence and has_kanji(asked.text):
        enough = _saying_what_is_named(enough, parts, among)
    best = sorted(enough, key=lambda each: -order[each.id])
    ordered = [each._replace(score=order[each.id]) for each in best]
    if is_sentence:
        ordered = meaning.reranked(db, asked.text, ordered)
    return Ranking(tuple(parts), tuple(ordered), len(ordered))


def _is_said(term: QueryTerm) -> bool:
    """Whether some project says the very word."""
    return bool(term.interpretations) and term.interpretations[0].match_type is MatchType.EXACT


def _shares(scored: Iterable[ScoredHit], parts: Sequence[QueryTerm], among: int) -> dict[int, float]:
    """How much of what was asked each says; an unknown word counts only when it names something."""
    weights = [_weight(part, among) for part in parts]
    total = sum(weights) or 1.0
    return {each.id: sum(compress(weights, each.matches)) / total for each in scored}


def _weight(part: QueryTerm, among: int) -> float:
    """How much it counts that a project says it."""
    said_in = max((interpretation.projects for interpretation in part.interpretations), default=0)
    return rarity(said_in, among) if said_in or part.names else 0.0


def _saying_what_is_named(found: list[ScoredHit], parts: Sequence[QueryTerm], among: int) -> list[ScoredHit]:
    """Those that say most of a sentence's nouns, when no project has some of them: 犬の登録 is about 犬.

    Most by number, or by how rare they are. A long sentence has enough to be told by without them.
    """
    nouns = [part.names for part in parts]
    if sum(nouns) > TUNING.partial.topics or all(part.projects for part in compress(parts, nouns)):
        return found
    weights = [rarity(part.projects, among) for part in compress(parts, nouns)]
    said = [[bool(fields) for fields in compress(each.matches, nouns)] for each in found]
    return [
        each
        for each, says in zip(found, said, strict=True)
        if 2 * sum(says) > len(says) or 2 * sum(compress(weights, says)) > sum(weights)
    ]


@lru_cache(maxsize=65_536)
def idf(projects: int, among: int) -> float:
    """BM25's weight of a word that `projects` of `among` say; never below 0."""
    return math.log1p((max(among - projects, 0) + 0.5) / (projects + 0.5))


def by_words(
    terms: Sequence[QueryTerm], texts: Mapping[int, Text], counts: Mapping[str, int], among: int
) -> dict[int, float]:
    """BM25 of the terms, 1 for the best text, and the share of its name, by rarity, that they say.

    The name counts twice. `counts` says in how many of `among` projects each word of the names occurs.
    """
    weighed = [(_patterns(term), _weight_of_word(term, among)) for term in terms if term.projects]
    lengths = {key: len(text.whole) + len(text.fields[0]) for key, text in texts.items()}
    usual = sum(lengths.values()) / max(len(lengths), 1)
    scores = {key: _bm25(weighed, text, lengths[key] / usual) for key, text in texts.items()}
    top = max(scores.values(), default=0.0) or 1.0
    asked = {word for patterns, _ in weighed for pattern in patterns for word in pattern.split()}
    weights = {word: idf(count, among) for word, count in counts.items()}
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


def by_letters(typed: str, texts: Mapping[int, str]) -> dict[int, float]:
    """The share, by rarity among the texts, of the runs of two and three letters of `typed` that each has.

    Weighed by LETTERS. What is inflected or cut otherwise by the dictionary is found so.
    """
    found = dict.fromkeys(texts, 0.0)
    for size, worth in _TUNED.letters:
        grams = meaning.letter_grams(typed, size)
        said = {key: {gram for gram in grams if gram in text} for key, text in texts.items()}
        counts = Counter(gram for of_text in said.values() for gram in of_text)
        weights = {gram: math.log1p(len(texts) / (counts[gram] + 0.5)) for gram in grams}
        for key, of_text in said.items():
            found[key] += worth * _share(weights, grams, of_text)
    return found


def _patterns(term: QueryTerm) -> tuple[str, ...]:
    """What to look for in a text: the term's phrases, a space around each."""
    return tuple(
        dict.fromkeys(
            pattern for interpretation in term.interpretations for pattern, _ in interpretation.patterns
        )
    )


def _weight_of_word(term: QueryTerm, among: int) -> float:
    return idf(term.projects, among) * (1.0 if term.names else _TUNED.no_noun)


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


class Compound(NamedTuple):
    """Projects that say the parts of a compound, in its order, each in one list.

    `named` say all of them in the name, `said` in one text; of `apart` the name says some, a text others.
    """

    parts: tuple[QueryTerm, ...]
    named: Sequence[ScoredHit]
    said: Sequence[ScoredHit] = ()
    apart: Sequence[ScoredHit] = ()

    def ranking(self, *some: Sequence[ScoredHit]) -> Ranking:
        """Those of some lists as an answer, the best first."""
        scored = sorted(chain(*some), key=lambda each: (-each.score, -each.id))
        return Ranking(self.parts, tuple(scored), len(scored))


def near_each_other(db: Database, asked: AnalysedQuery) -> Compound | None:
    """Projects that say the parts of a compound near each other.

    All of them in a name; or in one text, when so few projects have each that it is no chance. The last part
    says what it is: 総合調整 of a 再生計画 is no 総合計画.
    """
    if asked.query.phrases or len(asked.wanted) != 1 or asked.wanted[0].sentence:
        return None
    if not all(word.projects for word in asked.wanted[0].words):
        return None
    parts = part_by_part(asked.wanted[0])
    if len(parts) < 2:
        return None
    found = candidates(db, parts, asked.excluded, asked.filters, wanted=TUNING.candidates.partial)
    scored = rank(db, parts, found.rows[: TUNING.candidates.partial])
    words = db.snapshot.texts.read([each.id for each in scored])
    stretches = {each.id: _stretches(words[each.id], each) for each in scored}
    in_name = TUNING.partial.near_in_name
    named = [each for each in scored if stretches[each.id].get("name", math.inf) <= in_name]
    among = db.snapshot.project_count
    by_chance = among * math.prod(part.projects / among for part in parts)
    if among > TUNING.candidates.small_list or by_chance > TUNING.partial.by_chance:
        return Compound(tuple(parts), named)
    said = [each for each in scored if stretches[each.id] and each not in named]
    is_near = any(_is_named(each) or min(stretches[each.id].values()) <= TUNING.partial.near for each in said)
    apart = [each for each in scored if _is_apart(each)]
    return Compound(tuple(parts), named, said if named or is_near else (), apart)


def _is_named(each: ScoredHit) -> bool:
    """Whether its name says any part."""
    return any("name" in said for said in each.matches)


def _is_apart(each: ScoredHit) -> bool:
    """Whether its name says any part and its texts the others: a section does many other things."""
    in_texts = all({*said} - {"section"} for said in each.matches)
    return in_texts and _is_named(each) and not _fields(each)


def _fields(each: ScoredHit) -> list[str]:
    """The fields that say all parts."""
    return [field for field in FIELDS if all(field in said for said in each.matches)]


def _stretches(text: Text, each: ScoredHit) -> dict[str, float]:
    """Of the fields that say all parts, and in their order: how many words the shortest stretch has."""
    found: dict[str, float] = {}
    for field in _fields(each):
        words = text.fields[FIELDS.index(field)].split()
        places = [_places(words, said[field].phrase.split()) for said in each.matches]
        if _is_in_order(places):
            starts = sorted(start for each_part in places for start, _ in each_part)
            found[field] = min(_end(start, places) - start for start in starts)
    return found


def _places(words: Sequence[str], part: Sequence[str]) -> list[tuple[int, int]]:
    return [(at, at + len(part)) for at in range(len(words)) if words[at : at + len(part)] == part]


def _is_in_order(places: Sequence[Sequence[tuple[int, int]]]) -> bool:
    """Whether each part stands behind the one before, anywhere."""
    at = 0
    for of_part in places:
        ends = [end for start, end in of_part if start >= at]
        if not ends:
            return False
        at = min(ends)
    return True


def _end(start: int, places: Sequence[Sequence[tuple[int, int]]]) -> float:
    """Where the first of each part's places from `start` on have all ended."""
    return max(min((end for at, end in each if at >= start), default=math.inf) for each in places)
