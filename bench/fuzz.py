"""`make fuzz`: hostile input through every way in. Nothing may be unhandled, slow, or large.

Each half makes its own inputs from `--seed` and returns a table; a line of its `failures` is what must not
be, with the number that makes the same input again (`--first N --count 1`). Exit status 1 when there is any.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from bench import fuzz_requests, fuzz_strings, fuzz_uploads

MOST_CPU = 1.0  # seconds an input
MOST_MB = 300  # resident, of a process


@dataclass(frozen=True, slots=True)
class Figures:
    """What a half found: a table, and a line for each thing that must not be."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    failures: list[str] = field(default_factory=list)


def uploads(seed: int, numbers: range) -> Figures:
    """Mutated files, loaded and imported as `jigyo` does."""
    tallies = fuzz_uploads.run(seed, numbers, most_cpu=MOST_CPU, most_mb=MOST_MB)
    rows = [
        (
            each.name, f"{each.files:,}", f"{each.refused:,}", f"{each.loaded:,}", f"{len(each.unhandled)}",
            f"{each.cpu:.2f}", f"{each.mb:,.0f}",
        )
        for each in tallies
    ]  # fmt: skip
    columns = ("file", "files", "refused", "loaded", "unhandled", "most CPU s", "most MB")
    return Figures("mutated uploads", columns, rows, [line for each in tallies for line in each.failures])


def strings(seed: int, numbers: range) -> Figures:
    """Hostile strings, typed on every surface and shown in records there."""
    tallies, mb = fuzz_strings.run(seed, numbers, most_mb=MOST_MB)
    rows = [
        (
            each.name, f"{each.strings:,}", f"{each.live}", f"{each.over}", f"{each.screen}",
            f"{each.unhandled}", f"{each.cpu:.2f}",
        )
        for each in tallies
    ]  # fmt: skip
    columns = ("surface", "strings", "live", "over a limit", "orders", "unhandled", "most CPU s")
    title = f"hostile strings, at most {mb:.0f} MB"
    return Figures(title, columns, rows, [line for each in tallies for line in each.failures])


def requests(seed: int, numbers: range) -> Figures:
    """Mutated requests, signed, to the real server."""
    tallies, mb = fuzz_requests.run(seed, numbers, most_cpu=MOST_CPU, most_mb=MOST_MB)
    rows = [
        (
            each.name, f"{each.requests:,}", f"{each.refused:,}", f"{each.answered:,}", f"{each.live}",
            f"{each.over}", f"{each.screen}", f"{each.unhandled}", f"{each.cpu:.2f}",
        )
        for each in tallies
    ]  # fmt: skip
    columns = (
        "request", "sent", "refused", "answered", "live", "over", "orders", "unhandled", "most CPU s",
    )  # fmt: skip
    title = f"mutated requests, the server has {mb:.0f} MB"
    return Figures(title, columns, rows, [line for each in tallies for line in each.failures])


HALVES: dict[str, tuple[Callable[[int, range], Figures], int]] = {  # and how many inputs
    "strings": (strings, 10_000),
    "uploads": (uploads, 2000),
    "requests": (requests, 2000),
}


def main() -> int:
    """Run the halves that are asked for, all if none is, and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("halves", nargs="*", metavar="HALF", help=f"{', '.join(HALVES)}: all")
    parser.add_argument("--count", type=int, help="inputs of each half")
    parser.add_argument("--first", type=int, default=0, help="the number of the first input (0)")
    parser.add_argument("--seed", type=int, default=12)
    options = parser.parse_args()
    if unknown := set(options.halves) - set(HALVES):
        parser.error(f"no such half: {', '.join(unknown)}")
    console, failures = Console(width=120), 0
    for name in options.halves or HALVES:
        half, usual = HALVES[name]
        started = time.monotonic()
        found = half(options.seed, range(options.first, options.first + (options.count or usual)))
        table = Table(*found.columns, title=f"{found.title} ({time.monotonic() - started:.0f} s)")
        for column in table.columns[1:]:
            column.justify = "right"
        for row in found.rows:
            table.add_row(*row)
        console.print(table)
        for line in found.failures[:20]:
            console.print(line, markup=False)
        failures += len(found.failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
