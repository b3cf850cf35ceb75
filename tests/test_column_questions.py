"""Questions about the columns of a list: values, conditions, sums, extremes, what a list has not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.ask.columns.answering import asks_of_columns
from bot.ask.columns.figures import amount, in_yen
from bot.ask.engine import Answer, answer
from bot.ask.follow_ups import next_turn
from bot.slack.router import decide
from store.database import Database, open_database
from store.lists import parse_list
from store.loader import store_list
from tests.conftest import Made
from tests.test_follow_ups import talk

HEAD = (
    "事業番号,事務事業名,担当部,担当課,事業概要,当初予算額（千円）,R5決算（千円）,R6決算（千円）,総合評価,"
    "今後の方向性,活動指標1,活動指標1実績,活動指標1単位,備考"
)
ROWS = """
1,用水路改修事業,建設部,河川課,用水路を直す。,12000,9000,11500,A,拡充,改修した延長,320,ｍ,
2,資料館運営事業,教育部,文化課,資料館を開く。,3089,2950,3001,B,継続,来館者数,"12,400",人,改築を検討
3,敬老会開催事業,福祉部,長寿課,敬老会を開く。,800,760,―,C,縮小,参加者数,410,人,
4,花の苗配布事業,建設部,公園課,苗を配る。,150,148,149,C,廃止,配布した苗,3000,本,
5,公用車更新事業,総務部,管財課,公用車を買い替える。,0,,△20,B,継続,,,,
"""
TWO_YEARS = """
1,用水路改修事業,建設部,河川課,用水路を直す。,12500,11500,12000,B,継続,改修した延長,300,ｍ,
"""


def load(db: Database, rows: str, year: int, name: str) -> None:
    data = f"令和{year}年度 事務事業評価\n{HEAD}{rows}".encode()
    store_list(db, parse_list(data), source_name=name, now="2026-11-29T00:00:00+00:00")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    found = open_database(tmp_path_factory.mktemp("columns") / "jigyo.db")
    load(found, ROWS, 6, "hyoka.csv")
    return found


def test_a_value_comes_with_heading_project_year_and_source(db: Database) -> None:
    text = answer(db, "資料館運営事業の当初予算額は？").text
    for part in ("「当初予算額（千円）」", "資料館運営事業（事業番号 2）", "令和6年度", "hyoka.csv"):
        assert part.replace("（千円）", "(千円)") in text


def test_the_json_of_an_answer_names_the_columns_it_rests_on(db: Database) -> None:
    sources = answer(db, "資料館運営事業の当初予算額は？").as_json([])["sources"]
    assert sources == [{"fiscal_year": 2024, "number": "2", "field": "当初予算額（千円）"}]
    assert "活動指標1実績" in {heading for _, heading in answer(db, "資料館の来館者は？").cells}


def test_what_an_offices_projects_are_measured_by_is_listed_and_never_added_up(db: Database) -> None:
    given = answer(db, "建設部の活動指標は")
    assert given.citations == ("1", "4")
    assert "改修した延長 320 ｍ" in given.text
    assert "配布した苗 3000 本" in given.text
    assert "3,320" not in given.text


def test_the_project_may_be_told_behind_what_is_wanted_of_it(db: Database) -> None:
    for wants in ("総合評価を知りたいです。", "総合評価を教えてください。"):
        assert "「B」" in answer(db, f"{wants}資料館運営事業です").text.replace("は、B", "は、「B」")


def test_no_column_is_set_against_itself(db: Database) -> None:
    for question in ("決算と決算の差は？", "資料館運営事業の決算と決算の差は？"):
        assert answer(db, question).kind == "none"


def test_a_word_that_several_columns_have_gets_all_of_them(db: Database) -> None:
    text = answer(db, "資料館運営事業の決算は？").text
    assert "2,950千円" in text
    assert "3,001千円" in text


@pytest.mark.parametrize("word", ["補正予算", "執行額", "職員数", "人件費"])
def test_a_column_the_list_has_not_is_told_as_that(db: Database, word: str) -> None:
    given = answer(db, f"資料館運営事業の{word}は？")
    assert f"「{word}」の列はありません" in given.text
    assert given.kind == "none"
    assert not given.citations


def test_the_nearest_amount_is_offered_by_its_own_name(db: Database) -> None:
    assert "「当初予算額(千円)」は3,089千円" in answer(db, "資料館運営事業の補正予算は？").text


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("総合評価がAからBに変わった事業は？", 1),
        ("評価がAからBになった事業は何件？", 1),
        ("総合評価がAからCに変わった事業は？", 0),
        ("総合評価がBからAに変わった事業は？", 0),
        ("総合評価がC以外からBに変わった事業は？", 1),
        ("今後の方向性が縮小以外から継続になった事業は？", 1),
        ("総合評価がA以外からBに変わった事業は？", 0),
        ("今後の方向性が拡充から継続に変わった事業は？", 1),
        ("今後の方向性が継続から縮小に変わった事業は？", 0),
    ],
)
def test_a_change_from_one_choice_to_another_is_that_one_alone(asked: str, count: int) -> None:
    db = open_database(":memory:")
    load(db, ROWS, 6, "r6.csv")
    load(db, TWO_YEARS, 7, "r7.csv")
    given = answer(db, asked)
    assert f"」に変わった事業は{count}件です" in given.text
    assert given.citations == ("1",) * count


def test_what_is_expected_is_no_settlement_and_is_offered_by_its_own_name() -> None:
    db = open_database(":memory:")
    data = (
        "令和6年度\n事業番号,事務事業名,担当課,当初予算額（千円）,補正後予算額（千円）,予算現額（千円）,R6決算（見込）,執行見込額（千円）\n"
        "1,資料館運営事業,文化課,100,110,120,130千円,140\n2,用水路改修事業,河川課,200,210,220,230千円,240\n"
    )
    store_list(db, parse_list(data.encode()), source_name="a.csv", now="2026-11-29T00:00:00+00:00")
    for asked in ("資料館運営事業の決算は？", "資料館運営事業のR6決算額は？"):
        text = answer(db, asked).text
        assert "の列はありません" in text
        assert "「R6決算(見込)」は130千円" in text
    assert "「執行見込額(千円)」は140千円" in answer(db, "資料館運営事業の執行額は？").text
    assert "の列はありません" in answer(db, "資料館運営事業の執行額は？").text
    assert "の列はありません" in answer(db, "決算の合計は？").text
    text = answer(db, "決算が200千円以上の事業は何件？").text
    assert "「決算」の列はありません" in text
    assert "「R6決算(見込)」が200千円以上の事業は1件です" in text
    for asked, value in (("決算見込", "130千円"), ("決算見込額", "130千円"), ("執行見込", "140千円")):
        given = answer(db, f"資料館運営事業の{asked}は？")
        assert given.confidence == "sure"
        assert value in given.text


def test_an_empty_cell_and_a_mark_for_no_value_are_told_as_these(db: Database) -> None:
    assert "空欄です" in answer(db, "公用車更新事業のR5決算は？").text
    assert "「―」と記載されており、値はありません" in answer(db, "敬老会開催事業のR6決算は？").text


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("縮小になった事業は？", ("3",)),
        ("総合評価がCの事業は？", ("3", "4")),
        ("総合評価がC以外の事業は？", ("1", "2", "5")),
        ("建設部で方向性が廃止の事業は？", ("4",)),
        ("当初予算が300万円以上の事業は？", ("1", "2")),
        ("R6決算が1000万円を超える事業を一覧で", ("1",)),
        ("当初予算額が10万円から100万円までの事業は？", ("3", "4")),
        ("評価Cの事業は？", ("3", "4")),
        ("B判定の事業一覧", ("2", "5")),
        ("総合評価がB以上の事業は？", ("1", "2", "5")),
        ("拡充または縮小の事業は？", ("1", "3")),
        ("当初予算額が0の事業は？", ("5",)),
        ("R6決算がマイナスの事業は？", ("5",)),
        ("R6決算が空欄の事業は？", ("3",)),
        ("当初予算額が平均以上の事業は？", ("1",)),
        ("100万円以上の事業は？", ("1", "2")),
        ("R6決算が前年度より増えた事業は？", ("1", "2", "4")),
    ],
)
def test_projects_are_listed_by_a_condition_on_a_column(
    db: Database, asked: str, numbers: tuple[str, ...]
) -> None:
    given = answer(db, asked)
    assert given.citations == numbers
    assert given.kind == "list"


def test_projects_are_counted_by_a_condition(db: Database) -> None:
    given = answer(db, "総合評価がBの事業は何件？")
    assert given.kind == "count"
    assert "2件です" in given.text


def test_a_sum_says_how_many_rows_had_a_value_and_how_many_not(db: Database) -> None:
    assert (
        "値のある4件で計算しました。空欄などで値のない1件は含みません。"
        in answer(db, "R6決算の合計は？").text
    )


def test_the_first_three_come_in_order(db: Database) -> None:
    given = answer(db, "当初予算額の多い順に3件")
    assert given.citations == ("1", "2", "3")


def test_two_projects_are_set_side_by_side(db: Database) -> None:
    given = answer(db, "用水路改修事業と資料館運営事業の当初予算額を比べて")
    assert given.kind == "compare"
    assert "12,000千円" in given.text
    assert "差は8,911千円" in given.text


def test_choices_are_counted(db: Database) -> None:
    text = answer(db, "総合評価の内訳は？").text
    assert "B 2件（40.0％）" in text


def test_a_thread_goes_on_with_the_project_it_spoke_of(db: Database) -> None:
    turn = next_turn(None, answer(db, "資料館運営事業の概要は？"))
    for asked in ("その当初予算は？", "当初予算額は？"):
        given: Answer = answer(db, asked, last=turn)
        assert "3,089千円" in given.text


def test_a_thread_goes_on_with_the_places_of_its_list_and_with_all_of_it(db: Database) -> None:
    turn = next_turn(None, answer(db, "総合評価がCの事業は？"))
    assert "149千円" in answer(db, "2番目のR6決算は？", last=turn).text
    assert "950千円" in answer(db, "それらの当初予算額の合計は？", last=turn).text
    assert answer(db, "そのうち当初予算額が50万円以上のものは？", last=turn).citations == ("3",)


def test_what_else_a_question_says_chooses_the_projects(db: Database) -> None:
    given = answer(db, "資料館に関する事業の当初予算額の合計は？")
    assert "「資料館」が記録にある事業" in given.text
    assert given.citations == ("2",)


def test_a_word_nobody_says_is_not_left_out_of_a_sum(db: Database) -> None:
    assert answer(db, "養蜂の事業の当初予算額の合計は？").kind == "none"


def test_the_most_of_what_the_list_has_not_is_told_by_the_nearest_amount(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    head = "令和6年度 一覧\n番号,事業名,担当課,決算額（千円）\n"
    data = f"{head}1,橋を直す事業,道路課,500\n2,本を買う事業,図書館,900\n"
    store_list(db, parse_list(data.encode()), source_name="a.csv", now="2026-11-29T00:00:00+00:00")
    given = answer(db, "予算が一番多い事業は？")
    assert "「予算」の列はありません" in given.text
    assert "「決算額(千円)」が最も多い事業は、本を買う事業" in given.text
    assert given.kind == "none"
    assert not given.citations


def test_a_verdict_that_no_list_has_is_answered_by_the_nearest_as_a_guess(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    rows = "".join(f"{n},事業その{n},道路課,{'拡大' if n < 5 else '縮小'}\n" for n in range(1, 11))
    data = f"令和6年度 一覧\n番号,事業名,担当課,行政評価\n{rows}"
    store_list(db, parse_list(data.encode()), source_name="a.csv", now="2026-11-29T00:00:00+00:00")
    given = answer(db, "拡充になった事業は？")
    assert given.confidence == "unsure"
    assert "「拡充」という値はありません" in given.text
    assert given.citations == ("1", "2", "3", "4")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("当初予算額の多い順に3件", True),
        ("資料館運営事業 R6決算", True),
        ("総合評価Cの事業", True),
        ("決算", False),
        ("縮小", False),
        ("資料館", False),
        ("用水路の改修", False),
    ],
)
def test_what_asks_of_columns_is_a_question_without_ending_as_one(
    db: Database, text: str, asks: bool
) -> None:
    with db.reading():
        assert asks_of_columns(db, text) is asks
        found = decide(
            text,
            "mention",
            lambda: db.snapshot.catalog,
            asks_of_columns=lambda each: asks_of_columns(db, each),
        )
        assert (found.reason == "it asks of columns of the lists") is asks


def test_a_column_over_two_years_of_lists(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    load(db, ROWS, 6, "r6.csv")
    load(db, TWO_YEARS, 7, "r7.csv")
    given = answer(db, "用水路改修事業の当初予算額は去年から変わった？")
    assert given.kind == "compare"
    assert "12,000千円" in given.text
    assert "12,500千円" in given.text
    assert "500千円増えました" in given.text
    assert "AからBに変わりました" in answer(db, "用水路改修事業の総合評価の推移は？").text


def test_questions_of_other_things_are_left_to_others(db: Database) -> None:
    assert answer(db, "資料館運営事業の概要は？").quoted
    assert answer(db, "建設部の事業は何件？").kind == "count"
    assert answer(db, "資料館運営事業の担当課は？").text.endswith("です。")


@pytest.mark.parametrize(
    ("yen", "said"),
    [
        (9_999, ""),
        (3_089_000, "約309万円"),
        (120_000_000, "1億2,000万円"),
        (-1_234_567, "マイナス約123万円"),
        (3 * 10**12, "3兆円"),
    ],
)
def test_amounts_are_easy_to_read(yen: float, said: str) -> None:
    assert in_yen(yen) == said


def test_an_amount_keeps_its_listed_unit() -> None:
    assert amount(154, "百万円") == "154百万円（1億5,400万円）"
    assert amount(12.5, "人") == "12.5人"


def test_an_amount_of_several_years_or_offices_is_drawn(db: Database) -> None:
    (years,) = answer(db, "用水路改修事業の決算の推移は？").charts
    assert (years.labels, years.series[0].values, years.unit) == (("R5", "R6"), (9000.0, 11500.0), "千円")
    (offices,) = answer(db, "部ごとの当初予算の合計をグラフで").charts
    assert dict(zip(offices.labels, offices.series[0].values, strict=True))["建設部"] == 12150.0
    assert not offices.is_over_time
    assert answer(db, "部ごとの当初予算の合計").as_json([])["charts"][0]["unit"] == "千円"
    assert answer(db, "用水路改修事業の当初予算は？").charts == ()


def test_a_thread_asks_for_indicators_by_their_names(db: Database) -> None:
    last = next_turn(None, answer(db, "資料館運営事業の総合評価は？"))
    assert "12,400人" in answer(db, "来館者数は？", last=last).text
    assert "3,000本" in answer(db, "花の苗配布事業で配布した苗は？", last=last).text


def test_indicators_of_two_projects_are_set_side_by_side(db: Database) -> None:
    text = "資料館の来館者数と敬老会の参加者数、どちらが多い？"
    assert "多いのは資料館運営事業（事業番号 2）で、差は11,990人です" in answer(db, text).text


def test_no_part_of_a_whole_is_worked_out_of_what_each_project_measures_by_itself(db: Database) -> None:
    text = answer(db, "公用車更新の台数の割合、実績は何％？").text
    assert "全体の" not in text


def test_the_name_of_a_column_is_no_topic_of_the_projects_that_are_added_up(tmp_path: Path) -> None:
    found = open_database(tmp_path / "jigyo.db")
    load(found, ROWS.replace("用水路を直す。", "決算を確かめる。"), 6, "hyoka.csv")
    for asked in ("R6決算を全部足し上げたらいくら？", "全部の決算足すといくら", "決算見せて、全部の合計"):
        assert "値のある4件" in answer(found, asked).text


IN_WORDS_HEAD = (
    "事業番号,事務事業名,担当部,担当課,施策,事業概要,R6決算（千円）,行政評価,法定義務,"
    "成果指標1,成果指標1実績,成果指標1単位"
)
IN_WORDS = """
1,渡し舟運航事業,交通部,港湾課,1 観光,舟を出す。,4200,拡大,法定義務なし,乗船者数,5120,人
2,故郷寄附推進事業,総務部,財政課,2 行財政,返礼品を送る。,7300,現状継続,法定義務なし,寄附受入額,88400,千円
3,灯台資料館維持事業,教育部,文化課,1 観光,資料館を開く。,2600,改善,法定義務なし,入館者数,6400,人
4,水族館維持事業,教育部,文化課,1 観光,水族館を開く。,9100,縮小,法定義務なし,入館者数,40200,人
5,住民基本台帳事務,市民部,市民課,3 窓口,台帳を作る。,1500,現状継続,法定義務あり,交付件数,9900,件
6,岸壁補修事業,交通部,港湾課,4 港,岸壁を直す。,6100,拡大,法定義務あり,補修延長,310,ｍ
7,少年太鼓教室事業,教育部,文化課,5 文化,太鼓を教える。,300,縮小,法定義務なし,教室参加者数,45,人
8,観光振興事務,交通部,港湾課,1 観光,観光を広める。,800,縮小,法定義務なし,会議数,4,回
"""


@pytest.fixture(scope="module")
def in_words(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A list of which is asked as people speak."""
    found = open_database(tmp_path_factory.mktemp("in words") / "jigyo.db")
    data = f"令和6年度 事務事業評価\n{IN_WORDS_HEAD}{IN_WORDS}".encode()
    store_list(found, parse_list(data), source_name="kotoba.csv", now="2026-11-29T00:00:00+00:00")
    return found


