"""Lists as cities really publish them: what is decided about each, and what the report says of it.

The files of `data/lists` are small ones, written after the structure of real lists.
"""

import gzip
import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.ask.engine import answer
from bot.cli import jigyo
from store import projects
from store.columns.inference import infer
from store.columns.values import Column
from store.database import open_database
from store.evaluation import changes, registry
from store.evaluation.records import SectionContacts
from store.lists import ListError, ParsedList, parse_list, read_settings
from store.lists.rows import joint_sections, split_office
from store.loader import store_list
from store.search.pipeline import search
from store.search.query import parse as parse_query
from tests.conftest import LOADED_AT
from tests.test_list_forms import workbook

FILES = Path(__file__).parent / "data" / "lists"


def parse(text: str, **options: object) -> ParsedList:
    return parse_list(text.encode(), **options)  # type: ignore[arg-type]


def numbers(parsed: ParsedList) -> list[tuple[str, str]]:
    return [(project.number, project.name) for project in parsed.projects]


def inferred(parsed: ParsedList) -> tuple[Column, ...]:
    texts = {
        column.key: [project.extra.get(column.key, "") for project in parsed.projects]
        for column in parsed.columns
    }
    return infer(parsed.columns, texts, fiscal_year=2024, default_unit=parsed.unit)


def run(db: Path, *arguments: object) -> Result:
    return CliRunner().invoke(jigyo, ["--db", str(db), *map(str, arguments)])


# --- which column is the number, which the name


@pytest.mark.parametrize(
    "heading", ["事務事業ID", "細事業コード", "評価シート番号", "予算事業ID", "取組整理番号"]
)
def test_a_real_id_goes_before_a_running_number(heading: str) -> None:
    parsed = parse(f"令和7年度\nNo.,{heading},事務事業名,担当課\n1,0086,甲,環境課\n2,0412,乙,水産課\n")
    assert [(p.serial, p.number) for p in parsed.projects] == [("1", "0086"), ("2", "0412")]


def test_a_code_that_many_projects_share_is_no_number_of_a_project() -> None:
    rows = "".join(f"{n},{n // 4:03},事業{n},企画課\n" for n in range(1, 13))
    parsed = parse(f"令和7年度\nNo.,予算事業コード,事務事業名,担当課\n{rows}")
    assert [p.number for p in parsed.projects] == [str(n) for n in range(1, 13)]
    assert parsed.projects[4].extra["予算事業コード"] == "001"


def test_the_number_of_something_else_serves_where_it_is_unlike_in_each_row() -> None:
    parsed = parse("令和6年度\nページ番号,事務事業名,担当課\n1,甲,企画課\n3,乙,企画課\n5,丙,企画課\n")
    assert [p.number for p in parsed.projects] == ["1", "3", "5"]
    assert "「ページ番号」の列は値がすべて違うので、事業番号としました。" in parsed.notes


@pytest.mark.parametrize(
    "heading",
    [
        "実施計画掲載事業名",
        "予算事業名称",
        "小事業名",
        "評価対象事務事業名",
        "事務事業等の名称",
        "主要な取組名",
    ],
)
def test_other_cities_words_for_the_name(heading: str) -> None:
    parsed = parse(f"令和7年度\nNO,部,課,{heading},事業の目的,総合評価\n1,子ども,保育,放課後事業,目的文,B\n")
    assert numbers(parsed) == [("1", "放課後事業")]


def test_of_several_names_the_one_that_tells_projects_apart_is_the_name() -> None:
    rows = "".join(f"{n},大きな事業,中{n % 2},細かい事業{n},企画課\n" for n in range(1, 9))
    parsed = parse(f"令和7年度\n事業番号,事業名,中事業名,細事業名,担当課\n{rows}")
    assert numbers(parsed)[0] == ("1", "細かい事業1")
    assert parsed.projects[0].extra["事業名"] == "大きな事業"


