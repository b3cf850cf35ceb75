"""`make message-pictures`: the commonest messages on a phone and a desk, drawn by a library we did not write.

The real bot is asked on a playground whose clock stands, so that the same code gives the same pictures. Every
block is drawn by slack-blocks-to-jsx in Debian's Chromium; only `data_table`, which it does not have, by the
playground's page.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image

from bot.context import TOKYO
from bot.playground import city, page
from bot.playground.acts import Clock
from bot.playground.city import GENERAL, OFFICE, SECRETARY
from store.database import open_database
from store.lists import parse_list
from store.loader import store_list
from tests.conftest import LOADED_AT
from tests.playground import Played, launched, playing

FOLDER = Path(__file__).parent.parent / "docs" / "pictures" / "messages"
STANDS = datetime(2026, 12, 1, 9, 30, tzinfo=TOKYO)  # a Tuesday
LATE = datetime(2026, 12, 18, 10, tzinfo=TOKYO)  # two business days after the deadline
MEMBER, CHIEF = "U4MEMBER0", "U1CHIEF0"
OWN = "C1SECTION0"
INVENTED = (("用水路改修事業", "河川課"), ("資料館運営事業", "文化課"), ("敬老会開催事業", "長寿課"))
COSTS = {"平成30": (1250, 900, 12500), "令和元": (1300, 950, 12100), "令和2": (2500, 700, 3400)}
# Sheets that are handed in before the deadline: by whom, which, when.
HANDED_IN = (
    ("U1CHIEF5", "11 12", datetime(2026, 12, 4, 11, tzinfo=TOKYO)),
    ("U1CHIEF1", "9 92 93", datetime(2026, 12, 8, 11, tzinfo=TOKYO)),
    ("U1CHIEF2", "87 88 89", datetime(2026, 12, 11, 11, tzinfo=TOKYO)),
    ("U1CHIEF0", "57 58 60 61 62", datetime(2026, 12, 15, 11, tzinfo=TOKYO)),
)
WIDTHS = {"phone": 375, "desk": 1024}
COLOURS = 64
PATIENCE = 60  # seconds
PLAY = [sys.executable, "-c", "from tests.message_pictures import play; play()"]


def add_costs(path: Path) -> None:
    """Lists of three years before the published one, made up, with amounts."""
    db = open_database(path)
    for year, costs in COSTS.items():
        rows = "".join(
            f"{n},{name},{office},{name}を行う。,{cost}\n"
            for n, ((name, office), cost) in enumerate(zip(INVENTED, costs, strict=True), 1)
        )
        text = f"{year}年度 事務事業評価\n事業番号,事務事業名,担当課,事業の概要,決算額（千円）\n{rows}"
        store_list(db, parse_list(text.encode()), source_name=f"{year}.csv", now=LOADED_AT)
    db.close()


def play() -> None:
    """The playground of `playing`, with its clock standing."""
    with tempfile.TemporaryDirectory() as folder:
        path = city.database(Path(folder), None, STANDS)
        add_costs(path)
        page.run(lambda: path, 0, lambda url, api: print(f"{url}\n{api}", flush=True), Clock(stands=STANDS))


@dataclass
class City:
    """What people do before each picture is taken; the picture is of what a function returns (`alone`)."""

    played: Played
    seen: int = 0
    threads: dict[str, str] = field(default_factory=dict)

    def does(self, kind: str, person: str, **told: Any) -> dict[str, Any]:
        """Do something as somebody."""
        self.seen = max((post["key"] for post in self.posts()), default=0)
        done = self.played.act(kind, **{"as": person, **told})
        assert "mistake" not in done, done
        return done

    def posts(self) -> list[dict[str, Any]]:
        """All messages."""
        return [post for post in self.played.news()["posts"] if not post["is_gone"]]

    def answer(self, holds: Callable[[dict[str, Any]], object] = lambda post: post["blocks"]) -> str:
        """The key of the bot's next message."""
        return str(
            self.found(lambda: [p["key"] for p in self.posts() if p["key"] > self.seen and holds(p)])[-1]
        )

    def found(self, look: Callable[[], Any]) -> Any:
        """What there is to see, once there is."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := look():
                return found
            time.sleep(0.1)
        raise AssertionError("it did not come")

    def command(self, person: str, text: str, channel: str = OWN) -> str:
        self.does("say", person, channel=channel, text=text)
        return self.answer()

    def mention(self, text: str, thread: str = "") -> str:
        ts = self.does("say", MEMBER, channel=GENERAL, text=f"@jigyo {text}", thread=thread)["ts"]
        self.threads[text] = ts
        return self.answer(lambda post: post["blocks"] and post["thread_ts"])

    def press(self, key: str, person: str, label: str) -> None:
        """Press the button of a message that says `label`."""
        post = next(post for post in self.posts() if post["key"] == int(key))
        for block in post["blocks"]:
            for element in (*block.get("elements", ()), block.get("accessory", {})):
                if element.get("text", {}).get("text") == label:
                    self.does("press", person, post=int(key), action=element["action_id"])
                    return
        raise AssertionError(f"no button {label}")


def pictures(city: City) -> Iterator[tuple[str, str]]:
    """(name, what is drawn) of each message, in the order of a day."""
    hits = city.command(MEMBER, "/jigyo スマートシティ")
    yield "search", hits
    city.press(hits, MEMBER, "詳細")
    yield "card", city.answer()
    yield "answer", city.mention("ふるさと納税の成果は？")
    yield "follow-up", city.mention("その担当課は？", thread=city.threads["ふるさと納税の成果は？"])
    yield "summary", city.command(CHIEF, "/jigyo まとめ 企画経営課")
    yield "table", city.mention("企画経営課の事業一覧")
    yield "chart", city.mention("用水路改修事業の決算額の推移は？")
    city.does("open", CHIEF, tab="home")
    city.found(lambda: city.played.news()["homes"].get(CHIEF))
    yield "home", f"home:{CHIEF}"
    city.does("say", CHIEF, channel=OWN, text="/jigyo 締切")
    mine = city.answer()
    yield "deadlines", mine
    city.press(mine, CHIEF, "提出済にする")
    city.found(lambda: city.played.news()["views"].get(CHIEF))
    yield "form", f"modal:{CHIEF}"
    for chief, sheets, day in HANDED_IN:
        city.played.wait_until(day)
        city.command(chief, f"/jigyo 提出 {sheets}")
    city.seen = max(post["key"] for post in city.posts())
    city.played.wait_until(LATE)
    direct = f"D{CHIEF[1:]}"
    yield "reminder", city.answer(lambda post: post["channel"] == direct and post["blocks"])
    yield (
        "digest",
        city.answer(lambda post: post["channel"] in (OFFICE, f"D{SECRETARY[1:]}") and post["blocks"]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER, help="a folder for the pictures")
    folder = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    driver, browser = launched()
    with playing(command=PLAY) as played:
        contexts = {name: screen(browser, width) for name, width in WIDTHS.items()}
        for name, what in pictures(City(played)):
            for size, opened in contexts.items():
                save(opened, f"{played.url}#alone={what}", folder / f"{name}-{size}.png")
            print(name)
    browser.close()
    driver.stop()


def screen(browser: Any, width: int) -> Any:
    """A page of a width in CSS pixels, sharp on a phone."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="ja-JP", timezone_id="Asia/Tokyo",
        device_scale_factor=1.5 if width < 500 else 1, reduced_motion="reduce",
    )  # fmt: skip
    return context.new_page()


def save(opened: Any, url: str, file: Path) -> None:
    """Draw what is at `url`, and keep it."""
    opened.goto("about:blank")
    opened.goto(url)
    drawn = opened.locator(".alone")
    drawn.wait_for()
    opened.wait_for_function("[...document.images].every(each => each.complete && each.naturalWidth)")
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{file.name} is too wide"
    taken = Image.open(io.BytesIO(drawn.screenshot(animations="disabled"))).convert("RGB")
    taken.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()
