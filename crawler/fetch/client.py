"""The one client that everything is fetched by: guarded, spaced, bounded, on one event loop.

url | scheme: http and https alone
    | robots: allowed by the host            robots.py
    | turn:   the host's pace                politeness.py
    | connect: the address is checked        guard.py
    | body:   within time and size           limits.py
    | redirect: all of it again for the new address
"""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp.abc import AbstractResolver

from crawler.errors import BadStatus, Blocked, FetchError, ReadError, Refused, Stopped, Unreachable, Waiting
from crawler.fetch.answer import Answer, Terms
from crawler.fetch.exchange import Exchange, Raw, Rules
from crawler.fetch.limits import unpack
from crawler.fetch.politeness import Pace, retry_after
from crawler.fetch.robots import MOST_READ, Robots
from crawler.ports import Clock
from crawler.urls import absolute, authority_of, sendable

REDIRECTS = 10
RETRIES = 2
"""Further tries where there was no answer, or 500, 502 or 504; refusals and 4xx are not tried again."""
DEAD_FOR = 600.0
"""Seconds that a host which could not be reached is not tried again."""
PERMANENT = (301, 308)
ANYBODYS = Terms()
"""No headers, no cookies, the configured limits."""

Room = Callable[[], Awaitable[None]]


class Web:
    """Asks for pages; use it as an async context manager.

    Keeps robots.txt, pace and connections between asks, so one is shared by everything that runs in a process.
    """

    def __init__(
        self, rules: Rules, clock: Clock, *, pace: Pace | None = None, resolver: AbstractResolver | None = None
    ) -> None:
        self._rules = rules
        self._clock = clock
        self._exchange = Exchange(rules, resolver)
        self._pace = pace or Pace(rules.per_host_delay, rules.concurrency)
        self._slots = asyncio.Semaphore(rules.concurrency)
        self._robots = Robots(rules.robots_name, self._ask_robots, clock.now, self._pace.wish)
        self._dead: dict[str, tuple[float, str]] = {}
        self._under_way: set[asyncio.Task[Answer]] = set()
        self._stopped = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self._robots.close()
        await self._exchange.close()

    def branch(self) -> Self:
        """The same client for one job: what is asked through it can be stopped without stopping anybody else's."""
        made = copy.copy(self)
        made._under_way, made._stopped = set(), False
        return made

    async def stop(self) -> None:
        """Ends what is under way; those who wait for it get Stopped."""
        self._stopped = True
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def ask(
        self,
        url: str,
        terms: Terms = ANYBODYS,
        *,
        method: str = "GET",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        room: Room | None = None,
    ) -> Answer:
        """Fetches one page, redirects followed and short troubles tried again.

        ``room`` is awaited once the host's turn has come, so that a reader can hold back fetching. Raises a FetchError
        whose sentence names the address and the cause.
        """
        if self._stopped:
            raise Stopped(f"{url} was not asked: the crawl was ended")
        task = asyncio.ensure_future(self._tries(url, terms, method, body, dict(headers or {}), room))
        self._under_way.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if task.cancelled() and self._stopped:
                raise Stopped(f"{url} was not asked to the end: the crawl was ended") from None
            task.cancel()
            raise
        finally:
            self._under_way.discard(task)

    async def _tries(
        self, url: str, terms: Terms, method: str, body: bytes, headers: dict[str, str], room: Room | None
    ) -> Answer:
        for attempt in range(RETRIES + 1):
            try:
                return await self._follow(url, terms, method, body, headers, room)
            except (Unreachable, BadStatus) as trouble:
                passing = not isinstance(trouble, BadStatus) or trouble.status in (500, 502, 504)
                if not passing or method != "GET" or attempt == RETRIES or self._is_dead(authority_of(url)):
                    raise
            await self._pace.sleep(2.0**attempt * (0.5 + random.random()))
        raise AssertionError("the last try returns or raises")

    async def _follow(
        self, url: str, terms: Terms, method: str, body: bytes, headers: dict[str, str], room: Room | None
    ) -> Answer:
        here, left, moved_for_good = _address(url), terms.timeout or self._rules.timeout, True
        been = {here}
        for _ in range(REDIRECTS + 1):
            if self._rules.obey_robots:
                await self._robots.check(here)
            raw = await self._one(here, terms, method, body, headers, left, room)
            left -= raw.seconds
            target = self._target(raw, here)
            if target is None:
                moved = here if moved_for_good and here != _address(url) else None
                return await self._answer(url, here, raw, moved, terms)
            moved_for_good = moved_for_good and raw.status in PERMANENT
            if raw.status not in (307, 308) and method != "GET":
                method, body = "GET", b""
            elif body and authority_of(target) != authority_of(here):
                raise Refused(f"{here} wants a form sent on to {target}; what is sent stays with its host")
            if target in been:
                raise FetchError(f"{url} leads in a circle by way of {target}")
            been.add(target)
            here = target
        raise FetchError(f"{url} leads on and on: more than {REDIRECTS} redirects, the last to {here}")

    async def _one(
        self, url: str, terms: Terms, method: str, body: bytes, headers: dict[str, str], left: float, room: Room | None
    ) -> Raw:
        host = authority_of(url)
        if dead := self._is_dead(host):
            raise Unreachable(dead)
        async with self._pace.turn(host, terms.delay):
            if room is not None:
                await room()
            async with self._slots:
                try:
                    raw = await self._exchange(url, terms, method, body, headers, left)
                except Unreachable as trouble:
                    if trouble.dead:
                        self._dead[host] = (self._pace.monotonic() + DEAD_FOR, str(trouble))
                    raise
        await self._heed(host, raw)
        return raw

    async def _heed(self, host: str, raw: Raw) -> None:
        """Slows a host down that asks for it, and lets one go faster again that answers."""
        if raw.status in (429, 503):
            wait = retry_after(raw.headers.get("retry-after"), self._clock.now())
            await self._pace.slower(host, wait, f"status {raw.status}")
            if wait is not None:
                raise Waiting(
                    f"{raw.url} answered {raw.status}: not before {wait.total_seconds():.0f} seconds",
                    seconds=wait.total_seconds(),
                )
        else:
            await self._pace.faster(host)

    def _is_dead(self, host: str) -> str | None:
        until, why = self._dead.get(host, (0.0, ""))
        return why if why and self._pace.monotonic() < until else None

    @staticmethod
    def _target(raw: Raw, here: str) -> str | None:
        if raw.status not in (301, 302, 303, 307, 308):
            return None
        location = raw.headers.get("location", "")
        target = absolute(location, here)
        if target is None:
            raise Refused(f"{here} leads to {location[:120]!r}, which is no web address")
        return _address(target)

    async def _answer(self, asked: str, here: str, raw: Raw, moved_to: str | None, terms: Terms) -> Answer:
        if raw.status in (401, 403, 407, 451):
            raise Blocked(
                f"{here} is closed to us: status {raw.status}", why="region" if raw.status == 451 else "closed"
            )
        if raw.status != 304 and not 200 <= raw.status < 300:
            raise BadStatus(f"{here} answered {raw.status}", status=raw.status)
        limit = terms.max_size or self._rules.max_size
        coding = raw.headers.get("content-encoding", "")
        try:
            # Unpacking a large body takes long enough to be felt by everything else on the loop.
            body = (
                await asyncio.to_thread(unpack, raw.body, coding, limit)
                if len(raw.body) > 1_000_000
                else unpack(raw.body, coding, limit)
            )
        except FetchError as broken:
            raise type(broken)(f"{here} is {broken}") from None
        return Answer(asked, here, raw.status, raw.headers, body, moved_to)

    async def _ask_robots(self, url: str) -> bytes:
        terms = Terms(max_size=MOST_READ * 2)
        here = url
        for _ in range(6):
            raw = await self._one(here, terms, "GET", b"", {}, min(self._rules.timeout, 15.0), None)
            target = self._target(raw, here)
            if target is None:
                return (await self._answer(url, here, raw, None, terms)).body
            here = target
        raise BadStatus(f"{url} leads on and on", status=404)

    @property
    def received(self) -> int:
        """Bytes of bodies that came in so far, packed."""
        return self._exchange.received

    def now(self) -> datetime:
        """The moment, by the clock that was handed in."""
        return self._clock.now()


def _address(url: str) -> str:
    """The address as it is sent; raises Refused where it is none of the web's."""
    try:
        return sendable(url)
    except ReadError as broken:
        raise Refused(str(broken)) from None
