"""What a city says its columns are, where we would take them for something else. Pure.

A row of `NAME.columns.csv` and the words behind `--map 列名=` say it alike: `store.lists.settings`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace

from store.columns.values import Basis, Column, ColumnSetting, Kind, is_money, unit_name
from store.text.fiscal_years import fiscal_year_name, parse_fiscal_year
from store.text.normalize import nfkc

HEADINGS = ("見出し", "項目", "種類", "単位", "年度", "区分", "まとまり", "まとまりの部分")
KIND_LABELS: dict[Kind, str] = {
    "amount": "金額", "count": "数量", "rate": "割合", "number": "数値", "choice": "選択肢", "date": "日付",
    "code": "コード", "text": "文章",
}  # fmt: skip
BASIS_LABELS: dict[Basis, str] = {
    "budget_initial": "当初予算", "budget_supplementary": "補正予算", "budget": "予算",
    "settlement": "決算", "execution": "執行", "request": "要求", "target": "目標",
    "actual": "実績", "plan": "計画", "forecast": "見込",
}  # fmt: skip
_KINDS = {label: kind for kind, label in KIND_LABELS.items()} | {kind: kind for kind in KIND_LABELS}
_BASES = {label: basis for basis, label in BASIS_LABELS.items()}
_BASES |= {basis: basis for basis in BASIS_LABELS}


def setting_of(words: str) -> ColumnSetting | None:
    """What 金額,千円,令和6年度,決算 says of a column; None when a word of it is none of these."""
    said: dict[str, object] = {}
    for word in filter(None, (each.strip() for each in nfkc(words).split(","))):
        if word in _KINDS:
            said["kind"] = _KINDS[word]
        elif word in _BASES:
            said["basis"] = _BASES[word]
        elif year := parse_fiscal_year(word):
            said["value_year"] = year
        elif is_money(word) or word.startswith(("単位=", "単位:")):
            said["unit"] = unit_name(word.removeprefix("単位=").removeprefix("単位:"))
        else:
            return None
    return ColumnSetting(**said) if said else None  # type: ignore[arg-type]  # by the names of its fields


def read_row(cells: Mapping[str, str]) -> ColumnSetting:
    """What a row of `NAME.columns.csv` says of a column. ValueError has the word that means nothing."""
    said = {name: cells.get(name, "").strip() for name in HEADINGS}
    kind, basis, year = said["種類"], said["区分"], said["年度"]
    if (kind and kind not in _KINDS) or (basis and basis not in _BASES):
        raise ValueError(kind if kind and kind not in _KINDS else basis)
    if year and not parse_fiscal_year(year):
        raise ValueError(year)
    return ColumnSetting(
        kind=_KINDS[kind] if kind else None,
        unit=unit_name(said["単位"]) or None,
        value_year=parse_fiscal_year(year) if year else None,
        basis=_BASES[basis] if basis else None,
        group_name=said["まとまり"] or None,
        group_part=said["まとまりの部分"] or None,
    )


def as_row(column: Column, field_labels: Mapping[str, str]) -> tuple[str, ...]:
    """A column as a row of `NAME.columns.csv`."""
    return (
        column.heading,
        field_labels.get(column.role, column.role),
        KIND_LABELS[column.kind],
        column.unit,
        fiscal_year_name(column.value_year) if column.value_year else "",
        BASIS_LABELS.get(column.basis, ""),
        column.group_name,
        column.group_part,
    )


def taken_for(column: Column, field_labels: Mapping[str, str]) -> str:
    """What a column was taken for, in words: 金額、千円、令和6年度、決算."""
    if column.role:
        return field_labels.get(column.role, column.role)
    parts: Iterator[str] = filter(None, as_row(column, field_labels)[2:6])
    group = ""
    if column.group_name:
        group = f"（{column.group_name}の{column.group_part or '名前'}）"
    return "、".join(parts) + group


def apply(setting: ColumnSetting, column: Column) -> Column:
    """A column with what is said of it in place of what we took it for."""
    said = {
        each.name: value for each in fields(setting) if (value := getattr(setting, each.name)) is not None
    }
    return replace(column, **said)


def rows_of(columns: Sequence[Column], field_labels: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The header and the rows of `NAME.columns.csv`."""
    return [HEADINGS, *(as_row(column, field_labels) for column in columns)]
