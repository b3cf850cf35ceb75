"""Offices that a question points at (この課, 同じ部), and offices that no list has (ほげ課)."""

import re
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.ask.engine import answer
from bot.ask.follow_ups import next_turn
from store.database import open_database
from store.lists import parse_list
from store.loader import store_list
from store.search.pipeline import search
from store.search.query import parse
from tests.conftest import LOADED_AT
from tests.test_follow_ups import talk


@pytest.mark.parametrize(
    ("before", "question", "says"),
    [
        ("スマートシティの推進の目的", "この課の事業は何件？", "スマートシティ戦略室の事業は2件です。"),
        ("スマートシティの推進の目的", "その室の事業は？", "スマートシティ戦略室の事業は2件です。"),
        ("スマートシティの推進の目的", "同じ課の事業は？", "スマートシティ戦略室の事業は2件です。"),
        ("スマートシティの推進の目的", "担当課の事業は？", "スマートシティ戦略室の事業は2件です。"),
        ("スマートシティの推進の目的", "その担当課のほかの事業は？", "スマートシティ戦略室の事業は2件です。"),
        ("スマートシティの推進の目的", "この課の成果をまとめて", "戦略室の事業のまとめ（全2件）"),
        ("スマートシティの推進の目的", "同じ部の事業は何件？", "政策イノベーション部の事業は48件です。"),
        ("情報政策課の事業を一覧で", "この課の事業は何件？", "情報政策課の事業は5件です。"),
        ("情報政策課の事業をまとめて", "同じ課の事業は？", "情報政策課の事業は5件です。"),
        ("企画経営課の事業を一覧で", "11と同じ課の事業は？", "スマートシティ戦略室の事業は2件です。"),
        ("企画経営課の事業を一覧で", "11の担当課の事業は？", "スマートシティ戦略室の事業は2件です。"),
        ("11の目的", "こちらの課の事業は？", "スマートシティ戦略室の事業は2件です。"),
        ("11の目的", "同課の事業は？", "スマートシティ戦略室の事業は2件です。"),
        ("11の目的", "どこの課の事業ですか？", "（事業番号 11）の担当課は、スマートシティ戦略室"),
        ("97の目的", "スマートシティはどの課の事業？", "（事業番号 11）の担当課は、スマートシティ"),
        # The name of the section is asked for, not its projects.
        ("スマートシティの推進の目的", "その担当課は？", "（事業番号 11）の担当課は、スマートシティ戦略室"),
        ("スマートシティの推進の目的", "その課は？", "（事業番号 11）の担当課は、スマートシティ戦略室"),
    ],
)  # fmt: skip
def test_an_office_pointed_at_is_that_of_what_the_thread_speaks_of(
    db: Database, before: str, question: str, says: str
):
    assert says in talk(db, before, question).text


@pytest.mark.parametrize(
    "question", ["この課の事業は何件？", "その課の事業は？", "この室の事業", "同じ部の事業は？"]
)
def test_with_nothing_to_point_at_it_is_asked_which_office_is_meant(db: Database, question: str):
    given = answer(db, question)
    assert (given.kind, given.citations) == ("none", ())
    assert "どちらのことでしょうか" in given.text
    assert "の事業は何件？」のように" in given.text


def test_in_a_channel_with_a_section_it_is_pointed_at(db: Database):
    assert "情報政策課の事業は5件です。" in answer(db, "この課の事業は何件？", here="情報政策課").text


def test_where_several_offices_were_shown_they_are_named_and_the_thread_stays(db: Database):
    listed = answer(db, "オンラインで開催した事業は？")
    turn = next_turn(None, listed)
    given = answer(db, "この課の事業は？", last=turn)
    kept = next_turn(turn, given)
    assert "どちらのことでしょうか" in given.text
    assert "企画経営課" in given.text
    assert turn is not None
    assert kept is not None
    assert kept.listed == turn.listed


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("ほげ課の事業は何件？", "ほげ課"),
        ("ほげほげ課の事業は？", "ほげほげ課"),
        ("ほげ室の事業は何件？", "ほげ室"),
        ("ほげ課をまとめて", "ほげ課"),
        ("もげもげ課の事業を一覧で", "もげもげ課"),
        ("すくすく課の成果は？", "すくすく課"),
        ("ほげ係の担当は？", "ほげ係"),
        ("財政課の事業は何件？", "財政課"),
        ("みらい課の事業は何件？", "みらい課"),
        ("フガ課をまとめて", "フガ課"),
    ],
)
def test_an_office_that_no_list_has_is_refused_by_its_name(db: Database, question: str, name: str):
    given = answer(db, question)
    assert (given.kind, given.citations) == ("none", ())
    assert f"「{name}」という部署は、登録されている一覧の担当の欄にありません。" in given.text


