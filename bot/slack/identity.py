"""Who the bot is in its workspace, without which only mentions cannot be read."""

from __future__ import annotations

from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient


class Identity(AsyncAuthorize):
    """The app's one installation, known without a call: Bolt's own asks Slack before it answers anything."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._installation = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=client.token)
        self._bot_user = ""

    async def __call__(self, **_: object) -> AuthorizeResult:
        """What Bolt is to answer any request with."""
        return self._installation

    async def bot_user(self, event: dict[str, Any]) -> str:
        """The bot's user id: as the event's envelope says, else as Slack says, which is asked once.

        Raises what Slack's client raises when Slack has to be asked and cannot be.
        """
        for each in event.get("authorizations") or ():
            if each.get("is_bot") and each.get("user_id"):
                return str(each["user_id"])
        if not self._bot_user:
            self._bot_user = str((await self._client.auth_test())["user_id"])
        return self._bot_user
