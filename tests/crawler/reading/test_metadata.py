"""Titles, bylines, origins and dates as pages give them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from crawler.items import Article
from crawler.reading.article import read_article
from crawler.reading.moments import Moment
from crawler.reading.titles import without_suffix
from tests.crawler.reading.pages import TITLE, page, paragraphs, place


def read(
    around: str = "",
    head: str = "",
    *,
    after: str = "",
    url: str = "https://news.example/a/1.html",
    timezone: str | None = None,
) -> Article:
    article = read_article(
        page(f"<div><h1>{TITLE}</h1>{around}<div>{paragraphs()}{after}</div></div>", head), place(url, timezone)
    )
    assert article is not None
    return article


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("格致视觉完成八亿元融资_新浪财经_新浪网", "格致视觉完成八亿元融资"),
        ("格致视觉完成八亿元融资|芯片_示例网", "格致视觉完成八亿元融资"),
        ("格致视觉完成八亿元融资--财经--人民网", "格致视觉完成八亿元融资"),
        ("Gezhi Vision raises 800 million yuan - Reuters", "Gezhi Vision raises 800 million yuan"),
        ("Gezhi Vision raises 800 million yuan | Example News", "Gezhi Vision raises 800 million yuan"),
        ("格致视觉裁员-示例网", "格致视觉裁员"),
        ("格致视觉-W：完成八亿元融资", "格致视觉-W：完成八亿元融资"),
        ("Meth. We're On It - the campaign that will not end", "Meth. We're On It - the campaign that will not end"),
        ("快讯 | 格致视觉完成八亿元融资", "快讯 | 格致视觉完成八亿元融资"),
    ],
)
def test_the_outlet_is_cut_off_a_title_and_nothing_else(written: str, title: str) -> None:
    assert without_suffix(written) == title


def test_the_outlet_is_what_is_cut_off_when_nothing_declares_it() -> None:
    assert read().outlet == "示例网"


@pytest.mark.parametrize(
    ("around", "origin"),
    [
        ("<div class='info'>2024年03月08日 10:20 来源：远方日报</div>", "远方日报"),
        (
            "<div class='info'><span>2024-03-08</span> <span>文章来源: <a href='/y'>远方日报</a></span></div>",
            "远方日报",
        ),
        ("<p>转载自《远方日报》</p>", "远方日报"),
        ("<p>來源：遠方日報 記者：林小雨</p>", "遠方日報"),
        ("<p>来源：示例网</p>", None),
        ("<p>来源：网络</p>", None),
    ],
)
def test_the_origin_is_who_is_named_as_the_source(around: str, origin: str | None) -> None:
    assert read(around).origin == origin


@pytest.mark.parametrize(
    ("first", "origin"),
    [
        ("新华社成都3月8日电（记者林小雨）格致视觉宣布完成新一轮融资，由海湾资本领投，公司没有透露估值。", "新华社"),
        (
            "BEIJING, March 8 (Reuters) - Gezhi Vision said on Friday that it had closed a funding round led by Bay Capital.",
            "Reuters",
        ),
        (
            "据晚点LatePost报道，格致视觉正在进行新一轮融资，由海湾资本领投，公司没有透露估值，也没有回应。",
            "晚点LatePost",
        ),
        (
            "据《晚点 LatePost》独家报道，格致视觉正在进行新一轮融资，由海湾资本领投，公司没有透露估值，也没有回应。",
            "晚点 LatePost",
        ),
        (
            "路透社3月8日援引知情人士报道，格致视觉正在进行新一轮融资，由海湾资本领投，公司没有透露估值，也没有回应。",
            "路透社",
        ),
        (
            "Gezhi Vision is raising money from Bay Capital, Bloomberg News reported on Friday, and it did not name a valuation.",
            "Bloomberg News",
        ),
        (
            "Gezhi Vision is raising money, according to a report by The Information, which did not name a valuation.",
            "The Information",
        ),
        (
            "Gezhi Vision is raising money, according to people who know of the matter and who did not name a valuation.",
            None,
        ),
        (
            "据了解，格致视觉正在进行新一轮融资，由海湾资本领投，公司没有透露估值，也没有回应。据公司公告，还将增发。",
            None,
        ),
        (
            "《远方日报》记者从多位参与融资的人士处获悉，格致视觉正在进行新一轮融资，由海湾资本领投，公司没有透露估值。",
            "远方日报",
        ),
        ("格致视觉据此认为市场报道有误，公司没有进行新一轮融资，也没有计划在今年进行任何融资，请以公告为准。", None),
    ],
)
def test_the_first_line_names_the_wire_or_the_paper_that_is_cited(first: str, origin: str | None) -> None:
    article = read_article(page(f"<div><h1>{TITLE}</h1><div><p>{first}</p>{paragraphs()}</div></div>"), place())
    assert article is not None
    assert article.origin == origin


@pytest.mark.parametrize(
    ("around", "author"),
    [
        ("<p>作者：林小雨</p>", "林小雨"),
        ("<p>文 | 林小雨</p>", "林小雨"),
        ("<p>本报记者 | 林小雨 编辑：王大山</p>", "林小雨"),
        ("<p>By Lin Xiaoyu</p>", "Lin Xiaoyu"),
        ("<p>作者：https://news.example/u/7</p>", None),
        ("<p>编辑：王大山</p>", None),
    ],
)
def test_the_author_is_who_signs(around: str, author: str | None) -> None:
    assert read(around).author == author


def test_declared_authors_go_before_lines_of_text() -> None:
    ld = json.dumps(
        {
            "@graph": [
                {
                    "@type": ["NewsArticle"],
                    "author": [{"name": "Lin Xiaoyu"}, {"name": "Wang Dashan"}],
                    "publisher": {"name": "Example"},
                }
            ]
        }
    )
    article = read("<p>作者：别人</p>", f"<script type='application/ld+json'>{ld}</script>")
    assert (article.author, article.outlet) == ("Lin Xiaoyu, Wang Dashan", "Example")


def test_a_paper_cited_as_background_is_not_the_original() -> None:
    article = read(
        after="<p>据远方日报报道，同行业的另一家公司去年也曾寻求融资，但没有成功，后来关闭了大部分业务。</p>"
    )
    assert article.origin is None


EIGHT = datetime(2024, 3, 8, 2, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "around", "published"),
    [
        ("<meta property='article:published_time' content='2024-03-08T10:20:00+08:00'>", "", EIGHT),
        ("<meta property='article:published_time' content='2024-03-08 10:20:00'>", "", EIGHT),
        ("<meta name='publishdate' content='2024-03-08'>", "<div>2024年03月08日10:20</div>", EIGHT),
        ("<meta property='article:published_time' content='0001-01-01T00:00:00Z'>", "<time datetime='2024-03-08T02:20:00Z'>x</time>", EIGHT),
        ("<meta property='article:published_time' content='2093-03-08T10:20:00'>", "<span class='date'>2024-03-08 10:20</span>", EIGHT),
        ("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"datePublished\":\"2024-03-08T02:20:00Z\",}</script>", "", EIGHT),
        ("", "<p>时间：2024年3月8日 10时20分　浏览：300</p>", EIGHT),
        ("<script>var ct = \"1709864400\";</script>", "", EIGHT),
        ("", "<p>03-08 10:20</p>", EIGHT),
        ("", "", None),
    ],
)  # fmt: skip
def test_when_it_was_published(head: str, around: str, published: Moment | None) -> None:
    assert read(around, head).published == published


def test_a_time_without_a_zone_is_in_the_page_s_zone() -> None:
    head = "<meta property='article:published_time' content='2024-03-08 10:20:00'>"
    assert read(head=head, timezone="Europe/London").published == datetime(2024, 3, 8, 10, 20, tzinfo=UTC)
    assert read(head=head, timezone="No/Such_Zone").published == EIGHT


def test_the_address_tells_the_day_when_nothing_else_does() -> None:
    assert read(url="https://news.example/2024/03/08/a1.html").published == date(2024, 3, 8)


def test_the_dateline_tells_the_day_as_well() -> None:
    article = read_article(
        page(
            f"<div><p>【远方社2024年3月8日讯】格致视觉宣布完成新一轮融资，由海湾资本领投，公司没有透露估值。</p>{paragraphs()}</div>"
        ),
        place(),
    )
    assert article is not None
    assert article.published == date(2024, 3, 8)


def test_an_update_before_publication_is_none() -> None:
    head = "<meta property='article:published_time' content='2024-03-08T02:20:00Z'><meta property='article:modified_time' content='{}'>"
    assert read(head=head.format("2024-03-09T00:00:00Z")).updated == datetime(2024, 3, 9, tzinfo=UTC)
    assert read(head=head.format("2024-03-07T00:00:00Z")).updated is None
