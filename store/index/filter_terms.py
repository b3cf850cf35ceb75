"""Which projects are looked at: filters by section, department and year, for SQL and as words of the index.

Whose and of which year a project is stands in the index as words too, so that a rare section and a common
word are found together without looking at every project that has the word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from store.index.bigrams import JOINED, quoted


def place(fiscal_year: int, section_id: int, organization: str) -> str:
    """The words of the index for where a project belongs; nobody can type them."""
    return " ".join((_word("y", fiscal_year), _word("s", section_id), _word("o", organization)))


def _word(kind: str, value: object) -> str:
    return f"{JOINED}{kind}{''.join(str(value).split())}"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which projects are looked at: None and () mean all."""

    sections: frozenset[int] | None = None
    years: tuple[int, ...] = ()
    departments: frozenset[int] | None = None  # ids of their sections
    organizations: frozenset[str] = frozenset()  # which count as departments too
    numbers: tuple[str, ...] = ()  # keys; no words of the index

    @property
    def sql(self) -> str:
        """Conditions on the row `p` of projects, joined by AND; its values are numbers and quoted texts."""
        conditions = []
        if self.sections is not None:
            conditions.append(f"p.section_id IN ({','.join(map(str, sorted(self.sections)))})")
        if self.years:
            conditions.append(f"p.fiscal_year IN ({','.join(map(str, self.years))})")
        if self.departments is not None:
            ids = ",".join(map(str, sorted(self.departments)))
            conditions.append(
                f"(p.section_id IN ({ids}) OR p.organization IN ({_texts(self.organizations)}))"
            )
        if self.numbers:
            conditions.append(f"p.number_key IN ({_texts(self.numbers)})")
        return " AND ".join(conditions)

    def on(self, table: str) -> str:
        """The conditions as a further condition on the rows of an index table."""
        exists = f"EXISTS (SELECT 1 FROM projects p WHERE p.id = {table}.rowid AND {self.sql})"
        return f" AND {exists}" if self.sql else ""

    def among(self, match: str) -> str:
        """The conditions as a further condition of a MATCH expression."""
        conditions = [match]
        if self.sections is not None:
            conditions.append(_any_of(_word("s", section) for section in sorted(self.sections)))
        if self.years:
            conditions.append(_any_of(_word("y", year) for year in self.years))
        if self.departments is not None:
            offices = [_word("s", section) for section in sorted(self.departments)]
            conditions.append(_any_of([*offices, *(_word("o", name) for name in sorted(self.organizations))]))
        return " AND ".join(f"({condition})" for condition in conditions)


def _texts(texts: Iterable[str]) -> str:
    return ",".join("'" + text.replace("'", "''") + "'" for text in sorted(texts))


def _any_of(words: Iterable[str]) -> str:
    return f"{{place}} : ({' OR '.join(map(quoted, words)) or quoted(JOINED)})"
