"""What a load did, in words for a terminal and as a record for JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from store.records import FIELD_LABELS, Change, LoadReport, RejectedRow
from store.text.wareki import fiscal_year_name

SHOWN = 20  # lines of one kind; the rest is counted and is in the JSON
REFUSED_SHOWN = 200

Key = tuple[int, str]
Office = tuple[str, str]  # department, section


def report_record(report: LoadReport) -> dict[str, Any]:
    """A report as JSON has it: `loaded` counts the projects of the file that are now stored."""
    record = asdict(report)
    for name in ("added", "removed", "missing"):
        record[name] = [{"fiscal_year": year, "number": number} for year, number in record[name]]
    record["near_numbers"] = [
        {"fiscal_year": year, "numbers": list(numbers)} for year, numbers in report.near_numbers
    ]
    loaded = len(report.added) + len(report.changed) + report.unchanged
    return {"source_name": report.source_name, "loaded": loaded, **record}


def report_lines(report: LoadReport) -> Iterator[str]:
    """A report as lines of Japanese."""
    yield f"{report.source_name}: {_outcome(report)}"
    yield from _listed("変更", map(_change, report.changed))
    yield from _listed("削除", map(_key, report.removed))
    yield from _listed("一覧になくなったが残した事業（--replace で削除します）", map(_key, report.missing))
    yield from _refused(report.rejected)
    yield from _listed("見出しがないため読まなかったシート", (f"「{name}」" for name in report.unread_sheets))
    yield from _listed(
        "打ち分けられない事業番号（どちらを打っても両方が見つかります）",
        (
            f"{fiscal_year_name(year)} {'と'.join(f'「{each}」' for each in numbers)}"
            for year, numbers in report.near_numbers
        ),
    )
    yield from _listed(
        "よく似た課名（同じ課なら jigyo sections alias で別名にできます）",
        (f"「{_one_line(one)}」と「{_one_line(other)}」" for one, other in report.near_sections),
    )


def section_lines(
    source_name: str,
    aliases: int,
    contacts: int,
    rejected: Sequence[RejectedRow],
    idle: Sequence[tuple[Office, Office | None]],
) -> Iterator[str]:
    """What the import of a sections.csv did: new aliases, changed contacts, refused rows, idle sections."""
    done = f"別名を{aliases}件登録しました。" if aliases else "新しい別名はありません。"
    done += f"{contacts}課の連絡先を登録しました。" if contacts else ""
    yield from import_lines(source_name, done, rejected)
    yield from _listed("事業が一つもない課（課名をお確かめください）", map(_idle, idle))


def import_lines(source_name: str, done: str, rejected: Sequence[RejectedRow]) -> Iterator[str]:
    """What an import did, and the rows that were refused."""
    yield f"{source_name}: {done}"
    yield from _refused(rejected)


def _outcome(report: LoadReport) -> str:
    if report.identical:
        return f"読み込み済みの内容と同じです。変更はありません（{report.unchanged}件）。"
    loaded = len(report.added) + len(report.changed) + report.unchanged
    counts = {
        "追加": len(report.added),
        "変更": len(report.changed),
        "変わらず": report.unchanged,
        "削除": len(report.removed),
        "受け付けない行": len(report.rejected),
    }
    parts = "、".join(f"{label} {count}" for label, count in counts.items() if count)
    return f"{loaded}件を読み込みました（{parts}）。"


def _refused(rows: Iterable[RejectedRow]) -> Iterator[str]:
    return _listed("受け付けなかった行", map(_rejected, rows), most=REFUSED_SHOWN)


def _listed(title: str, lines: Iterable[str], *, most: int = SHOWN) -> Iterator[str]:
    every = tuple(lines)
    if every:
        yield f"  {title}（{len(every)}件）"
        yield from (f"    {line}" for line in every[:most])
    if len(every) > most:
        yield f"    ほか{len(every) - most}件（--json ですべて見られます）"


def _change(change: Change) -> str:
    fields = "、".join(FIELD_LABELS.get(name, "その他の列") for name in change.fields)
    return f"{_key((change.fiscal_year, change.number))}: {fields}"


def _rejected(row: RejectedRow) -> str:
    column = f" {row.column}列目" if row.column else ""
    return f"{row.line}行目{column}: {row.reason}"


def _idle(pair: tuple[Office, Office | None]) -> str:
    office, meant = (each and _one_line(" ".join(each)) for each in pair)
    return f"「{office}」" + (f"（「{meant}」のことでしょうか）" if meant else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _key(key: Key) -> str:
    return f"{fiscal_year_name(key[0])} {key[1]}"
