"""Lists made for what published ones lack: two years of one city, several years in one list."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from pathlib import Path

_DEPARTMENTS = {
    "総務部": ("総務課", "財政課", "人事課", "危機管理課"),
    "市民生活部": ("市民課", "環境課", "生活安全課"),
    "福祉部": ("高齢福祉課", "障害福祉課", "子育て支援課", "健康増進課"),
    "建設部": ("道路課", "公園緑地課", "下水道課"),
    "教育部": ("学校教育課", "生涯学習課", "図書館"),
}
_THINGS = (
    *("防犯灯", "街路樹", "側溝", "児童遊園", "学校図書", "特定健診", "がん検診", "高齢者見守り"),
    *("放課後児童クラブ", "ごみ減量", "空き家対策", "避難所備蓄", "消防団", "市史編さん", "姉妹都市"),
    *("結婚新生活", "不妊治療", "予防接種", "通学路安全", "給食設備", "雨水幹線", "橋りょう長寿命化"),
    *("駅前広場", "民生委員", "手話通訳者", "ひとり親家庭", "就学援助", "文化財保存", "市民農園", "温泉施設"),
)
_DOINGS = ("整備事業", "支援事業", "推進事業", "補助事業", "管理運営費")
_VERDICTS = ("A", "B", "B", "B", "C", "D")
_WAYS = ("拡充", "継続", "継続", "改善", "縮小", "廃止", "休止")
_INDICATORS = (
    ("参加者数", "人"),
    ("設置数", "基"),
    ("実施回数", "回"),
    ("受診率", "％"),
    ("相談件数", "件"),
    ("利用者満足度", "％"),
)

_NAMING = ("事業番号", "事務事業名", "担当部", "担当課", "事業目的")
_FIGURES = (
    *(
        "当初予算額（千円）",
        "補正予算額（千円）",
        "決算額（千円）",
        "従事職員数（人）",
        "総合評価",
        "今後の方向性",
    ),
    *("根拠法令", "活動指標", "活動指標目標値", "活動指標実績値", "活動指標単位"),
)

Rows = list[list[str]]


def two_years(folder: Path, *, seed: str, count: int = 120) -> list[Path]:
    """The same projects in 令和5年度 and 令和6年度, not all with every figure; the earlier first."""
    draw = random.Random(seed)
    names = [f"{thing}{doing}" for thing in _THINGS for doing in _DOINGS]
    chosen = draw.sample(names, count)
    offices = [(department, section) for department, some in _DEPARTMENTS.items() for section in some]
    homes = [draw.choice(offices) for _ in chosen]
    paths = []
    for year in (5, 6):
        rows: Rows = []
        for at, (name, home) in enumerate(zip(chosen, homes, strict=True), 1):
            rows.append([f"{at:04}", name, *home, f"{name}により暮らしを支える。", *_figures(draw)])
        title = [f"令和{year}年度 事務事業評価一覧"]
        path = folder / f"令和{year}年度事務事業評価.csv"
        _write(path, [title, [*_NAMING, *_FIGURES], *rows])
        paths.append(path)
    return paths


def years_in_columns(folder: Path, *, seed: str, count: int = 90) -> Path:
    """One list of 令和7年度 with last years' actual cost and this year's budget side by side."""
    draw = random.Random(seed)
    names = draw.sample([f"{thing}{doing}" for thing in _THINGS for doing in _DOINGS], count)
    offices = [section for some in _DEPARTMENTS.values() for section in some]
    head = ["No.", "事業名", "所管課", "目的", "R5決算(円)", "R6決算(円)", "R7予算(円)", "評価", "人件費(円)"]
    rows: Rows = []
    for at, name in enumerate(names, 1):
        was = draw.randint(50_000, 80_000_000)
        costs = [str(int(was * draw.uniform(0.6, 1.6))) for _ in range(3)]
        rows.append(
            [
                str(at),
                name,
                draw.choice(offices),
                f"{name}を進める。",
                *costs,
                draw.choice(_WAYS),
                str(draw.randint(1, 40) * 100_000),
            ]
        )
    path = folder / "R7_itiran.csv"
    _write(path, [["令和7年度 事業一覧"], head, *rows])
    return path


def _figures(draw: random.Random) -> list[str]:
    budget = draw.randint(80, 90_000)
    indicator, unit = draw.choice(_INDICATORS)
    return [
        f"{budget:,}" if draw.random() > 0.05 else "―",
        draw.choice(["", "0", f"△{budget // 9:,}", f"{budget // 7:,}"]),
        f"{int(budget * draw.uniform(0.7, 1.05)):,}" if draw.random() > 0.05 else "",
        f"{draw.choice([0.1, 0.5, 1, 1.5, 2, 3.2])}",
        draw.choice(_VERDICTS),
        draw.choice(_WAYS),
        draw.choice(["", "地方自治法", "市条例"]),
        indicator,
        f"{draw.randint(10, 900)}",
        f"{draw.randint(10, 900)}" if draw.random() > 0.1 else "非公開",
        unit,
    ]


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
