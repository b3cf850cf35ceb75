"""What the loaded lists call things: names, sections, departments and years, held in memory."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from rapidfuzz import fuzz
from sqlite_utils import Database

from store.index.tuning import TUNING
from store.lists.rows import joint_sections, number_in_section
from store.text.morphology import units
from store.text.normalize import alnum_key, alnum_places, has_kanji, is_kana, kana_key, one_space
from store.text.numbers import number_key

OF_SECTIONS = ("課", "室", "係")
KINDS = ("課", "室", "部", "局", "係")
_CENTRE = "センター"
_SECRETARIAT = "事務局"
_LETTER = "[一-龥々ァ-ヺー]"
_SECTION_END = re.compile(r"(?:課|室|係|局|班|センター|グループ|チーム)$")
_SHORT = re.compile(
    r"[一-龥々]{2,4}センター|[一-龥々ァ-ヺーA-Za-z・]{1,12}?(?:課(?![題税程長金外員])|室(?![内外長温員])|係(?![数員長]))|[ぁ-んー]{2,12}?(?:課|室|係)"
)
NO_NAME = re.compile(
    r"(?:.*[のがはをにやとも])?(?:担当|所管|主管|関係|他|各|全|当|本|同|何|原|前|新|両|別|複数|どんな|やる|いる|.*会議|.*教|.*待合)"
    r"(?:課室?|室|係)"
)
_JOINTS = re.compile(r"(?:の|と|や|及び|および|または|又は|[、,・/／&＆]|\s)+")

OfficeKind = Literal["section", "department", "organization"]
KINDS_NAMED: tuple[OfficeKind, ...] = ("section", "department", "organization")
_AT_ENDS = re.compile(r"^(?:における|[のはがでと])(?=.)|[の、と]$")
_OF_YEAR = re.compile(r"(?:19|20)[0-9]{2}-(.*[0-9])")
_REMARK = re.compile(r"[（(][^（()）]*(?:[（(][^（()）]*[）)][^（()）]*)*[）)]")
_START = 2  # characters by which names are found in a text
_TEXTS_KEPT = 200  # of which the names are known: one is read several times on its way to an answer
_SHORTEST_NAME = 4  # shorter names are ordinary words (統計, 広報) and left to search


@dataclass(frozen=True, slots=True)
class NamedOffice:
    """A section, department or organization (府省庁) under its canonical name."""

    kind: OfficeKind
    name: str


class OfficeSpan(NamedTuple):
    """Offices that `text[start:end]` names: one, or several of one name."""

    start: int
    end: int
    offices: tuple[NamedOffice, ...]


class Names:
    """Folded names that may stand in a text or have one in them; looking costs the same for any number."""

    def __init__(self, names: Iterable[str]) -> None:
        self._starting: dict[str, list[str]] = defaultdict(list)
        for name in filter(None, names):
            self._starting[name[:_START]].append(name)
        self._shorter = sorted({len(start) for start in self._starting} - {_START})
        self._lines = "\n".join(["", *filter(None, names), ""])

    def within(self, text: str) -> dict[str, int]:
        """The names that stand in a folded text, with the first place of each."""
        found: dict[str, int] = {}
        for at in range(len(text)):
            for length in (_START, *self._shorter):
                for name in self._starting.get(text[at : at + length], ()):
                    if text.startswith(name, at):
                        found.setdefault(name, at)
        return found

    def with_all(self, parts: Sequence[str]) -> Iterator[str]:
        """The names in which all these folded parts stand."""
        longest = max(parts, key=len)
        at = self._lines.find(longest)
        while at >= 0:
            end = self._lines.index("\n", at)
            name = self._lines[self._lines.rindex("\n", 0, at) + 1 : end]
            if all(part in name for part in parts):
                yield name
            at = self._lines.find(longest, end + 1)


class OfficeResolver:
    """Who is meant by the name of an office: in full, by an alias or a former name, in short, without its 課.

    `sections` are (id, department, name, canonical name), `organizations` the bodies of the lists.
    """

    def __init__(self, sections: Iterable[tuple[int, str, str, str]], organizations: Iterable[str]) -> None:
        self._names: dict[str, dict[str, NamedOffice]] = {}
        self._ids: dict[NamedOffice, set[int]] = defaultdict(set)
        for section_id, department, name, canonical in sections:
            section = NamedOffice("section", canonical)
            for listed in (name, canonical):
                self._learn(listed, section, section_id)
            self._learn(department, NamedOffice("department", department), section_id)
        for organization in organizations:
            self._learn(organization, NamedOffice("organization", organization), None)
        self._sections = tuple(office for office in self._ids if office.kind == "section")
        self._boards = {
            name.removesuffix(_SECRETARIAT): tuple(dict.fromkeys(of_name.values()))
            for name, of_name in self._names.items()
            if name.endswith(f"委員会{_SECRETARIAT}")
        }
        self._in_text = Names(tuple(self._names))
        self._letters = [(office, frozenset(alnum_key(office.name))) for office in self._sections]

    def _learn(self, listed: str, office: NamedOffice, section_id: int | None) -> None:
        if len(key := alnum_key(listed)) > 1:
            self._names.setdefault(key, {})[listed] = office
            if section_id is not None:
                self._ids[office].add(section_id)

    def __contains__(self, key: object) -> bool:
        """Whether an office has this name, given as an `alnum_key`."""
        return key in self._names

    def ids(self, offices: Iterable[NamedOffice]) -> frozenset[int]:
        """The ids of the sections that these are or have."""
        return frozenset().union(*(self._ids.get(office, ()) for office in offices))

    def spans(self, text: str) -> tuple[OfficeSpan, ...]:
        """The offices that a text names, in order: names in full, the longest first, then those in short."""
        folded, places = alnum_places(text)
        found: list[OfficeSpan] = []
        for name, at in sorted(self._in_text.within(folded).items(), key=lambda each: -len(each[0])):
            start, end = places[at][0], places[at + len(name) - 1][1]
            if not _overlap(found, start, end):
                found.append(OfficeSpan(start, end, self.named(text[start:end])))
        found = self._with_secretariats(text, found)
        meant: dict[str, tuple[NamedOffice, ...]] = {}  # the same one may be named a thousand times
        in_short = []
        for short in _SHORT.finditer(text):
            if _overlap(found, *short.span()):
                continue
            if short[0] not in meant:
                meant[short[0]] = self.in_short(short[0])
            if office := meant[short[0]]:
                in_short.append(OfficeSpan(*short.span(), office))
        return tuple(sorted((*found, *in_short)))

    def _with_secretariats(self, text: str, found: list[OfficeSpan]) -> list[OfficeSpan]:
        """The offices named, and of a board that is named (教育委員会, no 社会教育委員会) its 事務局 too."""
        inner = re.compile(f"(?<={_LETTER}).+")
        found = [
            s for s in found if text[s.start : s.end] not in self._boards or not inner.match(text, s.start)
        ]
        for board, secretariat in self._boards.items():
            for at in re.finditer(rf"(?<!{_LETTER}){re.escape(board)}(?!{_LETTER})", text):
                same = next((span for span in found if (span.start, span.end) == at.span()), None)
                if same:
                    found.remove(same)
                if same or not _overlap(found, *at.span()):
                    own = same.offices if same else ()
                    found.append(OfficeSpan(*at.span(), tuple(dict.fromkeys((*own, *secretariat)))))
        return found

    def named(self, text: str) -> tuple[NamedOffice, ...]:
        """The offices of that name or alias: those written to the letter, else those that sound it out."""
        variants = self._names.get(alnum_key(text), {})
        exact = [office for listed, office in variants.items() if one_space(listed) == one_space(text)]
        return tuple(dict.fromkeys(exact or variants.values()))

    def by_stem(self, text: str, *, begins: bool = False) -> NamedOffice | None:
        """The one section that `text` names without its 課 or 室 (情報政策), if there is just one.

        Where it only `begins` a name, more may follow: 持続可能都市 is 持続可能都市戦略室.
        """
        stem = alnum_key(text)
        fitting = {
            office
            for name, variants in self._names.items()
            if len(stem) >= (2 if begins else TUNING.offices.stem)
            and (
                stem in name
                if begins
                else name.startswith(stem) and _SECTION_END.fullmatch(name[len(stem) :])
            )
            for office in variants.values()
        }
        if begins and any(
            office.kind != "section" or not alnum_key(office.name).startswith(stem) for office in fitting
        ):
            return None  # 福祉 is in 障がい福祉課 too
        return fitting.pop() if len(fitting) == 1 else None

    def in_short(self, text: str) -> tuple[NamedOffice, ...]:
        """The section that 情政課, 産振センター or きかくけいえい課 means, () if it may be more than one.

        What stands before 課 or 室 is made of the beginnings of words of its name, or is how it is read.
        """
        is_centre = text.endswith(_CENTRE)
        stem = text.removesuffix(_CENTRE) if is_centre else text[:-1]
        if (
            not text.endswith((*OF_SECTIONS, _CENTRE))
            or len(stem) < TUNING.offices.short
            or NO_NAME.fullmatch(text)
        ):
            return ()
        letters = frozenset(alnum_key(stem))
        among = [office for office, its in self._letters if letters <= its]
        among += self._by_reading.get(kana_key(stem), []) if is_kana(stem) else []
        fitting = [office for office in dict.fromkeys(among) if _is_short_for(stem, office.name, is_centre)]
        is_one = all(
            fuzz.ratio(fitting[0].name, office.name) >= TUNING.offices.slip for office in fitting[1:]
        )
        return tuple(fitting) if is_one else ()

    @cached_property
    def _by_reading(self) -> dict[str, list[NamedOffice]]:
        """The sections by how they are read, without their 課."""
        found: dict[str, list[NamedOffice]] = defaultdict(list)
        for office in self._sections:
            found[kana_key(_words_of(office.name)[1])].append(office)
        return found

    def unknown(self, text: str) -> str:
        """The office, all of a text or up to its first の, that no list has (ほげ課); '' if there is none."""
        head = text.partition("の")[0]
        is_name = _SHORT.fullmatch(head) and not NO_NAME.fullmatch(head)
        is_name = is_name and _words_of(head)[0][-1] in OF_SECTIONS  # 賦課 and 関係 are none
        return head if is_name and not self.spans(head) else ""

    def sections_of(self, ids: Collection[int]) -> tuple[NamedOffice, ...]:
        """The sections with any of these ids."""
        return tuple(office for office in self._sections if not self._ids[office].isdisjoint(ids))


def without_offices(text: str, spans: Iterable[OfficeSpan]) -> str:
    """The text without the offices at these places and what joins them to each other and to the rest."""
    parts, at = [], 0
    for span in spans:
        parts.append(text[at : span.start])
        at = span.end
    parts.append(text[at:])
    bare = [_JOINTS.sub("", part) if _JOINTS.fullmatch(part) else part for part in parts]
    return " ".join(filter(None, (_AT_ENDS.sub("", part).strip() for part in bare)))


def _overlap(spans: Iterable[OfficeSpan], start: int, end: int) -> bool:
    return any(span.start < end and start < span.end for span in spans)


@lru_cache(maxsize=8192)
def _is_short_for(stem: str, name: str, is_centre: bool) -> bool:
    words, reading = _words_of(name)
    if len(words) < 2 or (not name.endswith(_CENTRE) if is_centre else words[-1] not in KINDS):
        return False
    if is_kana(stem) and kana_key(stem) == kana_key(reading):
        return True
    return alnum_key(stem) != "".join(words) and _is_made_of(alnum_key(stem), words[:-1])


def _is_made_of(stem: str, words: Sequence[str]) -> bool:
    """Whether a text is beginnings of these words in order; words may be left out."""
    if not stem:
        return True
    return any(
        word.startswith(stem[:length]) and _is_made_of(stem[length:], words[at + 1 :])
        for at, word in enumerate(words)
        for shortest in (1 if has_kanji(word) else min(TUNING.offices.part, len(word)),)
        for length in range(min(len(word), len(stem)), shortest - 1, -1)
    )


@lru_cache(maxsize=8192)
def _words_of(name: str) -> tuple[tuple[str, ...], str]:
    """The words of an office's name, and how all but the last are read."""
    words = [word for unit in units(name) for word in unit.words if alnum_key(word.surface)]
    return tuple(alnum_key(word.surface) for word in words), "".join(word.reading for word in words[:-1])


