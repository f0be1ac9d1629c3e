"""Looks at stored articles again, sooner while they are young, so that an edited figure is seen as edited."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from crawler.config import Config
from crawler.errors import BadStatus, FetchError
from crawler.fetch.client import Web
from crawler.fetch.standins import stand_in
from crawler.items import Lead, Page, Source
from crawler.pipeline import Catch, Keeper
from crawler.ports import Archive, Clock
from crawler.rates import ecb_rates
from crawler.tally import Share, Tally
from crawler.watchlist import Watchlist
from crawler.workers import Workers
from scheduler.run import judging, open_web
from spiders.poll import terms_of

AT_ONCE = 16
"""Pages in memory at once."""


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a round of second looks brought."""

    looked: int
    revised: int
    gone: int
    flags: int


async def recheck(
    *,
    store: Any,
    config: Config,
    clock: Clock,
    watchlist: Watchlist,
    archive: Archive | None = None,
    web: Web | None = None,
    limit: int = 200,
) -> Rechecked:
    """Asks for the articles that are due to be looked at again, at most ``limit``, and takes in what has changed.

    An article that was taken down keeps its text and is looked at no more; one that cannot be had for now waits for
    its next turn.
    """
    due = store.articles.look_again(clock.now(), limit)
    if not due:
        return Rechecked(0, 0, 0, 0)
    tally = Tally()
    async with AsyncExitStack() as stack:
        client = web if web is not None else await stack.enter_async_context(open_web(config, clock))
        workers = await stack.enter_async_context(Workers(watchlist))
        # An article met before is past its source's first poll, so nothing here is a baseline.
        keeper = Keeper(
            workers=workers,
            store=store,
            archive=archive,
            judge=judging(ecb_rates(), clock),
            clock=clock,
            baseline=clock.now(),
        )
        stack.push_async_callback(keeper.close)
        gate = asyncio.Semaphore(AT_ONCE)
        gone = await asyncio.gather(*(_look(look, store, keeper, client, tally, gate) for look in due))
    return Rechecked(len(due), tally.ends["revised"], sum(gone), tally.flags)


async def _look(look: Any, store: Any, keeper: Keeper, web: Web, tally: Tally, gate: asyncio.Semaphore) -> bool:
    """Looks at one article; says whether it is gone."""
    source = await keeper.ask_store(_source_of, store, look)
    headers = {"If-None-Match": look.etag, "If-Modified-Since": look.last_modified}
    async with gate:
        try:
            answer = await web.ask(
                look.url, terms_of(source), headers={name: value for name, value in headers.items() if value}
            )
        except FetchError as error:
            gone = isinstance(error, BadStatus) and error.status in (404, 410)
            await keeper.ask_store(lambda: store.articles.looked(look.article, gone=gone))
            return gone
        if answer.status == 304 or stand_in(answer.url, answer.final_url, answer.body, dict(answer.headers)):
            await keeper.ask_store(store.articles.looked, look.article)
            return False
        lead = Lead(source.name, look.url, outlet=look.outlet)
        page = Page(
            url=look.url,
            final_url=look.url,
            body=answer.body,
            fetched=web.now(),
            status=answer.status,
            content_type=answer.headers.get("content-type"),
            lead=lead,
            outlet=look.outlet,
            tier=look.tier,
            timezone=source.timezone,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
        )
        await keeper.take(Catch(page, tally.open(Share(source), lead)))
        return False


def _source_of(store: Any, look: Any) -> Source:
    """The source that brought the article, for its pace and headers; one without any where it is gone."""
    row = store.sources.get(look.source) if look.source else None
    return row.source if row is not None else Source(look.source or "", "feed", look.url, outlet=look.outlet)
