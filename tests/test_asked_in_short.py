"""Sections said in short, filters as in search, loan words in hiragana: a question gets what search has."""

import pytest

from bot.ask.engine import answer
from bot.ask.follow_ups import next_turn
from bot.commands.ask import asked
from store.database import Database
from store.search.expansion import as_recorded
from store.search.pipeline import search
from store.search.query import parse
from tests.conftest import Made

_HEAD = "事業番号\t事務事業名\t担当課\t成果"
_ROWS = (
    "1\t保健センター運営事業\tすこやか健康課\t相談は延べ1,204件だった。",
    "2\t保育コンシェルジュ配置事業\tこども家庭課\t相談員2名を置いた。",
    "3\tウォーキングマップ作成事業\tすこやか健康課\tマップを3,500部印刷した。",
    "4\t公民館講座開催事業\t生涯学習推進課\t受講予約システムの利用は812件だった。",
    "5\t歩行者天国開催事業\t商工振興課\tイベントに9,800人が来場した。",
    "6\t駅前バリアフリー整備事業\t道路河川課\tエレベーター2基を設けた。",
    "7\t公園遊具点検事業\t公園緑地課\t遊具143基を点検した。",
    "10\t郷土館運営事業\t文化振興課\t延べ入館者数8,210人。特別展に約2か月で延べ3,300人が来場した。5月に空調を更新した。",
    "11\t地域計画ロードマップ事業\t政策推進課\t柱5本、42事業を載せた。",
    "12\t受付システム更新事業\t市民窓口課\t予約受付システムの運用を9月に開始した。窓口の待ち時間は予約の普及により減少した。",
    "13\t交流フェスタ開催事業\t商工振興課\t県立大学と協定を結び、学園祭に協力した。来場者アンケートで214件の回答を得た。",
    "9\t文化財審議会運営事業\t文化振興課\t専門審議会を年4回開催した。審議会の委員は12名である。",
    "8\t公営住宅管理事業\t公有財産課\t住宅58戸を直した。",
)


@pytest.fixture(scope="module")
def town(made: Made) -> Database:
    return made("\n".join((_HEAD, *_ROWS)), 2023)


@pytest.mark.parametrize(
    ("question", "kind", "says"),
    [
        ("情政課", "list", "情報政策課の事業は5件です。"),
        ("企画課", "list", "企画経営課の事業は19件です。"),
        ("スタ室", "list", "スタートアップ推進室の事業は1件です。"),
        ("オリパラ室の事業", "list", "オリンピック・パラリンピック推進室の事業は1件です。"),
        ("科技振興課は何件？", "count", "科学技術振興課の事業は8件です。"),
        ("情政課の成果をまとめて", "summary", "情報政策課の事業のまとめ（全5件）"),
    ],
)
def test_a_section_said_in_short_is_that_section(db: Database, question: str, kind: str, says: str):
    given = answer(db, question)
    assert given.kind == kind
    assert given.text.startswith(says)


@pytest.mark.parametrize("question", ["市民課", "財政課の事業は何件？", "担当課", "どの課？"])
def test_a_section_that_has_no_projects_is_not_taken_for_another(db: Database, question: str):
    assert answer(db, question).kind == "none"


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("年度:R3 ロボット", {"97"}),
        ("課：統計・データ活用推進室", {"8", "72", "82", "83", "86", "1088"}),
        ("課:情政課 の事業は何件", {"87", "88", "89", "90", "91"}),
        ("課:科技振興課 年度:令和3 ロボット", {"97"}),
    ],
)
def test_the_filters_of_search_are_understood_in_a_question(db: Database, question: str, numbers: set[str]):
    assert set(answer(db, question).citations) == numbers


@pytest.mark.parametrize(
    ("question", "kind", "number"),
    [
        ("ろぼっと", "search", "97"),
        ("ろぼっとの成果は", "field", "97"),
        ("ろぼっとの担当課は？", "field", "97"),
        ("ぱぶこめ", "search", "75"),
        ("ぱぶりっくこめんとの目的", "field", "75"),
    ],
)
def test_a_loan_word_may_be_typed_in_hiragana(db: Database, question: str, kind: str, number: str):
    given = answer(db, question)
    assert (given.kind, given.citations) == (kind, (number,))