class Office(NamedTuple):
    """A section as listed; `family` are the ids of all names of it, `phrase` and `department` its words."""

    id: int
    family: frozenset[int]
    phrase: str
    department: str


@dataclass(frozen=True, slots=True)
class Offices:
    """Every section by the words of its name, as the index has them; `resolver` knows them by their letters.

    A phrase of the index is what a typed term means there, so that an office typed in kana or with a slip is
    known too. `by_word` are the sections by each word of their names and departments, `whole` by their name
    with and without 課, `renamed` those of several names, `renamed_words` the words of these names.
    """

    by_word: Mapping[str, Sequence[Office]]
    whole: Mapping[str, Sequence[Office]]
    every: tuple[Office, ...]
    renamed: tuple[Office, ...]
    renamed_words: frozenset[str]
    organizations: tuple[str, ...]
    resolver: OfficeResolver

    def named_in_full(self, phrases: Iterable[str]) -> frozenset[int]:
        """Ids of the sections (with all their names) that have one of these names, 課 or 室 or 部 aside."""
        return _ids(office.family for phrase in phrases for office in self.whole.get(phrase, ()))

    def named_in_part(self, phrases: Iterable[str]) -> frozenset[int]:
        """Ids of the sections that have one of these phrases in their name, unless all have (課)."""
        return _ids(
            office.family
            for phrase in phrases
            if phrase not in KINDS
            for office in self.by_word.get(phrase.partition(" ")[0], ())
            if f" {phrase} " in f" {office.phrase} "
        )

    def of_departments(self, phrases: Iterable[str]) -> frozenset[int]:
        """Ids of the sections whose department has one of these phrases in its name."""
        return _ids(
            frozenset((office.id,))
            for phrase in phrases
            for office in self.by_word.get(phrase.partition(" ")[0], ())
            if f" {phrase} " in f" {office.department} "
        )

    def organizations_named(self, phrases: Collection[str]) -> frozenset[str]:
        """The bodies (府省庁・団体) that have one of these phrases in their name."""
        return frozenset(
            name
            for name in self.organizations
            if any(f" {phrase} " in f" {phrase_of(name)} " for phrase in phrases)
        )

    def other_names(self, phrases: Collection[str]) -> list[str]:
        """The other names of the renamed sections that one of these phrases names, as phrases too."""
        named = [any(f" {phrase} " in f" {each.phrase} " for phrase in phrases) for each in self.renamed]
        family = _ids(each.family for each, is_named in zip(self.renamed, named, strict=True) if is_named)
        return [
            each.phrase
            for each, is_named in zip(self.renamed, named, strict=True)
            if each.id in family and not is_named
        ]


