"""The peer: an empty `/jigyo` in the fastest arrangement of Bolt we know of, in a process of its own."""

from __future__ import annotations

import os
import sys

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

client = AsyncWebClient(token=os.environ["BENCH_TOKEN"], base_url=os.environ["BENCH_API"])
app = AsyncApp(client=client, signing_secret=os.environ["BENCH_SECRET"], process_before_response=True)


@app.command("/jigyo")
async def jigyo(ack: AsyncAck) -> None:
    """Answer nothing."""
    await ack()


if __name__ == "__main__":
    uvicorn.run(AsyncSlackRequestHandler(app), port=int(sys.argv[1]), access_log=False, log_level="warning")
