"""Departments and sections: the names that lists give them, which of them are one (aliases); sections.csv.

That file has a section a row: 部, 課, its other names (別名), and the Slack ids of its contacts (課長,
課長補佐, 部長, チャンネル, 課員).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from rapidfuzz import fuzz, process

from store import projects
from store.database import Database, writing
from store.evaluation.records import SectionContacts
from store.index import writer
from store.lists.cells import CellError, Row, csv_text, each_of, first_table, unguarded
from store.lists.limits import LIMITS, Limits, ListError
from store.lists.rows import joint_sections
from store.records import Project, RejectedRow, Section
from store.text.normalize import header_key, spaceless

Office = tuple[str, str]  # department, section

ALIKE = 88  # percent: one character more or less in four and up, another one in nine and up
MEANT = 75  # percent, of a name that no project has: one character of four
# Another number, direction or order tells sections apart (第一係 and 第二係) however alike they are.
_TELLING = re.compile("[0-9一二三四五六七八九十東西南北上下前後新旧]")


class SectionError(Exception):
    """A change of a section is refused; the message says why and what to do, in one Japanese line."""


def ensure(db: Database, listed: Iterable[Project]) -> dict[Office, int]:
    """Register the sections that projects name; the row id of each. Does not commit."""
    offices = {(project.department, project.section) for project in listed if project.section}
    return {office: _ensure_one(db, office) for office in sorted(offices)}


def near(db: Database, offices: Iterable[Office]) -> tuple[tuple[str, str], ...]:
    """Pairs of names in one department so alike that one may be a slip for the other.

    Each has a name among `offices`; pairs that an alias has settled are left out.
    """
    known: dict[str, dict[str, str]] = {}
    for section in projects.sections(db):
        known.setdefault(section.department, {})[section.name] = section.canonical
    pairs = {pair for department, name in offices if name for pair in _alike(name, known.get(department, {}))}
    return tuple(sorted(pairs))


def idle(db: Database, offices: Iterable[Office]) -> tuple[tuple[Office, Office | None], ...]:
    """Those of `offices` that no project is of, each with the one that may be meant; none before any list."""
    named = [section for section in projects.sections(db) if section.projects]
    busy = sorted({(each.department, name) for each in named for name in (each.name, each.canonical)})
    return (
        tuple((each, _meant(each, busy)) for each in dict.fromkeys(offices) if each not in busy)
        if busy
        else ()
    )


def departments_of(db: Database, name: str) -> list[str]:
    """Departments that have a section of this name."""
    return [row[0] for row in db.execute("SELECT department FROM sections WHERE name = ? ORDER BY 1", [name])]


def set_alias(db: Database, department: str, alias: str, canonical: str, *, of_department: str = "") -> bool:
    """Record that `alias` is another name of `canonical`; whether that changed anything.

    Either may be unknown yet: a later list's projects then come under the canonical name. The contacts, the
    deadlines, the channels and what was sent go over to the canonical name, which may be of another
    department (`of_department`). Raises SectionError when the two are already recorded the other way round.
    """
    with writing(db):
        return _set_alias(db, (department, alias), (of_department or department, canonical))


def import_aliases(db: Database, lines: Iterable[SectionLine]) -> tuple[int, list[RejectedRow]]:
    """Register the sections and aliases of a sections.csv; how many aliases are new, and the refused rows."""
    new, refused = 0, []
    with writing(db):
        for line in lines:
            _ensure_one(db, (line.department, line.section))
            for alias in line.aliases:
                try:
                    new += _set_alias(db, (line.department, alias), (line.department, line.section))
                except SectionError as error:
                    refused.append(RejectedRow(line.line, 0, str(error), f"{line.section}\t{alias}"))
    return new, refused


def remove_alias(db: Database, department: str, alias: str) -> bool:
    """Make an alias a name of its own again; return whether that changed anything."""
    with writing(db):
        row = db.execute(
            "SELECT id FROM sections WHERE department = ? AND name = ? AND canonical_id IS NOT NULL",
            [department, alias],
        ).fetchone()
        if row:
            db.execute("UPDATE sections SET canonical_id = NULL WHERE id = ?", row)
            _index_anew(db, [row[0]])
    return row is not None


def without_projects(db: Database) -> tuple[tuple[Office, Office | None], ...]:
    """Sections with contacts or a deadline and no project in the latest list, each with the one maybe meant.

    Whoever answers for such a section is reminded of nothing any more.
    """
    held = db.state.execute(
        """
        SELECT department, section FROM section_contacts WHERE chief || deputy || director || channel <> ''
        UNION SELECT department, section FROM deadlines WHERE section <> '' AND withdrawn = 0"""
    ).fetchall()
    found = _idle_of(sorted(held), sorted(_busy(db)))
    return tuple((office, _successor(db, office) or meant) for office, meant in found)


def without_contacts(db: Database) -> tuple[Office, ...]:
    """Sections of the latest list that nobody answers for; none before anybody is registered."""
    held = {
        (department, section)
        for department, section in db.state.execute(
            "SELECT department, section FROM section_contacts WHERE chief || deputy || channel <> ''"
        )
    }
    return (
        tuple(
            office
            for office in sorted(_busy(db))
            if office not in held and held.isdisjoint(joint_sections(*office)[:1])
        )
        if held
        else ()
    )


def remove(db: Database, department: str, section: str) -> bool:
    """Forget a section that no list names: its contacts, its deadlines, its aliases; whether it was known.

    Raises SectionError where it has projects.
    """
    with writing(db):
        rows = db.execute(
            "SELECT id FROM sections WHERE department = ? AND name = ?", [department, section]
        ).fetchall()
        names = [row_id for row in rows for row_id in _names_of(db, row[0])]
        if projects.in_sections(db, names):
            raise SectionError(f"「{section}」には事業があるため、消せません。")
        held = [
            db.state.execute(
                f"DELETE FROM {table} WHERE department = ? AND section = ?", [department, section]
            )
            for table in ("section_contacts", "deadlines", "channel_sections")
        ]
        db.conn.executemany("DELETE FROM sections WHERE id = ?", [(row_id,) for row_id in reversed(names)])
    return bool(names) or any(done.rowcount for done in held)


def _busy(db: Database) -> set[Office]:
    """The sections of the latest list, by their canonical names."""
    rows = db.execute(
        """
        SELECT DISTINCT coalesce(c.department, p.department), coalesce(c.name, p.section)
        FROM projects p LEFT JOIN sections o ON o.id = p.section_id
        LEFT JOIN sections c ON c.id = coalesce(o.canonical_id, o.id)
        WHERE p.fiscal_year = (SELECT max(fiscal_year) FROM projects) AND p.section <> ''"""
    )
    return {(department, section) for department, section in rows}


def _successor(db: Database, office: Office) -> Office | None:
    """Whose most of a section's projects are in the latest list, by their names."""
    row = db.execute(
        """
        SELECT n.department, n.section FROM projects o JOIN projects n ON n.name = o.name
        WHERE o.department = ? AND o.section = ?
            AND n.fiscal_year = (SELECT max(fiscal_year) FROM projects) AND o.fiscal_year < n.fiscal_year
        GROUP BY n.department, n.section ORDER BY count(*) DESC LIMIT 1""",
        list(office),
    ).fetchone()
    return (row[0], row[1]) if row else None


