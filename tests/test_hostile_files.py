"""Files made to take all memory or time are refused in one line, at once; the database stays as it was."""

import gzip
import io
import os
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from bot.cli import jigyo
from store.lists import ListError, parse_list
from store.lists.limits import Limits
from store.lists.roles import Sample, _Finder
from store.text.display import block_tags, display, has_markup
from store.text.normalize import header_key
from tests import forking
from tests.test_workbooks import book_of_strings

MOST_MB, MOST_SECONDS = 400, 20  # of CPU; a refusal takes one or two, tests run beside others
LIST = "令和3年度事務事業一覧\n事業番号,事務事業名,課名,事業の概要\n1,市民交流,企画課,"
BOOK = book_of_strings(*(f"<si><t>事業{n}</t></si>" for n in range(5)))
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
MB = 1_000_000


class Ran(NamedTuple):
    status: int
    out: str
    error: str
    mb: int  # resident, of this process or one that it started
    seconds: float  # of CPU, of all


def ran(db: Path, *arguments: str | Path) -> Ran:
    """Run the command in a process of its own, and measure it, with what it was forked with."""
    told = db.with_name("taken.txt")
    done = forking.run([told, "--db", db, *arguments], module="tests.measured")
    mb, seconds = told.read_text().split()
    return Ran(done.returncode, done.stdout, done.stderr, int(mb), float(seconds))


def packed_again(piece: bytes, times: int) -> bytes:
    """What a deflate stream of so many pieces looks like, without making one of that size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    return first * times + packer.flush()


def with_part(book: bytes, name: str, start: bytes, piece: bytes, times: int, *, said: int = 0) -> bytes:
    """The ZIP with one more part, `start` and the pieces; `said` is its size as the directory has it."""
    stream = packed_again(start, 1)[:-2] + packed_again(piece, times)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, b"")
        size = said or len(start) + len(piece) * times
        checksum = zlib.crc32(start)
        for _ in range(times if not said else 0):
            checksum = zlib.crc32(piece, checksum)
        if said:  # of what the directory says is there
            checksum = zlib.crc32((start + piece)[:said])
        part = new.getinfo(name)
        new.fp.seek(part.header_offset + 14)
        new.fp.write(struct.pack("<III", checksum, len(stream), size))
        new.fp.seek(part.header_offset + 30 + len(name))
        new.fp.write(stream)
        part.CRC, part.compress_size, part.file_size = checksum, len(stream), size
        new.start_dir = new.fp.tell()
        new._didModify = True
    return out.getvalue()


def with_cell(book: bytes, cell: str) -> bytes:
    """The workbook with one cell more, in a row of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part).decode()
            new.writestr(part, text.replace("</sheetData>", f"<row>{cell}</row></sheetData>"))
    return out.getvalue()


def ods(rows: str) -> bytes:
    out = io.BytesIO()
    spaces = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"'
        for each in ("office", "table", "text")
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="一">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


FAR = '<c r="XFD1048576"><v>1</v></c>'
FILLED = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
MANY = FILLED * 20
ROW = b'<row><c t="inlineStr"><is><t>' + b"x" * 1000 + b"</t></is></c></row>"
STRING = b"<si><t>" + b"y" * 1000 + b"</t></si>"
TOO_MANY_MB = "64 MB を超えます"
TOO_MUCH_MEMORY = "512 MB を超えるメモリー"

FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a gz of 1 MB that is 1 GB": (
        "list.csv.gz", lambda: gzip.compress(bytes(20 * MB)) * 50, f"展開すると {TOO_MANY_MB}",
    ),
    "a sheet of 0.4 GB": (
        "list.xlsx", lambda: with_part(BOOK, SHEET, b"<sheetData>", ROW * 1000, 400), TOO_MANY_MB,
    ),
    "shared strings of 0.4 GB": (
        "list.xlsx", lambda: with_part(BOOK, STRINGS, b"<sst>", STRING * 1000, 400), TOO_MANY_MB,
    ),
    "a sheet of 0.4 GB that the directory says is small": (
        "list.xlsx",
        lambda: with_part(BOOK, SHEET, b"<sheetData>", ROW * 1000, 400, said=5000),
        "壊れています",
    ),
    "an ODS of 0.4 GB": (
        "list.ods", lambda: with_part(ods(""), "content.xml", b"<a>", b"<b/>" * 100_000, 1000), TOO_MANY_MB,
    ),
    "parts that lie over one another": (
        "list.xlsx",
        lambda: one_part_many_times(with_part(BOOK, "xl/x", b"", bytes(MB), 60), 3000),
        TOO_MANY_MB,
    ),
    "a far cell": ("list.xlsx", lambda: with_cell(BOOK, FAR), "XFD 列か 1048576 行目"),
    "a far cell in small letters": (
        "list.xlsx",
        lambda: with_cell(BOOK, "<c  t='n'\nr = 'xfd1048576' ><v>1</v></c>"),
        "XFD 列か 1048576 行目",
    ),
    "a far cell in an ODS": (
        "list.ods",
        lambda: ods(
            '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
            '<table:table-row><table:table-cell table:number-columns-repeated="16000"/>'
            f"{FILLED}</table:table-row>"
        ),
        TOO_MUCH_MEMORY,
    ),
    "a row repeated without end in an ODS": (
        "list.ods",
        lambda: ods(f'<table:table-row table:number-rows-repeated="99999999999">{MANY}</table:table-row>'),
        TOO_MUCH_MEMORY,
    ),
    "a million columns": (
        "list.csv",
        lambda: ("令和3年度\n事業番号,事務事業名" + ",列" * MB + "\n").encode(),
        "16,384列を超えます",
    ),
    "a quote that never closes": (
        "list.csv", lambda: (LIST + '"' + "交流\n" * MB).encode(), "引用符が閉じていません",
    ),
    "a quote of quotes that never closes": (
        "list.csv", lambda: (LIST + '"' + '""' * 5 * MB).encode(), "引用符の閉じ忘れ",
    ),
    "one line of 10 MB": ("list.csv", lambda: (LIST + "x" * 10 * MB).encode(), "3行目の4列目が長すぎます"),
    "one line of 10 MB without a comma": ("list.txt", lambda: b"x" * 10 * MB, "1行目の1列目が長すぎます"),
    "nothing but line ends": ("list.csv", lambda: (LIST + "\n" * 10 * MB).encode(), "200,000行を超えます"),
    "nothing but commas": ("list.csv", lambda: (LIST + "," * 10 * MB).encode(), "16,384列を超えます"),
    "a plain file of 65 MB": ("list.csv", lambda: LIST.encode() + b"\n" * 65 * MB, TOO_MANY_MB),
    "comments that one may read in many ways": ("list.html", lambda: b"<!---->" * 40 + b"x", "見出し"),
    "a header of notes": (
        "list.csv", lambda: ("令和3年度\n事業番号" + ",x" + "※" * 90_000 + "x\n").encode(), "見出し",
    ),
}  # fmt: skip


def one_part_many_times(book: bytes, times: int) -> bytes:
    """The ZIP whose directory names its last part again and again."""
    end = book.rindex(b"PK\5\6")
    last = book.rindex(b"PK\1\2")
    directory = int.from_bytes(book[end + 16 : end + 20], "little")
    more = book[last:end] * times
    count, size = int.from_bytes(book[end + 8 : end + 10], "little") + times, end - directory + len(more)
    return book[:end] + more + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, size, directory, 0)


# In a process of its own, which is measured: of each kind of file, and what is refused for its memory.
MEASURED = (
    "a gz of 1 MB that is 1 GB", "a sheet of 0.4 GB", "a far cell in an ODS",
    "a row repeated without end in an ODS",
)  # fmt: skip


@pytest.mark.parametrize(
    "kind", [each if each in MEASURED else pytest.param(each, marks=pytest.mark.slow) for each in FILES]
)
def test_it_is_refused_in_one_line_with_little_memory_and_time(kind: str, seeded: Path) -> None:
    name, made, says = FILES[kind]
    file = seeded.parent / name
    data = made()
    file.write_bytes(data)
    before = seeded.read_bytes()
    result = ran(seeded, "load", "--replace", file)
    assert (result.status, result.out) == (2, "")
    assert result.error.startswith(f"jigyo: {file}: ")
    assert says in result.error
    assert result.error.count("\n") == 1
    assert seeded.read_bytes() == before
    assert result.mb < MOST_MB
    assert result.seconds < MOST_SECONDS


