"""What a column of a list is: inferred from its heading and cells, unless the city says what it is. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace

from store.columns import headings
from store.columns.headings import Said, groups, read_heading
from store.columns.values import (
    NUMERIC,
    Basis,
    Cell,
    Column,
    ColumnSetting,
    Kind,
    ListedColumn,
    Value,
    converted,
    is_money,
    is_word_for_nothing,
    read_value,
    unit_name,
)
from store.text.normalize import nfkc
from store.text.numbers import fiscal_year_name, parse_fiscal_year

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


MOSTLY = 0.8  # share of the cells with a value that must be of a kind
LONGEST_CHOICE = 30  # characters
FEW = 12  # different values that are choices in any list of more rows than twice as many …
SHARE = 0.3  # … or so many of all rows
SURE_ROWS = 10  # rows below which repeated values tell nothing, and the heading decides

_ERA = r"(?:令和|平成|昭和|大正|明治|[RHSTM])\.?\s?(?:元|\d{1,2})"
_DATE = re.compile(
    rf"(?:{_ERA}|(?:18|19|20)\d\d)(?:\s?年度?|[./-](?=\d))?(?:\s?\d{{1,2}}(?:月|[./-](?=\d)))?(?:\s?\d{{1,2}}日?)?"
    rf"(?:以前|頃|ごろ|から|まで|予定|~|〜|～|-)?(?:(?:{_ERA}|(?:18|19|20)\d\d)年?度?)?",
    re.IGNORECASE,
)
_OF_WHICH = re.compile("うち|内訳|[(（]?内")  # of the amount before it


def infer(
    listed: Sequence[ListedColumn],
    cells: Mapping[str, Sequence[str]],
    *,
    fiscal_year: int,
    default_unit: str = "",
) -> tuple[Column, ...]:
    """The columns of one list and year, ids and source 0. `cells` has each column's texts by its key.

    `default_unit` is what the list says of all its amounts (単位：千円 above the table), and
    behind it of its counts (千円、人). Of a column with a
    role only the heading is looked at.
    """
    tied = groups(listed)
    found = []
    for column in listed:
        said = read_heading(column.path, fiscal_year)
        name, part = tied.get(column.key, ("", ""))
        base = Column(
            0, 0, fiscal_year, column.position, column.heading, column.path, key=column.key,
            role=column.role, group_name=name, group_part=part,
        )  # fmt: skip
        if column.role:
            found.append(replace(base, kind=_kind_of_role(column.role)))
            continue
        judged = _judged(base, said, cells.get(column.key, ()), default_unit)
        if judged.kind == "amount" and not judged.unit and _OF_WHICH.match(judged.heading) and found:
            judged = replace(judged, unit=found[-1].unit if found[-1].kind == "amount" else "")
        found.append(apply(column.setting, judged) if column.setting else judged)
    return tuple(found)


def read_cell(column: Column, project_id: int, text: str) -> Cell:
    """A cell of a column as it is stored."""
    value = read_value(text)
    if value.state:
        return Cell(project_id, column.id, text, None, value.state)
    if column.kind in NUMERIC and value.number is None and is_word_for_nothing(text):
        return Cell(project_id, column.id, text, None, "none")
    if value.number is None or column.kind == "code" or column.role:
        return Cell(project_id, column.id, text)
    return Cell(project_id, column.id, text, converted(value.number, value.unit, column.unit))


def _judged(base: Column, said: Said, texts: Sequence[str], default_unit: str) -> Column:
    values = [(text.strip(), read_value(text)) for text in texts if text.strip()]
    valued = [(text, value) for text, value in values if not value.state]
    heading = "".join(nfkc(base.heading).split())
    unit = said.unit if said.sure else ""
    kind = _kind(heading, said, valued, len(values))
    if kind in NUMERIC:
        unit = said.unit or _common_unit(value for _, value in valued)
        money, *others = default_unit.split("、")
        if kind == "amount" and not unit:
            unit = money
        elif kind == "count" and not unit and not base.group_name:
            unit = headings.unit_of_count(heading, others)
    basis = said.basis if kind in NUMERIC or base.group_part else ""
    topic = said.topic or headings.topic_of(nfkc(base.group_name))
    if topic == "cost" and kind not in NUMERIC:
        topic = ""
    return replace(base, unit=unit, value_year=said.value_year, basis=basis, kind=kind, topic=topic)


def _kind(heading: str, said: Said, valued: Sequence[tuple[str, Value]], filled: int) -> Kind:
    numbers = [value for text, value in valued if value.number is not None or is_word_for_nothing(text)]
    if not valued:
        return _by_heading(heading, said)
    dates = sum(bool(_DATE.fullmatch(nfkc(text))) for text, _ in valued)
    if headings.DATE_HEADING.search(_bare(heading)) and dates >= MOSTLY * len(valued):
        return "date"
    if len(numbers) >= MOSTLY * len(valued) and any(value.number is not None for value in numbers):
        return _numeric(heading, said, [value for value in numbers if value.number is not None])
    if dates >= MOSTLY * len(valued):
        return "date"
    texts = [nfkc(text) for text, _ in valued]
    if headings.CODE_HEADING.search(heading) and len(set(texts)) > len(texts) / 2:
        return "code"
    return "choice" if _is_choice(heading, said, texts) else "text"


def _numeric(heading: str, said: Said, values: Sequence[Value]) -> Kind:
    unit = said.unit or _common_unit(values)
    if is_money(unit):
        return "amount"
    if unit == "％":
        return "rate"
    if headings.CODE_HEADING.search(heading) and not unit:
        return "code"
    if unit:
        return "count"
    if headings.RATE_HEADING.search(heading):
        return "rate"
    if headings.COUNT_HEADING.search(heading):
        return "count"
    if headings.MONEY_HEADING.search(heading):
        return "amount"
    few = len({value.number for value in values}) <= FEW
    whole = all(value.number is not None and value.number.is_integer() for value in values)
    if headings.CHOICE_HEADING.search(heading) and few and whole:
        return "choice"
    return "number"


def _by_heading(heading: str, said: Said) -> Kind:
    """The kind of a column without any value."""
    if is_money(said.unit) or headings.MONEY_HEADING.search(heading):
        return "amount"
    if said.unit == "％":
        return "rate"
    if said.basis in ("target", "actual", "forecast"):
        return "number"
    return "count" if said.unit else "text"


def _is_choice(heading: str, said: Said, texts: Sequence[str]) -> bool:
    short = sum(len(text) <= LONGEST_CHOICE for text in texts)
    if short < MOSTLY * len(texts):
        return False
    by_heading = bool(headings.CHOICE_HEADING.search(heading))
    if len(texts) < SURE_ROWS:
        return by_heading
    if said.topic == "indicator" and not by_heading and not heading.endswith("単位"):
        return False  # what is measured is named once a project, and some are alike
    different = len(set(texts))
    if different <= FEW and different * 2 <= len(texts):
        return True
    return different <= SHARE * len(texts) and (by_heading or different <= 2 * FEW)


def _common_unit(values: Iterable[Value]) -> str:
    units = Counter(value.unit for value in values)
    if not units:
        return ""
    unit, times = units.most_common(1)[0]
    return unit if unit and times * 2 > units.total() else ""


def _kind_of_role(role: str) -> Kind:
    if role in ("number", "serial"):
        return "code"
    if role == "fiscal_year":
        return "date"
    return "choice" if role in ("section", "department", "organization") else "text"


def _bare(heading: str) -> str:
    return re.sub(r"[(\[〔【].*?[)\]〕】]", "", heading)
