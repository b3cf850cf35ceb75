"""Summaries choose one sentence a project, verbatim: the same wherever it is told."""

from collections.abc import Callable

import pytest
from sqlite_utils import Database

from bot.ask.engine import answer
from bot.ask.summaries import lines, measures, news, summarize, themes
from store.records import Project
from tests.conftest import Made


def project(number: str, outcome: str, *, purpose: str = "", overview: str = "", name: str = "") -> Project:
    return Project(2021, number, name or f"事業{number}", purpose=purpose, overview=overview, outcome=outcome)


def rare(_: str) -> float:
    return 0.1


def said_in(*projects: Project) -> Callable[[Project, str], int]:
    """How often the outcomes of a list say a sentence."""
    return lambda _, sentence: sum(sentence in each.outcome for each in projects)


def test_the_line_is_a_sentence_with_figures_rather_than_one_that_leans_back():
    chosen = lines([project("1", "会議を開いた。申請17件のうち6件を採択した。また、これを周知した。")])
    assert chosen[0].sentence == "申請17件のうち6件を採択した。"


def test_the_first_sentence_stands_where_nothing_else_tells_them_apart():
    assert lines([project("1", "窓口を新設した。規則を改正した。")])[0].sentence == "窓口を新設した。"


def test_a_project_without_an_outcome_is_told_by_its_overview_then_its_purpose():
    told = lines(
        [project("1", "", overview="研修を行う。", purpose="能力の向上"), project("2", "", purpose="把握")]
    )
    assert [(line.field, line.sentence) for line in told] == [
        ("overview", "研修を行う。"),
        ("purpose", "把握"),
    ]


def test_two_projects_with_the_same_outcome_say_it_once():
    same = "庁内に周知することで、広く応募の機会を設けることができた。"
    one, two = lines([project("1", same), project("2", same)])
    assert (one.sentence, two.sentence, two.same_as and two.same_as.number) == (same, "", "1")


def test_a_repeated_sentence_gives_way_to_another_of_the_same_project():
    same = "庁内に周知することで、広く応募の機会を設けることができた。"
    found = [project("1", same), project("2", f"{same}窓口を新設した。")]
    one, two = lines(found, said_by=said_in(*found))
    assert (one.sentence, two.sentence) == (same, "窓口を新設した。")


def test_what_the_outcomes_of_many_say_tells_of_none_of_them():
    stock = "指標は設けていない。"
    found = [project(n, stock, overview=f"{n}号線を直す。") for n in "123"]
    found.append(project("4", f"{stock}橋を2本直した。", overview="橋を直す。"))
    told = lines(found, said_by=said_in(*found))
    assert [(line.field, line.sentence, line.stock) for line in told] == [
        ("overview", "1号線を直す。", stock),
        ("overview", "2号線を直す。", stock),
        ("overview", "3号線を直す。", stock),
        ("outcome", "橋を2本直した。", ""),
    ]
    assert not any(line.same_as for line in told)


def test_what_says_only_what_many_say_is_told_by_that_and_as_no_other_project():
    found = [project(n, "指標は設けていない。") for n in "123"]
    told = lines(found, said_by=said_in(*found))
    assert [(line.sentence, line.same_as) for line in told] == [("指標は設けていない。", None)] * 3


def test_a_sentence_that_is_nearly_that_of_another_project_is_told_as_its_own():
    one, two = lines([project("1", "手当を3件支給している。"), project("2", "手当を5件支給している。")])
    assert (one.sentence, two.sentence) == ("手当を3件支給している。", "手当を5件支給している。")


def test_a_project_that_says_nothing_is_not_left_out():
    (line,) = lines([project("1", "")])
    assert (line.sentence, line.same_as) == ("", None)


def test_figures_are_listed_in_order_with_what_they_count():
    found = measures(project("1", "講座を4回実施した。アカウント数も583件から637件に増加した。"))
    assert [(m.phrase, m.figure) for m in found] == [
        ("講座を4回実施した。", "4回"),
        ("アカウント数も583件から637件に増加した。", "583件"),
        ("アカウント数も583件から637件に増加した。", "637件"),
    ]


def test_themes_are_words_that_several_names_share_and_few_others_have():
    found = [
        project(str(n), "", name=name) for n, name in enumerate(["統計管理事務", "統計調査事務", "広報"])
    ]
    summary = summarize(found, share=lambda word: 0.6 if word == "事務" else 0.1)
    assert summary.themes == (("統計", 2),)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("8月機器及び装置の更新、10月運用を開始した。", []),
        ("事業の見直しを今後4年間で行う。過去3年間の実績", []),
        ("会社と令和3年4月に締結", []),
        ("申請4件中4件を採択した。", [("申請4件中4件を採択した。", "4件")]),
        ("「共用席」定期指定23/26席", [("「共用席」定期指定23/26席", "23/26席")]),
        (
            "提案（①事務提案3件、②改善報告2件）",
            [("提案（①事務提案3件、②改善報告2件）", "3件"), ("提案（①事務提案3件、②改善報告2件）", "2件")],
        ),
        ("第2期指針の重要施策の1つとした。", []),
        ("事業の見直し5件、庁舎及び窓口3か所", [("事業の見直し5件", "5件"), ("庁舎及び窓口3か所", "3か所")]),
    ],
)
def test_only_amounts_are_listed_within_what_stands_between_commas(
    outcome: str, expected: list[tuple[str, str]]
):
    assert [(m.phrase, m.figure) for m in measures(project("1", outcome))] == expected


