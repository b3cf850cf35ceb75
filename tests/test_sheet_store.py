"""Deadlines have versions, sheets have states, and every change has its line in the trail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from store.database import Database, open_database
from store.evaluation import changes, registry
from store.evaluation.records import Deadline, SectionContacts, Snooze

ENGINES = ("sqlite", "postgresql")
AT = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
DEPARTMENT = "政策イノベーション部"


@pytest.fixture
def db(tmp_path: Path, placed: Callable[[Path], Path]) -> Database:
    db = open_database(placed(tmp_path / "jigyo.db"))
    db["sources"].insert({"id": 1, "name": "list.txt", "sha256": "", "format": "text", "loaded_at": ""})
    db["sections"].insert_all(
        [
            {"id": 1, "department": DEPARTMENT, "name": "統計・データ利活用推進室", "canonical_id": None},
            {"id": 2, "department": DEPARTMENT, "name": "統計・データ活用推進室", "canonical_id": 1},
        ]
    )
    for year, number, section in ((2021, "0086", 2), (2021, "72", 1), (2020, "5", 1)):
        db["projects"].insert(
            {
                "fiscal_year": year, "number": number, "number_key": number.lstrip("0"), "name": number,
                "department": DEPARTMENT, "section_id": section, "source_id": 1, "source_line": 1,
            }
        )  # fmt: skip
    return db


def set_deadline(db: Database, due: date = date(2026, 12, 28), **more: object) -> Deadline:
    values = {"fiscal_year": 2026, "kind": "一次評価", "due": due, "by": "U9", "at": AT} | more
    return changes.set_deadline(db, **values)[1]  # type: ignore[arg-type]


def test_a_changed_due_date_is_a_new_version_and_a_note_is_not(db: Database) -> None:
    assert set_deadline(db).version == 1
    assert set_deadline(db).version == 1
    noted = set_deadline(db, note="様式は昨年と同じ", by="U8")
    assert (noted.version, noted.note, noted.set_by) == (1, "様式は昨年と同じ", "U9")
    assert set_deadline(db, date(2027, 1, 8), by="U8").token == f"{noted.id}.2"
    withdrawn = set_deadline(db, date(2027, 1, 8), withdrawn=True)
    assert (withdrawn.version, withdrawn.withdrawn, registry.deadlines(db)) == (3, True, [withdrawn])
    lines = [(e.subject, e.field, e.before, e.after) for e in changes.events(db, what="deadline")]
    assert lines[0] == ("1.1", "due", "", "2026-12-28")
    assert ("1.2", "due", "2026-12-28", "2027-01-08") in lines


def test_deadlines_of_different_scope_stand_side_by_side(db: Database) -> None:
    set_deadline(db)
    set_deadline(db, date(2026, 12, 25), department=DEPARTMENT)
    set_deadline(db, date(2026, 12, 24), department=DEPARTMENT, section="企画経営課", opens=date(2026, 12, 1))
    assert [d.scope for d in registry.deadlines(db)] == ["section", "department", "all"]
    assert registry.deadlines(db)[0].opens == date(2026, 12, 1)


def test_every_project_of_the_latest_list_has_a_sheet_in_every_round(db: Database) -> None:
    set_deadline(db)
    set_deadline(db, date(2027, 1, 20), kind="二次評価")
    set_deadline(db, date(2027, 1, 12), kind="修正")
    found = {(s.number, s.kind): (s.section, s.state) for s in registry.sheets(db)}
    untouched = ("統計・データ利活用推進室", "未着手")
    assert found == {
        (number, kind): untouched for number in ("0086", "72") for kind in ("一次評価", "二次評価")
    }


def test_of_two_people_at_once_the_second_changes_nothing(db: Database) -> None:
    set_deadline(db)
    seen = registry.numbered(db, "No.86")[0]
    done = changes.save(db, seen, replace(seen, state="提出済"), by="U1", at=AT)
    assert done
    assert changes.save(db, seen, replace(seen, state="作成中"), by="U2", at=AT) is None
    assert registry.sheet(db, seen.key) == done
    assert (done.state, done.version, done.updated_by, done.updated_at) == ("提出済", 1, "U1", AT)
    assert [(e.field, e.before, e.after) for e in changes.events(db, what="sheet")] == [
        ("state", "未着手", "提出済")
    ]


def test_a_returned_sheet_keeps_its_reason_and_new_due_date(db: Database) -> None:
    set_deadline(db)
    seen = registry.numbered(db, "72")[0]
    new = replace(
        seen, state="差戻し", returned_reason="成果の数値", returned_due=date(2027, 1, 8), returned_at=AT
    )
    saved = changes.save(db, seen, new, by="U9", at=AT)
    assert saved
    assert registry.sheet(db, seen.key) == saved
    assert (saved.returned_due, saved.returned_at) == (date(2027, 1, 8), AT)


def test_contacts_tell_whose_sections_a_user_answers_for(db: Database) -> None:
    new = SectionContacts(DEPARTMENT, "企画経営課", "U1", "U2", "U3", "C1", ("U4", "U41"))
    assert changes.set_contacts(db, new, by="U9", at=AT)
    assert not changes.set_contacts(db, new, by="U9", at=AT)
    mine = [(DEPARTMENT, "企画経営課")]
    assert [registry.sections_of(db, user) for user in ("U1", "U2", "U41")] == [mine, mine, mine]
    assert [registry.sections_of(db, user) for user in ("U3", "U", "", "_1")] == [[], [], [], []]
    marked = registry.contacts(db, {"U1": "user_disabled"})
    assert [c.section for c in marked] == ["企画経営課", "統計・データ利活用推進室"]
    assert marked[0].unreachable == {"U1"}


def test_an_admin_is_listed_once_and_taken_off_once(db: Database) -> None:
    steps = [
        changes.set_admin(db, "U9", listed=listed, by="operator", at=AT) for listed in (True, True, False)
    ]
    assert steps == [True, False, True]
    assert registry.admins(db) == frozenset()
    assert [(e.before, e.after) for e in changes.events(db, what="setting")] == [
        ("", "事務局"),
        ("事務局", ""),
    ]


def test_pressing_snooze_twice_counts_once(db: Database) -> None:
    tomorrow = Snooze("U1", date(2026, 12, 15), AT, "U1")
    assert registry.snooze(db, tomorrow)
    assert not registry.snooze(db, replace(tomorrow, by="U2"))
    assert registry.snoozes(db) == [tomorrow]
