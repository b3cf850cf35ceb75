"""Which projects of two years' lists are one. Pure.

Surest first: what people confirmed; the number, where the name agrees; the name in the same office, then
the name alone where it is nobody else's; at last likeness of names and texts, which is an estimate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeVar

from rapidfuzz import fuzz, process

from store.records import Project
from store.text.normalize import alnum_key
from store.text.numbers import number_key

Key = tuple[int, str]  # fiscal year and number
By = Literal["confirmed", "number", "name", "likeness"]
Relation = Literal["same", "merged", "split"]
_Item = TypeVar("_Item")
RENAMED = 80  # percent of likeness of two names under one number that are still one project's
LIKE = 78  # percent of likeness of two names of one office that may be one project's …
RATHER_LIKE = 60  # … or so much, where the texts are as like as …
SAME_TEXT = 85  # … that
WITHIN = 92  # percent: a name that stands within another, of a project that was merged or split
SHORTEST = 4  # letters of a name that tells a project; shorter ones are anybody's
LONGEST = 400  # characters of a text that are compared
_REMARKS = str.maketrans("", "", "（）()【】「」・　 ")


@dataclass(frozen=True, slots=True)
class Link:
    """An earlier project that goes on as a later one; `likeness` is 0 to 1."""

    earlier: Project
    later: Project
    by: By
    likeness: float = 1.0
    relation: Relation = "same"

    @property
    def is_estimate(self) -> bool:
        """Whether only likeness says so."""
        return self.by == "likeness"

    @property
    def changes(self) -> tuple[str, ...]:
        """What is another: number, name, department, section."""
        return tuple(
            name
            for name in ("number", "name", "department", "section")
            if alnum_key(getattr(self.earlier, name)) != alnum_key(getattr(self.later, name))
        )


@dataclass(frozen=True, slots=True)
class Lineage:
    """The projects of two years: those that go on, in the later list's order; those that ended; the new."""

    links: tuple[Link, ...]
    ended: tuple[Project, ...]
    new: tuple[Project, ...]


@dataclass
class _Matcher:
    earlier: Sequence[Project]
    later: Sequence[Project]
    refused: Collection[tuple[Key, Key]]
    links: list[Link] = field(default_factory=list)
    old: dict[Key, Project] = field(default_factory=dict)  # without a successor so far
    new: dict[Key, Project] = field(default_factory=dict)  # without a predecessor

    def __post_init__(self) -> None:
        self.old = {project.key: project for project in self.earlier}
        self.new = {project.key: project for project in self.later}

    def link(self, one: Project, other: Project, by: By, likeness: float = 1.0) -> None:
        if (one.key, other.key) in self.refused or one.key not in self.old or other.key not in self.new:
            return
        del self.old[one.key], self.new[other.key]
        self.links.append(Link(one, other, by, likeness))

    def by_key(self, key: Callable[[Project], object], by: By) -> None:
        """Link projects that alone have one key in both years; of several those in the order listed."""
        old, new = _grouped(self.old.values(), key), _grouped(self.new.values(), key)
        for each, some in old.items():
            others = new.get(each, [])
            if len(some) == len(others):
                for one, other in zip(some, others, strict=True):
                    self.link(one, other, by)


def match(
    earlier: Sequence[Project],
    later: Sequence[Project],
    *,
    confirmed: Collection[tuple[Key, Key]] = (),
    refused: Collection[tuple[Key, Key]] = (),
) -> Lineage:
    """Match the projects of two years; `confirmed` and `refused` pairs are people's word."""
    matcher = _Matcher(earlier, later, frozenset(refused))
    for one, other in confirmed:
        if one in matcher.old and other in matcher.new:
            matcher.link(matcher.old[one], matcher.new[other], "confirmed")
    _by_number(matcher)
    for office in (_section_of, _department_of, _organization_of, _nowhere):
        matcher.by_key(lambda project, of=office: _name_in(project, of(project)), "name")  # type: ignore[misc]
    _by_likeness(matcher)
    merged = _within(matcher)
    order = {project.key: place for place, project in enumerate(later)}
    links = sorted((*matcher.links, *merged), key=lambda each: order[each.later.key])
    gone = {each.earlier.key for each in merged if each.relation == "merged"}
    came = {each.later.key for each in merged if each.relation == "split"}
    return Lineage(
        tuple(links),
        tuple(project for key, project in matcher.old.items() if key not in gone),
        tuple(project for key, project in matcher.new.items() if key not in came),
    )


