"""What a person typed, out of what Slack made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.markup import as_typed, without_mention
from bot.slack.exchange import without_halves
from bot.slack.router import first_word


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        ("スマートシティ　推進", "スマートシティ 推進"),
        ("  11\u00a0", "11"),
        ("“市民”の‘声’", "\"市民\"の'声'"),
        ("PPP &amp; PFI &lt;1&gt;", "PPP & PFI <1>"),
        ("&amp;lt;", "&lt;"),
        ("<http://tsukuba.lg.jp|tsukuba.lg.jp> 移住", "tsukuba.lg.jp 移住"),
        ("<https://example.com/a?b=1&amp;c=2>", "https://example.com/a?b=1&c=2"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<@U0STAFF|yamada> の事業", "yamada の事業"),
        ("<@U0STAFF> の事業", "の事業"),
        ("<#C0PLAN|企画経営課>", "企画経営課"),
        ("<!subteam^S1|@企画>", "企画"),
        ("<!here> 統計", "統計"),
        ("ｽﾏｰﾄｼﾃｨ", "ｽﾏｰﾄｼﾃｨ"),  # width is the search's business
        ("", ""),
    ],
)
def test_slacks_escapes_are_undone(raw: str, typed: str):
    assert as_typed(raw) == typed


@pytest.mark.parametrize(
    ("raw", "word", "rest"),
    [
        ("締切　設定 12/28", "締切", "設定 12/28"),
        ("ＨＥＬＰ", "help", ""),
        ("設定 <@U0CHIEF|課長> を", "設定", "<@U0CHIEF|課長> を"),
        ("", "", ""),
    ],
)
def test_the_first_word_is_folded_and_the_rest_left_as_it_was(raw: str, word: str, rest: str):
    assert first_word(raw) == (word, rest)


@pytest.mark.parametrize("raw", ["<@U0BOT> 統計", "統計 <@U0BOT>", "<@U0BOT|jigyo> 統計", "  <@U0BOT>  統計"])
def test_the_mention_of_the_bot_is_not_part_of_the_question(raw: str):
    assert without_mention(raw, "U0BOT").strip() == "統計"


def test_half_a_pair_which_json_can_carry_is_no_part_of_a_text():
    read = without_halves({"event": {"text": "<@U0BOT> \ud83d統計"}})
    assert without_mention(read["event"]["text"], "U0BOT") == "\ufffd統計"


@given(st.text(max_size=300))
def test_any_text_can_be_read(raw: str):
    as_typed(raw)
    first_word(raw)
