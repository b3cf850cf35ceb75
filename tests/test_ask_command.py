"""`jigyo ask` in a terminal: one conversation without a text, and the way of an answer with --explain."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests import forking


def ask(seeded: Path, *options: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return forking.run(["ask", *options], typed=typed, env={**os.environ, "JIGYO_DB": str(seeded)})


def test_without_a_text_each_line_goes_on_with_what_was_shown_before(seeded: Path) -> None:
    told = ask(seeded, typed="ふるさと納税の担当課は？\n\nその成果は？\n")
    assert told.returncode == 0
    assert "持続可能都市戦略室" in told.stdout
    assert "ポータルサイトを2社追加し" in told.stdout


def test_a_long_summary_is_shown_a_screen_at_a_time(seeded: Path) -> None:
    whole = ask(seeded, "企画経営課の事業をまとめて").stdout.splitlines()
    told = ask(seeded, typed="企画経営課の事業をまとめて\n" + "もっと\n" * 8).stdout.split("\n\n")
    assert "「もっと」で続きを表示します" in told[0]
    assert len(told[0].splitlines()) <= 13
    lines = [line for page in told for line in page.splitlines()]
    assert [line for line in whole if line not in lines] == []


def test_an_empty_text_is_still_refused(seeded: Path) -> None:
    told = ask(seeded, "")
    assert (told.returncode, told.stdout) == (2, "")
    assert "質問を書いてください" in told.stderr


def test_the_way_of_an_answer_names_the_reading_the_sentences_and_what_they_miss(seeded: Path) -> None:
    told = ask(seeded, "聖火リレーを辞退したのは誰ですか", "--explain").stdout
    assert "お尋ねの種類: 誰が・どこで・なぜ" in told
    assert "言葉: 聖火リレー・辞退" in told
    assert "確かめられないこと: 「辞退」" in told
