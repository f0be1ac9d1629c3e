"""A store on each database, a fresh one for each test: SQLite in a file, and PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.archive import WarcArchive, open_archive
from storage.store import SqlStore, open_store

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


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
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, seeded database that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    open_store(f"sqlite:///{path}", clock=HandClock()).close()
    return path


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
    yield request.getfixturevalue("postgres_url")


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
