"""Looks at stored articles again, sooner while they are young, so that an edited figure is seen as edited.

due    | ask     with the ETag and date of the last look         -> unchanged, or not there
       | compare byte by byte with the archived page             -> unchanged, not read
       | read    in a worker, held against the stored text       -> unchanged but for counters and clocks
       | keep    archived, judged, stored as a revision          -> revised, flags
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Literal

from crawler.config import Config
from crawler.decide.noise import same_but_for_noise
from crawler.errors import BadStatus, DragonwatchError, FetchError, ReadError, Stopped
from crawler.fetch.answer import Answer
from crawler.fetch.client import Web
from crawler.fetch.standins import stand_in
from crawler.items import Figure, Lead, Page, Reading, Source
from crawler.pipeline import FROM_FEED, Keeper
from crawler.ports import Archive, Clock
from crawler.tally import flags_of
from crawler.watchlist import Watchlist
from crawler.workers import Workers
from scheduler.dayrates import rates_of
from scheduler.run import judging, open_web
from spiders.poll import terms_of
from spiders.watch import further_page

AT_ONCE = 16
"""Pages in memory at once."""
AT_A_TICK = 200
"""Articles that one round looks at; the next round takes the next ones."""
_log = logging.getLogger(__name__)

Found = Literal["unchanged", "revised", "missing", "gone", "unreachable", "failed"]


@dataclass(slots=True)
class Rechecked:
    """What a round of second looks brought; the counts add up to ``looked``."""

    looked: int = 0
    unchanged: int = 0
    revised: int = 0
    missing: int = 0
    """Not there for the first time: looked for once more before it counts as gone."""
    gone: int = 0
    unreachable: int = 0
    """Could not be had for now, for whatever other reason."""
    failed: int = 0
    flags: int = 0
    errors: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """What ``recheck --json`` shows, and what a run's row keeps."""
        return asdict(self)


async def recheck(
    *,
    store: Any,
    config: Config,
    clock: Clock,
    watchlist: Watchlist,
    archive: Archive | None = None,
    web: Web | None = None,
    workers: Workers | None = None,
    limit: int = AT_A_TICK,
    among: Sequence[str] | None = None,
) -> Rechecked:
    """Asks for the articles that are due to be looked at again, at most ``limit``, and takes in what has changed.

    ``among`` names those that are looked at if they are due; without it all are. ``workers`` read, where others share them.

    An article that was taken down keeps its text and is looked at no more; one that cannot be had for now waits for
    its next turn.
    """
    done = Rechecked()
    due = await asyncio.to_thread(lambda: store.articles.look_again(clock.now(), limit, among=among))
    if not due:
        return done
    async with AsyncExitStack() as stack:
        client = (web if web is not None else await stack.enter_async_context(open_web(config, clock, store))).branch()
        stack.push_async_callback(client.stop)
        readers = workers if workers is not None else await stack.enter_async_context(Workers(watchlist))
        keeper = Keeper(
            workers=readers, store=store, archive=archive, judge=judging(rates_of(store), clock), clock=clock,
            baseline=clock.now(),
        )  # fmt: skip
        stack.push_async_callback(keeper.close)
        round_ = _Round(store, keeper, client, archive, asyncio.Semaphore(AT_ONCE), done)
        await asyncio.gather(*(round_.look(look) for look in due))
    return done


