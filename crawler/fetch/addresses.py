"""Which IP addresses may be connected to: a table of our own, as ``ipaddress.is_global`` misses many."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

_REFUSED: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local, where cloud metadata live"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "IETF protocols"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "AS112"),
    ("192.52.193.0/24", "AMT"),
    ("192.88.99.0/24", "6to4 relays"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "AS112"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
)
_GLOBAL_V6 = ip_network("2000::/3")
_REFUSED_V6: tuple[tuple[str, str], ...] = (
    ("2001::/23", "IETF protocols, Teredo among them"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4, which hides an IPv4 address"),
    ("2620:4f:8000::/48", "AS112"),
    ("3fff::/20", "documentation"),
    ("3ffe::/16", "the former 6bone"),
)
_TABLE_V4 = tuple((IPv4Network(network), why) for network, why in _REFUSED)
_TABLE_V6 = tuple((IPv6Network(network), why) for network, why in _REFUSED_V6)


def networks(spelled: Iterable[str]) -> tuple[Network, ...]:
    """Reads networks such as ``127.0.0.0/8``; raises ValueError for what is none."""
    return tuple(ip_network(network, strict=False) for network in spelled)


def refusal(address: str, allowed: Iterable[Network] = ()) -> str | None:
    """Says why an address may not be connected to; None where it may. What is no IP address at all may not.

    An address that carries another one (IPv4-mapped, 6to4, NAT64, Teredo) is refused for being such, whatever it
    carries, unless its own network is allowed; an IPv4-mapped one goes by the IPv4 address, as the kernel connects to it.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return "not an IP address"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if any(ip.version == network.version and ip in network for network in allowed):
        return None
    return _why_v4(ip) if isinstance(ip, IPv4Address) else _why_v6(ip)


def _why_v4(ip: IPv4Address) -> str | None:
    return next((why for network, why in _TABLE_V4 if ip in network), None)


def _why_v6(ip: IPv6Address) -> str | None:
    if ip not in _GLOBAL_V6:
        return "outside the global IPv6 range"
    return next((why for network, why in _TABLE_V6 if ip in network), None)
