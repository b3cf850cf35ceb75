"""The lists for other assistants: the SDK's own client over stdio and over HTTP, and who is let in."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from bot.cli import jigyo
from bot.context import Context, now_in_tokyo
from bot.playground.slack import SlackServer
from store.database import Databases, open_database
from store.lists import parse_list
from store.loader import store_list
from store.talk import conversations
from tests.conftest import LOADED_AT
from tests.running import Served
from tests.season import settings
from tests.sheet_city import settled

if TYPE_CHECKING:  # the SDK takes a second to import, which only the worker that runs these tests needs
    import httpx2
    from mcp import Client

TOOLS = {
    "search_projects", "get_project", "ask_projects", "summarize", "list_values", "compare_years",
    "list_deadlines",
}  # fmt: skip
LATER = (
    "年度\t事業番号\t事務事業名\t担当課\t事業の概要\t成果\t予算額(千円)\n"
    "令和4年度\t11\tスマートシティの推進\tスマートシティ戦略室\t新しい技術を使う。\t顔認証を試した。\t1,200\n"
    "令和4年度\t900\t公園の管理\t公園・施設課\t公園を管理する。\t芝生を植えた。\t3,400\n"
)


@pytest.fixture(scope="module")
def database(slack: SlackServer, own_list: Path) -> Path:
    path = settled(slack, own_list)
    db = open_database(path)
    store_list(db, parse_list(LATER.encode()), source_name="R4.tsv", now=LOADED_AT)
    db.close()
    return path


def made(database: Path, name: str, user: str = "") -> str:
    db = open_database(database)
    conversations.revoke_token(db, name)
    token = conversations.add_token(db, name, user=user, now=LOADED_AT)
    db.close()
    assert token
    return token


@asynccontextmanager
async def over_http(served: Served, *, mode: str = "auto", **headers: str) -> AsyncIterator[Client]:
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        transport = streamable_http_client(f"{served.url}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


async def called(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    assert result.structured_content
    return result.structured_content


async def refused(client: Client, name: str, **arguments: Any) -> str:
    result = await client.call_tool(name, arguments)
    assert result.is_error
    return result.content[0].text


@pytest.fixture
def stdio(slack: SlackServer, database: Path) -> Client:
    from mcp import Client, StdioServerParameters

    environment = {"JIGYO_DB": str(database), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    server = StdioServerParameters(command=sys.executable, args=["-m", "bot", "mcp"], env=environment)
    return Client(server)


@pytest.fixture
def inside(database: Path) -> Client:
    """The same tools in this process, for what does not depend on how they are reached."""
    from mcp import Client

    from bot.mcp.tools import build

    return Client(build(Context(Databases(database), now_in_tokyo, settings("", database))))


async def test_over_stdio_every_tool_answers_with_typed_values_and_citations(stdio: Client) -> None:
    async with stdio as client:
        listed = (await client.list_tools()).tools
        assert {tool.name for tool in listed} == TOOLS
        for tool in listed:
            assert tool.annotations
            assert tool.annotations.read_only_hint
            assert tool.output_schema
            assert "\n" in (tool.description or "")  # Japanese, then English
        found = await called(client, "search_projects", query="スーパーシティ")
        assert [each["number"] for each in found["projects"]][:1] == ["11"]
        assert "スーパーシティ" in found["projects"][0]["snippet"]
        whole = await called(client, "get_project", number="11", fiscal_year=2021)
        assert whole["source"].endswith("行目")
        assert whole["other_years"] == [2022]
        told = await called(client, "ask_projects", question="ふるさと納税の担当課は？")
        assert told["confidence"] == "sure"
        assert told["citations"][0]["fiscal_year"] == 2021
        assert told["citations"][0]["name"] in told["text"]
        summed = await called(client, "summarize", of="情報政策課")
        assert summed["kind"] == "summary"
        assert len(summed["citations"]) == 5
        columns = await called(client, "list_values")
        assert [each["heading"] for each in columns["columns"]] == ["予算額(千円)"]
        priced = await called(client, "list_values", column="予算")
        assert [(each["number"], each["value"]) for each in priced["values"]] == [("11", 1200), ("900", 3400)]
        both = await called(client, "compare_years", number="11")
        assert (both["before"]["fiscal_year"], both["after"]["fiscal_year"]) == (2021, 2022)
        assert {"field": "outcome", "before": "", "after": "顔認証を試した。"} in [
            each for each in both["changes"] if each["after"] == "顔認証を試した。"
        ]
        owed = await called(client, "list_deadlines", section="スタートアップ推進室")
        assert [each["section"] for each in owed["sections"]] == ["スタートアップ推進室"]


async def test_what_the_records_do_not_say_is_not_cited(inside: Client) -> None:
    async with inside as client:
        told = await called(client, "ask_projects", question="火星基地の建設費はいくらですか？")
    assert (told["confidence"], told["citations"]) == ("none", [])


async def test_errors_say_what_to_do_instead(inside: Client) -> None:
    async with inside as client:
        assert "search_projects" in await refused(client, "get_project", number="4711")
        assert "予算額(千円)" in await refused(client, "list_values", column="人件費")
        assert "2021" in await refused(client, "compare_years", number="11", later=2021)
        assert "2022" in await refused(client, "compare_years", number="900")
        assert "情報政策課" in await refused(client, "list_deadlines", section="宇宙開発課")
        assert "1000" in await refused(client, "ask_projects", question="あ" * 1_001)


async def test_results_are_bounded(inside: Client) -> None:
    async with inside as client:
        page = await called(client, "search_projects", query="課:企画経営課", limit=7)
        rest = await called(client, "search_projects", query="課:企画経営課", offset=page["next_offset"])
        assert len(page["projects"]) == 7
        assert not {each["number"] for each in page["projects"]} & {
            each["number"] for each in rest["projects"]
        }
        assert "30" in await refused(client, "search_projects", query="課:企画経営課", limit=31)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_over_http_a_token_lets_in(served: Served, database: Path, mode: str) -> None:
    token = made(database, "assistant")
    async with over_http(served, mode=mode, Authorization=f"Bearer {token}") as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        told = await called(client, "ask_projects", question="スマートシティの推進の担当課は？")
        assert "スマートシティ戦略室" in told["text"]
        assert "--user" in await refused(client, "list_deadlines")


async def test_a_token_made_for_a_member_may_see_deadlines(served: Served, database: Path) -> None:
    token = made(database, "chief's", "U0CHIEF")
    async with over_http(served, Authorization=f"Bearer {token}") as client:
        owed = await called(client, "list_deadlines", section="企画経営課")
    assert owed["sections"][0]["total"] > 0


async def test_a_token_made_for_a_guest_may_not(served: Served, database: Path) -> None:
    token = made(database, "guest's", "U0GUEST")
    async with over_http(served, Authorization=f"Bearer {token}") as client:
        assert "may not" in await refused(client, "list_deadlines")


def post(served: Served, body: Any, **headers: str) -> httpx2.Response:
    import httpx2

    given = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx2.post(f"{served.url}/mcp", content=content, headers=given, timeout=60)


def signed(body: bytes, *, secret: str = SlackServer.signing_secret, age: int = 0) -> dict[str, str]:
    at = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), b"v0:%b:%b" % (at.encode(), body), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}


def by_slack(user: str, team: str = "T0CITY") -> bytes:
    """A call as Slack's own assistant makes it for a user."""
    params = {
        "name": "list_deadlines", "arguments": {},
        "_meta": {"slack": {"user_id": user, "team_id": team}},
    }  # fmt: skip
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()