def _idle_of(offices: Iterable[Office], busy: list[Office]) -> tuple[tuple[Office, Office | None], ...]:
    if not busy:
        return ()
    return tuple((office, _meant(office, busy)) for office in offices if office not in busy)


def _meant(office: Office, busy: list[Office]) -> Office | None:
    best = process.extractOne(
        office[1], [name for _, name in busy], processor=spaceless, score_cutoff=MEANT, scorer=fuzz.ratio
    )
    return busy[best[2]] if best else None


def _carry(db: Database, old: Office, new: Office) -> None:
    """What is kept of `old`, contacts and deliveries among it, is `new`'s now, which keeps what it has."""
    columns = ("chief", "deputy", "director", "channel", "members")
    kept = ", ".join(
        f"{name} = coalesce(nullif(section_contacts.{name}, ''), excluded.{name})" for name in columns
    )
    names = ", ".join(columns)
    with db.state.writing():
        db.state.execute(
            f"INSERT INTO section_contacts (department, section, {names}) SELECT ?, ?, {names}"
            " FROM section_contacts WHERE department = ? AND section = ?"
            f" ON CONFLICT (department, section) DO UPDATE SET {kept}",
            [*new, *old],
        )
        db.state.execute("DELETE FROM section_contacts WHERE department = ? AND section = ?", list(old))
        db.state.execute(
            """
            UPDATE deadlines SET department = ?1, section = ?2
            WHERE department = ?3 AND section = ?4 AND NOT EXISTS (
                SELECT 1 FROM deadlines d WHERE d.department = ?1 AND d.section = ?2
                    AND d.fiscal_year = deadlines.fiscal_year AND d.kind = deadlines.kind)""",
            [*new, *old],
        )
        db.state.execute(
            "UPDATE channel_sections SET department = ?, section = ? WHERE department = ? AND section = ?",
            [*new, *old],
        )
        db.state.execute(
            """
            UPDATE deliveries SET section = ?1 WHERE section = ?2 AND (live = 0 OR NOT EXISTS (
                SELECT 1 FROM deliveries d WHERE d.live = 1 AND d.section = ?1
                    AND (d.deadline, d.recipient, d.rule)
                        = (deliveries.deadline, deliveries.recipient, deliveries.rule)))""",
            ["/".join(new), "/".join(old)],
        )


