"""What tests of several rooms share: a PostgreSQL server, and a database on it that putting back is faster than making."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crawler.clock import SystemClock
from storage.store import open_store
from tests import databases


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a running server, without a database."""
    with databases.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_home(postgres: str) -> str:
    """A migrated, seeded database; whoever fills it puts it back."""
    databases.run(postgres, "CREATE DATABASE dragonwatch")
    url = databases.address(postgres, "dragonwatch")
    open_store(url, clock=SystemClock()).close()
    databases.keep_seed(url)
    return url


@pytest.fixture
def postgres_url(postgres_home: str) -> Iterator[str]:
    """That database for one test."""
    yield postgres_home
    databases.put_back(postgres_home)
