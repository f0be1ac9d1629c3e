"""Keeps connections away from private addresses: checked after DNS and before connect, so rebinding has no gap to use."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver

from crawler.fetch.addresses import Network, refusal

DNS_KEPT = 300
"""Seconds that an answer of DNS is used; a changed one is followed within ten minutes."""


class ForbiddenAddress(OSError):
    """A connection was about to go where we may not go; its errno is EACCES, which aiohttp's own errors pass on."""


def guarded_connector(
    allowed: Sequence[Network], *, limit: int, ssl: Any, resolver: AbstractResolver | None = None
) -> aiohttp.TCPConnector:
    """Makes a connector whose every socket is for a checked address, however its host was spelled or resolved."""

    def checked_socket(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        if why := refusal(address[0], allowed):
            raise ForbiddenAddress(errno.EACCES, f"{address[0]} is {why}")
        return socket.socket(family=family, type=kind, proto=protocol)

    return _connector(checked_socket, limit=limit, ssl=ssl, resolver=resolver)


def unguarded_connector(*, limit: int, ssl: Any) -> aiohttp.TCPConnector:
    """Makes a connector for a configured proxy, which may be private; its targets are checked by ``check_target``."""
    return _connector(None, limit=limit, ssl=ssl, resolver=None)


def _connector(factory: Any, *, limit: int, ssl: Any, resolver: AbstractResolver | None) -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(
        limit=limit, ssl=ssl, resolver=resolver, ttl_dns_cache=DNS_KEPT, keepalive_timeout=30, socket_factory=factory
    )


async def check_target(host: str, port: int, allowed: Sequence[Network], resolver: AbstractResolver) -> None:
    """Refuses a target that a proxy is to be asked for; raises ForbiddenAddress, or OSError where it does not resolve.

    The proxy resolves the name once more, so this holds honest names apart from private ones; it cannot hold a name
    that changes in between.
    """
    if refusal(host) != "not an IP address":
        found = [host]
    else:
        found = [answer["host"] for answer in await resolver.resolve(host, port, family=socket.AF_UNSPEC)]
    for address in found:
        if why := refusal(address, allowed):
            raise ForbiddenAddress(errno.EACCES, f"{address} is {why}")
