"""A tick against the loopback Slack: nothing lost, nothing doubled, whatever Slack answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.delivery.dispatcher import tick
from bot.delivery.outbox import pictures
from bot.playground.slack import Post
from store.evaluation import changes, ledger, registry
from tests.season import SECRETARIAT, YEAR, Season, season, section

ENGINES = ("sqlite", "postgresql")
# Whom a reminder goes to, and what Slack says: the ledger takes no part in it that the others do not try.
SLOW_IN_POSTGRESQL = (
    "test_a_channel_that_others_read_gets_no_reminder_and_the_next_recipient_does",
    "test_a_chief_who_left_is_replaced_by_the_deputy_and_the_secretariat_is_told",
    "test_a_digest_goes_to_no_channel_that_others_read",
    "test_a_refusal_of_another_kind_is_tried_again_later_and_later",
    "test_blocks_that_slack_refuses_go_as_plain_text",
    "test_follow_ups_in_a_channel_go_to_the_thread_of_the_first_message",
    "test_retry_after_is_obeyed_to_the_second_and_only_by_that_channel",
    "test_the_digest_carries_a_picture_with_its_words_and_does_without_where_slack_will_not",
    "test_the_key_is_found_behind_hundreds_of_later_messages",
    "test_what_went_to_a_thread_is_looked_for_among_its_replies",
    "test_where_everybody_may_see_progress_channels_are_not_asked_about",
    "test_where_the_first_message_is_gone_the_next_goes_to_the_channel",
    "test_whether_others_read_a_channel_that_cannot_be_asked_is_waited_for",
    "test_without_chief_deputy_and_channel_the_secretariat_gets_the_reminder_itself",
)
CHIEFS = ["D1CHIEF1", "D1CHIEF2", "D1CHIEF3"]


@pytest.fixture
def city(tmp_path: Path, placed: Callable[[Path], Path]) -> Iterator[Season]:
    with season(placed(tmp_path / "jigyo.db")) as city:
        yield city


def reminded(city: Season) -> list[str]:
    return sorted(p.channel for p in city.slack.posts if p.metadata and p.channel.startswith("D"))


def test_each_chief_gets_one_message_and_a_second_tick_sends_nothing(city: Season) -> None:
    assert tick(city.delivery()).results["sent"] == 4  # three chiefs, and the secretariat's digest
    assert reminded(city) == CHIEFS
    assert tick(city.delivery()).results["sent"] == 0
    assert {post.state for post in ledger.in_states(city.db, ("claimed", "sent", "released"))} == {"sent"}


@pytest.mark.parametrize("kind", ["reset_after", "unavailable_after", "hang_after"])
def test_what_slack_took_without_telling_is_found_and_not_sent_again(city: Season, kind: str) -> None:
    city.slack.fail("chat.postMessage", kind, channel="D1CHIEF2", seconds=0.5)
    assert tick(city.delivery(timeout=0.2)).results["unknown"] == 1
    assert tick(city.delivery()).looked_up == {}  # the lease is still running
    city.now += timedelta(minutes=2)
    assert tick(city.delivery()).looked_up == {"arrived": 1}
    assert reminded(city) == CHIEFS


@pytest.mark.parametrize("kind", ["reset", "unavailable", "hang"])
def test_what_slack_never_took_is_sent_once_its_lease_is_over(city: Season, kind: str) -> None:
    city.slack.fail("chat.postMessage", kind, channel="D1CHIEF2", seconds=0.5)
    assert tick(city.delivery(timeout=0.2)).results["unknown"] == 1
    assert reminded(city) == ["D1CHIEF1", "D1CHIEF3"]
    city.now += timedelta(minutes=2)
    report = tick(city.delivery())
    assert (report.looked_up, report.results["sent"]) == ({"never arrived": 1}, 1)
    assert reminded(city) == CHIEFS


def test_retry_after_is_obeyed_to_the_second_and_only_by_that_channel(city: Season) -> None:
    city.slack.fail("chat.postMessage", "ratelimited", channel="D1CHIEF2", retry_after=90)
    assert tick(city.delivery()).results["refused"] == 1
    assert reminded(city) == ["D1CHIEF1", "D1CHIEF3"]
    city.now += timedelta(seconds=60)
    assert tick(city.delivery()).results["waiting"] == 1
    city.now += timedelta(seconds=31)
    assert tick(city.delivery()).results["sent"] == 1
    assert reminded(city) == CHIEFS


@pytest.mark.parametrize("reason", ["user_disabled", "channel_not_found", "account_inactive"])
def test_a_chief_who_left_is_replaced_by_the_deputy_and_the_secretariat_is_told(
    city: Season, reason: str
) -> None:
    city.slack.fail("conversations.open", "error", error=reason, times=1)
    tick(city.delivery())
    assert reminded(city) == ["D1CHIEF2", "D1CHIEF3", "D2DEPUTY1"]
    assert [text for text in city.texts(SECRETARIAT) if "第1課の課長" in text]
    assert not [text for text in city.texts(SECRETARIAT) if "U1CHIEF1" in text or reason in text]
    assert tick(city.delivery()).results["sent"] == 0


def test_without_chief_deputy_and_channel_the_secretariat_gets_the_reminder_itself(city: Season) -> None:
    del city.slack.workspace.users["U1CHIEF1"]
    del city.slack.workspace.users["U2DEPUTY1"]
    city.slack.workspace.channels["C1SECTION1"]["is_archived"] = True
    tick(city.delivery())
    keys = [post.metadata["event_payload"]["key"] for post in city.slack.posts if post.metadata]
    assert [key for key in keys if f"第1課|{SECRETARIAT}" in key]
    assert reminded(city) == ["D1CHIEF2", "D1CHIEF3"]


def test_blocks_that_slack_refuses_go_as_plain_text(city: Season) -> None:
    city.slack.fail("chat.postMessage", "error", error="invalid_blocks", channel="D1CHIEF1")
    tick(city.delivery())
    assert reminded(city) == CHIEFS


def test_a_refusal_of_another_kind_is_tried_again_later_and_later(city: Season) -> None:
    city.slack.fail("chat.postMessage", "error", error="team_access_not_granted", times=4, channel="D1CHIEF1")
    waits = []
    for _ in range(4):
        before = city.now
        while not tick(city.delivery()).results["refused"]:
            city.now += timedelta(seconds=10)
        waits.append((city.now - before).total_seconds())
    assert waits == sorted(waits)
    assert [text for text in city.texts(SECRETARIAT) if "3回続けて" in text]
    city.now += timedelta(minutes=20)
    tick(city.delivery())
    assert reminded(city) == CHIEFS


def test_an_unreadable_history_is_put_before_a_person_and_settled(city: Season) -> None:
    city.slack.fail("chat.postMessage", "reset_after", channel="D1CHIEF2")
    city.slack.fail("conversations.history", "error", error="missing_scope", times=None)
    tick(city.delivery())
    city.now += timedelta(minutes=2)
    assert tick(city.delivery()).looked_up == {"ambiguous": 1}
    assert [text for text in city.texts(SECRETARIAT) if "jigyo deliveries settle" in text]
    [post] = ledger.in_states(city.db, ("ambiguous",))
    assert tick(city.delivery()).results["sent"] == 0
    assert ledger.settle(city.db, post, sent=True, who="U0ADMIN", now="2026-12-14T00:10:00.000+00:00")
    assert tick(city.delivery()).results["sent"] == 0
    assert reminded(city) == CHIEFS


def test_a_history_that_fails_for_a_while_is_asked_again(city: Season) -> None:
    city.slack.fail("chat.postMessage", "reset_after", channel="D1CHIEF2")
    city.slack.fail("conversations.history", "unavailable", times=1)
    tick(city.delivery())
    city.now += timedelta(minutes=2)
    assert tick(city.delivery()).looked_up == {"not yet": 1}
    city.now += timedelta(minutes=2)
    assert tick(city.delivery()).looked_up == {"arrived": 1}
    assert reminded(city) == CHIEFS


def test_the_key_is_found_behind_hundreds_of_later_messages(city: Season) -> None:
    city.slack.fail("chat.postMessage", "reset_after", channel="D1CHIEF2")
    tick(city.delivery())
    for number in range(210):
        city.delivery().client.chat_postMessage(channel="D1CHIEF2", text=f"別の発言 {number}")
    city.now += timedelta(minutes=2)
    assert tick(city.delivery()).looked_up == {"arrived": 1}
    assert len(city.slack.calls("conversations.history")) == 2


def test_a_clock_set_back_a_day_sends_nothing_twice(city: Season) -> None:
    city.slack.fail("chat.postMessage", "reset_after", channel="D1CHIEF2")
    tick(city.delivery())
    city.now -= timedelta(days=3)
    for _ in range(4):
        city.now += timedelta(minutes=2)
        tick(city.delivery())
    assert reminded(city) == CHIEFS
    assert ledger.in_states(city.db, ("claimed",)) == []


def test_a_clock_set_back_does_not_hold_up_what_is_new(city: Season) -> None:
    tick(city.delivery())
    right = city.now.timestamp()
    city.slack.workspace.clock = lambda: right  # only ours is set back
    city.now -= timedelta(minutes=20)
    changes.set_deadline(
        city.db, fiscal_year=YEAR, kind="一次評価", due=date(2026, 12, 25), by="U0ADMIN", at=city.now
    )
    city.now += timedelta(minutes=1)
    tick(city.delivery())
    assert reminded(city) == sorted(CHIEFS * 2)


def test_what_comes_in_while_a_reminder_waits_for_its_turn_is_not_asked_for(city: Season) -> None:
    def hand_in(seconds: float) -> None:
        city.sleep(seconds)
        for sheet in registry.sheets(city.db):
            if sheet.section == "第3課" and not sheet.done:
                changes.save(city.db, sheet, replace(sheet, state="提出済"), by="U4STAFF3", at=city.now)

    assert tick(city.delivery(sleep=hand_in)).results["settled"] == 1
    assert reminded(city) == ["D1CHIEF1", "D1CHIEF2"]


def test_a_secretariat_that_is_gone_is_asked_again_after_a_while(city: Season) -> None:
    city.slack.workspace.channels[SECRETARIAT]["is_archived"] = True
    for minutes in (0, 1, 5):
        city.now += timedelta(minutes=minutes)
        tick(city.delivery())
    assert len(calls_to(city, SECRETARIAT)) == 1
    city.slack.workspace.channels[SECRETARIAT]["is_archived"] = False
    city.now += timedelta(minutes=10)
    tick(city.delivery())
    [told] = city.texts(SECRETARIAT)  # the digest, and that it could not be reached
    assert "事務局はアーカイブされています" in told
    assert reminded(city) == CHIEFS


def calls_to(city: Season, channel: str) -> list[str]:
    return [args["text"] for args in city.slack.calls("chat.postMessage") if args["channel"] == channel]


def test_the_digest_carries_a_picture_with_its_words_and_does_without_where_slack_will_not(
    city: Season,
) -> None:
    tick(city.delivery(draw=pictures))
    [digest] = [post for post in city.slack.posts if post.channel == SECRETARIAT]
    [chart] = [block for block in digest.blocks if block["type"] == "data_visualization"]
    assert chart["title"] == "令和8年度 一次評価 進捗"
    assert not city.slack.calls("files.getUploadURLExternal")
    city.slack.workspace.lacking.update(("data_visualization", "data_table"))
    city.now += timedelta(days=7)
    tick(city.delivery(draw=pictures))
    digest = [post for post in city.slack.posts if post.channel == SECRETARIAT][-1]
    [image] = [block for block in digest.blocks if block["type"] == "image"]
    file = city.slack.workspace.files[image["slack_file"]["id"]]
    assert file["content"].startswith(b"\x89PNG")
    assert "令和8年度 一次評価" in image["alt_text"]
    city.now += timedelta(days=7)
    city.slack.fail("files.getUploadURLExternal", "error", error="missing_scope", times=None)
    tick(city.delivery(draw=pictures))
    digest = [post for post in city.slack.posts if post.channel == SECRETARIAT][-1]
    assert [block["type"] for block in digest.blocks if block["type"] == "image"] == []
    assert digest.blocks


@pytest.mark.parametrize("how", ["is_ext_shared", "is_pending_ext_shared"])
def test_a_channel_that_others_read_gets_no_reminder_and_the_next_recipient_does(
    city: Season, how: str
) -> None:
    city.slack.workspace.channels[section(1).channel][how] = True
    changes.set_contacts(city.db, replace(section(1), chief="", deputy=""), by="operator", at=city.now)
    tick(city.delivery())
    city.now += timedelta(minutes=10)
    tick(city.delivery())
    assert city.texts(section(1).channel) == []
    told = "\n".join(city.texts(SECRETARIAT))
    assert "組織の外の方も読むため" in told
    assert "第1課" in told
    assert len(set(city.keys())) == len(city.keys()) == 3


def test_a_digest_goes_to_no_channel_that_others_read(city: Season) -> None:
    city.slack.workspace.channels[SECRETARIAT]["is_ext_shared"] = True
    tick(city.delivery())
    assert city.texts(SECRETARIAT) == []
    city.slack.workspace.channels[SECRETARIAT]["is_ext_shared"] = False
    city.now += timedelta(minutes=15)
    tick(city.delivery())
    assert city.texts(SECRETARIAT) != []


def test_whether_others_read_a_channel_that_cannot_be_asked_is_waited_for(city: Season) -> None:
    city.slack.fail("conversations.info", "reset", times=None)
    tick(city.delivery())
    assert city.texts(SECRETARIAT) == []
    city.slack.heal()
    city.now += timedelta(minutes=15)
    tick(city.delivery())
    assert city.texts(SECRETARIAT) != []


def test_where_everybody_may_see_progress_channels_are_not_asked_about(city: Season) -> None:
    open_to_all = city.context.settings.model_copy(update={"jigyo_progress_for": "everyone"})
    city.context = replace(city.context, settings=open_to_all)
    city.slack.workspace.channels[SECRETARIAT]["is_ext_shared"] = True
    tick(city.delivery())
    assert city.texts(SECRETARIAT) != []
    assert city.slack.calls("conversations.info") == []


def to_the_channel(city: Season) -> None:
    """Section 1 has a channel alone; ten days before the first message went there."""
    alone = replace(section(1), chief="", deputy="")
    changes.set_contacts(city.db, alone, by="operator", at=city.now - timedelta(days=1))
    tick(city.delivery())
    city.now += timedelta(days=7)


def in_channel(city: Season) -> list[Post]:
    return [post for post in city.slack.posts if post.channel == "C1SECTION1"]


def test_follow_ups_in_a_channel_go_to_the_thread_of_the_first_message(city: Season) -> None:
    to_the_channel(city)
    tick(city.delivery())
    first, second = in_channel(city)
    assert (first.thread_ts, second.thread_ts) == ("", first.ts)


@pytest.mark.parametrize("kind", ["reset_after", "reset"])
def test_what_went_to_a_thread_is_looked_for_among_its_replies(city: Season, kind: str) -> None:
    to_the_channel(city)
    city.slack.fail("chat.postMessage", kind, channel="C1SECTION1")
    assert tick(city.delivery()).results["unknown"] == 1
    city.now += timedelta(minutes=2)
    tick(city.delivery())
    assert len(in_channel(city)) == 2
    assert city.slack.calls("conversations.replies")


def test_where_the_first_message_is_gone_the_next_goes_to_the_channel(city: Season) -> None:
    to_the_channel(city)
    city.slack.fail("chat.postMessage", "error", error="thread_not_found", channel="C1SECTION1")
    tick(city.delivery())
    assert [post.thread_ts for post in in_channel(city)] == ["", ""]
