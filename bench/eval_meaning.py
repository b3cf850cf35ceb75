"""Words and questions that avoid a record's own words, topics that no record has, and JaQuAD's questions.

The sets are not part of the repository: they are looked for in $JIGYO_EVAL, else in ../shared/eval. What is
offered as もしかして counts where nothing was answered, and is counted apart. tantivy and bm25s get the same
words in the same run, a name twice; they answer everything, so the lead is that on queries that have hits.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench import lists
from bench.cases import Case, read_cases
from bench.eval_questions import Engine, peers
from bench.report import ONLY_SHOWN, Row
from bench.scoring import Answer, Scored, figures, score
from bench.timing import percentiles
from store.search.pipeline import search
from store.search.query import parse

Targets = Mapping[str, float]

SETS: Mapping[str, Mapping[str, tuple[str, Targets]]] = {
    "seed": {
        "words": ("meaning-words.tsv", {"in_five": 0.75}),
        "questions": ("meaning-questions.tsv", {"first": 0.65}),
        "absent": ("absent.tsv", {"as_hits": 0.0, "as_suggestions": 0.08}),
        "absent questions": ("absent-questions.tsv", {"as_hits": 0.0, "as_suggestions": 0.08}),
        "absent long": ("absent-long.tsv", {"as_hits": 0.0, "as_suggestions": 0.08}),
        "absent near": ("absent-near.tsv", {"as_hits": 0.0, "as_suggestions": 0.25}),
    },
    "review": {"described": ("meaning-review.tsv", {"mrr": 0.52})},
    "jaquad": {"questions": ("jaquad-questions.tsv", {"lead": 0.03})},
}
"""The sets of each list: the file, and what is aimed at."""


def folder() -> Path:
    """Where the sets are, if they are at hand."""
    value = os.environ.get("JIGYO_EVAL")
    return Path(value) if value else lists.ROOT.parent / "shared" / "eval"


def rows(loaded: lists.Loaded) -> Iterator[Row]:
    """One row a set that is at hand; nothing where none is."""
    found = {kind: (folder() / name, aims) for kind, (name, aims) in SETS.get(loaded.name, {}).items()}
    if not any(path.exists() for path, _ in found.values()):
        return
    others = peers(loaded.projects)
    for kind, (path, aims) in found.items():
        if path.exists():
            yield _row(loaded, kind, read_cases(path), aims, others)


def _row(
    loaded: lists.Loaded, kind: str, cases: Sequence[Case], aims: Targets, others: Mapping[str, Engine]
) -> Row:
    scored, times = [], []
    for case in cases:
        started = time.thread_time()
        result = search(loaded.db, parse(case.query, limit=10))
        times.append((time.thread_time() - started) * 1000)
        found = tuple(hit.project.number for hit in result.hits)
        near = tuple(each.number for each in result.suggestions)
        scored.append(score(case, Answer(found, near), may_suggest=True))
    ours = figures(scored)
    shown = {f"{ONLY_SHOWN}p50 ms": percentiles(times).p50}
    if cases[0].relevant:
        ours = {name: ours[name] for name in ("first", "in_five", "mrr")}
        beside = {name: _mrr(cases, engine) for name, engine in others.items()}
        answered = [each.case for each in scored if each.answer.hits]
        of_hits = figures([each for each in scored if each.answer.hits])["mrr"] if answered else 0.0
        ours["lead"] = (
            of_hits - max(_mrr(answered, engine) for engine in others.values()) if answered else 0.0
        )
        shown |= {f"{ONLY_SHOWN}{name} mrr": value for name, value in beside.items()} | _apart(scored)
    failures = [_failure(each) for each in scored if not each.right]
    return Row(f"{loaded.name} meaning", kind, len(cases), ours | shown, aims, failures)


def _mrr(cases: Iterable[Case], engine: Engine) -> float:
    return figures([score(case, Answer(tuple(engine(case.query)))) for case in cases])["mrr"]


def _apart(scored: Sequence[Scored]) -> dict[str, float]:
    """The share with a wrong project first as an answer, without hits, and MRR of those with hits."""
    hits = [each for each in scored if each.answer.hits]
    wrong = [each for each in hits if each.answer.hits[0] not in each.case.relevant]
    return {
        f"{ONLY_SHOWN}wrong_first": len(wrong) / len(scored),
        f"{ONLY_SHOWN}no_hits": 1 - len(hits) / len(scored),
        f"{ONLY_SHOWN}mrr of hits": figures(hits)["mrr"] if hits else 0.0,
    }


def _failure(each: Scored) -> str:
    wanted, hits = " ".join(each.case.relevant) or "nothing", " ".join(each.answer.hits[:4]) or "no hits"
    offered = " ".join(each.answer.suggestions) or "none"
    return f"{each.case.query}: wanted {wanted}, got {hits}, offered {offered}"
