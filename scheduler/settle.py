"""Records each poll once all leads of its source have ended, so that what was not finished is seen again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from crawler.config import ScheduleConfig
from crawler.errors import Stopped, StoreError, StoreUnavailable, Waiting
from crawler.items import PollOutcome, PollResult, Source
from crawler.pipeline import Keeper
from crawler.ports import Clock
from crawler.tally import Share
from scheduler.cadence import Brought, Limits, plan
from scheduler.summary import SourceResult
from spiders.faults import fault_of
from spiders.poll import Gone, Polled
from spiders.watch import Followed


class Settling:
    """Waits for the leads of every source that was polled and records how its poll went."""

    def __init__(
        self, store: Any, keeper: Keeper, schedule: ScheduleConfig, clock: Clock, *, records: bool, remembers: bool
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._limits = Limits(schedule.poll_min, schedule.poll_max, schedule.timezone)
        self._clock = clock
        self._records = records
        self._remembers = remembers
        self._tasks: list[asyncio.Task[None]] = []
        self._waiting: dict[str, PollResult] = {}
        self._recording = asyncio.Lock()
        self._cut_short = False
        self.results: dict[str, SourceResult] = {}

    def cut_short(self) -> None:
        """The crawl is being ended: polls whose leads are not all done are left for the next crawl, which is due at once."""
        self._cut_short = True

    def add(self, end: Followed) -> None:
        """Takes over a source whose poll is over."""
        self._tasks.append(asyncio.ensure_future(self._settle(end)))

    async def finish(self) -> None:
        """Waits until every poll is recorded."""
        await asyncio.gather(*self._tasks)

    async def _settle(self, end: Followed) -> None:
        share = end.share
        if share.pending:
            await share.quiet.wait()
        if isinstance(end.error, StoreUnavailable):
            share.unkept = str(end.error)
        name = share.source.name
        try:
            result = self._timed(
                end, self._failed(end.error, share.source) if end.polled is None else self._brought(share, end.polled)
            )
            outcome = "failed" if result.outcome == "blocked" or share.unkept else result.outcome
            self.results[name] = SourceResult(name, outcome, share.leads, share.new, share.unkept or result.error)
            unfinished = isinstance(end.error, Stopped) or (self._cut_short and share.unfinished)
            # What our own disk did not take is no doing of the source's: it stays due.
            if self._records and not unfinished and share.unkept is None:
                await self._record(name, result)
                if isinstance(end.error, Gone):
                    await self._switch_off(share)
        except Exception as error:
            # A poll that cannot be recorded is seen again by the next crawl; it must not end this one.
            share.errors.append(f"{name}: the poll could not be recorded: {error}")

    async def _switch_off(self, share: Share) -> None:
        name = share.source.name
        try:
            await self._keeper.ask_store(self._store.sources.enable, name, False)
        except StoreUnavailable:
            raise
        except StoreError as error:  # it is declared in the configuration, which a person changes
            share.errors.append(f"{name} is gone for good: {error}")

    async def _record(self, name: str, result: PollResult) -> None:
        """Records a poll together with all others that were settled while the store was busy."""
        self._waiting[name] = result
        async with self._recording:
            if name in self._waiting:
                batch, self._waiting = self._waiting, {}
                await self._keeper.ask_store(self._store.sources.polled_all, batch)

    def _timed(self, end: Followed, result: PollResult) -> PollResult:
        """The result with the moment of the next poll."""
        share, polled = end.share, end.polled
        brought = Brought(
            result.outcome,
            leads=share.leads,
            fresh=share.fresh,
            moments=tuple(share.moments),
            hint=polled.interval if polled else None,
            retry_after=timedelta(seconds=end.error.seconds) if isinstance(end.error, Waiting) else None,
        )
        source = share.source
        planned = plan(source.every, end.state, brought, self._limits, name=source.name, now=self._clock.now())
        seconds = planned.interval.total_seconds()
        return replace(result, next_poll=planned.due, interval=seconds, rhythm=planned.rhythm.to_json())

    @staticmethod
    def _failed(error: Exception | None, source: Source) -> PollResult:
        assert error is not None
        fault = fault_of(error, source)
        return PollResult(fault.outcome, error=str(fault))

    def _brought(self, share: Share, polled: Polled) -> PollResult:
        if polled.cut is not None:
            return replace(self._failed(polled.cut, share.source), leads=share.leads, new=share.new)
        keep = self._remembers and not share.unfinished
        return PollResult(
            outcome_of(share, polled),
            leads=share.leads,
            new=share.new,
            etag=polled.etag if keep else None,
            last_modified=polled.last_modified if keep else None,
            body_hash=polled.body_hash if keep else None,
            moved_to=polled.moved_to,
            unconditional=polled.unconditional,
            more=share.left > 0,
        )


def outcome_of(share: Share, polled: Polled) -> PollOutcome:
    """What a poll that was answered brought: an unchanged body and one that told nothing new are both ``unchanged``."""
    if polled.unchanged or (share.leads and not share.new):
        return "unchanged"
    return "new" if share.new else "empty"
