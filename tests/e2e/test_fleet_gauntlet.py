"""Workers that are killed, cut off and an hour off: each article once, each claim once, each letter once, no host asked too fast."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from crawler.config import load_config
from desk.cli.daemon import parts_of
from desk.wiring import Wiring, wire
from scheduler.fleet.dispatch import Dispatch
from scheduler.fleet.queue import Queue
from scheduler.metrics import Metrics
from scheduler.pulse import Pulse
from scheduler.run import open_web
from storage.engine import Database
from tests import databases
from tests.e2e.cable import Cable
from tests.e2e.receiving import Receivers
from tests.e2e.test_interrupted import doubled_figures
from tests.e2e.town import Town

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]

DELAY = 0.5
"""Seconds between two requests to one host."""
WORKERS = 4
BACK_WITHIN = 60.0
"""Seconds in which what a dead worker had is put back."""
QUIET = 240.0
"""Seconds in which all that is left is done once nobody is killed any more."""
AN_HOUR = 3600


@dataclass
class Crew:
    """The workers, each at a line of its own to the database; the last one's clock is an hour fast."""

    config: Path
    log: Path
    url: str
    cables: list[Cable]
    processes: list[Process] = field(default_factory=list)
    orphans: dict[int, tuple[int, float]] = field(default_factory=dict)
    """Jobs of killed workers: the number that each worker had, and when it died."""
    slowest: float = 0.0
    """Seconds after which a dead worker's job was no longer its own."""

    async def start(self, place: int) -> Process:
        """Another worker at that place."""
        address = urlsplit(self.url)
        url = f"postgresql+psycopg://postgres@127.0.0.1:{self.cables[place].port}{address.path}?connect_timeout=5"
        words = ["tests.e2e.skewed", str(AN_HOUR)] if place == WORKERS - 1 else ["desk.cli.main"]
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", *words, "--config", str(self.config), "worker",
                env={**os.environ, "DRAGONWATCH_STORAGE__URL": url}, stdout=DEVNULL, stderr=log,
            )  # fmt: skip

    async def kill(self, place: int, database: Database) -> None:
        """Kills one without a word, and puts another in its place."""
        process = self.processes[place]
        assert process.returncode is None, self.log.read_text()[-3000:]
        held = await asyncio.to_thread(_held_by, database, process.pid)
        process.kill()
        await process.wait()
        self.orphans |= {job: (number, time.monotonic()) for job, number in held.items()}
        self.processes[place] = await self.start(place)

    async def look(self, database: Database) -> None:
        """Sees which orphans have found somebody."""
        now = await asyncio.to_thread(_owners, database, list(self.orphans))
        for job, (number, died) in list(self.orphans.items()):
            if job not in now or now[job] not in (None, number):
                self.slowest = max(self.slowest, time.monotonic() - died)
                del self.orphans[job]

    async def end(self) -> None:
        """Tells all to end, and holds that they do in time and well."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            assert await asyncio.wait_for(process.wait(), 20) == 0, self.log.read_text()[-3000:]


def _held_by(database: Database, pid: int) -> dict[int, int]:
    held = "SELECT jobs.id, number FROM procrastinate_jobs jobs JOIN workers ON number = worker_id WHERE status = 'doing' AND name LIKE :name"
    with database.read() as connection:
        return {row.id: row.number for row in connection.execute(text(held), {"name": f"%:{pid}"})}


def _owners(database: Database, jobs: list[int]) -> dict[int, int | None]:
    doing = "SELECT id, worker_id FROM procrastinate_jobs WHERE id = ANY(:jobs) AND status = 'doing'"
    with database.read() as connection:
        return {row.id: row.worker_id for row in connection.execute(text(doing), {"jobs": jobs})}


def put(database: Database) -> int:
    """How many jobs have been put into the queue so far."""
    with database.read() as connection:
        return int(connection.execute(text("SELECT last_value FROM procrastinate_jobs_id_seq")).scalar_one())


def left(database: Database) -> Counter[str]:
    """What is in the queue, by kind and state."""
    with database.read() as connection:
        rows = connection.execute(
            text("SELECT task_name || ' ' || status AS what, count(*) AS n FROM procrastinate_jobs GROUP BY 1")
        )
        return Counter({row.what: row.n for row in rows})


@dataclass
class Scene:
    """All that a gauntlet runs over."""

    town: Town
    receivers: Receivers
    crew: Crew
    wiring: Wiring
    dispatch: Dispatch


@asynccontextmanager
async def scene(tmp_path: Path, postgres: str, outlets: int, every: int) -> AsyncIterator[Scene]:
    """A town, its readers, a database at the end of four cables, and a daemon's side of the queue; four workers at work."""
    name = "gauntlet"
    databases.run(postgres, f"CREATE DATABASE {name}")
    url = databases.address(postgres, name)
    async with AsyncExitStack() as stack:
        stack.callback(databases.run, postgres, f"DROP DATABASE {name} WITH (FORCE)")
        town, receivers = Town(outlets, every), Receivers()
        await town.start()
        stack.push_async_callback(town.stop)
        await receivers.start()
        stack.push_async_callback(receivers.stop)
        config = tmp_path / "dragonwatch.toml"
        sources = "".join(
            f'[[source]]\nname = "o{n}"\nkind = "feed"\nurl = "http://{town.host(n)}/feed.xml"\nevery = "1s"\n'
            for n in range(outlets)
        )
        config.write_text(
            f"""[storage]\nurl = "{url}"\n[fetch]\nper_host_delay = "{DELAY:g}s"\nallow_networks = ["127.0.0.0/8"]
[schedule]\ncatalogue = false\npoll_min = "1s"\nbaseline = "3650d"\n[workers]\nenabled = true\njobs = 8
[mail]\nhost = "127.0.0.1"\nport = {receivers.mail_port}\n[[recipient]]\naddress = "desk@example.org"\nat = "* * * * *"
[[alert]]\nurl = "{receivers.hook}"\n[upkeep]\nrates = ""\n{sources}"""
        )
        wiring = stack.enter_context(wire(load_config(config)))
        socket = parse_qs(urlsplit(url).query)["host"][0] + "/.s.PGSQL.5432"
        cables = [Cable(socket) for _ in range(WORKERS)]
        for cable in cables:
            await cable.join()
            stack.push_async_callback(cable.cut)
        crew = Crew(config, tmp_path / "workers.log", url, cables)
        web = await stack.enter_async_context(open_web(wiring.config, wiring.clock, wiring.store))
        parts = parts_of(wiring, web, Pulse(wiring.clock), Metrics(wiring.store, wiring.clock))
        crew.processes = [await crew.start(place) for place in range(WORKERS)]
        stack.callback(_kill_all, crew)
        yield Scene(town, receivers, crew, wiring, Dispatch(**parts, queue=Queue(wiring.store.database)))


