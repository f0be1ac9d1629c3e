"""Whose turn it is at a host, between processes that share a database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from crawler.errors import Stopped, Waiting
from scheduler.fleet.pace import FleetPace
from storage.engine import Database
from storage.turns import TurnTable

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]

LATE = 0.02
"""Seconds between the database's answer and our look at the time."""


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()


def paces(database: Database, count: int, delay: float = 0.1) -> list[FleetPace]:
    return [FleetPace(delay, 16, turns=TurnTable(database), holds=5.0) for _ in range(count)]


async def asked(pace: FleetPace, times: list[float], *, delay: float | None = None, takes: float = 0.0) -> None:
    async with pace.turn("h.example", delay):
        times.append(time.monotonic())
        await asyncio.sleep(takes)


async def test_two_processes_ask_a_host_no_closer_than_one_would(database: Database) -> None:
    times: list[float] = []
    await asyncio.gather(*(asked(pace, times, takes=0.05) for pace in paces(database, 3) for _ in range(2)))
    assert len(times) == 6
    assert min(later - earlier for earlier, later in pairwise(sorted(times))) >= 0.15 - LATE


async def test_one_that_dies_while_it_asks_holds_a_host_up_for_as_long_as_a_request_may_take(
    database: Database,
) -> None:
    turns = TurnTable(database)
    assert turns.take("h.example", 0.0, holds=0.3).wait == 0
    (other,) = paces(database, 1)
    begun, times = time.monotonic(), list[float]()
    await asked(other, times)
    assert 0.3 - LATE <= times[0] - begun < 3


async def test_one_that_comes_back_too_late_ends_nobody_elses_turn(database: Database) -> None:
    turns = TurnTable(database)
    late = turns.take("h.example", 0.0, holds=0.001)
    await asyncio.sleep(0.01)
    assert turns.take("h.example", 0.0, holds=5.0).wait == 0
    assert late.until is not None
    turns.over("h.example", late.until)
    assert turns.take("h.example", 0.0, holds=5.0).wait > 4


async def test_the_longest_wish_counts_whoever_has_it(database: Database) -> None:
    slow, quick = paces(database, 2, delay=0.01)
    times: list[float] = []
    await asked(slow, times, delay=0.2)
    await asked(quick, times)
    await asked(slow, times, delay=0.2)
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.2 - LATE


async def test_hosts_do_not_wait_for_each_other(database: Database) -> None:
    (pace,) = paces(database, 1, delay=60)
    async with asyncio.timeout(5):
        for number in range(20):
            async with pace.turn(f"{number}.example"):
                pass


async def test_a_refusal_told_to_one_is_heeded_by_all_and_forgotten_step_by_step(database: Database) -> None:
    told, other = paces(database, 2, delay=0.0)
    times: list[float] = []
    await asked(told, times)
    await told.slower("h.example", timedelta(seconds=90), "status 429")
    with pytest.raises(Waiting, match=r"left alone for \d+ more seconds \(status 429\)"):
        await asked(other, times)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE hosts SET rest_until = now(), asked_at = now() - interval '1 minute'")
    await asked(other, times)
    turn = TurnTable(database).take("h.example", 0.0, holds=0.0)
    assert 0.5 < turn.wait <= 1.0  # once refused: a second between requests
    await other.faster("h.example")
    assert TurnTable(database).take("h.example", 0.0, holds=0.0).wait == 0


async def test_without_the_database_no_host_is_asked() -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")
    (pace,) = paces(away, 1)
    with pytest.raises(Stopped, match=r"h\.example was not asked: whose turn it is cannot be told"):
        await asked(pace, [])
    away.close()


def test_hosts_that_nobody_asks_any_more_are_forgotten(database: Database) -> None:
    turns = TurnTable(database)
    turns.take("old.example", 1.0, holds=0.0)
    turns.take("new.example", 1.0, holds=0.0)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE hosts SET asked_at = now() - interval '40 days' WHERE host = 'old.example'")
    turns.forget(30)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT host FROM hosts").scalars().all() == ["new.example"]
