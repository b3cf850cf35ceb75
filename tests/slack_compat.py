"""`make slack-compat`: the bot against emulate, a Slack server that we did not write, with strict scopes.

What emulate lacks (`assistant.threads.*`, commands, presses, response_urls) the loopback Slack does in front
of it; everything else is emulate's answer, asked with the token and the scopes of the manifest. Prints the
table of docs/slack.md.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from bot.days.calendar import Calendar
from bot.permissions import BOT_SCOPES
from bot.playground.slack import Post, Sender, SlackServer, sender
from bot.playground.slack.sender import buttons
from store.database import open_database
from store.evaluation import changes
from store.evaluation.records import SectionContacts
from store.lists import parse_list
from store.loader import store_list
from tests.conftest import LOADED_AT, SEED
from tests.running import serving

EMULATE = "emulate@0.12.2"
PORT = 4913
URL = f"http://127.0.0.1:{PORT}/api"
OPERATOR = "xoxb-operator-made-up"
SHIMMED = ("assistant.threads.setSuggestedPrompts", "assistant.threads.setStatus")
INVITES = ("channels:manage", "channels:write", "channels:join", "groups:write", "chat:write", "im:write")


class Compat(SlackServer):
    """The loopback Slack in front of emulate; `asked` counts emulate's answers by (method, error or 'ok')."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[tuple[str, str]] = Counter()
        self.workspace.trigger = lambda user="": called("views.generateTriggerId", user_id=user)["trigger_id"]
        self.workspace.direct_channel = lambda user: called("conversations.open", users=user)["channel"]["id"]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        args = await self._arguments(request)
        if name in SHIMMED:
            self.workspace.calls.append((name, args))
            return web.json_response({"ok": True})
        heads = {
            key: request.headers[key] for key in ("Authorization", "Content-Type") if key in request.headers
        }
        body = await request.read() or dict(request.query)  # emulate reads no query, as Slack does
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{URL}/{name}", data=body, headers=heads) as response,
        ):
            answer = await response.json()
        self.asked[name, "ok" if answer["ok"] else str(answer["error"])] += 1
        self.workspace.calls.append((name, args))
        if answer["ok"] and name in ("chat.postMessage", "chat.update"):
            self._note(args, answer)
        scopes = {"x-oauth-scopes": ",".join(sorted(BOT_SCOPES))}
        return web.json_response(answer, headers=scopes)

    def _note(self, args: dict[str, Any], answer: dict[str, Any]) -> None:
        shown = Post(
            answer["channel"], answer["ts"], args.get("text") or "", args.get("blocks") or [],
            args.get("thread_ts") or "", body=args,
        )  # fmt: skip
        self.workspace.posts.append(shown)


def called(method: str, token: str = SlackServer.bot_token, **args: Any) -> dict[str, Any]:
    """One call of emulate's, whose answer must be `ok`."""
    heads = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{URL}/{method}", json.dumps(args).encode(), heads)
    with urllib.request.urlopen(request, timeout=20) as response:
        answer: dict[str, Any] = json.load(response)
    if not answer["ok"] and answer["error"] != "already_in_channel":
        raise SystemExit(f"{method}: {answer}")
    return answer


def seed() -> str:
    """The workspace as emulate's seed: four people, a channel, the bot's token with the manifest's scopes."""
    people = (("jigyo", "jigyo"), ("staff", "山田"), ("chief", "課長"), ("secretariat", "事務局"))
    users = [{"name": name, "real_name": real, "email": f"{name}@example.com"} for name, real in people]
    tokens = [
        {"token": SlackServer.bot_token, "user": "jigyo", "scopes": sorted(BOT_SCOPES)},
        {"token": OPERATOR, "user": "secretariat", "scopes": sorted({*BOT_SCOPES, *INVITES})},
    ]
    slack = {"strict_scopes": True, "team": {"name": "市役所", "domain": "city"}, "users": users,
             "channels": [{"name": "plan"}], "tokens": tokens}  # fmt: skip
    return json.dumps({"slack": slack}, ensure_ascii=False)


