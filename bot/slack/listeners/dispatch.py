"""From what was typed to the message that answers it, on every surface by the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.context import Context, Handler, SlackRequest
from bot.messages.message import Message, noted
from bot.slack import router
from bot.slack.answering import Where, waits
from bot.slack.listeners import ask
from bot.slack.router import Decision
from store.index.catalog import Catalog
from store.index.snapshot import IndexSnapshot

QUICK_PROJECTS = 20_000


@dataclass(frozen=True, eq=False)
class Dispatcher:
    """Decides by the router's rules; `commands` are the handlers of its COMMANDS, by what those do."""

    commands: Mapping[str, Handler]

    def decide(self, request: SlackRequest, context: Context) -> Decision:
        """What was typed: a command, a search, a question or small talk."""
        db = context.databases.get()

        def names() -> Catalog:
            with db.reading() as index:
                return index.catalog

        return router.decide(
            request.text,
            request.surface,
            names,
            raw=request.raw,
            was_shown=lambda: ask.last_turn(db, request, context) is not None,
        )

    def may_wait(self, decision: Decision) -> bool:
        """Whether what was decided may wait for Slack or for the database."""
        return decision.kind == "command" and waits(self.commands[decision.command])

    def where(self, decision: Decision, index: IndexSnapshot) -> Where:
        """Where to run it: a search takes no longer on the loop than its way to a thread, on no long list."""
        if self.may_wait(decision):
            return "patient"
        is_quick = decision.kind == "search" or decision.command == "usage"
        return "loop" if is_quick and index.project_count <= QUICK_PROJECTS else "thread"

    def run(self, decision: Decision, request: SlackRequest, context: Context) -> Message:
        """The message for what was decided."""
        if decision.kind == "command":
            context.metrics.add("jigyo_answers", "command", "found")
            typed = replace(request, text=decision.text, raw=decision.raw)
            return noted(self.commands[decision.command](typed, context), decision.note)
        return noted(ask.respond(decision, request, context), decision.note)

    def __call__(self, request: SlackRequest, context: Context) -> Message:
        """Decide and run: the handler of whatever is typed."""
        return self.run(self.decide(request, context), request, context)
