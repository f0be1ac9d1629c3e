"""What the byte-level search sees of a name, and what it must never miss."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Page
from crawler.reading.charset import decode
from crawler.reading.needles import needles_of
from crawler.reading.read import read
from crawler.reading.script import traditional
from crawler.watchlist import load_watchlist
from desk.newsroom.load import load_pieces
from desk.newsroom.pages import render_article
from tests.storage.building import FETCHED

WATCHLIST = load_watchlist()
NEEDLES = needles_of(WATCHLIST)
NAMES = sorted(
    {name for company in WATCHLIST.companies for name in (*company.names, *company.short, *company.subsidiaries)}
)
PLAIN = "<html lang='zh'><body><p>今天天气很好，{}，明天有雨。Sentences of time and sense, faces and clouds that walk.</p></body></html>"


def page(name: str, charset: str = "utf-8") -> bytes:
    return PLAIN.format(name).encode(charset, "xmlcharrefreplace")


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_found_in_every_charset(name: str, charset: str) -> None:
    assert NEEDLES.found(page(name, charset))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_found_in_big5_and_in_traditional_characters(name: str) -> None:
    assert NEEDLES.found(page(traditional(name), "big5hkscs"))
    assert NEEDLES.found(page(traditional(name)))


@pytest.mark.parametrize(
    "written",
    [
        "&#21830;&#27748;",
        "&#x5546;&#x6C64;",
        "\\u5546\\u6c64",
        "商<b>汤</b>",
        "商湯",
        "SENSETIME",
        "sense\ntime",
        "Face++",
        "（00020）",
        "(0020.HK)",
        "HKG: 0020",
        "688327.SH",
    ],
)
def test_a_name_is_found_however_it_is_written(written: str) -> None:
    assert NEEDLES.found(page(written))


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5hkscs", "utf-16"])
@pytest.mark.parametrize(
    "written",
    ["", "a page about tea", "makes sense. It took time", "say it up", "#000200", "\\u0020", "商人与汤", "1688327"],
)
def test_what_names_nobody_is_left_out(written: str, charset: str) -> None:
    assert not NEEDLES.found(page(written, charset))


@pytest.mark.parametrize(
    "entry", [{"key": "fourth", "names": ["第四范式", "4Paradigm"]}, {"key": "x", "names": ["Ã©o AI Labs"]}]
)
def test_a_company_of_the_user_is_found_as_well(entry: dict[str, object]) -> None:
    mine = needles_of(load_watchlist([entry]))
    for name in entry["names"]:  # type: ignore[attr-defined]
        assert mine.found(page(name))
        assert mine.found(page(traditional(name)))


def test_no_page_that_names_a_company_is_missed() -> None:
    for piece in load_pieces():
        body = render_article(piece, [piece], "http://newsroom.example").body
        reading = read(Page("http://a.example/1", "http://a.example/1", body, FETCHED), WATCHLIST)
        if reading.companies:
            for charset in ("utf-8", "gb18030", "utf-16"):
                assert NEEDLES.found(decode(body, None).text.encode(charset, "replace")), piece.key


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=400), name=st.sampled_from(NAMES), at=st.integers(0, 400))
def test_any_bytes_can_stand_around_a_name(body: bytes, name: str, at: int) -> None:
    NEEDLES.found(body)
    text = body.decode("latin-1").replace("\0", " ")
    assert NEEDLES.found(f"{text[:at]} {name} {text[at:]}".encode())
