"""Columns of lists in Slack: choices of the form come from the list, amounts of several years are drawn."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground.slack import Sender, SlackServer
from store.database import open_database
from store.lists import parse_list
from store.loader import store_list
from tests.conftest import LOADED_AT
from tests.running import serving
from tests.test_home_in_slack import press_in_home

HEAD = "事業番号,事務事業名,担当課,施策,事業概要,決算額（千円）,1次評価,備考の単位"
ROWS = """
1,用水路改修事業,河川課,2-1 治水,用水路を直す。,{},拡充,件
2,資料館運営事業,文化課,"1-1 文化、歴史",資料館を開く。,900,継続,人
3,敬老会開催事業,長寿課,1-2 福祉,敬老会を開く。,12500,縮小,人
4,花の苗配布事業,公園課,2-1 治水,苗を配る。,150,継続,本
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("columns") / "jigyo.db"
    db = open_database(path)
    for year, cost in ((5, 1250), (6, 1300), (7, 2500)):
        data = f"令和{year}年度 事務事業評価\n{HEAD}{ROWS.format(cost)}".encode()
        store_list(db, parse_list(data), source_name=f"R{year}.csv", now=LOADED_AT)
    db.close()
    return path


@pytest.fixture(scope="module")
def url(slack: SlackServer, database: Path) -> Iterator[str]:
    with serving(slack, database, "--http", "--no-reminders") as process:
        yield process.url


@pytest.fixture
def send(slack: SlackServer, url: str) -> Sender:
    slack.posts.clear()
    return Sender(slack, url)


def form(send: Sender, slack: SlackServer) -> dict[str, Any]:
    before = len(slack.calls("views.open"))
    press_in_home(send, "filters", "")
    view: dict[str, Any] = slack.wait_for(lambda: slack.calls("views.open")[before:])[-1]["view"]
    return view


def test_the_form_offers_the_choices_of_the_lists_columns(send: Sender, slack: SlackServer) -> None:
    view = form(send, slack)
    fields = {
        block["label"]["text"]: block["element"] for block in view["blocks"] if block["type"] == "input"
    }
    assert list(fields) == ["ことば", "担当課", "年度", "1次評価", "施策", "決算額(千円)"]
    offered = [option["text"]["text"] for option in fields["1次評価"]["options"]]
    assert offered == ["すべて", "継続", "拡充", "縮小"]


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        ({"1次評価": "縮小", "年度": "令和7年度"}, ["敬老会開催事業"]),
        ({"施策": "1-1 文化、歴史", "年度": "令和7年度"}, ["資料館運営事業"]),
        ({"決算額(千円)": "1000万円以上", "年度": "令和7年度"}, ["敬老会開催事業"]),
        ({"施策": "2-1 治水", "決算額(千円)": "100万円以上", "年度": "令和7年度"}, ["用水路改修事業"]),
        ({"1次評価": "継続", "ことば": "資料館", "年度": "令和6年度"}, ["資料館運営事業"]),
    ],
)
def test_the_form_finds_by_columns(
    send: Sender, slack: SlackServer, filled: dict[str, str], told: list[str]
) -> None:
    reply = send.submit(form(send, slack), **filled)
    names = ("用水路改修事業", "資料館運営事業", "敬老会開催事業", "花の苗配布事業")
    assert [name for name in names if name in reply.seen] == told, reply.seen


def test_an_amount_that_is_none_is_told_at_its_field(send: Sender, slack: SlackServer) -> None:
    reply = send.submit(form(send, slack), **{"決算額(千円)": "多め"})
    assert reply.body["response_action"] == "errors"
    assert "1000万円以上" in json.dumps(reply.body, ensure_ascii=False)


def test_an_amount_over_the_years_is_drawn_where_it_was_asked(send: Sender, slack: SlackServer) -> None:
    send.mention("用水路改修事業の決算額の推移は？", ts="1795400020.000100")
    post = slack.wait_for(lambda: slack.posts)[-1]
    seen = json.dumps(post.blocks, ensure_ascii=False)
    assert "1,250千円" in seen
    assert "2,500千円" in seen
    send.press(post, "グラフで見る")
    sent = slack.wait_for(lambda: slack.posts[-1] if slack.posts[-1].files else None, seconds=60)
    assert sent.thread_ts == "1795400020.000100"
    assert sent.files[0]["content"].startswith(b"\x89PNG")
