"""The daemon starts, does what is due, tells how it went, and ends cleanly."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.config import Config, RecipientConfig
from crawler.errors import ConfigError, StoreError
from crawler.watchlist import load_watchlist
from scheduler.daemon import run_daemon
from scheduler.jobs import Jobs
from scheduler.pulse import OVERDUE, Pulse
from storage.leader import Leader
from storage.store import SqlStore
from tests.fakes import HandClock


@dataclass
class Postman:
    letters: list[str] = field(default_factory=list)

    def __call__(self, message: bytes, sender: str, recipient: str) -> None:
        self.letters.append(recipient)


def jobs(store: SqlStore, postman: Postman) -> Jobs:
    config = Config(recipient=(RecipientConfig(address="a@x.example"),))
    clock = HandClock()
    return Jobs(config, store, clock, load_watchlist(), None, lambda _: postman, Pulse(clock))


async def until(true: Any) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


async def test_it_sends_what_is_due_and_ends_when_told(store: SqlStore) -> None:
    postman, stop = Postman(), asyncio.Event()
    work = jobs(store, postman)
    daemon = asyncio.create_task(run_daemon(work, stop=stop))
    await until(lambda: [run.state for run in store.runs.recent("digest")] == ["done"])
    assert work.pulse.alive
    stop.set()
    await daemon
    assert postman.letters == ["a@x.example"]


async def test_a_second_daemon_is_told_who_is_first(store: SqlStore) -> None:
    with Leader(store.database), pytest.raises(StoreError, match=r"already runs .*process \d+ on"):
        await run_daemon(jobs(store, Postman()))
    with ExitStack() as again:
        again.enter_context(Leader(store.database))


async def test_a_run_that_a_crash_left_open_is_closed_at_the_next_start(store: SqlStore) -> None:
    store.runs.start("crawl")
    stop = asyncio.Event()
    stop.set()
    await run_daemon(jobs(store, Postman()), stop=stop)
    assert store.runs.recent("crawl")[0].state == "failed"


async def test_what_runs_beside_ends_with_it_and_ends_it(store: SqlStore) -> None:
    stop, ended = asyncio.Event(), asyncio.Event()

    async def desk() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    daemon = asyncio.create_task(run_daemon(jobs(store, Postman()), companions=[desk], stop=stop))
    await asyncio.sleep(0)
    stop.set()
    await daemon
    assert ended.is_set()

    async def broken() -> None:
        raise OSError("port 8420 is in use")

    with pytest.raises(OSError, match="8420"):
        await run_daemon(jobs(store, Postman()), companions=[broken])


async def test_a_job_that_fails_is_recorded_and_stops_nothing(store: SqlStore) -> None:
    class Down(Postman):
        def __call__(self, message: bytes, sender: str, recipient: str) -> None:
            raise RuntimeError("no route to host")

    work = jobs(store, Down())
    await work.digest()
    assert [(run.state, run.error) for run in store.runs.recent("digest")] == [
        ("failed", "RuntimeError: no route to host")
    ]
    await work.tick()


async def test_a_job_that_its_own_run_keeps_from_starting_for_long_is_missed(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.daemon.TICK", 0.02)
    monkeypatch.setattr("scheduler.skips.TOLD_AFTER", timedelta(milliseconds=100))

    async def hangs(self: Jobs) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Jobs, "digest", hangs)
    stop = asyncio.Event()
    daemon = asyncio.create_task(run_daemon(jobs(store, Postman()), stop=stop))
    await until(lambda: store.runs.recent(state="missed"))
    stop.set()
    await daemon
    assert [(run.kind, "have not ended" in str(run.error)) for run in store.runs.recent(state="missed")] == [
        ("digest", True)
    ]


async def test_hangup_rereads_and_a_wrong_configuration_changes_nothing(store: SqlStore) -> None:
    import os
    import signal

    seen: list[str] = []
    stop = asyncio.Event()

    def reload(work: Jobs) -> None:
        seen.append("asked")
        if len(seen) == 1:
            raise ConfigError("mail.prot is no key")
        work.config = Config()

    work = jobs(store, Postman())
    daemon = asyncio.create_task(run_daemon(work, reload=reload, stop=stop))
    await until(lambda: work.pulse.alive)
    os.kill(os.getpid(), signal.SIGHUP)
    await until(lambda: seen)
    assert work.config.recipient
    os.kill(os.getpid(), signal.SIGHUP)
    await until(lambda: not work.config.recipient)
    os.kill(os.getpid(), signal.SIGTERM)
    await daemon


def test_a_loop_that_hangs_is_seen() -> None:
    clock = HandClock()
    pulse = Pulse(clock)
    assert not pulse.alive
    pulse.beat()
    assert pulse.alive
    clock.at += OVERDUE + timedelta(seconds=1)
    assert not pulse.alive


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        Pulse(HandClock()).beat()
        assert systemd.recv(100) == b"WATCHDOG=1"
