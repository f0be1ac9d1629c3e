"""The table of refused addresses, and sixty spellings of private ones by every way a request can be made."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from crawler.errors import FetchError
from crawler.fetch.addresses import networks, refusal
from crawler.fetch.client import Web
from crawler.fetch.settings import rules_of
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

SPELLINGS = (
    "127.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001",
    "127.0.0.1.", "①②⑦.0.0.1", "１２７.0.0.1", "127。0。0。1", "%31%32%37.0.0.1", "localhost", "LOCALHOST", "localhost.", "user@127.0.0.1",
    "public.example@127.0.0.1", "127.0.0.1:80", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fec0::1]", "[fe80::1]", "[fe80::1%25lo]", "[fd00::1]", "10.0.0.1", "10.1",
    "0xa000001", "192.168.0.1", "192.168.1", "3232235521", "172.16.0.1", "172.31.255.254", "169.254.169.254", "2852039166", "0xa9fea9fe",
    "100.64.0.1", "100.100.100.200", "198.18.0.1", "192.0.0.8", "0.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "private.example", "loop.example", "metadata.example", "cgnat.example", "mapped.example", "nat64.example", "sixtofour.example",
    "both.example", "xn--private-.example",
)  # fmt: skip
NAMES = {
    "private.example": ["10.0.0.1"], "loop.example": ["127.0.0.1"], "metadata.example": ["169.254.169.254"],
    "cgnat.example": ["100.64.0.1"], "mapped.example": ["::ffff:127.0.0.1"], "nat64.example": ["64:ff9b::7f00:1"],
    "sixtofour.example": ["2002:7f00:1::"], "both.example": ["10.0.0.1", "127.0.0.1"],
}  # fmt: skip


class Names(AbstractResolver):
    """Answers for the names of these tests, and counts; what is no such name goes to the machine's own resolver."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names
        self.asked = 0

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        self.asked += 1
        if host in self.names:
            found = self.names[host]
        else:
            try:
                infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except OSError:
                raise OSError(None, f"{host} is not known") from None
            found = [str(info[4][0]) for info in infos]
        return [
            ResolveResult(
                hostname=host,
                host=ip,
                port=port,
                family=socket.AF_INET6 if ":" in ip else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for ip in found
        ]

    async def close(self) -> None:
        """Holds nothing."""


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that the event loop was told to connect to."""
    made: list[Any] = []
    connect = asyncio.selector_events.BaseSelectorEventLoop.sock_connect

    async def counted(self: Any, sock: socket.socket, address: Any) -> None:
        made.append(address)
        await connect(self, sock, address)

    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", counted)
    return made


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