def test_an_unknown_office_is_refused_in_a_thread_about_another_thing_too(db: Database):
    assert "「ほげ課」という部署は" in talk(db, "スマートシティの推進の目的", "ほげ課の成果は？").text


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("統計を担当している課の事業は何件？", "「統計」が記録にある事業は"),
        ("ロボットをやっている課はどこ？", "科学技術振興課"),
        ("どんな課がある？", "事業のある課・室は"),
    ],
)
def test_a_kind_of_office_alone_is_no_word_of_the_records(db: Database, question: str, says: str):
    assert says in answer(db, question).text


@pytest.mark.parametrize(
    "question",
    [
        "宇宙開発の担当課の事業は？",
        "ほかの課の事業は？",
        "関係課の事業は？",
        "多くの課が関わる事業は",
        "二つの課の事業",
        "新しい課の事業",
        "親しみやすい部の目的",
        "子どもの部の取り組み",
        "固定資産税賦課の目的は？",
        "租税公課の金額は？",
    ],
)
def test_what_names_no_office_is_not_called_an_unknown_one(db: Database, question: str):
    assert "という部署は" not in answer(db, question).text


@pytest.mark.parametrize(
    "question", ["他の課の事業", "別の課の事業", "それぞれの課の事業", "市役所の課の事業", "企業の部の取組"]
)
def test_a_word_of_one_record_makes_its_office_nobody_s(db: Database, question: str):
    assert not re.search("(?:課|室|部)の事業は[0-9]+件です", answer(db, question).text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("科学技術新興課の事業", "科学技術振興課"),
        ("情報政作課の目的", "情報政策課"),
    ],
)
def test_an_office_typed_wrongly_is_guessed_at(db: Database, typed: str, meant: str):
    given = answer(db, typed)
    assert given.confidence == "unsure"
    assert f"もしかして: {meant}" in given.text
    with db.reading() as index:
        assert {entry.section for entry in index.catalog.of_keys(given.shown)} == {meant}


def test_what_stands_beside_an_office_pointed_at_is_left_to_be_read(db: Database):
    said = talk(db, "11の目的", "この課のほかに担当している部署は").text
    assert "スマートシティ戦略室" in said


def test_a_department_is_asked_back_for_with_a_department(db: Database):
    assert "「政策イノベーション部の事業は何件？」のように" in answer(db, "この部の事業は？").text


@pytest.mark.parametrize(
    ("question", "total"),
    [
        ("企画経営課って事業いくつ抱えてる", 19),
        ("企画経営課は事業を何本持っていますか", 19),
        ("企画経営課の担当、並べてください", 19),
        ("情報政策課の事業、番号で教えて", 5),
        ("情報政策課が手がけている事業", 5),
        ("情報政策課の担当事業をずらっと", 5),
        ("スマートシティ戦略室が面倒を見ている事業は何ですか", 2),
    ],
)
def test_what_an_office_has_is_asked_in_many_wordings(db: Database, question: str, total: int) -> None:
    given = answer(db, question)
    assert given.kind in ("count", "list")
    assert len(given.shown) + len(given.rest) == total


@pytest.mark.parametrize(
    ("question", "first", "said"),
    [
        ("事業を最も多く抱えている課は？", "企画経営課", "事業が最も多い課・室は、企画経営課（19件）です。"),
        ("事業数が一番少ない課は", "産業振興センター", "事業が最も少ない課・室は、"),
        ("課ごとの事業数", "企画経営課", "事業のある課・室は 10 あります。"),
        ("何課が何件持ってる？", "企画経営課", "事業のある課・室は 10 あります。"),
    ],
)
def test_how_many_each_office_has_is_told_in_order(
    db: Database, question: str, first: str, said: str
) -> None:
    lines = answer(db, question).text.splitlines()
    assert lines[0].startswith(said)
    assert lines[1].startswith(f"・{first}")


