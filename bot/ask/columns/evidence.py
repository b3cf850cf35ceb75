"""What is read for a question about columns: names, cells, projects, indicators, where lists are from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import fsum, log

from bot.ask.answers import Answer, Key, Part, Quote
from bot.ask.checks import wants_no_number
from bot.ask.columns import wording
from bot.ask.columns.conditions import Bound, Choice, Trait
from bot.ask.columns.figures import Derived, Row, derived_cells, unit_said
from bot.ask.columns.naming import ColumnNames, fold, is_grouping, is_unit
from bot.ask.columns.reading import NONE_OF, ColumnQuestion, understand
from bot.ask.columns.vocabulary import CHANGE, EVERYDAY, WHICH_OFFICE
from bot.ask.lexing import lex
from bot.ask.matching import denied, is_spelled, lacking, sentences
from bot.ask.quantities import (
    AGE,
    COUNTERS,
    DATE,
    MONEY,
    PEOPLE,
    PERCENT,
    PUT_DOWN,
    asked_figure,
    bare_figure,
    figures,
    is_amount,
)
from bot.ask.question import Asked
from bot.ask.subjects import other_places, without_own_city
from bot.ask.terms import RELATIONS, carries_out, is_light, is_of_office, is_weak, others, pieces, terms
from bot.ask.terms import names as nouns_of
from bot.ask.wording import Say, left_out, not_shown
from store import projects
from store.columns.catalog import cells
from store.columns.values import NUMERIC, Cell, Column
from store.database import Database
from store.index.catalog import Catalog, Entry, NamedOffice
from store.index.snapshot import Memo
from store.index.tuning import TUNING
from store.lists.matching import Link
from store.search.related import line_of, predecessors
from store.text import asking
from store.text.morphology import Word, tokenize
from store.text.normalize import alnum_key, has_kanji, nfkc, one_space
from store.text.numbers import without_years, years_in_short, years_mentioned

SHOWN_READ = 30  # projects of an answer in which a place is looked for
_CHOICES = 400  # values of a column that are known by name
_JOINTS = re.compile(r"[\s／/、，,;；]+")
_WITH_DEPARTMENT = re.compile("(.+部)[^部]+[課室]")  # of a joint section: 政策課 教育部総務課
_SHORT = re.compile("(?:(?=.*[一-龥])[一-龥ァ-ヴーa-z]{3,8})|[ァ-ヴーa-z]{4,10}")  # an abbreviation
_OF_DEPARTMENTS = re.compile(r"[\n／/、，,;；]+")


class _Names(Memo[str, ColumnNames]):
    """The names of the columns of this version of the lists."""


class _Cells(Memo[int, Mapping[int, Cell]]):
    """Whole columns, by their ids: the cells by project."""


class _Sources(Memo[str, Mapping[int, str]]):
    """What the files of the lists are called."""


def column_names(db: Database) -> ColumnNames:
    """The columns of every list that give no field of a project, and their choices."""
    memo = db.snapshot.memo(_Names)
    return memo.get("") or memo.keep("", _read_names(db))


def rows(db: Database, columns: Sequence[Column], entries: Iterable[Entry]) -> list[Row]:
    """The cells of these columns for these projects, a project's cells together; none of another list's."""
    whole = [(column, _cells_of(db, column)) for column in columns]
    return [
        Row(entry, column, cell)
        for entry in entries
        for column, found in whole
        if (cell := found.get(entry.id))
    ]


def file_names(db: Database) -> Mapping[int, str]:
    """The names of the files that the lists are from, by the ids of their sources."""
    memo = db.snapshot.memo(_Sources)
    return memo.get("") or memo.keep("", dict(db.conn.execute("SELECT id, name FROM sources").fetchall()))


def of_offices(entries: Iterable[Entry], offices: Sequence[NamedOffice]) -> list[Entry]:
    """The projects of every office named: sections are alternatives, a section and its department are not.

    A project of several sections (A課／B課) is one of each of them.
    """
    found = list(entries)
    kinds = {office.name: office.kind for office in reversed(offices)}  # of one that is both, the first
    for kind in dict.fromkeys(kinds.values()):
        names = {name for name, its_kind in kinds.items() if its_kind == kind}
        found = [entry for entry in found if names & names_of_office(entry)]
    return found


def in_all_years(db: Database, group: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Link, ...]]:
    """A project in all years that are loaded, under whatever number and name, and the links that say so."""
    if not group or len(db.snapshot.fiscal_years) < 2:
        return tuple(group), ()
    newest = max(group, key=lambda entry: entry.fiscal_year)
    links = line_of(db, newest.key)
    keys = {key for link in links for key in (link.earlier.key, link.later.key)}
    entries = {entry.id: entry for entry in (*group, *db.snapshot.catalog.of_keys(keys))}
    return tuple(entries.values()), links


def before_of(db: Database, entries: Sequence[Entry], since: int = 0) -> Mapping[int, Entry]:
    """By the id of each project, the same project in the list of a year, else in the one before its own."""
    years = sorted(db.snapshot.fiscal_years)
    held = {entry.key: entry for entry in db.snapshot.catalog.entries}
    found: dict[int, Entry] = {}
    for year in {entry.fiscal_year for entry in entries}:
        earlier = since if since in years else max((each for each in years if each < year), default=year)
        if earlier >= year:
            continue
        links = predecessors(db, earlier, year)
        for entry in entries:
            if entry.fiscal_year == year and (link := links.get((year, entry.number))):
                found[entry.id] = held[link.earlier.key]
    return found


def names_of_office(entry: Entry, kind: str = "") -> set[str]:
    """The sections, department and organization of a project, or those of one kind."""
    department = entry.department or entry.section  # of a list that gives the department alone
    match kind:
        case "section":
            return set(_several(entry.section))
        case "department":
            return set(_several(department, _OF_DEPARTMENTS))
        case "organization":
            return {entry.organization}
    sections = _several(entry.section)
    above = [part[1] for each in sections if (part := _WITH_DEPARTMENT.fullmatch(each))]
    departments = (department, *_several(department, _OF_DEPARTMENTS), *department.split(), *above)
    return {entry.section, *sections, *departments, entry.organization}


def _several(offices: str, joints: re.Pattern[str] = _JOINTS) -> list[str]:
    """The offices of a cell, whatever else it names: A課／B課, A課・B課 but not 石油・天然ガス課."""
    found: list[str] = []
    for name in filter(None, joints.split(offices)):
        parts = name.split("・")
        found += parts if all(part.endswith(("課", "室", "局", "部", "係")) for part in parts) else [name]
    return found


def _cells_of(db: Database, column: Column) -> Mapping[int, Cell]:
    if isinstance(column, Derived):
        both = (column.one, column.other)
        return derived_cells(column, *(_cells_of(db, each) for each in both if each))
    memo = db.snapshot.memo(_Cells)
    kept = memo.get(column.id)
    if kept is None:
        kept = memo.keep(column.id, {cell.project_id: cell for cell in cells(db, [column.id])})
    return kept


def _read_names(db: Database) -> ColumnNames:
    columns = tuple(column for column in db.snapshot.columns if not column.role)
    choices: dict[int, tuple[str, ...]] = {}
    for column in columns:
        if column.kind == "choice":
            found = db.conn.execute(
                "SELECT DISTINCT text FROM cells WHERE column_id = ? AND state = '' LIMIT ?",
                [column.id, _CHOICES],
            )
            choices[column.id] = tuple(text for (text,) in found)
    return ColumnNames(columns, choices)


# ----------------------------------------------------------------------------------- projects by their names
def named_by(held: Catalog, words: tuple[str, ...], but: Sequence[Entry] = ()) -> tuple[Entry, ...]:
    """The one project, in its years, that has all of these words in its name; () for none or several.

    `but` is a project that is not meant, as it is named beside the one that is.
    """
    wanted = [alnum_key(word) for word in words if not is_light(word)]
    named = list(held.by_name) if wanted else []
    for word in wanted:
        named = [name for name in named if word in name]
    if wanted and not named:
        named = list(held.by_name)
        for word in sorted(wanted, key=lambda word: bool(_SHORT.fullmatch(word))):  # the quickest first
            named = [name for name in named if is_named(word, name)]
    entries = {entry.id: entry for name in named for entry in held.by_name[name] if entry not in but}
    return tuple(entries.values()) if len({entry.name for entry in entries.values()}) == 1 else ()


def is_named(word: str, name: str) -> bool:
    """Whether a name has a word, in full or in short."""
    return word in name or _abbreviates(word, name)


def _abbreviates(short: str, name: str) -> bool:
    """Whether a word is made of the beginnings of two and more words of a name, kanji being left out between.

    Both are folded: ファミサポ of ファミリーサポートセンター, 衆院選 of 衆議院議員選挙.
    """
    letters = iter(name)
    if not _SHORT.fullmatch(short) or not all(letter in letters for letter in short):
        return False
    ends = {(0, 0)}  # how much of it, by how many words
    for token in tokenize(name):
        word = name[token.start : token.end]
        ends |= {
            (at + taken, words + 1)
            for at, words in ends
            for taken in range(1, min(len(short) - at, len(word)) + 1)
            if _begins(short[at : at + taken], word)
        }
    return any(at == len(short) and words > 1 for at, words in ends)


def _begins(part: str, word: str) -> bool:
    if word.startswith(part):
        return has_kanji(part) or len(part) >= TUNING.abbreviating.part
    rest = iter(word)
    return all(map(has_kanji, part)) and part[0] == word[0] and all(letter in rest for letter in part)


# The number that a question gives to be confirmed (貸出冊数は229,449冊ですか): it names no indicator.
_GIVEN = re.compile(
    r"(?<=[はがも、])\s*(?![^はがも、]*いくら)(?:約|およそ)?[0-9][0-9,.億万千百]*[^0-9\sはがをにの何、]{0,6}?"
    r"(?=(?:です|でした|だった|でしょう|で(?:合って|間違い|正しい|よい|いい)|という)|か?[?？]?$)"
)


def without_given(text: str) -> str:
    """A text in NFKC without the number that it asks to be confirmed."""
    return _GIVEN.sub(" ", nfkc(text))


def years_in(text: str) -> tuple[str, list[int]]:
    """A text in NFKC without the years in it, and these in order."""
    text = nfkc(text)
    every = {span.start: span for span in (*years_in_short(text), *years_mentioned(text))}
    return without_years(text, every.values()), sorted({span.year for span in every.values()})


def measured(db: Database, one: Indicator) -> tuple[list[Row], str]:
    """The cells with the values of an indicator, and their unit."""
    group = rows(db, column_names(db).of_group([one.column]), [one.entry])
    values = [row for row in group if row.column.kind in NUMERIC]
    said = next((row for row in group if is_unit(row.column) and not row.cell.state), None)
    return values, unit_said(said, values) if said else ""


def of_key(key: Key, held: Catalog) -> tuple[Entry, ...]:
    """A project in all its years: those of its number that bear its name."""
    same = held.of_number(key[1])
    own = [entry for entry in same if entry.key == key]
    return tuple(entry for entry in same if own and (entry in own or entry.name == own[0].name))


# ---------------------------------------------------------------------------------- what projects measure
_TAIL = re.compile("(?:の?(?:延べ?)?[人件回]?(?:数|率|額|量))$")
_LETTERS = re.compile("[一-龥々ァ-ヴーa-z0-9]+")
_WITH_KANA = re.compile("[一-龥々ァ-ヴーa-z0-9ぁ-ん]+")
_REMARK = re.compile("[(（][^()（）]*[)）]")
SHARE = re.compile("率|割合")
HOW_FAR = re.compile("%|パーセント|割|ど[のれ](?:くらい|ぐらい|だけ|程度)|どう|状況")
IN_BRACKETS = re.compile("[(（][^()（）]*[)）]")
IS_SHARE = re.compile("(?:率|割合|比率)$")
TAKES_PART = re.compile("(?:来|入|使|つか|利用|参加|集ま|訪れ|乗|泊ま|出(?=[たてる])|出場|出席)[ぁ-ん]*")
UNITS = "トン|キロ|メートル|ヘクタール|リットル|パーセント|%|割"
# 店舗 of 何店舗で, which is no counter; an indicator may be named by it.
COUNTED_NOUN = f"(?!{COUNTERS})[一-龥]{{2}}(?=[はがをでにも、?？]|$)"
ASKING = re.compile(  # says how it is asked
    f"何(?:(?={COUNTED_NOUN})|{UNITS}|[一-龥])?|実際|結局|百?[千万億]?円で?|教え|年間|実績|事業|程度|幾つ|知り|知ら|願い|合計|全部|今年|数字|数値"
    "|値(?![一-龥])|数(?![一-龥])|いくつ|いくら|どの?(?:くらい|ぐらい)|どれ(?:くらい|ぐらい|だけ)|ください|それぞれ"
    "|について|って|され[たてる]|して|てい[たてる]|れた|ました?|でした|です|ますか?|あり|ある|いる"
)
Pairs = frozenset[str]


@dataclass(frozen=True)
class Indicator:
    """What one project measures: its name as published, the column that says it, and their pairs.

    `pairs` are those that the name is known by: without 数 and 率 at its end and hiragana; `core` without
    remarks too. `said` are all of the name, `around` those of the project's name and section.
    """

    entry: Entry
    column: Column
    name: str
    pairs: Pairs
    core: Pairs
    said: Pairs
    around: Pairs


@dataclass(frozen=True)
class Indicators:
    """The indicators of all lists, and how rare a pair of characters is among them."""

    every: tuple[Indicator, ...]
    having: Mapping[str, tuple[int, ...]]  # a pair -> the indicators with it, by their place in `every`
    most: float

    def weight(self, pair: str) -> float:
        """How rare a pair is, from 0; one that no indicator has counts most."""
        return self.most - log(1 + len(self.having.get(pair, ())))

    def of_project(self, key: Key) -> list[Indicator]:
        """Those of one project in one year."""
        return [one for one in self.every if (one.entry.fiscal_year, one.entry.number) == key]

    def own(self, one: Indicator, asked: Pairs) -> float:
        """The part of an indicator's name that is asked for, from 0 to 1."""
        return max(self.share(each, asked) for each in (one.pairs, one.core, one.said))

    def share(self, wanted: Pairs, found: Pairs) -> float:
        """The part of what is wanted that is found, from 0 to 1."""
        whole = fsum(map(self.weight, wanted))  # exact: in whatever order a set has them
        return fsum(map(self.weight, wanted & found)) / whole if whole else 0.0


