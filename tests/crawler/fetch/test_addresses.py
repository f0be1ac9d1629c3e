"""The table of refused addresses, and sixty spellings of private ones by every way a request can be made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from crawler.errors import FetchError
from crawler.fetch.addresses import networks, refusal
from crawler.fetch.client import Web
from crawler.fetch.settings import rules_of
from tests.crawler.fetch.spellings import NAMES, SPELLINGS, Names, counted_connects
from tests.scheduler.walking import FixedClock, Loopback, config, loopback

PRIVATE = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2001:10::1",
    "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "3ffe::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "not an address",
)  # fmt: skip
PUBLIC = (
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "172.32.0.1",
    "223.5.5.5",
    "2606:4700::1111",
    "2400:3200::1",
    "::ffff:1.1.1.1",
)


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    return counted_connects(monkeypatch)


@pytest.fixture
async def site() -> AsyncIterator[Loopback]:
    async with loopback() as made:
        yield made


def web(names: dict[str, list[str]] | None = None, **fetch: Any) -> Web:
    return Web(rules_of(config(**fetch).fetch), FixedClock(), resolver=Names(names or NAMES))


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_the_public_internet_is_refused(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_not(address: str) -> None:
    assert refusal(address) is None


def test_a_network_can_be_allowed_and_nothing_beside_it() -> None:
    allowed = networks(["127.0.0.0/8", "fd00::/8"])
    assert refusal("127.0.0.1", allowed) is None
    assert refusal("::ffff:127.0.0.1", allowed) is None
    assert refusal("fd00::1", allowed) is None
    assert refusal("10.0.0.1", allowed)
    assert refusal("64:ff9b::7f00:1", allowed)


def test_there_are_sixty_spellings() -> None:
    assert len(set(SPELLINGS)) >= 60


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("robots", [True, False], ids=["robots first", "page first"])
async def test_no_spelling_of_a_private_address_is_connected_to(
    spelling: str, robots: bool, connects: list[Any]
) -> None:
    async with web(allow_networks=[], obey_robots=robots) as client:
        client._pace.sleep = _at_once
        with pytest.raises(FetchError):
            await client.ask(f"http://{spelling}/feed.xml")
    assert connects == []


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_no_redirect_leads_to_a_private_address(spelling: str, connects: list[Any]) -> None:
    async with loopback("127.9.9.9") as site, web(allow_networks=["127.9.9.9/32"]) as client:
        site.pages["/away"] = (302, {"Location": f"http://{spelling}/secret"}, b"")
        client._pace.sleep = _at_once
        with pytest.raises(FetchError):
            await client.ask(site.url("/away"))
    assert {address[0] for address in connects} == {"127.9.9.9"}


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "data:text/html,x",
        "javascript:alert(1)",
        "gopher://x/",
        "http://",
        "//",
    ],
)
async def test_a_redirect_to_another_scheme_is_refused(target: str, site: Loopback) -> None:
    site.pages["/away"] = (302, {"Location": target}, b"")
    async with web() as client:
        with pytest.raises(FetchError, match=r"no web address|not a web address|names no host|circle"):
            await client.ask(site.url("/away"))


async def test_a_name_that_turns_private_is_never_connected_to(connects: list[Any]) -> None:
    names = Names({"rebinding.example": ["192.0.2.1"]})
    async with Web(
        rules_of(config(allow_networks=[], obey_robots=False).fetch), FixedClock(), resolver=names
    ) as client:
        client._pace.sleep = _at_once
        for turn in range(1000):
            names.names["rebinding.example"] = ["10.0.0.1"] if turn % 2 else ["127.0.0.1", "10.0.0.2"]
            client._exchange._session(False).connector.clear_dns_cache()  # type: ignore[union-attr]
            with pytest.raises(FetchError):
                await client.ask(f"http://rebinding.example/{turn}")
    assert names.asked >= 1000
    assert connects == []


async def test_twenty_redirects_end(site: Loopback) -> None:
    for hop in range(25):
        site.pages[f"/{hop}"] = (302, {"Location": f"/{hop + 1}"}, b"")
    async with web() as client:
        with pytest.raises(FetchError, match="more than 10 redirects"):
            await client.ask(site.url("/0"))
    assert sum(site.asked.values()) <= 12


async def test_redirects_in_a_circle_end(site: Loopback) -> None:
    site.pages |= {"/a": (302, {"Location": "/b"}, b""), "/b": (302, {"Location": "/a"}, b"")}
    async with web() as client:
        with pytest.raises(FetchError, match="circle"):
            await client.ask(site.url("/a"))


async def _at_once(_: float) -> None:
    """Waiting that takes no time."""
