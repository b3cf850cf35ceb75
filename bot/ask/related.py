"""What may belong to a question that is not answered: the nearest sentences, told as no more than that."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ask.answers import UNKNOWN, Answer, Choice, Choices, Part, Quote, Say, button_label, title
from bot.ask.intents.measures import is_quantity_alone
from bot.ask.intents.topics import is_told_not_asked
from bot.ask.matching import bag
from bot.ask.question import Request
from bot.ask.subjects import is_common
from bot.ask.terms import is_light, names
from store import projects
from store.database import Database
from store.index.vectors import word_vectors
from store.records import Project
from store.search import meaning, passages
from store.search.passages import Passage, RankedPassage
from store.search.tuning import TUNING
from store.text.display import display

MOST = 3  # sentences
MOST_OF_SET = 6  # where several projects are asked for
OF_ONE = 2  # sentences, where the project is clear
COVERED = 0.7  # how well the words of a project must cover those of the question, 0 to 1
HEAD = "関係しそうな記載をお示しします。お尋ねへの答えかどうかは、確かめられませんでした。"
NOT_FOUND = "{}についての記載は見つかりませんでした。"
_OF_SENTENCES = ("field", "figure", "topic", "sentence", "list", "count")
_FAR_OF_SET = 0.5  # the same where several are asked for
_FAR = 0.75  # of the best sentence's score: one that is farther off is left out


def related(db: Database, question: str, request: Request, given: Answer) -> Answer:
    """A refusal with the sentences that may belong to the question; as it is, where none is near."""
    if given.kind != "none" or not _is_of_records(request):
        return given
    found = _found(db, question, request, given)
    if not found:
        return given
    lacks = _not_said(request, [each.passage for each in found])
    told = [Say(NOT_FOUND.format("".join(f"「{term}」" for term in lacks)))] if lacks else []
    parts: list[Part] = [Say(UNKNOWN), *told, Say(HEAD, "small")]
    every = list({each.passage.project.key: each.passage.project for each in found}.values())
    for project in every:
        parts.append(Say(f"・{title(project)}"))
        of_it = (each.passage for each in found if each.passage.project.key == project.key)
        parts += [Quote(project, passage.field, (passage.text,)) for passage in of_it]
    parts.append(
        Choices(tuple(Choice(button_label(p), "detail", f"{p.fiscal_year} {p.number}") for p in every))
    )
    why = (*given.why, *(f"事業番号 {each.passage.project.number}: {_why(each)}" for each in found))
    return Answer("none", tuple(parts), tuple(p.key for p in every), confidence="unsure", why=why)


def _is_of_records(request: Request) -> bool:
    """Whether the records may speak of it: an unknown number or a list that is not here is another matter."""
    says_something = request.named or any(not is_light(term) for term in request.terms)
    is_elsewhere = request.unknown_numbers or request.other_years or any(map(str.isdigit, request.terms))
    is_other = is_elsewhere or is_told_not_asked(request.question) or is_quantity_alone(request)
    return request.kind in _OF_SENTENCES and bool(says_something) and not is_other


def _found(db: Database, question: str, request: Request, given: Answer) -> list[RankedPassage]:
    with db.reading():
        if meant := _meant(db, request, given):
            return passages.rank(question, passages.of_projects(db, meant))[:OF_ONE]
        is_set = request.kind in ("list", "count")
        ranked = meaning.sentences_near(db, question)[: MOST_OF_SET if is_set else MOST]
        if not ranked or not _is_related(db, question, request, ranked[0].passage.project):
            return []
        return [each for each in ranked if each.score >= (_FAR_OF_SET if is_set else _FAR) * ranked[0].score]


def _is_related(db: Database, question: str, request: Request, project: Project) -> bool:
    """Whether the project of the best sentence is near: by its name, by far, or with words for most words."""
    if _is_by_name(db, request, project):
        return True
    found = meaning.nearness(db, question)
    if found is None or not meaning.is_near(db, found, TUNING.meaning.related_from):
        return False
    words = [each for term in request.terms for each in word_vectors().words_of(term)]
    return (
        meaning.is_near(db, found, TUNING.meaning.certain_from)
        or meaning.cover(db, project.id, words) >= COVERED
    )


def _meant(db: Database, request: Request, given: Answer) -> Sequence[Project]:
    """The projects that the question names, or the one that the refusal is about, if its name is meant."""
    ids = [entry.id for group in request.named for entry in group]
    if ids:
        found = db.snapshot.projects(ids)
        return [found[each] for each in ids if each in found]
    one = projects.get(db, *given.shown[0]) if len(given.shown) == 1 else None
    return [one] if one and _is_by_name(db, request, one) else []


def _is_by_name(db: Database, request: Request, project: Project) -> bool:
    name = bag(display(project.name))
    return any(name.holds(term) and not is_common(db, term) for term in request.terms)


def _not_said(request: Request, found: Sequence[Passage]) -> list[str]:
    """The words of the question that none of these sentences nor their projects' names say."""
    said = [bag(f"{display(each.project.name)} {each.text}") for each in found]
    return [term for term in request.terms if names(term) and not any(text.holds(term) for text in said)]


def _why(each: RankedPassage) -> str:
    return f"文字の重なり {each.letters:.0%}、意味の近さ {each.meaning:.0%}"
