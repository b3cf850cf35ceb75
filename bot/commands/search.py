"""`jigyo search`, `similar` and `show`: the answer Slack would give, and one project out of the records."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from rich.box import ROUNDED
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.ask.answers import is_told
from bot.commands.options import (
    Command,
    Refusal,
    echo,
    terminal,
    to_json,
    typed,
    typed_lines,
    warn,
    words,
    year,
)
from bot.messages import search_wording
from bot.messages.search_wording import (
    exclusion_missed,
    hints,
    in_quotes,
    missing_line,
    near_in_meaning_line,
    sorry_line,
)
from bot.slack.dispatch import Reply, as_result, asks_of_columns, reply
from bot.slack.router import as_read, decide
from store import projects
from store.columns.headings import facts
from store.database import Database, open_existing
from store.records import FIELD_LABELS, Hit, Project, SearchResult, Trace
from store.search.pipeline import explain as explained
from store.search.pipeline import similar as find_similar
from store.text.display import display
from store.text.numbers import fiscal_year_name


@click.command(
    cls=Command,
    context_settings={"ignore_unknown_options": True},  # a query may begin with -
    help="事業を探します。QUERY に - を書くと、標準入力の1行ごとに JSON Lines で答えます。",
)
@typed("query", "QUERY")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="表示する件数です。"
)
@click.option("--explain", is_flag=True, help="なぜその順に並ぶかも表示します。")
@click.pass_obj
def search(path: Path, query: str, as_json: bool, limit: int, explain: bool) -> None:
    """Find projects; QUERY `-` reads a query a line from standard input and answers in JSON Lines."""
    if not (query.strip() or as_json):
        raise Refusal("探すことばを書いてください。jigyo search スマートシティ のように使います。")
    db = open_existing(path)
    if query == "-":
        for line in typed_lines():
            given, result, trace = searched(db, line, limit=limit, explain=explain)
            echo(to_json(as_dict(line, given, result, trace)))
            sys.stdout.flush()
        return
    given, result, trace = searched(db, query, limit=limit, explain=explain)
    if as_json:
        echo(to_json(as_dict(query, given, result, trace), indent=2))
        return
    if given.answer and is_told(given.answer):
        echo(given.answer.text)
    print_result(result, trace)
    if note := given.decision.note:
        echo(note)
    if given.decision.command == "usage":
        echo("質問のしかたは jigyo ask 使い方 でご覧になれます。")


def searched(
    db: Database, query: str, *, limit: int, explain: bool = False
) -> tuple[Reply, SearchResult, Trace | None]:
    """What was typed as decided, its projects (those found, or those that the answer rests on), and how.

    What Slack would take for a command or for small talk is looked for here.
    """
    started = time.perf_counter()
    with db.reading() as index:
        decision = decide(
            query, "search", lambda: index.catalog, asks_of_columns=lambda asked: asks_of_columns(db, asked)
        )
        if decision.kind in ("command", "talk"):
            decision = decision._replace(kind="search", text=as_read(query), words=as_read(query))
        given = reply(db, decision, limit=limit)
        result = as_result(db, given, limit=limit)
        took = (time.perf_counter() - started) * 1000
        trace = explained(db, result.query)[1] if explain else None
    return given, replace(result, took_ms=took), trace


@click.command("similar", cls=Command, help="NUMBER の事業に似ている事業と、共通する言葉を表示します。")
@click.argument("number", type=words)
@click.option("--fiscal-year", type=year, help="年度。なければ、その番号がある最新の年度です。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="表示する件数です。")
@click.pass_obj
def similar(path: Path, number: str, fiscal_year: int | None, as_json: bool, limit: int) -> None:
    """Find projects like the one with NUMBER, and say what they share."""
    db = open_existing(path)
    project = projects.find(db, number, fiscal_year=fiscal_year)
    if project is None:
        raise Refusal(f"事業番号 {number} は登録されていません。jigyo search で探せます。")
    alike = find_similar(db, project, limit=limit)
    if as_json:
        found = {"number": project.number, "name": project.name, "hits": [_hit_dict(hit) for hit in alike]}
        echo(to_json(found, indent=2))
        return
    console = terminal(highlight=False)
    if not alike:
        console.print(f"「{display(project.name)}」に似ている事業は見つかりませんでした。", markup=False)
        return
    console.print(f"「{display(project.name)}」に似ている事業", markup=False)
    table = Table("年度", "番号", "事務事業名", "担当課", "共通する言葉")
    for hit in alike:
        shared = "\n".join(search_wording.shared_words(hit.why))  # no word is broken in two
        other = hit.project
        year = fiscal_year_name(other.fiscal_year)
        table.add_row(year, other.number, _bold(hit, "name"), other.section, shared)
    console.print(_folded(table))


def as_dict(query: str, given: Reply, result: SearchResult, trace: Trace | None = None) -> dict[str, Any]:
    """The JSON form of a result; with a `trace`, how it came about and why each hit stands where it does."""
    read = {"read_as": given.decision.kind, "because": given.decision.reason}
    explained = {} if trace is None else {**read, "trace": _trace_dict(trace)}
    return {
        "query": query,
        "total": result.total,
        "answered_by": result.answered_by,
        "hits": [_hit_dict(hit, explain=trace is not None) for hit in result.hits],
        "suggestions": [
            {"text": near.text, "number": near.number, "by": near.by} for near in result.suggestions
        ],
        "took_ms": round(result.took_ms, 3),
        **({"note": note} if (note := given.decision.note) else {}),
        **explained,
    }


def print_result(result: SearchResult, trace: Trace | None = None) -> None:
    """Print a result as a table, matched words in bold, もしかして below, and the `trace` last."""
    console = terminal(highlight=False)
    if result.hits:
        console.print(_table(result))
        if missing := missing_line(result):
            console.print(missing, markup=False)
        if hint := exclusion_missed(result):
            console.print(in_quotes(hint), markup=False)
        console.print(search_wording.shown_line(result), markup=False)
    elif any(near.by == "meaning" for near in result.suggestions):
        echo(near_in_meaning_line(result))
    else:
        echo(sorry_line(result))
    for near in result.suggestions:
        console.print(search_wording.suggestion_line(near), markup=False)
    for hint in () if result.hits else hints(result):
        echo(f"・{in_quotes(hint)}")
    if trace is None:
        return
    console.print("\n".join(search_wording.how_found(trace)), markup=False)
    for hit in result.hits:
        console.print(f"{hit.project.number} {hit.project.name}", markup=False)
        for line in search_wording.in_detail(hit.why):
            console.print(f"  {line}", markup=False)


def _hit_dict(hit: Hit, *, explain: bool = False) -> dict[str, Any]:
    project = hit.project
    reasons = {"why": search_wording.in_detail(hit.why)} if explain else {}
    return {
        "fiscal_year": project.fiscal_year,
        "number": project.number,
        "name": project.name,
        "department": project.department,
        "section": project.section,
        "score": round(hit.score, 4),
        "matched": list(hit.matched),
        "missing": list(hit.missing),
        **reasons,
    }


def _trace_dict(trace: Trace) -> dict[str, Any]:
    terms = [
        {
            "term": term.term,
            "readings": [
                {
                    "expander": reading.expander,
                    "match_type": reading.match_type.name.lower(),
                    "phrases": list(reading.phrases),
                    "projects": reading.projects,
                }
                for reading in term.readings
            ],
        }
        for term in trace.terms
    ]
    return {"strategies": [asdict(each) for each in trace.attempts], "terms": terms}


def _table(result: SearchResult) -> Table:
    table = Table("年度", "番号", "事務事業名", "担当課", "一致した項目")
    for hit in result.hits:
        project = hit.project
        matched = "・".join(FIELD_LABELS.get(field, field) for field in hit.matched)
        year = fiscal_year_name(project.fiscal_year)
        table.add_row(year, project.number, _bold(hit, "name"), project.section, matched)
    return _folded(table)


def _folded(table: Table) -> Table:
    """The table with long cells going on in the next line: nothing is cut off."""
    for column in table.columns:
        column.overflow = "fold"
    return table


def _bold(hit: Hit, field: str) -> Text:
    text = Text(display(getattr(hit.project, field)))
    for start, end in hit.highlights.get(field, ()):
        text.stylize("bold", start, end)
    return text


@click.command(
    cls=Command,
    help="一つの事業を、出典のファイルと行まで、すべて表示します。NUMBER はどの書き方でも構いません。",
)
@click.argument("number", type=words)
@click.option("--fiscal-year", type=year, help="年度。なければ、その番号がある最新の年度です。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def show(path: Path, number: str, fiscal_year: int | None, as_json: bool) -> None:
    """Print one project, whole, with its source file and line; NUMBER in any spelling."""
    db = open_existing(path)
    project = projects.find(db, number, fiscal_year=fiscal_year) or _in_a_section(db, number, fiscal_year)
    if project is None:
        where = f"{fiscal_year_name(fiscal_year)}に" if fiscal_year else ""
        raise Refusal(f"事業番号 {number} は{where}登録されていません。jigyo search で探せます。")
    alike = projects.namesakes(db, project)
    if as_json:
        echo(to_json(asdict(project), indent=2))
    else:
        terminal(highlight=False).print(project_panel(project))
    if alike:
        others = "、".join(f"「{each.number}」（{display(each.name)}）" for each in alike)
        warn(f"同じ{fiscal_year_name(project.fiscal_year)}に、書き方だけが違う事業番号{others}もあります。")


def _in_a_section(db: Database, number: str, fiscal_year: int | None) -> Project | None:
    """The project that a section gave this number; refuses where several did, and says which."""
    found = projects.numbered_in_sections(db, number, fiscal_year=fiscal_year)
    if len(found) > 1:
        named = "、".join(f"{each.number}（{display(each.name)}）" for each in found[:MOST_NAMED])
        more = f"など{len(found)}件" if len(found) > MOST_NAMED else ""
        raise Refusal(f"事業番号 {number} は課ごとにあります。課名を付けて指定してください: {named}{more}")
    return found[0] if found else None


MOST_NAMED = 5  # projects of one number that are named
LABEL_WIDTH = 26  # columns of a terminal for a heading, which goes on in the next line


def project_panel(project: Project) -> Panel:
    """A panel of every field that is filled, in display form, and where the project was listed."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", overflow="fold", max_width=LABEL_WIDTH)
    table.add_column(overflow="fold", ratio=1)
    shown: dict[str, str] = {}
    for label, text in _rows(project):
        if shown.setdefault(label, text) != text:
            label = f"{label}（一覧のまま）"
        elif table.row_count > len(shown) - 1:  # the list says no more than the field made of it
            continue
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
    first, others = facts(project.other_columns)
    yield from ((fact.label, fact.text) for fact in first)
    for name in ("purpose", "overview", "outcome"):
        yield from _filled(FIELD_LABELS[name], getattr(project, name))
    yield from ((fact.label, fact.text) for fact in others)
    yield "出典", f"{project.source_name} {project.source_line}行目"


def _filled(label: str, text: str) -> Iterator[tuple[str, str]]:
    if text.strip():
        yield label, text


COMMANDS = (search, similar, show)
