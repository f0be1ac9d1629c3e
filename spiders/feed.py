"""Feeds: RSS 0.9x to 2.0, RDF and Atom by feedparser, with what it gets wrong mended around it, and JSON Feed beside it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from crawler.errors import CutOff, ReadError
from crawler.items import Lead, Source
from crawler.reading.charset import decode
from crawler.urls import LONGEST, absolute
from crawler.watchlist import Watchlist
from spiders.base import Answered, Ask, Read
from spiders.dates import read_date, zone_named
from spiders.markup import plain

MOST_ITEMS = 2_000
"""Items taken of one feed; what a feed holds beyond them is counted, not followed."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_UNPRINTABLE_REFERENCE = re.compile(
    r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));", re.IGNORECASE
)
_DOCTYPE = re.compile("<!doctype", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_HTML = re.compile(r"^\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(rss|feed|rdf:RDF)\b", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:item|entry)\s*>", re.IGNORECASE)
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_CHINESE_ZONES = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Macau", "Asia/Chongqing", "Asia/Urumqi")


def asks(source: Source, watchlist: Watchlist, now: datetime) -> Sequence[Ask]:
    """A feed is asked once, at its address."""
    return (Ask(source.url),)


def read(source: Source, answered: Answered) -> Read:
    """Reads one body of a feed source."""
    return read_feed(answered.body, source, content_type=answered.content_type, url=answered.url, now=answered.now)


def read_feed(body: bytes, source: Source, *, content_type: str | None, url: str, now: datetime) -> Read:
    """Reads a feed of any format into leads, in the feed's order; of one that is cut off, the whole items.

    Fetches nothing and expands no entity of the feed's own. Dates without zone are the source's; CST is China's for a
    Chinese source. Raises ReadError where the body is no feed.
    """
    if not body.strip():
        raise ReadError(f"{source.name}: {url} answered with an empty body")
    text = decode(body, content_type).text.lstrip("\ufeff \t\r\n")
    cut = None
    if text.startswith("{"):
        from spiders.jsonfeed import items_of

        entries, interval, base = items_of(text, source, url), None, url
    else:
        text, cut = _whole(text, source, url)
        parsed = _parse(text, source, url)
        entries, interval = [_fields(dict(entry)) for entry in parsed.entries], _interval(parsed.feed)
        base = absolute(str(parsed.feed.get("link") or ""), url) or url
    leads = [_lead(entry, source, base, now) for entry in entries[:MOST_ITEMS]]
    usable = tuple(lead for lead in leads if lead is not None)
    return Read(usable, interval=interval, unusable=len(entries) - len(usable), cut=cut)


def _whole(text: str, source: Source, url: str) -> tuple[str, CutOff | None]:
    """The feed up to its last whole item, closed again, where it ends before its root does: a half item has half a link."""
    root = _ROOT.search(text, 0, 100_000)
    if root is None or re.compile(rf"</{root[1]}\s*>", re.IGNORECASE).search(text, root.end()):
        return text, None
    if text[: text.find(">", root.end())].endswith("/"):
        return text, None
    ends = [item.end() for item in _ITEM_END.finditer(text, root.end())]
    if not ends:
        raise CutOff(f"{source.name}: {url} is cut off: it ends before its first item does")
    closing = "</channel></rss>" if root[1].lower() == "rss" else f"</{root[1]}>"
    return text[: ends[-1]] + closing, CutOff(f"{source.name}: {url} is cut off: it ends in the middle")


def _parse(text: str, source: Source, url: str) -> Any:
    """Hands feedparser clean UTF-8 without any document type, so that it neither guesses a charset nor expands entities."""
    import feedparser

    if _HTML.match(text):
        raise ReadError(f"{source.name}: {url} answered with an HTML page where a feed was expected")
    if "<" not in text[:1000]:
        raise ReadError(f"{source.name}: {url} is not a feed: it starts with {text[:40]!r}")
    cleaned = _UNPRINTABLE_REFERENCE.sub("", _UNPRINTABLE.sub("", _DECLARATION.sub("", text)))
    cleaned = _without_doctype(cleaned)
    parsed = feedparser.parse(
        io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>\n' + cleaned.encode("utf-8")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.version and not parsed.entries:
        reason = parsed.get("bozo_exception") or "it has neither the shape of RSS nor of Atom"
        raise ReadError(f"{source.name}: {url} is not a feed: {reason}")
    return parsed


def _without_doctype(text: str) -> str:
    """Leaves out the document type with everything that it declares."""
    found = _DOCTYPE.search(text, 0, 100_000)
    if found is None:
        return text
    start = found.start()
    bracket, end = text.find("[", start), text.find(">", start)
    if 0 <= bracket < end:
        end = text.find(">", text.find("]", bracket))
    return text[:start] + text[end + 1 :] if end >= 0 else text[:start]


def _fields(entry: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of feedparser's as the plain fields that JSON Feed gives too."""
    link = entry.get("feedburner_origlink") or entry.get("link") or _page_of(entry.get("links", ()))
    guid = entry.get("id")
    if not link and guid and re.match(r"https?://", str(guid)):
        link = guid
    contents = [c.get("value", "") for c in entry.get("content", ()) if "html" in (c.get("type") or "html")]
    summary = entry.get("summary")
    return {
        "url": link,
        "title": entry.get("title"),
        "published": entry.get("published") or entry.get("created") or entry.get("updated"),
        "updated": entry.get("updated"),
        "summary": summary or (contents[0] if contents else None),
        "content": max(contents, key=len, default=None) or (summary if _is_long(summary) else None),
        "guid": guid,
        "author": entry.get("author"),
        "outlet": (entry.get("source") or {}).get("title"),
        "language": entry.get("language"),
    }


def _page_of(links: Iterable[Mapping[str, Any]]) -> str | None:
    """The first link of an entry that is a page, not an enclosure or the entry's own feed."""
    return next(
        (link.get("href") for link in links if link.get("rel", "alternate") == "alternate" and link.get("href")), None
    )


def _is_long(summary: str | None) -> bool:
    """Many Chinese feeds carry the whole article in ``description``."""
    return bool(summary) and len(summary or "") > 600 and "<" in (summary or "")


def _lead(entry: Mapping[str, Any], source: Source, base: str, now: datetime) -> Lead | None:
    url = absolute(str(entry["url"]), base) if entry.get("url") else None
    if not url or len(url) > LONGEST:
        return None
    chinese = _is_chinese(source)
    zone = zone_named(source.timezone, chinese=chinese)
    published = read_date(entry.get("published"), zone=zone, chinese=chinese, now=now)
    if entry.get("updated") == entry.get("published"):
        updated = published
    else:
        updated = read_date(entry.get("updated"), zone=zone, chinese=chinese, now=now)
    return Lead(
        source=source.name,
        url=url,
        title=plain(entry.get("title"), limit=500),
        published=published,
        updated=updated if isinstance(updated, datetime) else None,
        summary=plain(entry.get("summary")),
        content=entry.get("content"),
        guid=entry.get("guid"),
        outlet=source.outlet or plain(entry.get("outlet"), limit=100),
        author=plain(entry.get("author"), limit=200),
        language=source.language or entry.get("language"),
    )


def _is_chinese(source: Source) -> bool:
    return (source.timezone or "") in _CHINESE_ZONES or (source.language or "").lower().startswith("zh")


def _interval(feed: Mapping[str, Any]) -> timedelta | None:
    """The longest of the pauses that the feed asks for; None where it asks for none that makes sense."""
    hours = [0.0]
    if str(feed.get("ttl", "")).strip().isdigit():
        hours.append(int(feed["ttl"]) / 60)
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    frequency = str(feed.get("sy_updatefrequency", "1")).strip()
    if period and frequency.isdigit() and int(frequency):
        hours.append(period / int(frequency))
    return timedelta(hours=min(max(hours), 24 * 7)) if max(hours) > 0 else None
