"""A typed term -> QueryTerm: EXPANDERS, in this order, say what it may mean among what the projects say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from itertools import accumulate, chain, compress, islice, pairwise, product
from operator import add
from typing import NamedTuple

from store.database import Database
from store.index import synonyms
from store.index.snapshot import once
from store.index.tuning import TUNING
from store.records import MatchType
from store.search import segmentation, variants
from store.text.morphology import JOINED, TokenSet, Unit, units
from store.text.normalize import has_kanji, is_kana, is_latin, katakana

_ANY = "SELECT 1 FROM search_words WHERE search_words MATCH ? LIMIT 1"

Groups = Mapping[int, Sequence[str]]


class TokenMatch(NamedTuple):
    """How a text matches a term: the phrase of the index that stands in it, and the type of the match."""

    phrase: str
    match_type: MatchType


WeighedPattern = tuple[str, TokenMatch, float]
"""What stands in a text, a space around, what that is evidence of, and what it is worth in a name."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One meaning of a term: a text matches it that has a phrase of each token set, one next to the other.

    `patterns` are its phrases as they stand in a text, a space around, each with what it is evidence of.
    `is_listed`: the city or the shipped thesaurus says that it is the same, not only a dictionary.
    """

    match_type: MatchType
    token_sets: tuple[TokenSet, ...]
    is_listed: bool = field(default=False, compare=False)
    phrases: tuple[str, ...] = field(init=False, compare=False, repr=False)
    projects: int = field(init=False, compare=False, repr=False)  # in which it can occur, at most
    patterns: tuple[tuple[str, TokenMatch], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Put together what to look for, likeliest first."""
        ways = product(*(token_set.phrases for token_set in self.token_sets))
        phrases = (" ".join(filter(None, words)) for words in islice(ways, TUNING.expansion.phrases))
        found = tuple(dict.fromkeys(filter(None, phrases)))
        object.__setattr__(self, "phrases", found)
        patterns = tuple([(f" {phrase} ", TokenMatch(phrase, self.match_type)) for phrase in found])
        object.__setattr__(self, "patterns", patterns)
        most = min(
            (token_set.projects for token_set in self.token_sets if "" not in token_set.phrases), default=0
        )
        object.__setattr__(self, "projects", most)


@dataclass(frozen=True)
class QueryTerm:
    """A typed term: what it may mean (nothing, when no project says so), and its words one by one.

    A word of `words` that no project has is there with 0 projects. `offices` are phrases that mean it in the
    field of sections only: other names of a section. A `sentence` has particles between its words.
    `by` names the expander of each interpretation.
    """

    text: str
    interpretations: tuple[Interpretation, ...]
    words: tuple[TokenSet, ...] = ()
    offices: tuple[str, ...] = ()
    sentence: bool = False
    by: tuple[str, ...] = field(default=(), compare=False)
    projects: int = field(init=False, compare=False, repr=False)  # in which it can occur, at most

    def __post_init__(self) -> None:
        """Add up the projects of its interpretations once: ranking asks for the sum again and again."""
        object.__setattr__(
            self, "projects", sum([interpretation.projects for interpretation in self.interpretations])
        )

    @once
    def match(self) -> str:
        """The MATCH expression for rows that say it."""
        return " OR ".join([self.name_match, *(f"{{section}} : {quoted(phrase)}" for phrase in self.offices)])

    @once
    def name_match(self) -> str:
        """The same for names alone."""
        return any_of(phrase for found in self.interpretations for phrase in found.phrases)

    @once
    def is_in_parts(self) -> bool:
        """Whether rows that match may still not say it as a whole (`quoted`)."""
        return any(map(is_in_parts, self.phrases))

    @once
    def patterns(self) -> tuple[WeighedPattern, ...]:
        """What to look for in the words of a text."""
        return tuple(
            (pattern, evidence, self._weight(found.match_type, is_listed=found.is_listed))
            for found in self.interpretations
            for pattern, evidence in found.patterns
        )

    @once
    def office_patterns(self) -> tuple[WeighedPattern, ...]:
        """What to look for in the field of sections alone."""
        if not self.offices:
            return ()
        worth = self._weight(MatchType.SYNONYM)
        return tuple((f" {each} ", TokenMatch(each, MatchType.SYNONYM), worth) for each in self.offices)

    def _weight(self, match_type: MatchType, *, is_listed: bool = False) -> float:
        is_other = match_type is MatchType.SYNONYM and self.interpretations[0].match_type < MatchType.SYNONYM
        is_other &= not is_listed
        return TUNING.scoring.other_word if is_other else TUNING.scoring.match[match_type]

    @property
    def phrases(self) -> set[str]:
        """The phrases of the index that mean it."""
        return {phrase for interpretation in self.interpretations for phrase in interpretation.phrases}

    @property
    def names(self) -> bool:
        """Whether it has a noun, or words that the dictionary doesn't know."""
        return not self.words or any(word.noun for word in self.words)

    @property
    def known_total(self) -> int:
        """In how many projects it occurs, where words or pairs have been counted exactly; else 0."""
        phrases = self.phrases
        lone = len(phrases) == 1 and len(self.interpretations[0].token_sets) == 1 and not self.offices
        return self.interpretations[0].projects if lone and next(iter(phrases)).count(" ") < 2 else 0


