"""Projects by a condition on their wording: 名前に「推進」が入っている事業, 企画経営課以外の事業は何件."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers import listing
from bot.answers.polarity import Condition
from bot.answers.replies import Answer, Kind
from bot.answers.showing import Part, Say
from store import projects
from store.database import Database
from store.records import FIELD_LABELS, FIELDS, Project
from store.text.asking import COUNT_OF_OFFICE
from store.text.display import display
from store.text.normalize import width_fold

LONGEST = 6_000  # projects whose every text is looked into for a word
_FIELD_NAMES = {**FIELD_LABELS, "name": "事業名"}


def answer(db: Database, condition: Condition) -> Answer | None:
    """Those of the newest year that meet the condition, and how they were counted; None if none can tell."""
    year = next(iter(db.snapshot.fiscal_years), None)
    every = _in_scope(db, list(projects.of_year(db, year)) if year is not None else [], condition.scope)
    if not every or len(every) > LONGEST:
        return None
    having = _having(db, condition, every)
    if condition.how == "except" and not having:
        return None
    keys = {project.key for project in having}
    chosen = having if condition.how == "saying" else [p for p in every if p.key not in keys]
    return _told(condition, chosen, having, every)


def _told(
    condition: Condition, chosen: Sequence[Project], having: Sequence[Project], every: Sequence[Project]
) -> Answer:
    of = f"{condition.scope.strip('、,')}" if condition.scope else "登録されている"
    how = {
        "saying": f"{of}{len(every):,}件のうち、{_positive(condition)}ものを数えました。",
        "not saying": f"{of}{len(every):,}件のうち、{_positive(condition)}{len(having):,}件を除いた数です。",
        "except": f"{of}{len(every):,}件のうち、{condition.word}の{len(having):,}件を除いた数です。",
    }[condition.how]
    which = {
        "saying": _positive(condition),
        "not saying": f"{_positive(condition).removesuffix('いる')}いない",
        "except": f"{condition.word}以外の",
    }[condition.how]
    found = [project.key for project in chosen]
    parts: list[Part] = [Say(f"{which}事業は{len(chosen):,}件です。", "bold"), Say(how, "small")]
    if chosen:
        parts += listing.page(chosen[: listing.PAGE], ())
        parts += listing.more_button(max(0, len(chosen) - listing.PAGE))
    kind: Kind = "count" if COUNT_OF_OFFICE.search(condition.rest) else "list"
    return Answer(kind, tuple(parts), tuple(found[: listing.PAGE]), tuple(found[listing.PAGE :]), why=(how,))


def _in_scope(db: Database, every: Sequence[Project], scope: str) -> list[Project]:
    """The projects of the office that the question names before its condition; all, where it names none."""
    offices = {office.name for each in db.snapshot.catalog.mentions(scope) for office in each.offices}
    return [p for p in every if not offices or offices & _offices(p)]


def _having(db: Database, condition: Condition, every: Sequence[Project]) -> list[Project]:
    if condition.how == "except":
        offices = {office.name for office in db.snapshot.catalog.offices_named(condition.word)}
        return [p for p in every if offices & _offices(p)]
    fields = (condition.field,) if condition.field else FIELDS
    word = width_fold(condition.word)
    return [p for p in every if any(word in width_fold(display(getattr(p, each))) for each in fields)]


def _offices(project: Project) -> set[str]:
    return {project.section, project.section_canonical, project.department, project.organization}


def _positive(condition: Condition) -> str:
    where = f"{_FIELD_NAMES[condition.field]}に" if condition.field else ""
    verb = "入っている" if condition.field == "name" else "書かれている"
    return f"{where}「{condition.word}」と{verb}"
