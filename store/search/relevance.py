"""How near projects are to what was typed, by words and by meaning together; and what near enough is.

A project's nearness is a weighted sum of three figures, fitted on development queries (docs/benchmarks.md):

    likeness in meaning  +  cover * how well its words cover those typed  +  share * those it says

Likeness is the cosine of the query and the project, in part that of its nearest sentence, less a part of how
near the project is to any topic (a hub is near to all), and of how near the query is to any (where things
lie close together, being near says less).
Of a word that a project says all is covered; of another one, the cosine of the nearest word of the
project. Words are weighed by their rarity in the list, a word that no project has being the rarest: so a
project that says what is left over of a query, and not what it is about, is not near to it.

No fixed nearness carries from list to list. Near enough is nearer than most of several hundred topics of
all kinds that the list does not have, and of which it says as much: some word, all words apart, or none.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import compress, pairwise
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from store.database import Database
from store.index.meaning import DIMENSIONS, Vector, read_sentences, unpacked, word_vectors
from store.index.snapshot import Following, Memo
from store.index.tuning import TUNING
from store.search import minimum_should_match
from store.search.expansion import QueryTerm, expand
from store.search.meaning import is_understood
from store.search.minimum_should_match import Compound, idf
from store.search.ranking import Ranking
from store.text.morphology import Text, pairs, units

_TUNED = TUNING.relevance
_NONE = (b"", b"")  # the vectors of a project's name and sentences, where none are stored


class AskedWord(NamedTuple):
    """A word typed: how it stands in a text, its weight among those typed, its direction (None: unknown).

    `said`: how much of it some project says, 0 to 1, half of 競輪場 if only 場; `names`: it is a noun;
    `suffix`: that it ends with.
    """

    patterns: tuple[str, ...]
    weight: float
    vector: Vector | None
    said: float
    names: bool = True
    suffix: str = ""

    def is_said_in(self, whole: str) -> bool:
        """Whether the words of a text have it."""
        return any(pattern in whole for pattern in self.patterns)


class Near(NamedTuple):
    """A project with its nearness, and which of the words typed it says."""

    id: int
    score: float
    said: tuple[bool, ...]


class Nearness:
    """The projects near to a query, the nearest first."""

    def __init__(
        self, db: Database, text: str, words: Sequence[AskedWord], found: Sequence[Near], *, is_narrowed: bool
    ) -> None:
        self._db, self._text, self.words, self.found = db, text, words, found
        self.is_narrowed = is_narrowed
        self._percentile: float | None = None

    @property
    def percentile(self) -> float:
        """In how many of 100 topics that the list lacks the best project is less near than here."""
        if self._percentile is None:
            best = self.found[0].score if self.found else None
            self._percentile = 0.0 if best is None else _percentile(self._db, self._like, best)
        return self._percentile

    @property
    def _like(self) -> str:
        """Which topics it is held against: any, if it is no topic itself.

        Terms typed side by side are none, nor, in a long list, what is not one word of the dictionary: there
        who asks in several words is served best by what is near in any case.
        """
        is_topic = " " not in self._text.strip() and (self._is_short or len(list(units(self._text))) == 1)
        return _like(self.words) if is_topic else _ANY

    @property
    def _is_short(self) -> bool:
        return self._db.snapshot.project_count <= TUNING.candidates.small_list

    @property
    def is_offered(self) -> bool:
        """Whether the best project is near enough to be offered."""
        kind = self._like
        if kind != _ANY and not self._is_short:
            return self.is_near(_TUNED.offered_from_many)
        is_said = kind in {_IN_PART, _IN_WORDS}
        return self.is_near(_TUNED.offered_if_said if is_said else _TUNED.offered_from)

    def is_near(self, percentile: float) -> bool:
        """Whether the best project is nearer than that percentile of topics that the list does not have."""
        return bool(self.found) and self.percentile >= percentile

    def first_of(self, percentile: float) -> list[int]:
        """The nearest project, if it is nearer than that percentile."""
        return [self.found[0].id] if self.is_near(percentile) and is_understood(self._text) else []

    def is_answer(self, ranking: Ranking) -> bool:
        """Whether the first of a ranking by words is what is meant.

        It is if it says more than chance has it say. If not surely, or here and there in a text, then meaning
        must have it first by far, too.
        """
        if not ranking.scored:
            return False
        if self.is_narrowed or not self.found:
            return True
        best = ranking.scored[0].id
        said = next((each.said for each in self.found if each.id == best), ())
        evidence = _evidence(self.words, said, self._db.snapshot.project_count)
        if evidence >= _TUNED.surely_said and not self._is_scattered(best, said):
            return True
        is_supported = evidence >= _TUNED.likely_said and self.percentile >= _TUNED.answered_if_said
        is_first = self.found[0].id == best and self._leads
        return is_first and (is_supported or self.percentile >= _TUNED.answered_from)

    @property
    def _leads(self) -> bool:
        """Whether the best project is clearly nearer than the next: else it is one of several alike."""
        return len(self.found) < 2 or self.found[0].score - self.found[1].score >= _TUNED.lead

    def of_compound(self, found: Compound) -> Ranking:
        """The projects that say the parts of a compound, if that is what they say; else none.

        総合 and 計画 stand near each other in many a text that has no 総合計画: there meaning must have one
        of them nearest. Of a name it must only not be sure that another one is meant; of parts that stand
        apart, as 国民 in a name and 年金 in a text, it must be sure that this one is.
        """
        together, apart = found.ranking(found.named, found.said), found.ranking(found.apart)
        if not together.scored:
            return apart if self.is_answer(apart) else found.ranking()
        if self.is_narrowed or not self.found or (found.named and not self.is_near(_TUNED.answered_from)):
            return together
        is_nearest = any(each.id == self.found[0].id for each in together.scored)
        return together if is_nearest else found.ranking()

    def _is_scattered(self, project_id: int, said: Sequence[bool]) -> bool:
        """Whether the two words that a project says stand far from each other: 高齢者, elsewhere 介護."""
        words = list(compress(self.words, said))
        text = self._db.snapshot.texts.read([project_id]).get(project_id)
        if text is None or len(words) != 2:
            return False
        name, _, *texts = text.fields
        return not any(word.is_said_in(name) for word in words) and not any(
            _stand_together(field, words) for field in texts
        )

    def reordered(self, ranking: Ranking) -> Ranking:
        """A ranking by most of the words in which nearness has a say: the less, the more words there are.

        What is not among the near is as near as the last of them.
        """
        if not self.found or not ranking.scored:
            return ranking
        near, last = {each.id: each.score for each in self.found}, self.found[-1].score
        say = min(_TUNED.say_at_most, _TUNED.say / len(self.words) ** 2)
        scored = (each._replace(score=each.score + say * near.get(each.id, last)) for each in ranking.scored)
        return replace(ranking, scored=tuple(sorted(scored, key=lambda each: -each.score)))

    def without_leftovers(self, ranking: Ranking) -> Ranking:
        """A ranking by words less those behind the first with a word or two and none of its rarer ones.

        会議室を借りたい is not answered by whoever has a 会議; who says several less rare words stays.
        """
        texts = self._db.snapshot.texts.read([each.id for each in ranking.scored])
        first = texts.get(ranking.scored[0].id)
        said = [word for word in self.words if first and word.is_said_in(first.whole)]
        least = _TUNED.rarer * max((word.weight for word in said), default=0.0)
        rarer = [word for word in said if word.weight >= least]
        kept = [
            each
            for each in ranking.scored
            if not rarer
            or each.id not in texts
            or any(word.is_said_in(texts[each.id].whole) for word in rarer)
            or self._says_several(texts[each.id].whole, least)
        ]
        lost = len(ranking.scored) - len(kept)
        return replace(ranking, scored=tuple(kept), total=ranking.total - lost) if lost else ranking

    def _says_several(self, text: str, least: float) -> bool:
        weights = [word.weight for word in self.words if word.is_said_in(text)]
        return len(weights) > 2 and sum(weights) >= least

    def offered(self, wording: Mapping[int, float] = MappingProxyType({})) -> list[int]:
        """Row ids of the few projects near enough to be offered; a text that nobody understands has none.

        `wording` says how near the wording of some is, 1 for the nearest: it has a say in the order where
        many projects are near in meaning.
        """
        if not self.is_offered or not is_understood(self._text):
            return []
        share = 0.0 if self._is_short else _TUNED.wording * len(self.words)
        scores = {each.id: each.score + share * wording.get(each.id, 0.0) for each in self.found}
        best = sorted(scores, key=lambda each: -scores[each])[: _TUNED.offered]
        return [each for each in best if scores[each] >= scores[best[0]] - _TUNED.beside]


def _stand_together(field: str, words: Sequence[AskedWord]) -> bool:
    """Whether the words stand near each other somewhere in a text of words with spaces between."""
    one, other = (
        [
            field.count(" ", 0, found.start())
            for p in word.patterns
            for found in re.finditer(re.escape(p), field)
        ]
        for word in words
    )
    return any(abs(first - second) <= TUNING.partial.near_in_name for first in one for second in other)


class _OfTexts(Memo[str, tuple[Sequence[AskedWord], Sequence[Near]]]):
    """What is near to the texts last asked for: values alone, as a connection belongs to its thread."""

    most = 100


def nearness(
    db: Database,
    text: str,
    parts: Iterable[QueryTerm],
    others: Sequence[int] = (),
    *,
    is_narrowed: bool = False,
) -> Nearness:
    """What is near to a query; `others` are projects that say some of it, `parts` its words.

    A query that is narrowed (a filter, a phrase, an exclusion) asks for what is said, and for nothing near.
    """
    words, direction = _asked_words(db, text, parts), word_vectors().of_text(text)
    if direction is None or not words or is_narrowed or not db.snapshot.project_count:
        return Nearness(db, text, words, (), is_narrowed=is_narrowed)
    found = _nearest(db, direction, words, others, _TUNED.looked_at)
    return Nearness(db, text, words, found, is_narrowed=False)


def of_text(db: Database, text: str) -> Nearness:
    """What is near to a text, whatever it asks for; several steps of an answer ask for the same.

    Inside `db.reading()`.
    """
    memo = db.snapshot.memo(_OfTexts)
    known = memo.get(text)
    if known is None:
        near = nearness(db, text, minimum_should_match.word_by_word([expand(db, text)]))
        known = memo.keep(text, (near.words, near.found))
    words, found = known
    return Nearness(db, text, words, found, is_narrowed=False)


def of_word(db: Database, text: str, others: Sequence[int]) -> Nearness | None:
    """What is near to a lone word by its meaning, as if nobody said it or a synonym; `others` are among it.

    None for a text of several words or one whose meaning is not known.
    """
    phrases = [unit.phrase for unit in units(text) if unit.phrase]
    if len(phrases) != 1 or not word_vectors().knows(phrases[0]):
        return None
    return nearness(db, text, [QueryTerm(phrases[0], ())], others)


def _likeness(db: Database, asked: Vector) -> Vector:
    """How alike each project is in meaning, by row."""
    known = db.snapshot.vectors
    crowded = _TUNED.density * word_vectors().density(asked)
    return np.asarray(known.cosines(asked) - _TUNED.hubness * known.hubness - crowded, np.float32)


def _evidence(words: Sequence[AskedWord], said: Sequence[bool], among: int) -> float:
    """Against its being chance that some project of the list says these words of a query (log, base e).

    As many projects as exp(-evidence) would do so if words fell anywhere: whatever is asked for, some project
    has a common word of it, and of many words some.
    """
    if not any(said):
        return -math.inf
    rare = sum([word.weight for word, is_said in zip(words, said, strict=True) if is_said])
    return rare - math.log(among) - math.log(math.comb(len(words), sum(said)))


def _asked_words(db: Database, text: str, parts: Iterable[QueryTerm]) -> list[AskedWord]:
    """The words of a query, each weighed by its rarity; one that is no noun says how, and not what.

    A suffix is one word with what it stands behind: 認知 alone is not 認知症.
    """
    vectors, among = word_vectors(), db.snapshot.project_count
    behind = set(pairwise(_words_and_suffixes(text)))
    found: list[AskedWord] = []
    last: QueryTerm | None = None
    for part in parts:
        if last is not None and (last.text, f"-{part.text}") in behind:
            pair = f"{last.text} {part.text}"
            said = db.snapshot.bigrams.known([pair]).get(last.text, {}).get(part.text)
            weight = idf(min(said[0], among) if said else 0, among)
            vector = vectors.of_words([last.text, part.text])
            of_both = (bool(last.projects) + bool(part.projects)) / 2
            found[-1] = AskedWord((f" {pair} ",), weight, vector, of_both, suffix=part.text)
        else:
            weight = idf(min(part.projects, among), among)
            patterns = (pattern for way in part.interpretations for pattern, _ in way.patterns)
            found.append(
                AskedWord(
                    tuple(dict.fromkeys(patterns)),
                    weight * (1.0 if part.names else TUNING.reranking.no_noun),
                    vectors.of_words([part.text]),
                    float(bool(part.projects)),
                    part.names,
                )
            )
        last = part
    return found


def _words_and_suffixes(text: str) -> Iterator[str]:
    """The words of a text in the form of the index, a hyphen before a suffix."""
    for unit in units(text):
        for word in unit.words:
            yield f"-{word.text}" if word.kind == "接尾辞" else word.text


def _nearest(
    db: Database, asked: Vector, words: Sequence[AskedWord], others: Sequence[int], most: int
) -> list[Near]:
    """The projects nearest in meaning, `most` of them, and `others`, in the order of their nearness."""
    known = db.snapshot.vectors
    likeness = _likeness(db, asked)
    rows = {*_highest(likeness, most), *map(int, np.searchsorted(known.ids, others))}
    ids = [int(known.ids[row]) for row in rows]
    texts = db.snapshot.texts.read(ids)
    stored = db.snapshot.sentence_vectors(ids)
    nearer = _of_nearest([stored.get(each, _NONE)[1] for each in ids], known.rows[[*rows]], asked[None])
    words_of = _Words(texts.values())
    found = [
        _near(each, float(likeness[row] + more), words, texts[each].whole, words_of)
        for each, row, more in zip(ids, rows, nearer[:, 0], strict=True)
        if each in texts
    ]
    return sorted(found, key=lambda each: (-each.score, -each.id))


def _of_nearest(stored: Sequence[bytes], wholes: Vector, asked: Vector) -> Vector:
    """What its nearest sentence adds to each project's likeness (rows) to each query (columns).

    `stored` are the packed vectors of each project's sentences; where there are none, nothing is added.
    """
    of_wholes = wholes @ asked.T
    known = np.asarray([bool(sentences) for sentences in stored])
    if not known.any():
        return np.zeros_like(of_wholes)
    starts = np.cumsum([0, *(len(sentences) // DIMENSIONS for sentences in stored if sentences)])[:-1]
    nearest = np.maximum.reduceat(unpacked(b"".join(stored)) @ asked.T, starts, axis=0)
    more = np.zeros_like(of_wholes)
    more[known] = _TUNED.nearest_sentence * (nearest - of_wholes[known])
    return np.asarray(more, np.float32)


def _highest(likeness: Vector, most: int) -> list[int]:
    count = min(most, len(likeness))
    return [int(row) for row in np.argpartition(-likeness, count - 1)[:count]]


@lru_cache(maxsize=2_048)
def _rows_of(whole: str) -> NDArray[np.int32]:
    """The rows of the word vectors for the words of a text, in order; one text is near to many queries."""
    known = word_vectors().rows(dict.fromkeys(whole.split()))
    return np.fromiter(sorted(known.values()), np.int32)


class _Words:
    """The words of some projects with their directions, each once: most words are of several projects."""

    def __init__(self, texts: Iterable[Text]) -> None:
        rows = {text.whole: _rows_of(text.whole) for text in texts}
        is_said = np.zeros(
            max((int(of_text[-1]) for of_text in rows.values() if len(of_text)), default=-1) + 1, bool
        )
        for of_text in rows.values():
            is_said[of_text] = True
        every = np.flatnonzero(is_said)
        self._directions = word_vectors().directions(every)
        places = np.zeros(len(is_said), np.int32)
        places[every] = np.arange(len(every))
        self._places, self._is_said = places, is_said
        self._rows = {whole: places[of_text] for whole, of_text in rows.items()}
        self._near: dict[tuple[str, ...], Vector] = {}

    def cover(self, whole: str, word: AskedWord) -> float:
        """How near the nearest word of a project's text is to one that was typed, 0 where none is known."""
        rows = self._rows[whole]
        if word.vector is None or not len(rows):
            return 0.0
        near = self._near.get(word.patterns)
        if near is None:
            near = np.asarray(self._directions @ word.vector, np.float32)
            for row in word_vectors().rows([word.suffix] if word.suffix else ()).values():
                if row < len(self._is_said) and self._is_said[row]:
                    near[self._places[row]] = 0.0  # 競輪場 is not near to what is said of any 場
            self._near[word.patterns] = near
        return float(near[rows].max())


