"""Of a long text the beginning is read, which people are told, and no text stalls what reads it."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from click.testing import CliRunner

from bot.ask import subjects
from bot.ask.columns.reading import understand
from bot.ask.engine import answer
from bot.ask.matching import Bag, bag, lacking, says
from bot.ask.terms import terms
from bot.cli import jigyo
from bot.messages.markup import as_typed, plain
from bot.playground.slack import Sender, SlackServer
from bot.playground.slack.sender import Json
from bot.slack.router import as_read
from store.database import Database, open_database
from store.index.tuning import TUNING
from store.search.expansion import expand, quoted
from store.search.filtering import sections_meant
from store.search.pipeline import search
from store.search.query import parse
from store.text.asking import core, untailed
from store.text.display import clauses, split
from store.text.morphology import words
from tests.sheet_city import told

MOST = TUNING.reading.characters
LONG = f"スマートシティ {'ー' * MOST}"
NOTE = f"長いため、はじめの{MOST:,}文字でお調べしました。"
MANY = 8_000


def run(path: Path, *arguments: str, typed: str) -> str:
    return CliRunner().invoke(jigyo, ["--db", str(path), *arguments], input=typed).stdout


def test_the_command_is_told_that_not_all_was_read(send: Sender) -> None:
    assert NOTE in told(send, LONG)
    assert NOTE not in told(send, LONG[:MOST])


@pytest.mark.parametrize("text", [LONG, f"ふるさと納税の成果を教えて{'ー' * MOST}", "目的" * MOST])
def test_a_mention_and_a_direct_message_are_told_that_not_all_was_read(
    send: Sender, slack: SlackServer, text: str
) -> None:
    def answered() -> str:
        """What comes next, which a busy machine sends behind its acknowledgement."""
        posts = slack.wait_for(lambda: [p for p in slack.posts if p.via != "response_url"], seconds=60)
        slack.posts.clear()
        return plain(vars(posts[-1]))

    for say in (send.mention, send.direct):
        say(text)
        assert NOTE in answered()
        say(text[:MOST])
        assert NOTE not in answered()


def test_a_command_in_a_long_text_is_told_too(send: Sender) -> None:
    assert NOTE in told(send, f"締切 {'あ' * MOST}")


def test_the_terminal_is_told_that_not_all_was_read(seeded: Path) -> None:
    for text, is_long in ((LONG, True), (LONG[:MOST], False)):
        found: Json = json.loads(run(seeded, "search", "-", typed=text))
        assert (found.get("note") == NOTE) is is_long
        assert (NOTE in json.loads(run(seeded, "ask", "-", typed=text))["text"]) is is_long
        shown = CliRunner().invoke(jigyo, ["--db", str(seeded), "search", text]).stdout
        assert (NOTE in shown) is is_long
        assert (NOTE in CliRunner().invoke(jigyo, ["--db", str(seeded), "ask", text]).stdout) is is_long


@pytest.mark.parametrize("sign", ["ー", "の?", "ですか", "でしょうか。", "教えて", " ", "？"])
def test_courtesies_at_the_end_come_off_however_many(sign: str) -> None:
    assert core(f"予算{sign * MANY}") == "予算"
    assert untailed(f"予算{sign * MANY}") == "予算"


@pytest.mark.parametrize("tail", ["願ああ", "頂くく", "お願いしし", "下ささ"])
def test_what_a_courtesy_may_be_cut_into_in_many_ways_is_read_once(tail: str) -> None:
    assert untailed(f"予算を{tail * MANY}") == "予算"
    assert untailed(f"予算を{tail * MANY}額") == f"予算を{tail * MANY}額"


@pytest.mark.parametrize("link", ["<http://a", "<@U1", "<#C1|"])
def test_a_link_that_never_ends_is_text(link: str) -> None:
    assert as_typed(link * MANY) == link * MANY


def test_each_of_many_sentences_in_brackets_or_markup_is_found() -> None:
    assert len(split("（あ）。" * MANY)) == MANY
    assert len(split("<p>あ</p>" * MANY)) == MANY
    assert len(clauses("（1人）、" * MANY)) == MANY


def test_a_noun_of_thousands_of_words_is_one_term() -> None:
    found, _ = terms("予算" * MANY)
    assert found == ("予算" * MANY,)


def test_one_word_over_and_over_is_asked_for_in_parts_and_found_where_it_stands_as_often(
    tmp_path: Path,
) -> None:
    listed = [f"2021,{n},事業{n},企画課,{'漢' * n}" for n in (3, 20, 90, 700)]
    file = tmp_path / "list.csv"
    file.write_text("\n".join(["年度,事業番号,事業名,課名,概要", *listed]), encoding="utf-8")
    run(tmp_path / "a.db", "load", str(file), typed="")
    for often, numbers in ((20, {"20", "90", "700"}), (90, {"90", "700"}), (91, {"700"}), (600, {"700"})):
        found = json.loads(run(tmp_path / "a.db", "search", "-", typed="漢" * often))
        assert {hit["number"] for hit in found["hits"]} == numbers
    assert len(quoted("漢 " * 999)) < 200


@contextmanager
def calls(of: Callable[..., object]) -> Iterator[list[None]]:
    """One entry for each call of a function inside."""
    called: list[None] = []

    def seen(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is of.__code__:
            called.append(None)

    sys.setprofile(seen)
    try:
        yield called
    finally:
        sys.setprofile(None)


def test_a_word_that_stands_thousands_of_times_in_a_record_is_judged_once(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        f"年度,事業番号,事業名,課名,概要\n2021,1,見直し,企画課,{'課。' * 1_000}", encoding="utf-8"
    )
    run(tmp_path / "a.db", "load", str(file), typed="")
    (hit,) = search(open_database(tmp_path / "a.db"), parse("課")).hits
    assert len(hit.highlights["overview"]) > 900
    with calls(Bag.holds) as judged:
        assert not says(hit, "市民参加")
    assert 0 < len(judged) < 10


def test_a_word_that_stands_hundreds_of_times_in_a_question_is_judged_once() -> None:
    with calls(Bag.holds) as judged:
        assert lacking(("見直し" * 300,), "事業の見直しを行った。", "") == []
    assert 0 < len(judged) < 10


def test_a_long_term_is_cut_into_words_once_however_many_texts_are_asked_for_it() -> None:
    term = "要当" * 200
    with calls(words) as cut:
        assert not any(bag(f"事業{n}の見直しを行った。").holds(term) for n in range(50))
    assert 0 < len(cut) < 3


def test_what_words_are_about_is_looked_for_once_however_many_intents_ask(db: Database) -> None:
    with calls(subjects._by_words) as looked:
        answer(db, "当" * MOST)
    assert len(looked) == 1


def test_a_question_is_read_for_columns_once(db: Database) -> None:
    with calls(understand) as read:
        answer(db, "r3の" * 300)
    assert len(read) == 1


def test_no_more_is_read_of_a_letter_that_is_many_in_nfkc() -> None:
    assert as_read("ﷺ" * MOST) == "ﷺ" * (MOST // 18)
    assert as_read("あ" * MOST + "い") == "あ" * MOST
    assert as_read("ｶﾞ" * (MOST // 2)) == "ｶﾞ" * (MOST // 2)


@pytest.mark.parametrize("unit", ["事", "総額", "百千"])
def test_of_a_long_text_not_each_beginning_and_end_is_looked_for(db: Database, unit: str) -> None:
    with calls(expand) as expanded:
        search(db, parse(unit * (MOST // len(unit))))
    assert 0 < len(expanded) < 10


def test_a_long_name_in_a_filter_is_looked_up_once_however_many_strategies_ask(db: Database) -> None:
    query = parse(f"3 課: {'あ' * 900}")
    with calls(sections_meant) as looked_up:
        search(db, query)
    assert 0 < len(looked_up) < 3