def test_a_column_of_offices_is_the_section_whatever_it_is_called() -> None:
    rows = "1,甲,企画課\n2,乙,財政課\n3,丙,市民課\n"
    parsed = parse(f"令和7年度\n事業番号,事務事業名,どこがやるか\n{rows}")
    assert [p.section for p in parsed.projects] == ["企画課", "財政課", "市民課"]
    assert "「どこがやるか」の列は、課名が並ぶので担当課としました。" in parsed.notes


def test_numbers_as_results_are_no_outcome_in_words() -> None:
    rows = "".join(f"{n},事業{n},{n * 3}\n" for n in range(1, 6))
    parsed = parse(f"令和7年度\n事業番号,事務事業名,実績\n{rows}")
    assert [p.outcome for p in parsed.projects] == [""] * 5
    assert parsed.projects[0].extra["実績"] == "3"


# --- numbers that restart, that are none, that a spreadsheet changed


def test_numbers_that_restart_in_each_section_get_its_name() -> None:
    parsed = parse("令和6年度\n番号,事務事業名,担当課\n1,甲,企画課\n2,乙,企画課\n1,丙,財政課\n")
    assert numbers(parsed) == [("企画課-1", "甲"), ("企画課-2", "乙"), ("財政課-1", "丙")]
    assert parsed.projects[2].extra["番号"] == "1"
    assert any("課ごとに1から始まる" in note for note in parsed.notes)


def test_a_number_typed_without_its_section_means_those_of_all_sections() -> None:
    db = open_database(":memory:")
    rows = "1,敬老会事業,長寿課\n2,見守り事業,長寿課\n1,税証明事業,税務課\n3,滞納整理事業,税務課\n"
    store_list(db, parse(f"令和6年度\n番号,事務事業名,担当課\n{rows}"), source_name="a.csv", now=LOADED_AT)
    assert [hit.project.number for hit in search(db, parse_query("1")).hits] == ["長寿課-1", "税務課-1"]
    assert [hit.project.number for hit in search(db, parse_query("税務課-1")).hits] == ["税務課-1"]
    assert [each.number for each in projects.numbered_in_sections(db, "1")] == ["長寿課-1", "税務課-1"]
    assert [each.number for each in projects.numbered_in_sections(db, "3")] == ["税務課-3"]
    given = answer(db, "事業番号1の担当課は？").text
    assert "敬老会事業" in given
    assert "税証明事業" in given


def test_a_line_above_the_table_may_give_the_unit_of_all_amounts() -> None:
    for line, unit in (("※予算額は千円", "千円"), ("（単位：百万円）", "百万円"), ("総額 1,200千円", "")):
        parsed = parse(f"令和6年度 一覧\n{line}\n番号,事務事業名,担当課,予算額\n1,甲,企画課,300\n")
        assert parsed.unit == unit


def test_a_line_above_the_table_may_give_the_unit_of_people_beside_that_of_amounts() -> None:
    parsed = parse(
        "令和6年度 一覧\n（単位：千円、人）\n番号,事務事業名,担当課,予算額,従事職員数,相談件数\n"
        "1,甲,企画課,300,1.5,20\n2,乙,企画課,500,2,30\n"
    )
    assert [each.unit for each in inferred(parsed)[3:]] == ["千円", "人", ""]


NO_NUMBERS = (
    "令和6年度\n施策,事務事業名,部,課,評価結果\n1 子育て,{},子ども,保育,B\n"
    "1 子育て,母子保健事業,子ども,母子,B\n"
)


def test_projects_without_numbers_get_made_ones_that_stay_when_the_list_changes() -> None:
    db = open_database(":memory:")
    first = parse(NO_NUMBERS.format("放課後事業"))
    assert [number for number, _ in numbers(first)] == ["無番-1", "無番-2"]
    store_list(db, first, source_name="a.csv", now=LOADED_AT)
    longer = NO_NUMBERS.format("新しい事業,子ども,保育,A\n1 子育て,放課後事業")
    report = store_list(db, parse(longer), source_name="a.csv", now=LOADED_AT)
    assert [project.number for project in projects.of_year(db, 2024)] == ["無番-1", "無番-2", "無番-3"]
    assert {project.name: project.number for project in projects.of_year(db, 2024)} == {
        "放課後事業": "無番-1",
        "母子保健事業": "無番-2",
        "新しい事業": "無番-3",
    }
    assert (len(report.added), report.unchanged) == (1, 2)


