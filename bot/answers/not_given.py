"""That no record gives the figure asked for: of which projects, or of none at all."""

from __future__ import annotations

from bot.answers import fields
from bot.answers.candidates import Subject
from bot.answers.reading import Request
from bot.answers.replies import Answer, title, unknown
from bot.answers.showing import Choice, Choices, Say
from bot.answers.units import DATE, asked_figure
from store.database import Database

MOST = 4


def answer(db: Database, request: Request, subject: Subject) -> Answer:
    """Said plainly; the projects that the question is about are named."""
    if is_quantity_alone(request):
        return _given_nowhere(request)
    if not subject.candidates:
        return fields.nothing(db, subject, request.terms)
    told_what = f"お尋ねの{_asked_for(request)}は見つかりませんでした。"
    if len(subject.projects) > 1:
        named = [Say(f"・{title(project)}") for project in subject.projects[:MOST]]
        told = Say(f"次の事業の記録には、{told_what}")
        keys = [project.key for project in subject.projects[:MOST]]
        return unknown(told, *named, shown=keys, why=(subject.candidates[0].why,))
    project = subject.projects[0]
    told = Say(f"{title(project)}の記録には、{told_what}")
    near = Choices((Choice("詳細", "detail", f"{project.fiscal_year} {project.number}"),))
    return unknown(told, near, shown=(project.key,), why=(subject.candidates[0].why,))


def is_quantity_alone(request: Request) -> bool:
    """Whether only a quantity is named (予算は？) and nothing whose it is: 予算等要望 is not asked of."""
    names_thing = request.named or request.offices or request.unknown_numbers
    return bool(request.terms) and not names_thing and all(map(_is_quantity, request.terms))


def _is_quantity(term: str) -> bool:
    asked = asked_figure(f"{term}は")
    return asked is not None and asked.span == (0, 0)


def _given_nowhere(request: Request) -> Answer:
    what = "・".join(request.terms)
    told = Say(
        f"登録されている事業の記録に、「{what}」についてお尋ねの{_asked_for(request)}は見つかりませんでした。"
    )
    ask = Say("特定の事業についてでしたら、事業名や事業番号を添えてお尋ねください。", "small")
    return unknown(
        told, ask, why=(f"「{what}」のすぐ近くに{_asked_for(request)}を書いた文が、どの記録にもありません",)
    )


def _asked_for(request: Request) -> str:
    """What kind of figure was asked for, as a reply says it."""
    return "日付や時期" if request.figure and request.figure.unit == DATE else "数字"
