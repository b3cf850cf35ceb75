"""Find the header of a list (one to three rows), and what each of its columns is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile, zip_longest

from store.columns.headings import basis_of, topic_of, unit_of
from store.columns.values import ListedColumn, read_value
from store.lists.cells import USUAL, Reading, Row, Table, readings
from store.lists.limits import LIMITS, Limits, ListError, NotAListError, TooLarge, likelier, shown
from store.lists.roles import EXTRA, RANKS, Path, Sample, find_roles, words_of
from store.records import FIELD_LABELS
from store.text.normalize import header_key, nfkc
from store.text.numbers import find_fiscal_year

REQUIRED = ("number", "name")
HEADER_LINES = 20
HEADER_ROWS = 3  # that a header may have
LONGEST_HEADER = 40  # characters; a row with longer cells is a header only if most of its cells are short
LONGEST_HEADING = 200  # characters; a row with a longer cell is no header
SAMPLE_ROWS = 400
LONGEST_UNIT = 8  # characters, with its brackets, of a unit that is not known
_FORM_ROWS = 6
_NAMES_SHOWN = 30
_NO_LIST = (
    f"最初の{HEADER_LINES}行に見出し（事業番号、事務事業名など）がありません。事業の一覧か確かめてください。"
)
_TITLE = re.compile("一覧|リスト|評価結果|調書|資料|ページ|頁|編$|の概要$|について$")
_VALUE_LIKE = re.compile(r"[\d,.]+(?:千円|円|人|件|回|%)?")
_OF_UNIT = re.compile(r"[(\[〔【].{1,12}[)\]〕】]|(?:単位[::].*)|(?:百万|千)?円|[%人件回]|時間|人工")


@dataclass(frozen=True)
class Header:
    """A header, with one entry a column.

    `fields` has the name of a field, or '' for a column that is kept in `extra`. `paths` has the words of the
    heading, a row each. `names` has them joined and made unique. `depth` is the number of rows.
    """

    fields: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    depth: int = 1
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """The required fields that no column gives."""
        return [field for field in REQUIRED if field not in self.fields]

    @property
    def makes_numbers(self) -> bool:
        """Whether the list has names and offices but no numbers, so that numbers have to be made."""
        return (
            self.missing == ["number"]
            and any(field in self.fields for field in ("section", "department"))
            and sum(bool(path) for path in self.paths) > 2
        )

    @cached_property
    def width(self) -> int:
        """The number of columns, up to the last one with a heading."""
        return max((column for column, name in enumerate(self.names, 1) if name), default=0)

    @property
    def columns(self) -> Iterator[ListedColumn]:
        """The columns with a heading."""
        for position, (field, name, path) in enumerate(
            zip(self.fields, self.names, self.paths, strict=True), 1
        ):
            if name:
                yield ListedColumn(position, name, path, field)

    def column(self, field: str) -> int:
        """Return the 1-based column of a field, 0 if there is none."""
        return self.fields.index(field) + 1 if field in self.fields else 0

    def settled(self, mapping: Mapping[str, str]) -> dict[str, str]:
        """Return `mapping` with the field of each heading added, for later pages that repeat the header."""
        words: dict[str, str] = {}
        for path, field in dict.fromkeys(zip(self.paths, self.fields, strict=True)):
            for word in words_of(path)[:1]:
                if field or word not in words:
                    words[word] = field or EXTRA
        return {**words, **mapping}


def header_at(rows: Sequence[Row], at: int, mapping: Mapping[str, str], sample: bool = False) -> Header:
    """Read the header that begins in the row at an index, with the rows below that divide it.

    With `sample`, the cells below decide between columns whose headings fit the same field.
    """
    lines = [rows[at].cells]
    for row in rows[at + 1 : at + HEADER_ROWS]:
        if not _divides(lines, row.cells, mapping):
            break
        lines.append(row.cells)
    paths = _paths(lines)
    below = rows[at + len(lines) : at + len(lines) + SAMPLE_ROWS] if sample else ()
    taken = Sample([row.cells for row in below if len(row.filled) > 1])
    return replace(_header(paths, mapping, taken), depth=len(lines))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, or a whole text, whose first header begins in the row at index `start`."""

    name: str
    rows: Sequence[Row]
    start: int
    header: Header


def first_list(
    data: bytes, mapping: Mapping[str, str], limits: Limits = LIMITS
) -> tuple[Reading, list[Sheet]]:
    """Return the first reading with a header, and its sheets with one, all rows read.

    A header with numbers is preferred to one without, in whatever reading. Raises ListError if there is no
    header, or if the file is damaged or too large.
    """
    nearest = Header()
    too_large: TooLarge | None = None
    without: tuple[Reading, list[tuple[Table, int]]] | None = None
    for reading in readings(data, limits):
        found: list[tuple[Table, int]] = []
        unnumbered: list[tuple[Table, int]] = []
        for table in reading.tables:
            start, header = _first_header(table, mapping)
            nearest = max(nearest, header, key=_known)
            if start is not None:
                (unnumbered if header.missing else found).append((table, start))
            if not reading.fault and reading.format in USUAL:
                too_large = likelier(too_large, table.too_large)
        if found:
            reading.check()
            return reading, [_sheet(table, start, mapping) for table, start in found]
        if unnumbered and not without:
            without = reading, unnumbered
    if without:
        without[0].check()
        return without[0], [_sheet(table, start, mapping) for table, start in without[1]]
    raise too_large or NotAListError(_no_header(nearest, mapping))


