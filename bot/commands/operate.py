"""What an operator does: check an installation, back up, restore, read the trail, forget a person."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Literal

import click
from pydantic import SecretStr
from rich.table import Table
from slack_sdk.errors import SlackApiError

from bot.commands.options import (
    Command,
    Group,
    ListsCommand,
    Refusal,
    echo,
    file_name,
    system_user,
    terminal,
    to_json,
    whence,
)
from bot.commands.tables import as_text, canonical, event_line
from bot.context import now_in_tokyo
from bot.days.calendar import TOKYO
from bot.permissions import BOT_SCOPES
from bot.settings import WHERE_TO_GET, Settings, read_settings, survey, unknown
from store import projects
from store.copies import backup as copies
from store.database import Database, DatabaseError, open_database, open_existing, state_of, writing
from store.evaluation import changes, ledger, registry
from store.evaluation.ledger import stamp
from store.evaluation.records import Event
from store.index import writer
from store.index.writer import problems
from store.talk import conversations
from store.text.numbers import fiscal_year_name

SLACK_TIMEOUT_S = 10
RESTORE = "バックアップから jigyo restore で戻してください。"
LOAD = "`jigyo load 一覧のファイル`"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing checked. `error` must be mended before the bot can serve; `warning` may be as intended."""

    level: Literal["ok", "warning", "error"]
    subject: str
    detail: str


def examine(path: Path, *, ask_slack: bool = True) -> list[Finding]:
    """Check the machine, the settings, the database at `path` and, if asked to, Slack."""
    settings, wrong = survey()
    findings = [*_machine(), *_forms(wrong), *_settings(settings, wrong), *_database(path)]
    if ask_slack and settings.slack_bot_token:
        findings += _bot_token(settings, settings.slack_bot_token)
        if any((each.level, each.subject) == ("ok", "SLACK_BOT_TOKEN") for each in findings):
            findings += _channels(settings, settings.slack_bot_token, path)
    if ask_slack and settings.slack_app_token:
        findings += _app_token(settings, settings.slack_app_token)
    return findings


def _machine() -> Iterator[Finding]:
    options = {row[0] for row in sqlite3.connect(":memory:").execute("PRAGMA compile_options")}
    fts5 = "ENABLE_FTS5" in options
    detail = (
        f"SQLite {sqlite3.sqlite_version}、FTS5 {'あり' if fts5 else 'なし (FTS5 入りの Python が必要です)'}"
    )
    yield Finding("ok" if fts5 else "error", "SQLite", detail)


def _forms(wrong: Mapping[str, str]) -> Iterator[Finding]:
    yield from (Finding("error", name, what) for name, what in wrong.items())
    yield from (Finding("warning", "設定", line) for line in unknown())


def _settings(settings: Settings, wrong: Mapping[str, str]) -> Iterator[Finding]:
    http = settings.slack_signing_secret is not None
    socket = settings.slack_app_token is not None
    if settings.slack_bot_token is None and "SLACK_BOT_TOKEN" not in wrong:
        yield _unset("SLACK_BOT_TOKEN", "warning", "Slack では動きません")
    if not http and not socket and not {"SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"} & wrong.keys():
        # Which of the two is missing depends on how the bot is to be reached.
        yield _unset("SLACK_SIGNING_SECRET", "warning", "HTTP では待ち受けられません")
        yield _unset("SLACK_APP_TOKEN", "warning", "Socket Mode では待ち受けられません")
        yield Finding("warning", "待ち受け", "HTTP か Socket Mode の、どちらか一方の設定が要ります。")
    elif http or socket:
        way = "Socket Mode" if socket else f"HTTP (ポート {settings.port})"
        yield Finding("ok", "待ち受け", way)


def _unset(name: str, level: Literal["warning", "error"], effect: str) -> Finding:
    return Finding(level, name, f"未設定のため、{effect}。取得先: {WHERE_TO_GET[name]}")