@pytest.mark.parametrize("typed", ["kikaku keiei ka", "会議室の予約", "robotto"])
def test_a_keyword_that_search_finds_whole_is_answered(db: Database, typed: str):
    found = search(db, parse(typed))
    assert [hit.missing for hit in found.hits[:1]] == [()]
    given = asked(db, typed).shown
    assert given.kind == "search"
    assert found.hits[0].project.number in given.citations


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("デジタル情報P 担当課は", "「デジタル情報P」は「デジタル情報プラットフォーム」として"),
        ("イノベP 目的は", "「イノベP」は「イノベーションプラザ」として"),
        ("国際戦略特区の担当課は？", "国際戦略総合特区推進事業（事業番号 92）の担当課は"),
        ("バリアフリーMPを策定するのはいつまで", "「バリアフリーMP」は「バリアフリーマスタープラン」として"),
    ],
)
def test_beginnings_of_words_and_their_latin_letters_are_those_words(db: Database, question: str, says: str):
    given = answer(db, question)
    assert given.kind in ("field", "figure")
    assert given.confidence == "sure"
    assert given.text.startswith(says)


SLIPS = [
    ("公民感講座の受講予約", "公民館講座", "は何件", "812件"),
    ("保育コンシェルュジの相談員", "保育コンシェルジュ", "は何名", "2名"),
    ("ウォキングマップの成果", "ウォーキングマップ", "", "3,500部"),
    ("公園遊愚点検の成果", "公園遊具点検", "を教えて", "143基"),
    ("ロドマップの成果", "ロードマップ", "は？", "42事業"),
    ("生涯学修推進課の事業", "生涯学習推進課", "", "公民館講座開催事業"),
    ("公営重宅管理の担当課", "公営住宅管理", "は", "公有財産課"),
    ("ろーどまつぷの成果", "ロードマップ", "", "42事業"),
]


@pytest.mark.parametrize(("typed", "meant", "asks", "says"), SLIPS)
def test_a_question_with_a_slip_is_answered_as_it_was_meant_and_told_so(
    town: Database, typed: str, meant: str, asks: str, says: str
):
    for ending in dict.fromkeys((asks, "", "は", "は？")):  # no particle decides whether it is put right
        given = asked(town, f"{typed}{ending}").shown
        assert given.confidence != "sure"
        assert f"もしかして: {meant}" in given.text
        assert says in given.text or ending != asks


@pytest.mark.parametrize(
    ("typed", "number", "says"),
    [
        ("窓口の待ち時間", "12", "窓口の待ち時間は予約の普及により減少した"),
        ("どんな大学と協定を結んだ", "13", "県立大学と協定を結び"),
        ("県立大学と協定を結んだ", "13", "県立大学と協定を結び"),
        ("特別展の来場者", "10", "特別展に約2か月で延べ3,300人が来場した"),
        ("来場者が減った理由", "13", "来場者アンケートで214件"),
        ("学園祭協力事業", "13", "学園祭に協力した"),
        ("空調更新した事業", "10", "5月に空調を更新した"),
    ],
)
def test_no_title_stands_without_the_sentence_that_has_what_was_asked(
    town: Database, typed: str, number: str, says: str
):
    given = asked(town, typed).shown
    assert number in {*given.citations, *given.pointers}
    assert says in given.text


@pytest.mark.parametrize("typed", ["公民館講座開催事業", "生涯学習推進課", "保健センター"])
def test_a_name_is_looked_for_and_its_titles_are_listed(town: Database, typed: str):
    assert asked(town, typed).answer is None


@pytest.mark.parametrize("typed", ["東公民館の成果は", "公園遊具研修の成果は", "保険センター別館の成果"])
def test_what_is_another_thing_is_not_put_right(town: Database, typed: str):
    assert "もしかして" not in asked(town, typed).shown.text


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        ("保健C 相談件数", "保健センター"),
        ("WM 何部", "ウォーキングマップ"),
        ("予約sys 利用何件", "予約システム"),
        ("す健課 全部", "すこやか健康課"),
    ],
)
def test_what_is_typed_in_short_is_the_one_stretch_that_it_fits(town: Database, typed: str, full: str):
    with town.reading():
        recorded = as_recorded(town, typed)
    assert [other for _, other in recorded.in_short] == [full]


@pytest.mark.parametrize(
    "typed", ["保C 目的", "公園 数", "公課 全部", "EV 補助", "mizu", "R5 何件", "歩道 何m", "水道C"]
)
def test_what_may_be_several_or_is_a_word_itself_is_not_spelled_out(town: Database, typed: str):
    with town.reading():
        assert as_recorded(town, typed).in_short == ()


@pytest.mark.parametrize(
    ("question", "says"),
    [("保健C 相談は何件", "1,204件"), ("WM 印刷部数は", "3,500部"), ("す健課 事業全部", "2件")],
)
def test_a_question_in_short_is_answered_in_the_words_of_the_record(town: Database, question: str, says: str):
    given = answer(town, question)
    assert given.confidence == "sure"
    assert "として、記録にある言葉でお答えします。" in given.text
    assert says in given.text


