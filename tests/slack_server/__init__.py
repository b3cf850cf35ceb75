"""A loopback Slack for tests, benches and demos: Web API, response_url, files, Socket Mode, faults on demand.

    with SlackServer() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        ...
        assert slack.posts[-1].text == "…"

It refuses what Slack refuses: bad tokens, over-limit blocks, duplicate ids, a response_url's sixth use,
unknown channels. `slack.fail("chat.postMessage", "reset_after")` makes it misbehave (see
`faults.KINDS`).
`python -m tests.slack_server` runs it in a process of its own, switched over HTTP (see `__main__`).
"""

from tests.slack_server.sender import Reply, Sender
from tests.slack_server.server import SlackServer
from tests.slack_server.state import Post

__all__ = ["Post", "Reply", "Sender", "SlackServer"]
