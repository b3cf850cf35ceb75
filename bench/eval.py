"""`make eval`: how well the right project is found and nonsense refused, by kind of query.

Exits 1 when a figure fell below bench/eval-baseline.json or misses its target; `--update-baseline` accepts
what was measured. `--without NAME` measures search without a strategy or expander, `--ablate` without each
in turn.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from rich.console import Console

from bench import ablation, eval_ask, eval_columns, eval_meaning, eval_questions, eval_search, lists, report

BASELINE = Path(__file__).with_name("eval-baseline.json")

Suite = Callable[[lists.Loaded], Iterable[report.Row]]
SUITES: Mapping[str, Suite] = {
    "search": eval_search.rows,
    "questions": eval_questions.rows,
    "meaning": eval_meaning.rows,
    "ask": eval_ask.rows,
}
"""What is measured on every list of projects; a suite adds a table by yielding rows of a set of its own."""

LISTS = ("seed", "review", "jaquad")
MORE_LISTS = ("review-2022",)  # measured when it is named: 5,394 projects
COLUMNS = "columns"  # a suite that loads lists of its own
TEXTS_ALONE = frozenset(
    {"jaquad"}
)  # texts that are no projects: only the suite `meaning` has questions for them


def main() -> int:
    """Measure, print, compare; the exit status."""
    options = _options()
    console = report.console()
    if options.ablate:
        return _ablate(options, console)
    with tempfile.TemporaryDirectory() as folder, ablation.without(options.without):
        loaded = lists.available(Path(folder), frozenset(options.list))
        rows = [row for each in loaded for suite in _suites(each, options.suite) for row in suite(each)]
        rows += eval_columns.rows() if COLUMNS in options.suite and not options.without else ()
    baseline = report.read_baseline(BASELINE)
    report.show(rows, baseline, console)
    report.show_failures(rows, console, most=options.failures)
    if "review" in options.list and not lists.review():
        console.print(lists.ABSENT)
    if options.update_baseline:
        report.write_baseline(BASELINE, rows, baseline)
        baseline = report.read_baseline(BASELINE)
    problems = [*report.missed(rows), *report.fallen(rows, baseline)]
    console.print(
        "\n".join(problems) or "No kind fell and every target is met.", highlight=False, markup=False
    )
    return 1 if problems else 0


def _suites(loaded: lists.Loaded, names: Iterable[str]) -> list[Suite]:
    return [
        SUITES[name]
        for name in names
        if name in SUITES and (loaded.name not in TEXTS_ALONE or name == "meaning")
    ]


def _ablate(options: argparse.Namespace, console: Console) -> int:
    with tempfile.TemporaryDirectory() as folder:
        for loaded in lists.available(Path(folder), frozenset(options.list) - TEXTS_ALONE):
            ablation.ablate(loaded, console, options.cases)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", nargs="*", default=[*LISTS], choices=[*LISTS, *MORE_LISTS])
    parser.add_argument("--suite", nargs="*", default=[*SUITES, COLUMNS], choices=[*SUITES, COLUMNS])
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="print up to N failures a kind")
    parser.add_argument(
        "--without", nargs="*", default=[], choices=ablation.PARTS, metavar="NAME", help="leave these out"
    )
    parser.add_argument(
        "--ablate", action="store_true", help="print what each strategy and expander is worth"
    )
    parser.add_argument(
        "--cases", nargs="*", default=[], type=Path, metavar="TSV", help="more queries to ablate on"
    )
    parser.add_argument("--update-baseline", action="store_true", help="accept this run's figures")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
