"""When a source is asked next; pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.config import ScheduleConfig
from crawler.config.values import parse_duration
from crawler.items import PollOutcome, PollState, Source

FIRST = timedelta(minutes=30)
"""Between the first polls of a source nothing is known of yet."""
DEAD_AFTER = 20
"""Failures in a row from which a source is only probed once a month."""
PROBE = timedelta(days=30)


def next_poll(
    source: Source,
    state: PollState,
    outcome: PollOutcome,
    *,
    leads: int,
    new: int,
    schedule: ScheduleConfig,
    now: datetime,
    asked_for: timedelta | None = None,
) -> tuple[datetime, timedelta]:
    """Gives the moment of the next poll and the interval that led to it.

    An adaptive source is asked sooner when most of what it told was new, as things may have scrolled off, and later
    when all was known. ``asked_for`` is what the source itself wants (Retry-After, ttl, Cache-Control): never earlier,
    whatever is configured, but no later than ``poll_max`` for its sake. Failures wait longer one by one.
    """
    interval = _interval(source, state, outcome, leads, new, schedule)
    if outcome in ("failed", "blocked"):
        interval = (
            PROBE if state.failures + 1 >= DEAD_AFTER else min(interval * (state.failures + 1), schedule.poll_max)
        )
    if _is_cron(source.every) and outcome not in ("failed", "blocked"):
        due = _by_cron(source.every, schedule.timezone, now)
    else:
        due = now + interval
    return max(due, now + min(asked_for or timedelta(0), schedule.poll_max)), interval


def _interval(
    source: Source, state: PollState, outcome: PollOutcome, leads: int, new: int, schedule: ScheduleConfig
) -> timedelta:
    if source.every != "adaptive" and not _is_cron(source.every):
        return parse_duration(source.every)
    last = timedelta(seconds=state.interval) if state.interval else FIRST
    if outcome in ("failed", "blocked"):
        return last
    if leads and new / leads > 0.67 and not state.first_poll:
        last /= 2
    elif new == 0:
        last *= 1.5
    return min(max(last, schedule.poll_min), schedule.poll_max)


def _is_cron(every: str) -> bool:
    return len(every.split()) == 5


def _by_cron(line: str, timezone: str, now: datetime) -> datetime:
    from apscheduler.triggers.cron import CronTrigger

    due: datetime = CronTrigger.from_crontab(line, timezone=ZoneInfo(timezone)).get_next_fire_time(None, now)
    return due