LONG, PART = 64, 16  # words of a phrase where most are the same, and how many of them are asked for at once


@lru_cache(maxsize=8_192)
def quoted(phrase: str) -> str:
    """`phrase` as a MATCH expression: whatever is in it, it is only words.

    FTS5 goes through all places of each word of a phrase, as often as it stands there: one of a thousand
    words that are the same cost a second. It is asked for in parts (`is_in_parts`), each of them once.
    """
    words = phrase.replace("\0", " ").replace('"', '""').split()  # FTS5 takes a NUL for the end
    units = [*map(JOINED.join, pairwise(words))] if len(words) > 1 else words
    step = PART if is_in_parts(phrase) else len(units) or 1
    parts = dict.fromkeys(" ".join(units[start : start + step]) for start in range(0, len(units) or 1, step))
    every = " AND ".join(f'"{part}"' for part in parts)
    return every if len(parts) == 1 else f"({every})"


def is_in_parts(phrase: str) -> bool:
    """Whether rows that match `quoted` may still not say the phrase as a whole."""
    words = phrase.split()
    return len(words) > LONG and len(set(words)) < len(words) / 2


def any_of(phrases: Iterable[str]) -> str:
    """A MATCH expression for rows with any of `phrases`."""
    return " OR ".join(map(quoted, dict.fromkeys(phrases)))


def any_term(terms: Iterable[QueryTerm]) -> str:
    """A MATCH expression for rows that say any of `terms`."""
    return any_of(
        phrase
        for term in terms
        for interpretation in term.interpretations
        for phrase in interpretation.phrases
    )


Wordings = Sequence[tuple[str, Sequence[Interpretation]]]  # other terms, and how the records say each


class TypedTerm:
    """A term as typed, and what several expanders need to know of it.

    `found` is what the expanders before have made of it; `is_read` says that it is a sentence of words that
    occur.
    """

    def __init__(self, db: Database, text: str, *, is_respelled: bool = False) -> None:
        self.db, self.text, self.is_respelled = db, text, is_respelled
        self.found: list[Interpretation] = []
        self.units = list(units(text))
        self.unit_ends = list(accumulate(sum(unit.lengths) for unit in self.units))
        self.meant = [unit for unit in self.units if unit.phrase]
        groups, counts = db.snapshot.lexicon.synonyms, db.snapshot.lexicon.counts
        self.groups = {
            group: groups[group] for unit in self.meant for group, _ in unit.synonyms if group in groups
        }
        self.is_small = db.snapshot.project_count <= TUNING.candidates.small_list
        self.ways = [_ways(unit, self.groups, of_parts=self.is_small) for unit in self.meant]
        said = {word for way in self.ways for phrase in way for word in phrase.split()}
        self.known = {word: counts[word] for word in said if word in counts}
        self.exact = [_token_set(way[:1], self.known) for way in self.ways] if _is_covered(self.units) else []
        self.is_sentence = _is_sentence(self.units)
        self.may_be_listed = _may_be_listed(text)
        self.is_read = self.is_sentence and _is_understood(self.meant, self.known)


