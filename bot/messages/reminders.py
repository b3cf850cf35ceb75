"""Reminders as messages, the same sheets as they are now, and the words for rules and recipients."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.days.calendar import (
    DAY,
    WEEKDAYS,
    Calendar,
    DueDates,
    OpenItem,
    SectionWorkload,
    format_date,
    format_due,
    mornings,
)
from bot.messages import builders
from bot.messages.builders import Block
from bot.messages.digests import digest_message, short
from bot.messages.markup import Mrkdwn, bold, channel, join, link, mrkdwn
from bot.messages.message import Message
from store.evaluation.records import (
    DeliveryKey,
    DueSource,
    Item,
    OpenSheet,
    RecipientRole,
    Reminder,
    Sheet,
)
from store.text.numbers import fiscal_year_name

SUBMIT, EXTEND, SNOOZE = "reminder_submit", "reminder_extend", "reminder_snooze"
LATER = "reminder_later"
DUE_NAMES: dict[DueSource, str] = {"deadline": "締切", "extension": "延長後の締切", "return": "再提出の期限"}
MOST_SHEETS = 12  # a message is some twelve lines: the rest is a command away
MOST_SECTIONS = 12
VALUE_LENGTH = 1_900
Share = tuple[int, str, str, str]  # fiscal year, kind, department, section


def reminder_message(reminder: Reminder) -> Message:
    """One reminder: what to do, sections with their due dates and sheets, buttons; or the digest it carries.

    Beside a digest stands what came round to the secretariat.
    """
    if reminder.digest is None:
        return _to_do(reminder)
    digest = digest_message(reminder.digest)
    items = tuple(item for item in reminder.items if item.section)
    if not items:
        return digest
    rest = _to_do(replace(reminder, items=items, digest=None))
    return Message(f"{digest.text}。{rest.text}", (*digest.blocks, builders.divider(), *rest.blocks))


def _to_do(reminder: Reminder) -> Message:
    heading = _heading(reminder)
    shares = _shares(reminder)
    return Message(
        f"{heading}（{_summary(reminder)}）",
        (
            builders.header(heading),
            *_why_here(reminder),
            *_what_to_do(reminder),
            *_share_blocks(reminder, shares),
            *_rest(reminder, shares),
            *_buttons(reminder, shares),
        ),
    )


def read_shares(value: str) -> list[Share]:
    """The shares in the value of a pressed button. Raises ValueError for a value that is not ours."""
    return [
        (int(year), str(kind), str(part), str(section)) for year, kind, part, section in json.loads(value)
    ]


def _heading(reminder: Reminder) -> str:
    """The nearest date first, with how many sheets are due then."""
    kinds = [item.key.rule_kind for item in reminder.items]
    late = sum(each.late > 0 for each in reminder.sheets)
    if late:
        more = len(reminder.sheets) - late
        return f"締切を過ぎた評価シートが{late}件あります" + (f"（ほかに未提出{more}件）" if more else "")
    if kinds[0] == "changed" or set(kinds) == {"opening", "changed"}:
        return "評価シートの締切が変わりました"
    if kinds[0] == "nudge":
        return f"事務局から、評価シート{len(reminder.sheets)}件のお願いです"
    if kinds[0] == "returned":
        return "差し戻された評価シートがあります"
    if set(kinds) <= {"opening"}:
        return _opening(reminder)
    return _nearest(reminder.sheets)


def _opening(reminder: Reminder) -> str:
    begun = {(item.fiscal_year, item.kind, item.department, item.section) for item in reminder.items}
    count = sum(_share(each.sheet) in begun for each in reminder.sheets)
    more = len(reminder.sheets) - count
    return f"評価シートの作成をお願いします（{count}件{f'、ほかに未提出{more}件' if more else ''}）"


def _share(sheet: Sheet) -> Share:
    return (sheet.fiscal_year, sheet.kind, sheet.department, sheet.section)


def _nearest(sheets: Sequence[OpenSheet]) -> str:
    asked = [each for each in sheets if each.remaining < 0]  # else they were late
    ahead = [each for each in sheets if each.remaining >= 0]
    if not ahead:
        return f"延長を申請中の評価シートが{len(asked)}件あります"
    days = min(each.remaining for each in ahead)
    nearest = [each for each in ahead if each.remaining == days]
    sources = {each.due.source for each in nearest}
    what = DUE_NAMES[sources.pop()] if len(sources) == 1 else "締切"
    more = f"（ほかに未提出{len(sheets) - len(nearest)}件）" if len(sheets) > len(nearest) else ""
    if days == 0:
        return f"評価シート{len(nearest)}件の{what}は、本日です{more}"
    return f"評価シート{len(nearest)}件の{what}まで、あと{days}開庁日です{more}"


def _summary(reminder: Reminder) -> str:
    sections = list(dict.fromkeys(each.sheet.section for each in reminder.sheets))
    more = f"ほか{len(sections) - 1}課" if len(sections) > 1 else ""
    first = min(each.due.effective for each in reminder.sheets)
    return f"{sections[0]}{more}、未提出{len(reminder.sheets)}件、締切 {format_date(first)}"


def _what_to_do(reminder: Reminder) -> Iterator[Block]:
    """What is wanted, in one line, and whom to ask."""
    if reminder.role == "director":
        return
    asked = reminder.secretariat
    whom = channel(asked) if asked.startswith(("C", "G")) and asked.isalnum() else "事務局"
    is_over = any(each.late > 0 for each in reminder.sheets)
    asked_for = "お早めに" if is_over else "締切までに"  # once it is over, nobody is asked to keep it
    yield builders.section(
        mrkdwn(
            "評価シートを作成し、{}ご提出ください。［提出済にする］で、お知らせは止まります。"
            "ご不明な点は {} へどうぞ。",
            asked_for,
            whom,
        )
    )


def _why_here(reminder: Reminder) -> Iterator[Block]:
    if reminder.fallback:
        yield builders.context(f"{reminder.fallback}。本来の宛先に代わってこちらにお送りしています。")


def _shares(reminder: Reminder) -> dict[Share, list[OpenSheet]]:
    """The sheets by round and section, those that made the message due first."""
    due = [(item.fiscal_year, item.kind, item.department, item.section) for item in reminder.items]
    shares: dict[Share, list[OpenSheet]] = {share: [] for share in due}
    for each in reminder.sheets:
        sheet = each.sheet
        shares.setdefault((sheet.fiscal_year, sheet.kind, sheet.department, sheet.section), []).append(each)
    return shares


def _share_blocks(reminder: Reminder, shares: dict[Share, list[OpenSheet]]) -> Iterator[Block]:
    room = MOST_SHEETS
    for share in [*shares][:MOST_SECTIONS]:
        items = [i for i in reminder.items if (i.fiscal_year, i.kind, i.department, i.section) == share]
        yield builders.section(join("\n", _share_heading(share, items, shares[share])))
        if room and (sheets := shares[share]):
            yield builders.section(join("\n", _by_state(sheets, _governing(sheets), room)))
            room -= min(room, len(sheets))


def _share_heading(share: Share, items: Sequence[Item], sheets: Sequence[OpenSheet]) -> Iterator[str]:
    year, kind, _, section = share
    counted = next((item for item in items if item.total), None)
    count = f"　{counted.total}件中{counted.done}件提出済" if counted else ""
    yield mrkdwn("{}　{} {}{}", bold(section), fiscal_year_name(year), kind, count)
    if of_deadline := _governing(sheets):
        yield f"{_counted(of_deadline)}締切 {format_due(of_deadline.due)}"
    told = next((item.told for item in items if item.told), None)
    if told:
        yield f"変更前の締切は {format_date(told)} でした。"
    yield from dict.fromkeys(item.note for item in items if item.note)


def _governing(sheets: Sequence[OpenSheet]) -> OpenSheet | None:
    """The first sheet that the deadline itself governs, whose date stands above all of them."""
    return next((each for each in sheets if each.due.source == "deadline"), None)


def _counted(each: OpenSheet) -> str:
    if each.remaining == 0:
        return "本日・"
    return f"あと{each.remaining}開庁日・" if each.remaining > 0 else f"{-each.remaining}開庁日超過・"


def _by_state(sheets: Sequence[OpenSheet], above: OpenSheet | None, room: int) -> Iterator[str]:
    """The first `room` sheets below their states: what stands for all of them, or `above`, stands once."""
    groups: dict[tuple[str, ...], list[OpenSheet]] = {}
    said = -above.remaining if above else 0
    for each in sheets:
        groups.setdefault((_state_of(each), *_own_date(each, said)), []).append(each)
    for marks, group in groups.items():
        yield mrkdwn("{}　{}件", "・".join(marks), len(group))
        yield from map(_sheet_line, group[:room])
        room -= min(room, len(group))


def _state_of(each: OpenSheet) -> str:
    return "延長申請中" if each.sheet.is_pending else each.sheet.state


def _own_date(each: OpenSheet, said: int) -> Iterator[str]:
    if each.due.source != "deadline":
        yield f"{DUE_NAMES[each.due.source]} {format_due(each.due)}"
    if each.late and each.late != said:
        yield f"{each.late}開庁日超過"


def _sheet_line(each: OpenSheet) -> Mrkdwn:
    sheet = each.sheet
    title = f"{sheet.number} {sheet.name}"
    named = link(sheet.url, title) if sheet.url.startswith(("https://", "http://")) else title
    marks = [*_marks(each)]
    return mrkdwn("• {}{}", named, "　" + "・".join(marks) if marks else "")


def _marks(each: OpenSheet) -> Iterator[str]:
    sheet = each.sheet
    if sheet.state == "差戻し" and sheet.returned_reason:
        yield f"「{short(sheet.returned_reason)}」"
    if sheet.is_pending and sheet.extension_due:
        yield f"{sheet.state}・{format_date(sheet.extension_due)}までの延長を申請中"


def _rest(reminder: Reminder, shares: dict[Share, list[OpenSheet]]) -> Iterator[Block]:
    shown = sum(map(len, [*shares.values()][:MOST_SECTIONS]))
    left = len(reminder.sheets) - min(shown, MOST_SHEETS)
    if left > 0:
        yield builders.context(f"ほかに{left}件あります。`/jigyo 締切` ですべてご覧いただけます。")


def _buttons(reminder: Reminder, shares: Iterable[Share]) -> Iterator[Block]:
    if reminder.role == "director":
        yield builders.context("担当課にもお知らせしています。`/jigyo 進捗` で全体をご覧いただけます。")
        return
    value = _value(shares)
    yield builders.actions(
        builders.button("提出済にする", action=SUBMIT, value=value, style="primary"),
        builders.button("延長を申請", action=EXTEND, value=value),
        builders.button("明日また", action=SNOOZE, value=value),
        builders.menu("ほかの時に", _times(reminder), action=LATER),
    )
    yield builders.context(
        f"［明日また］を押すと、次の開庁日 {format_date(reminder.next_open)} にもう一度お知らせします。"
    )


HOUR = "1h"


def _times(reminder: Reminder) -> Iterator[tuple[str, str]]:
    """When one may be told again: never after the morning of the day."""
    yield "1時間後", HOUR
    for day in reminder.mornings or (reminder.next_open,):
        yield f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）の朝", day.isoformat()


def share_buttons(workload: SectionWorkload) -> tuple[Block, Block]:
    """What one may press for a section's round, wherever it is shown."""
    value = _value([share_of(workload)])
    return (
        builders.button("提出済にする", action=SUBMIT, value=value, style="primary"),
        builders.button("延長を申請", action=EXTEND, value=value),
    )


