"""Which row is a project, which is refused and why, and whose it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.lists import ListError, NotAListError, parse_list, read_mapping
from store.lists.rows import split_office

HEADER = "事業番号,事務事業名,課名,事業の概要"


def parse(*lines: str, title: str = "令和3年度一覧", **options: object):  # type: ignore[no-untyped-def]
    return parse_list("\n".join([title, *lines]).encode(), **options)  # type: ignore[arg-type]


REFUSED = {
    "no number": (f"{HEADER}\n,交流,企画課,会う", (3, 1, "事業番号が空")),
    "only spaces for a number": (f"{HEADER}\n\u3000,交流,企画課,会う", (3, 1, "事業番号が空")),
    "no name": (f"{HEADER}\n1, ,企画課,会う", (3, 2, "事務事業名が空")),
    "a mark for a number": (f"{HEADER}\n－,交流,企画課,会う", (3, 1, "「－」は事業番号ではありません")),
    "a number nobody would type": (f"{HEADER}\n{'9' * 101},交流,企画課,会う", (3, 1, "100文字を超え")),
    "too few columns": (f"{HEADER}\n1,交流,企画課", (3, 4, "列が3つしかありません（見出しは4列）")),
    "too many columns": (f"{HEADER}\n1,交流,企画課,会う,余り", (3, 5, "列が5つあります（見出しは4列）")),
    "a broken line": (f"{HEADER}\n令和4年度に実施した。", (3, 2, "列が1つしか")),
    "an impossible year": (f"年度,{HEADER}\n令和0年度,1,交流,企画課,会う", (3, 1, "令和0年度")),
    "a year that is none": (f"年度,{HEADER}\n未定,1,交流,企画課,会う", (3, 1, "未定")),
}


@pytest.mark.parametrize(("text", "problem"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_row_is_refused_with_its_line_column_and_reason(
    text: str, problem: tuple[int, int, str]
) -> None:
    columns = text.split("\n")[0].count(",") + 1
    good = "2021," * (columns - 4) + "9,良い行,企画課,概要"
    parsed = parse(text, good)
    line, column, reason = problem
    (row,) = parsed.rejected
    assert (row.line, row.column) == (line, column)
    assert reason in row.reason
    assert row.row == text.split("\n")[1].replace(",", "\t")
    assert [project.number for project in parsed.projects] == ["9"]


def test_a_number_twice_in_a_year_is_refused_the_second_time() -> None:
    parsed = parse(f"年度,{HEADER}", "R3,11,甲,課,", "R4,11,乙,課,", "2021,１１,丙,課,", "R3,011,丁,課,")
    assert [(p.fiscal_year, p.name) for p in parsed.projects] == [(2021, "甲"), (2022, "乙"), (2021, "丁")]
    (row,) = parsed.rejected
    assert (row.line, row.column) == (5, 2)
    assert "3行目" in row.reason


CELLS = st.sampled_from(["", " ", "1", "2", "- 3 -", "令和4年度", "令和4年度に実施。", "甲", "政策部企画課"])


@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=8))
def test_every_row_is_a_project_or_refused_or_skipped(rows: list[list[str]]) -> None:
    good = ["9", "良い行", "課", ""]
    parsed = parse(HEADER.replace(",", "\t"), *("\t".join(row) for row in [good, *rows]), "")
    filled = {line for line, row in enumerate([good, *rows], 3) if any(cell.strip() for cell in row)}
    read = (*parsed.rejected, *parsed.skipped)
    seen = {project.source_line for project in parsed.projects} | {row.line for row in read}
    assert seen <= filled
    for line in filled - seen:  # nothing but page numbers, after the last row
        assert line > max(seen)
        assert "".join(rows[line - 4]).strip() in {"1", "2", "- 3 -"}


def test_a_sentence_before_a_repeated_header_is_a_broken_row_and_no_title() -> None:
    parsed = parse(HEADER, "1,甲,課,あ", "令和5年度に実施した。", "", "令和3年度一覧", HEADER, "2,乙,課,い")
    assert [(p.fiscal_year, p.number) for p in parsed.projects] == [(2021, "1"), (2021, "2")]
    assert [row.line for row in parsed.rejected] == [4]


def test_blank_cells_after_the_last_column_are_nothing() -> None:
    assert parse(f"{HEADER},,", "1,甲,課,あ,,,,").rejected == ()


YEARS = {
    "the title": ("令和3年度事務事業一覧", HEADER, "1,甲,課,", 2021),
    "the title's fiscal year, not its date": ("令和4年6月1日 令和元年度一覧", HEADER, "1,甲,課,", 2019),
    "a column, whatever the title": ("令和3年度一覧", f"公開年度,{HEADER}", "2023,1,甲,課,", 2023),
    "an empty year cell: the title": ("令和3年度一覧", f"年度,{HEADER}", ",1,甲,課,", 2021),
    "a header of a year": ("事業一覧", f"{HEADER},令和7年度", "1,甲,課,,○", 2025),
}


@pytest.mark.parametrize(("title", "header", "row", "year"), YEARS.values(), ids=YEARS.keys())
def test_where_the_fiscal_year_comes_from(title: str, header: str, row: str, year: int) -> None:
    assert [project.fiscal_year for project in parse(header, row, title=title).projects] == [year]
    assert [p.fiscal_year for p in parse(header, row, title=title, fiscal_year=2030).projects] == [2030]


def test_what_a_field_does_not_hold_verbatim_is_kept_beside_it() -> None:
    parsed = parse("年度,番号,事業名,担当課,備考,,備考", "令和７年度, 1 ,甲 ,政策部　企画課,一,二,三")
    (project,) = parsed.projects
    assert (project.fiscal_year, project.number, project.name) == (2025, "1", "甲 ")
    assert project.extra == {
        "年度": "令和７年度",
        "番号": " 1 ",
        "担当課": "政策部　企画課",
        "備考": "一",
        "列6": "二",
        "備考 (7)": "三",
    }
    assert project.other_columns["備考"] == "一"


def test_other_bodies_words_for_the_columns() -> None:
    header = "No.,事業名（細事業）,府省庁,担当部局庁,担当課（室）,【事業目的】,①概要,成果※1,公開年度"
    parsed = parse(header, "0011,甲,内閣府,大臣官房,総務課,目,概,成,2023", title="レビュー")
    (p,) = parsed.projects
    assert (p.number, p.name, p.organization, p.department, p.section) == (
        "0011", "甲", "内閣府", "大臣官房", "総務課",
    )  # fmt: skip
    assert (p.purpose, p.overview, p.outcome, p.fiscal_year, p.extra) == ("目", "概", "成", 2023, {})


TWO_ROWS = "No,事務事業名,担当,,事業の内容,\n,,部名,課名,目的,概要"


def test_a_header_may_be_divided_by_a_second_row_on_each_page() -> None:
    parsed = parse(
        TWO_ROWS, "1,甲,総務部,広報課,知る,月", "令和3年度一覧", TWO_ROWS, "2,乙,総務部,企画課,知る,月"
    )
    assert parsed.rejected == ()
    assert [(p.number, p.department, p.section, p.purpose, p.overview) for p in parsed.projects] == [
        ("1", "総務部", "広報課", "知る", "月"), ("2", "総務部", "企画課", "知る", "月"),
    ]  # fmt: skip


def test_a_row_without_a_number_below_the_header_is_no_second_row_of_it() -> None:
    parsed = parse(HEADER, ",,企画課,会う", "1,甲,企画課,会う")
    assert [row.line for row in parsed.rejected] == [3]


def test_no_beside_a_project_number_is_the_serial() -> None:
    (project,) = parse("No,事業番号,事業名", "1,0086,甲").projects
    assert (project.serial, project.number) == ("1", "0086")


def test_map_adds_words_and_goes_before_the_table() -> None:
    mapping = read_mapping(["プロジェクト＝名称=name", "Ｉ Ｄ＝事業番号", "概要=extra", "説明=overview"])
    (project,) = parse("id,プロジェクト=名称,概要,説明", "7,甲,別,本", mapping=mapping).projects
    assert (project.number, project.name, project.overview, project.extra) == (
        "7",
        "甲",
        "本",
        {"概要": "別"},
    )


@pytest.mark.parametrize("pair", ["名称", "=name", "名称=", "名称=nani"])
def test_a_map_that_means_nothing_is_refused(pair: str) -> None:
    with pytest.raises(ListError, match="--map"):
        read_mapping([pair])


def test_a_map_to_an_unknown_field_says_which_fields_there_are() -> None:
    with pytest.raises(ListError, match=r"「foo」という項目はありません。項目は .*section（担当課）.*extra"):
        read_mapping(["主管=foo"])
    with pytest.raises(ListError, match="「列名=項目」の形ではありません"):
        read_mapping(["主管"])


def test_a_map_whose_column_is_nowhere_is_told_beside_another_error() -> None:
    with pytest.raises(
        NotAListError, match=r"「事務事業名」の列がありません.*--map の列「なんだ」も見出しに"
    ):
        parse("番号,呼び方,課", "1,甲,乙", mapping=read_mapping(["なんだ=section", "番号=number"]))


def test_a_map_whose_column_is_nowhere_is_refused_when_its_field_would_stay_empty() -> None:
    with pytest.raises(ListError, match=r"--map の列「効果」が見出しにありません"):
        parse("番号,事業名", "1,甲", mapping=read_mapping(["効果=outcome"]))
    (project,) = parse("番号,事業名,成果", "1,甲,実", mapping=read_mapping(["効果=outcome"])).projects
    assert project.outcome == "実"


def test_a_header_lacking_a_column_says_which_and_what_to_do() -> None:
    with pytest.raises(NotAListError, match=r"「事務事業名」の列がありません.*--map 列名=name"):
        parse("事業番号,課名,プロジェクト", "1,課,甲")


OFFICES = {
    "政策イノベーション部企画経営課": ("政策イノベーション部", "企画経営課"),
    "政策イノベーション部産業振興センター": ("政策イノベーション部", "産業振興センター"),
    "政策イノベーション部つくばイノベーションプラザ": ("政策イノベーション部", "つくばイノベーションプラザ"),
    "政策イノベーション部オリンピック・パラリンピック推進室": (
        "政策イノベーション部", "オリンピック・パラリンピック推進室",
    ),
    "市長公室広報広聴課": ("市長公室", "広報広聴課"),
    "市長公室 秘書課": ("市長公室", "秘書課"),
    "市民局市民生活部戸籍住民課": ("市民局市民生活部", "戸籍住民課"),
    "教育委員会事務局教育総務課": ("教育委員会事務局", "教育総務課"),
    "教育局学び推進課": ("教育局", "学び推進課"),
    "教育局部活動推進課": ("教育局", "部活動推進課"),
    "議会事務局議事課": ("議会事務局", "議事課"),
    "議会事務局": ("", "議会事務局"),
    "選挙管理委員会事務局": ("", "選挙管理委員会事務局"),
    "農業委員会事務局": ("", "農業委員会事務局"),
    "総務部内部統制推進課": ("総務部", "内部統制推進課"),
    "建設部北部土木事務所": ("建設部", "北部土木事務所"),
    "消防本部予防課": ("消防本部", "予防課"),
    "総務部総務課・企画部企画課": ("総務部", "総務課・企画部企画課"),
    "財務局課税部課税課": ("財務局課税部", "課税課"),
    "都市計画部都市計画課": ("都市計画部", "都市計画課"),
    "政策部\n企画課": ("政策部", "企画課"),
    "政策部　企画課": ("政策部", "企画課"),
    "政策部／企画課": ("政策部", "企画課"),
    "教育部　教育部総務課": ("教育部", "教育部総務課"),
    "茎崎支所市民窓口課": ("茎崎支所", "市民窓口課"),
    "企画課": ("", "企画課"),
    "総務部": ("", "総務部"),
    "会計事務局": ("", "会計事務局"),
    "": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize(("office", "parts"), OFFICES.items())
def test_department_and_section_are_told_apart(office: str, parts: tuple[str, str]) -> None:
    assert split_office(office) == parts


def test_columns_of_their_own_are_not_split() -> None:
    parsed = parse(
        "番号,事業名,部,課", "1,甲,政策部,総務部会計課", "2,乙,,政策部企画課", "3,丙,政策部企画課,"
    )
    assert [(p.department, p.section) for p in parsed.projects] == [
        ("政策部", "総務部会計課"), ("政策部", "企画課"), ("政策部", "企画課"),
    ]  # fmt: skip
