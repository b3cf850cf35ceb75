"""Charts: amounts of several years or offices, and the progress of a round. Pure.

A chart is its values, its words for those who cannot see it, and its picture (PNG bytes). The values travel
as they are, for places that draw charts themselves. matplotlib (tens of megabytes resident) is imported when
first drawn with.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.days.calendar import DAY, format_date
from bot.messages import builders
from bot.messages.builders import Block, Newer, chart
from bot.messages.markup import CHART_CATEGORIES
from store.columns.values import converted, is_money
from store.evaluation.records import DONE, SectionProgress, Sheet, SheetState
from store.text.numbers import fiscal_year_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT, BAR_HEIGHT = 4.8, 3.2, 0.3  # inches: letters that a telephone shows can still be read
DPI = 200
SMALL, PLAIN, LARGE = 9, 10, 12  # points
MOST_BARS = 20
MOST_SERIES = 4
MOST_NOTED = 8  # points of a line that have their value beside them
LONGEST_LABEL = 16  # characters
INK, FAINT, OPEN = "#333333", "#888888", "#dfe5ea"
COLORS = ("#2f6f8f", "#c8553d", "#7a9a3c", "#8a6fa8")
MARKERS = ("o", "s", "^", "D")  # who sees no colours tells lines apart by these
_SCALES = ((1e8, "億円"), (1e4, "万円"), (1.0, "円"))


@dataclass(frozen=True, slots=True)
class Series:
    """A value a label, None where the list gives none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Series of one unit over the same labels: years in their order where `is_over_time`, else offices."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    is_over_time: bool = True

    def as_dict(self) -> dict[str, Any]:
        """The chart as JSON holds it."""
        return asdict(self)


def chart_of(values: Mapping[str, Any]) -> Chart:
    """The chart that `as_dict` made these values of."""
    series = (Series(each["name"], tuple(each["values"])) for each in values["series"])
    labels = tuple(values["labels"])
    return Chart(values["title"], labels, tuple(series), values["unit"], values["is_over_time"])


def charts_of(title: str, found: Iterable[tuple[str, str, Mapping[int, float]]]) -> list[Chart]:
    """A chart over the years for each unit of several series (name, unit, value by fiscal year).

    Only series of two years and more are drawn; none is where there are none.
    """
    by_unit: dict[str, list[tuple[str, Mapping[int, float]]]] = {}
    for name, unit, by_year in found:
        if len(by_year) > 1:
            by_unit.setdefault(unit, []).append((name, by_year))
    charts = []
    for unit, some in by_unit.items():
        years = sorted({year for _, by_year in some for year in by_year})
        series = (
            Series(name, tuple(by_year.get(year) for year in years)) for name, by_year in some[:MOST_SERIES]
        )
        charts.append(Chart(title, tuple(map(year_label, years)), tuple(series), unit))
    return charts


def slack_chart(chart: Chart) -> Newer | None:
    """The chart as Slack draws it; None where a value is missing, or it is too wide for Slack."""
    wide = len(chart.labels) > CHART_CATEGORIES or len(set(chart.labels)) < len(chart.labels)
    if wide or any(value is None for each in chart.series for value in each.values):
        return None
    by, unit = _scale(chart)
    series = [(each.name, [round((value or 0.0) * by, 3) for value in each.values]) for each in chart.series]
    kind = "line" if chart.is_over_time else "bar"
    return builders.chart(chart.title, chart.labels, series, kind=kind, y_label=unit)


def year_label(year: int) -> str:
    """A fiscal year as an axis has room for it: R6, H30."""
    return f"R{year - 2018}" if year >= 2019 else f"H{year - 1988}"


def words(chart: Chart) -> str:
    """What the chart shows, for those who cannot see it."""
    kind = "年度ごとの推移" if chart.is_over_time else "比較"
    told = []
    for each in chart.series:
        valued = [
            f"{label} {_number(value)}{chart.unit}"
            for label, value in zip(chart.labels, each.values, strict=True)
            if value is not None
        ]
        more = f"など{len(valued)}件" if len(valued) > MOST_BARS else ""
        name = f"{each.name} " if len(chart.series) > 1 else ""
        told.append(f"{name}{'、'.join(valued[:MOST_BARS])}{more}。")
    return f"{chart.title}の{kind}のグラフ。{''.join(told)}"


def png(chart: Chart) -> bytes:
    """The chart as a PNG: lines over the years, else a bar each, the first on top."""
    return _saved(chart, "png", {"Software": "jigyo-bot"})


def svg(chart: Chart) -> bytes:
    """The chart as an SVG, whose letters stay letters: they can be searched, copied and read aloud."""
    from matplotlib import rc_context

    told = {"Title": chart.title, "Description": words(chart), "Creator": "jigyo-bot", "Date": None}
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": chart.title}):
        return _saved(chart, "svg", told)