def _value(shares: Iterable[Share]) -> str:
    """The shares as the value of a button, as many as fit into it."""
    kept: list[Share] = []
    for share in shares:
        if len(json.dumps([*kept, share], ensure_ascii=False)) > VALUE_LENGTH:
            break
        kept.append(share)
    return json.dumps(kept, ensure_ascii=False)


NO_LATE = "締切を過ぎた評価シートは、いまはありません。"
ALL_IN = "評価シートはすべて提出済です。ありがとうございました。"
WITHDRAWN = "締切は取り消されました。提出の必要はありません。"


def status_message(
    workloads: Sequence[SectionWorkload],
    shares: Sequence[Share],
    due_dates: DueDates,
    calendar: Calendar,
    now: datetime,
    *,
    note: str = "",
    role: RecipientRole = "channel",
    secretariat: str = "",
) -> Message:
    """The same sections' open sheets with their states now; thanks once there are none. `note` is added.

    A director is shown what is late, and no buttons.
    """
    extra = (builders.context(note),) if note else ()
    left = [
        sheet
        for workload in workloads
        if share_of(workload) in shares
        for sheet in workload.sheets
        if not sheet.done
    ]
    obligation = [(sheet, obligation) for sheet in left if (obligation := due_dates.of_sheet(sheet))]
    if not obligation:
        text = WITHDRAWN if left else ALL_IN
        return Message(text, (builders.section(text), *extra))
    today = now.date()
    open_items = [OpenItem(*each) for each in obligation]
    if role == "director":
        open_items = [each for each in open_items if each.obligation.due.effective < today]
        if not open_items:
            return Message(NO_LATE, (builders.section(NO_LATE), *extra))
    shown = reminder_message(
        Reminder(
            recipient="",
            role=role,
            items=tuple(_items(open_items, workloads, calendar, now)),
            sheets=tuple(open_item.as_open_sheet(calendar, today) for open_item in open_items),
            day=today,
            next_open=calendar.next_open(today + DAY),
            secretariat=secretariat,
            mornings=tuple(mornings(calendar, today, (each.obligation.due.effective for each in open_items))),
        )
    )
    return Message(shown.text, (*shown.blocks, *extra))


