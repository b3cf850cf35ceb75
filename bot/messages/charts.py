"""Amounts of several years or offices as a chart: its values, its words, and its picture. Pure.

The values travel as they are, for places that draw charts themselves; the picture is for the others.
matplotlib (tens of megabytes resident) is imported when first drawn with.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot.messages import builders
from bot.messages.builders import Newer
from bot.messages.markup import CHART_CATEGORIES
from store.columns.values import converted, is_money

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
    figure.savefig(buffer, format="png", metadata={"Software": "jigyo-bot"})
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


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def _folded(title: str) -> str:
    """A title in lines that the picture has room for."""
    per_line = 26
    lines: Sequence[str] = [title[at : at + per_line] for at in range(0, len(title), per_line)]
    return "\n".join(lines[:2]) + ("…" if len(lines) > 2 else "")
