"""The search index, written in the loader's transaction so that it never falls out of step with the rows."""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database

from store import projects, schema
from store.index import meaning, names, raise_generation, vocabulary
from store.index.meaning import StoredMeaning
from store.records import FIELDS, Project
from store.text import morphology
from store.text.display import display
from store.text.morphology import Unit, Word, units

BATCH = 1000
SMALL = 1_000  # projects, whose indexes are rewritten in 70 ms
MUCH = 0.1  # of more projects, for which rewriting their indexes is worth its time

_FULL_TEXT = ("search_words", "search_names", "projects_fts", "name_characters")
_COLUMNS = (*FIELDS, "place")
_STORED = "SELECT id, words, place FROM search_texts WHERE id = ?"
_STORE = "INSERT INTO search_texts (id, words, place) VALUES (?, ?, ?)"
_INSERT = f"INSERT INTO search_words (rowid, {', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?)"
_INSERT_NAME = "INSERT INTO search_names (rowid, name, place) VALUES (?, ?, ?)"
# The indexes keep no text: they must be told what they forget.
_DELETE = f"""
    INSERT INTO search_words (search_words, rowid, {", ".join(_COLUMNS)})
    VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)"""
_DELETE_NAME = "INSERT INTO search_names (search_names, rowid, name, place) VALUES ('delete', ?, ?, ?)"
_PLACES = """
    SELECT id, fiscal_year, coalesce(section_id, 0), organization FROM projects
    WHERE id IN (SELECT value FROM json_each(?))"""
_COUNT_PAIR = """
    INSERT INTO word_pairs (pair, projects, titles) VALUES (?, ?, ?)
    ON CONFLICT (pair) DO UPDATE
    SET projects = projects + excluded.projects, titles = titles + excluded.titles"""
# As the trigger of `name_characters` does for each row.
_FILL_CHARACTERS = """
    INSERT INTO name_characters (rowid, text) SELECT id, (
        SELECT group_concat(substr(name, place, 1) || ' ' || substr(name, place, 2), ' ')
        FROM places WHERE place <= length(name)
    ) FROM projects"""
_TITLES = FIELDS.index("section") + 1  # the fields before this one are titles: name and section
_MISSING = """
    SELECT count(*) FROM projects
    WHERE id NOT IN (SELECT id FROM search_texts) OR id NOT IN (SELECT rowid FROM search_words)
       OR id NOT IN (SELECT rowid FROM search_names)"""
_ORPHANS = """
    SELECT count(*) FROM (
        SELECT id FROM search_texts UNION SELECT rowid FROM search_words UNION SELECT rowid FROM search_names
    ) WHERE id NOT IN (SELECT id FROM projects)"""
WORKERS = 2
CHUNK = 250
TOGETHER = 20  # chunks: more would take much memory
WORTH_A_POOL = 600  # projects; below this, starting processes takes longer than the work
MAY_HOLD_AS_MANY = 300_000  # bytes of a file, packed or not
Progress = Callable[[int, int], None]
Chunk = tuple[Path, Sequence[Project]]


class IndexRow(NamedTuple):
    """A project's words by field, in order.

    `spellings` are words as they were spelled, `synonyms` Sudachi's groups with the words in them: those that
    no earlier row of those prepared with it has brought.
    """

    project_id: int
    fields: tuple[str, ...]  # as `FIELDS`: words separated by spaces
    spellings: tuple[Word, ...]
    sounds: tuple[int, ...]  # of the name
    synonyms: tuple[tuple[int, str], ...]
    meaning: StoredMeaning


class Counts(NamedTuple):
    """In how many projects, and how many names or titles, each word and each pair of neighbours stands."""

    words: Counter[str]
    in_names: Counter[str]
    pairs: Counter[str]
    in_titles: Counter[str]

    def add(self, other: Counts) -> None:
        """Count those of other projects too."""
        for mine, others in zip(self, other, strict=True):
            mine.update(others)


class Prepared(NamedTuple):
    """Index rows, what is counted in them, and their texts as the full-text index takes them."""

    rows: Sequence[IndexRow]
    counts: Counts
    searchable: Sequence[Sequence[str]]


def prepare(rows: Sequence[Project]) -> list[IndexRow]:
    """Split stored projects into words. Pure and picklable: may run in other processes."""
    found = [_units(project) for project in rows]
    brought: dict[int, Unit] = {}
    every = zip(rows, found, meaning.meanings_of([*zip(rows, found, strict=True)]), strict=True)
    return [_index_row(project, its, vectors, brought) for project, its, vectors in every]


def without_vectors(db: Database) -> list[tuple[int, StoredMeaning]]:
    """What projects mean whose vectors a migration dropped, by their ids; `give_vectors` stores it."""
    rows = [*projects.by_ids(db, meaning.ids_without(db))]
    made: list[tuple[int, StoredMeaning]] = []
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        of_some = meaning.meanings_of([(project, _units(project)) for project in some])
        made += zip([project.id for project in some], of_some, strict=True)
    return made


