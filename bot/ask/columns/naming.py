"""Which columns, and which of their choices, a text names: by heading, by part of it, as people say. Pure.

The headings of the lists go first, the longest first; then the nouns that are left are held against the parts
of headings, then against the everyday words of `vocabulary`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from bot.ask.columns.vocabulary import CUES_BESIDE, EVERYDAY, JOINT, PHRASES, SUM, TAILS, Meaning
from store.columns.headings import basis_of, may_be
from store.columns.values import NUMERIC, Column
from store.text.asking import field_cue, left_out_behind
from store.text.morphology import tokenize
from store.text.normalize import nfkc
from store.text.numbers import without_heading_year

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# How a column was named, the surest last.
Level = Literal["lacking", "near", "everyday", "part", "heading"]

_UNIT = re.compile(r"[(\[〔【][^()\[\]〔〕【】]{1,12}[)\]〕】]")
_LETTER = "[一-龥々〆ァ-ヺーA-Za-z]"
_IN_KANA = "|".join(sorted((word for word in EVERYDAY if re.search("[ぁ-ん]", word)), key=len, reverse=True))
_RUN = re.compile(rf"{_IN_KANA}|[一-龥々〆ァ-ヺーA-Za-z0-9・]+(?:の(?:方向性?|対応|方針|有無|金額))?")
_WORD = re.compile(_LETTER)
_KANA = re.compile("[ぁ-ん]")
_VERB = 6  # characters in which a verb is told
_NUMBERING = re.compile(r"^[(（]?[0-9０-９]{1,3}(?:[-－][0-9０-９]{1,3})*[)）.．、:\s　]+")
GRADES = "sabcde"  # of evaluations, the best first
_SHORTEST = 2
_TWO_WORDS = 12  # characters of a column and a short choice in one word
_LONGEST = 40  # characters of a heading or a word that are looked at
_IS_VERDICT = re.compile(
    r"(?:に(?:なっ|な|決ま)|と?され|すると?|と(?:判定|評価|判断)|(?:する|した)?方針|する予定|予定)?[ぁ-ん]*の?(?:事業|もの|施策|取り?組み?)"
)
_NEAR = 0.5  # cosine from which a verdict that no list has may stand for one that it has: 拡充 for 拡大
# Everyday words that are none of the words they are made of.
_SEVERAL_WORDS = tuple(w for w, m in EVERYDAY.items() if m.strict and any(v in w for v in EVERYDAY if v != w))
_OF_FIELDS = ("section", "department", "purpose", "overview", "outcome", "number", "name", "fiscal_year")
# Choices so general that they only mean something beside the column that has them.
_GENERAL = re.compile(
    "方向|その他|なし|あり|[無有][しり]?|該当|対象外?|はい|いいえ|[○×〇]|不明|全般|一般|補助|継続中|実施"
)

_BEFORE_COLUMN = re.compile(
    rf"(?P<word>(?:{_LETTER}|[0-9ぁ-ん・]){{2,30}})」?(?:という|の|に(?:関する|関わる|かかわる))$"
)
_WORD_BEGINS = re.compile("[のでをはが]")
_OWN_VALUE = re.compile(
    "(?:は|って|を|が)?(?:(?:何|なに|なん|いくつ)(?!件|個|事業)|ど[れうのん]|教え|[?？。]|$)"
)
_MARKS = re.compile("[、,・]")

Meant = Callable[[str], "NDArray[np.float32] | None"]
_Named = TypeVar("_Named")
Value = tuple[str, Column]  # a choice as folded, and the column that has it


@dataclass(frozen=True, slots=True)
class Mention:
    """Columns that `text[start:end]` names, or choices of theirs: `values` as folded, if it is of these.

    `word` is what was typed. `meaning` is that of an everyday word; with level `lacking` no column is that.
    Of level `near` are choices that only mean much the same.
    """

    start: int
    end: int
    word: str
    level: Level
    columns: tuple[Column, ...] = ()
    values: tuple[str, ...] = ()
    meaning: Meaning | None = None
    is_phrase: bool = False  # いくら, 何人で: no word for a column

    @property
    def is_value(self) -> bool:
        """Whether it is of choices and no column."""
        return bool(self.values)


@dataclass(frozen=True)
class ColumnNames:
    """What the columns of all lists are called, and the choices of those that have some.

    `columns` have no role: a project's name, section and texts are not asked for here.
    """

    columns: tuple[Column, ...]
    choices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # by id, as published

    @cached_property
    def headings(self) -> Mapping[str, tuple[Column, ...]]:
        """The columns of each form of a heading: with and without unit, year and the rows above."""
        return _grouped((form, column) for column in self.columns for form in forms(column))

    @cached_property
    def parts(self) -> Mapping[str, tuple[Column, ...]]:
        """The columns whose heading has this as a part: one or more whole words of it."""
        every = ((column, form) for column in self.columns for form in forms(column))
        return _grouped((part, column) for column, form in every for part in _parts(form))

    @cached_property
    def values(self) -> Mapping[str, tuple[Value, ...]]:
        """The choices that are written like this: in full, with their spaces, without their numbering."""
        return _grouped(
            (form, (fold(text), c)) for c, text in self._choices() for form in _forms_of_value(text)
        )

    @cached_property
    def verdicts(self) -> Mapping[str, tuple[Value, ...]]:
        """The choices of evaluations by the words they are made of: 廃止 of 廃止方向."""
        of_evaluations = [(c, fold(text)) for c, text in self._choices() if c.topic == "evaluation"]
        return _grouped((part, (text, c)) for c, text in of_evaluations for part in _parts(text))

    def choices_of(self, columns: Iterable[Column]) -> set[str]:
        """The choices of some columns, folded."""
        return {fold(text) for column in columns for text in self.choices.get(column.id, ()) if fold(text)}

    def choices_with(self, word: str, columns: Iterable[Column]) -> tuple[Value, ...]:
        """The choices of some columns that have a word in part, whatever joins its halves: 移住、定住."""
        part = _MARKS.sub("", fold(word))
        every = ((fold(text), column) for column in columns for text in self.choices.get(column.id, ()))
        return tuple((value, column) for value, column in every if part in _MARKS.sub("", value))

    def _choices(self) -> Iterator[tuple[Column, str]]:
        for column in self.columns:
            if not is_unit(column):
                for text in dict.fromkeys(self.choices.get(column.id, ())):
                    yield column, text

    @cached_property
    def longest_first(self) -> Sequence[str]:
        """Forms of headings and choices, the longest first."""
        return sorted(
            {*self.headings, *(v for v in self.values if len(v) >= _SHORTEST)}, key=lambda w: (-len(w), w)
        )

    def of_group(self, columns: Iterable[Column]) -> tuple[Column, ...]:
        """The columns and those that belong to one thing with them: 活動指標1, its 実績 and its 単位."""
        groups = {(c.source_id, c.fiscal_year, c.group_name) for c in columns if c.group_name}
        wanted = {c.id for c in columns}
        return tuple(
            c for c in self.columns if c.id in wanted or (c.source_id, c.fiscal_year, c.group_name) in groups
        )


def _grouped(pairs: Iterable[tuple[str, _Named]]) -> Mapping[str, tuple[_Named, ...]]:
    """What each text names, each thing once and in order."""
    found: defaultdict[str, dict[_Named, None]] = defaultdict(dict)
    for text, named in pairs:
        found[text][named] = None
    return {text: tuple(some) for text, some in found.items()}


def is_unit(column: Column) -> bool:
    """Whether a column says in what unit another one is."""
    return column.heading.endswith("単位") or column.group_part.endswith("単位")


def fold(text: str) -> str:
    """A heading or a choice as it is compared: NFKC, lower case, no spaces."""
    return "".join(nfkc(text).lower().split())


def bare(heading: str) -> str:
    """A heading (folded) without its unit and its year: 決算 of R6決算(千円)."""
    core = _UNIT.sub("", heading)
    return without_heading_year(core).strip("の・_-/／:") or core


def forms(column: Column) -> tuple[str, ...]:
    """The ways in which people may write a heading in full."""
    found: dict[str, None] = {}
    for at in range(len(column.path)):
        for joint in ("", "の") if at < len(column.path) - 1 else ("",):
            whole = fold(joint.join(column.path[at:]))
            core = _UNIT.sub("", whole)
            for form in (whole, core, bare(whole)):
                is_other = form != whole and not may_be(column, basis_of([form]))  # 決算(見込) is no 決算
                if len(form) >= _SHORTEST and not form.isdecimal() and not is_other:
                    found[form] = None
    return tuple(found)


def find(text: str, names: ColumnNames, *, with_phrases: bool = True) -> list[Mention]:
    """The columns and choices that a text names, in order and apart.

    `text` is in NFKC; names of projects and offices in it are signs that stand for no word. Where no column
    is named, and `with_phrases`, いくらかかった and 何人で name one.
    """
    lowered = text.lower()
    found = list(_in_full(lowered, names))
    for start, end, word in _runs(_blanked(lowered, found)):
        named = _of_run(start, end, word, names)
        if not named and "の" in word:  # of something else: AI・RPAの方向性
            at = word.index("の") + 1
            named = [
                *_of_run(start, start + at - 1, word[: at - 1], names),
                *_of_run(start + at, end, word[at:], names),
            ]
        found += named
    columns = [column for mention in found if not mention.is_value for column in mention.columns]
    if with_phrases and not any(column.kind in NUMERIC for column in columns):
        for pattern, word in PHRASES:
            if columns and word != "お金":  # beside 評価がBの only money is asked for without its name
                continue
            for match in pattern.finditer(_blanked(lowered, found)):
                if mention := _everyday(match.start(), match.end(), word, names):
                    found.append(replace(mention, is_phrase=True))
    found = [
        mention for mention in found if not (mention.is_value and _is_of_a_noun(lowered, mention, found))
    ]
    found += _in_part(lowered, found, names)
    return sorted(found, key=lambda mention: mention.start)


def _in_part(text: str, found: Sequence[Mention], names: ColumnNames) -> Iterator[Mention]:
    """The choices that a word right before their column has a part of: 防災の分野 of 「1.防災、国民保護」.

    Not where what follows asks for the column's own value: 防災訓練の施策は何ですか.
    """
    for of in found:
        before = _BEFORE_COLUMN.search(text, 0, of.start)
        columns = [column for column in of.columns if is_grouping(column)]
        if not columns or of.is_value or not before or _OWN_VALUE.match(text, of.end):
            continue
        starts = [0, *(joint.end() for joint in _WORD_BEGINS.finditer(before["word"]))]
        for start in (before.start("word") + at for at in starts):
            word = text[start : before.end("word")]
            chosen = names.choices_with(word, columns) if len(word) >= _SHORTEST else ()
            if chosen and all(before.end("word") <= m.start or m.end <= start for m in found):
                yield _of_values(start, before.end("word"), word, "heading", chosen)
                break


def is_grouping(column: Column) -> bool:
    """Whether a column tells what a project belongs to: 分野, 施策, 区分, and no verdict on it."""
    return column.kind == "choice" and column.topic not in ("evaluation", "indicator", "law")


def numbered(number: str, mention: Mention, names: ColumnNames) -> Mention | None:
    """The choices of a column that bear a number named behind it (施策35); none if no choice is numbered."""
    columns = [column for column in mention.columns if is_grouping(column)]
    every = [(fold(value), column) for column in columns for value in names.choices.get(column.id, ())]
    having = [(value, column) for value, column in every if re.match(rf"{number}(?![0-9])", value)]
    if mention.is_value or not any(re.match("[0-9]", value) for value, _ in every):
        return None
    chosen = having or [(number, column) for column in columns]
    return _of_values(mention.end, mention.end + len(number), number, "heading", chosen)


def _is_of_a_noun(text: str, one: Mention, every: Sequence[Mention]) -> bool:
    """Whether a choice is joined to a noun that is no name: 改善 in 改善及びベンチャー提案数."""
    behind = re.match(f"(?:{JOINT.pattern})(?={_LETTER})", text[one.end :])
    if behind and all(other.start != one.end + behind.end() for other in every):
        return True
    before = re.search(f"{_LETTER}(?:{JOINT.pattern})$", text[: one.start])
    return before is not None and all(other.end != before.start() + 1 for other in every)


def of_value(text: str, columns: Iterable[Column], names: ColumnNames) -> tuple[str, ...]:
    """The choices of these columns that a text begins with, or of which it is a part: A, 改善."""
    values = names.choices_of(columns)
    lowered = text.lower()
    if has := re.match("(?:ない|無い|なし)|(?:ある|有る|あり)", lowered):
        signs = ("なし", "無し", "無") if has[0][0] in "な無" else ("あり", "有り", "有")
        return tuple(sorted(v for v in values if v.endswith(signs)))
    whole = [v for v in values if lowered.startswith(v) and not _goes_on(lowered[len(v) :], v)]
    if whole:
        return (max(whole, key=len),)
    run = _RUN.match(lowered)
    if run is None:
        return ()
    for word in _stripped(run[0]):
        if some := tuple(sorted(v for v in values if word in _parts(v))):
            return some
    return ()


def in_kind(columns: Sequence[Column], meaning: Meaning) -> tuple[Column, ...]:
    """Those of the columns that an everyday word may mean; all of a kind that it asks for, if any is."""
    fitting = [
        c
        for c in columns
        if (not meaning.topic or c.topic == meaning.topic)
        and (not meaning.bases or c.basis in meaning.bases)
        and (not meaning.heading or re.search(meaning.heading, nfkc(c.heading)))
    ]
    of_kind = [c for c in fitting if c.kind in meaning.kinds]
    if meaning.kinds and set(meaning.kinds) <= NUMERIC:
        return tuple(of_kind)
    return tuple(of_kind or fitting)


# -------------------------------------------------------------------------------------- headings in full
def _in_full(text: str, names: ColumnNames) -> Iterator[Mention]:
    taken = bytearray(len(text))
    words = [(m.start(), m.end()) for word in _SEVERAL_WORDS for m in re.finditer(word, text)]
    for key in names.longest_first:
        at = text.find(key)
        while at >= 0:
            end = at + len(key)
            is_part = any(s <= at and end <= e and e - s > end - at for s, e in words)  # 予算 of 補正予算
            if not is_part and not any(taken[at:end]) and _is_bounded(text, at, end, names):
                end = _with_tail(text, end)
                columns, owners = names.headings.get(key, ()), names.values.get(key, ())
                if owners and not columns:
                    if not _GENERAL.fullmatch(key) or _has_column_before(text, at, names):
                        taken[at:end] = b"\1" * (end - at)
                        yield _of_values(at, end, text[at:end], "heading", owners)
                elif not _is_field(key):
                    taken[at:end] = b"\1" * (end - at)
                    yield Mention(at, end, text[at:end], "heading", columns)
            at = text.find(key, end)


def _of_values(start: int, end: int, word: str, level: Level, found: Sequence[Value]) -> Mention:
    values, columns = (tuple(dict.fromkeys(each)) for each in zip(*found, strict=True))
    return Mention(start, end, word, level, columns, values)


def _forms_of_value(text: str) -> set[str]:
    spaced = " ".join(nfkc(text).lower().split())
    bare = _NUMBERING.sub("", spaced)
    return {form for form in (fold(text), spaced, bare, fold(bare)) if form}


def _has_column_before(text: str, at: int, names: ColumnNames) -> bool:
    """Whether a heading ends just before: 評価がその他の."""
    before = text[max(0, at - _LONGEST) : at].rstrip("がはでのに:= 「『")
    return any(before.endswith(form) for form in (*names.headings, *names.parts, *EVERYDAY))


def _is_bounded(text: str, start: int, end: int, names: ColumnNames) -> bool:
    """Whether a name stands by itself: 決算 in 平均決算額 does, in 決算統計 it doesn't.

    A column and a choice of its own side by side are two (行政評価縮小).
    """
    if text[start].isdecimal() and start and text[start - 1].isdecimal():
        return False
    before = _letters_before(text, start)
    if before and _WORD.match(text[start]):
        left = CUES_BESIDE.sub("", without_heading_year(before))
        if left and left not in names.headings and left not in names.parts:
            return False
    rest = text[_with_tail(text, end) :]
    if any(rest.startswith(value) for value in names.values if len(value) >= _SHORTEST):
        return True
    if _is_judged(text[start:end], rest, names):
        return True
    return not _goes_on(rest, text[start:end])


def _is_judged(value: str, rest: str, names: ColumnNames) -> bool:
    """Whether the word for a verdict's own column follows it: 拡大判定, 縮小評価の."""
    if not any(column.topic == "evaluation" for _, column in names.values.get(value, ())):
        return False
    run = re.match(f"{_LETTER}+", rest[:_LONGEST])
    meaning = EVERYDAY.get(run[0]) if run else None
    return meaning is not None and meaning.topic == "evaluation"


