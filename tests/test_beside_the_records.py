"""What is said to the bot that no record answers: deadlines, complaints, greetings, what merely happened."""

import pytest

from bot.ask.engine import answer
from bot.ask.follow_ups import next_turn
from store.database import Database
from tests.conftest import Made


@pytest.mark.parametrize(
    "question",
    [
        "評価シートの締切はいつですか", "締め切りはいつ？", "締切", "次の締切を教えて",
        "企画経営課の締切は？",
        "令和3年度の評価シートの提出期限", "評価シートはいつまでに出せばいいですか",
        "マネジメントシートの提出はまだ？",
        "一次評価の締切っていつだっけ",
    ],
)  # fmt: skip
def test_a_question_about_deadlines_of_sheets_leads_to_their_command(db: Database, question: str):
    given = answer(db, question)
    assert "/jigyo 締切" in given.text
    assert given.citations == ()


@pytest.mark.parametrize(
    "question", ["パブリックコメントの締切は？", "評価シートとは何ですか", "行政評価事業の目的は？"]
)
def test_another_things_deadline_is_no_sheets(db: Database, question: str):
    assert "/jigyo 締切" not in answer(db, question).text


@pytest.mark.parametrize(
    "said",
    [
        "すみません、パソコンが壊れました",
        "ネットが繋がらない",
        "エレベーターが止まっています",
        "印刷できません",
    ],
)
def test_what_merely_happened_is_not_answered_with_a_project(db: Database, said: str):
    given = answer(db, said)
    assert (given.kind, given.citations) == ("none", ())


@pytest.mark.parametrize("said", ["ほかには？", "他には", "もっと", "他にもありますか"])
def test_more_of_nothing_asks_which_project_is_meant(db: Database, said: str):
    given = answer(db, said)
    assert "どの事業についてのお尋ねでしょうか" in given.text
    assert given.citations == ()


@pytest.mark.parametrize("asked", ["課題", "ライバル", "反省点"])
def test_what_a_named_project_has_no_record_of_is_said_before_what_it_has(db: Database, asked: str):
    given = answer(db, f"ロボットの街つくば推進事業の{asked}は？")
    assert given.kind == "none"
    assert f"「{asked}」についての記載を読み取れませんでした" in given.text
    assert "（事業番号 97・" in given.text


@pytest.mark.parametrize(
    "said",
    [
        "この結果は間違ってるよ",
        "違う",
        "使えないな",
        "バカ",
        "その答え、違うんだけど",
        "全然だめ",
        "おかしいよ",
    ],
)
def test_a_complaint_gets_the_button_to_say_so(db: Database, said: str):
    given = answer(db, said)
    assert given.kind == "smalltalk"
    assert "ボタン「違う」" in given.text


def test_a_question_with_such_a_word_in_it_is_still_a_question(db: Database):
    assert answer(db, "11と12の違いは？").kind == "compare"
    assert answer(db, "間違いの多い事業は？").kind != "smalltalk"


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("お疲れ様です", "お疲れ様です。"), ("おはようございます", "おはようございます。"),
        ("よろしくお願いします", "こちらこそ、よろしくお願いいたします。"), ("こんばんは", "こんばんは。"),
        ("お世話になっております", "お世話になっております。"), ("こんにちは", "こんにちは。"),
        ("やあ", "こんにちは。"),
    ],
)  # fmt: skip
def test_a_greeting_is_given_back(db: Database, said: str, back: str):
    given = answer(db, said)
    assert given.kind == "smalltalk"
    assert given.text.startswith(back)


@pytest.mark.parametrize(
    "question",
    [
        "担当者の電話番号",
        "水道料金はいくら",
        "つくば市長は誰",
        "財政課の事業は？",
        "学校の給食費は？",
        "図書館の休館日は？",
    ],
)
def test_no_project_is_called_near_that_shares_nothing_telling(db: Database, question: str):
    given = answer(db, question)
    assert (given.kind, given.citations) == ("none", ())
    assert "近い事業" not in given.text


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("スマートシティの予算は？", "11"),
        ("会議室の稼働率は？", "104"),
        ("パブリックコメントの締切は？", "75"),
    ],
)
def test_a_project_that_shares_the_thing_asked_about_is_named(db: Database, question: str, number: str):
    given = answer(db, question)
    assert (given.kind, given.pointers[:1]) == ("none", (number,))


def test_a_complaint_is_told_how_to_ask_in_other_words(db: Database):
    given = answer(db, "それじゃない")
    assert "次のように言い換えてお尋ねください。" in given.text
    assert "の担当課は？" in given.text


