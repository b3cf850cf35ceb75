"""The database opens in Datasette, and its search box finds projects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store.database import open_database
from store.lists import parse_list
from store.loader import store_list
from tests.conftest import LOADED_AT

if TYPE_CHECKING:
    from datasette.app import Datasette

METADATA = json.loads((Path(__file__).parent.parent / "docs/datasette.json").read_text(encoding="utf-8"))


@pytest.fixture
def datasette(seeded: Path) -> Datasette:
    return opened(seeded)


def opened(path: Path) -> Datasette:
    from datasette.app import Datasette  # takes a second, which only the worker of these tests need wait for

    return Datasette([str(path)], metadata=METADATA)


async def found(datasette: Datasette, words: str) -> set[str]:
    answer = await datasette.client.get("/jigyo/projects.json", params={"_search": words, "_shape": "array"})
    assert answer.status_code == 200
    return {row["number"] for row in answer.json()}


async def test_the_page_of_projects_has_a_search_box(datasette: Datasette) -> None:
    page = await datasette.client.get("/jigyo/projects?_search=スマートシティ")
    assert page.status_code == 200
    assert 'name="_search"' in page.text
    assert '<a href="find">' in page.text
    assert "スマートシティの推進" in page.text
    assert "行政評価事業" not in page.text


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("パブリックコメント", {"75"}),
        ("企画経営課 パブリックコメント", {"75"}),
        ("次城県", {"63"}),  # an OCR slip is searchable as it stands
        ("ebpm", {"1088"}),
        ("水族館", set()),
    ],
)
async def test_the_search_box_finds_words(datasette: Datasette, words: str, numbers: set[str]) -> None:
    assert await found(datasette, words) == numbers


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("街", {"97"}),  # in a name
        ("荒川", {"64"}),  # a word in a text
        ("手続", {"75"}),  # in a name, and no word of the dictionary's
        ("室 荒川", set()),
        ("嘘", set()),
    ],
)
async def test_the_search_box_finds_one_and_two_characters(
    datasette: Datasette, words: str, numbers: set[str]
) -> None:
    assert await found(datasette, words) >= numbers
    assert (await found(datasette, words) == set()) is (numbers == set())


async def test_the_search_box_keeps_up_with_the_rows(seeded: Path, datasette: Datasette) -> None:
    db = open_database(seeded)
    with db.conn:
        db.conn.execute("UPDATE projects SET name = '燈' || name WHERE number = '11'")
    assert await found(datasette, "燈") == {"11"}
    with db.conn:
        db.conn.execute("UPDATE projects SET name = substr(name, 2) WHERE number = '11'")
    assert await found(datasette, "燈") == set()


@pytest.mark.parametrize(("word", "numbers"), [("荒川", {"64"}), ("嘘", set()), ("ナッジ", {"1088"})])
async def test_a_query_finds_words_of_one_and_two_characters(
    datasette: Datasette, word: str, numbers: set[str]
) -> None:
    answer = await datasette.client.get("/jigyo/find.json", params={"word": word, "_shape": "array"})
    assert {row["number"] for row in answer.json()} == numbers


async def test_every_table_opens(datasette: Datasette) -> None:
    tables = (await datasette.client.get("/jigyo.json")).json()["tables"]
    shown = [table["name"] for table in tables if not table["hidden"]]
    assert {"projects", "sections", "sources", "rejected_rows"} <= set(shown)
    for name in shown:
        assert (await datasette.client.get(f"/jigyo/{name}")).status_code == 200, name


async def test_columns_and_cells_have_facets(tmp_path: Path) -> None:
    text = "令和6年度\n事業番号,事務事業名,R6決算（千円）,総合評価\n1,甲,5,A\n2,乙,6,A\n3,丙,7,B\n"
    db = open_database(tmp_path / "jigyo.db")
    store_list(db, parse_list(text.encode()), source_name="a.csv", now=LOADED_AT)
    datasette = opened(tmp_path / "jigyo.db")
    page = await datasette.client.get("/jigyo/project_cells?heading=総合評価&_facet=text")
    assert page.status_code == 200
    assert "facet-heading" in page.text
    answer = await datasette.client.get(
        "/jigyo/project_cells.json", params={"heading": "総合評価", "text": "A", "_shape": "array"}
    )
    assert {row["project"] for row in answer.json()} == {"1", "2"}
    columns = await datasette.client.get("/jigyo/columns.json", params={"topic": "cost", "_shape": "array"})
    assert [(row["heading"], row["unit"]) for row in columns.json()] == [("R6決算（千円）", "千円")]