def _kill_all(crew: Crew) -> None:
    for process in crew.processes:
        if process.returncode is None:
            process.kill()


async def dispatched(scene: Scene) -> None:
    """What the daemon's ticks do, more often."""
    await scene.dispatch.tick()
    await scene.dispatch.digest()
    await scene.dispatch.alert()
    await scene.crew.look(scene.wiring.store.database)
    await asyncio.sleep(0.5)


@pytest.mark.gauntlet
@pytest.mark.parametrize(("jobs", "kills", "away"), [(1_000, 20, 60.0), (10_000, 200, 300.0)])
async def test_nothing_is_lost_doubled_or_hurried(
    tmp_path: Path, postgres: str, jobs: int, kills: int, away: float
) -> None:
    random_ = random.Random(jobs)
    async with scene(tmp_path, postgres, outlets=200, every=5) as at:
        database, crew = at.wiring.store.database, at.crew
        for number in range(1, kills + 1):
            while put(database) < jobs * number // kills:
                await dispatched(at)
            if number == kills // 3:  # the database is away, for all
                for cable in crew.cables:
                    await cable.cut()
                await asyncio.sleep(away)
                crew.orphans.clear()
                for cable in crew.cables:
                    await cable.join()
            elif number == kills // 2:  # one worker is cut off while the others work
                await crew.cables[0].cut()
                for _ in range(80):
                    await dispatched(at)
                await crew.cables[0].join()
            await crew.kill(random_.randrange(WORKERS), database)
        # Nothing more is published, and what was is taken in.
        at.town.closed = True
        published = at.town.published()
        async with asyncio.timeout(QUIET):
            while len(at.wiring.store.articles.find(limit=None)) < len(published) or crew.orphans:
                await dispatched(at)
        await crew.end()
        check(at, published)


def check(at: Scene, published: set[str]) -> None:
    """Each article once, each claim once, each letter once, no host asked too fast, no job with a dead worker for long."""
    store = at.wiring.store
    articles = store.articles.find(limit=None)
    assert Counter(row.url for row in articles) == Counter(published)
    assert {row.revision for row in articles} == {1}
    assert doubled_figures(store) == []
    claims = Counter(
        (known.company, known.kind, known.low, known.high, known.unit) for known in store.ledger.find(limit=None)
    )
    assert [claim for claim, count in claims.items() if count > 1 and claim[1] == "laid_off"] == []
    arrived = Counter(letter.id for letter in at.receivers.letters) + Counter(id for id, _ in at.receivers.alerts)
    assert arrived and set(arrived.values()) == {1}
    gaps = [later - earlier for times in at.town.asked.values() for earlier, later in pairwise(sorted(times))]
    assert min(gaps) >= DELAY - 0.01, f"the closest two were {min(gaps):.3f} s apart"
    assert at.crew.slowest <= BACK_WITHIN, f"a dead worker kept a job for {at.crew.slowest:.0f} s"
    assert not [what for what in left(store.database) if what.endswith("doing")]
