"""An article goes on where both a link's words and its address say so, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import html

from crawler.items import Article, Page
from crawler.reading.bound import bind, join, unbind
from crawler.reading.next_page import next_page
from crawler.reading.read import read
from crawler.watchlist import load_watchlist

SITE = "https://news.example"


def follows(path: str, link: str, *, first: bool = True) -> str | None:
    found = next_page(html.document_fromstring(f"<html><body><p>文</p>{link}</body></html>"), SITE + path, first=first)
    return found.removeprefix(SITE) if found else None


@pytest.mark.parametrize(
    ("path", "link", "found"),
    [
        ("/a/123.html", '<a href="123_2.html">下一页</a>', "/a/123_2.html"),
        ("/a/123.html", '<a href="/a/123-2.html">2</a>', "/a/123-2.html"),
        ("/a/t2021_88.html", '<a href="t2021_88_1.html">下一頁 &gt;</a>', "/a/t2021_88_1.html"),
        ("/a/123", '<a href="/a/123/2">Next page</a>', "/a/123/2"),
        ("/a/123/", '<a href="/a/123/page/2/">Next ›</a>', "/a/123/page/2/"),
        ("/a?id=5", '<a href="/a?id=5&amp;page=2">余下全文</a>', "/a?id=5&page=2"),
        ("/a/123_1.html", '<a href="123_2.html">下一页</a>', "/a/123_2.html"),
        ("/a/123.html", '<link rel="next" href="/a/123_2.html">', "/a/123_2.html"),
        ("/a/123.html", '<a href="/a/124.html">下一页</a>', None),
        ("/a/123.html", '<a href="/a/124_2.html">下一页</a>', None),
        ("/a/123.html", '<a href="123_3.html">3</a>', None),
        ("/a/123.html", '<a href="123_2.html">下一篇</a>', None),
        ("/a/123.html", '<a href="123_2.html">谁在裁员</a>', None),
        ("/a/123.html", '<a href="https://other.example/a/123_2.html">下一页</a>', None),
        ("/a/123.html", '<a href="#">下一页</a><a href="javascript:go(2)">2</a>', None),
        ("/news/2021-12", '<a href="/news/2021-13">next</a>', None),
        ("/story-7.html", '<link rel="next" href="/story-8.html">', None),
    ],
)
def test_where_an_article_goes_on(path: str, link: str, found: str | None) -> None:
    assert follows(path, link) == found


def test_a_further_page_is_followed_by_the_next_number_alone() -> None:
    links = (
        '<a href="123.html">上一页</a><a href="123_2.html">2</a><a href="123_4.html">4</a><a href="123_3.html">3</a>'
    )
    assert follows("/a/123_2.html", links, first=False) == "/a/123_3.html"
    assert follows("/a/123_3.html", '<a href="123_2.html">2</a>', first=False) is None


def page(path: str, body: str) -> Page:
    markup = f"<html><head><meta charset='gb2312'><title>云从科技年报</title></head><body><h1>云从科技年报</h1>{body}</body></html>"
    return Page(
        SITE + path, SITE + path, markup.encode("gb18030"), datetime(2026, 5, 1, tzinfo=UTC), content_type="text/html"
    )


FIRST = page(
    "/a.html",
    "<p>云从科技今晚公布年度报告，全年营业收入四亿三千六百万元，同比略有增长。</p><a href='a_2.html'>下一页</a>",
)
SECOND = page("/a_2.html", "<p>截至去年底，云从科技员工总数为612人，研发人员占三成多，比上年略有减少。</p>")


def test_bound_pages_are_read_as_one_article_whose_figures_point_into_the_whole() -> None:
    reading = read(bind(FIRST, [SECOND]), load_watchlist())
    assert reading.article.text.split("\n")[0].startswith("云从科技今晚")
    assert not reading.article.truncated
    (figure,) = [one for one in reading.figures if one.kind == "headcount"]
    assert reading.article.text[figure.start : figure.end] == figure.written == "612人"


def test_an_article_whose_next_page_is_missing_is_truncated() -> None:
    article = read(FIRST, load_watchlist()).article
    assert (article.truncated, article.next_page) == (True, f"{SITE}/a_2.html")


def test_bound_pages_come_apart_as_they_were() -> None:
    bound = bind(FIRST, [SECOND])
    assert unbind(bound.body, FIRST.url) == [(FIRST.url, FIRST.body), (SECOND.url, SECOND.body)]
    assert bound.further == (SECOND.url,)


def test_what_each_page_repeats_is_said_once() -> None:
    one = Article("t", "导语\n第一段\n编辑：王", next_page="x")
    two = Article("t", "导语\n第二段\n编辑：王", origin="新华社")
    whole = join([one, two], 1000)
    assert whole.text == "导语\n第一段\n编辑：王\n第二段"
    assert (whole.origin, whole.truncated) == ("新华社", False)
    assert join([one, replace(two, next_page="y")], 1000).truncated
    assert join([one, two], 5).truncated
