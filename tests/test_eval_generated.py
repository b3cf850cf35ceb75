"""The generated sets: readings, romaji, slips and absent nouns are what they claim to be."""

import unicodedata
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bench import spelling, typos
from bench.generated import MAY_SUGGEST, NOTHING, generate
from bench.listed import listed
from bench.questions import tasks
from store.records import Project

WORDING = """
スマートシティの推進|公民連携を進めること。|データ連携を行う。実証を重ねて市民の利便を高める取組を進める。
東京オリンピック・パラリンピック関連事業|スポーツの振興と国際交流の推進を図る。|聖火リレーを行う。
つくば市統計調査員連絡協議会事務|統計調査員としての能力の向上を図ることを目的とする。|研修会を開く。
PPP/PFI優先的検討規程策定事務|効率的な公共施設の整備を進める。|規程を作る。
"""
PROJECTS = tuple(
    Project(2021, str(number), name, purpose=purpose, overview=overview, id=number)
    for number, (name, purpose, overview) in enumerate((x.split("|") for x in WORDING.split()), 11)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("統計調査", "とうけいちょうさ"),
        ("スマートシティの推進", "すまーとしてぃのすいしん"),
        ("「幸せリーグ」", "しあわせりーぐ"),
        ("PPP/PFI", "PPPPFI"),
        ("Society5.0", "Society50"),
    ],
)
def test_hiragana_is_what_a_person_would_say(text, expected):
    assert spelling.hiragana(text) == expected


@pytest.mark.parametrize(
    ("text", "system", "habit", "expected"),
    [
        ("統計調査", "hepburn", "typed", "toukeichousa"),
        ("統計調査", "hepburn", "short", "tokeichosa"),
        ("統計調査", "hepburn", "macron", "tōkeichōsa"),
        ("統計調査", "kunrei", "typed", "toukeityousa"),
        ("スマート", "hepburn", "typed", "suma-to"),
        ("スマート", "hepburn", "short", "sumato"),
        ("スマート", "hepburn", "macron", "sumāto"),
        ("スマート", "hepburn", "doubled", "sumaato"),
        ("職員提案", "kunrei", "typed", "syokuinteian"),
        ("マッチング", "hepburn", "typed", "matchingu"),
        ("マッチング", "kunrei", "typed", "mattingu"),
        ("振興", "kunrei", "short", "sinko"),
        ("ファッション", "hepburn", "typed", "fasshon"),
    ],
)
def test_romaji_in_every_system_and_habit(text, system, habit, expected):
    assert spelling.romaji(text, system=system, habit=habit) == expected


def test_romaji_may_be_spaced_and_says_particles_as_they_sound():
    assert spelling.romaji("統計の調査", system="hepburn", habit="short", spaced=True) == "tokei no chosa"
    assert spelling.romaji("市民を", system="hepburn", habit="short") == "shimino"


def test_widths_fold_back_to_the_same_text():
    for project in PROJECTS:
        folded = unicodedata.normalize("NFKC", project.name)
        assert unicodedata.normalize("NFKC", spelling.half_width(project.name)) == folded
        assert unicodedata.normalize("NFKC", spelling.full_width(project.name)) == folded


@given(st.text("アイウエオカキクケコサシスセソタチツテトー", min_size=5, max_size=12), st.randoms())
def test_a_slip_is_small_and_changes_the_word(word, random):
    for wrong in typos.slips(word, typos.KATAKANA_SLIPS, random):
        assert wrong != word
        assert OSA.distance(word, wrong) <= 2


@pytest.mark.parametrize("slip", [typos.dropped, typos.doubled, typos.swapped])
@given(word=st.text("市民意識調査統計", min_size=4, max_size=10), random=st.randoms())
def test_dropping_doubling_and_swapping_are_one_edit(slip, word, random):
    assert OSA.distance(word, slip(word, random)) <= 1


def test_a_wrong_conversion_sounds_the_same():
    wrong = typos.misconverted("連絡協議会", Random(1))
    assert wrong != "連絡協議会"
    assert spelling.katakana(wrong) == spelling.katakana("連絡協議会")


def test_generated_sets_are_the_same_every_time_and_hold_every_kind():
    source = listed(PROJECTS)
    cases = generate(source, limit=10, seed="s")
    assert cases == generate(source, limit=10, seed="s")
    kinds = Counter(case.kind for case in cases)
    assert set(NOTHING) <= set(kinds)
    assert {"name", "hiragana", "katakana", "half-width", "romaji-hepburn", "romaji-kunrei"} <= set(kinds)
    assert {"word-hiragana", "word-romaji", "typo-katakana", "typo-kanji"} <= set(kinds)
    assert kinds.keys() & MAY_SUGGEST


def test_a_slip_that_makes_a_word_of_the_list_is_not_asked():
    source = listed((*PROJECTS, Project(2021, "1", "スマーシティの推進")))
    assert "スマーシティ" not in {
        case.query for case in generate(source, limit=99, seed="a") if case.kind == "typo-katakana"
    }


def test_absent_nouns_are_in_no_record_and_gold_is_right_for_words():
    source = listed(PROJECTS)
    for case in generate(source, limit=20, seed="s"):
        if case.kind in NOTHING:
            assert not case.relevant
            assert not source.says(case.query)
        else:
            assert set(case.relevant) <= set(source.numbers)


def test_a_task_takes_out_what_its_question_is_made_of():
    by_name = {task.name: task for task in tasks(PROJECTS, questions=9, seed="s")}
    names = {project.name for project in by_name["title"].projects}
    assert not names & {project.name for project in PROJECTS}
    assert all(not project.purpose for project in by_name["purpose"].projects)
    (held,) = by_name["sentence"].questions
    assert held.query == "実証を重ねて市民の利便を高める取組を進める"
    assert all(held.query not in project.overview for project in by_name["sentence"].projects)
    asked = {case.query for case in by_name["purpose"].questions}
    assert "統計調査員としての能力の向上を図る事業は？" in asked
