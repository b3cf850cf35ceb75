"""A section renamed or moved in a new list keeps chief and deadlines, or the load says what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from bot.cli import jigyo
from bot.days.calendar import TOKYO
from bot.deadlines import actions
from store.database import open_database
from store.evaluation import changes, registry, sections
from store.evaluation.records import SectionContacts
from store.evaluation.sections import SectionError

PART, OLD, NEW = "政策部", "企画経営課", "企画政策課"
AT = datetime(2026, 11, 24, 10, tzinfo=TOKYO)


def listed(year: str, part: str, section: str) -> str:
    return f"年度,事業番号,事務事業名,部,課\n{year},1,スマートシティ,{part},{section}\n"


def load(path: Path, *args: str) -> str:
    result = CliRunner().invoke(jigyo, ["--db", str(path), *args])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Last year's list with a chief and a deadline; this year's has another name for the section."""
    path = tmp_path / "jigyo.db"
    (tmp_path / "2025.csv").write_text(listed("2025年度", PART, OLD), encoding="utf-8")
    (tmp_path / "2026.csv").write_text(listed("2026年度", PART, NEW), encoding="utf-8")
    (tmp_path / "moved.csv").write_text(listed("2027年度", "総務部", "経営課"), encoding="utf-8")
    load(path, "load", str(tmp_path / "2025.csv"))
    db = open_database(path)
    changes.set_contacts(db, SectionContacts(PART, OLD, "U0A1", "U2", "U3", "C1"), by="t", at=AT)
    changes.set_deadline(
        db,
        fiscal_year=2026,
        kind="一次評価",
        due=date(2026, 12, 28),
        by="t",
        at=AT,
        department=PART,
        section=OLD,
    )
    db.close()
    return path


def chief_of_the_sheet(db: Database) -> tuple[str, str]:
    """The section of this year's one sheet, and its chief."""
    [sheet] = [each for each in registry.sheets(db) if each.fiscal_year == 2026]
    return sheet.section, registry.contacts_of(db, sheet.department, sheet.section).chief


def test_the_load_says_what_the_new_list_has_lost_and_how_to_mend_it(path: Path, tmp_path: Path) -> None:
    said = load(path, "load", str(tmp_path / "2026.csv"))
    assert f"「{PART} {OLD}」（「{PART} {NEW}」のことでしょうか）" in said
    assert "jigyo sections alias 旧名 新名" in said
    assert "課長もチャンネルも登録のない課" in said


@pytest.mark.parametrize(("alias", "canonical"), [(OLD, NEW), (NEW, OLD)])
def test_an_alias_in_either_direction_carries_chief_and_deadline(
    path: Path, tmp_path: Path, alias: str, canonical: str
) -> None:
    load(path, "load", str(tmp_path / "2026.csv"))
    load(path, "sections", "alias", alias, canonical, "--department", PART)
    db = open_database(path)
    assert chief_of_the_sheet(db) == (canonical, "U0A1")
    assert [(each.section, each.withdrawn) for each in registry.deadlines(db)] == [(canonical, False)]
    assert sections.without_projects(db) == ()


def test_a_section_that_moved_to_another_department_is_carried_there(path: Path, tmp_path: Path) -> None:
    load(path, "load", str(tmp_path / "moved.csv"))
    load(path, "sections", "alias", OLD, "経営課", "--department", PART, "--to-department", "総務部")
    assert registry.contacts_of(open_database(path), "総務部", "経営課").chief == "U0A1"


def test_contacts_of_a_section_without_projects_can_be_removed_and_those_of_one_with_some_can_not(
    path: Path, tmp_path: Path
) -> None:
    db = open_database(path)
    changes.set_contacts(db, SectionContacts(PART, "幽霊課", "U9"), by="t", at=AT)
    assert (PART, "幽霊課") in [office for office, _ in sections.without_projects(db)]
    load(path, "sections", "remove", "幽霊課")
    assert "幽霊課" not in [each.section for each in registry.contacts(db)]
    with pytest.raises(SectionError, match="事業があるため"):
        sections.remove(db, PART, OLD)