def _saved(chart: Chart, kind: str, metadata: Mapping[str, str | None]) -> bytes:
    import matplotlib_fontja  # noqa: F401 (importing it makes its Japanese font the default)
    from matplotlib.figure import Figure

    shown = min(len(chart.labels), MOST_BARS)
    height = HEIGHT if chart.is_over_time else BAR_HEIGHT * max(shown, 3) + 1.0
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
    axes = figure.subplots()
    by, unit = _scale(chart)
    left = len(chart.labels) - shown
    title = chart.title + (f"（ほか{left}）" if left and not chart.is_over_time else "")
    figure.suptitle(_folded(title), color=INK, fontsize=LARGE)
    (_draw_lines if chart.is_over_time else _draw_bars)(axes, chart, by)
    if unit:
        axes.set_title(f"単位：{unit}", color=FAINT, fontsize=SMALL, loc="right")
    _plain(axes)
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, metadata=metadata)
    return buffer.getvalue()


def _scale(chart: Chart) -> tuple[float, str]:
    """By what values are multiplied to be read easily, and the unit that they then have."""
    if not is_money(chart.unit):
        return 1.0, chart.unit
    yen = converted(1.0, chart.unit, "円")
    most = max((abs(v) * yen for each in chart.series for v in each.values if v is not None), default=0.0)
    size, unit = next((one for one in _SCALES if most >= one[0]), _SCALES[-1])
    return yen / size, unit


def _draw_lines(axes: Axes, chart: Chart, by: float) -> None:
    places = range(len(chart.labels))
    for number, each in enumerate(chart.series):
        points = [(at, v * by) for at, v in zip(places, each.values, strict=True) if v is not None]
        color, marker = COLORS[number % len(COLORS)], MARKERS[number % len(MARKERS)]
        axes.plot(*zip(*points, strict=True), marker=marker, color=color, linewidth=2, label=each.name)
        if len(points) <= MOST_NOTED:
            for at, value in points:
                axes.annotate(_rounded(value), (at, value), xytext=(0, 6), textcoords="offset points",
                              ha="center", color=color, fontsize=SMALL)  # fmt: skip
    axes.set_xticks(places, chart.labels)
    axes.margins(x=0.12, y=0.22)
    if all(value >= 0 for each in chart.series for value in each.values if value is not None):
        axes.set_ylim(bottom=0)
    if len(chart.series) > 1:
        axes.legend(fontsize=SMALL, frameon=False, loc="best")


def _draw_bars(axes: Axes, chart: Chart, by: float) -> None:
    labels = [_cut(label) for label in chart.labels[:MOST_BARS]]
    thick = 0.7 / len(chart.series)
    for number, each in enumerate(chart.series):
        values = [(value or 0.0) * by for value in each.values[:MOST_BARS]]
        places = [at + (number - (len(chart.series) - 1) / 2) * thick for at in range(len(labels))]
        axes.barh(places, values, height=thick * 0.9, color=COLORS[number % len(COLORS)], label=each.name)
        for at, value, listed in zip(places, values, each.values, strict=False):
            told = _rounded(value) if listed is not None else "値なし"
            axes.annotate(told, (max(value, 0.0), at), xytext=(4, 0), textcoords="offset points",
                          va="center", color=INK, fontsize=SMALL)  # fmt: skip
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(max(len(labels), 3) - 0.4, -0.6)  # the first on top
    axes.margins(x=0.2)
    axes.locator_params(axis="x", nbins=4)
    if len(chart.series) > 1:
        axes.legend(fontsize=SMALL, frameon=False, loc="lower right")


def _plain(axes: Axes) -> None:
    axes.tick_params(colors=INK, labelsize=PLAIN, length=0)
    axes.ticklabel_format(style="plain", axis="y" if axes.lines else "x")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(OPEN)


def _number(value: float) -> str:
    """A number with commas, of three digits behind the point at most."""
    digits = 1 if abs(value) >= 100 else 3
    return f"{round(value, digits):,.15g}"


