"""A configured proxy is exempt itself, its targets are not, and the environment's is ignored."""

from __future__ import annotations

import pytest

from crawler.errors import Refused
from crawler.fetch.client import Web
from crawler.fetch.settings import rules_of
from tests.crawler.fetch.test_addresses import Names
from tests.scheduler.walking import FixedClock, config, loopback


async def test_the_configured_proxy_may_be_private_and_its_targets_may_not() -> None:
    async with loopback() as proxy:
        proxy.pages["/page"] = "<p>by proxy</p>"
        rules = rules_of(config(allow_networks=[], obey_robots=False, proxy=proxy.base).fetch)
        names = Names({"news.example": ["1.1.1.1"], "inside.example": ["10.0.0.1"]})
        async with Web(rules, FixedClock(), resolver=names) as client:
            answer = await client.ask("http://news.example/page")
            assert answer.body == b"<p>by proxy</p>"
            for target in (
                "http://inside.example/page",
                "http://127.0.0.1/page",
                "http://[::1]/page",
                "http://169.254.169.254/",
            ):
                with pytest.raises(Refused, match="may not be asked"):
                    await client.ask(target)
        assert sum(proxy.asked.values()) == 1


async def test_the_proxy_of_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with loopback() as site, loopback() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.base)
        site.pages["/page"] = "<p>straight</p>"
        async with Web(rules_of(config(obey_robots=False).fetch), FixedClock()) as client:
            assert (await client.ask(site.url("/page"))).body == b"<p>straight</p>"
        assert sum(proxy.asked.values()) == 0
