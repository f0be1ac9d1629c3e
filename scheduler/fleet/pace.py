"""A pace that all processes of a fleet share: each host's last turn stands in the database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.errors import Stopped, StoreError, Waiting
from crawler.fetch.politeness import LEAST, PATIENCE, SLOWEST, HostPace, Pace

if TYPE_CHECKING:
    from storage.turns import TurnTable


@dataclass(slots=True)
class FleetPace(Pace):
    """Gives each host its turns across the fleet, by the database's clock; without the database no host is asked."""

    turns: TurnTable = field(kw_only=True)

    async def come(self, host: str, known: HostPace) -> None:
        """Waits until the host's turn has come and takes it; raises Stopped where the database cannot say whose it is."""
        while True:
            try:
                turn = await asyncio.to_thread(self.turns.take, host, known.delay)
            except StoreError as error:
                raise Stopped(f"{host} was not asked: whose turn it is cannot be told ({error})") from error
            known.penalty = turn.penalty
            if not turn.wait:
                return
            if turn.wait > PATIENCE and turn.told:
                raise Waiting(
                    f"{host} asked to be left alone for {turn.wait:.0f} more seconds ({turn.told})", seconds=turn.wait
                )
            await self.sleep(min(turn.wait, PATIENCE))

    async def slower(self, host: str, wait: timedelta | None, why: str) -> None:
        """Notes for all that a host refused."""
        seconds = None if wait is None else wait.total_seconds()
        await asyncio.to_thread(lambda: self.turns.slower(host, seconds, why, least=LEAST, most=SLOWEST))

    async def faster(self, host: str) -> None:
        """Notes for all that a host which had refused answers again."""
        if self._host(host).penalty:
            await asyncio.to_thread(lambda: self.turns.faster(host, least=LEAST))
