"""A clock set by hand, and a fresh database that goes by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import SqlStore, open_store
from tests.fakes import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path}/d.db", clock=clock)
    yield opened
    opened.close()