def test_what_goes_on_anyway_is_not_told_of_a_project_that_did_more():
    one = project("1", "1月: パソコン200台及び仮想サーバ機器の更新 3月: 無害化システムの導入")
    two = project("2", "7月: 基幹系仮想化サーバ機器の更新 (随時) 用紙の調達")
    assert [line.sentence for line in lines([one, two])] == [
        "1月: パソコン200台及び仮想サーバ機器の更新",
        "7月: 基幹系仮想化サーバ機器の更新",
    ]


def test_themes_stand_in_order_of_how_many_share_them():
    names = ["窓口、統計", "窓口、統計", "窓口"]
    found = [project(str(n), "", name=name) for n, name in enumerate(names)]
    assert summarize(found, share=rare).themes == (("窓口", 3), ("統計", 2))


def test_the_number_of_a_theme_is_that_which_a_question_for_it_counts():
    found = [project(str(n), "窓口で受けた。", name=name) for n, name in enumerate(["統計", "統計", "広報"])]
    assert summarize(found, share=rare, said_in=lambda word: 3).themes == (("統計", 3),)
    assert summarize(found, share=rare, said_in=lambda word: 1).themes == ()


def test_the_name_of_the_office_is_no_theme_of_it():
    found = [Project(2021, n, "道路の補修", section="道路課") for n in "12"]
    assert summarize(found, share=rare).themes == (("補修", 2),)


def test_a_theme_is_the_whole_word_that_most_of_its_projects_say():
    names = ["道路の社会実装", "港の社会実装", "実装、持続可能な港"]
    found = [project(str(n), "", name=name) for n, name in enumerate(names)]
    assert summarize(found, share=rare).themes == (("社会実装", 2),)


def test_a_project_has_the_same_line_whatever_it_is_summarized_with():
    one = project("1", "協議会を3回開催した。計画を策定した。")
    other = project("2", "協議会の委員に意見を聞いた。")
    assert lines([one])[0] == lines([one, other])[0] == lines([other, one])[1]


def test_a_sentence_that_the_next_one_takes_back_is_not_what_is_told():
    (line,) = lines([project("1", "利用者が50人増加した。しかし休館により年間では減少した。")])
    assert line.sentence == "しかし休館により年間では減少した。"


def test_figures_of_the_purpose_and_the_overview_count_too():
    found = measures(project("1", "3件を採択した。", overview="年2回の会議", purpose="13自治体の連携"))
    assert [(m.field, m.figure) for m in found] == [
        ("outcome", "3件"),
        ("overview", "年2回"),
        ("purpose", "13自治体"),
    ]


def test_a_figure_stands_in_words_that_one_understands():
    (first, _) = measures(project("1", "公募の結果、申請4件中2件（市内、県内）を採択し、支援した。"))
    assert first.phrase == "申請4件中2件（市内、県内）を採択し"


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("アカウント数も令和2年度の583件から637件に増加した。", ["令和2年度", ""]),
        ("令和3年度は、講座を4回実施し、学生50人が参加した。", ["令和3年度", "令和3年度"]),
        ("講座を令和3年度に4回実施した。", ["令和3年度"]),
        ("令和2年度に策定した計画に基づき、講座を4回実施した。", [""]),
        ("講座を4回実施した。", [""]),
    ],
)
def test_a_figure_has_the_year_that_its_sentence_gives_it(outcome: str, expected: list[str]):
    assert [m.year for m in measures(project("1", outcome))] == expected


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("席は71席。うち職員、学生は約12%、会社員は30%。", ["うち職員、学生は約12%", "会社員は30%。"]),
        ("寄附により、りんご、梨の苗木を20本植え、配った。", ["りんご、梨の苗木を20本植え"]),
        ("12件の手続について、様式を作り、広げた。", ["12件の手続について、様式を作り"]),
        ("周辺の9市町で作る「協議会」が、道を直した。", ["周辺の9市町で作る「協議会」が、道を直した。"]),
        ("3つの館の運営、団体の支援を行った。", ["3つの館の運営、団体の支援を行った。"]),
        ("調査の結果、橋2本を直し、終えた。", ["橋2本を直し"]),
    ],
)
def test_what_a_figure_stands_in_is_whole(outcome: str, expected: list[str]):
    assert [m.phrase for m in measures(project("1", outcome)) if m.figure not in ("71席",)] == expected


