"""What holds for every test: nothing beyond this machine is asked. And a PostgreSQL for those who want one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from crawler.clock import SystemClock
from storage.store import open_store
from tests import databases
from tests.guard import sitecustomize as guard

# How long an example takes says more of what else the machine does, and of what the first one loads, than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

_report = Path(tempfile.mkdtemp(prefix="beyond-loopback-")) / "attempts"
os.environ[guard.REPORT] = str(_report)
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(Path(guard.__file__).parent), os.environ.get("PYTHONPATH")])
)


@pytest.fixture(autouse=True)
def loopback_alone() -> Iterator[None]:
    """Fails the test that asked for something beyond loopback, in this process or in one that it started."""
    yield
    if _report.exists():
        attempts = _report.read_text(encoding="utf-8")
        _report.unlink()
        pytest.fail(attempts, pytrace=False)


def pytest_sessionfinish() -> None:
    """Leaves nothing behind."""
    _report.unlink(missing_ok=True)
    _report.parent.rmdir()


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
