"""A worker that hangs, crashes or swallows memory costs its own call and nothing else."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from crawler import workers
from crawler.errors import ReadError
from crawler.workers import Workers


def double(shared: int, value: int) -> int:
    return shared * value


def spin(_: int) -> None:
    while True:
        pass


def crash(_: int) -> None:
    os.abort()


def swallow(_: int) -> int:
    return len(bytearray(8 << 30))


def fail(_: int) -> None:
    raise KeyError("unexpected")


def refuse(_: int) -> None:
    raise ReadError("not what it claims to be")


def which(_: int) -> int:
    return os.getpid()


@pytest.fixture
async def pool() -> AsyncIterator[Workers]:
    async with Workers(2, count=2, deadline=1.0) as made:
        yield made


async def test_a_call_gets_what_is_shared_and_its_own_arguments(pool: Workers) -> None:
    assert await asyncio.gather(*(pool.run(double, n) for n in range(50))) == [2 * n for n in range(50)]


async def test_hung_and_crashed_workers_fail_their_own_calls_alone(pool: Workers) -> None:
    bad: dict[Any, str] = {
        spin: "longer than 1 seconds",
        crash: "crashed its worker",
        swallow: "memory",
        fail: "unexpected",
        refuse: "claims",
    }
    began = time.monotonic()
    calls = [pool.run(double, n) for n in range(100)]
    for place, function in enumerate(bad):
        calls.insert(place * 20, pool.run(function))
    ended = await asyncio.gather(*calls, return_exceptions=True)
    assert sorted(end for end in ended if isinstance(end, int)) == [2 * n for n in range(100)]
    errors = [str(end) for end in ended if isinstance(end, ReadError)]
    assert len(errors) == len(bad)
    for sentence in bad.values():
        assert any(sentence in error for error in errors), (sentence, errors)
    assert pool.replaced == 2
    assert time.monotonic() - began < 20


class Unloadable:
    """What is shared, and ends the process that loads it."""

    def __reduce__(self) -> Any:
        return os._exit, (3,)


async def test_a_worker_that_dies_as_it_starts_costs_its_call_alone_and_is_told() -> None:
    async with Workers(Unloadable(), count=1) as pool:
        for _ in range(2):
            with pytest.raises(ReadError, match=r"crashed its worker \(exit status 3\)"):
                await pool.run(which)
        assert pool.replaced == 2


async def test_workers_are_renewed_before_they_grow_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "RENEWED_AFTER", 3)
    async with Workers(0, count=1) as pool:
        seen = [await pool.run(which) for _ in range(7)]
    assert len(set(seen)) == 3
    assert os.getpid() not in seen


async def test_leaving_ends_every_worker_even_one_that_hangs() -> None:
    began = time.monotonic()
    async with Workers(0, count=2, deadline=60.0) as pool:
        pid = await pool.run(which)
        hanging = asyncio.ensure_future(pool.run(spin))
        await asyncio.sleep(0.3)
    with pytest.raises((ReadError, asyncio.CancelledError)):
        await hanging
    assert time.monotonic() - began < 30
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.gauntlet
async def test_a_thousand_calls_among_them_a_spinner_a_crasher_and_a_swallower() -> None:
    async with Workers(1, count=2, deadline=20.0) as pool:
        calls = [pool.run(double, n) for n in range(997)] + [pool.run(bad) for bad in (spin, crash, swallow)]
        ended = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(end, int) for end in ended) == 997
