"""One project as a card: every field in the record's own words, readable on a phone. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.messages import builders, limits
from bot.messages.builders import Block, Lasting
from bot.messages.markup import Mrkdwn, bold, join, mrkdwn
from bot.messages.message import Message
from bot.slack.blocks.result_blocks import SHOWN_FIELDS, Shown, one_line, sharer_line
from bot.slack.blocks.snippets import Span, pieces
from store.records import FIELD_LABELS, Project
from store.text.display import display
from store.text.wareki import fiscal_year_name

FALLBACK = 300  # characters of a field in the text that notifications show

NO_SPANS: Mapping[str, Sequence[Span]] = {}


def card_message(
    project: Project,
    shown: Shown,
    *,
    highlights: Mapping[str, Sequence[Span]] = NO_SPANS,
    guess_for: str = "",
) -> Message:
    """The card; `guess_for` is what was typed when the project is only our guess (もしかして)."""
    name = one_line(project.name)
    blocks = [
        *sharer_line(shown),
        *([builders.section(_sorry(guess_for))] if guess_for else []),
        *_head(project),
        *(_field(FIELD_LABELS[f], getattr(project, f), tuple(highlights.get(f, ()))) for f in SHOWN_FIELDS),
        *(_field(label, text, ()) for label, text in project.other_columns.items() if text.strip()),
        *_foot(*project.key, project.source_name, project.source_line, shown.is_private),
    ]
    lead = "もしかして: " if guess_for else ""
    facts = _in_short(*(getattr(project, field) for field in SHOWN_FIELDS))
    text = f"{lead}{project.number} {name}\n{facts}"
    return Message(text, tuple(blocks), in_channel=bool(shown.sharer))


def _sorry(typed: str) -> Mrkdwn:
    return mrkdwn("「{}」は見つかりませんでした。\n{}", typed, bold("もしかして:"))


@lru_cache(maxsize=4_096)
def _in_short(*cells: str) -> str:
    """The beginnings of SHOWN_FIELDS, a line each."""
    labelled = zip(SHOWN_FIELDS, cells, strict=True)
    return "\n".join(f"{FIELD_LABELS[field]}: {one_line(cell)[:FALLBACK]}" for field, cell in labelled)


def _head(project: Project) -> tuple[Block, ...]:
    office = " ".join(filter(None, (project.organization, project.department, project.section)))
    canonical = project.section_canonical if project.section_canonical != project.section else ""
    return _name_and_facts(
        project.name, project.number, project.fiscal_year, office, canonical, project.serial
    )


@lru_cache(maxsize=4_096)
def _name_and_facts(
    listed: str, number: str, fiscal_year: int, office: str, canonical: str, serial: str
) -> tuple[Block, ...]:
    """What is known of a project beside its texts; its name twice where the heading has no room for it."""
    name = one_line(listed)
    lines = [
        name if len(name) > limits.HEADER_TEXT else "",
        mrkdwn("{}　{}", bold("事業番号"), number),
        mrkdwn("{}　{}", bold("年度"), fiscal_year_name(fiscal_year)),
        mrkdwn("{}　{}", bold("担当"), office) if office else "",
        mrkdwn("（{} と同じ課として扱っています）", canonical) if canonical else "",
        mrkdwn("{}　{}", bold("通し番号"), serial) if serial else "",
    ]
    return Lasting(builders.header(name)), Lasting(builders.section(join("\n", filter(None, lines))))


@lru_cache(maxsize=4_096)
def _foot(
    fiscal_year: int, number: str, source_name: str, source_line: int, is_private: bool
) -> tuple[Block, ...]:
    """Where the project was listed, and the ways on."""
    key = f"{fiscal_year} {number}"
    share = [builders.button("チャンネルに共有", action="share", value=f"card {key}")] if is_private else []
    ways = builders.actions(builders.button("似ている事業", action="similar", value=key), *share)
    return Lasting(builders.context(f"出典: {source_name} {source_line}行目")), Lasting(ways)


@lru_cache(maxsize=4_096)
def _field(label: str, cell: str, spans: tuple[Span, ...]) -> Block:
    """A field as rich text: a label, paragraphs, and lines that begin with ・ as a list."""
    runs: list[tuple[bool, list[list[Block]]]] = [(False, [[builders.words(label, is_bold=True)]])]
    at = 0
    for line in (display(cell) or "（記載なし）").split("\n"):
        is_item = line.startswith("・")
        start = at + is_item
        inside = [(max(s - start, 0), e - start) for s, e in spans if start < e and s < at + len(line)]
        words = [builders.words(t, is_bold=b) for t, b in pieces(line[is_item:], inside)]
        at += len(line) + 1
        if runs[-1][0] != is_item:
            runs.append((is_item, []))
        runs[-1][1].append(words or [builders.words("　")])
    return Lasting(
        builders.rich(*(_list(lines) if is_list else _paragraph(lines) for is_list, lines in runs))
    )


def _list(lines: list[list[Block]]) -> Block:
    return builders.bullets(*(builders.line(*words) for words in lines))


def _paragraph(lines: list[list[Block]]) -> Block:
    """Lines of one run; Slack breaks a line in rich text only where the text says so."""
    first, *others = lines
    return builders.line(*first, *(part for words in others for part in (builders.words("\n"), *words)))
