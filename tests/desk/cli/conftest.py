"""A loopback site that commands ask."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from tests.scheduler.walking import Loopback, loopback

FEED = "<?xml version='1.0'?><rss version='2.0'><channel><title>t</title><item><title>商汤</title><link>/1</link><pubDate>Fri, 01 May 2026 00:00:00 +0800</pubDate></item></channel></rss>"


@pytest.fixture
def site() -> Iterator[Loopback]:
    """The loopback site in a loop of its own, as commands run theirs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    context = loopback()
    made = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(10)
    made.pages |= {"/": "<link rel=alternate type=application/rss+xml href=/feed.xml>", "/feed.xml": FEED}
    yield made
    asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
