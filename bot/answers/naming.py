"""What a question names outright: fiscal years, projects by number or name, offices. Pure."""

from __future__ import annotations

import re

from bot.answers.cues import MASK
from store.index.catalog import Catalog, Entry, Mention
from store.text.numbers import KANJI_NUMBER

_NUMBER = re.compile(
    rf"(?:事業番号|事業No\.?|番号|No\.?|№|#)\s*[:：]?\s*([0-9A-Za-z][0-9A-Za-z\-]*|{KANJI_NUMBER}(?!(?!番)[一-龥々つ]))(?:番)?(?:の事業(?!名|番号|費))?"
    r"|(?<![0-9A-Za-z])([0-9]{1,5})(?:番の?事業|番(?![目号一-龥])|(?=の(?:事業|担当|目的|概要|成果|内容))|(?=って|とは))"
)
_ASKED_OF = r"(?=$|[?。]|(?:の|を|は|が|って|とは|に(?:ついて|関)))"
_SEVERAL = re.compile(  # numbers and nothing else, before what is asked about them
    r"[0-9]{1,5}(?:(?: ?(?:[,、・&]|と|及び|および) ?| )[0-9]{1,5})+"
    rf"{_ASKED_OF}"
)
_FROM_TO = re.compile(
    rf"(?:事業)?(?:番号)?([0-9]{{1,5}})番?\s?(?:[〜~]|から)\s?([0-9]{{1,5}})番?(?:まで)?{_ASKED_OF}"
)
_CODE = re.compile(r"[0-9]{4}-[^\s\-、。「」]{1,6}-[^\s、。「」のはをがと]*[0-9]")
_YEAR = re.compile(r"(?:(令和|平成|R|H)\s?(元|[0-9]{1,2})|(20[0-9]{2}))年度(?:の|に|は|で)?")
ANY_YEAR = re.compile(rf"{_YEAR.pattern}と?")
_ERA_START = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}


def take_years(text: str, held: Catalog) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """The text without the loaded fiscal years that it names, those, and the others that it asks of."""
    years: list[int] = []
    others: list[int] = []

    def take(found: re.Match[str]) -> str:
        year = (
            int(found[3]) if found[3] else _ERA_START[found[1]] + (1 if found[2] == "元" else int(found[2]))
        )
        if year in held.years:
            years.append(year)
            return " "
        if found[0][-1] in "のは" or found.end() == len(text):
            others.append(year)
        return found[0]

    rest = _YEAR.sub(take, text)
    return rest, tuple(dict.fromkeys(years)), tuple(dict.fromkeys(others))


def take_numbers(text: str, held: Catalog) -> tuple[str, tuple[tuple[Entry, ...], ...], tuple[str, ...]]:
    """Projects named by number, numbers that no project has, and the text with them masked."""
    named: list[tuple[Entry, ...]] = []
    unknown: list[str] = []

    def take(found: re.Match[str]) -> str:
        number = next(group for group in (*found.groups(), found[0]) if group)
        if entries := held.of_number(number):
            named.append(entries)
        else:
            unknown.append(number)
        return MASK

    text = _one_by_one(text, held)
    several = _SEVERAL.match(text)
    if several and all(map(held.of_number, re.findall("[0-9]+", several[0]))):
        text = re.sub("[0-9]+", take, several[0]) + text[several.end() :]
    text = _CODE.sub(lambda found: take(found) if held.of_number(found[0]) else found[0], text)
    return _NUMBER.sub(take, text), tuple(named), tuple(unknown)


def _one_by_one(text: str, held: Catalog) -> str:
    """11〜15の事業 as 11、12の事業: the numbers there are between them; as it is when there are none."""
    if not (found := _FROM_TO.match(text)):
        return text
    first, last = map(int, found.groups())
    between = sorted(int(key) for key in held.by_number if key.isdecimal() and first <= int(key) <= last)
    return f"{'、'.join(map(str, between))}{text[found.end() :]}" if between else text


def masked(text: str, held: Catalog) -> tuple[str, list[Mention]]:
    """The text with the names of projects and offices masked, and those names."""
    mentions = held.mentions(text)
    for mention in reversed(mentions):
        text = f"{text[: mention.start]}{MASK}{text[mention.end :]}"
    return text, mentions


def of_name(name: str, held: Catalog, years: tuple[int, ...]) -> tuple[Entry, ...]:
    """The projects of a name, in the years asked for if there are any."""
    entries = held.by_name[name]
    return tuple(entry for entry in entries if not years or entry.fiscal_year in years) or entries
