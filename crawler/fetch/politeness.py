"""How often and how hard a host is asked: one pace per host, slowed by what the host itself says."""

from __future__ import annotations

import asyncio
import email.utils
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crawler.errors import Waiting

PATIENCE = 60.0
"""Seconds that a run waits for one host's turn because it was told to slow down; beyond, the request is left for later."""
LEAST = 1.0
"""Seconds between requests that a host is slowed to by its first refusal, at the least."""
SLOWEST = 120.0
"""Seconds between requests that a host which keeps refusing is slowed to."""
AT_MOST = timedelta(days=1)
"""The longest Retry-After that is believed."""
AT_ONCE = 2
"""Connections to one host that asks for a pause between requests; without a pause, as many as the run may open."""


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Reads a Retry-After header in both its forms; at most a day, None for junk and for what lies in the past."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), int(AT_MOST.total_seconds())))
    else:
        try:
            then = email.utils.parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
        wait = (then if then.tzinfo else then.replace(tzinfo=UTC)) - now
    return min(wait, AT_MOST) if wait > timedelta(0) else None


@dataclass(slots=True)
class HostPace:
    """How one host is asked."""

    delay: float
    slots: asyncio.Semaphore
    next_at: float = 0.0
    penalty: float = 0.0
    told: str = ""


@dataclass(slots=True)
class Pace:
    """Gives each host its turns; times are seconds of ``monotonic``, which tests replace together with ``sleep``.

    What is kept here is one process's; processes that share their hosts' turns override ``taken``, ``slower`` and ``faster``.
    """

    delay: float
    concurrency: int
    monotonic: Callable[[], float] = field(default_factory=lambda: _loop_time)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    at_once: int = AT_ONCE
    _hosts: dict[str, HostPace] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, host: str, delay: float | None = None) -> AsyncIterator[None]:
        """Waits for the host's turn and holds one of its connections meanwhile.

        ``delay`` is the source's own wish; the longest of all wishes counts. Raises Waiting where the host has asked
        to be left alone for longer than a run is willing to wait.
        """
        known = self._host(host)
        if delay is not None and delay > known.delay:
            self._widen(known, delay)
        async with known.slots, self.taken(host, known):
            yield

    @asynccontextmanager
    async def taken(self, host: str, known: HostPace) -> AsyncIterator[None]:
        """Takes the host's next turn, waits until it has come, and has it until the request is over."""
        wait = self._reserve(known, host)
        if wait > 0:
            await self.sleep(wait)
        yield

    async def slower(self, host: str, wait: timedelta | None, why: str) -> None:
        """Notes that a host refused: it is left alone for ``wait``, and each further refusal doubles its spacing."""
        known = self._host(host)
        known.penalty = min(max(known.penalty * 2, known.delay, LEAST), SLOWEST)
        known.told = why
        pause = wait.total_seconds() if wait else known.penalty
        known.next_at = max(known.next_at, self.monotonic() + pause)

    async def faster(self, host: str) -> None:
        """Notes that a host answered as it should: its spacing halves again, down to the configured one."""
        known = self._hosts.get(host)
        if known and known.penalty:
            known.penalty = known.penalty / 2 if known.penalty > 2 * max(known.delay, LEAST) else 0.0

    def wish(self, host: str, delay: float) -> None:
        """Takes a host's own Crawl-delay, up to a minute."""
        known = self._host(host)
        if delay > known.delay:
            self._widen(known, min(delay, 60.0))

    def _reserve(self, known: HostPace, host: str) -> float:
        now = self.monotonic()
        wait = known.next_at - now
        if wait > PATIENCE and known.told:
            raise Waiting(f"{host} asked to be left alone for {wait:.0f} more seconds ({known.told})", seconds=wait)
        known.next_at = max(now, known.next_at) + max(known.delay, known.penalty)
        return wait

    def _host(self, host: str) -> HostPace:
        if host not in self._hosts:
            self._hosts[host] = HostPace(
                self.delay, asyncio.Semaphore(self.at_once if self.delay else self.concurrency)
            )
        return self._hosts[host]

    def _widen(self, known: HostPace, delay: float) -> None:
        if not known.delay:
            known.slots = asyncio.Semaphore(self.at_once)
        known.delay = delay


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
