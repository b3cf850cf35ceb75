"""Summaries choose one sentence a project, verbatim, without saying anything twice."""

import pytest

from bot.ask.summaries import lines, measures, overlap, pairs, summarize
from store.records import Project


def project(number: str, outcome: str, *, purpose: str = "", overview: str = "", name: str = "") -> Project:
    return Project(2021, number, name or f"事業{number}", purpose=purpose, overview=overview, outcome=outcome)


def rare(_: str) -> float:
    return 0.1


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
    one, two = lines([project("1", same), project("2", f"{same}窓口を新設した。")])
    assert (one.sentence, two.sentence) == (same, "窓口を新設した。")


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
        "3月: 無害化システムの導入",
        "7月: 基幹系仮想化サーバ機器の更新",
    ]


def test_themes_stand_in_order_of_how_many_share_them():
    names = ["窓口、統計", "窓口、統計", "窓口"]
    found = [project(str(n), "", name=name) for n, name in enumerate(names)]
    assert summarize(found, share=rare).themes == (("窓口", 3), ("統計", 2))


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
    ("one", "two", "expected"), [("市民参加", "市民参加", 1.0), ("市民", "職員", 0.0), ("", "市民", 0.0)]
)
def test_overlap_is_the_share_of_the_shorter_text(one: str, two: str, expected: float):
    assert overlap(pairs(one), pairs(two)) == expected
