"""What the columns of published lists are: by the words that head them, or as the city says. Pure.

A field's words are in order, the surest first. A pattern is asked only for a column that no word fits:
cities put words of their own before and behind (実施計画掲載事業名, 評価対象事務事業名, 細事業コード).
Which of several columns it is, cells decide (`find_roles`).

The city says it with `--map`, and in the file NAME.columns.csv beside the list: a CSV with the heading 見出し
and any of 項目, 種類, 単位, 年度, 区分, まとまり, まとまりの部分, and a row a column. An empty cell is
inferred. `jigyo columns --csv` writes such a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from store.columns import inference
from store.columns.values import ColumnSetting, read_value
from store.lists.cells import first_table
from store.lists.limits import LIMITS, Limits, ListError
from store.records import FIELD_LABELS
from store.text.normalize import header_key, nfkc
from store.text.numbers import parse_fiscal_year

_WORDS = {
    "number": """
        事業番号 事務事業番号 事業no 事務事業no 事業コード 事務事業コード 事業id 事務事業id 予算事業id
        細事業番号 細事業コード 小事業コード 事業整理番号 事務事業整理番号 予算事業番号 予算事業コード
        レビューシート番号 評価シート番号 シート番号 調書番号 整理番号 管理番号 id 番号 no コード""",
    "serial": "通し番号 通番 連番 項番 番号 no 行番号 #",
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
RANKS = {field: {word: rank for rank, word in enumerate(words)} for field, words in WORDS.items()}

_OFFICE = "(?:担当|所管|主管|所属|実施|作成|主務|執行|関係)?"
PATTERNS = {
    "number": re.compile(r"(?:番号|コード|no\.?|№|id)$"),
    "name": re.compile(
        r"(?:事業|取組|取り組み|業務|事務|プロジェクト|施策・事業|プログラム)等?の?(?:名称?|名等|件名|タイトル)$"
        r"|^(?:事業|取組)(?:項目|・?取組)名?$"
    ),
    "fiscal_year": re.compile(r"^(?:データ|集計|決算|予算|計画|当該)?年度$"),
    "department": re.compile(rf"^{_OFFICE}(?:部|局|部局|部門|部・局・区)(?:名称?|等|等名)?$"),
    "section": re.compile(
        rf"^{_OFFICE}(?:課|室|所|係|課所|部署|所属|課かい|グループ|組織|部局課|局課|部課(?:室|等|所))(?:名称?|等|等名)?$"
        r"|^(?:担当|所管|主管)(?:者所属|組織|部門|窓口|部局・課|部・課|部課・?室|課・係)名?$"
    ),
    "purpose": re.compile(r"目的$|ねらい$|^意図|意図$|^目的"),
    "overview": re.compile(
        r"(?:事業|事務|取組|業務|実施|活動|具体的な?)の?(?:概要|内容|説明|詳細)|^手段|^やり方|概要$|^事業説明$"
    ),
    "outcome": re.compile(
        r"(?:事業|取組|実施|活動|主な)の?(?:成果|実績|効果|結果)(?!指標)|^成果(?:の説明|等)$"
    ),
}
# Headings of the names, and then of the numbers, of other things than the project of the row.
OTHER_NAMES = re.compile(
    "関連|関係|旧|前年|統合|補助|国庫|類似|上位|施策名|政策名|基本事業|大事業|中事業|款|項|目名"
)
_OWN = "事業|事務|評価|シート|整理|管理|調書|レビュー|取組|業務|計画"
OWN_NUMBER = re.compile(rf"^(?:\w*(?:{_OWN})\w*)?(?:番号|コード|no\.?|№|id)$")
OTHER_NUMBERS = re.compile(
    "施策|政策|目標|科目|会計|電話|郵便|法人|部|課|係|所属|組織|款|項|節|章|分野|優先|大事業|中事業|団体|自治体"
)
RUNNING = frozenset(["no", "no.", "№", "#", "番号", "連番", "通番", "項番", "通し番号", "行番号"])

# Fields that a one-word heading means only if it stands alone, or below a heading about the project.
BELOW = frozenset({"number", "name", "outcome", "overview", "purpose", "serial"})
GENERAL = re.compile(
    "^(?:事務)?事業(?:等|名|の?(?:内容|概要|目的|情報|基本情報))?$|^(?:基本|共通)(?:情報|事項|データ)$|^担当|^所管|^評価対象"
    "|^(?:目的|内容|概要)|^対象事業$|^plan|^do"
)


Path = tuple[str, ...]  # the words of a heading's rows, from the top
EXTRA = "extra"  # the value of `--map` for a column that is to be no field
BY_PATTERN = 1000  # the rank of a heading that fits a pattern only
UNIQUE = 0.98  # the least share of distinct cells in a column of numbers with a general heading …
RATHER = 0.9  # … and in one that is called the number of a project, which may have misprints
NAMED = 0.9  # the share of distinct names from which on a column of names identifies projects
MOSTLY = 0.6
FEW = 3  # cells; fewer do not tell what a column is
_OFFICE_END = re.compile(
    r"(?:課|室|局|部|係|所|センター|事務所|館|園|委員会|グループ|班|チーム|担当|支所|署)$"
)
_HIRAGANA = re.compile(r"[ぁ-ん。、]")
_LONGEST_OFFICE = 30


@dataclass(slots=True)
class Sample:
    """The rows below a header, by column."""

    rows: Sequence[Sequence[str]] = ()
    _columns: dict[int, list[str]] = field(default_factory=dict)

    def column(self, at: int) -> list[str]:
        """Return the filled cells of a column (0-based)."""
        if at not in self._columns:
            cells = (row[at].strip() for row in self.rows if at < len(row))
            self._columns[at] = [cell for cell in cells if cell]
        return self._columns[at]

    def different(self, at: int, *beside: int) -> float:
        """Return the share of distinct cells of a column, or of distinct tuples with the columns `beside`."""
        if not beside:
            return len(set(self.column(at))) / max(1, len(self.column(at)))
        rows = [
            tuple(row[column].strip() for column in (at, *beside))
            for row in self.rows
            if all(column < len(row) for column in (at, *beside)) and row[at].strip()
        ]
        return len(set(rows)) / max(1, len(rows))

    def filled(self, at: int) -> float:
        """Return the share of rows in which a column is filled."""
        return len(self.column(at)) / len(self.rows) if self.rows else 0.0

    def is_of_texts(self, at: int) -> bool:
        """Whether most cells are texts: neither numbers nor signs for no value."""
        cells = self.column(at)
        words = sum(read_value(cell).number is None for cell in cells)
        return len(cells) < FEW or words >= MOSTLY * len(cells)

    def is_of_offices(self, at: int) -> bool:
        """Whether most cells end like the name of an office (課, 室, センター) and are no sentences."""
        cells = self.column(at)
        named = sum(
            len(cell) <= _LONGEST_OFFICE
            and bool(_OFFICE_END.search(nfkc(cell)))
            and not cell.endswith(("。", "、"))
            for cell in cells
        )
        return len(cells) > 2 and named >= MOSTLY * len(cells)


@dataclass(frozen=True, slots=True)
class Roles:
    """The field of each column ('' for none), and notes on what was decided by the cells."""

    fields: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def words_of(path: Path) -> tuple[str, ...]:
    """Return the keys of a heading: all its rows joined, then without the first, down to the last alone."""
    joined = ["".join(path[start:]) for start in range(len(path))]
    leaf = header_key(path[-1]) if path else ""
    keys = [header_key(each) for each in joined]
    if len(path) > 1 and leaf and _is_general(path[:-1]) is False:
        return tuple(dict.fromkeys(key for key in keys[:-1] if key)) + ((f"\0{leaf}",) if leaf else ())
    return tuple(dict.fromkeys(key for key in keys if key))


def _is_general(above: Path) -> bool:
    key = header_key(above[-1])
    return bool(GENERAL.search(key))


def find_roles(paths: Sequence[Path], mapping: Mapping[str, str], sample: Sample) -> Roles:
    """Decide the fields of columns by their headings; `mapping` (folded word -> field) takes precedence.

    If several columns fit one field, the cells of the sample decide: numbers are distinct, a running number
    is the serial, names are the most distinct column of names, an outcome is a text.
    """
    words = {path: words_of(path) for path in set(paths)}
    finder = _Finder([words[path] for path in paths], [" ".join(path) for path in paths], mapping, sample)
    return finder.find()


@dataclass(slots=True)
class _Finder:
    words: Sequence[tuple[str, ...]]
    shown: Sequence[str]
    mapping: Mapping[str, str]
    sample: Sample
    fields: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # What was decided of a heading, for thousands of columns with the same one.
    _ranks: dict[tuple[str, tuple[str, ...]], int | None] = field(default_factory=dict)
    _fitting: dict[tuple[str, tuple[str, ...]], bool] = field(default_factory=dict)

    def find(self) -> Roles:
        for words in self.words:
            name = self._mapped(words)
            self.fields.append("" if name != EXTRA and name in self.fields else name)
        self._give("number", self._number())
        self._give("serial", self._first("serial"))
        self._give("name", self._name())
        for name in ("fiscal_year", "organization", "department", "section"):
            self._give(name, self._first(name))
        self._office_by_cells()
        for name in ("purpose", "overview", "outcome"):
            self._give(name, self._text(name))
        self._by_patterns()
        return Roles(tuple("" if each == EXTRA else each for each in self.fields), tuple(self.notes))

    def _mapped(self, words: tuple[str, ...]) -> str:
        return next(
            (self.mapping[word.lstrip("\0")] for word in words if word.lstrip("\0") in self.mapping), ""
        )

    def _give(self, name: str, at: int | None, note: str = "") -> None:
        if at is not None and name not in self.fields and not self.fields[at]:
            self.fields[at] = name
            if note:
                self.notes.append(note)

    def _rank(self, name: str, at: int) -> int | None:
        """Return how surely a heading means a field: 0 is surest, None is not at all."""
        asked = name, self.words[at]
        if asked not in self._ranks:
            ranks = RANKS.get(name, {})
            found = [
                ranks[key]
                for word in self.words[at]
                for key in (word.lstrip("\0"),)
                if key in ranks and not (word.startswith("\0") and name in BELOW)
            ]
            self._ranks[asked] = min(found, default=None)
        return self._ranks[asked]

    def _free(self) -> list[int]:
        return [at for at, name in enumerate(self.fields) if not name and self.words[at]]

    def _candidates(self, name: str) -> list[tuple[int, int]]:
        """Return (rank, column) of the free columns whose heading means a field, the surest first."""
        return sorted((rank, at) for at in self._free() if (rank := self._rank(name, at)) is not None)

    def _fits(self, name: str, at: int) -> bool:
        asked = name, self.words[at]
        if asked not in self._fitting:
            words = (word for word in self.words[at] if not word.startswith("\0"))
            self._fitting[asked] = any(map(PATTERNS[name].search, words))
        return self._fitting[asked]

    def _first(self, name: str) -> int | None:
        found = self._candidates(name)
        return found[0][1] if found else None

    def _number(self) -> int | None:
        known = self._candidates("number")
        more = [
            (BY_PATTERN, at)
            for at in self._free()
            if at not in [column for _, column in known] and self._fits("number", at) and self._is_own(at)
        ]
        every = [*known, *more]
        if len(self.sample.rows) < 2:
            own = [at for _, at in every if self.words[at][-1] not in RUNNING]
            return next(iter(own), every[0][1] if every else None)
        good = [at for _, at in every if self._identifies(at, UNIQUE)]
        specific = [
            at
            for _, at in every
            if not RUNNING.issuperset(self.words[at][-1:]) and self._identifies(at, RATHER)
        ]
        if specific:
            return specific[0]
        return good[0] if good else every[0][1] if every else self._unlike_any()

    def _is_own(self, at: int) -> bool:
        return any(OWN_NUMBER.search(word) and not OTHER_NUMBERS.search(word) for word in self.words[at])

    def _identifies(self, at: int, share: float) -> bool:
        """Whether the cells of a column are distinct enough to identify the projects of one year."""
        years = [year for year in range(len(self.words)) if self._rank("fiscal_year", year) is not None]
        return self.sample.filled(at) >= MOSTLY and self.sample.different(at, *years[:1]) >= share

    def _unlike_any(self) -> int | None:
        """Return a column that is called another number, and has a distinct cell in each row."""
        found = [
            at
            for at in self._free()
            if self._fits("number", at)
            and self.sample.filled(at) >= UNIQUE
            and self.sample.different(at) >= UNIQUE
            and len(self.sample.rows) > 2
        ]
        if found:
            self.notes.append(f"「{self.shown[found[0]]}」の列は値がすべて違うので、事業番号としました。")
        return next(iter(found), None)

    def _name(self) -> int | None:
        known = self._candidates("name")
        more = [
            (BY_PATTERN, at)
            for at in self._free()
            if self._fits("name", at) and at not in [column for _, column in known]
        ]
        every = [
            (rank, at)
            for rank, at in [*known, *more]
            if not any(OTHER_NAMES.search(word) for word in self.words[at])
        ] or [*known, *more]
        if not every or len(self.sample.rows) < 2 or len(every) == 1:
            return every[0][1] if every else None
        texts = [(rank, at) for rank, at in every if self.sample.is_of_texts(at)] or every
        sure = [at for _, at in texts if self.sample.different(at) >= NAMED]
        return sure[0] if sure else max(texts, key=lambda each: self.sample.different(each[1]))[1]

    def _text(self, name: str) -> int | None:
        for _, at in self._candidates(name):
            if self.sample.is_of_texts(at):
                return at
        return None

    def _office_by_cells(self) -> None:
        if not self.sample.rows or "section" in self.fields or "department" in self.fields:
            return
        for name in ("department", "section"):
            self._give(name, next((at for at in self._free() if self._fits(name, at)), None))
        if "section" in self.fields or "department" in self.fields:
            return
        offices = [at for at in self._free() if self.sample.is_of_offices(at)]
        if offices:
            self._give(
                "section", offices[0], f"「{self.shown[offices[0]]}」の列は、課名が並ぶので担当課としました。"
            )

    def _by_patterns(self) -> None:
        for name in ("fiscal_year", "department", "section", "purpose", "overview", "outcome"):
            if name not in self.fields:
                found = (at for at in self._free() if self._fits(name, at) and self._holds(name, at))
                self._give(name, next(found, None))

    def _holds(self, name: str, at: int) -> bool:
        """Whether the cells of a column are of the kind of a field."""
        cells = self.sample.column(at)
        if name == "fiscal_year":
            return bool(cells) and all(parse_fiscal_year(cell) for cell in cells)
        if name in ("department", "section"):
            return self.sample.is_of_offices(at)
        sentences = sum(bool(_HIRAGANA.search(cell)) and len(cell) >= 8 for cell in cells)
        return bool(cells) and sentences >= MOSTLY * len(cells)


__all__ = ["EXTRA", "WORDS", "Path", "Roles", "Sample", "find_roles", "words_of"]


FIELDS_NAMED = "、".join(
    [*(f"{field}（{FIELD_LABELS[field]}）" for field in WORDS), f"{EXTRA}（その他の列）"]
)
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


def field_named(label: str) -> str:
    """Return the field of a Japanese label; any other text is returned as it is."""
    by_label = {header_key(known): field for field, known in FIELD_LABELS.items()}
    return by_label.get(header_key(label), label)


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
