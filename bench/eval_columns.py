"""Questions about every column of real lists and of made ones, held against the files themselves.

The four cities and a sample of the review of 2022 are measured where there is a copy ($JIGYO_DATA, else
../shared/data); `python -m bench.eval_columns --seed X --only NAME` asks other questions of the same lists.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench import column_files, column_made, report
from bench.column_files import fold
from bench.column_questions import PER_KIND, Question, Source, generated
from bench.lists import ROOT
from bench.report import Row
from bot.ask.answers import Answer
from bot.commands.ask import asked as typed
from store import projects
from store.database import Database, open_database
from store.records import Project
from store.talk.conversations import Turn

RIGHT = 0.95
SAMPLE = 700  # projects of a review
CITIES = {
    "kosai": ("kosai.csv", ()),
    "asago": ("asago_cp932.csv", ()),
    "kitamoto": ("kitamoto_utf16.txt", ("--map", "ページ番号=number")),
    "shimotsuma": ("shimotsuma.ods", ()),
}
REVIEWS = {"review 2022": "gyosei-review-2022.csv.gz", "review 2023": "gyosei-review-2023.csv.gz"}
MADE = ("made, two years", "made, years in columns")
MEASURED = (*CITIES, "review 2022", *MADE)
_NAMES = ("予算", "当初予算", "補正予算", "決算", "執行額", "職員数", "人件費")
_DENIES = re.compile(
    r"記載(?:は|が)?(?:あり|見)|列はありません|欄はありません|空欄です|見つかりません|分かりません|登録されていません"
)
_NUMBER = re.compile(r"[△▲-]?\d+(?:\.\d+)?")


def rows(names: Iterable[str] = MEASURED, *, seed: str = "columns", limit: int = PER_KIND) -> Iterator[Row]:
    """A row for each kind, all lists together, and one for each list."""
    asked: list[tuple[str, str, Question, Answer, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            for db, source in _sources(name, Path(folder), seed):
                asked += [(name, *one) for one in _asked(db, source, f"{seed}:{name}", limit)]
    for kind in dict.fromkeys(one[1] for one in asked):
        yield _row("columns", kind, [one for one in asked if one[1] == kind])
    for name in dict.fromkeys(one[0] for one in asked):
        yield _row("columns by list", name, [one for one in asked if one[0] == name])
    yield _row("columns", "all", asked)


def problems(question: Question, given: Answer) -> list[str]:
    """What is wrong with an answer, nothing when it is right."""
    text = _plain(given.text)
    found = [] if given.kind in question.kinds else [f"kind {given.kind}"]
    if not question.is_lacking and given.confidence == "none":
        found.append("no answer")
    cited = {*given.citations, *given.pointers} if question.is_lacking else set(given.citations)
    wanted = set(map(fold, question.numbers))
    cited = set(map(fold, cited))
    if wanted - cited and (question.exact or len(wanted) == 1):
        found.append(f"cites {len(cited)} of {len(wanted)}")
    if question.exact and cited - wanted:
        found.append(f"cites {len(cited - wanted)} more")
    found += [f"lacks {one}" for one in question.texts if _plain(one) not in text]
    found += [
        f"lacks {'/'.join(some)}" for some in question.any_of if not any(_plain(one) in text for one in some)
    ]
    said = [float(n.replace("△", "-").replace("▲", "-")) for n in _NUMBER.findall(text)]
    for value in question.values:
        slack = (
            -question.within
            if question.within < 0
            else max(question.within * abs(value), 0.051 if question.within else 1e-9)
        )
        if not any(abs(n - value) <= slack for n in said):
            found.append(f"lacks the number {value:,.10g}")
    return found


def denies(question: Question, given: Answer) -> bool:
    """Whether the answer says that something is lacking which the list has."""
    return not question.is_lacking and bool(_DENIES.search(given.text))


def _plain(text: str) -> str:
    """A text as it is compared: a line break within a name is a space in an answer."""
    return " ".join(fold(text).replace(",", "").split())


def _asked(
    db: Database, source: Source, seed: str, limit: int
) -> Iterator[tuple[str, Question, Answer, float]]:
    typed(db, "事業は何件？")  # what is read once is read before the clock starts
    for kind, question in generated(source, seed=seed, limit=limit):
        started = time.process_time()
        given = typed(db, question.text, Turn(topic=question.topic) if question.topic else None).shown
        yield kind, question, given, (time.process_time() - started) * 1000


def _row(name: str, kind: str, asked: Sequence[tuple[str, str, Question, Answer, float]]) -> Row:
    wrong = [(q, given, found) for _, _, q, given, _ in asked if (found := problems(q, given))]
    times = sorted(ms for *_, ms in asked)
    figures = {
        "right": 1 - len(wrong) / len(asked),
        "undenied": 1 - sum(denies(q, given) for _, _, q, given, _ in asked) / len(asked),
        "~p50 ms": times[len(times) // 2],
        "~p95 ms": times[int(len(times) * 0.95)],
    }
    failures = [f"{q.text} -> {'; '.join(found)} | {given.text[:110]!r}" for q, given, found in wrong]
    return Row(name, kind, len(asked), figures, {"right": RIGHT, "undenied": 1.0}, failures)


# ---------------------------------------------------------------------------------------------- lists
def _sources(name: str, folder: Path, seed: str) -> Iterator[tuple[Database, Source]]:
    """The list of a name in a database of its own, and its file as read here; none without a copy."""
    data = Path(os.environ.get("JIGYO_DATA") or ROOT.parent / "shared" / "data")
    data = data if data.exists() else Path("/nonexistent")
    path = folder / f"{name.replace(' ', '_')}.db"
    if name in CITIES:
        file, options = CITIES[name]
        source = data / "lists" / file
        if source.exists():
            yield _source(_load(path, source, *options), source)
    elif name in REVIEWS:
        source = data / REVIEWS[name]
        if source.exists():
            sample = _sampled(source, folder / f"{source.name[:-7]}-sample.csv", seed)
            yield _source(_load(path, sample), sample)
    elif name == MADE[0]:
        before, now = column_made.two_years(folder, seed=seed)
        _load(path, before)
        yield _source(_load(path, now), now, before)
    else:
        made = column_made.years_in_columns(folder, seed=seed)
        yield _source(_load(path, made), made)


def _sampled(path: Path, to: Path, seed: str) -> Path:
    heading, every = column_files.read(path)
    kept = random.Random(seed).sample(every, min(SAMPLE, len(every)))
    with to.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *kept])
    return to


def _load(path: Path, source: Path, *options: str) -> Database:
    command = [sys.executable, "-m", "bot", "--db", str(path), "load", *options, str(source)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return open_database(path)


def _source(db: Database, file: Path, before: Path | None = None) -> tuple[Database, Source]:
    loaded = list(projects.every(db))
    year = max(project.fiscal_year for project in loaded)
    loaded = [project for project in loaded if project.fiscal_year == year]
    sheet = _sheet(file, loaded)
    earlier = _sheet(before, loaded) if before else None
    fields = ("purpose", "overview", "outcome", "department", "organization")
    known = {
        column.heading
        for column in sheet.rest
        for at in fields
        if sum(a == getattr(p, at).strip() for a, p in zip(column.cells, loaded, strict=False) if a)
        > len(loaded) / 2
    } | {column.heading for column in sheet.rest if column.core in ("成果", "公開年度")}
    bodies = {project.organization for project in loaded}
    departments = _offices({project.department for project in loaded} - bodies, sheet)
    above = {word for cell in sheet.section.cells for word in fold(cell).split()[:-1]}
    sections = _offices({p.section_canonical for p in loaded} - {*departments, *above, *bodies}, sheet)
    heads = " ".join(column.core for column in sheet.columns)
    lacks = tuple(word for word in _NAMES if word not in heads)
    instead = {word: near for word in lacks if (near := _nearest(word, sheet))}
    return db, Source(year, sheet, sections, departments, frozenset(known), earlier, lacks, instead)


def _sheet(file: Path, loaded: Sequence[Project]) -> column_files.Sheet:
    heading, every = column_files.read(file)
    return column_files.sheet(
        heading,
        every,
        [p.number for p in loaded],
        [p.name for p in loaded],
        [p.section_canonical for p in loaded],
        [p.department for p in loaded],
    )


def _offices(names: set[str], sheet: column_files.Sheet) -> tuple[str, ...]:
    """The names of offices that are those of some rows as they stand there, and that one would type.

    A board is left out where its 事務局 is an office too: it is meant with that.
    """
    names = {name for name in names if f"{name}事務局" not in names}
    return tuple(
        sorted(n for n in names if n and "\n" not in n and len(n) < 20 and len(sheet.rows_of(n)) > 1)
    )


def _nearest(word: str, sheet: column_files.Sheet) -> str:
    """The one column of money that is offered for a kind of money that the list has not."""
    heads = [
        c.bare
        for c in sheet.columns
        if c.kind == "number" and any(w in c.core for w in ("予算", "決算", "執行"))
    ]
    return heads[0] if len(set(heads)) == 1 and word not in ("職員数", "人件費") else ""


def sizes(limit: int, seed: str) -> Iterator[str]:
    """CPU a question of the review of 2022 alone and as three years of it, by turns in one process."""
    data = Path(os.environ.get("JIGYO_DATA") or ROOT.parent / "shared" / "data")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "review.csv"
        heading, every = column_files.read(data / REVIEWS["review 2022"])
        at = heading.index("公開年度")
        held: list[Database] = []
        for name, years in (("one", (2022,)), ("three", (2020, 2021, 2022))):
            for year in years:
                with source.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows(
                        [heading, *((*r[:at], str(year), *r[at + 1 :]) for r in every)]
                    )
                db = _load(Path(folder) / f"{name}.db", source.rename(source.with_stem(f"review-{year}")))
            held.append(db)
        _, asked_of = _source(held[0], source.with_stem("review-2022"))
        taken: list[list[float]] = [[], []]
        for db in held:
            typed(db, "事業は何件？")
        for at, (_, question) in enumerate(generated(asked_of, seed=seed, limit=limit)):
            for which in (0, 1) if at % 2 else (1, 0):
                for is_timed in (False, True):
                    started = time.process_time()
                    typed(held[which], question.text, Turn(topic=question.topic) if question.topic else None)
                    if is_timed:
                        taken[which].append((time.process_time() - started) * 1000)
        for db, times in zip(held, map(sorted, taken), strict=True):
            p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
            count = sum(1 for _ in projects.every(db))
            yield f"{count:,} projects: {len(times)} questions, CPU p50 {p50:.1f} ms, p95 {p95:.1f} ms"


def main() -> int:
    """Measure, print; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="columns")
    parser.add_argument("--only", nargs="*", default=list(MEASURED), choices=[*CITIES, *REVIEWS, *MADE])
    parser.add_argument("--failures", type=int, default=0)
    parser.add_argument("--limit", type=int, default=PER_KIND)
    parser.add_argument("--sizes", action="store_true", help="only CPU a question, of one year and of three")
    options = parser.parse_args()
    if options.sizes:
        print(*sizes(options.limit, options.seed), sep="\n")
        return 0
    found = list(rows(options.only, seed=options.seed, limit=options.limit))
    console = report.console()
    report.show(found, {}, console)
    report.show_failures(
        [row for row in found if row.set == "columns" and row.kind != "all"], console, most=options.failures
    )
    return 1 if report.missed(found) else 0


if __name__ == "__main__":
    sys.exit(main())
