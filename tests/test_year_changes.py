"""Two fiscal years of a record: what changed word by word, what was copied."""

from pathlib import Path

from bot.ask.engine import answer
from bot.ask.follow_ups import next_turn
from bot.ask.intents.changing import compared
from store.database import open_database
from store.index import writer
from store.lists import parse_list
from store.loader import store_list
from store.records import Project

HEADER = "通し番号\t事業番号\t事務事業名\t課名\t事業の目的\t事業の概要\t成果\n"
THEN = (
    "令和2年度事務事業一覧\n\n"
    + HEADER
    + (
        "1\t77\t職員提案制度\t政策部企画課\t士気の高揚を図る。\t提案を求める。\t提案12件を審査した。庁内に周知した。\n"
        "2\t78\t古い事業\t政策部企画課\t目的。\t概要。\t成果。\n"
        "3\t79\t同じ事業\t政策部企画課\t目的。\t概要。\t成果。\n"
    )
)
NOW = (
    "令和3年度事務事業一覧\n\n"
    + HEADER
    + (
        "1\t77\t職員提案制度\t政策部企画課\t士気の高揚を図る。\t提案を求める。\t提案17件を審査した。\n"
        "2\t79\t同じ事業\t政策部企画課\t目的。\t概要。\t成果。\n"
        "3\t80\t図書館の開設\t政策部企画課\t読書に親しむ。\t本をそろえる。\t開館した。\n"
    )
)


def project(year: int, outcome: str) -> Project:
    return Project(year, "77", "職員提案制度", purpose="士気の高揚を図る。", outcome=outcome)


def test_a_changed_sentence_marks_the_words_that_differ():
    found = compared(project(2020, "提案12件を審査した。"), project(2021, "提案17件を審査した。"))
    (change,) = found.changed
    assert [change.before[a:b] for a, b in change.before_spans] == ["12"]
    assert [change.after[a:b] for a, b in change.after_spans] == ["17"]
    assert found.same == ("name", "purpose")


def test_new_and_dropped_sentences_are_told_apart_from_changed_ones():
    found = compared(
        project(2020, "提案12件を審査した。庁内に周知した。"),
        project(2021, "提案17件を審査した。表彰式を開いた。"),
    )
    told = [(change.before, change.after) for change in found.changed]
    assert ("提案12件を審査した。", "提案17件を審査した。") in told
    assert ("", "表彰式を開いた。") in told
    assert ("庁内に周知した。", "") in told


def two_years(tmp_path: Path):
    db = open_database(tmp_path / "jigyo.db")
    for name, text in (("r2.txt", THEN), ("r3.txt", NOW)):
        store_list(db, parse_list(text.encode()), source_name=name, now="2026-11-23T00:00:00+00:00")
    assert writer.check(db) == []
    return db


def test_a_project_is_compared_with_the_year_before(tmp_path: Path):
    given = answer(two_years(tmp_path), "職員提案制度は前年度と何が変わった？")
    assert given.kind == "compare"
    assert "「提案12件を審査した。」" in given.text
    assert "「提案17件を審査した。」" in given.text
    assert "令和2年度と一字一句同じです" in given.text


def test_a_section_tells_new_dropped_and_copied_projects(tmp_path: Path):
    given = answer(two_years(tmp_path), "企画課の令和2年度と令和3年度を比べて")
    assert "新しい事業 1件" in given.text
    assert "なくなった事業 1件" in given.text
    assert "一字一句同じもの 1件" in given.text


def test_one_year_alone_cannot_be_compared(seeded_once: Path):
    given = answer(open_database(seeded_once), "職員提案制度の前年度との違いは？")
    assert "登録されているのは令和3年度だけです" in given.text


def test_a_question_without_a_year_means_the_newest_and_tells_of_the_others(tmp_path: Path):
    db = two_years(tmp_path)
    given = answer(db, "職員提案制度の成果は？")
    assert (given.kind, given.confidence, given.shown) == ("field", "sure", ((2021, "77"),))
    assert "令和2年度の記録もあります" in given.text
    assert answer(db, "令和2年度の職員提案制度の成果は？").shown == ((2020, "77"),)
    assert answer(db, "提案は何件審査した？").text.startswith("17件です。")


def test_a_section_is_counted_and_summarized_in_the_newest_year(tmp_path: Path):
    db = two_years(tmp_path)
    counted = answer(db, "企画課の事業は何件？")
    assert "令和3年度・企画課の事業は3件です。" in counted.text
    assert "ほかの年度: 令和2年度は3件" in counted.text
    assert {year for year, _ in answer(db, "企画課をまとめて").shown} == {2021}
    assert answer(db, "古い事業の目的").shown == ((2020, "78"),)
    assert answer(db, "令和2年度の企画課の事業は何件？").shown[0][0] == 2020


def test_a_project_under_another_number_is_compared_and_its_columns_too(tmp_path: Path) -> None:
    head = "番号,事業名,担当課,事業概要,当初予算額（千円）,総合評価"
    db = open_database(tmp_path / "jigyo.db")
    for year, number, budget, verdict in ((5, 103, 1250, "A"), (6, 104, 2500, "C")):
        text = f"令和{year}年度\n{head}\n{number},健診事業,健康課,健診を行う。,{budget},{verdict}\n"
        store_list(db, parse_list(text.encode()), source_name=f"r{year}.csv", now="")
    told = answer(db, "健診事業は令和5年度と令和6年度でどう変わりましたか").text
    assert "令和5年度の番号は 103 です。" in told
    assert "当初予算額（千円）: 1250 → 2500" in told
    assert "総合評価: A → C" in told


def test_a_project_of_another_year_is_not_answered_with_that_years_text(tmp_path: Path):
    db = two_years(tmp_path)
    for question in ("図書館の開設の令和2年度の成果は", "図書館の開設は令和2年度に何をした？"):
        given = answer(db, question)
        assert (given.kind, given.citations, given.pointers) == ("none", (), ("80",))
        assert "令和2年度の一覧からは、同じ事業を決められませんでした" in given.text
        assert "開館した" not in given.text


def test_a_project_asked_for_in_a_year_is_that_years(tmp_path: Path):
    db = two_years(tmp_path)
    assert "提案12件" in answer(db, "職員提案制度の令和2年度の成果は").text
    assert "提案17件" in answer(db, "職員提案制度の令和3年度の成果は").text
    assert "提案12件" in answer(db, "職員提案制度の昨年度の成果は").text
    assert "「古い事業」" not in answer(db, "昨年度の事業は何件").text
    assert "令和2年度の事業は3件です" in answer(db, "昨年度の事業は何件").text


def test_a_year_alone_asks_for_what_the_thread_told_of_its_project(tmp_path: Path):
    db = two_years(tmp_path)
    first = answer(db, "職員提案制度の成果は")
    then = answer(db, "令和2年度は？", last=next_turn(None, first))
    assert (then.kind, then.citations) == ("field", ("77",))
    assert "提案12件" in then.text
    gone = answer(db, "令和2年度は？", last=next_turn(None, answer(db, "図書館の開設の成果は")))
    assert (gone.kind, gone.pointers) == ("none", ("80",))
