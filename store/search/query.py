"""What a person typed -> Query: filters, phrases, exclusions, OR and numbers. Pure; any text parses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from store.index.tuning import TUNING
from store.records import ColumnFilter, Query
from store.text.asking import subject_of
from store.text.normalize import nfkc
from store.text.numbers import (
    DIGITS,
    LABEL,
    LABELLED,
    NUMBERS,
    are_numbers,
    number_key,
    number_range,
    parse_fiscal_year,
    row_in_digits,
    without_project,
    without_years,
    years_asked,
)

_SECTION, _DEPARTMENT, _YEAR, _NUMBER = "section", "department", "year", "number"
_FILTERS = {
    **dict.fromkeys(("課", "室", "課室", "課名", "担当", "担当課", "所管", "所管課", "section"), _SECTION),
    **dict.fromkeys(("部", "部局", "部名", "府省庁", "department"), _DEPARTMENT),
    **dict.fromkeys(("年度", "year"), _YEAR),
    **dict.fromkeys(("番号", "事業番号", "no", "number"), _NUMBER),
}
LONGEST_LABEL = 60  # characters of a column's heading before its condition
_SIGNS = str.maketrans("：＂“”„｜－−\u3000＞＜＝≧≦", ':""""|-- ><=≧≦')
_PIECE = re.compile(
    rf"""(?P<minus>(?<!\S)-)?
    (?: (?:(?<!\S)|(?<=-))(?P<filter>{"|".join(sorted(_FILTERS, key=len, reverse=True))})\s*:
        \s*(?P<value>"[^"]*"|[^\s"]+)
      | (?:(?<!\S)|(?<=-))(?P<label>\d{{0,3}}[^\W\d][^\s":|<>=≧≦]{{0,{LONGEST_LABEL - 4}}}?)
        (?P<sign>:|\s?(?:>=|<=|=|>|<|≧|≦)\s?)
        (?P<wanted>"[^"]*"|[^\s"|:=<>][^\s"|]*)
      | "(?P<phrase>[^"]*)"
      | (?P<term>[^\s"|]+)
      | (?P<bar>\|) )""",
    re.VERBOSE | re.IGNORECASE,
)
# A filter's name whose year was taken out; it is at the end (年度:平成20年度) or before the words.
_LABEL_LEFT = re.compile(r"(?<!\S)(?:年度|year)\s*:\s*(?=\S|$)", re.IGNORECASE)
# Words of kanji and katakana; what of them may be read as one with the next (令和 三年, 事業 何件).
_BARE = re.compile("[一-龥々ァ-ヺー]+(?: [一-龥々ァ-ヺー]+)*")
_MAY_BE_JOINED = re.compile("[年何〇零一二三四五六七八九十百千]|令和|平成|昭和|大正|明治")
_OR = {"or", "または", "又は", "もしくは", "若しくは"}
_DIGIT = re.compile("[0-9０-９]")
_SEPARATORS = re.compile("[,，、・/]+")
_NUMBER_SEPARATORS = re.compile(r"[,，、・/&＆]+|(?<=\d)(?:と|及び|および)(?=\d)")


@dataclass
class _Parts:
    """What has been read so far; `groups` holds one tuple a required word, of several where OR joins them."""

    groups: list[tuple[str, ...]] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    filters: dict[str, list[str]] = field(default_factory=dict)
    columns: list[ColumnFilter] = field(default_factory=list)
    joining: bool = False  # the last word was OR
    listing: bool = True  # 、 stands between words; in a longer text it parts terms of a sentence

    @property
    def only_word(self) -> str:
        """The word that is all there is beside filters; '' when there are others or none."""
        words = self.groups if not self.phrases else []
        return words[0][0] if len(words) == 1 and len(words[0]) == 1 else ""

    def add_term(self, term: str) -> None:
        if not term:
            return
        if self.joining and self.groups:
            self.groups[-1] = (*self.groups[-1], term)
        else:
            self.groups.append((term,))
        self.joining = False


