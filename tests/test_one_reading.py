"""What is typed is read once: /jigyo, mentions, direct messages, `jigyo search` and `jigyo ask` agree."""

import json
import time
from functools import partial
from pathlib import Path

import pytest

from bot.messages.markup import plain
from bot.playground.slack import Sender, SlackServer
from bot.slack.requests import WAIT
from store.database import open_database
from store.search.pipeline import search
from store.search.query import parse
from tests import forking

ALL = 48  # projects of the list, all of 令和3年度
PLANNING, INFORMATION, STATISTICS = 19, 5, 6  # projects of 企画経営課, 情報政策課, 統計・データ利活用推進室

# How many projects are counted or listed.
COUNTED = {
    **dict.fromkeys(
        (
            "R3の事業一覧",
            "Ｒ３の事業一覧",
            "r3の事業は何件？",
            "2021年の事業一覧",
            "２０２１年の事業は何件ですか",
            "二〇二一年の事業一覧",
            "令和三年度の事業は何件？",
            "令和３年度の事業一覧",
            "2021年度の事業を教えて",
            "FY2021の事業一覧",
            "年度:R3 の事業は何件？",
            "年度：令和三年度　の事業は何件？",
            "政策イノベーション部の事業は何件？",
            "政策ｲﾉﾍﾞｰｼｮﾝ部の事業は何件？",
            "部:政策イノベーション部 の事業は何件？",
            "令和3年度の政策イノベーション部の事業は何件？",
        ),
        ALL,
    ),
    **dict.fromkeys(
        (
            "企画経営課の事業は何件？",
            "企画経営課の事業一覧を見せて",
            "企画経営課は何をしている？",
            "企画 経営課の事業は何件？",
            "企画課の事業は何件？",
            "きかくけいえい課の事業は？",
            "課:企画経営課の事業は何件？",
            "課：企画経営課　の事業は何件？",
            "R3年度の企画経営課の事業は何件？",
            "企画経営課の令和三年度の事業は何件？",
            "企画経営課のR3の事業一覧",
            "年度:令和三年度 企画経営課の事業は何件？",
        ),
        PLANNING,
    ),
    **dict.fromkeys(
        ("情政課の事業は何件？", "情報政策の事業は何件？", "担当課:情政課 の事業は何件？"), INFORMATION
    ),
    **dict.fromkeys(
        (
            "統計課の事業は何件？",
            "統計室の事業は何件？",
            "統計・データ活用推進室の事業は何件？",
            "統計データ利活用推進室の事業は何件？",
            "統計･ﾃﾞｰﾀ利活用推進室の事業は何件？",
        ),
        STATISTICS,
    ),
    **dict.fromkeys(
        (
            "企画経営課と情報政策課の事業は何件？",
            "企画経営課、情報政策課の事業は何件？",
            "企画経営課／情報政策課の事業は何件？",
            "企画経営課と情政課の事業は何件？",
            "課:企画経営課、情報政策課 の事業は何件？",
        ),
        PLANNING + INFORMATION,
    ),
}

# Which projects are asked about.
NAMED = {
    **dict.fromkeys(
        (
            "七十二番の事業の担当課は？",
            "七二番の事業の担当課は？",
            "７２番の事業の担当課は？",
            "No.72の担当課は？",
            "№７２の担当課は？",
            "＃72の担当課は？",
            "事業番号七十二の担当課は？",
            "事業番号 ７２ の担当課は？",
            "第七十二号の事業の目的は？",
            "72の目的は？",
            "番号:七十二 の担当課は？",
            "番号：72の担当課は？",
            "令和3年度の72番の事業の担当課は？",
        ),
        ("72",),
    ),
    **dict.fromkeys(
        (
            "11と12の担当課は？",
            "十一番と十二番の担当課は？",
            "事業番号１１、１２の担当課は？",
            "No.11とNo.12の目的は？",
            "11〜15の目的は？",
        ),
        ("11", "12"),
    ),
    **dict.fromkeys(
        (
            "57〜60の担当課は？",
            "５７～６０の担当課は？",
            "57番から60番までの事業は何件？",
            "五十七番から六十番までの事業は何件？",
            "番号:57〜60の成果は？",
        ),
        ("57", "58", "59", "60"),
    ),
    **dict.fromkeys(("パブコメの担当課は？", "ﾊﾟﾌﾞｺﾒの担当課は？", "ぱぶこめの担当課は？"), ("75",)),
}