def _near(
    project_id: int, likeness: float, words: Sequence[AskedWord], whole: str, of_projects: _Words
) -> Near:
    total = sum([word.weight for word in words]) or 1.0
    says = tuple([word.is_said_in(whole) for word in words])
    unsaid = [word for word, is_said in zip(words, says, strict=True) if not is_said]
    share = 1 - sum([word.weight for word in unsaid]) / total
    covered = share + sum([word.weight * of_projects.cover(whole, word) for word in unsaid]) / total
    return Near(project_id, likeness + _TUNED.cover * covered + _TUNED.share * share, says)


def warm_up(db: Database) -> None:
    """Compute what near enough is, so that no search waits for it. Inside `db.reading()`."""
    _scores_of_topics(db)


class _Topics(Memo[str, Mapping[str, Vector]]):
    """How near the list's best project stands to topics of all kinds that it does not have; see `_like`."""


_ANY, _IN_PART, _UNSAID, _IN_WORDS = "any", "in part", "unsaid", "in words"


def _percentile(db: Database, kind: str, score: float) -> float:
    """In how many of 100 topics of a kind the best project is less near than `score`."""
    scores = _scores_of_topics(db)
    if kind == _IN_WORDS:
        nearer = len(scores[kind]) - float(np.searchsorted(scores[kind], score))
        return 100 * (1 - nearer / max(len(scores[kind]) + len(scores[_ANY]), 1))
    of_kind = scores[kind if len(scores[kind]) >= _TUNED.fewest_topics else _ANY]
    return 100 * float(np.searchsorted(of_kind, score)) / max(len(of_kind), 1)