def _letters_before(text: str, end: int) -> str:
    """The letters that stand right before a place, as many as a word may have."""
    start = end
    while start and end - start < _LONGEST and _WORD.match(text[start - 1]):
        start -= 1
    return text[start:end]


def _with_tail(text: str, end: int) -> int:
    """Where a name ends with what people put behind it: 決算額."""
    for tail in TAILS:
        rest = text[end + len(tail) :]
        if text.startswith(tail, end) and (not re.match(_LETTER, rest) or CUES_BESIDE.match(rest)):
            return end + len(tail)
    return end


def _goes_on(rest: str, word: str) -> bool:
    """Whether a word goes on in what follows it, as 決算 does in 決算統計 but not in 決算合計."""
    if not rest or left_out_behind(rest, 0) or JOINT.match(rest):
        return False
    if word[-1].isdecimal():
        return rest[0].isdecimal()
    if not (_WORD.match(word[-1]) and _WORD.match(rest)):
        return False
    run = re.match(f"{_LETTER}+", rest[:_LONGEST])
    left = run[0] if run else ""
    if _begins_verb(rest, len(left)):
        return False
    for tail in TAILS:
        if left.startswith(tail):
            left = left[len(tail) :]
            break
    return bool(CUES_BESIDE.sub("", left))


def _begins_verb(text: str, letters: int) -> bool:
    """Whether a text of so many letters and then kana begins with a verb or adjective: 足すと, 見たい."""
    if letters != 1 or not _KANA.match(text, letters):
        return False
    first = next(iter(tokenize(text[:_VERB])), None)
    return first is not None and first.word.kind in ("動詞", "形容詞") and first.end > letters


