"""What is typed after `/jigyo` and is no word to look for: questions, courtesies, unknown numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.context import Context, SlackRequest, now_in_tokyo
from bot.messages.markup import plain
from bot.messages.message import pages
from bot.messages.search_wording import told_missing
from bot.playground.slack import Sender, SlackServer
from bot.settings import Settings
from bot.slack.app import COMMANDS
from bot.slack.dispatch import Dispatcher
from store.database import Databases, open_database
from store.text.asking import ends_asking


@pytest.fixture
def context(seeded: Path) -> Iterator[Context]:
    made = Context(Databases(seeded), now_in_tokyo, Settings())
    yield made
    made.pool.shutdown()


def shown(context: Context, typed: str) -> str:
    request = SlackRequest(typed, raw=typed, user="U0STAFF", channel="C0PLAN", team="T0")
    return plain(pages(Dispatcher(COMMANDS)(request, context))[0])


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ふるさと納税の成果は？", "寄附を募るためのポータルサイト"),
        ("企画経営課の事業は何件ありますか", "企画経営課の事業は19件です"),
        ("11の成果", "スマートシティの推進（事業番号 11）の成果です"),
        ("スマートシティの担当はどこですか", "スマートシティ戦略室"),
        ("11と12の違い", "並べます"),
        ("どんな課がありますか", "事業のある課・室は"),
        ("友好都市交流事業の目的を教えて", "地域間交流を促進"),
        ("課の一覧", "事業のある課・室は"),
        ("事業一覧", "登録されている事業は48件です"),
        ("ありがとう", "どういたしまして"),
        ("こんにちは", "こんにちは"),
        ("了解です", "お尋ねください"),
    ],
)
def test_a_question_or_a_courtesy_is_answered_as_a_mention_would_be(
    context: Context, typed: str, told: str
) -> None:
    assert told in shown(context, typed)
    assert "見つか" not in shown(context, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "スマートシティの推進",
        "統計",
        "起業したい人",
        "企画経営課 交流",
        "多く 実現",
        "11 成果 ありがとう",
    ],
)
def test_words_and_names_are_searched_for(context: Context, typed: str) -> None:
    assert "なぜこの回答か" not in shown(context, typed)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("スーパーシティ　お願いします", "「スーパーシティ」の検索結果 2件"),
        ("「スーパーシティ」について", "11　スマートシティの推進"),
        ("11を教えて", "事業番号 11"),
        ("オリンピックの件でお願いします", "事業番号 68"),
    ],
)
def test_courtesies_at_the_end_are_not_searched_for(context: Context, typed: str, first: str) -> None:
    assert first in shown(context, typed)


def test_searching_on_the_event_loop_writes_nothing_there(context: Context) -> None:
    context.databases.get().conn.execute("PRAGMA query_only = 1")
    for typed in ("統計", "スマートシティの推進", "企画経営課 交流", "使い方", "ほげほげ", "11"):
        assert shown(context, typed)


def test_an_answer_is_gone_on_with_by_its_button(send: Sender, slack: SlackServer, database: Path) -> None:
    db = open_database(database)
    send.command("企画経営課の事業は何件ありますか")
    answered = slack.posts[-1]
    assert answered.ephemeral_to == "U0STAFF"
    slack.wait_for(lambda: db["conversations"].count)  # written by a worker thread
    send.press(answered, "なぜこの回答か")
    assert "企画経営課" in plain(vars(slack.posts[-1]))
    assert slack.posts[-1].blocks != answered.blocks


@pytest.mark.parametrize("typed", ["999", "番号:999", "９９９", "No.999"])
def test_a_number_that_does_not_exist_is_said_to_be_none(context: Context, typed: str) -> None:
    told = shown(context, typed)
    assert "事業番号 999 の事業は登録されていません。" in told.replace("９", "9")
    assert "短いことば" not in told


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("フードドライブはどこで開かれたの", "SDGs未来都市事業"),
        ("起業の相談はどこにすればいい？", "産業振興センター"),
    ],
)
def test_a_question_that_records_do_not_answer_is_told_so_with_what_is_near(
    context: Context, typed: str, near: str
) -> None:
    told = shown(context, typed)
    assert "登録されている事業からは分かりません" in told
    assert near in told


@pytest.mark.parametrize(
    ("lost", "text", "told"),
    [
        (("成果",), "ふるさと納税の成果は？", []),
        (("何", "人"), "統計調査員は何人？", []),
        (("つく", "教える", "下さる"), "スマートシティについて教えてください", []),
        (("お願いします",), "公園 お願いします", []),
        (("達成", "率"), "市長公約の達成率", ["達成率"]),
        (("奴",), "国際交流のやつ", ["やつ"]),
        (("美しい",), "美しい 公園", ["美しい"]),
        (("交通", "安全"), "交通 公園 安全", ["交通", "安全"]),
    ],
)
def test_what_is_missing_is_told_as_typed_and_no_word_that_only_asks(
    lost: tuple[str, ...], text: str, told: list[str]
) -> None:
    assert told_missing(lost, text) == told


def test_a_text_may_ask_by_its_end() -> None:
    assert all(
        map(ends_asking, ("どこですか", "成果は?", "了解です", "EBPMとは", "統計を教えて", "担当は誰"))
    )
    assert not any(map(ends_asking, ("統計", "スマートシティの推進", "企画経営課 交流", "いつくしみ")))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("友好都市は三つあったはずだが", "友好都市提携協定を締結した2都市"),
        ("統計調査員の研修会は中止になったんやろ", "研修会を実施した"),
        ("職員提案の表彰は五件あったはずだが", "改善結果報告2件の表彰"),
    ],
)
def test_of_a_statement_in_a_conversation_the_records_own_sentence_is_shown(
    context: Context, typed: str, said: str
) -> None:
    request = SlackRequest(typed, raw=typed, user="U0STAFF", channel="C0PLAN", team="T0", surface="mention")
    told = plain(pages(Dispatcher(COMMANDS)(request, context))[0])
    assert said in told
    assert "検索結果" not in told
