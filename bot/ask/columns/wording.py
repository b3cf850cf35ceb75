"""What is said of cells and numbers: with heading, project, year and source. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.ask.answers import Choice, Choices, Items, Key, Part, Say
from bot.ask.columns.figures import Row, cell_value
from store.columns.values import Column
from store.text.normalize import one_space
from store.text.numbers import fiscal_year_name

if TYPE_CHECKING:
    from store.index.catalog import Entry
    from store.lists.matching import Link

LONGEST = 600  # characters of a cell that are shown; the rest is a button away
PAGE = 10
EMPTY = "空欄です"


def title(entry: Entry) -> str:
    """A project as running text names it."""
    return f"{one_space(entry.name)}（事業番号 {entry.number}）"


def key(entry: Entry) -> Key:
    """What a project is known by."""
    return entry.fiscal_year, entry.number


def heading(column: Column) -> str:
    """A column's heading as published, in one line."""
    return f"「{one_space(column.heading)}」"


def heads(columns: Iterable[Column]) -> str:
    """The headings of columns, each once."""
    return "・".join(dict.fromkeys(map(heading, columns)))


def value(row: Row, unit: str = "") -> str:
    """What a cell says, as the end of a sentence needs it: the value, or that there is none."""
    match row.cell.state:
        case "empty":
            return EMPTY
        case "none" | "withheld":
            return f"「{one_space(row.cell.text)}」と記載されており、値はありません"
    return _cut(cell_value(row.column, row.cell, unit))


def sentence(row: Row, unit: str = "") -> str:
    """A cell in a sentence of its own."""
    said = value(row, unit)
    if row.column.kind == "text" and not row.cell.state:
        said = f"「{said}」"
    end = "。" if row.cell.state else "です。"
    return f"{title(row.entry)}の{heading(row.column)}は、{said}{end}"


def item(row: Row, unit: str = "") -> tuple[str, str]:
    """A cell as a line of a list: its heading, and what it says."""
    return one_space(row.column.heading), f": {value(row, unit)}"


def source(columns: Iterable[Column], files: Mapping[int, str], beside: str = "") -> Say:
    """From which list, year and columns it is."""
    by_list: dict[tuple[int, int], list[Column]] = {}
    for column in columns:
        by_list.setdefault((column.fiscal_year, column.source_id), []).append(column)
    told = [
        f"{fiscal_year_name(year)}の一覧{_in_brackets(files.get(list_id, ''))}の{_headings(some)}の列"
        for (year, list_id), some in by_list.items()
    ]
    return Say(f"出典: {'、'.join(told)}{_in_brackets(beside)}", "small")


def without_value(left: int) -> str:
    """How many rows had none."""
    return f"空欄などで値のない{left:,}件は含みません。" if left else "値のない事業はありません。"


def detail_buttons(entries: Iterable[Entry]) -> Choices:
    """A button to each project's card."""
    some = list({key(entry): entry for entry in entries}.values())[:5]
    return Choices(
        tuple(
            Choice("詳細" if len(some) == 1 else _label(e), "detail", f"{e.fiscal_year} {e.number}")
            for e in some
        )
    )


def listed(lines: Sequence[tuple[Entry, str]]) -> list[Part]:
    """Projects one a line with what is said of them, a page of them."""
    return [Items(tuple((title(entry), said) for entry, said in lines[:PAGE]))] if lines else []


def left_over(total: int) -> list[Part]:
    """How many are not shown."""
    left = total - PAGE
    return [Say(f"ほかに{left:,}件あります。「もっと」で続きを表示します。", "small")] if left > 0 else []


def goes_on(link: Link) -> str:
    """What a project was called in the year before, where its number or name was another."""
    before = link.earlier
    year = fiscal_year_name(before.fiscal_year)
    if link.is_estimate:
        return f"{year}は{one_space(before.name)}（事業番号 {before.number}）で、名前や内容からの推定です。"
    if "name" in link.changes:
        return f"{year}は{one_space(before.name)}（事業番号 {before.number}）です。"
    return f"{year}の番号は {before.number} です。" if "number" in link.changes else ""


def office(entry: Entry) -> str:
    """Where a project belongs, in short."""
    return one_space(entry.section or entry.department or entry.organization)


def _in_brackets(text: str) -> str:
    return f"（{text}）" if text else ""


def _headings(columns: Sequence[Column]) -> str:
    names = list(dict.fromkeys(one_space(column.heading) for column in columns))
    more = f"など{len(names)}" if len(names) > 3 else ""
    return "・".join(f"「{name}」" for name in names[:3]) + more


def _label(entry: Entry) -> str:
    name = one_space(f"{entry.number} {entry.name}")
    return name if len(name) <= 30 else f"{name[:29]}…"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…（全文は「詳細」でご覧になれます）"
