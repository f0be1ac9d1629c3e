"""Search endpoints and filings: each answer has the real service's shape, its content is of our own making."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.errors import ConfigError, ReadError
from crawler.items import Lead, Source
from crawler.watchlist import load_watchlist
from spiders.base import Answered, Ask, Read, kind_of
from spiders.catalogue.load import REGIONS, declared, load_catalogue, shipped
from spiders.declared import dig
from spiders.unwrap import unwrapped

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
WATCHLIST = load_watchlist()


def source(name: str) -> Source:
    return next(source for source in shipped() if source.name == name)


def asks(name: str) -> list[Ask]:
    return list(kind_of(source(name)).asks(source(name), WATCHLIST, NOW))


def answer(name: str, body: Any, ask: Ask | None = None) -> Read:
    asked = ask or asks(name)[0]
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return kind_of(source(name)).read(source(name), Answered(asked, asked.url, text.encode(), None, NOW))


# source, the answer, the first lead's address, title, time and outlet
SHAPES: list[tuple[str, Any, str, str, object, str | None]] = [
    (
        "gdelt",
        {"articles": [{"url": "https://a.example/1", "title": "SenseTime cuts jobs", "seendate": "20261123T101500Z", "domain": "a.example"}]},
        "https://a.example/1", "SenseTime cuts jobs", datetime(2026, 11, 23, 10, 15, tzinfo=UTC), "a.example",
    ),
    (
        "hacker-news",
        {"hits": [{"objectID": "1", "title": "SenseTime files", "url": "https://a.example/2", "created_at_i": 1795392000}], "nbPages": 1},
        "https://a.example/2", "SenseTime files", datetime(2026, 11, 23, 0, 0, tzinfo=UTC), None,
    ),
    (
        "eastmoney-stocks",
        {"data": {"list": [{"Art_Code": "9", "Art_Title": "商汤拟配售新股", "Art_ShowTime": "2026-11-23 18:30:00", "Art_Url": "https://a.example/3", "Np_dst": "晨报"}]}},
        "https://a.example/3", "商汤拟配售新股", datetime(2026, 11, 23, 10, 30, tzinfo=UTC), "晨报",
    ),
    (
        "eastmoney-search",
        'x({"code":0,"result":{"cmsArticleWebOld":[{"date":"2026-11-23 08:00:00","mediaName":"晚报","code":"7","title":"<em>商汤科技</em>减员","content":"…","url":"https://a.example/4"}]}})',
        "https://a.example/4", "商汤科技减员", datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "晚报",
    ),
    (
        "36kr-search",
        {"code": 0, "data": {"itemList": [{"itemId": 55, "widgetTitle": "<em>旷视</em>融资", "content": "摘要", "publishTime": 1795392000000}]}},
        "https://36kr.com/p/55", "旷视融资", datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "36氪",
    ),
    (
        "thepaper-search",
        {"code": 200, "data": {"list": [{"name": "<font>依图</font>裁员", "contId": "31", "summary": "摘要", "pubTimeLong": 1795392000000}]}},
        "https://www.thepaper.cn/newsDetail_forward_31", "依图裁员", datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "澎湃新闻",
    ),
    ("sina-search", {"result": {"list": [{"title": "云从科技定增", "url": "https://a.example/5"}]}}, "https://a.example/5", "云从科技定增", None, None),
    (
        "gelonghui-search",
        {"result": [{"title": "商汤公告", "link": "/news/88", "timestamp": 1795392000, "summary": "摘要"}], "totalCount": 1},
        "https://www.gelonghui.com/news/88", "商汤公告", datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "格隆汇",
    ),
    (
        "wallstreetcn-search",
        {"code": 20000, "data": {"items": [{"title": "商汤<em>融资</em>", "uri": "https://a.example/6", "display_time": 1795392000, "content_short": "摘要"}]}},
        "https://a.example/6", "商汤融资", datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "华尔街见闻",
    ),
    (
        "sse-bulletins",
        'jsonpCallback1({"pageHelp":{"data":[[{"TITLE":"云从科技年度报告","URL":"/disclosure/a.pdf","SSEDATE":"2026-11-23","SECURITY_CODE":"688327"},{"TITLE":"附件","URL":"/disclosure/b.pdf","SSEDATE":"2026-11-23"}]]}})',
        "https://static.sse.com.cn/disclosure/a.pdf", "云从科技年度报告", date(2026, 11, 23), "上海证券交易所",
    ),
    (
        "eastmoney-notices",
        {"data": {"list": [
            {"art_code": "AN1", "title": "别家公告", "notice_date": "2026-11-23 00:00:00", "codes": []},
            {"art_code": "AN2", "title": "云从科技公告", "notice_date": "2026-11-23 00:00:00", "codes": [{"stock_code": "688327"}]},
        ]}},
        "https://pdf.dfcfw.com/pdf/H2_AN2_1.pdf", "云从科技公告", datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "东方财富公告",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body", "url", "title", "published", "outlet"), SHAPES, ids=[s[0] for s in SHAPES])
def test_each_service_is_read(
    name: str, body: Any, url: str, title: str, published: object, outlet: str | None
) -> None:
    lead = answer(name, body).leads[0]
    assert (lead.url, lead.title, lead.published, lead.outlet) == (url, title, published, outlet)


def test_every_enabled_endpoint_has_a_shape_here() -> None:
    stepwise = {
        "hkexnews-en",
        "hkexnews-zh",
        "cninfo",
        "eastmoney-notices-hk",
        "bing-news-en",
        "bing-news-hans",
        "bing-news-hant",
    }
    declared_ones = {s.name for s in shipped() if s.enabled and s.kind in ("search", "filings")}
    assert declared_ones == {shape[0] for shape in SHAPES} | stepwise


def test_hkexnews_goes_by_its_steps() -> None:
    (seed,) = asks("hkexnews-en")
    assert seed.url.endswith("titlesearch.xhtml?lang=en")
    (lookup,) = answer("hkexnews-en", "<html></html>", seed).more
    stocks = [{"c": "00001", "i": 1, "n": "CKH"}, {"c": "00020", "i": 7421, "n": "SENSETIME-W"}]
    (search,) = answer("hkexnews-en", stocks, lookup).more
    assert "stockId=7421" in search.url and "fromDate=20260925" in search.url and "toDate=20261124" in search.url
    rows = [
        {
            "NEWS_ID": "5",
            "TITLE": "PLACING &amp; ISSUE",
            "FILE_LINK": "/listedco/a.pdf",
            "DATE_TIME": "23/11/2026 18:05",
            "LONG_TEXT": "Announcements - [Placing]",
        }
    ]
    (lead,) = answer("hkexnews-en", {"result": json.dumps(rows), "hasNextRow": False}, search).leads
    assert lead.url == "https://www1.hkexnews.hk/listedco/a.pdf"
    assert lead.title == "Announcements - [Placing]: PLACING & ISSUE"
    assert lead.published == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
    assert answer("hkexnews-en", {"result": "null", "recordCnt": 0}, search).leads == ()


def test_a_code_that_the_exchange_does_not_know_is_told() -> None:
    (seed,) = asks("hkexnews-en")
    (lookup,) = answer("hkexnews-en", "", seed).more
    with pytest.raises(ReadError, match="knows no '00020'"):
        answer("hkexnews-en", [{"c": "00001", "i": 1}], lookup)


def test_cninfo_asks_by_form_and_takes_null_for_none() -> None:
    (lookup,) = asks("cninfo")
    (search,) = answer("cninfo", {"stockList": [{"code": "688327", "orgId": "gfbj0831"}]}, lookup).more
    assert (
        search.method == "POST"
        and b"stock=688327%2Cgfbj0831" in search.body
        and b"2026-09-25~2026-11-24" in search.body
    )
    assert search.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert answer("cninfo", {"totalAnnouncement": 0, "announcements": None}, search).leads == ()
    full = {"announcements": [{"announcementId": str(n), "announcementTitle": "<em>云从</em>", "announcementTime": 1795392000000, "adjunctUrl": f"a/{n}.PDF"} for n in range(30)]}  # fmt: skip
    read = answer("cninfo", full, search)
    assert read.leads[3].url == "https://static.cninfo.com.cn/a/3.PDF"
    (second,) = read.more
    assert b"pageNum=2" in second.body
    (third,) = answer("cninfo", full, second).more
    assert answer("cninfo", full, third).more == ()


def test_only_rows_of_the_share_are_taken_from_east_moneys_hong_kong_list() -> None:
    rows = [
        {"art_code": "A", "title": "generic", "codes": []},
        {"art_code": "B", "title": "商汤", "codes": [{"stock_code": "00020"}]},
    ]
    assert [lead.guid for lead in answer("eastmoney-notices-hk", {"data": {"list": rows}}).leads] == ["B"]


def test_a_question_in_json_survives_quotes() -> None:
    quoted = replace(WATCHLIST, companies=(replace(WATCHLIST.companies[0], names=('商"汤\\',)),))
    (ask,) = kind_of(source("36kr-search")).asks(source("36kr-search"), quoted, NOW)
    assert json.loads(ask.body)["param"]["searchWord"] == '商"汤\\'


def test_each_company_is_asked_once_in_each_script() -> None:
    assert [ask.context["query"] for ask in asks("gdelt")][:2] == ["商汤科技", "SenseTime"]
    assert all(len(ask.context["query"]) >= 4 for ask in asks("gdelt"))
    assert [ask.context["query"] for ask in asks("bing-news-hant")] == ["商湯科技", "曠視科技", "雲從科技", "依圖科技"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<html>verify you are human</html>", "no JSON"),
        ("", "no JSON"),
        ({"error": "limit"}, "without 'articles'"),
        ("[" * 100_000, "no JSON"),
        ({"articles": [{"title": "no address"}, "junk", None, 5]}, None),
    ],
)
def test_what_is_no_answer_is_told_apart_from_an_empty_one(body: Any, told: str | None) -> None:
    if told is None:
        assert answer("gdelt", body).leads == ()
    else:
        with pytest.raises(ReadError, match=told):
            answer("gdelt", body)
    assert answer("gdelt", {}).leads == ()


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [
        ({"a": {"b": [1, {"c": 2}]}}, "a.b.1.c", 2),
        ({"a": [[{"x": 1}], [{"x": 2}, {"x": 3}]]}, "a.*", [{"x": 1}, {"x": 2}, {"x": 3}]),
        ({"a": [{"x": [1]}, {"x": [2]}]}, "a.*.x", [1, 2]),
        ({"a": None}, "a.b", None),
        ([1], "7", None),
        ({"a": 1}, "", {"a": 1}),
    ],
)
def test_paths(value: Any, path: str, found: Any) -> None:
    assert dig(value, path) == found


BING = """<rss version="2.0" xmlns:News="https://www.bing.com/news/search"><channel><title>b</title><link>https://www.bing.com/</link>
<item><title>SenseTime raises funds</title><link>http://www.bing.com/news/apiclick.aspx?ref=x&amp;tid=1&amp;url=https%3a%2f%2fa.example%2f9%3fid%3d1&amp;c=5</link>
<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate><News:Source>Courier</News:Source></item></channel></rss>"""


def test_bings_links_are_unwrapped() -> None:
    (lead,) = answer("bing-news-en", BING).leads
    assert lead.url == "https://a.example/9?id=1"


def token(url: str) -> str:
    raw = b"\x08\x13\x22" + bytes([len(url)]) + url.encode() + b"\xd2\x01\x00"
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://news.google.com/rss/articles/{token('https://a.example/old')}?oc=5", "https://a.example/old"),
        ("https://news.google.com/rss/articles/CBMiAU_yqLOopaque?oc=5", "https://news.google.com/rss/articles/CBMiAU_yqLOopaque?oc=5"),
        ("https://www.google.com/url?rct=j&url=https://a.example/alert&ct=ga", "https://a.example/alert"),
        ("https://www.bing.com/news/apiclick.aspx?url=javascript:alert(1)", "https://www.bing.com/news/apiclick.aspx?url=javascript:alert(1)"),
        ("https://a.example/plain", "https://a.example/plain"),
    ],
)  # fmt: skip
def test_links_are_unwrapped_where_that_needs_nobody(url: str, expected: str) -> None:
    assert unwrapped(Lead("x", url)).url == expected


def test_googles_titles_name_their_outlet() -> None:
    lead = unwrapped(Lead("x", "https://news.google.com/rss/articles/CBMiAU_yqL", title="商汤裁员 - 晨报 - 晚报"))
    assert (lead.title, lead.outlet) == ("商汤裁员 - 晨报", "晚报")


def test_the_catalogue_is_large_sound_and_says_why_what_is_off_is_off() -> None:
    sources = load_catalogue()
    assert len(sources) >= 60 and sum(source.enabled for source in sources) >= 60
    assert {source.kind for source in sources if source.enabled} == {"feed", "sitemap", "search", "filings"}
    assert all(source.note for source in sources if not source.enabled)
    assert all(source.tier == "filing" for source in sources if source.kind == "filings")


def test_a_region_leaves_out_what_it_cannot_reach() -> None:
    names = {region: {source.name for source in load_catalogue(region)} for region in REGIONS}
    assert "bloomberg-technology" in names["overseas"] - names["mainland"]
    assert "36kr" in names["mainland"] & names["overseas"]
    with pytest.raises(ConfigError, match=r"fetch\.region is 'moon'"):
        load_catalogue("moon")


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({}, "without a name"),
        ({"name": "x", "kind": "feed", "url": "https://a.example/", "urll": 1}, "unknown key 'urll'"),
        ({"name": "x", "kind": "fed", "url": "https://a.example/"}, "kind 'fed'"),
        ({"name": "x", "kind": "feed", "url": "file:///etc/passwd"}, "only http and https"),
        ({"name": "x", "kind": "search", "url": "https://a.example/", "options": {"row": "a"}}, "options 'row'"),
        ({"name": "x", "kind": "feed", "url": "https://a.example/", "enabled": False}, "does not say why"),
        ({"name": "x", "kind": "feed", "url": "https://a.example/", "region": ["mars"]}, "region 'mars'"),
    ],
)
def test_a_wrong_declaration_is_told_exactly(entry: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        declared(entry, where="test.toml")
