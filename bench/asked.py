"""Questions whose right answer is known: written ones, and ones made by template from any loaded list."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import absent
from bot.ask.matching import texts
from bot.ask.quantities import (
    AMOUNT,
    COUNTERS,
    DATE,
    DAY,
    NOUN_CHARACTER,
    NOUN_PHRASE,
    PEOPLE,
    UNITS,
    Figure,
    figures,
)
from store.records import Project
from store.text.display import display, split

PER_KIND = 150
FIELDS = {
    "purpose": ("{}の目的は？", "{}のねらいを教えてください", "{} 目的"),
    "overview": ("{}の概要", "{}とは", "{}はどんな事業ですか？"),
    "outcome": ("{}の成果を教えて", "{}は何をした？", "{}ではどんな効果がありましたか"),
}
SECTION = ("{}の担当課は？", "{}はどこの課ですか", "{} 担当", "{}は誰がやっているの？")
OUT_OF_SCOPE = ("{}は？", "{}の担当課は？", "{}はいくら？", "{}の成果を教えて", "{}はいつ？", "{}について")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the kind of its answer, projects it must cite, and strings of which one must be in it."""

    text: str
    kind: str
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def read(path: Path) -> list[tuple[str, Question]]:
    """Written questions, each under its kind."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [
        (q["kind"], Question(q["ask"], q["kind"], tuple(map(str, q["numbers"])), tuple(q["text"])))
        for q in lines
    ]


def generated(projects: Sequence[Project], *, seed: str) -> Iterator[tuple[str, Question]]:
    """At most `PER_KIND` questions of each template's kind, drawn by `seed`."""
    draw = random.Random(seed)
    names = Counter(display(project.name) for project in projects)
    known = [p for p in projects if names[display(p.name)] == 1 and 4 <= len(p.name) <= 60]
    for kind, questions in (
        ("field by name", _fields(known, draw)),
        ("field by number", _by_number(projects, draw)),
        ("section by name", _sections(known, draw)),
        ("figure", _figures(known, draw)),
        ("count", _counts(projects, draw)),
        ("list", _lists(projects, draw)),
        ("out of scope", _out_of_scope(projects, draw, seed, compound=False)),
        ("out of scope, compound", _out_of_scope(projects, draw, seed, compound=True)),
    ):
        yield from ((kind, question) for question, _ in zip(questions, range(PER_KIND), strict=False))


def _fields(known: Sequence[Project], draw: random.Random) -> Iterator[Question]:
    for project in draw.sample(known, len(known)):
        field = draw.choice([name for name in FIELDS if getattr(project, name)] or ["purpose"])
        if said := split(getattr(project, field)):
            asked = draw.choice(FIELDS[field]).format(display(project.name))
            yield Question(asked, "field", (project.number,), (said[0].text,))


def _by_number(projects: Sequence[Project], draw: random.Random) -> Iterator[Question]:
    for project in draw.sample(projects, len(projects)):
        if said := split(project.purpose):
            asked = draw.choice(("事業番号{}の目的", "{}の目的は？", "事業番号 {} の目的を教えてください"))
            yield Question(asked.format(project.number), "field", (project.number,), (said[0].text,))


def _sections(known: Sequence[Project], draw: random.Random) -> Iterator[Question]:
    for project in draw.sample(known, len(known)):
        if project.section:
            asked = draw.choice(SECTION).format(display(project.name))
            yield Question(asked, "field", (project.number,), (display(project.section).split("\n")[0],))


def _figures(known: Sequence[Project], draw: random.Random) -> Iterator[Question]:
    """A figure whose unit stands once in its record, asked for by the words that it counts."""
    for project in draw.sample(known, len(known)):
        found = [
            (figure, _label(sentence.text, figure))
            for name in ("purpose", "overview", "outcome")
            for sentence in split(getattr(project, name))
            for figure in figures(sentence.text)
        ]
        units = Counter(figure.unit for figure, _ in found)
        for figure, counted in found:
            asks = _how_many(figure.unit, figure.text)
            if asks and units[figure.unit] == 1 and 2 <= len(counted) <= 20 and counted != "事業":
                asked = f"{display(project.name)}の{counted}は{asks}？"
                yield Question(asked, "figure", (project.number,), (figure.text,))
                break


