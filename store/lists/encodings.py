"""Bytes as text: the encodings of published lists, and what is wrong where one almost fits. Pure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from store.lists.limits import ListError

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
_NOWHERE_IN_CP932 = re.compile("[\x80\uf8f0-\uf8f3]")  # what Python makes of bytes that stand for nothing


@dataclass(frozen=True, slots=True)
class Text:
    """The bytes in one encoding; `fault` says what speaks against them if this is the one, '' if nothing."""

    encoding: str
    text: str
    fault: str = ""


def texts(data: bytes) -> Iterator[Text]:
    """The bytes in every encoding they may be in, those that fit before those that almost do.

    Whoever finds a list in one with a fault has found why the file must be refused. Raises ListError at the
    end when no encoding fits.
    """
    faults: dict[str, str] = {}
    encodings = _encodings(data)
    for encoding in encodings:
        found = _decoded(data, encoding)
        if not found.fault:
            yield found
        else:
            faults[encoding] = found.fault
        del found  # a large file's texts are decoded again rather than all kept
    for encoding in faults:
        yield _decoded(data, encoding)
    if len(faults) == len(encodings):
        raise ListError(next(iter(faults.values())) if len(faults) == 1 else _UNKNOWN)


def line_ends(text: str) -> int:
    """How many lines end in the text, by any of the three line ends."""
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
    """What is wrong with text that could be decoded."""
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
    """Whether the line of the byte at `start`, its first that is not ASCII, is one of CP932."""
    first, last = data.rfind(b"\n", 0, start) + 1, data.find(b"\n", start)
    line = data[first : last if last >= 0 else len(data)]
    try:
        text = line.decode("cp932")
    except UnicodeDecodeError:
        return False
    return data[first:start].isascii() and not _NOWHERE_IN_CP932.search(text)


def _line_in_utf_8(data: bytes) -> int:
    """The number of the first line that only UTF-8 makes sense of, 0 if there is none."""
    if data.isascii():
        return 0
    for number, line in enumerate(io.BytesIO(data), 1):
        try:
            text = "" if line.isascii() else line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if len(re.findall("[\u3000-\u9fff]", text)) > 1:  # by chance once; not all of a line
            return number
    return 0