def test_a_refusal_shows_the_sentence_of_what_was_typed_in_short(db: Database):
    given = answer(db, "幸せLの加入数は？")
    assert given.kind == "none"
    assert given.shown[0][1] == "61"


@pytest.mark.parametrize("typed", ["宇宙開発", "水道料金", "mizu"])
def test_a_keyword_that_search_only_comes_near_to_is_not_answered(db: Database, typed: str):
    assert answer(db, typed).kind == "none"


@pytest.mark.parametrize(
    ("question", "kind", "numbers"),
    [
        ("事業名「整備」入り", "list", {"6"}),
        ("名称に「公」数", "count", {"4", "7", "8"}),
        ("成果に「印刷」 どれ", "list", {"3"}),
        ("成果に「件」 何件", "count", {"1", "4", "13"}),
        ("すこやか健康課 成果に「印刷」なし", "list", {"1"}),
        ("道路河川 計何件", "count", {"6"}),
        ("公園緑地 全何件？", "count", {"7"}),
    ],
)
def test_a_condition_or_an_office_in_a_few_nouns_is_counted_or_listed(
    town: Database, question: str, kind: str, numbers: set[str]
):
    given = asked(town, question).shown
    assert (given.kind, given.confidence, set(given.citations)) == (kind, "sure", numbers)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("すこやか健康課とこども家庭課 件数どっち", "多いのはすこやか健康課です。"),
        ("すこやか健康課と道路河川課どっち少ない", "少ないのは道路河川課です。"),
    ],
)
def test_which_of_two_has_more_is_asked_in_nouns(town: Database, question: str, says: str):
    given = answer(town, question)
    assert given.confidence == "sure"
    assert says in given.text


@pytest.mark.parametrize(
    "question", ["採択数 未来共創とSociety5.0 どっちが多い", "採択 未来共創とS5.0どっち多い"]
)
def test_what_is_compared_may_stand_before_the_two(db: Database, question: str):
    given = answer(db, question)
    assert (given.kind, given.confidence) == ("compare", "sure")
    assert "多いのは「Society5.0社会実装トライアル支援事業" in given.text


@pytest.mark.parametrize("question", ["文化財審議会 年4回？", "遊具 点検43基？", "エレベーター3基だよね"])
def test_a_number_of_another_thing_or_another_number_confirms_nothing(town: Database, question: str):
    given = answer(town, question)
    assert given.kind == "none"
    assert given.quoted


@pytest.mark.parametrize(
    "question", ["専門審議会 年4回？", "遊具 点検143基？", "エレベーター2基だよね", "相談1204件？"]
)
def test_a_number_is_confirmed_by_the_sentence_that_has_it(town: Database, question: str):
    given = answer(town, question)
    assert (given.kind == "none", given.confidence) == (False, "sure")


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("郷土館 入館数のべ", "8,210人"),
        ("郷土館 入館数", "8,210人"),
        ("郷土館 特別展 のべ来場", "延べ3,300人"),
        ("空調 更新月", "5月"),
    ],
)
def test_a_figure_is_asked_for_in_nouns(town: Database, question: str, says: str):
    given = asked(town, question).shown
    assert (given.kind, given.confidence) == ("figure", "sure")
    assert given.text.startswith(says)


def test_a_noun_in_a_thread_is_looked_for_in_its_project_first(town: Database):
    first = asked(town, "郷土館運営事業の成果は").shown
    last = next_turn(None, first)
    assert asked(town, "審議会", last).shown.citations == ("9",)
    given = asked(town, "特別展", last).shown
    assert (given.kind, given.citations) == ("field", ("10",))
    refused = asked(town, "職員数", last).shown
    assert refused.kind == "none"
    assert refused.shown[0][1] == "10"


@pytest.mark.parametrize("question", ["専門審議会 のべ", "遊具 点検 延べ"])
def test_a_sum_is_no_frequency_and_no_number_that_is_not_called_one(town: Database, question: str):
    assert asked(town, question).shown.kind != "figure"


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("地域計画RM 事業数", "42事業"),
        ("予約受付sys いつ稼働", "9月"),
        ("窓口 待ち時間 激減なぜ", "予約の普及により"),
        ("協定 相手 どこ", "県立大学と協定"),
        ("来場アンケ 回答何件", "214件"),
    ],
)
def test_a_question_of_nouns_is_answered_by_the_sentence_that_says_it(
    town: Database, question: str, says: str
):
    given = asked(town, question).shown
    assert (given.kind in ("field", "figure"), given.confidence) == (True, "sure")
    assert says in given.text


