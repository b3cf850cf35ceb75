"""Option types that several subcommands share."""

from __future__ import annotations

import click

from store.fiscal_years import parse_fiscal_year


def year(text: str) -> int:
    """A fiscal year in any spelling (2021, 令和3年度, R3). Raises click.BadParameter for anything else."""
    found = parse_fiscal_year(text)
    if found is None:
        raise click.BadParameter(
            f"「{text}」は年度ではありません。2021 や 令和3年度 のように指定してください。"
        )
    return found
