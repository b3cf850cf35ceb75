"""How a subcommand refuses: one line on stderr, exit status 2."""

from __future__ import annotations

from typing import IO, Any

import click


class Refusal(click.ClickException):
    """Nothing was done; the message is one Japanese line: what was wrong and what to do."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        warn(self.message)


def warn(message: str) -> None:
    """Say something in one line on stderr."""
    click.echo(f"jigyo: {message}", err=True)
