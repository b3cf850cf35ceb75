"""The same list in every form it comes in; what a cell says comes out as it went in."""

import csv
import gzip
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.lists import ListError, ParsedList, parse_list, read_mapping
from store.lists.rows import is_ditto
from store.records import Project
from tests.conftest import SEED

HEADER = ["事業番号", "事務事業名", "課名", "事業の目的", "備考"]
ROWS = [
    ["0086", "統計調査", "政策部統計課", "実態を\n明らかにする。", "\"引用\"、,と\tと<b>"],
    ["２", "交流", "政策部 企画課", " 前後の空白 ", "ゼロ幅\u200bの字と次城県"],
]  # fmt: skip
TITLE = "令和3年度事務事業一覧"


def separated(rows: list[list[str]], separator: str = ",", line_end: str = "\r\n") -> str:
    out = io.StringIO()
    quoting = (
        csv.QUOTE_MINIMAL if line_end == "\r\n" else csv.QUOTE_ALL
    )  # csv leaves a lone \r bare otherwise
    csv.writer(out, delimiter=separator, lineterminator=line_end, quoting=quoting).writerows(rows)
    return out.getvalue()


def workbook(rows: list[list[object]], *, title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def texts(project: Project) -> list[str]:
    return [project.number, project.name, project.extra["課名"], project.purpose, project.extra["備考"]]


def table() -> list[list[str]]:
    return [[TITLE], [], HEADER, *ROWS]


CSV = separated(table())
FORMS = {
    "CSV in UTF-8": CSV.encode(),
    "CSV in UTF-8 with a BOM": CSV.encode("utf-8-sig"),
    "CSV in UTF-16 with a BOM": CSV.encode("utf-16"),
    "CSV in UTF-16 big-endian": b"\xfe\xff" + CSV.encode("utf-16-be"),
    "CSV in UTF-16 without a BOM": CSV.encode("utf-16-le"),
    "TSV": separated(table(), "\t", "\n").encode(),
    "TSV with lone carriage returns": separated(table(), "\t", "\r").encode(),
    "CSV compressed": gzip.compress(CSV.encode()),
    "a workbook": workbook([list(row) for row in table()]),
    "a workbook compressed": gzip.compress(workbook([list(row) for row in table()])),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS.keys())
def test_every_form_gives_the_same_projects(data: bytes) -> None:
    parsed = parse_list(data)
    assert parsed.title == TITLE
    assert parsed.rejected == ()
    assert [texts(project) for project in parsed.projects] == ROWS
    assert {project.fiscal_year for project in parsed.projects} == {2021}
    assert [(p.department, p.section) for p in parsed.projects] == [
        ("政策部", "統計課"),
        ("政策部", "企画課"),
    ]


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_older_encodings(encoding: str) -> None:
    rows = [[cell.replace("\u200b", "①" if encoding == "cp932" else "〜") for cell in row] for row in ROWS]
    parsed = parse_list(separated([[TITLE], HEADER, *rows]).encode(encoding))
    assert [texts(project) for project in parsed.projects] == rows
    assert parsed.encoding == encoding


def test_the_list_as_published() -> None:
    parsed = parse_list(SEED.read_bytes())
    assert parsed.title == "令和3年度事務事業一覧（事務事業マネジメントシートから一部抜粋）"
    assert parsed.rejected == ()
    assert [project.serial for project in parsed.projects] == [str(n) for n in range(1, 49)]
    assert {project.fiscal_year for project in parsed.projects} == {2021}
    assert {project.department for project in parsed.projects} == {"政策イノベーション部"}
    lines = SEED.read_text(encoding="utf-8").split("\n")
    for project in parsed.projects:
        head = (project.serial, project.number, project.name, project.extra["課名"])
        tail = (project.purpose, project.overview, project.outcome)
        assert "\t".join(head + tail) == lines[project.source_line - 1]


@pytest.mark.parametrize("above", [0, 1, 5, 18, 19])
def test_the_header_is_found_on_any_of_the_first_twenty_lines(above: int) -> None:
    data = separated([["つくば市"]] * above + [HEADER, *ROWS]).encode()
    assert len(parse_list(data, fiscal_year=2021).projects) == 2


def test_a_header_further_down_is_not_looked_for() -> None:
    with pytest.raises(ListError, match="最初の20行に見出し"):
        parse_list(separated([["つくば市"]] * 20 + [HEADER, *ROWS]).encode(), fiscal_year=2021)


@pytest.mark.parametrize("write", [lambda rows: separated(rows).encode(), workbook], ids=["csv", "xlsx"])
def test_blank_columns_before_and_blank_rows_after(write) -> None:  # type: ignore[no-untyped-def]
    rows = [["", "", *row] for row in (HEADER, *ROWS)] + [[""] * 7] * 5000
    parsed = parse_list(write([["", TITLE], *rows]))
    assert [texts(project) for project in parsed.projects] == ROWS
    assert parsed.rejected == ()


def test_pages_repeat_title_and_header_and_may_change_the_year() -> None:
    pages = [
        ["令和3年度事務事業一覧"], HEADER, ROWS[0], ["- 1 -"],
        ["令和3年度事務事業一覧"], [], ["事業 番号", "事務事業名", "課 名", "事業の目的", "備考"], ROWS[1],
        ["2 / 3"], ["令和4年度事務事業一覧（案）"], HEADER, ROWS[0], ["\f令和3年度事務事業一覧"], HEADER,
        ["3", *ROWS[0][1:]], ["3ページ"],
    ]  # fmt: skip
    parsed = parse_list(separated(pages, "\t").encode())
    assert parsed.rejected == ()
    assert [project.key for project in parsed.projects] == [
        (2021, "0086"),
        (2021, "２"),
        (2022, "0086"),
        (2021, "3"),
    ]


def test_whatever_stood_above_the_first_header_may_stand_above_each() -> None:
    above = [["つくば市", "", "令和3年度事務事業一覧"], ["（単位：千円）", "", "", "", "1 ページ"]]
    again = [["つくば市", "", "令和3年度事務事業一覧"], ["（単位：千円）", "", "", "", "2 ページ"]]
    parsed = parse_list(separated([*above, HEADER, ROWS[0], *again, HEADER, ROWS[1]]).encode())
    assert parsed.rejected == ()
    assert [texts(project) for project in parsed.projects] == ROWS


def test_a_page_may_have_its_columns_in_another_order() -> None:
    turned = [HEADER[::-1], ROWS[1][::-1]]
    parsed = parse_list(separated([[TITLE], HEADER, ROWS[0], *turned]).encode())
    assert [texts(project) for project in parsed.projects] == ROWS


def test_a_workbook_counts_rows_takes_every_visible_sheet_and_spreads_merged_cells() -> None:
    book = openpyxl.Workbook()
    first, second, hidden = book.active, book.create_sheet("令和4年度"), book.create_sheet("作業用")
    for row in (
        ["令和3年度"],
        ["番号", "事業名", "部", "課"],
        [1, "甲", "政策部", "企画課"],
        [2, "乙", None, "統計課"],
    ):
        first.append(row)
    first.merge_cells("C3:C4")
    for row in (["番号", "事業名"], [1.0, "丙"], [86, "丁"], [None, "番号なし", "注"]):
        second.append(row)
    for row in (["番号", "事業名"], [9, "隠れた行"]):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    book.create_sheet("備考").append(["番号", "事業の名まえ"])
    book.create_sheet("白紙")
    first.title = "一覧"
    book.create_chartsheet("グラフ")
    out = io.BytesIO()
    book.save(out)
    parsed = parse_list(out.getvalue())
    assert [(p.fiscal_year, p.number, p.name, p.department, p.source_line) for p in parsed.projects] == [
        (2021, "1", "甲", "政策部", 3),
        (2021, "2", "乙", "政策部", 4),
        (2022, "1", "丙", "", 2),
        (2022, "86", "丁", "", 3),
    ]
    assert [p.extra["シート"] for p in parsed.projects] == ["一覧", "一覧", "令和4年度", "令和4年度"]
    assert [row.reason for row in parsed.rejected] == ["シート「令和4年度」: 事業番号が空です。"]
    assert parsed.unread_sheets == ("備考",)


def test_a_number_that_another_sheet_has_is_refused_with_that_sheets_name() -> None:
    book = openpyxl.Workbook()
    for name, sheet in (("総務部", book.active), ("福祉部", book.create_sheet())):
        sheet.title = name
        for row in (["令和3年度"], ["番号", "事業名"], [1, name]):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    (row,) = parse_list(out.getvalue()).rejected
    assert row.reason == "シート「福祉部」: 事業番号 1 はシート「総務部」の3行目にもあります（令和3年度）。"


def test_a_quote_inside_a_cell_is_a_character() -> None:
    text = '事業番号\t事業名\t概要\n1\t"P・D"サイクル\tあ"い"う\n2\t"引用の途中\t"全体"\n'
    parsed = parse_list(text.encode(), fiscal_year=2021)
    assert [(p.name, p.overview) for p in parsed.projects] == [
        ('"P・D"サイクル', 'あ"い"う'),
        ('"引用の途中', "全体"),
    ]


def read_back(data: bytes) -> ParsedList:
    mapping = read_mapping(["甲=purpose", "乙=overview", "丙=extra"])
    return parse_list(data, mapping=mapping, fiscal_year=2021)


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30).filter(
    lambda text: not is_ditto(text)  # filled in from the cell above
)
CELLS = st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=4)


