"""The loopback Slack refuses what Slack refuses and misbehaves as told, or tests against it prove little."""

import asyncio
from collections.abc import Iterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookClient

from bot.messages import builders
from bot.playground.slack import SlackServer
from bot.playground.slack.rules import message_problem, view_problem

BUTTON = builders.button("押す", action="go", value="1")


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)


async def refusal(call: object) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_a_wrong_token_an_unknown_channel_and_an_archived_one_are_refused(
    slack: SlackServer, client: AsyncWebClient
):
    slack.workspace.add_channel("C0OLD", "old", is_archived=True)
    stranger = AsyncWebClient(token="xoxb-other", base_url=slack.api_url)
    assert await refusal(stranger.auth_test()) == "invalid_auth"
    assert await refusal(client.chat_postMessage(channel="C0NONE", text="x")) == "channel_not_found"
    assert await refusal(client.chat_postMessage(channel="C0OLD", text="x")) == "is_archived"
    assert await refusal(client.chat_postMessage(channel="C0PLAN")) == "no_text"
    assert slack.posts == []


async def test_a_scope_that_was_not_granted_is_missing(slack: SlackServer, client: AsyncWebClient):
    slack.workspace.scopes = {"chat:write"}
    assert await refusal(client.users_info(user="U0STAFF")) == "missing_scope"
    assert (await client.chat_postMessage(channel="C0PLAN", text="x"))["ok"]


@pytest.mark.parametrize(
    "blocks",
    [
        [builders.section("x")] * 51,
        [builders.section("x" * 3001)],
        [builders.section("")],
        [builders.header("x" * 151)],
        [builders.context(*["x"] * 11)],
        [builders.actions(*({**BUTTON, "action_id": str(n)} for n in range(26)))],
        [builders.actions(builders.button("x" * 76, action="a"))],
        [builders.actions(builders.button("x", action="a", value="x" * 2001))],
        [builders.actions(builders.button("x", action="x" * 256))],
        [builders.actions(BUTTON, BUTTON)],
        [builders.section("x", accessory=BUTTON), builders.actions(BUTTON)],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}],
        [{"type": "markdown", "text": "x" * 12_001}],
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101}],
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}],
        [builders.section("x" * 2900)] * 4,
        [{**builders.section("x"), "block_id": "b"}] * 2,
        [builders.rich(builders.line(builders.words("")))],
        [{"type": "paragraph"}],
        [
            {
                "type": "input",
                "label": {"type": "plain_text", "text": "x"},
                "element": {"type": "plain_text_input"},
            }
        ],
    ],
    ids=range(21),
)
def test_a_message_over_a_limit_is_refused(blocks: list[builders.Block]):
    assert message_problem({"text": "x", "blocks": blocks})


def test_a_message_at_the_limits_is_taken():
    blocks = [builders.section("x" * 3000), *[builders.section("x")] * 48, builders.header("x" * 150)]
    assert message_problem({"text": "x" * 40_000, "blocks": blocks}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"blocks": [builders.section("x")] * 101},
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": [{"type": "table", "rows": [[]]}]},
        {"blocks": [builders.section("あ" * 3000)] * 40},
        {"type": "popup"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_view_over_a_limit_is_refused(change: dict):
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "絞り込み"},
        "blocks": [builders.section("x")],
    }
    assert view_problem(view) is None
    assert view_problem({**view, **change})


async def test_a_response_url_has_five_uses_and_thirty_minutes(slack: SlackServer):
    url = slack.response_url("C0PLAN", "U0STAFF")
    used = [await asyncio.to_thread(WebhookClient(url).send, text=str(n)) for n in range(6)]
    assert [r.status_code for r in used] == [200] * 5 + [404]
    late = slack.response_url("C0PLAN", "U0STAFF")
    now = slack.workspace.clock()
    slack.workspace.clock = lambda: now + 30 * 60 + 1
    assert (await asyncio.to_thread(WebhookClient(late).send, text="x")).status_code == 404


async def test_a_trigger_opens_one_view(slack: SlackServer, client: AsyncWebClient):
    trigger = slack.workspace.trigger()
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "絞り込み"},
        "blocks": [builders.section("x")],
    }
    assert (await client.views_open(trigger_id=trigger, view=view))["view"]["id"]
    assert await refusal(client.views_open(trigger_id=trigger, view=view)) == "expired_trigger_id"


async def test_history_shows_metadata_only_when_asked(slack: SlackServer, client: AsyncWebClient):
    metadata = {"event_type": "jigyo_reminder", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel="C0PLAN", text="締切", metadata=metadata)
    await client.chat_postMessage(channel="C0PLAN", text="返信", thread_ts=posted["ts"])
    plain = await client.conversations_history(channel="C0PLAN")
    told = await client.conversations_history(channel="C0PLAN", include_all_metadata=True)
    assert [m["text"] for m in told["messages"]] == ["締切"]
    assert "metadata" not in plain["messages"][0]
    assert told["messages"][0]["metadata"]["event_payload"] == {"key": "k1"}
    replies = await client.conversations_replies(channel="C0PLAN", ts=posted["ts"])
    assert [m["text"] for m in replies["messages"]] == ["締切", "返信"]


async def test_a_file_goes_up_and_shows_in_its_thread(slack: SlackServer, client: AsyncWebClient):
    await client.files_upload_v2(
        channel="C0PLAN",
        thread_ts="1.1",
        filename="一覧.csv",
        content="番号,名前\n",
        title="一覧",
        initial_comment="どうぞ",
    )
    (post,) = slack.posts
    assert (post.thread_ts, post.text) == ("1.1", "どうぞ")
    assert post.files[0]["content"].decode() == "番号,名前\n"


@pytest.mark.parametrize(
    ("kind", "arrives"),
    [
        ("unavailable", False),
        ("reset", False),
        ("hang", False),
        ("ratelimited", False),
        ("error", False),
        ("reset_after", True),
        ("hang_after", True),
        ("unavailable_after", True),
    ],
)
async def test_faults_do_what_they_say_once(
    slack: SlackServer, client: AsyncWebClient, kind: str, arrives: bool
):
    slack.fail("chat.postMessage", kind, channel="C0DATA", seconds=1.5)
    await client.chat_postMessage(channel="C0PLAN", text="ほかのチャンネル")
    with pytest.raises((SlackApiError, aiohttp.ClientError, asyncio.TimeoutError)):
        await client.chat_postMessage(channel="C0DATA", text="障害")
    assert [p.text for p in slack.posts if p.channel == "C0DATA"] == ["障害"] * arrives
    await client.chat_postMessage(channel="C0DATA", text="回復")
    assert slack.posts[-1].text == "回復"


async def test_posts_too_close_together_are_limited(slack: SlackServer, client: AsyncWebClient):
    slack.workspace.seconds_between_posts = 60
    await client.chat_postMessage(channel="C0PLAN", text="一")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0PLAN", text="二")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel="C0DATA", text="三")
