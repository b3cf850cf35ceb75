"""Figures of an evaluation: printed, held against targets, and held against what was last accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from bench.scoring import WRONG_WHEN_HIGHER

ONLY_SHOWN = "~"
"""What the name of a figure begins with that is neither good nor bad: another engine's, say."""

_NOISE = 1e-6  # the baseline keeps six decimals
_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one kind of one set.

    `targets` are floors, or ceilings for figures that are wrong when higher. `failures` are lines for
    `--failures`; they are not compared.
    """

    set: str
    kind: str
    n: int
    figures: Mapping[str, float]
    targets: Mapping[str, float] = field(default_factory=dict)
    failures: Sequence[str] = ()

    @property
    def key(self) -> str:
        """Where the baseline keeps this row."""
        return f"{self.set}/{self.kind}"


def worse(name: str, value: float, than: float) -> bool:
    """Whether `value` of the figure `name` is worse than `than`."""
    if name.startswith(ONLY_SHOWN):
        return False
    return value > than + _NOISE if name in WRONG_WHEN_HIGHER else value < than - _NOISE


def missed(rows: Iterable[Row]) -> list[str]:
    """One line for each target that is not met."""
    return [
        f"{row.key}: {name} {row.figures[name]:.3f}, target {target:.3f}"
        for row in rows
        for name, target in row.targets.items()
        if worse(name, row.figures[name], target)
    ]


def fallen(rows: Sequence[Row], baseline: Mapping[str, Mapping[str, float]]) -> list[str]:
    """One line for each figure worse than the baseline's, and for each of its kinds no longer measured."""
    sets = {row.set for row in rows}
    measured = {row.key: row for row in rows}
    lines = []
    for key, figures in baseline.items():
        if key.partition("/")[0] not in sets:
            continue
        if (row := measured.get(key)) is None:
            lines.append(f"{key}: in the baseline but not measured")
            continue
        lines += [
            f"{key}: {name} fell from {was:.3f} to {row.figures.get(name, 0.0):.3f}"
            for name, was in figures.items()
            if worse(name, row.figures.get(name, 0.0), was)
        ]
    return lines


def console() -> Console:
    """A console that is wide enough for the tables where there is no terminal to ask."""
    return Console(width=max(Console().width, _WIDTH))


def show(rows: Sequence[Row], baseline: Mapping[str, Mapping[str, float]], console: Console) -> None:
    """Print a table a set and sort of figures; what moved from the baseline carries the difference."""
    for name, columns in dict.fromkeys((row.set, tuple(row.figures)) for row in rows):
        table = Table(Column("kind", no_wrap=True), "n", *columns, title=name, title_justify="left")
        for row in rows:
            if (row.set, tuple(row.figures)) == (name, columns):
                cells = (_cell(row, column, baseline.get(row.key, {})) for column in columns)
                table.add_row(row.kind, str(row.n), *cells)
        console.print(table)


def show_failures(rows: Iterable[Row], console: Console, *, most: int) -> None:
    """Print up to `most` failures of each kind, so that the kind can be mended."""
    for row in rows:
        if row.failures:
            console.print(f"[bold]{row.key}[/bold]: {len(row.failures)} of {row.n}")
            for line in row.failures[:most]:
                console.print(f"  {line}", highlight=False, markup=False)


def read_baseline(path: Path) -> dict[str, dict[str, float]]:
    """What was last accepted, by set and kind; empty when there is none yet."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write_baseline(path: Path, rows: Iterable[Row], old: Mapping[str, Mapping[str, float]]) -> None:
    """Accept these figures; sets that were not measured this time keep theirs."""
    rows = list(rows)
    sets = {row.set for row in rows}
    kept = {key: dict(figures) for key, figures in old.items() if key.partition("/")[0] not in sets}
    new = {row.key: {name: round(value, 6) for name, value in row.figures.items()} for row in rows}
    path.write_text(json.dumps(kept | new, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _cell(row: Row, name: str, was: Mapping[str, float]) -> str:
    if name not in row.figures:
        return ""
    value = row.figures[name]
    text = f"{value:.3f}"
    if name in was and abs(value - was[name]) > 5e-4:
        text += f" ({value - was[name]:+.3f})"
    below = name in row.targets and worse(name, value, row.targets[name])
    return f"[red]{text}[/red]" if below or (name in was and worse(name, value, was[name])) else text
