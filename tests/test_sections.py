"""Sections: near-equal names are reported and never merged; an alias, kept as data, merges them."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from store import projects
from store.database import open_database
from store.evaluation import sections
from store.index.writer import problems
from store.lists import ListError, parse_list
from store.loader import store_list
from store.records import LoadReport
from tests.conftest import SEED, SEEDS

POLICY = "政策イノベーション部"
LISTED, SLIP = "統計・データ利活用推進室", "統計・データ活用推進室"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return open_database(tmp_path / "empty.db")


def load(db: Database, data: bytes) -> LoadReport:
    return store_list(db, parse_list(data), source_name="list.txt", now="")


def load_offices(db: Database, *offices: str) -> LoadReport:
    rows = [f"{n}\t事業\t{office}" for n, office in enumerate(offices)]
    return load(db, "\n".join(["令和3年度", "事業番号\t事業名\t課名", *rows]).encode())


def canonical(db: Database) -> dict[str, str]:
    return {project.number: project.section_canonical for project in projects.every(db)}


def test_the_published_list_has_one_pair_and_it_is_not_merged(db: Database) -> None:
    assert load(db, SEED.read_bytes()).near_sections == ((LISTED, SLIP),)
    assert canonical(db)["86"] == LISTED
    assert canonical(db)["72"] == SLIP


def test_the_alias_that_ships_with_the_list_settles_it(seeded: Path) -> None:
    db = open_database(seeded)
    assert load(db, SEED.read_bytes()).near_sections == ()
    assert canonical(db)["72"] == LISTED
    assert next(p.section for p in projects.every(db) if p.number == "72") == SLIP  # as published
    assert problems(db) == []


@pytest.mark.parametrize(
    "pair",
    [
        ("オリンピック推進室", "オリンピツク推進室"),
        ("情報政策推進課", "情報政策推進"),
        ("企画経営課", "企画 経営課"),
        ("ＩＣＴ推進課", "ICT推進課"),
    ],
)
def test_slips_are_near(db: Database, pair: tuple[str, str]) -> None:
    assert load_offices(db, *(f"政策部{name}" for name in pair)).near_sections == (tuple(sorted(pair)),)


@pytest.mark.parametrize(
    "pair",
    [
        ("市民課", "市民税課"),
        ("企画課", "企画経営課"),
        ("道路課", "水路課"),
        ("保育第一係推進担当課", "保育第二係推進担当課"),
        ("北部土木事務所管理担当課", "南部土木事務所管理担当課"),
    ],
)
def test_sections_that_differ_are_not_near(db: Database, pair: tuple[str, str]) -> None:
    assert load_offices(db, *(f"政策部{name}" for name in pair)).near_sections == ()


def test_only_names_in_one_department_are_compared(db: Database) -> None:
    assert load_offices(db, f"政策部{LISTED}", f"総務部{SLIP}").near_sections == ()


def test_an_alias_may_come_before_the_list_and_can_be_taken_back(db: Database) -> None:
    assert sections.set_alias(db, POLICY, SLIP, LISTED)
    assert not sections.set_alias(db, POLICY, SLIP, LISTED)
    load(db, SEED.read_bytes())
    assert canonical(db)["72"] == LISTED
    assert sections.remove_alias(db, POLICY, SLIP)
    assert not sections.remove_alias(db, POLICY, SLIP)
    assert canonical(db)["72"] == SLIP
    assert problems(db) == []


def test_an_alias_of_an_alias_points_at_the_section_itself(db: Database) -> None:
    load_offices(db, "政策部甲課", "政策部乙課", "政策部丙課")
    sections.set_alias(db, "政策部", "甲課", "乙課")
    sections.set_alias(db, "政策部", "乙課", "丙課")
    assert set(canonical(db).values()) == {"丙課"}
    sections.remove_alias(db, "政策部", "甲課")
    assert list(canonical(db).values()) == ["甲課", "丙課", "丙課"]


def test_a_circle_of_aliases_is_refused(db: Database) -> None:
    load_offices(db, "政策部甲課", "政策部乙課")
    sections.set_alias(db, "政策部", "甲課", "乙課")
    before = list(db.iterdump())
    with pytest.raises(sections.SectionError, match="--remove"):
        sections.set_alias(db, "政策部", "乙課", "甲課")
    assert list(db.iterdump()) == before


def test_the_search_index_follows_an_alias(seeded: Path) -> None:
    db = open_database(seeded)
    generation = db.execute("SELECT value FROM generations WHERE name = 'projects'").fetchone()
    sections.remove_alias(db, POLICY, SLIP)
    assert db.execute("SELECT value FROM generations WHERE name = 'projects'").fetchone() > generation


def test_what_is_exported_is_imported_the_same(seeded: Path, db: Database) -> None:
    text = sections.write_sections(projects.sections(open_database(seeded)))
    assert f"{POLICY},{LISTED},{SLIP}," in text
    lines, rejected = sections.read_sections(text.encode("utf-8-sig"))
    assert rejected == []
    assert sections.import_aliases(db, lines) == (1, [])
    assert sections.write_sections(projects.sections(db)) == text


def test_a_sections_file_may_name_several_aliases_and_other_columns() -> None:
    lines, rejected = sections.read_sections(
        "課,部,別名,課長\n甲課,政策部,乙課、丙課,U1\n,政策部,乙課,\n,,,\n".encode()
    )
    assert [(line.department, line.section, line.aliases, line.others) for line in lines] == [
        ("政策部", "甲課", ("乙課", "丙課"), {"課長": "U1"})
    ]
    assert [(row.line, row.column) for row in rejected] == [(3, 1)]


def test_a_file_without_sections_is_refused() -> None:
    with pytest.raises(ListError, match="「部」と「課」"):
        sections.read_sections((SEEDS / SEED.name).read_bytes())