class _Known(Memo[str, Indicators]):
    """The indicators of this version of the lists."""


def pairs(text: str, *, with_kana: bool = False) -> Pairs:
    """The pairs of neighbouring characters in the words of a folded text, hiragana left out or not."""
    runs = (_WITH_KANA if with_kana else _LETTERS).findall(text)
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1))


def known_indicators(db: Database) -> Indicators:
    """The indicators of all lists that are loaded."""
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
        for pair in one.said | one.around:
            having.setdefault(pair, []).append(at)
    return Indicators(every, {pair: tuple(places) for pair, places in having.items()}, log(2 + len(every)))


def _indicators(db: Database, columns: Iterable[Column]) -> Iterable[Indicator]:
    entries = db.snapshot.catalog.entries
    for column in columns:
        for row in rows(db, [column], [e for e in entries if e.fiscal_year == column.fiscal_year]):
            name = ASKING.sub(" ", fold(row.cell.text))
            bare, short = (_TAIL.sub("", text) for text in (name, _REMARK.sub("", name)))
            own = pairs(bare) or pairs(name) or pairs(bare, with_kana=True)
            if not row.cell.state and own:
                around = pairs(ASKING.sub(" ", fold(row.entry.name)), with_kana=True)
                around |= pairs(fold(row.entry.section))
                said = own | pairs(name, with_kana=True)
                yield Indicator(
                    row.entry, column, row.cell.text.strip(), own, pairs(short) or own, said, around
                )


