"""The queries that are timed: short keywords of the list itself, and the costliest kinds of query."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bench.generated import generate
from bench.listed import listed
from bench.spelling import compounds
from store.records import FIELDS, Project
from store.text.display import display
from store.text.morphology import words

PER_KIND = 100
WARMING = 30
_SHORT = range(2, 9)  # characters of a keyword
_CASCADE = (
    "word-hiragana",
    "word-romaji",
    "typo-katakana",
    "typo-kanji",
    "typo-misconverted",
    "absent",
    "nonsense-kana",
)


@dataclass(frozen=True)
class Workload:
    """Queries by kind: `keywords` are also put to the peer, `cascade` only to us."""

    warming: Sequence[str]
    keywords: Mapping[str, Sequence[str]]
    cascade: Mapping[str, Sequence[str]]


def workload(projects: Sequence[Project], *, seed: str = "bench") -> Workload:
    """The same queries for every size made from these projects, about what is in the smallest size."""
    random = Random(seed)
    of_name = [
        [word for word in compounds(display(project.name)) if len(word) in _SHORT] for project in projects
    ]
    single = sorted({word for found in of_name for word in found})
    pairs = sorted({" ".join(random.sample(found, 2)) for found in of_name if len(set(found)) > 1})
    common = _in_half(projects)
    drawn = random.sample(single, min(PER_KIND + WARMING, len(single)))
    keywords = {
        "keyword": drawn[WARMING:],
        "two keywords": random.sample(pairs, min(PER_KIND, len(pairs))),
        "in half of all rows": common,
        "such and a keyword": [f"{random.choice(common)} {word}" for word in drawn[WARMING:]],
    }
    cascade: defaultdict[str, list[str]] = defaultdict(list)
    for case in generate(listed(projects), limit=PER_KIND, seed=seed, kinds=_CASCADE):
        if case.kind in _CASCADE:
            cascade[case.kind].append(case.query)
    warming = [*drawn[:WARMING], *(queries.pop() for queries in cascade.values())]
    return Workload(warming, keywords, cascade)


def _in_half(projects: Sequence[Project]) -> list[str]:
    """Words, as written, that at least half of all projects hold."""
    holding: Counter[str] = Counter()
    for project in projects:
        text = "\n".join(display(getattr(project, field)) for field in FIELDS)
        holding.update({word.surface for word in words(text)})
    return [word for word, count in holding.most_common() if count * 2 >= len(projects) and len(word) > 1]
