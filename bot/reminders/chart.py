"""A round's progress as a picture: over time, and a bar a section; with its words for those who can't see it.

Pure: values in, PNG bytes out. matplotlib (tens of megabytes resident) is imported when first drawn with.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bot.days.calendar import DAY, format_date
from bot.messages.builders import Block, chart
from bot.messages.markup import CHART_CATEGORIES
from store.evaluation.records import DONE, SectionProgress, Sheet, SheetState
from store.text.fiscal_years import fiscal_year_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_SECTIONS = 24
FEWEST_ROWS = 2  # so that a lone section is not one thick bar
MOST_DUES = 3
MOST_TICKS = 6
WIDTH, LINE_HEIGHT, BAR_HEIGHT = 4.8, 2.4, 0.34  # inches: letters that a telephone shows can still be read
DPI = 200
SMALL, PLAIN, LARGE = 9, 10, 12  # points
LONGEST_LABEL = 10  # characters
INK, FAINT, IN, OPEN, LATE = "#333333", "#777777", "#2f6f8f", "#dfe5ea", "#c8553d"


@dataclass(frozen=True, slots=True)
class Point:
    """How many of a round's sheets were in at the end of a day; 対象外 are not counted."""

    day: date
    done: int
    total: int


def points_over_time(
    sheets: Iterable[Sheet],
    moves: Iterable[tuple[date, SheetState, SheetState]],
    *,
    start: date,
    today: date,
) -> list[Point]:
    """A point a day from `start` to `today`, reckoned back from today's states by (day, before, after)."""
    states = Counter(sheet.state for sheet in sheets)
    by_day: dict[date, list[tuple[SheetState, SheetState]]] = {}
    for day, before, after in moves:
        by_day.setdefault(day, []).append((before, after))
    points = []
    for offset in range((today - start).days + 1):
        day = today - DAY * offset
        points.append(_point(day, states))
        for before, after in by_day.get(day, ()):
            states[after] -= 1
            states[before] += 1
    return points[::-1]


def progress_block(title: str, points: Sequence[Point]) -> Block:
    """The chart that Slack draws of the same: how many are in, of how many, day by day.

    Where there are more days than Slack shows, some at the same distance, today's among them.
    """
    step = max(1, math.ceil(len(points) / CHART_CATEGORIES))
    shown = points[::-1][::step][::-1]
    labels = [_short(point.day) for point in shown]
    series = (("提出済", [point.done for point in shown]), ("全体", [point.total for point in shown]))
    return chart(title, labels, series, y_label="件")


def progress_chart(points: Sequence[Point], sections: Sequence[SectionProgress]) -> bytes:
    """A PNG of one round (all its sections, a point or more), with letters that a telephone shows."""
    import matplotlib_fontja  # noqa: F401 (importing it makes its Japanese font the default)
    from matplotlib.figure import Figure

    shown = sorted(sections, key=lambda each: (_share(each), each.section))[:MOST_SECTIONS]
    heights = (LINE_HEIGHT, BAR_HEIGHT * max(len(shown), FEWEST_ROWS) + 0.9)
    figure = Figure(figsize=(WIDTH, sum(heights)), dpi=DPI, layout="constrained")
    line, bars = figure.subplots(2, 1, height_ratios=heights)
    figure.suptitle(_title(sections).replace("　", "\n"), color=INK, fontsize=LARGE)
    _draw_line(line, points, sections)
    _draw_bars(bars, shown, len(sections))
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": "jigyo-bot"})
    return buffer.getvalue()


def alternative_text(points: Sequence[Point], sections: Sequence[SectionProgress], *, today: date) -> str:
    """What the picture shows, in a few sentences."""
    late = sum(each.late for each in sections)
    behind = sorted((each for each in sections if each.done < each.total), key=_share)
    texts = [f"{_title(sections)}、{format_date(today)}現在。"]
    week_ago = next((point for point in reversed(points) if (today - point.day).days >= 7), None)
    if week_ago and points:
        texts.append(f"この1週間で{points[-1].done - week_ago.done}件増えました。")
    texts.append(f"すべて提出した課は{len(sections) - len(behind)}、作業中の課は{len(behind)}。")
    if behind:
        names = "、".join(f"{each.section} {each.done}/{each.total}" for each in behind[:5])
        texts.append(f"提出の割合が低い順に {names}{'など' if len(behind) > 5 else ''}。")
    if late:
        texts.append(f"締切を過ぎているシートは{late}件。")
    return "".join(texts)