def _by_number(matcher: _Matcher) -> None:
    new = {number_key(project.number): project for project in matcher.later}
    for one in list(matcher.old.values()):
        other = new.get(number_key(one.number))
        if other and other.key in matcher.new and names_agree(one, other):
            matcher.link(one, other, "number")


def names_agree(one: Project, other: Project) -> bool:
    """Whether two names are one, or one of them is the other a little changed."""
    keys = _name_key(one), _name_key(other)
    return keys[0] == keys[1] or fuzz.ratio(*keys) >= RENAMED


def _by_likeness(matcher: _Matcher) -> None:
    """Link what is left by likeness, office by office, the likest pairs first."""
    found: list[tuple[float, Project, Project]] = []
    new = _grouped(matcher.new.values(), _office_of)
    for office, some in _grouped(matcher.old.values(), _office_of).items():
        others = new.get(office, [])
        if others:
            found += _alike(some, others)
    for likeness, one, other in sorted(found, key=lambda each: -each[0]):
        matcher.link(one, other, "likeness", likeness / 100)


def _alike(some: Sequence[Project], others: Sequence[Project]) -> list[tuple[float, Project, Project]]:
    scores = process.cdist(
        [_name_key(each) for each in some],
        [_name_key(each) for each in others],
        scorer=fuzz.ratio,
        score_cutoff=RATHER_LIKE,
    )
    found = []
    for one, row in zip(some, scores, strict=True):
        for place in row.nonzero()[0]:
            score, other = float(row[place]), others[place]
            if score >= LIKE or _texts_alike(one, other) >= SAME_TEXT:
                found.append((score, one, other))
    return found


def _texts_alike(one: Project, other: Project) -> float:
    texts = [(each.overview or each.purpose)[:LONGEST] for each in (one, other)]
    return fuzz.ratio(*texts) if all(texts) else 0.0


def _within(matcher: _Matcher) -> list[Link]:
    """Earlier projects whose name stands within that of one that goes on, and later ones: merged, split."""
    going_on = [(link.earlier, link.later) for link in matcher.links]
    by_office: Mapping[object, list[tuple[Project, Project]]] = _grouped(
        going_on, lambda pair: _office_of(pair[1])
    )
    found = []
    for one in matcher.old.values():
        for before, after in by_office.get(_office_of(one), ()):
            if _grew_by(one, before, after) and (one.key, after.key) not in matcher.refused:
                found.append(Link(one, after, "likeness", WITHIN / 100, "merged"))
                break
    for other in matcher.new.values():
        for before, after in by_office.get(_office_of(other), ()):
            if _grew_by(other, after, before) and (before.key, other.key) not in matcher.refused:
                found.append(Link(before, other, "likeness", WITHIN / 100, "split"))
                break
    return found


def _grew_by(part: Project, without: Project, whole: Project) -> bool:
    """Whether a name has become another by taking in the name of a third."""
    name, shorter, longer = (_name_key(each).removesuffix("事業") for each in (part, without, whole))
    return len(name) >= SHORTEST and name in longer and name not in shorter


def _grouped(items: Iterable[_Item], key: Callable[[_Item], object]) -> dict[object, list[_Item]]:
    found: dict[object, list[_Item]] = defaultdict(list)
    for item in items:
        if (value := key(item)) is not None:
            found[value].append(item)
    return found


def _name_key(project: Project) -> str:
    return _folded(project.name)


@lru_cache(maxsize=65_536)
def _folded(name: str) -> str:
    return alnum_key(name.translate(_REMARKS)) or name


def _name_in(project: Project, office: object) -> object:
    """What a project is known by in an office; None for a name that is too short to tell one without."""
    name = _name_key(project)
    if office is None or (office == () and len(name) < SHORTEST):
        return None
    return name, office


def _section_of(project: Project) -> object:
    return project.organization, project.department, project.section_canonical or project.section


def _department_of(project: Project) -> object:
    return (project.organization, project.department) if project.department else None


def _organization_of(project: Project) -> object:
    return (project.organization,) if project.organization else None


def _nowhere(project: Project) -> object:
    return ()


def _office_of(project: Project) -> object:
    """The widest office that tells projects apart: the body, else the department, else all."""
    return project.organization or project.department or ""
