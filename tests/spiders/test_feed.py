"""Feeds as they are really served; every sample is of our own making."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.errors import CutOff, ReadError
from crawler.items import Source
from spiders.base import Read
from spiders.feed import MOST_ITEMS, read_feed

NOW = datetime(2026, 5, 2, 4, 0, tzinfo=UTC)
URL = "https://news.example/rss/all.xml"
CHINESE = Source(name="晨报", kind="feed", url=URL, language="zh-Hans", timezone="Asia/Shanghai")
ENGLISH = Source(name="courier", kind="feed", url=URL)


def rss(items: str, head: str = "", declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return f"{declaration}<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel><title>Feed</title><link>https://news.example/</link>{head}{items}</channel></rss>"


def item(title: str = "商汤完成新一轮融资", link: str = "https://news.example/1", rest: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{rest}</item>"


def read(body: str | bytes, source: Source = CHINESE, content_type: str | None = "text/xml") -> Read:
    data = body.encode() if isinstance(body, str) else body
    return read_feed(data, source, content_type=content_type, url=URL, now=NOW)


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title type="html">旷视 &lt;b&gt;IPO&lt;/b&gt; 进展</title>
<link rel="self" href="https://news.example/self"/><link href="/a/2"/><id>urn:1</id><updated>2026-05-01T08:00:00+08:00</updated>
<content type="html">&lt;p&gt;全文&lt;/p&gt;</content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>R</title><link>https://news.example/</link></channel>
<item rdf:about="https://news.example/r"><title>云从</title><link>https://news.example/r</link><dc:date>2026-05-01T09:00:00+08:00</dc:date></item></rdf:RDF>"""
RSS091 = "<rss version='0.91'><channel><title>Old</title><item><title>依图</title><link>https://news.example/o</link></item></channel></rss>"
JSON_FEED = """{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"7","url":"https://news.example/j","title":"SenseTime raises",
"date_published":"2026-05-01T01:00:00Z","content_text":"Body & more","authors":[{"name":"Li"}]}]}"""


@pytest.mark.parametrize(
    ("body", "url", "title"),
    [
        (rss(item()), "https://news.example/1", "商汤完成新一轮融资"),
        (ATOM, "https://news.example/a/2", "旷视 IPO 进展"),
        (RDF, "https://news.example/r", "云从"),
        (RSS091, "https://news.example/o", "依图"),
        (JSON_FEED, "https://news.example/j", "SenseTime raises"),
    ],
)
def test_every_format_gives_the_same_lead(body: str, url: str, title: str) -> None:
    (lead,) = read(body).leads
    assert (lead.url, lead.title) == (url, title)


def test_one_bad_byte_spoils_one_character_not_the_feed() -> None:
    body = rss(item("商汤裁员约500人") + item("旷视科技", "https://news.example/2")).encode()
    broken = body.replace("约".encode(), b"\xe7", 1)
    titles = [lead.title for lead in read(broken).leads]
    assert titles[1] == "旷视科技"
    assert titles[0] is not None and titles[0].startswith("商汤裁员")


