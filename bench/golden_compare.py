"""Records of two trees compared: what was said, of which kind, citing what, with which buttons. Pure."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Record = dict[str, Any]
"""`list`, `surface`, `asked` (the turns up to this one) and `got` (what came, by field)."""

FIRST_FIELDS = ("status", "kind", "citations", "text", "shown", "buttons", "layout")
LONGEST_LINE, MOST_LINES = 150, 8

_TIMING = frozenset({"took_ms"})
_KEPT = re.compile(
    r"(?:(?<= )|^)@[\w-]{16}$|^[\w-]{16}(?= \d+$)"
)  # keys of what a button keeps in the database
_VOLATILE = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1"),
    (re.compile(r"\b\d{10}\.\d{6}\b|(?<=/p)\d{16}\b"), "TS"),
    (re.compile(r"(?<=受付番号 )[0-9a-f]{8}"), "ID"),
)


# -- a message as a record ------------------------------------------------------------------------------


def message(text: str, blocks: Sequence[Json]) -> Json:
    """The fields of a message: text, what its blocks say, buttons, kind, citations, and the blocks."""
    buttons = list(_buttons(blocks))
    fields: Json = {
        "text": text,
        "shown": list(_leaves(blocks)),
        "buttons": [" | ".join(steady({"value": part})["value"] for part in each) for each in buttons],
        "layout": steady(list(blocks)),
    }
    for *_, value in buttons:
        fields |= _told_by_feedback(value)
    return {name: steady(held) for name, held in fields.items()}


def steady(value: Any, *, key: str = "") -> Any:
    """The same value without what differs from run to run: times, ports, random keys."""
    if isinstance(value, Mapping):
        return {name: steady(held, key=name) for name, held in value.items() if name not in _TIMING}
    if isinstance(value, (list, tuple)):
        return [steady(held, key=key) for held in value]
    if isinstance(value, str):
        for pattern, word in _VOLATILE:
            value = pattern.sub(word, value)
        return _KEPT.sub("KEPT", value) if key == "value" else value
    return value


def _leaves(node: Any) -> Iterator[str]:
    """Every text in blocks, in the order in which it stands there."""
    if isinstance(node, Mapping):
        for name, held in node.items():
            if isinstance(held, str):
                if name in ("text", "alt_text", "url"):
                    yield held
            else:
                yield from _leaves(held)
    elif isinstance(node, (list, tuple)):
        for held in node:
            yield from _leaves(held)


def _buttons(node: Any, action: str = "") -> Iterator[tuple[str, str, str]]:
    """Label, action id and value of whatever can be pressed or chosen in blocks."""
    if isinstance(node, Mapping):
        action = str(node.get("action_id", action))
        if "value" in node or ("action_id" in node and "text" in node):
            label = node.get("text", "")
            shown = label.get("text", "") if isinstance(label, Mapping) else label
            yield str(shown), action, str(node.get("value", ""))
        for held in node.values():
            yield from _buttons(held, action)
    elif isinstance(node, (list, tuple)):
        for held in node:
            yield from _buttons(held, action)


def _told_by_feedback(value: str) -> Json:
    """Kind and citations, which the button 役に立った carries (a digit, then JSON)."""
    try:
        held = json.loads(value[1:]) if value[:2] == "1{" else {}
    except ValueError:
        return {}
    return {"kind": held["k"], "citations": held["c"]} if {"k", "c"} <= held.keys() else {}


# -- two lists of records -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One answer that is not the same: by field what the base and what this tree gave."""

    place: str  # the list and the surface
    asked: tuple[str, ...]
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Comparison:
    """How many answers were compared, by list and surface, and those that differ."""

    compared: Mapping[str, int]
    differing: Sequence[Difference]


def compare(base: Sequence[Record], here: Sequence[Record]) -> Comparison:
    """Compare what two trees gave to the same texts. New JSON keys are no difference, lost ones are."""
    before, after = _by_key(base), _by_key(here)
    compared: Counter[str] = Counter()
    differing = []
    for key in dict.fromkeys([*before, *after]):
        place, asked = key
        compared[place] += 1
        if key in before and key in after:
            fields = _differing(before[key], after[key])
        else:
            fields = {"there": ("" if key not in before else "yes", "" if key not in after else "yes")}
        if fields:
            differing.append(Difference(place, asked, fields))
    return Comparison(compared, differing)


def _by_key(records: Sequence[Record]) -> dict[tuple[str, tuple[str, ...]], Json]:
    return {(f"{each['list']} {each['surface']}", tuple(each["asked"])): each["got"] for each in records}


def _differing(base: Json, here: Json) -> dict[str, tuple[Any, Any]]:
    """The fields that differ, the telling ones first, without those that only follow from another."""
    names = sorted(base, key=lambda name: (*FIRST_FIELDS, name).index(name))
    found = {name: (base[name], here.get(name)) for name in names if not _is_kept(base[name], here.get(name))}
    if found.keys() & {"text", "shown", "buttons"}:
        found.pop("layout", None)
    if "text" in found:
        found.pop("shown", None)
    return found


def _is_kept(base: Any, here: Any) -> bool:
    """Whether all of `base` is in `here`, key by key; a dict may have gained keys, unless it is a block."""
    if isinstance(base, Mapping) and isinstance(here, Mapping):
        if "type" in base or "type" in here:
            return base == here
        return all(name in here and _is_kept(held, here[name]) for name, held in base.items())
    if isinstance(base, list) and isinstance(here, list):
        return len(base) == len(here) and all(map(_is_kept, base, here))
    return bool(base == here)


# -- for people -----------------------------------------------------------------------------------------


def show(comparison: Comparison, *, most: int) -> Iterator[str]:
    """A line for each list and surface, then at most `most` differing texts, once where surfaces agree."""
    differ = Counter(each.place for each in comparison.differing)
    width = max(map(len, comparison.compared), default=0)
    for place, count in comparison.compared.items():
        yield f"{place:{width}}  {count:6,} compared  {differ[place]:5,} differ"
    alike: defaultdict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for each in comparison.differing:
        lines = tuple(line for name, (old, new) in each.fields.items() for line in _change(name, old, new))
        alike[each.asked, lines].append(each.place)
    for (asked, lines), places in list(alike.items())[:most]:
        yield ""
        yield f"「{' → '.join(asked)}」 {', '.join(places)}"
        yield from lines
    if len(alike) > most:
        yield ""
        yield f"… and {len(alike) - most:,} more differences (--most N, or --keep FOLDER for all of it)"


def _change(name: str, base: Any, here: Any) -> Iterator[str]:
    old, new = _lines(base), _lines(here)
    changed = [
        line
        for line in difflib.unified_diff(old, new, n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]
    if name in ("kind", "status") or len(old) == len(new) == 1:
        changed = [f"-{old[0]}", f"+{new[0]}"] if old and new else changed
    for line in changed[:MOST_LINES]:
        yield f"  {name:9} {line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + '…'}"
    if len(changed) > MOST_LINES:
        yield f"  {name:9} … {len(changed) - MOST_LINES} more lines"


def _lines(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.splitlines() or [""]
    if isinstance(value, list) and all(isinstance(held, str) for held in value):
        return [line for held in value for line in _lines(held)]
    if isinstance(value, list):
        return [json.dumps(held, ensure_ascii=False, sort_keys=True) for held in value]
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).splitlines()