def parse(text: str, *, limit: int = 10, offset: int = 0) -> Query:
    """Read what was typed; characters and words beyond those of `TUNING.reading` are left out.

    Of a text that asks (パブコメの担当課は？) it is what it asks of; `in_full` has the words that ask too.
    """
    typed = text[: TUNING.reading.characters].translate(_SIGNS).strip()
    if _BARE.fullmatch(typed) and all(map(_is_bare, words := typed.split())):
        return Query(text, tuple(words[: TUNING.reading.terms]), limit=limit, offset=offset)
    in_full = _with_years(text, typed, limit=limit, offset=offset)
    is_plain = in_full.phrases or in_full.excluded or in_full.alternatives or in_full.number_range
    if is_plain or are_numbers(in_full.terms) or not (subject := subject_of(typed)):
        return in_full
    query = _with_years(text, subject.text, limit=limit, offset=offset)
    if not query.asks_anything or query == in_full:
        return in_full
    return replace(query, in_full=in_full, certain=subject.certain)


@lru_cache(maxsize=8_192)
def _is_bare(word: str) -> bool:
    """Whether a word is for the whole grammar nothing but a term, whatever such words stand beside it.

    Most of what is typed is made of such words alone, and each is read so once.
    """
    return not _MAY_BE_JOINED.search(word) and subject_of(word) is None


def paged(query: Query, *, limit: int, offset: int = 0) -> Query:
    """The query for other hits of the list it gets: `limit` of them, behind the first `offset`."""
    if (query.limit, query.offset) == (limit, offset):
        return query
    as_words, in_full = (
        None if other is None else paged(other, limit=limit, offset=offset)
        for other in (query.as_words, query.in_full)
    )
    return replace(query, limit=limit, offset=offset, as_words=as_words, in_full=in_full)


def _with_years(text: str, typed: str, *, limit: int, offset: int) -> Query:
    """The query that `typed` makes, years in plain words as filters."""
    years = years_asked(nfkc(typed)) if '"' not in typed and len(typed) <= TUNING.reading.with_year else ()
    if years and any(sign in typed for sign in ":<>="):  # R5決算:空欄 asks for a column
        pieces = [each.span() for each in _PIECE.finditer(nfkc(typed)) if each["label"]]
        years = tuple(year for year in years if not any(at <= year.start < end for at, end in pieces))
    if not years:
        return _parsed(text, typed, limit=limit, offset=offset)
    rest = _LABEL_LEFT.sub("", without_years(nfkc(typed), years)).strip()
    query = _parsed(text, rest, limit=limit, offset=offset)
    listed = tuple(dict.fromkeys([*query.fiscal_years, *(span.year for span in years)]))
    as_words = _parsed(text, typed, limit=limit, offset=offset)
    return replace(query, fiscal_years=listed, rest=rest, as_words=as_words)


def _parsed(text: str, typed: str, *, limit: int, offset: int) -> Query:
    as_typed, typed = typed, row_in_digits(typed)
    parts = _parts_of(typed)
    may_be_words = typed != as_typed and not parts.filters.get(_NUMBER)
    years = (parse_fiscal_year(year) for year in parts.filters.get(_YEAR, ()))
    groups = parts.groups[: TUNING.reading.terms]
    return Query(
        text,
        terms=tuple(group[0] for group in groups if len(group) == 1),
        alternatives=tuple(group for group in groups if len(group) > 1),
        phrases=tuple(parts.phrases),
        excluded=tuple(parts.excluded),
        sections=tuple(parts.filters.get(_SECTION, ())),
        departments=tuple(parts.filters.get(_DEPARTMENT, ())),
        fiscal_years=tuple(-1 if year is None else year for year in years),
        numbers=tuple(dict.fromkeys(map(number_key, parts.filters.get(_NUMBER, ())[: TUNING.reading.terms]))),
        limit=limit,
        offset=offset,
        number_range=number_range(typed) or number_range(parts.only_word),
        as_typed=tuple(group[0] for group in _parts_of(as_typed).groups) if may_be_words else (),
        columns=tuple(parts.columns[: TUNING.reading.terms]),
    )


