"""Slack's requests over HTTP: only signed ones that can be read come as far as Bolt."""

from __future__ import annotations

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.asgi.http_request import AsgiHttpRequest
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

_PRESS = "payload="  # how the form of a press begins; in a command's the word may stand anywhere


class SignedRequests(AsyncSlackRequestHandler):
    """Bolt looks at the body before the signature and fails on both when they are odd; here it can't."""

    def __init__(self, app: AsyncApp, path: str, signing_secret: str) -> None:
        super().__init__(app, path)
        self._verifier = SignatureVerifier(signing_secret)

    async def dispatch(self, request: AsgiHttpRequest) -> BoltResponse:
        """Answer 401 to what is not signed by Slack, 400 to what cannot be read, else what Bolt answers."""
        body = await request.get_raw_body()
        headers = {name.lower(): str(value) for name, value in request.get_headers().items()}
        if not self._is_signed(body, headers):
            return BoltResponse(status=401, body={"error": "invalid request"})
        try:
            asked = AsyncBoltRequest(body=_readable(body), query=request.query_string, headers={**headers})
        except (ValueError, TypeError, AttributeError):  # no JSON, or none that Slack would send
            return BoltResponse(status=400, body={"error": "unreadable request"})
        return await self.app.async_dispatch(asked)

    def _is_signed(self, body: str, headers: dict[str, str]) -> bool:
        try:
            return self._verifier.is_valid_request(body, headers)
        except ValueError:  # a timestamp that is no number
            return False


def _readable(body: str) -> str:
    """The same; but Bolt takes a form with "payload" in it, even as what is looked for, for a press."""
    if body.lstrip().startswith(("{", "[", _PRESS)):
        return body
    return body.replace("payload", "%70ayload")
