"""A `jigyo playground` process, and Debian's Chromium for tests of its page, which skip without it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests import forking, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NO_BROWSER = "no Chromium here: apt-get install chromium fonts-noto-cjk, as .ci/run does"
WAIT = 40_000  # milliseconds for what happens on a busy machine


@dataclass
class Played:
    """A running playground: where its page is, and its loopback Slack's API."""

    url: str
    api: str

    def wait_until(self, moment: datetime) -> None:
        """Move the clock there, and wait for all that is sent on the way."""
        assert self.act("clock", to=moment.isoformat()) == {}
        while self.news()["moving"]:
            time.sleep(0.2)

    def news(self) -> dict[str, Any]:
        """What the page is told first: everything there is."""
        with urllib.request.urlopen(f"{self.url}stream", timeout=60) as stream:
            for line in stream:
                if line.startswith(b"data: ") and b'"revision"' in line[:40]:
                    told: dict[str, Any] = json.loads(line[6:])
                    return told
        raise AssertionError("the stream ended")

    def act(self, kind: str, **told: Any) -> dict[str, Any]:
        """Do something without the page, as it would."""
        request = urllib.request.Request(f"{self.url}act/{kind}", json.dumps(told).encode())
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as answer:
            done: dict[str, Any] = json.load(answer)
        return done


@contextmanager
def playing(*options: str, command: Sequence[str] = ()) -> Iterator[Played]:
    """`jigyo OPTIONS playground` (or `command`) on a free port, ready inside; stopped with SIGINT after."""
    hidden = ("SLACK_", "JIGYO_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
    read, write = os.pipe()
    with tempfile.TemporaryDirectory() as folder, open(read) as said, open(write, "wb") as told:  # noqa: PTH123
        process: subprocess.Popen[bytes] | forking.Forked
        if running.forked and not command:
            process = forking.start([*options, "playground"], env=environment, cwd=folder, output=told)
        else:
            command = command or [sys.executable, "-m", "bot", *options, "playground"]
            process = subprocess.Popen(command, env=environment, cwd=folder, stdout=told)
        told.close()
        try:
            urls = [re.search(r"http://127\.0\.0\.1:\d+/\S*?(?=。|$)", said.readline()) for _ in "12"]
            assert all(urls), "it did not start"
            page, api = (each[0].strip() for each in urls if each)
            yield Played(page, api)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()


@dataclass
class Desk:
    """One browser page as one person, and whatever went wrong on it."""

    page: Any
    url: str
    troubles: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", self._noted)
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _noted(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(message.text)

    def go(self, me: str, room: str, tab: str = "messages") -> None:
        """Be somebody somewhere."""
        where = f"#me={me}&room={room}&tab={tab}"
        if self.page.url.startswith(self.url):
            self.close()
            self.page.evaluate("where => { location.hash = where; }", where)
        else:
            self.page.goto(f"{self.url}{where}")
        self.page.locator(f'.page[data-at="{me} {room} {tab}"]').wait_for()
        self.close()

    def close(self) -> None:
        """Close whatever form is open, and those under it."""
        while self.dialog.count():
            title = self.dialog.get_attribute("aria-label")
            self.page.keyboard.press("Escape")
            self.page.get_by_role("dialog", name=title, exact=True).wait_for(state="detached")

    @property
    def box(self) -> Any:
        """Where one types: in the thread if one is open."""
        thread = self.page.get_by_role("textbox", name="スレッドに返信")
        return thread if thread.count() else self.page.locator(".room .composer textarea")

    @property
    def answers(self) -> Any:
        """The bot's messages, of the thread if one is open."""
        return self.page.locator(".thread .said, .page:not(.in-thread) .room .said").filter(
            has=self.page.locator(".who", has_text="jigyo")
        )

    def say(self, text: str) -> None:
        """Type and send."""
        self.box.fill(text)
        self.box.press("Enter")

    def mention(self, text: str) -> Any:
        """Type a mention, and wait for the answer in its thread, which opens: that message."""
        self.say(text)
        self.page.locator(".thread").wait_for()
        return self.answer(0)

    def ask(self, text: str) -> Any:
        """Type, and wait for one more message of the bot's: that message."""
        before = self.answers.count()
        self.say(text)
        return self.answer(before)

    def answer(self, before: int) -> Any:
        """The bot's message after so many."""
        found = self.answers.nth(before)
        found.wait_for()
        return found

    def press(self, name: str, within: Any = None) -> None:
        """Press a button."""
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    @property
    def dialog(self) -> Any:
        """The modal that is open."""
        return self.page.get_by_role("dialog")

    def picture(self, name: str) -> None:
        """Keep what is seen, where pictures are asked for (`make pictures`)."""
        if folder := os.environ.get("JIGYO_PICTURES"):
            self.page.wait_for_timeout(300)  # until what moves has come to rest
            self.page.screenshot(path=Path(folder) / f"{name}.png")


def launched() -> Any:
    """Playwright with its browser; skips the test where there is none."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    driver = pytest.importorskip("playwright.sync_api").sync_playwright().start()
    return driver, driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
