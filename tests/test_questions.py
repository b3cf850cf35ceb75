"""Whole questions and long typed text: the nearest wording comes first, nonsense finds nothing."""

import pytest

from store import projects
from store.database import Database
from store.index.tuning import TUNING
from store.records import MatchType, SearchResult
from store.search import minimum_should_match
from store.search.expansion import Interpretation, QueryTerm
from store.search.pipeline import search
from store.search.query import parse
from store.text import morphology
from store.text.display import display
from store.text.morphology import Text, TokenSet


def ask(db: Database, question: str) -> SearchResult:
    return search(db, parse(question))


def first(db: Database, question: str) -> str:
    return ask(db, question).hits[0].project.number


def word(text: str, *, projects: int = 5, noun: bool = True) -> QueryTerm:
    token_set = TokenSet((text,), projects, noun)
    return QueryTerm(text, (Interpretation(MatchType.EXACT, (token_set,)),), (token_set,))


def said(name: str, overview: str = "") -> Text:
    whole = morphology.whole((name, "", "", overview, ""))
    return Text(whole, tuple(whole.split("\n")))


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("市民の意見を、市の計画や条例に反映させるために募る事業は？", "75"),
        (
            "起業したい人に、場所や専門家の助言を提供することにより、創業を支援している事業は",
            "18",
        ),
        (
            "統計調査員の資質を高めるため、研修や、調査員同士の情報交換をする会はありますか。",
            "83",
        ),
    ],
)
def test_a_question_of_several_clauses_finds_its_project_or_offers_it(
    db: Database, question: str, number: str
) -> None:
    found = ask(db, question)
    assert number in [*(hit.project.number for hit in found.hits[:3]), *(n.number for n in found.suggestions)]


def test_a_question_worded_as_the_project_finds_it_first(db: Database) -> None:
    listed = [project for project in projects.every(db) if project.overview]
    right = [
        project.number == first(db, f"{display(project.overview)[:60]}事業はどれですか？")
        for project in listed
    ]
    assert sum(right) >= 0.95 * len(listed) > 0


@pytest.mark.parametrize(
    "question",
    [
        "恐竜の化石を、宇宙飛行士が発掘する事業は？",
        "吸血鬼が棺桶で居眠りするのはなぜですか？",
        "あれをこうしてそうするのはどれ？",
        "、、、。？",
    ],
)
def test_a_question_about_nothing_in_the_list_gets_nothing(db: Database, question: str) -> None:
    assert ask(db, question).hits == ()


def test_long_text_keeps_its_best_ten_though_most_of_it_is_said_nowhere_together(db: Database) -> None:
    names = [project.name for project in projects.every(db)][:10]
    assert len(ask(db, "、".join(f"{name}を進めること" for name in names)).hits) == 10


def test_a_question_respects_filters_and_exclusions(db: Database) -> None:
    question = "市の計画に、意見を募る事業は？"
    sections = {hit.project.section for hit in ask(db, question).hits}
    assert len(sections) > 1
    for section in sections:
        inside = ask(db, f"{question} 課:{section}").hits
        assert {hit.project.section for hit in inside} == {section}
    without = ask(db, f"{question} -パブリックコメント").hits
    assert without
    assert "75" not in [hit.project.number for hit in without]


def test_a_sentence_that_one_record_says_word_for_word_does_not_hide_those_near_it(db: Database) -> None:
    found = ask(db, "国に対して要望活動を行う")
    assert found.hits[0].project.number == "62"
    assert "63" in [hit.project.number for hit in found.hits]


def test_a_sentence_that_is_a_name_finds_that_project_alone(db: Database) -> None:
    name = "デジタル情報プラットフォームの導入による地域との連携推進"
    assert [hit.project.name for hit in ask(db, name).hits] == [name]


def test_rare_words_count_more_than_common_ones() -> None:
    found = {1: said("", "道路 整備"), 2: said("", "橋 整備")}
    scores = minimum_should_match.by_words(
        [word("道路", projects=900), word("橋", projects=2)], found, {}, 1000
    )
    assert scores[2] == 1.0 > scores[1] > 0


def test_nouns_count_more_than_other_words_as_rare() -> None:
    found = {1: said("", "架ける 川"), 2: said("", "橋 川")}
    scores = minimum_should_match.by_words([word("橋"), word("架ける", noun=False)], found, {}, 1000)
    assert scores[2] == 1.0 > scores[1] > 0


def test_a_word_said_in_a_shorter_text_counts_more_and_again_counts_less() -> None:
    found = {1: said("", "橋 " + "道路 " * 30), 2: said("", "橋 道路"), 3: said("", "橋 川 橋")}
    scores = minimum_should_match.by_words([word("橋")], found, {}, 1000)
    assert scores[3] > scores[2] > scores[1]
    assert scores[3] < 2 * scores[2]


def test_a_name_asked_for_in_full_goes_before_one_asked_for_in_part() -> None:
    found = {1: said("橋 整備"), 2: said("橋 点検")}
    counts = {"橋": 5, "整備": 50, "点検": 50}
    scores = minimum_should_match.by_words([word("橋"), word("整備", projects=0)], found, counts, 1000)
    assert scores[1] == scores[2]  # a word that no project has is not asked for
    scores = minimum_should_match.by_words([word("橋"), word("整備", projects=50)], found, counts, 1000)
    assert scores[1] == 1.0 + TUNING.reranking.name > scores[2]


def test_runs_of_characters_prefer_the_same_order() -> None:
    shares = minimum_should_match.by_characters(
        "道路橋点検", {1: "道路橋点検業務", 2: "橋点検道路", 3: "庭園"}
    )
    assert shares[1] == TUNING.reranking.runs
    assert shares[1] > shares[2] > shares[3] == 0.0


def test_nothing_to_compare_is_no_error() -> None:
    assert minimum_should_match.by_words([word("橋")], {}, {}, 0) == {}
    assert minimum_should_match.by_characters("橋", {}) == {}
    assert minimum_should_match.by_characters("", {1: "橋"}) == {1: 0.0}
