"""A question's names: years, numbers, projects, offices and filters, each read once, in place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from store.search.query import filters_in
from store.text import lazily
from store.text.asking import MASK, core
from store.text.morphology import tokenize
from store.text.normalize import one_space
from store.text.numbers import (
    WRITTEN,
    fiscal_year,
    fiscal_year_name,
    numbers_named,
    without_years,
    years_asked,
    years_mentioned,
)

if TYPE_CHECKING:
    from store.index.catalog import Catalog, Mention, NamedOffice

_CLOSE = 7  # characters between two years that are set against each other


@dataclass(frozen=True, slots=True)
class Span:
    """Something named at `text[start:end]`; of its fields those of its kind are there.

    `year` is a fiscal year, loaded or not; `numbers` are those of projects, or of none where they are called
    so; `project` is a key of `Catalog.by_name`; a filter has its `label` (section, year …) and `value`.
    """

    start: int
    end: int
    kind: Literal["year", "number", "project", "office", "filter"]
    year: int = 0
    numbers: tuple[str, ...] = ()
    project: str = ""
    offices: tuple[NamedOffice, ...] = ()
    label: str = ""
    value: str = ""


def lex(text: str, names: Catalog) -> tuple[Span, ...]:
    """What a text (in NFKC) names, in order and apart: 企画経営課の令和3年度の72番の事業.

    A year within the name of a project is a part of the name; numbers that are not called so are none where
    no project has them; of a filter that names one of these it is what it names.
    """
    mentions = names.mentions(text)
    projects = [Span(m.start, m.end, "project") for m in mentions if m.kind == "project"]
    years = [span for span in _years(text) if _is_apart(span, projects)]
    loaded = [span for span in years if span.year in names.years]
    numbers = _numbers(_blanked(text, loaded), names)
    taken = [*loaded, *numbers]
    named = map(_named, names.mentions(_blanked(text, taken)) if taken else mentions)
    found = [*years, *numbers, *named]
    filters = (Span(at, end, "filter", label=kind, value=value) for at, end, kind, value in filters_in(text))
    return tuple(
        sorted([*found, *(each for each in filters if _is_apart(each, found))], key=lambda span: span.start)
    )


def are_compared(text: str) -> bool:
    """Whether a text sets two fiscal years against each other (令和2年度と令和3年度)."""
    between = (text[one.end : two.start] for one, two in pairwise(years_mentioned(text)))
    return any(len(gap) <= _CLOSE and any(word in gap for word in ("と", "から", "より")) for gap in between)


def masked(text: str, spans: Iterable[Span], years: Iterable[int]) -> str:
    """The text with projects, numbers and offices as 〓 each, and without the years that are loaded."""
    for span in sorted(spans, key=lambda span: -span.start):
        if span.kind == "filter" or (span.kind == "year" and span.year not in years):
            continue
        put = " " if span.kind == "year" else "と".join([MASK] * max(len(span.numbers), 1))
        text = f"{text[: span.start]}{put}{text[span.end :]}"
    return " ".join(text.split())


def _years(text: str) -> list[Span]:
    asked = years_mentioned(text) if are_compared(text) else years_asked(text)
    return [Span(found.start, found.through, "year", year=found.year) for found in asked]


def _numbers(text: str, names: Catalog) -> list[Span]:
    """The numbers named, those between two ends one by one."""
    bare = text.lstrip()
    offset = len(text) - len(bare)
    spans = []
    for found in numbers_named(bare):
        is_one = len(found.numbers) == 1 and names.of_number(found.numbers[0])  # 2-48, which a list has
        numbers = _between(*found.between, names) if found.between and not is_one else found.numbers
        if numbers and (found.is_called or all(map(names.of_number, numbers))):
            spans.append(Span(found.start + offset, found.end + offset, "number", numbers=numbers))
    return spans


def _between(first: int, last: int, names: Catalog) -> tuple[str, ...]:
    numbers = (int(key) for key in names.by_number if key.isdecimal())
    return tuple(str(number) for number in sorted(numbers) if first <= number <= last)


def _named(mention: Mention) -> Span:
    if mention.kind == "project":
        return Span(mention.start, mention.end, "project", project=mention.name)
    return Span(mention.start, mention.end, "office", offices=mention.offices)


def _blanked(text: str, spans: Iterable[Span]) -> str:
    """The text with what stands at these places left blank: no place changes."""
    for span in spans:
        text = f"{text[: span.start]}{' ' * (span.end - span.start)}{text[span.end :]}"
    return text


def _is_apart(span: Span, others: Iterable[Span]) -> bool:
    return all(span.end <= other.start or other.end <= span.start for other in others)


# What is kana behind a kanji is mostly of its word (多くの課, 新しい課), unless a particle comes first.
_STARTS = r"(?:(?<![一-龥々ぁ-んー])|(?<=[一-龥々])[のとやはがもにで])"
_IN_KANA = lazily(
    _STARTS + r"(?P<name>[ぁ-んー]{2,})(?P<kind>課|室|係|部)(?=$|[のはがをにでもとや、,。?!\s]|って)"
)
_OF_NAMES = frozenset(("名詞", "人名", "感動詞", "副詞", "形状詞", "接頭辞", "接尾辞", "動詞"))
_MODIFIES = lazily("[うくぐすつぬぶむる]$")  # a verb before the noun that it tells of (やる課, 行う課)


def office_in_kana(question: str) -> str:
    """The office in kana that a text names, known or not; '' for none."""
    for found in _IN_KANA.finditer(question):
        if len(name := _name(found["name"])) > 1:
            return name + found["kind"]
    return ""


def _name(kana: str) -> str:
    """What of the kana before 課 may be its name: nothing of やっている課, どんな課, ほかの課."""
    start = len(kana)
    for token in reversed(list(tokenize(kana))):
        is_verb_of_it = token.word.kind == "動詞" and _MODIFIES.search(token.word.surface)
        if token.word.kind not in _OF_NAMES or is_verb_of_it:
            break
        start = token.start
    return kana[start:]


_DEADLINE = r"締め?切り?日?|〆切り?日?|しめきり|シメキリ|提出(?:期限|期日|日)|デッドライン"
_SHEET = r"(?:事務事業)?(?:評価|マネジメント)シート|評価票|事務事業評価"
_ABOUT_SHEET = r"提出|期限|期日|いつ|締|延長|差し?戻|未提出|出[さしすせそ]"
# Words that such a question may have beside these; with any other it is about something else's deadline.
_BESIDE_SHEETS = lazily(
    rf"{_DEADLINE}|{_SHEET}|シート|[一二三１-３1-3]次|評価|修正|点検|課長|部長|確認|提出先?|未提出|期限|期日|延長|差し?戻し?"
    r"|今年度?|来年度?|年度|次回?|今回?|今度|今月|来月|今週|来週|近い?|早い?|自分|私達?|僕|我々|当?課|部|室|全庁|全課|全部|全て"
    r"|一覧|予定|日程?|日付|何[日月時]|残り|変更|方法|状況|状態|誰|出|事務|事業|教|知|示|見|表|確|お?願|下|分|過"
    rf"|{MASK}|[ぁ-んー0-9\s、。?!・]"
)


def asks_of_sheets(question: str, held: Catalog) -> bool:
    """Whether a question is about the deadlines of evaluation sheets, which no project says."""
    text = core(one_space(question))
    if not (re.search(_DEADLINE, text) or (re.search(_SHEET, text) and re.search(_ABOUT_SHEET, text))):
        return False
    bare = without_years(text, years_mentioned(text))
    spans = lex(bare, held)
    return not (any(span.project for span in spans) or _BESIDE_SHEETS.sub("", masked(bare, spans, ())))


LONGEST = 300  # characters: what is longer is a text, and no question
_OPENING = (
    r"(?:(?:hi|hello|hey|excuse me|sorry|please|so|and|ok|okay)\b[\s,.!]*"
    r"|(?:can|could|would|will) you (?:please )?|(?:i'd like|i would like|i want) to (?:know|hear|ask) "
    r"|(?:may|can|could) i (?:know|ask) |do you know )*"
)
_PLEASE = lazily(r"(?:please|thanks|thank you)$", re.IGNORECASE)
_OF = r"(?:about|on|of|for|regarding|related to|relating to|involving|with)"
_PROJECTS = r"(?:projects?|programs?|programmes?)"
_OFFICE = r"(?:section|department|division|office|team|unit)"
_WITHIN = r"of|for|in|on|about|at|with|from"
_RUNS = r"(?:in charge of|responsible for|runs|manages|handles|leads|does|doing|running|handling)"
_SAY = r"(?:what(?:'s| is| are| was| were) |tell me |show me )?"
_LIST = r"(?:list|show me|show)(?: all| the| me)*"
_TELL = r"(?:tell me|tell us|explain|know|learn|hear|info(?:rmation)?|something|more)"
_AMOUNTS = {
    "予算": "budgets?|costs?|expenses?",
    "締切": "deadlines?|due dates?",
    "番号": "number",
    "人数": r"number of (?:people|participants|visitors|users|members)",
    "件数": r"number of (?:cases|projects|applications|times)",
}
_FIELDS = {
    "目的": "purposes?|goals?|aims?|objectives?",
    "成果": "results?|outcomes?|achievements?|effects?",
    "概要": "overview|outline|contents?|details?",
    "担当課": f"{_OFFICE}(?: in charge)?",
}
# The first that fits; its group is the thing asked about.
_FRAMES = (
    ("{}の事業は何件", rf"how many {_PROJECTS} (?:are )?(?:there )?{_OF} (.+?)(?: are there)?"),
    ("{}の事業は何件", rf"how many {_PROJECTS} does (.+) have"),
    ("{}の事業を一覧で", rf"(?:(?:which|what) {_PROJECTS}(?: are)?|{_LIST} {_PROJECTS}) {_OF} (.+)"),
    ("{}の担当課は", rf"(?:who|(?:which|what) {_OFFICE})(?:'s| is| are)? {_RUNS} (.+)"),
    *((f"{{}}の{field}は", rf"{_SAY}the (?:{nouns}) (?:of|for) (.+)") for field, nouns in _FIELDS.items()),
    *((f"{{}}の{what}は", rf"{_SAY}the (?:{nouns}) (?:of|for|in) (.+)") for what, nouns in _AMOUNTS.items()),
    # Of nothing in particular: the group is empty.
    *((f"{what}は", rf"(?:what|when)(?:'s| is) the (?:{nouns})()") for what, nouns in _AMOUNTS.items()),
    ("{}をまとめて", r"(?:summari[sz]e|(?:give me )?a summary of) (.+)"),
    ("{}について教えて", rf"(?:{_TELL} )+(?:about|on|regarding) (.+)"),
    ("{}について教えて", r"(?:explain|describe) (.+)"),
    # What has a preposition in it asks for something of it, and what is new is no name.
    ("{}とは", rf"what(?:'s| is| are) (?!(?:new|up|next|wrong)$)((?:(?! (?:{_WITHIN}) ).)+?)(?: about)?"),
)
_PATTERNS = tuple((asked, lazily(f"{_OPENING}{frame}", re.IGNORECASE)) for asked, frame in _FRAMES)
_BESIDE = lazily(rf"^(?:the|a|an|your|our) | {_PROJECTS}$", re.IGNORECASE)
_POINTS = lazily(rf"(?:it|this|that|them|these|those)(?: {_PROJECTS})?", re.IGNORECASE)


_THIS_YEAR = "(?:今年度|本年度|当年度)"
_IN_ITS_TIME = (
    "(?:中|内|末|いっぱい)?(?:に|で|をもって|限りで|まで[でに]?|から)?"
    "(?:終わ|終え|終了|完了|始ま|始め|開始|スタート)"
)
_OF_ITSELF = "(?:(?<![^ 〓])|(?<=[課室部局館所]で)|(?<=[課室部局館所]では)|(?<=年[、に])|(?<=[今去昨]年))"
LIFETIME = lazily(
    rf"(?:(?:{_THIS_YEAR}|{WRITTEN}年度){_IN_ITS_TIME}|{_OF_ITSELF}(?:もう|すでに|既に|まだ|新しく|新たに)?"
    "(?:終わ|終了|完了|始ま|開始))[ぁ-ん]*(?:予定)?(?=の?(?:事業|プロジェクト|もの|やつ))"
)
"""That a project itself begins or ends: 今年度で終わる事業, 図書館で終わった事業."""
_BEFORE_ITS_TIME = lazily(rf"{_THIS_YEAR}(?={_IN_ITS_TIME})")


_OF_LAST_YEAR = lazily("(?<![一-龥])[昨去]年度(?=の)")
_LAST_YEAR = lazily(
    r"(?<![一-龥])[昨去]年度(?=[のは、]|[にで](?!引き続|続|比べ|は(?:なかった|無))|何|い[つく]|どれ|$)"
)


def with_this_year(question: str, years: Sequence[int], today: date | None = None) -> str:
    """A question with this fiscal year for 今年度, where it asks what begins or ends in it.

    That is the year of `today`, else of the newest list, and 昨年度 the one before. Where that is not here,
    昨年度の asks for its list, and 昨年度は or 昨年度何回 may well speak of the list that is.
    """
    if not years:
        return question
    current = fiscal_year(today) if today else max(years)
    before = current - 1
    question = (_LAST_YEAR if before in years else _OF_LAST_YEAR).sub(fiscal_year_name(before), question)
    return _BEFORE_ITS_TIME.sub(fiscal_year_name(current), question)


def in_japanese(question: str) -> str:
    """The question in Japanese where it was asked in English, else as it is."""
    if len(question) > LONGEST:
        return question
    typed = one_space(question).replace("’", "'")
    asked = typed.rstrip(" ?!.")
    if plea := _PLEASE.search(asked):
        asked = asked[: plea.start()].rstrip(" ,")
    for japanese, pattern in _PATTERNS:
        if found := pattern.fullmatch(asked):
            if _POINTS.fullmatch(found[1]):
                return japanese.replace("{}の", "その").replace("{}", "それ")
            return japanese.format(_BESIDE.sub("", found[1]))
    return question
