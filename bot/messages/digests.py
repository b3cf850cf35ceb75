"""What the secretariat reads: the digest, notices, and requests for an extension with what became of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.days.calendar import (
    TOKYO,
    format_date,
    format_due,
)
from bot.messages import builders
from bot.messages.builders import Block
from bot.messages.markup import Mrkdwn, bold, is_user, join, mention, mrkdwn
from bot.messages.message import Message
from store.evaluation.records import (
    Bundle,
    Digest,
    Notice,
    SectionProgress,
    Sheet,
)
from store.text.numbers import fiscal_year_name

BAR_WIDTH = 10
MOST_BARS = 5
TABLE_FROM, MOST_ROWS = 3, 50  # sections that are behind
BARS_A_BLOCK = 20
MOST_LATE = 4
MOST_NAMED = 4
MOST_PROBLEMS = 10
MOST_PENDING = 8
REASON_LENGTH = 80


def digest_message(digest: Digest, *, in_full: bool = False) -> Message:
    """The digest: each round's total, who is late, what came in, what is to decide, problems, bars.

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
            *_late(digest, in_full=in_full),
            *_arrived(digest),
            *_pending(digest),
            *_decided(digest),
            *_problems(digest),
            *(block for each in rounds for block in _progress(each, in_full=in_full)),
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


def _progress(sections: Sequence[SectionProgress], *, in_full: bool) -> Iterator[Block]:
    """A table of the unfinished sections, the neediest first; where Slack has none, bars."""
    behind = sorted((each for each in sections if each.done < each.total), key=_need)
    if len(behind) < TABLE_FROM:
        yield from _bars(sections, in_full=in_full)
        return
    rows = [
        (each.section, each.done, each.total, 100 * each.done // each.total, each.late, each.pending)
        for each in behind[:MOST_ROWS]
    ]
    head = ("課", "提出済", "全体", "％", "超過", "延長申請")
    kept = [n for n in range(len(head)) if n < 4 or any(row[n] for row in rows)]
    cells = [[row[n] for n in kept] for row in rows]
    caption = f"{_round_name(sections[0])}の進捗（作業中の{len(behind)}課）"
    yield builders.data_table(caption, [head[n] for n in kept], cells, *_bars(sections, in_full=in_full))
    if notes := "　".join(_counts(behind, len(sections), MOST_ROWS)):
        yield builders.newer(builders.context(notes))


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


def _decided(digest: Digest) -> Iterator[Block]:
    """What became of requests since: what holds, who decided it and when."""
    lines = [mrkdwn("• {}", decided_words(sheet)) for sheet in digest.decided[:MOST_PENDING]]
    if lines:
        yield builders.section(join("\n", [bold("延長の決定"), *lines]))


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
    why = f"（理由: {short(sheet.extension_reason)}）" if sheet.extension_reason else ""
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


def with_notices(
    message: Message,
    bundles: Sequence[Bundle],
    sheets: Mapping[tuple[int, str, str], Sheet],
    digest: Digest | None = None,
) -> Message:
    """A reminder with the lines for its recipient below it; what its `digest` asks to decide stands once."""
    shown = {sheet.key for sheet in digest.pending[:MOST_PENDING]} if digest else set()
    notices = [each for bundle in bundles for each in bundle.notices if _sheet_of(each) not in shown]
    if not notices:
        return message
    blocks = [block for notice in notices for block in _blocks(notice, sheets)]
    text = "\n".join([message.text, *(notice.text for notice in notices)])
    return Message(text, (*message.blocks, builders.divider(), *blocks))


def _sheet_of(notice: Notice) -> tuple[int, str, str] | None:
    """The sheet of a notice that asks for an extension."""
    is_request = notice.key.startswith(EXTENSION)
    return read_asked(notice.key.removeprefix(EXTENSION)).key if is_request else None


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
    who = mention(sheet.extension_decided_by) if is_user(sheet.extension_decided_by) else "事務局"
    moment = sheet.extension_at.astimezone(TOKYO)
    day = f"{moment.month}月{moment.day}日 {moment:%H:%M}"
    return mrkdwn("{}（{} {}）", extension_words(sheet), who, day)


def title(sheet: Sheet) -> str:
    """A sheet as people call it."""
    return f"{sheet.number} {sheet.name}"


def extension_words(sheet: Sheet) -> str:
    """What holds of a sheet's extension today, in one line."""
    what, until = f"「{title(sheet)}」", sheet.extension_due and f"{format_date(sheet.extension_due)}までの"
    told = {
        "": f"{what}の延長は、いま申請されていません。",
        "申請中": f"{what}は、いま{until}延長を申請中です。",
        "承認": f"{what}の{until}延長は、承認済みです。",
        "却下": f"{what}の{until}延長は、却下されています。",
    }[sheet.extension_state]
    held = sheet.granted if sheet.extension_state != "承認" else None
    return f"{told}先に承認された{format_date(held[0])}までの延長は、そのまま有効です。" if held else told


def short(text: str) -> str:
    """A text in one line, cut where it is longer than a message has room for."""
    folded = " ".join(text.split())
    return folded if len(folded) <= REASON_LENGTH else f"{folded[:REASON_LENGTH]}…"
