"""`make slack-types`: what the bot sends, checked by the compiler against Slack's own `@slack/types`.

Asks a running bot the commonest things, in a workspace with the newer blocks and in one without them, and
writes every message and view that went out as TypeScript, which tsc must accept. `@slack/types` 3.2 does not
have `data_visualization`, which is declared here after Slack's reference.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.playground.slack import Sender, SlackServer
from store.database import open_database
from store.evaluation import changes
from store.evaluation.records import SectionContacts
from store.lists import parse_list
from store.loader import store_list
from tests.conftest import LOADED_AT, SEED
from tests.running import serving

PACKAGES = ("@slack/types@3.2.0", "typescript@5.9.3")
NEWER = ("data_table", "data_visualization", "context_actions")
COMMANDS = (
    "", "ヘルプ", "スマートシティ", "課:企画経営課", "11", "予算>=5000万", "締切",
    "締切 設定", "設定 担当", "設定", "休暇",
)  # fmt: skip
MENTIONS = (
    "企画経営課の事業一覧", "スマートシティの推進の成果は？", "指標を課ごとにグラフで",
    "課ごとの事業の件数は？", "財政課と企画経営課の事業を比べて", "スマートシテーの目的は？",
    "こんにちは", "企画経営課のまとめ",
)  # fmt: skip
DECLARED = """
import type { HomeView, KnownBlock, ModalView } from '@slack/types';
interface Point { label: string; value: number }
interface Bars {
  type: 'bar' | 'line' | 'area';
  series: { name: string; data: Point[] }[];
  axis_config: { categories: string[]; x_label?: string; y_label?: string };
}
interface Pie { type: 'pie'; segments: Point[] }
interface Charted { type: 'data_visualization'; block_id?: string; title: string; chart: Bars | Pie }
type Shown = KnownBlock | Charted;
type Modal = Omit<ModalView, 'blocks'> & { blocks: KnownBlock[] };
type Home = Omit<HomeView, 'blocks'> & { blocks: KnownBlock[] };
"""


def main() -> None:
    messages: list[list[Any]] = []
    views: list[dict[str, Any]] = []
    for lacking in ((), NEWER):
        shown, opened = asked(lacking)
        messages += shown
        views += opened
    kinds = sorted({block["type"] for blocks in messages for block in blocks})
    with tempfile.TemporaryDirectory() as folder:
        written = DECLARED + "".join(declared(messages, views))
        (Path(folder) / "sent.ts").write_text(written, encoding="utf-8")
        npm = os.environ.get("NPM", "npm").split()
        quiet = ("--no-audit", "--no-fund", "--silent")
        subprocess.run([*npm, "install", "--prefix", folder, *quiet, *PACKAGES], check=True)
        strict = ("--strict", "--noEmit", "--skipLibCheck")
        compiler = Path(folder) / "node_modules" / ".bin" / "tsc"
        checked = subprocess.run([compiler, *strict, "sent.ts"], cwd=folder, check=False)
        if checked.returncode:
            raise SystemExit(checked.returncode)
    print(f"{len(messages)} messages and {len(views)} views are Slack's types: {', '.join(kinds)}")


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