def test_a_table_of_two_words_is_no_list_without_numbers() -> None:
    with pytest.raises(ListError, match="「事業番号」の列がありません"):
        parse("事業名,概要\n交流,会う\n")


def test_marks_of_text_are_no_part_of_a_number_and_are_kept_beside_it() -> None:
    parsed = parse('年度,事業番号,事務事業名\n令和6年度,="0086",甲\n令和6年度,\'0087,乙\n')
    assert numbers(parsed) == [("0086", "甲"), ("0087", "乙")]
    assert parsed.projects[0].extra["事業番号"] == '="0086"'


@pytest.mark.parametrize("number", ["1月4日", "2026-01-04", "4-Jan", "2026/1/4"])
def test_a_number_that_became_a_date_is_named(number: str) -> None:
    parsed = parse(f"令和6年度\n事業番号,事務事業名\n{number},甲\n1-5,乙\n")
    assert numbers(parsed)[0] == (number, "甲")
    assert any("日付の形です（1件、" in note and number in note for note in parsed.notes)


def test_a_workbooks_dates_are_named_and_so_are_serials_among_dates() -> None:
    dates = parse_list((FILES / "e2_number_became_date.xlsx").read_bytes())
    assert any("日付の形です" in note for note in dates.notes)
    serial = parse_list((FILES / "e4_date_serial.xlsx").read_bytes())
    assert any("44197 は 2021-01-01" in note for note in serial.notes)


# --- headers of several rows


def test_a_header_that_divides_number_and_name() -> None:
    parsed = parse_list((FILES / "c2_header_divides_number_and_name.xlsx").read_bytes())
    assert numbers(parsed) == [("101-01", "防災訓練事業"), ("101-02", "備蓄品整備事業")]
    assert [(p.department, p.section) for p in parsed.projects] == [("総務部", "危機管理課")] * 2


def test_headings_of_three_rows_are_paths() -> None:
    parsed = parse(
        "令和6年度\n番号,事業名,担当,,事業費（千円）,,,\n,,部,課,令和5年度,,令和6年度,\n,,,,予算,決算,予算,決算\n"
        "1,甲,総務部,総務課,10,9,12,11\n"
    )
    assert [column.path for column in parsed.columns][2:6] == [
        ("担当", "部"),
        ("担当", "課"),
        ("事業費（千円）", "令和5年度", "予算"),
        ("事業費（千円）", "令和5年度", "決算"),
    ]
    assert parsed.projects[0].extra["事業費（千円）／令和6年度／決算"] == "11"


def test_a_heading_above_only_some_columns_belongs_to_them() -> None:
    parsed = parse("令和6年度\n,,事業費（千円）,\n番号,事業名,予算,決算\n1,甲,10,9\n")
    assert [column.heading for column in parsed.columns] == [
        "番号",
        "事業名",
        "事業費（千円）／予算",
        "事業費（千円）／決算",
    ]


def test_a_title_above_the_header_is_no_heading() -> None:
    parsed = parse("令和6年度\n番号,事業名,予算\n1,甲,10\n")
    assert [column.heading for column in parsed.columns] == ["番号", "事業名", "予算"]


def test_the_name_of_an_indicator_is_no_name_of_a_project() -> None:
    parsed = parse("令和6年度\n事業番号,事業名,成果指標,,\n,,名称,単位,実績\n1,甲,受診率,％,40\n")
    assert numbers(parsed) == [("1", "甲")]
    assert [column.path for column in parsed.columns][2] == ("成果指標", "名称")


# --- rows that are no projects


