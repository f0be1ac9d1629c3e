"""Where a site announces what it publishes."""

from __future__ import annotations

from spiders.discover import MOST, candidates, sitemaps_of

URL = "https://news.example/tech/"
PAGE = """<html><head><link rel="alternate" type="application/rss+xml" href="/rss/tech.xml">
<link rel="ALTERNATE home" type="application/feed+json; charset=utf-8" href="https://cdn.example/f.json">
<link rel="alternate" hreflang="en" href="/en/"><link rel="sitemap" href="/map.xml"></head>
<body><a href="/feeds/all">订阅</a><a href="/sitemap-news.xml">map</a><a href="/feedback">写信给我们</a><a href="mailto:a@b">mail</a></body></html>"""


def found(page: str = PAGE, robots: str = "") -> dict[str, tuple[str, str]]:
    return {c.url: (c.kind, c.found) for c in candidates(page.encode(), "text/html", URL, robots)}


def test_links_pages_robots_and_customary_paths() -> None:
    got = found(robots="User-agent: *\nDisallow:\nSitemap: https://news.example/s/index.xml\n sitemap: /rel.xml")
    assert got["https://news.example/rss/tech.xml"] == ("feed", "link")
    assert got["https://cdn.example/f.json"] == ("feed", "link")
    assert got["https://news.example/map.xml"] == ("sitemap", "link")
    assert got["https://news.example/feeds/all"] == ("feed", "page")
    assert got["https://news.example/sitemap-news.xml"] == ("sitemap", "page")
    assert got["https://news.example/s/index.xml"] == ("sitemap", "robots.txt")
    assert got["https://news.example/rel.xml"] == ("sitemap", "robots.txt")
    assert got["https://news.example/feed.json"] == ("feed", "custom")
    assert got[URL] == ("listing", "itself")
    assert "https://news.example/feedback" not in got and "https://news.example/en/" not in got


def test_an_address_that_is_a_feed_or_sitemap_itself() -> None:
    for body, kind in (
        ("<?xml version='1.0'?><rss>", "feed"),
        ('{"version":"https://jsonfeed.org"}', "feed"),
        ("<urlset>", "sitemap"),
    ):
        assert found(body)[URL] == (kind, "itself")


def test_a_page_of_a_thousand_links_makes_no_thousand_requests() -> None:
    assert len(found("<body>" + "".join(f"<a href='/rss/{n}.xml'>x</a>" for n in range(1000)) + "</body>")) == MOST


def test_robots_lines() -> None:
    assert sitemaps_of("# Sitemap: /no.xml\nSITEMAP:/a.xml\nSitemap: javascript:1\n" + "x" * 10**6, URL) == [
        "https://news.example/a.xml"
    ]
