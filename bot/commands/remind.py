"""`jigyo remind` and `jigyo deliveries`: what is sent, what would be, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from icalendar import Calendar as ICalendar
from icalendar import Event

from bot.commands.options import Command, Group, Refusal, echo, file_name, terminal, to_json, warn
from bot.commands.tables import BY, moment, post_table, reminder_record, reminder_table, write
from bot.context import Context, now_in_tokyo
from bot.days.calendar import DAY, TOKYO, city_calendar, format_date, format_due
from bot.delivery.outbox import due, everything, open_now
from bot.messages.reminders import label
from bot.reminders.plan import Planned, read_months, season
from bot.settings import read_settings
from store.database import Database, Databases, open_existing
from store.evaluation import ledger
from store.evaluation.ledger import Post, PostState, stamp
from store.evaluation.records import Due, Item
from store.text.numbers import fiscal_year_name

UNSETTLED = ("waiting", "refused", "unknown", "failed", "ambiguous", "not yet")
UNSETTLED_WORDS = "{}件を送り終えていません。もう一度実行するか、jigyo deliveries list をご覧ください。"
RESULTS = {
    "sent": "送信", "taken": "ほかの処理が送信中", "waiting": "待機中", "turned away": "宛先に届かず",
    "refused": "見合わせ", "unknown": "結果を確認中", "failed": "失敗", "stopped": "中断",
    "settled": "送る前に提出済", "arrived": "届いていたことを確認", "not yet": "確認待ち",
    "never arrived": "届いていないことを確認", "ambiguous": "届いたか不明",
}  # fmt: skip


def _moment(context: click.Context, parameter: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refusal(f"日時「{text}」が読めません。2026-12-14T09:00 のように書いてください。") from None
    return (found if found.tzinfo else found.replace(tzinfo=TOKYO)).astimezone(TOKYO)


@click.command(cls=Command, help="評価シートの締切のお知らせ。--dry-run、--once、--plan のどれかを付けます。")
@click.option("--dry-run", is_flag=True, help="誰に何をなぜ送るかを表示するだけで、送りません。")
@click.option("--once", is_flag=True, help="送るべきものを送り、未確認のものを確かめて終わります。")
@click.option("--now", callback=_moment, metavar="ISO", help="この日時のものとして扱います（日本時間）。")
@click.option(
    "--plan", "months", metavar="MONTHS", help="期間の予定を並べます（2026-11..2027-03 のように）。"
)
@click.option("--ics", type=file_name, help="予定を iCalendar で書き出します。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def remind(
    path: Path, dry_run: bool, once: bool, now: datetime | None, months: str | None, ics: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Reminders of evaluation-sheet deadlines: --dry-run, --once or --plan."""
    if sum((dry_run, once, bool(months))) != 1:
        raise Refusal("--dry-run、--once、--plan のどれか一つを付けてください。")
    if ics and not months:
        raise Refusal("--ics は --plan と一緒に使ってください。")
    open_existing(path).close()
    context = Context(Databases(path), now_in_tokyo, read_settings())
    if months:
        _print_season(context, months, ics, as_json=as_json)
    elif once:
        _send(context, now)
    else:
        _print_due(context, now or now_in_tokyo(), as_json=as_json)


def _print_due(context: Context, now: datetime, *, as_json: bool) -> None:
    reminders = due(context, now)
    if as_json:
        records = [reminder_record(now, reminder) for reminder in reminders]
        echo(to_json({"now": now.isoformat(), "reminders": records}, indent=2))
    elif reminders:
        terminal().print(reminder_table((now, reminder) for reminder in reminders))
    else:
        echo(f"{moment(now)} に送るものはありません{_why_nothing(context, now)}。")


def _why_nothing(context: Context, now: datetime) -> str:
    if not city_calendar(context.settings).is_open(now.date()):
        return "（閉庁日です）"
    return "" if open_now(context, now) else "（送信する時間帯ではありません）"


def _print_season(context: Context, months: str, ics: Path | None, *, as_json: bool) -> None:
    try:
        start, stop = read_months(months)
    except ValueError as error:
        raise Refusal(str(error)) from None
    known = everything(context, now_in_tokyo())
    planned = list(season(*known, start=start, stop=stop))
    if ics:
        write(ics, calendar_text(planned, made_at=now_in_tokyo()))
        echo(f"{ics} に書き出しました（{len(planned)}通の予定）。")
    elif as_json:
        records = [reminder_record(now, reminder) for now, reminder in planned]
        echo(to_json({"plan": months, "reminders": records}, indent=2))
    elif shown := [each for each in planned if not each[1].digest]:
        terminal().print(reminder_table(shown))
        if digests := len(planned) - len(shown):
            echo(f"ほかに、事務局への進捗のお知らせが{digests}通あります。")
    else:
        echo(f"{format_date(start)}から{format_date(stop)}までに送るものはありません。")


MOST_NAMES = 3  # in a title; all of them are in the description


def calendar_text(planned: Iterable[Planned], *, made_at: datetime) -> str:
    """The `.ics` text of what `season` lists, digests left out; `made_at` is when it was made."""
    reminders = [each for each in planned if not each[1].digest]
    calendar = ICalendar()
    calendar.add("prodid", "-//jigyo-bot//reminders//JA")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "評価シートの締切と督促")
    calendar.add("x-wr-timezone", "Asia/Tokyo")
    for event in (*_due_days(reminders, made_at), *_sendings(reminders, made_at)):
        calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text


