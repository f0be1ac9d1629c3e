"""Tries sources without storing anything: is it reached, is it read, what are its newest leads, and what is to be done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from urllib.parse import urljoin

from crawler.errors import FetchError
from crawler.fetch.answer import Terms
from crawler.fetch.client import Web
from crawler.items import Lead, PollState, Source
from crawler.urls import origin_of
from crawler.watchlist import Watchlist
from crawler.workers import Workers
from spiders.discover import Candidate, candidates
from spiders.faults import Fault, fault_of
from spiders.poll import poll


@dataclass(frozen=True, slots=True)
class Tried:
    """What asking a source once brought."""

    source: Source
    leads: tuple[Lead, ...] = ()
    fault: Fault | None = None

    @property
    def error(self) -> str | None:
        """Why it does not work; None where it does."""
        return self.fault.cause if self.fault else None

    @property
    def newest(self) -> Sequence[Lead]:
        """The leads, the newest first, those without a date last."""
        return sorted(self.leads, key=lambda lead: _order(lead.published), reverse=True)

    @property
    def last(self) -> datetime | date | None:
        """When the newest of the dated leads was published; None where none says when."""
        return next((lead.published for lead in self.newest if lead.published), None)

    @property
    def mend(self) -> str | None:
        """What a person can do about what is wrong with a source that is known."""
        if self.fault is not None:
            return self.fault.advice
        return None if self.leads else "it answers and announces nothing; look at it again later"


async def try_source(source: Source, *, web: Web, workers: Workers, watchlist: Watchlist) -> Tried:
    """Asks a source once, unconditionally; an error is part of the answer."""
    try:
        polled = await poll(source, PollState(), web=web, workers=workers, watchlist=watchlist)
    except Exception as error:
        return Tried(source, fault=fault_of(error, source))
    return Tried(source, polled.leads, fault_of(polled.cut, source) if polled.cut else None)


async def try_all(
    sources: Sequence[Source], *, web: Web, workers: Workers, watchlist: Watchlist
) -> AsyncIterator[Tried]:
    """Asks all side by side and gives each as it is done."""
    tasks = [asyncio.ensure_future(try_source(s, web=web, workers=workers, watchlist=watchlist)) for s in sources]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()


async def discover(url: str, *, web: Web, workers: Workers, watchlist: Watchlist) -> list[tuple[Candidate, Tried]]:
    """The site's addresses that announce articles, each tried; raises FetchError where the page itself cannot be had.

    A customary path is given only where something answers there, and a list only where the page is nothing better.
    """
    terms = Terms(origin=origin_of(url))
    page = await web.ask(url, terms)
    try:
        robots = (await web.ask(urljoin(page.final_url, "/robots.txt"), terms)).body.decode("utf-8", "replace")
    except FetchError:
        robots = ""
    found = candidates(page.body, page.headers.get("content-type"), page.final_url, robots)
    sources = {_source(candidate).name: candidate for candidate in found}
    tried = try_all([_source(candidate) for candidate in found], web=web, workers=workers, watchlist=watchlist)
    alive = [(sources[one.source.name], one) async for one in tried if one.error is None and one.leads]
    order = {candidate.url: number for number, candidate in enumerate(found)}
    alive.sort(key=lambda pair: order[pair[0].url])
    better = [pair for pair in alive if pair[0].kind != "listing"]
    return _distinct(better or alive)


def _distinct(alive: list[tuple[Candidate, Tried]]) -> list[tuple[Candidate, Tried]]:
    """Without those that announce the same pages as one before: ``/feed`` and ``/feed/`` are one."""
    kept: list[tuple[Candidate, Tried]] = []
    seen: set[tuple[str, frozenset[str]]] = set()
    for candidate, tried in alive:
        says = (candidate.kind, frozenset(lead.url for lead in tried.leads))
        if says not in seen:
            seen.add(says)
            kept.append((candidate, tried))
    return kept


def _source(candidate: Candidate) -> Source:
    options = {"days": 36500} if candidate.kind == "sitemap" else {}
    return Source(candidate.url, candidate.kind, candidate.url, options=MappingProxyType(options))


def _order(when: datetime | date | None) -> str:
    return "" if when is None else when.isoformat()