def share_of(workload: SectionWorkload) -> Share:
    """A section's round as buttons name it."""
    return (workload.fiscal_year, workload.kind, workload.contacts.department, workload.contacts.section)


def _items(
    open_items: Sequence[OpenItem], workloads: Sequence[SectionWorkload], calendar: Calendar, now: datetime
) -> Iterator[Item]:
    """One for each section's round, by its earliest due date."""
    counted = {share_of(workload): workload.counted for workload in workloads}
    first: dict[Share, OpenItem] = {}
    for open_item in sorted(open_items, key=lambda open_item: open_item.obligation.due.effective):
        sheet = open_item.sheet
        first.setdefault((sheet.fiscal_year, sheet.kind, sheet.department, sheet.section), open_item)
    for (year, kind, department, section), open_item in first.items():
        key = DeliveryKey("-", f"{department}/{section}", "", "status")
        remaining = calendar.between(now.date(), open_item.obligation.due.effective)
        sheets = counted.get((year, kind, department, section), [])
        yield Item(
            key, year, kind, department, section, now, open_item.obligation.due, remaining=remaining,
            total=len(sheets), done=sum(sheet.done for sheet in sheets),
        )  # fmt: skip


_LABELS = {
    "opening": "作成開始のお知らせ",
    "before": "締切{}開庁日前",
    "day-of": "締切当日",
    "overdue": "締切{}開庁日超過",
    "weekly": "未提出のお知らせ（毎週、{}回目）",
    "director": "部長へのお知らせ（{}開庁日超過）",
    "changed": "締切変更のお知らせ",
    "returned": "差戻しのお知らせ",
    "snooze": "再度のお知らせ（{}）",
    "nudge": "事務局からのお知らせ（{}）",
    "digest": "事務局への進捗（{}）",
    "complete": "全件提出のお知らせ",
}


