"""What a question asks is read without a database: texts about a made town, against its names alone."""

import pytest

from bot.ask.question import Request, read
from store.index.catalog import Catalog, Entry, OfficeResolver
from store.text.normalize import alnum_key

PROJECTS = (
    ("3", "漁港の整備", "産業部", "港湾課"),
    ("8", "読書のまちづくり", "教育部", "図書館"),
    ("21", "移動販売車の運行", "福祉部", "高齢福祉課"),
    ("22", "放課後子ども教室", "教育部", "生涯学習課"),
    ("40", "下水道管の更新", "建設部", "下水道課"),
)
ENTRIES = tuple(
    Entry(at, 2024, number, name, "", department, section, section)
    for at, (number, name, department, section) in enumerate(PROJECTS, 1)
)
OFFICES = tuple((at, each.department, each.section, each.section) for at, each in enumerate(ENTRIES, 1))
TOWN = Catalog(
    ENTRIES,
    {alnum_key(entry.name): (entry,) for entry in ENTRIES},
    {entry.number: (entry,) for entry in ENTRIES},
    OfficeResolver(OFFICES, ()),
    (2024,),
)


def asked(text: str) -> Request:
    return read(text, TOWN)


def named(request: Request) -> list[str]:
    return [entry.number for group in request.named for entry in group]


@pytest.mark.parametrize(
    ("text", "field", "number"),
    [
        ("漁港の整備の目的は？", "purpose", "3"),
        ("漁港の整備って何のため", "purpose", "3"),
        ("なぜ漁港の整備をするのですか", "purpose", "3"),
        ("読書のまちづくりを担当しているのはどこですか", "section", "8"),
        ("読書のまちづくりやってるのは何課", "section", "8"),
        ("22番の概要", "overview", "22"),
        ("放課後子ども教室ってどんな事業なの", "overview", "22"),
        ("移動販売車の運行はどうなった？", "outcome", "21"),
        ("下水道管の更新の成果を一言で教えてください", "outcome", "40"),
    ],
)
def test_a_field_of_a_project_that_is_named(text: str, field: str, number: str):
    request = asked(text)
    assert (request.kind, request.fields, named(request)) == ("field", (field,), [number])


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("移動販売車は週に何回来ますか", "回", {"移動販売車", "週"}),
        ("移動販売車の運行で何人が買い物をした？", "人数", {"買い物"}),
        ("市民農園の利用者数", "人数", {"市民農園", "利用者"}),
        ("いくら補助していますか", "金額", {"補助"}),
        ("いつから下水道管を更新しているの", "日付", {"下水道管", "更新"}),
        ("灯台は全部で何基ありますか", "基", {"灯台"}),
    ],
)
def test_a_figure_with_the_words_that_it_counts(text: str, unit: str, words: set[str]):
    request = asked(text)
    assert request.kind == "figure"
    assert request.figure is not None
    assert (request.figure.unit, {*request.terms, *request.light} >= words) == (unit, True)


@pytest.mark.parametrize(
    ("text", "kind", "offices", "terms"),
    [
        ("図書館の事業は何件ありますか", "count", ["図書館"], set()),
        ("港湾課でやってる事業を全部教えて", "list", ["港湾課"], None),
        ("令和6年度の港湾課の事業", "list", ["港湾課"], set()),
        ("高齢福祉課のまとめ", "summary", ["高齢福祉課"], set()),
        ("図書館と港湾課ではどちらの事業が多いですか", "which", ["図書館", "港湾課"], None),
        ("堤防を直した事業はどれ", "list", [], {"堤防", "直し"}),
        ("成果に「高潮」と書いてある事業は何件", "count", [], {"高潮"}),
        ("名前に「教室」が入っている事業は", "list", [], {"教室"}),
        ("灯台", "topic", [], {"灯台"}),
    ],
)
def test_a_set_of_projects(text: str, kind: str, offices: list[str], terms: set[str] | None):
    request = asked(text)
    assert (request.kind, [office.name for office in request.offices]) == (kind, offices)
    assert terms is None or set(request.terms) >= terms


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("放課後子ども教室に協力しているのは誰", "誰"),
        ("なぜ移動販売車が止まったのですか", "なぜ"),
        ("灯台の見学が減ったのはどうして", "どうし"),
        ("読書会を開けなかったのはなぜ？", "なぜ"),
        ("防波堤の工事が延びた理由は", "理由は"),
        ("網の補修をどうやって頼むの", "どうやっ"),
    ],
)
def test_a_sentence_tells_who_how_and_why_it_happened(text: str, cue: str):
    assert (asked(text).kind, asked(text).cue) == ("sentence", cue)


def test_two_projects_are_compared_in_the_order_they_are_named():
    assert (asked("8と3を比べて").kind, named(asked("8と3を比べて"))) == ("compare", ["8", "3"])


def test_a_year_whose_list_is_not_here_is_kept_apart_and_a_number_that_nothing_bears_is_told():
    of_next = asked("令和7年度の読書のまちづくりの成果")
    assert (of_next.fields, of_next.years, of_next.other_years) == (("outcome",), (), (2025,))
    assert asked("令和6年度の漁港の整備の成果").years == (2024,)
    assert named(asked("99番の概要")) == []
