"""`jigyo sections` and `jigyo synonyms`: what a city calls its offices and its things."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from bot.commands.load import Loading
from bot.commands.options import (
    Command,
    Group,
    ListsCommand,
    Refusal,
    echo,
    file_name,
    note_change,
    system_user,
    terminal,
    to_json,
    warn,
)
from bot.commands.tables import exporting, finish, taken_from, write
from bot.context import now_in_tokyo
from bot.deadlines import actions
from store import projects
from store.database import Database, open_database, open_existing, writing
from store.evaluation import registry
from store.evaluation import sections as names
from store.index import synonyms as kept
from store.lists import ListError, path_text
from store.records import Section
from store.talk import conversations
from store.text.normalize import katakana


@click.group(
    invoke_without_command=True,
    cls=Group,
    help="課・室と、それぞれの事業の数を並べます。別名と連絡先は、下のコマンドで扱います。",
)
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_context
def sections(context: click.Context, as_json: bool) -> None:
    """List sections (課・室) with how many projects each has; see the subcommands for aliases."""
    if context.invoked_subcommand:
        return
    every = projects.sections(open_existing(context.obj))
    if as_json:
        echo(to_json([asdict(section) for section in every], indent=2))
    else:
        terminal().print(_table(every))


@sections.command("list", help="jigyo sections と同じく、課・室を並べます。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """List sections, as `jigyo sections` does."""
    context.invoke(sections, as_json=as_json)


@sections.command(cls=ListsCommand, help="ALIAS を、課 CANONICAL の別名として登録します。")
@click.argument("alias")
@click.argument("canonical", required=False)
@click.option("--department", help="同じ名前の課が複数の部にあるときの部です。")
@click.option("--to-department", default="", help="CANONICAL が別の部に移った課のときの、移った先の部です。")
@click.option("--remove", is_flag=True, help="ALIAS を別名から外します。")
@click.pass_obj
def alias(
    path: Path, alias: str, canonical: str | None, department: str | None, to_department: str, remove: bool
) -> None:
    """Record that ALIAS is another name of CANONICAL, with contacts and deadlines, whichever had them."""
    if remove == bool(canonical):
        raise Refusal("別名の後に正式な課名か --remove のどちらかを付けてください。")
    db = open_existing(path)
    place = department if department is not None else _department(db, alias, canonical)
    try:
        with writing(db), db.state.writing():
            if canonical:
                held = registry.contacts_of(db, place, alias)
                changed = names.set_alias(db, place, alias, canonical, of_department=to_department)
                into = registry.contacts_of(db, to_department or place, canonical)
                actions.tell_merged(db, held, into, by=system_user(), at=now_in_tokyo())
            else:
                changed = names.remove_alias(db, place, alias)
            if changed:
                note_change(db, "alias", f"{place}/{alias}", "alias", after=canonical or "")
    except names.SectionError as error:
        raise Refusal(str(error)) from error
    if canonical:
        done = f"「{alias}」を「{canonical}」の別名にしました。"
        echo(done if changed else f"「{alias}」は既に「{canonical}」の別名です。")
    else:
        echo(f"「{alias}」を別名から外しました。" if changed else f"「{alias}」は別名ではありません。")


@sections.command(cls=ListsCommand, help="どの一覧にも事業のない課 NAME を、連絡先と締切ごと消します。")
@click.argument("name")
@click.option("--department", help="同じ名前の課が複数の部にあるときの部です。")
@click.pass_obj
def remove(path: Path, name: str, department: str | None) -> None:
    """Forget the section NAME, with contacts and deadlines, which no list names."""
    db = open_existing(path)
    known = [each.department for each in registry.contacts(db) if each.section == name]
    if department is None and len(set(known)) > 1:
        raise Refusal(f"「{name}」は{'、'.join(known)}にあります。--department で部を指定してください。")
    place = department if department is not None else next(iter(known), "")
    try:
        with writing(db), db.state.writing():
            done = names.remove(db, place, name)
            if done:
                note_change(db, "alias", f"{place}/{name}", "section", before=name)
    except names.SectionError as error:
        raise Refusal(str(error)) from error
    if not done:
        raise Refusal(f"「{name}」という課は登録されていません。jigyo sections で一覧を見られます。")
    click.echo(f"「{name}」を、連絡先と締切ごと消しました。")


@sections.command(
    "import",
    cls=ListsCommand,
    help="FILE の別名と連絡先を登録します。書き方は seeds/templates/sections.csv にあります。",
)
@click.argument("file", type=Path)
@click.pass_context
def import_(context: click.Context, file: Path) -> None:
    """Take aliases and contacts from FILE (headed 部, 課, 別名, 課長 …; see seeds/templates/sections.csv)."""
    try:
        outcome = Loading(context.obj).take_sections(file)
    except ListError as error:
        raise Refusal(f"{path_text(file)}: {error}") from error
    echo("\n".join(outcome.lines))
    if not outcome.complete:
        warn(f"{path_text(file)}: {len(outcome.record['rejected'])}行を受け付けませんでした。")
        context.exit(1)


def _department(db: Database, alias: str, canonical: str | None) -> str:
    """The one department that has a section of either name; refuses when it can't be told."""
    found = names.departments_of(db, canonical or alias) or names.departments_of(db, alias)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refusal(
            f"「{canonical or alias}」という課は登録されていません。jigyo sections で一覧を見られます。"
        )
    raise Refusal(
        f"「{canonical or alias}」は{'、'.join(found)}にあります。--department で部を指定してください。"
    )


