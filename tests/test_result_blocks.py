"""Results and cards as messages: the record's own words, matched ones bold, whatever the record says."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.markup import plain
from bot.messages.message import pages
from bot.messages.result_blocks import (
    PAGE,
    Shown,
    card_message,
    merged,
    nothing_message,
    pieces,
    result_message,
    similar_message,
    snippet,
)
from bot.playground.slack.rules import message_problem
from bot.playground.slack.sender import buttons
from store.records import Hit, Project, Query, SearchResult, Suggestion
from store.search.query import parse
from store.text.display import display

LIVE = [
    "<!channel>",
    "<@U0STAFF>",
    "<https://example.com|押す>",
    "https://example.com/",
    "&lt;",
    "*",
    "`",
    "\n・",
    "\n",
]
TEXT = st.lists(st.text(max_size=30) | st.sampled_from(LIVE), max_size=10).map("".join)
NAME = TEXT.filter(lambda text: display(text) != "")
PROJECTS = st.builds(
    Project,
    fiscal_year=st.integers(2000, 2030),
    number=st.from_regex(r"[0-9]{1,6}", fullmatch=True),
    name=NAME,
    department=TEXT,
    section=TEXT,
    purpose=TEXT | st.sampled_from(["長い。" * 3000]),
    overview=TEXT,
    outcome=TEXT,
    extra=st.dictionaries(NAME, TEXT, max_size=4),
    source_name=st.just("一覧.csv"),
    source_line=st.integers(1, 10_000),
)
SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda s: (s[0], s[0] + s[1])), max_size=4
)
HITS = st.builds(
    Hit,
    project=PROJECTS,
    score=st.just(1.0),
    highlights=st.dictionaries(
        st.sampled_from(["section", "purpose", "overview", "outcome"]), SPANS.map(tuple)
    ),
    missing=st.lists(TEXT.filter(bool), max_size=2).map(tuple),
)
SHOWN = st.sampled_from([Shown("=x", is_private=True), Shown("=x"), Shown(sharer="U0STAFF")])


def result(query: str, hits: tuple[Hit, ...], *, total: int = 0, offset: int = 0) -> SearchResult:
    return SearchResult(Query(query, limit=PAGE, offset=offset), total or len(hits), hits)


def taken_and_lifeless(message) -> None:
    for page in pages(message):
        assert message_problem(page) is None
        for button in buttons(page.get("blocks", [])):
            button["value"] = ""  # comes back with the press and is never shown
        shown = json.dumps(page, ensure_ascii=False).replace("<@U0STAFF> さんが共有しました", "")
        assert not re.search(r"<[!@#]|<https?:", shown)


@given(hits=st.lists(HITS, min_size=1, max_size=5).map(tuple), query=TEXT.filter(bool), shown=SHOWN)
def test_any_records_and_any_query_make_a_message_slack_takes(
    hits: tuple[Hit, ...], query: str, shown: Shown
):
    taken_and_lifeless(result_message(result(query, hits, total=12, offset=5), shown))
    taken_and_lifeless(similar_message(hits[0].project, hits))


@given(project=PROJECTS, shown=SHOWN, guess=TEXT, spans=SPANS)
def test_any_record_makes_a_card_that_holds_all_of_it(
    project: Project, shown: Shown, guess: str, spans: list
):
    message = card_message(project, shown, highlights={"purpose": spans}, guess_for=guess)
    taken_and_lifeless(message)
    told = re.sub(r"[\s・]", "", "".join(plain(page) for page in pages(message)).replace("\u200b", ""))
    for text in (project.purpose, project.overview, project.outcome, *project.other_columns.values()):
        for line in display(text).splitlines():  # a page may end between two lines
            assert re.sub(r"[\s・]", "", line) in told


@given(query=TEXT.filter(bool), guesses=st.lists(NAME, max_size=5))
def test_nothing_found_makes_a_message_slack_takes(query: str, guesses: list[str]):
    suggestions = tuple(Suggestion(text, "1", 2021) for text in guesses)
    taken_and_lifeless(nothing_message(SearchResult(Query(query), suggestions=suggestions)))


@given(text=st.text(max_size=200), spans=SPANS)
def test_pieces_are_the_text_with_exactly_the_spans_bold(text: str, spans: list[tuple[int, int]]):
    found = pieces(text, spans)
    assert "".join(piece for piece, _ in found) == text
    bold = [is_bold for piece, is_bold in found for _ in piece]
    assert bold == [any(start <= i < end for start, end in spans) for i in range(len(text))]


@given(
    text=st.text(alphabet="あいう。 \n", min_size=1, max_size=400),
    start=st.integers(0, 399),
    length=st.integers(1, 8),
)
def test_a_snippet_shows_what_matched(text: str, start: int, length: int):
    start %= len(text)
    end = min(start + length, len(text))
    found = snippet(text, [(start, end)])
    assert text[start:end].replace("\n", " ") == "".join(piece for piece, is_bold in found if is_bold)
    assert len("".join(piece for piece, _ in found)) <= 92


def test_touching_and_overlapping_spans_become_one():
    assert merged([(4, 6), (0, 2), (2, 3), (5, 9)]) == [(0, 3), (4, 9)]


def test_words_that_no_hit_has_are_told_once():
    hits = tuple(Hit(Project(2021, str(n), "事業"), 1.0, missing=("交通",)) for n in range(3))
    shown = plain(pages(result_message(result("交通 事業", hits), Shown()))[0])
    assert shown.count("「交通」も含むものは見つからず") == 1


def test_what_is_shared_tells_how_to_see_the_rest():
    hits = tuple(Hit(Project(2021, str(n), "事業"), 1.0) for n in range(5))
    shown = plain(pages(result_message(result("事業", hits, total=19), Shown(sharer="U0STAFF")))[0])
    assert "ほか14件は `/jigyo 事業`" in shown


def test_an_office_that_does_not_exist_is_named_where_nothing_was_found() -> None:
    message = nothing_message(SearchResult(Query("課:存在しない課 交流"), unknown=("存在しない課",)))
    assert "「存在しない課」は登録されていません。" in message.text


def shown_for(typed: str, **result: object) -> str:
    return plain(pages(nothing_message(SearchResult(parse(typed), **result)))[0])


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-交流", "除くことばだけでは、事業をお探しできません。"),
        ("-交流 -国際", "`年度:令和3年度 -交流 -国際`"),
        ("-市民", "`年度:令和3年度 -市民`"),
        ("-`市民`", "`年度:令和3年度 -市民`"),
        ("交流 ロボット以外", "`交流 -ロボット`"),
        ("交流 ロボットを除く事業", "`交流 -ロボット`"),
        ("市民以外", "`年度:令和3年度 -市民`"),
        ("市民 市民以外", "`年度:令和3年度 -市民`"),
        ("企画経営課以外の事業", "`年度:令和3年度 -企画経営課`"),
        ("交流 ロボット以外 公園以外", "`交流 -ロボット -公園`"),
        ("11 -15", "「11 -15」に当てはまる事業は見つかりませんでした。"),
        ("課:", "「課:」のあとに、何も入力されていません。"),
        ("年度：", "`年度:令和3年度`"),
        ("番号: ", "`番号:11`"),
        ("部:", "`部:総務部`"),
    ],
)
def test_what_cannot_be_looked_for_as_typed_is_told_with_how_to(typed: str, told: str) -> None:
    shown = shown_for(typed)
    assert told in shown
    assert ("短いことば" in shown) == ("以外" in typed or "除く" in typed or typed == "11 -15")


@pytest.mark.parametrize("typed", ["年度:ほげ", "年度:ほげ 交流", "交流 年度:らいねん"])
def test_a_year_that_is_none_is_told_with_how_to_write_one(typed: str) -> None:
    shown = shown_for(typed, listed=(2023, 2022))
    assert re.search("「(ほげ|らいねん)」は年度として読み取れませんでした。", shown)
    assert "`年度:令和5年度`、`年度:2023` のように" in shown


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ((2021,), "登録されているのは、令和3年度です。"),
        ((2022, 2021), "登録されているのは、令和3年度・令和4年度です。"),
        ((2022, 2021, 2020, 2018), "登録されているのは、平成30年度〜令和4年度です。"),
    ],
)
def test_a_year_that_is_not_here_is_told_with_those_that_are(listed: tuple[int, ...], told: str) -> None:
    assert told in shown_for("年度:2015 交流", unknown=("平成27年度",), listed=listed)


@pytest.mark.parametrize(
    ("typed", "is_told"), [("ほげ", False), ("ほげ ふが", True), ("ほげ OR ふが", False)]
)
def test_fewer_words_are_advised_only_where_there_are_several(typed: str, is_told: bool) -> None:
    assert ("ことばを減らす" in shown_for(typed)) == is_told


def test_what_was_typed_never_becomes_markup_in_a_hint() -> None:
    for typed in ("-<!channel>", "-`*a*`", "`<@U0STAFF>` `a`以外", "交流 <https://example.com|押>以外"):
        taken_and_lifeless(nothing_message(SearchResult(parse(typed))))
