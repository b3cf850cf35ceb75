"""The outbound gate: whatever it is given, Slack takes what it lets out, and nothing in it comes alive."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import builders
from bot.messages.markup import Mrkdwn, bold, cut, join, link, mention, mrkdwn, plain, split
from bot.messages.message import Message, fits, modal, pages, text_field, with_more
from bot.messages.result_blocks import Shown, card_message, sharer_line
from bot.playground.slack.rules import message_problem, view_problem
from store.records import Project
from store.text.display import harmless

LIVE = "<!channel> <!here> <@U0STAFF> <#C0PLAN> <https://example.com|押す> & <b>"
DANGER = st.sampled_from(
    ["<!channel>", "<@U0STAFF>", "<http://x|y>", "&amp;", "&", "<", ">", "*", "_", "`", "~", "\n"]
)
TEXT = st.lists(st.text(max_size=40) | DANGER, max_size=12).map("".join)
LONG = st.tuples(TEXT.filter(bool), st.integers(1, 1500)).map(lambda pair: pair[0] * pair[1])


def rich(text: str) -> builders.Block:
    return builders.rich(
        builders.line(builders.words(text)),
        builders.quote(builders.words(text, is_bold=True)),
        builders.bullets(builders.line(builders.words(text))),
    )


WORDS = LONG.filter(str.strip)
BLOCKS = st.lists(
    st.one_of(
        WORDS.map(builders.section),
        WORDS.map(builders.header),
        WORDS.map(builders.context),
        WORDS.map(rich),
        WORDS.map(lambda t: builders.section("x", accessory=builders.button(t, action="detail", value="1"))),
        st.integers(1, 60).map(
            lambda n: builders.actions(
                *(builders.button("押す", action="go", value=str(i)) for i in range(n))
            )
        ),
        WORDS.map(lambda t: {"type": "section", "fields": [{"type": "mrkdwn", "text": t}] * 13}),
        st.just(builders.divider()),
    ),
    max_size=60,
).map(tuple)


@given(text=LONG, blocks=BLOCKS)
def test_any_message_leaves_the_gate_as_pages_slack_takes(text: str, blocks: tuple[builders.Block, ...]):
    for page in pages(Message(text, blocks)):
        if page["text"] or page.get("blocks"):
            assert message_problem(page) is None


@given(text=TEXT)
def test_nothing_a_record_says_comes_alive(text: str):
    blocks = (
        builders.section(mrkdwn("*{}*", text)),
        builders.context(text or "x"),
        rich(text or "x"),
        builders.header(text or "x"),
    )
    for page in pages(Message(text, blocks)):
        assert not re.search(r"<[!@#]", json.dumps(page, ensure_ascii=False))
        for node in mrkdwn_objects(page):
            assert "<" not in node["text"]
            assert ">" not in node["text"]
            assert node["verbatim"] is True  # else Slack makes links of bare addresses


def mrkdwn_objects(node: object) -> list[dict]:
    if isinstance(node, dict):
        own = [node] if node.get("type") == "mrkdwn" else []
        return own + [o for v in node.values() for o in mrkdwn_objects(v)]
    return [o for item in node for o in mrkdwn_objects(item)] if isinstance(node, list) else []


@given(text=TEXT.filter(str.strip))
def test_text_is_escaped_exactly_once_wherever_it_goes(text: str):
    (page,) = pages(Message(text, (builders.section(text), builders.header(text[:20] or "x"))))
    text = harmless(text)
    assert plain({"text": page["text"]}).replace("*", "") == text.replace("\u200b", "").replace("*", "")
    assert page["blocks"][0]["text"]["text"].count("&amp;amp;") == text.count("&amp;")


@given(text=LONG.filter(str.strip))
def test_no_character_of_a_long_text_is_lost_between_pages(text: str):
    section = pages(Message("x", (builders.section(text),)))
    read = harmless(text)
    shown = "".join(block["text"]["text"] for page in section for block in page["blocks"])
    assert shown == read.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    literal = pages(Message("x", (builders.rich(builders.line(builders.words(text))),)))
    leaves = [
        leaf["text"]
        for page in literal
        for b in page["blocks"]
        for e in b["elements"]
        for leaf in e["elements"]
    ]
    assert "".join(leaves) == read


def test_markup_of_ours_stays_live_and_values_in_it_do_not():
    text = mrkdwn(
        "{} が {} を共有しました {}", mention("U0STAFF"), LIVE, link("https://example.com/?a=1&b=2", "一覧<")
    )
    (page,) = pages(Message("x", (builders.section(text),)))
    shown = page["blocks"][0]["text"]["text"]
    assert shown.startswith("<@U0STAFF> が &lt;!channel&gt; &lt;!here&gt; &lt;@U0STAFF&gt;")
    assert shown.endswith("<https://example.com/?a=1&amp;b=2|一覧&lt;>")


@pytest.mark.parametrize("identifier", ["U0|x", "!channel", "", "U 1", "Ｕ１"])
def test_a_mention_takes_nothing_but_an_id(identifier: str):
    with pytest.raises(ValueError, match="id"):
        mention(identifier)


@pytest.mark.parametrize("user", ["null", "U0|x", "!channel", "", "Ｕ１", "u0staff"])
def test_whoever_shares_under_no_id_is_not_mentioned(user: str):
    assert sharer_line(Shown(sharer=user)) == []
    assert "<@U0STAFF>" in str(sharer_line(Shown(sharer="U0STAFF")))


def test_stars_in_a_record_do_not_close_our_bold():
    assert bold("A*B") == "*A*\u200bB*"
    assert bold("推進（EBPM）") == "*推進（EBPM）\u200b*"
    assert join("、", ["a_b", bold("c")]) == "a_\u200bb、*c*"


@pytest.mark.parametrize("limit", [1, 5, 40])
def test_what_is_cut_is_escaped_as_if_it_were_whole(limit: int):
    """Text of a record that was cut is no markup, whatever cut it; markup that was cut stays markup."""
    for piece in (cut(LIVE, limit), *split(LIVE, limit)):
        assert type(piece) is str
        (page,) = pages(Message("x", (builders.section(piece),)))
        assert not re.search("[<>]", page["blocks"][0]["text"]["text"])
    ours = join("", [link("https://example.com/abc", "名前"), LIVE])
    assert {type(piece) for piece in (cut(ours, limit), *split(ours, limit))} == {Mrkdwn}


def test_nothing_but_the_escaping_module_makes_markup():
    with pytest.raises(TypeError):
        Mrkdwn("<!channel>", object())  # type: ignore[arg-type]


WRONG = {
    "Mrkdwn('<!channel>')": "Missing positional argument",
    "Mrkdwn('<!channel>', object())": "incompatible type",
    "x: Mrkdwn = cut('<!channel>', 5)": "Incompatible types in assignment",
    "x: Mrkdwn = next(split('<!channel>', 5))": "Incompatible types in assignment",
    "x: Mrkdwn = escape('a')[:3]": "Incompatible types in assignment",
    "x: Mrkdwn = f\"{escape('a')}\"": "Incompatible types in assignment",
}


def test_the_type_checker_refuses_what_would_make_markup_of_text(tmp_path: Path):
    lines = ["from bot.messages.markup import Mrkdwn, cut, escape, split", *WRONG]
    (tmp_path / "wrong.py").write_text(
        "\n".join(line.replace("x:", f"x{n}:") for n, line in enumerate(lines))
    )
    command = [sys.executable, "-m", "mypy", "--no-error-summary", str(tmp_path / "wrong.py")]
    told = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent).stdout
    for number, reason in enumerate(WRONG.values(), 2):
        assert re.search(rf"wrong.py:{number}: error: [^\n]*{reason}", told), told
    assert told.count(": error: ") == len(WRONG)


def test_repeated_ids_are_numbered():
    buttons = [builders.button("詳細", action="detail", value=str(i)) for i in range(3)]
    (page,) = pages(Message("x", (builders.actions(*buttons),)))
    assert [e["action_id"] for e in page["blocks"][0]["elements"]] == ["detail", "detail#2", "detail#3"]
    assert all(builders.action_pattern("detail").match(e["action_id"]) for e in page["blocks"][0]["elements"])
    assert not builders.action_pattern("detail").match("details")


def test_a_link_or_entity_is_never_cut_in_two():
    text = join("", [link("https://example.com/abc", "名前")] * 300)
    (page, *_) = pages(Message("x", (builders.section(text),)))
    for block in page["blocks"]:
        assert re.fullmatch(r"(<https://example.com/abc\|名前>)+", block["text"]["text"])


def test_an_ordinary_message_passes_untouched():
    message = Message(
        "読めます",
        (builders.section("読めます"), builders.actions(builders.button("詳細", action="detail", value="1"))),
    )
    assert fits(message)
    assert not fits(Message("x", (builders.section("あ" * 3001),)))
    assert not fits(Message("x", (builders.section("あ"),) * 51))


def test_without_a_fallback_text_the_blocks_are_told_in_words():
    message = Message(
        "",
        (
            builders.header("見出し"),
            builders.rich(
                builders.bullets(builders.line(builders.words("一")), builders.line(builders.words("二")))
            ),
        ),
    )
    (page,) = pages(message)
    assert page["text"] == "見出し\n・一\n・二"


def test_text_alone_is_one_page_and_leads_on_to_more_from_a_block():
    assert pages(Message("短い返事")) == ({"text": "短い返事"},)
    first, second = pages(Message("短い返事", more=(builders.section("続き"),)))
    assert [page["blocks"][0]["text"]["text"] for page in (first, second)] == ["短い返事", "続き"]


def test_text_alone_over_the_limit_becomes_pages_that_can_be_read():
    first, *rest = pages(Message("長い文です。" * 3000))
    assert len(first["text"]) == 4000
    assert sum(len(b["text"]["text"]) for page in (first, *rest) for b in page["blocks"]) == 18_000


def test_a_table_over_a_hundred_rows_goes_on_under_its_heading_on_the_next_page():
    cell = lambda text: {"type": "raw_text", "text": text}  # noqa: E731
    rows = [[cell("課"), cell("件数")], *([cell(f"課{i}"), cell(str(i))] for i in range(250))]
    all_pages = pages(Message("表", ({"type": "table", "rows": rows},)))
    assert [len(page["blocks"][0]["rows"]) for page in all_pages] == [100, 100, 53]
    assert all(page["blocks"][0]["rows"][0][0]["text"] == "課" for page in all_pages)
    assert all(message_problem(page) is None for page in all_pages)


def test_a_button_value_that_cannot_be_shortened_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="detail"):
        pages(Message("x", (builders.actions(builders.button("詳細", action="detail", value="x" * 2001)),)))


def test_two_fields_of_one_name_are_refused_and_a_buttons_id_never_takes_theirs():
    name, other = text_field("name", "名前"), text_field("other", "ほか")
    with pytest.raises(ValueError, match="name"):
        modal("題", (name, other, name))
    pressed = builders.actions(builders.button("押す", action="name"), builders.button("押す", action="name"))
    view = modal("題", (name, pressed, other), submit="送る")
    assert view_problem(view) is None
    assert [b["element"]["action_id"] for b in view["blocks"] if b["type"] == "input"] == ["name", "other"]
    assert [e["action_id"] for e in view["blocks"][1]["elements"]] == ["name#2", "name#3"]


@pytest.mark.parametrize("unit", ["あ", "a", "漢字かな。", "<&>", "\n・項目", "\U0001f600"])
def test_three_fields_of_forty_thousand_characters_fit_into_messages_and_views(unit: str):
    long = (unit * 40_000)[:40_000]
    project = Project(2021, "11", f"名前{long[:200]}", purpose=long, overview=long, outcome=long)
    card = card_message(project, Shown())
    shown = pages(card)
    assert [message_problem(page) for page in shown] == [None] * len(shown)
    told = "".join(plain(page) for page in shown)
    assert told.count(unit.strip()) >= 3 * 40_000 // len(unit) - 10 * len(shown)  # none is lost
    view = modal("事業の詳細", card.blocks)
    assert view_problem(view) is None
    assert ("ここまで" in json.dumps(view, ensure_ascii=False)) == (len(json.dumps(card.blocks)) > 230_000)


def test_a_text_alone_that_leads_on_has_a_page_for_its_button():
    first, *rest = pages(Message("締切は次のとおりです。", more=(builders.section("続き"),)))
    assert first["blocks"][0]["text"]["text"] == "締切は次のとおりです。"
    assert [block["text"]["text"] for page in rest for block in page["blocks"]] == ["続き"]
    assert message_problem(with_more(first, key="k", number=1, of=2, left=2)) is None


def test_a_text_alone_is_one_page():
    assert pages(Message("お調べしました。")) == ({"text": "お調べしました。"},)