class Use(Enum):
    """When an expander is asked."""

    ADD = "adds to what is found"
    ELSE = "is asked when nothing is found yet"
    UNREAD = "the same, unless it is a sentence of words that occur: then it is not the letters that differ"


class Expander(NamedTuple):
    """A way to understand a term; `reason` says what it is there for."""

    name: str
    match_type: MatchType
    use: Use
    interpretations: Callable[[TypedTerm], Iterable[Interpretation]]
    reason: str


def expand(db: Database, text: str, *, is_respelled: bool = False) -> QueryTerm:
    """What a typed term may mean; without interpretations when no project says it in any way."""
    term = TypedTerm(db, text, is_respelled=is_respelled)
    by: list[str] = []
    for name, _, use, interpretations, _ in EXPANDERS:
        if use is not Use.ADD and term.found:
            break  # those asked for want of anything come last
        if use is Use.UNREAD and term.is_read:
            continue
        if new := list(interpretations(term)):
            term.found += new
            by += [name] * len(new)
    words = _words(term)
    return QueryTerm(text, tuple(term.found), words, sentence=term.is_sentence, by=tuple(by))


def _exact(term: TypedTerm) -> Iterator[Interpretation]:
    if term.exact and all(token_set.projects for token_set in term.exact):
        yield from _interpreted(term.db, MatchType.EXACT, term.exact)


def _thesaurus(term: TypedTerm) -> Iterator[Interpretation]:
    """Synonyms word by word; those of several words in a long list in names only."""
    ways = term.ways
    unknown = [len(way) for way, itself in zip(ways, term.exact, strict=False) if not itself.projects]
    if not term.exact or len(ways) > TUNING.expansion.reworded or max(map(len, ways)) == 1 or 1 in unknown:
        return  # nothing to say otherwise, or a word that nobody says and that has no synonyms
    wide = [_token_set(way, term.known) for way in ways]
    titles_only = len(wide) > 1 and not term.is_small
    if wide != term.exact and all(token_set.projects for token_set in wide):
        yield from _interpreted(term.db, MatchType.SYNONYM, wide, titles_only=titles_only)


def _city_synonyms(term: TypedTerm) -> Iterator[Interpretation]:
    for wording in synonyms.rewordings(term.db, term.text) if term.db.snapshot.has_synonyms else ():
        yield from worded(term.db, wording)


def _equivalents(term: TypedTerm) -> Iterator[Interpretation]:
    """Other terms of its group and, before them, itself as the thesaurus writes it, if typed otherwise."""
    if not term.may_be_listed:
        return
    word_ends = [*accumulate(chain.from_iterable(unit.lengths for unit in term.units))]
    said = {phrase for each in term.found for phrase in each.phrases}
    itself: list[Interpretation] = []
    others: list[Interpretation] = []
    for wording in synonyms.equivalents(term.text, word_ends, term.db.snapshot.thesaurus_off):
        is_itself = katakana(wording) == katakana(term.text)
        for each in worded(term.db, wording):
            if not said.issuperset(each.phrases):  # the records spell several of a group alike
                said.update(each.phrases)
                if is_itself:
                    itself.append(replace(each, match_type=MatchType.SPELLING))
                else:
                    others.append(each)
    if others:  # else it is but a word in other letters, as any
        yield from (*itself, *others)


def _may_be_listed(text: str) -> bool:
    """Whether some term of the shipped thesaurus stands in a text, wherever words end; in most none does."""
    key, beginnings = katakana(text), synonyms.by_beginning()
    if beginnings.keys().isdisjoint(map(add, key, key[1:])):
        return False
    for at in range(len(key)):
        if (terms := beginnings.get(key[at : at + 2])) and any(key.startswith(term, at) for term in terms):
            return True
    return False


def _letter_by_letter(term: TypedTerm) -> list[Interpretation]:
    return _alone(MatchType.EXACT, variants.as_it_stands(term.db, term.text))


def _name_by_sound(term: TypedTerm) -> list[Interpretation]:
    return _alone(MatchType.SPELLING, variants.named_so(term.db, term.text))


def _segments(term: TypedTerm) -> list[Interpretation]:
    return _segmented(term.db, term.text, loosely=False)


