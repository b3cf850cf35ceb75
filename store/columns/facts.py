"""A project's own columns in the order in which people ask: cost, evaluation, indicators, staff; the rest.

Pure. An indicator, its result and its unit are one line; money has a readable form beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from store.columns.headings import PART_OF_AMOUNT, groups, topic_of, unit_of
from store.columns.values import ListedColumn, Topic, read_value, readable
from store.text.fiscal_years import find_fiscal_year
from store.text.normalize import nfkc

LEADING: tuple[Topic, ...] = ("cost", "evaluation", "indicator", "staff")
LONGEST = 60  # characters of a value that still is a fact; a longer one is a text
MOST_OF_TOPIC = 8
_UNIT = "単位"
_RATE = re.compile("[率度]$")


@dataclass(frozen=True, slots=True)
class Fact:
    """A line about a project: `label` is a heading or what a group is about, `text` what the list says."""

    label: str
    text: str
    topic: Topic


def facts(extra: Mapping[str, str]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """What people ask for first, and the rest, of a project's columns by heading; empty ones are left out."""
    columns = [ListedColumn(place, key, tuple(key.split("／"))) for place, key in enumerate(extra, 1)]
    tied = groups(columns)
    found: list[Fact] = []
    done: set[str] = set()
    for column in columns:
        if column.key in done:
            continue
        name, _ = tied.get(column.key, ("", ""))
        members = [each for each in columns if name and tied.get(each.key, ("", ""))[0] == name]
        parts = {tied[each.key][1]: extra[each.key] for each in members}
        if "" in parts and topic_of(nfkc(name)) == "indicator":
            done.update(each.key for each in members)
            found += _indicator(name, parts)
            continue
        if extra[column.key].strip():
            found.append(_fact(column, extra[column.key]))
    first = [fact for topic in LEADING for fact in _leading(found, topic)]
    return tuple(first), tuple(fact for fact in found if fact not in first)


def _leading(found: Sequence[Fact], topic: Topic) -> list[Fact]:
    of_topic = [fact for fact in found if fact.topic == topic and len(fact.text) <= LONGEST * 2]
    if topic == "cost" and len(of_topic) > MOST_OF_TOPIC:  # whole amounts and the newest years first
        chosen = sorted(of_topic, key=_rank)[:MOST_OF_TOPIC]
        return [fact for fact in of_topic if fact in chosen]
    return of_topic[:MOST_OF_TOPIC]


def _rank(fact: Fact) -> tuple[bool, int]:
    heading = nfkc(fact.label)
    return bool(PART_OF_AMOUNT.search(heading)), -(find_fiscal_year(heading) or 0)


def _fact(column: ListedColumn, text: str) -> Fact:
    value, heading = read_value(text), nfkc(column.heading)
    unit = value.unit or unit_of(nfkc(column.path[-1]))[0] or unit_of(heading)[0]
    shown = text
    if value.number is not None and (near := readable(value.number, unit)):
        amount = f"{value.number:,.10g}{unit}" if text.strip().isdecimal() else text.strip()
        shown = f"{amount}（{near}）"
    topic = topic_of(heading) if len(text) <= LONGEST else ""
    return Fact(column.heading, shown, topic)


def _indicator(name: str, parts: Mapping[str, str]) -> Iterable[Fact]:
    """One line of an indicator: 訓練回数　実績 3回、目標 4回; none for one that the list leaves out."""
    about, unit = parts.get("", "").strip(), parts.get(_UNIT, "").strip()
    values = [
        f"{part} {_with_unit(text.strip(), '' if _RATE.search(part) else unit)}"
        for part, text in parts.items()
        if part not in ("", _UNIT) and text.strip() and not read_value(text).state
    ]
    if read_value(about).state and not values:
        return
    yield Fact(name, f"{about}　{'、'.join(values)}".strip(), "indicator")


def _with_unit(text: str, unit: str) -> str:
    """A value with its unit, where it is a number that has none: 100.0 of ％ is 100％."""
    value = read_value(text)
    if value.number is None or value.unit:
        return text
    return f"{value.number:,.10g}{unit}"