# ---------------------------------------------------------------- what an answer from columns must show
class _Understood(Memo[str, tuple[ColumnQuestion | None]]):
    """Questions as read: the router, the answer and what it is held against ask for the same."""

    most = 20


def understood(db: Database, text: str) -> ColumnQuestion | None:
    """What a text asks of the columns of the lists; None where it names none."""
    kept = db.snapshot.memo(_Understood)
    if read := kept.get(text):
        return read[0]
    held = db.snapshot.catalog
    typed = asking.without_preface(one_space(text))[: TUNING.reading.characters]
    return kept.keep(text, (understand(typed, lex(typed, held), held, column_names(db)),))[0]


@dataclass(frozen=True)
class Claim:
    """A question and what columns or indicators answer to it: rows, and the cells of these that are told."""

    db: Database
    asked: Asked
    given: Answer

    @cached_property
    def question(self) -> ColumnQuestion | None:
        """The question as it is read for columns."""
        return understood(self.db, self.asked.typed)

    @cached_property
    def text(self) -> str:
        """What was asked, without years, the list's own city, and what asks for a change."""
        text = asking.without_preface(without_own_city(self.db, without_given(years_in(self.asked.typed)[0])))
        return CHANGE.sub(" ", asking.core(text))

    @cached_property
    def typed(self) -> str:
        """The same, folded."""
        return fold(self.text)

    @cached_property
    def told(self) -> tuple[Indicator, ...]:
        """The indicators of one project whose cells are told, and by no column's name: KPIの実績."""
        keys = {key for key, _ in self.given.cells}
        if self.given.kind not in ("field", "compare") or not self._is_of_one_name(keys):
            return ()
        names, heads = column_names(self.db), {heading for _, heading in self.given.cells}
        mentions = self.question.asked if self.question else ()
        by_name = (m for m in mentions if m.level != "part" or _OF_INDICATORS.search(m.word))  # not 活動数
        asked = {column.id for mention in by_name for column in mention.columns}
        last = {number: max(key for key in keys if key[1] == number) for _, number in keys}
        every = [one for key in last.values() for one in known_indicators(self.db).of_project(key)]
        groups = [(one, names.of_group([one.column])) for one in every]
        return tuple(
            one
            for one, group in groups
            if heads & {column.heading for column in group} and not asked & {column.id for column in group}
            if any((one.entry.key, column.heading) in self.given.cells for column in group)
        )

    def _is_of_one_name(self, keys: Iterable[Key]) -> bool:
        """Whether projects are one in its years, or namesakes but for what stands in brackets."""
        entries = self.db.snapshot.catalog.of_keys(keys)
        names = {IN_BRACKETS.sub("", nfkc(entry.name)) for entry in entries}
        return len({entry.number for entry in entries}) == 1 or (
            len(names) == 1 and len({entry.fiscal_year for entry in entries}) == 1
        )

    @cached_property
    def around(self) -> str:
        """The project's name and section, where indicators of one are told."""
        return fold(" ".join(f"{one.entry.name} {one.entry.section}" for one in self.told))


