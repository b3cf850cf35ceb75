"""`make slack-types`: what the bot sends, checked by the compiler against Slack's own `@slack/types`.

Asks a running bot the commonest things, in a workspace with the newer blocks and in one without them, and
writes every message and view that went out as TypeScript, which tsc must accept. `@slack/types` 3.2, the
newest, does not have `data_visualization`: that block is held to the type of slack-blocks-to-jsx, which we
did not write either, and to our own rules (`bot.playground.slack.rules`).

`--suite` runs the test suite besides, and adds what its loopback Slack took (`record`), each shape once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.playground.slack import Sender, SlackServer, methods, rules, sender
from store.database import open_database
from store.evaluation import changes
from store.evaluation.records import SectionContacts
from store.lists import parse_list
from store.loader import store_list
from tests.conftest import LOADED_AT, SEED
from tests.message_pictures import add_costs
from tests.running import serving

PACKAGES = ("@slack/types@3.2.0", "slack-blocks-to-jsx@1.1.1", "typescript@5.9.3")
RECORDED = "PAYLOADS_FOR_TYPES"  # the folder into which a run of the suite writes what its Slack takes
NEWER = ("data_table", "data_visualization", "context_actions")
COMMANDS = (
    "", "ヘルプ", "スマートシティ", "課:企画経営課", "11", "予算>=5000万", "締切",
    "締切 設定", "設定 担当", "設定", "休暇",
)  # fmt: skip
MENTIONS = (
    "企画経営課の事業一覧", "スマートシティの推進の成果は？", "用水路改修事業の決算額の推移は？",
    "課ごとの事業の件数は？", "財政課と企画経営課の事業を比べて", "スマートシテーの目的は？",
    "こんにちは", "企画経営課のまとめ",
)  # fmt: skip
DECLARED = """
import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import type { DataVisualizationBlock } from 'slack-blocks-to-jsx';
type Shown = KnownBlock | DataVisualizationBlock;
// @ts-expect-error A block that lacks what its type has is refused, or else nothing is checked here.
export const wrong: Shown[] = [{ type: 'data_visualization', title: 'x', chart: { type: 'bar' } }];
// @ts-expect-error
export const wrong2: Shown[] = [{ type: 'data_table', rows: 'x' }];
type Modal = Omit<ModalView, 'blocks'> & { blocks: KnownBlock[] };
type Home = Omit<HomeView, 'blocks'> & { blocks: KnownBlock[] };
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", action="store_true", help="also what the suite sends (some six minutes)")
    parser.add_argument("--recorded", type=Path, help=f"or what a run of it with {RECORDED} has written here")
    options = parser.parse_args()
    messages: list[list[Any]] = []
    views: list[dict[str, Any]] = []
    for lacking in ((), NEWER):
        shown, opened = asked(lacking)
        messages += shown
        views += opened
    with tempfile.TemporaryDirectory() as folder:
        recorded = options.recorded
        if options.suite:
            recorded = Path(folder)
            suite = [sys.executable, "-m", "pytest", "-q"]
            subprocess.run(suite, env={**os.environ, RECORDED: folder}, check=True)
        if recorded:
            for payload in shapes(recorded):
                (views if "type" in payload else messages).append(  # type: ignore[arg-type]
                    payload if "type" in payload else payload["blocks"]
                )
    kinds = sorted({block["type"] for blocks in messages for block in blocks})
    with tempfile.TemporaryDirectory() as folder:
        written = DECLARED + "".join(declared(messages, views))
        (Path(folder) / "sent.ts").write_text(written, encoding="utf-8")
        npm = os.environ.get("NPM", "npm").split()
        quiet = ("--no-audit", "--no-fund", "--silent", "--legacy-peer-deps")
        subprocess.run([*npm, "install", "--prefix", folder, *quiet, *PACKAGES], check=True)
        strict = ("--strict", "--noEmit", "--skipLibCheck")
        compiler = Path(folder) / "node_modules" / ".bin" / "tsc"
        checked = subprocess.run([compiler, *strict, "sent.ts"], cwd=folder, check=False)
        if checked.returncode:
            raise SystemExit(checked.returncode)
    print(f"{len(messages)} messages and {len(views)} views are of these types: {', '.join(kinds)}")


