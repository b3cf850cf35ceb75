"""What people ask for first leads a card and `jigyo show`; all other columns stand behind 続きを見る."""

from pathlib import Path

from click.testing import CliRunner
from rich.cells import cell_len

from bot.cli import jigyo
from bot.messages.markup import plain
from bot.messages.message import pages
from bot.messages.result_blocks import Shown, card_message
from bot.slack.listeners.conversation import as_csv
from store.columns.headings import facts
from store.records import Project

EXTRA = {
    "施策": "1-1 防災",
    "R6決算(千円)": "3089",
    "行政評価": "現状継続",
    "活動指標1": "訓練回数",
    "活動指標1実績": "3.0",
    "活動指標1単位": "回",
    "成果指標1": "データなし",
    "成果指標1実績": "データなし",
    "正規職員数（人）": "1.5",
    "課題": "参加者が増えない。",
}


def test_cost_evaluation_indicators_and_staff_come_first_each_in_a_line() -> None:
    first, others = facts(EXTRA)
    assert [(fact.label, fact.text) for fact in first] == [
        ("R6決算(千円)", "3,089千円（約309万円）"),
        ("行政評価", "現状継続"),
        ("活動指標1", "訓練回数　実績 3回"),
        ("正規職員数（人）", "1.5"),
    ]
    assert [fact.label for fact in others] == ["施策", "課題"]


def test_a_card_leads_with_them_and_keeps_many_others_behind_a_button() -> None:
    many = {f"備考{n}": f"{n}つ目の備考です。" for n in range(1, 201)}
    project = Project(
        2024, "1", "防災訓練事業", section="危機管理課", overview="訓練。", extra={**EXTRA, **many}
    )
    first, *others = map(plain, pages(card_message(project, Shown())))
    assert first.index("3,089千円（約309万円）") < first.index("訓練。")
    assert "備考1" not in first
    assert all(f"{n}つ目の備考です。" in "\n".join(others) for n in range(1, 201))
    assert len(others) <= 2
    few = Project(2024, "1", "防災訓練事業", extra=EXTRA)
    assert len(pages(card_message(few, Shown()))) == 1


def test_show_has_room_for_values_beside_headings_of_any_length(tmp_path: Path) -> None:
    heading = (
        "とても長い見出し（この列には前年度に行った主な活動を具体的に書き、今年度の活動とは分けて書くこと）"
    )
    (tmp_path / "a.csv").write_text(
        f"令和6年度\n事業番号,事務事業名,{heading}\n1,A事業,看板を設置した。\n", encoding="utf-8"
    )
    db = ["--db", str(tmp_path / "jigyo.db")]
    CliRunner().invoke(jigyo, [*db, "load", str(tmp_path / "a.csv")])
    shown = CliRunner().invoke(jigyo, [*db, "show", "1"], env={"COLUMNS": "80"}).stdout
    assert "看板を設置した。" in shown
    assert max(map(cell_len, shown.splitlines())) <= 80


def test_a_csv_of_projects_has_every_column() -> None:
    rows = as_csv(
        [Project(2024, "1", "甲", extra={"R6決算": "5"}), Project(2023, "1", "甲", extra={"評価": "A"})]
    )
    head, first, second = rows.decode("utf-8-sig").splitlines()
    assert head.endswith("R6決算,評価")
    assert (first.endswith(",5,"), second.endswith(",,A")) == (True, True)
