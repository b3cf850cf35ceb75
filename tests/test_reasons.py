"""なぜ is answered in words of the city hall: no scores, no terms of search."""

import re
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.ask.engine import answer
from bot.commands.ask import asked, in_brief, message_of
from bot.messages.search_wording import in_detail, in_plain_words
from store.database import open_database
from store.lists import parse_list
from store.loader import store_list
from store.records import Explanation, Listed, MatchType, ScoreParts, TermMatch
from tests.conftest import LOADED_AT


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (
            TermMatch("ロボット", (("name", MatchType.EXACT), ("purpose", MatchType.EXACT)), 2.1),
            "「ロボット」という言葉が事務事業名・目的にあります",
        ),
        (
            TermMatch("PC", (("overview", MatchType.SYNONYM), ("outcome", MatchType.PART)), 2.1),
            "「PC」と同じ意味の言葉が概要、「PC」を含む言葉が成果にあります",
        ),
        (TermMatch("観光", (), 3.1), "「観光」は、この事業の記録から確かめられませんでした"),
        (Listed("number"), "事業番号が一致"),
    ],
)
def test_why_a_project_was_found_is_said_in_plain_words(why: Explanation, told: str):
    assert in_plain_words((why,)) == told


def test_plain_words_leave_out_what_the_score_is_made_of():
    found = TermMatch("観光", (("name", MatchType.EXACT),), 3.1)
    assert in_plain_words((found, ScoreParts(0.5, 1.0, 0.9))) == in_plain_words((found,))
    assert in_detail((found, ScoreParts(0.5, 1.0, 0.9))) == [
        "「観光」: 事務事業名（同じ語）、珍しさ 3.10",
        "事務事業名に占める割合 50%、文中の出現 100%、得点 0.900",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "ロボットの担当課は",
        "オリパラ",
        "AIオンデマンド乗合タクシーは何人が利用した？",
        "企画経営課の事業をまとめて",
        "満足度は？",
        "11と12を比べて",
    ],
)
def test_no_reason_has_a_score_or_a_term_of_the_trade(db: Database, question: str):
    told = "".join(answer(db, question).reasons)
    assert told
    assert not re.search(r"[0-9]\.[0-9]|同じ語|同義語|中心性|珍しさ|得点|結び付", told)


def test_a_figure_of_a_summary_stands_in_words_of_the_record_that_one_understands(db: Database):
    given = answer(db, "情報政策課の事業をまとめて").text
    assert "アカウント数も令和2年度の583件から637件に増加し" in given
    of_other = answer(db, "産業振興センターと科学技術振興課の事業をまとめて").text
    assert "番号 | 事業 | 記載" in of_other
    assert "、ドロップイン71者 ※うち学生、研究者は約12%\n" in of_other
    assert "| 研究者は約12%" not in of_other


def test_a_word_of_a_summary_has_as_many_projects_as_a_question_counts(db: Database):
    line = answer(db, "科学技術振興課をまとめて").text.splitlines()[1]
    told = dict(re.findall(r"(\w+)（(\d+)件）", line.partition(": ")[2]))
    assert told["実証実験"] == "5"
    for word, count in told.items():
        assert f"{count}件" in answer(db, f"科学技術振興課で「{word}」と書いてある事業は何件").text, word


def test_what_outcomes_of_a_list_share_word_for_word_is_not_told_of_its_projects(tmp_path: Path):
    rows = "".join(
        f"{n},{name},道路課,{name}を直す。,指標は設けていません。{done}\n"
        for n, (name, done) in enumerate(
            [("県道", ""), ("市道", ""), ("農道", "3か所を直しました。"), ("林道", ""), ("橋", "")], 1
        )
    )
    text = f"令和5年度 事務事業評価\n事業番号,事務事業名,担当課,事業の概要,成果\n{rows}"
    db = open_database(tmp_path / "made.db")
    store_list(db, parse_list(text.encode()), source_name="made.csv", now=LOADED_AT)
    given = answer(db, "道路課をまとめて").text
    assert "とほぼ同じ" not in given
    assert "・3 農道 「3か所を直しました。」" in given
    assert "成果の欄が「指標は設けていません。」の4件は、概要や目的の文を載せています。" in given
    assert "・5 橋 「橋を直す。」" in given


@pytest.mark.parametrize(
    ("topic", "numbers"),
    [
        ("コロナの影響のまとめ", {"61", "63", "64", "68", "84", "85", "97", "104"}),
        ("コロナへの対応をまとめて", {"61", "63", "64", "68", "84", "85", "97", "104"}),
        ("実証実験の動向のまとめ", {"9", "93", "94", "97", "1045"}),
    ],
)
def test_a_topic_is_summed_up_of_every_project_that_speaks_of_it(db: Database, topic: str, numbers: set[str]):
    given = answer(db, topic)
    assert given.kind == "summary"
    assert set(given.citations) == numbers
    assert "84" not in numbers or "コロナウイルス感染症のため" in given.text


