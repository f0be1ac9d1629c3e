"""The shipped sources as spiders of a Scrapy project, so that Scrapy's own commands work on them (see ``scrapy.cfg``).

``scrapy list`` names them, ``scrapy crawl 36kr -O leads.json`` shows what one announces, ``scrapy shell`` helps to write
selectors. Nothing is stored, and no article is fetched.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.settings import BaseSettings

from crawler.clock import SystemClock
from crawler.config.model import USER_AGENT as NAME
from crawler.items import Source
from crawler.watchlist import load_watchlist
from spiders.base import Answered, Ask, kind_of
from spiders.catalogue.load import shipped

SPIDER_LOADER_CLASS = "spiders.project.SourceLoader"
USER_AGENT = NAME
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 2
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = True


class SourceSpider(Spider):
    """Asks one source and yields its leads."""

    source: Source

    async def start(self) -> AsyncIterator[Any]:
        """The source's first requests."""
        for ask in kind_of(self.source).asks(self.source, load_watchlist(), _now()):
            yield self._request(ask)

    def parse(self, response: Response, *, ask: Ask) -> Iterator[Any]:
        """Leads as items, and further requests of the same poll."""
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        read = kind_of(self.source).read(self.source, Answered(ask, response.url, response.body, kind, _now()))
        for lead in read.leads:
            yield {key: value for key, value in asdict(lead).items() if value is not None}
        for more in read.more:
            yield self._request(more)

    def _request(self, ask: Ask) -> Request:
        headers = {**self.source.headers, **ask.headers}
        return Request(
            ask.url, method=ask.method, body=ask.body, headers=headers, cb_kwargs={"ask": ask}, dont_filter=True
        )


class SourceLoader:
    """Finds spiders by the names of the catalogue's sources."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Scrapy's way of making it."""
        return cls()

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of one source; raises KeyError for an unknown name."""
        for source in shipped():
            if source.name == spider_name:
                return type("Spider", (SourceSpider,), {"name": source.name, "source": source})
        raise KeyError(f"Spider not found: {spider_name}")

    def list(self) -> Sequence[str]:
        """All names."""
        return [source.name for source in shipped()]

    def find_by_request(self, request: Request) -> Sequence[str]:
        """The sources whose host a request goes to."""
        return [source.name for source in shipped() if source.url.split("/")[2] == request.url.split("/")[2]]


def _now() -> datetime:
    # Scrapy's own commands hand no clock in: this is their edge.
    return SystemClock().now()
