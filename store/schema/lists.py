"""Tables for published lists and their index.

Sources, sections, projects, rejected rows; words of every project, names alone, the vocabulary with its
spellings.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from store.columns.catalog import derive_columns

lists = Migrations("lists")


@lists()
def published_lists(db: Database) -> None:
    """Create the tables of sources, sections, projects and rejected rows.

    An alias of a section points at its canonical row. Projects are stored verbatim.
    """
    db.conn.execute(
        """
        CREATE TABLE sources (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,      -- the file's name, without its folder
            sha256 TEXT NOT NULL,
            title TEXT NOT NULL DEFAULT '',
            format TEXT NOT NULL,
            encoding TEXT NOT NULL DEFAULT '',
            loaded_at TEXT NOT NULL         -- ISO 8601, UTC
        )"""
    )
    db.conn.execute(
        """
        CREATE TABLE sections (
            id INTEGER PRIMARY KEY,
            department TEXT NOT NULL,
            name TEXT NOT NULL,
            canonical_id INTEGER REFERENCES sections(id),  -- NULL: this row is itself canonical
            UNIQUE (department, name)
        )"""
    )
    db.conn.execute(
        """
        CREATE TABLE projects (
            id INTEGER PRIMARY KEY,
            fiscal_year INTEGER NOT NULL,
            number TEXT NOT NULL,
            number_key TEXT NOT NULL,       -- folded, leading zeros dropped: what a person types
            serial TEXT NOT NULL DEFAULT '',
            name TEXT NOT NULL,
            organization TEXT NOT NULL DEFAULT '',
            department TEXT NOT NULL DEFAULT '',
            section TEXT NOT NULL DEFAULT '',
            section_id INTEGER REFERENCES sections(id),
            purpose TEXT NOT NULL DEFAULT '',
            overview TEXT NOT NULL DEFAULT '',
            outcome TEXT NOT NULL DEFAULT '',
            extra TEXT NOT NULL DEFAULT '{}',  -- unmapped columns and the office cell as listed, JSON
            source_id INTEGER NOT NULL REFERENCES sources(id),
            source_line INTEGER NOT NULL,
            UNIQUE (fiscal_year, number)
        )"""
    )
    db.conn.execute("CREATE INDEX projects_number_key ON projects (number_key)")
    db.conn.execute("CREATE INDEX projects_section ON projects (section_id)")
    db.conn.execute(
        """
        CREATE TABLE rejected_rows (
            id INTEGER PRIMARY KEY,
            source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
            line INTEGER NOT NULL,
            "column" INTEGER NOT NULL,
            reason TEXT NOT NULL,
            "row" TEXT NOT NULL,
            rejected_at TEXT NOT NULL
        )"""
    )
    # Raised by every write that search must notice; caches in other threads and processes compare it.
    db.conn.execute("CREATE TABLE generations (name TEXT PRIMARY KEY, value INTEGER NOT NULL)")
    db.conn.execute("INSERT INTO generations VALUES ('projects', 0)")


@lists()
def substring_search(db: Database) -> None:
    """A trigram index over the published wording, kept by triggers: Datasette's search box uses it.

    Datasette knows it by the words content="projects" in its SQL. It finds three characters and more; the
    bot's own search uses it for what stands in a text letter by letter.
    """
    columns = "name, section, purpose, overview, outcome"
    new, old = (", ".join(f"{row}.{name}" for name in columns.split(", ")) for row in ("new", "old"))
    insert = f"INSERT INTO projects_fts (rowid, {columns}) VALUES (new.id, {new});"
    delete = f"INSERT INTO projects_fts (projects_fts, rowid, {columns}) VALUES ('delete', old.id, {old});"
    db.conn.execute(
        f"""
        CREATE VIRTUAL TABLE projects_fts USING FTS5 (
            {columns}, content="projects", content_rowid="id", tokenize="trigram"
        )"""
    )
    db.conn.execute(f"CREATE TRIGGER projects_fts_insert AFTER INSERT ON projects BEGIN {insert} END")
    db.conn.execute(f"CREATE TRIGGER projects_fts_delete AFTER DELETE ON projects BEGIN {delete} END")
    update = f"AFTER UPDATE OF {columns} ON projects BEGIN {delete} {insert} END"
    db.conn.execute(f"CREATE TRIGGER projects_fts_update {update}")
    db.conn.execute("INSERT INTO projects_fts (projects_fts) VALUES ('rebuild')")


@lists()
def years_of_sources(db: Database) -> None:
    """Record the fiscal years of each file (`2021,2022`): next year's list may have the same file name."""
    db.conn.execute("ALTER TABLE sources ADD COLUMN fiscal_years TEXT NOT NULL DEFAULT ''")
    db.conn.execute(
        """
        UPDATE sources SET fiscal_years = coalesce(
            (SELECT group_concat(DISTINCT fiscal_year) FROM projects WHERE source_id = sources.id), '')"""
    )


