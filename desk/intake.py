"""Takes in one page that no source brought: archived, read, judged and kept like any other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from crawler.errors import ReadError
from crawler.items import Outcome, Page, Reading
from desk.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page said, and what became of it."""

    reading: Reading
    outcome: Outcome


def addressed(page: Page) -> Page:
    """The page itself, or, where it came without an address, under one made of its content."""
    if page.final_url:
        return page
    address = f"urn:sha256:{hashlib.sha256(page.body).hexdigest()}"
    lead = replace(page.lead, url=address) if page.lead else None
    return replace(page, url=address, final_url=address, lead=lead)


def take_in(wiring: Wiring, page: Page) -> Taken:
    """Keeps one page; raises ReadError where nothing can be read on it, and then nothing is kept."""
    from crawler.reading.read import read
    from scheduler.run import judging

    page = addressed(page)
    reading = read(page, wiring.watchlist)
    if reading.error:
        raise ReadError(reading.error)
    page = replace(page, archived=wiring.archive.keep(page))
    judge = judging(wiring.rates, wiring.clock)(reading, page, None)
    return Taken(reading, wiring.store.take_in(page, reading, judge))
