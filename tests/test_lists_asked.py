"""Lists and counts by what records say: what of a question is a condition, and which of them are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.ask.engine import Answer, answer
from bot.ask.question import read
from store.database import Database, Databases
from store.text.courtesies import in_plain_words
from tests.conftest import Made


@pytest.fixture
def asked(seeded: Path):
    db = Databases(seeded).get()
    return lambda question: answer(db, question)


def numbers(given: Answer) -> set[str]:
    return set(given.citations)


@pytest.mark.parametrize(
    "question",
    [
        "電子申請の話が出てくる事業はどれとどれ",
        "電子申請に触れている事業を、漏れなく挙げていただきたい。",
        "電子申請について言及した事業をリストアップしてもらえますか",
        "電子申請と書かれているものを全部並べて",
        "令和3年度中に電子申請って言葉が載ってるの全部おしえて",
        "電子申請のことが記されている事業を教えてください。複数あるはず",
        "電子申請を使う旨書いてある事業は。",
        "電子申請の話が出てくる事業は、どれになりますか",
        "電子申請の絡んでる事業って、うちの部だとどれになるの",
        "電子申請に関わる事業、二つくらいありませんでした？どれでしたっけ",
        "郵送じゃなくて電子申請の事業どれ見せたらいい？",
        "電子申請関連、どれ",
        "どれが電子申請の事業ですか",
        "電子申請ってのが成果にある事業、どれだっけ",
    ],
)
def test_that_records_speak_of_it_is_no_condition_of_its_own(asked, seeded: Path, question: str) -> None:
    with Databases(seeded).get().reading() as index:
        assert read(question, index.catalog).terms == ("電子申請",)
    given = asked(question)
    assert (given.kind, given.confidence, numbers(given)) == ("list", "sure", {"87", "91"})


@pytest.mark.parametrize(
    "question",
    [
        "情報政策課の所管事業は幾つか。",
        "情報政策課の担当、ぜんぶ並べて",
        "情報政策課の受持ちを全部挙げられたい。",
        "情報政策課って事業いくつあるんですか、けっこう多くないですか",
        "情報政策課は事業何件持ってるんですか。前の市には無かったので",
    ],
)
def test_a_section_is_all_that_is_asked_for(asked, question: str) -> None:
    assert numbers(asked(question)) == {"87", "88", "89", "90", "91"}


def test_what_is_done_by_turns_is_either_of_it(asked) -> None:
    given = asked("賞を出したり表彰したりしている事業は？")
    assert (given.confidence, numbers(given)) == ("sure", {"69", "77", "95"})


def test_a_verb_that_only_bears_its_noun_is_not_missed(asked) -> None:
    given = asked("よそと協定を取り交わした事業の一覧がほしい")
    assert given.confidence == "sure"
    assert "見つかりませんでした" not in given.text
    assert {"64", "70", "94"} <= numbers(given)


def test_one_sentence_that_has_each_thing_by_its_verb_counts_and_is_not_said_to_spell_it(asked) -> None:
    given = asked("国や県にお願いをしている事業は？")
    assert (given.confidence, numbers(given)) == ("sure", {"62", "63", "97"})
    assert "が記録にある" not in given.text
    assert "に当たる記載がある" in given.text


def test_what_is_only_narrower_is_shown_and_not_counted(asked) -> None:
    assert asked("子ども向けの事業は？").confidence == "unsure"


def test_what_is_denied_is_still_no_list_of_its_opposite(asked) -> None:
    assert asked("採択されなかった提案がある事業を全部教えて").confidence != "sure"


def test_a_facility_is_known_in_short_as_a_section_is(asked) -> None:
    given = asked("産振センターの成果は？")
    assert (given.kind, given.citations) == ("field", ("18",))


def test_what_of_a_project_is_asked_for_no_list(asked) -> None:
    assert asked("行政経営懇談会って何の提言もらうとこ？").kind != "list"


def test_whether_it_is_so_asks_for_no_list(asked) -> None:
    assert asked("職員提案の調査会議って部長さんたちが見るやつですよね").kind != "list"


def test_whom_it_is_for_is_a_list_though_nothing_else_is_typed(asked) -> None:
    given = asked("子ども向け")
    assert (given.kind, given.confidence, numbers(given)) == (
        "list",
        "unsure",
        numbers(asked("子ども向けの事業は？")),
    )


def test_a_thing_of_the_next_generation_is_for_no_children(asked) -> None:
    """97 speaks of 次世代モビリティ, 95 of 次代を担う人材."""
    assert {"95", "68"} <= numbers(asked("子ども向けの事業は？"))
    assert "97" not in numbers(asked("子ども向けの事業は？"))


@pytest.mark.parametrize(
    "question",
    [
        "今年度で終わる事業",
        "令和3年度に終了する事業は何件",
        "本年度に始まった事業",
        "終わった事業は何件",
        "科学技術振興課で始まった事業は",
    ],
)
def test_when_projects_end_is_not_told_by_what_ended_in_their_records(asked, question: str) -> None:
    assert asked(question).citations == ()


@pytest.mark.parametrize(
    ("question", "having"),
    [
        ("ワークショップって書いてあるの何個", {"8", "85"}),
        ("SDGsという言葉が出てくるのはいくつありますか", {"59", "84", "85"}),
        ("AIって入ってるの何件", {"11", "93"}),
        ("企画経営課でオンラインって書いてあるものは何件", {"58", "61", "73", "78", "80"}),
    ],
)
def test_how_many_say_a_word_is_a_number_of_projects(asked, question: str, having: set[str]) -> None:
    given = asked(question)
    assert (given.kind, given.confidence, numbers(given)) == ("count", "sure", having)


@pytest.mark.parametrize(
    "question",
    [
        "令和3年度は何件の事業を実施しましたか",
        "令和3年度に行った事業はいくつ",
        "全部で何件の事業をやっていますか",
    ],
)
def test_a_project_that_was_carried_out_is_any_of_the_list(asked, question: str) -> None:
    given = asked(question)
    assert (given.kind, len(given.shown) + len(given.rest)) == ("count", 48)
    assert "実施" not in given.text.splitlines()[0]


@pytest.mark.parametrize(
    "question", ["令和6年度は何件の事業を実施しましたか", "令和4年度に行った事業はいくつ"]
)
def test_how_many_were_carried_out_in_a_year_is_told_by_the_list_of_that_year_alone(
    asked, question: str
) -> None:
    given = asked(question)
    assert (given.kind, given.citations) == ("none", ())
    assert "一覧は登録されていません" in given.text


def test_a_count_by_the_records_own_word_says_which_that_is(asked) -> None:
    given = asked("姉妹都市の事業はいくつ")
    assert numbers(given) == {"64"}
    assert "「姉妹都市」に当たる言葉として、記録の「友好都市」を数えています。" in given.text
    assert "を数えています" not in asked("友好都市の事業はいくつ").text


@pytest.mark.parametrize(
    ("question", "having"),
    [("電子申請に触れているものは", {"87", "91"}), ("SDGsって書いてあるのはどれ", {"59", "84", "85"})],
)
def test_what_records_say_is_a_list_though_no_projects_are_named(
    asked, question: str, having: set[str]
) -> None:
    assert (asked(question).kind, numbers(asked(question))) == ("list", having)


@pytest.mark.parametrize("question", ["それぞれの課の事業の数は", "各課の事業数", "それぞれの課は何件"])
def test_how_many_each_section_has_is_no_word_of_the_records(asked, question: str) -> None:
    assert asked(question).text.startswith("事業のある課・室は 10 あります。")


def test_who_says_another_word_for_it_is_not_counted_among_those_that_say_the_very_word(asked) -> None:
    """29 say 実施, another 11 行う."""
    assert "「実施」が記録にある事業は29件です。" in asked("実施と書いてある事業は何件").text


HARBOUR = """令和3年度事務事業一覧

