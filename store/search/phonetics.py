"""A term by its sound: the name of a project in kana or romaji, an English word for one in katakana."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from store.database import Database
from store.index import name_sounds
from store.index.lexicon import Written, skeleton
from store.index.vocabulary import WRITTEN
from store.records import MatchType
from store.search.terms import Interpretation, TokenSet, interpret
from store.search.tuning import TUNING
from store.text.display import display
from store.text.kana import from_romaji, has_kanji
from store.text.morphology import units
from store.text.normalize import width_fold

# English letters as they are heard in Japanese, in the letters of `sound`; vowels fall out of both.
_HEARD = [
    (re.compile(pattern), heard)
    for pattern, heard in (
        ("ph", "f"), ("tch|ch", "t"), ("sh|th", "s"), ("qu|ck", "k"), ("x", "ks"), ("c(?=[eiy])", "s"),
        ("c", "k"), (r"(.)\1", r"\1"), ("(?<=[aeiou])r(?![aeiou])", ""), ("l", "r"), ("v", "b"), ("f", "h"),
        ("m(?=[bp])", "n"), ("ts", "t"),
    )
]  # fmt: skip
_SOFT = re.compile("g(?=[eiy])")


def in_katakana(db: Database, term: str) -> list[Interpretation]:
    """The katakana word, or two in a row, with the consonants of `term`, an English word."""
    typed = width_fold(term)
    if not (
        typed.isascii() and typed.isalpha() and len(typed) <= TUNING.expansion.longest_word
    ) or from_romaji(typed):
        return []
    lexicon = db.snapshot.lexicon
    if lexicon.near([typed], kind=WRITTEN):
        return []  # a word that is written in Latin letters is misspelled
    words = lexicon.consonants
    for letters in dict.fromkeys((_heard(typed), _heard(_SOFT.sub("j", typed)))):
        bones = skeleton(letters)
        if len(bones) < TUNING.expansion.consonants:
            continue
        ways: list[list[Sequence[Written]]] = [[_alike(letters, words.get(bones, ()))]]
        ways += [[words.get(bones[:at], ()), words.get(bones[at:], ())] for at in range(2, len(bones) - 1)]
        for way in ways:
            token_sets = [_slot(written) for written in way]
            if all(token_set.phrases for token_set in token_sets) and (
                interpretation := interpret(db, MatchType.SPELLING, token_sets)
            ):
                return [interpretation]
    return []


def _heard(latin: str) -> str:
    """An English word as it is heard in Japanese, its vowels as they are."""
    for pattern, heard in _HEARD:
        latin = pattern.sub(heard, latin)
    return latin


def _alike(letters: str, written: Sequence[Written]) -> list[Written]:
    """The word that sounds most like it, if its vowels are not quite others."""
    near = {each: OSA.normalized_similarity(letters, each.sound) for each in written}
    return [
        each
        for each in written
        if near[each] >= TUNING.expansion.vowels_alike and near[each] == max(near.values())
    ]


def _slot(written: Sequence[Written]) -> TokenSet:
    return TokenSet(
        tuple(dict.fromkeys(each.word for each in written)), sum(each.projects for each in written)
    )


def named_so(db: Database, term: str) -> list[Interpretation]:
    """The names that sound like `term`, typed in kana or Latin letters; none for other scripts."""
    names = [] if has_kanji(term) else name_sounds.names(db, term, among=db.snapshot.sounds)
    phrases = tuple(_phrase(display(name)) for name in names)
    return [Interpretation(MatchType.SPELLING, (TokenSet(phrases, len(phrases)),))] if phrases else []


def _phrase(name: str) -> str:
    return " ".join(unit.phrase for unit in units(name) if unit.phrase)
