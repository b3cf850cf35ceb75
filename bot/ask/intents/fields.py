"""担当課, 目的, 概要, 成果, 番号 … of a project, in the record's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.ask import subjects
from bot.ask.answers import (
    SHORT,
    Answer,
    Choice,
    Choices,
    Details,
    Part,
    Quote,
    Say,
    button_label,
    short_value,
    title,
    told_value,
    unknown,
)
from bot.ask.intents import asides
from bot.ask.matching import bag, name_share
from bot.ask.question import Request
from bot.ask.subjects import Subject
from bot.ask.terms import terms as words_of
from store.database import Database
from store.records import FIELD_LABELS, Project
from store.text import lazily
from store.text.display import display, split
from store.text.numbers import fiscal_year_name

MOST_SENTENCES = 8  # of one field; the rest is a button away
MOST_CANDIDATES = 5
# What answers for a field that a list does not have.
INSTEAD = {"outcome": "overview", "overview": "purpose", "purpose": "overview"}


_NAMES_FIELD = lazily(
    "目的|狙い|ねらい|趣旨|目標|意義|成果|効果|実績|概要|内容|担当|所管|主管|課|部|室|省|庁|番号|名称|名前|年度|詳し|説明"
    "|ついて|こと|話|進捗|状況|目指"
)


NEAR_ONES = Say("近い事業はこちらです。")


def names_field(cue: str) -> bool:
    """Whether words that ask name a field (の目的は), and do not only fit one (何をした, どうなった)."""
    return bool(_NAMES_FIELD.search(cue))


def answer(db: Database, request: Request) -> Answer:
    """The field that was asked for, of the project that was meant; asks back when several may be."""
    subject = subjects.find(db, request)
    if not subject.candidates:
        subject = subjects.by_name_of_each(db, request) or subject
    return of_subject(db, request, subject)


def of_subject(db: Database, request: Request, subject: Subject) -> Answer:
    """The same once the subject is known."""
    if request.unknown_numbers and not subject.candidates:
        return unknown_number(request.unknown_numbers)
    if not subject.candidates:
        return nothing(db, subject, request.terms)
    if subject.is_sure:
        best = subject.candidates[0]
        given = of_project(best.project, request.fields, request.terms, why=best.why)
        return replace(given, parts=(*given.parts, *earlier_years(best.older)))
    if subject.guess:
        return _guess(request, subject)
    told = words_of(request.cue)[0]  # 国や県に何を要望した asks of 国・県に対する予算等要望
    meant = [c for c in subject.candidates if told and name_share(c.project, told) == 1]
    if len(meant) == 1 and not subject.is_named:
        return of_subject(db, request, replace(subject, candidates=tuple(meant), is_sure=True))
    return of_several(request, subject)


def of_project(
    project: Project, fields: Sequence[str], terms: Sequence[str] = (), *, why: str = ""
) -> Answer:
    """The fields of one project, the sentences that hold `terms` in front."""
    parts = [part for field in fields for part in _field(project, field, terms)]
    buttons = Details((project,), is_named=False)
    return Answer("field", (*parts, buttons), (project.key,), why=(why,) if why else ())


def earlier_years(years: Sequence[int]) -> tuple[Part, ...]:
    """That there are records of earlier years, and how to ask for them; nothing when there are none."""
    if not years:
        return ()
    told = "・".join(map(fiscal_year_name, years))
    asks = f"「{fiscal_year_name(years[0])}の…」とお尋ねください。"
    return (Say(f"{told}の記録もあります。ご覧になるときは{asks}", "small"),)


def of_several(request: Request, subject: Subject) -> Answer:
    """Ask which was meant, showing what each would answer."""
    found = subject.projects[:MOST_CANDIDATES]
    offices = {short_value(project, "section") for project in subject.projects}
    if request.fields == ("section",) and len(offices) == 1:
        return _same_office(request, subject)
    total = len(subject.projects)
    is_each = subject.is_named and len({project.name for project in subject.projects}) > 1
    intro = (
        f"{total}件の事業のうち{len(found)}件についてお答えします。" if is_each and total > len(found)
        else f"{total}件の事業についてお答えします。" if is_each
        else f"同じ名前の事業が{total}件あります。" if subject.is_named
        else f"当てはまる事業が{total}件以上あります。" if total >= subjects.LOOKED_AT
        else f"当てはまる事業が{total}件あります。"
    )  # fmt: skip
    parts: list[Part] = [Say(intro if is_each else f"{intro}どの事業についてでしょうか。")]
    for project in found:
        parts += _briefly(project, request.fields[0], request.terms)
    choices = tuple(
        Choice(button_label(project), "ask_of", f"{project.fiscal_year} {project.number} {request.fields[0]}")
        for project in found
    )
    keys = tuple(project.key for project in found)
    return Answer(
        "field", (*parts, Choices(choices)), keys, confidence="sure" if is_each else "unsure",
        why=_reasons(subject, len(found)),
    )  # fmt: skip


def nothing(db: Database, subject: Subject, terms: Sequence[str]) -> Answer:
    """No record says what was asked; the nearest projects are named, nothing is answered by a guess."""
    if not subject.guess and (office := asides.among(terms)):
        return asides.refusal(db, office)
    near = subject.projects or subject.near
    is_meant = subject.is_named or subject.guess or not terms
    found = [p for p in near if is_meant or any(subjects.shares(db, p, term) for term in terms)][:3]
    quoted = "と".join(f"「{term}」" for term in terms)
    every = "すべて" if len(terms) > 1 else ""
    why = (f"{quoted}を{every}述べている記録は見つかりませんでした",) if terms else ()
    if not found:
        hint = Say("事業の名前や、事業に出てくる言葉で尋ねていただくと見つかることがあります。", "small")
        return unknown(hint, why=why)
    asks = Say(f"もしかして: {subject.guess}") if subject.guess else NEAR_ONES
    lines = [asks, *(Say(f"・{title(project)}") for project in found)]
    return unknown(*lines, Details(tuple(found)), shown=(project.key for project in found), why=why)


def unknown_number(numbers: Sequence[str]) -> Answer:
    """No project bears the number."""
    told = f"事業番号 {'、'.join(numbers)} の事業は登録されていません。"
    return unknown(Say(told), why=("事業番号のお尋ねと読み取りました",))


def _field(project: Project, field: str, terms: Sequence[str]) -> list[Part]:
    if field in SHORT:
        return [Say(told_value(project, field))]
    if not getattr(project, field):
        return _instead(project, field, terms)
    head = Say(f"{title(project)}の{FIELD_LABELS[field]}です。", "bold")
    return [head, *_sentences(project, field, terms)]


def _instead(project: Project, field: str, terms: Sequence[str]) -> list[Part]:
    label, other = FIELD_LABELS[field], INSTEAD[field]
    if not getattr(project, other):
        return [Say(f"{title(project)}の{label}の欄には何も書かれていません。")]
    told = Say(
        f"{title(project)}の{label}の欄には何も書かれていません。{FIELD_LABELS[other]}をお示しします。"
    )
    return [told, *_sentences(project, other, terms)]


def _sentences(project: Project, field: str, terms: Sequence[str]) -> list[Part]:
    said = [sentence.text for sentence in split(getattr(project, field))]
    telling = [
        text for text in said if any(bag(text).holds(term) for term in terms if not _in_name(project, term))
    ]
    shown = said if len(said) <= MOST_SENTENCES else _first(telling, said)
    left = len(said) - len(shown)
    quote = Quote(project, field, tuple(shown), tuple(_spans(text, terms, project) for text in shown))
    more = [Say(f"ほかに{left}文あります。全文は「詳細」でご覧になれます。", "small")] if left else []
    return [quote, *more]


def _first(telling: Sequence[str], said: Sequence[str]) -> list[str]:
    chosen = set([*telling, *said][:MOST_SENTENCES])
    return [text for text in said if text in chosen]


def _in_name(project: Project, term: str) -> bool:
    return bag(display(project.name)).holds(term)


def _spans(text: str, terms: Sequence[str], project: Project) -> tuple[tuple[int, int], ...]:
    """Where the terms that singled out this record stand in a sentence, for bold."""
    places = ((text.find(term), term) for term in terms if not _in_name(project, term))
    return tuple((at, at + len(term)) for at, term in places if at >= 0)


def _briefly(project: Project, field: str, terms: Sequence[str]) -> list[Part]:
    if field in SHORT or not getattr(project, field):
        return [Say(f"・{title(project)} … {short_value(project, field if field in SHORT else 'section')}")]
    said = [sentence.text for sentence in split(getattr(project, field))]
    best = max(said, key=lambda text: sum(bag(text).holds(term) for term in terms), default="")
    head = Say(f"・{title(project)}")
    return [head, Quote(project, field, (best,))] if best else [head]


def _same_office(request: Request, subject: Subject) -> Answer:
    office = short_value(subject.projects[0], "section")
    lines = [Say(f"・{title(project)}") for project in subject.projects[:MOST_CANDIDATES]]
    keys = tuple(project.key for project in subject.projects[:MOST_CANDIDATES])
    return Answer(
        "field", (Say(f"担当課は、いずれも{office}です。"), *lines), keys, why=_reasons(subject, len(keys))
    )


def _guess(request: Request, subject: Subject) -> Answer:
    first = of_project(subject.projects[0], request.fields)
    asks = Say(f"もしかして: {subject.guess}")
    return Answer("field", (asks, *first.parts), first.shown, confidence="unsure", why=_reasons(subject, 1))


def _reasons(subject: Subject, count: int) -> tuple[str, ...]:
    return tuple(f"事業番号 {c.project.number}: {c.why}" for c in subject.candidates[:count])
