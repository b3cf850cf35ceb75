"""Feedback, channels, recent questions and the CSV file: kept, forgotten, safe to open."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import jigyo
from bot.slack.listeners.conversation import as_csv
from store.database import open_database
from store.lists.cells import guarded, unguarded
from store.records import Project
from store.talk import conversations
from store.talk.conversations import Feedback

ENGINES = ("sqlite", "postgresql")


def given(message: str, *, helpful: bool = True, at: str = "2026-11-01T00:00:00+09:00") -> Feedback:
    return Feedback(at, helpful, "field", "目的は？", ("11",), "U1", message)


def test_a_second_verdict_of_the_same_person_replaces_the_first(
    tmp_path: Path, placed: Callable[[Path], Path]
):
    db = open_database(placed(tmp_path / "jigyo.db"))
    conversations.add(db, given("C1 1.1"))
    conversations.add(db, given("C1 1.1", helpful=False))
    assert [one.is_helpful for one in conversations.listed(db)] == [False]


def test_the_words_and_the_person_are_forgotten_and_the_verdict_stays(
    tmp_path: Path, placed: Callable[[Path], Path]
):
    db = open_database(placed(tmp_path / "jigyo.db"))
    conversations.add(db, given("C1 1.1", helpful=False))
    conversations.add(db, given("C1 1.2", at="2026-11-20T00:00:00+09:00"))
    assert conversations.forget_feedback(db, before="2026-11-10T00:00:00+09:00") == 1
    assert [(one.question, one.user) for one in conversations.listed(db)] == [("目的は？", "U1"), ("", "")]
    assert len(conversations.listed(db, only_wrong=True)) == 1


def test_the_command_lists_verdicts(tmp_path: Path):
    path = tmp_path / "jigyo.db"
    conversations.add(open_database(path), given("C1 1.1", helpful=False))
    said = CliRunner().invoke(jigyo, ["--db", str(path), "feedback", "--json"])
    assert json.loads(said.output)["question"] == "目的は？"
    assert "違う" in CliRunner().invoke(jigyo, ["--db", str(path), "feedback", "--wrong"]).output


def test_a_channel_has_the_section_that_was_set_last(tmp_path: Path, placed: Callable[[Path], Path]):
    db = open_database(placed(tmp_path / "jigyo.db"))
    for section in ("企画課", "広報課"):
        conversations.set_section(db, "T1", "C1", "政策部", section, by="U1", at="2026-11-23")
    assert conversations.section_of(db, "T1", "C1") == ("政策部", "広報課")
    assert conversations.section_of(db, "T2", "C1") is None
    assert conversations.unset_section(db, "T1", "C1")
    assert conversations.section_of(db, "T1", "C1") is None


def test_recent_questions_come_newest_first_each_once_and_only_so_many(
    tmp_path: Path, placed: Callable[[Path], Path]
):
    db = open_database(placed(tmp_path / "jigyo.db"))
    for n in range(30):
        conversations.remember_question(
            db, "T1", "U1", f"質問{n}", kind="question", now=f"2026-11-23T09:{n:02}"
        )
    conversations.remember_question(db, "T1", "U1", "質問20", kind="search", now="2026-11-23T10:00")
    assert conversations.latest_questions(db, "T1", "U1", limit=3) == [
        ("質問20", "search"), ("質問29", "question"), ("質問28", "question"),
    ]  # fmt: skip
    assert len(conversations.latest_questions(db, "T1", "U1", limit=100)) == conversations.RECENT_QUESTIONS
    assert conversations.latest_questions(db, "T1", "U2", limit=3) == []


@pytest.mark.parametrize("cell", ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_a_cell_that_looks_like_a_formula_is_text(cell: str):
    assert guarded(cell) == f"'{cell}"
    assert unguarded(guarded(cell)) == cell


def test_the_file_opens_in_a_spreadsheet_with_every_word_as_published():
    project = Project(2021, "0086", "名,前", purpose="一行目\n「二行目」", outcome="=HYPERLINK(1)")
    data = as_csv([project])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0][:3] == ["年度", "事業番号", "事務事業名"]
    assert rows[1][1:3] + rows[1][6:] == ["0086", "名,前", "一行目\n「二行目」", "", "'=HYPERLINK(1)"]


def test_ask_answers_every_line_with_a_line_of_json(seeded_once: Path):
    asked = "EBPMはどこの課？\n\n企画経営課の事業は何件？\n"
    said = CliRunner().invoke(jigyo, ["--db", str(seeded_once), "ask", "-"], input=asked)
    answers = [json.loads(line) for line in said.output.splitlines()]
    assert [sorted(one) for one in answers] == [
        ["blocks", "citations", "confidence", "kind", "pointers", "sources", "text"]
    ] * 3  # fmt: skip
    assert [one["kind"] for one in answers] == ["field", "none", "count"]
    assert answers[0]["citations"] == ["1088"]
