"""An office that no list has (ほげ課, 財政課): said so, and never taken for the bare word 課."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.answers.replies import Answer, unknown
from bot.answers.showing import Say
from store.database import Database
from store.index.offices import NO_NAME
from store.search.fuzzy_names import likeness
from store.search.pipeline import search
from store.search.query import parse
from store.text.morphology import Word, tokenize

ALIKE = 0.75  # likeness of an office that may have been meant

# What is kana behind a kanji is mostly of its word (多くの課, 新しい課), unless a particle comes first.
_STARTS = r"(?:(?<![一-龥々ぁ-んー])|(?<=[一-龥々])[のとやはがもにで])"
_IN_KANA = re.compile(
    _STARTS + r"(?P<name>[ぁ-んー]{2,})(?P<kind>課|室|係|部)(?=$|[のはがをにでもとや、,。?!\s]|って)"
)
_OFFICES = frozenset("課係")
_OF_NAMES = frozenset(("名詞", "人名", "感動詞", "副詞", "形状詞", "接頭辞", "接尾辞", "動詞"))
_MODIFIES = re.compile("[うくぐすつぬぶむる]$")  # a verb before the noun that it tells of (やる課, 行う課)


def refused(db: Database, question: str) -> Answer | None:
    """The refusal of an office in kana that neither the lists nor their texts know; None without one.

    The question comes with known names masked. The dictionary drops such a name and would leave its 課.
    """
    name = _in_kana(question)
    return refusal(db, name) if name and not search(db, parse(f'"{name}"')).hits else None


def refusal(db: Database, name: str) -> Answer:
    """That there is no such office, which one is like it, and how to see those that there are."""
    near = _nearest(name, {entry.section for entry in db.snapshot.catalog.entries if entry.section})
    return unknown(
        Say(f"「{name}」という部署は、登録されている一覧にありません。"),
        *([Say(f"もしかして: {near}")] if near else []),
        Say("登録されている部署は「どんな課がある？」とお尋ねいただくとご覧になれます。", "small"),
        why=(f"「{name}」に一致する部署の名前がありません",),
    )


def among(terms: Iterable[str]) -> str:
    """The first of the words looked for that is an office, '' when none is."""
    return next((term for term in terms if _is_office(term)), "")


def _is_office(term: str) -> bool:
    """Whether its last word is 課 or 係 by itself, not 賦課 or 関係, behind a name."""
    *name, last = tokenize(term)
    return bool(name) and last.word.surface in _OFFICES and not NO_NAME.fullmatch(term)


def _nearest(name: str, offices: Iterable[str]) -> str:
    """The office spelled or read most like `name`; '' when none is like it."""
    alike = {
        office: max(likeness(name, office), likeness(_reading(name), _reading(office))) for office in offices
    }
    best = max(sorted(alike), key=alike.__getitem__, default="")
    return best if best and alike[best] >= ALIKE else ""


def _reading(name: str) -> str:
    return "".join(token.word.reading for token in tokenize(name))


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
