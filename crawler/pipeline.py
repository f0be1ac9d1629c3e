"""The Scrapy item pipeline: a fetched page is read in a worker process, judged, and kept in one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import html
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from crawler.errors import DragonwatchError, FetchError, ReadError, StoreUnavailable
from crawler.items import Article, Outcome, Page, Reading
from crawler.ports import Archive, Clock, Judge, Store, Taking
from crawler.reading.bound import MOST, bind
from crawler.reading.read import read, read_next_page
from crawler.tally import Ticket
from crawler.urls import canonical
from crawler.watchlist import Watchlist
from crawler.workers import Workers

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

T = TypeVar("T")
_log = logging.getLogger(__name__)

GATHERING = 0.5
"""Seconds that a reading waits at most for others to be kept with, while others are being read."""

JudgeMaker = Callable[[Reading, Page, datetime | None], Judge]
"""Makes the judge of one reading; the last argument is the source's baseline, None after its first poll."""


Further = Callable[[str], Awaitable[Page]]
"""Fetches one more page of an article, by the same client and on the same terms; raises FetchError."""


@dataclass(frozen=True, slots=True)
class Catch:
    """A fetched page and the lead's ticket: the item that goes through the pipeline."""

    page: Page
    ticket: Ticket
    further: Further | None = None
    """None for a page that no site served."""