def _parts_of(typed: str) -> _Parts:
    parts = _Parts(listing=len(typed) <= TUNING.reading.list_with_commas)
    for piece in _PIECE.finditer(_without_numbers(typed, parts)):
        _read(piece, parts)
    return parts


def filters_in(text: str) -> list[tuple[int, int, str, str]]:
    """The filters typed in a text: (start, end, section, department, year or number, value)."""
    typed = text.translate(_SIGNS)
    if ":" not in typed:
        return []
    return [
        (piece.start(), piece.end(), _FILTERS[piece["filter"].lower()], piece["value"].strip('"'))
        for piece in _PIECE.finditer(typed)
        if piece["filter"] and not piece["minus"]
    ]


def unfinished_filter(text: str) -> tuple[str, str]:
    """The filter at the end of a text that has no value yet (課:): as typed, and its kind; '' if none."""
    label = text.translate(_SIGNS).rstrip().rpartition(" ")[2]
    kind = _FILTERS.get(label.rstrip(":").lower(), "") if label.endswith(":") else ""
    return (label.rstrip(":"), kind) if kind else ("", "")


def _without_numbers(typed: str, parts: _Parts) -> str:
    """Read the numbers that are all that was typed, or are called numbers; what is left of the text."""
    if not _DIGIT.search(typed):
        return typed
    numbers = parts.filters.setdefault(_NUMBER, [])
    if NUMBERS.fullmatch(bare := without_project(typed)):
        typed = bare
    if NUMBERS.fullmatch(" ".join(typed.split()).strip(",，、・ ")):
        every = re.findall(DIGITS, typed)
        if re.search(LABEL, typed, re.IGNORECASE):
            numbers += every
        elif len(every) > 1 and all(map(str.isdecimal, every)):
            parts.groups += [(number,) for number in every]
        else:
            return typed
        return ""
    if '"' in typed:
        return typed
    numbers += LABELLED.findall(typed)
    return LABELLED.sub(" ", typed)


def _read(piece: re.Match[str], parts: _Parts) -> None:
    if piece["filter"]:
        kind = _FILTERS[piece["filter"].lower()]
        between = _NUMBER_SEPARATORS if kind == _NUMBER else _SEPARATORS
        values = list(filter(None, between.split(piece["value"].strip('"'))))
        if piece["minus"]:
            parts.excluded += values if kind in (_SECTION, _DEPARTMENT) else []
        else:
            parts.filters.setdefault(kind, []).extend(values)
    elif piece["label"]:
        sign = {"≧": ">=", "≦": "<="}.get(piece["sign"].strip(), piece["sign"].strip())
        wanted, denied = piece["wanted"].strip('"'), bool(piece["minus"])
        parts.columns.append(ColumnFilter(piece["label"], sign, wanted, piece[0], denied))
    elif piece["minus"] and (word := piece["phrase"] or piece["term"]):
        parts.excluded.append(word)
    elif piece["phrase"] is not None:
        parts.phrases.extend(filter(None, [piece["phrase"].strip()]))
    elif piece["term"] and piece["term"].rstrip(":").lower() in _FILTERS and piece["term"].endswith(":"):
        return  # a filter whose value is still to be typed
    elif piece["bar"] or piece["term"].lower() in _OR:
        parts.joining = bool(parts.groups)
    else:
        for term in piece["term"].split("、") if parts.listing else (piece["term"],):
            parts.add_term(term)


def with_words(query: Query, unknown: Sequence[ColumnFilter]) -> Query:
    """The query with conditions that name no column as the words that they were typed as."""
    if not unknown:
        return query
    words = [word for each in unknown for word in each.typed.strip("-").split()]
    denied = [word for each in unknown if each.denied for word in each.typed.strip("-").split()]
    return replace(
        query,
        terms=(*query.terms, *(word for word in words if word not in denied))[: TUNING.reading.terms],
        excluded=(*query.excluded, *denied),
        columns=tuple(each for each in query.columns if each not in unknown),
    )
