"""The body is the article's own text, in every dress that pages give it."""

from __future__ import annotations

import json

import pytest

from crawler.reading.article import read_article
from tests.crawler.reading.pages import ENGLISH, PARAGRAPHS, TITLE, page, paragraphs, place

WHOLE = "\n".join(PARAGRAPHS)

DRESSES = {
    "paragraphs in a div": f"<h1>{TITLE}</h1><div>{paragraphs()}</div>",
    "an article element": f"<article><h1>{TITLE}</h1>{paragraphs()}</article>",
    "line breaks in one div": f"<h1>{TITLE}</h1><div class='con'>　　{'<br><br>　　'.join(PARAGRAPHS)}</div>",
    "a table for layout": f"<table><tr><td width=160><a href='/x'>栏目</a></td><td>{paragraphs()}</td></tr></table>",
    "nested sections": f"<div><section><div>{paragraphs(PARAGRAPHS[:2])}</div></section><section><div>{paragraphs(PARAGRAPHS[2:])}</div></section></div>",
    "an ASP.NET form around the page": f"<form id='form1'><div><div>{paragraphs()}</div></div></form>",
    "a wrapper with an odd name": f"<div class='content share-enabled comments-open'>{paragraphs()}</div>",
    "unclosed paragraphs": f"<div>{''.join(f'<p>{text}' for text in PARAGRAPHS)}</div>",
    "a sidebar of teasers": (
        f"<div class='wrap'><div class='main'>{paragraphs()}</div><div class='side'>"
        + "".join(
            f"<div class='item'><a href='/{n}'>标题</a><p>旷视科技今天发布公告，称公司裁员{n}00人，市场反应平淡，股价微跌。</p></div>"
            for n in range(1, 9)
        )
        + "</div></div>"
    ),
}


@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES.keys())
def test_the_text_is_whole_and_alone(dress: str) -> None:
    article = read_article(page(dress), place())
    assert article is not None
    assert article.text == WHOLE
    assert article.title == TITLE
    assert not article.truncated


@pytest.mark.parametrize(
    "line",
    [
        "相关阅读：<a href='/x'>商汤科技裁员三百人，公司称是正常调整</a>",
        "<a href='/x'>点击进入专题：人工智能企业裁员潮</a>",
        "责任编辑：王小明",
        "扫描二维码关注本报公众号",
        "分享到：",
        "广告",
    ],
)
def test_what_is_injected_between_paragraphs_is_left_out(line: str) -> None:
    body = f"<div>{paragraphs(PARAGRAPHS[:2])}<p>{line}</p>{paragraphs(PARAGRAPHS[2:])}</div>"
    article = read_article(page(body), place())
    assert article is not None
    assert article.text == WHOLE


def test_a_row_of_a_table_is_one_line() -> None:
    table = "<table><tr><th>项目</th><th>2023年</th><th>2022年</th></tr><tr><td><p>员工总数</p></td><td><p>5,016人</p></td><td>5,943人</td></tr></table>"
    article = read_article(page(f"<div>{paragraphs(PARAGRAPHS[:2])}{table}{paragraphs(PARAGRAPHS[2:])}</div>"), place())
    assert article is not None
    assert article.text.splitlines()[2:4] == ["项目 | 2023年 | 2022年", "员工总数 | 5,016人 | 5,943人"]


def test_captions_are_not_the_text() -> None:
    body = f"<div>{paragraphs(PARAGRAPHS[:1])}<figure><img src=x><figcaption>商汤科技的展台。（资料图片）</figcaption></figure>{paragraphs(PARAGRAPHS[1:])}</div>"
    article = read_article(page(body), place())
    assert article is not None
    assert "展台" not in article.text.replace(WHOLE, "") or article.text == WHOLE


def test_a_newsflash_is_read_though_the_page_around_it_is_larger() -> None:
    flash = "格致视觉3月8日宣布完成八亿元融资，由海湾资本领投，公司估值未透露。"
    body = (
        f"<h1>{TITLE}</h1><div class='flash'><p>{flash}</p></div><ul>"
        + "".join(f"<li><a href='/{n}'>商汤科技旧闻第{n}则，标题很长很长的一条</a></li>" for n in range(30))
        + "</ul>"
    )
    article = read_article(page(body), place())
    assert article is not None
    assert article.text == flash


def test_text_that_only_scripts_show_is_found_in_their_data() -> None:
    state = json.dumps({"page": {"article": {"title": TITLE, "content": paragraphs(ENGLISH)}}})
    article = read_article(page(f"<div id='app'></div><script>window.__STATE__ = {state};</script>"), place())
    assert article is not None
    assert article.text == "\n".join(ENGLISH)


def test_declared_text_is_taken_where_the_page_shows_only_a_beginning() -> None:
    ld = json.dumps(
        {"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(PARAGRAPHS)}, ensure_ascii=False
    )
    article = read_article(
        page(f"<div>{paragraphs(PARAGRAPHS[:1])}</div>", f"<script type='application/ld+json'>{ld}</script>"), place()
    )
    assert article is not None
    assert article.text == WHOLE


def test_markup_breaks_lines_between_chinese_words_without_a_blank() -> None:
    body = f"<div><p>投资人看好\n   <a href='/t'>\n 格致视觉\n </a>\n 的技术，认为它在车载市场有机会，今年会有更多订单。</p>{paragraphs()}</div>"
    article = read_article(page(body), place())
    assert article is not None
    assert article.text.startswith("投资人看好格致视觉的技术，认为")


def test_a_page_that_goes_on_elsewhere_says_so() -> None:
    article = read_article(page(f"<div>{paragraphs()}<p><a href='/2.html'>下一页</a></p></div>"), place())
    assert article is not None
    assert article.truncated
    assert article.text == WHOLE


def test_a_page_without_an_article_has_no_markup_to_read() -> None:
    assert read_article("", place()) is None
