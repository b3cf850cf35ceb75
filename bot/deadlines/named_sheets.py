"""The sheets that project numbers name, or why there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.deadlines import workflow
from bot.deadlines.session import Desk
from bot.deadlines.workflow import ChangeRefused
from store import projects
from store.evaluation import deadlines, sheets
from store.evaluation.sheet_records import Sheet
from store.records import Project
from store.text.display import display
from store.text.wareki import fiscal_year_name

Pick = Callable[[Iterable[Sheet], Sequence[tuple[int, str]]], Sheet | None]


def meant(
    desk: Desk, numbers: Sequence[str], fiscal_year: int | None, kind: str,
    pick: Pick = workflow.current,
) -> list[Sheet]:  # fmt: skip
    """The sheet that each number names. Raises ChangeRefused when one of them has none."""
    found = [_meant(desk, number, fiscal_year, kind, pick) for number in numbers]
    if missing := [number for number, sheet in zip(numbers, found, strict=True) if sheet is None]:
        others = "ほかの番号も、まだ何も変えていません。" if len(missing) < len(numbers) else ""
        raise ChangeRefused(_why_none(desk, missing, fiscal_year, kind) + others)
    return [sheet for sheet in found if sheet]


def _meant(desk: Desk, number: str, fiscal_year: int | None, kind: str, pick: Pick) -> Sheet | None:
    found = [
        sheet
        for sheet in sheets.numbered(desk.db, number)
        if fiscal_year in (None, sheet.fiscal_year) and kind in ("", sheet.kind)
    ]
    # Who reports a sheet twice means the same round, not the next one that nobody has begun.
    return pick([s for s in found if desk.is_begun(s)] or found, deadlines.rounds(desk.db))


def _why_none(desk: Desk, numbers: Sequence[str], fiscal_year: int | None, kind: str) -> str:
    """There is a sheet where there is a project and a deadline: which of them is lacking."""
    found = {number: projects.find(desk.db, number, fiscal_year=fiscal_year) for number in numbers}
    year = fiscal_year_name(fiscal_year) if fiscal_year else ""
    if unknown := [number for number, project in found.items() if project is None]:
        listed = f"{year}の一覧に" if year else ""
        told = f"事業番号「{'、'.join(unknown)}」の事業は{listed}登録されていません。"
        return f"{told}番号をお確かめください。"
    names = "".join(_title(project) for project in found.values() if project)
    of_round = f"{year}{kind}の" if year or kind else ""
    told = f"{names}には、{of_round}締切がまだ設定されていません。"
    return f"{told}締切は、事務局が `/jigyo 締切 設定` で設定します。"


def _title(project: Project) -> str:
    return f"「{project.number} {display(project.name)}」"
