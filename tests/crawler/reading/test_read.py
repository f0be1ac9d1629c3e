"""A page's bytes to a reading: every kind of body, nothing lost in silence, no content that raises."""

from __future__ import annotations

import io
import json
import pickle
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Lead, Page, Reading
from crawler.reading.article import MAX_TEXT
from crawler.reading.read import read, read_text
from crawler.reading.shape import reading_to_json
from crawler.watchlist import load_watchlist
from tests.crawler.reading.pages import FETCHED, PARAGRAPHS, TITLE, fetched, page, paragraphs

WATCHLIST = load_watchlist()
NEWS = "商汤科技3月8日宣布完成6亿美元C轮融资，投后估值达45亿美元，公司现有员工约两千人。"


def html(text: str = paragraphs(), head: str = "") -> bytes:
    return page(f"<h1>{TITLE}</h1><div>{text}</div>", head).encode()


def test_a_page_gives_article_companies_figures_and_fingerprint() -> None:
    reading = read(fetched(html(f"<p>{NEWS}</p>{paragraphs()}")), WATCHLIST)
    assert reading.error is None
    assert [mention.company for mention in reading.companies] == ["sensetime"]
    assert {(figure.kind, figure.unit, int(figure.low or 0)) for figure in reading.figures} >= {
        ("raised", "USD", 600_000_000)
    }
    assert reading.fingerprint is not None


def test_spans_point_into_the_text_that_is_kept() -> None:
    reading = read(fetched(html(f"<p>\n  {NEWS}\x00\u200b </p>{paragraphs()}")), WATCHLIST)
    assert reading.figures
    for figure in reading.figures:
        kept = reading.article.title if figure.where == "title" else reading.article.text
        assert kept is not None
        assert kept[figure.start : figure.end] in figure.quote


MARKDOWN = f"""---
title: "{TITLE}"
author: 林小雨
date: 2024-03-08T02:20:00+00:00
lastmod: 2024-03-09
tags: [融资, 芯片]
---

![](https://pictures.example/a.png)

**文 | 林小雨**

{PARAGRAPHS[0]}

<div class="post_content">
 <p>
  {PARAGRAPHS[1]}
 </p>
</div>

{PARAGRAPHS[2]}

\\-FIN-
"""


@pytest.mark.parametrize("content_type", ["text/markdown", "text/plain; charset=utf-8", None])
def test_markdown_with_front_matter_and_html_remains(content_type: str | None) -> None:
    article = read(fetched(MARKDOWN.encode(), content_type), WATCHLIST).article
    assert (article.title, article.author) == (TITLE, "林小雨")
    assert article.published == datetime(2024, 3, 8, 2, 20, tzinfo=UTC)
    assert article.updated == date(2024, 3, 9)
    assert article.text.splitlines()[-3:] == list(PARAGRAPHS[:3])
    assert "pictures" not in article.text
    assert "FIN" not in article.text


def test_markdown_s_first_heading_is_the_title() -> None:
    article = read(
        fetched(f"### [{TITLE}](https://news.example)\n\n---\n\n{PARAGRAPHS[0]}\n\n{PARAGRAPHS[1]}\n".encode(), None),
        WATCHLIST,
    ).article
    assert article.title == TITLE
    assert article.text == "\n".join(PARAGRAPHS[:2])


def test_plain_text_is_kept_as_it_stands() -> None:
    article = read(
        fetched(f"{TITLE}\r\n\r\n{PARAGRAPHS[0]}\r\n{PARAGRAPHS[1]}".encode(), "text/plain"), WATCHLIST
    ).article
    assert (article.title, article.text) == (TITLE, "\n".join(PARAGRAPHS[:2]))


def test_a_text_without_markup_is_read_as_given() -> None:
    reading = read_text(NEWS, WATCHLIST, title="商汤完成融资", published=date(2018, 5, 31), outlet="远方日报")
    assert reading.article.text == NEWS
    assert (reading.article.language, reading.article.outlet) == ("zh-Hans", "远方日报")
    assert reading.figures


