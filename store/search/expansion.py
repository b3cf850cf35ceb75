"""A typed term -> QueryTerm: as it is, in other letters, by another name, in short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress, islice, product

from store.database import Database
from store.index import synonyms
from store.records import MatchType
from store.search import abbreviations, phonetics, segmentation, substring
from store.search.terms import Interpretation, QueryTerm, TokenSet, interpret
from store.text.kana import has_kanji, is_kana, is_latin, katakana
from store.text.morphology import Unit, units
from store.text.normalize import width_fold

ALTERNATIVES = 12  # ways to say one word
SMALL = 1000  # projects; among more, synonyms of the parts of a compound put together are often chance
FEW = 3  # projects
HALF_IN_KANA = 12  # characters of a term that may be half in kana; what is longer is a sentence
REWORDED = 5  # words, beyond which nobody says the whole in other words

Groups = Mapping[int, Sequence[str]]


def expand(db: Database, term: str) -> QueryTerm:
    """Find what `term` may mean among what the projects say; the first way that says something wins."""
    every = list(units(term))
    found = [unit for unit in every if unit.phrase]
    groups = db.snapshot.lexicon.synonyms({group for unit in found for group, _ in unit.synonyms})
    small = db.snapshot.project_count <= SMALL
    ways = [_ways(unit, groups, of_parts=small) for unit in found]
    known = db.snapshot.lexicon.counts({word for way in ways for phrase in way for word in phrase.split()})
    typed = _as_typed(db, ways, known, in_texts=small) if _is_covered(every) else ()
    interpretations = [*typed, *_by_city_synonyms(db, term)]
    sentence = _is_sentence(every)
    if not interpretations and not (sentence and _is_understood(found, known)):
        interpretations = next(filter(None, (find(db, term) for find in _OTHERWISE)), [])
    elif (
        interpretations
        and interpretations[0].match_type is MatchType.SYNONYM
        and segmentation.has_hiragana(term)
        and is_kana(term)
    ):
        interpretations = (
            _in_other_letters(db, term) or interpretations
        )  # きょうぎ is 協議 before it is スポーツ
    elif (
        interpretations
        and sum(interpretation.projects for interpretation in interpretations) <= FEW
        and is_kana(term)
    ):
        interpretations += abbreviations.expand(
            db, term
        )  # few write ガバクラ, more the name that it is short for
    if not interpretations and segmentation.has_hiragana(term) and has_kanji(term):
        interpretations = _half_in_kana(db, term)
    return QueryTerm(term, tuple(interpretations), _words(found, groups, known), sentence=sentence)


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
    return tuple(islice(dict.fromkeys([unit.phrase, *whole, *combined]), ALTERNATIVES))


def _part_ways(text: str, word_groups: Sequence[int], groups: Groups) -> list[str]:
    """A part and its one-word synonyms; 者 or 市 alone have too many meanings to have any."""
    if len(text) < 2 or not word_groups:
        return [text]
    others = (phrase for group in word_groups for phrase in groups.get(group, ()))
    return list(dict.fromkeys([text, *(phrase for phrase in others if " " not in phrase)]))


def _as_typed(
    db: Database, ways: Sequence[tuple[str, ...]], known: Mapping[str, int], *, in_texts: bool
) -> Iterator[Interpretation]:
    """The very words and their synonyms; those of several words in names only, or `in_texts`."""
    exact = [_slot(way[:1], known) for way in ways]
    if (
        exact
        and all(token_set.projects for token_set in exact)
        and (interpretation := interpret(db, MatchType.EXACT, exact))
    ):
        yield interpretation
    unknown = [len(way) for way, token_set in zip(ways, exact, strict=True) if not token_set.projects]
    if len(ways) > REWORDED or max(map(len, ways), default=1) == 1 or 1 in unknown:
        return  # nothing to say otherwise, or a word that nobody says and that has no synonyms
    wide = [_slot(way, known) for way in ways]
    titles_only = len(wide) > 1 and not in_texts
    if wide != exact and all(token_set.projects for token_set in wide):
        yield from filter(None, [interpret(db, MatchType.SYNONYM, wide, in_titles=lambda: titles_only)])


def _slot(way: Sequence[str], known: Mapping[str, int]) -> TokenSet:
    """The phrases of `way` whose words all occur."""
    counts = [
        min([known.get(word, 0) for word in phrase.split()]) if " " in phrase else known.get(phrase, 0)
        for phrase in way
    ]
    return TokenSet(tuple(compress(way, counts)), sum(counts))


def _words(found: Sequence[Unit], groups: Groups, known: Mapping[str, int]) -> tuple[TokenSet, ...]:
    """Every word of meaning on its own; its synonyms only where it does not occur itself."""
    token_sets: dict[TokenSet, None] = {}
    for word in (word for unit in found for word in unit.words if word.content):
        itself = known.get(word.text, 0)
        token_set = (
            _slot(_part_ways(word.text, word.groups, groups), known) if word.groups and not itself else None
        )
        said_so = token_set.phrases if token_set and token_set.phrases else (word.text,)
        token_sets[TokenSet(said_so, token_set.projects if token_set else itself, word.noun)] = None
    return tuple(token_sets)


def _by_city_synonyms(db: Database, term: str) -> Iterator[Interpretation]:
    """What the city's own list of synonyms and former names makes of it."""
    for wording in synonyms.rewordings(db, term) if db.snapshot.has_synonyms else ():
        words = [word for unit in units(wording) for word in unit.phrase.split()]
        known = db.snapshot.lexicon.counts(words)
        token_sets = [_slot((word,), known) for word in words]
        if (
            token_sets
            and all(token_set.projects for token_set in token_sets)
            and (interpretation := interpret(db, MatchType.SYNONYM, token_sets))
        ):
            yield interpretation
        else:
            yield from (
                Interpretation(MatchType.SYNONYM, each.token_sets)
                for each in substring.as_it_stands(db, wording)
            )


