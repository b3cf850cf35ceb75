"""The word vectors that come with the package, and what a text made of them means."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import numpy as np
import pytest

from store.index.meaning import DIMENSIONS, packed, unpacked, word_vectors

SHA256 = "98984283b5f66056be8ed2bacfdd4f1d81737d792822d8e40f5dd5e99a876822"
MOST_BYTES = 11_000_000

# (word, the one of these three that is nearest to it): general words, of no list in particular
NEIGHBOURS = [
    ("図書館", "図書室", "消防車", "下水道"),
    ("道路", "車道", "育児", "選挙"),
    ("税金", "税収", "観光客", "病院"),
    ("病院", "医療機関", "農地", "投票"),
    ("子育て", "育児", "車道", "税額"),
    ("観光", "観光地", "火災", "下水"),
    ("消防", "火災", "図書室", "予算案"),
    ("農業", "農地", "投票", "会議録"),
    ("下水道", "上水", "生徒", "会社"),
    ("選挙", "投票", "野菜", "病院"),
    ("予算", "予算額", "避難", "教育"),
    ("外国人", "留学生", "水路", "税理士"),
    ("高齢者", "老人", "農作物", "車道"),
    ("会議", "テレビ会議", "保育", "火災"),
    ("防災", "避難", "税収", "図書室"),
    ("学校", "生徒", "下水", "税額"),
    ("企業", "会社", "災害時", "幼児教育"),
    ("統計", "統計データ", "観光客", "老人"),
    ("ごみ", "ゴミ", "参議院選挙", "留学生"),
    ("保育園", "幼稚園", "予算案", "車道"),
]


def test_the_file_is_the_one_that_was_measured_and_is_small() -> None:
    content = files("store.index").joinpath("data/words128.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256
    assert len(content) < MOST_BYTES


@pytest.mark.parametrize(("word", "near", "far", "farther"), NEIGHBOURS, ids=lambda word: word)
def test_a_word_is_nearest_to_the_one_that_means_nearly_the_same(
    word: str, near: str, far: str, farther: str
) -> None:
    vectors = word_vectors()
    asked, *others = (vectors.of_text(each) for each in (word, near, far, farther))
    assert asked is not None
    cosines = [float(asked @ other) for other in others if other is not None]
    assert len(cosines) == 3
    assert cosines[0] == max(cosines)


@pytest.mark.parametrize("text", ["", " ", "😀", "123", "、。"])
def test_a_text_without_words_has_no_direction(text: str) -> None:
    assert word_vectors().of_text(text) is None


def test_an_unknown_word_is_put_together_of_its_longest_known_parts() -> None:
    vectors = word_vectors()
    unknown = vectors.of_text("図書館道路税金病院")
    assert unknown is not None
    assert float(unknown @ vectors.of_text("病院")) > 0.2


def test_the_words_of_a_text_are_told_with_their_weights_a_known_compound_as_one() -> None:
    told = list(word_vectors().words_of("高齢者福祉の窓口"))
    assert [each.word for each in told][-1] == "窓口"
    assert all(each.vector is not None and each.weight > 0 for each in told)


def test_stored_vectors_come_back_as_they_were_to_a_hundredth() -> None:
    vector = word_vectors().of_text("市民と行政が協力するまちづくり")
    assert vector is not None
    back = unpacked(packed([vector, None]))
    assert back.shape == (2, DIMENSIONS)
    assert float(back[0] @ vector) / float(np.linalg.norm(back[0])) == pytest.approx(1.0, abs=0.01)
    assert not back[1].any()


def test_a_word_longer_than_all_that_are_known_is_not_known() -> None:
    vectors = word_vectors()
    assert vectors.knows("子供")
    assert not vectors.knows("子供" * 100)
    assert vectors.of_words(["子供" * 100]) == pytest.approx(vectors.of_words(["子供"]), abs=1e-6)