通し番号,事業番号,事務事業名,課名,事業の目的,事業の概要,成果
1,101,図書館運営事業,教育部図書館,市民の読書を支える。,市立図書館を運営する。,6月に貸出窓口の端末機器を更新した。蔵書検索システムは据え置き、料金表を変更した。
2,102,道路台帳事業,建設部道路課,道路を適正に管理する。,道路台帳を整備する。,道路台帳システムを保守し、占用許可の手続を変更した。
3,103,港湾管理事業,建設部港湾課,港を安全に保つ。,岸壁を点検する。,監視カメラ機器の更新作業を10月に実施した。
4,104,観光案内事業,産業部観光課,来訪者を増やす。,案内所を置く。,外国語の案内地図の作成を援助し、港町サポーターズの会員が配布した。
5,105,市民協働事業,産業部協働課,協働を進める。,団体を支える。,港町サポーターを募り、案内地図の作成を支援した。
6,106,広報事業,総務部広報課,市政を伝える。,広報紙を発行する。,広報紙を12回発行し、市HPに掲載した。
10,110,移住事業,産業部観光課,移住を進める。,移住者を迎える。,専用サイトで移住者の声を伝えた。
11,111,議会事務,議会事務局,議会を支える。,会議録を作る。,会議録をホームページで公開した。
7,107,郷土史事業,教育部文化課,郷土史を伝える。,郷土史の研究者を育成する。,専門家の講演を2回開催した。
9,109,空き家事業,建設部住宅課,空き家を減らす。,空き家の台帳を作る。,手続の案内を小学校で配った。工事の内容を変更した。
8,108,文化賞事業,教育部文化課,文化を高める。,郷土史の研究者を表彰する。,専門家と団体が候補を選んだ。
"""


@pytest.fixture(scope="module")
def harbour(made: Made) -> Database:
    """Another city's list, which is asked for by words that it does not use."""
    return made(HARBOUR)


def test_what_is_said_by_a_narrower_word_counts_where_it_stands_by_what_was_done_to_it(
    harbour: Database,
) -> None:
    """蔵書検索システム is a 機械 too, but it is not what was changed; nor is 道路台帳システム."""
    given = answer(harbour, "機械を入れ替えた事業はどれとどれ")
    assert (given.kind, given.confidence, numbers(given)) == ("list", "sure", {"101", "103"})