def test_a_project_of_the_department_itself_is_counted_and_found_as_one_of_it():
    rows = [
        "1\t福祉事務\t健康福祉部",
        "2\t給付金\t健康福祉部　地域福祉課",
        "3\t道路の補修\t都市整備部　道路課",
    ]
    text = "\n".join(["事業番号\t事務事業名\t担当部署", *rows])
    db = open_database(":memory:")
    store_list(db, parse_list(text.encode(), fiscal_year=2024), source_name="a.tsv", now=LOADED_AT)
    given = answer(db, "健康福祉部の事業は何件？")
    assert "健康福祉部の事業は2件です。" in given.text
    assert given.citations == ("1", "2")
    assert {hit.project.number for hit in search(db, parse("部:健康福祉部")).hits} == {"1", "2"}
    assert "福祉事務（事業番号 1）の担当課は、健康福祉部です。" in answer(db, "1の担当課は？").text


@pytest.fixture
def outside(tmp_path: Path) -> Database:
    """A list with sections that belong to no department, and a text with the end of another's name in it."""
    db = open_database(tmp_path / "outside.db")
    rows = [
        "事業番号,事務事業名,担当課,事業概要",
        "1,議会中継事業,部局外　議会事務局,本会議を中継します。",
        "2,出納検査事務,部局外　会計課,出納を検査します。",
        "3,観光協議会補助事業,経済部　商工観光課,協議会事務局の運営を補助します。",
    ]
    store_list(
        db, parse_list("\n".join(rows).encode(), fiscal_year=2024), source_name="外.csv", now=LOADED_AT
    )
    return db


def test_what_belongs_to_no_department_is_one_of_its_own(outside: Database):
    assert "担当課は、議会事務局（部局外）です。" in answer(outside, "議会中継の担当課はどこ").text
    given = answer(outside, "部局外の事業は何件")
    assert "部局外の事業は2件です。" in given.text
    assert given.citations == ("1", "2")


def test_a_section_is_counted_by_its_whole_name(outside: Database):
    given = answer(outside, "議会事務局の事業は何件")
    assert "議会事務局の事業は1件です。" in given.text
    assert given.citations == ("1",)


@pytest.mark.parametrize(
    ("question", "first", "sections"),
    [
        ("部局外の課はどこですか", "部局外で事業のある課・室は 2 あります。", {"議会事務局", "会計課"}),
        ("経済部にはどんな課がありますか", "経済部で事業のある課・室は 1 あります。", {"商工観光課"}),
        ("経済部には課がいくつある？", "経済部で事業のある課・室は 1 あります。", {"商工観光課"}),
    ],
)
def test_the_sections_of_a_department_are_told_and_not_its_projects(
    outside: Database, question: str, first: str, sections: set[str]
):
    given = answer(outside, question)
    head, *lines = given.text.splitlines()
    assert (given.citations, head.startswith(first)) == ((), True)
    assert {line.removeprefix("・").split("　")[0] for line in lines} == sections


def test_sections_of_no_department_are_those_without_one_in_the_list():
    rows = ["1\t出納\t会計課", "2\t給付金\t福祉部　福祉課", "3\t慰霊祭\t福祉課", "4\t敬老会\t福祉部"]
    db = open_database(":memory:")
    text = "\n".join(["事業番号\t事務事業名\t担当部署", *rows])
    store_list(db, parse_list(text.encode(), fiscal_year=2024), source_name="a.tsv", now=LOADED_AT)
    head, *lines = answer(db, "部局外の課は？").text.splitlines()
    assert (head.startswith("部の名前が書かれていないもの"), lines) == (True, ["・会計課　1件"])


@pytest.mark.parametrize(
    "question", ["会計課で終わった事業は", "会計課の終わった事業は何件", "会計課で増えた事業は"]
)
def test_what_became_of_the_projects_of_a_section_is_not_told_by_all_of_them(
    outside: Database, question: str
):
    given = answer(outside, question)
    assert given.confidence != "sure"
    assert "確かめられませんでした" in given.text


def test_what_a_section_carries_out_are_all_of_its_projects(outside: Database):
    for question in ("会計課で行っている事業は何件", "会計課は何件の事業を実施しましたか"):
        assert "会計課の事業は1件です。" in answer(outside, question).text
