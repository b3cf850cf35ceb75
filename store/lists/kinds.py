"""What a file is by its first bytes, whatever its name says; what is neither text nor workbook is refused."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib

from store.lists.errors import ListError

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
_MARKUP = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|table|\?xml)\b", re.I | re.S)
_DOCUMENTS = {"word/": "文書（Word）", "ppt/": "スライド（PowerPoint）", "xl/": "", "content.xml": ""}


def decompressed(data: bytes) -> bytes:
    """The bytes inside a gzip, others as they are. Raises ListError when it is cut off or damaged."""
    if not data.startswith(GZIP):
        return data
    try:
        return gzip.decompress(data)
    except EOFError as error:
        raise ListError("gzip が途中で切れています。もう一度入手してください。") from error
    except (OSError, zlib.error) as error:
        raise ListError("gzip が壊れていて展開できません。もう一度入手してください。") from error


def refuse_other_kinds(data: bytes) -> None:
    """Raise ListError, saying what the file is, when it is neither text nor a workbook."""
    if not data.strip(b"\0 \t\r\n"):
        lost = "ファイルの中身が失われています（すべて 0 です）。もう一度入手してください。"
        raise ListError(lost if b"\0" in data else "ファイルが空です。")
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise ListError(_not_a_list(kind))
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")[:4096]):
        raise ListError(
            "中身はウェブページ（HTML か XML）です。"
            "一覧を入手し直すか、Excel で開いて XLSX で保存し直してください。"
        )
    if data.startswith(ZIP):
        _refuse_other_archives(data)


def _refuse_other_archives(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            damaged = archive.testzip()
    except zipfile.BadZipFile as error:
        raise ListError(
            "ブック（XLSX）が途中で切れているか壊れています。もう一度入手してください。"
        ) from error
    except (zlib.error, EOFError, NotImplementedError, RuntimeError):
        names, damaged = [], "unreadable"
    if damaged:
        raise ListError("ブック（XLSX）が壊れています。もう一度保存し直してください。")
    inside = [kind for part, kind in _DOCUMENTS.items() if any(name.startswith(part) for name in names)]
    if not inside:
        raise ListError("圧縮ファイル（ZIP）です。中の一覧を取り出してから読み込んでください。")
    if inside[0]:
        raise ListError(_not_a_list(inside[0]))


def _not_a_list(kind: str) -> str:
    return f"中身は{kind}です。事業の一覧を CSV、TSV、XLSX かテキストで用意してください。"
