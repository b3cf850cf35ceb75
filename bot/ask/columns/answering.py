"""A question about columns in, an Answer out: understood, gathered, judged, and put into words last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.ask import subjects
from bot.ask.answers import Answer, Say
from bot.ask.columns import several, single
from bot.ask.columns.evidence import column_names
from bot.ask.columns.reading import ColumnQuestion, understand
from bot.ask.lexing import lex
from bot.ask.question import Request
from bot.ask.terms import is_light, names
from store.database import Database
from store.index.catalog import Catalog, Entry
from store.index.tuning import TUNING
from store.talk.conversations import Key, Turn
from store.text import asking
from store.text.normalize import one_space

ASKED_BACK = 5  # projects shown where it is not certain which one is meant


def answer_columns(db: Database, text: str, *, last: Turn | None = None) -> Answer | None:
    """The answer to a question about the columns of the lists; None where it is none, or can't be told whose.

    `last` is what the thread showed before. Where no list has such a column the answer is None too, unless a
    list has others of its sort: see `lacking`.
    """
    names_of = column_names(db)
    if not names_of.columns:
        return None
    held = db.snapshot.catalog
    typed = asking.without_preface(one_space(text))[: TUNING.reading.characters]
    question = understand(typed, lex(typed, held), held, names_of)
    if question is None or not _asks(question):
        return None
    if question.projects:
        return single.answer(db, question, question.projects, names_of)
    if last and question.is_of_list and last.listed:
        entries = _entries(last.listed, held)
        return several.answer(db, _of_list(question), entries, names_of)
    if question.aggregate == "value" or question.has_pronoun:
        return _of_meant(db, question, held, last)
    return several.answer(db, question, _said(db, question, held), names_of)


def lacking(db: Database, text: str, given: Answer) -> Answer:
    """An answer that knows nothing, with the columns named in front that no list has."""
    if given.kind != "none":
        return given
    held = db.snapshot.catalog
    typed = asking.without_preface(one_space(text))[: TUNING.reading.characters]
    question = understand(typed, lex(typed, held), held, column_names(db))
    words = [mention.word for mention in question.lacking] if question else []
    if not words:
        return given
    told = "、".join(f"「{word}」" for word in dict.fromkeys(words))
    note = Say(f"登録されている一覧に{told}の列はありません。")
    return replace(given, parts=(*given.parts[:1], note, *given.parts[1:]))


def _asks(question: ColumnQuestion) -> bool:
    """Whether a question asks of columns: names one that a list has, or conditions on some."""
    has_columns = any(mention.columns for mention in question.asked)
    return bool(
        has_columns or question.choices or question.bounds or question.by_columns or _has_sort(question)
    )


def _has_sort(question: ColumnQuestion) -> bool:
    return bool(question.lacking and question.projects)


def _of_list(question: ColumnQuestion) -> ColumnQuestion:
    return replace(question, aggregate="list") if question.aggregate == "value" else question


def _of_meant(db: Database, question: ColumnQuestion, held: Catalog, last: Turn | None) -> Answer | None:
    """The value of the project meant: that of the thread, or the one whose name has what else is said."""
    columns = column_names(db)
    told = tuple(term for term in question.rest if not is_light(term) and names(term))
    if last and last.topic and (question.has_pronoun or not (told or question.offices)):
        topic = _of_key(last.topic, held)
        return (
            single.answer(
                db,
                replace(question, aggregate="value" if question.aggregate != "change" else "change"),
                [topic],
                columns,
            )
            if topic
            else None
        )
    if question.offices and not told:
        return several.answer(db, question, held.entries, columns)
    if not told:
        return several.answer(db, question, held.entries, columns) if not question.has_pronoun else None
    subject = subjects.by_words(
        db, Request(question.text, "field", terms=told, offices=question.offices, years=()), told
    )
    found = [projects_of(held, project.key) for project in subject.projects[:ASKED_BACK]]
    if not found or subject.guess:
        return None
    given = single.answer(db, question, found, columns)
    if given is None or subject.is_sure or len(found) == 1:
        return given
    intro = Say(f"当てはまる事業が{len(subject.projects)}件以上あります。どの事業についてでしょうか。")
    return replace(
        given, parts=(intro, *given.parts), confidence="unsure" if given.kind != "none" else "none"
    )


def projects_of(held: Catalog, key: Key) -> tuple[Entry, ...]:
    """A project in all its years: those of its number with its name."""
    same = list(held.of_number(key[1]))
    own = [entry for entry in same if (entry.fiscal_year, entry.number) == key]
    return tuple(entry for entry in same if own and (entry in own or entry.name == own[0].name))


def _of_key(key: Key, held: Catalog) -> tuple[Entry, ...]:
    return projects_of(held, key)


def _entries(keys: Iterable[Key], held: Catalog) -> list[Entry]:
    return [e for key in keys for e in held.of_number(key[1]) if (e.fiscal_year, e.number) == key]


def _said(db: Database, question: ColumnQuestion, held: Catalog) -> Sequence[Entry]:
    return held.entries
