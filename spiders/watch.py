"""The spider of a crawl: polls every source given to it, and fetches the pages that their leads announce."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import scrapy
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from crawler.errors import BadStatus, Blocked, FetchError, Refused, Stopped, TooLarge
from crawler.fetch.client import Web
from crawler.fetch.standins import EXPLAINED, stand_in
from crawler.items import Page, PollState, Source
from crawler.pipeline import Catch, Keeper, page_of_lead
from crawler.tally import Share, Ticket
from crawler.urls import canonical
from crawler.watchlist import Watchlist
from crawler.workers import Workers
from spiders.own import poll_own
from spiders.poll import Polled, poll, terms_of
from spiders.sieve import Sieve

AT_ONCE = 500
"""Polls under way at once; most of them wait for their host's turn."""
IN_MEMORY = 128
"""Pages fetched and not yet kept, two lots of them; more are not fetched before some of them are."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A source whose poll is over: its leads are on their way."""

    share: Share
    state: PollState
    """As it was before the poll."""
    polled: Polled | None
    error: Exception | None = None


class WatchSpider(scrapy.Spider):
    """Asks sources directly by the client, and articles through Scrapy: a feed needs none of what Scrapy adds to a request."""

    name = "watch"

    def __init__(
        self,
        *,
        shares: Sequence[Share],
        states: Mapping[str, PollState],
        followed: Callable[[Followed], None],
        web: Web,
        workers: Workers,
        keeper: Keeper,
        sieve: Sieve,
        watchlist: Watchlist,
        own: Mapping[str, type[scrapy.Spider]],
    ) -> None:
        super().__init__()
        self.web = web
        self.keeper = keeper
        self._shares = shares
        self._states = states
        self._followed = followed
        self._workers = workers
        self._sieve = sieve
        self._watchlist = watchlist
        self._own = own
        self._room = asyncio.Semaphore(IN_MEMORY)

    async def start(self) -> AsyncIterator[Any]:
        """Yields a request for every lead worth fetching, as soon as its source has answered."""
        found: asyncio.Queue[Ticket | None] = asyncio.Queue()
        gate = asyncio.Semaphore(AT_ONCE)
        polls = [asyncio.ensure_future(self._poll(share, gate, found)) for share in self._shares]
        for task in polls:
            task.add_done_callback(lambda _: found.put_nowait(None))
        try:
            left = len(polls)
            while left:
                ticket = await found.get()
                if ticket is None:
                    left -= 1
                elif (request := self._request(ticket)) is not None:
                    yield request
        finally:
            for task in polls:
                task.cancel()

    async def _poll(self, share: Share, gate: asyncio.Semaphore, found: asyncio.Queue[Ticket | None]) -> None:
        state = self._states[share.source.name]
        async with gate:
            try:
                share.first_poll = state.first_poll
                polled = await self._polled(share.source, state)
                self._sieve.tally.add(share, "dropped", polled.unusable)
                for ticket in await self._sieve.sift(share, polled.leads):
                    found.put_nowait(ticket)
            except Exception as error:
                self._followed(Followed(share, state, None, error))
            else:
                self._followed(Followed(share, state, polled))

    async def _polled(self, source: Source, state: PollState) -> Polled:
        if source.kind == "spider":
            return await poll_own(source, self._own, self.web)
        return await poll(source, state, web=self.web, workers=self._workers, watchlist=self._watchlist)

    def _request(self, ticket: Ticket) -> Request | None:
        lead = ticket.lead
        meta = {"terms": terms_of(ticket.share.source), "room": lambda: ticket.enter(self._room), "ticket": ticket}
        try:
            return Request(lead.url, callback=self.parse, errback=self._lost, dont_filter=True, meta=meta)
        except ValueError as error:
            ticket.end("failed", f"{lead.url}: {error}")
            return None

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Catch]:
        """Turns an answer into the item that the pipeline takes."""
        ticket: Ticket = response.meta["ticket"]
        try:
            page = self._page(ticket, response)
            headers = {
                name.decode("latin-1").lower(): values[-1].decode("latin-1")
                for name, values in response.headers.items()
            }
            instead = stand_in(page.url, page.final_url, page.body, headers)
            if instead:
                async for catch in self._without(ticket, Blocked(f"{page.url} {EXPLAINED[instead]}", why=instead)):
                    yield catch
            elif await self._known_by_its_end(ticket, page):
                ticket.end("known")
            else:
                yield Catch(page, ticket, partial(further_page, self.web, ticket.share.source))
        except Exception as error:
            ticket.end("failed", f"{response.url}: {type(error).__name__}: {error}", again=True)

    async def _lost(self, failure: Failure) -> AsyncIterator[Catch]:
        ticket: Ticket = failure.request.meta["ticket"]  # type: ignore[attr-defined]
        async for catch in self._without(ticket, failure.value or Stopped("the request was lost")):
            yield catch

    async def _without(self, ticket: Ticket, error: BaseException) -> AsyncIterator[Catch]:
        """The page cannot be had: the feed's own full content stands in, or the lead fails, for now or for good."""
        lead = ticket.lead
        bare = Page(lead.url, lead.url, b"", self.web.now(), lead=lead, tier=ticket.share.source.tier)
        if not isinstance(error, Stopped) and (spare := page_of_lead(self._described(bare, ticket))) is not None:
            yield Catch(spare, ticket)
        elif isinstance(error, Stopped):
            ticket.end("dropped", again=True)
        elif for_good(error):
            if self._sieve.learns:
                await self.keeper.ask_store(self._sieve.store.remember, ticket.share.source.name, [canonical(lead.url)])
            ticket.end("failed", str(error))
        else:
            text = str(error) if isinstance(error, FetchError) else f"{lead.url}: {type(error).__name__}: {error}"
            ticket.end("failed", text, again=True)

    async def _known_by_its_end(self, ticket: Ticket, page: Page) -> bool:
        """Whether redirects led to a page that is stored already; then the announced address is remembered too.

        Not where that address was known: then its source said that the page was edited.
        """
        end, lead_url = canonical(page.final_url), canonical(page.url)
        if end == lead_url:
            return False
        fresh: set[str] = await self.keeper.ask_store(self._sieve.store.unseen, [end, lead_url])
        if lead_url not in fresh or (end in fresh and end not in self._sieve.taken):
            self._sieve.taken.add(end)
            return False
        if self._sieve.learns:
            await self.keeper.ask_store(self._sieve.store.remember, ticket.share.source.name, [lead_url])
        return True

    def _page(self, ticket: Ticket, response: Response) -> Page:
        def header(name: str) -> str | None:
            value = response.headers.get(name)
            return value.decode("latin-1") if value else None

        page = Page(
            url=ticket.lead.url,
            final_url=response.url,
            body=response.body,
            fetched=self.web.now(),
            status=response.status,
            content_type=header("Content-Type"),
            lead=ticket.lead,
            etag=header("ETag"),
            last_modified=header("Last-Modified"),
        )
        return self._described(page, ticket)

    @staticmethod
    def _described(page: Page, ticket: Ticket) -> Page:
        source = ticket.share.source
        return replace(page, outlet=ticket.lead.outlet or source.outlet, tier=source.tier, timezone=source.timezone)


async def further_page(web: Web, source: Source, url: str) -> Page:
    """One more page of an article, on the terms of its source; raises FetchError."""
    answer = await web.ask(url, terms_of(source))
    if instead := stand_in(url, answer.final_url, answer.body, dict(answer.headers)):
        raise Blocked(f"{url} {EXPLAINED[instead]}", why=instead)
    return Page(
        url=url,
        final_url=answer.final_url,
        body=answer.body,
        fetched=web.now(),
        status=answer.status,
        content_type=answer.headers.get("content-type"),
    )


def for_good(error: BaseException) -> bool:
    """Whether asking again would bring the same: then the lead is remembered and left alone."""
    if isinstance(error, Blocked):
        return error.why != "challenge"
    if isinstance(error, BadStatus):
        return 400 <= error.status < 500 and error.status not in (408, 425, 429)
    return isinstance(error, Refused | TooLarge)