def test_totals_headings_and_notes_are_no_projects_and_no_errors() -> None:
    parsed = parse(
        "令和6年度\n事業番号,事務事業名,担当課,予算額\n政策1,安全なまち,,\n1,A事業,企画課,100\n小計,企画課計,企画課,100\n"
        "政策2,健康なまち,,\n2,国勢統計,企画課,5\n合計,2事業,,105\n※1,予算額は千円,,\n"
    )
    assert numbers(parsed) == [("1", "A事業"), ("2", "国勢統計")]
    assert parsed.rejected == ()
    assert [row.kind for row in parsed.skipped] == ["heading", "total", "heading", "total", "note"]
    assert [project.extra["政策"] for project in parsed.projects] == ["政策1 安全なまち", "政策2 健康なまち"]


def test_a_tree_of_headings_keeps_the_levels_above() -> None:
    parsed = parse(
        "令和6年度\n番号,事業名,課,予算\n基本目標1 安心,,,\n施策1-1 防災,,,\n1,甲,企画課,1\n"
        "施策1-2 防犯,,,\n2,乙,企画課,2\n基本目標2 健康,,,\n3,丙,健康課,3\n"
    )
    assert [(p.extra["基本目標"], p.extra.get("施策", "")) for p in parsed.projects] == [
        ("基本目標1 安心", "施策1-1 防災"),
        ("基本目標1 安心", "施策1-2 防犯"),
        ("基本目標2 健康", ""),
    ]
    assert [column.heading for column in parsed.columns][-2:] == ["基本目標", "施策"]


def test_ditto_marks_say_what_the_row_above_says() -> None:
    parsed = parse("令和6年度\n事業番号,事業名,担当課\n1,甲,危機管理課\n2,乙,〃\n3,丙,同上\n")
    assert [p.section for p in parsed.projects] == ["危機管理課"] * 3
    assert parsed.projects[1].extra["担当課"] == "〃"
    assert "〃・同上の欄は上の行の値としました（2か所）。" in parsed.notes


def test_blank_cells_of_merged_blocks_are_filled_and_told() -> None:
    parsed = parse(
        "令和6年度\n施策,課,番号,事業名\n防災,危機管理課,1,甲\n,,2,乙\n健康,健康課,3,丙\n,,4,丁\n,,5,戊\n"
    )
    assert [p.section for p in parsed.projects] == ["危機管理課"] * 2 + ["健康課"] * 3
    assert [p.extra["施策"] for p in parsed.projects] == ["防災"] * 2 + ["健康"] * 3
    assert any("結合されたセル" in note for note in parsed.notes)


# --- one sheet a project


def test_one_sheet_a_project_is_read_by_its_labels() -> None:
    parsed = parse_list((FILES / "c3_one_sheet_a_project.xlsx").read_bytes())
    first = parsed.projects[0]
    assert (first.number, first.name, first.department, first.section) == (
        "0001",
        "放課後児童クラブ事業",
        "子ども部",
        "子ども保育課",
    )
    assert (len(parsed.projects), first.fiscal_year, first.extra["総合評価"]) == (4, 2025, "B")
    assert any("評価シートとして" in note for note in parsed.notes)


def test_a_folder_of_sheets_one_file_a_project(tmp_path: Path) -> None:
    for number in (1, 2):
        form = [
            ["令和6年度 事務事業評価シート"],
            ["事業番号", f"00{number}", "事務事業名", f"事業{number}"],
            ["担当課", "企画課"],
            ["事業費（千円）", 100 * number],
        ]
        (tmp_path / f"sheet{number}.xlsx").write_bytes(workbook([list(row) for row in form]))
    assert run(tmp_path / "j.db", "load", tmp_path).exit_code == 0
    found = projects.of_year(open_database(tmp_path / "j.db"), 2024)
    assert [(p.number, p.extra["事業費（千円）"]) for p in found] == [("001", "100"), ("002", "200")]


# --- years


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("7", 2025),
        ("令6", 2024),
        ("FY2024", 2024),
        ("令和６年度（2024年度）", 2024),
        ("2024（令和6）年度", 2024),
    ],
)
def test_years_as_they_are_written(written: str, year: int) -> None:
    parsed = parse(f"年度,事業番号,事務事業名\n{written},1,甲\n")
    assert [p.fiscal_year for p in parsed.projects] == [year]


