"""Mentions and direct messages over real HTTP: answered once, where they were said."""

import json
import threading

import pytest

from bot.messages.markup import plain
from bot.playground.slack import Post, Sender, SlackServer

ENGINES = ("sqlite", "postgresql")


def posted(slack: SlackServer) -> Post:
    (post,) = slack.wait_for(lambda: slack.posts)
    return post


def test_a_mention_is_answered_in_a_thread_under_it(send: Sender, slack: SlackServer):
    assert send.mention("スマートシティの推進", ts="1795400000.000100").status == 200
    post = posted(slack)
    assert (post.channel, post.thread_ts, post.ephemeral_to) == ("C0PLAN", "1795400000.000100", "")
    assert "スマートシティの推進" in plain(vars(post))
    assert post.body["unfurl_links"] is False


def test_a_mention_in_a_thread_is_answered_in_that_thread(send: Sender, slack: SlackServer):
    send.mention("ふるさと納税", thread_ts="1795400000.000001", ts="1795400000.000200")
    assert posted(slack).thread_ts == "1795400000.000001"


@pytest.mark.parametrize(
    "asked", ["11、12", "11 12", "No.11 No.12", "11と12の担当課は？", "11と12について教えて"]
)
def test_a_mention_of_several_numbers_is_of_those_projects(send: Sender, slack: SlackServer, asked: str):
    send.mention(asked)
    shown = plain(vars(posted(slack)))
    first, second = "スマートシティの推進", "デジタル情報プラットフォーム"
    assert shown.index(first) < shown.index(second)
    assert "同じ名前" not in shown


def test_a_direct_message_is_answered_in_a_thread_under_it(send: Sender, slack: SlackServer):
    send.direct("ふるさと納税", ts="1795400000.000500")
    assert (posted(slack).channel, posted(slack).thread_ts) == ("D0STAFF", "1795400000.000500")


@pytest.mark.parametrize("more", [{"thread_ts": "1795400000.000600"}, {}], ids=["in the thread", "beside it"])
def test_a_follow_up_to_a_direct_message_is_of_what_was_answered(
    send: Sender, slack: SlackServer, more: dict[str, str]
):
    send.direct("スマートシティの推進の成果は？", ts="1795400000.000600")
    send.direct("その担当課は？", ts="1795400000.000601", **more)
    assert "スマートシティ戦略室" in slack.posts[-1].text
    assert slack.posts[-1].thread_ts == more.get("thread_ts", "1795400000.000601")


def test_threads_of_direct_messages_keep_their_subjects_apart(send: Sender, slack: SlackServer):
    send.direct("スマートシティの推進の成果は？", ts="1795400000.000700")
    send.direct("ふるさと納税の成果は？", ts="1795400000.000701")
    send.direct("その担当課は？", ts="1795400000.000702", thread_ts="1795400000.000700")
    assert "スマートシティ戦略室" in slack.posts[-1].text


def test_a_mention_alone_gets_help(send: Sender, slack: SlackServer):
    send.mention("")
    assert "使い方" in posted(slack).text or "/jigyo" in posted(slack).text


def test_in_a_thread_of_direct_messages_details_come_as_a_message_there(send: Sender, slack: SlackServer):
    send.direct("使い方", thread_ts="1795400000.000300")
    help_post = posted(slack)
    send.press(help_post, "を見る")
    card = slack.posts[-1]
    assert (card.via, card.channel, card.thread_ts) == ("chat.postMessage", "D0STAFF", "1795400000.000300")
    assert "出典" in plain(vars(card))


def test_a_button_on_a_public_answer_answers_only_who_pressed(send: Sender, slack: SlackServer):
    send.mention("使い方", thread_ts="1795400000.000400")
    send.press(posted(slack), "を見る", user="U0CHIEF")
    card = slack.posts[-1]
    assert (card.via, card.ephemeral_to, card.thread_ts) == ("response_url", "U0CHIEF", "1795400000.000400")


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B0OTHER"},
        {"bot_id": "B0BOT", "user": "U0BOT"},
        {"user": "U0BOT"},
        {"subtype": "message_changed", "message": {"text": "統計"}},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message", "username": "rss"},
        {"subtype": "channel_join"},
        {"edited": {"user": "U0STAFF", "ts": "1.1"}},
    ],
    ids=lambda event: "-".join(f"{k}" for k in event) + str(event.get("subtype", "")),
)
def test_bots_edits_and_its_own_messages_are_ignored(send: Sender, slack: SlackServer, event: dict):
    assert send.direct("統計", **event).status == 200
    assert send.mention("統計", **event).status == 200
    assert slack.posts == []


