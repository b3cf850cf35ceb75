"""A misspelled term -> what it may have been meant to be: look-alikes put right, or one edit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice

from store.database import Database
from store.index import lexicon
from store.index.vocabulary import READ, WRITTEN
from store.records import MatchType
from store.search import segmentation, terms
from store.search.segmentation import Edge, Segmentation, is_certain, is_meaningful, lattice, token_sets_of
from store.search.terms import Interpretation
from store.search.tuning import TUNING
from store.text.kana import kana_key, katakana
from store.text.morphology import Word, units
from store.text.normalize import width_fold

_TUNED = TUNING.spelling

_ALIKE = ("一二口力夕工卜八才千三", "ーニロカタエトハオチミ")  # kanji and the kana that look the same
_TO_KANA, _TO_KANJI = str.maketrans(*_ALIKE), str.maketrans(_ALIKE[1], _ALIKE[0])
# Beside katakana; beside hiragana on both sides only, for その一年 and 工夫 are words.
_AMONG_KANA = re.compile(
    f"(?<=[ァ-ヺー])[{_ALIKE[0]}]|[{_ALIKE[0]}](?=[ァ-ヺー])|(?<=[ぁ-ゖ])[{_ALIKE[0]}](?=[ぁ-ゖ])"
)
_AMONG_KANJI = re.compile(f"(?<=[一-鿿])[{_ALIKE[1]}]|[{_ALIKE[1][1:]}](?=[一-鿿])")


def corrections(db: Database, term: str, *, most: int) -> list[Interpretation]:
    """What `term` may have been meant to be, among what the projects say, surest first."""
    found: list[Interpretation] = []
    for ways in (look_alikes, _homophones, _one_edit):
        found = found or list(islice(ways(db, term), most))
    return found


def look_alikes(db: Database, term: str) -> Iterator[Interpretation]:
    """What `term` says with kanji read as the kana that look the same, or the other way round."""
    typed = width_fold(term)
    in_kana = typed.replace("ノレ", "ル")
    in_kana = _AMONG_KANA.sub(lambda match: match[0].translate(_TO_KANA), in_kana)
    in_kanji = _AMONG_KANJI.sub(lambda match: match[0].translate(_TO_KANJI), typed)
    for spelling in dict.fromkeys((in_kana, in_kanji)):
        if spelling != typed:
            yield from _of_cuts(db, spelling)


def _homophones(db: Database, term: str) -> Iterator[Interpretation]:
    """Other words that are read alike, some of the kanji right: 制作立案 for 政策立案."""
    kanji = {char for char in term if "一" <= char <= "鿿"}
    if len(kanji) < 2 or not _TUNED.shortest_compound <= len(term) <= TUNING.expansion.longest_word:
        return
    words = [word for unit in units(term) for word in unit.words]
    reading = "".join(word.reading for word in words)
    for interpretation in _word_by_word(db, words, reading) or _of_cuts(db, reading):
        if any(kanji.intersection(phrase) for phrase in interpretation.phrases):
            yield interpretation


def _word_by_word(db: Database, words: Sequence[Word], reading: str) -> list[Interpretation]:
    """Each word as it is, or another one read so: mostly one word is converted wrongly, not cut wrongly."""
    known, among = db.snapshot.lexicon.forms, db.snapshot.project_count
    pieces_of_it = []
    for end, word in zip(accumulate(len(word.reading) for word in words), words, strict=True):
        alike = {*known.written.get(katakana(word.surface), ()), *known.read.get(word.reading, ())}
        meant = [entry for entry in alike if entry.word] if word.content else []
        if word.content and not meant:
            return []
        pieces_of_it.append(_piece(end, meant))
    cut = tuple(pieces_of_it)
    if not is_meaningful(reading, cut):
        return []
    token_sets = segmentation.token_sets(cut)
    interpretation = terms.interpret(
        db, MatchType.EDIT, token_sets, in_titles=lambda: not is_certain(reading, cut, among)
    )
    return [interpretation] if interpretation else []


def _one_edit(db: Database, term: str) -> Iterator[Interpretation]:
    """Known words before and after, and between them one that is an edit away from what was typed."""
    typed = katakana(term)
    if len(kana_key(typed)) < _TUNED.shortest or len(typed) > TUNING.expansion.longest_word:
        return
    native = segmentation.has_hiragana(term)
    by_start = lattice(db, typed, any_script=native, anywhere=True)
    before = segmentation.cheapest_from_start(by_start)
    after = segmentation.cheapest_to_end(by_start)
    spans = {
        (start, end): typed[start:end]
        for start in range(len(typed))
        for end in after
        if start in before
        and start < end <= start + _TUNED.longest_word
        and _may_be_misspelled(typed[start:end])
    }
    by_reading = native and len(kana_key(typed)) >= _TUNED.shortest_reading
    near = db.snapshot.lexicon.near(set(spans.values()), kind=READ if by_reading else WRITTEN)
    cuts = [
        (
            before[start][0] + after[end][0] - _sureness(text),
            (*before[start][1], _piece(end, near[text]), *after[end][1]),
        )
        for (start, end), text in spans.items()
        if near.get(text)
    ]
    yield from _said(db, typed, (cut for _, cut in sorted(cuts, key=lambda each: each[0])))


def _of_cuts(db: Database, spelling: str) -> Iterator[Interpretation]:
    for token_sets, may_be_chance in segmentation.segmentations(db, spelling, loosely=False):
        if interpretation := terms.interpret(db, MatchType.EDIT, token_sets, in_titles=may_be_chance):
            yield interpretation


def _may_be_misspelled(text: str) -> bool:
    """Whether an edit may have left that of a longer word; of one character it may have left anything."""
    return text.isalnum() and len(text) > 1


def _sureness(text: str) -> float:
    """The longer the word, the less an edit changes it."""
    return _TUNED.surer_a_character * len(kana_key(text))


def _piece(end: int, words: Iterable[lexicon.Entry]) -> Edge:
    ordered = tuple(sorted(words, key=lambda entry: (-entry.projects, entry.word)))
    outer, inner = token_sets_of(ordered)
    return Edge(end, ordered, 0.0, outer=outer, inner=inner)


def _said(db: Database, typed: str, cuts: Iterable[Segmentation]) -> Iterator[Interpretation]:
    """The interpretations of those cuts that some project says."""
    among = db.snapshot.project_count
    telling = (cut for cut in cuts if is_meaningful(typed, cut) and is_certain(typed, cut, among))
    for cut in islice(telling, _TUNED.tried):
        if interpretation := terms.interpret(db, MatchType.EDIT, segmentation.token_sets(cut)):
            yield interpretation
