"""Detect what a file is by its bytes, not by its name: its kind, packing and encoding. Pure."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from store.lists.limits import Limits, ListError, refuse_bytes

GZIP, ZIP, OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EMPTY_ZIP = b"PK\x05\x06"
_SIGNATURES = {
    b"%PDF-": "PDF",
    b"\x89PNG\r\n\x1a\n": "画像（PNG）",
    b"\xff\xd8\xff": "画像（JPEG）",
    b"GIF87a": "画像（GIF）",
    b"GIF89a": "画像（GIF）",
    b"II*\0": "画像（TIFF）",
    b"MM\0*": "画像（TIFF）",
    b"RIFF": "画像か音声（RIFF）",
    b"{\\rtf": "文書（RTF）",
    b"SQLite format 3\0": "データベース（SQLite）",
    b"7z\xbc\xaf\x27\x1c": "圧縮ファイル（7z）",
    b"Rar!\x1a\x07": "圧縮ファイル（RAR）",
    b"BZh": "圧縮ファイル（bzip2）",
    b"\xfd7zXZ\0": "圧縮ファイル（xz）",
    GZIP: "二重に圧縮されたファイル（gzip）",
    _EMPTY_ZIP: "空の圧縮ファイル（ZIP）",
}

# Possessive quantifiers: a comment ends at its first -->, so that a match takes linear time.
_MARKUP = re.compile(
    rb"\s*+(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+<(?:!doctype|html|head|body|table|\?xml)\b", re.IGNORECASE
)


def refuse_other_kinds(data: bytes) -> None:
    """Raise ListError with the kind of a file that is neither text, nor a ZIP, nor a workbook."""
    if not data.strip(b"\0 \t\r\n"):
        lost = "ファイルの中身が失われています（すべて 0 です）。もう一度入手してください。"
        raise ListError(lost if b"\0" in data else "ファイルが空です。")
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise ListError(not_a_list(kind))
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")[:4096]):
        raise ListError(
            "中身はウェブページ（HTML か XML）です。"
            "一覧を入手し直すか、Excel で開いて XLSX で保存し直してください。"
        )


def not_a_list(kind: str) -> str:
    """Return the message about a file of another kind."""
    return f"中身は{kind}です。事業の一覧を CSV、TSV、XLSX かテキストで用意してください。"


LARGEST = 10_000_000  # cells of the rectangle of a sheet; the reader keeps blank ones in memory too
_CHUNK = 1 << 18
_DOCUMENTS = {"word/": "文書（Word）", "ppt/": "スライド（PowerPoint）", "xl/": "", "content.xml": ""}
_DAMAGED = "ブック（XLSX）が壊れています。もう一度保存し直してください。"
_CUT_OFF_BOOK = "ブック（XLSX）が途中で切れているか壊れています。もう一度入手してください。"
_ENCRYPTED = 0x1
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")

# A cell that is not blank (<c …>, not <c …/>), beyond column ZZ or row 9999; nearer ones cannot be too far.
_FAR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*["']([A-Za-z]{3}|[A-Za-z]{1,2}(?=\d{5}))(\d{1,7})["'][^<>]*(?<!/)>"""
)

