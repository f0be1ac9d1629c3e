"""Serves the newsroom on loopback with aiohttp and counts what is asked of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import web

from crawler.items import Source
from desk.newsroom.feeds import render_feed
from desk.newsroom.kinds import render_filings, render_index, render_pdf, render_search, render_sitemap
from desk.newsroom.load import Piece, load_pieces, of_edition
from desk.newsroom.outlets import BY_KEY, OUTLETS
from desk.newsroom.pages import Rendered, render_article, render_front

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_ROBOTS = "User-agent: *\nDisallow: /private/\n\nSitemap: {}/sitemap.xml\n"


class Newsroom:
    """The outlets behind one loopback address; ``hits`` counts the requests of every path."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        self.base_url = ""
        self._all = load_pieces()
        self._edition = 1
        self._taken_down: set[str] = set()
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Begins to answer on ``127.0.0.1``; port 0 takes a free one, ``base_url`` then tells which."""
        app = web.Application()
        app.router.add_get("/robots.txt", self._robots)
        app.router.add_get("/sitemap.xml", self._sitemaps)
        app.router.add_get("/search", self._search)
        app.router.add_get("/exchange/list", self._filings)
        app.router.add_get("/exchange/480.pdf", self._filing)
        app.router.add_get("/{outlet}/news-sitemap.xml", self._sitemap)
        app.router.add_get("/{outlet}/", self._front)
        app.router.add_get("/{outlet}/feed.{kind}", self._feed)
        app.router.add_get("/{outlet}/{slug}.html", self._article)
        app.middlewares.append(self._count)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self._runner = runner
        self.base_url = "http://{}:{}".format(*runner.addresses[0][:2])

    async def stop(self) -> None:
        """Closes every connection; the newsroom can be started again."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The articles as they stand now, newest first."""
        return of_edition(self._all, self._edition)

    def publish_second_edition(self) -> None:
        """From now on the outlets show what they published and edited later."""
        self._edition = 2

    def publish(self, piece: Piece) -> None:
        """From now on its outlet shows this article, in place of one with the same slug: that is an edit."""
        self._all = (*self._all, replace(piece, edition=self._edition))

    def take_down(self, path: str) -> None:
        """From now on the page at that path is gone (410), though feeds and front pages still name it."""
        self._taken_down.add(path)

    def sources(self) -> list[Source]:
        """One feed source per outlet; the newsroom must have been started."""
        return [
            Source(
                name=outlet.key,
                kind="feed",
                url=self.base_url + outlet.feed_path,
                outlet=outlet.name,
                language=outlet.language,
                timezone=outlet.timezone,
                tier=outlet.tier,
                fetch=outlet.fetch,
            )
            for outlet in OUTLETS
        ]

    def _of(self, outlet: str) -> list[Piece]:
        if outlet not in BY_KEY:
            raise web.HTTPNotFound
        return [piece for piece in self.pieces if piece.outlet.key == outlet]

    @web.middleware
    async def _count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.hits[request.path] += 1
        return await handler(request)

    async def _robots(self, _: web.Request) -> web.Response:
        return web.Response(text=_ROBOTS.format(self.base_url))

    async def _sitemaps(self, _: web.Request) -> web.Response:
        return web.Response(text=render_index(self.base_url), content_type="application/xml")

    async def _sitemap(self, request: web.Request) -> web.Response:
        pieces = self._of(request.match_info["outlet"])
        return web.Response(text=render_sitemap(pieces, self.base_url), content_type="application/xml")

    async def _search(self, request: web.Request) -> web.Response:
        answer = render_search(request.query.get("q", ""), self.pieces, self.base_url)
        return web.Response(text=answer, content_type="application/json")

    async def _filings(self, request: web.Request) -> web.Response:
        answer = render_filings(request.query.get("code", ""))
        return web.Response(text=answer, content_type="application/javascript")

    async def _filing(self, _: web.Request) -> web.Response:
        return web.Response(body=render_pdf(), content_type="application/pdf")

    async def _front(self, request: web.Request) -> web.Response:
        pieces = self._of(request.match_info["outlet"])
        return _answer(request, render_front(pieces[0].outlet, pieces))

    async def _feed(self, request: web.Request) -> web.Response:
        pieces = self._of(request.match_info["outlet"])
        if request.path != pieces[0].outlet.feed_path:
            raise web.HTTPNotFound
        return _answer(request, render_feed(pieces[0].outlet, pieces, self.base_url))

    async def _article(self, request: web.Request) -> web.Response:
        pieces = self._of(request.match_info["outlet"])
        if request.path in self._taken_down:
            raise web.HTTPGone
        for piece in pieces:
            for part in range(1, len(piece.parts) + 1):
                if request.path == piece.path_of(part):
                    return _answer(request, render_article(piece, pieces, self.base_url, part))
        raise web.HTTPNotFound


def _answer(request: web.Request, rendered: Rendered) -> web.Response:
    """The rendered body, or 304 where the asker holds it already."""
    etag = f'"{hashlib.sha256(rendered.body).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return web.Response(body=rendered.body, headers={"Content-Type": rendered.content_type, "ETag": etag})