@lists()
def short_words(db: Database) -> None:
    """`projects_search`, for Datasette's search box: anything of three characters, and what is shorter.

    One or two characters are found anywhere in names, and in other fields where they are a word.
    Datasette asks `projects_search MATCH ?`, which SQLite hands down to each index under the view.
    """
    db.conn.execute("CREATE TABLE places (place INTEGER PRIMARY KEY)")  # of characters in a name
    db.conn.executemany("INSERT INTO places VALUES (?)", [(place,) for place in range(1, 301)])
    db.conn.execute(
        """
        CREATE VIRTUAL TABLE name_characters USING fts5(
            text, content='', detail=none, tokenize="unicode61 remove_diacritics 0"
        )"""
    )
    insert, delete = (
        f"""
        INSERT INTO name_characters ({command}rowid, text) SELECT {value}{row}.id, (
            SELECT group_concat(substr(text, place, 1) || ' ' || substr(text, place, 2), ' ')
            FROM places, (SELECT {row}.name AS text) WHERE place <= length(text)
        )"""
        for command, value, row in (("", "", "new"), ("name_characters, ", "'delete', ", "old"))
    )
    db.conn.execute(f"CREATE TRIGGER name_characters_insert AFTER INSERT ON projects BEGIN {insert}; END")
    db.conn.execute(f"CREATE TRIGGER name_characters_delete AFTER DELETE ON projects BEGIN {delete}; END")
    db.conn.execute(
        "CREATE TRIGGER name_characters_update AFTER UPDATE OF name ON projects"
        f" BEGIN {delete}; {insert}; END"
    )
    db.conn.execute(f"{insert.replace('new.', 'projects.')} FROM projects")
    db.conn.execute(
        """
        CREATE VIEW projects_search AS
        SELECT rowid, projects_fts AS projects_search FROM projects_fts
        UNION ALL SELECT rowid, search_words FROM search_words
        UNION ALL SELECT rowid, name_characters FROM name_characters"""
    )


@lists()
def whole_numbers(db: Database) -> None:
    """Fold number keys like `11.0`, which a spreadsheet wrote as amounts, to `11`."""
    db.conn.execute(
        """
        UPDATE projects SET number_key = substr(number_key, 1, length(number_key) - 2)
        WHERE number_key GLOB '[0-9]*.0'
            AND number_key NOT GLOB '*[^0-9.]*' AND number_key NOT GLOB '*.*.*'"""
    )


