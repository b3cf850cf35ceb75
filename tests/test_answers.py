"""Questions written by people who read the list: kind, citations and words of the answer."""

import json
from pathlib import Path

import pytest
from sqlite_utils import Database

from bench.ask_checks import problems
from bot.ask.engine import answer
from bot.ask.follow_ups import next_turn
from bot.ask.wording import whole
from store import projects
from store.database import open_database
from tests.conftest import Made

DATA = Path(__file__).parent / "data"
EVERY = 4  # one in so many of the own questions is asked here; `make eval` asks all, and all have to be right
OF_RECORDS = ("field", "figure", "count", "list", "summary", "compare", "search")


def written(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("name", "every"), [("ask-dev.jsonl", 1), ("ask-own.jsonl", EVERY)])
def test_a_written_question_gets_its_kind_its_projects_its_words_and_a_reason(
    db: Database, name: str, every: int
):
    by_number = {project.number: project for project in projects.every(db)}
    wrong = []
    for asked in written(name)[::every]:
        given = answer(db, asked["ask"])
        assert given.why or given.kind not in OF_RECORDS, asked["ask"]
        is_cited = set(map(str, asked["numbers"])) <= {*given.citations, *given.pointers}
        is_said = not asked["text"] or any(text in given.text for text in asked["text"])
        if not (given.kind == asked["kind"] and is_cited and is_said) or problems(given, by_number):
            wrong.append((asked["ask"], given.kind, given.citations[:4], given.text[:60]))
    assert wrong == []


@pytest.mark.parametrize(
    "question",
    [
        "明日の天気は？", "市長の給料は？", "つくば市の人口は？", "スマートシティの予算は？",
        "ふるさと納税はいくら集まった？", "聖火リレーは何人が観覧した？", "市役所の職員は何人？", "1+1は？",
        "'; DROP TABLE projects; --", "？？？", "。",
    ],
)  # fmt: skip
def test_what_the_records_do_not_say_is_not_answered(db: Database, question: str):
    given = answer(db, question)
    assert given.kind == "none"
    assert given.confidence != "sure"
    assert given.text.startswith("登録されている事業からは分かりません。")


@pytest.mark.parametrize(
    ("question", "figure", "not_this"),
    [
        ("申請は何件採択した？未来共創プロジェクト", "4件", "17件"),
        ("チャットツールの理解度は？", "86%", "62%"),
        ("実験走行は何日間？", "6日間", "2日間"),
        ("定期自由は何席？コワーキング", "24/25席", "23/26席"),
        ("改善結果報告は何件提出された？", "2件", "17件"),
        ("提案は何件採択された？", "6件", "17件"),
    ],
)
def test_the_figure_is_never_one_of_another_clause(db: Database, question: str, figure: str, not_this: str):
    given = answer(db, question)
    assert given.kind == "figure"
    assert given.text.startswith(f"{figure}です")
    assert f"{not_this}です" not in given.text


def test_a_figure_that_only_half_the_question_stands_by_is_shown_with_the_other(db: Database):
    given = answer(db, "相談は何件マッチングした？")
    assert given.confidence == "unsure"
    assert "（事業番号 92）の成果に「50件」「10件」とあります" in given.text
    assert "「TGIの技術相談窓口にて50件の相談対応を行い、10件の企業と" in given.text


@pytest.mark.parametrize("question", ["583件は何年度？", "アカウント数が637件なのは何年度"])
def test_the_year_of_a_figure_is_not_its_projects(db: Database, question: str):
    given = answer(db, question)
    assert "年度は、令和3年度です" not in given.text
    assert "令和2年度の583件から637件に増加" in given.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("寄附もらって返礼品送るやつ、担当どこですか", "（事業番号 69） … 持続可能都市戦略室"),
        (
            "ふるさと納税を扱う事業の目的を、記載のとおり示してください",
            "返礼品を通じて観光や物産など市の魅力を発信する。",
        ),
    ],
)
def test_where_it_is_not_sure_whose_the_field_asked_for_is_shown(db: Database, question: str, said: str):
    given = answer(db, question)
    assert given.confidence == "unsure"
    assert given.pointers[0] == "69"
    assert said in given.text


