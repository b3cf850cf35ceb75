"""`/jigyo` over real HTTP with real signatures against a running `jigyo serve`."""

import re
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.context import Context, SlackRequest, Surface, now_in_tokyo
from bot.messages.builders import button
from bot.messages.markup import plain
from bot.playground.slack import Post, Sender, SlackServer
from bot.playground.slack.sender import buttons, signature
from bot.slack.app import COMMANDS
from bot.slack.dispatch import Dispatcher
from store.database import Databases
from tests.running import Served
from tests.season import settings
from tests.sheet_city import told as answer


def words_in_bold(blocks: list[dict]) -> list[str]:
    leaves = [
        leaf for b in blocks if b["type"] == "rich_text" for e in b["elements"] for leaf in e["elements"]
    ]
    return [leaf["text"] for leaf in leaves if leaf.get("style", {}).get("bold")]


def test_a_keyword_lists_projects_with_what_matched_in_bold(send: Sender):
    reply = send.command("スーパーシティ")
    shown = plain(reply.body)
    assert reply.status == 200
    assert "「スーパーシティ」の検索結果 2件" in shown
    assert "11　スマートシティの推進" in shown
    assert "スマートシティ戦略室" in shown
    assert "スーパーシティ" in words_in_bold(reply.body["blocks"])
    assert reply.body.get("response_type", "ephemeral") == "ephemeral"
    assert "11 スマートシティの推進" in reply.body["text"]  # what a notification or a screen reader tells


def test_more_than_five_hits_are_turned_like_pages_in_place(send: Sender, slack: SlackServer):
    send.command("市民")
    first = slack.posts[-1]
    assert "1〜5件目" in plain(vars(first))
    assert [b["text"]["text"] for b in buttons(first.blocks)][-2:] == ["次へ", "チャンネルに共有"]
    send.press(first, "次へ")
    second = slack.posts[-1]
    assert "6〜10件目" in plain(vars(second))
    assert second.body["replace_original"] is True
    assert {"前へ", "次へ"} <= {b["text"]["text"] for b in buttons(second.blocks)}
    send.press(second, "前へ")
    assert slack.posts[-1].blocks == first.blocks


@pytest.mark.parametrize("typed", ["11", "１１", "No.11", "事業番号11", " 11　", "十一", "十一番"])
def test_a_number_opens_the_card_with_every_field_and_its_source(send: Sender, typed: str):
    shown = plain(send.command(typed).body)
    for part in (
        "スマートシティの推進",
        "令和3年度",
        "政策イノベーション部 スマートシティ戦略室",
        "目的",
        "概要",
        "成果",
        "通し番号 3",
    ):
        assert part in shown.replace("　", " "), part
    assert "出典: 000_ed97a90ee4f8eb7b.txt 8行目" in shown


def test_numerals_in_kanji_that_only_a_text_has_are_not_told_in_digits(send: Sender):
    assert "事業番号 20 の" not in plain(send.command("二十").body)


def test_digits_that_only_a_text_has_are_shown_as_words_not_as_the_project(send: Sender):
    shown = plain(send.command("20").body)
    assert "事業番号 20 の事業は登録されていません。「20」と書かれている事業をお見せします。" in shown
    assert "検索結果 1件" in shown


def test_lists_in_a_record_are_lists_on_the_card(send: Sender):
    blocks = send.command("番号:8").body["blocks"]
    (outcome,) = [
        b for b in blocks if b["type"] == "rich_text" and "成果" in b["elements"][0]["elements"][0]["text"]
    ]
    assert [len(e["elements"]) for e in outcome["elements"] if e["type"] == "rich_text_list"] == [4]


def test_details_of_a_hit_are_shown_only_to_who_asked(send: Sender, slack: SlackServer):
    send.command("スーパーシティ")
    send.press(slack.posts[-1], "詳細")
    card = slack.posts[-1]
    assert (card.via, card.ephemeral_to) == ("response_url", "U0STAFF")
    assert card.body["replace_original"] is False
    assert "出典" in plain(vars(card))


