"""`jigyo load`: files named on a command line into the database, and a report of what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.commands.options import (
    ListsCommand,
    Refusal,
    echo,
    note_change,
    system_user,
    terminal,
    to_json,
    warn,
    whence,
    year,
)
from bot.context import now_in_tokyo
from bot.deadlines.workflow import is_of_sheets
from bot.settings import SettingsError, survey
from store import loader
from store.columns import catalog
from store.columns.inference import taken_for
from store.columns.values import Column
from store.database import Database, open_database
from store.evaluation import sections
from store.evaluation.changes import take_contacts
from store.evaluation.registry import contacts
from store.index import writer
from store.index.writer import Progress as Tell
from store.lists import (
    Limits,
    ListError,
    NotAListError,
    ParsedList,
    Settings,
    parse_list,
    path_text,
    read_file,
    read_settings,
    read_settings_file,
)
from store.lists.roles import FILE_ENDING
from store.lists.rows import NoYearError
from store.records import FIELD_LABELS, Change, LoadReport, RejectedRow
from store.text.numbers import fiscal_year, fiscal_year_name

SHOWN = 20  # lines of one kind; the rest is counted and is in the JSON
REFUSED_SHOWN = 200

Key = tuple[int, str]
Office = tuple[str, str]  # department, section


def report_record(report: LoadReport) -> dict[str, Any]:
    """A report as JSON has it: `loaded` counts the projects of the file that are now stored."""
    record = asdict(report)
    for name in ("added", "removed", "missing"):
        record[name] = [{"fiscal_year": year, "number": number} for year, number in record[name]]
    record["near_numbers"] = [
        {"fiscal_year": year, "numbers": list(numbers)} for year, numbers in report.near_numbers
    ]
    loaded = len(report.added) + len(report.changed) + report.unchanged
    return {"source_name": report.source_name, "loaded": loaded, **record}


def report_lines(report: LoadReport) -> Iterator[str]:
    """A report as lines of Japanese."""
    yield f"{report.source_name}: {_outcome(report)}"
    if report.supplemented:
        yield (
            f"  目的・概要・成果の列がないため、登録済みの{report.supplemented:,}件の記載を残し、"
            "列を加えました（この一覧だけの内容にするときは --replace を付けてください）。"
        )
    yield from _listed("登録済みの一覧に同じ見出しがあり、加えなかった列", report.not_added)
    yield from _listed("変更", map(_change, report.changed))
    yield from _listed("削除", map(_key, report.removed))
    yield from _listed("一覧になくなったが残した事業（--replace で削除します）", map(_key, report.missing))
    yield from _refused(report.rejected)
    yield from _listed("見出しがないため読まなかったシート", (f"「{name}」" for name in report.unread_sheets))
    yield from _listed(
        "打ち分けられない事業番号（どちらを打っても両方が見つかります）",
        (
            f"{fiscal_year_name(year)} {'と'.join(f'「{each}」' for each in numbers)}"
            for year, numbers in report.near_numbers
        ),
    )
    yield from _listed(
        "よく似た課名（同じ課なら jigyo sections alias で別名にできます）",
        (f"「{_one_line(one)}」と「{_one_line(other)}」" for one, other in report.near_sections),
    )


def _as_record(office: Office) -> dict[str, str]:
    return {"department": office[0], "section": office[1]}


def _people_lines(ghosts: Sequence[tuple[Office, Office | None]], unheld: Sequence[Office]) -> Iterator[str]:
    """Who answers for a section that the new list has not, and which of its sections nobody answers for."""
    yield from _listed(
        "担当か締切の登録があり、最新の一覧に事業がない課（名前が変わったなら jigyo sections alias 旧名 新名"
        " で引き継げ、なくなったなら jigyo sections remove で消せます）",
        map(_idle, ghosts),
    )
    yield from _listed(
        "課長もチャンネルも登録のない課（jigyo sections import か /jigyo 設定 担当 で登録できます）",
        (f"「{_one_line(' '.join(office))}」" for office in unheld),
    )


def list_lines(parsed: ParsedList, columns: Sequence[Column]) -> Iterator[str]:
    """What was decided about a list: rows that are no projects, and what each column was taken for."""
    yield from _listed("判断したこと", parsed.notes, most=REFUSED_SHOWN)
    yield from _listed(
        "事業ではないので数えなかった行",
        (f"{row.line}行目（{_SKIPPED[row.kind]}）: {row.text}" for row in parsed.skipped),
    )
    yield from _listed(
        "列の読み方（違うときは --map か columns.csv で指定できます）",
        (f"{_one_line(column.heading)} → {taken_for(column, FIELD_LABELS)}" for column in columns),
        most=REFUSED_SHOWN,
    )


_SKIPPED = {"total": "合計", "note": "注記", "heading": "見出し"}


def section_lines(
    source_name: str,
    aliases: int,
    contacts: int,
    rejected: Sequence[RejectedRow],
    idle: Sequence[tuple[Office, Office | None]],
) -> Iterator[str]:
    """What the import of a sections.csv did: new aliases, changed contacts, refused rows, idle sections."""
    done = f"別名を{aliases}件登録しました。" if aliases else "新しい別名はありません。"
    done += f"{contacts}課の連絡先を登録しました。" if contacts else ""
    yield from import_lines(source_name, done, rejected)
    yield from _listed(
        "事業が一つもない課（課名をお確かめください。jigyo sections remove で消せます）", map(_idle, idle)
    )


def import_lines(source_name: str, done: str, rejected: Sequence[RejectedRow]) -> Iterator[str]:
    """What an import did, and the rows that were refused."""
    yield f"{source_name}: {done}"
    yield from _refused(rejected)


def _outcome(report: LoadReport) -> str:
    if report.identical:
        return f"読み込み済みの内容と同じです。変更はありません（{report.unchanged}件）。"
    loaded = len(report.added) + len(report.changed) + report.unchanged
    counts = {
        "追加": len(report.added),
        "変更": len(report.changed),
        "変わらず": report.unchanged,
        "削除": len(report.removed),
        "受け付けない行": len(report.rejected),
    }
    parts = "、".join(f"{label} {count}" for label, count in counts.items() if count)
    return f"{loaded}件を読み込みました（{parts}）。"


def _refused(rows: Iterable[RejectedRow]) -> Iterator[str]:
    return _listed("受け付けなかった行", map(_rejected, rows), most=REFUSED_SHOWN)


def _listed(title: str, lines: Iterable[str], *, most: int = SHOWN) -> Iterator[str]:
    every = tuple(lines)
    if every:
        yield f"  {title}（{len(every)}件）"
        yield from (f"    {line}" for line in every[:most])
    if len(every) > most:
        yield f"    ほか{len(every) - most}件（--json ですべて見られます）"


def _change(change: Change) -> str:
    fields = "、".join(FIELD_LABELS.get(name, "その他の列") for name in change.fields)
    return f"{_key((change.fiscal_year, change.number))}: {fields}"


def _rejected(row: RejectedRow) -> str:
    column = f" {row.column}列目" if row.column else ""
    return f"{row.line}行目{column}: {row.reason}"


def _idle(pair: tuple[Office, Office | None]) -> str:
    office, meant = (each and _one_line(" ".join(each)) for each in pair)
    return f"「{office}」" + (f"（「{meant}」のことでしょうか）" if meant else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _key(key: Key) -> str:
    return f"{fiscal_year_name(key[0])} {key[1]}"


SECTIONS_FILE = "sections.csv"
LIST_SUFFIXES = (".txt", ".tsv", ".csv", ".xlsx", ".xlsm", ".xls", ".ods", ".json")


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
    settings: Settings = field(default_factory=Settings)
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
        data = read_file(file, self.limits)
        with writer.workers(wanted=len(data) >= writer.MAY_HOLD_AS_MANY) as pool:  # they start meanwhile
            parsed = self._parsed(file, data)
            with _progress_bar(path_text(file.name)) as tell:
                report = loader.store_list(
                    self.db,
                    parsed,
                    source_name=path_text(file.name),
                    now=datetime.now(UTC).isoformat(timespec="seconds"),
                    replace=self.replace,
                    progress=tell,
                    pool=pool,
                )
        return self._outcome(parsed, report)

    def _parsed(self, file: Path, data: bytes) -> ParsedList:
        settings = self.settings.over(self._settings_beside(file))
        try:
            parsed = parse_list(
                data,
                mapping=settings.fields,
                fiscal_year=self.fiscal_year,
                limits=self.limits,
                file_name=path_text(file.name),
                settings=settings.columns,
            )
        except NoYearError as error:
            raise ListError(error.message(error.likeliest or fiscal_year(now_in_tokyo().date()))) from error
        if is_of_sheets(column.key for column in parsed.columns):  # it has no texts: they would go
            raise NotAListError("評価シートの状態の表です。jigyo sheets import で取り込んでください。")
        return parsed

    def _outcome(self, parsed: ParsedList, report: LoadReport) -> Outcome:
        name = report.source_name
        counts = [len(each) for each in (report.added, report.changed, report.removed)]
        if any(counts):
            with self.db.state.writing():
                note_change(self.db, "list", name, "projects", after="+{} ~{} -{}".format(*counts))
        columns = self._columns(parsed, name)
        ghosts, unheld = sections.without_projects(self.db), sections.without_contacts(self.db)
        record = {
            **report_record(report),
            "notes": list(parsed.notes),
            "skipped": [asdict(row) for row in parsed.skipped],
            "columns": [asdict(column) for column in columns],
            "sections_without_projects": [
                {"department": part, "section": name} for (part, name), _ in ghosts
            ],
            "sections_without_contacts": [{"department": part, "section": name} for part, name in unheld],
        }
        lines = [
            *report_lines(report),
            *_people_lines(ghosts, unheld),
            *list_lines(parsed, () if report.identical else columns),
        ]
        return Outcome(record, tuple(lines), not report.rejected)

    def _settings_beside(self, file: Path) -> Settings:
        """What the file NAME.columns.csv beside a list says of its columns."""
        stem = file.name.lower().removesuffix(".gz")
        beside = file.with_name(file.name[: len(stem) - len(Path(stem).suffix)] + FILE_ENDING)
        try:
            if not beside.is_file():
                return Settings()
        except OSError:  # a name that is too long
            return Settings()
        try:
            return read_settings_file(read_file(beside, self.limits), self.limits)
        except ListError as error:
            raise ListError(f"{path_text(beside.name)}: {error}") from error

    def _columns(self, parsed: ParsedList, name: str) -> tuple[Column, ...]:
        """The columns of the list as they are stored, those of its newest year."""
        years = {project.fiscal_year for project in parsed.projects}
        row = self.db.execute("SELECT id FROM sources WHERE name = ?", [name]).fetchone()
        if not years or not row:
            return ()
        return tuple(each for each in catalog.columns(self.db, max(years)) if each.source_id == row[0])

    def take_sections(self, file: Path) -> Outcome:
        """Import aliases and contacts."""
        from bot.deadlines.actions import tell_changed_people  # a list's load waits for none of it

        lines, rejected = sections.read_sections(read_file(file, self.limits), self.limits)
        aliases, refused = sections.import_aliases(self.db, lines)
        if aliases:
            with self.db.state.writing():
                note_change(self.db, "alias", path_text(file.name), "aliases", after=f"+{aliases}")
        before, now = contacts(self.db, registered=True), now_in_tokyo()
        changed, unread = take_contacts(self.db, lines, by=system_user(), at=now, whence=whence())
        after = contacts(self.db, registered=True)
        tell_changed_people(self.db, before, after, by=system_user(), at=now)
        rejected += refused + unread
        idle = sections.idle(self.db, ((line.department, line.section) for line in lines))
        record = {
            "source_name": path_text(file.name),
            "aliases": aliases,
            "contacts": changed,
            "idle": [_as_record(office) for office, _ in idle],
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
    if name.endswith(FILE_ENDING):
        return False
    return name.endswith(LIST_SUFFIXES) and not name.startswith((".", "~$", "readme"))


@contextmanager
def _progress_bar(title: str) -> Iterator[Tell | None]:
    """A bar on a terminal's standard error, shown from the first chunk on; nothing elsewhere."""
    console = terminal(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@click.command(
    cls=ListsCommand,
    help="一覧（テキスト、TSV、CSV、XLSX、ODS、JSON、それらの .gz）を読み込みます。"
    "フォルダーなら、中の sections.csv と一覧を読み込みます。一覧 NAME.csv の横に NAME.columns.csv があれば、"
    "列の読み方をそれに従います（jigyo columns --csv で書き出せます）。",
)
@click.argument("paths", nargs=-1, required=True, type=Path)
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="列名=FIELD",
    help="見出しが列名の列を、項目 FIELD として読みます。「金額,千円,決算」のように種類も書けます。",
)
@click.option("--replace", is_flag=True, help="一覧からなくなった事業を削除します。")
@click.option("--fiscal-year", type=year, help="すべての行の年度です。")
@click.option("--json", "as_json", is_flag=True, help="ファイルごとに一つの JSON で表示します。")
@click.pass_context
def load(
    context: click.Context,
    paths: tuple[Path, ...],
    pairs: tuple[str, ...],
    replace: bool,
    fiscal_year: int | None,
    as_json: bool,
) -> None:
    """Load lists (text, TSV, CSV, XLSX, also .gz); of a folder its sections.csv and its lists."""
    loading = Loading(context.obj, _settings(pairs), fiscal_year, replace)
    done, in_part = 0, False
    for file, in_folder in files(paths):
        try:
            outcome = loading.take(file)
        except ListError as error:
            skipped = in_folder and isinstance(error, NotAListError)
            warn(f"{path_text(file)}: {'一覧ではないので読みませんでした。' if skipped else error}")
            in_part |= not skipped
            continue
        echo(to_json(outcome.record) if as_json else "\n".join(outcome.lines))
        done += 1
        if rejected := len(outcome.record["rejected"]):
            warn(f"{path_text(file)}: {rejected}行を受け付けませんでした。直してもう一度読み込んでください。")
            in_part = True
    if not done and not in_part:
        raise Refusal(f"{'、'.join(map(path_text, paths))} に事業の一覧がありません。")
    context.exit((1 if in_part else 0) if done else 2)


def _settings(pairs: tuple[str, ...]) -> Settings:
    try:
        return read_settings(pairs)
    except ListError as error:
        raise Refusal(str(error)) from error


COMMANDS = (load,)