def check_mapping(mapping: Mapping[str, str], sheets: Sequence[Sheet]) -> None:
    """Raise ListError if no heading is the word of `mapping`, so that its field would stay empty."""
    headers = [sheet.header for sheet in sheets]
    given = {name for header in headers for name in header.fields}
    for word, name in mapping.items():
        if name != EXTRA and name not in given:
            raise ListError(
                f"--map の列「{word}」が見出しにありません（見出し: {_shown_names(headers[0])}）。"
            )


def is_short(cells: Sequence[str]) -> bool:
    """Whether the cells of a row are short enough for headings."""
    longest = max(map(len, cells), default=0)
    if longest <= LONGEST_HEADER:
        return True
    if longest > LONGEST_HEADING:
        return False
    filled = sum(bool(cell.strip()) for cell in cells)
    return filled > 2 and sum(len(cell) > LONGEST_HEADER for cell in cells) <= max(1, filled // 4)


def _first_header(table: Table, mapping: Mapping[str, str]) -> tuple[int | None, Header]:
    """Return the index and the header of the first header row, or (None, the nearest to a header)."""
    rows = [*takewhile(lambda row: row.line <= HEADER_LINES, table.head(HEADER_LINES + HEADER_ROWS))]
    every = table.head(HEADER_LINES + HEADER_ROWS)
    nearest, unnumbered = Header(), None
    for start, row in enumerate(rows):
        if not is_short(row.cells):
            continue
        header = header_at(every, start, mapping)
        if _may_begin(header, row) and not _is_form(header, every[start + header.depth :]):
            if not header.missing:
                return start, header
            if header.makes_numbers and unnumbered is None:
                unnumbered = start, header
        nearest = max(nearest, header, key=_known)
    return unnumbered or (None, nearest)


def _may_begin(header: Header, row: Row) -> bool:
    """Whether the first row of a header is one of headings and not the title of the list."""
    if header.depth == 1:
        return True
    alone = [cell for cell in row.filled if not _TITLE.search(cell)]
    return len(alone) > 1 or any(_is_known(header_key(cell)) for cell in alone)


def _is_form(header: Header, below: Sequence[Row]) -> bool:
    """Whether labels stand below the number or the name: it is a form, not a list."""
    columns = [header.column(field) - 1 for field in REQUIRED if header.column(field)]
    return any(_has_labels(at, below) for at in columns)


def _has_labels(at: int, below: Sequence[Row]) -> bool:
    cells = [row.cells[at] for row in below[:_FORM_ROWS] if at < len(row.cells) and row.cells[at].strip()]
    short = [cell for cell in cells if len(cell) <= LONGEST_HEADING and not any(map(str.isdecimal, cell))]
    labels = [cell for cell in short if _is_known(header_key(cell))]
    fields = [cell for cell in labels if any(header_key(cell) in ranks for ranks in RANKS.values())]
    # The labels of a form differ; rows whose names are all 事業 are those of a list.
    return bool(fields) and len(set(labels)) > 1 and len(labels) * 2 >= len(cells)


def _sheet(table: Table, start: int, mapping: Mapping[str, str]) -> Sheet:
    rows = table.rows()
    header = header_at(rows, start, mapping, sample=True)
    return Sheet(table.name, rows, start, _with_banner(rows, start, header))


def _with_banner(rows: Sequence[Row], start: int, header: Header) -> Header:
    """Return the header with the row above it, if that has headings over some of the columns."""
    if not start or not (above := rows[start - 1]).filled or not is_short(above.cells):
        return header
    required = [header.column(field) - 1 for field in REQUIRED if header.column(field)]
    over = _spread(above.cells, rows[start].cells)
    before = zip(above.cells, header.paths[: max(required, default=0) + 1], strict=False)
    if any(cell.strip() and cell.strip() not in path[:1] for cell, path in before):
        return header
    said = [cell for cell in above.filled if cell.strip() not in {path[0] for path in header.paths if path}]
    if not said or any(_TITLE.search(cell) or _is_unit(cell) for cell in said):
        return header
    if not all(topic_of(nfkc(cell)) or basis_of([nfkc(cell)]) or find_fiscal_year(cell) for cell in said):
        return header
    paths = [
        (*_path([upper]), *path) if path and upper.strip() and upper.strip() != path[0] else path
        for upper, path in zip_longest(over[: len(header.paths)], header.paths, fillvalue="")
        if isinstance(path, tuple)
    ]
    return replace(header, paths=tuple(paths), names=_names(paths))


def _header(paths: Sequence[Path], mapping: Mapping[str, str], sample: Sample) -> Header:
    roles = find_roles(paths, mapping, sample)
    return Header(roles.fields, _names(paths), tuple(paths), notes=roles.notes)


def _path(cells: Iterable[str]) -> Path:
    """Return the words of a heading, a row each, without a row that repeats the one above."""
    path: list[str] = []
    for cell in cells:
        word = " ".join(cell.split())
        if word and (not path or path[-1] != word):
            path.append(word)
    return tuple(path)


def _paths(lines: Sequence[Sequence[str]]) -> list[Path]:
    if len(lines) == 1:
        return [_path([cell]) for cell in lines[0]]
    spread = [[*lines[-1]]]
    for upper in reversed(lines[:-1]):
        spread.insert(0, _spread(upper, spread[0]))
    return [_path(column) for column in zip_longest(*spread, fillvalue="")]


def _spread(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return a row of headings, each repeated over the columns to its right that the row below divides."""
    found: list[str] = []
    last = ""
    for above, below in zip_longest(upper, lower, fillvalue=""):
        if above.strip():
            last = above if below.strip() and below.strip() != above.strip() else ""
            found.append(above)
        elif below.strip():
            found.append(last)
        else:
            last = ""
            found.append("")
    return found


def _divides(lines: Sequence[Sequence[str]], below: Sequence[str], mapping: Mapping[str, str]) -> bool:
    """Whether a row is one more row of the header: it divides headings, repeats merged ones or adds units."""
    filled = [cell for cell in below if cell.strip()]
    if not filled or not is_short(below):
        return False
    over = lines[-1]
    if sum(bool(cell.strip()) for cell in over) < 2 or any(_is_value(cell) for cell in filled):
        return False
    divided = alone = False
    for at, cell in enumerate(below):
        above = over[at].strip() if at < len(over) else ""
        if not cell.strip() or cell.strip() == above or _is_unit(cell):
            continue
        if (
            above
            and not any(below[each].strip() for each in _span(over, at, len(below)))
            and not _continues(over, at)
        ):
            if not _is_known(header_key(cell), mapping):
                return False
            alone = True  # 令和7年度 over 予算 alone, beside 令和6年度 over 当初予算 and 決算
            continue
        if not above and not any(each.strip() for each in over[:at]):
            return False
        divided = True
    if alone and not divided:
        return False
    if not divided:
        return any(_is_unit(cell) for cell in filled) and not any(
            cell.strip()
            and not _is_unit(cell)
            and cell.strip() != (over[at].strip() if at < len(over) else "")
            for at, cell in enumerate(below)
        )
    return any(_is_known(header_key(cell), mapping) for cell in filled)


def _span(over: Sequence[str], at: int, width: int) -> range:
    """Return the columns that a heading spans to its right: blank ones, and those that repeat it."""
    end = at + 1
    while end < width and (end >= len(over) or over[end].strip() in ("", over[at].strip())):
        end += 1
    return range(at + 1, end)


def _continues(over: Sequence[str], at: int) -> bool:
    """Whether a merged heading spans this column: the column before has the same word."""
    return at > 0 and over[at].strip() != "" and over[at - 1].strip() == over[at].strip()


def _is_value(cell: str) -> bool:
    text = nfkc(cell).strip()
    if find_fiscal_year(text) or re.fullmatch(r"\d{1,2}", text) is not None:
        return len(text) > 12 or (text.isdecimal() and find_fiscal_year(text) is None)
    return read_value(cell).number is not None and bool(_VALUE_LIKE.match(text.lstrip("-△▲")))


def _is_unit(cell: str) -> bool:
    text = nfkc(cell).strip()
    if text[:1] in "([〔【" and len(text) > LONGEST_UNIT and not unit_of(text)[0]:
        return False  # 【基本目標1 ひとづくり】
    return bool(_OF_UNIT.fullmatch(text))


def _is_known(key: str, mapping: Mapping[str, str] | None = None) -> bool:
    """Whether a word is known as a heading of columns."""
    if (mapping and key in mapping) or any(key in ranks for ranks in RANKS.values()):
        return True
    return bool(
        topic_of(key) or basis_of([key]) or unit_of(key)[0] or find_fiscal_year(key)
        or key in ("名称", "単位", "名", "数値", "区分", "内容", "金額", "人数", "年度", "値")
    )  # fmt: skip


def _names(paths: Sequence[Path]) -> tuple[str, ...]:
    """Return the joined headings, made unique by their column; '' for a column without one."""
    names: dict[str, None] = {}
    every = []
    for column, path in enumerate(paths, 1):
        name = "／".join(path)
        every.append(f"{name} ({column})" if name and name in names else name)
        names[every[-1]] = None
    return tuple(every)


def _known(header: Header) -> int:
    return sum(map(bool, header.fields))


def _no_header(nearest: Header, mapping: Mapping[str, str]) -> str:
    if _known(nearest) < 2 or not nearest.missing:
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