def record(folder: Path) -> None:
    """Have what the loopback Slack takes in this process written into `folder`, a JSON object a line."""
    file = folder / f"{os.getpid()}.jsonl"

    def keep(payload: dict[str, Any], problem: str | None) -> None:
        if problem is None and payload.get("blocks"):
            kept = {"type": payload["type"]} if payload.get("type") in ("home", "modal") else {}
            names = ("blocks", *(("title", "submit", "close", "callback_id") if kept else ()))
            kept |= {name: payload[name] for name in names if name in payload}
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(kept, ensure_ascii=False) + "\n")

    def message_problem(message: dict[str, Any], **more: Any) -> str | None:
        problem = rules.message_problem(message, **more)
        keep(message, problem)
        return problem

    def view_problem(view: dict[str, Any]) -> str | None:
        problem = rules.view_problem(view)
        keep(view, problem)
        return problem

    methods.message_problem = sender.message_problem = message_problem  # type: ignore[assignment]
    methods.view_problem = view_problem  # type: ignore[assignment]


def shapes(folder: Path) -> Iterable[dict[str, Any]]:
    """The payloads that `record` wrote, one of each shape: what stands in them as text may be anything."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.open(encoding="utf-8"):
            payload: dict[str, Any] = json.loads(line)
            found.setdefault(json.dumps(_shape(payload), sort_keys=True), payload)
    return found.values()


FIXED = ("type", "style", "trigger_actions_on", "name", "range")  # texts that a type names


def _shape(node: Any, key: str = "") -> Any:
    if isinstance(node, dict):
        return {name: _shape(value, name) for name, value in node.items()}
    if isinstance(node, list):
        every = (_shape(value, key) for value in node)
        return [*dict.fromkeys(json.dumps(value, sort_keys=True) for value in every)]
    return node if key in FIXED else type(node).__name__


def declared(messages: list[list[Any]], views: list[dict[str, Any]]) -> Iterator[str]:
    """A constant of the right type for each, so that a property that the type lacks is told too."""
    for index, blocks in enumerate(messages):
        yield f"export const message{index}: Shown[] = {json.dumps(blocks, ensure_ascii=False)};\n"
    for index, view in enumerate(views):
        kind = "Home" if view["type"] == "home" else "Modal"
        yield f"export const view{index}: {kind} = {json.dumps(view, ensure_ascii=False)};\n"


def asked(lacking: tuple[str, ...]) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    """What a bot sends in a workspace that lacks those blocks: its messages' blocks, and its views."""
    with tempfile.TemporaryDirectory() as folder, SlackServer() as slack:
        slack.workspace.lacking.update(lacking)
        path = Path(folder) / "jigyo.db"
        db = open_database(path)
        store_list(db, parse_list(SEED.read_bytes()), source_name=SEED.name, now=LOADED_AT)
        held = SectionContacts("政策イノベーション部", "企画経営課", chief="U0CHIEF", channel="C0PLAN")
        add_costs(path)
        changes.set_contacts(db, held, by="operator", at=datetime.now(UTC))
        db.close()
        with serving(slack, path, "--http", "--no-reminders") as served:
            send = Sender(slack, served.url)
            for text in MENTIONS:
                before = len(slack.posts)
                send.mention(text)
                slack.wait_for(lambda since=before: len(slack.posts) > since, seconds=60)  # type: ignore[misc]
            for text in COMMANDS:
                send.command(text, user="U0ADMIN")
            send.event({"type": "app_home_opened", "tab": "home", "user": "U0STAFF", "channel": "D0STAFF"})
            slack.wait_for(lambda: slack.calls("views.publish"), seconds=60)
        opened = [each["view"] for each in (*slack.calls("views.open"), *slack.calls("views.publish"))]
        return [post.blocks for post in slack.posts if post.blocks], opened


if __name__ == "__main__":
    main()