def _in_other_letters(db: Database, term: str) -> list[Interpretation]:
    return _of_cuts(db, term, loosely=False)


def _in_loose_letters(db: Database, term: str) -> list[Interpretation]:
    has_sounds = any(char == "ー" or is_kana(char) or is_latin(char) for char in term)
    return _of_cuts(db, term, loosely=True) if has_sounds else []


def _of_cuts(db: Database, term: str, *, loosely: bool) -> list[Interpretation]:
    """The cheapest cut of `term` that some project says; one that may be chance must be in a name."""
    for token_sets, may_be_chance in segmentation.segmentations(db, term, loosely=loosely):
        if interpretation := interpret(db, MatchType.SPELLING, token_sets, in_titles=may_be_chance):
            return [interpretation]
    return []


def _half_in_kana(db: Database, term: str) -> list[Interpretation]:
    """Words of which some kanji are typed in kana: ふるさとのう税. Those that are not must be there."""
    kanji = {char for char in term if has_kanji(char)}
    spoken = "".join(word.reading for unit in units(term) for word in unit.words)
    return [
        Interpretation(MatchType.SPELLING, (TokenSet(phrases, interpretation.projects),))
        for interpretation in (_of_cuts(db, spoken, loosely=False) if len(term) <= HALF_IN_KANA else ())
        if (phrases := tuple(phrase for phrase in interpretation.phrases if kanji <= {*phrase}))
    ]


def _as_part_of_a_word(db: Database, term: str) -> list[Interpretation]:
    """A piece of longer words: 懇談 of 懇談会; one or two kanji anywhere in them."""
    typed = width_fold(term)
    if not typed.isalnum() or typed.isascii() or (is_kana(typed) and len(typed) < 4):
        return []
    if len(typed) <= 2:
        entries = db.snapshot.lexicon.containing(typed)
    else:
        entries = [entry for entry, _ in db.snapshot.lexicon.starting(katakana(typed))]
    token_set = TokenSet(tuple(entry.word for entry in entries), sum(entry.projects for entry in entries))
    return [Interpretation(MatchType.PART, (token_set,))] if token_set.projects else []


_OTHERWISE = (
    substring.as_it_stands,
    phonetics.named_so,
    _in_other_letters,
    _in_loose_letters,
    _as_part_of_a_word,
    abbreviations.expand,
    phonetics.in_katakana,
)
