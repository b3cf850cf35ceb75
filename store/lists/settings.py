"""Settings of a list's columns: `--map`, and the file NAME.columns.csv beside the list. Pure.

The file is a CSV with the heading 見出し and any of 項目, 種類, 単位, 年度, 区分, まとまり, まとまりの部分,
and a row a column. An empty cell is inferred. `jigyo columns --csv` writes such a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from store.columns import inference
from store.columns.values import ColumnSetting
from store.lists.cells import first_table
from store.lists.headers import FIELDS_NAMED, field_named
from store.lists.limits import LIMITS, Limits, ListError
from store.lists.roles import EXTRA, WORDS
from store.text.normalize import header_key, nfkc

HEADING, FIELD = inference.HEADINGS[:2]
FILE_ENDING = ".columns.csv"
_KINDS = "、".join(inference.KIND_LABELS.values())


@dataclass(frozen=True, slots=True)
class Settings:
    """The fields and the column settings, by the folded heading."""

    fields: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, ColumnSetting] = field(default_factory=dict)

    def over(self, other: Settings) -> Settings:
        """Return both combined; this one takes precedence."""
        return Settings({**other.fields, **self.fields}, {**other.columns, **self.columns})


def read_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """Read the fields of `--map` arguments, by folded heading. Raises ListError for an unknown one."""
    return dict(read_settings(pairs).fields)


def read_settings(pairs: Iterable[str]) -> Settings:
    """Read `--map` arguments (`列名=概要`, `列名=金額,千円`). Raises ListError for an unknown one."""
    fields: dict[str, str] = {}
    columns: dict[str, ColumnSetting] = {}
    for pair in pairs:
        word, equals, target = (part.strip() for part in nfkc(pair).rpartition("="))
        if target and (word.endswith("単位")) and equals and "," in word:  # 列名=数量,単位=人
            word, _, before = word.rpartition("=")
            word, target = word.strip(), f"{before}={target}"
        named = field_named(target)
        if not word or not equals or not target:
            raise ListError(f"--map {pair} は「列名=項目」の形ではありません。項目は {FIELDS_NAMED} です。")
        if named in (*WORDS, EXTRA):
            fields[header_key(word)] = named
        elif setting := inference.setting_of(target):
            columns[header_key(word)] = setting
        else:
            raise ListError(
                f"--map {pair} の「{target}」という項目はありません。項目は {FIELDS_NAMED} です。"
                f"列の種類（{_KINDS}）、単位、年度、区分も「金額,千円,令和6年度,決算」のように指定できます。"
            )
    return Settings(fields, columns)


def read_settings_file(data: bytes, limits: Limits = LIMITS) -> Settings:
    """Read NAME.columns.csv. Raises ListError if it is no such file."""
    rows = first_table(data, lambda cells: HEADING in map(header_key, cells), limits)
    if not rows:
        raise ListError(
            f"1行目に「{HEADING}」の見出しがありません。jigyo columns --csv で書き出した形にしてください。"
        )
    names = [header_key(cell) for cell in rows[0].cells]
    fields: dict[str, str] = {}
    columns: dict[str, ColumnSetting] = {}
    for row in rows[1:]:
        cells = dict(zip(names, row.cells, strict=False))
        word, given = header_key(cells.get(HEADING, "")), cells.get(FIELD, "").strip()
        if not word:
            continue
        named = field_named(given)
        if given and named not in (*WORDS, EXTRA):
            raise ListError(
                f"{row.line}行目の「{given}」という項目はありません。項目は {FIELDS_NAMED} です。"
            )
        if given:
            fields[word] = named
        try:
            setting = inference.read_row(cells)
        except ValueError as error:
            raise ListError(f"{row.line}行目の「{error}」を読めません（種類は {_KINDS}）。") from error
        if setting != ColumnSetting() and not (given and named != EXTRA):
            columns[word] = setting
    return Settings(fields, columns)