def _set_alias(db: Database, alias: Office, canonical: Office) -> bool:
    alias_id = _ensure_one(db, alias)
    target_id = _root(db, _ensure_one(db, canonical))
    if target_id == alias_id:
        raise SectionError(
            f"「{canonical[1]}」は「{alias[1]}」の別名になっています。先に --remove で外してください。"
        )
    if _root(db, alias_id) == target_id:
        return False
    affected = _names_of(db, alias_id)
    db.conn.executemany(
        "UPDATE sections SET canonical_id = ? WHERE id = ?", [(target_id, row_id) for row_id in affected]
    )
    _carry(db, alias, _office_of(db, target_id))
    _index_anew(db, affected)
    return True


def _office_of(db: Database, section_id: int) -> Office:
    department, name = db.execute(
        "SELECT department, name FROM sections WHERE id = ?", [section_id]
    ).fetchone()
    return department, name


def _ensure_one(db: Database, office: Office) -> int:
    db.execute("INSERT OR IGNORE INTO sections (department, name) VALUES (?, ?)", office)
    row = db.execute("SELECT id FROM sections WHERE department = ? AND name = ?", office).fetchone()
    return int(row[0])


def _root(db: Database, section_id: int) -> int:
    row = db.execute("SELECT coalesce(canonical_id, id) FROM sections WHERE id = ?", [section_id]).fetchone()
    return int(row[0])


def _names_of(db: Database, section_id: int) -> list[int]:
    """The section and whatever is an alias of it, so that no alias ever points at an alias."""
    rows = db.execute("SELECT id FROM sections WHERE ? IN (id, canonical_id)", [section_id])
    return [row[0] for row in rows]


def _index_anew(db: Database, section_ids: list[int]) -> None:
    rows = projects.in_sections(db, section_ids)
    writer.remove(db, [project.id for project in rows])
    writer.write(db, writer.prepare(rows))
    writer.merge(db, len(rows))


