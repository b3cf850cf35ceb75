"""Sentences ranked by a question as it was typed, and the vectors that the loader keeps of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from store import projects
from store.database import Database, open_database
from store.index import writer
from store.index.meaning import TEXTS, packed, unpacked, word_vectors
from store.index.tuning import TUNING
from store.records import Project
from store.search import meaning
from store.text.display import display, split


@pytest.fixture
def db(seeded: Path) -> Database:
    return open_database(seeded)


def of_all(db: Database) -> list[meaning.Passage]:
    every = db.snapshot.all_projects
    assert every
    return meaning.passages_of(db, every.values())


def test_every_sentence_of_every_project_is_a_passage_with_its_own_vector(db: Database) -> None:
    with db.reading():
        found = of_all(db)
        stored = [
            (project.id, sentence.text)
            for project in projects.every(db)
            for field in TEXTS
            for sentence in split(getattr(project, field))
        ]
    assert sorted((each.project.id, each.text) for each in found) == sorted(stored)
    vectors = word_vectors()
    for each in found:
        alone = vectors.of_text(display(each.text))
        assert (alone is None) == (each.vector is None or not each.vector.any())
        if alone is not None and each.vector is not None:
            assert float(alone @ each.vector) > 0.9  # cut within its cell, not alone: a word may differ


def test_a_sentence_in_other_words_is_found_by_its_meaning(db: Database) -> None:
    with db.reading():
        found = meaning.rank_passages("海外の町と仲良くする", of_all(db))
    first = meaning.best_by_project(found)[:3]
    assert not any("仲良く" in each.passage.text for each in found)
    assert any("友好" in each.passage.project.name for each in first)


def test_the_very_words_of_a_sentence_put_it_first(db: Database) -> None:
    with db.reading():
        found = of_all(db)
        for each in found[::9]:
            assert meaning.rank_passages(each.text, found)[0].passage.text == each.text


def test_a_project_stored_before_there_were_vectors_has_one_of_its_words(db: Database) -> None:
    with db.reading():
        before = dict(zip(db.snapshot.vectors.ids.tolist(), db.snapshot.vectors.rows, strict=True))
    db.execute("DELETE FROM project_vectors")
    db.conn.commit()
    writer.raise_generation(db)
    db.conn.commit()
    with db.reading():
        after = dict(zip(db.snapshot.vectors.ids.tolist(), db.snapshot.vectors.rows, strict=True))
        assert len(meaning.rank_passages("交流", of_all(db))) == len(of_all(db))
    assert before.keys() == after.keys()
    lengths = {each: float(np.linalg.norm(before[each]) * np.linalg.norm(after[each])) for each in before}
    assert all(float(before[each] @ after[each]) > 0.7 * lengths[each] for each in before)


def test_a_projects_vector_is_that_of_its_sentences_and_its_name(db: Database) -> None:
    with db.reading():
        rows = dict(zip(db.snapshot.vectors.ids.tolist(), db.snapshot.vectors.rows, strict=True))
        for row_id, (name, sentences) in db.snapshot.sentence_vectors([*rows][:10]).items():
            total = unpacked(sentences).sum(axis=0)
            whole = (
                TUNING.meaning.of_texts * total / (total @ total) ** 0.5
                + TUNING.meaning.of_name * unpacked(name)[0]
            )
            assert float(whole @ rows[row_id]) == pytest.approx(float(rows[row_id] @ rows[row_id]), rel=0.05)


def test_a_project_without_texts_has_the_vector_of_its_name() -> None:
    [row] = writer.prepare([Project(2021, "1", "交流事業", id=1)])
    name = word_vectors().of_text("交流事業")
    assert name is not None
    assert row.meaning.sentences == b""
    assert row.meaning.name == packed([name])
    assert row.meaning.whole == packed([name * TUNING.meaning.of_name])
