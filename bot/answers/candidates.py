"""Projects that a question may mean, and which of them it does. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from store.records import Project

CLEARLY = 0.3  # by how much of the words one name must do better than the next


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may be meant: the share of the question's words in its name, and what it lacks.

    `older` are earlier fiscal years of the same project, which a question without a year does not mean.
    """

    project: Project
    named: float
    missing: tuple[str, ...]
    why: str
    older: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Candidates, the best first, none when nothing fits. `near` are projects that hold some of the words.

    `is_sure`: the first candidate is meant and no other. `is_named`: by its number or full name.
    `also` are projects that only mention it, where others bear it in their names.
    `guess` is the spelling that was searched instead of the question's.
    """

    candidates: tuple[Candidate, ...] = ()
    is_sure: bool = False
    is_named: bool = False
    near: tuple[Project, ...] = ()
    also: tuple[Project, ...] = ()
    guess: str = ""

    @property
    def projects(self) -> tuple[Project, ...]:
        """The candidates' projects."""
        return tuple(candidate.project for candidate in self.candidates)


def newest(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Each project once, in its newest fiscal year, where the first of its years stood."""
    groups: list[list[Candidate]] = []
    for candidate in found:
        same = (group for group in groups if any(_is_same(candidate, other) for other in group))
        group = next(same, None)
        if group is None:
            groups.append([candidate])
        else:
            group.append(candidate)
    return tuple(map(_newest_of, groups))


def _newest_of(group: Sequence[Candidate]) -> Candidate:
    best = max(group, key=lambda candidate: candidate.project.fiscal_year)
    years = {candidate.project.fiscal_year for candidate in group} - {best.project.fiscal_year}
    return replace(best, named=max(c.named for c in group), older=tuple(sorted(years, reverse=True)))


def _is_same(one: Candidate, other: Candidate) -> bool:
    """Whether two records are one project in different years."""
    a, b = one.project, other.project
    return a.fiscal_year != b.fiscal_year and (a.number == b.number or a.name == b.name)


def worth_asking(whole: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Once some names hold the words, projects that only mention them are not meant."""
    best = whole[0].named if whole else 0.0
    return tuple(c for c in whole if best < CLEARLY or c.named > best - CLEARLY)


def stands_out(whole: Sequence[Candidate]) -> bool:
    """Whether the first is meant and no other."""
    return len(whole) == 1 or (len(whole) > 1 and whole[0].named - whole[1].named >= CLEARLY)