def _database(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield Finding("error", "データベース", f"{path} がありません。{LOAD} で作れます。")
        return
    try:
        db = open_database(path)
        found = problems(db)
        total, years = projects.count(db), projects.fiscal_years(db)
    except (DatabaseError, sqlite3.Error) as error:
        yield Finding("error", "データベース", str(error))
        return
    for problem in found:
        yield Finding("error", "データベース", problem)
    if path.stat().st_mode & 0o077:
        detail = f"{path} をほかの利用者も読み書きできます。`chmod 600 {path}` で閉じられます。"
        yield Finding("warning", "ファイルの権限", detail)
    yield from _state(db, path)
    if not total:
        yield Finding("warning", "事業", f"1 件も登録されていません。{LOAD} で読み込めます。")
    elif not found:
        yield Finding(
            "ok",
            "データベース",
            f"{path}: {total:,} 事業、{'・'.join(map(fiscal_year_name, years))}、索引と一致",
        )


def _state(db: Database, path: Path) -> Iterator[Finding]:
    """Which engine has the state, and whether it can be reached."""
    where = "SQLite（一覧と同じファイル）"
    try:
        if state_of(path):
            began = monotonic()
            (version,) = db.state.execute("SHOW server_version").fetchone()
            took, apart = (monotonic() - began) * 1000, abs(db.state.clock_ahead).total_seconds()
            where = f"PostgreSQL {version}（{took:.0f} ミリ秒、時計の差 {apart:.1f} 秒）"
        yield from _clock(db)
    except DatabaseError as error:
        yield Finding("error", "記録", str(error))
    else:
        yield Finding("ok", "記録", where)


def _clock(db: Database) -> Iterator[Finding]:
    from bot.delivery.reconcile import ALLOWED, clock_words  # it loads what other commands need not wait for

    if ahead := ledger.latest_ahead(db, after=stamp(now_in_tokyo() + ALLOWED)):
        yield Finding("warning", "時計", clock_words(ahead))


def _bot_token(settings: Settings, token: SecretStr) -> Iterator[Finding]:
    from bot.gateway import CALL_ERRORS, ThreadClient

    client = ThreadClient(settings, timeout=SLACK_TIMEOUT_S, token=token.get_secret_value())
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield _refused("SLACK_BOT_TOKEN", error)
        return
    except CALL_ERRORS as error:
        yield Finding("error", "Slack", f"つながりません: {error}")
        return
    yield Finding("ok", "SLACK_BOT_TOKEN", f"{answer['team']} の {answer['user']} として有効")
    granted = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")}
    if missing := sorted(set(BOT_SCOPES) - granted):
        again = "manifest.json を反映し、アプリを入れ直してください"
        yield Finding("error", "権限", f"足りません: {', '.join(missing)}。{again}。")
    else:
        yield Finding("ok", "権限", f"必要な {len(BOT_SCOPES)} 個がそろっています")


def _channels(settings: Settings, token: SecretStr, path: Path) -> Iterator[Finding]:
    """Whether the bot is in the channels that it is to write to: the secretariat's and the sections'."""
    from bot.gateway import CALL_ERRORS, ThreadClient

    client = ThreadClient(settings, timeout=SLACK_TIMEOUT_S, token=token.get_secret_value())
    wanted = {settings.jigyo_secretariat: "事務局"} if settings.jigyo_secretariat[:1] in ("C", "G") else {}
    if path.exists():
        with suppress(DatabaseError, sqlite3.Error):
            for each in registry.contacts(open_existing(path), registered=True):
                if each.channel:
                    wanted.setdefault(each.channel, each.section)
    fine = 0
    for channel, whose in wanted.items():
        try:
            told = client.conversations_info(channel=channel)["channel"]
            problem = _channel_problem(told)
        except SlackApiError as error:
            problem = NOT_THERE if error.response.get("error") == "channel_not_found" else str(error.response)
        except (*CALL_ERRORS, LookupError, TypeError) as error:
            yield Finding("warning", "チャンネル", f"調べられませんでした: {error}")
            return
        fine += not problem
        if problem:
            level: Literal["warning", "error"] = "error" if whose == "事務局" else "warning"
            yield Finding(level, "チャンネル", f"{whose}の {channel}: {problem}")
    if fine:
        yield Finding("ok", "チャンネル", f"お知らせを送る {fine} 個のチャンネルに、ボットが入っています")


INVITE = "チャンネルで `/invite @jigyo` と入力して、ボットを招待してください。"
NOT_THERE = (
    f"見つかりません。ID（C…）が正しいか、非公開のチャンネルなら招待したかを確かめてください。{INVITE}"
)


def _channel_problem(told: Mapping[str, object]) -> str:
    """Why nothing can be posted to a channel, '' if it can."""
    if told.get("is_archived"):
        return "アーカイブされています。"
    return "" if told.get("is_member") else f"ボットが入っていません。{INVITE}"


def _app_token(settings: Settings, token: SecretStr) -> Iterator[Finding]:
    from bot.gateway import CALL_ERRORS, ThreadClient

    client = ThreadClient(settings, timeout=SLACK_TIMEOUT_S, token="")
    try:
        client.apps_connections_open(app_token=token.get_secret_value())
    except SlackApiError as error:
        yield _refused("SLACK_APP_TOKEN", error)
    except CALL_ERRORS as error:
        yield Finding("error", "Slack", f"つながりません: {error}")
    else:
        yield Finding("ok", "SLACK_APP_TOKEN", "Socket Mode につながります")


def _refused(name: str, error: SlackApiError) -> Finding:
    return Finding(
        "error",
        name,
        f"Slack に拒まれました ({error.response.get('error') or 'HTTP 429'})。取得先: {WHERE_TO_GET[name]}",
    )


@click.command(
    cls=Command, help="データベースを新しいファイル TARGET に写します。ボットの動作中でも構いません。"
)
@click.argument("target", type=file_name)
@click.pass_obj
def backup(path: Path, target: Path) -> None:
    """Copy the database to the new file TARGET, also while the bot is running."""
    copies.backup(path, target)
    echo(f"{path} を {target} に保存しました。")


@click.command(
    cls=ListsCommand,
    help="データベースの内容をバックアップ SOURCE に戻します。ボットの動作中でも構いません。",
)
@click.argument("source", type=file_name)
@click.option("--yes", "is_sure", is_flag=True, help="確認せずに戻します。")
@click.pass_obj
def restore(path: Path, source: Path, is_sure: bool) -> None:
    """Replace the database's content by the backup SOURCE, also while the bot is running."""
    with copies.restoring(source, path) as replace:
        if not is_sure:
            click.confirm("今の内容は別のファイルに残し、置き換えます。よろしいですか", abort=True)
        saved = replace()
    echo(f"{source} の内容を {path} に戻しました。")
    if saved:
        echo(f"それまでの内容は {saved} にあります。")


@click.command(
    "migrate-state",
    cls=Command,
    help="締切、シート、お知らせの台帳などの記録を、$JIGYO_STATE の PostgreSQL へ、または、"
    "そこからこのファイル（sqlite）へ移します。途中で止まったら、もう一度実行すれば続きから移します。",
)
@click.argument("to", type=click.Choice(["postgresql", "sqlite"]))
@click.pass_obj
def migrate_state(path: Path, to: str) -> None:
    """Take the state to the other engine, row by row; the bot must not run."""
    from store.copies import transfer
    from store.copies.publishing import publish

    if not (url := state_of(path)):
        raise Refusal(f"設定 JIGYO_STATE がありません — {WHERE_TO_GET['JIGYO_STATE']}")
    move = transfer.to_postgresql if to == "postgresql" else transfer.to_sqlite
    total = move(
        Path(path),
        url,
        now=now_in_tokyo(),
        tell=lambda table, rows: echo(f"{table}: {rows:,}行、元と同じです"),
    )
    if to == "postgresql":
        publish(path)
    left = "PostgreSQL" if to == "postgresql" else f"{path}（JIGYO_STATE の設定は外してください）"
    echo(f"{total:,}行を移しました。これからの記録は {left} にあります。")


@click.group(cls=Group, help="検索の索引。rebuild。")
def index() -> None:
    """The search index: rebuild it."""


@index.command(
    cls=ListsCommand,
    help="検索の索引を、登録されている一覧から作り直します。一覧も締切も変わりません。ボットの動作中でも構いません。",
)
@click.pass_obj
def rebuild(path: Path) -> None:
    """Make the search index anew from the stored rows; nothing is changed where that does not help."""
    db = open_existing(path)
    try:
        with writing(db):
            writer.make_anew(db)
            if left := problems(db):
                raise DatabaseError(f"索引を作り直しても直りません: {left[0]} {RESTORE}")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_NOTADB,
        ):
            raise
        raise DatabaseError(f"一覧そのものを読めません（{error}）。{RESTORE}") from error
    echo(f"{projects.count(db):,} 事業の索引を作り直しました。")


