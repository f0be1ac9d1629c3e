"""Scrapy's download handler: hands each request to the one client and gives its answer back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.fetch.answer import Terms

if TYPE_CHECKING:
    from crawler.fetch.client import Room, Web


class WebHandler(BaseDownloadHandler):
    """Downloads by the ``Web`` that the spider was given as its ``web`` argument.

    ``request.meta`` may hold ``terms`` (Terms) and ``room``. Raises the client's errors, which a request's errback gets.
    """

    lazy = True

    async def download_request(self, request: Request) -> Response:
        """Asks for one page."""
        web = cast("Web", self.crawler.spider.web)  # type: ignore[union-attr]
        answer = await web.ask(
            request.url,
            cast(Terms, request.meta.get("terms") or Terms()),
            method=request.method,
            body=request.body,
            headers=_sent(request),
            room=cast("Room | None", request.meta.get("room")),
        )
        headers = Headers(answer.headers)
        # The client has unpacked it already; the header would have the body unpacked once more.
        headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=answer.final_url, body=answer.body[:5000])
        return kind(url=answer.final_url, status=answer.status, headers=headers, body=answer.body, request=request)


def _sent(request: Request) -> dict[str, str]:
    return {
        name.decode("latin-1"): b",".join(values).decode("latin-1")
        for name, values in request.headers.items()
        if values
    }