def test_sharing_shows_the_channel_the_answer_and_who_shared(send: Sender, slack: SlackServer):
    send.command("スーパーシティ")
    send.press(slack.posts[-1], "チャンネルに共有")
    shared = slack.posts[-1]
    assert (shared.channel, shared.ephemeral_to, shared.body["response_type"]) == ("C0PLAN", "", "in_channel")
    assert "<@U0STAFF> さんが共有しました" in shared.blocks[0]["elements"][0]["text"]
    assert {b["text"]["text"] for b in buttons(shared.blocks)} == {"詳細"}  # nobody turns everybody's page


def test_a_card_can_be_shared_too(send: Sender, slack: SlackServer):
    send.command("11")
    send.press(slack.posts[-1], "チャンネルに共有", user="U0CHIEF")
    shared = slack.posts[-1]
    assert shared.ephemeral_to == ""
    assert "<@U0CHIEF>" in shared.blocks[0]["elements"][0]["text"]
    assert "スマートシティの推進" in plain(vars(shared))


def test_projects_like_the_one_on_a_card_are_a_button_away(send: Sender, slack: SlackServer):
    send.command("11")
    send.press(slack.posts[-1], "似ている事業")
    shown = plain(vars(slack.posts[-1]))
    assert "「スマートシティの推進」に似ている事業です" in shown
    assert "12　デジタル情報プラットフォーム" in shown


@pytest.mark.parametrize(
    "typed",
    [
        "似ている 11",
        "似ている　１１",
        "類似 No.11",
        "似ている スマートシティの推進",
        "似ている スマートシティ",
        "似ている事業 十一",
    ],
)
def test_projects_like_another_can_be_asked_for_by_its_number_or_name(send: Sender, typed: str):
    shown = plain(send.command(typed).body)
    assert "「スマートシティの推進」に似ている事業です" in shown
    assert "12　デジタル情報プラットフォーム" in shown


@pytest.mark.parametrize(
    ("typed", "told"), [("99999", "「99999」がどの事業か"), ("統計", "「統計」が"), ("", "事業番号を")]
)
def test_which_project_others_should_be_like_is_asked_where_it_is_not_clear(
    send: Sender, typed: str, told: str
):
    shown = plain(send.command(f"似ている {typed}").body)
    assert told in shown
    assert "`/jigyo 似ている 72` のように" in shown


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("類似 団体 比較", "「類似 団体 比較」"), ("似た事業 公園", "「似た事業 公園」"),
        ("類似　事例の調査", "「類似 事例の調査」"),
    ],
)  # fmt: skip
def test_a_word_of_the_command_before_words_that_name_no_project_is_one_of_them(
    send: Sender, typed: str, told: str
):
    shown = answer(send, typed)
    assert "のように、事業番号を" not in shown
    assert told in shown


@pytest.mark.parametrize("typed", ["ぬるぽがっ", "qwertyuiop", "☃☃☃", "'; DROP TABLE projects; --"])
def test_nothing_found_says_so_and_how_to_ask_better(send: Sender, typed: str):
    reply = send.command(typed)
    shown = plain(reply.body)
    assert "見つかりませんでした" in shown
    assert "短いことば" in shown
    assert "使い方を見る" in shown


def test_a_slip_opens_the_clear_guess_marked_as_one(send: Sender):
    shown = plain(send.command("スマートシチィの推進").body)
    assert "「スマートシチィの推進」は見つかりませんでした。\nもしかして" in shown
    assert "事業番号 11" in shown


@pytest.mark.parametrize("typed", ["", "help", "ヘルプ", "使い方", "ＨＥＬＰ", "　"])
def test_alone_or_asked_for_help_it_shows_how_with_examples_of_the_list(send: Sender, typed: str):
    reply = send.command(typed)
    shown = plain(reply.body)
    assert "48件" in shown
    assert "/jigyo" in shown
    example = next(b["value"] for b in buttons(reply.body["blocks"]) if b["action_id"] == "detail")
    assert example.split()[0] == "2021"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("課:企画経営課　交流", "友好都市交流事業"),
        ("年度:令和3年度 スーパーシティ", "スマートシティの推進"),
        ("“スーパーシティ”", "スマートシティの推進"),
        ("<http://example.com|スーパーシティ>", "スマートシティの推進"),
        ("<@U0STAFF|スーパーシティ>", "スマートシティの推進"),
        ("<#C0PLAN|スーパーシティ>", "スマートシティの推進"),
        ("ＰＰＰ／ＰＦＩ", "PPP"),
    ],
)
def test_what_slack_made_of_the_typing_does_not_matter(send: Sender, typed: str, found: str):
    assert found in plain(send.command(typed).body)


