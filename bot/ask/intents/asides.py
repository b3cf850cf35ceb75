"""What is answered aside of the records: greetings, how to ask, deadlines, which offices there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from bot.ask.answers import Answer, Items, Kind, Part, Say, unknown
from bot.ask.lexing import office_in_kana
from bot.ask.matching import reading
from store.database import Database
from store.index.catalog import NO_NAME, Catalog, Entry
from store.lists.rows import joint_sections
from store.search.filtering import sections_meant
from store.search.pipeline import search
from store.search.query import filters_in, parse
from store.search.suggestions import likeness
from store.text.asking import MOST, OFFICE, core
from store.text.courtesies import courtesy
from store.text.morphology import tokenize
from store.text.normalize import is_kana, one_space
from store.text.numbers import fiscal_year_name, parse_fiscal_year

NO_SECTION_HERE = (
    "このチャンネルの担当課はまだ設定されていません。"
    "事務局が /jigyo 設定 チャンネル 担当課名 と入力すると設定できます。"
)
SHEETS_POINTER = (
    Say(
        "評価シートの締切は、Slack で /jigyo 締切 と入力するとご覧になれます。"
        "メンションやダイレクトメッセージで「締切」とお送りいただいても同じです。"
    ),
    Say("提出・差戻し・延長・進捗も、同じように /jigyo の後に続けてお使いいただけます。", "small"),
)


def courtesies(db: Database, question: str) -> Answer | None:
    """A reply to what asks nothing of the records; None when it does ask."""
    match courtesy(question):
        case "thanks":
            return Answer("smalltalk", (Say(_THANKS),))
        case "greeting":
            return greeting(db, question)
        case "nod":
            return Answer("smalltalk", (Say(_NOD),))
        case "complaint":
            return complaint(db)
        case "help":
            return usage(db)
        case "opinion":  # what is good or bad is not for a bot to say
            return unknown(Say(_NO_OPINION), why=("感想や評価のお尋ねと読み取りました",))
        case None:
            return None


# Each greeting is given back; the first that was said.
_BACK = (
    ("おは", "おはようございます。"),
    ("こんばん", "こんばんは。"),
    ("疲れ つかれ おつ 乙 ご苦労", "お疲れ様です。"),
    ("世話", "お世話になっております。"),
    ("じめまして 初めまして", "はじめまして。"),
    ("久しぶり ご無沙汰", "お久しぶりです。"),
    ("よろしく お願い", "こちらこそ、よろしくお願いいたします。"),
)
_THANKS = "どういたしまして。ほかにも気になる事業があれば、いつでもお尋ねください。"
_NOD = "はい。事業についてお知りになりたいことがあれば、お尋ねください。"
_NO_OPINION = "よしあしの判断や感想はお答えできませんが、一覧に書かれている目的・概要・成果はお示しできます。"


def greeting(db: Database, said: str) -> Answer:
    """The greeting given back, with something to ask."""
    back = next(
        (reply for words, reply in _BACK if any(word in said for word in words.split())), "こんにちは。"
    )
    lines = (Say(f"{back}事業のことを、登録されている一覧の言葉でお答えします。"), *_examples(db, 2))
    return Answer("smalltalk", lines)


def complaint(db: Database) -> Answer:
    """A reply to 違う, 使えない: what the asker can do about it."""
    told = (
        "お役に立てず申し訳ありません。回答の下にあるボタン「違う」でお知らせいただくと、改善に役立てます。",
        "お手数ですが、事業名や事業番号、担当課名を添えて、次のように言い換えてお尋ねください。",
    )
    return Answer("smalltalk", (*map(Say, told), *_examples(db, 2)))


def usage(db: Database) -> Answer:
    """What can be asked, with examples from the loaded list."""
    lines = (
        Say("事業について、登録されている一覧の言葉そのままでお答えします。", "bold"),
        *_examples(db, 6),
        Say("このスレッドで続けて「その成果は？」「2番目」「もっと」「なぜ？」とも尋ねられます。"),
        Say("スラッシュコマンド: /jigyo 言葉、/jigyo 課:担当課名 言葉、/jigyo まとめ 担当課名、/jigyo help"),
        Say("一覧に書かれていないことは、分からないとお答えします。", "small"),
    )
    return Answer("help", lines)


def examples(held: Catalog, most: int) -> list[str]:
    """Questions that the loaded list can answer, none when nothing is loaded."""
    if not held.entries:
        return []
    one, two = held.entries[0], held.entries[len(held.entries) // 2]
    office = (one.section or one.department or one.organization).split("\n")[0]
    asked = (
        f"{one.name}の担当課は？",
        f"{office}の事業は何件？",
        f"{two.name}の成果を教えて",
        f"{office}の事業をまとめて",
        f"{one.number}と{two.number}を比べて",
        f"{office}の事業を一覧で",
    )
    return list(asked[:most])


def _examples(db: Database, most: int) -> Iterator[Part]:
    with db.reading() as index:
        asked = examples(index.catalog, most)
    if asked:
        yield Items(tuple((question, "") for question in asked))
    else:
        yield Say("まだ一覧が読み込まれていません。事務局が jigyo load で読み込むと使えるようになります。")


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


def offices(db: Database, question: str) -> Answer | None:
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


def _nearest(name: str, offices: Collection[str]) -> str:
    """The office spelled most like `name`, else the one read most like it; '' when none is like it."""
    spelled = {office for office in offices if len({*name} - {*office}) <= (1 - ALIKE) * len(name) + 1}
    read = {office for office in offices if is_kana(name) or abs(len(office) - len(name)) <= 1}
    for said, among in ((str, spelled), (reading, read)):  # to read hundreds of offices takes long
        alike = {office: likeness(said(name), said(office)) for office in sorted(among)}
        best = max(alike, key=alike.__getitem__, default="")
        if best and alike[best] >= ALIKE:
            return best
    return ""
