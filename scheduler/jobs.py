"""What the daemon does when: poll what is due, send what is due, keep the house. Each run leaves a row behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from crawler.config import Config
from crawler.errors import DragonwatchError
from crawler.ports import Archive, Clock, Mailer
from crawler.watchlist import Watchlist
from scheduler.pulse import Pulse
from storage.store import SqlStore

if TYPE_CHECKING:
    from crawler.fetch.client import Web

T = TypeVar("T")

log = logging.getLogger("dragonwatch.daemon")

DUE_AT_ONCE = 500
"""Sources that one tick takes; the next tick takes the next ones."""


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

    async def tick(self) -> None:
        """Beats, and polls the sources that are due; leaves no row where none is."""
        self.pulse.beat()
        due = await asyncio.to_thread(self.store.sources.due, self.clock.now(), DUE_AT_ONCE)
        if due:
            await self._recorded("crawl", lambda: self._crawl(due))

    async def digest(self) -> None:
        """Writes the letters that are due and hands over what waits in the outbox."""
        from scheduler.digest.office import PostOffice

        office = PostOffice(self.store, self.config, self.clock, self.mailer(self.config))
        if await asyncio.to_thread(office.write_due) or self.store.outbox.waiting(
            self.clock.now(), kind="digest", limit=1
        ):

            async def send() -> dict[str, Any]:
                handed = await _whole(asyncio.to_thread(office.hand_over))
                if handed.errors:
                    raise DragonwatchError("; ".join(handed.errors))
                return {"sent": handed.sent}

            await self._recorded("digest", send)

    async def _crawl(self, due: list[Any]) -> dict[str, Any]:
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
        )
        told = summary.to_json()
        # A source's own poll rows tell of each; the run keeps the sums.
        told["sources"] = len(summary.sources)
        return told

    async def _recorded(self, kind: str, work: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        run = await asyncio.to_thread(self.store.runs.start, kind)
        error: str | None = None
        summary: dict[str, Any] | None = None
        try:
            summary = await work()
        except asyncio.CancelledError:
            error = "ended by a stop of the daemon; what was finished is kept"
            raise
        except DragonwatchError as told:
            error = str(told)
            log.warning("%s: %s", kind, told)
        except Exception as unexpected:
            error = f"{type(unexpected).__name__}: {unexpected}"
            log.exception("%s failed", kind)
        finally:
            await _whole(asyncio.to_thread(self.store.runs.finish, run, summary, error))


async def _whole(work: Coroutine[Any, Any, T]) -> T:
    """Waits for the work even when cancelled meanwhile: a thread cannot be stopped, and its letter or row is to be settled."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