def test_an_event_that_does_not_say_who_the_bot_is_has_it_asked_of_slack(send: Sender, slack: SlackServer):
    for words in ("スマートシティの推進", "ふるさと納税"):
        body = send.mention_body(words)
        del body["authorizations"]
        send.signed(json.dumps(body), content_type="application/json")
        assert "U0BOT" not in plain(vars(slack.posts[-1]))
        assert words[:4] in plain(vars(slack.posts[-1]))
    own = send.mention_body("統計", user="U0BOT")
    del own["authorizations"]
    send.signed(json.dumps(own), content_type="application/json")
    assert len(slack.posts) == 2
    assert 1 <= len(slack.calls("auth.test")) <= 2  # once a process


def test_what_is_said_in_a_channel_without_a_mention_is_ignored(send: Sender, slack: SlackServer):
    said = {
        "type": "message",
        "channel_type": "channel",
        "channel": "C0PLAN",
        "user": "U0STAFF",
        "text": "統計",
        "ts": "1.2",
    }
    assert send.event(said).status == 200
    assert slack.posts == []


def test_a_retried_event_is_answered_once(send: Sender, slack: SlackServer):
    for retry in range(4):
        assert send.mention("統計", event_id="Ev0RETRIED", retry=retry).status == 200
    assert len(slack.posts) == 1


def test_the_same_event_arriving_twice_at_once_is_answered_once(send: Sender, slack: SlackServer):
    slack.fail("chat.postMessage", "slow", seconds=0.3)
    twice = [
        threading.Thread(target=send.mention, args=("統計",), kwargs={"event_id": "Ev0TWICE"})
        for _ in range(2)
    ]
    for thread in twice:
        thread.start()
    for thread in twice:
        thread.join()
    assert len(slack.posts) == 1


def test_a_retry_whose_first_try_never_arrived_is_answered(send: Sender, slack: SlackServer):
    send.mention("統計", event_id="Ev0ONLYRETRY", retry=2)
    assert len(slack.posts) == 1


def test_a_post_whose_outcome_is_unknown_is_not_posted_again(send: Sender, slack: SlackServer):
    slack.fail("chat.postMessage", "reset_after")
    send.mention("統計", event_id="Ev0RESET")
    send.mention("統計", event_id="Ev0RESET", retry=1)
    assert len(slack.posts) == 1


def test_an_answer_that_slack_refused_is_given_when_the_event_comes_again(send: Sender, slack: SlackServer):
    slack.fail("chat.postMessage", "error", error="team_added_to_org")
    assert send.mention("統計", event_id="Ev0REFUSED").status == 500
    assert send.mention("統計", event_id="Ev0REFUSED", retry=1).status == 200
    assert send.mention("統計", event_id="Ev0REFUSED", retry=2).status == 200
    assert len(slack.posts) == 1


def test_an_event_whose_answer_slack_refuses_for_good_is_not_asked_for_again(
    send: Sender, slack: SlackServer
):
    slack.fail("chat.postMessage", "error", error="is_archived")
    assert send.mention("統計", event_id="Ev0ARCHIVED").status == 200
    assert slack.posts == []


def test_too_many_requests_are_sent_again_when_slack_says(send: Sender, slack: SlackServer):
    slack.fail("chat.postMessage", "ratelimited", retry_after=1)
    send.mention("統計")
    slack.wait_for(lambda: slack.posts)  # the event may be acknowledged before Slack takes the second one
    assert len(slack.posts) == 1
    assert len(slack.calls("chat.postMessage")) >= 2


def test_an_answer_slower_than_slack_waits_is_acknowledged_and_still_arrives(
    send: Sender, slack: SlackServer
):
    slack.fail("chat.postMessage", "slow", seconds=2.6)
    assert send.mention("統計").status == 200
    assert slack.posts == []
    assert slack.wait_for(lambda: slack.posts, seconds=5)


def test_a_stranger_of_another_workspace_may_search(send: Sender, slack: SlackServer):
    send.mention("ふるさと納税", user="U0GUEST", team="T0OTHER", user_team="T0OTHER")
    assert "ふるさと" in posted(slack).text


def test_who_waits_for_longer_than_a_second_is_told_that_it_is_looked_for(send: Sender, slack: SlackServer):
    slack.fail("users.info", "slow", seconds=1.5)
    send.direct("締切", user="U0CHIEF", ts="1795400000.000800")
    told = slack.wait_for(lambda: slack.calls("assistant.threads.setStatus"), seconds=60)
    assert "1795400000.000800" in {status["thread_ts"] for status in told}