def test_a_noun_that_ends_in_a_verb_is_found_as_records_write_it(harbour: Database) -> None:
    given = answer(harbour, "地図作りを手伝った事業を残らず教えてください")
    assert (given.confidence, numbers(given)) == ("sure", {"104", "105"})


def test_a_compound_within_a_longer_word_is_one_that_the_record_has(harbour: Database) -> None:
    given = answer(harbour, "港町サポーターの話が出てくる事業を全部")
    assert (given.confidence, numbers(given)) == ("sure", {"104", "105"})


@pytest.mark.parametrize(
    "question",
    [
        "港湾課さんは事業をいくつ抱えておられるんでしょう",
        "港湾課が受け持っている事業は、この一覧に全部でいくつございますか。",
        "港湾課の所管は、数えますと何事業になりますでしょうか。",
    ],
)
def test_courtesy_toward_an_office_and_its_count_names_nothing(harbour: Database, question: str) -> None:
    given = answer(harbour, question)
    assert (given.kind, given.confidence, numbers(given)) == ("count", "sure", {"103"})


@pytest.mark.parametrize(
    "question",
    [
        "案内地図に触れている事業をすべて押さえておきたいのですが、どれとどれになりますか。",
        "案内地図がらみの事業だけ抜き出しといて",
        "案内地図に触れている事業を拾い出してもらえますか、特集のネタにしたくて",
        "案内地図の話が載ってるやつ、まとめて送ってくれへん？観光の特集組もか思てて",
        "案内地図のことが書かれている事業、何と何があります？",
        "港の冊子で記事書きたいんやけど、案内地図の話が出てくる事業どれ？",
    ],
)
def test_what_stands_behind_the_projects_asked_for_or_aside_is_no_condition(
    harbour: Database, question: str
) -> None:
    given = answer(harbour, question)
    assert (given.kind, given.confidence, numbers(given)) == ("list", "sure", {"104", "105"})


@pytest.mark.parametrize(
    ("question", "kind", "having"),
    [
        ("文化課さんの紹介を書くんで、受け持ってる事業をざっと並べてもらえます？", "list", {"107", "108"}),
        ("議員に聞かれたので、文化課の事業を全部ください", "list", {"107", "108"}),
        ("来週伺いますので、観光課の抱えている事業を残らずご列挙くださいませんか", "list", {"104", "110"}),
        ("文化課は忙しいと伺っておりますが、載っている事業は全部で何件お持ちですか", "count", {"107", "108"}),
        (
            "答弁を準備したく、成果に「手続」という語が入っている事業が何件あるか数えていただきたいのですが",
            "count",
            {"102", "109"},
        ),
        (
            "変更の年ですから、成果に「変更」と書いてある事業が多いように見受けます。何件になりますか",
            "count",
            {"101", "102", "109"},
        ),
    ],
)
def test_an_aside_chooses_no_projects_but_lends_its_office_where_none_is_named(
    harbour: Database, question: str, kind: str, having: set[str]
) -> None:
    given = answer(harbour, question)
    assert (given.kind, given.confidence, numbers(given)) == (kind, "sure", having)


def test_what_is_to_be_told_of_them_in_brief_is_no_list(harbour: Database) -> None:
    for question in (
        "文化課の取組を総括して",
        "文化課の事業を振り返ってほしい",
        "文化課の事業を要約してください",
    ):
        assert answer(harbour, question).kind == "summary"


@pytest.mark.parametrize(
    "question",
    [
        "郷土史の事業で講演を開いたのは何回ですか",
        "郷土史の事業を所管する課を教えてください",
        "郷土史の事業をやめた理由を全部教えて",
        "郷土史の事業のうち、表彰していないものを挙げてください",
    ],
)
def test_what_says_something_of_the_projects_behind_them_is_kept(question: str) -> None:
    assert in_plain_words(question) == question or not in_plain_words(question).startswith(
        "郷土史の事業を全部"
    )


@pytest.mark.parametrize(
    ("question", "having"),
    [
        ("事業名に「管理」て付いてるやつどれ", {"103"}),
        ("事業名に広報て入ってるん、どれとどれ", {"106"}),
        ("郷土史と名の付く事業をひととおり見ておきたいのですが、並べていただけますか", {"107"}),
        (
            "名前に「事業」という字の入るものは、数えますと何件になりましょうか",
            set(map(str, range(101, 111))),
        ),
        ("成果の欄で、手続を変更したと述べている事業を挙げていただけると助かります", {"102"}),
        ("案内地図の名前が成果に挙がっている事業を、すべてご提示ください", {"104", "105"}),
        ("観光の部署がやってるの全部出して", {"104", "110"}),
    ],
)
def test_a_relation_of_mention_is_read_in_whatever_words_it_is_told(
    harbour: Database, question: str, having: set[str]
) -> None:
    given = answer(harbour, question)
    assert (given.confidence, numbers(given) | {n for _, n in given.rest}) == ("sure", having)


