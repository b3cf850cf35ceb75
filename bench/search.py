"""`make bench-search`: short keyword queries on up to a million rows, next to tantivy on the same rows.

Timed of ours is the whole path: parse, search, the records of the first ten hits. Timed of tantivy is
splitting the query into the same words (anew, not as remembered from our turn), its search, and the
stored ids of the first ten.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import lists, report, scale
from bench.scale_build import Built, build
from bench.timing import CLOCKS, Clock, Latency, in_turns, percentiles
from bench.workload import Workload, workload
from store.search.pipeline import search
from store.search.query import parse
from store.text.morphology import cut


@dataclass(frozen=True, slots=True)
class Timed:
    """How many queries of a kind, our latency, and tantivy's where it can answer the same question."""

    queries: int
    ours: Latency
    peer: Latency | None = None

    def ratios(self) -> tuple[str, str]:
        """Our median and 95th percentile as multiples of the peer's."""
        if self.peer is None:
            return ("", "")
        return (f"{self.ours.p50 / self.peer.p50:.2f}", f"{self.ours.p95 / self.peer.p95:.2f}")


def main() -> None:
    """Build each size in turn, time it, and print what it took."""
    options = _options()
    console = report.console()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        base = lists.largest(Path(folder))
        console.print(f"Rows made from {len(base.projects)} projects of {base.name}.")
        asked, made = workload(base.projects[: min(options.rows)]), scale.Source(base.projects)
        first: Mapping[str, Timed] = {}
        for rows in options.rows:
            built = build(base, made, rows, Path(folder), console)
            timed = measure(built, asked, CLOCKS[options.clock])
            first = first or timed
            show(built, timed, first, console)
            built.discard()


def measure(built: Built, asked: Workload, clock: Clock) -> Mapping[str, Timed]:
    """Time every kind of query, after a few that only warm the caches."""

    def ours(query: str) -> object:
        return search(built.db, parse(query))

    def tantivy(query: str) -> object:
        split = (word.text for unit in cut(query) for word in unit.words if word.content)
        return built.tantivy.search([*split], every=True)

    in_turns([ours, tantivy], asked.warming, clock)
    keywords = {kind: in_turns([ours, tantivy], each, clock) for kind, each in asked.keywords.items()}
    keywords["all of these"] = [list(chain(*times)) for times in zip(*keywords.values(), strict=True)]
    cascade = {kind: in_turns([ours], each, clock) for kind, each in asked.cascade.items()}
    return {
        kind: Timed(len(times[0]), *map(percentiles, times)) for kind, times in (keywords | cascade).items()
    }


def show(built: Built, timed: Mapping[str, Timed], first: Mapping[str, Timed], console: Console) -> None:
    """Print the build and a table of latencies, with ratios to tantivy and to the smallest size."""
    console.print(built.line())
    table = Table(
        "query kind", "n", "ours p50/p95/p99 ms", "tantivy", "p50 ×", "p95 ×", "p50 to first size ×"
    )
    for kind, row in timed.items():
        growth = f"{row.ours.p50 / first[kind].ours.p50:.2f}"
        table.add_row(kind, str(row.queries), str(row.ours), str(row.peer or ""), *row.ratios(), growth)
    console.print(table)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=_sizes, default=_sizes("1k,10k,100k,1M"), metavar="1k,10k,100k,1M")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu: not counting a busy machine")
    parser.add_argument("--folder", type=Path, help="where the databases are made (1M rows: about 5 GB)")
    return parser.parse_args()


def _sizes(text: str) -> Sequence[int]:
    units = {"k": 1_000, "m": 1_000_000}
    return [
        int(size[:-1]) * units[size[-1].lower()] if size[-1].isalpha() else int(size)
        for size in text.split(",")
    ]


if __name__ == "__main__":
    main()
