"""Pages with links: with selectors, and by what repeats."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import MappingProxyType

import pytest

from crawler.errors import ReadError
from crawler.items import Source
from spiders.base import Answered, Ask, Read
from spiders.listing import read

NOW = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://news.example/tech/"
TITLES = [
    "商汤科技公布新一轮融资计划细节",
    "旷视科技回应部门调整的传闻内容",
    "云从科技披露定增预案修订的稿件",
    "依图科技创始人谈下一步发展方向",
    "某芯片企业发布新一代推理加速卡",
]

MENU = "<ul class='nav'>" + "".join(f"<li><a href='/channel/{n}/'>频道{n}</a></li>" for n in range(12)) + "</ul>"
ITEMS = "".join(
    f"<div class='card n{n}'><a class='pic' href='/tech/2026/11/{n}.html'><img></a><h3><a href='/tech/2026/11/{n}.html'>{title}</a></h3><p class='sum'>摘要{n}</p><span class='time'>2026-11-{20 + n:02} 08:30</span></div>"
    for n, title in enumerate(TITLES)
)
ADS = "".join(f"<p><a href='https://ads.example/{n}'>点击领取限时优惠大礼包就在这里</a></p>" for n in range(9))
PAGE = (
    f"<html><body>{MENU}<main>{ITEMS}</main><aside>{ADS}</aside><a class='more' href='?page=2'>下一页</a></body></html>"
)


def source(**options: object) -> Source:
    return Source("list", "listing", URL, "晨报", "zh-Hans", "Asia/Shanghai", options=MappingProxyType(options))


def told(page: str, page_number: int = 1, **options: object) -> Read:
    ask = Ask(URL, context={"page": str(page_number)})
    return read(source(**options), Answered(ask, URL, page.encode(), "text/html; charset=utf-8", NOW))


def test_the_list_is_found_by_what_repeats() -> None:
    leads = told(PAGE).leads
    assert [lead.title for lead in leads] == TITLES
    assert leads[0].url == "https://news.example/tech/2026/11/0.html"
    assert leads[2].published == datetime(2026, 11, 22, 0, 30, tzinfo=UTC)


def test_or_by_selectors() -> None:
    leads = told(PAGE, item="div.card", title="h3", published=".time", summary=".sum").leads
    assert [(lead.title, lead.summary) for lead in leads][1] == (TITLES[1], "摘要1")
    assert leads[0].published == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)


def test_plain_lists_of_old_pages() -> None:
    rows = "".join(f"<li><a href='a{n}.htm'>{title}</a>({n + 1}月3日)</li>" for n, title in enumerate(TITLES))
    leads = told(f"<body><ul>{rows}</ul></body>").leads
    assert [lead.published for lead in leads] == [date(2026, n + 1, 3) for n in range(5)]


def test_english_lists() -> None:
    rows = "".join(
        f"<article><h2><a href='/{n}-sensetime-story-of-the-day'>SenseTime story number {n} of today</a></h2></article>"
        for n in range(5)
    )
    assert len(told(f"<body>{rows}</body>").leads) == 5


def test_paging_is_bounded() -> None:
    (second,) = told(PAGE, next="a.more", pages=2).more
    assert second.url == "https://news.example/tech/?page=2" and second.context["page"] == "2"
    assert told(PAGE, page_number=2, next="a.more", pages=2).more == ()
    assert told(PAGE).more == ()


@pytest.mark.parametrize("page", ["", "<html></html>", f"<body>{MENU}</body>", "\x00\x01", "plain words"])
def test_a_page_without_a_list_is_told(page: str) -> None:
    with pytest.raises(ReadError, match=r"lists no articles|no HTML"):
        told(page)


def test_a_selector_that_finds_nothing_is_named() -> None:
    with pytest.raises(ReadError, match=r"'div\.gone' finds none"):
        told(PAGE, item="div.gone")


def test_ten_thousand_links_are_no_trouble() -> None:
    page = (
        "<body><div>"
        + "".join(f"<a href='/n/{n}.html'>{TITLES[n % 5]}{n}</a>" for n in range(10_000))
        + "</div></body>"
    )
    assert 1 <= len(told(page).leads) <= 5_000
