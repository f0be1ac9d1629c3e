"""A page from wherever a person has it: a file, an address, or standard input."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.clock import SystemClock
from crawler.errors import FetchError
from crawler.items import Lead, Page
from desk.cli.common import wrong
from desk.cli.options import web_address

if TYPE_CHECKING:
    from desk.wiring import Wiring

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
}


def page_at(
    wiring: Wiring,
    what: str,
    *,
    url: str | None = None,
    published: datetime | date | None = None,
    outlet: str | None = None,
) -> Page:
    """The page that ``what`` names: fetched as politely as any other, or read from a file or standard input (``-``).

    Ends the call where the file is missing; raises FetchError or its kinds where the address gives no page.
    """
    if _ADDRESS.match(what):
        return asyncio.run(_fetched(wiring, web_address(what), published, outlet))
    if what == "-":
        body, suffix = sys.stdin.buffer.read(), ""
    else:
        path = Path(what)
        if not path.is_file():
            wrong(f"{what} is no file, and no address either: that would begin with https://")
        body, suffix = path.read_bytes(), path.suffix.lower()
    kind = _TYPES.get(suffix) or ("text/html" if _MARKUP.search(body, 0, 4096) else "text/plain")
    return page_of(body, kind, url=url, published=published, outlet=outlet)


def page_of(
    body: bytes,
    content_type: str,
    *,
    url: str | None = None,
    title: str | None = None,
    published: datetime | date | None = None,
    language: str | None = None,
    outlet: str | None = None,
) -> Page:
    """A page as if it had been fetched, with what is known of it beforehand as its lead."""
    address = url or ""
    lead = Lead("", address, title=title, published=published, outlet=outlet, language=language)
    return Page(address, address, body, SystemClock().now(), content_type=content_type, lead=lead, outlet=outlet)


async def _fetched(wiring: Wiring, address: str, published: datetime | date | None, outlet: str | None) -> Page:
    from crawler.fetch.client import Web
    from crawler.fetch.settings import rules_of

    async with Web(rules_of(wiring.config.fetch), wiring.clock) as web:
        try:
            answer = await web.ask(address)
        except FetchError as error:
            raise FetchError(f"{error}; try again later, or save the page in a browser and name the file") from None
    return Page(
        url=address,
        final_url=answer.final_url,
        body=answer.body,
        fetched=wiring.clock.now(),
        status=answer.status,
        content_type=answer.headers.get("content-type"),
        lead=Lead("", address, published=published, outlet=outlet),
        outlet=outlet,
    )
