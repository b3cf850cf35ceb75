"""Files named on a command line into the database: which ones, how each went, a bar while it takes long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlite_utils import Database

from bot.commands.load_report import report_lines, report_record, section_lines
from bot.context import now_in_tokyo
from bot.settings import SettingsError, survey
from store import loader
from store.database import open_database
from store.evaluation import section_file, sections
from store.evaluation.contact_rows import take_contacts
from store.index.preparing import Progress as Tell
from store.lists import Limits, parse_list, path_text, read_file

SECTIONS_FILE = "sections.csv"
LIST_SUFFIXES = (".txt", ".tsv", ".csv", ".xlsx", ".xlsm", ".xls", ".ods")


def load_limits() -> Limits:
    """How large a file may be, by the settings. Raises SettingsError when one of these is malformed."""
    settings, wrong = survey()
    if told := [f"{name} — {what}" for name, what in wrong.items() if name.startswith("JIGYO_LOAD_")]:
        raise SettingsError(f"設定の形式が正しくありません: {'、'.join(told)}")
    return Limits(
        megabytes=settings.jigyo_load_mb,
        rows=settings.jigyo_load_rows,
        columns=settings.jigyo_load_columns,
        cells=settings.jigyo_load_cells,
        cell=settings.jigyo_load_cell,
        seconds=settings.jigyo_load_seconds,
        memory=settings.jigyo_load_memory,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file went; `complete` unless rows were refused."""

    record: dict[str, Any]
    lines: tuple[str, ...]
    complete: bool


@dataclass(frozen=True)
class Loading:
    """One run. The database is opened, and made, only when there is something to write."""

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    fiscal_year: int | None = None
    replace: bool = False
    limits: Limits = field(default_factory=load_limits)

    @cached_property
    def db(self) -> Database:
        """The open database."""
        return open_database(self.path)

    def take(self, file: Path) -> Outcome:
        """Load a list, or import a sections.csv. Raises ListError, nothing written, when it is refused."""
        return self.take_sections(file) if file.name == SECTIONS_FILE else self.take_list(file)

    def take_list(self, file: Path) -> Outcome:
        """Load a list."""
        parsed = parse_list(
            read_file(file, self.limits),
            mapping=self.mapping,
            fiscal_year=self.fiscal_year,
            limits=self.limits,
        )
        name = path_text(file.name)
        with _progress_bar(name) as tell:
            report = loader.store_list(
                self.db,
                parsed,
                source_name=name,
                now=datetime.now(UTC).isoformat(timespec="seconds"),
                replace=self.replace,
                progress=tell,
            )
        return Outcome(report_record(report), tuple(report_lines(report)), not report.rejected)

    def take_sections(self, file: Path) -> Outcome:
        """Import aliases and contacts."""
        lines, rejected = section_file.read_sections(read_file(file, self.limits), self.limits)
        aliases, refused = sections.import_aliases(self.db, lines)
        changed, unread = take_contacts(self.db, lines, by="import", at=now_in_tokyo())
        rejected += refused + unread
        idle = sections.idle(self.db, ((line.department, line.section) for line in lines))
        record = {
            "source_name": path_text(file.name),
            "aliases": aliases,
            "contacts": changed,
            "idle": [{"department": department, "section": name} for (department, name), _ in idle],
            "rejected": [asdict(row) for row in rejected],
        }
        told = section_lines(path_text(file.name), aliases, changed, rejected, idle)
        return Outcome(record, tuple(told), not rejected)


def files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file to load and whether it is from a folder: of a folder its sections.csv, then its lists."""
    for path in paths:
        inside = _lists_in(path)
        if inside is None:
            yield path, False
        else:
            yield from ((file, True) for file in sorted(inside, key=lambda file: file.name != SECTIONS_FILE))


def _lists_in(path: Path) -> list[Path] | None:
    """The files of a folder that may be lists; None for what is no folder, or can't be looked into."""
    try:
        if not path.is_dir():
            return None
        return [file for file in sorted(path.iterdir()) if _may_be_list(file) and file.is_file()]
    except OSError:  # reading the path as a file will say what is wrong with it
        return None


def _may_be_list(file: Path) -> bool:
    name = file.name.lower().removesuffix(".gz")
    return name.endswith(LIST_SUFFIXES) and not name.startswith((".", "~$", "readme"))


@contextmanager
def _progress_bar(title: str) -> Iterator[Tell | None]:
    """A bar on a terminal's standard error, shown from the first chunk on; nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