def label(rule: str) -> str:
    """A rule of a delivery key in words for tables and calendars: `before:10` is 締切10開庁日前."""
    kind, _, detail = rule.partition(":")
    return _LABELS[kind].format(detail)


UNREACHED = "に届きません"
_GONE = {
    **dict.fromkeys(
        ("deleted", "user_disabled", "user_deactivated", "account_inactive", "is_inactive"),
        "のアカウントが停止されています",
    ),
    **dict.fromkeys(
        ("elsewhere", "user_not_found", "users_not_found", "user_not_visible"),
        "がこのワークスペースに見つかりません",
    ),
    **dict.fromkeys(("app", "user_is_bot", "cannot_dm_bot"), "はアプリのため、お送りできません"),
    "guest": "はゲストのため、お送りできません",
    "is_archived": "はアーカイブされています",
    "channel_not_found": "が見つかりません（ボットが招かれていないかもしれません）",
    "shared_with_others": "は組織の外の方も読むため、評価シートのことはお送りできません",
    "missing_scope": "を組織の外の方も読むか、確かめられません（ボットの権限 channels:read、groups:read）",
    "not_in_channel": "にボットが参加していません",
}
"""What Slack's errors and users.info say of a recipient, after its name."""


def gone_words(why: str, name: str = "") -> str:
    """Why somebody cannot be reached, to stand after 課長 or another role: （田中）のアカウントが…."""
    return f"{name and f'（{name}さん）'}{_GONE.get(why, UNREACHED)}"
