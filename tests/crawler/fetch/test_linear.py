"""Nothing that reads what strangers send takes more than linear time: each reader on inputs made to make it stumble."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawler.errors import DragonwatchError
from crawler.fetch.politeness import retry_after
from crawler.fetch.standins import stand_in
from crawler.items import Source
from crawler.urls import absolute, canonical
from spiders.dates import read_date
from spiders.feed import read_feed
from spiders.markup import plain

NOW = datetime(2026, 5, 2, tzinfo=UTC)
SOURCE = Source("s", "feed", "https://x.example/f", language="zh-Hans")


def feed(text: str) -> object:
    body = f"<?xml version='1.0'?><rss version='2.0'><channel><item><title>{text}</title><link>https://x.example/1</link></item></channel></rss>"
    return read_feed(body.encode(), SOURCE, content_type=None, url=SOURCE.url, now=NOW)


def raw(text: str) -> object:
    return read_feed(text.encode(), SOURCE, content_type=None, url=SOURCE.url, now=NOW)


READERS: dict[str, Callable[[str], object]] = {
    "plain": plain,
    "date": lambda text: read_date(text, zone=UTC, chinese=True, now=NOW),
    "address": canonical,
    "link": lambda text: absolute(text, "https://x.example/"),
    "stand-in": lambda text: stand_in("https://x.example/long/path", "https://x.example/b", text.encode(), {}),
    "retry": lambda text: retry_after(text, NOW),
    "title of a feed": feed,
    "feed": raw,
}
SEEDS = (
    "<", "<a ", "<a href='", "</", "<!--", "<!-- -", "<![CDATA[", "<!DOCTYPE ", "<!DOCTYPE x [", "<!ENTITY ", "&", "&#", "&#0", "&amp;", "%", "%25",
    "<title", "<title>", "<script", "<style>", "<input ", "<input type", "type=", "1", "1/", "1-", "2026-", "2026年", "1月", "1 ", "Jan ", "12:", " ",
    "\t\n", "\u200b", "/.", "/..", "../", "/./", "?", "?utm_", "&utm_x=", ";sid=", "[", "]", "a@", "\\", "十", "前", "3小时", "GMT+", "-", "404",
)  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_a_hundred_kilobytes_of_anything_take_no_time(reader: str) -> None:
    slow = {seed: taken for seed in SEEDS if (taken := seconds(READERS[reader], seed * (100_000 // len(seed)))) > 1.0}
    assert slow == {}


@pytest.mark.gauntlet
@pytest.mark.parametrize("reader", READERS)
def test_twice_as_much_takes_twice_as_long(reader: str) -> None:
    for seed in SEEDS:
        half, whole = (seconds(READERS[reader], seed * (size // len(seed))) for size in (500_000, 1_000_000))
        assert whole < max(1.0, half * 2.5), (seed, half, whole)


def seconds(reader: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    try:
        reader(text)
    except DragonwatchError:
        pass
    return time.process_time() - began