def test_a_section_twice_in_a_file_is_refused_with_both_lines(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "sections.csv"
    file.write_text(f"部,課,課長\n{PART},{OLD},U0A1\n{PART},{OLD},U0A5\n", encoding="utf-8")
    result = CliRunner().invoke(jigyo, ["--db", str(path), "sections", "import", str(file)])
    assert result.exit_code == 1
    assert f"3行目 2列目: 「{OLD}」は2行目にもあります" in result.output
    assert registry.contacts_of(open_database(path), PART, OLD).chief == "U0A1"


def test_the_chief_before_and_the_new_one_are_told_of_the_change(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "sections.csv"
    file.write_text(f"部,課,課長\n{PART},{OLD},U0A5\n", encoding="utf-8")
    load(path, "sections", "import", str(file))
    told = open_database(path).execute("SELECT recipient, text FROM notices ORDER BY recipient").fetchall()
    assert [recipient for recipient, _ in told] == ["U0A1", "U0A5"]
    assert "後任の課長" in told[0][1]
    assert f"{OLD}の課長として登録されました" in told[1][1]


def told(path: Path) -> dict[str, str]:
    """What waits to be sent, by recipient."""
    return dict(open_database(path).execute("SELECT recipient, text FROM notices").fetchall())


def test_a_deputy_a_director_and_a_channel_that_change_are_told_and_the_chief_hears_of_it(
    path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "sections.csv"
    file.write_text(f"部,課,課長補佐,部長,チャンネル\n{PART},{OLD},U0A4,U0A9,C0NEW\n", encoding="utf-8")
    load(path, "sections", "import", str(file))
    assert told(path) == {
        "U2": f"{OLD}の代理の登録が外れました。評価シートのお知らせは、今後は後任の代理にお送りします。",
        "U0A4": f"{OLD}の代理として登録されました。"
        "課長がご不在のときに、評価シートのお知らせをお送りします。",
        "U3": f"{OLD}の部長の登録が外れました。評価シートのお知らせは、今後は後任の部長にお送りします。",
        "U0A9": f"{OLD}の部長として登録されました。締切を過ぎた評価シートがあるときに、お知らせします。",
        "C1": f"このチャンネルは、{OLD}の評価シートのお知らせ先ではなくなりました。",
        "C0NEW": f"このチャンネルを、{OLD}の評価シートのお知らせ先として登録しました。",
        "U0A1": f"{OLD}の代理、部長、チャンネルの登録が変わりました。"
        f"`/jigyo 設定 担当 {OLD}` でご覧になれます。",
    }  # fmt: skip


def test_who_changes_a_role_hears_both_and_nobody_hears_of_what_they_did_themselves(path: Path) -> None:
    db = open_database(path)
    held = registry.contacts_of(db, PART, OLD)
    new = replace(held, chief="U2", deputy="U0A1")
    actions.tell_changed_people(db, [held], [new], by="U0A1", at=AT)
    [(recipient, text)] = told(path).items()
    assert recipient == "U2"
    assert text == (
        f"{OLD}の課長として登録されました。評価シートの締切を、これからお知らせします。"
        f"{OLD}の代理の登録が外れました。評価シートのお知らせは、今後は後任の代理にお送りします。"
    )


def test_the_first_registration_of_a_section_is_told_to_nobody(path: Path, tmp_path: Path) -> None:
    load(path, "load", str(tmp_path / "2026.csv"))
    file = tmp_path / "sections.csv"
    file.write_text(f"部,課,課長,チャンネル\n{PART},{NEW},U0A5,C0NEW\n", encoding="utf-8")
    load(path, "sections", "import", str(file))
    assert told(path) == {}


def test_whose_place_in_a_merged_section_somebody_else_has_is_told(path: Path, tmp_path: Path) -> None:
    load(path, "load", str(tmp_path / "2026.csv"))
    db = open_database(path)
    changes.set_contacts(db, SectionContacts(PART, NEW, "U0A5", "U2", "U3"), by="t", at=AT)
    load(path, "sections", "alias", OLD, NEW, "--department", PART)
    assert told(path) == {
        "U0A1": f"{OLD}は{NEW}になりました。評価シートのお知らせは、"
        f"今後は{NEW}の課長として登録されている方にお送りします。"
    }
