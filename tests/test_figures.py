"""Figures keep their clause, and a question gets the one that its noun is joined to."""

import pytest

from bot.ask.engine import answer
from bot.ask.matching import counts_other
from bot.ask.quantities import (
    UNITS,
    Asked,
    Figure,
    are_listed,
    as_asked_alone,
    asked_figure,
    closeness,
    figures,
    figures_asked_apart,
    fitting,
    in_full,
    is_of_role,
    label_asked,
    levels_changed,
    parts_asked,
    role_in,
)
from tests.conftest import Made


def asked_of(sentence: str, asked: Asked, words: list[str]) -> tuple[tuple[Figure, float], ...]:
    """The figures of a sentence that fit, with how closely the words join each, best first."""
    among = fitting(sentence, asked, words)
    scored = [(figure, closeness(sentence, figure, among, words)) for figure in among]
    return tuple(sorted(scored, key=lambda pair: (-pair[1], pair[0].start)))


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


@pytest.mark.parametrize(
    ("sentence", "words", "told"),
    [
        ("58の窓口手続きを電子化した。", ["窓口手続き"], ["58の窓口手続き"]),
        ("58の窓口手続きを電子化した。", ["窓口", "電子化"], []),
        ("31の棚田関連団体が集まった。", ["棚田"], []),
        ("31の棚田を守った。", ["棚田"], ["31の棚田"]),
        ("17ゴール等を定めた。", ["ゴール"], ["17ゴール"]),
        ("6の支援希望農家に補助した。", ["支援", "農家"], ["6の支援希望農家"]),
    ],
)
def test_a_noun_for_a_counter_is_all_of_its_compound_and_its_head_is_asked_for(
    sentence: str, words: list[str], told: list[str]
) -> None:
    asked = asked_figure("それはいくつ")
    assert asked is not None
    assert [figure.text for figure, _ in asked_of(sentence, asked, words)] == told


def test_persons_and_shares_are_not_asked_for_by_how_many() -> None:
    asked = asked_figure("棚田はいくつ")
    assert asked is not None
    assert asked_of("棚田に4200人が集まり、80%が満足した。", asked, ["棚田"]) == ()


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
        ("会員は何人、費用はいくら", ("会員は何人、", "費用はいくら")),
        ("何人が参加して満足度は", ("何人が参加して", "満足度は")),
        ("舟と橋はそれぞれ何隻・何本", ("舟は何隻", "橋は何本")),
        ("古い舟と新しい舟は何隻ずつ", ("古い舟は何隻", "新しい舟は何隻")),
        ("何人が参加した講座の定員は", ()),
        ("何人来たの、人数を知りたい", ()),
        ("何年何月に開いた", ()),
        ("何件応募した", ()),
    ],
)
def test_figures_that_are_asked_for_together_are_asked_one_by_one(
    question: str, parts: tuple[str, ...]
) -> None:
    assert figures_asked_apart(question) == parts


@pytest.mark.parametrize(
    ("part", "alone", "label"),
    [
        ("応募は何件で", "応募は何件", "応募"),
        ("船は何隻を受け入れて、", "船は何隻を受け入れた", "何隻を受け入れた"),
        ("何人の船員が乗った", "何人の船員が乗った", "船員"),
        ("港は船が年何隻で", "港は船が年何隻", "船"),
        ("何部配った", "何部配った", "何部配った"),
        ("満足度は", "満足度は", "満足度"),
    ],
)
def test_a_part_of_a_question_is_called_by_its_own_whole_words(part: str, alone: str, label: str) -> None:
    assert as_asked_alone(part) == alone
    assert label_asked(alone) == label


# -- roles, on sentences of no list here ---------------------------------------------------------------------

LIBRARY = "貸出冊数は昨年度の4,100冊から4,650冊に増加し、開館日数は前年度比12日増の310日となった。"
POOL = "プールの利用者は1,200人で、前年度比85人減となった。"


