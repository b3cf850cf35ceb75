"""What makes the word vectors anew: its steps, on a few words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench import vectors
from store.index.meaning import read_vectors

KEYS = ["児童", "子供", "下水道", "選挙"]


def likeness(found: vectors.Floats, one: int, other: int) -> float:
    lengths = np.linalg.norm(found, axis=1)
    return float(found[one] @ found[other] / (lengths[one] * lengths[other]))


def test_words_that_mean_the_same_are_drawn_together_and_keep_their_lengths() -> None:
    before = np.eye(4, dtype=np.float32) * np.asarray([[1], [2], [3], [4]], np.float32)
    of_unknown: list[vectors.Bag] = [(), ()]
    after = vectors.drawn(before, [[((0, 1.0),), ((1, 1.0),)], of_unknown])
    assert likeness(after, 0, 1) > 0.5
    assert likeness(after, 0, 2) == 0
    assert np.allclose(np.linalg.norm(after, axis=1), [1, 2, 3, 4])


def test_the_dictionary_calls_children_by_two_words() -> None:
    assert [((0, 1.0),), ((1, 1.0),)] in vectors.groups_of(KEYS)


def test_a_word_that_the_web_has_not_is_placed_by_what_the_model_says() -> None:
    random = np.random.default_rng(1)
    own = random.normal(size=(60, 8)).astype(np.float32)
    web = (own @ random.normal(size=(8, 12))).astype(np.float32)
    has = np.asarray([True] * 59 + [False])
    near = own.copy()
    near[59] = near[0]
    both = vectors.beside(near, [vectors.Others(web[has], has, 0.3)])
    assert likeness(both, 59, 0) > 0.9


def test_texts_that_were_asked_once_are_not_asked_again(tmp_path: Path) -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> list[list[float]]:
        asked.extend(texts)
        return [[float(len(text)), 1.0] for text in texts]

    first = vectors.embedded(["市", "選挙"], tmp_path, embed)
    second = vectors.embedded(["選挙", "下水道", "市"], tmp_path, embed)
    assert asked == ["市", "選挙", "下水道"]
    assert first.tolist() == [[1, 1], [2, 1]]
    assert second.tolist() == [[2, 1], [3, 1], [1, 1]]


def test_what_is_written_is_read_back_and_is_like_itself(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    keys = [f"語{number}" for number in range(40)]
    vectors.write(tmp_path / "words.npz", keys, random.normal(size=(40, 16)).astype(np.float32))
    stored = read_vectors(tmp_path / "words.npz")
    alike, shared = vectors.likeness(stored, stored, keys)
    assert alike > 0.999
    assert shared == 1.0


def test_a_word_is_stored_under_the_key_that_spacy_gives_it() -> None:
    assert vectors.murmur("coffee") == 3197928453018144401
    assert vectors.murmur("apple") == 8566208034543834098