def test_an_office_that_no_list_has_is_not_surely_what_says_its_name(harbour: Database) -> None:
    """No section is called 手続: what says 手続 is not all that such an office does."""
    for question in ("手続の部署がやってるの全部出して", "手続の部署が持っている事業は何件"):
        assert answer(harbour, question).confidence != "sure"


def test_what_is_denied_of_either_of_two_is_not_counted_by_sentences_with_both(harbour: Database) -> None:
    """蔵書検索システム is no 更新, but one sentence with 機器 and システム is in no way asked for."""
    assert answer(harbour, "機器やシステムの更新をうたっていない事業はどれですか").confidence != "sure"


def test_what_the_others_are_asked_for_is_not_lost(harbour: Database) -> None:
    given = answer(harbour, "文化課ではない部署の事業で郷土史を扱うのは")
    assert not (given.confidence == "sure" and len(given.citations) > 1)


def test_what_means_the_same_is_shown_behind_those_that_have_the_very_word(harbour: Database) -> None:
    """HP and サイト are no more than near to ホームページ where others have the word itself."""
    given = answer(harbour, "ホームページの話が出てくる事業は？")
    assert (given.confidence, numbers(given)) == ("sure", {"111"})
    assert {"106", "110"} <= {*given.pointers}
    assert "「ホームページ」が記録にある事業は1件です。" in given.text


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("研究者を育てたり表彰したりする事業ならべて", {"107", "108"}),
        ("講演を開いたり地図を作ったりした事業は？", {"104", "105", "107"}),
        ("地図の作成を援助したり支援したりした事業は", {"104", "105"}),
    ],
)
def test_what_is_done_by_turns_is_either_of_it_whatever_the_verb(
    harbour: Database, question: str, found: set[str]
) -> None:
    given = answer(harbour, question)
    assert found == numbers(given)


def test_a_verb_for_having_to_do_with_things_is_not_missed_where_two_are_named(harbour: Database) -> None:
    given = answer(harbour, "専門家の講演を聞いた事業はどれ")
    assert (given.confidence, numbers(given)) == ("sure", {"107"})
    assert "見つかりませんでした" not in given.text
    assert answer(harbour, "専門家の講演を断った事業はどれ").confidence != "sure"


def test_words_that_meet_in_no_sentence_of_a_record_are_shown_apart_from_those_that_do(
    harbour: Database,
) -> None:
    given = answer(harbour, "台帳と手続の変更が出てくる事業は？")
    assert (given.confidence, numbers(given)) == ("sure", {"102"})
    assert "109" in given.pointers


def test_within_an_office_is_no_word_of_its_own(harbour: Database) -> None:
    given = answer(harbour, "文化課の中で郷土史の研究者が出てくる事業を全部")
    assert (given.confidence, numbers(given)) == ("sure", {"107", "108"})


def test_who_says_a_thing_and_not_what_was_done_with_it_is_shown_behind_the_few_that_do(
    harbour: Database,
) -> None:
    given = answer(harbour, "団体を支える事業はどれ")
    assert (given.confidence, numbers(given)) == ("sure", {"105"})
    assert "108" in given.pointers


RINKS = """令和6年度 事務事業評価
事業番号,事務事業名,担当部,担当課,事業概要,事業成果,許可義務,滑走者数,活動指標1,活動指標1実績,活動指標1単位
201,氷上場運営事業,教育部,競技課,氷上場を開く。,延べ入場者数812人※教室の見学を含む。教室9回延べ140人。評価Bの成果である。,データなし,データなし,貸靴数,"3,050",足
202,そり貸出事業,教育部,競技課,そりを貸す。,県外の客も来た。県外でも知られた。貸出は64件であった。総合ではB評価とされた。,データなし,データなし,そりの貸出数,64,台
203,整氷車管理事業,建設部,機械課,機械の点検。,4月:刃の交換 11月冷凍機の部品を交換した。,データなし,,,,
204,手袋配布事業,建設部,機械課,手袋を配る。,評価がC段階にとどまった。,データなし,データなし,,,
"""


@pytest.fixture(scope="module")
def rinks(made: Made) -> Database:
    return made(RINKS)


@pytest.mark.parametrize(
    "question", ["評価Bの事業は何件ですか", "B評価の事業は何件", "評価がBの事業は何件？"]
)
def test_a_grade_in_texts_is_counted_in_whatever_order_it_is_said(rinks: Database, question: str) -> None:
    given = answer(rinks, question)
    assert (given.kind, numbers(given)) == ("count", {"201", "202"})
    assert "2件以上です" in given.text


def test_a_grade_of_an_office_is_counted_there_alone(rinks: Database) -> None:
    assert numbers(answer(rinks, "機械課でC評価の事業はどれですか")) == {"204"}
    assert answer(rinks, "機械課でB評価の事業はどれですか").kind == "none"


