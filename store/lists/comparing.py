"""Compare a newly read list with the stored projects. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from store.lists.parsing import SHEET, ParsedList
from store.records import Change, Project, RejectedRow
from store.text.fiscal_years import fiscal_year_name
from store.text.normalize import header_key

Key = tuple[int, str]
TEXTS = ("purpose", "overview", "outcome")
WORDING = (
    "name", "serial", "organization", "department", "section", "purpose", "overview", "outcome", "extra",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """The differences between a read list and the stored projects; each project as it was read.

    `moved` are projects with the same wording in another file or line. `taken` are projects whose number
    belongs to a project of another list (the second of each pair).
    """

    added: tuple[Project, ...] = ()
    changed: tuple[tuple[Project, Change], ...] = ()
    moved: tuple[Project, ...] = ()
    unchanged: int = 0
    missing: tuple[Key, ...] = ()
    taken: tuple[tuple[Project, Project], ...] = ()

    @property
    def alters_wording(self) -> bool:
        """Whether the wording of any project is new or different."""
        return bool(self.added or self.changed)


def adds_columns(stored: Mapping[Key, Project], read: Sequence[Project], source_name: str) -> bool:
    """Whether a file only has columns for projects of another file of its year, whose texts it has not.

    A list of budgets beside that of the projects: to replace these would empty their texts.
    """
    if any(getattr(project, name).strip() for project in read for name in TEXTS):
        return False
    known = [(project, stored.get(project.key)) for project in read]
    return any(
        old.source_name != source_name and _is_same(old, new) and any(getattr(old, name) for name in TEXTS)
        for new, old in known
        if old
    )


def with_columns(
    stored: Mapping[Key, Project],
    read: Sequence[Project],
    source_name: str,
    keys: Collection[str],
    given: Mapping[int, Collection[str]],
) -> tuple[Project, ...]:
    """The projects of a file that adds columns: those of other files as stored, with its cells under `keys`.

    `given` are the keys, by project, that the file gave it the last time.
    """
    found: list[Project] = []
    for new in read:
        old = stored.get(new.key)
        if old is None or old.source_name == source_name or not _is_same(old, new):
            found.append(new)
            continue
        own = {key: text for key, text in old.extra.items() if key not in given.get(old.id, ())}
        more = {key: text for key, text in new.extra.items() if key in keys and key not in own and text}
        found.append(replace(old, extra=own | more))
    return tuple(found)


def with_added(
    stored: Mapping[Key, Project], read: Sequence[Project], given: Mapping[int, Collection[str]]
) -> tuple[Project, ...]:
    """The projects as read, with the cells that other files gave them: `given` has their keys by project."""
    found: list[Project] = []
    for new in read:
        old = stored.get(new.key)
        keys = given.get(old.id, ()) if old else ()
        more = (
            {key: old.extra[key] for key in keys if key in old.extra and key not in new.extra} if old else {}
        )
        found.append(replace(new, extra={**new.extra, **more}) if more else new)
    return tuple(found)


def compare(
    stored: Mapping[Key, Project], read: Sequence[Project], source_name: str, *, adds: bool = False
) -> Difference:
    """Compare the projects of a file with the stored projects of its years.

    A file replaces the earlier file of the same name, and every file with which it shares more projects than
    it has numbers of other projects there. In a file that it does not replace, a number of another project is
    taken. A project is missing if it is absent from the file and came from a file that this one replaces; one
    that `adds` columns replaces itself alone.
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
            if not fields
            and (new.source_name or source_name, new.source_line) != (old.source_name, old.source_line)
        ),
        unchanged=sum(not fields for *_, fields in changes),
        missing=_missing(stored, read, {source_name} if adds else followed),
        taken=tuple(taken),
    )


def changed_fields(old: Project, new: Project) -> tuple[str, ...]:
    """Return the names of the fields whose published wording differs."""
    return tuple(field for field in WORDING if getattr(old, field) != getattr(new, field))


def removable(missing: Iterable[Key], rejected: Iterable[RejectedRow]) -> tuple[Key, ...]:
    """Return the missing projects that no rejected row mentions; those others have a row that was refused."""
    cells = {cell.strip() for row in rejected for cell in row.row.split("\t")}
    return tuple(key for key in missing if key[1] not in cells)


def without_taken(parsed: ParsedList, difference: Difference) -> ParsedList:
    """Return the list with those rows refused whose numbers belong to projects of another list."""
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
    """Return the names of the files that this one replaces."""
    balance = Counter({source_name: 1})
    for new, old in shared:
        balance[old.source_name] += 1 if _is_same(old, new) else -1
    return {source_name} | {name for name, more in balance.items() if more > 0}


def _is_same(old: Project, new: Project) -> bool:
    """Whether both are one project: the name or the section is the same."""
    if header_key(old.name) == header_key(new.name):
        return True
    departments = {header_key(project.department) for project in (old, new)} - {""}
    return len(departments) < 2 and header_key(old.section) == header_key(new.section) != ""


def _missing(stored: Mapping[Key, Project], read: Sequence[Project], sources: set[str]) -> tuple[Key, ...]:
    keys = {project.key for project in read}
    return tuple(key for key, project in stored.items() if key not in keys and project.source_name in sources)
