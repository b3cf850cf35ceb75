"""The parts of an answer, and each of them in plain text and in Block Kit. Pure.

Whatever stands in a `Quote` or in `Lines` is verbatim: plain text shows it in 「」, Slack in a barred quote.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.messages import builders
from bot.messages.builders import Block
from store.records import FIELD_LABELS, Project
from store.text.wareki import fiscal_year_name

CELL_TEXT = 300


@dataclass(frozen=True, slots=True)
class Say:
    """A line of ours. `look`: `plain`, `bold` for a heading, `small` for a remark."""

    text: str
    look: Literal["plain", "bold", "small"] = "plain"


@dataclass(frozen=True, slots=True)
class Quote:
    """Sentences of one field of a record, verbatim; `bold` are (start, end) spans of each sentence."""

    project: Project
    field: str
    sentences: tuple[str, ...]
    bold: tuple[tuple[tuple[int, int], ...], ...] = ()
    is_cited: bool = True  # False where the line above names the project already


@dataclass(frozen=True, slots=True)
class Items:
    """A list of lines, each (bold beginning, the rest)."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """One project a line: (heading, its sentence verbatim or '', bold spans of it, our remark or '')."""

    lines: tuple[tuple[str, str, tuple[tuple[int, int], ...], str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain cells under a heading row."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: pressing it does `action` with `value`."""

    label: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Choices:
    """A row of buttons, in plain text what they are for."""

    buttons: tuple[Choice, ...]


Part = Say | Quote | Items | Lines | Table | Choices


def source(project: Project, field: str) -> str:
    """Where a quote is from: number, field and fiscal year."""
    return f"事業番号 {project.number}・{FIELD_LABELS[field]}・{fiscal_year_name(project.fiscal_year)}"


def plain(part: Part) -> list[str]:
    """A part as lines of plain text."""
    match part:
        case Say():
            return [part.text]
        case Quote():
            cited = f"（{source(part.project, part.field)}）" if part.is_cited else ""
            said = [f"「{sentence}」" for sentence in part.sentences]
            return [*said[:-1], said[-1] + cited] if said else []
        case Items():
            return [f"・{bold}{rest}" for bold, rest in part.lines]
        case Lines():
            return [f"・{head} {f'「{said}」' if said else remark}" for head, said, _, remark in part.lines]
        case Table():
            return [" | ".join(row) for row in part.rows]
        case Choices():
            return []


def blocks(part: Part) -> list[Block]:
    """A part in Block Kit, before the gate."""
    match part:
        case Say(text, "small"):
            return [builders.context(text)]
        case Say(text, look):
            return [builders.rich(builders.line(builders.words(text, is_bold=look == "bold")))]
        case Quote():
            return _quoted(part)
        case Items():
            lines = [_item(bold, rest) for bold, rest in part.lines]
            return [builders.rich(builders.bullets(*lines))] if lines else []
        case Lines():
            return [builders.rich(builders.bullets(*itertools.starmap(_project_line, part.lines)))]
        case Table():
            return [{"type": "table", "rows": [[_cell(cell) for cell in row] for row in part.rows]}]
        case Choices():
            buttons = [builders.button(c.label, action=c.action, value=c.value) for c in part.buttons]
            return [builders.actions(*buttons)] if buttons else []


def _item(bold: str, rest: str) -> Block:
    return builders.line(
        *(builders.words(text, is_bold=is_bold) for text, is_bold in ((bold, True), (rest, False)) if text)
    )


def _project_line(head: str, said: str, bold: Sequence[tuple[int, int]], remark: str) -> Block:
    rest = marked(said, bold) if said else [builders.words(remark)]
    return builders.line(builders.words(head, is_bold=True), builders.words("\n"), *rest)


def _quoted(part: Quote) -> list[Block]:
    spans = part.bold or ((),) * len(part.sentences)
    quotes = [builders.quote(*marked(text, bold)) for text, bold in zip(part.sentences, spans, strict=True)]
    cited = [builders.context(source(part.project, part.field))] if part.is_cited else []
    return [*([builders.rich(*quotes)] if quotes else []), *cited]


def marked(text: str, bold: Sequence[tuple[int, int]]) -> list[Block]:
    """A sentence as rich text with spans of it in bold; together exactly the sentence."""
    pieces: list[Block] = []
    at = 0
    for start, end in sorted(bold):
        if start < at:
            continue
        pieces += [builders.words(text[at:start])] if start > at else []
        pieces.append(builders.words(text[start:end], is_bold=True))
        at = end
    return [*pieces, *([builders.words(text[at:])] if at < len(text) else [])]


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": text[:CELL_TEXT] or "―"}
