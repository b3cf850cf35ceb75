"""An office that no list has (ほげ課, 財政課): said so, and never taken for the bare word 課."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlite_utils import Database

from bot.answers.office_names import NO_NAME
from bot.answers.replies import Answer, unknown
from bot.answers.showing import Say
from bot.query import parse
from store.japanese import Word, tokenize
from store.search import search

_IN_KANA = re.compile(r"(?P<name>[ぁ-んー]{2,})(?P<kind>課|室|係|部)(?=$|[のはがをにでもとや、,。?!\s]|って)")
_OFFICE = re.compile(".+[課係]")
_OF_NAMES = frozenset(("名詞", "感動詞", "副詞", "形状詞", "接頭辞", "接尾辞", "動詞"))
_MODIFIES = re.compile("[うくぐすつぬぶむる]$")  # a verb before the noun that it tells of (やる課, 行う課)


def refused(db: Database, question: str) -> Answer | None:
    """The refusal of an office in kana that neither the lists nor their texts know; None without one.

    The question comes with known names masked. The dictionary drops such a name and would leave its 課.
    """
    name = _in_kana(question)
    return refusal(name) if name and not search(db, parse(f'"{name}"')).hits else None


def refusal(name: str) -> Answer:
    """That there is no such office, and how to see those that there are."""
    return unknown(
        Say(f"「{name}」という部署は、登録されている一覧にありません。"),
        Say("登録されている部署は「どんな課がある？」とお尋ねいただくとご覧になれます。", "small"),
        why=(f"「{name}」に一致する部署の名前がありません",),
    )


def among(terms: Iterable[str]) -> str:
    """The first of the words looked for that is an office, '' when none is."""
    return next((t for t in terms if _OFFICE.fullmatch(t) and not NO_NAME.fullmatch(t)), "")


def _in_kana(question: str) -> str:
    for found in _IN_KANA.finditer(question):
        if len(name := _name(found["name"])) > 1:
            return name + found["kind"]
    return ""


def _name(kana: str) -> str:
    """What of the kana before 課 may be its name: nothing of やっている課, どんな課, ほかの課."""
    start = len(kana)
    for token in reversed(list(tokenize(kana))):
        if not _may_name(token.word):
            break
        start = token.start
    return kana[start:]


def _may_name(word: Word) -> bool:
    is_verb_of_it = word.kind == "動詞" and _MODIFIES.search(word.surface)
    return word.kind in _OF_NAMES and not is_verb_of_it