@pytest.mark.parametrize(
    ("sentence", "figure", "role"),
    [
        ("相談は前年度比31件増の421件であった。", "31件", "change"),
        ("相談は前年度比31件増の421件であった。", "421件", "level"),
        (POOL, "1,200人", "level"),
        (POOL, "85人", "change"),
        ("会員は5名の増加となった。", "5名", "change"),
        ("植樹は120本から150本に増えた。", "120本", "before"),
        ("植樹は120本から150本に増えた。", "150本", "level"),
        ("費用は前年度の90万円を下回る70万円であった。", "90万円", "before"),
        ("受診者は目標の300人に対し210人にとどまった。", "300人", "target"),
        ("受診者は目標の300人に対し210人にとどまった。", "210人", "level"),
        ("花壇8か所の整備を予定し、うち3か所を終えた。", "3か所", "part"),
        ("救急講習は10回を予定している。", "10回", "target"),
        ("定員40名に対して28名が参加した。", "40名", "capacity"),
        ("定員40名に対して28名が参加した。", "28名", "level"),
        ("駐輪場を2か所増設した。", "2か所", "added"),
        ("協力店を新たに6店舗、登録所を3か所追加した。", "3か所", "added"),
        ("欠席者（3名）を除き承認した。", "3名", "exception"),
        ("増員10名で対応した。", "10名", "level"),
        ("職員10名増員の要望を出した。", "10名", "added"),
    ],
)
def test_a_figure_has_a_role_in_its_sentence(sentence: str, figure: str, role: str) -> None:
    assert {each.text: role_in(sentence, each) for each in figures(sentence)}[figure] == role


@pytest.mark.parametrize(
    ("sentence", "question", "left"),
    [
        ("相談は前年度比31件増の421件であった。", "相談は何件", ["421件"]),
        ("相談は前年度比31件増の421件であった。", "相談は何件増えましたか", ["31件"]),
        ("相談は前年度比31件増の421件であった。", "前年度の相談は何件", []),
        ("植樹は120本から150本に増えた。", "植樹は何本", ["150本"]),
        ("植樹は120本から150本に増えた。", "植樹は何本増えた", []),
        ("植樹は令和2年度の120本から150本に増えた。", "令和2年度の植樹は何本", ["120本", "150本"]),
        ("受診者は目標の300人に対し210人にとどまった。", "受診者は何人", ["210人"]),
        ("受診者は目標の300人に対し210人にとどまった。", "受診者の目標は何人", ["300人", "210人"]),
        ("定員40名に対して28名が参加した。", "参加したのは何名", ["28名"]),
        ("駐輪場を2か所増設した。", "駐輪場は何か所ありますか", []),
        ("駐輪場を2か所増設した。", "駐輪場は何か所増設しましたか", ["2か所"]),
        ("駐輪場を2か所増設した。", "駐輪場は全部で何か所", []),
        ("提案9件のうち4件を採用した。", "全部で何件採用した", ["9件"]),
        ("講座を計7回開催した。", "講座は全部で何回", ["計7回"]),
        ("6月：机40台を入れ替えた。", "机は全部で何台", []),
        ("昨年度に続き講座を7回開催した。", "講座は昨年度何回", []),
        ("講座を7回開催した。", "講座は昨年度何回", ["7回"]),
        ("審査除外案件（2件）を公表した。", "審査したのは何件", []),
        ("審査除外案件（2件）を公表した。", "審査から外れたのは何件", ["2件"]),
        ("展示は9月から11月に行った。", "展示はいつまで", ["11月"]),
        ("展示は9月から11月に行った。", "展示はいつから", ["9月"]),
        ("緑化計画（2018年～2027年）を改めた。", "緑化計画は何年まで", ["2027年"]),
        ("2019年に緑化計画を改めた。", "緑化計画は何年まで", []),
        ("計画は令和6年度まで延びた。", "計画はいつまで", ["令和6年度"]),
        ("応募者は前年度比で2倍以上増加した。", "応募者は何倍になった", ["2倍"]),
        ("苗120本のうち90本が育った。", "苗120本のうち育ったのは何本", ["90本"]),
    ],
)
def test_only_figures_of_the_role_that_is_asked_for_answer(
    sentence: str, question: str, left: list[str]
) -> None:
    asked = asked_figure(question)
    assert asked is not None
    assert [
        f.text for f in figures(sentence) if asked.fits(f.unit) and is_of_role(sentence, f, asked)
    ] == left


