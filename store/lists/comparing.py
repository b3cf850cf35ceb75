"""What a newly read list changes: pure, on plain records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from store.lists.parsing import SHEET, ParsedList
from store.records import Change, Project, RejectedRow
from store.text.fiscal_years import fiscal_year_name
from store.text.normalize import header_key

Key = tuple[int, str]
WORDING = (
    "name", "serial", "organization", "department", "section", "purpose", "overview", "outcome", "extra",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """Read against stored, each project as read; what `moved` says the same, in another file or line.

    `taken` are projects whose number another list's project has (the second of each pair).
    """

    added: tuple[Project, ...] = ()
    changed: tuple[tuple[Project, Change], ...] = ()
    moved: tuple[Project, ...] = ()
    unchanged: int = 0
    missing: tuple[Key, ...] = ()
    taken: tuple[tuple[Project, Project], ...] = ()

    @property
    def alters_wording(self) -> bool:
        """Whether any project's text is new or different."""
        return bool(self.added or self.changed)


def compare(stored: Mapping[Key, Project], read: Sequence[Project], source_name: str) -> Difference:
    """Compare what a file says with what is stored for its years.

    A file follows another of the same name, and those with which it has more projects in common than numbers
    of other projects. A number of a file that it doesn't follow is taken when it is another project's there;
    a project is missing when it is absent from the file but came from one that this one follows.
    """
    known = [(project, stored.get(project.key)) for project in read]
    shared = [(new, old) for new, old in known if old]
    followed = _followed(shared, source_name)
    taken = [(new, old) for new, old in shared if old.source_name not in followed and not _is_same(old, new)]
    lost = {new.key for new, _ in taken}
    changes = [(new, old, changed_fields(old, new)) for new, old in shared if new.key not in lost]
    return Difference(
        added=tuple(new for new, old in known if not old),
        changed=tuple((new, Change(*new.key, fields)) for new, _, fields in changes if fields),
        moved=tuple(
            new
            for new, old, fields in changes
            if not fields and (source_name, new.source_line) != (old.source_name, old.source_line)
        ),
        unchanged=sum(not fields for *_, fields in changes),
        missing=_missing(stored, read, followed),
        taken=tuple(taken),
    )


def changed_fields(old: Project, new: Project) -> tuple[str, ...]:
    """Names of the fields whose published wording differs."""
    return tuple(field for field in WORDING if getattr(old, field) != getattr(new, field))


def removable(missing: Iterable[Key], rejected: Iterable[RejectedRow]) -> tuple[Key, ...]:
    """The missing projects that no rejected row may be about: those have a row, only not a good one."""
    cells = {cell.strip() for row in rejected for cell in row.row.split("\t")}
    return tuple(key for key in missing if key[1] not in cells)


def without_taken(parsed: ParsedList, difference: Difference) -> ParsedList:
    """The list with the rows refused whose numbers another list's projects have."""
    if not difference.taken:
        return parsed
    refused = [_refused(new, old, parsed.number_column) for new, old in difference.taken]
    lost = {new.key for new, _ in difference.taken}
    return replace(
        parsed,
        projects=tuple(project for project in parsed.projects if project.key not in lost),
        rejected=tuple(sorted((*parsed.rejected, *refused), key=lambda row: row.line)),
    )


def _refused(new: Project, old: Project, column: int) -> RejectedRow:
    sheet = f"シート「{new.extra[SHEET]}」: " if SHEET in new.extra else ""
    year = fiscal_year_name(old.fiscal_year)
    other = f"別の事業「{old.name.strip()}」（{year} {old.section or '課なし'}）"
    reason = (
        f"{sheet}事業番号 {new.number} は、{old.source_name} の{old.source_line}行目に{other}としてあります。"
        f"同じ一覧の新しい版なら、ファイル名を {old.source_name} にしてください。"
    )
    cells = (new.number, new.name, new.department, new.section)
    return RejectedRow(new.source_line, column, reason, "\t".join(cells))


def _followed(shared: Iterable[tuple[Project, Project]], source_name: str) -> set[str]:
    """The older versions of this file."""
    balance = Counter({source_name: 1})
    for new, old in shared:
        balance[old.source_name] += 1 if _is_same(old, new) else -1
    return {source_name} | {name for name, more in balance.items() if more > 0}


def _is_same(old: Project, new: Project) -> bool:
    """Whether one number stands for one project: its name or its section is still the same."""
    if header_key(old.name) == header_key(new.name):
        return True
    departments = {header_key(project.department) for project in (old, new)} - {""}
    return len(departments) < 2 and header_key(old.section) == header_key(new.section) != ""


def _missing(stored: Mapping[Key, Project], read: Sequence[Project], sources: set[str]) -> tuple[Key, ...]:
    keys = {project.key for project in read}
    return tuple(key for key, project in stored.items() if key not in keys and project.source_name in sources)
