"""A cell is shown cleaned, and with the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text.display import display

SHOWN = {
    "plain text stays": ("市民の意向の把握", "市民の意向の把握"),
    "a list becomes lines": (
        "<ul> <li>ナッジ活用支援</li> <li>勉強会</li> </ul>",
        "・ナッジ活用支援\n・勉強会",
    ),
    "an item that has its mark keeps one": ('<ul style="x"> <li>・研修</li></ul>', "・研修"),
    "an item that is numbered in a circle keeps that": ("<ul><li>①提案</li></ul>", "①提案"),
    "text after a list starts a line": (
        "<ul><li>相談</li></ul> 幅広く対応する。",
        "・相談\n幅広く対応する。",
    ),
    "a numbered list is numbered": ("<ol><li>募集</li><li>選考</li></ol>", "1. 募集\n2. 選考"),
    "a list in a list": ("<ol><li>甲<ul><li>子</li></ul></li><li>乙</li></ol>", "1. 甲\n・子\n2. 乙"),
    "a break is a break": ("協定<br>荒川区<BR/>郡山市", "協定\n荒川区\n郡山市"),
    "inline tags vanish": ("<b>令和</b>3<span class='x'>年</span>度", "令和3年度"),
    "a table's cells are apart": ("<table><tr><td>件数</td><td>3</td></tr></table>", "件数 3"),
    "comments and scripts vanish": ("前<!-- <b> -->後<script>alert(1)</script>", "前後"),
    "what only looks like a tag is text": ("<AI>の活用、a < b、<注>", "<AI>の活用、a < b、<注>"),
    "an unclosed tag is text": ("<ul の説明", "<ul の説明"),
    "entities": ("R&amp;D&nbsp;費 &lt;1&gt; &#12354;", "R&D 費 <1> あ"),
    "an entity that spells a tag is not a tag": ("&lt;br&gt;", "<br>"),
    "a bare ampersand is text": ("R&D AT&T &copy 2021", "R&D AT&T &copy 2021"),
    "odd spaces fold": ("\u3000\u3000国\u00a0と\t県\u2003です ", "国 と 県 です"),
    "zero width characters go": ("趣旨及び\u200b内容\ufeff", "趣旨及び内容"),
    "line ends are one kind, blank lines go": ("甲\r\n\r\n乙\r丙\u2028丁", "甲\n乙\n丙\n丁"),
    "items in running text become lines": ("・公募した。 ・採択した。", "・公募した。\n・採択した。"),
    "numbered items in running text too": (
        "提言する。 （1）行財政 （2）評価",
        "提言する。\n（1）行財政\n（2）評価",
    ),
    "a dot between words stays": ("統計・データ ・ 活用", "統計・データ ・ 活用"),
    "circled numbers inside a sentence stay": ("職員から、①提案、②改善", "職員から、①提案、②改善"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("cell", "shown"), SHOWN.values(), ids=SHOWN.keys())
def test_a_cell_is_shown(cell: str, shown: str) -> None:
    assert display(cell) == shown


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"], exclude_characters="<&"), max_size=40))
def test_words_without_markup_or_spaces_are_untouched(text: str) -> None:
    assert display(text) == text


@given(st.lists(st.text(alphabet="市民、。ABC123", min_size=1, max_size=10), min_size=1, max_size=5))
def test_every_item_of_a_list_stands_on_its_own_line(items: list[str]) -> None:
    cell = "<ul>" + "".join(f" <li>{item}</li>" for item in items) + "</ul>"
    assert display(cell) == "\n".join(f"・{item}" for item in items)


@given(st.text(alphabet="<>/ulibrp &;#amp123・① \n\u3000市", max_size=60))
def test_no_gap_is_wider_than_one_space_or_one_line(text: str) -> None:
    shown = display(text)
    assert "  " not in shown
    assert "\n\n" not in shown
    assert shown == shown.strip()
