"""The page: its files, a stream of what the loopback Slack holds, what is done on it. On loopback only."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot.context import Context
from bot.playground import city
from bot.playground.acts import Clock, Mistake, Playground
from bot.playground.slack import Sender, SlackServer
from bot.settings import Settings
from bot.slack import server
from bot.slack.http import listen
from store.database import Databases, open_database
from store.text import morphology

HOST = "127.0.0.1"
STATIC = Path(__file__).parent / "static"
FILES = {"page.js": "text/javascript", "page.css": "text/css", "icon.svg": "image/svg+xml"}
GATHER = 0.02  # seconds in which changes are sent together
KEEP_ALIVE = 15.0  # seconds between two signs of life on a silent stream
MOST = 1_000_000  # bytes of a request
# Nothing from elsewhere, nothing inline; images are files of the loopback Slack.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
PICTURES = {".png": "image/png"}

log = logging.getLogger(__name__)
Json = dict[str, Any]


def own_settings(slack: SlackServer, path: Path) -> Settings:
    """Settings for the loopback Slack, none of them from the environment."""
    defaults = {
        name: field.get_default(call_default_factory=True) for name, field in Settings.model_fields.items()
    }
    own = {
        "slack_bot_token": SecretStr(slack.bot_token),
        "slack_signing_secret": SecretStr(slack.signing_secret),
        "slack_api_url": slack.api_url,
        "jigyo_db": path,
        "jigyo_secretariat": city.OFFICE,
        "jigyo_admins": (city.SECRETARY,),
    }
    return Settings.model_construct(**{**defaults, **own})


def run(
    made: Callable[[], Path], port: int, ready: Callable[[str, str], None], clock: Clock | None = None
) -> None:
    """Play until SIGINT or SIGTERM on the database that is `made`; `ready` is told two URLs.

    They are the page's and the loopback Slack's. Raises SettingsError when the port is taken, DatabaseError
    where no database can be made.
    """
    listening = listen(HOST, port, variable="--port")[0]
    morphology.load_dictionary()
    path = made()
    with SlackServer() as slack:
        clock = clock or Clock()
        slack.workspace.clock = lambda: clock.now().timestamp()
        db = open_database(path)
        furnished = city.furnish(db, slack.workspace, clock.now())
        db.close()
        context = Context(Databases(path), clock.now, own_settings(slack, path))
        context.databases.snapshot()
        events = listen(HOST, 0)[0]
        app_url = f"http://{HOST}:{events.getsockname()[1]}"
        playground = Playground(slack, furnished, Sender(slack, app_url), context, clock)

        async def play() -> None:
            async with _serving(playground, listening):
                ready(f"http://{HOST}:{listening.getsockname()[1]}/", slack.api_url)
                threading.Thread(target=playground.keep_ticking, name="ticks", daemon=True).start()
                try:
                    await server.serve(context, events, is_socket=False, reminders=False)
                finally:
                    playground.stopping.set()

        with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=server.loop_factory()) as runner:
            runner.run(play())  # Ctrl+C ends it at any moment, also before the server listens to it


@asynccontextmanager
async def _serving(playground: Playground, listening: Any) -> AsyncIterator[None]:
    runner = web.AppRunner(build_page(playground), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    try:
        yield
    finally:
        playground.stopping.set()
        await runner.cleanup()


def build_page(playground: Playground) -> web.Application:
    """The page as an aiohttp application."""
    page = _Page(playground)
    app = web.Application(client_max_size=MOST, middlewares=[_guarded])
    app.on_startup.append(page.listen)
    app.on_shutdown.append(page.hang_up)
    app.router.add_get("/", page.index)
    app.router.add_get("/static/{name}", page.static)
    app.router.add_get("/stream", page.stream)
    app.router.add_post("/act/{kind}", page.act)
    app.router.add_get("/message/{key}", page.message)
    app.router.add_get("/files/{file}", page.file)
    return app


@web.middleware
async def _guarded(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Only for a browser on this machine that was given this address: no other page may ask in its name."""
    host, _, _ = (request.headers.get("Host") or "").rpartition(":")
    own = f"http://{request.headers.get('Host')}"
    if host not in (HOST, "localhost") or request.headers.get("Origin", own) != own:
        raise web.HTTPForbidden
    if request.method == "POST" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    response = await handler(request)
    if not response.prepared:
        response.headers.update(HEADERS)
    return response


class _Page:
    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._streams: set[asyncio.Event] = set()
        self._is_closing = False

    async def listen(self, _: web.Application) -> None:
        """Wake the streams whenever something changes, in whichever thread."""
        loop = asyncio.get_running_loop()

        def changed() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody looks any more
                loop.call_soon_threadsafe(self._wake)

        self._playground.slack.workspace.on_change = changed

    async def hang_up(self, _: web.Application) -> None:
        """End the streams."""
        self._is_closing = True
        self._wake()

    def _wake(self) -> None:
        for each in self._streams:
            each.set()

    async def index(self, _: web.Request) -> web.StreamResponse:
        """The page itself."""
        return web.Response(body=(STATIC / "index.html").read_bytes(), content_type="text/html")

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Its script and its style."""
        name = request.match_info["name"]
        if name not in FILES:
            raise web.HTTPNotFound
        return web.Response(body=(STATIC / name).read_bytes(), content_type=FILES[name], charset="utf-8")

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: the place once, then everything there is, then what changes."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **HEADERS})
        await response.prepare(request)
        woken, revision = asyncio.Event(), 0
        woken.set()
        self._streams.add(woken)
        try:
            await _send(response, "place", await asyncio.to_thread(self._playground.place))
            while not self._is_closing:
                with suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), KEEP_ALIVE)
                await asyncio.sleep(GATHER)
                woken.clear()
                told = await asyncio.to_thread(self._playground.since, revision)
                revision = told["revision"]
                await _send(response, "news", told)
        except ConnectionError:
            pass  # the browser is gone
        finally:
            self._streams.discard(woken)
        return response

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Do something; {"mistake": …} says why it cannot be done."""
        try:
            told = await request.json()
            done = await asyncio.to_thread(self._playground.act, request.match_info["kind"], told)
        except Mistake as mistake:
            return web.json_response({"mistake": str(mistake)})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            log.warning("the page asked for what there is not: %r", error)
            raise web.HTTPBadRequest from error
        return web.json_response(done)

    async def message(self, request: web.Request) -> web.StreamResponse:
        """A message's JSON and size."""
        try:
            return web.json_response(self._playground.message(int(request.match_info["key"])))
        except (Mistake, ValueError) as error:
            raise web.HTTPNotFound from error

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file that was uploaded: a picture to look at, anything else to keep."""
        file = self._playground.slack.workspace.files.get(request.match_info["file"])
        if file is None or "content" not in file:
            raise web.HTTPNotFound
        kind = PICTURES.get(Path(file["name"]).suffix)
        if kind:
            return web.Response(body=file["content"], content_type=kind)
        response = web.Response(body=file["content"], content_type="application/octet-stream")
        response.headers["Content-Disposition"] = 'attachment; filename="' + _plain(file["name"]) + '"'
        return response


def _plain(name: str) -> str:
    return "".join(each if each.isascii() and (each.isalnum() or each in ".-_") else "_" for each in name)


async def _send(response: web.StreamResponse, event: str, told: Json) -> None:
    data = json.dumps(told, ensure_ascii=False)  # in one line, whatever it holds
    await response.write(f"event: {event}\ndata: {data}\n\n".encode())