# ---------------------------------------------------------------------------- parts, and everyday words
def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    """The nouns of a text, without the words beside them that only ask: (start, end, noun)."""
    for run in _RUN.finditer(JOINT.sub(lambda joint: "、" * len(joint[0]), text)):
        at = run.start()
        if run[0] in EVERYDAY or run[0].removesuffix("額") in EVERYDAY:
            yield at, run.end(), run[0]
            continue
        noun = run[0][:-1] if _begins_verb(text[run.end() - 1 : run.end() + _VERB], 1) else run[0]
        for piece in re.split(f"({CUES_BESIDE.pattern})", noun):
            if len(piece) >= 1 and not CUES_BESIDE.fullmatch(piece):
                yield at, at + len(piece), piece
            at += len(piece)


def _of_run(start: int, end: int, run: str, names: ColumnNames) -> list[Mention]:
    for word in _stripped(run):
        if (len(word) < _SHORTEST and word not in EVERYDAY) or SUM.fullmatch(word):  # トータル
            continue
        span = (start, start + len(run))
        if columns := names.parts.get(word):
            meaning = EVERYDAY.get(word)
            fitting = _of_the_kind(columns, meaning) if meaning else columns
            if fitting and not _is_field(word, fitting):
                return [Mention(*span, run, "part", fitting, meaning=meaning)]
    for word in _stripped(run):
        is_telling = word not in EVERYDAY and not _GENERAL.fullmatch(word)  # 対象 of 評価対象外
        if is_telling and (verdicts := names.verdicts.get(word)):
            return [_of_values(start, end, run, "part", verdicts)]
        if mention := _everyday(start, end, word, names):
            return [mention]
    return _of_two(start, run, names)


