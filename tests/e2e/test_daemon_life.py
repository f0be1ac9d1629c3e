"""The daemon as a process against the newsroom: ended at random moments, started many times over, left to itself."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from crawler.clock import SystemClock
from desk.newsroom.folder import prepare
from desk.newsroom.server import Newsroom
from storage.store import open_store
from tests.e2e.receiving import Receivers
from tests.e2e.test_interrupted import doubled_figures, expected, paths

ENDS_WITHIN = 20.0


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    served = Newsroom()
    await served.start()
    yield served
    await served.stop()


def installation(folder: Path, newsroom: Newsroom, delay: str = "0.02s") -> Path:
    """A configuration whose daemon sends no mail, asks nothing but loopback, and finds nothing too old."""
    config = prepare(folder, newsroom.sources())
    text = config.read_text().replace('per_host_delay = "0s"', f'per_host_delay = "{delay}"')
    text = text.replace("[schedule]\n", '[schedule]\nbaseline = "3650d"\n')
    text = re.sub(r"\[\[recipient\]\][^\[]*", "", text)
    config.write_text(text)
    return config


async def start(config: Path, *words: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "desk", "--config", str(config), "daemon", "--no-desk", *words,
        stdout=DEVNULL, stderr=PIPE,
    )  # fmt: skip


async def told_to_end(process: Process) -> str:
    """Sends SIGTERM; what the process said. Holds that it ends well, in time, and leaves no child behind."""
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    _, said = await asyncio.wait_for(process.communicate(), ENDS_WITHIN)
    assert process.returncode == 0, said.decode()
    assert "Traceback" not in said.decode(), said.decode()
    _, alive = await asyncio.to_thread(psutil.wait_procs, children, 5)
    assert alive == []
    return said.decode()


async def until_said(process: Process, words: str) -> None:
    assert process.stderr is not None
    async with asyncio.timeout(60):
        said = ""
        while words not in said:
            line = await process.stderr.readline()
            assert line, f"the daemon ended by itself: {said}"
            said = line.decode()


@pytest.mark.parametrize("times", [2, pytest.param(100, marks=pytest.mark.gauntlet)])
async def test_sigterm_at_any_moment_ends_it_cleanly_and_loses_nothing(
    tmp_path: Path, newsroom: Newsroom, times: int
) -> None:
    config = installation(tmp_path, newsroom)
    moments = random.Random(times)
    for _ in range(times):
        process = await start(config)
        await until_said(process, "daemon runs")
        await asyncio.sleep(moments.uniform(0, 4))
        await told_to_end(process)
    process = await start(config)
    await until_said(process, "daemon runs")
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/dragonwatch.db", clock=SystemClock())) as store:
        async with asyncio.timeout(120):
            while store.sources.due(SystemClock().now(), 1) or store.runs.recent(limit=1, state="running"):
                await asyncio.sleep(0.2)
        await told_to_end(process)
        assert sorted(paths(store, newsroom)) == expected(newsroom)
        assert doubled_figures(store) == []
        assert store.runs.recent(limit=1, state="running") == []


async def test_sigterm_before_python_has_loaded_us_ends_it_cleanly(tmp_path: Path, newsroom: Newsroom) -> None:
    config = installation(tmp_path, newsroom)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-X", "importtime", "-m", "desk", "--config", str(config), "daemon", "--no-desk",
        stdout=DEVNULL, stderr=PIPE,
    )  # fmt: skip
    # The first library that the commands load; configuration, database and the loop come long after it.
    await until_said(process, "click")
    assert "daemon runs" not in await told_to_end(process)


@pytest.mark.parametrize("rounds", [1, pytest.param(100, marks=pytest.mark.gauntlet)])
async def test_of_five_daemons_one_runs_the_others_say_who_and_no_letter_goes_twice(
    tmp_path: Path, newsroom: Newsroom, receivers: Receivers, rounds: int
) -> None:
    config = installation(tmp_path, newsroom)
    # A letter is due each minute, so that whoever starts has something to send.
    letters = f'\n[mail]\nhost = "127.0.0.1"\nport = {receivers.mail_port}\n'
    letters += "".join(f'[[recipient]]\naddress = "{n}@x.example"\nat = "* * * * *"\n' for n in range(5))
    config.write_text(config.read_text() + letters)
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/dragonwatch.db", clock=SystemClock())):
        pass
    for _ in range(rounds):
        daemons = [await start(config) for _ in range(5)]
        ends = [asyncio.ensure_future(daemon.wait()) for daemon in daemons]
        async with asyncio.timeout(90):
            while sum(end.done() for end in ends) < 4:
                await asyncio.sleep(0.05)
        leader = next(daemon for daemon, end in zip(daemons, ends, strict=True) if not end.done())
        for daemon in daemons:
            if daemon is not leader:
                assert daemon.returncode == 1 and daemon.stderr is not None
                said = (await daemon.stderr.read()).decode()
                assert f"already runs on this database (process {leader.pid}" in said
        # The leader dies without a word: its lock goes with it.
        leader.kill()
        await leader.wait()
        follower = await start(config)
        await until_said(follower, "daemon runs")
        await asyncio.sleep(1)
        async with asyncio.timeout(90):
            while not receivers.letters:  # on a busy machine the first letter takes longer than that
                await asyncio.sleep(0.05)
        await told_to_end(follower)
    arrived = [letter.id for letter in receivers.letters]
    assert arrived and len(arrived) == len(set(arrived))
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/dragonwatch.db", clock=SystemClock())) as store:
        written = store.outbox.list(kind="digest", limit=None)
    assert set(arrived) <= {row.message_id for row in written}
    # Killed while it sent, the leader left at most the one letter in doubt that it had in hand.
    assert {row.message_id for row in written if row.state == "sent"} <= set(arrived)
    assert sum(row.state == "in_doubt" for row in written) <= rounds


async def test_hangup_takes_a_right_configuration_over_and_a_wrong_one_not(tmp_path: Path, newsroom: Newsroom) -> None:
    config = installation(tmp_path, newsroom)
    right = config.read_text()
    process = await start(config, "--log", "json")
    await until_said(process, "daemon runs")
    config.write_text(right + "\n[mail]\nprot = 25\n")
    process.send_signal(signal.SIGHUP)
    await until_said(process, "configuration left as it was")
    config.write_text(right.replace("[schedule]\n", "[schedule]\npoll_min = '1m'\n"))
    process.send_signal(signal.SIGHUP)
    await until_said(process, "configuration read again")
    await told_to_end(process)
