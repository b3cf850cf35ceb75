"""Questions and summaries: written ones, ones made from the list, and what every answer must keep to.

Times are milliseconds of CPU, so that a busy machine does not change them.
"""

from __future__ import annotations

import gc
import json
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench import asked
from bench.ask_checks import is_verbatim, problems
from bench.asked import Question
from bench.lists import ROOT, Loaded
from bench.report import Row
from bot.ask.answers import Answer
from bot.ask.engine import answer
from bot.ask.intents.briefs import of_projects, summed
from bot.ask.quantities import figures, is_amount
from bot.ask.summaries import FIELDS as TOLD
from bot.ask.summaries import Summary
from bot.ask.wording import LISTED_BEFORE
from bot.messages import markup
from bot.messages.message import folded
from store.records import Project
from store.search import relevance
from store.text.display import split

DATA = ROOT / "tests" / "data"
SAMPLES: Mapping[str, Mapping[str, Path]] = {
    "seed": {
        "dev": DATA / "ask-dev.jsonl",
        "own": DATA / "ask-own.jsonl",
        "open": DATA / "ask-open.jsonl",  # fair, and still answered wrongly: no target
    },
    "review": {"own": DATA / "ask-own-review.jsonl"},
}
RIGHT = 0.95
# Their parts are in the list: a record that has these side by side may be meant. Shown, without a target.
MADE_OF_KNOWN = ("out of scope, compound",)
FACTS = DATA / "facts.jsonl"
SECTIONS = 60  # summarized of a long list
ANSWER_MS, SUMMARY_MS = 50.0, 200.0
# Dictionaries, the catalog and patterns are read before the clock starts.
WARM = ("こんにちは、統計の担当課は？", "空き家の事業は何件？", "研修はどこで開いた？", "参加者は何人？")

Asked = tuple[str, Question, Answer, float]


def rows(loaded: Loaded) -> Iterator[Row]:
    """Measure what belongs to this list."""
    with loaded.db.reading() as snapshot:  # what a worker has read before its first question
        snapshot.warm_up()
        relevance.warm_up(loaded.db)
    for asked_before in WARM:
        answer(loaded.db, asked_before)
    every: list[Asked] = []
    for name, path in SAMPLES.get(loaded.name, {}).items():
        found = [_ask(loaded, kind, question) for kind, question in asked.read(path)]
        every += found
        yield from _right(f"{loaded.name} ask {name}", found, has_target=name != "open")
    generated = list(asked.generated(loaded.projects, seed=loaded.name))
    gc.freeze()  # a million words of the dictionary that only drawing nouns needs
    found = [_ask(loaded, kind, q) for kind, q in generated]
    yield from _right(f"{loaded.name} ask generated", found)
    yield _kept(loaded, [*every, *found])
    yield _summaries(loaded)
    if loaded.name == "seed":
        yield _facts(loaded)


def _ask(loaded: Loaded, kind: str, question: Question) -> Asked:
    started = time.process_time()
    given = answer(loaded.db, question.text)
    return kind, question, given, (time.process_time() - started) * 1000


def _right(name: str, found: Sequence[Asked], *, has_target: bool = True) -> Iterator[Row]:
    groups: dict[str, list[Asked]] = {}
    for one in found:
        groups.setdefault(one[0], []).append(one)
    target = {"right": RIGHT} if has_target else {}
    for kind, group in groups.items():
        yield _row(name, kind, group, {} if kind in MADE_OF_KNOWN else target, is_kept=has_target)
    yield _row(name, "all", found, target, is_kept=has_target)


