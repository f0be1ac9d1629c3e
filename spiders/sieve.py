"""Sorts a source's leads: known already, about nobody we watch, or worth fetching."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from crawler.errors import ReadError
from crawler.items import Lead
from crawler.ports import Store
from crawler.tally import Share, Tally, Ticket
from crawler.urls import authority_of, canonical
from crawler.watchlist import Watchlist

MOST_OF_A_SITE = 500
"""Pages that one run fetches of one site; the leads beyond are dropped, counted and told."""


class AskStore(Protocol):
    """Calls something that waits for the store's disk."""

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Awaitable[Any]: ...


@dataclass(slots=True)
class Sieve:
    """One for all sources of a crawl, so that a page announced by two of them is fetched once."""

    store: Store
    watchlist: Watchlist
    tally: Tally
    ask_store: AskStore
    only_named: bool = False
    """Also sources whose every article is fetched bring those alone that name a company."""
    learns: bool = True
    """Leads about nobody are remembered; not where the crawl looks for one company or is to store nothing."""
    taken: set[str] = field(default_factory=set)
    sites: Counter[str] = field(default_factory=Counter)

    async def sift(self, share: Share, leads: Sequence[Lead]) -> list[Ticket]:
        """Gives tickets for the leads worth fetching and counts the others where they end."""
        named = self._addressed(share, leads)
        unseen = await self.ask_store(self.store.unseen, list(named)) if named else set()
        unseen |= await self._edited({url: lead for url, lead in named.items() if url not in unseen})
        fresh = {url: lead for url, lead in named.items() if url in unseen and url not in self.taken}
        # Before anything else is waited for, or another source's poll would take the same pages.
        self.taken.update(fresh)
        share.moments.extend(lead.published for lead in fresh.values() if isinstance(lead.published, datetime))
        self.tally.add(share, "known", len(named) - len(fresh))
        wanted = {url: lead for url, lead in fresh.items() if self._matches(share, lead)}
        dull = [url for url in fresh if url not in wanted]
        if dull and self.learns:
            await self.ask_store(self.store.remember, share.source.name, dull)
        self.tally.add(share, "irrelevant", len(dull))
        return [self.tally.open(share, lead) for url, lead in wanted.items() if self._has_room(share, url)]

    def _addressed(self, share: Share, leads: Sequence[Lead]) -> dict[str, Lead]:
        """The leads by canonical address; those announced twice count as known, those without a usable one as dropped."""
        named: dict[str, Lead] = {}
        for lead in leads:
            try:
                url = canonical(lead.url)
            except ReadError:
                self.tally.add(share, "dropped")
                continue
            if url in named:
                self.tally.add(share, "known")
            else:
                named[url] = lead
        return named

    async def _edited(self, known: dict[str, Lead]) -> set[str]:
        """Known pages that their source says were edited since; a source that stamps most of its items says nothing."""
        updated = {url: lead.updated for url, lead in known.items() if lead.updated and lead.updated != lead.published}
        if not updated:
            return set()
        edited: set[str] = await self.ask_store(self.store.edited, updated)
        return edited if len(edited) <= max(3, len(known) // 2) else set()

    def _matches(self, share: Share, lead: Lead) -> bool:
        if share.source.fetch == "all" and not self.only_named:
            return True
        return self.watchlist.names_any("\n".join(part for part in (lead.title, lead.summary, lead.content) if part))

    def _has_room(self, share: Share, url: str) -> bool:
        site = authority_of(url)
        self.sites[site] += 1
        if self.sites[site] <= MOST_OF_A_SITE:
            return True
        self.tally.add(share, "dropped")
        share.unfinished += 1
        share.left += 1
        if self.sites[site] == MOST_OF_A_SITE + 1:
            share.errors.append(
                f"{site} announced more than {MOST_OF_A_SITE} new pages at once; the rest is left for the next poll"
            )
        return False
