"""Whatever is asked: quotes are verbatim, Slack takes every message as it is, and nothing raises."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from bench.ask_checks import is_verbatim, problems, quotes
from bot.ask.answers import Answer, Lines, ProjectLine, plain
from bot.ask.engine import answer
from bot.ask.intents import briefs, fields
from bot.ask.matching import sentences
from bot.ask.terms import names, terms
from bot.ask.wording import LISTED_BEFORE, Say, finding
from bot.messages.message import pages
from bot.playground.slack.rules import message_problem
from store import projects
from store.database import open_database
from store.lists import parse_list
from store.loader import store_list
from store.records import Project

QUIET = settings(suppress_health_check=list(HealthCheck))
WORDS = (
    "企画経営課", "スマートシティ", "の", "は", "何件", "いつ", "担当課", "目的", "成果", "事業",
    "まとめて", "比べて", "と", "11", "№75", "オンライン", "市民", "？", "統計", "一覧", "令和3年度",
    "ありがとう", "天気", "もっと", "2番目", "<b>", "&amp;", "*", '"',
)  # fmt: skip


@pytest.fixture(scope="module")
def db(seeded_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Database:
    return open_database(shutil.copy(seeded_once, tmp_path_factory.mktemp("properties") / "jigyo.db"))


@pytest.fixture(scope="module")
def every(db: Database) -> list[Project]:
    return list(projects.every(db))


def check(said: Answer, every: list[Project]) -> None:
    assert problems(said, {project.number: project for project in every}) == []
    assert [problem for page in pages(said.message()) if (problem := message_problem(page))] == []


def test_every_field_of_every_project_is_quoted_verbatim_and_passes_the_gate(
    db: Database, every: list[Project]
):
    for project in every:
        for field in ("section", "purpose", "overview", "outcome", "number", "fiscal_year"):
            check(fields.of_project(project, (field,)), every)
        check(briefs.of_project(project), every)


def _lines_of(db: Database, chosen: list[Project]) -> tuple[ProjectLine, ...]:
    with db.reading():
        said = briefs.of_projects(db, chosen, LISTED_BEFORE)
    return next(part.lines for part in said.parts if isinstance(part, Lines))


@QUIET
@given(data=st.data())
def test_a_summary_of_any_projects_leaves_none_out_and_tells_each_by_the_same_sentence(data, db, every):
    chosen = data.draw(st.lists(st.sampled_from(every), min_size=1, unique_by=lambda p: p.key))
    with db.reading():
        said = briefs.of_projects(db, chosen, LISTED_BEFORE)
    check(said, every)
    assert all(f"・{project.number} {project.name}" in said.text for project in chosen)
    told = [sentence for _, sentence in quotes(said, {p.number: p for p in every})]
    assert len(told) == len(set(told))
    shown = [line for part in said.parts if isinstance(part, Lines) for line in part.lines]
    alone = {line[1] for project in chosen for line in _lines_of(db, [project])}
    assert alone <= {line[1] for line in shown}


@QUIET
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=7))
def test_any_question_is_answered_verbatim_or_not_at_all(words, db, every):
    check(answer(db, "".join(words)), every)


@QUIET
@given(text=st.text(max_size=200))
def test_any_text_at_all_gets_an_answer_that_slack_takes(text, db, every):
    check(answer(db, text), every)


def test_a_question_of_two_thousand_characters_is_answered(db: Database, every: list[Project]):
    check(answer(db, "スマートシティの担当課は？" * 150), every)


def test_markup_around_and_inside_sentences_is_not_shown(tmp_path: Path):
    cell = "<ul><li>産業&amp;技術を<b>支援</b>した。</li><li>3件を採択。</li></ul>"
    project = Project(2021, "7", "<印>付き事業", section="課", purpose=cell, overview=cell, outcome=cell)
    said = fields.of_project(project, ("outcome",))
    assert "「産業&技術を支援した。」" in said.text
    assert "「3件を採択。」" in said.text
    assert all(is_verbatim(project, sentence) for _, sentence in quotes(said, {"7": project}))
    check(said, [project])


def test_a_finding_is_its_values_and_is_worded_when_it_is_drawn():
    drawn: list[int] = []

    @finding("bold")
    def counted(total: int) -> str:
        drawn.append(total)
        return f"{total:,}件です。"

    found = counted(1234)
    assert found == counted(1234) != counted(5)
    assert drawn == []
    assert plain(found) == ["1,234件です。"]
    assert drawn == [1234]


DENIED = re.compile("(?:見つかり|あり|登録されてい|出てき)ません|書かれていません")
OF_A_WORD = ("{}についての記載は", "{}は何件", "{}はいつ", "{}はどこ", "{}はありますか", "{}の事業は")
OF_A_CITY = (
    "令和5年度事務事業一覧\n\n事業番号\t事務事業名\t課名\t事業の目的\t事業の概要\t成果\t成果指標1\t実績\n"
    "1\t除雪\t建設部道路課\t冬の通行を確保する。\t市道を除雪車で除雪し、凍結防止剤をまく。\t"
    "出動は延べ41日、除雪延長は230kmだった。通学路の苦情が前年より減った。\t除雪延長（km）\t230\n"
    "2\t図書館の運営\t教育部図書館\t読書に親しむ。\t移動図書館が19か所を巡る。\t"
    "貸出は12万冊、利用者登録は3千人にとどまった。古い蔵書の除籍を始めた。\t貸出冊数\t120000\n"
    "3\t鳥獣被害の防止\t農林部農政課\t作物を守る。\t電気柵の設置を補助する。\t"
    "捕獲おりを7基増やし、猪の捕獲は88頭になった。協議会を書面で開いた。\t捕獲頭数\t88\n"
)


def denials(said: Answer) -> Iterable[str]:
    """Our own lines that deny that something is there; but of columns, which are all known."""
    ours = (part.text for part in said.parts if isinstance(part, Say))
    return [line for line in (*ours, *said.reasons) if DENIED.search(line) and "の列は" not in line]


def nouns_of(projects: Iterable[Project]) -> list[str]:
    found = (
        term
        for project in projects
        for _, sentence in sentences(project)
        for term in terms(sentence.text)[0]
        if names(term) and 1 < len(term) < 12
    )
    return sorted({*found})


def test_no_reply_denies_a_noun_that_stands_in_a_record_of_the_seed(db: Database, every: list[Project]):
    words = nouns_of(every)[::14]
    assert len(words) > 30
    for word in words:
        for asked in OF_A_WORD[:3]:
            given = answer(db, asked.format(word))
            assert [line for line in denials(given) if f"「{word}」" in line] == [], asked.format(word)


def test_no_reply_denies_a_noun_that_stands_in_a_record_of_another_city(tmp_path: Path):
    db = open_database(tmp_path / "city.db")
    store_list(db, parse_list(OF_A_CITY.encode()), source_name="r5.tsv", now="2026-11-23T00:00:00+00:00")
    words = nouns_of(projects.every(db))
    assert "除雪延長" in words
    for word in words:
        for asked in OF_A_WORD:
            given = answer(db, asked.format(word))
            assert [line for line in denials(given) if f"「{word}」" in line] == [], asked.format(word)


def test_of_a_number_an_office_or_a_year_that_no_list_has_it_is_said_that_it_is_not_there(db: Database):
    for question, denied in (
        ("事業番号99999の目的は", "99999"), ("ほげ課の事業は", "ほげ課"), ("令和9年度の事業は", "令和9年度"),
    ):  # fmt: skip
        assert any(denied in line for line in denials(answer(db, question))), question