@dataclass(frozen=True, slots=True)
class Doubt:
    """What an answer does not show: it is no sure one, `notes` say why, or it `is_none` at all."""

    notes: tuple[Part, ...] = ()
    is_none: bool = False


def denial(claim: Claim) -> Doubt | None:
    """What the question denies is read as a condition, or denied by the indicator's own name too."""
    question = claim.question
    if question and not claim.told:
        every: list[Bound | Choice | Trait] = [*question.choices, *question.bounds, *question.traits]
        asks_office = WHICH_OFFICE.search(question.skeleton) and claim.given.kind in ("list", "count")
        is_unsure = asks_office and any(
            each.is_denied for each in every
        )  # 縮小じゃない課, which may have some
        return Doubt(is_none=True) if question.denied else Doubt() if is_unsure else None
    said = {token.word.text for token in tokenize(claim.text)}
    asked = {*denied(claim.text)}
    names = [{*denied(one.name)} for one in claim.told]
    return Doubt(is_none=True) if any(asked - own or own & said - asked for own in names) else None


def choice(claim: Claim) -> Doubt | None:
    """A choice is told only by its own word: 評価対象 is not 評価対象外, and 分野 of no choice of it none."""
    question = claim.question
    if question is None:
        return None
    typed = fold(claim.asked.typed)
    for each in question.choices:
        if any(_OPPOSITE.search(value) and not _OPPOSITE.search(typed) for value in each.values):
            return Doubt(is_none=True)
    groups = [c for mention in question.asked for c in mention.columns if is_grouping(c)]
    is_searched = groups and not (question.projects or question.choices) and question.rest
    is_set = claim.given.kind in ("figure", "list", "count")
    return Doubt((wording.no_such_choice(groups),)) if is_searched and is_set else None


def unread(claim: Claim) -> Doubt | None:
    """What restricts the projects is told as a condition or a word: not 終わった, 出ている nor a theme."""
    question = claim.question
    if question is None or claim.given.kind not in ("figure", "list", "count") or question.projects:
        return None
    text = claim.given.text
    heads = [(each.word, [one_space(column.heading) for column in each.columns]) for each in question.asked]
    said = [word for word, every in heads if every and not any(head in text for head in every)]
    words = question.rest
    if question.choices and not (question.asked or question.traits or question.bounds):
        words = terms(asking.core(question.unnamed))[0]
    verdicts = [c for each in question.choices for c in each.columns if c.topic == "evaluation"]
    if not verdicts:  # 縮小が決まった事業
        said += [t for t in words if not (t in text or nouns_of(t) or is_of_office(t) or carries_out(t))]
    said += _THEME.findall(question.unnamed)
    return Doubt((left_out(tuple(dict.fromkeys(said))),)) if said else None


def state(claim: Claim) -> Doubt | None:
    """A state of projects (評価済み, 実施中, 新規) is a choice of a column: what only mentions it has it not.

    Nor has a project an outcome or a purpose alone that says 成果 or 目的.
    """
    return _of_state(claim, claim.question.rest if claim.question else ())


