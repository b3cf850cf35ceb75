"""Tables and panels of a terminal, in which what others wrote gives it no orders."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from store.text.display import harmless


class Terminal(Console):
    """A console that prints no order to the terminal but its own: texts may hold what others wrote."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is to be written, piece by piece."""
        for segment in super().render(renderable, options):
            shown = segment.text if segment.control else harmless(segment.text)
            yield segment if shown == segment.text else Segment(shown, segment.style)
