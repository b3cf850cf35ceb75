"""The evaluation's own arithmetic: scores, shares, and when a run counts as worse."""

import json
from pathlib import Path

import pytest

from bench.cases import Case, one_per_query, read_cases
from bench.report import Row, fallen, missed, read_baseline, write_baseline
from bench.scoring import Answer, by_kind, figures, score

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize(
    ("relevant", "hits", "rank", "recall", "right"),
    [
        pytest.param("11", "11 12", 1, 1.0, True, id="the one project is first"),
        pytest.param("12", "11 12", 2, 1.0, False, id="the one project is second"),
        pytest.param("12", "", 0, 0.0, False, id="nothing was answered"),
        pytest.param("11 12", "12 7 8", 1, 0.5, True, id="one of several is first, the other is missing"),
        pytest.param("", "", 0, 0.0, True, id="nonsense got no hits"),
        pytest.param("", "11", 0, 0.0, False, id="nonsense was answered"),
    ],
)
def test_an_answer_is_scored_as_the_readme_of_the_sets_says(relevant, hits, rank, recall, right):
    scored = score(Case("q", "k", tuple(relevant.split())), Answer(tuple(hits.split())))
    assert (scored.rank, scored.recall, scored.right) == (rank, recall, right)


def test_more_than_ten_relevant_projects_can_still_score_full_recall():
    numbers = tuple(map(str, range(19)))
    assert score(Case("q", "section", numbers), Answer(numbers[:10])).recall == 1.0


def test_a_suggestion_stands_in_for_a_hit_only_where_it_may_and_only_without_hits():
    case = Case("スマートシテイ", "typo", ("11",))
    suggested = Answer(suggestions=("11",))
    assert score(case, suggested, may_suggest=True).rank == 1
    assert score(case, suggested).rank == 0
    assert score(case, Answer(("7",), ("11",)), may_suggest=True).rank == 0


def test_shares_of_a_kind():
    case = Case("q", "typo", ("11",))
    answers = [
        Answer(("11",)),
        Answer(suggestions=("11",)),
        Answer(("7", "11")),
        Answer((*"123456789", "11")),
    ]
    shares = figures(score(case, answer, may_suggest=True) for answer in answers)
    assert shares == {
        "first": 0.5,
        "~first_as_hit": 0.25,
        "in_five": 0.75,
        "mrr": pytest.approx((1 + 1 + 1 / 2 + 1 / 10) / 4),
        "recall_10": 1.0,
    }


def test_shares_of_nonsense_tell_answers_from_suggestions():
    nonsense = Case("ぬずぢぎす", "none")
    answers = [Answer(), Answer(), Answer(("1",), ("2",)), Answer(suggestions=("3",))]
    assert figures(score(nonsense, answer) for answer in answers) == {"as_hits": 0.25, "as_suggestions": 0.25}


def test_a_fall_is_reported_and_a_rise_is_not():
    row = Row("seed dev", "typo", 4, {"first": 0.5, "mrr": 0.9, "~tantivy mrr": 0.1})
    assert fallen([row], {"seed dev/typo": {"first": 0.75, "mrr": 0.8, "~tantivy mrr": 0.9}}) == [
        "seed dev/typo: first fell from 0.750 to 0.500"
    ]


def test_more_answered_nonsense_is_a_fall():
    row = Row("seed dev", "none", 4, {"as_hits": 0.25})
    assert fallen([row], {"seed dev/none": {"as_hits": 0.0}})
    assert not fallen([row], {"seed dev/none": {"as_hits": 0.5}})


def test_a_kind_that_is_no_longer_measured_is_a_fall_but_a_list_that_is_not_at_hand_is_none():
    row = Row("seed dev", "typo", 4, {"first": 1.0})
    assert fallen([row], {"seed dev/kana": {"first": 1.0}, "review own/kana": {"first": 1.0}}) == [
        "seed dev/kana: in the baseline but not measured"
    ]


def test_a_missed_target_is_reported_in_either_direction():
    low = Row("s", "typo", 1, {"first": 0.8}, {"first": 0.9})
    high = Row("s", "none", 1, {"as_hits": 0.02}, {"as_hits": 0.01})
    assert missed([low, high]) == [
        "s/typo: first 0.800, target 0.900",
        "s/none: as_hits 0.020, target 0.010",
    ]
    assert not missed([Row("s", "none", 1, {"as_hits": 0.01}, {"as_hits": 0.01})])


def test_an_accepted_run_keeps_the_sets_that_were_not_measured(tmp_path):
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps({"review own/kana": {"first": 1.0}, "seed dev/old": {"first": 1.0}}))
    write_baseline(path, [Row("seed dev", "typo", 3, {"first": 2 / 3})], read_baseline(path))
    assert read_baseline(path) == {"review own/kana": {"first": 1.0}, "seed dev/typo": {"first": 0.666667}}


@pytest.mark.parametrize("path", sorted(DATA.glob("search-*.tsv")), ids=lambda path: path.stem)
def test_the_written_sets_are_well_formed(path):
    cases = read_cases(path)
    assert len(cases) > 40
    assert all(case.query and (case.kind == "none") == (not case.relevant) for case in cases)
    assert len(one_per_query(cases)) == len(cases), "a query is asked twice for one kind"


def test_cases_that_ask_the_same_are_merged_and_kinds_keep_their_order():
    cases = [Case("a", "x", ("1",)), Case("b", "y", ("2",)), Case("a", "x", ("3", "1"))]
    merged = one_per_query(cases)
    assert merged == [Case("a", "x", ("1", "3")), Case("b", "y", ("2",))]
    assert list(by_kind(score(case, Answer()) for case in merged)) == ["x", "y"]