def test_what_is_reached_for_or_the_head_of_a_compound_is_no_theme():
    found = [
        project("1", "", overview="港湾施設を直し、地域の発展を図る。職員の意識改革を行う。"),
        project("2", "", overview="港湾施設を点検し、市の発展に資する。組織改革を行う。"),
        project("3", "", overview="港湾施設を照らし、発展につなげる。行財政改革を行う。"),
    ]
    told = [word for word, _ in themes(found, rare)]
    assert "港湾施設" in told
    assert not {"発展", "改革"} & set(told)


def test_news_are_what_happened_and_no_figures_or_verdicts_alone():
    found = [
        project("1", "窓口で1,562件の要請を受け付けた。"),
        project("2", "指標は評価Aの達成であり、80点に増加した。"),
        project("3", "冊子を24部配り、情報伝達は24回に達した。"),
        project("4", "大雪により朝市が中止となった。"),
        project("5", "夜間の窓口を開始した。"),
    ]
    assert [line.project.number for line in news(lines(found))] == ["4", "5"]


def test_of_few_projects_all_that_came_of_them_is_told():
    told = summarize([project("1", "橋を2本直した。駅前で歌を聴いた。")], share=rare)
    assert [line.sentence for line in told.events] == ["駅前で歌を聴いた。"]


TOPICS = (
    "令和6年度 事務事業評価\n"
    "事業番号,事務事業名,担当課,目的,概要,成果\n"
    "1,朝市,水産課,魚を売る。,市を開く。,物価高の影響により客が減った。\n"
    "2,給食,学校課,食事を出す。,献立を作る。,物価高のため献立を見直した。\n"
    "3,渡し船,港湾課,島と結ぶ。,船を出す。,物価高の影響で燃料費が増えた。令和5年度は40便だった。\n"
    "4,灯台,港湾課,船を守る。,火をともす。,灯台を塗った。\n"
)


@pytest.mark.parametrize("question", ["物価高の影響", "物価高の影響は？", "物価高の状況は"])
def test_a_topic_that_many_tell_of_is_summed_up_with_every_project_that_says_it(made: Made, question: str):
    given = answer(made(TOPICS), question)
    assert (given.kind, set(given.citations)) == ("summary", {"1", "2", "3"})


def test_the_summary_of_a_year_without_a_list_shows_what_is_said_of_it(made: Made):
    given = answer(made(TOPICS), "令和5年度のまとめ")
    assert given.kind == "none"
    assert "令和5年度は40便だった。" in given.text
    assert "令和5年度の一覧は登録されていません" in given.text


def test_the_topic_of_the_published_list_is_told_of_all_eight(db: Database):
    given = answer(db, "コロナの影響")
    assert given.kind == "summary"
    assert {"84", "68", "97"} < set(given.citations)


def test_a_figure_that_no_line_shows_stands_in_its_whole_sentence(db: Database):
    given = answer(db, "全部のまとめ")
    assert "3側面" not in given.text
    assert "首長が年1回会議を開催し、業務核都市の育成整備等について意見交換を行う。" in given.text


def test_a_section_is_spoken_for_by_what_came_of_its_work_and_by_a_figure_if_one_tells(made: Made):
    given = answer(
        made(
            "令和6年度 事務事業評価\n事業番号,事務事業名,部,担当課,概要,成果\n"
            "1,水産庶務,産業部,水産課,課の経費を払う。,\n"
            "2,魚礁,産業部,水産課,魚礁を沈める。,魚礁を見て回った。\n"
            "3,放流,産業部,水産課,稚魚を放す。,稚魚を8万匹放した。\n"
            "4,港湾庶務,産業部,港湾課,机を買う。,\n"
            "5,灯台,産業部,港湾課,火をともす。,灯台を塗った。\n"
        ),
        "産業部のまとめ",
    )
    assert "3 放流（水産課・3件） 「稚魚を8万匹放した。」" in given.text
    assert "5 灯台（港湾課・2件） 「灯台を塗った。」" in given.text


def test_a_noun_with_a_dot_that_a_record_has_is_one_and_two_nouns_are_either(made: Made):
    table = (
        "令和6年度 事務事業評価\n事業番号,事務事業名,担当課,概要,成果\n"
        "1,ロボット・タウン事業,企画課,計画を立てる。,計画を改めた。\n"
        "2,タウン誌事業,学校課,教室を開く。,6回開いた。\n"
        "3,ロボット教室事業,観光課,道を案内する。,9回案内した。\n"
    )
    assert answer(made(table), "ロボット・タウンの事業をまとめて").citations == ("1",)
    assert set(answer(made(table), "教室・道の事業をまとめて").citations) == {"2", "3"}


def test_what_more_than_a_page_of_projects_say_is_not_the_topic_that_few_do(db: Database):
    given = answer(db, "市民参加の取組をまとめて")
    assert set(given.citations) == {"73", "80"}  # and not all 26 that say 市民
