"""The value of an indicator that is asked for by its own name, which a cell says and no heading.

A list has columns 指標, 実績 and 単位, and what is measured stands in the cells of the first. So the names of
indicators are compared with the question as sentences are: by the pairs of characters that both have, rare
ones counting more, together with the name and the section of the project.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from bot.ask.answers import Answer, Items, Part, Say
from bot.ask.columns import wording
from bot.ask.columns.evidence import column_names, rows, source_of
from bot.ask.columns.figures import Row
from bot.ask.columns.naming import fold, is_unit
from store.columns.values import NUMERIC, Column
from store.database import Database
from store.index.catalog import Entry
from store.index.snapshot import Memo
from store.index.tuning import TUNING
from store.text import asking

MOST_SHOWN = 3  # indicators of one project
_TAIL = re.compile("(?:の?(?:延べ?)?[人件回]?(?:数|率|額|量))$")
_LETTERS = re.compile("[一-龥々ァ-ヴーa-z0-9]+")
_ASKING = re.compile(
    "何[一-龥]?|教|年間|実績|事業|程度|幾|知|願|合計|全部|今年|数字|値|数(?![一-龥])"  # says how it is asked
)
_COUNTER = re.compile("何(人|名|件|回|部|冊|台|校|世帯|団体|%|パーセント)")
_SAME = {"名": "人", "パーセント": "%", "％": "%"}
_SEVERAL = re.compile("一番|最も|多い|少ない|高い|低い|順|合計|平均|比べ|どちら|どっち|事業は何|以上|以下")
Pairs = frozenset[str]


@dataclass(frozen=True)
class Indicator:
    """What one project measures: its name as published, the column that says it, and the pairs in both."""

    entry: Entry
    column: Column
    name: str
    pairs: Pairs  # of the name without 数 and 率 at its end
    around: Pairs  # of the project's name and section


@dataclass(frozen=True)
class Indicators:
    """The indicators of all lists, and how rare a pair of characters is among them."""

    every: tuple[Indicator, ...]
    having: Mapping[str, tuple[int, ...]]  # a pair -> the indicators with it, by their place in `every`
    most: float

    def weight(self, pair: str) -> float:
        """How rare a pair is, from 0; one that no indicator has counts most."""
        return self.most - log(1 + len(self.having.get(pair, ())))

    def share(self, wanted: Pairs, found: Pairs) -> float:
        """The part of what is wanted that is found, from 0 to 1."""
        whole = sum(map(self.weight, wanted))
        return sum(map(self.weight, wanted & found)) / whole if whole else 0.0


class _Known(Memo[str, Indicators]):
    """The indicators of this version of the lists."""


def answer(db: Database, text: str) -> Answer | None:
    """The value of the indicators of one project that a question names; None where none, or several, do."""
    known = _known(db)
    if not known.every or _SEVERAL.search(text):
        return None
    typed = fold(text[: TUNING.reading.characters])
    asked = pairs(_ASKING.sub(" ", asking.without_preface(typed)))
    near = Counter(at for pair in asked for at in known.having.get(pair, ()))
    tuning = TUNING.indicators
    judged = [
        (known.share(asked, one.pairs | one.around), known.share(one.pairs, asked), one)
        for one in (known.every[at] for at, _ in near.most_common(tuning.looked_at))
    ]
    named = [(said, own, one) for said, own, one in judged if said >= tuning.question and own >= tuning.name]
    if not named:
        return None
    said, _, best = max(named, key=lambda item: (item[0], item[1]))
    rivals = [
        one for score, _, one in named if one.entry.name != best.entry.name and score > said - tuning.lead
    ]
    newest = max(one.entry.fiscal_year for _, _, one in named if one.entry.name == best.entry.name)
    mine = sorted(
        {
            one.column.id: (-score, one)
            for score, _, one in named
            if one.entry.name == best.entry.name and one.entry.fiscal_year == newest
        }.values(),
        key=lambda item: (item[0], item[1].column.position),
    )
    return None if rivals else _told(db, typed, [one for _, one in mine][:MOST_SHOWN])


def pairs(text: str) -> Pairs:
    """The pairs of neighbouring characters in the words of a folded text; hiragana tells nothing."""
    return frozenset(run[at : at + 2] for run in _LETTERS.findall(text) for at in range(len(run) - 1))


def _told(db: Database, typed: str, found: Sequence[Indicator]) -> Answer | None:
    names = column_names(db)
    parts: list[Part] = []
    shown: list[Row] = []
    for one in found:
        group = rows(db, names.of_group([one.column]), [one.entry])
        unit = next(
            (row.cell.text.strip() for row in group if is_unit(row.column) and not row.cell.state), ""
        )
        values = [row for row in group if row.column.kind in NUMERIC]
        if not values or not _is_counted_in(typed, unit):
            continue
        title = f"{wording.title(one.entry)}の{wording.heading(one.column)}「{one.name}」"
        if len(values) == 1:
            end = "。" if values[0].cell.state else "です。"
            parts.append(Say(f"{title}は、{wording.value(values[0], unit)}{end}"))
        else:
            parts += [Say(f"{title}です。"), Items(tuple(wording.item(row, unit) for row in values))]
        shown += values
    if not shown:
        return None
    parts.append(
        wording.source(
            [r.column for r in shown], {r.column.source_id: source_of(db, r.column) for r in shown}
        )
    )
    parts.append(wording.detail_buttons([found[0].entry]))
    cells = tuple((wording.key(row.entry), row.column.heading) for row in shown)
    why = ("指標の名前についてのお尋ねと読み取りました",)
    return Answer("field", tuple(parts), (wording.key(found[0].entry),), why=why, cells=cells)


def _is_counted_in(typed: str, unit: str) -> bool:
    """Whether a value in this unit can be what 何人 or 何件 asks for."""
    asked = {_SAME.get(each, each) for each in _COUNTER.findall(typed)}
    return not asked or not unit or any(each in _SAME.get(unit, unit) for each in asked)


def _known(db: Database) -> Indicators:
    memo = db.snapshot.memo(_Known)
    return memo.get("") or memo.keep("", _read(db))


def _read(db: Database) -> Indicators:
    names = column_names(db)
    said = [
        c for c in names.columns if c.topic == "indicator" and c.group_name and c.kind in ("text", "choice")
    ]
    said = [c for c in said if not c.group_part and len(names.of_group([c])) > 1]
    every = tuple(_indicators(db, said))
    having: dict[str, list[int]] = {}
    for at, one in enumerate(every):
        for pair in one.pairs | one.around:
            having.setdefault(pair, []).append(at)
    return Indicators(every, {pair: tuple(places) for pair, places in having.items()}, log(2 + len(every)))


def _indicators(db: Database, columns: Iterable[Column]) -> Iterable[Indicator]:
    entries = db.snapshot.catalog.entries
    for column in columns:
        for row in rows(db, [column], [e for e in entries if e.fiscal_year == column.fiscal_year]):
            name = _ASKING.sub(" ", fold(row.cell.text))
            if not row.cell.state and (own := pairs(_TAIL.sub("", name)) or pairs(name)):
                around = pairs(_ASKING.sub(" ", fold(row.entry.name))) | pairs(fold(row.entry.section))
                yield Indicator(row.entry, column, row.cell.text.strip(), own, around)
