"""Reminders as messages: what is due when, every open sheet, and what to press. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from bot.days.business_days import format_date, format_due
from bot.messages import kit
from bot.messages.kit import Block
from bot.messages.markup import Mrkdwn, bold, join, link, mrkdwn
from bot.messages.message import Message
from bot.reminders.digest_blocks import digest_message
from store.evaluation.reminder_records import DueSource, Item, OpenSheet, Reminder
from store.text.wareki import fiscal_year_name

SUBMIT, EXTEND, SNOOZE = "reminder_submit", "reminder_extend", "reminder_snooze"
DUE_NAMES: dict[DueSource, str] = {"deadline": "締切", "extension": "延長後の締切", "return": "再提出の期限"}
MOST_SHEETS = 30  # a message is one page: the rest is a command away
MOST_SECTIONS = 12
REASON_LENGTH = 80
VALUE_LENGTH = 1_900

Share = tuple[int, str, str, str]  # fiscal year, kind, department, section


def reminder_message(reminder: Reminder) -> Message:
    """One reminder: heading, sections with their due dates and sheets, buttons; or the digest it carries."""
    if reminder.digest:
        return digest_message(reminder.digest)
    heading = _heading(reminder)
    shares = _shares(reminder)
    return Message(
        f"{heading}（{_summary(reminder)}）",
        (
            kit.header(heading),
            *_why_here(reminder),
            *_share_blocks(reminder, shares),
            *_rest(reminder, shares),
            *_buttons(reminder, shares),
        ),
    )


def read_shares(value: str) -> list[Share]:
    """What a pressed button's value speaks of. Raises ValueError when it is none of ours."""
    return [
        (int(year), str(kind), str(part), str(section)) for year, kind, part, section in json.loads(value)
    ]


def _heading(reminder: Reminder) -> str:
    item = reminder.items[0]
    kind, late = item.key.rule_kind, sum(each.late > 0 for each in reminder.sheets)
    if kind == "opening":
        return f"評価シートの作成をお願いします（{len(reminder.sheets)}件）"
    if kind == "changed":
        return "評価シートの締切が変わりました"
    if kind == "returned":
        return "差し戻された評価シートがあります"
    if late:
        return f"締切を過ぎた評価シートが{late}件あります"
    what = DUE_NAMES[item.due.source] if item.due else "締切"
    if item.remaining:
        return f"評価シートの{what}まで、あと{item.remaining}営業日です"
    return f"本日が評価シートの{what}です"


def _summary(reminder: Reminder) -> str:
    sections = list(dict.fromkeys(each.sheet.section for each in reminder.sheets))
    more = f"ほか{len(sections) - 1}課" if len(sections) > 1 else ""
    first = min(each.due.effective for each in reminder.sheets)
    return f"{sections[0]}{more}、未提出{len(reminder.sheets)}件、締切 {format_date(first)}"


def _why_here(reminder: Reminder) -> Iterator[Block]:
    if reminder.fallback:
        yield kit.context(f"{reminder.fallback}。本来の宛先に代わってこちらにお送りしています。")


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
        yield kit.section(join("\n", _share_heading(share, items, shares[share])))
        if shown := shares[share][:room]:
            yield kit.section(join("\n", map(_sheet_line, shown)))
            room -= len(shown)


def _share_heading(share: Share, items: Sequence[Item], sheets: Sequence[OpenSheet]) -> Iterator[str]:
    year, kind, _, section = share
    yield mrkdwn("{}　{} {}", bold(section), fiscal_year_name(year), kind)
    due = next((each.due for each in sheets if each.due.source == "deadline"), None)
    if due:
        counted = next((item for item in items if item.due == due), None)
        yield f"{_counted(counted)}締切 {format_due(due)}"
    told = next((item.told for item in items if item.told), None)
    if told:
        yield f"変更前の締切は {format_date(told)} でした。"
    yield from dict.fromkeys(item.note for item in items if item.note)


def _counted(item: Item | None) -> str:
    if item is None:
        return ""
    if item.remaining == 0:
        return "本日・"
    return f"あと{item.remaining}営業日・" if item.remaining > 0 else f"{-item.remaining}営業日超過・"


def _sheet_line(each: OpenSheet) -> Mrkdwn:
    sheet = each.sheet
    title = f"{sheet.number} {sheet.name}"
    named = link(sheet.url, title) if sheet.url.startswith(("https://", "http://")) else title
    return mrkdwn("• {}　{}", named, "・".join(_marks(each)))


def _marks(each: OpenSheet) -> Iterator[str]:
    sheet = each.sheet
    yield f"差戻し「{_short(sheet.returned_reason)}」" if sheet.state == "差戻し" else sheet.state
    if each.due.source != "deadline":
        yield f"{DUE_NAMES[each.due.source]} {format_due(each.due)}"
    if each.late:
        yield f"{each.late}営業日超過"
    if sheet.extension_state == "申請中" and sheet.extension_due:
        yield f"{format_date(sheet.extension_due)}までの延長を申請中"


def _short(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= REASON_LENGTH else f"{folded[:REASON_LENGTH]}…"


def _rest(reminder: Reminder, shares: dict[Share, list[OpenSheet]]) -> Iterator[Block]:
    shown = sum(map(len, [*shares.values()][:MOST_SECTIONS]))
    left = len(reminder.sheets) - min(shown, MOST_SHEETS)
    if left > 0:
        yield kit.context(f"ほかに{left}件あります。`/jigyo 締切` ですべてご覧いただけます。")


def _buttons(reminder: Reminder, shares: Iterable[Share]) -> Iterator[Block]:
    if reminder.role == "director":
        yield kit.context("担当課にもお知らせしています。`/jigyo 進捗` で全体をご覧いただけます。")
        return
    value = _value(shares)
    yield kit.actions(
        kit.button("提出済にする", action=SUBMIT, value=value, style="primary"),
        kit.button("延長を申請", action=EXTEND, value=value),
        kit.button("明日また", action=SNOOZE, value=value),
    )
    yield kit.context(
        f"［明日また］を押すと、次の開庁日 {format_date(reminder.next_open)} にもう一度お知らせします。"
    )


def _value(shares: Iterable[Share]) -> str:
    """The shares as a button's value, as many as it can hold."""
    kept: list[Share] = []
    for share in shares:
        if len(json.dumps([*kept, share], ensure_ascii=False)) > VALUE_LENGTH:
            break
        kept.append(share)
    return json.dumps(kept, ensure_ascii=False)
