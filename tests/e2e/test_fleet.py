"""One, two and four workers over the newsroom: articles, stories, figures, flags, letters and alerts as of one process, row by row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from crawler.config import RecipientConfig
from crawler.config.model import AlertConfig, WorkersConfig
from crawler.items import Source
from crawler.watchlist import load_watchlist
from desk.newsroom.clock import NewsroomClock
from desk.newsroom.load import NOW, SECOND_EDITION
from desk.newsroom.server import Newsroom
from scheduler.fleet.dispatch import ALERTS, LETTERS, host_lock
from scheduler.fleet.join import join
from scheduler.fleet.queue import POLL, Work
from scheduler.jobs import Jobs
from scheduler.pulse import Pulse
from storage.store import SqlStore, open_store
from storage.tables import metadata
from tests import databases
from tests.e2e.cable import pipe
from tests.e2e.crews import Fleet, Postman, fleet
from tests.e2e.test_interrupted import doubled_figures, expected, paths
from tests.e2e.walking import Watch, loopback_config
from tests.scheduler.test_alerts import Receiver, receiving

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]

READERS = (RecipientConfig(address="desk@example.org"), RecipientConfig(address="zh@example.org", language="zh-Hans"))
OWN = ("hosts", "workers", "runs", "settings")
"""Tables that tell how the work was done."""


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    served = Newsroom()
    await served.start()
    yield served
    await served.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def several(tmp_path: Path, postgres: str) -> Iterator[Any]:
    """Opens watches, each with a database of its own."""
    with ExitStack() as stack:

        def watch(name: str, workers: int, **settings: Any) -> Watch:
            (tmp_path / name).mkdir()
            url = f"sqlite:///{tmp_path}/{name}.db"
            if workers:
                databases.run(postgres, f"CREATE DATABASE {name}")
                stack.callback(databases.run, postgres, f"DROP DATABASE {name} WITH (FORCE)")
                url = databases.address(postgres, name)
            config = loopback_config(tmp_path / name, url, concurrency=4).model_copy(
                update={"recipient": READERS, "workers": WorkersConfig(enabled=bool(workers)), **settings}
            )
            clock = NewsroomClock()
            store = stack.enter_context(closing(open_store(url, clock=clock)))
            if workers:
                join(store, config)
            return Watch(config, clock, store)

        yield watch


def rows(store: SqlStore) -> dict[str, list[dict[str, Any]]]:
    """Every row of what was found."""
    with store.database.read() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in metadata.sorted_tables
            if table.name not in OWN
        }


@dataclass
class Alone:
    """One process, whose jobs are called one after the other."""

    watch: Watch
    postman: Postman = field(default_factory=Postman)

    async def tour(self, newsroom: Newsroom) -> None:
        """Asks the outlets, and sends the letters."""
        for source in newsroom.sources():
            await self.watch.crawl([source])
        await self._jobs().digest()

    async def alert(self) -> None:
        await self._jobs().alert()

    def _jobs(self) -> Jobs:
        watch = self.watch
        pulse = Pulse(watch.clock)
        return Jobs(watch.config, watch.store, watch.clock, load_watchlist(), None, lambda _: self.postman, pulse)


@dataclass
class Together:
    """The same, by whichever worker takes it."""

    workers: Fleet

    @property
    def postman(self) -> Postman:
        return self.workers.postman

    async def tour(self, newsroom: Newsroom) -> None:
        """Asks the outlets, and sends the letters."""
        for source in newsroom.sources():
            await asyncio.to_thread(self.workers.watch.store.sources.known, [source])
            await self.workers.done(Work(POLL, host_lock(source.url), {"sources": [source.name]}))
        await self.workers.done(LETTERS)

    async def alert(self) -> None:
        await self.workers.done(ALERTS)


async def day(
    who: Alone | Together, watch: Watch, moment: datetime, newsroom: Newsroom, hook: Receiver
) -> tuple[list[tuple[str, bytes]], list[tuple[str, bytes]]]:
    """A tour in the hours in which alerts are not to disturb, and what gathered meanwhile; gives letters and alerts."""
    watch.clock.moment = moment
    before = len(hook.got)
    await who.alert()  # a new target is told nothing of the past, so it is to be known before there is any
    await who.tour(newsroom)
    assert len(hook.got) == before
    watch.clock.moment += timedelta(hours=12)
    await who.alert()
    told = [(headers["webhook-id"], body) for _, headers, body in hook.got[before:]]
    return sorted(who.postman.letters), told


async def test_workers_keep_and_send_what_one_process_does(
    several: Any, newsroom: Newsroom, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One reader and one page at a time, so that pages are kept in the order in which they came.
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr("crawler.pipeline.GATHERING", 0.0)
    alert = AlertConfig(url=SecretStr(receiver.url), quiet="08:00-20:00")
    alone, *fleets = (several(f"fleet_{count}", count, alert=(alert,)) for count in (0, 1, 2, 4))
    for watch in (alone, *fleets):
        watch.config = watch.config.model_copy(
            update={"fetch": watch.config.fetch.model_copy(update={"concurrency": 1})}
        )
    for moment in (NOW, SECOND_EDITION + timedelta(days=1)):
        if moment != NOW:
            newsroom.publish_second_edition()
        letters, alerts = await day(Alone(alone), alone, moment, newsroom, receiver)
        assert (len(letters), len(alerts)) == (2, 1)
        for count, watch in zip((1, 2, 4), fleets, strict=True):
            async with fleet(watch, count) as workers:
                assert await day(Together(workers), watch, moment, newsroom, receiver) == (letters, alerts), count
    found, *others = (rows(watch.store) for watch in (alone, *fleets))
    assert len(found["articles"]) > 30 and len(found["flags"]) > 20 and len(found["outbox"]) == 6
    for other in others:
        for name in found:
            assert other[name] == found[name], name


@asynccontextmanager
async def outlets_on_hosts_of_their_own(newsroom: Newsroom) -> AsyncIterator[list[Source]]:
    """The newsroom's sources, each feed at another address; what they announce is all at the newsroom's own."""
    port = int(newsroom.base_url.rpartition(":")[2])
    under_way: set[asyncio.Future[object]] = set()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        both = asyncio.gather(pipe(reader, back), pipe(there, writer))
        under_way.add(both)
        await both

    servers, sources = [], []
    for number, source in enumerate(newsroom.sources(), 2):
        server = await asyncio.start_server(forward, f"127.0.0.{number}", 0)
        servers.append(server)
        host, its_port = server.sockets[0].getsockname()
        sources.append(replace(source, url=source.url.replace(newsroom.base_url, f"http://{host}:{its_port}")))
    yield sources
    for server in servers:
        server.close()
        await server.wait_closed()
    await asyncio.gather(*under_way)  # a loop that ends before its connections leaves them open


async def test_workers_that_meet_over_the_same_stories_keep_each_article_once(several: Any, newsroom: Newsroom) -> None:
    watch = several("fleet_many", 2)
    async with outlets_on_hosts_of_their_own(newsroom) as sources, fleet(watch, 2) as workers:
        watch.store.sources.known(sources)
        await workers.dispatch.tick()
        with watch.store.database.read() as connection:
            locks = connection.execute(text("SELECT DISTINCT lock FROM procrastinate_jobs")).scalars().all()
        await workers.idle()
        await workers.dispatch.tick()
        await workers.idle()
    assert len(locks) > 1, "all outlets were one host's"
    store = watch.store
    stored = sorted(paths(store, newsroom))
    assert stored == expected(newsroom)
    assert doubled_figures(store) == []
    [run] = store.runs.recent("crawl")
    assert run.summary == {"sources": 6, "leads": len(newsroom.pieces), "new": len(stored)}
    assert {len(store.sources.recent(source.name)) for source in sources} == {1}
    families = {piece.path: piece.copy_of or piece.key for piece in newsroom.pieces}
    stories = {row.url.removeprefix(newsroom.base_url): row.story for row in store.articles.find(limit=1000)}
    told = {(families[path], story) for path, story in stories.items()}
    assert len(told) == len({family for family, _ in told}), "copies of one article are in two stories"


async def test_a_flag_brings_its_alert_with_it(several: Any, newsroom: Newsroom) -> None:
    watch = several("fleet_alert", 1, alert=(AlertConfig(url="http://127.0.0.1:9/hook"),))
    await watch.crawl([next(source for source in newsroom.sources() if source.name == "luyan")])
    assert watch.store.flags.find()
    with watch.store.database.read() as connection:
        assert connection.execute(text("SELECT task_name, status::text FROM procrastinate_jobs")).all() == [
            ("alert", "todo")
        ]