@pytest.mark.parametrize("kind", sorted(FILES.keys() - set(MEASURED)))
def test_it_is_refused_for_its_own_reason(kind: str) -> None:
    """Here, where nothing is measured."""
    _, made, says = FILES[kind]
    with pytest.raises(ListError) as refused:
        parse_list(made())
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "command",
    [("sections", "import"), ("deadlines", "import"), ("sheets", "import"), ("synonyms", "import")],
    ids=" ".join,
)
def test_what_is_imported_is_held_to_the_same_limits(command: tuple[str, str], seeded: Path) -> None:
    before = seeded.read_bytes()
    for name, says in (
        ("gz", TOO_MANY_MB),
        ("far", "XFD 列"),
        ("quote", "引用符の閉じ忘れ"),
        ("pipe", "通常の"),
    ):
        file = seeded.with_name(name)
        if name == "gz":
            file.write_bytes(gzip.compress(bytes(5 * MB)) * 20)
        elif name == "far":
            file.write_bytes(with_cell(BOOK, FAR))
        elif name == "quote":
            file.write_text('部,課,別名,締切,事業番号,語,同義語\n"' + "x" * 200_000, encoding="utf-8")
        else:
            os.mkfifo(file)
        result = CliRunner().invoke(jigyo, ["--db", str(seeded), *command, str(file)])
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"jigyo: {file}: ")
        assert says in result.stderr
        assert result.stderr.count("\n") == 1
    assert seeded.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("pipe", "通常のファイルではありません"),
        ("/dev/zero", "通常のファイルではありません"),
        ("/dev/stdin", "通常のファイルではありません"),
        ("x" * 300 + ".csv", "名前が長すぎます"),
        ("circle", "リンクが自分自身を指しています"),
        ("absent.csv", "ファイルがありません"),
        ("absent.csv/list.csv", "ファイルがありません"),
    ],
)
def test_what_is_no_file_is_refused_at_once(name: str, says: str, seeded: Path) -> None:
    os.mkfifo(seeded.with_name("pipe"))
    seeded.with_name("circle").symlink_to("circle")
    path, before = seeded.parent / name, seeded.read_bytes()
    result = ran(seeded, "load", path)
    assert (result.status, result.out) == (2, "")
    assert result.error.startswith(f"jigyo: {path}: {says}")
    assert result.error.count("\n") == 1
    assert seeded.read_bytes() == before


def test_a_folder_is_loaded_around_what_is_no_file_and_no_import(seeded: Path) -> None:
    folder = seeded.with_name("lists")
    folder.mkdir()
    os.mkfifo(folder / "pipe.csv")
    (folder / "list.csv").write_text(LIST + "交流\n", encoding="utf-8")
    assert ran(seeded, "load", folder).status == 0
    refused = CliRunner().invoke(jigyo, ["--db", str(seeded), "sections", "import", str(folder)])
    assert (refused.exit_code, "フォルダーです" in refused.stderr) == (2, True)


def test_a_file_name_that_is_no_utf_8_is_read_and_stored_as_the_text_it_is(seeded: Path) -> None:
    file = seeded.parent / os.fsdecode("一覧\n.csv".encode("cp932"))
    file.write_text(LIST + "交流\n", encoding="utf-8")
    result = ran(seeded, "load", file)
    assert (result.status, result.error) == (0, "")
    assert result.out.startswith("一覧\N{REPLACEMENT CHARACTER}.csv: ")


def test_limits_are_settings_and_the_reason_names_them(seeded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = seeded.with_name("list.csv")
    file.write_text(LIST + "交流\n2,別の事業,企画課,支援\n", encoding="utf-8")
    for name, value in (("ROWS", 3), ("COLUMNS", 3), ("CELLS", 8), ("CELL", 100)):
        with monkeypatch.context() as environment:
            environment.setenv(f"JIGYO_LOAD_{name}", str(value))
            if name == "CELL":
                file.write_text(LIST + "交流" * 51 + "\n", encoding="utf-8")
            result = CliRunner().invoke(jigyo, ["--db", str(seeded), "load", str(file)])
            assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
            assert f"設定 JIGYO_LOAD_{name} を大きく" in result.stderr
    monkeypatch.setenv("JIGYO_LOAD_MB", "0")
    result = CliRunner().invoke(jigyo, ["--db", str(seeded), "load", str(file)])
    assert "JIGYO_LOAD_MB" in str(result.exception)


def test_reading_a_workbook_ends_when_its_time_is_over() -> None:
    rows = f'<table:table-row table:number-rows-repeated="200000">{FILLED * 12}</table:table-row>'
    with pytest.raises(ListError, match=r"1秒かけても読み終わりません.*JIGYO_LOAD_SECONDS"):
        parse_list(ods(rows), limits=Limits(seconds=1))


def test_reading_a_text_ends_when_its_time_is_over() -> None:
    with pytest.raises(ListError, match="0秒かけても読み終わりません"):
        parse_list((LIST + "交流\n").encode(), limits=Limits(seconds=0))


def test_the_limit_of_a_separator_that_is_not_the_lists_own_says_nothing() -> None:
    row = "1,市民交流," + ",".join(["交流" * 20_000] * 4)
    parsed = parse_list(f"令和3年度\n事業番号,事務事業名,a,b,c,d\n{row}\n".encode())
    assert len(parsed.projects) == 1


def test_a_header_in_a_message_is_one_line_and_short() -> None:
    header = ",".join(["事業番号", "課名", *('"長い\n見出し' + "x" * 500 + f'{n}"' for n in range(500))])
    with pytest.raises(ListError) as refused:
        parse_list(f"令和3年度\n{header}\n1,\n".encode())
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 2000


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 25_000, "<!---->" * 14_000 + "x", "<script>" * 12_000, "<style x" * 12_000,
        "<script></style>" * 6000, "</script" * 12_000, "<b " * 30_000, "&#" * 50_000, "・" * 100_000,
        "1. " * 33_000, "\n " * 50_000, "<li>" * 25_000,
    ],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_markup_of_100_000_characters_takes_no_time(text: str) -> None:
    began = time.process_time()
    display(text)
    has_markup(text)
    block_tags(text)
    assert time.process_time() - began < 1


