"""Reminders, digests and notices as messages. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.days.calendar import (
    DAY,
    TOKYO,
    WEEKDAYS,
    Calendar,
    DueDates,
    OpenItem,
    SectionWorkload,
    format_date,
    format_due,
)
from bot.deadlines.workflow import extension_words
from bot.messages import builders
from bot.messages.builders import Block
from bot.messages.markup import Mrkdwn, bold, channel, join, link, mention, mrkdwn
from bot.messages.message import Message
from store.evaluation.records import (
    Bundle,
    DeliveryKey,
    Digest,
    DueSource,
    Item,
    Notice,
    OpenSheet,
    RecipientRole,
    Reminder,
    SectionProgress,
    Sheet,
)
from store.text.fiscal_years import fiscal_year_name

BAR_WIDTH = 10
MOST_BARS = 8
BARS_A_BLOCK = 20
MOST_LATE = 8
MOST_NAMED = 4
MOST_PROBLEMS = 10
MOST_PENDING = 8


def digest_message(digest: Digest, *, in_full: bool = False) -> Message:
    """The digest: the total of each round, what came in, who is late, what is to be decided, bars, problems.

    It fits a phone: of what is long only the beginning is shown, unless it is wanted `in_full`.
    """
    heading = (
        "評価シートがすべてそろいました" if digest.complete else f"評価シートの進捗 {format_date(digest.day)}"
    )
    rounds = list(_by_round(digest.progress))
    return Message(
        "。".join([heading, *(_plain_total(each) for each in rounds)]),
        (
            builders.header(heading),
            *(block for each in rounds for block in _totals(each)),
            *_arrived(digest),
            *_late(digest, in_full=in_full),
            *_pending(digest),
            *_problems(digest),
            *(block for each in rounds for block in _bars(each, in_full=in_full)),
        ),
    )


def bar(done: int, total: int, *, width: int = BAR_WIDTH) -> str:
    """`■■■□□` for a share; full only when all are in, empty only when none is."""
    filled = width if done >= total else min(width - 1, max(int(done > 0), done * width // max(total, 1)))
    return "■" * filled + "□" * (width - filled)


def _by_round(progress: Sequence[SectionProgress]) -> Iterator[list[SectionProgress]]:
    for key in dict.fromkeys((each.fiscal_year, each.kind) for each in progress):
        yield [each for each in progress if (each.fiscal_year, each.kind) == key]


def _plain_total(sections: Sequence[SectionProgress]) -> str:
    done, total = sum(each.done for each in sections), sum(each.total for each in sections)
    percent = 100 * done // total if total else 100
    return f"{_round_name(sections[0])} {done}/{total}件（{percent}%）"


def _round_name(section: SectionProgress) -> str:
    return f"{fiscal_year_name(section.fiscal_year)} {section.kind}"


def _totals(sections: Sequence[SectionProgress]) -> Iterator[Block]:
    yield builders.section(join("\n", [bold(_plain_total(sections)), *_due_line(sections)]))


def _bars(sections: Sequence[SectionProgress], *, in_full: bool) -> Iterator[Block]:
    """A bar for each unfinished section, those who are late first."""
    behind = sorted((each for each in sections if each.done < each.total), key=_need)
    most = len(behind) if in_full else MOST_BARS
    for start in range(0, len(behind[:most]), BARS_A_BLOCK):
        yield builders.section(join("\n", map(_bar_line, behind[start : min(most, start + BARS_A_BLOCK)])))
    if notes := "　".join(_counts(behind, len(sections), most)):
        yield builders.context(notes)


def _arrived(digest: Digest) -> Iterator[Block]:
    """What came in since the last digest, by section."""
    if digest.arrived:
        counts = Counter(sheet.section for sheet in digest.arrived)
        named = "、".join(f"{section}{count}件" for section, count in counts.most_common(MOST_NAMED))
        more = f" ほか{len(counts) - MOST_NAMED}課" if len(counts) > MOST_NAMED else ""
        yield builders.section(f"前回から {len(digest.arrived)}件が提出済になりました（{named}{more}）。")


def _need(section: SectionProgress) -> tuple[int, float, str]:
    """The late first, then those with least in."""
    return (-section.late, section.done / section.total, section.section)


def _due_line(sections: Sequence[SectionProgress]) -> Iterator[str]:
    due_dates = sorted({each.due for each in sections if each.due}, key=lambda due: due.effective)
    if due_dates:
        more = f"（ほか{len(due_dates) - 1}通りの締切）" if len(due_dates) > 1 else ""
        yield f"締切 {format_due(due_dates[0])}{more}"


def _bar_line(section: SectionProgress) -> Mrkdwn:
    late = f"　遅れ{section.late}件" if section.late else ""
    late += f"　延長申請中{section.pending}件" if section.pending else ""
    meter = bar(section.done, section.total)
    return mrkdwn("`{}` {}/{} {}{}", meter, section.done, section.total, section.section, late)


def _counts(behind: Sequence[SectionProgress], sections: int, most: int) -> Iterator[str]:
    if len(behind) > most:
        yield f"ほかに{len(behind) - most}課が作業中です（`/jigyo 進捗` ですべてご覧いただけます）。"
    if done := sections - len(behind):
        yield f"{done}課はすべて提出済です。"


def _late(digest: Digest, *, in_full: bool) -> Iterator[Block]:
    """The late sheets: how many in which section, or one by one."""
    if not digest.late:
        return
    counts = Counter(each.sheet.section for each in digest.late)
    most = {each.sheet.section: each.late for each in reversed(digest.late)}  # the latest is first
    shown = [
        mrkdwn("• {}　{}件（最大{}開庁日超過）", section, count, most[section])
        for section, count in counts.most_common(MOST_LATE)
    ]
    if in_full:
        shown = [
            mrkdwn(
                "• {}　{} {}（{}・{}開庁日超過）",
                each.sheet.section, each.sheet.number, each.sheet.name, each.sheet.state, each.late,
            )
            for each in digest.late
        ]  # fmt: skip
    heading = bold(f"締切を過ぎているシート {len(digest.late)}件")
    for start in range(0, len(shown), BARS_A_BLOCK):
        part = shown[start : start + BARS_A_BLOCK]
        yield builders.section(join("\n", [heading, *part] if start == 0 else part))
    if not in_full and len(counts) > MOST_LATE:
        yield builders.context(f"ほかに{len(counts) - MOST_LATE}課あります（`/jigyo 進捗`）。")


def _pending(digest: Digest) -> Iterator[Block]:
    """The requests to decide, each with its buttons, until it is decided."""
    if not digest.pending:
        return
    yield builders.section(bold(f"延長の申請が{len(digest.pending)}件、決定を待っています"))
    for sheet in digest.pending[:MOST_PENDING]:
        yield builders.section(request_line(sheet))
        yield decision_buttons(asked_extension(sheet), sheet.extension_due)
    if (left := len(digest.pending) - MOST_PENDING) and left > 0:
        yield builders.context(f"ほかに{left}件あります。決めていただくと、次の朝にお見せします。")


def _problems(digest: Digest) -> Iterator[Block]:
    lines = [*digest.problems]
    if digest.ambiguous:
        lines.append(
            f"届いたかどうか確かめられないお知らせが{len(digest.ambiguous)}件あります。"
            "`jigyo deliveries` でご確認ください。"
        )
    if lines:
        more = [f"ほかに{len(lines) - MOST_PROBLEMS}件あります。"] if len(lines) > MOST_PROBLEMS else []
        shown = [f"• {line}" for line in lines[-MOST_PROBLEMS:]]
        yield builders.section(join("\n", [bold("ご確認をお願いします"), *shown, *more]))


SUBMIT, EXTEND, SNOOZE = "reminder_submit", "reminder_extend", "reminder_snooze"
LATER = "reminder_later"
DUE_NAMES: dict[DueSource, str] = {"deadline": "締切", "extension": "延長後の締切", "return": "再提出の期限"}
MOST_SHEETS = 30  # a message is one page: the rest is a command away
MOST_SECTIONS = 12
REASON_LENGTH = 80
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
    yield builders.section(
        mrkdwn(
            "評価シートを作成し、締切までにご提出ください。［提出済にする］で、お知らせは止まります。"
            "ご不明な点は {} へどうぞ。",
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
        if shown := shares[share][:room]:
            yield builders.section(join("\n", _by_state(shown)))
            room -= len(shown)


def _share_heading(share: Share, items: Sequence[Item], sheets: Sequence[OpenSheet]) -> Iterator[str]:
    year, kind, _, section = share
    counted = next((item for item in items if item.total), None)
    count = f"　{counted.total}件中{counted.done}件提出済" if counted else ""
    yield mrkdwn("{}　{} {}{}", bold(section), fiscal_year_name(year), kind, count)
    of_deadline = next((each for each in sheets if each.due.source == "deadline"), None)
    if of_deadline:
        yield f"{_counted(of_deadline)}締切 {format_due(of_deadline.due)}"
    told = next((item.told for item in items if item.told), None)
    if told:
        yield f"変更前の締切は {format_date(told)} でした。"
    yield from dict.fromkeys(item.note for item in items if item.note)


def _counted(each: OpenSheet) -> str:
    if each.remaining == 0:
        return "本日・"
    return f"あと{each.remaining}開庁日・" if each.remaining > 0 else f"{-each.remaining}開庁日超過・"


def _by_state(sheets: Sequence[OpenSheet]) -> Iterator[str]:
    """The sheets below their states: what stands for all of them stands once."""
    groups: dict[tuple[str, ...], list[OpenSheet]] = {}
    for each in sheets:
        groups.setdefault((_state_of(each), *_own_date(each)), []).append(each)
    for marks, group in groups.items():
        yield mrkdwn("{}　{}件", "・".join(marks), len(group))
        yield from map(_sheet_line, group)


def _state_of(each: OpenSheet) -> str:
    return "延長申請中" if each.sheet.is_pending else each.sheet.state


def _own_date(each: OpenSheet) -> Iterator[str]:
    if each.due.source != "deadline":
        yield f"{DUE_NAMES[each.due.source]} {format_due(each.due)}"
    if each.late:
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
        yield f"「{_short(sheet.returned_reason)}」"
    if sheet.is_pending and sheet.extension_due:
        yield f"{sheet.state}・{format_date(sheet.extension_due)}までの延長を申請中"


def _short(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= REASON_LENGTH else f"{folded[:REASON_LENGTH]}…"


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


APPROVE, DENY = "extension_approve", "extension_deny"
EXTENSION = "extension "  # begins the key of a notice that asks for a decision; the request follows


@dataclass(frozen=True, slots=True)
class AskedExtension:
    """One request for an extension as its buttons name it: of which sheet, and asked when (None: any)."""

    key: tuple[int, str, str]
    asked_at: datetime | None = None

    @property
    def text(self) -> str:
        """The value of a button."""
        return json.dumps([*self.key, self.asked_at and self.asked_at.isoformat()], ensure_ascii=False)


def asked_extension(sheet: Sheet) -> AskedExtension:
    """The request that a sheet has pending."""
    return AskedExtension(sheet.key, sheet.extension_at)


def read_asked(value: str) -> AskedExtension:
    """The request in a button's value, also of earlier versions. Raises ValueError for what is not ours."""
    if not value.startswith("["):
        year, number, kind, _ = value.split(" ")
        return AskedExtension((int(year), number, kind))
    year, number, kind, at = json.loads(value)
    return AskedExtension((int(year), str(number), str(kind)), datetime.fromisoformat(at) if at else None)


