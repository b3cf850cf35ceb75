"""Tables of the search index: words of every project, names alone, and the vocabulary with its spellings."""

from collections import Counter
from itertools import pairwise

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

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