def _due_days(planned: Iterable[Planned], made_at: datetime) -> Iterable[Event]:
    """A day for each due date, with the sections it is for."""
    sections: dict[tuple[int, str, Due], list[str]] = {}
    for _, reminder in planned:
        for item in reminder.items:
            if item.due:
                sections.setdefault((item.fiscal_year, item.kind, item.due), []).append(item.section)
    for (year, kind, until), names in sections.items():
        what = f"{fiscal_year_name(year)} {kind}"
        uid = f"due-{year}-{kind}-{until.effective}-{until.source}-{until.as_set}"
        title, words = f"【締切】{what}（{_names(names)}）", f"{format_due(until)}\n{_all(names)}"
        event = _event(uid, title, words, made_at)
        event.add("dtstart", until.effective)
        event.add("dtend", until.effective + DAY)
        event.add("transp", "TRANSPARENT")
        yield event


def _sendings(planned: Iterable[Planned], made_at: datetime) -> Iterable[Event]:
    """One event for all that goes out at one moment by one rule."""
    groups: dict[tuple[datetime, str], list[Item]] = {}
    for now, reminder in planned:
        for item in reminder.items:
            groups.setdefault((now, label(item.key.rule)), []).append(item)
    for (now, rule), items in groups.items():
        names = [item.section for item in items]
        event = _event(f"{now:%Y%m%dT%H%M}-{rule}", f"{rule}（{_names(names)}）", _all(names), made_at)
        event.add("dtstart", now.astimezone(UTC))
        event.add("dtend", now.astimezone(UTC))
        yield event


def _event(uid: str, summary: str, description: str, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@jigyo-bot")
    event.add("dtstamp", made_at.astimezone(UTC))
    event.add("summary", summary)
    event.add("description", description)
    return event


def _names(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f" ほか{len(unique) - MOST_NAMES}課" if len(unique) > MOST_NAMES else ""
    return "、".join(unique[:MOST_NAMES]) + more


def _all(names: Sequence[str]) -> str:
    return "、".join(dict.fromkeys(names))


def _send(context: Context, now: datetime | None) -> None:
    from bot.delivery.dispatcher import tick
    from bot.delivery.outbox import DeliveryContext
    from bot.gateway import build_posting_client

    counts = tick(DeliveryContext(context, build_posting_client(context.settings)), at=now).counts
    lines = [f"{RESULTS[what]} {count}件" for what, count in counts.items()]
    echo("\n".join(lines) or "送るものはありません。")
    if left := sum(counts.get(what, 0) for what in UNSETTLED):
        warn(UNSETTLED_WORDS.format(left))
        raise click.exceptions.Exit(1)


@click.group(cls=Group, help="お知らせの送信記録。list、show、settle。")
def deliveries() -> None:
    """The ledger of what was sent: list, show, settle what is unknown."""


@deliveries.command("list", help="送信中のものと、届いたか分からないものを並べます。")
@click.option("--all", "every", is_flag=True, help="送り終えたものと、見合わせたものも並べます。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def list_(path: Path, every: bool, as_json: bool) -> None:
    """List what is under way or of unknown outcome."""
    states: Sequence[PostState] = ("claimed", "ambiguous", *(("sent", "released") if every else ()))
    posts = ledger.in_states(open_existing(path), states)
    if as_json:
        echo(to_json([asdict(post) for post in posts], indent=2))
    elif posts:
        terminal().print(post_table(posts))
    else:
        echo("送信記録はありません。" if every else "確認の要る送信はありません。")


@deliveries.command(help="一つの送信について、いつ誰が何をしたかを表示します。")
@click.argument("number", type=int)
@click.pass_obj
def show(path: Path, number: int) -> None:
    """Print the trail of one delivery: who did what to it when."""
    db = open_existing(path)
    post = _post(db, number)
    echo("\n".join(_trail(post, ledger.events(db, post))))


@deliveries.command(
    help="届いたか分からないものについて、届いていたかどうかを記録します。届いていなければ、もう一度送ります。"
)
@click.argument("number", type=int)
@click.option("--sent/--not-sent", "sent", default=None, help="Slack にメッセージが届いているかどうかです。")
@BY
@click.pass_obj
def settle(path: Path, number: int, sent: bool | None, by: str) -> None:
    """Record whether the message of an unknown outcome is there; if not, it is sent again."""
    if sent is None:
        raise Refusal("Slack をご覧になり、届いていれば --sent、いなければ --not-sent を付けてください。")
    db = open_existing(path)
    post = _post(db, number)
    if not ledger.settle(db, post, sent=sent, who=by, now=stamp(now_in_tokyo())):
        raise Refusal(f"送信 {number} は結果が不明のものではありません。")
    echo(f"送信 {number} を{'届いたもの' if sent else '届いていないもの'}として記録しました。")


def _post(db: Database, number: int) -> Post:
    found = ledger.get(db, number)
    if found is None:
        raise Refusal(f"送信 {number} はありません。jigyo deliveries list --all で番号を見られます。")
    return found


def _trail(post: Post, events: Sequence[tuple[str, str, str, str]]) -> Iterator[str]:
    yield f"{post.id} {post.about} → {post.recipient}（{post.key}）"
    yield from (f"  {at}  {event}  {who}  {detail}" for at, event, who, detail in events)


COMMANDS = (remind, deliveries)