def test_a_year_of_one_or_two_digits_is_told() -> None:
    assert "年度の「7」は令和7年度としました（1か所）。" in parse("年度,番号,事業名\n7,1,甲\n").notes


def test_the_year_may_stand_in_the_name_of_the_file_or_of_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "事業一覧_令和6年度.csv"
    path.write_text("事業番号,事務事業名\n1,甲\n", encoding="utf-8")
    told = run(tmp_path / "j.db", "load", path)
    assert "年度は、ファイル名から令和6年度としました。" in told.stdout
    parsed = parse_list(workbook([["番号", "事業名"], [1, "甲"]], title="R5"))
    assert (parsed.projects[0].fiscal_year, parsed.notes) == (
        2023,
        ("年度は、シート名から令和5年度としました。",),
    )


def test_where_no_year_is_found_the_likeliest_is_in_the_message(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("事業番号,事務事業名,R5決算,R6予算\n1,甲,1,2\n", encoding="utf-8")
    refused = run(tmp_path / "j.db", "load", path)
    assert (refused.exit_code, "--fiscal-year 2024" in refused.stderr) == (2, True)


# --- containers


def test_semicolons_json_and_text_laid_out_with_spaces_are_read() -> None:
    assert numbers(parse("年度;事業番号;事務事業名\n令和6年度;1;A,B事業\n")) == [("1", "A,B事業")]
    objects = [{"年度": 2024, "事業番号": "1", "事業名": "A事業", "事業費": {"R5": 10, "R6": None}}]
    for value in (objects, {"data": {"projects": objects}}):
        parsed = parse(json.dumps(value, ensure_ascii=False))
        assert (parsed.format, numbers(parsed)) == ("json", [("1", "A事業")])
        assert parsed.projects[0].extra == {"事業費／R5": "10"}
    laid_out = parse_list((FILES / "f2_pdftotext_layout.txt").read_bytes())
    assert numbers(laid_out) == [
        ("101", "防災訓練事業"),
        ("102", "自主防災組織育成事業（地区防災計画を含む）"),
        ("201", "健診事業"),
        ("202", "予防接種事業"),
    ]
    assert [p.extra["事業費(千円)"] for p in laid_out.projects] == ["1,250", "900", "5,250", "900"]


def test_json_without_a_list_is_refused_by_its_name() -> None:
    with pytest.raises(ListError, match="JSON ですが、事業の配列"):
        parse('{"message": "not found"}')


def test_formulas_without_a_stored_value_are_refused_by_their_name() -> None:
    with pytest.raises(ListError, match="計算結果が保存されていない式のセルが2個あります（A3 など）"):
        parse_list((FILES / "e3_formula_without_value.xlsx").read_bytes())


# --- offices


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("市民安全部　市民課", ("市民安全部", "市民課")),
        ("健康保全部健康課", ("健康保全部", "健康課")),
        ("保健所　保健総務課", ("保健所", "保健総務課")),
        ("会計室　会計課", ("会計室", "会計課")),
        ("危機管理監危機管理課", ("危機管理監", "危機管理課")),
        ("出納室 審査課", ("出納室", "審査課")),
        ("議会事務局　議会事務局", ("議会事務局", "議会事務局")),
        ("部局外　議会事務局", ("部局外", "議会事務局")),
        ("部局外農業委員会事務局", ("部局外", "農業委員会事務局")),
        ("部局外　会計課", ("部局外", "会計課")),
        ("企画部外事課", ("企画部", "外事課")),
        ("交通局　外郭団体室", ("交通局", "外郭団体室")),
        ("子育て支援課　保育課", ("", "子育て支援課　保育課")),
        ("住所管理課", ("", "住所管理課")),
    ],
)
def test_departments_of_other_names(cell: str, parts: tuple[str, str]) -> None:
    assert split_office(cell) == parts


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("A課／B課", ["A課", "B課"]),
        ("子育て支援課　保育課", ["子育て支援課", "保育課"]),
        ("依存対策課\n防止対策室", ["依存対策課", "防止対策室"]),
        ("総務課・企画部企画課", ["総務課", "企画課"]),
        ("企画課 統計係", ["企画課"]),
        ("総務課、保育課、統計グループ", ["総務課", "保育課"]),
        ("港湾課　海洋・環境課", ["港湾課", "海洋・環境課"]),
        ("監理官（宇宙・地上装備担当）\n防衛計画課", ["防衛計画課"]),
        ("林政部　経営課、林政部　木材課", ["経営課", "木材課"]),
        ("計画課等", []),
        ("オリンピック・パラリンピック推進室", []),
        ("企画課", []),
    ],
)
def test_joint_sections_are_each_of_theirs(section: str, names: list[str]) -> None:
    assert [name for _, name in joint_sections("部", section)] == names


