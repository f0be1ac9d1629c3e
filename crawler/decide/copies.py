"""What a page is among the stored ones: the same address, a copy, another telling of the same news, or none of these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crawler.decide.times import day_of
from crawler.errors import ReadError
from crawler.items import Figure, Neighbour, Page, Reading
from crawler.reading.fingerprint import COPY_AT, similarity
from crawler.urls import canonical

SAME_NEWS_DAYS = 3
"""Within these, another article with one of the same figures tells the same news."""


def same_address(page: Page, neighbours: Sequence[Neighbour]) -> Neighbour | None:
    """The stored article of this address, asked for or answering."""
    addresses = {address for url in (page.final_url, page.url) if (address := _canonical(url))}
    return next((one for one in neighbours if one.url in addresses), None)


def _canonical(url: str) -> str:
    try:
        return canonical(url)
    except ReadError:
        return url  # an address of our own making, such as a pasted text's; the store keeps it as it is, too


def originals(reading: Reading, neighbours: Sequence[Neighbour]) -> list[Neighbour]:
    """The stored articles that this one is a copy of, the most alike first.

    What states figures and none of the other's is another report in the same set phrases: last month's buy-back, say.
    """
    if reading.fingerprint is None:
        return []
    told = _numbers(reading.figures)
    candidates = [one for one in neighbours if not told or not one.figures or told & _numbers(one.figures)]
    scored = [(similarity(reading.fingerprint, one.fingerprint), one) for one in candidates]
    alike = [(score, one) for score, one in scored if score >= COPY_AT]
    return [one for score, one in sorted(alike, key=lambda pair: (-pair[0], pair[1].copy_of is not None, pair[1].id))]


def same_news(reading: Reading, neighbours: Sequence[Neighbour], published: date) -> Neighbour | None:
    """A stored article of these days that states one of the same figures: another telling of one story."""
    keys = {_key(figure) for figure in reading.figures}
    near = [
        (abs((day - published).days), one.id, one)
        for one in neighbours
        if (day := day_of(one.published)) and any(_key(figure) in keys for figure in one.figures)
    ]
    near = [entry for entry in near if entry[0] <= SAME_NEWS_DAYS]
    return min(near, key=lambda entry: entry[:2])[2] if near else None


def _numbers(figures: Sequence[Figure]) -> set[tuple[object, ...]]:
    """Without the unit: in another script a reader may think of another currency."""
    return {(one.company, one.kind, one.low, one.high) for one in figures}


def _key(figure: Figure) -> tuple[object, ...]:
    return figure.company, figure.kind, figure.low, figure.high, figure.unit
