"""A file that can't be a list, or was one: the one right reason, exit status 2, nothing written."""

import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from bot.cli import jigyo
from store.evaluation import sections
from store.lists import ListError, parse_list
from tests.conftest import SEED

TITLE, HEADER = "令和3年度事務事業一覧", "事業番号,事務事業名,課名,事業の概要"
ROWS = [f"{n},事業{n}の推進,政策部企画課,市民と髙﨑①で交流する" for n in range(1, 60)]
LIST = "\n".join([TITLE, HEADER, *ROWS, ""])
UTF8, CP932, UTF16 = (LIST.encode(each) for each in ("utf-8", "cp932", "utf-16"))
EUC = LIST.replace("髙﨑①", "高崎").encode("euc_jp")
NUL = "7行目に、文字ではない NUL"


def book(*far: tuple[int, int]) -> bytes:
    made = openpyxl.Workbook()
    for row in ([TITLE], HEADER.split(","), *(row.split(",") for row in ROWS)):
        made.active.append(row)
    for place in far:
        made.active.cell(*place).value = "x"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


def cut(text: str) -> bytes:
    return LIST[: LIST.index(text) + len(text)].encode()


XLSX = book()
AFTER_30_LINES = LIST.index("29,")

REFUSED = {
    # what was a list, and is damaged
    "a NUL in UTF-8": (UTF8.replace(b"\n5,", b"\n\x005,"), NUL),
    "a NUL inside a character of UTF-8": (UTF8.replace(b"\n5,\xe4", b"\n5,\xe4\x00"), NUL),
    "a NUL in UTF-8 with a BOM": (b"\xef\xbb\xbf" + UTF8.replace(b"\n5,", b"\n5,\0"), NUL),
    "NULs at the end, as of a full disk": (UTF8[:1000] + b"\0" * 4096, "文字ではない NUL"),
    "nothing but NULs": (b"\0" * 4096, "すべて 0"),
    "a NUL in CP932": (CP932.replace(b"\n5,", b"\n5,\0"), NUL),
    "a NUL character in UTF-16": (LIST.replace("\n5,", "\n5,\0").encode("utf-16"), NUL),
    "a byte that is not UTF-8": (UTF8.replace(b"\n5,", b"\n5,\xff"), "7行目に、UTF-8"),
    "a character of UTF-8 that lost a byte": (UTF8.replace(b"\n5,\xe4", b"\n5,"), "7行目に、UTF-8"),
    "a byte that is not CP932": (CP932.replace(b"\n5,", b"\n5,\xff"), "7行目に、CP932"),
    "a byte that is not EUC-JP": (EUC.replace(b"\n5,", b"\n5,\xff"), "7行目に、EUC-JP"),
    "half a pair of UTF-16": (
        LIST.replace("\n5,", "\n5,\ud842").encode("utf-16", "surrogatepass"), "7行目に、UTF-16",
    ),
    "half a pair of UTF-16 without a BOM": (
        LIST.replace("\n5,", "\n5,\udfb7").encode("utf-16-be", "surrogatepass"), "7行目に、UTF-16",
    ),
    "CP932 after UTF-8": (
        LIST[:AFTER_30_LINES].encode() + LIST[AFTER_30_LINES:].encode("cp932"),
        "31行目の文字コードが前の行と違います（CP932",
    ),
    "UTF-8 after CP932": (
        LIST[:AFTER_30_LINES].encode("cp932") + LIST[AFTER_30_LINES:].encode(),
        "31行目の文字コードが前の行と違います（UTF-8",
    ),
    "CP932 behind the BOM of UTF-8": (b"\xef\xbb\xbf" + CP932, "1行目に、UTF-8 として読めない"),
    "UTF-8 cut inside a character": (cut("7,事業7の推進")[:-1], "最後の文字が途中で終わって"),
    "CP932 cut inside a character": (CP932[: CP932.index(b"\n7,") + 4], "最後の文字が途中で終わって"),
    "UTF-16 cut inside a character": (UTF16[:-1], "最後の文字が途中で終わって"),
    "UTF-16 cut inside a pair": (UTF16 + "𠮷".encode("utf-16-le")[:2], "最後の文字が途中で終わって"),
    "a text cut inside a row": (cut("\n7,事業7の"), "最後の行（9行目）が2列目で終わって"),
    "a text cut after a number": (cut("\n7,"), "最後の行（9行目）が2列目で終わって"),
    "a text cut inside a quoted cell": (UTF8 + '60,"事業'.encode(), "62行目の引用符が閉じていません"),
    "a cut gzip": (gzip.compress(UTF8)[:-20], "gzip が途中で切れて"),
    "a gzip of two bytes": (b"\x1f\x8b", "gzip が途中で切れて"),
    "a damaged gzip": (gzip.compress(UTF8)[:-6] + b"\1\2\3\4\5\6", "gzip が壊れて"),
    "a gzip of zeros": (b"\x1f\x8b\x08\x00" + b"\x00" * 40, "gzip が"),
    "a gzip in a gzip": (gzip.compress(gzip.compress(UTF8)), "二重に圧縮"),
    "a cut workbook": (XLSX[:-300], "ブック（XLSX）が途中で切れて"),
    "the first half of a workbook": (XLSX[: len(XLSX) // 2], "ブック（XLSX）が途中で切れて"),
    "a workbook of zeros": (b"PK\x03\x04" + b"\x00" * 400, "ブック（XLSX）が途中で切れて"),
    "a workbook without its sheets": (zipped("xl/workbook.xml"), "ブックとして読めません"),
    "an old workbook of zeros": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ブックとして読めません"),
    "a cell a million rows away": (book((1_048_576, 16_384)), "XFD 列か 1048576 行目"),
    # what never was one
    "nothing": (b"", "ファイルが空です"),
    "only spaces": (b" \n\n", "ファイルが空です"),
    "only a BOM": (b"\xff\xfe", "ファイルが空です"),
    "a PDF": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)), "中身はPDFです"),
    "a PNG": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "中身は画像（PNG）です"),
    "a JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)), "中身は画像（JPEG）です"),
    "a page that says not found": (
        "<!DOCTYPE html>\n<html><title>404 ページがありません</title></html>".encode(), "ウェブページ",
    ),
    "a page in Shift_JIS": ("\r\n<HTML><BODY>お探しのページは".encode("cp932"), "中身はウェブページ"),
    "an answer in XML": (b"<?xml version='1.0'?><Error>AccessDenied</Error>", "中身はウェブページ"),
    "a document": (zipped("[Content_Types].xml", "word/document.xml"), "中身は文書（Word）です"),
    "an archive": (zipped("list.csv"), "圧縮ファイル（ZIP）です"),
    "bytes that mean nothing": (bytes(range(256)) * 4, "文字コードが分かりません"),
    "prose": ("きょうは良い天気です。\n明日も晴れるでしょう。".encode(), "最初の20行に見出し"),
    "prose in UTF-16": ("きょうは良い天気です。\n明日も晴れるでしょう。".encode("utf-16-le"), "見出し"),
    "another table": ("部,課,別名\n政策部,企画課,\n".encode(), "見出し"),
    "a header without numbers": ("事業名,概要\n交流,会う\n".encode(), "「事業番号」の列がありません"),
    "a header and nothing below": (f"{TITLE}\n{HEADER}\n".encode(), "1行もありません"),
    "no fiscal year": (UTF8.replace("令和3年度".encode(), b""), "--fiscal-year"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_list_is_refused_for_its_own_reason_in_one_line(data: bytes, says: str) -> None:
    with pytest.raises(ListError) as refused:
        parse_list(data)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", list(REFUSED)[::9])
def test_a_refused_file_leaves_the_database_as_it_was(seeded: Path, name: str) -> None:
    before = seeded.read_bytes()
    file = seeded.parent / "list.csv"
    file.write_bytes(REFUSED[name][0])
    result = CliRunner().invoke(jigyo, ["--db", str(seeded), "load", "--replace", str(file)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"jigyo: {file}: {_reason(REFUSED[name][0])}\n"
    assert seeded.read_bytes() == before
    assert not seeded.with_name("jigyo.db-wal").exists()


def test_in_a_folder_a_page_instead_of_a_list_is_a_failure_and_no_other_table(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(SEED.read_bytes())
    (tmp_path / "next.csv").write_bytes(REFUSED["a page that says not found"][0])
    result = CliRunner().invoke(jigyo, ["--db", str(tmp_path / "jigyo.db"), "load", str(tmp_path)])
    assert result.exit_code == 1
    assert "next.csv: 中身はウェブページ" in result.stderr


def test_a_form_that_is_damaged_is_refused_as_a_list_is() -> None:
    form = "部,課,別名\n政策部,企画課,\n".encode()
    with pytest.raises(ListError, match="3行目に、文字ではない NUL"):
        sections.read_sections(form + b"\0" * 100)
    with pytest.raises(ListError, match="引用符が閉じていません"):
        sections.read_sections(form + '政策部,"統計'.encode())


def test_a_workbook_with_a_damaged_sheet_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(XLSX)) as archive:
        inside = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 90
    damaged = bytes(byte ^ 0x55 for byte in XLSX[inside : inside + 40])
    with pytest.raises(ListError, match="ブック（XLSX）が壊れています"):
        parse_list(XLSX[:inside] + damaged + XLSX[inside + 40 :])


@pytest.mark.parametrize("encoding", ["utf-32", "iso2022_jp_3", "euc_jp"])
def test_rarer_encodings_are_read(encoding: str) -> None:
    text = LIST.replace("髙﨑①", "高崎")
    assert len(parse_list(text.encode(encoding)).projects) == len(ROWS)


def test_rows_far_below_in_a_narrow_sheet_are_read() -> None:
    assert len(parse_list(book((60_000, 1))).rejected) == 1


def test_a_number_that_lost_its_row_is_refused_and_a_page_number_is_not() -> None:
    parsed = parse_list(f"{TITLE}\n{HEADER}\n{ROWS[0]}\n86,,,\n".encode())
    assert [(row.line, row.reason) for row in parsed.rejected] == [(4, "事務事業名が空です。")]
    assert parse_list(f"{TITLE}\n{HEADER}\n{ROWS[0]}\n86\n".encode()).rejected == ()


def _reason(data: bytes) -> str:
    try:
        parse_list(data)
    except ListError as error:
        return str(error)
    return ""
