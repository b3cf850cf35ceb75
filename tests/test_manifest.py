"""The manifests ask for what the code uses, and for nothing else."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.commands.operate import manifest
from bot.permissions import BOT_SCOPES
from bot.playground.slack.methods import METHODS, SCOPES
from bot.slack import requests

ROOT = Path(__file__).parent.parent
HTTP, SOCKET = (json.loads((ROOT / name).read_text()) for name in ("manifest.json", "manifest.socket.json"))

# What Slack's SDK does in several calls, or under a name of its own.
CALLS_OF = {"files_upload_v2": ("files.getUploadURLExternal", "files.completeUploadExternal")}
BY_NAME = {name.replace(".", "_").lower(): name for name in METHODS}
EVENT_OF = {"message": "message.im"}


@cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    """Every call of a method in bot/, as (the method's name, the call)."""
    nodes = (node for path in (ROOT / "bot").rglob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    return tuple(
        (node.func.attr, node)
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )


def listened(kind: str) -> set[str]:
    """The first argument of every `app.<kind>("…")`."""
    found = (node.args[0] for name, node in calls() if name == kind and node.args and is_app(node))
    return {argument.value for each in found if isinstance(argument := _named(each), ast.Constant)}


def _named(argument: ast.expr) -> ast.expr:
    """What is listened to: itself, or the name that a rule of the permissions is looked up by."""
    match argument:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="rule"), args=[_, name]), attr="name"):
            return name
    return argument


def is_app(node: ast.Call) -> bool:
    assert isinstance(node.func, ast.Attribute)
    return isinstance(node.func.value, ast.Name) and node.func.value.id == "app"


def web_methods() -> set[str]:
    """Every Web API method that the code calls."""
    found: set[str] = set()
    for name, _ in calls():
        found.update(CALLS_OF.get(name, filter(None, [BY_NAME.get(name.lower())])))
    return found


def test_every_method_called_is_covered_by_a_scope():
    assert "chat.postMessage" in web_methods()
    for method in web_methods() - {"apps.connections.open"}:  # that one takes the app-level token
        needed = SCOPES[method]
        assert not needed or set(needed) & set(BOT_SCOPES), method


# Scopes that let something reach us, rather than us call something.
OF_WHAT_COMES = {"app_mentions:read": "app_mention", "im:history": "message", "commands": "/jigyo"}


def test_every_scope_is_there_for_something_the_code_does():
    needed = {scope for method in web_methods() for scope in SCOPES[method]}
    heard = listened("event") | listened("command") | {requests.COMMAND}
    for scope in BOT_SCOPES:
        assert scope in needed or OF_WHAT_COMES.get(scope) in heard, scope


def test_events_commands_and_shortcuts_listened_to_are_subscribed_and_no_others():
    events = HTTP["settings"]["event_subscriptions"]["bot_events"]
    assert {EVENT_OF.get(event, event) for event in listened("event")} == set(events)
    taken = listened("command") | {requests.COMMAND}  # by a middleware
    assert taken == {command["command"] for command in HTTP["features"]["slash_commands"]}
    shortcuts = {shortcut["callback_id"] for shortcut in HTTP["features"]["shortcuts"]}
    assert listened("shortcut") | listened("message_shortcut") == shortcuts


@pytest.mark.parametrize("manifest", [HTTP, SOCKET], ids=["http", "socket"])
def test_the_scopes_are_the_ones_with_a_reason(manifest: dict):
    assert manifest["oauth_config"]["scopes"] == {"bot": sorted(BOT_SCOPES)}
    docs = (ROOT / "docs" / "slack.md").read_text()
    for scope, reason in BOT_SCOPES.items():
        assert f"| `{scope}` | {reason} |" in docs


def test_the_two_manifests_differ_only_in_how_slack_reaches_us():
    def common(manifest: dict) -> dict:
        copy = json.loads(json.dumps(manifest))
        for part in (copy["settings"]["event_subscriptions"], copy["settings"]["interactivity"]):
            part.pop("request_url", None)
        copy["features"]["slash_commands"][0].pop("url", None)
        del copy["settings"]["socket_mode_enabled"]
        return copy

    assert common(HTTP) == common(SOCKET)
    assert HTTP["settings"]["socket_mode_enabled"] is False
    assert SOCKET["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize("manifest", [HTTP, SOCKET], ids=["http", "socket"])
def test_texts_are_within_slacks_limits(manifest: dict):
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    (command,) = manifest["features"]["slash_commands"]
    assert command["should_escape"] is True  # `<@U…>` is how `/jigyo 設定` learns who is meant
    assert all(
        len(s["name"]) <= 24 and len(s["description"]) <= 150 for s in manifest["features"]["shortcuts"]
    )


def printed(*words: str) -> tuple[int, dict]:
    ran = CliRunner().invoke(manifest, words)
    return ran.exit_code, json.loads(ran.stdout) if ran.exit_code == 0 else {}


def test_the_manifest_is_printed_for_a_citys_own_server():
    status, made = printed("--url", "https://bot.city.lg.jp/")
    assert status == 0
    urls = re.findall(r"https://[^\"]+", json.dumps(made))
    assert set(urls) == {"https://bot.city.lg.jp/slack/events"}
    assert len(urls) == 3
    assert printed("--socket") == (0, SOCKET)


def test_slacks_own_assistant_is_named_in_it_where_that_is_wanted():
    _, made = printed("--url", "https://bot.city.lg.jp", "--mcp")
    (server,) = made["mcp_servers"].values()
    assert server == {"url": "https://bot.city.lg.jp/mcp", "auth_type": "slack_identity_auth"}
    assert set(made["oauth_config"]["scopes"]["bot"]) == {*BOT_SCOPES, "mcp:connect"}


@pytest.mark.parametrize(
    "words", [(), ("--url", "http://bot.city.lg.jp"), ("--url", "bot"), ("--socket", "--mcp")]
)
def test_a_manifest_that_slack_could_not_use_is_not_printed(words: tuple[str, ...]):
    assert printed(*words)[0] == 2