def _ids(families: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset[int]().union(*families)


# A list with one column for both names the department where no section of it has the project.
_DEPARTMENT = """
    CASE WHEN {of}.department = '' AND {name} IN (SELECT department FROM sections) THEN {name}
    ELSE {of}.department END"""


def read_offices(db: Database) -> Offices:
    """Read every section and the organizations; a joint section (A課／B課) is each of those it names too."""
    department = _DEPARTMENT.format(of="sections", name="name")
    rows = db.conn.execute(
        f"SELECT id, {department}, name, coalesce(canonical_id, id) FROM sections"
    ).fetchall()
    families: dict[int, set[int]] = defaultdict(set)
    for section_id, _, _, canonical in rows:
        families[canonical].add(section_id)
    every = tuple(
        Office(section_id, frozenset(families[canonical]), phrase_of(name), phrase_of(department))
        for section_id, department, name, canonical in rows
    )
    by_word: dict[str, list[Office]] = defaultdict(list)
    whole: dict[str, list[Office]] = defaultdict(list)
    joint = [
        (section_id, *part) for section_id, *office, _ in rows for part in joint_sections(*map(str, office))
    ]
    parts = (
        Office(section_id, frozenset((section_id,)), phrase_of(name), phrase_of(department))
        for section_id, department, name in joint
    )
    for office in (*every, *parts):
        for word in {*office.phrase.split(), *office.department.split()}:
            by_word[word].append(office)
        for name in {office.phrase, bare(office.phrase)}:
            whole[name].append(office)
    organizations = tuple(name for (name,) in db.conn.execute("SELECT DISTINCT organization FROM projects"))
    called = {section_id: name for section_id, _, name, _ in rows}
    named = [
        (section_id, department, name, called[canonical]) for section_id, department, name, canonical in rows
    ]
    canonical_of = {(department, name): canonical for _, department, name, canonical in named}
    named += [
        (section_id, department, name, canonical_of.get((department, name), name))
        for section_id, department, name in joint
    ]
    resolver = OfficeResolver(named, organizations)
    renamed = tuple(office for office in every if len(office.family) > 1)
    renamed_words = frozenset(word for office in renamed for word in office.phrase.split())
    return Offices(by_word, whole, every, renamed, renamed_words, organizations, resolver)


@lru_cache(maxsize=8192)
def phrase_of(name: str) -> str:
    """The words of an office's name."""
    return " ".join(unit.phrase for unit in units(name) if unit.phrase)


@lru_cache(maxsize=8192)
def bare(phrase: str) -> str:
    """The name without its last word, when that only says what kind of office it is."""
    words = phrase.split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in KINDS else phrase


@dataclass(frozen=True, slots=True)
class Entry:
    """A project as far as naming goes; `section` is the canonical name, `listed` the one as published."""

    id: int
    fiscal_year: int
    number: str
    name: str
    organization: str
    department: str
    section: str
    listed: str

    @property
    def key(self) -> tuple[int, str]:
        """(fiscal year, number), as its `Project` has it."""
        return self.fiscal_year, self.number


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found at `[start, end)` of a text.

    `kind` is `project`, for which `name` is a key of `Catalog.by_name`, or `office`: then `offices` are those
    written like that, or, when none is to the letter, all that differ in punctuation only.
    """

    kind: str
    name: str
    start: int
    end: int
    offices: tuple[NamedOffice, ...] = ()


@dataclass(frozen=True)
class Catalog:
    """Every project's naming, in the order listed, newest year first, and names folded for look-up."""

    entries: tuple[Entry, ...]
    by_name: Mapping[str, tuple[Entry, ...]]  # folded name -> its projects (several years, or namesakes)
    by_number: Mapping[str, tuple[Entry, ...]]
    offices: OfficeResolver
    years: tuple[int, ...]
    by_own_number: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)  # see `_short_numbers`

    @cached_property
    def joint(self) -> Mapping[int, tuple[tuple[str, str], ...]]:
        """The (department, section)s of each project of a joint section, by its id; most have one section."""
        named = ((entry.id, joint_sections(entry.department, entry.listed)) for entry in self.entries)
        return {at: sections for at, sections in named if sections}

    @cached_property
    def names(self) -> Names:
        """The folded names of all projects."""
        return Names(tuple(self.by_name))

    @cached_property
    def _mentioned(self) -> dict[str, list[Mention]]:
        return {}

    @cached_property
    def by_year(self) -> Mapping[int, tuple[Entry, ...]]:
        """The projects of each year, in the order listed."""
        found: dict[int, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.fiscal_year, []).append(entry)
        return {year: tuple(entries) for year, entries in found.items()}

    @cached_property
    def _by_beginning(self) -> Mapping[str, tuple[str, ...]]:
        """The folded names by their first letters: a text is read once, however many names there are."""
        found: dict[str, list[str]] = {}
        for name in self.by_name:
            found.setdefault(name[:_SHORTEST_NAME], []).append(name)
        return {beginning: tuple(names) for beginning, names in found.items()}

    def mentions(self, text: str) -> list[Mention]:
        """Names of projects and offices that occur in `text`, longest first, none overlapping, in order."""
        found = self._mentioned.get(text)
        if found is None:
            if len(self._mentioned) > _TEXTS_KEPT:
                self._mentioned.clear()
            found = self._mentioned[text] = self._mentions(text)
        return found

    def _mentions(self, text: str) -> list[Mention]:
        folded, places = alnum_places(text)
        first: dict[str, int] = {}
        for at in range(len(folded) - _SHORTEST_NAME + 1):
            for name in self._by_beginning.get(folded[at : at + _SHORTEST_NAME], ()):
                if folded.startswith(name, at):
                    first.setdefault(name, at)
        found = [
            Mention("project", name, places[at][0], places[at + len(name) - 1][1])
            for name, at in first.items()
        ]
        found += [
            Mention("office", text[start:end], start, end, offices)
            for start, end, offices in self.offices.spans(text)
        ]
        kept: list[Mention] = []
        taken = bytearray(len(text))
        for one in sorted(found, key=lambda m: (m.start - m.end, m.kind != "project")):
            if not any(taken[one.start : one.end]):
                kept.append(one)
                taken[one.start : one.end] = b"\1" * (one.end - one.start)
        return sorted(kept, key=lambda m: m.start)

    def offices_named(self, text: str) -> tuple[NamedOffice, ...]:
        """The offices of that name or alias: those written to the letter, else those that sound it out."""
        return self.offices.named(text)

    def of_name(self, name: str, offices: Iterable[NamedOffice] = ()) -> tuple[Entry, ...]:
        """The projects of a name; of several in a list those of the offices named beside it, if any are."""
        entries = self.by_name[name]
        if len({entry.fiscal_year for entry in entries}) == len(entries):
            return entries
        names = {office.name for office in offices}
        own = tuple(e for e in entries if names & {e.section, e.department, e.organization})
        return own or entries

    def of_number(self, number: str) -> tuple[Entry, ...]:
        """The projects of a number however it is written (86 for 0086), newest year first."""
        key = number_key(number)
        return self.by_number.get(key) or self.by_own_number.get(key, ())

    def of_keys(self, keys: Iterable[tuple[int, str]]) -> tuple[Entry, ...]:
        """The projects of these fiscal years and numbers, in that order; those that are gone are left out."""
        return tuple(entry for key in keys for entry in self.of_number(key[1]) if entry.key == key)