def request_line(sheet: Sheet) -> Mrkdwn:
    """Which section asks for what, until when and why."""
    until = format_date(sheet.extension_due) if sheet.extension_due else ""
    why = f"（理由: {_short(sheet.extension_reason)}）" if sheet.extension_reason else ""
    return mrkdwn("{}「{} {}」の {} までの延長{}", sheet.section, sheet.number, sheet.name, until, why)


def decision_buttons(asked: AskedExtension, until: date | None) -> Block:
    """承認する and 却下する, with the day that they decide."""
    day = f"{until.month}/{until.day}まで" if until else ""
    return builders.actions(
        builders.button(f"{day}承認する", action=APPROVE, value=asked.text, style="primary"),
        builders.button("却下する", action=DENY, value=asked.text),
    )


def notices_message(bundle: Bundle, sheets: Mapping[tuple[int, str, str], Sheet] | None = None) -> Message:
    """The lines, each request for an extension with its buttons, or with what became of it.

    `sheets` are those of the requests as they are now.
    """
    lines = [f"・{notice.text}" for notice in bundle.notices]
    if bundle.recipient:
        return Message("\n".join(notice.text for notice in bundle.notices))
    heading = f"事務局へのお知らせが{len(lines)}件あります。"
    blocks = [block for notice in bundle.notices for block in _blocks(notice, sheets or {})]
    return Message("\n".join([heading, *lines]), (builders.section(heading), *blocks))


