"""Questions whose answer is known by construction, made from any list of projects.

Three tasks; what a question is made of is taken out of the documents, so that nothing matches word for word:
- title: "〈name〉に関する事業は？" must find the project in documents without names;
- sentence: one sentence of an overview must find its project in documents without that sentence;
- purpose: the first sentence of a purpose, asked as "…事業は？", in documents without purposes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from bench.cases import Case
from store.records import Project
from store.text.display import display

_SENTENCE = re.compile(r"[^。\n]+")
_LENGTH = range(15, 81)
_STATED_AIM = re.compile(r"(?:こと|もの)を目的と(?:する|した|して).*$")


@dataclass(frozen=True)
class Task:
    """Projects as the engines may see them, and questions with the numbers that answer them."""

    name: str
    projects: tuple[Project, ...]
    questions: tuple[Case, ...]


def tasks(projects: Sequence[Project], *, questions: int, seed: str) -> Iterator[Task]:
    """The three tasks, each with at most `questions` questions, the same for the same list and seed."""
    for name, hide in _HIDERS.items():
        hidden = [hide(project, Random(f"{seed}:{name}:{project.id}")) for project in projects]
        asked: defaultdict[str, list[str]] = defaultdict(list)
        for project, question in hidden:
            if question:
                asked[question].append(project.number)
        cases = [Case(question, name, tuple(numbers)) for question, numbers in asked.items()]
        drawn = Random(f"{seed}:{name}").sample(cases, min(questions, len(cases)))
        yield Task(name, tuple(project for project, _ in hidden), tuple(drawn))


def _title(project: Project, _: Random) -> tuple[Project, str]:
    return replace(project, name=f"第{project.id}号"), f"{display(project.name)}に関する事業は？"


def _sentence(project: Project, random: Random) -> tuple[Project, str]:
    shown = display(project.overview)
    sentences = [text for text in _sentences(shown) if len(text) in _LENGTH]
    if len(list(_sentences(shown))) < 2 or not sentences:
        return project, ""
    chosen = random.choice(sentences)
    return replace(project, overview=shown.replace(chosen, "")), chosen


def _purpose(project: Project, _: Random) -> tuple[Project, str]:
    first = next(_sentences(display(project.purpose)), "")
    whole = len(first) in _LENGTH and first.count("（") == first.count("）")  # not cut at a 。 in brackets
    return replace(project, purpose=""), f"{_STATED_AIM.sub('', first)}事業は？" if whole else ""


def _sentences(text: str) -> Iterator[str]:
    return (stripped for match in _SENTENCE.finditer(text) if (stripped := match.group().strip(" 　・")))


_HIDERS: dict[str, Callable[[Project, Random], tuple[Project, str]]] = {
    "title": _title,
    "sentence": _sentence,
    "purpose": _purpose,
}
