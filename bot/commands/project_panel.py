"""One project, whole, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import ROUNDED
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from store.records import FIELD_LABELS, Project
from store.text.display import display
from store.text.wareki import fiscal_year_name


def project_panel(project: Project) -> Panel:
    """A panel of every field that is filled, in display form, and where the project was listed."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _rows(project):
        table.add_row(label, Text(display(text)))
    title = Text(f"{project.number} {display(project.name)}")
    return Panel(table, title=title, title_align="left", box=ROUNDED)


def _rows(project: Project) -> Iterator[tuple[str, str]]:
    yield FIELD_LABELS["fiscal_year"], fiscal_year_name(project.fiscal_year)
    for name in ("number", "serial", "name", "organization", "department"):
        yield from _filled(FIELD_LABELS[name], getattr(project, name))
    alias = project.section_canonical != project.section
    section = f"{project.section}（{project.section_canonical} の別名）" if alias else project.section
    yield from _filled(FIELD_LABELS["section"], section)
    for name in ("purpose", "overview", "outcome"):
        yield from _filled(FIELD_LABELS[name], getattr(project, name))
    for label, text in project.other_columns.items():
        yield from _filled(label, text)
    yield "出典", f"{project.source_name} {project.source_line}行目"


def _filled(label: str, text: str) -> Iterator[tuple[str, str]]:
    if text.strip():
        yield label, text
