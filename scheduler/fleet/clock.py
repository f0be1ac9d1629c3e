"""One clock for all machines of a fleet: the database's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from crawler.clock import SystemClock
from crawler.ports import Clock

if TYPE_CHECKING:
    from datetime import datetime

    from storage.engine import Database


@dataclass(slots=True)
class FleetClock:
    """Shows the database's time; between two looks at it, this machine's own clock counts on from there.

    So a worker whose clock is an hour off polls, dates and sends as all others do.
    """

    own: Clock = field(default_factory=SystemClock)
    ahead: timedelta = timedelta(0)
    """By how much the database's clock was ahead of ours."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self.own.now() + self.ahead

    def set_by(self, database: Database) -> None:
        """Looks at the database's clock; raises StoreError where it cannot be seen, and goes on as before then."""
        with database.read() as connection:
            connection.execute(text("SELECT 1"))  # connecting is not part of the way there and back
            before = self.own.now()
            told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            after = self.own.now()
        self.ahead = told - (before + (after - before) / 2)
