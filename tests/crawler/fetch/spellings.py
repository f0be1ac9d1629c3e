"""Sixty spellings of addresses that may not be asked, and a resolver of names that lead to such."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

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
    """Answers for the names of these tests, and counts; an address in any spelling is read as the machine reads it."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        self.names = names
        self.asked = 0

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        self.asked += 1
        if host in self.names:
            found = self.names[host]
        else:
            own = host.lower().rstrip(".") == "localhost"
            flags = 0 if own else socket.AI_NUMERICHOST  # no name server is asked
            try:
                infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
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


def counted_connects(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that the event loop was told to connect to."""
    made: list[Any] = []
    connect = asyncio.selector_events.BaseSelectorEventLoop.sock_connect

    async def counted(self: Any, sock: socket.socket, address: Any) -> None:
        made.append(address)
        await connect(self, sock, address)

    monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", counted)
    return made