def _romanised_segments(term: TypedTerm) -> list[Interpretation]:
    has_sounds = any(char == "ー" or is_kana(char) or is_latin(char) for char in term.text)
    return _segmented(term.db, term.text, loosely=True) if has_sounds else []


def _part_of_a_word(term: TypedTerm) -> list[Interpretation]:
    return _alone(MatchType.PART, variants.part_of_a_word(term.db, term.text))


def _abbreviation(term: TypedTerm) -> list[Interpretation]:
    return _alone(MatchType.ABBREVIATION, variants.abbreviated(term.db, term.text))


def _english(term: TypedTerm) -> list[Interpretation]:
    ways = variants.in_katakana(term.db, term.text)
    found = (interpret(term.db, MatchType.SPELLING, token_sets) for token_sets in ways)
    return [*islice(filter(None, found), 1)]


def _half_in_kana(term: TypedTerm) -> list[Interpretation]:
    """Words that are read as the term is, and have the kanji that are typed."""
    text = term.text
    if len(text) > TUNING.expansion.half_in_kana or not (segmentation.has_hiragana(text) and has_kanji(text)):
        return []
    kanji = {char for char in text if has_kanji(char)}
    spoken = "".join(word.reading for unit in term.units for word in unit.words)
    return [
        Interpretation(MatchType.SPELLING, (TokenSet(phrases, found.projects),))
        for found in _segmented(term.db, spoken, loosely=False)
        if (phrases := tuple(phrase for phrase in found.phrases if kanji <= {*phrase}))
    ]


def _respelled(term: TypedTerm) -> Sequence[Interpretation]:
    if term.is_sentence or term.is_respelled:
        return ()
    others = (expand(term.db, other, is_respelled=True) for other in variants.spellings(term.text))
    return next((other.interpretations for other in others if other.interpretations), ())


_EXACT, _SYNONYM, _SPELLING = MatchType.EXACT, MatchType.SYNONYM, MatchType.SPELLING
_ABBREVIATION, _PART = MatchType.ABBREVIATION, MatchType.PART
_ADD, _ELSE, _UNREAD = Use.ADD, Use.ELSE, Use.UNREAD

EXPANDERS: tuple[Expander, ...] = (
    Expander("exact", _EXACT, _ADD, _exact, "the words themselves, next to each other"),
    Expander("thesaurus", _SYNONYM, _ADD, _thesaurus, "起業 is 創業 in Sudachi's groups"),
    Expander("city synonyms", _SYNONYM, _ADD, _city_synonyms, "what the city's own list calls the same"),
    Expander("equivalents", _SYNONYM, _ADD, _equivalents, "姉妹都市 is 友好都市: the shipped thesaurus"),
    Expander(
        "letter by letter", _EXACT, _UNREAD, _letter_by_letter,
        "it stands in a text, where the dictionary cuts otherwise",
    ),
    Expander(
        "name by sound", _SPELLING, _ELSE, _name_by_sound,
        "a whole name in kana or romaji, however its words are cut",
    ),
    Expander("segments", _SPELLING, _UNREAD, _segments, "words written or read so: とうけいちょうさ"),
    Expander(
        "romanised segments", _SPELLING, _UNREAD, _romanised_segments,
        "words romanised so: toukei, and kana with other long vowels",
    ),
    Expander("part of a word", _PART, _UNREAD, _part_of_a_word, "懇談 finds 懇談会"),
    Expander(
        "abbreviation", _ABBREVIATION, _UNREAD, _abbreviation,
        "オリパラ: the beginnings of a name's or an office's words",
    ),
    Expander("English", _SPELLING, _UNREAD, _english, "roadmap has the consonants of ロードマップ"),
    Expander(
        "half in kana", _SPELLING, _ELSE, _half_in_kana, "ふるさとのう税: some of the kanji are typed in kana"
    ),
    Expander(
        "respelled", _SPELLING, _ELSE, _respelled,
        "- for ー, ・ within a word, イービーピーエム, robots, ファイヤー",
    ),
)  # fmt: skip
"""What a term may mean, surest first; the only place that decides it."""


def _alone(match_type: MatchType, found: TokenSet) -> list[Interpretation]:
    """One interpretation: any of these phrases; none where there are no phrases."""
    return [Interpretation(match_type, (found,))] if found.phrases else []


