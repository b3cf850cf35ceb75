"""What a text asks for, before anything is looked up: an answer of some kind, or nothing. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.ask import lexing
from bot.ask.question import HERE, WHOLE, Request, read
from store.text import asking
from store.text.morphology import units
from store.text.normalize import alnum_key, one_space

if TYPE_CHECKING:
    from store.index.catalog import Catalog

_LATIN = re.compile("[A-Za-z]{2} ")
KANA = re.compile("[ぁ-ん]")
TWO_LATIN = re.compile("[A-Za-z] [A-Za-z]")
_LISTED = re.compile("一覧|リスト|列挙|全部|全て")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text asks for: the kind of answer, whether it says of what, whether only to be told of it.

    It `may_be_words` where it is words side by side that name no one thing (サービス 効果).
    """

    kind: str
    of_something: bool = True
    is_to_be_told: bool = False
    may_be_words: bool = False


def is_bare(text: str) -> bool:
    """Whether a text is nouns side by side, without a particle or a sentence (EBPM 成果, まちづくり 目標)."""
    if TWO_LATIN.search(text):
        return False
    return not KANA.search(text) or all(
        word.noun for piece in text.split() for unit in units(piece) for word in unit.words
    )


def _may_be_words(request: Request, held: Catalog) -> bool:
    """Whether nouns side by side may be words to look for: a field, a figure, and of what is not said.

    Said are an office, a year, a project by its number, one by its name; 申請件数 says what is counted.
    """
    if request.kind not in ("field", "figure") or not request.terms:
        return False
    if request.named or request.offices or request.years or request.unknown_numbers:
        return False
    if request.figure and request.figure.span[0] > asking.core(request.question).rfind(" ") + 1:
        return False
    if all(held.of_number(term) for term in request.terms):
        return False
    keys = [alnum_key(term) for term in request.terms]
    named = (held.by_name[name] for name in held.names.with_all(keys))
    return len({entry.number for entries in named for entry in entries}) != 1


def _asks_plainly(request: Request) -> bool:
    """Whether words side by side ask: what is asked for stands last, a list is called one.

    EBPM 成果 may ask for the outcome; 成果 様式 and シティ 事業 are words to look for.
    """
    core = asking.core(request.question)
    if asking.ASKS.search(core):
        return True
    match request.kind:
        case "list":
            return not request.terms or bool(_LISTED.search(core))
        case "field" if cue := asking.field_cue(core):
            return cue.span[1] == len(core)
        case "figure" if request.figure:
            return request.figure.span[0] > core.rfind(" ")
    return True


def wanted(text: str, held: Catalog) -> Wanted | None:
    """What a text that may ask asks for; None where it only names or tells something."""
    question = one_space(lexing.in_japanese(text) if _LATIN.search(text) else text)
    if asking.OFFICES.fullmatch(asking.core(question)):
        return Wanted("list")
    if lexing.asks_of_sheets(question, held):
        return Wanted("help")
    request = read(HERE.sub("", question), held)
    is_nouns = is_bare(text)
    if request.kind == "topic" or (is_nouns and not _asks_plainly(request)):
        return None
    named = request.named or request.offices or request.years or request.terms or request.unknown_numbers
    is_told = request.kind == "field" and request.fields == WHOLE
    may_be_words = is_nouns and _may_be_words(request, held)
    return Wanted(request.kind, bool(named) or bool(HERE.search(question)), is_told, may_be_words)