# What no list has: an office, a year, a number. Nobody is given anything else for it.
UNKNOWN = (
    "ほげ課の事業は何件？",
    "財政課の事業は何件？",
    "課:ほげ課 の事業は何件？",
    "令和元年度の事業は何件？",
    "R5の事業一覧",
    "年度:R5 の事業は何件？",
    "2019年度の事業一覧",
    "平成三十一年度の事業は？",
    "９９９番の事業の担当課は？",
    "事業番号九百九十九の担当課は？",
)


def lines(path: Path, command: str, *options: str) -> dict[str, dict]:
    """Every input through the real command in one process, as JSON Lines."""
    typed = [*COUNTED, *NAMED, *UNKNOWN]
    run = forking.run(["--db", str(path), command, "-", *options], typed="\n".join(typed))
    return dict(zip(typed, map(json.loads, run.stdout.splitlines()), strict=True))


@pytest.fixture(scope="module")
def searched(seeded_once: Path) -> dict[str, dict]:
    return lines(seeded_once, "search", "--limit", "100")


@pytest.fixture(scope="module")
def asked(seeded_once: Path) -> dict[str, dict]:
    return lines(seeded_once, "ask")


def found(answer: dict) -> tuple[str, ...]:
    return tuple(hit["number"] for hit in answer["hits"])


PATIENCE = 20  # seconds


def in_slack(send: Sender, slack: SlackServer, typed: str) -> dict[str, str]:
    """The words that each surface of Slack answers with, where nothing was said before."""
    for _ in range(PATIENCE):  # the first question of a process may take longer than Slack waits
        send.command(typed)
        if WAIT not in plain(vars(slack.posts[-1])):
            break
        time.sleep(1)
    told = {}
    for surface in (send.command, send.mention, partial(send.direct, thread_ts=slack.workspace.next_ts())):
        surface(typed)
        told[getattr(surface, "__name__", "direct")] = plain(vars(slack.posts[-1]))
    return told


@pytest.mark.parametrize(("typed", "total"), COUNTED.items())
def test_every_surface_counts_the_same_projects(
    send: Sender, slack: SlackServer, searched: dict, asked: dict, typed: str, total: int
):
    assert searched[typed]["total"] == total
    assert set(asked[typed]["citations"]) <= set(found(searched[typed]))
    assert f"{total}件" in asked[typed]["text"]
    for surface, told in in_slack(send, slack, typed).items():
        assert f"{total}件" in told, surface


@pytest.mark.parametrize(("typed", "numbers"), NAMED.items())
def test_every_surface_speaks_of_the_same_projects(
    send: Sender, slack: SlackServer, searched: dict, asked: dict, typed: str, numbers: tuple[str, ...]
):
    assert found(searched[typed]) == numbers
    assert tuple(asked[typed]["citations"]) == numbers
    told = in_slack(send, slack, typed)
    assert told["mention"] == told["direct"]
    for surface, text in told.items():
        for number in numbers:
            assert number in text, surface


@pytest.mark.parametrize("typed", UNKNOWN)
def test_no_surface_gives_anything_for_what_no_list_has(
    send: Sender, slack: SlackServer, searched: dict, asked: dict, typed: str
):
    assert (searched[typed]["total"], asked[typed]["citations"]) == (0, [])
    for surface, told in in_slack(send, slack, typed).items():
        assert any(words in told for words in ("ありません", "登録されていません", "見つかりません")), surface


def test_the_query_of_a_filter_in_a_sentence_is_that_of_the_filter_alone(seeded: Path):
    db = open_database(seeded)
    for asking, plainly in (
        ("課:情報政策課の事業は何件？", "課:情報政策課"),
        ("企画経営課のR3の事業一覧", "課:企画経営課 年度:R3"),
        ("番号:57〜60の成果は？", "57〜60"),
    ):
        one, other = (search(db, parse(typed, limit=100)) for typed in (asking, plainly))
        assert [hit.project.number for hit in one.hits] == [hit.project.number for hit in other.hits]