def give_vectors(db: Database, made: Iterable[tuple[int, StoredMeaning]]) -> None:
    """Store the vectors of those projects that still lack them. Does not commit."""
    lacking = {*meaning.ids_without(db)}
    if some := [each for each in made if each[0] in lacking]:
        meaning.store(db, some)
        raise_generation(db)


def prepared_of(rows: Iterable[IndexRow]) -> Prepared:
    """Rows with all that can be worked out before the database is locked."""
    rows = list(rows)
    searchable = [[*map(morphology.searchable, row.fields)] for row in rows]
    return Prepared(rows, _counts([row.fields for row in rows]), searchable)


def write(db: Database, rows: Iterable[IndexRow]) -> None:
    """Add projects to the index (`remove` a changed one first) and tell the caches. Does not commit."""
    write_all(db, [prepared_of(rows)])


def write_all(db: Database, chunks: Iterable[Prepared]) -> None:
    """`write` many: what many say alike, their words and pairs, is written once for `TOGETHER` chunks."""
    rest = iter(chunks)
    while first := next(rest, None):
        counts, spellings, synonyms = _no_counts(), set[Word](), set[tuple[int, str]]()
        for chunk in chain([first], islice(rest, TOGETHER - 1)):
            _write_texts(db, chunk)
            counts.add(chunk.counts)
            for row in chunk.rows:
                spellings.update(row.spellings)
                synonyms.update(row.synonyms)
        _count(db, counts, 1)
        vocabulary.learn(db, spellings)
        vocabulary.relate(db, synonyms)
    raise_generation(db)


def _write_texts(db: Database, chunk: Prepared) -> None:
    rows = chunk.rows
    ids = json.dumps([row.project_id for row in rows])
    places = {row_id: morphology.place(*where) for row_id, *where in db.conn.execute(_PLACES, [ids])}
    whole = ((row.project_id, morphology.whole(row.fields), places[row.project_id]) for row in rows)
    db.conn.executemany(_STORE, whole)
    indexed = zip(rows, chunk.searchable, strict=True)
    _index(db, _INSERT, _INSERT_NAME, [(r.project_id, *texts, places[r.project_id]) for r, texts in indexed])
    names.store(db, ((row.project_id, row.sounds) for row in rows))
    meaning.store(db, ((row.project_id, row.meaning) for row in rows))


def merge(db: Database, changed: int) -> None:
    """Make each full-text index one piece again, unless so few `changed` projects are little of it.

    FTS5 writes what is added beside what is there, and then looks every word up in each of the pieces: in 19
    of 1,000 projects loaded at once. Does not commit.
    """
    among = projects.count(db)
    if changed and (among <= SMALL or changed >= MUCH * among):
        for table in _FULL_TEXT:
            db.conn.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def remove(db: Database, project_ids: Iterable[int]) -> None:
    """Take projects out of the index and tell the caches. Does not commit."""
    keys = [(project_id,) for project_id in project_ids]
    stored = [row for key in keys if (row := db.conn.execute(_STORED, key).fetchone())]
    texts = [morphology.fields(words) for _, words, _ in stored]
    indexed = [
        (row_id, *map(morphology.searchable, fields), where)
        for (row_id, _, where), fields in zip(stored, texts, strict=True)
    ]
    _index(db, _DELETE, _DELETE_NAME, indexed)
    _count(db, _counts(texts), -1)
    db.conn.executemany("DELETE FROM search_texts WHERE id = ?", keys)
    for table in ("name_sounds", "project_vectors"):
        db.conn.executemany(f"DELETE FROM {table} WHERE project_id = ?", keys)
    vocabulary.forget(db)
    raise_generation(db)


