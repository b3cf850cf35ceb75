"""Every column of a list is data: what it speaks of, and each cell verbatim and as a number."""

from pathlib import Path

import pytest

from store import schema
from store.columns import catalog
from store.columns.headings import read_heading
from store.columns.values import Column, converted, read_value
from store.database import Database, open_database
from store.lists import parse_list
from store.loader import store_list
from tests.conftest import LOADED_AT

LIST = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,R6当初予算額（千円）,前年度決算(千円),正規職員数（人）,活動指標1,活動指標1実績,活動指標1単位,総合評価,施策
101,防災訓練事業,危機管理課,訓練を行う。,"1,250",△980,1.5,訓練回数,3,回,縮小,1-1 防災
102,健診事業,健康課,健診を行う。,1億2千万円,―,2,受診率,非公開,％,拡充,2-1 健康
103,広報事業,健康課,広報紙を配る。,皆減,,,データなし,データなし,,拡充,
"""


def loaded(text: str, name: str = "list.csv") -> Database:
    db = open_database(":memory:")
    store_list(db, parse_list(text.encode()), source_name=name, now=LOADED_AT)
    return db


@pytest.fixture
def db() -> Database:
    return loaded(LIST)


def by_heading(db: Database) -> dict[str, Column]:
    return {column.heading: column for column in catalog.columns(db)}


@pytest.mark.parametrize(
    ("text", "number", "unit", "state"),
    [
        ("1250", 1250, "", ""),
        ("△1,250", -1250, "", ""),
        ("▲ 1,250", -1250, "", ""),
        ("−３．５", -3.5, "", ""),
        ("1.5", 1.5, "", ""),
        ("1,234千円", 1234, "千円", ""),
        ("1億2千万円", 120_000_000, "円", ""),
        ("12億円", 12, "億円", ""),
        ("1億2,345万6千円", 123_456_000, "円", ""),
        ("約30人", 30, "人", ""),
        ("95.5％", 95.5, "％", ""),
        ("12回/年", 12, "回/年", ""),
        ("―", None, "", "none"),
        ("データなし", None, "", "none"),
        ("非公開", None, "", "withheld"),
        ("　", None, "", "empty"),
        ("皆減", None, "", ""),
        ("年3回", None, "", ""),
        ("3～5", None, "", ""),
        ("1-4", None, "", ""),
        ("10:30", None, "", ""),
        ("1" * 3000, None, "", ""),
    ],
)
def test_a_cell_is_read_as_a_number_with_its_unit(
    text: str, number: float | None, unit: str, state: str
) -> None:
    assert read_value(text) == (number, unit, state)


def test_money_is_converted_and_nothing_else() -> None:
    assert converted(120_000_000, "円", "千円") == 120_000
    assert converted(3, "人", "千円") == 3


def test_headings_and_cells_tell_unit_year_basis_and_kind(db: Database) -> None:
    columns = by_heading(db)
    initial, settled = columns["R6当初予算額（千円）"], columns["前年度決算(千円)"]
    assert (initial.kind, initial.unit, initial.value_year, initial.basis) == (
        "amount",
        "千円",
        2024,
        "budget_initial",
    )
    assert (settled.unit, settled.value_year, settled.basis) == ("千円", 2023, "settlement")
    assert (columns["正規職員数（人）"].kind, columns["正規職員数（人）"].unit) == ("count", "人")
    assert [columns[heading].kind for heading in ("総合評価", "施策")] == ["choice", "choice"]
    assert [columns[heading].role for heading in ("事業番号", "担当課", "事業概要")] == [
        "number",
        "section",
        "overview",
    ]
    assert columns["R6当初予算額（千円）"].position == 5


@pytest.mark.parametrize(
    ("heading", "basis"),
    [
        (["R6決算見込（千円）"], "forecast"), (["決算見込額"], "forecast"), (["執行見込"], "forecast"),
        (["決算（見込）"], "forecast"), (["R6見込", "決算額"], "forecast"),
        (["来年度予算見込額"], "forecast"),
        (["予算・決算見込", "予算"], "budget"), (["決算額"], "settlement"), (["執行額"], "execution"),
    ],
)  # fmt: skip
def test_what_is_expected_to_be_spent_is_no_settlement(heading: list[str], basis: str) -> None:
    assert read_heading(heading, 2024).basis == basis


def test_an_indicator_its_result_and_its_unit_are_one_group(db: Database) -> None:
    columns = by_heading(db)
    of_group = [columns[f"活動指標1{part}"] for part in ("", "実績", "単位")]
    assert [(each.group_name, each.group_part) for each in of_group] == [
        ("活動指標1", ""),
        ("活動指標1", "実績"),
        ("活動指標1", "単位"),
    ]
    assert columns["総合評価"].group_name == ""


def test_cells_are_verbatim_with_a_number_in_the_columns_unit_or_a_state(db: Database) -> None:
    columns = by_heading(db)
    initial, settled, result = (
        [(cell.text, cell.number, cell.state) for cell in catalog.cells(db, [columns[heading].id])]
        for heading in ("R6当初予算額（千円）", "前年度決算(千円)", "活動指標1実績")
    )
    assert initial == [("1,250", 1250, ""), ("1億2千万円", 120_000, ""), ("皆減", None, "none")]
    assert settled == [("△980", -980, ""), ("―", None, "none"), ("", None, "empty")]
    assert result == [("3", 3, ""), ("非公開", None, "withheld"), ("データなし", None, "none")]


def test_cells_of_fields_are_read_from_the_projects_as_listed() -> None:
    db = loaded("令和6年度\n事業番号,事業名,担当課\n 1 ,A事業,政策部企画課\n")
    columns = by_heading(db)
    ids = [columns[heading].id for heading in ("事業番号", "事業名", "担当課")]
    assert [cell.text for cell in catalog.cells(db, ids)] == [" 1 ", "A事業", "政策部企画課"]


def test_a_new_version_of_a_list_has_its_own_columns(db: Database) -> None:
    store_list(
        db,
        parse_list("令和6年度\n事業番号,事務事業名,総合評価\n101,防災訓練事業,A\n102,健診事業,B\n".encode()),
        source_name="list.csv",
        now=LOADED_AT,
        replace=True,
    )
    assert [column.heading for column in catalog.columns(db)] == ["事業番号", "事務事業名", "総合評価"]
    evaluation = by_heading(db)["総合評価"]
    assert [cell.text for cell in catalog.cells(db, [evaluation.id])] == ["A", "B"]
    assert db.execute("SELECT count(*) FROM cells").fetchone() == (2,)


def test_columns_are_of_each_year_and_kept_ready_in_the_snapshot(db: Database) -> None:
    text = "令和7年度\n事業番号,事務事業名,今年度予算\n101,防災訓練事業,2500\n"
    store_list(db, parse_list(text.encode()), source_name="next.csv", now=LOADED_AT)
    newest = catalog.columns(db, 2025)
    assert [(column.heading, column.value_year) for column in newest][-1] == ("今年度予算", 2025)
    with db.reading() as snapshot:
        assert snapshot.columns == catalog.columns(db)
        assert {column.fiscal_year for column in snapshot.columns} == {2024, 2025}


def test_a_database_of_before_gets_its_columns_from_what_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "jigyo.db"
    old = open_database(path, migrate=False)
    for migrations in schema.MIGRATIONS:
        if migrations is schema.lists:
            migrations.apply(old, stop_before="columns_as_data")
        else:
            migrations.apply(old)
    old.execute(
        "INSERT INTO sources (id, name, sha256, format, loaded_at) VALUES (1, 'a.csv', '', 'csv', '')"
    )
    old.execute(
        "INSERT INTO projects (id, fiscal_year, number, number_key, name, source_id, source_line, extra)"
        """ VALUES (1, 2024, '1', '1', 'A事業', 1, 3, '{"R6決算(千円)": "1,250", "総合評価": "縮小"}')"""
    )
    old.conn.commit()
    old.close()
    db = open_database(path)
    columns = by_heading(db)
    assert (columns["R6決算(千円)"].basis, columns["R6決算(千円)"].value_year) == ("settlement", 2024)
    assert [cell.number for cell in catalog.cells(db, [columns["R6決算(千円)"].id])] == [1250]


HEADINGS = """令和6年度
事業番号,事務事業名,担当課,款,事業費（R5決算・円）,うち一般財源,成果指標名,成果指標（目標）,成果指標（実績）,達成率（％）,予算事業名,指標1,単位,R5実績,R6目標
1,甲事業,企画課,02 総務費,1000,10,受診率,50,45,90,一般管理費,訓練回数,回,3,4
2,乙事業,企画課,03 民生費,2000,20,参加者数,10,12,120,社会福祉費,配布数,部,5,6
"""


def test_headings_as_cities_write_them() -> None:
    columns = by_heading(loaded(HEADINGS))
    assert (columns["事業費（R5決算・円）"].unit, columns["事業費（R5決算・円）"].basis) == (
        "円",
        "settlement",
    )
    assert columns["うち一般財源"].unit == "円"
    assert columns["款"].kind == "choice"  # 02 総務費 is no number of 総務費
    group = [
        columns[heading] for heading in ("成果指標名", "成果指標（目標）", "成果指標（実績）", "達成率（％）")
    ]
    assert [(each.group_name, each.group_part) for each in group] == [
        ("成果指標", ""), ("成果指標", "目標"), ("成果指標", "実績"), ("成果指標", "達成率"),
    ]  # fmt: skip
    assert [(columns[each].group_name, columns[each].topic) for each in ("指標1", "単位", "R5実績")] == [
        ("指標1", "indicator")
    ] * 3
    assert (columns["R5実績"].value_year, columns["R6目標"].value_year) == (2023, 2024)
    assert columns["予算事業名"].topic == ""


@pytest.mark.parametrize("text", ["1 防災", "02 総務費", "10 市民との情報共有", "1子育て"])
def test_a_numbered_heading_is_no_number(text: str) -> None:
    assert read_value(text).number is None
