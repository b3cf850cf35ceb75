"""The forms in which texts are compared, and texts that Sudachi would not take whole."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text import normalize
from store.text.morphology import tokenize


@pytest.mark.parametrize(
    ("form", "text", "folded"),
    [
        (normalize.nfkc, "ﾊﾟﾌﾞｺﾒ　Ｒ３ ㈱", "パブコメ R3 (株)"),
        (normalize.one_space, " 企画　経営課\t の\n事業", "企画 経営課 の 事業"),
        (normalize.width_fold, "ＤＸ－推進〜Society５.０", "dx-推進~society5.0"),
        (normalize.aligned_fold, "㈱ＤＸ", "㈱dx"),
        (normalize.spaceless, "企画 経営\u200b課　Ａ", "企画経営課a"),
        (normalize.alnum_key, "パブ・コメ（市民）ＡＢ-1", "パブコメ市民ab1"),
        (normalize.alnum_key, "ﾊﾟﾌﾞｺﾒ", "パブコメ"),
        (normalize.header_key, "（１）【事業名】（※注）", "事業名"),
        (normalize.header_key, "担当課 ※2", "担当課"),
    ],
)
def test_each_form_folds_what_it_says(form, text, folded):
    assert form(text) == folded


@given(st.text() | st.text("ｶﾞか゛がパ\u3099\u309a（）㈱①ＡＢ１é가\u0301\u1100\u1161あ漢ー"))
def test_nfkc_is_that_of_unicode(text):
    assert normalize.nfkc(text) == unicodedata.normalize("NFKC", text)


@given(st.text())
def test_what_is_folded_stays_as_it_is_when_folded_again(text):
    for form in (normalize.nfkc, normalize.one_space, normalize.alnum_key):
        once = form(text)
        assert form(once) == once


@given(st.text())
def test_the_places_of_letters_are_spans_of_the_text_in_order(text):
    key, places = normalize.alnum_places(text)
    assert len(key) == len(places)
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


@given(st.text())
def test_an_aligned_text_is_as_long_as_it_was(text):
    assert len(normalize.aligned_fold(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "ﷺ" * 2_000,
        "ﷺ" * 20_000,
        "\U0001f9d1" * 12_500,
        "市民参加" * 5_000,
        "市民\ud83d参加",
    ],
    ids=["grows in NFKC", "grows, long", "four bytes each", "plain, long", "half a pair"],
)
def test_a_text_of_any_bytes_is_cut_into_words_that_cover_it(text):
    tokens = list(tokenize(text))
    assert tokens[0].start == 0
    assert tokens[-1].end == len(text)
    assert all(one.end == other.start for one, other in pairwise(tokens))


@given(st.text(st.sampled_from("ｶﾞﾊﾟカ゛かがﾞ々Ａａ１①㈱㌔ⅣﬁÅée\u0301ㄱㅏ㎡～‐・＿_ Σσς髙"), max_size=8))
def test_a_key_is_the_same_with_and_without_places(text: str) -> None:
    assert normalize.alnum_key(text) == normalize.alnum_places(text)[0]