@pytest.mark.parametrize(
    ("question", "given_kind"),
    [
        ("筑波大学と協定を結んだのはいつ", "none"),
        ("建築研究所と協定を結んだのはいつ", "figure"),
        ("電子申請の件数は12件？", "none"),
        ("アカウント数は637件？", "figure"),
    ],
)
def test_a_partner_and_what_is_counted_are_those_asked(db: Database, question: str, given_kind: str):
    assert answer(db, question).kind == given_kind


def test_confident_and_uncertain_answers_look_different(db: Database):
    sure, unsure = answer(db, "EBPMはどこの課？"), answer(db, "SDGsの目的は？")
    assert (sure.confidence, unsure.confidence) == ("sure", "unsure")
    assert unsure.text.startswith("確かではありませんが")
    assert not sure.text.startswith("確かではありませんが")


def test_a_misspelt_name_is_only_guessed(db: Database):
    given = answer(db, "パブリックコメソトの担当課は？")
    assert given.confidence == "unsure"
    assert "もしかして: パブリックコメント" in given.text


def test_a_section_is_found_without_its_last_character_and_by_its_alias(db: Database):
    assert "5件" in answer(db, "情報政策の事業は何件？").text
    assert "6件" in answer(db, "統計・データ活用推進室の事業は何件？").text


def test_the_department_and_the_present_name_of_a_section_share_one_bracket(db: Database):
    told = answer(db, "1088の担当課は？").text
    now = "現在の名称: 統計・データ利活用推進室"
    assert f"は、統計・データ活用推進室（政策イノベーション部、{now}）です。" in told


def test_an_empty_database_says_so(tmp_path: Path):
    empty = open_database(tmp_path / "empty.db")
    assert "まだ一覧が読み込まれていません" in answer(empty, "使い方").text
    assert answer(empty, "スマートシティの担当課は？").kind == "none"
    assert answer(empty, "企画経営課をまとめて").kind == "none"


def test_two_offices_of_a_project_each_are_compared_in_the_order_asked(db: Database):
    for names in (("スタートアップ推進室", "産業振興センター"), ("産業振興センター", "スタートアップ推進室")):
        given = answer(db, "{}と{}はどう違いますか".format(*names))
        assert given.citations == (("1018", "18") if names[0].startswith("スタ") else ("18", "1018"))


def test_three_are_compared_and_none_is_left_out(db: Database):
    given = answer(db, "11と12と59を比べて")
    assert (given.kind, given.citations) == ("compare", ("11", "12", "59"))
    assert all(name in given.text for name in ("スマートシティの推進", "SDGs未来都市事業"))
    offices = answer(db, "企画経営課と情報政策課と科学技術振興課、事業が一番多いのは")
    assert "科学技術振興課の事業は8件で、最も多いのは企画経営課です。" in offices.text


def test_a_field_of_two_that_are_each_named_in_part_is_told_of_both(db: Database):
    given = answer(db, "未来共創プロジェクトとSociety5.0の目的は")
    assert (given.kind, given.confidence, given.citations) == ("field", "sure", ("9", "93"))


def test_several_figures_are_each_answered_of_one_project(db: Database):
    given = answer(db, "未来共創プロジェクトの応募は何件で採択は何件ですか")
    assert given.citations == ("9",)
    assert "応募: 4件です。" in given.text
    assert "採択: 4件です。" in given.text


@pytest.mark.parametrize("second", ["何人来ましたか", "のべ何人が参加しましたか", "何人でしたか"])
def test_a_second_figure_with_no_noun_of_its_own_is_of_the_first_ones(db: Database, second: str):
    given = answer(db, f"産業振興センターのイベントは何回開かれ、{second}")
    assert given.confidence == "sure"
    assert "延べ4,759人です。" in given.text
    assert "10,317人です" not in given.text


def test_of_several_figures_one_that_is_not_given_is_told_to_be_missing(db: Database):
    given = answer(db, "つくばSDGsパートナー講座は何回開催して何人が参加しましたか")
    assert given.confidence == "unsure"
    assert "開催: 4回です。" in given.text
    assert "参加: この事業の記録からは確かめられませんでした。" in given.text


