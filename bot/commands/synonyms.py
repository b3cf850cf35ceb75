"""`jigyo synonyms`: a city's own synonyms and former names, in force at once, and the shipped thesaurus."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table
from sqlite_utils import Database

from bot.commands.import_export import exporting, finish, taken_from, write
from bot.commands.options import Command, Group, echo, file_name, to_json
from bot.commands.terminal import Terminal, note_change
from store.database import open_database, open_existing, writing
from store.index import synonyms as kept
from store.lists import path_text
from store.talk import conversations
from store.text.kana import katakana


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
    read, rejected = taken_from(file, kept.read_synonyms)
    pairs, switched = kept.switches(read)
    with writing(open_database(context.obj)) as db:
        removed = kept.keep_only(db, pairs) if replace else 0
        added = kept.add(db, pairs)
        if added or removed:
            sides = {"before": f"-{removed}", "after": f"+{added}"}
            note_change(db, "synonyms", path_text(file.name), "pairs", **sides)
        kept.switch(db, switched, only=replace)
    gone = f"、{removed}組を外し" if replace else ""
    done = f"同義語を{added}組加え{gone}ました（既にあったもの {len(pairs) - added}組）。"
    if off := [word for word, is_on in switched if not is_on]:
        done += f"標準の言い換えを使わない言葉: {'、'.join(off)}。"
    finish(context, file, done, rejected)


@synonyms.command("list", help="登録した同義語と、標準の言い換えを並べます。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def list_(path: Path, as_json: bool) -> None:
    """List the city's synonyms, then the groups of the shipped thesaurus."""
    db = open_existing(path)
    pairs, off = kept.listed(db), kept.switched_off(db)
    rows = [
        (first, others, group.reason, bool({katakana(term) for term in group.terms} & off.keys()))
        for group in kept.groups()
        for first, *others in [group.terms]
    ]
    if as_json:
        records: list[dict[str, str | bool]] = [
            {"word": word, "synonym": synonym, "standard": False, "reason": "", "off": False}
            for word, synonym in pairs
        ]
        records += [
            {"word": first, "synonym": other, "standard": True, "reason": reason, "off": is_off}
            for first, others, reason, is_off in rows
            for other in others
        ]
        echo(to_json(records, indent=2))
        return
    table = Table(kept.WORD, kept.SYNONYMS, "区分")
    for word, synonym in pairs:
        table.add_row(word, synonym, "登録")
    for first, others, reason, is_off in rows:
        table.add_row(first, "、".join(others), f"標準（{'使わない' if is_off else reason}）")
    Terminal().print(table)


@synonyms.command(
    "suggest",
    cls=Command,
    help="一覧にない言葉で尋ねられたものに、意味の近い言葉を添えて、CSV で FILE に書き出します。"
    "FILE がなければ標準出力に書きます。合わない行を消し、import で取り込みます。",
)
@click.argument("file", type=file_name, required=False)
@click.pass_obj
def suggest(path: Path, file: Path | None) -> None:
    """Write synonyms for what was asked in vain, to be judged and imported."""
    from store.search import unanswered

    db = open_existing(path)
    wrong = [each.question for each in conversations.listed(db, only_wrong=True) if each.question]
    with db.reading():
        confirmed = conversations.confirmed_by_meaning(db)
        found = unanswered.suggest(db, [*conversations.questions_of_all(db), *wrong], confirmed)
    text = kept.write_suggested(found)
    if file:
        write(file, text, encoding="utf-8-sig")
        echo(f"{len(found)}組を {file} に書き出しました。合わない行を消してから取り込んでください。")
    else:
        click.echo(text, nl=False)


def _exported(db: Database) -> str:
    off = [(word, kept.OFF) for word in kept.switched_off(db).values()]
    return kept.write_synonyms([*kept.listed(db), *off])


synonyms.add_command(exporting("同義語", _exported))


COMMANDS = (synonyms,)