def _index(db: Database, of_words: str, of_names: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Tell both full-text indexes of rows, by these statements."""
    db.conn.executemany(of_words, rows)
    db.conn.executemany(of_names, ((*row[:2], row[-1]) for row in rows))


def _no_counts() -> Counts:
    return Counts(Counter(), Counter(), Counter(), Counter())


def _counts(stored: Iterable[Sequence[str]]) -> Counts:
    """What stands in how many of these projects, given by their fields."""
    counts = _no_counts()
    for fields in stored:
        words = [field.split() for field in fields]
        pairs = [morphology.pairs(each) for each in words]
        counts.words.update(set(chain.from_iterable(words)))
        counts.in_names.update(set(words[0]))
        counts.pairs.update(set(chain.from_iterable(pairs)))
        counts.in_titles.update(set(chain.from_iterable(pairs[:_TITLES])))
    return counts


def _count(db: Database, counts: Counts, times: int) -> None:
    """Count the words and pairs of projects `times` more."""
    words, in_names, pairs, in_titles = (_times(each, times) for each in counts)
    vocabulary.count(db, words, in_names)
    _count_pairs(db, pairs, in_titles)


def _count_pairs(db: Database, in_projects: dict[str, int], in_titles: dict[str, int]) -> None:
    """Add to how many projects, and how many titles, each pair stands in. Does not commit."""
    db.conn.executemany(
        _COUNT_PAIR, ((pair, number, in_titles.get(pair, 0)) for pair, number in sorted(in_projects.items()))
    )
    if any(number < 0 for number in in_projects.values()):
        db.conn.execute("DELETE FROM word_pairs WHERE projects <= 0")


def _times(counts: Mapping[str, int], times: int) -> dict[str, int]:
    return {part: number * times for part, number in counts.items()}


def check(db: Database) -> list[str]:
    """What is wrong with the index, one Japanese line a problem; empty when it is in step with the rows."""
    missing, orphans = _number(db, _MISSING), _number(db, _ORPHANS)
    problems = [f"検索の索引に {missing} 件の事業が入っていません。"] if missing else []
    return problems + ([f"検索の索引に、今はない事業の語が {orphans} 件残っています。"] if orphans else [])


def rebuild(db: Database) -> None:
    """Make the whole index anew from the stored projects. Does not commit."""
    for table in ("search_words", "search_names"):
        db.conn.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
    for table in ("search_texts", "name_sounds", "word_pairs", "project_vectors"):
        db.conn.execute(f"DELETE FROM {table}")
    vocabulary.clear(db)
    every = projects.every(db)
    while batch := list(islice(every, BATCH)):
        write(db, prepare(batch))
    merge(db, projects.count(db))
    raise_generation(db)


def make_anew(db: Database) -> None:
    """Make every index of the projects anew, its own tables too, from the stored rows: one may be damaged.

    What is stored of the lists, deadlines and people is only read. Does not commit; raises sqlite3.Error
    where the rows themselves can't be read.
    """
    db.conn.execute("REINDEX")
    for table in _FULL_TEXT:
        (made_by,) = db.conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchone()
        db.conn.execute(f"DROP TABLE {table}")
        db.conn.execute(made_by)
    db.conn.execute("INSERT INTO projects_fts (projects_fts) VALUES ('rebuild')")
    db.conn.execute(_FILL_CHARACTERS)
    rebuild(db)


def _units(project: Project) -> dict[str, Sequence[Unit]]:
    return {field: units(display(text)) for field, text in zip(FIELDS, _texts(project), strict=True)}


def _index_row(
    project: Project, found: Mapping[str, Sequence[Unit]], vectors: StoredMeaning, brought: dict[int, Unit]
) -> IndexRow:
    """A row; `brought` are the units whose spellings an earlier one has, by their ids, and gains its own."""
    new = {id(unit): unit for some in found.values() for unit in some if id(unit) not in brought}
    brought |= new
    return IndexRow(
        project.id,
        fields=tuple([" ".join([unit.phrase for unit in some if unit.phrase]) for some in found.values()]),
        spellings=tuple(dict.fromkeys([word for unit in new.values() for word in unit.words])),
        sounds=names.name_sounds([word for unit in found["name"] for word in unit.words]),
        synonyms=tuple(dict.fromkeys([pair for unit in new.values() for pair in unit.synonyms])),
        meaning=vectors,
    )


def _texts(project: Project) -> Iterator[str]:
    """The texts of `FIELDS`; whose it is counts as section: every name of the office, each once."""
    office = (project.organization, project.department, project.section, project.section_canonical)
    for field in FIELDS:
        yield " ".join(dict.fromkeys(filter(None, office))) if field == "section" else getattr(project, field)


def _number(db: Database, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])


@contextmanager
def workers(*, wanted: bool) -> Iterator[ProcessPoolExecutor | None]:
    """Processes for `prepare_all`, which start and load their dictionary at once; None if not wanted."""
    if not wanted:
        yield None
        return
    # Spawned, because a forked child of a process with threads may hang.
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), _start_worker) as pool:
        for _ in range(WORKERS):  # a process is started for each task that finds none idle
            pool.submit(int)
        yield pool


def prepare_all(
    rows: Sequence[Project],
    folder: Path,
    pool: ProcessPoolExecutor | None,
    progress: Progress | None = None,
) -> Generator[Path, None, None]:
    """Write index rows to files in `folder`, a chunk each, and yield these in order, for `read_prepared`.

    `progress(done, total)` is told after each chunk. The rows don't go through the pool's own pipe: a worker
    killed amid a long result would leave its reader waiting for the rest for ever.
    """
    chunks = [(folder / str(start), rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK)]
    done = 0
    with closing(_in_pool(pool, chunks) if pool else (_prepare(chunk) for chunk in chunks)) as paths:
        for path, chunk in zip(paths, chunks, strict=True):
            yield path
            done += len(chunk[1])
            if progress:
                progress(done, len(rows))


def read_prepared(path: Path) -> Prepared:
    """The index rows of a file that `prepare_all` wrote."""
    prepared: Prepared = pickle.loads(path.read_bytes())  # noqa: S301 - written by ourselves
    return prepared


def _prepare(chunk: Chunk) -> Path:
    path, rows = chunk
    path.write_bytes(pickle.dumps(prepared_of(prepare(rows))))
    return path


def _in_pool(pool: ProcessPoolExecutor, chunks: Sequence[Chunk]) -> Generator[Path, None, None]:
    made: list[Future[Path]] = []
    done = 0
    try:
        made += [pool.submit(_prepare, chunk) for chunk in chunks]
        for each in made:
            yield each.result()
            done += 1
    except BrokenProcessPool:  # a worker was killed, as when memory runs out: go on alone
        yield from map(_prepare, chunks[done:])
    finally:  # whoever wants no more may remove the folder
        wait([each for each in made if not each.cancel()])


def _start_worker() -> None:
    """A worker whose parent was killed would wait for work for ever; Ctrl-C is for the parent to act on.

    Rows and words have no cycles: to look for some costs a tenth of the work.
    """
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait_and_end() -> None:
        parent = parent_process()
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait_and_end, daemon=True).start()
    prepare([Project(0, "", "事業")])


# What a full-text index holds at least: pairs of a term and a project that has it, counted elsewhere too.
_HOLDS = {
    "search_words": """(SELECT total(projects) FROM vocabulary WHERE word <> '')
        + (SELECT total(projects) FROM word_pairs) + 3 * (SELECT count(*) FROM projects)""",
    "search_names": "3 * (SELECT count(*) FROM projects)",  # its year, section and body
    "projects_fts": "(SELECT count(*) FROM projects WHERE length(name) > 2)",
    "name_characters": "(SELECT count(*) FROM projects WHERE name <> '')",
}


def torn(db: Database) -> list[str]:
    """The full-text indexes that can't be read to their ends, or lack what they should hold. Writes nothing.

    Reads all of them: some 0.7 s for 5,000 projects. SQLite's own check of such an index (see `problems`)
    takes the lock by which others write.
    """
    return [table for table in _FULL_TEXT if _is_torn(db, table)]


def _is_torn(db: Database, table: str) -> bool:
    terms = f"temp.{table}_terms"
    try:
        db.conn.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS {terms} USING fts5vocab(main, {table}, row)")
        sql = f"SELECT (SELECT total(doc) FROM {terms}) < {_HOLDS[table]}"
        return bool(db.conn.execute(sql).fetchone()[0])
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return True


def problems(db: Database) -> list[str]:
    """What is wrong, one Japanese line each; empty when all is well. Reads all of the file."""
    try:
        if lacking := [*_lacking(db)]:
            return [*damage(db), *lacking]
        return [*damage(db), *_dangling(db), *_torn_indexes(db), *check(db)]
    except sqlite3.DatabaseError as error:
        return [f"データベースを読めません（{error}）。バックアップから jigyo restore で戻してください。"]


def damage(db: Database) -> Iterator[str]:
    """What SQLite finds wrong with the file itself, whatever is in it; one Japanese line each."""
    for (message,) in db.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield f"データベースが壊れています: {message}"


def _lacking(db: Database) -> Iterator[str]:
    """What a database of this version has, and `db` has not; what somebody added is no problem."""
    new = Database(memory=True)
    for migrations in schema.MIGRATIONS:
        migrations.apply(new)
    has = _columns(db)
    for name, columns in sorted(_columns(new).items()):
        if name not in has:
            yield f"データベースに {name} がありません。"
        elif missing := columns - has[name]:
            yield f"データベースの表 {name} に列 {'、'.join(sorted(missing))} がありません。"
    new.close()


def _columns(db: Database) -> dict[str, set[str]]:
    """The columns of every table and view; none for indexes and triggers."""
    named = db.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'").fetchall()
    return {
        name: {column for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", [name])}
        for (name,) in named
    }


def _dangling(db: Database) -> Iterator[str]:
    for table, row_id, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"表 {table} の行 {row_id} が指す {parent} の行がありません。"


def _torn_indexes(db: Database) -> Iterator[str]:
    tables = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING FTS5%'"
    ).fetchall()
    for (table,) in tables:
        try:
            # rank 1: also compare with the rows of the table that the index is of
            db.execute(f"INSERT INTO [{table}] ([{table}], rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError:
            yield f"全文検索の表 {table} が元の行と合っていません。"