def _interpreted(
    db: Database, match_type: MatchType, token_sets: Sequence[TokenSet], *, titles_only: bool = False
) -> Iterator[Interpretation]:
    if found := interpret(db, match_type, token_sets, in_titles=lambda: titles_only):
        yield found


def _segmented(db: Database, term: str, *, loosely: bool) -> list[Interpretation]:
    """The cheapest segmentation that some project has; one that may be chance must stand in a name.

    One of whole words that stands in a name goes before a torn one: 家内労働 before 課 and 労働.
    """
    torn: list[Interpretation] = []
    for token_sets, may_be_chance, is_torn in segmentation.segmentations(db, term, loosely=loosely):
        if torn and is_torn:
            continue
        in_titles = _always if torn else may_be_chance
        if interpretation := interpret(db, MatchType.SPELLING, token_sets, in_titles=in_titles):
            if not is_torn:
                return [interpretation]
            torn = [interpretation]
    return torn


def _is_sentence(every: Sequence[Unit]) -> bool:
    """Whether particles stand between the words; 等 stands in compounds too (医薬品等事故対策)."""
    meaning = "".join(
        "w" if unit.phrase else "p" if _is_particle(unit.words[0].surface) else "" for unit in every
    )
    return "wpw" in meaning.replace("pp", "p")


def _is_particle(surface: str) -> bool:
    return surface.isalpha() and surface != "等"


def _is_covered(every: Sequence[Unit]) -> bool:
    """Whether the dictionary knows most of a term; unknown kana it takes for particles and fillers."""
    words = [word for unit in every for word in unit.words if is_kana(word.surface) or word.content]
    if not all(is_kana(word.surface) for word in words):
        return True
    meant = sum(len(word.surface) for word in words if word.content)
    return 5 * meant >= 4 * sum(len(word.surface) for word in words)


def _is_understood(found: Sequence[Unit], known: Mapping[str, int]) -> bool:
    """Whether projects have half of the words as the dictionary cuts them: such a term is not misspelled."""
    if all(is_kana(word.surface) for unit in found for word in unit.words):
        return False
    words = [word.text for unit in found for word in unit.words if word.content and len(word.text) > 1]
    return 2 * sum(word in known for word in words) >= len(words) > 0


def _ways(unit: Unit, groups: Groups, *, of_parts: bool) -> tuple[str, ...]:
    """Phrases that mean the unit, itself first: its synonyms, then (`of_parts`) its parts' put together."""
    if not any(group in groups for group, _ in unit.synonyms):
        return (unit.phrase,)
    whole = [phrase for group in unit.groups for phrase in groups.get(group, ())]
    parts = [_part_ways(word.text, word.groups, groups) for word in unit.words if word.content]
    combined = (" ".join(part) for part in product(*parts)) if of_parts or len(parts) == 1 else ()
    return tuple(islice(dict.fromkeys([unit.phrase, *whole, *combined]), TUNING.expansion.ways))


def _part_ways(text: str, word_groups: Sequence[int], groups: Groups) -> list[str]:
    """A part and its one-word synonyms; 者 or 市 alone have too many meanings to have any."""
    if len(text) < 2 or not word_groups:
        return [text]
    others = (phrase for group in word_groups for phrase in groups.get(group, ()))
    return list(dict.fromkeys([text, *(phrase for phrase in others if " " not in phrase)]))


def _token_set(way: Sequence[str], known: Mapping[str, int]) -> TokenSet:
    """The phrases of `way` whose words all occur."""
    counts = [
        min([known.get(word, 0) for word in phrase.split()]) if " " in phrase else known.get(phrase, 0)
        for phrase in way
    ]
    return TokenSet(tuple(compress(way, counts)), sum(counts))