# --- what is said of columns


def test_a_map_may_say_what_kind_of_column_it_is() -> None:
    settings = read_settings(["効果額=金額,千円,令和5年度,決算", "人手=単位:人", "呼び名=name"])
    parsed = parse(
        "令和6年度\n番号,呼び名,効果額,人手\n1,甲,5,2\n", mapping=settings.fields, settings=settings.columns
    )
    db = open_database(":memory:")
    store_list(db, parsed, source_name="a.csv", now=LOADED_AT)
    rows = db.execute(
        "SELECT heading, kind, unit, value_year, basis FROM columns ORDER BY position"
    ).fetchall()
    assert rows[2] == ("効果額", "amount", "千円", 2023, "settlement")
    assert rows[3][2] == "人"


def test_the_report_and_a_file_beside_the_list_settle_what_columns_are(tmp_path: Path) -> None:
    db, path = tmp_path / "j.db", tmp_path / "list.csv"
    path.write_text("令和6年度\n番号,事業名,R6決算（千円）,ランク\n1,甲,5,1\n2,乙,6,2\n", encoding="utf-8")
    told = run(db, "load", path).stdout
    assert "R6決算（千円） → 金額、千円、令和6年度、決算" in told
    assert "番号 → 事業番号" in told
    as_csv = run(db, "columns", "--csv").stdout
    assert as_csv.splitlines()[0] == "見出し,項目,種類,単位,年度,区分,まとまり,まとまりの部分"
    beside = tmp_path / "list.columns.csv"
    beside.write_text(
        as_csv.replace("R6決算（千円）,,金額,千円,令和6年度", "R6決算（千円）,,金額,百万円,令和5年度")
    )
    again = run(db, "load", path)
    assert again.exit_code == 0
    assert "R6決算（千円） → 金額、百万円、令和5年度、決算" in run(db, "columns").stdout
    assert run(db, "load", tmp_path).exit_code == 0  # in a folder the file is no list
    beside.write_text("見出し,種類\nランク,なにか\n", encoding="utf-8")
    refused = run(db, "load", path)
    assert (refused.exit_code, "2行目の「なにか」を読めません" in refused.stderr) == (2, True)


def test_rows_that_were_skipped_are_reported_and_are_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress("令和6年度\n番号,事業名,予算\n1,甲,5\n合計,,5\n".encode()))
    done = run(tmp_path / "j.db", "load", path)
    assert done.exit_code == 0
    assert "事業ではないので数えなかった行（1件）" in done.stdout
    assert "4行目（合計）: 合計 5" in done.stdout
    record = json.loads(run(tmp_path / "k.db", "load", "--json", path).stdout)
    assert (record["loaded"], record["skipped"][0]["kind"], len(record["columns"])) == (1, "total", 3)


JOINT = """令和6年度
事業番号,事務事業名,担当課
1,甲事業,子育て支援課　保育課
2,乙事業,子育て支援課
3,丙事業,保健所　保健総務課
4,丁事業,総務課
"""