def _row(
    name: str, kind: str, group: Sequence[Asked], targets: Mapping[str, float], *, is_kept: bool = True
) -> Row:
    """A row of shares, compared with the last accepted run where they are to be kept."""
    checks = [_checks(question, given) for _, question, given, _ in group]
    names = ("kind", "citations", "text", "right")
    mark = "" if is_kept else "~"
    shares = {f"{mark}{n}": sum(check[n] for check in checks) / len(checks) for n in names}
    times = sorted(ms for *_, ms in group)
    shares |= {
        "~p50 ms": times[len(times) // 2],
        "~p95 ms": times[int(len(times) * 0.95)],
        "~max ms": times[-1],
    }
    failures = [
        f"{q.text} -> {given.kind} {' '.join(given.citations[:3])} | {given.text[:80]!r}"
        for (_, q, given, _), check in zip(group, checks, strict=True)
        if not check["right"]
    ]
    return Row(name, kind, len(group), shares, targets, failures)


def is_right(question: Question, given: Answer) -> bool:
    """Whether a question got the kind of answer, the projects and a text that it should."""
    return _checks(question, given)["right"]


def _checks(question: Question, given: Answer) -> dict[str, bool]:
    found = {
        "kind": given.kind == question.kind,
        "citations": set(question.numbers) <= {*given.citations, *given.pointers},
        "text": not question.texts or any(text in given.text for text in question.texts),
    }
    return found | {"right": all(found.values())}


def _kept(loaded: Loaded, found: Sequence[Asked]) -> Row:
    """Every answer: quotes verbatim, the gate with nothing to cut, and in time."""
    by_number = {project.number: project for project in loaded.projects}
    broken = [line for _, _, given, _ in found for line in problems(given, by_number)]
    times = sorted(ms for *_, ms in found)
    in_time = sum(ms <= ANSWER_MS for ms in times) / len(times)
    shares = {
        "verbatim": 1 - len(broken) / len(found),
        "~within 50 ms": in_time,
        "~p50 ms": times[len(times) // 2],
        "~p95 ms": times[int(len(times) * 0.95)],
        "~p99 ms": times[int(len(times) * 0.99)],
    }
    return Row(f"{loaded.name} ask", "every answer", len(found), shares, {"verbatim": 1.0}, broken)


def _summaries(loaded: Loaded) -> Row:
    """Sections summarized: all verbatim, none left out, figures exact, nothing said twice."""
    sections: dict[str, list[Project]] = {}
    for project in loaded.projects:
        sections.setdefault(project.section_canonical, []).append(project)
    chosen = sorted(sections)
    random.Random(loaded.name).shuffle(chosen)
    measured = [_measured(loaded, sections[name]) for name in chosen[:SECTIONS]]
    largest = max(sections.values(), key=len)
    measured.append(_measured(loaded, largest))
    shares = {name: min(one[name] for one in measured) for name in ("verbatim", "coverage", "figures")}
    shares |= {"apart": min(one["apart"] for one in measured)}
    times = sorted(one["ms"] for one in measured)
    shares |= {
        "~within 200 ms": sum(ms <= SUMMARY_MS for ms in times) / len(times),
        "~p50 ms": times[len(times) // 2],
        "~max ms": times[-1],
        "~largest section": float(len(largest)),
    }
    targets = {"verbatim": 1.0, "coverage": 1.0, "figures": 1.0, "apart": 1.0}
    return Row(f"{loaded.name} summaries", "section", len(measured), shares, targets)


def _facts(loaded: Loaded) -> Row:
    """Facts that a reader of the records marked: how many a summary has, and has before 続きを見る."""
    first = whole = total = 0
    lacking: list[str] = []
    for line in FACTS.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        given = answer(loaded.db, one["ask"])
        shown = markup.plain({"blocks": list(folded(given.blocks)[0])})
        total += len(one["facts"])
        first += sum(fact in shown for fact in one["facts"])
        whole += sum(fact in given.text for fact in one["facts"])
        lacking += [f"{one['ask']}: {fact}" for fact in one["facts"] if fact not in given.text]
    shares = {"~in twelve lines": first / total, "~in all": whole / total}
    return Row(f"{loaded.name} summaries", "facts", total, shares, {}, lacking)


def _measured(loaded: Loaded, found: Sequence[Project]) -> dict[str, float]:
    started = time.process_time()
    with loaded.db.reading():
        said = of_projects(loaded.db, found, LISTED_BEFORE).text
        ms = (time.process_time() - started) * 1000
        summary = summed(loaded.db, found)
    lines = [line for line in summary.lines if line.sentence]
    return {
        "verbatim": _share(
            is_verbatim(line.project, line.sentence) and line.sentence in said for line in lines
        ),
        "coverage": _share(f"{project.number} {project.name}" in said for project in found),
        "figures": _share(_has_all_figures(summary, project) for project in found),
        "apart": len({line.sentence for line in lines}) / len(lines) if lines else 1.0,
        "ms": ms,
    }


def _has_all_figures(summary: Summary, project: Project) -> bool:
    """Whether the figures are every amount of a project and no more, as the record words it."""
    told = {(m.field, m.figure) for m in summary.measured if m.project.key == project.key}
    said = {
        figure.text for field in TOLD for s in split(getattr(project, field)) for figure in figures(s.text)
        if is_amount(figure)
    }  # fmt: skip
    return {figure for _, figure in told} == said and all(f in getattr(project, field) for field, f in told)


def _share(checks: Iterable[bool]) -> float:
    found = list(checks)
    return sum(found) / len(found) if found else 1.0
