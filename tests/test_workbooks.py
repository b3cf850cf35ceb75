"""What Excel writes into a workbook, and what of it a reader of the list sees."""

import datetime
import io
import zipfile

import openpyxl

from store.lists import parse_list

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OF_A_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def book_of_strings(*names: str) -> bytes:
    """A workbook as Excel writes it, with its texts in a table of shared strings; openpyxl writes none."""
    strings = "".join(["<si><t>番号</t></si>", "<si><t>事業名</t></si>", *names])
    head = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}" t="s"><v>{n}</v></c></row>'
        for n in range(2, len(names) + 2)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{OF_A_BOOK}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{OF_A_BOOK}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{OF_A_BOOK}.sharedStrings+xml"/></Types>',
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": relations(
            worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml"
        ),
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="令和3年度" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{head}{rows}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def relations(**targets: str) -> str:
    every = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{every}</Relationships>'


def test_furigana_is_no_text_and_a_text_in_several_fonts_is_one() -> None:
    data = book_of_strings(
        '<si><t>交流</t><rPh sb="0" eb="2"><t>コウリュウ</t></rPh><phoneticPr fontId="1"/></si>',
        '<si><r><t xml:space="preserve">Society </t></r><r><rPr><b/></rPr><t>5.0</t></r></si>',
        '<si><t xml:space="preserve"> 国 際 </t></si>',
        "<si><t>A&amp;B &lt;c&gt;</t></si>",
    )
    assert [project.name for project in parse_list(data).projects] == [
        "交流", "Society 5.0", " 国 際 ", "A&B <c>",
    ]  # fmt: skip


def test_whole_numbers_days_and_times_are_written_as_people_read_them() -> None:
    book = openpyxl.Workbook()
    for row in (
        ["令和3年度"],
        ["番号", "事業名", "開始日", "割合", "時刻", "事業費", "継続"],
        [11.0, "甲", datetime.date(2021, 4, 1), 0.25, datetime.time(9, 30), 1234567.0, True],
    ):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    (project,) = parse_list(out.getvalue()).projects
    assert project.number == "11"
    assert list(project.extra.values()) == ["2021-04-01", "0.25", "09:30:00", "1234567", "TRUE"]
