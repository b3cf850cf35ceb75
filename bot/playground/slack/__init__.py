"""A loopback Slack for the playground, tests and benches: Web API, response_url, files, Socket Mode, faults.

    with SlackServer() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        ...
        assert slack.posts[-1].text == "…"

It refuses what Slack refuses: bad tokens, over-limit blocks, duplicate ids, a response_url's sixth use,
unknown channels. `slack.fail("chat.postMessage", "reset_after")` makes it misbehave (see
`state.KINDS`).
In a process of its own it is switched over HTTP: POST /_control with JSON {"fail": {"method": …, "kind": …}},
{"heal": true}, or {}; the answer tells what was posted.
"""

from bot.playground.slack.sender import Reply, Sender
from bot.playground.slack.server import SlackServer
from bot.playground.slack.state import Post

__all__ = ["Post", "Reply", "Sender", "SlackServer"]
