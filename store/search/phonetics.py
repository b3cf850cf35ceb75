"""A term by its sound: the name of a project in kana or romaji, an English word for one in katakana."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA
from sqlite_utils import Database

from store.index import lexicon, name_sounds
from store.index.generations import cached
from store.index.vocabulary import READ, WRITTEN
from store.records import MatchType
from store.search.terms import Interpretation, TokenSet, interpret
from store.text.display import display
from store.text.kana import from_romaji, has_kanji, is_kana, sound
from store.text.morphology import units
from store.text.normalize import width_fold

ALIKE = 0.6  # likeness of the sounds, vowels and all
SHORTEST = 4  # consonants: fewer are those of too many words
LONGEST = 30  # characters
WORDS = 50_000  # in katakana, the commonest

_KATAKANA = """
    SELECT v.word, v.projects, f.form FROM word_forms f JOIN vocabulary v ON v.id = f.word_id
    WHERE f.kind = ? AND f.form GLOB '[ァ-ヺ]*' AND v.word GLOB '[ァ-ヺ]*' AND v.id > 0
    ORDER BY v.projects DESC LIMIT ?"""

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
_VOWELS = "aiueo"
_SAME = str.maketrans("zj", "dd")  # ディ and ジ are written alike by some


class Written(NamedTuple):
    """A word in katakana, in how many projects it occurs, and how it sounds."""

    word: str
    projects: int
    sound: str


Consonants = Mapping[str, Sequence[Written]]


def in_katakana(db: Database, term: str) -> list[Interpretation]:
    """The katakana word, or two in a row, with the consonants of `term`, an English word."""
    typed = width_fold(term)
    if not (typed.isascii() and typed.isalpha() and len(typed) <= LONGEST) or from_romaji(typed):
        return []
    if lexicon.near(db, [typed], kind=WRITTEN):
        return []  # a word that is written in Latin letters is misspelled
    words = cached(db, "consonants", _read)
    for letters in dict.fromkeys((_heard(typed), _heard(_SOFT.sub("j", typed)))):
        bones = _bones(letters)
        if len(bones) < SHORTEST:
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


def _bones(letters: str) -> str:
    """The consonants; a vowel at the start is an `a`."""
    start = "a" if letters[:1] in _VOWELS else ""
    return start + re.sub(f"[{_VOWELS}wy]", "", letters).translate(_SAME)


def _alike(letters: str, written: Sequence[Written]) -> list[Written]:
    """The word that sounds most like it, if its vowels are not quite others."""
    near = {each: OSA.normalized_similarity(letters, each.sound) for each in written}
    return [each for each in written if near[each] >= ALIKE and near[each] == max(near.values())]


def _read(db: Database) -> Consonants:
    found: dict[str, list[Written]] = defaultdict(list)
    for word, projects, form in db.conn.execute(_KATAKANA, [READ, WORDS]):
        if is_kana(form):
            spoken = sound(form)
            found[_bones(spoken)].append(Written(word, projects, spoken))
    return found


def _slot(written: Sequence[Written]) -> TokenSet:
    return TokenSet(
        tuple(dict.fromkeys(each.word for each in written)), sum(each.projects for each in written)
    )


def named_so(db: Database, term: str) -> list[Interpretation]:
    """The names that sound like `term`, typed in kana or Latin letters; none for other scripts."""
    names = [] if has_kanji(term) else name_sounds.names(db, term)
    phrases = tuple(_phrase(display(name)) for name in names)
    return [Interpretation(MatchType.SPELLING, (TokenSet(phrases, len(phrases)),))] if phrases else []


def _phrase(name: str) -> str:
    return " ".join(unit.phrase for unit in units(name) if unit.phrase)