@pytest.mark.parametrize(
    "declared",
    ['<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8"?>', '<?xml version="1.0" encoding="gb2312"?>'],
)
def test_gbk_is_read_whatever_is_declared(declared: str) -> None:
    body = rss(item("商汤科技完成新一轮融资，估值约为三百亿元，镕基金领投"), declaration=declared).encode("gb18030")
    assert read(body).leads[0].title == "商汤科技完成新一轮融资，估值约为三百亿元，镕基金领投"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Fri, 01 May 2026 12:00:00 CST", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("Fri,01 May 2026 12:00:00 +0800", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("2026年5月1日 12:00", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("2026年5月1日 下午3时05分", datetime(2026, 5, 1, 7, 5, tzinfo=UTC)),
        ("2026/05/01 12:00", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("2026-05-01 12:00:30", datetime(2026, 5, 1, 4, 0, 30, tzinfo=UTC)),
        ("2026-05-01T12:00:00.123Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("星期五, 01 五月 2026 12:00:00 +0800", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("周五, 01 5月 2026 12:00:00 +0800", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("May 1, 2026 3:04 PM GMT", datetime(2026, 5, 1, 15, 4, tzinfo=UTC)),
        ("01/05/2026 12:00", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("1777608000", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("1777608000000", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("20260501120000", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("05-01 12:00", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("12月31日 12:00", datetime(2025, 12, 31, 4, tzinfo=UTC)),
        ("3小时前", NOW - timedelta(hours=3)),
        ("昨天 12:00", datetime(2026, 5, 1, 4, tzinfo=UTC)),
        ("2026年5月1日", date(2026, 5, 1)),
        ("2026-05-01", date(2026, 5, 1)),
        ("2026-13-45 99:99", None),
        ("2031-01-01", None),
        ("soon", None),
    ],
)
def test_dates_are_read_as_they_were_meant(written: str, expected: datetime | date | None) -> None:
    (lead,) = read(rss(item(rest=f"<pubDate>{written}</pubDate>"))).leads
    assert lead.published == expected


def test_cst_of_an_american_source_is_americas() -> None:
    source = Source(name="us", kind="feed", url=URL, timezone="America/Chicago")
    (lead,) = read(rss(item(rest="<pubDate>Fri, 01 May 2026 12:00:00 CST</pubDate>")), source).leads
    assert lead.published == datetime(2026, 5, 1, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "read_as"),
    [
        ("商&lt;em&gt;汤&lt;/em&gt;科技", "商汤科技"),
        ("<![CDATA[<b>旷视</b> &amp; 依图]]>", "旷视 & 依图"),
        ("A &amp;amp; B", "A & B"),
        ("营收 &lt; 5亿", "营收 < 5亿"),
        ("a\x0bb\x00c", "abc"),
        ("bare & ampersand &nbsp;x", "bare & ampersand x"),
    ],
)
def test_titles_lose_their_markup_and_nothing_else(title: str, read_as: str) -> None:
    assert read(rss(item(title))).leads[0].title == read_as


def test_the_full_content_is_kept_and_the_summary_is_plain() -> None:
    rest = "<description>&lt;p&gt;短 &lt;a href='x'&gt;讯&lt;/a&gt;&lt;/p&gt;</description><content:encoded><![CDATA[<p>全文在此</p>]]></content:encoded>"
    (lead,) = read(rss(item(rest=rest))).leads
    assert lead.content == "<p>全文在此</p>"
    assert lead.summary == "短 讯"


def test_links_are_made_absolute_and_what_is_no_page_is_counted() -> None:
    items = item(link="/n/1?a=1&amp;b=2") + item(link="javascript:alert(1)") + "<item><title>no link</title></item>"
    result = read(rss(items))
    assert [lead.url for lead in result.leads] == ["https://news.example/n/1?a=1&b=2"]
    assert result.unusable == 2


def test_a_guid_that_repeats_loses_nothing() -> None:
    items = "".join(
        item(link=f"https://news.example/{n}", rest="<guid isPermaLink='false'>same</guid>") for n in range(3)
    )
    assert len({lead.url for lead in read(rss(items)).leads}) == 3


def test_a_feed_says_how_long_to_wait() -> None:
    assert read(rss(item(), "<ttl>90</ttl>")).interval == timedelta(minutes=90)
    hints = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    assert read(rss(item(), hints)).interval == timedelta(hours=6)
    assert read(rss(item(), "<ttl>junk</ttl>")).interval is None


def test_a_flood_of_items_is_bounded_and_counted() -> None:
    result = read(rss("".join(item(link=f"https://news.example/{n}") for n in range(MOST_ITEMS + 30))))
    assert (len(result.leads), result.unusable) == (MOST_ITEMS, 30)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "empty body"),
        ("<!DOCTYPE html><html><head><title>Sign in</title></head></html>", "HTML page where a feed was expected"),
        ("not a feed at all", "not a feed"),
        ('{"error": "no"}', "not a JSON Feed"),
        ('{"broken', "is not JSON"),
        ("<opml version='2.0'><body/></opml>", "not a feed"),
        ("[" * 100_000, "not a feed"),
        ('{"items":' + "[" * 100_000, "is not JSON"),
    ],
)
def test_what_is_no_feed_is_named_with_its_fault(body: str, says: str) -> None:
    with pytest.raises(ReadError, match=says):
        read(body)


def test_a_feed_without_items_is_empty_not_broken() -> None:
    assert read(rss("")).leads == ()


def test_entities_of_the_feeds_own_are_not_expanded() -> None:
    bomb = "<!DOCTYPE rss [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9)
    )
    bomb += "<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    (lead,) = read(bomb + rss(item("Title &j; &x;"), declaration="")).leads
    assert lead.title is not None
    assert len(lead.title) < 100
    assert "root:" not in lead.title


WHOLE = rss("".join(item(f"标题{n}", f"https://news.example/{n}") for n in range(5)))
ATOM_WHOLE = ATOM.replace("</feed>", "<entry><title>B</title><link href='/a/3'/></entry></feed>")
RDF_WHOLE = RDF.replace("</rdf:RDF>", "<item><title>B</title><link>https://news.example/s</link></item></rdf:RDF>")


@pytest.mark.parametrize("whole", [WHOLE, ATOM_WHOLE, RDF_WHOLE], ids=["rss", "atom", "rdf"])
def test_a_feed_that_is_cut_gives_its_whole_items_and_says_so(whole: str) -> None:
    expected = read(whole).leads
    assert read(whole).cut is None
    first = max(whole.find("</item>"), whole.find("</entry>")) + len("</entry>")
    for end in range(first, len(whole) - len("</rss>"), 7):
        result = read(whole[:end])
        assert result.leads == expected[: len(result.leads)] and result.leads
        assert "ends in the middle" in str(result.cut)
    assert len(read(whole[: whole.rindex("</")]).leads) == len(expected)


def test_a_feed_cut_before_its_first_item_is_broken() -> None:
    with pytest.raises(CutOff, match="ends before its first item"):
        read(WHOLE[: WHOLE.index("</item>")])


def test_a_feed_with_something_behind_its_end_is_whole() -> None:
    assert read(WHOLE + "\n<!-- cached -->").cut is None
    assert read(WHOLE.replace("</rss>", "</RSS >")).cut is None
    assert read('<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>').cut is None
