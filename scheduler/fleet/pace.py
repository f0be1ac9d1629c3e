"""A pace that all processes of a fleet share: whose turn it is at each host stands in the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.errors import Stopped, StoreError, Waiting
from crawler.fetch.politeness import LEAST, PATIENCE, SLOWEST, HostPace, Pace

if TYPE_CHECKING:
    from storage.turns import Turn, TurnTable

log = logging.getLogger("dragonwatch.worker")

LOOK = 0.25
"""Seconds until another look at a host that somebody else is asking; a quarter of its spacing where that is longer."""


@dataclass(slots=True)
class FleetPace(Pace):
    """Gives each host its turns across the fleet, by the database's clock; without the database no host is asked."""

    turns: TurnTable = field(kw_only=True)
    holds: float = field(kw_only=True)
    """Seconds that a request may take; nobody else asks its host meanwhile."""
    at_once: int = 1

    @asynccontextmanager
    async def taken(self, host: str, known: HostPace) -> AsyncIterator[None]:
        """Waits until the host's turn has come and has it until the request is over.

        Raises Stopped where the database cannot say whose turn it is.
        """
        turn = await self._turn(host, known)
        try:
            yield
        finally:
            if turn.until is not None:
                await self._over(host, turn)

    async def _turn(self, host: str, known: HostPace) -> Turn:
        # A host that wants no pause is asked by as many as like.
        holds = self.holds if known.delay or known.penalty else 0.0
        while True:
            try:
                turn = await asyncio.to_thread(self.turns.take, host, known.delay, holds)
            except StoreError as error:
                raise Stopped(f"{host} was not asked: whose turn it is cannot be told ({error})") from error
            if not turn.wait:
                known.penalty = turn.penalty
                return turn
            if turn.told is None:
                # Somebody is asking it, for longer than his turn's rest at the most.
                await self.sleep(min(turn.wait, max(LOOK, known.delay / 4)))
            elif turn.wait > PATIENCE:
                raise Waiting(
                    f"{host} asked to be left alone for {turn.wait:.0f} more seconds ({turn.told})", seconds=turn.wait
                )
            else:
                await self.sleep(turn.wait)

    async def _over(self, host: str, turn: Turn) -> None:
        assert turn.until is not None
        try:
            await asyncio.shield(asyncio.to_thread(self.turns.over, host, turn.until))
        except StoreError as error:
            log.debug("%s: the turn ends by itself: %s", host, error)

    async def slower(self, host: str, wait: timedelta | None, why: str) -> None:
        """Notes for all that a host refused."""
        seconds = None if wait is None else wait.total_seconds()
        await asyncio.to_thread(lambda: self.turns.slower(host, seconds, why, least=LEAST, most=SLOWEST))

    async def faster(self, host: str) -> None:
        """Notes for all that a host which had refused answers again."""
        if self._host(host).penalty:
            await asyncio.to_thread(lambda: self.turns.faster(host, least=LEAST))
