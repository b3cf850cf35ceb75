"""Cells are cut into sentences without changing a character."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text.display import clauses, enumerations, split


def texts(cell: str) -> list[str]:
    return [sentence.text for sentence in split(cell)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("市民の意向の把握", ["市民の意向の把握"]),
        ("統計の管理を行う。また、人口を提供する。", ["統計の管理を行う。", "また、人口を提供する。"]),
        ("申請件数は10,000件、率は2.5倍。", ["申請件数は10,000件、率は2.5倍。"]),
        (
            "「行政評価（見直しを含む。）」を推進する。終了。",
            ["「行政評価（見直しを含む。）」を推進する。", "終了。"],
        ),
        ("閉じない「かぎ括弧でも分かれる。次の文。", ["閉じない「かぎ括弧でも分かれる。", "次の文。"]),
        ("協定を締結した。 ・市民に周知した。 ・大学・研究機関と連携。",
         ["協定を締結した。", "市民に周知した。", "大学・研究機関と連携。"]),
        ("提言を受ける。 （1）行財政改革に関すること。 （2）行政評価に関すること。",
         ["提言を受ける。", "（1）行財政改革に関すること。", "（2）行政評価に関すること。"]),
        ("①事務事業提案、②身近な提案の提出を求める。", ["①事務事業提案、②身近な提案の提出を求める。"]),
        ("①指標を開発する。②指針を作成する。", ["①指標を開発する。", "②指針を作成する。"]),
        ("<ul> <li>・研修を実施。</li> <li>推計を作成</li> </ul> 幅広く支援する。",
         ["研修を実施。", "推計を作成", "幅広く支援する。"]),
        ("8月機器の更新作業実施 9月Web閲覧制御機器の更新 (常時) ネットワーク監視",
         ["8月機器の更新作業実施", "9月Web閲覧制御機器の更新", "(常時) ネットワーク監視"]),
        ("1月: パソコン200台の更新 3月: システムの更新", ["1月: パソコン200台の更新", "3月: システムの更新"]),
        ("イベント72回 延べ来館者数10,317人※オンライン参加を含む。",
         ["イベント72回", "延べ来館者数10,317人※オンライン参加を含む。"]),
        ("Society 5.0とMobility as a Serviceを実施", ["Society 5.0とMobility as a Serviceを実施"]),
        ("補助を行う\n対象施設：病院\r\n補助率：１／３", ["補助を行う", "対象施設：病院", "補助率：１／３"]),
        ("事業の実施　　　調査の実施", ["事業の実施", "調査の実施"]),
        ("", []),
        (" \n ・ 。", []),
    ],
)  # fmt: skip
def test_a_cell_is_cut_where_a_reader_would_cut_it(cell: str, expected: list[str]) -> None:
    assert texts(cell) == expected


def test_only_a_sentence_with_markup_inside_is_quoted_in_its_display_form() -> None:
    cell = "<p>産業&amp;技術を<b>支援</b>する。</p><p>調査する。</p>"
    assert texts(cell) == ["産業&技術を支援する。", "調査する。"]


def test_an_ampersand_that_is_no_markup_changes_nothing() -> None:
    cell = "AMR　R&Dの 探索を、a < b の条件で行う。"
    assert texts(cell) == [cell]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "70代が多く、約1か月間で164人が利用し、好評だった。",
            ["70代が多く", "約1か月間で164人が利用し", "好評だった。"],
        ),
        ("認知度62%・理解度86%の結果", ["認知度62%", "理解度86%の結果"]),
        ("席は71者 ※うち学生は約12%", ["席は71者", "※うち学生は約12%"]),
        ("大学・研究機関等に10,000件", ["大学・研究機関等に10,000件"]),
    ],
)
def test_a_clause_ends_at_a_comma_a_note_or_between_figures(sentence: str, expected: list[str]) -> None:
    assert [sentence[start:end] for start, end in clauses(sentence)] == expected


@given(st.text(alphabet="市事業を実施。、・ 　\n（）「」①(1)※0123,<li>/ul&amp;%件", max_size=80))
def test_every_sentence_is_a_slice_of_its_cell_and_nothing_is_said_twice(cell: str) -> None:
    sentences = split(cell)
    for sentence in sentences:
        raw = cell[sentence.start : sentence.end]
        assert sentence.text == raw or "<" in raw or "&" in raw
    assert all(one.end <= two.start for one, two in itertools.pairwise(sentences))


@given(st.text(alphabet="市事業を実施。、・ \n（）「」①※0123,%件", max_size=80))
def test_no_word_is_left_out(cell: str) -> None:
    kept = "".join(sentence.text for sentence in split(cell))
    assert [c for c in kept if c.isalnum()] == [c for c in cell if c.isalnum()]


def test_items_in_a_row_are_a_list_under_the_sentence_before_them():
    (listed,) = enumerations("次の2市と交流する。\n甲市（平成20年）\n乙市（平成26年）\n今後も続ける。")
    assert listed.lead
    assert listed.lead.text == "次の2市と交流する。"
    assert [each.text for each in listed.items] == ["甲市（平成20年）", "乙市（平成26年）"]
    assert [e.text for e in enumerations("協議する。(1)甲のこと。\n(2)乙のこと。")[0].items][
        1
    ] == "(2)乙のこと。"
    assert enumerations("甲を行う。乙を行う。丙") == ()
