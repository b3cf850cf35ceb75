"""Block Kit's pieces as functions: short words for what a message is made of."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.messages.markup import BUTTON_VALUE
from store.records import Project
from store.text.display import display
from store.text.numbers import fiscal_year_name

Block = dict[str, Any]


class Lasting(Block):
    """A block that many messages share and nobody changes.

    The gate keeps its rendering in it.
    """

    fitted: list[tuple[Block, int]] | None = None


class Newer(Block):
    """A block that not every workspace shows; `older` are those that stand for it there.

    The gate renders both; who sends knows which the workspace takes (`store.talk.conversations`).
    """

    older: tuple[Block, ...] = ()


def newer(block: Block, *older: Block) -> Newer:
    """The block, and what stands for it in a workspace that has not got it."""
    made = Newer(block)
    made.older = older
    return made


def data_table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str | float]],
    *older: Block,
    page_size: int = 5,
) -> Newer:
    """Rows under a heading row that people sort, filter and page through in Slack itself.

    A cell is text or a number, by which it is sorted; `caption` is read to those who cannot see the table.
    """
    listed = [[_data_cell(cell) for cell in row] for row in (head, *rows)]
    block = {"type": "data_table", "caption": caption, "page_size": page_size, "rows": listed}
    return newer(block, *older)


def project_table(projects: Sequence[Project], *older: Block) -> Newer:
    """Projects as a table; the office and the year are columns where they are not the same for all."""
    cells: tuple[tuple[str, Callable[[Project], str]], ...] = (
        ("番号", lambda project: project.number),
        ("事業名", lambda project: " ".join(display(project.name).split())),
        ("担当課", office_of),
        ("年度", lambda project: fiscal_year_name(project.fiscal_year)),
    )
    columns = [
        (head, cell) for n, (head, cell) in enumerate(cells) if n < 2 or len({cell(p) for p in projects}) > 1
    ]
    rows = [[cell(project) for _, cell in columns] for project in projects]
    shared = f"{shared_of(projects)}の事業" if shared_of(projects) else "事業の一覧"
    caption, head = f"{shared}（{len(projects):,}件）", [head for head, _ in columns]
    return data_table(caption, head, rows, *older, page_size=8)


def office_of(project: Project) -> str:
    """The section in charge as it is called now, else the department."""
    office = project.section_canonical or project.section or project.department or project.organization
    return "、".join(display(office).split())


def shared_of(projects: Sequence[Project]) -> str:
    """What all of several projects share, for the heading above them: 令和3年度 企画経営課."""
    years, offices = ({each(p) for p in projects} for each in (lambda p: p.fiscal_year, office_of))
    told = [*map(fiscal_year_name, years if len(years) == 1 else ()), *(offices if len(offices) == 1 else ())]
    return " ".join(told)


def project_menu(projects: Sequence[Project]) -> Block:
    """A list to choose the project of whose card is to be shown."""
    options = (
        (f"{p.number} {display(p.name)}", f"{p.fiscal_year} {p.number}") for p in projects[:MOST_OPTIONS]
    )
    return menu("詳細を見る", options, action="detail")


MOST_OPTIONS = 100


def _data_cell(cell: str | float) -> Block:
    if isinstance(cell, str):
        return {"type": "raw_text", "text": cell or "―"}
    return {"type": "raw_number", "value": cell, "text": f"{cell:,.10g}"}


def chart(
    title: str,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    *older: Block,
    kind: str = "line",
    y_label: str = "",
) -> Newer:
    """A chart that Slack draws: `line` or `bar`, series (name, a value a category)."""
    drawn = [
        {
            "name": name,
            "data": [
                {"label": label, "value": value} for label, value in zip(categories, values, strict=True)
            ],
        }
        for name, values in series
    ]
    axes = {"categories": [*categories]} | ({"y_label": y_label} if y_label else {})
    block = {
        "type": "data_visualization",
        "title": title,
        "chart": {"type": kind, "series": drawn, "axis_config": axes},
    }
    return newer(block, *older)


def section(text: str, *, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, with a button or the like beside it."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return block | ({"accessory": accessory} if accessory else {})


def header(text: str) -> Block:
    """A large heading of plain text."""
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


def context(*texts: str) -> Block:
    """Small grey lines."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text} for text in texts]}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def button(label: str, *, action: str, value: str = "", style: str = "") -> Block:
    """A button; `action` names its listener, `value` (2,000 characters at most) comes back with the press."""
    block: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": label},
        "action_id": action,
    }
    return block | ({"value": value} if value else {}) | ({"style": style} if style else {})


def verdict_buttons(yes: str, question: str, *, kind: str, citations: Sequence[str] = ()) -> Block:
    """Two buttons that say whether what was shown is right (`yes`) or wrong, drawn as for agents.

    What comes back is 1 or 0 and a JSON object: the question, the kind of answer and what it cites.
    """
    value = {"q": question, "k": kind, "c": [*citations]}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(text) >= BUTTON_VALUE:
        text = json.dumps({"q": question[:100], "k": kind, "c": []}, ensure_ascii=False)
    given = ((yes, f"1{text}"), ("違う", f"0{text}"))
    agents: Block = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": _verdict(*given[0]),
        "negative_button": _verdict(*given[1]),
    }
    plain = actions(*(button(label, action="feedback", value=value) for label, value in given))
    return newer({"type": "context_actions", "elements": [agents]}, plain)


def _verdict(label: str, value: str) -> Block:
    return {"text": {"type": "plain_text", "text": label}, "value": value, "accessibility_label": label}


def menu(placeholder: str, options: Iterable[tuple[str, str]], *, action: str) -> Block:
    """A list to choose one of; each option is a label and the value that comes back."""
    return {
        "type": "static_select",
        "placeholder": {"type": "plain_text", "text": placeholder},
        "action_id": action,
        "options": [
            {"text": {"type": "plain_text", "text": label}, "value": value} for label, value in options
        ],
    }


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def rich(*elements: Block) -> Block:
    """Rich text: its text is literal, and bold works inside a Japanese sentence (mrkdwn's does not)."""
    return {"type": "rich_text", "elements": list(elements)}


def words(text: str, *, is_bold: bool = False) -> Block:
    """A stretch of rich text."""
    word: Block = {"type": "text", "text": text}
    if is_bold:
        word["style"] = {"bold": True}
    return word


def line(*elements: Block) -> Block:
    """One run of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: Block) -> Block:
    """A run of rich text with a bar beside it."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def bullets(*lines: Block) -> Block:
    """A list of `line`s."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(lines)}


def action_pattern(action: str) -> re.Pattern[str]:
    """What a listener for `action` matches: the gate numbers a repeated id (`detail`, `detail#2`)."""
    return re.compile(rf"\A{re.escape(action)}(#\d+)?\Z")
