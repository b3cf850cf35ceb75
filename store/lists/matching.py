"""Which projects of two lists are one: of two years, and of a newly read list and what is stored. Pure.

Between years, surest first: what people confirmed; the number, where the name agrees; the name in the same
office, then the name alone where it is nobody else's; at last likeness of names and texts, which is an
estimate.
A newly read list is compared with the stored projects by their numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeVar

from rapidfuzz import fuzz, process

from store.records import SHEET, Change, Project, RejectedRow
from store.text.normalize import alnum_key, header_key
from store.text.numbers import fiscal_year_name, number_key

if TYPE_CHECKING:
    from store.lists.parsing import ParsedList

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
