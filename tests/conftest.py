"""The published list, loaded once and copied for each that wants it; a bot serving it to a loopback Slack."""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from bot.playground.slack import Sender, SlackServer
from store.database import Database, open_database
from store.evaluation import sections
from store.lists import parse_list
from store.loader import store_list
from store.state import Location
from tests import postgres, running
from tests.running import Served, serving

SEEDS = Path(__file__).parent.parent / "seeds"
SEED = SEEDS / "000_ed97a90ee4f8eb7b.txt"
LOADED_AT = "2026-11-23T00:00:00+00:00"

UNTIMED: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("suite", max_examples=25, **UNTIMED)
settings.register_profile("many", max_examples=200, **UNTIMED)  # make test-slow
settings.load_profile("suite")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module with `ENGINES` runs on each of them what uses the fixture `engine`, directly or not.

    What it names in `SLOW_IN_POSTGRESQL` is slow there.
    """
    if "engine" in metafunc.fixturenames and hasattr(metafunc.module, "ENGINES"):
        is_slow = metafunc.function.__name__ in getattr(metafunc.module, "SLOW_IN_POSTGRESQL", ())
        engines = [
            pytest.param(each, marks=pytest.mark.slow) if is_slow and each == "postgresql" else each
            for each in metafunc.module.ENGINES
        ]
        metafunc.parametrize("engine", engines, indirect=True, scope="module")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    """A PostgreSQL server, one for all tests of this process."""
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> str:
    """Where the state is kept: `sqlite`, or `postgresql` too in a module with ENGINES."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="module")
def placed(engine: str, request: pytest.FixtureRequest) -> Callable[[Path], Path]:
    """A path with its state: in the file itself, or in a new schema of the PostgreSQL server."""
    if engine == "sqlite":
        return lambda path: path
    server: postgres.Server = request.getfixturevalue("postgresql")
    return lambda path: Location.of(path, server.city())


@pytest.fixture(scope="session")
def seeded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seeded") / "jigyo.db"
    db = open_database(path)
    store_list(db, parse_list(SEED.read_bytes()), source_name=SEED.name, now=LOADED_AT)
    lines, _ = sections.read_sections((SEEDS / "sections.csv").read_bytes())
    sections.import_aliases(db, lines)
    with db.conn:  # as in a workspace that was answered before
        kinds = ("data_table", "data_visualization", "context_actions")
        shown = [(kind, 1, "2026-11-23T00:00:00+09:00") for kind in kinds]
        db.conn.executemany("INSERT INTO workspace_blocks (kind, is_shown, at) VALUES (?, ?, ?)", shown)
    db.close()
    return path


@pytest.fixture(scope="session")
def db(seeded_once: Path) -> Database:
    """The published list for tests that only read it: opened once, and what is known of it is read once."""
    return open_database(seeded_once)


Made = Callable[..., Database]


@pytest.fixture(scope="session")
def made() -> Made:
    """Loads a list from its text (and its year, if that does not say it) into a database in memory."""

    def of(text: str, year: int | None = None) -> Database:
        db = open_database(":memory:")
        store_list(db, parse_list(text.encode(), fiscal_year=year), source_name="made.csv", now=LOADED_AT)
        return db

    return of


@pytest.fixture
def seeded(tmp_path: Path, seeded_once: Path) -> Path:
    """A database file with the published list and its sections' aliases, this test's own."""
    return Path(shutil.copy(seeded_once, tmp_path / "jigyo.db"))


def pytest_configure() -> None:
    """Fork processes, keep what is compiled, and what the loopback Slack takes for `make slack-types`."""
    running.forked = True
    # As where it is installed: else each worker and each process that a test starts compiles it all again.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if folder := os.environ.get("PAYLOADS_FOR_TYPES"):
        from tests.slack_types import record  # which imports much

        record(Path(folder))


def pytest_collection_finish() -> None:
    """What is collected stays: the collector of garbage need not look through it again and again."""
    gc.freeze()


@pytest.fixture(scope="module")
def slack(engine: str) -> Iterator[SlackServer]:
    """A loopback Slack for the tests of one file, one for each engine."""
    with SlackServer() as server:
        yield server


@pytest.fixture(scope="module")
def own_list(
    seeded_once: Path, tmp_path_factory: pytest.TempPathFactory, placed: Callable[[Path], Path]
) -> Path:
    """A database file with the published list, one file's own."""
    return placed(Path(shutil.copy(seeded_once, tmp_path_factory.mktemp("served") / "jigyo.db")))


@pytest.fixture(scope="module")
def database(own_list: Path) -> Path:
    """What the bot serves; a file of tests may put something in before (`sheet_city.settled`)."""
    return own_list


@pytest.fixture(scope="module")
def served(slack: SlackServer, database: Path) -> Iterator[Served]:
    """The bot over HTTP, without reminders; U0ADMIN may set deadlines."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JIGYO_ADMINS", "U0ADMIN")
        with serving(slack, database, "--http", "--no-reminders") as process:
            yield process


@pytest.fixture
def send(slack: SlackServer, served: Served) -> Iterator[Sender]:
    """Sends to the bot; nothing posted yet, and nothing fails after."""
    slack.posts.clear()
    yield Sender(slack, served.url)
    slack.heal()
