"""Tells the world how the daemon is: to systemd when it is ready and alive, to ``/health`` when it last did something.

The last beat is kept in the database as well, so that a daemon that starts, or wakes, knows how long none ran.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.ports import Clock
from storage.settings import SettingTable

OVERDUE = timedelta(minutes=5)
"""Beats come twice a minute; one that is this late means that the loop hangs."""
KEPT_EVERY = timedelta(minutes=2)
SILENT_AFTER = timedelta(minutes=10)
"""A gap between two beats that is told: the daemon was stopped, or its machine slept."""
_KEY = "daemon.beat"


@dataclass(slots=True)
class Pulse:
    """When the daemon last ticked; what ``/health`` and the watchdog go by."""

    clock: Clock
    last: datetime | None = field(default=None)
    kept: datetime | None = field(default=None)

    def beat(self) -> None:
        """Notes that the loop is alive, and tells systemd's watchdog."""
        self.last = self.clock.now()
        notify("WATCHDOG=1")

    def keep(self, settings: SettingTable) -> datetime | None:
        """Keeps the beat for whoever comes later; gives the last one kept where no daemon ran for a while since."""
        now = self.clock.now()
        if self.kept is not None and timedelta(0) <= now - self.kept < KEPT_EVERY:
            return None
        earlier = self.kept_last(settings)
        settings.set(_KEY, now.isoformat())
        self.kept = now
        return earlier if earlier is not None and now - earlier > SILENT_AFTER else None

    def kept_last(self, settings: SettingTable) -> datetime | None:
        """The last beat of any daemon of this database; None where none has run."""
        kept = settings.get(_KEY)
        return datetime.fromisoformat(kept) if kept else None

    @property
    def alive(self) -> bool:
        """Whether the last tick is recent."""
        return self.last is not None and self.clock.now() - self.last < OVERDUE


def notify(state: str) -> None:
    """Sends one line of the sd_notify(3) protocol; does nothing where systemd did not start us."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        # A leading @ stands for an abstract address, which the kernel writes with a NUL.
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.sendall(state.encode())
