"""Sitemaps and news sitemaps (sitemaps.org 0.9, Google's news extension), gzipped ones and indexes of them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from lxml import etree

from crawler.errors import CutOff, ReadError
from crawler.items import Lead, Source
from crawler.urls import absolute
from crawler.watchlist import Watchlist
from spiders.base import Answered, Ask, Read
from spiders.dates import read_date, zone_named
from spiders.markup import plain

OPTIONS = frozenset({"days", "parts", "max_size", "timeout"})
MOST_UNZIPPED = 60_000_000
"""Bytes; the protocol allows 50 MB."""
MOST_PAGES = 50_000
"""Pages; the protocol allows no more in one file."""
_PIECE = 1 << 20
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:urlset|sitemapindex)\b[^>]*>")
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:urlset|sitemapindex)\s*>")
_ENTRY_END = re.compile(rb"</(?:[\w.-]+:)?(?:url|sitemap)\s*>")
_BARE = re.compile(rb"&(?!#?\w{1,40};)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One ``<url>`` or ``<sitemap>``."""

    url: str
    modified: datetime | date | None
    title: str | None = None
    published: datetime | date | None = None
    outlet: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap, or an index of them, with its entries in their order."""

    index: bool
    entries: tuple[Entry, ...]
    cut: CutOff | None = None
    """It ended too early; ``entries`` are those that are whole."""


def asks(source: Source, watchlist: Watchlist, now: datetime) -> Sequence[Ask]:
    """A sitemap is asked once; an index leads to more."""
    return (Ask(source.url, context={"depth": "0"}),)


def read(source: Source, answered: Answered) -> Read:
    """Pages of the last ``days`` (3 where not told) as leads, the newest first, or an index's parts to ask.

    Pages without a date are kept: some sites give none. Raises ReadError where the body is no sitemap.
    """
    days = float(source.options.get("days", 3))
    since = answered.now - timedelta(days=days)
    found = read_sitemap(answered.body, source, answered.url, answered.now)
    recent = [entry for entry in found.entries if _when(entry) is None or _at_least(_when(entry), since)]
    recent.sort(key=lambda entry: _order(_when(entry)), reverse=True)
    if found.index:
        return Read((), more=_parts(source, answered, recent), cut=found.cut)
    return Read(tuple(_lead(entry, source) for entry in recent), cut=found.cut)


def _parts(source: Source, answered: Answered, entries: Sequence[Entry]) -> tuple[Ask, ...]:
    depth = int(answered.ask.context.get("depth", 0)) + 1
    # An index of an index of an index is a trap.
    if depth > 2:
        raise ReadError(f"{source.name}: {answered.url} is an index at the third depth; its parts are not followed")
    chosen = entries[: int(source.options.get("parts", 3))]
    return tuple(Ask(entry.url, context={"depth": str(depth)}) for entry in chosen)


def read_sitemap(body: bytes, source: Source, url: str, now: datetime) -> Sitemap:
    """What a sitemap or an index lists; of one that is cut off, the whole entries. Raises ReadError where it is neither."""
    text, cut = _whole(b"".join(_unzipped(body, source, url)), source, url)
    root: str | None = None
    entries: list[Entry] = []
    try:
        for event, element in _elements(text):
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if root is None:
                root = name
            if event == "end" and name in ("url", "sitemap") and len(entries) < MOST_PAGES:
                entry = _entry(element, source, url, now)
                element.clear()
                if entry is not None:
                    entries.append(entry)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"{source.name}: {url} is no XML: {error}") from None
    if root not in ("urlset", "sitemapindex"):
        raise ReadError(
            f"{source.name}: {url} is no sitemap: it starts with <{root}>"
            if root
            else f"{source.name}: {url} is no XML"
        )
    return Sitemap(root == "sitemapindex", tuple(entries), cut)


def _whole(text: bytes, source: Source, url: str) -> tuple[bytes, CutOff | None]:
    """The sitemap up to its last whole entry, where it ends before its root does: a half entry has half an address."""
    root = _ROOT.search(text)
    if root is None or root[0].endswith(b"/>") or _ROOT_END.search(text, root.end()):
        return text, None
    end = max((entry.end() for entry in _ENTRY_END.finditer(text, root.end())), default=root.end())
    return text[:end], CutOff(f"{source.name}: {url} is cut off: it ends in the middle")


def _elements(text: bytes) -> Iterator[tuple[str, etree._Element]]:
    """The start and the end of each element, mistakes in the XML passed over; raises XMLSyntaxError where it is none."""
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False, recover=True
    )
    if b"\0" not in text:  # UTF-16 is as it is
        text = _BARE.sub(b"&amp;", text)
    for at in range(0, len(text), _PIECE):
        parser.feed(text[at : at + _PIECE])
        yield from cast(Iterator[tuple[str, etree._Element]], parser.read_events())
    parser.close()  # only this tells what stands behind the first mistake
    yield from cast(Iterator[tuple[str, etree._Element]], parser.read_events())


def _unzipped(body: bytes, source: Source, url: str) -> Iterator[bytes]:
    if not body.startswith(b"\x1f\x8b"):
        yield body
        return
    unzip, left = zlib.decompressobj(31), MOST_UNZIPPED
    rest = body
    try:
        while rest and left > 0 and not unzip.eof:
            piece = unzip.decompress(rest, min(left, _PIECE))
            left -= len(piece)
            rest = unzip.unconsumed_tail
            yield piece
    except zlib.error as error:
        raise ReadError(f"{source.name}: {url} is not gzip to its end: {error}") from None
    if not unzip.eof and not rest:
        raise ReadError(f"{source.name}: {url} is gzip that ends too early")
    if rest:
        raise ReadError(f"{source.name}: {url} is larger than {MOST_UNZIPPED // 1_000_000} MB unzipped")


def _entry(element: etree._Element, source: Source, base: str, now: datetime) -> Entry | None:
    fields: dict[str, str] = {}
    for child in element.iter():
        if isinstance(child.tag, str) and child.text and child.text.strip():
            fields.setdefault(etree.QName(child).localname, child.text.strip())
    url = absolute(fields.get("loc", ""), base) if fields.get("loc") else None
    if url is None:
        return None
    chinese = (source.language or "").startswith("zh")
    zone = zone_named(source.timezone, chinese=chinese)
    return Entry(
        url,
        read_date(fields.get("lastmod"), zone=zone, chinese=chinese, now=now),
        plain(fields.get("title"), limit=500),
        read_date(fields.get("publication_date"), zone=zone, chinese=chinese, now=now),
        plain(fields.get("name"), limit=100),
        fields.get("language"),
    )


def _lead(entry: Entry, source: Source) -> Lead:
    return Lead(
        source=source.name,
        url=entry.url,
        title=entry.title,
        published=entry.published or entry.modified,
        outlet=source.outlet or entry.outlet,
        language=source.language or entry.language,
    )


def _when(entry: Entry) -> datetime | date | None:
    return entry.published or entry.modified


def _at_least(when: datetime | date | None, since: datetime) -> bool:
    if isinstance(when, datetime):
        return when >= since
    return when is not None and when >= since.date()


def _order(when: datetime | date | None) -> str:
    return "" if when is None else when.isoformat()
