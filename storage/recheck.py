"""When an article is looked at again; pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

SHARE = 5
"""It is looked at again when a fifth of its age has passed since the last look."""
FOR = timedelta(days=30)
SOONEST = timedelta(minutes=15)
AFTER_A_MISS = timedelta(hours=6)
"""A page that was not there is looked for once more after so long before it counts as taken down."""


def look_again_at(published: datetime | date | None, fetched: datetime, now: datetime) -> datetime | None:
    """The moment of the next look; None where the article has grown too old for one by then."""
    born = min(_moment(published) or fetched, now)
    # The wait is a fifth of the age that the article will have at its end: a quarter of its age now.
    again = now + max((now - born) / (SHARE - 1), SOONEST)
    return again if again - born <= FOR else None


def _moment(value: datetime | date | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time(), UTC)
