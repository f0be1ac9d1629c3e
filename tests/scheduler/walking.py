"""A loopback web that answers as told, and the least store that a crawl can work with."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from crawler.config import Config, FetchConfig
from crawler.items import Lead, Outcome, Page, PollResult, PollState, Reading, Source
from crawler.ports import Taking

NOW = datetime(2026, 5, 2, 4, 0, tzinfo=UTC)
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class FixedClock:
    """A clock that stands still until it is set."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


def config(**fetch: Any) -> Config:
    settings = {"per_host_delay": "0s", "allow_networks": ["127.0.0.0/8"], "timeout": "5s"} | fetch
    return Config(fetch=FetchConfig(**settings))


@dataclass
class Loopback:
    """A server on loopback: answers by path, and counts what it is asked."""

    base: str = ""
    pages: dict[str, Any] = field(default_factory=dict)
    """Path to a body, a response, or a function that answers."""
    asked: Counter[str] = field(default_factory=Counter)
    headers: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path_qs
        self.asked[path] += 1
        self.headers.append((path, {name.lower(): value for name, value in request.headers.items()}))
        page = self.pages.get(path, self.pages.get(request.path))
        if callable(page):
            return await page(request)
        if isinstance(page, tuple):
            status, headers, body = page
            return web.Response(status=status, headers=headers, body=body)
        if page is None:
            return web.Response(status=404, text="no such page")
        body = page.encode() if isinstance(page, str) else page
        kind = "application/xml" if body.lstrip().startswith((b"<?xml", b"<rss")) else "text/html"
        return web.Response(body=body, content_type=kind)

    def url(self, path: str) -> str:
        return self.base + path


@asynccontextmanager
async def loopback(host: str = "127.0.0.1") -> AsyncIterator[Loopback]:
    made = Loopback()
    app = web.Application(client_max_size=2**30)
    app.router.add_route("*", "/{tail:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    made.base = f"http://{host}:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


class Sources:
    """The part of a store that remembers polls."""

    def __init__(self) -> None:
        self.kept: dict[str, PollState] = {}
        self.results: dict[str, list[PollResult]] = {}
        self.disabled: set[str] = set()

    def state(self, name: str) -> PollState:
        return self.kept.get(name, PollState())

    def states(self, names: Iterable[str]) -> dict[str, PollState]:
        return {name: self.state(name) for name in names}

    def polled_all(self, results: Mapping[str, PollResult]) -> None:
        for name, result in results.items():
            self.polled(name, result)

    def polled(self, name: str, result: PollResult) -> None:
        self.results.setdefault(name, []).append(result)
        before = self.state(name)
        if result.outcome in ("failed", "blocked"):
            self.kept[name] = replace(before, failures=before.failures + 1)
            return
        moved = (
            before.moved_polls + 1
            if result.moved_to and result.moved_to == before.moved_to
            else int(bool(result.moved_to))
        )
        self.kept[name] = replace(
            before, first_poll=before.first_poll and result.more, failures=0, etag=result.etag, last_modified=result.last_modified,
            body_hash=result.body_hash or before.body_hash, moved_to=result.moved_to, moved_polls=moved,
            unconditional_at=NOW if result.unconditional else before.unconditional_at,
        )  # fmt: skip

    def enable(self, name: str, on: bool) -> None:
        if not on:
            self.disabled.add(name)


class LeastStore:
    """Keeps pages in memory and decides nothing."""

    together = 4

    def __init__(self) -> None:
        self.sources = Sources()
        self.pages: dict[str, tuple[Page, Reading]] = {}
        self.remembered: set[str] = set()
        self.baselines: list[datetime | None] = []

    def unseen(self, urls: Iterable[str]) -> set[str]:
        return {url for url in urls if url not in self.pages and url not in self.remembered}

    def edited(self, updated: Mapping[str, datetime]) -> set[str]:
        return {url for url, moment in updated.items() if url in self.pages and self.pages[url][0].fetched < moment}

    def remember(self, source: str, urls: Iterable[str]) -> None:
        self.remembered.update(urls)

    def take_in(self, page: Page, reading: Reading, judge: Any) -> Outcome:
        from crawler.urls import canonical

        outcome: Outcome = judge((), (), ())
        if outcome.end == "stored":
            self.pages[canonical(page.url)] = (page, reading)
        return outcome

    def take_in_many(self, lot: Sequence[Taking]) -> list[Outcome | Exception]:
        assert len(lot) <= self.together
        ends: list[Outcome | Exception] = []
        for taking in lot:
            try:
                ends.append(self.take_in(taking.page, taking.reading, taking.judge))
            except Exception as error:
                ends.append(error)
        return ends

    def judge(self, reading: Reading, page: Page, baseline_before: datetime | None) -> Any:
        self.baselines.append(baseline_before)
        return lambda *_: Outcome("failed" if reading.error else "stored", reading)


def feed(*items: tuple[str, str], more: str = "") -> str:
    listed = "".join(
        f"<item><title>{title}</title><link>{link}</link><pubDate>Fri, 01 May 2026 08:00:00 +0800</pubDate>{more}</item>"
        for link, title in items
    )
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>F</title>{listed}</channel></rss>"


def article(title: str, paragraphs: int = 6) -> str:
    text = "".join(
        f"<p>第{n}段。{title}，记者从多个渠道了解到，公司管理层在会上谈到了接下来一年的计划，并回答了与会者的问题。会议持续了两个小时。</p>"
        for n in range(paragraphs)
    )
    return f"<!DOCTYPE html><html lang='zh'><head><meta charset='utf-8'><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>"


def source(name: str, url: str, **more: Any) -> Source:
    return Source(name=name, kind="feed", url=url, language="zh-Hans", timezone="Asia/Shanghai", **more)


async def walk(sources: list[Source], store: LeastStore, settings: Config | None = None, **more: Any) -> Any:
    from crawler.watchlist import load_watchlist
    from scheduler.run import crawl

    more = {"judge": store.judge, "clock": FixedClock()} | more
    return await crawl(sources, store=store, config=settings or config(), watchlist=load_watchlist(), **more)


__all__ = [
    "NOW", "FixedClock", "Lead", "LeastStore", "Loopback", "article", "asyncio", "config", "feed", "loopback", "source",
    "timedelta", "walk", "web",
]  # fmt: skip
