"""A typed term -> QueryTerm: EXPANDERS, in this order, say what it may mean among what the projects say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import accumulate, chain, compress, islice, product
from typing import NamedTuple

from store.database import Database
from store.index import synonyms, thesaurus
from store.records import MatchType
from store.search import abbreviations, equivalents, phonetics, segmentation, substring
from store.search.terms import Interpretation, QueryTerm, TokenSet, interpret
from store.search.tuning import TUNING
from store.text.kana import has_kanji, is_kana, is_latin, katakana
from store.text.letters import letters_of
from store.text.morphology import Unit, units
from store.text.normalize import width_fold

_GLIDE = re.compile("(?<=[イィ])[アヤ]")  # ファイヤ, ファイア
_HYPHEN = re.compile("(?<=[ぁ-ゖァ-ヺ])-")

Groups = Mapping[int, Sequence[str]]


class TypedTerm:
    """A term as typed, and what several expanders need to know of it.

    `found` is what the expanders before have made of it; `is_read` says that it is a sentence of words that
    occur, so that it can't be the letters that differ.
    """

    def __init__(self, db: Database, text: str, *, is_respelled: bool = False) -> None:
        self.db, self.text, self.is_respelled = db, text, is_respelled
        self.found: list[Interpretation] = []
        self.units = list(units(text))
        self.unit_ends = list(accumulate(sum(unit.lengths) for unit in self.units))
        self.meant = [unit for unit in self.units if unit.phrase]
        self.groups = db.snapshot.lexicon.synonyms(
            {group for unit in self.meant for group, _ in unit.synonyms}
        )
        self.is_small = db.snapshot.project_count <= TUNING.candidates.small_list
        self.ways = [_ways(unit, self.groups, of_parts=self.is_small) for unit in self.meant]
        known = {word for way in self.ways for phrase in way for word in phrase.split()}
        self.known = db.snapshot.lexicon.counts(known)
        self.exact = [_token_set(way[:1], self.known) for way in self.ways] if _is_covered(self.units) else []
        self.is_sentence = _is_sentence(self.units)
        self.is_read = self.is_sentence and _is_understood(self.meant, self.known)


class Use(Enum):
    """When an expander is asked."""

    ADD = "adds to what is found"
    ELSE = "is asked when nothing is found yet"


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
        if use is Use.ELSE and term.found:
            break  # those asked for want of anything come last
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
        yield from equivalents.worded(term.db, wording)


def _equivalents(term: TypedTerm) -> Iterator[Interpretation]:
    word_ends = [*accumulate(chain.from_iterable(unit.lengths for unit in term.units))]
    said = {phrase for each in term.found for phrase in each.phrases}
    for wording in thesaurus.rewordings(term.text, word_ends, term.db.snapshot.thesaurus_off):
        for each in equivalents.worded(term.db, wording):
            if not said.issuperset(each.phrases):  # the records spell several of a group alike
                said.update(each.phrases)
                yield each


def _rare_word_as_abbreviation(term: TypedTerm) -> list[Interpretation]:
    is_rare = (
        term.found
        and sum([each.projects for each in term.found]) <= TUNING.expansion.few
        and is_kana(term.text)
    )
    return abbreviations.expand(term.db, term.text) if is_rare else []


def _letter_by_letter(term: TypedTerm) -> list[Interpretation]:
    return [] if term.is_read else substring.as_it_stands(term.db, term.text)


def _name_by_sound(term: TypedTerm) -> list[Interpretation]:
    return [] if term.is_read else phonetics.named_so(term.db, term.text)


def _segments(term: TypedTerm) -> list[Interpretation]:
    return [] if term.is_read else _segmented(term.db, term.text, loosely=False)


def _romanised_segments(term: TypedTerm) -> list[Interpretation]:
    has_sounds = any(char == "ー" or is_kana(char) or is_latin(char) for char in term.text)
    return _segmented(term.db, term.text, loosely=True) if has_sounds and not term.is_read else []


def _part_of_a_word(term: TypedTerm) -> list[Interpretation]:
    """懇談 of 懇談会; one or two kanji anywhere in a word, more at its beginning."""
    typed = width_fold(term.text)
    is_short = is_kana(typed) and len(typed) < TUNING.expansion.part_in_kana
    if term.is_read or is_short or not typed.isalnum() or typed.isascii():
        return []
    if len(typed) <= 2:
        entries = term.db.snapshot.lexicon.containing(typed)
    else:
        entries = [entry for entry, _ in term.db.snapshot.lexicon.starting(katakana(typed))]
    words = TokenSet(tuple(entry.word for entry in entries), sum(entry.projects for entry in entries))
    return [Interpretation(MatchType.PART, (words,))] if words.projects else []


def _abbreviation(term: TypedTerm) -> list[Interpretation]:
    return [] if term.is_read else abbreviations.expand(term.db, term.text)


def _english(term: TypedTerm) -> list[Interpretation]:
    return [] if term.is_read else phonetics.in_katakana(term.db, term.text)


def _half_in_kana(term: TypedTerm) -> list[Interpretation]:
    """What is read alike and has the kanji that are typed."""
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
    others = (expand(term.db, other, is_respelled=True) for other in _spellings(term.text))
    return next((other.interpretations for other in others if other.interpretations), ())


EXPANDERS: tuple[Expander, ...] = (
    Expander("exact", MatchType.EXACT, Use.ADD, _exact, "the words themselves, next to each other"),
    Expander("thesaurus", MatchType.SYNONYM, Use.ADD, _thesaurus, "起業 is 創業 in Sudachi's groups"),
    Expander(
        "city synonyms", MatchType.SYNONYM, Use.ADD, _city_synonyms, "what the city's own list calls the same"
    ),
    Expander(
        "equivalents",
        MatchType.SYNONYM,
        Use.ADD,
        _equivalents,
        "姉妹都市 is 友好都市 in any town hall: the thesaurus that is shipped",
    ),
    Expander(
        "rare word as abbreviation",
        MatchType.ABBREVIATION,
        Use.ADD,
        _rare_word_as_abbreviation,
        "few write ガバクラ, more write the name that it is short for",
    ),
    Expander(
        "letter by letter",
        MatchType.EXACT,
        Use.ELSE,
        _letter_by_letter,
        "it stands in a text, where the dictionary cuts otherwise",
    ),
    Expander(
        "name by sound",
        MatchType.SPELLING,
        Use.ELSE,
        _name_by_sound,
        "a whole name in kana or romaji, however its words are cut",
    ),
    Expander(
        "segments",
        MatchType.SPELLING,
        Use.ELSE,
        _segments,
        "words written or read so: とうけいちょうさ",
    ),
    Expander(
        "romanised segments",
        MatchType.SPELLING,
        Use.ELSE,
        _romanised_segments,
        "words romanised so: toukei, and kana with other long vowels",
    ),
    Expander("part of a word", MatchType.PART, Use.ELSE, _part_of_a_word, "懇談 finds 懇談会"),
    Expander(
        "abbreviation",
        MatchType.ABBREVIATION,
        Use.ELSE,
        _abbreviation,
        "オリパラ: the beginnings of a name's or an office's words",
    ),
    Expander(
        "English",
        MatchType.SPELLING,
        Use.ELSE,
        _english,
        "roadmap has the consonants of ロードマップ",
    ),
    Expander(
        "half in kana",
        MatchType.SPELLING,
        Use.ELSE,
        _half_in_kana,
        "ふるさとのう税: some of the kanji are typed in kana",
    ),
    Expander(
        "respelled",
        MatchType.SPELLING,
        Use.ELSE,
        _respelled,
        "- for ー, ・ within a word, イービーピーエム, robots, ファイヤー",
    ),
)
"""What a term may mean, surest first; the only place that decides it."""


def _interpreted(
    db: Database, match_type: MatchType, token_sets: Sequence[TokenSet], *, titles_only: bool = False
) -> Iterator[Interpretation]:
    if found := interpret(db, match_type, token_sets, in_titles=lambda: titles_only):
        yield found


def _segmented(db: Database, term: str, *, loosely: bool) -> list[Interpretation]:
    """The cheapest segmentation that some project says; in a name, where it may be chance."""
    for token_sets, may_be_chance in segmentation.segmentations(db, term, loosely=loosely):
        if interpretation := interpret(db, MatchType.SPELLING, token_sets, in_titles=may_be_chance):
            return [interpretation]
    return []


def _spellings(term: str) -> list[str]:
    """How else it may be written: ー for -, no ・, letters for イービーピーエム, no plural, イア for イヤ."""
    folded = width_fold(term)
    bare = "".join(char for char in term if char.isalnum() or char == "ー")
    singular = (
        folded.removesuffix("s") if folded.isascii() and len(folded) >= TUNING.expansion.with_plural else ""
    )
    glide = _GLIDE.sub(lambda match: "ア" if match[0] == "ヤ" else "ヤ", folded)
    others = (_HYPHEN.sub("ー", folded), bare, letters_of(term), singular, glide)
    return [other for other in dict.fromkeys(others) if other and other != folded]


def _is_sentence(every: Sequence[Unit]) -> bool:
    """Whether particles stand between the words; 等 stands in compounds too (医薬品等事故対策)."""
    meaning = "".join(
        "w" if unit.phrase else "p" if _is_particle(unit.words[0].surface) else "" for unit in every
    )
    return "wpw" in meaning.replace("pp", "p")


def _is_particle(surface: str) -> bool:
    return surface.isalpha() and surface != "等"


def _is_covered(every: Sequence[Unit]) -> bool:
    """Whether the dictionary makes sense of it: it sees particles and fillers in kana that it can't read."""
    words = [word for unit in every for word in unit.words if is_kana(word.surface) or word.content]
    if not all(is_kana(word.surface) for word in words):
        return True
    meant = sum(len(word.surface) for word in words if word.content)
    return 5 * meant >= 4 * sum(len(word.surface) for word in words)


def _is_understood(found: Sequence[Unit], known: Mapping[str, int]) -> bool:
    """Whether half of the words occur as the dictionary cuts them: then it is not the letters that differ."""
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
    """Every word of meaning on its own; its synonyms only where it does not occur itself.

    姉妹都市 that occurs only as 友好都市 is one word: that.
    """
    token_sets: dict[TokenSet, None] = {}
    called = equivalents.within(term.db, term.text, term.unit_ends)  # whole dictionary words only
    covered = 0
    for unit, end in zip(term.units, term.unit_ends, strict=True):
        start = end - sum(unit.lengths)
        if start in called and start >= covered:
            token_set, covered = called[start]
            token_sets[token_set] = None
        if start >= covered:
            token_sets |= dict.fromkeys(_words_of(unit, term.groups, term.known))
    return tuple(token_sets)


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