class Keeper:
    """What the pipeline works with; every call of the store runs on one thread, so the loop never waits for a disk."""

    def __init__(
        self, *, workers: Workers, store: Store, archive: Archive | None, judge: JudgeMaker, clock: Clock,
        baseline: datetime, dry_run: bool = False,
    ) -> None:  # fmt: skip
        self._workers = workers
        self.store = store
        self._archive = archive
        self._judge = judge
        self._clock = clock
        self.baseline = baseline
        self._dry_run = dry_run
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._reading = 0
        self._ready: list[tuple[Taking, asyncio.Future[Outcome]]] = []
        self._enough = asyncio.Event()
        self._storing: asyncio.Task[None] | None = None

    async def ask_store(self, function: Callable[..., T], *arguments: Any) -> T:
        """Calls a method of the store, or anything else that waits for a disk."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    async def close(self) -> None:
        """Waits for what was handed to the store."""
        if self._storing is not None:
            await self._storing
        await asyncio.to_thread(self._thread.shutdown, wait=True)

    async def take(self, catch: Catch) -> None:
        """Reads, judges and keeps one page, and ends its lead; raises nothing but being cancelled."""
        page, ticket = catch.page, catch.ticket
        try:
            page, reading = await self.read(page, catch.further)
            before = self.baseline if ticket.share.first_poll else None
            outcome = await self._kept(page, reading, before)
        except StoreUnavailable as error:
            ticket.share.unkept = str(error)
            ticket.end("failed", f"{page.url}: {error}", again=True)
        except DragonwatchError as error:
            ticket.end("failed", f"{page.url}: {error}", again=True)
        except Exception as error:
            _log.exception("a page could not be taken in", extra={"url": page.url})
            ticket.end("failed", f"{page.url}: {type(error).__name__}: {error}", again=True)
        else:
            failed = outcome.end == "failed"
            why = f"{page.url}: {reading.error or 'it holds no text'}" if failed else None
            ticket.end(outcome.end, why, again=failed, outcome=outcome)

    async def read(self, page: Page, further: Further | None) -> tuple[Page, Reading]:
        """Reads a page with those on which its article goes on, or what its feed gave instead where it holds no text."""
        self._reading += 1
        try:
            reading = await self._said(page)
            if further is not None and reading.article.next_page and reading.companies:
                bound = await self._bound(page, reading.article.next_page, further)
                whole = await self._said(bound)
                return (page, reading) if whole.error else (bound, whole)
            if reading.error and (spare := page_of_lead(page)) is not None:
                return spare, await self._said(spare)
            return page, reading
        finally:
            self._reading -= 1
            self._count()

    async def _said(self, page: Page) -> Reading:
        """What a page says; one that breaks its reader fails like any that cannot be read, and is tried as often."""
        try:
            return await self._workers.run(read_page, page)
        except ReadError as error:
            return Reading(Article(None, ""), error=str(error))

    async def _bound(self, page: Page, address: str | None, further: Further) -> Page:
        """The page and those on which its article goes on, as far as they can be had."""
        found: list[Page] = []
        known = {canonical(page.url), canonical(page.final_url)}
        while address is not None and len(found) < MOST and canonical(address) not in known:
            known.add(canonical(address))
            try:
                found.append(await further(address))
                address = await self._workers.run(read_next, found[-1])
            except (FetchError, ReadError) as error:
                _log.warning("an article is kept without its last pages: %s", error, extra={"url": page.url})
                break
        return bind(page, found)

    def keep(self, page: Page, reading: Reading, baseline_before: datetime | None) -> Outcome:
        """Archives, judges and stores one reading; to be called by ``ask_store``, as it waits for a disk."""
        if self._dry_run:
            return self._judge(reading, page, baseline_before)((), (), ())
        if self._archive is not None:
            page = replace(page, archived=self._archive.keep(page))
        return self.store.take_in(page, reading, self._judge(reading, page, baseline_before))

    async def _kept(self, page: Page, reading: Reading, baseline_before: datetime | None) -> Outcome:
        """Has a reading kept together with all others that are ready by the time the store is free (decision 0067)."""
        if self._dry_run:
            return self.keep(page, reading, baseline_before)
        ended: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._ready.append((Taking(page, reading, self._judge(reading, page, baseline_before)), ended))
        self._count()
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_ready())
        return await ended

    def _count(self) -> None:
        """Tells whether waiting would gather more: not once a lot is full, or when nothing more is being read."""
        if len(self._ready) >= self.store.together or not self._reading:
            self._enough.set()
        else:
            self._enough.clear()

    async def _store_ready(self) -> None:
        while self._ready:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GATHERING):
                    await self._enough.wait()
            size = self.store.together
            lot, self._ready = self._ready[:size], self._ready[size:]
            self._count()
            found: Sequence[Outcome | Exception]
            try:
                found = await self.ask_store(self._keep_lot, [taking for taking, _ in lot])
            except Exception as error:
                found = [error] * len(lot)
            for (_, ended), end in zip(lot, found, strict=True):
                if ended.cancelled():
                    continue
                if isinstance(end, Exception):
                    ended.set_exception(end)
                else:
                    ended.set_result(end)

    def _keep_lot(self, lot: Sequence[Taking]) -> list[Outcome | Exception]:
        if self._archive is not None:
            places = self._archive.keep_many([taking.page for taking in lot])
            lot = [
                replace(taking, page=replace(taking.page, archived=place))
                for taking, place in zip(lot, places, strict=True)
            ]
        return self.store.take_in_many(lot)


class ReadJudgeKeep:
    """The pipeline itself; the spider brings the Keeper as its ``keeper`` argument."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way of making it."""
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Takes in what is a Catch; anything else goes on unchanged."""
        if isinstance(item, Catch):
            await self._crawler.spider.keeper.take(item)  # type: ignore[union-attr]
        return item


def read_page(watchlist: Watchlist, page: Page) -> Reading:
    """Reads one page; made to be called in a worker process."""
    return read(page, watchlist)


def read_next(_: Watchlist, page: Page) -> str | None:
    """Where an article goes on after one of its further pages; made to be called in a worker process."""
    return read_next_page(page)


def page_of_lead(page: Page) -> Page | None:
    """The page that the feed's own full content makes; None where the lead carries none, or the page is it already."""
    lead = page.lead
    if lead is None or not lead.content or len(lead.content) < 200 or page.status == FROM_FEED:
        return None
    title = html.escape(lead.title or "")
    body = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body><article><h1>{title}</h1>{lead.content}</article></body></html>"
    return replace(
        page, body=body.encode("utf-8", "replace"), content_type="text/html; charset=utf-8", status=FROM_FEED
    )


FROM_FEED = 203
"""Status of a page made of its feed's content: "non-authoritative information" is what HTTP calls such an answer."""
