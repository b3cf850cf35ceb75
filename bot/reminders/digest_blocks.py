"""The secretariat's digest as a message: a bar a section, who is late, what needs a hand. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.days.business_days import format_date, format_due
from bot.messages import kit
from bot.messages.kit import Block
from bot.messages.markup import Mrkdwn, bold, join, mrkdwn
from bot.messages.message import Message
from store.evaluation.reminder_records import Digest, SectionProgress
from store.text.wareki import fiscal_year_name

BAR_WIDTH = 10
MOST_BARS = 25
MOST_LATE = 10
MOST_PROBLEMS = 10


def digest_message(digest: Digest) -> Message:
    """The digest: each round's total, a bar a section still at work, late sheets, problems."""
    heading = (
        "評価シートがすべてそろいました" if digest.complete else f"評価シートの進捗 {format_date(digest.day)}"
    )
    rounds = list(_by_round(digest.progress))
    return Message(
        "。".join([heading, *(_plain_total(each) for each in rounds)]),
        (
            kit.header(heading),
            *(block for each in rounds for block in _round_blocks(each)),
            *_late(digest),
            *_problems(digest),
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


def _round_blocks(sections: Sequence[SectionProgress]) -> Iterator[Block]:
    yield kit.section(join("\n", [bold(_plain_total(sections)), *_due_line(sections)]))
    behind = sorted((each for each in sections if each.done < each.total), key=_need)
    if behind:
        yield kit.section(join("\n", map(_bar_line, behind[:MOST_BARS])))
    if notes := "　".join(_counts(behind, len(sections))):
        yield kit.context(notes)


def _need(section: SectionProgress) -> tuple[int, float, str]:
    """The late first, then those with least in."""
    return (-section.late, section.done / section.total, section.section)


def _due_line(sections: Sequence[SectionProgress]) -> Iterator[str]:
    dues = sorted({each.due for each in sections if each.due}, key=lambda due: due.effective)
    if dues:
        more = f"（ほか{len(dues) - 1}通りの締切）" if len(dues) > 1 else ""
        yield f"締切 {format_due(dues[0])}{more}"


def _bar_line(section: SectionProgress) -> Mrkdwn:
    late = f"　遅れ{section.late}件" if section.late else ""
    meter = bar(section.done, section.total)
    return mrkdwn("`{}` {}/{} {}{}", meter, section.done, section.total, section.section, late)


def _counts(behind: Sequence[SectionProgress], sections: int) -> Iterator[str]:
    if len(behind) > MOST_BARS:
        yield f"ほかに{len(behind) - MOST_BARS}課が作業中です。"
    if done := sections - len(behind):
        yield f"{done}課はすべて提出済です。"


def _late(digest: Digest) -> Iterator[Block]:
    if not digest.late:
        return
    shown = [
        mrkdwn(
            "• {}　{} {}（{}・{}営業日超過）",
            each.sheet.section, each.sheet.number, each.sheet.name, each.sheet.state, each.late,
        )
        for each in digest.late[:MOST_LATE]
    ]  # fmt: skip
    yield kit.section(join("\n", [bold(f"締切を過ぎているシート {len(digest.late)}件"), *shown]))
    if len(digest.late) > MOST_LATE:
        yield kit.context(
            f"ほかに{len(digest.late) - MOST_LATE}件あります。`/jigyo 進捗` でご覧いただけます。"
        )


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
        yield kit.section(join("\n", [bold("ご確認をお願いします"), *shown, *more]))
