"""Reads the past out of WARC files, in two passes (decision 0103).

1 scan | stretches of a file, side by side   scheduler/warcs, pieces   -> pages that may name a company
       | read                                crawler/reading           -> those that do, put aside with their day
2 keep | in order of publication, over all files, read again, judged, archived, stored

What is older than ``schedule.baseline`` is learnt and not flagged. After a break, the stretches that were finished and
the pages that were kept are not gone through again.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

from crawler.config import Config
from crawler.errors import DragonwatchError, ReadError
from crawler.fetch.client import Web
from crawler.items import Lead, Page, Reading
from crawler.pipeline import Keeper, read_page
from crawler.ports import Clock
from crawler.urls import canonical
from crawler.watchlist import Watchlist
from crawler.workers import Workers
from scheduler.backfill_state import FileState, open_state
from scheduler.dayrates import rates_of
from scheduler.past import FROM, Backfilled, Progress, known_host, only_unknown, sources_by_host, within
from scheduler.pieces import Pieces, local_pieces, remote_pieces
from scheduler.run import judging, open_web
from scheduler.warcs import Scanned, Wanted, scan
from storage.archive import WarcArchive
from storage.store import SqlStore
from storage.types import when_text

DEADLINE = 120.0
"""Seconds that a stretch, or one page, may take a worker."""
AHEAD = 8
"""Pages read ahead of the one that is being stored."""
NOTED_EVERY = 50
"""Pages stored between two notes of how far it has come."""


async def backfill_warcs(
    files: Sequence[str],
    *,
    store: SqlStore,
    archive: WarcArchive,
    config: Config,
    clock: Clock,
    watchlist: Watchlist,
    wanted: Wanted,
    until: date | None = None,
    anew: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
    web: Web | None = None,
) -> Backfilled:
    """Reads the files, named by path or address, and takes in what names a watched company.

    ``anew`` reads files again that were read to the end. A file that cannot be read is told in ``errors``, and the
    others are read.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dragonwatch-")))
        client = web if web is not None else await stack.enter_async_context(open_web(config, clock, store))
        workers = await stack.enter_async_context(Workers(watchlist, deadline=DEADLINE))
        keeper = Keeper(
            workers=workers, store=store, archive=archive, judge=only_unknown(judging(rates_of(store), clock)),
            clock=clock, baseline=clock.now() - config.schedule.baseline,
        )  # fmt: skip
        work = _Backfill(store, archive, clock, watchlist, keeper, workers, wanted, until, progress)
        stack.callback(work.close)
        stack.push_async_callback(keeper.close)
        for name in dict.fromkeys(files):
            try:
                pieces = await remote_pieces(client, name, folder) if "://" in name else local_pieces(Path(name))
                await work.scan(pieces, anew=anew)
            except DragonwatchError as error:
                work.done.fail(str(error))
        await work.keep()
    return work.done