def _blocks(notice: Notice, sheets: Mapping[tuple[int, str, str], Sheet]) -> Iterator[Block]:
    yield builders.section(f"・{notice.text}")
    if notice.key.startswith(EXTENSION):
        asked = read_asked(notice.key.removeprefix(EXTENSION))
        sheet = sheets.get(asked.key)
        if sheet is None or (sheet.is_pending and asked.asked_at in (None, sheet.extension_at)):
            yield decision_buttons(asked, sheet.extension_due if sheet else None)
        else:
            yield builders.context(decided_words(sheet))


def decided_words(sheet: Sheet) -> Mrkdwn:
    """What became of a sheet's request: what holds, who decided it and when."""
    if sheet.extension_state not in ("承認", "却下") or not sheet.extension_at:
        return mrkdwn("{}", extension_words(sheet))
    who = mention(sheet.extension_decided_by) if _is_user(sheet.extension_decided_by) else "事務局"
    moment = sheet.extension_at.astimezone(TOKYO)
    day = f"{moment.month}月{moment.day}日 {moment:%H:%M}"
    return mrkdwn("{}（{} {}）", extension_words(sheet), who, day)


def _is_user(who: str) -> bool:
    return who.startswith(("U", "W")) and who.isalnum()


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


def mornings(calendar: Calendar, today: date, dues: Iterable[date]) -> Iterator[date]:
    """The open mornings after today up to the nearest day that is still to come; some days where none is."""
    last = min((due for due in dues if due > today), default=None)
    day = calendar.next_open(today + DAY)
    for _ in range(MOST_MORNINGS):
        if last and day > last:
            return
        yield day
        day = calendar.next_open(day + DAY)


MOST_MORNINGS = 7


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