@pytest.mark.parametrize(
    ("sentence", "question", "value"),
    [
        ("高齢者が6,000人を超え、", "高齢者は何人", "6,000人を超え"),
        ("年間268件以上の補修をした。", "補修は何件", "268件以上"),
        ("展示は9月から11月に行った。", "展示はいつ", "9月から11月"),
        ("展示は9月から11月に行った。", "展示はいつまで", "11月"),
        ("緑化計画（2018年～2027年）を改めた。", "緑化計画は何年から何年まで", "2018年～2027年"),
        ("勉強会を週1回程度開いた。", "勉強会は何回", "週1回程度"),
        ("延べ164人が乗った。", "何人乗った", "延べ164人"),
        ("経費の一部（上限50万円）を補助する。", "補助はいくら", "上限50万円"),
        ("月5千円を上限として補助する。", "補助はいくら", "5千円を上限"),
        ("令和8年度末の完成を目指す。", "完成はいつ", "令和8年度末"),
        ("強力な3人が勝った。", "何人勝った", "3人"),
        ("3人強化選手になった。", "何人なった", "3人"),
    ],
)
def test_a_value_is_said_with_its_range_and_bounds(sentence: str, question: str, value: str) -> None:
    asked = asked_figure(question)
    assert asked is not None
    suited = [f for f in figures(sentence) if asked.fits(f.unit) and is_of_role(sentence, f, asked)]
    start, end = in_full(sentence, suited[0], asked)
    assert sentence[start:end] == value


@pytest.mark.parametrize(
    ("sentence", "question", "nouns", "other"),
    [
        ("机40台及び椅子の入れ替え", "椅子は何台入れ替えた", ("椅子",), "机"),
        ("机40台及び椅子の入れ替え", "机は何台入れ替えた", ("机",), ""),
        (
            "標語（交通標語12件、防火標語30件）から防火標語30件を選んだ",
            "交通標語は何件選んだ",
            ("交通標語",),
            "防火標語",
        ),
        ("市内及び県外：8回", "県外で何回", ("県外",), "市内及び県外"),
        ("平成9年度に廃止した分校を再開し、", "分校はいつ再開した", ("分校", "再開"), "廃止した"),
        ("平成9年度に分校を再開し、", "分校はいつ再開した", ("分校", "再開"), ""),
        ("緑化計画（2018年～2027年）", "緑の構想は何年まで", ("緑の構想",), "緑化計画"),
        ("緑化計画（2018年～2027年）", "緑化計画は何年まで", ("緑化計画",), ""),
        ("入場者数812人※教室の見学を含む。", "教室の参加者は何人", ("教室", "参加者"), "入場者数"),
        ("入場者数812人※教室の見学を含む。", "入場者は何人", ("入場者",), ""),
        ("講演9回 見学・体験48人", "見学だけで何人", ("見学",), "見学・体験"),
        ("講演9回 見学・体験48人", "見学は何人", ("見学",), ""),
        ("受付と窓口を合わせて7人を置いた", "窓口は何人", ("窓口",), "受付と窓口"),
        ("市民100人、学生50人が来た", "学生は何人", ("学生",), ""),
        ("出展（合同出展を含む）は6回", "出展は何回", ("出展",), ""),
        ("出展6回（合同展を含む）", "合同展は何回", ("合同展",), "出展"),
        ("企業等計8社が出展", "企業は何社", ("企業",), "企業等"),
        ("講演9回、見学48人", "見学は何回", ("見学",), "講演"),
    ],
)
def test_a_figure_of_another_noun_is_told_from_that_of_the_noun_asked(
    sentence: str, question: str, nouns: tuple[str, ...], other: str
) -> None:
    asked = asked_figure(question)
    assert asked is not None
    suited = [f for f in figures(sentence) if asked.fits(f.unit) and is_of_role(sentence, f, asked)]
    assert counts_other(sentence, suited[-1], asked, nouns) == other