@pytest.mark.parametrize("asked", ["予算", "予算額", "決算額", "事業費", "人口"])
def test_a_quantity_alone_is_not_that_of_a_project_with_its_word_in_the_name(db: Database, asked: str):
    given = answer(db, f"{asked}はいくらですか" if asked != "人口" else "人口は？")
    assert (given.kind, given.citations) == ("none", ())
    assert f"「{asked}」だけでは、どの事業の数字か決められませんでした。" in given.text


def test_a_date_that_no_record_gives_is_called_a_date(db: Database):
    given = answer(db, "スマートシティの期限はいつですか")
    assert (given.kind, given.pointers[:1]) == ("none", ("11",))
    assert "お尋ねの日付や時期を読み取れませんでした。" in given.text


@pytest.mark.parametrize(
    "question",
    [
        "お忙しいところ恐れ入ります。スマートシティについて教えていただきたいのですが、"
        "どちらの課が担当されていますでしょうか。",
        "いつもお世話になっております。突然のご連絡失礼いたします。スマートシティの担当課をお教えください。",
    ],
)
def test_a_question_in_a_polite_letter_is_the_question(db: Database, question: str):
    given = answer(db, question)
    assert (given.kind, given.citations) == ("field", ("11",))
    assert "担当課は、スマートシティ戦略室" in given.text


@pytest.mark.parametrize("question", ["友好都市はどこですか", "友好都市はどこ？", "友好都市はどちらですか"])
def test_where_is_answered_with_the_places_that_the_record_lists(db: Database, question: str):
    given = answer(db, question)
    assert (given.kind, given.citations, given.confidence) == ("field", ("64",), "sure")
    assert "荒川区（平成20年（2008年）5月28日協定締結）" in given.text
    assert "郡山市（平成26年（2014年）10月31日協定締結）" in given.text


@pytest.mark.parametrize("question", ["スマートシティはどこですか", "市役所はどこですか"])
def test_where_is_not_answered_without_a_list_of_places(db: Database, question: str):
    assert answer(db, question).kind == "none"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("採択件数が多いのは未来共創プロジェクトとSociety5.0どっち", "は6件で、多いのは「Society5.0"),
        ("荒川区と郡山市、先に協定を結んだのは", "先なのは「荒川区」です"),
        ("産業振興センターって一年で何人来たんですか", "10,317人です"),
        ("市長公約のロードマップに載っている事業は全部で何事業？", "135事業です"),
        ("スマートシチィの目的は？", "もしかして: スマートシティ"),
        ("この一覧、全部で何件のってる？", "登録されている事業は48件です"),
    ],
)
def test_the_order_and_the_slips_of_speech_change_no_answer(db: Database, question: str, expected: str):
    assert expected in answer(db, question).text


MARKETS = (
    "令和6年度事務事業一覧\n\n通し番号\t事業番号\t事務事業名\t課名\t事業の目的\t事業の概要\t成果\n"
    "1\t41\t養殖支援事業\t水産課\t海の恵みを育てる。\t養殖を支える。\t昆布の出荷は25件、海苔の出荷は40件であった。"
    "県漁連や隣町と協力し、稚魚30匹を放流した。湾内及び外海：監視12回。視察6回、研修の参加者80人。"
    "認知は湾内で35%、外海で20%であった。\n"
    "2\t42\t朝市開催事業\t商工課\tにぎわいをつくる。\t朝市を開く。\t朝市の出店者は45者であった。来場者の満足度は70%であった。\n"
    "3\t43\t夕市開催事業\t商工課\tにぎわいをつくる。\t夕市を開く。\t夕市の出店者は60者であった。\n"
    "4\t44\t料理教室事業\t水産課\t魚を食べる。\t料理教室を開く。\t教室を5回開いた。昆布の試食は9件、海苔の試食は4件であった。\n"
)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("昆布と海苔、出荷が多いのはどっち？", "多いのは「海苔」です"),
        ("湾内と外海、認知が低いのは？", "低いのは「外海」です"),
        ("朝市の出店者と夕市の出店者はどちらが多い？", "60者で、多いのは"),
        ("水産課と商工課、事業が多いのはどっち？", "同じ件数です"),
        ("昆布と海苔、多いのはどっち？", ""),  # of what, two records tell differently
        ("県漁連と隣町、稚魚が多いのは？", ""),
        ("湾内と外海、監視が多いのはどっち？", ""),
        ("視察と研修、多いのはどっち？", ""),
        ("朝市の満足度と夕市の満足度はどっちが高い？", ""),
        ("昆布と真珠、出荷が多いのは？", ""),
        ("水産課と商工課、出店者が多いのはどっち？", ""),
        ("水産課と商工課、どちらが人が多い？", ""),
        ("水産課と商工課、合計が大きいのはどっち？", ""),
    ],
)
def test_two_are_compared_by_a_figure_of_each_of_one_thing_and_unit(made: Made, question: str, told: str):
    given = answer(made(MARKETS), question)
    assert told in given.text if told else given.kind != "compare"