def _words(term: TypedTerm) -> tuple[TokenSet, ...]:
    """The words of meaning of a term, one by one; a word's synonyms only where no project has the word.

    姉妹都市 that occurs only as 友好都市 is one word: that.
    """
    token_sets: dict[TokenSet, None] = {}
    called = _in_short(term) if term.is_sentence or not term.found else {}
    if term.may_be_listed:  # whole dictionary words only
        called |= within(term.db, term.text, term.unit_ends)
    covered = 0
    for unit, end in zip(term.units, term.unit_ends, strict=True):
        start = end - sum(unit.lengths)
        if start in called and start >= covered:
            token_set, covered = called[start]
            token_sets[token_set] = None
        if start >= covered:
            token_sets |= dict.fromkeys(_words_of(unit, term.groups, term.known))
    return tuple(token_sets)


def _in_short(term: TypedTerm) -> dict[int, tuple[TokenSet, int]]:
    """The abbreviations between the particles of a term, where nobody says some word of them.

    Start -> the names or neighbours in texts that one stands for, its end. One in kana or Latin letters may
    stand at an end of a compound: イノプラ会議室.
    """
    found: dict[int, tuple[TokenSet, int]] = {}
    places: list[tuple[int, int, bool]] = []  # of the units since the last particle: whether one is unknown
    for unit, end in zip((*term.units, None), (*term.unit_ends, len(term.text)), strict=True):
        if unit is not None and (unit.phrase or not _is_particle(unit.words[0].surface)):
            is_unknown = not all(word in term.known for word in unit.phrase.split())
            places.append((end - sum(unit.lengths), end, is_unknown))
            continue
        for start, last in _maybe_in_short(term.text, places, whole=term.is_sentence):
            meant = variants.abbreviated(term.db, term.text[start:last])
            if meant.phrases:
                found[start] = replace(meant, typed=term.text[start:last]), last
                break
        places = []
    return found


def _maybe_in_short(
    text: str, places: Sequence[tuple[int, int, bool]], *, whole: bool
) -> Iterator[tuple[int, int]]:
    """Where an abbreviation may stand in a noun of these units: all of it, or an end with what is unknown."""
    unknown = [at for at, (_, _, is_unknown) in enumerate(places) if is_unknown]
    if not unknown:
        return
    spans = [(places[0][0], places[-1][1])] if whole else []
    spans += [(places[0][0], places[at][1]) for at in range(len(places) - 2, unknown[-1] - 1, -1)]
    spans += [(places[at][0], places[-1][1]) for at in range(1, unknown[0] + 1)]
    for start, end in spans:
        is_part = (start, end) != (places[0][0], places[-1][1])
        if end - start <= TUNING.abbreviating.in_sentence and not (is_part and _is_kanji(text[start:end])):
            yield start, end


def _is_kanji(text: str) -> bool:
    return not any(is_kana(char) or is_latin(char) for char in text)


def _words_of(unit: Unit, groups: Groups, known: Mapping[str, int]) -> Iterator[TokenSet]:
    for word in (word for word in unit.words if word.content):
        itself = known.get(word.text, 0)
        token_set = (
            _token_set(_part_ways(word.text, word.groups, groups), known)
            if word.groups and not itself
            else None
        )
        said_so = token_set.phrases if token_set and token_set.phrases else (word.text,)
        yield TokenSet(said_so, token_set.projects if token_set else itself, word.noun)


def _never() -> bool:
    return False


def _always() -> bool:
    return True


def interpret(
    db: Database,
    match_type: MatchType,
    token_sets: Sequence[TokenSet],
    *,
    in_titles: Callable[[], bool] = _never,
) -> Interpretation | None:
    """The interpretation that some project has these token sets next to each other; None when none has.

    `in_titles` is called when some project has them: whether they must stand in its name or its section's.
    """
    is_word = len(token_sets) == 1 and any(" " not in phrase for phrase in token_sets[0].phrases)
    ways = {} if is_word else _side_by_side(db, token_sets, titles_only=False)
    if not (is_word or ways):
        return None
    titles_only = in_titles()
    if is_word and not titles_only:
        return Interpretation(
            match_type, tuple(token_sets)
        )  # a word of the vocabulary occurs: that is what it is
    if titles_only and not (ways := _side_by_side(db, token_sets, titles_only=True)):
        return None
    # That two words stand side by side is known; a lone word's titles, and longer runs, are looked up.
    if not any(phrase.count(" ") == 1 for phrase in ways):
        where = "{name section} : " if titles_only else ""
        if not db.conn.execute(_ANY, [f"{where}({any_of(ways)})"]).fetchone():
            return None
    return Interpretation(match_type, (TokenSet(tuple(ways), sum(ways.values())),))


