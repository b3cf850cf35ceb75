"""Numbers for the projects of lists that have none, or in which each section counts anew. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from store.records import Project
from store.text.normalize import header_key, nfkc

MADE = "無番-"  # begins a number that was made: the list has none


def restart_in_sections(projects: Sequence[Project]) -> bool:
    """Whether the numbers of one year begin anew in each section: 1, 2 of 企画課, then 1 of 財政課."""
    by_section: dict[tuple[str, str], list[str]] = defaultdict(list)
    of_number: dict[str, list[Project]] = defaultdict(list)
    for project in projects:
        by_section[project.department, project.section].append(nfkc(project.number))
        of_number[nfkc(project.number)].append(project)
    twice = [same for same in of_number.values() if len(same) > 1]
    if not twice or len(by_section) < 2:
        return False
    if any(len(set(numbers)) < len(numbers) for numbers in by_section.values()):
        return False
    restarted = {(each.department, each.section) for same in twice for each in same}
    return ("", "") not in restarted and all(_counts(by_section[office]) for office in restarted)


def with_section(project: Project) -> str:
    """The number of a project whose section counts on its own: 企画課-1."""
    return f"{' '.join((project.section or project.department).split())}-{project.number}"


def number_made(projects: Sequence[Project], stored: Iterable[Project] = ()) -> list[Project]:
    """Projects without a number with one: that of the same name and office in `stored`, else a new one."""
    known: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    used: dict[int, set[int]] = defaultdict(set)
    for each in stored:
        if each.number.startswith(MADE):
            known[_identity(each)].append(each.number)
            used[each.fiscal_year].add(_count(each.number))
    numbered = []
    for project in projects:
        if project.number:
            numbered.append(project)
            continue
        same = known.get(_identity(project), [])
        number = same.pop(0) if same else _next(used[project.fiscal_year])
        used[project.fiscal_year].add(_count(number))
        numbered.append(replace(project, number=number))
    return numbered


def _identity(project: Project) -> tuple[int, str, str]:
    return project.fiscal_year, header_key(project.name), header_key(project.department + project.section)


def _next(used: set[int]) -> str:
    return f"{MADE}{max(used, default=0) + 1}"


def _count(number: str) -> int:
    digits = number.removeprefix(MADE)
    return int(digits) if digits.isdecimal() else 0


def _counts(numbers: Sequence[str]) -> bool:
    """Whether numbers are counted from 1 upwards."""
    if not all(number.isdecimal() for number in numbers):
        return False
    values = [int(number) for number in numbers]
    return min(values) == 1 and values == sorted(values)
