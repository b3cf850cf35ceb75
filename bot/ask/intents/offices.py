"""Offices in questions: which there are, one that no list has, and filters (課:情報政策課) said in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from bot.ask.answers import Answer, Items, Kind, Say, unknown
from bot.ask.lexing import office_in_kana
from bot.ask.matching import reading
from store.database import Database
from store.index.catalog import NO_NAME, Entry
from store.lists.rows import joint_sections
from store.search.filtering import sections_meant
from store.search.pipeline import search
from store.search.query import filters_in, parse
from store.search.spelling import likeness
from store.text.asking import MOST, OFFICE, core
from store.text.fiscal_years import fiscal_year_name, parse_fiscal_year
from store.text.morphology import tokenize
from store.text.normalize import one_space


def filters_in_words(db: Database, question: str) -> str:
    """The question with its filters said in words."""
    for start, end, kind, value in reversed(filters_in(question)):
        told = _in_words(db, kind, value)
        if told:
            rest = question[end:].lstrip()
            joins = "の" if rest and not rest.startswith(("の", "は", "を", "が", "で")) else ""
            question = f"{question[:start]}{told}{joins}{rest}"
    return question


def _in_words(db: Database, kind: str, value: str) -> str:
    """A filter as one would say it, '' where it names nothing."""
    if kind == "year":
        year = parse_fiscal_year(value)
        return fiscal_year_name(year) if year else ""
    if kind == "section":
        return "と".join(office.name for office in sections_meant(db, value))
    return value if kind == "department" else ""


_FIELDS = {"部": "department", "部局": "department", "府省庁": "organization", "省庁": "organization"}


def answer(db: Database, question: str) -> Answer | None:
    """The offices that have projects, those with the most first, or the fewest; None when asked otherwise."""
    asked = core(one_space(question))
    held, kind = db.snapshot.catalog, re.search(OFFICE, asked)
    field = _FIELDS.get(kind[0] if kind else "", "section")
    entries = [entry for entry in held.entries if entry.fiscal_year == max(held.years, default=0)]
    counts = Counter(name for entry in entries for name in _names(entry, field) if name)
    if not counts:
        return None
    label = {"section": "課・室", "department": "部", "organization": "府省庁"}[field]
    is_fewest = "少ない" in asked
    ranked = sorted(counts.items(), key=lambda item: item[1] if is_fewest else -item[1])
    order = "少ない" if is_fewest else "多い"
    told = f"事業のある{label}は {len(ranked):,} あります。事業の{order}順に並べます。"
    if re.search(MOST, asked):
        first = [name.replace("\n", "、") for name, count in ranked if count == ranked[0][1]]
        told = f"事業が最も{order}{label}は、{'、'.join(first)}（{ranked[0][1]:,}件）です。"
    lines = Items(tuple((name.replace("\n", "、"), f"　{count:,}件") for name, count in ranked))
    counted: Kind = "count" if re.search(r"いくつ|何個|何課|何部|数(?!が)", asked) else "list"
    return Answer(counted, (Say(told, "bold"), lines), why=(f"一覧の{label}の欄を数えています",))


def _names(entry: Entry, field: str) -> Iterable[str]:
    """The offices that a project counts for: a joint section (A課／B課) is each of those that it names."""
    joint = joint_sections(entry.department, entry.listed) if field == "section" else ()
    return dict.fromkeys(name for _, name in joint) or (getattr(entry, field),)


ALIKE = 0.75  # likeness of an office that may have been meant

_OFFICES = frozenset("課係")


def refused(db: Database, question: str) -> Answer | None:
    """The refusal of an office in kana that neither the lists nor their texts know; None without one.

    The question comes with known names masked. The dictionary drops such a name and would leave its 課.
    """
    name = office_in_kana(question)
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
    letters, sound = set(name), reading(name)
    near = [o for o in offices if 2 * len(letters & set(o)) >= len(letters) or sound[:2] == reading(o)[:2]]
    alike = {office: max(likeness(name, office), likeness(sound, reading(office))) for office in near}
    best = max(sorted(alike), key=alike.__getitem__, default="")
    return best if best and alike[best] >= ALIKE else ""