@contextmanager
def emulating(folder: Path) -> Iterator[None]:
    """emulate on loopback, as npx runs it with Node 24; ended after."""
    (folder / "seed.json").write_text(seed(), encoding="utf-8")
    runner = os.environ.get("EMULATE", f"npx --yes -p node@24 -p {EMULATE} emulate").split()
    command = [*runner, "--service", "slack", "--seed", str(folder / "seed.json"), "--port", str(PORT)]
    with (folder / "emulate.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            for _ in range(240):
                time.sleep(0.5)
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=2).close()
                    break
                except OSError:
                    if process.poll() is not None:
                        raise SystemExit((folder / "emulate.log").read_text()) from None
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, emulating(Path(name)), Compat() as slack:
        people = {each["name"]: each["id"] for each in called("users.list")["members"]}
        channels = {each["name"]: each["id"] for each in called("conversations.list")["channels"]}
        plan = channels["plan"]
        sender.TEAM = called("auth.test")["team_id"]
        called("conversations.join", OPERATOR, channel=plan)
        called("conversations.invite", OPERATOR, channel=plan, users=people["jigyo"])
        path = _database(Path(name), people, plan)
        os.environ["JIGYO_ADMINS"] = people["secretariat"]
        os.environ["JIGYO_SECRETARIAT"] = plan
        os.environ["JIGYO_REMIND_FROM"], os.environ["JIGYO_REMIND_UNTIL"] = "0:00", "23:59"
        print("| 経路 | emulate に届いた呼び出し | 結果 |\n|---|---|---|")
        failed = []
        with serving(slack, path, "--http", "--no-reminders") as served:
            for row in chain(_walk(slack, Sender(slack, served.url), people, plan), _remind(slack, path)):
                print(f"| {row[0]} | {_named(row[1])} | {row[2]} |", flush=True)
                failed += [row[0]] if row[2] != "○" else []
            if failed:
                print(served.log())
        wrong = {key: count for key, count in slack.asked.items() if key[1] != "ok"}
        if failed or any(error == "missing_scope" for _, error in wrong):
            raise SystemExit(f"{failed} {wrong}")


def _named(methods: list[str]) -> str:
    return "、".join(f"`{each}`" for each in methods) or "なし"


Row = tuple[str, list[str], str]