@click.command(
    cls=Command,
    help="設定、トークン、権限、データベースと索引を調べます。直すべき点があれば終了コードは 2 です。",
)
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で表示します。")
@click.option("--offline", is_flag=True, help="Slack には問い合わせません。")
@click.pass_context
def doctor(context: click.Context, as_json: bool, offline: bool) -> None:
    """Check settings, tokens, scopes, the database and its index; exit 2 when something must be mended."""
    findings = examine(context.obj, ask_slack=not offline)
    if as_json:
        echo(to_json([asdict(finding) for finding in findings], indent=2))
    else:
        terminal().print(_table(findings))
    if any(finding.level == "error" for finding in findings):
        echo("jigyo: 直すべき点があります。上の「要対応」の行をご覧ください。", err=True)
        context.exit(2)


HERE = Path(__file__).parent.parent.parent
EVERYWHERE = "https://jigyo.example.lg.jp"  # stands in manifest.json for the server
NO_URL = "--url https://… でサーバーの URL を示してください。"


@click.command(
    cls=Command,
    help="この市の Slack アプリのマニフェストを表示します。Slack の「From a manifest」に貼り付けてください。",
)
@click.option(
    "--url", default="", help="ボットのサーバーの URL（https://jigyo.city.example.lg.jp のように）。"
)
@click.option("--socket", "is_socket", is_flag=True, help="Socket Mode のマニフェストです。")
@click.option("--mcp", "with_mcp", is_flag=True, help="Slack のアシスタントからも使えるようにします。")
def manifest(url: str, is_socket: bool, with_mcp: bool) -> None:
    """Print the manifest of the Slack app for the server at `url`."""
    if not url and (with_mcp or not is_socket):
        raise Refusal(NO_URL)
    if url and not re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d+)?/?", url):
        raise Refusal(f"「{url}」は https:// で始まるサーバーの名前ではありません。{NO_URL}")
    path = HERE / ("manifest.socket.json" if is_socket else "manifest.json")
    if not path.exists():
        raise Refusal(f"{path} がありません。このリポジトリを置いたフォルダーの jigyo で実行してください。")
    server = url.rstrip("/")
    made = json.loads(path.read_text(encoding="utf-8").replace(EVERYWHERE, server))
    if with_mcp:
        made["oauth_config"]["scopes"]["bot"] = sorted(
            [*made["oauth_config"]["scopes"]["bot"], "mcp:connect"]
        )
        made["mcp_servers"] = {"jigyo": {"url": f"{server}/mcp", "auth_type": "slack_identity_auth"}}
    echo(to_json(made, indent=2))


