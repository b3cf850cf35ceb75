"""Figures keep their clause, and a question gets the one that its noun is joined to."""

import pytest

from bot.ask.quantities import UNITS, asked_figure, asked_of, figures, figures_asked_apart

CHAT = (
    "職員アンケートでは、認知度62%・満足度83%の結果を得ており、"
    "アカウント数も令和2年度の583件から637件に増加した。"
)
HALL = "イベント72回（殆どがオンライン）延べ4,759人視察・内覧303人"
TGI = "TGIの技術相談窓口にて50件の相談対応を行い、10件の企業と研究機関等々のマッチングを実現した。"
SEEDS = "マッチング事業：技術シーズ保有者（4名）に対し、経営者層5名が参加した。"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("約1か月間で延べ164人が利用", ["約1か月間", "164人"]),
        ("申請件数10,000件", ["10,000件"]),
        ("定期指定23/26席", ["23/26席"]),
        ("荒川区（平成20年（2008年）5月28日協定締結）", ["平成20年（2008年）5月28日"]),
        ("令和3年4月に締結、1,234百万円、全3回、週1回程度", ["令和3年4月", "1,234百万円", "全3回", "週1回"]),
        ("Society5.0とG7、第3期、29条の2、COVID-19", []),
        ("広報つくば1月号", []),
        ("補助率：１／３", ["１／３"]),
        ("Society 5.0事業", []),
        ("２～３回、1億2,000万円、３０％", ["２～３回", "1億2,000万円", "３０％"]),
        ("令和３年度までに策定", ["令和３年度"]),
    ],
)
def test_figures_are_read_with_their_units(sentence: str, expected: list[str]) -> None:
    assert [figure.text for figure in figures(sentence)] == expected


@pytest.mark.parametrize(
    ("sentence", "question", "words", "expected"),
    [
        (CHAT, "アカウント数は？", ["アカウント"], "637件"),
        (CHAT, "満足度は？", ["満足度"], "83%"),
        (HALL, "イベントは何回？", ["イベント"], "72回"),
        (HALL, "イベントは何人？", ["イベント"], "4,759人"),
        (HALL, "視察は何人？", ["視察"], "303人"),
        (TGI, "相談は何件？", ["相談"], "50件"),
        (TGI, "マッチングは何件？", ["マッチング"], "10件"),
        (SEEDS, "経営者は何人？", ["経営者"], "5名"),
        (SEEDS, "技術シーズ保有者は何人？", ["シーズ", "保有者"], "4名"),
        ("申請4件中4件、提案17件のうち6件の実験を採択", "提案件数は？", ["提案"], "17件"),
        ("申請4件中4件、提案17件のうち6件の実験を採択", "採択は何件", ["採択"], "6件"),
        ("提案17件のうち6件の実験を採択した。", "提案は何件採択", ["提案", "採択"], "6件"),
        ("提案17件のうち6件の実験を採択した。", "提案は何件", ["提案"], "17件"),
        ("応募のあった30社中、5社を認定した。", "応募は何社認定", ["応募", "認定"], "5社"),
        ("応募のあった30社中、5社を認定した。", "応募は何社", ["応募"], "30社"),
        ("参加者100人（うち小学生30人）", "参加した小学生は何人", ["参加", "小学生"], "30人"),
        ("参加者100人（うち小学生30人）", "参加者は何人", ["参加"], "100人"),
        ("17件の提案があり、そのうち6件を採択した", "提案は何件採択", ["提案", "採択"], "6件"),
        ("会員500名のうち、法人会員は80名である", "法人会員は何名", ["法人", "会員"], "80名"),
        ("相談50件に対し10件のマッチングを実現", "相談は何件マッチング", ["相談", "マッチング"], "10件"),
        ("市民100人、学生50人が参加した", "市民は何人参加", ["市民", "参加"], "100人"),
        ("市民100人と学生50人が参加した", "学生は何人参加", ["学生", "参加"], "50人"),
        ("8月機器の更新 ", "更新はいつ？", ["更新"], "8月"),
        ("昨年度に引き続き講座を4回実施した。", "講座は何回？", ["講座"], "4回"),
        ("全国2自治体（つくば市、大阪市）の1つとして指定された。", "何自治体が指定", ["指定"], "2自治体"),
        ("7つのパートナーズ団体の協力のもと集めた。", "何団体が協力", ["協力"], "7つ"),
        ("SDGsの17ゴールに関する3講座を開いた。", "ゴールはいくつ", ["ゴール"], "17ゴール"),
        ("実験走行6日間、本走行2日間", "実験走行は何日", ["実験走行"], "6日間"),
        ("過去3年間事業の中で実証実験を行った。", "実証実験は何年間", ["実証実験"], "過去3年間"),
        ("対象の13自治体で構成する。", "対象自治体はいくつ", ["対象", "自治体"], "13自治体"),
    ],
)
def test_a_question_gets_the_figure_its_noun_is_joined_to(
    sentence: str, question: str, words: list[str], expected: str
) -> None:
    asked = asked_figure(question)
    assert asked is not None
    assert asked_of(sentence, asked, words)[0][0].text == expected


def test_a_figure_of_another_clause_scores_below_any_of_its_own() -> None:
    asked = asked_figure("相談は何件")
    assert asked is not None
    assert [(figure.text, score >= 0.6) for figure, score in asked_of(TGI, asked, ["相談"])] == [
        ("50件", True),
        ("10件", False),
    ]


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("何人が利用した？", "人数"), ("来館者数は？", "人数"), ("申請件数は？", "件"),
        ("アカウント数は？", ""),
        ("満足度は？", "割合"), ("利用率は？", "割合"), ("予算はいくら", "金額"), ("予算総額は？", "金額"),
        ("いつ締結した", "日付"), ("開催日は？", "日付"), ("どのくらいの期間", "期間"), ("何年に", "日付"),
        ("何日間走行", "期間"), ("何年間", "期間"), ("頻度は", "回"), ("何パーセント", "割合"),
        ("何社追加", "社"), ("輸出額は", "金額"), ("出資額は何倍", "倍"), ("何個ある", ""),
    ],
)  # fmt: skip
def test_a_question_says_what_it_counts_in(question: str, unit: str) -> None:
    asked = asked_figure(question)
    assert asked is not None
    assert asked.unit == unit


def test_a_counter_that_is_a_noun_counts_its_own_noun_only() -> None:
    asked = asked_figure("ゴールはいくつ")
    assert asked is not None
    assert asked_of("3側面を重視した優先的なゴールを設定した。", asked, ["ゴール"]) == ()


@pytest.mark.parametrize("unit", sorted(set(UNITS) - {"年", "個", "つ"}))
def test_each_counter_is_asked_for_with_nan_and_with_suu(unit: str) -> None:
    assert asked_figure(f"参加は何{unit}ですか") is not None
    assert asked_figure(f"{unit}数は") is not None


@pytest.mark.parametrize(
    "question", ["担当課は？", "制度の目的", "今年度の成果", "複数の課が担当", "令和3年度の事業"]
)
def test_other_questions_ask_for_no_figure(question: str) -> None:
    assert asked_figure(question) is None


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("広報紙は何回発行して、何部配った", ("広報紙は何回発行して、", "何部配った")),
        ("応募は何件で採択は何件", ("応募は何件で", "採択は何件")),
        ("何人が何回参加した", ("何人が", "何回参加した")),
        ("何年何月に開いた", ()),
        ("何件応募した", ()),
    ],
)
def test_figures_that_are_asked_for_together_are_asked_one_by_one(
    question: str, parts: tuple[str, ...]
) -> None:
    assert figures_asked_apart(question) == parts
