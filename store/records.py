"""Frozen records that cross module borders. No behaviour beyond small derived values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

# The searchable text fields of a project, best evidence first.
FIELDS = ("name", "section", "purpose", "overview", "outcome")

FIELD_LABELS = {
    "fiscal_year": "年度",
    "number": "事業番号",
    "serial": "通し番号",
    "name": "事務事業名",
    "organization": "府省庁・団体",
    "department": "部",
    "section": "担当課",
    "purpose": "目的",
    "overview": "概要",
    "outcome": "成果",
}

SHEET = "シート"  # the key in a project's `extra` of the name of its sheet


@dataclass(frozen=True, slots=True)
class Project:
    """One 事務事業 of one fiscal year, worded exactly as published.

    `id` is the row id in `projects` (0 before it is stored). `section` is the name as listed;
    `section_canonical` is what an alias makes of it (the same when there is none).
    `source_line` is the 1-based line (text files) or row (XLSX) where the record starts.
    """

    fiscal_year: int
    number: str
    name: str
    serial: str = ""
    organization: str = ""
    department: str = ""
    section: str = ""
    purpose: str = ""
    overview: str = ""
    outcome: str = ""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)
    source_name: str = ""
    source_line: int = 0
    section_canonical: str = ""
    id: int = 0

    @property
    def key(self) -> tuple[int, str]:
        """(fiscal year, number): what makes a project the same project."""
        return (self.fiscal_year, self.number)

    @property
    def offices(self) -> frozenset[str]:
        """The names of all that it is of: section (as listed and now), department, body."""
        return frozenset((self.section, self.section_canonical, self.department, self.organization))

    @property
    def other_columns(self) -> Mapping[str, str]:
        """Columns without a field of their own: `extra` less the office as listed, two fields have it."""
        office = "".join((self.department + self.section).split())
        return {name: text for name, text in self.extra.items() if "".join(text.split()) != office}


@dataclass(frozen=True, slots=True)
class Section:
    """A 課・室 of a 部; `canonical` names the section an alias stands for, or is the name itself."""

    department: str
    name: str
    canonical: str
    projects: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not loaded. `line` and `column` are 1-based; column 0 means the whole row."""

    line: int
    column: int
    reason: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A project whose published wording differs from what was stored; `fields` names what changed."""

    fiscal_year: int
    number: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one `jigyo load` of one file did. Keys are (fiscal_year, number)."""

    source_name: str
    sha256: str
    rows: int
    added: tuple[tuple[int, str], ...] = ()
    changed: tuple[Change, ...] = ()
    unchanged: int = 0
    removed: tuple[tuple[int, str], ...] = ()
    missing: tuple[
        tuple[int, str], ...
    ] = ()  # stored, absent from the file, kept because --replace was not given
    rejected: tuple[RejectedRow, ...] = ()
    near_sections: tuple[tuple[str, str], ...] = ()  # section names so alike that one is likely an alias
    # numbers of one year that people type alike (86, 0086), by year
    near_numbers: tuple[tuple[int, tuple[str, ...]], ...] = ()
    identical: bool = False  # this very file was loaded last time
    unread_sheets: tuple[str, ...] = ()  # sheets of a workbook that are no lists
    supplemented: int = 0  # projects of other lists that were only given columns
    not_added: tuple[str, ...] = ()  # headings that these have already


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """A condition on a column of the lists: 評価:拡充, 予算>=5000万; `denied` with a - before it."""

    label: str
    sign: str  # : = > < >= <=
    value: str
    typed: str
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: `text` is what was typed, the rest what `store.search.query` understood.

    `terms` must all occur (then most of them); each inner tuple of `alternatives` is an OR group;
    `phrases` occur verbatim; nothing in `excluded` occurs. `sections`, `departments`, `fiscal_years` and
    `numbers` are filters, an empty tuple meaning any. `number_range` is the first and the last number of
    11〜15, which lists those between, unless a project is called just that (11-15). Where a year was typed
    in plain words (令和4年度の統計) `rest` is the text without it, and `as_words` reads it as words, for it
    may be part of a name. `as_typed` are the terms before their numerals in kanji (七) were put in digits:
    the words to look for where no project has that number. A text that asks (パブコメの担当課は？) is
    read as what it asks of; `in_full` is the query with the words that ask, `certain` unless they may be part
    of a name (行政評価の成果).
    """

    text: str
    terms: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    fiscal_years: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    limit: int = 10
    offset: int = 0
    rest: str = ""
    as_words: Query | None = None
    number_range: tuple[int, int] | None = None
    as_typed: tuple[str, ...] = ()
    in_full: Query | None = None
    certain: bool = False
    columns: tuple[ColumnFilter, ...] = ()

    @property
    def asks_anything(self) -> bool:
        """Whether there is anything to look for or to filter by."""
        words = self.terms or self.alternatives or self.phrases
        filters = self.sections or self.departments or self.fiscal_years or self.numbers or self.number_range
        return bool(words or filters or self.columns)


class MatchType(IntEnum):
    """How what a project says relates to a query term, surest first; only EDIT says another thing."""

    EXACT = 0
    SPELLING = 1  # read alike, or written otherwise
    SYNONYM = 2
    ABBREVIATION = 3
    PART = 4  # of a longer word or of a compound
    EDIT = 5  # a misspelling away


@dataclass(frozen=True, slots=True)
class TermMatch:
    """Which fields of a hit say a query term, each with how; none when the hit lacks it.

    `rarity` is how telling the term is among all projects: the higher, the fewer of them say it. `said` has,
    by field, the record's own words where they are a synonym of the term, verbatim.
    """

    term: str
    fields: tuple[tuple[str, MatchType], ...]
    rarity: float
    said: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """What a hit's score was made of beside its terms.

    `name_share` is the share of its name that was asked for, `text_rank` its BM25 score as a share of the
    best one; both 0 to 1.
    """

    name_share: float
    text_rank: float
    score: float


@dataclass(frozen=True, slots=True)
class Listed:
    """The hit is listed, not ranked: it has a number typed, one of a range, or what the filters ask for."""

    by: Literal["number", "number range", "filters"]


@dataclass(frozen=True, slots=True)
class SharedWords:
    """The telling words that a hit shares with the project it is like, as the records write them.

    None when they are alike only in small words.
    """

    words: tuple[str, ...]


Explanation = TermMatch | ScoreParts | Listed | SharedWords
"""One of the values that say why a project was found and stands where it stands; worded by who shows it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A project that answers a query.

    `highlights` maps a field to (start, end) character spans of that field's *display* form
    (`store.text.display.display`), also where the match was by reading or synonym. `missing` are query words
    that do not occur. `why` says in values what was found where, and what it was worth.
    """

    project: Project
    score: float
    matched: tuple[str, ...] = ()
    highlights: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    why: Sequence[Explanation] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """もしかして: `text` is what to search instead; `number` and `fiscal_year` name its best project.

    `by` says what relates it to the query: a spelling, another year than was named, or its meaning, for which
    `sentence` is the nearest one of the project, verbatim.
    """

    text: str
    number: str
    fiscal_year: int
    score: float = 0.0
    by: Literal["spelling", "year", "meaning", "part"] = "spelling"
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A strategy that was tried: how many projects or guesses it `found`; None where it does not apply."""

    strategy: str
    found: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a query term may mean: by which expander, as which phrases of the index, in how many projects."""

    expander: str
    match_type: MatchType
    phrases: tuple[str, ...]
    projects: int


@dataclass(frozen=True, slots=True)
class TermReadings:
    """A query term and everything that it was taken to mean, surest first."""

    term: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """How a result came about: the strategies tried, in order, and what each term was taken to mean."""

    attempts: tuple[Attempt, ...]
    terms: tuple[TermReadings, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`hits` are answers (the page asked for), `suggestions` are guesses; `total` counts all answers.

    `answered_by` names the strategy that found them, '' when none did. Where counting them all would take
    too long there are `at_least` so many.
    When there are no hits, `unknown` are the offices and years filtered by that no project has, and `listed`
    the years that projects do have.
    """

    query: Query
    total: int = 0
    hits: tuple[Hit, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    took_ms: float = 0.0
    at_least: bool = False
    unknown: tuple[str, ...] = ()
    listed: tuple[int, ...] = ()
    answered_by: str = ""
