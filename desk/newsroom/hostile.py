"""A corner of the web that answers badly: each path shows one fault that a crawler must bear and name.

Served apart from the newsroom, on a port of its own, so that what it does to its host's pace touches no healthy outlet.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from crawler.items import Source

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BOMB_SIZE = 256 * 1024 * 1024
"""Bytes that the gzip bomb unpacks to; it travels as about a thousandth of that."""

HUGE_SIZE = 64 * 1024 * 1024
"""Bytes of the huge feed, which is sent unpacked."""

DRIP_SECONDS = 0.5
"""Seconds between two bytes of the slow drip, which never ends."""

_HTML = {"Content-Type": "text/html; charset=utf-8"}
_RSS = {"Content-Type": "application/rss+xml"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad path: what is wrong with it, and whether a poll of it counts as failed."""

    name: str
    path: str
    says: str
    fails: bool = True


FAULTS: tuple[Fault, ...] = (
    Fault("not-xml", "/not-xml/feed", "a feed that is no XML at all"),
    Fault("html-as-feed", "/html-as-feed/feed", "a web page where the feed should be"),
    Fault("empty-body", "/empty-body/feed", "an answer without a body"),
    Fault("huge", "/huge/feed", "a feed of 64 MiB"),
    Fault("unknown-charset", "/unknown-charset/feed", "a feed in a charset that does not exist", fails=False),
    Fault("nonsense-date", "/nonsense-date/feed", "a feed whose dates make no sense", fails=False),
    Fault("redirects", "/redirects/0", "a redirect to a redirect, without end"),
    Fault("soft-404", "/soft-404/feed", "a page that says not found, with status 200"),
    Fault("challenge", "/challenge/feed", "a challenge for browsers, with status 200"),
    Fault("drip", "/drip/feed", "a byte every half second, without end"),
    Fault("bomb", "/bomb/feed", "a small gzip that unpacks to 256 MiB"),
    Fault("dead-host", "", "a port that nothing listens on"),
)


class HostileCorner:
    """Serves every fault on loopback; ``hits`` counts the requests of every path."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        self.base_url = ""
        self.dead_url = ""
        self._runner: web.AppRunner | None = None
        self._stopping = asyncio.Event()

    async def start(self, port: int = 0) -> None:
        """Begins to answer on ``127.0.0.1``; port 0 takes a free one."""
        app = web.Application()
        for path, handler in _ROUTES.items():
            app.router.add_get(path, handler)
        app.router.add_get("/drip/feed", self._drip)
        app.middlewares.append(self._count)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self._runner = runner
        self.base_url = "http://{}:{}".format(*runner.addresses[0][:2])
        self.dead_url = f"http://127.0.0.1:{_closed_port()}/feed"

    async def stop(self) -> None:
        """Ends the drips and closes every connection."""
        self._stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def sources(self) -> list[Source]:
        """One feed source per fault, named like it; the corner must have been started."""
        return [
            Source(
                name=fault.name,
                kind="feed",
                url=self.base_url + fault.path if fault.path else self.dead_url,
                timezone="Asia/Shanghai",
            )
            for fault in FAULTS
        ]

    @web.middleware
    async def _count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.hits[request.path] += 1
        return await handler(request)

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers=_RSS)
        await answer.prepare(request)
        while not self._stopping.is_set():
            try:
                await answer.write(b" ")
            except ConnectionError:
                break
            await asyncio.sleep(DRIP_SECONDS)
        return answer


def _closed_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _constant(body: bytes, headers: dict[str, str]) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, headers=headers)

    return answer


async def _huge(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers=_RSS)
    await answer.prepare(request)
    chunk = b"<!-- " + b"x" * (1 << 20) + b" -->\n"
    try:
        await answer.write(b'<?xml version="1.0"?>\n')
        for _ in range(HUGE_SIZE >> 20):
            await answer.write(chunk)
    except ConnectionError:
        pass
    return answer


async def _bomb(_: web.Request) -> web.Response:
    """Gzip members of one mebibyte each, which the format allows to stand one after the other."""
    member = gzip.compress(b" " * (1 << 20))
    return web.Response(body=member * (BOMB_SIZE >> 20), headers={**_RSS, "Content-Encoding": "gzip"})


async def _redirect(request: web.Request) -> web.Response:
    step = int(request.match_info["step"])
    return web.Response(status=302, headers={"Location": f"/redirects/{step + 1}"})


def _feed(title: str, link: str, date: str, *, encoding: str = "utf-8") -> bytes:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<rss version="2.0"><channel><title>边角</title>'
        f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item></channel></rss>"
    ).encode()


def _page(title: str, text: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>".encode()


_ARTICLE = _page(
    "云从科技新增一处办公室",
    "云从科技近日在成都新增了一处办公室，面积约三千平方米，用于西南地区的交付和客户支持。公司表示，搬迁在两周之内完成，不影响现有项目的进度。",
)

_CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
    b'<h1>Checking your browser before accessing this site</h1><div class="cf-browser-verification">'
    b"<noscript>Please enable JavaScript and cookies to continue</noscript></div>"
    b'<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1"></script></body></html>'
)

_ROUTES: dict[str, Handler] = {
    "/not-xml/feed": _constant(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, {"Content-Type": "application/rss+xml"}),
    "/html-as-feed/feed": _constant(_page("新闻首页", "欢迎光临，请从左侧选择栏目。"), _HTML),
    "/empty-body/feed": _constant(b"", _RSS),
    "/huge/feed": _huge,
    "/unknown-charset/feed": _constant(
        _feed(
            "云从科技新增一处办公室",
            "/unknown-charset/office.html",
            "Tue, 10 Mar 2026 10:00:00 +0800",
            encoding="x-sinology-9",
        ),
        {"Content-Type": "application/rss+xml; charset=x-sinology-9"},
    ),
    "/unknown-charset/office.html": _constant(_ARTICLE, {"Content-Type": "text/html; charset=x-sinology-9"}),
    "/nonsense-date/feed": _constant(
        _feed("云从科技新增一处办公室", "/nonsense-date/office.html", "20265438年7月+0日 99:71"), _RSS
    ),
    "/nonsense-date/office.html": _constant(_ARTICLE, _HTML),
    "/redirects/{step:\\d+}": _redirect,
    "/soft-404/feed": _constant(_page("404 页面不存在", "抱歉，您访问的页面不存在或已被删除，3秒后返回首页。"), _HTML),
    "/challenge/feed": _constant(_CHALLENGE, _HTML),
    "/bomb/feed": _bomb,
}
