"""What a question names: years, numbers, projects, offices and filters, each once. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ask.lexing import lex, masked
from store.index.catalog import Catalog, Entry, OfficeResolver
from store.text.normalize import alnum_key, nfkc

ENTRIES = tuple(
    Entry(at, 2021, number, name, "", "政策部", section, section)
    for at, (number, name, section) in enumerate(
        (
            ("11", "スマートシティの推進", "企画経営課"),
            ("12", "令和4年度水道料金改定準備事業", "企画経営課"),
            ("72", "市民意識調査", "情報政策課"),
        ),
        1,
    )
)
SECTIONS = ((1, "政策部", "企画経営課", "企画経営課"), (2, "政策部", "情報政策課", "情報政策課"))
NAMES = Catalog(
    ENTRIES,
    {alnum_key(entry.name): (entry,) for entry in ENTRIES},
    {entry.number: (entry,) for entry in ENTRIES},
    OfficeResolver(SECTIONS, ()),
    (2021,),
)


def named(text: str) -> list[tuple[str, object]]:
    """The kind and the value of each span."""
    return [
        (
            span.kind,
            span.year
            or span.numbers
            or span.project
            or (span.label and (span.label, span.value))
            or tuple(office.name for office in span.offices),
        )
        for span in lex(nfkc(text), NAMES)
    ]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Ｒ３の事業一覧", [("year", 2021)]),
        ("令和五年度の企画経営課の事業", [("year", 2023), ("office", ("企画経営課",))]),
        ("企画課と情政課の事業は何件？", [("office", ("企画経営課",)), ("office", ("情報政策課",))]),
        ("七十二番の事業の担当課は？", [("number", ("72",))]),
        ("11〜15の事業は何件", [("number", ("11", "12"))]),
        ("令和3年度の11と12の違い", [("year", 2021), ("number", ("11", "12"))]),
        ("13と14の違い", []),
        ("ｽﾏｰﾄｼﾃｨの推進の目的", [("project", "スマートシティの推進")]),
        ("令和4年度水道料金改定準備事業の目的", [("project", "令和4年度水道料金改定準備事業")]),
        ("課:情報政策課 の事業", [("office", ("情報政策課",))]),
        ("課:ほげ課 番号:72", [("filter", ("section", "ほげ課")), ("number", ("72",))]),
        ("市民参加の事業", []),
    ],
)
def test_each_name_is_read_once(text: str, spans: list[tuple[str, object]]):
    assert named(text) == spans


def test_names_are_masked_and_loaded_years_left_out():
    text = "令和3年度の企画経営課と72番の事業"
    assert masked(text, lex(text, NAMES), NAMES.years) == "〓と〓"


@given(st.text(alphabet="令和3年度の企画経営課11番と〜72事業:スマートシティの推進 ", max_size=40))
def test_spans_stand_in_order_within_the_text(text: str):
    spans = lex(nfkc(text), NAMES)
    assert [span.start for span in spans] == sorted(span.start for span in spans)
    assert all(0 <= span.start < span.end <= len(nfkc(text)) for span in spans)
