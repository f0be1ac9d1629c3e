"""When a recipient's letter is due: wall-clock slots in the recipient's zone, each exactly once.

A slot is a local wall time, so a zone's daylight saving neither skips nor doubles it: one that falls into the gap
of spring is due at the first moment after the gap, one that happens twice in autumn is due the first time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_LOOK_BACK = timedelta(days=8)
"""A weekly slot is found at any moment; what is older was missed for good."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One due letter: ``key`` names the edition, ``due`` is the instant in UTC."""

    key: str
    due: datetime


def cron_of(at: str, days: str) -> str:
    """The cron line of ``08:00`` on ``mon-fri``; a cron line passes as it is. Raises ValueError for anything else."""
    plain = _TIME.fullmatch(at.strip())
    if plain:
        hour, minute = int(plain[1]), int(plain[2])
        if hour > 23 or minute > 59:
            raise ValueError(f"{at!r} is no time of day")
        return f"{minute} {hour} * * {days.strip() or '*'}"
    if len(at.split()) != 5:
        raise ValueError(f"{at!r} is neither a time such as 08:00 nor a cron line of five fields")
    return at


@lru_cache(maxsize=64)
def last_slot(at: str, days: str, zone: str, now: datetime) -> Slot | None:
    """The newest slot that is due at ``now`` (aware); None where there was none in the last eight days.

    Gaps of any length end in one slot, so what was missed is caught up by one letter, never by a burst.
    """
    tz = ZoneInfo(zone)
    trigger = _trigger(cron_of(at, days))
    wall_now = now.astimezone(tz).replace(tzinfo=UTC)
    found: Slot | None = None
    wall = trigger.get_next_fire_time(None, wall_now - _LOOK_BACK)
    # Wall times an hour ahead are looked at as well: after the autumn change they may already have been due.
    while wall is not None and wall <= wall_now + timedelta(hours=2):
        due = instant(wall.replace(tzinfo=None), tz)
        if due <= now:
            found = Slot(_key(at, wall), due)
        wall = trigger.get_next_fire_time(wall, wall)
    return found


def slots_between(at: str, days: str, zone: str, after: datetime, before: datetime) -> list[Slot]:
    """Every slot after one moment and before another, in order; of a gap longer than a year its last year."""
    start = max(after, before - timedelta(days=366))
    found: list[Slot] = []
    slot = next_slot(at, days, zone, start)
    while slot is not None and slot.due < before:
        found.append(slot)
        slot = next_slot(at, days, zone, slot.due)
    return found


def next_slot(at: str, days: str, zone: str, now: datetime) -> Slot | None:
    """The first slot after ``now``; None where the cron line never comes again."""
    tz = ZoneInfo(zone)
    trigger = _trigger(cron_of(at, days))
    wall = trigger.get_next_fire_time(None, now.astimezone(tz).replace(tzinfo=UTC) - timedelta(hours=3))
    while wall is not None:
        due = instant(wall.replace(tzinfo=None), tz)
        if due > now:
            return Slot(_key(at, wall), due)
        wall = trigger.get_next_fire_time(wall, wall)
    return None


def instant(wall: datetime, tz: ZoneInfo) -> datetime:
    """The instant in UTC at which a naive wall time first comes, or the end of the gap that swallows it."""
    first = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if first.astimezone(tz).replace(tzinfo=None) == wall:
        return first
    return _gap_end(first, tz)


def _gap_end(inside: datetime, tz: ZoneInfo) -> datetime:
    """The change of offset last before ``inside``; zones change theirs on whole minutes, by a day at most."""
    after = inside.astimezone(tz).utcoffset()
    low, high = 0, 26 * 60
    while low < high:
        middle = (low + high + 1) // 2
        unchanged = (inside - timedelta(minutes=middle)).astimezone(tz).utcoffset() == after
        low, high = (middle, high) if unchanged else (low, middle - 1)
    return inside - timedelta(minutes=low)


def _key(at: str, wall: datetime) -> str:
    # A plain time is a daily letter: moving it from 08:00 to 09:00 does not make a second edition of the day.
    return wall.strftime("%Y-%m-%d") if _TIME.fullmatch(at.strip()) else wall.strftime("%Y-%m-%dT%H:%M")


@lru_cache(maxsize=256)
def _trigger(cron: str) -> CronTrigger:
    minute, hour, day, month, weekday = cron.split()
    return CronTrigger(
        minute=minute, hour=hour, day=day, month=month, day_of_week=_weekday_names(weekday), timezone=UTC
    )


def _weekday_names(field: str) -> str:
    # Cron counts 0 and 7 as Sunday; APScheduler counts 0 as Monday.
    names = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return re.sub(r"(?<![/\d])[0-7](?!\d)", lambda m: names[int(m[0])], field)
