"""An answer as values: what is said, what is quoted from which record, and how sure it is. Pure.

Both forms of an answer, plain text (terminals, notifications, `jigyo ask`) and Block Kit, come from the same
parts. Whatever stands in a `Quote` is verbatim: plain text shows it in 「」, Slack in a barred quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.answers import showing
from bot.answers.showing import Part, Quote, Say
from bot.messages.builders import Block
from bot.messages.message import Message
from store.records import Project
from store.text.wareki import fiscal_year_name

Kind = Literal[
    "field", "figure", "count", "list", "summary", "compare", "search", "help", "smalltalk", "none"
]
Confidence = Literal["sure", "unsure", "none"]
Key = tuple[int, str]

UNSURE = "確かではありませんが、近い記載をお示しします。"
UNKNOWN = "登録されている事業からは分かりません。"
FALLBACK_TEXT = 3_000  # characters of a message's notification text; the blocks hold everything


@dataclass(frozen=True)
class Answer:
    """What a question gets; `why` tells how it was matched.

    `shown` are the projects in the order shown, for follow-ups such as 2番目; `rest` those left for もっと.
    """

    kind: Kind
    parts: tuple[Part, ...]
    shown: tuple[Key, ...] = ()
    rest: tuple[Key, ...] = ()
    confidence: Confidence = "sure"
    why: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()  # the words a list was chosen by, for its next page

    @property
    def citations(self) -> tuple[str, ...]:
        """Numbers of the projects that the answer rests on, each once; of none where nothing is known."""
        return () if self._only_points else self._numbers()

    @property
    def pointers(self) -> tuple[str, ...]:
        """Numbers of projects near to what was asked, where they are no answer to it."""
        return self._numbers() if self._only_points else ()

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
    def _only_points(self) -> bool:
        """Whether the projects shown are near to what was asked and no answer."""
        return self.confidence == "none" or self.kind == "none"

    def _numbers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(number for _, number in (*self.shown, *self.rest)))

    @property
    def text(self) -> str:
        """The whole answer in plain text."""
        return "\n".join(line for part in self._said() for line in showing.plain(part))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The whole answer in Block Kit, before the gate."""
        return tuple(block for part in self._said() for block in showing.blocks(part))

    def message(self, *extra: Block, in_channel: bool = False) -> Message:
        """The answer as a message, with more blocks of the surface's own below it."""
        return Message(shortened(self.text, FALLBACK_TEXT), (*self.blocks, *extra), in_channel)

    def as_json(self, blocks: Sequence[Any]) -> dict[str, Any]:
        """The contract of `jigyo ask --json`."""
        sources = [
            {"fiscal_year": year, "number": number, "field": field}
            for (year, number), fields in self.quoted.items()
            for field in fields
        ]
        return {
            "text": self.text, "blocks": blocks, "kind": self.kind, "confidence": self.confidence,
            "citations": list(self.citations), "sources": sources, "pointers": list(self.pointers),
        }  # fmt: skip

    def _said(self) -> tuple[Part, ...]:
        is_guess = self.confidence == "unsure" and self.kind != "none"
        return (Say(UNSURE, "small"), *self.parts) if is_guess else self.parts


def unknown(*parts: Part, shown: Iterable[Key] = (), why: Iterable[str] = ()) -> Answer:
    """The records do not say: told so first, then what is nearest."""
    return Answer("none", (Say(UNKNOWN), *parts), tuple(shown), confidence="none", why=tuple(why))


def not_loaded(years: Iterable[int], loaded: Iterable[int]) -> Answer:
    """A year was asked for whose list is not here."""
    asked, here = ("・".join(map(fiscal_year_name, some)) for some in (years, loaded))
    held = f"登録されているのは{here}です。" if here else ""
    return unknown(Say(f"{asked}の一覧は登録されていません。{held}"), why=(f"お尋ねの年度: {asked}",))


def title(project: Project) -> str:
    """A project as it is named in running text: its name and number."""
    return f"{project.name}（事業番号 {project.number}）"


def shortened(text: str, limit: int) -> str:
    """Whole lines of `text` up to `limit` characters, and that there is more."""
    if len(text) <= limit:
        return text
    head = text[: limit - 20].rsplit("\n", 1)[0]
    return f"{head}\n（続きは本文をご覧ください）"