@pytest.mark.parametrize(
    ("question", "number", "told"),
    [
        ("何件の提案があって何件採択した", "93", ("提案: 17件", "採択: 6件")),
        ("認知度と満足度は", "87", ("認知度: 62%", "満足度: 83%")),
        ("技術シーズ保有者と経営者層はそれぞれ何名", "1018", ("技術シーズ保有者: 4名", "経営者層: 5名")),
        ("事務事業提案と身近な提案は何件ずつ", "77", ("事務事業提案: 3件", "身近な提案: 17件")),
        ("首長会議は年何回で幹事会議は年何回", "62", ("首長会議: 年1回", "幹事会議: 年3回")),
        ("実験走行は何日で本走行は何日", "97", ("実験走行: 6日間", "本走行: 2日間")),
    ],
)
def test_each_of_several_figures_stands_under_its_own_words(
    db: Database, question: str, number: str, told: tuple[str, ...]
):
    given = answer(db, question)
    assert (given.confidence, given.citations) == ("sure", (number,))
    assert all(f"{each}です。" in given.text for each in told)


def test_several_figures_in_a_thread_are_of_its_project_and_none_is_told_twice(db: Database):
    shown = answer(db, "Society5.0社会実装トライアルの目的")
    given = answer(db, "何件応募があって何件採択", last=next_turn(None, shown))
    assert (given.confidence, given.citations) == ("unsure", ("93",))
    assert "応募: 17件です。" in given.text
    assert "採択: 6件です。" in given.text


def test_several_figures_that_two_projects_may_tell_are_shown_of_both_and_not_sure(db: Database):
    given = answer(db, "何件応募があって何件採択")
    assert (given.confidence, set(given.citations)) == ("unsure", {"9", "93"})


def test_of_a_figure_that_is_not_told_the_nearest_sentence_is_shown(db: Database):
    given = answer(db, "何人の選手団を受け入れて何人の中学生が走った")
    assert "選手団: 50名です。" in given.text
    assert "中学生: この事業の記録からは確かめられませんでした。" in given.text
    assert "19名の中学生がサポートランナー" in given.text


CITY = (
    "令和6年度 事務事業評価\n"
    "事業番号,事務事業名,担当課,目的,概要,成果,活動指標1,活動指標1実績,活動指標1単位\n"
    "1,灯台だより,広報課,灯台を知らせる。,便りを出す。,便りは年間4回発行され、合計2万部が世帯に配布された。,,,\n"
    "2,貝の市,水産課,貝を売る。,市を開く。,市は延べ900人でにぎわった。,市の開催回数,12,回\n"
    "3,渡し船,港湾課,島と結ぶ。,船を出す。,櫓船は3隻、帆船は5隻を出した。,,,\n"
    "4,鯨の絵,文化課,絵を集める。,公募する。,応募31点のうち7点を入選とした。,,,\n"
)


@pytest.mark.parametrize(
    ("question", "number", "told"),
    [
        ("灯台だよりは何回発行して何部配った", "1", ("発行: 4回です。", "何部配った: 計2万部です。")),
        ("櫓船と帆船はそれぞれ何隻", "3", ("櫓船: 3隻です。", "帆船: 5隻です。")),
        ("貝の市は開催が何回で何人来た", "2", ("12回です。", "延べ900人です。")),
        ("鯨の絵は応募は何点で入選は何点", "4", ("応募: 31点です。", "入選: 7点です。")),
    ],
)
def test_several_figures_of_any_list_are_told_by_its_texts_and_indicators(
    made: Made, question: str, number: str, told: tuple[str, ...]
):
    given = answer(made(CITY), question)
    assert given.citations == (number,)
    assert [each for each in told if each not in given.text] == []


def test_which_has_the_most_is_told_of_those_that_give_a_figure_and_is_not_sure(db: Database):
    given = answer(db, "採択件数が一番多い事業は")
    assert (given.kind, given.confidence) == ("figure", "unsure")
    assert given.citations[0] == "93"
    assert "6件が最も多いです。" in given.text