def _alike(name: str, canonical: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    folded, telling = spaceless(name), _TELLING.findall(spaceless(name))
    found = process.extract(
        folded, list(canonical), processor=spaceless, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
    )
    for other, _, _ in found:
        if canonical[other] != canonical[name] and _TELLING.findall(spaceless(other)) == telling:
            yield (min(name, other), max(name, other))


HEADS = {
    "chief": ("課長", "室長", "所属長"),
    "deputy": ("課長補佐", "補佐", "係長", "代理"),
    "director": ("部長",),
    "channel": ("チャンネル", "channel"),
    "members": ("課員", "担当者", "担当"),
}
CONTACT_HEADS = tuple(heads[0] for heads in HEADS.values())
NOBODY = ("-", "－", "なし")
_USER, _CHANNEL = r"<?@?([UW][A-Z0-9]{2,})(?:\|[^>]*)?>?", r"<?#?([CG][A-Z0-9]{2,})(?:\|[^>]*)?>?"


def contact_cells(each: SectionContacts) -> list[str]:
    """The cells of a section under `CONTACT_HEADS`."""
    return [each.chief, each.deputy, each.director, each.channel, " ".join(each.members)]


def replaced(present: SectionContacts, cells: Mapping[str, str]) -> SectionContacts:
    """The contacts with those of `cells` (by the names in `HEADS`); `なし` removes one. Raises CellError."""
    single = [name for name in cells if name != "members"]
    written = re.split(r"[\s,、，]+", cells["members"]) if "members" in cells else ()
    ids = each_of(
        *(partial(_id, name, cells[name]) for name in single),
        *(partial(_id, "members", cell) for cell in written),
    )
    members = tuple(filter(None, ids[len(single) :])) if written else present.members
    return replace(present, members=members, **dict(zip(single, ids, strict=False)))


def _id(name: str, cell: str) -> str:
    if cell in NOBODY:
        return ""
    found = re.fullmatch(_CHANNEL if name == "channel" else _USER, cell)
    if not found:
        kind = "チャンネルの ID（C…）" if name == "channel" else "Slack のメンバー ID（U…）"
        raise CellError(name, f"「{cell}」は{kind}ではありません。")
    return found[1]


DEPARTMENT, SECTION, ALIASES = "部", "課", "別名"


@dataclass(frozen=True, slots=True)
class SectionLine:
    """One row; `others` holds its filled cells in other columns, by header, `columns` where those are."""

    line: int
    department: str
    section: str
    aliases: tuple[str, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, int] = field(default_factory=dict)


def read_sections(data: bytes, limits: Limits = LIMITS) -> tuple[list[SectionLine], list[RejectedRow]]:
    """Rows and refused rows of a CSV, TSV or XLSX headed 部 and 課. Raises ListError for others."""
    rows = first_table(data, lambda cells: {DEPARTMENT, SECTION} <= set(map(header_key, cells)), limits)
    if rows:
        return _read(rows)
    raise ListError(
        f"1行目に「{DEPARTMENT}」と「{SECTION}」がありません。jigyo sections export の形にしてください。"
    )


def write_sections(sections: Iterable[Section], contacts: Iterable[SectionContacts] = ()) -> str:
    """CSV text of sections, their aliases and contacts, which `read_sections` reads back."""
    people = {(each.department, each.section): contact_cells(each) for each in contacts}
    aliases: dict[tuple[str, str], list[str]] = {}
    for section in sections:
        names = aliases.setdefault((section.department, section.canonical), [])
        if section.name != section.canonical:
            names.append(section.name)
    rows = (
        (*office, "、".join(names), *people.get(office, [""] * len(CONTACT_HEADS)))
        for office, names in sorted(aliases.items())
    )
    return csv_text([(DEPARTMENT, SECTION, ALIASES, *CONTACT_HEADS), *rows])


def _read(rows: list[Row]) -> tuple[list[SectionLine], list[RejectedRow]]:
    header = [header_key(cell) for cell in rows[0].cells]
    columns = {word: place for place, word in enumerate(header, 1)}
    lines: list[SectionLine] = []
    rejected: list[RejectedRow] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows[1:]:
        cells = {
            word: unguarded(cell.strip())
            for word, cell in zip(header, row.cells, strict=False)
            if cell.strip()
        }
        if section := cells.pop(SECTION, ""):
            first = seen.setdefault((cells.get(DEPARTMENT, ""), section), row.line)
            if first != row.line:
                reason = f"「{section}」は{first}行目にもあります。1行にまとめてください。"
                rejected.append(
                    RejectedRow(row.line, header.index(SECTION) + 1, reason, "\t".join(row.cells))
                )
                continue
            aliases = tuple(filter(None, re.split(r"\s*[、;；\n]\s*", cells.pop(ALIASES, ""))))
            lines.append(SectionLine(row.line, cells.pop(DEPARTMENT, ""), section, aliases, cells, columns))
        elif row.filled:
            column = header.index(SECTION) + 1
            rejected.append(RejectedRow(row.line, column, "課の名前が空です。", "\t".join(row.cells)))
    return lines, rejected
