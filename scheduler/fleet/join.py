"""Makes one process part of a fleet: whatever it is, it goes by the database's clock and tells of flags at once."""

from __future__ import annotations

from crawler.config import Config
from scheduler.fleet.clock import FleetClock
from scheduler.fleet.dispatch import ALERTS
from scheduler.fleet.queue import Queue
from scheduler.fleet.schema import prepare_queue
from storage.store import SqlStore


def join(store: SqlStore, config: Config) -> None:
    """Prepares the queue, sets the clock, and has every transaction that raises a flag put an alert into the queue."""
    prepare_queue(store.database)
    if isinstance(store.clock, FleetClock):
        store.clock.set_by(store.database)
    if config.alert:
        queue = Queue(store.database)
        store.flagged = lambda connection: queue.put(connection, [ALERTS])