def _walk(slack: Compat, send: Sender, people: dict[str, str], plan: str) -> Iterator[Row]:
    staff, chief, office = people["staff"], people["chief"], people["secretariat"]

    def step(what: str, act: Callable[[], Any], is_right: Callable[[], Any]) -> Row:
        before = len(slack.workspace.calls)
        act()
        try:
            slack.wait_for(is_right, seconds=30)
            outcome = "○"
        except TimeoutError:
            outcome = "×"
        names = [name for name, _ in slack.workspace.calls[before:] if name not in SHIMMED]
        return what, [*dict.fromkeys(names)], outcome

    def last(words: str) -> Callable[[], bool]:
        return lambda: (
            bool(slack.posts) and words in json.dumps(vars(slack.posts[-1]), ensure_ascii=False, default=str)
        )

    yield step(
        "`/jigyo スマートシティ`",
        lambda: send.command("スマートシティ", user=staff, channel=plan),
        last("スマートシティ"),
    )
    here = {"user": staff, "channel": plan}
    asked = "スマートシティの推進の成果は？"
    yield step("メンション", lambda: send.mention(asked, **here), last("スーパーシティ"))
    thread = slack.posts[-1].thread_ts
    goes_on = {"thread_ts": thread, **here}
    yield step(
        "スレッドでの続き", lambda: send.mention("その担当課は？", **goes_on), last("スマートシティ戦略室")
    )
    yield step(
        "一覧の表", lambda: send.mention("企画経営課の事業一覧", user=staff, channel=plan), last("data_table")
    )
    listed = slack.posts[-1]
    menu = next(
        e
        for b in listed.blocks
        if b["type"] == "actions"
        for e in b["elements"]
        if e["type"] == "static_select"
    )
    yield step(
        "表から詳細",
        lambda: send.action(listed, menu, user=staff, team=sender.TEAM, selected_option=menu["options"][0]),
        last("出典"),
    )
    yield step(
        "ダイレクトメッセージ", lambda: send.direct("ふるさと納税の成果は？", user=staff), last("ふるさと")
    )
    opened = {"user": staff, "channel": slack.workspace.direct_channel(staff)}
    messages = {"type": "app_home_opened", "tab": "messages", **opened}
    prompts = "assistant.threads.setSuggestedPrompts"
    yield step("エージェントの画面", lambda: send.event(messages), lambda: slack.calls(prompts))
    yield step("ホーム", lambda: send.event({"type": "app_home_opened", "tab": "home", **opened}),
               lambda: slack.asked["views.publish", "ok"])  # fmt: skip
    yield step("締切の設定のフォーム", lambda: send.command("締切 設定", user=office, channel=plan),
               lambda: slack.asked["views.open", "ok"])  # fmt: skip
    if not slack.calls("views.open"):
        return
    view = slack.calls("views.open")[-1]["view"]
    day = (datetime.now(ZoneInfo("Asia/Tokyo")) + timedelta(days=20)).strftime("%Y-%m-%d")
    sure: list[dict[str, Any]] = []

    def submit(form: dict[str, Any], **filled: Any) -> Any:
        view = sender.submitted(form, filled)
        return send.submission(view, user=office, team=sender.TEAM).body

    yield step(
        "フォームの送信",
        lambda: sure.append(submit(view, 締切=day)),
        lambda: sure[-1].get("view"),
    )
    done: list[dict[str, Any]] = []
    yield step("確認して設定", lambda: done.append(submit(sure[-1]["view"])),
               lambda: "設定しました" in json.dumps(done[-1], ensure_ascii=False))  # fmt: skip
    yield step(
        "延長の申請",
        lambda: send.command(f"延長 57 {day} 工事のため", user=chief, channel=plan),
        last("延長"),
    )
    yield step("延長の決定", lambda: send.command("延長 承認 57", user=office, channel=plan), last("承認"))
    yield step("提出", lambda: send.command("提出 57", user=chief, channel=plan), last("提出済"))
    yield step("CSV", lambda: send.press(listed, "CSV", user=staff),
               lambda: slack.asked["files.completeUploadExternal", "ok"])  # fmt: skip


def _remind(slack: Compat, path: Path) -> Iterator[Row]:
    """A tick of the next working morning, by the command: who is asked about, and what is posted."""
    morning = Calendar().next_open(datetime.now(ZoneInfo("Asia/Tokyo")).date()).isoformat()
    before = len(slack.workspace.calls)
    variables = {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "JIGYO_DB": str(path),
    }
    command = [".venv/bin/python", "-m", "bot", "remind", "--once", "--now", f"{morning}T09:05"]
    ran = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    names = [*dict.fromkeys(name for name, _ in slack.workspace.calls[before:])]
    is_sent = "chat.postMessage" in names and any(buttons(post.blocks) for post in slack.posts)
    yield "お知らせと日報", names, "○" if is_sent and ran.returncode == 0 else f"× {ran.stdout} {ran.stderr}"


def _database(folder: Path, people: dict[str, str], plan: str) -> Path:
    path, now = folder / "jigyo.db", datetime.now(ZoneInfo("Asia/Tokyo"))
    db = open_database(path)
    store_list(db, parse_list(SEED.read_bytes()), source_name=SEED.name, now=LOADED_AT)
    held = SectionContacts("政策イノベーション部", "企画経営課", chief=people["chief"], channel=plan)
    changes.set_contacts(db, held, by="operator", at=now)
    opens = now.date() - timedelta(days=5)
    due = Calendar().add(Calendar().next_open(now.date()), 5)
    changes.set_deadline(
        db,
        fiscal_year=2021,
        kind="二次評価",
        due=due,
        opens=opens,
        by=people["secretariat"],
        at=now - timedelta(days=6),
    )
    db.close()
    return path


if __name__ == "__main__":
    main()
