"""The header of a list: the words that head a column, and where in a file the header is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, takewhile, zip_longest

from store.columns.records import ListedColumn
from store.lists.cells import Reading, Row, Table, readings
from store.lists.limits import LIMITS, Limits, ListError, NotAListError, TooLarge, likelier, shown
from store.records import FIELD_LABELS
from store.text.normalize import header_key, nfkc

# Field: the words for it, the surest first. A column is given to one field only, fields in this order.
_WORDS = {
    "number": """
        事業番号 事務事業番号 事業no 事務事業no 事業コード 事務事業コード 事業id 予算事業id
        事業整理番号 事務事業整理番号 予算事業番号 予算事業コード レビューシート番号 シート番号 整理番号
        管理番号 番号 no コード""",
    "serial": "通し番号 通番 連番 項番 番号 no",
    "name": """
        事務事業名 事業名 事務事業名称 事業名称 事務事業の名称 事業の名称 事務事業 予算事業名 評価対象事業名
        対象事業名 主要事業名 細事業名 取組事業名 取組名 事業""",
    "fiscal_year": "年度 会計年度 対象年度 事業年度 実施年度 事業実施年度 評価年度 公開年度 作成年度",
    "organization": """
        府省庁 府省庁名 省庁 省庁名 府省 府省名 団体名 自治体名 市町村名 市区町村名 地方公共団体名
        機関名 法人名""",
    "department": """
        部 部名 部局 部局名 担当部 担当部名 担当部局 担当部局名 担当部局庁 部局庁 所管部 所管部名
        所管部局 所管部局名 主管部 主管部局 所属部 所属部名 部等 部等名 部局等 部局等名
        局 局名 部・局 部・局名 担当局 担当局名 所管局 所管局名 所属局""",
    "section": """
        課名 課 担当課 担当課名 所管課 所管課名 担当課室 担当課室名 所管課室 所管課室名
        課室 課室名 課・室 課・室名 室・課 室・課名 課等 課等名 課所 課所名 担当課等 担当課等名 所管課等
        所管課等名 担当課・室 所管課・室 主管課 主管課名 所属課 所属課名 主担当課 室名 担当部課 担当部課名
        所管部課 所管部課名 部課 部課名 部・課 担当部署 担当部署名 所管部署 所管部署名 担当所属
        担当所属名 所属 所属名 実施課 作成課 部署 部署名 担当 所管""",
    "purpose": """
        事業の目的 事業目的 事務事業の目的 事務事業目的 目的 目的・ねらい 事業の目的・ねらい 事業のねらい
        ねらい 狙い""",
    "overview": """
        事業の概要 事業概要 事務事業の概要 事務事業概要 概要 事業の内容 事業内容 事務事業の内容
        事務事業内容 内容 取組内容 実施内容""",
    "outcome": """
        成果 事業の成果 事業成果 成果・実績 実績・成果 取組の成果 取組成果 主な成果 事業の実績
        事業実績 取組実績 実施実績 実績 事業効果 効果""",
}
WORDS = {field: tuple(words.split()) for field, words in _WORDS.items()}
_WITHOUT_COLUMN = re.compile(r" \(\d+\)$")  # what made a heading unique
EXTRA = "extra"  # what `--map` gives a column that no field should take
_FIELDS = "、".join([*(f"{field}（{FIELD_LABELS[field]}）" for field in WORDS), f"{EXTRA}（その他の列）"])
REQUIRED = ("number", "name")


@dataclass(frozen=True)
class Header:
    """One entry a column: `fields` has a field's name, or '' for a column kept in `extra` under its name."""

    fields: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """Required fields that no column gives."""
        return [field for field in REQUIRED if field not in self.fields]

    @cached_property
    def width(self) -> int:
        """How many columns there are, up to the last that has a word."""
        return max((column for column, name in enumerate(self.names, 1) if name), default=0)

    @property
    def columns(self) -> Iterator[ListedColumn]:
        """The columns that have a word, or a place in `extra` for want of one."""
        for position, (field, name) in enumerate(zip(self.fields, self.names, strict=True), 1):
            if field or name:
                path = (" ".join(_WITHOUT_COLUMN.sub("", name).split()),)
                yield ListedColumn(position, name or f"列{position}", path, field)

    def column(self, field: str) -> int:
        """The 1-based column of a field, 0 if there is none."""
        return self.fields.index(field) + 1 if field in self.fields else 0


def read_header(cells: Sequence[str], mapping: Mapping[str, str]) -> Header:
    """Take a row as a header; `mapping` (folded word -> field) comes before `WORDS`."""
    words = [header_key(cell) for cell in cells]
    fields = [mapping.get(word, "") for word in words]
    first = {word: column for column, word in reversed([*enumerate(words)])}
    for field, known in WORDS.items():
        free = [first[word] for word in known if word in first and not fields[first[word]]]
        if free and field not in fields:
            fields[free[0]] = field
    return Header(tuple("" if field == EXTRA else field for field in fields), _names(cells))


