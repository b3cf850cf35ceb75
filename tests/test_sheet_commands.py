"""Deadlines, sheets and contacts go out as CSV and come back; a bad row is named by line and column."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import jigyo

SECTIONS = "政策イノベーション部,企画経営課,,U0CHIEF,U0DEPUTY,U0DIRECTOR,C0PLAN,U0STAFF U0OTHER\r\n"


@pytest.fixture
def run(seeded: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.chdir(seeded.parent)
    return lambda *words: CliRunner().invoke(jigyo, ["--db", str(seeded), *words])


def refused(result: Result) -> bool:
    return result.exit_code == 2 and result.stderr.count("\n") == 1


def test_a_deadline_is_set_and_echoed_with_its_weekday(run) -> None:
    done = run("deadlines", "set", "一次評価", "令和19年12月28日")
    assert "令和3年度 一次評価（全庁）の締切を2037年12月28日（月）に設定しました。" in done.stdout
    again = run("deadlines", "set", "一次評価", "2037-12-28")
    assert "すでに2037年12月28日（月）です" in again.stdout
    changed = run("deadlines", "set", "一次評価", "R19.12.25", "--section", "企画経営課")
    assert "（政策イノベーション部 企画経営課）" in changed.stdout
    listed = json.loads(run("deadlines", "list", "--json").stdout)
    assert [(each["section"], each["due"], each["version"]) for each in listed] == [
        ("企画経営課", "2037-12-25", 1),
        ("", "2037-12-28", 1),
    ]


def test_the_command_shows_what_slack_asks_to_confirm(run) -> None:
    said = run(
        "deadlines", "set", "1次評価", "令和19年12月28日17時まで", "--department", "政策イノベーション部"
    )
    assert said.stdout.splitlines() == [
        "令和3年度 一次評価（政策イノベーション部）",
        "締切 2037年12月28日（月）",
        "備考 17時まで",
        "対象は10課の評価シート48件です。",
        "締切は11年以上先です。",
        "令和3年度 一次評価（政策イノベーション部）の締切を2037年12月28日（月）に設定しました。",
    ]
    assert (
        "「一時評価」という回は初めてです。「一次評価」のことではありませんか。"
        in run("deadlines", "set", "一時評価", "2037-12-28").stdout
    )
    assert (
        "令和10年度の一覧はまだないため、令和3年度の一覧の事業が対象です。"
        in run("deadlines", "set", "一次評価", "2037-12-28", "--fiscal-year", "2028").stdout
    )


def test_a_round_is_given_reminders_of_its_own_and_the_usual_ones_again(run) -> None:
    own = run("deadlines", "rules", "二次評価", "--before", "7,2", "--no-weekly")
    assert own.stdout == ("令和3年度 二次評価: 締切の7・2開庁日前、当日、1・3開庁日後。部長には3開庁日後。\n")
    assert "7・2開庁日前" in run("deadlines", "rules", "二次評価").stdout
    usual = run("deadlines", "rules", "二次評価", "--usual").stdout
    assert "10・5・1開庁日前、当日、1・3開庁日後、その後毎週" in usual
    assert refused(run("deadlines", "rules", "二次評価", "--before", "十日"))


@pytest.mark.parametrize(
    "words",
    [
        ("deadlines", "set", "一次評価", "2037-12-28", "--opens", "2038-01-08"),
        ("deadlines", "set", "一次評価", "2037-12-28", "--fiscal-year", "1999"),
        ("deadlines", "set", "一次評価", "2037-12-28", "--department", "無い部"),
        ("deadlines", "set", "一次評価", "令和99年12月28日"),
        ("deadlines", "set", "一次評価", "13月40日"),
        ("deadlines", "set", "一次評価", "2001-12-28"),
        ("deadlines", "set", "一次評価", "2037-12-28", "--section", "無い課"),
        ("deadlines", "withdraw", "7"),
        ("deadlines", "import", "absent.csv"),
        ("sheets", "set", "11", "提出済"),
        ("sheets", "set", "11", "不明な状態"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(run, words: tuple[str, ...]) -> None:
    assert refused(run(*words))


def test_deadlines_come_back_from_csv_as_they_went_out(run) -> None:
    run("deadlines", "set", "一次評価", "2037-12-28", "--opens", "2037-12-01", "--note", "様式は昨年と同じ")
    run("deadlines", "withdraw", "1")
    text = run("deadlines", "export").stdout
    assert text.splitlines()[1] == "2021,一次評価,,,2037-12-28,2037-12-01,様式は昨年と同じ,○"
    Path("deadlines.csv").write_text(text, encoding="cp932")
    again = run("deadlines", "import", "deadlines.csv")
    assert (again.exit_code, "1件のうち0件" in again.stdout) == (0, True)


def test_rows_that_cannot_be_taken_are_named_and_the_others_are_taken(run) -> None:
    good = "令和3年度,一次評価,企画経営課,2037/12/24"
    rows = ["年度,種類,課,締切", good, ",,無い課,12/20", "x,,,12/20", ",,,13/40"]
    Path("deadlines.csv").write_text("\n".join(rows), encoding="utf-8-sig")
    result = run("deadlines", "import", "deadlines.csv")
    assert result.exit_code == 1
    assert [place for place in ("3行目 3列目", "4行目 1列目", "5行目 4列目") if place in result.stdout] == [
        "3行目 3列目", "4行目 1列目", "5行目 4列目",
    ]  # fmt: skip
    assert [each["due"] for each in json.loads(run("deadlines", "list", "--json").stdout)] == ["2037-12-24"]


def test_a_section_written_by_its_alias_is_its_canonical_one(run) -> None:
    Path("deadlines.csv").write_text("課,締切\n統計・データ活用推進室,2037-12-24\n", encoding="utf-16")
    assert run("deadlines", "import", "deadlines.csv").exit_code == 0
    [only] = json.loads(run("deadlines", "list", "--json").stdout)
    assert only["section"] == "統計・データ利活用推進室"


def test_sheets_come_back_from_csv_with_their_states_and_history(run) -> None:
    run("deadlines", "set", "一次評価", "2037-12-28")
    assert run("sheets", "set", "No.11", "提出").exit_code == 0
    assert (
        run("sheets", "set", "11", "差戻し", "--reason", "数値を確認", "--due", "2038-01-08").exit_code == 0
    )
    text = run("sheets", "export").stdout
    assert len(text.splitlines()) == 49
    changed = text.replace("未着手", "作成中")
    Path("sheets.csv").write_text(changed, encoding="utf-8")
    assert "48件のうち47件を変更しました" in run("sheets", "import", "sheets.csv").stdout
    states = {each["number"]: each["state"] for each in json.loads(run("sheets", "list", "--json").stdout)}
    assert (states["11"], states["12"]) == ("差戻し", "作成中")
    history = run("sheets", "history", "11").stdout
    assert [word for word in ("提出済", "差戻し", "2038-01-08") if word in history] == [
        "提出済", "差戻し", "2038-01-08",
    ]  # fmt: skip
    assert "再提出の期限" in "".join(history.split())
    assert "令和3年度" in history
    assert not re.search("state|returned|2021/11", history)


def test_a_sheet_row_of_an_unknown_number_state_or_date_is_named(run) -> None:
    run("deadlines", "set", "一次評価", "2037-12-28")
    rows = ["事業番号,状態,再提出期限", "99999,提出済,", "11,済んだ,", "12,差戻し,ある日", "9,提出済,"]
    Path("sheets.csv").write_text("\n".join(rows), encoding="utf-8")
    result = run("sheets", "import", "sheets.csv")
    assert result.exit_code == 1
    for place in ("2行目 1列目", "3行目 2列目", "4行目 3列目", "シート1件のうち1件"):
        assert place in result.stdout


def test_contacts_are_columns_of_the_sections_csv(run) -> None:
    Path("sections.csv").write_text(
        "部,課,別名,課長,課長補佐,部長,チャンネル,課員\r\n" + SECTIONS, encoding="utf-8"
    )
    assert "1課の連絡先を登録しました" in run("sections", "import", "sections.csv").stdout
    assert SECTIONS.strip() in run("sections", "export").stdout.replace("\r", "")
    Path("sections.csv").write_text("部,課,課長,課員\n政策イノベーション部,企画経営課,<@U0NEW|新課長>,なし\n")
    run("sections", "import", "sections.csv")
    assert "企画経営課,,U0NEW,U0DEPUTY,U0DIRECTOR,C0PLAN,\n" in run("sections", "export").stdout.replace(
        "\r", ""
    )


def test_contacts_go_to_the_canonical_section_also_without_its_department(run) -> None:
    Path("sections.csv").write_text("部,課,課長\n,統計・データ活用推進室,U0DATA\n,情報政策課,U0INFO\n")
    assert run("sections", "import", "sections.csv").exit_code == 0
    exported = run("sections", "export").stdout
    assert "政策イノベーション部,統計・データ利活用推進室,統計・データ活用推進室,U0DATA" in exported
    assert "政策イノベーション部,情報政策課,,U0INFO" in exported


def test_a_contact_that_is_no_slack_id_is_refused_with_its_place(run) -> None:
    Path("sections.csv").write_text("部,課,課長,チャンネル\n政策イノベーション部,情報政策課,田中,C0INFO\n")
    result = run("sections", "import", "sections.csv")
    assert (result.exit_code, "2行目 3列目: 「田中」" in result.stdout) == (1, True)


def test_the_templates_shipped_with_the_seed_are_taken_as_they_are(run) -> None:
    templates = Path(__file__).parent.parent / "seeds" / "templates"
    for kind in ("sections", "deadlines", "sheets"):
        result = run(kind, "import", str(templates / f"{kind}.csv"))
        assert (kind, result.exit_code, result.stderr) == (kind, 0, "")


def test_admins_are_listed_put_on_the_list_and_taken_off_it(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIGYO_ADMINS", "U0FIRST")
    assert run("deadlines", "admins", "U0SECOND", "U0THIRD").stdout == "U0FIRST\nU0SECOND\nU0THIRD\n"
    assert run("deadlines", "admins", "U0THIRD", "--remove").stdout == "U0FIRST\nU0SECOND\n"
    assert refused(run("deadlines", "admins", "佐藤"))


def test_every_cell_of_a_row_that_cannot_be_taken_is_told(run, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("年度,種類,部,課,締切,取消\n昔,一次評価,,宇宙課,いつか,たぶん\n", encoding="utf-8")
    told = run("deadlines", "import", str(file)).stdout
    assert all(wrong in told for wrong in ("「昔」", "宇宙課", "いつか", "たぶん"))
    assert "1行を受け付けませんでした" in run("deadlines", "import", str(file)).stderr
    heads, row = "部,課,課長,チャンネル,課員", "政策イノベーション部,企画経営課,山田,広報,佐藤 鈴木"
    file.write_text(f"{heads}\n{row}\n", encoding="utf-8")
    told = run("sections", "import", str(file)).stdout
    assert all(wrong in told for wrong in ("「山田」", "「広報」", "「佐藤」", "「鈴木」"))