def state_told(claim: Claim) -> Doubt | None:
    """The same of projects that are counted or listed by what their texts say, or of offices with none."""
    if NONE_OF.search(asking.core(claim.asked.typed)):
        return Doubt()
    return _of_state(claim, claim.asked.request.terms) if claim.given.kind != "figure" else None


def _of_state(claim: Claim, words: Sequence[str]) -> Doubt | None:
    is_mentioned = asking.MENTIONED.search(claim.asked.typed)
    cues = [(word, asking.field_cue(word)) for word in words]
    every = [word for word, cue in cues if cue and cue.span == (0, len(word))]
    every += [w for w in words if w in _OF_ANY and re.search(f"{w}[がもは]", claim.text)]  # 評価が高い
    said = (*every, *(word for word in words if _STATE.fullmatch(word) and not is_mentioned))
    return Doubt((left_out(said),)) if said and claim.given.kind in ("figure", "list", "count") else None


def total(claim: Claim) -> Doubt | None:
    """A total is no answer of each project: 合計は10億円未満か."""
    is_of_each = claim.given.kind in ("list", "count")
    return Doubt() if is_of_each and _OF_A_TOTAL.search(claim.asked.typed) else None


def year_before(claim: Claim) -> Doubt | None:
    """What is asked of two years is told of both."""
    question = claim.question
    is_of_one = question and question.aggregate != "change" and not claim.told and not question.projects
    return Doubt() if is_of_one and _THAN_BEFORE.search(claim.asked.typed) else None


def place(claim: Claim) -> Doubt | None:
    """What is told is the list's or says the place asked of: no つくば市のLINE登録者数 of the list of 下妻市.

    Neither is a sum of the projects that speak of that place.
    """
    places = other_places(claim.db, claim.asked.request)
    if places and claim.given.kind == "figure":
        return Doubt()
    every = [projects.get(claim.db, *key) for key in claim.given.shown[:SHOWN_READ]] if places else []
    says = [each for each in places if any(project and is_spelled(project, each) for project in every)]
    unsaid = [each for each in places if each not in says and each not in nfkc(claim.given.text)]
    return Doubt((not_shown(unsaid),)) if unsaid else None


def place_of_it(claim: Claim) -> Doubt | None:
    """A place that another sentence of a record names is not where the thing is: 大阪市の生徒会選挙."""
    places, given = other_places(claim.db, claim.asked.request), claim.given
    about = [term for term in claim.asked.request.terms if term not in places and nouns_of(term)]
    is_of_one = given.kind == "field" and given.confidence == "sure" and len(given.shown) == 1
    project = projects.get(claim.db, *given.shown[0]) if is_of_one and places and about else None
    if project is None:
        return None
    if not lacking(about, project.name, ""):
        return None
    texts = [nfkc(f"{project.name} {project.section}"), *(nfkc(s.text) for _, s in sentences(project))]
    apart = [
        each for each in places if not any(each in text and not lacking(about, text, "") for text in texts)
    ]
    return Doubt((not_shown(apart),)) if apart else None


def number_told(claim: Claim) -> Doubt | None:
    """A sentence without any figure does not tell a number: 利用者数は of 利用者数の評価はBです."""
    given = claim.given
    quotes = [text for part in given.parts if isinstance(part, Quote) for text in part.sentences]
    if given.kind != "field" or given.confidence != "sure" or given.cells or not quotes:
        return None
    asks = _A_NUMBER.search(asking.core(claim.asked.typed).rstrip("はがって?？"))
    return None if not asks or any(map(_has_number, map(nfkc, quotes))) else Doubt()


def _has_number(text: str) -> bool:
    """Whether a sentence has a figure that is no date and no 1人当たり."""
    every = [each for each in figures(text) if each.unit != DATE]
    return any(not text[each.end :].startswith(("あたり", "当たり", "当り")) for each in every)


def whose(claim: Claim) -> Doubt | None:
    """An indicator is of the office, the project and the number that the question names."""
    if not claim.told:
        return None
    held, entry = claim.db.snapshot.catalog, claim.told[0].entry
    named = [span.project for span in lex(one_space(claim.text), held) if span.project]
    is_other = named and all(each.name != entry.name for name in named for each in held.by_name[name])
    is_others = not of_offices([entry], claim.asked.request.offices)  # 社会福祉課の対象者, of 高年福祉課
    numbers = {*_NUMBER_OF_NAME.findall(claim.typed)}
    has = {*_NUMBER_OF_NAME.findall(fold(" ".join((entry.name, *(one.name for one in claim.told)))))}
    return Doubt(is_none=True) if is_other or is_others or not numbers <= has else None


def empty(claim: Claim) -> Doubt | None:
    """An empty cell is no answer where a text of the project has a figure behind the noun."""
    every = [row for one in claim.told for row in measured(claim.db, one)[0]]
    project = projects.get(claim.db, *claim.told[0].entry.key) if claim.told else None
    if project is None or not every or any(row.cell.state != "empty" for row in every):
        return None
    texts = fold(" ".join(filter(None, (project.overview, project.outcome))))
    said = any(re.search(f"{noun}[^、。0-9]{{0,4}}[0-9]", texts) for noun in _NOUN.findall(claim.typed))
    return Doubt(is_none=True) if said else None


