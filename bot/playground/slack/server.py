"""The loopback Slack itself: an aiohttp server on 127.0.0.1 in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import WSMsgType, web

from bot.playground.slack import methods
from bot.playground.slack.methods import Refused
from bot.playground.slack.state import (
    APP_TOKEN,
    BOT_TOKEN,
    GARBAGE,
    KINDS,
    SIGNING_SECRET,
    Fault,
    Hook,
    Json,
    Post,
    Workspace,
)

JSON_ARGUMENTS = ("blocks", "view", "metadata", "prompts", "files", "attachments")


class SlackServer:
    """Use as a context manager; everything that happened is in `workspace` (posts, calls, views, files)."""

    bot_token, app_token, signing_secret = BOT_TOKEN, APP_TOKEN, SIGNING_SECRET

    def __init__(self, *, port: int = 0) -> None:
        self.workspace = Workspace()
        self.faults: list[Fault] = []
        self.port = port
        self._sockets: list[web.WebSocketResponse] = []
        self._acks: dict[str, Json] = {}
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="loopback-slack")

    # -- for tests ---------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is to be."""
        return f"{self.url}/api/"

    @property
    def posts(self) -> list[Post]:
        """Every message shown, oldest first."""
        return self.workspace.posts

    def calls(self, method: str) -> list[Json]:
        """The arguments of every call of a method, refused ones too."""
        return [args for name, args in self.workspace.calls if name == method]

    def fail(self, method: str, kind: str, **more: Any) -> Fault:
        """Make calls of `method` ('' for all) fail in one of `state.KINDS`; see `state.Fault` for more."""
        if kind not in KINDS:
            raise ValueError(kind)
        fault = Fault(method, kind, **more)
        self.faults.append(fault)
        return fault

    def heal(self) -> None:
        """Forget every fault."""
        self.faults.clear()

    def response_url(self, channel: str, user: str, post: Post | None = None) -> str:
        """A fresh response_url: five uses, thirty minutes. `post` is the message that was pressed."""
        key = secrets.token_hex(8)
        self.workspace.hooks[key] = Hook(channel, user, self.workspace.clock(), post=post)
        return f"{self.url}/hooks/{key}"

    def wait_for(self, condition: Callable[[], Any], *, seconds: float = 10.0) -> Any:
        """The condition's value as soon as it is true. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := condition():
                return value
            time.sleep(0.005)
        raise TimeoutError("it did not happen")

    @property
    def sockets(self) -> int:
        """How many Socket Mode connections are open."""
        return sum(not socket.closed for socket in self._sockets)

    def hang_up(self) -> None:
        """Close every Socket Mode connection, as Slack does now and then."""
        for open_socket in self._sockets:
            asyncio.run_coroutine_threadsafe(open_socket.close(), self._loop).result(5)

    def push(self, kind: str, payload: Json, *, seconds: float = 10.0, over: int = 0) -> Json:
        """Send an envelope over Socket Mode and return what it was acknowledged with.

        `over` is the number of the connection, of those that are open.
        """
        self.wait_for(lambda: self.sockets > over)
        envelope_id = secrets.token_hex(8)
        envelope = {
            "envelope_id": envelope_id, "type": kind, "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }  # fmt: skip
        socket = [s for s in self._sockets if not s.closed][over]
        asyncio.run_coroutine_threadsafe(socket.send_json(envelope), self._loop).result(seconds)
        return dict(self.wait_for(lambda: self._acks.get(envelope_id), seconds=seconds))

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._started.wait(10):
            raise TimeoutError("the loopback Slack did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    # -- the server --------------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/hooks/{key}", self._hook)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/socket", self._socket)
        app.router.add_post("/_control", self._control)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        self._loop.run_until_complete(site.start())
        self.port = runner.addresses[0][1]
        self._started.set()
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(runner.cleanup())
            self._loop.run_until_complete(_end_all())
            self._loop.close()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        args = await self._arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.workspace.calls.append((name, args))
        fault = next((f for f in self.faults if f.applies(name, args)), None)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            fault = None
        if fault and not fault.kind.endswith("_after"):
            return await self._misbehave(request, fault)
        try:
            answer = methods.call(self.workspace, name, {**args, "_base": self.url}, token)
        except Refused as refusal:
            self.workspace.refuse(name, refusal.error, args)
            return _refused(refusal)
        if fault:
            return await self._misbehave(request, fault)
        scopes = ",".join(sorted(self.workspace.scopes or ()))
        return web.json_response(
            {"ok": True, **answer}, headers={"x-oauth-scopes": scopes} if scopes else None
        )

    @staticmethod
    async def _arguments(request: web.Request) -> Json:
        if request.content_type == "application/json":
            return dict(await request.json()) if request.can_read_body else {}
        args: Json = {**request.query, **(await request.post() if request.can_read_body else {})}
        return {
            k: json.loads(v) if k in JSON_ARGUMENTS and isinstance(v, str) else v for k, v in args.items()
        }

    async def _misbehave(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.kind == "ratelimited":
            headers = {"Retry-After": str(fault.retry_after)}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault.kind.startswith("unavailable"):
            return web.Response(status=503, text="<html>upstream unavailable</html>")
        if fault.kind == "error":
            return web.json_response({"ok": False, "error": fault.error})
        if fault.kind in GARBAGE:
            content_type, body = GARBAGE[fault.kind]
            return web.Response(body=body, content_type=content_type)
        if fault.kind.startswith("hang"):
            await asyncio.sleep(fault.seconds)
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        hook = self.workspace.hooks.get(request.match_info["key"])
        body = await request.json()
        self.workspace.calls.append(("response_url", body))
        fault = next((f for f in self.faults if f.applies("response_url", body)), None)
        if fault and not fault.kind.endswith("_after"):
            return await self._misbehave(request, fault)
        try:
            if hook is None:
                raise Refused("no_such_url")
            with self.workspace.lock:
                methods.use_hook(self.workspace, hook, body)
        except Refused as refusal:
            told = {"channel": hook.channel, "user": hook.user} if hook else {}
            self.workspace.refuse("response_url", refusal.error, {**body, **told})
            return web.json_response({"ok": False, "error": refusal.error}, status=404)
        return await self._misbehave(request, fault) if fault else web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        file = self.workspace.files.get(request.match_info["file"])
        if file is None:
            return web.Response(status=404)
        if request.content_type.startswith("multipart/"):
            parts = await request.post()
            content = [part.file.read() for part in parts.values() if isinstance(part, web.FileField)]
            file["content"] = content[0] if content else b""
        else:
            file["content"] = await request.read()
        return web.Response(text=f"OK - {len(file['content'])}")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": self.sockets})
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                ack = json.loads(message.data)
                self._acks[ack["envelope_id"]] = ack
        return socket

    async def _control(self, request: web.Request) -> web.StreamResponse:
        """From another process: {"fail": …}, {"heal": true}, {"channel": …}; tells what was posted."""
        told = await request.json()
        if "fail" in told:
            self.fail(**told["fail"])
        if told.get("heal"):
            self.heal()
        if "channel" in told:
            self.workspace.add_channel(*told["channel"])
        posts = [vars(post) | {"files": len(post.files)} for post in self.posts]
        return web.json_response({"posts": posts, "calls": [name for name, _ in self.workspace.calls]})


def _refused(refusal: Refused) -> web.StreamResponse:
    code, _, detail = refusal.error.partition(": ")
    body = {"ok": False, "error": code, "response_metadata": {"messages": [detail]}}
    if refusal.wait:
        return web.json_response(body, status=429, headers={"Retry-After": str(refusal.wait)})
    return web.json_response(body)


async def _end_all() -> None:
    """Cancel what still hangs, and see it end: a loop that is closed under a task complains of it."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