def pdf(text: str) -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    sheet = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    sheet[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
    )
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    sheet[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_filing_s_text_layer_is_read() -> None:
    reading = read(
        fetched(pdf("SenseTime had 4,500 employees at the end of June, the company said."), "application/pdf"),
        WATCHLIST,
    )
    assert reading.error is None
    assert "4,500 employees" in reading.article.text


@pytest.mark.parametrize(
    ("body", "content_type", "word"),
    [
        (b"", "text/html", "empty"),
        (b"\x00\x00 \n", None, "empty"),
        (b"PK\x03\x04....", "text/html", "ZIP"),
        (b"\x89PNG\r\n", "text/html", "PNG"),
        (b'<?xml version="1.0"?><rss><channel/></rss>', "text/html", "feed"),
        (b'{"code": 0, "data": []}', "application/json", "JSON"),
        (b"%PDF-1.7 broken", "application/pdf", "no article text"),
        (b"<html><body><nav><a href=/>Home</a></nav></body></html>", "text/html", "no article text"),
    ],
)
def test_what_is_no_article_is_told_in_one_sentence(body: bytes, content_type: str | None, word: str) -> None:
    reading = read(fetched(body, content_type), WATCHLIST)
    assert reading.error is not None
    assert word in reading.error
    assert "https://news.example/a" in reading.error
    assert not reading.figures


def test_the_lead_fills_in_what_the_page_leaves_unsaid() -> None:
    lead = Lead(
        "feed",
        "https://news.example/a",
        title=TITLE,
        published=date(2024, 3, 8),
        content=paragraphs(),
        author="林小雨",
        outlet="远方日报",
    )
    closed = Page(
        url=lead.url,
        final_url=lead.url,
        body=b"<html><body><a href=/login>Login</a></body></html>",
        fetched=FETCHED,
        lead=lead,
    )
    reading = read(closed, WATCHLIST)
    assert reading.error is None
    article = reading.article
    assert (article.title, article.published, article.author, article.outlet) == (
        TITLE,
        date(2024, 3, 8),
        "林小雨",
        "远方日报",
    )
    assert article.text == "\n".join(PARAGRAPHS)


# Text that is lost, and text that only looks lost


@pytest.mark.parametrize("depth", [100, 253, 300, 1000])
def test_deep_nesting_is_read_whole(depth: int) -> None:
    article = read(fetched(html("<div>" * depth + paragraphs() + "</div>" * depth)), WATCHLIST).article
    assert article.text == "\n".join(PARAGRAPHS)
    assert not article.truncated


def test_nesting_beyond_the_parser_is_told() -> None:
    body = html(paragraphs(PARAGRAPHS[:2]) + "<b>" + "<div>" * 5000 + paragraphs(PARAGRAPHS[2:]))
    assert read(fetched(body), WATCHLIST).article.truncated


def test_a_node_of_eleven_megabytes_is_cut_and_told() -> None:
    long = "格致视觉的芯片出货量，" * 400_000
    article = read(fetched(html(f"<p>{PARAGRAPHS[0]}</p><p>{long}。</p><p>{PARAGRAPHS[1]}</p>")), WATCHLIST).article
    assert article.truncated
    assert article.text.startswith(f"{PARAGRAPHS[0]}\n格致视觉的芯片")
    assert len(article.text) == MAX_TEXT


def test_a_cut_page_is_told() -> None:
    body = html()
    article = read(fetched(body[: body.index("林一帆".encode()) + 30]), WATCHLIST).article
    assert article.truncated
    assert article.text.startswith(PARAGRAPHS[0])


# Hostile content


HOSTILE = {
    "unclosed everything": "<div><p><table><tr><td><ul><li>" * 200 + NEWS,
    "nested tables": "<table><tr><td>" * 300 + NEWS,
    "many empty elements": "<p></p><span></span>" * 20_000 + f"<p>{NEWS}</p>",
    "many links": "<p><a href='/x'>商汤科技的新闻，很多</a></p>" * 3000 + f"<p>{NEWS}</p>",
    "attribute flood": f"<div {' '.join(f'a{n}=b' for n in range(5000))}>{NEWS}</div>",
    "nested sidebars": "<div class='sidebar related'>" * 1500 + f"<p>{NEWS}</p>" * 50,
    "deep and broad": "<div>" * 1900 + f"<p>{NEWS}</p>" * 5000,
    "a broken JSON-LD": f"<script type='application/ld+json'>{'[' * 50_000}</script><p>{NEWS}</p>",
    "a date flood": "<span class='date'>2024-03-08 10:20 来源：</span>" * 5000 + f"<p>{NEWS}</p>",
    "quotes in a script": f'<script>var content = \'{chr(92) * 20_000}"content":"{"x" * 20_000}</script><p>{NEWS}</p>',
    "a title that never ends": f"<title>{'格致 - ' * 20_000}<p>{NEWS}</p>",
    "a date that never ends": f"<meta name=pubdate content='{'2024-03-08 ' * 50_000}'><time>{'1:' * 50_000}</time><p>{NEWS}</p>",
    "classes that never end": f"<div class='{'side-bar-ish ' * 20_000}'><p>{NEWS}</p></div>",
    "digits": f"<p>{'1' * 50_000}</p><p>{NEWS}</p>",
    "entities": "&amp;lt;&#0;&#xD800;&#x110000;" * 2000 + f"<p>{NEWS}</p>",
    "NUL and controls": f"<p>\x00\x01{NEWS}\x1b\x7f</p>",
    "frames": f"<frameset><frame src='x'></frameset><noframes>{NEWS}</noframes>",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_markup_is_read_in_bounded_time(body: str) -> None:
    start = time.process_time()
    reading = read(fetched(f"<html><body>{body}".encode()), WATCHLIST)
    assert time.process_time() - start < 10
    assert reading.error or reading.article.text
    assert not set(reading.article.text) & {"\x00", "\x01", "\x1b", "\x7f"}


@pytest.mark.parametrize(
    "body",
    [
        b"<script>" * 30_000 + NEWS.encode("gb18030"),
        b"<" * 200_000 + NEWS.encode("gb18030"),
        b"#" + b" " * 300_000 + NEWS.encode(),
        b"---\n" * 50_000 + NEWS.encode(),
        b"[" * 3_000 + b"](" * 3_000 + NEWS.encode(),
    ],
    ids=["unclosed scripts", "opened tags", "a blank heading", "rules", "brackets"],
)
def test_hostile_bytes_are_read_in_bounded_time(body: bytes) -> None:
    start = time.process_time()
    read(fetched(body, None), WATCHLIST)
    assert time.process_time() - start < 10


MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            ["<p>", "</p>", "<div class='sidebar'>", "</div>", "<br>", "<table><tr><td>", "</table>", "<a href='//x'>", "</a>", "<h1>", "<script>", "</script>", "<!--", "-->",
             "<time datetime='2024-03-08'>", "<meta charset=big5>", "<title>", "<![CDATA[", "&#xD800;", "<svg>", "<article>", NEWS, "来源：", "6亿美元"]
        ),
        st.text(max_size=12),
    ),
    max_size=30,
)  # fmt: skip