def noun(claim: Claim) -> Doubt | None:
    """An indicator counts what is asked, all of it: each word of the question is its own or its project's.

    公園への要望件数 is not 県への要望. What a project buys its indicator may have counted all along, so that
    its own name may say the verb of acts alone (回, 件).
    """
    if not claim.told:
        return None
    own = " ".join(fold(one.name) for one in claim.told)
    units = " ".join(measured(claim.db, one)[1] for one in claim.told)
    if _OF_EACH.search(claim.typed) and not _IS_OF_EACH.search(f"{own} {units}"):
        return Doubt()
    if _TWO_TOPICS.search(claim.typed):  # 巡回は何回で、利用者は何人: each is of an indicator of its own
        every = known_indicators(claim.db).of_project(claim.told[0].entry.key)
        own += " ".join(fold(one.name) for one in every)
    is_of_acts = bool(_ACTS.search(units))
    said = f"{own} {claim.around} {fold(claim.given.text)}"
    asked = _UNIT_ASKED.sub(" ", claim.text)
    lacks = [
        word.surface
        for word, is_verb in _telling(asked)
        if not _says(own if is_verb and not is_of_acts else said, word)
    ]
    named = f"{own} {fold(' '.join(one.entry.name for one in claim.told))}"
    lacks += [
        whole
        for whole, noun in _with_suffixes(asked)
        if fold(whole) not in said and noun not in lacks
        if whole.endswith(_OF_A_PLACE) or not (TAKES_PART.match(noun) or noun in named)
    ]
    return Doubt((not_shown(lacks),)) if lacks else None


def part(claim: Claim) -> Doubt | None:
    """An indicator is of no part alone of what is asked, nor of more: イベント給食 is some of 給食.

    Its name says nothing that neither the question nor its project's name does; a share is asked for as one.
    申請 for 認定に係る情報提供 are none for 認定, and a figure of AとB is not A's.
    """
    for one in claim.told:
        if beside := beside_what_is_asked(one.name, claim.typed):
            return Doubt((wording.of_several_together(one, beside),))
        name = fold(IN_BRACKETS.sub("", one.name))
        if is_of_more(one.entry.name, claim.typed.replace(name, "は"), name):
            return Doubt()
        if name in claim.typed:
            continue
        known = f"{claim.typed} {claim.around}"
        typed = nfkc(claim.asked.typed)
        is_share = IS_SHARE.search(name) and not (SHARE.search(typed) or HOW_FAR.search(typed))
        is_numbered = _NUMBER_OF_NAME.search(claim.typed)  # 12号線 is 市道東12号線
        is_of_any = _WHOEVER.search(typed) and not _IS_OF_ALL.search(typed)  # 何人来た may be of 観覧者
        name = _DOER.sub(" ", name) if is_of_any else name
        is_put_down = not is_of_any and PUT_DOWN.search(name) and not PUT_DOWN.search(typed)
        if (
            is_share
            or (is_put_down and _WHOEVER.search(typed))
            or not (is_numbered or all(_says(known, word) for word, _ in _telling(name)))
        ):
            return Doubt()
    return None


def beside_what_is_asked(name: str, typed: str) -> list[str]:
    """What of the things that an indicator's name counts together a question (folded) does not say.

    () where it says none of them, or all: 面積(ねぎ、豆の合算) is not that of ねぎ.
    """
    for listed in (*IN_BRACKETS.findall(fold(name)), fold(IN_BRACKETS.sub("", name))):
        every = [_OF_THE_SUM.sub("", each.strip("()（）")) for each in _LISTED.split(listed)]
        said = [each in typed for each in every]
        if any(said) and not all(said) and all(len(each) > 1 for each in every):
            return [each for each, is_said in zip(every, said, strict=True) if not is_said]
    return []


def is_of_more(name: str, typed: str, said: str) -> bool:
    """Whether a project is by its name of more than a question says, or of something for that (folded)."""
    name = fold(name)
    for found in _BESIDE.finditer(name):
        both = (
            [found[1][at:] for at in range(len(found[1]) - 1)],
            [found[2][:end] for end in range(2, len(found[2]) + 1)],
        )
        asked = [any(re.search(f"{each}(?=[のはをへでにがも])", typed) for each in some) for some in both]
        if asked[0] != asked[1] and not any(each in said for each in both[asked[1]]):
            return True
    before, joint, behind = (*_FOR.split(name, maxsplit=1), "", "")[:3]
    if not joint or before in said:
        return False
    kinds = [word for word, _ in _telling(behind)]
    return bool(pairs(before) & pairs(typed) and kinds) and not any(_says(typed, word) for word in kinds)


def _telling(text: str) -> list[tuple[Word, bool]]:
    """The words of a text that say what is meant, and whether each is a verb; none that only asks."""
    tokens = list(tokenize(text))
    found = []
    for token, behind in zip(tokens, [*tokens[1:], None], strict=True):
        word = token.word
        is_verb = word.kind == "動詞" or bool(behind and behind.word.text == "為る")
        is_general = is_light(word.surface) or is_weak(word.surface) or _OF_QUANTITY.fullmatch(word.surface)
        is_done = is_verb and (carries_out(word.surface) or TAKES_PART.match(word.surface))
        if word.content and (word.noun or is_verb) and not (is_general or is_done):
            found += [(word, is_verb)] if ASKING.sub("", word.surface) else []
    return found


def _with_suffixes(text: str) -> list[tuple[str, str]]:
    """The nouns of a text whose suffix makes them places or people, and these without: 保育所, 保育."""
    tokens = list(tokenize(text))
    return [
        (text[token.start : behind.end], token.word.surface)
        for token, behind in pairwise(tokens)
        if token.word.noun and behind.word.surface in (*_OF_A_PLACE, *_OF_PEOPLE)
        if behind.word.kind == "接尾辞" and token.end == behind.start
    ]