_JOINS = "(?:の|への|との|及び|又は|または)"
_NOUN_PHRASE_END = re.compile(rf"{NOUN_CHARACTER}+(?:{_JOINS}{NOUN_CHARACTER}+)*$")
# What may stand between a noun and the figure that counts it: particles, 延べ, another figure, a remark.
_BETWEEN = re.compile(
    rf"(?:から|より|うち|中|延べ|計|約|全|及び|ついて|により|における|[はがもをでにの：:（(「、 　]"
    rf"|[（(][^（()）]*[）)]|{DAY}|(?:{AMOUNT})(?:{COUNTERS}))$"
)


def _label(sentence: str, figure: Figure) -> str:
    """The words that say what a figure counts, verbatim, '' when its clause has none."""
    before, after = sentence[figure.clause[0] : figure.start], sentence[figure.end : figure.clause[1]]
    earlier = [other.end for other in figures(sentence) if figure.clause[0] <= other.start < figure.start]
    adjoining = _NOUN_PHRASE_END.search(sentence[max(earlier, default=figure.clause[0]) : figure.start])
    adjoining = None if adjoining and adjoining[0] in ("中", "内") else adjoining  # 4件中4件
    following = NOUN_PHRASE.match(after)
    if following and not adjoining and after.startswith("の"):
        return _noun(following[1])
    led = adjoining or _NOUN_PHRASE_END.search(_without_tail(before))
    return _noun(led[0] if led else following[1] if following else "")


def _noun(phrase: str) -> str:
    """A noun phrase without what joins it to the next word (…社との, 構築し)."""
    return re.sub("(?:(?<=..)[とへ]|(?<=[一-龥])し)$", "", phrase.strip("「」・の"))


def _without_tail(before: str) -> str:
    """The words before a figure without what stands between them and it, piece by piece."""
    while tail := _BETWEEN.search(before):
        before = before[: tail.start()]
    return before


def _how_many(unit: str, text: str) -> str:
    """何人 for 164人; '' for units that one does not ask so."""
    if unit == PEOPLE:
        return "何人"
    if unit == DATE:
        return "いつ"
    counter = max((name for name in UNITS if text.endswith(name)), key=len, default="")
    return f"何{counter}" if counter and unit == counter else ""


def _counts(projects: Sequence[Project], draw: random.Random) -> Iterator[Question]:
    """A project whose cell names several sections is of each; 環境局総務課 in one may be 総務課 or not."""
    offices = _by_office(projects)
    for name, (named, led) in draw.sample(sorted(offices.items()), len(offices)):
        asked = draw.choice(("{}の事業は何件？", "{}の事業数を教えて", "{}はいくつの事業を担当していますか"))
        counts = dict.fromkeys((len(named), len(named) + len(led)))
        yield Question(asked.format(name), "count", (), tuple(f"は{count:,}件" for count in counts))


def _lists(projects: Sequence[Project], draw: random.Random) -> Iterator[Question]:
    offices = _by_office(projects)
    for name, (named, _) in draw.sample(sorted(offices.items()), len(offices)):
        asked = draw.choice(("{}の事業を一覧で", "{}はどんな事業をしている？", "{}の事業は"))
        yield Question(asked.format(name), "list", tuple(named))


_APART = re.compile(r"[、，,／/\s]+|(?<=[課室])・")


def _by_office(projects: Sequence[Project]) -> dict[str, tuple[list[str], list[str]]]:
    """Of each plain section, the projects that name it in their cell, and those that do behind 局 or 部."""
    cells = [(project, _APART.split(project.section)) for project in projects]
    found: dict[str, tuple[list[str], list[str]]] = {
        project.section_canonical: ([], []) for project in filter(_is_plain, projects)
    }
    for project, parts in cells:
        for name in {project.section_canonical, project.section, *parts} & found.keys():
            found[name][0].append(project.number)
        led = {part[at:] for part in parts for at in range(1, len(part)) if part[at - 1] in "部局"}
        for name in (led - {*parts, project.section_canonical}) & found.keys():
            found[name][1].append(project.number)
    return found


def _is_plain(project: Project) -> bool:
    """Whether a section's name is one that a person would type, and no project's."""
    name = project.section_canonical
    return bool(name) and "\n" not in name and name.endswith(("課", "室"))


def _out_of_scope(
    projects: Sequence[Project], draw: random.Random, seed: str, *, compound: bool
) -> Iterator[Question]:
    known = absent.vocabulary(text for project in projects for text in texts(project))
    for noun in absent.nouns(known, seed=seed, compound=compound):
        yield Question(draw.choice(OUT_OF_SCOPE).format(noun), "none")
