"""Where a site announces what it publishes: from its page's links, its robots.txt, and paths that are customary; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from lxml import html
from lxml.html import HtmlElement

from crawler.items import SourceKind
from crawler.reading.charset import decode
from crawler.urls import absolute, canonical

MOST = 40
"""Candidates tried of one site."""
_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
)
_FEED_LINK = re.compile(r"(?:^|[/._-])(?:rss|feeds?|atom|rdf|backend)(?:[/._?-]|\.(?:xml|json|php)|$)", re.IGNORECASE)
_SITEMAP_LINK = re.compile(r"sitemap[\w./-]*\.xml(?:\.gz)?(?:\?|$)", re.IGNORECASE)
_CUSTOMARY: tuple[tuple[str, SourceKind], ...] = (
    ("/feed", "feed"),
    ("/feed/", "feed"),
    ("/rss", "feed"),
    ("/rss.xml", "feed"),
    ("/feed.xml", "feed"),
    ("/atom.xml", "feed"),
    ("/index.xml", "feed"),
    ("/feed.json", "feed"),
    ("/news-sitemap.xml", "sitemap"),
    ("/sitemap_news.xml", "sitemap"),
    ("/sitemap.xml", "sitemap"),
    ("/sitemap_index.xml", "sitemap"),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may announce articles; whether it does is known once it was asked."""

    url: str
    kind: SourceKind
    found: str
    """How: ``link``, ``page``, ``robots.txt``, ``custom`` or ``itself``."""


def candidates(page: bytes, content_type: str | None, url: str, robots: str = "") -> list[Candidate]:
    """The candidates of one site, the surest first, each address once; reads the page's first megabyte."""
    found = [Candidate(url, _kind_of(page), "itself"), *_of_page(page[:1_000_000], content_type, url)]
    found += [Candidate(address, "sitemap", "robots.txt") for address in sitemaps_of(robots, url)]
    parts = urlsplit(url)
    found += [
        Candidate(urlunsplit((parts.scheme, parts.netloc, path, "", "")), kind, "custom") for path, kind in _CUSTOMARY
    ]
    return _once(found)[:MOST]


def sitemaps_of(robots: str, url: str) -> list[str]:
    """The sitemaps that a robots.txt names (RFC 9309 leaves room for the line; sitemaps.org defines it)."""
    named = re.findall(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", robots[:500_000], re.IGNORECASE | re.MULTILINE)
    return [address for name in named if (address := absolute(name, url)) is not None]


def _kind_of(page: bytes) -> SourceKind:
    start = page.lstrip()[:600].lower()
    if b"<urlset" in start or b"<sitemapindex" in start:
        return "sitemap"
    if b"<rss" in start or b"<feed" in start or b"<rdf:rdf" in start or start.startswith(b"{"):
        return "feed"
    return "listing"


def _of_page(page: bytes, content_type: str | None, url: str) -> Iterable[Candidate]:
    text = decode(page, content_type).text
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, html.etree.ParserError):
        return
    for link in root.iter("link"):
        address = absolute(str(link.get("href") or ""), url)
        if address is None:
            continue
        if (
            "alternate" in (link.get("rel") or "").lower()
            and (link.get("type") or "").lower().split(";")[0] in _FEED_TYPES
        ):
            yield Candidate(address, "feed", "link")
        elif "sitemap" in (link.get("rel") or "").lower():
            yield Candidate(address, "sitemap", "link")
    for anchor in root.iter("a"):
        yield from _of_anchor(anchor, url)


def _of_anchor(anchor: HtmlElement, url: str) -> Iterable[Candidate]:
    address = absolute(str(anchor.get("href") or ""), url)
    if address is None:
        return
    parts = urlsplit(address)
    target = parts.path + ("?" + parts.query if parts.query else "")
    if _SITEMAP_LINK.search(target):
        yield Candidate(address, "sitemap", "page")
    elif _FEED_LINK.search(target):
        yield Candidate(address, "feed", "page")


def _once(found: Iterable[Candidate]) -> list[Candidate]:
    kept: dict[str, Candidate] = {}
    for candidate in found:
        kept.setdefault(canonical(candidate.url), candidate)
    return list(kept.values())