def test_a_joint_section_counts_for_each_of_those_it_names() -> None:
    db = open_database(":memory:")
    store_list(db, parse(JOINT), source_name="a.csv", now=LOADED_AT)
    assert {each.name: each.projects for each in projects.sections(db)}["子育て支援課"] == 2
    for typed, numbers_found in {
        "課:子育て支援課": ["1", "2"],
        "課:保育課": ["1"],
        "課:総務課": ["4"],
        "課:保健総務課": ["3"],
    }.items():
        hits = search(db, parse_query(typed)).hits
        assert [hit.project.number for hit in hits] == numbers_found


def test_a_joint_section_of_two_departments_counts_for_both_asked_and_searched() -> None:
    db = open_database(":memory:")
    text = """事業番号,事業名,担当課,事業の目的
1,空調設備維持管理事業,総合政策部　政策課　教育部総務課,空調を保つ。
2,校舎改修事業,教育部　教育部総務課,校舎を改める。
3,総合計画事業,総合政策部　政策課,計画を進める。
"""
    store_list(db, parse(text, fiscal_year=2024), source_name="a.csv", now=LOADED_AT)
    for department in ("教育部", "総合政策部"):
        assert len(search(db, parse_query(f"部:{department}")).hits) == 2
        assert f"{department}の事業は2件です" in answer(db, f"{department}の事業は何件？").text


def test_a_joint_section_is_reminded_at_the_first_unless_it_has_contacts_of_its_own() -> None:
    db = open_database(":memory:")
    store_list(db, parse(JOINT), source_name="a.csv", now=LOADED_AT)
    joint, at = "子育て支援課　保育課", datetime(2026, 11, 2, 9)
    changes.set_contacts(db, SectionContacts("", "子育て支援課", chief="U1"), by="t", at=at)
    held = {each.section: each.chief for each in registry.contacts(db)}
    assert (held[joint], held["総務課"]) == ("U1", "")
    assert {each.section: each.chief for each in registry.contacts(db, registered=True)}[joint] == ""
    changes.set_contacts(db, SectionContacts("", joint, chief="U2"), by="t", at=at)
    assert {each.section: each.chief for each in registry.contacts(db)}[joint] == "U2"


def test_letters_of_names_are_found_in_either_way_and_a_year_in_a_text_is_no_filter() -> None:
    db = open_database(":memory:")
    text = (
        "年度,事業番号,事務事業名,事業概要\n"
        "令和6年度,1,㈱髙﨑地区まちづくり事業,整備（平成28年から令和8年まで）\n"
    )
    store_list(db, parse(text), source_name="a.csv", now=LOADED_AT)
    for typed in ("高崎", "髙崎", "髙﨑", "(株)高崎", "㈱髙﨑地区", "平成28年", "(株)", "（株）", "㈱"):
        assert [hit.project.number for hit in search(db, parse_query(typed)).hits] == ["1"], typed


def test_headings_above_the_header_begin_the_tree_and_a_higher_one_ends_the_lower() -> None:
    parsed = parse(
        "令和6年度,,,\n政策1　安心,,,\n　施策1-1　防災,,,\n番号,事務事業名,主管課,方向性\n"
        "1,甲,危機管理課,拡充\n"
        "政策2　健康,,,\n4,健診事業,健康課,縮小\n"
    )
    assert [(p.extra["政策"], p.extra.get("施策", "")) for p in parsed.projects] == [
        ("政策1 安心", "施策1-1 防災"),
        ("政策2 健康", ""),
    ]


def test_a_heading_between_rows_is_no_row_of_units() -> None:
    parsed = parse_list(
        "事業名,所管課,令和7年度予算額,今後\n【基本目標１　ひとづくり】,,,\n"
        "ＩＣＴ推進事業,学校教育課,4500万円,拡大\n"
        "地域移行事業,学校教育課,1200万円,継続\n【基本目標２　まちづくり】,,,\n"
        "運行事業,都市計画課,3億2000万円,見直し\n".encode("cp932")
    )
    assert [project.name for project in parsed.projects] == ["ＩＣＴ推進事業", "地域移行事業", "運行事業"]
    assert parsed.projects[2].extra["基本目標"] == "【基本目標２ まちづくり】"


