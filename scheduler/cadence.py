"""When a source is asked next; pure. Nothing scrolls off between two polls, and quiet sources cost little."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.config.values import parse_duration
from crawler.items import PollOutcome, PollState
from scheduler.digest.slots import next_slot

FIRST = timedelta(minutes=30)
"""The interval of an adaptive source before anything is known of it."""
SHORTEN_ABOVE = 1 / 3
"""Share of a poll's leads that were new above which the source is asked sooner: too little overlaps with the last poll."""
PROBE = timedelta(days=30)
"""How often a source that has been failing for long is still asked."""
DEAD_AFTER = 15
"""Failures in a row after which it is only probed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The configured bounds of every interval, and the zone of cron lines."""

    least: timedelta
    most: timedelta
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Brought:
    """What one poll brought, as far as its source's rhythm goes."""

    outcome: PollOutcome
    leads: int = 0
    new: int = 0
    """Leads never seen before, wanted or not."""
    hint: timedelta | None = None
    """What the source itself says: ttl, sy:updatePeriod, Cache-Control. It lengthens, never shortens."""
    retry_after: timedelta | None = None


def next_poll(
    every: str, state: PollState, brought: Brought, limits: Limits, *, name: str, now: datetime
) -> tuple[datetime, float]:
    """When the source is due again, and the seconds of its interval before jitter.

    A failure backs off by doubling up to ``limits.most`` and, after fifteen in a row, to a monthly probe; ``Retry-After``
    is always kept. Jitter of up to a twentieth, fixed by the source's name, keeps sources from moving in step.
    """
    interval = _interval(every, state, brought, limits)
    if brought.outcome in ("failed", "blocked"):
        wait = _backoff(state.failures, limits)
        return now + max(wait, brought.retry_after or wait), interval.total_seconds()
    if len(every.split()) == 5:
        slot = next_slot(every, "", limits.zone, now)
        return (slot.due if slot else now + limits.most), interval.total_seconds()
    waits = max(interval, min(brought.hint or interval, limits.most), brought.retry_after or interval)
    return now + waits * (1 + _jitter(name)), interval.total_seconds()


def _interval(every: str, state: PollState, brought: Brought, limits: Limits) -> timedelta:
    if len(every.split()) == 5:
        return limits.most
    if every != "adaptive":
        return parse_duration(every)
    usual = timedelta(seconds=state.interval) if state.interval else FIRST
    if brought.outcome in ("failed", "blocked"):
        return _within(usual, limits)
    if not brought.leads or not brought.new:
        return _within(usual * 1.5, limits)
    share = brought.new / brought.leads
    # Of a first poll everything is new, which says nothing of the source's rhythm.
    if share > SHORTEN_ABOVE and not state.first_poll:
        return _within(usual / 2, limits)
    return _within(usual, limits)


def _within(interval: timedelta, limits: Limits) -> timedelta:
    return min(max(interval, limits.least), limits.most)


def _backoff(failures: int, limits: Limits) -> timedelta:
    if failures >= DEAD_AFTER:
        return PROBE
    # Beyond sixteen doublings any configured bound has been reached.
    return min(limits.least * (1 << min(failures, 16)), limits.most)


def _jitter(name: str) -> float:
    return hashlib.blake2b(name.encode(), digest_size=2).digest()[0] / 255 / 20
