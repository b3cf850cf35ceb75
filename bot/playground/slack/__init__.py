"""A loopback Slack for the playground, tests and benches: Web API, response_url, files, Socket Mode, faults.

    with SlackServer() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        ...
        assert slack.posts[-1].text == "…"

It refuses what Slack refuses: bad tokens, over-limit blocks, duplicate ids, a response_url's sixth use,
unknown channels. `slack.fail("chat.postMessage", "reset_after")` makes it misbehave (see
`state.KINDS`).
`python -m bot.playground.slack` runs it in a process of its own, switched over HTTP (see `__main__`).
"""

from bot.playground.slack.sender import Reply, Sender
from bot.playground.slack.server import SlackServer
from bot.playground.slack.state import Post

__all__ = ["Post", "Reply", "Sender", "SlackServer"]
