"""The daemon of a fleet: its clock says what is to be done, and puts that into the queue instead of doing it.

tick      every 30 s   the sources that are due, a job for each host
recheck   every 5 min  articles whose turn has come, a job for each host
digest    every 30 s   whoever takes it writes the letters that are due and hands over what waits
alert     every 30 s   the same for alerts; a flag puts one there at once, in its own transaction
upkeep    once a day   is done here, where the archive and the backups are
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crawler.errors import ReadError
from crawler.urls import authority_of
from scheduler.fleet.queue import ALERT, DIGEST, POLL, RECHECK, Queue, Work
from scheduler.fleet.state import sweep
from scheduler.jobs import Jobs
from storage.gauges import polls_after

DUE_AT_ONCE = 5_000
"""Sources and articles that one tick looks at; those that are in the queue already count among them, so it stays that short."""
ALERTS = Work(ALERT, "alerts", anew=True)
LETTERS = Work(DIGEST, "letters")


@dataclass(slots=True)
class Dispatch(Jobs):
    """The daemon's jobs, deferred."""

    queue: Queue = field(kw_only=True)
    last_poll: int | None = None
    """The newest poll that has been told of."""

    async def tick(self) -> None:
        """Defers the polls that are due, and leaves a row about those that were done since the last tick."""
        await asyncio.to_thread(self._tell)
        due = await asyncio.to_thread(self.store.sources.due, self.clock.now(), DUE_AT_ONCE)
        hosts = _by_host((source.url, source.name) for source in due)
        await self._defer([Work(POLL, host, {"sources": names}) for host, names in hosts.items()])

    async def recheck(self) -> None:
        """Defers second looks at the articles whose turn has come."""
        due = await asyncio.to_thread(self.store.articles.look_again, self.clock.now(), DUE_AT_ONCE)
        hosts = _by_host((look.url, look.article) for look in due)
        await self._defer([Work(RECHECK, host, {"articles": ids}) for host, ids in hosts.items()])

    async def digest(self) -> None:
        """Has somebody look whether a letter is due."""
        if self.config.recipient:
            await self._defer([LETTERS])

    async def alert(self) -> None:
        """Has somebody look whether anything is to be told at once."""
        if self.config.alert:
            await self._defer([ALERTS])

    async def upkeep(self) -> None:
        """Keeps the house, and the queue."""
        await asyncio.to_thread(sweep, self.store.database)
        await Jobs.upkeep(self)

    def _tell(self) -> None:
        """The row of a crawl, as on one machine, though workers did it."""
        self.last_poll, brought = polls_after(self.store.database, self.last_poll)
        if brought:
            self.store.runs.finish(self.store.runs.start("crawl"), brought)

    async def _defer(self, works: list[Work]) -> None:
        await asyncio.to_thread(self.queue.defer, works)


def _by_host(found: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    """What is to be asked of each host, under the name of the lock that keeps others from asking it meanwhile."""
    hosts: dict[str, list[Any]] = defaultdict(list)
    for url, what in found:
        hosts[host_lock(url)].append(what)
    return hosts


def host_lock(url: str) -> str:
    """The lock of an address's host."""
    try:
        return f"host {authority_of(url)}"
    except ReadError:  # a user's own spider may have any address
        return f"host {url}"
