"""A record says a thing when it says it as one; words scattered over it, or a sound-alike, are not said."""

import pytest
from sqlite_utils import Database

from bot.ask.engine import answer
from bot.ask.matching import Bag
from bot.ask.terms import terms
from store.search.suggestions import is_slip
from tests.conftest import Made


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("市民参加の推進", "市民参加"),
        ("市民が市政に参加し、市民の参加を進める", "市民参加"),
        ("景気の変動、産業構造の変化", "景気変動"),
        ("起業を支援する", "創業支援"),
        ("寄附を募る", "寄付"),
        ("シニア・エキスパート便覧", "シニアエキスパート"),
    ],
)
def test_a_compound_is_said_where_its_words_follow_each_other(text: str, term: str):
    assert Bag(text).holds(term)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("市民に広く周知し、参加を募る", "市民参加"),
        ("説明責任を果たす", "説明義務"),
        ("対象の施設", "対象物"),
        ("相談を受け付ける", "相"),
        ("宝石、珊瑚類の保全", "宝石類"),
        ("専門家によるレビュー", "評論家"),
        ("雇用した事業主を対象とする者", "雇用対象者"),
    ],
)
def test_words_apart_another_head_and_letters_within_a_word_are_not_the_thing(text: str, term: str):
    assert not Bag(text).holds(term)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("統計調査", "とうけいちょうさ"),
        ("スマートシティの推進", "すまーとしてぃ"),
        ("オリンピック・パラリンピック推進室", "オリパラ"),
        ("スマートシティ", "sumatoshiti"),
    ],
)
def test_kana_romaji_and_abbreviations_are_said_by_their_sound(text: str, typed: str):
    assert Bag(text).sounds(typed)


@pytest.mark.parametrize(
    ("text", "typed"), [("産業振興", "しんこ"), ("リアルタイム", "タイムカード"), ("統計", "けい")]
)
def test_a_part_of_a_sound_is_not_the_sound(text: str, typed: str):
    assert not Bag(text).sounds(typed)


def test_one_noun_of_several_words_may_be_cut_short():
    assert Bag("AIオンデマンド乗合タクシーの実証").shortens_to("AIタクシー")
    assert not Bag("AIを用いた乗合タクシー").shortens_to("AIタクシー")


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("資格登録日", ("資格登録日",)),
        ("事業法", ("事業法",)),
        ("地方事業所", ("地方事業所",)),
        ("事務経費", ("事務経費",)),
        ("建物名", ("建物名",)),
        ("支払い情報", ("支払い情報",)),
        ("市民意識調査事業", ("市民意識調査",)),
        ("スマートシティの取組", ("スマートシティ",)),
        ("スタートアップ支援", ("スタートアップ",)),
        ("ゆにばーさるでざいん", ("ユニバーサルデザイン",)),
    ],
)
def test_general_words_belong_to_a_noun_before_its_end_and_not_at_it(topic: str, expected: tuple[str, ...]):
    assert terms(topic)[0] == expected


@pytest.mark.parametrize(
    ("typed", "meant", "slip"),
    [
        ("友好都市公流", "友好都市交流", True),
        ("スマートツティ", "スマートシティ", True),
        ("パブリックコメソト", "パブリックコメント", True),
        ("ロボト", "ロボット", True),
        ("行政評化", "行政評価", True),
        ("小貝川ふれい公園", "小貝川ふれあい公園", True),
        ("ふるさとのう税", "ふるさと納税", False),
        ("消防長", "消防庁", False),
        ("消防団員", "消防職員", False),
        ("自治会員", "自治議員", False),
        ("マスタリング", "スターリング", False),
        ("セグメント化", "セグメント", False),
        ("リダクション", "リアクション", False),
        ("小学校運営費", "中学校運営費", False),
        ("県道整備事業", "市道整備事業", False),
        ("市民研修講座", "市民研究講座", False),
    ],
)
def test_a_slip_is_in_what_is_no_word_or_sounds_the_same(db: Database, typed: str, meant: str, slip: bool):
    with db.reading():
        assert is_slip(db, typed, meant) is slip


def test_a_guess_at_a_short_word_is_offered_and_not_answered(db: Database):
    given = answer(db, "統経の担当課は？")
    assert given.kind == "none"
    assert given.text.startswith("登録されている事業からは分かりません。")


@pytest.mark.parametrize(
    "question",
    [
        "市民病院の担当課は？",
        "水戸市の行政評価事業の担当課は？",
        "水戸市のふるさと納税の成果は",
        "事務経費の担当課は？",
        "取組後の成果を教えて",
        "おしんこの担当課は？",
    ],
)
def test_a_thing_whose_parts_alone_are_known_is_not_answered(db: Database, question: str):
    assert answer(db, question).kind == "none"


CABLES = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,事業成果
1,先端技術実証事業,技術課,新しい技術を試す。,北浜市と南浜市が指定された。港で空飛ぶ車を試した。
2,歩道橋点検事業,道路課,橋を見る。,6橋を見た。
3,港祭り事業,港課,祭りを開く。,潮見市で花火を上げた。
4,花だん事業,緑地課,花を植える。,400株を植えた。
5,読み聞かせ事業,読書課,絵本を読む。,6回開いた。
6,除雪事業,道路課,雪をどける。,30日どけた。
"""


@pytest.mark.parametrize(
    ("question", "confidence"),
    [
        ("北浜市の空飛ぶ車の成果は", "unsure"),
        ("南浜市の空飛ぶ車の成果は", "unsure"),
        ("空飛ぶ車の成果は", "sure"),
        ("潮見市の花火の成果は", "sure"),
    ],
)
def test_a_place_that_a_record_names_elsewhere_is_not_where_the_thing_is(
    made: Made, question: str, confidence: str
):
    assert answer(made(CABLES), question).confidence == confidence


def test_what_is_told_of_a_thing_may_be_said_in_another_way(db: Database):
    given = answer(db, "あいおいニッセイと協定を結んだのは何課")
    assert (given.kind, given.citations) == ("field", ("70",))


def test_a_name_that_the_dictionary_cuts_otherwise_is_still_meant(db: Database):
    assert answer(db, "社会実装トライアルの成果は？").citations == ("93",)


def test_a_list_leaves_out_a_way_of_saying_it_but_never_a_noun(db: Database):
    looser = answer(db, "補助金が飛び交う事業")
    assert (looser.kind, looser.confidence) == ("list", "unsure")
    assert "という言い方は、確かめられませんでした" in looser.text
    assert answer(db, "小学生向けの事業はありますか").kind == "none"


def test_a_year_that_is_not_loaded_is_said_so(db: Database):
    for question in ("令和4年度の事業は何件", "令和5年度のスマートシティの成果"):
        given = answer(db, question)
        assert given.kind == "none"
        assert "一覧は登録されていません。登録されているのは令和3年度です。" in given.text
    assert answer(db, "バリアフリーマスタープランは令和5年度までに策定される？").kind != "figure"


def test_a_figure_may_be_told_by_projects_that_only_mention_the_thing(db: Database):
    given = answer(db, "手続は何件？")
    assert (given.kind, set(given.citations)) == ("figure", {"87", "91"})
    assert "情報化推進事業（事業番号 87）の成果に「12件」とあります" in given.text
