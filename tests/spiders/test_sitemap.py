"""Sitemaps, as sites really serve them and as attackers would."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from crawler.errors import ReadError
from crawler.items import Source
from spiders.base import Answered, Ask, Read
from spiders.sitemap import read

NOW = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://news.example/sitemap.xml"
SITE = Source("site", "sitemap", URL, language="zh-Hans", timezone="Asia/Shanghai")

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://news.example/1</loc><news:news><news:publication><news:name>晨报</news:name><news:language>zh-cn</news:language></news:publication>
<news:publication_date>2026-11-23T08:00:00+08:00</news:publication_date><news:title>商汤&amp;旷视</news:title></news:news></url>
<url><loc>https://news.example/old</loc><lastmod>2026-01-01</lastmod></url>
<url><loc>/relative</loc><lastmod>2026-11-24</lastmod></url>
<url><loc>https://news.example/undated</loc></url>
<url><loc>javascript:alert(1)</loc></url>
</urlset>"""


def told(body: str | bytes, depth: int = 0, source: Source = SITE) -> Read:
    raw = body.encode() if isinstance(body, str) else body
    return read(source, Answered(Ask(URL, context={"depth": str(depth)}), URL, raw, None, NOW))


@pytest.mark.parametrize("body", [NEWS, gzip.compress(NEWS.encode())], ids=["plain", "gzip"])
def test_recent_pages_are_leads_the_newest_first(body: str | bytes) -> None:
    leads = told(body).leads
    assert [lead.url for lead in leads] == [
        "https://news.example/relative",
        "https://news.example/1",
        "https://news.example/undated",
    ]
    news = leads[1]
    assert (news.title, news.outlet, news.published) == ("商汤&旷视", "晨报", datetime(2026, 11, 23, 0, 0, tzinfo=UTC))


def index(count: int) -> str:
    parts = "".join(
        f"<sitemap><loc>{URL}?p={n}</loc><lastmod>2026-11-{n:02}</lastmod></sitemap>" for n in range(20, 20 + count)
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'


def test_an_index_leads_to_its_newest_parts() -> None:
    more = told(index(5)).more
    assert [ask.url[-2:] for ask in more] == ["24", "23", "22"]
    assert {ask.context["depth"] for ask in more} == {"1"}


def test_an_index_of_indexes_without_end_is_a_trap() -> None:
    with pytest.raises(ReadError, match="third depth"):
        told(index(2), depth=2)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "no XML"),
        ("<html><body>not found</body></html>", "starts with <html>"),
        ("{}", "no"),
        (gzip.compress(NEWS.encode())[:-20] + b"junk" * 9, "gzip"),
        (gzip.compress(b"<urlset>" + b" " * 70_000_000), "larger than 60 MB"),
    ],
    ids=["empty", "html", "json", "broken gzip", "bomb"],
)
def test_what_is_no_sitemap_is_told(body: str | bytes, why: str) -> None:
    with pytest.raises(ReadError, match=why):
        told(body)


@pytest.mark.parametrize("left", [1, 9, 40, 120])
def test_of_one_that_is_cut_off_the_whole_entries_are_leads(left: int) -> None:
    read = told(NEWS.encode()[:-left])
    assert read.cut is not None and str(read.cut) == f"site: {URL} is cut off: it ends in the middle"
    assert {lead.url for lead in read.leads} <= {lead.url for lead in told(NEWS).leads}
    assert "https://news.example/1" in {lead.url for lead in read.leads}


def test_of_an_index_that_is_cut_off_the_whole_parts_are_asked() -> None:
    read = told(index(4)[: -len("23</lastmod></sitemap></sitemapindex>")])
    assert [ask.url[-2:] for ask in read.more] == ["22", "21"]
    assert read.cut is not None


@pytest.mark.parametrize("end", ["</urlset>", "</urlset >\n<!-- made in 0.3 s -->\n"])
def test_one_that_ends_as_it_should_is_whole(end: str) -> None:
    assert told(NEWS.replace("</urlset>", end)).cut is None
    assert told('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>').cut is None


@pytest.mark.parametrize("mistake", ["?a=1&b=2", "?a=1&nbsp;2"], ids=["bare ampersand", "entity"])
def test_a_mistake_in_one_entry_costs_no_other(mistake: str) -> None:
    pages = "".join(f"<url><loc>https://news.example/{n}</loc></url>" for n in range(2, 9))
    leads = told(f"<urlset><url><loc>https://news.example/1{mistake}</loc></url>{pages}</urlset>").leads
    assert [lead.url[-1] for lead in leads][1:] == list("2345678")
    if "&b" in mistake:
        assert leads[0].url == "https://news.example/1?a=1&b=2"


def test_entities_and_files_are_not_read() -> None:
    bomb = "".join("<!ENTITY a" + str(n) + ' "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 12))
    evil = f'<!DOCTYPE urlset [<!ENTITY a0 "x"><!ENTITY file SYSTEM "file:///etc/passwd">{bomb}]><urlset><url><loc>https://news.example/&file;</loc></url><url><loc>https://news.example/2</loc><news:title xmlns:news="n">&a11;</news:title></url></urlset>'
    leads = told(evil).leads
    assert all("root:" not in lead.url and len(lead.title or "") < 600 for lead in leads)