def _says(text: str, word: Word) -> bool:
    """Whether a text has a word, by a synonym or as what is written for it (開催 for 開く)."""
    forms = {fold(each) for each in (word.text, word.surface, *others(word.text))}
    if any(form in text for form in forms):
        return True
    groups = {group for token in tokenize(text) for group in token.word.groups}
    return not groups.isdisjoint(word.groups) or (word.kind == "動詞" and word.surface[0] in text)


_OF_A_PLACE = ("所", "館", "室", "園", "場", "院", "校", "店", "外")
_OF_PEOPLE = ("者", "児")
_A_NUMBER = re.compile("[一-龥ァ-ヺー](?:[者人件回個台点冊]数|(?<![複多少件])数|率|金額|総額|面積)$")
_OF_INDICATORS = re.compile("指標|実績|目標|計画|単位")
_OPPOSITE = re.compile("[外無未不非]|な[しい]")
_STATE = re.compile(
    "新規|新しい|新た|既存|継続|休止|中止|廃止|完了|終了|縮小|拡大|拡充|改善|未.{2,}|[一-龥]{2,4}(?:済み?|中|方向)"
    "|(?:[一-龥]{2,4})?(?:予定|途中|対象)"
)
_THEME = re.compile("[一-龥々ァ-ヺー]{2,}(?:に(?:関わ|かかわ|つなが|役立|資す|寄与)|のため(?=に?な))")
_OF_ANY = {*EVERYDAY, *RELATIONS, "問題"}  # what any record may speak of
_OF_A_TOTAL = re.compile("合計(?!で?何件)|総額|平均")
_THAN_BEFORE = re.compile("(?:前年度?|昨年度?|去年|前の年)(?:より|と比べ|に比べ|比)")
_NUMBER_OF_NAME = re.compile("[0-9]+(?:号|丁目|級|期|種|次|類|区)")  # 1号線, 2級, 第3次
_NOUN = re.compile("[一-龥々ァ-ヺー]{3,}")
_BESIDE = re.compile("([一-龥ァ-ヺー]{2,})(?:・|、|と|や|及び|および|並びに)([一-龥ァ-ヺー]{2,})")
_LISTED = re.compile("[、・,]|及び|および|並びに|ならびに|(?<=[一-龥ァ-ヺー])と(?=[一-龥ァ-ヺー])")
_OF_THE_SUM = re.compile("(?:など|等)?(?:へ?の.*|(?:合算|合計|計|数|件数)値?)$")
_FOR = re.compile("(に係る|にかかる|に関する|に関わる|に伴う|についての|のための)")
# 1件いくら asks for no total; an average or a price says that it is none.
_OF_EACH = re.compile(
    "(?<![0-9])[1一](?!年)[^0-9のはが、]{1,4}?(?:(?:当た?り|あたり|につき)|の?(?:平均|金額|額)?[はで]?、?(?:いくら|何円))"
)
_IS_OF_EACH = re.compile("当た?り|あたり|につき|単価|平均|[1一][人件台個本冊世戸回]|/")
_ACTS = re.compile("[回件]")
_UNIT_ASKED = re.compile(f"何(?:{UNITS}|{COUNTERS}|㎏|人|名|日|点|種|か月)")
_WHOEVER = re.compile("何[人名]|人数")
_IS_OF_ALL = re.compile("(?:は|って)、?何[人名](?:です|いる|います)?か?[?。？]*$")
_DOER = re.compile("[一-龥]{2}者")
_OF_QUANTITY = re.compile("延べ|のべ|[一-龥]?数|[総金]?額|面積|量|比?率|割合|[0-9]+")
_TWO_TOPICS = re.compile("は.+は")


_COUNTED_SO = ["件", "回", "社", "台", "校", "冊", "本", "世帯", "団体"]
_COUNTER_ASKED = re.compile(f"何({'|'.join(_COUNTED_SO)})(?![一-龥])")


def kind_asked(claim: Claim) -> Doubt | None:
    """Until when, where, with whom and why are no number of an indicator: 補修はいつまで is no 1回."""
    core = claim.asked.typed_core
    for one in claim.told:  # どこでも市長室 asks for no place
        core = core.replace(one_space(one.entry.name), "")
    when = asked_figure(core)
    said = "".join(part.text for part in claim.given.parts if isinstance(part, Say) and part.look != "small")
    is_when = when and when.unit == DATE and not any(figure.unit == DATE for figure in figures(said))
    is_number = any("指標" in heading for _, heading in claim.given.cells)
    is_of_role = wants_no_number(core) and not asking.THE_MOST.search(core)
    counted, units = _COUNTER_ASKED.search(core), {measured(claim.db, one)[1].strip() for one in claim.told}
    if counted and units and units <= {*_COUNTED_SO} - {counted[1]}:
        return Doubt()  # 女性相談は何件, of an indicator that counts 回
    if doubt := _unit_asked(claim, core, units, said):
        return doubt
    is_office = _asks_office_alone(core)
    return Doubt(is_none=True) if is_number and (is_when or is_of_role or is_office) else None


def _asks_office_alone(core: str) -> bool:
    """Whether a question ends with an office and nothing beside it: 返礼品を送るやつの担当課."""
    cue = asking.field_cue(core)
    if cue is None or not {*cue.fields} <= {"section", "department"} or core[cue.span[1] :].strip("は?"):
        return False
    return not re.search(f"{_SIDE_BY_SIDE.pattern}$", core[: cue.span[0]])


