"""What a question names outright: fiscal years, projects by number or name, offices. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.answers.cues import MASK
from store.index.catalog import Catalog, Entry, Mention
from store.text.fiscal_years import without_years, years_asked, years_mentioned
from store.text.numbers import KANJI_NUMBER

_NUMBER = re.compile(
    rf"(?:事業番号|事業No\.?|番号|No\.?|№|#)\s*[:：]?\s*([0-9A-Za-z][0-9A-Za-z\-]*|{KANJI_NUMBER}(?!(?!番)[一-龥々つ]))(?:番)?(?:の事業(?!名|番号|費))?"
    r"|(?<![0-9A-Za-z])([0-9]{1,5})(?:番の?事業|番(?![目号一-龥])|(?=の(?:事業|担当|目的|概要|成果|内容))|(?=って|とは))"
)
_ASKED_OF = r"(?=$|[?。]|(?:の|を|は|が|って|とは|に(?:ついて|関)))"
_SEVERAL = re.compile(  # numbers and nothing else, before what is asked about them
    r"[0-9]{1,5}(?:(?: ?(?:[,、・&]|と|及び|および) ?| )[0-9]{1,5})+"
    rf"{_ASKED_OF}"
)
_FROM_TO = re.compile(
    rf"(?:事業)?(?:番号)?([0-9]{{1,5}})番?\s?(?:[〜~]|から)\s?([0-9]{{1,5}})番?(?:まで)?{_ASKED_OF}"
)
_SET_APART = re.compile(".{0,3}(?:と|から|より).{0,3}")
_CODE = re.compile(r"[0-9]{4}-[^\s\-、。「」]{1,6}-[^\s、。「」のはをがと]*[0-9]")


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

    def take(found: re.Match[str]) -> str:
        number = next(group for group in (*found.groups(), found[0]) if group)
        if entries := held.of_number(number):
            named.append(entries)
        else:
            unknown.append(number)
        return MASK

    text = _one_by_one(text, held)
    several = _SEVERAL.match(text)
    if several and all(map(held.of_number, re.findall("[0-9]+", several[0]))):
        text = re.sub("[0-9]+", take, several[0]) + text[several.end() :]
    text = _CODE.sub(lambda found: take(found) if held.of_number(found[0]) else found[0], text)
    return _NUMBER.sub(take, text), tuple(named), tuple(unknown)


def _one_by_one(text: str, held: Catalog) -> str:
    """11〜15の事業 as 11、12の事業: the numbers there are between them; as it is when there are none."""
    if not (found := _FROM_TO.match(text)):
        return text
    first, last = map(int, found.groups())
    between = sorted(int(key) for key in held.by_number if key.isdecimal() and first <= int(key) <= last)
    return f"{'、'.join(map(str, between))}{text[found.end() :]}" if between else text


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
