"""The spellings of private addresses by every door that leads to the network: sources, their parts, discovery, alerts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from crawler.config import FetchConfig
from crawler.errors import FetchError, PermanentRefusal, TemporaryRefusal
from crawler.fetch.client import Web
from crawler.fetch.exchange import Exchange
from crawler.fetch.settings import rules_of
from crawler.items import Source
from crawler.watchlist import Watchlist
from scheduler.alerts.message import Message
from scheduler.alerts.targets import Target
from scheduler.alerts.webhook import post
from scheduler.inspect import discover, try_source
from tests.crawler.fetch.spellings import NAMES, SPELLINGS, Names, counted_connects
from tests.scheduler.walking import NOW, FixedClock, Loopback, config, loopback

HOME = "127.9.9.9"
"""The one address that these tests allow: what is announced there leads elsewhere."""
NOBODY = Watchlist(())


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    return counted_connects(monkeypatch)


class Inline:
    """Reads where it is called, without a process."""

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return function(NOBODY, *arguments)


def open_web() -> Web:
    client = Web(rules_of(config(allow_networks=[f"{HOME}/32"]).fetch), FixedClock(), resolver=Names(NAMES))
    client._pace.sleep = _at_once
    return client


async def _at_once(_: float) -> None:
    """Waiting that takes no time."""


@pytest.mark.parametrize("kind", ["feed", "sitemap", "listing"])
@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_source_of_any_kind_is_asked_there(spelling: str, kind: Any, connects: list[Any]) -> None:
    async with open_web() as web:
        source = Source("s", kind, f"http://{spelling}/news")
        tried = await try_source(source, web=web, workers=Inline(), watchlist=NOBODY)  # type: ignore[arg-type]
    assert tried.error is not None
    assert connects == []


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_nothing_that_a_site_announces_leads_there(spelling: str, connects: list[Any]) -> None:
    def announce(site: Loopback) -> None:
        there = f"http://{spelling}/x.xml".replace("&", "&amp;")
        site.pages |= {
            "/": f"<link rel=alternate type=application/rss+xml href='{there}'><a href='{there}?rss'>rss</a>",
            "/robots.txt": f"Sitemap: http://{spelling}/sitemap.xml",
            "/index.xml": f"<?xml version='1.0'?><sitemapindex><sitemap><loc>{there}</loc></sitemap></sitemapindex>",
        }

    async with loopback(HOME) as site, open_web() as web:
        announce(site)
        found = await discover(site.url("/"), web=web, workers=Inline(), watchlist=NOBODY)  # type: ignore[arg-type]
        index = Source("s", "sitemap", site.url("/index.xml"))
        tried = await try_source(index, web=web, workers=Inline(), watchlist=NOBODY)  # type: ignore[arg-type]
    assert found == [] and tried.error is not None
    assert {address[0] for address in connects} == {HOME}


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_discovery_does_not_begin_there(spelling: str, connects: list[Any]) -> None:
    async with open_web() as web:
        with pytest.raises(FetchError):
            await discover(f"http://{spelling}/", web=web, workers=Inline(), watchlist=NOBODY)  # type: ignore[arg-type]
    assert connects == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_webhook_is_posted_there(spelling: str, connects: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.alerts.webhook.Exchange", partial(Exchange, resolver=Names(NAMES)))
    target = Target("webhook:x", "http", f"http://{spelling}/hook")
    with pytest.raises((PermanentRefusal, TemporaryRefusal)):
        post(target, Message("title", "text", {}), "id", NOW, FetchConfig())
    assert connects == []


APPRISE = """
import json, socket, sys
from scheduler.alerts import notify
names, spellings = json.load(sys.stdin)
resolve, connect = socket.getaddrinfo, socket.socket.connect
made, refused = [], []
def named(host, port, family=0, type=0, proto=0, flags=0):
    flags = 0 if host.lower().rstrip(".") == "localhost" else socket.AI_NUMERICHOST
    return [found for one in names.get(host, [host]) for found in resolve(one, port, family, type, proto, flags)]
def counted(self, address):
    try:
        return connect(self, address)
    except notify.NotAllowed:
        raise
    except OSError:
        made.append(address)
        raise
    else:
        made.append(address)
socket.getaddrinfo, socket.socket.connect = named, counted
services = []
for spelling in spellings:
    try:
        services.append(notify.service_of(f"json://{spelling}/hook"))
    except (notify.Unknown, ValueError):
        pass
notify.guard((), refused)
for service in services:
    service.notify(title="title", body="text")
json.dump({"services": len(services), "refused": len(refused), "made": [str(address) for address in made]}, sys.stdout)
"""


def test_apprise_tells_nobody_there() -> None:
    asked = json.dumps([NAMES, SPELLINGS])
    done = subprocess.run(
        [sys.executable, "-I", "-c", APPRISE], input=asked, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert told["services"] >= 40 and told["refused"] >= 30
    assert told["made"] == []
