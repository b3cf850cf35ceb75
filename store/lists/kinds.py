"""What a file is by its first bytes, whatever its name says; most other kinds are refused here. Pure."""

from __future__ import annotations

import re

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
# Possessive: a comment ends at its first --> and nowhere else, so that there is one way to read it.
_MARKUP = re.compile(
    rb"\s*+(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+<(?:!doctype|html|head|body|table|\?xml)\b", re.IGNORECASE
)


def refuse_other_kinds(data: bytes) -> None:
    """Raise ListError, saying what the file is, when it is neither text, nor a ZIP, nor a workbook."""
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
    """What is said of a file of another kind."""
    return f"中身は{kind}です。事業の一覧を CSV、TSV、XLSX かテキストで用意してください。"