@pytest.mark.parametrize("question", ["許可義務のある事業は何件", "許可義務のある事業はどれですか"])
def test_a_column_without_any_value_is_unknown_and_no_count_of_none(rinks: Database, question: str) -> None:
    given = answer(rinks, question)
    assert given.kind == "none"
    assert "どの事業にも記載がありません（「データなし」）" in given.text


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("成果に人数が書かれている事業はどれですか", {"201"}),
        ("成果に人数が書かれていない事業は何件ですか", {"202", "203", "204"}),
        ("件数が成果に出てくる事業はどれですか", {"202"}),
    ],
)
def test_a_kind_of_value_is_met_by_figures_and_not_by_its_name(
    rinks: Database, question: str, found: set[str]
) -> None:
    given = answer(rinks, question)
    assert (numbers(given), given.confidence) == (found, "unsure")
    assert "読み取れ" in given.text


def test_the_sentence_of_the_month_asked_for_answers_and_not_the_field_without_it(rinks: Database) -> None:
    given = answer(rinks, "整氷車管理で11月に交換した機械の部品は何ですか")
    assert "11月冷凍機の部品を交換した。" in given.text
    assert "4月" not in given.text


def test_a_wrong_number_in_a_question_does_not_hide_the_indicator(rinks: Database) -> None:
    assert "3,050足" in answer(rinks, "氷上場の貸靴数は9,876足ですか").text


def test_what_a_remark_counts_in_is_not_what_the_figure_counts(rinks: Database) -> None:
    given = answer(rinks, "氷上場の教室に来た人は812人ですか")
    assert (given.kind, given.confidence) == ("none", "unsure")
    assert answer(rinks, "氷上場の入場者は延べ何人ですか").text.startswith("812人")


def test_a_number_that_is_not_borne_out_does_not_hide_the_records_own(rinks: Database) -> None:
    given = answer(rinks, "そり貸出事業は県外募集が90件ですか")
    assert given.kind == "none"
    assert "貸出は64件であった。" in given.text


WORKS = """令和6年度
事業番号,事業名,担当課,概要,成果
1,外部点検推進事業,経営課,各課の事業を点検する。,312事業の点検を実施し、そのうち7事業が見直されました。
2,交通計画策定事業,都市課,計画の見直しを行う。,説明会を3回開催した。
3,職員研修事業,人事課,職員に研修をする。,接遇の研修会を2回開催した。
4,河川公園整備事業,公園課,公園を整備する。,住民への説明会を開いた。
5,観光点検制度事務,観光課,観光の催しを点検する。,点検の結果を公表した。
"""


@pytest.mark.parametrize(
    "question", ["点検した事業の数", "見直した事業はいくつ", "見直された事業は何件ですか"]
)
def test_a_record_that_counts_such_works_itself_stands_before_the_count(made: Made, question: str) -> None:
    given = answer(made(WORKS), question)
    its_own, _ = given.text.split("記録にある事業は")
    assert "312事業の点検を実施し、そのうち7事業が見直されました。" in its_own
    assert given.confidence == "unsure"  # works that were 点検した are no rows that say 点検


@pytest.mark.parametrize(
    ("question", "is_sure"),
    [
        ("外部点検の対象事業は何件", False),
        ("見直しの対象となった事業はいくつ", False),
        ("点検の事業は何件", True),
        ("説明会に関する事業は何件", True),
        ("研修会を開催した事業は何件", True),
        ("住民が開催した事業は何件", False),  # no 住民への説明会 is one that they held
    ],
)
def test_rows_are_counted_and_no_works_that_records_speak_of(
    made: Made, question: str, *, is_sure: bool
) -> None:
    assert (answer(made(WORKS), question).confidence == "sure") is is_sure


def test_a_sum_that_is_asked_of_an_office_is_no_list_of_its_projects(made: Made) -> None:
    assert answer(made(WORKS), "公園課の利用者の合計は").confidence != "sure"
    assert answer(made(WORKS), "公園課の事業は").confidence == "sure"


def test_one_project_that_does_it_to_others_is_no_count_of_these(made: Made) -> None:
    assert answer(made(WORKS), "観光点検で点検した事業は何件").confidence != "sure"


@pytest.mark.parametrize(
    "question", ["説明会をやったのは何課", "説明会を開催したのはどこの課", "説明会を開いている部署"]
)
def test_no_office_of_several_that_did_it_is_told_for_sure(made: Made, question: str) -> None:
    given = answer(made(WORKS), question)
    assert (given.confidence, set(given.citations)) == ("unsure", {"2", "4"})


ELDERS = """令和6年度
事業番号,事業名,担当課,概要,成果
1,便覧作成事業,企画課,シニアの活動を支援する。,便覧を配った。
2,乗合タクシー事業,交通課,乗合タクシーを走らせる。,高齢者を含めた住民の利用があった。
3,委任統計事務,統計課,国に委任された統計を行う。,調査票を集めた。
4,公園清掃事業,公園課,公園を掃除する。,12回掃除した。
"""