def _point(day: date, states: Counter[SheetState]) -> Point:
    done = sum(states[state] for state in DONE if state != "対象外")
    return Point(day, done, states.total() - states["対象外"])


def _share(section: SectionProgress) -> float:
    return section.done / section.total if section.total else 1.0


def _title(sections: Sequence[SectionProgress]) -> str:
    done, total = sum(each.done for each in sections), sum(each.total for each in sections)
    percent = 100 * done // total if total else 100
    name = f"{fiscal_year_name(sections[0].fiscal_year)} {sections[0].kind}"
    return f"{name}　提出済 {done}/{total}件（{percent}%）"


def _draw_line(axes: Axes, points: Sequence[Point], sections: Sequence[SectionProgress]) -> None:
    first, total = points[0].day, max(point.total for point in points)
    days = [(point.day - first).days for point in points]
    done = [point.done for point in points]
    axes.fill_between(days, done, step="post", color=IN, alpha=0.15, linewidth=0)
    axes.step(days, done, where="post", color=IN, linewidth=2)
    axes.plot(days[-1:], done[-1:], "o", color=IN, markersize=5)
    axes.axhline(total, color=FAINT, linewidth=1)
    _note(axes, f"全{total}件", (0, total), FAINT)
    dues = sorted({each.due.effective for each in sections if each.due})[:MOST_DUES]
    for due in dues:
        axes.axvline((due - first).days, color=LATE, linewidth=1, linestyle="--")
        _note(axes, f"締切 {_short(due)}", ((due - first).days, 0), LATE)
    last = max([days[-1], *((due - first).days for due in dues)])
    ticks = range(0, last + 1, max(1, math.ceil(last / MOST_TICKS)))
    axes.set_xticks(ticks, [_short(first + DAY * tick) for tick in ticks])
    axes.set_ylim(0, max(total, 1) * 1.15)
    axes.locator_params(axis="y", integer=True, nbins=6)
    axes.set_title("提出済の件数", color=INK, fontsize=PLAIN, loc="left")
    _plain(axes)


def _note(axes: Axes, text: str, where: tuple[float, float], color: str) -> None:
    axes.annotate(text, where, xytext=(4, 4), textcoords="offset points", color=color, fontsize=SMALL)


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"


def _short(day: date) -> str:
    return f"{day.month}/{day.day}"


def _draw_bars(axes: Axes, shown: Sequence[SectionProgress], sections: int) -> None:
    rows = range(len(shown))
    shares = [100 * _share(each) for each in shown]
    late = [100 * each.late / each.total if each.total else 0.0 for each in shown]
    begun = [share + behind for share, behind in zip(shares, late, strict=True)]
    left_open = [100 - share for share in begun]  # only its outline: 0/4 is no full bar
    axes.barh(rows, shares, color=IN, height=0.62, label="提出済")
    if any(late):
        axes.barh(rows, late, left=shares, color=LATE, height=0.62, label="締切超過")
    axes.barh(
        rows, left_open, left=begun, facecolor="none", edgecolor=FAINT, linewidth=0.6, height=0.62,
        label="未提出",
    )  # fmt: skip
    for row, each in enumerate(shown):
        note = f"{each.done}/{each.total}" + (f"　遅れ{each.late}" if each.late else "")
        axes.annotate(note, (100, row), xytext=(5, 0), textcoords="offset points", va="center",
                      color=LATE if each.late else INK, fontsize=SMALL)  # fmt: skip
    axes.set_yticks(rows, [_cut(each.section) for each in shown], fontsize=SMALL, color=INK)
    axes.set_xlim(0, 140 if any(late) else 122)
    axes.legend(fontsize=SMALL, frameon=False, loc="upper center", bbox_to_anchor=(0.4, -0.08), ncols=3)
    axes.set_xticks((0, 50, 100), ("0%", "50%", "100%"))
    axes.set_ylim(max(len(shown), FEWEST_ROWS) - 0.4, -0.6)  # the first on top
    left = sections - len(shown)
    axes.set_title(
        "課ごとの提出状況" + (f"（ほか{left}課）" if left else ""), color=INK, fontsize=PLAIN, loc="left"
    )
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.tick_params(colors=FAINT, labelsize=SMALL, length=0)
    for label in axes.get_yticklabels():
        label.set_color(INK)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(OPEN)
