"""A plain HTTP/1.1 load client: requests are made before the clock starts, connections are kept open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from bot.playground.slack.sender import Sender, signature


def request(sender: Sender, text: str) -> bytes:
    """A signed `/jigyo text` as bytes for the wire."""
    body = urlencode(sender.command_form(text, user="U0STAFF", channel="C0PLAN"))
    headers = {
        "Host": "127.0.0.1",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        **signature(body, str(int(time.time()))),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /slack/events HTTP/1.1\r\n{lines}\r\n{body}".encode()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: bytes) -> int:
    writer.write(wire)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head[9:12])


async def _flood(url: str, wires: Sequence[bytes], connections: int) -> float:
    address = urlsplit(url)
    waiting = iter(wires)

    async def one() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for wire in waiting:
            status = await _exchange(reader, writer, wire)
            assert status == 200, status
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return len(wires) / (time.perf_counter() - started)


def requests_a_second(url: str, wires: Sequence[bytes], *, connections: int) -> float:
    """Send all requests as fast as they are answered."""
    return asyncio.run(_flood(url, wires, connections))


async def _paced(url: str, wires: Sequence[bytes], rate: float) -> list[float]:
    address = urlsplit(url)
    idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(32):
        idle.put_nowait(await asyncio.open_connection(address.hostname, address.port))
    start = time.perf_counter()
    took: list[float] = []

    async def one(number: int, wire: bytes) -> None:
        due = start + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        connection = await idle.get()
        await _exchange(*connection, wire)
        took.append(time.perf_counter() - due)  # from when it was due: waiting counts
        idle.put_nowait(connection)

    await asyncio.gather(*(one(number, wire) for number, wire in enumerate(wires)))
    return took


def latencies(url: str, wires: Sequence[bytes], *, rate: float) -> list[float]:
    """Seconds each request took at a steady `rate` a second, sorted."""
    return sorted(asyncio.run(_paced(url, wires, rate)))