def test_what_only_a_dictionary_calls_the_same_makes_no_sure_list(made: Made) -> None:
    assert answer(made(ELDERS), "委託した事業はどれ").confidence != "sure"
    given = answer(made(ELDERS), "お年寄りに関係する事業は")
    assert given.confidence != "sure"
    assert {"1", "2"} <= {*given.citations, *given.pointers}


HALLS = """令和6年度 事務事業一覧
事業番号,事務事業名,担当部,担当課,事業概要,事業成果,関係団体
1,年金相談事業,こども健康部,保険課,年金の相談を受ける。,延べ90人が相談した。,
2,遊び場運営事業,こども健康部,保険課,子供の遊び場を開く。,延べ310人が来た。,
3,読み聞かせ事業,教育部,読書課,子どもに絵本を読む。,6回開いた。,
4,花だん管理事業,建設部,緑地課,花を植える。,400株を植えた。,子ども会
5,こども食堂支援事業,福祉部,生活課,食堂を支える。,3か所を支えた。,
"""


@pytest.mark.parametrize("question", ["子ども向けの事業は何件", "子どもの事業はどれ", "子ども関係の事業一覧"])
def test_projects_are_counted_by_their_own_texts_and_those_of_an_office_so_named_apart(
    made: Made, question: str
) -> None:
    given = answer(made(HALLS), question)
    assert numbers(given) == {"2", "3", "5"}
    assert "ほかに2件は、「子ども」が担当課などの名前やほかの列にだけあり、数えていません。" in given.text


def test_which_of_several_words_a_column_alone_has_is_not_told(made: Made) -> None:
    told = answer(made(HALLS), "子どもと花の事業は何件").text
    assert "「子ども」と「花」のいずれかは、担当課などの名前やほかの列にだけあります。" in told
    assert "いずれか" not in answer(made(HALLS), "子どもと絵本の事業は何件").text


@pytest.mark.parametrize(
    "question",
    ["保険の事業は何件", "保険を担当している課の事業は何件", "保険の部署がやってる事業は何件"],
)
def test_where_the_office_alone_is_named_so_or_meant_its_projects_are_counted(
    made: Made, question: str
) -> None:
    given = answer(made(HALLS), question)
    assert numbers(given) == {"1", "2"}
    is_told = "「保険」は、担当課などの名前やほかの列にだけあります。" in given.text
    assert is_told == (question == "保険の事業は何件")


def test_what_is_near_to_a_word_left_out_is_no_list(made: Made) -> None:
    assert answer(made(HALLS), "子ども以外の読み聞かせ事業は").kind == "none"


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("読書課以外で子どもの事業は何件", {"2", "5"}),
        ("保険課と読書課以外で子どもの事業はどれ", {"5"}),
        ("生活課以外が担当する子どもの事業は", {"2", "3"}),
        ("生活課を除いた子ども向けの事業は何件", {"2", "3"}),
    ],
)
def test_those_of_the_offices_left_out_are_not_counted_by_a_word(
    made: Made, question: str, left: set[str]
) -> None:
    given = answer(made(HALLS), question)
    assert (given.confidence, numbers(given)) == ("sure", left)
    assert (
        f"以外で、「子ども」（「こども」・「子供」という表記を含む）が名前か文章にある事業は{len(left)}件"
        in (given.text)
        or len(left) < 2
    )


@pytest.mark.parametrize("question", ["読書課以外で絵本を読んだのは", "読書課以外で絵本を読む事業は"])
def test_a_refusal_shows_nothing_of_what_is_left_out(made: Made, question: str) -> None:
    given = answer(made(HALLS), question)
    assert given.kind == "none"
    assert "3" not in {number for _, number in given.shown}


@pytest.mark.parametrize("question", ["オンライン以外で開催した事業は", "Web以外で開催したものは"])
def test_a_sentence_with_the_word_left_out_is_not_near(db: Database, question: str) -> None:
    given = answer(db, question)
    assert given.kind == "none"
    assert question[: question.index("以外")] not in given.text.split("お尋ねのうち")[0]


WEAVERS = """令和3年度事務事業一覧

通し番号,事業番号,事務事業名,課名,事業の目的,事業の概要,成果
1,201,機織り学校事業,産業課,機織りを伝える。,織物工房の開設を支援する。,工房の織機を3台更新した。
2,202,見本市事業,産業課,織物を広める。,見本市を開く。,織物工房と染物店への支援として出展料を補助した。
3,203,庁舎管理事業,管財課,庁舎を保つ。,庁舎を実施計画により修繕する。,陶芸教室の作品を展示したほか、空調設備を更新し、各課の引っ越しを支援した。
10,210,陶芸事業,産業課,陶芸を伝える。,陶芸教室への支援を行う。,陶芸教室の運営を支援した。
11,211,窯元事業,産業課,窯元を育てる。,窯元を訪ねる。,窯元と陶芸教室を支援した。
4,204,染料開発事業,産業課,新しい染料を作る。,新しい染料を試す。,染料の新しい配合を試した。
5,205,住民意識調査事業,企画課,住民の意向を知る。,住民意識調査を行う。,調査票を集めた。
6,206,公民館事業,企画課,学びを支える。,講座を開く。,住民利用アンケートを行った。
7,207,留学生事業,企画課,交流を進める。,高校と連携する。,留学生12人を受け入れた。
8,208,通学路事業,企画課,安全を守る。,高校の通学路を直す。,警察と連携した。
9,209,開業支援事業,産業課,店を増やす。,起業を支える。,起業の相談を受けた。
12,212,商店街事業,産業課,店を増やす。,商店街を飾る。,起業の講座を開いた。
"""