def test_with_one_year_loaded_a_difference_is_shown_only_where_the_record_tells_of_one(db: Database):
    told = answer(db, "情報化推進事業は前の年と比べて何が変わった？")
    assert (told.kind, told.confidence) == ("none", "unsure")
    assert "登録されているのは令和3年度だけです" in told.text
    assert "令和2年度の583件から637件に増加し" in told.text
    assert "違い" not in told.text
    assert not answer(db, "スマートシティの推進の前年度との違いは？").quoted


OUTCOMES = (
    "令和6年度事務事業一覧\n\n通し番号\t事業番号\t事務事業名\t課名\t事業の目的\t事業の概要\t成果\n"
    "1\t31\t体力測定会\t教育部スポーツ課\t市民の参加を増やす。\t年2回開催する。\t"
    "雨のため秋の会は中止した。参加者は減少傾向にある。\n"
    "2\t32\t子育て相談\t福祉部子ども課\t目標を達成する。\t相談を受ける。\t相談件数は目標の200件に対し、120件にとどまった。\n"
    "3\t33\t市民農園の整備\t経済部農政課\t農園を増やす。\t区画を貸す。\t耕作放棄地の増加に対応した。\n"
)


@pytest.fixture
def outcomes(made: Made) -> Database:
    return made(OUTCOMES)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("体力測定会の参加者は増えましたか", "参加者は減少傾向にある。"),
        ("体力測定会は開催されましたか", "雨のため秋の会は中止した。"),
        ("子育て相談の目標は達成しましたか", "120件にとどまった。"),
        ("子育て相談の相談件数は目標を達成した？", "120件にとどまった。"),
    ],
)
def test_whether_something_came_about_is_told_by_the_outcome_be_it_the_opposite(
    outcomes: Database, question: str, said: str
):
    given = answer(outcomes, question)
    assert (given.kind, given.confidence) == ("field", "sure")
    assert said in given.text
    assert list(given.quoted.values()) == [["outcome"]]


def test_in_a_thread_too_the_opposite_tells_whether_something_came_about(outcomes: Database):
    shown = next_turn(None, answer(outcomes, "体力測定会の目的は"))
    given = answer(outcomes, "増えましたか？", last=shown)
    assert (given.kind, given.citations) == ("field", ("31",))
    assert "参加者は減少傾向にある。" in given.text


def test_a_plan_or_the_increase_of_another_thing_does_not_tell_that_something_came_about(outcomes: Database):
    given = answer(outcomes, "市民農園は増えましたか")
    assert given.confidence != "sure"
    given = answer(outcomes, "市民農園の整備の目標は達成しましたか")
    assert given.confidence == "unsure"
    assert "成果からは確かめられなかったため、目的の記載をお示しします。" in given.text


def test_a_serial_is_no_project_number(outcomes: Database):
    assert answer(outcomes, "通し番号2の担当課は？").citations == ("32",)
    assert "登録されていません" not in answer(outcomes, "通し番号31の担当課は？").text


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("令和2年度に構築したものは", "81"),
        ("令和2年度の会議室の利用は", "104"),
        ("令和4年度予算に反映された事業は", "66"),
    ],
)
def test_a_year_whose_list_is_not_here_is_answered_by_the_sentence_that_says_it(
    db: Database, question: str, number: str
):
    given = answer(db, question)
    assert (given.kind, given.citations) == ("field", (number,))
    assert "登録されていません" not in given.text


def test_the_sentences_of_such_a_year_are_shown_where_they_are_not_certain(db: Database):
    given = answer(db, "R2年度の市民参加の取組実施状況は誰に報告しましたか")
    assert (given.kind, given.pointers) == ("none", ("80",))
    assert "つくば行政経営懇談会で報告し" in given.text


@pytest.mark.parametrize(
    "question", ["令和2年度の事業は", "行政評価事業の令和2年度の成果は", "昨年度の事業は"]
)
def test_a_year_of_which_no_record_speaks_is_said_not_to_be_loaded(db: Database, question: str):
    given = answer(db, question)
    assert (given.kind, given.citations) == ("none", ())
    assert "令和2年度の一覧は登録されていません" in given.text


def test_a_word_of_what_is_asked_for_leads_to_its_sentence(db: Database):
    given = answer(db, "市民意識調査の回収方法は")
    assert (given.kind, given.confidence, given.pointers) == ("none", "unsure", ("72",))
    assert "郵送又はWEBで回収" in given.text


def test_a_field_in_one_word_is_the_field(db: Database):
    assert answer(db, "SDGsTRY事業の成果を一言で").citations == ("85",)
