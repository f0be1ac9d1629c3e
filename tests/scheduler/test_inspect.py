"""Trying and finding sources on a loopback web."""

from __future__ import annotations

from crawler.items import Source
from crawler.watchlist import load_watchlist
from crawler.workers import Workers
from scheduler.inspect import Tried, discover, try_all
from scheduler.run import open_web
from tests.scheduler.walking import FixedClock, config, loopback


def rss(*links: str) -> str:
    items = "".join(f"<item><title>商汤{n}</title><link>{link}</link><pubDate>Fri, 01 May 2026 0{n}:00:00 +0800</pubDate></item>" for n, link in enumerate(links))  # fmt: skip
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>{items}</channel></rss>"


async def test_a_sites_feeds_and_sitemaps_are_found_and_tried() -> None:
    sitemap = "<?xml version='1.0'?><urlset><url><loc>/x</loc><lastmod>2020-01-01</lastmod></url></urlset>"
    async with (
        loopback() as site,
        open_web(config(), FixedClock()) as web,
        Workers(load_watchlist(), count=1) as workers,
    ):
        site.pages |= {
            "/": "<html><head><link rel='alternate' type='application/rss+xml' href='/a.xml'></head><body><a href='/dead/rss'>rss</a></body></html>",
            "/a.xml": rss("/1", "/2"),
            "/feed": rss("/3"),
            "/feed/": rss("/3"),
            "/robots.txt": f"Sitemap: {site.url('/maps/m.xml')}",
            "/maps/m.xml": sitemap,
        }
        found = await discover(site.url("/"), web=web, workers=workers, watchlist=load_watchlist())
    assert [(c.url.removeprefix(site.base), c.kind, c.found) for c, _ in found] == [
        ("/a.xml", "feed", "link"),
        ("/maps/m.xml", "sitemap", "robots.txt"),
        ("/feed", "feed", "custom"),
    ]


async def test_each_source_is_tried_and_its_fault_named_with_what_to_do() -> None:
    async with (
        loopback() as site,
        open_web(config(), FixedClock()) as web,
        Workers(load_watchlist(), count=1) as workers,
    ):
        site.pages |= {
            "/good": rss("/1", "/2"),
            "/page": "<html><body>hello</body></html>",
            "/gone": (410, {}, b""),
            "/cut": rss("/1", "/2")[:-60],
            "/robots.txt": "User-agent: *\nDisallow: /closed",
            "/closed/feed": rss("/1"),
        }
        sources = [
            Source(path, "feed", site.url(path))
            for path in ("/good", "/page", "/gone", "/closed/feed", "/missing", "/cut")
        ]
        tried = {
            one.source.name: one async for one in try_all(sources, web=web, workers=workers, watchlist=load_watchlist())
        }
    assert [lead.title for lead in tried["/good"].newest] == ["商汤1", "商汤0"] and tried["/good"].mend is None
    mends = {name: one.mend or "" for name, one in tried.items()}
    assert "sources discover" in mends["/page"]
    assert "sources remove /gone" in mends["/gone"]
    assert "asks not to be read" in mends["/closed/feed"]
    assert "nothing is at this address" in mends["/missing"] and "sources remove /missing" in mends["/missing"]
    assert len(tried["/cut"].leads) == 1 and "asked again" in mends["/cut"]
    assert all(one.error for name, one in tried.items() if name != "/good")


def test_silence_is_no_fault() -> None:
    quiet = Tried(Source("q", "feed", "https://q.example/"))
    assert quiet.error is None and "announces nothing" in (quiet.mend or "")
