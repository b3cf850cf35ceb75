"""What a text asks for, before anything is looked up: an answer of some kind, or nothing. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.ask import english
from bot.ask.intents import offices, smalltalk
from bot.ask.question import WHOLE, has_cue, read
from store.index.catalog import Catalog
from store.text import asking
from store.text.normalize import one_space

HERE = re.compile(
    r"(?:この|当)チャンネルの(?:担当)?(?:課|室|部署)?|(?:うち|私|わたし|自分|私たち|我々)の(?:課|室|部署)|(?<!担)当[課室]"
)
_LATIN = re.compile("[A-Za-z]{2} ")
_KANA = re.compile("[ぁ-ん]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text asks for: the kind of answer, whether it says of what, whether only to be told of it."""

    kind: str
    of_something: bool = True
    is_to_be_told: bool = False


def may_ask(text: str, core: str) -> bool:
    """Whether a text (in NFKC, with its core) has anything that questions have.

    That is kana, words of another language, or a word that asks.
    """
    return bool(_KANA.search(text) or _LATIN.search(text) or has_cue(text, core))


def wanted(text: str, held: Catalog) -> Wanted | None:
    """What a text that `may_ask` asks for; None where it only names or tells something."""
    question = one_space(english.in_japanese(text) if _LATIN.search(text) else text)
    if offices.asks(asking.core(question)):
        return Wanted("list")
    if smalltalk.about_sheets(question, held):
        return Wanted("help")
    request = read(HERE.sub("", question), held)
    if request.kind == "topic":
        return None
    named = request.named or request.offices or request.years or request.terms or request.unknown_numbers
    is_told = request.kind == "field" and request.fields == WHOLE
    return Wanted(request.kind, bool(named) or bool(HERE.search(question)), is_told)
