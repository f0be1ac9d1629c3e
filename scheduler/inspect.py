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
from spiders.poll import health_of, poll

_MENDS = (
    ("robots", "the site asks not to be read there; leave it, or find another address by `dragonwatch sources discover`"),
    ("challenge", "the site shows a check for browsers; disable it, or find another address"),
    ("login", "the site wants a login; disable it"),
    ("410", "it is gone for good; remove it"),
    ("404", "nothing is at this address any more; `dragonwatch sources discover` looks for the new one"),
    ("403", "the site refuses us; disable it, or look whether its region matches fetch.region"),
    ("could not be resolved", "the host does not exist, or the network is down; check the address"),
    ("certificate", "its certificate is not trusted; do not read it before the site has mended that"),
    ("not a feed", "look at the address; `dragonwatch sources discover` looks for a feed, --kind names another kind"),
    ("HTML page", "it is a page, not a feed; `dragonwatch sources discover` looks for the feed"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """What asking a source once brought."""

    source: Source
    leads: tuple[Lead, ...] = ()
    error: str | None = None

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
        """What a person can do about the error."""
        if self.error is None:
            return None if self.leads else "it answers and announces nothing; look at it again later"
        told = self.error.lower()
        return next((mend for sign, mend in _MENDS if sign.lower() in told), "try again later")


async def try_source(source: Source, *, web: Web, workers: Workers, watchlist: Watchlist) -> Tried:
    """Asks a source once, unconditionally; an error is part of the answer."""
    try:
        polled = await poll(source, PollState(), web=web, workers=workers, watchlist=watchlist)
    except Exception as error:
        return Tried(source, error=health_of(error)[1])
    return Tried(source, polled.leads)


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
