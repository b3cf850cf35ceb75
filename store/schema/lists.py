"""Tables for published lists: sources, sections, projects, rejected rows."""

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
