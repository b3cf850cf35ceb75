"""A year typed in plain words: a filter, unless it is part of a name; and where else there is an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from store.database import Database
from store.records import FIELDS, Query, SearchResult, Suggestion
from store.text.display import display
from store.text.normalize import alnum_key
from store.text.wareki import fiscal_year_name

OTHERS = 3  # years that are offered
PASSAGE = 20  # characters from which a text may be a sentence of a record, copied


def named_with_it(query: Query, found: SearchResult) -> SearchResult | None:
    """What was found with the year as a word, if that is how a project's name, or a passage of it, goes."""
    typed = alnum_key(query.text)
    if not query.rest or not found.hits:
        return None
    fields = FIELDS if len(typed) > PASSAGE else ("name",)
    project = found.hits[0].project
    is_said = any(typed in alnum_key(display(getattr(project, field))) for field in fields)
    return replace(found, query=query) if is_said else None


def elsewhere(db: Database, query: Query, find: Callable[[Query], SearchResult]) -> tuple[Suggestion, ...]:
    """The same search in the years that are loaded, the newest first, where it finds something.

    Without a score, so that none is taken for what was meant: a year was named.
    """
    offered: list[Suggestion] = []
    for year in db.snapshot.fiscal_years:
        if year in query.fiscal_years:
            continue
        found = find(replace(query, fiscal_years=(year,), limit=1, offset=0, as_words=None))
        name = fiscal_year_name(year)
        if found.hits and not found.hits[0].missing:
            text = f"{name} {query.rest}".strip()
            offered.append(Suggestion(text, found.hits[0].project.number, year))
        else:
            near = found.suggestions[:1]
            offered += [replace(guess, text=f"{name} {guess.text}", score=0.0) for guess in near]
    return tuple(offered[:OTHERS])
