"""Real processes of `jigyo` that start in a tenth of a second: forked from one that has imported everything.

Each worker of the suite has such a process, which imports and reads what `jigyo serve` reads before it forks
its own workers, and then does nothing but fork. A process that it forks is the leader of nothing of ours: it
has its own pid, environment, folder and files, runs `python -m bot …` from its first line to its exit status,
and can be killed like any other. What starting itself does (which libraries are imported, how) is not seen in
it: tests of that start Python (`serving(…, anew=True)`, `subprocess`).
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

LENGTH = 4  # bytes that say how long an order is
MARGIN = 0.02  # seconds between two looks at a process that ends
ROOT = Path(__file__).parent.parent
_status = 0  # with which a forked process ends


class Forked:
    """A forked process, as `subprocess.Popen` shows one."""

    def __init__(self, pid: int, status: int) -> None:
        self.pid, self.returncode, self._status = pid, None, status
        os.set_blocking(status, False)

    returncode: int | None

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        if self.returncode is None:
            with suppress(BlockingIOError):
                told = os.read(self._status, 32)
                self.returncode = int(told) if told else -signal.SIGKILL
                os.close(self._status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, once it has ended. Raises TimeoutExpired."""
        end = time.monotonic() + timeout if timeout is not None else None
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("jigyo", timeout or 0.0)
            time.sleep(MARGIN)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def start(
    arguments: Sequence[str | Path],
    *,
    module: str = "bot",
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    typed: IO[bytes] | None = None,
    output: IO[bytes] | None = None,
    errors: IO[bytes] | None = None,
) -> Forked:
    """Begin `python -m MODULE ARGUMENTS` with these files; else nothing typed, and this process's output."""
    read, write = os.pipe()
    order = {
        "module": module,
        "arguments": [*map(str, arguments)],
        "cwd": str(cwd or Path.cwd()),
        "env": dict(os.environ if env is None else env),
    }
    told = json.dumps(order).encode()
    gate = _gate()
    with Path(os.devnull).open("rb") as nothing:
        files = [typed or nothing, output or 1, errors or 2]
        numbers = [each if isinstance(each, int) else each.fileno() for each in files]
        socket.send_fds(gate, [len(told).to_bytes(LENGTH)], [write, *numbers])
    gate.sendall(told)
    os.close(write)
    pid = os.read(read, 16)
    if not pid:
        raise RuntimeError("the process that forks has ended")
    return Forked(int(pid), read)


def run(
    arguments: Sequence[str | Path],
    *,
    module: str = "bot",
    typed: str = "",
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    timeout: float = 100,
) -> subprocess.CompletedProcess[str]:
    """`jigyo ARGUMENTS` with this typed into it, to its end: what it said, as text."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(typed.encode())
        given.seek(0)
        process = start(
            arguments, module=module, env=env, cwd=cwd, typed=given if typed else None, output=out, errors=err
        )
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        for each in (out, err):
            each.seek(0)
        return subprocess.CompletedProcess([*arguments], code, out.read().decode(), err.read().decode())


@cache
def _gate() -> socket.socket:
    """The way to the process that forks; it is started here and ends with this one."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.forking", str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT)
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(gate: socket.socket) -> str:
    """Fork for each order until there are no more: in a fork, the module that it is to run; else ''."""
    while True:
        head, fds, _, _ = socket.recv_fds(gate, LENGTH, 4)
        with suppress(ChildProcessError):  # what ended since
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not head:
            return ""
        length, told = int.from_bytes(head), b""
        while len(told) < length:
            told += gate.recv(length - len(told))
        if os.fork():
            for each in fds:
                os.close(each)
            continue
        status, *files = fds
        if pid := os.fork():
            _tell(pid, status, files, gate)
        gate.close()
        os.close(status)
        order = json.loads(told)
        _prepare(order, files)
        return str(order["module"])


def _tell(pid: int, status: int, files: Sequence[int], gate: socket.socket) -> None:
    """Tell of this child its pid and its end, and end: it is waited for here, and nothing else is done."""
    for each in (*files, gate.fileno(), 0, 1, 2):
        os.close(each)
    os.write(status, str(pid).encode().ljust(16))
    _, ended = os.waitpid(pid, 0)
    with suppress(BrokenPipeError):
        os.write(status, str(os.waitstatus_to_exitcode(ended)).encode())
    os._exit(0)


def _prepare(order: dict[str, Any], files: Sequence[int]) -> None:
    """Make this process what was ordered: its files, folder, environment and arguments."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    sys.argv[1:] = order["arguments"]


def _end() -> None:
    """End this process at once: to take apart what was read ahead, each page of it would be copied."""
    for each in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads any more, or it is closed
            each.flush()
    os._exit(_status)


def _run(module: str) -> int:
    """Run the module as the main one; its exit status."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as told:
        if told.code is None or isinstance(told.code, int):
            return told.code or 0
        print(told.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _read_ahead() -> None:
    """Import and read what is neither a database nor a connection."""
    from bot.cli import MODULES
    from bot.slack import app, server  # noqa: F401
    from store.index import meaning, synonyms
    from store.text import morphology

    for name in {f"bot.commands.{module}" for module in MODULES.values()} | {
        "bot.mcp",
        app.ENGINE,
        "psycopg",
    }:
        import_module(name)
    morphology.load_dictionary()
    meaning.word_vectors()
    synonyms.by_beginning()


if __name__ == "__main__":
    atexit.register(_end)  # before what else registers, so that it is called after that, all threads ended
    _read_ahead()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end of the suite is the end of the socket
    if asked := _serve(socket.socket(fileno=int(sys.argv[1]))):
        _status = _run(asked)