def _side_by_side(db: Database, token_sets: Sequence[TokenSet], *, titles_only: bool) -> dict[str, int]:
    """The ways through `token_sets` that projects can say, with how many at most; see `Bigrams.ways`."""
    return db.snapshot.bigrams.ways(token_sets, titles_only=titles_only, most_ways=TUNING.expansion.phrases)


def worded(db: Database, wording: str) -> Iterator[Interpretation]:
    """The interpretations of another wording of a term, with the words that the records have for it."""
    token_sets = _known_words(db, wording)
    occurs = token_sets and all(token_set.projects for token_set in token_sets)
    if occurs and (found := interpret(db, MatchType.SYNONYM, token_sets)):
        yield replace(found, is_listed=True)
    else:
        for found in _alone(MatchType.SYNONYM, variants.as_it_stands(db, wording)):
            yield replace(found, is_listed=True)


def listed_phrases(db: Database, term: QueryTerm) -> set[str]:
    """The phrases of the index that mean a term by the city's list or the shipped thesaurus.

    A dictionary may have said so before: then no interpretation of its own is listed.
    """
    ends = [*accumulate(chain.from_iterable(unit.lengths for unit in units(term.text)))]
    others = synonyms.equivalents(term.text, ends, db.snapshot.thesaurus_off)
    listed = [way for way in term.interpretations if way.is_listed]
    listed += [way for other in others for way in worded(db, other)]
    return {phrase for way in listed for phrase in way.phrases}


def within(db: Database, text: str, ends: Collection[int]) -> dict[int, tuple[TokenSet, int]]:
    """The thesaurus's terms in a text that no project has: start -> the records' words for it, its end."""
    found: dict[int, tuple[TokenSet, int]] = {}
    for each, others in _unsaid(db, text, ends):
        ways = [way for _, of_other in others for way in of_other]
        phrases = tuple(dict.fromkeys(phrase for way in ways for phrase in way.phrases))
        typed = text[each.start : each.end]
        found[each.start] = TokenSet(phrases, sum(way.projects for way in ways), typed=typed), each.end
    return found


class Recorded(NamedTuple):
    """A text in the records' words, what is `called` what, and what of that was typed in short."""

    text: str
    called: tuple[tuple[str, str], ...] = ()
    in_short: tuple[tuple[str, str], ...] = ()


def as_recorded(db: Database, text: str) -> Recorded:
    """A text with the records' words for what is typed in short, and for terms that no project has."""
    shorts = variants.in_full(db, text)
    in_short = tuple((text[each.start : each.end], each.full) for each in shorts)
    for short in reversed(shorts):
        text = text[: short.start] + short.full + text[short.end :]
    ends = list(accumulate(sum(unit.lengths) for unit in units(text)))
    said: list[tuple[str, str]] = []
    rest = text
    for each, others in sorted(_unsaid(db, text, ends), key=lambda pair: -pair[0].start):
        other = max(others, key=lambda way: sum(found.projects for found in way[1]))[0]
        rest = rest[: each.start] + other + rest[each.end :]
        said.insert(0, (text[each.start : each.end], other))
    return Recorded(rest, (*in_short, *said), in_short)


def _unsaid(db: Database, text: str, ends: Collection[int]) -> Iterator[tuple[synonyms.Listed, Wordings]]:
    """The shipped thesaurus's terms in a text that no project has, with others of the group that some has."""
    for each in synonyms.listed_in(text, ends, db.snapshot.thesaurus_off):
        typed = _known_words(db, text[each.start : each.end])
        occurs = typed and all(word.projects for word in typed)
        if occurs and interpret(db, MatchType.EXACT, typed):
            continue
        if others := [(other, ways) for other in each.others if (ways := list(worded(db, other)))]:
            yield each, others


def _known_words(db: Database, wording: str) -> list[TokenSet]:
    words = [word for unit in units(wording) for word in unit.phrase.split()]
    known = db.snapshot.lexicon.counts
    return [TokenSet((word,) if word in known else (), known.get(word, 0)) for word in words]
