"""What search keeps in memory, leaves out or looks up first never changes what it finds."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlite_utils import Database

from store import projects
from store.database import open_database, writing
from store.index import names, raise_generation, snapshot, writer
from store.index.names import characters
from store.index.tuning import TUNING, Tuning
from store.lists import parse_list
from store.loader import store_list
from store.records import SearchResult
from store.search import ranking, segmentation, suggestions
from store.search.pipeline import search
from store.search.query import parse
from store.search.segmentation import Edge, Segmentation
from store.text.normalize import katakana, lengthen, morae, romaji_key, romaji_keys, shorten
from tests.conftest import LOADED_AT, SEED

QUERIES = (
    "スマートシティ", "すまーとしてぃ", "sumatositi", "ナンバープレ一ト", "制作立案", "図柄ナンバ",
    "市民 事業", "市民 会議 提言", "企画経営課 交流", "起業したい人を支援している事業",
    "事業 ふるさと納税", "事", "オリパラ",
    "構造改", "zyohotusinnetowakuneigyomu",  # only letter by letter, only as a whole name sounds
)  # fmt: skip


def tuned(**candidates: int) -> Tuning:
    return replace(TUNING, candidates=replace(TUNING.candidates, **candidates))


def found(db: Database) -> list[tuple[object, ...]]:
    return [_shown(search(db, parse(query))) for query in QUERIES]


def _shown(result: SearchResult) -> tuple[object, ...]:
    hits = [
        (hit.project.number, round(hit.score, 9), hit.missing, dict(hit.highlights)) for hit in result.hits
    ]
    return result.total, hits, [(each.text, each.number) for each in result.suggestions]


@pytest.mark.parametrize(
    "limits",
    [
        ((snapshot, "IN_MEMORY"), (snapshot, "PAIRS_IN_MEMORY"), (names, "IN_MEMORY")),
        ((ranking, "TUNING"),),
    ],
)
def test_a_list_too_long_to_be_kept_in_memory_answers_the_same(
    seeded: Path, monkeypatch: pytest.MonkeyPatch, limits: Sequence[tuple[object, str]]
) -> None:
    db = open_database(seeded)
    before = found(db)
    for module, name in limits:
        monkeypatch.setattr(module, name, tuned(long_list=3) if name == "TUNING" else 3)
    raise_generation(db)
    db.conn.commit()
    assert found(db) == before


def test_common_words_are_asked_for_though_they_are_not_scored(
    seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_database(seeded)

    def numbers(query: str) -> set[str]:
        return {hit.project.number for hit in search(db, parse(query, limit=48)).hits}

    queries = ("統計 調査", "統計 調査 -基幹", "課:企画経営課 統計 調査", "統計 調査 事業")
    before = [numbers(query) for query in queries]
    assert before[0]
    assert any(before[1:])
    monkeypatch.setattr(ranking, "TUNING", tuned(common=10))
    assert [numbers(query) for query in queries] == before


def test_every_word_there_is_may_be_a_piece(seeded: Path) -> None:
    """However long: what is known of the longest words that begin so leaves none out."""
    db = open_database(seeded)
    with db.reading() as index:
        forms = index.lexicon.forms
        words = [
            form for form in (*forms.written, *forms.read) if 1 < len(form) <= TUNING.segmenting.longest_edge
        ]
        assert max(map(len, words)) > 8
        for word in words:
            edges = segmentation.lattice(db, word, any_script=True)
            assert len(word) in [edge.end for edge in edges[0]], word


def segments_of(db: Database, table: str) -> int:
    return int(db.execute(f"SELECT count(DISTINCT segid) FROM {table}_idx").fetchone()[0])


def test_a_load_leaves_each_index_in_one_piece_and_a_small_change_does_not_rewrite_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_database(tmp_path / "jigyo.db")
    store_list(db, parse_list(SEED.read_bytes()), source_name=SEED.name, now=LOADED_AT)
    tables = ("search_words", "search_names", "projects_fts", "name_characters")
    assert {segments_of(db, table) for table in tables} == {1}
    monkeypatch.setattr(writer, "SMALL", 1)
    few = list(projects.every(db))[:2]
    with writing(db):
        writer.remove(db, [project.id for project in few])
        writer.write(db, writer.prepare(few))
        writer.merge(db, len(few))
    assert segments_of(db, "search_words") > 1
    with writing(db):
        writer.merge(db, projects.count(db))
    assert segments_of(db, "search_words") == 1
    assert writer.check(db) == []


@given(
    st.text(
        alphabet="アイウエオカキクケコサシスセソタチツテトナニハヒフヘホンガギヴッーャュョァィゥェォ",
        max_size=12,
    )
)
def test_sounds_put_together_one_by_one_are_those_of_the_whole(kana: str) -> None:
    at, small, large = 0, "", ""
    for start, sound in enumerate(morae(kana)):
        if start == at and sound:
            at, small, large = at + sound.length, lengthen(small, sound.small), lengthen(large, sound.large)
    assert {small, large} == {*romaji_keys(kana)}


@pytest.mark.parametrize(
    "reading",
    [
        "トウケイ",
        "スマートシティ",
        "オオサカ",
        "コンニチワ",
        "キョウイク",
        "ファイル",
        "ヴァイオリン",
        "イッパン",
    ],
)
def test_a_reading_is_romanised_as_it_would_be_typed(reading: str) -> None:
    assert all(key == romaji_key(key) == shorten(key) for key in romaji_keys(reading))


PIECES = st.lists(
    st.tuples(st.integers(0, 7), st.integers(1, 4), st.integers(0, 9)), max_size=24, unique=True
).map(
    lambda found: [
        (start, start + length, float(cost)) for start, length, cost in found if start + length <= 8
    ]
)


@given(PIECES)
def test_the_cheapest_cuts_come_cheapest_first(found: list[tuple[int, int, float]]) -> None:
    by_start = [[Edge(end, (), cost) for start, end, cost in found if start == at] for at in range(8)]

    def every(at: int) -> list[Segmentation]:
        return [()] if at == 8 else [(each, *rest) for each in by_start[at] for rest in every(each.end)]

    cuts = list(segmentation.cheapest_paths(by_start))
    costs = [sum(piece.cost for piece in cut) for cut in cuts]
    expected = sorted(sum(piece.cost for piece in cut) for cut in every(0))
    assert costs == expected[: TUNING.segmenting.paths]
    assert len(set(cuts)) == len(cuts)
    assert set(cuts) <= {*every(0)}
    best = segmentation.cheapest_from_start(by_start).get(8, (math.inf, ()))[0]
    assert (
        best
        == segmentation.cheapest_to_end(by_start).get(0, (math.inf, ()))[0]
        == min(costs, default=math.inf)
    )


@given(
    st.lists(st.text(alphabet="統計調査事業", max_size=8), max_size=20),
    st.text(alphabet="統計調査事業", min_size=1, max_size=6),
    st.integers(0, 2),
)
def test_the_texts_with_all_characters_but_a_few(texts: list[str], term: str, lacking: int) -> None:
    found = list(characters(texts).texts_with(term, lacking=lacking))
    assert found == [at for at, text in enumerate(texts) if len({*term} - {*text}) <= lacking]


@given(st.text(alphabet="統計調査事業費", min_size=4, max_size=12), st.data())
def test_a_name_with_one_slip_is_near(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    slip = data.draw(st.sampled_from(["", name[at] * 2, name[at + 1 : at + 2] + name[at]]))
    length = 2 if name[at + 1 : at + 2] and slip == name[at + 1] + name[at] else 1
    typed = name[:at] + slip + name[at + length :]
    assume(len(typed) >= TUNING.spelling.name_shortest)
    known = names.of_rows([("別の調査", "2", 2021), (name, "1", 2021)])
    assert 1 in [each.row for each in suggestions.stretches(known, typed)]


def test_of_equally_cheap_cuts_only_the_best_few_are_looked_at() -> None:
    """Each place can be reached in 2ⁿ ways; all of them would not fit into memory."""
    by_start = [[Edge(at + 1, (), 4.0), Edge(at + 1, (), 4.0)] for at in range(120)]
    assert len(list(segmentation.cheapest_paths(by_start))) == TUNING.segmenting.paths


@pytest.mark.parametrize("text", ["しの", "とうしの", "もしのとは"])
def test_a_long_run_of_particles_is_answered(seeded: Path, text: str) -> None:
    assert search(open_database(seeded), parse(text * 25)).total == 0


def test_kana_of_both_kinds_sound_alike() -> None:
    assert romaji_keys(katakana("とうけい")) == romaji_keys("トウケイ")
