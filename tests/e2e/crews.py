"""Workers of a fleet in this process, over the newsroom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import text

from crawler.watchlist import load_watchlist
from crawler.workers import Workers
from scheduler.fleet.crew import Crew
from scheduler.fleet.dispatch import Dispatch
from scheduler.fleet.queue import Queue, Work
from scheduler.fleet.worker import FleetWorker, Rhythm
from scheduler.pulse import Pulse
from scheduler.run import open_web
from storage.store import SqlStore
from tests.e2e.walking import HUNG, Watch

QUICK = Rhythm(beat=0.2, lost=2.0, look=0.05, ends=0.5)


@dataclass
class Postman:
    """Takes letters and keeps them."""

    letters: list[tuple[str, bytes]] = field(default_factory=list)

    def __call__(self, message: bytes, sender: str, recipient: str) -> None:
        self.letters.append((recipient, message))


@dataclass
class Fleet:
    """A daemon's side of the queue: what it defers is done by the workers beside it."""

    watch: Watch
    postman: Postman
    dispatch: Dispatch

    async def done(self, *works: Work) -> None:
        """Defers work, and waits until nothing is left of it."""
        await asyncio.to_thread(Queue(self.watch.store.database).defer, works)
        await self.idle()

    async def idle(self) -> None:
        """Waits until the queue is empty; what failed stays in it."""
        async with asyncio.timeout(HUNG):
            while left := await asyncio.to_thread(self._left):
                assert "failed" not in left, left
                await asyncio.sleep(0.02)

    def _left(self) -> list[str]:
        with self.watch.store.database.read() as connection:
            return list(connection.execute(text("SELECT status::text FROM procrastinate_jobs")).scalars())


@asynccontextmanager
async def fleet(watch: Watch, count: int) -> AsyncIterator[Fleet]:
    """So many workers at work; each has its own connections, pace and number."""
    postman, watchlist, stop = Postman(), load_watchlist(), asyncio.Event()
    async with AsyncExitStack() as stack:
        readers = await stack.enter_async_context(Workers(watchlist))

        def parts(store: SqlStore) -> dict[str, object]:
            return {
                "config": watch.config, "store": store, "clock": watch.clock, "watchlist": watchlist, "archive": None,
                "mailer": lambda _: postman, "pulse": Pulse(watch.clock),
            }  # fmt: skip

        async with asyncio.TaskGroup() as group:
            for number in range(count):
                web = await stack.enter_async_context(open_web(watch.config, watch.clock, watch.store))
                crew = Crew(**parts(watch.store), web=web, readers=readers)  # type: ignore[arg-type]
                group.create_task(FleetWorker(crew, rhythm=QUICK, name=f"worker {number}").run(stop))
            dispatch = Dispatch(**parts(watch.store), queue=Queue(watch.store.database))  # type: ignore[arg-type]
            try:
                yield Fleet(watch, postman, dispatch)
            finally:
                stop.set()
