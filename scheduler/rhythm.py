"""A source's own rhythm: how many items it publishes at which hour and on which day of the week; pure.

Counts fade with a half-life of two weeks, so a source that changes its ways is followed and one that was noisy once is not
asked for it for ever.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

HALF_LIFE = timedelta(days=14)
EAGERNESS = 0.7
"""The power of a source's rate that its polls go with. At a half the mean delay is least (Cho and Garcia-Molina, Effective
Page Refresh Policies, 2003); somewhat above it, busy sources give the median more than the mean loses
(``python -m benchmarks.cadence``)."""
_PRIOR = 4.0
"""Items whose worth of evenness is mixed into the profiles: of few items no rhythm can be told."""
_LONGEST = timedelta(days=30)
"""How far back a first poll's items are believed: some feeds keep a few items for years."""
_BURST = 3
"""Items between two polls from which on their rate is believed to go on for a while."""
_ROOM = 1 / 6
"""Share of a source's window that may be filled before the next poll."""
_NONE_YET = 0.5
"""Items that are taken for seen where none was: even a silent source is not silent for ever."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Faded counts by hour of the day (UTC) and day of the week, over a faded time of listening in hours."""

    hours: tuple[float, ...] = (0.0,) * 24
    days: tuple[float, ...] = (0.0,) * 7
    listened: float = 0.0
    until: datetime | None = None
    window: int = 0
    """Items that the source shows at once; more than these scroll off between two polls."""
    recent: float = 0.0
    """Items per hour since the poll before the last, where there were several: the rate of a burst."""

    def heard(self, moments: Sequence[datetime], *, shown: int, now: datetime) -> Rhythm:
        """The rhythm after a poll that brought items of these moments, of ``shown`` items in all.

        Moments before the last poll are news that came late and count as of that poll; of a first poll, the time since
        its oldest item is the time listened to.
        """
        start = self.until
        if start is None:
            start = max(min(moments, default=now), now - _LONGEST)
        fade = 0.5 ** (max((now - start).total_seconds(), 0) / HALF_LIFE.total_seconds())
        hours, days = [count * fade for count in self.hours], [count * fade for count in self.days]
        for moment in moments:
            when = min(max(moment, start), now).astimezone(UTC)
            hours[when.hour] += 1
            days[when.weekday()] += 1
        passed = max((now - start).total_seconds(), 0) / 3600
        recent = len(moments) / passed if passed and len(moments) >= _BURST and self.until else 0.0
        return Rhythm(tuple(hours), tuple(days), self.listened * fade + passed, now, shown or self.window, recent)

    def spread(self, count: int, now: datetime) -> list[datetime]:
        """Moments for items that name none: evenly since the last poll; none before the first, which tells nothing."""
        if self.until is None or count <= 0:
            return []
        gap = (now - self.until) / (count + 1)
        return [self.until + gap * number for number in range(1, count + 1)]

    def rate(self, when: datetime) -> float:
        """Items to be expected per hour at that time."""
        total = sum(self.hours)
        moment = when.astimezone(UTC)
        usual = (total + _NONE_YET) / max(self.listened, 1.0)
        by_hour = (self.hours[moment.hour] * 24 + _PRIOR) / (total + _PRIOR)
        by_day = (self.days[moment.weekday()] * 7 + _PRIOR) / (total + _PRIOR)
        return usual * _believed(by_hour, self.listened / 24) * _believed(by_day, self.listened / 168)

    def next_after(self, now: datetime, effort: float, most: timedelta) -> timedelta:
        """How long to wait: until the integral of the rate's power reaches ``effort``, or a sixth of a window has come.

        A burst is taken to go on. Over a day that asks a source often while it publishes and hardly at night; over all sources it spends requests
        where they shorten the most delay.
        """
        waited, effort_made, expected = 0.0, 0.0, 0.0
        room = self.window * _ROOM if self.window else math.inf
        limit = min(most.total_seconds() / 3600, room / self.recent if self.recent else math.inf)
        while waited < limit:
            when = now + timedelta(hours=waited)
            step = min(1 - (when.minute * 60 + when.second) / 3600 or 1.0, limit - waited)
            rate = self.rate(when)
            root = rate**EAGERNESS
            left = min(
                (effort - effort_made) / root if root else math.inf, (room - expected) / rate if rate else math.inf
            )
            if left <= step:
                return timedelta(hours=waited + max(left, 0.0))
            waited, effort_made, expected = waited + step, effort_made + root * step, expected + rate * step
        return timedelta(hours=limit)

    def to_json(self) -> dict[str, Any]:
        """As it is kept: rounded, as the counts are estimates."""
        return {
            "hours": [round(count, 3) for count in self.hours],
            "days": [round(count, 3) for count in self.days],
            "listened": round(self.listened, 3),
            "until": None if self.until is None else self.until.isoformat(),
            "window": self.window,
            "recent": round(self.recent, 3),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> Self:
        """The rhythm that was kept; an empty one without."""
        if not kept:
            return cls()
        until = kept["until"]
        return cls(
            tuple(kept["hours"]),
            tuple(kept["days"]),
            kept["listened"],
            None if until is None else datetime.fromisoformat(until),
            kept["window"],
            kept["recent"],
        )


def _believed(profile: float, periods: float) -> float:
    """A profile's factor as far as it can be believed: not after one day or week, of which the rest was not yet heard."""
    return 1 + min(max(periods - 1, 0.0) / 2, 1.0) * (profile - 1)