def _rounded(value: float) -> str:
    """A number as a picture has room for it: of three digits, if it is not longer before the point."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{round(value, digits):,.15g}"


def _cut(label: str, longest: int = LONGEST_LABEL) -> str:
    return label if len(label) <= longest else f"{label[: longest - 1]}…"


def _folded(title: str) -> str:
    """A title in lines that the picture has room for."""
    per_line = 26
    lines: Sequence[str] = [title[at : at + per_line] for at in range(0, len(title), per_line)]
    return "\n".join(lines[:2]) + ("…" if len(lines) > 2 else "")


LINE_HEIGHT, ROW_HEIGHT = 2.4, 0.34  # inches
LONGEST_SECTION = 10  # characters
IN, LATE, DIM = "#2f6f8f", "#c8553d", "#777777"
MOST_SECTIONS = 24
FEWEST_ROWS = 2  # so that a lone section is not one thick bar
MOST_DUES = 3
MOST_TICKS = 6
MOST_LABELS = 8  # days that stand side by side on a telephone


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

    Where there are more days than a telephone has labels for, some at the same distance, today's among them.
    """
    step = max(1, math.ceil(len(points) / MOST_LABELS))
    shown = points[::-1][::step][::-1]
    labels = [_short(point.day) for point in shown]
    series = (("提出済", [point.done for point in shown]), ("全体", [point.total for point in shown]))
    return chart(title, labels, series, y_label="件")


def progress_chart(points: Sequence[Point], sections: Sequence[SectionProgress]) -> bytes:
    """A PNG of one round (all its sections, a point or more), with letters that a telephone shows."""
    import matplotlib_fontja  # noqa: F401 (importing it makes its Japanese font the default)
    from matplotlib.figure import Figure

    shown = sorted(sections, key=lambda each: (_share(each), each.section))[:MOST_SECTIONS]
    heights = (LINE_HEIGHT, ROW_HEIGHT * max(len(shown), FEWEST_ROWS) + 0.9)
    figure = Figure(figsize=(WIDTH, sum(heights)), dpi=DPI, layout="constrained")
    line, bars = figure.subplots(2, 1, height_ratios=heights)
    figure.suptitle(_title(sections).replace("　", "\n"), color=INK, fontsize=LARGE)
    _draw_progress(line, points, sections)
    _draw_sections(bars, shown, len(sections))
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


def _draw_progress(axes: Axes, points: Sequence[Point], sections: Sequence[SectionProgress]) -> None:
    first, total = points[0].day, max(point.total for point in points)
    days = [(point.day - first).days for point in points]
    done = [point.done for point in points]
    axes.fill_between(days, done, step="post", color=IN, alpha=0.15, linewidth=0)
    axes.step(days, done, where="post", color=IN, linewidth=2)
    axes.plot(days[-1:], done[-1:], "o", color=IN, markersize=5)
    axes.axhline(total, color=DIM, linewidth=1)
    _note(axes, f"全{total}件", (0, total), DIM)
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
    _plain_progress(axes)


def _note(axes: Axes, text: str, where: tuple[float, float], color: str) -> None:
    axes.annotate(text, where, xytext=(4, 4), textcoords="offset points", color=color, fontsize=SMALL)


def _short(day: date) -> str:
    return f"{day.month}/{day.day}"


def _draw_sections(axes: Axes, shown: Sequence[SectionProgress], sections: int) -> None:
    rows = range(len(shown))
    shares = [100 * _share(each) for each in shown]
    late = [100 * each.late / each.total if each.total else 0.0 for each in shown]
    begun = [share + behind for share, behind in zip(shares, late, strict=True)]
    left_open = [100 - share for share in begun]  # only its outline: 0/4 is no full bar
    axes.barh(rows, shares, color=IN, height=0.62, label="提出済")
    if any(late):
        axes.barh(rows, late, left=shares, color=LATE, height=0.62, label="締切超過")
    axes.barh(
        rows, left_open, left=begun, facecolor="none", edgecolor=DIM, linewidth=0.6, height=0.62,
        label="未提出",
    )  # fmt: skip
    for row, each in enumerate(shown):
        note = f"{each.done}/{each.total}" + (f"　遅れ{each.late}" if each.late else "")
        axes.annotate(note, (100, row), xytext=(5, 0), textcoords="offset points", va="center",
                      color=LATE if each.late else INK, fontsize=SMALL)  # fmt: skip
    axes.set_yticks(rows, [_cut(each.section, LONGEST_SECTION) for each in shown], fontsize=SMALL, color=INK)
    axes.set_xlim(0, 140 if any(late) else 122)
    axes.legend(fontsize=SMALL, frameon=False, loc="upper center", bbox_to_anchor=(0.4, -0.08), ncols=3)
    axes.set_xticks((0, 50, 100), ("0%", "50%", "100%"))
    axes.set_ylim(max(len(shown), FEWEST_ROWS) - 0.4, -0.6)  # the first on top
    left = sections - len(shown)
    axes.set_title(
        "課ごとの提出状況" + (f"（ほか{left}課）" if left else ""), color=INK, fontsize=PLAIN, loc="left"
    )
    _plain_progress(axes)


def _plain_progress(axes: Axes) -> None:
    axes.tick_params(colors=DIM, labelsize=SMALL, length=0)
    for label in axes.get_yticklabels():
        label.set_color(INK)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(OPEN)