@pytest.mark.parametrize(("user", "may"), [("U0CHIEF", True), ("U0GUEST", False)])
def test_slack_calls_for_a_user_with_what_that_user_may(served: Served, user: str, may: bool) -> None:
    body = by_slack(user)
    answer = post(served, body, **signed(body)).json()["result"]
    assert answer["isError"] is not may
    assert ("sections" in answer.get("structuredContent", {})) is may


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer jigyo_made-up"},
        {"Authorization": "Basic eDp5"},
        signed(by_slack("U0CHIEF"), secret="f" * 32),
        signed(by_slack("U0CHIEF"), age=6 * 60),
        signed(by_slack("U0ADMIN")),  # of another body
    ],
    ids=["nothing", "a made-up token", "a password", "another secret", "six minutes old", "another body"],
)
def test_nobody_else_is_let_in(served: Served, headers: dict[str, str]) -> None:
    answer = post(served, by_slack("U0CHIEF"), **headers)
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["www-authenticate"]
    assert "sections" not in answer.text


def test_a_revoked_token_lets_nobody_in(served: Served, database: Path) -> None:
    token = made(database, "short")
    ping = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    assert post(served, ping, Authorization=f"Bearer {token}").status_code == 200
    db = open_database(database)
    conversations.revoke_token(db, "short")
    db.close()
    assert post(served, ping, Authorization=f"Bearer {token}").status_code == 401


def test_too_much_is_refused_and_so_is_a_web_page(served: Served, database: Path) -> None:
    bearer = f"Bearer {made(database, 'limits')}"
    assert post(served, b" " * 100_001, Authorization=bearer).status_code == 413
    assert post(served, {}, Authorization=bearer, Origin="https://evil.example").status_code == 403
    here = f"http://{urlsplit(served.url).netloc}"
    assert post(served, {}, Authorization=bearer, Origin=here).status_code == 400
    assert post(served, b"[" * 50_000, Authorization=bearer).status_code == 400


def test_tokens_are_made_listed_and_revoked_by_command_and_kept_as_hashes(seeded: Path) -> None:
    def run(*words: str) -> Result:
        return CliRunner().invoke(jigyo, ["--db", str(seeded), "mcp", "token", *words])

    token = run("add", "手元の助手", "--user", "U0CHIEF").stdout.strip()
    assert token.startswith("jigyo_")
    assert run("add", "手元の助手").exit_code == 2
    listed = json.loads(run("list", "--json").stdout)
    assert [(each["name"], each["user"]) for each in listed] == [("手元の助手", "U0CHIEF")]
    assert token not in "".join(map(str, sqlite3.connect(seeded).iterdump()))
    assert run("revoke", "手元の助手").exit_code == 0
    assert run("revoke", "手元の助手").exit_code == 2
    assert "まだありません" in run("list").stdout
    assert run("add", "x", "--user", "課長").exit_code == 2


def test_serving_slack_alone_never_loads_the_sdk() -> None:
    code = (
        "import sys\nimport bot.commands.serve, bot.mcp, bot.slack.server, bot.slack.app\n"
        "print([name for name in sys.modules if name in ('mcp', 'mcp_types', 'starlette', 'httpx2')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