MARKS = {"ok": "[green]良好[/]", "warning": "[yellow]注意[/]", "error": "[red]要対応[/]"}


def _table(findings: list[Finding]) -> Table:
    table = Table("状態", "項目", "内容", title="jigyo doctor")
    for column in table.columns:
        column.overflow = "fold"  # what is to be done about it is not cut off
    for finding in findings:
        table.add_row(MARKS[finding.level], finding.subject, finding.detail)
    return table


Test = Callable[[Event], bool]


@click.command(
    cls=Command,
    help="締切、シート、担当課、連絡先、事務局の変更を、いつ誰がどこから何から何に変えたか表示します。",
)
@click.option("--sheet", default="", help="この事業番号のシートの変更だけにします。")
@click.option("--section", default="", help="この課のシート、締切、連絡先、チャンネルの変更だけにします。")
@click.option("--by", default="", help="この方（Slack の ID、または端末の利用者）の変更だけにします。")
@click.option("--since", default="", help="この日からの変更だけにします。")
@click.option("--until", default="", help="この日までの変更だけにします。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def audit(path: Path, sheet: str, section: str, by: str, since: str, until: str, as_json: bool) -> None:
    """Print who changed what, when, where, from what to what: by sheet, section, person and time."""
    db = open_existing(path)
    tests = [*([_of_sheet(db, sheet)] if sheet else ()), *([_of_section(db, section)] if section else ())]
    end = _day(until)
    found = changes.events(db, by=by, since=_day(since), until=end + timedelta(days=1) if end else None)
    shown = [event for event in found if all(test(event) for test in tests)]
    if as_json:
        echo(as_text([asdict(event) for event in shown]))
    elif shown:
        echo("\n".join(map(event_line, shown)))
    else:
        echo("当てはまる変更はありません。")


@click.command(
    cls=Command,
    help="USER（Slack の ID、または端末の利用者）の名前を変更の記録から消し、入力された質問なども消します。",
)
@click.argument("user")
@click.pass_obj
def forget(path: Path, user: str) -> None:
    """Empty the name of USER in the trail, and what else is kept of them; the lines of the trail stay."""
    db, now = open_existing(path), now_in_tokyo()
    if places := registry.roles_of(db, user):
        (department, section), _ = places[0]
        raise Refusal(
            f"{user} は{department}{section}に登録されています。先に jigyo sections import で外してください。"
        )
    if user in registry.admins(db) or user in read_settings().jigyo_admins:
        raise Refusal(
            f"{user} は事務局に登録されています。jigyo deadlines admins --remove か設定で外してください。"
        )
    with db.state.writing():
        rows = conversations.forget(db, user)
        was_known = changes.forget(db, user, by=system_user(), at=now, whence=whence())
    if not (rows or was_known):
        raise Refusal(f"{user} の記録はありません。")
    echo(f"{user} の名前を消しました。変更の記録は、名前のないまま残ります。")


def _of_sheet(db: Database, number: str) -> Test:
    keys = {"/".join(map(str, sheet.key)) for sheet in registry.numbered(db, number)}
    return lambda event: event.what == "sheet" and event.subject in keys


def _of_section(db: Database, name: str) -> Test:
    section = canonical(db, name)
    keys = {"/".join(map(str, each.key)) for each in registry.sheets(db) if each.section == section}
    scopes = {str(each.id) for each in registry.deadlines(db) if each.section == section}

    def is_of(event: Event) -> bool:
        match event.what:
            case "sheet":
                return event.subject in keys
            case "deadline":
                return event.subject.partition(".")[0] in scopes
            case "section":
                return event.subject.rpartition("/")[2] == section
            case "channel":
                return section in (event.before.rpartition("/")[2], event.after.rpartition("/")[2])
        return False

    return is_of


def _day(text: str) -> datetime | None:
    """The beginning of a day (YYYY-MM-DD) in Asia/Tokyo; None for none."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"「{text}」は日付として読めません。2026-11-30 のように書いてください。") from None
    return datetime.combine(day, time(), TOKYO)


COMMANDS = (audit, backup, doctor, forget, index, manifest, migrate_state, restore)