# A cell with a formula and no stored value, as openpyxl writes it; an empty text as the result has t="str".
_UNVALUED = re.compile(
    rb"""<(?:\w+:)?c\s(?![^<>]*\bt\s*=\s*["']str)[^<>]*?\br\s*=\s*["']([A-Z]{1,3}\d{1,7})["'][^<>]*(?<!/)>\s*"""
    rb"""<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_LONGEST_TAG = 1000  # bytes; a tag of a cell may be divided by the end of a chunk


def decompressed(data: bytes, limits: Limits) -> bytes:
    """Unpack a gzip; return other bytes as they are. Raises ListError if it is damaged or too large."""
    if not data.startswith(GZIP):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            inside = file.read(limits.bytes + 1)
    except EOFError as error:
        raise ListError("gzip が途中で切れています。もう一度入手してください。") from error
    except (OSError, zlib.error) as error:
        raise ListError("gzip が壊れていて展開できません。もう一度入手してください。") from error
    if len(inside) > limits.bytes:
        raise refuse_bytes(limits, packed=True)
    return inside


def check_archive(data: bytes, limits: Limits) -> list[str]:
    """Check a workbook's ZIP, and return the cells whose formula has no stored value.

    Raises ListError if it is no workbook, is damaged or too large, or has a cell far from its table. Each
    part is unpacked once, a chunk at a time, and must be as long as the directory says.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        raise ListError(_CUT_OFF_BOOK) from error
    if sum(part.file_size for part in parts) > limits.bytes:
        raise refuse_bytes(limits, packed=True)
    unvalued: dict[str, None] = {}
    for part in parts:
        unvalued |= dict.fromkeys(_check_part(data, part))
    inside = [
        kind for start, kind in _DOCUMENTS.items() if any(part.filename.startswith(start) for part in parts)
    ]
    if not inside:
        raise ListError("圧縮ファイル（ZIP）です。中の一覧を取り出してから読み込んでください。")
    if inside[0]:
        raise ListError(not_a_list(inside[0]))
    return [*unvalued]


def _check_part(data: bytes, part: zipfile.ZipInfo) -> list[str]:
    """Check one part of a ZIP, and return the cells of a sheet whose formula has no stored value."""
    size = checksum = 0
    before = b""
    unvalued: list[str] = []
    is_sheet = bool(_SHEET.fullmatch(part.filename))
    try:
        for piece in _unpacked(data, part):
            size += len(piece)
            if size > part.file_size:
                raise ListError(_DAMAGED)
            checksum = zlib.crc32(piece, checksum)
            if is_sheet:
                _refuse_far_cells(before + piece)
                unvalued += [cell[1].decode() for cell in _UNVALUED.finditer(before + piece)]
                before = piece[-_LONGEST_TAG:]
    except zlib.error as error:
        raise ListError(_DAMAGED) from error
    if (size, checksum) != (part.file_size, part.CRC):
        raise ListError(_DAMAGED)
    return unvalued


def _unpacked(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack a part to its end, at most `_CHUNK` bytes at a time."""
    start = part.header_offset
    name, extra = (int.from_bytes(data[at : at + 2], "little") for at in (start + 26, start + 28))
    start += 30 + name + extra
    packed = memoryview(data)[start : start + part.compress_size]
    if part.flag_bits & _ENCRYPTED or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ListError(_DAMAGED)
    if part.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + _CHUNK]) for at in range(0, len(packed), _CHUNK))
        return
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(0, len(packed), _CHUNK):
        rest: bytes | memoryview = packed[at : at + _CHUNK]
        while len(rest):
            yield unpacker.decompress(rest, _CHUNK)
            rest = unpacker.unconsumed_tail
    while piece := unpacker.decompress(b"", _CHUNK):
        yield piece
    if not unpacker.eof:
        raise ListError(_DAMAGED)


def _refuse_far_cells(sheet: bytes) -> None:
    """Raise ListError for a cell far from its table, before the reader allocates the cells between."""
    for cell in _FAR_CELL.finditer(sheet):
        letters, row = cell[1].decode().upper(), int(cell[2])
        column = sum((ord(letter) - 64) * 26**place for place, letter in enumerate(reversed(letters)))
        if row * column > LARGEST:
            raise ListError(
                f"表から遠く離れたセル（{letters} 列か {row} 行目）に何か入っています。"
                "そのセルを消して保存し直してください。"
            )


_NAMES = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
    "utf-32": "UTF-32", "cp932": "CP932 (Shift_JIS)", "euc_jp": "EUC-JP", "iso2022_jp_3": "ISO-2022-JP",
}  # fmt: skip
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_OLDER = ("cp932", "euc_jp")
_ENDS_INSIDE = ("unexpected end of data", "truncated data", "incomplete multibyte sequence")
_CUT_OFF = "最後の文字が途中で終わっています。ファイルが途中で切れていないか確かめてください。"
_SAVE_AGAIN = "ファイルが壊れていないか確かめ、元のファイルから保存し直してください。"
_UNKNOWN = "文字コードが分かりません。UTF-8、CP932 (Shift_JIS)、UTF-16 か XLSX で保存してください。"
_NOWHERE_IN_CP932 = re.compile("[\x80\uf8f0-\uf8f3]")  # to which Python decodes unassigned bytes


@dataclass(frozen=True, slots=True)
class Text:
    """The bytes decoded in one encoding; `fault` is what is wrong with them in it, '' if nothing is."""

    encoding: str
    text: str
    fault: str = ""


def texts(data: bytes) -> Iterator[Text]:
    """Yield the bytes in every possible encoding, those without a fault first.

    If only a text with a fault has a list, its fault is the reason to refuse the file. Raises ListError at
    the end if no encoding fits.
    """
    faults: dict[str, str] = {}
    encodings = _encodings(data)
    for encoding in encodings:
        found = _decoded(data, encoding)
        if not found.fault:
            yield found
        else:
            faults[encoding] = found.fault
        del found  # the text of a large file is decoded again rather than kept
    for encoding in faults:
        yield _decoded(data, encoding)
    if len(faults) == len(encodings):
        raise ListError(next(iter(faults.values())) if len(faults) == 1 else _UNKNOWN)


def line_ends(text: str) -> int:
    """Count the line ends (CR, LF or CRLF) of a text."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _encodings(data: bytes) -> tuple[str, ...]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return (encoding,)
    if b"\0" in data:
        return ("utf-16-le", "utf-16-be", "utf-8", *_OLDER)
    if b"\x1b$" in data:
        return ("iso2022_jp_3",)
    return ("utf-8",) if data.isascii() else ("utf-8", *_OLDER)


def _decoded(data: bytes, encoding: str) -> Text:
    try:
        text, fault = data.decode(encoding), ""
    except UnicodeDecodeError as error:
        text, fault = data.decode(encoding, "replace"), _unreadable(data, encoding, error)
    if (place := text.find("\0")) >= 0:
        line = line_ends(text[:place]) + 1
        fault = f"{line}行目に、文字ではない NUL（0 のバイト）が入っています。{_SAVE_AGAIN}"
    return Text(encoding, text, fault or _suspicious(data, encoding, text))


def _unreadable(data: bytes, encoding: str, error: UnicodeDecodeError) -> str:
    if error.end == len(data) and error.reason in _ENDS_INSIDE:
        return _CUT_OFF
    before = data[: error.start]
    line = line_ends(before.decode(encoding, "replace")) + 1
    if encoding.startswith("utf-8") and _in_cp932(data, error.start):
        return _mixed(line, "CP932 (Shift_JIS)")
    if encoding in _OLDER and (other := _line_in_utf_8(data)):
        return _mixed(other, "UTF-8")
    return _no_character(line, encoding)


def _suspicious(data: bytes, encoding: str, text: str) -> str:
    """Return what is wrong with a text that could be decoded, '' if nothing is."""
    if encoding == "cp932" and (found := _NOWHERE_IN_CP932.search(text)):
        return _no_character(line_ends(text[: found.start()]) + 1, encoding)
    if encoding in _OLDER and (line := _line_in_utf_8(data)):
        return _mixed(line, "UTF-8")
    return ""


def _no_character(line: int, encoding: str) -> str:
    return f"{line}行目に、{_NAMES[encoding]} として読めない文字があります。{_SAVE_AGAIN}"


def _mixed(line: int, other: str) -> str:
    return (
        f"{line}行目の文字コードが前の行と違います（{other} のようです）。"
        "全体を一つの文字コードで保存し直してください。"
    )


def _in_cp932(data: bytes, start: int) -> bool:
    """Whether a line is valid CP932; `start` is the place of its first byte beyond ASCII."""
    first, last = data.rfind(b"\n", 0, start) + 1, data.find(b"\n", start)
    line = data[first : last if last >= 0 else len(data)]
    try:
        text = line.decode("cp932")
    except UnicodeDecodeError:
        return False
    return data[first:start].isascii() and not _NOWHERE_IN_CP932.search(text)


def _line_in_utf_8(data: bytes) -> int:
    """Return the number of the first line that can only be UTF-8, 0 if there is none."""
    if data.isascii():
        return 0
    for number, line in enumerate(io.BytesIO(data), 1):
        try:
            text = "" if line.isascii() else line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if len(re.findall("[\u3000-\u9fff]", text)) > 1:  # one may come by chance
            return number
    return 0