def test_a_year_over_one_column_is_divided_beside_one_over_three() -> None:
    parsed = parse_list(
        "令和6年度\n事業コード,事業名,課,令和6年度,,,令和7年度\n,,,当初予算,決算,執行率,予算\n,,,千円,千円,％,千円\n"
        "A1,甲事業,総務課,1000,900,90,1100\nA2,乙事業,総務課,2000,1900,95,2100\n".encode()
    )
    (_, _, _, *money) = inferred(parsed)
    assert [(each.unit, each.value_year, each.basis) for each in money] == [
        ("千円", 2024, "budget_initial"),
        ("千円", 2024, "settlement"),
        ("％", 2024, "execution"),
        ("千円", 2025, "budget"),
    ]


def test_indicators_whose_numbers_stand_behind_their_parts_are_groups() -> None:
    parsed = parse_list(
        "令和6年度\n①事業番号,②事業名,④指標名１,④目標値１,④実績値１,④単位１,⑤指標名２,⑤実績値２,⑤単位２\n"
        "1,健康事業,講座回数,10,12,回,参加者数,180,人\n2,検診事業,受診率,30,28.5,％,受診者数,2900,人\n".encode()
    )
    columns = inferred(parsed)
    assert [(each.group_name, each.group_part, each.unit) for each in columns[2:]] == [
        ("指標1", "", ""), ("指標1", "目標値", ""), ("指標1", "実績値", ""), ("指標1", "単位", ""),
        ("指標2", "", ""), ("指標2", "実績値", ""), ("指標2", "単位", ""),
    ]  # fmt: skip


def test_the_number_of_a_branch_is_joined_to_a_number_that_several_have() -> None:
    parsed = parse_list(
        "令和6年度\n事業番号,枝番,事業名,課\n5,1,甲事業,道路課\n5,2,乙事業,道路課\n6,,丙事業,道路課\n".encode()
    )
    assert [project.number for project in parsed.projects] == ["5-1", "5-2", "6"]
    assert any("枝番" in note for note in parsed.notes)


def test_offices_between_the_rows_are_those_of_the_rows_below() -> None:
    parsed = parse_list(
        "令和6年度事業一覧\n○総務部総務課\n番号,事業名,予算額\n1,文書事業,100\n2,庁舎事業,200\n"
        "○福祉部福祉課\n番号,事業名,予算額\n1,保護事業,300\n2,障害事業,400\n".encode()
    )
    assert [(each.number, each.department, each.section) for each in parsed.projects] == [
        ("総務課-1", "総務部", "総務課"), ("総務課-2", "総務部", "総務課"),
        ("福祉課-1", "福祉部", "福祉課"), ("福祉課-2", "福祉部", "福祉課"),
    ]  # fmt: skip
    assert not parsed.rejected


def test_the_year_of_json_stands_beside_the_array() -> None:
    parsed = parse_list(
        '{"title": "令和5年度 事業一覧", "data": [{"id": "11", "事業名": "甲事業", "課": "土木課"},'
        ' {"id": "12", "事業名": "乙事業", "課": "土木課"}]}'.encode()
    )
    assert {project.fiscal_year for project in parsed.projects} == {2023}


def test_a_table_in_a_form_gives_an_entry_a_cell() -> None:
    parsed = parse_list(
        "事務事業評価シート,,令和6年度,,\n事務事業名,医療費助成事業,,事業番号,0123\n担当部,福祉部,,担当課,子育て課\n"
        "区分,R5決算,R6決算,R7予算,\n直接事業費（千円）,120,125,130,\n人件費（千円）,3,4,5,\n"
        "指標名,単位,R6目標,R6実績,\n受給者数,人,520,515,\n総合評価,B,,今後の方向性,継続\n".encode()
    )
    (project,) = parsed.projects
    assert (project.number, project.fiscal_year) == ("0123", 2024)
    assert project.extra["直接事業費（千円）／R6決算"] == "125"
    assert project.extra["人件費（千円）／R7予算"] == "5"
    assert project.extra["受給者数（人）／R6実績"] == "515"
    assert project.extra["総合評価"] == "B"