def _of_two(start: int, run: str, names: ColumnNames) -> list[Mention]:
    """A column and a short choice of its own in one word: 評価A, A判定."""
    for value, owners in names.values.items() if len(run) <= _TWO_WORDS else ():
        if len(value) >= _SHORTEST or not (run.startswith(value) or run.endswith(value)) or run == value:
            continue
        is_first = run.startswith(value)
        word = run[len(value) :] if is_first else run[: -len(value)]
        at = start + len(value) if is_first else start
        beside = _of_run(at, at + len(word), word, names) if len(word) >= _SHORTEST else []
        ids = {column.id for _, column in owners}
        own = [c for mention in beside for c in mention.columns if c.id in ids]
        if own and len(beside) == 1:
            place = start if is_first else start + len(word)
            chosen = [(v, c) for v, c in owners if c in own]
            return [*beside, _of_values(place, place + len(value), value, "part", chosen)]
    for word, verdicts in names.verdicts.items() if len(run) <= _TWO_WORDS else ():  # 改善判定
        meaning = EVERYDAY.get(run[len(word) :]) if run.startswith(word) else None
        if meaning and meaning.topic == "evaluation":
            return [_of_values(start, start + len(run), run, "part", verdicts)]
    return []


def near_verdict(text: str, names: ColumnNames, meaning: Meant) -> Mention | None:
    """A verdict that a text has and no list, with the choices that mean most nearly the same.

    `meaning` gives the direction of a text as a vector of length 1, None where it is not known.
    """
    for start, end, word in _runs(text.lower()):
        if len(word) < _SHORTEST or (asked := meaning(word)) is None or not _IS_VERDICT.match(text, end):
            continue
        scored = [
            (float(asked @ meant), value, column)
            for pairs in names.verdicts.values()
            for value, column in pairs
            if (meant := meaning(value)) is not None
        ]
        best = max((score for score, _, _ in scored), default=0.0)
        if best >= _NEAR:
            near = [(value, column) for score, value, column in scored if score == best]
            return _of_values(start, end, word, "near", near)
    return None