def test_what_was_and_what_is_stand_side_by_side_where_no_change_is_said() -> None:
    both = levels_changed(LIBRARY, [f for f in figures(LIBRARY) if f.unit == "つ"])
    assert both is not None
    assert [each.text for each in both] == ["4,100冊", "4,650冊"]
    assert levels_changed(POOL, figures(POOL)) is None


@pytest.mark.parametrize(
    ("sentence", "is_list"),
    [
        ("応募は①絵画5点、②書道9点、③写真2点であった。", True),
        ("練習4日間、本番1日間", True),
        ("絵画を5点集め、総数は90点となった。", False),
        ("応募9点のうち5点を選んだ。", False),
    ],
)
def test_figures_are_said_together_where_they_are_items_of_a_list(sentence: str, is_list: bool) -> None:
    assert are_listed(sentence, figures(sentence)) is is_list


def test_which_of_many_is_asked_for_as_an_ordinal() -> None:
    asked = asked_figure("今の計画は第何期ですか")
    assert asked is not None
    assert [f.text for f in fitting("第4期計画の2年間に3回集まった。", asked, ["計画"])] == ["第4期"]


@pytest.mark.parametrize("question", ["いくつの学校と結びましたか", "結んだ学校はいくつ"])
def test_how_many_is_never_answered_with_a_time(question: str) -> None:
    asked = asked_figure(question)
    assert asked is not None
    assert fitting("今後3年間、学校と協力する。", asked, ["学校"]) == []


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("利用率は86%ですか", ("86%",)),
        ("120本のうち育ったのは何本", ()),
        ("利用率は何%ですか", ()),
        ("利用率は80%以上ですか", ()),
        ("利用率は86%で合っていますか", ("86%",)),
    ],
)
def test_a_figure_that_the_question_gives_is_to_be_confirmed(question: str, given: tuple[str, ...]) -> None:
    asked = asked_figure(question)
    assert asked is not None
    assert (asked.given if asked.is_confirmation else ()) == given


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("図書館の利用率・満足度は", ("図書館の利用率は", "図書館の満足度は")),
        ("図書館の利用率と満足度と認知度は", ("図書館の利用率は", "図書館の満足度は", "図書館の認知度は")),
        ("利用者数、今いくつになった", ()),
        ("本とビデオの利用率は", ()),
    ],
)
def test_several_quantities_by_name_are_asked_one_by_one(question: str, parts: tuple[str, ...]) -> None:
    assert figures_asked_apart(question) == parts


@pytest.mark.parametrize(
    ("sentence", "question", "value", "is_total"),
    [
        ("応募（①絵画5点、②書道9点）を展示した。", "作品は全部で何点", "9点", False),
        ("応募（①絵画5点、②書道9点）を展示した。", "書道は全部で何点", "9点", True),
        ("会員は480人から512人に増えた。", "会員は合計で何人", "512人", False),
        ("絵画5点、計14点を展示した。", "作品は全部で何点", "計14点", True),
    ],
)
def test_an_item_of_a_list_is_no_total(sentence: str, question: str, value: str, is_total: bool) -> None:
    asked = asked_figure(question)
    assert asked is not None
    (figure,) = [f for f in figures(sentence) if f.text in value and sentence[f.start : f.end] in value]
    assert is_of_role(sentence, figure, asked) is is_total


def test_a_number_of_things_is_in_a_clause_that_speaks_of_them() -> None:
    sentence = "街灯を直した結果、事故の件数は306件となった。"
    asked = asked_figure("街灯の設置数は")
    assert asked is not None
    assert counts_other(sentence, figures(sentence)[-1], asked, ("街灯", "設置"))


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("委員は定員何人？今何人？", ("委員は定員何人", "今何人")),
        ("苗は何本配った？前の年は？", ("苗は何本配った", "前の年は")),
        ("団体はいくつ、練習を続けてるのは？", ("団体はいくつ", "練習を続けてるのは")),
        ("春祭りと秋祭りの人出は？", ("春祭り", "秋祭り")),
        ("毛布や水はどれだけ買った", ("毛布", "水")),
        ("苗は、昨年度何本配りましたか", ()),
        ("監査で確認します。苗は何本ですか", ()),
        ("組合と連携した講習会は何回", ()),
        ("あと組合とは何の実験をしたのか。水素がどうとか。", ()),
        ("苗とかの配布って、そもそも何のため", ()),
    ],
)
def test_the_parts_of_a_message_that_ask(question: str, parts: tuple[str, ...]) -> None:
    assert parts_asked(question) == parts


