"""The right project comes first, however it was typed; nothing comes for nothing."""

from pathlib import Path

import pytest

from store.database import Database
from store.search.pipeline import search
from store.search.query import parse

DEV = Path(__file__).parent / "data" / "search-dev.tsv"
ROWS = [line.split("\t") for line in DEV.read_text(encoding="utf-8").splitlines()[1:]]


@pytest.mark.parametrize(
    ("typed", "kind", "relevant"), [row for row in ROWS if row[1] not in ("none", "question")]
)
def test_the_right_project_is_first(db: Database, typed: str, kind: str, relevant: str) -> None:
    result = search(db, parse(typed))
    found = [hit.project.number for hit in result.hits] or [near.number for near in result.suggestions]
    assert set(found[:1]) & set(relevant.split())


@pytest.mark.parametrize("typed", [typed for typed, kind, _ in ROWS if kind == "none"])
def test_nothing_answers_nonsense(db: Database, typed: str) -> None:
    result = search(db, parse(typed))
    assert (result.hits, result.suggestions, result.total) == ((), (), 0)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("つくばしとうけいちょうさいんれんらくきょうぎかいじむ", "83"),  # a whole name by its sound
        ("jūmin no kōfuku jikkan kōjō o mezasu kiso jichitai rengō shiawase rīgu", "61"),
        ("syokuinteian", "77"),
        ("ramen", ""),
        ("柄入りナンバー", "65"),  # stands in a name that the dictionary cuts otherwise
        ("PPP PFI", "78"),
        ("デジガバ", "91"),
        ("オリ・パラ", "68"),
    ],
)
def test_names_are_found_however_their_words_are_cut(db: Database, typed: str, number: str) -> None:
    found = [hit.project.number for hit in search(db, parse(typed)).hits]
    assert found[:1] == ([number] if number else [])


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("幸福実向感上", "61"),  # swapped over a word's border
        ("制作立案", "1088"),  # wrong conversion, same sound
        ("未来構相等推進事業", "81"),  # in a compound with 等, which is no sentence
        ("産業興センター", "18"),  # one character dropped
        ("大規模模事業評価", "953"),
        ("デ一タ連携基盤", "12"),  # 一 for ー
        ("Sosiety5.0", "93"),
    ],
)
def test_a_slip_is_put_right_as_a_suggestion(db: Database, typed: str, number: str) -> None:
    result = search(db, parse(typed))
    assert result.hits == ()
    assert [near.number for near in result.suggestions][:1] == [number]
