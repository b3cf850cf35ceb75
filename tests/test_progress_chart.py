"""A round's progress over time, as numbers, as words and as a picture."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from datetime import date, timedelta

import pytest
from PIL import Image

from bot.messages.charts import IN, Point, alternative_text, points_over_time, progress_block, progress_chart
from bot.messages.truncation import fitted
from bot.playground.slack.rules import message_problem
from store.evaluation.records import Due, SectionProgress
from tests.reminder_cases import DEPARTMENT, sheet

TODAY = date(2026, 12, 14)
DUE = Due(date(2026, 12, 28), date(2026, 12, 28))


def progress(section: str, done: int, total: int, late: int = 0) -> SectionProgress:
    return SectionProgress(2026, "一次評価", DEPARTMENT, section, total, done, late, DUE)


def test_points_are_reckoned_back_from_the_states_of_today() -> None:
    sheets = [sheet("11", "提出済"), sheet("12", "差戻し"), sheet("13", "対象外"), sheet("14", "確定")]
    moves = [
        (TODAY, "提出済", "差戻し"),
        (TODAY - timedelta(days=1), "作成中", "提出済"),
        (TODAY - timedelta(days=1), "提出済", "確定"),
        (TODAY - timedelta(days=2), "未着手", "対象外"),
    ]
    assert points_over_time(sheets, moves, start=TODAY - timedelta(days=3), today=TODAY) == [  # type: ignore[arg-type]
        Point(TODAY - timedelta(days=3), 2, 4),
        Point(TODAY - timedelta(days=2), 2, 3),
        Point(TODAY - timedelta(days=1), 3, 3),
        Point(TODAY, 2, 3),
    ]


def test_the_words_say_what_the_picture_shows() -> None:
    points = [Point(TODAY - timedelta(days=day), 9 - day, 20) for day in range(9, -1, -1)]
    sections = [progress("企画経営課", 3, 12, late=2), progress("人事課", 6, 6), progress("新設課", 0, 2)]
    assert alternative_text(points, sections, today=TODAY) == (
        "令和8年度 一次評価　提出済 9/20件（45%）、2026年12月14日（月）現在。この1週間で7件増えました。"
        "すべて提出した課は1、作業中の課は2。提出の割合が低い順に 新設課 0/2、企画経営課 3/12。"
        "締切を過ぎているシートは2件。"
    )


@pytest.mark.parametrize(("days", "sections"), [(1, 1), (40, 60)])
def test_the_picture_is_a_png_for_one_day_or_many_one_section_or_many(days: int, sections: int) -> None:
    points = [Point(TODAY - timedelta(days=days - 1 - day), day, 60) for day in range(days)]
    png = progress_chart(points, [progress(f"第{n}課", 0, 1) for n in range(sections)])
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert 900 <= width <= 1000
    assert 500 <= height <= 2600


def test_the_chart_that_slack_draws_has_no_more_points_than_it_shows_and_ends_today() -> None:
    points = [Point(TODAY - timedelta(days=99 - day), day, 120) for day in range(100)]
    (block,) = [piece for piece, _ in fitted(progress_block("令和8年度 一次評価 進捗", points))]
    assert message_problem({"text": "x", "blocks": [block]}) is None
    drawn = block["chart"]["series"][0]["data"]
    assert drawn[-1] == {"label": "12/14", "value": 99}
    assert 5 <= len(drawn) <= 8  # whose labels stand side by side on a telephone


def test_importing_the_module_does_not_load_matplotlib() -> None:
    code = "import sys, bot.messages.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nothing_handed_in_is_no_full_bar_in_the_picture() -> None:
    def filled(done: int) -> int:
        points = [Point(TODAY, 0, 4)]
        drawn = Image.open(io.BytesIO(progress_chart(points, [progress("企画経営課", done, 4)]))).convert(
            "RGB"
        )
        red, green, blue = (int(IN[at : at + 2], 16) for at in (1, 3, 5))
        return sum(count for count, colour in drawn.getcolors(1 << 20) or () if colour == (red, green, blue))

    none, one, every = filled(0), filled(1), filled(4)
    assert none < one / 2  # the mark in the legend, and the line of the days
    assert one < every / 2
