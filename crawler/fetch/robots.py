"""robots.txt as RFC 9309 has it: asked once a day and origin, unreachable means closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crawler.errors import BadStatus, Blocked, ByRobots, FetchError, Refused, Stopped, TooLarge, Unreachable, Waiting
from crawler.urls import authority_of, origin_of

KEPT = timedelta(days=1)
KEPT_UNREACHABLE = timedelta(minutes=10)
MOST_READ = 512_000
"""Bytes that are read of a robots.txt; RFC 9309 asks for 500 KiB at least."""


@dataclass(slots=True)
class _Rules:
    until: datetime
    rules: Any = None
    """Protego's; None allows everything."""
    closed: FetchError | None = None


class Robots:
    """Asks and remembers what each origin allows; ``fetch`` gives the body of an address and raises FetchError."""

    def __init__(
        self,
        agent: str,
        fetch: Callable[[str], Awaitable[bytes]],
        now: Callable[[], datetime],
        crawl_delay: Callable[[str, float], None],
    ) -> None:
        self._agent = agent
        self._fetch = fetch
        self._now = now
        self._crawl_delay = crawl_delay
        self._known: dict[tuple[str, str], asyncio.Future[_Rules]] = {}

    async def check(self, url: str) -> None:
        """Raises ByRobots where the host does not want the address asked, or its robots.txt cannot be had."""
        origin = origin_of(url)
        rules = await self._rules(origin)
        if rules.closed is not None:
            raise rules.closed
        if rules.rules is not None and not rules.rules.can_fetch(url, self._agent):
            raise ByRobots(f"{url} is closed to us by the robots.txt of {origin[1]}")

    async def close(self) -> None:
        """Ends the questions that are under way."""
        waiting = [task for task in self._known.values() if not task.done()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _rules(self, origin: tuple[str, str]) -> _Rules:
        known = self._known.get(origin)
        if (
            known is not None
            and known.done()
            and (known.cancelled() or known.exception() or known.result().until <= self._now())
        ):
            known = None
        if known is None:
            known = asyncio.ensure_future(self._ask(f"{origin[0]}://{origin[1]}/robots.txt"))
            self._known[origin] = known
        return await asyncio.shield(known)

    async def _ask(self, url: str) -> _Rules:
        now = self._now()
        try:
            return self._read(await self._fetch(url), url, now)
        except Blocked:
            # A 4xx is no robots.txt at all, also where it forbids to look.
            return _Rules(now + KEPT)
        except BadStatus as answer:
            if answer.status < 500 and answer.status != 429:
                return _Rules(now + KEPT)
            closed: FetchError = ByRobots(
                f"{url} answered {answer.status}; until it can be read nothing of its host is asked"
            )
        except TooLarge as answer:
            closed = TooLarge(f"{url} cannot be read, so nothing of its host is asked: {answer}")
        except Stopped:
            raise
        except (Unreachable, Waiting, Refused) as answer:
            closed = answer
        except FetchError as answer:
            closed = ByRobots(f"{url} cannot be read, so nothing of its host is asked: {answer}")
        return _Rules(now + KEPT_UNREACHABLE, closed=closed)

    def _read(self, body: bytes, url: str, now: datetime) -> _Rules:
        from protego import Protego

        rules = Protego.parse(body[:MOST_READ].decode("utf-8", "replace"))
        if delay := rules.crawl_delay(self._agent):
            self._crawl_delay(authority_of(url), float(delay))
        return _Rules(now + KEPT, rules)
