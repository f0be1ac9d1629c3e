"""Tells the world how the daemon is: to systemd when it is ready and alive, to ``/health`` when it last did something."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.ports import Clock

OVERDUE = timedelta(minutes=5)
"""Ticks come twice a minute; one that is this late means that the loop hangs."""


@dataclass(slots=True)
class Pulse:
    """When the daemon last ticked; what ``/health`` and the watchdog go by."""

    clock: Clock
    last: datetime | None = field(default=None)

    def beat(self) -> None:
        """Notes that the loop is alive, and tells systemd's watchdog."""
        self.last = self.clock.now()
        notify("WATCHDOG=1")

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
