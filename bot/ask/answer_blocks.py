"""What stands below an answer in Slack: ways on, why, a file, and whether it helped. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ask.answers import WHY, Answer, Listing, more_button
from bot.messages import builders
from bot.messages.builders import Block
from bot.messages.message import Message

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
        *([builders.button("なぜこの回答か", action="why", value=_why(answer))] if answer.why else []),
    ]
    if below.charts:
        ways.append(builders.button("グラフで見る", action="chart", value=below.charts))
    if below.keys and len(answer.shown) + len(answer.rest) > 1:
        ways.append(builders.button("CSVで受け取る", action="csv", value=below.keys))
    if below.question and below.is_private:
        ways.append(builders.button("チャンネルに共有", action="share_answer", value=below.question))
    return [*([builders.actions(*ways)] if ways else []), feedback_buttons(answer, below.typed)]


def feedback_buttons(answer: Answer, question: str) -> Block:
    """役に立った / 違う, as Slack draws them for agents."""
    return builders.verdict_buttons(
        "役に立った", question[:QUESTION_KEPT], kind=answer.kind, citations=answer.citations[:10]
    )


def why_message(reasons: Sequence[str]) -> Message:
    """How an answer was matched."""
    lines = tuple(f"・{reason}" for reason in reasons)
    told = builders.rich(builders.line(builders.words("\n".join(lines))))
    return Message("\n".join((WHY, *lines)), (builders.section(WHY), told))


def _why(answer: Answer) -> str:
    return "\n".join(answer.why)[:LONGEST_WHY]
