"""The bench's clockwork: percentiles, engines in turns, rows made from rows."""

from itertools import islice

from bench import scale, timing
from store import projects
from store.database import open_database
from store.index import writer
from store.search.pipeline import search
from store.search.query import parse
from store.text.morphology import words


def test_percentiles_are_by_nearest_rank():
    latency = timing.percentiles([float(number) for number in range(100, 0, -1)])
    assert (latency.p50, latency.p95, latency.p99) == (51.0, 96.0, 100.0)
    assert timing.percentiles([7.0]) == timing.Latency(7.0, 7.0, 7.0)


def test_each_engine_is_asked_every_query_once():
    asked = []
    ticks = iter(range(1000))
    slow, fast = timing.in_turns(
        [
            lambda query: asked.append(("slow", query, next(ticks))),
            lambda query: asked.append(("fast", query)),
        ],
        ["a", "b"],
        clock=lambda: float(next(ticks)),
    )
    assert [entry[:2] for entry in asked] == [("slow", "a"), ("slow", "b"), ("fast", "a"), ("fast", "b")]
    assert (slow, fast) == ([2000.0, 2000.0], [1000.0, 1000.0])


def test_made_rows_keep_text_and_words_in_step(seeded):
    base = list(projects.every(open_database(seeded)))
    made = list(scale.Source(base).rows(200))
    assert made[: len(base)] == list(islice(scale.Source(base).rows(200), len(base)))
    assert [row.words.project_id for row in made] == [row.project.id for row in made] == list(range(1, 201))
    assert len({row.project.number for row in made}) == 200
    for row in made[len(base) :: 20]:
        assert row.words.fields[0].split() == [word.text for word in words(row.project.name)]


def test_made_rows_can_be_stored_and_found(seeded, tmp_path):
    source = open_database(seeded)
    db = open_database(tmp_path / "made.db")
    scale.copy_offices(db, source)
    sections = {(row["department"], row["name"]): row["id"] for row in source["sections"].rows}
    for batch in scale.batches(scale.Source(list(projects.every(source))).rows(300)):
        with db.conn:
            scale.insert(db, [row.project for row in batch], sections)
            writer.write(db, [row.words for row in batch])
    result = search(db, parse("ナンバープレート"))
    assert result.total >= 1
    assert "ナンバープレート" in result.hits[0].project.name
    assert writer.check(db) == []
