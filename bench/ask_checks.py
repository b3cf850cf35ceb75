"""What every answer must keep to: quotes verbatim, and nothing for the outbound gate to cut or change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.ask.answers import Answer, Lines, Quote
from bot.ask.wording import worded
from bot.messages.markup import plain
from bot.messages.message import pages
from store.records import Project
from store.text.display import display

By = Mapping[str, Project]


def quotes(answer: Answer, by_number: By) -> Iterator[tuple[Project, str]]:
    """Every sentence of a record that an answer shows, with the project it says it is from."""
    for part in answer.parts:
        if isinstance(part, Quote):
            yield from ((part.project, sentence) for sentence in part.sentences)
        elif isinstance(part, Lines):
            yield from (
                (by_number[worded(head).split(" ", 1)[0]], said) for head, said, _, _ in part.lines if said
            )


def is_verbatim(project: Project, sentence: str) -> bool:
    """Whether a sentence is a substring of a cell as published, or as shown where it had markup."""
    cells = (project.purpose, project.overview, project.outcome, project.name, project.section)
    return any(sentence in cell or ("<" in cell and sentence in display(cell)) for cell in cells)


def problems(answer: Answer, by_number: By) -> list[str]:
    """One line for each quote that is not verbatim and each thing the gate would change."""
    found = [
        f"not in {project.number}: {sentence}"
        for project, sentence in quotes(answer, by_number)
        if not is_verbatim(project, sentence) or sentence not in answer.text
    ]
    message = answer.message()
    shown = "\n".join(map(plain, pages(message)))
    said = [sentence for _, sentence in quotes(answer, by_number)]
    return found + [
        f"cut by the gate: {sentence}" for sentence in said if _flat(sentence) not in _flat(shown)
    ]


def _flat(text: str) -> str:
    return "".join(text.split())
