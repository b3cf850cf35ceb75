"""`jigyo playground` keeps to this machine, takes no real token, and its page is built from its sources."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from bot.cli import jigyo
from bot.playground.acts import SHORTCUTS
from bot.playground.page import FILES, HEADERS, STATIC
from store import projects
from store.database import open_database
from tests import forking
from tests.playground import Played, playing

WEB = STATIC.parent / "web"
ROOT = Path(__file__).parent.parent
REAL = {
    "SLACK_BOT_TOKEN": "xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOp",
    "SLACK_APP_TOKEN": "xapp-1-A0123456789-1234567890123-0123abcd",
}


@pytest.fixture(scope="module")
def played(seeded_once: Path) -> Iterator[Played]:
    with playing("--db", str(seeded_once)) as running:
        yield running


@pytest.mark.parametrize("variable", REAL)
def test_a_real_token_is_refused_in_one_kind_line(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, REAL[variable])
    ran = CliRunner().invoke(jigyo, ["playground"])
    assert ran.exit_code == 2
    assert len(ran.stderr.splitlines()) == 1
    assert variable in ran.stderr
    assert REAL[variable] not in ran.output


def test_a_real_token_in_the_settings_file_is_refused_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in REAL.items()), encoding="utf-8")
    assert CliRunner().invoke(jigyo, ["playground"]).exit_code == 2


def test_a_database_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    ran = forking.run(["--db", str(tmp_path / "none.db"), "playground"], cwd=ROOT)
    assert ran.returncode == 2
    assert ran.stderr.splitlines() == [ran.stderr.strip()]
    assert "none.db がありません" in ran.stderr


def test_nothing_that_serves_slack_knows_the_playground() -> None:
    loaded = "import sys, bot.slack.server, bot.commands.serve; print('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "bot.slack.server" in ran.stdout.splitlines()
    assert not [name for name in ran.stdout.splitlines() if name.startswith("bot.playground")]


def test_the_page_is_built_from_the_sources_beside_it() -> None:
    """What build.mjs writes down; `make playground-build` makes it true again."""
    digest = hashlib.sha256()
    named = {"build.mjs", "package.json", "package-lock.json", "tsconfig.json"}
    sources = {*named, *(f"src/{each.name}" for each in (WEB / "src").iterdir())}
    for name in sorted(sources):
        digest.update(f"{name}\n".encode() + (WEB / name).read_bytes())
    assert (STATIC / "sources.sha256").read_text().strip() == digest.hexdigest()
    assert {each.name for each in STATIC.iterdir()} == {
        *FILES,
        "index.html",
        "licenses.txt",
        "sources.sha256",
    }
    assert "resolved" not in (WEB / "package-lock.json").read_text()


def test_its_shortcuts_are_those_of_the_manifest() -> None:
    manifest = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    assert {each["callback_id"]: each["name"] for each in manifest["features"]["shortcuts"]} == SHORTCUTS


def asked(played: Played, path: str, *, method: str = "GET", **headers: str) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(played.url).port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, b"{}" if method == "POST" else None, named)
    answer = connection.getresponse()
    answer.read()
    return answer.status, dict(answer.getheaders())


def test_it_listens_on_this_machine_only_and_to_no_other_page(played: Played) -> None:
    assert urlsplit(played.url).hostname == urlsplit(played.api).hostname == "127.0.0.1"
    status, headers = asked(played, "/")
    assert status == 200
    assert HEADERS.items() <= headers.items()
    assert "'unsafe" not in headers["Content-Security-Policy"]
    assert asked(played, "/", Host="evil.example:80")[0] == 403
    json_body = {"Content_Type": "application/json"}
    assert asked(played, "/act/close", method="POST", Origin="http://evil.example", **json_body)[0] == 403
    assert asked(played, "/act/close", method="POST", Content_Type="text/plain")[0] == 415
    assert asked(played, "/act/close", method="POST", **json_body)[0] == 400
    assert asked(played, "/static/..%2fpage.py")[0] == 404


def test_a_database_that_is_given_stays_as_it_is(played: Played, seeded_once: Path) -> None:
    before = hashlib.sha256(seeded_once.read_bytes()).hexdigest()
    played.act(
        "say", **{"as": "U0ADMIN", "channel": "C0GENERAL", "text": "/jigyo 差戻し 11 数字をご確認ください"}
    )
    played.act("say", **{"as": "U0ADMIN", "channel": "C0GENERAL", "text": "@jigyo ふるさと納税の成果は？"})
    assert hashlib.sha256(seeded_once.read_bytes()).hexdigest() == before
    assert projects.count(open_database(seeded_once)) == 48


@pytest.mark.parametrize(
    ("kind", "told", "says"),
    [
        ("say", {"channel": "C0GENERAL", "text": " "}, "何か入力して"),
        ("say", {"channel": "C0GENERAL", "text": "/giphy"}, "/giphy というコマンドはありません"),
        ("say", {"channel": "C0GENERAL", "text": "/jigyo 11", "thread": "1.1"}, "スレッドの中で"),
        ("press", {"post": 99_999, "action": "detail"}, "もうありません"),
        ("shortcut", {"post": 1, "callback": "other"}, "ショートカットはありません"),
        ("clock", {"to": "2020-01-01T09:00:00+09:00"}, "時計は戻せません"),
        ("clock", {"to": "2099-01-01T09:00:00+09:00"}, "先には進められません"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    played: Played, kind: str, told: dict[str, object], says: str
) -> None:
    assert says in played.act(kind, **{"as": "U0STAFF"}, **told)["mistake"]


def test_what_is_typed_reaches_the_app_with_slacks_escapes(played: Played) -> None:
    text = "@jigyo <b>&amp; #general @佐藤"
    played.act("say", **{"as": "U0STAFF", "channel": "C0GENERAL", "text": text})
    said = next(post["text"] for post in reversed(played.news()["posts"]) if post["user"] == "U0STAFF")
    assert said == "<@U0BOT> &lt;b&gt;&amp;amp; <#C0GENERAL|general> <@U4MEMBER0>"


def test_the_pictures_of_messages_are_those_that_the_docs_show() -> None:
    shown = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\(pictures/messages/([a-z-]+\.png)\)", shown))
    kept = {file.name for file in (ROOT / "docs" / "pictures" / "messages").iterdir()}
    assert len(kept) == 24  # twelve, on a phone and at a desk
    assert named == kept
