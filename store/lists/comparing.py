"""What a newly read list changes: pure, on plain records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.records import Change, Project, RejectedRow

Key = tuple[int, str]
WORDING = (
    "name", "serial", "organization", "department", "section", "purpose", "overview", "outcome", "extra",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """Read against stored, each project as read; what `moved` says the same, in another file or line."""

    added: tuple[Project, ...] = ()
    changed: tuple[tuple[Project, Change], ...] = ()
    moved: tuple[Project, ...] = ()
    unchanged: int = 0
    missing: tuple[Key, ...] = ()

    @property
    def alters_wording(self) -> bool:
        """Whether any project's text is new or different."""
        return bool(self.added or self.changed)


def compare(stored: Mapping[Key, Project], read: Sequence[Project], source_name: str) -> Difference:
    """Compare what a file says with what is stored for its years.

    A project is missing when it is absent from the file but came from a file that this one follows: one of
    the same name, or one that some of the projects in this one came from.
    """
    known = [(project, stored.get(project.key)) for project in read]
    changes = [(new, old, changed_fields(old, new)) for new, old in known if old]
    return Difference(
        added=tuple(new for new, old in known if not old),
        changed=tuple((new, Change(*new.key, fields)) for new, _, fields in changes if fields),
        moved=tuple(
            new
            for new, old, fields in changes
            if not fields and (source_name, new.source_line) != (old.source_name, old.source_line)
        ),
        unchanged=sum(not fields for *_, fields in changes),
        missing=_missing(stored, read, {source_name} | {old.source_name for _, old, _ in changes}),
    )


def changed_fields(old: Project, new: Project) -> tuple[str, ...]:
    """Names of the fields whose published wording differs."""
    return tuple(field for field in WORDING if getattr(old, field) != getattr(new, field))


def removable(missing: Iterable[Key], rejected: Iterable[RejectedRow]) -> tuple[Key, ...]:
    """The missing projects that no rejected row may be about: those have a row, only not a good one."""
    cells = {cell.strip() for row in rejected for cell in row.row.split("\t")}
    return tuple(key for key in missing if key[1] not in cells)


def _missing(stored: Mapping[Key, Project], read: Sequence[Project], sources: set[str]) -> tuple[Key, ...]:
    keys = {project.key for project in read}
    return tuple(key for key, project in stored.items() if key not in keys and project.source_name in sources)
