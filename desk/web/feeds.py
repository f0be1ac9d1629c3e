"""Outgoing feeds, Atom and JSON Feed: flags, accepted figures, stories by company. Ids are stable; markup is escaped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from crawler.items import Known, Story
from desk.web.access import desk_of, needs
from desk.web.render import visitor_language
from desk.web.state import Desk
from desk.web.words import say
from scheduler.digest.amounts import Language
from scheduler.digest.wording import figure_text, known_text
from storage.rows import FlagRow

router = APIRouter(prefix="/feeds", include_in_schema=False, dependencies=[Depends(needs("reader"))])
_ATOM = "http://www.w3.org/2005/Atom"
_MOST = 100
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
Format = Literal["atom", "json"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a feed tells of."""

    id: str
    title: str
    text: str
    path: str
    """On the desk."""
    source: str | None
    """The address where it was read."""
    updated: datetime


@router.get("/flags.{format}")
def flags(request: Request, format: Format, company: str = "") -> Response:
    """What was flagged, newest first."""
    language = visitor_language(request)
    found = desk_of(request).store.flags.find(company=company or None, limit=_MOST, newest=True)
    entries = [_flag(flag, language) for flag in found]
    return _feed(request, format, "flags", say("review", language), sorted(entries, key=_updated, reverse=True))


@router.get("/figures.{format}")
def figures(request: Request, format: Format, company: str = "") -> Response:
    """Accepted figures, the last reported first."""
    language = visitor_language(request)
    found = desk_of(request).store.ledger.find(company=company or None, state="accepted", limit=_MOST, newest=True)
    entries = sorted((_figure(known, language) for known in found), key=_updated, reverse=True)
    return _feed(request, format, "figures", say("ledger", language), entries)


@router.get("/stories.{format}")
def stories(request: Request, format: Format, company: str = "") -> Response:
    """Stories, newest first."""
    language = visitor_language(request)
    found = desk_of(request).store.stories.find(company=company or None, limit=_MOST)
    entries = [_story(story, language) for story in found]
    return _feed(request, format, "stories", say("stories", language), entries)


def _flag(flag: FlagRow, language: Language) -> Entry:
    figure = flag.figure or flag.before
    measure = (
        figure_text(figure, language)
        if figure
        else say(f"signal_{flag.signal}", language, say(flag.topic or "", language))
    )
    quote = (flag.figure.quote if flag.figure else flag.quote) or ""
    title = f"{say(flag.company, language)}: {measure} ({say(flag.reason, language)})"
    source = flag.article.url if flag.article else None
    return Entry(f"flag:{flag.id}", title, quote, f"/flags/{flag.id}", source, flag.decided_at or flag.created_at)


def _figure(known: Known, language: Language) -> Entry:
    title = f"{say(known.company, language)}: {figure_text(known, language)}"
    source = next((report.url for report in known.reports if report.url), None)
    when = _moment(known.last_reported or known.first_reported)
    return Entry(f"figure:{known.id}", title, known_text(known, language), f"/companies/{known.company}", source, when)


def _story(story: Story, language: Language) -> Entry:
    names = ", ".join(say(company, language) for company in story.companies)
    return Entry(
        f"story:{story.id}", story.title or names, names, f"/stories/{story.id}", None, _moment(story.first_published)
    )


def _updated(entry: Entry) -> datetime:
    return entry.updated


def _moment(when: datetime | date | None) -> datetime:
    if when is None:
        return _EPOCH
    return when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)


def _feed(request: Request, format: Format, name: str, title: str, entries: Sequence[Entry]) -> Response:
    desk = desk_of(request)
    base = desk.config.desk.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    title = f"Dragonwatch · {title}"
    body = _atom(desk, base, name, title, entries) if format == "atom" else _json(desk, base, name, title, entries)
    media = "application/atom+xml" if format == "atom" else "application/feed+json"
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=f"{media}; charset=utf-8", headers=headers)


def _id(desk: Desk, what: str) -> str:
    """A tag URI (RFC 4151): the same whatever address the desk is reached by."""
    host = urlsplit(desk.config.desk.public_url).hostname or "localhost"
    return f"tag:{host},2026:dragonwatch:{what}"


def _atom(desk: Desk, base: str, name: str, title: str, entries: Sequence[Entry]) -> bytes:
    feed = Xml.Element("feed", xmlns=_ATOM)
    newest = max((entry.updated for entry in entries), default=_EPOCH)
    _put(feed, "id", _id(desk, name))
    _put(feed, "title", title)
    _put(feed, "updated", newest.isoformat())
    Xml.SubElement(feed, "link", rel="self", type="application/atom+xml", href=f"{base}/feeds/{name}.atom")
    Xml.SubElement(feed, "link", rel="alternate", type="text/html", href=f"{base}/")
    _put(Xml.SubElement(feed, "author"), "name", "Dragonwatch")
    for entry in entries:
        item = Xml.SubElement(feed, "entry")
        _put(item, "id", _id(desk, entry.id))
        _put(item, "title", entry.title)
        _put(item, "updated", entry.updated.isoformat())
        Xml.SubElement(item, "link", rel="alternate", type="text/html", href=base + entry.path)
        if _is_web(entry.source):
            Xml.SubElement(item, "link", rel="via", href=entry.source or "")
        content = Xml.SubElement(item, "content", type="text")
        content.text = _sayable(entry.text)
    return bytes(Xml.tostring(feed, encoding="utf-8", xml_declaration=True))


def _json(desk: Desk, base: str, name: str, title: str, entries: Sequence[Entry]) -> bytes:
    items = [
        {
            "id": _id(desk, entry.id),
            "url": base + entry.path,
            "title": entry.title,
            "content_text": entry.text,
            "date_modified": entry.updated.isoformat(),
        }
        | ({"external_url": entry.source or ""} if _is_web(entry.source) else {})
        for entry in entries
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{base}/",
        "feed_url": f"{base}/feeds/{name}.json",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace")


def _is_web(url: str | None) -> bool:
    return bool(url) and urlsplit(url or "").scheme in ("http", "https")


def _put(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = _sayable(text)


def _sayable(text: str) -> str:
    """The text without what XML cannot say."""
    return "".join(
        character
        for character in text
        if character in "\t\n\r"
        or (character >= " " and character not in "\ufffe\uffff" and not "\ud800" <= character <= "\udfff")
    )
