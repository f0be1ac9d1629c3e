"""Counts where each lead ends, exactly once, and tells when a source's leads have all ended."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from crawler.items import LEAD_ENDS, Lead, LeadEnd, Outcome, Source


@dataclass(slots=True, eq=False)
class Share:
    """One source's part of a crawl."""

    source: Source
    leads: int = 0
    new: int = 0
    """Leads that became articles: stored, copies and revisions."""
    fresh: int = 0
    """Leads never met before, wanted or not."""
    moments: list[datetime] = field(default_factory=list)
    """When those of them that say so were published."""
    pending: int = 0
    unfinished: int = 0
    """Leads that failed for now or were dropped, so that the next poll has to see them again."""
    left: int = 0
    """Leads for which a site had no room left in this crawl; dropped, and so unfinished, too."""
    unkept: str | None = None
    """What the store said where it could not take a page of it: the poll is to come again once it can."""
    first_poll: bool = False
    errors: list[str] = field(default_factory=list)
    quiet: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while no lead is under way."""


@dataclass(slots=True)
class Tally:
    """All counters of one crawl."""

    changed: Callable[[], None] = lambda: None
    ends: Counter[LeadEnd] = field(default_factory=Counter)
    figures: int = 0
    flags: int = 0
    found: int = 0
    under_way: set[Ticket] = field(default_factory=set)

    def add(self, share: Share, end: LeadEnd, count: int = 1) -> None:
        """Counts leads that ended where they were found."""
        self.found += count
        share.leads += count
        share.fresh += count if end != "known" else 0
        self._end(share, end, count)

    def open(self, share: Share, lead: Lead) -> Ticket:
        """Counts a lead whose page is to be fetched; its ticket will tell how it ended."""
        self.found += 1
        share.leads += 1
        share.fresh += 1
        share.pending += 1
        share.quiet.clear()
        ticket = Ticket(lead, share, self)
        self.under_way.add(ticket)
        return ticket

    def drop_the_rest(self) -> None:
        """Ends the leads that a crawl which was ended will not come to; the next poll meets them again."""
        for ticket in list(self.under_way):
            ticket.end("dropped", again=True)

    def counts(self) -> dict[LeadEnd, int]:
        """Every end with its count, those that did not occur with 0."""
        return {end: self.ends[end] for end in LEAD_ENDS}

    def _end(self, share: Share, end: LeadEnd, count: int = 1) -> None:
        self.ends[end] += count
        if end in ("stored", "copy", "revised"):
            share.new += count
        self.changed()


@dataclass(slots=True, eq=False)
class Ticket:
    """One lead on its way; ends once, whatever is said afterwards."""

    lead: Lead
    share: Share
    tally: Tally
    ended: bool = False
    leave: Callable[[], None] | None = None
    """Gives back the room that its fetched page takes."""

    async def enter(self, room: asyncio.Semaphore) -> None:
        """Takes room for a page in memory, once."""
        if self.leave is None:
            await room.acquire()
            self.leave = room.release

    def end(
        self, end: LeadEnd, error: str | None = None, *, again: bool = False, outcome: Outcome | None = None
    ) -> None:
        """Ends the lead; ``again`` where the next poll is to try it once more."""
        if self.ended:
            return
        self.ended = True
        self.tally.under_way.discard(self)
        if self.leave is not None:
            self.leave()
        if outcome is not None:
            self.tally.figures += sum(
                judged.same_as is None and judged.relation != "repeats" for judged in outcome.judged
            )
            self.tally.flags += flags_of(outcome)
        if error and len(self.share.errors) < 20:
            self.share.errors.append(error)
        self.share.unfinished += again
        self.tally._end(self.share, end)
        self.share.pending -= 1
        if not self.share.pending:
            self.share.quiet.set()


def flags_of(outcome: Outcome) -> int:
    """The flags that an outcome raises."""
    return sum(judged.flag for judged in outcome.judged) + len(outcome.signals) + len(outcome.edits)