def test_one_word_of_a_record_does_not_say_two_that_were_asked(db: Database) -> None:
    given = answer(db, "計画の案に住民が意見出せる仕組み")  # 12 says 構想, a word for 計画 and for 案
    assert (given.kind, given.citations) == ("none", ())


@pytest.mark.parametrize(
    "question", ["寄附金額はいくら", "予約はどうやって取り消す", "回収率はどうやって上げる"]
)
def test_a_refusal_shows_a_sentence_and_never_a_title_alone(db: Database, question: str):
    given = answer(db, question)
    assert given.kind == "none"
    assert given.quoted
    assert "数字を読み取れませんでした" not in given.text


@pytest.mark.parametrize(
    "question", ["採択件数が多いのは", "採択件数が多いのはどの事業", "採択数の多い事業は"]
)
def test_what_has_more_of_what_is_counted_is_asked_without_saying_most(db: Database, question: str):
    given = answer(db, question)
    assert (given.kind, given.confidence, given.citations[:1]) == ("figure", "unsure", ("93",))


def test_where_no_most_can_be_told_the_sentences_with_such_figures_are_shown(db: Database):
    given = answer(db, "提案件数が多いのは")
    assert given.kind == "none"
    assert {"77", "93"} <= set(given.pointers)
    assert "提案17件のうち6件" in given.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("荒川区と郡山市の協定、後なのは", "後なのは「郡山市」です"),
        ("荒川区と郡山市、協定が先なのは", "先なのは「荒川区」です"),
        ("荒川区と郡山市の協定、早いのはどっち", "先なのは「荒川区」です"),
        ("荒川区と郡山市で協定が新しいのは", "後なのは「郡山市」です"),
    ],
)
def test_which_of_two_was_first_is_told_however_it_is_asked(db: Database, question: str, said: str):
    given = answer(db, question)
    assert (given.kind, given.confidence) == ("compare", "sure")
    assert said in given.text


KINDS = (
    "令和6年度 事務事業評価\n"
    "事業番号,事務事業名,担当課,目的,概要,成果,活動指標1,活動指標1実績,活動指標1単位\n"
    "1,水門管理,河川課,水を防ぐ。,水門を守る。,水門を点検した。,水門の補修,3,回\n"
    "2,漁船条例,水産課,船を守る。,条例を定める。,検討の結果、漁船条例の改正が予定されている。,,,\n"
    "3,港の朝市,水産課,魚を売る。,市を開く。,台風の影響により朝市の客が減少した。,朝市の客数,80,人\n"
)


@pytest.mark.parametrize(
    "question", ["水門の補修はいつまで", "水門の補修はどこでする", "漁船条例が改正されたのはなぜ"]
)
def test_a_number_is_no_time_or_place_and_a_plan_no_reason(made: Made, question: str):
    given = answer(made(KINDS), question)
    assert given.kind == "none"
    assert given.quoted


def test_a_reason_is_told_where_the_sentence_has_one(made: Made):
    given = answer(made(KINDS), "朝市の客が減ったのはなぜ")
    assert "台風の影響" in given.text
    assert "80" not in given.text


def test_what_could_not_be_confirmed_is_said_in_whole_words():
    assert whole(["配っ", "増え", "見守り", "選手団", "前", "日", "令和7", "R4", "たこ"]) == [
        "配る",
        "増える",
        "見守り",
        "選手団",
    ]


COPIES = (
    "令和6年度 事務事業評価\n"
    "事業番号,事務事業名,担当課,目的,概要,成果,活動指標1,活動指標1実績,活動指標1単位\n"
    "1,灯台だより,広報課,灯台を知らせる。,便りを出す。,便りは年4回発行され、合計2万部が世帯に配布された。,,,\n"
    "2,貝の市,水産課,貝を売る。,市を開く。,市を開いた。,スタンプ帳発行部数,104,人\n"
)


def test_an_indicator_of_another_thing_gives_way_to_a_figure_of_what_is_asked(made: Made):
    given = answer(made(COPIES), "灯台だよりの発行部数は")
    assert given.citations == ("1",)
    assert "104" not in given.text
    assert "104人" in answer(made(COPIES), "スタンプ帳発行部数は").text
