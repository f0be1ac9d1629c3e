"""What the web desk holds for all requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.config import Config
from crawler.errors import ConfigError
from desk.web.accounts import Accounts
from desk.web.shield import hosts_of, is_loopback
from desk.web.throttle import Throttle
from desk.wiring import Wiring

if TYPE_CHECKING:
    from storage.store import SqlStore


@dataclass(frozen=True)
class Desk:
    """One running desk."""

    wiring: Wiring
    accounts: Accounts
    throttle: Throttle
    local_name: str
    """Who decides where nobody logs in: whoever sits at this machine."""
    open: bool
    """Others than this machine can reach it."""
    alive: Callable[[], bool] = lambda: True
    """Whether the schedule that runs beside it still ticks; a desk alone has none."""
    metrics: Callable[[], bytes] | None = None
    """What Prometheus is told; None for a desk alone, which counts nothing."""

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.wiring.config

    @property
    def store(self) -> SqlStore:
        """The database."""
        return self.wiring.store

    @property
    def zone(self) -> str:
        """The zone in which times are shown."""
        return self.config.schedule.timezone

    @property
    def hosts(self) -> frozenset[str]:
        """The names it answers to."""
        return hosts_of(self.config.desk.host, self.config.desk.public_url)

    def companies(self) -> list[str]:
        """The keys of the watched companies."""
        return [company.key for company in self.wiring.watchlist.companies]


def open_desk(
    wiring: Wiring,
    local_name: str,
    *,
    alive: Callable[[], bool] = lambda: True,
    metrics: Callable[[], bytes] | None = None,
) -> Desk:
    """The desk of an installation; raises ConfigError where others could reach it and nobody has an account."""
    desk = wiring.config.desk
    accounts = Accounts(wiring.store.settings, wiring.clock)
    public = hosts_of("127.0.0.1", desk.public_url)
    open_to_others = not is_loopback(desk.host) or not all(is_loopback(host) for host in public)
    if open_to_others and not accounts.any():
        raise ConfigError(
            f"the desk on {desk.host} can be reached by others and has no accounts; make the first with "
            "`dragonwatch user add NAME --role admin`, or set desk.host to 127.0.0.1 and leave desk.public_url empty"
        )
    return Desk(wiring, accounts, Throttle(wiring.clock), local_name or "desk", open_to_others, alive, metrics)
