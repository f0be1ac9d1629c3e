"""Pages of our own writing to be read: one article in many dresses."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.items import Page
from crawler.reading.article import Place

FETCHED = datetime(2024, 3, 10, 8, tzinfo=UTC)

TITLE = "格致视觉完成八亿元融资"
PARAGRAPHS = (
    "3月8日，格致视觉宣布完成八亿元新一轮融资，由海湾资本领投，老股东全部跟投，公司没有透露估值。",
    "公司创始人林一帆说，新的资金主要投向车载芯片的研发，以及在成都新建的测试中心，工程预计明年夏天完工。",
    "成立五年来，格致视觉先后为十二家车厂供货，去年的出货量增长了一倍，不过仍未盈利，管理层希望三年内改变这一点。",
    "一位接近公司的投资人认为，市场上同类公司不少，价格战还会继续，能够撑过这两年的企业才有机会谈上市。",
)
ENGLISH_TITLE = "Gezhi Vision raises 800 million yuan"
ENGLISH = (
    "Gezhi Vision, a maker of cameras for cars, said on Friday that it had closed a funding round of 800 million yuan led by Bay Capital.",
    "The company will spend the money on chips and on a new test centre in Chengdu, its founder Lin Yifan told reporters, and hire engineers.",
    "Founded five years ago, it supplies twelve carmakers and doubled its shipments last year, although it has yet to turn a profit.",
    "An investor close to the company said that the price war would go on, and that only those who survive it could think of a listing.",
)


def page(body: str, head: str = "", lang: str = "zh-CN") -> str:
    """A whole page around a body, with the navigation and the footer that every site has."""
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><title>{TITLE}_财经_示例网</title>{head}</head><body>'
        '<nav><ul><li><a href="/">首页</a></li><li><a href="/tech">科技</a></li><li><a href="/biz">财经</a></li></ul></nav>'
        f"{body}"
        '<div class="related"><h3>相关阅读</h3><ul><li><a href="/1">商汤科技发布新产品，股价上涨</a></li>'
        '<li><a href="/2">旷视科技的新业务进展顺利</a></li></ul></div>'
        "<footer>© 示例网 版权所有 京ICP备00000000号</footer></body></html>"
    )


def paragraphs(texts: tuple[str, ...] = PARAGRAPHS) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def place(url: str = "https://news.example/a/1.html", timezone: str | None = None) -> Place:
    return Place(url=url, fetched=FETCHED, timezone=timezone)


def fetched(body: bytes, content_type: str | None = "text/html") -> Page:
    """A fetched page around the bytes."""
    return Page(
        url="https://news.example/a",
        final_url="https://news.example/a",
        body=body,
        fetched=FETCHED,
        content_type=content_type,
    )