def _table(every: list[Section]) -> Table:
    table = Table("部", "課・室", "事業", "別名の元")
    for column in table.columns:
        column.overflow = "fold"
    for section in every:
        table.add_row(
            section.department,
            section.name,
            str(section.projects),
            "" if section.canonical == section.name else section.canonical,
        )
    return table


sections.add_command(
    exporting(
        "課と別名、連絡先",
        lambda db: names.write_sections(projects.sections(db), registry.contacts(db, registered=True)),
    )
)


@click.group(cls=Group, help="市独自の同義語と以前の呼び名。list、import、export。")
def synonyms() -> None:
    """A city's own synonyms and former names (一つの事業の呼び名): import, list, export."""


@synonyms.command(
    "import",
    cls=ListsCommand,
    help="FILE（見出しが 語、同義語 の CSV、TSV、XLSX）の同義語を登録します。検索にすぐ効きます。",
)
@click.argument("file", type=Path)
@click.option("--replace", is_flag=True, help="FILE にない同義語を外します。")
@click.pass_context
def import_synonyms(context: click.Context, file: Path, replace: bool) -> None:
    """Take synonyms from FILE (CSV, TSV or XLSX headed 語, 同義語); searches know them at once."""
    read, rejected = taken_from(file, kept.read_synonyms)
    pairs, switched = kept.switches(read)
    db = open_database(context.obj)
    with writing(db), db.state.writing():
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
def list_synonyms(path: Path, as_json: bool) -> None:
    """List the city's synonyms, then the groups of the shipped thesaurus and its related words."""
    db = open_existing(path)
    pairs, off = kept.listed(db), kept.switched_off(db)
    rows = [
        (first, others, group.reason, bool({katakana(term) for term in group.terms} & off.keys()))
        for group in kept.groups()
        for first, *others in [group.terms]
    ]
    rows += [
        (first, others, f"関連: {group.reason}", katakana(first) in off)
        for group in kept.related_groups()
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
    terminal().print(table)


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
    from store.search.suggestions import suggest_synonyms

    db = open_existing(path)
    wrong = [each.question for each in conversations.listed(db, only_wrong=True) if each.question]
    with db.reading():
        confirmed = conversations.confirmed_by_meaning(db)
        found = suggest_synonyms(db, [*conversations.questions_of_all(db), *wrong], confirmed)
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
COMMANDS = (sections, synonyms)