def test_comments_and_scripts_are_unseen_as_before_and_what_does_not_end_is_seen() -> None:
    assert display("一<!-- 二 -- 三 -->四<!-- 五") == "一四<!-- 五"
    assert display("一<SCRIPT a='b'>二</style></Script >三<style>四") == "一三<style>四"
    assert block_tags("一<!--二--><br>三") == ((9, 13), (1, 9))


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("事業名(注)", "事業名"), ("事業名※1※2", "事業名"), ("事業名(千円)*12(注)", "事業名"),
        ("事業名12※", "事業名12"), ("(注)", "(注)"), ("(注)(a)", "(注)"), ("事業名(()", "事業名("),
        ("事業名(a)b)", "事業名(a)b)"), ("課1", "課1"),
    ],
)  # fmt: skip
def test_notes_at_the_end_of_a_header_are_no_part_of_it(word: str, folded: str) -> None:
    assert header_key(word) == folded


@pytest.mark.parametrize("end", ["※", "※1", "(a)", "(", ")", "1", "※ "])
def test_a_name_of_100_000_characters_is_folded_in_no_time(end: str) -> None:
    began = time.process_time()
    header_key("名" + end * (100_000 // len(end)) + "x")
    header_key("名" + end * (100_000 // len(end)))
    assert time.process_time() - began < 2


def test_each_of_thousands_of_headings_is_not_compared_with_all_others() -> None:
    class Fields(list[str]):
        compared = 0

        def __contains__(self, name: object) -> bool:
            Fields.compared += len(self)
            return super().__contains__(name)

    finder = _Finder([("所見",)] * 2_000, ["所見"] * 2_000, {}, Sample([["よい"] * 2_000] * 3), Fields())
    before = Fields.compared
    finder.find()
    assert Fields.compared - before < 2_000 * 2_000 * 2  # six times as much, when each asked of all others


def folded_while(reads: Callable[[], object]) -> list[int]:
    """The length of each text whose `header_key` is asked for while something is read."""
    lengths: list[int] = []

    def called(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is header_key.__code__:
            lengths.append(len(frame.f_locals["cell"]))

    sys.setprofile(called)
    try:
        reads()
    except ListError:
        pass
    finally:
        sys.setprofile(None)
    return lengths


def test_a_heading_that_thousands_of_columns_have_is_folded_once() -> None:
    wide = "事業番号,事務事業名," + "所見の内容," * 5_000
    lines = ["令和3年度事務事業一覧", wide, "1,市民交流," + "よい," * 5_000]
    assert len(folded_while(lambda: parse_list("\n".join(lines).encode()))) < 1_000


def test_a_cell_too_long_for_a_heading_is_not_folded_to_see_whether_it_is_a_label() -> None:
    rows = [f"{n},市民交流{n},企画課,{'交流を図る。' * 5_000}" for n in range(1, 9)]
    under = "事業の概要,事務事業名,担当課,事業番号\n" + "\n".join(
        ",".join(reversed(row.split(","))) for row in rows
    )
    lengths = folded_while(lambda: parse_list(under.encode()))
    assert max(lengths, default=1_000) < 1_000