@given(cells=CELLS, separator=st.sampled_from(",\t"), line_end=st.sampled_from(["\n", "\r\n"]),
       encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))  # fmt: skip
def test_any_text_comes_back_from_separated_text_as_it_was(
    cells: list[tuple[str, str, str]], separator: str, line_end: str, encoding: str
) -> None:
    rows = [["番号", "事業名", "甲", "乙", "丙"], *([str(n), "名", *three] for n, three in enumerate(cells))]
    parsed = read_back(separated(rows, separator, line_end).encode(encoding))
    assert [(p.purpose, p.overview, p.extra.get("丙", "")) for p in parsed.projects] == cells


XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff_"), max_size=30
).filter(
    lambda text: (text.strip() or not text) and not is_ditto(text)
)  # openpyxl doesn't mark nothing but spaces as worth keeping


@given(cells=st.lists(st.tuples(XML_TEXT, XML_TEXT, XML_TEXT), min_size=1, max_size=4))
def test_any_text_comes_back_from_a_workbook_as_it_was(cells: list[tuple[str, str, str]]) -> None:
    book = openpyxl.Workbook()
    book.active.append(["番号", "事業名", "甲", "乙", "丙"])
    for line, three in enumerate(cells, 2):
        for column, text in enumerate([str(line), "名", *three], 1):
            cell = book.active.cell(line, column)
            cell.value, cell.data_type = text, "s"  # as text, whatever it looks like
    out = io.BytesIO()
    book.save(out)
    parsed = read_back(out.getvalue())
    assert [(p.purpose, p.overview, p.extra.get("丙", "")) for p in parsed.projects] == cells