@pytest.fixture(scope="module")
def weavers(made: Made) -> Database:
    """A list of few words, of which questions use others."""
    return made(WEAVERS)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("織物工房の面倒を見てる事業はどれ", {"201", "202"}),
        ("織物工房を手助けする事業、どれになりますか", {"201", "202"}),
        ("創業の話が出てくる事業は", {"209", "212"}),
    ],
)
def test_what_is_said_otherwise_is_of_a_set_where_it_stands_by_the_thing_itself(
    weavers: Database, question: str, found: set[str]
) -> None:
    given = answer(weavers, question)
    assert (given.kind, given.confidence, numbers(given)) == ("list", "sure", found)
    assert "に当たる記載がある" in given.text


def test_where_one_may_be_of_a_set_or_not_the_list_is_not_sure(weavers: Database) -> None:
    """203 has a 陶芸教室 and a 支援, of something else."""
    given = answer(weavers, "陶芸教室を手助けする事業はどれ")
    assert given.confidence != "sure"
    assert {*given.citations, *given.pointers} >= {"210", "211"}


@pytest.mark.parametrize(
    "question", ["新規事業は何件", "実施中の事業は何件", "織物工房の面倒を見てる事業は何件"]
)
def test_a_count_by_words_near_to_those_asked_is_not_sure(weavers: Database, question: str) -> None:
    assert answer(weavers, question).confidence != "sure"


def test_a_list_by_another_word_is_not_sure_to_be_whole_where_a_longer_noun_may_be_meant(
    weavers: Database,
) -> None:
    given = answer(weavers, "住民アンケートの事業はどれ")
    assert given.confidence != "sure"
    assert {*given.citations, *given.pointers} >= {"205", "206"}


def test_two_words_of_a_record_that_meet_in_no_sentence_make_no_member(weavers: Database) -> None:
    given = answer(weavers, "高校との連携が書いてある事業は")
    assert (given.confidence, numbers(given)) == ("sure", {"207"})
    assert "208" in given.pointers
    assert "「高校」と「連携」が一つの文にある事業は1件です。" in given.text


def test_what_ends_in_a_sign_of_writing_asks_for_no_list(asked) -> None:
    assert asked("建築研究所との基本協定は何月の締結だったか、日付の裏を取りたい").confidence != "sure"


def test_only_what_is_set_aside_is_no_condition(weavers: Database) -> None:
    with weavers.reading() as index:
        assert read("高校だけじゃなくて警察の出てくる事業はどれ", index.catalog).terms == ("高校", "警察")
        assert read("高校じゃなくて警察の出てくる事業はどれ", index.catalog).terms == ("警察",)


def test_two_verbs_that_make_one_are_one_word(weavers: Database) -> None:
    with weavers.reading() as index:
        assert read("留学生を受け入れた事業はどれ", index.catalog).terms == ("留学生", "受け入れ")
    assert numbers(answer(weavers, "留学生を受け入れた事業はどれ")) == {"207"}


NONE_OF = """令和6年度
事業番号,事業名,担当課,概要,成果
1,道路点検事業,土木課,道路を見る。,事故件数はゼロとなった。評価Bとなった。
2,公園点検事業,公園課,遊具を見る。,事故件数は0件だった。成果はB評価である。
3,街灯点検事業,土木課,街灯を見る。,事故件数は10件だった。評価Aとなった。
4,橋梁点検事業,土木課,橋を見る。,事故件数は720件だった。ゼロカーボンを進めた。
"""


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("事故件数が0件だった事業は", "12"),
        ("事故件数がゼロだった事業は何件", "12"),
        ("事故がゼロ件の事業は", "12"),
        ("評価Bの事業は何件", "12"),
        ("B評価の土木課の事業は", "1"),
        ("土木課の評価Aの事業は", "3"),
    ],
)
def test_none_is_zero_and_a_grade_is_the_same_before_and_behind_its_noun(
    made: Made, asked: str, numbers: str
) -> None:
    assert {*answer(made(NONE_OF), asked).citations} == {*numbers}