def _of_the_kind(columns: Sequence[Column], meaning: Meaning) -> tuple[Column, ...]:
    """Columns that have an everyday word in their heading, those of the kind that it asks for first."""
    if meaning.strict and meaning.bases:
        columns = [c for c in columns if any(may_be(c, basis) for basis in meaning.bases)]
    wanted = [c for c in columns if not meaning.kinds or c.kind in meaning.kinds]
    wanted = [c for c in wanted if c.topic == meaning.topic] or wanted
    if meaning.kinds and set(meaning.kinds) <= NUMERIC:
        return tuple(wanted)
    return tuple(wanted or columns)


def _everyday(start: int, end: int, word: str, names: ColumnNames) -> Mention | None:
    meaning = EVERYDAY.get(word) or EVERYDAY.get(word.upper())
    if meaning is None:
        return None
    columns = in_kind(names.columns, meaning)
    is_strict = meaning.strict or any(c.basis == meaning.beside for c in names.columns if c.basis)
    if not columns and meaning.heading and meaning.topic and not is_strict:
        columns = in_kind(names.columns, Meaning(meaning.topic, meaning.bases, meaning.kinds))
    if not columns and not is_strict:
        return None
    return Mention(start, end, word, "everyday" if columns else "lacking", columns, meaning=meaning)


