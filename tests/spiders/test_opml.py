"""Subscription lists: out and in again is the same, and foreign ones are understood."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ReadError
from crawler.items import Source
from spiders.catalogue.load import shipped
from spiders.opml import read_opml, write_opml

FOREIGN = b"""<?xml version="1.0"?><opml version="1.0"><head><title>x</title></head><body>
<outline text="Tech"><outline text="A &amp; B" type="rss" xmlUrl="https://a.example/feed" htmlUrl="https://a.example/"/>
<outline title="A &amp; B" type="rss" xmlUrl="https://b.example/feed"/></outline>
<outline xmlUrl="https://c.example/feed"/><outline text="no feed" url="https://d.example/"/></body></opml>"""


def test_the_catalogue_out_and_in_again_is_the_same() -> None:
    def bare(source: Source) -> Source:
        return replace(source, headers={}, options=dict(source.options))

    sent = {source.name: bare(source) for source in shipped()}
    assert {source.name: bare(source) for source in read_opml(write_opml(shipped()))} == sent


def test_folders_are_kept() -> None:
    source = Source("x", "feed", "https://x.example/", options=MappingProxyType({"folder": "Tech & <AI>"}))
    (back,) = read_opml(write_opml([source]))
    assert back.options["folder"] == "Tech & <AI>"


def test_other_readers_lists_are_understood() -> None:
    found = read_opml(FOREIGN)
    assert [(s.name, s.url, s.options.get("folder")) for s in found] == [
        ("A & B", "https://a.example/feed", "Tech"),
        ("A & B (2)", "https://b.example/feed", "Tech"),
        ("https://c.example/feed", "https://c.example/feed", None),
    ]


def test_keys_in_headers_stay_here() -> None:
    secret = Source("x", "feed", "https://x.example/", headers={"Authorization": "s3cret"})
    assert b"s3cret" not in write_opml([secret])


@pytest.mark.parametrize("body", [b"", b"<html/>", b"not xml", b"<opml/>", b"{}", b"\x00\xff"])
def test_what_is_no_list_is_told(body: bytes) -> None:
    with pytest.raises(ReadError, match="OPML"):
        read_opml(body)


def test_files_and_entities_are_not_read() -> None:
    evil = b'<!DOCTYPE opml [<!ENTITY f SYSTEM "file:///etc/passwd">]><opml><body><outline text="&f;" xmlUrl="https://a.example/"/></body></opml>'
    (source,) = read_opml(evil)
    assert "root" not in source.name


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise(body: bytes) -> None:
    try:
        read_opml(b"<opml><body>" + body)
    except ReadError:
        pass
