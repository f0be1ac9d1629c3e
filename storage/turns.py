"""Whose turn it is at each host, for processes that ask the same hosts; on PostgreSQL, by its clock alone.

A turn is taken when it has come, and had until its request is over; the next may come ``spacing`` seconds after that. So
however late a process is with what it asks, nobody else asks meanwhile. One that dies has its turn until ``holds`` is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from storage.engine import Database

SOONEST = 0.001
"""Seconds until another look at a turn that came between two questions."""
_READY = """
    greatest(hosts.asked_at + greatest(hosts.spacing, hosts.penalty, CAST(:spacing AS float)) * interval '1 second',
             hosts.rest_until)
"""
_TAKE = text(f"""
    INSERT INTO hosts (host, asked_at, spacing, penalty, rest_until)
    VALUES (:host, clock_timestamp(), :spacing, 0, clock_timestamp() + :holds * interval '1 second')
    ON CONFLICT (host) DO UPDATE SET
        asked_at = excluded.asked_at, spacing = excluded.spacing, rest_until = excluded.rest_until, told = NULL
    WHERE {_READY} <= clock_timestamp()
    RETURNING penalty, rest_until
""")  # noqa: S608 - of our own words
_WAIT = text(f"SELECT extract(epoch FROM {_READY} - clock_timestamp()) AS wait, told FROM hosts WHERE host = :host")  # noqa: S608
_OVER = text("""
    UPDATE hosts SET asked_at = clock_timestamp(), rest_until = NULL WHERE host = :host AND rest_until = :until
""")
_SLOWER = text("""
    UPDATE hosts SET
        penalty = least(greatest(penalty * 2, spacing, :least), :most),
        rest_until = greatest(rest_until, clock_timestamp() + interval '1 second'
            * coalesce(CAST(:wait AS float), least(greatest(penalty * 2, spacing, :least), :most))),
        told = :told
    WHERE host = :host
""")
_FASTER = text("""
    UPDATE hosts SET penalty = CASE WHEN penalty > 2 * greatest(spacing, :least) THEN penalty / 2 ELSE 0 END
    WHERE host = :host AND penalty > 0
""")
_FORGET = text("DELETE FROM hosts WHERE asked_at < clock_timestamp() - make_interval(days => :days)")


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a host may be asked now."""

    wait: float
    """Seconds until it may be; 0 where the turn is taken."""
    until: datetime | None = None
    """When a turn that was taken ends by itself."""
    penalty: float = 0.0
    """Seconds between requests that the host is slowed to."""
    told: str | None = None
    """Why the host is left alone for longer than its pace wants."""


@dataclass(frozen=True, slots=True)
class TurnTable:
    """The hosts that were asked, and when."""

    database: Database

    def take(self, host: str, spacing: float, holds: float) -> Turn:
        """Takes the host's turn if it has come; ``spacing`` seconds lie between any two, or more where the last asker wished it."""
        asked = {"host": host, "spacing": spacing, "holds": holds}

        def work(connection: Connection) -> Turn:
            taken = connection.execute(_TAKE, asked).one_or_none()
            if taken is not None:
                return Turn(0.0, taken.rest_until if holds else None, taken.penalty)
            row = connection.execute(_WAIT, asked).one()
            return Turn(max(float(row.wait), SOONEST), told=row.told)

        return self.database.write(work)

    def over(self, host: str, until: datetime) -> None:
        """Notes that the request is over whose turn was had until then, unless that has ended by itself."""
        self.database.write(lambda connection: connection.execute(_OVER, {"host": host, "until": until}))

    def slower(self, host: str, wait: float | None, told: str, *, least: float, most: float) -> None:
        """Notes that a host refused: nobody asks it for ``wait`` seconds, and its spacing doubles."""
        values = {"host": host, "wait": wait, "told": told, "least": least, "most": most}
        self.database.write(lambda connection: connection.execute(_SLOWER, values))

    def faster(self, host: str, *, least: float) -> None:
        """Notes that a host answered: the spacing that refusals brought halves."""
        self.database.write(lambda connection: connection.execute(_FASTER, {"host": host, "least": least}))

    def forget(self, days: int) -> None:
        """Leaves out hosts that nobody has asked for so many days."""
        self.database.write(lambda connection: connection.execute(_FORGET, {"days": days}))