def _unit_asked(claim: Claim, core: str, units: set[str], said: str) -> Doubt | None:
    """何歳まで is no 千円, 409人ですか no 9箇所, and 苦情は3件ですか not surely of the 0件 of one not named.

    出動は何回 may well be 456件, and 何トン 441t.
    """
    every = figures(nfkc(core)) if asking.asks_whether(claim.asked.typed) else ()
    given, figure = [each for each in every if is_amount(each)], asked_figure(core)
    by_counter = {figure.unit} if figure and figure.span[0] < figure.span[1] else set[str]()
    asked, told = (
        {each.unit for each in given} or by_counter,
        {f.unit for u in units for f in figures(f"1{u}")},
    )
    is_measure = not (asked | told).isdisjoint((MONEY, PERCENT, AGE))
    if asked and told and asked.isdisjoint({"", DATE, *told}):
        is_apart = is_measure or given or PEOPLE in asked | told
        return Doubt(is_none=is_measure or bool(given)) if is_apart else None
    nouns = [term for term in claim.asked.request.terms if nouns_of(term) and not re.search("[0-9]", term)]
    is_meant = len(nouns) > 1 or any(noun in one.entry.name for one in claim.told for noun in nouns)
    is_meant = is_meant or bool(claim.asked.meant.named or claim.asked.last)
    is_other = given and not any(bare_figure(each.text) in bare_figure(said) for each in given)
    return Doubt() if is_other and not is_meant else None


# One of several things asked for beside each other: …の担当課・決算額・参加人数.
_SIDE_BY_SIDE = re.compile("(?:と|・|、|及び|および)")
_OF_A_NUMBER = re.compile("^(?:.*の)?([^の]+)の(?=[数量率額]$)|^.*の(?![数量率額]$)")  # 返礼品の数
_ASKED_BESIDE = re.compile("[一-龥々ァ-ヺー]*(?:人数|件数|回数|数|率|量|額|費|担当課?|評価)$")


def each_part(claim: Claim) -> Doubt | None:
    """Each of several things asked for beside each other is told, or said not to be."""
    parts = _SIDE_BY_SIDE.split(claim.asked.typed_core.rstrip("はをが?？"))
    if len(parts) < 2:
        return None
    text = claim.given.text
    for entry in claim.db.snapshot.catalog.of_keys(claim.given.shown):
        text = text.replace(one_space(entry.name), "")  # 団員 of 消防団員退職金事業 is no 団員数
    told = alnum_key(f"{text} {' '.join(heading for _, heading in claim.given.cells)}")
    words = {mention.word for mention in claim.question.asked} if claim.question else set[str]()
    asked = [
        found[0]
        for each in parts
        if (found := _ASKED_BESIDE.search(_OF_A_NUMBER.sub(lambda f: f[1] or "", each)))
    ]
    lacks = [each for each in asked if not (any(w in each for w in words) or _is_told(each, told))]
    return Doubt((not_shown(lacks),)) if lacks and len(asked) > 1 else None


def _is_told(asked: str, told: str) -> bool:
    """Whether what is told has the words of one thing asked for: 参加人数 by 参加者数."""
    return (
        all(alnum_key(part) in told for part in pieces((asked,)) if len(part) > 1) or alnum_key(asked) in told
    )


def thread(claim: Claim) -> Doubt | None:
    """Of a project that the thread did not show it is told only where the question names it, or an office."""
    last, request = claim.asked.last, claim.asked.request
    keys = {key for key, _ in claim.given.cells}
    if (
        last is None
        or last.topic is None
        or len(keys) != 1
        or keys & {last.topic, *last.listed, *last.ranked}
    ):
        return None
    project = projects.get(claim.db, *next(iter(keys)))
    nouns = [alnum_key(term) for term in request.terms if nouns_of(term)]
    is_named = request.named or request.offices or request.unknown_numbers
    label = alnum_key("".join(one.name for one in claim.told))
    if is_named or project is None or any(n in alnum_key(project.name) and n not in label for n in nouns):
        return None
    return Doubt()


_OF_TWO = re.compile(
    "(?:どっち|どちら)(?![かも様])(?!の(?:課|室|部|部署|担当|所管))(?!(?:です|でしょう)か?[?？。]*$)"
)


def of_two(claim: Claim) -> Doubt | None:
    """Which of two is asked for is not surely one of many that were listed: 決算が多いのはどっち."""
    is_of_many = len(claim.given.shown) > 2 and _OF_TWO.search(claim.asked.typed)
    return Doubt() if is_of_many else None


SHOWN: tuple[tuple[str, Callable[[Claim], Doubt | None]], ...] = (
    ("denial", denial),
    ("choice", choice),
    ("what is unread", unread),
    ("state", state),
    ("total", total),
    ("two years", year_before),
    ("another place", place),
    ("whose", whose),
    ("empty", empty),
    ("noun", noun),
    ("part", part),
    ("kind", kind_asked),
    ("thread", thread),
    ("of two", of_two),
    ("each part", each_part),
)
"""What an answer from columns and indicators must show, in order."""


def shown(check: Callable[[Claim], Doubt | None], db: Database, asked: Asked, given: Answer) -> Answer | None:
    """The answer as far as it shows what a check asks of it: not surely, or None where it is no answer."""
    doubt = check(Claim(db, asked, given)) if given.kind != "none" else None
    if doubt is None or doubt.is_none:
        return None if doubt else given
    return replace(given, parts=(*doubt.notes, *given.parts), confidence="unsure")