GRANTS = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,事業成果
1,太鼓保存事業,文化課,太鼓の会に補助金を出す。,2つの会に補助金を出した。
2,堤防整備事業,河川課,国の補助金を受けて堤防を直す。,1か所を直した。
3,竹林再生事業,森林課,大学と連携して竹を切る。,120本を切った。
4,星空観察事業,文化課,大学の先生の本を読む。,12冊を読んだ。
"""


@pytest.mark.parametrize(
    ("question", "unsaid"),
    [
        ("補助金を出している事業は何件", "出している"),
        ("補助金をもらっている事業は", "もらっている"),
        ("大学と一緒にやっている事業は", "一緒に"),
        ("補助金の事業は何件", ""),
        ("太鼓の会に補助金を出している事業は", ""),
        ("竹を大学と一緒に切る事業は", ""),
    ],
)
def test_which_way_a_thing_goes_must_be_said_of_every_member(made: Made, question: str, unsaid: str) -> None:
    given = answer(made(GRANTS), question)
    assert (given.confidence == "sure") is not unsaid, given.text
    assert not unsaid or f"「{unsaid}」という言い方は、確かめられませんでした。" in given.text


def test_a_sentence_that_points_at_items_is_shown_with_them(made: Made) -> None:
    table = (
        "令和6年度 事務事業一覧\n事業番号,事務事業名,担当課,事業概要,事業成果\n"
        '1,街路樹検討会,緑地課,"検討会では、次の項目を話し合う。\n（1）剪定の時期\n（2）樹種",4回開いた。\n'
        "2,苗木配布事業,緑地課,次の春に苗を配る。,30本を配った。\n"
    )
    given = answer(made(table), "街路樹検討会の項目は")
    assert "（1）剪定の時期" in given.text
    assert "（2）樹種" in given.text
    assert given.blocks


def test_a_verb_said_by_another_word_makes_no_sure_list_where_others_say_the_nouns(made: Made) -> None:
    table = (
        "令和6年度 事務事業一覧\n事業番号,事務事業名,担当課,事業概要,事業成果\n"
        "1,漁協支援事業,水産課,若手の漁師を支援する。,4人を支援した。\n"
        "2,漁師表彰事業,水産課,若手の漁師に賞を贈る。,2人に贈った。\n"
    )
    assert answer(made(table), "女性とか若手の漁師を応援する事業は").confidence != "sure"
    assert set(answer(made(table), "漁協さんとか漁師の事業はどれ").citations) == {"1", "2"}


ENDS = """令和3年度事務事業一覧

事業番号,事務事業名,課名,目的,概要,成果
1,橋りょう点検業務,土木課,橋を守る。,点検する。,橋を3本直した。
2,用地取得業務,用地課,道を広げる。,用地を得る。,県と協定を結んだ。
3,業務改善事業,総務課,仕事を速くする。,改める。,手順書を作った。
4,橋の公園整備,公園課,憩いの場をつくる。,整備する。,県の橋梁事務所の名前が看板に挙がっている。
"""


@pytest.mark.parametrize(
    ("question", "told", "having"),
    [
        ("名前が「業務」で終わるのは何件", "事業名が「業務」で終わる事業は2件です。", {"1", "2"}),
        ("名称が業務の二文字で始まる事業はどれ", "事業名が「業務」で始まる事業は1件です。", {"3"}),
        ("県の名前が成果に挙がっている事業をすべて", "2件です。", {"2", "4"}),
        ("成果の欄で橋について述べている事業を全部", "2件です。", {"1", "4"}),
        ("土木課以外で、事業名に「橋」て入ってるやつどれ", "1件です。", {"4"}),
    ],
)
def test_where_a_word_stands_in_a_name_or_a_field_is_a_condition(
    made: Made, question: str, told: str, having: set[str]
) -> None:
    given = answer(made(ENDS), question)
    assert (given.confidence, numbers(given)) == ("sure", having)
    assert told in given.text


def test_a_noun_that_begins_within_one_in_katakana_is_had_by_both(made: Made) -> None:
    """A マイクロバス停 is a バス停, as インターネット投票 is a ネット投票."""
    db = made(
        "令和3年度事務事業一覧\n\n事業番号,事務事業名,課名,目的,概要,成果\n"
        "1,足の事業,交通課,町を走る。,走る。,バス停を2か所置いた。\n"
        "2,坂の事業,土木課,坂を直す。,直す。,マイクロバス停を3か所移した。\n"
        "3,夜の事業,交通課,夜も走る。,走る。,便を増やした。\n"
    )
    assert numbers(answer(db, "バス停に触れている事業、どれか教えて")) == {"1", "2"}


def test_a_series_begun_by_or_goes_on_behind_a_comma(made: Made) -> None:
    """Of 機器やサーバ、端末 any will do, and what was done with it must stand beside."""
    db = made(
        "令和3年度事務事業一覧\n\n事業番号,事務事業名,課名,目的,概要,成果\n"
        "1,庁舎の事業,管財課,庁舎を保つ。,直す。,5月に空調を修理した。\n"
        "2,庭の事業,公園課,庭を保つ。,直す。,6月に噴水を修理した。\n"
        "3,館の事業,文化課,館を保つ。,直す。,7月に照明を修理した。\n"
        "4,橋の事業,土木課,橋を保つ。,直す。,照明を選んだ。\n"
    )
    given = answer(db, "空調や噴水、照明を何月に修理したか成果に書いてある事業はどれですか")
    assert (given.confidence, numbers(given)) == ("sure", {"1", "2", "3"})
