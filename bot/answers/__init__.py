"""A question in, an Answer out: every sentence of a record verbatim and cited, nothing made up."""

from __future__ import annotations

from sqlite_utils import Database

from bot.answers import comparing, fields, listing, measures, smalltalk, summing, topics
from bot.answers.reading import Request, read
from bot.answers.replies import Answer
from store.catalog import catalog

__all__ = ["Answer", "answer"]


def answer(db: Database, question: str) -> Answer:
    """Answer one question on its own."""
    return smalltalk.answer(db, question) or of_request(db, read(question, catalog(db)))


def of_request(db: Database, request: Request) -> Answer:
    """Answer a question that has been read."""
    match request.kind:
        case "field":
            return fields.answer(db, request) if _has_subject(request) else topics.unclear(request)
        case "figure":
            return measures.answer(db, request) if _has_subject(request) else topics.unclear(request)
        case "count" | "list":
            return listing.answer(db, request)
        case "compare":
            return comparing.answer(db, request)
        case "summary":
            return summing.answer(db, request)
        case "sentence":
            return topics.sentence(db, request)
        case _:
            return topics.about(db, request)


def _has_subject(request: Request) -> bool:
    return bool(request.named or request.terms or request.unknown_numbers)