@dataclass(frozen=True, slots=True)
class _Round:
    """One round of looks, and what it works with."""

    store: Any
    keeper: Keeper
    web: Web
    archive: Archive | None
    gate: asyncio.Semaphore
    done: Rechecked

    async def look(self, look: Any) -> None:
        """Looks at one article and counts how that ended; raises nothing but being cancelled."""
        try:
            found = await self._look(look)
        except Stopped:
            return
        except DragonwatchError as error:
            found = "failed"
            self.done.errors.append(f"article {look.article}: {error}")
        except Exception as error:
            _log.exception("an article could not be looked at again", extra={"url": look.url})
            found = "failed"
            self.done.errors.append(f"article {look.article}: {type(error).__name__}: {error}")
        self.done.looked += 1
        setattr(self.done, found, getattr(self.done, found) + 1)

    async def _look(self, look: Any) -> Found:
        source = await self.keeper.ask_store(_source_of, self.store, look)
        headers = {"If-None-Match": look.etag, "If-Modified-Since": look.last_modified}
        async with self.gate:
            try:
                answer = await self.web.ask(
                    look.url, terms_of(source), headers={name: value for name, value in headers.items() if value}
                )
            except Stopped:
                raise
            except FetchError as error:
                if isinstance(error, BadStatus) and error.status in (404, 410):
                    return await self._missing(look)
                await self.keeper.ask_store(self.store.articles.looked, look.article)
                return "unreachable"
            if answer.status != 304 and (
                instead := stand_in(answer.url, answer.final_url, answer.body, dict(answer.headers))
            ):
                if instead == "gone":
                    return await self._missing(look)
                await self.keeper.ask_store(self.store.articles.looked, look.article)
                return "unreachable"
            return await self._compare(look, source, answer)

    async def _missing(self, look: Any) -> Found:
        return "gone" if await self.keeper.ask_store(self.store.articles.missed, look.article) else "missing"

    async def _compare(self, look: Any, source: Source, answer: Answer) -> Found:
        if answer.status == 304 or await self.keeper.ask_store(self._is_as_archived, look, answer.body):
            await self._unchanged(look, answer)
            return "unchanged"
        page = _page(look, source, answer, self.web)
        page, reading = await self.keeper.read(page, partial(further_page, self.web, source))
        if reading.error:
            # A page that says nothing today was not edited to say nothing: a template, a wall, a fault.
            await self.keeper.ask_store(self.store.articles.looked, look.article)
            return "unreachable"
        if await self.keeper.ask_store(self._says_the_same, look, reading):
            await self._unchanged(look, answer)
            return "unchanged"
        outcome = await self.keeper.ask_store(self.keeper.keep, page, reading, None)
        self.done.flags += flags_of(outcome)
        return "revised" if outcome.end == "revised" else "unchanged"

    async def _unchanged(self, look: Any, answer: Answer) -> None:
        validators = answer.headers.get("etag"), answer.headers.get("last-modified")
        await self.keeper.ask_store(
            lambda: self.store.articles.looked(look.article, etag=validators[0], last_modified=validators[1])
        )

    def _is_as_archived(self, look: Any, body: bytes) -> bool:
        """Whether the page is, to the byte, the archived one; what its feed's content stood in for has none to compare."""
        if self.archive is None or look.archived is None:
            return False
        try:
            kept = self.archive.load(look.archived)
        except ReadError:
            return False
        return kept.status == FROM_FEED or kept.body == body

    def _says_the_same(self, look: Any, reading: Reading) -> bool:
        detail = self.store.articles.get(look.article)
        if detail is None:
            return True  # erased meanwhile, and not to come back by this door
        same = same_but_for_noise(detail.text, reading.article.text) and detail.row.title == reading.article.title
        return same and _values(detail.figures) == _values(reading.figures)


def _values(figures: tuple[Figure, ...]) -> set[tuple[object, ...]]:
    return {(one.company, one.kind, one.low, one.high, one.unit, one.status == "denied") for one in figures}


def _page(look: Any, source: Source, answer: Answer, web: Web) -> Page:
    # What the first lead told of it still holds where the page itself is silent.
    lead = Lead(source.name, look.url, title=look.title, published=look.published, outlet=look.outlet)
    return Page(
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


def _source_of(store: Any, look: Any) -> Source:
    """The source that brought the article, for its pace and headers; one without any where it is gone."""
    row = store.sources.get(look.source) if look.source else None
    return row.source if row is not None else Source(look.source or "", "feed", look.url, outlet=look.outlet)