class _Backfill:
    """One backfill on its way."""

    def __init__(
        self, store: SqlStore, archive: WarcArchive, clock: Clock, watchlist: Watchlist, keeper: Keeper,
        workers: Workers, wanted: Wanted, until: date | None, progress: Callable[[Progress], None],
    ) -> None:  # fmt: skip
        self.done = Backfilled()
        self._store, self._archive, self._clock, self._watchlist = store, archive, clock, watchlist
        self._keeper, self._workers, self._wanted, self._until = keeper, workers, wanted, until
        self._progress = progress
        self._sources = sources_by_host(row.source for row in store.sources.all())
        self._states: list[FileState] = []
        self._settling = asyncio.Lock()

    def close(self) -> None:
        """Closes what pages are put aside in."""
        for state in self._states:
            state.spool.close()

    async def scan(self, pieces: Pieces, *, anew: bool) -> None:
        """The first pass over one file; stretches are gone through side by side."""
        mark = mark_of(self._watchlist, self._wanted, self._until)
        state = await self._keeper.ask_store(
            lambda: open_state(self._store, self._archive, self._clock, pieces, mark, anew=anew)
        )
        if state.finished:
            self.done.skipped.append(pieces.name)
            return
        self.done.files += 1
        self._states.append(state)
        starts = iter([start for start in range(0, pieces.size, pieces.step) if start not in state.done])
        self._tell(state, pieces)
        await asyncio.gather(*(self._stretches(starts, state, pieces) for _ in range(self._workers.count + 1)))

    async def _stretches(self, starts: Iterator[int], state: FileState, pieces: Pieces) -> None:
        for start in starts:
            try:
                await self._stretch(start, state, pieces)
            except DragonwatchError as error:
                self.done.fail(f"{pieces.name} from byte {start}: {error}; call again to try it once more")
            self._tell(state, pieces)

    async def _stretch(self, start: int, state: FileState, pieces: Pieces) -> None:
        found: list[tuple[str, str]] = []
        counts: Counter[str] = Counter()
        rest: tuple[int, int] | None = (start, 0)
        while rest is not None:
            stretch = await pieces.piece(*rest)
            try:
                scanned: Scanned = await self._workers.run(scan, self._wanted, stretch)
            finally:
                pieces.done_with(stretch)
            counts += scanned.left_out
            counts["records"] += scanned.records
            counts["torn"] += len(scanned.torn)
            for page in scanned.pages:
                if why := await self._put_aside(page, state, found):
                    counts[why] += 1
            rest = scanned.rest
        async with self._settling:
            await self._keeper.ask_store(state.settle, start, found, counts)
        self.done.records += counts.pop("records")
        self.done.torn += counts.pop("torn")
        self.done.left_out += counts
        self.done.found += len(found)

    async def _put_aside(self, page: Page, state: FileState, found: list[tuple[str, str]]) -> str:
        """Puts a page aside that says something of a company; else why it does not."""
        page = self._described(page)
        try:
            reading = await self._workers.run(read_page, page)
        except ReadError:
            return "unreadable"
        if reading.error:
            return "unreadable"
        if not reading.companies:
            return "irrelevant"
        published = reading.article.published or page.fetched
        if not within(published, self._wanted.since, self._until):
            return "outside"
        place = await self._keeper.ask_store(state.spool.keep, page)
        found.append((when_text(published), place))
        return ""

    def _described(self, page: Page) -> Page:
        """The page with what is known of its host; one that tells no day counts as published when it was captured."""
        source = self._sources.get(known_host(page.url))
        lead = Lead(source.name if source else FROM, page.url, published=page.fetched)
        if source is None:
            return replace(page, lead=lead)
        return replace(page, lead=lead, outlet=source.outlet, tier=source.tier, timezone=source.timezone)

    async def keep(self) -> None:
        """The second pass, over all files: what was put aside, in order of publication."""
        waiting = sorted(
            ((when, place, state) for state in self._states for when, place in state.found),
            key=lambda entry: entry[:2],
        )
        tasks: deque[asyncio.Task[tuple[Page, Reading]]] = deque()
        coming = iter(waiting)
        taken: set[str] = set()
        try:
            for number, (_, place, state) in enumerate(waiting):
                while len(tasks) < AHEAD and (entry := next(coming, None)) is not None:
                    tasks.append(asyncio.ensure_future(self._read_again(entry[1], entry[2])))
                await self._keep_one(tasks.popleft(), taken)
                state.kept.add(place)
                if (number + 1) % NOTED_EVERY == 0:
                    await self._note()
                self._progress(Progress("storing", number + 1, len(waiting), self.done.records, self.done.found))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._note()
        for state in self._states:
            if state.whole:
                await self._keeper.ask_store(state.finish)

    async def _keep_one(self, task: asyncio.Task[tuple[Page, Reading]], taken: set[str]) -> None:
        try:
            page, reading = await task
            address = canonical(page.url)
            if address in taken:
                self.done.ends["known"] += 1
                return
            taken.add(address)
            outcome = await self._keeper.ask_store(self._keeper.keep, page, reading, self._keeper.baseline)
            self.done.kept(outcome)
        except ReadError as error:
            self.done.ends["failed"] += 1
            self.done.fail(str(error))

    async def _read_again(self, place: str, state: FileState) -> tuple[Page, Reading]:
        page = await self._keeper.ask_store(state.spool.load, place)
        return page, await self._workers.run(read_page, page)

    async def _note(self) -> None:
        for state in self._states:
            await self._keeper.ask_store(state.note)

    def _tell(self, state: FileState, pieces: Pieces) -> None:
        done = min(len(state.done) * pieces.step, pieces.size)
        self._progress(
            Progress(f"reading {Path(pieces.name).name}", done, pieces.size, self.done.records, self.done.found)
        )


def mark_of(watchlist: Watchlist, wanted: Wanted, until: date | None) -> str:
    """All that is asked of a file; a state holds only for the same."""
    return repr((watchlist, sorted(wanted.hosts), sorted(wanted.languages), wanted.since, until))
