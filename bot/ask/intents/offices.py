"""Filters of search in a question (課:情報政策課 年度:R3), said in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from bot.ask.answers import Answer, Items, Kind, Say, unknown
from bot.ask.matching import reading
from store.database import Database
from store.index.catalog import NO_NAME
from store.search.office_filters import sections_meant
from store.search.pipeline import search
from store.search.query import filters_in, parse
from store.search.spelling import likeness
from store.text.asking import core
from store.text.fiscal_years import fiscal_year_name, parse_fiscal_year
from store.text.morphology import Word, tokenize
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


_KIND = r"(?P<kind>担当課|課室|課|室|部署|部局|部|府省庁|省庁)"
_WHICH = re.compile(
    rf"(?:登録されている|全部の|すべての|全ての)?(?:どんな|どういう|どの|何の)?{_KIND}"
    r"(?:名|の名前)?(?:の?(?:一覧|リスト|数)|(?:は|って|が|には|の数は)?(?:全部で|全体で)?"
    r"(?:いくつ|何個|何課|何部|何がある|どこがある|どれだけ|ある|あり)(?:ある|あり|あるの)?"
    r"|が(?P<most>一番|いちばん|最も|もっとも)?(?:多くの)?事業(?:の数|数)?(?:が|を)(?P<most2>一番|いちばん|最も)?"
    r"(?:多い|持って(?:いる|る)|担当して(?:いる|る)).*|が)(?:は|を|が)?"
    r"|(?:いくつ|何個)の?(?P<kind3>課室|課|室|部署|部)(?:が|は)?(?:ある|あり)?"
    r"|(?:一番|いちばん|最も|もっとも)?(?:多くの)?事業(?:の数|数)?(?:が|を)(?:一番|いちばん|最も|もっとも)?"
    r"(?:多い|持って(?:いる|る)|担当して(?:いる|る))(?:のは)?(?:どの|どこの|何)?(?P<kind2>課|室|部署|部)(?:は|って)?"
    r"(?:どこ|どれ)?(?:で|、)?(?:何件|何事業|いくつ)?(?:ある|持って(?:い)?る)?"
)
_FIELDS = {"部": "department", "部局": "department", "府省庁": "organization", "省庁": "organization"}


def asks(core: str) -> bool:
    """Whether a question, less its courtesies, is about the offices themselves."""
    return bool(_WHICH.fullmatch(core))


def answer(db: Database, question: str) -> Answer | None:
    """The offices that have projects, those with the most first; None when it is not about offices."""
    asked = core(one_space(question))
    found = _WHICH.fullmatch(asked)
    if not found:
        return None
    field = _FIELDS.get(found["kind"] or found["kind2"] or found["kind3"], "section")
    counts = Counter(getattr(entry, field) for entry in db.snapshot.catalog.entries if getattr(entry, field))
    if not counts:
        return None
    label = {"section": "課・室", "department": "部", "organization": "府省庁"}[field]
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    head = Say(f"事業のある{label}は {len(ranked):,} あります。事業の多い順に並べます。", "bold")
    lines = Items(tuple((name.replace("\n", "、"), f"　{count:,}件") for name, count in ranked))
    kind: Kind = "count" if re.search(r"いくつ|何個|何課|何部|数", asked) else "list"
    return Answer(kind, (head, lines), why=(f"一覧の{label}の欄を数えています",))


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
    letters, sound = set(name), reading(name)
    near = [o for o in offices if 2 * len(letters & set(o)) >= len(letters) or sound[:2] == reading(o)[:2]]
    alike = {office: max(likeness(name, office), likeness(sound, reading(office))) for office in near}
    best = max(sorted(alike), key=alike.__getitem__, default="")
    return best if best and alike[best] >= ALIKE else ""


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
