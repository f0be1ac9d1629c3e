"""What a worker does: the same functions that the daemon of one machine calls, for what one job names."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crawler.errors import DragonwatchError
from scheduler.fleet.queue import ALERT, BACKFILL, DIGEST, POLL, RECHECK, REREAD, SITEMAP, Queue
from scheduler.jobs import Jobs, within
from storage.archive import WarcArchive
from storage.rereading import Stretch

CUT_SHORT = "broken off; another worker goes on with it"
"""What the row of a run tells whose job was put back."""


@dataclass(slots=True)
class Crew(Jobs):
    """A worker's work. Each job asks again what is due, so that one which runs twice asks, stores and sends nothing twice."""

    @property
    def tasks(self) -> Mapping[str, Callable[..., Awaitable[None]]]:
        """The work by the name of its kind."""
        return {
            ALERT.name: self.alert,
            DIGEST.name: self.digest,
            POLL.name: self.poll,
            RECHECK.name: self.look_again,
            BACKFILL.name: self.backfill,
            SITEMAP.name: self.sitemap,
            REREAD.name: self.reread,
        }

    async def poll(self, sources: Sequence[str]) -> None:
        """Asks those of the sources that are due, and takes in what they announce."""
        due = await asyncio.to_thread(
            lambda: self.store.sources.due(self.clock.now(), len(sources), among=sources)
        )  # fmt: skip
        if due:
            await within(self.config.daemon.job_limit.total_seconds(), lambda: self._crawl(due))

    async def look_again(self, articles: Sequence[str]) -> None:
        """Looks again at those of the articles whose turn has come; leaves no row where none has."""
        due = await asyncio.to_thread(lambda: self.store.articles.look_again(self.clock.now(), 1, among=articles))
        if not due:
            return
        async with self.recorder.run("recheck", cut_short=CUT_SHORT) as run:
            run.summary = await within(self.config.daemon.job_limit.total_seconds(), lambda: self._recheck(articles))

    async def backfill(
        self, file: str, hosts: Sequence[str], languages: Sequence[str], since: str, until: str | None, anew: bool
    ) -> None:
        """Reads one WARC file; raises DragonwatchError where a part of it could not be read, so that it is tried again."""
        from scheduler.backfill import backfill_warcs
        from scheduler.warcs import Wanted

        assert isinstance(self.archive, WarcArchive)
        async with self.recorder.run("backfill", cut_short=CUT_SHORT) as run:
            done = await backfill_warcs(
                [file],
                store=self.store,
                archive=self.archive,
                config=self.config,
                clock=self.clock,
                watchlist=self.watchlist,
                wanted=Wanted(frozenset(hosts), frozenset(languages), since),
                until=date.fromisoformat(until) if until else None,
                anew=anew,
                web=self.web,
            )
            run.summary = done.to_json()
            run.fell_short(done.errors)
        if run.error:
            raise DragonwatchError(run.error)

    async def sitemap(self, url: str, since: str, until: str | None, anew: bool, depth: int) -> None:
        """Fetches what one sitemap lists; the parts of an index become jobs of their own.

        Raises DragonwatchError where the sitemap itself cannot be had, so that it is tried again; a page that cannot be
        is told in the row alone.
        """
        from scheduler.fleet.past import sitemap_works
        from scheduler.sitemaps import Days, backfill_sitemap

        assert isinstance(self.archive, WarcArchive)
        days = Days(since, date.fromisoformat(until) if until else None)

        async def left(parts: Sequence[str]) -> None:
            works = sitemap_works(parts, days, anew=anew, depth=depth + 1)
            await asyncio.to_thread(Queue(self.store.database).defer, works)

        async with self.recorder.run("backfill", cut_short=CUT_SHORT) as run:
            done = await backfill_sitemap(
                url,
                store=self.store,
                archive=self.archive,
                config=self.config,
                clock=self.clock,
                watchlist=self.watchlist,
                days=days,
                anew=anew,
                web=self.web,
                workers=self.readers,
                left_to=left if depth == 0 else None,
                depth=depth,
            )
            run.summary = done.to_json()
            run.fell_short(done.errors)

    async def reread(self, after: int, upto: int, since: str | None, flag: bool, anew: bool) -> None:
        """Reads a stretch of articles again and puts them right.

        Raises DragonwatchError where not one of their pages can be had, so that another worker tries; one that cannot be
        is told in the row alone.
        """
        from scheduler.reread import reread

        assert isinstance(self.archive, WarcArchive)
        async with self.recorder.run("reread", cut_short=CUT_SHORT) as run:
            done = await reread(
                store=self.store,
                archive=self.archive,
                watchlist=self.watchlist,
                since=datetime.fromisoformat(since) if since else None,
                stretch=Stretch(after, upto),
                apply=True,
                flag=flag,
                anew=anew,
            )
            run.summary = done.to_json()
            run.fell_short(done.errors)
            if done.articles and done.unreadable == done.articles:
                raise DragonwatchError(
                    f"none of the articles {after + 1} to {upto} could be read again ({done.errors[0]}); "
                    "storage.archive must name a folder that all machines share"
                )