def _stripped(run: str) -> Iterator[str]:
    """A noun, and what is left of it without the tails that people put on: 決算額, 決算."""
    yield run
    for tail in TAILS:
        if run.endswith(tail) and len(run) > len(tail):
            yield run[: -len(tail)]
    if run.endswith(tuple("0123456789")):
        yield run.rstrip("0123456789")


def _parts(form: str) -> set[str]:
    """The stretches of whole words in a heading, itself among them."""
    ends = [(token.start, token.end) for token in tokenize(form[:_LONGEST])]
    return {
        form[start:end]
        for at, (start, _) in enumerate(ends)
        for _, end in ends[at:]
        if end - start >= _SHORTEST and _WORD.match(form[start])
    }


def _is_field(word: str, columns: Sequence[Column] = ()) -> bool:
    """Whether a word asks for a field that every list has (概要); 目標 is none where a column has it."""
    cue = field_cue(word)
    if cue is None or cue.span != (0, len(word)) or not set(cue.fields) <= set(_OF_FIELDS):
        return False
    meaning = EVERYDAY.get(word)
    return not (meaning and meaning.bases and any(c.basis in meaning.bases for c in columns))


def _blanked(text: str, mentions: Iterable[Mention]) -> str:
    for mention in mentions:
        text = f"{text[: mention.start]}{' ' * (mention.end - mention.start)}{text[mention.end :]}"
    return text