def test_two_thousand_characters_are_answered(send: Sender):
    assert send.command("スマートシティ " * 250).status == 200


def test_a_word_that_bolt_takes_for_a_press_is_searched_for(send: Sender):
    reply = send.command("payload スマートシティ")
    assert reply.status == 200
    assert "スマートシティの推進" in reply.seen


def test_a_long_query_still_turns_pages(send: Sender, slack: SlackServer):
    send.command("市民 OR " + "（" * 1900)
    first = slack.posts[-1]
    assert "次へ" in plain(vars(first))
    send.press(first, "次へ")
    assert "6〜10件目" in plain(vars(slack.posts[-1]))


BUTTONS = sorted(
    {
        name
        for path in (Path(__file__).parent.parent / "bot").rglob("*.py")
        for name in re.findall(r'(?<!_)action="(\w+)"', path.read_text())
    }
)


@pytest.mark.parametrize("action", BUTTONS)
def test_every_button_we_send_has_somebody_who_answers_it(send: Sender, slack: SlackServer, action: str):
    shown = Post("C0PLAN", "1.1", "x", ephemeral_to="U0STAFF")
    assert send.action(shown, button("押す", action=action, value="2021 11")).status == 200


def form(slack: SlackServer, text: str = "11") -> str:
    return urlencode(Sender(slack, slack.url).command_form(text, user="U0STAFF", channel="C0PLAN"))


@pytest.mark.parametrize(
    ("age", "secret"),
    [(0, "f" * 32), (6 * 60, SlackServer.signing_secret), (-6 * 60, SlackServer.signing_secret)],
    ids=["a wrong secret", "a signature of six minutes ago", "a signature from the future"],
)
def test_what_slack_did_not_sign_just_now_is_refused(send: Sender, slack: SlackServer, age: int, secret: str):
    body = form(slack)
    headers = signature(body, str(int(time.time()) - age), secret=secret)
    reply = send.raw(body, headers={**headers, "Content-Type": "application/x-www-form-urlencoded"})
    assert reply.status == 401
    assert "スマート" not in reply.text


def test_without_a_signature_nothing_is_answered(send: Sender, slack: SlackServer):
    reply = send.raw(form(slack), headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert reply.status == 401


def test_no_secret_is_in_the_log_after_all_of_this(served: Served, slack: SlackServer):
    log = served.log()
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret, "verification-made-up", "/hooks/"):
        assert secret not in log


def test_a_mistyped_section_gets_that_sections_projects(send: Sender):
    seen = send.command("情報政作課").seen
    assert "もしかして" in seen
    assert "情報政策課" in seen
    assert "検索結果" in seen
    assert "出典" not in seen  # no card of one of them


@pytest.mark.parametrize("typed", ["情報政作課", "スマートシチィの推進"])
@pytest.mark.parametrize("surface", ["slash", "mention", "dm"])
def test_a_slip_is_put_right_in_whatever_thread_it_is_answered(seeded: Path, typed: str, surface: Surface):
    context = Context(Databases(seeded), now_in_tokyo, settings("http://127.0.0.1:9/api/", seeded))
    typed_by = SlackRequest(typed, raw=typed, user="U0STAFF", channel="C0PLAN", surface=surface)
    shown = Dispatcher(COMMANDS)(typed_by, context)
    assert "もしかして" in plain({"text": shown.text, "blocks": list(shown.blocks)})


@pytest.mark.parametrize("typed", ["スマートシテー", "スマートシテー？"])
def test_what_was_typed_is_repeated_with_its_long_vowel(send: Sender, typed: str):
    assert "「スマートシテ」" not in send.command(typed).seen
