"""Amounts of several years or offices as a chart: its values, its words, and its picture."""

import json
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.messages.charts import COLORS, Chart, Series, chart_of, charts_of, png, words
from store.database import open_database
from store.lists import parse_list
from store.loader import store_list
from tests import forking

YEARS = Chart(
    "健診事業",
    ("R5", "R6", "R7"),
    (Series("決算", (1250.0, None, 2500.0)), Series("予算", (1300.0, 2400.0, -3.5))),
    "千円",
)


def test_the_words_say_what_the_picture_shows() -> None:
    assert words(YEARS) == (
        "健診事業の年度ごとの推移のグラフ。決算 R5 1,250千円、R7 2,500千円。"
        "予算 R5 1,300千円、R6 2,400千円、R7 -3.5千円。"
    )
    offices = Chart(
        "決算の合計", ("企画課", "財政課"), (Series("合計", (1.0, 2.0)),), "円", is_over_time=False
    )
    assert words(offices) == "決算の合計の比較のグラフ。企画課 1円、財政課 2円。"


def test_words_of_many_are_of_the_first_and_say_how_many_there_are() -> None:
    many = tuple(f"第{n}課" for n in range(400))
    told = words(
        Chart("決算", many, (Series("決算", tuple(map(float, range(400)))),), "円", is_over_time=False)
    )
    assert len(told) < 1_000
    assert "など400件" in told


def test_series_are_drawn_together_by_their_unit_and_none_of_a_single_year() -> None:
    found = charts_of(
        "健診事業",
        [
            ("決算", "千円", {2023: 1.0, 2024: 2.0, 2025: 3.0}),
            ("予算", "千円", {2025: 4.0, 2018: 1.0}),
            ("受診率", "％", {2023: 50.0, 2024: 55.5}),
            ("人件費", "円", {2024: 7.0}),
        ],
    )
    assert [(chart.unit, chart.labels) for chart in found] == [
        ("千円", ("H30", "R5", "R6", "R7")),
        ("％", ("R5", "R6")),
    ]
    assert found[0].series[1] == Series("予算", (1.0, None, None, 4.0))


def test_values_come_back_from_json_as_they_were() -> None:
    assert chart_of(json.loads(json.dumps(YEARS.as_dict()))) == YEARS


@pytest.mark.parametrize(
    "chart",
    [
        YEARS,
        Chart("長い名前の事業" * 12, ("R1", "R2"), (Series("受診率", (None, 55.5)),), "％"),
        Chart("決算", ("長い名前の課" * 9, "乙課"), (Series("決算", (3e8, None)),), "円", is_over_time=False),
        Chart(
            "決算",
            tuple(f"第{n}課" for n in range(60)),
            (Series("決算", tuple(float(n) for n in range(60))),),
            is_over_time=False,
        ),
    ],
    ids=["years", "one value", "long names", "many"],
)
def test_the_picture_is_a_png_that_a_telephone_shows(chart: Chart) -> None:
    drawn = png(chart)
    assert drawn.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", drawn[16:24])
    assert 900 <= width <= 1000
    assert 300 <= height <= 1_600


def test_an_svg_has_title_labels_and_values_as_letters(tmp_path: Path) -> None:
    db, drawn = tmp_path / "jigyo.db", tmp_path / "推移.svg"
    for year, spent, left in ((5, 1250, 900), (6, 1900, 950), (7, 2500, 20)):
        text = f"事業番号,事業名,担当課,決算額（千円）\n1,健診事業,健康課,{spent}\n2,句会事業,文化課,{left}\n"
        parsed = parse_list(text.encode(), fiscal_year=2018 + year)
        store_list(open_database(db), parsed, source_name=f"r{year}.csv", now="")
    told = forking.run(["--db", str(db), "ask", "健診事業の決算の推移は？", "--chart", str(drawn)])
    assert told.returncode == 0
    assert (
        "健診事業の決算額の年度ごとの推移のグラフ。R5 1,250千円、R6 1,900千円、R7 2,500千円。" in told.stderr
    )
    root = ElementTree.fromstring(drawn.read_bytes())
    texts = [*root.iter("{http://www.w3.org/2000/svg}text")]
    places = {"".join(each.itertext()).strip(): float(each.attrib["x"]) for each in texts}
    assert {"健診事業の決算額", "R5", "R6", "R7", "単位：万円"} <= places.keys()
    assert places["R5"] < places["R6"] < places["R7"]
    values = ["".join(each.itertext()) for each in texts if COLORS[0] in each.attrib["style"]]
    assert values == ["125", "190", "250"]
    assert len(list(root.iter("{http://www.w3.org/2000/svg}use"))) >= 3  # a mark a year
    assert "健診事業の決算額の年度ごとの推移のグラフ" in "".join(root.itertext())


def test_importing_the_module_does_not_load_matplotlib() -> None:
    code = "import sys, bot.messages.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