AT_ONCE = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,事業成果,R6決算(千円),成果指標1,成果指標1実績,成果指標1単位
1,祭り支援事業,観光課,祭りを支える。,春祭りは雨で1.5万人、秋祭りは3万人の人出となった。,900,,,
2,防災用品事業,防災課,備えを買う。,毛布600枚、飲料水4500Lを購入した。,120,,,
3,民生委員事業,福祉課,委員を支える。,委員の定員は151人である。,80,委員の委嘱数,146,人
"""


@pytest.mark.parametrize(
    "question",
    [
        "春祭りと秋祭りの人出は？",
        "毛布や飲料水はどれだけ購入した？",
        "民生委員の定員と欠員は？",
        "祭り支援事業の決算はいくら？前の年は？",
        "防災課の事業は何件で、決算の合計はいくら",
    ],
)
def test_of_several_things_asked_at_once_one_alone_is_not_surely_told(made: Made, question: str) -> None:
    given = answer(made(AT_ONCE), question)
    assert given.confidence != "sure", given.text
    assert given.citations or given.pointers, given.text  # what there is of it is shown all the same


SIDE_BY_SIDE = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,事業成果,R6決算(千円),成果指標1,成果指標1実績,成果指標1単位
1,灯油助成事業,福祉課,灯油代を助成する。,灯油代の助成は本年度412件、約905万円を支給した。,1100,,,
3,みどりの計画事業,公園課,計画を進める。,3つの重点方針と5つの個別方針を掲げたみどりの計画を進めた。,90,,,
4,東地区整備事業,都市課,東地区を整備する。,東地区の人口は1400人となった。,700,事業費の進捗率,61,％
5,水防事業,防災課,水害に備える。,水防団員210人が出動し、堤防の補修件数は7件であった。,50,,,
"""


@pytest.mark.parametrize(
    ("question", "all_of"),
    [
        ("灯油代の助成は何件でいくら？", ("412件", "905万円")),
        ("みどりの計画の方針はいくつ", ("3つ", "5つ")),
        ("東地区の人口は？進捗率は？", ("1400人", "61％")),
        ("水防団員の数と補修の件数は？", ("210人", "7件")),
    ],
)
def test_one_of_the_figures_asked_for_is_not_surely_all_of_them(
    made: Made, question: str, all_of: tuple[str, ...]
) -> None:
    given = answer(made(SIDE_BY_SIDE), question)
    told = " ".join(f"{part}" for part in given.text.splitlines() if not part.startswith("「"))
    assert given.confidence != "sure" or all(each in told for each in all_of), given.text


def test_an_amount_behind_a_number_is_of_the_same_sentence(made: Made) -> None:
    given = answer(made(SIDE_BY_SIDE), "灯油代の助成は何件でいくら？")
    assert (given.confidence, "1,100千円" in given.text) == ("sure", False), given.text
    assert "いくら: 約905万円" in given.text, given.text


def test_what_is_named_of_several_in_a_row_is_surely_told(made: Made) -> None:
    db = made(SIDE_BY_SIDE)
    for question, said in (("みどりの計画の重点方針はいくつ", "3つ"), ("東地区の進捗率は？", "61")):
        given = answer(db, question)
        assert (given.confidence, said in given.text) == ("sure", True), given.text


def test_one_thing_asked_is_surely_told(made: Made) -> None:
    for question, said in (("秋祭りの人出は？", "3万人"), ("祭り支援事業の決算はいくら？", "900千円")):
        given = answer(made(AT_ONCE), question)
        assert (given.confidence, said in given.text) == ("sure", True)


