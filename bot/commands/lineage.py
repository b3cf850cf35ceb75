"""`jigyo lineage`: which projects of two years are one, as a table or CSV; what is an estimate is settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table

from bot.commands.options import (
    Group,
    ListsCommand,
    Refusal,
    echo,
    file_name,
    note_change,
    terminal,
    to_json,
    year,
)
from bot.commands.tables import BY, finish, taken_from, write
from store import projects
from store.database import Database, open_database, open_existing, writing
from store.lists import LIMITS, Limits
from store.lists.cells import Line, csv_text, read_lines, unguarded
from store.lists.matching import Key, Lineage, Link
from store.records import FIELD_LABELS, Project, RejectedRow
from store.search import related as lineages
from store.search.related import Verdict, decide
from store.text.display import display
from store.text.numbers import fiscal_year_name, parse_fiscal_year

HEADINGS = (
    "前の年度",
    "前の番号",
    "前の事業名",
    "前の課",
    "年度",
    "番号",
    "事業名",
    "課",
    "関係",
    "根拠",
    "判定",
)
_VERDICTS: dict[str, Verdict] = {"確認": "confirmed", "却下": "refused"}
_BY = {"confirmed": "確認済み", "number": "番号と事業名", "name": "事業名"}
_RELATIONS = {"same": "継続", "merged": "統合", "split": "分割"}
_KINDS = {
    "estimated": "推定",
    "renumbered": "番号が変わった事業",
    "renamed": "名前が変わった事業",
    "moved": "課が変わった事業",
    "merged": "統合・分割された事業",
    "ended": "終わった事業",
    "new": "新しい事業",
}
Row = tuple[str, ...]


@click.group(
    invoke_without_command=True,
    cls=Group,
    help="年度をまたぐ事業のつながりを並べます。番号や名前が変わっても、同じ事業を結びます。"
    "似ているだけのものは推定と表示し、confirm か refuse で確かめられます。",
)
@click.option("--from", "earlier", type=year, help="前の年度。なければ、最新の一つ前の年度です。")
@click.option("--to", "later", type=year, help="後の年度。なければ、最新の年度です。")
@click.option(
    "--only",
    type=click.Choice([*_KINDS]),
    help=f"{'、'.join(f'{kind} は{what}' for kind, what in _KINDS.items())}だけを並べます。",
)
@click.option("--csv", "as_csv", is_flag=True, help="CSV で表示します。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.option("--output", type=file_name, help="CSV を書き出すファイルです。")
@click.pass_context
def lineage(
    context: click.Context,
    earlier: int | None,
    later: int | None,
    only: str | None,
    as_csv: bool,
    as_json: bool,
    output: Path | None,
) -> None:
    """List which projects of two years are one, which ended and which are new."""
    if context.invoked_subcommand:
        return
    db = open_existing(context.obj)
    years = _years(db, earlier, later)
    found = lineages.lineage(db, *years)
    rows = [*_rows(found, only)]
    if output:
        write(output, csv_text([HEADINGS, *rows]), encoding="utf-8-sig")
    elif as_csv:
        click.echo(csv_text([HEADINGS, *rows]), nl=False)
    elif as_json:
        echo(to_json([dict(zip(HEADINGS, row, strict=True)) for row in rows]))
    else:
        terminal().print(_table(rows, years))
        echo(_summary(found))


@lineage.command(
    cls=ListsCommand, help="EARLIER（2023:103 のように年度と番号）と LATER が同じ事業だと記録します。"
)
@click.argument("earlier")
@click.argument("later")
@BY
@click.pass_obj
def confirm(path: Path, earlier: str, later: str, by: str) -> None:
    """Record that two projects are one."""
    _decide(path, earlier, later, "confirmed", by)
    echo(f"{earlier} と {later} を同じ事業として記録しました。")


@lineage.command(cls=ListsCommand, help="EARLIER と LATER が別の事業だと記録します。以後は結びません。")
@click.argument("earlier")
@click.argument("later")
@BY
@click.pass_obj
def refuse(path: Path, earlier: str, later: str, by: str) -> None:
    """Record that two projects are not one."""
    _decide(path, earlier, later, "refused", by)
    echo(f"{earlier} と {later} を別の事業として記録しました。")


@lineage.command(
    "import",
    cls=ListsCommand,
    help="--csv の形の FILE で、判定の欄に「確認」か「却下」と書いた行を記録します。",
)
@click.argument("file", type=Path)
@BY
@click.pass_context
def import_(context: click.Context, file: Path, by: str) -> None:
    """Take the verdicts of a CSV as `--csv` writes it."""
    lines = taken_from(file, _read)
    db = open_database(context.obj)
    done, refused = 0, []
    with writing(db), db.state.writing():
        for line in lines:
            try:
                pair = _pair(db, line)
            except ValueError as error:
                refused.append(RejectedRow(line.line, 0, str(error), "\t".join(line.cells.values())))
                continue
            done += _record(db, *pair, by)
    finish(context, file, f"{done}件の判定を記録しました。", refused)


def _decide(path: Path, earlier: str, later: str, verdict: Verdict, by: str) -> None:
    db = open_existing(path)
    one, other = _key(db, earlier), _key(db, later)
    if one[0] >= other[0]:
        raise Refusal(f"{earlier} は {later} より前の年度ではありません。")
    with writing(db), db.state.writing():
        _record(db, one, other, verdict, by)


def _record(db: Database, one: Key, other: Key, verdict: Verdict, by: str) -> bool:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    is_new = decide(db, one, other, verdict, by=by, at=now)
    if is_new:
        note_change(db, "list", f"{one[0]}:{one[1]} {other[0]}:{other[1]}", "lineage", after=verdict)
    return is_new


def _key(db: Database, text: str) -> Key:
    """The project that 2023:103 or 令和5年度:103 means."""
    written, _, number = text.partition(":")
    fiscal_year = parse_fiscal_year(written)
    project = projects.find(db, number, fiscal_year=fiscal_year) if fiscal_year and number else None
    if project is None:
        raise Refusal(f"「{text}」という事業はありません。2023:103 のように、年度と番号で指定してください。")
    return project.key


_COLUMNS = {heading: (heading,) for heading in HEADINGS}


def _read(data: bytes, limits: Limits = LIMITS) -> list[Line]:
    lines = read_lines(
        data, _COLUMNS, required=("前の年度", "前の番号", "年度", "番号", "判定"), limits=limits
    )
    return [line for line in lines if line.cells.get("判定", "").strip()]


def _pair(db: Database, line: Line) -> tuple[Key, Key, Verdict]:
    verdict = _VERDICTS.get(line.cells["判定"].strip())
    if not verdict:
        raise ValueError(f"判定「{line.cells['判定']}」は「確認」か「却下」ではありません。")
    keys = []
    for before in ("前の", ""):
        written = line.cells.get(f"{before}年度", ""), unguarded(line.cells.get(f"{before}番号", ""))
        fiscal_year = parse_fiscal_year(written[0])
        project = projects.get(db, fiscal_year, written[1]) if fiscal_year else None
        if not project:
            raise ValueError(f"{' '.join(written)} という事業はありません。")
        keys.append(project.key)
    return keys[0], keys[1], verdict


def _years(db: Database, earlier: int | None, later: int | None) -> tuple[int, int]:
    listed = projects.fiscal_years(db)
    newest = later or (listed[0] if listed else 0)
    before = earlier or next((each for each in listed if each < newest), 0)
    if newest not in listed or before not in listed or before >= newest:
        raise Refusal("二つの年度の一覧が要ります。jigyo load で前の年度の一覧も読み込んでください。")
    return before, newest


def _rows(found: Lineage, only: str | None) -> Iterator[Row]:
    if only != "new":
        yield from (_link_row(link) for link in found.links if only != "ended" and _is_wanted(link, only))
    if only in (None, "ended"):
        yield from ((*_cells(project), "", "", "", "", "終了", "", "") for project in found.ended)
    if only in (None, "new"):
        yield from (("", "", "", "", *_cells(project), "新規", "", "") for project in found.new)


def _is_wanted(link: Link, only: str | None) -> bool:
    changes = {"renumbered": {"number"}, "renamed": {"name"}, "moved": {"department", "section"}}
    if only == "estimated":
        return link.is_estimate
    if only == "merged":
        return link.relation != "same"
    return only is None or bool(changes.get(only, set()).intersection(link.changes))


def _link_row(link: Link) -> Row:
    why = _BY.get(link.by, f"推定 {link.likeness:.2f}")
    if changed := [FIELD_LABELS[name] for name in link.changes]:
        why += f"（{'、'.join(changed)}が変更）"
    return (*_cells(link.earlier), *_cells(link.later), _RELATIONS[link.relation], why, "")


def _cells(project: Project) -> Row:
    office = project.section or project.department
    return fiscal_year_name(project.fiscal_year), project.number, display(project.name), office


def _table(rows: Sequence[Row], years: tuple[int, int]) -> Table:
    table = Table(title="から".join(map(fiscal_year_name, years)))
    for heading in ("前の番号", "番号", "事業名", "関係", "根拠"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        names = row[2] if row[2] == row[6] or not row[6] else f"{row[2]} → {row[6]}" if row[2] else row[6]
        table.add_row(row[1], row[5], names, row[8], row[9])
    return table


def _summary(found: Lineage) -> str:
    estimates = sum(link.is_estimate for link in found.links)
    going_on = f"継続{len(found.links)}件（うち推定{estimates}件）"
    counts = f"{going_on}、終了{len(found.ended)}件、新規{len(found.new)}件です。"
    return counts + ("推定は confirm か refuse で確かめられます。" if estimates else "")


COMMANDS = (lineage,)
