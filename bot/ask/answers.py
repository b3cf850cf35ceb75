"""The parts of an answer, each of them in plain text and in Block Kit, and what stands below it. Pure.

Whatever stands in a `Quote` or in `Lines` is verbatim: plain text shows it in 「」, Slack in a barred quote.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.ask import wording
from bot.ask.wording import Piece, Say, source, worded
from bot.messages import builders
from bot.messages.builders import Block
from bot.messages.charts import Chart, slack_chart
from bot.messages.message import Message, folded
from store.records import Project

CELL_TEXT = 300
WIDE = 80  # characters of a line of a terminal, about


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

    lines: tuple[tuple[Piece, Piece], ...]


ProjectLine = tuple[Piece, str, tuple[tuple[int, int], ...], Piece]
"""(heading, its sentence verbatim or '', bold spans of it, our remark or '')."""


@dataclass(frozen=True, slots=True)
class Lines:
    """One project a line."""

    lines: tuple[ProjectLine, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain cells under a heading row."""

    rows: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Projects a row each, all of them, where Slack shows such tables; else the parts `shown` of them."""

    projects: tuple[Project, ...]
    shown: tuple[Say | Items, ...]


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


@dataclass(frozen=True, slots=True)
class Details:
    """The projects that one may see whole: a button each, by its name where there may be several."""

    projects: tuple[Project, ...]
    is_named: bool = True


Part = Say | Quote | Items | Lines | Table | Listing | Choices | Details | Chart


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
            return [f"・{worded(bold)}{worded(rest)}" for bold, rest in part.lines]
        case Lines():
            return [
                f"・{worded(head)} {f'「{said}」' if said else worded(remark)}"
                for head, said, _, remark in part.lines
            ]
        case Table():
            return [" | ".join(map(worded, row)) for row in part.rows]
        case Listing():
            return [line for each in part.shown for line in plain(each)]
        case Choices() | Details() | Chart():  # the lines above a chart have its numbers
            return []


def divided(parts: Sequence[Part], most: int) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Parts of at most so many lines of a terminal, a heading never last, and the parts that are left."""
    first: list[Part] = []
    for at, part in enumerate(parts):
        said = plain(part)
        sizes = [1 + len(line) // WIDE for line in said]
        if sum(sizes) <= most:
            first.append(part)
            most -= sum(sizes)
            continue
        rest = tuple(parts[at:])
        fit = sum(sum(sizes[: count + 1]) <= most for count in range(len(sizes)))
        if fit and isinstance(part, Items):
            first.append(Items(part.lines[:fit]))
            rest = (Items(part.lines[fit:]), *rest[1:])
        elif fit and isinstance(part, Lines):
            first.append(Lines(part.lines[:fit]))
            rest = (Lines(part.lines[fit:]), *rest[1:])
        while len(first) > 1 and isinstance(last := first[-1], Say) and last.look == "bold":
            rest = (first.pop(), *rest)
        return (tuple(first), tuple(rest)) if first else (tuple(parts[:1]), tuple(parts[1:]))
    return tuple(first), ()


def blocks(part: Part) -> list[Block]:
    """A part in Block Kit, before the gate."""
    match part:
        case Say(look="small"):
            return [builders.context(part.text)]
        case Say():
            return [builders.rich(builders.line(builders.words(part.text, is_bold=part.look == "bold")))]
        case Quote():
            return _quoted(part)
        case Items():
            lines = [_item(bold, rest) for bold, rest in part.lines]
            return [builders.rich(builders.bullets(*lines))] if lines else []
        case Lines():
            return [builders.rich(builders.bullets(*itertools.starmap(_project_line, part.lines)))]
        case Table():
            head, *rows = every = [tuple(map(worded, row)) for row in part.rows]
            table = {"type": "table", "rows": [[_cell(cell) for cell in row] for row in every]}
            return [builders.data_table(wording.TABLE, head, rows, table) if rows else table]
        case Listing():
            older = [block for each in part.shown for block in blocks(each)]
            more = [builders.actions(more_button())] if len(part.shown) > 1 else []
            return [builders.project_table(part.projects, *older, *more)]
        case Choices():
            buttons = [builders.button(c.label, action=c.action, value=c.value) for c in part.buttons]
            return [builders.actions(*buttons)] if buttons else []
        case Details():
            return blocks(Choices(tuple(_detail(project, part.is_named) for project in part.projects)))
        case Chart():  # where Slack draws none, a button below the answer leads to its picture
            return [drawn] if (drawn := slack_chart(part)) else []


def _detail(project: Project, is_named: bool) -> Choice:
    label = button_label(project) if is_named else wording.BUTTONS["detail"]
    return Choice(label, "detail", f"{project.fiscal_year} {project.number}")


def more_button() -> Block:
    """もっと: the next of what was listed."""
    return builders.button(wording.BUTTONS["more"], action="ask_more", value="more")


def _item(bold: Piece, rest: Piece) -> Block:
    pieces = ((worded(bold), True), (worded(rest), False))
    return builders.line(*(builders.words(text, is_bold=is_bold) for text, is_bold in pieces if text))


def _project_line(head: Piece, said: str, bold: Sequence[tuple[int, int]], remark: Piece) -> Block:
    rest = marked(said, bold) if said else [builders.words(worded(remark))]
    return builders.line(builders.words(worded(head), is_bold=True), builders.words("\n"), *rest)


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


Kind = Literal[
    "field", "figure", "count", "list", "summary", "compare", "search", "help", "smalltalk", "none"
]
Confidence = Literal["sure", "unsure", "none"]
Key = tuple[int, str]

MOST_RANKED = 100  # projects of a rank among which a thread may go on: 4番目は
FALLBACK_TEXT = 3_000  # characters of a message's notification text; the blocks hold everything


@dataclass(frozen=True)
class Answer:
    """What a question gets; `why` tells how it was matched.

    `shown` are the projects in the order shown, for follow-ups such as 2番目; `rest` those left for もっと.
    `near` are those of them that only stand near to what was asked. `within` are the projects that it counts
    or chooses from, `within_said` what those are: a follow-up is of them until another question says of what.
    `ranked` are the projects in the order of which the first was asked for, at most MOST_RANKED,
    `ranked_said` what those are ('' for all of a list), `headings` those of the columns that several are put
    in order or added up by.
    """

    kind: Kind
    parts: tuple[Part, ...]
    shown: tuple[Key, ...] = ()
    rest: tuple[Key, ...] = ()
    confidence: Confidence = "sure"
    why: tuple[Say, ...] = ()
    terms: tuple[str, ...] = ()  # the words a list was chosen by, for its next page
    offices: tuple[str, ...] = ()  # whose projects were counted or listed
    near: tuple[Key, ...] = ()
    within: tuple[Key, ...] = ()
    within_said: str = ""
    sides: tuple[str, ...] = ()  # the two things that the question named side by side: 前者 and 後者
    cells: tuple[tuple[Key, str], ...] = ()  # projects and the headings of columns whose cells are told
    ranked: tuple[Key, ...] = ()
    ranked_said: str = ""
    headings: tuple[str, ...] = ()
    put_right: tuple[str, ...] = ()  # what words of the question were meant to be that had slips

    @property
    def citations(self) -> tuple[str, ...]:
        """Numbers of the projects that the answer rests on, each once; of none where nothing is known."""
        return () if self._only_points else self._numbers(but=self.near)

    @property
    def pointers(self) -> tuple[str, ...]:
        """Numbers of projects near to what was asked, where they are no answer to it."""
        return self._numbers() if self._only_points else tuple(number for _, number in self.near)

    @property
    def reasons(self) -> tuple[str, ...]:
        """How it was matched, in Japanese."""
        return tuple(reason.text for reason in self.why)

    @property
    def quoted(self) -> dict[Key, list[str]]:
        """The fields that are quoted, by their project."""
        found: dict[Key, list[str]] = {}
        for part in self.parts:
            if isinstance(part, Quote):
                fields = found.setdefault(part.project.key, [])
                fields += [part.field] if part.field not in fields else []
        return found

    @property
    def charts(self) -> tuple[Chart, ...]:
        """What of the answer can be drawn."""
        return tuple(part for part in self.parts if isinstance(part, Chart))

    @property
    def _only_points(self) -> bool:
        """Whether the projects shown are near to what was asked and no answer."""
        return self.confidence == "none" or self.kind == "none"

    def _numbers(self, but: Sequence[Key] = ()) -> tuple[str, ...]:
        keys = (key for key in (*self.shown, *self.rest) if key not in but)
        return tuple(dict.fromkeys(number for _, number in keys))

    @property
    def text(self) -> str:
        """The whole answer in plain text."""
        return "\n".join(line for part in self._said() for line in plain(part))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The whole answer in Block Kit, before the gate."""
        return tuple(block for part in self._said() for block in blocks(part))

    def message(self, *extra: Block, in_channel: bool = False) -> Message:
        """The answer as a message, with more blocks of the surface's own below it.

        What is longer than a phone's screen is behind 続きを見る.
        """
        first, more = folded(self.blocks)
        if first and extra and first[-1]["type"] == extra[0]["type"] == "actions":  # one row of buttons
            row = builders.actions(*first[-1]["elements"], *extra[0]["elements"])
            first, extra = first[:-1], (row, *extra[1:])
        return Message(shortened(self.text, FALLBACK_TEXT), (*first, *extra), in_channel, more)

    def as_json(self, blocks: Sequence[Any]) -> dict[str, Any]:
        """The contract of `jigyo ask --json`."""
        sources = [
            {"fiscal_year": year, "number": number, "field": field}
            for (year, number), fields in self.quoted.items()
            for field in fields
        ]
        sources += [
            {"fiscal_year": year, "number": number, "field": heading}
            for (year, number), heading in dict.fromkeys(self.cells)
        ]
        return {
            "text": self.text, "blocks": blocks, "kind": self.kind, "confidence": self.confidence,
            "citations": list(self.citations), "sources": sources, "pointers": list(self.pointers),
            **({"charts": [chart.as_dict() for chart in self.charts]} if self.charts else {}),
        }  # fmt: skip

    def _said(self) -> tuple[Part, ...]:
        is_guess = self.confidence == "unsure" and self.kind != "none"
        if not is_guess:
            return self.parts
        return wording.UNSURE, *(wording.hedged(p) if isinstance(p, Say) else p for p in self.parts)


def unknown(*parts: Part, shown: Iterable[Key] = (), why: Iterable[Say] = ()) -> Answer:
    """The records do not say: told so first, then what is nearest."""
    return Answer("none", (wording.UNKNOWN, *parts), tuple(shown), confidence="none", why=tuple(why))


def not_loaded(years: Sequence[int], loaded: Sequence[int]) -> Answer:
    """A year was asked for whose list is not here."""
    return unknown(wording.not_loaded(years, loaded), why=(wording.years_asked(years),))


def shortened(text: str, limit: int) -> str:
    """Whole lines of `text` up to `limit` characters, and that there is more."""
    if len(text) <= limit:
        return text
    head = text[: limit - 20].rsplit("\n", 1)[0]
    return f"{head}\n{wording.GOES_ON}"


def button_label(project: Project) -> str:
    """A project as a button says it."""
    name = f"{project.number} {project.name}"
    return name if len(name) <= 30 else f"{name[:29]}…"


def is_told(given: Answer) -> bool:
    """Whether an answer tells what was asked, and not only where it may stand."""
    return given.confidence == "sure" and given.kind not in ("search", "none")


QUESTION_KEPT = 500  # characters of a question that feedback keeps
LONGEST_WHY = 1_500


@dataclass(frozen=True, slots=True)
class Below:
    """What a surface adds; `question`, `keys` (of projects, for a file), `charts` as buttons carry them."""

    typed: str
    question: str = ""
    keys: str = ""
    charts: str = ""
    is_private: bool = False  # only the asker sees it: it can be shared


def controls(answer: Answer, below: Below) -> list[Block]:
    """One row of buttons under an answer, and whether it helped; none under small talk.

    Where Slack has a table of all that was found, もっと stands only in the form without it.
    """
    if answer.kind in ("smalltalk", "help"):
        return []
    listed = next((part.projects for part in answer.parts if isinstance(part, Listing)), ())
    ways = [
        *([builders.project_menu(listed)] if listed else []),
        *([more_button()] if answer.rest and not listed else []),
        *([builders.button(wording.BUTTONS["why"], action="why", value=_why(answer))] if answer.why else []),
    ]
    if below.charts:
        ways.append(builders.button(wording.BUTTONS["chart"], action="chart", value=below.charts))
    if below.keys and len(answer.shown) + len(answer.rest) > 1:
        ways.append(builders.button(wording.BUTTONS["csv"], action="csv", value=below.keys))
    if below.question and below.is_private:
        ways.append(builders.button(wording.BUTTONS["share"], action="share_answer", value=below.question))
    return [*([builders.actions(*ways)] if ways else []), feedback_buttons(answer, below.typed)]


def feedback_buttons(answer: Answer, question: str) -> Block:
    """役に立った / 違う, as Slack draws them for agents."""
    return builders.verdict_buttons(
        wording.BUTTONS["helpful"],
        question[:QUESTION_KEPT],
        kind=answer.kind,
        citations=answer.citations[:10],
    )


def why_message(reasons: Sequence[str]) -> Message:
    """How an answer was matched."""
    lines = tuple(f"・{reason}" for reason in reasons)
    told = builders.rich(builders.line(builders.words("\n".join(lines))))
    head = wording.REASONS_FOLLOW.text
    return Message("\n".join((head, *lines)), (builders.section(head), told))


def _why(answer: Answer) -> str:
    return "\n".join(answer.reasons)[:LONGEST_WHY]
