"""Reads the past that a site's own sitemaps list: part by part, each in order of publication.

An archive of ten years has hundreds of parts, so no more than one is held at a time. What was fetched is remembered by
its address and the place in its part, so a break costs no page twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from crawler.config import Config
from crawler.errors import DragonwatchError, FetchError, ReadError, Stopped
from crawler.fetch.answer import Answer
from crawler.fetch.client import Web
from crawler.fetch.standins import EXPLAINED, stand_in
from crawler.items import Lead, Page, Source
from crawler.pipeline import Keeper, read_page
from crawler.ports import Clock
from crawler.urls import canonical, host_of
from crawler.watchlist import Watchlist
from crawler.workers import Workers
from scheduler.dayrates import rates_of
from scheduler.past import FROM, Backfilled, Progress, only_unknown, sources_by_host, within
from scheduler.run import judging, open_web
from spiders.sitemap import Entry, Sitemap, read_sitemap
from spiders.watch import for_good
from storage.archive import WarcArchive
from storage.store import SqlStore

DEEPEST = 3
"""Indexes of indexes are followed so far."""
MOST_PARTS = 5_000
NOTED_EVERY = 20
"""Pages between two notes of how far it has come."""
HandOn = Callable[[Sequence[str]], Awaitable[None]]
"""What sees to it that somebody follows these addresses."""


@dataclass(frozen=True, slots=True)
class Days:
    """Published from ``since`` to ``until``, both counted in; empty is open."""

    since: str = ""
    until: date | None = None

    def may_hold(self, entry: Entry) -> bool:
        """Whether a page may be of these days: one was published no later than it was changed."""
        if entry.published is not None:
            return within(entry.published, self.since, self.until)
        return entry.modified is None or within(entry.modified, self.since, None)


async def backfill_sitemap(
    url: str,
    *,
    store: SqlStore,
    archive: WarcArchive,
    config: Config,
    clock: Clock,
    watchlist: Watchlist,
    days: Days,
    anew: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
    web: Web | None = None,
    workers: Workers | None = None,
    left_to: HandOn | None = None,
    depth: int = 0,
) -> Backfilled:
    """Fetches what a sitemap or an index of them lists, and takes in what names a watched company.

    A page whose title the sitemap tells is fetched only where that names one. ``workers`` read, where others share them.
    ``left_to`` is handed the parts of an index, the oldest first, instead of their being followed here; ``depth`` is the
    number of indexes above. Raises FetchError or ReadError where the sitemap itself cannot be had; a part or a page that
    cannot be is told in ``errors``.
    """
    async with AsyncExitStack() as stack:
        client = web if web is not None else await stack.enter_async_context(open_web(config, clock, store))
        readers = workers if workers is not None else await stack.enter_async_context(Workers(watchlist))
        keeper = Keeper(
            workers=readers, store=store, archive=archive, judge=only_unknown(judging(rates_of(store), clock)),
            clock=clock, baseline=clock.now() - config.schedule.baseline,
        )  # fmt: skip
        stack.push_async_callback(keeper.close)
        named = sources_by_host(row.source for row in store.sources.all())
        host = host_of(url)
        source = named.get(host.removeprefix("www.")) or Source(FROM, "sitemap", url)
        key = f"backfill:{hashlib.sha256(f'{url} {days}'.encode()).hexdigest()[:16]}"
        work = _Sitemaps(url, source, days, watchlist, store, client, readers, keeper, key, progress, left_to, depth)
        await work.run(anew=anew)
    return work.done


class _Sitemaps:
    """One site's sitemaps on their way."""

    def __init__(
        self, url: str, source: Source, days: Days, watchlist: Watchlist, store: SqlStore, web: Web,
        workers: Workers, keeper: Keeper, key: str, progress: Callable[[Progress], None], left_to: HandOn | None,
        depth: int,
    ) -> None:  # fmt: skip
        self.done = Backfilled()
        self._url, self._source, self._days, self._watchlist = url, source, days, watchlist
        self._store, self._web, self._workers, self._keeper = store, web, workers, keeper
        self._key, self._progress, self._left_to, self._depth = key, progress, left_to, depth
        self._state: dict[str, Any] = {}

    async def run(self, *, anew: bool) -> None:
        """Part by part, noting how far it has come."""
        known = await self._keeper.ask_store(self._store.settings.get, self._key)
        broken_off = known and not known.get("finished") and not anew
        self._state = known if broken_off else {"url": self._url, "parts": [], "at": None}
        first = True
        async for part, entries in self._parts():
            try:
                await self._part(part, entries)
            except DragonwatchError as error:
                if first and part == self._url:
                    raise
                self.done.fail(str(error))
            first = False
        self._state["finished"] = self._web.now().isoformat()
        await self._note()

    async def _parts(self) -> AsyncIterator[tuple[str, Sequence[Entry]]]:
        """Every sitemap below the address that lists pages, the oldest first."""
        waiting: list[tuple[str, int]] = [(self._url, self._depth)]
        asked = 0
        while waiting and asked < MOST_PARTS:
            url, depth = waiting.pop()
            asked += 1
            if url in self._state["parts"]:
                self.done.skipped.append(url)
                continue
            try:
                found = await self._sitemap(url)
            except DragonwatchError as error:
                if url == self._url:
                    raise
                self.done.fail(str(error))
                continue
            if found.cut is not None:
                self.done.fail(
                    f"{found.cut}; its whole entries were taken, and calling again takes up what it lists then"
                )
            if not found.index:
                yield url, found.entries
            elif depth >= DEEPEST:
                self.done.fail(f"{url} is an index at depth {depth + 1}; its parts are not followed")
            elif self._left_to is not None:
                parts = self._fitting(found.entries)
                await self._left_to(parts[:MOST_PARTS])
                if len(parts) > MOST_PARTS:
                    self._too_many()
            else:
                waiting += [(part, depth + 1) for part in reversed(self._fitting(found.entries))]
        if waiting:
            self._too_many()

    def _fitting(self, entries: Sequence[Entry]) -> list[str]:
        """The parts of an index that may hold what is asked for, the oldest first, each once."""
        fitting = sorted((entry for entry in entries if self._days.may_hold(entry)), key=_order)
        return list(dict.fromkeys(entry.url for entry in fitting))

    def _too_many(self) -> None:
        self.done.fail(f"{self._url} has more than {MOST_PARTS} parts; the rest was not asked for")

    async def _sitemap(self, url: str) -> Sitemap:
        answer = await self._web.ask(url)
        # Headers may be secrets, which no worker needs.
        source = replace(self._source, headers={}, options={})
        return await self._workers.run(_read_sitemap, answer.body, source, answer.final_url, self._web.now())

    async def _part(self, part: str, entries: Sequence[Entry]) -> None:
        fitting = sorted((entry for entry in entries if self._days.may_hold(entry)), key=_order)
        self.done.files += 1
        self.done.records += len(entries)
        self.done.left_out["outside"] += len(entries) - len(fitting)
        at = self._state["at"] if self._state.get("part") == part else None
        for number, entry in enumerate(fitting, 1):
            if at is not None and [_order(entry), entry.url] <= at:
                continue
            await self._entry(entry)
            self._state |= {"part": part, "at": [_order(entry), entry.url]}
            if number % NOTED_EVERY == 0:
                await self._note()
            self._progress(Progress(f"fetching from {part}", number, len(fitting), self.done.records, self.done.found))
        self._state["parts"].append(part)
        self._state |= {"part": None, "at": None}
        await self._note()

    async def _entry(self, entry: Entry) -> None:
        if entry.title and not self._watchlist.names_any(entry.title):
            self.done.left_out["no name"] += 1
            return
        try:
            address = canonical(entry.url)
            if not await self._keeper.ask_store(self._store.unseen, [address]):
                self.done.ends["known"] += 1
                return
            answer = await self._web.ask(entry.url)
            if instead := stand_in(answer.url, answer.final_url, answer.body, dict(answer.headers)):
                raise FetchError(f"{entry.url} {EXPLAINED[instead]}")
            await self._take(self._page(entry, answer))
        except Stopped:
            raise
        except (FetchError, ReadError) as error:
            self.done.ends["failed"] += 1
            self.done.fail(str(error))
            if isinstance(error, FetchError) and for_good(error):
                await self._keeper.ask_store(self._store.remember, self._source.name, [canonical(entry.url)])

    async def _take(self, page: Page) -> None:
        reading = await self._workers.run(read_page, page)
        published = reading.article.published
        if published is not None and not within(published, self._days.since, self._days.until):
            self.done.left_out["outside"] += 1
            return
        self.done.found += bool(reading.companies)
        outcome = await self._keeper.ask_store(self._keeper.keep, page, reading, self._keeper.baseline)
        self.done.kept(outcome)

    def _page(self, entry: Entry, answer: Answer) -> Page:
        source = self._source
        lead = Lead(source.name, entry.url, title=entry.title, published=entry.published, language=entry.language)
        return Page(
            url=entry.url,
            final_url=answer.final_url,
            body=answer.body,
            fetched=self._web.now(),
            status=answer.status,
            content_type=answer.headers.get("content-type"),
            lead=lead,
            outlet=source.outlet or entry.outlet,
            tier=source.tier,
            timezone=source.timezone,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
        )

    async def _note(self) -> None:
        await self._keeper.ask_store(self._store.settings.set, self._key, dict(self._state))


def _read_sitemap(_watchlist: Watchlist, body: bytes, source: Source, url: str, now: datetime) -> Sitemap:
    return read_sitemap(body, source, url, now)


def _order(entry: Entry) -> str:
    when = entry.published or entry.modified
    return when.isoformat() if when is not None else "9999"
