"""What a question names outright: fiscal years, projects by number or name, offices. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from store.index.catalog import Catalog, Entry, Mention
from store.text.asking import MASK
from store.text.fiscal_years import without_years, years_asked, years_mentioned
from store.text.numbers import NumberSpan, numbers_named

_SET_APART = re.compile(".{0,3}(?:と|から|より).{0,3}")


def take_years(text: str, held: Catalog) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """The text without the loaded fiscal years that it names, those, and the others that it asks of.

    A year within the name of a project is a part of the name.
    """
    names = [mention for mention in held.mentions(text) if mention.kind == "project"]
    asked = [
        span
        for span in (years_mentioned(text) if are_compared(text) else years_asked(text))
        if not any(name.start < span.end and span.start < name.end for name in names)
    ]
    loaded = [span for span in asked if span.year in held.years]
    years = tuple(dict.fromkeys(span.year for span in loaded))
    others = tuple(dict.fromkeys(span.year for span in asked if span.year not in held.years))
    return without_years(text, loaded), years, others


def are_compared(text: str) -> bool:
    """Whether a text sets two fiscal years against each other (令和2年度と令和3年度)."""
    spans = years_mentioned(text)
    return any(_SET_APART.fullmatch(text, one.end, two.start) for one, two in pairwise(spans))


def take_numbers(text: str, held: Catalog) -> tuple[str, tuple[tuple[Entry, ...], ...], tuple[str, ...]]:
    """Projects named by number, numbers that no project has, and the text with them masked."""
    named: list[tuple[Entry, ...]] = []
    unknown: list[str] = []
    masks: list[tuple[NumberSpan, int]] = []
    for span in numbers_named(text):
        numbers = _between(*span.between, held) if span.between else span.numbers
        entries = [held.of_number(number) for number in numbers]
        if not numbers or not (span.is_called or all(entries)):
            continue
        named += filter(None, entries)
        unknown += [number for number, found in zip(numbers, entries, strict=True) if not found]
        masks.append((span, len(numbers)))
    for span, count in reversed(masks):
        text = f"{text[: span.start]}{'と'.join([MASK] * count)}{text[span.end :]}"
    return text, tuple(named), tuple(unknown)


def _between(first: int, last: int, held: Catalog) -> tuple[str, ...]:
    """The numbers that there are from `first` to `last`."""
    numbers = (int(key) for key in held.by_number if key.isdecimal())
    return tuple(str(number) for number in sorted(numbers) if first <= number <= last)


def masked(text: str, held: Catalog) -> tuple[str, list[Mention]]:
    """The text with the names of projects and offices masked, and those names."""
    mentions = held.mentions(text)
    for mention in reversed(mentions):
        text = f"{text[: mention.start]}{MASK}{text[mention.end :]}"
    return text, mentions


def of_name(name: str, held: Catalog, years: tuple[int, ...]) -> tuple[Entry, ...]:
    """The projects of a name, in the years asked for if there are any."""
    entries = held.by_name[name]
    return tuple(entry for entry in entries if not years or entry.fiscal_year in years) or entries
