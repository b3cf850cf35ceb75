"""Japanese text into words: Sudachi's shortest units with normal form and reading."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sudachipy import Dictionary, Morpheme, SplitMode, Tokenizer

from store.kana import fold, katakana

# Sudachi refuses more than 49,149 bytes at once; a character is at most 4 bytes.
CHUNK = 12_000

_CONTENT = {"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞", "代名詞"}
_LIGHT = {  # words that only hold a sentence together
    "為る", "居る", "有る", "成る", "因る", "於く", "おる", "御", "事", "物", "為", "等", "様", "の", "ごと",
}  # fmt: skip


class Word(NamedTuple):
    """A dictionary word as it stood in a text: `text` is its normalised form, folded; `reading` is katakana.

    `groups` are Sudachi's synonym groups. `content` is False for particles, symbols and light verbs.
    """

    text: str
    surface: str
    reading: str
    groups: tuple[int, ...]
    content: bool


class Token(NamedTuple):
    """A word at its place: `start` and `end` are character offsets into the text given to `tokenize`."""

    word: Word
    start: int
    end: int


_local = threading.local()


@lru_cache(maxsize=1)
def _dictionary() -> Dictionary:
    return Dictionary(dict="core")


def _tokenizer() -> Tokenizer:
    """This thread's tokenizer: a Sudachi tokenizer must not be used by two threads."""
    tokenizer: Tokenizer | None = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        with _loading:
            tokenizer = _local.tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    return tokenizer


_loading = threading.Lock()
_words: dict[
    tuple[int, int, str], Word
] = {}  # dictionary words seen, shared so that they pickle once a batch


def tokenize(text: str) -> Iterator[Token]:
    """Yield the words of `text`, of any length, particles and symbols included."""
    for at in range(0, len(text), CHUNK):
        for morpheme in _tokenizer().tokenize(text[at : at + CHUNK]):
            yield Token(_word(morpheme), at + morpheme.begin(), at + morpheme.end())


def words(text: str) -> list[Word]:
    """The words of `text` that carry meaning, in order."""
    return [token.word for token in tokenize(text) if token.word.content]


def _word(morpheme: Morpheme) -> Word:
    if morpheme.is_oov():
        return _describe(morpheme)
    key = (morpheme.dictionary_id(), morpheme.word_id(), morpheme.surface())
    word = _words.get(key)
    if word is None:
        word = _words[key] = _describe(morpheme)
    return word


def _describe(morpheme: Morpheme) -> Word:
    surface = fold(morpheme.surface())
    text = fold(morpheme.normalized_form()).replace(" ", "")
    content = morpheme.part_of_speech()[0] in _CONTENT and text not in _LIGHT and any(map(str.isalnum, text))
    return Word(
        text, surface, katakana(morpheme.reading_form()), tuple(morpheme.synonym_group_ids()), content
    )