def read_catalog(db: Database, offices: OfficeResolver) -> Catalog:
    """Read what the loaded lists call things, sections under their canonical names."""
    department = _DEPARTMENT.format(of="p", name="p.section")
    rows = db.execute(
        f"""
        SELECT p.id, p.fiscal_year, p.number, p.name, p.organization, {department},
               coalesce(canonical.name, p.section), p.section
        FROM projects p
        LEFT JOIN sections listed ON listed.id = p.section_id
        LEFT JOIN sections canonical ON canonical.id = coalesce(listed.canonical_id, listed.id)
        ORDER BY p.fiscal_year DESC, p.id"""
    )
    entries = tuple(Entry(*row) for row in rows)
    years = tuple(dict.fromkeys(entry.fiscal_year for entry in entries))
    names = _grouped((key, entry) for entry in entries for key in _name_keys(entry.name))
    numbers = _grouped((number_key(entry.number), entry) for entry in entries)
    own = _grouped((number_key(number), entry) for entry in entries for number in _short_numbers(entry))
    return Catalog(entries, names, numbers, offices, years, own)


def _short_numbers(entry: Entry) -> Iterator[str]:
    """Its number in short: 1 of 企画課-1, 国交-22-0506 and 0506 of 2023-国交-22-0506."""
    if number := number_in_section(entry.number, entry.listed, entry.department):
        yield number
    if found := _OF_YEAR.fullmatch(entry.number):
        yield from {found[1], found[1].rpartition("-")[2]} - {number}


def _grouped(pairs: Iterable[tuple[str, Entry]]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for key, entry in pairs:
        found.setdefault(key, []).append(entry)
    return {key: tuple(entries) for key, entries in found.items()}


def _name_keys(name: str) -> set[str]:
    """A name's folded form, and that without remarks in brackets such as （旧：…）."""
    keys = {alnum_key(name), alnum_key(_REMARK.sub("", name))}
    return {key for key in keys if len(key) >= _SHORTEST_NAME}
