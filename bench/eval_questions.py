"""Whole questions over a list of thousands, against tantivy and bm25s fed the same words."""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench import lists
from bench.peers import Bm25s, Tantivy
from bench.questions import Task, tasks
from bench.report import ONLY_SHOWN, Row
from bench.scoring import Answer, figures, score
from bench.timing import percentiles
from store.records import Project
from store.search.pipeline import search
from store.search.query import parse
from store.text.display import display
from store.text.morphology import words

QUESTIONS = 500
LEAD = 0.02
FEWEST_PROJECTS = 1000  # a list where ranking is put to the test
_COLUMNS = ("number", "name", "organization", "department", "section", "purpose", "overview")
_HEADER = ("事業番号", "事業名", "府省庁", "担当部局庁", "担当課室", "事業目的", "事業概要")

Engine = Callable[[str], Sequence[str]]


def rows(loaded: lists.Loaded) -> Iterator[Row]:
    """One row a task: our figures, the peers', and by how much of MRR@10 we lead the better of them.

    Where nothing is answered, what is offered counts (three projects at most); the peers always answer.
    Milliseconds are of this thread's CPU, for our whole search.
    """
    if len(loaded.projects) < FEWEST_PROJECTS:
        return
    measured = [_row(loaded.name, task) for task in tasks(loaded.projects, questions=QUESTIONS, seed="1")]
    yield from measured
    names = measured[0].figures
    mean = {name: sum(row.figures[name] for row in measured) / len(measured) for name in names}
    asked = sum(row.n for row in measured)
    yield Row(f"{loaded.name} questions", "mean of tasks", asked, mean, {"lead": LEAD})


def _row(name: str, task: Task) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        found = {engine: _measure(ask, task) for engine, ask in _engines(task, Path(folder)).items()}
    ours = found.pop("")
    peers = {
        f"{ONLY_SHOWN}{peer} {figure}": found[peer][figure] for peer in found for figure in ("first", "mrr")
    }
    lead = ours["mrr"] - max(figures["mrr"] for figures in found.values())
    return Row(f"{name} questions", task.name, len(task.questions), ours | {"lead": lead} | peers)


def _measure(engine: Engine, task: Task) -> dict[str, float]:
    scored, times = [], []
    for case in task.questions:
        started = time.thread_time()
        found = engine(case.query)
        times.append((time.thread_time() - started) * 1000)
        scored.append(score(case, Answer(tuple(found))))
    quality = {name: value for name, value in figures(scored).items() if name in ("first", "in_five", "mrr")}
    latency = percentiles(times)
    return quality | {f"{ONLY_SHOWN}p50 ms": latency.p50, f"{ONLY_SHOWN}p95 ms": latency.p95}


def _engines(task: Task, folder: Path) -> dict[str, Engine]:
    """Ours under '', and the peers."""
    db = lists.load("questions", _write(task.projects, folder / "令和5年度.csv"), folder).db

    def ours(question: str) -> Sequence[str]:
        found = search(db, parse(question, limit=10))
        return [hit.project.number for hit in found.hits] or [near.number for near in found.suggestions]

    return {"": ours, **peers(task.projects)}


def peers(projects: Sequence[Project]) -> dict[str, Engine]:
    """Other engines over the same words; a name counts twice for them, as it is the best evidence."""
    documents = [(project.number, _tokens(_text(project))) for project in projects]
    tantivy = Tantivy({"text": 1.0})
    tantivy.add((number, {"text": " ".join(tokens)}) for number, tokens in documents)
    tantivy.finish()
    bm25s = Bm25s(documents)
    return {
        "tantivy": lambda question: tantivy.search(_tokens(question), every=False),
        "bm25s": lambda question: bm25s.search(_tokens(question)),
    }


def _tokens(text: str) -> list[str]:
    return [word.text for word in words(text)]


def _text(project: Project) -> str:
    return "\n".join(display(getattr(project, name)) for name in ("name", *_COLUMNS[1:]))


def _write(projects: Sequence[Project], path: Path) -> Path:
    """The task's projects as a published list, for `jigyo load`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("公開年度", *_HEADER))
        writer.writerows((p.fiscal_year, *(getattr(p, name) for name in _COLUMNS)) for p in projects)
    return path