@lists()
def columns_as_data(db: Database) -> None:
    """Add every column of every list, and the cells of columns that give no field of a project.

    Of lists loaded before, columns are made of what `extra` has under their headings; how the rest was headed
    is known when they are loaded again.
    """
    db.conn.execute(
        """
        CREATE TABLE columns (
            id INTEGER PRIMARY KEY,
            source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
            fiscal_year INTEGER NOT NULL,   -- of the projects whose cells it heads
            position INTEGER NOT NULL,      -- 1-based
            heading TEXT NOT NULL,          -- as published, several rows joined with ／
            path TEXT NOT NULL,             -- the rows of the heading, a JSON array
            unit TEXT NOT NULL DEFAULT '',  -- 千円, 人, ％
            value_year INTEGER,             -- the fiscal year it speaks of
            basis TEXT NOT NULL DEFAULT '', -- budget_initial, settlement, target, actual …
            kind TEXT NOT NULL,             -- amount, count, rate, number, choice, date, code, text
            role TEXT NOT NULL DEFAULT '',  -- the column of projects that it gives
            topic TEXT NOT NULL DEFAULT '', -- cost, staff, evaluation, indicator, policy, law
            group_name TEXT NOT NULL DEFAULT '',
            group_part TEXT NOT NULL DEFAULT '',
            key TEXT NOT NULL,              -- in projects.extra: the heading, unique in its list
            UNIQUE (source_id, fiscal_year, key)
        )"""
    )
    db.conn.execute("CREATE INDEX columns_year ON columns (fiscal_year)")
    db.conn.execute(
        """
        CREATE TABLE cells (
            project_id INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
            column_id INTEGER NOT NULL REFERENCES columns(id) ON DELETE CASCADE,
            text TEXT NOT NULL,             -- verbatim
            number REAL,                    -- in the column's unit
            state TEXT NOT NULL DEFAULT '', -- '', empty, none, withheld
            PRIMARY KEY (project_id, column_id)
        ) WITHOUT ROWID"""
    )
    db.conn.execute("CREATE INDEX cells_column ON cells (column_id, number)")
    derive_columns(db)


@lists()
def lineage(db: Database) -> None:
    """Add people's decisions whether projects of two years are one (confirmed) or not (refused)."""
    db.conn.execute(
        """
        CREATE TABLE lineage (
            earlier_year INTEGER NOT NULL,
            earlier_number TEXT NOT NULL,
            later_year INTEGER NOT NULL,
            later_number TEXT NOT NULL,
            verdict TEXT NOT NULL,          -- confirmed, refused
            decided_by TEXT NOT NULL,
            decided_at TEXT NOT NULL,       -- ISO 8601
            PRIMARY KEY (earlier_year, earlier_number, later_year, later_number)
        ) WITHOUT ROWID"""
    )


@lists()
def project_cells(db: Database) -> None:
    """Add a view of every cell with its project and its heading, which Datasette can facet."""
    db.conn.execute(
        """
        CREATE VIEW project_cells AS
        SELECT p.fiscal_year, p.number AS project, p.name, p.department, p.section, c.heading, e.text,
               e.number, c.unit, c.value_year, c.kind, c.topic, c.group_name, e.state
        FROM cells e JOIN columns c ON c.id = e.column_id JOIN projects p ON p.id = e.project_id"""
    )


@lists()
def supplements(db: Database) -> None:
    """Add which lists gave a project columns beside those of its own: one of budgets of the same year."""
    db.conn.execute(
        """
        CREATE TABLE supplements (
            project_id INTEGER NOT NULL REFERENCES projects(id) ON DELETE CASCADE,
            source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
            PRIMARY KEY (source_id, project_id)
        ) WITHOUT ROWID"""
    )
    db.conn.execute("CREATE INDEX supplements_project ON supplements (project_id)")


search = Migrations("search")

# The words arrive separated by spaces and must come out as they went in, whatever signs they are made of.
TOKENIZE = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"


