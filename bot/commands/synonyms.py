"""`jigyo synonyms`: a city's own synonyms and former names, in force at once."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot.commands.help import Group
from bot.commands.import_export import exporting, finish, taken_from
from store.database import open_database, open_existing, writing
from store.index import synonym_file
from store.index import synonyms as kept


@click.group(cls=Group, help="市独自の同義語と以前の呼び名。list、import、export。")
def synonyms() -> None:
    """A city's own synonyms and former names (一つの事業の呼び名): import, list, export."""


@synonyms.command(
    "import", help="FILE（見出しが 語、同義語 の CSV、TSV、XLSX）の同義語を登録します。検索にすぐ効きます。"
)
@click.argument("file", type=Path)
@click.option("--replace", is_flag=True, help="FILE にない同義語を外します。")
@click.pass_context
def import_(context: click.Context, file: Path, replace: bool) -> None:
    """Take synonyms from FILE (CSV, TSV or XLSX headed 語, 同義語); searches know them at once."""
    pairs, rejected = taken_from(file, synonym_file.read_synonyms)
    with writing(open_database(context.obj)) as db:
        removed = kept.keep_only(db, pairs) if replace else 0
        added = kept.add(db, pairs)
    gone = f"、{removed}組を外し" if replace else ""
    done = f"同義語を{added}組加え{gone}ました（既にあったもの {len(pairs) - added}組）。"
    finish(context, file, done, rejected)


@synonyms.command("list", help="同義語を並べます。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def list_(path: Path, as_json: bool) -> None:
    """List the synonyms."""
    pairs = kept.listed(open_existing(path))
    if as_json:
        records = [{"word": word, "synonym": synonym} for word, synonym in pairs]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    table = Table(synonym_file.WORD, synonym_file.SYNONYMS)
    for word, synonym in pairs:
        table.add_row(word, synonym)
    Console().print(table)


synonyms.add_command(exporting("同義語", lambda db: synonym_file.write_synonyms(kept.listed(db))))


COMMANDS = (synonyms,)
