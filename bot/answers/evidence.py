"""Whether and where a record says a question's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.answers.bags import COMPOUND, JOINT, Bag, bag
from bot.answers.terms import pieces
from store.records import Hit, Project
from store.text.display import display
from store.text.kana import is_kana, is_latin
from store.text.normalize import alnum_key
from store.text.sentences import Sentence, split

TEXT_FIELDS = ("outcome", "overview", "purpose")  # where sentences stand, the most telling first


def says(hit: Hit, term: str) -> bool:
    """Whether a project that was found says a term: its name the words in order, any text as one thing.

    Only where search saw the words are they looked at: to cut whole records into words takes far longer.
    """
    project = hit.project
    said = [bag(display(text)) for text in texts(project) if text]
    if alnum_key(term) == alnum_key(project.number) or (
        len(term) > 1 and any(one.spells(term) for one in said)
    ):
        return True
    if said[0].has_in_order(term):
        return True
    parts = pieces((term,))  # 東京オリパラ
    if any(map(is_kana, parts)) and all(
        len(part) > 1 and (said[0].spells(part) or said[0].sounds(part)) for part in parts
    ):
        return True
    return any(_is_said(bag(found), term) for found in _found(hit))


def is_spelled(project: Project, term: str) -> bool:
    """Whether any text of a project has a term letter for letter."""
    return any(bag(display(text)).spells(term) for text in texts(project) if text)


def _is_said(found: Bag, term: str) -> bool:
    """Whether what was found is the term: as one, by its sound, or as a longer compound cut short."""
    by_sound = is_kana(term) or is_latin(term)
    return found.holds(term) or found.shortens_to(term) or (by_sound and found.sounds(term))


def _found(hit: Hit) -> Iterator[str]:
    """What search found in a project, pieces of one phrase together."""
    for field, spans in hit.highlights.items():
        text = display(getattr(hit.project, field))
        start, end = spans[0]
        for next_start, next_end in spans[1:]:
            between = text[end:next_start]
            if not (JOINT.fullmatch(between) or COMPOUND.fullmatch(between)):
                yield text[start:end]
                start = next_start
            end = next_end
        yield text[start:end]


def name_share(project: Project, terms: Sequence[str]) -> float:
    """The share of `terms` that a project's name holds, 0 to 1."""
    name = bag(display(project.name))
    return sum(name.has_in_order(term) for term in terms) / len(terms) if terms else 0.0


def texts(project: Project) -> tuple[str, ...]:
    """Every text of a project that a question may speak of, its name first."""
    return (
        project.name, project.overview, project.outcome, project.purpose, project.section,
        project.section_canonical, project.department, project.organization,
    )  # fmt: skip


def sentences(project: Project, fields: Sequence[str] = TEXT_FIELDS) -> tuple[tuple[str, Sentence], ...]:
    """Every sentence of a project with its field, the first fields first."""
    return tuple((field, sentence) for field in fields for sentence in split(getattr(project, field)))