@search()
def search_index(db: Database) -> None:
    """Create the full-text tables and the vocabulary with its spellings and synonyms."""
    db.conn.execute(
        f"""
        CREATE VIRTUAL TABLE search_words USING fts5(
            name, section, purpose, overview, outcome, tokenize="{TOKENIZE}"
        )"""
    )
    db.conn.execute(f'CREATE VIRTUAL TABLE search_names USING fts5(name, tokenize="{TOKENIZE}")')
    db.conn.execute(
        """
        CREATE TABLE vocabulary (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            word TEXT NOT NULL UNIQUE,      -- normal form, folded; '' is all that carries no meaning
            projects INTEGER NOT NULL,      -- in how many projects it occurs
            names INTEGER NOT NULL          -- in how many projects' names
        )"""
    )
    db.conn.execute("INSERT INTO vocabulary (id, word, projects, names) VALUES (0, '', 0, 0)")
    db.conn.execute(
        """
        CREATE TABLE word_forms (
            form TEXT NOT NULL,             -- folded, hiragana as katakana; romaji as `kana.romaji_key`
            kind INTEGER NOT NULL,          -- 0 as written in some project, 1 its reading, 2 its romaji
            word_id INTEGER NOT NULL,
            PRIMARY KEY (form, kind, word_id)
        ) WITHOUT ROWID"""
    )
    db.conn.execute("CREATE INDEX word_forms_written ON word_forms (word_id) WHERE kind = 0")
    db.conn.execute(
        """
        CREATE TABLE near_forms (
            fragment TEXT NOT NULL,         -- the form's `kana.kana_key`, at most one character taken out
            kind INTEGER NOT NULL,          -- as in word_forms
            form TEXT NOT NULL,
            PRIMARY KEY (fragment, kind, form)
        ) WITHOUT ROWID"""
    )
    db.conn.execute(
        """
        CREATE TABLE word_groups (
            group_id INTEGER NOT NULL,      -- Sudachi's synonym group
            word_id INTEGER NOT NULL,
            PRIMARY KEY (group_id, word_id)
        ) WITHOUT ROWID"""
    )


@search()
def synonyms(db: Database) -> None:
    """Let a synonym group hold phrases (補助金, 交付金), and add the city's own synonyms."""
    db.conn.execute("DROP TABLE word_groups")
    db.conn.execute(
        """
        CREATE TABLE synonym_phrases (
            group_id INTEGER NOT NULL,      -- Sudachi's synonym group
            phrase TEXT NOT NULL,           -- words of the vocabulary, space separated
            PRIMARY KEY (group_id, phrase)
        ) WITHOUT ROWID"""
    )
    db.conn.execute(
        """
        CREATE TABLE synonyms (
            id INTEGER PRIMARY KEY,
            word TEXT NOT NULL,             -- as the city wrote it
            synonym TEXT NOT NULL,
            word_key TEXT NOT NULL,         -- folded, hiragana as katakana
            synonym_key TEXT NOT NULL,
            UNIQUE (word_key, synonym_key)
        )"""
    )
    db.conn.execute("CREATE INDEX synonyms_synonym ON synonyms (synonym_key)")


@search()
def name_sounds(db: Database) -> None:
    """Add the sounds of whole names, for names typed in kana or romaji."""
    db.conn.execute(
        """
        CREATE TABLE name_sounds (
            sound INTEGER NOT NULL,         -- hash of the name's `kana.sound`
            project_id INTEGER NOT NULL,
            PRIMARY KEY (sound, project_id)
        ) WITHOUT ROWID"""
    )
    db.conn.execute("CREATE INDEX name_sounds_project ON name_sounds (project_id)")


_FIELDS = ("name", "section", "purpose", "overview", "outcome")
_FILL_TEXTS = """
    INSERT INTO search_texts
    SELECT w.rowid,
           printf(' %s \n %s \n %s \n %s \n %s ', w.name, w.section, w.purpose, w.overview, w.outcome),
           printf('%sy%d %ss%d %so%s', ?1, p.fiscal_year, ?1, coalesce(p.section_id, 0), ?1,
                  replace(replace(p.organization, ' ', ''), '\u3000', ''))
    FROM search_words w JOIN projects p ON p.id = w.rowid"""