def two_rows(
    above: Sequence[str], below: Sequence[str], mapping: Mapping[str, str]
) -> tuple[str, ...] | None:
    """A header's cells where a second row divides the first (担当 into 部 and 課); None where it doesn't."""
    columns = list(zip_longest(above, below, fillvalue=""))
    header = read_header(above, mapping)
    if any(columns[header.column(field) - 1][1].strip() for field in REQUIRED):
        return None
    if not any(read_header(below, mapping).fields):
        return None
    return tuple(under if under.strip() else over for over, under in columns)


def read_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """`--map` arguments (`列名=field`, `列名=概要`) as folded word -> field. Raises ListError for others."""
    by_label = {header_key(label): field for field, label in FIELD_LABELS.items()}
    mapping = {}
    for pair in pairs:
        word, equals, target = (part.strip() for part in nfkc(pair).rpartition("="))
        field = by_label.get(header_key(target), target)
        if not word or not equals or not target:
            raise ListError(f"--map {pair} は「列名=項目」の形ではありません。項目は {_FIELDS} です。")
        if field not in (*WORDS, EXTRA):
            raise ListError(f"--map {pair} の「{target}」という項目はありません。項目は {_FIELDS} です。")
        mapping[header_key(word)] = field
    return mapping


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    """The headers as written, made unique by their column, '' where there is none."""
    names: dict[str, None] = {}
    every = []
    for column, cell in enumerate(cells, 1):
        name = cell.strip()
        every.append(f"{name} ({column})" if name and name in names else name)
        names[every[-1]] = None
    return tuple(every)


HEADER_LINES = 20
LONGEST_HEADER = 40  # characters; a row with a longer cell is not looked at as a header
_NAMES_SHOWN = 30
_NO_LIST = (
    f"最初の{HEADER_LINES}行に見出し（事業番号、事務事業名など）がありません。事業の一覧か確かめてください。"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet (a text is one) whose row at index `start` is its first header, `header` with a second row."""

    name: str
    rows: Sequence[Row]
    start: int
    header: Header


def first_list(
    data: bytes, mapping: Mapping[str, str], limits: Limits = LIMITS
) -> tuple[Reading, list[Sheet]]:
    """The first reading that has a header, and its sheets that have one, every row read.

    Raises ListError when there is none, or when the file or this reading of it is damaged or too large.
    """
    nearest = Header()
    too_large: TooLarge | None = None
    for reading in readings(data, limits):
        found: list[tuple[Table, int, Header]] = []
        for table in reading.tables:
            headers = [read_header(row.cells, mapping) for row in _early(table)]
            nearest = max([nearest, *headers], key=_known)
            starts = (start for start, header in enumerate(headers) if not header.missing)
            found += [(table, start, headers[start]) for start in islice(starts, 1)]
            if not reading.fault:
                too_large = likelier(too_large, table.too_large)
        if found:
            reading.check()
            return reading, [_sheet(table, start, header, mapping) for table, start, header in found]
    raise too_large or NotAListError(_no_header(nearest, mapping))


def check_mapping(mapping: Mapping[str, str], sheets: Sequence[Sheet]) -> None:
    """Raise ListError when a column of `mapping` is nowhere and its field would stay empty for it."""
    headers = [sheet.header for sheet in sheets]
    given = {name for header in headers for name in header.fields}
    for word, name in mapping.items():
        if name != EXTRA and name not in given:
            raise ListError(
                f"--map の列「{word}」が見出しにありません（見出し: {_shown_names(headers[0])}）。"
            )


def whole_header(row: Row, below: Row | None, mapping: Mapping[str, str]) -> Header | None:
    """The header in two rows, if the one below divides it."""
    if below is None or max(map(len, below.cells), default=0) > LONGEST_HEADER:
        return None
    cells = two_rows(row.cells, below.cells, mapping)
    return read_header(cells, mapping) if cells else None


def _early(table: Table) -> Iterator[Row]:
    return takewhile(lambda row: row.line <= HEADER_LINES, table.head(HEADER_LINES))


def _sheet(table: Table, start: int, header: Header, mapping: Mapping[str, str]) -> Sheet:
    rows = table.rows()
    below = rows[start + 1] if start + 1 < len(rows) else None
    return Sheet(table.name, rows, start, whole_header(rows[start], below, mapping) or header)


def _known(header: Header) -> int:
    return sum(map(bool, header.fields))


def _no_header(nearest: Header, mapping: Mapping[str, str]) -> str:
    if _known(nearest) < 2:
        return _NO_LIST
    missing = "と".join(f"「{FIELD_LABELS[name]}」" for name in nearest.missing)
    lost = "".join(f"「{word}」" for word in mapping if word not in map(header_key, nearest.names))
    return (
        f"見出しに{missing}の列がありません（見出し: {_shown_names(nearest)}）。"
        f"当たる列があれば --map 列名={nearest.missing[0]} で指定してください。"
        + (f"--map の列{lost}も見出しにありません。" if lost else "")
    )


def _shown_names(header: Header) -> str:
    """A header's words as a message names them: the first ones, in one line."""
    names = [*filter(None, header.names)]
    more = f" ほか{len(names) - _NAMES_SHOWN}列" if len(names) > _NAMES_SHOWN else ""
    return "、".join(map(shown, names[:_NAMES_SHOWN])) + more