def test_how_many_projects_there_are_of_a_thing_is_still_counted(town: Database):
    given = asked(town, "ロードマップの事業は何件").shown
    assert (given.kind, given.citations) == ("count", ("11",))


@pytest.mark.parametrize(
    "question", ["郷土館 R4入館数", "専門審議会 R4回数", "マップ R2 印刷部数", "遊具 H30点検 何基"]
)
def test_a_year_in_short_before_a_noun_is_not_passed_over(town: Database, question: str):
    assert asked(town, question).shown.kind != "figure"


def test_a_year_in_short_that_is_the_list_s_own_is_no_hindrance(town: Database):
    given = asked(town, "マップ R5印刷部数").shown
    assert (given.kind, given.confidence) == ("figure", "sure")


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("窓口の待ち時間が減少したのはなぜですか", "予約の普及により減少した"),
        ("待ち時間の減少の理由は", "予約の普及により減少した"),
        ("来場者が増えたのはなぜ", None),
        ("空調を更新できなかった理由", None),
    ],
)
def test_why_something_happened_is_told_by_no_purpose(town: Database, question: str, says: str | None):
    given = answer(town, question)
    assert "の目的です" not in given.text
    assert (given.confidence == "sure") == (says is not None)
    assert says is None or says in given.text


def test_why_it_happened_in_a_thread_asks_of_what_was_shown_and_not_why_it_was_shown(db: Database):
    shown = answer(db, "情報化推進事業の成果")
    why = answer(db, "なぜ増えた", last=next_turn(None, shown))
    assert "の目的です" not in why.text
    not_done = answer(db, "なぜできなかったの", last=next_turn(None, answer(db, "友好都市交流事業の成果")))
    assert not not_done.text.startswith("この回答の理由です")
    assert "新型コロナウイルス感染症の影響により" in not_done.text


@pytest.mark.parametrize(
    ("question", "kind", "says"),
    [
        ("ウォーキングマップは何部", "figure", "3,500部です"),
        ("ウォーキングマップ作成事業は何部印刷した", "figure", "3,500部です"),
        ("ウォーキングマップの担当課は", "field", "すこやか健康課"),
    ],
)
def test_copies_are_no_department(town: Database, question: str, kind: str, says: str):
    given = answer(town, question)
    assert (given.kind, given.confidence, says in given.text) == (kind, "sure", True)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("遊具について何を点検した", "遊具143基を点検した"),
        ("受付システム更新事業で何を配った", None),
        ("郷土館で何を更新した", "5月に空調を更新した"),
    ],
)
def test_what_was_done_is_told_by_what_says_so(town: Database, question: str, says: str | None):
    given = answer(town, question)
    assert (given.confidence == "sure") == (says is not None)
    assert says is None or says in given.text


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("商工振興課さんの持ち分、ひととおり並べてくれんかね", "商工振興課の事業は2件です"),
        (
            "商工振興課が持っている事業をすべて挙げてください。漏れがあると困ります。",
            "商工振興課の事業は2件です",
        ),
        (
            "所管事業の数は、商工振興課と公園緑地課でどちらが多いのでしょう。件数も添えてください。",
            "多いのは商工振興課です",
        ),
        ("公園遊具点検事業の担当課室は", "公園緑地課"),
    ],
)
def test_how_one_speaks_to_a_colleague_is_read(town: Database, question: str, says: str):
    given = answer(town, question)
    assert given.confidence == "sure"
    assert says in given.text


@pytest.mark.parametrize("turn", ["話は変わりますが、", "別件ですが、", "えっと、話かわるんですけど、"])
def test_who_turns_to_another_matter_asks_nothing_of_the_thread(town: Database, turn: str):
    last = next_turn(None, answer(town, "公営住宅管理事業の成果は"))
    given = answer(town, f"{turn}審議会は年に何回開催した？", last=last)
    assert (given.confidence, "年4回です" in given.text) == ("sure", True)


def test_where_a_sentence_says_nothing_that_tells_figures_apart_none_is_sure(town: Database):
    given = answer(town, "郷土館は延べでどれくらい人が来たんだったかな")
    assert given.confidence == "unsure"
    assert "8,210" in given.text or "3,300" in given.text
    assert answer(town, "郷土館の延べ入館者数は").text.startswith("8,210人です")


def test_to_whom_a_body_gave_something_is_no_department(db: Database):
    assert answer(db, "どこの省に要望を出しましたか").confidence == "unsure"
