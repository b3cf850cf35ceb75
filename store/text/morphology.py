"""Japanese text into words, and those words as the index holds them. Pure.

Words are Sudachi's longest units, each with the shortest ones it is made of. A field is indexed as its words
and then its pairs (Lucene: shingles). "学校 教育 推進" is looked for as 学校+教育 followed by 教育+推進,
whose lists are short, instead of by three long lists of places. The year, section and body of a project are
words of the index too, so that a rare section and a common word are found together without looking at every
project that has the word.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from sudachipy import Dictionary, Morpheme, SplitMode, Tokenizer

from store.text.normalize import katakana, nfkc, variants_fold, width_fold

# Sudachi refuses more than 49,149 bytes at once, counted after its own NFKC, which makes 18 characters of ﷺ.
MOST_BYTES = 48_000
MOST_OF_ONE = 33  # bytes of a character after NFKC: those of ﷺ
CHUNK = 3_000  # characters; Sudachi takes the square of a text's time where that is full of numbers
TERM = 40  # characters; what is longer is a text
LONG = 2_000  # characters; what is longer is split anew each time

_HALVES = re.compile("[\ud800-\udfff]")  # of pairs, which have no UTF-8
_CONTENT = {"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞"}
_LIGHT = {  # words that only hold a sentence together
    "為る", "居る", "有る", "成る", "因る", "於く", "おる", "御", "事", "物", "為", "等", "様", "の", "ごと",
}  # fmt: skip


class Word(NamedTuple):
    """A shortest unit as it stood in a text: `text` is its normal form, folded; `reading` is katakana.

    `groups` are Sudachi's synonym groups. `content` is False for particles, symbols and light verbs.
    `kind` is Sudachi's part of speech (名詞, 感動詞 …), 人名 for a name of people.
    """

    text: str
    surface: str
    reading: str
    groups: tuple[int, ...]
    content: bool
    kind: str

    @property
    def noun(self) -> bool:
        """Whether it is a noun."""
        return self.kind in ("名詞", "人名")


class Unit(NamedTuple):
    """A dictionary word and its parts (one, when it has none), each with its length in the text.

    `length` is that of the whole. `phrase` is the normal forms of its words of meaning, space separated, as
    the index holds them; `synonyms` are (Sudachi's group, phrase) of the whole and of its parts.
    """

    words: tuple[Word, ...]
    lengths: tuple[int, ...]
    groups: tuple[int, ...]
    phrase: str
    synonyms: tuple[tuple[int, str], ...]
    length: int


class Token(NamedTuple):
    """A word at its place: `start` and `end` are character offsets into the text given to `tokenize`."""

    word: Word
    start: int
    end: int


_local = threading.local()
_loading = threading.Lock()
_units: dict[tuple[int, str], Unit] = {}  # every dictionary word seen, split once


def units(text: str) -> Sequence[Unit]:
    """The dictionary words of `text`, of any length, particles and symbols included."""
    if len(text) <= TERM:
        return _of_term(text)
    return _of_text(text) if len(text) <= LONG else cut(text)


@lru_cache(maxsize=32)
def _of_text(text: str) -> tuple[Unit, ...]:
    """A long question is split at a hundred steps of one answer."""
    return tuple(cut(text))


@lru_cache(maxsize=2_048)
def _of_term(text: str) -> tuple[Unit, ...]:
    """What is typed is split at each step of one search, and again in the next."""
    return tuple(cut(text))


def cut(text: str) -> list[Unit]:
    """`units`, asked of Sudachi anew: nothing is kept of the text but the dictionary words in it."""
    known, tokenizer = _units.get, _tokenizer()
    unknown: dict[tuple[str, int, str], Unit] = {}
    return [
        known((morpheme.word_id(), morpheme.surface())) or _learnt(morpheme, unknown)
        for chunk in _chunks(variants_fold(text))
        for morpheme in tokenizer.tokenize(chunk)
    ]


def _learnt(morpheme: Morpheme, unknown: dict[tuple[str, int, str], Unit]) -> Unit:
    """A word split; those that the dictionary lacks are in `unknown`, for this text alone."""
    if not morpheme.is_oov():
        unit = _units[morpheme.word_id(), morpheme.surface()] = _split(morpheme)
        return unit
    key = morpheme.surface(), morpheme.part_of_speech_id(), morpheme.reading_form()  # 14 is read in two ways
    found = unknown.get(key)
    if found is None:
        found = unknown[key] = _split(morpheme)
    return found


def _chunks(text: str) -> Iterator[str]:
    """The text in stretches that Sudachi takes, cut behind a sentence or a line where there is one."""
    at = 0
    while at < len(text):
        most = at + CHUNK
        ends = max(text.rfind(mark, at, most) for mark in "。\n") + 1 if most < len(text) else 0
        yield from _small_enough(text[at : ends or most])
        at = ends or most


def _small_enough(chunk: str) -> Iterator[str]:
    chunk = _HALVES.sub("\ufffd", chunk)
    if len(chunk) * MOST_OF_ONE <= MOST_BYTES:
        yield chunk
        return
    most = max(len(chunk.encode()), len(nfkc(chunk).lower().encode()))
    if most <= MOST_BYTES:
        yield chunk
        return
    middle = len(chunk) // 2
    yield from _small_enough(chunk[:middle])
    yield from _small_enough(chunk[middle:])


def tokenize(text: str) -> Iterator[Token]:
    """Yield the shortest units of `text` with their places."""
    at = 0
    for unit in units(text):
        for word, length in zip(unit.words, unit.lengths, strict=True):
            yield Token(word, at, at + length)
            at += length


def words(text: str) -> list[Word]:
    """The words of `text` that carry meaning, in order."""
    return [word for unit in units(text) for word in unit.words if word.content]


def is_word(text: str) -> bool:
    """Whether the dictionary has all of a text as one word."""
    found = list(_tokenizer().tokenize(variants_fold(text)[:TERM]))
    return len(found) == 1 and not found[0].is_oov()


@lru_cache(maxsize=1)
def _dictionary() -> Dictionary:
    return Dictionary(dict="core")


def load_dictionary() -> None:
    """Read Sudachi's dictionary now: a process that forks shares its 75 MB with those that it forks."""
    _dictionary()


def _tokenizer() -> Tokenizer:
    """This thread's tokenizer: a Sudachi tokenizer must not be used by two threads."""
    tokenizer: Tokenizer | None = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        with _loading:
            tokenizer = _local.tokenizer = _dictionary().tokenizer(mode=SplitMode.C)
    return tokenizer


def _split(morpheme: Morpheme) -> Unit:
    parts = list(morpheme.split(SplitMode.A)) or [morpheme]
    words = tuple(_word(part) for part in parts)
    phrase = " ".join(word.text for word in words if word.content)
    groups = tuple(morpheme.synonym_group_ids()) if phrase else ()
    synonyms = {(group, word.text) for word in words if word.content for group in word.groups}
    synonyms.update((group, phrase) for group in groups)
    lengths = tuple([len(part.surface()) for part in parts])
    told = tuple(sorted(synonyms)) if synonyms else ()
    return Unit(words, lengths, groups, phrase, told, sum(lengths))


def _word(morpheme: Morpheme) -> Word:
    part_of_speech = morpheme.part_of_speech()
    kind = "人名" if part_of_speech[2] == "人名" else part_of_speech[0]
    text = width_fold(morpheme.normalized_form()).replace(" ", "")
    content = part_of_speech[0] in _CONTENT and text not in _LIGHT and any(map(str.isalnum, text))
    groups = tuple(morpheme.synonym_group_ids())
    reading = katakana(morpheme.reading_form())
    return Word(text, width_fold(morpheme.surface()), reading, groups, content, kind)


JOINED = "\ue000"  # between the words of a pair: private use, stands in no text


class Text(NamedTuple):
    """The words of FIELDS with a space around each; `whole` is all of them, a line each."""

    whole: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokenSet:
    """The phrases that may stand at one place of an interpretation; how many projects have any, at most.

    The phrase '' means that nothing need stand there. `typed` is the word that the phrases stand for, where
    they are other words.
    """

    phrases: tuple[str, ...]
    projects: int
    noun: bool = True
    typed: str = field(default="", compare=False)


NOTHING = TokenSet((), 0)


def whole(fields: Iterable[str]) -> str:
    """Fields (words with spaces between) as they are stored."""
    return "\n".join(f" {field} " for field in fields)


def fields(whole: str) -> list[str]:
    """The fields that `whole` was made of."""
    return [line[1:-1] for line in whole.split("\n")]


def pairs(words: Sequence[str]) -> list[str]:
    """Each word with the next one, a space between them."""
    return [f"{one} {other}" for one, other in pairwise(words)]


def searchable(field: str) -> str:
    """What the index holds of a field's words: they themselves, then their pairs."""
    return " ".join([field, *(pair.replace(" ", JOINED) for pair in pairs(field.split()))])


def place(fiscal_year: int, section_id: int, organization: str) -> str:
    """The filter terms of a project: words of the index for where it belongs, which nobody can type."""
    return " ".join(
        (filter_term("y", fiscal_year), filter_term("s", section_id), filter_term("o", organization))
    )


def filter_term(kind: str, value: object) -> str:
    """The word of the index for a year (`y`), a section's id (`s`) or an organization (`o`)."""
    return f"{JOINED}{kind}{''.join(str(value).split())}"
