"""What the daemon does when: poll what is due, look again, send, alert, keep the house. Each run leaves a row behind.

beat     every 30 s   tell that the loop is alive; record how long none ran
poll     every 30 s   ask the sources that are due             scheduler/run
recheck  every 5 min  look at young articles again             scheduler/recheck
digest   every 30 s   write letters that are due, hand over    scheduler/digest/office
alert    every 30 s   tell at once what cannot wait            scheduler/alerts
upkeep   once a day   rates, retention, checks, backup         scheduler/upkeep
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.config import Config
from crawler.errors import DragonwatchError, StoreUnavailable
from crawler.ports import Archive, Clock, Mailer
from crawler.watchlist import Watchlist
from scheduler.aside import aside
from scheduler.metrics import Metrics
from scheduler.pulse import Pulse
from scheduler.recording import Recorder
from storage.room import check_room
from storage.store import SqlStore

if TYPE_CHECKING:
    from crawler.fetch.client import Web
    from crawler.items import Source
    from crawler.workers import Workers

log = logging.getLogger("dragonwatch.daemon")

DUE_AT_ONCE = 500
"""Sources that one tick takes; the next tick takes the next ones."""
LOOKED_AT_ONCE = 200
ENDS_WITHIN = 15.0
"""Seconds that a job which ran for too long gets to end before it is let go of."""


@dataclass(slots=True)
class Jobs:
    """The daemon's work, each job a coroutine that never raises; a configuration that is read again replaces ``config``."""

    config: Config
    store: SqlStore
    clock: Clock
    watchlist: Watchlist
    archive: Archive | None
    mailer: Callable[[Config], Mailer]
    pulse: Pulse
    web: Web | None = field(default=None)
    own: Mapping[str, Any] = field(default_factory=dict)
    """The user's own spiders by name."""
    metrics: Metrics | None = field(default=None)
    readers: Workers | None = field(default=None)
    """Processes that all crawls share for reading; each has its own where there are none."""
    under_way: set[str] = field(default_factory=set)
    """Sources that are being asked: a slow one is left alone by the next tick and holds up no other."""
    recorder: Recorder = field(init=False)

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.store.runs)

    async def beat(self) -> None:
        """Tells that the loop is alive, and records a time in which no daemon ran."""
        self.pulse.beat()
        last = await asyncio.to_thread(self.pulse.keep, self.store.settings)
        if last is not None:
            why = f"no daemon ran from {last:%Y-%m-%d %H:%M} to {self.clock.now():%Y-%m-%d %H:%M} UTC"
            log.warning("%s", why)
            await asyncio.to_thread(self.store.runs.missed, "daemon", last, why)

    async def tick(self) -> None:
        """Polls the sources that are due; leaves no row where none is."""
        wanted = DUE_AT_ONCE + len(self.under_way)
        due = await asyncio.to_thread(self.store.sources.due, self.clock.now(), wanted)
        due = [source for source in due if source.name not in self.under_way][:DUE_AT_ONCE]
        if not due or not await self._could_keep():
            return
        names = {source.name for source in due}
        self.under_way |= names
        try:
            await self._recorded("crawl", lambda: self._crawl(due))
        finally:
            self.under_way -= names

    async def recheck(self) -> None:
        """Looks again at the articles whose turn has come."""
        due = await asyncio.to_thread(self.store.articles.look_again, self.clock.now(), 1)
        if due and await self._could_keep():
            await self._recorded("recheck", self._recheck)

    async def digest(self) -> None:
        """Writes the letters that are due and hands over what waits in the outbox."""
        from scheduler.digest.office import PostOffice

        # A wrong configuration of the mail is told as this run's error, not as the daemon's end.
        async def send() -> dict[str, Any]:
            office = PostOffice(self.store, self.config, self.clock, self.mailer(self.config))
            written = await aside(lambda ended: office.write_due(ended=ended))
            handed = await aside(lambda ended: office.hand_over(ended=ended))
            if handed.errors:
                raise DragonwatchError("; ".join(list(dict.fromkeys(handed.errors))[:5]))
            return {"written": written, "sent": handed.sent}

        office = PostOffice(self.store, self.config, self.clock, _nobody)
        if await asyncio.to_thread(office.anything_to_do):
            await self._recorded("digest", send)

    async def alert(self) -> None:
        """Tells at once what cannot wait, and hands over what waits of it."""
        from scheduler.alerts.room import AlertRoom

        if not self.config.alert:
            return
        room = AlertRoom(self.store, self.config, self.clock)

        async def send() -> dict[str, Any]:
            handed = await aside(lambda ended: room.hand_over(ended=ended))
            if handed.errors:
                raise DragonwatchError("; ".join(list(dict.fromkeys(handed.errors))[:5]))
            return {"sent": handed.sent}

        def anything() -> bool:
            written = room.write_due()
            return bool(written or self.store.outbox.waiting(self.clock.now(), kind="alert", limit=1))

        try:
            waits = await asyncio.to_thread(anything)
        except DragonwatchError as told:
            log.error("alerts: %s", told)
            return
        if waits:
            await self._recorded("alert", send)

    async def upkeep(self) -> None:
        """Keeps the house, once a day."""
        from scheduler.upkeep import due, keep_house

        if await asyncio.to_thread(due, self.store, self.config, self.clock):
            await self._recorded(
                "upkeep", lambda: keep_house(self.store, self.config, self.clock, self.archive, self.web)
            )

    async def _crawl(self, due: list[Source]) -> dict[str, Any]:
        from scheduler.run import crawl

        summary = await crawl(
            due,
            store=self.store,
            config=self.config,
            clock=self.clock,
            watchlist=self.watchlist,
            archive=self.archive,
            web=self.web,
            own=self.own,
            workers=self.readers,
        )
        if self.metrics is not None:
            self.metrics.crawled(summary)
        if summary.unkept is not None:
            raise StoreUnavailable(summary.unkept)
        told = summary.to_json()
        # A source's own poll rows tell of each; the run keeps the sums.
        told["sources"] = len(summary.sources)
        return told

    async def _recheck(self, among: Sequence[str] | None = None) -> dict[str, Any]:
        from scheduler.recheck import recheck

        done = await recheck(
            store=self.store,
            config=self.config,
            clock=self.clock,
            watchlist=self.watchlist,
            archive=self.archive,
            web=self.web,
            workers=self.readers,
            limit=LOOKED_AT_ONCE if among is None else len(among),
            among=among,
        )
        return {"looked": done.looked, "revised": done.revised, "gone": done.gone, "flags": done.flags}

    async def _could_keep(self) -> bool:
        """Whether what is fetched could be kept; nobody is asked in vain."""
        try:
            await asyncio.to_thread(check_room, self.store, self.archive)
        except DragonwatchError as told:
            log.error("nobody is asked: %s", told)
            return False
        return True

    async def _recorded(self, kind: str, work: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        async with self.recorder.run(kind, cut_short="ended by a stop of the daemon; what was finished is kept") as run:
            try:
                run.summary = await within(self.config.daemon.job_limit.total_seconds(), work)
                log.info("%s done: %s", kind, run.summary)
            except DragonwatchError as told:
                run.failed(told)
                log.warning("%s: %s", kind, told)
            except Exception as unexpected:
                run.failed(unexpected)
                log.exception("%s failed", kind)


async def within(seconds: float, work: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """What the work gives; work that takes longer is ended, and let go of where it does not heed that.

    Raises DragonwatchError then, so that a job that hangs is recorded and its next run begins.
    """
    task = asyncio.ensure_future(work())
    try:
        await asyncio.wait([task], timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait([task], timeout=ENDS_WITHIN)
        raise
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait([task], timeout=ENDS_WITHIN)
    raise DragonwatchError(
        f"it ran for more than {seconds:g} seconds and was ended; what was finished is kept (daemon.job_limit)"
    )


def _nobody(message: bytes, sender: str, recipient: str) -> None:
    raise AssertionError("asked only whether there is anything to do")