@search()
def word_pairs(db: Database) -> None:
    """Index bigrams and filter terms: neighbouring words, and the year, section and body of a project.

    The index keeps no text any more: the words of every project stand in a table of their own. What
    `near_forms` held is made of `word_forms` when it is needed.
    """
    db.conn.execute(
        """
        CREATE TABLE search_texts (
            id INTEGER PRIMARY KEY,
            words TEXT NOT NULL,            -- name, section, purpose, overview, outcome, as `texts.whole`
            place TEXT NOT NULL             -- year, section and organization, as `places.place`
        )"""
    )
    if "projects" in db.table_names():
        db.conn.execute(_FILL_TEXTS, ["\ue000"])
    for table in ("search_words", "search_names", "near_forms"):
        db.conn.execute(f"DROP TABLE {table}")
    for table, columns in (("search_words", ", ".join(_FIELDS)), ("search_names", "name")):
        db.conn.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, place, content='', tokenize=\"{TOKENIZE}\")"
        )
    db.conn.execute(
        """
        CREATE TABLE word_pairs (
            pair TEXT PRIMARY KEY,          -- two words of the vocabulary, space separated
            projects INTEGER NOT NULL,      -- in how many projects they stand side by side
            titles INTEGER NOT NULL         -- in how many projects' names or sections
        ) WITHOUT ROWID"""
    )
    _index_pairs(db)


def _index_pairs(db: Database) -> None:
    everywhere, titles = Counter[str](), Counter[str]()
    for row_id, words, place in db.conn.execute("SELECT * FROM search_texts"):
        fields = [line[1:-1] for line in words.split("\n")]
        pairs = [[f"{one} {other}" for one, other in pairwise(field.split())] for field in fields]
        row = [
            " ".join([field, *(pair.replace(" ", "\ue000") for pair in found)])
            for field, found in zip(fields, pairs, strict=True)
        ]
        db.conn.execute(
            f"INSERT INTO search_words (rowid, {', '.join(_FIELDS)}, place) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (row_id, *row, place),
        )
        db.conn.execute(
            "INSERT INTO search_names (rowid, name, place) VALUES (?, ?, ?)", (row_id, row[0], place)
        )
        everywhere.update({pair for found in pairs for pair in found})
        titles.update({pair for found in pairs[:2] for pair in found})
    db.conn.executemany(
        "INSERT INTO word_pairs (pair, projects, titles) VALUES (?, ?, ?)",
        ((pair, count, titles[pair]) for pair, count in sorted(everywhere.items())),
    )


@search()
def project_vectors(db: Database) -> None:
    """Add the vectors of projects and their sentences. Projects stored before get theirs when first read."""
    db.conn.execute(
        """
        CREATE TABLE project_vectors (
            project_id INTEGER PRIMARY KEY,
            whole BLOB NOT NULL,            -- 128 bytes: the project, its name and its texts together
            name BLOB NOT NULL,             -- 128 bytes
            sentences BLOB NOT NULL         -- 128 bytes a sentence of purpose, overview and outcome, in order
        )"""
    )


@search()
def thesaurus_off(db: Database) -> None:
    """Add the groups of the shipped thesaurus that a city has switched off, each by one of its words."""
    db.conn.execute(
        """
        CREATE TABLE thesaurus_off (
            word_key TEXT PRIMARY KEY,      -- folded, hiragana as katakana
            word TEXT NOT NULL              -- as the city wrote it
        ) WITHOUT ROWID"""
    )


@search()
def vectors_of_other_words(db: Database) -> None:
    """The word vectors were made anew: those of projects go, and are made of their words when read."""
    db.conn.execute("DELETE FROM project_vectors")


@search()
def vectors_of_more_words(db: Database) -> None:
    """The word vectors were made anew once more, on other axes: those of projects go."""
    db.conn.execute("DELETE FROM project_vectors")