def _like(words: Sequence[AskedWord]) -> str:
    """Which topics that the list does not have a query is held against: those of which it says as much.

    Who says a word of what was typed is nearer for it, be it 運営 of 競輪場の運営; of 養豚 nobody says any.
    Compounds whose words are all said are few in a short list and most in a long one: they are counted among
    all compounds, of which the others are less near. What has more words than a topic, or tells something
    with a verb, is held against those that have a word which nobody says.
    """
    if len(words) > _TUNED.words_of_topic or not all(word.names for word in words):
        return _ANY
    said = [word.said for word in words]
    return _IN_WORDS if all(each == 1 for each in said) else _IN_PART if any(said) else _UNSAID


def _scores_of_topics(db: Database) -> Mapping[str, Vector]:
    memo = db.snapshot.memo(_Topics)
    scores = memo.get("scores")
    return memo.keep("scores", _by_kind(db)) if scores is None else scores


def _by_kind(db: Database) -> Mapping[str, Vector]:
    """The nearness of topics that the list does not have, by kind and in order."""
    topics = _topics(db)
    scores = _compared(db, topics)
    kinds = np.asarray([_like(words) for _, words in topics], np.str_)
    is_compound = np.asarray([len(words) > 1 for _, words in topics], bool)
    found = {
        _UNSAID: kinds == _UNSAID,
        _IN_PART: kinds == _IN_PART,
        _IN_WORDS: kinds == _IN_WORDS,
        _ANY: is_compound & (kinds != _IN_WORDS),
    }
    return {kind: np.sort(scores[is_kind]) for kind, is_kind in found.items()}