def test_a_topic_in_other_words_is_summed_up_and_no_title_alone(tmp_path: Path):
    rows = "".join(
        f"{n},{name},福祉課,{text}\n"
        for n, (name, text) in enumerate(
            [
                ("定期便", "ひとりぐらしの高齢者の安否確認のため、牛乳を配ります。"),
                ("手当", "手当を支給します。"),
                ("道路", "道路を直します。"),
            ],
            1,
        )
    )
    db = open_database(tmp_path / "made.db")
    text = f"令和5年度 事務事業評価\n事業番号,事務事業名,担当課,事業の概要\n{rows}"
    store_list(db, parse_list(text.encode()), source_name="made.csv", now=LOADED_AT)
    assert "安否確認のため、牛乳を配ります。" in answer(db, "高齢者の見守りのまとめ").text


@pytest.fixture
def towns_list(tmp_path: Path) -> Database:
    rows = """1,自転車のまち推進,自転車のまちをつくる。,計画をつくる。,駐輪場を3か所新設した。
5,自転車通学支援,通学を助ける。,補助金を交付する。,20人に補助した。
2,駅前管理,駅前を保つ。,花を植える。,花植えを8回実施した。また放置自転車の整理を2回行った。自転車の台数は減少した。
3,夏の講座,学びを支える。,講座を開く。,講座を対面で行った。
4,窓口,手続を楽にする。,窓口を保つ。,会議を対面で開催した。窓口の電子化を進めた。講座の申込みを受け付けた。
"""
    db = open_database(tmp_path / "town.db")
    text = f"令和5年度 事務事業評価\n事業番号,事務事業名,目的,事業の概要,成果\n{rows}"
    store_list(db, parse_list(text.encode()), source_name="town.csv", now=LOADED_AT)
    return db


def test_of_a_topic_one_reads_what_came_of_it_and_all_that_outcomes_say_of_it(towns_list: Database):
    given = answer(towns_list, "自転車のまとめ").text.splitlines()
    assert given[1:] == [
        "・5 自転車通学支援 「20人に補助した。」",
        "・1 自転車のまち推進 「駐輪場を3か所新設した。」",
        "・2 駅前管理 「自転車の台数は減少した。」",
        "そのほかの動き",
        "・2 駅前管理 「また放置自転車の整理を2回行った。」",
    ]


def test_a_topic_that_few_say_as_typed_is_summed_up_by_what_it_is_made_of(towns_list: Database):
    given = answer(towns_list, "自転車台数のまとめ").text
    assert "・2 駅前管理 「自転車の台数は減少した。」" in given


def test_what_one_name_says_and_other_records_too_is_told_of_these_behind_it(towns_list: Database):
    given = answer(towns_list, "講座のまとめ")
    assert given.text.startswith("夏の講座（事業番号 3）")
    assert given.text.endswith("・4 窓口 「講座の申込みを受け付けた。」")
    assert answer(towns_list, "窓口のまとめ").near == ()


def test_what_a_topic_is_only_mentioned_in_is_no_summary_of_that_project(towns_list: Database):
    given = answer(towns_list, "花植えのまとめ")
    assert "花植えを8回実施した。" in given.text
    assert "駅前を保つ。" not in given.text


def test_a_long_summary_has_twelve_lines_on_a_screen_and_says_how_to_see_the_others(db: Database):
    whole = asked(db, "政策イノベーション部をまとめて")
    brief = message_of(in_brief(whole)).text.splitlines()
    assert len(brief) < 16 < len(message_of(whole).text.splitlines())
    assert "| less" in brief[-1]
    short = asked(db, "スマートシティ戦略室をまとめて")
    assert message_of(in_brief(short)).text == message_of(short).text


def test_a_department_is_summarized_by_section(db: Database):
    given = answer(db, "政策イノベーション部をまとめて").text
    first = given.split("課ごとの主な取組\n")[1].split("のほかの事業")[0]
    for office in ("企画経営課・19件", "科学技術振興課・8件", "情報政策課・5件", "スタートアップ推進室・1件"):
        assert office in first


def test_the_summary_of_a_topic_has_the_sentence_that_speaks_of_it_for_each_project(db: Database):
    given = answer(db, "コロナの影響をまとめて")
    lines = [line for line in given.text.split("\n") if re.match(r"・\d", line)]
    assert len(lines) >= len(given.citations) > 3
    assert all("コロナ" in line for line in lines)
