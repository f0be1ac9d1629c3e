"""When a source is asked next; pure. Nothing scrolls off between two polls, and quiet sources cost little."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.config.values import parse_duration
from crawler.items import PollOutcome, PollState
from scheduler.digest.slots import next_slot
from scheduler.rhythm import Rhythm

EFFORT = 0.6
"""What an adaptive source gathers between two polls: one that publishes an item an hour is asked every 36 minutes, one with
four every 15 (``scheduler.rhythm``)."""
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
    fresh: int = 0
    """Leads never met before, wanted or not."""
    moments: tuple[datetime, ...] = ()
    """When those of them that say so were published."""
    hint: timedelta | None = None
    """What the source itself says: ttl, sy:updatePeriod, Cache-Control. It lengthens, never shortens."""
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """When the source is due again, the interval that led to it, and its rhythm as it is known now."""

    due: datetime
    interval: timedelta
    rhythm: Rhythm


def plan(every: str, state: PollState, brought: Brought, limits: Limits, *, name: str, now: datetime) -> Plan:
    """Plans the next poll after one.

    A failure teaches no rhythm and backs off by doubling up to ``limits.most`` and, after fifteen in a row, to a monthly
    probe; ``Retry-After`` is always kept. Jitter of up to a twentieth, fixed by the source's name, keeps sources from
    moving in step.
    """
    known = Rhythm.of(state.rhythm)
    if brought.outcome in ("failed", "blocked"):
        wait = _backoff(state.failures, limits)
        wait = max(wait, brought.retry_after or wait)
        return Plan(now + wait, wait, known)
    undated = known.spread(brought.fresh - len(brought.moments), now)
    rhythm = known.heard([*brought.moments, *undated], shown=brought.leads, now=now)
    if len(every.split()) == 5:
        slot = next_slot(every, "", limits.zone, now)
        due = slot.due if slot else now + limits.most
        return Plan(due, due - now, rhythm)
    interval = _interval(every, rhythm, limits, now)
    wait = max(interval, min(brought.hint or interval, limits.most), brought.retry_after or interval)
    return Plan(now + wait * (1 + _jitter(name)), interval, rhythm)


def _interval(every: str, rhythm: Rhythm, limits: Limits, now: datetime) -> timedelta:
    if every != "adaptive":
        return parse_duration(every)
    return max(rhythm.next_after(now, EFFORT, limits.most), limits.least)


def _backoff(failures: int, limits: Limits) -> timedelta:
    if failures >= DEAD_AFTER:
        return PROBE
    # Beyond sixteen doublings any configured bound has been reached.
    return min(limits.least * (1 << min(failures, 16)), limits.most)


def _jitter(name: str) -> float:
    return hashlib.blake2b(name.encode(), digest_size=2).digest()[0] / 255 / 20