@pytest.fixture(scope="module")
def three_years(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Lists of 令和4年度 to 6年度; 2 ended after 令和5年度."""
    found = open_database(tmp_path_factory.mktemp("years") / "jigyo.db")
    head = "事業番号,事業名,担当課,事業の目的,決算額（千円）,評価"
    for year, rows in (
        (
            4,
            "1,橋梁点検事業,道路課,橋を調べる。,1000,C\n"
            "2,温泉掘削事業,観光課,湯を掘る。,900,B\n"
            "3,句会開催事業,文化課,句会を開く。,50,A",
        ),
        (
            5,
            "1,橋梁点検事業,道路課,橋を調べる。,700,A\n"
            "2,温泉掘削事業,観光課,湯を掘る。,800,B\n"
            "3,句会開催事業,文化課,句会を開く。,60,A",
        ),
        (6, "1,橋梁点検事業,道路課,橋を調べる。,1200,B\n3,句会開催事業,文化課,句会を楽しむ。,40,C"),
    ):
        data = f"令和{year}年度 事業一覧\n{head}\n{rows}\n".encode()
        store_list(found, parse_list(data), source_name=f"r{year}.csv", now="2026-11-30T00:00:00+00:00")
    return found


def test_what_an_ended_project_has_not_in_a_year_is_told_with_what_it_has(three_years: Database) -> None:
    given = answer(three_years, "温泉掘削事業の令和6年度の決算は？")
    assert "令和6年度の「決算」は、この事業にはありません。" in given.text
    assert "800千円" in given.text
    assert given.confidence == "unsure"


@pytest.fixture(scope="module")
def forecasts(tmp_path_factory: pytest.TempPathFactory) -> Database:
    found = open_database(tmp_path_factory.mktemp("forecasts") / "jigyo.db")
    data = (
        "令和6年度 事務事業一覧\n"
        "事業番号,事業名,担当課,R5決算（千円）,R6決算見込（千円）,R7当初予算（千円）,前年度評価\n"
        "1,橋梁点検事業,道路課,1200,1500,1700,A\n2,句会開催事業,文化課,40,50,―,B\n"
    )
    store_list(found, parse_list(data.encode()), source_name="r6.csv", now="2026-11-30T00:00:00+00:00")
    return found


MEASURED_HEAD = (
    "事業番号,事務事業名,担当部,担当課,事業概要,成果,R6決算（千円）,行政評価,法定義務,活動指標1,活動指標1実績,"
    "活動指標1単位,成果指標1,成果指標1実績,成果指標1単位"
)
MEASURED = """
1,港まつり花火大会事業,交通部,港湾課,花火を上げる。,花火を上げた。,4200,拡大,法定義務なし,花火大会運営人員数,52,人,観覧者数,8300,人
2,市民だより発行事業,総務部,秘書課,紙面を出す。,各戸に配った。,900,現状継続,法定義務なし,年間発行回数,24,回,配布部数,5100,部
3,空き家改修補助事業,交通部,住宅課,改修を補助する。,補助した。,3100,改善（手段変更）,法定義務あり,市民だより等の周知回数,2,回,補助金交付件数,14,件
4,歯科検診助成事業,福祉部,健康課,検診を助成する。,80人から補助金申請がありました。,700,拡大,法定義務あり,補助金申請者数,80,人,補助した人数,61,人
5,東公民館維持管理事業,教育部,公民館,拡大鏡を置く。,建物を保った。,2000,縮小,法定義務なし,利用団体,30,団体,利用者数,900,人
6,西公民館維持管理事業,教育部,公民館,建物を保つ。,建物を保った。,3500,現状継続,法定義務なし,利用団体,40,団体,利用者数,950,人
7,渡船場運営管理事業,交通部,港湾課,渡船場を保つ。,建物を保った。,90,現状継続,法定義務なし,便数,400,便,乗客数,5200,人
8,渡船場整備事業,交通部,港湾課,渡船場を直す。,壁を直した。,6100,拡大,法定義務なし,工事件数,1,件,各組合長の事業に対する評価,4,点
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A list whose projects measure several things in one unit."""
    found = open_database(tmp_path_factory.mktemp("measured") / "jigyo.db")
    data = f"令和6年度 事務事業評価\n{MEASURED_HEAD}{MEASURED}".encode()
    store_list(found, parse_list(data), source_name="shihyo.csv", now="2026-11-29T00:00:00+00:00")
    return found


def test_a_project_that_counts_two_things_in_the_unit_asked_for_is_asked_back(measured: Database) -> None:
    given = answer(measured, "港まつり花火大会は何人？")
    assert "52人" in given.text
    assert "8,300人" in given.text
    assert given.confidence == "unsure"


PAID_HEAD = (
    "事業番号,事務事業名,担当課,事業概要,成果,R6決算（千円）,総合評価,成果指標1,成果指標1実績,成果指標1単位"
)
PAID = """
1,結婚記念祝金事業,市民課,結婚した方に祝金として3万円を支給する。,多くの方に喜ばれた。,2257,継続,支給総額,1750000,円
2,市民手帳販売事業,企画課,手帳を1冊450円で販売する。,好評だった。,943,継続,販売した手帳,300,冊
3,中小企業資金あっせん事業,商工課,資金を貸し付ける。,紹介件数は87件だった。,16638,改善,紹介件数,,件
4,職員提案事業,総務課,職員の提案を募る。,新しい試みがあった。,20,改善,改善及び発明提案数,3,件
5,体育館管理事業（北）,体育課,北体育館を管理する。,施設を保った。,300,継続,北体育館洗面所の洋式化率,56,％
6,体育館管理事業（南）,体育課,南体育館を管理する。,施設を保った。,310,継続,南体育館洗面所の洋式化率,61,％
8,遺族手当支給事業,福祉課,遺族に手当を支給する。,予定どおり支給した。,771,継続,,,
9,生垣設置補助事業,緑地課,生垣を設ける費用を補助する。,多くの方が生垣を設けた。,640,継続,補助金交付件数,12,件
7,新図書館建設事業,教育課,図書館を建てる。,計画のとおりに進んだ。,9000,継続,年度ごとの工事進捗率,66,％
"""


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Projects that pay, sell or measure something that is no cost of theirs; one year's list."""
    found = open_database(tmp_path_factory.mktemp("paid") / "jigyo.db")
    data = f"令和6年度 事務事業評価\n{PAID_HEAD}{PAID}".encode()
    store_list(found, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00+00:00")
    return found


def test_no_cost_of_a_project_answers_for_a_price_or_for_what_one_gets(paid: Database) -> None:
    for asked, amount_said in (("市民手帳の値段は", "450円"), ("結婚記念祝金はいくら", "3万円")):
        given = answer(paid, asked)
        assert amount_said in given.text
        assert "決算" not in given.text or given.confidence != "sure"
    given = answer(paid, "遺族手当はいくら")
    assert given.confidence != "sure"
    assert "771千円" in given.text
    given = answer(paid, "結婚記念祝金の支給総額は")
    assert "1,750,000円" in given.text
    assert "2,257千円" not in given.text
    assert "2,257千円" in answer(paid, "結婚記念祝金事業の事業費は").text


@pytest.mark.parametrize(
    "question",
    [
        "生垣の設置の補助額はいくら",
        "生垣設置補助事業の補助額はいくらですか",
        "生垣設置の補助金はいくら",
        "生垣を設置するといくら補助してもらえますか",
        "遺族手当の支給額はいくらですか",
        "生垣設置の補助総額はいくら",
    ],
)
def test_the_cost_of_a_project_is_not_what_is_granted_a_case(paid: Database, question: str) -> None:
    given = answer(paid, question)
    assert given.confidence != "sure"
    assert "12件です" not in given.text


def test_what_was_spent_on_grants_is_the_cost_of_their_project(paid: Database) -> None:
    for asked in ("生垣設置補助事業はいくらかかった", "生垣設置の補助にいくら使った"):
        assert "640千円" in answer(paid, asked).text


def test_an_empty_cell_is_no_answer_where_the_text_has_the_figure(paid: Database) -> None:
    given = answer(paid, "紹介件数は")
    assert "87件" in given.text
    assert "空欄" not in given.text


@pytest.mark.parametrize("how", ["増えた", "減った", "令和5年度より減った"])
def test_with_one_year_listed_nothing_is_said_to_have_changed(paid: Database, how: str) -> None:
    given = answer(paid, f"決算が{how}事業は")
    assert given.kind == "none"
    assert "一覧にありません" in given.text
    assert "0件" not in given.text


def test_a_choice_that_is_joined_to_another_noun_is_none(paid: Database) -> None:
    assert "3件です" in answer(paid, "改善及び発明提案数は").text
    assert answer(paid, "改善又は継続の事業は").kind == "list"


def test_indicators_are_shown_before_a_refusal_where_all_telling_words_are_said(paid: Database) -> None:
    several = answer(paid, "体育館の洗面所洋式化率は")
    assert several.confidence != "sure"
    for each in ("56％", "61％"):
        assert each in several.text
    one = answer(paid, "新図書館建設事業の進捗率は")
    assert "66％" in one.text
    assert "56％" not in answer(paid, "公民館の洗面所洋式化率は").text


PARTS_HEAD = (
    "事業番号,事業名,担当部,担当課,事業の概要,決算額（千円）,うち一般財源（千円）,一次評価,二次評価,"
    "コストの方向性,終了年度,活動指標,活動指標実績,活動指標単位"
)
PARTS = """
1,公衆便所改修事業,建設部,公園課,公園のトイレを直す。,9000,4500,B,A,維持,令和8年度,改修箇所数,4,箇所
2,ファミリーサポートセンター運営事業,こども部,子育て課,子どもの預かり合いを支える。,5600,1400,B,B,維持,,会員数,325,人
3,県知事選挙執行事業,選挙管理委員会,選挙課,選挙を行う。,21000,0,A,A,維持,令和5年度,投票所数,32,箇所
4,衆議院議員選挙執行事業,選挙管理委員会,選挙課,選挙を行う。,26000,0,B,B,縮小,令和7年度,投票所数,32,箇所
5,手話講習会開催事業,福祉部,障害福祉課,手話を教える。,450,225,A,B,拡大,,受講者数,45,人
6,点訳講習会開催事業,福祉部,障害福祉課,点訳を教える。,380,190,A,A,縮小,令和7年度,受講者数,19,人
7,高齢者買物支援事業,福祉部,長寿課,移動販売を助ける。,870,435,B,C,縮小,令和9年度,利用回数,150,回
8,駅前トイレ改修事業,建設部,道路課,駅前のトイレを直す。,3000,600,C,B,維持,令和7年度,改修箇所数,1,箇所
"""
BEFORE = {
    ",9000,4500,B,A": ",8000,2000,A,A", ",5600,1400,B,B": ",5200,1300,B,A", ",325,人": ",310,人",
    ",45,人": ",38,人", ",870,435,": ",900,450,",
}  # fmt: skip


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Lists of two years with a part of the cost, two verdicts, years of the end and one indicator."""
    found = open_database(tmp_path_factory.mktemp("parts") / "jigyo.db")
    before = PARTS
    for now, then in BEFORE.items():
        before = before.replace(now, then)
    for year, listed in ((5, before), (6, PARTS)):
        data = f"令和{year}年度 事務事業評価一覧\n{PARTS_HEAD}{listed}".encode()
        store_list(found, parse_list(data), source_name=f"r{year}.csv", now="2026-11-30T00:00:00+00:00")
    return found


OTHER_NUMBERS = """令和6年度 事務事業評価
事業番号,事務事業名,担当課,事業概要,R6決算（千円）,行政評価
2-3,児童館整備事業,こども部　子育て手当課,児童館を直す。,100,縮小
2-48,悩みごと相談事業,こども部　子育て手当課,相談を受ける。,7,拡大
330211,在宅福祉事業,福祉部　福祉課,在宅を支える。,30,継続
330212,学校整備事業,教育部　教育部総務課,学校を直す。,500,継続
330213,学区見直し事業,政策部　政策課　教育部総務課,学区を見直す。,20,継続
"""


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Numbers that look like ranges or are long, offices with 当課 in their names or their department's."""
    found = open_database(tmp_path_factory.mktemp("numbered") / "jigyo.db")
    store_list(
        found, parse_list(OTHER_NUMBERS.encode()), source_name="a.csv", now="2026-11-30T00:00:00+00:00"
    )
    return found


# Groups of questions: the list (a fixture), what they show, of what kind and how sure their answers are, and
# what none of these says. Then a question a line, with what its answer says behind → or in the lines below:
# several are apart by ｜, ≠ is before what is not said, ⏎ is the end of a line.
TOLD = """
== db｜a value by heading, by a part of it and by what people call it｜field｜sure
資料館運営事業の当初予算額は？ → 3,089千円（約309万円）
資料館運営事業の当初予算はいくら？ → 3,089千円（約309万円）
2番の事業のR6決算を教えて → 3,001千円（約300万円）
資料館運営事業の令和5年度の決算は？ → 2,950千円（295万円）
資料館運営事業の総合評価は？ → 「総合評価」は、Bです
資料館運営事業の判定は？ → 総合評価: B
資料館運営事業の今後の方向性は？ → 継続
資料館運営事業の備考は？ → 改築を検討
資料館運営事業のKPIの実績は？ → 12,400人
公用車更新事業のR6決算は？ → △20千円
== db｜numbers are added up and put in order｜figure
R6決算の合計は？ → 14,630千円
建設部の当初予算額の合計はいくら？ → 12,150千円
当初予算額の平均は？ → 3,207.8千円
R6決算が一番多い事業は？ → 用水路改修事業
当初予算額が一番少ない事業は？ → 公用車更新事業
当初予算額に占める建設部の割合は？ → 75.8％
総合評価がBの事業の割合は？ → 40.0％
部ごとの当初予算額の合計は？ → 教育部 3,089千円
当初予算額が一番多い部は？ → 建設部
== db｜an indicator by its name, which a cell says｜field｜sure
資料館の来館者は？ → 「来館者数」は、12,400人です
資料館って何人来館したの、来館者数を知りたい → 12,400人
敬老会の参加者どれくらいでしたか → 410人
用水路改修で改修した延長はどれくらい？ → 320ｍ
== db｜no indicator where none of one project is named｜｜｜活動指標1」「
大阪市立資料館の来館者数は？
来館者と参加者が一番多いのは？
資料館の来館者は何件？
図書館の貸出冊数は？
花の苗配布事業の執行額は？
== db｜no indicator where projects or another column are asked for｜｜｜「活動指標1」
改修している事業を挙げて
用水路改修事業 補正予算
資料館運営事業の来館者の補正予算は？
== db｜what is between columns, beside them, and what they choose
用水路改修事業の当初予算とR6決算の差はいくら？ → 差」は、500千円（50万円）です
当初予算とR6決算の差が一番大きい事業は？ → 用水路改修事業（事業番号 1）で、500千円
当初予算に占めるR6決算の割合が高い事業トップ3 → 1. 花の苗配布事業（事業番号 4） 99.333％
用水路改修事業のR6決算は全体の何％？ → 14,630千円（1,463万円））の78.6％
建設部のR6決算は全体の何％？ → 79.6％
R6決算がR5決算を超えた事業は？ → 「R6決算(千円)」が「R5決算(千円)」を超える事業は3件です
当初予算よりR6決算が多い事業は何件 → 事業は0件です
当初予算の合計と平均は？ → 合計16,039千円
課ごとの事業数は？ → 河川課　1件
評価がCの事業は部ごとに何件？ → 福祉部 1件
縮小と廃止を除く事業は何件 → 以外の事業は3件です
拡充の方向性の事業は？ → 「今後の方向性」が「拡充」の事業は1件です
資料館と敬老会ではどちらのR6決算が高い？ → 3,001千円
資料館運営事業の当初予算と来館者数は？ → 「来館者数」は、12,400人です
苗の配布の当初予算と配布した苗の数は？ → 3,000本
== db｜what is not said in full is told by what is
活動指標1の実績が空欄の事業は？ → 公用車更新事業
総合評価がBの事業はいくら使ってる？ → 「R6決算(千円)」の合計は、2,981千円
継続以外の事業をリストアップして → 以外の事業は3件です
総合評価の有無別の当初予算の合計 → 「総合評価」ごとに示します
当初予算が100千円以上の事業を少ない順に → 件です。⏎・花の苗配布事業
配布事業で一番高いのは？ → 花の苗配布事業（事業番号 4）で、149千円
参加者数が一番多い事業は？ → 「参加者数」は、410人です
当初予算ゼロの事業 → 公用車更新事業
== db｜particles may be left out and words taken back｜｜sure｜列はありません
全部のR6決算足すといくら？ → 合計は、14,630千円
全部の当初予算額足すといくら → 合計は、16,039千円
いちばん金額でかい事業なに？ → 用水路改修事業
文化課で一番お金かかってないのは？ → 資料館運営事業
R6決算多いの上から2つ → 多い順に2件
当初予算額少ないの上から2つ → 少ない順に2件
当初予算額が多い事業を下から2つ → 少ない順に2件
文化課の平均額だして → 3,001千円
敬老会の方向性は？ → 縮小
敬老会の開催って総合評価なんだった → Cです
花の苗の今後の方向性は続けるの減らすの？ → 廃止
資料館運営の補正予算…というかR6決算いくらだっけ → 3,001千円
資料館の運営っていくらかかってる？ → 3,001千円
== in_words｜a bare how much or how many people is of the project named｜field
渡し舟、いくらだ。 → 渡し舟運航事業｜4,200千円
渡し舟、いくら。 → 4,200千円
渡し舟の運航にかかったお金は？ → 4,200千円
渡し舟運航事業って金はどれくらい使ってるの？ → 4,200千円
故郷寄附って、結局いくら集まったの？ → 寄附受入額｜88,400千円
渡し舟って、1年でどのくらい人が乗ってるんですか？ → 乗船者数｜5,120人
== in_words｜several columns at once, and what is not read is named｜field
水族館維持事業の担当課、決算額及び行政評価の区分を教えてください。 → 文化課｜9,100千円｜縮小
観光の振興事務。金額、担当課、評価。 → 港湾課｜800千円｜縮小
灯台資料館って、お金いくらかかってて、お客さんは何人入ってるんですか？ → 2,600千円｜6,400人
少年太鼓教室事業について、決算額、行政評価、教室参加者数を教えて → 300千円｜縮小｜45人
少年太鼓教室事業について、決算額、行政評価、苦情件数を教えて
    300千円｜縮小｜「苦情件数」にあたる列は読み取れません
== in_words｜extremes, sums, shares and lists in other words: figure｜figure
一番金がかかっているのは。 → 水族館維持事業｜9,100千円
港湾課の中で、いちばんお金がかかってるのってどれですか？ → 岸壁補修事業｜6,100千円
掲載されている事務事業のうち、決算額が最少のものはどれですか。 → 少年太鼓教室事業｜300千円
資料館とか水族館の維持の事業で、入ってる人の数がいちばん多いのは？ → 1. 水族館維持事業｜40,200人
行政評価が縮小の事務事業について、決算額の合計額を千円単位で。 → 10,200千円
「拡大」って判定の事業は、全体の何％くらい？ → 2件｜8件の25.0％
法律でやらなきゃいけないことになってる事業って、全体の何％？ → 2件｜25.0％
== in_words｜extremes, sums, shares and lists in other words: list｜list
施策でいうと「観光」に入ってる事業ってどれなんですか？ → 渡し舟運航事業｜水族館維持事業｜4件
交通部港湾課の所管で、今後「拡大」と評価された事務事業の一覧をお願いします。
    渡し舟運航事業｜岸壁補修事業｜2件
== in_words｜extremes, sums, shares and lists in other words: compare｜compare
港湾課と文化課、どっちが金を使ってる。 → 11,100千円｜12,000千円｜多いのは文化課
== in_words｜a target and the staff that no column has are told as lacking｜｜not sure
渡し舟、乗船者の目標は何人。 → 「目標」の列はありません
灯台資料館維持事業の人手は何人？ → 「人手」の列はありません｜≠6,400
水族館は何人で運営してる？ → 「職員数」の列はありません｜≠40,200
== in_words｜another unit or an unknown name is no sure answer｜｜not sure
灯台資料館の維持って何件集まったの？
月水金の収集はいくら
== three_years｜two years that are no neighbours are compared with each other
橋梁点検事業の決算は令和4年度から令和6年度でどう変わった？ → 200千円増えました（20.0％）｜≠700千円
橋梁点検事業の令和4年度と6年度の決算を比べて → 200千円増えました（20.0％）｜≠700千円
橋梁点検事業の令和4年度と令和6年度の決算は？ → 200千円増えました（20.0％）｜≠700千円
橋梁点検事業の評価は令和4年度から令和6年度でどう変わった？ → CからBに変わりました｜≠A
橋梁点検事業のR4〜R6年度の決算の推移は？ → 令和5年度: 700千円｜≠一覧にありません
橋梁点検事業の決算の5年間の推移は？ → この値が一覧にあるのは令和4年度・令和5年度・令和6年度だけです
橋梁点検事業の決算の3年間の推移は？ → 令和4年度｜≠お尋ねは
橋梁点検事業の令和3年度と令和6年度の決算を比べて → 令和3年度の「決算額(千円)」は一覧に｜≠1,000千円
決算の合計は令和4年度から令和6年度でどう変わった？
    令和4年度から令和6年度で710千円（71万円）減り｜≠1,560千円
令和4年度と令和6年度の決算の合計を比べて → 令和4年度から令和6年度で710千円（71万円）減り｜≠1,560千円
令和4年度から令和6年度で決算が増えた事業は？ → 「決算額(千円)」が令和4年度より増えた事業は1件です。｜≠句会
令和5年度から決算が増えた事業は？ → 「決算額(千円)」が令和5年度より増えた事業は1件です。｜≠句会
令和4年度から令和6年度で評価が下がった事業は？ → 句会開催事業｜≠橋梁
令和4年度から令和6年度で評価がAからCに変わった事業は？ → 令和4年度の「A」から「C」に変わった事業は1件｜≠橋梁
令和4年度の決算が令和6年度の決算より多い事業は？ → 句会開催事業｜≠橋梁
令和6年度の決算が令和4年度の決算より多い事業は？ → 橋梁点検事業｜≠句会
橋梁点検事業と句会開催事業の決算は令和4年度から令和6年度でどう変わった？
    10千円減りました（20.0％）｜≠700千円
令和4年度から令和6年度でどう変わった？ → なくなった事業は1件です。｜≠新しい事業（
道路課は令和4年度から令和6年度でどう変わった？ → 評価: C → B｜≠新しい文
== forecasts｜another year or a forecast never answers silently｜｜unsure
橋梁点検事業のR6決算は？ → 令和6年度の「決算」の列はありません｜R5決算(千円): 1,200｜R6決算見込(千円): 1,500
令和6年度の橋梁点検事業の決算額を教えて → 令和6年度の「決算額」の列はありません｜R6決算見込(千円): 1,500
橋梁点検事業の令和6年度の予算は？
    令和6年度の「予算」の列はありません｜R7当初予算(千円): 1,700｜R6決算見込(千円)
橋梁点検事業の令和4年度の決算は？ → 令和4年度の「決算」の列はありません｜「R5決算(千円)」は、1,200千円
令和6年度の決算の合計は？ → 令和6年度の「決算」の列はありません｜「R6決算見込(千円)」の合計は、1,550千円
令和6年度の予算の合計は？ → 令和6年度の「予算」の列はありません｜「R7当初予算(千円)」の合計は、1,700千円
令和6年度の決算が100万円以上の事業は？
    令和6年度の「決算」の列はありません｜「R5決算(千円)」が100万円以上の事業は1件
橋梁点検事業と句会開催事業の令和6年度の決算を比べて
    令和6年度の「決算」の列はありません｜「R6決算見込(千円)」を並べます
== forecasts｜a column of the year, or named with its own, is a sure answer｜｜sure｜列はありません
橋梁点検事業の令和5年度の決算は？
橋梁点検事業のR6決算見込は？
令和5年度の決算の合計は？
令和6年度の橋梁点検事業の前年度評価は？
令和6年度の一覧の橋梁点検事業の決算は？
== measured｜the indicator that is asked for, and no other of the same unit｜｜sure
港まつりの花火大会、何人来たの → 8,300人｜≠52人
市民だより、年に何回出してる？ → 24回｜≠2回です
歯科検診の助成、実際補助したの何人？ → 61人｜≠80人
歯科検診の助成、結局補助したの何人？ → 61人｜≠80人
== measured｜verdicts, and projects that are named in part｜｜sure
拡大判定の事業のお金の合計は？ → 「行政評価」が「拡大」の事業の「R6決算(千円)」の合計は、11,000千円
改善判定の事業どれですか → 空き家改修補助事業
交通部で法定義務じゃないの何個ある → 3件です
決算10万円いってない事業って何件くらいあるの → 10万円未満の事業は1件です
東公民館と西公民館、維持管理にお金かかってるのどっち → 多いのは西公民館維持管理事業
渡船場、運営と整備でそれぞれいくらかかってる？ → 渡船場運営管理事業（事業番号 7）: 90千円
渡船場の運営費、R6決算でいくら？ → 90千円
== measured｜what is said to be highest is not taken for money｜｜｜決算
組合長の評価の点数が一番高いのどれ？
評価が一番高い事業は？
満足度が一番高い事業は？
== parts｜a share is of the project's own amount｜｜sure
公衆便所改修事業の一般財源の割合は？ → 「決算額(千円)に対するうち一般財源(千円)の割合」は、50％
一般財源の割合は公衆便所改修で何％？ → 50％｜≠全体の
公衆便所改修事業の決算のうち一般財源は何％？ → 50％
決算額に占める一般財源の割合は？ → 割合」は、11.1％です。⏎66,300千円（6,630万円）のうち7,350千円
一般財源の割合が高い事業は？ → 1. 公衆便所改修事業（事業番号 1） 50％
公衆便所改修事業の一般財源は全体の何％？ → 全体（8件で7,350千円（735万円））の61.2％
== parts｜the year that a cell says, and what changed｜｜sure
令和7年度に終わる事業は？ → 「終了年度」が令和7年度の事業は3件です
令和7年度に終わる福祉部の事業 → 事業は1件です｜点訳
令和8年度以降に終わる事業は？ → 令和8年度以降の事業は2件です
終了年度が令和7年度の事業は？ → 事業は3件です
今年度で終わる事業は？ → 令和6年度
コストが減った事業は？ → 前の年度より減った事業は1件です
評価が変わった事業は？ → 「一次評価」・「二次評価」のどれかが前の年度から変わった事業は2件です
一次評価が変わった事業は？ → 「一次評価」が前の年度から変わった事業は1件です
評価がAからBに変わった事業は？ → のどれかが前の年度の「A」から「B」に変わった事業は2件です
== parts｜a series of a project that is named in part or in short, and of its indicator｜｜sure
公衆便所の決算の3年間の推移は？ → 令和5年度から令和6年度で1,000千円増えました
ファミリーサポートの会員数はR5とR6でどう変わった？ → 令和5年度から令和6年度で15人増えました（4.8％）
手話講習会の受講者数の推移は？ → 令和5年度: 38人
手話講習の受講者は令和5年度は何人？ → 38人｜≠45人
ファミサポのコストは？ → ファミリーサポートセンター運営事業｜5,600千円
知事選と衆院選、どっちがお金かかってる？ → 多いのは衆議院議員選挙執行事業
手話講習会と点訳講習会、受講者は何人差がある？ → 差は26人です
== numbered｜numbers and offices are those that the list has｜｜sure
事業番号2-48の行政評価は？ → 悩みごと相談事業｜拡大｜≠縮小
2-48のR6決算は？ → 悩みごと相談事業｜7千円
330211番の事業の行政評価は？ → 在宅福祉事業｜継続
子育て手当課のR6決算の総額を教えて → 107千円
教育部のR6決算の合計は？ → 520千円
== parts｜a year that no list has is told｜｜unsure
手話講習会の受講者数は令和3年度は何人？ → 令和3年度の値は、一覧にありません｜45人
== measured｜what is denied in any form of its verb is left out｜｜sure
縮小と評価されていない公民館の事業は？ → 「縮小」以外の事業は1件です｜西公民館維持管理事業
拡大とは判定されなかった港湾課の事業は → 渡船場運営管理事業｜≠花火大会
行政評価が拡大になっていない事業は何件 → 「拡大」以外の事業は5件です
拡大でも縮小でもない事業は何件 → 以外の事業は4件です
現状継続とされず残った事業は何件？ → 「現状継続」以外の事業は5件です
法定義務がない港湾課の事業は → 「法定義務なし」の事業は3件です
法定義務がある健康課の事業は → 「法定義務あり」の事業は1件です
R6決算が400万円以上でない事業は何件 → 400万円未満の事業は6件です
R6決算が300万円を超えていない事業は何件 → 300万円以下の事業は4件です
R6決算が300万円未満ではなかった事業は何件 → 300万円以上の事業は4件です
R6決算が300万円に達しなかった交通部の事業は → 300万円未満の事業は1件です｜渡船場運営管理
R6決算が300万円に達した交通部の事業は → 300万円以上の事業は3件です
R6決算が100万円から300万円まででない事業は何件 → 100万円から300万円までのもの以外の事業は7件です
港湾課が担当していない拡大の事業は → 港湾課以外の事業のうち、「行政評価」が「拡大」の事業は1件です｜歯科検診
== measured｜what も joins is denied all alike｜｜sure
拡大も縮小もされていない事業は何件 → 「拡大」または「縮小」以外の事業は4件です
「縮小」も「現状継続」もされていない事業は何件 → 「現状継続」または「縮小」以外の事業は4件です
縮小とも拡大とも評価されていない事業は何件 → 「拡大」または「縮小」以外の事業は4件です
縮小評価も拡大評価もされていない事業は何件 → 「拡大」または「縮小」以外の事業は4件です
R6決算が400万円以上でも拡大でもない事業は → 「拡大」以外の、「R6決算(千円)」が400万円未満の事業は
縮小でもR6決算が400万円以上でもない事業は → 「縮小」以外の、「R6決算(千円)」が400万円未満の事業は
縮小評価はされていない事業は何件 → 「縮小」以外の事業は7件です
縮小判定も拡大判定も受けていない事業は何件 → 「拡大」または「縮小」以外の事業は4件です
健康課も港湾課も担当していない事業のうち、現状継続は何件 → 健康課・港湾課以外の事業のうち
== measured｜a word that も joins to what is denied is denied too｜｜not sure
休止も縮小もされていない事業は何件 → ≠が記録にある
花火も拡大もされていない事業は → ≠が記録にある
== measured｜whether there is any denies nothing｜｜sure
拡大の事業はないですよね → 「拡大」の事業は
R6決算が300万円以上で拡大の事業はない？ → 「拡大」の、「R6決算｜≠以外
港湾課で拡大のものはないの → 「拡大」の事業は｜≠以外
縮小のやつってない？ → 「縮小」の事業は
港湾課の事業はないですか、拡大で → 港湾課で｜≠以外
縮小の事業ではないものは何件 → 「縮小」以外の事業は
== measured｜a column that nothing is written in is empty, and is no word｜｜sure
行政評価が書かれていない事業は何件 → 「行政評価」に値のない事業は0件です
R6決算の記載がない事業は → 「R6決算(千円)」に値のない事業は
R6決算が未記入の事業は何件 → 値のない事業は｜≠以外
R6決算が未記入でない事業は何件 → 値のないもの以外の事業は
「決算」と書かれていない事業は何件 → 「決算」と書かれていない事業は
== parts｜what is denied in any form of its verb is left out of two years too｜｜
R6決算が増えていない事業は何件 → もの以外の事業は
== measured｜of what a question denies, no indicator tells the opposite｜｜not sure
歯科検診を補助しなかった人数は → ≠61人
花火大会を観覧しなかった人は何人？ → ≠8,300人
"""


def told() -> Iterator[object]:
    """The questions of the table, each with its list and what its answer must be."""
    of = why = kind = sure = unsaid = asked = ""
    every: dict[str, list[str]] = {}
    for line in [*TOLD.strip().split("\n"), "== "]:
        if line.startswith("    "):
            every[asked] += line.strip().split("｜")
        elif line.startswith("== "):
            for text, said in every.items():
                yield pytest.param(
                    of, text, [*said, *([f"≠{unsaid}"] if unsaid else [])], kind, sure, id=f"{why}: {text}"
                )
            of, why, kind, sure, unsaid = [*line[3:].split("｜"), "", "", "", "", ""][:5]
            every = {}
        else:
            asked, _, said = line.partition(" → ")
            every[asked] = said.split("｜") if said else []


@pytest.mark.parametrize(("of", "asked", "said", "kind", "sure"), list(told()))
def test_what_is_asked_of_columns_is_told(
    request: pytest.FixtureRequest, of: str, asked: str, said: list[str], kind: str, sure: str
) -> None:
    given = answer(request.getfixturevalue(of), asked)
    for each in said:
        text = each.replace("⏎", "\n").removeprefix("≠")
        assert (text in given.text) is not each.startswith("≠"), given.text
    assert kind in ("", given.kind)
    assert kind != "field" or len(given.citations) == 1
    assert sure in ("", given.confidence) or (sure == "not sure" and given.confidence != "sure")


OF_KINDS = """
1,学童保育事業,福祉部,子育て課,,学童を開く。,100,拡大,法定義務なし,学童保育の定員数,629,人
2,電子申請推進事業,総務部,情報課,,申請を電子にする。,200,拡大,法定義務なし,オンライン利用件数,40304,件
3,相談所運営事業,市民部,相談課,,相談所を開く。,300,拡大,法定義務なし,相談所開催数,11,回
4,滞納整理事業,総務部,収納課,,税を集める。,400,拡大,法定義務なし,市税の収納率,98.1,％
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("学童保育の利用者数は", ""),
        ("学童保育の定員数は", "629人"),
        ("学童保育の定員は何人", "629人"),
        ("オンライン利用率は", ""),
        ("オンライン利用件数は", "40,304件"),
        ("相談所運営事業の相談件数は", ""),
        ("相談所の開催数は", "11回"),
        ("市税の収納額は", ""),
        ("市税の収納率は", "98.1"),
    ],
)
def test_an_indicator_answers_only_for_the_quantity_asked(question: str, value: str) -> None:
    db = open_database(":memory:")
    data = f"令和6年度 事務事業評価\n{IN_WORDS_HEAD}{OF_KINDS}".encode()
    store_list(db, parse_list(data), source_name="kinds.csv", now="2026-11-30T00:00:00+00:00")
    given = answer(db, question)
    if value:
        assert value in given.text
    else:
        assert given.confidence != "sure"


AMOUNTS_HEAD = (
    "事業番号,事務事業名,担当課,事業概要,成果,R6決算（千円）,活動指標1,活動指標1実績,活動指標1単位,成果指標1,"
    "成果指標1実績,成果指標1単位"
)
AMOUNTS = """
1,みなと応援寄附事業,企画課,寄附を募る。,返礼品を送った。,58000,返礼品の数,77,品,寄附金額,91000,千円
2,町債管理事業,財政課,町債を返す。,予定どおり返した。,2700,償還件数,12,件,町債残高,4400,百万円
3,小規模事業者融資あっせん事業,商工課,融資をあっせんする。,多くの方が借りた。,8800,新規申込者数,31,人,融資額総額,65000,千円
4,融資相談会事業,商工課,融資の相談に乗る。,予定どおり開いた。,300,相談会の開催数,3,回,,,
5,地域商品券発行事業,商工課,商品券を出す。,町内で使われた。,7900,商品券取扱店舗数,44,件,商品券発行額,"25,000,000","円25,000,000"
6,郷土館資料収集事業,文化課,資料を集める。,新たに集めた。,600,郷土資料の増加数,6,点,総郷土資料数,812,点
7,北浜公園管理事業,公園課,公園を保つ。,公園の巡回を14回行い、売店の利用者は640人でした。,700,公園巡回の回数,14,回,公園利用者数,5100,人
8,運動公園管理事業,公園課,運動公園を保つ。,園を保った。,800,巡回の回数,21,回,利用者数,2300,人
9,稲作支援事業,農政課,稲作を支える。,よく実った。,1800,説明会の参加者数,15,人,稲の単収,530,㎏
"""


@pytest.fixture(scope="module")
def amounts(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Projects with amounts of things beside what they cost, and two that count alike."""
    found = open_database(tmp_path_factory.mktemp("amounts") / "jigyo.db")
    data = f"令和6年度 事務事業評価\n{AMOUNTS_HEAD}{AMOUNTS}".encode()
    store_list(found, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00+00:00")
    return found


@pytest.mark.parametrize(
    ("question", "amount_said"),
    [
        ("みなと応援寄附の金額はいくら", "91,000千円"),
        ("町債の残高はいくら", "4,400百万円"),
        ("融資の総額はいくら", "65,000千円"),
        ("商品券の発行額はいくら", "25,000,000円（2,500万円）です"),
        ("稲の単収はいくら", "530㎏"),
    ],
)
def test_the_amount_of_a_thing_is_told_by_its_indicator_and_by_no_cost(
    amounts: Database, question: str, amount_said: str
) -> None:
    given = answer(amounts, question)
    assert amount_said in given.text
    assert "決算" not in given.text
    assert given.confidence == "sure"


@pytest.mark.parametrize(
    "question", ["みなと応援寄附事業はいくらかかった", "みなと応援寄附事業の決算の金額は"]
)
def test_what_a_project_cost_is_told_by_its_cost(amounts: Database, question: str) -> None:
    assert "58,000千円" in answer(amounts, question).text


def test_what_projects_cost_is_not_claimed_as_the_total_of_a_thing(amounts: Database) -> None:
    assert answer(amounts, "商品の総額はいくら").confidence != "sure"
    assert answer(amounts, "融資の事業の決算の合計は").confidence == "sure"


def test_a_unit_that_repeats_the_value_is_told_without_it(amounts: Database) -> None:
    assert "円25,000,000" not in answer(amounts, "地域商品券発行事業の成果指標1は").text


def test_an_amount_of_money_is_no_number_of_shops(amounts: Database) -> None:
    assert "25,000,000" not in answer(amounts, "商品券を扱う店は33店ですか").text


def test_a_noun_that_is_counted_tells_which_indicator_counts_it(amounts: Database) -> None:
    for asked in ("商品券は何店舗で使えますか", "地域商品券が使えるのは何店舗？"):
        given = answer(amounts, asked)
        assert "44件" in given.text
        assert "25,000,000" not in given.text


def test_how_nouns_are_joined_tells_no_project(amounts: Database) -> None:
    given = answer(amounts, "運動公園の利用者は何人")
    assert (given.confidence, given.citations) == ("sure", ("8",))


def test_how_much_something_grew_is_not_how_much_there_is(amounts: Database) -> None:
    assert "812点" in answer(amounts, "郷土資料は全部で何点").text
    assert "「郷土資料の増加数」" not in answer(amounts, "郷土資料の総数は").text
    assert "6点" in answer(amounts, "郷土資料は何点増えましたか").text


def test_where_two_projects_fit_both_are_shown_and_none_is_claimed(amounts: Database) -> None:
    given = answer(amounts, "公園の利用者は何人")
    assert given.confidence != "sure"
    assert set(given.citations) == {"7", "8"}
    for each in ("5,100人", "2,300人"):
        assert each in given.text


PUT_DOWN = """
1,就職相談会事業,商工課,相談会を開く。,就職相談会を2回開き、83人の参加申込がありました。,300,相談会の開催数,2,回,参加申込者数,83,人
2,体験農園事業,農政課,農作業を教える。,46人の応募があり、19人が農作業に参加しました。,120,,,,,,
3,工芸館運営事業,文化課,工芸館を開く。,教室を開きました。,900,工芸館の友の会登録者数,520,人,,,
4,海岸清掃事業,環境課,海岸を清掃する。,清掃に210人が参加しました。,80,,,,,,
"""


@pytest.fixture(scope="module")
def put_down(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Projects that tell how many people came, or only how many are put down for something."""
    found = open_database(tmp_path_factory.mktemp("put-down") / "jigyo.db")
    data = f"令和6年度 事務事業評価\n{AMOUNTS_HEAD}{PUT_DOWN}".encode()
    store_list(found, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00+00:00")
    return found


@pytest.mark.parametrize(
    ("question", "people"),
    [
        ("就職相談会に何人来ましたか", ""),
        ("就職相談会の参加者は何人", ""),
        ("就職相談会には何人申し込みましたか", "83人"),
        ("就職相談会の参加申込者数は", "83人"),
        ("体験農園では何人が農作業に参加しましたか", "19人"),
        ("工芸館の利用者は何人", ""),
        ("工芸館の友の会の登録者は何人", "520人"),
        ("海岸清掃には何人参加した", "210人"),
    ],
)
def test_who_is_put_down_for_something_has_not_come_to_it(
    put_down: Database, question: str, people: str
) -> None:
    given = answer(put_down, question)
    assert people in given.text
    assert (given.confidence == "sure") == bool(people)


def test_of_two_figures_at_once_none_is_left_out_silently(amounts: Database, put_down: Database) -> None:
    given = answer(amounts, "北浜公園の巡回は何回で利用者は何人ですか")
    assert given.confidence == "sure"
    assert all(each in given.text for each in ("14回", "5,100人"))
    given = answer(amounts, "北浜公園の巡回は何回で売店の利用者は何人")
    assert all(each in given.text for each in ("14回", "640人"))
    given = answer(put_down, "就職相談会は何回開いて何人来ましたか")
    assert given.confidence != "sure"
    assert "2回です" in given.text
    assert "83人です" not in given.text


def of_the_year_before(*lists: int) -> Database:
    """Lists that are each of the year before: 令和7年度 with R6決算, and indicators of no year."""
    found = open_database(":memory:")
    for year in lists:
        head = f"事業番号,事務事業名,担当課,事業概要,R{year - 1}決算（千円）,指標1,指標1実績,指標1単位"
        row = f"1,獣害対策事業,農政課,柵を設ける。,{900 + year},農作物被害額,{4000 - 100 * year},千円"
        data = f"令和{year}年度 事務事業評価\n{head}\n{row}\n".encode()
        store_list(found, parse_list(data), source_name=f"r{year}.csv", now="2026-11-30T00:00:00+00:00")
    return found


@pytest.mark.parametrize("how", ["は前の年より減りましたか", "の推移は", "は増えていますか"])
def test_of_one_year_no_change_is_told_and_no_year_that_its_column_does_not_say(how: str) -> None:
    given = answer(of_the_year_before(7), f"農作物被害額{how}")
    assert given.confidence != "sure"
    assert "3,300千円" in given.text
    assert "令和7年度:" not in given.text


def test_the_two_values_that_are_compared_are_of_the_years_said_or_of_their_lists() -> None:
    both = of_the_year_before(6, 7)
    given = answer(both, "農作物被害額は前の年より減りましたか")
    assert "令和6年度の一覧から令和7年度の一覧で100千円減りました" in given.text
    given = answer(both, "獣害対策事業の決算は前の年より増えましたか")
    assert "令和5年度から令和6年度で1千円増えました" in given.text


SLIPS = """
1,就学援助事業,教育課,学用品費を出す。,16人に48000円を支給した。,500,,,,援助額の合計,48,円
2,港湾債管理事業,港湾課,港湾債を返す。,残高は約260万円となった。,600,,,,港湾債残高,2604300,千円
3,給食会補助事業,教育課,給食会に補助する。,給食会に540万円を補助した。,700,,,,給食会補助額,5400,千円
"""


@pytest.mark.parametrize(
    ("question", "told", "sure"),
    [
        ("就学援助の援助額は", ("48円", "48000円"), "unsure"),
        ("港湾債の残高はいくら", ("2,604,300千円", "約260万円"), "unsure"),
        ("給食会補助額は", ("5,400千円",), "sure"),
    ],
)
def test_an_amount_that_the_text_has_in_thousands_is_shown_as_listed_and_not_claimed(
    question: str, told: tuple[str, ...], sure: str
) -> None:
    db = open_database(":memory:")
    data = f"令和6年度 事務事業評価\n{AMOUNTS_HEAD}{SLIPS}".encode()
    store_list(db, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00+00:00")
    given = answer(db, question)
    assert all(each in given.text for each in told)
    assert given.confidence == sure


TWO_THINGS = """
1,地域決済支援事業,商工課,電子通貨「みなとペイ」と商品券を出す。,電子通貨『みなとペイ』は213店舗で使えました。,900,,,,,,
2,文化祭事業,文化課,絵画展と合唱祭を開く。,合唱祭には840人が来場しました。,300,,,,,,
"""


@pytest.mark.parametrize(
    ("project", "question", "figure", "sure"),
    [
        ("地域決済支援事業", "商品券の取扱店はいくつ", "213店", False),
        ("地域決済支援事業", "商品券は何店舗で使えますか", "213店", False),
        ("地域決済支援事業", "みなとペイは何店舗で使えますか", "213店", True),
        ("文化祭事業", "絵画展は何人来ましたか", "840人", False),
        ("文化祭事業", "合唱祭は何人来ましたか", "840人", True),
    ],
)
def test_a_figure_of_one_thing_of_a_project_is_not_of_its_other_thing(
    project: str, question: str, figure: str, *, sure: bool
) -> None:
    db = open_database(":memory:")
    data = f"令和6年度 事務事業評価\n{AMOUNTS_HEAD}{TWO_THINGS}".encode()
    store_list(db, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00+00:00")
    given = thread(db, f"{project}の概要は", question)[1]
    assert figure in given.text
    assert (given.confidence == "sure") == sure


OF_ITS_PROJECTS = """
1,窓口相談事業,市民課,窓口で悩みを聞く。,窓口を開いた。,100,,,,相談件数,150,件
2,行政相談事業,市民課,行政の悩みを聞く。,行政相談を40件受けた。,110,,,,,,
3,旅券申請受付事業,市民課,旅券を渡す。,旅券を渡した。,120,,,,,,
4,証明書交付事業,市民課,証明書を渡す。,証明書の申請は9120件だった。,130,,,,,,
5,苗木配布事業,緑地課,苗木を配る。,苗木を300本配った。,140,,,,,,
6,街路樹管理事業,緑地課,街路樹を保つ。,街路樹を剪定した。,150,,,,,,
7,市民プール事業,市民生活課,プールを開く。,プールを開いた。,160,,,,来場者数,7400,人
"""


@pytest.fixture(scope="module")
def of_its_projects(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Sections of which several projects, or only one, count what is asked of the section."""
    found = open_database(tmp_path_factory.mktemp("its-projects") / "jigyo.db")
    data = f"令和6年度 事務事業評価\n{AMOUNTS_HEAD}{OF_ITS_PROJECTS}".encode()
    store_list(found, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00+00:00")
    return found


@pytest.mark.parametrize(
    ("question", "amount_said", "is_sure"),
    [
        ("市民課の相談件数は", "150件", False),
        ("市民課の申請は何件ですか", "9120件", False),
        ("市民課の行政相談は何件", "40件", True),
        ("緑地課の苗木は何本", "300本", True),
        ("市民課の来場者数は", "", False),
        ("市民課の来場者は何人", "", False),
        ("市民生活課の来場者は何人", "7,400人", True),
        ("港湾課の申請件数は", "", False),
    ],
)
def test_one_projects_figure_is_not_surely_its_sections(
    of_its_projects: Database, question: str, amount_said: str, *, is_sure: bool
) -> None:
    given = answer(of_its_projects, question)
    assert amount_said in given.text
    assert (given.confidence == "sure") == is_sure


OF_A_SECTION = """
1,用水路改修事業,建設部,河川課,用水路を直す。,12000,9000,11500,A,拡充,,,,
2,堤防点検事業,建設部,河川課,堤防を見る。,3089,2950,3001,B,廃止,,,,
3,河川清掃事業,建設部,河川課,川を掃除する。,800,760,700,C,継続,,,,
4,花の苗配布事業,建設部,公園課,苗を配る。,150,148,149,C,廃止,,,,
5,遊具更新事業,建設部,公園課,遊具を替える。,90000,80000,85000,B,拡充,,,,
"""


@pytest.fixture(scope="module")
def of_sections(tmp_path_factory: pytest.TempPathFactory) -> Database:
    found = open_database(tmp_path_factory.mktemp("sections") / "jigyo.db")
    load(found, OF_A_SECTION, 6, "hyoka.csv")
    return found


def thread(db: Database, *questions: str) -> list[Answer]:
    turn, given = None, []
    for question in questions:
        given.append(answer(db, question, last=turn))
        turn = next_turn(turn, given[-1])
    return given


def test_a_thread_stays_within_the_section_that_it_counted_and_says_so(of_sections: Database) -> None:
    asked = ("そのうち廃止は？", "拡充は？", "R6決算が一番大きいのは？", "R6決算の合計は？", "継続は？")
    given = thread(of_sections, "河川課の事業は何件？", *asked)[1:]
    assert [each.citations for each in given] == [("2",), ("1",), ("1",), ("1", "2", "3"), ("3",)]
    assert all("河川課の事業" in each.text.split("\n")[0] for each in given)
    assert "河川課の事業のうち、「今後の方向性」が「拡充」の事業は1件です" in given[1].text
    assert "15,201千円" in given[3].text


def test_a_condition_on_a_section_leaves_the_section_and_not_the_condition(of_sections: Database) -> None:
    given = thread(of_sections, "河川課で廃止の事業は？", "拡充は？")[1]
    assert given.citations == ("1",)
    assert "河川課の事業のうち、" in given.text


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("市全体で拡充は？", ("1", "5")),
        ("全体でR6決算が一番大きいのは？", ("5",)),
        ("公園課で廃止の事業は？", ("4",)),
        ("遊具更新事業のR6決算は？", ("5",)),
    ],
)
def test_a_question_that_says_of_what_leaves_the_section(
    of_sections: Database, question: str, cited: tuple[str, ...]
) -> None:
    given = thread(of_sections, "河川課の事業は何件？", "そのうち廃止は？", question)[2]
    assert given.citations == cited
    assert "河川課" not in given.text.split("\n")[0]


def test_what_is_asked_after_another_section_is_of_that_one(of_sections: Database) -> None:
    given = thread(of_sections, "河川課の事業は何件？", "公園課は何件？", "拡充は？")[2]
    assert given.citations == ("5",)
    assert "公園課の事業のうち、" in given.text


def test_what_is_asked_after_all_of_them_is_of_all_of_them(of_sections: Database) -> None:
    given = thread(of_sections, "河川課の事業は何件？", "市全体で拡充は？", "廃止は？")[2]
    assert given.citations == ("2", "4")


@pytest.mark.parametrize(
    ("before", "question", "cited"),
    [
        (("廃止の事業は？",), "R6決算が一番大きいのは？", ("2",)),
        (("廃止の事業は？",), "R6決算の合計は？", ("2", "4")),
        (("廃止の事業は？",), "当初予算額は？", ("2", "4")),
        (("廃止の事業は？", "R6決算が一番大きいのは？"), "それ以外でR6決算が一番大きいのは？", ("4",)),
        (("遊具更新事業の当初予算額は？",), "R6決算の合計は？", ("5",)),
        (("遊具更新事業のR6決算は？", "用水路改修事業のR6決算は？"), "合わせてR6決算はいくら？", ("1", "5")),
    ],
)
def test_what_is_asked_of_no_one_in_a_thread_is_of_what_it_showed(
    of_sections: Database, before: tuple[str, ...], question: str, cited: tuple[str, ...]
) -> None:
    given = thread(of_sections, *before, question)[-1]
    assert tuple(sorted(given.citations)) == cited
    assert given.confidence == "sure"


@pytest.mark.parametrize("question", ["全部の事業のR6決算の合計は？", "市全体のR6決算の合計は？"])
def test_what_names_all_of_them_is_of_all_of_them_in_a_thread(of_sections: Database, question: str) -> None:
    given = thread(of_sections, "廃止の事業は？", question)[1]
    assert set(given.citations) == {"1", "2", "3", "4", "5"}


@pytest.mark.parametrize("question", ["R6決算が一番大きいのは？", "それ以外でR6決算が一番大きいのは？"])
def test_the_most_of_one_project_is_not_that_of_all(of_sections: Database, question: str) -> None:
    given = thread(of_sections, "花の苗配布事業のR6決算は？", question)[1]
    assert "5" not in given.citations


def test_the_number_of_copies_is_none_of_departments(of_sections: Database) -> None:
    given = thread(of_sections, "花の苗配布事業の概要は", "部数は？")[1]
    assert "事業のある部" not in given.text
    assert "事業のある部は 1 " in thread(of_sections, "部はいくつある？")[0].text


@pytest.mark.parametrize(("question", "confidence"), [("目標は？", "unsure"), ("概要は？", "sure")])
def test_a_field_that_none_of_a_list_has_is_not_answered_as_sure(
    of_sections: Database, question: str, confidence: str
) -> None:
    given = thread(of_sections, "廃止の事業は？", question)[1]
    assert given.confidence == confidence
    assert ("文では書かれていません。概要をお示しします。" in given.text) is (confidence == "unsure")
    assert "・概要・" in given.text  # the text in its place, of each


def test_a_part_of_a_list_says_of_how_many_it_is(of_sections: Database) -> None:
    given = thread(of_sections, "拡充の事業は？", "そのうちR6決算が一番大きいのは？")[1]
    assert "前の一覧の2件のうち、" in given.text


def test_more_than_a_column_ranks_nothing(of_sections: Database) -> None:
    given = thread(of_sections, "用水路改修事業の当初予算額は？", "決算額より多い？")[1]
    assert {"5"}.isdisjoint(given.citations)
    assert "多い順" not in given.text


OF_FIELDS = """令和6年度 事務事業評価
事業番号,事務事業名,担当課,事業概要,成果,分野,行政評価,成果指標1,成果指標1実績,成果指標1単位
1,えほん貸出事業,文化課,図書室の本を貸す。,貸し出しを始めた。,2.図書室,維持,貸出冊数,"8,120",冊
2,えほん上映会事業,文化課,映画を見せる。,図書室では32回の上映会を実施した。,2.図書室,縮小,,,
3,みなと協会事業,港湾課,港を広める。,協会は宣伝事業を640件実施した。,1.港湾,評価対象外,,,
4,みなと清掃事業,港湾課,港を掃く。,苦情は4件だった。,1.港湾,評価対象外,,,
"""


@pytest.fixture(scope="module")
def of_fields() -> Database:
    db = open_database(":memory:")
    store_list(db, parse_list(OF_FIELDS.encode()), source_name="hyoka.csv", now="2026-11-29T00:00:00+00:00")
    return db


@pytest.mark.parametrize(
    ("asked", "told"),
    [("図書室の貸出冊数は", ""), ("図書室の上映会は何回", "32回"), ("港湾の苦情は何件", "4件")],
)
def test_how_many_of_a_thing_is_no_number_of_projects(of_fields: Database, asked: str, told: str) -> None:
    given = answer(of_fields, asked)
    assert given.kind not in ("count", "list")
    assert told in given.text


@pytest.mark.parametrize("asked", ["図書室の事業は何件", "図書室の事業数は", "図書室の事業はいくつ"])
def test_projects_of_a_choice_are_counted_where_they_are_asked_for(of_fields: Database, asked: str) -> None:
    assert "2件です" in answer(of_fields, asked).text


@pytest.mark.parametrize(
    "asked", ["図書室で終わった事業は", "港湾で増えた事業は何件", "図書室で新しく始めた事業は"]
)
def test_what_became_of_the_projects_of_a_choice_is_told_to_be_unread(
    of_fields: Database, asked: str
) -> None:
    given = answer(of_fields, asked)
    assert given.confidence == "unsure"
    assert "という言い方は、確かめられませんでした" in given.text
    assert answer(of_fields, "図書室で行っている事業は何件").confidence == "sure"


def test_a_thread_stays_within_the_projects_of_a_thing(of_fields: Database) -> None:
    given = thread(of_fields, "図書室の事業は", "行政評価が維持の事業は何件")[1]
    assert "「分野」が「2.図書室」の事業のうち、" in given.text
    assert given.citations == ("1",)


OF_AIMS = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,R6決算（千円）,施策,行政評価
7,水防倉庫事業,土木課,土のうを置く。,"3,100",１．防災、国民保護,維持
12,消火栓事業,総務課,消火栓を直す。,"1,400",１．防災、国民保護,縮小
13,防災無線事業,総務課,無線で知らせる。,"9,900",３．情報基盤,維持
14,空家バンク事業,芸術課,空家を貸す。,600,２．移住、定住,維持
15,砂像まつり事業,芸術課,砂像を作る。,800,４．芸術文化の振興,拡大
16,合唱祭事業,教育課,芸術を広める。,250,４．芸術文化の振興,維持
21,学習室事業,教育課,室を開ける。,70,５．生涯学習,維持
22,文化財調査事業,芸術課,古墳を調べる。,90,５．文化財,維持
"""


@pytest.fixture(scope="module")
def of_aims(made: Made) -> Database:
    return made(OF_AIMS)


@pytest.mark.parametrize(
    ("asked", "kind", "numbers", "told"),
    [
        ("防災の施策の決算合計は", "figure", {"7", "12"}, "4,500千円"),
        ("防災の施策で決算が一番高い事業は", "figure", {"7"}, "3,100千円"),
        ("移住定住の施策の事業は何件", "count", {"14"}, "1件です"),
        ("芸術文化の施策は何件", "count", {"15", "16"}, "2件です"),
        ("芸術の施策は何件", "count", {"15", "16"}, "2件です"),
        ("文化の施策の決算合計は", "figure", {"15", "16", "22"}, "1,140千円"),
        ("防災に関する施策以外の決算の合計は", "figure", {"13", "14", "15", "16", "21", "22"}, "11,710千円"),
        ("総務課の防災の施策の事業は", "list", {"12"}, "1件です"),
        ("施策3の事業は何件", "count", {"13"}, "1件です"),
        ("施策5の決算合計は", "figure", {"21", "22"}, "160千円"),
        ("施策12の事業は何件", "count", set(), "0件です"),
    ],
)
def test_a_word_before_its_column_is_of_the_choices_that_have_it(
    of_aims: Database, asked: str, kind: str, numbers: set[str], told: str
) -> None:
    given = answer(of_aims, asked)
    assert (given.kind, given.confidence, {*given.citations}) == (kind, "sure", numbers)
    assert told in given.text
    assert "が記録にある" not in given.text


def test_a_word_that_no_choice_has_is_not_surely_of_its_column(of_aims: Database) -> None:
    given = answer(of_aims, "古墳の施策の決算合計は")
    assert given.confidence == "unsure"
    assert "「施策」の区分としては読み取れなかったため" in given.text


def test_the_column_of_a_project_is_still_asked_for(of_aims: Database) -> None:
    assert "１．防災、国民保護" in answer(of_aims, "水防倉庫事業の施策は何ですか").text


OF_UNITS = """令和6年度 事務事業一覧
事業番号,事務事業名,担当部,担当課,分野,事業概要,R6決算（千円）,行政評価,成果指標1,成果指標1実績,成果指標1単位
1,水道広報事業,建設部,水道課,1.水道,水を広める。,400,拡大,上水普及率,97,％
2,管布設事業,建設部,建設部,2.下水,管を敷く。,900,維持,汚水普及率,41,%
3,光回線事業,総務部,情報課,3.情報,線を引く。,700,拡大,回線普及率,55,％
4,盆踊り事業,総務部,市民課,3.情報,踊る。,100,維持,参加人数,"2,400",
5,綱引き事業,総務部,市民課,3.情報,綱を引く。,80,維持,大会参加人数,310,人
6,眼鏡助成事業,総務部,市民課,2.下水,眼鏡代を助成する。,950,維持,眼鏡助成額,640,千円
7,補聴器助成事業,総務部,市民課,2.下水,補聴器代を助成する。,300,維持,補聴器助成額,720,千円
8,見守り事業,総務部,市民課,2.下水,見守る。,60,維持,安心度,62,％
9,夜警事業,総務部,市民課,2.下水,夜を回る。,60,維持,火事への安心度,35,%
10,相談事業,総務部,市民課,2.下水,相談を聞く。,60,維持,安心している割合,88,％
11,窓口事業,総務部,市民課,2.下水,窓口を開く。,60,維持,新規受理件数,4,件
"""


@pytest.fixture(scope="module")
def of_units(made: Made) -> Database:
    return made(OF_UNITS)


@pytest.mark.parametrize(
    ("asked", "confidence", "told"),
    [
        ("普及率が一番低い事業は", "unsure", "1. 管布設事業（事業番号 2） 「汚水普及率」 41%"),
        ("普及率が一番高い事業は", "unsure", "1. 水道広報事業（事業番号 1） 「上水普及率」 97％"),
        ("参加人数が一番多い事業は", "unsure", "1. 盆踊り事業（事業番号 4） 「参加人数」 2,400"),
        ("助成額が一番高い事業は", "unsure", "1. 補聴器助成事業（事業番号 7） 「補聴器助成額」 720千円"),
        ("安心度が一番高い事業は", "unsure", "1. 見守り事業"),  # not of 安心している割合, which is more
        ("安心度が一番低い事業は", "unsure", "1. 夜警事業（事業番号 9）"),
        ("受理件数が一番多いのは", "unsure", "新規受理件数"),
    ],
)
def test_what_is_the_most_of_a_kind_is_so_in_whatever_unit_it_is_written(
    of_units: Database, asked: str, confidence: str, told: str
) -> None:
    given = answer(of_units, asked)
    assert given.confidence == confidence
    assert told in given.text


def test_groups_are_ranked_where_the_first_of_groups_is_asked_for(of_units: Database) -> None:
    given = answer(of_units, "決算が一番高い分野は")
    assert "「R6決算(千円)」の合計が最も多いのは2.下水で、2,390千円" in given.text
    assert "1.水道で、400千円" in answer(of_units, "決算の合計が一番少ない分野はどれ").text
    assert "眼鏡助成事業（事業番号 6）で、950千円" in answer(of_units, "決算が一番高い事業の分野は").text


def test_two_groups_are_held_against_each_other(of_units: Database) -> None:
    text = answer(of_units, "水道の分野と下水の分野はどちらの決算が多い").text
    assert "合計が最も多いのは2.下水で、2,390千円" in text
    assert "1.水道 400千円" in text
    assert "登録されている事業は" not in answer(of_units, "分野の数は").text


def test_a_share_that_is_ranked_is_no_share_of_all(of_units: Database) -> None:
    for asked in ("割合が一番高い事業は", "拡大の割合が一番高い部は", "市民の割合が一番高い指標は"):
        assert answer(of_units, asked).confidence != "sure"
    assert "2件で、値のある11件の18.2％" in answer(of_units, "拡大の割合は").text


def test_a_department_in_the_place_of_a_section_is_none(of_units: Database) -> None:
    assert "課・室は 3 あります" in answer(of_units, "課の数は").text


OF_EITHER = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,R6決算（千円）
1,海水浴場管理事業,観光課,浜とプールを見回る。,500
2,市民プール運営事業,教育課,プールを開く。,900
3,かけあし大会事業,教育課,走る大会を開く。,40
4,俳句大会事業,教育課,俳句を詠む。,60
5,東図書室管理費,教育課,本を貸す。,310
6,西図書室管理費,教育課,本を貸す。,290
7,西図書室改修事業,教育課,壁を塗る。,7000
8,ふるさと祭事業,観光課,祭を開く。,80
"""


@pytest.mark.parametrize(
    ("asked", "confidence", "numbers", "told"),
    [
        ("海水浴場とプールの決算の合計は", "sure", {"1", "2"}, ("1,400千円", "500千円", "900千円")),
        ("俳句大会とかけあし大会の決算の合計は", "sure", {"3", "4"}, ("100千円", "60千円", "40千円")),
        ("かけあし大会と市民プールの決算の平均は", "sure", {"2", "3"}, ("470千円",)),
        ("俳句大会とプールで決算が一番高い事業は", "sure", {"2"}, ("900千円", "60千円")),
        ("東図書室と西図書室の管理費の決算の合計は", "sure", {"5", "6"}, ("600千円",)),
        (
            "俳句大会と月面基地の決算の合計は",
            "unsure",
            {"4"},
            ("「月面基地」に当てはまる事業は見つからない",),
        ),
        ("ふるさと祭の決算の合計は", "sure", {"8"}, ("80千円",)),
    ],
)
def test_a_sum_of_two_things_is_of_what_either_names(
    made: Made, asked: str, confidence: str, numbers: set[str], told: tuple[str, ...]
) -> None:
    given = answer(made(OF_EITHER), asked)
    assert (given.confidence, {*given.citations}) == (confidence, numbers)
    assert [each for each in told if each not in given.text] == []


OF_HEADS = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,指標1,指標1実績,指標1単位,指標2,指標2実績,指標2単位
1,若者会館運営事業,教育課,家を開ける。,定員に対する宿泊者数,94,人,研修室定員数,120,人
2,街路灯設置事業,土木課,灯を立てる。,街路灯の設置割合,88,%,街路灯の設置基数,31,基
3,棚田保全事業,農政課,棚田を守る。,保全面積率,45,％,保全対象面積,230,ha
4,渡船確保事業,交通課,船を出す。,渡船乗客数（※暦年）,"7,300",人,,,
5,渡船等利用促進事業,交通課,船に誘う。,割引券配布による遊覧船の乗客数,610,人,,,
6,音楽教室事業,教育課,講師を送る。,講師を派遣した中学校の教員・生徒数,410,人,,,
7,下水管事業,土木課,管を敷く。,管路更新率,12,％,,,
"""


@pytest.mark.parametrize(
    ("asked", "confidence", "told"),
    [
        ("若者会館の定員は", "unsure", "120人"),
        ("街路灯の設置は何基", "sure", "31基"),
        ("街路灯の設置割合は", "sure", "88%"),
        ("棚田保全の面積は", "sure", "230ha"),
        ("棚田の面積率は", "sure", "45％"),
        ("渡船の乗客数は", "sure", "7,300人"),
        ("中学校の生徒数は", "unsure", "410人"),
        ("管路の更新は", "unsure", "12％"),
        ("管路の更新は何%", "sure", "12％"),
    ],
)
def test_an_indicator_answers_for_its_own_noun_alone(
    made: Made, asked: str, confidence: str, told: str
) -> None:
    given = answer(made(OF_HEADS), asked)
    assert (given.confidence, told in given.text) == (confidence, True)
    assert "94人" not in given.text


def test_works_that_a_record_counts_are_told_from_it(of_fields: Database) -> None:
    given = answer(of_fields, "協会の宣伝事業は何件ですか")
    assert given.kind == "figure"
    assert given.text.startswith("640件です")


def test_what_a_project_did_to_many_is_no_number_of_projects(of_fields: Database) -> None:
    assert answer(of_fields, "えほん上映では何件の事業を採択しましたか").kind == "none"


def test_a_general_word_tells_no_choice(of_fields: Database) -> None:
    assert "評価対象外" not in answer(of_fields, "清掃の対象は港ですか").text
    assert "2件です" in answer(of_fields, "行政評価が対象外の事業は何件").text


OF_WORDS = """令和6年度 事務事業評価
事業番号,事務事業名,担当課,事業概要,成果,R6決算（千円）,行政評価,成果指標1,成果指標1実績,成果指標1単位,成果指標2,成果指標2実績,成果指標2単位
1,みなと号運行事業,交通課,老人と子どもを船で送る。,14人の船員が41便を動かした。,500,拡大,乗船者数,820,人,収入額,90,千円
2,桟橋管理事業,交通課,桟橋を守る。,こどもの見学を受け入れた。,70,縮小,貸付額総額,"6,100",千円,データなし,データなし,データなし
3,犬のしつけ事業,環境課,犬を飼う人に教える。,教室を開いた。,30,継続,成果指標なし,データなし,データなし,データなし,データなし,データなし
4,京都交流事業,市民課,京都の高齢者と交わる。,敬老の日に集まった。,8000,継続,東京都の参加者数,12,人,,,
5,庁舎管理事業,総務課,東京都にならう。,バスケットを置いた。,90000,廃止,,,,,,
"""


@pytest.fixture(scope="module")
def of_words() -> Database:
    db = open_database(":memory:")
    store_list(db, parse_list(OF_WORDS.encode()), source_name="hyoka.csv", now="2026-11-29T00:00:00+00:00")
    return db


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("犬の決算合計は？", "「犬」の字が記録にある事業の「R6決算(千円)」の合計は、30千円"),
        ("犬に使ったお金は全部でいくら？", "合計は、30千円"),
        ("子どもの事業の決算合計は？", "「こども」という表記を含む）が記録にある事業の"),
        ("こどもの事業で一番決算が大きいのは？", "みなと号運行事業"),
        ("子どもの事業で1万円以上は何件？", "2件"),
        ("桟橋の事業で5万円以上10万円以下は何件？", "「R6決算(千円)」が5万円から10万円までの事業は1件"),
        ("京都の決算合計は？", "合計は、8,000千円"),
    ],
)  # fmt: skip
def test_every_noun_beside_the_column_restricts_the_projects(
    of_words: Database, asked: str, told: str
) -> None:
    """も of もの in 子どもの is no word that only asks, and one letter is a word; 京都 is not in 東京都."""
    given = answer(of_words, asked)
    assert (given.confidence, told in given.text) == ("sure", True), given.text


@pytest.mark.parametrize(
    "asked", ["猫の決算合計は？", "象に使ったお金は全部でいくら？", "バスの事業で一番決算が大きいのは？"]
)
def test_a_noun_that_no_record_says_leaves_no_figure(of_words: Database, asked: str) -> None:
    assert answer(of_words, asked).kind == "none"


def test_two_things_of_which_one_is_more_are_not_what_says_both(of_words: Database) -> None:
    assert "「老人」と「子ども」" not in answer(of_words, "老人と子どもの決算、どっちが多い？").text


@pytest.mark.parametrize("word", ["子ども", "犬", "京都", "桟橋", "船員", "交通課"])
def test_what_is_counted_and_what_is_added_up_for_a_word_are_the_same_projects(
    of_words: Database, word: str
) -> None:
    counted = answer(of_words, f"{word}の事業は何件？")
    added = answer(of_words, f"{word}の事業の決算の合計は？")
    assert set(counted.citations) == set(added.citations) != set()


def test_a_word_in_kana_is_in_no_other_word_and_is_found_in_cells_too() -> None:
    """延ばす has no バス, 乗り場 of a cell is one."""
    rows = (
        "事業番号,事務事業名,担当課,事業概要,成果,R6決算（千円）,成果指標1,成果指標1実績,成果指標1単位\n"
        "1,延命事業,健康課,寿命を延ばす。,のばした。,40,受診者数,3,人\n"
        "2,足の事業,交通課,町を走る。,走った。,60,マイクロバス乗り場の数,5,所\n"
        "3,紙の事業,総務課,紙を減らす。,減らした。,80,乗りもの,6,台\n"
    )
    db = open_database(":memory:")
    store_list(db, parse_list(rows.encode()), source_name="l.csv", now="2026-11-29T00:00:00+00:00")
    for asked in ("バスの事業の決算の合計は？", "乗り場の事業の決算の合計は？"):
        assert "合計は、60千円" in answer(db, asked).text
    assert answer(db, "バスの事業は何件？").citations == ("2",)


def test_a_board_is_meant_with_its_secretariat_and_in_no_longer_name() -> None:
    rows = (
        "事業番号,事務事業名,担当部,担当課,事業概要,成果,R6決算（千円）\n"
        "1,読書事業,農業委員会,農地課,本を読む。,読んだ。,40\n"
        "2,耕作事業,農業委員会事務局,農地課,耕す。,耕した。,60\n"
        "3,親子事業,福祉部,長寿課,新農業委員会と開く。,開いた。,80\n"
    )
    db = open_database(":memory:")
    store_list(db, parse_list(rows.encode()), source_name="l.csv", now="2026-11-29T00:00:00+00:00")
    assert "合計は、100千円" in answer(db, "農業委員会の決算の合計は？").text
    assert answer(db, "新農業委員会の事業は何件？").citations == ("3",)


def test_what_means_the_same_is_told_by_its_own_word_and_never_as_the_one_typed(of_words: Database) -> None:
    counted = answer(of_words, "シルバーの事業は何件？")
    assert "「シルバー」が記録にある" not in counted.text
    given = answer(of_words, "シルバーの事業の決算の合計は？")
    assert "「シルバー」が記録にある" not in given.text
    assert given.confidence != "sure"
    assert "合計は、500千円" in answer(of_words, "老人の事業の決算の合計は？").text


def test_an_amount_that_no_list_has_is_told_to_be_lacking_before_another_is_added_up(
    of_words: Database,
) -> None:
    for asked in ("予算の合計はいくら？", "子ども関係の予算は全部でいくら？"):
        given = answer(of_words, asked)
        assert given.kind == "none"
        assert "「予算」の列はありません" in given.text
    assert "職員」が記録にある" not in answer(of_words, "職員の決算の合計は？").text


def test_the_total_of_what_is_measured_is_that_and_no_cost(of_words: Database) -> None:
    for asked in ("貸付総額はいくら？", "貸付額の合計はいくら？"):
        given = answer(of_words, asked)
        assert "6,100千円" in given.text
        assert "決算" not in given.text


def test_neither_of_two_choices_is_none_of_them(of_words: Database) -> None:
    given = answer(of_words, "拡大でも縮小でもない事業は何件？")
    assert set(given.citations) == {"3", "4", "5"}
    assert "「拡大」または「縮小」以外の事業は3件" in given.text


def test_a_cell_that_says_that_there_is_none_has_no_value_and_is_not_told_to_be_empty(
    of_words: Database,
) -> None:
    given = answer(of_words, "成果指標1がない事業は何件？")
    assert set(given.citations) == {"3", "5"}
    assert "に値のない事業は2件" in given.text


def test_columns_of_which_either_may_be_one_of_several_are_not_held_against_each_other(
    of_words: Database,
) -> None:
    given = answer(of_words, "みなと号の決算と実績は同じ？")
    assert "が同じ事業は" not in given.text


def test_a_number_with_its_counter_is_said_by_a_record_only_as_it_stands(of_words: Database) -> None:
    for asked in ("船員41人の事業は？", "14便の事業は何件？"):
        given = answer(of_words, asked)
        assert given.confidence != "sure", given.text
    assert answer(of_words, "船員14人の事業は？").confidence != "none"


IN_DEPARTMENTS = """事業番号,事務事業名,部名,課名,事業の概要,R6決算(千円)
1,砂浜清掃事業,海辺部,浜辺課,浜を清掃する。,100
2,松林保全事業,海辺部,浜辺課,松を守る。,200
3,堤防点検事業,海辺部,堤防課,堤防を点検する。,4000
4,山道整備事業,山手部,山道課,山道を直す。,50
"""


@pytest.mark.parametrize(
    ("question", "total"),
    [
        ("海辺部の浜辺課の決算合計は？", "300千円"),
        ("海辺部の決算合計は？", "4,300千円"),
        ("浜辺課の決算合計は海辺部と同じ？", ""),
        ("浜辺課の決算合計は海辺部より少ない？", ""),
    ],
)
def test_a_section_held_against_its_department_is_not_told_as_both(question: str, total: str) -> None:
    db = open_database(":memory:")
    data = f"令和6年度 事務事業評価\n{IN_DEPARTMENTS}".encode()
    store_list(db, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00+00:00")
    given = answer(db, question)
    assert total in given.text if total else "合計は" not in given.text


def test_the_offices_left_out_are_in_no_sum_and_no_rank(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    rows = (
        "事業番号,事業名,部,課,概要,決算額(千円)\n"
        "1,苗木配布事業,環境部,緑政課,苗木を配る。,300\n"
        "2,河川清掃事業,環境部,水辺課,川を掃除する。,50\n"
        "3,植樹事業,環境部,緑政課,木を植える。,900\n"
        "4,朝市事業,産業部,商工課,朝市を開く。,70\n"
    )
    store_list(db, parse_list(f"令和6年度\n{rows}".encode()), source_name="a.csv", now="2026-11-30T00:00:00Z")
    for question, said in (
        ("環境部のうち緑政課以外の決算の合計", "50千円"),
        ("緑政課を除いた決算の合計は", "120千円"),
        ("緑政課以外で決算が一番多い事業は", "朝市事業"),
    ):
        given = answer(db, question)
        assert said in given.text, question
        assert "緑政課以外の事業" in given.text
        assert not {"1", "3"} & {*given.citations}


LEAVING_OUT = """事業番号,事業名,部,課,概要,分野,決算額(千円)
1,中央公園管理事業,環境部,緑政課,公園を保つ。,公園,300
2,河川清掃事業,環境部,水辺課,川を掃除する。,川,50
3,港公園管理事業,環境部,緑政課,公園を保つ。,公園,900
4,朝市事業,産業部,商工課,朝市を開く。,商業,70
5,街路樹管理事業,土木部,道路課,街路樹を保つ。,道路,40
6,街路灯事業,土木部,道路課,公園の灯を直す。,道路,30
"""


@pytest.mark.parametrize(
    ("question", "said", "cited", "confidence"),
    [
        ("環境部と産業部以外の決算の合計", "70千円", "56", "sure"),
        ("環境部や商工課を除いた決算の合計", "70千円", "56", "sure"),
        ("緑政課と商業以外の決算の合計", "120千円", "256", "sure"),
        ("商業と緑政課以外の決算の合計", "120千円", "256", "sure"),
        ("公園と産業部と水辺課を除く決算の合計", "70千円", "56", "sure"),
        ("環境部のほかに決算の合計が一番高い部は", "70千円", "", "sure"),
        ("朝市事業以外の決算の合計", "1,320千円", "12356", "sure"),
        ("港公園管理事業以外で決算が一番高い事業", "中央公園管理事業", "1", "sure"),
        ("中央公園管理事業と港公園管理事業を除いて決算が一番高いのは", "朝市事業", "4", "sure"),
        ("街路樹以外の道路課の決算の合計", "30千円", "6", "sure"),
        ("管理事業のうち街路樹を除く決算の合計", "1,200千円", "13", "sure"),
        ("緑政課の事業以外の決算の合計", "190千円", "2456", "sure"),
        ("河川以外の環境部の決算の合計", "1,200千円", "13", "sure"),
        ("港以外の緑政課の決算の合計", "300千円", "1", "sure"),
        ("清掃を抜いた環境部の決算の合計", "1,200千円", "13", "sure"),
    ],
)
def test_what_a_question_leaves_out_is_in_no_sum_and_no_rank(
    question: str, said: str, cited: str, confidence: str
) -> None:
    db = open_database(":memory:")
    data = f"令和6年度\n{LEAVING_OUT}".encode()
    store_list(db, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00Z")
    given = answer(db, question)
    assert (*given.citations,) == (*cited,), given.text
    assert said in given.text
    assert "以外の" in given.text or not cited
    assert given.confidence == confidence


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("産業部と道路課の事業は何件", "456"),
        ("緑政課と環境部の事業は", "123"),
        ("環境部および商工課の事業は何件", "1234"),
        ("環境部の緑政課の事業は何件", "13"),
        ("環境部と緑政課の決算の合計", ""),  # a column's sum is of what both hold: none is told
    ],
)
def test_a_department_and_a_section_joined_are_both_counted(question: str, cited: str) -> None:
    db = open_database(":memory:")
    data = f"令和6年度\n{LEAVING_OUT}".encode()
    store_list(db, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00Z")
    given = answer(db, question)
    assert ({*given.citations}, given.confidence) == ({*cited}, "sure" if cited else "unsure"), given.text


def test_a_sum_behind_a_list_without_some_is_of_those_left() -> None:
    db = open_database(":memory:")
    data = f"令和6年度\n{LEAVING_OUT}".encode()
    store_list(db, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00Z")
    for questions, cited, said in (
        (("環境部の事業は何件", "緑政課を除くと", "決算の合計は"), "2", "50千円"),
        (("管理事業は何件", "街路樹以外は", "合計いくら"), "13", "1,200千円"),
    ):
        given = talk(db, *questions)
        assert ({*given.citations}, given.confidence) == ({*cited}, "sure"), given.text
        assert said in given.text


@pytest.mark.parametrize(
    "question",
    [
        "委託料以外の決算の合計",  # no project says 委託料
        "人件費を除いた決算の合計",
        "それらしい所以外の決算の合計",
        "決算以外の合計",
        "緑政課以外の決算の割合",
        "税抜きの決算の合計",
        "一番高い事業以外の決算の合計",
        "川を掃除した清掃以外の決算の合計",
    ],
)
def test_what_cannot_be_left_out_makes_nothing_sure(question: str) -> None:
    db = open_database(":memory:")
    data = f"令和6年度\n{LEAVING_OUT}".encode()
    store_list(db, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00Z")
    assert answer(db, question).confidence != "sure"


NAMED_ALIKE = """番号,事業名,課,概要,成果,R6決算（千円）,指標1,指標1実績,指標1単位,指標2,指標2実績,指標2単位
1,窓口証明機事業,市民課,証明機を置く。,置いた。,40,証明機利用率,40.2,％,,,
2,窓口証明機事業,情報課,証明機を直す。,直した。,50,証明機利用率,41,％,,,
3,重症児デイ送迎事業,福祉課,送迎する。,送迎した。,60,重症児デイ待機者数,3,人,,,
4,デイ送迎事業,福祉課,送迎する。,送迎した。,70,待機者数,9,人,,,
5,特産品事業,農政課,育てる。,育てた。,80,"作付面積(なす、大豆、そばの合算)",52.7,ha,なす、大豆の出荷先の数,6,社
6,老人会館管理事業,高齢福祉課,管理する。,管理した。,90,会館利用延べ人数,830,人,開館日数,359,日
7,学習館事業（北）,学習課,学ぶ。,学んだ。,10,北学習館利用者数,200,人,,,
8,学習館事業（南）,学習課,学ぶ。,学んだ。,10,南町学習館利用人数,300,人,,,
9,学習館事業（西）,学習課,学ぶ。,学んだ。,10,学習館の修繕数,2,件,,,
10,湖畔マラソン事業,体育課,走る。,走った。,10,参加者数,699,人,,,
11,見守りサポート事業,高齢福祉課,見守る。,見守った。,10,見守りサポーター養成者数,107,人,,,
"""


@pytest.fixture(scope="module")
def named_alike() -> Database:
    db = open_database(":memory:")
    data = f"令和6年度\n{NAMED_ALIKE}".encode()
    store_list(db, parse_list(data), source_name="a.csv", now="2026-11-30T00:00:00Z")
    return db


def test_what_namesakes_measure_is_told_of_each_with_its_office(named_alike: Database) -> None:
    given = answer(named_alike, "窓口証明機の利用率は")
    assert (given.citations, given.confidence) == (("1", "2"), "sure")
    for told in ("40.2％", "担当: 市民課", "41％", "担当: 情報課"):
        assert told in given.text
    of_parts = answer(named_alike, "学習館事業の利用者数は")  # which brackets tell apart: any may be meant
    assert (of_parts.citations, of_parts.confidence) == (("7", "8"), "unsure")
    assert "学習館事業(西)（事業番号 9）の指標には、お尋ねの数字を読み取れませんでした" in of_parts.text


def test_the_project_named_by_the_questions_words_goes_before_one_of_a_kind_of_it(
    named_alike: Database,
) -> None:
    given = answer(named_alike, "デイ送迎の待機者は何人")
    assert (given.citations, given.confidence) == (("4",), "sure")
    assert "9人" in given.text
    assert answer(named_alike, "重症児デイ送迎の待機者は何人").citations == ("3",)


@pytest.mark.parametrize(
    ("asked", "beside"),
    [
        ("なすの作付面積は", "「大豆」「そば」と合わせた値"),
        ("そばと大豆の作付面積は", "「なす」と合わせた値"),
        ("大豆の出荷先の数は", "「なす」と合わせた値"),
    ],
)
def test_a_value_of_several_things_together_is_not_surely_ones(
    named_alike: Database, asked: str, beside: str
) -> None:
    given = answer(named_alike, asked)
    assert given.confidence == "unsure"
    assert beside in given.text


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("市外の湖畔マラソン参加者は", "市外"),
        ("湖畔マラソンの女性参加者数は", "女性"),
        ("高齢者の見守りサポーター養成者数は", "高齢者"),
        ("学習所の修繕数は", "学習所"),
    ],
)
def test_a_word_that_restricts_what_is_counted_is_said_where_no_name_has_it(
    named_alike: Database, asked: str, word: str
) -> None:
    given = answer(named_alike, asked)
    assert given.confidence != "sure"
    assert given.kind == "none" or f"「{word}」" in given.text


def test_all_that_are_called_as_is_asked_are_ranked_however_they_count(named_alike: Database) -> None:
    given = answer(named_alike, "学習館の利用者数が一番多いのはどこ")
    assert given.text.index("「南町学習館利用人数」 300人") < given.text.index("「北学習館利用者数」 200人")
    assert "（事業番号 9）の指標には" in given.text
    assert given.confidence == "unsure"


IN_THOUSANDS = """番号,事業名,課,概要,成果,R6決算（千円）,指標1,指標1実績,指標1単位
1,夏まつり事業,観光課,まつりを開く。,来場者数は1896人となった。,40,まつりの来場者数,1896,千人
2,冬まつり事業,観光課,まつりを開く。,1200人が来場した。,50,冬の来場者数,1200,人
3,なんでも相談室,市民課,悩みを聞く。,相談を受けた。,60,相談者数,154,人
4,読書室事業,学習課,読書室を開く。,1人当たりの貸出数を指標とし利用者数を増やす。,70,,,
5,書道教室事業,学習課,教室を開く。,開いた。,80,受講人数,31,人
6,囲碁教室事業,学習課,教室を開く。,開いた。,90,上級受講者数,12,人
7,詩吟教室事業,学習課,教室を開く。,開いた。,95,開催回数,8,回
"""


@pytest.fixture(scope="module")
def in_thousands(made: Made) -> Database:
    return made(f"令和6年度\n{IN_THOUSANDS}")


def test_a_figure_that_text_and_column_have_in_other_thousands_is_told_with_both(
    in_thousands: Database,
) -> None:
    for asked in ("夏まつりの来場者数は", "夏まつり事業に来場したのは何人"):
        given = answer(in_thousands, asked)
        assert given.confidence != "sure"
        assert "桁の違う数字" in given.text
        assert "1,896千人" in given.text
    assert "桁の違う" not in answer(in_thousands, "冬まつりの来場者数は").text


def test_a_sentence_without_a_figure_is_not_surely_the_number_asked_for(in_thousands: Database) -> None:
    assert answer(in_thousands, "読書室の利用者数は").confidence != "sure"


@pytest.mark.parametrize(
    "asked",
    ["書道教室の受講者数と担当課は", "書道教室の担当課と受講人数", "書道教室の担当課と決算と受講者数は"],
)
def test_a_field_asked_for_beside_an_indicator_is_told_too(in_thousands: Database, asked: str) -> None:
    given = answer(in_thousands, asked)
    assert given.confidence == "sure"
    for told in ("担当課は、学習課", "31人"):
        assert told in given.text


def test_an_asking_word_in_a_name_asks_for_nothing(in_thousands: Database) -> None:
    given = answer(in_thousands, "なんでも相談室の決算額と相談者数は")
    assert given.confidence == "sure"
    for told in ("60千円", "154人"):
        assert told in given.text


def test_an_indicator_of_two_projects_named_is_told_of_each(in_thousands: Database) -> None:
    given = answer(in_thousands, "書道教室と囲碁教室の受講者数は")
    assert given.citations == ("5", "6")
    assert given.confidence == "unsure"  # of some alone
    for told in ("31人", "12人"):
        assert told in given.text
    lacks = answer(in_thousands, "書道教室と詩吟教室の受講者数は")
    assert lacks.confidence == "unsure"
    assert "詩吟教室事業（事業番号 7）の指標には、お尋ねの数字を読み取れませんでした" in lacks.text


def test_what_the_project_under_a_refusal_counts_in_the_unit_asked_for_is_a_guess(made: Made) -> None:
    db = made(
        "令和6年度\n番号,事業名,課,概要,成果,R6決算（千円）,指標1,指標1実績,指標1単位\n"
        "1,移動教室講座事業,学習課,出向く。,出向いた。,40,開講講座数,35,件\n"
        "2,街路灯整備事業,道路課,灯を保つ。,保った。,50,街路灯、公園灯の設置数,568,基\n"
        "3,補助員雇用事業,学校課,雇う。,雇った。,60,補助員報酬（24人雇用）,,\n"
        "4,夜間図書室事業,学習課,開く。,開いた。,70,夜間図書室来室者数,90,人\n"
    )
    for asked, told in (
        ("移動教室は何講座を何件実施した", "35件"),
        ("公園灯は何基", "「街路灯」と合わせた値"),
        ("補助員は何人", "「24人」とあります"),
    ):
        given = answer(db, asked)
        assert given.confidence == "unsure"
        assert told in given.text
    given = answer(db, "夜間図書室に来た男性は何人")
    assert given.confidence != "sure"
    assert "「男性」" in given.text


def test_the_indicator_of_several_that_a_question_names_is_no_single_ones(made: Made) -> None:
    db = made(
        "令和6年度\n番号,事業名,課,概要,成果,R6決算（千円）,指標1,指標1実績,指標1単位\n"
        "1,難病患者医療費事業,福祉課,払う。,払った。,40,支給件数,35,件\n"
        "2,在宅難病患者手当事業,福祉課,払う。,払った。,50,支給件数,7,件\n"
    )
    given = answer(db, "難病患者の支給件数は")
    assert given.confidence == "unsure"
    assert {"1", "2"} == {*given.citations}
    assert answer(db, "難病患者医療費事業の支給件数は").citations == ("1",)


def test_a_word_of_the_projects_name_tells_no_figure_that_is_asked_for_beside(made: Made) -> None:
    db = made(
        "令和6年度\n番号,事業名,課,概要,成果,R6決算（千円）,指標1,指標1実績,指標1単位\n"
        "1,水防団活動事業,防災課,守る。,守った。,40,水防団員数,85,人\n"
        "2,水防団員退職金事業,防災課,払う。,払った。,50,退職者数,3,人\n"
    )
    given = answer(db, "水防団の団員数と決算額は")
    assert given.confidence != "sure" or "85人" in given.text


OF_A_CITY = """事業番号,事務事業名,担当課,事業概要,成果,R6決算（千円）,活動指標1,活動指標1実績,活動指標1単位
1,広報発信事業,広報課,桜野市の広報を発信する。,,2132,友だち登録者数,22862,人
2,中央図書館運営事業,生涯学習課,桜野市の図書館を運営する。,,15989,貸出冊数,81000,冊
3,図書館運営事業,生涯学習課,桜野市立の図書館を運営する。,,44229,貸出冊数,120000,冊
4,公用車維持管理事業,管財課,公用車を維持する。,,900,公用車の点検(18台),,
5,姉妹都市交流事業,広報課,白浜市と交流する。,,700,白浜市からの訪問者数,31,人
6,地域通貨発行事業,商工課,電子通貨「さくらペイ」とお買物券を発行する。,,300,さくらペイ発行額,240000,円
"""


@pytest.fixture(scope="module")
def of_a_city() -> Database:
    db = open_database(":memory:")
    data = f"令和6年度\n{OF_A_CITY}".encode()
    store_list(db, parse_list(data), source_name="sakurano.csv", now="2026-11-30T00:00:00+00:00")
    return db


@pytest.mark.parametrize(
    "question",
    [
        "緑川市の友だち登録者数は",
        "千葉県の友だち登録者数は何人",
        "緑川市の広報発信事業の決算は",
        "緑川市の広報発信事業と図書館運営事業の決算はどっちが多い",
    ],
)
def test_what_columns_say_is_not_surely_another_citys(of_a_city: Database, question: str) -> None:
    given = answer(of_a_city, question)
    assert given.confidence != "sure"
    place = question.partition("の")[0]
    assert given.kind == "none" or f"「{place}」は、この記載からは確かめられませんでした" in given.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("友だち登録者数は", "22,862人"),
        ("桜野市の友だち登録者数は", "22,862人"),
        ("本市の友だち登録者数は", "22,862人"),
        ("桜野市の広報発信事業の決算は", "2,132千円"),
        ("白浜市からの訪問者数は", "31人"),
    ],
)
def test_the_lists_own_city_and_a_place_of_the_record_are_as_if_not_said(
    of_a_city: Database, question: str, told: str
) -> None:
    given = answer(of_a_city, question)
    assert given.confidence == "sure"
    assert told in given.text


def test_all_of_the_lists_own_city_is_the_whole_list(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    data = f"令和6年度\n{OF_A_CITY.replace('桜野', '山本')}".encode()  # 本市 is no part of it
    store_list(db, parse_list(data), source_name="yamamoto.csv", now="2026-11-30T00:00:00+00:00")
    for question in ("山本市の決算合計は", "本市の決算合計は"):
        given = answer(db, question)
        assert given.confidence == "sure"
        assert "値のある6件" in given.text
    assert answer(db, "緑本市の友だち登録者数は").confidence != "sure"


def test_a_sum_of_what_speaks_of_another_city_is_not_surely_that_citys(of_a_city: Database) -> None:
    assert answer(of_a_city, "白浜市の決算合計は").confidence != "sure"


@pytest.mark.parametrize("question", ["公用車の点検は何台", "令和6年度の公用車の点検は何台ですか"])
def test_a_figure_in_an_indicators_name_is_told_as_that_where_its_cell_is_empty(
    of_a_city: Database, question: str
) -> None:
    given = answer(of_a_city, question)
    assert given.confidence == "unsure"
    assert "指標の名前に「18台」とあります。実績の欄は空欄です" in given.text


@pytest.mark.parametrize(
    "question",
    [
        "中央図書館と図書館、どっちがお金かかってる",
        "図書館と中央図書館の決算を比べて",
        "図書館と中央図書館だと決算が多いのは",
        "中央図書館と図書館の決算は",
    ],
)
def test_two_names_are_compared_where_one_is_in_the_other(of_a_city: Database, question: str) -> None:
    given = answer(of_a_city, question)
    assert given.kind == "compare"
    assert {*given.citations} == {"2", "3"}
    assert "差は28,240千円" in given.text


@pytest.mark.parametrize(
    "question",
    [
        "広報課と生涯学習課の決算合計は同じ？",
        "広報課と生涯学習課の決算は",
        "広報課と生涯学習課で決算が多いのは",
        "広報課の決算は生涯学習課より多い？",
    ],
)
def test_sums_of_two_offices_stand_beside_each_other(of_a_city: Database, question: str) -> None:
    given = answer(of_a_city, question)
    assert given.kind == "compare"
    for told in ("広報課 合計2,832千円", "生涯学習課 合計60,218千円", "合計が多いのは生涯学習課"):
        assert told in given.text


def test_sums_of_two_offices_are_added_up_where_that_is_asked(of_a_city: Database) -> None:
    assert "63,050千円" in answer(of_a_city, "広報課と生涯学習課の決算は合わせていくら").text
    given = answer(of_a_city, "広報課と生涯学習課で決算が1000千円より多い事業は何件")
    assert {*given.citations} == {"1", "2", "3"}


def test_a_thing_asked_for_by_what_it_is_gets_no_indicators_value(of_a_city: Database) -> None:
    for question in ("さくらペイとは", "さくらペイとは何ですか"):
        text = answer(of_a_city, question).text
        assert "電子通貨「さくらペイ」とお買物券を発行する。" in text
        assert "240,000" not in text


def test_what_was_reached_is_no_target(of_a_city: Database) -> None:
    first = answer(of_a_city, "さくらペイ発行額は")
    assert "240,000円" in first.text
    then = answer(of_a_city, "目標は？", last=next_turn(None, first))
    for given in (then, answer(of_a_city, "地域通貨発行事業の計画値は")):
        assert given.confidence == "unsure"
        assert "「目標」の列はありません" in given.text
        assert "さくらペイ発行額" in given.text


def test_the_year_before_is_that_before_today(of_a_city: Database) -> None:
    asked = "広報発信事業の昨年度の決算は"
    given = answer(of_a_city, asked, today=date(2025, 11, 3))
    assert given.confidence == "sure"
    assert "2,132千円" in given.text
    assert answer(of_a_city, "昨年度の事業は何件", today=date(2025, 4, 1)).text.startswith(
        "令和6年度の事業は6件です"
    )
    for day, year in ((date(2025, 3, 31), "令和5年度"), (date(2028, 6, 1), "令和9年度")):
        given = answer(of_a_city, "広報発信事業の昨年度の成果は", today=day)
        assert given.kind == "none"
        assert f"{year}の一覧は登録されていません" in given.text
        assert answer(of_a_city, asked, today=day).confidence != "sure"


OF_PLACES = """事業番号,事務事業名,分野,担当課,事業概要,成果,R6決算（千円）,成果指標1,成果指標1実績,単位
1,北幼稚園管理費,教育,教育課,園舎を守る。,,700,,,
2,南幼稚園管理費,教育,教育課,園舎を守る。,,900,,,
3,診療所運営事業,健康・防犯,防犯健康課,特別会計から診療所を支える。,,5000,入院のベッド利用率,61.5,％
4,見回り事業,暮らし,防犯健康課,町を見回る。,防犯の声かけをした。,40,市道東12号線の進捗率,80,％
5,歯の健康事業,健康・防犯,防犯健康課,歯をみがく。,,60,健診（3歳）の受診者数,210,人
"""


@pytest.fixture(scope="module")
def of_places() -> Database:
    db = open_database(":memory:")
    data = f"令和6年度\n{OF_PLACES}".encode()
    store_list(db, parse_list(data), source_name="basho.csv", now="2026-11-30T00:00:00+00:00")
    return db


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("幼稚園管理費で一番安いのはどこ", "北幼稚園管理費（事業番号 1）で、700千円"),
        ("幼稚園管理費で一番高いのはどこですか", "南幼稚園管理費（事業番号 2）で、900千円"),
        ("幼稚園管理費で一番高いのはどの課", "教育課で、1,600千円"),
        ("決算が一番多いのはどこ", "防犯健康課で、5,100千円"),
    ],
)
def test_where_asks_which_of_the_things_that_are_called_so(
    of_places: Database, question: str, told: str
) -> None:
    assert told in answer(of_places, question).text


def test_a_sum_of_the_one_record_that_mentions_a_word_is_not_sure(of_places: Database) -> None:
    given = answer(of_places, "特別会計の決算合計は")
    assert given.confidence == "unsure"
    assert "値のある1件" in given.text
    assert answer(of_places, "見回りの決算合計は").confidence == "sure"


def test_what_a_sum_rests_on_is_told_where_it_is_an_office_or_a_column(of_places: Database) -> None:
    text = answer(of_places, "防犯の事業の決算合計は").text
    for told in (
        "「防犯」が記録にある事業の「R6決算(千円)」の合計は、5,100千円",
        "うち2件は、「防犯」が担当課などの名前やほかの列にだけあります",
        "「防犯」が名前か文章にある事業の「R6決算(千円)」の合計は、40千円",
    ):
        assert told in text
    assert "うち" not in answer(of_places, "幼稚園の決算合計は").text


@pytest.mark.parametrize(
    ("question", "confidence"),
    [
        ("入院のベッド利用率は", "sure"),
        ("診療所のベッド利用率は", "unsure"),  # that of 入院 alone
        ("外来のベッド利用率は", "unsure"),
        ("ベッド利用率は外来だと", "unsure"),
        ("12号線の進捗率は", "sure"),
        ("2号線の進捗率は", "none"),
        ("市道東3号線の進捗率は", "none"),
    ],
)
def test_an_indicator_is_of_the_kind_and_number_that_is_asked_for(
    of_places: Database, question: str, confidence: str
) -> None:
    assert answer(of_places, question).confidence == confidence


@pytest.mark.parametrize(
    "question",
    [
        "建設部の事業の中に廃止はありますか",
        "建設部内の廃止の事業",
        "全事業の中で廃止のものは",
        "市内の廃止の事業は",
        "年度内に廃止の事業は",
        "表の中で廃止の事業は",
    ],
)
def test_what_only_says_of_which_of_them_is_no_word_of_the_records(db: Database, question: str) -> None:
    given = answer(db, question)
    assert (given.citations, given.confidence) == (("4",), "sure")


def test_none_of_those_that_say_a_word_is_not_surely_none_at_all(db: Database) -> None:
    given = answer(db, "用水路の事業で廃止のものは")
    assert given.confidence != "sure" or given.citations


def test_a_word_that_any_verdict_may_have_is_no_verdict(db: Database) -> None:
    assert answer(db, "今後の方向性が廃止の事業は").citations == ("4",)
    assert answer(db, "増やす方向の事業は").confidence != "sure"


def test_what_a_total_is_said_to_be_is_not_of_each_project(db: Database) -> None:
    assert answer(db, "建設部のR5決算の合計は1億円未満だよね").confidence != "sure"
    assert answer(db, "建設部でR5決算が1億円未満の事業は").confidence == "sure"


OF_UNITS_ASKED = """
1,親子ひろば事業,子育て課,親子の集まり。,ひろばを18回開き、640人の参加があった。,310,継続,親子ひろばの開催,18,回
2,標本購入事業,博物館,標本をそろえる。,標本をそろえた。,420,継続,昆虫標本点数,5120,点
3,駅前広場管理事業,公園課,広場を保つ。,広場を保った。,530,継続,広場への苦情件数,2,件
4,雨水タンク補助事業,環境課,タンクの費用を補助する。,補助した。,640,継続,雨水タンク補助金交付額,360,千円
5,水泳教室事業,体育課,水泳を教える。,水泳を教えた。,750,継続,水泳教室参加者数,88,人
6,堤防草刈事業,河川課,草を刈る。,草を刈った。,860,継続,堤防草刈の委託,4,箇所
"""


@pytest.fixture(scope="module")
def of_units_asked(tmp_path_factory: pytest.TempPathFactory) -> Database:
    found = open_database(tmp_path_factory.mktemp("units_asked") / "jigyo.db")
    data = f"令和6年度 事務事業評価\n{PAID_HEAD}{OF_UNITS_ASKED}".encode()
    store_list(found, parse_list(data), source_name="tani.csv", now="2026-11-30T00:00:00+00:00")
    return found


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("親子ひろばの参加者数は", "640人です"),  # the sentence's, not the 18回 that its indicator counts
        ("親子ひろばの参加人数は", "640人です"),
        ("親子ひろばの開催は何回", "18回です"),
        ("水泳教室の参加者数は", "88人です"),
        ("堤防草刈の面積は", ""),
        ("昆虫標本は何点", "5,120点です"),
        ("昆虫標本は何点購入しましたか", ""),  # what there is, not what was bought
        ("広場への苦情は何件", "2件です"),
        ("国への苦情は何件", ""),
        ("雨水タンクの補助金の交付額はいくら", "360千円"),
        ("雨水タンクの補助金は1件いくらですか", ""),
        ("雨水タンクの補助金の交付額は1件当たりいくら", ""),
    ],
)
def test_an_indicator_is_of_what_is_counted_done_and_named_in_a_question(
    of_units_asked: Database, question: str, said: str
) -> None:
    given = answer(of_units_asked, question)
    assert (given.confidence == "sure") is bool(said), given.text
    assert said in given.text


OF_CLAIMS = """令和6年度 事務事業評価
事業番号,事務事業名,担当課,事業概要,成果,R6決算（千円）,行政評価,成果指標1,成果指標1実績,成果指標1単位
1,保育園・児童館巡回事業,こども課,園と館を回る。,64回の巡回を行った。,300,拡大,,,
2,狂犬病予防に係る注射票交付事業,環境課,票を渡す。,票を渡した。,0,縮小,交付件数,410,件
3,学校図書充実事業,学習課,本を増やす。,よい成果が出た。,500,拡大,寄贈図書の受入,7,冊
4,救命講習事業,消防課,救命を教える。,35人の消防団員が講習に参加した。,80,評価対象外,,,
5,浄化槽補助事業,下水課,浄化槽に補助する。,補助には21人から要望があった。,900,縮小,,,
6,橋梁点検事業,橋梁保全室,住民の暮らしを支える橋を見る。新規の橋も見る。,点検を終えた。,720,評価対象外,,,
7,景観審査事業,都市課,景観を守る。,景観審査会による審査を6回行った。,600,拡大,,,
"""


@pytest.mark.parametrize(
    ("question", "told", "is_sure"),
    [
        ("評価された事業で決算が一番大きいのは", "「評価」という言い方は、確かめられません", False),
        ("評価が済んだ事業の決算の合計は", "確かめられません", False),
        ("成果が上がった事業は何件", "「成果」という言い方は", False),
        ("新規事業は何件", "「新規」という言い方は", False),
        ("新規事業の決算の合計は", "「新規」という言い方は", False),
        ("点検中の事業は何件", "", False),
        ("評価対象の事業は何件", "", False),  # the list has 評価対象外 alone
        ("評価対象外の事業は何件", "2件です", True),
        ("「新規」という言葉がある事業は何件", "1件です", True),
        ("住民の暮らしに関わる事業の決算の合計は", "確かめられません", False),
        ("決算が0円の事業を除いた平均は", "516.7千円", True),
        ("決算が600千円以上の事業の決算の合計は", "2,220千円", True),
        ("縮小の事業がないのはどこ", "", False),
        ("拡大の事業が1件もない課は", "", False),
        ("消防団員は何人", "35人", False),
        ("浄化槽の補助人数は", "21人", False),
        ("児童館の巡回は何回", "64回", False),
        ("狂犬病予防の交付件数は", "410件", False),
        ("注射票の交付件数は", "410件", True),
        ("学校図書の受入は何冊", "7冊", False),
        ("寄贈図書の受入は何冊", "7冊", True),
        ("橋梁の室の決算の合計は", "橋梁保全室の「R6決算(千円)」の合計は、720千円", True),
        ("橋梁保全室と消防課の決算はどちらが上", "多いのは橋梁保全室", True),
        ("景観審査は誰がやっているの", "", False),
        ("浄化槽の補助は誰がもらえるの", "", False),
        ("評価が高い事業は何件", "", False),
        ("新しい事業は何件", "", False),
        ("住民のためになる事業の決算の合計は", "確かめられません", False),
        ("縮小じゃない課はどこ", "", False),
    ],
)
def test_an_answer_from_columns_shows_all_that_its_question_asks(
    made: Made, question: str, told: str, *, is_sure: bool
) -> None:
    given = answer(made(OF_CLAIMS), question)
    assert told in given.text
    assert (given.confidence == "sure") is is_sure, given.text


HALLS = """令和6年度
事業番号,事業名,担当課,概要,R6決算（千円）,分野,評価
1,図書館管理事業,図書館,図書館を保つ。,500,1.図書館,継続
2,図書購入事業,図書館,本を買う。,300,1.図書館,拡大
3,公民館管理事業,公民館,公民館を保つ。,700,2.公民館,継続
4,公民館講座事業,公民館,講座を開く。,200,2.公民館,縮小
5,戸籍事務,市民課,戸籍を記す。,300,3.窓口,継続
6,証明発行事務,市民課,証明を出す。,900,3.窓口,拡大
"""


@pytest.fixture(scope="module")
def halls(made: Made) -> Database:
    return made(HALLS)


@pytest.mark.parametrize(
    ("asked", "numbers", "told"),
    [
        ("2番目に決算が多い事業は", "3", "2番目に多い事業は、公民館管理事業"),
        ("市民課で2番目に決算額が大きい事業", "5", "300千円"),
        ("図書館の事業で2番目に決算が少ないのは", "1", "2番目に少ない事業は"),
        ("決算が下から2番目の事業", "25", "同じ値の事業が全部で2件"),
        ("決算の合計が2番目に多い課は", "", "公民館で、900千円"),
        ("決算が800千円未満で最も大きい事業は", "3", "「R6決算(千円)」が800千円未満の事業のうち"),
        ("決算が30万円以上で一番少ない事業", "25", "最も少ない事業は"),
        ("市民課の決算が500千円以下の事業で最も高いもの", "5", "300千円"),
        ("決算額が300千円の事業", "25", "300千円の事業は2件"),
        ("決算が70万円ちょうどの事業は何件", "3", "1件です"),
        ("決算が700千円ではない事業は", "12456", "5件です"),
        ("図書館と公民館の決算の合計", "1234", "1,700千円"),
        ("図書館と市民課の事業は何件", "1256", "図書館・市民課の事業は4件です"),
        ("公民館と市民課、決算の合計が多いのは", "", "合計が多いのは市民課で、差は300千円"),
        ("公民館と市民課で決算の合計が一番少ないのはどちら", "", "差は300千円"),
        ("図書館の分野の事業とそれぞれの決算", "12", "図書購入事業（事業番号 2） 図書館（300千円"),
        ("公民館と市民課のそれぞれの決算", "", "合計が多いのは市民課"),
        ("決算が一番多い事業の評価は", "6", "証明発行事務（事業番号 6） 市民課（拡大）"),
        ("決算が一番少ない事業の担当課は", "4", "公民館講座事業（事業番号 4） 公民館"),
        ("決算が多い2つの事業のそれぞれの分野", "36", "公民館（2.公民館）"),
        ("市民課の事業を決算の多い順に並べて", "56", "多い順に2件"),
        ("市民課の事業とそれぞれの評価", "56", "証明発行事務（事業番号 6） 市民課（拡大）"),
    ],
)
def test_a_place_a_bound_an_office_and_each_are_what_is_asked(
    halls: Database, asked: str, numbers: str, told: str
) -> None:
    given = answer(halls, asked)
    assert (given.confidence, {*given.citations}) == ("sure", {*numbers})
    assert told in given.text


@pytest.mark.parametrize(("listed", "confidence"), [("図書館の事業は", "sure"), ("事業の一覧", "unsure")])
def test_which_of_two_is_surely_told_of_two_alone(halls: Database, listed: str, confidence: str) -> None:
    last = next_turn(None, answer(halls, listed))
    assert answer(halls, "決算が大きいのはどっち", last=last).confidence == confidence


def test_where_fewer_have_a_value_no_place_beyond_them_is_told(halls: Database) -> None:
    given = answer(halls, "図書館の事業で5番目に決算が多いのは")
    assert (given.kind, given.citations) == ("none", ())
    assert "値のある事業は2件で、5番目はありません" in given.text


@pytest.mark.parametrize("asked", ["図書館の分野と市民課の決算の合計", "市民課と窓口の分野の事業は何件"])
def test_an_office_joined_to_a_choice_is_not_what_both_have(halls: Database, asked: str) -> None:
    assert answer(halls, asked).confidence != "sure"


@pytest.mark.parametrize(
    ("asked", "others"),
    [
        ("窓口に関する事業で継続のもの", "公民館講座事業"),
        ("窓口の事業は何件", ""),  # no name has it
        ("図書館の事業で拡大のもの", ""),
        ("窓口に関する事業の決算の合計は", "公民館講座事業"),
    ],
)
def test_a_theme_that_is_a_choice_is_told_with_what_else_says_it(made: Made, asked: str, others: str) -> None:
    db = made(HALLS.replace("講座を開く。,200,2.公民館,縮小", "講座の窓口を開く。,200,2.公民館,継続"))
    given = answer(db, asked)
    assert (given.confidence == "sure") is (not others)
    assert others in given.text
    assert ("にある事業が1件あります" in given.text) is bool(others)


ALIKE = """令和6年度
事業番号,事業名,担当課,概要,R6決算（千円）,法定義務
1,地域助成事業,防災課,資機材を助成する。,200,法定義務なし
2,地域助成事業,協働課,集会所を助成する。,700,法定義務なし
3,避難訓練事業,防災課,訓練を行う。,300,法定義務あり
4,管路更新事業,上下水道課,管を替える。,900,法定義務あり
"""


@pytest.mark.parametrize(
    ("asked", "sure", "numbers", "told"),
    [
        ("地域助成事業（協働課）の決算は", "sure", "2", "700千円"),
        ("防災課の地域助成事業の決算は", "sure", "1", "200千円"),
        ("地域助成事業（防災課）の概要は", "sure", "1", "資機材を助成する"),
        ("地域助成事業の決算は", "sure", "12", "700千円"),
        ("地域助成事業（上下水道課）の決算は", "unsure", "12", "担当に「上下水道課」はありません"),
        ("協働課の避難訓練事業の決算は", "unsure", "3", "担当に「協働課」はありません"),
        ("防災課の法定義務あり", "sure", "3", "1件です"),
        ("避難訓練事業と同じ法定義務の事業は何件", "sure", "34", "2件です"),
        (
            "防災課と協働課の事業の数の差は",
            "sure",
            "123",
            "防災課の事業は2件、協働課の事業は1件で、差は1件です",
        ),
        ("水道課の事業は", "none", "", "もしかして: 上下水道課"),
    ],
)
def test_an_office_beside_a_name_says_whose_it_is(
    made: Made, asked: str, sure: str, numbers: str, told: str
) -> None:
    given = answer(made(ALIKE), asked)
    assert (given.confidence, {*given.citations}) == (sure, {*numbers})
    assert told in given.text


UNITS_APART = """令和6年度 一覧
番号,事業名,担当課,概要,成果,決算額（千円）,指標1,指標1実績,指標1単位,指標2,指標2実績,指標2単位
1,子ども歯科助成事業,福祉課,4歳から15歳までの子どもの歯科の費用を助成する。,助成を進めた。,900,子ども歯科助成額,870,千円,,,
2,学習広場事業,教育課,放課後の学習広場を開く。,学習広場は6か所で、210人が登録した。,400,学習広場数（公立）,6,箇所,,,
3,里親猫事業,環境課,猫の里親を探す。,猫を譲った。,70,猫の苦情件数,4,件,猫の見守り登録者数,31,人
4,記念品贈呈事業,総務課,寄附の記念品を贈る。,記念品を贈った。,300,,,,,,
"""


@pytest.mark.parametrize(
    ("question", "untrue"),
    [
        ("子ども歯科助成の対象は何歳まで", "870千円"),
        ("学習広場の登録は209人ですか", "6箇所"),
    ],
)
def test_an_indicator_in_another_unit_than_is_asked_for_is_no_answer(
    made: Made, question: str, untrue: str
) -> None:
    assert untrue not in answer(made(UNITS_APART), question).text


@pytest.mark.parametrize(
    ("question", "said"), [("里親猫事業の苦情は9件ですか", "4件"), ("学習広場数（公立）は何か所", "6箇所")]
)
def test_a_number_of_what_is_named_is_surely_put_right(made: Made, question: str, said: str) -> None:
    given = answer(made(UNITS_APART), question)
    assert (given.confidence, said in given.text) == ("sure", True), given.text


@pytest.mark.parametrize(
    "question", ["苦情は9件ですか", "猫の見守りは何人", "記念品贈呈事業の記念品の数と決算額"]
)
def test_what_an_indicator_or_a_column_tells_in_part_is_not_sure(made: Made, question: str) -> None:
    given = answer(made(UNITS_APART), question)
    assert given.confidence != "sure", given.text


@pytest.mark.parametrize(
    "question",
    [
        "猫の里親を探す職員のパソコンは何台", "職員が考えた里親の案は何件あった",
        "寄附の予算書はどうやって作るの", "寄附の執行額の資料を出したのはいつ",
    ],
)  # fmt: skip
def test_a_word_within_what_is_asked_asks_for_no_column(made: Made, question: str) -> None:
    assert "の列はありません" not in answer(made(UNITS_APART), question).text


@pytest.mark.parametrize(
    "asked", ["の職員数は", "、予算はいくら", "の執行額を教えて", "は何人で運営してる？"]
)
def test_a_word_that_is_what_is_asked_is_told_to_be_no_column(made: Made, asked: str) -> None:
    assert "の列はありません" in answer(made(UNITS_APART), f"里親猫事業{asked}").text


def test_an_office_asked_of_what_is_described_is_no_indicator(made: Made) -> None:
    db = made(UNITS_APART)
    given = answer(db, "猫の見守りの登録者を集めてるやつの担当課")
    assert "31人" not in given.text, given.text
    assert "環境課" in given.text, given.text
