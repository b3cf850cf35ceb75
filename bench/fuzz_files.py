"""Small good files of every kind that can be loaded or imported, and mutations that make bad ones of them."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import openpyxl

ROWS = [
    ["令和3年度事務事業一覧"],
    ["事業番号", "事務事業名", "部", "課", "事業の目的", "事業の概要", "成果", "予算額"],
    *(
        [
            str(n), f"事業{n}の推進", "政策部", f"企画{n % 3}課", "市民の交流を図る",
            f"講座を{n}回開く。\n参加{n}名", "", f"{n},000",
        ]
        for n in range(1, 25)
    ),
]  # fmt: skip
SECTIONS = [["部", "課", "別名", "課長"], ["政策部", "企画1課", "企一;第一企画", "U0123456"]]
DEADLINES = [["年度", "種類", "部", "課", "締切"], ["2021", "一次評価", "政策部", "企画1課", "2030-12-25"]]
SHEETS = [["年度", "種類", "事業番号", "状態"], ["2021", "一次評価", "1", "作成中"]]
SYNONYMS = [["語", "同義語"], ["講座", "教室、レッスン"]]
LARGEST = 2_000_000  # bytes of a mutated file
_PIECES = (
    b"\0", b'"', b'""', b"\n", b"\r", b"\t", b",", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b$B", b"<!---->",
    b"&#0;", b"99999999999", b"-1", b"1e308", b"XFD1048576", b"\xed\xa0\x80", b"(" * 200, b"<li>" * 50,
    *(text.encode() for text in ("\u202e", "令和99年度", "※" * 50, "ー" * 300, "\ufe0ee\u0301\uff9e")),
)  # fmt: skip

Bytes = bytes | bytearray


@dataclass(frozen=True, slots=True)
class Good:
    """A good file: the command that takes it (`load`, or `sections import` …), its name and its bytes."""

    kind: str
    command: tuple[str, ...]
    name: str
    data: bytes


def good_files() -> list[Good]:
    """One file of every kind."""
    lists = {
        "text as published": ("list.txt", _separated(ROWS, "\t").encode()),
        "CSV in UTF-8": ("list.csv", _separated(ROWS, ",").encode("utf-8-sig")),
        "CSV in CP932": ("list.csv", _separated(ROWS, ",").encode("cp932")),
        "CSV in EUC-JP": ("list.csv", _separated(ROWS, ",").encode("euc_jp")),
        "CSV in ISO-2022-JP": ("list.csv", _separated(ROWS, ",").encode("iso2022_jp_3")),
        "TSV in UTF-16": ("list.tsv", _separated(ROWS, "\t").encode("utf-16")),
        "CSV in gzip": ("list.csv.gz", gzip.compress(_separated(ROWS, ",").encode(), mtime=0)),
        "XLSX": ("list.xlsx", _xlsx()),
        "ODS": ("list.ods", _ods()),
        "XLS": ("list.xls", _xls()),
    }
    forms = {"sections": SECTIONS, "deadlines": DEADLINES, "sheets": SHEETS, "synonyms": SYNONYMS}
    return [
        *(Good(kind, ("load",), name, data) for kind, (name, data) in lists.items()),
        *(
            Good(f"{what}.csv", (what, "import"), f"{what}-filled.csv", _separated(rows, ",").encode())
            for what, rows in forms.items()
        ),
    ]


def mutated(good: Good, others: list[bytes], chance: random.Random) -> bytes:
    """The file with one mutation or some, of its bytes or of what is packed in it."""
    data = good.data
    if chance.random() < 0.6:
        if data.startswith(b"PK"):
            return _in_zip(data, others, chance)
        if data.startswith(b"\x1f\x8b"):
            return gzip.compress(_several(gzip.decompress(data), others, chance), 1, mtime=0)
    return _several(data, others, chance)


def _several(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    changed: Bytes = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        changed = chance.choice(MUTATIONS)(bytearray(changed), others, chance)[:LARGEST]
    return bytes(changed)


def _in_zip(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hit = chance.choice(names)
        insides = [old.read(name) for name in names]
        for name, inside in zip(names, insides, strict=True):
            new.writestr(name, _several(inside, [*others, *insides], chance) if name == hit else inside)
    return out.getvalue()


def _flip_bits(data: bytearray, others: list[bytes], chance: random.Random) -> Bytes:
    for _ in range(chance.choice((1, 2, 8, 64)) if data else 0):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def _cut(data: bytearray, others: list[bytes], chance: random.Random) -> Bytes:
    at = chance.randrange(len(data) + 1)
    return data[at:] if chance.random() < 0.2 else data[:at]


def _cut_out(data: bytearray, others: list[bytes], chance: random.Random) -> Bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 2, 16, 300)) :]


def _splice(data: bytearray, others: list[bytes], chance: random.Random) -> Bytes:
    other = chance.choice(others)
    start, at = chance.randrange(len(other)), chance.randrange(len(data) + 1)
    piece = other[start : start + chance.choice((1, 4, 64, 1000, 5000))]
    return data[:at] + piece + data[at + (len(piece) if chance.random() < 0.5 else 0) :]


def _change_header(data: bytearray, others: list[bytes], chance: random.Random) -> Bytes:
    size = chance.choice((2, 4, 8, 30, 64))
    head = chance.randbytes(size) if chance.random() < 0.5 else chance.choice(others)[:size]
    return head + data[size:]


def _insert(data: bytearray, others: list[bytes], chance: random.Random) -> Bytes:
    for _ in range(chance.choice((1, 3, 10))):
        at = chance.randrange(len(data) + 1)
        data[at : at + chance.choice((0, 0, 3))] = chance.choice(_PIECES)
    return data


def _repeat(data: bytearray, others: list[bytes], chance: random.Random) -> Bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((1, 3, 40, 400))]
    times = min(chance.choice((3, 50, 2000, 30_000)), 60_000 // (len(piece) or 1))
    return data[:start] + piece * times + data[start:]


def _change_number(data: bytearray, others: list[bytes], chance: random.Random) -> Bytes:
    digits = [place for place, byte in enumerate(data) if 48 <= byte <= 57]
    if digits:
        at = chance.choice(digits)
        data[at : at + 1] = chance.choice((b"9999999999", b"1048576", b"-1", b"0", b"65536", b"4294967295"))
    return data


MUTATIONS: tuple[Callable[[bytearray, list[bytes], random.Random], Bytes], ...] = (
    _flip_bits, _cut, _cut_out, _splice, _change_header, _insert, _repeat, _change_number,
)  # fmt: skip


def _separated(rows: list[list[str]], separator: str) -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if set(text) & {separator, '"', "\n"} else text

    return "".join(separator.join(map(cell, row)) + "\r\n" for row in rows)


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in row])
    book.active.merge_cells("C3:C8")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ods() -> bytes:
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in ROWS
    )
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    return _zipped({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="一覧">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>",
    })  # fmt: skip


def _zipped(parts: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def _xls() -> bytes:
    """A workbook of Excel 97: the records of one sheet ([MS-XLS] 2.4), in a compound file ([MS-CFB])."""
    labels = b"".join(
        _record(0x0204, struct.pack("<HHHHB", line, column, 0, len(cell), 1) + cell.encode("utf-16-le"))
        for line, row in enumerate(ROWS)
        for column, cell in enumerate(row)
        if cell
    )
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 6)
    name = "一覧".encode("utf-16-le")
    place = len(_record(0x0809, begin)) + len(_record(0x0085, bytes(8) + name)) + len(_record(0x000A, b""))
    stream = (
        _record(0x0809, begin)
        + _record(0x0085, struct.pack("<IHBB", place, 0, 2, 1) + name)
        + _record(0x000A, b"")
        + _record(0x0809, begin[:2] + b"\x10\0" + begin[4:])
        + labels
        + _record(0x000A, b"")
    )
    return _compound(stream.ljust(4096, b"\0"))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _compound(stream: bytes) -> bytes:
    sector, last, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    sectors = -(-len(stream) // sector)
    chain = [0xFFFFFFFD, last, *range(3, sectors + 2), last]  # the table itself, the directory, the stream
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(sector, b"\xff")
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 62, 3, 0xFFFE, 9, 6, b"",
        0, 1, 1, 0, 4096, last, 0, last, 0,
    ) + struct.pack("<I", 0).ljust(436, b"\xff")  # fmt: skip

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        return text.ljust(64, b"\0") + struct.pack(
            "<HBBIII16sIQQIQ", len(text), kind, 1, free, free, child, b"", 0, 0, 0, start, size
        )

    directory = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, len(stream))
    return head + table + directory.ljust(sector, b"\0") + stream.ljust(sectors * sector, b"\0")
