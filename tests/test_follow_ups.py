"""A thread remembers what it showed: その, 2番目, もっと, a subject left out."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.ask import follow_ups
from bot.ask.answers import Answer
from bot.ask.engine import answer
from bot.commands.ask import Conversation
from store.database import open_database
from store.talk import conversations
from store.talk.conversations import Turn
from tests.conftest import Made


def talk(db: Database, *questions: str) -> Answer:
    turn: Turn | None = None
    for question in questions:
        given = answer(db, question, last=turn)
        turn = follow_ups.next_turn(turn, given)
    return given


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (("ふるさと納税の担当課は？", "その成果は？"), "ポータルサイトを2社追加し"),
        (("ふるさと納税の担当課は？", "成果は？"), "ポータルサイトを2社追加し"),
        (("スマートシティ", "担当は？"), "スマートシティ戦略室"),
        (("情報化推進事業の目的", "満足度は？"), "83%です"),
        (("友好都市交流事業", "それはどの課？"), "企画経営課"),
        (("行政評価事業の概要は", "その目的も、もう少し詳しくお願いできますか"), "（事業番号 74）の目的です"),
        (("行政評価事業の概要は", "成果をもっと具体的に教えて"), "（事業番号 74）の成果です"),
        (("科学技術振興課の事業を一覧で", "2番目"), "国際戦略総合特区推進事業（事業番号 92）"),
        (("科学技術振興課の事業を一覧で", "三番目の目的は？"), "（事業番号 93）の目的です"),
        (("科学技術振興課の事業を一覧で", "最後の担当は"), "（事業番号 1045）の担当課"),
        (("科学技術振興課の事業を一覧で", "2番目", "3番目の概要"), "（事業番号 93）の概要です"),
        (("科学技術振興課の事業を一覧で", "9番目"), "8件までです"),
        (("科学技術振興課の事業を一覧で", "担当は？"), "担当課は、いずれも科学技術振興課です"),
        (("企画経営課の事業を一覧で", "もっと"), "大規模事業評価制度手続事務"),
        (("企画経営課の事業を一覧で", "もっと", "もっと"), "ここまでです"),
        (("企画経営課の事業を一覧で", "もっと", "12番目"), "（事業番号 74）"),
        (("スマートシティの推進の目的", "それとロボットの街つくば推進事業を比べて"), "並べます"),
        (("スマートシティの推進の目的", "EBPMはどこの課？"), "証拠に基づく政策立案（EBPM）の推進"),
        (("スマートシティの推進の目的", "ありがとう", "その成果は？"), "約1か月間で延べ164人が利用し"),
        (("スマートシティの推進の目的", "明日の天気は？", "その成果は？"), "約1か月間で延べ164人が利用し"),
        (
            ("友好都市交流事業の概要", "荒川区じゃない方は？"),
            "「郡山市（平成26年（2014年）10月31日協定締結）」",
        ),
        (("科学技術振興課の事業", "評価のほどは？"), "平均的な評価を得た"),
        (("友好都市交流事業の目的", "それはいつ？"), "平成20年（2008年）5月28日"),
        (("友好都市交流事業の概要", "なんでそんなことするの"), "友好都市交流事業（事業番号 64）の目的です"),
        (("友好都市交流事業の概要", "なんでそんなんすんの？"), "友好都市交流事業（事業番号 64）の目的です"),
        (("友好都市交流事業の概要", "なぜこの答えなの"), "この回答の理由です"),
        (
            ("ロボットの街つくば推進事業の概要", "所管課の他の事業も併せてご列挙願います。"),
            "科学技術振興課の事業は8件",
        ),
        (("ロボットの街つくば推進事業の概要", "そこの課ほか何してるの"), "科学技術振興課の事業は8件"),
        (
            ("友好都市交流事業の目的", "予算は？"),
            "友好都市交流事業（事業番号 64）の記録から、お尋ねの数字を読み取れませんでした",
        ),
        (("友好都市交流事業の目的", "予算は？", "その担当は？"), "友好都市交流事業（事業番号 64）の担当課"),
        (("科学技術振興課の事業を一覧で", "3番の成果"), "（事業番号 93）の成果です"),
        (("科学技術振興課の事業を一覧で", "97番の成果"), "（事業番号 97）の成果です"),
        (
            ("科学技術振興課の事業を一覧で", "1番目と2番目を比べて"),
            "（事業番号 9）と国際戦略総合特区推進事業（事業番号 92）を並べ",
        ),
        (("97の成果", "11と比べて"), "スマートシティの推進（事業番号 11）を並べます"),
        (
            ("AIオンデマンド乗合タクシーは何人が利用した？", "どの事業？"),
            "スマートシティの推進（事業番号 11）",
        ),
        (("企画経営課の事業は何件？", "一覧で"), "前の一覧にある事業は19件"),
        (("企画経営課の事業は何件？", "そのうちオンラインのものは？"), "「オンライン」が記録にある事業は5件"),
        (("スマートシティ戦略室の事業を一覧で", "まとめて"), "前の一覧の事業のまとめ（全2件）"),
        (("スマートシティ戦略室の事業を一覧で", "それの目的は？"), "2件の事業についてお答えします"),
        (("スマートシティ戦略室の事業を一覧で", "2番目", "1番目は何人が利用した？"), "164人です"),
        (("行政経営懇談会は何について協議するの", "2番目は？"), "（2）行政評価に関すること"),
        (("友好都市交流事業の目的", "後者とはいつから？"), "郡山市（平成26年（2014年）10月31日協定締結）"),
        (("ワークショップを開いた事業は？", "HackMyTsukubaの方は何回？"), "オンラインで計5回開催"),
        (("東京オリンピック・パラリンピック関連事業の成果は？", "何人来たの？"), "50名の選手団を受け入れた"),
        (("情報政策課の事業を一覧で", "2番目は何してるやつ？"), "（事業番号 88）の概要です"),
        (
            ("職員提案制度の成果は？", "指定管理者の第三者評価は誰がする？", "それはどの課？"),
            "（事業番号 76）の担当課",
        ),
        (
            ("スマートシティの推進の担当課は？", "そこはほかに何をしている？"),
            "スマートシティ戦略室の事業は2件",
        ),
        (("企画経営課の事業を一覧で", "他には？"), "続きの9件"),
        (("友好都市交流事業の目的", "他には？"), "友好都市交流事業（事業番号 64）の成果です"),
        (("友好都市交流事業の目的", "もっと", "もっと"), "お見せできるのはここまでです"),
        (
            ("行政経営懇談会の成果", "似ている事業は", "もっと詳しく"),
            "市民参加推進に関する事業（事業番号 80）",
        ),
        (("企画経営課の事業は", "最後から2番目の担当は"), "未来構想等推進事業（事業番号 81）の担当課"),
        (("企画経営課の事業は", "下から3つ目の目的は"), "市民参加推進に関する事業（事業番号 80）の目的"),
        (("企画経営課の事業は", "最初の3つの目的は"), "3件の事業についてお答えします"),
        (("科学技術振興課の事業は", "5番目の成果は", "その次の成果は"), "（事業番号 96）の成果です"),
        (("科学技術振興課の事業は", "5番目の成果は", "その一つ前の目的は"), "（事業番号 94）の目的です"),
        (("科学技術振興課の事業は", "一番最後の成果は", "その次の成果は"), "前の一覧にあるのは8件まで"),
        (("スマートシティ戦略室の事業", "1番目じゃない方の目的は"), "（事業番号 12）の目的です"),
        (("会議室の利用はどうなった", "令和2年度は？"), "令和2年度に引き続き大幅に減少した"),
        (
            ("会議室の利用はどうなった", "令和元年度は？"),
            "令和元年度の一覧は登録されていません",
        ),
        (("SDGsの事業は", "2番目じゃない方の成果は"), "SDGs未来都市事業（事業番号 59）"),
        (
            ("職員提案制度の成果は", "93の方は"),
            "Society5.0社会実装トライアル支援事業（事業番号 93）の成果です",
        ),
        (("職員提案制度の成果は", "93の方の目的は"), "支援事業（事業番号 93）の目的です"),
        (("職員提案制度と93を比べて", "93の方は"), "Society5.0社会実装トライアル支援事業（事業番号 93）"),
        (("スマートシティの推進の目的", "似ている事業は", "もっと詳しく"), "5件の事業についてお答えします"),
    ],
)
def test_a_follow_up_is_understood_from_what_was_shown(
    db: Database, questions: tuple[str, ...], expected: str
):
    assert expected in talk(db, *questions).text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("ちゃうちゃう、そっちやなくて友好都市の目的", "友好都市交流事業（事業番号 64）の目的"),
        ("ちゃうねん、情報化推進事業の担当どこやっけ", "情報化推進事業（事業番号 87）の担当課"),
    ],
)
def test_what_is_taken_back_as_kansai_says_it_goes_on_to_what_was_meant(db: Database, asked: str, said: str):
    assert said in talk(db, "職員提案制度の成果は", asked).text


def test_likeness_is_told_with_its_reason_and_never_surely(db: Database):
    given = talk(db, "友好都市交流事業の目的", "似ている事業は")
    assert given.confidence == "unsure"
    assert "言葉が重なる事業" in given.text


@pytest.mark.parametrize("asked", ["合わせて何件？", "両方で何件？", "足すと何件？"])
@pytest.mark.parametrize("between", [(), ("その担当課は？",)])
def test_figures_of_two_projects_are_not_added_up_by_one_of_them(
    db: Database, asked: str, between: tuple[str, ...]
):
    first = ("未来共創プロジェクトの採択件数は？", "Society5.0トライアルの採択件数は？")
    given = talk(db, *first, *between, asked)
    assert given.confidence != "sure"
    assert "6件です" not in given.text


def test_of_one_project_what_is_asked_together_is_its_figure(db: Database):
    assert "164人です" in talk(db, "乗合タクシーは何人が利用した？", "合わせて何人？").text


@pytest.mark.parametrize(
    "why", ["なぜ", "なぜ？", "なぜこの答え？", "どうしてこの回答なんですか", "この回答の理由は"]
)
def test_why_typed_as_text_tells_how_the_last_answer_was_matched(db: Database, why: str):
    last = answer(db, "EBPMはどこの課？")
    told = talk(db, "EBPMはどこの課？", why)
    assert told.text.startswith("この回答の理由です。")
    assert all(reason in told.text for reason in last.reasons)
    assert "証拠に基づく政策立案" in talk(db, "EBPMはどこの課？", why, "その目的は？").text


def test_why_is_told_of_what_was_not_answered_too(db: Database):
    assert (
        "「宇宙開発」から、お答えできる記録を決められませんでした"
        in talk(db, "宇宙開発の担当課は？", "なぜ").text
    )


@pytest.mark.parametrize("question", ["その成果は？", "担当は？", "2番目", "もっと"])
def test_without_a_conversation_it_asks_what_is_meant(db: Database, question: str):
    assert answer(db, question).kind == "none"


def test_a_turn_is_remembered_until_it_is_too_old(tmp_path: Path):
    db = open_database(tmp_path / "jigyo.db")
    turn = Turn(
        (2021, "0086"), ((2021, "0086"), (2020, "7")), ((2020, "7"),), ("市民",), ("担当課の欄が一致",)
    )
    conversations.remember(db, "T1 C1 1.1", turn, now="2026-11-23T09:00:00+09:00")
    assert conversations.recall(db, "T1 C1 1.1", since="2026-11-22T21:00:00+09:00") == turn
    assert conversations.recall(db, "T1 C1 1.1", since="2026-11-23T09:00:01+09:00") is None
    assert conversations.recall(db, "T1 C2 1.1", since="2026-11-22T21:00:00+09:00") is None
    assert conversations.prune(db, before="2026-11-24T00:00:00+09:00") == 1
    assert conversations.recall(db, "T1 C1 1.1", since="") is None


@pytest.mark.parametrize(
    ("place", "number"), [("2番目は", "92"), ("3番目は？", "93"), ("最後のは", "1045"), ("1番目は", "9")]
)
def test_a_place_of_a_long_list_is_surely_that_project(db: Database, place: str, number: str) -> None:
    given = talk(db, "科学技術振興課の事業を一覧で", place)
    assert (given.confidence, given.citations) == ("sure", (number,))


def test_more_in_full_is_of_the_place_shown_and_the_list_goes_on_after_it(db: Database) -> None:
    talking = Conversation(db)
    for question in ("企画経営課の事業を一覧で", "2番目は", "もっと詳しく"):
        given = talking.answer(question).shown
    assert given.citations == ("58",)
    assert talking.answer("もっと詳しく").shown.kind == "none"  # all of it was shown
    assert talking.answer("もっと").shown.citations[:2] == ("73", "74")


@pytest.mark.parametrize("unknown", ["ほげほげ", "ふがふが", "ほにゃらら", "宇宙開発"])
def test_a_summary_of_what_no_record_knows_is_not_that_of_the_last_list(db: Database, unknown: str):
    given = talk(db, "情報政策課の事業を一覧で", f"{unknown}をまとめて")
    assert (given.kind, given.citations) == ("none", ())
    assert "登録されている事業からは分かりません。" in given.text
    assert "何をまとめますか。" in given.text


def test_an_unknown_name_is_not_left_out_for_the_threads_subject(db: Database):
    assert talk(db, "スマートシティの推進の目的", "ほげほげの担当課は？").kind == "none"


@pytest.mark.parametrize("filler", ["えーと、", "うーん", "おい"])
def test_an_exclamation_before_a_follow_up_is_no_name(db: Database, filler: str):
    assert talk(db, "スマートシティの推進の目的", f"{filler}担当課は？").citations == ("11",)


@pytest.mark.parametrize(
    ("word", "name"), [("前者", "未来共創"), ("後者", "スマート"), ("後者の方", "スマート")]
)
def test_the_former_and_the_latter_stand_in_the_order_of_the_question(
    db: Database, word: str, name: str
) -> None:
    asked = "未来共創プロジェクトとスマートシティの推進を比べて"
    assert [number for _, number in answer(db, asked).shown] == ["11", "9"]  # in another one than asked
    assert talk(db, asked, f"{word}の担当課は？").text.startswith(name)
    assert talk(db, asked, "2番目の担当課は？").text.startswith("未来共創")  # as they are shown


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (("荒川区と郡山市ではどちらが先に始まりましたか", "後者は？"), "郡山市（平成26年"),
        (("荒川区と郡山市ではどちらが先に始まりましたか", "前者はいつから？"), "平成20年"),
        (("93と77はどちらが応募が多い", "後者の担当は", "前者の担当は"), "科学技術振興課"),
        (("企画経営課と情報政策課の違いは", "後者の事業は"), "情報政策課の事業は5件です"),
        (("企画経営課と情報政策課の違いは", "後者の事業は", "前者は何件"), "企画経営課の事業は19件です"),
        (("職員提案制度と93、応募が多いのはどっち", "後者の担当は"), "科学技術振興課"),
        (("77の担当は", "93の担当は", "後者の目的は", "前者は"), "職員提案制度"),
        (
            ("行政評価と行政経営懇談会って目的どう違うの", "後者の成果は"),
            "行政経営懇談会（事業番号 73）の成果",
        ),
        (("スマートシティ戦略室の事業", "後者の担当は"), "デジタル情報プラットフォーム"),
        (("企画経営課の事業", "後者の担当は"), "前者・後者がどれを指すのか"),
        (("情報政策課の事業", "2番目と3番目どっちが古い", "後者の担当は", "前者は"), "（事業番号 88）"),
        (("幸せリーグの目的は", "どんな活動をしてる"), "「幸せリーグ」（事業番号 61）の概要です"),
    ],
)
def test_the_former_and_the_latter_are_of_what_was_named_or_of_two_that_were_shown(
    db: Database, questions: tuple[str, ...], expected: str
) -> None:
    assert expected in talk(db, *questions).text


@pytest.mark.parametrize(
    ("questions", "number", "expected"),
    [
        (("Society5.0社会実装トライアルの採択は何件", "提案の方は"), "93", "提案17件"),
        (("Society5.0社会実装トライアルの採択は何件", "提案の方は何件"), "93", "17件です"),
        (("ロボットの街つくばの本走行は何日", "実験走行のほうは"), "97", "実験走行6日間"),
        (("つくばチャレンジは何日", "提案の方は"), "77", "職員提案制度"),  # of which 97 says nothing
        (("企画経営課の事業", "友好都市の方は"), "64", "友好都市交流事業"),
    ],
)
def test_the_other_one_is_first_a_part_of_what_is_spoken_of(
    db: Database, questions: tuple[str, ...], number: str, expected: str
) -> None:
    given = talk(db, *questions)
    assert given.citations == (number,)
    assert expected in given.text


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (("スマートシティの乗合タクシーは何人利用", "前の年は"), "令和2年度の一覧は登録されていません"),
        (("企画経営課の事業", "前年度は？"), "令和2年度の一覧は登録されていません"),
    ],
)
def test_the_year_before_is_that_before_what_is_spoken_of(
    db: Database, questions: tuple[str, ...], expected: str
) -> None:
    given = talk(db, *questions)
    assert given.kind == "none"
    assert expected in given.text


@pytest.mark.parametrize(
    "question",
    ["本走行は何日だったかな。2日だと思うけど", "本走行って何日でしたっけ、忘れちゃったんですが"],
)
def test_what_one_thinks_behind_a_question_leaves_it_a_question(db: Database, question: str) -> None:
    assert answer(db, question).text.startswith("2日間です")
    assert "よしあし" in answer(db, "何が一番いいと思う？").text


def test_those_who_took_part_are_no_visitors_beside_that_word(db: Database) -> None:
    assert talk(db, "産業振興センターのイベント", "参加者は？").confidence != "sure"


def test_what_points_at_one_of_a_long_list_is_not_surely_answered_of_another_project(db: Database) -> None:
    assert talk(db, "情報政策課の事業", "それって友好都市？").confidence != "sure"


def test_one_of_two_questions_with_or_between_them_is_not_answered_alone(db: Database) -> None:
    assert answer(db, "採択多いのって未来共創？それともソサエティのやつ？").confidence != "sure"


MEASURED = """事業番号,事業名,課名,事業の概要,成果指標1,成果指標1実績,R6決算(千円)
1,湖畔公園管理事業,公園課,公園を管理する。,公園の来園者数(人),1200,300
2,図書館運営事業,図書館,本を貸し出す。,利用者の満足度(％),81,400
3,職員研修事業,人事課,職員が学ぶ。,研修の満足度(％),77,50
"""


def test_what_only_others_measure_moves_a_thread_to_none_of_them(made: Made) -> None:
    db = made(MEASURED)
    refused = talk(db, "湖畔公園管理事業の来園者数", "満足度は？")
    assert refused.kind == "none"
    assert refused.text.startswith("湖畔公園管理事業（事業番号 1）の記録から、「満足度」")
    given = talk(db, "湖畔公園管理事業の来園者数", "満足度は？", "担当課は？")
    assert (given.citations, given.confidence) == (("1",), "sure")


CREWS = """令和6年度
事業番号,事業名,課名,事業の概要,成果指標1,成果指標1実績
1,消防団活動事業,防災課,消防団を支える。,消防団員数,852人
2,少年合唱事業,文化課,合唱の場をつくる。,団員数,66人
3,通学支援事業,学校課,バスを走らせる。,スクールバス車両数,12台
4,乗合運行事業,交通課,乗合を走らせる。,車両数,4台
5,児童会館管理事業,子育て課,会館を開く。,児童会館利用延べ人数,830人
6,ふるさと寄附推進事業,観光課,寄附を募る。,ふるさと寄附金額（利子を除く）,235
7,歩く会事業,体育課,歩く会を開く。,参加人数,389人
8,下水道事業,下水道課,下水を流す。,下水道普及率,70％
9,上水事業,水道課,水を送る。,水道普及率,98％
10,映写会事業,文化課,映写会を開く。,入場者数,249人
"""


@pytest.mark.parametrize(
    ("first", "asked", "said", "confidence"),
    [
        (
            "消防団活動事業の担当課は",
            "団員数は",
            "「消防団員数」は、852",
            "sure",
        ),  # its own, but for the project's name
        ("少年合唱事業の担当課は", "団員数は", "「団員数」は、66", "sure"),
        ("乗合運行事業の担当課は", "車両数は", "「車両数」は、4", "sure"),
        ("通学支援事業の担当課は", "乗合運行事業の車両数は", "「車両数」は、4", "sure"),
        ("児童会館管理事業の担当課は", "利用者数は", "「児童会館利用延べ人数」は、830", "sure"),
        ("ふるさと寄附推進事業の担当課は", "寄附額は", "は、235", "sure"),
        ("歩く会事業の担当課は", "参加者は", "「参加人数」は、389", "sure"),
        ("下水道事業の担当課は", "水道普及率は", "「水道普及率」は、98", "unsure"),  # no 下-水道
        ("映写会事業の担当課は", "来場者数は", "「入場者数」は、249", "unsure"),  # in another word
        # its own, of a kind that nobody asked for, and no other project's
        ("通学支援事業の担当課は", "車両数は", "「スクールバス車両数」は、12", "unsure"),
        ("少年合唱事業の担当課は", "車両数は", "「車両数」は、4", "unsure"),  # of one that nobody named
    ],
)
def test_an_indicator_is_of_the_threads_project_or_not_surely_of_another(
    made: Made, first: str, asked: str, said: str, confidence: str
) -> None:
    given = talk(made(CREWS), first, asked)
    assert said in given.text
    assert given.confidence == confidence


def test_a_number_names_its_project_in_a_thread_of_another(db: Database) -> None:
    given = talk(db, "職員提案制度の成果は", "93の方は")
    assert (given.confidence, given.citations) == ("sure", ("93",))
    assert answer(db, "93の方は").citations == ("93",)
    assert answer(db, "5の方は何人").citations == ()  # no project bears it


SHEDS = """令和6年度
事業番号,事業名,担当課,概要,成果
1,車庫整備事業,道路課,車庫を直す。,4月に除雪車9台を入れ替えた。6月に砂撒き車3台を塗り替えた。車庫を2棟直した。
"""


@pytest.mark.parametrize(
    ("first", "asked", "said", "confidence"),
    [
        ("除雪車は何台入れ替えた", "いつですか", "4月です", "sure"),
        ("除雪車は何台入れ替えた", "それはいつ", "4月です", "sure"),
        ("砂撒き車は何台塗り替えた", "いつですか", "6月です", "sure"),
        ("車庫は何棟直した", "いつですか", "", "unsure"),  # neither month is of it
        ("除雪車は何台入れ替えた", "車庫は何棟直した", "2棟です", "sure"),
    ],
)
def test_what_is_asked_of_a_figure_just_told_is_of_its_sentence(
    made: Made, first: str, asked: str, said: str, confidence: str
) -> None:
    given = talk(made(SHEDS), first, asked)
    assert said in given.text
    assert given.confidence == confidence


def test_an_amount_is_no_slip_of_another_that_a_record_says(made: Made) -> None:
    rows = "1,街灯,1本に130万円かかる。,900\n2,花壇,130万円の花を植える。,1200\n3,遊具,点検する。,2000\n"
    db = made(f"令和6年度\n事業番号,事業名,概要,R6決算(千円)\n{rows}")
    given = answer(db, "決算が100万円を超える事業は何件")
    assert (given.confidence, set(given.citations)) == ("sure", {"2", "3"})


def test_of_several_things_asked_for_what_is_not_told_is_said(made: Made) -> None:
    given = answer(made(CREWS), "乗合運行事業の車両数と苦情件数は")
    assert given.confidence != "sure" or "苦情件数" in given.text


def test_the_most_of_a_part_that_was_listed_is_of_that_part(costs: Database) -> None:
    given = talk(costs, "公園課の事業は何件", "そのうち評価が継続のものは", "決算が一番高いのは")
    assert "前の一覧の" in given.text or given.confidence != "sure"


def test_a_difference_is_never_the_value_of_one(costs: Database) -> None:
    given = talk(costs, "芝桜植栽の決算は", "担当課は", "差はいくら")
    assert given.confidence != "sure"
    assert "差は" in talk(costs, "芝桜植栽の決算は", "路線バスは？", "差はいくら").text


def test_a_noun_alone_after_a_long_list_is_not_surely_answered_of_one_that_mentions_it(db: Database) -> None:
    assert talk(db, "企画経営課の事業は", "回収率は").confidence != "sure"
    assert talk(db, "企画経営課の事業は", "パブリックコメントは").confidence == "sure"


def test_what_only_stands_near_a_list_is_no_part_of_it(db: Database):
    given = answer(db, "Instagramで発信した事業は？")
    assert given.citations == ("85",)
    assert "85" not in given.pointers
    assert set(given.pointers) <= {number for _, number in given.shown}
    turn = follow_ups.next_turn(None, given)
    assert turn
    assert turn.topic == (2021, "85")


def test_the_year_before_is_not_told_from_this_years_sentence(db: Database):
    given = talk(db, "未来共創プロジェクトの申請は何件？", "前の年の申請は？")
    assert (given.kind, given.citations) == ("none", ())


@pytest.mark.parametrize(
    ("questions", "meant"),
    [
        (("9の目的は", "93の目的は", "未来共創じゃない方の担当課は"), "93"),
        (("9の目的は", "93の目的は", "「Society5.0」ではない方の成果は？"), "9"),
        (("スマートシティ戦略室の事業を一覧で", "スマートシティの推進じゃない方の目的は？"), "12"),
    ],
)
def test_the_other_one_is_what_is_left_of_those_shown(
    db: Database, questions: tuple[str, ...], meant: str
) -> None:
    given = talk(db, *questions)
    assert (given.kind, given.citations) == ("field", (meant,))


@pytest.mark.parametrize("year", ["去年は", "令和4年度は", "前年は"])
def test_a_year_is_not_what_the_column_told_last_is_asked_of(costs: Database, year: str) -> None:
    given = talk(costs, "芝桜植栽の決算は", year)
    assert set(given.citations) <= {"1"}
    assert "合計" not in given.text


@pytest.mark.parametrize(
    "questions",
    [
        ("93の目的は", "未来共創プロジェクトの実施じゃない方の担当課は"),
        ("スマートシティ戦略室の事業を一覧で", "「スーパーシティ」じゃない方の目的は？"),
        ("科学技術振興課の事業を一覧で", "ロボットじゃない方の目的は？"),
    ],
)
def test_where_nothing_tells_which_the_other_is_none_is_claimed(
    db: Database, questions: tuple[str, ...]
) -> None:
    """Only one was shown, each says the words, or too many are left."""
    assert talk(db, *questions).kind == "none"


@pytest.mark.parametrize(
    ("asked", "said"), [("評価のほどは？", "平均的な評価を得た"), ("相談のほどは", "50件の相談")]
)
def test_a_noun_alone_is_asked_of_the_threads_project_first(db: Database, asked: str, said: str) -> None:
    given = talk(db, "92の目的は？", asked)
    assert given.citations == ("92",)
    assert said in given.text


def test_what_the_threads_project_speaks_of_is_shown_before_what_others_are_named_after(db: Database) -> None:
    given = talk(db, "92の目的は？", "評価は高かった？")
    assert (given.kind, given.pointers) == ("none", ("92",))
    assert "平均的な評価を得た" in given.text


@pytest.mark.parametrize("asked", ["じゃ住基のサーバはいつ", "じゃあネットワークのサーバはいつ更新した"])
def test_a_figure_of_something_else_is_not_told_of_the_threads_project(db: Database, asked: str) -> None:
    """90 tells when 基幹系仮想化サーバ was renewed."""
    given = talk(db, "90の成果は？", asked)
    assert given.kind == "none"
    assert "基幹系仮想化サーバ" in given.text


def test_a_figure_that_the_threads_project_has_none_of_is_told_of_the_one_that_says_all(db: Database) -> None:
    given = talk(db, "89の成果は？", "では基幹系のサーバはいつ")
    assert (given.citations, given.confidence) == (("90",), "sure")
    assert "7月です" in given.text


def test_a_thing_of_another_record_alone_is_looked_for_in_that_one_and_not_in_the_threads(
    db: Database,
) -> None:
    given = talk(db, "スマートシティの目的は", "オープンデータの公開数は")
    assert (given.kind, given.pointers) == ("none", ("8",))


def test_what_points_at_the_thread_is_not_answered_of_a_project_that_it_did_not_show(db: Database) -> None:
    given = talk(db, "市民参加の方、R3に手引き作った由。誰向けか", "それ、どこの意見聞いて作った？")
    assert (given.kind, given.citations) == ("none", ())
    assert given.pointers == ("80",)


@pytest.mark.parametrize(
    "question", ["いつ策定する？", "いつ実施した？", "何人参加した？", "増えましたか？", "手引きは？"]
)
def test_what_only_says_what_was_done_is_asked_of_the_project_that_was_shown(db: Database, question: str):
    given = talk(db, "PPP/PFI優先的検討規程策定事務の目的は？", question)
    assert set(given.citations) <= {"78"}
    assert {*given.citations, *given.pointers} == {"78"}


def test_a_word_that_tells_of_another_project_leads_to_it(db: Database):
    assert talk(db, "PPP/PFI優先的検討規程策定事務の目的は？", "友好都市は何都市？").citations == ("64",)


def test_without_a_thread_a_guide_is_a_call_for_help(db: Database):
    assert answer(db, "手引きは？").kind == "help"


def test_for_whom_a_project_is_asks_for_no_list(db: Database):
    assert talk(db, "行政経営懇談会の概要は？", "誰向け？").kind in ("field", "none")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("市民参加推進に関する事業の概要", "市民に配ったものではない？"),
        ("首都圏業務核都市首長会議事務の目的", "つくば市が寄せたものは"),
    ],
)
def test_what_a_project_does_not_say_is_not_told_as_sure_of_another(
    db: Database, first: str, then: str
) -> None:
    given = talk(db, first, then)
    assert given.kind == "none"
    assert not given.citations


def test_a_compound_that_begins_the_names_of_others_is_of_those(made: Made) -> None:
    rows = (
        "事業番号,事業名,担当課,概要,成果\n"
        "1,循環バス運行事業,交通課,路線バスに接続する循環バスを走らせる。,40人が循環バスに乗った。\n"
        "2,路線バス補助事業,交通課,路線バスの会社に補助する。,900人が路線バスに乗った。\n"
        "3,公園清掃事業,公園課,公園を掃除する。,12回掃除した。\n"
    )
    db = made(f"令和6年度\n{rows}")
    given = talk(db, "循環バス運行事業の概要は？", "路線バスは？")
    assert given.citations == ("2",)
    assert talk(db, "循環バス運行事業の概要は？", "路線バスは？", "成果は？").citations == ("2",)


def test_a_compound_that_only_another_name_has_is_of_that_one(made: Made) -> None:
    rows = (
        "事業番号,事業名,担当課,概要,成果\n"
        "1,市民絵画展開催事業,文化課,市民の絵画展を開く。,絵画展を2回開いた。\n"
        "2,市民書道展開催事業,文化課,市民の書道展を開く。,書道展を5回開いた。\n"
    )
    db = made(f"令和6年度\n{rows}")
    assert talk(db, "絵画展の概要は", "書道展は？").citations == ("2",)
    assert "5回" in talk(db, "絵画展の概要は", "書道展は？", "何回開いた").text


def test_another_project_is_sure_only_where_the_question_names_it(made: Made) -> None:
    rows = (
        "事業番号,事業名,担当課,概要,成果\n"
        "1,橋りょう補修事業,土木課,橋を補修する。,3橋を補修した。\n"
        "2,芝桜植栽事業,公園課,芝桜を植える。,苗木の購入に助言を行った。\n"
        "3,公園清掃事業,公園課,公園を掃除する。,12回掃除した。\n"
    )
    db = made(f"令和6年度\n{rows}")
    mentioned = talk(db, "橋りょう補修事業の概要は？", "苗木の助言もあるのですか。")
    assert mentioned.confidence != "sure"
    named = talk(db, "橋りょう補修事業の概要は？", "芝桜の成果は？")
    assert (named.confidence, named.citations) == ("sure", ("2",))


STALLS = (
    "令和6年度\n"
    "事業番号,事業名,担当課,概要,成果\n"
    "1,朝市開催事業,商工課,農家が野菜を売る朝市を開く。,朝市を12回開き、延べ340人が訪れた。\n"
    "2,公園清掃事業,公園課,公園を掃除する。,18回掃除し、42人が手伝った。\n"
    "3,読書推進事業,図書課,絵本の読み聞かせをする。,読み聞かせを8回行った。\n"
    "4,読書室改修事業,図書課,読書室を直す。,読書室の床を直した。\n"
)


@pytest.mark.parametrize(
    ("question", "number", "said"),
    [
        ("朝市、母が大好きで毎回行きました。何人来たんですか", "1", "延べ340人"),
        ("公園清掃事業というのがあると聞いたのですが、何回掃除したのでしょうか", "2", "18回"),
        ("公園って子どもの遊び場ですよね。朝市開催事業の担当課は？", "1", "商工課"),
        ("広報で見ましたが、読み聞かせは何回行いましたか", "3", "8回"),
    ],
)
def test_what_is_told_before_a_question_says_of_what_it_asks(
    made: Made, question: str, number: str, said: str
) -> None:
    given = answer(made(STALLS), question)
    assert (*given.citations, *given.pointers)[0] == number
    assert said in given.text


def test_what_says_nothing_itself_is_not_asked_alone(made: Made) -> None:
    given = answer(made(STALLS), "花火の見物客はよく見ますが、何のために行ったんでしたっけ")
    assert given.confidence != "sure"


def test_a_pronoun_is_nothing_where_what_was_told_is_in_no_record(made: Made) -> None:
    given = answer(made(STALLS), "花火大会を見るのが好きで。あれの掃除をしている事業はありますか")
    assert given.confidence != "sure"


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("図書課って名前がいい！あそこの事業は何件ですか", {"3", "4"}),
        ("「読書」って字、きれいよね。名前に入っている事業は何件ですか", {"3", "4"}),
        ("公園はよく使います。図書課の事業は何件ですか", {"3", "4"}),
    ],
)
def test_an_office_or_a_word_that_was_told_is_what_is_counted(
    made: Made, question: str, numbers: set[str]
) -> None:
    given = answer(made(STALLS), question)
    assert (given.kind, given.confidence, {*given.citations}) == ("count", "sure", numbers)


def test_a_year_and_a_place_that_were_told_stay_in_the_question(made: Made) -> None:
    db = made(STALLS)
    for question in (
        "令和2年度の話なのですが、朝市は何回開きましたか",
        "水戸市のことですが、朝市は何回開きましたか",
    ):
        assert answer(db, question).confidence != "sure"


PARKS = """令和6年度
事業番号,事業名,担当課,概要,成果
1,芝桜植栽事業,公園課,芝桜を植える。,苗木を300株植えた。
2,公園清掃事業,公園課,公園を掃除する。,12回掃除した。
3,遊具点検事業,公園課,遊具を点検する。,点検の講座を1回開いた。
4,路線バス補助事業,交通課,路線バスの会社に補助する。,補助金を交付した。
5,乗り方講座事業,交通課,乗り方を教える。,講座を9回開いた。
6,婚姻届事務,市民課,婚姻届を受け付ける。,90件を受け付けた。
"""


@pytest.fixture(scope="module")
def parks(made: Made) -> Database:
    return made(PARKS)


@pytest.mark.parametrize(
    ("questions", "numbers", "said"),
    [
        (("公園課の事業は何件", "交通課も含めて何件"), "12345", "合わせると、5件です"),
        (("公園課の事業は何件", "遊具以外は何件"), "12", "3件から「遊具」の1件を除くと、2件です"),
        (("公園課の事業は何件", "2以外は"), "13", "3件から「2」の1件を除くと、2件です"),
        (("公園課の事業は何件", "公園課のも足して何件"), "123", "「公園課」の3件は、公園課の事業3件に含まれ"),
        (("講座の事業は", "交通課のだけ教えて"), "5", "前の一覧で、交通課の事業は1件です"),
        (("講座の事業は", "そのうち公園課は何件"), "3", "前の一覧で、公園課の事業は1件です"),
        (("講座の事業は", "公園課以外だと"), "5", "前の一覧の2件から「公園課」の1件を除くと、1件です"),
        (("講座の事業は", "公園課のは"), "3", "前の一覧の2件のうち、公園課の事業は1件です"),
        (("講座の事業は", "公園課のは", "交通課は何件"), "5", "前の一覧の2件のうち、交通課の事業は1件です"),
        (("講座の事業は", "市民課のは"), "6", "前の一覧の2件に、市民課の事業はありません"),
        (("講座の事業は", "公園課と交通課では"), "35", "前の一覧の2件のうち、公園課・交通課の事業は2件です"),
        (("公園課の事業は", "交通課は何件"), "45", "交通課の事業は2件です"),
        (("公園課の事業は", "公園課のは"), "123", "公園課の事業は3件です"),
        (("公園課の事業は", "3番目の課の事業は"), "123", "公園課の事業は3件です"),
        (("公園課の事業は", "1番目と3番目の成果"), "13", "2件の事業についてお答えします"),
        (("講座の事業は", "それぞれの成果は"), "35", "2件の事業についてお答えします"),
        (("公園課の事業は", "番号だけ教えて"), "123", "3件の事業についてお答えします"),
        (("公園課の事業は", "名前だけでいいです"), "123", "3件の事業についてお答えします"),
        (("公園課の事業は", "件数だけ教えて"), "123", "前の一覧にある事業は3件です"),
        (("公園課の事業は", "1番目以外は"), "23", "3件から「1番目」の1件を除くと、2件です"),
        (("公園課の事業は", "1と2だけ"), "12", "前の一覧で、事業番号 1・2の事業は2件です"),
        (("公園課の事業は", "公園課の事業の数だけ"), "123", "公園課の事業は3件です"),
    ],
)
def test_a_part_of_what_was_listed_and_what_is_added_to_it_are_counted(
    parks: Database, questions: tuple[str, ...], numbers: str, said: str
) -> None:
    given = talk(parks, *questions)
    assert said in given.text
    assert (given.confidence, set(given.citations)) == ("sure", set(numbers))


@pytest.mark.parametrize("question", ["4つめは", "4番目の成果は", "10番目の決算は"])
def test_a_place_beyond_the_list_is_told_to_be_none(parks: Database, question: str) -> None:
    given = talk(parks, "公園課の事業は", question)
    assert (given.kind, given.citations, given.pointers) == ("none", (), ())
    assert "前の一覧にあるのは3件までです" in given.text
    assert "1件だけです" in talk(parks, "婚姻届事務の概要は？", question).text


@pytest.mark.parametrize("question", ["1番多いのはどれ", "2番目に多いのは", "2つとも同じ課？"])
def test_what_is_most_or_both_is_no_place_in_the_list(parks: Database, question: str) -> None:
    assert talk(parks, "公園課の事業は", question).confidence != "sure"


def test_how_many_others_have_is_no_figure_of_the_project_shown(parks: Database) -> None:
    for question in ("他の課も含めて何件", "全部の課だと何件"):
        given = talk(parks, "婚姻届事務の成果は？", question)
        assert (given.confidence, given.citations) != ("sure", ("6",))


def test_what_is_offered_for_its_meaning_is_what_was_shown(db: Database) -> None:
    talking = Conversation(db)
    offered = talking.answer("姉妹町の祭り").result
    assert offered
    numbers = [each.number for each in offered.suggestions]
    assert (bool(offered.hits), len(numbers)) == (False, 3)
    assert talking.answer("2番目の担当課は").shown.citations == (numbers[1],)


def test_that_a_word_is_said_is_no_word_of_its_own(parks: Database) -> None:
    assert talk(parks, "講座の事業は", "そのうち名前に入ってるのは").citations == ()


def test_where_sections_were_listed_without_projects_there_is_asked_which_is_meant(parks: Database) -> None:
    assert "どちらのことでしょうか" in talk(parks, "どんな課がありますか", "そこの事業は何件").text
    assert "公園課の事業は3件です" in talk(parks, "公園清掃事業の概要は", "そこの事業は何件").text


COSTS = """令和6年度
事業番号,事業名,担当課,概要,R6決算(千円),評価
1,芝桜植栽事業,公園課,芝桜を植える。,300,拡大
2,公園清掃事業,公園課,公園を掃除する。,120,継続
3,遊具点検事業,公園課,遊具を点検する。,450,継続
4,路線バス補助事業,交通課,路線バスの会社に補助する。,900,縮小
5,乗り方講座事業,交通課,乗り方を教える。バスの路線も教える。,80,継続
"""


@pytest.fixture(scope="module")
def costs(made: Made) -> Database:
    return made(COSTS)


@pytest.mark.parametrize(
    ("questions", "numbers", "said"),
    [
        (("決算の多い順に3件", "2番目は"), "3", "450千円"),
        (("決算の少ない順に2件", "最後のは？"), "2", "120千円"),
        (("決算が一番多い事業は", "2番目は"), "3", "450千円"),
        (("決算が一番多い事業は", "2番目は", "3番目は"), "1", "300千円"),
        (("決算が一番多い事業は", "その次は"), "3", "450千円"),
        (("公園課の事業は", "その中で決算が一番多いのは", "2番目は"), "1", "300千円"),
        (("芝桜植栽の決算は", "路線バスは？"), "4", "900千円"),
        (("芝桜植栽の評価は", "じゃあ遊具点検のほうは"), "3", "継続"),
        (("芝桜植栽の決算は", "路線バスは？", "どっちが高い"), "14", "差は600千円"),
        (("芝桜植栽の決算は", "路線バスは？", "遊具点検は？", "3つの合計は"), "134", "1,650千円"),
        (("芝桜植栽の決算は", "路線バスは？", "遊具点検は？", "2つの合計は"), "34", "1,350千円"),
        (("決算の多い順に3件", "3つの合計は"), "134", "前の一覧の3件の「R6決算(千円)」の合計は、1,650千円"),
        (("決算の多い順に3件", "上位2件の合計は"), "34", "1,350千円"),
        (("決算の多い順に3件", "1番目と3番目を合わせると"), "14", "1,200千円"),
        (("決算の多い順に3件", "1番目と2番目の差は"), "34", "差は450千円"),
        (("決算が200千円以上の事業は", "平均は"), "134", "550千円"),
        (("決算が200千円以上の事業は", "1番目の決算は", "3番目は", "どっちが高い"), "14", "差は600千円"),
        (("決算が200千円以上の事業は", "一番少ないのは"), "1", "前の一覧の3件のうち"),
        (("公園課で決算が一番多いのは", "最も少ないのは"), "2", "公園課の事業のうち"),
        (("公園課で決算が一番多いのは", "最も少ないのは", "差は"), "23", "差は330千円"),
        (("決算が一番多いのは", "一番低いのは"), "5", "80千円"),
        (("決算が100千円以上で一番低い事業は", "最も多いのは"), "4", "100千円以上の事業のうち"),
        (("決算の多い順に2件", "3番目は"), "1", "300千円"),
        (("決算トップ2は", "4番目は", "その評価は"), "2", "継続"),
        (("決算が一番多い事業は", "その担当課は", "3番目は"), "1", "芝桜を植える"),
        (("公園課で2番目に決算が大きいのは", "3番目は"), "2", "120千円"),
        (("継続の事業は", "合計は"), "235", "前の一覧の3件の「R6決算(千円)」の合計は、650千円"),
        (("公園課の継続の事業は", "平均は"), "23", "285千円"),
        (("公園課の事業は", "一番多いのは", "2番目は"), "1", "300千円"),
        (("交通課の事業は", "多い順に"), "45", "多い順に2件"),
        (("公園課の事業は", "2番目に多いのは"), "1", "2番目に多い事業は"),
        (("芝桜植栽事業と遊具点検事業の決算", "後者の担当課は", "差はいくら"), "13", "差は150千円"),
        (("交通課の事業は", "1番目の担当は", "決算の差は"), "45", "差は820千円"),
        (("決算トップ3は", "その評価は"), "134", "路線バス補助事業（事業番号 4）の「評価」は、縮小"),
        (("公園清掃事業の概要", "同じ評価の事業は"), "235", "「公園清掃事業」を含みます"),
        (("公園清掃事業の概要", "同じ評価の事業の決算の合計は"), "235", "650千円"),
        (("公園課の継続の事業は", "それ以外は"), "1", "公園課の事業のうち、先ほどの2件以外は1件です"),
        (("公園課の拡大の事業は", "それ以外は", "合計は"), "23", "570千円"),
        (("公園課の事業は", "2番目は", "それ以外の事業は"), "13", "「公園清掃事業」以外は2件です"),
    ],
)
def test_a_follow_up_that_only_says_of_what_is_of_the_column_told_last(
    costs: Database, questions: tuple[str, ...], numbers: str, said: str
) -> None:
    given = talk(costs, *questions)
    assert said in given.text
    assert (given.confidence, set(given.citations)) == ("sure", set(numbers))


@pytest.mark.parametrize(
    "questions",
    [
        ("芝桜植栽の決算は", "路線バスは？", "3つの合計は"),  # two were told
        ("決算の多い順に4件", "3つの合計は"),  # which three is not said
        ("決算の多い順に3件", "どっちが高い"),
        ("芝桜植栽の担当は", "路線バス補助の担当は", "合計は"),
        ("芝桜植栽の決算は", "噴水は？"),
        ("乗り方講座の決算は", "バスの路線は？"),  # of what is spoken of
        ("芝桜植栽の決算は", "噴水は？", "足したらいくら"),  # one was told
        ("芝桜植栽の担当は", "路線バス補助の担当は", "差は"),
        ("公園課の事業は", "差は"),  # of three
        ("公園課の事業は", "5つの合計は"),
    ],
)
def test_what_is_worked_out_of_none_that_were_told_is_not_told(
    costs: Database, questions: tuple[str, ...]
) -> None:
    assert not (
        talk(costs, *questions).kind in ("figure", "compare") and "千円" in talk(costs, *questions).text
    )


@pytest.mark.parametrize(
    ("questions", "number", "said"),
    [
        (("公園課の事業は", "3番目は何回やったんだっけ"), "3", "1回です"),
        (("乗り方講座事業の概要", "何回開かれましたか"), "5", "9回です"),
        (("公園清掃事業の概要", "婚姻届事務の概要", "もう一つのほうの成果は"), "2", "12回掃除した"),
        (("講座の事業は", "2番目の成果は", "もう一つの担当は"), "5", "交通課"),
        (("公園清掃事業の概要", "婚姻届事務の概要", "両方の担当課は"), "26", "2件の事業についてお答えします"),
        (("講座の事業は", "2つの成果は"), "35", "2件の事業についてお答えします"),
        (("公園清掃事業の概要", "違うそっちじゃなくて遊具点検のほう"), "3", "講座を1回開いた"),
        (("公園清掃事業の概要", "すみません、違います、婚姻届の概要です"), "6", "婚姻届を受け付ける"),
        (("婚姻届事務の成果は", "担当の課も念のため教えてください"), "6", "市民課"),
        (("婚姻届事務の成果は", "概要も伺ってよろしいですか"), "6", "婚姻届を受け付ける"),
        (("婚姻届事務の成果は", "照会先は"), "6", "市民課"),
        (("路線バス補助事業の担当は", "補助の概要も確認させてください"), "4", "路線バスの会社に補助する"),
        (("公園清掃事業の担当は", "公園課って他に何をやってるの、忙しそう"), "13", "公園課の事業は3件です"),
        (("公園清掃事業の担当は", "同じ課の他の事業は"), "13", "のほかは、2件です"),
        (("乗り方講座事業の担当は", "講座の事業、他にもあったはず"), "3", "のほかは、1件です"),
    ],
)
def test_what_goes_on_with_a_thread_is_understood_however_it_is_said(
    parks: Database, questions: tuple[str, ...], number: str, said: str
) -> None:
    given = talk(parks, *questions)
    assert said in given.text
    assert (given.confidence, set(given.citations)) == ("sure", set(number))


@pytest.mark.parametrize("asked", ["平均は", "合計は", "最も多いのは", "差は", "上位2件"])
def test_what_is_worked_out_of_a_list_is_never_a_text_that_has_the_word(made: Made, asked: str) -> None:
    db = made(
        "令和6年度\n事業番号,事業名,担当課,概要,成果\n1,学力調査事業,指導課,学力を調べる。,平均は60点で、差は5点だった。\n"
        "2,読書推進事業,指導課,本を読む。,合計は20冊で、上位2件を表した。\n3,婚姻届事務,市民課,届を受け付ける。,最も多いのは5月だった。\n"
    )
    given = talk(db, "指導課の事業は", asked)
    assert (given.kind, given.citations) == ("none", ())
    assert "数字の名前を添えて" in given.text


SISTERS = """令和6年度
事業番号,事業名,担当課,概要,成果
1,姉妹都市交流事業,秘書課,"次の都市と交流する。
・銀山町（平成12年4月1日締結）
・白浜市（昭和60年7月20日締結）",登録者数は令和5年度の40人から52人に増えた。
2,職員研修事業,人事課,職員の研修をする。,研修を6回行った。
"""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("後者とはいつ締結したのですか", "昭和60年7月20日"),
        ("前者の日付も", "平成12年4月1日"),
        ("前の年の登録者数は", "40人です"),
        ("登録者数の前年度は", "40人です"),
    ],
)
def test_two_that_a_record_lists_and_the_year_before_are_named_in_the_question(
    made: Made, question: str, said: str
) -> None:
    given = talk(made(SISTERS), "姉妹都市交流事業の担当は", question)
    assert (given.confidence, given.citations) == ("sure", ("1",))
    assert said in given.text


@pytest.mark.parametrize(
    "question", ["後者の人口は", "もう一つのほうは", "前年度の研修の回数は", "住宅の担当は"]
)
def test_what_the_record_does_not_say_of_it_is_not_told(made: Made, question: str) -> None:
    assert talk(made(SISTERS), "姉妹都市交流事業の担当は", question).confidence != "sure"


@pytest.mark.parametrize(
    ("questions", "numbers"),
    [
        (("統計・データ利活用推進室の事業を一覧で", "研修をしているのはどれ"), {"8", "83"}),
        (("情報政策課の事業を一覧で", "電子申請をやってるのはどれですか"), {"87", "91"}),
        (("情報政策課の事業を一覧で", "研修をしている事業はどれ"), {"8", "66", "83", "91"}),  # asks of all
        (("情報政策課の事業を一覧で", "ふるさと納税をやってるのはどれ"), {"69"}),  # none of the list does
    ],
)
def test_which_of_them_is_asked_of_the_list_where_one_of_it_is_so(
    db: Database, questions: tuple[str, ...], numbers: set[str]
) -> None:
    given = talk(db, *questions)
    assert set(given.citations) == numbers
    is_of_list = {"8", "83"} >= numbers or {"87", "91"} >= numbers
    assert ("前の一覧で、" in given.text) is is_of_list


PAID = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,事業成果,R6決算(千円),活動指標1,活動指標1実績,活動指標1単位
1,補聴器助成事業,福祉課,補聴器を買う人を助ける。,延べ19人に305366円を給付した。,3819,,,
2,相談室事業,福祉課,相談を受ける。,1年を通じて開いた。,640,暮らし相談実施回数,36,回
"""


def test_how_much_is_asked_of_the_sentence_told_and_else_of_the_settlement(made: Made) -> None:
    paid = made(PAID)
    assert "305366円です" in talk(paid, "補聴器助成事業は何人に給付した", "いくら？").text
    assert "640千円" in talk(paid, "相談室事業の担当は", "決算はいくら？").text


def test_how_often_is_not_how_many(made: Made) -> None:
    assert answer(made(PAID), "暮らし相談は何件").confidence != "sure"
    assert answer(made(PAID), "暮らし相談は何回").confidence == "sure"


def test_the_latter_is_no_word_that_asks(db: Database) -> None:
    given = talk(db, "友好都市はどこ？", "前者といつ協定を結んだ？", "後者は？")
    assert "郡山市（平成26年" in given.text
    assert "荒川区" not in given.text


def test_each_date_of_the_same_words_is_told(db: Database) -> None:
    given = talk(db, "情報政策課の事業を一覧で", "3番目はいつ更新した？")
    assert given.citations == ("89",)
    assert "1月" in given.text
    assert "3月" in given.text