MEETINGS = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,事業成果
1,首長会議,企画課,首長が年1回会議を開く。,要望を出した。
2,地図づくり講座,統計課,住民と地図を作る。,催しを5回開いた。
"""


def test_a_figure_asked_without_a_noun_is_of_no_other_project_surely(made: Made) -> None:
    """What is told before may be another project than the one whose sentence has 年1回."""
    meetings = made(MEETINGS)
    assert answer(meetings, "住民と地図を使って考える催しがあったよね、年何回").confidence != "sure"
    sure = answer(meetings, "首長会議は年何回開く")
    assert (sure.confidence, sure.citations) == ("sure", ("1",))


SAID_WITH_IT = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,事業成果
1,朝市会館管理事業,商工課,会館を管理する。,講習22回（多くが動画配信）に延べ310人が参加した。延べ来館者数は1204人（動画配信の視聴者を含む）である。
2,防犯見回り事業,市民課,見回りを行う。,地区女性防犯協会が見回り34回を行い、延べ85人の参加を得た。
4,自習室事業,図書館,自習室を開く。,「共用机」窓側5/8台、壁側7/9台を使った。
3,太鼓団体育成事業,文化課,太鼓協会、笛保存会及び関係団体を助成し、団体の活動を支える。,太鼓団体の育成に向けて会議を4回開き、会員数は520人となった。
"""


@pytest.mark.parametrize(
    ("question", "untrue"),
    [
        ("朝市会館に動画配信の視聴者も含めて延べ何人来ましたか", "310人です"),
        ("朝市会館の講習に託児込みで延べ何人来た", "人です"),
        ("見回りの女性の参加は延べ何人", "85人です"),
        ("太鼓協会の会員数は", "520人です"),
        ("自習室の共用机は何台使われた", "5/8台です"),
    ],
)
def test_a_figure_is_not_surely_of_what_its_sentence_does_not_say_of_it(
    made: Made, question: str, untrue: str
) -> None:
    assert untrue not in answer(made(SAID_WITH_IT), question).text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("防犯見回りの参加は延べ何人", "85人です"),
        ("太鼓団体の会員数は", "520人です"),
        ("自習室の共用机の壁側は何台", "7/9台です"),
    ],
)
def test_what_its_sentence_says_of_it_is_surely_told(made: Made, question: str, said: str) -> None:
    assert said in answer(made(SAID_WITH_IT), question).text


def test_figures_of_different_things_are_told_each_under_its_own(made: Made) -> None:
    rows = "1,道しるべ事業,道路課,道しるべを直す。,看板9件、街灯3件、鏡2件を整えた。"
    text = answer(made(SAID_WITH_IT + rows.replace("1,", "9,", 1)), "看板と街灯は何件ずつ整えた").text
    assert "看板: 9件" in text, text
    assert "街灯: 3件" in text, text


def test_a_number_of_people_is_not_one_of_two_that_nothing_tells_apart(made: Made) -> None:
    rows = "9,縁結び事業,商工課,店を引き合わせる。,引き合わせ：職人（6名）に対し、店主7名が加わった。"
    db = made(SAID_WITH_IT + rows)
    assert answer(db, "縁結び事業の引き合わせの人数は").confidence != "sure"
    assert "7名です" in answer(db, "縁結び事業で加わった店主は何名").text


SEVERAL = """令和3年度事務事業一覧

事業番号,事務事業名,課名,目的,概要,成果
1,英語指導事業,学務課,英語に親しむ。,助手を置く。,4名の助手を小学校に送った。助手は幼稚園にも行った。
2,郷土資料館事業,文化課,郷土を伝える。,館を開く。,延べ17,062人が入館した。券売機を2台増やし、行列をなくした。
"""


def test_of_two_sentences_that_ask_one_is_not_surely_all_that_is_told(made: Made) -> None:
    db = made(SEVERAL)
    assert answer(db, "英語の助手って何人？").confidence == "sure"
    given = answer(db, "英語の助手って何人？幼稚園にも行く？")
    assert (given.confidence, given.kind) == ("unsure", "figure")
    assert "すべてをお示しできているかは確かめられませんでした" in given.text


def test_why_something_was_done_is_no_purpose_of_its_project(made: Made) -> None:
    given = answer(made(SEVERAL), "郷土資料館で券売機を増やした狙いは？")
    assert "郷土を伝える" not in given.text.split("行列")[0]