CODECS = st.sampled_from(["utf-8", "gb18030", "utf-16", "big5"])
TYPES = st.sampled_from([None, "text/html; charset=gbk", "text/plain", "text/markdown"])


def check_any_markup(parts: list[str], codec: str, content_type: str | None) -> None:
    reading = read(fetched("".join(parts).encode(codec, "ignore"), content_type), WATCHLIST)
    shape = json.dumps(reading_to_json(reading, explain=True), allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in shape
    shape.encode()
    assert reading.error or reading.article.text.strip()


@given(MARKUP, CODECS, TYPES)
@settings(max_examples=150, deadline=None)
def test_any_markup_in_any_charset_gives_a_reading(parts: list[str], codec: str, content_type: str | None) -> None:
    check_any_markup(parts, codec, content_type)


@pytest.mark.gauntlet
@given(MARKUP, CODECS, TYPES)
@settings(max_examples=5000, deadline=None)
def test_five_thousand_documents_give_readings(parts: list[str], codec: str, content_type: str | None) -> None:
    check_any_markup(parts, codec, content_type)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_reading(body: bytes) -> None:
    assert isinstance(read(fetched(body, None), WATCHLIST), Reading)


def test_reading_is_picklable_and_runs_in_another_process() -> None:
    work = partial(read, watchlist=WATCHLIST)
    body = fetched(html(f"<p>{NEWS}</p>{paragraphs()}"))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(pickle.loads(pickle.dumps(work)), body).result(timeout=60) == read(body, WATCHLIST)


def test_the_shape_names_every_field_and_gives_whole_numbers_as_such() -> None:
    shape = reading_to_json(
        read_text(NEWS, WATCHLIST, published=date(2018, 5, 31)), id="7", url="https://news.example/a"
    )
    assert list(shape)[:5] == ["id", "url", "title", "author", "outlet"]
    assert (shape["id"], shape["title"], shape["published"], shape["error"]) == ("7", None, "2018-05-31", None)
    figure = next(figure for figure in shape["figures"] if figure["kind"] == "raised")
    assert figure["low"] == 600_000_000
    assert isinstance(figure["low"], int)
    assert "why" not in figure
