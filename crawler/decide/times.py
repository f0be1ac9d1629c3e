"""What time a figure holds for, and how far two such times lie apart."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from crawler.items import Figure, Known

MONTH = 31


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day; one day, a month or a year."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def gap(self, other: Period) -> int:
        """Days between the two; 0 where they share a day. A time longer than a month is as far off as its middle."""
        days = max((self.first - other.last).days, (other.first - self.last).days)
        return days + self._slack + other._slack if days > 0 else 0

    @property
    def _slack(self) -> int:
        return self.days // 2 if self.days > MONTH else 0


def day_of(moment: datetime | date | None) -> date | None:
    """The day alone."""
    return moment.date() if isinstance(moment, datetime) else moment


@lru_cache(maxsize=4096)
def period(as_of: str | None) -> Period | None:
    """The days of ``2023``, ``2023-06`` or ``2023-06-30``; None for anything else."""
    parts = (as_of or "").split("-")
    if not 1 <= len(parts) <= 3 or not all(part.isdecimal() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    try:
        if len(numbers) == 1:
            return Period(date(numbers[0], 1, 1), date(numbers[0], 12, 31))
        if len(numbers) == 2:
            last = calendar.monthrange(numbers[0], numbers[1])[1]
            return Period(date(numbers[0], numbers[1], 1), date(numbers[0], numbers[1], last))
        day = date(numbers[0], numbers[1], numbers[2])
    except ValueError:
        return None
    return Period(day, day)


def when(figure: Figure, published: date) -> Period:
    """The time a figure holds for; the day of publication where the text tells none."""
    return period(figure.as_of) or Period(published, published)


def known_when(known: Known) -> Period | None:
    """The time an entry of the ledger holds for; None where neither that nor its first report is known."""
    told = period(known.as_of)
    first = day_of(known.first_reported)
    return told or (Period(first, first) if first else None)
