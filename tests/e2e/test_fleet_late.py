"""A worker whose database cannot be reached when it starts."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import databases
from tests.e2e.cable import Cable

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]


@asynccontextmanager
async def worker(config: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "desk.cli.main", "--config", str(config), "worker",
        stderr=asyncio.subprocess.PIPE, env=dict(os.environ),
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def says(process: asyncio.subprocess.Process, words: str) -> None:
    assert process.stderr is not None
    async with asyncio.timeout(60):
        while words not in (line := (await process.stderr.readline()).decode()):
            assert line, f"it ended before it said {words!r}"


def settled(folder: Path, url: str) -> Path:
    config = folder / "dragonwatch.toml"
    config.write_text(f'[storage]\nurl = "{url}"\n[schedule]\ncatalogue = false\n[workers]\nenabled = true\n')
    return config


async def test_a_worker_waits_for_a_database_that_is_not_there_yet(postgres: str, tmp_path: Path) -> None:
    databases.run(postgres, "CREATE DATABASE late")
    address = urlsplit(databases.address(postgres, "late"))
    cable = Cable(parse_qs(address.query)["host"][0] + "/.s.PGSQL.5432")
    await cable.join()
    await cable.cut()
    url = f"postgresql+psycopg://postgres@127.0.0.1:{cable.port}{address.path}"
    try:
        async with worker(settled(tmp_path, url)) as process:
            await says(process, "Tried again in")
            await cable.join()
            await says(process, " runs")
            process.terminate()
            assert await asyncio.wait_for(process.wait(), 30) == 0
        await cable.cut()
    finally:
        databases.run(postgres, "DROP DATABASE late WITH (FORCE)")


async def test_a_worker_that_waits_ends_when_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with worker(settled(tmp_path, f"postgresql+psycopg://postgres@127.0.0.1:{port}/nobody")) as process:
        await says(process, "Tried again in")
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