def _topics(db: Database) -> list[tuple[Vector, list[AskedWord]]]:
    """Compounds and words that the list does not have, of all kinds."""
    vectors, among = word_vectors(), db.snapshot.project_count
    counts = db.snapshot.lexicon.counts
    most = _TUNED.topics if among < _TUNED.many else _TUNED.topics_of_many
    compounds = [topic.split() for topic in vectors.sample(most)]
    known = db.snapshot.bigrams.known(pair for topic in compounds for pair in pairs(topic))
    is_short = among <= TUNING.candidates.small_list
    lone = vectors.sample(_TUNED.lone if is_short else _TUNED.lone_of_many, lone=True)
    found = []
    for topic in (*compounds, *([word] for word in lone)):
        asked = vectors.of_words([" ".join(topic)])
        said = {word: min(counts.get(word, 0), among) for word in topic}
        if asked is not None and not _is_had(topic, said, known):
            words = (
                AskedWord((f" {word} ",), idf(times, among), vectors.of_words([word]), float(bool(times)))
                for word, times in said.items()
            )
            found.append((asked, list(words)))
    return found


def _is_had(topic: Sequence[str], said: Mapping[str, int], known: Following) -> bool:
    """Whether the list may have a topic: all of its words, each beside the next."""
    return all(said.values()) and all(other in known.get(one, {}) for one, other in pairwise(topic))


def _compared(db: Database, topics: Sequence[tuple[Vector, Sequence[AskedWord]]]) -> Vector:
    """The nearness of the best project to each topic; project by project, so that no text is read twice."""
    known = db.snapshot.vectors
    best = np.full(len(topics), -np.inf, np.float32)
    compared: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for at, (asked, _) in enumerate(topics):
        likeness = _likeness(db, asked)
        for row in _highest(likeness, _TUNED.looked_at_of_topic):
            compared[row].append((at, float(likeness[row])))
    ids = {row: int(known.ids[row]) for row in compared}
    texts = db.snapshot.texts.read([*ids.values()])
    stored = read_sentences(db, [*ids.values()])
    for row, near in compared.items():
        if ids[row] in texts:
            text = texts[ids[row]]
            of_project = _Words([text])
            sentences = stored.get(ids[row], _NONE)[1]
            asked_here = np.asarray([topics[at][0] for at, _ in near])
            (nearer,) = _of_nearest([sentences], known.rows[[row]], asked_here)
            for (at, likeness_to), more in zip(near, nearer.tolist(), strict=True):
                scored = _near(ids[row], likeness_to + more, topics[at][1], text.whole, of_project)
                best[at] = max(best[at], scored.score)
    return best
